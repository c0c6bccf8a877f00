//! Workbooks of three formats to sheets: `.xlsx`, `.xls`, `.ods`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader, SheetVisible, Xls, Xlsx};
use sanse::Date;

use super::kind::Kind;
use super::ods;
use super::sheet::{MOST_COLUMNS, Sheet};
use super::xls;

mod xlsx;

/// The most bytes of a sheet's cells. Cells share texts in the file, not in memory.
const MOST_CONTENT: usize = 512 << 20;

/// A sheet of a file.
pub(super) struct Named {
    /// The sheet's name; `None` for delimited text.
    pub(super) name: Option<String>,
    /// The cells, or why there are none (Chinese).
    pub(super) sheet: Result<Sheet, String>,
    /// Cells merged downwards: only the topmost has the content.
    pub(super) merged: Vec<Merged>,
    /// True if the workbook does not show the sheet.
    pub(super) hidden: bool,
    /// True if the days of the workbook count from 1904.
    pub(super) from_1904: bool,
}

/// Cells of one or more columns that are merged over several rows; all numbers from 0, the ends included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Merged {
    rows: (u32, u32),
    columns: (u32, u32),
}

impl Named {
    /// The sheet of a file that is not a workbook.
    pub(super) fn alone(sheet: Sheet) -> Named {
        Named { name: None, sheet: Ok(sheet), merged: Vec::new(), hidden: false, from_1904: false }
    }
}

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread decodes a workbook. A panic there is caught and told as a problem of the file, so a panic
/// hook has nothing to say of it.
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// Reads a workbook. `Err` says in Chinese why the file as a whole cannot be read.
pub(super) fn workbook(kind: Kind, bytes: &[u8]) -> Result<Vec<Named>, String> {
    guarded(|| match kind {
        Kind::Xls => xls_book(bytes),
        Kind::Ods => ods_book(bytes),
        _ => xlsx_book(bytes),
    })
}

