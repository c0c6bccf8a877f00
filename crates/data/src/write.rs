//! Writing (输出): the results of a run as one folder of tables for people and `run.json` for machines.
//!
//! Whole or not at all: the folder is made beside its place, flushed to disk and moved there in one step.
//! The bytes depend on the run alone: no clock, no path of this machine, no number of threads.

mod account;
mod audience;
mod compare;
mod folder;
mod lines;
mod listing;
mod mask;
mod near;
mod page;
mod papers;
mod reader;
mod record;
mod report;
mod results;
mod review;
mod summary;
mod sweep;
mod table;
mod trails;
mod trial;
mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

use sanse::{BindError, Calendar, Caseload, Classification, Date, Standard};

use crate::normal;
use crate::office::Office;
use crate::pace::{Pace, both};
use crate::read::Delivery;
use crate::saved::{SavedError, save_standard};

use account::{Ledger, RowEnds};
pub(crate) use audience::file_name;
pub use compare::{loads, matrix_rows, write_comparison};
pub use folder::{FolderKind, Recovery, check_folder, check_out, lies_within, recover};
pub(crate) use folder::{files_below, of_desktop};
pub use listing::csv_text;
pub use near::{NearDomain, tip_text, turn_tip_text, write_near};
pub(crate) use reader::TableReader;
pub(crate) use record::{FINAL, FORMAT, Program, Recorded, RunRecord, STAMP, write_bytes};
pub use summary::{LabelCounts, share};
pub use sweep::{SweepStep, SweepSubject, write_sweep};
pub(crate) use table::Table;
pub(crate) use table::plain_again;
pub use trial::{Trial, TrialSide};

/// The files of a run folder, from its top. Folders are by audience: `内部` for the office that ran it, `各机关` with
/// each bureau's own domain, `企业` and `公开`.
pub(crate) mod tables {
    pub(crate) const INTERNAL: &str = "内部";
    pub(crate) const BUREAUS: &str = "各机关";
    pub(crate) const FIRMS: &str = "企业";
    pub(crate) const PUBLIC: &str = "公开";
    pub(crate) const SETTINGS: &str = "内部/设置/设置.toml";
    pub(crate) const TEMPLATES: &str = "内部/设置/模板";
    pub(crate) const STANDARDS: &str = "内部/标准";
    pub(crate) const ENTERPRISES: &str = "内部/enterprises.csv";
    pub(crate) const ASSESSMENTS: &str = "内部/assessments.csv";
    pub(crate) const DEDUCTIONS: &str = "内部/deductions.csv";
    pub(crate) const PROBLEMS: &str = "内部/problems.csv";
    pub(crate) const UNUSED: &str = "内部/unused.csv";
    pub(crate) const SUMMARY: &str = "内部/summary.csv";
    pub(crate) const REVIEW: &str = "内部/案卷评查.csv";
    pub(crate) const ALL: [&str; 6] = [ENTERPRISES, ASSESSMENTS, DEDUCTIONS, PROBLEMS, UNUSED, SUMMARY];
    pub(crate) const WORKBOOK: &str = "内部/workbook.xlsx";
    pub(crate) const REPORT: &str = "内部/report.html";
    pub(crate) const RESULTS: &str = "内部/results.jsonl";
    pub(crate) const RECORD: &str = "run.json";
}

/// One script of the rules folder (标准脚本).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its file name, with `/` between folders.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The number of the standard that it declares.
    pub standard: String,
    /// True if the standard was in force and used.
    pub used: bool,
}

/// What is asked of a run (评定任务): by which standards, for which quarter, and what is made of the results.
///
/// Paths and the number of threads are left out on purpose: the same data gives the same folder anywhere.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The domain standards, in the order of [`Classification::domains`].
    pub standards: &'a [Standard],
    /// The overall standard.
    pub overall: Option<&'a Standard>,
    /// Period and as-of date.
    pub calendar: Calendar,
    /// The year of the labels.
    pub year: i32,
    /// The quarter of the labels, 1 to 4.
    pub quarter: u32,
    /// Every script of the rules folder, used or not.
    pub scripts: &'a [Script],
    /// Parameters set from outside for a trial: `标准.参数` and the value as given.
    pub overrides: &'a [(String, String)],
    /// What people get besides the tables, and under which document.
    pub papers: Papers<'a>,
}

impl Task<'_> {
    /// Classifies a caseload by the standards, on so many threads.
    ///
    /// # Errors
    /// A standard does not fit the caseload.
    pub fn classify(&self, caseload: &Caseload, threads: usize) -> Result<Classification, BindError> {
        sanse::classify(caseload, self.standards, self.overall, &self.calendar, threads)
    }
}

/// A run: what was asked, what went in, what came out (一次评定).
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What was asked.
    pub task: Task<'a>,
    /// What was read.
    pub delivery: &'a Delivery,
    /// The labels with their reasons.
    pub classification: &'a Classification,
}

