//! What is claimed of conditions is held against the engine: over a grid of rows with every value that the
//! conditions can tell apart, one beside it, and no value.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;
use sanse::{
    Arith, Arm, Calendar, Caseload, CaseloadBuilder, Constant, Date, Effect, FieldId, INSPECTION, Money,
    OUTCOME, Period, Place, Points, RECTIFICATION, Rule, SANCTION, Scope, Span, Standard, Value, Vocabulary,
    assess,
};

use super::*;
use crate::finding::Findings;
use crate::syntax::Closures;

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::standard()));

/// A standard without rules that counts every row.
static EMPTY: LazyLock<Standard> = LazyLock::new(|| {
    let text = "标准(\"T\", \"试\", \"草案\").综合().施行(\"2020-01-01\");\
        规则(\"R\", \"规\").依据(\"法\").逐条(领域结果).其余(记(1));等级(\"一\", 绿);";
    Standard {
        rules: Vec::new(),
        ..crate::compile("试.rhai", text.as_bytes(), &VOCABULARY, &[]).standard.unwrap()
    }
});

/// Pairs of fields over which conditions are made; the last of each list is of another kind than the first.
const FIELDS: [(ListId, &[&str]); 4] = [
    (SANCTION, &["金额", "没收金额", "作出日期", "修复日期", "程序", "状态", "违法行为", "种类"]),
    (RECTIFICATION, &["隐患条数", "重大隐患", "下达日期", "延期至", "文书类型", "问题"]),
    (INSPECTION, &["隐患条数", "重大隐患", "方式", "检查日期", "结果"]),
    (OUTCOME, &["得分", "标签", "状态", "数据不全", "等级"]),
];

/// Decides by numbers from proptest.
struct Choices<'n>(std::slice::Iter<'n, u32>);

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |number| *number as usize % count)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

fn typed(node: Node, ty: Ty) -> Expr {
    Expr { node, ty, at: Place::default() }
}

#[expect(clippy::unnecessary_box_returns, reason = "nodes hold their sides boxed")]
fn pair(a: Expr, b: Expr) -> Box<[Expr; 2]> {
    Box::new([a, b])
}

fn day(number: i32) -> Date {
    "2023-01-01".parse::<Date>().unwrap().plus(Span::days(number))
}

/// One of the few constants of a type.
fn constant(c: &mut Choices<'_>, ty: Ty) -> Constant {
    let number = c.below(4) as i64;
    match ty {
        Ty::Bool => Constant::Bool(number < 2),
        Ty::Int => Constant::Int(number),
        Ty::Money => Constant::Money(Money::from_fen(number * 10)),
        Ty::Points => Constant::Points(Points::from_hundredths(number * 50)),
        Ty::Date => Constant::Date(day(number as i32 * 3)),
        Ty::Code(list) => Constant::Code(list, number.min(1 + i64::from(list.0 % 2)) as u16),
        Ty::Text | Ty::Span => Constant::Text(Arc::from(["甲", "乙", "甲", "丙"][number as usize])),
    }
}

/// Every value of a type that conditions with those constants tell apart, and the ends of the range.
fn values(ty: Ty, (low, high): (i64, i64)) -> Vec<Value<'static>> {
    let near = |step: i64| (0..4).flat_map(move |n| [n * step - 1, n * step, n * step + 1]);
    let numbers = |step: i64| -> Vec<i64> {
        let all: BTreeSet<i64> = near(step).chain([low, high]).filter(|n| (low..=high).contains(n)).collect();
        all.into_iter().collect()
    };
    match ty {
        Ty::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Ty::Int => numbers(1).into_iter().map(Value::Int).collect(),
        Ty::Money => numbers(10).into_iter().map(|n| Value::Money(Money::from_fen(n))).collect(),
        Ty::Points => numbers(50).into_iter().map(|n| Value::Points(Points::from_hundredths(n))).collect(),
        Ty::Date => (-1..=11).map(|n| Value::Date(day(n))).collect(),
        Ty::Code(_) => (0..=high.min(4)).map(|n| Value::Code(n as u16)).collect(),
        Ty::Text | Ty::Span => ["甲", "乙", "丙", "丁"].map(Value::Text).to_vec(),
    }
}

/// Two fields of a list and a caseload with a row for each pair of their values.
struct Grid {
    list: ListId,
    fields: [(FieldId, Ty); 2],
    caseload: Caseload,
    calendar: Calendar,
}

