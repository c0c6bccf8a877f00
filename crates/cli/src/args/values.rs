//! The values of arguments, and what is said of wrong ones.

use sanse::{Date, Points, parse_decimal};
use sanse_script::Override;

/// A number and the unit behind it, as a setting writes them: `12`, `0.5`, `3.万元`, `30.天`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    /// In ten-thousandths.
    pub(crate) number: i64,
    /// With the point before it; empty for a bare number.
    pub(crate) unit: String,
}

pub(crate) fn year(text: &str) -> Result<i32, String> {
    let year = text.parse().ok().filter(|year| (1901..2200).contains(year));
    year.ok_or_else(|| "年度写成四位数字，1901 至 2199，如 2023".to_owned())
}

pub(crate) fn quarter(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|q| (1..=4).contains(q)).ok_or_else(|| "季度是 1、2、3 或 4".to_owned())
}

pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "日期写成 2023-03-31 的样子，且须确有其日".to_owned())
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=1024).contains(n)).ok_or_else(|| "线程数是 1 至 1024 的整数".to_owned())
}

pub(super) fn percent(text: &str) -> Result<usize, String> {
    text.trim_end_matches('%')
        .parse()
        .ok()
        .filter(|n| *n <= 100)
        .ok_or_else(|| "写成 0 至 100 的整数".to_owned())
}

pub(super) fn setting(text: &str) -> Result<Override, String> {
    let parts = text.split_once('=').and_then(|(name, value)| Some((name.rsplit_once('.')?, value)));
    match parts {
        Some(((standard, parameter), value)) if !standard.is_empty() && !parameter.is_empty() => {
            Ok(Override {
                standard: standard.trim().to_owned(),
                parameter: parameter.trim().to_owned(),
                value: value.trim().to_owned(),
            })
        }
        _ => Err("写成 标准编号.参数名=值，如 SD-HB-2023.未见分值=5".to_owned()),
    }
}

pub(super) fn parameter(text: &str) -> Result<(String, String), String> {
    match text.trim().rsplit_once('.') {
        Some((standard, name)) if !standard.is_empty() && !name.is_empty() => {
            Ok((standard.to_owned(), name.to_owned()))
        }
        _ => Err("写成 标准编号.参数名，如 SD-HB-2023.未见分值".to_owned()),
    }
}

/// Places of a decimal on the command line.
pub(crate) const PLACES: u32 = 4;

pub(super) fn amount(text: &str) -> Result<Amount, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
    let (number, point) = match number.strip_suffix('.') {
        Some(number) if !unit.is_empty() => (number, "."),
        _ => (number, ""),
    };
    // Far below the range of the type, so that stepping cannot overflow.
    parse_decimal(number, PLACES)
        .filter(|n| n.abs() <= 1_000_000_000_000_000_000 / 10)
        .map(|number| Amount { number, unit: format!("{point}{unit}") })
        .ok_or_else(|| "写成数字，或者数字加单位，如 3、0.5、1.万元、30.天".to_owned())
}

pub(super) fn days(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|n| (1..=366).contains(n)).ok_or_else(|| "写成 1 至 366 的整数".to_owned())
}

pub(super) fn within(text: &str) -> Result<Points, String> {
    let points = parse_decimal(text.trim(), 2).filter(|p| (1..=100_000).contains(p));
    points
        .map(Points::from_hundredths)
        .ok_or_else(|| "写成大于 0、不超过 1000 的分数，如 2 或 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_names_standard_and_parameter() {
        let parsed = setting("HB-2017.来源未见分值=5").unwrap();
        assert_eq!(
            (parsed.standard.as_str(), parsed.parameter.as_str(), parsed.value.as_str()),
            ("HB-2017", "来源未见分值", "5")
        );
        assert_eq!(setting("A.b=c=d").unwrap().value, "c=d");
        for bad in ["", "a=1", "a.b", ".b=1", "a.=1"] {
            assert!(setting(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_keeps_its_unit() {
        let read = |text| amount(text).map(|a| (a.number, a.unit));
        assert_eq!(read("12"), Ok((120_000, String::new())));
        assert_eq!(read("-0.5"), Ok((-5_000, String::new())));
        assert_eq!(read("3.万元"), Ok((30_000, ".万元".to_owned())));
        assert_eq!(read("2.5万元"), Ok((25_000, "万元".to_owned())));
        for bad in ["", "万元", "1.23456", "--1", "9999999999999999", "1.2.3"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
