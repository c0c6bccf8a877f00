//! Conditions → typed form (降为类型式). A closure of one expression becomes a [`sanse::Expr`], which is then
//! its whole meaning; types, code lists, missing values and ranges are checked on the way.

mod aggregate;
mod chain;
mod expr;
mod flow;
mod range;
mod types;

use std::cell::Cell;
use std::collections::BTreeMap;

use sanse::{ENTERPRISE, Expr, ListId, Place, Ty, Vocabulary};

pub(crate) use flow::{Known, without_places};
pub(crate) use range::{Interval, size};
pub(crate) use types::field_constant;

use crate::codes;
use crate::declare::{Arg, Closure, Value};
use crate::finding::{Findings, Mark};
use crate::logic::MOST_STEPS;
use crate::syntax::{Closures, NotOne};

/// What a name in a condition stands for.
#[derive(Clone, Debug)]
enum Bind {
    /// The row in scope, or the enterprise where that is the scope.
    Row,
    /// The enterprise that the row in scope belongs to.
    Firm,
    /// A row of an outer condition, which cannot be reached.
    Outer,
    /// A captured value.
    Value(Value),
}

/// Names and the list whose row is in scope.
#[derive(Clone, Debug)]
struct Context {
    names: Vec<(String, Bind)>,
    scope: ListId,
}

impl Context {
    fn get(&self, name: &str) -> Option<&Bind> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, bind)| bind)
    }
}

