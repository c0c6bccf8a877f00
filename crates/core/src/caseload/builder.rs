//! Building a caseload: rows are pushed in any order and checked against the vocabulary.

use std::ops::Range;
use std::sync::Arc;

use super::{Column, Coverages, MISSING, Origin, TextId, Texts, Withheld};
use crate::quantity::{Date, Money, Points};
use crate::vocabulary::{ENTERPRISE, FieldDef, FieldId, ListId, Ty, Vocabulary};

/// A value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing is known.
    Missing,
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
    /// The number of a code in the field's code list.
    Code(u16),
    /// A text.
    Text(&'a str),
}

/// A value of a field whose text, if it is one, a [`CaseloadBuilder`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stored {
    /// Nothing is known.
    Missing,
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
    /// The number of a code in the field's code list.
    Code(u16),
    /// A text, by [`CaseloadBuilder::intern`].
    Text(TextId),
}

/// A row cannot be taken into a caseload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaseloadError {
    /// The list has no such field.
    #[error("清单“{list}”没有第 {field} 个字段")]
    NoSuchField {
        /// The list's Chinese name.
        list: String,
        /// The number asked for.
        field: u16,
    },
    /// The enterprise has not been added.
    #[error("没有第 {0} 户企业；请先加入企业，再加入它的记录")]
    NoSuchEnterprise(u32),
    /// The value is of another type than the field.
    #[error("字段“{field}”的值类型不对")]
    WrongType {
        /// The field's Chinese name.
        field: String,
    },
    /// The value is outside the field's range.
    #[error("字段“{field}”的值 {value} 超出范围")]
    OutOfRange {
        /// The field's Chinese name.
        field: String,
        /// The value in the field's unit.
        value: i64,
    },
    /// A field that every row must have is missing.
    #[error("缺少字段“{field}”，这一字段每行都要有")]
    MissingField {
        /// The field's Chinese name.
        field: String,
    },
    /// Rows that were to be restored do not stand by enterprise.
    #[error("清单“{list}”的行没有按企业排列")]
    OutOfOrder {
        /// The list's Chinese name.
        list: String,
    },
    /// More than four billion rows, or 4 GiB of text.
    #[error("数据过多：一次最多 42 亿行、4 GiB 文字；请分批处理")]
    TooMuch,
}

/// Builds a [`Caseload`](super::Caseload).
///
/// ```
/// use std::sync::Arc;
/// use sanse::{CaseloadBuilder, Date, ENTERPRISE, SANCTION, Value, Vocabulary};
///
/// let vocabulary = Arc::new(Vocabulary::standard());
/// let field = |list, name| vocabulary.list_def(list).field(name).unwrap();
/// let mut builder = CaseloadBuilder::new(Arc::clone(&vocabulary));
/// let firm = builder.add_enterprise(&[(field(ENTERPRISE, "名称"), Value::Text("安徽甲有限公司"))], None)?;
/// let decided: Date = "2022-05-06".parse().unwrap();
/// builder.add(SANCTION, firm, &[
///     (field(SANCTION, "种类"), Value::Code(14)),
///     (field(SANCTION, "作出日期"), Value::Date(decided)),
/// ], None)?;
/// let (caseload, _) = builder.finish("2023-03-31".parse().unwrap());
/// assert_eq!(caseload.display(SANCTION, 0, "种类"), "罚款");
/// assert_eq!(caseload.display(SANCTION, 0, "整改"), "未知");
/// # Ok::<(), sanse::CaseloadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CaseloadBuilder {
    pub(super) vocabulary: Arc<Vocabulary>,
    pub(super) tables: Vec<Pending>,
    pub(super) texts: Texts,
    pub(super) coverages: Coverages,
    pub(super) withheld: Vec<Withheld>,
    pub(super) branches_apart: bool,
}

/// The rows of a list so far.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) columns: Vec<Column>,
    pub(super) owners: Vec<u32>,
    pub(super) origins: Vec<Origin>,
    pub(super) len: u32,
    /// How many rows are expected.
    room: usize,
}

