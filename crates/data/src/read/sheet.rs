//! Sheets of text cells, and how delimited text becomes one.

/// Cells as text, trimmed, end to end in one buffer: a sheet takes hardly more room than its file. It is a whole
/// table, or a part of a large one (see [`super::stream`]).
#[derive(Default)]
pub(super) struct Sheet {
    buffer: String,
    ends: Vec<usize>,
    rows: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    /// As a person counts rows in the file, from 1.
    number: u32,
    /// The number of its first cell; its cells end where the next row's begin.
    first: usize,
}

/// More columns than any table of the field has; a cell beyond them is a slip of the hand or an attack.
pub(super) const MOST_COLUMNS: usize = 2_000;

impl Sheet {
    /// Begins a row, by its number as a person counts.
    pub(super) fn start_row(&mut self, number: u32) {
        self.rows.push(Row { number, first: self.ends.len() });
    }

    /// Adds a cell to the last row, trimmed.
    pub(super) fn push(&mut self, cell: &str) {
        self.buffer.push_str(cell.trim());
        self.ends.push(self.buffer.len());
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of a row as a person counts them.
    pub(super) fn number(&self, row: usize) -> u32 {
        self.rows.get(row).map_or(0, |r| r.number)
    }

    fn cells_of(&self, row: usize) -> std::ops::Range<usize> {
        let Some(this) = self.rows.get(row) else { return 0..0 };
        this.first..self.rows.get(row + 1).map_or(self.ends.len(), |next| next.first)
    }

    /// The number of cells of a row.
    pub(super) fn width(&self, row: usize) -> usize {
        self.cells_of(row).len()
    }

    /// A cell, trimmed; empty if there is none.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let cells = self.cells_of(row);
        if column >= cells.len() {
            return "";
        }
        self.raw(cells.start + column)
    }

    /// The cells of a row, trimmed.
    pub(super) fn cells(&self, row: usize) -> impl Iterator<Item = &str> {
        self.cells_of(row).map(|i| self.raw(i))
    }

    fn raw(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(index).and_then(|end| self.buffer.get(start..*end)).unwrap_or("")
    }

    /// True if a cell may hold what a damaged text leaves behind, or a line break.
    pub(super) fn is_suspect(&self) -> bool {
        let marks = ["\u{fffd}", "??", "锟斤拷", "\n", "\r"];
        marks.iter().any(|mark| memchr::memmem::find(self.buffer.as_bytes(), mark.as_bytes()).is_some())
    }

    /// Removes all rows; the room stays.
    pub(super) fn clear(&mut self) {
        self.buffer.clear();
        self.ends.clear();
        self.rows.clear();
    }

    /// How many bytes its cells have.
    pub(super) fn bytes(&self) -> usize {
        self.buffer.len()
    }

    /// True if no cell of the row has content.
    pub(super) fn is_blank(&self, row: usize) -> bool {
        self.cells(row).all(str::is_empty)
    }

    /// The same sheet without the blank rows after its last row with content.
    pub(super) fn trimmed(mut self) -> Sheet {
        while self.rows.last().is_some() && self.is_blank(self.rows.len() - 1) {
            if let Some(row) = self.rows.pop() {
                self.ends.truncate(row.first);
            }
        }
        self
    }
}

/// Reads delimited text.
pub(super) fn delimited(text: &str) -> Sheet {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut record = csv::StringRecord::new();
    // Lines inside quoted cells are no rows of the table; empty lines, which the csv crate skips, are.
    let (mut lines, mut inner, mut counted) = (0, 0, 0);
    while let Ok(true) = reader.read_record(&mut record) {
        let at = record.position().map_or(0, |p| p.byte() as usize);
        let ahead =
            text.as_bytes().get(at..).unwrap_or(&[]).iter().take_while(|b| matches!(b, b'\r' | b'\n'));
        let start = at + ahead.count();
        lines += line_ends(text.as_bytes().get(counted..start).unwrap_or(&[]));
        counted = start;
        sheet.start_row((lines - inner).saturating_add(1));
        inner += record.iter().map(|cell| line_ends(cell.as_bytes())).sum::<u32>();
        for cell in &record {
            sheet.push(cell);
        }
    }
    sheet.trimmed()
}

/// How many lines end in a text: with a line feed, or a carriage return of its own.
fn line_ends(bytes: &[u8]) -> u32 {
    let mut ends = 0;
    let mut before = 0;
    for byte in bytes {
        ends += u32::from(before == b'\r' && *byte != b'\n') + u32::from(*byte == b'\n');
        before = *byte;
    }
    ends + u32::from(before == b'\r')
}

/// The delimiter that stands in the first lines most often outside quotes.
pub(super) fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0), (b'|', 0)];
    let mut quoted = false;
    let mut lines = 0;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => lines += 1,
            _ if quoted => {}
            other => {
                for (mark, count) in &mut counts {
                    if *mark == other {
                        *count += 1;
                    }
                }
            }
        }
        if lines == 20 {
            break;
        }
    }
    // The first of the greatest, so that a comma wins a tie.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(mark, _)| *mark)
}

/// The serial number that spreadsheets give to 1970-01-01.
pub(super) const SERIAL_OF_1970: i32 = 25_569;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_as_people_do() {
        let sheet = delimited("名称,事实\r\n甲,\"一\n二\n三\"\r\n\r\n乙,四\r\n,\r\n");
        let rows: Vec<(u32, &str)> = (0..sheet.len()).map(|r| (sheet.number(r), sheet.cell(r, 0))).collect();
        assert_eq!(rows, [(1, "名称"), (2, "甲"), (4, "乙")]);
        assert_eq!(sheet.cell(1, 1), "一\n二\n三");
        assert_eq!(sheet.cell(1, 7), "");
    }

    #[test]
    fn rows_are_counted_with_every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["名称", "甲", "", "乙", "", "", "\"丙", "丁\"", "戊"].join(end);
            let sheet = delimited(&text);
            let numbers: Vec<u32> = (0..sheet.len()).map(|r| sheet.number(r)).collect();
            assert_eq!(numbers, [1, 2, 4, 7, 8], "{end:?}");
        }
    }

    #[test]
    fn the_delimiter_is_found() {
        for (text, cell) in
            [("a\tb,c\td\n", "b,c"), ("a;b;c", "b"), ("a,\"x;y;z;\",c", "x;y;z;"), ("a|b", "b")]
        {
            assert_eq!(delimited(text).cell(0, 1), cell, "{text}");
        }
    }
}
