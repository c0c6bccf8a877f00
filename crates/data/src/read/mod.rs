//! Reading: a folder of bureaus' files to a caseload, with an account of every row.
//!
//! ```text
//! file ─ bytes ─▶ sheet ─ header ─▶ table ─┬─ register ─▶ enterprises ─ identity ─┐
//!                                          └─ records: identity, domain, values, duplicate ─▶ caseload
//! ```
//! Files are known by their headers, not by their names. Nothing is dropped in silence: every row is used, or
//! unused with a reason, or in the list of problems. Identity numbers of persons never pass.

mod book;
mod bytes;
mod cell;
mod codes;
mod coverage;
mod domain;
mod duplicate;
mod files;
mod form;
mod header;
mod identity;
mod kind;
mod levels;
mod measure;
mod name;
mod number;
mod personal;
mod problem;
mod records;
mod register;
mod row;
mod sheet;
mod wording;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{
    Caseload, CaseloadBuilder, Date, FieldId, LinkProblem, LinkProblemKind, ListId, RECTIFICATION, SANCTION,
    Vocabulary,
};
use sha2::{Digest, Sha256};

use book::Named;
use codes::Codes;
use coverage::read as read_coverage;
use domain::{Decided, Domains};
use duplicate::Seen;
use header::{Headers, Meaning, Taken};
use identity::Identities;
pub(crate) use personal::{is_registration_number, without_identity_numbers};
use problem::{At, Problems, done};
use records::{Received, Record};
use row::{Counts, Fate, Reading, Stored, Table, shortened};
use sheet::Sheet;

pub use problem::{Problem, UnusedRow};

/// What a folder of bureaus' files holds (一次报送).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The enterprises and their records. The origins of its rows number [`Delivery::sources`].
    pub caseload: Caseload,
    /// The files and sheets, by path.
    pub sources: Vec<Source>,
    /// What is wrong, by source and row; the measures without a record of rectification (D605) follow.
    /// [`sanse::Withheld::problem`] numbers this list.
    pub problems: Vec<Problem>,
    /// The rows that were not used and need not be, by source and row.
    pub unused: Vec<UnusedRow>,
}

/// A file, or a sheet of a workbook (来源). `rows_read` is the sum of the three that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path within the folder, with `/`.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The digest of the file, in hexadecimal.
    pub sha256: String,
    /// How the file is encoded; `xlsx`, `xls` or `ods` for workbooks, empty if it was not read.
    pub encoding: String,
    /// The Chinese name of the list that the sheet was taken for; 未识别 or 空表 if none.
    pub taken_for: String,
    /// Rows below the header, without blank rows at the end.
    pub rows_read: u32,
    /// Rows in the caseload.
    pub rows_used: u32,
    /// Rows in [`Delivery::unused`].
    pub rows_unused: u32,
    /// Rows that are only in [`Delivery::problems`].
    pub rows_problem: u32,
}

/// A file for [`read_files`].
#[derive(Clone, Debug)]
pub struct InputFile {
    /// The path within the delivery, with `/`.
    pub path: String,
    /// The content, or why it could not be read.
    pub content: Result<Vec<u8>, String>,
}

/// A folder cannot be read as a delivery.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The folder itself cannot be read.
    #[error("无法读取文件夹“{path}”；请检查路径和权限", path = .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No sheet is a register of enterprises, so no row could belong to anyone.
    #[error("没有找到企业名录：需要一张有“企业名称”“统一社会信用代码”和乡镇、行业等列的表。已看到：{seen}")]
    NoRegister {
        /// The sheets seen and what they were taken for.
        seen: String,
    },
}

/// Reads all files of a folder and its folders.
///
/// `domains` are the domains of the standards that will be applied. Rows of later date than `as_of` are kept;
/// what they mean is decided when they are judged.
///
/// # Errors
/// The folder cannot be read, or there is no register in it. Everything else that is wrong is a [`Problem`].
pub fn read_folder(
    dir: &Path,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
) -> Result<Delivery, ReadError> {
    let files = files::list(dir).map_err(|source| ReadError::Folder { path: dir.to_owned(), source })?;
    let files = files.into_iter().map(|(path, at)| match at {
        Some(at) => InputFile { path, content: std::fs::read(&at).map_err(|e| e.to_string()) },
        None => InputFile { path, content: Err(files::RESULTS.to_owned()) },
    });
    read_files(files, vocabulary, domains, as_of)
}

