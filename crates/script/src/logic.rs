//! What conditions allow together (条件之间): whether some row can make several of them come out as wanted.
//!
//! Each value that the conditions look at (a field, an aggregate) stands for itself, independent of the others, and
//! is reduced to the few cases that the conditions can tell apart: each code, the stretches between the constants
//! that it is compared with, and no value at all. Of two values that are compared with each other their order is
//! such a value: before, same, after; of a day and others that lie a time before or behind one day (统计期末日 - 1.年,
//! 统计期末日 - 2.年), where among them it lies. The search over the cases allows more than real rows do, so "cannot be" is certain; "can be" is certain only as far as the
//! values are independent.

use std::cell::Cell;
use std::cmp::Ordering;

use sanse::{Compare, Constant, ENTERPRISE, Expr, ListId, Node, Span, Ty, What};

use crate::lower::{Interval, Known, Lowering, size, without_places};

/// Steps of the search for all questions of one standard; a standard of a hundred rules takes some thousands.
pub(crate) const MOST_STEPS: u64 = 5_000_000;
/// Steps of the search for one question.
const MOST_STEPS_EACH: u64 = 100_000;
/// What it costs to read a test, in steps.
const STEPS_OF_A_TEST: u64 = 30;
/// More values than this are not looked at together; their tests are then independent of each other.
const MOST_TERMS: usize = 64;

/// One case of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Point {
    Missing,
    Bool(bool),
    Number(i128),
    Code(u16),
    /// A text of the conditions, or `None` for any other.
    Text(Option<std::sync::Arc<str>>),
}

/// A condition over tests.
#[derive(Clone, Debug)]
enum Formula {
    Fixed(bool),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Not(Box<Formula>),
    /// A test of one value: the number of the value and of the test.
    Test(usize, usize),
}

/// A value and the tests that the conditions make of it.
#[derive(Clone, Debug)]
struct Term {
    /// Without places.
    value: Expr,
    /// What the value is compared with: the cases are then those of their order.
    base: Option<Expr>,
    /// Without places.
    tests: Vec<Expr>,
    /// The outcomes of the tests, a row per case; cases that no test tells apart are one.
    cases: Vec<Vec<bool>>,
}

/// Conditions over one row or enterprise, ready for questions.
#[derive(Debug)]
pub(crate) struct Logic<'s> {
    terms: Vec<Term>,
    formulas: Vec<Formula>,
    /// Steps left for all questions.
    steps: &'s Cell<u64>,
}

