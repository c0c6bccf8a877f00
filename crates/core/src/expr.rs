//! The typed form (类型式): what a condition or a points expression of a standard means.
//!
//! Scripts are lowered to this form and forgotten; there is no second way to run a rule. Evaluation is total:
//! a comparison with a missing value is false, arithmetic with a missing value is missing, sums saturate (the
//! checker refuses a standard in which a field's range would let them).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::quantity::{Date, Money, Points, Span};
use crate::vocabulary::{CodeListId, FieldId, ListId, Ty};

/// A place in a script (位置).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1; 0 if unknown.
    pub line: u32,
    /// Column in characters, from 1; 0 if unknown.
    pub column: u32,
}

/// A constant (常量).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Constant {
    /// 是/否
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An amount.
    Money(Money),
    /// Points.
    Points(Points),
    /// A day.
    Date(Date),
    /// A length of time.
    Span(Span),
    /// A value of a code list of the standard's vocabulary.
    Code(CodeListId, u16),
    /// A text.
    Text(Arc<str>),
}

impl Constant {
    /// Its type.
    pub fn ty(&self) -> Ty {
        match self {
            Constant::Bool(_) => Ty::Bool,
            Constant::Int(_) => Ty::Int,
            Constant::Money(_) => Ty::Money,
            Constant::Points(_) => Ty::Points,
            Constant::Date(_) => Ty::Date,
            Constant::Span(_) => Ty::Span,
            Constant::Code(list, _) => Ty::Code(*list),
            Constant::Text(_) => Ty::Text,
        }
    }
}

/// A typed expression (式).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// What it computes.
    pub node: Node,
    /// The type of its value.
    pub ty: Ty,
    /// Where it stands in the script.
    pub at: Place,
}

impl Expr {
    /// A constant at an unknown place.
    pub fn constant(value: Constant) -> Expr {
        let ty = value.ty();
        Expr { node: Node::Const(value), ty, at: Place::default() }
    }

    /// True for a division of two amounts of one type that gives points: their ratio (比).
    pub fn is_ratio(&self) -> bool {
        match &self.node {
            Node::Divide(_, sides) => {
                let [over, under] = sides.each_ref().map(|side| side.ty);
                self.ty == Ty::Points && over == under
            }
            _ => false,
        }
    }

    /// Constant points.
    pub fn points(points: Points) -> Expr {
        Expr::constant(Constant::Points(points))
    }

    /// The expressions that it is directly made of and that are over the same row; what an aggregate computes over
    /// other rows is none of them.
    pub fn parts(&self) -> &[Expr] {
        match &self.node {
            Node::Has(e)
            | Node::OneOf(e, _)
            | Node::Contains(e, _)
            | Node::Not(e)
            | Node::AddSpan(e, _)
            | Node::ToPoints(e) => std::slice::from_ref(&**e),
            Node::OrElse(pair) | Node::Compare(_, pair) | Node::Arith(_, pair) | Node::Divide(_, pair) => {
                pair.as_slice()
            }
            Node::All(parts) | Node::Any(parts) => parts,
            Node::Const(_)
            | Node::Field(_)
            | Node::EnterpriseField(_)
            | Node::AsOf
            | Node::PeriodFirst
            | Node::PeriodLast
            | Node::Aggregate(_) => &[],
        }
    }

    /// As [`Self::parts`], to change them.
    pub fn parts_mut(&mut self) -> &mut [Expr] {
        match &mut self.node {
            Node::Has(e)
            | Node::OneOf(e, _)
            | Node::Contains(e, _)
            | Node::Not(e)
            | Node::AddSpan(e, _)
            | Node::ToPoints(e) => std::slice::from_mut(&mut **e),
            Node::OrElse(pair) | Node::Compare(_, pair) | Node::Arith(_, pair) | Node::Divide(_, pair) => {
                pair.as_mut_slice()
            }
            Node::All(parts) | Node::Any(parts) => parts,
            Node::Const(_)
            | Node::Field(_)
            | Node::EnterpriseField(_)
            | Node::AsOf
            | Node::PeriodFirst
            | Node::PeriodLast
            | Node::Aggregate(_) => &mut [],
        }
    }

    /// True if a field of the row is looked at.
    pub fn looks_at(&self, field: FieldId) -> bool {
        self.node == Node::Field(field) || self.parts().iter().any(|part| part.looks_at(field))
    }