/// Reads files that are at hand, without touching a file system. Files count in the order given; one that
/// follows another is the copy when both hold the same decision.
///
/// # Errors
/// There is no register among the files.
pub fn read_files(
    files: impl IntoIterator<Item = InputFile>,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
) -> Result<Delivery, ReadError> {
    let mut reading = Reading {
        vocabulary,
        codes: Codes::of(vocabulary),
        domains: Domains::new(domains),
        texts: sanse::Texts::default(),
        problems: Problems::default(),
        unused: Vec::new(),
        counts: Vec::new(),
        places: Vec::new(),
        cited: HashMap::new(),
        renamed: HashSet::new(),
    };
    let headers = Headers::new(vocabulary);
    let mut opened = Opened::default();
    for file in files {
        open(&mut reading, &headers, &file, &mut opened);
    }
    reading.places = opened.sources.iter().map(place).collect();
    if !opened.tables.iter().any(|t| t.layout.taken == Taken::Register) {
        let seen: Vec<String> =
            opened.sources.iter().map(|s| format!("{}（{}）", place(s), s.taken_for)).collect();
        return Err(ReadError::NoRegister {
            seen: if seen.is_empty() { "没有文件".to_owned() } else { seen.join("、") },
        });
    }
    let mut builder = CaseloadBuilder::new(Arc::clone(vocabulary));
    let identities = register::read(&mut reading, &opened.tables, &mut builder);
    let mut seen = agencies(&mut reading, &opened.tables);
    let mut records: Vec<Record> = Vec::new();
    let mut received = Received::new(&reading, &opened.tables);
    for table in &opened.tables {
        records::read(&mut reading, table, &identities, &mut seen, &mut records, &mut received);
    }
    for (source, sheet) in &opened.unclaimed {
        withhold_for_unclaimed(&mut reading, &opened.sources, *source, sheet, &identities);
    }
    enter(&mut reading, &records, &mut builder);
    drop(records);
    builder.coverages(read_coverage(&mut reading, &opened.tables, &received));
    Ok(finish(reading, opened.sources, builder, as_of))
}

/// What the files gave before any row was read.
#[derive(Default)]
struct Opened {
    sources: Vec<Source>,
    tables: Vec<Table>,
    /// Sheets that nobody claims.
    unclaimed: Vec<(usize, Sheet)>,
}

