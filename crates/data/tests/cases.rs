//! What bureaus' tables hold beside plain rows, case by case.

#![expect(clippy::indexing_slicing, reason = "helpers of tests fail the test")]

mod common;

use common::*;
use sanse::{LEAD, SANCTION};

const HEADER: &str = "企业名称,统一社会信用代码,行政相对人类别,文号,案由,处罚种类,罚款金额（元）,决定日期,处罚机关,当前状态,撤销日期\n";

/// The measures, the reasons of unused rows and the problems that rows give; `第` stands for the enterprise.
fn outcome(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(path, rows)| {
            let rows = rows.replace('甲', &format!("安徽叶集中亚板材有限公司,{A}"));
            (*path, format!("{HEADER}{rows}"))
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let d = read(&files);
    assert_eq!(d.sources[1].taken_for, "措施");
    let measures = rows(&d, SANCTION, &["文号", "种类", "金额", "状态"]);
    (measures, reasons(&d).into_iter().map(str::to_owned).collect(), problems(&d))
}

#[test]
fn one_decision_on_several_rows_counts_each_measure_once() {
    for (rows, measures, unused, found) in [
        // A row for each kind.
        (
            "甲,法人,叶环罚〔2022〕1号,排污,罚款,5000,2022-05-06,区生态环境分局,,\n甲,法人,叶环罚〔2022〕1号,排污,警告,,2022-05-06,区生态环境分局,,\n",
            &["叶环罚〔2022〕1号|警告||有效", "叶环罚〔2022〕1号|罚款|5000元|有效"][..],
            &[][..],
            &[][..],
        ),
        // A row for each violation.
        (
            "甲,法人,叶环罚〔2022〕1号,废水,罚款,5000,2022-05-06,区生态环境分局,,\n甲,法人,叶环罚〔2022〕1号,废气,罚款,5000,2022-05-06,区生态环境分局,,\n",
            &["叶环罚〔2022〕1号|罚款|5000元|有效", "叶环罚〔2022〕1号|罚款|5000元|有效"],
            &[],
            &[],
        ),
        // The same row twice.
        (
            "甲,法人,叶环罚〔2022〕1号,排污,罚款,5000,2022-05-06,区生态环境分局,,\n甲,法人,叶环罚〔2022〕1号,排污,罚款,5000,2022-05-06,区生态环境分局,,\n",
            &["叶环罚〔2022〕1号|罚款|5000元|有效"],
            &["重复：与第 2 行相同"],
            &[],
        ),
        // The same violation with two amounts: nobody knows which.
        (
            "甲,法人,叶环罚〔2022〕1号,排污,罚款,5000,2022-05-06,区生态环境分局,,\n甲,法人,叶环罚〔2022〕1号,排污,罚款,6000,2022-05-06,区生态环境分局,,\n",
            &["叶环罚〔2022〕1号|罚款|5000元|有效"],
            &[],
            &["D601 3 安徽叶集中亚板材有限公司!"],
        ),
    ] {
        let (m, u, p) = outcome(&[("环境/处罚.csv", rows)]);
        assert_eq!((m, u, p), (owned(measures), owned(unused), owned(found)), "{rows}");
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn what_became_of_a_decision_is_kept_with_it() {
    for (status, day, kept) in [
        ("", "", "有效"),
        ("有效", "", "有效"),
        ("变更", "2022-08-01", "变更"),
        ("复议中", "", "复议中"),
        ("诉讼中", "", "诉讼中"),
        ("撤销", "2022-08-01", "撤销"),
        ("已撤销", "2022-08-01", "撤销"),
    ] {
        let row = format!("甲,法人,叶环罚〔2022〕1号,排污,罚款,5000,2022-05-06,,{status},{day}\n");
        let (measures, _, found) = outcome(&[("环境/处罚.csv", &row)]);
        assert_eq!(measures, [format!("叶环罚〔2022〕1号|罚款|5000元|{kept}")], "{status}");
        assert_eq!(found, Vec::<String>::new(), "{status}");
    }
    // A wording that is none of them never passes for 有效 in silence.
    let row = "甲,法人,叶环罚〔2022〕1号,排污,罚款,5000,2022-05-06,,待定,\n";
    assert_eq!(outcome(&[("环境/处罚.csv", row)]).2, ["D305 2 安徽叶集中亚板材有限公司!"]);
}

#[test]
fn one_decision_from_two_bureaus_counts_once() {
    let row =
        |agency: &str| format!("甲,法人,（叶）应急罚〔2022〕5号,未培训,罚款,5000,2022-05-06,{agency},,\n");
    let (measures, unused, found) =
        outcome(&[("应急/a.csv", &row("区应急局")), ("应急/b.csv", &row("叶集区应急管理局"))]);
    assert_eq!(measures, ["（叶）应急罚〔2022〕5号|罚款|5000元|有效"]);
    assert_eq!(unused, ["重复：同一决定见第 2 行（应急/a.csv）"]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn persons_and_tests_are_left_out_with_a_reason() {
    for (row, reason) in [
        ("张三丰,,自然人,叶环罚〔2022〕1号,排污,罚款,500,2022-05-06,,,\n", "自然人"),
        ("某某环保测试,,法人,叶环罚〔2022〕1号,排污,罚款,500,2022-05-06,,,\n", "测试数据"),
    ] {
        assert_eq!(outcome(&[("环境/处罚.csv", row)]), (Vec::new(), owned(&[reason]), Vec::new()), "{row}");
    }
    // A natural person under a registered name is asked for.
    let row = "叶集区好再来饭店,,自然人,叶环罚〔2022〕1号,排污,罚款,500,2022-05-06,,,\n";
    assert_eq!(outcome(&[("环境/处罚.csv", row)]).2, ["D408 2 叶集区好再来饭店!"]);
}

/// A table with one column of amounts, in which a sentence tells the fine and what was confiscated.
#[test]
fn both_amounts_of_one_column_are_kept() {
    for (header, kinds, cell, kept) in [
        (
            "处罚金额",
            "罚款;没收违法所得",
            "罚款2万元，没收违法所得1200元",
            &["罚款|20000元|", "没收违法所得||1200元"][..],
        ),
        ("处罚金额", "没收违法所得", "没收违法所得3000元", &["没收违法所得||3000元"]),
        (
            "没收金额",
            "罚款;没收违法所得",
            "罚款2万元，没收违法所得1200元",
            &["罚款|20000元|", "没收违法所得||1200元"],
        ),
        ("处罚金额", "罚款", "处罚款伍仟元整", &["罚款|5000元|"]),
        // The other column is there and says so itself.
        (
            "没收金额,处罚金额",
            "罚款;没收违法所得",
            "1000,罚款2万元，没收违法所得1200元",
            &["罚款|20000元|", "没收违法所得||1000元"],
        ),
    ] {
        let cell = cell.replace("，", "并");
        let text = format!(
            "企业名称,统一社会信用代码,文号,处罚种类,{header},决定日期\n安徽叶集中亚板材有限公司,{A},叶环罚〔2022〕1号,{kinds},{cell},2022-05-06\n"
        );
        let d = read(&[("环境/处罚.csv", &text)]);
        assert_eq!(rows(&d, SANCTION, &["种类", "金额", "没收金额"]), owned(kept), "{text}");
        assert!(problems(&d).iter().all(|p| !p.contains('!')), "{:?}", d.problems);
    }
}

/// An official corrects a row once: everything that is wrong with it is told together.
#[test]
fn all_that_is_wrong_with_a_row_is_told_at_once() {
    let zhong = "安徽叶集中亚板材有限公司!";
    for (file, row, told) in [
        // Kind, amount and day of a registered enterprise.
        (
            "环境/处罚.csv",
            "甲,法人,1号,排污,罚一罚,若干,2022-13-06,,,\n".to_owned(),
            vec![format!("D301 2 {zhong}"), format!("D303 2 {zhong}"), format!("D305 2 {zhong}")],
        ),
        // The day is empty too, and the amount contradicts the kind.
        (
            "环境/处罚.csv",
            "甲,法人,1号,排污,警告,5000,,,,\n".to_owned(),
            vec![format!("D307 2 {zhong}"), format!("D308 2 {zhong}")],
        ),
        // Code, domain and kind.
        (
            "处罚.csv",
            "安徽叶集中亚板材有限公司,91341504MA2TE5TA8J,法人,1号,乱来,,500,2022-05-06,,,\n".to_owned(),
            vec![format!("D307 2 {zhong}"), format!("D404 2 {zhong}"), format!("D501 2 {zhong}")],
        ),
        // Nobody is named, and the day cannot be read.
        (
            "环境/处罚.csv",
            ",,法人,1号,排污,警告,,2022-13-06,,,\n".to_owned(),
            vec!["D301 2 ".to_owned(), "D407 2 ".to_owned()],
        ),
        // A row that is read keeps its other cells.
        (
            "环境/处罚.csv",
            "甲,法人,1号,排污,罚款,若干,2022-05-06,,待定,\n".to_owned(),
            vec![format!("D303 2 {zhong}"), format!("D305 2 {zhong}")],
        ),
    ] {
        let (_, _, mut found) = outcome(&[(file, &row)]);
        found.sort();
        assert_eq!(found, told, "{row}");
    }
    // The same of a line of the coverage table.
    let coverage =
        "机关,领域,起,止,行数,零报告,含简易程序,监管对象\n区局,综合,2022-13-01,2022年底,几行,好,是,大户\n";
    let d = read(&[("覆盖.csv", coverage)]);
    let columns: Vec<&str> = d.problems.iter().filter_map(|p| p.column.as_deref()).collect();
    assert_eq!(columns, ["止", "监管对象", "行数", "起", "零报告", "领域"]);
}

#[test]
fn a_lead_from_the_hotline_is_a_complaint() {
    for source in ["12345", "12345热线", "12345政务服务便民热线", "市长热线", "政务热线"] {
        let row = format!("{ZHONG},2022-05-06,油烟扰民,{source}");
        let d = one_row("企业名称,受理日期,举报内容,线索来源", &row);
        assert_eq!(told(&d, LEAD, &["来源"]), "投诉举报", "{source}");
    }
}
