//! `案卷评查.csv`: faults in the penalty data itself, by bureau, file and row, for the review of case files.
//!
//! What a decision must say and a row does not; and what the reader could not use or doubts in tables of measures. It
//! changes no label.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sanse::{FieldId, ListDef, Origin, SANCTION, TextId, Texts, Value};

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

/// A penalty that lacks something, in few bytes: whether that is the whole sheet's fault is known at the end.
struct Lacking {
    origin: Origin,
    enterprise: u32,
    /// One bit for each of the fields that a decision must have.
    fields: u8,
    domain: TextId,
    document: TextId,
    agency: TextId,
}

/// How many penalties a source has, and how many of them lack each of the fields.
type Lacks = (usize, [usize; NEEDED.len()]);

/// The faults found so far.
#[derive(Default)]
pub(super) struct Review {
    faults: Vec<Fault>,
    lacking: Vec<Lacking>,
    lacks: BTreeMap<u32, Lacks>,
    texts: Texts,
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
        let needed = NEEDED.map(|name| def.field(name).map(values));
        let cell = |row: usize, field: Option<FieldId>| match field {
            Some(field) => caseload.cell(SANCTION, row, field),
            None => Cow::Borrowed(""),
        };
        for row in 0..rows.len() {
            let origin = rows.origin(row).unwrap_or_default();
            let named = cell(row, agency);
            if !named.is_empty() {
                let known = self.agencies.entry(origin.source).or_default();
                if !known.contains(&*named) {
                    known.insert(named.clone().into_owned());
                }
            }
            if origin.row == 0 || is_of_branch(caseload, SANCTION, row) {
                continue;
            }
            let enterprise = run.delivery.first + rows.enterprise_of(row) as u32;
            if penalty.is_some_and(|(category, penalty)| category.get(row) == penalty) {
                let (all, without) = self.lacks.entry(origin.source).or_default();
                *all += 1;
                let mut fields = 0_u8;
                for (number, (field, without)) in needed.iter().zip(without).enumerate() {
                    if field.is_some_and(|field| field.get(row) == Value::Missing) {
                        *without += 1;
                        fields |= 1 << number;
                    }
                }
                if fields != 0 {
                    // 4 GiB of document numbers end the run long before.
                    let mut text = |field| self.texts.intern(&cell(row, field)).unwrap_or(TextId(u32::MAX));
                    let (domain, document) = (text(def.roles.domain), text(def.roles.document));
                    let agency = text(agency);
                    self.lacking.push(Lacking { origin, enterprise, fields, domain, document, agency });
                }
            }
            let is_fine = fine.is_some_and(|(kind, fine)| kind.get(row) == fine);
            if is_fine && amount.is_some_and(|amount| amount.get(row) == Value::Missing) {
                self.faults.push(Fault {
                    origin,
                    what: "罚款没有金额".to_owned(),
                    code: "",
                    enterprise: Some(enterprise),
                    domain: cell(row, def.roles.domain).into_owned(),
                    document: cell(row, def.roles.document).into_owned(),
                    agency: named.into_owned(),
                });
            }
        }
    }

    /// What penalties lack. A column that a sheet lacks as a whole is one fault of the sheet.
    fn missing(&self, def: &ListDef) -> Vec<Fault> {
        let name = |field: &str| {
            let field = def.field(field).and_then(|field| def.field_def(field));
            field.map_or("", |field| field.name.chinese.as_str())
        };
        let mut faults = Vec::new();
        for (source, (all, without)) in &self.lacks {
            for (field, without) in NEEDED.iter().zip(without) {
                if *all > 1 && without == all {
                    faults.push(of_sheet(*source, format!("整张表的处罚都没有“{}”", name(field))));
                }
            }
        }
        let text = |id: TextId| self.texts.get(id).to_owned();
        for row in &self.lacking {
            let Some((all, without)) = self.lacks.get(&row.origin.source) else { continue };
            for (number, (field, without)) in NEEDED.iter().zip(without).enumerate() {
                let whole_sheet = *all > 1 && without == all;
                if row.fields & (1 << number) != 0 && !whole_sheet {
                    faults.push(Fault {
                        origin: row.origin,
                        what: format!("缺少“{}”", name(field)),
                        code: "",
                        enterprise: Some(row.enterprise),
                        domain: text(row.domain),
                        document: text(row.document),
                        agency: text(row.agency),
                    });
                }
            }
        }
        faults
    }

    /// Writes the table. `delivery` knows all enterprises and all problems.
    pub(super) fn write(self, dir: &Path, delivery: &Delivery) -> Result<Output, WriteError> {
        let caseload = &delivery.caseload;
        let def = caseload.vocabulary().list_def(SANCTION);
        let mut faults = self.missing(def);
        let Review { faults: others, agencies, .. } = self;
        faults.extend(others);
        let mut headers: Vec<String> = ["机关", "领域", "文件", "工作表", "行"].map(str::to_owned).to_vec();
        headers.extend(naming_headers(caseload));
        headers.extend(["文号", "问题", "代码"].map(str::to_owned));
        let mut table = Table::create(dir, tables::REVIEW, &headers)?;
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
