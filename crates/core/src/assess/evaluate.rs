//! Evaluation (求值) of bound expressions: row by row, or as a bit mask over a stretch of rows.

use super::RowRef;
use super::bind::{BoundAggregate, BoundList, BoundWhat, BoundWindow, Code, Program};
use crate::caseload::{Column, MISSING};
use crate::expr::{Arith, Compare, Rounding};
use crate::quantity::{Date, Span};

/// A set of rows of a stretch, one bit a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Mask {
    words: Vec<u64>,
    len: usize,
}

impl Mask {
    pub(super) fn none(len: usize) -> Mask {
        Mask { words: vec![0; len.div_ceil(64)], len }
    }

    pub(super) fn all(len: usize) -> Mask {
        let mut words = vec![u64::MAX; len.div_ceil(64)];
        if !len.is_multiple_of(64)
            && let Some(last) = words.last_mut()
        {
            *last = (1 << (len % 64)) - 1;
        }
        Mask { words, len }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    pub(super) fn contains(&self, bit: usize) -> bool {
        self.words.get(bit / 64).is_some_and(|w| w >> (bit % 64) & 1 == 1)
    }

    fn clear(&mut self, bit: usize) {
        if let Some(word) = self.words.get_mut(bit / 64) {
            *word &= !(1 << (bit % 64));
        }
    }

    pub(super) fn and_not(&mut self, other: &Mask) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a &= !b;
        }
    }

    pub(super) fn or(&mut self, other: &Mask) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a |= b;
        }
    }

    pub(super) fn and(&mut self, other: &Mask) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a &= b;
        }
    }

    /// The bits that are set, in order.
    pub(super) fn bits(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(i * 64 + bit)
            })
        })
    }

    /// Sets the bits of this mask that the test holds for; the others become 0. `values` are the stretch's.
    fn keep<T: Copy>(&mut self, values: &[T], test: impl Fn(T) -> bool) {
        let mut chunks = values.chunks(64);
        for word in &mut self.words {
            // A column that no row has a value in is empty; nothing holds there.
            let chunk = chunks.next().unwrap_or(&[]);
            if *word == 0 {
                continue;
            }
            let mut bits = 0;
            for (i, value) in chunk.iter().enumerate() {
                bits |= u64::from(test(*value)) << i;
            }
            *word &= bits;
        }
    }

    fn keep_each(&mut self, test: impl Fn(usize) -> bool) {
        for (i, word) in self.words.iter_mut().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                if !test(i * 64 + bit) {
                    *word &= !(1 << bit);
                }
            }
        }
    }
}

/// A stretch of rows of one table, with what their evaluation needs.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f> {
    /// The first row.
    pub(super) first: usize,
    /// The enterprise of each row; empty where rows are enterprises.
    pub(super) owners: &'f [u32],
    /// The values of the program's aggregates for each enterprise of the stretch; empty for row frames.
    pub(super) aggregates: &'f [Vec<i64>],
    pub(super) len: usize,
}

impl Frame<'_> {
    fn aggregate(&self, number: usize, bit: usize) -> i64 {
        self.aggregates.get(number).and_then(|values| values.get(bit)).copied().unwrap_or(MISSING)
    }
}

