//! Where each point and each row went: `deductions.csv`, `problems.csv` and `unused.csv`.

use std::path::Path;

use sanse::{Caseload, Disposition, FieldId, Hit, ListId, Origin, Points, Reasons, RowRef};

use super::account::{RowEnd, RowEnds};
use super::results::{naming_cells, naming_headers};
use super::table::{Output, Table};
use super::{Run, WriteError, tables};
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
pub(super) fn deductions(dir: &Path, run: &Run<'_>) -> Result<Output, WriteError> {
    let caseload = &run.delivery.caseload;
    let mut headers = naming_headers(caseload);
    headers.extend(DEDUCTION_HEADERS.map(str::to_owned));
    let mut table = Table::create(dir, tables::DEDUCTIONS, &headers)?;
    for enterprise in 0..caseload.enterprises() {
        let mut names = None;
        for judged in run.results() {
            let reasons = judged.reasons();
            for hit in judged.classified.assessments.hits(enterprise) {
                let Some(rule) = reasons.rule(hit) else { continue };
                let mut cells = names.get_or_insert_with(|| naming_cells(caseload, enterprise)).clone();
                cells.extend([
                    judged.standard.subject.chinese().to_owned(),
                    judged.standard.id.clone(),
                    rule.id.clone(),
                    rule.title.clone(),
                    rule.basis.clone(),
                    (usize::from(hit.arm) + 1).to_string(),
                ]);
                let rows = reasons.rows(hit);
                cells.extend(record_cells(judged.caseload, &rows));
                cells.extend(point_cells(&reasons, hit));
                cells.push(rows.len().to_string());
                cells.extend(source_cells(run.delivery, judged.caseload, &rows));
                table.row(&cells)?;
            }
        }
    }
    table.finish()
}

fn point_cells(reasons: &Reasons<'_>, hit: &Hit) -> [String; 4] {
    let points = |hundredths: i32| Points::from_hundredths(i64::from(hundredths)).to_string();
    [points(hit.raw), points(hit.counted), reasons.fate(hit), reasons.points(hit)]
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
    let mut parts: [Vec<String>; 3] = Default::default();
    for cited in rows {
        let origin = caseload.table(cited.list).and_then(|t| t.origin(cited.row as usize));
        // A row number of 0 marks a record that comes from no file.
        if let Some(origin) = origin.filter(|o| o.row > 0) {
            for (texts, text) in parts.iter_mut().zip(origin_cells(delivery, origin)) {
                texts.push(text);
            }
        }
    }
    parts.map(|texts| if texts.iter().all(String::is_empty) { String::new() } else { texts.join("；") })
}

fn origin_cells(delivery: &Delivery, origin: Origin) -> [String; 3] {
    let source = delivery.sources.get(origin.source as usize);
    [
        source.map_or_else(String::new, |s| s.file.clone()),
        source.and_then(|s| s.sheet.clone()).unwrap_or_default(),
        if origin.row == 0 { String::new() } else { origin.row.to_string() },
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
    for problem in &delivery.problems {
        let mut cells = match problem.enterprise {
            Some(enterprise) => naming_cells(&delivery.caseload, enterprise as usize),
            None => naming_headers(&delivery.caseload).iter().map(|_| String::new()).collect(),
        };
        let origin = Origin { source: problem.source, row: problem.row.unwrap_or(0) };
        cells.push(problem.domain.clone().unwrap_or_default());
        cells.extend(origin_cells(delivery, origin));
        cells.extend([
            problem.column.clone().unwrap_or_default(),
            problem.code.to_owned(),
            problem.message.clone(),
            problem.done.clone(),
            if problem.withholds { "是" } else { "否" }.to_owned(),
        ]);
        table.row(&cells)?;
    }
    table.finish()
}

/// `unused.csv`: rows that the reader left out, and rows that are in no result, in the order of their files.
pub(super) fn unused(dir: &Path, run: &Run<'_>, ends: &RowEnds) -> Result<Output, WriteError> {
    let delivery = run.delivery;
    let caseload = &delivery.caseload;
    let mut headers = naming_headers(caseload);
    headers.extend(["文件", "工作表", "行", "清单", "原因"].map(str::to_owned));
    let mut table = Table::create(dir, tables::UNUSED, &headers)?;
    // One small entry a row; its texts are made when it is written.
    let mut entries: Vec<(Origin, Entry)> = delivery
        .unused
        .iter()
        .enumerate()
        .map(|(number, row)| (Origin { source: row.source, row: row.row }, Entry::Reader(number)))
        .collect();
    for number in 0..caseload.vocabulary().lists.len() {
        let list = ListId(number as u16);
        let Some(rows) = caseload.table(list) else { continue };
        for row in 0..rows.len() {
            if ends.get(list, row) != RowEnd::InResult {
                entries.push((rows.origin(row).unwrap_or_default(), Entry::Record(list, row)));
            }
        }
    }
    entries.sort();
    let nobody: Vec<String> = naming_headers(caseload).iter().map(|_| String::new()).collect();
    for (origin, entry) in entries {
        let cells = match entry {
            Entry::Reader(number) => {
                let source = delivery.sources.get(origin.source as usize);
                let row = delivery.unused.get(number);
                let reason = row.map_or_else(String::new, |u| u.reason.clone());
                let who = row.and_then(|u| u.enterprise);
                let who = who.map_or_else(|| nobody.clone(), |e| naming_cells(caseload, e as usize));
                (who, source.map_or_else(String::new, |s| s.taken_for.clone()), reason)
            }
            Entry::Record(list, row) => {
                let enterprise = caseload.table(list).map_or(0, |t| t.enterprise_of(row));
                let name = &caseload.vocabulary().list_def(list).name.chinese;
                (
                    naming_cells(caseload, enterprise),
                    name.clone(),
                    reason(run, list, row, ends.get(list, row)),
                )
            }
        };
        let (mut row, list, reason) = cells;
        row.extend(origin_cells(delivery, origin));
        row.extend([list, reason]);
        table.row(&row)?;
    }
    table.finish()
}

/// An entry of the unused rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    /// By number in the reader's list.
    Reader(usize),
    /// A row of the caseload.
    Record(ListId, usize),
}

/// Why a row of the caseload is in no result, in Chinese.
fn reason(run: &Run<'_>, list: ListId, row: usize, end: RowEnd) -> String {
    let caseload = &run.delivery.caseload;
    let def = caseload.vocabulary().list_def(list);
    let name = &def.name.chinese;
    let (number, disposition) = match end {
        RowEnd::InResult => return String::new(),
        RowEnd::NoDomain => return "领域不明，没有标准可用".to_owned(),
        RowEnd::NoStandard => {
            let domain = def.roles.domain.map_or_else(String::new, |f| caseload.text(list, row, f));
            return format!("领域“{domain}”没有施行中的标准");
        }
        RowEnd::Left(number, disposition) => (number, disposition),
    };
    let Some(standard) = run.standards.get(usize::from(number)) else { return String::new() };
    let date = def.roles.date.map_or_else(String::new, |f| caseload.text(list, row, f));
    let what = match disposition {
        Disposition::NotSeen => format!("该标准不使用“{name}”记录"),
        Disposition::Void => format!("截止日前已撤销（{}）", status_text(caseload, list, row)),
        Disposition::NotYetKnown => format!("截止日{}之后才录入或报送", run.calendar.as_of),
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
