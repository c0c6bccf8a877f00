//! The delivery written as tables.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sanse::{Caseload, Coverages, ENTERPRISE, FieldId, ListId, Supervised, Ty, Value, Values, Withheld};

use super::{
    ALL, COVERAGE, COVERAGE_HEADERS, FOLDER, LISTS, PROBLEM_HEADERS, PROBLEMS, RECEIVED, RECEIVED_HEADERS,
    RECORD_HEADERS, SOURCE_HEADERS, SOURCES, UNUSED, UNUSED_HEADERS, VOCABULARY, WITHHELD, WITHHELD_HEADERS,
    list_files,
};
use crate::read::Delivery;
use crate::write::{Recorded, Table, WriteError, write_bytes};

/// The normalised records of a delivery on their way into a run folder. The lists are long and independent of each
/// other: several threads may take them from here.
pub(crate) struct Records<'a> {
    dir: &'a Path,
    caseload: &'a Caseload,
    threads: usize,
    /// The lists that nobody has taken, the longest last.
    open: Mutex<Vec<(ListId, String)>>,
    files: Mutex<Vec<Recorded>>,
}

impl<'a> Records<'a> {
    /// Writes everything but the lists.
    pub(crate) fn begin(dir: &'a Path, delivery: &'a Delivery, threads: usize) -> Result<Self, WriteError> {
        let folder = dir.join(FOLDER);
        let lists = folder.join(LISTS);
        fs::create_dir_all(&lists).map_err(|e| WriteError::io("新建文件夹", &lists, e))?;
        let caseload = &delivery.caseload;
        let path = folder.join(VOCABULARY);
        let json = serde_json::to_vec(&**caseload.vocabulary())
            .map_err(|e| WriteError::io("写文件", &path, e.into()))?;
        let mut files = vec![write_bytes(dir, &format!("{FOLDER}/{VOCABULARY}"), &json)?];
        let mut tables = Tables { dir, threads, files: &mut files };
        sources(&mut tables, delivery)?;
        problems(&mut tables, delivery)?;
        coverages(&mut tables, caseload)?;
        let rows = |list: ListId| caseload.table(list).map_or(0, sanse::Table::len);
        let named = list_files(caseload.vocabulary()).into_iter().enumerate();
        let mut open: Vec<(ListId, String)> = named
            .map(|(number, file)| (ListId(number as u16), file))
            // A list without rows is a list without a file; the enterprises are always there.
            .filter(|(list, _)| *list == ENTERPRISE || rows(*list) > 0)
            .collect();
        open.sort_by_key(|(list, _)| rows(*list));
        Ok(Records { dir, caseload, threads, open: Mutex::new(open), files: Mutex::new(files) })
    }

    /// Writes lists until none is left.
    pub(crate) fn write_lists(&self) -> Result<(), WriteError> {
        loop {
            let next = self.open.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((number, file)) = next else { return Ok(()) };
            let mut written = Vec::new();
            let mut tables = Tables { dir: self.dir, threads: self.threads, files: &mut written };
            list(&mut tables, self.caseload, number, &file)?;
            self.files.lock().unwrap_or_else(PoisonError::into_inner).extend(written);
        }
    }

    /// What was written, by name.
    pub(crate) fn finish(self) -> Vec<Recorded> {
        let mut files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        files.sort_by(|a, b| a.file.cmp(&b.file));
        files
    }
}

struct Tables<'a> {
    dir: &'a Path,
    threads: usize,
    files: &'a mut Vec<Recorded>,
}

impl Tables<'_> {
    fn create<S: AsRef<str>>(&self, file: &str, headers: &[S]) -> Result<Table, WriteError> {
        Table::create_at(self.dir.join(FOLDER).join(file), "", headers, self.threads)
    }

    fn finish(&mut self, table: Table, file: &str) -> Result<(), WriteError> {
        self.files.push(Recorded { file: format!("{FOLDER}/{file}"), ..Recorded::from(table.finish()?) });
        Ok(())
    }
}

/// A text that is there, told from a missing one and from the mark of a defused cell.
fn text(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.starts_with('\'') {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn optional(value: Option<&str>) -> Cow<'_, str> {
    value.map_or(Cow::Borrowed(""), text)
}

fn number<N: ToString>(value: Option<N>) -> Cow<'static, str> {
    Cow::Owned(value.map_or_else(String::new, |n| n.to_string()))
}

fn yes(value: bool) -> Cow<'static, str> {
    Cow::Borrowed(if value { "是" } else { "否" })
}

fn sources(tables: &mut Tables<'_>, delivery: &Delivery) -> Result<(), WriteError> {
    let mut table = tables.create(SOURCES, &SOURCE_HEADERS)?;
    for source in &delivery.sources {
        table.row(&[
            text(&source.file),
            optional(source.sheet.as_deref()),
            text(&source.sha256),
            text(&source.encoding),
            text(&source.taken_for),
            number(Some(source.rows_read)),
            number(Some(source.rows_used)),
            number(Some(source.rows_unused)),
            number(Some(source.rows_problem)),
        ])?;
    }
    tables.finish(table, SOURCES)
}

