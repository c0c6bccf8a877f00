//! Every accepted condition gives what Rhai itself gives, wherever Rhai's own meaning is defined: over numbers,
//! texts, truth values and `()` for what is missing, with days and lengths of time as types of the host, and lists of
//! records as a type whose methods count, sum and look for peaks.
//!
//! Not compared, because Rhai has no meaning for them or another one: English codes, texts for days, windows of an
//! aggregate's own. Two missing values are equal in Rhai and not equal here, on purpose; conditions
//! that could compare two are not written.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "decimals are floats in Rhai; those of the tests are small and exact"
)]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::rc::Rc;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use rhai::{AST, Dynamic, Engine, EvalAltResult, ImmutableString, Map};
use sanse::{
    Calendar, Caseload, Date, Disposition, ENTERPRISE, FieldId, ListId, OUTCOME, SANCTION, Scope as Of, Span,
    Standard, Value, assess,
};

use crate::aggregates::{DAY, DECISION, Rows, aggregates, rounding};
use crate::conditions::{LISTS, NAMED, Scope, Written, condition};
use crate::support::choices::Choices;
use crate::support::evaluate::divide;
use crate::support::naive::Scorer;
use crate::support::records::{Owned, Records};
use crate::support::{DOMAINS, VOCABULARY, config};

