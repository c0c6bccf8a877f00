//! Classification (分类): every domain's assessment with the states of the data, and the overall label.

use crate::assess::{Assessments, BindError};
use crate::calendar::Calendar;
use crate::caseload::Caseload;
use crate::quantity::Label;
use crate::standard::Standard;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Classifies every enterprise by the domain standards and, if given, the overall standard.
///
/// # Errors
/// A standard does not fit the caseload.
pub fn classify(caseload: &Caseload, domains: &[Standard], overall: Option<&Standard>, calendar: &Calendar, threads: usize) -> Result<Classification, BindError> {
    todo!()
}
