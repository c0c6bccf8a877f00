//! A recognised sheet, its rows and cells.

use super::cell::{half_width, key};
use super::header::{Claim, Layout, Meaning};
use super::problem::At;
use super::sheet::Sheet;
use super::stream::{Parts, Stream};

/// What the notes below a table begin with.
const NOTES: [&str; 9] =
    ["填表说明", "表格说明", "备注", "说明", "注", "填报人", "填表人", "制表人", "填报单位"];

/// True for letters and digits; nearly all are Chinese characters, which are told at once.
fn is_word(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

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

    /// The rows at hand, to be replaced by others.
    pub(super) fn at_hand(&mut self) -> &mut Sheet {
        &mut self.sheet
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
            first.chars().find(|c| is_word(*c)).is_some_and(|c| "合总小共累填表备说注制".contains(c));
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
