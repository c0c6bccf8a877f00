//! Measures: one row of a file may hold several kinds, each with its amount.

use sanse::{FieldId, SANCTION, Ty};

use super::cell::is_placeholder;
use super::header::{Claim, Meaning};
use super::prose::{self, Kind};
use super::row::{Reading, Stored, Trouble, listed_value, shortened, unlisted};
use super::table::Table;

/// The fields of a measure whose cells hang together.
pub(super) struct Measure {
    /// The kind, which is read here and not with the other fields.
    pub(super) kind: FieldId,
    kind_codes: usize,
    amount: FieldId,
    confiscated: FieldId,
    fine: u16,
    confiscations: [Option<u16>; 2],
}

impl Measure {
    /// The fields and codes of a vocabulary that has them.
    pub(super) fn new(reading: &Reading<'_>) -> Option<Measure> {
        let def = reading.vocabulary.list_def(SANCTION);
        let kind = def.field("kind")?;
        let Some(Ty::Code(codes)) = def.field_def(kind).map(|f| f.ty) else { return None };
        let code = |name| reading.vocabulary.code_list(codes).and_then(|list| list.code(name));
        Some(Measure {
            kind,
            kind_codes: usize::from(codes.0),
            amount: def.field("amount")?,
            confiscated: def.field("confiscated_amount")?,
            fine: code("fine")?,
            confiscations: [code("confiscated_gains"), code("confiscated_goods")],
        })
    }
}

/// What a fine and what was confiscated come to where one column tells both in a sentence and the table has no column
/// for the other: the figure of the other kind is kept in its own field.
pub(super) fn told_together(
    table: &Table,
    row: usize,
    measure: &Measure,
    values: &mut [Stored],
    troubles: &mut Vec<(&Claim, FieldId, Trouble)>,
) {
    let kinds = [(measure.amount, Kind::Fine), (measure.confiscated, Kind::Confiscation)];
    for ((own, kind), (other, other_kind)) in [(kinds[0], kinds[1]), (kinds[1], kinds[0])] {
        let has_own_column = table.layout.claims.iter().any(|claim| claim.meaning == Meaning::Field(other));
        let Some((claim, cell)) = table.cells(row).find(|(c, _)| c.meaning == Meaning::Field(own)) else {
            continue;
        };
        if has_own_column || !other_kind.is_named_in(cell) {
            continue;
        }
        let Ok(amount) = prose::amount(cell, claim.unit, Some(other_kind)) else { continue };
        if let Some(slot) = values.get_mut(usize::from(other.0)) {
            *slot = Stored::Money(amount);
        }
        // A sentence that names only the other kind says that there is none of this one.
        if !kind.is_named_in(cell) {
            troubles.retain(|(_, field, _)| *field != own);
        }
    }
}

/// The signs between several codes of a cell.
const BETWEEN: [char; 6] = [',', ';', '、', '，', '；', '/'];

/// The kinds of a measure; none for other lists. Numbered columns (处罚类别1, 处罚类别2) count together.
pub(super) fn kinds_of(
    reading: &Reading<'_>,
    table: &Table,
    row: usize,
    measure: Option<&Measure>,
) -> Result<Vec<u16>, Vec<Trouble>> {
    let Some(measure) = measure else { return Ok(Vec::new()) };
    let (mut kinds, mut troubles) = (Vec::new(), Vec::new());
    let columns = table.cells(row).filter(|(c, _)| c.meaning == Meaning::Field(measure.kind));
    // Of several numbers each is one of the header's own list.
    let cells = columns.flat_map(|(claim, cell)| {
        let numbers = !claim.values.is_empty()
            && cell.chars().all(|c| c.is_ascii_digit() || c == ' ' || BETWEEN.contains(&c));
        let marks = if numbers { &BETWEEN[..] } else { &[] };
        cell.split(marks).map(move |part| (claim, part.trim()))
    });
    for (claim, number) in cells {
        let cell = listed_value(claim, number);
        if is_placeholder(cell) {
            continue;
        }
        if let Err(trouble) = unlisted(claim, "sanction_kind", number) {
            troubles.push(trouble);
            continue;
        }
        let codes = reading.codes.get(measure.kind_codes);
        match codes.map(|codes| codes.several(cell)) {
            Some(Ok(found)) => kinds.extend(found),
            Some(Err(unknown)) => {
                let message = format!(
                    "处罚种类“{}”不在代码表“措施种类”里；请改用法定种类的名称，责令改正等请写全称",
                    shortened(&unknown)
                );
                troubles.push(("D305", message));
            }
            None => {}
        }
    }
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        !seen.contains(kind) && {
            seen.push(*kind);
            true
        }
    });
    if kinds.is_empty() && troubles.is_empty() {
        troubles.push(("D307", "没有写处罚种类；请补填".to_owned()));
    }
    if troubles.is_empty() { Ok(kinds) } else { Err(troubles) }
}

/// What in the amounts of a row does not go together with its kinds.
pub(super) fn contradictions(
    measure: Option<&Measure>,
    kinds: &[u16],
    values: &[Stored],
) -> Vec<&'static str> {
    let Some(measure) = measure else { return Vec::new() };
    let of = |field: FieldId| values.get(usize::from(field.0)).copied().unwrap_or(Stored::Missing);
    let is_some = |value: Stored| value != Stored::Missing && value != NOTHING;
    let fined = kinds.contains(&measure.fine);
    let taken = kinds.iter().any(|kind| measure.confiscations.contains(&Some(*kind)));
    let mut wrong = Vec::new();
    if fined && of(measure.amount) == NOTHING {
        wrong.push("种类有罚款，金额却是 0；请核对");
    }
    if !fined && is_some(of(measure.amount)) {
        wrong.push("填了罚款金额，种类里却没有罚款；请核对");
    }
    if !taken && is_some(of(measure.confiscated)) {
        wrong.push("填了没收金额，种类里却没有没收；请核对");
    }
    wrong
}

const NOTHING: Stored = Stored::Money(sanse::Money::from_fen(0));

/// One row of values for each kind of measure: the fine with the fine, what was confiscated with the confiscation.
pub(super) fn split(measure: Option<&Measure>, kinds: &[u16], mut values: Vec<Stored>) -> Vec<Vec<Stored>> {
    let Some(measure) = measure else { return vec![values] };
    let mut take = |field: FieldId| {
        let slot = values.get_mut(usize::from(field.0));
        slot.map_or(Stored::Missing, |slot| std::mem::replace(slot, Stored::Missing))
    };
    let (amount, confiscated) = (take(measure.amount), take(measure.confiscated));
    let fined = kinds.iter().position(|kind| *kind == measure.fine);
    let taken = kinds.iter().position(|kind| measure.confiscations.contains(&Some(*kind)));
    let mut rows = Vec::with_capacity(kinds.len());
    for (number, kind) in kinds.iter().enumerate() {
        let mut row = values.clone();
        let mut put = |field: FieldId, value: Stored| {
            if let Some(slot) = row.get_mut(usize::from(field.0)) {
                *slot = value;
            }
        };
        put(measure.kind, Stored::Code(*kind));
        if fined.unwrap_or(0) == number && amount != NOTHING {
            put(measure.amount, amount);
        }
        if taken.unwrap_or(0) == number && confiscated != NOTHING {
            put(measure.confiscated, confiscated);
        }
        rows.push(row);
    }
    rows
}
