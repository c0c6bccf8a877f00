//! The committed corpus of the fuzz targets, replayed: what once was dangerous stays harmless without a fuzzer. And a
//! short run of generated input, which needs neither a fuzzer nor a nightly compiler: changed copies of the corpus, the
//! same ones each time.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail the test"
)]

#[path = "common/replay.rs"]
mod replay;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use replay::TARGETS;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5, "{target} has a corpus");
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn everything_in_the_corpus_is_harmless() {
    for (target, run) in TARGETS {
        for seed in seeds(target) {
            run(&seed);
        }
    }
}

#[test]
fn every_target_is_a_fuzz_target() {
    let manifest = include_str!("../fuzz/Cargo.toml");
    for (target, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}

/// A sequence of numbers that is the same on every machine.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }
}

/// What files hold, and what breaks them.
const PIECES: [&str; 34] = [
    ",",
    "\"",
    "\n",
    "\r\n",
    "\t",
    ";",
    "；",
    "、",
    "（",
    "）",
    "元",
    "万元",
    "伍万元整",
    "罚款",
    "警告",
    "没收",
    "并处",
    "2022-05-06",
    "2022年13月1日",
    "44687",
    "9.13E+17",
    "91341504MA2TE5TA3J",
    "91341504MA2TE5TA8J",
    "甲木业有限公司",
    "合计",
    "消防",
    "是",
    "\u{feff}",
    "\u{200b}",
    "\0",
    "<",
    "=",
    "{",
    "]",
];

/// A changed copy: some bytes overwritten, cut, doubled, exchanged with another's, or a piece put in.
fn changed(random: &mut Sequence, all: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = all[random.below(all.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            4 => {
                let other = &all[random.below(all.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(40)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            5 => bytes.truncate(at.max(1)),
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
    bytes
}

/// The input is said if it is not harmless: it then belongs to the seeds.
#[test]
fn changed_copies_of_the_corpus_are_harmless() {
    replay::pass_over_decoders();
    for (number, (target, run)) in TARGETS.into_iter().enumerate() {
        let all = seeds(target);
        let mut random = Sequence(0x9e37_79b9_7f4a_7c15 + number as u64);
        // Some take long for one input.
        let runs = if ["saved", "records", "prose"].contains(&target) { 100 } else { 400 };
        for turn in 0..runs {
            let bytes = changed(&mut random, &all);
            let text = String::from_utf8_lossy(&bytes);
            let harmless = catch_unwind(AssertUnwindSafe(|| run(&bytes))).is_ok();
            assert!(harmless, "{target}, turn {turn}: {text:?}\n{bytes:?}");
        }
    }
}
