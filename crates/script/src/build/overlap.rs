//! One thing held against an enterprise twice (一事不二罚): rules of which two can take points for the same record.
//!
//! A rule over rows rests on the fields that its case looks at; two such rules overlap where they share a field and one
//! row can meet both; a penalty and the order to rectify that names it are one row there. A rule over the enterprise that one record alone fulfils (存在, at least one, the greatest amount)
//! is looked at as a rule over that record. A rule that asks for several records judges their frequency, which is a
//! thing of its own; but two rules that ask for different numbers of the same records judge the same thing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use sanse::{
    Aggregate, Arm, Compare, Constant, Derivation, ENTERPRISE, Effect, Expr, FieldId, Group, ListId, Node,
    Place, Rule, Scope, Ty, What,
};

use super::Builder;
use super::linked::{Fault, Linked};
use super::whole::{applies, conditions, scope_of};
use crate::codes;
use crate::finding::Findings;
use crate::logic::Logic;
use crate::lower::{Lowering, without_places};

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
    /// What it holds against the enterprise, in a penalty or an order to rectify.
    fault: Option<Fault>,
    /// True for an order to rectify that is seen from its penalty.
    seen: bool,
    /// For a rule over the enterprise: the condition on the record.
    record: Option<Expr>,
    /// For a rule over the enterprise that asks for a number of records or an amount: what it asks for.
    asked: Option<Aggregate>,
}

/// What the cases of two rules that are looked at together have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Common {
    list: ListId,
    /// True if numbers of records are asked for.
    asked: bool,
    /// True for a penalty and its order.
    linked: bool,
}

/// Cases of one rule, and the case of another that takes points for the same.
struct Meeting<'c, 'r> {
    common: Common,
    firsts: Vec<&'c Charge<'r>>,
    second: &'c Charge<'r>,
}

impl Charge<'_> {
    /// What both have in common, if they can be about the same thing.
    fn meets(&self, other: &Charge<'_>) -> Option<Common> {
        let linked = self.seen || other.seen;
        let meets = match (&self.asked, &other.asked) {
            _ if self.list != other.list || (self.seen && other.seen) => false,
            (None, None) if linked => self.fault.is_some() && self.fault == other.fault,
            (None, None) => self.evidence.iter().any(|field| other.evidence.contains(field)),
            (Some(a), Some(b)) => a == b,
            _ => false,
        };
        meets.then_some(Common { list: self.list, asked: self.asked.is_some(), linked })
    }
}

