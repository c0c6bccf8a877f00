//! Classification (分类): every domain's assessment with the states of the data, and the overall label.

use std::ops::Range;

use crate::assess::{Assessments, BindError, Decider, Hit, Program};
use crate::calendar::{Calendar, Period};
use crate::caseload::{Caseload, Column, Coverages, MISSING, Supervised, Table, TextId, Texts};
use crate::quantity::{Date, Label, Span};
use crate::standard::{Branches, MeasureFor, Scope, Standard};
use crate::vocabulary::{ENTERPRISE, FieldId};

/// The state of an enterprise in a domain (评定状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 已评定: there is a label.
    Rated,
    /// 未评定: no label, ordinary frequency; the reason is in [`Remarks`].
    NotRated,
    /// 不适用: not supervised in the domain; left out of the overall label.
    NotApplicable,
}

/// What must be said beside a state or a label (标注), a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remarks(u16);

impl Remarks {
    /// 未覆盖: no bureau's delivery covers the domain.
    pub const NOT_COVERED: Remarks = Remarks(1);
    /// 部分覆盖: the deliveries cover a part of the period.
    pub const PARTLY_COVERED: Remarks = Remarks(1 << 1);
    /// 新设立: registered after the period began.
    pub const NEWLY_REGISTERED: Remarks = Remarks(1 << 2);
    /// 数据待核: a row that could not be used names the enterprise.
    pub const ROWS_TO_CHECK: Remarks = Remarks(1 << 3);
    /// 标准不评: a rule of the standard says so.
    pub const RULE: Remarks = Remarks(1 << 4);
    /// 监管对象不明: the register does not say whether the enterprise is supervised.
    pub const SUPERVISION_UNKNOWN: Remarks = Remarks(1 << 5);
    /// 名录不符: there are records though the register says that it is not supervised.
    pub const REGISTER_CONTRADICTED: Remarks = Remarks(1 << 6);
    /// 未经检查: clean, and never inspected.
    pub const UNINSPECTED: Remarks = Remarks(1 << 7);
    /// 数据不全: a yellow or red label computed from incomplete data.
    pub const INCOMPLETE: Remarks = Remarks(1 << 8);
    /// 覆盖未声明: there is no coverage table.
    pub const COVERAGE_UNDECLARED: Remarks = Remarks(1 << 9);

    const NAMES: [(Remarks, &'static str, &'static str); 10] = [
        (Remarks::NOT_COVERED, "未覆盖", "not_covered"),
        (Remarks::PARTLY_COVERED, "部分覆盖", "partly_covered"),
        (Remarks::NEWLY_REGISTERED, "新设立", "newly_registered"),
        (Remarks::ROWS_TO_CHECK, "数据待核", "rows_to_check"),
        (Remarks::RULE, "标准不评", "rule"),
        (Remarks::SUPERVISION_UNKNOWN, "监管对象不明", "supervision_unknown"),
        (Remarks::REGISTER_CONTRADICTED, "名录不符", "register_contradicted"),
        (Remarks::UNINSPECTED, "未经检查", "uninspected"),
        (Remarks::INCOMPLETE, "数据不全", "incomplete"),
        (Remarks::COVERAGE_UNDECLARED, "覆盖未声明", "coverage_undeclared"),
    ];

    /// True if all remarks of `other` are among these.
    pub const fn contains(self, other: Remarks) -> bool {
        self.0 & other.0 == other.0
    }

    /// True without remarks.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These and others.
    pub const fn with(self, other: Remarks) -> Remarks {
        Remarks(self.0 | other.0)
    }

    /// These without those that stand beside a label and never keep one back (数据不全, 覆盖未声明).
    pub(crate) const fn without_notes(self) -> Remarks {
        Remarks(self.0 & !(Remarks::INCOMPLETE.0 | Remarks::COVERAGE_UNDECLARED.0))
    }

