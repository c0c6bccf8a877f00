//! What the check doubts of a standard as a whole: what is not filled in, effects that change nothing, quotients of
//! unlike periods, records counted twice over two lists; and how an official says that it is meant.

#![expect(clippy::panic, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{Compiled, Format, compile, document, run_cases};

fn compiled(text: &str) -> Compiled {
    compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[])
}

const HEAD: &str = "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");\n";
const ADMITS: &str = "计入(措施, |措| 措.作出日期, 统计期);\n计入(检查, |检| 检.检查日期, 3.年);\n\
    计入(整改, |整| 整.下达日期, 统计期);\n";
const GRADES: &str = "等级(\"好\", 绿, \"[0,0]\").等级(\"中\", 黄, \"[1,9]\").等级(\"差\", 红, \"[10,)\");\n";

/// The findings with a code in a script that has no others but of grades that one rule alone does not reach.
#[track_caller]
fn found(text: &str, code: &str) -> Vec<(u32, String, String)> {
    let compiled = compiled(text);
    let others: Vec<_> =
        compiled.findings.iter().filter(|f| f.code != code && !["S425"].contains(&f.code)).collect();
    assert!(others.is_empty() && compiled.standard.is_some(), "{text}\n{others:#?}");
    let of_code = compiled.findings.iter().filter(|f| f.code == code);
    of_code.map(|f| (f.place.line, f.message.clone(), f.help.clone().unwrap_or_default())).collect()
}

/// One finding with a code whose message or help has some words.
#[track_caller]
fn one(text: &str, code: &str, words: &[&str]) {
    let found = found(text, code);
    let [(_, message, help)] = found.as_slice() else { panic!("{text}\n{found:#?}") };
    for word in words {
        assert!(message.contains(word) || help.contains(word), "{word} is missing:\n{message}\n{help}");
    }
}

fn rule(body: &str) -> String {
    format!("规则(\"R\", \"规\").依据(\"法\"){body};\n")
}

#[test]
fn what_is_not_filled_in_is_pointed_out_once_it_is_no_draft() {
    let text = |stage: &str| {
        format!(
            "标准(\"T-1\", \"试\", \"{stage}\").领域(\"消防\").施行(\"2023-01-01\")\n\
             .文号(\"某司〔2023〕XX号\").发布机关(\"某区城管局\");\n{ADMITS}\
             规则(\"R\", \"规\").依据(\"《消防法》第某条\").逐条(措施).则(记(1));\n\
             监管(红, #{{ 方式: \"定向\", 依据: \"待定\", 限制: [#{{ 内容: \"不评优\", 依据: \"TBD\" }}] }});\n\
             {GRADES}"
        )
    };
    let said = found(&text("试行"), "S435");
    let lines: Vec<u32> = said.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [1, 6, 7], "{said:#?}");
    let all = said.iter().map(|(_, message, _)| message.as_str()).collect::<Vec<_>>().join("\n");
    for part in [
        "文号里还有“XX”",
        "发布机关里还有“某区”",
        "规则“R”的依据里还有“第某条”",
        "监管措施的依据里还有“待定”",
        "“TBD”",
    ] {
        assert!(all.contains(part), "{part}\n{all}");
    }
    assert_eq!(found(&text("正式"), "S435").len(), 3);
    // The number of a document is not known before it is approved.
    assert_eq!(found(&text("草案"), "S435"), []);
}

