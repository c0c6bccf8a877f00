//! The standards that the project ships compile without findings and pass their own tests.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{compile, compile_for_tests, coverage, render, run_cases};

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(scripts(&path));
        } else if path.extension().is_some_and(|e| e == "rhai") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules").join(name)
}

#[test]
fn the_shipped_standards_are_sound() {
    let vocabulary = Arc::new(Vocabulary::standard());
    let mut wrong = Vec::new();
    for path in scripts(&folder(".")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let compiled = compile_for_tests(&name, &std::fs::read(&path).unwrap(), &vocabulary, &[]);
        wrong.extend(compiled.findings.iter().map(|finding| render(finding, &compiled.text)));
        let cases: Vec<_> = compiled.standard.iter().flat_map(run_cases).collect();
        if cases.is_empty() {
            wrong.push(format!("{name}: no tests"));
        }
        for case in cases.iter().filter(|case| !case.passed) {
            wrong.push(format!("{name} {}: {:#?} {:#?}", case.case, case.differences, case.chain));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A rule, case or grade of the district's standards that no test reaches could say anything.
#[test]
fn the_tests_of_the_district_reach_every_rule() {
    let vocabulary = Arc::new(Vocabulary::standard());
    for path in scripts(&folder("yeji")) {
        let compiled = compile("试.rhai", &std::fs::read(&path).unwrap(), &vocabulary, &[]);
        let reached = coverage(&compiled.standard.unwrap());
        let missed: Vec<&str> = reached.missed.iter().map(|missed| missed.what.as_str()).collect();
        assert!(missed.is_empty(), "{}: {missed:?}", path.display());
    }
}

#[test]
fn what_the_source_does_not_say_must_be_set_before_anybody_is_rated() {
    let vocabulary = Arc::new(Vocabulary::standard());
    let mut refused = Vec::new();
    for path in scripts(&folder("published")) {
        let bytes = std::fs::read(&path).unwrap();
        let required = String::from_utf8(bytes.clone()).unwrap().matches(", 必填,").count();
        let compiled = compile("试.rhai", &bytes, &vocabulary, &[]);
        let codes: Vec<&str> = compiled.findings.iter().map(|f| f.code).collect();
        assert_eq!(codes, vec!["S410"; required], "{}", path.display());
        assert_eq!(compiled.standard.is_none(), required > 0, "{}", path.display());
        if required > 0 {
            refused.push(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    assert_eq!(refused, ["四川-2019", "安徽-2019", "山东-2017", "江西-红黄牌", "河北-2017"]);
}
