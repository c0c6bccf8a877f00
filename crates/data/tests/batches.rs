//! A run in batches of enterprises writes, byte for byte, what a run of all of them at once writes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod written;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use sanse::{Calendar, Period, Standard, Vocabulary};
use sanse_data::{Intake, Pace, Papers, ReadError, Run, Task, write_in_batches, write_run_by};

use written::{district_standards, root};

/// All files of a folder.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            all.extend(
                files(&entry.path()).into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)),
            );
        } else {
            all.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    all
}

/// The folders that a run of all enterprises at once writes, and runs in batches of some sizes.
fn written_both_ways(data: &Path, standards: &(Vec<Standard>, Option<Standard>), sizes: &[u32]) {
    let vocabulary = Arc::new(Vocabulary::standard());
    let (domains, overall) = standards;
    let names: Vec<String> = domains.iter().map(|s| s.subject.chinese().to_owned()).collect();
    let as_of = "2023-03-31".parse().unwrap();
    let task = Task {
        standards: domains,
        overall: overall.as_ref(),
        calendar: Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of },
        year: 2023,
        quarter: 1,
        scripts: &[],
        overrides: &[],
        papers: Papers { tables_only: true, ..Papers::default() },
    };
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let pace = Pace { threads: 2, ..Pace::default() };
    let intake = Intake { pace, ..Intake::new(&vocabulary, &names, as_of) };
    let delivery = intake.folder(data).unwrap();
    let classification = task.classify(&delivery.caseload, 2).unwrap();
    let run = Run { task, delivery: &delivery, classification: &classification };
    let said = write_run_by(&whole, &run, &pace).unwrap();
    let expected = files(&whole);
    assert!(expected.len() > 10);
    for (number, size) in sizes.iter().enumerate() {
        let out = home.path().join(number.to_string());
        let pace = Pace { threads: 1 + number % 2, ..Pace::default() };
        let batches = Intake { pace, ..intake }.folder_in_batches(data, *size, home.path()).unwrap();
        assert_eq!(batches.enterprises(), delivery.caseload.enterprises());
        let mut wrote = write_in_batches(&out, batches, &task, &pace).unwrap();
        wrote.folder.clone_from(&said.folder);
        assert_eq!(wrote, said);
        let written = files(&out);
        assert_eq!(written.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (file, bytes) in &expected {
            assert!(&written[file] == bytes, "{file} differs in batches of {size}");
        }
    }
}

#[test]
fn the_district_in_batches_is_the_district() {
    written_both_ways(&root().join("fixtures/yeji-2022"), &district_standards(), &[37, 401, 100_000]);
}

/// A line of a table of penalties, inspections or rectifications about one of a few enterprises, or nearly one.
fn line() -> impl Strategy<Value = (usize, String)> {
    let who = prop::sample::select(vec![
        "叶集区甲一家居厂,92341504MA2ABCD011",
        "叶集区甲二家居厂,",
        "叶集区甲三家居,",
        ",92341504MA2ABCD03X",
        "叶集区甲四家居厂,92341504MA2ABCD04",
        "外地某厂,",
        "叶集区甲五家居厂,",
        "张三,",
        "合计,",
    ]);
    // Two ways of writing the first.
    let number = prop::sample::select(vec![
        "叶消行罚决字〔2022〕第1号",
        "叶消行罚决字[2022]01号",
        "叶消行罚决字〔2022〕2号",
        "〔2022〕3号",
        "",
    ]);
    let day = prop::sample::select(vec!["2022-05-06", "2022年6月7日", "2021-01-01", "2023-13-01", ""]);
    let state = prop::sample::select(vec!["已整改", "未整改", "", "不知道"]);
    let kind = prop::sample::select(vec!["罚款", "警告", "罚款;警告", ""]);
    // Columns that are no field and decide whether a row counts.
    let mark = prop::sample::select(vec![",", ",", "i,复议中", "d,", "u,是"]);
    (0_usize..3, who, number, day, state, kind, 0_u32..4, mark).prop_map(
        |(table, who, number, day, state, kind, fine, mark)| {
            let fine = if fine == 0 { String::new() } else { (fine * 1000).to_string() };
            let line = match table {
                0 => format!("{who},{number},{day},{kind},{fine},{state},消防设施损坏,{mark}"),
                1 => format!("{who},{number},{day},{state},2022-08-01"),
                _ => format!("{who},{day},双随机抽查,不合格"),
            };
            (table, line)
        },
    )
}

const HEADERS: [(&str, &str); 3] = [
    (
        "消防/处罚.csv",
        "企业名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚类别,罚款金额（元）,整改情况,违法行为类型,操作类型,行政复议",
    ),
    ("消防/整改.csv", "企业名称,统一社会信用代码,关联处罚文号,责令改正日期,整改情况,整改期限"),
    ("消防/检查.csv", "企业名称,统一社会信用代码,检查日期,检查类别,检查结果"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever the rows: copies, contradictions, unlinked measures, names that nearly fit, damaged dates.
    #[test]
    fn any_rows_in_batches_are_the_rows(lines in prop::collection::vec(line(), 0..40), copies in 1_usize..3) {
        some_firms(&lines, copies, &[1, 2, 4]);
    }
}

/// What the fire brigade sends about six firms, each table in so many copies.
fn some_firms(lines: &[(usize, String)], copies: usize, sizes: &[u32]) {
    let home = tempfile::tempdir().unwrap();
    let put = |file: &str, text: String| {
        let path = home.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let firm = |n: &str| format!("叶集区甲{n}家居厂,,三元镇,C2110\n");
    let firms: String = ["一", "二", "三", "四", "五", "六"].map(firm).concat();
    put("名录.csv", format!("企业名称,统一社会信用代码,所属乡镇,行业代码\n{firms}"));
    put("覆盖.csv", "机关,领域,起,止,监管对象\n消防大队,消防,2022-01-01,2022-12-31,全部\n".to_owned());
    for (number, (file, header)) in HEADERS.iter().enumerate() {
        let own = lines.iter().filter(|(table, _)| *table == number);
        let own: String = own.flat_map(|(_, line)| [line, "\n"]).collect();
        for copy in 0..copies {
            put(&file.replace(".csv", &format!("{copy}.csv")), format!("{header}\n{own}"));
        }
    }
    written_both_ways(home.path(), &district_standards(), sizes);
}

#[test]
fn a_number_that_another_firm_writes_otherwise_is_its_own() {
    let line = |firm: &str, number: &str| {
        (0, format!("叶集区甲{firm}家居厂,,{number},2022-05-06,警告,,已整改,消防设施损坏,,"))
    };
    some_firms(&[line("二", "〔2022〕05号"), line("五", "〔2022〕5号")], 1, &[1]);
    some_firms(&[line("二", "[2022]5号"), line("五", "〔2022〕5号"), line("五", "〔2022〕05号")], 1, &[1]);
}

#[test]
fn standards_that_count_branches_are_refused() {
    let mut vocabulary = Vocabulary::standard();
    vocabulary.branch_link.as_mut().unwrap().domains.push("消防".to_owned());
    let vocabulary = Arc::new(vocabulary);
    let (data, home) = (root().join("fixtures/yeji-2022"), tempfile::tempdir().unwrap());
    let as_of = "2023-03-31".parse().unwrap();
    let read = Intake::new(&vocabulary, &[], as_of).folder_in_batches(&data, 10, home.path());
    assert!(matches!(read.err(), Some(ReadError::Branches)));
}
