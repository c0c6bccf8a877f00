//! The standards that the project ships compile without findings and pass their own tests.

use std::path::Path;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{Finding, Severity, compile, render, run_cases};

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
        // What others have published may well count one record twice; the district's own standards do not.
        let own = path.parent().is_some_and(|folder| folder.ends_with("yeji"));
        let counts = |finding: &&Finding| own || finding.severity == Severity::Error;
        wrong.extend(compiled.findings.iter().filter(counts).map(|finding| render(finding, &compiled.text)));
        for case in compiled.standard.iter().flat_map(run_cases).filter(|case| !case.passed) {
            wrong.push(format!("{name} {}: {:#?} {:#?}", case.case, case.differences, case.chain));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
