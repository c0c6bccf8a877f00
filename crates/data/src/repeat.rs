//! A run repeated from its folder alone (复算): normalised records and saved standards in, the same folder out, or
//! where it first differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use sanse::{Calendar, Classification, Date, Period, Stage, Standard, Subject, placeholder};

use crate::digest::sha256_of_file;
use crate::normal::{self, NormalError};
use crate::office::{NOTICE, Objection, Office, PUBLIC};
use crate::pace::Pace;
use crate::read::{Delivery, MAPPING_NAME, files};
use crate::run::RunError;
use crate::saved::load_standard;
use crate::write::{
    Approval, FORMAT, Papers, Program, Run, RunRecord, STAMP, Script, TableReader, Task, WriteError, Written,
    files_below, of_desktop, standard_files, tables, write_run_by,
};

/// A run that was read from its folder, with all that is needed to write it again.
pub(crate) struct Repeated {
    pub(crate) record: RunRecord,
    pub(crate) delivery: Delivery,
    domains: Vec<Standard>,
    overall: Option<Standard>,
    calendar: Calendar,
    scripts: Vec<Script>,
    overrides: Vec<(String, String)>,
    pub(crate) approval: Option<Approval>,
    office: Option<Office>,
}

/// A run folder cannot be checked or finalised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepeatError {
    /// The folder or a file in it cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The repeated run cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The run may not be finalised, or written again; each reason is a sentence.
    #[error("没有改动结果文件夹：\n{}", .0.iter().map(|r| format!("  · {r}")).collect::<Vec<_>>().join("\n"))]
    NotFinal(Vec<String>),
}

/// The record of a run folder.
pub(crate) fn read_record(dir: &Path) -> Result<RunRecord, RunError> {
    let path = dir.join(tables::RECORD);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && dir.is_dir() => {
            return Err(RunError::NotARun(dir.display().to_string()));
        }
        Err(e) => return Err(RunError::io(if dir.exists() { &path } else { dir }, e)),
    };
    serde_json::from_slice(&bytes)
        .ok()
        .filter(|record: &RunRecord| record.format == FORMAT)
        .ok_or_else(|| RunError::NotARun(dir.display().to_string()))
}

/// The records of a run folder as they were understood (归一数据), for other programs. Digests are not looked at; see
/// [`verify`].
///
/// # Errors
/// The folder is none of ours, or a file in it cannot be read or is damaged.
pub fn read_records(dir: &Path) -> Result<Delivery, RunError> {
    let as_of = read_record(dir)?.as_of;
    let as_of =
        as_of.parse().map_err(|_| RunError::Damaged(dir.join(tables::RECORD).display().to_string()))?;
    records(dir, as_of)
}

fn records(dir: &Path, as_of: Date) -> Result<Delivery, RunError> {
    normal::read(dir, as_of).map_err(|error| match error {
        NormalError::Io(path, error) => RunError::io(&path, error),
        NormalError::Damaged(path, 0) => RunError::Damaged(path.display().to_string()),
        NormalError::Damaged(path, row) => RunError::Damaged(format!("{} 第{row}行", path.display())),
    })
}

impl Repeated {
    /// Reads a run folder. Digests are not looked at.
    pub(crate) fn read(dir: &Path) -> Result<Repeated, RunError> {
        let record = read_record(dir)?;
        let damaged = |path: &Path| RunError::Damaged(path.display().to_string());
        let in_record = || damaged(&dir.join(tables::RECORD));
        let day = |text: &str| text.parse().map_err(|_| in_record());
        let [first, last] = &record.period;
        let calendar =
            Calendar { period: Period { first: day(first)?, last: day(last)? }, as_of: day(&record.as_of)? };
        let mut delivery = records(dir, calendar.as_of)?;
        delivery.mapping = record.mapping.as_ref().map(|m| (m.file.clone(), m.sha256.clone()));
        let (mut domains, mut overall) = (Vec::new(), None);
        for file in standard_files(record.standards.iter().map(|standard| standard.id.as_str())) {
            let path = dir.join(file);
            let bytes = fs::read(&path).map_err(|e| RunError::io(&path, e))?;
            let standard =
                load_standard(&bytes, delivery.caseload.vocabulary()).map_err(|_| damaged(&path))?;
            match standard.subject {
                Subject::Domain(_) => domains.push(standard),
                Subject::Overall => overall = Some(standard),
            }
        }
        let scripts = record.scripts.iter().map(|s| Script {
            file: s.file.clone(),
            sha256: s.sha256.clone(),
            standard: s.standard.clone(),
            used: s.used,
        });
        let approval = match &record.approval {
            Some(approval) => {
                Some(Approval { document: approval.document.clone(), date: day(&approval.date)? })
            }
            None => None,
        };
        let office = read_office(dir, &record)?;
        Ok(Repeated {
            office,
            scripts: scripts.collect(),
            overrides: record.arguments.iter().map(|a| (a.set.clone(), a.value.clone())).collect(),
            record,
            delivery,
            domains,
            overall,
            calendar,
            approval,
        })
    }

