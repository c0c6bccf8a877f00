//! Measures: one row of a file may hold several kinds, each with its amount.

use sanse::{CodeListId, FieldId, Money, SANCTION, Ty};

use super::cell::{is_formula_error, is_placeholder, key};
use super::codes::{BETWEEN, unknown_wording};
use super::header::marks::{self, Statuses};
use super::header::{Claim, Meaning};
use super::prose::{self, Kind};
use super::row::{Reading, Stored, Trouble, listed_value, shortened, unlisted};
use super::table::Table;

/// The fields of a measure whose cells hang together.
pub(super) struct Measure {
    /// The kind, which is read here and not with the other fields.
    pub(super) kind: FieldId,
    kind_codes: CodeListId,
    document: FieldId,
    content: FieldId,
    amount: FieldId,
    confiscated: FieldId,
    fine: u16,
    confiscations: [Option<u16>; 2],
    exempted: Option<u16>,
    statuses: Option<Statuses>,
}

impl Measure {
    /// The fields and codes of a vocabulary that has them.
    pub(super) fn new(reading: &Reading<'_>) -> Option<Measure> {
        let def = reading.vocabulary.list_def(SANCTION);
        let kind = def.field("kind")?;
        let Some(Ty::Code(codes)) = def.field_def(kind).map(|f| f.ty) else { return None };
        let code = |name| reading.vocabulary.code_list(codes).and_then(|list| list.code(name));
        let status = def.field("status").and_then(|field| {
            let Ty::Code(codes) = def.field_def(field)?.ty else { return None };
            Statuses::new(field, reading.vocabulary.code_list(codes)?)
        });
        Some(Measure {
            kind,
            kind_codes: codes,
            document: def.field("document_number")?,
            content: def.field("content")?,
            amount: def.field("amount")?,
            confiscated: def.field("confiscated_amount")?,
            fine: code("fine")?,
            confiscations: [code("confiscated_gains"), code("confiscated_goods")],
            exempted: code("exempted"),
            statuses: status,
        })
    }
}

/// What the columns of a row say only together: a fine and what was confiscated, and how the decision stands.
pub(super) fn told_together<'t>(
    table: &'t Table,
    row: usize,
    measure: &Measure,
    values: &mut [Stored],
    troubles: &mut Vec<(&'t Claim, FieldId, Trouble)>,
) {
    told_in_sentences(table, row, measure, values, troubles);
    add_confiscations(table, row, measure.confiscated, values, troubles);
    if let Some(statuses) = &measure.statuses
        && let Some(slot) = values.get_mut(usize::from(statuses.field.0))
    {
        let own = if let Stored::Code(code) = *slot { Some(code) } else { None };
        *slot = statuses.told(table, row, own, troubles).map_or(Stored::Missing, Stored::Code);
    }
}

/// Gains (违法所得) and goods (非法财物) in columns of their own: what was confiscated is both together. Elsewhere two
/// columns of one meaning should hold the same.
fn add_confiscations<'t>(
    table: &'t Table,
    row: usize,
    field: FieldId,
    values: &mut [Stored],
    troubles: &mut Vec<(&'t Claim, FieldId, Trouble)>,
) {
    let columns = table.layout.claims.iter().filter(|claim| claim.meaning == Meaning::Field(field));
    if columns.clone().nth(1).is_none() {
        return;
    }
    // Gains, goods, both.
    let mut parts: [Option<Money>; 3] = [None; 3];
    let (mut unreadable, mut doubled, mut whole) = (Vec::new(), false, None);
    for claim in columns {
        let header = key(&claim.header);
        let part = match (header.contains("所得"), header.contains("财物")) {
            (true, false) => 0,
            (false, true) => 1,
            _ => 2,
        };
        let cell = table.cell(row, claim.column);
        let read = match prose::amount(cell, claim.unit, Some(Kind::Confiscation)) {
            _ if is_formula_error(cell) => None,
            _ if is_placeholder(cell) => continue,
            read => read.ok(),
        };
        if part == 2 {
            whole = Some(claim);
        }
        let Some(slot) = parts.get_mut(part) else { continue };
        match read {
            None => unreadable.push((claim, cell)),
            Some(amount) => {
                doubled |= slot.is_some_and(|before| before != amount);
                *slot = Some(amount);
            }
        }
    }
    let [gains, goods, both] = parts;
    let sum = [gains, goods].into_iter().flatten().map(Money::fen).try_fold(0_i64, i64::checked_add);
    let Some(sum) = sum.filter(|_| gains.is_some() || goods.is_some()) else { return };
    let sum = Money::from_fen(sum);
    // Two columns of the same part differ, which was said where the second was read.
    if doubled {
        return;
    }
    troubles.retain(|(_, f, (code, _))| *f != field || *code != "D202");
    for (claim, cell) in &unreadable {
        if !troubles.iter().any(|(told, f, _)| *f == field && told.column == claim.column) {
            let message = format!("“{}”不是金额；请改填数字，并在表头注明单位", shortened(cell));
            troubles.push((claim, field, ("D303", message)));
        }
    }
    if let (Some(claim), true) = (whole, both.is_some_and(|both| both != sum)) {
        let message = "没收的几栏加起来与合计不一致；请核对".to_owned();
        troubles.push((claim, field, ("D202", message)));
        return;
    }
    if let Some(slot) = values.get_mut(usize::from(field.0)) {
        *slot = if unreadable.is_empty() { Stored::Money(sum) } else { Stored::Missing };
    }
}

