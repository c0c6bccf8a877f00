//! Large delimited files, read twice and never held: once for digest, encoding and header, then in parts.
//!
//! Only text without damage is read so, UTF-16 only with its mark. Whatever else there is to say of a file is said by the way that holds it
//! whole, which gives the same rows.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};

use super::kind::{self, Kind};
use super::sheet::{Sheet, delimiter};
use crate::pace::both;

/// How much is read at once. Tests cut everywhere.
const CHUNK: usize = if cfg!(test) { 7 } else { 1 << 18 };

/// UTF-16: its mark, its name, and a line feed in it.
const WIDE: [(&[u8], &Encoding, &str, [u8; 2]); 2] =
    [(b"\xff\xfe", UTF_16LE, "UTF-16LE", [b'\n', 0]), (b"\xfe\xff", UTF_16BE, "UTF-16BE", [0, b'\n'])];

/// From so much the delimiter is told.
const SAMPLE: usize = 1 << 20;

/// How many rows from the top a header and what settles its columns may lie within, blank ones among them.
const HEAD: usize = super::header::content::LOOKED;

/// A part ends after so many bytes of cells.
const PART: usize = if cfg!(test) { 30 } else { 1 << 19 };

/// A delimited file that can be read in parts.
pub(super) struct Stream {
    path: PathBuf,
    /// What must be decoded; UTF-8 is taken as it is.
    encoding: Option<&'static Encoding>,
    /// The bytes of the byte order mark.
    mark: u64,
    delimiter: u8,
    /// About so many rows: its line feeds.
    pub(super) lines: usize,
    /// Its bytes.
    pub(super) size: u64,
}

/// What is known of a file after its first reading.
pub(super) struct Probed {
    pub(super) sha256: String,
    /// The name of its encoding.
    pub(super) encoding: &'static str,
    /// Its first rows.
    pub(super) head: Sheet,
    pub(super) stream: Stream,
}

/// The first reading of the large files, by number. A file that cannot be read so is left to the other way.
pub(super) fn probe_large(
    files: &[(String, Option<PathBuf>)],
    least: u64,
    threads: usize,
) -> HashMap<usize, Probed> {
    let is_large = |path: &str, at: &Path| {
        let ending = path.rsplit('.').next().unwrap_or("").to_lowercase();
        ["csv", "tsv", "txt"].contains(&ending.as_str())
            && std::fs::metadata(at).is_ok_and(|meta| meta.len() >= least.max(1))
    };
    let large: Vec<(usize, &Path)> = files
        .iter()
        .enumerate()
        .filter_map(|(number, (path, at))| Some((number, path, at.as_deref()?)))
        .filter(|(_, path, at)| is_large(path, at))
        .map(|(number, _, at)| (number, at))
        .collect();
    let probe = |files: &[(usize, &Path)]| -> Vec<(usize, Probed)> {
        files.iter().filter_map(|(number, at)| Some((*number, probe(at).ok()??))).collect()
    };
    if threads < 2 || large.len() < 2 {
        return probe(&large).into_iter().collect();
    }
    // Two halves in turn, so that the large ones, which stand together, are shared.
    let (ours, theirs): (Vec<_>, Vec<_>) = large.iter().enumerate().partition(|(turn, _)| turn % 2 == 0);
    let [ours, theirs] =
        [ours, theirs].map(|half| half.into_iter().map(|(_, file)| *file).collect::<Vec<_>>());
    let (ours, theirs) = both(threads, || probe(&ours), || probe(&theirs));
    ours.into_iter().chain(theirs).collect()
}

