//! Exact quantities: days, spans, money in 分 and points in hundredths. No floats.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar day (日期), stored as days since 1970-01-01.
///
/// Range: 1900-01-01 to 2199-12-31; anything else in a file is a typing error and is refused by
/// [`Date::from_ymd`]. Dates reached by adding a [`Span`] may go past the range.
///
/// ```
/// use sanse::Date;
/// let day: Date = "2024-02-29".parse().unwrap();
/// assert_eq!(day.to_string(), "2024-02-29");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(i32);

/// The text is not a date from 1900 to 2199 written as `2023-03-01`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}`不是日期；请写成 2023-03-01 的样子（1900 年至 2199 年）")]
pub struct DateError(pub String);

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();

impl Date {
    /// The day of the given year, month and day of month; `None` if there is no such day or the year lies
    /// outside 1900–2199.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if !(1900..2200).contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from_naive)
    }

    /// The day that lies `days` after 1970-01-01.
    pub const fn from_days(days: i32) -> Date {
        Date(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    fn from_naive(day: NaiveDate) -> Date {
        Date(day.signed_duration_since(EPOCH).num_days() as i32)
    }

    fn naive(self) -> NaiveDate {
        EPOCH.checked_add_signed(chrono::TimeDelta::days(i64::from(self.0))).unwrap_or(if self.0 < 0 {
            NaiveDate::MIN
        } else {
            NaiveDate::MAX
        })
    }

    /// Year, month and day of month.
    pub fn ymd(self) -> (i32, u32, u32) {
        let day = self.naive();
        (day.year(), day.month(), day.day())
    }

    /// This day moved forward by a span. A calendar day that does not exist becomes the month's last:
    /// 29 February plus one year is 28 February.
    pub fn plus(self, span: Span) -> Date {
        if span.months == 0 {
            return Date(self.0.saturating_add(span.days));
        }
        let moved = if span.months >= 0 {
            self.naive().checked_add_months(Months::new(span.months.unsigned_abs()))
        } else {
            self.naive().checked_sub_months(Months::new(span.months.unsigned_abs()))
        };
        let moved = moved.and_then(|day| {
            let days = Days::new(u64::from(span.days.unsigned_abs()));
            if span.days >= 0 { day.checked_add_days(days) } else { day.checked_sub_days(days) }
        });
        moved.map_or(self, Self::from_naive)
    }

    /// This day moved back by a span, months first.
    pub fn minus(self, span: Span) -> Date {
        self.plus(Span { months: span.months.saturating_neg(), days: span.days.saturating_neg() })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        let Some(year) = u32::try_from(year).ok().filter(|year| *year <= 9999) else {
            return write!(f, "{year:04}-{month:02}-{day:02}");
        };
        // Millions of days are written in a run; digits put down one by one are written in a third of the time.
        let digit = |number: u32, unit: u32| b'0' + (number / unit % 10) as u8;
        let text = [
            digit(year, 1000),
            digit(year, 100),
            digit(year, 10),
            digit(year, 1),
            b'-',
            digit(month, 10),
            digit(month, 1),
            b'-',
            digit(day, 10),
            digit(day, 1),
        ];
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut next = || {
            let part = parts.next()?;
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            part.parse::<u32>().ok()
        };
        let day = (|| {
            let (year, month, day) = (next()?, next()?, next()?);
            Date::from_ymd(i32::try_from(year).ok()?, month, day)
        })();
        match (day, parts.next()) {
            (Some(day), None) => Ok(day),
            _ => Err(DateError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(day: Date) -> String {
        day.to_string()
    }
}

/// A length of calendar time (时长): months, then days. Written `180.天`, `6.个月`, `1.年` in a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Calendar months; one year is twelve.
    pub months: i32,
    /// Days.
    pub days: i32,
}

impl Span {
    /// A span of whole days.
    pub const fn days(days: i32) -> Span {
        Span { months: 0, days }
    }

    /// A span of calendar months.
    pub const fn months(months: i32) -> Span {
        Span { months, days: 0 }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.months, self.days) {
            (0, days) => write!(f, "{days}天"),
            (months, 0) if months % 12 == 0 => write!(f, "{}年", months / 12),
            (months, 0) => write!(f, "{months}个月"),
            (months, days) => write!(f, "{months}个月{days}天"),
        }
    }
}

/// Points (分值) in hundredths of a point: 2.5 points are 250.
///
/// ```
/// use sanse::Points;
/// assert_eq!(Points::whole(12).to_string(), "12");
/// assert_eq!(Points::from_hundredths(-250).to_string(), "-2.5");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(i64);

impl Points {
    /// No points.
    pub const ZERO: Points = Points(0);

    /// Points given in hundredths.
    pub const fn from_hundredths(hundredths: i64) -> Points {
        Points(hundredths)
    }

    /// Whole points.
    pub const fn whole(points: i32) -> Points {
        Points(points as i64 * 100)
    }

    /// The value in hundredths of a point.
    pub const fn hundredths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0, 2)
    }
}

