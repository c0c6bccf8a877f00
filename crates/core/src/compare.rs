//! Comparison (对比): two classifications of one caseload: who changes label, and why.
//!
//! Nothing is decided here. Domains are matched by subject; the standards of the two sides may differ in
//! anything, so rules are matched by their number (编号) and grades by their name.

mod cause;

use std::fmt;

use crate::classify::{Classification, Classified, State, Verdict};
use crate::quantity::Label;
use crate::standard::{Standard, Subject};

use cause::{Judged, own_causes};

pub use cause::{Cause, Effects, RuleChange};

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

impl From<Label> for Standing {
    fn from(label: Label) -> Standing {
        match label {
            Label::Green => Standing::Green,
            Label::Yellow => Standing::Yellow,
            Label::Red => Standing::Red,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_without_an_upper_end_claims_none() {
        let load = Load { stated: 3, not_stated: 1, least: 2, most: 5, open: 0 };
        assert_eq!(load.to_string(), "2至5次");
        assert_eq!(Load { open: 1, ..load }.to_string(), "不少于2次");
        assert_eq!(Load { stated: 0, not_stated: 4, ..Load::default() }.to_string(), "未规定");
        assert_eq!(load.plus(load), Load { stated: 6, not_stated: 2, least: 4, most: 10, open: 0 });
    }
}
