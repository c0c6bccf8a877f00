//! Saved standards: what is loaded is what was compiled, and nothing that was damaged is used.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use sanse::{Standard, Vocabulary};
use sanse_data::{SavedError, load_standard, save_standard};
use serde::Deserialize as _;
use serde_json::Value;

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/yeji")
}

fn shipped() -> Vec<(PathBuf, Standard)> {
    let vocabulary = Arc::new(Vocabulary::standard());
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(rules()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "rhai"));
    paths.sort();
    let compile = |path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        let compiled = sanse_script::compile("x", &bytes, &vocabulary, &[]);
        (path, compiled.standard.unwrap())
    };
    paths.into_iter().map(compile).collect()
}

fn sanse(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sanse")).args(arguments).output().unwrap()
}

#[test]
fn a_standard_comes_back_as_it_was() {
    for (path, standard) in shipped() {
        let text = save_standard(&standard).unwrap();
        let loaded = load_standard(text.as_bytes(), &standard.vocabulary).unwrap();
        assert_eq!(loaded, standard, "{}", path.display());
        assert!(Arc::ptr_eq(&loaded.vocabulary, &standard.vocabulary));
        assert!(sanse_script::run_cases(&loaded).iter().all(|case| case.passed), "{}", path.display());
    }
}

#[test]
fn what_a_standard_says_of_two_rules_comes_back_and_names_rules_that_are_there() {
    let script = r#"
        标准("FB-1", "分别", "草案").领域("消防").施行("2023-01-01");
        计入(措施, |措| 措.作出日期, 统计期);
        规则("FB-1-1", "罚款").依据("示例").逐条(处罚).情形(|罚| 罚.种类 == "罚款", 记(3));
        规则("FB-1-2", "处罚").依据("示例").逐条(处罚).情形(|罚| 罚.种类 in ["罚款", "警告"], 记(1)).分别记分("FB-1-1", "第五条");
        等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
    "#;
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = sanse_script::compile("x", script.as_bytes(), &vocabulary, &[]);
    assert_eq!(compiled.findings, []);
    let mut standard = compiled.standard.unwrap();
    let text = save_standard(&standard).unwrap();
    assert_eq!(load_standard(text.as_bytes(), &vocabulary), Ok(standard.clone()));
    assert!(text.contains("第五条") && standard.validate().is_ok());
    standard.rules.remove(0);
    assert!(standard.validate().unwrap_err().to_string().contains("没有规则“FB-1-1”"));
}

#[test]
fn a_damaged_file_is_refused() {
    let (_, standard) = shipped().pop().unwrap();
    let text = save_standard(&standard).unwrap();
    let load = |text: &str| load_standard(text.as_bytes(), &standard.vocabulary);
    assert_eq!(load(""), Err(SavedError::Format));
    assert_eq!(load(&text.replace("sanse-standard/1", "sanse-standard/9")), Err(SavedError::Format));
    assert_eq!(load(&text.replacen(&standard.title, "别的名称", 1)), Err(SavedError::Changed));
    assert_eq!(
        load(&text.replacen("\"rules\"", "\"rule\"", 1))
            .err()
            .map(|e| matches!(e, SavedError::Content { .. })),
        Some(true)
    );
    // Cut short anywhere, or with a bit turned: refused, and no panic. A bit in the name of an empty field changes
    // nothing.
    let mut bytes = text.clone().into_bytes();
    for place in (0..bytes.len()).step_by(bytes.len() / 60) {
        assert!(load_standard(&bytes[..place], &standard.vocabulary).is_err(), "cut at {place}");
        bytes[place] ^= 4;
        let loaded = load_standard(&bytes, &standard.vocabulary);
        assert!(loaded.is_err() || loaded == Ok(standard.clone()), "bit at {place}");
        bytes[place] ^= 4;
    }
}

/// Puts a value in the place of the leaf of that number; what stood there, or how many leaves fewer there are.
fn put(value: &mut Value, number: usize, new: &Value) -> Result<Value, usize> {
    let inner: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(entries) => entries.values_mut().collect(),
        leaf if number == 0 => return Ok(std::mem::replace(leaf, new.clone())),
        _ => return Err(number - 1),
    };
    let mut left = number;
    for item in inner {
        match put(item, left, new) {
            Ok(old) => return Ok(old),
            Err(fewer) => left = fewer,
        }
    }
    Err(left)
}

#[test]
fn whatever_is_valid_can_be_run() {
    // Past the digest, as a program that builds standards itself would come: any leaf set to something else.
    let script = sanse_script::starter("噪声").unwrap();
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = sanse_script::compile("x", script.as_bytes(), &vocabulary, &[]);
    let mut whole = serde_json::to_value(compiled.standard.unwrap()).unwrap();
    let new = [0_i64, 1, -1, 40_000, i64::MIN].map(Value::from).into_iter().chain([Value::from("")]);
    let new: Vec<Value> = new.collect();
    let (mut accepted, mut refused) = (0, 0);
    let keys: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
    for key in keys {
        // The vocabulary has by far the most leaves, and few kinds of them.
        let step = if key == "vocabulary" { 67 } else { 5 };
        for number in (0..).step_by(step) {
            let mut end = false;
            for new in &new {
                let Ok(old) = put(&mut whole[&key], number, new) else {
                    end = true;
                    break;
                };
                // A value of another kind is refused by its type.
                if std::mem::discriminant(&old) == std::mem::discriminant(new)
                    && let Ok(standard) = Standard::deserialize(&whole)
                {
                    if standard.validate().is_ok() {
                        accepted += 1;
                        let _ = sanse_script::run_cases(&standard);
                        let _ = sanse_script::document(&standard, sanse_script::Format::Markdown);
                    } else {
                        refused += 1;
                    }
                }
                put(&mut whole[&key], number, &old).unwrap();
            }
            if end {
                break;
            }
        }
    }
    assert!(accepted > 20 && refused > 20, "{accepted} accepted, {refused} refused");
}

#[test]
fn a_saved_standard_stands_where_its_script_stood() {
    let home = tempfile::tempdir().unwrap();
    for (path, _) in shipped() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let out = home.path().join(format!("{name}.json"));
        let said = sanse(&["compile", path.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }
    let folder = home.path().to_str().unwrap();
    let tested = sanse(&["test", folder]);
    let text = String::from_utf8(tested.stdout).unwrap();
    assert!(tested.status.success() && text.ends_with(" 个，失败 0 个\n"), "{text}");
    // Parameters are fixed; a script is needed to try others.
    let (_, one) = shipped().remove(0);
    let set = format!("{}.x=1", one.id);
    let said =
        sanse(&["assess", "--rules", folder, "--year", "2023", "--as-of", "2023-03-31", "--set", &set]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("改不了保存的标准"));
    // A file that was edited is a finding.
    let file = home.path().join("消防.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let Some(rest) = text.strip_prefix('{') else { panic!("an object") };
    std::fs::write(&file, format!("{{ \"note\": 1,{rest}").replacen("草案", "正式", 1)).unwrap();
    let checked = sanse(&["check", folder]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains("S501"));
}
