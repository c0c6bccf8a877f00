//! Headers of two rows: a word over several columns (罚款) and under it what each column holds (文号, 金额（万元）).

use super::cell::key;
use super::sheet::Sheet;
use super::wording::Wording;

/// What stands over a column.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// As written; `上级/下级` of a header of two rows.
    pub(super) shown: String,
    /// How it may be meant, the most exact first: both rows together, then the lower alone. None over a column
    /// without a header.
    pub(super) wordings: Vec<Wording>,
    words: Vec<String>,
}

impl Heading {
    /// A header of one row.
    pub(super) fn new(cell: &str) -> Heading {
        Heading::of(cell.to_owned(), vec![cell.to_owned()])
    }

    fn of(shown: String, words: Vec<String>) -> Heading {
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        Heading { shown, wordings: words.iter().map(|word| Wording::new(word)).collect(), words }
    }

    /// Its words, in the order of the wordings.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

/// The headings of a header whose upper row is `upper` and whose lower row is the next, and whether the lower row
/// holds nothing but units and names of a database. `None` if the upper row is no header of several columns: a
/// title has one cell.
pub(super) fn joined(sheet: &Sheet, upper: usize) -> Option<(Vec<Heading>, bool)> {
    let lower = upper + 1;
    if sheet.cells(upper).filter(|cell| !cell.is_empty()).count() < 2 {
        return None;
    }
    let adds = adds_units(sheet, lower);
    let width = sheet.width(upper).max(sheet.width(lower));
    // What stands over several columns leaves the others empty.
    let spans = |column| sheet.cell(upper, column).is_empty() && !sheet.cell(lower, column).is_empty();
    if !adds && !(1..width).any(spans) {
        return None;
    }
    let mut over = "";
    let headings = (0..width).map(|column| {
        let (own, below) = (sheet.cell(upper, column), sheet.cell(lower, column));
        if !own.is_empty() {
            over = own;
        }
        if adds {
            Heading::new(&unit(below).map_or_else(|| own.to_owned(), |unit| format!("{own}（{unit}）")))
        } else if below.is_empty() {
            Heading::new(own)
        } else if over.is_empty() || key(over) == key(below) {
            Heading::new(below)
        } else {
            Heading::of(format!("{over}/{below}"), vec![format!("{over}{below}"), below.to_owned()])
        }
    });
    Some((headings.collect(), adds))
}

/// The unit that a cell of the lower row names.
fn unit(cell: &str) -> Option<&'static str> {
    let words = key(cell);
    let words = words.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).trim_start_matches("单位");
    ["万元", "元"].into_iter().find(|unit| words == *unit)
}

/// True if a row holds only units (万元) and names of database columns (CF_NR_FK).
fn adds_units(sheet: &Sheet, row: usize) -> bool {
    let is_name = |cell: &str| {
        let words = key(cell);
        cell.starts_with(|c: char| c.is_ascii_alphabetic()) && words.len() > 1 && words.is_ascii()
    };
    let mut cells = sheet.cells(row).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some() && cells.all(|cell| unit(cell).is_some() || is_name(cell))
}
