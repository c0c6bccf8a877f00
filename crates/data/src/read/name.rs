//! Names of enterprises in the forms in which they are compared.

use std::collections::{HashMap, HashSet};

use super::cell::{half_width, key};

/// A sole trader's name without the person's name that some files append: 「…店（经营者：张某）」.
pub(super) fn without_operator(name: &str) -> &str {
    let Some(open) = name.rfind(['(', '（']) else { return name };
    let (before, bracket) = name.split_at(open);
    let inner = bracket.trim_start_matches(['(', '（']).trim_start();
    let operator = ["经营者", "负责人", "业主"].iter().any(|w| inner.starts_with(w));
    if operator && !before.trim().is_empty() { before.trim_end() } else { name }
}

/// Names are compared half-width, with brackets alike, without spaces and without a sole trader's own name.
pub(super) fn name_form(name: &str) -> String {
    // Most names are Chinese characters and nothing else, and their own form.
    if name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) {
        return name.to_owned();
    }
    half_width(without_operator(name))
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '[' | '{' | '<' | '《' | '〈' => '(',
            ']' | '}' | '>' | '》' | '〉' => ')',
            c => c.to_ascii_uppercase(),
        })
        .collect()
}

/// The provinces, GB/T 2260, as names begin with them.
#[rustfmt::skip]
const PROVINCES: [&str; 34] = [
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东",
    "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏",
    "新疆", "台湾", "香港", "澳门",
];

/// Places that names begin with. They tell no enterprise of a district from another. Beside the provinces they
/// are those of the register's own names: what ends with 市, 区, 县 or the like, with and without that word.
#[derive(Debug, Default)]
pub(super) struct Places {
    known: HashSet<String>,
    /// The numbers of characters of the places that begin with two characters, a bit each.
    lengths: HashMap<[char; 2], u16>,
}

/// The most characters that a place has.
const LONGEST: usize = 9;

impl Places {
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Places {
        let mut places = Places::default();
        for province in PROVINCES {
            for place in [&format!("{province}省"), &format!("{province}市"), province] {
                places.add(place);
            }
        }
        for name in names {
            let form = name_form(name);
            let mut rest = form.as_str();
            while let Some(place) = leading_place(rest) {
                rest = rest.strip_prefix(place).unwrap_or("");
                if places.known.contains(place) {
                    continue;
                }
                places.add(place);
                let bare = place.trim_end_matches(PLACE_WORDS);
                if bare.chars().count() >= 2 {
                    places.add(bare);
                }
            }
        }
        places
    }

    fn add(&mut self, place: &str) {
        if let Some(first) = first_two(place)
            && self.known.insert(place.to_owned())
        {
            *self.lengths.entry(first).or_default() |= 1 << place.chars().count().min(15);
        }
    }

    /// A name without the longest place that it begins with; `None` if there is none or nothing is left.
    fn strip<'n>(&self, name: &'n str) -> Option<&'n str> {
        let lengths = *self.lengths.get(&first_two(name)?)?;
        let mut ends = [0; LONGEST + 1];
        let count =
            name.char_indices().take(LONGEST + 1).zip(&mut ends).map(|((at, _), end)| *end = at).count();
        let ends = ends.get(..count).unwrap_or_default();
        let places = ends.iter().enumerate().skip(2).rev().filter(|(length, _)| lengths & 1 << length != 0);
        places
            .map(|(_, at)| name.split_at(*at))
            .find(|(place, _)| self.known.contains(*place))
            .map(|(_, rest)| rest)
    }

    fn contains(&self, text: &str) -> bool {
        self.known.contains(text)
    }
}

fn first_two(text: &str) -> Option<[char; 2]> {
    let mut chars = text.chars();
    Some([chars.next()?, chars.next()?])
}

/// The words that end the name of a place.
const PLACE_WORDS: [char; 6] = ['省', '市', '区', '县', '州', '旗'];

/// The place that a name begins with: two to eight characters and a word for a place.
fn leading_place(name: &str) -> Option<&str> {
    let (at, word) = name.char_indices().skip(2).take(7).find(|(_, c)| PLACE_WORDS.contains(c))?;
    name.get(..at + word.len_utf8())
}

/// Company forms that names end with, longest first.
const FORMS: [&str; 24] = [
    "股份有限责任公司",
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "普通合伙",
    "有限合伙",
    "个体工商户",
    "股份有限",
    "有限公司",
    "总公司",
    "合作社",
    "经营部",
    "服务部",
    "门市部",
    "商行",
    "商店",
    "公司",
    "集团",
    "工厂",
    "总厂",
    "厂",
    "店",
    "部",
    "行",
];

/// Of the form of a name what is left without brackets, place and company form; it tells enterprises apart.
pub(super) fn core_of(form: &str, places: &Places) -> String {
    let mut core = String::new();
    if form.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) {
        form.clone_into(&mut core);
    } else {
        outside_brackets(form, places, &mut core);
        core = key(&core);
    }
    let mut rest = core.as_str();
    while let Some(shorter) = places.strip(rest) {
        rest = shorter;
    }
    while let Some(shorter) =
        FORMS.iter().find_map(|f| rest.strip_suffix(f)).filter(|rest| rest.chars().count() >= 2)
    {
        rest = shorter;
    }
    rest.to_owned()
}

/// A name with what brackets hold, unless that is an aside or a place.
fn outside_brackets(name: &str, places: &Places, core: &mut String) {
    let mut inner = String::new();
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                let said = std::mem::take(&mut inner);
                let aside = ["经营者", "负责人", "曾用名", "原"].iter().any(|w| said.starts_with(w));
                if !aside && !places.contains(&said) {
                    core.push_str(&said);
                }
            }
            c if depth > 0 => inner.push(c),
            c => core.push(c),
        }
    }
    core.push_str(&inner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_from_the_names_themselves() {
        let places = Places::of(["六安市叶集区楝塘家居有限公司", "叶集经济开发区木业有限公司"].into_iter());
        let core = |name| core_of(&name_form(name), &places);
        for name in [
            "楝塘家居",
            "安徽楝塘家居有限公司",
            "六安楝塘家居厂",
            "叶集区楝塘家居店",
            "楝塘家居（六安）有限公司",
        ] {
            assert_eq!(core(name), "楝塘家居", "{name}");
        }
        // A place that no name of the register has is part of the name.
        assert_eq!(core("霍山楝塘家居有限公司"), "霍山楝塘家居");
        assert_ne!(core("城市之星酒店"), core("之星酒店"));
    }
}