    /// The Chinese names, in a fixed order.
    pub fn chinese(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().filter(move |(r, ..)| self.contains(*r)).map(|(_, chinese, _)| *chinese)
    }

    /// The English names, in the same order.
    pub fn english(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().filter(move |(r, ..)| self.contains(*r)).map(|(.., english)| *english)
    }
}

/// The verdict for an enterprise in a domain, or overall (评定结论).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Rated, not rated or not applicable.
    pub state: State,
    /// The label; only if rated.
    pub label: Option<Label>,
    /// What must be said beside it.
    pub remarks: Remarks,
    /// Number of the row of measures that applies in the standard ([`Standard::measures`]).
    pub measure: Option<u16>,
}

/// The results of one standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// The assessments, with hits and citations.
    pub assessments: Assessments,
    /// The verdict of each enterprise.
    pub verdicts: Vec<Verdict>,
}

/// The labels of a caseload (分类结果).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    /// One result per domain standard, in the order given.
    pub domains: Vec<Classified>,
    /// The overall result; its hits cite rows of `outcomes`.
    pub overall: Option<Classified>,
    /// The caseload of domain outcomes (领域结果) that the overall standard judged: row `d` of an enterprise
    /// is the result of domain standard `d`.
    pub outcomes: Option<Caseload>,
}

/// Classifies every enterprise by the domain standards and, if given, the overall standard, on so many threads.
///
/// The result does not depend on the number of threads.
///
/// # Errors
/// A standard does not fit the caseload.
pub fn classify(
    caseload: &Caseload,
    domains: &[Standard],
    overall: Option<&Standard>,
    calendar: &Calendar,
    threads: usize,
) -> Result<Classification, BindError> {
    let results = domains
        .iter()
        .map(|s| classify_domain(s, caseload, calendar, threads))
        .collect::<Result<Vec<_>, _>>()?;
    let Some(standard) = overall else {
        return Ok(Classification { domains: results, overall: None, outcomes: None });
    };
    let outcomes = outcome_caseload(caseload, domains, &results);
    let overall = classify_overall(standard, &outcomes, calendar, threads, &results)?;
    Ok(Classification { domains: results, overall: Some(overall), outcomes: Some(outcomes) })
}

/// Runs a function over the enterprises in as many contiguous ranges as there are threads, and joins the
/// results in order.
fn in_ranges<T: Send>(enterprises: usize, threads: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let threads = threads.clamp(1, 256).min(enterprises.max(1));
    let size = enterprises.div_ceil(threads).max(1);
    let ranges: Vec<Range<usize>> =
        (0..threads).map(|i| (i * size).min(enterprises)..((i + 1) * size).min(enterprises)).collect();
    if let [only] = ranges.as_slice() {
        return vec![work(only.clone())];
    }
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = ranges.into_iter().map(|range| scope.spawn(move || work(range))).collect();
        running
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(result) => result,
                // Nothing in the core panics; a panic in a thread is passed on as it came.
                Err(cause) => std::panic::resume_unwind(cause),
            })
            .collect()
    })
}

fn joined(parts: Vec<(Assessments, Vec<Verdict>)>) -> Classified {
    let mut parts = parts.into_iter();
    let (mut assessments, mut verdicts) = parts.next().unwrap_or_default();
    for (more, their_verdicts) in parts {
        assessments.append(more);
        verdicts.extend(their_verdicts);
    }
    Classified { assessments, verdicts }
}

fn classify_domain(
    standard: &Standard,
    caseload: &Caseload,
    calendar: &Calendar,
    threads: usize,
) -> Result<Classified, BindError> {
    let program = Program::bind(standard, caseload, calendar)?;
    let supervision = Supervision::new(standard, caseload, calendar);
    let parts = in_ranges(caseload.enterprises(), threads, |range| {
        let assessments = program.assess(range.clone());
        let verdicts = range.map(|e| {
            let verdict = supervision.verdict(&program, &assessments, e);
            Verdict { measure: measure(&program, &assessments, e, verdict), ..verdict }
        });
        let verdicts = verdicts.collect();
        (assessments, verdicts)
    });
    Ok(joined(parts))
}