impl Grid {
    fn new(c: &mut Choices<'_>) -> Grid {
        let (list, names) = c.one(&FIELDS);
        let def = VOCABULARY.list_def(list);
        let first = c.below(names.len());
        let second = (first + 1 + c.below(names.len() - 1)) % names.len();
        let fields = [first, second].map(|place| {
            let field = def.field(names[place]).unwrap();
            (field, def.field_def(field).unwrap().ty)
        });
        let all = fields.map(|(field, ty)| {
            let def = def.field_def(field).unwrap();
            let mut values = values(ty, def.range);
            values.extend(def.optional.then_some(Value::Missing));
            values
        });
        let calendar = Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of: day(800) };
        let mut builder = CaseloadBuilder::new(Arc::clone(&VOCABULARY));
        let name = VOCABULARY.list_def(ENTERPRISE).field("名称").unwrap();
        let firm = builder.add_enterprise(&[(name, Value::Text("一"))], None).unwrap();
        for one in &all[0] {
            for other in &all[1] {
                let mut row = vec![(fields[0].0, *one), (fields[1].0, *other)];
                for (number, field) in def.fields.iter().enumerate().filter(|(_, f)| !f.optional) {
                    let id = FieldId(number as u16);
                    if field.derived.is_none() && row.iter().all(|(known, _)| *known != id) {
                        row.push((id, values(field.ty, field.range)[0]));
                    }
                }
                row.retain(|(_, value)| *value != Value::Missing);
                builder.add(list, firm, &row, None).unwrap();
            }
        }
        Grid { list, fields, caseload: builder.finish(calendar.as_of).0, calendar }
    }

    /// The rows for which each of the conditions holds, by the engine.
    fn holds(&self, conditions: &[Expr]) -> Vec<BTreeSet<u32>> {
        let rule = |(number, condition): (usize, &Expr)| Rule {
            id: format!("R{number}"),
            title: String::new(),
            basis: "法".to_owned(),
            scope: Scope::Each(self.list),
            guard: None,
            arms: vec![Arm {
                when: Some(condition.clone()),
                effect: Effect::Points { amount: Expr::points(Points::whole(1)), merit: false },
                at: Place::default(),
            }],
            window: None,
            pick: Vec::new(),
            group: None,
            cap: None,
            apart: Vec::new(),
            at: Place::default(),
        };
        let standard = Standard { rules: conditions.iter().enumerate().map(rule).collect(), ..EMPTY.clone() };
        let assessed = assess(&standard, &self.caseload, 0..1, &self.calendar).unwrap();
        let mut holds = vec![BTreeSet::new(); conditions.len()];
        for hit in assessed.hits(0) {
            holds[usize::from(hit.rule)].insert(hit.row);
        }
        holds
    }

    /// The rows that the standard looks at: those that are not annulled.
    fn rows(&self) -> BTreeSet<u32> {
        self.holds(&[Expr::constant(Constant::Bool(true))]).remove(0)
    }
}

/// A condition over the fields, and whether each of its tests looks at one field only.
fn condition(c: &mut Choices<'_>, grid: &Grid, depth: u32, plain: &mut bool) -> Expr {
    let several = |c: &mut Choices<'_>, plain: &mut bool| -> Vec<Expr> {
        (0..2 + c.below(2)).map(|_| condition(c, grid, depth - 1, plain)).collect()
    };
    let node = match c.below(if depth == 0 { 1 } else { 8 }) {
        0 | 1 => return test(c, grid, plain),
        2..=4 => Node::All(several(c, plain)),
        5 | 6 => Node::Any(several(c, plain)),
        _ => Node::Not(Box::new(condition(c, grid, depth - 1, plain))),
    };
    typed(node, Ty::Bool)
}