#[test]
fn effects_that_change_no_grade_are_pointed_out() {
    let with = |effects: &str| format!("{HEAD}{ADMITS}{}{GRADES}", rule(&format!(".逐条(措施){effects}")));
    let fine = ".情形(|措| 措.种类 == \"罚款\", 记(3))";
    one(&with(&format!("{fine}.其余(不低于(\"差\"))")), "S436", &["“差”", "最差", "不高于(\"差\")"]);
    one(&with(&format!("{fine}.其余(不高于(\"好\"))")), "S436", &["“好”", "最好"]);
    for effect in ["不高于(\"差\")", "不高于(\"中\")", "不低于(\"中\")", "不低于(\"好\")", "升(1)", "降(1)"]
    {
        assert_eq!(found(&with(&format!("{fine}.其余({effect})")), "S436"), [], "{effect}");
    }
    // Points of at most 3: no score is worse than 中, and a ceiling is judged after the floor.
    let few = "规则(\"Q\", \"规\").依据(\"法\").情形(|企| 企.处罚.存在(), 记(3));\n";
    let few = |other: &str| {
        format!(
            "{HEAD}{ADMITS}{few}{}{GRADES}",
            rule(&format!(".逐条(检查).情形(|检| 检.结果组 == \"问题\", {other})"))
        )
    };
    one(&few("不低于(\"中\")"), "S436", &["没有企业会差于“中”"]);
    assert_eq!(found(&few("不低于(\"好\")"), "S436"), []);
}

#[test]
fn in_a_standard_without_points_floors_and_upgrades_need_something_to_lift() {
    let grades = "等级(\"好\", 绿).等级(\"中\", 黄).等级(\"差\", 红);\n";
    let with = |effects: &str| format!("{HEAD}{ADMITS}{}{grades}", rule(&format!(".逐条(措施){effects}")));
    let fine = ".情形(|措| 措.种类 == \"罚款\", 不高于(\"差\"))";
    one(&with(&format!("{fine}.其余(不低于(\"中\"))")), "S436", &["没有企业会差于“中”", "不高于 在它后面算"]);
    one(&with(&format!("{fine}.其余(升(1))")), "S436", &["升级"]);
    // Points weigh nothing there, but 记(0) says that nothing follows.
    one(&with(&format!("{fine}.其余(不高于(\"好\"))")), "S436", &["最好", "记(0)"]);
    assert_eq!(found(&with(&format!("{fine}.其余(记(0))")), "S422"), []);
    one(&with(&format!("{fine}.其余(记(1))")), "S422", &["没有区间"]);
    assert_eq!(found(&with(".情形(|措| 措.种类 == \"罚款\", 降(2)).其余(升(1))"), "S436"), []);
    assert_eq!(found(&with(".情形(|措| 措.种类 == \"罚款\", 降(2)).其余(不低于(\"中\"))"), "S436"), []);
}

#[test]
fn quotients_of_unlike_periods_are_pointed_out() {
    let with = |amount: &str| {
        let body =
            format!(".情形(|企| ({amount} ?? 0) >= 0.5, 不高于(\"差\")).情形(|企| 企.处罚.存在(), 记(3))");
        format!("{HEAD}{ADMITS}{}{GRADES}", rule(&body))
    };
    let ratio = |over: &str, under: &str| with(&format!("比(企.{over}, 企.{under}, \"四舍五入\")"));
    one(&ratio("处罚.数量()", "检查.数量()"), "S437", &["统计期12个月", "3年", "近"]);
    one(&ratio("处罚.近(1.年).数量()", "检查.数量()"), "S437", &["措施", "检查"]);
    one(&ratio("处罚.任意月内(6)", "整改.数量()"), "S437", &["6个月"]);
    for (over, under) in [
        ("处罚.近(3.年).数量()", "检查.数量()"),
        ("处罚.数量()", "检查.近(12.个月).数量()"),
        ("处罚.数量()", "检查.近(365.天).数量()"),
        ("处罚.数量()", "整改.数量()"),
        // Both sides say it: it is meant.
        ("处罚.近(1.年).数量()", "检查.近(3.年).数量()"),
        ("处罚.任意月内(12)", "整改.数量()"),
    ] {
        assert_eq!(found(&ratio(over, under), "S437"), [], "{over} {under}");
    }
    let points =
        rule(".情形(|企| 企.处罚.存在(), 记(|企| 除以(企.处罚.数量(), 企.检查.数量(), \"向上取整\") ?? 0))");
    one(&format!("{HEAD}{ADMITS}{points}{GRADES}"), "S437", &["统计期12个月"]);
    let unlimited = ADMITS.replace("3.年", "不限");
    let text = format!("{HEAD}{unlimited}{points}{GRADES}");
    one(&text, "S437", &["不限年限"]);
    // A standard whose own period is three years.
    let long = HEAD.replace(".领域", ".统计期(36.个月).领域");
    assert_eq!(found(&format!("{long}{ADMITS}{points}{GRADES}"), "S437"), []);
}

