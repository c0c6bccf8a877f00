//! Generated records: enterprises with rows in every list, dates in clusters and at the period's edges,
//! shared decisions, void rows, missing values, other domains.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use sanse::{
    Calendar, Caseload, CaseloadBuilder, Coverages, Date, ENTERPRISE, FieldId, INSPECTION, LEAD, ListId,
    Money, OUTCOME, Origin, Points, RECTIFICATION, SANCTION, Span, Ty, Value,
};

use super::choices::Sequence;
use super::{DOMAINS, VOCABULARY, calendars};

/// A value that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owned {
    Bool(bool),
    Int(i64),
    Money(Money),
    Points(Points),
    Date(Date),
    Code(u16),
    Text(String),
}

impl Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Owned::Bool(v) => Value::Bool(*v),
            Owned::Int(v) => Value::Int(*v),
            Owned::Money(v) => Value::Money(*v),
            Owned::Points(v) => Value::Points(*v),
            Owned::Date(v) => Value::Date(*v),
            Owned::Code(v) => Value::Code(*v),
            Owned::Text(v) => Value::Text(v),
        }
    }
}

/// The values of a row.
pub(crate) type Fields = Vec<(FieldId, Owned)>;

/// A row before it is in a caseload.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) list: ListId,
    pub(crate) enterprise: usize,
    pub(crate) fields: Fields,
}

/// What a caseload is built from.
#[derive(Clone, Debug)]
pub(crate) struct Records {
    pub(crate) calendar: Calendar,
    pub(crate) enterprises: Vec<Fields>,
    pub(crate) rows: Vec<Row>,
}

impl Records {
    /// The caseload of all records in their order.
    pub(crate) fn build(&self) -> Caseload {
        let enterprises: Vec<usize> = (0..self.enterprises.len()).collect();
        let rows: Vec<usize> = (0..self.rows.len()).collect();
        self.build_in_order(&enterprises, &rows)
    }

    /// The caseload of the enterprises named, in that order, and of their rows among those named, added in
    /// that order. Origins are places in that order, as in a file that was sorted in another way.
    pub(crate) fn build_in_order(&self, enterprises: &[usize], rows: &[usize]) -> Caseload {
        let mut builder = CaseloadBuilder::new(Arc::clone(&VOCABULARY));
        let mut numbers = vec![None; self.enterprises.len()];
        for enterprise in enterprises {
            let fields = &self.enterprises[*enterprise];
            numbers[*enterprise] = Some(builder.add_enterprise(&values(fields), None).unwrap());
        }
        for (place, row) in rows.iter().enumerate() {
            let row = &self.rows[*row];
            let Some(number) = numbers[row.enterprise] else { continue };
            let origin = Origin { source: u32::from(row.list.0), row: place as u32 + 1 };
            builder.add(row.list, number, &values(&row.fields), Some(origin)).unwrap();
        }
        // Received, so that verdicts are more than 未覆盖; the table of coverage has tests of its own.
        builder.coverages(Coverages::Undeclared { received: DOMAINS.map(str::to_owned).to_vec() });
        builder.finish(self.calendar.as_of).0
    }

    /// So many copies of the enterprises and their rows.
    pub(crate) fn repeated(&self, times: usize) -> Records {
        let count = self.enterprises.len();
        let mut all = Records { calendar: self.calendar, enterprises: Vec::new(), rows: Vec::new() };
        for copy in 0..times {
            all.enterprises.extend(self.enterprises.iter().cloned());
            all.rows.extend(
                self.rows.iter().map(|row| Row { enterprise: row.enterprise + copy * count, ..row.clone() }),
            );
        }
        all
    }
}

fn values(fields: &Fields) -> Vec<(FieldId, Value<'_>)> {
    fields.iter().map(|(field, value)| (*field, value.value())).collect()
}

/// Records of 1 to 30 enterprises with up to 12 rows in each list.
pub(crate) fn records() -> impl Strategy<Value = Records> {
    // The contents of a row do not shrink; rows and enterprises go away.
    let row = || any::<u64>().no_shrink();
    let rows = move || prop_oneof![5 => vec(row(), 0..=2), 3 => vec(row(), 0..=5), 1 => vec(row(), 0..=12)];
    let enterprise = (row(), rows(), rows(), rows(), rows(), vec(row(), 0..=4));
    (0..calendars().len(), vec(enterprise, 1..=30)).prop_map(|(calendar, enterprises)| {
        let seeds = enterprises.into_iter().map(|(own, sanctions, orders, inspections, leads, outcomes)| {
            (own, [sanctions, orders, inspections, leads, outcomes])
        });
        of_seeds(calendars()[calendar], seeds)
    })
}

