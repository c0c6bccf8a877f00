//! Comparison (对比): two classifications of one caseload: who changes label, and why.
//!
//! Nothing is decided here. Domains are matched by subject; the standards of the two sides may differ in
//! anything, so rules are matched by their number (编号) and grades by their name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::assess::{Assessments, Hit};
use crate::classify::{Classification, Classified, Remarks, State, Verdict};
use crate::quantity::{Label, Points};
use crate::standard::{Effect, Standard, Subject};

/// A label, or the state where there is none (结论).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// 绿标
    Green,
    /// 黄标
    Yellow,
    /// 红标
    Red,
    /// 未评定
    NotRated,
    /// 不适用
    NotApplicable,
}

impl Standing {
    /// All standings, in the order of outputs.
    pub const ALL: [Standing; 5] =
        [Standing::Green, Standing::Yellow, Standing::Red, Standing::NotRated, Standing::NotApplicable];

    /// The standing that a verdict gives.
    pub const fn of(verdict: &Verdict) -> Standing {
        match (verdict.state, verdict.label) {
            (State::NotApplicable, _) => Standing::NotApplicable,
            (State::NotRated, _) | (State::Rated, None) => Standing::NotRated,
            (State::Rated, Some(Label::Green)) => Standing::Green,
            (State::Rated, Some(Label::Yellow)) => Standing::Yellow,
            (State::Rated, Some(Label::Red)) => Standing::Red,
        }
    }

    /// 绿标, 黄标, 红标, 未评定 or 不适用.
    pub const fn chinese(self) -> &'static str {
        match self {
            Standing::Green => Label::Green.chinese(),
            Standing::Yellow => Label::Yellow.chinese(),
            Standing::Red => Label::Red.chinese(),
            Standing::NotRated => "未评定",
            Standing::NotApplicable => "不适用",
        }
    }
}

/// How many enterprises went from which standing to which (变动矩阵).
///
/// ```
/// use sanse::{Matrix, Standing};
/// let mut matrix = Matrix::default();
/// matrix.add(Standing::Green, Standing::Yellow);
/// matrix.add(Standing::Green, Standing::Green);
/// assert_eq!((matrix.row_sum(Standing::Green), matrix.column_sum(Standing::Green)), (2, 1));
/// assert_eq!((matrix.moved(), matrix.total()), (1, 2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matrix([[u64; 5]; 5]);

impl Matrix {
    /// Counts one enterprise.
    pub fn add(&mut self, from: Standing, to: Standing) {
        if let Some(count) = self.0.get_mut(from as usize).and_then(|row| row.get_mut(to as usize)) {
            *count += 1;
        }
    }

    /// The enterprises that went from one standing to another.
    pub fn count(&self, from: Standing, to: Standing) -> u64 {
        self.0.get(from as usize).and_then(|row| row.get(to as usize)).copied().unwrap_or(0)
    }

    /// The enterprises that had a standing in the base.
    pub fn row_sum(&self, from: Standing) -> u64 {
        Standing::ALL.iter().map(|to| self.count(from, *to)).sum()
    }

    /// The enterprises that have a standing in the new classification.
    pub fn column_sum(&self, to: Standing) -> u64 {
        Standing::ALL.iter().map(|from| self.count(*from, to)).sum()
    }

    /// All enterprises.
    pub fn total(&self) -> u64 {
        self.0.iter().flatten().sum()
    }

    /// The enterprises whose standing changed.
    pub fn moved(&self) -> u64 {
        self.total() - Standing::ALL.iter().map(|s| self.count(*s, *s)).sum::<u64>()
    }
}

impl FromIterator<(Standing, Standing)> for Matrix {
    fn from_iter<T: IntoIterator<Item = (Standing, Standing)>>(transitions: T) -> Matrix {
        let mut matrix = Matrix::default();
        for (from, to) in transitions {
            matrix.add(from, to);
        }
        matrix
    }
}

