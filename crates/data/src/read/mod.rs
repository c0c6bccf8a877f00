//! Reading: a folder of bureaus' files to a caseload, with an account of every row.
//!
//! ```text
//! file ─ bytes ─▶ sheet ─ header ─▶ table ─┬─ register ─▶ enterprises ─ identity ─┐
//!                                          └─ records: identity, domain, values, duplicate ─▶ caseload
//! ```
//! A large text file is read in parts, which pass through the same way one after the other, and its rows go straight
//! into the caseload: memory grows with the records, not with copies of the files.
//!
//! Files are known by their headers, not by their names. Nothing is dropped in silence: every row is used, or
//! unused with a reason, or in the list of problems. Identity numbers of persons never pass.

mod book;
mod branches;
mod bytes;
mod cell;
mod changes;
mod codes;
mod coverage;
mod domain;
mod duplicate;
pub(crate) mod files;
mod form;
mod header;
mod identity;
mod kind;
mod layout;
mod levels;
mod mapping;
mod measure;
mod memo;
mod name;
mod number;
mod ods;
mod pages;
mod personal;
mod problem;
mod prose;
mod records;
mod register;
mod row;
mod sheet;
mod stream;
mod text;
mod wording;
mod xls;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{
    Caseload, CaseloadBuilder, Date, FieldId, LinkProblem, LinkProblemKind, ListId, RECTIFICATION, SANCTION,
    Vocabulary,
};

use book::Named;
use codes::Codes;
use coverage::read as read_coverage;
use domain::{Decided, Domains};
use duplicate::Seen;
use header::{Headers, Layout, Meaning, Taken};
use identity::Identities;
pub(crate) use personal::{is_registration_number, without_identity_numbers};
use problem::{At, Problems, done};
use records::Received;
use row::{Counts, Fate, Reading, Table, shortened};
use sheet::Sheet;
use stream::{Probed, Stream};

use crate::pace::Pace;

pub use book::is_decoding;
pub(crate) use layout::MAPPING_NAME;
pub use layout::{ColumnLayout, SheetLayout};
pub use mapping::{Mapping, MappingError, MappingFault, mapping_text};
pub use pages::{PROBLEM_PAGES, ProblemPage, explain_problem};
pub use problem::{Problem, UnusedRow};
pub use text::{TextSheet, text_sheets};

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
    /// The mapping that was used: its file as given and its digest in hexadecimal.
    pub mapping: Option<(String, String)>,
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
    /// How its columns were read; `None` if it is none of the lists.
    pub layout: Option<SheetLayout>,
}

/// What a sheet is taken for that nobody claims.
pub(super) const UNRECOGNISED: &str = "未识别";

/// The domains that are known without any standard, by their Chinese names.
pub fn shipped_domains() -> Vec<String> {
    domain::shipped().map(str::to_owned).collect()
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
        /// The same as data, without an account of their rows.
        sources: Vec<Source>,
        /// What is wrong with the files as far as it was seen.
        problems: Vec<Problem>,
    },
}

/// Reads all files of a folder and its folders. Large delimited files are read in parts and never held.
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
    read_folder_by(dir, vocabulary, domains, as_of, None, &Pace::default())
}

/// As [`read_folder`], with what a mapping settles, so many threads, and word of the progress.
///
/// # Errors
/// As [`read_folder`].
pub fn read_folder_by(
    dir: &Path,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
    mapping: Option<&Mapping>,
    pace: &Pace<'_>,
) -> Result<Delivery, ReadError> {
    read_folder_streaming(dir, vocabulary, domains, as_of, mapping, pace, STREAMED)
}

