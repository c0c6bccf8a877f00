//! Rows of cells to values of fields, with everything that goes wrong said once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use sanse::{
    CaseloadBuilder, ENTERPRISE, FieldDef, FieldId, ListId, Origin, Points, Ty, Vocabulary, parse_decimal,
};

use super::cell::{self, DateTrouble, MoneyTrouble, half_width, is_placeholder, key};
use super::codes::Codes;
use super::domain::{Decided, Domains};
use super::header::{Claim, Layout, Meaning};
use super::memo::Memo;
use super::personal::without_identity_numbers;
use super::problem::{At, Problems, UnusedRow, done};
use super::prose;
use super::sheet::Sheet;
use super::stream::{Parts, Stream};
use super::wording::How;
use crate::pace::Pace;

pub(super) use sanse::Stored;

/// What is shared by the reading of all sheets.
pub(super) struct Reading<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) codes: Vec<Codes>,
    pub(super) domains: Domains,
    /// Takes the rows as they are read; holds their texts.
    pub(super) builder: CaseloadBuilder,
    /// The names of the domains as texts of the builder.
    pub(super) domain_names: Vec<Stored>,
    /// What the cells of a column were read as, by the column's place among the claims of the present table.
    pub(super) memos: Vec<Memo>,
    /// The progress is told here.
    pub(super) pace: &'v Pace<'v>,
    /// Bytes of large files read so far, and of all of them.
    pub(super) progress: (u64, u64),
    pub(super) problems: Problems,
    pub(super) unused: Vec<UnusedRow>,
    pub(super) counts: Vec<Counts>,
    /// The file and sheet of each source, for messages.
    pub(super) places: Vec<String>,
    /// What texts that came up before cite: the same laws come up again and again.
    pub(super) cited: HashMap<String, Decided>,
    /// Names other than the registered one that were noted, by source and enterprise.
    pub(super) renamed: HashSet<(usize, u32, String)>,
    /// The columns, by source and number, of which it was said that they differ from another of the same field.
    pub(super) doubled: HashSet<(usize, usize)>,
}

/// The account of the rows of a source: read = used + unused + problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) read: u32,
    pub(super) used: u32,
    pub(super) unused: u32,
    pub(super) problem: u32,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Used,
    Unused(String),
    /// Left out although it concerns a registered enterprise, with the reason.
    UnusedOf(u32, String),
    /// It is in the list of problems.
    Problem,
}

/// How many texts are remembered; laws are few, stories are many.
const MOST_CITED: usize = 50_000;

/// What the notes below a table begin with.
const NOTES: [&str; 9] =
    ["填表说明", "表格说明", "备注", "说明", "注", "填报人", "填表人", "制表人", "填报单位"];

/// A recognised sheet.
#[expect(
    clippy::struct_excessive_bools,
    reason = "marks of the file that have nothing to do with each other"
)]
pub(super) struct Table {
    pub(super) source: usize,
    /// All rows, or the part of a large file that is at hand.
    sheet: Sheet,
    /// The first row of the sheet that is one of the table's.
    first: usize,
    /// Where the rows come from that are not at hand.
    stream: Option<Stream>,
    parts: Option<Parts>,
    pub(super) layout: Layout,
    /// The cells of the header.
    header: Vec<String>,
    /// True if a cell at hand may be damaged or hold a line break.
    suspect: bool,
    /// True for delimited text, where every row has as many cells as the header.
    pub(super) delimited: bool,
    /// True if bytes of the file were lost, so that a wording may be wrong without showing it.
    pub(super) damaged: bool,
    /// True if bare serial numbers of days count from 1904.
    pub(super) from_1904: bool,
    /// The file's path and the sheet's name.
    pub(super) file: String,
    pub(super) name: Option<String>,
}

impl Table {
    /// A table of which all rows are at hand.
    pub(super) fn new(
        source: usize,
        sheet: Sheet,
        layout: Layout,
        delimited: bool,
        (file, name): (String, Option<String>),
    ) -> Table {
        let (first, suspect) = (layout.header_row + 1, sheet.is_suspect());
        let header = sheet.cells(layout.header_row).map(str::to_owned).collect();
        Table {
            source,
            sheet,
            first,
            stream: None,
            parts: None,
            layout,
            header,
            suspect,
            delimited,
            damaged: false,
            from_1904: false,
            file,
            name,
        }
    }

