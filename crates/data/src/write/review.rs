//! `案卷评查.csv`: faults in the penalty data itself, by bureau, file and row, for the review of case files.
//!
//! What a decision must say and a row does not; and what the reader could not use or doubts in tables of measures. It
//! changes no label.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sanse::{FieldId, ListDef, Origin, SANCTION, Value};

use super::account::is_of_branch;
use super::results::{naming_cells, naming_headers};
use super::table::{Output, Table};
use super::trails::{nobody, origin_cells};
use super::{Run, WriteError, tables};
use crate::read::Delivery;

/// What a penalty decision always has, by English name of the field.
const NEEDED: [&str; 5] = ["document_number", "violation", "cited_law", "content", "agency"];

/// One line of the table.
struct Fault {
    origin: Origin,
    what: String,
    code: &'static str,
    enterprise: Option<u32>,
    domain: String,
    document: String,
    /// The agency that the row names.
    agency: String,
}

/// The faults found so far.
#[derive(Default)]
pub(super) struct Review {
    faults: Vec<Fault>,
    /// By field that a decision must have and by source: how many penalties there are, and those without it.
    lacking: BTreeMap<(usize, u32), (usize, Vec<Fault>)>,
    /// The agencies that the rows of a source name.
    agencies: BTreeMap<u32, BTreeSet<String>>,
}

impl Review {
    /// Looks through the measures of a run.
    pub(super) fn add(&mut self, run: &Run<'_>) {
        let caseload = &run.delivery.caseload;
        let def = caseload.vocabulary().list_def(SANCTION);
        let Some(rows) = caseload.table(SANCTION) else { return };
        let values = |field: FieldId| caseload.values(SANCTION, field);
        let code = |name: &str, code: &str| {
            let field = def.field(name)?;
            Some((values(field), Value::Code(caseload.vocabulary().code_of(SANCTION, field, code)?)))
        };
        let (penalty, fine) = (code("category", "penalty"), code("kind", "fine"));
        let (amount, agency) = (def.field("amount").map(values), def.field("agency"));
        let needed: Vec<_> = NEEDED.iter().filter_map(|name| def.field(name)).map(values).collect();
        let text = |row: usize, field: Option<FieldId>| {
            field.map_or_else(String::new, |field| caseload.text(SANCTION, row, field))
        };
        let fault = |row: usize, origin: Origin, what: String| Fault {
            origin,
            what,
            code: "",
            enterprise: Some(run.delivery.first + rows.enterprise_of(row) as u32),
            domain: text(row, def.roles.domain),
            document: text(row, def.roles.document),
            agency: text(row, agency),
        };
        for row in 0..rows.len() {
            let origin = rows.origin(row).unwrap_or_default();
            if let Some(Value::Text(name)) = agency.map(|agency| values(agency).get(row)) {
                let known = self.agencies.entry(origin.source).or_default();
                if !name.is_empty() && !known.contains(name) {
                    known.insert(name.to_owned());
                }
            }
            if origin.row == 0 || is_of_branch(caseload, SANCTION, row) {
                continue;
            }
            if penalty.is_some_and(|(category, penalty)| category.get(row) == penalty) {
                for (number, field) in needed.iter().enumerate() {
                    let (all, without) = self.lacking.entry((number, origin.source)).or_default();
                    *all += 1;
                    if field.get(row) == Value::Missing {
                        without.push(fault(row, origin, lacks(def, number)));
                    }
                }
            }
            let is_fine = fine.is_some_and(|(kind, fine)| kind.get(row) == fine);
            if is_fine && amount.is_some_and(|amount| amount.get(row) == Value::Missing) {
                self.faults.push(fault(row, origin, "罚款没有金额".to_owned()));
            }
        }
    }

    /// Writes the table. `delivery` knows all enterprises and all problems.
    pub(super) fn write(self, dir: &Path, delivery: &Delivery) -> Result<Output, WriteError> {
        let Review { mut faults, lacking, agencies } = self;
        let caseload = &delivery.caseload;
        let def = caseload.vocabulary().list_def(SANCTION);
        let mut headers: Vec<String> = ["机关", "领域", "文件", "工作表", "行"].map(str::to_owned).to_vec();
        headers.extend(naming_headers(caseload));
        headers.extend(["文号", "问题", "代码"].map(str::to_owned));
        let mut table = Table::create(dir, tables::REVIEW, &headers)?;
        for ((number, source), (all, without)) in lacking {
            if all > 1 && without.len() == all {
                faults.push(of_sheet(source, format!("整张表的处罚都没有“{}”", needed(def, number))));
            } else {
                faults.extend(without);
            }
        }
        let of_measures = |source: u32| {
            delivery.sources.get(source as usize).is_some_and(|source| source.taken_for == def.name.chinese)
        };
        // What is wrong with a branch's row is said once, not again for the head office.
        let own = delivery.problems.iter().filter(|p| of_measures(p.source) && !p.is_of_head_office());
        faults.extend(own.map(|problem| Fault {
            origin: Origin { source: problem.source, row: problem.row.unwrap_or(0) },
            code: problem.code,
            enterprise: problem.enterprise,
            domain: problem.domain.clone().unwrap_or_default(),
            ..of_sheet(problem.source, problem.message.clone())
        }));
        // What is alike in all of these stays in the order of the caseload.
        let key = |fault: &Fault| (fault.origin, fault.code, fault.enterprise);
        faults.sort_by(|a, b| {
            let text = a.what.cmp(&b.what).then_with(|| key(a).cmp(&key(b)));
            a.origin.cmp(&b.origin).then(text).then_with(|| a.domain.cmp(&b.domain))
        });
        for fault in faults {
            // A file of one bureau is that bureau's, whatever its row says.
            let only = agencies.get(&fault.origin.source).filter(|known| known.len() == 1);
            let only = only.and_then(|known| known.first()).map_or("", String::as_str);
            table.cell(if fault.agency.is_empty() { only } else { &fault.agency });
            table.cell(&fault.domain);
            table.each(origin_cells(delivery, fault.origin));
            match fault.enterprise {
                Some(enterprise) => table.cells(&naming_cells(caseload, enterprise as usize)),
                None => table.cells(&nobody(caseload)),
            }
            table.cell(&fault.document);
            table.cell(&fault.what);
            table.cell(fault.code);
            table.end()?;
        }
        table.finish()
    }
}

/// A fault of a whole sheet.
fn of_sheet(source: u32, what: String) -> Fault {
    Fault {
        origin: Origin { source, row: 0 },
        what,
        code: "",
        enterprise: None,
        domain: String::new(),
        document: String::new(),
        agency: String::new(),
    }
}

/// The Chinese name of a field that a decision must have, by its number among those that the list has.
fn needed(def: &ListDef, number: usize) -> &str {
    let mut fields = NEEDED.iter().filter_map(|name| def.field(name));
    fields.nth(number).and_then(|field| def.field_def(field)).map_or("", |field| &field.name.chinese)
}

fn lacks(def: &ListDef, number: usize) -> String {
    format!("缺少“{}”", needed(def, number))
}
