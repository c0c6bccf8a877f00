//! A condition within another expression is no way around what must be said of missing values.

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::compile;

/// The codes of the errors in a standard with one condition over 措施.
fn errors(condition: &str) -> Vec<&'static str> {
    errors_of_rule(&format!(".逐条(措施).情形(|措| {condition}, 记(1))"))
}

/// The codes of the errors in a standard with one rule.
fn errors_of_rule(rule: &str) -> Vec<&'static str> {
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");计入(措施, |措| 措.作出日期, 统计期);\
         规则(\"R\", \"规\").依据(\"法\"){rule};\
         等级(\"好\", 绿, \"[0,0]\").等级(\"差\", 红, \"(0,)\");"
    );
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let errors = compiled.findings.iter().filter(|f| f.severity == sanse_script::Severity::Error);
    errors.map(|f| f.code).collect()
}

#[test]
fn conditions_that_are_compared_are_looked_into() {
    for condition in [
        "(措.违法行为 != \"甲\") == (措.种类 == \"罚款\")",
        "(措.种类 == \"罚款\") != (措.金额 > 5.元)",
        "(措.违法行为 == \"甲\") == true",
        "!(措.违法行为 in [\"甲\"]) == false",
        "(措.金额 > 5.元) in [true]",
        "((措.金额 > 5.元) ?? false) == true",
        "(措.金额.有值 && 措.违法行为 != \"甲\") == true",
    ] {
        assert_eq!(errors(condition), ["S303"], "{condition}");
    }
    for condition in [
        "(措.金额.有值 && 措.金额 > 5.元) == (措.种类 == \"罚款\")",
        "((措.违法行为 ?? \"乙\") != \"甲\") == (措.种类 == \"罚款\")",
        "措.金额.有值 == (措.种类 == \"罚款\")",
    ] {
        assert_eq!(errors(condition), [""; 0], "{condition}");
    }
}

#[test]
fn conditions_that_are_keys_are_looked_into() {
    let missing = [
        "措.企业.曾用名 != \"甲\"",
        "措.违法行为 == \"甲\"",
        "!(措.违法行为 in [\"甲\"])",
        "措.违法行为.含(\"甲\")",
        "(措.金额 > 5.元) == true",
    ];
    let sure = [
        "措.金额.有值",
        "措.种类 == \"罚款\"",
        "(措.违法行为 ?? \"\") != \"甲\"",
        "措.金额.有值 && 措.金额 > 5.元",
        // A value that is missing is no condition over one: such a row is alone.
        "措.违法行为",
    ];
    let rules = |key: &str| {
        [
            format!(".逐条(措施).则(记(1)).取最重(|措| {key})"),
            format!(".逐条(措施).则(记(1)).取最重(|措| [{key}, 措.作出日期])"),
            format!(".情形(|企| 企.措施.同一(|措| {key}).数量() > 1, 记(1))"),
        ]
    };
    for (keys, expected) in [(&missing, vec!["S303"]), (&sure, vec![])] {
        for rule in keys.iter().flat_map(|key| rules(key)) {
            assert_eq!(errors_of_rule(&rule), expected, "{rule}");
        }
    }
    for condition in missing {
        let later = format!(".逐条(措施).则(记(1)).取最重(|措| [措.作出日期, {condition}])");
        assert_eq!(errors_of_rule(&later), ["S303"], "{later}");
    }
}
