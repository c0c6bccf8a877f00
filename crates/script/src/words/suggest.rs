//! "Did you mean" (是否想写).

/// The closest of some names, if it is close enough to be a slip of the pen.
pub(crate) fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    all_closest(word, names).first().copied()
}

/// The closest of some names, several if they are equally close, in the order given.
fn all_closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let length = word.chars().count();
    let ascii = word.is_ascii();
    let mut best: Option<(usize, usize)> = None;
    let mut closest = Vec::new();
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
        if best.is_none_or(|other| score < other) {
            best = Some(score);
            closest.clear();
        }
        if best == Some(score) {
            closest.push(name);
        }
    }
    closest
}

/// A thing with its names and, of less weight, other words for it.
pub(crate) struct Named<'a, T> {
    pub(crate) thing: T,
    pub(crate) names: Vec<&'a str>,
    pub(crate) others: Vec<&'a str>,
}

/// Things by how much a word is like one of their names, the likest first: by the share of characters that both have,
/// then by their distance, then in the order given.
pub(crate) fn nearest_first<'a, T>(word: &str, things: impl IntoIterator<Item = Named<'a, T>>) -> Vec<T> {
    let likeness = |name: &str, weight: usize| {
        let mut left: Vec<char> = word.to_lowercase().chars().collect();
        let (mut shared, mut length) = (0, left.len());
        for c in name.to_lowercase().chars() {
            length += 1;
            if let Some(place) = left.iter().position(|l| *l == c) {
                left.swap_remove(place);
                shared += 1;
            }
        }
        (usize::MAX - 1_000 * weight * shared / length.max(1), strsim::damerau_levenshtein(word, name))
    };
    let scored = things.into_iter().map(|named| {
        let all = named.names.iter().map(|n| (n, 2)).chain(named.others.iter().map(|n| (n, 1)));
        let alike = all.filter(|(name, _)| name.is_ascii() == word.is_ascii());
        (alike.map(|(name, weight)| likeness(name, weight)).min(), named.thing)
    });
    let mut scored: Vec<_> = scored.map(|(score, thing)| (score.is_none(), score, thing)).collect();
    scored.sort_by_key(|(none, score, _)| (*none, *score));
    scored.into_iter().map(|(.., thing)| thing).collect()
}

/// The remedy that names the closest of some names.
pub(crate) fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, names).map(|name| format!("是否想写“{name}”？"))
}

/// As [`did_you_mean`], naming all that are equally close.
pub(crate) fn did_you_mean_one_of<'a>(
    word: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let closest: Vec<String> = all_closest(word, names).into_iter().map(|name| format!("“{name}”")).collect();
    (!closest.is_empty()).then(|| format!("是否想写{}？", closest.join("或")))
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
        let names = ["满一年折减", "罚款分值", "满两年折减"];
        assert_eq!(
            did_you_mean_one_of("满二年折减", names).as_deref(),
            Some("是否想写“满一年折减”或“满两年折减”？")
        );
        assert_eq!(did_you_mean_one_of("罚款分质", names).as_deref(), Some("是否想写“罚款分值”？"));
    }

    #[test]
    fn the_likest_stand_first_and_the_others_keep_their_order() {
        let named = |name: &'static str, others: &[&'static str]| Named {
            thing: name,
            names: vec![name],
            others: others.to_vec(),
        };
        let fields =
            ["领域", "文号", "作出日期", "金额", "报送日期", "整改完成日期"].map(|name| named(name, &[]));
        assert_eq!(
            nearest_first("处罚决定日", fields),
            ["作出日期", "报送日期", "整改完成日期", "领域", "文号", "金额"]
        );
        // Another word for a thing counts for less than a name.
        let fields = [named("文号", &[]), named("金额", &["罚款数额"])];
        assert_eq!(nearest_first("罚的款", fields), ["金额", "文号"]);
        let fields = [named("名称", &["监管对象"]), named("重点排污单位", &[])];
        assert_eq!(nearest_first("重点监管", fields), ["重点排污单位", "名称"]);
    }
}
