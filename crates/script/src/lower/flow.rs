//! Missing values (缺值): where a field that a row may lack is used without saying what holds without it.
//! What is known at a place follows from the conditions before it: `f.有值 && …`, `!f.有值 || …`, the rule's
//! 当, and the cases that did not hold.

use sanse::{Arith, Compare, Constant, Derivation, ENTERPRISE, Expr, ListId, Node, Place, Ty, What, Window};

use super::Lowering;
use super::range::{Interval, size};
use crate::codes;
use crate::finding::Mark;
use crate::logic::Logic;

/// What is known at a place of a condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Expressions that have a value; without their places.
    present: Vec<Expr>,
    /// Expressions and the interval in which they lie.
    bounds: Vec<(Expr, Interval)>,
}

impl Known {
    /// What else is known once a condition holds, or does not hold.
    pub(crate) fn assume(&mut self, condition: &Expr, holds: bool) {
        match (&condition.node, holds) {
            (Node::Has(inner) | Node::OneOf(inner, _) | Node::Contains(inner, _), true) => {
                self.present(inner);
            }
            (Node::Compare(op, pair), _) => {
                let [a, b] = &**pair;
                if holds {
                    self.present(a);
                    self.present(b);
                }
                let op = if holds { *op } else { opposite(*op) };
                self.bound(a, op, b);
                self.bound(b, op.mirrored(), a);
            }
            (Node::Not(inner), _) => self.assume(inner, !holds),
            (Node::All(parts), true) => parts.iter().for_each(|part| self.assume(part, true)),
            (Node::Any(parts), false) => parts.iter().for_each(|part| self.assume(part, false)),
            (Node::Any(parts), true) => self.assume_one_of(parts, true),
            (Node::All(parts), false) => self.assume_one_of(parts, false),
            (Node::Field(_) | Node::EnterpriseField(_), true) => self.present(condition),
            _ => {}
        }
    }

    /// One of the conditions holds: what follows from each of them is known.
    fn assume_one_of(&mut self, parts: &[Expr], holds: bool) {
        let each = parts.iter().map(|part| {
            let mut known = Known::default();
            known.assume(part, holds);
            known.present
        });
        if let Some(common) = each.reduce(|a, b| a.into_iter().filter(|e| b.contains(e)).collect()) {
            self.present.extend(common);
        }
    }

    /// The value, and with it all that it is computed from, is there.
    fn present(&mut self, expr: &Expr) {
        let plain = without_places(expr);
        if !self.present.contains(&plain) {
            self.present.push(plain);
        }
        match &expr.node {
            Node::Arith(_, pair) | Node::Divide(_, pair) => pair.iter().for_each(|e| self.present(e)),
            Node::AddSpan(inner, _) | Node::ToPoints(inner) => self.present(inner),
            _ => {}
        }
    }

    fn bound(&mut self, expr: &Expr, op: Compare, other: &Expr) {
        let Node::Const(constant) = &other.node else { return };
        let Some(value) = size(constant) else { return };
        let interval = match op {
            Compare::Equal => Interval::new(value, value),
            Compare::Less => Interval::new(i128::MIN, value - 1),
            Compare::AtMost => Interval::new(i128::MIN, value),
            Compare::Greater => Interval::new(value + 1, i128::MAX),
            Compare::AtLeast => Interval::new(value, i128::MAX),
            Compare::NotEqual => return,
        };
        self.bounds.push((without_places(expr), interval));
        // A number of points compared is the number compared.
        if let Node::ToPoints(inner) = &expr.node {
            let whole =
                Interval::new(interval.low.saturating_add(99).div_euclid(100), interval.high.div_euclid(100));
            self.bounds.push((without_places(inner), whole));
        }
    }

    pub(super) fn has(&self, expr: &Expr) -> bool {
        !self.present.is_empty() && self.present.contains(&without_places(expr))
    }

    pub(super) fn interval(&self, expr: &Expr) -> Option<Interval> {
        if self.bounds.is_empty() {
            return None;
        }
        let plain = without_places(expr);
        self.bounds.iter().filter(|(e, _)| *e == plain).map(|(_, i)| *i).reduce(Interval::meet)
    }
}

/// What makes a condition matter: that it holds, that it does not, or, where it is compared with another, both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Holds,
    Fails,
    Either,
}

impl Asked {
    fn negated(self) -> Asked {
        match self {
            Asked::Holds => Asked::Fails,
            Asked::Fails => Asked::Holds,
            Asked::Either => Asked::Either,
        }
    }
}