impl Code<'_> {
    /// The rows among `within` for which this holds.
    pub(super) fn holds_in(&self, frame: &Frame<'_>, within: Mask) -> Mask {
        let mut mask = within;
        if mask.is_empty() {
            return mask;
        }
        match self {
            Code::Const(0 | MISSING) => Mask::none(mask.len),
            Code::Const(_) => mask,
            Code::ColumnIs(column, op, value) => {
                keep_compared(&mut mask, column, frame, *op, *value);
                mask
            }
            Code::AggregateIs(number, op, value) => {
                let values = frame.aggregates.get(*number).map_or(&[][..], Vec::as_slice);
                mask.keep(values, |x| compared(*op, x, *value));
                mask
            }
            Code::ColumnIn(Column::Byte(codes), set) => {
                mask.keep(stretch(codes, frame), |code| code < 64 && set >> code & 1 == 1);
                mask
            }
            Code::ColumnIn(Column::Code(codes), set) => {
                // Codes of 64 and more and the missing code are in no set of 64.
                mask.keep(stretch(codes, frame), |code| code < 64 && set >> code & 1 == 1);
                mask
            }
            Code::TextIn(of, set) => {
                match of.as_ref() {
                    // The missing text is in no set.
                    Code::Column(Column::Text(texts)) => {
                        mask.keep(stretch(texts, frame), |text| set.has(text));
                    }
                    other => mask.keep_each(|bit| set.has_value(other.value(frame, bit))),
                }
                mask
            }
            Code::All(all) => {
                for part in all {
                    mask = part.holds_in(frame, mask);
                }
                mask
            }
            Code::Any(any) => {
                let mut found = Mask::none(mask.len);
                for part in any {
                    let here = part.holds_in(frame, mask.clone());
                    mask.and_not(&here);
                    found.or(&here);
                }
                found
            }
            Code::Not(inner) => {
                let inside = inner.holds_in(frame, mask.clone());
                mask.and_not(&inside);
                mask
            }
            other => {
                mask.keep_each(|bit| other.holds(frame, bit));
                mask
            }
        }
    }

    /// True if this holds for the row `bit` of the frame.
    pub(super) fn holds(&self, frame: &Frame<'_>, bit: usize) -> bool {
        match self {
            Code::All(all) => all.iter().all(|part| part.holds(frame, bit)),
            Code::Any(any) => any.iter().any(|part| part.holds(frame, bit)),
            Code::Not(inner) => !inner.holds(frame, bit),
            Code::Has(inner) => inner.value(frame, bit) != MISSING,
            Code::Compare(op, pair) => {
                let [a, b] = pair.as_ref();
                compared(*op, a.value(frame, bit), b.value(frame, bit))
            }
            Code::ColumnIs(column, op, value) => compared(*op, column.get(frame.first + bit), *value),
            Code::AggregateIs(number, op, value) => compared(*op, frame.aggregate(*number, bit), *value),
            Code::ColumnIn(column, set) => {
                let code = column.get(frame.first + bit);
                (0..64).contains(&code) && set >> code & 1 == 1
            }
            Code::TextIn(of, set) => set.has_value(of.value(frame, bit)),
            Code::OneOf(value, constants) => {
                let value = value.value(frame, bit);
                value != MISSING && constants.binary_search(&value).is_ok()
            }
            other => !matches!(other.value(frame, bit), 0 | MISSING),
        }
    }

    /// The value for the row `bit` of the frame; [`MISSING`] if there is none.
    pub(super) fn value(&self, frame: &Frame<'_>, bit: usize) -> i64 {
        match self {
            Code::Const(value) => *value,
            Code::Column(column) => column.get(frame.first + bit),
            Code::Owner(column) => frame.owners.get(bit).map_or(MISSING, |owner| column.get(*owner as usize)),
            Code::OrElse(pair) => {
                let [first, second] = pair.as_ref();
                match first.value(frame, bit) {
                    MISSING => second.value(frame, bit),
                    value => value,
                }
            }
            Code::Arith(op, pair) => {
                let [a, b] = pair.as_ref();
                match (a.value(frame, bit), b.value(frame, bit)) {
                    (MISSING, _) | (_, MISSING) => MISSING,
                    (a, b) => present(match op {
                        Arith::Add => a.saturating_add(b),
                        Arith::Subtract => a.saturating_sub(b),
                        Arith::Multiply => a.saturating_mul(b),
                    }),
                }
            }
            Code::Divide(rounding, pair) => {
                let [a, b] = pair.as_ref();
                match (a.value(frame, bit), b.value(frame, bit)) {
                    (MISSING, _) | (_, MISSING | 0) => MISSING,
                    (a, b) => divided(*rounding, a, b),
                }
            }
            Code::AddSpan(day, span) => match day.value(frame, bit) {
                MISSING => MISSING,
                day => i64::from(Date::from_days(day as i32).plus(*span).days()),
            },
            Code::ToPoints(inner) => match inner.value(frame, bit) {
                MISSING => MISSING,
                value => present(value.saturating_mul(100)),
            },
            Code::Aggregate(number) => frame.aggregate(*number, bit),
            truth => i64::from(truth.holds(frame, bit)),
        }
    }
}

