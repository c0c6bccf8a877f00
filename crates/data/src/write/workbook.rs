//! `workbook.xlsx` (工作簿): the tables of a run as sheets, for people who read and print them in Excel or WPS.
//!
//! The sheets are made from the tables that were written, so that nothing is said twice.

use std::path::Path;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet,
    XlsxError,
};
use sanse::Standing;

use super::reader::TableReader;
use super::{Recorded, Stamp, WriteError, page, tables, write_bytes};

/// A sheet for this many rows at most. Excel's own limit is 1 048 576 with the header; long before that a sheet
/// takes minutes to open and cannot be read by a person.
const MOST_ROWS: u64 = 100_000;

/// The sheets of the office, each of one table, in the order in which people look at them.
const SHEETS: [(&str, &str); 6] = [
    ("汇总", tables::SUMMARY),
    ("企业", tables::ENTERPRISES),
    ("评定", tables::ASSESSMENTS),
    ("扣分记分", tables::DEDUCTIONS),
    ("数据问题", tables::PROBLEMS),
    ("案卷评查", tables::REVIEW),
];

/// Writes the workbook of the office from the tables of `dir`; also gives a sentence for each sheet that was left out.
pub(super) fn write(
    dir: &Path,
    written: &[Recorded],
    stamp: &Stamp,
) -> Result<(Recorded, Vec<String>), WriteError> {
    write_sheets(dir, tables::WORKBOOK, &SHEETS, written, stamp)
}

/// Writes a workbook with a sheet for each of these tables.
pub(super) fn write_sheets(
    dir: &Path,
    file: &str,
    sheets: &[(&str, &str)],
    written: &[Recorded],
    stamp: &Stamp,
) -> Result<(Recorded, Vec<String>), WriteError> {
    let path = dir.join(file);
    let left_out =
        |sheet: &str, table: &str, why: &str| format!("{file} 没有“{sheet}”表：{why}；请看 {table}");
    let failed = |e: XlsxError| WriteError::io("写文件", &path, std::io::Error::other(e));
    let styles = Styles::new();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(stamp).map_err(failed)?);
    let mut missing = Vec::new();
    for (name, table) in sheets.iter().copied() {
        let rows = written.iter().find(|output| output.file == table).map_or(0, |output| output.rows);
        if rows > MOST_ROWS {
            missing.push(left_out(name, table, &format!("有{rows}行，超过一张表宜看的{MOST_ROWS}行")));
            continue;
        }
        let source = dir.join(table);
        match sheet(name, &source, &styles, stamp) {
            Ok(sheet) => workbook.push_worksheet(sheet),
            Err(Fault::Read(e)) => return Err(WriteError::io("读文件", &source, e.into())),
            Err(Fault::Write(XlsxError::MaxStringLengthExceeded)) => {
                missing.push(left_out(name, table, "有单元格超过Excel的32767字"));
            }
            Err(Fault::Write(e)) => return Err(failed(e)),
        }
    }
    let mut bytes = workbook.save_to_buffer().map_err(failed)?;
    same_everywhere(&mut bytes);
    Ok((write_bytes(dir, file, &bytes)?, missing))
}

/// No clock: the workbook is dated before any run.
fn properties(stamp: &Stamp) -> Result<DocProperties, XlsxError> {
    let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new()
        .set_title(&stamp.title)
        .set_subject(&stamp.state)
        .set_comment(stamp.purpose)
        .set_creation_datetime(&date))
}

/// The zip format notes on which system a file was made. It says Unix on all, so that the bytes depend on the run alone.
fn same_everywhere(zip: &mut [u8]) {
    const UNIX: u8 = 3;
    let number = |zip: &[u8], at: usize, length: usize| -> Option<usize> {
        let bytes = zip.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    };
    let Some(end) = zip.windows(4).rposition(|w| w == b"PK\x05\x06") else { return };
    let Some(mut entry) = number(zip, end + 16, 4) else { return };
    while zip.get(entry..entry + 4) == Some(b"PK\x01\x02") {
        if let Some(system) = zip.get_mut(entry + 5) {
            *system = UNIX;
        }
        let lengths = [28, 30, 32].map(|at| number(zip, entry + at, 2).unwrap_or(0));
        entry += 46 + lengths.iter().sum::<usize>();
    }
}

