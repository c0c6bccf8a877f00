//! Values that reach a declaration, with the places of their parts; and units (5.万元).

use std::sync::Arc;

use rhai::{Dynamic, Expr, FnPtr};
use sanse::{Constant, Date, Money, Place, Span, parse_decimal};

use super::draft::EffectDraft;
use crate::finding::Mark;
use crate::syntax::place;
use crate::words::{Kind, Word};

/// The name under which Rhai's messages know our values.
pub(crate) const OWN_VALUE: &str = "标准用语";

/// A value of the script.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing.
    Unit,
    /// true, false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal by its shortest text, which is exact.
    Decimal(String),
    /// A text.
    Text(Arc<str>),
    /// [ … ]
    Array(Vec<Arg>),
    /// #{ … }
    Map(Vec<Entry>),
    /// |x| …
    Closure(Arc<Closure>),
    /// 5.万元, 180.天, 日期("…")
    Quantity(Constant),
    /// 措施, 绿, 统计期 …
    Word(Word),
    /// 记(1) …
    Effect(Arc<EffectDraft>),
    /// What a declaration returns: its kind and number.
    Handle(Kind, usize),
    /// The value of something that was reported as wrong; used without further findings.
    Poison,
    /// Anything else that Rhai knows.
    Other,
}

/// An entry of a map.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: Place,
    pub(crate) value: Arg,
}

/// A closure with the values it captured, as they were when it was handed to a declaration.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    pub(crate) name: String,
    pub(crate) captured: Vec<Value>,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Arg {
    pub(crate) value: Value,
    pub(crate) at: Mark,
}

impl Value {
    /// The value as Rhai sees it; for our own kinds of value only.
    pub(crate) fn into_dynamic(self) -> Dynamic {
        match self {
            Value::Unit => Dynamic::UNIT,
            Value::Bool(yes) => yes.into(),
            Value::Int(number) => number.into(),
            Value::Decimal(text) => text.parse::<rhai::FLOAT>().map_or(Dynamic::UNIT, Dynamic::from),
            Value::Text(text) => text.as_ref().into(),
            other => Dynamic::from(other),
        }
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Unit => "空",
            Value::Bool(_) => "是或否",
            Value::Int(_) => "整数",
            Value::Decimal(_) => "小数",
            Value::Text(_) => "文字",
            Value::Array(_) => "数组",
            Value::Map(_) => "表 #{ … }",
            Value::Closure(_) => "条件 |x| …",
            Value::Quantity(Constant::Money(_)) => "金额",
            Value::Quantity(Constant::Span(_)) => "时长",
            Value::Quantity(Constant::Date(_)) => "日期",
            Value::Quantity(_) => "数",
            Value::Word(Word::List(..)) => "清单",
            Value::Word(_) => "用语",
            Value::Effect(_) => "结果（记、扣、不高于 …）",
            Value::Handle(..) => "声明",
            Value::Poison | Value::Other => "其他值",
        }
    }

    /// True if something reported as wrong is in it.
    pub(crate) fn is_poisoned(&self) -> bool {
        match self {
            Value::Poison => true,
            Value::Array(items) => items.iter().any(|i| i.value.is_poisoned()),
            Value::Map(entries) => entries.iter().any(|e| e.value.value.is_poisoned()),
            _ => false,
        }
    }

    /// A number in hundredths; `None` if it is none, or has more than two places or is too large.
    pub(crate) fn hundredths(&self) -> Option<i64> {
        match self {
            Value::Int(number) => number.checked_mul(100),
            Value::Decimal(text) => parse_decimal(text, 2),
            _ => None,
        }
    }
}

/// About how many bytes a value takes with all that is in it.
pub(crate) fn weight(value: &Value) -> usize {
    let own = size_of::<Arg>();
    own + match value {
        Value::Text(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| weight(&item.value)).sum(),
        Value::Map(entries) => entries.iter().map(|entry| weight(&entry.value.value)).sum(),
        Value::Closure(closure) => closure.captured.iter().map(weight).sum(),
        _ => 0,
    }
}

/// The digits of a number that people write; beyond them a binary fraction has noise.
const EXACT_DIGITS: usize = 12;