/// The yearly inspections that a standard's measures call for (检查负担), summed over its enterprises. Enterprises to
/// which the domain does not apply are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Enterprises whose measure states a number of visits a year (年检查次数).
    pub stated: u64,
    /// Enterprises whose measure does not, or that have no measure: their visits are in no sum.
    pub not_stated: u64,
    /// The least visits a year.
    pub least: u64,
    /// The greatest visits a year of the enterprises whose measure states an upper end.
    pub most: u64,
    /// Enterprises whose measure states a lower end only: [`Load::most`] is no bound if there are any.
    pub open: u64,
}

impl Load {
    /// The load of a standard's results.
    pub fn of(standard: &Standard, classified: &Classified) -> Load {
        let mut load = Load::default();
        for verdict in classified.verdicts.iter().filter(|v| v.state != State::NotApplicable) {
            let measure = verdict.measure.and_then(|m| standard.measures.get(usize::from(m)));
            let Some((least, most)) = measure.and_then(|m| m.visits_a_year) else {
                load.not_stated += 1;
                continue;
            };
            load.stated += 1;
            load.least += u64::from(least.unwrap_or(0));
            match most {
                Some(most) => load.most += u64::from(most),
                None => load.open += 1,
            }
        }
        load
    }

    /// This load and another.
    pub fn plus(self, other: Load) -> Load {
        Load {
            stated: self.stated + other.stated,
            not_stated: self.not_stated + other.not_stated,
            least: self.least + other.least,
            most: self.most + other.most,
            open: self.open + other.open,
        }
    }
}

impl fmt::Display for Load {
    /// `120至340次`, `不少于120次`, `未规定`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Load { stated: 0, .. } => f.write_str("未规定"),
            Load { open: 0, least, most, .. } if least == most => write!(f, "{least}次"),
            Load { open: 0, least, most, .. } => write!(f, "{least}至{most}次"),
            Load { least, .. } => write!(f, "不少于{least}次"),
        }
    }
}

/// One of the two classifications with the standards that gave it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The domain standards, in the order of [`Classification::domains`].
    pub domains: &'a [Standard],
    /// The overall standard.
    pub overall: Option<&'a Standard>,
    /// The labels with their reasons.
    pub classification: &'a Classification,
}

impl<'a> Side<'a> {
    /// Every standard with its results; the overall one last.
    pub fn results(self) -> impl Iterator<Item = (&'a Standard, &'a Classified)> {
        self.domains
            .iter()
            .zip(&self.classification.domains)
            .chain(self.overall.zip(self.classification.overall.as_ref()))
    }

    fn of(self, subject: &Subject) -> Option<(&'a Standard, &'a Classified)> {
        self.results().find(|(standard, _)| standard.subject == *subject)
    }
}

/// The two classifications are not of one caseload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("两次评定的企业数不同（{base} 户和 {new} 户），不是同一份数据，不能对比")]
pub struct CompareError {
    /// Enterprises of the base.
    pub base: usize,
    /// Enterprises of the new classification.
    pub new: usize,
}

/// What changes between two classifications of one caseload (对比结果).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The subjects that both sides judge, in the order of the base, the overall label last.
    pub subjects: Vec<Compared>,
    /// Subjects that only the base judges.
    pub only_base: Vec<Subject>,
    /// Subjects that only the new standards judge.
    pub only_new: Vec<Subject>,
}

/// What changes in one domain, or overall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The domain, or overall.
    pub subject: Subject,
    /// The numbers of the two standards.
    pub standards: [String; 2],
    /// The standing of each enterprise before and after.
    pub transitions: Vec<(Standing, Standing)>,
    /// How many went from which standing to which.
    pub matrix: Matrix,
    /// The enterprises whose standing changes, in their order.
    pub movers: Vec<Mover>,
    /// The inspection load before and after.
    pub load: [Load; 2],
}

/// An enterprise whose standing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mover {
    /// The enterprise.
    pub enterprise: usize,
    /// Its standing in the base.
    pub from: Standing,
    /// Its standing in the new classification.
    pub to: Standing,
    /// What differs; never empty.
    pub causes: Vec<Cause>,
}

