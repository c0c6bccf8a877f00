//! Forms (竖表): the names of the fields stand beside their values, one enterprise a form. A form becomes a row.

use super::header::{Headers, Layout};
use super::sheet::Sheet;

/// Larger sheets are tables.
const MOST_ROWS: usize = 2_000;

/// So many names of fields in one row are the header of a table.
const MOST_IN_ROW: usize = 4;

/// The sheet as a table with a row for each form, if that says more than reading it as it lies.
pub(super) fn as_table(
    sheet: &Sheet,
    headers: &Headers<'_>,
    file: &str,
    name: Option<&str>,
    lying: Option<&(i64, Layout)>,
) -> Option<(Sheet, Layout)> {
    if lying.is_some_and(|(_, layout)| layout.claims.len() > MOST_IN_ROW) {
        return None;
    }
    let table = turned(sheet, |cell| headers.knows(cell))?;
    let (score, layout) = headers.best(&table, file, name)?;
    let lying = lying.map_or(0, |(score, _)| *score);
    (score > lying && layout.header_row == 0).then_some((table, layout))
}

/// Puts the names of fields in the first row and the values of each form in one row below; its number is that of
/// the form's first row. `None` if the sheet is no form.
pub(super) fn turned(sheet: &Sheet, known: impl Fn(&str) -> bool) -> Option<Sheet> {
    if sheet.len() > MOST_ROWS {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    let mut forms: Vec<(u32, Vec<(usize, &str)>)> = Vec::new();
    let (mut fields, mut with_value) = (0, 0);
    for row in 0..sheet.len() {
        let cells: Vec<(usize, &str)> = sheet.cells(row).enumerate().filter(|(_, c)| !c.is_empty()).collect();
        let known_here = cells.iter().filter(|(_, cell)| known(cell)).count();
        if known_here > MOST_IN_ROW {
            return None;
        }
        let mut rest = cells.as_slice();
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        while let [(at, first), tail @ ..] = rest {
            rest = tail;
            if known(first) {
                match tail {
                    // What stands right beside it is its value, even if it is the name of some field (罚款).
                    [(next, value), tail @ ..] if *next == at + 1 || !known(value) => {
                        pairs.push((first, value));
                        rest = tail;
                    }
                    _ => pairs.push((first, "")),
                }
            } else if let ([(_, value)], 2) = (tail, cells.len()) {
                // A name that no list has, beside what it says: that it is not read must be seen.
                if known_here == 0 && !forms.is_empty() {
                    pairs.push((first, value));
                }
                rest = &[];
            }
        }
        for (name, value) in pairs {
            if known(name) {
                fields += 1;
                with_value += usize::from(!value.is_empty());
            }
            let column = names.iter().position(|n| *n == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            // A name that comes again begins the next form.
            let again = forms.last().is_none_or(|(_, form)| form.iter().any(|(c, _)| *c == column));
            if again {
                forms.push((sheet.number(row), Vec::new()));
            }
            if let Some((_, form)) = forms.last_mut() {
                form.push((column, value));
            }
        }
    }
    if names.len() < 3 || with_value * 2 < fields {
        return None;
    }
    let mut table = Sheet::default();
    table.start_row(1);
    for name in &names {
        table.push(name);
    }
    for (number, form) in forms {
        table.start_row(number);
        for column in 0..names.len() {
            table.push(form.iter().find(|(c, _)| *c == column).map_or("", |(_, value)| value));
        }
    }
    Some(table)
}
