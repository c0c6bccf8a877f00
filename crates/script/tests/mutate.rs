//! Changes to a standard, and who notices them.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use sanse::{Standard, Vocabulary};
use sanse_script::{Mutant, Mutation, Tried, compile_for_tests, mutants, mutate};

const SCRIPT: &str = r#"
    标准("GD-1", "改动", "草案").领域("消防").施行("2023-01-01");
    计入(措施, |措| 措.作出日期, 统计期).除外(|措| 措.种类 == "免予处罚", "免予处罚").结转(|措| 措.整改 == "未整改");
    规则("GD-1-1", "罚款").依据("示例").逐条(处罚)
        .情形(|措| 措.种类 == "罚款" && (措.金额 ?? 0.元) <= 1.万元, 记(2))
        .情形(|措| 措.种类 == "罚款" && (措.金额 ?? 0.元) <= 5.万元, 记(3))
        .情形(|措| 措.种类 == "警告", 记(1))
        .封顶(6);
    规则("GD-1-2", "频繁").依据("示例").当(|企| 企.处罚.任意天内(180) >= 3).则(不高于("红标"));
    等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
"#;

fn standard(tests: &str) -> Standard {
    let script = format!("{SCRIPT}{tests}");
    let compiled = compile_for_tests("改动.rhai", script.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    compiled.standard.unwrap()
}

/// What a rule says of another does not keep the other from being taken away.
#[test]
fn a_rule_that_another_names_is_taken_away_too() {
    let standard = standard(
        "规则(\"GD-1-3\", \"又计罚款\").依据(\"示例\").逐条(处罚).情形(|措| 措.种类 == \"罚款\", 记(1)).分别记分(\"GD-1-1\", \"示例\");",
    );
    let all = all_of(&standard);
    let removed = all.iter().filter(|m| m.mutation == Mutation::RuleRemoved);
    assert_eq!(removed.map(|m| m.before.as_str()).collect::<Vec<_>>(), ["罚款", "频繁", "又计罚款"]);
}

/// What is not noticed, as kind, before and after.
fn left(tried: &[Tried]) -> Vec<(Mutation, String, String)> {
    let unseen = tried.iter().filter(|t| !t.noticed()).map(|t| &t.mutant);
    unseen.map(|m| (m.mutation, m.before.clone(), m.after.clone())).collect()
}

fn all_of(standard: &Standard) -> Vec<Mutant> {
    let mut all = Vec::new();
    mutants(standard, &mut |mutant, changed| {
        assert_eq!(changed.validate(), Ok(()));
        assert_ne!(changed, *standard);
        all.push(mutant);
    });
    all
}

#[test]
fn every_number_comparison_and_rule_is_changed_once() {
    let all = all_of(&standard(""));
    let said: Vec<String> =
        all.iter().map(|m| format!("{} {}→{}", m.mutation.chinese(), m.before, m.after)).collect();
    for expected in [
        "去掉除外或结转 除外：种类是“免予处罚”（免予处罚）→",
        "去掉除外或结转 结转：整改是“未整改”→",
        "改数或比较 种类是“免予处罚”→种类不是“免予处罚”",
        "去掉规则 罚款→",
        "去掉情形 种类是“警告”：记1分→",
        "去掉封顶 封顶6分→",
        "改数或比较 封顶6分→封顶7分",
        "改数或比较 记2分→记3分",
        "去掉规则 频繁→",
        "移动等级分界 绿标[0,0]，黄标[1,5]→绿标[0,1]，黄标[2,5]",
        "移动等级分界 黄标[1,5]，红标[6,)→黄标[1,4]，红标[5,)",
    ] {
        assert_eq!(said.iter().filter(|s| *s == expected).count(), 1, "{expected}\n{}", said.join("\n"));
    }
    // The two fines overlap, so their order has a meaning; a fine is no warning, so that order has none.
    assert_eq!(all.iter().filter(|m| m.mutation == Mutation::ArmsSwapped).count(), 1);
    // A value for a missing one is no boundary, and 处罚 is one word.
    assert!(said.iter().all(|s| !s.contains("→没有金额") && !s.contains("类别不是")), "{}", said.join("\n"));
    // `<= 1万元` moves by its sign and by its number, not twice the same way.
    let bounds = all.iter().filter(|m| m.before.contains("1万元") && m.mutation == Mutation::Figure);
    assert_eq!(bounds.count(), 2);
    for mutant in &all {
        assert_ne!(mutant.before, mutant.after);
    }
}

#[test]
fn what_no_test_notices_is_named_and_what_one_does_is_not() {
    // Without tests nothing is noticed.
    let none = mutate(&standard(""), None, 2);
    assert!(none.iter().all(|t| t.test.is_none() && t.enterprises.is_none() && !t.noticed()));
    let weak = r#"测试("三次").截止("2023-03-31").企业(#{ 措施: [
        #{ 种类: "警告", 作出日期: "2022-01-01", 文号: "1号" }, #{ 种类: "警告", 作出日期: "2022-03-01", 文号: "2号" },
        #{ 种类: "警告", 作出日期: "2022-05-01", 文号: "3号" }] }).应为("红标");"#;
    let tried = mutate(&standard(weak), None, 2);
    let unseen = left(&tried);
    // The third within 180 days, but not on the last of them; 记1分 plays no part in the grade.
    let days = |to: &str| {
        let figure = |(kind, before, after): &(Mutation, String, String)| {
            *kind == Mutation::Figure && before.contains("任意180天") && after.contains(to)
        };
        unseen.iter().any(figure)
    };
    assert!(days("任意181天") && days("任意179天") && !days("超过3件"), "{unseen:#?}");
    assert!(unseen.iter().any(|(_, before, after)| before == "记1分" && after == "记2分"));
    assert!(!unseen.iter().any(|(kind, before, _)| *kind == Mutation::RuleRemoved && before == "频繁"));
    // Tests on both sides of the boundaries leave nothing of that rule.
    let strong = r#"
        测试("第三次在第一百八十日").截止("2023-03-31").企业(#{ 措施: [
            #{ 种类: "警告", 作出日期: "2022-01-10", 文号: "1号" }, #{ 种类: "警告", 作出日期: "2022-04-01", 文号: "2号" },
            #{ 种类: "警告", 作出日期: "2022-07-08", 文号: "3号" }] }).应记(3).应为("红标");
        测试("第三次在第一百八十一日").截止("2023-03-31").企业(#{ 措施: [
            #{ 种类: "警告", 作出日期: "2022-01-10", 文号: "1号" }, #{ 种类: "警告", 作出日期: "2022-04-01", 文号: "2号" },
            #{ 种类: "警告", 作出日期: "2022-07-09", 文号: "3号" }] }).应记(3).应为("黄标");"#;
    let tried = mutate(&standard(strong), None, 2);
    assert!(left(&tried).iter().all(|(_, before, _)| !before.contains("180天")), "{:#?}", left(&tried));
    let removed = tried.iter().find(|t| t.mutant.before == "频繁").unwrap();
    assert_eq!(removed.test.as_deref(), Some("第三次在第一百八十日"));
}

#[test]
fn shipped_standards_give_the_same_list_at_any_number_of_threads() {
    let mut seen = BTreeSet::new();
    for name in ["消防", "综合"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../rules/yeji/{name}.rhai"));
        let vocabulary = Arc::new(Vocabulary::standard());
        let bytes = std::fs::read(&path).unwrap();
        let standard = compile_for_tests("试.rhai", &bytes, &vocabulary, &[]).standard.unwrap();
        let one = left(&mutate(&standard, None, 1));
        assert_eq!(one, left(&mutate(&standard, None, 7)), "{name}");
        let all = all_of(&standard);
        assert!(one.len() < all.len(), "{name}: no test notices anything");
        seen.extend(all.iter().map(|m| m.mutation));
    }
    assert!(seen.len() >= 7, "{seen:?}");
}

#[test]
fn what_nobody_notices_is_told_how_to_notice() {
    let tried = mutate(&standard(""), None, 1);
    let said: Vec<String> =
        tried.iter().map(|t| format!("{}→{} {}", t.mutant.before, t.mutant.after, t.mutant.remedy)).collect();
    for expected in [
        "不超过1万元→金额（没有的按0元）不超过10001元 写一个金额（没有的按0元）正好是10001元的测试",
        "不超过1万元→金额（没有的按0元）少于1万元 写一个金额（没有的按0元）正好是1万元的测试",
        "不少于3件→任意180天内处罚超过3件 写一个任意180天内处罚的最多件数正好是3的测试",
        "任意181天内处罚不少于3件 写一个日期正好在“任意180天内处罚不少于3件”边上的测试",
        "绿标[0,0]，黄标[1,5]→绿标[0,1]，黄标[2,5] 写一个得分正好是1分的测试，接 .应为(\"黄标\")",
        "黄标[1,5]，红标[6,)→黄标[1,4]，红标[5,) 写一个得分正好是5分的测试，接 .应为(\"黄标\")",
        "频繁→ 写一个命中它的测试，接 .应命中(\"GD-1-2\")",
        "封顶6分→ 写一个合计超过6分的测试",
    ] {
        assert!(said.iter().any(|s| s.contains(expected)), "{expected}\n{}", said.join("\n"));
    }
}

/// A test at the value that a remedy names notices the change.
#[test]
fn the_value_named_tells_both_apart() {
    let fine = |amount: &str| {
        format!(
            "测试(\"界\").截止(\"2023-03-31\").企业(#{{ 措施: [#{{ 种类: \"罚款\", 作出日期: \"2022-05-01\", 金额: {amount} }}] }})"
        )
    };
    let noticed = |tests: &str, after: &str| {
        let tried = mutate(&standard(tests), None, 1);
        let one = tried.into_iter().find(|t| t.mutant.after.ends_with(after)).unwrap();
        one.test.is_some()
    };
    assert!(noticed(&format!("{}.应记(3);", fine("10001.元")), "不超过10001元"));
    assert!(noticed(&format!("{}.应记(2);", fine("1.万元")), "少于1万元"));
    assert!(!noticed(&format!("{}.应记(2);", fine("9999.元")), "少于1万元"));
}
