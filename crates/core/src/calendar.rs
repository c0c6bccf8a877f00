//! Period (统计期) and as-of date (截止日): which facts count and as of when they are known.

use serde::{Deserialize, Serialize};

use crate::quantity::{Date, Span};

/// A stretch of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Period {
    /// The period of the label of a quarter: the twelve months that end the day before the quarter begins.
    /// For quarter 1 that is the calendar year before. `None` for a quarter outside 1–4 or a year outside
    /// 1901–2199.
    ///
    /// ```
    /// use sanse::Period;
    /// let yearly = Period::of_quarter(2023, 1).unwrap();
    /// assert_eq!((yearly.first.to_string(), yearly.last.to_string()), ("2022-01-01".into(), "2022-12-31".into()));
    /// let third = Period::of_quarter(2023, 3).unwrap();
    /// assert_eq!((third.first.to_string(), third.last.to_string()), ("2022-07-01".into(), "2023-06-30".into()));
    /// ```
    pub fn of_quarter(year: i32, quarter: u32) -> Option<Period> {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        let begins = Date::from_ymd(year, (quarter - 1) * 3 + 1, 1)?;
        let first = Date::from_ymd(year - 1, (quarter - 1) * 3 + 1, 1)?;
        Some(Period { first, last: begins.minus(Span::days(1)) })
    }

    /// True if the day lies in the period.
    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

/// The two dates of a run. Both are arguments; nothing reads a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Calendar {
    /// The period (统计期): selects facts by their own date.
    pub period: Period,
    /// The as-of date (截止日): fixes what is known of those facts.
    pub as_of: Date,
}
