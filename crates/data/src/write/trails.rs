//! Where each point and each row went: `deductions.csv`, `problems.csv` and `unused.csv`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use sanse::{Caseload, Disposition, FieldId, Hit, ListId, Origin, Points, Reasons, RowRef, Rule};

use super::account::{RowEnd, RowEnds};
use super::results::{NAMING, naming_cells, naming_headers, shown_cells};
use super::table::{Cells, Output, Table};
use super::{Judged, Run, WriteError, tables};
use crate::read::Delivery;

/// The columns of `deductions.csv` after code and name.
pub(crate) const DEDUCTION_HEADERS: [&str; 18] = [
    "领域",
    "标准编号",
    "规则编号",
    "规则名称",
    "依据",
    "情形",
    "文号",
    "日期",
    "种类",
    "违法行为",
    "原始分",
    "计入分",
    "去向",
    "说明",
    "记录数",
    "来源文件",
    "工作表",
    "行",
];

/// `deductions.csv`: one row a hit, counted or not.
pub(super) struct Deductions {
    table: Table,
}

impl Deductions {
    /// The table of runs such as this one, without rows.
    pub(super) fn begin(dir: &Path, run: &Run<'_>, threads: usize) -> Result<Self, WriteError> {
        let mut headers = naming_headers(&run.delivery.caseload);
        headers.extend(DEDUCTION_HEADERS.map(str::to_owned));
        Ok(Deductions { table: Table::create_on(dir, tables::DEDUCTIONS, &headers, threads)? })
    }

    /// Adds the hits of a run.
    pub(super) fn add(&mut self, run: &Run<'_>) -> Result<(), WriteError> {
        let (caseload, table) = (&run.delivery.caseload, &mut self.table);
        // What every hit of an arm has.
        let arm_cells = |judged: &Judged<'_>, rule: &Rule, arm: usize| {
            let mut cells = Cells::default();
            let standard = judged.standard;
            cells.extend([standard.subject.chinese(), &standard.id, &rule.id, &rule.title, &rule.basis]);
            cells.cell(&(arm + 1).to_string());
            cells
        };
        let standards: Vec<(Judged<'_>, Vec<Vec<Cells>>)> = run
            .results()
            .map(|judged| {
                let arms =
                    |rule: &Rule| (0..rule.arms.len()).map(|arm| arm_cells(&judged, rule, arm)).collect();
                (judged, judged.standard.rules.iter().map(arms).collect())
            })
            .collect();
        let mut names = Cells::default();
        for enterprise in 0..caseload.enterprises() {
            names.clear();
            for (judged, arms) in &standards {
                let reasons = judged.reasons();
                for hit in judged.classified.assessments.hits(enterprise) {
                    let arm = arms.get(usize::from(hit.rule)).and_then(|rule| rule.get(usize::from(hit.arm)));
                    let Some(arm) = arm else { continue };
                    if names.is_empty() {
                        shown_cells(&mut names, caseload, enterprise, NAMING);
                    }
                    table.cells(&names);
                    table.cells(arm);
                    let rows = reasons.rows(hit);
                    let one = <[RowRef; 1]>::try_from(rows.as_slice()).ok();
                    let one = one.filter(|[row]| has_document(judged.caseload, *row));
                    match one {
                        Some([row]) => record_cells_of_one(table, judged.caseload, row),
                        None => table.each(record_cells(judged.caseload, &rows)),
                    }
                    table.each(point_cells(&reasons, hit));
                    table.cell(&rows.len().to_string());
                    table.each(source_cells(run.delivery, judged.caseload, &rows));
                    table.end()?;
                }
            }
        }
        Ok(())
    }

    /// Closes the table.
    pub(super) fn finish(self) -> Result<Output, WriteError> {
        self.table.finish()
    }
}

fn point_cells(reasons: &Reasons<'_>, hit: &Hit) -> [String; 4] {
    let points = |hundredths: i32| Points::from_hundredths(i64::from(hundredths)).to_string();
    [points(hit.raw), points(hit.counted), reasons.fate(hit), reasons.points(hit)]
}

fn has_document(caseload: &Caseload, row: RowRef) -> bool {
    caseload.vocabulary().list_def(row.list).roles.document.is_some()
}

/// As [`record_cells`], for the usual hit: one record of a list with documents.
fn record_cells_of_one(table: &mut Table, caseload: &Caseload, cited: RowRef) {
    let roles = &caseload.vocabulary().list_def(cited.list).roles;
    for field in [roles.document, roles.date, roles.shown.first().copied(), roles.act] {
        let text = field.map(|field| caseload.cell(cited.list, cited.row as usize, field));
        table.cell(&text.unwrap_or_default());
    }
}

