//! A standard (标准): the rules of one domain as plain data, compiled from a script or loaded.
//!
//! One rule model: *for each live item of a scope, the first arm whose condition holds gives one effect;
//! effects are picked, capped, combined.*

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Period};
use crate::expr::{Constant, Expr, Place, Window};
use crate::quantity::{Date, Label, Points, Span};
use crate::vocabulary::{ListId, Vocabulary};

/// Whose results a standard gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// One domain (领域); it sees only that domain's rows.
    Domain(String),
    /// The overall label (综合); it sees the list of domain outcomes.
    Overall,
}

impl Subject {
    /// The domain's name, or 综合.
    pub fn chinese(&self) -> &str {
        match self {
            Subject::Domain(name) => name,
            Subject::Overall => "综合",
        }
    }
}

/// How far a standard is adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// 草案
    Draft,
    /// 试行
    Trial,
    /// 正式
    Adopted,
}

impl Stage {
    /// 草案, 试行 or 正式.
    pub const fn chinese(self) -> &'static str {
        match self {
            Stage::Draft => "草案",
            Stage::Trial => "试行",
            Stage::Adopted => "正式",
        }
    }
}

/// Whether unlawful acts raise the score or lower it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// 记分制: demerits (记) are added, merits (减) subtracted.
    CountUp,
    /// 扣分制: demerits (扣) are subtracted, merits (加) added.
    CountDown,
}

/// A standard. Fields are in the order of evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    /// Its number (编号), unique among standards.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Draft, trial or adopted.
    pub stage: Stage,
    /// Whose results it gives.
    pub subject: Subject,
    /// The document number under which it was approved (文号).
    pub document: Option<String>,
    /// The day of approval (批准日期).
    pub approved_on: Option<Date>,
    /// The issuing body (发布机关).
    pub issuer: Option<String>,
    /// The first day on which it applies (施行).
    pub effective_from: Date,
    /// The first day on which it no longer applies (失效).
    pub effective_until: Option<Date>,
    /// How many months its period has (统计期): 12 unless the standard says otherwise. The period ends the day
    /// before the quarter of the label begins.
    pub period_months: u16,
    /// The vocabulary it was checked against.
    pub vocabulary: Arc<Vocabulary>,
    /// Whether demerits raise or lower the score.
    pub direction: Direction,
    /// The score without hits (基准分): points, an enterprise-level expression.
    pub base: Expr,
    /// The least score, if limited (下限).
    pub lower_limit: Option<Points>,
    /// The greatest score, if limited (上限).
    pub upper_limit: Option<Points>,
    /// Scores are multiples of this (分值单位).
    pub unit: Points,
    /// Which rows of which list count (计入).
    pub admits: Vec<Admit>,
    /// The rules in script order.
    pub rules: Vec<Rule>,
    /// The groups of rules (组).
    pub groups: Vec<Group>,
    /// The grades, best first; never empty.
    pub grades: Vec<Grade>,
    /// What to do with a clean enterprise that was never inspected.
    pub uninspected: Option<Uninspected>,
    /// For whom the records of a branch count.
    #[serde(default)]
    pub branches: Branches,
    /// The measures per label or grade (监管措施); the first that fits applies.
    pub measures: Vec<Measure>,
    /// The parameters with the values used.
    pub parameters: Vec<Parameter>,
    /// The tests written in the script.
    pub cases: Vec<Case>,
    /// SHA-256 of the script text and the parameter values, in hexadecimal.
    pub digest: String,
}

/// Which rows of a list count (计入).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admit {
    /// The list.
    pub list: ListId,
    /// When a row counts.
    pub window: Window,
    /// Rows that never count, with the reason (除外): 免罚, 修复. Void rows (撤销) never count in any standard.
    pub except: Vec<(Expr, String)>,
    /// Lapsed rows that still count while this holds (结转).
    pub carry: Option<Expr>,
    /// Where it stands.
    pub at: Place,
}

/// What a rule looks at (范围).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// 每户: once an enterprise.
    Enterprise,
    /// 逐条: each live or carried row of a list.
    Each(ListId),
}

