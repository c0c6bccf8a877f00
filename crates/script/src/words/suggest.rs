//! "Did you mean" (是否想写).

/// The closest of some names, if it is close enough to be a slip of the pen.
pub(crate) fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let ascii = word.is_ascii();
    let mut best: Option<((usize, usize), &str)> = None;
    for name in names {
        // Chinese and English names are not slips of each other.
        if name.is_ascii() != ascii || name == word {
            continue;
        }
        let distance = strsim::damerau_levenshtein(word, name);
        let others = name.chars().count();
        // Two characters differ in one at most; a part of a name is a likely slip too (罚款金额, 金额).
        let part = length.min(others) >= 2 && (name.contains(word) || word.contains(name));
        let allowed = (length.max(others) / 3).max(usize::from(length.min(others) >= 2));
        if distance > allowed && !part {
            continue;
        }
        let same_start = name.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
        let score = (distance, usize::MAX - same_start);
        if best.is_none_or(|(other, _)| score < other) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The remedy that names the closest of some names.
pub(crate) fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, names).map(|name| format!("是否想写“{name}”？"))
}

/// As [`did_you_mean`] for what is written in quotes.
pub(crate) fn did_you_mean_text<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, names).map(|name| format!("是否想写 \"{name}\"？"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        assert_eq!(closest("依剧", ["依据", "情形"]), Some("依据"));
        assert_eq!(closest("罚款金额", ["金额", "没收金额"]), Some("金额"));
        assert_eq!(closest("措斯", ["措施", "整改"]), Some("措施"));
        assert_eq!(closest("basic", ["basis", "依据"]), Some("basis"));
        assert_eq!(closest("完全不同", ["依据", "情形"]), None);
        assert_eq!(closest("甲", ["乙"]), None);
    }
}
