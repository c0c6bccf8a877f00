//! Cells to values: dates, money, numbers, yes and no. Exact, and nothing is guessed.

use sanse::{Date, Money, parse_decimal};

use super::sheet::SERIAL_OF_1970;

/// Full-width letters, digits and signs as half-width, all kinds of space as a space, zero-width signs gone.
pub(super) fn half_width(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
            c if is_hidden(c) => None,
            '〔' | '【' | '〖' => Some('('),
            '〕' | '】' | '〗' => Some(')'),
            c if c.is_whitespace() => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// Signs that take no room on the screen, and two that WPS leaves where it had a space of its own.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e5e5}' | '\u{f8f5}')
}

/// True for what a spreadsheet shows where a formula failed.
pub(super) fn is_formula_error(text: &str) -> bool {
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#DATA!", "#GETTING_DATA"]
        .contains(&text)
}

/// Letters and digits only, half-width and lower case: the form in which wordings are compared.
pub(super) fn key(text: &str) -> String {
    half_width(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// True for the signs people write where there is nothing to say.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.chars().all(|c| matches!(c, '/' | '-' | '—' | '－' | '\\' | '*' | '.' | ' ' | '／'))
        || ["无", "暂无", "空", "null", "NULL", "None", "N/A", "n/a", "\\N", "undefined", "NaN", "nan"]
            .contains(&text)
        || is_formula_error(text)
}

/// Why a cell is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateTrouble {
    /// Not a date at all, or no such day.
    Unreadable,
    /// Day and month could be either way round.
    Ambiguous,
    /// A date that means "without end" (2099-12-31).
    Endless,
}

/// The first year that only a sign for "without end" has, and the first that a fact can have.
const YEARS: (i32, i32) = (1949, 2099);

/// Reads a date in the forms met in files.
pub(super) fn date(text: &str) -> Result<Date, DateTrouble> {
    let day = match plain_date(text) {
        Some(day) => day,
        None => date_parts(half_width(text).trim()).ok_or(DateTrouble::Unreadable)??,
    };
    if day == Date::from_days(0) && is_first_moment(text) {
        return Err(DateTrouble::Unreadable);
    }
    match day.ymd().0 {
        year if year >= YEARS.1 => Err(DateTrouble::Endless),
        year if year < YEARS.0 => Err(DateTrouble::Unreadable),
        _ => Ok(day),
    }
}

/// True for the moment from which computers count as a clock in China shows it: a system's empty date.
fn is_first_moment(text: &str) -> bool {
    let half = half_width(text);
    let time = half.trim().split_once([' ', 'T']).map_or("", |(_, time)| time.trim());
    time.starts_with("08:00") || time.starts_with("8:00")
}

/// As [`date`]; bare serial numbers count from 1904 in the workbooks of some Macs.
pub(super) fn date_counted(text: &str, from_1904: bool) -> Result<Date, DateTrouble> {
    let day = date(text)?;
    if !from_1904 {
        return Ok(day);
    }
    let is_serial = || {
        let half = half_width(text);
        let whole = half.trim().split('.').next().unwrap_or("");
        whole.len() == 5 && whole.bytes().all(|b| b.is_ascii_digit())
    };
    Ok(if is_serial() { Date::from_days(day.days() + DAYS_TO_1904) } else { day })
}

/// The days from the first day that spreadsheets count from to that of 1904.
const DAYS_TO_1904: i32 = 1_462;

/// `2023-03-01` and nothing else, as most files have it.
fn plain_date(text: &str) -> Option<Date> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [y @ .., b'-' | b'/', m0, m1, b'-' | b'/', d0, d1] = bytes else { return None };
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    Date::from_ymd(number(y)? as i32, number(&[*m0, *m1])?, number(&[*d0, *d1])?)
}