/// Why a sheet was not made.
enum Fault {
    Read(csv::Error),
    Write(XlsxError),
}

impl From<csv::Error> for Fault {
    fn from(error: csv::Error) -> Fault {
        Fault::Read(error)
    }
}

impl From<XlsxError> for Fault {
    fn from(error: XlsxError) -> Fault {
        Fault::Write(error)
    }
}

/// The formats of cells.
struct Styles {
    header: Format,
    text: Format,
    number: Format,
    share: Format,
    standings: Vec<(&'static str, Format)>,
}

impl Styles {
    fn new() -> Styles {
        let cell = || {
            Format::new()
                .set_font_name("宋体")
                .set_font_size(10)
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x00BF_BFBF))
                .set_align(FormatAlign::Top)
        };
        let header = cell()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00E3_E8EE));
        let standings = Standing::ALL.map(|standing| {
            let colour = |text: &'static str| Color::from(text);
            let format = cell()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(colour(page::fill(standing)))
                .set_font_color(colour(page::ink(standing)));
            (standing.chinese(), format)
        });
        Styles {
            header,
            text: cell().set_text_wrap(),
            number: cell().set_align(FormatAlign::Right),
            share: cell().set_align(FormatAlign::Right).set_num_format("0.00%"),
            standings: standings.to_vec(),
        }
    }
}

/// How the cells of a column are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Codes, document numbers, dates and sentences: letter by letter.
    Text,
    /// Points and counts, which people sort and sum.
    Number,
    /// Percentages.
    Share,
    /// Labels and states, each in its colour.
    Standing,
}

impl Kind {
    fn of(header: &str) -> Kind {
        let ends = |ends: &[&str]| ends.iter().any(|end| header.ends_with(end));
        if header.contains('占') {
            Kind::Share
        } else if ends(&["户数", "企业数", "得分", "原始分", "计入分", "记录数"]) {
            Kind::Number
        } else if ends(&["标签", "状态"]) {
            Kind::Standing
        } else {
            Kind::Text
        }
    }
}

/// A number whose text is exactly the cell; others stay texts.
fn number(cell: &str) -> Option<f64> {
    let number: f64 = cell.parse().ok()?;
    (cell.len() <= 15 && number.is_finite() && number.to_string() == cell).then_some(number)
}

/// `2.45%` as 0.0245; only what has two places and shows again as it was.
fn share(cell: &str) -> Option<f64> {
    let digits = cell.strip_suffix('%')?;
    let (whole, part) = digits.split_once('.')?;
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let shown = part.len() == 2 && plain(whole) && plain(part) && (whole == "0" || !whole.starts_with('0'));
    let hundredths: u32 = shown.then(|| format!("{whole}{part}").parse().ok()).flatten()?;
    format!("{}.{:04}", hundredths / 10_000, hundredths % 10_000).parse().ok()
}

