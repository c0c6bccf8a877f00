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
//! Figures of 2026-11-23, two cores of an AMD EPYC with nothing else running, `--only-tables`; a million enterprises
//! with 2.19 million rows, five pairs:
//!
//! | program | wall | processor | memory |
//! |---|---|---|---|
//! | straight | 11.7–13.5 s | 11.7–13.1 s | 873 MiB |
//! | `sanse classify` | 13.7–14.2 s | 23.4–24.3 s | 260–274 MiB |
//!
//! By pairs `sanse` took 1.02 to 1.20 times the straight program's wall time, in the middle 1.15. It writes the
//! normalised records too, and the digest of every file.

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
