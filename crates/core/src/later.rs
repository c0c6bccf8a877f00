//! What time alone changes (到期变化): who gets another label within some days though nothing new is learnt.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::{Assessments, BindError, Program, RowRef, Without};
use crate::calendar::{Calendar, Period};
use crate::caseload::Caseload;
use crate::classify::{Classified, Supervision};
use crate::compare::Standing;
use crate::explain::Reasons;
use crate::quantity::{Date, Span};
use crate::standard::{Standard, Subject};
use crate::vocabulary::{ListId, Ty};

/// An enterprise whose standing changes as days pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The enterprise.
    pub enterprise: usize,
    /// Its standing now.
    pub standing: Standing,
    /// After how many days the standing is first another one; from 1.
    pub days: u32,
    /// The as-of date on that day.
    pub on: Date,
    /// Its standing then.
    pub to: Standing,
    /// The records that tip it: those that alone bring the change about, or, without such, all whose part in the
    /// assessment changes on that day. Empty if only the enterprise itself gives rise to it.
    pub tips: Vec<TurnTip>,
}

/// A record that tips, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnTip {
    /// The record.
    pub row: RowRef,
    /// What happens to it.
    pub cause: TurnCause,
    /// Its fields that change with the day, such as 整改由“未到期”变为“未复查”; empty if only its window ends or begins.
    pub changes: Vec<String>,
    /// True if it alone brings the change about.
    pub alone: bool,
}

/// What happens to a record with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TurnCause {
    /// 不再计入: no hit rests on it any more.
    Leaves,
    /// 开始计入: hits rest on it from that day on.
    Enters,
    /// 计法改变: other hits, or other points, rest on it.
    Changes,
}

impl TurnCause {
    /// 不再计入, 开始计入 or 计法改变.
    pub const fn chinese(self) -> &'static str {
        match self {
            TurnCause::Leaves => "不再计入",
            TurnCause::Enters => "开始计入",
            TurnCause::Changes => "计法改变",
        }
    }
}

/// A calendar so many days later: the as-of date and the last day of the period move by as many days, and the period
/// keeps its twelve months.
pub fn days_later(calendar: &Calendar, days: u32) -> Calendar {
    let by = Span::days(i32::try_from(days).unwrap_or(i32::MAX));
    let last = calendar.period.last.plus(by);
    let first = last.plus(Span::days(1)).minus(Span::months(12));
    Calendar { period: Period { first, last }, as_of: calendar.as_of.plus(by) }
}

/// The days after one and up to another on which what is known of some record changes: a status, a repair, a
/// rectification or a re-check takes effect, or a deadline has passed. Between them a caseload finished as of any day
/// is the same. To be asked of a caseload that was finished as of `until`, in which all those dates stand.
pub fn event_days(caseload: &Caseload, after: Date, until: Date) -> Vec<Date> {
    let mut days = BTreeSet::new();
    for (number, list) in caseload.vocabulary().lists.iter().enumerate() {
        let Some(table) = caseload.table(ListId(number as u16)) else { continue };
        let dated = list.fields.iter().zip(&table.columns).filter(|(field, _)| field.ty == Ty::Date);
        for (_, column) in dated {
            for row in 0..table.len() {
                let Ok(day) = i32::try_from(column.get(row)) else { continue };
                // A deadline is open on its own day and has passed on the next.
                days.extend([day, day.saturating_add(1)].map(Date::from_days));
            }
        }
    }
    days.retain(|day| after < *day && *day <= until);
    days.into_iter().collect()
}

