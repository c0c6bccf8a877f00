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

mod aside;
mod batches;
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
mod finish;
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
mod open;
mod pages;
mod personal;
mod problem;
mod prose;
mod records;
mod register;
mod row;
mod sheet;
mod stream;
mod table;
mod text;
mod unclaimed;
mod wording;
mod xls;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{Caseload, CaseloadBuilder, CaseloadError, Date, ENTERPRISE, ListId, Vocabulary};

use aside::{Aside, Waiting};
use codes::Codes;
use coverage::read as read_coverage;
use domain::Domains;
use duplicate::Seen;
use finish::finish;
use header::{Headers, Meaning, Taken};
use open::{Known, Opened, note_absent, note_idle, open, open_large, place};
pub(crate) use personal::{is_registration_number, without_identity_numbers};
use problem::Problems;
use records::{Keep, Received};
use row::{Fate, Reading};
use stream::Probed;
use table::Table;
use unclaimed::withhold_for_unclaimed;

use crate::pace::Pace;
use crate::write::io_reason;

pub use batches::Batches;
pub use book::is_decoding;
pub(crate) use layout::MAPPING_NAME;
pub use layout::{ColumnLayout, Guess, SheetLayout};
pub use mapping::{Mapping, MappingError, MappingFault, mapping_text};
pub use pages::{PROBLEM_PAGES, ProblemPage, explain_problem};
pub use problem::{Problem, UnusedRow};
pub use text::{TextSheet, text_sheets};

/// What a folder of bureaus' files holds (一次报送).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The enterprises and their records. The origins of its rows number [`Delivery::sources`].
    pub caseload: Caseload,
    /// The number of its first enterprise among all that were delivered: 0 unless this is a batch of them.
    pub first: u32,
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
    /// Rows cannot be put aside on disk until the batch of their enterprise is due.
    #[error("无法在“{path}”里暂存数据：{reason}", path = .path.display())]
    Aside {
        /// The folder.
        path: PathBuf,
        /// What went wrong, in Chinese, with a remedy where there is one.
        reason: String,
        /// Why.
        source: std::io::Error,
    },
    /// A caseload in batches cannot give the records of branches to their head offices.
    #[error("标准把分支机构的记录计入总机构，不能分批读入；请一次读入")]
    Branches,
    /// More than a caseload holds.
    #[error(transparent)]
    TooMuch(#[from] CaseloadError),
}

impl ReadError {
    fn aside(path: &Path, source: std::io::Error) -> ReadError {
        ReadError::Aside { path: path.to_owned(), reason: io_reason(&source), source }
    }
}

/// How a delivery is read (接收).
#[derive(Clone, Copy)]
pub struct Intake<'a> {
    /// The lists and fields that its columns are looked up in.
    pub vocabulary: &'a Arc<Vocabulary>,
    /// The domains of the standards that will be applied.
    pub domains: &'a [String],
    /// Rows of later date are kept; what they mean is decided when they are judged.
    pub as_of: Date,
    /// What a bureau settled of its columns.
    pub mapping: Option<&'a Mapping>,
    /// The number of threads, and who is told of the progress.
    pub pace: Pace<'a>,
}

impl<'a> Intake<'a> {
    /// Without a mapping, by one thread.
    pub fn new(vocabulary: &'a Arc<Vocabulary>, domains: &'a [String], as_of: Date) -> Intake<'a> {
        Intake { vocabulary, domains, as_of, mapping: None, pace: Pace::default() }
    }

    /// Reads all files of a folder and its folders. Large delimited files are read in parts and never held.
    ///
    /// # Errors
    /// The folder cannot be read, or there is no register in it. Everything else that is wrong is a [`Problem`].
    pub fn folder(&self, dir: &Path) -> Result<Delivery, ReadError> {
        self.whole(given(dir, STREAMED, &self.pace)?)
    }

    /// Reads files that are at hand, without touching a file system. Files count in the order given; one that follows
    /// another is the copy when both hold the same decision.
    ///
    /// # Errors
    /// There is no register among the files.
    pub fn files(&self, files: impl IntoIterator<Item = InputFile>) -> Result<Delivery, ReadError> {
        self.whole(files.into_iter().map(Given::Whole))
    }

    fn whole(&self, files: impl Iterator<Item = Given>) -> Result<Delivery, ReadError> {
        let gathered = gather(files, self, None)?;
        let Gathered { reading, tables, sources, received, keep, mapping } = gathered;
        // The caseload takes their room while it is closed.
        drop((tables, keep));
        Ok(Delivery { mapping, ..finish(reading, sources, &received, self.as_of) })
    }
}