/// Document numbers, dates, kinds and acts of the rows. Numbers and dates stand row by row; a kind or an act
/// that repeats is named once. A domain's outcome, which has no document, is known by all it shows.
fn record_cells(caseload: &Caseload, rows: &[RowRef]) -> [String; 4] {
    let mut parts: [Vec<String>; 4] = Default::default();
    for cited in rows {
        let roles = &caseload.vocabulary().list_def(cited.list).roles;
        let text = |field| caseload.text(cited.list, cited.row as usize, field);
        let of = |field: Option<FieldId>| field.map_or_else(String::new, text);
        let known_by = if roles.document.is_some() { 1 } else { roles.shown.len() };
        let kind: Vec<String> = roles.shown.iter().take(known_by).map(|field| text(*field)).collect();
        let cells = [of(roles.document), of(roles.date), kind.join(" "), of(roles.act)];
        for (number, (texts, cell)) in parts.iter_mut().zip(cells).enumerate() {
            let repeats = number > 1 && texts.contains(&cell);
            if !cell.is_empty() && !repeats {
                texts.push(cell);
            }
        }
    }
    parts.map(|texts| texts.join("；"))
}

/// File, sheet and row of each record, parallel to each other; for a hit without records, none.
fn source_cells(delivery: &Delivery, caseload: &Caseload, rows: &[RowRef]) -> [String; 3] {
    let mut parts: [Vec<Cow<'_, str>>; 3] = Default::default();
    for cited in rows {
        let origin = caseload.table(cited.list).and_then(|t| t.origin(cited.row as usize));
        // A row number of 0 marks a record that comes from no file.
        if let Some(origin) = origin.filter(|o| o.row > 0) {
            for (texts, text) in parts.iter_mut().zip(origin_cells(delivery, origin)) {
                texts.push(text);
            }
        }
    }
    parts.map(|texts| if texts.iter().all(|t| t.is_empty()) { String::new() } else { texts.join("；") })
}

pub(super) fn origin_cells(delivery: &Delivery, origin: Origin) -> [Cow<'_, str>; 3] {
    let source = delivery.sources.get(origin.source as usize);
    [
        Cow::Borrowed(source.map_or("", |s| s.file.as_str())),
        Cow::Borrowed(source.and_then(|s| s.sheet.as_deref()).unwrap_or_default()),
        if origin.row == 0 { Cow::Borrowed("") } else { Cow::Owned(origin.row.to_string()) },
    ]
}

/// The columns of `problems.csv` after code and name of the enterprise.
pub(crate) const PROBLEM_HEADERS: [&str; 9] =
    ["领域", "文件", "工作表", "行", "列", "代码", "问题", "处理", "是否暂缓绿标"];

/// `problems.csv`, in the reader's order.
pub(super) fn problems(dir: &Path, run: &Run<'_>) -> Result<Output, WriteError> {
    let delivery = run.delivery;
    let mut headers = naming_headers(&delivery.caseload);
    headers.extend(PROBLEM_HEADERS.map(str::to_owned));
    let mut table = Table::create(dir, tables::PROBLEMS, &headers)?;
    let nobody = nobody(&delivery.caseload);
    for problem in &delivery.problems {
        match problem.enterprise {
            Some(enterprise) => table.cells(&naming_cells(&delivery.caseload, enterprise as usize)),
            None => table.cells(&nobody),
        }
        let origin = Origin { source: problem.source, row: problem.row.unwrap_or(0) };
        table.cell(problem.domain.as_deref().unwrap_or_default());
        table.each(origin_cells(delivery, origin));
        for cell in [
            problem.column.as_deref().unwrap_or_default(),
            problem.code,
            &problem.message,
            &problem.done,
            if problem.withholds { "是" } else { "否" },
        ] {
            table.cell(cell);
        }
        table.end()?;
    }
    table.finish()
}

/// `unused.csv` in the making: rows that the reader left out, and rows that are in no result.
#[derive(Default)]
pub(super) struct Unused {
    records: Vec<Record>,
    /// Why; the same few reasons come up again and again.
    reasons: HashMap<String, u32>,
}

/// A row of a caseload that is in no result.
struct Record {
    origin: Origin,
    enterprise: u32,
    list: ListId,
    /// The number of its reason.
    reason: u32,
}

impl Unused {
    /// Adds the rows of a run that are in no result.
    pub(super) fn add(&mut self, run: &Run<'_>, ends: &RowEnds) {
        let caseload = &run.delivery.caseload;
        for number in 0..caseload.vocabulary().lists.len() {
            let list = ListId(number as u16);
            let Some(rows) = caseload.table(list) else { continue };
            for row in 0..rows.len() {
                let end = ends.get(list, row);
                if !end.is_unused() {
                    continue;
                }
                let reason = reason(run, list, row, end);
                let next = self.reasons.len() as u32;
                let reason = *self.reasons.entry(reason).or_insert(next);
                let enterprise = run.delivery.first + rows.enterprise_of(row) as u32;
                self.records.push(Record {
                    origin: rows.origin(row).unwrap_or_default(),
                    enterprise,
                    list,
                    reason,
                });
            }
        }
    }

    /// Writes the table, in the order of the files. `delivery` knows all enterprises and what its reader left out.
    pub(super) fn write(self, dir: &Path, delivery: &Delivery, threads: usize) -> Result<Output, WriteError> {
        let Unused { mut records, reasons } = self;
        let caseload = &delivery.caseload;
        let mut headers = naming_headers(caseload);
        headers.extend(["文件", "工作表", "行", "清单", "原因"].map(str::to_owned));
        let mut table = Table::create_on(dir, tables::UNUSED, &headers, threads)?;
        let mut texts: Vec<(u32, &str)> =
            reasons.iter().map(|(text, number)| (*number, text.as_str())).collect();
        texts.sort_unstable();
        // Records of one row stay in their order.
        records.sort_by_key(|record| record.origin);
        let (nobody, mut names) = (nobody(caseload), Cells::default());
        let mut line = |origin: Origin, who: Option<u32>, list: &str, reason: &str| {
            match who {
                Some(enterprise) => {
                    names.clear();
                    shown_cells(&mut names, caseload, enterprise as usize, NAMING);
                    table.cells(&names);
                }
                None => table.cells(&nobody),
            }
            table.each(origin_cells(delivery, origin));
            table.cell(list);
            table.cell(reason);
            table.end()
        };
        let of_record = |record: &Record| {
            let name = caseload.vocabulary().list_def(record.list).name.chinese.as_str();
            let reason = texts.get(record.reason as usize).map_or("", |(_, text)| *text);
            (record.origin, Some(record.enterprise), name, reason)
        };
        let mut records = records.iter().peekable();
        for left_out in &delivery.unused {
            let origin = Origin { source: left_out.source, row: left_out.row };
            while let Some(before) = records.next_if(|record| record.origin < origin) {
                let (origin, who, list, reason) = of_record(before);
                line(origin, who, list, reason)?;
            }
            let source = delivery.sources.get(origin.source as usize);
            let taken_for = source.map_or("", |source| source.taken_for.as_str());
            line(origin, left_out.enterprise, taken_for, &left_out.reason)?;
        }
        for after in records {
            let (origin, who, list, reason) = of_record(after);
            line(origin, who, list, reason)?;
        }
        table.finish()
    }
}

/// Code and name of nobody.
pub(super) fn nobody(caseload: &Caseload) -> Cells {
    let mut cells = Cells::default();
    cells.extend(naming_headers(caseload).iter().map(|_| ""));
    cells
}

/// Why a row of the caseload is in no result, in Chinese.
fn reason(run: &Run<'_>, list: ListId, row: usize, end: RowEnd) -> String {
    let caseload = &run.delivery.caseload;
    let def = caseload.vocabulary().list_def(list);
    let name = &def.name.chinese;
    let (number, disposition) = match end {
        RowEnd::InResult | RowEnd::OfBranch => return String::new(),
        RowEnd::NoDomain => return "领域不明，没有标准可用".to_owned(),
        RowEnd::NoStandard => {
            let domain = def.roles.domain.map_or_else(String::new, |f| caseload.text(list, row, f));
            return format!("领域“{domain}”没有施行中的标准");
        }
        RowEnd::Left(number, disposition) => (number, disposition),
    };
    let Some(standard) = run.task.standards.get(usize::from(number)) else { return String::new() };
    let date = def.roles.date.map_or_else(String::new, |f| caseload.text(list, row, f));
    let what = match disposition {
        Disposition::NotSeen => format!("该标准不使用“{name}”记录"),
        Disposition::Void => format!("截止日前已撤销（{}）", status_text(caseload, list, row)),
        Disposition::NotYetKnown => format!("截止日{}之后才录入或报送", run.task.calendar.as_of),
        Disposition::Future => format!("日期{date}晚于计入期"),
        Disposition::Lapsed => format!("日期{date}，已过计入期"),
        Disposition::Excepted(place) => {
            let admit = standard.admits.iter().find(|a| {
                let there = &standard.vocabulary.list_def(a.list).name;
                there == &def.name
            });
            let why = admit.and_then(|a| a.except.get(usize::from(place))).map_or("", |(_, why)| why);
            format!("除外：{why}")
        }
        Disposition::Live | Disposition::Carried => String::new(),
    };
    format!("标准{}：{what}", standard.id)
}

fn status_text(caseload: &Caseload, list: ListId, row: usize) -> String {
    let field = caseload.vocabulary().list_def(list).roles.void.as_ref().map(|(field, _)| *field);
    field.map_or_else(String::new, |f| caseload.text(list, row, f))
}
