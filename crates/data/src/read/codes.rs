//! Wordings to codes: by text, English name and synonym, never by a number that the table does not give.

use std::collections::HashMap;

use sanse::{CodeList, Vocabulary};

use super::cell::{half_width, key};
use super::row::shortened;

/// The wordings of one code list.
pub(super) struct Codes {
    by_key: HashMap<String, u16>,
    /// What a wording with any words in its middle begins and ends with: 违反…规定.
    around: Vec<(String, String, u16)>,
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
        let mut around = Vec::new();
        for (number, code) in list.codes.iter().enumerate() {
            for synonym in &code.synonyms {
                match synonym.split_once('…') {
                    Some((head, tail)) => around.push((key(head), key(tail), number as u16)),
                    None => {
                        by_key.entry(key(synonym)).or_insert(number as u16);
                    }
                }
            }
        }
        Codes { by_key, around }
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
            .or_else(|| self.lettered(&whole))
            .or_else(|| {
                half.trim()
                    .strip_prefix("其他")
                    .and_then(|rest| rest.trim_start().strip_prefix(['-', ':', '—', '_']))
                    .and_then(|rest| find(&key(rest)))
            })
            .or_else(|| half.split('(').next().filter(|base| *base != half).and_then(|base| find(&key(base))))
            // A whole number that a spreadsheet gave decimals: 2.0.
            .or_else(|| half.trim().strip_suffix(".0").and_then(|number| find(&key(number))))
            .or_else(|| self.with_any_middle(&half, words))
    }

    /// The code of a wording with a letter in front (`A 发现问题待后续处理`), in lists where letters mean nothing.
    fn lettered(&self, whole: &str) -> Option<u16> {
        let (letter, words) = whole.split_at_checked(1)?;
        let is_number =
            letter.bytes().all(|b| b.is_ascii_lowercase()) && !words.starts_with(|c: char| c.is_ascii());
        (is_number && !self.by_key.contains_key(letter)).then(|| self.by_key.get(words).copied()).flatten()
    }

    /// The code of a wording with any words in its middle; of two wordings in one cell nobody knows which counts.
    fn with_any_middle(&self, half: &str, words: &str) -> Option<u16> {
        let fits = |head: &str, tail: &str| {
            words
                .strip_prefix(head)
                .and_then(|rest| rest.strip_suffix(tail))
                .is_some_and(|any| !any.is_empty())
        };
        let (.., code) = self.around.iter().find(|(head, tail, _)| fits(head, tail))?;
        (!half.contains(BETWEEN)).then_some(*code)
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

/// The signs between several codes of a cell.
pub(super) const BETWEEN: [char; 6] = [',', ';', '、', '，', '；', '/'];

/// So many wordings are named beside one that is not known.
const MOST_NAMED: usize = 3;
/// A list of more codes is not told in full.
const SHORT: usize = 10;

/// What is said of a wording that a code list does not have: the nearest ones with what they mean, or all if the list
/// is short; `else_to_do` where there is nothing to name.
pub(super) fn unknown_wording(list: &CodeList, cell: &str, else_to_do: &str) -> String {
    let own = key(cell);
    let own: &str = own.trim_start_matches(|c: char| c.is_ascii_digit());
    // The nearest wording of each code: the distance, the code's place, the wording.
    let mut near: Vec<(usize, usize, &str)> = Vec::new();
    for (number, code) in list.codes.iter().enumerate() {
        let wordings = std::iter::once(&code.text).chain(&code.synonyms);
        let worded = wordings.filter(|w| !w.contains('…') && !w.is_ascii());
        near.extend(worded.filter_map(|w| Some((distance(&key(w), own)?, number, w.as_str()))).min());
    }
    near.sort_unstable();
    let named = near.iter().take(MOST_NAMED).map(|(_, number, wording)| {
        let text = list.codes.get(*number).map_or("", |code| code.text.as_str());
        if text == *wording {
            format!("“{text}”")
        } else {
            format!("“{wording}”（即“{text}”）")
        }
    });
    let named: Vec<String> = named.collect();
    let remedy = if !named.is_empty() {
        format!("相近的写法有{}，请按实际情况改成表中的写法", named.join("、"))
    } else if list.codes.len() <= SHORT {
        let all: Vec<&str> = list.codes.iter().map(|code| code.text.as_str()).collect();
        format!("请改用表中的写法：{}", all.join("、"))
    } else {
        else_to_do.to_owned()
    };
    format!("“{}”不在代码表“{}”里；{remedy}", shortened(cell), list.name.chinese)
}

/// How far one wording is from another; `None` if they have little in common.
fn distance(one: &str, other: &str) -> Option<usize> {
    let length = |text: &str| text.chars().count();
    let (shorter, longer) = if length(one) < length(other) { (one, other) } else { (other, one) };
    let distance = strsim::levenshtein(one, other);
    let within = length(shorter) > 1 && longer.contains(shorter);
    // Of two characters one is not enough: 异议 is no 复议.
    let alike = length(longer) > 2 && distance * 2 <= length(longer);
    (alike || within).then_some(distance)
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
    fn a_wording_that_is_not_known_is_answered_with_the_nearest() {
        for (list, text, told) in [
            (
                "检查结果",
                "基本符合",
                "“基本符合”不在代码表“检查结果”里；相近的写法有“符合”（即“未发现问题”）、“不符合”（即“发现问题已责令改正”），请按实际情况改成表中的写法",
            ),
            (
                "措施种类",
                "处以罚金",
                "“处以罚金”不在代码表“措施种类”里；相近的写法有“处以罚款”（即“罚款”），请按实际情况改成表中的写法",
            ),
            (
                "措施状态",
                "异议",
                "“异议”不在代码表“措施状态”里；请改用表中的写法：有效、变更、复议中、诉讼中、撤销",
            ),
            ("措施种类", "训诫", "“训诫”不在代码表“措施种类”里；请写全称"),
            ("措施种类", "55", "“55”不在代码表“措施种类”里；请写全称"),
        ] {
            let (_, codes) = codes(list);
            assert_eq!(unknown_wording(&codes, text, "请写全称"), told);
        }
    }

    #[test]
    fn a_wording_may_have_any_words_in_its_middle() {
        let (codes, list) = codes("检查结果");
        for text in ["违反公安部门相关规定", "3 违反食品药品管理相关规定", "违反其他工商行政管理规定行为"]
        {
            assert_eq!(codes.one(text).map(|c| list.text(c)), Some("发现问题待后续处理"), "{text}");
        }
        for text in [
            "违反规定",
            "违反公安部门相关规定、未发现问题",
            "违反公安部门规定,违反消防规定",
            "没有违反相关规定",
        ] {
            assert_eq!(codes.one(text), None, "{text}");
        }
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
            let (_, list) = self::codes("检查结果");
            let _ = unknown_wording(&list, &text, "");
        }
    }
}
