//! The README's commands do what it says, and the main one gives the expected results of the fixture.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The README's commands that run the program, as arguments, with the output folder put elsewhere.
fn commands(out: &Path) -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let commands = readme.lines().filter_map(|line| line.strip_prefix("cargo run --release -- "));
    let out = out.to_str().unwrap();
    commands
        .map(|c| {
            c.split_whitespace()
                .map(|a| if a == "out/yeji-2023" { out.to_owned() } else { a.to_owned() })
                .collect()
        })
        .collect()
}

fn run(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sanse")).args(arguments).current_dir(root()).output().unwrap()
}

#[test]
fn the_commands_of_the_readme_run_and_the_main_one_gives_the_expected_results() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("yeji-2023");
    let commands = commands(&out);
    assert_eq!(commands.first().and_then(|c| c.first()).map(String::as_str), Some("classify"));
    assert!(commands.len() >= 4, "{commands:?}");
    for arguments in &commands {
        let output = run(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
    }
    let expected = root().join("fixtures/yeji-2022/expected");
    let names = |dir: &Path| {
        let mut names: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&expected), names(&out));
    for name in names(&expected) {
        let (want, got) =
            (std::fs::read(expected.join(&name)).unwrap(), std::fs::read(out.join(&name)).unwrap());
        assert!(want == got, "{} differs from fixtures/yeji-2022/expected", name.display());
    }
}