/// Lowers the closures of one script.
pub(crate) struct Lowering<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) closures: &'a Closures,
    pub(crate) findings: &'a mut Findings,
    /// Lists that aggregates read, with the first place; they must be admitted.
    pub(crate) aggregated: BTreeMap<ListId, Mark>,
    /// Length of the marks under fields.
    lengths: BTreeMap<Place, u32>,
    /// Steps left for questions on what conditions allow together.
    pub(crate) steps: Cell<u64>,
    /// Parts of conditions so far.
    parts: usize,
    /// True once there were too many of them.
    full: bool,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(
        vocabulary: &'a Vocabulary,
        closures: &'a Closures,
        findings: &'a mut Findings,
    ) -> Self {
        Lowering {
            vocabulary,
            closures,
            findings,
            aggregated: BTreeMap::new(),
            lengths: BTreeMap::new(),
            steps: Cell::new(MOST_STEPS),
            parts: 0,
            full: false,
        }
    }

    /// A condition over a row of a list, or over the enterprise. Optional fields that `known` does not hold
    /// must be guarded in it.
    pub(crate) fn condition(&mut self, arg: &Arg, scope: ListId, known: &Known) -> Option<Expr> {
        let lowered = self.lower_condition(arg, scope, known);
        self.reported_unless(lowered.is_some(), arg.at);
        lowered
    }

    fn lower_condition(&mut self, arg: &Arg, scope: ListId, known: &Known) -> Option<Expr> {
        let Value::Closure(closure) = &arg.value else {
            self.not_a_closure(arg, scope);
            return None;
        };
        let expr = self.body(closure, arg.at, scope)?;
        if expr.ty != Ty::Bool {
            let message = format!("条件要得出是或否，这里是{}", self.type_name(expr.ty));
            self.findings.error(
                codes::TYPE,
                self.mark(&expr),
                message,
                Some("写成比较，例如 … >= 3".to_owned()),
            );
            return None;
        }
        self.check_condition(&expr, scope, known);
        Some(expr)
    }

    /// An expression over a row of a list, or over the enterprise.
    pub(crate) fn value(&mut self, arg: &Arg, scope: ListId) -> Option<Expr> {
        let Value::Closure(closure) = &arg.value else {
            self.not_a_closure(arg, scope);
            return None;
        };
        let lowered = self.body(closure, arg.at, scope);
        self.reported_unless(lowered.is_some(), arg.at);
        lowered
    }

    /// A condition that got lost without a word would change what the standard says; that must not be.
    pub(crate) fn reported_unless(&mut self, whole: bool, at: Mark) {
        if !whole && !self.findings.any_error() {
            self.findings.error(codes::CONDITION, at, "这里没有读懂", Some("换一种写法".to_owned()));
        }
    }

    /// One expression, or several in [ … ].
    pub(crate) fn values(&mut self, arg: &Arg, scope: ListId) -> Option<Vec<Expr>> {
        let Value::Closure(closure) = &arg.value else {
            self.not_a_closure(arg, scope);
            return None;
        };
        let lowered = self.enter(closure, arg.at, scope).and_then(|context| {
            let body = self.closures.get(&closure.name)?.body.as_ref().ok()?.clone();
            match &body {
                rhai::Expr::Array(items, _) => items.iter().map(|item| self.expr(item, &context)).collect(),
                one => self.expr(one, &context).map(|e| vec![e]),
            }
        });
        self.reported_unless(lowered.is_some(), arg.at);
        lowered
    }

    fn not_a_closure(&mut self, arg: &Arg, scope: ListId) {
        if arg.value.is_poisoned() {
            return;
        }
        let name = self.example_name(scope);
        let message = format!("这里要写条件或式子，这里是{}", arg.value.kind());
        self.findings.error(codes::TYPE, arg.at, message, Some(format!("写成 |{name}| …")));
    }

    fn example_name(&self, scope: ListId) -> char {
        self.vocabulary.list_def(scope).name.chinese.chars().next().unwrap_or('x')
    }

    fn body(&mut self, closure: &Closure, at: Mark, scope: ListId) -> Option<Expr> {
        let context = self.enter(closure, at, scope)?;
        let body = self.closures.get(&closure.name)?.body.as_ref().ok()?.clone();
        self.expr(&body, &context)
    }

    /// The names of a closure handed to a declaration.
    fn enter(&mut self, closure: &Closure, at: Mark, scope: ListId) -> Option<Context> {
        let captured = closure.captured.iter().cloned().map(Bind::Value).collect();
        self.bind(&closure.name, captured, at, scope)
    }

    /// Binds captured values and the one parameter of a closure; reports a closure of another form.
    fn bind(&mut self, name: &str, captured: Vec<Bind>, at: Mark, scope: ListId) -> Option<Context> {
        let example = self.example_name(scope);
        let Some(def) = self.closures.get(name) else {
            let message = "这里要写条件";
            self.findings.error(codes::CONDITION, at, message, Some(format!("写成 |{example}| …")));
            return None;
        };
        let own = def.params.len().saturating_sub(captured.len());
        if own != 1 {
            let message = format!("条件要有一个参数，这里有 {own} 个");
            self.findings.error(codes::ARITY, at, message, Some(format!("写成 |{example}| …")));
            return None;
        }
        if let Err(why) = &def.body {
            let (place, message, help) = match why {
                NotOne::Assignment(place) => (*place, "条件里不能赋值", "比较相等写成 =="),
                NotOne::Statements(place) => (
                    *place,
                    "条件只能是一个式子，不能用 let、if 或几条语句",
                    "几种情况写成几个 .情形(条件, 结果)；先算好的数用 let 写在规则前面",
                ),
            };
            self.findings.error(codes::CONDITION, place.into(), message, Some(help.to_owned()));
            return None;
        }
        let mut names: Vec<(String, Bind)> = def.params.iter().cloned().zip(captured).collect();
        if let Some(row) = def.params.last() {
            names.push((row.clone(), Bind::Row));
        }
        Some(Context { names, scope })
    }

    /// Parts of conditions so far.
    pub(crate) fn parts(&self) -> usize {
        self.parts
    }

    /// Remembers how long the mark at a place is.
    pub(crate) fn note(&mut self, mark: Mark) {
        self.lengths.insert(mark.place, mark.length);
    }

    /// The mark of a noted place.
    pub(crate) fn mark_at(&self, place: Place) -> Mark {
        Mark { place, length: self.lengths.get(&place).copied().unwrap_or(1) }
    }

    /// The mark under an expression.
    pub(crate) fn mark(&self, expr: &Expr) -> Mark {
        Mark { place: expr.at, length: self.lengths.get(&expr.at).copied().unwrap_or(1) }
    }

    /// The Chinese name of a type.
    pub(crate) fn type_name(&self, ty: Ty) -> String {
        match ty {
            Ty::Bool => "是或否".to_owned(),
            Ty::Int => "整数".to_owned(),
            Ty::Money => "金额".to_owned(),
            Ty::Points => "分值或小数".to_owned(),
            Ty::Date => "日期".to_owned(),
            Ty::Span => "时长".to_owned(),
            Ty::Text => "文字".to_owned(),
            Ty::Code(id) => {
                format!("代码（{}）", self.vocabulary.code_list(id).map_or("", |l| l.name.chinese.as_str()))
            }
        }
    }
}

/// True if the scope is the enterprise.
fn is_enterprise(scope: ListId) -> bool {
    scope == ENTERPRISE
}
