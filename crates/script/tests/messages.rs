//! What an official is told: one slip, one finding, with a place and a remedy.

#![expect(clippy::panic, reason = "helpers of tests stop where a test would")]

use std::fmt::Write;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{Compiled, compile, compile_for_tests, render};

const HEAD: &str = "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");\n";
const REST: &str = "\n计入(措施, |措| 措.作出日期, 统计期);计入(检查, |检| 检.检查日期, 统计期);\
    等级(\"好\", 绿, \"[0,0]\").等级(\"中\", 黄, \"[1,9]\").等级(\"差\", 红, \"[10,)\");";

fn compiled(text: &str) -> Compiled {
    compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[])
}

/// The findings of statements within an otherwise sound standard: code, line, column, message, help.
fn findings(statements: &str) -> Vec<(String, u32, u32, String, String)> {
    let compiled = compiled(&format!("{HEAD}{statements}{REST}"));
    compiled
        .findings
        .into_iter()
        // One rule alone seldom reaches every grade.
        .filter(|f| f.code != "S425")
        .map(|f| (f.code.to_owned(), f.place.line, f.place.column, f.message, f.help.unwrap_or_default()))
        .collect()
}

/// One finding with a code whose message or help contains some words.
#[track_caller]
fn one(statements: &str, code: &str, words: &[&str]) {
    let found = findings(statements);
    let [(found_code, _, _, message, help)] = found.as_slice() else { panic!("{statements}\n{found:#?}") };
    assert_eq!(found_code, code, "{statements}\n{message} {help}");
    for word in words {
        assert!(message.contains(word) || help.contains(word), "{statements}\n{message}\n{help}");
    }
}

/// A rule over 措施 with a condition.
fn rule(condition: &str) -> String {
    format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形({condition}, 记(1));")
}

/// A rule over the enterprise with a condition.
fn firm(condition: &str) -> String {
    format!("规则(\"R\", \"规\").依据(\"法\").情形({condition}, 记(1));")
}

#[test]
fn a_sound_standard_has_no_findings() {
    assert_eq!(findings(&rule("|措| 措.种类 == \"警告\"")), []);
}

/// A rule over 措施 with several cases, each with its points.
fn cases(conditions: &[&str]) -> String {
    let mut cases = String::new();
    for (number, condition) in conditions.iter().enumerate() {
        let _ = write!(cases, "\n.情形(|措| {condition}, 记({}))", number + 1);
    }
    format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施){cases};")
}

#[test]
fn cases_that_are_never_reached_are_pointed_out() {
    let fine = "措.种类 == \"罚款\"";
    let above = |limit: u32| format!("(措.金额 ?? 0.元) > {limit}.元");
    one(&cases(&[fine, fine]), "S424", &["第 3 行", "相同"]);
    one(&cases(&["措.种类 in [\"罚款\", \"警告\"]", fine]), "S424", &["第 3 行", "包括"]);
    one(&cases(&[&above(1), &above(5)]), "S424", &["第 3 行", "包括"]);
    assert_eq!(findings(&cases(&[&above(5), &above(1)])), []);
    one(&cases(&[&above(5), "(措.金额 ?? 0.元) <= 5.元", fine]), "S424", &["合起来"]);
    one(&cases(&[fine, &format!("{fine} && 措.金额.有值")]), "S424", &["第 3 行"]);
    assert_eq!(findings(&cases(&[&format!("{fine} && 措.金额.有值"), fine])), []);
    // A missing amount is neither above nor below.
    assert_eq!(
        findings(&cases(&["措.金额.有值 && 措.金额 > 5.元", "措.金额.有值 && 措.金额 <= 5.元", fine])),
        []
    );
    let guarded = cases(&["措.种类 == \"警告\"", fine])
        .replace(".逐条(措施)", ".逐条(措施).当(|措| 措.种类 == \"罚款\")");
    one(&guarded, "S424", &["“当”"]);
    let rest = cases(&[fine, "措.种类 != \"罚款\""]).replace("记(2));", "记(2)).其余(记(3));");
    one(&rest, "S424", &["“其余”"]);
    let steps = "规则(\"R\", \"规\").依据(\"法\").逐条(措施).当(|措| 措.金额.有值 && 措.金额 <= 3.元)\
        .分档(|措| 措.金额, [[1.元, 记(1)], [5.元, 记(2)], [9.元, 记(3)]]);";
    one(steps, "S424", &["包括"]);
}

