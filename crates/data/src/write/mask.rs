//! Names and phones of natural persons as they may stand outside `内部` (遮盖): 张*, 138****1234.
//!
//! Identity numbers never come so far (invariant 6). What is masked is found by its column and by content: a name
//! of the register that is a person's and not a firm's, a name behind 经营者, 负责人 and the like, in brackets behind
//! 个体工商户, and every mobile or landline number. In doubt more is masked, not less.

use std::borrow::Cow;

/// Words before a person's name.
const BEFORE_NAMES: [&str; 9] =
    ["经营者", "负责人", "法定代表人", "法人代表", "业主", "联系人", "当事人", "投诉人", "举报人"];

/// The commonest family names that begin no ordinary word of the field's texts.
const FAMILY_NAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余杜叶程魏苏吕丁沈姚卢姜崔钟谭陆汪范廖石金韦贾夏傅邹熊孟秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严洪汤";

/// Endings of the names of firms and shops.
const OF_FIRMS: [&str; 30] = [
    "公司", "厂", "店", "部", "社", "行", "馆", "铺", "场", "站", "院", "所", "队", "坊", "园", "城", "中心",
    "楼", "堂", "室", "吧", "房", "局", "会", "校", "庄", "矿", "集团", "超市", "企业",
];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '·')
}

fn is_family_name(c: char) -> bool {
    FAMILY_NAMES.contains(c)
}

/// True for a name that is a person's, not a firm's: two to four Chinese characters (more with a dot between)
/// without an ending that firms have.
pub(crate) fn is_person(name: &str) -> bool {
    let letters = name.chars().count();
    let fits = (2..=4).contains(&letters) || (name.contains('·') && letters <= 15);
    fits && name.chars().all(is_han) && !OF_FIRMS.iter().any(|ending| name.ends_with(ending))
}

/// A name as the public may see it: a person's keeps its first character.
pub(crate) fn masked_name(name: &str) -> Cow<'_, str> {
    match name.chars().next() {
        Some(first) if is_person(name) => Cow::Owned(format!("{first}*")),
        _ => masked(name),
    }
}

/// A text without the names and phones of natural persons.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let named = without_names(text);
    match without_phones(&named) {
        Some(clean) => Cow::Owned(clean),
        None => named,
    }
}

/// The same for a text about an enterprise of the register: where that is a person, the own name is masked wherever it
/// stands.
pub(crate) fn masked_about<'t>(text: &'t str, name: &str) -> Cow<'t, str> {
    if is_person(name) && text.contains(name) {
        return Cow::Owned(masked(&text.replace(name, &masked_name(name))).into_owned());
    }
    masked(text)
}