fn date_parts(text: &str) -> Option<Result<Date, DateTrouble>> {
    if let Some(day) = unix_style(text) {
        return Some(Ok(day));
    }
    let compact: String = text
        .replace(" 年", "年")
        .replace("年 ", "年")
        .replace(" 月", "月")
        .replace("月 ", "月")
        .replace(" 日", "日");
    // The time of day follows a space or a T.
    let token = compact.split([' ', 'T']).next()?;
    if token.bytes().all(|b| b.is_ascii_digit()) {
        return digits_only(token).map(Ok);
    }
    if let Some((whole, part)) = token.split_once('.')
        && whole.len() == 5
        && [whole, part].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
    {
        return digits_only(whole).map(Ok);
    }
    let token = token.strip_suffix(['日', '号']).unwrap_or(token);
    let parts: Vec<&str> = token.split(['-', '/', '.', '年', '月']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if !parts.iter().all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let number = |p: &str| p.parse::<u32>().ok();
    if first.len() == 4 {
        return Date::from_ymd(number(first)? as i32, number(second)?, number(third)?).map(Ok);
    }
    if third.len() == 4 && first.len() <= 2 && second.len() <= 2 {
        let year = number(third)? as i32;
        let month_first = Date::from_ymd(year, number(first)?, number(second)?);
        let day_first = Date::from_ymd(year, number(second)?, number(first)?);
        return match (month_first, day_first) {
            (Some(one), Some(other)) if one != other => Some(Err(DateTrouble::Ambiguous)),
            (Some(day), _) | (None, Some(day)) => Some(Ok(day)),
            (None, None) => None,
        };
    }
    None
}

/// 20230301, 20230301120000, or the serial number of a spreadsheet (five digits: 1927 to 2173).
fn digits_only(text: &str) -> Option<Date> {
    match text.len() {
        5 => {
            let serial: i32 = text.parse().ok()?;
            Some(Date::from_days(serial - SERIAL_OF_1970))
        }
        8 | 14 => Date::from_ymd(
            text.get(..4)?.parse().ok()?,
            text.get(4..6)?.parse().ok()?,
            text.get(6..8)?.parse().ok()?,
        ),
        _ => None,
    }
}

/// `Thu Mar 12 00:55:07 CST 2026`, as some exports print a moment.
fn unix_style(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let [_, month, day, _, _, year] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|m| m == month)? as u32 + 1;
    Date::from_ymd(year.parse().ok()?, month, day.parse().ok()?)
}

/// The unit of a column of amounts, from its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// 元
    Yuan,
    /// 万元
    TenThousandYuan,
}

/// Why a cell is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MoneyTrouble {
    /// Not an amount, or finer than a 分.
    Unreadable,
    /// In 万元 and more than 1000: a fine of over ten million, more likely written in 元.
    LooksLikeYuan,
    /// Without a unit and less than 100: more likely written in 万元.
    LooksLikeTenThousands,
    /// A text with several figures, or without one of the column's kind.
    Undecided,
}

/// Reads an amount. A unit in the cell overrides that of the header; a bare number without either is in 元.
pub(super) fn money(text: &str, header: Option<Unit>) -> Result<Money, MoneyTrouble> {
    let cleaned = half_width(text).replace([' ', '¥', '￥'], "");
    let mut body = cleaned.as_str();
    for word in ["处以", "处", "行政罚款", "罚款", "罚没款", "人民币", "共计", "合计", "计"]
    {
        body = body.strip_prefix(word).unwrap_or(body);
    }
    body = body.strip_suffix(['整', '正']).unwrap_or(body);
    let bare = body
        .strip_suffix("元人民币")
        .or_else(|| body.strip_suffix(['元', '圆']))
        .or_else(|| body.strip_suffix("人民币"));
    let named = bare.is_some() && !body.ends_with("人民币") || body.ends_with("元人民币");
    let body = bare.unwrap_or(body);
    let (number, scale, in_cell) = if let Some(number) = body.strip_suffix("亿") {
        (number, 100_000_000, true)
    } else if let Some(number) = body.strip_suffix('万') {
        (number, 10_000, true)
    } else {
        (body, 1, named)
    };
    if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return numerals(&cleaned_numerals(&cleaned)).map(Money::from_fen).ok_or(MoneyTrouble::Unreadable);
    }
    let number = without_grouping(number).ok_or(MoneyTrouble::Unreadable)?;
    let fen = |scale: i64| {
        let digits = if scale == 1 {
            2
        } else if scale == 10_000 {
            6
        } else {
            10
        };
        parse_decimal(&number, digits).filter(|fen| *fen >= 0).ok_or(MoneyTrouble::Unreadable)
    };
    if in_cell {
        return fen(scale).map(Money::from_fen);
    }
    match header {
        Some(Unit::Yuan) => fen(1).map(Money::from_fen),
        Some(Unit::TenThousandYuan) => match fen(10_000)? {
            amount if amount > 1_000 * 1_000_000 => Err(MoneyTrouble::LooksLikeYuan),
            amount => Ok(Money::from_fen(amount)),
        },
        None => match fen(1)? {
            amount if amount > 0 && amount < 10_000 => Err(MoneyTrouble::LooksLikeTenThousands),
            amount => Ok(Money::from_fen(amount)),
        },
    }
}

