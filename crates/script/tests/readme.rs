//! The README's standard for officials compiles without a finding and passes its own tests.

use std::sync::Arc;

use sanse::Vocabulary;

#[test]
fn the_standard_in_the_readme_holds() {
    let readme = include_str!("../../../README.md");
    let script = readme.split("```rhai\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = sanse_script::compile("README.rhai", script.as_bytes(), &vocabulary, &[]);
    let rendered: Vec<String> =
        compiled.findings.iter().map(|f| sanse_script::render(f, &compiled.text)).collect();
    assert!(rendered.is_empty(), "{}", rendered.join("\n"));
    let results = sanse_script::run_cases(&compiled.standard.unwrap());
    assert_eq!(results.len(), 5);
    for result in results {
        assert!(result.passed, "{}: {:?} {:?}", result.case, result.differences, result.chain);
    }
}
