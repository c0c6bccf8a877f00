//! Personal data: what is never kept, by header and by content (invariant 6).

use std::borrow::Cow;

use sanse::{CreditCode, Date};

use super::cell::{half_width, is_hidden, key};

/// Stands where an identity number stood.
const REMOVED: &str = "〔身份证号已删除〕";

/// True for a header of a column that is never kept.
pub(super) fn is_personal_header(header: &str) -> bool {
    const WORDS: [&str; 12] = [
        "身份证",
        "证件号",
        "证件类型",
        "证照号码",
        "法定代表人",
        "法人代表",
        "负责人",
        "经营者",
        "联系人",
        "联系电话",
        "手机",
        "电话",
    ];
    let header = key(header);
    WORDS.iter().any(|word| header.contains(word))
}

/// True for a header of the column that tells natural persons from enterprises.
pub(super) fn is_party_kind_header(header: &str) -> bool {
    let header = key(header);
    ["行政相对人类别", "行政相对人类型", "行政相对人性质", "当事人类型", "当事人类别"]
        .contains(&header.as_str())
}

/// True for a kind of party that is a natural person.
pub(super) fn is_natural_person(kind: &str) -> bool {
    let kind = key(kind);
    // 01 个人, as some systems write their codes.
    let kind = kind.trim_start_matches(|c: char| c.is_ascii_digit());
    kind.contains("自然人") || kind == "个人" || kind == "公民"
}

/// True if the cell as a whole is an identity number.
pub(super) fn is_identity_number(cell: &str) -> bool {
    let text: String =
        half_width(cell).chars().filter(|c| !matches!(c, ' ' | '-' | '\'' | '"' | '`')).collect();
    (text.len() == 18 && is_identity_18(&text)) || (text.len() == 15 && is_identity_15(&text))
}

/// The text without identity numbers. Found by content: 18 characters with the right check digit, a region and
/// a plausible day of birth; or exactly 15 digits with both of the latter. Full-width digits count, and so do
/// digits with single spaces or hyphens between them. A unified social credit code stays.
pub(crate) fn without_identity_numbers(text: &str) -> Cow<'_, str> {
    let digits = text.chars().filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c)).count();
    if digits < 15 {
        return Cow::Borrowed(text);
    }
    // The characters that can belong to a number, with their places in the text.
    let mut run: Vec<(usize, usize, u8)> = Vec::new();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut gap = false;
    for (at, c) in text.char_indices() {
        let half = match c {
            '０'..='９' | 'ｘ' | 'Ｘ' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        };
        if half.is_ascii_digit() || (matches!(half, 'x' | 'X') && !run.is_empty()) {
            run.push((at, at + c.len_utf8(), half.to_ascii_uppercase() as u8));
            gap = false;
        } else if is_hidden(c) {
            // Invisible: it does not part a number.
        } else if !run.is_empty() && !gap && matches!(half, ' ' | '-' | '\u{3000}' | '\u{a0}' | '－' | '—')
        {
            gap = true;
        } else {
            cut(&run, text, &mut cuts);
            run.clear();
            gap = false;
        }
    }
    cut(&run, text, &mut cuts);
    if cuts.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in cuts {
        clean.push_str(text.get(from..start).unwrap_or(""));
        clean.push_str(REMOVED);
        from = end;
    }
    clean.push_str(text.get(from..).unwrap_or(""));
    Cow::Owned(clean)
}

fn cut(run: &[(usize, usize, u8)], text: &str, cuts: &mut Vec<(usize, usize)>) {
    let bytes: Vec<u8> = run.iter().map(|(.., b)| *b).collect();
    let digits = String::from_utf8(bytes).unwrap_or_default();
    let bounds = |first: usize, last: usize| Some((run.get(first)?.0, run.get(last)?.1));
    if digits.len() == 15 {
        if is_identity_15(&digits)
            && let Some(bounds) = bounds(0, 14)
        {
            cuts.push(bounds);
        }
        return;
    }
    let mut at = 0;
    while let Some(window) = digits.get(at..at + 18) {
        // A credit code has letters too, which part runs; only an all-digit one can meet this test.
        if is_identity_18(window)
            && let Some((start, end)) = bounds(at, at + 17)
            && !inside_longer_code(text, start, end)
        {
            cuts.push((start, end));
            at += 18;
        } else {
            at += 1;
        }
    }
}

/// True if a Latin letter touches the number, so that it is a part of some other code.
fn inside_longer_code(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    let after = text.get(end..).and_then(|t| t.chars().next());
    before.is_some_and(|c| c.is_ascii_alphabetic()) && after.is_some_and(|c| c.is_ascii_alphanumeric())
}

/// The first two digits of the six-digit region codes, GB/T 2260, and 9 for foreigners with residence.
fn is_region(text: &str) -> bool {
    let province = text.get(..2).and_then(|p| p.parse::<u32>().ok());
    province.is_some_and(
        |p| matches!(p, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91..=98),
    )
}

fn is_birth_date(year: i32, month_day: &str) -> bool {
    let number = |range| month_day.get(range).and_then(|t: &str| t.parse().ok());
    match (number(0..2), number(2..4)) {
        (Some(month), Some(day)) => {
            (1900..2100).contains(&year) && Date::from_ymd(year, month, day).is_some()
        }
        _ => false,
    }
}

