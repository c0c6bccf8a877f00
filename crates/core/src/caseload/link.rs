//! What is known on the as-of date: states that change later are undone, rectifications are judged by their
//! deadline and re-check, and joined to the decisions that ordered them.

use std::sync::Arc;

use super::documents::Documents;
use super::{Caseload, MISSING, Table};
use crate::quantity::Date;
use crate::vocabulary::{FieldId, ListId, RectificationCodes};

/// A sanction whose rectification needs a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkProblem {
    /// The list of sanctions.
    pub list: ListId,
    /// The row.
    pub row: u32,
    /// What is the matter.
    pub kind: LinkProblemKind,
}

/// What is the matter with a sanction's rectification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkProblemKind {
    /// Neither an order nor the row itself says anything: 整改 is 未知.
    NoOrder,
    /// The row says another state than the order's re-check, which was believed.
    Contradicted,
}

pub(super) fn apply(caseload: &mut Caseload, as_of: Date, documents: &Documents) -> Vec<LinkProblem> {
    let Some(spec) = caseload.vocabulary.rectification_link else { return Vec::new() };
    let as_of = i64::from(as_of.days());
    let codes = spec.codes;
    // Orders first: their state at the as-of date.
    if let Some(orders) = caseload.tables.get_mut(usize::from(spec.orders.0)).map(Arc::make_mut) {
        for row in 0..orders.len() {
            let due = first_of(get(orders, spec.extended_to, row), get(orders, spec.due, row));
            let rechecked = get(orders, spec.rechecked_on, row);
            let done = get(orders, spec.done, row);
            // A result that was found after the as-of date, and a state that rests on it, are not known yet.
            let result = if rechecked != MISSING && rechecked > as_of {
                MISSING
            } else {
                get(orders, spec.result, row)
            };
            let own = if rechecked != MISSING && rechecked > as_of {
                MISSING
            } else {
                get(orders, spec.order_state, row)
            };
            let said = if result == MISSING { known(own, &codes) } else { result };
            let state = judged(&codes, said, due, done, as_of).unwrap_or(codes.not_rechecked);
            set(orders, spec.order_state, row, i64::from(state));
            let timely = timeliness(&codes, state, due, known_by(first_of(done, rechecked), as_of), as_of);
            set(orders, spec.order_timeliness, row, i64::from(timely));
        }
    }
    let Some(orders) = caseload.tables.get(usize::from(spec.orders.0)).cloned() else { return Vec::new() };
    let mut problems = Vec::new();
    let named: Vec<Option<u32>> = (0..orders.len())
        .map(|row| match get(&orders, spec.sanction_document, row) {
            MISSING => None,
            text => documents.named(caseload.texts.get(super::TextId(text as u32)), &caseload.texts),
        })
        .collect();
    let Some(sanctions) = caseload.tables.get_mut(usize::from(spec.sanctions.0)).map(Arc::make_mut) else {
        return problems;
    };
    for enterprise in 0..sanctions.ends.len() {
        let own_orders = orders.rows_of(enterprise);
        for row in sanctions.rows_of(enterprise) {
            let changed = get(sanctions, spec.status_date, row);
            if changed != MISSING && changed > as_of {
                set(sanctions, spec.status, row, i64::from(codes.valid));
            }
            let repaired = known_by(get(sanctions, spec.repaired_on, row), as_of);
            set(sanctions, spec.repaired_on, row, repaired);
            let decision = get(sanctions, spec.sanction_decision, row);
            let number = documents.number_of(decision);
            let matching = own_orders.clone().filter(|order| {
                decision != MISSING
                    && (named.get(*order).is_some_and(|named| named.is_some() && *named == number)
                        || get(&orders, spec.order_decision, *order) == decision)
            });
            let matching: Vec<usize> = matching.collect();
            // Of several orders the one in the worst state speaks; the code list is in that order. What is late
            // with any of them stays late: were it that order's alone, rectifying it could bring another's
            // lateness to light and worsen the result.
            let worst = |field| matching.iter().max_by_key(|order| (get(&orders, field, **order), **order));
            let linked = worst(spec.order_state).copied();
            let latest = matching
                .iter()
                .map(|order| get(&orders, spec.order_timeliness, *order))
                .max_by_key(|timely| codes.by_lateness().iter().position(|code| i64::from(*code) == *timely));
            let due = get(sanctions, spec.sanction_due, row);
            let done = get(sanctions, spec.sanction_done, row);
            set(sanctions, spec.sanction_done, row, known_by(done, as_of));
            let own = known(get(sanctions, spec.sanction_state, row), &codes);
            if let Some(order) = linked {
                // The order and its re-check are dated; what the penalty's own row says is not.
                let state = get(&orders, spec.order_state, order);
                if own != MISSING && own != state {
                    problems.push(LinkProblem {
                        list: spec.sanctions,
                        row: row as u32,
                        kind: LinkProblemKind::Contradicted,
                    });
                }
                set(sanctions, spec.sanction_state, row, state);
                set(sanctions, spec.sanction_timeliness, row, latest.unwrap_or(MISSING));
                let order_due =
                    first_of(get(&orders, spec.extended_to, order), get(&orders, spec.due, order));
                set(sanctions, spec.sanction_due, row, first_of(order_due, due));
                let order_done = first_of(get(&orders, spec.done, order), done);
                set(sanctions, spec.sanction_done, row, known_by(order_done, as_of));
                continue;
            }
            let state = judged(&codes, own, due, done, as_of).unwrap_or(codes.unknown);
            set(sanctions, spec.sanction_state, row, i64::from(state));
            if get(sanctions, spec.sanction_timeliness, row) == i64::from(codes.timeliness_unknown) {
                let timely = timeliness(&codes, state, due, known_by(done, as_of), as_of);
                set(sanctions, spec.sanction_timeliness, row, i64::from(timely));
            }
            if state == codes.unknown {
                problems.push(LinkProblem {
                    list: spec.sanctions,
                    row: row as u32,
                    kind: LinkProblemKind::NoOrder,
                });
            }
        }
    }
    problems
}

