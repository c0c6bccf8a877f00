//! A CSV table that Excel opens right: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet
//! would execute.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::WriteError;

/// A table that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) file: &'static str,
    pub(super) sha256: String,
    /// Rows without the header.
    pub(super) rows: u64,
}

/// A file that is hashed while it is written.
struct Hashed {
    file: BufWriter<File>,
    hasher: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes one table row by row; holds a few kilobytes whatever its length.
pub(super) struct Table {
    writer: csv::Writer<Hashed>,
    path: PathBuf,
    file: &'static str,
    rows: u64,
}

impl Table {
    pub(super) fn create<S: AsRef<str>>(
        dir: &Path,
        file: &'static str,
        headers: &[S],
    ) -> Result<Table, WriteError> {
        let path = dir.join(file);
        let opened = File::create_new(&path).map_err(|e| WriteError::io("写文件", &path, e))?;
        let mut hashed = Hashed { file: BufWriter::with_capacity(1 << 16, opened), hasher: Sha256::new() };
        hashed.write_all("\u{feff}".as_bytes()).map_err(|e| WriteError::io("写文件", &path, e))?;
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1 << 13)
            .flexible(false)
            .from_writer(hashed);
        let mut table = Table { writer, path, file, rows: 0 };
        table.row(headers)?;
        table.rows = 0;
        Ok(table)
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), WriteError> {
        let path = &self.path;
        let failed = |e: csv::Error| WriteError::io("写文件", path, e.into());
        for cell in cells {
            self.writer.write_field(defused(cell.as_ref()).as_bytes()).map_err(failed)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(failed)?;
        self.rows += 1;
        Ok(())
    }

    /// Flushes to disk and gives the digest.
    pub(super) fn finish(self) -> Result<Output, WriteError> {
        let Table { writer, path, file, rows } = self;
        let failed = |e: io::Error| WriteError::io("写文件", &path, e);
        let hashed = writer
            .into_inner()
            .map_err(|e| failed(io::Error::new(e.error().kind(), e.error().to_string())))?;
        let inner = hashed.file.into_inner().map_err(|e| failed(e.into_error()))?;
        inner.sync_all().map_err(failed)?;
        Ok(Output { file, sha256: hexadecimal(&hashed.hasher.finalize()), rows })
    }
}

/// The SHA-256 of bytes, in hexadecimal.
///
/// ```
/// assert!(sanse_data::sha256(b"").starts_with("e3b0c44298fc1c14"));
/// ```
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal, lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

/// True for a cell that a spreadsheet would execute or spoil: one that begins like a formula and is not a
/// plain number, and digits so many that Excel would round them (codes of 18 digits).
pub(super) fn dangerous(cell: &str) -> bool {
    let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    (starts && !plain_number(cell)) || (cell.len() > 15 && cell.bytes().all(|b| b.is_ascii_digit()))
}

/// `-3.5`: digits with at most one point and a minus in front.
fn plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(part)
}

/// The cell with an apostrophe in front if a spreadsheet would execute or spoil it.
fn defused(cell: &str) -> Cow<'_, str> {
    if dangerous(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell as it was before it was defused.
pub(crate) fn plain_again(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| dangerous(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_execute_are_defused() {
        for cell in [
            "=1+1",
            "+86",
            "-1+1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "＝A1",
            "-",
            "-.",
            "--1",
            "-1.2.3",
            "913415047049000015",
        ] {
            assert_eq!(defused(cell), format!("'{cell}"), "{cell}");
            assert_eq!(plain_again(&defused(cell)), cell);
        }
        for cell in ["", "-3", "-2.5", "12", "甲=乙", "'x", "91341504MA2ABCDE1X", "0 + 12 = 12分", "2.45%"]
        {
            assert_eq!(defused(cell), cell);
            assert_eq!(plain_again(cell), cell);
        }
    }

    #[test]
    fn a_table_has_mark_headers_and_crlf_and_its_digest_is_that_of_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut table = Table::create(dir.path(), "t.csv", &["名称", "分"]).unwrap();
        table.row(&["甲,\"乙\"\n丙", "=1"]).unwrap();
        let output = table.finish().unwrap();
        let bytes = std::fs::read(dir.path().join("t.csv")).unwrap();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            "\u{feff}名称,分\r\n\"甲,\"\"乙\"\"\n丙\",'=1\r\n"
        );
        assert_eq!(output, Output { file: "t.csv", sha256: sha256(&bytes), rows: 1 });
    }
}
