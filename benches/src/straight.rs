//! What a delivery of [`crate::delivery`] comes to, by straight code: the program against which whole runs are
//! timed.
//!
//! It is the program that one would write for just these files and just these standards with the csv crate:
//! columns by their places, hash maps over strings, conditions and sentences in Rust, one stage after the other.
//! It writes the same `enterprises.csv`, `assessments.csv`, `deductions.csv`, `unused.csv` and `summary.csv` byte
//! for byte (a test compares them), and takes clean files for granted: it looks for no second encoding, no
//! damaged row, no near name, no copy of a decision and no personal number, and makes no digest.

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