/// The bytes are a stranger's; a slip in the decoder of the format must not end the run.
fn guarded<T>(decode: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    DECODING.set(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(false);
    decoded.unwrap_or_else(|_| Err("文件内部结构错误".to_owned()))
}

fn xlsx_book(bytes: &[u8]) -> Result<Vec<Named>, String> {
    xlsx::examine(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let from_1904 = book.has_1904_epoch();
    Ok(names(&book)
        .into_iter()
        .map(|(name, hidden)| Named {
            sheet: worksheet(&mut book, &name).map(Sheet::trimmed),
            // Without the list of merged cells the sheet reads as if there were none: rows lack cells, which is said.
            merged: downwards(&book.merge_cells_by_sheet_name(&name).unwrap_or_default()),
            name: Some(name),
            hidden,
            from_1904,
        })
        .collect())
}

fn xls_book(bytes: &[u8]) -> Result<Vec<Named>, String> {
    xls::examine(bytes)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let from_1904 = book.has_1904_epoch();
    Ok(names(&book)
        .into_iter()
        .map(|(name, hidden)| Named {
            sheet: book.worksheet_range(&name).map_err(|e| e.to_string()).map(|range| of_range(&range)),
            merged: downwards(&book.merge_cells_by_sheet_name(&name).unwrap_or_default()),
            name: Some(name),
            hidden,
            from_1904,
        })
        .collect())
}

fn ods_book(bytes: &[u8]) -> Result<Vec<Named>, String> {
    let from_1904 = ods::counts_from_1904(bytes)?;
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    Ok(names(&book)
        .into_iter()
        .map(|(name, hidden)| Named {
            sheet: book.worksheet_range(&name).map_err(|e| e.to_string()).map(|range| of_range(&range)),
            merged: Vec::new(),
            name: Some(name),
            hidden,
            // Its dates are written out; only bare numbers count from somewhere.
            from_1904,
        })
        .collect())
}

fn names<'a, R: Reader<Cursor<&'a [u8]>>>(book: &R) -> Vec<(String, bool)> {
    let sheets = book.sheets_metadata().iter();
    sheets.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

fn downwards(regions: &[Dimensions]) -> Vec<Merged> {
    let several = regions.iter().filter(|region| region.end.0 > region.start.0);
    several
        .map(|region| Merged {
            rows: (region.start.0, region.end.0),
            columns: (region.start.1, region.end.1),
        })
        .collect()
}

fn worksheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Sheet, String> {
    // Cell by cell: a sheet that claims a million rows by ten thousand columns costs only the cells it has.
    let mut cells = book.worksheet_cells_reader(name).map_err(|e| e.to_string())?;
    let mut sheet = Sheet::default();
    let mut place = Place::default();
    while let Some(cell) = cells.next_cell().map_err(|e| e.to_string())? {
        let text = text_of(cell.get_value());
        place.put(&mut sheet, cell.get_position(), &text)?;
        if sheet.bytes() > MOST_CONTENT {
            return Err(xlsx::too_large());
        }
    }
    Ok(sheet)
}

fn of_range(range: &Range<Data>) -> Sheet {
    let (top, left) = range.start().unwrap_or((0, 0));
    let mut sheet = Sheet::default();
    let mut place = Place::default();
    for (row, column, value) in range.used_cells() {
        let at = (top.saturating_add(row as u32), left.saturating_add(column as u32));
        // The cells of a range come in order.
        let _ = place.put(&mut sheet, at, &text_of(&borrowed(value)));
    }
    sheet.trimmed()
}

/// Where the next cell of a sheet may stand.
#[derive(Default)]
struct Place {
    row: Option<u32>,
    column: usize,
}

impl Place {
    fn put(&mut self, sheet: &mut Sheet, (row, at): (u32, u32), text: &str) -> Result<(), String> {
        let at = at as usize;
        if text.trim().is_empty() || at >= MOST_COLUMNS {
            return Ok(());
        }
        if self.row != Some(row) {
            if self.row.is_some_and(|before| row < before) {
                return Err("行的次序错乱".to_owned());
            }
            sheet.start_row(row.saturating_add(1));
            (self.row, self.column) = (Some(row), 0);
        }
        if at < self.column {
            return Err("列的次序错乱".to_owned());
        }
        for _ in self.column..at {
            sheet.push("");
        }
        sheet.push(text);
        self.column = at + 1;
        Ok(())
    }
}

/// Gives the lower of merged cells the content of the topmost, below a row of the sheet and in the columns for
/// which `fills` says so.
pub(super) fn fill(sheet: &Sheet, merged: &[Merged], below: usize, fills: impl Fn(usize) -> bool) -> Sheet {
    let mut starts: Vec<Merged> = merged.to_vec();
    starts.sort_unstable_by_key(|m| (m.rows.0, m.columns.0));
    let mut starts = starts.into_iter().peekable();
    // By column: the last row and the content.
    let mut open: BTreeMap<usize, (u32, String)> = BTreeMap::new();
    let mut filled = Sheet::default();
    for row in 0..sheet.len() {
        let number = sheet.number(row).saturating_sub(1);
        let begin = |m: &Merged| m.rows.0 <= number;
        open.retain(|_, (last, _)| *last >= number);
        filled.start_row(number.saturating_add(1));
        let width = sheet.width(row).max(open.keys().next_back().map_or(0, |last| last + 1));
        for column in 0..width {
            let own = sheet.cell(row, column);
            match open.get(&column) {
                Some((_, content)) if own.is_empty() && row > below => filled.push(content),
                _ => filled.push(own),
            }
        }
        while let Some(region) = starts.next_if(begin) {
            let content = sheet.cell(row, region.columns.0 as usize);
            if region.rows.0 != number || content.is_empty() {
                continue;
            }
            for column in region.columns.0 as usize..=(region.columns.1 as usize).min(MOST_COLUMNS) {
                if fills(column) {
                    open.insert(column, (region.rows.1, content.to_owned()));
                }
            }
        }
    }
    filled
}

/// The same cell in the form in which `.xlsx` gives cells.
fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// A cell as text. Dates as 2023-03-01; a number as people see it, to 15 significant digits; a number too long
/// for 15 digits in the form 9.14403E17, because its last digits are lost.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            day_of(moment).map_or_else(|| number_text(moment.as_f64()), |day| day.to_string())
        }
        DataRef::DateTime(moment) => format!("{}（时长）", number_text(moment.as_f64())),
        DataRef::Error(error) => format!("{error}"),
    }
}

/// The day of a moment, by the workbook's own first day (1900 or 1904).
fn day_of(moment: &ExcelDateTime) -> Option<Date> {
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    let serial = moment.as_f64();
    if !(1.0..100_000.0).contains(&serial) {
        return None;
    }
    Date::from_ymd(i32::from(year), u32::from(month), u32::from(day))
}

fn number_text(number: f64) -> String {
    if number.abs() >= 1e15 {
        return format!("{number:E}");
    }
    // Spreadsheets show 15 significant digits; the 16th and 17th are an artefact of binary numbers.
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_see_them() {
        for (number, text) in [
            (45903.0, "45903"),
            (0.1 + 0.2, "0.3"),
            (132_583.5, "132583.5"),
            (341_504_600_012_345.0, "341504600012345"),
            (914_403_001_922_038_216.0, "9.144030019220383E17"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn a_panic_of_the_decoder_is_known_as_such() {
        let caught = guarded::<()>(|| {
            assert!(is_decoding());
            let nothing: &[u8] = &[];
            Err(format!("{}", nothing[nothing.len()]))
        });
        assert_eq!(caught, Err("文件内部结构错误".to_owned()));
        assert!(!is_decoding());
    }

    #[test]
    fn days_count_from_the_workbooks_first_day() {
        use calamine::ExcelDateTimeType::DateTime;
        let day =
            |serial, is_1904| day_of(&ExcelDateTime::new(serial, DateTime, is_1904)).map(|d| d.to_string());
        assert_eq!(day(44_687.0, false).as_deref(), Some("2022-05-06"));
        assert_eq!(day(43_225.5, true).as_deref(), Some("2022-05-06"));
        assert_eq!(day(-5.0, false), None);
    }
}