/// Reads a folder as [`Intake::folder`] does, without a mapping and by one thread.
///
/// # Errors
/// As [`Intake::folder`].
pub fn read_folder(
    dir: &Path,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
) -> Result<Delivery, ReadError> {
    Intake::new(vocabulary, domains, as_of).folder(dir)
}

/// Reads files as [`Intake::files`] does, without a mapping.
///
/// # Errors
/// As [`Intake::files`].
pub fn read_files(
    files: impl IntoIterator<Item = InputFile>,
    vocabulary: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
) -> Result<Delivery, ReadError> {
    Intake::new(vocabulary, domains, as_of).files(files)
}

/// The files of a folder; delimited ones of so many bytes are read in parts.
fn given(dir: &Path, least: u64, pace: &Pace<'_>) -> Result<impl Iterator<Item = Given> + use<>, ReadError> {
    let found = files::list(dir).map_err(|source| ReadError::Folder { path: dir.to_owned(), source })?;
    let mut large = stream::probe_large(&found, least, pace.threads);
    Ok(found.into_iter().enumerate().map(move |(number, (path, at))| match (large.remove(&number), at) {
        (Some(probed), _) => Given::Large(path, Box::new(probed)),
        (None, Some(at)) => {
            Given::Whole(InputFile { path, content: std::fs::read(&at).map_err(|e| e.to_string()) })
        }
        (None, None) => Given::Whole(InputFile { path, content: Err(files::RESULTS.to_owned()) }),
    }))
}

/// A delimited file of so many bytes is read in parts; of a smaller one there is nothing to spare.
const STREAMED: u64 = 1 << 21;

/// A file to read.
enum Given {
    Whole(InputFile),
    /// Its path within the delivery, and what its first reading gave.
    Large(String, Box<Probed>),
}

/// What reading all files gives: the register, and the records in the caseload or put aside.
struct Gathered<'v> {
    reading: Reading<'v>,
    tables: Vec<Table>,
    sources: Vec<Source>,
    received: Received,
    keep: Keep,
    mapping: Option<(String, String)>,
}

/// Reads all files. `waiting` is how the records wait if they are to come in batches.
fn gather<'v>(
    files: impl Iterator<Item = Given>,
    intake: &Intake<'v>,
    waiting: Option<Waiting<'_>>,
) -> Result<Gathered<'v>, ReadError> {
    let Intake { vocabulary, domains, mapping, pace, .. } = *intake;
    let mut reading = Reading {
        vocabulary,
        codes: Codes::of(vocabulary),
        domains: Domains::new(domains),
        builder: CaseloadBuilder::new(Arc::clone(vocabulary)),
        first: 0,
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
        doubled: BTreeMap::new(),
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
    let texts = opened.tables.iter().map(|t| match t.layout.taken {
        Taken::Register => t.room() * 2,
        _ if waiting.is_some() => 0,
        _ => t.room(),
    });
    reading.builder.reserve_texts(texts.sum());
    if let Some(mapping) = mapping {
        note_idle(&mut reading, mapping, &mut opened);
    }
    note_absent(&mut reading, &opened);
    let mut identities = register::read(&mut reading, &mut opened.tables);
    changes::read(&mut reading, &mut opened.tables, &mut identities);
    branches::settle(&mut reading, &identities);
    let mut seen = agencies(&mut reading, &mut opened.tables);
    let mut received = Received::new(&reading, &opened.tables);
    let mut keep = if let Some(waiting) = waiting {
        let enterprises = reading.builder.rows(ENTERPRISE);
        let aside = Aside::create(waiting, &opened.tables, enterprises);
        Keep::Aside(seen, aside.map_err(|e| ReadError::aside(waiting.dir, e))?)
    } else {
        let rooms = rooms(vocabulary, opened.tables.iter().map(|table| (table, table.room())));
        make_room(&mut reading, &mut seen, &rooms);
        Keep::InCaseload(seen)
    };
    for (number, table) in opened.tables.iter_mut().enumerate() {
        let read = records::read(&mut reading, (number, table), &identities, &mut keep, &mut received);
        read.map_err(|e| ReadError::aside(waiting.map_or(Path::new(""), |waiting| waiting.dir), e))?;
    }
    for unclaimed in &mut opened.unclaimed {
        withhold_for_unclaimed(&mut reading, &mut opened.sources, unclaimed, &identities);
    }
    drop(identities);
    let coverages = read_coverage(&mut reading, &mut opened.tables, &received);
    reading.builder.coverages(coverages);
    let mapping = mapping.map(|mapping| (mapping.file.clone(), mapping.sha256.clone()));
    Ok(Gathered { reading, tables: opened.tables, sources: opened.sources, received, keep, mapping })
}