#[test]
fn one_record_is_not_counted_twice_for_one_thing() {
    let two = |first: &str, second: &str| {
        format!(
            "规则(\"R\", \"规\").依据(\"法\").逐条(措施){first};规则(\"Q\", \"规\").依据(\"法\").逐条(措施){second};"
        )
    };
    let fine = ".情形(|措| 措.种类 == \"罚款\", 记(1))";
    one(&two(fine, ".情形(|措| 措.种类 in [\"罚款\", \"警告\"], 记(2))"), "S426", &["“R”", "“Q”"]);
    one(&two(fine, ".其余(记(2))"), "S426", &["“R”"]);
    one(&two(".则(记(1))", ".则(记(2))"), "S426", &["“R”"]);
    for second in [
        ".情形(|措| 措.种类 == \"警告\", 记(2))",
        ".情形(|措| 措.整改 == \"未整改\", 记(2))",
        ".情形(|措| 措.种类 == \"罚款\", 不高于(\"差\"))",
    ] {
        assert_eq!(findings(&two(fine, second)), [], "{second}");
    }
    let grouped = two(&format!("{fine}.组(\"甲\")"), &format!("{fine}.组(\"甲\")"));
    assert_eq!(findings(&format!("组(\"甲\").取最重();{grouped}")), []);
    one(&format!("组(\"甲\").封顶(9);{grouped}"), "S426", &["“R”"]);
}

#[test]
fn records_counted_again_by_rules_over_the_enterprise_are_pointed_out() {
    let rules = |one: &str, other: &str| {
        format!("规则(\"R\", \"规\").依据(\"法\"){one}; 规则(\"Q\", \"规\").依据(\"法\"){other};")
    };
    let each = ".逐条(措施).情形(|措| 措.种类 == \"罚款\", 记(1))";
    let firm = |condition: &str| format!(".情形(|企| {condition}, 记(2))");
    for (one, other) in [
        (each.to_owned(), firm("企.措施.其中(|措| 措.种类 in [\"罚款\", \"警告\"]).存在()")),
        (each.to_owned(), firm("企.处罚.数量() >= 1")),
        (firm("企.处罚.存在()"), firm("0 < 企.措施.其中(|措| 措.种类 == \"罚款\").行数()")),
        (
            firm("(企.处罚.最大(|罚| 罚.金额) ?? 0.元) > 5.元"),
            firm("企.处罚.其中(|罚| (罚.金额 ?? 0.元) > 9.元).存在()"),
        ),
        // One number of the same records asked for twice.
        (firm("企.处罚.数量() >= 3"), firm("企.处罚.数量() >= 5")),
        (firm("企.处罚.合计(|罚| 罚.金额) > 5.元"), firm("企.处罚.合计(|罚| 罚.金额) > 9.元")),
    ] {
        one_of_two(&rules(&one, &other));
    }
    for (one, other) in [
        // How often is a thing of its own.
        (each.to_owned(), firm("企.处罚.任意天内(180) >= 3")),
        (firm("企.处罚.数量() >= 3"), firm("企.处罚.任意天内(180) >= 3")),
        // Other records, or other things of them.
        (each.to_owned(), firm("企.措施.其中(|措| 措.种类 == \"警告\").存在()")),
        (each.to_owned(), firm("企.检查.存在()")),
        (each.to_owned(), firm("企.措施.其中(|措| 措.整改 == \"未整改\").存在()")),
        (firm("企.处罚.数量() >= 3 && 企.处罚.数量() < 5"), firm("企.处罚.数量() >= 5")),
        // Enterprises of which none is both.
        (
            ".逐条(措施).情形(|措| 措.种类 == \"罚款\" && (措.企业.人员密集场所 ?? false), 记(1))".to_owned(),
            firm("企.处罚.存在() && !(企.人员密集场所 ?? false)"),
        ),
    ] {
        assert_eq!(findings(&rules(&one, &other)), [], "{one} {other}");
    }
}

#[track_caller]
fn one_of_two(statements: &str) {
    one(statements, "S426", &["“R”", "“Q”", "一事不二罚"]);
}

#[test]
fn grades_that_cannot_be_had_are_pointed_out() {
    let grades = |rules: &str| {
        let text = format!("{HEAD}{rules}{REST}");
        let found = compiled(&text).findings.into_iter().filter(|f| f.code == "S425").map(|f| f.message);
        found.filter_map(|m| m.split('“').nth(1)?.chars().next()).collect::<String>()
    };
    let each = |points: u32| format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(记({points}))");
    assert_eq!(grades(&format!("{};", each(1))), "");
    assert_eq!(grades(&format!("{}.封顶(9);", each(1))), "差");
    assert_eq!(grades(&format!("{}.封顶(10);", each(1))), "");
    // Ten at once leave out what lies below.
    assert_eq!(grades(&format!("{};", each(10))), "中");
    assert_eq!(grades("规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(不高于(\"差\"));"), "中");
    assert_eq!(grades("规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(降(1));"), "");
    let capped = format!("组(\"甲\").封顶(9);{}.组(\"甲\");", each(3));
    assert_eq!(grades(&capped), "差");
}

#[test]
fn keys_of_decisions_are_only_told_apart() {
    one(&rule("|措| 措.决定 == \"1号\""), "S428", &["文号"]);
    one(&rule("|措| 措.决定 in [\"1号\"]"), "S428", &["文号"]);
    one(&rule("|措| (措.决定 ?? \"\") != \"1号\""), "S428", &["文号"]);
    one(&firm("|企| 企.处罚.其中(|罚| 罚.决定 == \"1号\").存在()"), "S428", &["文号"]);
    assert_eq!(findings(&rule("|措| 措.决定.有值")), []);
}

