//! `run.json` (运行记录): what went in, by digest, and what came out. For machines; keys are English.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use sanse::{Constant, Coverages, Standard, Vocabulary};
use serde::{Deserialize, Serialize};

use super::account::SourceAccount;
use super::table::{Output, sha256};
use super::{Run, WriteError, tables};

/// Marks a `run.json` as ours.
pub(crate) const FORMAT: &str = "sanse-run/1";
/// The stamp of a run that has not been finalised; it must not be published.
pub(crate) const STAMP: &str = "初评";

/// What tells a run folder from any other.
#[derive(Deserialize)]
pub(crate) struct Marker {
    pub(crate) format: String,
    pub(crate) stamp: String,
    #[serde(default)]
    pub(crate) outputs: Vec<OutputDigest>,
}

/// The digest of a table, as written in `run.json`.
#[derive(Deserialize)]
pub(crate) struct OutputDigest {
    pub(crate) file: String,
    pub(crate) sha256: String,
}

#[derive(Serialize)]
struct RunRecord<'a> {
    format: &'static str,
    stamp: &'static str,
    note: &'static str,
    program: Program,
    year: i32,
    quarter: u32,
    period: [String; 2],
    as_of: String,
    /// False without a coverage table; such a run cannot be finalised.
    coverage_declared: bool,
    enterprises: usize,
    arguments: Vec<Argument<'a>>,
    standards: Vec<StandardRecord<'a>>,
    scripts: Vec<ScriptRecord<'a>>,
    inputs: Vec<InputRecord<'a>>,
    /// The mapping of columns that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    mapping: Option<MappingRecord<'a>>,
    outputs: Vec<OutputRecord<'a>>,
}

#[derive(Serialize)]
pub(super) struct Program {
    name: &'static str,
    version: &'static str,
}

impl Program {
    /// This program.
    pub(super) const OWN: Program = Program { name: "sanse", version: env!("CARGO_PKG_VERSION") };
}

#[derive(Serialize)]
struct Argument<'a> {
    set: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
pub(super) struct StandardRecord<'a> {
    id: &'a str,
    title: &'a str,
    subject: &'a str,
    stage: &'static str,
    document: Option<&'a str>,
    approved_on: Option<String>,
    issuer: Option<&'a str>,
    effective_from: String,
    effective_until: Option<String>,
    period_months: u16,
    digest: &'a str,
    parameters: Vec<ParameterRecord<'a>>,
}

#[derive(Serialize)]
struct ParameterRecord<'a> {
    name: &'a str,
    value: String,
    default: Option<String>,
    meaning: &'a str,
}

#[derive(Serialize)]
struct ScriptRecord<'a> {
    file: &'a str,
    sha256: &'a str,
    standard: &'a str,
    used: bool,
}

#[derive(Serialize)]
struct InputRecord<'a> {
    file: &'a str,
    sheet: Option<&'a str>,
    sha256: &'a str,
    encoding: &'a str,
    taken_for: &'a str,
    rows: Rows,
}

#[derive(Serialize)]
struct MappingRecord<'a> {
    file: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct Rows {
    read: u32,
    in_results: u32,
    supporting: u32,
    unused: u32,
    in_problems: u32,
}

#[derive(Serialize)]
struct OutputRecord<'a> {
    file: &'a str,
    sha256: &'a str,
    rows: u64,
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

pub(super) fn standard_record(standard: &Standard) -> StandardRecord<'_> {
    let parameters = standard.parameters.iter().map(|p| ParameterRecord {
        name: &p.name,
        value: text(&p.value, &standard.vocabulary),
        default: p.default.as_ref().map(|d| text(d, &standard.vocabulary)),
        meaning: &p.meaning,
    });
    StandardRecord {
        id: &standard.id,
        title: &standard.title,
        subject: standard.subject.chinese(),
        stage: standard.stage.chinese(),
        document: standard.document.as_deref(),
        approved_on: standard.approved_on.map(|d| d.to_string()),
        issuer: standard.issuer.as_deref(),
        effective_from: standard.effective_from.to_string(),
        effective_until: standard.effective_until.map(|d| d.to_string()),
        period_months: standard.period_months,
        digest: &standard.digest,
        parameters: parameters.collect(),
    }
}

/// Writes `run.json`, last of all, and gives the run's fingerprint.
pub(super) fn write(
    dir: &Path,
    run: &Run<'_>,
    accounts: &[SourceAccount],
    outputs: &[Output],
) -> Result<String, WriteError> {
    let inputs = run.delivery.sources.iter().zip(accounts).map(|(source, account)| InputRecord {
        file: &source.file,
        sheet: source.sheet.as_deref(),
        sha256: &source.sha256,
        encoding: &source.encoding,
        taken_for: &source.taken_for,
        rows: Rows {
            read: account.read,
            in_results: account.in_results,
            supporting: account.supporting,
            unused: account.unused,
            in_problems: account.in_problems,
        },
    });
    let record = RunRecord {
        format: FORMAT,
        stamp: STAMP,
        note: "初评结果，不得公开。标签仅用于分类监管，不是行政处罚或信用评价。",
        program: Program::OWN,
        year: run.year,
        quarter: run.quarter,
        period: [run.calendar.period.first.to_string(), run.calendar.period.last.to_string()],
        as_of: run.calendar.as_of.to_string(),
        coverage_declared: matches!(run.delivery.caseload.coverages(), Coverages::Declared(_)),
        enterprises: run.delivery.caseload.enterprises(),
        arguments: run.overrides.iter().map(|(set, value)| Argument { set, value }).collect(),
        standards: run.standards.iter().chain(run.overall).map(standard_record).collect(),
        scripts: run
            .scripts
            .iter()
            .map(|s| ScriptRecord { file: &s.file, sha256: &s.sha256, standard: &s.standard, used: s.used })
            .collect(),
        inputs: inputs.collect(),
        mapping: run.delivery.mapping.as_ref().map(|(file, sha256)| MappingRecord { file, sha256 }),
        outputs: outputs
            .iter()
            .map(|o| OutputRecord { file: o.file, sha256: &o.sha256, rows: o.rows })
            .collect(),
    };
    write_json(dir, &record)
}

/// Writes the record of a folder and gives its fingerprint.
pub(super) fn write_json(dir: &Path, record: &impl Serialize) -> Result<String, WriteError> {
    let path = dir.join(tables::RECORD);
    let failed = |e: std::io::Error| WriteError::io("写文件", &path, e);
    let mut bytes = serde_json::to_vec_pretty(record).map_err(|e| failed(e.into()))?;
    bytes.push(b'\n');
    let mut file = File::create_new(&path).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(sha256(&bytes).chars().take(16).collect())
}
