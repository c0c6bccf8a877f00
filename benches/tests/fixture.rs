//! The committed fixture is what the generator makes.

use std::fs;
use std::path::{Path, PathBuf};

use sanse_benches::fixture;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/yeji-2022")
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

#[test]
fn twice_gives_the_same_bytes() {
    assert!(fixture::make().unwrap().files == fixture::make().unwrap().files);
}

#[test]
fn committed_files_are_what_the_generator_makes() {
    let made = fixture::make().unwrap();
    for (path, bytes) in &made.files {
        let committed = fs::read(folder().join(path)).unwrap_or_default();
        assert!(committed == *bytes, "{path} differs: run `cargo run -p sanse-benches --bin yeji_fixture`");
    }
    let mut found = Vec::new();
    files_below(&folder(), &mut found);
    for path in found {
        let path = path.strip_prefix(folder()).unwrap().to_string_lossy().replace('\\', "/");
        let own = path == "README.md" || path.starts_with("expected/");
        assert!(
            own || made.files.iter().any(|(made, _)| *made == path),
            "{path} is not made by the generator"
        );
    }
}

#[test]
fn the_readme_lists_every_oddity_with_its_row() {
    let made = fixture::make().unwrap();
    assert!(made.oddities.len() >= 20);
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    assert_eq!(fixture::replace_oddity_table(&readme, &made.oddities).as_deref(), Some(readme.as_str()));
}
