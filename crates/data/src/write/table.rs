//! A CSV table that Excel opens right: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet
//! would execute.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use sha2::{Digest, Sha256};

use super::WriteError;
use crate::digest::hexadecimal;

/// A table that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(super) file: &'static str,
    pub(super) sha256: String,
    /// Rows without the header.
    pub(super) rows: u64,
}

/// A file that is hashed while it is written.
struct Hashed {
    file: File,
    hasher: Sha256,
}

impl Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        Ok(())
    }
}

/// Where full buffers go: written here, or by a thread of their own while the next rows are made.
enum Sink {
    Here(Hashed),
    Beside {
        full: SyncSender<Vec<u8>>,
        empty: Receiver<Vec<u8>>,
        thread: JoinHandle<io::Result<Hashed>>,
    },
    /// Between two of the others, and after a failure.
    Closed,
}

impl Sink {
    /// A thread that hashes and writes what it is sent.
    fn beside(mut hashed: Hashed) -> Sink {
        let (full, filled) = sync_channel::<Vec<u8>>(2);
        let (emptied, empty) = sync_channel(2);
        let thread = std::thread::spawn(move || {
            for mut buffer in filled {
                hashed.write(&buffer)?;
                buffer.clear();
                // Nobody waits for the last buffers.
                let _ = emptied.try_send(buffer);
            }
            Ok(hashed)
        });
        Sink::Beside { full, empty, thread }
    }
}

/// The bytes after which a buffer is passed on.
const FULL: usize = 1 << 18;

/// Writes one table row by row; holds less than a megabyte whatever its length.
pub(crate) struct Table {
    buffer: Vec<u8>,
    sink: Sink,
    beside: bool,
    path: PathBuf,
    file: &'static str,
    columns: usize,
    /// Cells of the row so far.
    cells: usize,
    rows: u64,
}

impl Table {
    /// A table that is written by the thread that makes it.
    pub(crate) fn create<S: AsRef<str>>(
        dir: &Path,
        file: &'static str,
        headers: &[S],
    ) -> Result<Table, WriteError> {
        Table::create_on(dir, file, headers, 1)
    }

    /// A table that may be written by another thread if there may be two; the bytes are the same.
    pub(super) fn create_on<S: AsRef<str>>(
        dir: &Path,
        file: &'static str,
        headers: &[S],
        threads: usize,
    ) -> Result<Table, WriteError> {
        Table::create_at(dir.join(file), file, headers, threads)
    }

    /// A table at a path whose last part is not known beforehand.
    pub(crate) fn create_at<S: AsRef<str>>(
        path: PathBuf,
        file: &'static str,
        headers: &[S],
        threads: usize,
    ) -> Result<Table, WriteError> {
        let opened = File::create_new(&path).map_err(|e| WriteError::io("写文件", &path, e))?;
        let sink = Sink::Here(Hashed { file: opened, hasher: Sha256::new() });
        let buffer = "\u{feff}".as_bytes().to_vec();
        let columns = headers.len();
        let mut table = Table { buffer, sink, beside: threads > 1, path, file, columns, cells: 0, rows: 0 };
        table.row(headers)?;
        table.rows = 0;
        Ok(table)
    }

