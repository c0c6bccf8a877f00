//! Near the cut (临界): who sits within some points of another label, and which record tips them.

use crate::assess::{BindError, Hit, Program, RowRef, Without};
use crate::calendar::Calendar;
use crate::caseload::Caseload;
use crate::classify::{Classified, Remarks, State, Supervision};
use crate::compare::Standing;
use crate::quantity::{Label, Points};
use crate::standard::{Standard, Subject};

/// A rated enterprise that sits near another label (临界企业).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The enterprise.
    pub enterprise: usize,
    /// Its standing.
    pub standing: Standing,
    /// Its score.
    pub score: Points,
    /// True if no hit rests on a record: an enterprise next to the first step, as most are.
    pub clean: bool,
    /// The nearest better label within reach (向好).
    pub better: Option<Step>,
    /// The nearest worse label within reach (向差).
    pub worse: Option<Step>,
    /// The records each of which alone changes the standing if it does not count, by list and row; then the hits that
    /// rest on no record, such as points off for a grade of standardisation.
    pub tips: Vec<Tip>,
}

/// How far another label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// By how many points the score would have to differ; more than 0.
    pub distance: Points,
    /// What the enterprise would be then. Better than yellow or red may be 未评定: data to be checked withhold green.
    pub to: Standing,
}

/// What alone decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The record or hit.
    pub by: TippedBy,
    /// What the enterprise would be if it did not count.
    pub to: Standing,
}

/// What can decide alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TippedBy {
    /// A record.
    Record(RowRef),
    /// A hit that rests on what the enterprise is and on no record.
    Hit(Hit),
}

/// No search goes further than so many units of the score, whatever distance is asked for.
const MOST_STEPS: i64 = 100_000;

/// The rated enterprises of a domain that sit within so many points of another label, in their order.
///
/// A distance is counted in multiples of the standard's unit, at most 100 000 of them, within its limits and bands, with the ceilings, floors and shifts
/// that the enterprise has: whom a ceiling keeps red no points make yellow. A record tips if the whole assessment gives
/// another standing with the record excepted (除外): what it outranked, capped or was counted with is assessed anew. So
/// does a hit that rests on no record, with its rule left out.
/// Only the values derived when the caseload was finished still know it: the gravest kind of its decision, and the
/// rectification joined to it.
///
/// Without bands no score is near anything and the result is empty; so it is for an overall standard, whose labels
/// follow from those of the domains.
///
/// # Errors
/// The standard does not fit the caseload.
pub fn near(
    standard: &Standard,
    caseload: &Caseload,
    calendar: &Calendar,
    classified: &Classified,
    within: Points,
) -> Result<Vec<Near>, BindError> {
    let program = Program::bind(standard, caseload, calendar)?;
    if standard.subject == Subject::Overall || standard.grades.iter().all(|g| g.band.is_none()) {
        return Ok(Vec::new());
    }
    let supervision = Supervision::new(standard, caseload, calendar);
    let unit = standard.unit.hundredths().max(1);
    let steps = (within.hundredths() / unit).clamp(0, MOST_STEPS);
    let assessments = &classified.assessments;
    let mut found = Vec::new();
    for (enterprise, verdict) in classified.verdicts.iter().enumerate() {
        let (State::Rated, Some(label), Some(outcome)) =
            (verdict.state, verdict.label, assessments.outcome(enterprise))
        else {
            continue;
        };
        let hits = assessments.hits(enterprise);
        let score = outcome.score();
        let label_at = |moved: i64| -> Option<Label> {
            let score = Points::from_hundredths(score.hundredths().saturating_add(moved));
            // A score beyond a limit or outside all bands is none that the standard knows.
            let known = standard.lower_limit.is_none_or(|limit| score >= limit)
                && standard.upper_limit.is_none_or(|limit| score <= limit)
                && standard.grades.iter().any(|g| g.band.is_some_and(|b| b.contains(score)));
            let grade = known.then(|| program.grade_at(hits, outcome, score))?;
            standard.grades.get(usize::from(grade)).map(|g| g.label)
        };
        let standing_of = |label| match label {
            // What withholds green stands beside every other label.
            Label::Green if verdict.remarks.contains(Remarks::INCOMPLETE) => Standing::NotRated,
            Label::Green => Standing::Green,
            Label::Yellow => Standing::Yellow,
            Label::Red => Standing::Red,
        };
        let (mut better, mut worse) = (None, None);
        for step in 1..=steps {
            for moved in [step * unit, -step * unit] {
                let Some(other) = label_at(moved) else { continue };
                let there = Step { distance: Points::from_hundredths(step * unit), to: standing_of(other) };
                if other < label {
                    better = better.or(Some(there));
                } else if other > label {
                    worse = worse.or(Some(there));
                }
            }
            if better.is_some() && worse.is_some() {
                break;
            }
        }
        if better.is_none() && worse.is_none() {
            continue;
        }
        let standing = Standing::of(verdict);
        let rows = program.rows_hit_by(assessments, enterprise);
        let clean = rows.is_empty();
        let rows = rows.into_iter().map(|row| (TippedBy::Record(row), Without::Row(row)));
        let bare = hits.iter().filter(|hit| hit.row == u32::MAX);
        let bare = bare.map(|hit| (TippedBy::Hit(*hit), Without::Rule(hit.rule)));
        let tips = rows.chain(bare).filter_map(|(by, without)| {
            let without = program.assess_without(enterprise, without);
            let to = Standing::of(&supervision.verdict(&program, &without, enterprise));
            (to != standing).then_some(Tip { by, to })
        });
        let tips = tips.collect();
        found.push(Near { enterprise, standing, score, clean, better, worse, tips });
    }
    Ok(found)
}
