//! Assessment done a second time, enterprise by enterprise and row by row, straight from the documentation:
//! the order of the steps is that of the direction document. It shares only the public types with the engine.

use std::collections::BTreeMap;

use sanse::{
    Admit, Arm, Branches, Calendar, Caseload, Decider, Direction, Disposition, ENTERPRISE, Effect, Expr,
    Fate, ListId, Period, Points, Rule, Scope, Standard, Subject, Value, Window,
};

use super::evaluate::{Cited, Place};

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) rule: usize,
    pub(crate) arm: usize,
    /// The row, or for a rule over enterprises the rows cited.
    pub(crate) row: Result<usize, Vec<(u16, u32)>>,
    pub(crate) raw: i64,
    pub(crate) counted: i64,
    pub(crate) fate: Fate,
    pub(crate) carried: bool,
}

/// The result for an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) hits: Vec<Hit>,
    pub(crate) score: i64,
    pub(crate) limit_entry: i64,
    pub(crate) band_grade: usize,
    pub(crate) grade: usize,
    pub(crate) decider: Decider,
    pub(crate) deciding: Option<usize>,
    pub(crate) uninspected: bool,
}

/// A standard applied to a caseload.
#[derive(Clone, Copy)]
pub(crate) struct Scorer<'a> {
    pub(crate) standard: &'a Standard,
    pub(crate) caseload: &'a Caseload,
    pub(crate) calendar: &'a Calendar,
    /// A row that is excepted whatever the standard says.
    pub(crate) without: Option<(ListId, usize)>,
}

