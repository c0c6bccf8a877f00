//! Branches (分支机构) and head offices (总机构): for whom a branch's records count, case by case.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

mod common;

use std::fmt::Write as _;
use std::sync::Arc;

use common::{all_text, balanced, problems};
use sanse::{Calendar, ENTERPRISE, Period, Reasons, SANCTION, Vocabulary};
use sanse_data::{Delivery, InputFile, read_files};

/// Codes that hold, of the enterprises 甲, 乙, 丙, 丁 of the register; the last is in none.
const CODES: [(&str, &str); 5] = [
    ("甲", "91341504MA2TE5TA3J"),
    ("乙", "913415005872291452"),
    ("丙", "91341522MA2MQ7K84W"),
    ("丁", "93341504MA2RQ90W33"),
    ("外", "91330106673959654P"),
];
const NAMES: [(&str, &str); 4] = [
    ("甲", "叶集甲木业有限公司"),
    ("乙", "叶集乙木业有限公司三元分公司"),
    ("丙", "叶集丙板材有限公司"),
    ("丁", "叶集丁家具厂孙岗门市部"),
];

fn code(letter: &str) -> &str {
    CODES.iter().find(|(known, _)| *known == letter).map_or(letter, |(_, code)| code)
}

/// A noise standard; `said` is what it says of branches.
fn standard(said: &str) -> sanse::Standard {
    let script = format!(
        r#"标准("ZS-1", "噪声", "草案").领域("噪声").施行("2023-01-01");
{said}
计入(措施, |措| 措.作出日期, 统计期);
规则("Z-1", "处罚").依据("示例").逐条(处罚).情形(|措| 措.种类 == "罚款", 记(4)).其余(记(1));
规则("Z-2", "三次处罚").依据("示例").当(|企| 企.处罚.数量() >= 3).则(不高于("红标"));
等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,11]").等级("红标", 红, "[12,)");
"#
    );
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = sanse_script::compile("噪声.rhai", script.as_bytes(), &vocabulary, &[]);
    compiled.standard.unwrap_or_else(|| panic!("{:?}", compiled.findings))
}

/// Reads a register of (enterprise, head office) and penalties of (enterprise, number, kind, day).
fn delivery(
    vocabulary: &Vocabulary,
    heads: &[(&str, &str)],
    penalties: &[(&str, &str, &str, &str)],
) -> Delivery {
    let mut register = "企业名称,统一社会信用代码,乡镇,登记状态,总机构统一社会信用代码\n".to_owned();
    for (letter, name) in NAMES {
        let head = heads.iter().find(|(branch, _)| *branch == letter).map_or("", |(_, head)| code(head));
        let state = if letter == "乙" { "注销" } else { "存续" };
        writeln!(register, "{name},{},三元镇,{state},{head}", code(letter)).unwrap();
    }
    let mut rows = "领域,统一社会信用代码,文号,违法行为,种类,作出日期\n".to_owned();
    for (letter, number, kind, day) in penalties {
        writeln!(rows, "噪声,{},{number},夜间施工,{kind},{day}", code(letter)).unwrap();
    }
    let coverage = "机关,领域,起,止\n区城管局,噪声,2022-01-01,2022-12-31\n".to_owned();
    let files = [("名录.csv", register), ("处罚.csv", rows), ("覆盖.csv", coverage)]
        .map(|(path, text)| InputFile { path: path.to_owned(), content: Ok(text.into_bytes()) });
    let as_of = "2023-03-31".parse().unwrap();
    let d = read_files(files, &Arc::new(vocabulary.clone()), &["噪声".to_owned()], as_of).unwrap();
    balanced(&d);
    d
}

/// Score and label of every enterprise, as `甲 4 黄标`, and the reasons of its hits.
fn labels(standard: &sanse::Standard, d: &Delivery) -> Vec<(String, Vec<String>)> {
    let calendar =
        Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of: "2023-03-31".parse().unwrap() };
    let all = sanse::classify(&d.caseload, std::slice::from_ref(standard), None, &calendar, 2).unwrap();
    let result = &all.domains[0];
    let reasons = Reasons::new(standard, &d.caseload, &result.assessments);
    let mut labels: Vec<(String, Vec<String>)> = (0..d.caseload.enterprises())
        .map(|e| {
            let name = d.caseload.display(ENTERPRISE, e, "名称");
            let letter = NAMES.iter().find(|(_, known)| *known == name).unwrap().0;
            let score = result.assessments.outcome(e).unwrap().score();
            let label = result.verdicts[e].label.map_or("未评定", sanse::Label::chinese);
            let hits = result.assessments.hits(e).iter().map(|hit| reasons.hit(hit)).collect();
            (format!("{letter} {score} {label}"), hits)
        })
        .collect();
    labels.sort();
    labels
}

