//! Bytes to text: UTF-8 and UTF-16 with or without BOM, GB18030.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// The text of a file and how it was decoded.
pub(super) struct Decoded<'a> {
    /// The text; U+FFFD stands where bytes could not be decoded.
    pub(super) text: Cow<'a, str>,
    /// The name of the encoding.
    pub(super) encoding: &'static str,
}

/// What the name of an encoding ends with if bytes were lost.
pub(super) const DAMAGED: &str = "（有损坏）";

/// Decodes a text file. `None` if it is not text.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Some(match String::from_utf8_lossy(rest) {
            text @ Cow::Borrowed(_) => Decoded { text, encoding: "UTF-8（带 BOM）" },
            text @ Cow::Owned(_) => Decoded { text, encoding: "UTF-8（有损坏）" },
        });
    }
    for (mark, encoding, name) in [(b"\xff\xfe", UTF_16LE, "UTF-16LE"), (b"\xfe\xff", UTF_16BE, "UTF-16BE")] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return Some(Decoded { text: encoding.decode_without_bom_handling(rest).0, encoding: name });
        }
    }
    if bytes.contains(&0) {
        return utf16(bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded { text: Cow::Borrowed(text), encoding: "UTF-8" });
    }
    let (gb, damaged) = GB18030.decode_without_bom_handling(bytes);
    if damaged {
        // A few lost bytes make a text invalid in either encoding. Chinese in GB18030 hardly ever reads as UTF-8,
        // so a text with more Chinese than gaps was UTF-8.
        let utf8 = String::from_utf8_lossy(bytes);
        if utf8.chars().filter(|c| !c.is_ascii()).count() > 2 * gaps(&utf8) {
            return Some(Decoded { text: utf8, encoding: "UTF-8（有损坏）" });
        }
        return Some(Decoded { text: gb, encoding: "GB18030（有损坏）" });
    }
    Some(Decoded { text: gb, encoding: "GB18030" })
}

/// UTF-16 without a mark: nearly all characters of a table are Chinese or ASCII in one order of the bytes, and in
/// the other hardly any.
fn utf16(bytes: &[u8]) -> Option<Decoded<'_>> {
    [(UTF_16LE, "UTF-16LE（无 BOM）"), (UTF_16BE, "UTF-16BE（无 BOM）")].into_iter().find_map(|(encoding, name)| {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        let usual = |c: &char| {
            matches!(c, '\t' | '\r' | '\n' | ' '..='~' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff5e}')
        };
        let (all, known) = (text.chars().count(), text.chars().filter(usual).count());
        let whole = !damaged && !text.contains('\0') && text.contains(['\n', '\t', ',']);
        (whole && known * 10 >= all * 9).then_some(Decoded { text, encoding: name })
    })
}

fn gaps(text: &str) -> usize {
    text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let (gbk, ..) = GB18030.encode("处罚决定日期，叶集区𠮷");
        for (bytes, encoding) in [
            ("处罚决定日期，叶集区𠮷".as_bytes().to_vec(), "UTF-8"),
            ("\u{feff}处罚决定日期，叶集区𠮷".as_bytes().to_vec(), "UTF-8（带 BOM）"),
            (gbk.to_vec(), "GB18030"),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.encoding), ("处罚决定日期，叶集区𠮷", encoding));
        }
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("六安".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16).unwrap().text, "六安");
        for (encoding, bytes) in [
            (
                "UTF-16LE（无 BOM）",
                "企业名称,处罚\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
            ),
            ("UTF-16BE（无 BOM）", "企业名称,处罚\n".encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.encoding), ("企业名称,处罚\n", encoding));
        }
        assert!(decode(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0").is_none());
    }

    #[test]
    fn a_lost_byte_leaves_a_mark() {
        let (gbk, ..) = GB18030.encode("罚款三千元。\n处罚决定日期");
        let mut bytes = gbk.to_vec();
        bytes[9] = b'\n';
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, "GB18030（有损坏）");
        assert!(decoded.text.contains('\u{fffd}'));
        let mut bytes = "罚款三千元，处罚决定日期".as_bytes().to_vec();
        bytes.remove(4);
        assert_eq!(decode(&bytes).unwrap().encoding, "UTF-8（有损坏）");
    }
}
