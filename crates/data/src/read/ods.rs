//! What an `.ods` says before its cells are decoded: from which day bare serial numbers count, and how many cells it
//! comes to once repeated rows and columns are written out. A file of a few kilobytes may claim more than any computer
//! holds, and the decoder would make them all; of one that was cut off it would wait for the end for ever.

use std::io::{BufReader, Cursor, Read, copy, sink};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// The most bytes of the part with the cells, unpacked.
const MOST_CONTENT: u64 = 512 << 20;
/// The most bytes of the list of parts, unpacked.
const MOST_MANIFEST: u64 = 16 << 20;
/// The most cells, from the first to the last that has content.
const MOST_CELLS: u64 = 10_000_000;
/// The most bytes of repeated content.
const MOST_REPEATED: u64 = 256 << 20;
/// Rows of a sheet; more are not decoded.
const MOST_ROWS: u64 = 1 << 20;
/// Columns of a sheet; more are not decoded.
const MOST_COLUMNS: u64 = 1 << 14;

/// Looks through a file. True if bare serial numbers of days count from 1904; `Err` says in Chinese why the file is not
/// decoded.
pub(super) fn counts_from_1904(bytes: &[u8]) -> Result<bool, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let manifest = archive.by_name("META-INF/manifest.xml").map_err(|e| e.to_string())?;
    let size = copy(&mut manifest.take(MOST_MANIFEST + 1), &mut sink()).map_err(|e| e.to_string())?;
    if size > MOST_MANIFEST {
        return Err(too_large());
    }
    let content = archive.by_name("content.xml").map_err(|e| e.to_string())?;
    let mut reader = Reader::from_reader(BufReader::new(content.take(MOST_CONTENT + 1)));
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    let mut weight = Weight::default();
    let mut from_1904 = false;
    let mut buffer = Vec::new();
    let (mut begun, mut depth) = (0, 0_u64);
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|e| e.to_string())?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            // The decoder would wait for the end of a table for ever.
            Event::Eof if depth > 0 => {
                return Err("文件不完整，后面的内容没有了；请报送机关重新导出".to_owned());
            }
            _ => {}
        }
        match &event {
            Event::Start(start) => match start.name().0 {
                "table:null-date" => {
                    from_1904 =
                        attribute(start, "table:date-value").is_some_and(|day| day.starts_with("1904"));
                }
                "table:table-row" => weight.row(count(start, "table:number-rows-repeated")),
                "table:table-cell" | "table:covered-table-cell" => {
                    begun = reader.buffer_position();
                    weight.cell(count(start, "table:number-columns-repeated"), has_content(start));
                }
                _ => {}
            },
            Event::End(end) => match end.name().0 {
                "table:table-cell" | "table:covered-table-cell" => {
                    weight.content(reader.buffer_position().saturating_sub(begun));
                }
                "table:table" => weight.sheet(),
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        if weight.is_too_much() || reader.buffer_position() > MOST_CONTENT {
            return Err(too_large());
        }
        buffer.clear();
    }
    Ok(from_1904)
}

fn too_large() -> String {
    format!(
        "展开后太大，多于 {} 万格，或内容过多；请删去表格右边和下面用不着的格，或另存为 .xlsx 或 CSV",
        MOST_CELLS / 10_000
    )
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().with_checks(false).flatten().find(|a| a.key.0 == name)?;
    Some(found.value.into_owned())
}

/// How often a row or cell is repeated.
fn count(start: &BytesStart<'_>, name: &str) -> u64 {
    attribute(start, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1)
}

/// True for a cell with a value or a formula; the others only have a style.
fn has_content(start: &BytesStart<'_>) -> bool {
    start.attributes().with_checks(false).flatten().any(|attribute| {
        let key = attribute.key.0;
        key.starts_with("office:") || key.starts_with("calcext:") || key == "table:formula"
    })
}

/// What has been counted so far.
#[derive(Default)]
struct Weight {
    /// The cells of the sheets before.
    cells: u64,
    /// Rows and columns of the present sheet, up to the last with content.
    rows: u64,
    columns: u64,
    /// Bytes of content that is written out again.
    repeated: u64,
    /// All rows of the present sheet, and all columns of the present row.
    all_rows: u64,
    all_columns: u64,
    /// How often the present row and the present cell are repeated.
    row: u64,
    cell: u64,
}

impl Weight {
    fn row(&mut self, times: u64) {
        self.all_rows = self.all_rows.saturating_add(times).min(MOST_ROWS);
        (self.row, self.all_columns) = (times.min(MOST_ROWS), 0);
    }

    fn cell(&mut self, times: u64, has_content: bool) {
        self.all_columns = self.all_columns.saturating_add(times).min(MOST_COLUMNS);
        self.cell = if has_content { times.min(MOST_COLUMNS) } else { 0 };
        if has_content {
            self.rows = self.all_rows;
            self.columns = self.columns.max(self.all_columns);
        }
    }

    /// The bytes of the present cell.
    fn content(&mut self, bytes: u64) {
        let more = self.cell.saturating_mul(self.row).saturating_sub(1);
        self.repeated = self.repeated.saturating_add(bytes.saturating_mul(more));
        self.cell = 0;
    }

    fn own(&self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }

    fn sheet(&mut self) {
        self.cells = self.cells.saturating_add(self.own());
        (self.rows, self.columns, self.all_rows) = (0, 0, 0);
    }

    fn is_too_much(&self) -> bool {
        self.cells.saturating_add(self.own()) > MOST_CELLS || self.repeated > MOST_REPEATED
    }
}
