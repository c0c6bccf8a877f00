//! What the check doubts of a standard as a whole: what is not filled in, effects that change nothing, quotients of
//! unlike periods, records counted twice over two lists; and how an official says that it is meant.

#![expect(clippy::panic, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{Compiled, compile};

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
    let text = format!("{HEAD}{unlimited}{}{GRADES}", points);
    one(&text, "S437", &["不限年限"]);
    // A standard whose own period is three years.
    let long = HEAD.replace(".领域", ".统计期(36.个月).领域");
    assert_eq!(found(&format!("{long}{ADMITS}{points}{GRADES}"), "S437"), []);
}
