//! Wordings to codes: by text, English name and synonym, never by a number that the table does not give.

use std::collections::HashMap;

use sanse::{CodeList, Vocabulary};

use super::cell::{half_width, key};

/// The wordings of one code list.
pub(super) struct Codes {
    by_key: HashMap<String, u16>,
}

impl Codes {
    /// The wordings of every code list of a vocabulary, in its order.
    pub(super) fn of(vocabulary: &Vocabulary) -> Vec<Codes> {
        vocabulary.code_lists.iter().map(Codes::new).collect()
    }

    fn new(list: &CodeList) -> Codes {
        let mut by_key = HashMap::new();
        // Own texts first: another code's synonym never takes them.
        for (number, code) in list.codes.iter().enumerate() {
            by_key.entry(key(&code.text)).or_insert(number as u16);
            by_key.entry(key(&code.english)).or_insert(number as u16);
        }
        for (number, code) in list.codes.iter().enumerate() {
            for synonym in &code.synonyms {
                by_key.entry(key(synonym)).or_insert(number as u16);
            }
        }
        Codes { by_key }
    }

    /// The code of a wording: `02 罚款`, `其他-责令改正` and `罚款（一般）` are read by their words.
    pub(super) fn one(&self, text: &str) -> Option<u16> {
        if let Some(code) = self.by_key.get(text) {
            return Some(*code);
        }
        let half = half_width(text);
        let whole = key(&half);
        if whole.is_empty() {
            return None;
        }
        let find = |form: &str| self.by_key.get(form).copied();
        // A number is compared as it stands: neither `1,2` nor `1.0` is the code 12 or 10.
        let all_digits = whole.bytes().all(|b| b.is_ascii_digit());
        let parted = all_digits && half.trim_matches(|c: char| !c.is_alphanumeric()) != whole;
        let words = whole.trim_start_matches(|c: char| c.is_ascii_digit());
        (!parted)
            .then(|| find(&whole))
            .flatten()
            .or_else(|| (words != whole && !words.is_empty()).then(|| find(words)).flatten())
            .or_else(|| {
                half.trim()
                    .strip_prefix("其他")
                    .and_then(|rest| rest.trim_start().strip_prefix(['-', ':', '—', '_']))
                    .and_then(|rest| find(&key(rest)))
            })
            .or_else(|| half.split('(').next().filter(|base| *base != half).and_then(|base| find(&key(base))))
            // A whole number that a spreadsheet gave decimals: 2.0.
            .or_else(|| half.trim().strip_suffix(".0").and_then(|number| find(&key(number))))
    }

