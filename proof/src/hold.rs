//! What must hold for any script: it ends in findings or in a standard; the standard is valid, is the same when
//! saved and loaded, can be said in words, and assesses a caseload as the naive scorer does.

use std::sync::LazyLock;

use sanse::{Caseload, Standard, assess};
use sanse_script::{Compiled, compile, render, run_cases};

use crate::Numbers;
use crate::scripts;
use crate::support::agree;
use crate::support::naive::Scorer;
use crate::support::records::Records;
use crate::support::{Generated, VOCABULARY};

/// What became of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// In findings only.
    Refused,
    /// In a standard.
    Accepted,
}

/// Two caseloads of few enterprises.
static SMALL: LazyLock<Vec<(Records, Caseload)>> = LazyLock::new(|| {
    (0..2_u64)
        .map(|seed| {
            let records = Records::from_seed(seed, 4);
            let caseload = records.build();
            (records, caseload)
        })
        .collect()
});

/// Compiles a script and does everything with it. The long vocabulary is saved with a standard only if
/// `with_vocabulary`.
///
/// # Panics
///
/// If anything does not hold.
pub fn everything(script: &[u8], with_vocabulary: bool) -> Ended {
    let Some(standard) = compiled(script) else { return Ended::Refused };
    if with_vocabulary {
        let saved = sanse_data::save_standard(&standard).unwrap();
        assert!(
            sanse_data::load_standard(saved.as_bytes(), &VOCABULARY).unwrap() == standard,
            "saved and loaded"
        );
    } else {
        let short = Generated(standard.clone()).without_vocabulary();
        let saved = serde_json::to_string(&short).unwrap();
        assert!(serde_json::from_str::<Standard>(&saved).unwrap() == short, "saved and loaded");
    }
    drop(run_cases(&standard));
    for (records, caseload) in &*SMALL {
        let result = assess(&standard, caseload, 0..caseload.enterprises(), &records.calendar);
        assert_eq!(result.unwrap().enterprises(), 0..caseload.enterprises());
    }
    Ended::Accepted
}

/// A standard that is valid, or findings that can be shown.
fn compiled(script: &[u8]) -> Option<Standard> {
    let Compiled { standard, findings, text } = compile("试.rhai", script, &VOCABULARY, &[]);
    for finding in &findings {
        assert!(!render(finding, &text).is_empty());
    }
    let Some(standard) = standard else {
        assert!(!findings.is_empty(), "refused without a finding");
        return None;
    };
    assert_eq!(standard.validate(), Ok(()));
    Some(standard)
}

/// A script and records, decided by bytes, assessed by the engine and by the naive scorer.
///
/// # Panics
///
/// If they differ.
pub fn differential(bytes: &[u8]) -> Ended {
    let (records, script) = bytes.split_at(bytes.len().min(2));
    let seed = records.iter().fold(0, |seed, byte| seed * 256 + u64::from(*byte));
    let script = scripts::whole(&mut Numbers::from_bytes(script).choices());
    agreement(&script, &Records::from_seed(seed, 1 + seed as usize % 6))
}

fn agreement(script: &str, records: &Records) -> Ended {
    let Some(standard) = compiled(script.as_bytes()) else { return Ended::Refused };
    let caseload = records.build();
    let calendar = &records.calendar;
    let scorer = Scorer { standard: &standard, caseload: &caseload, calendar, without: None };
    let all = assess(&standard, &caseload, 0..caseload.enterprises(), calendar).unwrap();
    for enterprise in 0..caseload.enterprises() {
        let (naive, real) = (scorer.assess(enterprise), agree::as_naive(&standard, &all, enterprise));
        assert_eq!(naive, real, "naive left, engine right, enterprise {enterprise}, script\n{script}");
    }
    Ended::Accepted
}

/// What the script of bytes is, for people who look at a failure.
pub fn script_of(bytes: &[u8]) -> String {
    scripts::whole(&mut Numbers::from_bytes(bytes.get(2..).unwrap_or_default()).choices())
}