/// Reads a file for the first time. `None` if it is to be read as a whole: not text, damaged, or in an encoding
/// that is rare in large files.
fn probe(path: &Path) -> io::Result<Option<Probed>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = Vec::new();
    // The bytes at a chunk's end that do not yet make a character.
    let mut open: Vec<u8> = Vec::new();
    let (mut first, mut utf8, mut lines, mut size) = (true, true, 1, 0);
    let (mut mark, mut wide) = (0, None);
    loop {
        chunk.clear();
        let read = next_chunk(&mut file, &mut chunk)?;
        let bytes = chunk.as_slice();
        if first {
            wide = WIDE.into_iter().find(|(mark, ..)| bytes.starts_with(mark));
            mark = if wide.is_some() { 2 } else { 3 * u64::from(bytes.starts_with(b"\xef\xbb\xbf")) };
            if kind::of("csv", bytes) != Kind::Text {
                return Ok(None);
            }
            first = false;
        }
        if read == 0 {
            break;
        }
        size += read as u64;
        hasher.update(bytes);
        if let Some((.., line_feed)) = wide {
            lines += bytes.windows(2).filter(|pair| *pair == line_feed).count();
            continue;
        }
        if memchr::memchr(0, bytes).is_some() {
            return Ok(None);
        }
        lines += memchr::memchr_iter(b'\n', bytes).count();
        if utf8 {
            open.extend_from_slice(bytes);
            let valid = Encoding::utf8_valid_up_to(&open);
            // A character has at most four bytes.
            utf8 = open.len() - valid < 4;
            open.drain(..valid);
        }
    }
    utf8 &= open.is_empty();
    let (encoding, name) = match (wide, utf8, mark) {
        (Some((_, encoding, name, _)), ..) => (Some(encoding), name),
        (None, true, 0) => (None, "UTF-8"),
        (None, true, _) => (None, "UTF-8（带 BOM）"),
        (None, false, 0) if is_whole(path, GB18030)? => (Some(GB18030), "GB18030"),
        _ => return Ok(None),
    };
    let stream = Stream { path: path.to_owned(), encoding, mark, delimiter: b',', lines, size };
    let delimiter = stream.find_delimiter()?;
    let stream = Stream { delimiter, ..stream };
    let mut head = Sheet::default();
    stream.rows()?.fill(&mut head, usize::MAX, HEAD)?;
    let sha256 = crate::digest::hexadecimal(&hasher.finalize());
    Ok(Some(Probed { sha256, encoding: name, head, stream }))
}

/// True if all bytes can be decoded.
fn is_whole(path: &Path, encoding: &'static Encoding) -> io::Result<bool> {
    let mut text = Text {
        file: File::open(path)?,
        decoder: Some(encoding.new_decoder_without_bom_handling()),
        raw: Vec::new(),
        damaged: false,
    };
    let mut decoded = Vec::new();
    while text.more(&mut decoded)? && !text.damaged {
        decoded.clear();
    }
    Ok(!text.damaged)
}

impl Stream {
    fn text(&self) -> io::Result<Text> {
        let mut file = File::open(&self.path)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(self.mark))?;
        let decoder = self.encoding.map(Encoding::new_decoder_without_bom_handling);
        Ok(Text { file, decoder, raw: Vec::new(), damaged: false })
    }

    /// The delimiter that the first lines show, as for a file that is held whole.
    fn find_delimiter(&self) -> io::Result<u8> {
        let mut text = self.text()?;
        let mut bytes = Vec::new();
        while bytes.len() < SAMPLE && text.more(&mut bytes)? {}
        let valid = Encoding::utf8_valid_up_to(&bytes);
        bytes.truncate(valid);
        Ok(delimiter(std::str::from_utf8(&bytes).unwrap_or_default()))
    }

    /// Its rows from the first.
    fn rows(&self) -> io::Result<Rows> {
        let mut reader = csv_core::ReaderBuilder::new().delimiter(self.delimiter).build();
        // A mark was passed over already; this keeps the reader from taking another for it.
        let _ = reader.read_record(b"\n", &mut [0; 4], &mut [0; 4]);
        Ok(Rows {
            text: self.text()?,
            reader,
            delimiter: self.delimiter,
            input: Vec::new(),
            at: 0,
            ended: false,
            lines: Lines::default(),
            blank: Vec::new(),
            output: vec![0; 1 << 12],
            ends: vec![0; 64],
        })
    }

    /// Its parts in their order, read by another thread if there may be two.
    pub(super) fn parts(&self, threads: usize) -> io::Result<Parts> {
        let mut rows = self.rows()?;
        if threads < 2 {
            return Ok(Parts::Here(Box::new(rows)));
        }
        let (send, receive) = sync_channel(2);
        std::thread::spawn(move || {
            loop {
                let mut part = Sheet::default();
                let filled = rows.fill(&mut part, PART, usize::MAX);
                let last = !matches!(filled, Ok(true));
                // Nobody listens any more: the reading was given up.
                if send.send(filled.map(|_| part)).is_err() || last {
                    return;
                }
            }
        });
        Ok(Parts::Beside(receive))
    }
}

/// The parts of a stream.
pub(super) enum Parts {
    Here(Box<Rows>),
    Beside(Receiver<io::Result<Sheet>>),
}

impl Parts {
    /// Replaces a part by the next. False after the last.
    pub(super) fn next(&mut self, part: &mut Sheet) -> io::Result<bool> {
        match self {
            Parts::Here(rows) => {
                part.clear();
                rows.fill(part, PART, usize::MAX)?;
            }
            Parts::Beside(receive) => match receive.recv() {
                Ok(next) => *part = next?,
                Err(_) => part.clear(),
            },
        }
        Ok(part.len() > 0)
    }
}