fn without_names(text: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut rest = text;
    // The first word from here on, and the place behind it.
    let next = |rest: &str| {
        let words = BEFORE_NAMES.iter().chain(&["个体工商户"]);
        words.filter_map(|word| rest.find(word).map(|at| at + word.len())).min()
    };
    while let Some(behind) = next(rest) {
        let (before, after) = rest.split_at(behind);
        clean.push_str(before);
        let opened = after.trim_start_matches([':', '：', ' ', '(', '（', '\u{3000}']);
        let separated = opened.len() < after.len();
        clean.push_str(after.get(..after.len() - opened.len()).unwrap_or(""));
        let run: Vec<char> = opened.chars().take_while(|c| is_han(*c)).take(16).collect();
        let known = run.first().is_some_and(|c| is_family_name(*c));
        let length = if separated && is_person(&run.iter().collect::<String>()) {
            run.len()
        } else if known && run.len() > 1 {
            run.len().min(3)
        } else {
            0
        };
        if let Some(first) = run.first().filter(|_| length > 0) {
            clean.push(*first);
            clean.push('*');
        }
        let bytes: usize = run.iter().take(length).map(|c| c.len_utf8()).sum();
        rest = opened.get(bytes..).unwrap_or("");
    }
    if clean.is_empty() {
        return Cow::Borrowed(text);
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// The text with the middle of every phone number masked; `None` if it has none.
fn without_phones(text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let half = |at: usize| {
        let c = characters.get(at).copied()?;
        let c = if ('０'..='９').contains(&c) { char::from_u32(c as u32 - 0xfee0)? } else { c };
        c.is_ascii_digit().then_some(c)
    };
    let mut clean = String::new();
    let mut at = 0;
    let mut any = false;
    while at < characters.len() {
        if half(at).is_none() {
            clean.extend(characters.get(at));
            at += 1;
            continue;
        }
        // A run of digits with single hyphens or spaces between them.
        let start = at;
        let mut digits = String::new();
        while let Some(digit) = half(at) {
            digits.push(digit);
            let gap =
                matches!(characters.get(at + 1), Some('-' | ' ' | '－' | '—')) && half(at + 2).is_some();
            at += if gap { 2 } else { 1 };
        }
        let touched = |c: Option<&char>| c.is_some_and(char::is_ascii_alphanumeric);
        let alone = !touched(start.checked_sub(1).and_then(|before| characters.get(before)))
            && !touched(characters.get(at));
        let raw: String = characters.iter().skip(start).take(at - start).collect();
        match phone(&digits, &raw).filter(|_| alone) {
            Some((first, last)) => {
                any = true;
                clean.push_str(digits.get(..first).unwrap_or(""));
                clean.push_str("****");
                clean.push_str(digits.get(digits.len() - last..).unwrap_or(""));
            }
            None => clean.push_str(&raw),
        }
    }
    any.then_some(clean)
}

/// How many digits at either end of a phone number may be seen; `None` if it is none.
fn phone(digits: &str, raw: &str) -> Option<(usize, usize)> {
    let mobile = |d: &str| {
        d.len() == 11 && d.starts_with('1') && d.as_bytes().get(1).is_some_and(|b| (b'3'..=b'9').contains(b))
    };
    if mobile(digits) {
        return Some((3, 4));
    }
    if digits.strip_prefix("86").is_some_and(mobile) {
        return Some((5, 4));
    }
    // A landline with its area code; without a hyphen such digits are some other number.
    let landline = digits.starts_with('0') && (10..=12).contains(&digits.len()) && raw.len() > digits.len();
    let second = digits.as_bytes().get(1).is_some_and(|b| *b != b'0');
    (landline && second)
        .then_some((if digits.starts_with("01") || digits.starts_with("02") { 3 } else { 4 }, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_and_phones_are_masked_and_firms_are_not() {
        for (text, want) in [
            ("电话13812341234。", "电话138****1234。"),
            ("138-1234-1234", "138****1234"),
            ("１３８１２３４１２３４", "138****1234"),
            ("8613812341234", "86138****1234"),
            ("0564-6482666", "0564****66"),
            ("经营者：张三丰，在店内", "经营者：张*，在店内"),
            ("好再来饭店（经营者张三）", "好再来饭店（经营者张*）"),
            ("主要负责人未履行职责", "主要负责人未履行职责"),
            ("主要负责人安全培训不合格", "主要负责人安全培训不合格"),
            ("负责人李四未戴安全帽作业", "负责人李*戴安全帽作业"),
            ("个体工商户（欧阳修）", "个体工商户（欧*）"),
            ("2022-03-01", "2022-03-01"),
            ("2022-03-01 2023-04-01", "2022-03-01 2023-04-01"),
            ("91341504MA2W10K02R", "91341504MA2W10K02R"),
            ("'913415005872291452", "'913415005872291452"),
            ("六环叶罚〔2022〕5号", "六环叶罚〔2022〕5号"),
        ] {
            assert_eq!(masked(text), want, "{text}");
        }
        for (name, want) in [
            ("张三", "张*"),
            ("买买提·艾力", "买*"),
            ("好再来饭店", "好再来饭店"),
            ("张三饭店", "张三饭店"),
            ("丙公司", "丙公司"),
            ("叶集甲厂", "叶集甲厂"),
            ("安徽甲有限公司", "安徽甲有限公司"),
        ] {
            assert_eq!(masked_name(name), want);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_mobile_number_survives(number in "1[3-9][0-9]{9}", before in "[^0-9０-９A-Za-z\\-－— ]{0,5}", after in "[^0-9０-９A-Za-z\\-－— ]{0,5}") {
            let text = format!("{before}{number}{after}");
            proptest::prop_assert!(!masked(&text).contains(&number), "{}", text);
        }

        #[test]
        fn masking_twice_is_masking_once(text in "\\PC{0,40}") {
            let once = masked(&text).into_owned();
            proptest::prop_assert_eq!(masked(&once), once.as_str());
        }
    }
}
