//! Changes to one expression: every number and every comparison in it, one at a time.

use sanse::{
    Aggregate, Compare, Constant, Expr, ListId, Money, Node, Place, Points, Span, Standard, Ty, What, Window,
    Wording,
};

use crate::lower::size;

/// One change: the whole expression with it, where it is, and the changed part in words.
pub(super) struct Changed<T> {
    pub(super) whole: T,
    pub(super) at: Place,
    pub(super) before: String,
    pub(super) after: String,
    /// What tells both apart, in words: 金额正好是10000元. `None` if that is not known.
    pub(super) told_by: Option<String>,
}

/// Which way a number is moved; by one of its unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Towards {
    More,
    Less,
    Both,
}

/// What an expression belongs to.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) standard: &'a Standard,
    /// The list over whose rows it is.
    pub(super) list: ListId,
}

impl Setting<'_> {
    /// True for the condition that a view (处罚, a part of 措施) brings with it: nobody wrote it.
    fn is_view(self, value: &Expr, items: &[Constant]) -> bool {
        let views = &self.standard.vocabulary.list_def(self.list).views;
        let code = |item: &Constant| if let Constant::Code(_, code) = item { Some(*code) } else { None };
        views.iter().any(|view| {
            value.node == Node::Field(view.field)
                && items.iter().filter_map(code).eq(view.values.iter().copied())
        })
    }
}

/// Every change to an expression.
pub(super) fn changes(expr: &Expr, setting: Setting<'_>) -> Vec<Changed<Expr>> {
    let (list, words) = (setting.list, Wording::new(setting.standard));
    let mut found = Vec::new();
    of(expr, Towards::More, setting, &mut found);
    let spoken = found.into_iter().map(|(whole, at)| {
        let (before, after, told_by) = part(expr, &whole, list, words);
        Changed { whole, at, before, after, told_by }
    });
    spoken.collect()
}

/// As [`changes`], for when rows count.
pub(super) fn window_changes(window: &Window, setting: Setting<'_>) -> Vec<Changed<Window>> {
    let (list, words) = (setting.list, Wording::new(setting.standard));
    let mut found = Vec::new();
    of_window(window, setting, &mut found);
    let spoken = found.into_iter().map(|(whole, at)| {
        let (before, after) = (words.window(window, list), words.window(&whole, list));
        let told_by = Some(format!("有一条正好在“{before}”边上的记录"));
        Changed { whole, at, before, after, told_by }
    });
    spoken.collect()
}

fn of_window(window: &Window, setting: Setting<'_>, found: &mut Vec<(Window, Place)>) {
    let each = |expr: &Expr, put: &dyn Fn(Expr) -> Window, found: &mut Vec<(Window, Place)>| {
        let mut inner = Vec::new();
        of(expr, Towards::Both, setting, &mut inner);
        found.extend(inner.into_iter().map(|(expr, at)| (put(expr), at)));
    };
    match window {
        Window::Period(day) => each(day, &Window::Period, found),
        Window::Between { from, until, at } => {
            let (until, at) = (until.clone(), at.clone());
            each(from, &|from| Window::Between { from, until: until.clone(), at: at.clone() }, found);
            if let Some(end) = &until {
                each(
                    end,
                    &|end| Window::Between { from: from.clone(), until: Some(end), at: at.clone() },
                    found,
                );
            }
        }
    }
}

/// The smallest part that differs and reads as a sentence: a comparison, or what holds the change.
fn part(before: &Expr, after: &Expr, list: ListId, words: Wording<'_>) -> (String, String, Option<String>) {
    if !matches!(before.node, Node::Compare(..))
        && let (Some((pairs, inner)), true) = (differing(before, after), before.node.is_like(&after.node))
    {
        let list = inner.unwrap_or(list);
        return part(pairs.0, pairs.1, list, words);
    }
    (words.expression(before, list), words.expression(after, list), told_by(before, after, list, words))
}

