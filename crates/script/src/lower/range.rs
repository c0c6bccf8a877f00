//! Ranges (取值范围): the interval in which an expression lies, from the ranges of fields and what is known.

use sanse::{Arith, Constant, ENTERPRISE, Expr, ListId, Node, What};

use super::{Known, Lowering};

/// The most rows of one list that one enterprise is taken to have; sums are bounded with it.
const MOST_ROWS: i128 = 1_000_000;

/// An interval with both ends, in the unit of the type (分, hundredths, days).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) low: i128,
    pub(crate) high: i128,
}

impl Interval {
    pub(crate) fn new(low: i128, high: i128) -> Interval {
        Interval { low, high }
    }

    fn hull(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What lies in both; may be empty, with `low` above `high`.
    pub(crate) fn meet(self, other: Interval) -> Interval {
        Interval { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    pub(crate) fn fits(self, low: i64, high: i64) -> bool {
        self.low >= i128::from(low) && self.high <= i128::from(high)
    }

    fn map2(self, other: Interval, f: fn(i128, i128) -> i128) -> Interval {
        let ends = [
            f(self.low, other.low),
            f(self.low, other.high),
            f(self.high, other.low),
            f(self.high, other.high),
        ];
        Interval {
            low: ends.iter().copied().min().unwrap_or(0),
            high: ends.iter().copied().max().unwrap_or(0),
        }
    }
}

/// A constant in the unit of its type; `None` for texts and codes.
pub(crate) fn size(constant: &Constant) -> Option<i128> {
    Some(match constant {
        Constant::Bool(_) | Constant::Code(..) | Constant::Text(_) => return None,
        Constant::Int(number) => i128::from(*number),
        Constant::Money(money) => i128::from(money.fen()),
        Constant::Points(points) => i128::from(points.hundredths()),
        Constant::Date(day) => i128::from(day.days()),
        Constant::Span(span) => i128::from(span.days),
    })
}

/// The days of any date, with room for spans.
const DAYS: Interval = Interval { low: -100_000, high: 200_000 };

impl Lowering<'_> {
    /// The interval of a value, 0 for texts and codes.
    pub(crate) fn interval(&self, expr: &Expr, scope: ListId, known: &Known) -> Interval {
        let plain = self.plain_interval(expr, scope, known);
        match known.interval(expr) {
            Some(bound) => plain.meet(bound),
            None => plain,
        }
    }

    fn plain_interval(&self, expr: &Expr, scope: ListId, known: &Known) -> Interval {
        let field = |list: ListId, field| {
            self.vocabulary
                .field_def(list, field)
                .map_or(Interval::new(0, 0), |f| Interval::new(i128::from(f.range.0), i128::from(f.range.1)))
        };
        let of = |e: &Expr| self.interval(e, scope, known);
        match &expr.node {
            Node::Const(constant) => size(constant).map_or(Interval::new(0, 0), |v| Interval::new(v, v)),
            Node::Field(id) => field(scope, *id),
            Node::EnterpriseField(id) => field(ENTERPRISE, *id),
            Node::AsOf | Node::PeriodFirst | Node::PeriodLast | Node::AddSpan(..) => DAYS,
            Node::OrElse(pair) => {
                let [a, b] = &**pair;
                of(a).hull(of(b))
            }
            Node::Arith(op, pair) => {
                let [a, b] = &**pair;
                let f = match op {
                    Arith::Add => i128::saturating_add,
                    Arith::Subtract => i128::saturating_sub,
                    Arith::Multiply => i128::saturating_mul,
                };
                of(a).map2(of(b), f)
            }
            Node::Divide(_, pair) => {
                let [a, b] = &**pair;
                let (a, b) = (of(a), of(b));
                // A ratio in points counts hundredths.
                let a =
                    if expr.is_ratio() { a.map2(Interval::new(100, 100), i128::saturating_mul) } else { a };
                // The divisor is at least one unit away from 0; points by points and money by money likewise.
                let least = if b.low > 0 { b.low } else { 1 };
                let most = a.low.saturating_abs().max(a.high.saturating_abs()) / least + 1;
                let negative = a.low < 0 || b.low < 0;
                Interval::new(if negative { -most } else { 0 }, most)
            }
            Node::ToPoints(inner) => of(inner).map2(Interval::new(100, 100), i128::saturating_mul),
            Node::Aggregate(aggregate) => {
                let inner = |e: &Expr| self.interval(e, aggregate.list, &Known::default());
                match &aggregate.what {
                    What::Count | What::Rows | What::Peak(_) => Interval::new(0, MOST_ROWS),
                    What::Sum(e) | What::PeakSum(_, e) => {
                        inner(e).map2(Interval::new(0, MOST_ROWS), i128::saturating_mul)
                    }
                    What::Max(e) | What::Min(e) | What::Average(e, _) => inner(e),
                }
            }
            Node::Has(_)
            | Node::Compare(..)
            | Node::OneOf(..)
            | Node::Contains(..)
            | Node::All(_)
            | Node::Any(_)
            | Node::Not(_) => Interval::new(0, 1),
        }
    }
}