    fn classify(&self, threads: usize) -> Result<Classification, WriteError> {
        let overall = self.overall.as_ref();
        Ok(sanse::classify(&self.delivery.caseload, &self.domains, overall, &self.calendar, threads)?)
    }

    /// Classifies again and writes the folder.
    pub(crate) fn write(
        &self,
        out: &Path,
        papers: Papers<'_>,
        pace: &Pace<'_>,
    ) -> Result<Written, WriteError> {
        let classification = self.classify(pace.threads)?;
        let task = Task {
            standards: &self.domains,
            overall: self.overall.as_ref(),
            calendar: self.calendar,
            year: self.record.year,
            quarter: self.record.quarter,
            scripts: &self.scripts,
            overrides: &self.overrides,
            papers,
        };
        let run = Run { task, delivery: &self.delivery, classification: &classification };
        write_run_by(out, &run, pace)
    }

    /// The papers that the run was written with.
    pub(crate) fn papers(&self) -> Papers<'_> {
        Papers {
            approval: self.approval.as_ref(),
            office: self.office.as_ref(),
            tables_only: self.record.tables_only,
        }
    }
}

/// Settings and templates as they were saved beside the results.
fn read_office(dir: &Path, record: &RunRecord) -> Result<Option<Office>, RunError> {
    let recorded = |file: &str| record.outputs.iter().any(|output| output.file == file);
    if !recorded(tables::SETTINGS) {
        return Ok(None);
    }
    let text = |file: &str| {
        let path = dir.join(file);
        fs::read_to_string(&path).map_err(|e| RunError::io(&path, e))
    };
    let mut templates = BTreeMap::new();
    for name in [NOTICE, PUBLIC] {
        let file = format!("{}/{name}", tables::TEMPLATES);
        if recorded(&file) {
            templates.insert(name.to_owned(), text(&file)?);
        }
    }
    let office = Office::from_texts(text(tables::SETTINGS)?, templates);
    office.map(Some).map_err(|_| RunError::Damaged(dir.join(tables::SETTINGS).display().to_string()))
}

/// Writes a draft again from its folder alone with other settings: notices, for which settings came later.
///
/// # Errors
/// The folder cannot be read or is not what the run wrote, or cannot be written.
pub fn rewrite(dir: &Path, office: &Office, pace: &Pace<'_>) -> Result<Written, RepeatError> {
    let found = verify(dir, None, pace)?;
    if !found.identical() {
        return Err(RepeatError::NotFinal(vec![CHANGED.to_owned()]));
    }
    let repeated = Repeated::read(dir)?;
    let papers = Papers { office: Some(office), tables_only: false, ..repeated.papers() };
    Ok(repeated.write(dir, papers, pace)?)
}

/// Why a folder that does not follow from its own records is not taken.
const CHANGED: &str = "结果文件夹与复算不一致，先用 sanse verify 查看是哪里被改动，再重新运行 classify";

