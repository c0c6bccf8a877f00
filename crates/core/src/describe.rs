//! Wording (条文): what a standard's typed expressions say, in Chinese that an official can read and approve.
//!
//! The wording is made from the form that is evaluated, not from the script, so that it cannot say something else
//! than what is done.

use crate::expr::{Aggregate, Arith, Compare, Constant, Expr, Node, Rounding, What, Window};
use crate::quantity::{Money, Span};
use crate::standard::{Direction, Effect, Standard};
use crate::vocabulary::{ENTERPRISE, FieldId, ListDef, ListId, Ty, View};

/// Says the parts of a standard in Chinese.
///
/// ```
/// use sanse::{Expr, SANCTION, Standard, Wording};
///
/// /// A condition over sanctions, such as `种类是“罚款”，并且金额超过5万元`.
/// fn say(standard: &Standard, condition: &Expr) -> String {
///     Wording::new(standard).expression(condition, SANCTION)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Wording<'a> {
    standard: &'a Standard,
}

impl<'a> Wording<'a> {
    /// The wording of a standard.
    pub fn new(standard: &'a Standard) -> Wording<'a> {
        Wording { standard }
    }

    /// An expression over a row of a list, or over the enterprise: `种类是“罚款”，并且金额超过5万元`.
    pub fn expression(self, expr: &Expr, list: ListId) -> String {
        if expr.ty == Ty::Bool { self.truth(expr, list) } else { self.value(expr, list) }
    }

    /// When a row counts: `作出日期在统计期内`, `作出日期起3年内（以统计期末日为准）`.
    pub fn window(self, window: &Window, list: ListId) -> String {
        match window {
            Window::Period(date) => format!("{}在统计期内", self.value(date, list)),
            Window::Between { from, until, at } => {
                let at_day = self.value(at, list);
                let begins = self.value(from, list);
                match until {
                    None => format!("{begins}以后一直计入（以{at_day}为准）"),
                    Some(until) => match &until.node {
                        Node::AddSpan(day, span) if day.node == from.node => {
                            format!("{begins}起{span}内（以{at_day}为准）")
                        }
                        _ => format!("自{begins}起，到{}为止（以{at_day}为准）", self.value(until, list)),
                    },
                }
            }
        }
    }

    /// What an arm does: `记6分`, `等级不高于“红标”`.
    pub fn effect(self, effect: &Effect, list: ListId) -> String {
        let grade = |number: &u8| {
            self.standard.grades.get(usize::from(*number)).map_or("", |grade| grade.name.as_str())
        };
        match effect {
            Effect::Points { amount, merit } => {
                let verb = match (self.standard.direction, merit) {
                    (Direction::CountUp, false) => "记",
                    (Direction::CountUp, true) => "减",
                    (Direction::CountDown, false) => "扣",
                    (Direction::CountDown, true) => "加",
                };
                match &amount.node {
                    Node::Const(Constant::Points(points)) => format!("{verb}{points}分"),
                    _ => format!("{verb}分，分数为{}", self.value(amount, list)),
                }
            }
            Effect::AtMost(number) => format!("等级不高于“{}”", grade(number)),
            Effect::AtLeast(number) => format!("等级不低于“{}”", grade(number)),
            Effect::Shift(by) if *by < 0 => format!("升{}级", by.unsigned_abs()),
            Effect::Shift(by) => format!("降{by}级"),
            Effect::NotRated(reason) => format!("不评定（{reason}）"),
        }
    }

    /// Which hits are one and the same, so that only the gravest counts: `决定、违法行为都相同的，只计最重的一项`.
    /// `None` without keys.
    pub fn pick(self, keys: &[Expr], list: ListId) -> Option<String> {
        let said: Vec<String> = keys.iter().map(|key| self.value(key, list)).collect();
        match said.as_slice() {
            [] => None,
            [one] => Some(format!("{one}相同的，只计最重的一项")),
            several => Some(format!("{}都相同的，只计最重的一项", several.join("、"))),
        }
    }

    /// A constant: `5万元`, `“罚款”`, `2023-01-01`.
    pub fn constant(self, constant: &Constant) -> String {
        match constant {
            Constant::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
            Constant::Int(number) => number.to_string(),
            Constant::Money(money) => amount(*money),
            Constant::Points(points) => format!("{points}分"),
            Constant::Date(day) => day.to_string(),
            Constant::Span(span) => span.to_string(),
            Constant::Code(list, code) => {
                let text = self.standard.vocabulary.code_list(*list).map_or("", |list| list.text(*code));
                format!("“{text}”")
            }
            Constant::Text(text) => format!("“{text}”"),
        }
    }

    fn list(self, list: ListId) -> &'a ListDef {
        self.standard.vocabulary.list_def(list)
    }

