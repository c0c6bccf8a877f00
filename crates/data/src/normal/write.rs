//! The delivery written as tables.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sanse::{
    Caseload, Coverages, ENTERPRISE, FieldId, ListId, Supervised, Ty, Value, Values, Vocabulary, Withheld,
};

use super::{
    ALL, COVERAGE, COVERAGE_HEADERS, FOLDER, LISTS, PROBLEM_HEADERS, PROBLEMS, RECEIVED, RECEIVED_HEADERS,
    RECORD_HEADERS, SOURCE_HEADERS, SOURCES, UNUSED, UNUSED_HEADERS, VOCABULARY, WITHHELD, WITHHELD_HEADERS,
    list_files,
};
use crate::read::Delivery;
use crate::write::{Recorded, Table, WriteError, write_bytes};

/// The normalised records of a delivery on their way into a run folder.
pub(crate) struct Records {
    dir: PathBuf,
    threads: usize,
    /// The lists, in the order of the vocabulary; a list without rows is a list without a file.
    lists: Vec<Mutex<List>>,
}

/// A list on its way.
struct List {
    id: ListId,
    /// The path within the folder.
    file: String,
    table: Option<Table>,
}

impl Records {
    /// The records of deliveries over a vocabulary, without rows.
    pub(crate) fn begin(dir: &Path, vocabulary: &Vocabulary, threads: usize) -> Result<Self, WriteError> {
        let lists = dir.join(FOLDER).join(LISTS);
        fs::create_dir_all(&lists).map_err(|e| WriteError::io("新建文件夹", &lists, e))?;
        let named = list_files(vocabulary).into_iter().enumerate();
        let lists = named.map(|(number, file)| {
            let id = ListId(number as u16);
            Mutex::new(List { id, file: format!("{FOLDER}/{LISTS}/{file}"), table: None })
        });
        Ok(Records { dir: dir.to_owned(), threads, lists: lists.collect() })
    }

    /// The rows of a delivery, for several threads to take a list each.
    pub(crate) fn rows_of<'a>(&'a self, delivery: &'a Delivery) -> Rows<'a> {
        let rows = |list: ListId| delivery.caseload.table(list).map_or(0, sanse::Table::len);
        let mut open: Vec<&Mutex<List>> = self.lists.iter().collect();
        open.sort_by_key(|list| rows(lock(list).id));
        Rows { records: self, delivery, open: Mutex::new(open) }
    }

    /// Writes everything but the lists, closes those, and gives what was written, by name.
    pub(crate) fn finish(self, delivery: &Delivery) -> Result<Vec<Recorded>, WriteError> {
        let dir = self.dir.as_path();
        let caseload = &delivery.caseload;
        let path = dir.join(FOLDER).join(VOCABULARY);
        let json = serde_json::to_vec(&**caseload.vocabulary())
            .map_err(|e| WriteError::io("写文件", &path, e.into()))?;
        let mut files = vec![write_bytes(dir, &format!("{FOLDER}/{VOCABULARY}"), &json)?];
        let mut tables = Tables { dir, threads: self.threads, files: &mut files };
        sources(&mut tables, delivery)?;
        problems(&mut tables, delivery)?;
        coverages(&mut tables, caseload)?;
        for list in self.lists {
            let List { file, table, .. } = list.into_inner().unwrap_or_else(PoisonError::into_inner);
            if let Some(table) = table {
                files.push(Recorded { file, ..Recorded::from(table.finish()?) });
            }
        }
        files.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(files)
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The rows of a delivery on their way into their lists. The lists are long and independent of each other.
pub(crate) struct Rows<'a> {
    records: &'a Records,
    delivery: &'a Delivery,
    /// The lists that nobody has taken, the longest last.
    open: Mutex<Vec<&'a Mutex<List>>>,
}

impl Rows<'_> {
    /// Writes lists until none is left.
    pub(crate) fn write(&self) -> Result<(), WriteError> {
        loop {
            let next = lock(&self.open).pop();
            let Some(next) = next else { return Ok(()) };
            lock(next).add(self.records, self.delivery)?;
        }
    }
}

impl List {
    /// Adds the rows of a delivery.
    fn add(&mut self, records: &Records, delivery: &Delivery) -> Result<(), WriteError> {
        let (list, caseload) = (self.id, &delivery.caseload);
        let Some(rows) = caseload.table(list) else { return Ok(()) };
        // The enterprises are always there.
        if rows.is_empty() && list != ENTERPRISE {
            return Ok(());
        }
        let def = caseload.vocabulary().list_def(list);
        let fields: Vec<(Values<'_>, Ty)> = (0_u16..)
            .zip(&def.fields)
            .map(|(field, def)| (caseload.values(list, FieldId(field)), def.ty))
            .collect();
        if self.table.is_none() {
            let in_front = RECORD_HEADERS.iter().skip(usize::from(list == ENTERPRISE)).copied();
            let of_fields = def.fields.iter().map(|field| field.name.chinese.as_str());
            let headers: Vec<&str> = in_front.chain(of_fields).collect();
            let path = records.dir.join(&self.file);
            self.table = Some(Table::create_at(path, "", &headers, records.threads)?);
        }
        let Some(table) = &mut self.table else { return Ok(()) };
        for row in 0..rows.len() {
            if list != ENTERPRISE {
                table.number(delivery.first as usize + rows.enterprise_of(row));
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
        Ok(())
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
