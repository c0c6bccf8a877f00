//! The engine and the naive scorer agree on generated scripts and records: those that the fuzz target found worth
//! keeping, and others from a fixed seed. All kinds of scripts hold, too.

use sanse_proof::hold::{Ended, differential, everything};
use sanse_proof::{Kind, Numbers, script};

/// So many pairs and scripts; the fuzz target and `many_scripts` go on from here.
const PAIRS: u64 = 500;

#[test]
fn the_corpus_is_assessed_alike() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut accepted = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        accepted += usize::from(differential(&bytes) == Ended::Accepted);
    }
    assert!(accepted >= 20, "{accepted}");
}

#[test]
fn generated_pairs_are_assessed_alike() {
    let mut accepted = 0;
    for seed in 0..PAIRS {
        let bytes = Numbers::from_seed(seed, 40 + seed as usize % 160).to_bytes();
        accepted += u64::from(differential(&bytes) == Ended::Accepted);
    }
    // Refused scripts are compared with nothing.
    assert!(accepted * 10 >= PAIRS * 8, "{accepted} of {PAIRS}");
}

#[test]
fn scripts_of_all_kinds_hold() {
    let mut kinds =
        [(Kind::Sound, 0), (Kind::Slips, 0), (Kind::Words, 0), (Kind::Characters, 0), (Kind::Bytes, 0)];
    for seed in 0..PAIRS {
        let (kind, bytes) = script(&Numbers::from_seed(seed, 40 + seed as usize % 160));
        let ended = everything(&bytes, seed % 50 == 0);
        for (of, accepted) in &mut kinds {
            *accepted += usize::from(*of == kind && ended == Ended::Accepted);
        }
    }
    assert!(kinds[0].1 >= 150 && kinds[1].1 >= 5, "{kinds:?}");
}