/// A rule (规则).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its number (编号), unique in the standard.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The legal basis (依据), with the article.
    pub basis: String,
    /// What it looks at.
    pub scope: Scope,
    /// The rule applies only where this holds (当).
    pub guard: Option<Expr>,
    /// The cases; the first whose condition holds applies (情形).
    pub arms: Vec<Arm>,
    /// The rule's own validity, which replaces the list's window (有效期).
    pub window: Option<Window>,
    /// Pick the gravest (取最重): of the hits with equal keys only the gravest counts. Empty: all count.
    /// Keys whose first part is missing equal no other key; other missing parts equal each other.
    pub pick: Vec<Expr>,
    /// Its group.
    pub group: Option<u16>,
    /// The most its demerits, and apart from them its merits, may come to (封顶).
    pub cap: Option<Points>,
    /// The rules beside which it is meant to take points for the same records (分别记分). They change no result; the
    /// check and the document read them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
    /// Where it stands.
    pub at: Place,
}

/// That two rules are meant to take points for the same record each (分别记分), with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// The number of the other rule.
    pub rule: String,
    /// The reason, or the article that says so.
    pub reason: String,
    /// Where it stands.
    pub at: Place,
}

/// One case of a rule (情形).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// When it applies; always, for 其余.
    pub when: Option<Expr>,
    /// What follows.
    pub effect: Effect,
    /// Where it stands.
    pub at: Place,
}

/// What an arm does (效果).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// 记 or 扣 (demerit), 加 or 减 (merit): the amount is never negative.
    Points {
        /// How many points.
        amount: Expr,
        /// True for 加 and 减.
        merit: bool,
    },
    /// 不高于: a ceiling; the grade number, 0 is best.
    AtMost(u8),
    /// 不低于: a floor.
    AtLeast(u8),
    /// 降 (positive) or 升 (negative) by so many grades.
    Shift(i8),
    /// 不评定, with the reason shown.
    NotRated(String),
}

/// A group of rules (组).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The most its rules' demerits, and apart from them their merits, may come to (封顶).
    pub cap: Option<Points>,
    /// True if pick-the-gravest works across the rules of the group, not within each (取最重).
    pub pick_across: bool,
}

/// A grade (等级) of the agency's own scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// Its name.
    pub name: String,
    /// The label that it means.
    pub label: Label,
    /// The scores that give it; without bands every enterprise starts at the best grade.
    pub band: Option<Band>,
}

/// An interval of scores with both ends written: `[1,6]`, `[12,)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The lower end, and whether it belongs to the interval.
    pub lower: Option<(Points, bool)>,
    /// The upper end, and whether it belongs to the interval.
    pub upper: Option<(Points, bool)>,
}

impl Band {
    /// True if the score lies in the interval.
    pub fn contains(self, score: Points) -> bool {
        self.lower.is_none_or(|(end, closed)| score > end || (closed && score == end))
            && self.upper.is_none_or(|(end, closed)| score < end || (closed && score == end))
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lower {
            Some((end, closed)) => write!(f, "{}{end},", if closed { '[' } else { '(' })?,
            None => f.write_str("(,")?,
        }
        match self.upper {
            Some((end, closed)) => write!(f, "{end}{}", if closed { ']' } else { ')' }),
            None => f.write_str(")"),
        }
    }
}

/// What a standard says of a clean enterprise that was never inspected (未经检查).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uninspected {
    /// When an enterprise counts as never inspected; enterprise level.
    pub when: Expr,
    /// True if green is then withheld (不评定); false if it stands and is marked (照常).
    pub withhold: bool,
}

/// For whom the records of a branch count (分支机构).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Branches {
    /// 单独评定: for the branch alone.
    #[default]
    Apart,
    /// 计入总机构: for the branch, and for its head office too.
    ForHeadOffice,
}

impl Branches {
    /// Both.
    pub const ALL: [Branches; 2] = [Branches::Apart, Branches::ForHeadOffice];

    /// 单独评定 or 计入总机构.
    pub const fn chinese(self) -> &'static str {
        match self {
            Branches::Apart => "单独评定",
            Branches::ForHeadOffice => "计入总机构",
        }
    }
}

