//! Bytes to text: UTF-8 with or without BOM, UTF-16 with BOM, GB18030.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// The text of a file and how it was decoded.
pub(super) struct Decoded<'a> {
    /// The text; U+FFFD stands where bytes could not be decoded.
    pub(super) text: Cow<'a, str>,
    /// The name of the encoding.
    pub(super) encoding: &'static str,
}

/// Decodes a text file. `None` if it is not text.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Some(Decoded { text: String::from_utf8_lossy(rest), encoding: "UTF-8（带 BOM）" });
    }
    for (mark, encoding, name) in [(b"\xff\xfe", UTF_16LE, "UTF-16LE"), (b"\xfe\xff", UTF_16BE, "UTF-16BE")] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return Some(Decoded { text: encoding.decode_without_bom_handling(rest).0, encoding: name });
        }
    }
    if bytes.contains(&0) {
        return None;
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
