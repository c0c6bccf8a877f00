//! Slips of people who write their first standard: each is told in its own words what to write instead.

#![expect(clippy::panic, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::compile;

const GRADES: &str =
    "等级(\"绿标\", 绿, \"[0,0]\").等级(\"黄标\", 黄, \"[1,11]\").等级(\"红标\", 红, \"[12,)\");";

/// Code and `message；help` of each finding in a standard with these grades and statements.
fn findings(grades: &str, statements: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");
         计入(措施, |措| 措.作出日期, 统计期);计入(检查, |检| 检.检查日期, 统计期);
         {grades}
         {statements}"
    );
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let others = compiled.findings.into_iter().filter(|f| f.code != "S425");
    others.map(|f| (f.code, format!("{}；{}", f.message, f.help.unwrap_or_default()))).collect()
}

#[track_caller]
fn told(grades: &str, statements: &str, code: &str, words: &[&str]) {
    let found = findings(grades, statements);
    let [(one, said)] = found.as_slice() else { panic!("{statements}\n{found:#?}") };
    assert_eq!(*one, code, "{said}");
    for word in words {
        assert!(said.contains(word), "{word} not in {said}");
    }
}

fn row(condition: &str) -> String {
    format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| {condition}, 记(1));")
}

fn firm(condition: &str) -> String {
    format!("规则(\"R\", \"规\").依据(\"法\").情形(|企| {condition}, 记(1));")
}

#[test]
fn several_words_sought_at_once_are_written_apart() {
    let apart = "措.违法行为.含(\"夜间\") || 措.违法行为.含(\"凌晨\")";
    told(GRADES, &row("措.违法行为.含([\"夜间\", \"凌晨\"])"), "S301", &["只找一种", apart]);
    let text = row("措.违法行为.含(\"夜间\" || \"凌晨\")");
    told(GRADES, &text, "S101", &["x.含(\"甲\") || x.含(\"乙\")"]);
    let text = row("措.种类 == \"罚款\" || \"警告\"");
    told(GRADES, &text, "S101", &["x in [\"甲\", \"乙\"]"]);
    let captured = format!("let 几种 = [\"夜间\", \"凌晨\"];{}", row("措.违法行为.含(几种)"));
    told(GRADES, &captured, "S301", &["只找一种", apart]);
    assert_eq!(findings(GRADES, &row(apart)), []);
}

#[test]
fn a_whole_quotient_where_a_ratio_was_meant() {
    let quotient = "(除以(企.处罚.数量(), 企.检查.数量(), \"四舍五入\") ?? 0)";
    for condition in [
        format!("{quotient} >= 0.5"),
        format!("0.25 < {quotient}"),
        format!("{quotient} * 100 >= 30"),
        "(除以(企.处罚.合计(|罚| 罚.金额), 3.万元, \"向下取整\") ?? 0) > 1.5".to_owned(),
    ] {
        told(GRADES, &firm(&condition), "S434", &["比(a, b"]);
    }
    for condition in [
        format!("{quotient} >= 2"),
        "(除以(企.处罚.数量() * 100, 企.检查.数量(), \"四舍五入\") ?? 0) >= 30".to_owned(),
        "(比(企.处罚.数量(), 企.检查.数量(), \"四舍五入\") ?? 0) >= 0.5".to_owned(),
        // Two points for each three.
        "(除以(企.处罚.数量(), 3, \"向下取整\") ?? 0) * 2 > 5".to_owned(),
        "除以(企.处罚.合计(|罚| 罚.金额), 2, \"四舍五入\") > 1.万元".to_owned(),
    ] {
        assert_eq!(findings(GRADES, &firm(&condition)), [], "{condition}");
    }
}

