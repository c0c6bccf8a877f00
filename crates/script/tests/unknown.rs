//! 整改 and 整改时效 that nobody knows: the check asks what holds then, and a hit that turned on it says so.

#![expect(clippy::panic, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{compile, run_cases};

/// A standard with one rule, and tests.
fn script(admit: &str, rule: &str, tests: &str) -> String {
    format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");
         计入(措施, |措| 措.作出日期, 统计期){admit};
         计入(整改, |整| 整.下达日期, 统计期);
         规则(\"R\", \"规\").依据(\"法\"){rule};
         等级(\"绿标\", 绿, \"[0,0]\").等级(\"黄标\", 黄, \"[1,11]\").等级(\"红标\", 红, \"[12,)\");
         {tests}"
    )
}

/// How often the check asks about 未知.
fn asked(admit: &str, rule: &str) -> usize {
    let compiled =
        compile("试.rhai", script(admit, rule, "").as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let others: Vec<_> = compiled.findings.iter().filter(|f| !["S433", "S425"].contains(&f.code)).collect();
    assert!(others.is_empty(), "{admit} {rule}: {others:?}");
    compiled.findings.iter().filter(|f| f.code == "S433").count()
}

#[test]
fn a_case_into_which_the_unknown_falls_is_pointed_out() {
    for rule in [
        ".情形(|措| 措.整改时效 == \"按时整改\", 记(1)).其余(记(3))",
        ".情形(|措| 措.整改时效 == \"按时整改\", 记(1)).其余(不高于(\"红标\"))",
        ".情形(|措| 措.种类 == \"警告\" && 措.整改时效 == \"按时整改\", 记(1)).情形(|措| 措.种类 == \"警告\", 记(3))",
        ".情形(|措| 措.整改时效 != \"按时整改\", 记(3))",
        ".情形(|措| !(措.整改时效 in [\"按时整改\", \"未到期\"]), 记(3))",
        ".当(|措| 措.整改时效 != \"按时整改\").则(记(3))",
        ".情形(|措| 措.整改 == \"未整改\", 记(3)).其余(记(1))",
    ] {
        assert_eq!(asked("", &format!(".逐条(处罚){rule}")), 1, "{rule}");
    }
    let order = ".逐条(整改).情形(|整| 整.整改时效 == \"按时整改\", 记(1)).其余(记(3))";
    assert_eq!(asked("", order), 1);
    let filter = ".情形(|企| 企.处罚.其中(|措| 措.整改时效 != \"按时整改\").数量() >= 2, 记(3))";
    assert_eq!(asked("", filter), 1);
    assert_eq!(asked(".结转(|措| 措.整改 != \"已整改\")", ".逐条(处罚).则(记(1))"), 1);
}

#[test]
fn what_is_said_or_does_not_matter_is_not_asked() {
    for rule in [
        // Said.
        ".情形(|措| 措.整改时效 in [\"按时整改\", \"未知\"], 记(1)).其余(记(3))",
        ".情形(|措| 措.整改时效 == \"按时整改\", 记(1)).情形(|措| 措.整改时效 == \"未知\", 记(2)).其余(记(3))",
        ".情形(|措| 措.整改时效 != \"按时整改\" && 措.整改时效 != \"未知\", 记(3))",
        // The unknown brings nothing.
        ".情形(|措| 措.整改时效 == \"逾期整改\", 记(1))",
        ".情形(|措| 措.整改时效 == \"逾期整改\", 记(1)).其余(记(0))",
        // What is known to be late has a known state.
        ".情形(|措| 措.整改 == \"未整改\", 记(3)).情形(|措| 措.整改时效 == \"逾期整改\", 记(1))",
        // The other case is for other records.
        ".情形(|措| 措.种类 == \"警告\" && 措.整改时效 == \"逾期整改\", 记(1)).情形(|措| 措.种类 == \"罚款\", 记(3))",
    ] {
        assert_eq!(asked("", &format!(".逐条(处罚){rule}")), 0, "{rule}");
    }
    // An order always has a state.
    assert_eq!(asked("", ".逐条(整改).情形(|整| 整.整改 == \"未整改\", 记(3)).其余(记(1))"), 0);
    let filter = ".情形(|企| 企.处罚.其中(|措| 措.整改时效 == \"逾期整改\").数量() >= 2, 记(3))";
    assert_eq!(asked(".结转(|措| 措.整改 in [\"未整改\", \"部分整改\"])", filter), 0);
}

/// Runs the tests of a script; each that fails with what it says.
fn failures(rule: &str, tests: &str) -> Vec<String> {
    let text = script("", rule, tests);
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let standard = compiled.standard.unwrap_or_else(|| panic!("{:?}", compiled.findings));
    run_cases(&standard).into_iter().flat_map(|result| result.differences).collect()
}

#[test]
fn a_hit_that_turned_on_the_unknown_says_what_is_lacking() {
    let rule = ".逐条(处罚).情形(|措| 措.种类 == \"警告\", 记(2))\
        .情形(|措| 措.整改时效 == \"按时整改\", 记(1)).其余(记(3))";
    let fine = "种类: \"罚款\", 作出日期: \"2022-05-06\"";
    for (fields, reason) in [
        ("", "记3分（整改时效未知：缺“整改”“整改期限”“整改完成日期”）"),
        (", 整改: \"已整改\"", "记3分（整改时效未知：缺“整改期限”“整改完成日期”）"),
        (", 整改: \"已整改\", 整改期限: \"2022-06-06\"", "记3分（整改时效未知：缺“整改完成日期”）"),
        (", 整改: \"未整改\"", "记3分（整改时效未知：缺“整改期限”）"),
        (", 整改: \"未复查\"", "记3分（整改时效未知：整改尚未复查）"),
    ] {
        let test = format!(
            "测试(\"甲\").截止(\"2023-03-31\").企业(#{{ 措施: [#{{ {fine}{fields} }}] }}).应有理由(\"{reason}\");"
        );
        assert_eq!(failures(rule, &test), [""; 0], "{fields}");
    }
    // Known, or not what the case turned on.
    for fields in [
        format!("{fine}, 整改: \"已整改\", 整改期限: \"2022-06-06\", 整改完成日期: \"2022-06-07\""),
        "种类: \"警告\", 作出日期: \"2022-05-06\"".to_owned(),
    ] {
        let test = format!(
            "测试(\"甲\").截止(\"2023-03-31\").企业(#{{ 措施: [#{{ {fields} }}] }}).应有理由(\"未知\");"
        );
        assert_eq!(failures(rule, &test).len(), 1, "{fields}");
    }
    let filter = ".情形(|企| 企.处罚.其中(|措| 措.整改时效 != \"按时整改\").存在(), 记(3))";
    let test = format!(
        "测试(\"甲\").截止(\"2023-03-31\").企业(#{{ 措施: [#{{ {fine}, 整改: \"已整改\" }}] }})\
         .应有理由(\"整改时效未知：缺“整改期限”“整改完成日期”\");"
    );
    assert_eq!(failures(filter, &test), [""; 0]);
}
