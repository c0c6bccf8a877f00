//! How long a standard takes from its text: the largest of the shipped ones, and all five.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must fail")]

use std::path::Path;
use std::sync::Arc;

use divan::{Bencher, black_box};
use sanse::Vocabulary;

fn main() {
    divan::main();
}

/// The shipped scripts, the largest first.
fn scripts() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/yeji");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let scripts = paths.filter(|path| path.extension().is_some_and(|e| e == "rhai"));
    let mut scripts: Vec<Vec<u8>> = scripts.map(|path| std::fs::read(path).unwrap()).collect();
    scripts.sort_by_key(|script| std::cmp::Reverse(script.len()));
    scripts
}

/// The first so many scripts, compiled one after the other.
#[divan::bench(args = [1, 5])]
fn shipped(bencher: Bencher<'_, '_>, count: usize) {
    let (scripts, vocabulary) = (scripts(), Arc::new(Vocabulary::standard()));
    bencher.bench(|| {
        for script in scripts.iter().take(count) {
            let compiled = sanse_script::compile("标准.rhai", black_box(script), &vocabulary, &[]);
            assert!(compiled.standard.is_some());
        }
    });
}