    /// The aggregates in it, in order.
    pub fn aggregates(&self) -> Vec<&Aggregate> {
        match &self.node {
            Node::Aggregate(aggregate) => vec![aggregate],
            _ => self.parts().iter().flat_map(Expr::aggregates).collect(),
        }
    }
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compare {
    /// ==
    Equal,
    /// !=
    NotEqual,
    /// <
    Less,
    /// <=
    AtMost,
    /// >
    Greater,
    /// >=
    AtLeast,
}

impl Compare {
    /// The same comparison with its sides exchanged: `a < b` is `b > a`.
    pub const fn mirrored(self) -> Compare {
        match self {
            Compare::Less => Compare::Greater,
            Compare::AtMost => Compare::AtLeast,
            Compare::Greater => Compare::Less,
            Compare::AtLeast => Compare::AtMost,
            same => same,
        }
    }
}

/// Integer arithmetic. Types: Int with Int; Money or Points with the same (`+ -`); Money or Points `*` Int;
/// Date `-` Date gives days as Int.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arith {
    /// +
    Add,
    /// -
    Subtract,
    /// *
    Multiply,
}

/// How a division is rounded to the type's unit (hundredths for points, 分 for money, ones for numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rounding {
    /// 四舍五入: halves away from zero.
    HalfUp,
    /// 向下取整: towards negative infinity.
    Down,
    /// 向上取整: towards positive infinity.
    Up,
}

/// The form of an expression. Fields without a list are fields of the row in scope (for an enterprise-level
/// expression: of the enterprise).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// A constant.
    Const(Constant),
    /// A field of the row in scope.
    Field(FieldId),
    /// A field of the enterprise that the row in scope belongs to.
    EnterpriseField(FieldId),
    /// The as-of date (截止日).
    AsOf,
    /// The first day of the period (统计期首日).
    PeriodFirst,
    /// The last day of the period (统计期末日).
    PeriodLast,
    /// True if the value is there (有值).
    Has(Box<Expr>),
    /// The first value, or the second where the first is missing (??).
    OrElse(Box<[Expr; 2]>),
    /// A comparison; false if a side is missing.
    Compare(Compare, Box<[Expr; 2]>),
    /// True if the value is one of the constants; false if it is missing.
    OneOf(Box<Expr>, Vec<Constant>),
    /// True if the text has this text in it (含); false if it is missing. The text sought is never empty.
    Contains(Box<Expr>, Arc<str>),
    /// True if all are true (&&).
    All(Vec<Expr>),
    /// True if one is true (||).
    Any(Vec<Expr>),
    /// True if it does not hold: if it is false or missing (!).
    Not(Box<Expr>),
    /// Integer arithmetic; missing if a side is missing.
    Arith(Arith, Box<[Expr; 2]>),
    /// Division with a stated rounding; missing if the divisor is 0. An amount by a number gives an amount, two
    /// amounts of one type give a number; where the expression is points, two amounts of one type give their
    /// ratio (比) in points, rounded once to hundredths.
    Divide(Rounding, Box<[Expr; 2]>),
    /// A day moved forward by a span (negative spans move back).
    AddSpan(Box<Expr>, Span),
    /// A number of whole points as points (×100 hundredths).
    ToPoints(Box<Expr>),
    /// An aggregate over the enterprise's live and carried rows of a list; enterprise level only.
    Aggregate(Box<Aggregate>),
}

/// When a row of a list counts (窗口).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// 统计期: the day lies in the period. Before it the row has lapsed, after it the row is future.
    Period(Expr),
    /// 有效期: `from <= at < until`. The row is future while `at < from` and lapsed once `until <= at`.
    Between {
        /// The first day on which the row counts. A row without it is future.
        from: Expr,
        /// The first day on which it no longer counts; without it, or where it is missing, the row counts for
        /// good.
        until: Option<Expr>,
        /// The day at which the window is judged: the period's last day or the as-of date.
        at: Expr,
    },
}

/// An aggregate (汇总) over the live and carried rows of a list that pass the filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The list.
    pub list: ListId,
    /// A window of its own, which replaces the list's (近): carried rows take no part then.
    pub window: Option<Window>,
    /// Which rows take part; all without it. Fields are those of the list's rows.
    pub filter: Option<Expr>,
    /// Rows whose values of these are all equal belong together (同一); what is computed is computed for each such
    /// group, and the greatest result counts. A row that lacks one of the values is a group by itself. Empty: all
    /// rows are one group. Only for counts, sums and peaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<Expr>,
    /// What is computed.
    pub what: What,
}

/// What an aggregate computes. Expressions are over a row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// 数量: distinct decisions; a row without a decision key counts by itself.
    Count,
    /// 行数: rows.
    Rows,
    /// 合计: the sum over rows; rows without the value add nothing. 0 without rows.
    Sum(Expr),
    /// 最大: the greatest value; missing without rows.
    Max(Expr),
    /// 最小: the least value; missing without rows.
    Min(Expr),
    /// 平均: the sum over the rows that have the value divided by their number; missing without rows.
    Average(Expr, Rounding),
    /// 任意…内: the greatest number of distinct decisions with dates within any window `[d, d + span)`.
    /// A decision stands at the date of its first row.
    Peak(Span),
    /// 任意…内合计: the greatest sum over rows with dates within any window `[d, d + span)`; 0 without rows.
    PeakSum(Span, Expr),
}