fn problems(tables: &mut Tables<'_>, delivery: &Delivery) -> Result<(), WriteError> {
    let mut table = tables.create(PROBLEMS, &PROBLEM_HEADERS)?;
    for problem in &delivery.problems {
        table.row(&[
            number(Some(problem.source)),
            number(problem.row),
            optional(problem.column.as_deref()),
            text(problem.code),
            text(&problem.message),
            text(&problem.done),
            number(problem.enterprise),
            optional(problem.domain.as_deref()),
            yes(problem.withholds),
        ])?;
    }
    tables.finish(table, PROBLEMS)?;
    let mut table = tables.create(UNUSED, &UNUSED_HEADERS)?;
    for row in &delivery.unused {
        let cells =
            [number(Some(row.source)), number(Some(row.row)), number(row.enterprise), text(&row.reason)];
        table.row(&cells)?;
    }
    tables.finish(table, UNUSED)?;
    let caseload = &delivery.caseload;
    let mut table = tables.create(WITHHELD, &WITHHELD_HEADERS)?;
    // By the domains' texts: their numbers follow the order of reading.
    let domain = |withheld: &Withheld| withheld.domain.map(|domain| caseload.texts().get(domain));
    let mut rows: Vec<_> =
        caseload.withheld().iter().map(|w| (w.enterprise, domain(w), w.problem, w.of_branch)).collect();
    rows.sort_unstable();
    for (enterprise, domain, problem, of_branch) in rows {
        let problem = Some(problem).filter(|problem| *problem != Withheld::NO_DOMAIN);
        table.row(&[number(Some(enterprise)), optional(domain), number(problem), yes(of_branch)])?;
    }
    tables.finish(table, WITHHELD)
}

fn coverages(tables: &mut Tables<'_>, caseload: &Caseload) -> Result<(), WriteError> {
    let lines = match caseload.coverages() {
        Coverages::Undeclared { received } => {
            let mut table = tables.create(RECEIVED, &RECEIVED_HEADERS)?;
            for domain in received {
                table.row(&[text(domain)])?;
            }
            return tables.finish(table, RECEIVED);
        }
        Coverages::Declared(lines) => lines,
    };
    let mut table = tables.create(COVERAGE, &COVERAGE_HEADERS)?;
    for line in lines {
        let supervised = match line.supervised {
            Supervised::All => ALL,
            Supervised::Where(field) => {
                caseload.vocabulary().field_def(ENTERPRISE, field).map_or("", |def| &def.name.chinese)
            }
        };
        table.row(&[
            text(&line.domain),
            text(&line.agency),
            number(Some(line.period.first)),
            number(Some(line.period.last)),
            number(line.rows),
            yes(line.zero_report),
            line.simple_procedure.map_or(Cow::Borrowed(""), yes),
            text(supervised),
        ])?;
    }
    tables.finish(table, COVERAGE)
}

fn list(tables: &mut Tables<'_>, caseload: &Caseload, list: ListId, file: &str) -> Result<(), WriteError> {
    let Some(rows) = caseload.table(list) else { return Ok(()) };
    let def = caseload.vocabulary().list_def(list);
    let fields: Vec<(FieldId, Ty)> = def
        .fields
        .iter()
        .enumerate()
        .map(|(field, def)| (FieldId(field as u16), def.ty))
        .filter(|(field, _)| rows.has_values(*field))
        .collect();
    let owned = usize::from(list == ENTERPRISE);
    let mut headers: Vec<&str> = RECORD_HEADERS.iter().skip(owned).copied().collect();
    headers.extend(
        fields.iter().filter_map(|(field, _)| def.field_def(*field)).map(|f| f.name.chinese.as_str()),
    );
    let file = format!("{LISTS}/{file}");
    let mut table = tables.create(&file, &headers)?;
    let fields: Vec<(Values<'_>, Ty)> =
        fields.into_iter().map(|(field, ty)| (caseload.values(list, field), ty)).collect();
    for row in 0..rows.len() {
        if list != ENTERPRISE {
            table.number(rows.enterprise_of(row));
        }
        let origin = rows.origin(row).unwrap_or_default();
        table.number(origin.source);
        table.number(origin.row);
        for (values, ty) in &fields {
            match values.get(row) {
                Value::Missing => table.cell(""),
                Value::Text(value) => table.cell(&text(value)),
                Value::Bool(value) => table.cell(&yes(value)),
                Value::Int(value) => table.number(value),
                Value::Money(value) => table.number(value.fen()),
                Value::Points(value) => table.number(value.hundredths()),
                Value::Date(value) => table.number(value),
                Value::Code(code) => {
                    let codes = match ty {
                        Ty::Code(codes) => caseload.vocabulary().code_list(*codes),
                        _ => None,
                    };
                    table.cell(&text(codes.map_or("", |codes| codes.text(code))));
                }
            }
        }
        table.end()?;
    }
    tables.finish(table, &file)
}
