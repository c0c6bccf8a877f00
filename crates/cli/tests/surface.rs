//! The commands around a standard: a starter, its document, the vocabulary, completion.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;
use std::process::{Command, Output};

fn sanse(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sanse")).args(arguments).current_dir(home).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_new_standard_is_checked_tested_and_documented() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let said = sanse(home, &["new", "噪声"]);
    assert!(said.status.success(), "{}", text(&said.stderr));
    assert!(sanse(home, &["check", "噪声.rhai"]).status.success());
    assert!(sanse(home, &["test", "噪声.rhai"]).status.success());
    let said = sanse(home, &["doc", "噪声.rhai"]);
    assert!(text(&said.stdout).starts_with("# 噪声领域企业分类标准\n"));
    let set = ["doc", "噪声.rhai", "--format", "html", "--out", "噪声.html", "--set", "XB-1.警告记分=7"];
    assert!(sanse(home, &set).status.success());
    let page = std::fs::read_to_string(home.join("噪声.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<td>7</td><td>1</td>"), "{page}");
    // A document is of one standard, and of one without errors.
    std::fs::write(home.join("坏.rhai"), "标准(").unwrap();
    assert_eq!(sanse(home, &["doc", "坏.rhai"]).status.code(), Some(1));
    let said = sanse(home, &["doc", "."]);
    assert_eq!(said.status.code(), Some(2));
    assert!(text(&said.stderr).contains("请指明文件"));
}

#[test]
fn nobodys_work_is_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::write(home.join("噪声.rhai"), "我的标准").unwrap();
    let said = sanse(home, &["new", "噪声"]);
    assert_eq!(said.status.code(), Some(3));
    assert!(text(&said.stderr).contains("文件已经有了"));
    assert_eq!(std::fs::read_to_string(home.join("噪声.rhai")).unwrap(), "我的标准");
    assert!(sanse(home, &["new", "噪声", "--out", "别的.rhai"]).status.success());
    let said = sanse(home, &["new", "../x"]);
    assert_eq!(said.status.code(), Some(2));
}

#[test]
fn the_vocabulary_is_listed_for_people_and_editors() {
    let home = tempfile::tempdir().unwrap();
    let listed = text(&sanse(home.path(), &["vocabulary"]).stdout);
    assert!(
        listed.starts_with("# 词汇表\n") && listed.contains("| 种类 | kind | 代码：措施种类 |"),
        "{listed}"
    );
    let json = sanse(home.path(), &["vocabulary", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json.pointer("/lists/0/chinese").unwrap(), "企业");
    assert_eq!(json.pointer("/lists/1/views/0/0").unwrap(), "处罚");
}

#[test]
fn shells_complete_the_commands() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&sanse(home.path(), &["completion", shell]).stdout);
        assert!(script.contains("classify") && script.contains("as-of"), "{shell}");
    }
}

#[test]
fn scripts_are_formatted_and_nothing_else_of_them_changes() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let file = home.join("噪声.rhai");
    assert!(sanse(home, &["new", "噪声"]).status.success());
    let sound = std::fs::read_to_string(&file).unwrap();
    assert!(sanse(home, &["fmt", "--check", "噪声.rhai"]).status.success());
    let torn = sound.lines().map(str::trim_start).collect::<Vec<_>>().join("\r\n") + "\r\n";
    std::fs::write(&file, &torn).unwrap();
    let said = sanse(home, &["fmt", "--check", "."]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said.stdout).contains("没有整理：") && text(&said.stderr).contains("1 个没有整理"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), torn);
    let said = sanse(home, &["fmt", "."]);
    assert!(text(&said.stdout).ends_with("看了 1 个脚本，改了 1 个\n"), "{}", text(&said.stdout));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), sound.replace('\n', "\r\n"));
    // One that is unsound, and none is touched.
    std::fs::write(&file, &torn).unwrap();
    std::fs::write(home.join("坏.rhai"), "规则（\"甲\"").unwrap();
    let said = sanse(home, &["fmt", "."]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said.stdout).contains("S102") && text(&said.stderr).contains("没有整理"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), torn);
    assert_eq!(std::fs::read_dir(home).unwrap().count(), 2);
}