/// To whom a row of measures applies. An enterprise with a grade has rows for the grade and rows for its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeasureFor {
    /// Enterprises with the label.
    Label(Label),
    /// Enterprises with the grade; the grade's number, 0 is best.
    Grade(u8),
    /// Enterprises that are not rated (未评定).
    NotRated,
}

/// What follows from a label (监管措施): frequency, ratio, method, and further measures with their basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// To whom it applies.
    pub to: MeasureFor,
    /// A further condition; enterprise level.
    pub when: Option<Expr>,
    /// Whether enterprises are visited without a cause (主动现场检查), as text.
    pub proactive_visits: String,
    /// The least and the greatest number of visits a year (年检查次数); a missing end is not fixed.
    pub visits_a_year: Option<(Option<u16>, Option<u16>)>,
    /// The ratio drawn (抽查比例) in hundredths of a percent.
    pub ratio: Option<u32>,
    /// How inspections are made (方式).
    pub method: String,
    /// The legal basis of this row (依据).
    pub basis: String,
    /// 激励: honours.
    pub incentives: Vec<MeasureItem>,
    /// 督促: urging.
    pub urging: Vec<MeasureItem>,
    /// 限制: restrictions.
    pub restrictions: Vec<MeasureItem>,
    /// Where it stands.
    pub at: Place,
}

/// One measure and its legal basis; without a basis it is not printed, so it cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureItem {
    /// What is done (内容).
    pub content: String,
    /// Its legal basis (依据).
    pub basis: String,
}

/// A parameter (参数): a figure that may be set from outside for a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The value used.
    pub value: Constant,
    /// The value written in the script, if there is one; 必填 parameters have none.
    pub default: Option<Constant>,
    /// What it means and where its default comes from.
    pub meaning: String,
    /// Where it stands.
    pub at: Place,
}

/// A test written in the script (测试).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The period and the as-of date.
    pub calendar: Calendar,
    /// Fields of the enterprise by Chinese name.
    pub enterprise: Vec<(String, Constant)>,
    /// Rows: list by Chinese name, then fields by Chinese name.
    pub rows: Vec<(ListId, Vec<(String, Constant)>)>,
    /// The counted points expected (应记): demerits minus merits.
    pub demerits: Option<Points>,
    /// The score expected (应得).
    pub score: Option<Points>,
    /// The grade expected (应为).
    pub grade: Option<String>,
    /// The label expected (应标).
    pub label: Option<Label>,
    /// The visits a year expected of the row of measures that applies (应查次数).
    pub visits: Option<(Option<u16>, Option<u16>)>,
    /// True if the enterprise is expected not to be rated (应不评定).
    pub not_rated: bool,
    /// Rules expected to hit (应命中).
    pub hits: Vec<String>,
    /// Rules expected not to hit (不应命中).
    pub misses: Vec<String>,
    /// Texts each expected in some line of the chain of reasons (应有理由).
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Where it stands.
    pub at: Place,
}

impl Standard {
    /// True if the standard applies on that day.
    pub fn applies_on(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_until.is_none_or(|end| day < end)
    }

    /// The period whose facts the standard counts, in a run of that calendar.
    pub fn period(&self, calendar: &Calendar) -> Period {
        if self.period_months == 12 {
            return calendar.period;
        }
        let last = calendar.period.last;
        Period { first: last.plus(Span::days(1)).minus(Span::months(i32::from(self.period_months))), last }
    }

    /// The number of the grade whose band contains a score; without bands the best.
    pub fn grade_of(&self, score: Points) -> u8 {
        // The checker refuses bands with gaps; where one is left all the same, the worst is the safe reading.
        self.band_of(score).unwrap_or(self.grades.len().saturating_sub(1) as u8)
    }

    /// The number of the grade whose band contains a score; without bands the best. `None` if no band does, as for a
    /// score that is no multiple of the unit (分值单位).
    pub fn band_of(&self, score: Points) -> Option<u8> {
        if self.grades.iter().all(|g| g.band.is_none()) {
            return Some(0);
        }
        let place = self.grades.iter().position(|g| g.band.is_some_and(|b| b.contains(score)));
        place.map(|place| place as u8)
    }

    /// The number of a grade by name.
    pub fn grade(&self, name: &str) -> Option<u8> {
        self.grades.iter().position(|g| g.name == name).map(|i| i as u8)
    }
}
