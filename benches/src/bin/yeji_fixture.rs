//! Writes `fixtures/yeji-2022`: `cargo run -p sanse-benches --bin yeji_fixture [FOLDER]`.
//!
//! The table of oddities in the folder's README stands between two marks and is replaced; the rest of the
//! README is written by hand.

use std::path::{Path, PathBuf};
use std::{env, fs};

use sanse_benches::fixture;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = env::args_os()
        .nth(1)
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/yeji-2022"), PathBuf::from);
    let fixture = fixture::make()?;
    for (path, bytes) in &fixture.files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    let readme = folder.join("README.md");
    if let Ok(text) = fs::read_to_string(&readme)
        && let Some(text) = fixture::replace_oddity_table(&text, &fixture.oddities)
    {
        fs::write(readme, text)?;
    }
    Ok(())
}