    /// A table that is read in parts; none is at hand at first. `head` holds its first rows.
    pub(super) fn streamed(
        source: usize,
        head: &Sheet,
        layout: Layout,
        stream: Stream,
        file: String,
    ) -> Table {
        let header = head.cells(layout.header_row).map(str::to_owned).collect();
        let first = layout.header_row + 1;
        Table {
            source,
            sheet: Sheet::default(),
            first,
            stream: Some(stream),
            parts: None,
            layout,
            header,
            suspect: false,
            delimited: true,
            damaged: false,
            from_1904: false,
            file,
            name: None,
        }
    }

    /// About how many rows it has.
    pub(super) fn room(&self) -> usize {
        self.stream.as_ref().map_or(self.sheet.len(), |stream| stream.lines)
    }

    /// Brings the next rows to hand in place of those before. False if there are none: all were at hand at first,
    /// or the file has ended.
    pub(super) fn advance(&mut self, threads: usize) -> std::io::Result<bool> {
        let Some(stream) = &self.stream else { return Ok(false) };
        let parts = match &mut self.parts {
            Some(parts) => parts,
            None => self.parts.insert(stream.parts(threads)?),
        };
        // The header may take more than one part, if parts are small.
        self.first = self.first.saturating_sub(self.sheet.len());
        let more = parts.next(&mut self.sheet)?;
        self.suspect = self.sheet.is_suspect();
        if !more {
            (self.stream, self.parts) = (None, None);
        }
        Ok(more)
    }

    /// The bytes of the file that the rows at hand stand for, about.
    pub(super) fn bytes(&self) -> usize {
        self.sheet.bytes()
    }

    /// A cell of a row.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        self.sheet.cell(row, column)
    }

    /// All cells of a row.
    pub(super) fn all_cells(&self, row: usize) -> impl Iterator<Item = &str> {
        self.sheet.cells(row)
    }

    /// The number of a row as a person counts rows.
    pub(super) fn number(&self, row: usize) -> u32 {
        self.sheet.number(row)
    }

    /// The rows of the table that are at hand.
    pub(super) fn rows(&self) -> std::ops::Range<usize> {
        self.first.min(self.sheet.len())..self.sheet.len()
    }

    /// The columns of a meaning.
    pub(super) fn columns(&self, meaning: Meaning) -> Vec<usize> {
        self.layout.claims.iter().filter(|c| c.meaning == meaning).map(|c| c.column).collect()
    }

    /// The first content of some columns.
    pub(super) fn first_of(&self, row: usize, columns: &[usize]) -> &str {
        let cells = columns.iter().map(|column| self.sheet.cell(row, *column));
        cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// The place of a row.
    pub(super) fn at(&self, row: usize) -> At<'static> {
        At::source(self.source).row(self.sheet.number(row))
    }

    /// The first content of the columns that mean something, as (claim, cell) pairs without empty cells.
    pub(super) fn cells(&self, row: usize) -> impl Iterator<Item = (&Claim, &str)> {
        self.layout
            .claims
            .iter()
            .map(move |claim| (claim, self.sheet.cell(row, claim.column)))
            .filter(|(_, cell)| !cell.is_empty())
    }

    /// The first content of a field's columns.
    pub(super) fn first(&self, row: usize, meaning: Meaning) -> &str {
        self.cells(row).find(|(claim, _)| claim.meaning == meaning).map_or("", |(_, cell)| cell)
    }

    /// Why a row is none of the table's: blank, a sum, a note below the table, the header once more.
    pub(super) fn is_no_record(&self, row: usize) -> Option<&'static str> {
        if self.sheet.is_blank(row) {
            return Some("空行");
        }
        let same = self.sheet.cells(row).zip(&self.header).all(|(cell, head)| cell == head);
        let first = self.sheet.cells(row).find(|cell| !cell.is_empty()).unwrap_or("");
        // Sums and notes begin with one of few characters; of what stands before letters and digits nothing counts.
        let may_be_note =
            first.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| "合总小共累填表备说注制".contains(c));
        if !same && !may_be_note {
            return None;
        }
        let filled = self.sheet.cells(row).filter(|cell| !cell.is_empty()).count();
        let first_key = key(first);
        if ["合计", "总计", "小计", "共计", "累计"].contains(&first_key.as_str()) {
            return Some("合计行");
        }
        let opening = half_width(first).replace(' ', "");
        let notes = NOTES.iter().any(|note| first_key == *note || opening.starts_with(&format!("{note}:")));
        if (filled <= 4 && notes) || first_key.starts_with("填表说明") || first_key.starts_with("表格说明")
        {
            return Some("表尾说明");
        }
        if same && filled > 1 { Some("重复的表头") } else { None }
    }

    /// Why the cells of a row cannot be trusted: code and message.
    pub(super) fn is_damaged(&self, row: usize) -> Option<(&'static str, String)> {
        let marks = |cell: &str| cell.contains('\u{fffd}') || cell.contains("??") || cell.contains("锟斤拷");
        if self.suspect
            && let Some((claim, _)) = self.cells(row).find(|(_, cell)| marks(cell))
        {
            let message = format!("“{}”一格的文字已损坏（编码丢失）；请从原系统重新导出", claim.header);
            return Some(("D104", message));
        }
        if self.suspect && self.sheet.cells(row).any(|cell| cell.contains('\u{fffd}')) {
            return Some(("D104", "该行文字已损坏（编码丢失）；请从原系统重新导出".to_owned()));
        }
        if !self.delimited {
            return None;
        }
        // A quote out of place makes one cell of many rows.
        let swallowed = self.suspect
            && self.sheet.cells(row).any(|cell| {
                cell.lines()
                    .skip(1)
                    .filter(|line| line.matches([',', '\t', ';']).count() + 1 >= self.layout.width.max(2))
                    .count()
                    > 0
            });
        if swallowed {
            let message =
                "该行一格里混进了后面的行（引号不成对）；请检查这一行的引号，或另存为 .xlsx".to_owned();
            return Some(("D107", message));
        }
        let width = self.sheet.width(row);
        let surplus = self.sheet.cells(row).skip(self.layout.width).any(|cell| !cell.is_empty());
        if width < self.layout.width || surplus {
            let message = format!(
                "该行有 {width} 列，表头有 {} 列，内容可能错位；请检查该行的分隔符和引号",
                self.layout.width
            );
            return Some(("D106", message));
        }
        None
    }
}