/// As [`read_folder_by`]; delimited files of so many bytes are read in parts.
fn read_folder_streaming(
    dir: &Path,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
    mapping: Option<&Mapping>,
    pace: &Pace<'_>,
    least: u64,
) -> Result<Delivery, ReadError> {
    let found = files::list(dir).map_err(|source| ReadError::Folder { path: dir.to_owned(), source })?;
    let mut large = stream::probe_large(&found, least, pace.threads);
    let files = found.into_iter().enumerate().map(|(number, (path, at))| match (large.remove(&number), at) {
        (Some(probed), _) => Given::Large(path, Box::new(probed)),
        (None, Some(at)) => {
            Given::Whole(InputFile { path, content: std::fs::read(&at).map_err(|e| e.to_string()) })
        }
        (None, None) => Given::Whole(InputFile { path, content: Err(files::RESULTS.to_owned()) }),
    });
    read_given(files, vocabulary, domains, as_of, mapping, pace)
}

/// A delimited file of so many bytes is read in parts; of a smaller one there is nothing to spare.
const STREAMED: u64 = 1 << 21;

/// A file to read.
enum Given {
    Whole(InputFile),
    /// Its path within the delivery, and what its first reading gave.
    Large(String, Box<Probed>),
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
    read_files_by(files, vocabulary, domains, as_of, None)
}

/// As [`read_files`], with what a mapping settles.
///
/// # Errors
/// As [`read_files`].
pub fn read_files_by(
    files: impl IntoIterator<Item = InputFile>,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
    mapping: Option<&Mapping>,
) -> Result<Delivery, ReadError> {
    read_given(files.into_iter().map(Given::Whole), vocabulary, domains, as_of, mapping, &Pace::default())
}

fn read_given(
    files: impl Iterator<Item = Given>,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
    mapping: Option<&Mapping>,
    pace: &Pace<'_>,
) -> Result<Delivery, ReadError> {
    let mut reading = Reading {
        vocabulary,
        codes: Codes::of(vocabulary),
        domains: Domains::new(domains),
        builder: CaseloadBuilder::new(Arc::clone(vocabulary)),
        domain_names: Vec::new(),
        memos: Vec::new(),
        pace,
        progress: (0, 0),
        problems: Problems::default(),
        unused: Vec::new(),
        counts: Vec::new(),
        places: Vec::new(),
        cited: HashMap::new(),
        renamed: HashSet::new(),
        doubled: HashSet::new(),
    };
    let known = Known { headers: Headers::new(vocabulary), mapping };
    let mut opened = Opened::default();
    for file in files {
        match file {
            Given::Whole(file) => open(&mut reading, &known, &file, &mut opened),
            Given::Large(path, probed) => open_large(&mut reading, &known, path, *probed, &mut opened),
        }
    }
    reading.places = opened.sources.iter().map(place).collect();
    if !opened.tables.iter().any(|t| t.layout.taken == Taken::Register) {
        let seen: Vec<String> =
            opened.sources.iter().map(|s| format!("{}（{}）", place(s), s.taken_for)).collect();
        return Err(ReadError::NoRegister {
            seen: if seen.is_empty() { "没有文件".to_owned() } else { seen.join("、") },
            sources: opened.sources,
            problems: reading.problems.0,
        });
    }
    // A name and a code for each enterprise, a number for each record; nearly all other texts repeat.
    let texts =
        opened.tables.iter().map(|t| t.room() * if t.layout.taken == Taken::Register { 2 } else { 1 });
    reading.builder.reserve_texts(texts.sum());
    if let Some(mapping) = mapping {
        note_idle(&mut reading, mapping, &mut opened);
    }
    let mut identities = register::read(&mut reading, &mut opened.tables);
    changes::read(&mut reading, &mut opened.tables, &mut identities);
    branches::settle(&mut reading, &identities);
    let mut seen = agencies(&mut reading, &mut opened.tables);
    let mut received = Received::new(&reading, &opened.tables);
    let mut rooms = vec![0; vocabulary.lists.len()];
    for table in &opened.tables {
        if let Taken::Records(list) = table.layout.taken
            && let Some(room) = rooms.get_mut(usize::from(list.0))
        {
            *room += table.room();
        }
    }
    seen.reserve(vocabulary, &rooms);
    for (list, room) in rooms.iter().enumerate() {
        reading.builder.reserve(ListId(list as u16), *room);
    }
    for table in &mut opened.tables {
        records::read(&mut reading, table, &identities, &mut seen, &mut received);
    }
    drop(seen);
    for unclaimed in &mut opened.unclaimed {
        withhold_for_unclaimed(&mut reading, &mut opened.sources, unclaimed, &identities);
    }
    drop(identities);
    let coverages = read_coverage(&mut reading, &mut opened.tables, &received);
    reading.builder.coverages(coverages);
    let mut delivery = finish(reading, opened.sources, as_of);
    delivery.mapping = mapping.map(|mapping| (mapping.file.clone(), mapping.sha256.clone()));
    Ok(delivery)
}

