//! Assessment (评定): a standard applied to a caseload. The score, the grade and every hit with its evidence
//! are one value; the score is base plus counted hits plus the limit entry, by construction.

mod admit;
mod bind;
mod evaluate;
mod score;

use std::ops::Range;

use crate::calendar::{Calendar, Period};
use crate::caseload::Caseload;
use crate::quantity::Points;
use crate::standard::{MeasureFor, Standard};
use crate::vocabulary::ListId;

use bind::{BoundEffect, BoundRule};
use evaluate::{Admitted, Aggregated, Frame, Mask};
use score::{Scratch, raw_points};

pub use admit::{Disposition, dispositions};
pub use bind::BindError;
pub(crate) use bind::Program;

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

/// What an assessment leaves out, to see what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Without {
    /// A row of a list.
    Row(RowRef),
    /// A rule, by its number.
    Rule(u16),
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
    /// The hit's `row` is the number of a citation entry.
    pub(crate) const CITES: u8 = 0x40;
    const FATE: u8 = 0x3f;

    /// What became of its points.
    pub fn fate(&self) -> Fate {
        match self.flags & Self::FATE {
            0 => Fate::Counted,
            1 => Fate::Outranked,
            2 => Fate::RuleCapped,
            3 => Fate::GroupCapped,
            _ => Fate::Effect,
        }
    }

    pub(crate) fn set_fate(&mut self, fate: Fate) {
        self.flags = (self.flags & !Self::FATE) | fate as u8;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// Outcomes, of which most enterprises share one of a few: those without hits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcomes {
    /// The first few are shared, the others are one enterprise's each.
    held: Vec<Outcome>,
    /// For each enterprise the place of its outcome.
    of: Vec<u32>,
}

impl Outcomes {
    /// How many may be shared.
    const SHARED: usize = 8;

    fn len(&self) -> usize {
        self.of.len()
    }

    fn get(&self, enterprise: usize) -> Option<&Outcome> {
        self.held.get(*self.of.get(enterprise)? as usize)
    }

    pub(crate) fn push(&mut self, outcome: Outcome) {
        let shared = self.held.iter().take(Self::SHARED).position(|held| *held == outcome);
        self.of.push(shared.unwrap_or(self.held.len()) as u32);
        if shared.is_none() {
            self.held.push(outcome);
        }
    }

    fn extend(&mut self, next: &Outcomes) {
        (0..next.len()).filter_map(|i| next.get(i)).for_each(|outcome| self.push(*outcome));
    }
}

impl PartialEq for Outcomes {
    /// Which of them are shared says nothing.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && (0..self.len()).all(|i| self.get(i) == other.get(i))
    }
}

impl Eq for Outcomes {}

impl From<Vec<Outcome>> for Outcomes {
    fn from(all: Vec<Outcome>) -> Outcomes {
        let mut outcomes = Outcomes::default();
        for outcome in all {
            outcomes.push(outcome);
        }
        outcomes
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
    pub(crate) outcomes: Outcomes,
    pub(crate) citations: Vec<RowRef>,
    /// For the i-th citation entry its rows are `citation_ends[i - 1]..citation_ends[i]`.
    pub(crate) citation_ends: Vec<u32>,
    /// The first enterprise of the range.
    pub(crate) first: usize,
    /// The period whose facts counted; none only where nothing was assessed.
    pub(crate) period: Option<Period>,
}

impl Assessments {
    /// The enterprises assessed.
    pub fn enterprises(&self) -> Range<usize> {
        self.first..self.first + self.outcomes.len()
    }

    /// The outcome of an enterprise; `None` outside the range.
    #[inline]
    pub fn outcome(&self, enterprise: usize) -> Option<&Outcome> {
        self.outcomes.get(enterprise.checked_sub(self.first)?)
    }

    /// The hits of an enterprise in the order of rules and rows; empty outside the range.
    #[inline]
    pub fn hits(&self, enterprise: usize) -> &[Hit] {
        enterprise.checked_sub(self.first).and_then(|i| self.hits.get(segment(&self.ends, i)?)).unwrap_or(&[])
    }

    /// The rows that a hit of an aggregate counted; of a peak, those in the earliest window that reaches it.
    pub fn citations(&self, hit: &Hit) -> &[RowRef] {
        if hit.flags & Hit::CITES == 0 {
            return &[];
        }
        segment(&self.citation_ends, hit.row as usize).and_then(|r| self.citations.get(r)).unwrap_or(&[])
    }