impl<'s> Logic<'s> {
    /// Conditions over a row of a list, or over the enterprise; questions name them by their place.
    pub(crate) fn new(
        lowering: &Lowering<'_>,
        scope: ListId,
        conditions: &[&Expr],
        steps: &'s Cell<u64>,
    ) -> Logic<'s> {
        let mut logic = Logic { terms: Vec::new(), formulas: Vec::new(), steps };
        if steps.get() == 0 {
            return logic;
        }
        logic.formulas = conditions.iter().map(|condition| logic.formula(condition)).collect();
        for term in &mut logic.terms {
            let points = points(lowering, scope, term);
            let mut listed = Vec::new();
            term.tests.iter().for_each(|test| constants(test, &mut listed));
            let cost = (points.len() * (listed.len() + term.tests.len())) as u64;
            let left = steps.get();
            steps.set(left.saturating_sub(cost));
            if cost > left {
                logic.formulas.clear();
                break;
            }
            term.cases = cases(term, &points);
        }
        logic
    }

    fn formula(&mut self, expr: &Expr) -> Formula {
        match &expr.node {
            Node::Const(Constant::Bool(yes)) => Formula::Fixed(*yes),
            Node::All(parts) => Formula::All(parts.iter().map(|p| self.formula(p)).collect()),
            Node::Any(parts) => Formula::Any(parts.iter().map(|p| self.formula(p)).collect()),
            Node::Not(inner) => Formula::Not(Box::new(self.formula(inner))),
            _ => self.test(expr),
        }
    }

    fn test(&mut self, expr: &Expr) -> Formula {
        self.steps.set(self.steps.get().saturating_sub(STEPS_OF_A_TEST));
        let test = without_places(expr);
        let mut values = Vec::new();
        leaves(&test, &mut values);
        let order = Order::of(&test);
        // A test of several values, or of none, is a case of its own.
        let value = match values.as_slice() {
            [one] if order.is_none() => (*one).clone(),
            _ => test.clone(),
        };
        let same = |term: &Term| match (&term.base, &order) {
            (Some(base), Some(order)) => order.is_of(&term.value, base, &term.tests),
            (None, _) => term.value == value,
            _ => false,
        };
        let term = self.terms.iter().position(same).unwrap_or_else(|| {
            let order = order.as_ref().filter(|_| self.terms.len() < MOST_TERMS);
            let (value, base) = match order {
                Some(order) => (order.value.clone(), Some(order.base.clone())),
                None if self.terms.len() < MOST_TERMS => (value.clone(), None),
                None => (test.clone(), None),
            };
            self.terms.push(Term { value, base, tests: Vec::new(), cases: Vec::new() });
            self.terms.len() - 1
        });
        let Some(Term { tests, .. }) = self.terms.get_mut(term) else { return Formula::Fixed(true) };
        let number = tests.iter().position(|t| *t == test).unwrap_or_else(|| {
            tests.push(test);
            tests.len() - 1
        });
        Formula::Test(term, number)
    }

    /// False if it is certain that the conditions never come out as wanted on one row.
    pub(crate) fn possible(&self, wanted: &[(usize, bool)]) -> bool {
        self.ask(wanted) != Some(false)
    }

    /// True if the conditions were found to come out as wanted in some case.
    pub(crate) fn found(&self, wanted: &[(usize, bool)]) -> bool {
        self.ask(wanted) == Some(true)
    }

    /// `None` if there was no time to tell.
    fn ask(&self, wanted: &[(usize, bool)]) -> Option<bool> {
        // Without steps left, the conditions were not read.
        let formula = |(number, holds): &(usize, bool)| Some((self.formulas.get(*number)?, *holds));
        let wanted = wanted.iter().map(formula).collect::<Option<Vec<(&Formula, bool)>>>()?;
        let mut order = Vec::new();
        for (formula, _) in &wanted {
            terms_of(formula, &mut order);
        }
        let steps = Cell::new(MOST_STEPS_EACH.min(self.steps.get()));
        let before = steps.get();
        let mut chosen = vec![None; self.terms.len()];
        let found = self.search(&wanted, &order, &mut chosen, &steps);
        self.steps.set(self.steps.get().saturating_sub(before - steps.get()));
        found
    }

    /// True if some choice of cases gives what is wanted; `None` if there is no time left to tell.
    fn search(
        &self,
        wanted: &[(&Formula, bool)],
        order: &[usize],
        chosen: &mut Vec<Option<usize>>,
        steps: &Cell<u64>,
    ) -> Option<bool> {
        let mut open = false;
        for (formula, holds) in wanted {
            match self.outcome(formula, chosen, steps) {
                Some(outcome) if outcome != *holds => return Some(false),
                Some(_) => {}
                None => open = true,
            }
            if steps.get() == 0 {
                return None;
            }
        }
        let Some((term, rest)) = order.split_first().filter(|_| open) else { return Some(true) };
        let count = self.terms.get(*term).map_or(0, |t| t.cases.len());
        for case in 0..count {
            if let Some(place) = chosen.get_mut(*term) {
                *place = Some(case);
            }
            match self.search(wanted, rest, chosen, steps) {
                Some(false) => {}
                settled => return settled,
            }
        }
        if let Some(place) = chosen.get_mut(*term) {
            *place = None;
        }
        Some(false)
    }

    /// How a condition comes out under the choices so far; `None` if that is open.
    fn outcome(&self, formula: &Formula, chosen: &[Option<usize>], steps: &Cell<u64>) -> Option<bool> {
        steps.set(steps.get().saturating_sub(1));
        match formula {
            Formula::Fixed(yes) => Some(*yes),
            Formula::Not(inner) => self.outcome(inner, chosen, steps).map(|yes| !yes),
            Formula::Test(term, test) => {
                let case = (*chosen.get(*term)?)?;
                self.terms.get(*term)?.cases.get(case)?.get(*test).copied()
            }
            Formula::All(parts) => self.joined(parts, false, chosen, steps),
            Formula::Any(parts) => self.joined(parts, true, chosen, steps),
        }
    }

    /// `decisive` is the outcome of a part that settles the whole.
    fn joined(
        &self,
        parts: &[Formula],
        decisive: bool,
        chosen: &[Option<usize>],
        steps: &Cell<u64>,
    ) -> Option<bool> {
        let mut open = false;
        for part in parts {
            match self.outcome(part, chosen, steps) {
                Some(outcome) if outcome == decisive => return Some(decisive),
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(!decisive)
    }
}

fn terms_of(formula: &Formula, order: &mut Vec<usize>) {
    match formula {
        Formula::Fixed(_) => {}
        Formula::Test(term, _) => {
            if !order.contains(term) {
                order.push(*term);
            }
        }
        Formula::Not(inner) => terms_of(inner, order),
        Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|p| terms_of(p, order)),
    }
}

