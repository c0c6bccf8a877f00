//! Fields that no file delivers: what a row's own fields, or the rows of its decision, determine.

use std::collections::HashMap;

use super::documents::Documents;
use super::{Column, MISSING, Table};
use crate::vocabulary::{Derivation, FieldDef, FieldId, ListDef, Ty, Vocabulary};

/// Fills what a row's own fields determine; `owners` are the enterprises of the rows.
pub(super) fn derive_rows(
    fields: &[FieldDef],
    columns: &mut [Column],
    (len, owners): (u32, &[u32]),
    vocabulary: &Vocabulary,
    documents: &Documents,
) {
    for (index, field) in fields.iter().enumerate() {
        // Branches are known once the rows stand by enterprise; see `branches`.
        let Some(how) = field.derived.filter(|how| *how != Derivation::Branch) else { continue };
        if let Some(column) = columns.get_mut(index) {
            column.fill(len as usize, 0);
        }
        for row in 0..len as usize {
            if columns.get(index).is_none_or(|c| c.get(row) != MISSING) {
                continue;
            }
            let source = |from: FieldId| columns.get(usize::from(from.0)).map_or(MISSING, |c| c.get(row));
            let value = match how {
                Derivation::Default(code) => i64::from(code),
                Derivation::GroupOf(from) => group_of(fields, from, source(from), vocabulary),
                Derivation::DocumentKeyOf(from) => {
                    documents.of(source(from), owners.get(row).copied().unwrap_or(row as u32))
                }
                // Needs the other rows of the decision; see `derive_gravest`. Its own kind is the start.
                Derivation::GravestOf(from) => source(from),
                Derivation::Branch => MISSING,
            };
            if let Some(column) = columns.get_mut(index) {
                column.set(row, value);
            }
        }
    }
}

fn group_of(fields: &[FieldDef], from: FieldId, code: i64, vocabulary: &Vocabulary) -> i64 {
    let codes = match fields.get(usize::from(from.0)).map(|f| f.ty) {
        Some(Ty::Code(id)) => vocabulary.code_list(id),
        _ => None,
    };
    codes
        .filter(|_| code != MISSING)
        .and_then(|list| list.codes.get(code as usize))
        .and_then(|c| c.group)
        .map_or(MISSING, i64::from)
}

pub(super) fn derive_gravest(list: &ListDef, table: &mut Table) {
    let roles = &list.roles;
    let Some(decision) = roles.decision else { return };
    for (index, field) in list.fields.iter().enumerate() {
        if !matches!(field.derived, Some(Derivation::GravestOf(_))) {
            continue;
        }
        let mut start = 0;
        for enterprise in 0..table.ends.len() {
            let end = table.rows_of(enterprise).end;
            if end - start > 1 {
                let key = |table: &Table, row| {
                    (cell(table, decision, row), roles.domain.map_or(MISSING, |d| cell(table, d, row)))
                };
                let void = |table: &Table, row| {
                    roles.void.as_ref().is_some_and(|(field, codes)| {
                        codes.iter().any(|c| i64::from(*c) == cell(table, *field, row))
                    })
                };
                let mut gravest: HashMap<(i64, i64), i64> = HashMap::new();
                for row in
                    (start..end).filter(|row| cell(table, decision, *row) != MISSING && !void(table, *row))
                {
                    let own = column_cell(table, index, row);
                    let slot = gravest.entry(key(table, row)).or_insert(own);
                    *slot = (*slot).max(own);
                }
                for row in start..end {
                    if let Some(value) = gravest.get(&key(table, row)).copied()
                        && let Some(column) = table.columns.get_mut(index)
                    {
                        column.set(row, value);
                    }
                }
            }
            start = end;
        }
    }
}

pub(super) fn cell(table: &Table, field: FieldId, row: usize) -> i64 {
    column_cell(table, usize::from(field.0), row)
}

fn column_cell(table: &Table, column: usize, row: usize) -> i64 {
    table.columns.get(column).map_or(MISSING, |c| c.get(row))
}