fn next_chunk(file: &mut File, bytes: &mut Vec<u8>) -> io::Result<usize> {
    file.take(CHUNK as u64).read_to_end(bytes)
}

/// The text of a file, piece by piece.
struct Text {
    file: File,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// True once bytes could not be decoded.
    damaged: bool,
}

impl Text {
    /// Appends the next piece as UTF-8. False at the end.
    fn more(&mut self, text: &mut Vec<u8>) -> io::Result<bool> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(next_chunk(&mut self.file, text)? > 0);
        };
        let had = text.len();
        self.raw.clear();
        let last = next_chunk(&mut self.file, &mut self.raw)? == 0;
        let mut from = self.raw.as_slice();
        loop {
            let before = text.len();
            let room = decoder.max_utf8_buffer_length(from.len()).unwrap_or(4 * CHUNK).max(16);
            text.resize(before + room, 0);
            let (result, taken, written, damaged) =
                decoder.decode_to_utf8(from, text.get_mut(before..).unwrap_or_default(), last);
            text.truncate(before + written);
            self.damaged |= damaged;
            from = from.get(taken..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if last {
            // A decoder is not asked again after its end.
            self.decoder = None;
        }
        let grown = text.len() > had;
        // Half a character gives nothing yet; nothing at all would pass for the end. Bytes that are cut short at the end
        // give a character of their own.
        if !last && !grown { self.more(text) } else { Ok(grown) }
    }
}

/// Counts lines as people do: line ends inside cells begin no row and are not counted.
#[derive(Default)]
struct Lines {
    ended: u32,
    after_return: bool,
}

impl Lines {
    /// Passes over the bytes between two rows.
    fn between(&mut self, byte: u8) {
        if byte == b'\n' && self.after_return {
            self.after_return = false;
        } else {
            self.ended += 1;
            self.after_return = byte == b'\r';
        }
    }
}

/// The rows of a stream.
pub(super) struct Rows {
    text: Text,
    reader: csv_core::Reader,
    delimiter: u8,
    /// What was read and not yet taken.
    input: Vec<u8>,
    at: usize,
    ended: bool,
    lines: Lines,
    /// The blank rows since the last one with content, by number and cells: at the end of a table they are none.
    blank: Vec<(u32, usize)>,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl Rows {
    /// Appends rows to a sheet until it has so many bytes or rows. False if the text has ended.
    fn fill(&mut self, sheet: &mut Sheet, bytes: usize, rows: usize) -> io::Result<bool> {
        while sheet.bytes() < bytes && sheet.len() < rows {
            if !self.row(sheet)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads more input. False at the end.
    fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.input.drain(..self.at);
        self.at = 0;
        self.ended = !self.text.more(&mut self.input)?;
        Ok(!self.ended)
    }

    /// Appends the next row, with the blank ones before it. False at the end.
    fn row(&mut self, sheet: &mut Sheet) -> io::Result<bool> {
        loop {
            match self.input.get(self.at).copied() {
                Some(byte @ (b'\n' | b'\r')) => {
                    self.lines.between(byte);
                    self.at += 1;
                }
                Some(_) => break,
                None if self.more()? => {}
                None => return Ok(false),
            }
        }
        self.lines.after_return = false;
        let number = self.lines.ended.saturating_add(1);
        let mut searched = 0;
        let line = loop {
            let rest = self.input.get(self.at..).unwrap_or_default();
            if let Some(end) = memchr::memchr2(b'\n', b'\r', rest.get(searched..).unwrap_or_default()) {
                break searched + end;
            }
            searched = rest.len();
            if !self.more()? {
                break self.input.len() - self.at;
            }
        };
        let row = self.input.get(self.at..self.at + line).unwrap_or_default();
        if memchr::memchr(b'"', row).is_some() {
            return self.quoted_row(sheet, number).map(|()| true);
        }
        let text = utf8(row);
        if text.split(char::from(self.delimiter)).all(|cell| cell.trim().is_empty()) {
            self.blank.push((number, memchr::memchr_iter(self.delimiter, row).count() + 1));
        } else {
            give_blank(&mut self.blank, sheet);
            sheet.start_row(number);
            let mut from = 0;
            for end in memchr::memchr_iter(self.delimiter, row).chain([row.len()]) {
                sheet.push(text.get(from..end).unwrap_or_default());
                from = end + 1;
            }
        }
        self.at += line;
        Ok(true)
    }

    /// As [`Rows::row`] for a row with quotes, which may run over several lines.
    fn quoted_row(&mut self, sheet: &mut Sheet, number: u32) -> io::Result<()> {
        let (mut written, mut ended) = (0, 0);
        loop {
            let input = self.input.get(self.at..).unwrap_or_default();
            let (result, taken, output, ends) = self.reader.read_record(
                input,
                self.output.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(ended..).unwrap_or_default(),
            );
            // The line end that closes the row is left, to be counted with what lies between rows. The end of the
            // text closes one without taking anything.
            let closed = result == csv_core::ReadRecordResult::Record;
            self.at += if closed { taken.saturating_sub(1) } else { taken };
            written += output;
            ended += ends;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {
                    // At the end an empty input closes the last row.
                    self.more()?;
                }
                csv_core::ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            }
        }
        let mut from = 0;
        let cells = self.ends.get(..ended).unwrap_or_default();
        let cells: Vec<&str> = cells
            .iter()
            .map(|end| utf8(self.output.get(std::mem::replace(&mut from, *end)..*end).unwrap_or_default()))
            .collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            self.blank.push((number, cells.len()));
        } else {
            give_blank(&mut self.blank, sheet);
            sheet.start_row(number);
            for cell in cells {
                sheet.push(cell);
            }
        }
        Ok(())
    }
}