/// One difference behind a changed label (变动原因). Its `Display` is a Chinese phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// For the overall label: a domain's standing differs; `None` on the side that does not judge the domain.
    Domain {
        /// The domain.
        domain: String,
        /// In the base.
        from: Option<Standing>,
        /// In the new classification.
        to: Option<Standing>,
    },
    /// A rule counts other points or has another effect.
    Rule(RuleChange),
    /// The score without hits differs (基准分).
    Base(Points, Points),
    /// The entry that keeps the score within its limits differs (上下限调整).
    Limits(Points, Points),
    /// The same score lies in bands of other grades (分数段).
    Band {
        /// The score.
        score: Points,
        /// The grade that it gives in the base.
        from: Arc<str>,
        /// The grade that it gives in the new standard.
        to: Arc<str>,
    },
    /// The grades themselves differ: their labels, their number or their order (等级).
    Grades,
    /// What is known of the data stands in another light, mostly because the period differs (标注).
    Remarks(Remarks, Remarks),
    /// Only one standard withholds green from a clean enterprise that was never inspected (未经检查).
    Uninspected,
}

/// What a rule does to an enterprise on the two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// The rule's number.
    pub rule: Arc<str>,
    /// Its title, of the new standard if it is there.
    pub title: Arc<str>,
    /// Whether the base and the new standard have the rule.
    pub known: [bool; 2],
    /// What it does in the base.
    pub base: Effects,
    /// What it does in the new standard.
    pub new: Effects,
}

/// What all hits of one rule together do to an enterprise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// How many hits there are.
    pub hits: u32,
    /// The points counted, signed as they enter the score.
    pub points: Points,
    /// The lowest ceiling (不高于).
    pub at_most: Option<Arc<str>>,
    /// The highest floor (不低于).
    pub at_least: Option<Arc<str>>,
    /// Grades down, or up if negative.
    pub shift: i32,
    /// Not rated (不评定).
    pub not_rated: bool,
}

impl Effects {
    /// True if the effects are the same, however many hits bring them about.
    fn alike(&self, other: &Effects) -> bool {
        Effects { hits: 0, ..self.clone() } == Effects { hits: 0, ..other.clone() }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = |s: &Option<Standing>| s.map_or("没有标准", Standing::chinese);
        match self {
            Cause::Domain { domain, from, to } => {
                write!(f, "{domain}由{}变为{}", standing(from), standing(to))
            }
            Cause::Rule(change) => change.fmt(f),
            Cause::Base(from, to) => write!(f, "基准分由{from}分变为{to}分"),
            Cause::Limits(from, to) => write!(f, "上下限的调整由{from}分变为{to}分"),
            Cause::Band { score, from, to } => write!(f, "得{score}分原属{from}，现属{to}"),
            Cause::Grades => f.write_str("等级的设置不同"),
            Cause::Remarks(from, to) => {
                let names = |r: &Remarks| match r.chinese().collect::<Vec<_>>().join("、") {
                    none if none.is_empty() => "无".to_owned(),
                    names => names,
                };
                write!(f, "数据标注由“{}”变为“{}”", names(from), names(to))
            }
            Cause::Uninspected => f.write_str("对未经检查企业的规定不同"),
        }
    }
}