    /// The codes of a cell with several values, each once, in the order of the cell. `Err` has the wording that
    /// is not known.
    pub(super) fn several(&self, text: &str) -> Result<Vec<u16>, String> {
        if let Some(code) = self.by_key.get(text) {
            return Ok(vec![*code]);
        }
        let half = half_width(text);
        let mut codes = Vec::new();
        for part in half.split([';', '/', '|', '+', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
            self.joined(part, &[',', '，', '、'], &mut codes)?;
        }
        let mut seen = Vec::new();
        codes.retain(|code| {
            !seen.contains(code) && {
                seen.push(*code);
                true
            }
        });
        Ok(codes)
    }

    /// A part may contain the separator in its own wording (暂扣许可证、执照): the longest wording wins.
    fn joined(&self, part: &str, separators: &[char], codes: &mut Vec<u16>) -> Result<(), String> {
        if let Some(code) = self.one(part) {
            codes.push(code);
            return Ok(());
        }
        let pieces: Vec<(usize, &str)> = part.match_indices(separators).collect();
        for (at, mark) in pieces.iter().rev() {
            if let Some(code) = part.get(..*at).and_then(|head| self.one(head)) {
                codes.push(code);
                let rest = part.get(at + mark.len()..).unwrap_or("").trim();
                return if rest.is_empty() { Ok(()) } else { self.joined(rest, separators, codes) };
            }
        }
        // 警告并处罚款: all parts must be known, or nothing is.
        for word in ["并处", "并", "和", "及"] {
            if let Some((head, tail)) = part.split_once(word)
                && let (Some(first), Ok(rest)) = (self.one(head), self.several(tail))
                && !rest.is_empty()
            {
                codes.push(first);
                codes.extend(rest);
                return Ok(());
            }
        }
        Err(part.to_owned())
    }

    /// The code of GB/T 4754-2017's section (门类) of an industry code: its letter, or that of its first two digits.
    pub(super) fn industry_section(&self, industry: &str) -> Option<u16> {
        let code = key(industry);
        let letter = code.chars().next().filter(char::is_ascii_alphabetic);
        if let Some(letter) = letter {
            return self.one(&letter.to_string());
        }
        let division: u32 = code.get(..2)?.parse().ok()?;
        let letter = SECTIONS.iter().find(|(_, last)| division <= *last).filter(|_| division > 0)?.0;
        self.one(letter)
    }
}

/// The sections of GB/T 4754-2017 with their last divisions (大类).
const SECTIONS: [(&str, u32); 20] = [
    ("A", 5),
    ("B", 12),
    ("C", 43),
    ("D", 46),
    ("E", 50),
    ("F", 52),
    ("G", 60),
    ("H", 62),
    ("I", 65),
    ("J", 69),
    ("K", 70),
    ("L", 72),
    ("M", 75),
    ("N", 79),
    ("O", 82),
    ("P", 83),
    ("Q", 85),
    ("R", 90),
    ("S", 96),
    ("T", 97),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(name: &str) -> (Codes, CodeList) {
        let list = Vocabulary::standard().code_lists.into_iter().find(|c| c.name.chinese == name).unwrap();
        (Codes::new(&list), list)
    }

    #[test]
    fn kinds_of_penalty_in_every_wording() {
        let (codes, list) = codes("措施种类");
        for (text, kinds) in [
            ("罚款", "罚款"),
            ("02 罚款", "罚款"),
            ("2", "罚款"),
            ("罚款；没收违法所得", "罚款,没收违法所得"),
            ("警告、罚款", "警告,罚款"),
            ("警告，罚款,罚款", "警告,罚款"),
            ("暂扣许可证、执照、罚款", "暂扣许可证件,罚款"),
            ("没收违法所得、没收非法财物", "没收违法所得,没收非法财物"),
            ("警告并处罚款", "警告,罚款"),
            ("其他-责令改正", "责令改正"),
            ("法律、行政法规规定的其他行政处罚", "其他行政处罚"),
            ("查封、扣押", "查封扣押"),
            ("1,2", "警告,罚款"),
            ("1、4", "警告,责令停产停业"),
            ("1.0", "警告"),
            ("12", "限制开展生产经营活动"),
            ("（2）", "罚款"),
        ] {
            let found = codes
                .several(text)
                .map(|v| v.into_iter().map(|c| list.text(c)).collect::<Vec<_>>().join(","));
            assert_eq!(found.as_deref(), Ok(kinds), "{text}");
        }
        for text in ["其他", "罚款、扣分", "55", "罚"] {
            assert!(codes.several(text).is_err(), "{text}");
        }
        assert_eq!(codes.several(" ; "), Ok(Vec::new()));
    }

    #[test]
    fn inspection_results_by_wording() {
        let (codes, list) = codes("检查结果");
        assert_eq!(codes.one("通过登记的住所（经营场所）无法联系").map(|c| list.text(c)), Some("无法联系"));
        assert_eq!(
            codes.one("公示信息隐瞒真实情况弄虚作假").map(|c| list.text(c)),
            Some("公示信息隐瞒真实情况、弄虚作假")
        );
        assert_eq!(codes.one("12"), None);
    }

    #[test]
    fn sections_of_industry_codes() {
        let (codes, list) = codes("行业门类");
        for (code, section) in [
            ("C2614", "C"),
            ("2614", "C"),
            ("26", "C"),
            ("0511", "A"),
            ("F", "F"),
            ("97", "T"),
            ("4710", "E"),
        ] {
            let found = codes
                .industry_section(code)
                .and_then(|c| list.codes.get(usize::from(c)))
                .map(|c| c.english.as_str());
            assert_eq!(found, Some(section), "{code}");
        }
        for code in ["", "00", "98", "制造业", "5"] {
            assert_eq!(codes.industry_section(code), None, "{code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,30}") {
            let (codes, _) = codes("措施种类");
            let _ = (codes.several(&text), codes.one(&text), codes.industry_section(&text));
        }
    }
}