#[test]
fn bands_that_do_not_meet_are_told_with_their_numbers() {
    let rule = row("措.种类 == \"罚款\"");
    let grades = |last: &str| GRADES.replace("[12,)", last);
    told(
        &grades("[14,)"),
        &rule,
        "S406",
        &["缺少 12 至 13", "“红标”写成 \"[12,)\"", "“黄标”写成 \"[1,13]\""],
    );
    told(&grades("[11,)"), &rule, "S406", &["在 11 重叠", "“红标”写成 \"[12,)\""]);
    told(&grades("[12,20]"), &rule, "S406", &["“红标”写成 \"[12,)\"", ".上限(n)"]);
    let low = GRADES.replace("[0,0]", "(0,0.5]");
    assert!(findings(&low, &rule).iter().any(|(code, _)| *code == "S406"));
    told(&GRADES.replace("绿, \"[0,0]\"", "绿, \"[-3,-1]\""), &rule, "S406", &["缺少 0"]);
}

#[test]
fn two_effects_are_two_rules() {
    let rule = "规则(\"R\", \"规\").依据(\"法\").逐条(措施)";
    told(GRADES, &format!("{rule}.则(记(3), 不高于(\"红标\"));"), "S204", &["要两种效果就写两条规则"]);
    let case = format!("{rule}.情形(|措| 措.种类 == \"罚款\", 记(3), 不高于(\"红标\"));");
    told(GRADES, &case, "S204", &["要两种效果就写两条规则"]);
}

#[test]
fn a_misspelt_grade_of_a_measure_is_the_one_without() {
    let grades =
        GRADES.replace("\"绿标\"", "\"A级\"").replace("\"黄标\"", "\"B级\"").replace("\"红标\"", "\"C级\"");
    let measures = |names: &[&str]| {
        let rows: Vec<String> = names
            .iter()
            .map(|name| format!("监管(\"{name}\", #{{ 方式: \"双随机\", 依据: \"法\" }});"))
            .collect();
        format!("{}{}", row("措.种类 == \"罚款\""), rows.concat())
    };
    told(&grades, &measures(&["A级", "B级", "D级"]), "S407", &["没有等级“D级”", "是否想写 \"C级\""]);
    told(&grades, &measures(&["A级", "重点监管"]), "S407", &["B级、C级"]);
    assert_eq!(findings(&grades, &measures(&["A级", "B级", "C级"])), []);
}

