//! Assessment (评定): a standard applied to a caseload. The score, the grade and every hit with its evidence
//! are one value; the score is base plus counted hits plus the limit entry, by construction.

mod admit;
mod bind;
mod evaluate;
mod score;

use std::ops::Range;

use crate::calendar::Calendar;
use crate::caseload::Caseload;
use crate::quantity::{Label, Points};
use crate::standard::Standard;
use crate::vocabulary::ListId;

pub use admit::Disposition;
pub use bind::BindError;

/// What became of the points of a hit (去向).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Counted in full.
    Counted,
    /// Not counted: a graver hit has the same key (取最重).
    Outranked,
    /// Counted in part or not at all: the rule's cap was reached (规则封顶).
    RuleCapped,
    /// Counted in part or not at all: the group's cap was reached (组封顶).
    GroupCapped,
    /// Has no points: a ceiling, a floor, a shift or not-rated.
    Effect,
}

/// A rule that applied to a row or an enterprise (命中).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The row for a rule over rows; for a rule over enterprises the number of the entry in
    /// [`Assessments::citations`] or `u32::MAX` if no rows were aggregated.
    pub row: u32,
    /// Number of the rule.
    pub rule: u16,
    /// Number of its arm.
    pub arm: u8,
    pub(crate) flags: u8,
    /// What the arm gives, signed as it enters the score, in hundredths.
    pub raw: i32,
    /// What enters the score, in hundredths.
    pub counted: i32,
}

impl Hit {
    pub(crate) const CARRIED: u8 = 0x80;

    /// What became of its points.
    pub fn fate(&self) -> Fate {
        match self.flags & 0x7f {
            0 => Fate::Counted,
            1 => Fate::Outranked,
            2 => Fate::RuleCapped,
            3 => Fate::GroupCapped,
            _ => Fate::Effect,
        }
    }

    pub(crate) fn set_fate(&mut self, fate: Fate) {
        self.flags = (self.flags & Self::CARRIED) | fate as u8;
    }

    /// True if the row had lapsed and still counts (结转).
    pub fn carried(&self) -> bool {
        self.flags & Self::CARRIED != 0
    }
}

/// What decided the grade (定级原因).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decider {
    /// The score's band; no hit counted, or there are no bands.
    Clean,
    /// The score's band, reached by counted hits.
    Score,
    /// A shift by grades.
    Shift,
    /// A floor.
    Floor,
    /// A ceiling.
    Ceiling,
    /// Not rated by the standard's own rule.
    NotRated,
}

/// The result for one enterprise, states of the data aside (see [`crate::classify`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The score in hundredths, after limits.
    pub score: i32,
    /// The entry that brought the score within its limits, in hundredths; mostly 0.
    pub limit_entry: i32,
    /// The deciding hit, numbered within [`Assessments::hits`] of this enterprise; `u32::MAX` if none.
    pub deciding: u32,
    /// The grade's number in the standard; 0 is best.
    pub grade: u8,
    /// The grade that the score's band gave, before shifts, floors and ceilings.
    pub band_grade: u8,
    /// What decided the grade.
    pub decider: Decider,
    /// True if the standard says that a clean enterprise counts as never inspected and this is one.
    pub uninspected: bool,
}

impl Outcome {
    /// The score.
    pub fn score(&self) -> Points {
        Points::from_hundredths(i64::from(self.score))
    }
}

/// A row cited by an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowRef {
    /// The list.
    pub list: ListId,
    /// The row.
    pub row: u32,
}

/// The results of a standard over a range of enterprises.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assessments {
    pub(crate) hits: Vec<Hit>,
    /// For the i-th enterprise of the range its hits are `ends[i - 1]..ends[i]`.
    pub(crate) ends: Vec<u32>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) citations: Vec<RowRef>,
    /// For the i-th citation entry its rows are `citation_ends[i - 1]..citation_ends[i]`.
    pub(crate) citation_ends: Vec<u32>,
    /// The first enterprise of the range.
    pub(crate) first: usize,
}

impl Assessments {
    /// The enterprises assessed.
    pub fn enterprises(&self) -> Range<usize> {
        self.first..self.first + self.outcomes.len()
    }

    /// The outcome of an enterprise; `None` outside the range.
    pub fn outcome(&self, enterprise: usize) -> Option<&Outcome> {
        self.outcomes.get(enterprise.checked_sub(self.first)?)
    }

    /// The hits of an enterprise in the order of rules and rows; empty outside the range.
    pub fn hits(&self, enterprise: usize) -> &[Hit] {
        enterprise.checked_sub(self.first).and_then(|i| self.hits.get(segment(&self.ends, i)?)).unwrap_or(&[])
    }

    /// The rows that a hit of an aggregate counted; of a peak, those in the earliest window that reaches it.
    pub fn citations(&self, hit: &Hit) -> &[RowRef] {
        segment(&self.citation_ends, hit.row as usize).and_then(|r| self.citations.get(r)).unwrap_or(&[])
    }

    /// The number of hits in all.
    pub fn hit_count(&self) -> usize {
        self.hits.len()
    }

    /// Adds the results for the enterprises that follow.
    fn append(&mut self, next: Assessments) {
        let (hits, entries, rows) = (self.hits.len() as u32, self.citation_ends.len() as u32, self.citations.len() as u32);
        self.hits.extend(next.hits);
        let _ = entries;
        self.ends.extend(next.ends.iter().map(|e| e + hits));
        self.outcomes.extend(next.outcomes);
        self.citations.extend(next.citations);
        self.citation_ends.extend(next.citation_ends.iter().map(|e| e + rows));
    }
}

fn segment(ends: &[u32], index: usize) -> Option<Range<usize>> {
    let start = match index.checked_sub(1) {
        Some(before) => *ends.get(before)? as usize,
        None => 0,
    };
    Some(start..*ends.get(index)? as usize)
}

/// Applies a standard to the enterprises of a range.
///
/// The result depends on the arguments alone; ranges that follow each other give together what the whole gives.
///
/// # Errors
/// The caseload lacks a list, field or code that the standard uses, or has it with another type.
pub fn assess(standard: &Standard, caseload: &Caseload, enterprises: Range<usize>, calendar: &Calendar) -> Result<Assessments, BindError> {
    todo!()
}

/// What became of every row of a list under a standard, for the account of unused rows.
///
/// # Errors
/// As [`assess`].
pub fn dispositions(standard: &Standard, caseload: &Caseload, list: ListId, calendar: &Calendar) -> Result<Vec<Disposition>, BindError> {
    todo!()
}