/// Keeps a saturated result apart from the missing value.
fn present(value: i64) -> i64 {
    value.max(i64::MIN + 1)
}

fn compared(op: Compare, a: i64, b: i64) -> bool {
    if a == MISSING || b == MISSING {
        return false;
    }
    match op {
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
        Compare::Less => a < b,
        Compare::AtMost => a <= b,
        Compare::Greater => a > b,
        Compare::AtLeast => a >= b,
    }
}

/// Rounds a quotient; `b` is not 0.
fn divided(rounding: Rounding, a: i64, b: i64) -> i64 {
    let (a, b) = (i128::from(a), i128::from(b));
    let (a, b) = if b < 0 { (-a, -b) } else { (a, b) };
    let quotient = match rounding {
        Rounding::Down => a.div_euclid(b),
        Rounding::Up => -(-a).div_euclid(b),
        Rounding::HalfUp if a >= 0 => (2 * a + b).div_euclid(2 * b),
        Rounding::HalfUp => -((-2 * a + b).div_euclid(2 * b)),
    };
    present(i64::try_from(quotient).unwrap_or(i64::MAX))
}

fn stretch<'c, T>(values: &'c [T], frame: &Frame<'_>) -> &'c [T] {
    values.get(frame.first..frame.first + frame.len).unwrap_or(&[])
}

fn keep_compared(mask: &mut Mask, column: &Column, frame: &Frame<'_>, op: Compare, value: i64) {
    macro_rules! keep {
        ($values:expr, $ty:ty, $missing:expr) => {{
            let values = stretch($values, frame);
            // A value outside the column's own type is above or below all of them; comparing wide is right
            // there and rare.
            match <$ty>::try_from(value) {
                Ok(v) => match op {
                    Compare::Equal => mask.keep(values, |x| x == v && x != $missing),
                    Compare::NotEqual => mask.keep(values, |x| x != v && x != $missing),
                    Compare::Less => mask.keep(values, |x| x < v && x != $missing),
                    Compare::AtMost => mask.keep(values, |x| x <= v && x != $missing),
                    Compare::Greater => mask.keep(values, |x| x > v && x != $missing),
                    Compare::AtLeast => mask.keep(values, |x| x >= v && x != $missing),
                },
                Err(_) => mask.keep(values, |x| x != $missing && compared(op, i64::from(x), value)),
            }
        }};
    }
    match column {
        Column::Byte(values) => keep!(values, u8, u8::MAX),
        Column::Code(values) => keep!(values, u16, u16::MAX),
        Column::Text(values) => keep!(values, u32, u32::MAX),
        Column::Narrow(values) => keep!(values, i32, i32::MIN),
        Column::Wide(values) => keep!(values, i64, MISSING),
    }
}

/// Which rows of a list count in a stretch of enterprises.
pub(super) struct Admitted<'a> {
    /// Rows of the subject's domain that are neither void nor excepted.
    pub(super) admissible: Mask,
    /// Live and carried rows.
    pub(super) counted: Mask,
    /// Carried rows.
    pub(super) carried: Mask,
    /// The enterprise of each row, counted from 0.
    pub(super) owners: &'a [u32],
    /// The first row.
    pub(super) first: usize,
}

impl BoundWindow<'_> {
    /// The rows whose window has begun and is not over.
    pub(super) fn live(&self, frame: &Frame<'_>, within: Mask) -> Mask {
        let mut begun = self.begun.holds_in(frame, within);
        if let Some(over) = &self.over {
            let over = over.holds_in(frame, begun.clone());
            begun.and_not(&over);
        }
        begun
    }
}