/// Says which entries of a mapping settle nothing. The mapping is then listed among the sources, as their place.
fn note_idle(reading: &mut Reading<'_>, mapping: &Mapping, opened: &mut Opened) {
    let idle = mapping.idle(&opened.sources);
    if idle.is_empty() {
        return;
    }
    let number = opened.sources.len();
    opened.sources.push(source_of(&mapping.file, None, &mapping.sha256, "", layout::MAPPING_NAME));
    // Its rows are the entries that are told here.
    let count = idle.len() as u32;
    reading.counts.push(Counts { read: count, problem: count, ..Counts::default() });
    reading.places.push(mapping.file.clone());
    for (line, message) in idle {
        reading.problems.note(At::source(number).row(line), "D806", "仅提示，各表由程序按列名认", &message);
    }
}

/// What the files gave before any row was read.
#[derive(Default)]
struct Opened {
    sources: Vec<Source>,
    tables: Vec<Table>,
    /// Sheets that nobody claims.
    unclaimed: Vec<Unclaimed>,
}

/// A sheet that nobody claims.
struct Unclaimed {
    source: usize,
    sheet: Sheet,
    /// Where its rows come from, if `sheet` holds only the first of them.
    stream: Option<Stream>,
}

fn source_of(file: &str, sheet: Option<&str>, sha256: &str, encoding: &str, taken_for: &str) -> Source {
    Source {
        file: without_identity_numbers(file).into_owned(),
        sheet: sheet.map(|s| without_identity_numbers(s).into_owned()),
        sha256: sha256.to_owned(),
        encoding: encoding.to_owned(),
        taken_for: taken_for.to_owned(),
        rows_read: 0,
        rows_used: 0,
        rows_unused: 0,
        rows_problem: 0,
        layout: None,
    }
}

/// By what sheets are known.
struct Known<'v> {
    headers: Headers<'v>,
    mapping: Option<&'v Mapping>,
}

/// What a sheet turned out to be.
enum Settled {
    /// A table; of a form with its rows.
    Table(Layout, Option<Sheet>),
    /// Not to be read, says the mapping.
    Ignored,
    /// Nobody claims it.
    Unclaimed,
}

impl Known<'_> {
    /// What a sheet is: as the mapping says, else by its headers.
    fn settle(
        &self,
        reading: &mut Reading<'_>,
        source: usize,
        sheet: &Sheet,
        place: (&str, Option<&str>),
    ) -> Settled {
        let (file, name) = place;
        if let Some(entry) = self.mapping.and_then(|mapping| mapping.find(file, name)) {
            let Some(taken) = entry.taken else {
                reading.problems.note(
                    At::source(source),
                    "D112",
                    done::SHEET_LEFT_OUT,
                    "读法文件写明这张表不读；如果要读，请在读法文件里改写它的清单",
                );
                return Settled::Ignored;
            };
            let form = if entry.form { form::turned(sheet, |cell| self.headers.knows(cell)) } else { None };
            if let Some((layout, missing)) =
                mapping::apply(entry, taken, &self.headers, form.as_ref().unwrap_or(sheet))
            {
                for header in missing {
                    let message = format!(
                        "读法文件里的列“{}”在这张表里没有；请核对列名，或改正读法文件",
                        shortened(&header)
                    );
                    reading.problems.note(
                        At::source(source).column(&header),
                        "D208",
                        "其余各列已照常读入",
                        &message,
                    );
                }
                return Settled::Table(layout, form);
            }
            let message =
                "读法文件里这张表的列名一个也没有找到，改由程序按列名认；请核对表头行和列名，或改正读法文件";
            reading.problems.note(At::source(source), "D208", done::NOTED, message);
        }
        let lying = self.headers.best(sheet, file, name);
        if let Some((table, layout)) = form::as_table(sheet, &self.headers, file, name, lying.as_ref()) {
            return Settled::Table(layout, Some(table));
        }
        lying.map_or(Settled::Unclaimed, |(_, layout)| Settled::Table(layout, None))
    }
}