#[test]
fn a_sum_beyond_a_score_is_pointed_out() {
    let rule = "规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(记(3000))";
    one(&format!("{rule};"), "S413", &["合计", "封顶"]);
    assert_eq!(findings(&format!("{rule}.封顶(9000);")), []);
}

#[test]
fn unknown_words_fields_and_calls_come_with_a_suggestion() {
    one("计入(整斯, |整| 整.下达日期, 统计期);", "S201", &["整斯", "整改"]);
    one(&rule("|措| 措.罚款金颔 > 1.元"), "S205", &["罚款金颔"]);
    one(&rule("|措| 措.罚款金额 > 1.元"), "S205", &["罚款金额", "写成 .金额"]);
    one(&rule("|措| 措.kindd == \"警告\""), "S205", &["kind"]);
    // Nothing is close: the nearest first, not all thirty.
    let far = "最接近的有：作出日期、";
    one(&rule("|措| 措.处罚做出的日期有效期 > 截止日"), "S205", &[far, "sanse vocabulary"]);
    one("规则(\"R\", \"规\").依剧(\"法\").则(记(1));", "S203", &["依剧", "依据"]);
    one("规责(\"R\", \"规\").依据(\"法\").则(记(1));", "S202", &["规责", "规则"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(纪(1));", "S202", &["纪"]);
    one(&firm("|企| 企.处罚.数目() > 1"), "S203", &["数目", "数量"]);
    one(&firm("|企| 企.处法.数量() > 1"), "S205", &["处法", "处罚"]);
    one(&rule("|措| 措.种类 == 大鹅"), "S201", &["大鹅"]);
    one(&rule("|措| 措.金额 ?? 0.元 > 5.万圆"), "S205", &["万圆", "万元"]);
    one("let 大额 = 5.万圆;", "S205", &["万圆", "万元"]);
    one("依据(\"法\");", "S202", &["接在规则"]);
}

#[test]
fn arity_is_told_with_an_example() {
    one("规则(\"R\").依据(\"法\").则(记(1));", "S204", &["2 项", "1 项"]);
    one("规则(\"R\", \"规\").依据().则(记(1));", "S204", &["依据"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(1, 2));", "S204", &["记(12)"]);
    one(&firm("|企| 企.处罚.数量(3) > 1"), "S204", &["企.处罚.数量()"]);
    one(&rule("|措, 企| 措.种类 == \"警告\""), "S204", &["一个参数"]);
    one(&rule("|| true"), "S204", &["一个参数"]);
}

#[test]
fn types_and_code_lists() {
    one(&rule("|措| (措.金额 ?? 0.元) >= 50000"), "S301", &["5.万元 或 50000.元"]);
    one(&rule("|措| 措.种类 == \"吊销许可证\""), "S302", &["吊销许可证件"]);
    one(&rule("|措| 措.种类 in [\"警告\", \"罚金\"]"), "S302", &["罚金", "罚款"]);
    one(&rule("|措| 措.种类 > \"警告\""), "S301", &["不能比大小"]);
    one(&rule("|措| 措.种类 == 3"), "S301", &["引号"]);
    one(&rule("|措| 措.作出日期 > 15"), "S301", &["日期"]);
    one(&rule("|措| 措.作出日期 > \"2023-2-30\""), "S304", &["2023-2-30"]);
    one(&rule("|措| 措.作出日期 + 15 > 截止日"), "S301", &["15.天"]);
    one(&firm("|企| 企.处罚.数量() >= \"3\""), "S301", &["不加引号"]);
    one(&firm("|企| 企.处罚.数量()"), "S301", &["是或否"]);
    one(&firm("|企| 企.处罚.合计(|罚| 罚.种类) > 1"), "S301", &["汇总"]);
    one("规则(\"R\", \"规\").依据(3).则(记(1));", "S301", &["文字"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(1);", "S301", &["结果"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(\"1\"));", "S301", &["写数"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(0.125));", "S304", &["两位"]);
}

#[test]
fn missing_values_need_a_guard() {
    one(&rule("|措| 措.金额 > 5.万元"), "S303", &["金额", "有值", "??"]);
    assert_eq!(findings(&rule("|措| 措.金额.有值 && 措.金额 > 5.万元")), []);
    assert_eq!(findings(&rule("|措| !措.金额.有值 || 措.金额 > 5.万元")), []);
    assert_eq!(findings(&rule("|措| (措.金额 ?? 0.元) > 5.万元")), []);
    assert_eq!(findings(&rule("|措| 措.违法行为 == \"甲\"")), []);
    assert_eq!(findings(&rule("|措| 措.违法行为 in [\"甲\", \"乙\"]")), []);
    one(&rule("|措| 措.违法行为 != \"甲\""), "S303", &["违法行为"]);
    one(&rule("|措| !(措.违法行为 == \"甲\")"), "S303", &["违法行为"]);
    one(&rule("|措| !(措.违法行为 in [\"甲\"])"), "S303", &["违法行为"]);
    one(&rule("|措| 措.金额 > 5.万元 || 措.金额.有值"), "S303", &["金额"]);
    one(&firm("|企| 企.人员密集场所"), "S303", &["人员密集场所", "?? false"]);
    one(&rule("|措| 措.企业.人员密集场所"), "S303", &["人员密集场所"]);
    one(&firm("|企| 企.处罚.最大(|罚| 罚.金额) > 5.万元"), "S303", &["没有记录"]);
    one(&firm("|企| 除以(1, 企.处罚.数量(), \"四舍五入\") > 0"), "S303", &["除数"]);
    assert_eq!(findings(&firm("|企| 企.处罚.存在() && 除以(9, 2, \"四舍五入\") > 企.处罚.数量()")), []);
    one("计入(整改, |整| 整.整改期限, 统计期);", "S303", &["整改期限"]);
}

#[test]
fn the_guard_of_a_rule_and_the_cases_before_guard_what_follows() {
    let text = "规则(\"R\", \"规\").依据(\"法\").逐条(措施).当(|措| 措.金额.有值)\
        .情形(|措| 措.金额 > 5.万元, 记(2)).其余(记(1));";
    assert_eq!(findings(text), []);
    let text = "规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| !措.金额.有值, 记(1))\
        .分档(|措| 措.金额, [[1.万元, 记(2)], [5.万元, 记(3)]]).其余(记(4));";
    assert_eq!(findings(text), []);
    one(&text.replace(".情形(|措| !措.金额.有值, 记(1))", ""), "S303", &["金额"]);
    one(&text.replace("[1.万元", "[6.万元"), "S417", &["由小到大"]);
}

#[test]
fn points_are_never_negative_or_too_large() {
    let points = |amount: &str| {
        format!("规则(\"R\", \"规\").依据(\"法\").逐条(检查).当(|检| 检.隐患条数.有值).则(记({amount}));")
    };
    assert_eq!(
        findings(
            &points("|检| 检.隐患条数 * 2")
                .replace("检.隐患条数.有值", "检.隐患条数.有值 && 检.隐患条数 <= 100")
        ),
        []
    );
    one(&points("|检| 检.隐患条数 * 2"), "S413", &["过大"]);
    one(
        &points("|检| 检.隐患条数 - 3").replace("检.隐患条数.有值", "检.隐患条数.有值 && 检.隐患条数 <= 9"),
        "S414",
        &["负数"],
    );
    let bounded =
        points("|检| 检.隐患条数 - 3").replace("检.隐患条数.有值", "检.隐患条数 >= 3 && 检.隐患条数 <= 9");
    // The comparison itself may not meet a missing value, and then says that there is one.
    one(&bounded, "S303", &["隐患条数"]);
    one(&points("-1"), "S414", &["负数"]);
    one(&points("2.5"), "S416", &["分值单位"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(5)).封顶(3);", "S412", &["封顶 3"]);
    one(&firm("|企| 企.处罚.数量() * 9000000000000000 > 5"), "S413", &["过大"]);
}

#[test]
fn conditions_that_decide_nothing_are_pointed_out() {
    one(&firm("|企| 企.处罚.数量() >= 0"), "S418", &["永远成立"]);
    one(&firm("|企| 企.处罚.数量() > 30 && 企.处罚.数量() <= 10"), "S418", &["永远不成立"]);
    one(&rule("|措| true"), "S418", &["永远成立"]);
    one(&rule("|措| 措.种类 == \"罚款\" && 措.种类 == \"警告\""), "S418", &["永远不成立"]);
    one(&rule("|措| 措.种类 != \"罚款\" || 措.种类 != \"警告\""), "S418", &["永远成立"]);
    one(&rule("|措| !(措.种类 == \"罚款\" && 措.种类 in [\"警告\", \"约谈\"])"), "S418", &["永远不成立"]);
    one(&rule("|措| (措.金额 ?? 0.元) > 5.元 && !(措.金额.有值)"), "S418", &["永远不成立"]);
    one(&rule("|措| (措.金额 ?? 9.元) > 5.元 || (措.金额 ?? 0.元) <= 5.元"), "S418", &["永远成立"]);
    one(&rule("|措| 措.作出日期 < \"2022-01-01\" && 措.作出日期 >= \"2022-01-01\""), "S418", &["永远不成立"]);
    one(&rule("|措| 措.作出日期.有值"), "S418", &["永远成立"]);
    one(
        &firm("|企| 企.处罚.其中(|罚| 罚.种类 == \"罚款\" && 罚.种类 == \"警告\").存在()"),
        "S418",
        &["永远不成立"],
    );
    for sound in [
        "|措| 措.金额.有值 && 措.金额 > 5.元 && 措.金额 <= 9.元",
        "|措| (措.金额 ?? 9.元) > 5.元 && (措.金额 ?? 0.元) <= 5.元",
        "|措| 措.种类 != \"罚款\" && 措.种类 != \"警告\"",
        "|措| 措.违法行为 == \"甲\" || (措.违法行为.有值 && 措.违法行为 != \"甲\")",
        "|措| 措.作出日期 + 15.天 > 截止日 || 措.作出日期 + 30.天 <= 截止日",
    ] {
        assert_eq!(findings(&rule(sound)), [], "{sound}");
    }
    let later = "规则(\"R\", \"规\").依据(\"法\").情形(|企| 企.处罚.数量() <= 1, 记(1))\
        .情形(|企| 企.处罚.数量() > 1 && 企.处罚.数量() <= 3, 记(2)).其余(记(3));";
    assert_eq!(findings(later), []);
}

#[test]
fn the_structure_of_rules() {
    one("规则(\"R\", \"规\").则(记(1));", "S403", &["依据"]);
    one("规则(\"R\", \"规\").依据(\"法\");", "S415", &["没有结果"]);
    one(
        "规则(\"R\", \"规\").依据(\"法\").则(记(1)); 规则(\"R\", \"规\").依据(\"法\").则(记(1));",
        "S404",
        &["R", "第 2 行"],
    );
    one("规则(\"R\", \"规\").依据(\"法\").则(不高于(\"坏\"));", "S407", &["坏", "差"]);
    one(
        "规则(\"R\", \"规\").依据(\"法\").则(记(1)); 规则(\"Q\", \"规\").依据(\"法\").则(扣(1));",
        "S408",
        ["混用", "记/减"][1..].as_ref(),
    );
    one("规则(\"R\", \"规\").依据(\"法\").逐条(线索).则(记(1));", "S409", &["计入(线索"]);
    one(&firm("|企| 企.线索.数量() > 3"), "S409", &["线索"]);
    one("规则(\"R\", \"规\").依据(\"法\").其余(记(1)).情形(|企| 企.处罚.存在(), 记(2));", "S417", &["其余"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(1)).组(\"现场\");", "S423", &["现场"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(1)).近(3.年);", "S206", &["近(3.年)"]);
    one("规则(\"R\", \"规\").依据(\"法\").则(记(1)).取最重();", "S206", &["组"]);
    one("规则(\"R\", \"规\").依据(\"法\").依据(\"规\").则(记(1));", "S404", &["依据"]);
    one("规则(\"R\", \"规\").依据(\"法\").施行(\"2023-01-01\").则(记(1));", "S206", &["标准"]);
    one("let x = 参数(\"甲\", 3, \"含义\");", "S411", &["甲"]);
    one(
        "let x = 参数(\"甲\", 30, \"含义\", #{ 最大: 10 }); 规则(\"R\", \"规\").依据(\"法\").则(记(x));",
        "S305",
        &["大于"],
    );
    one("测试(\"t\").截止(\"2023-03-31\");", "S421", &["预期"]);
    one("测试(\"t\").应记(0);", "S304", &["截止"]);
    one("let 措施 = 3;", "S207", &["措施"]);
}

#[test]
fn lists_windows_and_measures() {
    one("计入(处罚, |罚| 罚.作出日期, 统计期);", "S301", &["整个清单"]);
    one("计入(措施, |措| 措.作出日期, 统计期);", "S404", &["两次"]);
    one("计入(线索, |线| 线.接收日期, 3);", "S301", &["窗口", "统计期"]);
    one("监管(绿, #{ 方式: \"非现场\" });", "S403", &["依据"]);
    one("监管(绿, #{ 方式: \"非现场\", 依据: \"方案\", 激励: [#{ 内容: \"评优\" }] });", "S403", &["激励"]);
    one("监管(绿, #{ 方法: \"非现场\", 依据: \"方案\" });", "S205", &["方法", "方式"]);
    one("监管(绿, #{ 抽查比例: \"三成\", 依据: \"方案\" });", "S304", &["3%"]);
    one("监管(绿, #{ 年检查次数: \"[3,1]\", 依据: \"方案\" });", "S304", &["[0,1]"]);
    one("监管(\"绿\", #{ 依据: \"方案\" });", "S301", &["不加引号"]);
}

#[test]
fn conditions_that_cannot_be_lowered_say_how_to_write_them() {
    one(&rule("|措| if 措.种类 == \"警告\" { true } else { false }"), "S208", &["情形"]);
    one(&rule("|措| { let x = 3; 措.种类 == \"警告\" }"), "S208", &["一个式子"]);
    one(&firm("|企| 企.处罚.数量() / 2 > 1"), "S208", &["除以"]);
    one(&firm("|企| 企.处罚 > 1"), "S208", &["数量"]);
    one(&firm("|企| 企.处罚.数量 > 1"), "S205", &["带括号"]);
    one(&rule("|措| 措.企业.处罚.数量() > 1"), "S208", &["每户"]);
    one(&rule("|措| 措 == 1"), "S208", &["字段"]);
    one(&rule("|措| 记(1) == 1"), "S206", &["不能用在条件里"]);
    one(&rule("|措| 措.金额.有值() && 措.金额 > 1.元"), "S203", &["不带括号"]);
    one(&rule("3"), "S301", &["|措|"]);
}

#[test]
fn all_syntax_errors_are_found() {
    let text =
        "let a = ;\nlet b = 3 +;\n规则(\"R\", \"规\")..依据(\"法\");\nlet c = 3 => 2;\nlet 甲 = 5万元;";
    let found = findings(text);
    let lines: Vec<u32> = found.iter().filter(|f| f.0 == "S101").map(|f| f.1).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6], "{found:#?}");
}

#[test]
fn a_forgotten_semicolon_hides_nothing() {
    let found = findings("规则(\"R\", \"规\").则(记(1))\n规则(\"Q\", \"规\").依据(\"法\").则(记(一));");
    let codes: Vec<&str> = found.iter().map(|f| f.0.as_str()).collect();
    assert_eq!(codes, ["S403", "S101", "S201"], "{found:#?}");
}

#[test]
fn full_width_punctuation_and_what_follows_are_found_at_once() {
    let found = findings("规则(\"R\"，“规”).依据(\"法\").逐条(措施).情形(|措| 措.种类 == \"罚金\", 记(1));");
    let codes: Vec<&str> = found.iter().map(|f| f.0.as_str()).collect();
    assert_eq!(codes, ["S102", "S102", "S102", "S302"], "{found:#?}");
}

#[test]
fn a_name_whose_statement_failed_is_not_called_unknown() {
    let found = findings(
        "let 大额 = 5.万元 +;\nlet 多 = 参数(\"多\", 3, );\n规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| (措.金额 ?? 0.元) > 大额, 记(多));",
    );
    let codes: Vec<(&str, u32)> = found.iter().map(|f| (f.0.as_str(), f.1)).collect();
    assert_eq!(codes.first(), Some(&("S101", 2)), "{found:#?}");
    assert!(codes.iter().all(|(code, line)| *line < 4 && *code != "S201"), "{found:#?}");
}

#[test]
fn bands() {
    let with = |grades: &str| {
        let text = format!("{HEAD}规则(\"R\", \"规\").依据(\"法\").则(记(1));\n{grades}");
        let bands = compiled(&text).findings.into_iter().filter(|f| f.code != "S425");
        bands.map(|f| (f.code, f.message)).collect::<Vec<_>>()
    };
    assert_eq!(with("等级(\"好\", 绿, \"[0,5]\").等级(\"差\", 红, \"[6,)\");"), []);
    let gap = with("等级(\"好\", 绿, \"[0,5]\").等级(\"差\", 红, \"[8,)\");");
    assert_eq!(gap, [("S406", "“好”和“差”之间缺少 6 至 7".to_owned())]);
    let overlap = with("等级(\"好\", 绿, \"[0,5]\").等级(\"差\", 红, \"[5,)\");");
    assert_eq!(overlap, [("S406", "“好”和“差”的区间在 5 重叠".to_owned())]);
    let end = with("等级(\"好\", 绿, \"[0,5]\").等级(\"差\", 红, \"[6,20]\");");
    assert_eq!(end, [("S406", "得分没有上限，“差”的区间没有盖住".to_owned())]);
    let start = with("等级(\"好\", 绿, \"[1,5]\").等级(\"差\", 红, \"[6,)\");");
    assert_eq!(start, [("S406", "得分最低 0，“好”的区间没有盖住".to_owned())]);
    let order = with("等级(\"好\", 绿, \"[6,)\").等级(\"差\", 红, \"[0,5]\");");
    assert_eq!(order, [("S406", "“差”和“好”的区间与等级的次序相反".to_owned())]);
    let labels = with("等级(\"差\", 红, \"[0,5]\").等级(\"好\", 绿, \"[6,)\");");
    assert_eq!(labels, [("S406", "“好”是绿标，却排在红标的“差”后面".to_owned())]);
    assert_eq!(with("").into_iter().map(|f| f.0).collect::<Vec<_>>(), ["S405"]);
    assert_eq!(with("等级(\"好\", 绿, \"0-5\").等级(\"差\", 红, \"[6,)\");")[0].0, "S304");
}

#[test]
fn a_count_down_standard_covers_its_limits() {
    let text = "标准(\"T\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\").基准分(100).下限(0);\n\
        计入(措施, |措| 措.作出日期, 统计期);\n\
        规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(扣(1));\n\
        等级(\"A\", 绿, \"[80,100]\").等级(\"B\", 黄, \"[60,80)\").等级(\"C\", 红, \"[0,60)\");";
    assert_eq!(compiled(text).findings, []);
}

#[test]
fn the_head_is_asked_for() {
    let codes = |text: &str| compiled(text).findings.iter().map(|f| f.code).collect::<Vec<_>>();
    assert_eq!(codes(""), ["S401", "S405"]);
    assert_eq!(codes("标准(\"T\", \"试\", \"草案\");等级(\"好\", 绿);"), ["S402", "S420"]);
    let full = |method: &str| {
        format!("标准(\"T\", \"试\", \"草案\").综合().施行(\"2023-01-01\"){method};等级(\"好\", 绿);")
    };
    assert_eq!(codes(&full("")), [""; 0]);
    assert_eq!(codes(&full(".失效(\"2022-01-01\")")), ["S305"]);
    assert_eq!(codes(&full(".领域(\"消防\")")), ["S404"]);
    assert_eq!(codes(&full(".分值单位(0)")), ["S305"]);
    assert_eq!(codes(&full(".统计期(24.个月)")), [""; 0]);
    assert_eq!(codes(&full(".统计期(24)")), ["S304"]);
}

#[test]
fn the_mark_stands_under_the_word() {
    let compiled = compiled(&format!(
        "{HEAD}规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| 措.罚款金颔 > 1.元, 记(1));{REST}"
    ));
    let shown = render(&compiled.findings[0], &compiled.text);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "错误[S205] 措施没有字段“罚款金颔”");
    assert_eq!(lines[1], "  --> 试.rhai:2:38");
    let before = lines[3].split_once("措.罚款").unwrap().0;
    let width = |text: &str| unicode_width(text);
    assert_eq!(width(lines[4].trim_end_matches('^')), width(before) + 3, "{shown}");
    assert!(lines[4].ends_with("^^^^^^^^"), "{shown}");
}

/// Wide characters take two columns.
fn unicode_width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[test]
fn a_number_and_its_unit_need_a_point() {
    one("let 甲 = 5万元;", "S101", &["5.万元"]);
}

#[test]
fn what_a_broken_statement_would_have_given_is_not_called_missing() {
    let text = "标准(\"T\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\";\n\
        计入(措施, |措| 措.作出日期, 统计期;\n等级(\"好\", 绿, \"[0,)\";\n\
        规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(不高于(\"好\"));\n";
    let compiled = compiled(text);
    let codes: Vec<&str> = compiled.findings.iter().map(|f| f.code).collect();
    assert!(codes.iter().all(|c| *c == "S103" || *c == "S101"), "{:#?}", compiled.findings);
    assert_eq!(codes.len(), 3);
}

#[test]
fn fields_in_conditions_that_are_never_declared_are_checked_too() {
    one(&format!("if false {{ {} }}", rule("|措| 措.罚款金颔 == 1.元")), "S205", &["罚款金颔"]);
}

#[test]
fn rules_may_come_from_a_table() {
    let text = "for 行 in [#{ 种类: [\"警告\"], 分: 1, 上限: 2 }, #{ 种类: [\"罚款\", \"行政拘留\"], 分: 3, 上限: 5 }] {\n\
        规则(`R-${行.分}`, \"规\").依据(\"法\").逐条(措施)\
        .情形(|措| 措.种类 in 行.种类 && (措.金额 ?? 0.元) < 行.上限.万元, 记(行.分)); }\n\
        for 项 in [[\"通报批评\", 1], [\"没收违法所得\", 2]] { 规则(\"Q-\" + 项[1], \"规\").依据(\"法\").逐条(措施).情形(|措| 措.种类 == 项[0], 记(项[1])); }\n";
    assert_eq!(findings(text), []);
    one(&text.replace("\"罚款\", \"行政拘留\"", "\"罚金\""), "S302", &["罚金"]);
}

#[test]
fn common_slips_are_told_what_to_write() {
    one(&rule("|措| 措.种类 = \"警告\""), "S208", &["写成 =="]);
    one(&rule("|措| 措.种类 == \"警告\" and 措.金额.有值"), "S101", &["写成 &&"]);
    one(&rule("|措| 措.种类 == \"警告\" 或者 措.金额.有值"), "S101", &["写成 ||"]);
    one(&rule("|措| 措.金额.有值 && 措.金额 大于 5.元"), "S101", &["写成 >"]);
    one(&rule("措.种类 == \"警告\""), "S201", &["|措|"]);
    one(&rule("|措| 企.高危行业 == \"煤矿\""), "S201", &["措.企业"]);
    one(&rule("|措| 措.种类 == 警告"), "S201", &["引号", "\"警告\""]);
    one(
        "规则(\"R\", \"规\").依据(\"法\").逐条(\"措施\").情形(|措| 措.种类 == \"警告\", 记(1));",
        "S301",
        &["不加引号"],
    );
    one(&rule("|措| (措.金额 ?? 0.元) ≥ 5.元"), "S102", &["写成 >="]);
    one(&rule("|措| 1.元 < (措.金额 ?? 0.元) < 5.元"), "S301", &["&&"]);
    one("规则(\"R\", \"规\").依据(\"法).则(记(1));", "S103", &["引号"]);
    one(&rule("|措| 措.违法行为.包含(\"夜间\")"), "S203", &["写成 措.违法行为.含"]);
    one(&rule("|措| 措.违法行为.starts_with(\"夜间\")"), "S203", &["含"]);
    one(&rule("|措| 措.种类 == \"首违不罚\""), "S302", &["写成 \"免予处罚\""]);
    one(&rule("|措| 措.决定时间 > 截止日"), "S205", &["写成 .作出日期"]);
    one(&rule("|措| (措.罚款金额 ?? 0.元) > 1.元"), "S205", &["写成 .金额"]);
    one(&rule("|措| 措.修复日期 > 截止日"), "S303", &[".修复日期.有值"]);
    let each = |rest: &str| format!("规则(\"R\", \"规\").依据(\"法\").逐条(处罚){rest};");
    one(&each(".当(|罚| 罚.种类 == \"警告\").则(记(1)).则(不高于(\"差\"))"), "S417", &["两条规则", "情形"]);
    one(&each(".情形(|罚| 罚.种类 == \"警告\", 记(1)).否则(记(2))"), "S203", &[".其余("]);
    one(&each(".当(|罚| 罚.种类 == \"警告\").记(1)"), "S203", &[".则(记("]);
    one(&each(".其中(|罚| 罚.种类 == \"警告\").则(记(1))"), "S206", &[".当("]);
    one(&each(".情形(|罚| 罚.种类 == \"警告\", 记(1)).其余(扣(1))"), "S408", &["这里写成 记("]);
    one("规则(\"R\", \"规\").依据(\"\").逐条(处罚).则(记(1));", "S304", &["依据是空的", "写上依据"]);
    one(&rule("|措| 措.作出日期 > \"2022-13-01\""), "S304", &["2023-03-01"]);
    one("监管(绿, { 方式: \"非现场\", 依据: \"{方案}\" });", "S101", &["缺少“#”", "#{"]);
    one("测试(\"t\").截止(\"2023-03-31\").企业(#{ 措施: [{ 种类: \"警告\" }] }).应记(0);", "S101", &["#{"]);
    one("let x = 记 1;", "S101", &["记(12)"]);
    one("规则 \"R\", \"规\";", "S101", &["规则(\"HB-1\""]);
}

/// Parameters that are read and change nothing, whatever they are.
#[test]
fn parameters_that_change_nothing_are_pointed_out() {
    let found = |statements: &str| -> Vec<(&'static str, String)> {
        let text = format!("{HEAD}{statements}{REST}");
        let compiled = compile_for_tests("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
        let findings = compiled.findings.into_iter().filter(|f| f.code != "S425");
        findings.map(|f| (f.code, f.message)).collect()
    };
    let rule = |points: &str| format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(记({points}));");
    for (idle, points) in [
        ("let x = 参数(\"甲\", 3, \"含义\"); let y = x * 0 + 2;", "y"),
        ("let x = 参数(\"甲\", 3, \"含义\", #{ 最小: 3, 最大: 4 }); let y = if x > 5 { 1 } else { 2 };", "y"),
        ("let x = 参数(\"甲\", 5.万元, \"含义\"); let y = if x == 5.元 { 1 } else { 2 };", "y"),
        ("let x = 参数(\"甲\", false, \"含义\"); let y = if x { 2 } else { 2 };", "y"),
    ] {
        let found = found(&format!("{idle}{}", rule(points)));
        assert_eq!(found.iter().map(|f| f.0).collect::<Vec<_>>(), ["S431"], "{idle} {found:#?}");
    }
    for live in [
        "let x = 参数(\"甲\", 3, \"含义\"); let y = x;",
        "let x = 参数(\"甲\", 3, \"含义\", #{ 最小: 3, 最大: 4 }); let y = x;",
        "let x = 参数(\"甲\", 2.5, \"含义\"); let y = 2; 标准上限(x);",
        "let x = 参数(\"甲\", \"警告\", \"含义\"); let y = 1; 规则(\"Q\", \"规\").依据(\"法\").逐条(措施).当(|措| 措.种类 == x).则(不高于(\"差\"));",
        "let x = 参数(\"甲\", 180.天, \"含义\"); let y = 1; 规则(\"Q\", \"规\").依据(\"法\").当(|企| 企.处罚.近(x).存在()).则(不高于(\"差\"));",
    ] {
        let found = found(&format!("{live}{}", rule("y")));
        assert!(found.iter().all(|f| f.0 != "S431"), "{live} {found:#?}");
    }
}

/// Whatever is wrong, a remedy stands beside it.
#[test]
fn every_finding_has_a_remedy() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/invalid");
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "rhai") {
            let bytes = std::fs::read(&path).unwrap();
            let findings = compile("试.rhai", &bytes, &Arc::new(Vocabulary::standard()), &[]).findings;
            assert!(findings.iter().all(|f| f.help.as_ref().is_some_and(|h| !h.is_empty())), "{path:?}");
        }
    }
}

#[test]
fn amounts_can_be_calculated_while_declaring() {
    let text = "let 起 = 2.万元 + 5000.元; let 多 = 起 * 2 - 1.元; let 日 = 日期(\"2022-01-31\") + 1.个月;\n\
        if 多 > 起 && 日 == 日期(\"2022-02-28\") { 规则(\"R\", \"规\").依据(\"法\").当(|企| 企.处罚.合计(|罚| 罚.金额) > 多).则(记(1)); }";
    assert_eq!(findings(text), []);
    one("let x = 5.万元 + 3;", "S301", &["“+”"]);
    one("let x = 5.万元 + 3.天;", "S305", &["超出"]);
    one("let x = 9000000000.万元 * 9000000000;", "S305", &["超出"]);
}
