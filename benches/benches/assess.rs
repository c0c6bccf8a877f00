//! How long assessing takes: one enterprise, and populations of four domains from a built caseload.
//!
//! `cargo bench -p sanse-benches` measures; `cargo test --benches` runs each once, with a small population.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must fail")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use sanse::{Caseload, Vocabulary, assess, classify};
use sanse_benches::population::{calendar, population, single};
use sanse_benches::standards::{domain_standards, overall_standard};

fn main() {
    divan::main();
}

/// Cargo says `--bench` when it measures.
fn sizes() -> Vec<u32> {
    if std::env::args().any(|a| a == "--bench") { vec![10_000, 100_000, 1_000_000] } else { vec![1_000] }
}

fn of_size(enterprises: u32) -> Caseload {
    population(enterprises, 2023).unwrap()
}

/// One enterprise under one standard of fifteen rules, binding included.
#[divan::bench(args = [0, 3, 10])]
fn one_enterprise(bencher: Bencher<'_, '_>, records: u32) {
    let (caseload, standards) = (single(records, 7).unwrap(), domain_standards());
    let standard = standards.first().unwrap();
    bencher.bench(|| assess(black_box(standard), black_box(&caseload), 0..1, &calendar()).unwrap());
}

/// Four domains on one thread, evidence included.
#[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
fn four_domains(bencher: Bencher<'_, '_>, enterprises: u32) {
    let (caseload, standards) = (of_size(enterprises), domain_standards());
    bencher.counter(ItemsCount::new(enterprises)).bench(|| {
        let assess = |s| assess(s, black_box(&caseload), 0..caseload.enterprises(), &calendar()).unwrap();
        standards.iter().map(assess).collect::<Vec<_>>()
    });
}

/// Four domains with the states of the data, the overall label and measures, on one thread.
#[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
fn classification(bencher: Bencher<'_, '_>, enterprises: u32) {
    let (caseload, standards, overall) = (of_size(enterprises), domain_standards(), overall_standard());
    bencher
        .counter(ItemsCount::new(enterprises))
        .bench(|| classify(black_box(&caseload), &standards, Some(&overall), &calendar(), 1).unwrap());
}

/// The vocabulary, which every run builds once.
#[divan::bench]
fn vocabulary() -> Vocabulary {
    Vocabulary::standard()
}
