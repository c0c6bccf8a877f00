//! The standards of the delivery as straight code.

use std::ops::Range;

use sanse::{Calendar, Span};

use super::read::{Delivery, Record};
use crate::population::calendar;

/// The list that a hit's rows are in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Sanctions,
    Orders,
    Inspections,
    Leads,
}

impl Delivery {
    pub(super) fn list(&self, list: List) -> &[Record] {
        match list {
            List::Sanctions => &self.sanctions,
            List::Orders => &self.orders,
            List::Inspections => &self.inspections,
            List::Leads => &self.leads,
        }
    }
}

/// Why a hit does not count in full.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Counted,
    Outranked,
    Capped,
    Effect,
}

pub(super) struct Hit {
    /// 1 to 6.
    pub(super) rule: u8,
    pub(super) arm: u8,
    pub(super) list: List,
    pub(super) rows: Vec<u32>,
    pub(super) raw: i32,
    pub(super) counted: i32,
    pub(super) fate: Fate,
    pub(super) carried: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Rated,
    NotRated,
    NotApplicable,
}

/// An enterprise in a domain.
pub(super) struct Outcome {
    pub(super) hits: Vec<Hit>,
    pub(super) score: i32,
    /// 0 green, 1 yellow, 2 red.
    pub(super) band: u8,
    pub(super) grade: u8,
    pub(super) deciding: Option<usize>,
    pub(super) by_ceiling: bool,
    pub(super) state: State,
    pub(super) new: bool,
    pub(super) uninspected: bool,
}

pub(super) struct Results {
    /// Four of each enterprise, in the order of domains.
    pub(super) outcomes: Vec<Outcome>,
}

/// What becomes of a record in its domain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Live,
    Carried,
    Lapsed,
    Excepted,
    Void,
}

pub(super) fn end(record: &Record, list: List, calendar: &Calendar) -> End {
    if record.annulled {
        End::Void
    } else if list == List::Sanctions && record.kind == "免予处罚" {
        End::Excepted
    } else if record.day >= calendar.period.first {
        End::Live
    } else if list == List::Sanctions && matches!(record.state, "未整改" | "部分整改") {
        End::Carried
    } else {
        End::Lapsed
    }
}

pub(super) fn score(delivery: &Delivery) -> Results {
    let mut outcomes = Vec::with_capacity(delivery.enterprises.len() * 4);
    let mut next = [0; 4];
    for enterprise in 0..delivery.enterprises.len() as u32 {
        for domain in 0..4 {
            // The lists are sorted by enterprise and domain.
            let lists = [List::Sanctions, List::Orders, List::Inspections, List::Leads];
            let mut own: [Range<usize>; 4] = Default::default();
            for ((list, next), own) in lists.into_iter().zip(&mut next).zip(&mut own) {
                let rows = delivery.list(list);
                let start = *next;
                while rows.get(*next).is_some_and(|r| r.enterprise == enterprise && r.domain == domain) {
                    *next += 1;
                }
                *own = start..*next;
            }
            outcomes.push(outcome(delivery, enterprise, domain, own));
        }
    }
    Results { outcomes }
}

fn outcome(delivery: &Delivery, enterprise: u32, domain: u8, own: [Range<usize>; 4]) -> Outcome {
    let [sanctions, orders, inspections, leads] = own;
    let calendar = calendar();
    let mut hits = Vec::new();
    by_sanctions(delivery, sanctions, &calendar, &mut hits);
    let mut left = 6;
    for row in orders {
        let Some(order) = delivery.orders.get(row).filter(|o| o.day >= calendar.period.first) else {
            continue;
        };
        let (arm, raw) = match order.state {
            "未整改" => (0, 4),
            "部分整改" => (1, 2),
            _ => continue,
        };
        let counted = raw.min(left);
        left -= counted;
        let fate = if counted < raw { Fate::Capped } else { Fate::Counted };
        hits.push(Hit { counted, fate, ..hit(3, arm, List::Orders, row, raw) });
    }
    let mut inspected = false;
    for row in inspections {
        let Some(inspection) = delivery.inspections.get(row).filter(|i| i.day >= calendar.period.first)
        else {
            continue;
        };
        inspected = true;
        if inspection.state == "不配合检查情节严重" {
            hits.push(hit(4, 0, List::Inspections, row, 6));
        }
    }
    // The rules over the enterprise follow those over rows.
    let mut last = peak(delivery, &hits, enterprise, domain, &calendar);
    hits.append(&mut last);
    let verified: Vec<u32> = leads
        .filter(|row| {
            delivery.leads.get(*row).is_some_and(|l| l.day >= calendar.period.first && l.state == "是")
        })
        .map(|row| row as u32)
        .collect();
    if verified.len() >= 2 {
        hits.push(Hit { rows: verified, ..hit(6, 0, List::Leads, 0, 1) });
    }
    let new =
        delivery.enterprises.get(enterprise as usize).is_some_and(|e| e.registered > calendar.period.first);
    let special = delivery.enterprises.get(enterprise as usize).is_some_and(|e| e.special);
    let supervised = domain != 2 || special;
    concluded(hits, inspected, new, supervised)
}

