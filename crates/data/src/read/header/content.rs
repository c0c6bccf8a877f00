//! Columns that the header leaves open and the cells below it settle.

use std::collections::HashSet;

use sanse::{CreditCode, FieldId, Ty};

use super::{Claim, Headers, Layout, Meaning, Taken};
use crate::read::cell::{is_placeholder, key};
use crate::read::codes::Codes;
use crate::read::number::{Number, number_of};
use crate::read::records::SELF_CHECK;
use crate::read::row::listed_value;
use crate::read::sheet::Sheet;
use crate::read::wording::{How, Wording};

/// So many rows from the top are looked at, so that of a large file no more need be at hand.
pub(in crate::read) const LOOKED: usize = 512;

/// So many different cells of a column are asked for their wordings.
const WORDINGS: usize = 50;

/// Headers under which some systems keep one field and others another; by English name of the list and the fields. The
/// first is taken where the cells say nothing.
const EITHER: [(&str, &str, [&str; 2]); 1] = [
    // 现场检查 and 单部门 are ways, 双随机 and 专项 types of an inspection.
    ("检查形式", "inspection", ["method", "type"]),
];

/// So many cells of a column are asked for credit codes.
const ASKED: usize = 20;

/// Words in the header of a code that is the agency's own, not the party's.
const OF_AGENCY: [&str; 8] = ["机关", "部门", "来源", "填报", "报送", "执法", "许可", "办案"];

/// Headers of a code of any kind: the credit code, or a number of some system's own.
const ANY_CODE: [&str; 3] = ["企业代码", "单位代码", "主体代码"];

/// Settles what the header of a sheet left open. `sheet` has the rows below it, or the first of them.
pub(in crate::read) fn settle(headers: &Headers<'_>, codes: &[Codes], sheet: &Sheet, layout: &mut Layout) {
    credit_code(headers, sheet, layout);
    either(headers, codes, sheet, layout);
    layout.claims.sort_by_key(|claim| claim.column);
}

/// The cells of a column below the header that say something.
fn cells(sheet: &Sheet, header_row: usize, column: usize) -> impl Iterator<Item = &str> {
    let rows = header_row + 1..sheet.len().min(LOOKED);
    rows.map(move |row| sheet.cell(row, column)).filter(|cell| !is_placeholder(cell))
}

/// A sheet without any column of codes would be matched by names alone: the one column that nobody knows and that holds
/// credit codes is taken for the party's. A column of a system's own numbers is given up.
fn credit_code(headers: &Headers<'_>, sheet: &Sheet, layout: &mut Layout) {
    let of: fn(_) -> Meaning = match layout.taken {
        Taken::Register => Meaning::Field,
        Taken::Records(_) => Meaning::Party,
        Taken::Coverage | Taken::Agencies | Taken::Changes => return,
    };
    let [name, codes @ ..] = headers.party.as_slice() else { return };
    let Some(credit_code) = codes.first() else { return };
    let names = layout.claims.iter().find(|claim| claim.meaning == of(*name)).map(|claim| claim.column);
    let is_code = |claim: &Claim| claim.meaning == of(*credit_code);
    let is_any_code = |claim: &Claim| {
        is_code(claim) && claim.how != How::Mapped && ANY_CODE.contains(&key(&claim.header).as_str())
    };
    let sure = layout.claims.iter().any(|claim| is_code(claim) && !is_any_code(claim));
    let (kept, given_up) = std::mem::take(&mut layout.claims).into_iter().partition(|claim| {
        !is_any_code(claim) || !sure && CreditCodes::of(sheet, layout.header_row, claim.column, names).any
    });
    layout.claims = kept;
    layout.unknown.extend(given_up.into_iter().map(|claim: Claim| (claim.column, claim.header)));
    layout.unknown.sort();
    if layout.claims.iter().any(|claim| codes.iter().any(|code| claim.meaning == of(*code))) {
        return;
    }
    let holds_codes = |(column, header): &&(usize, String)| {
        let header = key(header);
        let codes = CreditCodes::of(sheet, layout.header_row, *column, names);
        // A header that says it is a code may have one with a slip, which is to be seen.
        let enough =
            if header.ends_with("代码") || header.ends_with("编码") { codes.most } else { codes.all };
        enough && !OF_AGENCY.iter().any(|word| header.contains(word))
    };
    let found: Vec<(usize, String)> = layout.unknown.iter().filter(holds_codes).cloned().collect();
    let [(column, header)] = found.as_slice() else { return };
    layout.unknown.retain(|(other, _)| other != column);
    layout.claims.push(Claim::new(*column, of(*credit_code), header, &Wording::new(header), How::ByCodes));
}

