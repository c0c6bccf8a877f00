//! One thing held against an enterprise twice (一事不二罚): rules of which two can take points for the same record.
//!
//! A rule over rows rests on the fields that its case looks at; two such rules overlap where they share a field and one
//! row can meet both. A rule over the enterprise that one record alone fulfils (存在, at least one, the greatest amount)
//! is looked at as a rule over that record. A rule that asks for several records judges their frequency, which is a
//! thing of its own; but two rules that ask for different numbers of the same records judge the same thing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sanse::{
    Aggregate, Arm, Compare, Constant, Derivation, ENTERPRISE, Effect, Expr, FieldId, Group, ListId, Node,
    Place, Rule, Scope, Ty, What,
};

use super::Builder;
use super::whole::{applies, conditions, scope_of};
use crate::codes;
use crate::logic::Logic;
use crate::lower::without_places;

/// What it costs to compare two rules, in steps of [`Logic`], beside the questions that are asked of it.
const STEPS_OF_A_PAIR: u64 = 10;
/// The rules that one finding names.
const MOST_NAMED: usize = 5;

/// True for points against the enterprise.
fn is_demerit(arm: &Arm) -> bool {
    match &arm.effect {
        Effect::Points { amount, merit: false } => {
            !matches!(&amount.node, Node::Const(Constant::Points(points)) if points.hundredths() == 0)
        }
        _ => false,
    }
}

/// A case of a rule that takes points for a record of a list.
struct Charge<'r> {
    rule: &'r Rule,
    arm: usize,
    list: ListId,
    /// The fields on which it rests.
    evidence: Vec<FieldId>,
    /// For a rule over the enterprise: the condition on the record.
    record: Option<Expr>,
    /// For a rule over the enterprise that asks for a number of records or an amount: what it asks for.
    asked: Option<Aggregate>,
}

/// Cases of one rule, and the case of another that takes points for the same.
type Meeting<'c, 'r> = (Vec<&'c Charge<'r>>, &'c Charge<'r>);

impl Charge<'_> {
    /// True if both can be about the same thing.
    fn meets(&self, other: &Charge<'_>) -> bool {
        match (&self.asked, &other.asked) {
            (None, None) => self.evidence.iter().any(|field| other.evidence.contains(field)),
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
    }
}

