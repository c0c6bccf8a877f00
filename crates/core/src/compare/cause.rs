//! Why a label changes (变动原因): what two standards do to one enterprise, side by side.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::Standing;
use crate::assess::{Assessments, Hit};
use crate::classify::{Classified, Remarks};
use crate::quantity::{Label, Points};
use crate::standard::{Effect, Standard};

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
        /// The grade that it gives in the base; `None` if no band of the base contains it (the units differ).
        from: Option<Arc<str>>,
        /// The grade that it gives in the new standard; `None` if none of its bands contains it.
        to: Option<Arc<str>>,
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
            Cause::Band { score, from, to } => match (from, to) {
                (Some(from), Some(to)) => write!(f, "得{score}分原属{from}，现属{to}"),
                (None, Some(to)) => write!(f, "得{score}分现属{to}，原标准各等级的区间里没有这个分值"),
                (Some(from), None) => write!(f, "得{score}分原属{from}，新标准各等级的区间里没有这个分值"),
                (None, None) => write!(f, "得{score}分不在各等级的区间里"),
            },
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
/// A standard and its results, with the names that causes share.
pub(super) struct Judged<'a> {
    standard: &'a Standard,
    classified: &'a Classified,
    /// Number and title of each rule.
    rules: Vec<(Arc<str>, Arc<str>)>,
    by_id: BTreeMap<&'a str, u16>,
    grades: Vec<Arc<str>>,
}

impl<'a> Judged<'a> {
    pub(super) fn new(standard: &'a Standard, classified: &'a Classified) -> Self {
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
pub(super) fn own_causes([base, new]: &[Judged<'_>; 2], enterprise: usize, causes: &mut Vec<Cause>) {
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
        // A score that one of the standards cannot give tells nothing of its grades: it comes second, and says so.
        let given = [score, new_score].map(|s| (s, base.standard.band_of(s), new.standard.band_of(s)));
        let known = given.iter().find(|(_, from, to)| match (from, to) {
            (Some(from), Some(to)) => base.label(*from) != new.label(*to),
            _ => false,
        });
        let unknown = || given.iter().find(|(_, from, to)| from.is_some() != to.is_some());
        causes.extend(known.or_else(unknown).map(|&(score, from, to)| Cause::Band {
            score,
            from: from.map(|from| base.grade(from)),
            to: to.map(|to| new.grade(to)),
        }));
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
}