impl fmt::Display for RuleChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "规则{}（{}）", self.rule, self.title)?;
        match self.known {
            [true, false] => f.write_str("已取消")?,
            [false, true] => f.write_str("为新增")?,
            _ => {}
        }
        let mut gap = "：";
        let mut part = |f: &mut fmt::Formatter<'_>, text: String| {
            let written = write!(f, "{gap}{text}");
            gap = "，";
            written
        };
        let (base, new) = (&self.base, &self.new);
        if base.points != new.points {
            part(f, format!("计入由{}分变为{}分", base.points, new.points))?;
        }
        for (what, before, after) in
            [("不高于", &base.at_most, &new.at_most), ("不低于", &base.at_least, &new.at_least)]
        {
            match (before, after) {
                (Some(a), Some(b)) if a != b => part(f, format!("等级{what}{a}改为{what}{b}"))?,
                (Some(a), None) => part(f, format!("不再限定等级{what}{a}"))?,
                (None, Some(b)) => part(f, format!("新限定等级{what}{b}"))?,
                _ => {}
            }
        }
        if base.shift != new.shift {
            part(f, format!("调整等级由{}级变为{}级（正数为降）", base.shift, new.shift))?;
        }
        match (base.not_rated, new.not_rated) {
            (false, true) => part(f, "新判为不评定".to_owned())?,
            (true, false) => part(f, "不再判为不评定".to_owned())?,
            _ => {}
        }
        Ok(())
    }
}

/// Compares two classifications of one caseload.
///
/// # Errors
/// The numbers of enterprises differ, so that the caseload cannot be the same.
pub fn compare(base: Side<'_>, new: Side<'_>) -> Result<Comparison, CompareError> {
    let mut subjects: Vec<Compared> = Vec::new();
    let only = |here: Side<'_>, there: Side<'_>| -> Vec<Subject> {
        let alone = here.results().map(|(s, _)| s.subject.clone());
        alone.filter(|subject| there.of(subject).is_none()).collect()
    };
    for (standard, before) in base.results() {
        let Some((other, after)) = new.of(&standard.subject) else { continue };
        let counts = (before.verdicts.len(), after.verdicts.len());
        if counts.0 != counts.1 {
            return Err(CompareError { base: counts.0, new: counts.1 });
        }
        let sides = [Judged::new(standard, before), Judged::new(other, after)];
        let transitions: Vec<(Standing, Standing)> = before
            .verdicts
            .iter()
            .zip(&after.verdicts)
            .map(|(a, b)| (Standing::of(a), Standing::of(b)))
            .collect();
        let movers = transitions
            .iter()
            .enumerate()
            .filter(|(_, (from, to))| from != to)
            .map(|(enterprise, (from, to))| {
                let mut causes = Vec::new();
                if standard.subject == Subject::Overall {
                    domain_causes(base, new, enterprise, &mut causes);
                }
                own_causes(&sides, enterprise, &mut causes);
                Mover { enterprise, from: *from, to: *to, causes }
            })
            .collect();
        subjects.push(Compared {
            subject: standard.subject.clone(),
            standards: [standard.id.clone(), other.id.clone()],
            matrix: transitions.iter().copied().collect(),
            transitions,
            movers,
            load: [Load::of(standard, before), Load::of(other, after)],
        });
    }
    Ok(Comparison { subjects, only_base: only(base, new), only_new: only(new, base) })
}

/// The domains whose standing differs, in the order of the base, then those of the new side alone.
fn domain_causes(base: Side<'_>, new: Side<'_>, enterprise: usize, causes: &mut Vec<Cause>) {
    let standing = |side: Side<'_>, subject: &Subject| {
        side.of(subject).and_then(|(_, c)| c.verdicts.get(enterprise)).map(Standing::of)
    };
    let added = new.domains.iter().filter(|s| base.of(&s.subject).is_none());
    for subject in base.domains.iter().chain(added).map(|s| &s.subject) {
        let (from, to) = (standing(base, subject), standing(new, subject));
        if from != to {
            causes.push(Cause::Domain { domain: subject.chinese().to_owned(), from, to });
        }
    }
}

/// A standard and its results, with the names that causes share.
struct Judged<'a> {
    standard: &'a Standard,
    classified: &'a Classified,
    /// Number and title of each rule.
    rules: Vec<(Arc<str>, Arc<str>)>,
    by_id: BTreeMap<&'a str, u16>,
    grades: Vec<Arc<str>>,
}

impl<'a> Judged<'a> {
    fn new(standard: &'a Standard, classified: &'a Classified) -> Self {
        let rules = standard.rules.iter();
        Judged {
            standard,
            classified,
            rules: rules.clone().map(|r| (r.id.as_str().into(), r.title.as_str().into())).collect(),
            by_id: rules.enumerate().map(|(number, r)| (r.id.as_str(), number as u16)).collect(),
            grades: standard.grades.iter().map(|g| g.name.as_str().into()).collect(),
        }
    }

