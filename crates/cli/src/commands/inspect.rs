//! `sanse inspect`: what each file and sheet was taken for, and what became of its columns and rows; nothing is scored.
//!
//! `--format json` writes one object: `mapping` (the file used, if any), `complete` (false if there is no register, so
//! that no row could be looked at), `sources` (each with its layout, rows, unused rows by reason, and problems).

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use sanse::{Date, Vocabulary};
use sanse_data::{Intake, Problem, ReadError, Source, UnusedRow, mapping_text};
use serde::Serialize;

use crate::args::{Format, InspectArgs};
use crate::error::{CliError, Kind};
use crate::rules::{self, Rules};
use crate::screen::aligned_left;
use crate::trial;

#[derive(Serialize)]
struct Report<'a> {
    mapping: Option<&'a str>,
    complete: bool,
    sources: Vec<SourceReport<'a>>,
}

#[derive(Serialize)]
struct SourceReport<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    sha256: &'a str,
    encoding: &'a str,
    taken_for: &'a str,
    layout: Option<LayoutReport<'a>>,
    rows: Rows,
    unused: BTreeMap<&'a str, usize>,
    problems: Vec<ProblemReport<'a>>,
}

#[derive(Serialize)]
struct LayoutReport<'a> {
    header_row: u32,
    form: bool,
    mapped: bool,
    columns: Vec<ColumnReport<'a>>,
}

#[derive(Serialize)]
struct ColumnReport<'a> {
    number: u32,
    header: &'a str,
    field: Option<&'a str>,
    reason: &'a str,
    unit: Option<&'a str>,
    values: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct Rows {
    read: u32,
    used: u32,
    unused: u32,
    problem: u32,
}

#[derive(Serialize)]
struct ProblemReport<'a> {
    code: &'a str,
    row: Option<u32>,
    column: Option<&'a str>,
    message: &'a str,
    done: &'a str,
    withholds_green: bool,
}

pub(crate) fn run(args: &InspectArgs, out: &mut impl Write) -> Result<(), CliError> {
    let standard = Arc::new(Vocabulary::standard());
    let (fields, domains) = match &args.rules {
        Some(folder) => {
            let rules = Rules::load(folder, &standard, &[])?;
            (rules::vocabulary(&rules.standards())?, rules.domains())
        }
        None => (standard, sanse_data::shipped_domains()),
    };
    if let Some(path) = &args.write_mapping
        && path.exists()
    {
        let message = format!("“{}”已经有了，不动它；请另指一个文件名", path.display());
        return Err(CliError::new(Kind::Arguments, message));
    }
    // Nothing is judged, so no day cuts anything off.
    let as_of = Date::from_ymd(2199, 12, 31).ok_or_else(|| CliError::new(Kind::Internal, "日期超出范围"))?;
    let mapping = trial::mapping(&args.reading, &fields)?;
    let pace = sanse_data::Pace { threads: trial::all_threads(), ..sanse_data::Pace::default() };
    let intake = Intake { mapping: mapping.as_ref(), pace, ..Intake::new(&fields, &domains, as_of) };
    let read = intake.folder(&args.data);
    let (sources, problems, unused, failure) = match read {
        Ok(delivery) => (delivery.sources, delivery.problems, delivery.unused, None),
        Err(ReadError::NoRegister { seen, sources, problems }) => {
            let error = ReadError::NoRegister { seen, sources: Vec::new(), problems: Vec::new() };
            (sources, problems, Vec::new(), Some(error))
        }
        Err(error) => return Err(error.into()),
    };
    let report = Report {
        mapping: mapping.as_ref().map(|mapping| mapping.file.as_str()),
        complete: failure.is_none(),
        sources: sources
            .iter()
            .enumerate()
            .map(|(number, source)| source_report(number as u32, source, &problems, &unused))
            .collect(),
    };
    match args.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&report)
                .map_err(|e| CliError::new(Kind::Internal, format!("不能写成 JSON：{e}")))?;
            writeln!(out, "{text}")?;
        }
        Format::Text => print(&report, out)?,
    }
    if let Some(path) = &args.out {
        rules::write(path, &sanse_data::csv_text(&table(&report)))?;
        if args.format == Format::Text {
            writeln!(out, "以上内容和全部问题写在 {}", path.display())?;
        }
    }
    if let Some(path) = &args.write_mapping {
        rules::write(path, &mapping_text(&sources, &fields))?;
        if args.format == Format::Text {
            writeln!(out, "读法写在 {}；改好以后，评定时写 --mapping {0}", path.display())?;
        }
    }
    failure.map_or(Ok(()), |error| Err(error.into()))
}

fn source_report<'a>(
    number: u32,
    source: &'a Source,
    problems: &'a [Problem],
    unused: &'a [UnusedRow],
) -> SourceReport<'a> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for row in unused.iter().filter(|row| row.source == number) {
        *reasons.entry(&row.reason).or_default() += 1;
    }
    let layout = source.layout.as_ref().map(|layout| LayoutReport {
        header_row: layout.header_row,
        form: layout.form,
        mapped: layout.mapped,
        columns: layout
            .columns
            .iter()
            .map(|column| ColumnReport {
                number: column.number,
                header: &column.header,
                field: column.field.as_deref(),
                reason: column.reason,
                unit: column.unit,
                values: column.values.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect(),
            })
            .collect(),
    });
    SourceReport {
        file: &source.file,
        sheet: source.sheet.as_deref(),
        sha256: &source.sha256,
        encoding: &source.encoding,
        taken_for: &source.taken_for,
        layout,
        rows: Rows {
            read: source.rows_read,
            used: source.rows_used,
            unused: source.rows_unused,
            problem: source.rows_problem,
        },
        unused: reasons,
        problems: problems
            .iter()
            .filter(|problem| problem.source == number)
            .map(|problem| ProblemReport {
                code: problem.code,
                row: problem.row,
                column: problem.column.as_deref(),
                message: &problem.message,
                done: &problem.done,
                withholds_green: problem.withholds,
            })
            .collect(),
    }
}

