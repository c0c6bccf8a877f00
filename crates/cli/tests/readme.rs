//! The README's commands do what it says, and the main one gives the expected results of the fixture.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Large, and held to the tables by `verify` and by tests of their own; `run.json` has their digests.
const NOT_COMMITTED: [&str; 5] = ["归一数据/", "标准/", "report.html", "results.jsonl", "workbook.xlsx"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The README's commands that run the program, as arguments. They run in a folder of their own, because some of
/// them write; what they read is named in full.
fn commands() -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let commands = readme.lines().filter_map(|line| line.strip_prefix("cargo run --release -- "));
    let full = |argument: &str| {
        let inside = argument.starts_with("fixtures/") || argument.starts_with("rules/");
        if inside { root().join(argument).to_str().unwrap().to_owned() } else { argument.to_owned() }
    };
    commands.map(|c| c.split_whitespace().map(full).collect()).collect()
}

/// The files of a folder and of its folders by their path in it, sorted.
fn names(dir: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(names(&path).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            files.push(name);
        }
    }
    files.sort();
    files
}

#[test]
fn the_commands_of_the_readme_run_and_the_main_one_gives_the_expected_results() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out/yeji-2023");
    let commands = commands();
    assert_eq!(commands.first().and_then(|c| c.first()).map(String::as_str), Some("classify"));
    assert!(commands.len() >= 4, "{commands:?}");
    for arguments in &commands {
        let program =
            Command::new(env!("CARGO_BIN_EXE_sanse")).args(arguments).current_dir(folder.path()).output();
        let output = program.unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
    }
    let expected = root().join("fixtures/yeji-2022/expected");
    let committed: Vec<String> = names(&out)
        .into_iter()
        .filter(|name| !NOT_COMMITTED.iter().any(|part| name.contains(part)))
        .collect();
    assert_eq!(names(&expected), committed);
    for name in names(&expected) {
        let (want, got) =
            (std::fs::read(expected.join(&name)).unwrap(), std::fs::read(out.join(&name)).unwrap());
        assert!(want == got, "{name} differs from fixtures/yeji-2022/expected");
    }
}
