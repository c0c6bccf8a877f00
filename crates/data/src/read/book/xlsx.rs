//! What an `.xlsx` holds before it is decoded: how large its parts come out. A file of a few kilobytes may inflate to
//! gigabytes of texts that the decoder would keep all at once, or claim a number of texts for which it would ask for
//! more memory than any computer has.

use std::io::{self, BufReader, Cursor, Read, copy, sink};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// Parts of a workbook come to about ten times their packed size; hundred times is an attack.
const MOST_TIMES: u64 = 100;
/// What a file may always come to.
const ALWAYS: u64 = 32 << 20;
/// The most bytes of the texts that the sheets share, unpacked.
const MOST_SHARED: u64 = 512 << 20;
/// The most texts that the sheets may claim to share.
const MOST_TEXTS: u64 = 10_000_000;
/// The most elements that hold those texts: one for each text and one in it.
const MOST_TAGS: u64 = 2 * MOST_TEXTS;
/// The most bytes between two marks of XML; a cell has at most 32,767 characters.
const LONGEST: u64 = 8 << 20;
/// The file of the texts that the sheets share, in whatever folder.
const SHARED: &str = "sharedstrings.xml";

/// Looks through a file. `Err` says in Chinese why it is not decoded; what is wrong otherwise the decoder says.
pub(super) fn examine(bytes: &[u8]) -> Result<(), String> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(()) };
    let mut left = ALWAYS.max((bytes.len() as u64).saturating_mul(MOST_TIMES));
    for number in 0..archive.len() {
        // A part that cannot be unpacked is of no use to the decoder either.
        let Ok(part) = archive.by_index(number) else { continue };
        let name = part.name().map(|name| name.to_lowercase()).unwrap_or_default();
        // A picture has no marks of XML.
        let is_xml = matches!(name.rsplit('.').next(), Some("xml" | "rels"));
        let longest = if is_xml { LONGEST } else { u64::MAX };
        let shared = name.ends_with(SHARED);
        let room = if shared { left.min(MOST_SHARED) } else { left };
        let mut bounded = Bounded { part, left: room, longest, run: 0, tags: 0, exceeded: false };
        let claimed = if shared { claimed(&mut bounded) } else { 0 };
        let _ = copy(&mut bounded, &mut sink());
        if bounded.exceeded || claimed > MOST_TEXTS || shared && bounded.tags > MOST_TAGS {
            return Err(too_large());
        }
        left = left.saturating_sub(room - bounded.left);
    }
    Ok(())
}

/// What is said of a workbook that comes out too large.
pub(super) fn too_large() -> String {
    "展开后太大，内容比文件大得多，不像正常的表格；表格确实这样大的，请另存为 CSV 或分成几个文件".to_owned()
}

/// How many texts a part claims to hold. The decoder makes room for as many, before it has read any.
fn claimed(part: impl Read) -> u64 {
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    // What is no number the decoder overlooks; what is too long for one is too many.
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if digits { text.parse().unwrap_or(u64::MAX) } else { 0 }
    };
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(start) | Event::Empty(start) if start.local_name().into_inner() == "sst" => {
                let mut attributes = start.attributes();
                let claims = attributes.with_checks(false).flatten().filter(|a| a.key.0 == "uniqueCount");
                return claims.map(|a| number(a.value.trim())).max().unwrap_or(0);
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    0
}

/// A part that fails to be read once it is too large.
struct Bounded<R> {
    part: R,
    left: u64,
    /// The most bytes between two marks of XML.
    longest: u64,
    /// The bytes since the last such mark.
    run: u64,
    /// The elements that were begun.
    tags: u64,
    exceeded: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        let fresh = buffer.get(..read).unwrap_or(&[]);
        self.run = match memchr::memrchr2(b'<', b'>', fresh) {
            Some(at) => (read - at) as u64,
            None => self.run.saturating_add(read as u64),
        };
        let begins = |at: usize| fresh.get(at + 1).is_none_or(|next| *next != b'/');
        self.tags += memchr::memchr_iter(b'<', fresh).filter(|at| begins(*at)).count() as u64;
        self.exceeded |= read as u64 > self.left || self.run > self.longest;
        self.left = self.left.saturating_sub(read as u64);
        if self.exceeded { Err(io::Error::other("too large")) } else { Ok(read) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a part comes to when it is read in pieces of a size.
    fn bounded(text: &str, left: u64, piece: usize) -> (u64, bool) {
        let mut bounded =
            Bounded { part: text.as_bytes(), left, longest: LONGEST, run: 0, tags: 0, exceeded: false };
        let mut buffer = vec![0; piece];
        while bounded.read(&mut buffer).is_ok_and(|read| read > 0) {}
        (bounded.tags, bounded.exceeded)
    }

    #[test]
    fn a_part_is_read_as_far_as_it_may_come_out() {
        let text = "<sst><si><t>甲</t></si><si/></sst>";
        for piece in [1000, 7] {
            assert!(!bounded(text, 1000, piece).1);
            assert!(bounded(text, text.len() as u64 - 1, piece).1);
        }
        assert_eq!(bounded(text, 1000, 1000).0, 4);
        let long = format!("<t>{}", "a".repeat(LONGEST as usize));
        assert!(bounded(&long, u64::MAX, 8192).1);
        assert!(!bounded(&long.replace("aaaa", "aa<a"), u64::MAX, 8192).1);
    }

    #[test]
    fn the_claim_of_the_first_tag_is_read() {
        for (text, claim) in [
            (r#"<?xml version="1.0"?><sst uniqueCount="7" count="9"><si/></sst>"#, 7),
            (r#"<x:sst uniqueCount=" 7 "/>"#, 7),
            (r#"<sst uniqueCount="99999999999999999999"/>"#, u64::MAX),
            (r#"<sst uniqueCount="viele"/>"#, 0),
            ("<sst>", 0),
            ("", 0),
            ("<", 0),
        ] {
            assert_eq!(claimed(text.as_bytes()), claim, "{text}");
        }
    }
}
