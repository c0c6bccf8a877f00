//! The standards that the project ships compile without findings and pass their own tests.

use std::path::Path;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{compile, render, run_cases};

#[test]
fn the_districts_standards_are_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let vocabulary = Arc::new(Vocabulary::standard());
    let mut wrong = Vec::new();
    let mut scripts = Vec::new();
    for place in std::fs::read_dir(folder).unwrap() {
        let place = place.unwrap().path();
        if place.is_dir() {
            scripts.extend(std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    scripts.retain(|path| path.extension().is_some_and(|e| e == "rhai"));
    scripts.sort();
    for path in scripts {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let compiled = compile(&name, &std::fs::read(&path).unwrap(), &vocabulary, &[]);
        wrong.extend(compiled.findings.iter().map(|finding| render(finding, &compiled.text)));
        for case in compiled.standard.iter().flat_map(run_cases).filter(|case| !case.passed) {
            wrong.push(format!("{name} {}: {:#?} {:#?}", case.case, case.differences, case.chain));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