/// Two rules, the second with something behind it.
fn two(first: &str, second: &str) -> String {
    format!(
        "{HEAD}{ADMITS}规则(\"A\", \"甲\").依据(\"法\"){first};\n规则(\"B\", \"乙\").依据(\"法\"){second};\n\
         规则(\"C\", \"丙\").依据(\"法\").逐条(检查).情形(|检| 检.结果 == \"不配合检查情节严重\", 不高于(\"差\"));\n{GRADES}"
    )
}

const UNMENDED: &str = ".逐条(措施).情形(|措| 措.整改 in [\"未整改\", \"部分整改\"], 记(2))";

#[test]
fn a_penalty_and_its_order_are_one_thing() {
    for (first, second) in [
        (UNMENDED, ".逐条(整改).情形(|整| 整.整改 == \"未整改\", 记(3))"),
        (".逐条(整改).情形(|整| 整.整改 == \"未整改\", 记(3))", UNMENDED),
        (UNMENDED, ".逐条(整改).情形(|整| 整.整改时效 == \"逾期未改\", 记(3))"),
        (UNMENDED, ".逐条(整改).情形(|整| 整.复查结果.有值 && 整.复查结果 == \"部分整改\", 记(3))"),
        (UNMENDED, ".情形(|企| 企.整改.其中(|整| 整.整改 == \"未整改\").存在(), 记(3))"),
        (
            ".情形(|企| 企.处罚.其中(|措| 措.整改 == \"未整改\").存在(), 记(3))",
            ".逐条(整改).情形(|整| 整.整改 == \"未整改\" && 整.隐患条数.有值 && 整.隐患条数 > 3, 记(3))",
        ),
        // Both count that it happened at all.
        (".逐条(处罚).则(记(2))", ".逐条(整改).则(记(1))"),
        (".逐条(措施).情形(|措| 措.种类 == \"罚款\", 记(2))", ".情形(|企| 企.整改.存在(), 记(1))"),
    ] {
        one(&two(first, second), "S426", &["“A”", "“B”", "同一个决定的措施和整改", "!整.关联处罚文号.有值"]);
    }
}

#[test]
fn orders_without_a_penalty_and_other_faults_are_another_thing() {
    let late = ".逐条(整改).情形(|整| 整.整改时效 == \"逾期整改\", 记(3))";
    for (first, second) in [
        // Only orders that name no penalty.
        (UNMENDED, ".逐条(整改).当(|整| !整.关联处罚文号.有值).情形(|整| 整.整改 == \"未整改\", 记(3))"),
        (
            UNMENDED,
            ".情形(|企| 企.整改.其中(|整| !整.关联处罚文号.有值 && 整.整改 == \"未整改\").存在(), 记(3))",
        ),
        // Not put right, and put right late.
        (UNMENDED, late),
        // The act, and that it was not put right.
        (".逐条(处罚).则(记(2))", late),
        (".逐条(整改).则(记(1))", UNMENDED),
        // The number of hazards.
        (UNMENDED, ".逐条(整改).情形(|整| 整.隐患条数.有值 && 整.隐患条数 > 3, 记(3))"),
        // A condition on the enterprise that cannot hold with the other.
        (
            ".逐条(措施).当(|措| 措.企业.人员密集场所 ?? false).情形(|措| 措.整改 == \"未整改\", 记(2))",
            ".逐条(整改).当(|整| !(整.企业.人员密集场所 ?? false)).情形(|整| 整.整改 == \"未整改\", 记(3))",
        ),
        // Often is another thing than once.
        (UNMENDED, ".情形(|企| 企.整改.其中(|整| 整.整改 == \"未整改\").数量() >= 3, 记(3))"),
    ] {
        assert_eq!(found(&two(first, second), "S426"), [], "{first}\n{second}");
    }
}

