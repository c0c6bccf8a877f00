//! Conditions on times that are not counted (计入时间以外的条件): records of nine years ago where three years count.

use sanse::{Admit, Aggregate, Compare, Expr, ListId, Node, Rule, Scope, Span, Ty, Window};

use super::{Builder, expressions_of};
use crate::codes;
use crate::logic::Logic;
use crate::lower::without_places;

/// What holds for every row that counts.
pub(super) struct Within {
    pub(super) conditions: Vec<Expr>,
    /// How far back the rows go, if they go back so far at most.
    pub(super) span: Option<Span>,
}

impl Within {
    /// Of a window of the standard or of a rule; `carried` if rows count on behind its end. A window that goes by the
    /// period says nothing here: how long a period is, its calendar says.
    fn of(window: Option<&Window>, carried: bool) -> Within {
        let Some(Window::Between { from, until, at }) = window else {
            return Within { conditions: Vec::new(), span: None };
        };
        let compare = |sign, a: &Expr, b: Expr| Expr {
            node: Node::Compare(sign, Box::new([a.clone(), b])),
            ty: Ty::Bool,
            at: a.at,
        };
        let mut conditions = vec![compare(Compare::AtMost, from, at.clone())];
        let span = match until.as_ref().map(|until| &until.node) {
            // Counted back, the month's last day may be one that is no longer counted: more is allowed, never less.
            Some(Node::AddSpan(start, span))
                if !carried
                    && (span.months == 0 || span.days == 0)
                    && without_places(start) == without_places(from) =>
            {
                Some(*span)
            }
            _ => None,
        };
        if let Some(Span { months, days }) = span {
            let back = Span { months: months.saturating_neg(), days: days.saturating_neg() };
            let first = Expr { node: Node::AddSpan(Box::new(at.clone()), back), ty: Ty::Date, at: at.at };
            conditions.push(compare(Compare::Greater, from, first));
        }
        Within { conditions, span }
    }

    /// Of the rows that a rule looks at.
    pub(super) fn rule(rule: &Rule, admits: &[Admit]) -> Within {
        match (rule.scope, &rule.window) {
            (Scope::Enterprise, _) => Within::of(None, false),
            (Scope::Each(_), Some(window)) => Within::of(Some(window), false),
            (Scope::Each(list), None) => Within::admitted(list, admits),
        }
    }

    fn admitted(list: ListId, admits: &[Admit]) -> Within {
        let admit = admits.iter().find(|admit| admit.list == list);
        Within::of(admit.map(|admit| &admit.window), admit.is_some_and(|admit| admit.carry.is_some()))
    }

    fn aggregate(aggregate: &Aggregate, admits: &[Admit]) -> Within {
        match &aggregate.window {
            Some(window) => Within::of(Some(window), false),
            None => Within::admitted(aggregate.list, admits),
        }
    }
}

impl Builder<'_> {
    /// Counts and sums, in rules and in conditions of their own, of rows that are not counted.
    pub(super) fn check_within(&mut self, admits: &[Admit], rules: &[Rule], others: &[&Expr]) {
        let mut found = Vec::new();
        for expr in expressions_of(rules).chain(others.iter().copied()) {
            self.outside(expr, admits, &mut found);
        }
        for (at, span) in found {
            let message = format!("计入的是{span}以内的记录，没有一条符合这个条件");
            let help = "核对年限；要看更早的，计入 写够年限，或者在这里用 .近(…)";
            self.warn(codes::ALWAYS_OR_NEVER, self.lowering.mark_at(at), message, help);
        }
    }

    fn outside(&self, expr: &Expr, admits: &[Admit], found: &mut Vec<(sanse::Place, Span)>) {
        expr.parts().iter().for_each(|part| self.outside(part, admits, found));
        let Node::Aggregate(aggregate) = &expr.node else { return };
        let Some(filter) = &aggregate.filter else { return };
        self.outside(filter, admits, found);
        let Within { conditions, span: Some(span) } = Within::aggregate(aggregate, admits) else { return };
        let all: Vec<&Expr> = std::iter::once(filter).chain(&conditions).collect();
        let logic = Logic::new(&self.lowering, aggregate.list, &all, &self.lowering.steps);
        let wanted: Vec<(usize, bool)> = (0..all.len()).map(|number| (number, true)).collect();
        if logic.possible(&[(0, true)]) && !logic.possible(&wanted) {
            found.push((filter.at, span));
        }
    }
}