/// Whose standing changes within so many days if nothing new is learnt, each with the first such day, in the order of
/// enterprises.
///
/// Every day the whole enterprise is assessed anew with the period and the as-of date moved by as many days
/// ([`days_later`]): records leave and enter the period, validities of their own end, deadlines pass. What is known
/// of the data (coverage, rows to be checked, new enterprises) is taken as it is now: it is assumed that the bureaus
/// go on delivering and that nothing happens. `later` holds the same deliveries finished as of the days that
/// [`event_days`] gives, in their order; without them no record's own state changes. Days on which the standard no
/// longer applies are not looked at. Empty for an overall standard, whose labels follow from those of the domains.
///
/// # Errors
/// The standard does not fit a caseload.
pub fn turns(
    standard: &Standard,
    now: &Caseload,
    calendar: &Calendar,
    classified: &Classified,
    days: u32,
    later: &[Caseload],
) -> Result<Vec<Turn>, BindError> {
    if standard.subject == Subject::Overall {
        return Ok(Vec::new());
    }
    let supervision = Supervision::new(standard, now, calendar);
    let days = (1..=days).map(|day| (day, days_later(calendar, day)));
    let days = days.take_while(|(_, calendar)| standard.applies_on(calendar.as_of));
    let known = days.map(|(day, calendar)| {
        let known = later.iter().rev().find(|c| c.as_of() <= calendar.as_of).unwrap_or(now);
        // Between two days of events the same is known; only the date goes on.
        (day, calendar, Caseload { as_of: calendar.as_of, ..known.clone() })
    });
    let known: Vec<(u32, Calendar, Caseload)> = known.collect();
    let mut found: BTreeMap<usize, Turn> = BTreeMap::new();
    let mut before = Day::new(standard, now, calendar)?;
    for (day, calendar, known) in &known {
        let this = Day::new(standard, known, calendar)?;
        for (enterprise, verdict) in classified.verdicts.iter().enumerate() {
            let standing = Standing::of(verdict);
            if standing == Standing::NotApplicable || found.contains_key(&enterprise) {
                continue;
            }
            let standing_in = |program: &Program<'_>, assessments: &Assessments| {
                Standing::of(&supervision.verdict(program, assessments, enterprise))
            };
            let to = standing_in(&this.program, &this.assessments);
            if to == standing {
                continue;
            }
            let mut tips = this.changed_since(&before, enterprise);
            for tip in &mut tips {
                // A record that enters did it if without it nothing had changed; one that leaves, if without it all
                // had been so the day before.
                tip.alone = match tip.cause {
                    TurnCause::Leaves => {
                        let without = before.program.assess_without(enterprise, Without::Row(tip.row));
                        standing_in(&before.program, &without) == to
                    }
                    TurnCause::Enters | TurnCause::Changes => {
                        let without = this.program.assess_without(enterprise, Without::Row(tip.row));
                        standing_in(&this.program, &without) == standing
                    }
                };
            }
            if tips.iter().any(|tip| tip.alone) {
                tips.retain(|tip| tip.alone);
            }
            let (days, on) = (*day, calendar.as_of);
            found.insert(enterprise, Turn { enterprise, standing, days, on, to, tips });
        }
        before = this;
    }
    Ok(found.into_values().collect())
}

/// A day's assessment of everybody.
struct Day<'a> {
    standard: &'a Standard,
    caseload: &'a Caseload,
    program: Program<'a>,
    assessments: Assessments,
}

impl<'a> Day<'a> {
    fn new(
        standard: &'a Standard,
        caseload: &'a Caseload,
        calendar: &Calendar,
    ) -> Result<Day<'a>, BindError> {
        let program = Program::bind(standard, caseload, calendar)?;
        let assessments = program.assess(0..caseload.enterprises());
        Ok(Day { standard, caseload, program, assessments })
    }

    /// What rests on each row of an enterprise: rule, case and points of every hit.
    fn part(&self, enterprise: usize) -> BTreeMap<RowRef, Vec<(u16, u8, i32)>> {
        let reasons = Reasons::new(self.standard, self.caseload, &self.assessments);
        let mut part: BTreeMap<RowRef, Vec<(u16, u8, i32)>> = BTreeMap::new();
        for hit in self.assessments.hits(enterprise) {
            for row in reasons.rows(hit) {
                part.entry(row).or_default().push((hit.rule, hit.arm, hit.counted));
            }
        }
        part
    }

    /// The rows whose part changed since the day before.
    fn changed_since(&self, before: &Day<'_>, enterprise: usize) -> Vec<TurnTip> {
        let (then, now) = (before.part(enterprise), self.part(enterprise));
        let rows: BTreeSet<RowRef> = then.keys().chain(now.keys()).copied().collect();
        let tip = |row: RowRef| {
            let cause = match (then.get(&row), now.get(&row)) {
                (Some(_), None) => TurnCause::Leaves,
                (None, Some(_)) => TurnCause::Enters,
                (then, now) if then != now => TurnCause::Changes,
                _ => return None,
            };
            let list = self.caseload.vocabulary().list_def(row.list);
            let text = |caseload: &Caseload, field: &str| caseload.display(row.list, row.row as usize, field);
            let changes = list.fields.iter().filter_map(|field| {
                let name = &field.name.chinese;
                let (was, is) = (text(before.caseload, name), text(self.caseload, name));
                let said =
                    |text: &str| if text.is_empty() { "没有".to_owned() } else { format!("“{text}”") };
                (was != is).then(|| format!("{name}由{}变为{}", said(&was), said(&is)))
            });
            Some(TurnTip { row, cause, changes: changes.collect(), alone: false })
        };
        rows.into_iter().filter_map(tip).collect()
    }
}