impl CaseloadBuilder {
    /// An empty caseload over a vocabulary. Until [`CaseloadBuilder::coverages`] says otherwise nothing is
    /// declared and no domain's file was received.
    pub fn new(vocabulary: Arc<Vocabulary>) -> Self {
        let tables = vocabulary
            .lists
            .iter()
            .map(|list| Pending {
                columns: list.fields.iter().map(Column::new).collect(),
                owners: Vec::new(),
                origins: Vec::new(),
                len: 0,
                room: 0,
            })
            .collect();
        let coverages = Coverages::Undeclared { received: Vec::new() };
        CaseloadBuilder {
            vocabulary,
            tables,
            texts: Texts::default(),
            coverages,
            withheld: Vec::new(),
            branches_apart: false,
        }
    }

    /// The vocabulary.
    pub fn vocabulary(&self) -> &Arc<Vocabulary> {
        &self.vocabulary
    }

    /// Makes room for so many more rows of a list. Nothing depends on it but memory: a caller that knows the
    /// number spares the columns their growth.
    pub fn reserve(&mut self, list: ListId, rows: usize) {
        if let Some(table) = self.tables.get_mut(usize::from(list.0)) {
            table.room = table.len as usize + rows;
            table.owners.reserve_exact(rows);
            table.origins.reserve_exact(rows);
        }
    }

    /// Makes room for so many different texts, as [`CaseloadBuilder::reserve`] does for rows.
    pub fn reserve_texts(&mut self, texts: usize) {
        self.texts.reserve(texts);
    }

