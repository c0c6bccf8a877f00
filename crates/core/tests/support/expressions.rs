//! Generated typed expressions over the standard vocabulary.
//!
//! Only what a checked standard can contain: every operand has the type that its node asks for, aggregates
//! stand at enterprise level, and numbers stay far from the ends of their range.

use std::sync::Arc;

use sanse::{
    Aggregate, Arith, Compare, Constant, ENTERPRISE, Expr, FieldId, ListId, Money, Node, OUTCOME, Place,
    Points, Rounding, Span, Ty, What,
};

use super::choices::Choices;
use super::records::{DOCUMENTS, TEXTS};
use super::standards::window;
use super::{DOMAINS, VOCABULARY, day, is_decision_key};

/// What an expression may see: the list of the row in scope, list 0 for the enterprise.
#[derive(Clone, Copy)]
pub(crate) struct Level(pub(crate) ListId);

impl Level {
    pub(crate) const ENTERPRISE: Level = Level(ENTERPRISE);

    fn is_row(self) -> bool {
        self.0 != ENTERPRISE
    }
}

pub(crate) fn typed(node: Node, ty: Ty) -> Expr {
    Expr { node, ty, at: Place::default() }
}

/// The fields of a list with a type, keys of decisions apart.
fn fields(list: ListId, wanted: impl Fn(Ty) -> bool) -> Vec<(FieldId, Ty)> {
    let all = VOCABULARY.list_def(list).fields.iter().enumerate();
    all.filter(|(_, f)| wanted(f.ty) && !is_decision_key(f)).map(|(i, f)| (FieldId(i as u16), f.ty)).collect()
}

pub(crate) fn spans(c: &mut Choices<'_>) -> Span {
    c.one(&[
        Span::months(12),
        Span::days(30),
        Span::months(1),
        Span::days(1),
        Span::months(6),
        Span::days(180),
        Span { months: 1, days: 15 },
    ])
}

pub(crate) fn constant(c: &mut Choices<'_>, ty: Ty) -> Expr {
    Expr::constant(match ty {
        Ty::Bool => Constant::Bool(!c.percent(40)),
        Ty::Int => Constant::Int(c.one(&[1, 2, 0, 3, 5, -1])),
        Ty::Money => Constant::Money(Money::from_fen(c.one(&[1_000_000, 0, 5_000_000, 100_000, 120_050]))),
        Ty::Points => {
            Constant::Points(Points::from_hundredths(c.one(&[100, 200, 50, 1_200, 0, 125, 300, 600])))
        }
        Ty::Date => Constant::Date(day(c.one(&[
            "2022-12-31",
            "2022-01-01",
            "2024-02-29",
            "2023-06-30",
            "2024-03-31",
        ]))),
        Ty::Span => Constant::Span(spans(c)),
        Ty::Code(codes) => {
            let count = VOCABULARY.code_list(codes).map_or(1, |l| l.codes.len());
            Constant::Code(codes, c.one(&[0, 1, 2, count / 2, count - 1]).min(count - 1) as u16)
        }
        // The last two stand in no caseload.
        Ty::Text => {
            Constant::Text(Arc::from(c.one(&[TEXTS[0], TEXTS[1], DOCUMENTS[0], DOMAINS[0], "丁", "戊"])))
        }
    })
}

/// A field of the row in scope or of its enterprise, or else a constant.
fn leaf(c: &mut Choices<'_>, level: Level, ty: Ty) -> Expr {
    let own = fields(level.0, |t| t == ty);
    let of_enterprise = if level.is_row() { fields(ENTERPRISE, |t| t == ty) } else { Vec::new() };
    match c.below(5) {
        0..=2 if !own.is_empty() => typed(Node::Field(c.one(&own).0), ty),
        3 if !of_enterprise.is_empty() => typed(Node::EnterpriseField(c.one(&of_enterprise).0), ty),
        _ if ty == Ty::Date && c.percent(50) => typed(c.one(&[0, 1, 2]).calendar(), ty),
        _ => constant(c, ty),
    }
}

trait CalendarNode {
    fn calendar(self) -> Node;
}

impl CalendarNode for i32 {
    fn calendar(self) -> Node {
        match self {
            0 => Node::AsOf,
            1 => Node::PeriodFirst,
            _ => Node::PeriodLast,
        }
    }
}

/// A type of which the level has a field, so that expressions are about data.
fn some_type(c: &mut Choices<'_>, level: Level) -> Ty {
    let present = fields(level.0, |_| true);
    let plain = c.one(&[Ty::Int, Ty::Date, Ty::Money, Ty::Points]);
    if c.percent(40) { plain } else { c.one(&present).1 }
}