/// A decimal by its shortest text, which is what was written. What was calculated (`3 * 0.6`) may end in the noise of
/// binary fractions (1.7999999999999998), which nobody wrote.
pub(crate) fn decimal_text(number: rhai::FLOAT) -> String {
    let shortest = format!("{number}");
    let (whole, digits) = shortest.split_once('.').unwrap_or((&shortest, ""));
    let written = whole.trim_start_matches(['-', '0']).len() + digits.len();
    if written <= EXACT_DIGITS + 2 {
        return shortest;
    }
    let kept = EXACT_DIGITS.saturating_sub(whole.trim_start_matches('-').len());
    let rounded = format!("{number:.kept$}");
    if rounded.contains('.') {
        rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        rounded
    }
}

/// A value of Rhai as ours, with the places of its parts where the script shows them.
pub(crate) fn arg(value: &Dynamic, source: Option<&Expr>, fallback: Mark) -> Arg {
    let at = source.map_or(fallback, mark);
    let value = value.flatten_clone();
    let of = |value: Value| Arg { value, at };
    if value.is_unit() {
        return of(Value::Unit);
    }
    if let Ok(yes) = value.as_bool() {
        return of(Value::Bool(yes));
    }
    if let Ok(number) = value.as_int() {
        return of(Value::Int(number));
    }
    if let Ok(number) = value.as_float() {
        return of(Value::Decimal(decimal_text(number)));
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return of(Value::Text(text.as_str().into()));
    }
    if let Ok(items) = value.as_array_ref() {
        let sources = match source {
            Some(Expr::Array(sources, _)) if sources.len() == items.len() => Some(sources),
            _ => None,
        };
        let item = |(i, item): (usize, &Dynamic)| arg(item, sources.and_then(|s| s.get(i)), at);
        return of(Value::Array(items.iter().enumerate().map(item).collect()));
    }
    if let Ok(map) = value.as_map_ref() {
        let sources = match source {
            Some(Expr::Map(sources, _)) => Some(&sources.0),
            _ => None,
        };
        let mut entries: Vec<Entry> = map
            .iter()
            .map(|(key, item)| {
                let found =
                    sources.and_then(|s| s.iter().find(|(name, _)| name.name.as_str() == key.as_str()));
                Entry {
                    key: key.to_string(),
                    key_at: found.map_or(at.place, |(name, _)| place(name.pos)),
                    value: arg(item, found.map(|(_, expr)| expr), at),
                }
            })
            .collect();
        entries.sort_by(|a, b| (a.key_at, &a.key).cmp(&(b.key_at, &b.key)));
        return of(Value::Map(entries));
    }
    if let Some(pointer) = value.read_lock::<FnPtr>() {
        let captured = pointer.curry().iter().map(|c| arg(c, None, at).value).collect();
        return of(Value::Closure(Arc::new(Closure { name: pointer.fn_name().to_owned(), captured })));
    }
    if let Some(own) = value.read_lock::<Value>() {
        return of(own.clone());
    }
    of(Value::Other)
}

/// The mark under an expression of the script.
pub(crate) fn mark(expr: &Expr) -> Mark {
    let length = match expr {
        Expr::StringConstant(text, _) => text.chars().count() + 2,
        Expr::IntegerConstant(number, _) => number.to_string().len(),
        Expr::Variable(parts, ..) => parts.1.chars().count(),
        Expr::FnCall(call, _) if !call.is_operator_call() && call.name.as_str() != "contains" => {
            call.name.chars().count()
        }
        Expr::Dot(pair, ..) => return dotted(&pair.lhs, &pair.rhs),
        _ => 1,
    };
    Mark::new(place(expr.start_position()), length)
}

/// The mark under `a.b`, if it is that short.
fn dotted(lhs: &Expr, rhs: &Expr) -> Mark {
    let start = mark(lhs);
    match rhs {
        Expr::Property(property, _) => {
            Mark { length: start.length + 1 + property.2.chars().count() as u32, ..start }
        }
        _ => start,
    }
}