/// How many rows are expected, by list.
fn rooms<'t>(vocabulary: &Vocabulary, tables: impl Iterator<Item = (&'t Table, usize)>) -> Vec<usize> {
    let mut rooms = vec![0; vocabulary.lists.len()];
    for (table, rows) in tables {
        if let Taken::Records(list) = table.layout.taken
            && let Some(room) = rooms.get_mut(usize::from(list.0))
        {
            *room += rows;
        }
    }
    rooms
}

/// Makes room for so many records by list.
fn make_room(reading: &mut Reading<'_>, seen: &mut Seen, rooms: &[usize]) {
    seen.reserve(reading.vocabulary, rooms);
    for (list, room) in rooms.iter().enumerate() {
        reading.builder.reserve(ListId(list as u16), *room);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A row: list, enterprise, place within the enterprise, origin and values.
    type Row = (usize, u32, usize, Option<sanse::Origin>, Vec<String>);

    fn rows(delivery: &Delivery) -> Vec<Row> {
        let caseload = &delivery.caseload;
        let mut rows = Vec::new();
        for (number, def) in caseload.vocabulary().lists.iter().enumerate() {
            let list = ListId(number as u16);
            let table = caseload.table(list).unwrap();
            for row in 0..table.len() {
                let own = table.enterprise_of(row);
                let place = if list == ENTERPRISE { 0 } else { row - table.rows_of(own).start };
                let fields = 0..def.fields.len() as u16;
                let values = fields.map(|field| caseload.text(list, row, sanse::FieldId(field)));
                rows.push((number, delivery.first + own as u32, place, table.origin(row), values.collect()));
            }
        }
        rows.sort();
        rows
    }

    /// Whom green is withheld from, and where.
    fn withholding(delivery: &Delivery) -> Vec<(u32, Option<String>)> {
        let caseload = &delivery.caseload;
        let domain = |w: &sanse::Withheld| w.domain.map(|domain| caseload.texts().get(domain).to_owned());
        let mut all: Vec<_> =
            caseload.withheld().iter().map(|w| (delivery.first + w.enterprise, domain(w))).collect();
        all.sort();
        all.dedup();
        all
    }

    /// A folder gives the same whether its text files are read whole or in parts, by one thread or by two, and whether
    /// its enterprises come at once or in batches.
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
                let intake = Intake { pace, ..Intake::new(&vocabulary, &domains, as_of) };
                intake.whole(given(folder, least, &pace).unwrap()).unwrap()
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
            for (least, threads, size) in [(1, 2, 1), (u64::MAX, 1, 7), (1, 1, 100), (1, 2, 10_000)] {
                let pace = Pace { threads, ..Pace::default() };
                let home = tempfile::tempdir().unwrap();
                let intake = Intake { pace, ..Intake::new(&vocabulary, &domains, as_of) };
                let files = given(folder, least, &pace).unwrap();
                // So little room that nearly all rows are written to the file.
                let waiting = Waiting { dir: home.path(), size, open: 1 << 10 };
                let mut batches = intake.batches(files, waiting).unwrap();
                let (mut records, mut withheld) = (Vec::new(), Vec::new());
                while let Some(batch) = batches.next_batch().unwrap() {
                    assert!(batch.caseload.enterprises() <= size as usize);
                    records.extend(rows(&batch));
                    withheld.extend(withholding(&batch));
                }
                let together = batches.finish();
                records.sort();
                withheld.sort();
                assert_eq!(records, rows(&whole));
                assert_eq!(withheld, withholding(&whole));
                assert_eq!(together.sources, whole.sources);
                assert_eq!(together.problems, whole.problems);
                assert_eq!(together.unused, whole.unused);
                assert_eq!(withholding(&together), withholding(&whole));
                assert_eq!(together.caseload.coverages(), whole.caseload.coverages());
            }
        }
    }
}