/// Opens a file and sorts its sheets.
fn open(reading: &mut Reading<'_>, headers: &Headers<'_>, file: &InputFile, opened: &mut Opened) {
    let source = |sheet: Option<&str>, sha256: &str, encoding: &str, taken_for: &str| Source {
        file: without_identity_numbers(&file.path).into_owned(),
        sheet: sheet.map(|s| without_identity_numbers(s).into_owned()),
        sha256: sha256.to_owned(),
        encoding: encoding.to_owned(),
        taken_for: taken_for.to_owned(),
        rows_read: 0,
        rows_used: 0,
        rows_unused: 0,
        rows_problem: 0,
    };
    let fail = |reading: &mut Reading<'_>,
                opened: &mut Opened,
                source: Source,
                code: &'static str,
                done: &str,
                message: &str| {
        reading.problems.note(At::source(opened.sources.len()), code, done, message);
        opened.sources.push(source);
        reading.counts.push(Counts::default());
    };
    let bytes = match &file.content {
        Ok(bytes) => bytes,
        Err(why) if why == files::RESULTS => {
            let message = "这个文件夹里是一次评定的结果，不是报送数据，已跳过；请把结果放到数据文件夹以外";
            fail(reading, opened, source(None, "", "", "评定结果"), "D105", "整个文件夹未读入", message);
            return;
        }
        Err(why) => {
            let message = format!("文件读不出来（{why}）；请检查文件是否损坏或被占用");
            fail(reading, opened, source(None, "", "", "未识别"), "D102", "文件未读入", &message);
            return;
        }
    };
    let sha256 = Sha256::digest(bytes).iter().fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
    let (sheets, encoding, delimited) = match files::open(&file.path, bytes) {
        Ok(found) => found,
        Err((code, message)) => {
            fail(reading, opened, source(None, &sha256, "", "未识别"), code, "文件未读入", &message);
            return;
        }
    };
    let damaged = encoding.ends_with(bytes::DAMAGED);
    if damaged {
        let message = "文件里有读不出的字节，文字已损坏；请报送机关从原系统重新导出，不要用记事本另存";
        let place = At::source(opened.sources.len());
        reading.problems.note(place, "D111", "损坏的行没有计入，其余各行照常读入", message);
    }
    for Named { name, sheet, merged, hidden } in sheets {
        let of = |taken_for: &str| source(name.as_deref(), &sha256, encoding, taken_for);
        let sheet = match sheet {
            Ok(sheet) => sheet,
            Err(why) => {
                let message = format!("工作表读不出来（{why}）；请在表格软件里打开后另存");
                fail(reading, opened, of("未识别"), "D102", done::SHEET_LEFT_OUT, &message);
                continue;
            }
        };
        let number = opened.sources.len();
        reading.counts.push(Counts::default());
        if sheet.len() == 0 {
            opened.sources.push(of("空表"));
            continue;
        }
        let lying = headers.best(&sheet, &file.path, name.as_deref());
        let form = form::as_table(&sheet, headers, &file.path, name.as_deref(), lying.as_ref());
        let is_form = form.is_some();
        let (sheet, layout) = match form {
            Some((table, layout)) => (table, Some(layout)),
            None => (sheet, lying.map(|(_, layout)| layout)),
        };
        let Some(layout) = layout else {
            let message = unrecognised(headers.nearest(&sheet));
            reading.problems.note(At::source(number), "D103", done::SHEET_LEFT_OUT, &message);
            let mut unclaimed = of("未识别");
            unclaimed.rows_read = (0..sheet.len()).filter(|r| !sheet.is_blank(*r)).count() as u32;
            opened.sources.push(unclaimed);
            opened.unclaimed.push((number, sheet));
            continue;
        };
        if hidden {
            let message = "工作簿里这张表是隐藏的，已照常读入；不该计的请把它删掉";
            reading.problems.note(At::source(number), "D110", done::NOTED, message);
        }
        let sheet = if merged.is_empty() || is_form {
            sheet
        } else {
            book::fill(&sheet, &merged, layout.header_row, |column| headers.fills_down(&layout, column))
        };
        let mut recognised = of(&match layout.taken {
            Taken::Register => "企业名录".to_owned(),
            Taken::Records(list) => reading.vocabulary.list_def(list).name.chinese.clone(),
            Taken::Coverage => "覆盖".to_owned(),
            Taken::Agencies => "机关别名".to_owned(),
        });
        let table = Table {
            source: number,
            sheet,
            layout,
            delimited,
            damaged,
            file: file.path.clone(),
            name: name.clone(),
        };
        recognised.rows_read = table.rows().len() as u32;
        opened.sources.push(recognised);
        opened.tables.push(table);
    }
}

/// What is said of a sheet without a header: the row that comes nearest, and what it lacks.
fn unrecognised(nearest: Option<(u32, Vec<String>)>) -> String {
    let found = nearest.map_or_else(
        || "前 15 行里没有一个认得的列名".to_owned(),
        |(row, known)| {
            let known: Vec<String> = known.iter().take(8).map(|k| format!("“{}”", shortened(k))).collect();
            format!(
                "最像表头的是第 {row} 行，其中认得的列只有{}，看不出每行说的是哪户企业的什么事",
                known.join("、")
            )
        },
    );
    format!(
        "认不出这是哪张表：{found}；请在表头写明企业名称、统一社会信用代码，和处罚决定日期、检查日期、下达日期之类的列，与评定无关的文件请移出文件夹"
    )
}