    fn assessments(&self) -> &'a Assessments {
        &self.classified.assessments
    }

    fn grade(&self, number: u8) -> Arc<str> {
        self.grades.get(usize::from(number)).cloned().unwrap_or_default()
    }

    fn label(&self, number: u8) -> Option<Label> {
        self.standard.grades.get(usize::from(number)).map(|g| g.label)
    }

    /// What each rule does to an enterprise, in the order of rules; rules without a hit are left out.
    fn effects(&self, enterprise: usize) -> Vec<(u16, Effects)> {
        let mut all: Vec<(u16, Effects)> = Vec::new();
        // Grade numbers of the last rule's lowest ceiling and highest floor.
        let (mut most, mut least): (Option<u8>, Option<u8>) = (None, None);
        for hit in self.assessments().hits(enterprise) {
            if all.last().is_none_or(|(rule, _)| *rule != hit.rule) {
                all.push((hit.rule, Effects::default()));
                (most, least) = (None, None);
            }
            let Some((_, effects)) = all.last_mut() else { continue };
            effects.hits += 1;
            let points = effects.points.hundredths() + i64::from(hit.counted);
            effects.points = Points::from_hundredths(points);
            match self.effect(hit) {
                Some(Effect::AtMost(grade)) if most.is_none_or(|most| *grade > most) => {
                    most = Some(*grade);
                    effects.at_most = Some(self.grade(*grade));
                }
                Some(Effect::AtLeast(grade)) if least.is_none_or(|least| *grade < least) => {
                    least = Some(*grade);
                    effects.at_least = Some(self.grade(*grade));
                }
                Some(Effect::Shift(by)) => effects.shift += i32::from(*by),
                Some(Effect::NotRated(_)) => effects.not_rated = true,
                _ => {}
            }
        }
        all
    }

    fn effect(&self, hit: &Hit) -> Option<&'a Effect> {
        let rule = self.standard.rules.get(usize::from(hit.rule))?;
        rule.arms.get(usize::from(hit.arm)).map(|arm| &arm.effect)
    }

    /// Score, entry of the limits, and score without hits.
    fn sums(&self, enterprise: usize) -> Option<(Points, Points, Points)> {
        let outcome = self.assessments().outcome(enterprise)?;
        let counted: i64 = self.assessments().hits(enterprise).iter().map(|h| i64::from(h.counted)).sum();
        let (score, entry) = (i64::from(outcome.score), i64::from(outcome.limit_entry));
        let [score, entry, base] = [score, entry, score - entry - counted].map(Points::from_hundredths);
        Some((score, entry, base))
    }
}