/// What the first cells of a column hold, as credit codes of the parties.
#[derive(Default)]
struct CreditCodes {
    /// Something that is meant for a credit code.
    any: bool,
    /// More than half are valid ones.
    most: bool,
    /// They are several, and all valid ones.
    all: bool,
}

impl CreditCodes {
    fn of(sheet: &Sheet, header_row: usize, column: usize, names: Option<usize>) -> CreditCodes {
        let first =
            |column| cells(sheet, header_row, column).take(ASKED).map(number_of).collect::<Vec<Number>>();
        let numbers = first(column);
        let valid =
            |number: &&Number| matches!(number, Number::Credit(code) if code.parse::<CreditCode>().is_ok());
        let count = numbers.iter().filter(valid).count();
        // One code beside several names is the agency's.
        let differ = |column| {
            let cells: HashSet<&str> = cells(sheet, header_row, column).take(ASKED).collect();
            cells.len() > 1
        };
        if numbers.len() > 1 && !differ(column) && names.is_some_and(differ) {
            return CreditCodes::default();
        }
        CreditCodes {
            any: numbers.iter().any(|number| matches!(number, Number::Credit(_) | Number::Destroyed)),
            most: count * 2 > numbers.len(),
            all: count > 1 && count == numbers.len(),
        }
    }
}

/// A header that is one field's in some systems and another's in others: the field that understands the most of its
/// cells is meant.
fn either(headers: &Headers<'_>, codes: &[Codes], sheet: &Sheet, layout: &mut Layout) {
    let Taken::Records(list) = layout.taken else { return };
    let def = headers.vocabulary.list_def(list);
    for (wanted, english, names) in EITHER {
        let at =
            layout.unknown.iter().position(|(_, header)| Wording::new(header).forms().any(|f| f == wanted));
        let Some(at) = at.filter(|_| def.name.english == english) else { continue };
        let taken = |field: &FieldId| layout.claims.iter().any(|c| c.meaning == Meaning::Field(*field));
        let free = names.iter().filter_map(|name| def.field(name)).filter(|field| !taken(field));
        let Some((column, header)) = layout.unknown.get(at).cloned() else { continue };
        let wording = Wording::new(&header);
        let claim = |field| Claim::new(column, Meaning::Field(field), &header, &wording, How::ByWordings);
        let mut distinct: Vec<&str> = Vec::new();
        for cell in cells(sheet, layout.header_row, column) {
            if distinct.len() < WORDINGS && !distinct.contains(&cell) {
                distinct.push(cell);
            }
        }
        let understood = |field: &FieldId| {
            let claim = claim(*field);
            let Some(Ty::Code(id)) = def.field_def(*field).map(|def| def.ty) else { return 0 };
            let Some(codes) = codes.get(usize::from(id.0)) else { return 0 };
            // 自查 is no type of ours, and known among them.
            let own = |cell: &str| {
                codes.one(cell).is_some() || def.field("type") == Some(*field) && cell.contains(SELF_CHECK)
            };
            distinct.iter().filter(|cell| own(listed_value(&claim, cell))).count()
        };
        // The first of the greatest.
        let best = free
            .map(|field| (understood(&field), field))
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        if let Some((_, field)) = best {
            layout.unknown.remove(at);
            layout.claims.push(claim(field));
        }
    }
}
