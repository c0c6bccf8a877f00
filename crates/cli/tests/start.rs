//! What an official meets who double-clicks: questions, corrections, results, the earlier results kept.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The folder that the official unpacked: 数据 and 标准 beside the program.
fn unpacked() -> (tempfile::TempDir, PathBuf) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let kept = tempfile::tempdir().unwrap();
    let home = kept.path().join("三色 分类监管");
    copy(&fixture.join("fixtures/yeji-2022"), &home.join("数据"));
    std::fs::remove_dir_all(home.join("数据/expected")).unwrap();
    copy(&fixture.join("rules/yeji"), &home.join("标准"));
    (kept, home)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn start(home: &Path, answers: &str) -> (Output, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sanse"))
        .args(["start", "--no-open", "--home"])
        .arg(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    (output, said)
}

#[test]
fn three_answers_give_the_results_of_the_main_command() {
    let (_kept, home) = unpacked();
    let (output, said) = start(&home, "2023\n1\n2023-03-31\n\n");
    assert!(output.status.success(), "{said}");
    assert!(said.contains("企业 402 户") && said.ends_with("按回车键结束\n"), "{said}");
    assert!(home.join("结果/2023年第1季度/run.json").is_file());
    // A draft is replaced; results that this program did not write are never touched.
    let (output, said) = start(&home, "2023\n1\n2023-03-31\n\n");
    assert!(output.status.success() && said.contains("已替换"), "{said}");
    std::fs::write(home.join("结果/2023年第1季度/批注.docx"), "x").unwrap();
    let (output, said) = start(&home, "2023\n1\n2023-03-31\n\n");
    assert!(output.status.success(), "{said}");
    assert!(home.join("结果/2023年第1季度（2）/run.json").is_file(), "{said}");
}

#[test]
fn a_wrong_answer_is_asked_again_and_no_answer_ends_it() {
    let (_kept, home) = unpacked();
    let (output, said) = start(&home, "二三年\n2023\n5\n1\n2022-06-30\n2023-02-30\n2023-03-31\n");
    assert!(output.status.success(), "{said}");
    for told in ["年度写成四位数字", "季度是 1、2、3 或 4", "不能早于统计期末日 2022-12-31", "须确有其日"]
    {
        assert!(said.contains(told), "{told}: {said}");
    }
    let (output, said) = start(&home, "2023\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("没有回答，没有评定"), "{said}");
    let (output, said) = start(&home, "x\nx\nx\nx\nx\n2023\n");
    assert_eq!(output.status.code(), Some(2), "{said}");
}

#[test]
fn an_empty_folder_says_what_belongs_there() {
    let home = tempfile::tempdir().unwrap();
    let (output, said) = start(home.path(), "");
    assert_eq!(output.status.code(), Some(3));
    assert!(said.contains("数据”里还没有文件；请把各机关交来的表格放进"), "{said}");
}
