//! The tables read back into a delivery.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use sanse::{
    CaseloadBuilder, Coverage, Coverages, Date, ENTERPRISE, FieldId, ListId, Money, Origin, Period, Points,
    Supervised, Ty, Value, Vocabulary, Withheld,
};

use super::{
    ALL, COVERAGE, COVERAGE_HEADERS, FOLDER, LISTS, PROBLEM_HEADERS, PROBLEMS, RECEIVED, RECEIVED_HEADERS,
    RECORD_HEADERS, SOURCE_HEADERS, SOURCES, UNUSED, UNUSED_HEADERS, VOCABULARY, WITHHELD, WITHHELD_HEADERS,
    list_files,
};
use crate::read::{Delivery, Problem, Source, UnusedRow};
use crate::write::TableReader;

/// Normalised records cannot be read.
#[derive(Debug)]
pub(crate) enum NormalError {
    /// A file cannot be opened.
    Io(PathBuf, io::Error),
    /// A file is not as the program writes it: the file, and the row as a person counts it (0 for the whole).
    Damaged(PathBuf, usize),
}

type Read<T> = Result<T, NormalError>;

/// One table: calls `each` with the cells of every row. `None` from `each` says that a cell cannot be read.
fn table(path: &Path, headers: &[&str], mut each: impl FnMut(&[&str]) -> Option<()>) -> Read<()> {
    let mut open = open(path)?;
    if open.headers() != headers {
        return Err(NormalError::Damaged(path.to_owned(), 1));
    }
    rows(path, &mut open, |cells| each(cells))
}

fn open(path: &Path) -> Read<TableReader> {
    TableReader::open(path).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => NormalError::Io(path.to_owned(), error),
        _ => NormalError::Damaged(path.to_owned(), 0),
    })
}

fn rows(path: &Path, table: &mut TableReader, mut each: impl FnMut(&[&str]) -> Option<()>) -> Read<()> {
    let mut number = 1;
    loop {
        number += 1;
        let damaged = || NormalError::Damaged(path.to_owned(), number);
        let Some(row) = table.next_row().map_err(|_| damaged())? else { return Ok(()) };
        let cells: Vec<&str> = row.collect();
        each(&cells).ok_or_else(damaged)?;
    }
}

/// A text as it was; `None` for a missing one.
fn text(cell: &str) -> Option<&str> {
    if cell.is_empty() { None } else { Some(cell.strip_prefix('\'').unwrap_or(cell)) }
}

fn owned(cell: &str) -> Option<String> {
    text(cell).map(str::to_owned)
}

/// A number that must be there; `None` says that it cannot be read.
fn number<N: std::str::FromStr>(cell: &str) -> Option<N> {
    cell.parse().ok()
}

/// Nothing stands in the cell.
struct Absent;

/// A number that may be missing.
fn number_or_none<N: std::str::FromStr>(cell: &str) -> Option<Result<N, Absent>> {
    if cell.is_empty() { Some(Err(Absent)) } else { number(cell).map(Ok) }
}

fn yes(cell: &str) -> Option<bool> {
    match cell {
        "是" => Some(true),
        "否" => Some(false),
        _ => None,
    }
}

/// The code of a problem as the program's own text: `D` and three digits.
fn code(cell: &str) -> Option<&'static str> {
    static CODES: LazyLock<Vec<String>> =
        LazyLock::new(|| (0..1000).map(|number| format!("D{number:03}")).collect());
    let number: usize = cell.strip_prefix('D').filter(|digits| digits.len() == 3)?.parse().ok()?;
    CODES.get(number).map(String::as_str)
}

/// Reads the normalised records of a run folder.
pub(crate) fn read(dir: &Path, as_of: Date) -> Read<Delivery> {
    let folder = dir.join(FOLDER);
    let path = folder.join(VOCABULARY);
    let bytes = fs::read(&path).map_err(|e| NormalError::Io(path.clone(), e))?;
    let vocabulary: Vocabulary =
        serde_json::from_slice(&bytes).map_err(|e| NormalError::Damaged(path.clone(), e.line()))?;
    vocabulary.validate().map_err(|_| NormalError::Damaged(path, 0))?;
    let vocabulary = Arc::new(vocabulary);
    let mut builder = CaseloadBuilder::new(Arc::clone(&vocabulary));
    for (number, file) in list_files(&vocabulary).iter().enumerate() {
        let path = folder.join(LISTS).join(file);
        if number == 0 || path.exists() {
            list(&mut builder, &vocabulary, ListId(number as u16), &path)?;
        }
    }
    withheld(&mut builder, &folder)?;
    builder.coverages(coverages(&vocabulary, &folder)?);
    let caseload = builder.restore(as_of).map_err(|_| NormalError::Damaged(folder.join(LISTS), 0))?;
    // How columns were read is known to the inputs alone; the mapping stands in the record.
    let mut delivery = Delivery {
        caseload,
        first: 0,
        sources: Vec::new(),
        problems: Vec::new(),
        unused: Vec::new(),
        mapping: None,
    };
    table(&folder.join(SOURCES), &SOURCE_HEADERS, |cells| {
        let [file, sheet, sha256, encoding, taken_for, counts @ ..] = cells else { return None };
        let [rows_read, rows_used, rows_unused, rows_problem] = counts else { return None };
        delivery.sources.push(Source {
            file: owned(file)?,
            sheet: owned(sheet),
            sha256: owned(sha256)?,
            encoding: owned(encoding)?,
            taken_for: owned(taken_for)?,
            rows_read: number(rows_read)?,
            rows_used: number(rows_used)?,
            rows_unused: number(rows_unused)?,
            rows_problem: number(rows_problem)?,
            layout: None,
        });
        Some(())
    })?;
    let known = delivery.caseload.enterprises();
    let sources = delivery.sources.len();
    let enterprise = |cell: &str| {
        let found = number_or_none::<u32>(cell)?;
        found.as_ref().map_or(true, |number| (*number as usize) < known).then_some(found.ok())
    };
    let source = |cell: &str| number::<u32>(cell).filter(|number| (*number as usize) < sources);
    table(&folder.join(PROBLEMS), &PROBLEM_HEADERS, |cells| {
        let [at, row, column, name, message, done, who, domain, withholds] = cells else { return None };
        delivery.problems.push(Problem {
            source: source(at)?,
            row: number_or_none(row)?.ok(),
            column: owned(column),
            code: code(name)?,
            message: owned(message)?,
            done: owned(done)?,
            enterprise: enterprise(who)?,
            domain: owned(domain),
            withholds: yes(withholds)?,
        });
        Some(())
    })?;
    table(&folder.join(UNUSED), &UNUSED_HEADERS, |cells| {
        let [at, row, who, reason] = cells else { return None };
        let (source, enterprise) = (source(at)?, enterprise(who)?);
        delivery.unused.push(UnusedRow { source, row: number(row)?, enterprise, reason: owned(reason)? });
        Some(())
    })?;
    Ok(delivery)
}

