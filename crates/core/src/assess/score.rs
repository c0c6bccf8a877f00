//! Scoring (计分): from the hits of one enterprise to its outcome. Pick, caps, score, band, shifts, floors,
//! ceilings, in that order.

use super::bind::{BoundEffect, Code, Program};
use super::evaluate::Frame;
use super::{Decider, Fate, Hit, Outcome};
use crate::caseload::MISSING;
use crate::quantity::Points;
use crate::standard::Effect;

/// Buffers used again for every enterprise.
#[derive(Default)]
pub(super) struct Scratch {
    /// Bucket, hit number, and where its keys lie in `keys`.
    candidates: Vec<(u32, u32, u32, u32)>,
    keys: Vec<i64>,
    /// For each group what its demerits and merits have come to.
    groups: Vec<[i64; 2]>,
}

impl Program<'_> {
    /// The signed effect of an arm on the score; `None` for arms without points.
    fn demerit(&self, hit: &Hit) -> Option<bool> {
        match &self.standard.rules.get(usize::from(hit.rule))?.arms.get(usize::from(hit.arm))?.effect {
            Effect::Points { merit, .. } => Some(!merit),
            _ => None,
        }
    }

    /// Of demerits with equal keys only the gravest counts.
    fn pick(&self, hits: &mut [Hit], frames: &[Option<Frame<'_>>], scratch: &mut Scratch) {
        scratch.candidates.clear();
        scratch.keys.clear();
        for (number, hit) in hits.iter().enumerate() {
            let Some(rule) = self.rules.get(usize::from(hit.rule)) else { continue };
            let (Some(first), Some(true)) = (rule.pick.first(), self.demerit(hit)) else { continue };
            let Some(frame) = rule.list.and_then(|l| frames.get(l)).and_then(Option::as_ref) else {
                continue;
            };
            let bit = hit.row as usize - frame.first;
            // What cannot be told apart from nothing is not told to be the same.
            if first.value(frame, bit) == MISSING {
                continue;
            }
            let start = scratch.keys.len();
            scratch.keys.extend(rule.pick.iter().map(|key| key.value(frame, bit)));
            scratch.candidates.push((rule.bucket, number as u32, start as u32, scratch.keys.len() as u32));
        }
        if scratch.candidates.len() < 2 {
            return;
        }
        let keys = &scratch.keys;
        let key = |c: &(u32, u32, u32, u32)| (c.0, keys.get(c.2 as usize..c.3 as usize).unwrap_or(&[]));
        let gravity = |c: &(u32, u32, u32, u32)| hits.get(c.1 as usize).map_or(0, |h| h.raw.unsigned_abs());
        scratch.candidates.sort_unstable_by(|a, b| {
            key(a).cmp(&key(b)).then(gravity(b).cmp(&gravity(a))).then(a.1.cmp(&b.1))
        });
        let mut last: Option<(u32, u32, u32, u32)> = None;
        for candidate in &scratch.candidates {
            if last.as_ref().is_some_and(|last| key(last) == key(candidate)) {
                if let Some(hit) = hits.get_mut(candidate.1 as usize) {
                    hit.counted = 0;
                    hit.set_fate(Fate::Outranked);
                }
            } else {
                last = Some(*candidate);
            }
        }
    }

    /// Caps of rules, then of groups, truncating in order, demerits and merits apart.
    fn cap(&self, hits: &mut [Hit], scratch: &mut Scratch) {
        let (mut rule, mut spent) = (u16::MAX, [0_i64; 2]);
        for hit in hits.iter_mut() {
            if hit.rule != rule {
                (rule, spent) = (hit.rule, [0; 2]);
            }
            let cap = self.standard.rules.get(usize::from(hit.rule)).and_then(|r| r.cap);
            if let (Some(cap), Some(demerit)) = (cap, self.demerit(hit)) {
                let [demerits, merits] = &mut spent;
                truncate(hit, cap, if demerit { demerits } else { merits }, Fate::RuleCapped);
            }
        }
        if self.standard.groups.iter().all(|g| g.cap.is_none()) {
            return;
        }
        scratch.groups.clear();
        scratch.groups.resize(self.standard.groups.len(), [0; 2]);
        for hit in hits.iter_mut() {
            let group = self.standard.rules.get(usize::from(hit.rule)).and_then(|r| r.group);
            let Some(group) = group.map(usize::from) else { continue };
            let cap = self.standard.groups.get(group).and_then(|g| g.cap);
            if let (Some(cap), Some(demerit), Some([demerits, merits])) =
                (cap, self.demerit(hit), scratch.groups.get_mut(group))
            {
                truncate(hit, cap, if demerit { demerits } else { merits }, Fate::GroupCapped);
            }
        }
    }

    /// Fixes the counted points of the hits and gives the outcome. `frames` holds the frame of each list,
    /// `own` the enterprise's frame and place. Whether it was never inspected is left to the caller: the
    /// outcome says that nothing speaks against it.
    pub(super) fn outcome(
        &self,
        hits: &mut [Hit],
        frames: &[Option<Frame<'_>>],
        own: (&Frame<'_>, usize),
        scratch: &mut Scratch,
    ) -> Outcome {
        if hits.len() > 1 {
            self.pick(hits, frames, scratch);
        }
        self.cap(hits, scratch);
        let base = self.base.value(own.0, own.1);
        let counted: i64 = hits.iter().map(|h| i64::from(h.counted)).sum();
        let mut outcome = self.limited(base, counted);
        outcome.uninspected = hits.is_empty() || !self.decide(hits, &mut outcome);
        outcome
    }

    /// The outcome without hits, where the base does not depend on the enterprise.
    pub(super) fn clean_outcome(&self) -> Option<Outcome> {
        match self.base {
            Code::Const(base) => Some(self.limited(base, 0)),
            _ => None,
        }
    }

    /// The outcome that base and counted points alone give.
    fn limited(&self, base: i64, counted: i64) -> Outcome {
        let base = if base == MISSING { 0 } else { base };
        let unlimited = narrow(base.saturating_add(counted));
        let mut score = i64::from(unlimited);
        if let Some(lower) = self.standard.lower_limit {
            score = score.max(lower.hundredths());
        }
        if let Some(upper) = self.standard.upper_limit {
            score = score.min(upper.hundredths());
        }
        let score = narrow(score);
        let band_grade = self.standard.grade_of(Points::from_hundredths(i64::from(score)));
        Outcome {
            score,
            limit_entry: score.saturating_sub(unlimited),
            deciding: u32::MAX,
            grade: band_grade,
            band_grade,
            decider: Decider::Clean,
            uninspected: true,
        }
    }

    /// The grade that the same hits would give at another score: its band, then shifts, floors and ceilings.
    pub(crate) fn grade_at(&self, hits: &[Hit], outcome: &Outcome, score: Points) -> u8 {
        let mut outcome = Outcome { band_grade: self.standard.grade_of(score), ..*outcome };
        self.decide(hits, &mut outcome);
        outcome.grade
    }

    /// Shifts, floors, ceilings and what decided; true if a demerit counted or a ceiling was hit.
    fn decide(&self, hits: &[Hit], outcome: &mut Outcome) -> bool {
        let worst = self.standard.grades.len().saturating_sub(1) as u8;
        let mut harm = false;
        let (mut shift, mut shift_hit) = (0_i32, None);
        let mut floor: Option<(u8, u32)> = None;
        let mut ceiling: Option<(u8, u32)> = None;
        let mut score_hit: Option<(bool, u32, u32)> = None;
        let mut not_rated = None;
        for (number, hit) in hits.iter().enumerate() {
            let number = number as u32;
            let rule = self.standard.rules.get(usize::from(hit.rule));
            match rule.and_then(|r| r.arms.get(usize::from(hit.arm))).map(|a| &a.effect) {
                Some(Effect::Points { merit, .. }) => {
                    harm |= !merit && hit.counted != 0;
                    let size = hit.counted.unsigned_abs();
                    if size > 0 && score_hit.is_none_or(|(demerit, most, _)| (!merit, size) > (demerit, most))
                    {
                        score_hit = Some((!merit, size, number));
                    }
                }
                Some(Effect::AtMost(grade)) => {
                    harm = true;
                    if ceiling.is_none_or(|(most, _)| *grade > most) {
                        ceiling = Some((*grade, number));
                    }
                }
                Some(Effect::AtLeast(grade)) if floor.is_none_or(|(least, _)| *grade < least) => {
                    floor = Some((*grade, number));
                }
                Some(Effect::Shift(by)) => {
                    shift += i32::from(*by);
                    shift_hit = shift_hit.or(Some(number));
                }
                Some(Effect::NotRated(_)) => not_rated = not_rated.or(Some(number)),
                Some(Effect::AtLeast(_)) | None => {}
            }
        }
        let mut set = |decider, hit| (outcome.decider, outcome.deciding) = (decider, hit);
        let mut grade = outcome.band_grade;
        if let Some((.., hit)) = score_hit {
            set(Decider::Score, hit);
        }
        let shifted = (i32::from(grade) + shift).clamp(0, i32::from(worst)) as u8;
        if let (true, Some(hit)) = (shifted != grade, shift_hit) {
            set(Decider::Shift, hit);
        }
        grade = shifted;
        if let Some((least, hit)) = floor
            && least < grade
        {
            grade = least;
            set(Decider::Floor, hit);
        }
        if let Some((most, hit)) = ceiling
            && most > grade
        {
            grade = most.min(worst);
            set(Decider::Ceiling, hit);
        }
        if let Some(hit) = not_rated {
            set(Decider::NotRated, hit);
        }
        outcome.grade = grade;
        harm
    }
}

fn truncate(hit: &mut Hit, cap: Points, spent: &mut i64, fate: Fate) {
    let counted = i64::from(hit.counted.unsigned_abs());
    let left = cap.hundredths().saturating_sub(*spent).max(0);
    if counted > left {
        hit.counted = (left as i32) * hit.counted.signum();
        hit.set_fate(fate);
    }
    *spent += counted.min(left);
}

/// Scores and raw points saturate at about ±21 million points, which no standard comes near.
pub(super) fn narrow(value: i64) -> i32 {
    value.clamp(i64::from(i32::MIN + 1), i64::from(i32::MAX)) as i32
}

/// The raw points of a hit as they enter the score: never against the sign of its kind.
pub(super) fn raw_points(effect: &BoundEffect<'_>, frame: &Frame<'_>, bit: usize) -> Option<i32> {
    match effect {
        BoundEffect::Points(amount, sign) => {
            let amount = match amount.value(frame, bit) {
                MISSING => 0,
                value => value.max(0),
            };
            Some(narrow(amount.saturating_mul(*sign)))
        }
        BoundEffect::Other => None,
    }
}
