//! Values that nobody knows (未知): cases and filters into which a row falls because a value of it could not be worked
//! out, while the rule has not a word for that. Such a row gets what was meant for others, or what nobody meant.

use std::collections::BTreeMap;

use sanse::{
    Admit, Arm, Compare, Constant, ENTERPRISE, Effect, Expr, FieldId, ListId, Node, Place, Rule, Scope, Ty,
};

use super::Builder;
use super::whole::{applies, conditions};
use crate::codes;
use crate::logic::Logic;

/// A field of a list that may come out as 未知.
#[derive(Clone, Copy)]
struct Unsure {
    list: ListId,
    field: FieldId,
    unknown: u16,
}

impl Unsure {
    /// True if the code 未知 of the field is named in a condition.
    fn is_named(self, condition: &Expr) -> bool {
        let code = |constant: &Constant| matches!(constant, Constant::Code(_, code) if *code == self.unknown);
        let here = match &condition.node {
            Node::Compare(_, pair) => {
                pair.iter().any(|side| side.node == Node::Field(self.field))
                    && pair.iter().any(|side| matches!(&side.node, Node::Const(constant) if code(constant)))
            }
            Node::OneOf(of, listed) => of.looks_at(self.field) && listed.iter().any(code),
            _ => false,
        };
        here || condition.parts().iter().any(|part| self.is_named(part))
    }

    /// A condition where the field has a code.
    fn with(self, condition: &Expr, code: u16) -> Expr {
        let mut changed = condition.clone();
        if changed.node == Node::Field(self.field)
            && let Ty::Code(list) = changed.ty
        {
            changed.node = Node::Const(Constant::Code(list, code));
            return changed;
        }
        for part in changed.parts_mut() {
            *part = self.with(part, code);
        }
        let settled = match &changed.node {
            Node::Compare(op @ (Compare::Equal | Compare::NotEqual), pair) => match &**pair {
                [Expr { node: Node::Const(a), .. }, Expr { node: Node::Const(b), .. }] => {
                    Some((a == b) == (*op == Compare::Equal))
                }
                _ => None,
            },
            Node::OneOf(of, listed) => match &of.node {
                Node::Const(constant) => Some(listed.contains(constant)),
                _ => None,
            },
            Node::Has(of) => matches!(of.node, Node::Const(_)).then_some(true),
            _ => None,
        };
        match settled {
            Some(holds) => Expr { at: changed.at, ..Expr::constant(Constant::Bool(holds)) },
            None => changed,
        }
    }

    /// Where in a condition the field stands.
    fn place(self, condition: &Expr) -> Option<Place> {
        if condition.node == Node::Field(self.field) {
            return Some(condition.at);
        }
        condition.parts().iter().find_map(|part| self.place(part))
    }
}

/// An effect that leaves everything as it is.
fn does_nothing(arm: &Arm) -> bool {
    matches!(
        &arm.effect,
        Effect::Points { amount: Expr { node: Node::Const(Constant::Points(points)), .. }, .. }
            if points.hundredths() == 0
    )
}