impl Builder<'_> {
    /// Rules that can count one row twice for the same fact.
    pub(super) fn check_overlaps(&mut self, rules: &[Rule], groups: &[Group], always: &Expr) {
        let charges: Vec<Vec<Charge<'_>>> = rules.iter().map(|rule| self.charges(rule)).collect();
        let mut found = Vec::new();
        let mut unchecked = None;
        'rules: for (number, second) in charges.iter().enumerate() {
            for first in charges.iter().take(number) {
                let left = self.lowering.steps.get();
                if left == 0 {
                    unchecked = rules.get(number);
                    break 'rules;
                }
                self.lowering.steps.set(left.saturating_sub(STEPS_OF_A_PAIR));
                found.extend(self.overlap(first, second, groups, always));
            }
        }
        if self.lowering.steps.get() == 0 {
            unchecked = unchecked.or(rules.last());
        }
        // What is found at one case is one finding, with all rules that meet it there.
        let mut by_case: BTreeMap<Place, Vec<Meeting<'_, '_>>> = BTreeMap::new();
        for (firsts, second) in found {
            let at = second.rule.arms.get(second.arm).map_or(second.rule.at, |arm| arm.at);
            by_case.entry(at).or_default().push((firsts, second));
        }
        for (at, meetings) in by_case {
            self.report_overlap(at, &meetings);
        }
        if let Some(rule) = unchecked {
            let message = "规则过多：从这条起，没有核对会不会给同一条记录重复记分";
            let help = "分成几个标准分别检查，或合并成一条规则的几个 情形";
            self.warn(codes::NOT_ALL_COMPARED, self.lowering.mark_at(rule.at), message, help);
        }
    }

    fn report_overlap(&mut self, at: Place, meetings: &[Meeting<'_, '_>]) {
        let Some((_, second)) = meetings.first() else { return };
        let name = self.lowering.vocabulary.list_def(second.list).name.chinese.clone();
        let mut firsts: Vec<(&str, BTreeSet<u32>)> = Vec::new();
        for charge in meetings.iter().flat_map(|(firsts, _)| firsts) {
            let line = charge.rule.arms.get(charge.arm).map_or(0, |arm| arm.at.line);
            match firsts.iter_mut().find(|(id, _)| *id == charge.rule.id) {
                Some((_, lines)) => drop(lines.insert(line)),
                None => firsts.push((&charge.rule.id, BTreeSet::from([line]))),
            }
        }
        let named = firsts.iter().take(MOST_NAMED).map(|(id, lines)| {
            let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
            format!("规则“{id}”（第 {} 行）", lines.join("、"))
        });
        let mut named = named.collect::<Vec<_>>().join("、");
        if firsts.len() > MOST_NAMED {
            let _ = write!(named, "等 {} 条规则", firsts.len());
        }
        let second_id = &second.rule.id;
        let all = || meetings.iter().flat_map(|(firsts, second)| firsts.iter().chain([second]));
        let message = if all().all(|charge| charge.asked.is_some()) {
            format!("{named}和规则“{second_id}”数的是同样的{name}，可能各记一次分")
        } else {
            format!("{named}和规则“{second_id}”可能给同一条{name}各记一次分")
        };
        let help = if all().all(|charge| charge.rule.scope != Scope::Enterprise) {
            "一事不二罚：只该记一次的，放进同一个 组(…).取最重()；或使条件不同时成立"
        } else {
            "一事不二罚：只该记一次的，写成一条规则的几个 情形，重的在前；或使条件不同时成立"
        };
        self.warn(codes::OVERLAP, self.lowering.mark_at(at), message, help);
    }

    /// What two rules both take points for, where a row or an enterprise is found for which they do: each case of the
    /// second with those of the first.
    fn overlap<'c, 'r>(
        &self,
        firsts: &'c [Charge<'r>],
        seconds: &'c [Charge<'r>],
        groups: &[Group],
        always: &Expr,
    ) -> Vec<Meeting<'c, 'r>> {
        let pairs = firsts.iter().flat_map(|a| seconds.iter().map(move |b| (a, b)));
        let pairs: Vec<_> = pairs.filter(|(a, b)| a.list == b.list && a.meets(b)).collect();
        // What is asked of a row is asked of all rows of one list together.
        let mut kinds: Vec<(ListId, bool)> = pairs.iter().map(|(a, _)| (a.list, a.asked.is_some())).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut all: Vec<Meeting<'c, 'r>> = Vec::new();
        for (list, of_enterprise) in kinds {
            let own =
                pairs.iter().copied().filter(|(a, _)| (a.list, a.asked.is_some()) == (list, of_enterprise));
            let scope = if of_enterprise { ENTERPRISE } else { list };
            for (first, second) in self.meeting(&own.collect::<Vec<_>>(), scope, groups, always) {
                let kind = first.asked.is_some();
                let known = all.iter_mut().find(|(firsts, known)| {
                    known.arm == second.arm
                        && firsts.first().is_some_and(|f| (f.list, f.asked.is_some()) == (list, kind))
                });
                match known {
                    Some((firsts, _)) => firsts.push(first),
                    None => all.push((vec![first], second)),
                }
            }
        }
        all
    }

    /// Those of some pairs of charges of two rules of which both are found to apply.
    fn meeting<'c, 'r>(
        &self,
        pairs: &[(&'c Charge<'r>, &'c Charge<'r>)],
        scope: ListId,
        groups: &[Group],
        always: &Expr,
    ) -> Vec<(&'c Charge<'r>, &'c Charge<'r>)> {
        let Some((first, second)) = pairs.first().map(|(a, b)| (a.rule, b.rule)) else { return Vec::new() };
        let picks = |rule: &Rule| {
            let group = rule.group.filter(|_| rule.scope != Scope::Enterprise)?;
            groups.get(usize::from(group)).filter(|g| g.pick_across).map(|_| group)
        };
        if picks(first).is_some() && picks(first) == picks(second) {
            return Vec::new();
        }
        let stated = |rule: &Rule| -> Vec<Expr> {
            let own = conditions(rule, always).into_iter().cloned();
            own.map(|c| if scope_of(rule) == scope { c } else { seen_from_a_row(c) }).collect()
        };
        let (ones, others) = (stated(first), stated(second));
        // That two rules say the same is reported as that.
        if scope == ENTERPRISE && ones.iter().map(without_places).eq(others.iter().map(without_places)) {
            return Vec::new();
        }
        let (offset, records) = (ones.len(), ones.len() + others.len());
        let mut all: Vec<&Expr> = ones.iter().chain(&others).collect();
        all.extend(pairs.iter().flat_map(|(a, b)| [a, b]).map(|c| c.record.as_ref().unwrap_or(always)));
        let logic = Logic::new(&self.lowering, scope, &all, &self.lowering.steps);
        let meets = |(place, (a, b)): (usize, &(&Charge<'_>, &Charge<'_>))| {
            let mut wanted = applies(0, a.arm);
            wanted.extend(applies(offset, b.arm));
            wanted.extend([(records + 2 * place, true), (records + 2 * place + 1, true)]);
            logic.found(&wanted)
        };
        pairs.iter().enumerate().filter(|pair| meets(*pair)).map(|(_, pair)| *pair).collect()
    }

    /// The records for which a rule takes points.
    fn charges<'r>(&self, rule: &'r Rule) -> Vec<Charge<'r>> {
        let mut charges = Vec::new();
        for (place, arm) in rule.arms.iter().enumerate().filter(|(_, arm)| is_demerit(arm)) {
            let charge = |list: ListId| Charge {
                rule,
                arm: place,
                list,
                evidence: Vec::new(),
                record: None,
                asked: None,
            };
            if let Scope::Each(list) = rule.scope {
                charges.push(Charge { evidence: self.evidence(list, rule, arm), ..charge(list) });
                continue;
            }
            let mut tests = Vec::new();
            rule.guard.iter().chain(&arm.when).for_each(|condition| thresholds(condition, &mut tests));
            for (aggregate, alone) in tests {
                let charge = charge(aggregate.list);
                if alone {
                    let mut evidence = Vec::new();
                    aggregate.filter.iter().for_each(|filter| fields_of(filter, &mut evidence));
                    if let What::Max(of) = &aggregate.what {
                        fields_of(of, &mut evidence);
                    }
                    self.settle(aggregate.list, &mut evidence);
                    charges.push(Charge { evidence, record: aggregate.filter.clone(), ..charge });
                } else {
                    let plain = without_places(&Expr {
                        node: Node::Aggregate(Box::new(aggregate.clone())),
                        ty: Ty::Int,
                        at: rule.at,
                    });
                    if let Node::Aggregate(asked) = plain.node {
                        charges.push(Charge { asked: Some(*asked), ..charge });
                    }
                }
            }
        }
        charges
    }

    /// A condition on nothing but the part of a list is one on the record as such: on its kind and its act.
    fn settle(&self, list: ListId, evidence: &mut Vec<FieldId>) {
        let def = self.lowering.vocabulary.list_def(list);
        let views: Vec<FieldId> = def.views.iter().map(|view| view.field).collect();
        evidence.retain(|field| !views.contains(field));
        if evidence.is_empty() {
            evidence.extend(def.roles.shown.first());
            evidence.extend(def.roles.act);
        }
    }

    /// The fields of the row on which a case rests; where it rests on none, the row as such: its kind and its act.
    fn evidence(&self, list: ListId, rule: &Rule, arm: &Arm) -> Vec<FieldId> {
        let def = self.lowering.vocabulary.list_def(list);
        let group = |field: &FieldId| match def.field_def(*field).and_then(|f| f.derived) {
            Some(Derivation::GroupOf(from) | Derivation::GravestOf(from)) => Some(from),
            _ => None,
        };
        let mut fields = Vec::new();
        rule.guard.iter().for_each(|guard| fields_of(guard, &mut fields));
        // The part of a list says which rows are looked at, not what is held against them.
        if arm.when.is_some() {
            fields.retain(|field| group(field).is_none());
        }
        arm.when.iter().for_each(|when| fields_of(when, &mut fields));
        for field in &mut fields {
            *field = group(field).unwrap_or(*field);
        }
        if arm.when.is_none() && (fields.is_empty() || rule.arms.len() > 1) {
            fields.extend(def.roles.shown.first());
            fields.extend(def.roles.act);
        }
        fields
    }
}