fn test(c: &mut Choices<'_>, grid: &Grid, plain: &mut bool) -> Expr {
    let (field, ty) = c.one(&grid.fields);
    let value = typed(Node::Field(field), ty);
    let fixed = |c: &mut Choices<'_>, ty| Expr::constant(constant(c, ty));
    let or_else = |c: &mut Choices<'_>, value: Expr| {
        let second = fixed(c, ty);
        typed(Node::OrElse(pair(value, second)), ty)
    };
    let ordered = matches!(ty, Ty::Int | Ty::Money | Ty::Points | Ty::Date);
    let signs = [
        Compare::Equal,
        Compare::NotEqual,
        Compare::Less,
        Compare::AtMost,
        Compare::Greater,
        Compare::AtLeast,
    ];
    let sign = c.one(&signs[..if ordered { 6 } else { 2 }]);
    let compare = |a: Expr, b: Expr| typed(Node::Compare(sign, pair(a, b)), Ty::Bool);
    match c.below(12) {
        1 => typed(Node::Has(Box::new(value)), Ty::Bool),
        2 => {
            let listed = (0..=c.below(3)).map(|_| constant(c, ty)).collect();
            typed(Node::OneOf(Box::new(value), listed), Ty::Bool)
        }
        3 if ty == Ty::Bool => value,
        4 if ty == Ty::Bool => or_else(c, value),
        5 | 6 => {
            let value = or_else(c, value);
            compare(value, fixed(c, ty))
        }
        7 => compare(fixed(c, ty), value),
        8 if ty == Ty::Int => {
            let points = typed(Node::ToPoints(Box::new(value)), Ty::Points);
            compare(points, fixed(c, Ty::Points))
        }
        9 => {
            *plain = false;
            match ty {
                Ty::Date => {
                    let later = typed(Node::AddSpan(Box::new(value), Span::days(1)), ty);
                    compare(later, fixed(c, ty))
                }
                Ty::Int | Ty::Money => {
                    let one = fixed(c, ty);
                    let more = typed(Node::Arith(Arith::Add, pair(value, one)), ty);
                    compare(more, fixed(c, ty))
                }
                _ => compare(value.clone(), value),
            }
        }
        11 if ty == Ty::Date => {
            *plain = false;
            // Days around the last of the period, which lies among the days of the grid.
            let span = if c.below(4) == 0 {
                Span::months(c.below(3) as i32 - 1)
            } else {
                Span::days(c.below(5) as i32 * 3 - 3)
            };
            let last = typed(Node::PeriodLast, ty);
            let moved = typed(Node::AddSpan(Box::new(last.clone()), span), ty);
            match c.below(4) {
                0 => compare(value, last),
                1 => compare(moved, value),
                _ => compare(value, moved),
            }
        }
        10 if grid.fields[0].1 == grid.fields[1].1 => {
            *plain = false;
            let first = c.below(2);
            let field = |at: usize| typed(Node::Field(grid.fields[at].0), ty);
            compare(field(first), field(1 - first))
        }
        _ => compare(value, fixed(c, ty)),
    }
}

/// What was asked of a set of conditions, and how it was answered.
#[derive(Default)]
struct Asked {
    questions: usize,
    /// Answered with certainty: it cannot be.
    denied: usize,
    /// That could have been denied, and was not.
    missed: usize,
    /// Of those, where no test looks at two values: none should be.
    missed_plain: usize,
}

/// Asks every question on one and on two of the conditions.
fn ask(numbers: &[u32], asked: &mut Asked) {
    let c = &mut Choices(numbers.iter());
    let grid = Grid::new(c);
    let rows = grid.rows();
    for _ in 0..6 {
        let mut plain = true;
        let conditions: Vec<Expr> = (0..3).map(|_| condition(c, &grid, 2, &mut plain)).collect();
        let holds = grid.holds(&conditions);
        let closures = Closures::new();
        let mut findings = Findings::new("试");
        let lowering = Lowering::new(&VOCABULARY, &closures, &mut findings);
        let steps = Cell::new(MOST_STEPS);
        let logic = Logic::new(&lowering, grid.list, &conditions.iter().collect::<Vec<_>>(), &steps);
        let singles = (0..3).flat_map(|a| [true, false].map(|x| vec![(a, x)]));
        let pairs = [(0, 1), (0, 2), (1, 2)].into_iter().flat_map(|(a, b)| {
            [(true, true), (true, false), (false, true), (false, false)].map(|(x, y)| vec![(a, x), (b, y)])
        });
        let all = [[true, true, true], [false, false, true], [true, false, false]];
        let triples = all.into_iter().map(|outcomes| outcomes.into_iter().enumerate().collect());
        for wanted in singles.chain(pairs).chain(triples) {
            let real = rows.iter().any(|row| wanted.iter().all(|(n, yes)| holds[*n].contains(row) == *yes));
            let said = || format!("{wanted:?} of\n{conditions:#?}");
            asked.questions += 1;
            match (logic.possible(&wanted), real) {
                (false, true) => panic!("denied, and a row is so: {}", said()),
                (false, false) => asked.denied += 1,
                (true, false) => {
                    asked.missed += 1;
                    asked.missed_plain += usize::from(plain && logic.found(&wanted));
                }
                (true, true) => {
                    assert!(!plain || logic.found(&wanted), "a row is so, and not found: {}", said());
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_denied_is_so_for_no_row(numbers in vec(any::<u32>(), 0..200)) {
        ask(&numbers, &mut Asked::default());
    }
}

/// Where each test looks at one field, nothing that cannot be is left open; elsewhere little.
#[test]
fn what_cannot_be_is_denied() {
    let mut asked = Asked::default();
    let mut number = 1_u32;
    for _ in 0..150 {
        let mut numbers = Vec::new();
        for _ in 0..250 {
            // Numerical Recipes' generator; its upper half is random enough for this.
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            numbers.push(number >> 16);
        }
        ask(&numbers, &mut asked);
    }
    println!(
        "{} questions, {} denied, {} open that could have been denied",
        asked.questions, asked.denied, asked.missed
    );
    assert_eq!(asked.missed_plain, 0);
    assert!(asked.denied * 10 >= asked.questions && asked.missed * 10 <= asked.denied);
}
