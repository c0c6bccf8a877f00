//! Grades that no enterprise can have (评不到的等级) and effects that change no grade (不起作用的结果): from what the
//! rules can add up to, and the grades that they name.

use std::collections::BTreeSet;

use sanse::{Constant, Direction, ENTERPRISE, Effect, Grade, Group, Node, Rule, Scope};

use super::Builder;
use super::head::Head;
use crate::codes;
use crate::declare::GradeDraft;
use crate::lower::Known;

const FAR: i128 = i64::MAX as i128;

/// What rules can bring, in hundredths.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    most: i128,
    /// The least that one hit can bring, if it brings anything; 0 if that is not known.
    least: Option<i128>,
}

impl Sum {
    fn add(self, other: Sum) -> Sum {
        let least = match (self.least, other.least) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Sum { most: (self.most + other.most).min(FAR), least }
    }

    fn capped(self, cap: Option<sanse::Points>) -> Sum {
        let Some(cap) = cap.map(|c| i128::from(c.hundredths())) else { return self };
        Sum { most: self.most.min(cap), least: self.least.map(|l| l.min(cap)) }
    }
}

impl Builder<'_> {
    pub(super) fn check_grades(
        &mut self,
        drafts: &[GradeDraft],
        grades: &[Grade],
        rules: &[Rule],
        groups: &[Group],
        head: &Head,
        direction: Direction,
    ) {
        if rules.is_empty() {
            return;
        }
        let scored = self.scored(grades, rules, groups, head, direction);
        self.check_effects(&scored, grades, rules);
        let effects = || rules.iter().flat_map(|rule| &rule.arms).map(|arm| &arm.effect);
        // Shifts lead anywhere.
        if effects().any(|effect| matches!(effect, Effect::Shift(_))) {
            return;
        }
        let named: BTreeSet<usize> = effects()
            .filter_map(|effect| match effect {
                Effect::AtMost(grade) | Effect::AtLeast(grade) => Some(usize::from(*grade)),
                _ => None,
            })
            .collect();
        for (number, (grade, draft)) in grades.iter().zip(drafts).enumerate() {
            if !scored.contains(&number) && !named.contains(&number) {
                let name = &grade.name;
                let message =
                    format!("没有企业能评到等级“{name}”：规则的分值够不到它的区间，也没有规则指定它");
                let help = "核对分值、封顶、上下限和区间，或补上规则";
                self.warn(codes::UNREACHABLE_GRADE, draft.at, message, help);
            }
        }
    }

    /// The grades that some score gives; more than really come about, never fewer.
    fn scored(
        &self,
        grades: &[Grade],
        rules: &[Rule],
        groups: &[Group],
        head: &Head,
        direction: Direction,
    ) -> BTreeSet<usize> {
        let (demerits, merits) = (self.sum(rules, groups, false), self.sum(rules, groups, true));
        let (falls, rises) = match direction {
            Direction::CountUp => (merits, demerits),
            Direction::CountDown => (demerits, merits),
        };
        let base = self.lowering.interval(&head.base, ENTERPRISE, &Known::default());
        let limit =
            |points: Option<sanse::Points>, far: i128| points.map_or(far, |p| i128::from(p.hundredths()));
        let (lowest, highest) = (limit(head.lower_limit, -FAR), limit(head.upper_limit, FAR));
        let (low, high) =
            ((base.low - falls.most).clamp(lowest, highest), (base.high + rises.most).clamp(lowest, highest));
        // With points one way and a fixed base, nothing lies between the base and the least step from it.
        let (gap_low, gap_high) = match (falls.most, rises.most, rises.least.or(falls.least)) {
            _ if base.low != base.high || base.low < lowest || base.low > highest => (0, 0),
            (0, _, Some(least)) => (base.low, base.low + least),
            (_, 0, Some(least)) => (base.low - least, base.low),
            _ => (0, 0),
        };
        let unit = i128::from(self.unit.max(1));
        let given = |(number, grade): &(usize, &Grade)| match grade.band {
            None => *number == 0,
            Some(band) => {
                let end = |end: Option<(sanse::Points, bool)>, far: i128, inwards: i128| {
                    end.map_or(far, |(points, closed)| {
                        i128::from(points.hundredths()) + if closed { 0 } else { inwards }
                    })
                };
                let first = end(band.lower, -FAR, 1).max(low);
                let last = end(band.upper, FAR, -1).min(high);
                // Scores are multiples of the unit.
                let (first, last) = (-(-first).div_euclid(unit) * unit, last.div_euclid(unit) * unit);
                first <= last && !(gap_low < first && last < gap_high)
            }
        };
        grades.iter().enumerate().filter(given).map(|(number, _)| number).collect()
    }

    /// Effects on the grade that never change one, from the grades that scores give. In the order of evaluation: shifts,
    /// then floors, then ceilings.
    fn check_effects(&mut self, scored: &BTreeSet<usize>, grades: &[Grade], rules: &[Rule]) {
        let (Some(best), Some(worst)) = (scored.first().copied(), scored.last().copied()) else { return };
        let last = grades.len().saturating_sub(1);
        let effects = || rules.iter().flat_map(|rule| &rule.arms).map(|arm| &arm.effect);
        let shifted = |down: bool| effects().any(|e| matches!(e, Effect::Shift(by) if (*by > 0) == down));
        let (may_fall, may_rise) = (shifted(true), shifted(false));
        let (best, worst) = (if may_rise { 0 } else { best }, if may_fall { last } else { worst });
        let floors = effects().filter_map(|effect| match effect {
            Effect::AtLeast(grade) => Some(usize::from(*grade)),
            _ => None,
        });
        let best_floored = floors.fold(best, usize::min);
        let name = |number: u8| grades.get(usize::from(number)).map_or("", |g| g.name.as_str());
        let mut idle = Vec::new();
        for arm in rules.iter().flat_map(|rule| &rule.arms) {
            let (message, help) = match arm.effect {
                Effect::AtLeast(grade) if usize::from(grade) >= worst => {
                    let named = name(grade);
                    if usize::from(grade) == last {
                        (
                            format!("“{named}”已经是最差的等级，不低于(\"{named}\") 对谁都不起作用"),
                            format!(
                                "不低于 是保底（不比它差），不高于 才是压到它：是否想写 不高于(\"{named}\")？不需要的删去"
                            ),
                        )
                    } else {
                        (
                            format!("按分值和升降没有企业会差于“{named}”，不低于(\"{named}\") 对谁都不起作用"),
                            "不低于 只抬高分值和升降评出的等级，不高于 在它后面算，抬不动；核对区间，不需要的删去".to_owned(),
                        )
                    }
                }
                Effect::AtMost(grade) if usize::from(grade) <= best_floored => {
                    let named = name(grade);
                    if grade == 0 {
                        (
                            format!("“{named}”已经是最好的等级，不高于(\"{named}\") 对谁都不起作用"),
                            "不高于 是压到它（不比它好），不低于 是保底；没有结果的情形写 记(0) 或 扣(0)；不需要的删去".to_owned(),
                        )
                    } else {
                        (
                            format!("没有企业会好于“{named}”，不高于(\"{named}\") 对谁都不起作用"),
                            "核对等级的名称、基准分和区间；不需要的删去".to_owned(),
                        )
                    }
                }
                Effect::Shift(by) if by < 0 && worst == 0 => (
                    "按分值没有企业会差于最好的等级，升级对谁都不起作用".to_owned(),
                    "升、降 在 不低于、不高于 前面算；核对区间，不需要的删去".to_owned(),
                ),
                Effect::Shift(by) if by > 0 && best == last => (
                    "按分值没有企业会好于最差的等级，降级对谁都不起作用".to_owned(),
                    "核对基准分和区间；不需要的删去".to_owned(),
                ),
                _ => continue,
            };
            idle.push((self.lowering.mark_at(arm.at), message, help));
        }
        for (at, message, help) in idle {
            self.warn(codes::IDLE_EFFECT, at, message, &help);
        }
    }

    /// What all rules can bring together, demerits or merits.
    fn sum(&self, rules: &[Rule], groups: &[Group], merits: bool) -> Sum {
        let of = |group: Option<u16>| {
            rules
                .iter()
                .filter(move |rule| rule.group == group)
                .fold(Sum::default(), |sum, rule| sum.add(self.rule_sum(rule, merits)))
        };
        groups
            .iter()
            .enumerate()
            .fold(of(None), |sum, (number, group)| sum.add(of(u16::try_from(number).ok()).capped(group.cap)))
    }

    fn rule_sum(&self, rule: &Rule, merits: bool) -> Sum {
        let scope = match rule.scope {
            Scope::Enterprise => ENTERPRISE,
            Scope::Each(list) => list,
        };
        let mut sum = Sum::default();
        for arm in &rule.arms {
            let Effect::Points { amount, merit } = &arm.effect else { continue };
            let fixed = matches!(&amount.node, Node::Const(Constant::Points(_)));
            let interval = self.lowering.interval(amount, scope, &Known::default());
            if *merit != merits || interval.high <= 0 {
                continue;
            }
            let least = Some(if fixed { interval.low } else { 0 });
            let most = if rule.scope == Scope::Enterprise { interval.high } else { FAR };
            sum = Sum { most: sum.most.max(most), least: Sum { most: 0, least }.add(sum).least };
        }
        sum.capped(rule.cap)
    }
}
