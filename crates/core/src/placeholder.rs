//! Placeholders (占位): words that someone left where a document number, a basis, an issuer or a telephone is to stand.
//! A draft has them; what is published must not.

use crate::expr::Place;
use crate::standard::Standard;

/// Words that stand for what is not yet known.
const WORDS: [&str; 10] =
    ["待定", "待填", "待补", "待拟", "待确定", "待明确", "某某", "第某条", "第…条", "《…"];
/// Places and bodies that are called 某 where nobody has said which.
const BODIES: [char; 7] = ['省', '市', '区', '县', '局', '镇', '乡'];
/// What follows one of [`BODIES`] in a word that is about any such place: 某区域, 某市场, 某县级.
const NOT_A_BODY: [char; 6] = ['域', '场', '级', '部', '长', '属'];
/// What follows 待补 where something is to be handed in later: 待补正, 待补缴.
const HANDED_IN: [char; 4] = ['正', '缴', '办', '偿'];
/// Signs that people write several of for characters to be filled in.
const SIGNS: [char; 7] = ['X', 'x', 'Ｘ', 'ｘ', '×', '＊', '_'];
/// English words, in capital or small letters.
const ENGLISH: [&str; 2] = ["TBD", "TODO"];

/// A text of a standard that is not yet filled in (没填的地方).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Where it stands in the script; line 0 for what the head says.
    pub at: Place,
    /// Whose text it is, in Chinese: 文号, 规则“XF-1”的依据.
    pub of: String,
    /// The word that was left there.
    pub word: String,
}

/// The first placeholder in a text: 待定, 某某, 某区, XX, ××, TBD, ____, 《…, 第…条, or an ellipsis at the beginning.
///
/// ```
/// use sanse::placeholder;
/// assert_eq!(placeholder("叶司〔2023〕XX号"), Some("XX"));
/// assert_eq!(placeholder("《某某办法》第五条"), Some("某某"));
/// assert_eq!(placeholder("《消防法》第六十条"), None);
/// ```
pub fn placeholder(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = text.get(..text.len() - rest.len()).and_then(|before| before.chars().next_back());
        if let Some(length) = placeholder_at(rest, before) {
            return rest.get(..length);
        }
        rest = rest.get(first.len_utf8()..).unwrap_or("");
    }
    None
}

/// How many bytes of a placeholder stand at the beginning of a text.
fn placeholder_at(text: &str, before: Option<char>) -> Option<usize> {
    if let Some(word) = WORDS.iter().find(|word| text.starts_with(**word)) {
        let after = text.get(word.len()..).and_then(|rest| rest.chars().next());
        let handed_in = *word == "待补" && after.is_some_and(|c| HANDED_IN.contains(&c));
        return (!handed_in).then_some(word.len());
    }
    if before.is_none() && text.starts_with('…') {
        return Some('…'.len_utf8());
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let mut after = text.strip_prefix('某').unwrap_or("").chars();
    if let Some(body) = after.next().filter(|c| BODIES.contains(c)) {
        let named = after.next().is_none_or(|c| !NOT_A_BODY.contains(&c));
        return named.then_some('某'.len_utf8() + body.len_utf8());
    }
    if before.is_some_and(|c| SIGNS.contains(&c)) || letter(before) {
        return None;
    }
    let english = ENGLISH.iter().find(|word| {
        let head = text.get(..word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word))
            && !letter(text.get(word.len()..).and_then(|rest| rest.chars().next()))
    });
    if let Some(word) = english {
        return Some(word.len());
    }
    let signs: usize = text.chars().take_while(|c| SIGNS.contains(c)).map(char::len_utf8).sum();
    let (run, rest) = text.split_at_checked(signs)?;
    (run.chars().count() >= 2 && !letter(rest.chars().next())).then_some(signs)
}

impl Standard {
    /// Every text of the standard that people outside read and that is not yet filled in: title, document number and
    /// issuer, the basis of each rule and measure, what a measure is.
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let head = [
            ("名称", Some(&self.title)),
            ("文号", self.document.as_ref()),
            ("发布机关", self.issuer.as_ref()),
        ];
        let head =
            head.into_iter().filter_map(|(of, text)| Some((Place::default(), of.to_owned(), text?.as_str())));
        let rules = self.rules.iter().map(|r| (r.at, format!("规则“{}”的依据", r.id), r.basis.as_str()));
        let measures = self.measures.iter().flat_map(|measure| {
            let own = [(measure.at, "监管措施的依据".to_owned(), measure.basis.as_str())];
            let items = [&measure.incentives, &measure.urging, &measure.restrictions];
            let items = items.into_iter().flatten().flat_map(|item| {
                [("内容", &item.content), ("依据", &item.basis)]
                    .map(|(of, text)| (measure.at, format!("监管措施里一项的{of}"), text.as_str()))
            });
            own.into_iter().chain(items)
        });
        let all = head.chain(rules).chain(measures);
        let found = all.filter_map(|(at, of, text)| {
            placeholder(text).map(|word| Placeholder { at, of, word: word.to_owned() })
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_to_fill_in_is_known_and_real_texts_are_left_alone() {
        for (text, word) in [
            ("待定", "待定"),
            ("本区分类监管方案（文号待填）", "待填"),
            ("《某某办法》第三条", "某某"),
            ("《消防法》第某条", "第某条"),
            ("《…法》第…条", "《…"),
            ("《消防法》第…条", "第…条"),
            ("…〔2023〕1号", "…"),
            ("某区司法局", "某区"),
            ("叶司〔2023〕XX号", "XX"),
            ("叶司〔20××〕×号", "××"),
            ("0564-64XXXXX", "XXXXX"),
            ("叶司〔2023〕＊＊号", "＊＊"),
            ("文号：____", "____"),
            ("依据tbd", "tbd"),
            ("TBD", "TBD"),
            ("（待补充）", "待补"),
        ] {
            assert_eq!(placeholder(text), Some(word), "{text}");
        }
        for text in [
            "",
            "《中华人民共和国消防法》第六十条第一款第（三）项",
            "叶应急罚〔2022〕5号",
            "0564-6482666",
            "《安徽省市场监管条例》：在某区域、某市场内从事经营活动的",
            "某一违法行为按最重的一项",
            "材料待补正、税款待补缴的，某省属企业",
            "4×4米",
            "X射线装置",
            "EXXON公司",
            "《条例》第五条“对……的，处一万元以下罚款”",
            "outbddoor",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_placeholder_is_found_wherever_it_stands(before in "[一-龥〔〕第0-9]{0,8}", after in "[一-龥〔〕0-9]{0,8}") {
            for word in ["待定", "待填", "某某", "XX", "××", "TBD"] {
                let text = format!("{before}{word}{after}");
                proptest::prop_assert!(placeholder(&text).is_some(), "{}", text);
            }
        }
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = placeholder(&text);
        }
    }
}