impl<'a> Admitted<'a> {
    pub(super) fn new(list: &BoundList<'a>, enterprises: &std::ops::Range<usize>) -> Self {
        let table = list.table;
        let first = table.rows_of(enterprises.start).start;
        let end = enterprises.end.checked_sub(1).map_or(first, |last| table.rows_of(last).end);
        let owners = table.owners.get(first..end).unwrap_or(&[]);
        let frame = Frame { first, owners, aggregates: &[], len: owners.len() };
        let mut admissible = Mask::all(owners.len());
        if let Some(seen) = &list.seen {
            admissible = seen.holds_in(&frame, admissible);
        }
        for never in list.unknown.iter().chain(&list.void).chain(&list.except) {
            let void = never.holds_in(&frame, admissible.clone());
            admissible.and_not(&void);
        }
        let (mut counted, mut carried) = (admissible.clone(), Mask::none(owners.len()));
        if let Some(window) = &list.window {
            counted = window.begun.holds_in(&frame, counted);
            if let Some(over) = &window.over {
                let lapsed = over.holds_in(&frame, counted.clone());
                counted.and_not(&lapsed);
                if let Some(carry) = &list.carry {
                    carried = carry.holds_in(&frame, lapsed);
                    counted.or(&carried);
                }
            }
        }
        Admitted { admissible, counted, carried, owners, first }
    }

    /// Leaves out a row of the caseload.
    pub(super) fn except(&mut self, row: usize) {
        let Some(bit) = row.checked_sub(self.first) else { return };
        for mask in [&mut self.admissible, &mut self.counted, &mut self.carried] {
            mask.clear(bit);
        }
    }

    pub(super) fn frame(&self) -> Frame<'_> {
        Frame { first: self.first, owners: self.owners, aggregates: &[], len: self.owners.len() }
    }
}

/// The value of an aggregate for each enterprise of a stretch, and the rows that took part.
pub(super) struct Aggregated {
    pub(super) values: Vec<i64>,
    pub(super) rows: Mask,
}

impl Aggregated {
    pub(super) fn new(
        aggregate: &BoundAggregate<'_>,
        list: &BoundList<'_>,
        admitted: &Admitted<'_>,
        enterprises: std::ops::Range<usize>,
    ) -> Aggregated {
        let frame = admitted.frame();
        let mut rows = match &aggregate.window {
            Some(window) => window.live(&frame, admitted.admissible.clone()),
            None => admitted.counted.clone(),
        };
        if let Some(filter) = &aggregate.filter {
            rows = filter.holds_in(&frame, rows);
        }
        let without = match aggregate.what {
            BoundWhat::Max(_) | BoundWhat::Min(_) | BoundWhat::Average(..) => MISSING,
            _ => 0,
        };
        let mut values = vec![without; enterprises.len()];
        let mut own: Vec<usize> = Vec::new();
        let mut owner = usize::MAX;
        let mut close = |owner: usize, own: &mut Vec<usize>| {
            if let Some(slot) = owner.checked_sub(enterprises.start).and_then(|i| values.get_mut(i)) {
                *slot = over_groups(aggregate, list, &frame, own).0;
            }
            own.clear();
        };
        for bit in rows.bits() {
            let of = admitted.owners.get(bit).map_or(usize::MAX, |o| *o as usize);
            if of != owner && !own.is_empty() {
                close(owner, &mut own);
            }
            owner = of;
            own.push(bit);
        }
        if !own.is_empty() {
            close(owner, &mut own);
        }
        Aggregated { values, rows }
    }
}

/// An aggregate over an enterprise's rows (bits of the frame), which are not empty, and the rows of the group that
/// gives it: of several that do, that whose window, or else whose first row, is the earliest.
fn over_groups(
    aggregate: &BoundAggregate<'_>,
    list: &BoundList<'_>,
    frame: &Frame<'_>,
    rows: &[usize],
) -> (i64, Vec<usize>) {
    if aggregate.same.is_empty() {
        return (over_rows(&aggregate.what, list, frame, rows), rows.to_vec());
    }
    let mut keyed: Vec<(Option<Vec<i64>>, usize)> = rows
        .iter()
        .map(|bit| {
            let key: Vec<i64> = aggregate.same.iter().map(|part| part.value(frame, *bit)).collect();
            ((!key.contains(&MISSING)).then_some(key), *bit)
        })
        .collect();
    keyed.sort_unstable();
    let mut best: Option<(i64, (i64, usize), Vec<usize>)> = None;
    for group in keyed.chunk_by(|(a, _), (b, _)| a.is_some() && a == b) {
        let own: Vec<usize> = group.iter().map(|(_, bit)| *bit).collect();
        let value = over_rows(&aggregate.what, list, frame, &own);
        let begins = window_of(&aggregate.what, list, frame, &own).map_or(i64::MAX, |(from, _)| from);
        let order = (begins, own.first().copied().unwrap_or(usize::MAX));
        if best.as_ref().is_none_or(|(most, first, _)| value > *most || (value == *most && order < *first)) {
            best = Some((value, order, own));
        }
    }
    best.map_or((0, Vec::new()), |(value, _, own)| (value, own))
}

