//! The folder of near cases (临界): `near.csv`.

use std::path::Path;

use sanse::{ENTERPRISE, Near, Reasons, Standard, Step, Tip};

use super::compare::{fields, header};
use super::folder::{Draft, FolderKind};
use super::table::Table;
use super::{Trial, WriteError, place, trial};
use crate::read::Delivery;

/// A tipping record in words: the record, its file and row, and what the enterprise would be without it.
pub fn tip_text(delivery: &Delivery, reasons: &Reasons<'_>, tip: &Tip) -> String {
    let table = delivery.caseload.table(tip.row.list);
    let origin = table.and_then(|t| t.origin(tip.row.row as usize)).filter(|o| o.row > 0);
    let source = origin.and_then(|o| Some((delivery.sources.get(o.source as usize)?, o.row)));
    let source = source.map_or_else(String::new, |(source, row)| {
        format!("（{}第{row}行）", place(&source.file, source.sheet.as_deref()))
    });
    format!("{}{source}不计则为{}", reasons.row(tip.row), tip.to.chinese())
}

/// Writes the near cases of all domains to a folder, whole or not at all; an earlier list there is replaced.
///
/// `domains` holds, beside each domain standard, its reasons and near cases.
///
/// # Errors
/// The place is refused, or a file or folder cannot be written.
pub fn write_near(
    out: &Path,
    trial: &Trial<'_>,
    domains: &[(&Standard, Reasons<'_>, Vec<Near>)],
) -> Result<(), WriteError> {
    let [file] = trial::NEAR;
    let caseload = &trial.delivery.caseload;
    let draft = Draft::of_kind(out, FolderKind::Near)?;
    let fields = fields(caseload);
    let mut headers: Vec<String> = fields.iter().map(|f| header(caseload, *f)).collect();
    headers.extend(
        [
            "领域",
            "标准编号",
            "标签",
            "得分",
            "有无记录命中规则",
            "差几分变好",
            "变好后",
            "差几分变差",
            "变差后",
            "单独起决定作用的记录",
        ]
        .map(str::to_owned),
    );
    let mut table = Table::create(draft.path(), file, &headers)?;
    for (standard, reasons, found) in domains {
        for near in found {
            let mut cells: Vec<String> =
                fields.iter().map(|f| caseload.text(ENTERPRISE, near.enterprise, *f)).collect();
            cells.extend(
                [standard.subject.chinese(), &standard.id, near.standing.chinese()].map(str::to_owned),
            );
            cells.extend([near.score.to_string(), if near.clean { "无" } else { "有" }.to_owned()]);
            for step in [near.better, near.worse] {
                let (distance, to) = step.map_or((String::new(), ""), |Step { distance, to }| {
                    (distance.to_string(), to.chinese())
                });
                cells.extend([distance, to.to_owned()]);
            }
            let tips: Vec<String> =
                near.tips.iter().map(|tip| tip_text(trial.delivery, reasons, tip)).collect();
            cells.push(tips.join("；"));
            table.row(&cells)?;
        }
    }
    let output = table.finish()?;
    trial.record(draft.path(), FolderKind::Near, &[output])?;
    draft.publish().map(|_| ())
}