/// A condition.
pub(crate) fn condition(c: &mut Choices<'_>, level: Level, depth: u32) -> Expr {
    if !level.is_row() && c.percent(if depth == 0 { 60 } else { 30 }) {
        return threshold(c, depth);
    }
    let node = match c.below(if depth == 0 { 10 } else { 19 }) {
        9 => return contains(c, level),
        0 | 1 | 8 => return one_of(c, level),
        2 | 3 => return compare(c, level, 0),
        4 => {
            let present = fields(level.0, |_| true);
            let (field, ty) = c.one(&present);
            Node::Has(Box::new(typed(Node::Field(field), ty)))
        }
        5 => return leaf(c, level, Ty::Bool),
        6 => Node::Const(Constant::Bool(!c.percent(20))),
        7 => {
            let either = leaf(c, level, Ty::Bool);
            Node::OrElse(Box::new([either, constant(c, Ty::Bool)]))
        }
        10 | 11 => return compare(c, level, depth),
        12 | 13 => Node::All(several(c, level, depth)),
        14 | 15 => Node::Any(several(c, level, depth)),
        _ => Node::Not(Box::new(condition(c, level, depth - 1))),
    };
    typed(node, Ty::Bool)
}

fn several(c: &mut Choices<'_>, level: Level, depth: u32) -> Vec<Expr> {
    let count = 1 + c.below(3);
    (0..count).map(|_| condition(c, level, depth - 1)).collect()
}

fn one_of(c: &mut Choices<'_>, level: Level) -> Expr {
    let coded = fields(level.0, |t| matches!(t, Ty::Code(_)));
    let ty = if c.percent(25) { some_type(c, level) } else { c.one(&coded).1 };
    let of = leaf(c, level, ty);
    let count = 1 + c.below(3);
    let constants = (0..count)
        .filter_map(|_| match constant(c, ty).node {
            Node::Const(constant) => Some(constant),
            _ => None,
        })
        .collect();
    typed(Node::OneOf(Box::new(of), constants), Ty::Bool)
}

/// A text with a text in it; the last stand in no record, and one in a constant of no record.
fn contains(c: &mut Choices<'_>, level: Level) -> Expr {
    let of = leaf(c, level, Ty::Text);
    let of =
        if c.percent(40) { typed(Node::OrElse(Box::new([of, constant(c, Ty::Text)])), Ty::Text) } else { of };
    let sought = c.one(&["甲", "罚", "2022", TEXTS[1], DOCUMENTS[0], DOMAINS[0], "丁", "无"]);
    typed(Node::Contains(Box::new(of), Arc::from(sought)), Ty::Bool)
}

fn compare(c: &mut Choices<'_>, level: Level, depth: u32) -> Expr {
    let ty = some_type(c, level);
    let ordered = matches!(ty, Ty::Int | Ty::Money | Ty::Points | Ty::Date);
    let how = match c.below(if ordered { 6 } else { 2 }) {
        0 => Compare::Equal,
        1 => Compare::NotEqual,
        2 => Compare::AtLeast,
        3 => Compare::Less,
        4 => Compare::AtMost,
        _ => Compare::Greater,
    };
    let sides = [value(c, level, ty, depth), value(c, level, ty, depth.saturating_sub(1))];
    typed(Node::Compare(how, Box::new(sides)), Ty::Bool)
}

/// An aggregate against a constant, which is what rules over enterprises mostly ask.
fn threshold(c: &mut Choices<'_>, depth: u32) -> Expr {
    let ty = c.one(&[Ty::Int, Ty::Int, Ty::Int, Ty::Money, Ty::Date, Ty::Points]);
    let how = c.one(&[Compare::AtLeast, Compare::Greater, Compare::Equal, Compare::Less, Compare::AtMost]);
    let sides = [aggregate(c, ty, depth.saturating_sub(1)), constant(c, ty)];
    typed(Node::Compare(how, Box::new(sides)), Ty::Bool)
}

