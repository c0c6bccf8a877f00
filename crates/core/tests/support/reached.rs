//! What a set of generated cases reaches, so that a property cannot hold only because nothing happens.

use std::collections::BTreeSet;

use sanse::{Disposition, Effect, Expr, Node, Scope, Window};

use super::World;
use super::naive::Scorer;

/// Names of everything seen.
#[derive(Default)]
pub(crate) struct Reached(pub(crate) BTreeSet<String>);

impl Reached {
    fn saw(&mut self, what: impl std::fmt::Debug) {
        let text = format!("{what:?}");
        // Variants without what they hold, texts without quotes.
        let name = text.trim_matches('"').split(['(', ' ', '{']).next();
        self.0.extend(name.map(str::to_owned));
    }

    /// Adds what a case reaches when it is assessed.
    pub(crate) fn add(&mut self, world: &World) {
        let caseload = world.records.build();
        let scorer = Scorer {
            standard: &world.standard,
            caseload: &caseload,
            calendar: &world.records.calendar,
            without: None,
        };
        self.saw(world.standard.direction);
        self.saw(&world.standard.subject);
        for enterprise in 0..caseload.enterprises() {
            let outcome = scorer.assess(enterprise);
            self.saw(outcome.decider);
            self.saw(if outcome.limit_entry == 0 { "within limits" } else { "limited" });
            self.saw(if outcome.uninspected { "uninspected" } else { "seen" });
            for hit in &outcome.hits {
                self.saw(hit.fate);
                let rule = &world.standard.rules[hit.rule];
                let arm = &rule.arms[hit.arm];
                match &arm.effect {
                    Effect::Points { amount, merit } => {
                        self.saw(if *merit { "Merit" } else { "Demerit" });
                        self.expression(amount);
                    }
                    effect => self.saw(effect),
                }
                if hit.carried {
                    self.saw("carriedHit");
                }
                if hit.row.as_ref().is_err_and(|cited| !cited.is_empty()) {
                    self.saw("cited");
                }
                if matches!(rule.scope, Scope::Each(_)) {
                    self.saw(if rule.window.is_some() { "ownWindow" } else { "listWindow" });
                }
                for expr in rule.guard.iter().chain(&arm.when).chain(&rule.pick) {
                    self.expression(expr);
                }
            }
        }
        for admit in &world.standard.admits {
            for row in 0..caseload.table(admit.list).map_or(0, sanse::Table::len) {
                match scorer.disposition(admit.list, row, None) {
                    Disposition::Excepted(_) => self.saw("Excepted"),
                    other => self.saw(other),
                }
            }
            self.saw(match admit.window {
                Window::Period(_) => "Period",
                Window::Between { .. } => "Between",
            });
        }
    }

    fn expression(&mut self, expr: &Expr) {
        self.saw(&expr.node);
        match &expr.node {
            Node::Compare(how, both) => {
                self.saw(how);
                both.iter().for_each(|e| self.expression(e));
            }
            Node::Divide(rounding, both) => {
                self.saw(if expr.is_ratio() { "ratio" } else { "quotient" });
                self.saw(rounding);
                both.iter().for_each(|e| self.expression(e));
            }
            Node::Arith(how, both) => {
                self.saw(how);
                both.iter().for_each(|e| self.expression(e));
            }
            Node::OrElse(both) => both.iter().for_each(|e| self.expression(e)),
            Node::All(of) | Node::Any(of) => of.iter().for_each(|e| self.expression(e)),
            Node::Has(of)
            | Node::Not(of)
            | Node::OneOf(of, _)
            | Node::Contains(of, _)
            | Node::AddSpan(of, _)
            | Node::ToPoints(of) => {
                self.expression(of);
            }
            Node::Aggregate(aggregate) => {
                self.saw(&aggregate.what);
                self.saw(if aggregate.window.is_some() { "aggregateWindow" } else { "aggregateOfList" });
                self.saw(if aggregate.same.is_empty() { "together" } else { "grouped" });
                aggregate.filter.iter().for_each(|e| self.expression(e));
            }
            _ => {}
        }
    }
}
