//! Opening: which sheets there are in the files, and what each of them is.

use sanse::{ENTERPRISE, FieldId, ListId, Vocabulary};

use super::book::{self, Named};
use super::header::{Headers, Layout, Meaning, Taken, content};
use super::layout;
use super::mapping::{self, Mapping, Remark};
use super::personal::without_identity_numbers;
use super::problem::{At, done};
use super::row::{Counts, Reading, shortened};
use super::sheet::Sheet;
use super::stream::Probed;
use super::table::Table;
use super::unclaimed::Unclaimed;
use super::{InputFile, Source, UNRECOGNISED, bytes, files, form};

/// Says which entries of a mapping settle nothing. The mapping is then listed among the sources, as their place.
pub(super) fn note_idle(reading: &mut Reading<'_>, mapping: &Mapping, opened: &mut Opened) {
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

/// Says which fields that a standard added no table of their list has: to its rules they are missing everywhere. What
/// every row must have is said table by table (D201).
pub(super) fn note_absent(reading: &mut Reading<'_>, opened: &Opened) {
    let shipped = Vocabulary::standard();
    for (number, (list, known)) in reading.vocabulary.lists.iter().zip(&shipped.lists).enumerate() {
        let taken = match ListId(number as u16) {
            ENTERPRISE => Taken::Register,
            list => Taken::Records(list),
        };
        let tables: Vec<&Table> = opened.tables.iter().filter(|t| t.layout.taken == taken).collect();
        let Some(first) = tables.first() else { continue };
        for (field, def) in list.fields.iter().enumerate().skip(known.fields.len()) {
            let meaning = Meaning::Field(FieldId(field as u16));
            let found = tables.iter().any(|t| t.layout.claims.iter().any(|claim| claim.meaning == meaning));
            let told = !def.optional && taken != Taken::Register;
            if found || told || def.derived.is_some() {
                continue;
            }
            let unknown: Vec<String> = tables
                .iter()
                .flat_map(|t| &t.layout.unknown)
                .map(|(_, header)| format!("“{}”", shortened(header)))
                .take(3)
                .collect();
            let unknown = match unknown.as_slice() {
                [] => String::new(),
                some => format!("；没有认出的列有{}", some.join("、")),
            };
            let (list, name) = (layout::taken_for(reading.vocabulary, taken), &def.name.chinese);
            let message = format!(
                "标准里写了字段“{name}”，“{list}”的表里没有这一列{unknown}；请补上这一列，或者把表头改成这个名称"
            );
            let at = At::source(first.source).column(name);
            reading.problems.note(at, "D209", "规则用到它的地方，按没有这个值评定", &message);
        }
    }
}

/// What the files gave before any row was read.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) sources: Vec<Source>,
    pub(super) tables: Vec<Table>,
    /// Sheets that nobody claims.
    pub(super) unclaimed: Vec<Unclaimed>,
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
pub(super) struct Known<'v> {
    pub(super) headers: Headers<'v>,
    pub(super) mapping: Option<&'v Mapping>,
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
    /// What a sheet is: as the mapping says, else by its headers; what they leave open, by its cells.
    fn settle(
        &self,
        reading: &mut Reading<'_>,
        source: usize,
        sheet: &Sheet,
        place: (&str, Option<&str>),
    ) -> Settled {
        let mut settled = self.by_headers(reading, source, sheet, place);
        if let Settled::Table(layout, form) = &mut settled {
            content::settle(&self.headers, &reading.codes, form.as_ref().unwrap_or(sheet), layout);
        }
        settled
    }

    fn by_headers(
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
            if let Some((layout, remarks)) =
                mapping::apply(entry, taken, &self.headers, form.as_ref().unwrap_or(sheet))
            {
                for Remark { header, trouble: (code, message) } in remarks {
                    let place = At::source(source).column(&header);
                    reading.problems.note(place, code, "其余各列已照常读入", &message);
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
pub(super) fn open_large(
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
        reading.problems.note(At::source(number), "D102", done::SHEET_LEFT_OUT, EMPTY);
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
pub(super) fn open(reading: &mut Reading<'_>, known: &Known<'_>, file: &InputFile, opened: &mut Opened) {
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
            // A workbook may well have a sheet to spare.
            if delimited {
                reading.problems.note(At::source(number), "D102", done::SHEET_LEFT_OUT, EMPTY);
            }
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

/// What is said of a text file without any content.
const EMPTY: &str =
    "文件是空的，一行也没有；请从原系统重新导出，确实没有数据的，请移出文件夹，在覆盖表里填零报告“是”";

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

pub(super) fn place(source: &Source) -> String {
    match &source.sheet {
        Some(sheet) => format!("{}/{sheet}", source.file),
        None => source.file.clone(),
    }
}