    /// A whole row.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), WriteError> {
        self.each(cells);
        self.end()
    }

    /// The next cell of a row.
    pub(crate) fn cell(&mut self, cell: &str) {
        if self.cells > 0 {
            self.buffer.push(b',');
        }
        self.cells += 1;
        write_cell(&mut self.buffer, cell);
    }

    /// The next cell of a row: a number or a day.
    pub(crate) fn number(&mut self, number: impl std::fmt::Display) {
        if self.cells > 0 {
            self.buffer.push(b',');
        }
        self.cells += 1;
        let from = self.buffer.len();
        // Writing to memory does not fail.
        let _ = write!(self.buffer, "{number}");
        // Of numbers and days only those of very many digits are in danger.
        if self.buffer.len() - from > LONGEST
            && self.buffer.get(from..).and_then(|text| std::str::from_utf8(text).ok()).is_some_and(dangerous)
        {
            self.buffer.insert(from, b'\'');
        }
    }

    /// The next cells of a row.
    pub(super) fn each<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        cells.into_iter().for_each(|cell| self.cell(cell.as_ref()));
    }

    /// Cells that were made before.
    pub(super) fn cells(&mut self, ready: &Cells) {
        if ready.count == 0 {
            return;
        }
        if self.cells > 0 {
            self.buffer.push(b',');
        }
        self.cells += ready.count;
        self.buffer.extend_from_slice(&ready.bytes);
    }

    /// Ends a row.
    pub(crate) fn end(&mut self) -> Result<(), WriteError> {
        if self.cells != self.columns {
            let wrong = format!("{} cells in a table of {} columns", self.cells, self.columns);
            return Err(self.failed(io::Error::new(io::ErrorKind::InvalidData, wrong)));
        }
        self.buffer.extend_from_slice(b"\r\n");
        self.cells = 0;
        self.rows += 1;
        if self.buffer.len() >= FULL { self.pass_on() } else { Ok(()) }
    }

    fn failed(&self, error: io::Error) -> WriteError {
        WriteError::io("写文件", &self.path, error)
    }

    /// Passes the buffer on and goes on with an empty one.
    fn pass_on(&mut self) -> Result<(), WriteError> {
        if self.beside && matches!(self.sink, Sink::Here(_)) {
            // Only a table that is longer than a buffer is worth a thread.
            if let Sink::Here(hashed) = std::mem::replace(&mut self.sink, Sink::Closed) {
                self.sink = Sink::beside(hashed);
            }
        }
        match &mut self.sink {
            Sink::Here(hashed) => {
                let written = hashed.write(&self.buffer);
                self.buffer.clear();
                written.map_err(|e| self.failed(e))
            }
            Sink::Beside { full, empty, .. } => {
                let next = empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(FULL + (FULL >> 2)));
                let sent = full.send(std::mem::replace(&mut self.buffer, next));
                // The thread ends early only for an error, which is waiting in it.
                if sent.is_err() { self.close().map(|_| ()) } else { Ok(()) }
            }
            Sink::Closed => Ok(()),
        }
    }

    /// Waits for what is still being written.
    fn close(&mut self) -> Result<Hashed, WriteError> {
        let ended = match std::mem::replace(&mut self.sink, Sink::Closed) {
            Sink::Here(hashed) => Ok(hashed),
            Sink::Beside { full, thread, .. } => {
                drop(full);
                thread.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))
            }
            Sink::Closed => Err(io::Error::other("closed")),
        };
        ended.map_err(|e| self.failed(e))
    }

    /// Flushes to disk and gives the digest.
    pub(crate) fn finish(mut self) -> Result<Output, WriteError> {
        self.pass_on()?;
        let hashed = self.close()?;
        hashed.file.sync_all().map_err(|e| self.failed(e))?;
        Ok(Output { file: self.file, sha256: hexadecimal(&hashed.hasher.finalize()), rows: self.rows })
    }
}

/// Cells of a table made once and written in many rows.
#[derive(Clone, Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
    count: usize,
}

impl Cells {
    /// Adds a cell.
    pub(crate) fn cell(&mut self, cell: &str) {
        if self.count > 0 {
            self.bytes.push(b',');
        }
        self.count += 1;
        write_cell(&mut self.bytes, cell);
    }

    /// Adds cells that were made before.
    pub(super) fn append(&mut self, ready: &Cells) {
        if ready.count == 0 {
            return;
        }
        if self.count > 0 {
            self.bytes.push(b',');
        }
        self.count += ready.count;
        self.bytes.extend_from_slice(&ready.bytes);
    }

    /// True without cells.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Starts anew.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }
}

impl<S: AsRef<str>> Extend<S> for Cells {
    fn extend<I: IntoIterator<Item = S>>(&mut self, cells: I) {
        cells.into_iter().for_each(|cell| self.cell(cell.as_ref()));
    }
}