/// Enters a large file, whose rows will be read in parts.
fn open_large(
    reading: &mut Reading<'_>,
    known: &Known<'_>,
    path: String,
    probed: Probed,
    opened: &mut Opened,
) {
    let Probed { sha256, encoding, head, stream } = probed;
    let number = opened.sources.len();
    reading.counts.push(Counts::default());
    reading.progress.1 += stream.size;
    let source = |taken_for: &str| source_of(&path, None, &sha256, encoding, taken_for);
    if head.len() == 0 {
        opened.sources.push(source("空表"));
        return;
    }
    let layout = match known.settle(reading, number, &head, (&path, None)) {
        Settled::Table(layout, None) => layout,
        Settled::Table(_, Some(_)) => {
            let message = "这是竖表，却有 2 MB 以上；请分成几个文件，或改成一行一条的表";
            reading.problems.note(At::source(number), "D102", done::SHEET_LEFT_OUT, message);
            opened.sources.push(source(UNRECOGNISED));
            return;
        }
        Settled::Ignored => {
            opened.sources.push(source(layout::IGNORED));
            return;
        }
        Settled::Unclaimed => {
            let message = unrecognised(known.headers.nearest(&head));
            reading.problems.note(At::source(number), "D103", done::SHEET_LEFT_OUT, &message);
            opened.sources.push(source(UNRECOGNISED));
            opened.unclaimed.push(Unclaimed { source: number, sheet: head, stream: Some(stream) });
            return;
        }
    };
    let mut recognised = source(&layout::taken_for(reading.vocabulary, layout.taken));
    let header_row = head.number(layout.header_row);
    recognised.layout = Some(layout::describe(reading.vocabulary, &layout, header_row, false));
    opened.sources.push(recognised);
    opened.tables.push(Table::streamed(number, &head, layout, stream, path));
}