/// The values that a test looks at. What is computed is one value, whatever it is computed from.
fn leaves<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    match &expr.node {
        Node::Const(_) => {}
        Node::Has(e) | Node::OneOf(e, _) | Node::ToPoints(e) | Node::Not(e) => leaves(e, found),
        Node::OrElse(pair) | Node::Compare(_, pair) => pair.iter().for_each(|e| leaves(e, found)),
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|e| leaves(e, found)),
        _ => {
            if !found.contains(&expr) {
                found.push(expr);
            }
        }
    }
}

/// A test that compares two values with each other: one as it is, the other perhaps some time before or behind.
struct Order<'e> {
    value: &'e Expr,
    base: &'e Expr,
    /// What the value is compared with lies so much behind `base`.
    offset: Span,
    sign: Compare,
    /// True if the test has the value on its right.
    turned: bool,
}

impl<'e> Order<'e> {
    fn of(test: &'e Expr) -> Option<Order<'e>> {
        let Node::Compare(sign, pair) = &test.node else { return None };
        let [a, b] = &**pair;
        if a == b || !is_value(a) || !is_value(b) {
            return None;
        }
        let order = |value, base, offset, turned| Some(Order { value, base, offset, sign: *sign, turned });
        match (shifted(a), shifted(b)) {
            (None, Some((base, offset))) if base != a => order(a, base, offset, false),
            (Some((base, offset)), None) if base != b => order(b, base, offset, true),
            // The day that many are compared with is the base, on whichever side it stands.
            _ if is_anchor(a) && !is_anchor(b) => order(b, a, Span::days(0), true),
            _ => order(a, b, Span::days(0), false),
        }
    }

    /// True if the tests of a term are of the same two values and it is certain how their days lie to this one.
    fn is_of(&self, value: &Expr, base: &Expr, tests: &[Expr]) -> bool {
        let mut offsets = tests.iter().filter_map(Order::of).map(|order| order.offset);
        if (value, base) == (self.base, self.value) {
            return std::iter::once(self.offset).chain(offsets).all(|offset| offset == Span::days(0));
        }
        (value, base) == (self.value, self.base)
            && offsets.all(|offset| certain_order(offset, self.offset).is_some())
    }

    /// Whether the test holds where the value of a term lies before, on or behind the day of this test.
    fn holds(&self, value: &Expr, lies: Ordering) -> bool {
        let lies = if value == self.value { lies } else { lies.reverse() };
        let (place, zero) = (Point::Number(lies as i128), Point::Number(0));
        if self.turned { compared(self.sign, &zero, &place) } else { compared(self.sign, &place, &zero) }
    }
}

fn is_value(expr: &Expr) -> bool {
    let mut found = Vec::new();
    leaves(expr, &mut found);
    found.first().is_some_and(|leaf| std::ptr::eq(*leaf, expr))
}

/// The days of the calendar that a condition is asked for.
fn is_anchor(expr: &Expr) -> bool {
    matches!(expr.node, Node::AsOf | Node::PeriodFirst | Node::PeriodLast)
}

/// A day and how far behind it another lies; only whole months or whole days, whose order is certain.
fn shifted(expr: &Expr) -> Option<(&Expr, Span)> {
    match &expr.node {
        Node::AddSpan(day, span) if is_value(day) && (span.months == 0 || span.days == 0) => {
            Some((day, *span))
        }
        _ => None,
    }
}

/// How the days lie that are two times behind one day, whichever day that is; `None` if it depends on the day.
fn certain_order(a: Span, b: Span) -> Option<Ordering> {
    if a.days == 0 && b.days == 0 {
        return Some(a.months.cmp(&b.months));
    }
    let range = |span: Span| {
        let [short, long] = [28, 31].map(|days| i64::from(span.months) * days + i64::from(span.days));
        (short.min(long), short.max(long))
    };
    let ((a_low, a_high), (b_low, b_high)) = (range(a), range(b));
    if a_high < b_low {
        Some(Ordering::Less)
    } else if b_high < a_low {
        Some(Ordering::Greater)
    } else {
        (a.months == 0 && b.months == 0).then_some(Ordering::Equal)
    }
}

/// The days that a term's value is compared with, each once, the first in time first.
fn offsets(term: &Term) -> Vec<Span> {
    let mut offsets: Vec<Span> = term.tests.iter().filter_map(Order::of).map(|order| order.offset).collect();
    offsets.sort_by(|a, b| certain_order(*a, *b).unwrap_or(Ordering::Equal));
    offsets.dedup();
    offsets
}

/// The constants in a test.
fn constants<'e>(expr: &'e Expr, found: &mut Vec<&'e Constant>) {
    match &expr.node {
        Node::Const(constant) => found.push(constant),
        Node::OneOf(e, listed) => {
            constants(e, found);
            found.extend(listed);
        }
        Node::Has(e) | Node::ToPoints(e) | Node::Not(e) => constants(e, found),
        Node::OrElse(pair) | Node::Compare(_, pair) => pair.iter().for_each(|e| constants(e, found)),
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|e| constants(e, found)),
        _ => {}
    }
}