/// `1,234,567.8` without its commas; `None` if they do not stand before groups of three.
fn without_grouping(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3) || part.contains(',') {
        return None;
    }
    Some(text.replace(',', ""))
}

fn cleaned_numerals(text: &str) -> String {
    let mut body = text;
    for word in ["处以", "处", "行政罚款", "罚款", "罚没款", "人民币", "共计", "合计", "计"]
    {
        body = body.strip_prefix(word).unwrap_or(body);
    }
    body.to_owned()
}

/// 伍万元整, 贰万叁仟伍佰元, 三千五百元二角: the amount in 分.
fn numerals(text: &str) -> Option<i64> {
    // The whole parts: below 万, in 万, in 亿; then the digit that waits for its place.
    let (mut total, mut section, mut digit): (i64, i64, Option<i64>) = (0, 0, None);
    let (mut fen, mut yuan_done, mut any) = (0_i64, false, false);
    for c in text.chars() {
        let value = match c {
            '零' | '〇' => 0,
            '壹' | '一' | '弌' => 1,
            '贰' | '二' | '两' | '貳' => 2,
            '叁' | '三' | '叄' => 3,
            '肆' | '四' => 4,
            '伍' | '五' => 5,
            '陆' | '六' | '陸' => 6,
            '柒' | '七' => 7,
            '捌' | '八' => 8,
            '玖' | '九' => 9,
            _ => -1,
        };
        if value >= 0 {
            if digit.is_some_and(|d| d != 0) {
                return None;
            }
            digit = Some(value);
            any = true;
            continue;
        }
        let place = match c {
            '拾' | '十' => 10,
            '佰' | '百' => 100,
            '仟' | '千' => 1_000,
            _ => 0,
        };
        if place > 0 {
            // 十 alone is ten.
            section += digit.take().unwrap_or(i64::from(place == 10)) * place;
            any = true;
            continue;
        }
        match c {
            '万' => {
                total += (section + digit.take().unwrap_or(0)) * 10_000;
                section = 0;
            }
            '亿' => {
                total = (total + section + digit.take().unwrap_or(0)).checked_mul(100_000_000)?;
                section = 0;
            }
            '元' | '圆' if !yuan_done => {
                total += section + digit.take().unwrap_or(0);
                section = 0;
                yuan_done = true;
            }
            '角' if yuan_done => fen += digit.take()? * 10,
            '分' if yuan_done => fen += digit.take()?,
            '整' | '正' => {}
            _ => return None,
        }
        if total > 1_000_000_000_000 {
            return None;
        }
    }
    if !yuan_done {
        total += section + digit.take().unwrap_or(0);
    }
    if !any || digit.is_some_and(|d| d != 0) {
        return None;
    }
    total.checked_mul(100)?.checked_add(fen)
}

/// 是/否 in the ways people write it.
pub(super) fn yes_no(text: &str) -> Option<bool> {
    let text = half_width(text);
    match text.trim() {
        "是" | "有" | "1" | "1.0" | "Y" | "y" | "YES" | "Yes" | "yes" | "√" | "✓" | "✔" | "TRUE" | "True"
        | "true" | "对" | "属实" | "查实" => Some(true),
        "否" | "无" | "0" | "0.0" | "N" | "n" | "NO" | "No" | "no" | "×" | "✗" | "X" | "x" | "FALSE"
        | "False" | "false" | "没有" | "不是" | "不属实" | "未查实" => Some(false),
        _ => None,
    }
}