fn measure(
    program: &Program<'_>,
    assessments: &Assessments,
    enterprise: usize,
    verdict: Verdict,
) -> Option<u16> {
    match (verdict.state, assessments.outcome(enterprise)) {
        (State::Rated, Some(outcome)) => program.measure(enterprise, MeasureFor::Grade(outcome.grade)),
        (State::NotApplicable, _) => None,
        _ => program.measure(enterprise, MeasureFor::NotRated),
    }
}

/// What is known of a domain's data, and of whom the domain supervises.
pub(crate) struct Supervision<'a> {
    caseload: &'a Caseload,
    domain: Option<TextId>,
    /// Remarks that hold for every enterprise.
    common: Remarks,
    covered: bool,
    /// Without an entry everybody is supervised.
    registers: Option<Vec<&'a Column>>,
    registered_on: Option<&'a Column>,
    period_first: Date,
    branches: Branches,
}

impl<'a> Supervision<'a> {
    pub(crate) fn new(standard: &Standard, caseload: &'a Caseload, calendar: &Calendar) -> Self {
        let name = standard.subject.chinese();
        let table = caseload.table(ENTERPRISE);
        let column = |field: FieldId| table.and_then(|t| t.columns.get(usize::from(field.0)));
        let period = standard.period(calendar);
        let mut common = Remarks::default();
        let mut registers = None;
        let covered = match &caseload.coverages {
            Coverages::Undeclared { received } => {
                common = common.with(Remarks::COVERAGE_UNDECLARED);
                received.iter().any(|r| r == name)
            }
            Coverages::Declared(lines) => {
                let own: Vec<_> = lines.iter().filter(|l| l.domain == name).collect();
                let touched =
                    own.iter().any(|l| l.period.first <= period.last && period.first <= l.period.last);
                if touched && !covers(own.iter().map(|l| l.period).collect(), period) {
                    common = common.with(Remarks::PARTLY_COVERED);
                }
                let fields: Option<Vec<FieldId>> = own
                    .iter()
                    .map(|l| match l.supervised {
                        Supervised::All => None,
                        Supervised::Where(field) => Some(field),
                    })
                    .collect();
                // Without a line nobody says whom the domain supervises, which exempts nobody.
                registers =
                    fields.filter(|f| !f.is_empty()).map(|f| f.into_iter().filter_map(column).collect());
                touched
            }
        };
        Supervision {
            caseload,
            domain: caseload.texts.find(name),
            common,
            covered,
            registers,
            registered_on: caseload.vocabulary.list_def(ENTERPRISE).roles.date.and_then(column),
            period_first: period.first,
            branches: standard.branches,
        }
    }

    /// Whether the enterprise is supervised in the domain; `None` if the register leaves it open.
    fn supervised(&self, enterprise: usize) -> Option<bool> {
        let Some(registers) = &self.registers else { return Some(true) };
        let said: Vec<i64> = registers.iter().map(|c| c.get(enterprise)).collect();
        if said.contains(&1) {
            Some(true)
        } else if said.contains(&MISSING) {
            None
        } else {
            Some(false)
        }
    }

    fn withheld(&self, enterprise: usize) -> bool {
        let all = &self.caseload.withheld;
        let start = all.partition_point(|w| (w.enterprise as usize) < enterprise);
        all.iter()
            .skip(start)
            .take_while(|w| w.enterprise as usize == enterprise)
            .filter(|w| !w.of_branch || self.branches == Branches::ForHeadOffice)
            .any(|w| w.domain.is_none() || w.domain == self.domain)
    }

