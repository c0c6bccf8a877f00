//! The caseload (案卷): enterprises and their records in columns.
//!
//! Columnar and compact: a code takes two bytes, a text four, a date four. Rows of a list stand by enterprise,
//! then date, then content, so the order in which files deliver them changes nothing. One enterprise is a
//! caseload of one.

mod branches;
mod builder;
mod derive;
mod documents;
mod finish;
mod link;
mod texts;

use std::borrow::Cow;
use std::sync::Arc;

pub use branches::head_offices;
pub use builder::{CaseloadBuilder, CaseloadError, Stored, Value};
pub use documents::document_key;
pub use link::{LinkProblem, LinkProblemKind};
pub use texts::{TextId, Texts};

use crate::calendar::Period;
use crate::quantity::{Date, Money, Points};
use crate::vocabulary::{FieldDef, FieldId, ListId, Ty, Vocabulary};

/// The in-band value of a missing number; no field's range contains it.
pub(crate) const MISSING: i64 = i64::MIN;

/// A column (列) of one field. A column that no row has a value in is empty and reads as missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// Booleans and codes whose range fits; missing is `u8::MAX`.
    Byte(Vec<u8>),
    /// Codes of longer lists; missing is `u16::MAX`.
    Code(Vec<u16>),
    /// Texts, by number in [`Texts`]; missing is `u32::MAX`.
    Text(Vec<u32>),
    /// Days since 1970, and numbers whose range fits; missing is `i32::MIN`.
    Narrow(Vec<i32>),
    /// Numbers, 分, hundredths of a point; missing is `i64::MIN`.
    Wide(Vec<i64>),
}

impl Column {
    pub(crate) fn new(field: &FieldDef) -> Column {
        let narrow = field.range.0 > i64::from(i32::MIN) && field.range.1 <= i64::from(i32::MAX);
        match field.ty {
            Ty::Bool | Ty::Code(_) if field.range.1 < i64::from(u8::MAX) => Column::Byte(Vec::new()),
            Ty::Bool | Ty::Code(_) => Column::Code(Vec::new()),
            Ty::Text => Column::Text(Vec::new()),
            Ty::Date => Column::Narrow(Vec::new()),
            Ty::Int | Ty::Points if narrow => Column::Narrow(Vec::new()),
            Ty::Int | Ty::Money | Ty::Points | Ty::Span => Column::Wide(Vec::new()),
        }
    }

    /// Makes a column that no row has a value in yet as long as the table, with room for so many rows.
    pub(crate) fn fill(&mut self, len: usize, room: usize) {
        fn fill<T: Clone>(values: &mut Vec<T>, len: usize, room: usize, missing: T) {
            if values.is_empty() {
                values.reserve_exact(room.max(len));
                values.resize(len, missing);
            }
        }
        match self {
            Column::Byte(v) => fill(v, len, room, u8::MAX),
            Column::Code(v) => fill(v, len, room, u16::MAX),
            Column::Text(v) => fill(v, len, room, u32::MAX),
            Column::Narrow(v) => fill(v, len, room, i32::MIN),
            Column::Wide(v) => fill(v, len, room, MISSING),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Column::Byte(v) => v.is_empty(),
            Column::Code(v) => v.is_empty(),
            Column::Text(v) => v.is_empty(),
            Column::Narrow(v) => v.is_empty(),
            Column::Wide(v) => v.is_empty(),
        }
    }

    pub(crate) fn push(&mut self, value: i64) {
        match self {
            Column::Byte(v) => v.push(if value == MISSING { u8::MAX } else { value as u8 }),
            Column::Code(v) => v.push(if value == MISSING { u16::MAX } else { value as u16 }),
            Column::Text(v) => v.push(if value == MISSING { u32::MAX } else { value as u32 }),
            Column::Narrow(v) => v.push(if value == MISSING { i32::MIN } else { value as i32 }),
            Column::Wide(v) => v.push(value),
        }
    }

    pub(crate) fn set(&mut self, row: usize, value: i64) {
        match self {
            Column::Byte(v) => store(v, row, if value == MISSING { u8::MAX } else { value as u8 }),
            Column::Code(v) => store(v, row, if value == MISSING { u16::MAX } else { value as u16 }),
            Column::Text(v) => store(v, row, if value == MISSING { u32::MAX } else { value as u32 }),
            Column::Narrow(v) => store(v, row, if value == MISSING { i32::MIN } else { value as i32 }),
            Column::Wide(v) => store(v, row, value),
        }
    }

