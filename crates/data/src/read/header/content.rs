//! Columns that the header leaves open and the cells below it settle.

use std::collections::HashSet;

use sanse::CreditCode;

use super::{Claim, Headers, Layout, Meaning, Taken};
use crate::read::cell::{is_placeholder, key};
use crate::read::number::{Number, number_of};
use crate::read::sheet::Sheet;
use crate::read::wording::{How, Wording};

/// So many cells of a column are asked for credit codes.
const ASKED: usize = 20;

/// Words in the header of a code that is the agency's own, not the party's.
const OF_AGENCY: [&str; 8] = ["机关", "部门", "来源", "填报", "报送", "执法", "许可", "办案"];

/// Headers of a code of any kind: the credit code, or a number of some system's own.
const ANY_CODE: [&str; 3] = ["企业代码", "单位代码", "主体代码"];

/// Settles what the header of a sheet left open. `sheet` has the rows below it, or the first of them.
pub(in crate::read) fn settle(headers: &Headers<'_>, sheet: &Sheet, layout: &mut Layout) {
    credit_code(headers, sheet, layout);
    layout.claims.sort_by_key(|claim| claim.column);
}

/// The cells of a column below the header that say something.
fn cells(sheet: &Sheet, header_row: usize, column: usize) -> impl Iterator<Item = &str> {
    let rows = header_row + 1..sheet.len();
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
        !is_any_code(claim) || !sure && Codes::of(sheet, layout.header_row, claim.column, names).any
    });
    layout.claims = kept;
    layout.unknown.extend(given_up.into_iter().map(|claim: Claim| (claim.column, claim.header)));
    layout.unknown.sort();
    if layout.claims.iter().any(|claim| codes.iter().any(|code| claim.meaning == of(*code))) {
        return;
    }
    let holds_codes = |(column, header): &&(usize, String)| {
        let header = key(header);
        let codes = Codes::of(sheet, layout.header_row, *column, names);
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
struct Codes {
    /// Something that is meant for a credit code.
    any: bool,
    /// More than half are valid ones.
    most: bool,
    /// They are several, and all valid ones.
    all: bool,
}

impl Codes {
    fn of(sheet: &Sheet, header_row: usize, column: usize, names: Option<usize>) -> Codes {
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
            return Codes::default();
        }
        Codes {
            any: numbers.iter().any(|number| matches!(number, Number::Credit(_) | Number::Destroyed)),
            most: count * 2 > numbers.len(),
            all: count > 1 && count == numbers.len(),
        }
    }
}