/// True for a condition that is built from others or from values.
fn is_condition(expr: &Expr) -> bool {
    match &expr.node {
        Node::OrElse(pair) => pair.iter().any(is_condition),
        node => matches!(
            node,
            Node::All(_)
                | Node::Any(_)
                | Node::Not(_)
                | Node::Has(_)
                | Node::Compare(..)
                | Node::OneOf(..)
                | Node::Contains(..)
        ),
    }
}

/// The comparison that holds where this one does not, if both values are there.
fn opposite(op: Compare) -> Compare {
    match op {
        Compare::Equal => Compare::NotEqual,
        Compare::NotEqual => Compare::Equal,
        Compare::Less => Compare::AtLeast,
        Compare::AtMost => Compare::Greater,
        Compare::Greater => Compare::AtMost,
        Compare::AtLeast => Compare::Less,
    }
}

/// The expression with all its places set to nowhere, for comparing.
pub(crate) fn without_places(expr: &Expr) -> Expr {
    let mut plain = expr.clone();
    clear_places(&mut plain);
    plain
}

fn clear_places(expr: &mut Expr) {
    expr.at = Place::default();
    expr.parts_mut().iter_mut().for_each(clear_places);
    if let Node::Aggregate(aggregate) = &mut expr.node {
        match &mut aggregate.window {
            Some(Window::Between { from, until, at }) => {
                [Some(from), until.as_mut(), Some(at)].into_iter().flatten().for_each(clear_places);
            }
            Some(Window::Period(day)) => clear_places(day),
            None => {}
        }
        aggregate.filter.iter_mut().chain(&mut aggregate.same).for_each(clear_places);
        match &mut aggregate.what {
            What::Sum(e) | What::Max(e) | What::Min(e) | What::Average(e, _) | What::PeakSum(_, e) => {
                clear_places(e);
            }
            What::Count | What::Rows | What::Peak(_) => {}
        }
    }
}

