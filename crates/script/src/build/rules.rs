//! 计入, 组 and 规则: windows, scopes, arms, effects, picks and caps.

use std::collections::{BTreeMap, BTreeSet};

use sanse::{
    Admit, Apart, Arm, Compare, Constant, ENTERPRISE, Effect, Expr, Group, ListId, Node, Points, Rule, Scope,
    Ty, Window,
};

use super::{Builder, plain_text};
use crate::codes;
use crate::declare::{
    AdmitDraft, Arg, ArmDraft, EffectDraft, GroupDraft, RuleDraft, Value, Verb, WindowDraft,
};
use crate::finding::Mark;
use crate::lower::Known;
use crate::words::{Kind, Word, did_you_mean_text};

/// The unknown names of one kind for which near ones are looked for.
const MOST_SUGGESTED: usize = 20;

impl Builder<'_> {
    pub(super) fn admits(&mut self, drafts: Vec<AdmitDraft>) -> Vec<Admit> {
        let mut admits: Vec<Admit> = Vec::new();
        for draft in drafts {
            let Some(list) = draft.list else { continue };
            if admits.iter().any(|a| a.list == list) {
                let name = self.lowering.vocabulary.list_def(list).name.chinese.clone();
                self.error(
                    codes::DUPLICATE,
                    draft.at,
                    format!("“{name}”计入了两次"),
                    "每个清单只写一次 计入 或 有效期",
                );
            }
            let window = self.window(&draft.window, list, draft.at);
            let mut except = Vec::new();
            for (condition, reason) in &draft.except {
                let reason = self.text(reason, "除外的原因");
                let condition = self.lowering.condition(condition, list, &Known::default());
                except.extend(condition.zip(reason));
            }
            let carry =
                draft.carry.as_ref().and_then(|c| self.lowering.condition(c, list, &Known::default()));
            self.lowering.reported_unless(window.is_some(), draft.at);
            if let Some(window) = window {
                admits.push(Admit { list, window, except, carry, at: draft.at.place });
            }
        }
        admits
    }

    /// Every list that rules and aggregates read by its window must have one.
    pub(super) fn check_admitted(&mut self, admits: &[Admit]) {
        let mut read = std::mem::take(&mut self.read);
        for (list, mark) in self.lowering.aggregated.clone() {
            read.entry(list).or_insert(mark);
        }
        if self.lost.contains("计入") || self.lost.contains("有效期") {
            return;
        }
        for (list, mark) in read {
            let def = self.lowering.vocabulary.list_def(list);
            if def.roles.date.is_none() || admits.iter().any(|a| a.list == list) {
                continue;
            }
            let date = def.roles.date.and_then(|d| def.field_def(d)).map_or("", |f| f.name.chinese.as_str());
            let name = &def.name.chinese;
            let x = name.chars().next().unwrap_or('x');
            let message = format!("清单“{name}”没有计入，不知道哪些记录算数");
            let help = format!("先写 计入({name}, |{x}| {x}.{date}, 统计期);");
            self.error(codes::NOT_ADMITTED, mark, message, &help);
        }
    }

    fn date_value(&mut self, arg: &Arg, list: ListId) -> Option<Expr> {
        let expr = self.lowering.value(arg, list)?;
        let expr = self.lowering.coerce(expr, Ty::Date)?;
        self.lowering.require(&expr, list, &Known::default()).then_some(expr)
    }

    fn window(&mut self, draft: &WindowDraft, list: ListId, at: Mark) -> Option<Window> {
        let judged = |node: Node| Expr { node, ty: Ty::Date, at: at.place };
        match draft {
            WindowDraft::Between(from, until) => {
                let (from, until) = (self.date_value(from, list), self.date_value(until, list));
                Some(Window::Between { from: from?, until: Some(until?), at: judged(Node::AsOf) })
            }
            WindowDraft::Within(span) => match &span.value {
                Value::Quantity(Constant::Span(span)) => self.lowering.back_from_period(list, *span, at),
                Value::Poison => None,
                other => {
                    let message = format!("这里要写时长，这里是{}", other.kind());
                    self.error(codes::TYPE, span.at, message, "写成 .近(3.年)");
                    None
                }
            },
            WindowDraft::Admitted(date, length) => {
                let date = self.date_value(date, list);
                match &length.value {
                    Value::Word(Word::Period) => Some(Window::Period(date?)),
                    Value::Word(Word::Unlimited) => {
                        Some(Window::Between { from: date?, until: None, at: judged(Node::PeriodLast) })
                    }
                    Value::Quantity(Constant::Span(span)) => {
                        let from = date?;
                        let until = Expr {
                            node: Node::AddSpan(Box::new(from.clone()), *span),
                            ty: Ty::Date,
                            at: from.at,
                        };
                        Some(Window::Between { from, until: Some(until), at: judged(Node::PeriodLast) })
                    }
                    Value::Poison => None,
                    other => {
                        let message = format!("这里要写窗口，这里是{}", other.kind());
                        self.error(codes::TYPE, length.at, message, "写 统计期、3.年 或 不限");
                        None
                    }
                }
            }
        }
    }

    pub(super) fn groups(&mut self, drafts: Vec<GroupDraft>, rules: &[RuleDraft]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        // A rule that names a group wrongly is reported; the group that it meant is not also called empty.
        let declared: Vec<String> = drafts.iter().map(|d| plain_text(&d.name)).collect();
        let misnamed =
            rules.iter().filter_map(|r| r.group.as_ref()).any(|g| !declared.contains(&plain_text(g)));
        for draft in drafts {
            let name = plain_text(&draft.name);
            if name.is_empty() {
                continue;
            }
            if groups.iter().any(|g| g.name == name) {
                self.error(codes::DUPLICATE, draft.name.at, format!("组“{name}”写了两次"), "每个组只写一次");
            }
            if !misnamed && !rules.iter().any(|r| r.group.as_ref().is_some_and(|g| plain_text(g) == name)) {
                self.warn(
                    codes::NO_EFFECT,
                    draft.name.at,
                    format!("没有规则属于组“{name}”"),
                    "在规则后接 .组(\"…\")，或删去",
                );
            }
            let cap = draft.cap.as_ref().and_then(|c| self.cap(c));
            groups.push(Group { name, cap, pick_across: draft.pick_across });
        }
        groups
    }

    fn cap(&mut self, arg: &Arg) -> Option<Points> {
        let cap = self.points(arg, "封顶")?;
        if cap < Points::ZERO {
            self.error(codes::OUT_OF_RANGE, arg.at, "封顶不能是负数", "写正数，例如 .封顶(10)");
            return None;
        }
        self.must_be_multiple(&Expr::points(cap), arg.at);
        Some(cap)
    }

    pub(super) fn rules(
        &mut self,
        drafts: &[RuleDraft],
        groups: &[Group],
        spoiled: &[(Kind, usize)],
    ) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut seen: BTreeMap<String, Mark> = BTreeMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            let id = plain_text(&draft.id);
            if let Some(before) = seen.insert(id.clone(), draft.id.at)
                && !id.is_empty()
            {
                let message = format!("规则编号“{id}”重复，第 {} 行已有", before.place.line);
                self.error(codes::DUPLICATE, draft.id.at, message, "换一个编号");
            }
            let quiet = spoiled.contains(&(Kind::Rule, index));
            rules.push(self.rule(draft, groups, quiet));
        }
        self.check_apart(&rules);
        rules
    }

    /// 分别记分: the rules beside which this one is meant to take points.
    fn apart(&mut self, draft: &RuleDraft) -> Vec<Apart> {
        let mut all: Vec<Apart> = Vec::new();
        for (rule, reason) in &draft.apart {
            let (id, said) = (self.text(rule, "规则的编号"), self.text(reason, "分别记分的理由"));
            self.lowering.note(rule.at);
            let (Some(id), Some(reason)) = (id, said) else { continue };
            if all.iter().any(|known| known.rule == id) {
                self.error(codes::DUPLICATE, rule.at, format!("和规则“{id}”分别记分写了两次"), "只留一处");
                continue;
            }
            all.push(Apart { rule: id, reason, at: rule.at.place });
        }
        all
    }

    /// The rules that 分别记分 names must be there, and be others.
    fn check_apart(&mut self, rules: &[Rule]) {
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let mut unknown = 0;
        for (rule, apart) in rules.iter().flat_map(|rule| rule.apart.iter().map(move |apart| (rule, apart))) {
            let at = self.lowering.mark_at(apart.at);
            if apart.rule == rule.id {
                let help = "写另一条规则的编号；同一条规则里各记各的写 .各计()";
                self.error(codes::UNKNOWN_NAME, at, "规则不能和自己分别记分", help);
            } else if !self.lost.contains("规则") && !ids.contains(apart.rule.as_str()) {
                unknown += 1;
                // Looking for near names in thousands of rules takes its time.
                let near = (unknown <= MOST_SUGGESTED)
                    .then(|| did_you_mean_text(&apart.rule, ids.iter().copied()))
                    .flatten();
                let help = near.unwrap_or_else(|| "写声明过的规则的编号".to_owned());
                self.error(codes::UNKNOWN_NAME, at, format!("没有规则“{}”", apart.rule), &help);
            }
        }
    }

    fn rule(&mut self, draft: &RuleDraft, groups: &[Group], quiet: bool) -> Rule {
        let id = plain_text(&draft.id);
        self.lowering.note(draft.at);
        let basis = if let Some(arg) = &draft.basis {
            self.text(arg, "依据").unwrap_or_default()
        } else {
            if !quiet {
                let help = "接上 .依据(\"《…法》第…条\")，写到条款";
                self.error(codes::NO_BASIS, draft.at, format!("规则“{id}”没有写依据"), help);
            }
            String::new()
        };
        let Some((list, view)) = self.scope(draft.scope.as_ref()) else {
            // Without a list nothing can be said of its conditions.
            return Rule {
                id,
                title: plain_text(&draft.title),
                basis,
                scope: Scope::Enterprise,
                guard: None,
                arms: Vec::new(),
                window: None,
                pick: Vec::new(),
                group: None,
                cap: None,
                apart: Vec::new(),
                at: draft.at.place,
            };
        };
        let mut guards: Vec<Expr> = view.into_iter().collect();
        let mut known = Known::default();
        for guard in &draft.guards {
            if let Some(guard) = self.lowering.condition(guard, list, &known) {
                known.assume(&guard, true);
                guards.push(guard);
            }
        }
        let guard = match guards.len() {
            0 | 1 => guards.pop(),
            _ => Some(Expr { at: draft.at.place, node: Node::All(guards), ty: Ty::Bool }),
        };
        let arms = self.arms(draft, list, known);
        let declared: usize = draft.arms.iter().map(ArmDraft::count).sum();
        self.lowering.reported_unless(arms.len() == declared, draft.at);
        if arms.is_empty() && !quiet && !self.lowering.findings.error_on(draft.at.place) {
            let help = "接上 .则(记(1))、.情形(条件, 记(1)) 或 .其余(…)";
            if draft.arms.is_empty() {
                self.error(codes::NO_ARMS, draft.at, format!("规则“{id}”没有结果"), help);
            }
        }
        if arms.len() > usize::from(u8::MAX) {
            self.error(codes::TOO_LARGE, draft.at, "一条规则最多 255 种情形", "拆成几条规则");
        }
        let window = match &draft.window {
            Some((at, _)) if list == ENTERPRISE => {
                let help = "写在汇总上，例如 企.处罚.近(3.年).数量()；或改用 .逐条(…)";
                self.error(codes::MISPLACED, *at, "每户的规则没有自己的时间范围", help);
                None
            }
            Some((at, window)) => self.window(window, list, *at),
            None => {
                if list != ENTERPRISE {
                    let at =
                        draft.scope.as_ref().and_then(|(_, list)| list.as_ref()).map_or(draft.at, |a| a.at);
                    self.read.entry(list).or_insert(at);
                }
                None
            }
        };
        let pick = self.pick(draft, list);
        let group = draft.group.as_ref().and_then(|arg| self.group(arg, groups));
        let cap = draft.cap.as_ref().and_then(|c| self.cap(c));
        if let (Some(cap), Some(arg)) = (cap, &draft.cap) {
            let most = arms.iter().filter_map(|arm| match &arm.effect {
                Effect::Points {
                    amount: Expr { node: Node::Const(Constant::Points(points)), .. }, ..
                } => Some(*points),
                _ => None,
            });
            if let Some(most) = most.max().filter(|most| cap < *most) {
                let message = format!("封顶 {cap} 分低于一次的分值 {most} 分");
                self.warn(codes::LOW_CAP, arg.at, message, "核对封顶分值");
            }
        }
        let apart = self.apart(draft);
        let scope = if list == ENTERPRISE { Scope::Enterprise } else { Scope::Each(list) };
        Rule {
            id,
            title: plain_text(&draft.title),
            basis,
            scope,
            guard,
            arms,
            window,
            pick,
            group,
            cap,
            apart,
            at: draft.at.place,
        }
    }

    /// The list of a rule and the condition that a view adds.
    fn scope(&mut self, scope: Option<&(Mark, Option<Arg>)>) -> Option<(ListId, Option<Expr>)> {
        let Some((_, Some(arg))) = scope else { return Some((ENTERPRISE, None)) };
        match &arg.value {
            Value::Word(Word::List(list, None)) => Some((*list, None)),
            Value::Word(Word::List(list, Some(view))) => {
                let view = self.lowering.vocabulary.list_def(*list).views.get(usize::from(*view)).cloned();
                let filter = view.map(|view| self.lowering.view_filter(*list, &view, arg.at.place));
                Some((*list, filter))
            }
            Value::Poison => None,
            other => {
                let message = format!("逐条要写清单，这里是{}", other.kind());
                let help = match other {
                    Value::Text(name) => format!("写成 .逐条({name})，不加引号"),
                    _ => "写成 .逐条(措施)".to_owned(),
                };
                self.error(codes::TYPE, arg.at, message, &help);
                None
            }
        }
    }

    fn group(&mut self, arg: &Arg, groups: &[Group]) -> Option<u16> {
        let name = self.text(arg, "组的名称")?;
        let found = groups.iter().position(|g| g.name == name);
        if found.is_none() && !self.lost.contains("组") {
            let help = did_you_mean_text(&name, groups.iter().map(|g| g.name.as_str()))
                .unwrap_or_else(|| format!("先写 组(\"{name}\").封顶(…);"));
            self.error(codes::UNKNOWN_NAME, arg.at, format!("没有声明组“{name}”"), &help);
        }
        found.map(|i| i as u16)
    }

    fn pick(&mut self, draft: &RuleDraft, list: ListId) -> Vec<Expr> {
        let roles = &self.lowering.vocabulary.list_def(list).roles;
        let at = draft.at.place;
        let field = |field| {
            let ty = self.lowering.vocabulary.field_def(list, field).map_or(Ty::Text, |f| f.ty);
            Expr { node: Node::Field(field), ty, at }
        };
        let default: Vec<Expr> = match roles.decision {
            Some(decision) if list != ENTERPRISE => {
                [Some(decision), roles.act].into_iter().flatten().map(field).collect()
            }
            _ => Vec::new(),
        };
        match (&draft.pick, draft.count_all) {
            (Some((at, _)), Some(_)) => {
                self.error(codes::DUPLICATE, *at, "取最重和各计只能写一个", "删去一个");
                Vec::new()
            }
            (None, Some(_)) => Vec::new(),
            (None, None) => default,
            (Some((at, _)), None) if list == ENTERPRISE => {
                let help = "取最重用在 .逐条(清单) 的规则上，或写在 组(…) 后面";
                self.error(codes::MISPLACED, *at, "每户的规则只有一次结果，不能取最重", help);
                Vec::new()
            }
            (Some((at, None)), None) => {
                if default.is_empty() {
                    let help = "写明按什么算同一次，例如 .取最重(|x| x.领域)";
                    self.error(codes::MALFORMED, *at, "这个清单没有决定，要写明取最重的依据", help);
                }
                default
            }
            (Some((_, Some(key))), None) => {
                let keys = self.lowering.values(key, list).unwrap_or_default();
                for key in &keys {
                    self.lowering.check_key(key, list);
                }
                // A missing first key equals no other; a missing later key would silently equal each other.
                for key in keys.iter().skip(1) {
                    self.lowering.require(key, list, &Known::default());
                }
                keys
            }
        }
    }

    fn arms(&mut self, draft: &RuleDraft, list: ListId, mut known: Known) -> Vec<Arm> {
        let mut arms = Vec::new();
        let final_arm = draft.arms.len().saturating_sub(1);
        for (index, arm) in draft.arms.iter().enumerate() {
            self.lowering.note(arm.at());
            match arm {
                ArmDraft::Case(at, condition, effect) => {
                    let when = self.lowering.condition(condition, list, &known);
                    let mut inside = known.clone();
                    if let Some(when) = &when {
                        inside.assume(when, true);
                        known.assume(when, false);
                    }
                    let effect = self.effect(effect, list, &inside);
                    if let (Some(when), Some(effect)) = (when, effect) {
                        arms.push(Arm { when: Some(when), effect, at: at.place });
                    }
                }
                ArmDraft::Then(at, effect) | ArmDraft::Otherwise(at, effect) => {
                    let then = matches!(arm, ArmDraft::Then(..));
                    let thens = |arms: &[ArmDraft]| arms.iter().any(|arm| matches!(arm, ArmDraft::Then(..)));
                    let again = then && thens(draft.arms.get(..index).unwrap_or_default());
                    let doubled = again || (then && thens(draft.arms.get(index + 1..).unwrap_or_default()));
                    if again {
                        let help =
                            "一条规则一种结果：要两种结果就写两条规则；看情况选一种的写 .情形(条件, …)";
                        self.error(codes::ORDER, *at, "一条规则只写一个“则”", help);
                        continue;
                    }
                    if index != final_arm && !doubled {
                        let name = if then { "则" } else { "其余" };
                        let message = format!("“{name}”后面的情形不会用到");
                        self.error(codes::ORDER, *at, message, "把它放到最后");
                    } else if then && index > 0 && !doubled {
                        self.error(codes::ORDER, *at, "“则”前面已有情形", "写 .其余(…)，或把条件写进 .当(…)");
                    }
                    if let Some(effect) = self.effect(effect, list, &known) {
                        arms.push(Arm { when: None, effect, at: at.place });
                    }
                }
                ArmDraft::Steps(at, value, table) => {
                    let open = self.steps(*at, value, table, list, &mut known, &mut arms);
                    if open && index == final_arm {
                        let message = "超过最高一档的没有结果";
                        let help = "接上 .其余(…)；不记分的也写明 .其余(记(0))";
                        self.warn(codes::OPEN_STEPS, *at, message, help);
                    }
                }
            }
        }
        arms
    }

    /// 分档: a comparison per step. That the value is there is required, so no step and no 其余 meets a missing
    /// one unnoticed. True if a value may be above all steps.
    fn steps(
        &mut self,
        at: Mark,
        value: &Arg,
        table: &Arg,
        list: ListId,
        known: &mut Known,
        arms: &mut Vec<Arm>,
    ) -> bool {
        let Value::Array(rows) = &table.value else {
            if !table.value.is_poisoned() {
                self.error(codes::TYPE, table.at, "分档要写表", "写成 [[1.万元, 记(1)], [5.万元, 记(2)]]");
            }
            return false;
        };
        let Some(value) = self.lowering.value(value, list) else { return false };
        if !matches!(value.ty, Ty::Int | Ty::Money | Ty::Points | Ty::Date) {
            let message = format!("{}不能分档", self.lowering.type_name(value.ty));
            self.error(codes::TYPE, self.lowering.mark(&value), message, "用金额、整数、分值或日期");
            return false;
        }
        self.lowering.require(&value, list, known);
        self.lowering.check_ranges(&value, list, known);
        let mut before: Option<i128> = None;
        for row in rows {
            let Value::Array(pair) = &row.value else {
                if !row.value.is_poisoned() {
                    self.error(codes::TYPE, row.at, "每一档写成 [上限, 结果]", "例如 [1.万元, 记(1)]");
                }
                continue;
            };
            let [limit, effect] = pair.as_slice() else {
                self.error(codes::ARITY, row.at, "每一档写成 [上限, 结果]", "例如 [1.万元, 记(1)]");
                continue;
            };
            let Some(constant) =
                crate::lower::field_constant(&mut self.lowering, &limit.value, value.ty, limit.at)
            else {
                continue;
            };
            let constant = Expr { ty: constant.ty(), node: Node::Const(constant), at: limit.at.place };
            let size = self.lowering.interval(&constant, list, &Known::default()).high;
            if before.is_some_and(|before| size <= before) {
                self.error(codes::ORDER, limit.at, "分档的上限要由小到大", "调整次序");
            }
            before = Some(size);
            let compare = Node::Compare(Compare::AtMost, Box::new([value.clone(), constant]));
            let when = Expr { node: compare, ty: Ty::Bool, at: limit.at.place };
            let mut inside = known.clone();
            inside.assume(&when, true);
            known.assume(&when, false);
            if let Some(effect) = self.effect(effect, list, &inside) {
                arms.push(Arm { when: Some(when), effect, at: at.place });
            }
        }
        let above = self.lowering.interval(&value, list, known);
        before.is_some() && above.low <= above.high
    }

    fn effect(&mut self, arg: &Arg, list: ListId, known: &Known) -> Option<Effect> {
        let draft = match &arg.value {
            Value::Effect(draft) => draft,
            Value::Poison => return None,
            other => {
                let message = format!("这里要写结果，这里是{}", other.kind());
                self.error(codes::TYPE, arg.at, message, "例如 记(1)、扣(5)、不高于(\"红标\")");
                return None;
            }
        };
        match &**draft {
            EffectDraft::Points(verb, at, amount) => {
                if !self.verbs.iter().any(|(v, _)| v == verb) {
                    self.verbs.push((*verb, *at));
                }
                // 记(0) says that nothing follows, in a standard without points too.
                if amount.value.hundredths() != Some(0) {
                    self.weighs.get_or_insert(*at);
                }
                let amount = self.amount(amount, list, known)?;
                Some(Effect::Points { amount, merit: matches!(verb, Verb::Add | Verb::Reduce) })
            }
            EffectDraft::AtMost(name) => self.grade(name).map(Effect::AtMost),
            EffectDraft::AtLeast(name) => self.grade(name).map(Effect::AtLeast),
            EffectDraft::Shift(by, worse) => match &by.value {
                Value::Int(by) if (1..=100).contains(by) => {
                    Some(Effect::Shift(if *worse { *by as i8 } else { -(*by as i8) }))
                }
                Value::Poison => None,
                _ => {
                    self.error(codes::OUT_OF_RANGE, by.at, "升降的级数要是正整数", "例如 降(1)");
                    None
                }
            },
            EffectDraft::NotRated(reason) => self.text(reason, "不评定的原因").map(Effect::NotRated),
        }
    }

    /// The number of a grade.
    pub(super) fn grade(&mut self, arg: &Arg) -> Option<u8> {
        let name = self.text(arg, "等级的名称")?;
        let found = self.grades.iter().position(|g| *g == name);
        if found.is_none() && !self.lost.contains("等级") {
            let names: Vec<&str> = self.grades.iter().map(String::as_str).collect();
            let label = sanse::Label::ALL.iter().any(|label| label.chinese() == name);
            let help = match did_you_mean_text(&name, names.iter().copied()) {
                None | Some(_) if label && !names.is_empty() => {
                    format!("“{name}”是标签，这里写等级的名称；等级由好到差有：{}", names.join("、"))
                }
                Some(help) => help,
                None if names.is_empty() => "先写 等级(…)".to_owned(),
                None => format!("等级有：{}", names.join("、")),
            };
            self.error(codes::UNKNOWN_GRADE, arg.at, format!("没有等级“{name}”"), &help);
        }
        found.and_then(|i| u8::try_from(i).ok())
    }

    /// Points of an effect: never negative, never missing, never too large.
    fn amount(&mut self, arg: &Arg, list: ListId, known: &Known) -> Option<Expr> {
        if !matches!(arg.value, Value::Closure(_)) {
            let points = self.points(arg, "分值")?;
            if points < Points::ZERO {
                let help = "写正数；减分用 减(…)，加分用 加(…)";
                self.error(codes::NEGATIVE_POINTS, arg.at, format!("分值 {points} 是负数"), help);
                return None;
            }
            let amount = Expr { at: arg.at.place, ..Expr::points(points) };
            self.must_be_multiple(&amount, arg.at);
            return Some(amount);
        }
        let amount = self.lowering.value(arg, list)?;
        let amount = self.lowering.coerce(amount, Ty::Points)?;
        let present = self.lowering.require(&amount, list, known);
        self.lowering.check_ranges(&amount, list, known);
        let interval = self.lowering.interval(&amount, list, known);
        if present && interval.low < 0 {
            let help = "在 .情形(…) 里限定条件，使分值不小于 0";
            self.error(codes::NEGATIVE_POINTS, arg.at, "分值可能是负数", help);
        }
        if !interval.fits(i64::from(i32::MIN), i64::from(i32::MAX)) {
            let help = "换较小的系数，或用 分档 代替";
            self.error(codes::OVERFLOW, arg.at, "分值可能过大（一次最多两千万分）", help);
        }
        self.must_be_multiple(&amount, arg.at);
        Some(amount)
    }
}
