//! How long an official waits: for `check` with every finding in words, for `test`, and for `mutate`.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must fail")]

use std::path::Path;
use std::sync::Arc;

use divan::{Bencher, black_box};
use sanse::{Standard, Vocabulary};
use sanse_script::{compile_for_tests, mutate, render, run_cases};

fn main() {
    divan::main();
}

/// The scripts of a folder, by name.
fn scripts(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "rhai")).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn standards() -> Vec<Standard> {
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = scripts("rules/yeji");
    let compiled = compiled.iter().map(|script| compile_for_tests("标准.rhai", script, &vocabulary, &[]));
    compiled.filter_map(|c| c.standard).collect()
}

/// All scripts of a folder are checked and what is wrong is written out: the sound ones, and those broken in every way.
#[divan::bench(args = ["rules/yeji", "fixtures/invalid"])]
fn check(bencher: Bencher<'_, '_>, folder: &str) {
    let (scripts, vocabulary) = (scripts(folder), Arc::new(Vocabulary::standard()));
    bencher.bench(|| {
        let mut said = 0;
        for script in &scripts {
            let compiled = compile_for_tests("标准.rhai", black_box(script), &vocabulary, &[]);
            said += compiled.findings.iter().map(|f| render(f, &compiled.text).len()).sum::<usize>();
        }
        said
    });
}

/// The tests in the shipped scripts.
#[divan::bench]
fn test(bencher: Bencher<'_, '_>) {
    let standards = standards();
    bencher.bench(|| standards.iter().flat_map(run_cases).filter(|result| result.passed).count());
}

/// Every change to the shipped standards against their tests, on one thread.
#[divan::bench(sample_count = 10)]
fn changes(bencher: Bencher<'_, '_>) {
    let standards = standards();
    bencher.bench(|| standards.iter().map(|standard| mutate(standard, None, 1).len()).sum::<usize>());
}