    /// The value of a row as one number; [`MISSING`] if it is missing or there is no such row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> i64 {
        match self {
            Column::Byte(v) => {
                v.get(row).map_or(MISSING, |x| if *x == u8::MAX { MISSING } else { i64::from(*x) })
            }
            Column::Code(v) => {
                v.get(row).map_or(MISSING, |x| if *x == u16::MAX { MISSING } else { i64::from(*x) })
            }
            Column::Text(v) => {
                v.get(row).map_or(MISSING, |x| if *x == u32::MAX { MISSING } else { i64::from(*x) })
            }
            Column::Narrow(v) => {
                v.get(row).map_or(MISSING, |x| if *x == i32::MIN { MISSING } else { i64::from(*x) })
            }
            Column::Wide(v) => v.get(row).copied().unwrap_or(MISSING),
        }
    }

    /// Frees a column that no row has a value in; reading it gives the missing value all the same.
    fn compact(&mut self) {
        fn free<T: PartialEq>(values: &mut Vec<T>, missing: &T) {
            if values.iter().all(|v| v == missing) {
                *values = Vec::new();
            }
            values.shrink_to_fit();
        }
        match self {
            Column::Byte(v) => free(v, &u8::MAX),
            Column::Code(v) => free(v, &u16::MAX),
            Column::Text(v) => free(v, &u32::MAX),
            Column::Narrow(v) => free(v, &i32::MIN),
            Column::Wide(v) => free(v, &MISSING),
        }
    }

    /// The same column with its rows in another order.
    fn reordered(self, order: &[u32]) -> Column {
        fn pick<T: Copy>(v: &[T], order: &[u32]) -> Vec<T> {
            order.iter().filter_map(|i| v.get(*i as usize).copied()).collect()
        }
        match self {
            Column::Byte(v) => Column::Byte(pick(&v, order)),
            Column::Code(v) => Column::Code(pick(&v, order)),
            Column::Text(v) => Column::Text(pick(&v, order)),
            Column::Narrow(v) => Column::Narrow(pick(&v, order)),
            Column::Wide(v) => Column::Wide(pick(&v, order)),
        }
    }
}

fn store<T>(values: &mut [T], row: usize, value: T) {
    if let Some(slot) = values.get_mut(row) {
        *slot = value;
    }
}

/// Where a row comes from (来源): a numbered source, a file and sheet, and the row in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Number of the source; its meaning is the reader's.
    pub source: u32,
    /// The row, from 1, as a person counts them in the file.
    pub row: u32,
}

/// The rows of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub(crate) columns: Vec<Column>,
    /// For enterprise `e` the rows are `ends[e - 1]..ends[e]`; empty for list 0, where a row is an enterprise.
    pub(crate) ends: Vec<u32>,
    /// The enterprise of each row; empty for list 0.
    pub(crate) owners: Vec<u32>,
    /// Where each row comes from; empty if no row has an origin.
    pub(crate) origins: Vec<Origin>,
    pub(crate) len: u32,
}

impl Table {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// True if a row has a value of the field.
    pub fn has_values(&self, field: FieldId) -> bool {
        self.columns.get(usize::from(field.0)).is_some_and(|column| !column.is_empty())
    }

    /// The rows of an enterprise.
    pub fn rows_of(&self, enterprise: usize) -> std::ops::Range<usize> {
        let end = self.ends.get(enterprise).copied().unwrap_or(self.len) as usize;
        let start = match enterprise.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.len) as usize,
            None => 0,
        };
        start..end
    }

    /// Where a row comes from.
    #[inline]
    pub fn origin(&self, row: usize) -> Option<Origin> {
        self.origins.get(row).copied()
    }

    /// The enterprise that a row belongs to.
    #[inline]
    pub fn enterprise_of(&self, row: usize) -> usize {
        self.owners.get(row).map_or(row, |owner| *owner as usize)
    }
}

/// Whether a bureau's delivery covers a domain and a stretch of time (覆盖).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The domain.
    pub domain: String,
    /// The bureau.
    pub agency: String,
    /// The days covered.
    pub period: Period,
    /// The rows delivered, as the bureau declares.
    pub rows: Option<u32>,
    /// True if the bureau declares that there is nothing to deliver (零报告).
    pub zero_report: bool,
    /// Whether decisions of the simple procedure are included (含简易程序).
    pub simple_procedure: Option<bool>,
    /// Which enterprises the bureau supervises.
    pub supervised: Supervised,
}

/// Which enterprises a bureau supervises in a domain (监管对象).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervised {
    /// 全部
    All,
    /// Those whose field of the register says yes; a missing value leaves it open.
    Where(FieldId),
}

/// What is known of the bureaus' deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverages {
    /// There is no coverage table: the domains of the files received count as covered, every result is marked
    /// 覆盖未声明, and the run cannot be finalised.
    Undeclared {
        /// The domains for which a file was received.
        received: Vec<String>,
    },
    /// The lines of the coverage table; a domain without a line is not covered.
    Declared(Vec<Coverage>),
}