fn place(source: &Source) -> String {
    match &source.sheet {
        Some(sheet) => format!("{}/{sheet}", source.file),
        None => source.file.clone(),
    }
}

/// Reads the tables of agency names.
fn agencies(reading: &mut Reading<'_>, tables: &[Table]) -> Seen {
    let mut seen = Seen::default();
    for table in tables.iter().filter(|t| t.layout.taken == Taken::Agencies) {
        for row in table.rows() {
            let (name, alias) = (table.first(row, Meaning::Plain(0)), table.first(row, Meaning::Plain(1)));
            let fate = match table.is_no_record(row) {
                Some(reason) => Fate::Unused(reason.to_owned()),
                None if name.is_empty() || alias.is_empty() => Fate::Unused("机关或别名是空的".to_owned()),
                None => {
                    alias.split([';', '；', '、', '，', ',']).for_each(|one| seen.alias(name, one));
                    Fate::Used
                }
            };
            reading.account(table, row, fate);
        }
    }
    seen
}

/// A sheet that nobody claims may hold penalties: the enterprises that it names get no green label.
fn withhold_for_unclaimed(
    reading: &mut Reading<'_>,
    sources: &[Source],
    source: usize,
    sheet: &Sheet,
    identities: &Identities,
) {
    let domain =
        sources.get(source).and_then(|s| match reading.domains.of_place(&s.file, s.sheet.as_deref()) {
            Decided::Domain(domain) => Some(reading.domains.name(domain).to_owned()),
            _ => None,
        });
    for row in 0..sheet.len() {
        if sheet.is_blank(row) {
            continue;
        }
        let cells: Vec<&str> = sheet.cells(row).collect();
        let at = At::source(source).row(sheet.number(row));
        for enterprise in identities.mentioned(&cells.join("\n")) {
            let message = format!(
                "认不出的表里有名录内企业“{}”；请补上表头，或把无关的文件移出文件夹",
                personal::shown(identities.name(enterprise))
            );
            reading.problems.withhold(
                at,
                "D103",
                done::GREEN_WITHHELD,
                &message,
                (Some(enterprise), domain.as_deref()),
            );
        }
        if let Some(counts) = reading.counts.get_mut(source) {
            counts.problem += 1;
        }
    }
}

/// Puts the records into the caseload.
fn enter(reading: &mut Reading<'_>, records: &[Record], builder: &mut CaseloadBuilder) {
    let mut added: HashSet<sanse::Origin> = HashSet::new();
    let mut refused = Vec::new();
    for record in records {
        let fields: Vec<_> = record
            .values
            .iter()
            .enumerate()
            .filter(|(_, value)| **value != Stored::Missing)
            .map(|(field, value)| (FieldId(field as u16), value.value(&reading.texts)))
            .collect();
        match builder.add(record.list, record.enterprise, &fields, Some(record.origin)) {
            Ok(()) => {
                added.insert(record.origin);
            }
            Err(error) => refused.push((record.origin, record.enterprise, record.domain, error.to_string())),
        }
    }
    refused.dedup_by_key(|(origin, ..)| *origin);
    for (origin, enterprise, domain, error) in refused {
        let at = At::source(origin.source as usize).row(origin.row);
        let domain = reading.domains.name(domain).to_owned();
        reading.problems.withhold(
            at,
            "D309",
            done::GREEN_WITHHELD,
            &format!("{error}；请核对"),
            (Some(enterprise), Some(&domain)),
        );
        if let Some(counts) =
            reading.counts.get_mut(origin.source as usize).filter(|_| !added.contains(&origin))
        {
            counts.used -= 1;
            counts.problem += 1;
        }
    }
}

