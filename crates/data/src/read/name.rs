//! Names of enterprises in the forms in which they are compared.

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

/// Places that names begin with, longest first. They tell no enterprise of a district from another.
const PLACES: [&str; 22] = [
    "安徽省六安市叶集区",
    "六安市叶集区",
    "叶集改革发展试验区",
    "叶集试验区",
    "叶集经济开发区",
    "安徽省",
    "六安市",
    "叶集区",
    "霍邱县",
    "金安区",
    "裕安区",
    "舒城县",
    "金寨县",
    "霍山县",
    "安徽",
    "六安",
    "叶集",
    "霍邱",
    "金安",
    "裕安",
    "舒城",
    "金寨",
];

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
pub(super) fn core_of(name: &str) -> String {
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
                if !aside && !PLACES.contains(&said.as_str()) {
                    core.push_str(&said);
                }
            }
            c if depth > 0 => inner.push(c),
            c => core.push(c),
        }
    }
    core.push_str(&inner);
    let mut core = key(&core);
    while let Some(rest) = PLACES.iter().find_map(|p| core.strip_prefix(p)).filter(|rest| !rest.is_empty()) {
        core = rest.to_owned();
    }
    while let Some(rest) =
        FORMS.iter().find_map(|f| core.strip_suffix(f)).filter(|rest| rest.chars().count() >= 2)
    {
        core = rest.to_owned();
    }
    core
}
