//! What nobody knew (未知): where a hit turns on a value that could not be worked out, which value it was and what
//! is lacking for it.

use super::Reasons;
use crate::assess::{Hit, RowRef};
use crate::caseload::Value;
use crate::expr::{Compare, Constant, Expr, Node};
use crate::standard::{Rule, Scope};
use crate::vocabulary::{FieldId, RectificationLink};

/// Whether a condition can hold, and whether it can fail, where one value of the row is any but 未知.
#[derive(Clone, Copy)]
struct Outcomes {
    holds: bool,
    fails: bool,
}

impl Outcomes {
    const EITHER: Outcomes = Outcomes { holds: true, fails: true };

    fn sure(holds: bool) -> Outcomes {
        Outcomes { holds, fails: !holds }
    }
}

/// A row of which one value is open.
struct Open<'a> {
    reasons: Reasons<'a>,
    row: RowRef,
    field: FieldId,
    /// 未知
    unknown: u16,
}

impl Open<'_> {
    fn outcomes(&self, condition: &Expr) -> Outcomes {
        match &condition.node {
            Node::All(parts) => Outcomes {
                holds: parts.iter().all(|part| self.outcomes(part).holds),
                fails: parts.iter().any(|part| self.outcomes(part).fails),
            },
            Node::Any(parts) => Outcomes {
                holds: parts.iter().any(|part| self.outcomes(part).holds),
                fails: parts.iter().all(|part| self.outcomes(part).fails),
            },
            Node::Not(inner) => {
                let Outcomes { holds, fails } = self.outcomes(inner);
                Outcomes { holds: fails, fails: holds }
            }
            _ if condition.looks_at(self.field) => self.of_the_open(condition),
            _ => self.of_the_row(condition).map_or(Outcomes::EITHER, Outcomes::sure),
        }
    }

    /// A test of the open value.
    fn of_the_open(&self, test: &Expr) -> Outcomes {
        let known =
            |constant: &Constant| !matches!(constant, Constant::Code(_, code) if *code == self.unknown);
        match &test.node {
            Node::Compare(op @ (Compare::Equal | Compare::NotEqual), pair) => {
                let [a, b] = &**pair;
                let ((Node::Const(constant), _) | (_, Node::Const(constant))) = (&a.node, &b.node) else {
                    return Outcomes::EITHER;
                };
                match (known(constant), op) {
                    (true, _) => Outcomes::EITHER,
                    (false, op) => Outcomes::sure(*op == Compare::NotEqual),
                }
            }
            Node::OneOf(_, listed) if listed.iter().any(known) => Outcomes::EITHER,
            Node::OneOf(..) => Outcomes::sure(false),
            Node::Has(_) => Outcomes::sure(true),
            _ => Outcomes::EITHER,
        }
    }

    /// A simple test of another value of the row; `None` for others, which may come out either way.
    fn of_the_row(&self, test: &Expr) -> Option<bool> {
        let value = |expr: &Expr| match expr.node {
            Node::Field(field) => {
                Some(self.reasons.caseload.value(self.row.list, self.row.row as usize, field))
            }
            _ => None,
        };
        let is = |value: &Value<'_>, constant: &Constant| match (value, constant) {
            (Value::Missing, _) => Some(false),
            (Value::Code(code), Constant::Code(_, other)) => Some(code == other),
            _ => None,
        };
        match &test.node {
            Node::Field(_) => Some(matches!(value(test)?, Value::Bool(true))),
            Node::Has(inner) => Some(!matches!(value(inner)?, Value::Missing)),
            Node::OneOf(of, listed) => {
                let of = value(of)?;
                let each: Option<Vec<bool>> = listed.iter().map(|constant| is(&of, constant)).collect();
                each.map(|each| each.contains(&true))
            }
            Node::Compare(Compare::Equal, pair) => {
                let [of, other] = &**pair;
                let Node::Const(constant) = &other.node else { return None };
                is(&value(of)?, constant)
            }
            _ => None,
        }
    }
}

impl Reasons<'_> {
    /// A sentence on each value of a cited row that is 未知 where another value might have led elsewhere:
    /// `整改时效未知：缺“整改期限”`.
    pub(super) fn unknown(self, hit: &Hit, cited: RowRef) -> Vec<String> {
        let Some(rule) = self.rule(hit) else { return Vec::new() };
        let vocabulary = self.caseload.vocabulary();
        let mut said = Vec::new();
        for (field, unknown) in vocabulary.unknown_codes(cited.list) {
            if self.caseload.value(cited.list, cited.row as usize, field) != Value::Code(unknown) {
                continue;
            }
            let open = Open { reasons: self, row: cited, field, unknown };
            if turns_on(rule, usize::from(hit.arm), &open)
                && let Some(def) = vocabulary.field_def(cited.list, field)
            {
                said.push(format!("{}未知：{}", def.name.chinese, self.lacking(cited, field)));
            }
        }
        said
    }

    /// What is lacking for a value that is worked out from others.
    fn lacking(self, cited: RowRef, field: FieldId) -> String {
        let vocabulary = self.caseload.vocabulary();
        let Some(link) = vocabulary.rectification_link else { return String::new() };
        let RectificationLink { codes, .. } = link;
        let value = |field| self.caseload.value(cited.list, cited.row as usize, field);
        let (state, due, done) = if cited.list == link.sanctions {
            (link.sanction_state, link.sanction_due, link.sanction_done)
        } else {
            (link.order_state, link.due, link.done)
        };
        let (needs_due, needs_done) = match value(state) {
            Value::Code(known) if known == codes.not_rechecked => return "整改尚未复查".to_owned(),
            Value::Code(known) if known == codes.partly || known == codes.not_rectified => (true, false),
            _ => (field != state, field != state),
        };
        let no_state = value(state) == Value::Code(codes.unknown);
        let lacks = |needed: bool, field| needed && value(field) == Value::Missing;
        let lacking: Vec<String> =
            [(state, no_state), (due, lacks(needs_due, due)), (done, lacks(needs_done, done))]
                .into_iter()
                .filter(|(_, lacks)| *lacks)
                .filter_map(|(field, _)| vocabulary.field_def(cited.list, field))
                .map(|def| format!("“{}”", def.name.chinese))
                .collect();
        if lacking.is_empty() {
            // Of several orders of one decision another one is meant.
            return "对应的整改文书缺期限或者完成日期".to_owned();
        }
        format!("缺{}", lacking.concat())
    }
}

/// True if the hit might have been another, or none, had the open value been known.
fn turns_on(rule: &Rule, arm: usize, open: &Open<'_>) -> bool {
    let (before, own) = rule.arms.split_at(arm.min(rule.arms.len()));
    let own = own.first().and_then(|arm| arm.when.as_ref());
    match rule.scope {
        Scope::Each(_) => {
            let looks = |when: &&Expr| when.looks_at(open.field);
            rule.guard.iter().chain(own).filter(looks).any(|when| open.outcomes(when).fails)
                || before
                    .iter()
                    .filter_map(|arm| arm.when.as_ref())
                    .filter(looks)
                    .any(|when| open.outcomes(when).holds)
        }
        Scope::Enterprise => {
            let conditions = rule.guard.iter().chain(own);
            let mut filters = conditions
                .flat_map(|when| when.aggregates())
                .filter(|aggregate| aggregate.list == open.row.list)
                .filter_map(|aggregate| aggregate.filter.as_ref());
            filters.any(|filter| filter.looks_at(open.field) && open.outcomes(filter).fails)
        }
    }
}
