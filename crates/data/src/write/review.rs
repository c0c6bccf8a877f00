//! `案卷评查.csv`: faults in the penalty data itself, by bureau, file and row, for the review of case files.
//!
//! What a decision must say and a row does not; and what the reader could not use or doubts in tables of measures. It
//! changes no label.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sanse::{FieldId, Origin, SANCTION};

use super::account::is_of_branch;
use super::results::{naming_cells, naming_headers};
use super::table::{Cells, Output, Table};
use super::trails::origin_cells;
use super::{Run, WriteError, tables};

/// What a penalty decision always has, by English name of the field.
const NEEDED: [&str; 5] = ["document_number", "violation", "cited_law", "content", "agency"];

/// One line of the table, in its order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    origin: Origin,
    what: String,
    code: &'static str,
    enterprise: Option<usize>,
    /// The row of the caseload, if it came so far.
    row: Option<usize>,
    domain: String,
}

/// Writes the table.
pub(super) fn write(dir: &Path, run: &Run<'_>) -> Result<Output, WriteError> {
    let (delivery, caseload) = (run.delivery, &run.delivery.caseload);
    let def = caseload.vocabulary().list_def(SANCTION);
    let mut headers: Vec<String> = ["机关", "领域", "文件", "工作表", "行"].map(str::to_owned).to_vec();
    headers.extend(naming_headers(caseload));
    headers.extend(["文号", "问题", "代码"].map(str::to_owned));
    let mut table = Table::create(dir, tables::REVIEW, &headers)?;
    let text = |row: usize, field: Option<FieldId>| {
        field.map_or_else(String::new, |field| caseload.text(SANCTION, row, field))
    };
    let agency = def.field("agency");
    let mut faults = missing(run);
    let mut agencies: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    if let Some(rows) = caseload.table(SANCTION) {
        for row in 0..rows.len() {
            let source = rows.origin(row).unwrap_or_default().source;
            let known = text(row, agency);
            if !known.is_empty() {
                agencies.entry(source).or_default().insert(known);
            }
        }
    }
    let of_measures = |source: u32| {
        delivery.sources.get(source as usize).is_some_and(|source| source.taken_for == def.name.chinese)
    };
    // What is wrong with a branch's row is said once, not again for the head office.
    let own = delivery.problems.iter().filter(|p| of_measures(p.source) && !p.is_of_head_office());
    faults.extend(own.map(|problem| Fault {
        origin: Origin { source: problem.source, row: problem.row.unwrap_or(0) },
        what: problem.message.clone(),
        code: problem.code,
        enterprise: problem.enterprise.map(|enterprise| enterprise as usize),
        row: None,
        domain: problem.domain.clone().unwrap_or_default(),
    }));
    faults.sort();
    for fault in faults {
        let own = fault.row.map(|row| text(row, agency)).unwrap_or_default();
        // A file of one bureau is that bureau's, whatever its row says.
        let only = agencies.get(&fault.origin.source).filter(|known| known.len() == 1);
        let own = if own.is_empty() { only.and_then(|known| known.first().cloned()) } else { Some(own) };
        table.cell(&own.unwrap_or_default());
        table.cell(&fault.domain);
        table.each(origin_cells(delivery, fault.origin));
        match fault.enterprise {
            Some(enterprise) => table.cells(&naming_cells(caseload, enterprise)),
            None => table.cells(&nobody(caseload)),
        }
        table.cell(&fault.row.map(|row| text(row, def.roles.document)).unwrap_or_default());
        table.cell(&fault.what);
        table.cell(fault.code);
        table.end()?;
    }
    table.finish()
}

fn nobody(caseload: &sanse::Caseload) -> Cells {
    let mut cells = Cells::default();
    for _ in naming_headers(caseload) {
        cells.cell("");
    }
    cells
}

/// What penalties lack. A column that a file lacks as a whole is one fault of the file.
fn missing(run: &Run<'_>) -> Vec<Fault> {
    let caseload = &run.delivery.caseload;
    let def = caseload.vocabulary().list_def(SANCTION);
    let Some(rows) = caseload.table(SANCTION) else { return Vec::new() };
    let penalty = def.field("category").zip(
        def.field("category").and_then(|field| caseload.vocabulary().code_of(SANCTION, field, "penalty")),
    );
    let is_penalty = |row: usize| {
        !is_of_branch(caseload, SANCTION, row)
            && penalty
                .is_some_and(|(field, code)| caseload.value(SANCTION, row, field) == sanse::Value::Code(code))
    };
    let empty = |row: usize, field: FieldId| caseload.value(SANCTION, row, field) == sanse::Value::Missing;
    let fault = |row: Option<usize>, origin: Origin, what: String| Fault {
        origin,
        what,
        code: "",
        enterprise: row.map(|row| rows.enterprise_of(row)),
        row,
        domain: match (row, def.roles.domain) {
            (Some(row), Some(field)) => caseload.text(SANCTION, row, field),
            _ => String::new(),
        },
    };
    let mut faults = Vec::new();
    for field in NEEDED.iter().filter_map(|name| def.field(name)) {
        let name = def.field_def(field).map_or("", |field| field.name.chinese.as_str());
        // By source: penalties, and those without the field.
        let mut sources: BTreeMap<u32, (usize, Vec<usize>)> = BTreeMap::new();
        for row in (0..rows.len()).filter(|row| is_penalty(*row)) {
            let Some(origin) = rows.origin(row).filter(|origin| origin.row > 0) else { continue };
            let (all, without) = sources.entry(origin.source).or_default();
            *all += 1;
            if empty(row, field) {
                without.push(row);
            }
        }
        for (source, (all, without)) in sources {
            if all > 1 && without.len() == all {
                let what = format!("整张表的处罚都没有“{name}”");
                faults.push(fault(None, Origin { source, row: 0 }, what));
            } else {
                faults.extend(without.into_iter().map(|row| {
                    fault(Some(row), rows.origin(row).unwrap_or_default(), format!("缺少“{name}”"))
                }));
            }
        }
    }
    if let (Some(kind), Some(amount)) = (def.field("kind"), def.field("amount"))
        && let Some(fine) = caseload.vocabulary().code_of(SANCTION, kind, "fine")
    {
        let fines = (0..rows.len()).filter(|row| {
            caseload.value(SANCTION, *row, kind) == sanse::Value::Code(fine)
                && empty(*row, amount)
                && !is_of_branch(caseload, SANCTION, *row)
        });
        faults.extend(fines.filter_map(|row| {
            let origin = rows.origin(row).filter(|origin| origin.row > 0)?;
            Some(fault(Some(row), origin, "罚款没有金额".to_owned()))
        }));
    }
    faults
}