    fn field(self, list: ListId, field: FieldId) -> &'a str {
        self.standard.vocabulary.field_def(list, field).map_or("", |def| def.name.chinese.as_str())
    }

    /// A condition.
    fn truth(self, expr: &Expr, list: ListId) -> String {
        match &expr.node {
            Node::Const(Constant::Bool(true)) => "任何情况".to_owned(),
            Node::Const(Constant::Bool(false)) => "任何情况都不".to_owned(),
            Node::Has(inner) => format!("有{}", self.value(inner, list)),
            Node::Compare(op, sides) => self.comparison(*op, sides, list),
            Node::OneOf(of, constants) => {
                format!("{}是{}", self.value(of, list), self.choice(constants))
            }
            Node::Contains(of, text) => format!("{}含“{text}”", self.value(of, list)),
            Node::All(parts) => self.joined(parts, "，并且", list),
            Node::Any(parts) => self.joined(parts, "，或者", list),
            Node::Not(inner) => self.denied(inner, list),
            Node::OrElse(sides) => {
                let [first, second] = sides.as_ref();
                match &second.node {
                    // What is not said counts as no, which needs no word.
                    Node::Const(Constant::Bool(false)) => self.truth(first, list),
                    Node::Const(Constant::Bool(true)) => {
                        format!("{}，或者没有写明", self.truth(first, list))
                    }
                    _ => format!("{}（没有写明的，看{}）", self.truth(first, list), self.truth(second, list)),
                }
            }
            _ => format!("{}为是", self.value(expr, list)),
        }
    }

    fn denied(self, inner: &Expr, list: ListId) -> String {
        match &inner.node {
            Node::Has(of) => format!("没有{}", self.value(of, list)),
            Node::OneOf(of, constants) => match constants.as_slice() {
                [one] => format!("{}不是{}", self.value(of, list), self.constant(one)),
                _ => format!("{}不是{}", self.value(of, list), self.choice(constants)),
            },
            Node::Contains(of, text) => format!("{}不含“{text}”", self.value(of, list)),
            Node::Compare(Compare::Equal, sides)
                if matches!(sides.each_ref().map(|s| s.ty), [Ty::Code(_) | Ty::Text, _]) =>
            {
                let [a, b] = sides.as_ref();
                format!("{}不是{}", self.value(a, list), self.value(b, list))
            }
            // A count is never missing and never below 0, so that not more than none is none.
            Node::Compare(Compare::Greater, sides) if self.is_any(sides) => {
                self.comparison(Compare::Equal, sides, list)
            }
            Node::Not(same) => self.truth(same, list),
            _ => format!("不属于下列情形：（{}）", self.truth(inner, list)),
        }
    }

    /// True for a count and 0.
    fn is_any(self, sides: &[Expr; 2]) -> bool {
        let [counted, zero] = sides;
        self.counted(counted, Compare::Greater).is_some()
            && matches!(zero.node, Node::Const(Constant::Int(0)))
    }

    fn choice(self, constants: &[Constant]) -> String {
        let said: Vec<String> = constants.iter().map(|c| self.constant(c)).collect();
        match said.as_slice() {
            [one] => one.clone(),
            several => format!("{}之一", several.join("、")),
        }
    }

    fn joined(self, parts: &[Expr], word: &str, list: ListId) -> String {
        let said = |part: &Expr| {
            let text = self.truth(part, list);
            let compound = matches!(&part.node, Node::All(inner) | Node::Any(inner) if inner.len() > 1);
            if compound && parts.len() > 1 { format!("（{text}）") } else { text }
        };
        parts.iter().map(said).collect::<Vec<_>>().join(word)
    }

    fn comparison(self, op: Compare, sides: &[Expr; 2], list: ListId) -> String {
        let [a, b] = sides;
        if let (Some((span, counted)), Node::Const(Constant::Int(number))) = (self.counted(a, op), &b.node) {
            match (op, number) {
                (Compare::Greater, 0) | (Compare::AtLeast, 1) if span.is_empty() => {
                    return format!("有{counted}");
                }
                (Compare::Equal, 0) | (Compare::Less, 1) if span.is_empty() => {
                    return format!("没有{counted}");
                }
                _ => return format!("{span}{counted}{}{number}件", word(op, Ty::Int)),
            }
        }
        let word = word(op, a.ty);
        let beside = |side: &Expr, other: &Expr| {
            if is_ratio(other) { self.number(side, list) } else { self.value(side, list) }
        };
        format!("{}{word}{}", beside(a, b), beside(b, a))
    }

    /// What stands beside a ratio: a number without a unit.
    fn number(self, expr: &Expr, list: ListId) -> String {
        match &expr.node {
            Node::Const(Constant::Points(number)) => number.to_string(),
            _ => self.value(expr, list),
        }
    }

    /// The span and the records of a plain count, so that it can be said as one says it: `处罚不少于3件`.
    fn counted(self, expr: &Expr, op: Compare) -> Option<(String, String)> {
        let Node::Aggregate(aggregate) = &expr.node else { return None };
        // That the greatest group has just so many is not said by saying that one has.
        if !aggregate.same.is_empty() && matches!(op, Compare::Equal | Compare::NotEqual) {
            return None;
        }
        let span = match aggregate.what {
            What::Count => String::new(),
            What::Peak(span) => format!("任意{span}内"),
            _ => return None,
        };
        Some((span, self.rows(aggregate)))
    }

    /// The records that an aggregate looks at: `结果组是“问题”的检查`.
    fn rows(self, aggregate: &Aggregate) -> String {
        let def = self.list(aggregate.list);
        let mut name = def.name.chinese.as_str();
        let mut conditions: Vec<String> = Vec::new();
        if let Some(window) = &aggregate.window {
            conditions.push(self.window(window, aggregate.list));
        }
        let parts = match aggregate.filter.as_ref().map(|filter| &filter.node) {
            Some(Node::All(parts)) => parts.as_slice(),
            Some(_) => aggregate.filter.as_slice(),
            None => &[],
        };
        for part in parts {
            if let Some(view) = view(def, part) {
                name = view.name.chinese.as_str();
                continue;
            }
            let text = self.truth(part, aggregate.list);
            let compound = matches!(&part.node, Node::Any(inner) if inner.len() > 1);
            conditions.push(if compound { format!("（{text}）") } else { text });
        }
        let same: Vec<String> = aggregate.same.iter().map(|key| self.value(key, aggregate.list)).collect();
        let name =
            if same.is_empty() { name.to_owned() } else { format!("同一{}的{name}", same.join("、")) };
        if conditions.is_empty() { name } else { format!("{}的{name}", conditions.join("，并且")) }
    }

    fn value(self, expr: &Expr, list: ListId) -> String {
        match &expr.node {
            Node::Const(constant) => self.constant(constant),
            Node::Field(field) => self.field(list, *field).to_owned(),
            Node::EnterpriseField(field) if list == ENTERPRISE => self.field(list, *field).to_owned(),
            Node::EnterpriseField(field) => format!("企业的{}", self.field(ENTERPRISE, *field)),
            Node::AsOf => "截止日".to_owned(),
            Node::PeriodFirst => "统计期首日".to_owned(),
            Node::PeriodLast => "统计期末日".to_owned(),
            Node::OrElse(sides) => {
                let [first, second] = sides.as_ref();
                let second =
                    if is_ratio(first) { self.number(second, list) } else { self.value(second, list) };
                format!("{}（没有的按{second}）", self.value(first, list))
            }
            Node::Arith(Arith::Subtract, sides)
                if matches!(sides.each_ref().map(|s| s.ty), [Ty::Date, _]) =>
            {
                let [later, earlier] = sides.as_ref();
                format!("从{}到{}的天数", self.value(earlier, list), self.value(later, list))
            }
            Node::Arith(op, sides) => {
                let [a, b] = sides.as_ref();
                let word = match op {
                    Arith::Add => "加",
                    Arith::Subtract => "减",
                    Arith::Multiply => "乘以",
                };
                format!("{}{word}{}", self.part(a, list), self.part(b, list))
            }
            Node::Divide(how, sides) => {
                let ratio = expr.is_ratio();
                let [a, b] = sides.as_ref();
                let (a, b, how) = (self.part(a, list), self.part(b, list), rounding(*how));
                if ratio {
                    format!("{a}与{b}之比（按两位小数{how}）")
                } else {
                    format!("{a}除以{b}（{how}）")
                }
            }
            Node::AddSpan(day, span) if span.months < 0 || span.days < 0 => {
                let back = Span { months: span.months.saturating_neg(), days: span.days.saturating_neg() };
                format!("{}前{back}", self.value(day, list))
            }
            Node::AddSpan(day, span) => format!("{}后{span}", self.value(day, list)),
            Node::ToPoints(inner) => self.value(inner, list),
            Node::Aggregate(aggregate) => self.aggregate(aggregate),
            _ => format!("（{}）", self.truth(expr, list)),
        }
    }

    /// A value as a side of an operation: in brackets if it is one itself.
    fn part(self, expr: &Expr, list: ListId) -> String {
        let text = self.value(expr, list);
        let compound = match &expr.node {
            Node::Arith(..) | Node::Divide(..) => true,
            Node::ToPoints(inner) => matches!(inner.node, Node::Arith(..) | Node::Divide(..)),
            _ => false,
        };
        if compound { format!("（{text}）") } else { text }
    }

    fn aggregate(self, aggregate: &Aggregate) -> String {
        let rows = self.rows(aggregate);
        let grouped = !aggregate.same.is_empty();
        let most = if grouped { "最多" } else { "" };
        let of = |part: &Expr| self.value(part, aggregate.list);
        match &aggregate.what {
            What::Count => format!("{rows}的{most}件数"),
            What::Rows => format!("{rows}的{most}行数"),
            What::Sum(part) => format!("{rows}的{}合计{}", of(part), if grouped { "的最大值" } else { "" }),
            What::Max(part) => format!("{rows}中最大的{}", of(part)),
            What::Min(part) => format!("{rows}中最小的{}", of(part)),
            What::Average(part, how) => format!("{rows}的{}平均（{}）", of(part), rounding(*how)),
            What::Peak(span) => format!("任意{span}内{rows}的最多件数"),
            What::PeakSum(span, part) => format!("任意{span}内{rows}的{}合计的最大值", of(part)),
        }
    }
}

