//! The engine's results in the form of the naive scorer, to be compared.

use sanse::{Assessments, Hit, Scope, Standard};

use super::naive;

/// The engine's result for an enterprise in the form of the naive one.
pub(crate) fn as_naive(standard: &Standard, assessments: &Assessments, enterprise: usize) -> naive::Outcome {
    let outcome = assessments.outcome(enterprise).unwrap();
    let hit = |hit: &Hit| naive::Hit {
        rule: usize::from(hit.rule),
        arm: usize::from(hit.arm),
        row: match standard.rules[usize::from(hit.rule)].scope {
            Scope::Each(_) => Ok(hit.row as usize),
            Scope::Enterprise => Err(assessments.citations(hit).iter().map(|r| (r.list.0, r.row)).collect()),
        },
        raw: i64::from(hit.raw),
        counted: i64::from(hit.counted),
        fate: hit.fate(),
        carried: hit.carried(),
    };
    naive::Outcome {
        hits: assessments.hits(enterprise).iter().map(hit).collect(),
        score: i64::from(outcome.score),
        limit_entry: i64::from(outcome.limit_entry),
        band_grade: usize::from(outcome.band_grade),
        grade: usize::from(outcome.grade),
        decider: outcome.decider,
        deciding: (outcome.deciding != u32::MAX).then_some(outcome.deciding as usize),
        uninspected: outcome.uninspected,
    }
}