/// What differs between the two standards' own results for an enterprise.
fn own_causes([base, new]: &[Judged<'_>; 2], enterprise: usize, causes: &mut Vec<Cause>) {
    let (before, after) = (base.effects(enterprise), new.effects(enterprise));
    let change = |side: &Judged<'_>, number: u16, known: [bool; 2], base: Effects, new: Effects| {
        let (rule, title) = side.rules.get(usize::from(number)).cloned().unwrap_or_default();
        Cause::Rule(RuleChange { rule, title, known, base, new })
    };
    let find = |all: &[(u16, Effects)], number: Option<u16>| -> Effects {
        let found = number.and_then(|n| all.iter().find(|(rule, _)| *rule == n));
        found.map(|(_, effects)| effects.clone()).unwrap_or_default()
    };
    let twin = |side: &Judged<'_>, other: &Judged<'_>, number: u16| -> Option<u16> {
        let (id, _) = side.rules.get(usize::from(number))?;
        other.by_id.get(id.as_ref()).copied()
    };
    for (number, effects) in &before {
        let twin = twin(base, new, *number);
        let other = find(&after, twin);
        if !effects.alike(&other) {
            // The title of today is the one that people look for.
            let (side, number) = twin.map_or((base, *number), |twin| (new, twin));
            causes.push(change(side, number, [true, twin.is_some()], effects.clone(), other));
        }
    }
    for (number, effects) in &after {
        let twin = twin(new, base, *number);
        let seen = twin.is_some_and(|twin| before.iter().any(|(rule, _)| *rule == twin));
        if !seen && !effects.alike(&Effects::default()) {
            causes.push(change(new, *number, [twin.is_some(), true], Effects::default(), effects.clone()));
        }
    }
    if let (Some((score, entry, start)), Some((new_score, new_entry, new_start))) =
        (base.sums(enterprise), new.sums(enterprise))
    {
        if start != new_start {
            causes.push(Cause::Base(start, new_start));
        }
        if entry != new_entry {
            causes.push(Cause::Limits(entry, new_entry));
        }
        let bands = [score, new_score].into_iter().find_map(|score| {
            let (from, to) = (base.standard.grade_of(score), new.standard.grade_of(score));
            (base.label(from) != new.label(to)).then(|| Cause::Band {
                score,
                from: base.grade(from),
                to: new.grade(to),
            })
        });
        causes.extend(bands);
    }
    let remarks = |side: &Judged<'_>| side.classified.verdicts.get(enterprise).map(|v| v.remarks);
    if let (Some(from), Some(to)) = (remarks(base), remarks(new)) {
        // They stand beside a label and explain none.
        let (from, to) = (from.without_notes(), to.without_notes());
        if from != to {
            causes.push(Cause::Remarks(from, to));
        } else if from.contains(Remarks::UNINSPECTED) {
            let withholds =
                |side: &Judged<'_>| side.standard.uninspected.as_ref().is_some_and(|u| u.withhold);
            if withholds(base) != withholds(new) {
                causes.push(Cause::Uninspected);
            }
        }
    }
    if causes.is_empty() {
        // All numbers are the same: what a grade means is not.
        causes.push(Cause::Grades);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(points: i32, at_most: Option<&str>) -> Effects {
        Effects {
            hits: 1,
            points: Points::whole(points),
            at_most: at_most.map(Into::into),
            ..Effects::default()
        }
    }

    fn change(known: [bool; 2], base: Effects, new: Effects) -> String {
        Cause::Rule(RuleChange { rule: "A-1".into(), title: "罚款".into(), known, base, new }).to_string()
    }

    #[test]
    fn causes_read_as_people_say_them() {
        let none = Effects::default();
        assert_eq!(
            change([true, true], effects(4, None), effects(6, Some("红标"))),
            "规则A-1（罚款）：计入由4分变为6分，新限定等级不高于红标"
        );
        assert_eq!(
            change([true, false], effects(0, Some("红标")), none.clone()),
            "规则A-1（罚款）已取消：不再限定等级不高于红标"
        );
        assert_eq!(
            change([false, true], none.clone(), Effects { not_rated: true, ..none }),
            "规则A-1（罚款）为新增：新判为不评定"
        );
        let remarks = Cause::Remarks(Remarks::default(), Remarks::NEWLY_REGISTERED);
        assert_eq!(remarks.to_string(), "数据标注由“无”变为“新设立”");
        let domain = Cause::Domain { domain: "消防".to_owned(), from: Some(Standing::Green), to: None };
        assert_eq!(domain.to_string(), "消防由绿标变为没有标准");
    }

    #[test]
    fn a_load_without_an_upper_end_claims_none() {
        let load = Load { stated: 3, not_stated: 1, least: 2, most: 5, open: 0 };
        assert_eq!(load.to_string(), "2至5次");
        assert_eq!(Load { open: 1, ..load }.to_string(), "不少于2次");
        assert_eq!(Load { stated: 0, not_stated: 4, ..Load::default() }.to_string(), "未规定");
        assert_eq!(load.plus(load), Load { stated: 6, not_stated: 2, least: 4, most: 10, open: 0 });
    }
}
