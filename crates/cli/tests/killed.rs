//! Killed at any moment, a run leaves its results or those that were there before, whole, and the next one says which.
//!
//! Some dozen kills, and more if by chance none of them fell into the writing; `SANSE_KILLS=1000` makes it a thousand.

mod small;

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use small::{Case, bytes_of};

const RUN: [&str; 11] = [
    "classify",
    "--data",
    "数据",
    "--rules",
    "标准",
    "--year",
    "2023",
    "--as-of",
    "2023-03-31",
    "--out",
    "结果",
];

#[test]
fn a_killed_run_leaves_whole_results() {
    let kills: u32 = std::env::var("SANSE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    let case = Case::new();
    // All enterprises at once, and in batches, whose records wait in a file beside the folder.
    let kinds: [&[&str]; 2] =
        [&["--set", "ZS-2023.罚款分值=12"], &["--set", "ZS-2023.罚款分值=3", "--only-tables"]];
    let start = Instant::now();
    let whole = kinds.map(|kind| {
        case.sanse(&[RUN.as_slice(), kind].concat()).says(&["运行指纹"]);
        bytes_of(&case.path("结果"))
    });
    let mut length = start.elapsed() / 2;
    assert_ne!(whole[0], whole[1]);
    let mut said = BTreeSet::new();
    let mut replaced = 0;
    let mut seed = 0x2545_f491_u32;
    let mut kill = 0;
    while kill < kills || (said.is_empty() && kill < 40 * kills) {
        kill += 1;
        let before = bytes_of(&case.path("结果"));
        let next = kinds[usize::from(before == whole[0])];
        let mut child = Command::new(env!("CARGO_BIN_EXE_sanse"))
            .args(RUN)
            .args(next)
            .current_dir(case.home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // From the start of the process to a little beyond its usual end. How long it takes changes with what else the
        // machine does: a run that had ended shortens the guess, one that had not lengthens it.
        sleep(length * (seed >> 22) / 900);
        let ended = child.try_wait().unwrap().is_some();
        length = if ended { length * 7 / 8 } else { length * 33 / 32 };
        child.kill().unwrap();
        child.wait().unwrap();
        let out = case.path("结果");
        // Before anything is settled: the folder is whole, or its predecessor stands beside it.
        let standing = if out.exists() {
            bytes_of(&out)
        } else {
            let beside = fs::read_dir(case.home.path()).unwrap().map(|e| e.unwrap().path());
            let old = |path: &std::path::PathBuf| path.to_string_lossy().contains(".sanse-old-");
            bytes_of(&beside.into_iter().find(old).unwrap())
        };
        assert!(
            whole.contains(&standing),
            "kill {kill}: {:?}",
            fs::read_dir(case.home.path()).unwrap().count()
        );
        let explained = case.sanse(&["explain", "--run", "结果", "--enterprise", "甲木业"]);
        assert_eq!(explained.code, Some(0), "{explained:#?}");
        assert_eq!(bytes_of(&out), standing, "kill {kill}");
        assert_eq!(fs::read_dir(case.home.path()).unwrap().count(), 3, "nothing is left beside the folder");
        if let Some((_, sentence)) = explained.err.trim().split_once('：') {
            let kept = ["没有改动", "已放回"].iter().any(|part| sentence.contains(part));
            assert_eq!(kept, standing == before, "kill {kill}: {sentence}");
            said.insert(sentence.to_owned());
        }
        replaced += usize::from(standing != before);
    }
    assert!(!said.is_empty(), "no run was cut short");
    println!("{kill} 次中断：{replaced} 次新结果已完整写出，其余原有结果完整；{said:?}");
}