/// Units of width: a Chinese character takes two.
fn units(line: &str) -> u32 {
    line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// No column is wider than this; longer cells break into lines.
const WIDEST: u32 = 44;
/// Columns whose cells are all so short are not squeezed: codes, dates, labels.
const SHORT: u32 = 20;
/// Other columns keep so much.
const LEAST: u32 = 14;
/// Paper, by its number in the format.
const A3: u8 = 8;
const A4: u8 = 9;
/// The widths that fit on A4 and on A3 across, at a size that can be read.
const ACROSS_A4: u32 = 200;
const ACROSS_A3: u32 = 340;

/// What the lines of a column ask for: the longest, and all together.
#[derive(Clone, Copy, Default)]
struct Asked {
    longest: u32,
    sum: u64,
    rows: u64,
}

impl Asked {
    fn add(&mut self, cell: &str) {
        let line = cell.split('\n').map(units).max().unwrap_or(0);
        self.longest = self.longest.max(line);
        self.sum += u64::from(line);
        self.rows += 1;
    }

    /// The width wanted and the least that will do. Short cells stay on one line. Of long ones the usual decides, so
    /// that a few do not take the place of others, and they break into more lines where the paper ends.
    fn width(self, header: &str) -> (u32, u32) {
        let usual = (self.sum * 3).checked_div(self.rows * 2).unwrap_or(0) as u32;
        let short = self.longest <= SHORT;
        let wanted = if short { self.longest } else { usual.clamp(LEAST, self.longest) } + 2;
        let units = units(header);
        // A long header breaks into three lines, others once; the arrow of the filter stands beside it.
        let header = 3 + units.div_ceil(if units > 24 { 3 } else { 2 });
        let wanted = wanted.max(header).clamp(7, WIDEST);
        (wanted, if short { wanted } else { LEAST.max(header).min(wanted) })
    }
}

/// Widths of columns from their cells, squeezed so that they fit across A3 where that can be.
fn widths(headers: &[String], asked: &[Asked]) -> Vec<u32> {
    let wanted: Vec<(u32, u32)> = headers.iter().zip(asked).map(|(h, asked)| asked.width(h)).collect();
    let sum: u32 = wanted.iter().map(|(wanted, _)| wanted).sum();
    let squeezable: u32 = wanted.iter().map(|(wanted, least)| wanted - least).sum();
    let excess = sum.saturating_sub(ACROSS_A3).min(squeezable);
    let less = |beyond: u32| (beyond * excess).checked_div(squeezable).unwrap_or(0);
    wanted.iter().map(|(wanted, least)| wanted - less(wanted - least)).collect()
}

/// The height of a row in points, so that its cells show whole: not every program works it out for itself.
fn height<'a>(cells: impl Iterator<Item = &'a str>, widths: &[u32]) -> u32 {
    const LINE: u32 = 13;
    /// Rows cannot be higher.
    const HIGHEST: u32 = 409;
    let lines = |(cell, width): (&str, &u32)| -> u32 {
        cell.split('\n').map(|line| units(line).div_ceil(width.saturating_sub(1).max(1)).max(1)).sum()
    };
    (LINE * cells.zip(widths).map(lines).max().unwrap_or(1) + 3).min(HIGHEST)
}

/// The widths that the cells of a table ask for.
fn fitted(table: &mut TableReader) -> Result<Vec<u32>, csv::Error> {
    let mut asked = vec![Asked::default(); table.headers().len()];
    while let Some(cells) = table.next_row()? {
        for (cell, asked) in cells.zip(&mut asked) {
            asked.add(cell);
        }
    }
    Ok(widths(table.headers(), &asked))
}

fn sheet(name: &str, source: &Path, styles: &Styles, stamp: &Stamp) -> Result<Worksheet, Fault> {
    let widths = fitted(&mut TableReader::open(source)?)?;
    let mut table = TableReader::open(source)?;
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    let headers = table.headers().to_vec();
    let kinds: Vec<Kind> = headers.iter().map(|h| Kind::of(h)).collect();
    for (column, (header, width)) in headers.iter().zip(&widths).enumerate() {
        sheet.write_string_with_format(0, column as u16, header, &styles.header)?;
        sheet.set_column_width(column as u16, *width)?;
    }
    sheet.set_row_height(0, height(headers.iter().map(String::as_str), &widths))?;
    let mut row = 0;
    let mut line: Vec<String> = Vec::new();
    while let Some(cells) = table.next_row()? {
        row += 1;
        line.clear();
        line.extend(cells.map(str::to_owned));
        for (column, (cell, kind)) in line.iter().zip(&kinds).enumerate() {
            write_cell(&mut sheet, (row, column as u16), cell, *kind, styles)?;
        }
        sheet.set_row_height(row, height(line.iter().map(String::as_str), &widths))?;
    }
    let last = (headers.len() as u16).saturating_sub(1);
    sheet.autofilter(0, 0, row, last)?;
    // Codes are texts on purpose; no green corner says otherwise.
    sheet.ignore_error_range(1, 0, row.max(1), last, IgnoreError::NumberStoredAsText)?;
    // Whose row it is stays in sight: code and name, or group and name.
    sheet.set_freeze_panes(1, 2)?;
    sheet
        .set_landscape()
        .set_paper_size(if widths.iter().sum::<u32>() <= ACROSS_A4 { A4 } else { A3 })
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.4, 0.4, 0.7, 0.7, 0.3, 0.3)
        .set_header(format!(
            "&L{}&C{}&R{}",
            in_header(&stamp.title),
            in_header(name),
            in_header(&stamp.state)
        ))
        .set_footer(format!(
            "&L{}&C运行指纹 {}&R第&P页，共&N页",
            in_header(stamp.purpose),
            in_header(&stamp.fingerprint)
        ));
    sheet.set_repeat_rows(0, 0)?;
    Ok(sheet)
}