/// The value for which one of two comparisons with a number holds and the other does not.
fn told_by(before: &Expr, after: &Expr, list: ListId, words: Wording<'_>) -> Option<String> {
    let compared = |expr: &Expr| -> Option<(Expr, Compare, Expr)> {
        let Node::Compare(op, pair) = &expr.node else { return None };
        let [left, right] = &**pair;
        match (&left.node, &right.node) {
            (_, Node::Const(_)) => Some((left.clone(), *op, right.clone())),
            (Node::Const(_), _) => Some((right.clone(), op.mirrored(), left.clone())),
            _ => None,
        }
    };
    if before.ty != Ty::Bool {
        return Some("用到这里".to_owned());
    }
    let (value, one, than) = compared(before)?;
    let (same, other, changed) = compared(after)?;
    if value != same {
        // The span of an aggregate, as a rule.
        return Some(format!("日期正好在“{}”边上", words.expression(before, list)));
    }
    let number = |expr: &Expr| match &expr.node {
        Node::Const(constant) => size(constant),
        _ => None,
    };
    let holds = |op: Compare, at: &Expr, than: &Expr| -> Option<bool> {
        let order = number(at)?.cmp(&number(than)?);
        Some(match op {
            Compare::Equal => order.is_eq(),
            Compare::NotEqual => order.is_ne(),
            Compare::Less => order.is_lt(),
            Compare::AtMost => order.is_le(),
            Compare::Greater => order.is_gt(),
            Compare::AtLeast => order.is_ge(),
        })
    };
    let tells =
        |at: &&Expr| holds(one, at, &than).zip(holds(other, at, &changed)).is_some_and(|(a, b)| a != b);
    let at = [&than, &changed].into_iter().find(tells)?;
    Some(format!("{}正好是{}", words.expression(&value, list), words.expression(at, list)))
}

/// The one pair of parts that differ, with the list over whose rows they are if it is another.
fn differing<'a>(before: &'a Expr, after: &'a Expr) -> Option<((&'a Expr, &'a Expr), Option<ListId>)> {
    let (a, b) = (children(before), children(after));
    if a.len() != b.len() {
        return None;
    }
    let mut pairs = a.into_iter().zip(b).filter(|((x, _), (y, _))| x != y);
    let ((x, list), (y, _)) = pairs.next()?;
    // An aggregate's filter is shown by itself, its other parts with it.
    pairs.next().is_none().then_some(((x, y), list))
}

trait Like {
    fn is_like(&self, other: &Self) -> bool;
}

impl Like for Node {
    /// True if two forms differ in their parts alone.
    fn is_like(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::All(_), Node::All(_)) | (Node::Any(_), Node::Any(_)) | (Node::Not(_), Node::Not(_)) => {
                true
            }
            (Node::Aggregate(a), Node::Aggregate(b)) => a.what == b.what && a.window == b.window,
            _ => false,
        }
    }
}

fn children(expr: &Expr) -> Vec<(&Expr, Option<ListId>)> {
    match &expr.node {
        Node::All(parts) | Node::Any(parts) => parts.iter().map(|p| (p, None)).collect(),
        Node::Not(inner) => vec![(inner, None)],
        Node::Aggregate(aggregate) => aggregate.filter.iter().map(|f| (f, Some(aggregate.list))).collect(),
        _ => Vec::new(),
    }
}

