//! The engine and the naive scorer agree on generated scripts and records: those that the fuzz target found worth
//! keeping, and others from a fixed seed. All kinds of scripts hold, too.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::sync::Arc;

use sanse::Vocabulary;
use sanse_proof::hold::{Ended, differential, everything};
use sanse_proof::{Kind, Numbers, script};
use sanse_script::{compile, format};

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

/// What a script says: the codes of its findings, and its standard without places and digest.
fn meaning(script: &[u8]) -> serde_json::Value {
    fn bare(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.retain(|name, _| !["at", "digest", "vocabulary"].contains(&name.as_str()));
                fields.values_mut().for_each(bare);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(bare),
            _ => {}
        }
    }
    let compiled = compile("试.rhai", script, &Arc::new(Vocabulary::standard()), &[]);
    let mut codes: Vec<&str> = compiled.findings.iter().map(|f| f.code).collect();
    codes.sort_unstable();
    let mut standard = serde_json::to_value(&compiled.standard).unwrap();
    bare(&mut standard);
    serde_json::json!([codes, standard])
}

#[test]
fn scripts_say_the_same_when_they_are_formatted() {
    let mut changed = 0;
    for seed in 0..PAIRS / 5 {
        let (_, bytes) = script(&Numbers::from_seed(seed, 40 + seed as usize % 160));
        // A line for each call, of which some go on and some stand within brackets.
        let bytes = String::from_utf8(bytes).map_or_else(std::string::FromUtf8Error::into_bytes, |text| {
            text.replace(").", ")\n.").replace("#{", "#{\n").into_bytes()
        });
        let Ok(once) = format("试.rhai", &bytes) else { continue };
        let twice = format("试.rhai", &once.bytes).unwrap();
        assert!(!twice.changed, "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(meaning(&once.bytes), meaning(&bytes), "{}", String::from_utf8_lossy(&bytes));
        changed += u64::from(once.changed);
    }
    assert!(changed * 10 >= PAIRS, "{changed}");
}