/// Money (金额) in 分.
///
/// ```
/// use sanse::Money;
/// assert_eq!(Money::from_fen(2_350_000).to_string(), "23500元");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// An amount given in 分.
    pub const fn from_fen(fen: i64) -> Money {
        Money(fen)
    }

    /// The amount in 分.
    pub const fn fen(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0, 2)?;
        f.write_str("元")
    }
}

/// Writes `value / 10^digits` without trailing zeros.
fn write_scaled(f: &mut fmt::Formatter<'_>, value: i64, digits: u32) -> fmt::Result {
    let scale = 10_u64.pow(digits);
    let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    if value < 0 {
        f.write_str("-")?;
    }
    write!(f, "{whole}")?;
    if part != 0 {
        let text = format!("{part:0width$}", width = digits as usize);
        write!(f, ".{}", text.trim_end_matches('0'))?;
    }
    Ok(())
}

/// Reads an exact decimal such as `2.5` as a number of `10^-digits` units; `None` if it is not a decimal,
/// has more places than `digits`, or is too large.
///
/// ```
/// use sanse::parse_decimal;
/// assert_eq!(parse_decimal("2.5", 2), Some(250));
/// assert_eq!(parse_decimal("2.505", 2), None);
/// assert_eq!(parse_decimal("23500.0000000000", 2), Some(2_350_000));
/// ```
pub fn parse_decimal(text: &str, digits: u32) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    if part.len() > digits as usize {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let padded = format!("{part:0<width$}", width = digits as usize);
    let part: i64 = if padded.is_empty() { 0 } else { padded.parse().ok()? };
    let value = whole.checked_mul(10_i64.checked_pow(digits)?)?.checked_add(part)?;
    Some(if negative { -value } else { value })
}

/// The three labels (标签), best first. The set is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Label {
    /// 绿标
    Green,
    /// 黄标
    Yellow,
    /// 红标
    Red,
}

impl Label {
    /// All labels, best first.
    pub const ALL: [Label; 3] = [Label::Green, Label::Yellow, Label::Red];

    /// The Chinese name: 绿标, 黄标 or 红标.
    pub const fn chinese(self) -> &'static str {
        match self {
            Label::Green => "绿标",
            Label::Yellow => "黄标",
            Label::Red => "红标",
        }
    }

    /// The English name in lower case.
    pub const fn english(self) -> &'static str {
        match self {
            Label::Green => "green",
            Label::Yellow => "yellow",
            Label::Red => "red",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_calendar_day_is_the_months_last() {
        let leap: Date = "2024-02-29".parse().unwrap();
        assert_eq!(leap.plus(Span::months(12)).to_string(), "2025-02-28");
        let end: Date = "2023-01-31".parse().unwrap();
        assert_eq!(end.plus(Span::months(1)).to_string(), "2023-02-28");
    }

    #[test]
    fn dates_outside_the_range_or_the_form_are_refused() {
        for text in ["2023-2-30", "1899-12-31", "2200-01-01", "2023-02-01-01", "2023", "+2023-01-01", ""] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(parse_decimal("132583.5", 2), Some(13_258_350));
        assert_eq!(parse_decimal(".5", 2), Some(50));
        assert_eq!(parse_decimal("-3", 2), Some(-300));
        for bad in ["", ".", "-", "1e3", "1.234", "99999999999999999999", "１２"] {
            assert_eq!(parse_decimal(bad, 2), None, "{bad}");
        }
    }
}