/// The row or the enterprise in scope, and its name.
type Here = Rc<RefCell<(&'static str, Dynamic)>>;

/// Rhai with the types of the host; all else is its own.
fn engine(here: &Here) -> Engine {
    let mut engine = Engine::new();
    let here = Rc::clone(here);
    // As a variable of the scope it would be locked while a method of it runs a closure that reads it.
    #[expect(deprecated, reason = "volatile, not going away")]
    engine.on_var(move |name, _, _| {
        let (known, value) = &*here.borrow();
        Ok((name == *known).then(|| value.clone()))
    });
    engine.set_max_expr_depths(200, 200);
    engine.set_optimization_level(rhai::OptimizationLevel::None);
    engine
        .register_get("有值", |_: &mut i64| true)
        .register_get("有值", |_: &mut f64| true)
        .register_get("有值", |_: &mut bool| true)
        .register_get("有值", |_: &mut ImmutableString| true)
        .register_get("有值", |_: &mut Date| true)
        .register_get("有值", |(): &mut ()| false);
    engine
        .register_get("元", |yuan: &mut i64| *yuan * 100)
        .register_get("万元", |yuan: &mut i64| *yuan * 1_000_000)
        .register_get("元", |yuan: &mut f64| (*yuan * 100.0).round() as i64)
        .register_get("万元", |yuan: &mut f64| (*yuan * 1_000_000.0).round() as i64)
        .register_get("天", |days: &mut i64| Span::days(*days as i32))
        .register_get("个月", |months: &mut i64| Span::months(*months as i32))
        .register_get("年", |years: &mut i64| Span::months(*years as i32 * 12));
    engine
        .register_fn("含", |text: &str, part: &str| text.contains(part))
        .register_fn("含", |(): (), _: &str| false)
        .register_fn("日期", |text: &str| text.parse::<Date>().unwrap())
        .register_fn("==", |a: Date, b: Date| a == b)
        .register_fn("!=", |a: Date, b: Date| a != b)
        .register_fn("<", |a: Date, b: Date| a < b)
        .register_fn("<=", |a: Date, b: Date| a <= b)
        .register_fn(">", |a: Date, b: Date| a > b)
        .register_fn(">=", |a: Date, b: Date| a >= b)
        .register_fn("-", |a: Date, b: Date| i64::from(a.days()) - i64::from(b.days()))
        .register_fn("+", |day: Date, span: Span| day.plus(span))
        .register_fn("-", |day: Date, span: Span| day.minus(span));
    engine.register_fn("除以", |a: i64, b: i64, how: &str| {
        if b == 0 { Dynamic::UNIT } else { Dynamic::from(divide(rounding(how), a.into(), b.into()) as i64) }
    });
    aggregates(&mut engine);
    engine
}

/// A value as Rhai knows it.
fn dynamic(caseload: &Caseload, list: ListId, row: usize, field: FieldId) -> Dynamic {
    match caseload.value(list, row, field) {
        Value::Missing => Dynamic::UNIT,
        Value::Bool(v) => v.into(),
        Value::Int(v) => v.into(),
        Value::Money(v) => v.fen().into(),
        Value::Points(v) => (v.hundredths() as f64 / 100.0).into(),
        Value::Date(v) => Dynamic::from(v),
        Value::Text(v) => v.to_owned().into(),
        Value::Code(code) => {
            let sanse::Ty::Code(codes) = VOCABULARY.field_def(list, field).unwrap().ty else {
                panic!("no code")
            };
            VOCABULARY.code_list(codes).unwrap().codes[usize::from(code)].text.clone().into()
        }
    }
}

fn map(caseload: &Caseload, list: ListId, row: usize) -> Map {
    let mut map = Map::new();
    for (number, field) in VOCABULARY.list_def(list).fields.iter().enumerate() {
        let value = dynamic(caseload, list, row, FieldId(number as u16));
        map.insert(field.name.chinese.as_str().into(), value.clone());
        map.insert(field.name.english.as_str().into(), value);
    }
    map
}

/// A caseload as Rhai knows it: the row that counts of each list, by list and number, and of each enterprise.
struct World {
    caseload: Caseload,
    calendar: Calendar,
    rows: BTreeMap<(ListId, usize), Dynamic>,
}

/// A standard of a domain and one for all: which rows count is the same for all standards of [`script`].
static STANDARDS: LazyLock<[Standard; 2]> =
    LazyLock::new(|| [SANCTION, OUTCOME].map(|list| compiled("true", list).unwrap()));

impl World {
    fn new(records: &Records) -> World {
        let caseload = records.build();
        let mut rows = BTreeMap::new();
        for enterprise in 0..caseload.enterprises() {
            let mut own = map(&caseload, ENTERPRISE, enterprise);
            let plain: Dynamic = Dynamic::from(own.clone()).into_shared();
            for list in (1..=OUTCOME.0).map(ListId) {
                let standard = &STANDARDS[usize::from(list == OUTCOME)];
                let scorer =
                    Scorer { standard, caseload: &caseload, calendar: &records.calendar, without: None };
                for row in caseload.table(list).unwrap().rows_of(enterprise) {
                    if scorer.disposition(list, row, None) == Disposition::Live {
                        let mut map = map(&caseload, list, row);
                        let roles = &VOCABULARY.list_def(list).roles;
                        for (role, field) in [(DECISION, roles.decision), (DAY, roles.date)] {
                            map.extend(
                                field.map(|field| (role.into(), dynamic(&caseload, list, row, field))),
                            );
                        }
                        map.insert("企业".into(), plain.clone());
                        rows.insert((list, row), Dynamic::from(map).into_shared());
                    }
                }
            }
            for (word, list) in &LISTS[..6] {
                let of_enterprise = caseload.table(*list).unwrap().rows_of(enterprise);
                let counting = of_enterprise.filter(|row| in_view(&caseload, word, *list, *row));
                let counting = counting.filter_map(|row| rows.get(&(*list, row)).cloned()).collect();
                own.insert((*word).into(), Dynamic::from(Rows::new(counting)));
            }
            rows.insert((ENTERPRISE, enterprise), Dynamic::from(own));
        }
        World { caseload, calendar: records.calendar, rows }
    }

    /// The rows of a list for which the condition holds, by Rhai; `None` if a number does not fit there.
    fn by_rhai(
        &self,
        engine: &Engine,
        here: &Here,
        condition: &str,
        list: ListId,
    ) -> Option<BTreeSet<usize>> {
        let mut text = String::new();
        for named in &NAMED {
            let _ = write!(text, "let {} = {};", named.name, named.value);
        }
        text.push_str(condition);
        let ast: AST = engine.compile(&text).unwrap_or_else(|error| panic!("{error}\n{condition}"));
        let mut holds = BTreeSet::new();
        for ((_, row), value) in self.rows.iter().filter(|((of, _), _)| *of == list) {
            let mut scope = rhai::Scope::new();
            *here.borrow_mut() = (Scope::of(list).parameter, value.clone());
            scope.push("截止日", self.calendar.as_of);
            scope.push("统计期首日", self.calendar.period.first);
            scope.push("统计期末日", self.calendar.period.last);
            match engine.eval_ast_with_scope::<bool>(&mut scope, &ast) {
                Ok(true) => drop(holds.insert(*row)),
                Ok(false) => {}
                Err(error) if matches!(*error, EvalAltResult::ErrorArithmetic(..)) => return None,
                Err(error) => panic!("{error}\n{condition}"),
            }
        }
        Some(holds)
    }

    /// The rows of a list for which the condition holds, by Sanse.
    fn by_sanse(&self, standard: &Standard) -> BTreeSet<usize> {
        let all = 0..self.caseload.enterprises();
        let assessed = assess(standard, &self.caseload, all.clone(), &self.calendar).unwrap();
        let hits = all.flat_map(|e| assessed.hits(e).iter().map(move |hit| (e, hit.row as usize)));
        hits.map(|(e, row)| if standard.rules[0].scope == Of::Enterprise { e } else { row }).collect()
    }
}

fn in_view(caseload: &Caseload, word: &str, list: ListId, row: usize) -> bool {
    let views = &VOCABULARY.list_def(list).views;
    views.iter().find(|view| view.name.is(word)).is_none_or(|view| {
        matches!(caseload.value(list, row, view.field), Value::Code(code) if view.values.contains(&code))
    })
}

/// A standard in which every row counts, with one rule over a list that hits where a condition holds.
fn script(condition: &str, list: ListId) -> String {
    let mut text = format!(
        "标准(\"SC-1\", \"试\", \"草案\"){}.施行(\"2020-01-01\");\n",
        if list == OUTCOME { ".综合()".to_owned() } else { format!(".领域(\"{}\")", DOMAINS[0]) }
    );
    for named in &NAMED {
        let _ = writeln!(text, "let {} = {};", named.name, named.value);
    }
    if list != OUTCOME {
        for word in ["措施", "整改", "检查", "线索"] {
            let (from, until) = ("日期(\"1900-01-01\")", "日期(\"2199-12-31\")");
            let _ = writeln!(text, "有效期({word}, |x| {from}, |x| {until});");
        }
    }
    let scope = match LISTS.iter().find(|(_, of)| *of == list) {
        _ if list == OUTCOME => ".逐条(领域结果)".to_owned(),
        Some((word, _)) => format!(".逐条({word}).各计()"),
        None => String::new(),
    };
    let x = Scope::of(list).parameter;
    let _ = writeln!(
        text,
        "规则(\"R\", \"规\").依据(\"法\"){scope}.情形(|{x}| {condition}, 记(1));\n等级(\"一\", 绿);"
    );
    text
}

fn compiled(condition: &str, list: ListId) -> Option<Standard> {
    sanse_script::compile("试.rhai", script(condition, list).as_bytes(), &VOCABULARY, &[]).standard
}

/// What a standard says, without the places and the digest of its text.
fn said(standard: &Standard) -> serde_json::Value {
    fn without_places(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.remove("at");
                fields.values_mut().for_each(without_places);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(without_places),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(&standard.rules).unwrap();
    without_places(&mut value);
    value
}

fn generated(numbers: &[u32]) -> (ListId, Written) {
    let mut c = Choices::new(numbers);
    let list = ListId(c.one(&[1, 0, 1, 0, 2, 3, 4, OUTCOME.0]));
    let scope = Scope { plain: true, ..Scope::of(list) };
    let depth = c.one(&[1, 2, 3]);
    (list, condition(&mut c, &scope, depth))
}

/// Scores in quarters, which Rhai's own numbers hold exactly.
fn in_quarters(mut records: Records) -> Records {
    for row in &mut records.rows {
        for (_, value) in &mut row.fields {
            if let Owned::Points(points) = value {
                *points = sanse::Points::from_hundredths(points.hundredths() / 25 * 25);
            }
        }
    }
    records
}

/// What happened to a set of conditions.
#[derive(Default)]
struct Seen {
    refused: usize,
    compared: usize,
    too_large: usize,
    /// Of one condition, rows of both kinds.
    mixed: usize,
}

/// Compares the engine with Rhai for each condition.
fn agree(records: Records, conditions: &[Vec<u32>], seen: &mut Seen) {
    let records = in_quarters(records);
    let here = Here::default();
    let engine = engine(&here);
    let world = World::new(&records);
    for numbers in conditions {
        let (list, written) = generated(numbers);
        let Some(standard) = compiled(&written.short, list) else {
            assert!(compiled(&written.full, list).is_none(), "refused without brackets only\n{written:?}");
            seen.refused += 1;
            continue;
        };
        let bracketed =
            compiled(&written.full, list).unwrap_or_else(|| panic!("refused with brackets\n{written:?}"));
        assert_eq!(said(&standard), said(&bracketed), "{written:?}");
        match world.by_rhai(&engine, &here, &written.short, list) {
            None => seen.too_large += 1,
            Some(expected) => {
                let found = world.by_sanse(&standard);
                let all = world.rows.keys().filter(|(of, _)| *of == list).count();
                seen.mixed += usize::from(!found.is_empty() && found.len() < all);
                assert_eq!(expected, found, "Rhai left, Sanse right\n{}", written.short);
                seen.compared += 1;
            }
        }
    }
}

proptest! {
    // Each case is several conditions over all rows of several enterprises.
    #![proptest_config(Config { cases: config().cases / 30, ..config() })]

    #[test]
    fn accepted_conditions_give_what_rhai_gives(
        records in any::<u64>().no_shrink(),
        conditions in vec(vec(any::<u32>(), 0..60), 1..8),
    ) {
        agree(Records::from_seed(records, 5), &conditions, &mut Seen::default());
    }
}

/// A property over conditions that are all refused, or never hold, would say nothing.
#[test]
fn most_generated_conditions_are_accepted_and_tell_rows_apart() {
    let mut seen = Seen::default();
    for seed in 0..20 {
        let conditions: Vec<Vec<u32>> =
            (0..6).map(|n| crate::Numbers::from_seed(seed * 6 + n, 60).0).collect();
        agree(Records::from_seed(seed, 5), &conditions, &mut seen);
    }
    let all = seen.refused + seen.compared + seen.too_large;
    println!(
        "refused {}, compared {}, too large {}, mixed {}",
        seen.refused, seen.compared, seen.too_large, seen.mixed
    );
    assert!(seen.compared * 10 >= all * 7);
    assert!(seen.mixed * 3 >= all);
}