/// Makes a draft final (定稿): the whole folder is written again with document and date, in one step or not at all.
/// The fingerprint stays.
///
/// Settings that are given take the place of those the draft was made with; most offices fill in the day on which the
/// notices were served only now.
///
/// # Errors
/// The run may not be finalised, with every reason, among them each placeholder (待定, 某某, XX) that was left in a
/// standard, the settings or the document number; or the folder cannot be read or written.
pub fn finalize(
    dir: &Path,
    approval: &Approval,
    office: Option<&Office>,
    pace: &Pace<'_>,
) -> Result<Written, RepeatError> {
    let found = verify(dir, None, pace)?;
    let mut reasons = Vec::new();
    if !found.identical() {
        reasons.push(CHANGED.to_owned());
    }
    let repeated = if found.broken.is_some() { None } else { Some(Repeated::read(dir)?) };
    let record = read_record(dir)?;
    if record.stamp != STAMP {
        reasons.push(format!("这次评定已经是“{}”", record.stamp));
    }
    if !record.coverage_declared {
        reasons.push("覆盖未声明：请各机关填好覆盖表，再重新运行 classify".to_owned());
    }
    let drafts: Vec<&str> = repeated
        .iter()
        .flat_map(|repeated| repeated.domains.iter().chain(&repeated.overall))
        .filter(|standard| standard.stage == Stage::Draft)
        .map(|standard| standard.id.as_str())
        .collect();
    if !drafts.is_empty() {
        reasons.push(format!(
            "标准 {} 还是草案；标准批准以后，把标准头里的“草案”改成“试行”或“正式”，再重新运行 classify",
            drafts.join("、")
        ));
    }
    for standard in repeated.iter().flat_map(|repeated| repeated.domains.iter().chain(&repeated.overall)) {
        let left = left_to_fill_in(standard);
        if !left.is_empty() {
            let (id, left) = (&standard.id, left.join("、"));
            reasons.push(format!("标准 {id} 还没有填好：{left}；改好标准文件，再重新运行 classify"));
        }
    }
    if approval.document.trim().is_empty() {
        reasons.push("没有写审批文号（--doc）".to_owned());
    } else if let Some(word) = placeholder(&approval.document) {
        reasons.push(format!("审批文号（--doc）里还有“{word}”；写批下来的文号"));
    }
    let office = office.or_else(|| repeated.as_ref()?.office.as_ref());
    let left = office.map(Office::placeholders).unwrap_or_default();
    if !left.is_empty() {
        reasons.push(format!("设置文件还没有填好：{}；填好以后用 --settings 指明设置文件", left.join("、")));
    }
    match office.and_then(|office| office.objection.as_ref()).map(Objection::ends) {
        None => reasons.push("设置文件里没有“异议”的期限；请用 --settings 指明设置文件".to_owned()),
        Some(None) => reasons.push("设置文件的“异议”里没有送达日期，异议期限算不出".to_owned()),
        Some(Some(end)) if approval.date <= end => {
            reasons.push(format!("异议期限到 {end} 才满，审批日期 {} 太早", approval.date));
        }
        Some(Some(_)) => {}
    }
    let Some(repeated) = repeated.as_ref().filter(|_| reasons.is_empty()) else {
        return Err(RepeatError::NotFinal(reasons));
    };
    let papers = Papers { approval: Some(approval), office, tables_only: record.tables_only };
    Ok(repeated.write(dir, papers, pace)?)
}

/// What a standard has not filled in, each kind of place once with its lines in the script:
/// `监管措施的依据里的“待填”（第208、219行）`.
fn left_to_fill_in(standard: &Standard) -> Vec<String> {
    let mut places: Vec<(String, BTreeSet<u32>)> = Vec::new();
    for left in standard.placeholders() {
        let what = format!("{}里的“{}”", left.of, left.word);
        match places.iter_mut().find(|(known, _)| *known == what) {
            Some((_, lines)) => {
                lines.insert(left.at.line);
            }
            None => places.push((what, BTreeSet::from([left.at.line]))),
        }
    }
    let said = |(what, lines): (String, BTreeSet<u32>)| {
        // What the head says has no line of its own.
        let lines: Vec<String> =
            lines.into_iter().filter(|line| *line > 0).map(|line| line.to_string()).collect();
        if lines.is_empty() { what } else { format!("{what}（第{}行）", lines.join("、")) }
    };
    places.into_iter().map(said).collect()
}