/// Opens a file and sorts its sheets.
fn open(reading: &mut Reading<'_>, known: &Known<'_>, file: &InputFile, opened: &mut Opened) {
    let source = |sheet: Option<&str>, sha256: &str, encoding: &str, taken_for: &str| {
        source_of(&file.path, sheet, sha256, encoding, taken_for)
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
            fail(reading, opened, source(None, "", "", UNRECOGNISED), "D102", "文件未读入", &message);
            return;
        }
    };
    let sha256 = crate::digest::sha256(bytes);
    let (sheets, encoding, delimited) = match files::open(&file.path, bytes) {
        Ok(found) => found,
        Err((code, message)) => {
            fail(reading, opened, source(None, &sha256, "", UNRECOGNISED), code, "文件未读入", &message);
            return;
        }
    };
    let damaged = encoding.ends_with(bytes::DAMAGED);
    if damaged {
        let message = "文件里有读不出的字节，文字已损坏；请报送机关从原系统重新导出，不要用记事本另存";
        let place = At::source(opened.sources.len());
        reading.problems.note(place, "D111", "损坏的行没有计入，其余各行照常读入", message);
    }
    for Named { name, sheet, merged, hidden, from_1904 } in sheets {
        let of = |taken_for: &str| source(name.as_deref(), &sha256, encoding, taken_for);
        let sheet = match sheet {
            Ok(sheet) => sheet,
            Err(why) => {
                let message = format!("工作表读不出来（{why}）；请在表格软件里打开后另存");
                fail(reading, opened, of(UNRECOGNISED), "D102", done::SHEET_LEFT_OUT, &message);
                continue;
            }
        };
        let number = opened.sources.len();
        reading.counts.push(Counts::default());
        if sheet.len() == 0 {
            opened.sources.push(of("空表"));
            continue;
        }
        let (layout, form) = match known.settle(reading, number, &sheet, (&file.path, name.as_deref())) {
            Settled::Table(layout, form) => (layout, form),
            Settled::Ignored => {
                opened.sources.push(of(layout::IGNORED));
                continue;
            }
            Settled::Unclaimed => {
                let message = unrecognised(known.headers.nearest(&sheet));
                reading.problems.note(At::source(number), "D103", done::SHEET_LEFT_OUT, &message);
                let mut unclaimed = of(UNRECOGNISED);
                unclaimed.rows_read = (0..sheet.len()).filter(|r| !sheet.is_blank(*r)).count() as u32;
                opened.sources.push(unclaimed);
                opened.unclaimed.push(Unclaimed { source: number, sheet, stream: None });
                continue;
            }
        };
        if hidden {
            let message = "工作簿里这张表是隐藏的，已照常读入；不该计的请把它删掉";
            reading.problems.note(At::source(number), "D110", done::NOTED, message);
        }
        let is_form = form.is_some();
        let sheet = match form {
            Some(table) => table,
            None if merged.is_empty() => sheet,
            None => {
                let fills = |column| known.headers.fills_down(&layout, column);
                book::fill(&sheet, &merged, layout.header_row, fills)
            }
        };
        let mut recognised = of(&layout::taken_for(reading.vocabulary, layout.taken));
        // The first row of a form has its number; the names in the row above it are the reader's own.
        let header_row = sheet.number(layout.header_row + usize::from(is_form));
        recognised.layout = Some(layout::describe(reading.vocabulary, &layout, header_row, is_form));
        let place = (file.path.clone(), name.clone());
        let mut table = Table::new(number, sheet, layout, delimited && !is_form, place);
        table.damaged = damaged;
        table.from_1904 = from_1904;
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
fn agencies(reading: &mut Reading<'_>, tables: &mut [Table]) -> Seen {
    let mut seen = Seen::default();
    for table in tables.iter_mut().filter(|t| t.layout.taken == Taken::Agencies) {
        reading.each_row(table, |reading, table, row| {
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
        });
    }
    seen
}

/// A sheet that nobody claims may hold penalties: the enterprises that it names get no green label.
fn withhold_for_unclaimed(
    reading: &mut Reading<'_>,
    sources: &mut [Source],
    unclaimed: &mut Unclaimed,
    identities: &Identities,
) {
    let Unclaimed { source, sheet, stream } = unclaimed;
    let Some(known) = sources.get_mut(*source) else { return };
    let domain = match reading.domains.of_place(&known.file, known.sheet.as_deref()) {
        Decided::Domain(domain) => Some(reading.domains.name(domain).to_owned()),
        _ => None,
    };
    let mut parts = None;
    if let Some(stream) = stream {
        // The rows at hand come once more.
        sheet.clear();
        parts = stream.parts(reading.pace.threads).ok();
    }
    known.rows_read = 0;
    loop {
        for row in 0..sheet.len() {
            if sheet.is_blank(row) {
                continue;
            }
            let cells: Vec<&str> = sheet.cells(row).collect();
            let at = At::source(*source).row(sheet.number(row));
            let register = identities.with(reading.builder.texts());
            let mentioned = register.mentioned(&cells.join("\n"));
            let named: Vec<(u32, String)> =
                mentioned.into_iter().map(|e| (e, personal::shown(register.name(e)))).collect();
            for (enterprise, name) in named {
                let message =
                    format!("认不出的表里有名录内企业“{name}”；请补上表头，或把无关的文件移出文件夹");
                reading.problems.withhold(
                    at,
                    "D103",
                    done::GREEN_WITHHELD,
                    &message,
                    (Some(enterprise), domain.as_deref()),
                );
            }
            known.rows_read += 1;
            if let Some(counts) = reading.counts.get_mut(*source) {
                counts.problem += 1;
            }
        }
        if !parts.as_mut().is_some_and(|parts| parts.next(sheet).unwrap_or(false)) {
            break;
        }
    }
}

/// Sorts problems, withholds green, closes the caseload and the account.
fn finish(reading: Reading<'_>, mut sources: Vec<Source>, as_of: Date) -> Delivery {
    let Reading { problems: Problems(mut problems), mut unused, counts, mut builder, pace, .. } = reading;
    problems.sort();
    problems.dedup();
    for (number, problem) in problems.iter().enumerate() {
        if let (true, Some(enterprise)) = (problem.withholds, problem.enterprise) {
            // Fails only for an enterprise outside the caseload, or after 4 GiB of text, where rows fail too.
            let _ = builder.withhold(enterprise, problem.domain.as_deref(), number as u32);
        }
    }
    let (caseload, unlinked) = builder.finish_by(as_of, pace.threads);
    // They withhold nothing, so they may follow without moving the numbers before them.
    let mut links = unlinked_problems(&caseload, &unlinked);
    links.0.sort();
    links.0.dedup();
    problems.extend(links.0);
    if let Some(link) = &caseload.vocabulary().branch_link {
        // They withhold by the numbers of the branches' problems.
        let of_heads = branches::problems_of_heads(&caseload, &problems, &link.domains);
        problems.extend(of_heads);
    }
    unused.sort();
    for (source, counts) in sources.iter_mut().zip(counts) {
        (source.rows_used, source.rows_unused, source.rows_problem) =
            (counts.used, counts.unused, counts.problem);
        source.rows_read = counts.read.max(source.rows_read);
    }
    Delivery { caseload, sources, problems, unused, mapping: None }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder gives the same whether its text files are read whole or in parts, by one thread or by two.
    #[test]
    fn parts_give_what_the_whole_gives() {
        let vocabulary = Arc::new(Vocabulary::standard());
        let domains = ["安全生产", "消防", "特种设备", "生态环境"].map(str::to_owned);
        let as_of = "2023-03-31".parse().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yeji-2022");
        let odd = tempfile::tempdir().unwrap();
        let line = |i: u32| format!("叶集区{i}家居厂,92341504MA{i:08},三元镇,C2110");
        let long = (0..200).map(line).collect::<Vec<_>>().join("\r\n");
        for (path, text) in [
            ("名录.csv", format!("企业名册,,,\r\n\r\n名称,统一社会信用代码,乡镇,行业代码\r\n{long}\r\n,,,\r\n合计,200,,\r\n,,,\r\n")),
            ("消防/处罚.csv", "企业名称,统一社会信用代码,处罚决定日期,处罚类别,罚款金额,无名\n叶集区1家居厂,,2022-05-06,罚款,2000,\n叶集区2家居厂,,2022-05-06,罚款;警告,\"2000\n\",x\n叶集区3家居厂,,2022-13-06,罚款,2000,\n叶集区3家居厂,,2022-05-06\n".to_owned()),
            ("消防/说明.txt", "叶集区7家居厂\n\n叶集区8家居厂\n".to_owned()),
            ("覆盖.csv", "机关,领域,起,止\n消防队,消防,2022-01-01,2022-12-31\n".to_owned()),
        ] {
            let path = odd.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        for folder in [fixture.as_path(), odd.path()] {
            let read = |least, threads| {
                let pace = Pace { threads, ..Pace::default() };
                read_folder_streaming(folder, &vocabulary, &domains, as_of, None, &pace, least).unwrap()
            };
            let whole = read(u64::MAX, 1);
            assert!(whole.caseload.enterprises() > 100 && !whole.problems.is_empty());
            for parts in [read(1, 1), read(1, 2)] {
                for (part, whole) in parts.sources.iter().zip(&whole.sources) {
                    assert_eq!(part, whole);
                }
                assert_eq!(parts.problems, whole.problems);
                assert_eq!(parts.unused, whole.unused);
                assert_eq!(parts.caseload, whole.caseload);
            }
        }
    }
}