#[test]
fn rows_of_two_lists_are_one_only_under_the_number_of_the_penalty() {
    let order = ".逐条(整改).情形(|整| 整.整改 == \"未整改\", 记(3))";
    let grouped = |penalty: &str, key: &str| {
        let first = format!("{UNMENDED}.取最重(|措| [措.{penalty}]).组(\"整\")");
        let second = format!("{order}.取最重(|整| [整.{key}]).组(\"整\")");
        two(&first, &second) + "组(\"整\").取最重();"
    };
    assert_eq!(found(&grouped("决定", "决定"), "S426").len(), 1);
    assert_eq!(found(&grouped("文号", "关联处罚文号"), "S426"), []);
    // And so the points say.
    assert!(comes_to(&grouped("决定", "决定"), 5) && comes_to(&grouped("文号", "关联处罚文号"), 3));
}

/// True if a fine that was not put right and its order come to some points.
fn comes_to(text: &str, points: u32) -> bool {
    let case = format!(
        "测试(\"甲\").截止(\"2023-03-31\").企业(#{{
            措施: [#{{ 种类: \"罚款\", 作出日期: \"2022-05-06\", 文号: \"1号\", 整改: \"未整改\" }}],
            整改: [#{{ 下达日期: \"2022-05-06\", 文号: \"改2号\", 关联处罚文号: \"1号\", 复查结果: \"未整改\" }}]
        }}).应记({points});"
    );
    let compiled = compiled(&format!("{text}{case}"));
    let Some(standard) = compiled.standard else { panic!("{:#?}", compiled.findings) };
    run_cases(&standard).iter().all(|case| case.passed)
}

#[test]
fn what_is_meant_to_count_twice_is_said_with_its_reason() {
    let order = ".逐条(整改).情形(|整| 整.整改 == \"未整改\", 记(3))";
    let meant = |other: &str| format!("{order}.分别记分(\"{other}\", \"办法第九条：处罚和文书分别记分\")");
    let text = two(UNMENDED, &meant("A"));
    assert_eq!(found(&text, "S426"), []);
    let standard = compiled(&text).standard.map(|s| document(&s, Format::Markdown)).unwrap_or_default();
    assert!(
        standard.contains("同一条记录本规则和规则A分别记分，理由：办法第九条：处罚和文书分别记分。"),
        "{standard}"
    );
    // Either rule may say it, of one list too.
    let fines = ".逐条(措施).情形(|措| 措.种类 == \"罚款\", 记(3))";
    let both = ".逐条(措施).情形(|措| 措.种类 in [\"罚款\", \"警告\"], 记(2))";
    assert_eq!(found(&two(fines, both), "S426").len(), 1);
    assert_eq!(found(&two(&format!("{fines}.分别记分(\"B\", \"法\")"), both), "S426"), []);
    // Said where there is nothing to say, of a rule that is not there, of itself, twice, without a reason.
    one(&two(fines, &meant("A")), "S422", &["分别记分 用不到"]);
    let errors = |text: &str| {
        let found = compiled(text).findings;
        found
            .iter()
            .map(|f| format!("{} {} {}", f.code, f.message, f.help.clone().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    for (second, words) in [
        (meant("甲"), "S423 没有规则“甲”"),
        (meant("B"), "S423 规则不能和自己分别记分"),
        (format!("{}.分别记分(\"A\", \"又\")", meant("A")), "S404 和规则“A”分别记分写了两次"),
        (format!("{order}.分别记分(\"A\", \" \")"), "S304 分别记分的理由是空的"),
        (format!("{order}.分别记分(\"A\")"), "S204"),
    ] {
        let found = errors(&two(UNMENDED, &second));
        assert!(found.iter().any(|said| said.starts_with(words)), "{words}\n{found:#?}");
    }
    // It changes no result.
    assert!(comes_to(&two(UNMENDED, order), 5) && comes_to(&text, 5));
}