    /// Adds an enterprise and returns its number, from 0.
    ///
    /// # Errors
    /// As [`CaseloadBuilder::add`].
    pub fn add_enterprise(
        &mut self,
        fields: &[(FieldId, Value<'_>)],
        origin: Option<Origin>,
    ) -> Result<u32, CaseloadError> {
        let number = self.tables.first().map_or(0, |t| t.len);
        self.add(ENTERPRISE, number, fields, origin)?;
        Ok(number)
    }

    /// Adds a row of a list to an enterprise. Nothing is added if there is an error.
    ///
    /// # Errors
    /// A field outside the list, a value of another type or outside the field's range, a missing field that
    /// every row must have and that is not derived, an unknown enterprise, or too much data.
    pub fn add(
        &mut self,
        list: ListId,
        enterprise: u32,
        fields: &[(FieldId, Value<'_>)],
        origin: Option<Origin>,
    ) -> Result<(), CaseloadError> {
        let def = self.vocabulary.list_def(list);
        let known = self.tables.first().map_or(0, |t| t.len);
        if list != ENTERPRISE && enterprise >= known {
            return Err(CaseloadError::NoSuchEnterprise(enterprise));
        }
        let mut values = vec![Stored::Missing; def.fields.len()];
        for (field, value) in fields {
            let (Some(slot), Some(field_def)) = (values.get_mut(usize::from(field.0)), def.field_def(*field))
            else {
                return Err(CaseloadError::NoSuchField { list: def.name.chinese.clone(), field: field.0 });
            };
            *slot = stored(*value, &mut self.texts)?;
            raw_of(field_def, *slot)?;
        }
        self.add_stored(list, enterprise, &values, origin).map(|_| ())
    }

    /// Adds a row whose values stand in the order of the list's fields, and returns its number among the rows
    /// added. For a row of the enterprise's list the enterprise is not looked at. Nothing is added if there is an
    /// error.
    ///
    /// # Errors
    /// As [`CaseloadBuilder::add`].
    pub fn add_stored(
        &mut self,
        list: ListId,
        enterprise: u32,
        values: &[Stored],
        origin: Option<Origin>,
    ) -> Result<u32, CaseloadError> {
        let def = self.vocabulary.list_def(list);
        let known = self.tables.first().map_or(0, |t| t.len);
        if list != ENTERPRISE && enterprise >= known {
            return Err(CaseloadError::NoSuchEnterprise(enterprise));
        }
        let no_field = |field: usize| CaseloadError::NoSuchField {
            list: def.name.chinese.clone(),
            field: u16::try_from(field).unwrap_or(u16::MAX),
        };
        let Some(table) = self.tables.get_mut(usize::from(list.0)) else { return Err(no_field(0)) };
        if values.len() > def.fields.len() {
            return Err(no_field(def.fields.len()));
        }
        for (number, field) in def.fields.iter().enumerate() {
            let value = values.get(number).copied().unwrap_or(Stored::Missing);
            if raw_of(field, value)? == MISSING && !field.optional && field.derived.is_none() {
                return Err(CaseloadError::MissingField { field: field.name.chinese.clone() });
            }
        }
        let row = table.len;
        table.len = row.checked_add(1).ok_or(CaseloadError::TooMuch)?;
        for (number, column) in table.columns.iter_mut().enumerate() {
            let value = values.get(number).map_or(MISSING, |value| raw(*value));
            if value == MISSING && column.is_empty() {
                continue;
            }
            column.fill(row as usize, table.room);
            column.push(value);
        }
        if list != ENTERPRISE {
            table.owners.push(enterprise);
        }
        table.origins.push(origin.unwrap_or_default());
        Ok(row)
    }

    /// The number of a text, for [`Stored::Text`].
    ///
    /// # Errors
    /// 4 GiB of text are held.
    pub fn intern(&mut self, text: &str) -> Result<TextId, CaseloadError> {
        self.texts.intern(text).ok_or(CaseloadError::TooMuch)
    }

    /// The texts held.
    #[inline]
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The number of rows of a list so far.
    pub fn rows(&self, list: ListId) -> u32 {
        self.tables.get(usize::from(list.0)).map_or(0, |t| t.len)
    }

    /// A value of a row, by the number that [`CaseloadBuilder::add_stored`] gave it.
    #[inline]
    pub fn stored(&self, list: ListId, row: u32, field: FieldId) -> Stored {
        let column = self.tables.get(usize::from(list.0)).and_then(|t| t.columns.get(usize::from(field.0)));
        let value = column.map_or(MISSING, |c| c.get(row as usize));
        match self.vocabulary.field_def(list, field).map(|f| f.ty) {
            _ if value == MISSING => Stored::Missing,
            Some(Ty::Bool) => Stored::Bool(value != 0),
            Some(Ty::Int | Ty::Span) => Stored::Int(value),
            Some(Ty::Money) => Stored::Money(Money::from_fen(value)),
            Some(Ty::Points) => Stored::Points(Points::from_hundredths(value)),
            Some(Ty::Date) => Stored::Date(Date::from_days(value as i32)),
            Some(Ty::Code(_)) => Stored::Code(value as u16),
            Some(Ty::Text) => Stored::Text(TextId(value as u32)),
            None => Stored::Missing,
        }
    }

    /// The enterprise of a row; a row of the enterprise's list is its own.
    #[inline]
    pub fn enterprise_of(&self, list: ListId, row: u32) -> u32 {
        let table = self.tables.get(usize::from(list.0));
        table.and_then(|t| t.owners.get(row as usize)).copied().unwrap_or(row)
    }

    /// Where a row comes from.
    pub fn origin_of(&self, list: ListId, row: u32) -> Origin {
        let table = self.tables.get(usize::from(list.0));
        table.and_then(|t| t.origins.get(row as usize)).copied().unwrap_or_default()
    }

    /// Gives a field of a row a value, for one that was missing.
    ///
    /// # Errors
    /// A field outside the list, or a value of another type or outside the field's range.
    pub fn fill(
        &mut self,
        list: ListId,
        row: u32,
        field: FieldId,
        value: Stored,
    ) -> Result<(), CaseloadError> {
        let def = self.vocabulary.list_def(list);
        let no_field = || CaseloadError::NoSuchField { list: def.name.chinese.clone(), field: field.0 };
        let field_def = def.field_def(field).ok_or_else(no_field)?;
        let value = raw_of(field_def, value)?;
        let Some(table) = self.tables.get_mut(usize::from(list.0)) else { return Err(no_field()) };
        if let Some(column) = table.columns.get_mut(usize::from(field.0))
            && row < table.len
            && value != MISSING
        {
            column.fill(table.len as usize, table.room);
            column.set(row as usize, value);
        }
        Ok(())
    }

    /// Numbers the enterprises anew: the first of `order` becomes 0. Those that are not in it are dropped. For a
    /// register that was read in the order of its files, before any record is added.
    ///
    /// # Errors
    /// There are records already.
    pub fn arrange(&mut self, order: &[u32]) -> Result<(), CaseloadError> {
        if self.tables.iter().skip(1).any(|table| table.len > 0) {
            return Err(CaseloadError::NoSuchEnterprise(0));
        }
        if let Some(table) = self.tables.first_mut() {
            for column in &mut table.columns {
                let before = std::mem::replace(column, Column::Byte(Vec::new()));
                *column = before.reordered(order);
            }
            table.origins = order.iter().filter_map(|i| table.origins.get(*i as usize).copied()).collect();
            table.len = table.origins.len() as u32;
        }
        Ok(())
    }

    /// Some of its enterprises as the beginning of a caseload of their own, numbered from 0 and without records. What is
    /// known of the bureaus' deliveries holds there too.
    ///
    /// # Errors
    /// Too much text, which the whole would have had before.
    pub fn part(&self, enterprises: Range<u32>) -> Result<CaseloadBuilder, CaseloadError> {
        let mut part = CaseloadBuilder::new(Arc::clone(&self.vocabulary));
        part.coverages = self.coverages.clone();
        let (Some(all), Some(own)) = (self.tables.first(), part.tables.first_mut()) else { return Ok(part) };
        let range = enterprises.start.min(all.len) as usize..enterprises.end.min(all.len) as usize;
        own.len = range.len() as u32;
        own.origins = all.origins.get(range.clone()).unwrap_or_default().to_vec();
        for (theirs, column) in all.columns.iter().zip(&mut own.columns).filter(|(all, _)| !all.is_empty()) {
            column.fill(0, range.len());
            let is_text = matches!(theirs, Column::Text(_));
            for row in range.clone() {
                let value = theirs.get(row);
                column.push(if is_text && value != MISSING {
                    let text = self.texts.get(TextId(value as u32));
                    i64::from(part.texts.intern(text).ok_or(CaseloadError::TooMuch)?.0)
                } else {
                    value
                });
            }
        }
        Ok(part)
    }

    /// Says what is known of the bureaus' deliveries.
    pub fn coverages(&mut self, coverages: Coverages) {
        self.coverages = coverages;
    }

    /// Says that the enterprises have nothing to do with each other: no branch's records are given to a head office.
    pub fn branches_apart(&mut self) {
        self.branches_apart = true;
    }

    /// Withholds green from an enterprise in a domain (`None`: in every domain that applies), because of a row
    /// that could not be used.
    ///
    /// # Errors
    /// An unknown enterprise, or too much text.
    pub fn withhold(
        &mut self,
        enterprise: u32,
        domain: Option<&str>,
        problem: u32,
    ) -> Result<(), CaseloadError> {
        if enterprise >= self.tables.first().map_or(0, |t| t.len) {
            return Err(CaseloadError::NoSuchEnterprise(enterprise));
        }
        let domain = match domain {
            Some(name) => Some(self.texts.intern(name).ok_or(CaseloadError::TooMuch)?),
            None => None,
        };
        self.withheld.push(Withheld { enterprise, domain, problem, of_branch: false });
        Ok(())
    }

    /// As [`CaseloadBuilder::withhold`], because of a row about a branch of the enterprise.
    ///
    /// # Errors
    /// As [`CaseloadBuilder::withhold`].
    pub fn withhold_for_branch(
        &mut self,
        enterprise: u32,
        domain: Option<&str>,
        problem: u32,
    ) -> Result<(), CaseloadError> {
        self.withhold(enterprise, domain, problem)?;
        if let Some(last) = self.withheld.last_mut() {
            last.of_branch = true;
        }
        Ok(())
    }
}

/// A value with its text held.
fn stored(value: Value<'_>, texts: &mut Texts) -> Result<Stored, CaseloadError> {
    Ok(match value {
        Value::Missing => Stored::Missing,
        Value::Bool(yes) => Stored::Bool(yes),
        Value::Int(number) => Stored::Int(number),
        Value::Money(money) => Stored::Money(money),
        Value::Points(points) => Stored::Points(points),
        Value::Date(day) => Stored::Date(day),
        Value::Code(code) => Stored::Code(code),
        Value::Text(text) => Stored::Text(texts.intern(text).ok_or(CaseloadError::TooMuch)?),
    })
}

/// A value as one number.
fn raw(value: Stored) -> i64 {
    match value {
        Stored::Missing => MISSING,
        Stored::Bool(yes) => i64::from(yes),
        Stored::Int(number) => number,
        Stored::Money(money) => money.fen(),
        Stored::Points(points) => points.hundredths(),
        Stored::Date(day) => i64::from(day.days()),
        Stored::Code(code) => i64::from(code),
        Stored::Text(text) => i64::from(text.0),
    }
}

/// A value of a field as one number, if it is of the field's type and within its range.
fn raw_of(field: &FieldDef, value: Stored) -> Result<i64, CaseloadError> {
    let fits = matches!(
        (value, field.ty),
        (Stored::Bool(_), Ty::Bool)
            | (Stored::Int(_), Ty::Int)
            | (Stored::Money(_), Ty::Money)
            | (Stored::Points(_), Ty::Points)
            | (Stored::Date(_), Ty::Date)
            | (Stored::Code(_), Ty::Code(_))
            | (Stored::Text(_), Ty::Text)
    );
    if value == Stored::Missing {
        return Ok(MISSING);
    }
    if !fits {
        return Err(CaseloadError::WrongType { field: field.name.chinese.clone() });
    }
    let raw = raw(value);
    if raw < field.range.0 || raw > field.range.1 {
        return Err(CaseloadError::OutOfRange { field: field.name.chinese.clone(), value: raw });
    }
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::SANCTION;

    #[test]
    fn the_gravest_kind_is_that_of_the_whole_decision() {
        let vocabulary = Arc::new(Vocabulary::standard());
        let field = |list: ListId, name: &str| vocabulary.list_def(list).field(name).unwrap();
        let mut b = CaseloadBuilder::new(Arc::clone(&vocabulary));
        let firm = b.add_enterprise(&[(field(ENTERPRISE, "名称"), Value::Text("甲"))], None).unwrap();
        let day = Value::Date("2022-03-01".parse().unwrap());
        for (kind, document) in [("警告", "A〔2022〕5号"), ("罚款", "A[2022]05号"), ("通报批评", "B")]
        {
            let kind = vocabulary.code_of(SANCTION, field(SANCTION, "种类"), kind).unwrap();
            b.add(
                SANCTION,
                firm,
                &[
                    (field(SANCTION, "种类"), Value::Code(kind)),
                    (field(SANCTION, "作出日期"), day),
                    (field(SANCTION, "文号"), Value::Text(document)),
                ],
                None,
            )
            .unwrap();
        }
        let (cases, _) = b.finish("2023-03-31".parse().unwrap());
        let gravest: Vec<String> = (0..3).map(|row| cases.display(SANCTION, row, "决定最重种类")).collect();
        assert_eq!(gravest, ["罚款", "罚款", "通报批评"]);
    }

    #[test]
    fn a_refused_row_leaves_nothing_behind() {
        let vocabulary = Arc::new(Vocabulary::standard());
        let mut b = CaseloadBuilder::new(Arc::clone(&vocabulary));
        assert!(b.add(SANCTION, 0, &[], None).is_err());
        assert!(b.add_enterprise(&[(FieldId(0), Value::Int(1))], None).is_err());
        assert!(b.add_enterprise(&[], None).is_err());
        assert_eq!(b.finish("2023-03-31".parse().unwrap()).0.enterprises(), 0);
    }
}