impl Lowering<'_> {
    /// Checks a condition for missing values, ranges, and being always or never true.
    pub(crate) fn check_condition(&mut self, expr: &Expr, scope: ListId, known: &Known) {
        self.walk(expr, scope, known, Asked::Holds);
        let mut decided = Vec::new();
        self.weigh(expr, scope, &mut decided);
        for (mark, message) in decided {
            let help = Some("核对数字、符号的方向，以及 && 和 ||".to_owned());
            self.findings.warn(codes::ALWAYS_OR_NEVER, mark, message, help);
        }
    }

    /// Checks a key of 取最重 or 同一. A value that is missing is a key with a meaning of its own; a condition over
    /// one is not: it would count the row among those for which it does not hold.
    pub(crate) fn check_key(&mut self, key: &Expr, scope: ListId) {
        if is_condition(key) {
            self.walk(key, scope, &Known::default(), Asked::Either);
        } else {
            self.check_ranges(key, scope, &Known::default());
        }
    }

    fn walk(&mut self, expr: &Expr, scope: ListId, known: &Known, asked: Asked) {
        match &expr.node {
            Node::All(parts) | Node::Any(parts) => {
                let holds = matches!(expr.node, Node::All(_));
                let mut known = known.clone();
                for part in parts {
                    self.walk(part, scope, &known, asked);
                    known.assume(part, holds);
                }
            }
            Node::Not(inner) => self.walk(inner, scope, known, asked.negated()),
            Node::Has(inner) => self.check_ranges(inner, scope, known),
            Node::Compare(op, pair) => {
                for side in pair.iter() {
                    if is_condition(side) {
                        self.walk(side, scope, known, Asked::Either);
                        continue;
                    }
                    self.refuse_key(side, scope);
                    // A missing value equals nothing; everywhere else its comparison must be thought about.
                    if !(*op == Compare::Equal && asked == Asked::Holds) {
                        self.require(side, scope, known);
                    }
                    self.check_ranges(side, scope, known);
                }
                self.decided(expr, *op, pair, scope);
            }
            Node::OneOf(inner, _) if is_condition(inner) => self.walk(inner, scope, known, Asked::Either),
            Node::OneOf(inner, _) | Node::Contains(inner, _) => {
                self.refuse_key(inner, scope);
                if asked != Asked::Holds {
                    self.require(inner, scope, known);
                }
                self.check_ranges(inner, scope, known);
            }
            Node::OrElse(pair) => {
                let [first, second] = &**pair;
                // Fields and constants are what ?? is for; anything else is a condition of its own.
                let plain =
                    |e: &Expr| matches!(e.node, Node::Field(_) | Node::EnterpriseField(_) | Node::Const(_));
                for part in [first, second].into_iter().filter(|part| !plain(part)) {
                    self.walk(part, scope, known, asked);
                }
                self.require(expr, scope, known);
            }
            Node::Const(Constant::Bool(yes)) => {
                let message = if *yes { "条件永远成立" } else { "条件永远不成立" };
                self.findings.warn(codes::ALWAYS_OR_NEVER, self.mark(expr), message, None);
            }
            _ => {
                self.require(expr, scope, known);
                self.check_ranges(expr, scope, known);
            }
        }
    }

    fn decided(&mut self, expr: &Expr, op: Compare, pair: &[Expr; 2], scope: ListId) {
        let [a, b] = pair;
        if !matches!(a.ty, Ty::Int | Ty::Money | Ty::Points) {
            return;
        }
        let plain = (self.interval(a, scope, &Known::default()), self.interval(b, scope, &Known::default()));
        let always = |(a, b): (Interval, Interval)| match op {
            Compare::Less => a.high < b.low,
            Compare::AtMost => a.high <= b.low,
            Compare::Greater => a.low > b.high,
            Compare::AtLeast => a.low >= b.high,
            Compare::Equal => a.low == a.high && b.low == b.high && a.low == b.low,
            Compare::NotEqual => a.high < b.low || b.high < a.low,
        };
        let never = |(a, b): (Interval, Interval)| match op {
            Compare::Less => a.low >= b.high,
            Compare::AtMost => a.low > b.high,
            Compare::Greater => a.high <= b.low,
            Compare::AtLeast => a.high < b.low,
            Compare::Equal => a.high < b.low || b.high < a.low,
            Compare::NotEqual => a.low == a.high && b.low == b.high && a.low == b.low,
        };
        let message = if always(plain) {
            "这个比较永远成立"
        } else if never(plain) {
            "这个比较永远不成立"
        } else {
            return;
        };
        let help = Some("核对数字和符号的方向".to_owned());
        self.findings.warn(codes::ALWAYS_OR_NEVER, self.mark(expr), message, help);
    }

    /// A document number in its one way of writing depends on the other rows; compared with a text it would hold
    /// or not by accident.
    fn refuse_key(&mut self, expr: &Expr, scope: ListId) {
        let (list, field) = match &expr.node {
            Node::Field(field) => (scope, *field),
            Node::EnterpriseField(field) => (ENTERPRISE, *field),
            Node::OrElse(pair) => {
                pair.iter().for_each(|part| self.refuse_key(part, scope));
                return;
            }
            _ => return,
        };
        let Some(def) = self.vocabulary.field_def(list, field) else { return };
        let Some(Derivation::DocumentKeyOf(from)) = def.derived else { return };
        let name = &def.name.chinese;
        let source = self.vocabulary.field_def(list, from).map_or("", |f| f.name.chinese.as_str());
        let message = format!("“{name}”是程序由“{source}”整理的，不能比较");
        let help = format!("改用“{source}”；“{name}”只能用 .有值、?? 和 取最重");
        self.findings.error(codes::KEY_COMPARED, self.mark(expr), message, Some(help));
    }

    /// Parts of a condition that settle it for every row, however it is joined; true if there are any.
    fn weigh(&self, expr: &Expr, scope: ListId, decided: &mut Vec<(Mark, &'static str)>) -> bool {
        match &expr.node {
            Node::All(parts) | Node::Any(parts) => {
                let mut inner = false;
                for part in parts {
                    inner |= self.weigh(part, scope, decided);
                }
                if inner {
                    return true;
                }
                let all = matches!(expr.node, Node::All(_));
                let logic = Logic::new(self, scope, &parts.iter().collect::<Vec<_>>(), &self.steps);
                let whole: Vec<(usize, bool)> = (0..parts.len()).map(|part| (part, all)).collect();
                if logic.possible(&whole) {
                    return false;
                }
                let message = if all {
                    "和前面的条件不能同时成立，合起来永远不成立"
                } else {
                    "和前面的条件合起来永远成立"
                };
                let culprit = (1..=parts.len())
                    .find(|count| whole.get(..*count).is_some_and(|wanted| !logic.possible(wanted)));
                let culprit = culprit.and_then(|count| parts.get(count - 1)).unwrap_or(expr);
                decided.push((self.mark(culprit), message));
                true
            }
            Node::Not(inner) => self.weigh(inner, scope, decided),
            Node::Has(_) | Node::Compare(..) | Node::OneOf(..) => {
                let logic = Logic::new(self, scope, &[expr], &self.steps);
                let message = if !logic.possible(&[(0, true)]) {
                    "这个比较永远不成立"
                } else if !logic.possible(&[(0, false)]) {
                    "这个比较永远成立"
                } else {
                    return false;
                };
                decided.push((self.mark(expr), message));
                true
            }
            Node::Const(_) => true,
            _ => false,
        }
    }

    /// Reports an expression that may be missing.
    pub(crate) fn require(&mut self, expr: &Expr, scope: ListId, known: &Known) -> bool {
        let Some(culprit) = self.may_miss(expr, scope, known) else { return true };
        let (message, help) = match &culprit.node {
            Node::Field(field) | Node::EnterpriseField(field) => {
                let list = if matches!(culprit.node, Node::Field(_)) { scope } else { ENTERPRISE };
                let name = self.vocabulary.field_def(list, *field).map_or("", |f| f.name.chinese.as_str());
                let otherwise = match culprit.ty {
                    Ty::Bool => "false",
                    Ty::Int | Ty::Points => "0",
                    Ty::Money => "0.元",
                    Ty::Text | Ty::Code(_) | Ty::Date | Ty::Span => "\"…\"",
                };
                // No day is right for all comparisons: it would settle what happens without one.
                let otherwise = match culprit.ty {
                    Ty::Date | Ty::Span => {
                        format!("写 .{name}.有值 && …；没有这个日期也算的写 !….{name}.有值 || …")
                    }
                    _ => format!("写 .{name}.有值 && …，或 (….{name} ?? {otherwise})，括号不能少"),
                };
                (format!("“{name}”可能没有值"), otherwise)
            }
            Node::Aggregate(_) => {
                ("没有记录时这个汇总没有值".to_owned(), "接上 ?? 说明没有记录时的值，例如 ?? 0".to_owned())
            }
            Node::Divide(..) => {
                ("除数为 0 时没有值".to_owned(), "接上 ?? 说明除数为 0 时的值，例如 除以(…) ?? 0".to_owned())
            }
            _ => ("这里可能没有值".to_owned(), "接上 ?? 说明没有值时用什么".to_owned()),
        };
        let mark = self.mark(culprit);
        self.findings.error(codes::MAY_BE_MISSING, mark, message, Some(help));
        false
    }

    /// The part for whose sake an expression may be missing.
    fn may_miss<'e>(&self, expr: &'e Expr, scope: ListId, known: &Known) -> Option<&'e Expr> {
        let optional =
            |list: ListId, field| self.vocabulary.field_def(list, field).is_some_and(|f| f.optional);
        let unknown = |missing: bool| (missing && !known.has(expr)).then_some(expr);
        match &expr.node {
            Node::Field(field) => unknown(optional(scope, *field)),
            Node::EnterpriseField(field) => unknown(optional(ENTERPRISE, *field)),
            Node::OrElse(pair) => {
                let [first, second] = &**pair;
                self.may_miss(first, scope, known)?;
                self.may_miss(second, scope, known)
            }
            Node::Arith(_, pair) => pair.iter().find_map(|e| self.may_miss(e, scope, known)),
            Node::Divide(_, pair) => {
                let [_, divisor] = &**pair;
                let part = pair.iter().find_map(|e| self.may_miss(e, scope, known));
                let by = self.interval(divisor, scope, known);
                part.or_else(|| unknown(by.low <= 0 && by.high >= 0))
            }
            Node::AddSpan(inner, _) | Node::ToPoints(inner) => self.may_miss(inner, scope, known),
            Node::Aggregate(aggregate) => {
                unknown(matches!(aggregate.what, What::Max(_) | What::Min(_) | What::Average(..)))
            }
            _ => None,
        }
    }

    /// Reports arithmetic whose result may not fit.
    pub(crate) fn check_ranges(&mut self, expr: &Expr, scope: ListId, known: &Known) {
        let parts: Vec<&Expr> = match &expr.node {
            Node::Arith(_, pair) | Node::Divide(_, pair) | Node::OrElse(pair) => pair.iter().collect(),
            Node::AddSpan(inner, _) | Node::ToPoints(inner) => vec![inner],
            _ => Vec::new(),
        };
        for part in parts {
            self.check_ranges(part, scope, known);
        }
        let interval = self.interval(expr, scope, known);
        if expr.ty != Ty::Bool && !interval.fits(i64::MIN + 1, i64::MAX) {
            let what = match &expr.node {
                Node::Arith(Arith::Multiply, _) => "相乘的结果可能过大",
                Node::Aggregate(_) => "汇总的结果可能过大",
                _ => "算出的数可能过大",
            };
            let help = Some("换较小的系数，或先比较再计算".to_owned());
            self.findings.error(codes::OVERFLOW, self.mark(expr), what, help);
        }
    }
}
