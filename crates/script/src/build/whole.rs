//! The standard as a whole (整体检查): cases that are never reached, rows counted twice, rules that say the same,
//! keys of groups that never meet, and sums beyond what a score can hold. Only a standard without errors is looked at.

use std::collections::BTreeMap;

use sanse::{Admit, Constant, Effect, Expr, Group, ListId, Node, Rule, Scope, Span};

use super::Builder;
use super::within::Within;
use crate::codes;
use crate::logic::Logic;
use crate::lower::{Known, without_places};

const NARROW_FIRST: &str = "把范围小的情形放到前面，或删去";
const LONGER: &str = "核对年限；要看更早的，计入 写够年限，或者给规则写 .近(…)";

/// The rows of one enterprise and rule that a score must hold.
const MANY_ROWS: i128 = 10_000;

/// The conditions of a rule, in the order: guard, then each case.
pub(super) fn conditions<'r>(rule: &'r Rule, always: &'r Expr) -> Vec<&'r Expr> {
    let guard = rule.guard.as_ref().unwrap_or(always);
    let arms = rule.arms.iter().map(|arm| arm.when.as_ref().unwrap_or(always));
    std::iter::once(guard).chain(arms).collect()
}

/// That the case `arm` of a rule applies, as a question on its conditions from place `first` on.
pub(super) fn applies(first: usize, arm: usize) -> Vec<(usize, bool)> {
    let mut wanted = vec![(first, true), (first + 1 + arm, true)];
    wanted.extend((0..arm).map(|before| (first + 1 + before, false)));
    wanted
}