fn is_identity_18(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !is_region(text) {
        return false;
    }
    let mut sum = 0;
    for (byte, weight) in bytes.iter().zip(WEIGHTS) {
        if !byte.is_ascii_digit() {
            return false;
        }
        sum += u32::from(byte - b'0') * weight;
    }
    let expected = CHECK.get((sum % 11) as usize);
    let Some(year) = text.get(6..10).and_then(|y| y.parse().ok()) else { return false };
    bytes.last().map(u8::to_ascii_uppercase).as_ref() == expected
        && text.get(10..14).is_some_and(|month_day| is_birth_date(year, month_day))
        && !is_credit_code(text)
}

/// A credit code that could also be read as an identity number: that of an enterprise, a sole trader or a
/// cooperative, with both check digits right. No citizen's region begins so. Of the codes of other bodies a
/// few all-digit ones are taken for a person's number and removed; better so than the other way round.
fn is_credit_code(text: &str) -> bool {
    matches!(text.get(..2), Some("91" | "92" | "93"))
        && text.parse::<CreditCode>().is_ok_and(|code| code.organisation_code_holds())
}

fn is_identity_15(text: &str) -> bool {
    text.len() == 15
        && text.bytes().all(|b| b.is_ascii_digit())
        && is_region(text)
        && text.get(6..8).and_then(|y| y.parse::<i32>().ok()).is_some_and(|year| {
            // Nobody born before 1910 has one; many registration numbers have a zero there.
            year >= 10 && text.get(8..12).is_some_and(|month_day| is_birth_date(1900 + year, month_day))
        })
}

/// True if 15 digits are a registration number (工商注册号) by their check digit, ISO 7064 MOD 11,10.
pub(crate) fn is_registration_number(text: &str) -> bool {
    let mut product = 10;
    let mut last = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return false;
        }
        last = (product % 11 + u32::from(byte - b'0')) % 10;
        product = if last == 0 { 10 } else { last } * 2;
    }
    text.len() == 15 && last == 1
}

/// A name as it may stand in a message: what looks like a person's name is masked, and so is the person's name
/// that the name of a sole trader carries in brackets.
pub(super) fn shown(name: &str) -> String {
    let half = half_width(name);
    let name = half.trim();
    let mut shown = String::new();
    let mut rest = name;
    while let Some(open) = rest.find('(') {
        let (before, tail) = rest.split_at(open);
        shown.push_str(before);
        let close = tail.find(')').map_or(tail.len(), |i| i + 1);
        let (bracket, after) = tail.split_at(close);
        let inner = bracket.trim_matches(['(', ')']);
        let person =
            ["经营者", "负责人", "业主"].iter().any(|w| inner.contains(w)) || before.ends_with("个体工商户");
        shown.push_str(if person { "(*)" } else { bracket });
        rest = after;
    }
    shown.push_str(rest);
    if shown.chars().count() <= 4 {
        let first: String = shown.chars().take(1).collect();
        return format!("{first}**");
    }
    without_identity_numbers(&shown).into_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An invented number with the right check digit.
    pub(in crate::read) fn number(region: u32, birth: &str, order: u32) -> String {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let body = format!("{region:06}{birth}{order:03}");
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
        let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize];
        body + check
    }

    #[test]
    fn numbers_are_removed_wherever_they_stand() {
        let id = number(341_504, "19850214", 17);
        let wide: String = id.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        let spaced = format!("{} {} {}", &id[..6], &id[6..14], &id[14..]);
        for form in [id.clone(), wide, spaced, id.to_lowercase(), format!("{}\u{200b}{}", &id[..9], &id[9..])]
        {
            for text in [
                form.clone(),
                format!("张某（身份证号：{form}）等"),
                format!("A{form}"),
                format!("电话13800000000、{form}、共2人"),
            ] {
                let clean = without_identity_numbers(&text);
                assert!(clean.contains(REMOVED), "{text} -> {clean}");
                assert!(!clean.contains(&id[6..14]), "{clean}");
            }
        }
        assert!(without_identity_numbers("341504850214017").contains(REMOVED));
        assert!(is_identity_number(&id) && is_identity_number("341504850214017"));
    }

    #[test]
    fn other_numbers_stay() {
        let id = number(341_504, "19850214", 17);
        let wrong = format!("{}{}", &id[..17], if id.ends_with('1') { "2" } else { "1" });
        for text in [
            "914403001922038216",
            "913415005872291452",
            "91341504MA2TE5TA3J",
            "341504600012345",
            "2022-03-01 2023-04-01",
            "六环叶罚〔2022〕5号",
            &wrong,
        ] {
            assert_eq!(without_identity_numbers(text), text);
        }
    }

    #[test]
    fn names_of_persons_are_masked() {
        assert_eq!(shown("张三丰"), "张**");
        assert_eq!(shown("叶集区好再来饭店（经营者：张三丰）"), "叶集区好再来饭店(*)");
        assert_eq!(shown("六安甲板材有限公司"), "六安甲板材有限公司");
    }

    proptest::proptest! {
        #[test]
        fn no_number_survives(order in 0_u32..1000, before in "[^0-9０-９xXA-Za-zｘＸ]{0,6}", after in "[^0-9０-９xXｘＸ]{0,6}") {
            let id = number(341_522, "19901231", order);
            let text = format!("{before}{id}{after}");
            proptest::prop_assert!(!without_identity_numbers(&text).contains(&id[6..17]), "{}", text);
        }
    }
}
