//! `run.json` (运行记录): what went in, by digest, and what came out. For machines; keys are English.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use sanse::{Constant, Coverages, Standard, Vocabulary};
use serde::{Deserialize, Serialize};

use super::account::SourceAccount;
use super::table::Output;
use super::{Run, WriteError, tables};
use crate::digest::sha256;
use crate::normal;

/// Marks a `run.json` as ours.
pub(crate) const FORMAT: &str = "sanse-run/2";
/// The stamp of a run that has not been finalised; it must not be published.
pub(crate) const STAMP: &str = "初评";

/// The stamp of a run that has been finalised.
pub(crate) const FINAL: &str = "正式";

/// What tells a run folder from any other.
#[derive(Deserialize)]
pub(crate) struct Marker {
    pub(crate) format: String,
    pub(crate) stamp: String,
    #[serde(default)]
    pub(crate) outputs: Vec<OutputName>,
}

/// A file that a record lists.
#[derive(Deserialize)]
pub(crate) struct OutputName {
    pub(crate) file: String,
}

/// What `run.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunRecord {
    pub(crate) format: String,
    pub(crate) stamp: String,
    pub(crate) note: String,
    /// See [`fingerprint`].
    pub(crate) fingerprint: String,
    pub(crate) approval: Option<ApprovalRecord>,
    pub(crate) program: Program,
    pub(crate) year: i32,
    pub(crate) quarter: u32,
    pub(crate) period: [String; 2],
    pub(crate) as_of: String,
    /// False without a coverage table; such a run cannot be finalised.
    pub(crate) coverage_declared: bool,
    pub(crate) enterprises: usize,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) standards: Vec<StandardRecord>,
    pub(crate) scripts: Vec<ScriptRecord>,
    pub(crate) inputs: Vec<InputRecord>,
    /// The mapping of columns that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mapping: Option<MappingRecord>,
    /// True if only the tables were asked for.
    pub(crate) tables_only: bool,
    pub(crate) outputs: Vec<Recorded>,
}

