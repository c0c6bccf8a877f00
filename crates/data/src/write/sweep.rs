//! The folder of a sweep (参数试算): `sweep.csv` and a picture of it.

use std::path::Path;

use sanse::{Load, Matrix, Standing};

use super::folder::{Draft, FolderKind};
use super::page::{self, Bar};
use super::summary::share;
use super::table::{Output, Table};
use super::{Trial, WriteError, trial};

/// What one value of a parameter gives (一个取值的结果).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepStep {
    /// The value as a script writes it.
    pub value: String,
    /// True if it is the value without the sweep (现值).
    pub current: bool,
    /// For the domain of the parameter's standard, and overall.
    pub subjects: Vec<SweepSubject>,
}

/// Labels and visits in a domain, or overall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepSubject {
    /// The domain, or 综合.
    pub name: String,
    /// How many enterprises have which standing, in the order of [`Standing::ALL`].
    pub counts: [u64; 5],
    /// The inspection load; `None` for the overall label, which sends no inspector.
    pub load: Option<Load>,
}

impl SweepSubject {
    /// Counts the results of one subject.
    pub fn new(name: &str, standings: impl Iterator<Item = Standing>, load: Option<Load>) -> SweepSubject {
        let matrix: Matrix = standings.map(|s| (s, s)).collect();
        SweepSubject { name: name.to_owned(), counts: Standing::ALL.map(|s| matrix.row_sum(s)), load }
    }

    /// Green, yellow, red and not rated as shares of the enterprises to which the domain applies, in percent.
    pub fn shares(&self) -> [String; 4] {
        let [green, yellow, red, not_rated, _] = self.counts;
        let parts = [green, yellow, red, not_rated];
        let applicable = parts.iter().sum();
        parts.map(|part| share(part, applicable))
    }
}

/// Writes a sweep to a folder, whole or not at all; an earlier sweep there is replaced.
///
/// # Errors
/// The place is refused, or a file or folder cannot be written.
pub fn write_sweep(
    out: &Path,
    trial: &Trial<'_>,
    parameter: &str,
    steps: &[SweepStep],
) -> Result<(), WriteError> {
    let [table_file, picture_file] = trial::SWEEP;
    let draft = Draft::of_kind(out, FolderKind::Sweep)?;
    let dir = draft.path();
    let outputs = [
        table(dir, table_file, parameter, steps)?,
        page::write(dir, picture_file, &picture(parameter, steps))?,
    ];
    trial.record(dir, FolderKind::Sweep, &outputs)?;
    draft.publish().map(|_| ())
}

fn table(dir: &Path, file: &'static str, parameter: &str, steps: &[SweepStep]) -> Result<Output, WriteError> {
    let mut headers = ["参数", "取值", "是否现值", "领域"].map(str::to_owned).to_vec();
    headers.extend(Standing::ALL.iter().map(|s| format!("{}户数", s.chinese())));
    let rated = Standing::ALL.iter().take(4);
    headers.extend(rated.map(|s| format!("{}占适用户数（四舍五入到0.01%）", s.chinese())));
    headers.extend(
        [
            "每年最少检查次数",
            "每年最多检查次数（有只写下限的不列）",
            "其中只写下限的户数",
            "未写明次数的户数",
        ]
        .map(str::to_owned),
    );
    let mut table = Table::create(dir, file, &headers)?;
    for step in steps {
        for subject in &step.subjects {
            let current = if step.current { "是" } else { "否" };
            let mut cells =
                [parameter, step.value.as_str(), current, subject.name.as_str()].map(str::to_owned).to_vec();
            cells.extend(subject.counts.map(|count| count.to_string()));
            cells.extend(subject.shares());
            cells.extend(subject.load.map_or_else(Default::default, |load| {
                let most = if load.open == 0 { load.most.to_string() } else { String::new() };
                [load.least.to_string(), most, load.open.to_string(), load.not_stated.to_string()]
            }));
            table.row(&cells)?;
        }
    }
    table.finish()
}

/// One bar a value, subject by subject.
fn picture(parameter: &str, steps: &[SweepStep]) -> String {
    let count = steps.first().map_or(0, |step| step.subjects.len());
    let all = (0..count).flat_map(|number| {
        steps.iter().filter_map(move |step| {
            let subject = step.subjects.get(number)?;
            let mark = if step.current { "（现值）" } else { "" };
            Some(Bar { name: format!("{} {}{mark}", subject.name, step.value), counts: subject.counts })
        })
    });
    page::bars(&format!("{parameter}：各取值的标签户数"), &all.collect::<Vec<_>>())
}
