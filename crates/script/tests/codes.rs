//! Every finding code has a page and a broken script in `fixtures/invalid/`, whose message is as expected there.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{CODES, Compiled, Override, Page, compile, compile_for_tests, explain, page, render};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/invalid")
}

fn names(extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|e| e == extension));
    files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

fn compiled(code: &str, bytes: &[u8]) -> Compiled {
    // The one example that needs a setting from outside.
    let set =
        Override { standard: "T-1".to_owned(), parameter: "罚款分".to_owned(), value: "5".to_owned() };
    let set = if code == "S419" { vec![set] } else { Vec::new() };
    // What other values of a parameter would change is asked in checks only.
    let compile = if code == "S431" { compile_for_tests } else { compile };
    compile(&format!("{code}.rhai"), bytes, &Arc::new(Vocabulary::standard()), &set)
}

fn example(code: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{code}.rhai"))).unwrap()
}

fn rendered(compiled: &Compiled) -> String {
    compiled.findings.iter().map(|finding| render(finding, &compiled.text)).collect()
}

#[test]
fn every_code_has_its_page_its_example_and_its_message() {
    let codes: BTreeSet<String> = CODES.iter().map(|c| c.code.to_owned()).collect();
    assert_eq!(names("rhai"), codes);
    assert_eq!(names("txt"), codes);
    for code in &codes {
        let Page { why, wrong, right, .. } = page(code).unwrap();
        assert!(!why.is_empty() && !wrong.is_empty() && !right.is_empty() && wrong != right, "{code}");
    }
}

#[test]
fn every_example_has_its_finding_and_no_other() {
    let mut wrong = Vec::new();
    for code in CODES.iter().map(|c| c.code) {
        let found = compiled(code, &example(code));
        if found.findings.iter().map(|f| f.code).collect::<Vec<_>>() != [code] {
            wrong.push(format!("{code}:\n{}", rendered(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With `WRITE_EXPECTED=1` the expected messages are written anew; look at the difference before keeping it.
#[test]
fn the_messages_are_as_expected() {
    let write = std::env::var_os("WRITE_EXPECTED").is_some();
    let mut wrong = Vec::new();
    for code in CODES.iter().map(|c| c.code) {
        let file = folder().join(format!("{code}.txt"));
        let found = rendered(&compiled(code, &example(code)));
        if write {
            fs::write(&file, &found).unwrap();
        }
        let expected = fs::read_to_string(file).unwrap();
        if expected != found {
            wrong.push(format!("{code}, expected:\n{expected}\nfound:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The wrong example of a page stands in its script, and the right one in its place mends it.
#[test]
fn the_right_example_of_each_page_mends_the_wrong_one() {
    let mut wrong = Vec::new();
    for code in CODES.iter().map(|c| c.code).filter(|code| *code != "S106") {
        let text = String::from_utf8(example(code)).unwrap();
        let page = page(code).unwrap();
        assert_eq!(text.matches(page.wrong).count(), 1, "{code}");
        let mended = compiled(code, text.replace(page.wrong, page.right).as_bytes());
        if !mended.findings.is_empty() || mended.standard.is_none() {
            wrong.push(format!("{code}:\n{}", rendered(&mended)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_page_is_found_in_any_case_and_says_everything() {
    for code in CODES {
        let text = explain(&code.code.to_lowercase()).unwrap();
        for part in [code.code, code.title, code.remedy, "错误的写法", "正确的写法"] {
            assert!(text.contains(part), "{text}");
        }
    }
    assert_eq!(explain("S000"), None);
}