/// What is said of every sheet, a line each: the sheet itself, its columns, its unused rows, its problems.
fn table(report: &Report<'_>) -> Vec<Vec<String>> {
    let headers = [
        "文件",
        "工作表",
        "内容",
        "位置",
        "列名",
        "读成",
        "单位",
        "行数",
        "代码",
        "说明",
        "处理",
        "暂缓绿标",
    ];
    let mut rows = vec![headers.map(str::to_owned).to_vec()];
    for source in &report.sources {
        let mut line = |what: &str, cells: [String; 9]| {
            let place = [source.file.to_owned(), source.sheet.unwrap_or("").to_owned(), what.to_owned()];
            rows.push(place.into_iter().chain(cells).collect());
        };
        let none = String::new;
        let encoding = if source.encoding.is_empty() { "没有读" } else { source.encoding };
        let at = source.layout.as_ref().map_or_else(none, |layout| {
            if layout.form {
                format!("竖表，从第{}行起", layout.header_row)
            } else {
                format!("表头在第{}行", layout.header_row)
            }
        });
        let counts = |counts: &Rows| {
            format!(
                "{encoding}；计入 {} 行，未用 {} 行，有问题而未计入 {} 行",
                counts.used, counts.unused, counts.problem
            )
        };
        let said = if report.complete { counts(&source.rows) } else { encoding.to_owned() };
        let read = source.rows.read.to_string();
        line("表", [at, none(), source.taken_for.to_owned(), none(), read, none(), said, none(), none()]);
        for column in source.layout.iter().flat_map(|layout| &layout.columns) {
            let codes: Vec<String> =
                column.values.iter().map(|(code, text)| format!("{code}={text}")).collect();
            let field = column.field.unwrap_or("（不读）").to_owned();
            let unit = column.unit.unwrap_or("").to_owned();
            let why = [column.reason.to_owned()].into_iter().chain(codes).collect::<Vec<_>>().join(" ");
            let at = format!("第{}列", column.number);
            line("列", [at, column.header.to_owned(), field, unit, none(), none(), why, none(), none()]);
        }
        for (reason, rows) in &source.unused {
            let why = (*reason).to_owned();
            line("未用", [none(), none(), none(), none(), rows.to_string(), none(), why, none(), none()]);
        }
        for problem in &source.problems {
            let at = problem.row.map_or_else(none, |row| format!("第{row}行"));
            let column = problem.column.unwrap_or("").to_owned();
            let withholds = if problem.withholds_green { "是" } else { "否" }.to_owned();
            let (code, message) = (problem.code.to_owned(), problem.message.to_owned());
            let done = problem.done.to_owned();
            line("问题", [at, column, none(), none(), none(), code, message, done, withholds]);
        }
    }
    rows
}

/// How many problems of one sheet are printed; the others are counted.
const SHOWN: usize = 20;

fn print(report: &Report<'_>, out: &mut impl Write) -> Result<(), CliError> {
    for source in &report.sources {
        let place =
            source.sheet.map_or_else(|| source.file.to_owned(), |s| format!("{}（{s}）", source.file));
        let encoding = if source.encoding.is_empty() { "没有读" } else { source.encoding };
        writeln!(out, "【{place}】{}；{encoding}", source.taken_for)?;
        if let Some(layout) = &source.layout {
            let how = if layout.mapped { "，按读法文件" } else { "" };
            if layout.form {
                writeln!(out, "  竖表，从第{}行起，一张读成一行{how}", layout.header_row)?;
            } else {
                writeln!(out, "  表头在第{}行{how}", layout.header_row)?;
            }
            let mut rows = vec![["  列", "列名", "读成", "单位", "依据"].map(str::to_owned).to_vec()];
            for column in &layout.columns {
                let header = column.header.replace(['\n', '\r'], " ");
                let field = column.field.unwrap_or("（不读）").to_owned();
                let codes: Vec<String> =
                    column.values.iter().map(|(code, text)| format!("{code}={text}")).collect();
                let reason = if codes.is_empty() {
                    column.reason.to_owned()
                } else {
                    format!("{}；代码 {}", column.reason, codes.join(" "))
                };
                let number = format!("  {}", column.number);
                rows.push(vec![number, header, field, column.unit.unwrap_or("").to_owned(), reason]);
            }
            for line in aligned_left(&rows) {
                writeln!(out, "{line}")?;
            }
        }
        if report.complete {
            let rows = &source.rows;
            writeln!(
                out,
                "  读到 {} 行：计入 {} 行，未用 {} 行，有问题而未计入 {} 行",
                rows.read, rows.used, rows.unused, rows.problem
            )?;
        }
        for (reason, rows) in &source.unused {
            writeln!(out, "  未用 {rows} 行：{reason}")?;
        }
        for problem in source.problems.iter().take(SHOWN) {
            let row = problem.row.map_or(String::new(), |row| format!("第{row}行 "));
            writeln!(out, "  {} {row}{}（{}）", problem.code, problem.message, problem.done)?;
        }
        if let Some(more) = source.problems.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            writeln!(out, "  还有 {more} 处问题没有列出；加 --out 文件.csv 全部存成表格")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
