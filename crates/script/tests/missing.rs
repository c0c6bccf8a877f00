//! A condition within another expression is no way around what must be said of missing values.

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::compile;

/// The codes of the errors in a standard with one condition over 措施.
fn errors(condition: &str) -> Vec<&'static str> {
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");计入(措施, |措| 措.作出日期, 统计期);\
         规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| {condition}, 记(1));\
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
