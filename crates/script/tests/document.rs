//! The starter, the document of a standard and the listing of the vocabulary.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{ENTERPRISE, SANCTION, Scope, Standard, Vocabulary, Wording};
use sanse_script::{Format, compile, document, listing, listing_markdown, run_cases, starter};

fn compiled(script: &str) -> Standard {
    let result = compile("x.rhai", script.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    assert_eq!(result.findings, []);
    result.standard.unwrap()
}

fn shipped(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            shipped(&path, found);
        } else if path.extension().is_some_and(|e| e == "rhai") {
            found.push(path);
        }
    }
}

#[test]
fn the_starter_compiles_and_its_tests_pass() {
    for domain in ["噪声", "农产品质量安全", "A1 (试点)"] {
        let standard = compiled(&starter(domain).unwrap());
        assert_eq!(standard.subject.chinese(), domain);
        let failed: Vec<_> = run_cases(&standard).into_iter().filter(|case| !case.passed).collect();
        assert_eq!(failed, []);
        assert!(standard.cases.len() >= 5);
    }
    for bad in ["", "  ", "a\"b", "甲\n乙", "${x}", "a/b", &"长".repeat(21)] {
        assert_eq!(starter(bad), None, "{bad}");
    }
}

#[test]
fn every_shipped_standard_has_a_document_that_says_all_of_it() {
    let mut paths = Vec::new();
    shipped(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"), &mut paths);
    assert!(paths.len() >= 5);
    let vocabulary = Arc::new(Vocabulary::standard());
    for path in paths {
        // Standards whose parameters must be given do not compile by themselves.
        let bytes = std::fs::read(&path).unwrap();
        let Some(standard) = compile("x.rhai", &bytes, &vocabulary, &[]).standard else { continue };
        let name = path.display();
        let text = document(&standard, Format::Markdown);
        let html = document(&standard, Format::Html);
        for rule in &standard.rules {
            assert!(html.contains(&format!("<h3>{}　", rule.id)), "{name} {}", rule.id);
        }
        for parameter in &standard.parameters {
            assert!(html.contains(&format!("<td>{}</td>", parameter.name)), "{name} {}", parameter.name);
        }
        assert!(!text.contains("结果不符"), "{name}");
        for (open, close) in [('（', '）'), ('“', '”')] {
            assert_eq!(text.matches(open).count(), text.matches(close).count(), "{name} {open}");
        }
        for empty in ["之一的之一", "是之一", "“”", "（）", "的的", "：。", "并且。", "None", "Expr"]
        {
            assert!(!text.contains(empty), "{name} {empty}");
        }
    }
}

/// What a condition of an arm says.
fn said(scope: &str, condition: &str) -> String {
    let script = format!(
        r#"标准("T-1", "试", "草案").领域("消防").施行("2023-01-01");
        计入(措施, |措| 措.作出日期, 统计期);
        计入(检查, |检| 检.检查日期, 统计期);
        计入(整改, |整| 整.下达日期, 统计期);
        规则("T-1-1", "甲").依据("乙").{scope}.情形({condition}, 记(1)).其余(记(2));
        等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,11]").等级("红标", 红, "[12,)");"#
    );
    let result = compile("x.rhai", script.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let standard = result.standard.unwrap_or_else(|| panic!("{condition}: {:#?}", result.findings));
    let rule = standard.rules.first().unwrap();
    let list = if rule.scope == Scope::Enterprise { ENTERPRISE } else { SANCTION };
    let when = rule.arms.first().unwrap().when.clone().unwrap();
    Wording::new(&standard).expression(&when, list)
}

#[test]
fn conditions_read_as_an_official_would_write_them() {
    let rows = [
        (r#"|措| 措.种类 == "罚款""#, "种类是“罚款”"),
        (r#"|措| !(措.种类 in ["约谈", "责令改正"])"#, "种类不是“约谈”、“责令改正”之一"),
        ("|措| 措.金额.有值 && 措.金额 > 5.万元", "有金额，并且金额超过5万元"),
        ("|措| !措.金额.有值", "没有金额"),
        ("|措| (措.金额 ?? 300.元) <= 2.5.万元", "金额（没有的按300元）不超过2.5万元"),
        ("|措| 措.企业.人员密集场所 ?? false", "企业的人员密集场所为是"),
        ("|措| 措.作出日期 + 6.个月 < 截止日", "作出日期后6个月早于截止日"),
        ("|措| 截止日 - 措.作出日期 > 180", "从作出日期到截止日的天数超过180"),
        (
            r#"|措| 措.种类 == "警告" && (措.整改 == "未整改" || 措.整改时效 == "逾期整改")"#,
            "种类是“警告”，并且（整改是“未整改”，或者整改时效是“逾期整改”）",
        ),
    ];
    for (condition, expected) in rows {
        assert_eq!(said("逐条(措施)", condition), expected);
    }
    let enterprises = [
        ("|企| 企.处罚.任意天内(180) >= 3", "任意180天内处罚不少于3件"),
        ("|企| 企.检查.数量() == 0", "没有检查"),
        ("|企| !企.检查.存在()", "没有检查"),
        (r#"|企| 企.检查.其中(|检| 检.结果组 == "问题").存在()"#, "有结果组是“问题”的检查"),
        ("|企| 企.处罚.近(3.年).数量() >= 2", "作出日期起3年内（以统计期末日为准）的处罚不少于2件"),
        ("|企| 企.处罚.合计(|罚| 罚.金额) > 10.万元", "处罚的金额合计超过10万元"),
        (
            r#"|企| (企.处罚.平均(|罚| 罚.金额, "四舍五入") ?? 0.元) >= 1.万元"#,
            "处罚的金额平均（四舍五入）（没有的按0元）不少于1万元",
        ),
        (
            r#"|企| (除以(企.处罚.数量(), 企.检查.数量(), "向下取整") ?? 0) > 1"#,
            "处罚的件数除以检查的件数（向下取整）（没有的按0）超过1",
        ),
        ("|企| 企.处罚.任意月内合计(12, |罚| 罚.金额) > 5.万元", "任意1年内处罚的金额合计的最大值超过5万元"),
    ];
    for (condition, expected) in enterprises {
        assert_eq!(said("每户()", condition), expected);
    }
}

#[test]
fn the_listing_names_everything() {
    let vocabulary = Vocabulary::standard();
    let listing = listing(&vocabulary);
    let text = listing_markdown(&vocabulary).replace('\\', "");
    for (list, def) in listing.lists.iter().zip(&vocabulary.lists) {
        assert_eq!(list.fields.len(), def.fields.len());
        assert!(text.contains(&format!("## {}（{}）", list.chinese, list.english)));
        for field in &list.fields {
            assert!(
                text.contains(&format!("| {} | {} |", field.chinese, field.english)),
                "{}",
                field.chinese
            );
        }
    }
    for code in listing.code_lists.iter().flat_map(|codes| &codes.codes) {
        assert!(text.contains(&format!("| {} | {} |", code.chinese, code.english)), "{}", code.chinese);
    }
}

#[test]
fn a_factor_and_a_ratio_have_no_unit() {
    let standard = compiled(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\").分值单位(0.1);
         let 分值 = 参数(\"罚款分值\", 3, \"一次罚款记几分\");
         let 折 = 参数(\"满一年折减\", 0.6, \"满一年的按几成记\");
         计入(措施, |措| 措.作出日期, 3.年);计入(检查, |检| 检.检查日期, 3.年);
         规则(\"R-1\", \"罚款\").依据(\"法\").逐条(处罚).当(|罚| 罚.种类 == \"罚款\")
             .情形(|罚| 罚.作出日期 > 统计期末日 - 1.年, 记(分值))
             .其余(记(分值 * 折));
         规则(\"R-2\", \"处罚多\").依据(\"法\")
             .情形(|企| (比(企.处罚.数量(), 企.检查.数量(), \"四舍五入\") ?? 0.25) >= 0.5, 不高于(\"红标\"));
         等级(\"绿标\", 绿, \"[0,0]\").等级(\"黄标\", 黄, \"[0.1,11.9]\").等级(\"红标\", 红, \"[12,)\");",
    );
    let text = document(&standard, Format::Markdown);
    assert!(text.contains("满一年折减 | 0.6 | 0.6 |"), "{text}");
    assert!(text.contains("记1.8分"), "{text}");
    assert!(text.contains("（没有的按0.25）不少于0.5 |"), "{text}");
}