impl<'a> Scorer<'a> {
    fn place(self, list: ListId, row: usize) -> Place<'a> {
        let enterprise = self.caseload.table(list).unwrap().enterprise_of(row);
        Place { scorer: self, enterprise, row: (list, row) }
    }

    /// (1) What becomes of a row, by the admission of its list or by a window of its own.
    pub(crate) fn disposition(self, list: ListId, row: usize, own_window: Option<&'a Window>) -> Disposition {
        let roles = &self.standard.vocabulary.list_def(list).roles;
        if let (Subject::Domain(domain), Some(field)) = (&self.standard.subject, roles.domain)
            && self.caseload.value(list, row, field) != Value::Text(domain)
        {
            return Disposition::NotSeen;
        }
        if let Some(field) = roles.branch
            && self.standard.branches == Branches::Apart
            && self.caseload.value(list, row, field) != Value::Missing
        {
            return Disposition::NotSeen;
        }
        if let Some(field) = roles.known_on
            && let Value::Date(known) = self.caseload.value(list, row, field)
            && known > self.calendar.as_of
        {
            return Disposition::NotYetKnown;
        }
        if let Some((field, void)) = &roles.void
            && let Value::Code(status) = self.caseload.value(list, row, *field)
            && void.contains(&status)
        {
            return Disposition::Void;
        }
        if self.without == Some((list, row)) {
            return Disposition::Excepted(u16::MAX);
        }
        let place = self.place(list, row);
        let admit: Option<&'a Admit> = self.standard.admits.iter().find(|a| a.list == list);
        let excepted = admit.and_then(|admit| admit.except.iter().position(|(when, _)| place.holds(when)));
        if let Some(number) = excepted {
            return Disposition::Excepted(number as u16);
        }
        let carry: Option<&'a Expr> = match own_window {
            Some(_) => None,
            None => admit.and_then(|a| a.carry.as_ref()),
        };
        let Some(window) = own_window.or(admit.map(|a| &a.window)) else { return Disposition::Live };
        match (self.in_window(window, place), carry) {
            (Disposition::Lapsed, Some(carry)) if place.holds(carry) => Disposition::Carried,
            (disposition, _) => disposition,
        }
    }

    fn in_window(self, window: &'a Window, place: Place<'a>) -> Disposition {
        match window {
            Window::Period(day) => match place.date(day) {
                Some(day) if day < self.period().first => Disposition::Lapsed,
                Some(day) if day <= self.period().last => Disposition::Live,
                _ => Disposition::Future,
            },
            Window::Between { from, until, at } => {
                let at = place.date(at).unwrap();
                match (place.date(from), until.as_ref().and_then(|until| place.date(until))) {
                    (Some(from), _) if at < from => Disposition::Future,
                    (Some(_), Some(until)) if until <= at => Disposition::Lapsed,
                    (Some(_), _) => Disposition::Live,
                    (None, _) => Disposition::Future,
                }
            }
        }
    }

    /// The period whose facts count.
    pub(crate) fn period(self) -> Period {
        self.standard.period(self.calendar)
    }

    /// The live and carried rows of an enterprise in a list, for its rules and aggregates.
    pub(crate) fn counting(
        self,
        list: ListId,
        enterprise: usize,
        own_window: Option<&'a Window>,
    ) -> Vec<(usize, bool)> {
        let rows = self.caseload.table(list).unwrap().rows_of(enterprise);
        rows.filter_map(|row| match self.disposition(list, row, own_window) {
            Disposition::Live => Some((row, false)),
            Disposition::Carried => Some((row, true)),
            _ => None,
        })
        .collect()
    }

    /// The assessment of an enterprise.
    pub(crate) fn assess(self, enterprise: usize) -> Outcome {
        let own = self.place(ENTERPRISE, enterprise);
        let mut hits = Vec::new();
        for (number, rule) in self.standard.rules.iter().enumerate() {
            match rule.scope {
                Scope::Enterprise => hits.extend(self.hit(number, rule, own, Err(()))),
                Scope::Each(list) => {
                    for (row, carried) in self.counting(list, enterprise, rule.window.as_ref()) {
                        hits.extend(self.hit(number, rule, self.place(list, row), Ok((row, carried))));
                    }
                }
            }
        }
        self.pick(&mut hits);
        self.cap(&mut hits, |rule| rule.cap.map(|cap| (0, cap)), Fate::RuleCapped);
        let of_group = |rule: &Rule| {
            let group = usize::from(rule.group?);
            self.standard.groups[group].cap.map(|cap| (group, cap))
        };
        self.cap(&mut hits, of_group, Fate::GroupCapped);
        let uninspected = self.standard.uninspected.as_ref().is_some_and(|u| own.holds(&u.when));
        self.conclude(hits, self.base(enterprise), uninspected)
    }

    /// The score without hits.
    pub(crate) fn base(self, enterprise: usize) -> i64 {
        self.place(ENTERPRISE, enterprise).number(&self.standard.base).map_or(0, |n| n as i64)
    }

    /// (4) The first arm whose condition holds.
    fn hit(
        self,
        number: usize,
        rule: &'a Rule,
        place: Place<'a>,
        row: Result<(usize, bool), ()>,
    ) -> Option<Hit> {
        if rule.guard.as_ref().is_some_and(|guard| !place.holds(guard)) {
            return None;
        }
        let arm = rule.arms.iter().position(|arm| arm.when.as_ref().is_none_or(|when| place.holds(when)))?;
        let effect = &rule.arms[arm].effect;
        let (raw, fate) = match effect {
            Effect::Points { amount, merit } => {
                let points = place.number(amount).unwrap_or(0).clamp(0, i128::from(i32::MAX)) as i64;
                let raises = *merit == (self.standard.direction == Direction::CountDown);
                (if raises { points } else { -points }, Fate::Counted)
            }
            _ => (0, Fate::Effect),
        };
        let cited = || {
            let mut cited = Cited::new();
            let amount = match effect {
                Effect::Points { amount, .. } => Some(amount),
                _ => None,
            };
            for expr in rule.guard.iter().chain(&rule.arms[arm].when).chain(amount) {
                place.cite(expr, &mut cited);
            }
            cited.into_iter().collect()
        };
        Some(Hit {
            rule: number,
            arm,
            raw,
            counted: raw,
            fate,
            carried: matches!(row, Ok((_, true))),
            row: row.map(|(row, _)| row).map_err(|()| cited()),
        })
    }

    fn arm(self, hit: &Hit) -> &'a Arm {
        &self.standard.rules[hit.rule].arms[hit.arm]
    }

    fn is_merit(self, hit: &Hit) -> Option<bool> {
        match &self.arm(hit).effect {
            Effect::Points { merit, .. } => Some(*merit),
            _ => None,
        }
    }

    /// (5) Among demerits with equal keys only the gravest counts.
    fn pick(self, hits: &mut [Hit]) {
        // Per hit: the rule or the group within which keys are compared, and the key.
        let keys: Vec<_> = hits
            .iter()
            .map(|hit| {
                let rule = &self.standard.rules[hit.rule];
                let Ok(row) = hit.row else { return None };
                let Scope::Each(list) = rule.scope else { return None };
                if rule.pick.is_empty() || self.is_merit(hit) != Some(false) {
                    return None;
                }
                let place = self.place(list, row);
                let key: Vec<Option<Value<'_>>> = rule.pick.iter().map(|part| place.value(part)).collect();
                let across = rule.group.filter(|g| self.standard.groups[usize::from(*g)].pick_across);
                key[0].is_some().then(|| (across.ok_or(hit.rule), key))
            })
            .collect();
        for here in 0..hits.len() {
            if keys[here].is_none() {
                continue;
            }
            let beats = |other: usize| {
                keys[other] == keys[here]
                    && (hits[other].raw.abs() > hits[here].raw.abs()
                        || (hits[other].raw.abs() == hits[here].raw.abs() && other < here))
            };
            if (0..hits.len()).any(beats) {
                hits[here].fate = Fate::Outranked;
                hits[here].counted = 0;
            }
        }
    }

    /// (6) One kind of cap: hits in order fill it, demerits and merits apart.
    fn cap(self, hits: &mut [Hit], cap_of: impl Fn(&Rule) -> Option<(usize, Points)>, fate: Fate) {
        let mut used: BTreeMap<(usize, bool), i64> = BTreeMap::new();
        for hit in hits {
            let (Some(merit), Some((owner, cap))) =
                (self.is_merit(hit), cap_of(&self.standard.rules[hit.rule]))
            else {
                continue;
            };
            let owner = if fate == Fate::RuleCapped { hit.rule } else { owner };
            let used = used.entry((owner, merit)).or_default();
            let left = cap.hundredths() - *used;
            if hit.counted.abs() > left {
                hit.counted = left * hit.counted.signum();
                hit.fate = fate;
            }
            *used += hit.counted.abs();
        }
    }

    /// (7) to (10) The score, its band, shifts, floors and ceilings.
    fn conclude(self, hits: Vec<Hit>, base: i64, uninspected: bool) -> Outcome {
        let unlimited = base + hits.iter().map(|h| h.counted).sum::<i64>();
        let mut score = unlimited;
        if let Some(lower) = self.standard.lower_limit {
            score = score.max(lower.hundredths());
        }
        if let Some(upper) = self.standard.upper_limit {
            score = score.min(upper.hundredths());
        }
        let grades = &self.standard.grades;
        let band_grade = if grades.iter().all(|g| g.band.is_none()) {
            0
        } else {
            let of_score =
                |g: &sanse::Grade| g.band.is_some_and(|b| b.contains(Points::from_hundredths(score)));
            grades.iter().position(of_score).unwrap_or(grades.len() - 1)
        };
        let found = |wanted: &dyn Fn(&Effect) -> Option<i64>| -> Vec<(usize, i64)> {
            hits.iter().enumerate().filter_map(|(i, hit)| Some((i, wanted(&self.arm(hit).effect)?))).collect()
        };
        let shifts = found(&|e| if let Effect::Shift(by) = e { Some(i64::from(*by)) } else { None });
        let floors = found(&|e| if let Effect::AtLeast(g) = e { Some(i64::from(*g)) } else { None });
        let ceilings = found(&|e| if let Effect::AtMost(g) = e { Some(i64::from(*g)) } else { None });
        let refusals = found(&|e| if let Effect::NotRated(_) = e { Some(0) } else { None });

        let (mut decider, mut deciding) = self.by_score(&hits);
        let mut grade = band_grade as i64;
        let shifted =
            (grade + shifts.iter().map(|(_, by)| by).sum::<i64>()).clamp(0, grades.len() as i64 - 1);
        if shifted != grade {
            (grade, decider, deciding) = (shifted, Decider::Shift, shifts.first().map(|(i, _)| *i));
        }
        if let Some(best) = floors.iter().map(|(_, g)| *g).min()
            && grade > best
        {
            (grade, decider, deciding) =
                (best, Decider::Floor, floors.iter().find(|(_, g)| *g == best).map(|(i, _)| *i));
        }
        if let Some(worst) = ceilings.iter().map(|(_, g)| *g).max()
            && grade < worst
        {
            let first = ceilings.iter().find(|(_, g)| *g == worst).map(|(i, _)| *i);
            (grade, decider, deciding) = (worst, Decider::Ceiling, first);
        }
        if let Some((first, _)) = refusals.first() {
            (decider, deciding) = (Decider::NotRated, Some(*first));
        }
        let demerits = hits.iter().any(|hit| self.is_merit(hit) == Some(false) && hit.counted != 0);
        Outcome {
            score,
            limit_entry: score - unlimited,
            band_grade,
            grade: grade as usize,
            decider,
            deciding,
            uninspected: uninspected && !demerits && ceilings.is_empty(),
            hits,
        }
    }

    /// The gravest counted demerit, or else the greatest counted merit, or else nothing.
    fn by_score(self, hits: &[Hit]) -> (Decider, Option<usize>) {
        let greatest = |merit: bool| {
            let of_kind =
                (0..hits.len()).filter(|i| self.is_merit(&hits[*i]) == Some(merit) && hits[*i].counted != 0);
            of_kind.reduce(
                |best, next| if hits[next].counted.abs() > hits[best].counted.abs() { next } else { best },
            )
        };
        match greatest(false).or_else(|| greatest(true)) {
            Some(hit) => (Decider::Score, Some(hit)),
            None => (Decider::Clean, None),
        }
    }
}