    /// The verdict that an assessment gives, without the row of measures.
    pub(crate) fn verdict(
        &self,
        program: &Program<'_>,
        assessments: &Assessments,
        enterprise: usize,
    ) -> Verdict {
        let not_rated = |remarks| Verdict { state: State::NotRated, label: None, remarks, measure: None };
        let Some(outcome) = assessments.outcome(enterprise) else {
            return not_rated(self.common.with(Remarks::RULE));
        };
        // A hit of a rule over records shows that there are records; a merit for, say, a certificate does not.
        let seen = |hit: &Hit| {
            program
                .standard
                .rules
                .get(usize::from(hit.rule))
                .is_some_and(|r| matches!(r.scope, Scope::Each(_)))
                || !assessments.citations(hit).is_empty()
        };
        let recorded = || assessments.hits(enterprise).iter().any(seen);
        let mut withheld = Remarks::default();
        match self.supervised(enterprise) {
            Some(true) => {}
            Some(false) if recorded() => withheld = withheld.with(Remarks::REGISTER_CONTRADICTED),
            Some(false) => {
                return Verdict {
                    state: State::NotApplicable,
                    label: None,
                    remarks: Remarks::default(),
                    measure: None,
                };
            }
            None => withheld = withheld.with(Remarks::SUPERVISION_UNKNOWN),
        }
        if !self.covered {
            return not_rated(self.common.with(withheld).with(Remarks::NOT_COVERED));
        }
        if self.common.contains(Remarks::PARTLY_COVERED) {
            withheld = withheld.with(Remarks::PARTLY_COVERED);
        }
        let registered = self.registered_on.map_or(MISSING, |c| c.get(enterprise));
        if registered != MISSING && registered > i64::from(self.period_first.days()) {
            withheld = withheld.with(Remarks::NEWLY_REGISTERED);
        }
        if self.withheld(enterprise) {
            withheld = withheld.with(Remarks::ROWS_TO_CHECK);
        }
        let mut remarks = self.common.with(withheld);
        if outcome.uninspected {
            remarks = remarks.with(Remarks::UNINSPECTED);
            if program.standard.uninspected.as_ref().is_some_and(|u| u.withhold) {
                withheld = withheld.with(Remarks::UNINSPECTED);
            }
        }
        let grade = program.standard.grades.get(usize::from(outcome.grade));
        match (outcome.decider, grade.map(|g| g.label)) {
            (Decider::NotRated, _) | (_, None) => not_rated(remarks.with(Remarks::RULE)),
            // Incomplete data withholds green only: a danger that was seen stands.
            (_, Some(Label::Green)) if !withheld.is_empty() => not_rated(remarks),
            (_, Some(label)) => {
                if !withheld.is_empty() {
                    remarks = remarks.with(Remarks::INCOMPLETE);
                }
                Verdict { state: State::Rated, label: Some(label), remarks, measure: None }
            }
        }
    }
}

/// True if the stretches together cover the period without a gap.
fn covers(mut stretches: Vec<Period>, period: Period) -> bool {
    stretches.sort_unstable_by_key(|p| p.first);
    let mut open = period.first;
    for stretch in stretches {
        if stretch.first > open {
            return false;
        }
        open = open.max(stretch.last.plus(Span::days(1)));
        if open > period.last {
            return true;
        }
    }
    open > period.last
}

