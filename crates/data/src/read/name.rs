//! Names of enterprises in the forms in which they are compared.

use std::collections::HashSet;

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
}

impl Places {
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Places {
        let mut known: HashSet<String> = HashSet::new();
        for province in PROVINCES {
            known.extend([format!("{province}省"), format!("{province}市"), province.to_owned()]);
        }
        for name in names {
            let form = name_form(name);
            let mut rest = form.as_str();
            while let Some(place) = leading_place(rest) {
                rest = rest.strip_prefix(place).unwrap_or("");
                known.insert(place.to_owned());
                let bare = place.trim_end_matches(PLACE_WORDS);
                if bare.chars().count() >= 2 {
                    known.insert(bare.to_owned());
                }
            }
        }
        Places { known }
    }

    /// A name without the longest place that it begins with; `None` if there is none or nothing is left.
    fn strip<'n>(&self, name: &'n str) -> Option<&'n str> {
        let ends: Vec<usize> = name.char_indices().skip(2).take(8).map(|(at, _)| at).collect();
        ends.into_iter()
            .rev()
            .find(|at| name.get(..*at).is_some_and(|p| self.known.contains(p)))
            .and_then(|at| name.get(at..))
    }

    fn contains(&self, text: &str) -> bool {
        self.known.contains(text)
    }
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

/// A name without brackets, place and company form; what is left tells enterprises apart.
pub(super) fn core_of(name: &str, places: &Places) -> String {
    let name = name_form(name);
    let mut core = String::new();
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
    let mut core = key(&core);
    while let Some(rest) = places.strip(&core) {
        core = rest.to_owned();
    }
    while let Some(rest) =
        FORMS.iter().find_map(|f| core.strip_suffix(f)).filter(|rest| rest.chars().count() >= 2)
    {
        core = rest.to_owned();
    }
    core
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_from_the_names_themselves() {
        let places = Places::of(["六安市叶集区楝塘家居有限公司", "叶集经济开发区木业有限公司"].into_iter());
        let core = |name| core_of(name, &places);
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