/// The document that made a run final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ApprovalRecord {
    pub(crate) document: String,
    pub(crate) date: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Program {
    /// This program.
    pub(crate) fn own() -> Program {
        Program { name: "sanse".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Argument {
    pub(crate) set: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StandardRecord {
    pub(crate) id: String,
    title: String,
    subject: String,
    stage: String,
    document: Option<String>,
    approved_on: Option<String>,
    issuer: Option<String>,
    effective_from: String,
    effective_until: Option<String>,
    period_months: u16,
    digest: String,
    parameters: Vec<ParameterRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ParameterRecord {
    name: String,
    value: String,
    default: Option<String>,
    meaning: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScriptRecord {
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) standard: String,
    pub(crate) used: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputRecord {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    pub(crate) sha256: String,
    encoding: String,
    pub(crate) taken_for: String,
    rows: Rows,
}

/// The mapping of columns, and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MappingRecord {
    pub(crate) file: String,
    pub(crate) sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rows {
    read: u32,
    in_results: u32,
    supporting: u32,
    unused: u32,
    in_problems: u32,
}

/// A file of a run folder (已写文件).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    /// Its path from the top of the folder, with `/`.
    pub(crate) file: String,
    pub(crate) sha256: String,
    /// Rows without the header; 0 for what has none.
    pub(crate) rows: u64,
}

impl From<Output> for Recorded {
    fn from(output: Output) -> Recorded {
        Recorded { file: output.file.to_owned(), sha256: output.sha256, rows: output.rows }
    }
}

/// A constant as people write it in a script.
pub(super) fn text(constant: &Constant, vocabulary: &Vocabulary) -> String {
    match constant {
        Constant::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Constant::Int(number) => number.to_string(),
        Constant::Money(money) => money.to_string(),
        Constant::Points(points) => points.to_string(),
        Constant::Date(day) => day.to_string(),
        Constant::Span(span) => span.to_string(),
        Constant::Code(list, code) => vocabulary.code_list(*list).map_or("", |l| l.text(*code)).to_owned(),
        Constant::Text(text) => text.to_string(),
    }
}

pub(super) fn standard_record(standard: &Standard) -> StandardRecord {
    let parameters = standard.parameters.iter().map(|p| ParameterRecord {
        name: p.name.clone(),
        value: text(&p.value, &standard.vocabulary),
        default: p.default.as_ref().map(|d| text(d, &standard.vocabulary)),
        meaning: p.meaning.clone(),
    });
    StandardRecord {
        id: standard.id.clone(),
        title: standard.title.clone(),
        subject: standard.subject.chinese().to_owned(),
        stage: standard.stage.chinese().to_owned(),
        document: standard.document.clone(),
        approved_on: standard.approved_on.map(|d| d.to_string()),
        issuer: standard.issuer.clone(),
        effective_from: standard.effective_from.to_string(),
        effective_until: standard.effective_until.map(|d| d.to_string()),
        period_months: standard.period_months,
        digest: standard.digest.clone(),
        parameters: parameters.collect(),
    }
}

/// What the fingerprint is taken of. Nothing that prints the fingerprint is in it, nor the approval.
#[derive(Serialize)]
struct Basis<'a> {
    format: &'static str,
    year: i32,
    quarter: u32,
    period: &'a [String; 2],
    as_of: &'a str,
    coverage_declared: bool,
    arguments: &'a [Argument],
    standards: &'a [StandardRecord],
    inputs: Vec<Digest<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mapping: Option<&'a MappingRecord>,
    results: Vec<Digest<'a>>,
}

#[derive(Serialize)]
struct Digest<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    sha256: &'a str,
}

/// True for a file whose digest is in the fingerprint: the six tables, the normalised records, the standards.
fn is_result(file: &str) -> bool {
    let below = |folder: &str| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    tables::ALL.contains(&file) || below(normal::FOLDER) || below(tables::STANDARDS)
}

/// The fingerprint (运行指纹): the first 16 hexadecimal digits of the SHA-256 of a JSON object without spaces, whose
/// keys are, in this order, `format` (`sanse-fingerprint/1`), then `year`, `quarter`, `period`, `as_of`,
/// `coverage_declared`, `arguments`, `standards` as `run.json` has them, `inputs` with `file`, `sheet` (if any) and
/// `sha256` of each, and `results` with `file` and `sha256` of each of the six tables under `内部`, the normalised
/// records and the saved standards, in the order of `run.json`'s `outputs`.
///
/// It stands for the computation alone: a run that is finalised keeps it, and so does one repeated by a later version
/// of the program with the same results.
pub(crate) fn fingerprint(record: &RunRecord) -> String {
    let basis = Basis {
        format: "sanse-fingerprint/1",
        year: record.year,
        quarter: record.quarter,
        period: &record.period,
        as_of: &record.as_of,
        coverage_declared: record.coverage_declared,
        arguments: &record.arguments,
        standards: &record.standards,
        inputs: record
            .inputs
            .iter()
            .map(|i| Digest { file: &i.file, sheet: i.sheet.as_deref(), sha256: &i.sha256 })
            .collect(),
        mapping: record.mapping.as_ref(),
        results: record
            .outputs
            .iter()
            .filter(|o| is_result(&o.file))
            .map(|o| Digest { file: &o.file, sheet: None, sha256: &o.sha256 })
            .collect(),
    };
    // Texts and numbers alone: nothing that could fail to be written.
    let bytes = serde_json::to_vec(&basis).unwrap_or_default();
    sha256(&bytes).chars().take(16).collect()
}

/// The record of a run as it stands once the files that its fingerprint rests on are written.
pub(super) fn record(run: &Run<'_>, accounts: &[SourceAccount], results: Vec<Recorded>) -> RunRecord {
    let inputs = run.delivery.sources.iter().zip(accounts).map(|(source, account)| InputRecord {
        file: source.file.clone(),
        sheet: source.sheet.clone(),
        sha256: source.sha256.clone(),
        encoding: source.encoding.clone(),
        taken_for: source.taken_for.clone(),
        rows: Rows {
            read: account.read,
            in_results: account.in_results,
            supporting: account.supporting,
            unused: account.unused,
            in_problems: account.in_problems,
        },
    });
    let scripts = run.task.scripts.iter().map(|s| ScriptRecord {
        file: s.file.clone(),
        sha256: s.sha256.clone(),
        standard: s.standard.clone(),
        used: s.used,
    });
    let arguments =
        run.task.overrides.iter().map(|(set, value)| Argument { set: set.clone(), value: value.clone() });
    let approval = run.task.papers.approval.map(|approval| ApprovalRecord {
        document: approval.document.clone(),
        date: approval.date.to_string(),
    });
    let (stamp, note) = if approval.is_some() {
        (FINAL, "正式结果。标签仅用于分类监管，不是行政处罚或信用评价。")
    } else {
        (STAMP, "初评结果，不得公开。标签仅用于分类监管，不是行政处罚或信用评价。")
    };
    let mut record = RunRecord {
        format: FORMAT.to_owned(),
        stamp: stamp.to_owned(),
        note: note.to_owned(),
        fingerprint: String::new(),
        approval,
        program: Program::own(),
        year: run.task.year,
        quarter: run.task.quarter,
        period: [run.task.calendar.period.first.to_string(), run.task.calendar.period.last.to_string()],
        as_of: run.task.calendar.as_of.to_string(),
        coverage_declared: matches!(run.delivery.caseload.coverages(), Coverages::Declared(_)),
        enterprises: run.delivery.caseload.enterprises(),
        arguments: arguments.collect(),
        standards: run.task.standards.iter().chain(run.task.overall).map(standard_record).collect(),
        scripts: scripts.collect(),
        inputs: inputs.collect(),
        mapping: run
            .delivery
            .mapping
            .as_ref()
            .map(|(file, sha256)| MappingRecord { file: file.clone(), sha256: sha256.clone() }),
        tables_only: run.task.papers.tables_only,
        outputs: results,
    };
    record.fingerprint = fingerprint(&record);
    record
}

/// Writes the record of a folder, last of all.
pub(super) fn write_json(dir: &Path, record: &impl Serialize) -> Result<(), WriteError> {
    let path = dir.join(tables::RECORD);
    let failed = |e: std::io::Error| WriteError::io("写文件", &path, e);
    let mut bytes = serde_json::to_vec_pretty(record).map_err(|e| failed(e.into()))?;
    bytes.push(b'\n');
    let mut file = File::create_new(&path).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)
}

/// Writes a file of a run folder in one piece and flushes it to disk.
pub(crate) fn write_bytes(dir: &Path, file: &str, bytes: &[u8]) -> Result<Recorded, WriteError> {
    let path = dir.join(file);
    let failed = |e: std::io::Error| WriteError::io("写文件", &path, e);
    let mut opened = File::create_new(&path).map_err(failed)?;
    opened.write_all(bytes).and_then(|()| opened.sync_all()).map_err(failed)?;
    Ok(Recorded { file: file.to_owned(), sha256: sha256(bytes), rows: 0 })
}