/// The aggregates of which a condition asks for much, and whether one record alone can be enough.
fn thresholds<'e>(condition: &'e Expr, found: &mut Vec<(&'e Aggregate, bool)>) {
    match &condition.node {
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| thresholds(part, found)),
        Node::Compare(op, sides) => {
            let [left, right] = sides.as_ref();
            let (asked, op, than) = match (&left.node, &right.node) {
                (_, Node::Const(than)) => (left, *op, than),
                (Node::Const(than), _) => (right, op.mirrored(), than),
                _ => return,
            };
            let aggregate = match &asked.node {
                Node::Aggregate(aggregate) => aggregate,
                Node::OrElse(sides) => match sides.each_ref().map(|side| &side.node) {
                    [Node::Aggregate(aggregate), _] => aggregate,
                    _ => return,
                },
                _ => return,
            };
            let alone = match aggregate.what {
                What::Count | What::Rows | What::Peak(_) => {
                    matches!(
                        (op, than),
                        (Compare::Greater, Constant::Int(0)) | (Compare::AtLeast, Constant::Int(1))
                    )
                }
                What::Max(_) => true,
                _ => false,
            };
            if matches!(op, Compare::Greater | Compare::AtLeast) {
                found.push((aggregate, alone));
            }
        }
        _ => {}
    }
}

/// A condition over the enterprise as one over a row: what it says of the enterprise.
fn seen_from_a_row(mut condition: Expr) -> Expr {
    if let Node::Field(field) = condition.node {
        condition.node = Node::EnterpriseField(field);
    }
    for part in condition.parts_mut() {
        *part = seen_from_a_row(part.clone());
    }
    condition
}

/// The fields of the row that a condition looks at.
fn fields_of(expr: &Expr, found: &mut Vec<FieldId>) {
    if let Node::Field(field) = expr.node {
        found.push(field);
    }
    expr.parts().iter().for_each(|part| fields_of(part, found));
}