impl Builder<'_> {
    /// Cases of rules, and conditions of their own, that hold for 未知 as for some known value.
    pub(super) fn check_unknown(&mut self, admits: &[Admit], rules: &[Rule], others: &[&Expr]) {
        let always = Expr::constant(Constant::Bool(true));
        for rule in rules {
            if let Scope::Each(list) = rule.scope {
                self.check_unknown_cases(rule, list, &always);
            }
        }
        let amounts = |rule: &Rule| {
            let amounts = rule.arms.iter().filter_map(|arm| match &arm.effect {
                Effect::Points { amount, .. } => Some(amount.clone()),
                _ => None,
            });
            amounts.collect::<Vec<_>>()
        };
        let mut alone: Vec<(ListId, Expr)> = Vec::new();
        for admit in admits {
            let own = admit.except.iter().map(|(when, _)| when).chain(&admit.carry);
            alone.extend(own.map(|when| (admit.list, when.clone())));
        }
        let of_rules = rules.iter().filter(|rule| rule.scope == Scope::Enterprise).flat_map(|rule| {
            let own = conditions(rule, &always).into_iter().cloned();
            own.chain(amounts(rule)).collect::<Vec<_>>()
        });
        for condition in of_rules.chain(others.iter().map(|other| (*other).clone())) {
            let filters =
                condition.aggregates().into_iter().filter_map(|a| Some((a.list, a.filter.clone()?)));
            alone.extend(filters);
        }
        for (list, condition) in alone {
            for unsure in self.unsure(list) {
                let own = [&always, &condition];
                if unsure.is_named(&condition) || !self.falls(unsure, &own, 0) {
                    continue;
                }
                let name = self.name_of(unsure);
                let mark = self.lowering.mark_at(unsure.place(&condition).unwrap_or(condition.at));
                let message = format!("{name}是“未知”（推不出）的记录也算在内，这里没有提到");
                let help = "算不算在内要写明：不算的加上 && x.字段 != \"未知\"，算的把 \"未知\" 写进 in […]"
                    .replace("x.字段", &format!("{}.{name}", self.initial(list)));
                self.warn(codes::UNKNOWN_UNSAID, mark, message, &help);
            }
        }
    }

    fn check_unknown_cases(&mut self, rule: &Rule, list: ListId, always: &Expr) {
        let all = conditions(rule, always);
        let mut wrong: BTreeMap<Place, Vec<String>> = BTreeMap::new();
        for unsure in self.unsure(list) {
            if all.iter().any(|condition| unsure.is_named(condition)) {
                continue;
            }
            let arm = rule.arms.iter().enumerate().find(|(place, arm)| {
                !does_nothing(arm) && self.falls(unsure, all.get(..place + 2).unwrap_or_default(), *place)
            });
            if let Some((_, arm)) = arm {
                wrong.entry(arm.at).or_default().push(self.name_of(unsure));
            }
        }
        let x = self.initial(list);
        for (at, names) in wrong {
            let message = format!("{}是“未知”（推不出）的记录也落到这里，规则里没有提到", names.join("、"));
            let each: Vec<String> = names.iter().map(|name| format!("{x}.{name} == \"未知\"")).collect();
            let help = format!(
                "前面写一个 .情形(|{x}| {}, …) 说明怎么办；本来就该这样的，在条件里写出 \"未知\"",
                each.join(" || ")
            );
            self.warn(codes::UNKNOWN_UNSAID, self.lowering.mark_at(at), message, &help);
        }
    }

    /// The fields of a list that may come out as 未知.
    fn unsure(&self, list: ListId) -> Vec<Unsure> {
        let fields = self.lowering.vocabulary.unknown_codes(list);
        fields.map(|(field, unknown)| Unsure { list, field, unknown }).collect()
    }

    fn name_of(&self, unsure: Unsure) -> String {
        let def = self.lowering.vocabulary.field_def(unsure.list, unsure.field);
        def.map_or_else(String::new, |def| def.name.chinese.clone())
    }

    /// The name that examples give a row of a list.
    fn initial(&self, list: ListId) -> char {
        self.lowering.vocabulary.list_def(list).name.chinese.chars().next().unwrap_or('x')
    }

    /// True if a row is found whose case is `arm` while the value is 未知 and is another, were the value known.
    /// The conditions are the guard and the cases up to that one.
    fn falls(&self, unsure: Unsure, conditions: &[&Expr], arm: usize) -> bool {
        let looking: Vec<usize> = (0..conditions.len())
            .filter(|n| conditions.get(*n).is_some_and(|c| c.looks_at(unsure.field)))
            .collect();
        let codes = match self.lowering.vocabulary.field_def(unsure.list, unsure.field).map(|def| def.ty) {
            Some(Ty::Code(id)) => self.lowering.vocabulary.code_list(id).map_or(0, |list| list.codes.len()),
            _ => 0,
        };
        if looking.is_empty() || unsure.list == ENTERPRISE {
            return false;
        }
        let rests_on_it =
            self.unsure(unsure.list).into_iter().skip_while(|other| other.field != unsure.field);
        let plain: Vec<Expr> = conditions.iter().map(|condition| (*condition).clone()).collect();
        let dark = rests_on_it.fold(plain, |conditions, other| {
            conditions.iter().map(|condition| other.with(condition, other.unknown)).collect()
        });
        let known = (0..codes as u16).filter(|code| *code != unsure.unknown);
        let bright =
            known.flat_map(|code| conditions.iter().map(move |condition| unsure.with(condition, code)));
        let worlds: Vec<Expr> = dark.into_iter().chain(bright).collect();
        let stated: Vec<&Expr> = worlds.iter().collect();
        let logic = Logic::new(&self.lowering, unsure.list, &stated, &self.lowering.steps);
        (1..codes).any(|world| {
            looking.iter().any(|number| {
                let mut wanted = applies(0, arm);
                // The guard and the case itself would not hold, or one before it would.
                let before = *number > 0 && *number < arm + 1;
                wanted.push((world * conditions.len() + number, before));
                logic.found(&wanted)
            })
        })
    }
}