fn concluded(hits: Vec<Hit>, inspected: bool, new: bool, supervised: bool) -> Outcome {
    let score: i32 = hits.iter().map(|hit| hit.counted).sum();
    let band = match score {
        0 => 0,
        1..12 => 1,
        _ => 2,
    };
    let mut deciding: Option<usize> = None;
    for (number, hit) in hits.iter().enumerate().filter(|(_, hit)| hit.counted > 0) {
        let most = deciding.and_then(|d| hits.get(d)).map_or(0, |hit| hit.counted);
        if hit.counted > most {
            deciding = Some(number);
        }
    }
    let ceiling = hits.iter().position(|hit| hit.fate == Fate::Effect);
    let by_ceiling = ceiling.is_some() && band < 2;
    let grade = if ceiling.is_some() { 2 } else { band };
    if by_ceiling {
        deciding = ceiling;
    }
    let harm = score > 0 || ceiling.is_some();
    let state = if !supervised {
        State::NotApplicable
    } else if new && grade == 0 {
        State::NotRated
    } else {
        State::Rated
    };
    let uninspected = supervised && !harm && !inspected;
    Outcome { hits, score, band, grade, deciding, by_ceiling, state, new: new && supervised, uninspected }
}

fn hit(rule: u8, arm: u8, list: List, row: usize, raw: i32) -> Hit {
    Hit { rule, arm, list, rows: vec![row as u32], raw, counted: raw, fate: Fate::Counted, carried: false }
}

/// The first two rules: by measure, and by what was rectified.
fn by_sanctions(delivery: &Delivery, rows: Range<usize>, calendar: &Calendar, hits: &mut Vec<Hit>) {
    let counting = |row: &usize| {
        let end = delivery.sanctions.get(*row).map(|s| end(s, List::Sanctions, calendar));
        matches!(end, Some(End::Live | End::Carried))
    };
    let first = hits.len();
    for row in rows.clone().filter(counting) {
        let Some(sanction) = delivery.sanctions.get(row) else { continue };
        let (arm, raw) = match (sanction.kind, sanction.amount) {
            ("责令停产停业", _) => (0, 0),
            ("罚款", 100_001..) => (1, 6),
            ("罚款", 50_001..) => (2, 4),
            ("罚款", _) => (3, 2),
            ("警告", _) => (4, 1),
            _ => continue,
        };
        let fate = if arm == 0 { Fate::Effect } else { Fate::Counted };
        let carried = sanction.day < calendar.period.first;
        hits.push(Hit { fate, carried, ..hit(1, arm, List::Sanctions, row, raw) });
    }
    outrank(delivery, hits.get_mut(first..).unwrap_or_default(), true);
    let first = hits.len();
    for row in rows.filter(counting) {
        let Some(sanction) = delivery.sanctions.get(row) else { continue };
        let (arm, raw) = match sanction.state {
            "未整改" => (0, 3),
            "部分整改" => (1, 2),
            _ => continue,
        };
        let carried = sanction.day < calendar.period.first;
        hits.push(Hit { carried, ..hit(2, arm, List::Sanctions, row, raw) });
    }
    outrank(delivery, hits.get_mut(first..).unwrap_or_default(), false);
}

/// Of the hits of one decision, and of one act if asked, only the first of the gravest counts.
fn outrank(delivery: &Delivery, hits: &mut [Hit], by_act: bool) {
    let of = |hit: &Hit| hit.rows.first().and_then(|row| delivery.sanctions.get(*row as usize));
    for one in 0..hits.len() {
        let graver = |other: usize, hits: &[Hit]| {
            let (Some(a), Some(b)) = (hits.get(one), hits.get(other)) else { return false };
            let (Some(x), Some(y)) = (of(a), of(b)) else { return false };
            a.fate != Fate::Effect
                && b.fate != Fate::Effect
                && x.document == y.document
                && (!by_act || x.act == y.act)
                && (b.raw > a.raw || b.raw == a.raw && other < one)
        };
        if (0..hits.len()).any(|other| other != one && graver(other, hits))
            && let Some(hit) = hits.get_mut(one)
        {
            (hit.counted, hit.fate) = (0, Fate::Outranked);
        }
    }
}

/// Three penalties within 180 days: the window with most decisions, the first of equals, with all its rows.
fn peak(delivery: &Delivery, hits: &[Hit], enterprise: u32, domain: u8, calendar: &Calendar) -> Vec<Hit> {
    // Every penalty has a hit of the first rule, in the order of dates.
    let rows: Vec<u32> = hits.iter().filter(|h| h.rule == 1).flat_map(|h| h.rows.iter().copied()).collect();
    debug_assert!(rows.iter().all(|row| {
        delivery.sanctions.get(*row as usize).is_some_and(|s| {
            s.enterprise == enterprise
                && s.domain == domain
                && end(s, List::Sanctions, calendar) != End::Lapsed
        })
    }));
    let of = |row: &u32| delivery.sanctions.get(*row as usize);
    let mut best = (0, Vec::new());
    for (start, first) in rows.iter().enumerate() {
        let Some(from) = of(first).map(|s| s.day) else { continue };
        let until = from.plus(Span::days(180));
        let inside = rows.iter().skip(start).filter(|row| of(row).is_some_and(|s| s.day < until));
        let mut documents: Vec<&str> = inside.clone().filter_map(of).map(|s| s.document.as_str()).collect();
        documents.sort_unstable();
        documents.dedup();
        if documents.len() > best.0 {
            best = (documents.len(), inside.copied().collect());
        }
    }
    if best.0 < 3 {
        return Vec::new();
    }
    vec![Hit { rows: best.1, fate: Fate::Effect, ..hit(5, 0, List::Sanctions, 0, 0) }]
}