/// What is made for people besides the tables (文书), and the approval that makes a run final.
#[derive(Clone, Copy, Debug, Default)]
pub struct Papers<'a> {
    /// The document that approved the run; without it the run is a draft (初评).
    pub approval: Option<&'a Approval>,
    /// The office; without it there are no notices and no public lists.
    pub office: Option<&'a Office>,
    /// True if only the tables under `内部` are wanted (只出表格), as for a whole province.
    pub tables_only: bool,
}

/// The document by which a run becomes final (审批).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// 文号
    pub document: String,
    /// Its date.
    pub date: Date,
}

impl<'a> Run<'a> {
    /// The domain results and then the overall result, each with its standard and the caseload it judged.
    pub(crate) fn results(&self) -> impl Iterator<Item = Judged<'a>> {
        let delivery = self.delivery;
        let domains =
            self.task.standards.iter().zip(&self.classification.domains).map(
                move |(standard, classified)| Judged { standard, classified, caseload: &delivery.caseload },
            );
        domains.chain(self.overall_result())
    }

    /// The overall result.
    pub(crate) fn overall_result(&self) -> Option<Judged<'a>> {
        let classified = self.classification.overall.as_ref()?;
        let caseload = self.classification.outcomes.as_ref()?;
        Some(Judged { standard: self.task.overall?, classified, caseload })
    }
}

/// A standard's results beside the caseload they rest on.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub(crate) standard: &'a Standard,
    pub(crate) classified: &'a sanse::Classified,
    pub(crate) caseload: &'a sanse::Caseload,
}

impl<'a> Judged<'a> {
    pub(crate) fn reasons(&self) -> sanse::Reasons<'a> {
        sanse::Reasons::new(self.standard, self.caseload, &self.classified.assessments)
    }
}

/// What was written, for the closing lines on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub folder: PathBuf,
    /// The number of enterprises.
    pub enterprises: usize,
    /// Labels per domain, then overall.
    pub counts: Vec<LabelCounts>,
    /// The number of problems.
    pub problems: usize,
    /// The number of problems that withhold green.
    pub withholding: usize,
    /// The number of rows in `unused.csv`.
    pub unused: usize,
    /// What was left out of the outputs for people because it is too large for them, a sentence each.
    pub left_out: Vec<String>,
    /// 运行指纹, to be written into the approval: 16 hexadecimal digits that stand for inputs, standards, parameters,
    /// dates and results. Approval and the papers made from the results leave it as it is.
    pub fingerprint: String,
    /// True if an earlier draft was replaced.
    pub replaced: bool,
}

/// The results were not written; nothing at the place asked for has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The place cannot take a run folder.
    #[error("不能写到“{folder}”：{reason}；也可以用 --out 另指一个新文件夹")]
    Refused {
        /// The folder as it was given.
        folder: String,
        /// Why not, in Chinese.
        reason: String,
    },
    /// A file or folder cannot be read, written or moved.
    #[error("{doing}“{path}”失败：{reason}")]
    Io {
        /// What was tried, in Chinese.
        doing: &'static str,
        /// The path.
        path: String,
        /// What went wrong, in Chinese.
        reason: String,
        /// The cause.
        source: std::io::Error,
    },
    /// Rows were read that are in no result, in no list of unused rows and in no problem.
    #[error(
        "程序内部错误：“{file}”读入 {read} 行，只有 {accounted} 行有去向，结果未写出。请把文件结构告诉维护人员"
    )]
    Unaccounted {
        /// The file and sheet.
        file: String,
        /// Rows read.
        read: u32,
        /// Rows in results, unused rows and problems.
        accounted: u32,
    },
    /// The settings do not fit the run; every fault is a sentence.
    #[error("设置文件有 {} 处错误：\n{}", .0.len(), .0.iter().map(|e| format!("  · {e}")).collect::<Vec<_>>().join("\n"))]
    Settings(Vec<String>),
    /// A template cannot be used.
    #[error("模板“{name}”有错：{reason}")]
    Template {
        /// Its file name.
        name: String,
        /// Where and why.
        reason: String,
    },
    /// A standard cannot be saved beside its results.
    #[error("标准“{id}”不能存入结果文件夹：{reason}")]
    Standard {
        /// The number of the standard.
        id: String,
        /// Why not.
        reason: SavedError,
    },
    /// A standard does not fit the caseload.
    #[error(transparent)]
    Bind(#[from] BindError),
}

impl WriteError {
    pub(crate) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> WriteError {
        WriteError::Io { doing, path: path.display().to_string(), reason: io_reason(&source), source }
    }