/// The state at the as-of date of what a file says; `None` if it says nothing and no deadline is open.
fn judged(codes: &RectificationCodes, said: i64, due: i64, done: i64, as_of: i64) -> Option<u16> {
    let undue = due != MISSING && due >= as_of;
    let rectified = said == i64::from(codes.rectified);
    if rectified && (done == MISSING || done <= as_of) {
        return Some(codes.rectified);
    }
    if undue {
        return Some(codes.not_yet_due);
    }
    // Rectified after the as-of date: on that date it was not, and nobody had looked.
    if rectified { Some(codes.not_rechecked) } else { u16::try_from(said).ok() }
}

/// A state that a file gave, not the one that stands for nothing said.
fn known(state: i64, codes: &RectificationCodes) -> i64 {
    if state == i64::from(codes.unknown) { MISSING } else { state }
}

fn timeliness(codes: &RectificationCodes, state: u16, due: i64, done: i64, as_of: i64) -> u16 {
    if state == codes.rectified {
        match (due, done) {
            (MISSING, _) | (_, MISSING) => codes.timeliness_unknown,
            (due, done) if done <= due => codes.on_time,
            _ => codes.late,
        }
    } else if state == codes.not_yet_due {
        codes.timeliness_not_due
    } else if (state == codes.partly || state == codes.not_rectified) && due != MISSING && due < as_of {
        codes.overdue
    } else {
        codes.timeliness_unknown
    }
}

fn first_of(first: i64, second: i64) -> i64 {
    if first == MISSING { second } else { first }
}

fn known_by(day: i64, as_of: i64) -> i64 {
    if day > as_of { MISSING } else { day }
}

fn get(table: &Table, field: FieldId, row: usize) -> i64 {
    table.columns.get(usize::from(field.0)).map_or(MISSING, |c| c.get(row))
}

fn set(table: &mut Table, field: FieldId, row: usize, value: i64) {
    let len = table.len();
    if let Some(column) = table.columns.get_mut(usize::from(field.0)) {
        if value != MISSING {
            column.fill(len, 0);
        }
        column.set(row, value);
    }
}