/// Where a file of the folder differs from the repeated run (差异).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path in the folder.
    pub file: String,
    /// The row, from 1 with the header; of a file that is no table, the line.
    pub row: usize,
    /// The header of the column; empty if rows are missing or added, or the file is no table.
    pub column: String,
    /// What the folder has.
    pub found: String,
    /// What the repeated run gives.
    pub repeated: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}第{}行", self.file, self.row)?;
        if !self.column.is_empty() {
            write!(f, "“{}”列", self.column)?;
        }
        write!(f, "：文件夹里是“{}”，复算是“{}”", self.found, self.repeated)
    }
}

/// What checking a run folder found (核验结果).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The fingerprint in `run.json`.
    pub recorded: String,
    /// The fingerprint of the repeated run; empty if it could not be repeated.
    pub repeated: String,
    /// 初评 or 正式.
    pub stamp: String,
    /// The version of the program that wrote the folder.
    pub version: String,
    /// Files whose content is not the one recorded.
    pub changed: Vec<String>,
    /// Files that are recorded and not there.
    pub missing: Vec<String>,
    /// Files that are there and not recorded.
    pub extra: Vec<String>,
    /// Why the run cannot be repeated: what is damaged.
    pub broken: Option<String>,
    /// For each file that differs from the repeated run, its first difference, by file.
    pub differences: Vec<Difference>,
    /// Inputs that are not the recorded ones any more, and files that are no recorded input, if a folder of data was
    /// given.
    pub inputs: Vec<String>,
}

impl Verification {
    /// True if the folder is what the run wrote and the repeated run is the same.
    pub fn identical(&self) -> bool {
        self.recorded == self.repeated
            && self.changed.is_empty()
            && self.missing.is_empty()
            && self.extra.is_empty()
            && self.broken.is_none()
            && self.differences.is_empty()
            && self.inputs.is_empty()
    }
}