    /// True if the fault lies in the program, not in the place or the data.
    pub fn is_internal(&self) -> bool {
        matches!(self, WriteError::Unaccounted { .. } | WriteError::Bind(_))
    }
}

/// What an input or output error means, in Chinese, with a remedy where there is one.
pub fn io_reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    // Windows: another program holds the file (sharing and lock violations).
    let held = cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32 | 33));
    match error.kind() {
        _ if held => "文件正被别的程序打开；请关闭 Excel、WPS 中的文件后重试".to_owned(),
        ErrorKind::NotFound => "找不到；请核对路径".to_owned(),
        ErrorKind::PermissionDenied => {
            "没有权限，或者文件正被别的程序（Excel、WPS）打开；请关闭后重试，或者换一个有写权限的文件夹"
                .to_owned()
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "磁盘已满；请清理后重试".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "所在磁盘只读；请换一个文件夹".to_owned(),
        ErrorKind::InvalidFilename => "文件名不合规；请换一个名称".to_owned(),
        ErrorKind::NotADirectory => "上一级不是文件夹；请核对路径".to_owned(),
        _ => format!("系统提示 {error}"),
    }
}

/// Writes the folder of a run.
///
/// A folder that does not exist or is empty is filled; an earlier draft (初评) is replaced; anything else is
/// refused and stays as it was. Leftovers of a run that was killed are removed.
///
/// # Errors
/// The place is refused, a file or folder cannot be written, or rows are unaccounted for.
pub fn write_run(out: &Path, run: &Run<'_>) -> Result<Written, WriteError> {
    write_run_by(out, run, &Pace::default())
}

/// As [`write_run`], with so many threads and word of the progress.
///
/// # Errors
/// As [`write_run`].
pub fn write_run_by(out: &Path, run: &Run<'_>, pace: &Pace<'_>) -> Result<Written, WriteError> {
    let mut folder = RunWriter::begin(out, run, pace.threads)?;
    let enterprises = run.delivery.caseload.enterprises() as u64;
    folder.add(run, &|done| (pace.progress)("写出", done as u64, enterprises))?;
    folder.finish(run)
}

/// The folder of a run on its way: tables to which the results of one batch of enterprises after the other are added.
pub(crate) struct RunWriter {
    out: PathBuf,
    draft: folder::Draft,
    threads: usize,
    enterprises: results::Enterprises,
    assessments: results::AssessmentsTable,
    deductions: trails::Deductions,
    unused: trails::Unused,
    summary: summary::Summary,
    review: review::Review,
    records: normal::Records,
    ledger: Ledger,
}

impl RunWriter {
    /// The folder of runs such as this one, with nothing in its tables.
    pub(crate) fn begin(out: &Path, run: &Run<'_>, threads: usize) -> Result<RunWriter, WriteError> {
        let draft = folder::Draft::begin(out)?;
        let dir = draft.path();
        Ok(RunWriter {
            out: out.to_path_buf(),
            threads,
            enterprises: results::Enterprises::begin(dir, run, threads)?,
            assessments: results::AssessmentsTable::begin(dir, run, threads)?,
            deductions: trails::Deductions::begin(dir, run, threads)?,
            unused: trails::Unused::default(),
            summary: summary::Summary::begin(run),
            review: review::Review::default(),
            records: normal::Records::begin(dir, run.delivery.caseload.vocabulary(), threads)?,
            ledger: Ledger::new(run.delivery.sources.len()),
            draft,
        })
    }

    /// Adds the results of a run of further enterprises; `tell` is told after how many of them.
    pub(crate) fn add(&mut self, run: &Run<'_>, tell: &dyn Fn(usize)) -> Result<(), WriteError> {
        let ends = RowEnds::of(run, self.threads)?;
        let rows = self.records.rows_of(run.delivery);
        // The table of assessments is longer than all others together.
        let assessments = || {
            self.assessments.add(run, tell)?;
            rows.write()
        };
        let others = || {
            self.enterprises.add(run)?;
            self.deductions.add(run)?;
            self.unused.add(run, &ends);
            self.summary.add(run);
            self.review.add(run);
            self.ledger.add(&run.delivery.caseload, &ends);
            rows.write()
        };
        let (assessments, others) = both(self.threads, assessments, others);
        assessments.and(others)
    }