/// Records from a seed for each enterprise and each of its rows, list by list.
pub(crate) fn of_seeds(
    calendar: Calendar,
    enterprises: impl Iterator<Item = (u64, [Vec<u64>; 5])>,
) -> Records {
    let mut records = Records { calendar, enterprises: Vec::new(), rows: Vec::new() };
    for (number, (own, lists)) in enterprises.enumerate() {
        records.enterprises.push(fields(ENTERPRISE, own, calendar));
        for (list, seeds) in [SANCTION, RECTIFICATION, INSPECTION, LEAD, OUTCOME].into_iter().zip(lists) {
            for seed in seeds {
                records.rows.push(Row { list, enterprise: number, fields: fields(list, seed, calendar) });
            }
        }
    }
    records
}

/// The document numbers of decisions; the first two are one decision.
pub(crate) const DOCUMENTS: [&str; 4] = ["罚〔2022〕05号", "罚[2022]5号", "罚〔2022〕6号", "改〔2022〕7号"];
/// Unlawful acts and all other texts.
pub(crate) const TEXTS: [&str; 3] = ["甲", "乙", "丙"];

fn fields(list: ListId, seed: u64, calendar: Calendar) -> Fields {
    let mut random = Sequence(seed);
    let def = VOCABULARY.list_def(list);
    let roles = &def.roles;
    let mut fields = Vec::new();
    for (index, field) in def.fields.iter().enumerate() {
        let id = FieldId(index as u16);
        let void = roles.void.as_ref().is_some_and(|(field, _)| *field == id);
        let given = if roles.branch == Some(id) {
            random.percent(15)
        } else if field.derived.is_some() {
            // Texts are derived from documents; codes are sometimes written by the bureau itself.
            field.ty != Ty::Text && random.percent(if void { 40 } else { 25 })
        } else {
            !field.optional || random.percent(70)
        };
        if !given {
            continue;
        }
        let value = match field.ty {
            Ty::Bool => Owned::Bool(random.percent(50)),
            Ty::Int => Owned::Int(random.below(8) as i64),
            Ty::Money => Owned::Money(Money::from_fen(
                random.one(&[0, 100_000, 4_999_999, 5_000_000, 1_000_000, 120_050]),
            )),
            Ty::Points => Owned::Points(Points::from_hundredths(random.below(2_000) as i64 * 5 - 2_000)),
            Ty::Date => Owned::Date(date(&mut random, calendar)),
            // Few codes, so that rows agree in them; the last of a list is often the one with a meaning.
            Ty::Code(codes) => {
                let count = VOCABULARY.code_list(codes).map_or(1, |l| l.codes.len());
                Owned::Code(random.one(&[0, 1, 2, count / 2, count - 1]).min(count - 1) as u16)
            }
            Ty::Text if roles.domain == Some(id) || list == OUTCOME => Owned::Text(
                random.one(&[DOMAINS[0], DOMAINS[0], DOMAINS[0], DOMAINS[1], DOMAINS[2]]).to_owned(),
            ),
            Ty::Text if roles.document == Some(id) || field.name.chinese == "关联处罚文号" => {
                Owned::Text(random.one(&DOCUMENTS).to_owned())
            }
            Ty::Text => Owned::Text(random.one(&TEXTS).to_owned()),
            Ty::Span => continue,
        };
        fields.push((id, value));
    }
    fields
}

/// A day at an edge of the period or the as-of date, a 29 February, or in a cluster of a month.
fn date(random: &mut Sequence, calendar: Calendar) -> Date {
    let edge = random.one(&[
        calendar.period.first,
        calendar.period.last,
        calendar.as_of,
        Date::from_ymd(2024, 2, 29).unwrap(),
        Date::from_ymd(2020, 2, 29).unwrap(),
        calendar.period.first.minus(Span::months(12)),
    ]);
    match random.below(4) {
        0 => edge,
        1 => edge.plus(Span::days(random.below(3) as i32 - 1)),
        2 => calendar.period.first.plus(Span::days(100 + random.below(31) as i32)),
        _ => calendar.period.last.minus(Span::days(random.below(700) as i32)),
    }
}