fn withheld(builder: &mut CaseloadBuilder, folder: &Path) -> Read<()> {
    table(&folder.join(WITHHELD), &WITHHELD_HEADERS, |cells| {
        let [who, domain, problem, of_branch] = cells else { return None };
        let problem = number_or_none(problem)?.unwrap_or(Withheld::NO_DOMAIN);
        if yes(of_branch)? {
            builder.withhold_for_branch(number(who)?, text(domain), problem).ok()
        } else {
            builder.withhold(number(who)?, text(domain), problem).ok()
        }
    })
}

fn coverages(vocabulary: &Vocabulary, folder: &Path) -> Read<Coverages> {
    let path = folder.join(COVERAGE);
    if !path.exists() {
        let mut received = Vec::new();
        table(&folder.join(RECEIVED), &RECEIVED_HEADERS, |cells| {
            let [domain] = cells else { return None };
            received.push(owned(domain)?);
            Some(())
        })?;
        return Ok(Coverages::Undeclared { received });
    }
    let mut lines = Vec::new();
    table(&path, &COVERAGE_HEADERS, |cells| {
        let [domain, agency, first, last, rows, zero_report, simple_procedure, supervised] = cells else {
            return None;
        };
        let supervised = text(supervised)?;
        let field = vocabulary.list_def(ENTERPRISE).field(supervised);
        lines.push(Coverage {
            domain: owned(domain)?,
            agency: owned(agency)?,
            period: Period { first: number(first)?, last: number(last)? },
            rows: number_or_none(rows)?.ok(),
            zero_report: yes(zero_report)?,
            simple_procedure: if simple_procedure.is_empty() { None } else { Some(yes(simple_procedure)?) },
            supervised: if supervised == ALL { Supervised::All } else { Supervised::Where(field?) },
        });
        Some(())
    })?;
    Ok(Coverages::Declared(lines))
}

fn list(builder: &mut CaseloadBuilder, vocabulary: &Vocabulary, list: ListId, path: &Path) -> Read<()> {
    let mut table = open(path)?;
    let def = vocabulary.list_def(list);
    let in_front = RECORD_HEADERS.get(usize::from(list == ENTERPRISE)..).unwrap_or_default();
    let front = in_front.len();
    let fields: Option<Vec<(FieldId, Ty)>> = table
        .headers()
        .iter()
        .skip(front)
        .map(|header| {
            let field = def.field(header)?;
            Some((field, def.field_def(field)?.ty))
        })
        .collect();
    let fields = fields.filter(|_| table.headers().iter().zip(in_front).all(|(found, own)| found == own));
    let Some(fields) = fields else { return Err(NormalError::Damaged(path.to_owned(), 1)) };
    rows(path, &mut table, |cells| {
        let (front, cells) = cells.split_at_checked(front)?;
        let (enterprise, source, row) = match front {
            [source, row] => (0, source, row),
            [enterprise, source, row] => (number(enterprise)?, source, row),
            _ => return None,
        };
        let origin = Origin { source: number(source)?, row: number(row)? };
        let mut values = Vec::with_capacity(fields.len());
        for ((field, ty), cell) in fields.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let value = match ty {
                Ty::Text => Value::Text(text(cell)?),
                Ty::Bool => Value::Bool(yes(cell)?),
                Ty::Int => Value::Int(cell.parse().ok()?),
                Ty::Money => Value::Money(Money::from_fen(cell.parse().ok()?)),
                Ty::Points => Value::Points(Points::from_hundredths(cell.parse().ok()?)),
                Ty::Date => Value::Date(cell.parse().ok()?),
                Ty::Code(_) => Value::Code(vocabulary.code_of(list, *field, text(cell)?)?),
                Ty::Span => return None,
            };
            values.push((*field, value));
        }
        if list == ENTERPRISE {
            builder.add_enterprise(&values, Some(origin)).ok().map(|_| ())
        } else {
            builder.add(list, enterprise, &values, Some(origin)).ok()
        }
    })
}