/// A number with a unit behind it.
pub(crate) fn quantity(number: &Value, unit: &str) -> Result<Constant, String> {
    let money = |digits: u32, factor: i64| {
        let fen = match number {
            Value::Int(number) => number.checked_mul(factor),
            Value::Decimal(text) => parse_decimal(text, digits),
            _ => None,
        };
        fen.map(|fen| Constant::Money(Money::from_fen(fen))).ok_or_else(|| "金额最多写到分".to_owned())
    };
    let span = |months: i64, days: i64| match number {
        Value::Int(number) if (0..=1200).contains(number) || (days > 0 && (0..=36_500).contains(number)) => {
            Ok(Constant::Span(Span { months: (number * months) as i32, days: (number * days) as i32 }))
        }
        Value::Int(_) => Err("时长最多 100 年，不能是负数".to_owned()),
        _ => Err("时长写整数，例如 6.个月".to_owned()),
    };
    match unit {
        "元" | "yuan" => money(2, 100),
        "万元" | "wan_yuan" => money(6, 1_000_000),
        "天" | "days" => span(0, 1),
        "个月" | "months" => span(1, 0),
        "年" | "years" => match number {
            Value::Int(number) if *number > 100 => Err("时长最多 100 年".to_owned()),
            _ => span(12, 0),
        },
        _ => Err(format!("没有“{unit}”这个单位")),
    }
}

/// A date as written in a script.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    text.parse::<Date>().map_err(|error| error.to_string())
}

/// What can be done with amounts while declaring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
}

/// The sum, difference or multiple; `None` if the kinds do not fit or it is too large.
pub(super) fn calculate(operation: Operation, a: &Value, b: &Value) -> Option<Value> {
    let sum = |a: i64, b: i64| match operation {
        Operation::Add => a.checked_add(b),
        Operation::Subtract => a.checked_sub(b),
        Operation::Multiply => a.checked_mul(b),
    };
    let constant = match (a, b) {
        (Value::Poison, _) | (_, Value::Poison) => return Some(Value::Poison),
        (Value::Quantity(Constant::Money(a)), Value::Quantity(Constant::Money(b)))
            if operation != Operation::Multiply =>
        {
            Constant::Money(Money::from_fen(sum(a.fen(), b.fen())?))
        }
        (Value::Quantity(Constant::Money(a)), Value::Int(b)) if operation == Operation::Multiply => {
            Constant::Money(Money::from_fen(sum(a.fen(), *b)?))
        }
        (Value::Quantity(Constant::Date(day)), Value::Quantity(Constant::Span(span))) => match operation {
            Operation::Add => Constant::Date(day.plus(*span)),
            Operation::Subtract => Constant::Date(day.minus(*span)),
            Operation::Multiply => return None,
        },
        _ => return None,
    };
    Some(Value::Quantity(constant))
}

/// Two values of one kind in its unit.
pub(super) fn compared(a: &Value, b: &Value) -> Option<(i64, i64)> {
    match (a, b) {
        (Value::Quantity(Constant::Money(a)), Value::Quantity(Constant::Money(b))) => {
            Some((a.fen(), b.fen()))
        }
        (Value::Quantity(Constant::Date(a)), Value::Quantity(Constant::Date(b))) => {
            Some((i64::from(a.days()), i64::from(b.days())))
        }
        (Value::Quantity(Constant::Span(a)), Value::Quantity(Constant::Span(b))) => {
            let days = |span: &Span| i64::from(span.months) * 31 + i64::from(span.days);
            Some((days(a), days(b)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_what_was_written_or_meant() {
        for (number, text) in [
            (0.6, "0.6"),
            (2.5, "2.5"),
            (0.125, "0.125"),
            (3.0 * 0.6, "1.8"),
            (0.1 + 0.2, "0.3"),
            (-3.0 * 0.6, "-1.8"),
            (1000.0 - 999.9, "0.1"),
            (1.0 / 3.0, "0.33333333333"),
            (1e15, "1000000000000000"),
            (0.0, "0"),
        ] {
            assert_eq!(decimal_text(number), text);
        }
        for number in [f64::NAN, f64::INFINITY, f64::MAX, f64::MIN_POSITIVE] {
            assert!(!decimal_text(number).is_empty());
        }
    }

    proptest::proptest! {
        /// Points times a share with two places, as people calculate them while declaring.
        #[test]
        #[expect(clippy::float_arithmetic, reason = "so Rhai calculates")]
        fn a_product_of_two_decimals_is_exact(points in 0_i32..100_000, share in 0_i32..1_000) {
            let exact = i64::from(points) * i64::from(share);
            let product = f64::from(points) / 10.0 * (f64::from(share) / 10.0);
            proptest::prop_assert_eq!(sanse::parse_decimal(&decimal_text(product), 2), Some(exact));
        }
    }
}