/// What a fine and what was confiscated come to where one column tells both in a sentence and the table has no column
/// for the other: the figure of the other kind is kept in its own field.
fn told_in_sentences(
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

/// What to do about a kind of penalty that is none.
const NAME_IT_IN_FULL: &str = "请改用法定种类的名称，责令改正等请写全称";

/// The code of the category 处罚 of a kind.
const PENALTY: u16 = 0;

/// The kinds of a measure; none for other lists. Numbered columns (处罚类别1, 处罚类别2) count together.
pub(super) fn kinds_of(
    reading: &Reading<'_>,
    table: &Table,
    row: usize,
    measure: Option<&Measure>,
) -> Result<Vec<u16>, Vec<Trouble>> {
    if let Some(trouble) = marks::deleted(table, row) {
        return Err(vec![trouble]);
    }
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
        let codes = reading.codes.get(usize::from(measure.kind_codes.0));
        match (codes.map(|codes| codes.several(cell)), reading.vocabulary.code_list(measure.kind_codes)) {
            (Some(Ok(found)), _) => kinds.extend(found),
            (Some(Err(unknown)), Some(list)) => {
                // The problem is one of the row, so the message names the column.
                let message = unknown_wording(list, &unknown, NAME_IT_IN_FULL);
                troubles.push(("D305", format!("处罚种类{message}")));
            }
            _ => {}
        }
    }
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        !seen.contains(kind) && {
            seen.push(*kind);
            true
        }
    });
    let is_penalty = |kind: u16| {
        let code = reading.vocabulary.code_list(measure.kind_codes)?.codes.get(usize::from(kind))?;
        Some(code.group == Some(PENALTY))
    };
    let is_penalty = |kind: u16| is_penalty(kind) == Some(true);
    let punishes = kinds.iter().any(|kind| is_penalty(*kind));
    // 不予行政处罚 is no kind of penalty, so other columns may say it.
    let nothing_imposed = || -> Option<&Claim> {
        let list = reading.vocabulary.code_list(measure.kind_codes)?;
        let told = [measure.content, measure.amount].map(Meaning::Field);
        let mut in_words = table.layout.claims.iter().filter(|claim| told.contains(&claim.meaning));
        marks::exempted(table, row).or_else(|| {
            in_words.find(|claim| marks::imposes_nothing(table.cell(row, claim.column), list, is_penalty))
        })
    };
    if punishes && let Some(claim) = nothing_imposed() {
        let message = format!(
            "“{}”一栏写明不予处罚，种类却是处罚；请核对，确实不予处罚的，种类改写“不予行政处罚”",
            shortened(&claim.header)
        );
        troubles.push(("D312", message));
    }
    if punishes || kinds.is_empty() {
        troubles.extend(marks::notice(table, row, measure.document));
    }
    if kinds.is_empty() && troubles.is_empty() {
        match (nothing_imposed(), measure.exempted) {
            (Some(_), Some(exempted)) => kinds.push(exempted),
            _ => troubles.push(("D307", "没有写处罚种类；请补填".to_owned())),
        }
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
