//! Expressions evaluated a second time: by plain recursion, row by row, a missing value is `None`.
//!
//! Written from the documentation of the types, not from the engine; slow on purpose.

use std::collections::BTreeSet;

use sanse::{
    Aggregate, Arith, Compare, Constant, Date, ENTERPRISE, Expr, ListId, Money, Node, Points, Rounding, Span,
    Ty, Value, What,
};

use super::naive::Scorer;

/// A row cited: list and row.
pub(crate) type Cited = BTreeSet<(u16, u32)>;

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) enterprise: usize,
    /// The row in scope; at enterprise level the enterprise's own.
    pub(crate) row: (ListId, usize),
    /// Says which rows aggregates count; aggregates stand at enterprise level only.
    pub(crate) scorer: Scorer<'a>,
}

impl<'a> Place<'a> {
    fn at_row(self, list: ListId, row: usize) -> Place<'a> {
        Place { row: (list, row), ..self }
    }

    /// True if the condition holds; one that is missing does not.
    pub(crate) fn holds(self, condition: &'a Expr) -> bool {
        self.value(condition) == Some(Value::Bool(true))
    }

    /// The value as a whole number in the unit of its type.
    pub(crate) fn number(self, expr: &'a Expr) -> Option<i128> {
        self.value(expr).map(number)
    }

    pub(crate) fn date(self, expr: &'a Expr) -> Option<Date> {
        match self.value(expr) {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        }
    }

    fn field(self, list: ListId, row: usize, field: sanse::FieldId) -> Option<Value<'a>> {
        match self.scorer.caseload.value(list, row, field) {
            Value::Missing => None,
            value => Some(value),
        }
    }

    /// The value of an expression.
    pub(crate) fn value(self, expr: &'a Expr) -> Option<Value<'a>> {
        match &expr.node {
            Node::Const(constant) => constant_value(constant),
            Node::Field(field) => self.field(self.row.0, self.row.1, *field),
            Node::EnterpriseField(field) => self.field(ENTERPRISE, self.enterprise, *field),
            Node::AsOf => Some(Value::Date(self.scorer.calendar.as_of)),
            Node::PeriodFirst => Some(Value::Date(self.scorer.period().first)),
            Node::PeriodLast => Some(Value::Date(self.scorer.period().last)),
            Node::Has(of) => Some(Value::Bool(self.value(of).is_some())),
            Node::OrElse(both) => self.value(&both[0]).or_else(|| self.value(&both[1])),
            Node::Compare(how, sides) => {
                let holds = match (self.value(&sides[0]), self.value(&sides[1])) {
                    (Some(left), Some(right)) => compare(*how, left, right),
                    _ => false,
                };
                Some(Value::Bool(holds))
            }
            Node::OneOf(of, constants) => {
                let of = self.value(of);
                Some(Value::Bool(of.is_some() && constants.iter().any(|c| constant_value(c) == of)))
            }
            Node::Contains(of, text) => {
                let of = self.value(of);
                Some(Value::Bool(matches!(of, Some(Value::Text(own)) if own.contains(&**text))))
            }
            Node::All(of) => Some(Value::Bool(of.iter().all(|e| self.holds(e)))),
            Node::Any(of) => Some(Value::Bool(of.iter().any(|e| self.holds(e)))),
            Node::Not(of) => Some(Value::Bool(!self.holds(of))),
            Node::Arith(how, sides) => {
                let (left, right) = (self.number(&sides[0])?, self.number(&sides[1])?);
                Some(of_type(
                    expr.ty,
                    match how {
                        Arith::Add => left + right,
                        Arith::Subtract => left - right,
                        Arith::Multiply => left * right,
                    },
                ))
            }
            Node::Divide(rounding, parts) => {
                let (over, under) = (self.number(&parts[0])?, self.number(&parts[1])?);
                // The ratio of two amounts in points has hundredths.
                let ratio = expr.ty == Ty::Points && parts[0].ty == parts[1].ty;
                let over = if ratio { over * 100 } else { over };
                (under != 0).then(|| of_type(expr.ty, divide(*rounding, over, under)))
            }
            Node::AddSpan(of, span) => self.date(of).map(|day| Value::Date(day.plus(*span))),
            Node::ToPoints(of) => self.number(of).map(|n| of_type(Ty::Points, n * 100)),
            Node::Aggregate(aggregate) => self.aggregate(aggregate, expr.ty),
        }
    }

    /// The rows that an aggregate looks at.
    fn rows(self, aggregate: &'a Aggregate) -> Vec<usize> {
        let counting = self.scorer.counting(aggregate.list, self.enterprise, aggregate.window.as_ref());
        let passes = |row: &usize| {
            aggregate.filter.as_ref().is_none_or(|f| self.at_row(aggregate.list, *row).holds(f))
        };
        counting.into_iter().map(|(row, _)| row).filter(passes).collect()
    }

    /// The rows that belong together: all of them, or those with equal keys; a row that lacks a key is alone.
    fn groups(self, aggregate: &'a Aggregate) -> Vec<Vec<usize>> {
        let rows = self.rows(aggregate);
        if aggregate.same.is_empty() {
            return vec![rows];
        }
        let key = |row: usize| -> Option<Vec<Value<'a>>> {
            aggregate.same.iter().map(|part| self.at_row(aggregate.list, row).value(part)).collect()
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for row in rows {
            match groups.iter_mut().find(|group| key(row).is_some() && key(group[0]) == key(row)) {
                Some(group) => group.push(row),
                None => groups.push(vec![row]),
            }
        }
        groups
    }

    fn aggregate(self, aggregate: &'a Aggregate, ty: Ty) -> Option<Value<'a>> {
        let mut results = Vec::new();
        for group in self.groups(aggregate) {
            results.push(self.of_group(aggregate, &group)?);
        }
        Some(of_type(ty, results.into_iter().max().unwrap_or(0)))
    }

    fn of_group(self, aggregate: &'a Aggregate, rows: &[usize]) -> Option<i128> {
        let numbers = |expr: &'a Expr| -> Vec<i128> {
            rows.iter().filter_map(|row| self.at_row(aggregate.list, *row).number(expr)).collect()
        };
        let result = match &aggregate.what {
            What::Count => self.decisions(aggregate.list, rows).len() as i128,
            What::Rows => rows.len() as i128,
            What::Sum(expr) => numbers(expr).iter().sum(),
            What::Max(expr) => numbers(expr).into_iter().max()?,
            What::Min(expr) => numbers(expr).into_iter().min()?,
            What::Average(expr, rounding) => {
                let numbers = numbers(expr);
                if numbers.is_empty() {
                    return None;
                }
                divide(*rounding, numbers.iter().sum(), numbers.len() as i128)
            }
            What::Peak(span) => self.best_window(aggregate, rows, *span).map_or(0, |(most, _)| most),
            What::PeakSum(span, _) => self.best_window(aggregate, rows, *span).map_or(0, |(most, _)| most),
        };
        Some(result)
    }

    /// The first row of each decision; a row without a decision stands for itself.
    fn decisions(self, list: ListId, rows: &[usize]) -> Vec<usize> {
        let key = self.scorer.caseload.vocabulary().list_def(list).roles.decision;
        let mut first: Vec<(Value<'a>, usize)> = Vec::new();
        for row in rows {
            let decision = key.map_or(Value::Missing, |key| self.scorer.caseload.value(list, *row, key));
            if decision == Value::Missing || first.iter().all(|(known, _)| *known != decision) {
                first.push((decision, *row));
            }
        }
        first.into_iter().map(|(_, row)| row).collect()
    }

    /// The most that a window of a peak holds and the first day of the earliest such window.
    fn best_window(self, aggregate: &'a Aggregate, rows: &[usize], span: Span) -> Option<(i128, Date)> {
        let worth: Vec<(Date, i128)> = match &aggregate.what {
            What::PeakSum(_, expr) => rows
                .iter()
                .map(|row| {
                    (
                        self.day(aggregate.list, *row),
                        self.at_row(aggregate.list, *row).number(expr).unwrap_or(0),
                    )
                })
                .collect(),
            _ => self
                .decisions(aggregate.list, rows)
                .iter()
                .map(|row| (self.day(aggregate.list, *row), 1))
                .collect(),
        };
        let mut best: Option<(i128, Date)> = None;
        for (first, _) in &worth {
            let within = worth.iter().filter(|(day, _)| first <= day && *day < first.plus(span));
            let total = within.map(|(_, n)| n).sum();
            if best.is_none_or(|(most, day)| total > most || (total == most && *first < day)) {
                best = Some((total, *first));
            }
        }
        best
    }

    fn day(self, list: ListId, row: usize) -> Date {
        let field = self.scorer.caseload.vocabulary().list_def(list).roles.date.unwrap();
        match self.scorer.caseload.value(list, row, field) {
            Value::Date(day) => day,
            other => panic!("a row without its date: {other:?}"),
        }
    }

    /// The rows of the group that gives the greatest result: of several that do, of a peak the one whose window
    /// begins first, and else the one with the first row.
    fn greatest(self, aggregate: &'a Aggregate) -> Vec<usize> {
        let mut best: Option<(i128, Option<Date>, Vec<usize>)> = None;
        for group in self.groups(aggregate) {
            let result = self.of_group(aggregate, &group).unwrap_or(0);
            let begins = match &aggregate.what {
                What::Peak(span) | What::PeakSum(span, _) => {
                    self.best_window(aggregate, &group, *span).map(|(_, day)| day)
                }
                _ => None,
            };
            // Groups stand in the order of their first rows.
            if best.as_ref().is_none_or(|(most, day, _)| result > *most || (result == *most && begins < *day))
            {
                best = Some((result, begins, group));
            }
        }
        best.map_or(Vec::new(), |(_, _, group)| group)
    }

    /// Adds the rows that the aggregates of an expression looked at: of a peak those in its earliest window,
    /// of alternatives those that hold.
    pub(crate) fn cite(self, expr: &'a Expr, cited: &mut Cited) {
        match &expr.node {
            Node::Aggregate(aggregate) => {
                let mut rows = self.greatest(aggregate);
                if let What::Peak(span) | What::PeakSum(span, _) = &aggregate.what {
                    // A sum of nothing is reached without any row.
                    let best = self.best_window(aggregate, &rows, *span).filter(|(most, _)| *most > 0);
                    rows.retain(|row| {
                        let day = self.day(aggregate.list, *row);
                        best.is_some_and(|(_, first)| first <= day && day < first.plus(*span))
                    });
                }
                cited.extend(rows.into_iter().map(|row| (aggregate.list.0, row as u32)));
            }
            Node::Any(of) => {
                // Alternatives of which none holds stand under a `!`, and all of them were needed.
                let none = !self.holds(expr);
                of.iter().filter(|e| none || self.holds(e)).for_each(|e| self.cite(e, cited));
            }
            Node::All(of) => of.iter().for_each(|e| self.cite(e, cited)),
            Node::Not(of)
            | Node::Has(of)
            | Node::OneOf(of, _)
            | Node::Contains(of, _)
            | Node::AddSpan(of, _)
            | Node::ToPoints(of) => {
                self.cite(of, cited);
            }
            Node::OrElse(both) | Node::Compare(_, both) | Node::Arith(_, both) | Node::Divide(_, both) => {
                both.iter().for_each(|e| self.cite(e, cited));
            }
            Node::Const(_)
            | Node::Field(_)
            | Node::EnterpriseField(_)
            | Node::AsOf
            | Node::PeriodFirst
            | Node::PeriodLast => {}
        }
    }
}

fn constant_value(constant: &Constant) -> Option<Value<'_>> {
    Some(match constant {
        Constant::Bool(v) => Value::Bool(*v),
        Constant::Int(v) => Value::Int(*v),
        Constant::Money(v) => Value::Money(*v),
        Constant::Points(v) => Value::Points(*v),
        Constant::Date(v) => Value::Date(*v),
        Constant::Code(_, v) => Value::Code(*v),
        Constant::Text(v) => Value::Text(v),
        Constant::Span(_) => return None,
    })
}