/// Cells are cut from text that was seen to be UTF-8, at ASCII bytes.
fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Blank rows before one with content are rows of the table.
fn give_blank(blank: &mut Vec<(u32, usize)>, sheet: &mut Sheet) {
    for (number, cells) in blank.drain(..) {
        sheet.start_row(number);
        (0..cells).for_each(|_| sheet.push(""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::bytes::decode;
    use crate::read::sheet::delimited;

    /// Rows by number.
    type Numbered = Vec<(u32, Vec<String>)>;

    fn rows(sheet: &Sheet) -> Numbered {
        (0..sheet.len())
            .map(|row| (sheet.number(row), sheet.cells(row).map(str::to_owned).collect()))
            .collect()
    }

    /// What a file gives that is read in parts; `None` if it must be read whole.
    fn in_parts(bytes: &[u8], threads: usize) -> Option<(Numbered, &'static str)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let probed = probe(file.path()).unwrap()?;
        assert_eq!(probed.sha256, crate::digest::sha256(bytes));
        let mut parts = probed.stream.parts(threads).unwrap();
        let (mut part, mut all) = (Sheet::default(), Vec::new());
        while parts.next(&mut part).unwrap() {
            all.extend(rows(&part));
        }
        let head = rows(&probed.head);
        assert_eq!(head, all.get(..head.len()).unwrap());
        Some((all, probed.encoding))
    }

    fn same(bytes: &[u8]) {
        let Some((parts, encoding)) = in_parts(bytes, 1) else { return };
        let whole = decode(bytes).unwrap();
        assert_eq!(parts, rows(&delimited(&whole.text)), "{:?}", whole.text);
        assert_eq!(encoding, whole.encoding);
        assert_eq!(in_parts(bytes, 2).unwrap().0, parts);
    }

    #[test]
    fn parts_are_the_rows_of_the_whole() {
        for text in [
            "名称,事实\r\n甲,\"一\n二\n三\"\r\n\r\n乙,四\r\n,\r\n",
            "a;b\rc;d\r\re;f",
            "一,二\n\n , \n三,\"四\"\"五\",六\"七\n\"没有结束,\n八",
            "\"a\",\"b\"\n\"c\",\"d\"",
            "\u{feff}名称\t代码\n甲\t1\n",
        ] {
            same(text.as_bytes());
        }
        let (gbk, ..) = GB18030.encode("企业名称,处罚决定日期\r\n叶集区𠮷,\"甲\n乙\"\r\n");
        same(&gbk);
        assert_eq!(in_parts(&gbk, 1).unwrap().1, "GB18030");
    }

    #[test]
    fn what_is_not_plain_text_is_read_whole() {
        for bytes in [&b"PK\x03\x04"[..], b"a\0b", b"\xef\xbb\xbf\xff", b"\xff\xff,\xff"] {
            assert!(in_parts(bytes, 1).is_none(), "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_as_the_whole(text in "[a甲 ,;\"\n\r\t]{0,60}", mark in proptest::bool::ANY) {
            same(format!("{}{text}", if mark { "\u{feff}" } else { "" }).as_bytes());
            same(&GB18030.encode(&text).0);
            let wide = |order: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(order).collect::<Vec<u8>>();
            for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
                same(&bytes);
                // A byte that is lost.
                same(bytes.get(..bytes.len() - 1).unwrap());
            }
        }
    }
}