/// One cell: an apostrophe in front where a spreadsheet would execute or spoil it, quotes where CSV needs them.
fn write_cell(buffer: &mut Vec<u8>, cell: &str) {
    let mark = dangerous(cell);
    let bytes = cell.as_bytes();
    if memchr::memchr3(b',', b'"', b'\n', bytes).is_some() || memchr::memchr(b'\r', bytes).is_some() {
        buffer.push(b'"');
        if mark {
            buffer.push(b'\'');
        }
        for byte in cell.bytes() {
            if byte == b'"' {
                buffer.push(b'"');
            }
            buffer.push(byte);
        }
        buffer.push(b'"');
    } else {
        if mark {
            buffer.push(b'\'');
        }
        buffer.extend_from_slice(cell.as_bytes());
    }
}

/// The most digits that Excel keeps.
const LONGEST: usize = 15;

/// True for a cell that a spreadsheet would execute or spoil: one that begins like a formula and is not a
/// plain number, and digits so many that Excel would round them (codes of 18 digits).
pub(super) fn dangerous(cell: &str) -> bool {
    // The first byte clears nearly all cells: ASCII signs, digits, and the lead of the full-width signs.
    let first = cell.as_bytes().first().copied().unwrap_or(b'a');
    if !matches!(first, b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n' | 0xef | b'0'..=b'9') {
        return false;
    }
    let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    (starts && !plain_number(cell)) || (cell.len() > LONGEST && cell.bytes().all(|b| b.is_ascii_digit()))
}

/// `-3.5`: digits with at most one point and a minus in front.
fn plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(part)
}

/// The cell as it was before it was defused.
pub(crate) fn plain_again(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| dangerous(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

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
            assert!(dangerous(cell), "{cell}");
            assert_eq!(plain_again(&format!("'{cell}")), cell);
        }
        for cell in ["", "-3", "-2.5", "12", "甲=乙", "'x", "91341504MA2ABCDE1X", "0 + 12 = 12分", "2.45%"]
        {
            assert!(!dangerous(cell), "{cell}");
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

    proptest::proptest! {
        /// What is written reads back as it was, whichever thread wrote it, and as the csv crate would write it.
        #[test]
        fn every_table_is_read_back(
            rows in proptest::collection::vec(proptest::collection::vec("[a,\"=＝\r\n1-9中 ]{0,12}", 3), 0..20),
            times in 1_usize..60,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut outputs = Vec::new();
            for threads in [1, 2] {
                let folder = dir.path().join(threads.to_string());
                std::fs::create_dir(&folder).unwrap();
                let mut table = Table::create_on(&folder, "t.csv", &["一", "二", "三"], threads).unwrap();
                for _ in 0..times {
                    for row in &rows {
                        table.row(row).unwrap();
                        let filler = Cells { bytes: vec![b'x'; 1000], count: 1 };
                        table.cells(&filler);
                        table.row(row.get(1..).unwrap()).unwrap();
                    }
                }
                outputs.push((table.finish().unwrap(), std::fs::read(folder.join("t.csv")).unwrap()));
            }
            proptest::prop_assert_eq!(&outputs[0], &outputs[1]);
            let mut theirs = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            let mut reader = csv::ReaderBuilder::new().from_reader(&outputs[0].1[3..]);
            let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            proptest::prop_assert_eq!(read.len(), rows.len() * times * 2);
            for (row, written) in rows.iter().zip(read.iter().step_by(2)) {
                let cells: Vec<&str> = written.iter().map(plain_again).collect();
                proptest::prop_assert_eq!(row.iter().map(String::as_str).collect::<Vec<_>>(), cells);
            }
            theirs.write_record(["一", "二", "三"]).unwrap();
            for row in &read {
                theirs.write_record(row).unwrap();
            }
            proptest::prop_assert_eq!(&theirs.into_inner().unwrap(), &outputs[0].1[3..].to_vec());
        }
    }
}
