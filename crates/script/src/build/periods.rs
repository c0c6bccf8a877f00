//! Quotients of unlike periods (时间不一样长的比): what is counted over one year divided by what is counted over three.
//!
//! A list's period stands in its 计入, far from the rule that divides; so it is asked for only where both sides do not
//! say it themselves with 近.

use sanse::{Admit, Aggregate, Expr, Node, Place, Rule, Span, What, Window};

use super::{Builder, expressions_of};
use crate::codes;
use crate::lower::without_places;

/// Days of a hundred months: the mean of the Gregorian calendar.
const DAYS_OF_100_MONTHS: i64 = 3044;

/// The time over which rows are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// The period of the standard, in months.
    Period(u16),
    Span(Span),
    /// 不限
    Unlimited,
}

impl Length {
    fn of(window: &Window, period_months: u16) -> Option<Length> {
        match window {
            Window::Period(_) => Some(Length::Period(period_months)),
            Window::Between { until: None, .. } => Some(Length::Unlimited),
            Window::Between { from, until: Some(until), .. } => match &until.node {
                Node::AddSpan(start, span) if without_places(start) == without_places(from) => {
                    Some(Length::Span(*span))
                }
                _ => None,
            },
        }
    }

    /// About how many days; `None` without an end.
    fn days(self) -> Option<i64> {
        let of = |months: i64, days: i64| months * DAYS_OF_100_MONTHS / 100 + days;
        match self {
            Length::Period(months) => Some(of(i64::from(months), 0)),
            Length::Span(Span { months, days }) => Some(of(i64::from(months), i64::from(days))),
            Length::Unlimited => None,
        }
    }

    /// True if one is longer than the other by more than a tenth: 365 days are a year, 180 days half a year.
    fn unlike(self, other: Length) -> bool {
        match (self.days(), other.days()) {
            (Some(a), Some(b)) => a.max(b) * 10 > a.min(b) * 11,
            (a, b) => a.is_some() != b.is_some(),
        }
    }

    fn chinese(self) -> String {
        match self {
            Length::Period(months) => format!("统计期{months}个月"),
            Length::Span(span) => format!("{span}以内"),
            Length::Unlimited => "不限年限".to_owned(),
        }
    }
}

/// What one side of a division counts.
struct Counted {
    length: Length,
    /// True if the script says the length where it counts.
    said: bool,
    list: String,
}

impl Builder<'_> {
    /// Divisions in rules, and in conditions of their own, whose sides count unlike periods.
    pub(super) fn check_periods(&mut self, admits: &[Admit], rules: &[Rule], others: &[&Expr], months: u16) {
        let mut found: Vec<(Place, String)> = Vec::new();
        for expr in expressions_of(rules).chain(others.iter().copied()) {
            self.unlike_divisions(expr, admits, months, &mut found);
        }
        for (at, message) in found {
            let help = "两边数同样长的时间，例如都用 .近(12.个月)；本来就该这样的，两边都用 .近(…) 写明";
            self.warn(codes::UNLIKE_PERIODS, self.lowering.mark_at(at), message, help);
        }
    }

    fn unlike_divisions(&self, expr: &Expr, admits: &[Admit], months: u16, found: &mut Vec<(Place, String)>) {
        if let Node::Divide(_, sides) = &expr.node {
            let [over, under] = sides.each_ref().map(|side| self.counted(side, admits, months));
            let pairs = over.iter().flat_map(|over| under.iter().map(move |under| (over, under)));
            let unlike = pairs.into_iter().find(|(a, b)| !(a.said && b.said) && a.length.unlike(b.length));
            if let Some((over, under)) = unlike {
                let message = format!(
                    "相除的两边数的时间不一样长：上面是{}（{}），下面是{}（{}）",
                    over.list,
                    over.length.chinese(),
                    under.list,
                    under.length.chinese()
                );
                found.push((expr.at, message));
            }
        }
        expr.parts().iter().for_each(|part| self.unlike_divisions(part, admits, months, found));
    }

    /// What grows with the time over which it is counted.
    fn counted(&self, side: &Expr, admits: &[Admit], months: u16) -> Vec<Counted> {
        let counted = |aggregate: &Aggregate| {
            let admitted = || admits.iter().find(|admit| admit.list == aggregate.list).map(|a| &a.window);
            let window = aggregate.window.as_ref().or_else(admitted)?;
            let whole = Length::of(window, months)?;
            let (length, said) = match aggregate.what {
                What::Count | What::Rows | What::Sum(_) => (whole, aggregate.window.is_some()),
                What::Peak(span) | What::PeakSum(span, _) => (Length::Span(span), true),
                What::Max(_) | What::Min(_) | What::Average(..) => return None,
            };
            let list = self.lowering.vocabulary.list_def(aggregate.list).name.chinese.clone();
            Some(Counted { length, said, list })
        };
        side.aggregates().into_iter().filter_map(counted).collect()
    }
}
