//! What a delivery of [`crate::delivery`] comes to, by straight code: the program against which whole runs are
//! timed.
//!
//! It is the program that one would write for just these files and just these standards with the csv crate:
//! columns by their places, hash maps over strings, conditions and sentences in Rust, one stage after the other.
//! It writes the same `enterprises.csv`, `assessments.csv`, `deductions.csv`, `unused.csv` and `summary.csv` byte
//! for byte (a test compares them), and takes clean files for granted: it looks for no second encoding, no
//! damaged row, no near name, no copy of a decision and no personal number, and makes no digest.
//!
//! # How whole runs are timed
//!
//! ```sh
//! cargo build --release -p sanse-cli -p sanse-benches --bins
//! target/release/delivery D 1000000
//! /usr/bin/time -v target/release/straight D/数据 OUT
//! /usr/bin/time -v target/release/sanse classify --data D/数据 --rules D/规则 --year 2023 --as-of 2023-03-31 --out OUT
//! ```
//!
//! One after the other, in pairs, at least five times; the median of the wall times, and the greatest resident
//! memory. `OUT` lies in memory (tmpfs): `sanse` flushes its tables to disk before the folder moves to its place,
//! which on a disk takes longer than all the rest. `sanse` uses as many threads as there are cores, the straight
//! program one.
//!
//! Figures of 2026-11-23, two cores of an AMD EPYC that other builds shared, so that wall times are upper bounds:
//!
//! | enterprises | program | wall | processor | memory |
//! |---|---|---|---|---|
//! | 100 000 (five pairs) | straight | 1.3 s | 1.1 s | 96 MiB |
//! | | `sanse classify` | 2.1 s | 2.1 s | 77 MiB |
//! | 1 000 000 (five pairs) | straight | 17.5 s | 14 s | 873 MiB |
//! | | `sanse classify` | 23.2 s | 25 s | 636 MiB |
//!
//! By pairs `sanse` took 1.3 to 1.8 times the straight program's wall time, 1.5 times in the middle.

mod read;
mod score;
mod write;

use std::path::Path;

/// Reads a delivery's `数据` and writes the tables into an empty folder.
///
/// # Errors
/// A file cannot be read or written, or a cell is not what the delivery has there.
pub fn run(data: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let delivery = read::read(data)?;
    let results = score::score(&delivery);
    std::fs::create_dir_all(out)?;
    write::write(out, &delivery, &results)?;
    Ok(())
}