/// Sorts problems, withholds green, closes the caseload and the account.
fn finish(
    reading: Reading<'_>,
    mut sources: Vec<Source>,
    mut builder: CaseloadBuilder,
    as_of: Date,
) -> Delivery {
    let Reading { problems: Problems(mut problems), mut unused, counts, .. } = reading;
    problems.sort();
    problems.dedup();
    for (number, problem) in problems.iter().enumerate() {
        if let (true, Some(enterprise)) = (problem.withholds, problem.enterprise) {
            // Fails only for an enterprise outside the caseload, or after 4 GiB of text, where rows fail too.
            let _ = builder.withhold(enterprise, problem.domain.as_deref(), number as u32);
        }
    }
    let (caseload, unlinked) = builder.finish(as_of);
    // They withhold nothing, so they may follow without moving the numbers before them.
    let mut links = unlinked_problems(&caseload, &unlinked);
    links.0.sort();
    links.0.dedup();
    problems.extend(links.0);
    unused.sort();
    for (source, counts) in sources.iter_mut().zip(counts) {
        (source.rows_used, source.rows_unused, source.rows_problem) =
            (counts.used, counts.unused, counts.problem);
    }
    Delivery { caseload, sources, problems, unused }
}

/// What is said of sanctions whose rectification is not known or contradicted. Where a domain delivered no order at
/// all, that is said once, not once a sanction.
fn unlinked_problems(caseload: &Caseload, unlinked: &[LinkProblem]) -> Problems {
    let vocabulary = caseload.vocabulary();
    let mut links = Problems::default();
    let domain_of = |list: ListId, row: u32| {
        let field = vocabulary.list_def(list).roles.domain;
        field.map(|f| display(caseload, list, row, f)).filter(|d| !d.is_empty())
    };
    let orders = caseload.table(RECTIFICATION).map_or(0, sanse::Table::len) as u32;
    let delivered: HashSet<Option<String>> = (0..orders).map(|row| domain_of(RECTIFICATION, row)).collect();
    let document = vocabulary.list_def(SANCTION).roles.document;
    let mut without: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut last = None;
    for link in unlinked {
        let table = caseload.table(link.list);
        let Some((table, origin)) = table.and_then(|t| Some((t, t.origin(link.row as usize)?))) else {
            continue;
        };
        if last.replace(origin) == Some(origin) {
            continue;
        }
        let domain = domain_of(link.list, link.row);
        let number = document.map_or(String::new(), |field| display(caseload, link.list, link.row, field));
        let (code, done, message) = match link.kind {
            LinkProblemKind::Contradicted => (
                "D606",
                "以整改记录为准",
                format!("“{number}”这一行写的整改情况与整改记录的复查结果不一致；请核对后改成一致"),
            ),
            LinkProblemKind::NoOrder if !delivered.contains(&domain) => {
                let entry = without.entry(domain.unwrap_or_default()).or_insert((origin.source, 0));
                entry.1 += 1;
                continue;
            }
            LinkProblemKind::NoOrder if number.is_empty() => (
                "D605",
                UNKNOWN_STATE,
                "这项措施没有文号，无法与整改记录对应；请补填文号，并在整改表中写明".to_owned(),
            ),
            LinkProblemKind::NoOrder => (
                "D605",
                UNKNOWN_STATE,
                format!("没有找到“{number}”对应的整改记录；请补报整改表，并在其中写明关联的处罚文号"),
            ),
        };
        links.note(At::source(origin.source as usize).row(origin.row), code, done, &message);
        if let Some(problem) = links.0.last_mut() {
            problem.enterprise = Some(table.enterprise_of(link.row as usize) as u32);
            problem.domain = domain;
        }
    }
    for (domain, (source, count)) in without {
        let message = format!("没有收到“{domain}”的整改记录，{count} 项措施不知是否整改；请补报整改表");
        links.note(At::source(source as usize), "D607", UNKNOWN_STATE, &message);
        if let Some(problem) = links.0.last_mut() {
            problem.domain = Some(domain).filter(|d| !d.is_empty());
        }
    }
    links
}

const UNKNOWN_STATE: &str = "整改情况按“未知”计";

fn display(caseload: &Caseload, list: ListId, row: u32, field: FieldId) -> String {
    match caseload.value(list, row as usize, field) {
        sanse::Value::Text(text) => text.to_owned(),
        _ => String::new(),
    }
}