    /// Writes what speaks of all enterprises and publishes the folder. The delivery of `run` knows them all, and all
    /// problems and rows left out.
    pub(crate) fn finish(self, run: &Run<'_>) -> Result<Written, WriteError> {
        let (dir, delivery) = (self.draft.path(), run.delivery);
        let accounts = self.ledger.finish(delivery);
        if let Some((source, account)) = delivery.sources.iter().zip(&accounts).find(|(_, a)| !a.balanced()) {
            return Err(WriteError::Unaccounted {
                file: place(&source.file, source.sheet.as_deref()),
                read: account.read,
                accounted: account.accounted(),
            });
        }
        let (summary, counts) = self.summary.write(dir, delivery.caseload.vocabulary())?;
        let unused = self.unused.write(dir, delivery, self.threads)?;
        let unused_rows = unused.rows;
        let outputs = [
            self.enterprises.finish()?,
            self.assessments.finish()?,
            self.deductions.finish()?,
            trails::problems(dir, run)?,
            unused,
            summary,
        ];
        let mut files: Vec<record::Recorded> = outputs.into_iter().map(record::Recorded::from).collect();
        files.extend(standards(dir, run)?);
        files.extend(self.records.finish(delivery)?);
        let mut record = record::record(run, &accounts, files);
        record.outputs.push(self.review.write(dir, delivery)?.into());
        let mut left_out = Vec::new();
        if !run.task.papers.tables_only {
            let stamp = Stamp::of(run, &record.fingerprint);
            let made = for_people(dir, run, &record.outputs, &stamp, &mut left_out)?;
            record.outputs.extend(made);
            record.outputs.extend(audience::write(dir, run, &stamp, &mut left_out)?);
            if let Some(office) = run.task.papers.office {
                let papers = papers::write(dir, run, office, &record)?;
                record.outputs.extend(papers);
            }
        }
        record::write_json(dir, &record)?;
        let fingerprint = record.fingerprint;
        let replaced = self.draft.publish()?;
        Ok(Written {
            folder: self.out,
            enterprises: delivery.caseload.enterprises(),
            counts,
            problems: delivery.problems.len(),
            withholding: delivery.problems.iter().filter(|p| p.withholds).count(),
            unused: unused_rows as usize,
            left_out,
            fingerprint,
            replaced,
        })
    }
}

/// What every page says of labels.
const PURPOSE: &str = "仅用于分类监管，不是行政处罚或信用评价";

/// What stands on every page of a run (页眉页脚).
#[derive(Clone)]
pub(crate) struct Stamp {
    /// What the page is about, in one line.
    pub(crate) title: String,
    /// How far the run has come: a draft that nobody may publish, or the document that approved it.
    pub(crate) state: String,
    /// What a label is for, and what it is not.
    pub(crate) purpose: &'static str,
    /// 运行指纹
    pub(crate) fingerprint: String,
}

impl Stamp {
    fn of(run: &Run<'_>, fingerprint: &str) -> Stamp {
        Stamp {
            title: format!("{}年第{}季度企业分类监管评定", run.task.year, run.task.quarter),
            state: match run.task.papers.approval {
                Some(approval) => format!("{FINAL}，{}（{}）", approval.document, approval.date),
                None => format!("{STAMP}，不得公开"),
            },
            purpose: PURPOSE,
            fingerprint: fingerprint.to_owned(),
        }
    }
}

/// Workbook, report and lines, from the tables that were written; a sentence for each that was left out.
fn for_people(
    dir: &Path,
    run: &Run<'_>,
    written: &[Recorded],
    stamp: &Stamp,
    left_out: &mut Vec<String>,
) -> Result<Vec<Recorded>, WriteError> {
    let (workbook, missing) = workbook::write(dir, written, stamp)?;
    left_out.extend(missing);
    let mut files = vec![workbook];
    for made in [report::write(dir, run, stamp)?, lines::write(dir, run)?] {
        match made {
            Ok(file) => files.push(file),
            Err(sentence) => left_out.push(sentence),
        }
    }
    Ok(files)
}

/// The files of the standards, in the order of the record's.
pub(crate) fn standard_files<'s>(ids: impl Iterator<Item = &'s str>) -> Vec<String> {
    ids.enumerate().map(|(n, id)| format!("{}/{}_{}.json", tables::STANDARDS, n + 1, file_name(id))).collect()
}

/// Saves the standards that were used, so that the run can be repeated without scripts.
fn standards(dir: &Path, run: &Run<'_>) -> Result<Vec<Recorded>, WriteError> {
    let folder = dir.join(tables::STANDARDS);
    fs::create_dir_all(&folder).map_err(|e| WriteError::io("新建文件夹", &folder, e))?;
    let used: Vec<&Standard> = run.task.standards.iter().chain(run.task.overall).collect();
    let files = standard_files(used.iter().map(|standard| standard.id.as_str()));
    let mut written = Vec::with_capacity(used.len());
    for (standard, file) in used.into_iter().zip(files) {
        let text = save_standard(standard)
            .map_err(|reason| WriteError::Standard { id: standard.id.clone(), reason })?;
        written.push(write_bytes(dir, &file, text.as_bytes())?);
    }
    Ok(written)
}

/// A file and its sheet as one text.
fn place(file: &str, sheet: Option<&str>) -> String {
    sheet.map_or_else(|| file.to_owned(), |sheet| format!("{file}（{sheet}）"))
}