/// A count, perhaps with a unit of counting.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    let text = half_width(text);
    let text =
        text.trim().trim_end_matches(['条', '项', '处', '个', '起', '台', '次', '人', '户', '行']).trim();
    if text == "无" {
        return Some(0);
    }
    parse_decimal(&without_grouping(text)?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_date_is_read() {
        for text in [
            "2023-03-01",
            "2023/3/1",
            "2023.3.1",
            "2023年3月1日",
            "2023 年 3 月 1 日",
            "20230301",
            "44986",
            "44986.0",
            "44986.75",
            "2023-03-01 00:00:00.000",
            "2023/3/1 9:30",
            "2023-03-01T08:00:00+08:00",
            "２０２３／３／１",
            "20230301120000",
            "Wed Mar 01 00:55:07 CST 2023",
            "2023年03月01日 10时",
        ] {
            assert_eq!(date(text).map(|d| d.to_string()), Ok("2023-03-01".to_owned()), "{text}");
        }
        assert_eq!(date("7/7/2020 0:00").map(|d| d.to_string()), Ok("2020-07-07".to_owned()));
        assert_eq!(date("7/27/2020 0:00").map(|d| d.to_string()), Ok("2020-07-27".to_owned()));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        assert_eq!(date("7/8/2020 0:00"), Err(DateTrouble::Ambiguous));
        assert_eq!(date("2099/12/31"), Err(DateTrouble::Endless));
        assert_eq!(date("1970-01-01 08:00:00"), Err(DateTrouble::Unreadable));
        assert_eq!(date("1970-01-01 00:00:00"), Ok(Date::from_days(0)));
        for text in [
            "54:38.0",
            "",
            "2023-02-30",
            "2023-13-01",
            "202303",
            "23.3.1",
            "1900-01-01",
            "####",
            "2023",
            "0",
            "-1",
            "9999999999",
            "2023--01",
            "2023-3-1-1",
        ] {
            assert_eq!(date(text), Err(DateTrouble::Unreadable), "{text}");
        }
    }

    #[test]
    fn amounts_are_exact() {
        let ten_thousand = Some(Unit::TenThousandYuan);
        for (text, unit, fen) in [
            ("2.35", ten_thousand, 2_350_000),
            ("23500.0000000000", Some(Unit::Yuan), 2_350_000),
            ("23500", None, 2_350_000),
            ("23500元", ten_thousand, 2_350_000),
            ("3.5万元", None, 3_500_000),
            ("5万", Some(Unit::Yuan), 5_000_000),
            ("1,000", Some(Unit::Yuan), 100_000),
            ("20,000元", None, 2_000_000),
            ("0.5", Some(Unit::Yuan), 50),
            ("0", ten_thousand, 0),
            ("伍万元整", None, 5_000_000),
            ("行政罚款人民币伍万元整", None, 5_000_000),
            ("贰万叁仟伍佰元", ten_thousand, 2_350_000),
            ("壹拾万零伍佰元叁角整", None, 10_050_030),
            ("１０００元", None, 100_000),
            ("132583.5元", None, 13_258_350),
            ("1亿元", None, 10_000_000_000),
        ] {
            assert_eq!(money(text, unit), Ok(Money::from_fen(fen)), "{text}");
        }
    }

    #[test]
    fn amounts_in_doubt_are_refused() {
        assert_eq!(money("23500", Some(Unit::TenThousandYuan)), Err(MoneyTrouble::LooksLikeYuan));
        assert_eq!(money("2.35", None), Err(MoneyTrouble::LooksLikeTenThousands));
        for text in [
            "计算??3500元（贰万叁仟伍佰元）",
            "1,5",
            "若干",
            "-5",
            "2.3456元",
            "5-10万元",
            "1e5",
            "",
            "万元",
            "99999999999999999999",
        ] {
            assert_eq!(money(text, Some(Unit::Yuan)), Err(MoneyTrouble::Unreadable), "{text}");
        }
    }

    #[test]
    fn yes_no_and_counts() {
        assert_eq!(
            (yes_no("√"), yes_no("无"), yes_no("1"), yes_no("不详")),
            (Some(true), Some(false), Some(true), None)
        );
        assert_eq!(
            (whole_number("3条"), whole_number("3.0"), whole_number("无"), whole_number("三")),
            (Some(3), Some(3), Some(0), None)
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = (date(&text), money(&text, None), yes_no(&text), whole_number(&text), key(&text), is_placeholder(&text));
        }

        #[test]
        fn every_day_is_read_back_in_every_form(days in -7_000_i32..47_000) {
            let day = Date::from_days(days);
            let (y, m, d) = day.ymd();
            for text in [format!("{y}/{m}/{d}"), format!("{y}年{m}月{d}日"), format!("{y}{m:02}{d:02}"), day.to_string()] {
                proptest::prop_assert_eq!(date(&text), Ok(day));
            }
        }

        #[test]
        fn every_amount_is_read_back(fen in 10_000_i64..900_000_000_000) {
            let money_written = Money::from_fen(fen);
            proptest::prop_assert_eq!(money(&money_written.to_string(), Some(Unit::TenThousandYuan)), Ok(money_written));
        }
    }
}