/// A row that could not be used but names, or nearly names, an enterprise: it withholds green there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withheld {
    /// The enterprise.
    pub enterprise: u32,
    /// The domain as a text of the caseload; every domain that applies if it is open.
    pub domain: Option<TextId>,
    /// Number of the problem in the reader's list.
    pub problem: u32,
    /// True if the row is about a branch of the enterprise: only standards that count branches withhold then.
    pub of_branch: bool,
}

/// The values of one field of a list, by row.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// None if there is no such field.
    column: Option<(&'a Column, Ty)>,
    texts: &'a Texts,
}

impl<'a> Values<'a> {
    /// The value of a row; missing if there is no such row or field.
    #[inline]
    pub fn get(&self, row: usize) -> Value<'a> {
        let Some((column, ty)) = self.column else { return Value::Missing };
        let raw = column.get(row);
        if raw == MISSING {
            return Value::Missing;
        }
        match ty {
            Ty::Bool => Value::Bool(raw != 0),
            Ty::Int | Ty::Span => Value::Int(raw),
            Ty::Money => Value::Money(Money::from_fen(raw)),
            Ty::Points => Value::Points(Points::from_hundredths(raw)),
            Ty::Date => Value::Date(Date::from_days(raw as i32)),
            Ty::Code(_) => Value::Code(raw as u16),
            Ty::Text => Value::Text(self.texts.get(TextId(raw as u32))),
        }
    }
}

/// Enterprises and their records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caseload {
    pub(crate) vocabulary: Arc<Vocabulary>,
    /// Shared, so that a caseload with one more list costs that list.
    pub(crate) tables: Vec<Arc<Table>>,
    pub(crate) texts: Arc<Texts>,
    pub(crate) coverages: Coverages,
    /// Sorted.
    pub(crate) withheld: Vec<Withheld>,
    /// The day as of which states are known.
    pub(crate) as_of: Date,
}

impl Withheld {
    /// The problem number of a row without a domain, which no reader had to report.
    pub const NO_DOMAIN: u32 = u32::MAX;
}

impl Caseload {
    /// The vocabulary whose lists and fields the tables hold.
    pub fn vocabulary(&self) -> &Arc<Vocabulary> {
        &self.vocabulary
    }

    /// The as-of date for which the caseload was finished.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The number of enterprises.
    pub fn enterprises(&self) -> usize {
        self.tables.first().map_or(0, |t| t.len())
    }

    /// The rows of a list; `None` for a list outside the vocabulary.
    #[inline]
    pub fn table(&self, list: ListId) -> Option<&Table> {
        self.tables.get(usize::from(list.0)).map(AsRef::as_ref)
    }

    /// The texts.
    #[inline]
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// What is known of the bureaus' deliveries.
    pub fn coverages(&self) -> &Coverages {
        &self.coverages
    }

    /// The rows that withhold green, by enterprise.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }

    /// The value of a field of a row, [`Value::Missing`] if there is none.
    #[inline]
    pub fn value(&self, list: ListId, row: usize, field: FieldId) -> Value<'_> {
        self.values(list, field).get(row)
    }

    /// The values of a field, for who asks for those of many rows.
    #[inline]
    pub fn values(&self, list: ListId, field: FieldId) -> Values<'_> {
        let column = self.table(list).and_then(|table| table.columns.get(usize::from(field.0)));
        let ty = self.vocabulary.field_def(list, field).map(|f| f.ty);
        Values { column: column.zip(ty), texts: &self.texts }
    }

    /// The value of a field, named in Chinese or English, as text for people: codes and texts as written,
    /// dates as 2023-03-01, money in 元, 是/否. Empty if it is missing or there is no such field.
    pub fn display(&self, list: ListId, row: usize, field: &str) -> String {
        self.vocabulary.list_def(list).field(field).map_or_else(String::new, |id| self.text(list, row, id))
    }

    /// As [`Caseload::display`], for a field known by its number.
    pub fn text(&self, list: ListId, row: usize, field: FieldId) -> String {
        self.cell(list, row, field).into_owned()
    }

    /// As [`Caseload::text`], without a copy of what the caseload or the vocabulary holds as text.
    pub fn cell(&self, list: ListId, row: usize, field: FieldId) -> Cow<'_, str> {
        let code_text = |code| match self.vocabulary.field_def(list, field).map(|f| f.ty) {
            Some(Ty::Code(codes)) => self.vocabulary.code_list(codes).map_or("", |c| c.text(code)),
            _ => "",
        };
        match self.value(list, row, field) {
            Value::Missing => Cow::Borrowed(""),
            Value::Bool(yes) => Cow::Borrowed(if yes { "是" } else { "否" }),
            Value::Int(number) => Cow::Owned(number.to_string()),
            Value::Money(money) => Cow::Owned(money.to_string()),
            Value::Points(points) => Cow::Owned(points.to_string()),
            Value::Date(day) => Cow::Owned(day.to_string()),
            Value::Code(code) => Cow::Borrowed(code_text(code)),
            Value::Text(text) => Cow::Borrowed(text),
        }
    }
}
