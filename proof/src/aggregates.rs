//! What aggregates mean, as methods that Rhai calls on lists of records: by definition and without haste.

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, Map, NativeCallContext};
use sanse::{Date, Rounding, Span};

use crate::support::evaluate::divide;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The entry of a record that holds its decision, if its list has such a field.
pub(crate) const DECISION: &str = "（决定）";
/// The entry of a record that holds its day.
pub(crate) const DAY: &str = "（日期）";

/// Records in groups of those that belong together; at first one group of all.
#[derive(Clone)]
pub(crate) struct Rows(Vec<Vec<Dynamic>>);

impl Rows {
    pub(crate) fn new(rows: Vec<Dynamic>) -> Rows {
        Rows(vec![rows])
    }

    /// The greatest result of a group; nothing belongs to no group.
    fn best(&self, of: impl Fn(&[Dynamic]) -> Result<i64>) -> Result<i64> {
        let results: Vec<i64> = self.0.iter().map(|group| of(group)).collect::<Result<_>>()?;
        Ok(results.into_iter().max().unwrap_or(0))
    }
}

fn entry(row: &Dynamic, name: &str) -> Dynamic {
    row.read_lock::<Map>().unwrap().get(name).cloned().unwrap_or(Dynamic::UNIT)
}

fn day(row: &Dynamic) -> Date {
    entry(row, DAY).cast()
}

/// The first record of each decision; a record without one stands for itself.
fn decisions(rows: &[Dynamic]) -> Vec<&Dynamic> {
    let mut known = std::collections::BTreeSet::new();
    rows.iter()
        .filter(|row| {
            let decision = entry(row, DECISION);
            decision.is_unit() || known.insert(decision.into_string().unwrap())
        })
        .collect()
}

/// The greatest sum over the days of a window, wherever it begins.
fn peak(worth: &[(Date, i64)], span: Span) -> i64 {
    let from = |first: Date| worth.iter().filter(move |(day, _)| first <= *day && *day < first.plus(span));
    worth.iter().map(|(first, _)| from(*first).map(|(_, n)| n).sum()).max().unwrap_or(0)
}

/// The value of each record, `None` where it is missing.
fn each(context: &NativeCallContext<'_>, rows: &[Dynamic], f: &FnPtr) -> Result<Vec<Option<i64>>> {
    let value = |row: &Dynamic| -> Result<Option<i64>> {
        let value: Dynamic = f.call_within_context(context, (row.clone(),))?;
        Ok(if value.is_unit() { None } else { Some(value.as_int().unwrap()) })
    };
    rows.iter().map(value).collect()
}

pub(crate) fn rounding(how: &str) -> Rounding {
    match how {
        "四舍五入" => Rounding::HalfUp,
        "向下取整" => Rounding::Down,
        _ => Rounding::Up,
    }
}

/// Gives an engine the methods of lists.
pub(crate) fn aggregates(engine: &mut Engine) {
    type Context<'a> = NativeCallContext<'a>;
    let days = |days: i64| Span::days(days as i32);
    let months = |months: i64| Span::months(months as i32);
    let count = |rows: &Rows, span: Span| {
        rows.best(|group| {
            let worth: Vec<(Date, i64)> = decisions(group).into_iter().map(|row| (day(row), 1)).collect();
            Ok(peak(&worth, span))
        })
    };
    let sums = |context: &Context<'_>, rows: &Rows, span: Span, f: &FnPtr| {
        rows.best(|group| {
            let values = each(context, group, f)?.into_iter().map(|value| value.unwrap_or(0));
            let worth: Vec<(Date, i64)> = group.iter().map(day).zip(values).collect();
            Ok(peak(&worth, span))
        })
    };
    let found = |value: Option<i64>| value.map_or(Dynamic::UNIT, Dynamic::from);
    let all = |context: &Context<'_>, rows: &Rows, f: &FnPtr| -> Result<Vec<i64>> {
        Ok(each(context, &rows.0.concat(), f)?.into_iter().flatten().collect())
    };
    engine
        .register_fn("数量", |rows: Rows| rows.best(|group| Ok(decisions(group).len() as i64)))
        .register_fn("行数", |rows: Rows| rows.best(|group| Ok(group.len() as i64)))
        .register_fn("存在", |rows: Rows| rows.0.iter().any(|group| !group.is_empty()))
        .register_fn("任意天内", move |rows: Rows, k: i64| count(&rows, days(k)))
        .register_fn("任意月内", move |rows: Rows, k: i64| count(&rows, months(k)))
        .register_fn("任意天内合计", move |context: Context<'_>, rows: Rows, k: i64, f: FnPtr| {
            sums(&context, &rows, days(k), &f)
        })
        .register_fn("合计", |context: Context<'_>, rows: Rows, f: FnPtr| {
            rows.best(|group| Ok(each(&context, group, &f)?.into_iter().flatten().sum()))
        })
        .register_fn("最大", move |context: Context<'_>, rows: Rows, f: FnPtr| -> Result<Dynamic> {
            Ok(found(all(&context, &rows, &f)?.into_iter().max()))
        })
        .register_fn("最小", move |context: Context<'_>, rows: Rows, f: FnPtr| -> Result<Dynamic> {
            Ok(found(all(&context, &rows, &f)?.into_iter().min()))
        })
        .register_fn(
            "平均",
            move |context: Context<'_>, rows: Rows, f: FnPtr, how: &str| -> Result<Dynamic> {
                let values = all(&context, &rows, &f)?;
                let sum = values.iter().map(|value| i128::from(*value)).sum();
                let average = || divide(rounding(how), sum, values.len() as i128) as i64;
                Ok(found((!values.is_empty()).then(average)))
            },
        );
    engine.register_fn("其中", |context: Context<'_>, rows: Rows, f: FnPtr| -> Result<Rows> {
        let mut left = Vec::new();
        for row in rows.0.concat() {
            if f.call_within_context::<bool>(&context, (row.clone(),))? {
                left.push(row);
            }
        }
        Ok(Rows::new(left))
    });
    engine.register_fn("同一", |context: Context<'_>, rows: Rows, f: FnPtr| -> Result<Rows> {
        let mut groups: Vec<(Option<String>, Vec<Dynamic>)> = Vec::new();
        for row in rows.0.concat() {
            let key: Dynamic = f.call_within_context(&context, (row.clone(),))?;
            let parts = key.clone().try_cast::<Array>().unwrap_or_else(|| vec![key]);
            let whole = parts.iter().all(|part| !part.is_unit());
            let key = whole.then(|| format!("{parts:?}"));
            match groups.iter_mut().find(|(known, _)| known.is_some() && *known == key) {
                Some((_, group)) => group.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        Ok(Rows(groups.into_iter().map(|(_, group)| group).collect()))
    });
}