fn only_labels(said: &str, heads: &[(&str, &str)], penalties: &[(&str, &str, &str, &str)]) -> Vec<String> {
    let standard = standard(said);
    let d = delivery(&standard.vocabulary, heads, penalties);
    let order = ["甲", "乙", "丙", "丁"];
    let mut all: Vec<String> = labels(&standard, &d).into_iter().map(|(label, _)| label).collect();
    all.sort_by_key(|label| order.iter().position(|letter| label.starts_with(letter)));
    all
}

const COUNTS: &str = "分支机构(\"计入总机构\");";

#[test]
fn for_whom_a_record_of_a_branch_counts() {
    let fine = ("乙", "罚〔2022〕1号", "罚款", "2022-05-06");
    for (what, said, heads, penalties, expected) in [
        (
            "标准没有说",
            "",
            &[("乙", "甲")][..],
            &[fine][..],
            ["甲 0 绿标", "乙 4 黄标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "标准说单独评定",
            "分支机构(\"单独评定\");",
            &[("乙", "甲")],
            &[fine],
            ["甲 0 绿标", "乙 4 黄标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "计入总机构，已注销的分支机构也计",
            COUNTS,
            &[("乙", "甲")],
            &[fine],
            ["甲 4 黄标", "乙 4 黄标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "统计期以前的，两边都不计",
            COUNTS,
            &[("乙", "甲")],
            &[("乙", "罚〔2021〕1号", "罚款", "2021-12-31")],
            ["甲 0 绿标", "乙 0 绿标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "次数合起来数",
            COUNTS,
            &[("乙", "甲"), ("丁", "甲")],
            &[
                fine,
                ("丁", "罚〔2022〕2号", "警告", "2022-05-07"),
                ("甲", "罚〔2022〕3号", "警告", "2022-05-05"),
            ],
            ["甲 6 红标", "乙 4 黄标", "丙 0 绿标", "丁 1 黄标"],
        ),
        (
            "分支机构的分支机构计入最上一级，中间一级不计",
            COUNTS,
            &[("丁", "乙"), ("乙", "甲")],
            &[("丁", "罚〔2022〕2号", "警告", "2022-05-07")],
            ["甲 1 黄标", "乙 0 绿标", "丙 0 绿标", "丁 1 黄标"],
        ),
        (
            "写的是自己的，不是分支机构",
            COUNTS,
            &[("甲", "甲")],
            &[("甲", "罚〔2022〕3号", "警告", "2022-05-05")],
            ["甲 1 黄标", "乙 0 绿标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "总机构不在名录",
            COUNTS,
            &[("乙", "外")],
            &[fine],
            ["甲 0 绿标", "乙 4 黄标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "总机构代码差一位：像的那一户不评绿标",
            COUNTS,
            &[("乙", "91341504MA2TE5TA8J")],
            &[fine],
            ["甲 0 未评定", "乙 4 黄标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "总机构代码差一位，标准没有说：没有关系",
            "",
            &[("乙", "91341504MA2TE5TA8J")],
            &[fine],
            ["甲 0 绿标", "乙 4 黄标", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "互为总机构：都不评绿标，记录各计各的",
            COUNTS,
            &[("甲", "丙"), ("丙", "甲")],
            &[("甲", "罚〔2022〕3号", "警告", "2022-05-05")],
            ["甲 1 黄标", "乙 0 绿标", "丙 0 未评定", "丁 0 绿标"],
        ),
        (
            "分支机构有待核的行，总机构也不评绿标",
            COUNTS,
            &[("乙", "甲")],
            &[("乙", "罚〔2022〕1号", "罚一罚", "2022-05-06")],
            ["甲 0 未评定", "乙 0 未评定", "丙 0 绿标", "丁 0 绿标"],
        ),
        (
            "同上，标准没有说：只是分支机构自己",
            "",
            &[("乙", "甲")],
            &[("乙", "罚〔2022〕1号", "罚一罚", "2022-05-06")],
            ["甲 0 绿标", "乙 0 未评定", "丙 0 绿标", "丁 0 绿标"],
        ),
    ] {
        assert_eq!(only_labels(said, heads, penalties), expected, "{what}");
    }
}

#[test]
fn what_the_register_says_wrongly_is_told() {
    for (heads, expected) in [
        (&[("乙", "甲"), ("丁", "乙")][..], &[][..]),
        (&[("乙", "外")], &["D417 3 "]),
        (&[("乙", "91341504MA2TE5TA8J")], &["D417 3 叶集甲木业有限公司!"]),
        (&[("乙", "MA2TE5TA3")], &[]),
        (&[("乙", "9134")], &["D417 3 "]),
        (&[("乙", "/"), ("丙", "无")], &[]),
        (
            &[("甲", "丙"), ("丙", "甲"), ("丁", "丙")],
            &["D418 2 叶集甲木业有限公司!", "D418 4 叶集丙板材有限公司!", "D418 5 叶集丁家具厂孙岗门市部!"],
        ),
    ] {
        let counts = standard(COUNTS);
        let any = [("丙", "罚〔2022〕1号", "警告", "2022-05-06")];
        assert_eq!(problems(&delivery(&counts.vocabulary, heads, &any)), expected, "{heads:?}");
        // Nobody asks where no standard counts branches.
        assert!(problems(&delivery(&standard("").vocabulary, heads, &any)).is_empty(), "{heads:?}");
    }
}

#[test]
fn the_reason_names_the_branch_and_the_row_is_used_once() {
    let counts = standard(COUNTS);
    let penalties =
        [("乙", "罚〔2022〕1号", "罚款", "2022-05-06"), ("乙", "罚〔2022〕2号", "罚款", "2022-13-06")];
    let d = delivery(&counts.vocabulary, &[("乙", "甲")], &penalties);
    let labels = labels(&counts, &d);
    let of = |letter: &str| labels.iter().find(|(label, _)| label.starts_with(letter)).unwrap().1.join("\n");
    assert!(of("甲").contains("（分支机构：叶集乙木业有限公司三元分公司）"), "{}", of("甲"));
    assert!(!of("乙").contains("分支机构："), "{}", of("乙"));
    // One row, used once, and in the caseload for both.
    assert_eq!((d.sources[1].rows_used, d.sources[1].rows_problem), (1, 1));
    assert_eq!(d.caseload.table(SANCTION).unwrap().len(), 2);
    // The row that cannot be used is told at both.
    assert_eq!(problems(&d), ["D301 3 叶集乙木业有限公司三元分公司!", "D301 3 叶集甲木业有限公司!"]);
    assert!(all_text(&d).contains("分支机构“叶集乙木业有限公司三元分公司”："));
}

/// Two standards over one delivery, as a comparison has them: what one counts the other does not see.
#[test]
fn a_standard_that_says_nothing_sees_nothing_of_it() {
    let (counts, silent) = (standard(COUNTS), standard(""));
    for penalties in
        [[("乙", "罚〔2022〕1号", "罚款", "2022-05-06")], [("乙", "罚〔2022〕1号", "罚款", "2022-13-06")]]
    {
        let both = Vocabulary::merged([&*silent.vocabulary, &*counts.vocabulary]).unwrap();
        let d = delivery(&both, &[("乙", "甲")], &penalties);
        let alone = delivery(&silent.vocabulary, &[("乙", "甲")], &penalties);
        assert_eq!(labels(&silent, &d), labels(&silent, &alone));
        assert_ne!(labels(&counts, &d), labels(&silent, &d));
    }
}

/// The tests of a standard state it: a record with 分支机构 is one of a branch.
#[test]
fn tests_of_a_standard_state_it() {
    let test = "测试(\"分支机构\").截止(\"2023-03-31\").企业(#{ 措施: [\
        #{ 种类: \"罚款\", 作出日期: \"2022-05-06\", 文号: \"1号\", 分支机构: \"某某分公司\" },\
        #{ 种类: \"警告\", 作出日期: \"2022-05-06\", 文号: \"2号\" } ] })";
    for (said, points) in [(COUNTS, 5), ("", 1)] {
        let standard = standard(&format!("{said}\n{test}.应记({points});"));
        let results = sanse_script::run_cases(&standard);
        assert!(results.iter().all(|r| r.passed), "{results:?}");
    }
    let wrong = |said: &str| {
        let script = format!("标准(\"A\", \"甲\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");\n{said}");
        let vocabulary = Arc::new(Vocabulary::standard());
        let compiled = sanse_script::compile("a.rhai", script.as_bytes(), &vocabulary, &[]);
        format!("{:?}", compiled.findings)
    };
    assert!(wrong("分支机构(\"都算\");").contains("计入总机构"));
    assert!(wrong(&COUNTS.repeat(2)).contains("分支机构写了两次"));
    assert!(!wrong(COUNTS).contains("分支机构"));
    let overall = "标准(\"A\", \"甲\", \"草案\").综合().施行(\"2023-01-01\");分支机构(\"计入总机构\");";
    let compiled =
        sanse_script::compile("a.rhai", overall.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    assert!(format!("{:?}", compiled.findings).contains("综合标准不能写分支机构"));
}
