//! A run folder repeated from itself: identical, or where it first differs.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod small;

use std::fs;
use std::path::Path;

use small::{COVERAGE, Case, PENALTIES};

/// The small case, classified into 结果; and the fingerprint that was said.
fn classified() -> (Case, String) {
    let case = Case::new();
    case.write("数据/覆盖.csv", COVERAGE);
    let said = case.classify("结果", &[]);
    let fingerprint = said.out.lines().find_map(|line| line.strip_prefix("运行指纹 ")).unwrap().to_owned();
    (case, fingerprint)
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_run_is_repeated_from_its_folder_alone() {
    let (case, fingerprint) = classified();
    let whole = case.sanse(&["verify", "结果", "--expect", &fingerprint, "--data", "数据"]);
    whole.says(&["一致", &fingerprint, "原始文件与评定时相同"]);
    // The folder may lie anywhere, and nothing else is needed.
    let moved = case.path("别处");
    fs::rename(case.path("结果"), &moved).unwrap();
    for gone in ["数据", "标准"] {
        fs::rename(case.path(gone), case.path("收走")).unwrap();
        fs::rename(case.path("收走"), case.path(&format!("收走{gone}"))).unwrap();
    }
    case.sanse(&["verify", "别处"]).says(&["一致", &fingerprint]);
    let other = case.sanse(&["verify", "别处", "--expect", "0123456789abcdef"]);
    assert!(other.code == Some(1) && other.out.contains("0123456789abcdef"), "{other:#?}");
    case.sanse(&["verify", "收走数据"]).refuses(3, "不是本程序的结果文件夹");
    let verify = |more: &[&str]| {
        let said = case.sanse(&[&["verify", "别处"], more].concat());
        (said.code, said.out)
    };

    // A label edited in Excel: file, row, column and both values are said.
    let table = moved.join("内部/enterprises.csv");
    let whole = fs::read(&table).unwrap();
    edit(&table, "红标", "绿标");
    fs::write(moved.join("内部/便条.txt"), "x").unwrap();
    fs::remove_file(moved.join("各机关/噪声/problems.csv")).unwrap();
    let (code, text) = verify(&[]);
    assert_eq!(code, Some(1), "{text}");
    for part in [
        "内容被改动：内部/enterprises.csv",
        "多出来（不是本程序写的）：内部/便条.txt",
        "缺少：各机关/噪声/problems.csv",
        "“综合标签”列：文件夹里是“绿标”，复算是“红标”",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    fs::write(&table, &whole).unwrap();
    fs::remove_file(moved.join("内部/便条.txt")).unwrap();

    // Whoever edits a record and its digest too changes the results, and with them the fingerprint.
    let records = moved.join("内部/归一数据/清单/措施.csv");
    let digest = sanse_data::sha256(&fs::read(&records).unwrap());
    edit(&records, "罚款", "警告");
    edit(&moved.join("run.json"), &digest, &sanse_data::sha256(&fs::read(&records).unwrap()));
    let (code, text) = verify(&["--expect", &fingerprint]);
    assert!(code == Some(1) && text.contains("内部/deductions.csv第"), "{text}");
    assert!(text.contains("运行指纹与要核对的"), "{text}");

    // Nothing in a damaged folder makes the program fail.
    for (file, from, to) in [
        ("内部/归一数据/词汇表.json", "{", "["),
        ("内部/归一数据/清单/企业.csv", "来源", "来处"),
        ("内部/标准/1_ZS-2023.json", "sanse-standard/1", "x"),
    ] {
        let path = moved.join(file);
        let whole = fs::read(&path).unwrap();
        edit(&path, from, to);
        let (code, text) = verify(&[]);
        assert!(code == Some(1) && text.contains("无法复算") && text.contains("损坏"), "{text}");
        fs::write(&path, whole).unwrap();
    }
}

#[test]
fn a_changed_input_is_named() {
    let (case, _) = classified();
    fs::remove_file(case.path("数据/覆盖.csv")).unwrap();
    let gone = case.sanse(&["verify", "结果", "--data", "数据"]);
    assert!(gone.code == Some(1) && gone.out.contains("原始文件：覆盖.csv（不在了）"), "{gone:#?}");
    case.write("数据/覆盖.csv", "x");
    case.write("数据/噪声/补报.csv", PENALTIES);
    // What the reader leaves out is no input.
    case.write("数据/readme.txt", "x");
    let changed = case.sanse(&["verify", "结果", "--data", "数据"]);
    for part in ["原始文件：覆盖.csv（内容已变）", "原始文件：噪声/补报.csv（评定时没有）"]
    {
        assert!(changed.code == Some(1) && changed.out.contains(part), "{changed:#?}");
    }
    assert!(!changed.out.contains("readme"), "{changed:#?}");
}