impl Builder<'_> {
    /// Rules that can count one row twice for the same fact, where the script does not say that it is meant.
    pub(super) fn check_overlaps(&mut self, rules: &[Rule], groups: &[Group], always: &Expr) {
        let linked = Linked::new(self.lowering.vocabulary);
        let charges: Vec<Vec<Charge<'_>>> =
            rules.iter().map(|rule| self.charges(rule, linked.as_ref())).collect();
        let closures = self.lowering.closures;
        let mut silent = Findings::default();
        // A penalty with the fields of its order is looked at in a vocabulary that has such rows.
        let beside = linked.as_ref().map(|linked| Lowering::new(&linked.vocabulary, closures, &mut silent));
        let both = linked.as_ref().zip(beside.as_ref());
        let (mut found, mut idle) = (Vec::new(), Vec::new());
        let mut unchecked = None;
        'rules: for (number, (second, rule)) in charges.iter().zip(rules).enumerate() {
            for (first, before) in charges.iter().zip(rules).take(number) {
                let left = self.lowering.steps.get();
                if left == 0 {
                    unchecked = Some(rule);
                    break 'rules;
                }
                self.lowering.steps.set(left.saturating_sub(STEPS_OF_A_PAIR));
                let meetings = self.overlap(first, second, groups, always, both);
                let apart = |rule: &Rule, other: &Rule| {
                    rule.apart.iter().filter(|apart| apart.rule == other.id).map(|a| a.at).collect::<Vec<_>>()
                };
                let meant = [apart(rule, before), apart(before, rule)].concat();
                if meant.is_empty() {
                    found.extend(meetings);
                } else if meetings.is_empty() {
                    idle.extend(meant);
                }
            }
        }
        if self.lowering.steps.get() == 0 {
            unchecked = unchecked.or(rules.last());
        }
        // What is found at one case is one finding, with all rules that meet it there.
        let mut by_case: BTreeMap<Place, Vec<Meeting<'_, '_>>> = BTreeMap::new();
        for meeting in found {
            let second = meeting.second;
            let at = second.rule.arms.get(second.arm).map_or(second.rule.at, |arm| arm.at);
            by_case.entry(at).or_default().push(meeting);
        }
        for (at, meetings) in by_case {
            self.report_overlap(at, &meetings, linked.as_ref());
        }
        if let Some(rule) = unchecked {
            let message = "规则过多：从这条起，没有核对会不会给同一条记录重复记分";
            let help = "分成几个标准分别检查，或合并成一条规则的几个 情形";
            self.warn(codes::NOT_ALL_COMPARED, self.lowering.mark_at(rule.at), message, help);
        } else {
            for at in idle {
                let message = "两条规则没有给同一条记录各记一次分的地方，分别记分 用不到";
                self.warn(codes::NO_EFFECT, self.lowering.mark_at(at), message, "核对编号；用不到的删去");
            }
        }
    }

    fn report_overlap(&mut self, at: Place, meetings: &[Meeting<'_, '_>], linked: Option<&Linked>) {
        let Some(Meeting { second, .. }) = meetings.first() else { return };
        let name = |list: ListId| self.lowering.vocabulary.list_def(list).name.chinese.as_str();
        let second_id = &second.rule.id;
        let (across, within): (Vec<&Meeting<'_, '_>>, Vec<_>) =
            meetings.iter().partition(|meeting| meeting.common.linked);
        let mut said = Vec::new();
        let mut ways = Vec::new();
        if let Some(first) = within.first() {
            let (named, name) = (named(&within), name(first.common.list));
            said.push(if within.iter().all(|meeting| meeting.common.asked) {
                format!("{named}和规则“{second_id}”数的是同样的{name}，可能各记一次分")
            } else {
                format!("{named}和规则“{second_id}”可能给同一条{name}各记一次分")
            });
            let all = within.iter().flat_map(|meeting| meeting.firsts.iter().chain([&meeting.second]));
            ways.push(if all.into_iter().all(|charge| charge.rule.scope != Scope::Enterprise) {
                "只该记一次的，放进同一个 组(…).取最重()；或使条件不同时成立".to_owned()
            } else {
                "只该记一次的，写成一条规则的几个 情形，重的在前；或使条件不同时成立".to_owned()
            });
        }
        if let (Some(linked), false) = (linked, across.is_empty()) {
            let (sanction, order) = (name(linked.link.sanctions), name(linked.link.orders));
            let field = self.lowering.vocabulary.field_def(linked.link.orders, linked.link.sanction_document);
            let field = field.map_or("", |def| def.name.chinese.as_str());
            let x = order.chars().next().unwrap_or('x');
            let named = named(&across);
            said.push(format!(
                "{named}和规则“{second_id}”可能给同一个决定的{sanction}和{order}各记一次分，说的是同一件事"
            ));
            ways.push(format!("看{order}的那条加上条件 !{x}.{field}.有值，只看没有对应处罚的"));
        }
        let others: BTreeSet<&str> =
            meetings.iter().flat_map(|m| &m.firsts).map(|charge| charge.rule.id.as_str()).collect();
        let other = others.first().copied().unwrap_or("…");
        let each = if others.len() > 1 { "，每一条各写一次" } else { "" };
        let help = format!(
            "一事不二罚：{}；确实要分别记的，在这条规则后接 .分别记分(\"{other}\", \"理由\"){each}",
            ways.join("；")
        );
        self.warn(codes::OVERLAP, self.lowering.mark_at(at), said.join("；"), &help);
    }

    /// What two rules both take points for, where a row or an enterprise is found for which they do: each case of the
    /// second with those of the first.
    fn overlap<'c, 'r>(
        &self,
        firsts: &'c [Charge<'r>],
        seconds: &'c [Charge<'r>],
        groups: &[Group],
        always: &Expr,
        linked: Option<(&Linked, &Lowering<'_>)>,
    ) -> Vec<Meeting<'c, 'r>> {
        let pairs = firsts.iter().flat_map(|a| seconds.iter().map(move |b| (a, b)));
        // What is asked of a row is asked of all rows of one list together.
        let mut kinds: BTreeMap<Common, Vec<(&'c Charge<'r>, &'c Charge<'r>)>> = BTreeMap::new();
        for (a, b) in pairs {
            if let Some(common) = a.meets(b) {
                kinds.entry(common).or_default().push((a, b));
            }
        }
        let mut all: Vec<Meeting<'c, 'r>> = Vec::new();
        for (common, pairs) in kinds {
            let linked = linked.filter(|_| common.linked);
            for (first, second) in self.meeting(&pairs, common, groups, always, linked) {
                let known = all.iter_mut().find(|m| m.common == common && m.second.arm == second.arm);
                match known {
                    Some(meeting) => meeting.firsts.push(first),
                    None => all.push(Meeting { common, firsts: vec![first], second }),
                }
            }
        }
        all
    }

    /// Those of some pairs of charges of two rules of which both are found to apply.
    fn meeting<'c, 'r>(
        &self,
        pairs: &[(&'c Charge<'r>, &'c Charge<'r>)],
        common: Common,
        groups: &[Group],
        always: &Expr,
        linked: Option<(&Linked, &Lowering<'_>)>,
    ) -> Vec<(&'c Charge<'r>, &'c Charge<'r>)> {
        let Some((first, second)) = pairs.first().map(|(a, b)| (a.rule, b.rule)) else { return Vec::new() };
        let scope = if common.asked { ENTERPRISE } else { common.list };
        let picks = |rule: &Rule| {
            let group = rule.group.filter(|_| rule.scope != Scope::Enterprise)?;
            groups.get(usize::from(group)).filter(|g| g.pick_across).map(|_| group)
        };
        // Rows of two lists have the same key only if that of the order is the number of its penalty.
        let one_key = linked.is_none_or(|(linked, _)| {
            let order =
                [first, second].into_iter().find(|rule| rule.scope == Scope::Each(linked.link.orders));
            order.is_some_and(|rule| rule.pick.iter().any(|key| key.looks_at(linked.link.sanction_document)))
        });
        if one_key && picks(first).is_some() && picks(first) == picks(second) {
            return Vec::new();
        }
        let stated = |rule: &Rule| -> Vec<Expr> {
            let own = conditions(rule, always).into_iter().cloned();
            let seen = |condition: Expr| match linked {
                _ if scope_of(rule) == scope => condition,
                Some((linked, _)) if scope_of(rule) == linked.link.orders => {
                    linked.seen_from_the_penalty(condition)
                }
                _ => seen_from_a_row(condition),
            };
            own.map(seen).collect()
        };
        let (ones, others) = (stated(first), stated(second));
        // That two rules say the same is reported as that.
        if scope == ENTERPRISE && ones.iter().map(without_places).eq(others.iter().map(without_places)) {
            return Vec::new();
        }
        let (offset, records) = (ones.len(), ones.len() + others.len());
        let mut all: Vec<&Expr> = ones.iter().chain(&others).collect();
        all.extend(pairs.iter().flat_map(|(a, b)| [a, b]).map(|c| c.record.as_ref().unwrap_or(always)));
        let joined = all.len();
        all.push(linked.map_or(always, |(linked, _)| &linked.joined));
        let lowering = linked.map_or(&self.lowering, |(_, lowering)| lowering);
        let logic = Logic::new(lowering, scope, &all, &self.lowering.steps);
        let meets = |(place, (a, b)): (usize, &(&Charge<'_>, &Charge<'_>))| {
            let mut wanted = applies(0, a.arm);
            wanted.extend(applies(offset, b.arm));
            wanted.extend([(records + 2 * place, true), (records + 2 * place + 1, true), (joined, true)]);
            logic.found(&wanted)
        };
        pairs.iter().enumerate().filter(|pair| meets(*pair)).map(|(_, pair)| *pair).collect()
    }

    /// The records for which a rule takes points; an order to rectify is there once more as seen from its penalty.
    fn charges<'r>(&self, rule: &'r Rule, linked: Option<&Linked>) -> Vec<Charge<'r>> {
        let mut charges = self.own_charges(rule);
        let Some(linked) = linked else { return charges };
        for charge in charges.iter_mut().filter(|charge| charge.asked.is_none()) {
            charge.fault = linked.fault(charge.list, &charge.evidence);
        }
        let orders =
            charges.iter().filter(|charge| charge.list == linked.link.orders && charge.fault.is_some());
        let seen: Vec<Charge<'r>> = orders
            .map(|charge| Charge {
                list: linked.link.sanctions,
                evidence: Vec::new(),
                seen: true,
                record: charge.record.clone().map(|record| linked.seen_from_the_penalty(record)),
                asked: None,
                ..*charge
            })
            .collect();
        charges.extend(seen);
        charges
    }

    fn own_charges<'r>(&self, rule: &'r Rule) -> Vec<Charge<'r>> {
        let mut charges = Vec::new();
        for (place, arm) in rule.arms.iter().enumerate().filter(|(_, arm)| is_demerit(arm)) {
            let charge = |list: ListId| Charge {
                rule,
                arm: place,
                list,
                evidence: Vec::new(),
                fault: None,
                seen: false,
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

/// The rules of the first cases of some meetings, with the lines of those cases.
fn named(meetings: &[&Meeting<'_, '_>]) -> String {
    let mut firsts: Vec<(&str, BTreeSet<u32>)> = Vec::new();
    for charge in meetings.iter().flat_map(|meeting| &meeting.firsts) {
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
    named
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
