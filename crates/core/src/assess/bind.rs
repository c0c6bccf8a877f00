//! Binding (绑定): a standard's lists, fields, codes and texts found in a caseload by name, once per call, so
//! that evaluation touches columns and numbers only.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::{Calendar, Period};
use crate::caseload::{Caseload, Column, MISSING, Table, TextId, Texts};
use crate::expr::{Aggregate, Arith, Compare, Constant, Expr, Node, Rounding, What, Window};
use crate::quantity::{Date, Span};
use crate::standard::{Branches, Effect, Scope, Standard, Subject};
use crate::vocabulary::{FieldId, ListId, Ty, Vocabulary};

/// A standard does not fit a caseload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The caseload has no such list, field or code, or has it with another type.
    #[error("标准“{standard}”用到“{what}”，数据里没有，或者类型不同；请用同一词汇表读入数据")]
    Unknown {
        /// The standard's number.
        standard: String,
        /// The list, field or code.
        what: String,
    },
    /// The caseload was finished for another as-of date.
    #[error("数据按截止日 {caseload} 整理，评定却按 {calendar}；请用同一截止日")]
    AsOf {
        /// The caseload's as-of date.
        caseload: Date,
        /// The calendar's.
        calendar: Date,
    },
}

/// An expression over columns. Values are one `i64` each: 0/1 for truth, the unit of the type otherwise,
/// [`MISSING`] for none.
#[derive(Clone, Debug)]
pub(super) enum Code<'a> {
    Const(i64),
    Column(&'a Column),
    /// A column of the enterprise table, read through the row's owner.
    Owner(&'a Column),
    /// A column compared with a constant: the form nearly every condition comes down to.
    ColumnIs(&'a Column, Compare, i64),
    /// A code column whose value is one of up to 64 codes, as a bit set.
    ColumnIn(&'a Column, u64),
    /// An aggregate compared with a constant.
    AggregateIs(usize, Compare, i64),
    Has(Box<Code<'a>>),
    OrElse(Box<[Code<'a>; 2]>),
    Compare(Compare, Box<[Code<'a>; 2]>),
    OneOf(Box<Code<'a>>, Vec<i64>),
    /// A text whose number is among these.
    TextIn(Box<Code<'a>>, Arc<TextSet>),
    All(Vec<Code<'a>>),
    Any(Vec<Code<'a>>),
    Not(Box<Code<'a>>),
    Arith(Arith, Box<[Code<'a>; 2]>),
    Divide(Rounding, Box<[Code<'a>; 2]>),
    AddSpan(Box<Code<'a>>, Span),
    ToPoints(Box<Code<'a>>),
    /// The value of an aggregate, by its number in the program.
    Aggregate(usize),
}

/// Which texts have a text in them: decided once for each text when the standard is bound.
#[derive(Debug)]
pub(super) struct TextSet {
    /// One bit a text of the caseload.
    words: Vec<u64>,
    /// Numbers of texts of the standard that the caseload lacks.
    absent: Vec<i64>,
}

impl TextSet {
    fn decide(&mut self, texts: &Texts, id: u32, sought: &str) {
        if let Some(word) = self.words.get_mut(id as usize / 64)
            && texts.get(TextId(id)).contains(sought)
        {
            *word |= 1 << (id % 64);
        }
    }

    pub(super) fn has(&self, text: u32) -> bool {
        self.words.get(text as usize / 64).is_some_and(|word| word >> (text % 64) & 1 == 1)
    }

    /// As [`Self::has`] for a value of an expression.
    pub(super) fn has_value(&self, value: i64) -> bool {
        u32::try_from(value).map_or_else(|_| self.absent.contains(&value), |text| self.has(text))
    }
}

pub(super) struct BoundList<'a> {
    pub(super) id: ListId,
    pub(super) table: &'a Table,
    pub(super) decision: Option<&'a Column>,
    pub(super) date: Option<&'a Column>,
    /// Holds for rows that the standard sees: those of its domain, and of branches if it counts them.
    pub(super) seen: Option<Code<'a>>,
    pub(super) void: Option<Code<'a>>,
    /// Holds for rows that were entered after the as-of date.
    pub(super) unknown: Option<Code<'a>>,
    pub(super) except: Vec<Code<'a>>,
    pub(super) window: Option<BoundWindow<'a>>,
    pub(super) carry: Option<Code<'a>>,
}

pub(super) struct BoundWindow<'a> {
    /// `from <= at`
    pub(super) begun: Code<'a>,
    /// `until <= at`; false where `until` is missing.
    pub(super) over: Option<Code<'a>>,
}

pub(super) struct BoundRule<'a> {
    /// The list's number among the program's lists; `None` for the enterprise.
    pub(super) list: Option<usize>,
    pub(super) guard: Option<Code<'a>>,
    pub(super) arms: Vec<BoundArm<'a>>,
    pub(super) window: Option<BoundWindow<'a>>,
    pub(super) pick: Vec<Code<'a>>,
    /// Rules with equal buckets pick together.
    pub(super) bucket: u32,
}

pub(super) struct BoundArm<'a> {
    pub(super) when: Option<Code<'a>>,
    pub(super) effect: BoundEffect<'a>,
}

pub(super) enum BoundEffect<'a> {
    /// The amount and the sign with which it enters the score.
    Points(Code<'a>, i64),
    Other,
}

pub(super) struct BoundAggregate<'a> {
    pub(super) list: usize,
    pub(super) window: Option<BoundWindow<'a>>,
    pub(super) filter: Option<Code<'a>>,
    pub(super) same: Vec<Code<'a>>,
    pub(super) what: BoundWhat<'a>,
}

pub(super) enum BoundWhat<'a> {
    Count,
    Rows,
    Sum(Code<'a>),
    Max(Code<'a>),
    Min(Code<'a>),
    Average(Code<'a>, Rounding),
    Peak(Span),
    PeakSum(Span, Code<'a>),
}

/// A standard bound to a caseload.
pub(crate) struct Program<'a> {
    pub(crate) standard: &'a Standard,
    pub(super) caseload: &'a Caseload,
    pub(super) period: Period,
    pub(super) lists: Vec<BoundList<'a>>,
    pub(super) aggregates: Vec<BoundAggregate<'a>>,
    pub(super) rules: Vec<BoundRule<'a>>,
    pub(super) base: Code<'a>,
    pub(super) uninspected: Option<Code<'a>>,
    /// The condition of each row of measures.
    pub(super) measures: Vec<Option<Code<'a>>>,
}

impl<'a> Program<'a> {
    pub(crate) fn bind(
        standard: &'a Standard,
        caseload: &'a Caseload,
        calendar: &Calendar,
    ) -> Result<Self, BindError> {
        if caseload.as_of != calendar.as_of {
            return Err(BindError::AsOf { caseload: caseload.as_of, calendar: calendar.as_of });
        }
        let mut binder = Binder {
            standard,
            caseload,
            calendar: Calendar { period: standard.period(calendar), ..*calendar },
            same: Arc::ptr_eq(&standard.vocabulary, &caseload.vocabulary)
                || *standard.vocabulary == *caseload.vocabulary,
            lists: Vec::new(),
            numbers: BTreeMap::new(),
            aggregates: Vec::new(),
            absent: Vec::new(),
            distinct: BTreeMap::new(),
        };
        let mut rules = Vec::with_capacity(standard.rules.len());
        for (number, rule) in standard.rules.iter().enumerate() {
            let (list, scope) = match rule.scope {
                Scope::Enterprise => (None, ListId(0)),
                Scope::Each(list) => (Some(binder.list(list)?), list),
            };
            let across =
                rule.group.filter(|g| standard.groups.get(usize::from(*g)).is_some_and(|g| g.pick_across));
            let mut arms = Vec::with_capacity(rule.arms.len());
            for arm in &rule.arms {
                let effect = match &arm.effect {
                    Effect::Points { amount, merit } => {
                        let up = standard.direction == crate::standard::Direction::CountUp;
                        BoundEffect::Points(binder.code(amount, scope)?, if up == *merit { -1 } else { 1 })
                    }
                    _ => BoundEffect::Other,
                };
                arms.push(BoundArm { when: binder.option(arm.when.as_ref(), scope)?, effect });
            }
            rules.push(BoundRule {
                list,
                guard: binder.option(rule.guard.as_ref(), scope)?,
                arms,
                window: binder.window(rule.window.as_ref(), scope)?,
                pick: rule.pick.iter().map(|key| binder.code(key, scope)).collect::<Result<_, _>>()?,
                bucket: across.map_or(number as u32 + 0x1_0000, u32::from),
            });
        }
        let base = binder.code(&standard.base, ListId(0))?;
        let uninspected = binder.option(standard.uninspected.as_ref().map(|u| &u.when), ListId(0))?;
        let measures = standard
            .measures
            .iter()
            .map(|m| binder.option(m.when.as_ref(), ListId(0)))
            .collect::<Result<_, _>>()?;
        let Binder { lists, aggregates, .. } = binder;
        Ok(Program {
            standard,
            caseload,
            period: standard.period(calendar),
            lists,
            aggregates,
            rules,
            base,
            uninspected,
            measures,
        })
    }

    /// The number of a list among the program's, for the account of its rows.
    pub(super) fn bind_list(
        standard: &'a Standard,
        caseload: &'a Caseload,
        calendar: &Calendar,
        list: ListId,
    ) -> Result<Option<BoundList<'a>>, BindError> {
        let mut program = Self::bind(standard, caseload, calendar)?;
        let place = program.lists.iter().position(|l| l.id == list);
        Ok(place.map(|place| program.lists.swap_remove(place)))
    }
}

struct Binder<'a> {
    standard: &'a Standard,
    caseload: &'a Caseload,
    calendar: Calendar,
    /// True if both vocabularies are equal, so that numbers need no translation.
    same: bool,
    lists: Vec<BoundList<'a>>,
    numbers: BTreeMap<ListId, usize>,
    aggregates: Vec<BoundAggregate<'a>>,
    /// Texts of the standard that the caseload lacks.
    absent: Vec<Arc<str>>,
    /// The texts that a column has, each once, by the column's list and field.
    distinct: BTreeMap<(ListId, FieldId), Vec<u32>>,
}

impl<'a> Binder<'a> {
    fn unknown(&self, what: &str) -> BindError {
        BindError::Unknown { standard: self.standard.id.clone(), what: what.to_owned() }
    }

    fn vocabulary(&self) -> &'a Vocabulary {
        &self.standard.vocabulary
    }

    /// The list's number in the caseload.
    fn list_id(&self, list: ListId) -> Result<ListId, BindError> {
        if self.same {
            return Ok(list);
        }
        let name = &self.vocabulary().list_def(list).name.chinese;
        match self.caseload.vocabulary.list(name) {
            Some((id, None)) => Ok(id),
            _ => Err(self.unknown(name)),
        }
    }

    fn column(&self, list: ListId, field: FieldId) -> Result<&'a Column, BindError> {
        let def = self
            .vocabulary()
            .field_def(list, field)
            .ok_or_else(|| self.unknown(&format!("第 {} 个字段", field.0)))?;
        let target = self.list_id(list)?;
        let id = if self.same {
            field
        } else {
            let there = self.caseload.vocabulary.list_def(target);
            let id = there.field(&def.name.chinese).ok_or_else(|| self.unknown(&def.name.chinese))?;
            let same_type = match (def.ty, there.field_def(id).map(|f| f.ty)) {
                (Ty::Code(a), Some(Ty::Code(b))) => {
                    self.vocabulary().code_list(a).map(|l| &l.name)
                        == self.caseload.vocabulary.code_list(b).map(|l| &l.name)
                }
                (a, b) => Some(a) == b,
            };
            if !same_type {
                return Err(self.unknown(&def.name.chinese));
            }
            id
        };
        self.caseload
            .table(target)
            .and_then(|t| t.columns.get(usize::from(id.0)))
            .ok_or_else(|| self.unknown(&def.name.chinese))
    }

    fn constant(&mut self, constant: &Constant) -> Result<i64, BindError> {
        Ok(match constant {
            Constant::Bool(yes) => i64::from(*yes),
            Constant::Int(number) => *number,
            Constant::Money(money) => money.fen(),
            Constant::Points(points) => points.hundredths(),
            Constant::Date(day) => i64::from(day.days()),
            Constant::Span(span) => i64::from(span.days),
            Constant::Code(_, code) if self.same => i64::from(*code),
            Constant::Code(list, code) => {
                let from = self.vocabulary().code_list(*list).ok_or_else(|| self.unknown("代码表"))?;
                let text = from.text(*code);
                let there = self.caseload.vocabulary.code_lists.iter().find(|l| l.name == from.name);
                i64::from(there.and_then(|l| l.code(text)).ok_or_else(|| self.unknown(text))?)
            }
            // A text that no row has equals no row's, but itself: it gets a negative number of its own.
            Constant::Text(text) => {
                if let Some(id) = self.caseload.texts.find(text) {
                    return Ok(i64::from(id.0));
                }
                let known = self.absent.iter().position(|t| t == text);
                let number = known.unwrap_or_else(|| {
                    self.absent.push(Arc::clone(text));
                    self.absent.len() - 1
                });
                -1 - number as i64
            }
        })
    }

    fn option(&mut self, expr: Option<&Expr>, scope: ListId) -> Result<Option<Code<'a>>, BindError> {
        expr.map(|e| self.code(e, scope)).transpose()
    }

    fn pair(&mut self, pair: &[Expr; 2], scope: ListId) -> Result<Box<[Code<'a>; 2]>, BindError> {
        let [a, b] = pair;
        Ok(Box::new([self.code(a, scope)?, self.code(b, scope)?]))
    }

    fn code(&mut self, expr: &Expr, scope: ListId) -> Result<Code<'a>, BindError> {
        Ok(match &expr.node {
            Node::Const(constant) => Code::Const(self.constant(constant)?),
            Node::Field(field) => Code::Column(self.column(scope, *field)?),
            Node::EnterpriseField(field) if scope == ListId(0) => Code::Column(self.column(scope, *field)?),
            Node::EnterpriseField(field) => Code::Owner(self.column(ListId(0), *field)?),
            Node::AsOf => Code::Const(i64::from(self.calendar.as_of.days())),
            Node::PeriodFirst => Code::Const(i64::from(self.calendar.period.first.days())),
            Node::PeriodLast => Code::Const(i64::from(self.calendar.period.last.days())),
            Node::Has(inner) => Code::Has(Box::new(self.code(inner, scope)?)),
            Node::OrElse(pair) => Code::OrElse(self.pair(pair, scope)?),
            Node::Compare(op, pair) => comparison(*op, *self.pair(pair, scope)?),
            Node::OneOf(value, constants) => {
                let value = self.code(value, scope)?;
                let mut values = constants.iter().map(|c| self.constant(c)).collect::<Result<Vec<_>, _>>()?;
                values.sort_unstable();
                values.dedup();
                match value {
                    Code::Column(column @ (Column::Byte(_) | Column::Code(_)))
                        if values.iter().all(|v| (0..64).contains(v)) =>
                    {
                        Code::ColumnIn(column, values.iter().fold(0, |bits, v| bits | 1 << v))
                    }
                    value => Code::OneOf(Box::new(value), values),
                }
            }
            Node::Contains(of, text) => {
                Code::TextIn(Box::new(self.code(of, scope)?), self.texts(of, scope, text)?)
            }
            Node::All(all) => Code::All(all.iter().map(|e| self.code(e, scope)).collect::<Result<_, _>>()?),
            Node::Any(any) => Code::Any(any.iter().map(|e| self.code(e, scope)).collect::<Result<_, _>>()?),
            Node::Not(inner) => Code::Not(Box::new(self.code(inner, scope)?)),
            Node::Arith(op, pair) => Code::Arith(*op, self.pair(pair, scope)?),
            Node::Divide(rounding, pair) => {
                let mut pair = self.pair(pair, scope)?;
                if expr.is_ratio() {
                    let [over, _] = pair.as_mut();
                    let whole = std::mem::replace(over, Code::Const(100));
                    *over = Code::Arith(Arith::Multiply, Box::new([whole, Code::Const(100)]));
                }
                Code::Divide(*rounding, pair)
            }
            Node::AddSpan(day, span) => Code::AddSpan(Box::new(self.code(day, scope)?), *span),
            Node::ToPoints(inner) => match self.code(inner, scope)? {
                Code::Const(value) if value != MISSING => Code::Const(value.saturating_mul(100)),
                inner => Code::ToPoints(Box::new(inner)),
            },
            Node::Aggregate(aggregate) => Code::Aggregate(self.aggregate(aggregate)?),
        })
    }

    /// Which of the texts that an expression can have has a text in it.
    fn texts(&mut self, expr: &Expr, scope: ListId, sought: &str) -> Result<Arc<TextSet>, BindError> {
        let mut set = TextSet { words: vec![0; self.caseload.texts.len().div_ceil(64)], absent: Vec::new() };
        self.collect(expr, scope, sought, &mut set)?;
        Ok(Arc::new(set))
    }

    fn collect(
        &mut self,
        expr: &Expr,
        scope: ListId,
        sought: &str,
        set: &mut TextSet,
    ) -> Result<(), BindError> {
        let texts = &self.caseload.texts;
        let (list, field) = match &expr.node {
            Node::Field(field) => (scope, *field),
            Node::EnterpriseField(field) => (ListId(0), *field),
            Node::OrElse(pair) => {
                return pair.iter().try_for_each(|part| self.collect(part, scope, sought, set));
            }
            Node::Const(constant @ Constant::Text(text)) => {
                match u32::try_from(self.constant(constant)?) {
                    Ok(id) => set.decide(texts, id, sought),
                    Err(_) if text.contains(sought) => set.absent.push(self.constant(constant)?),
                    Err(_) => {}
                }
                return Ok(());
            }
            // No other expression is a text.
            _ => return Ok(()),
        };
        if !self.distinct.contains_key(&(list, field)) {
            let Column::Text(rows) = self.column(list, field)? else { return Ok(()) };
            let mut seen = vec![0_u64; texts.len().div_ceil(64)];
            let mut distinct = Vec::new();
            for id in rows.iter().copied() {
                if let Some(word) = seen.get_mut(id as usize / 64)
                    && *word >> (id % 64) & 1 == 0
                {
                    *word |= 1 << (id % 64);
                    distinct.push(id);
                }
            }
            self.distinct.insert((list, field), distinct);
        }
        let distinct = self.distinct.get(&(list, field)).into_iter().flatten();
        distinct.for_each(|id| set.decide(texts, *id, sought));
        Ok(())
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Result<usize, BindError> {
        let list = self.list(aggregate.list)?;
        let scope = aggregate.list;
        let what = match &aggregate.what {
            What::Count => BoundWhat::Count,
            What::Rows => BoundWhat::Rows,
            What::Sum(e) => BoundWhat::Sum(self.code(e, scope)?),
            What::Max(e) => BoundWhat::Max(self.code(e, scope)?),
            What::Min(e) => BoundWhat::Min(self.code(e, scope)?),
            What::Average(e, rounding) => BoundWhat::Average(self.code(e, scope)?, *rounding),
            What::Peak(span) => BoundWhat::Peak(*span),
            What::PeakSum(span, e) => BoundWhat::PeakSum(*span, self.code(e, scope)?),
        };
        let filter = self.option(aggregate.filter.as_ref(), scope)?;
        let window = self.window(aggregate.window.as_ref(), scope)?;
        let same = aggregate.same.iter().map(|key| self.code(key, scope)).collect::<Result<_, _>>()?;
        self.aggregates.push(BoundAggregate { list, window, filter, same, what });
        Ok(self.aggregates.len() - 1)
    }

    fn window(
        &mut self,
        window: Option<&Window>,
        scope: ListId,
    ) -> Result<Option<BoundWindow<'a>>, BindError> {
        let Some(window) = window else { return Ok(None) };
        let (from, until, at) = match window {
            Window::Period(date) => {
                let date = self.code(date, scope)?;
                let day = |day: Date| Code::Const(i64::from(day.days()));
                let Period { first, last } = self.calendar.period;
                let begun = comparison(Compare::AtMost, [date.clone(), day(last)]);
                let over = comparison(Compare::Less, [date, day(first)]);
                return Ok(Some(BoundWindow { begun, over: Some(over) }));
            }
            Window::Between { from, until, at } => (from, until, at),
        };
        let at = self.code(at, scope)?;
        let begun = comparison(Compare::AtMost, [self.code(from, scope)?, at.clone()]);
        let over = match until {
            Some(until) => Some(comparison(Compare::AtMost, [self.code(until, scope)?, at])),
            None => None,
        };
        Ok(Some(BoundWindow { begun, over }))
    }

    /// The column that tells records of branches, if there are any and the standard does not count them.
    fn of_branches(&self, list: ListId) -> Result<Option<&'a Column>, BindError> {
        let Some(field) = self.vocabulary().list_def(list).roles.branch else { return Ok(None) };
        if self.standard.branches == Branches::ForHeadOffice {
            return Ok(None);
        }
        Ok(Some(self.column(list, field)?).filter(|column| !column.is_empty()))
    }

    /// The number of a list among the program's lists; bound at first use.
    fn list(&mut self, list: ListId) -> Result<usize, BindError> {
        if let Some(number) = self.numbers.get(&list) {
            return Ok(*number);
        }
        let def = self.vocabulary().list_def(list);
        let id = self.list_id(list)?;
        let table = self.caseload.table(id).ok_or_else(|| self.unknown(&def.name.chinese))?;
        let domain = match (&self.standard.subject, def.roles.domain) {
            (Subject::Domain(name), Some(field)) => {
                let name = self.caseload.texts.find(name).map_or(-1, |id| i64::from(id.0));
                Some(Code::ColumnIs(self.column(list, field)?, Compare::Equal, name))
            }
            _ => None,
        };
        let seen = match self.of_branches(list)? {
            Some(branch) => {
                let own = Code::Not(Box::new(Code::Has(Box::new(Code::Column(branch)))));
                Some(Code::All(domain.into_iter().chain([own]).collect()))
            }
            None => domain,
        };
        let void = match &def.roles.void {
            Some((field, values)) => {
                let column = self.column(list, *field)?;
                let ty = self.vocabulary().field_def(list, *field).map(|f| f.ty);
                let mut codes = Vec::new();
                for value in values {
                    codes.push(match ty {
                        Some(Ty::Code(codes)) => self.constant(&Constant::Code(codes, *value))?,
                        _ => i64::from(*value),
                    });
                }
                codes.sort_unstable();
                Some(Code::OneOf(Box::new(Code::Column(column)), codes))
            }
            None => None,
        };
        let as_of = i64::from(self.calendar.as_of.days());
        let unknown = match def.roles.known_on {
            Some(field) => Some(Code::ColumnIs(self.column(list, field)?, Compare::Greater, as_of)),
            None => None,
        };
        let column = |field: Option<FieldId>| field.map(|f| self.column(list, f)).transpose();
        let (decision, date) = (column(def.roles.decision)?, column(def.roles.date)?);
        let standard = self.standard;
        let admit = standard.admits.iter().find(|a| a.list == list);
        let bound = BoundList {
            id,
            table,
            decision,
            date,
            seen,
            void,
            unknown,
            except: match admit {
                Some(a) => a.except.iter().map(|(e, _)| self.code(e, list)).collect::<Result<_, _>>()?,
                None => Vec::new(),
            },
            window: self.window(admit.map(|a| &a.window), list)?,
            carry: self.option(admit.and_then(|a| a.carry.as_ref()), list)?,
        };
        self.lists.push(bound);
        self.numbers.insert(list, self.lists.len() - 1);
        Ok(self.lists.len() - 1)
    }
}

/// A comparison in its cheapest form. A day column moved by spans and compared with a constant day becomes
/// that column compared with another day: moving is monotone, so the days that satisfy the comparison are all
/// those before, or all those from, one day.
fn comparison(op: Compare, pair: [Code<'_>; 2]) -> Code<'_> {
    match pair {
        [Code::Column(column), Code::Const(value)] if value != MISSING => Code::ColumnIs(column, op, value),
        [Code::Aggregate(number), Code::Const(value)] if value != MISSING => {
            Code::AggregateIs(number, op, value)
        }
        [Code::Const(value), Code::Aggregate(number)] if value != MISSING => {
            Code::AggregateIs(number, op.mirrored(), value)
        }
        [Code::Const(value), Code::Column(column)] if value != MISSING => {
            Code::ColumnIs(column, op.mirrored(), value)
        }
        [moved @ Code::AddSpan(..), Code::Const(value)] => match threshold(&moved, op, value) {
            Some((column, op, day)) => Code::ColumnIs(column, op, day),
            None => Code::Compare(op, Box::new([moved, Code::Const(value)])),
        },
        [Code::Const(value), moved @ Code::AddSpan(..)] => match threshold(&moved, op.mirrored(), value) {
            Some((column, op, day)) => Code::ColumnIs(column, op, day),
            None => Code::Compare(op, Box::new([Code::Const(value), moved])),
        },
        other => Code::Compare(op, Box::new(other)),
    }
}

fn threshold<'a>(moved: &Code<'a>, op: Compare, value: i64) -> Option<(&'a Column, Compare, i64)> {
    let mut spans = Vec::new();
    let mut inner = moved;
    while let Code::AddSpan(next, span) = inner {
        spans.push(*span);
        inner = next;
    }
    let Code::Column(column @ Column::Narrow(_)) = inner else { return None };
    let shifted = |day: i32| spans.iter().rev().fold(Date::from_days(day), |d, s| d.plus(*s)).days();
    // The first day that is no longer below (or at) the value, by bisection over every day a column can hold.
    let first = |reached: &dyn Fn(i64) -> bool| {
        let (mut low, mut high) = (-26_000_i32, 85_000_i32);
        while low < high {
            let middle = low + (high - low) / 2;
            if reached(i64::from(shifted(middle))) { high = middle } else { low = middle + 1 }
        }
        i64::from(low)
    };
    match op {
        Compare::Less => Some((column, Compare::Less, first(&|x| x >= value))),
        Compare::AtMost => Some((column, Compare::Less, first(&|x| x > value))),
        Compare::Greater => Some((column, Compare::AtLeast, first(&|x| x > value))),
        Compare::AtLeast => Some((column, Compare::AtLeast, first(&|x| x >= value))),
        Compare::Equal | Compare::NotEqual => None,
    }
}