#[test]
fn all_double_counts_are_told_and_what_is_left_out_is_said() {
    let fines = "规则(\"R-1\", \"规\").依据(\"法\").逐条(措施)
        .情形(|措| 措.种类 == \"罚款\", 记(3))
        .情形(|措| 措.种类 == \"警告\", 记(1));";
    let two = "规则(\"R-2\", \"规\").依据(\"法\").逐条(措施)
        .情形(|措| 措.种类 in [\"罚款\", \"没收违法所得\"], 记(2))
        .情形(|措| 措.种类 in [\"警告\", \"通报批评\"], 记(2));";
    let found = findings(GRADES, &format!("{fines}\n{two}"));
    assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["S426", "S426"], "{found:#?}");
    let one =
        "规则(\"R-2\", \"规\").依据(\"法\").逐条(措施).情形(|措| 措.种类 in [\"罚款\", \"警告\"], 记(2));";
    told(GRADES, &format!("{fines}\n{one}"), "S426", &["（第 5、6 行）"]);
    let rule = |n: u32| {
        format!(
            "规则(\"R-{n}\", \"规\").依据(\"法\").逐条(措施).情形(|措| 措.种类 == \"罚款\", 记({}));",
            n + 1
        )
    };
    let many: Vec<String> = (0..12).map(rule).collect();
    let found = findings(GRADES, &many.join("\n"));
    assert!(found.len() == 11 && found.iter().all(|(code, _)| *code == "S426"), "{found:#?}");
    for (number, (_, said)) in found.iter().enumerate() {
        let named = said.matches("规则“").count() - 1;
        assert!(named == (number + 1).min(5), "{said}");
        assert_eq!(said.contains(&format!("等 {} 条规则", number + 1)), number + 1 > 5, "{said}");
    }
}

#[test]
fn numbers_are_written_bare_and_shares_as_decimals() {
    let rule = |effect: &str| {
        format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| 措.种类 == \"罚款\", {effect});")
    };
    told(GRADES, &rule("记(1分)"), "S101", &["数字后面不写“分”", "写成 1"]);
    told(GRADES, &rule("记(1.5 分)"), "S101", &["数字后面不写“分”", "写成 1.5"]);
    told(GRADES, &firm("企.处罚.数量() >= 3次"), "S101", &["数字后面不写“次”", "写成 3"]);
    told(GRADES, &format!("let 分值 = 3分;{}", rule("记(分值)")), "S101", &["写成 3"]);
    let share = |text: &str| format!("let 折 = 参数(\"折减\", {text}, \"含义\");{}", rule("记(10 * 折)"));
    told(GRADES, &share("60%"), "S101", &["不能写百分数 60%", "写成 0.6"]);
    told(GRADES, &rule("记(10 * 12.5 %)"), "S101", &["写成 0.125"]);
    told(GRADES, &share("100%"), "S101", &["写成 1"]);
    assert_eq!(findings(GRADES, &share("0.6")), []);
}

#[test]
fn one_equals_sign_in_a_condition_is_two() {
    for condition in [
        "措.种类 = \"罚款\"",
        "(措.种类 = \"罚款\")",
        "措.种类 == \"罚款\" && 措.金额 = 5.万元",
        "措.种类 = \"罚款\" || 措.种类 == \"警告\"",
    ] {
        let found = findings(GRADES, &row(condition));
        let [(code, said)] = found.as_slice() else { panic!("{condition}\n{found:#?}") };
        assert!(
            matches!(*code, "S101" | "S208") && said.ends_with("；比较相等写成 =="),
            "{condition}\n{said}"
        );
    }
    told(GRADES, &firm("企.处罚.其中(|罚| 罚.种类 = \"罚款\").数量() >= 3"), "S208", &["比较相等写成 =="]);
    told(GRADES, &firm("企.处罚.数量() = 3"), "S101", &["比较相等写成 =="]);
    // Words in quotes are no signs, and an or of texts is what it was.
    told(GRADES, &row("措.违法行为 == \"a = b\" || \"警告\""), "S101", &["x in [\"甲\", \"乙\"]"]);
}

#[test]
fn the_unit_advised_fits_all_points_and_bands() {
    let rule = "规则(\"R\", \"规\").依据(\"法\").逐条(措施)
        .情形(|措| 措.种类 == \"罚款\", 记(1.8))
        .情形(|措| 措.种类 == \"警告\", 记(0.9));";
    let said: Vec<String> =
        findings(GRADES, rule).into_iter().map(|(code, said)| format!("{code} {said}")).collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said.iter().all(|said| said.starts_with("S416") && said.contains(".分值单位(0.1)")), "{said:#?}");
    // What is advised is sound with bands that meet in it.
    let mended = GRADES.replace("[1,11]", "[0.1,11.9]");
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\").分值单位(0.1);
         计入(措施, |措| 措.作出日期, 统计期);
         {mended}{rule}"
    );
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    assert!(compiled.findings.is_empty(), "{:#?}", compiled.findings);
    told(GRADES, &rule.replace("1.8", "2.5").replace("0.9", "1"), "S416", &[".分值单位(0.5)"]);
    told(GRADES, &rule.replace("1.8", "2.25").replace("0.9", "1"), "S416", &[".分值单位(0.05)"]);
}

/// Findings of a standard that counts three years of penalties.
fn of_three_years(statements: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");
         计入(措施, |措| 措.作出日期, 3.年);
         {GRADES}
         {statements}"
    );
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let others = compiled.findings.into_iter().filter(|f| f.code != "S425");
    others.map(|f| (f.code, format!("{}；{}", f.message, f.help.unwrap_or_default()))).collect()
}

#[test]
fn cases_by_age_in_the_wrong_order_and_ages_that_do_not_count() {
    let start = "规则(\"R\", \"规\").依据(\"法\").逐条(处罚)";
    let aged = |years: &[&str]| {
        let cases: Vec<String> = years
            .iter()
            .enumerate()
            .map(|(number, age)| format!("\n.情形(|罚| 罚.作出日期 {age}, 记({}))", number + 1))
            .collect();
        format!("{start}{}.其余(记(9));", cases.concat())
    };
    // From near to far, in years, months or days, and from far to near the other way about.
    for right in [
        vec!["> 统计期末日 - 1.年", "> 统计期末日 - 2.年"],
        vec!["> 统计期末日 - 6.个月", "> 统计期末日 - 1.年"],
        vec!["> 统计期末日 - 180.天", "> 统计期末日 - 1.年"],
        vec!["<= 统计期末日 - 2.年", "<= 统计期末日 - 1.年"],
        vec!["> 截止日 - 2.年", "> 统计期末日 - 1.年"],
        // 365 days are sometimes less than a year.
        vec!["> 统计期末日 - 365.天", "> 统计期末日 - 1.年"],
        vec!["> 统计期末日 - 1.年", "> 统计期末日 - 365.天"],
        // A last case that takes all that is left within the three years.
        vec!["> 统计期末日 - 1.年", "> 统计期末日 - 3.年"],
    ] {
        assert_eq!(of_three_years(&aged(&right)), [], "{right:?}");
    }
    for (wrong, line) in [
        (vec!["> 统计期末日 - 2.年", "> 统计期末日 - 1.年"], 5),
        (vec!["> 统计期末日 - 1.年", "> 统计期末日 - 6.个月"], 5),
        (vec!["> 统计期末日 - 1.年", "> 统计期末日 - 180.天"], 5),
        (vec!["> 统计期末日 - 1.年", "> 统计期末日 - 2.年", ">= 统计期末日 - 1.个月"], 5),
        (vec!["<= 统计期末日 - 1.年", "<= 统计期末日 - 2.年"], 5),
    ] {
        let found = of_three_years(&aged(&wrong));
        let [(code, said)] = found.as_slice() else { panic!("{wrong:?}\n{found:#?}") };
        assert_eq!(*code, "S424");
        assert!(said.contains(&format!("第 {line} 行的情形已经包括了它，永远轮不到")), "{said}");
    }
    // Nine years where three count.
    let outside = "计入的是3年以内的记录";
    for never in [
        format!("{start}.情形(|罚| 罚.作出日期 <= 统计期末日 - 9.年, 记(1)).其余(记(2));"),
        format!("{start}.当(|罚| 罚.作出日期 <= 统计期末日 - 9.年).则(记(1));"),
        "规则(\"R\", \"规\").依据(\"法\")
            .情形(|企| 企.处罚.其中(|罚| 罚.作出日期 <= 统计期末日 - 9.年).存在(), 记(1));"
            .to_owned(),
    ] {
        let found = of_three_years(&never);
        let [(code, said)] = found.as_slice() else { panic!("{never}\n{found:#?}") };
        assert!(matches!(*code, "S424" | "S418") && said.starts_with(outside), "{never}\n{said}");
    }
    for fine in [
        format!("{start}.近(10.年).情形(|罚| 罚.作出日期 <= 统计期末日 - 9.年, 记(1)).其余(记(2));"),
        format!("{start}.情形(|罚| 罚.作出日期 <= 统计期末日 - 2.年, 记(1)).其余(记(2));"),
        "规则(\"R\", \"规\").依据(\"法\")
            .情形(|企| 企.处罚.近(10.年).其中(|罚| 罚.作出日期 <= 统计期末日 - 9.年).存在(), 记(1));"
            .to_owned(),
    ] {
        assert_eq!(of_three_years(&fine), [], "{fine}");
    }
}

#[test]
fn a_unit_behind_what_is_no_number_is_told() {
    for value in ["措施.天", "绿.年", "统计期.个月", "180.天.天", "(5.万元).元"] {
        let statement = format!("规则(\"R\", \"r\").依据(\"《法》第一条\").逐条({value}).其余(记(1));");
        told(GRADES, &statement, "S301", &["是单位，前面要写数字"]);
    }
}
