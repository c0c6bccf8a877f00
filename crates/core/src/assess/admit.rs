//! Admission (计入): which rows are excepted, future, live, carried or lapsed.

use super::BindError;
use super::bind::Program;
use super::evaluate::{Admitted, Mask};
use crate::calendar::Calendar;
use crate::caseload::Caseload;
use crate::standard::Standard;
use crate::vocabulary::ListId;

/// What became of a row (行的去向) under a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disposition {
    /// The row belongs to another domain or to a branch whose records do not count here, or the standard does not
    /// look at its list.
    NotSeen,
    /// 截止日尚不知: entered or reported after the as-of date.
    NotYetKnown,
    /// 撤销: void by the as-of date.
    Void,
    /// 除外: excepted; the number of the exception in the standard's admission of the list.
    Excepted(u16),
    /// 未到计入期: its window has not begun.
    Future,
    /// 计入: it counts.
    Live,
    /// 结转: lapsed, and still counts.
    Carried,
    /// 已过计入期: lapsed. A rule with a window of its own may count it all the same; its hits say so.
    Lapsed,
}

/// What became of every row of a list under a standard, for the account of unused rows.
///
/// # Errors
/// As [`super::assess`].
pub fn dispositions(
    standard: &Standard,
    caseload: &Caseload,
    list: ListId,
    calendar: &Calendar,
) -> Result<Vec<Disposition>, BindError> {
    let rows = caseload.table(list).map_or(0, crate::caseload::Table::len);
    let mut result = vec![Disposition::NotSeen; rows];
    let Some(bound) = Program::bind_list(standard, caseload, calendar, list)? else { return Ok(result) };
    let admitted = Admitted::new(&bound, &(0..caseload.enterprises()));
    let frame = admitted.frame();
    let mut mark = |mask: &Mask, disposition| {
        for bit in mask.bits() {
            if let Some(slot) = result.get_mut(bit) {
                *slot = disposition;
            }
        }
    };
    let mut left = Mask::all(rows);
    if let Some(seen) = &bound.seen {
        left = seen.holds_in(&frame, left);
    }
    if let Some(unknown) = &bound.unknown {
        let unknown = unknown.holds_in(&frame, left.clone());
        mark(&unknown, Disposition::NotYetKnown);
        left.and_not(&unknown);
    }
    if let Some(void) = &bound.void {
        let void = void.holds_in(&frame, left.clone());
        mark(&void, Disposition::Void);
        left.and_not(&void);
    }
    for (number, except) in bound.except.iter().enumerate() {
        let excepted = except.holds_in(&frame, left.clone());
        mark(&excepted, Disposition::Excepted(number as u16));
        left.and_not(&excepted);
    }
    mark(&left, Disposition::Future);
    if let Some(window) = &bound.window {
        left = window.begun.holds_in(&frame, left);
    }
    mark(&left, Disposition::Lapsed);
    left.and(&admitted.counted);
    mark(&left, Disposition::Live);
    left.and(&admitted.carried);
    mark(&left, Disposition::Carried);
    Ok(result)
}
