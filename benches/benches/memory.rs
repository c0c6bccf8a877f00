//! The most memory that a run took: a population, its caseload, and four domains assessed with the overall label.
//!
//! `cargo bench -p sanse-benches --bench memory`; Linux only, elsewhere it says so. The greatest size that the
//! building took is printed apart, because a caseload is built once and then only read.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must fail")]
#![expect(clippy::print_stdout, reason = "the figures are the result")]

use sanse::{assess, classify};
use sanse_benches::population::{calendar, population};
use sanse_benches::standards::{domain_standards, overall_standard};

fn main() {
    let full = std::env::args().any(|a| a == "--bench");
    let enterprises = if full { 1_000_000 } else { 1_000 };
    let caseload = population(enterprises, 2023).unwrap();
    println!("{enterprises} enterprises; caseload built: {}", memory());
    // Counting the peak anew, so that it is that of assessing from a built caseload.
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let domains: Vec<_> = domain_standards()
        .iter()
        .map(|s| assess(s, &caseload, 0..caseload.enterprises(), &calendar()).unwrap())
        .collect();
    println!("four domains assessed: {}", memory());
    drop(domains);
    let result = classify(&caseload, &domain_standards(), Some(&overall_standard()), &calendar(), 1).unwrap();
    let hits: usize = result.domains.iter().map(|d| d.assessments.hit_count()).sum();
    let note = if reset { "" } else { " (peak of building included)" };
    println!("classified, {hits} hits: {}{note}", memory());
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let value = status.lines().find_map(|l| l.strip_prefix(name)).unwrap_or("unknown");
        value.trim().to_owned()
    };
    format!("peak {}, now {}", line("VmHWM:"), line("VmRSS:"))
}