/// An expression of a type other than a span.
pub(crate) fn value(c: &mut Choices<'_>, level: Level, ty: Ty, depth: u32) -> Expr {
    if depth == 0 {
        return leaf(c, level, ty);
    }
    let below = depth - 1;
    let choice = c.below(12);
    if choice >= 9 && !level.is_row() && matches!(ty, Ty::Int | Ty::Money | Ty::Points | Ty::Date) {
        return aggregate(c, ty, below);
    }
    let node = match (ty, choice) {
        (Ty::Bool, 4..) => return condition(c, level, depth),
        (_, 4) => Node::OrElse(Box::new([value(c, level, ty, below), value(c, level, ty, below)])),
        (Ty::Date, 5..) => Node::AddSpan(Box::new(value(c, level, ty, below)), {
            let span = spans(c);
            if c.percent(30) { Span { months: -span.months, days: -span.days } } else { span }
        }),
        (Ty::Int | Ty::Money | Ty::Points, 5) => {
            let how = if c.percent(50) { Arith::Subtract } else { Arith::Add };
            Node::Arith(how, Box::new([value(c, level, ty, below), value(c, level, ty, below)]))
        }
        (Ty::Int | Ty::Money | Ty::Points, 6) => {
            let factor = if c.percent(30) { leaf(c, level, Ty::Int) } else { constant(c, Ty::Int) };
            Node::Arith(Arith::Multiply, Box::new([value(c, level, ty, below), factor]))
        }
        (Ty::Int, 7) => {
            let days = [value(c, level, Ty::Date, below), value(c, level, Ty::Date, below)];
            Node::Arith(Arith::Subtract, Box::new(days))
        }
        (Ty::Points, 8) => {
            // The ratio of two amounts of one type.
            let of = c.one(&[Ty::Int, Ty::Int, Ty::Money, Ty::Points]);
            let parts = [value(c, level, of, below), leaf(c, level, of)];
            Node::Divide(rounding(c), Box::new(parts))
        }
        (Ty::Points, 7) => Node::ToPoints(Box::new(value(c, level, Ty::Int, below))),
        (Ty::Int | Ty::Money | Ty::Points, 8 | 9) => {
            // A number is also the ratio of two amounts.
            let (over, under) =
                if ty == Ty::Int && c.percent(30) { (Ty::Money, Ty::Money) } else { (ty, Ty::Int) };
            // Not by a difference, which could be a single 分.
            let parts = [value(c, level, over, below), leaf(c, level, under)];
            Node::Divide(rounding(c), Box::new(parts))
        }
        _ => return leaf(c, level, ty),
    };
    typed(node, ty)
}

fn rounding(c: &mut Choices<'_>) -> Rounding {
    c.one(&[Rounding::HalfUp, Rounding::Down, Rounding::Up])
}

/// An aggregate of a type; peaks are whole numbers and look at lists with dates.
fn aggregate(c: &mut Choices<'_>, ty: Ty, depth: u32) -> Expr {
    let list = ListId(1 + c.below(usize::from(OUTCOME.0)) as u16);
    let dated = VOCABULARY.list_def(list).roles.date.is_some();
    let row = Level(list);
    let window = (dated && c.percent(15)).then(|| window(c, list));
    let filter = c.percent(60).then(|| condition(c, row, depth.min(1)));
    let what = match (ty, c.below(9)) {
        (Ty::Int, 0 | 1) => What::Count,
        (Ty::Int, 2) => What::Rows,
        (Ty::Int, 3 | 4) if dated => What::Peak(spans(c)),
        (Ty::Int | Ty::Money | Ty::Points, 0..=4) => What::Sum(value(c, row, ty, depth.min(1))),
        (Ty::Int | Ty::Money | Ty::Points, 5) if dated => What::PeakSum(spans(c), never_negative(c, row, ty)),
        (Ty::Int | Ty::Money | Ty::Points, 6) => What::Average(value(c, row, ty, depth.min(1)), rounding(c)),
        (_, n) if n % 2 == 0 => What::Min(value(c, row, ty, depth.min(1))),
        _ => What::Max(value(c, row, ty, depth.min(1))),
    };
    let whole = matches!(what, What::Max(_) | What::Min(_) | What::Average(..));
    let same = if !whole && c.percent(35) { keys(c, row) } else { Vec::new() };
    typed(Node::Aggregate(Box::new(Aggregate { list, window, filter, same, what })), ty)
}

/// One or two keys by which rows belong together: mostly texts, of which rows lack some.
fn keys(c: &mut Choices<'_>, row: Level) -> Vec<Expr> {
    let count = 1 + usize::from(c.percent(25));
    let ty = |c: &mut Choices<'_>| if c.percent(40) { some_type(c, row) } else { Ty::Text };
    (0..count)
        .map(|_| {
            let ty = ty(c);
            leaf(c, row, ty)
        })
        .collect()
}

/// A sum within days of things that could cancel out has no plain meaning, and no standard uses one.
fn never_negative(c: &mut Choices<'_>, level: Level, ty: Ty) -> Expr {
    let own = fields(level.0, |t| t == ty);
    if own.is_empty() {
        return Expr::constant(match ty {
            Ty::Money => Constant::Money(Money::from_fen(100)),
            Ty::Points => Constant::Points(Points::from_hundredths(150)),
            _ => Constant::Int(1),
        });
    }
    typed(Node::Field(c.one(&own).0), ty)
}

/// Points that an arm gives: mostly a constant, also sums, multiples and quotients of the row's numbers.
pub(crate) fn amount(c: &mut Choices<'_>, level: Level) -> Expr {
    if c.percent(60) { value(c, level, Ty::Points, 2) } else { constant(c, Ty::Points) }
}