impl Builder<'_> {
    pub(super) fn check_rules(&mut self, admits: &[Admit], rules: &[Rule], groups: &[Group]) {
        let always = Expr::constant(Constant::Bool(true));
        for rule in rules {
            self.check_arms(rule, &always, &Within::rule(rule, admits));
        }
        self.check_group_keys(rules, groups);
        self.check_overlaps(rules, groups, &always);
        self.check_same_conditions(rules);
        self.check_total(rules);
    }

    /// Cases that no row reaches.
    fn check_arms(&mut self, rule: &Rule, always: &Expr, within: &Within) {
        let mut unreached = Vec::new();
        {
            let mut conditions = conditions(rule, always);
            let counted = conditions.len()..conditions.len() + within.conditions.len();
            conditions.extend(&within.conditions);
            // Of a row that counts.
            let counts = |wanted: &[(usize, bool)]| -> Vec<(usize, bool)> {
                wanted.iter().copied().chain(counted.clone().map(|number| (number, true))).collect()
            };
            let logic = Logic::new(&self.lowering, scope_of(rule), &conditions, &self.lowering.steps);
            if !logic.possible(&[(0, true)]) {
                // The condition itself was reported, unless it speaks against the part of the list.
                return;
            }
            let outside = |wanted: &[(usize, bool)]| {
                within.span.filter(|_| logic.possible(wanted) && !logic.possible(&counts(wanted)))
            };
            let told = |span: Span| format!("计入的是{span}以内的记录，没有一条符合，这里永远轮不到");
            if let Some(span) = outside(&[(0, true)]) {
                unreached.push((self.lowering.mark_at(rule.at), told(span), LONGER));
            }
            let arms = if unreached.is_empty() { rule.arms.as_slice() } else { &[] };
            for (number, arm) in arms.iter().enumerate() {
                let own = number + 1;
                if !logic.possible(&[(own, true)]) || logic.possible(&counts(&applies(0, number))) {
                    continue;
                }
                // That nothing is left to 其余 where the time counted ends is no slip.
                if arm.when.is_none() && logic.possible(&applies(0, number)) {
                    continue;
                }
                if let Some(span) = outside(&[(0, true), (own, true)]) {
                    unreached.push((self.lowering.mark_at(arm.at), told(span), LONGER));
                    continue;
                }
                let message = if !logic.possible(&[(0, true), (own, true)]) {
                    "和规则的范围、“当”的条件不能同时成立，这个情形永远轮不到".to_owned()
                } else if arm.when.is_none() {
                    "前面的情形已经包括了所有记录，“其余”永远用不到".to_owned()
                } else {
                    let alone = (0..number).find(|before| {
                        !logic.possible(&counts(&[(0, true), (own, true), (before + 1, false)]))
                    });
                    match alone.and_then(|before| rule.arms.get(before)) {
                        Some(before) if same(before.when.as_ref(), arm.when.as_ref()) => {
                            format!("和第 {} 行的情形条件相同，永远轮不到", before.at.line)
                        }
                        Some(before) => {
                            format!("第 {} 行的情形已经包括了它，永远轮不到", before.at.line)
                        }
                        None => "前面几个情形合起来已经包括了它，永远轮不到".to_owned(),
                    }
                };
                unreached.push((self.lowering.mark_at(arm.at), message, NARROW_FIRST));
            }
        }
        for (mark, message, help) in unreached {
            self.warn(codes::SHADOWED, mark, message, help);
        }
    }

    /// Within a group that picks across its rules, keys of another number or type never meet.
    fn check_group_keys(&mut self, rules: &[Rule], groups: &[Group]) {
        let mut first: BTreeMap<u16, &Rule> = BTreeMap::new();
        for rule in rules.iter().filter(|rule| !rule.pick.is_empty()) {
            let Some(number) = rule.group else { continue };
            let Some(group) = groups.get(usize::from(number)).filter(|g| g.pick_across) else { continue };
            let model = *first.entry(number).or_insert(rule);
            let types = |rule: &Rule| rule.pick.iter().map(|key| key.ty).collect::<Vec<_>>();
            if types(model) == types(rule) {
                continue;
            }
            let described = |rule: &Rule| {
                let names: Vec<String> =
                    rule.pick.iter().map(|key| self.lowering.type_name(key.ty)).collect();
                format!("{} 项（{}）", names.len(), names.join("、"))
            };
            let message = format!(
                "组“{}”内取最重：规则“{}”按 {}，规则“{}”按 {}，永远对不上",
                group.name,
                model.id,
                described(model),
                rule.id,
                described(rule)
            );
            let help = "组内各条规则写同样的 .取最重(|x| […])";
            self.error(codes::GROUP_KEYS, self.lowering.mark_at(rule.at), message, help);
        }
    }

    /// Rules with the same conditions and the same kind of effect.
    fn check_same_conditions(&mut self, rules: &[Rule]) {
        let mut seen: BTreeMap<String, &Rule> = BTreeMap::new();
        for rule in rules {
            let whens: Vec<Expr> =
                rule.arms.iter().filter_map(|a| a.when.as_ref()).map(without_places).collect();
            let guard = rule.guard.as_ref().map(without_places);
            if rule.scope != Scope::Enterprise || (whens.is_empty() && guard.is_none()) {
                continue;
            }
            let kinds: Vec<(std::mem::Discriminant<Effect>, bool)> = rule
                .arms
                .iter()
                .map(|arm| {
                    let merit = matches!(arm.effect, Effect::Points { merit: true, .. });
                    (std::mem::discriminant(&arm.effect), merit)
                })
                .collect();
            // A rule of one case says the same in 当 and in 情形.
            let mut parts: Vec<Expr> = guard.into_iter().collect();
            parts.extend(whens);
            let key = format!("{kinds:?}{parts:?}");
            if let Some(before) = seen.get(&key) {
                let message = format!("条件和第 {} 行的规则“{}”相同", before.at.line, before.id);
                let help = "合成一条，或改正其中一条的条件";
                self.warn(codes::SAME_CONDITION, self.lowering.mark_at(rule.at), message, help);
            } else {
                seen.insert(key, rule);
            }
        }
    }

    /// The sum of all points of one kind must fit into a score.
    fn check_total(&mut self, rules: &[Rule]) {
        let mut total: i128 = 0;
        for rule in rules {
            let amounts = rule.arms.iter().filter_map(|arm| match &arm.effect {
                Effect::Points { amount, .. } => {
                    let most = self.lowering.interval(amount, scope_of(rule), &Known::default()).high;
                    let constant = matches!(amount.node, Node::Const(_));
                    let rows = if constant && rule.scope != Scope::Enterprise { MANY_ROWS } else { 1 };
                    // What an amount of a field comes to was bounded where it stands.
                    Some(most.min(i128::from(i32::MAX)) * rows)
                }
                _ => None,
            });
            let most = amounts.max().unwrap_or(0);
            let most = rule.cap.map_or(most, |cap| most.min(i128::from(cap.hundredths())));
            let before = total;
            total += most;
            let limit = i128::from(i32::MAX);
            if before <= limit && total > limit {
                let message = "从这里起，各条规则合计的分值可能过大（总分最多两千万分）";
                let help = "给规则写 .封顶(…)，或换较小的分值";
                self.warn(codes::OVERFLOW, self.lowering.mark_at(rule.at), message, help);
            }
        }
    }
}

pub(super) fn scope_of(rule: &Rule) -> ListId {
    match rule.scope {
        Scope::Enterprise => sanse::ENTERPRISE,
        Scope::Each(list) => list,
    }
}

fn same(a: Option<&Expr>, b: Option<&Expr>) -> bool {
    a.map(without_places) == b.map(without_places)
}