/// Collects the whole expression with one change each, and the change's place.
fn of(expr: &Expr, towards: Towards, setting: Setting<'_>, found: &mut Vec<(Expr, Place)>) {
    let with = |node: Node| Expr { node, ty: expr.ty, at: expr.at };
    let each =
        |inner: &Expr, towards: Towards, put: &dyn Fn(Expr) -> Node, found: &mut Vec<(Expr, Place)>| {
            let mut parts = Vec::new();
            of(inner, towards, setting, &mut parts);
            found.extend(parts.into_iter().map(|(part, at)| (with(put(part)), at)));
        };
    match &expr.node {
        Node::Const(constant) => {
            found.extend(
                moved(constant, towards, setting.standard.unit)
                    .into_iter()
                    .map(|c| (with(Node::Const(c)), expr.at)),
            );
        }
        Node::Field(_) | Node::EnterpriseField(_) | Node::AsOf | Node::PeriodFirst | Node::PeriodLast => {}
        Node::Has(inner) => each(inner, towards, &|e| Node::Has(Box::new(e)), found),
        Node::Not(inner) => each(inner, towards, &|e| Node::Not(Box::new(e)), found),
        Node::Contains(inner, text) => {
            each(inner, towards, &|e| Node::Contains(Box::new(e), text.clone()), found);
        }
        Node::ToPoints(inner) => each(inner, towards, &|e| Node::ToPoints(Box::new(e)), found),
        // What stands in for a missing value is no boundary.
        Node::OrElse(pair) => {
            let [value, instead] = &**pair;
            each(value, towards, &|e| Node::OrElse(Box::new([e, instead.clone()])), found);
        }
        Node::Compare(op, pair) => {
            found.push((with(Node::Compare(shifted(*op), pair.clone())), expr.at));
            let [left, right] = &**pair;
            let op = *op;
            // What the changed sign does not reach: the other side of the boundary.
            let towards = |first: bool| match if first { &left.node } else { &right.node } {
                Node::Const(_) => beyond(if first { op.mirrored() } else { op }),
                _ => Towards::Both,
            };
            sides(pair, towards, &|pair| Node::Compare(op, pair), each, found);
        }
        Node::OneOf(inner, items) => {
            if !setting.is_view(inner, items) {
                found.push((with(Node::Not(Box::new(expr.clone()))), expr.at));
            }
            each(inner, towards, &|e| Node::OneOf(Box::new(e), items.clone()), found);
        }
        Node::All(parts) => parts_of(parts, &Node::All, towards, each, found),
        Node::Any(parts) => parts_of(parts, &Node::Any, towards, each, found),
        Node::Arith(op, pair) => sides(pair, |_| towards, &|pair| Node::Arith(*op, pair), each, found),
        Node::Divide(rounding, pair) => {
            sides(pair, |_| towards, &|pair| Node::Divide(*rounding, pair), each, found);
        }
        Node::AddSpan(inner, span) => {
            found.extend(spans(*span).map(|span| (with(Node::AddSpan(inner.clone(), span)), expr.at)));
            each(inner, towards, &|e| Node::AddSpan(Box::new(e), *span), found);
        }
        Node::Aggregate(aggregate) => of_aggregate(aggregate, expr, setting.standard, found),
    }
}

type Put<'a> = &'a dyn Fn(Expr) -> Node;