/// A cell that cannot be read: code and message.
pub(super) type Trouble = (&'static str, String);

impl Reading<'_> {
    /// Reads a cell as a value of a field. `Ok(Missing)` for what says nothing.
    pub(super) fn read_cell(
        &mut self,
        field: &FieldDef,
        claim: &Claim,
        cell: &str,
        from_1904: bool,
    ) -> Result<Stored, Trouble> {
        let cell = listed_value(claim, cell);
        if cell::is_formula_error(cell) {
            let message = format!("这一格的公式出错（{cell}）；请改正公式，或填上应有的内容");
            return Err(("D109", message));
        }
        // 无 says no, or none, or is a grade's wording; elsewhere it says nothing.
        let says_nothing = is_placeholder(cell);
        let shown = || shortened(cell);
        let stored = match field.ty {
            Ty::Bool => match cell::yes_no(cell) {
                Some(yes) => Stored::Bool(yes),
                None if says_nothing => Stored::Missing,
                None => return Err(("D306", format!("“{}”不是“是”或“否”；请改填“是”或“否”", shown()))),
            },
            Ty::Int => match cell::whole_number(cell) {
                Some(number) => Stored::Int(number),
                None if says_nothing => Stored::Missing,
                None => return Err(("D306", format!("“{}”不是整数；请改填数字", shown()))),
            },
            Ty::Code(list) => match self.codes.get(usize::from(list.0)).and_then(|codes| codes.one(cell)) {
                Some(code) => Stored::Code(code),
                None if says_nothing => Stored::Missing,
                None => {
                    let list = self.vocabulary.code_list(list).map_or("", |l| &l.name.chinese);
                    return Err(("D305", format!("“{}”不在代码表“{list}”里；请改用表中的写法", shown())));
                }
            },
            _ if says_nothing => Stored::Missing,
            Ty::Money => Stored::Money(
                prose::amount(cell, claim.unit, prose::Kind::of(&field.name.english))
                    .map_err(|trouble| money_trouble(trouble, &shown()))?,
            ),
            Ty::Date => match cell::date_counted(cell, from_1904) {
                Ok(day) => Stored::Date(day),
                Err(DateTrouble::Endless) => Stored::Missing,
                Err(DateTrouble::Unreadable) => {
                    return Err(("D301", format!("“{}”不是日期；请写成 2023-03-01 的样子", shown())));
                }
                Err(DateTrouble::Ambiguous) => {
                    return Err(("D302", format!("“{}”分不清月和日；请写成 2023-03-01 的样子", shown())));
                }
            },
            Ty::Points | Ty::Span => match parse_decimal(cell, 2) {
                Some(hundredths) => Stored::Points(Points::from_hundredths(hundredths)),
                None => return Err(("D306", format!("“{}”不是分值；请改填数字，最多两位小数", shown()))),
            },
            Ty::Text => self.intern(cell),
        };
        let raw = match stored {
            Stored::Int(number) => number,
            Stored::Money(money) => money.fen(),
            Stored::Points(points) => points.hundredths(),
            Stored::Date(day) => i64::from(day.days()),
            _ => return Ok(stored),
        };
        if raw < field.range.0 || raw > field.range.1 {
            return Err(("D309", format!("“{}”超出“{}”允许的范围；请核对", shown(), field.name.chinese)));
        }
        Ok(stored)
    }

    /// What a text cites; see [`Domains::cited`].
    pub(super) fn cites(&mut self, text: &str) -> Decided {
        if text.is_empty() {
            return Decided::Open;
        }
        if let Some(known) = self.cited.get(text) {
            return known.clone();
        }
        let decided = self.domains.cited(text);
        if self.cited.len() < MOST_CITED {
            self.cited.insert(text.to_owned(), decided.clone());
        }
        decided
    }

    /// A text without personal numbers, spaces at its ends and line breaks.
    pub(super) fn intern(&mut self, text: &str) -> Stored {
        let visible: Cow<'_, str> = if text.is_ascii() || !text.contains(cell::is_hidden) {
            text.into()
        } else {
            text.chars().filter(|c| !cell::is_hidden(*c)).collect::<String>().into()
        };
        let clean = without_identity_numbers(visible.trim());
        let broken = memchr::memchr2(b'\n', b'\r', clean.as_bytes()).is_some();
        let one_line = if broken { Cow::Owned(clean.replace(['\r', '\n'], " ")) } else { clean };
        self.builder.intern(&one_line).map_or(Stored::Missing, Stored::Text)
    }

    /// Reads the fields of a row. Of two columns of one meaning the first with content counts. `skip` are fields
    /// read elsewhere. Cells that cannot be read are given back.
    pub(super) fn read_fields<'t>(
        &mut self,
        table: &'t Table,
        row: usize,
        list: ListId,
        skip: &[FieldId],
    ) -> (Vec<Stored>, Vec<(&'t Claim, FieldId, Trouble)>) {
        let fields = &self.vocabulary.list_def(list).fields;
        let mut values = vec![Stored::Missing; fields.len()];
        let mut first: Vec<Option<&str>> = vec![None; fields.len()];
        let mut troubles = Vec::new();
        for (number, claim) in table.layout.claims.iter().enumerate() {
            let cell = table.cell(row, claim.column);
            let Meaning::Field(id) = claim.meaning else { continue };
            if cell.is_empty() {
                continue;
            }
            let at = usize::from(id.0);
            let (Some(field), false) = (fields.get(at), skip.contains(&id)) else { continue };
            let (Some(value), Some(seen)) = (values.get_mut(at), first.get_mut(at)) else { continue };
            let known = self.memos.get_mut(number).and_then(|memo| memo.find(cell));
            let read = known.map_or_else(|| self.read_cell(field, claim, cell, table.from_1904), Ok);
            if let (None, Ok(value), Some(memo)) = (known, &read, self.memos.get_mut(number)) {
                memo.keep(cell, *value);
            }
            match (*seen, read) {
                (None, Ok(Stored::Missing)) => {}
                (None, Ok(read)) => {
                    *value = read;
                    *seen = Some(cell);
                }
                (None, Err(trouble)) => {
                    *seen = Some(cell);
                    troubles.push((claim, id, trouble));
                }
                (Some(_), Ok(read)) if read == *value || read == Stored::Missing => {}
                // Of a number in full and its bare digits the full one says more.
                (Some(other), Ok(read)) if field.ty == Ty::Text && cell.contains(other) => {
                    *value = read;
                    *seen = Some(cell);
                }
                (Some(other), Ok(_) | Err(_)) if field.ty != Ty::Text => {
                    let message = format!(
                        "与同义的列不一致（“{}”和“{}”）；请核对后只留一列",
                        shortened(other),
                        shortened(cell)
                    );
                    troubles.push((claim, id, ("D202", message)));
                }
                (Some(other), _) if !other.contains(cell) => {
                    self.note_doubled(table, row, claim, other, cell);
                }
                _ => {}
            }
        }
        (values, troubles)
    }

    /// Enters what became of a row into the account.
    pub(super) fn account(&mut self, table: &Table, row: usize, fate: Fate) {
        self.account_at(Origin { source: table.source as u32, row: table.number(row) }, fate);
    }

    /// As [`Reading::account`], by the place of the row.
    pub(super) fn account_at(&mut self, Origin { source, row }: Origin, fate: Fate) {
        let Some(counts) = self.counts.get_mut(source as usize) else { return };
        let (enterprise, reason) = match fate {
            Fate::Used => {
                counts.used += 1;
                return;
            }
            Fate::Problem => {
                counts.problem += 1;
                return;
            }
            Fate::Unused(reason) => (None, reason),
            Fate::UnusedOf(enterprise, reason) => (Some(enterprise), reason),
        };
        counts.unused += 1;
        let reason = without_identity_numbers(&reason).into_owned();
        self.unused.push(UnusedRow { source, row, enterprise, reason });
    }

    /// Says of a sheet, once, which columns were taken for a field by a guess.
    pub(super) fn note_guesses(&mut self, table: &Table, list: ListId) {
        for claim in table.layout.claims.iter().filter(|claim| claim.how == How::Nearly) {
            let (list, field) = match claim.meaning {
                Meaning::Field(field) => (list, field),
                Meaning::Party(field) => (ENTERPRISE, field),
                Meaning::PartyKind | Meaning::Plain(_) => continue,
            };
            let name = self.vocabulary.field_def(list, field).map_or("", |def| &def.name.chinese);
            let message = format!(
                "列“{}”与“{name}”的列名只差一个字，按“{name}”读入；如果不是，请改正列名",
                shortened(&claim.header)
            );
            let at = At::source(table.source).column(&claim.header);
            self.problems.note(at, "D206", done::NOTED, &message);
        }
    }

    /// Says of a sheet, once, where two columns of one field hold different texts.
    fn note_doubled(&mut self, table: &Table, row: usize, claim: &Claim, other: &str, cell: &str) {
        if !self.doubled.insert((table.source, claim.column)) {
            return;
        }
        let message = format!(
            "“{}”与前面一列意思相同，内容却不同（第 {} 行是“{}”和“{}”）；取先有内容的一列，请核对，多余的一列请删掉或改名",
            shortened(&claim.header),
            table.number(row),
            shortened(other),
            shortened(cell)
        );
        let at = At::source(table.source).column(&claim.header);
        self.problems.note(at, "D207", done::NOTED, &message);
    }

    /// Does something with every row of a table.
    pub(super) fn each_row(&mut self, table: &mut Table, mut visit: impl FnMut(&mut Self, &Table, usize)) {
        self.start(table);
        loop {
            table.rows().for_each(|row| visit(self, table, row));
            if !self.advance(table) {
                break;
            }
        }
    }

    /// Prepares for the rows of a table. Those at hand count as read.
    pub(super) fn start(&mut self, table: &Table) {
        self.count_read(table);
        self.memos.clear();
        self.memos.extend(table.layout.claims.iter().map(|_| Memo::default()));
    }

    /// Brings the next rows of a table to hand, and says so. A file that fails now leaves its other rows unread,
    /// which is a problem of the whole sheet.
    pub(super) fn advance(&mut self, table: &mut Table) -> bool {
        match table.advance(self.pace.threads) {
            Ok(more) => {
                self.progress.0 += table.bytes() as u64;
                if more {
                    self.count_read(table);
                    (self.pace.progress)("读入", self.progress.0, self.progress.1);
                }
                more
            }
            Err(why) => {
                let message = format!("文件读到一半读不下去了（{why}）；请检查文件是否损坏或被占用");
                self.problems.note(At::source(table.source), "D102", "其余各行未读入", &message);
                false
            }
        }
    }

    fn count_read(&mut self, table: &Table) {
        if let Some(counts) = self.counts.get_mut(table.source) {
            counts.read += table.rows().len() as u32;
        }
    }

    /// The name of a domain, as a text of the builder.
    pub(super) fn domain_name(&mut self, domain: u16) -> Stored {
        if self.domain_names.is_empty() {
            let names: Vec<String> =
                (0..self.domains.len()).map(|d| self.domains.name(d as u16).to_owned()).collect();
            self.domain_names = names.iter().map(|name| self.intern(name)).collect();
        }
        self.domain_names.get(usize::from(domain)).copied().unwrap_or(Stored::Missing)
    }

    /// Says of a sheet, once, which of its columns of amounts are taken for 元 without the header saying so.
    pub(super) fn note_units(&mut self, table: &Table, list: ListId, filled: &Filled) {
        for (claim, filled) in table.layout.claims.iter().zip(&filled.claims) {
            let Meaning::Field(id) = claim.meaning else { continue };
            let is_money = self.vocabulary.field_def(list, id).is_some_and(|f| f.ty == Ty::Money);
            if is_money && claim.unit.is_none() && *filled {
                let message = format!(
                    "表头“{}”没有写单位，数字按元读；如果是万元，请在表头注明“（万元）”",
                    claim.header
                );
                self.problems.note(
                    At::source(table.source).column(&claim.header),
                    "D204",
                    done::NOTED,
                    &message,
                );
            }
        }
    }
}