/// The first day and the end of the earliest window that reaches a peak; without end for what is no peak, `None` for
/// a peak of nothing.
fn window_of(
    what: &BoundWhat<'_>,
    list: &BoundList<'_>,
    frame: &Frame<'_>,
    rows: &[usize],
) -> Option<(i64, i64)> {
    match what {
        BoundWhat::Peak(span) => peak(list, frame, &distinct_decisions(list, frame, rows), *span, |_| 1).1,
        BoundWhat::PeakSum(span, code) => {
            let weight = |bit| match code.value(frame, bit) {
                MISSING => 0,
                value => value,
            };
            peak(list, frame, rows, *span, weight).1
        }
        _ => Some((i64::MIN + 1, i64::MAX)),
    }
}

/// An aggregate over an enterprise's rows (bits of the frame), which are not empty.
fn over_rows(what: &BoundWhat<'_>, list: &BoundList<'_>, frame: &Frame<'_>, rows: &[usize]) -> i64 {
    let each = |code: &Code<'_>| {
        let values: Vec<i64> =
            rows.iter().map(|bit| code.value(frame, *bit)).filter(|v| *v != MISSING).collect();
        values
    };
    let sum = |values: &[i64]| present(values.iter().fold(0_i64, |total, v| total.saturating_add(*v)));
    match what {
        BoundWhat::Count => distinct_decisions(list, frame, rows).len() as i64,
        BoundWhat::Rows => rows.len() as i64,
        BoundWhat::Sum(code) => sum(&each(code)),
        BoundWhat::Max(code) => each(code).into_iter().max().unwrap_or(MISSING),
        BoundWhat::Min(code) => each(code).into_iter().min().unwrap_or(MISSING),
        BoundWhat::Average(code, rounding) => {
            let values = each(code);
            if values.is_empty() { MISSING } else { divided(*rounding, sum(&values), values.len() as i64) }
        }
        BoundWhat::Peak(span) => peak(list, frame, &distinct_decisions(list, frame, rows), *span, |_| 1).0,
        BoundWhat::PeakSum(span, code) => {
            peak(list, frame, rows, *span, |bit| match code.value(frame, bit) {
                MISSING => 0,
                value => value,
            })
            .0
        }
    }
}

/// The first row of each decision; rows without a decision key stand for themselves.
fn distinct_decisions(list: &BoundList<'_>, frame: &Frame<'_>, rows: &[usize]) -> Vec<usize> {
    let Some(decision) = list.decision else { return rows.to_vec() };
    let key = |bit: usize| decision.get(frame.first + bit);
    if let [_] = rows {
        return rows.to_vec();
    }
    // Few rows are the rule; a sort keeps a crafted enterprise with a hundred thousand from taking hours.
    let mut keyed: Vec<(i64, usize)> = rows.iter().map(|bit| (key(*bit), *bit)).collect();
    keyed.sort_unstable();
    let mut previous = None;
    keyed.retain(|(key, _)| *key == MISSING || previous.replace(*key) != Some(*key));
    let mut first: Vec<usize> = keyed.into_iter().map(|(_, bit)| bit).collect();
    first.sort_unstable();
    first
}

