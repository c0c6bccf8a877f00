//! The committed corpus of the fuzz targets, replayed: what once was dangerous stays harmless without a fuzzer.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

#[path = "common/replay.rs"]
mod replay;

use std::path::Path;

fn each(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5, "{target} has a corpus");
    for file in files {
        run(&std::fs::read(&file).unwrap());
    }
}

#[test]
fn every_delivery_of_the_corpus_is_accounted_for() {
    each("delivery", replay::delivery);
}

#[test]
fn every_header_of_the_corpus_is_accounted_for() {
    each("header", replay::header);
}

#[test]
fn every_mapping_of_the_corpus_is_read_or_refused() {
    each("mapping", replay::mapping);
}