    /// The number of hits in all.
    pub fn hit_count(&self) -> usize {
        self.hits.len()
    }

    /// Adds the results for the enterprises that follow.
    pub(crate) fn append(&mut self, next: Assessments) {
        let (hits, entries, rows) =
            (self.hits.len() as u32, self.citation_ends.len() as u32, self.citations.len() as u32);
        self.hits.extend(next.hits.into_iter().map(|mut hit| {
            if hit.flags & Hit::CITES != 0 {
                hit.row += entries;
            }
            hit
        }));
        self.ends.extend(next.ends.iter().map(|e| e + hits));
        self.outcomes.extend(&next.outcomes);
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
/// The caseload lacks a list, field or code that the standard uses, or has it with another type, or was
/// finished for another as-of date.
pub fn assess(
    standard: &Standard,
    caseload: &Caseload,
    enterprises: Range<usize>,
    calendar: &Calendar,
) -> Result<Assessments, BindError> {
    let program = Program::bind(standard, caseload, calendar)?;
    Ok(program.assess(enterprises))
}

/// The number of the row of measures ([`Standard::measures`]) that applies to an enterprise with that grade or
/// label, or without one; `None` if no row does. Rows for the label of a grade apply to the grade as well.
///
/// # Errors
/// As [`assess`].
pub fn measure_for(
    standard: &Standard,
    caseload: &Caseload,
    enterprise: usize,
    to: MeasureFor,
    calendar: &Calendar,
) -> Result<Option<u16>, BindError> {
    Ok(Program::bind(standard, caseload, calendar)?.measure(enterprise, to))
}

/// Enterprises evaluated together: their rows and masks stay in the cache.
const CHUNK: usize = 2048;

impl Program<'_> {
    pub(crate) fn assess(&self, enterprises: Range<usize>) -> Assessments {
        let end = enterprises.end.min(self.caseload.enterprises());
        let first = enterprises.start.min(end);
        let mut out = Assessments { first, period: Some(self.period), ..Assessments::default() };
        out.outcomes.of.reserve_exact(end - first);
        out.ends.reserve_exact(end - first);
        let mut buffers = Buffers::default();
        for start in (first..end).step_by(CHUNK) {
            self.chunk(start..end.min(start + CHUNK), None, &mut out, &mut buffers);
        }
        out.hits.shrink_to_fit();
        out.citations.shrink_to_fit();
        out
    }

    /// The result of one enterprise as if the standard excepted a row (除外) or had not a rule. What was derived when
    /// the caseload was finished (the gravest kind of a decision, the join of rectifications) still knows the row.
    pub(crate) fn assess_without(&self, enterprise: usize, without: Without) -> Assessments {
        let mut out = Assessments { first: enterprise, period: Some(self.period), ..Assessments::default() };
        if enterprise < self.caseload.enterprises() {
            self.chunk(enterprise..enterprise + 1, Some(without), &mut out, &mut Buffers::default());
        }
        out
    }

    /// The rows that the hits of an enterprise rest on, each once, as the caseload numbers them.
    pub(crate) fn rows_hit_by(&self, assessments: &Assessments, enterprise: usize) -> Vec<RowRef> {
        let mut rows = Vec::new();
        for hit in assessments.hits(enterprise) {
            let list = self.rules.get(usize::from(hit.rule)).and_then(|r| self.lists.get(r.list?));
            match list {
                Some(list) => rows.push(RowRef { list: list.id, row: hit.row }),
                None => rows.extend(assessments.citations(hit)),
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn chunk(
        &self,
        enterprises: Range<usize>,
        without: Option<Without>,
        out: &mut Assessments,
        buffers: &mut Buffers,
    ) {
        let mut admitted: Vec<Admitted<'_>> =
            self.lists.iter().map(|list| Admitted::new(list, &enterprises)).collect();
        if let Some(Without::Row(row)) = without {
            let own = self.lists.iter().zip(&mut admitted).filter(|(list, _)| list.id == row.list);
            own.for_each(|(_, rows)| rows.except(row.row as usize));
        }
        let mut aggregated: Vec<Aggregated> = self
            .aggregates
            .iter()
            .filter_map(|a| {
                Some(Aggregated::new(a, self.lists.get(a.list)?, admitted.get(a.list)?, enterprises.clone()))
            })
            .collect();
        let values: Vec<Vec<i64>> = aggregated.iter_mut().map(|a| std::mem::take(&mut a.values)).collect();
        let own =
            Frame { first: enterprises.start, owners: &[], aggregates: &values, len: enterprises.len() };
        let frames: Vec<Option<Frame<'_>>> = admitted.iter().map(|a| Some(a.frame())).collect();
        // Rule by rule, so that each condition runs over many rows at once.
        buffers.found.clear();
        buffers.cited.clear();
        for (number, rule) in self.rules.iter().enumerate() {
            if matches!(without, Some(Without::Rule(left_out)) if usize::from(left_out) == number) {
                continue;
            }
            match rule.list.and_then(|l| admitted.get(l)) {
                Some(rows) => rows_hit(number, rule, rows, enterprises.start, &mut buffers.found),
                None => {
                    self.enterprises_hit(
                        number,
                        rule,
                        &own,
                        &admitted,
                        &aggregated,
                        &mut buffers.cited,
                        &mut buffers.found,
                    );
                }
            }
        }
        // Then enterprise by enterprise: a counting sort keeps the order of rules and rows.
        let before = out.hits.len();
        buffers.places.clear();
        buffers.places.resize(enterprises.len() + 1, 0);
        for (owner, _) in &buffers.found {
            if let Some(count) = buffers.places.get_mut(*owner as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for place in &mut buffers.places {
            total += *place;
            *place = total;
        }
        let blank = Hit { row: u32::MAX, rule: 0, arm: 0, flags: 0, raw: 0, counted: 0 };
        out.hits.resize(before + buffers.found.len(), blank);
        let Some(sorted) = out.hits.get_mut(before..) else { return };
        for (owner, hit) in &buffers.found {
            if let Some(place) = buffers.places.get_mut(*owner as usize) {
                if let Some(slot) = sorted.get_mut(*place as usize) {
                    *slot = *hit;
                }
                *place += 1;
            }
        }
        // Most enterprises have no hit at all; where the base is one number they share one outcome.
        let clean = self.clean_outcome();
        buffers.outcomes.clear();
        if let Some(clean) = clean {
            buffers.outcomes.resize(enterprises.len(), clean);
        }
        let mut from = 0;
        for bit in 0..enterprises.len() {
            let to = buffers.places.get(bit).map_or(from, |p| *p as usize);
            out.ends.push((before + to) as u32);
            if to == from && clean.is_some() {
                continue;
            }
            if let Some(hits) = sorted.get_mut(from..to) {
                // Citations are numbered in the order of hits, so that no cut into ranges shows in them.
                for hit in hits.iter_mut().filter(|hit| hit.flags & Hit::CITES != 0) {
                    out.citations.extend(buffers.cited.get(hit.row as usize).into_iter().flatten());
                    hit.row = out.citation_ends.len() as u32;
                    out.citation_ends.push(out.citations.len() as u32);
                }
                let outcome = self.outcome(hits, &frames, (&own, bit), &mut buffers.scratch);
                match buffers.outcomes.get_mut(bit) {
                    Some(slot) => *slot = outcome,
                    None => buffers.outcomes.push(outcome),
                }
            }
            from = to;
        }
        // So far the outcomes say only that nothing speaks against it.
        let uninspected = self.uninspected.as_ref().map(|when| when.holds_in(&own, Mask::all(own.len)));
        for (bit, outcome) in buffers.outcomes.iter_mut().enumerate() {
            outcome.uninspected &= uninspected.as_ref().is_some_and(|mask| mask.contains(bit));
            out.outcomes.push(*outcome);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a chunk, each borrowed differently")]
    fn enterprises_hit(
        &self,
        number: usize,
        rule: &BoundRule<'_>,
        own: &Frame<'_>,
        admitted: &[Admitted<'_>],
        aggregated: &[Aggregated],
        citations: &mut Vec<Vec<RowRef>>,
        found: &mut Vec<(u32, Hit)>,
    ) {
        let mut left = Mask::all(own.len);
        if let Some(guard) = &rule.guard {
            left = guard.holds_in(own, left);
        }
        for (arm_number, arm) in rule.arms.iter().enumerate() {
            let taken = match &arm.when {
                Some(when) => when.holds_in(own, left.clone()),
                None => left.clone(),
            };
            left.and_not(&taken);
            for bit in taken.bits() {
                let mut hit = new_hit(number, arm_number, raw_points(&arm.effect, own, bit));
                let mut cited = Vec::new();
                let amount = match &arm.effect {
                    BoundEffect::Points(amount, _) => Some(amount),
                    BoundEffect::Other => None,
                };
                for code in rule.guard.iter().chain(&arm.when).chain(amount) {
                    self.cite(code, own, bit, admitted, aggregated, &mut cited);
                }
                if !cited.is_empty() {
                    cited.sort_unstable();
                    cited.dedup();
                    hit.row = citations.len() as u32;
                    hit.flags |= Hit::CITES;
                    citations.push(cited);
                }
                found.push((bit as u32, hit));
            }
        }
    }

    /// The number of the row of measures that applies to an enterprise with that result.
    pub(crate) fn measure(&self, enterprise: usize, to: MeasureFor) -> Option<u16> {
        let label = match to {
            MeasureFor::Grade(grade) => self.standard.grades.get(usize::from(grade)).map(|grade| grade.label),
            _ => None,
        };
        let fits = |row: MeasureFor| row == to || label.is_some_and(|label| row == MeasureFor::Label(label));
        let rows = || {
            let rows = self.standard.measures.iter().zip(&self.measures).enumerate();
            rows.filter(|(_, (row, _))| fits(row.to))
        };
        if rows().all(|(_, (_, when))| when.is_none()) {
            return rows().next().map(|(number, _)| number as u16);
        }
        // Conditions on measures are rare; the enterprise's own chunk is evaluated again for them.
        let range = enterprise..enterprise + 1;
        let admitted: Vec<Admitted<'_>> = self.lists.iter().map(|list| Admitted::new(list, &range)).collect();
        let values: Vec<Vec<i64>> = self
            .aggregates
            .iter()
            .filter_map(|a| {
                Some(Aggregated::new(a, self.lists.get(a.list)?, admitted.get(a.list)?, range.clone()).values)
            })
            .collect();
        let own = Frame { first: enterprise, owners: &[], aggregates: &values, len: 1 };
        rows()
            .find(|(_, (_, when))| when.as_ref().is_none_or(|w| w.holds(&own, 0)))
            .map(|(number, _)| number as u16)
    }
}

/// The hits of a rule over rows.
fn rows_hit(
    number: usize,
    rule: &BoundRule<'_>,
    rows: &Admitted<'_>,
    first: usize,
    found: &mut Vec<(u32, Hit)>,
) {
    let frame = rows.frame();
    let mut left = match &rule.window {
        Some(window) => window.live(&frame, rows.admissible.clone()),
        None => rows.counted.clone(),
    };
    if let Some(guard) = &rule.guard {
        left = guard.holds_in(&frame, left);
    }
    let start = found.len();
    for (arm_number, arm) in rule.arms.iter().enumerate() {
        if left.is_empty() {
            break;
        }
        let taken = match &arm.when {
            Some(when) => when.holds_in(&frame, left.clone()),
            None => left.clone(),
        };
        left.and_not(&taken);
        for bit in taken.bits() {
            let owner = rows.owners.get(bit).map_or(0, |o| *o as usize) - first;
            let mut hit = new_hit(number, arm_number, raw_points(&arm.effect, &frame, bit));
            hit.row = (rows.first + bit) as u32;
            if rule.window.is_none() && rows.carried.contains(bit) {
                hit.flags |= Hit::CARRIED;
            }
            found.push((owner as u32, hit));
        }
    }
    // Arms were taken one after the other; within the rule hits stand in the order of rows.
    if rule.arms.len() > 1
        && let Some(new) = found.get_mut(start..)
    {
        new.sort_unstable_by_key(|(_, hit)| hit.row);
    }
}

fn new_hit(rule: usize, arm: usize, points: Option<i32>) -> Hit {
    let raw = points.unwrap_or(0);
    let mut hit = Hit { row: u32::MAX, rule: rule as u16, arm: arm as u8, flags: 0, raw, counted: raw };
    hit.set_fate(if points.is_some() { Fate::Counted } else { Fate::Effect });
    hit
}

/// Buffers used again for every chunk.
#[derive(Default)]
struct Buffers {
    /// Hits with the place of their enterprise in the chunk, in the order of rules and rows.
    found: Vec<(u32, Hit)>,
    /// The rows cited by hits of rules over enterprises; until all are found [`Hit::row`] is a place here.
    cited: Vec<Vec<RowRef>>,
    places: Vec<u32>,
    outcomes: Vec<Outcome>,
    scratch: Scratch,
}
