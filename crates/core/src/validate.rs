//! Validation (核验): whether a standard that was loaded or built by hand is one that the engine can use.
//!
//! A script is checked as it is compiled. A saved standard may have been cut short, edited or made up, so before
//! it is used every number is seen to point at something and every expression to have the types it says; then
//! evaluation is total for it as for any other.

mod expression;
mod vocabulary;

use std::collections::BTreeSet;

use crate::expr::{Constant, Expr, Window};
use crate::quantity::Points;
use crate::standard::{Admit, Case, Effect, Measure, MeasureFor, Rule, Scope, Standard};
use crate::vocabulary::{ENTERPRISE, ListId, Ty};

use expression::Level;

/// A saved standard cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}：{what}")]
pub struct StandardError {
    /// Where: the vocabulary, the head, a rule by its number, …, in Chinese.
    pub place: String,
    /// What is wrong, in Chinese.
    pub what: String,
}

type Checked = Result<(), String>;

impl Standard {
    /// Checks that every number in the standard points at something, that expressions have the types they say
    /// and are not too deep, and that what must be unique is.
    ///
    /// Whatever a compiler accepts passes. A standard from any other place should not be used without it.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn validate(&self) -> Result<(), StandardError> {
        let at = |place: String| move |what: String| StandardError { place, what };
        self.vocabulary.validate().map_err(at("词汇表".to_owned()))?;
        self.head().map_err(at("标准头".to_owned()))?;
        for admit in &self.admits {
            let list = self.vocabulary.list_def(admit.list);
            self.admit(admit).map_err(at(format!("计入“{}”", list.name.chinese)))?;
        }
        for rule in &self.rules {
            self.rule(rule).map_err(at(format!("规则“{}”", rule.id)))?;
        }
        for (number, measure) in self.measures.iter().enumerate() {
            self.measure(measure).map_err(at(format!("第 {} 行监管措施", number + 1)))?;
        }
        for parameter in &self.parameters {
            let constants = std::iter::once(&parameter.value).chain(&parameter.default);
            let wrong = constants.map(|c| self.constant(c)).find_map(Result::err);
            wrong.map_or(Ok(()), Err).map_err(at(format!("参数“{}”", parameter.name)))?;
        }
        for case in &self.cases {
            self.case(case).map_err(at(format!("测试“{}”", case.name)))?;
        }
        Ok(())
    }

    fn head(&self) -> Checked {
        if self.id.trim().is_empty() {
            return Err("没有编号".to_owned());
        }
        if !(1..=1_200).contains(&self.period_months) {
            return Err(format!("统计期 {} 个月不在 1 至 1200 之间", self.period_months));
        }
        if self.unit <= Points::ZERO {
            return Err("分值单位要大于 0".to_owned());
        }
        if let (Some(lower), Some(upper)) = (self.lower_limit, self.upper_limit)
            && lower > upper
        {
            return Err("下限大于上限".to_owned());
        }
        self.typed(&self.base, Level::ENTERPRISE, Ty::Points)?;
        if self.grades.is_empty() || self.grades.len() > usize::from(u8::MAX) {
            return Err(format!("等级有 {} 个，应为 1 至 255 个", self.grades.len()));
        }
        unique(self.grades.iter().map(|g| g.name.as_str()), "等级")?;
        if self.grades.windows(2).any(|pair| matches!(pair, [a, b] if a.label > b.label)) {
            return Err("等级没有由好到差排列".to_owned());
        }
        unique(self.rules.iter().map(|r| r.id.as_str()), "规则编号")?;
        unique(self.groups.iter().map(|g| g.name.as_str()), "组")?;
        let most = usize::from(u16::MAX);
        if self.rules.len() > most || self.groups.len() > most || self.measures.len() > most {
            return Err("规则、组或监管措施过多".to_owned());
        }
        self.uninspected.as_ref().map_or(Ok(()), |u| self.typed(&u.when, Level::ENTERPRISE, Ty::Bool))
    }

    fn admit(&self, admit: &Admit) -> Checked {
        let level = self.rows(admit.list)?;
        if self.admits.iter().filter(|a| a.list == admit.list).count() > 1 {
            return Err("写了两次".to_owned());
        }
        if admit.except.len() > usize::from(u16::MAX) {
            return Err("除外过多".to_owned());
        }
        self.window(&admit.window, level)?;
        for (except, _) in &admit.except {
            self.typed(except, level, Ty::Bool)?;
        }
        admit.carry.as_ref().map_or(Ok(()), |carry| self.typed(carry, level, Ty::Bool))
    }

    fn rule(&self, rule: &Rule) -> Checked {
        let level = match rule.scope {
            Scope::Enterprise => Level::ENTERPRISE,
            Scope::Each(list) => self.rows(list)?,
        };
        if rule.basis.trim().is_empty() {
            return Err("没有依据".to_owned());
        }
        if rule.arms.is_empty() || rule.arms.len() > usize::from(u8::MAX) {
            return Err(format!("情形有 {} 种，应为 1 至 255 种", rule.arms.len()));
        }
        let conditions = rule.guard.iter().chain(rule.arms.iter().filter_map(|arm| arm.when.as_ref()));
        for condition in conditions {
            self.typed(condition, level, Ty::Bool)?;
        }
        for arm in &rule.arms {
            match &arm.effect {
                Effect::Points { amount, .. } => self.typed(amount, level, Ty::Points)?,
                Effect::AtMost(grade) | Effect::AtLeast(grade)
                    if usize::from(*grade) >= self.grades.len() =>
                {
                    return Err(format!("没有第 {} 个等级", usize::from(*grade) + 1));
                }
                Effect::AtMost(_) | Effect::AtLeast(_) | Effect::Shift(_) | Effect::NotRated(_) => {}
            }
        }
        if let Some(window) = &rule.window {
            if rule.scope == Scope::Enterprise {
                return Err("每户的规则没有自己的有效期".to_owned());
            }
            self.window(window, level)?;
        }
        for key in &rule.pick {
            self.expression(key, level)?;
        }
        if let Some(group) = rule.group
            && usize::from(group) >= self.groups.len()
        {
            return Err(format!("没有第 {} 个组", u32::from(group) + 1));
        }
        if let Some(apart) = rule.apart.iter().find(|a| self.rules.iter().all(|r| r.id != a.rule)) {
            return Err(format!("没有规则“{}”", apart.rule));
        }
        let caps = rule.cap.iter().chain(self.groups.iter().filter_map(|g| g.cap.as_ref()));
        if caps.into_iter().any(|cap| *cap < Points::ZERO) {
            return Err("封顶是负数".to_owned());
        }
        Ok(())
    }

    fn measure(&self, measure: &Measure) -> Checked {
        let items = [&measure.incentives, &measure.urging, &measure.restrictions];
        let bases = items.into_iter().flatten().map(|item| &item.basis);
        if bases.chain([&measure.basis]).any(|basis| basis.trim().is_empty()) {
            return Err("没有依据".to_owned());
        }
        if let MeasureFor::Grade(grade) = measure.to
            && usize::from(grade) >= self.grades.len()
        {
            return Err(format!("没有第 {} 个等级", usize::from(grade) + 1));
        }
        measure.when.as_ref().map_or(Ok(()), |when| self.typed(when, Level::ENTERPRISE, Ty::Bool))
    }

    fn case(&self, case: &Case) -> Checked {
        let own = std::iter::once((ENTERPRISE, &case.enterprise));
        for (list, row) in own.chain(case.rows.iter().map(|(list, row)| (*list, row))) {
            if usize::from(list.0) >= self.vocabulary.lists.len() {
                return Err(format!("没有第 {} 个清单", list.0));
            }
            let def = self.vocabulary.list_def(list);
            for (name, constant) in row {
                let ty = def.field(name).and_then(|f| def.field_def(f)).map(|f| f.ty);
                if ty != Some(constant.ty()) {
                    return Err(format!("“{}”没有字段“{name}”，或者类型不对", def.name.chinese));
                }
                self.constant(constant)?;
            }
        }
        if let Some(grade) = case.grade.as_ref().filter(|grade| self.grade(grade).is_none()) {
            return Err(format!("没有等级“{grade}”"));
        }
        let named = case.hits.iter().chain(&case.misses);
        let unknown = named.into_iter().find(|id| self.rules.iter().all(|rule| rule.id != **id));
        unknown.map_or(Ok(()), |id| Err(format!("没有规则“{id}”")))
    }

    /// The level of the rows of a list.
    fn rows(&self, list: ListId) -> Result<Level, String> {
        if list == ENTERPRISE || usize::from(list.0) >= self.vocabulary.lists.len() {
            return Err(format!("没有第 {} 个清单", list.0));
        }
        Ok(Level::rows(list))
    }

    fn window(&self, window: &Window, level: Level) -> Checked {
        let days: Vec<&Expr> = match window {
            Window::Period(date) => vec![date],
            Window::Between { from, until, at } => {
                [Some(from), until.as_ref(), Some(at)].into_iter().flatten().collect()
            }
        };
        days.into_iter().try_for_each(|day| self.typed(day, level, Ty::Date))
    }

    fn typed(&self, expr: &Expr, level: Level, ty: Ty) -> Checked {
        self.expression(expr, level)?;
        if expr.ty == ty { Ok(()) } else { Err("式子的类型不对".to_owned()) }
    }

    fn constant(&self, constant: &Constant) -> Checked {
        expression::constant(&self.vocabulary, constant)
    }

    fn expression(&self, expr: &Expr, level: Level) -> Checked {
        expression::check(&self.vocabulary, expr, level, 0)
    }
}

fn unique<'a>(names: impl Iterator<Item = &'a str>, what: &str) -> Checked {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.trim().is_empty() {
            return Err(format!("有{what}是空的"));
        }
        if !seen.insert(name) {
            return Err(format!("{what}“{name}”写了两次"));
        }
    }
    Ok(())
}