/// The caseload that overall standards judge: the enterprises as they are, and one row a domain.
fn outcome_caseload(caseload: &Caseload, domains: &[Standard], results: &[Classified]) -> Caseload {
    let mut outcomes = caseload.clone();
    let Some(link) = caseload.vocabulary.outcome_link else { return outcomes };
    let fields = &caseload.vocabulary.list_def(link.list).fields;
    let mut columns: Vec<Column> = fields.iter().map(Column::new).collect();
    let mut texts = Texts::over(std::sync::Arc::clone(&caseload.texts));
    let mut text = |name: &str| texts.intern(name).map_or(MISSING, |id| i64::from(id.0));
    let names: Vec<(i64, Vec<i64>)> = domains
        .iter()
        .map(|s| (text(s.subject.chinese()), s.grades.iter().map(|g| text(&g.name)).collect()))
        .collect();
    let mut ends = Vec::with_capacity(caseload.enterprises());
    let mut owners = Vec::with_capacity(caseload.enterprises() * results.len());
    for column in &mut columns {
        column.fill(0, owners.capacity());
    }
    let mut len = 0_u32;
    for enterprise in 0..caseload.enterprises() {
        for (result, (domain, grades)) in results.iter().zip(&names) {
            let (Some(verdict), Some(outcome)) =
                (result.verdicts.get(enterprise), result.assessments.outcome(enterprise))
            else {
                continue;
            };
            let rated = verdict.state == State::Rated;
            for (number, column) in columns.iter_mut().enumerate() {
                let number = FieldId(number as u16);
                column.push(if number == link.domain {
                    *domain
                } else if number == link.state {
                    verdict.state as i64
                } else if number == link.label {
                    verdict.label.map_or(MISSING, |l| l as i64)
                } else if number == link.grade && rated {
                    grades.get(usize::from(outcome.grade)).copied().unwrap_or(MISSING)
                } else if number == link.score && rated {
                    i64::from(outcome.score)
                } else if number == link.incomplete {
                    i64::from(verdict.remarks.contains(Remarks::INCOMPLETE))
                } else {
                    MISSING
                });
            }
            owners.push(enterprise as u32);
            len += 1;
        }
        ends.push(len);
    }
    let table = Table { columns, ends, owners, origins: Vec::new(), len };
    if let Some(slot) = outcomes.tables.get_mut(usize::from(link.list.0)) {
        *slot = std::sync::Arc::new(table);
    }
    outcomes.texts = std::sync::Arc::new(texts);
    outcomes
}

fn classify_overall(
    standard: &Standard,
    outcomes: &Caseload,
    calendar: &Calendar,
    threads: usize,
    results: &[Classified],
) -> Result<Classified, BindError> {
    let program = Program::bind(standard, outcomes, calendar)?;
    let parts = in_ranges(outcomes.enterprises(), threads, |range| {
        let assessments = program.assess(range.clone());
        let verdicts = range.map(|e| {
            let verdict = overall_verdict(standard, &assessments, e, results);
            Verdict { measure: measure(&program, &assessments, e, verdict), ..verdict }
        });
        let verdicts = verdicts.collect();
        (assessments, verdicts)
    });
    Ok(joined(parts))
}

fn overall_verdict(
    standard: &Standard,
    assessments: &Assessments,
    enterprise: usize,
    results: &[Classified],
) -> Verdict {
    let domains = || results.iter().filter_map(|r| r.verdicts.get(enterprise));
    let mut remarks = Remarks::default();
    for domain in domains() {
        for shared in [Remarks::COVERAGE_UNDECLARED, Remarks::INCOMPLETE] {
            if domain.remarks.contains(shared) {
                remarks = remarks.with(shared);
            }
        }
    }
    if domains().all(|d| d.state == State::NotApplicable) {
        return Verdict { state: State::NotApplicable, label: None, remarks, measure: None };
    }
    let open = domains().any(|d| d.state == State::NotRated);
    let label = assessments
        .outcome(enterprise)
        .filter(|o| o.decider != Decider::NotRated)
        .and_then(|o| standard.grades.get(usize::from(o.grade)))
        .map(|g| g.label);
    match label {
        // Green needs every applicable domain rated, whatever the overall standard forgot to say.
        None => Verdict {
            state: State::NotRated,
            label: None,
            remarks: remarks.with(Remarks::RULE),
            measure: None,
        },
        Some(Label::Green) if open => Verdict {
            state: State::NotRated,
            label: None,
            remarks: remarks.with(Remarks::INCOMPLETE),
            measure: None,
        },
        Some(label) => {
            if open {
                remarks = remarks.with(Remarks::INCOMPLETE);
            }
            Verdict { state: State::Rated, label: Some(label), remarks, measure: None }
        }
    }
}
