//! 含, 同一, 比 and measures by grade: what they mean, in tests as a bureau writes them; how they are said, saved and
//! checked.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly")]

use std::sync::Arc;

use sanse::{ENTERPRISE, Standard, Vocabulary, Wording};
use sanse_script::{Compiled, Format, compile, document, render, run_cases};

const SCRIPT: &str = include_str!("scripts/constructs.rhai");

fn compiled(text: &str) -> Compiled {
    compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[])
}

fn standard(text: &str) -> Standard {
    let compiled = compiled(text);
    let shown: Vec<String> = compiled.findings.iter().map(|f| render(f, &compiled.text)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    compiled.standard.unwrap()
}

/// The findings of a condition over the enterprise or a row, as code, message and remedy.
fn of(rule: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");\n\
         计入(措施, |措| 措.作出日期, 统计期);计入(检查, |检| 检.检查日期, 统计期);\n\
         规则(\"R\", \"规\").依据(\"法\"){rule};\n\
         等级(\"好\", 绿, \"(,0]\").等级(\"中\", 黄, \"[1,9]\").等级(\"差\", 红, \"[10,)\");"
    );
    let findings = compiled(&text).findings;
    let findings = findings.into_iter().filter(|f| f.code != "S425");
    findings.map(|f| (f.code, format!("{} {}", f.message, f.help.unwrap_or_default()))).collect()
}

#[track_caller]
fn one(rule: &str, code: &str, words: &[&str]) {
    let found = of(rule);
    let [(found_code, text)] = found.as_slice() else { panic!("{rule}\n{found:#?}") };
    assert_eq!(*found_code, code, "{rule}\n{text}");
    for word in words {
        assert!(text.contains(word), "{rule}\n{text}");
    }
}

#[test]
fn the_tests_in_the_script_pass() {
    for result in run_cases(&standard(SCRIPT)) {
        assert!(result.passed, "{}: {:#?}\n{:#?}", result.case, result.differences, result.chain);
    }
}

#[test]
fn a_standard_with_them_is_valid_and_comes_back_from_json() {
    let standard = standard(SCRIPT);
    standard.validate().unwrap();
    let saved = serde_json::to_string(&standard).unwrap();
    assert_eq!(serde_json::from_str::<Standard>(&saved).unwrap(), standard);
}

#[test]
fn they_are_said_in_chinese() {
    let standard = standard(SCRIPT);
    let wording = Wording::new(&standard);
    let said = |rule: usize| {
        let rule = &standard.rules[rule];
        let list = match rule.scope {
            sanse::Scope::Enterprise => ENTERPRISE,
            sanse::Scope::Each(list) => list,
        };
        let arm = &rule.arms[0];
        let when = arm.when.as_ref().map_or(String::new(), |when| wording.expression(when, list));
        format!("{when}：{}", wording.effect(&arm.effect, list))
    };
    assert_eq!(said(0), "违法行为含“夜间”，并且违法行为不含“白天”：记2分");
    assert_eq!(said(1), "任意1年内同一违法行为的处罚不少于2件：记3分");
    assert_eq!(said(2), "同一违法行为、种类的处罚的最多件数等于3：记1分");
    assert_eq!(
        said(3),
        "有检查：记分，分数为结果组是“问题”的检查的件数与检查的件数之比（按两位小数四舍五入）（没有的按0）"
    );
    let page = document(&standard, Format::Markdown);
    assert!(page.contains("等级“甲级”"), "{page}");
}

#[test]
fn slips_with_them_are_told_what_to_write() {
    let each = |condition: &str| format!(".逐条(措施).情形({condition}, 记(1))");
    let firm = |condition: &str| format!(".情形({condition}, 记(1))");
    one(&each("|措| 措.违法行为.含(\"\")"), "S301", &["不能是空的"]);
    one(&each("|措| 措.违法行为.含(3)"), "S301", &["固定的文字"]);
    one(&each("|措| 措.种类.含(\"罚\")"), "S301", &["代码", "in ["]);
    one(&each("|措| !措.违法行为.含(\"夜间\")"), "S303", &["违法行为", "有值"]);
    one(&each("|措| \"夜间\" in 措.违法行为"), "S208", &["含(\"夜间\")"]);
    one(&each("|措| 措.违法行为.含(\"夜\") && !措.违法行为.含(\"夜\")"), "S418", &["永远不成立"]);
    assert_eq!(of(&each("|措| 措.违法行为.contains(\"夜间\")")), []);
    assert_eq!(of(&each("|措| 措.违法行为.有值 && !措.违法行为.含(\"夜间\")")), []);
    one(&firm("|企| 企.处罚.同一(|罚| 罚.违法行为).存在()"), "S206", &["任意月内"]);
    one(&firm("|企| 企.处罚.同一(|罚| \"甲\").数量() > 1"), "S301", &["算同一"]);
    one(&firm("|企| 企.处罚.同一(|罚| 罚.种类).同一(|罚| 罚.违法行为).数量() > 1"), "S404", &["[x."]);
    one(&firm("|企| 企.处罚.同一(|罚| 罚.违法行为) > 1"), "S208", &["数量"]);
    one(&firm("|企| 比(企.处罚.数量(), 企.检查.数量(), \"四舍五入\") > 1"), "S303", &["除数为 0", "??"]);
    one(
        &firm("|企| (比(企.处罚.合计(|罚| 罚.金额), 企.检查.数量(), \"四舍五入\") ?? 0) > 1"),
        "S301",
        &["金额和整数"],
    );
    one(&firm("|企| (比(企.处罚.数量(), 企.检查.数量(), \"约\") ?? 0) > 1"), "S304", &["四舍五入"]);
    assert_eq!(
        of(".当(|企| 企.检查.存在()).则(记(|企| 比(企.处罚.数量(), 企.检查.数量(), \"四舍五入\") ?? 0))")
            .iter()
            .map(|f| f.0)
            .collect::<Vec<_>>(),
        ["S416"]
    );
}

#[test]
fn a_row_of_measures_that_is_never_used_is_pointed_out() {
    let text = SCRIPT.replace("监管(\"甲级\",", "监管(绿, #{ 依据: \"方案\" });\n监管(\"甲级\",");
    let found = compiled(&text).findings;
    let codes: Vec<&str> = found.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["S422", "S422"], "{found:#?}");
    assert!(found[0].message.contains("永远用不到"));
}