/// The view that a condition selects, if it is nothing but that.
fn view<'d>(def: &'d ListDef, condition: &Expr) -> Option<&'d View> {
    let Node::OneOf(of, constants) = &condition.node else { return None };
    let Node::Field(field) = of.node else { return None };
    let mut codes: Vec<u16> =
        constants.iter().map(|c| if let Constant::Code(_, code) = c { *code } else { u16::MAX }).collect();
    codes.sort_unstable();
    def.views.iter().find(|view| {
        let mut values = view.values.clone();
        values.sort_unstable();
        view.field == field && values == codes
    })
}

/// True for a ratio, also with a number for where there is none.
fn is_ratio(expr: &Expr) -> bool {
    match &expr.node {
        Node::OrElse(sides) => {
            let [first, _] = sides.as_ref();
            is_ratio(first)
        }
        _ => expr.is_ratio(),
    }
}

const fn word(op: Compare, ty: Ty) -> &'static str {
    match (op, ty) {
        (Compare::Equal, Ty::Code(_) | Ty::Text | Ty::Bool) => "是",
        (Compare::NotEqual, Ty::Code(_) | Ty::Text | Ty::Bool) => "不是",
        (Compare::Equal, _) => "等于",
        (Compare::NotEqual, _) => "不等于",
        (Compare::Less, Ty::Date) => "早于",
        (Compare::AtMost, Ty::Date) => "不晚于",
        (Compare::Greater, Ty::Date) => "晚于",
        (Compare::AtLeast, Ty::Date) => "不早于",
        (Compare::Less, _) => "少于",
        (Compare::AtMost, _) => "不超过",
        (Compare::Greater, _) => "超过",
        (Compare::AtLeast, _) => "不少于",
    }
}

const fn rounding(how: Rounding) -> &'static str {
    match how {
        Rounding::HalfUp => "四舍五入",
        Rounding::Down => "向下取整",
        Rounding::Up => "向上取整",
    }
}

/// An amount as people write it: `5万元`, `2.5万元`, `300元`.
fn amount(money: Money) -> String {
    const WAN: i64 = 10_000;
    let fen = money.fen();
    // Ten thousand 元 is a million 分; with at most two places of 万元 it reads well.
    if fen.unsigned_abs() >= 1_000_000 && fen % WAN == 0 {
        format!("{}万元", crate::quantity::Points::from_hundredths(fen / WAN))
    } else {
        money.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        for (fen, said) in [
            (5_000_000, "5万元"),
            (2_500_000, "2.5万元"),
            (30_000, "300元"),
            (1_234_567, "12345.67元"),
            (0, "0元"),
            (-5_000_000, "-5万元"),
        ] {
            assert_eq!(amount(Money::from_fen(fen)), said);
        }
    }
}