/// A folder that vanishes.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Scratch, WriteError> {
        let home = std::env::temp_dir();
        for number in 0..1000 {
            let path = home.join(format!("sanse-verify-{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Scratch(path)),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(WriteError::io("新建文件夹", &path, e)),
            }
        }
        Err(WriteError::io("新建文件夹", &home, std::io::ErrorKind::AlreadyExists.into()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Repeats a run from its folder alone, in a temporary place, and compares every file. With a folder of data, the
/// inputs are compared with their recorded digests too.
///
/// # Errors
/// The folder is none of ours or cannot be read, or the temporary place cannot be written. What is damaged or was
/// changed is a finding, not an error.
pub fn verify(dir: &Path, data: Option<&Path>, pace: &Pace<'_>) -> Result<Verification, RepeatError> {
    let record = read_record(dir)?;
    let mut found = Verification {
        recorded: record.fingerprint.clone(),
        stamp: record.stamp.clone(),
        version: record.program.version.clone(),
        ..Verification::default()
    };
    let there: BTreeSet<String> = files_below(dir)
        .map_err(|e| RunError::io(dir, e))?
        .into_iter()
        .filter(|file| !of_desktop(file) && file != tables::RECORD)
        .collect();
    let recorded: BTreeMap<&str, &str> =
        record.outputs.iter().map(|o| (o.file.as_str(), o.sha256.as_str())).collect();
    found.extra = there.iter().filter(|file| !recorded.contains_key(file.as_str())).cloned().collect();
    for (file, sha256) in &recorded {
        if !there.contains(*file) {
            found.missing.push((*file).to_owned());
            continue;
        }
        let path = dir.join(file);
        if sha256_of_file(&path).map_err(|e| RunError::io(&path, e))? != *sha256 {
            found.changed.push((*file).to_owned());
        }
    }
    if let Some(data) = data {
        found.inputs = changed_inputs(&record, data)?;
    }
    let repeated = match Repeated::read(dir) {
        Ok(repeated) => repeated,
        Err(error) => {
            found.broken = Some(error.to_string());
            return Ok(found);
        }
    };
    let scratch = Scratch::new()?;
    let again = scratch.0.join("run");
    match repeated.write(&again, repeated.papers(), pace) {
        Ok(written) => found.repeated = written.fingerprint,
        // Rows without an end and standards that do not fit: the records are not those of the run.
        Err(error) if error.is_internal() => {
            found.broken = Some(error.to_string());
            return Ok(found);
        }
        Err(error) => return Err(error.into()),
    }
    let files = files_below(&again).map_err(|e| RunError::io(&again, e))?;
    for file in files {
        // Another version of the program names itself in its record.
        if file == tables::RECORD && record.program != Program::own() {
            continue;
        }
        let (old, new) = (dir.join(&file), again.join(&file));
        if old.is_file() {
            let difference = first_difference(&file, &old, &new).map_err(|e| RunError::io(&old, e))?;
            found.differences.extend(difference);
        } else if !found.missing.contains(&file) {
            found.missing.push(file);
        }
    }
    Ok(found)
}

fn changed_inputs(record: &RunRecord, data: &Path) -> Result<Vec<String>, RunError> {
    let inputs: BTreeMap<&str, &str> =
        // The mapping lies elsewhere.
        record
            .inputs
            .iter()
            .filter(|i| i.taken_for != MAPPING_NAME)
            .map(|i| (i.file.as_str(), i.sha256.as_str()))
            .collect();
    let mut changed = Vec::new();
    for (file, sha256) in &inputs {
        let path = data.join(file);
        // A folder of results that lay among the data was named and not read.
        if path.is_dir() {
            continue;
        }
        match sha256_of_file(&path) {
            Ok(digest) if digest == *sha256 => {}
            Ok(_) => changed.push(format!("{file}（内容已变）")),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => changed.push(format!("{file}（不在了）")),
            Err(e) => return Err(RunError::io(&path, e)),
        }
    }
    let there = files::list(data).map_err(|e| RunError::io(data, e))?;
    let new = there.into_iter().filter(|(file, _)| !inputs.contains_key(file.as_str()));
    changed.extend(new.map(|(file, _)| format!("{file}（评定时没有）")));
    Ok(changed)
}

/// The first place where two files differ.
fn first_difference(file: &str, old: &Path, new: &Path) -> std::io::Result<Option<Difference>> {
    if sha256_of_file(old)? == sha256_of_file(new)? {
        return Ok(None);
    }
    let in_table = if Path::new(file).extension().is_some_and(|ending| ending == "csv") {
        in_tables(file, old, new)
    } else {
        None
    };
    if in_table.is_some() {
        return Ok(in_table);
    }
    // No table, or one that differs in its bytes alone: the first line that does.
    let (old, new) = (fs::read(old)?, fs::read(new)?);
    let (mut before, mut after) = (old.split(|b| *b == b'\n'), new.split(|b| *b == b'\n'));
    let mut row = 0;
    loop {
        row += 1;
        let (found, repeated) = (before.next(), after.next());
        if found != repeated || (found.is_none() && repeated.is_none()) {
            let shown = |line: Option<&[u8]>| {
                let text = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
                text.trim().chars().take(60).collect::<String>()
            };
            let (found, repeated) = (shown(found), shown(repeated));
            return Ok(Some(Difference {
                file: file.to_owned(),
                row,
                column: String::new(),
                found,
                repeated,
            }));
        }
    }
}

/// The first cell that differs; `None` if a table cannot be read or no cell differs.
fn in_tables(file: &str, old: &Path, new: &Path) -> Option<Difference> {
    let (mut old, mut new) = (TableReader::open(old).ok()?, TableReader::open(new).ok()?);
    let headers = new.headers().to_vec();
    let difference = |row, column: &str, found: String, repeated: String| {
        let (file, column) = (file.to_owned(), column.to_owned());
        Some(Difference { file, row, column, found, repeated })
    };
    if old.headers() != headers.as_slice() {
        return difference(1, "", old.headers().join("，"), headers.join("，"));
    }
    let mut row = 1;
    loop {
        row += 1;
        let owned = |reader: &mut TableReader| -> Option<Option<Vec<String>>> {
            Some(reader.next_row().ok()?.map(|cells| cells.map(str::to_owned).collect()))
        };
        let (before, after) = (owned(&mut old)?, owned(&mut new)?);
        match (before, after) {
            (None, None) => return None,
            (Some(cells), None) => return difference(row, "", cells.join("，"), "没有这一行".to_owned()),
            (None, Some(cells)) => return difference(row, "", "没有这一行".to_owned(), cells.join("，")),
            (Some(before), Some(after)) => {
                for ((header, before), after) in headers.iter().zip(before).zip(after) {
                    if before != after {
                        return difference(row, header, before, after);
                    }
                }
            }
        }
    }
}
