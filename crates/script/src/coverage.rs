//! What the tests of a standard reach (测试覆盖): rules, cases and grades.

use std::collections::BTreeSet;

use sanse::{Decider, Place, Standard, assess};
use serde::Serialize;

use crate::cases::caseload;

/// What the tests of a standard reach, whether they pass or not (测试覆盖).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// How many rules, cases and grades some test reaches.
    pub reached: usize,
    /// How many there are.
    pub all: usize,
    /// Those that no test reaches, in script order, grades last. Of a rule that is not reached its cases count, but
    /// are not listed.
    pub missed: Vec<Missed>,
}

/// A rule, a case or a grade that no test reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// What it is, in Chinese.
    pub what: String,
    /// Where it stands; a grade is known by its name.
    pub place: Option<Place>,
}

/// Runs the tests of a standard and notes what they reach: a rule and a case by a hit, a grade by an outcome.
///
/// ```
/// use std::sync::Arc;
/// let script = r#"
///     标准("SL-1", "示例", "草案").领域("消防").施行("2023-01-01");
///     计入(措施, |措| 措.作出日期, 统计期);
///     规则("SL-1-1", "罚款").依据("示例").逐条(处罚).情形(|措| 措.种类 == "罚款", 记(3)).其余(记(1));
///     等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
///     测试("警告").截止("2023-03-31").企业(#{ 措施: [#{ 种类: "警告", 作出日期: "2022-05-01" }] }).应记(1);
/// "#;
/// let vocabulary = Arc::new(sanse::Vocabulary::standard());
/// let standard = sanse_script::compile("示例.rhai", script.as_bytes(), &vocabulary, &[]).standard.unwrap();
/// let coverage = sanse_script::coverage(&standard);
/// // The rule, 其余 and 黄标 of one rule, two cases and three grades.
/// assert_eq!((coverage.reached, coverage.all), (3, 6));
/// let missed: Vec<&str> = coverage.missed.iter().map(|m| m.what.as_str()).collect();
/// assert_eq!(missed, ["规则“SL-1-1”的第 1 个情形", "等级“绿标”", "等级“红标”"]);
/// ```
pub fn coverage(standard: &Standard) -> Coverage {
    let (mut arms, mut grades) = (BTreeSet::new(), BTreeSet::new());
    for case in &standard.cases {
        // Data that cannot be used are told by the run of the tests.
        let Ok(caseload) = caseload(standard, case) else { continue };
        let Ok(assessments) = assess(standard, &caseload, 0..1, &case.calendar) else { continue };
        arms.extend(assessments.hits(0).iter().map(|hit| (usize::from(hit.rule), usize::from(hit.arm))));
        if let Some(outcome) = assessments.outcome(0).filter(|o| o.decider != Decider::NotRated) {
            grades.insert(usize::from(outcome.grade));
        }
    }
    let mut coverage = Coverage::default();
    for (number, rule) in standard.rules.iter().enumerate() {
        let hit = arms.iter().any(|(rule, _)| *rule == number);
        coverage.note(hit, true, || format!("规则“{}”{}", rule.id, rule.title), Some(rule.at));
        for (place, arm) in rule.arms.iter().enumerate() {
            let what = || match (&arm.when, rule.arms.len()) {
                (None, 2..) => format!("规则“{}”的其余", rule.id),
                _ => format!("规则“{}”的第 {} 个情形", rule.id, place + 1),
            };
            coverage.note(arms.contains(&(number, place)), hit, what, Some(arm.at));
        }
    }
    for (number, grade) in standard.grades.iter().enumerate() {
        coverage.note(grades.contains(&number), true, || format!("等级“{}”", grade.name), None);
    }
    coverage
}

impl Coverage {
    fn note(&mut self, reached: bool, listed: bool, what: impl Fn() -> String, place: Option<Place>) {
        self.all += 1;
        if reached {
            self.reached += 1;
        } else if listed {
            self.missed.push(Missed { what: what(), place });
        }
    }

    /// Counts another standard's in; what it misses is left out.
    pub fn add(&mut self, other: &Coverage) {
        self.reached += other.reached;
        self.all += other.all;
    }

    /// The part that is reached, in whole percent, rounded down; 100 if there is nothing to reach.
    pub fn percent(&self) -> usize {
        (self.reached * 100).checked_div(self.all).unwrap_or(100)
    }
}