/// The outcomes of a term's tests in each of its cases, each combination once.
fn cases(term: &Term, points: &[Point]) -> Vec<Vec<bool>> {
    let mut cases: Vec<Vec<bool>> = Vec::new();
    if term.base.is_some() {
        let offsets = offsets(term);
        for point in points {
            let holds = |test: &Expr| {
                let (Point::Number(place), Some(order)) = (point, Order::of(test)) else { return false };
                let day = offsets.iter().position(|offset| *offset == order.offset);
                day.is_some_and(|day| order.holds(&term.value, place.cmp(&(2 * day as i128 + 1))))
            };
            cases.push(term.tests.iter().map(holds).collect());
        }
        return cases;
    }
    // A case of its own may come out either way.
    let whole = term.tests.contains(&term.value);
    let field = matches!(term.value.node, Node::Field(_) | Node::EnterpriseField(_));
    let opaque = whole && !field && term.value.ty == Ty::Bool;
    if opaque {
        return vec![vec![true; term.tests.len()], vec![false; term.tests.len()]];
    }
    for point in points {
        let row: Vec<bool> =
            term.tests.iter().map(|test| value(test, &term.value, point) == Point::Bool(true)).collect();
        if !cases.contains(&row) {
            cases.push(row);
        }
    }
    cases
}