/// `&` begins a command in a header.
fn in_header(text: &str) -> String {
    text.replace('&', "&&")
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &str,
    kind: Kind,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let found = match kind {
        Kind::Number => number(cell).map(|number| (number, &styles.number)),
        Kind::Share => share(cell).map(|number| (number, &styles.share)),
        Kind::Text | Kind::Standing => None,
    };
    if let Some((number, format)) = found {
        return sheet.write_number_with_format(row, column, number, format).map(drop);
    }
    let coloured = (kind == Kind::Standing)
        .then(|| styles.standings.iter().find(|(text, _)| *text == cell))
        .flatten()
        .map_or(&styles.text, |(_, format)| format);
    sheet.write_string_with_format(row, column, cell, coloured).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cell_that_shows_again_as_it_was_becomes_a_number() {
        for cell in ["0", "12", "-3.5", "402"] {
            assert_eq!(number(cell).map(|n| n.to_string()).as_deref(), Some(cell));
        }
        for cell in ["", "007", "1.50", "12；3", "inf", "NaN", "1e3", "913415047049000015", "+1"] {
            assert_eq!(number(cell), None, "{cell}");
        }
        assert_eq!(
            ["2.45%", "100.00%", "0.00%"].map(share).map(|s| s.map(|s| s.to_string())),
            ["0.0245", "1", "0"].map(|s| Some(s.to_owned()))
        );
        for cell in ["", "2%", "2.5%", "02.45%", "-1.00%", "2.45", ".45%"] {
            assert_eq!(share(cell), None, "{cell}");
        }
    }

    #[test]
    fn columns_fit_their_cells_and_the_page() {
        let headers = ["名称", "说明", "得分"].map(str::to_owned);
        let column = |lengths: &[usize]| {
            let mut asked = Asked::default();
            for length in lengths {
                asked.add(&"x".repeat(*length));
            }
            asked
        };
        assert_eq!(widths(&headers, &[column(&[20, 2]), column(&[400, 90]), column(&[1])]), [22, WIDEST, 7]);
        let rare = [column(&[20]), column(&[200, 0, 0, 0, 0, 0, 0, 0, 0, 0]), column(&[])];
        assert_eq!(widths(&headers, &rare), [22, 32, 7], "one long cell among empty ones breaks into lines");
        let many: Vec<String> = (0..16).map(|n| format!("第{n}列")).collect();
        let squeezed = widths(&many, &[column(&[400]); 16]);
        assert!(squeezed.iter().all(|w| *w >= LEAST) && squeezed.iter().sum::<u32>() <= ACROSS_A3 + 16);
        assert_eq!(widths(&many, &[column(&[18]); 16]), [20; 16], "a code keeps its line");
        assert_eq!(height(["二字", "a\nb\nc"].into_iter(), &[8, 8]), 3 * 13 + 3);
        assert_eq!(height(["二字二字"].into_iter(), &[6]), 2 * 13 + 3);
    }
}