fn sides(
    pair: &[Expr; 2],
    towards: impl Fn(bool) -> Towards,
    put: &dyn Fn(Box<[Expr; 2]>) -> Node,
    each: impl Fn(&Expr, Towards, Put<'_>, &mut Vec<(Expr, Place)>),
    found: &mut Vec<(Expr, Place)>,
) {
    let [left, right] = pair;
    each(left, towards(true), &|e| put(Box::new([e, right.clone()])), found);
    each(right, towards(false), &|e| put(Box::new([left.clone(), e])), found);
}

fn parts_of(
    parts: &[Expr],
    put: &dyn Fn(Vec<Expr>) -> Node,
    towards: Towards,
    each: impl Fn(&Expr, Towards, Put<'_>, &mut Vec<(Expr, Place)>),
    found: &mut Vec<(Expr, Place)>,
) {
    for (number, part) in parts.iter().enumerate() {
        let with = |e: Expr| {
            let mut parts = parts.to_vec();
            if let Some(place) = parts.get_mut(number) {
                *place = e;
            }
            put(parts)
        };
        each(part, towards, &with, found);
    }
}

fn of_aggregate(aggregate: &Aggregate, expr: &Expr, standard: &Standard, found: &mut Vec<(Expr, Place)>) {
    let setting = Setting { standard, list: aggregate.list };
    let with =
        |aggregate: Aggregate| Expr { node: Node::Aggregate(Box::new(aggregate)), ty: expr.ty, at: expr.at };
    if let Some(filter) = &aggregate.filter {
        let mut inner = Vec::new();
        of(filter, Towards::More, setting, &mut inner);
        found.extend(
            inner
                .into_iter()
                .map(|(filter, at)| (with(Aggregate { filter: Some(filter), ..aggregate.clone() }), at)),
        );
    }
    if let Some(window) = &aggregate.window {
        let mut inner = Vec::new();
        of_window(window, setting, &mut inner);
        found.extend(
            inner
                .into_iter()
                .map(|(window, at)| (with(Aggregate { window: Some(window), ..aggregate.clone() }), at)),
        );
    }
    let whats: Vec<What> = match &aggregate.what {
        What::Peak(span) => spans(*span).map(What::Peak).collect(),
        What::PeakSum(span, value) => spans(*span).map(|span| What::PeakSum(span, value.clone())).collect(),
        _ => Vec::new(),
    };
    found.extend(whats.into_iter().map(|what| (with(Aggregate { what, ..aggregate.clone() }), expr.at)));
}

/// The comparison that differs where both sides are equal; `==` and `!=` for each other.
fn shifted(op: Compare) -> Compare {
    match op {
        Compare::Equal => Compare::NotEqual,
        Compare::NotEqual => Compare::Equal,
        Compare::Less => Compare::AtMost,
        Compare::AtMost => Compare::Less,
        Compare::Greater => Compare::AtLeast,
        Compare::AtLeast => Compare::Greater,
    }
}

/// Which way the number on the right has to move so that another value falls on the other side than with the changed
/// sign: with `<= 3` the changed sign moves 3, and 4 moves the number.
fn beyond(op: Compare) -> Towards {
    match op {
        Compare::AtMost | Compare::Greater | Compare::Equal | Compare::NotEqual => Towards::More,
        Compare::Less | Compare::AtLeast => Towards::Less,
    }
}

/// A number moved by one of its unit: one, one yuan, the standard's unit of points, a day.
fn moved(constant: &Constant, towards: Towards, unit: Points) -> Vec<Constant> {
    let step = |by: i64| {
        Some(match constant {
            Constant::Int(number) => Constant::Int(number.checked_add(by)?),
            Constant::Money(money) => Constant::Money(Money::from_fen(money.fen().checked_add(by * 100)?)),
            Constant::Points(points) => {
                let by = unit.hundredths().checked_mul(by)?;
                Constant::Points(Points::from_hundredths(points.hundredths().checked_add(by)?))
            }
            Constant::Date(day) => Constant::Date(day.plus(Span::days(i32::try_from(by).ok()?))),
            Constant::Span(span) => Constant::Span(spans(*span).nth(usize::from(by < 0))?),
            Constant::Bool(_) | Constant::Code(..) | Constant::Text(_) => return None,
        })
    };
    let ways: &[i64] = match towards {
        Towards::More => &[1],
        Towards::Less => &[-1],
        Towards::Both => &[1, -1],
    };
    ways.iter().filter_map(|by| step(*by)).collect()
}

/// A length of time one longer and one shorter: in months if it is written in months, else in days.
fn spans(span: Span) -> impl Iterator<Item = Span> {
    let by = |by: i32| {
        Some(if span.days == 0 && span.months != 0 {
            Span { months: span.months.checked_add(by)?, ..span }
        } else {
            Span { days: span.days.checked_add(by)?, ..span }
        })
    };
    [by(1), by(-1)].into_iter().flatten()
}