/// The greatest total weight of rows whose dates lie in a window `[d, d + span)` that begins at a row's date,
/// and the first day and end of the earliest window that reaches it. Rows are in date order.
fn peak(
    list: &BoundList<'_>,
    frame: &Frame<'_>,
    rows: &[usize],
    span: Span,
    weight: impl Fn(usize) -> i64,
) -> (i64, Option<(i64, i64)>) {
    let day = |bit: usize| list.date.map_or(MISSING, |d| d.get(frame.first + bit));
    let (mut best, mut window) = (0_i64, None);
    let mut until = 0;
    let mut total = 0_i64;
    for (start, bit) in rows.iter().enumerate() {
        let from = day(*bit);
        if from == MISSING {
            continue;
        }
        let end = i64::from(Date::from_days(from as i32).plus(span).days());
        while let Some(next) = rows.get(until.max(start)) {
            if day(*next) >= end {
                break;
            }
            total = total.saturating_add(weight(*next));
            until = until.max(start) + 1;
        }
        if total > best {
            best = total;
            window = Some((from, end));
        }
        if until > start {
            total = total.saturating_sub(weight(*bit));
        }
    }
    (best, window)
}

impl Program<'_> {
    /// Adds the rows that the aggregates of an expression counted for an enterprise. Of an `||` only the parts
    /// that hold are cited.
    pub(super) fn cite(
        &self,
        code: &Code<'_>,
        frame: &Frame<'_>,
        bit: usize,
        admitted: &[Admitted<'_>],
        aggregated: &[Aggregated],
        out: &mut Vec<RowRef>,
    ) {
        let mut each = |parts: &[Code<'_>]| {
            for part in parts {
                self.cite(part, frame, bit, admitted, aggregated, out);
            }
        };
        match code {
            Code::All(parts) => each(parts),
            Code::Any(parts) => {
                // One that does not hold stands under a `!`, where every part was needed.
                let denied = !code.holds(frame, bit);
                for part in parts.iter().filter(|part| denied || part.holds(frame, bit)) {
                    self.cite(part, frame, bit, admitted, aggregated, out);
                }
            }
            Code::Has(inner)
            | Code::Not(inner)
            | Code::ToPoints(inner)
            | Code::AddSpan(inner, _)
            | Code::OneOf(inner, _)
            | Code::TextIn(inner, _) => {
                self.cite(inner, frame, bit, admitted, aggregated, out);
            }
            Code::OrElse(pair) | Code::Compare(_, pair) | Code::Arith(_, pair) | Code::Divide(_, pair) => {
                each(pair.as_slice());
            }
            Code::Aggregate(number) | Code::AggregateIs(number, ..) => {
                let (Some(aggregate), Some(found)) = (self.aggregates.get(*number), aggregated.get(*number))
                else {
                    return;
                };
                let (Some(list), Some(rows)) = (self.lists.get(aggregate.list), admitted.get(aggregate.list))
                else {
                    return;
                };
                let own = list.table.rows_of(frame.first + bit);
                let own: Vec<usize> =
                    own.map(|row| row - rows.first).filter(|b| found.rows.contains(*b)).collect();
                let row_frame = rows.frame();
                let (_, own) = over_groups(aggregate, list, &row_frame, &own);
                let Some((from, until)) = window_of(&aggregate.what, list, &row_frame, &own) else { return };
                let peaks = matches!(aggregate.what, BoundWhat::Peak(_) | BoundWhat::PeakSum(..));
                out.extend(own.into_iter().filter_map(|bit| {
                    let row = rows.first + bit;
                    let day = list.date.map_or(MISSING, |d| d.get(row));
                    let inside = !peaks || (day != MISSING && from <= day && day < until);
                    inside.then_some(RowRef { list: list.id, row: row as u32 })
                }));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_as_stated() {
        for (a, b, half, down, up) in
            [(7, 2, 4, 3, 4), (-7, 2, -4, -4, -3), (5, -2, -3, -3, -2), (6, 3, 2, 2, 2), (1, 3, 0, 0, 1)]
        {
            assert_eq!(divided(Rounding::HalfUp, a, b), half, "{a}/{b}");
            assert_eq!(divided(Rounding::Down, a, b), down, "{a}/{b}");
            assert_eq!(divided(Rounding::Up, a, b), up, "{a}/{b}");
        }
    }

    #[test]
    fn masks_keep_within_their_length() {
        assert_eq!(Mask::all(70).bits().count(), 70);
        assert_eq!(Mask::all(64).bits().count(), 64);
        assert_eq!(Mask::all(0).bits().count(), 0);
    }
}
