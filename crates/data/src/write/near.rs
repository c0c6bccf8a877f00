//! The folder of near cases (临界): `near.csv` by points, `days.csv` by days.

use std::path::Path;

use sanse::{ENTERPRISE, Near, Reasons, RowRef, Standard, Step, Tip, TippedBy, Turn, TurnTip};

use super::compare::{fields, header};
use super::folder::{Draft, FolderKind};
use super::table::{Output, Table};
use super::{Trial, WriteError, place, trial};
use crate::read::Delivery;

/// What tips in words: the record with its file and row, or the rule that looks at the enterprise alone, and what the
/// enterprise would be without it.
pub fn tip_text(delivery: &Delivery, reasons: &Reasons<'_>, tip: &Tip) -> String {
    let by = match tip.by {
        TippedBy::Record(row) => row_text(delivery, reasons, row),
        TippedBy::Hit(hit) => {
            let rule =
                reasons.rule(&hit).map_or_else(String::new, |r| format!("规则{}（{}）", r.id, r.title));
            format!("{rule}按企业情况{}，", reasons.points(&hit))
        }
    };
    format!("{by}不计则为{}", tip.to.chinese())
}

/// A record that tips as days pass in words: the record, its file and row, what happens to it, and whether it does
/// so alone.
pub fn turn_tip_text(delivery: &Delivery, reasons: &Reasons<'_>, tip: &TurnTip) -> String {
    let changes =
        if tip.changes.is_empty() { String::new() } else { format!("（{}）", tip.changes.join("，")) };
    let alone = if tip.alone { "" } else { "，和别的记录一起" };
    format!("{}{}{changes}{alone}", row_text(delivery, reasons, tip.row), tip.cause.chinese())
}

fn row_text(delivery: &Delivery, reasons: &Reasons<'_>, row: RowRef) -> String {
    let table = delivery.caseload.table(row.list);
    let origin = table.and_then(|t| t.origin(row.row as usize)).filter(|o| o.row > 0);
    let source = origin.and_then(|o| Some((delivery.sources.get(o.source as usize)?, o.row)));
    let source = source.map_or_else(String::new, |(source, row)| {
        format!("（{}第{row}行）", place(&source.file, source.sheet.as_deref()))
    });
    format!("{}{source}", reasons.row(row))
}

/// The near cases of one domain.
#[derive(Debug)]
pub struct NearDomain<'a> {
    /// Its standard.
    pub standard: &'a Standard,
    /// The words for its records.
    pub reasons: Reasons<'a>,
    /// Who sits near by points; `None` if that was not asked.
    pub near: Option<Vec<Near>>,
    /// Whom days change; `None` if that was not asked.
    pub turns: Option<Vec<Turn>>,
}

/// Writes the near cases of all domains to a folder, whole or not at all; an earlier list there is replaced. A list
/// that was not asked for is not written.
///
/// # Errors
/// The place is refused, or a file or folder cannot be written.
pub fn write_near(out: &Path, trial: &Trial<'_>, domains: &[NearDomain<'_>]) -> Result<(), WriteError> {
    let draft = Draft::of_kind(out, FolderKind::Near)?;
    let mut outputs = Vec::new();
    if domains.iter().any(|d| d.near.is_some()) {
        outputs.push(by_points(draft.path(), trial, domains)?);
    }
    if domains.iter().any(|d| d.turns.is_some()) {
        outputs.push(by_days(draft.path(), trial, domains)?);
    }
    trial.record(draft.path(), FolderKind::Near, &outputs)?;
    draft.publish().map(|_| ())
}

/// Headers with those of the enterprise before them.
fn headers(trial: &Trial<'_>, own: &[&str]) -> Vec<String> {
    let caseload = &trial.delivery.caseload;
    let mut headers: Vec<String> = fields(caseload).iter().map(|f| header(caseload, *f)).collect();
    headers.extend(own.iter().map(|h| (*h).to_owned()));
    headers
}

fn cells(trial: &Trial<'_>, enterprise: usize, standard: &Standard) -> Vec<String> {
    let caseload = &trial.delivery.caseload;
    let mut cells: Vec<String> =
        fields(caseload).iter().map(|f| caseload.text(ENTERPRISE, enterprise, *f)).collect();
    cells.extend([standard.subject.chinese(), &standard.id].map(str::to_owned));
    cells
}

fn by_points(dir: &Path, trial: &Trial<'_>, domains: &[NearDomain<'_>]) -> Result<Output, WriteError> {
    let [file, _] = trial::NEAR;
    let own = [
        "领域",
        "标准编号",
        "标签",
        "得分",
        "有无记录命中规则",
        "差几分变好",
        "变好后",
        "差几分变差",
        "变差后",
        "单独起决定作用的记录或规则",
    ];
    let mut table = Table::create(dir, file, &headers(trial, &own))?;
    for domain in domains {
        for near in domain.near.iter().flatten() {
            let mut cells = cells(trial, near.enterprise, domain.standard);
            cells.push(near.standing.chinese().to_owned());
            cells.extend([near.score.to_string(), if near.clean { "无" } else { "有" }.to_owned()]);
            for step in [near.better, near.worse] {
                let (distance, to) = step.map_or((String::new(), ""), |Step { distance, to }| {
                    (distance.to_string(), to.chinese())
                });
                cells.extend([distance, to.to_owned()]);
            }
            let tips = near.tips.iter().map(|tip| tip_text(trial.delivery, &domain.reasons, tip));
            cells.push(tips.collect::<Vec<_>>().join("；"));
            table.row(&cells)?;
        }
    }
    table.finish()
}

fn by_days(dir: &Path, trial: &Trial<'_>, domains: &[NearDomain<'_>]) -> Result<Output, WriteError> {
    let [_, file] = trial::NEAR;
    let own = ["领域", "标准编号", "标签", "几天后", "截止日", "统计期末日", "变为", "起决定作用的记录"];
    let mut table = Table::create(dir, file, &headers(trial, &own))?;
    for domain in domains {
        for turn in domain.turns.iter().flatten() {
            let mut cells = cells(trial, turn.enterprise, domain.standard);
            cells.extend([turn.standing.chinese().to_owned(), turn.days.to_string(), turn.on.to_string()]);
            cells.push(sanse::days_later(&trial.calendar, turn.days).period.last.to_string());
            cells.push(turn.to.chinese().to_owned());
            let tips = turn.tips.iter().map(|tip| turn_tip_text(trial.delivery, &domain.reasons, tip));
            cells.push(tips.collect::<Vec<_>>().join("；"));
            table.row(&cells)?;
        }
    }
    table.finish()
}