/// Which columns of a table have content in some row.
pub(super) struct Filled {
    /// Of the columns that are read.
    claims: Vec<bool>,
    /// Of those that mean nothing.
    pub(super) unknown: Vec<bool>,
}

impl Filled {
    pub(super) fn new(table: &Table) -> Filled {
        // A column that names its unit is not asked.
        let claims = table.layout.claims.iter().map(|claim| claim.unit.is_some()).collect();
        Filled { claims, unknown: vec![false; table.layout.unknown.len()] }
    }

    /// Looks at the rows at hand, in the columns that had nothing so far.
    pub(super) fn look(&mut self, table: &Table) {
        let filled = |column: usize| table.rows().any(|row| !is_placeholder(table.cell(row, column)));
        for (claim, known) in table.layout.claims.iter().zip(&mut self.claims) {
            *known = *known || filled(claim.column);
        }
        for ((column, _), known) in table.layout.unknown.iter().zip(&mut self.unknown) {
            *known = *known || filled(*column);
        }
    }
}

/// The text that a value list in the header gives for a cell's code.
pub(super) fn listed_value<'a>(claim: &'a Claim, cell: &'a str) -> &'a str {
    let code = cell.strip_suffix(".0").unwrap_or(cell);
    claim.values.iter().find(|(listed, _)| listed == code).map_or(cell, |(_, meaning)| meaning)
}

fn money_trouble(trouble: MoneyTrouble, shown: &str) -> Trouble {
    match trouble {
        MoneyTrouble::Unreadable => ("D303", format!("“{shown}”不是金额；请改填数字，并在表头注明单位")),
        MoneyTrouble::LooksLikeYuan => (
            "D304",
            format!("表头单位是万元，“{shown}”超过 1000 万元，疑为按元填写；请核对，或在这一格写明“元”"),
        ),
        MoneyTrouble::LooksLikeTenThousands => {
            ("D304", format!("表头没有单位，“{shown}”不足 100 元，疑为按万元填写；请在表头注明单位"))
        }
        MoneyTrouble::Undecided => {
            let message = format!(
                "从“{shown}”看不出这一栏的金额是哪一个；请只填一个数字，罚款和没收分两栏填写，几项罚款请核对后填合计"
            );
            ("D303", message)
        }
    }
}

/// A cell as a message quotes it.
pub(super) fn shortened(cell: &str) -> String {
    let clean = without_identity_numbers(cell);
    let mut chars = clean.chars().filter(|c| !c.is_control());
    let short: String = chars.by_ref().take(30).collect();
    if chars.next().is_some() { format!("{short}…") } else { short }
}