/// The cases of a value that its tests can tell apart.
fn points(lowering: &Lowering<'_>, scope: ListId, term: &Term) -> Vec<Point> {
    let expr = &term.value;
    if term.base.is_some() {
        // Before, on and behind each of the days, and one of them missing.
        let places = 0..=2 * offsets(term).len() as i128;
        return places.map(Point::Number).chain([Point::Missing]).collect();
    }
    let mut listed = Vec::new();
    term.tests.iter().for_each(|test| constants(test, &mut listed));
    let mut points: Vec<Point> = match expr.ty {
        Ty::Bool => vec![Point::Bool(true), Point::Bool(false)],
        Ty::Code(id) => {
            let count = lowering.vocabulary.code_list(id).map_or(0, |list| list.codes.len());
            (0..count).filter_map(|code| u16::try_from(code).ok()).map(Point::Code).collect()
        }
        Ty::Text => {
            let texts = listed.iter().filter_map(|constant| match constant {
                Constant::Text(text) => Some(Point::Text(Some(text.clone()))),
                _ => None,
            });
            texts.chain([Point::Text(None)]).collect()
        }
        Ty::Int | Ty::Money | Ty::Points | Ty::Date | Ty::Span => {
            let Interval { low, high } = lowering.interval(expr, scope, &Known::default());
            let mut numbers = vec![low, high];
            for number in listed.into_iter().filter_map(size) {
                // Whole points are compared in hundredths.
                for near in [number, number.div_euclid(100)] {
                    numbers.extend([near - 1, near, near + 1]);
                }
            }
            numbers.retain(|n| (low..=high).contains(n) || *n == low);
            numbers.sort_unstable();
            numbers.dedup();
            numbers.into_iter().map(Point::Number).collect()
        }
    };
    let optional =
        |list: ListId, field| lowering.vocabulary.field_def(list, field).is_none_or(|f| f.optional);
    let may_miss = match &expr.node {
        Node::Field(field) => optional(scope, *field),
        Node::EnterpriseField(field) => optional(ENTERPRISE, *field),
        Node::Aggregate(aggregate) => {
            matches!(aggregate.what, What::Max(_) | What::Min(_) | What::Average(..))
        }
        Node::AsOf | Node::PeriodFirst | Node::PeriodLast => false,
        _ => true,
    };
    if may_miss {
        points.push(Point::Missing);
    }
    points
}

/// An expression where one value in it is in a case. Nothing else in it is open.
fn value(expr: &Expr, of: &Expr, point: &Point) -> Point {
    if expr == of {
        return point.clone();
    }
    let inner = |e: &Expr| value(e, of, point);
    match &expr.node {
        Node::Const(constant) => constant_point(constant),
        Node::Has(e) => Point::Bool(inner(e) != Point::Missing),
        Node::OrElse(pair) => {
            let [first, second] = &**pair;
            match inner(first) {
                Point::Missing => inner(second),
                there => there,
            }
        }
        Node::ToPoints(e) => match inner(e) {
            Point::Number(number) => Point::Number(number.saturating_mul(100)),
            other => other,
        },
        Node::OneOf(e, listed) => {
            let found = inner(e);
            Point::Bool(found != Point::Missing && listed.iter().any(|c| constant_point(c) == found))
        }
        Node::Compare(op, pair) => {
            let [a, b] = &**pair;
            Point::Bool(compared(*op, &inner(a), &inner(b)))
        }
        Node::Not(e) => Point::Bool(inner(e) != Point::Bool(true)),
        Node::All(parts) => Point::Bool(parts.iter().all(|e| inner(e) == Point::Bool(true))),
        Node::Any(parts) => Point::Bool(parts.iter().any(|e| inner(e) == Point::Bool(true))),
        _ => Point::Missing,
    }
}

fn constant_point(constant: &Constant) -> Point {
    match constant {
        Constant::Bool(yes) => Point::Bool(*yes),
        Constant::Code(_, code) => Point::Code(*code),
        Constant::Text(text) => Point::Text(Some(text.clone())),
        other => size(other).map_or(Point::Missing, Point::Number),
    }
}

/// A comparison with a missing value does not hold.
fn compared(op: Compare, a: &Point, b: &Point) -> bool {
    if *a == Point::Missing || *b == Point::Missing {
        return false;
    }
    if let (Point::Number(a), Point::Number(b)) = (a, b) {
        return match op {
            Compare::Equal => a == b,
            Compare::NotEqual => a != b,
            Compare::Less => a < b,
            Compare::AtMost => a <= b,
            Compare::Greater => a > b,
            Compare::AtLeast => a >= b,
        };
    }
    match op {
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