fn compare(how: Compare, left: Value<'_>, right: Value<'_>) -> bool {
    match how {
        Compare::Equal => left == right,
        Compare::NotEqual => left != right,
        Compare::Less => number(left) < number(right),
        Compare::AtMost => number(left) <= number(right),
        Compare::Greater => number(left) > number(right),
        Compare::AtLeast => number(left) >= number(right),
    }
}

fn number(value: Value<'_>) -> i128 {
    match value {
        Value::Bool(v) => i128::from(v),
        Value::Int(v) => i128::from(v),
        Value::Money(v) => i128::from(v.fen()),
        Value::Points(v) => i128::from(v.hundredths()),
        Value::Date(v) => i128::from(v.days()),
        Value::Code(v) => i128::from(v),
        Value::Missing | Value::Text(_) => panic!("no number: {value:?}"),
    }
}

fn of_type(ty: Ty, number: i128) -> Value<'static> {
    let number = i64::try_from(number).unwrap();
    match ty {
        Ty::Int => Value::Int(number),
        Ty::Money => Value::Money(Money::from_fen(number)),
        Ty::Points => Value::Points(Points::from_hundredths(number)),
        Ty::Date => Value::Date(Date::from_days(i32::try_from(number).unwrap())),
        other => panic!("no type of numbers: {other:?}"),
    }
}

/// A quotient of whole numbers; the divisor is not 0.
pub(crate) fn divide(rounding: Rounding, over: i128, under: i128) -> i128 {
    let (over, under) = if under < 0 { (-over, -under) } else { (over, under) };
    let (down, rest) = (over.div_euclid(under), over.rem_euclid(under));
    let up = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest > 0,
        // Away from zero: a half of a negative number goes down.
        Rounding::HalfUp => rest * 2 > under || (rest * 2 == under && over > 0),
    };
    down + i128::from(up)
}
