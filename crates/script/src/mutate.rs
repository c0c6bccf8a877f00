//! Mutation (改动试验): a standard with one number, comparison or rule changed, and whether anybody notices.
//!
//! The changes are made to the compiled standard, which is plain data: hundreds of them cost no compiling, and a rule
//! that a loop declared is changed by itself.

mod expression;

use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use sanse::{
    Arm, Assessments, Band, Calendar, Case, Caseload, Decider, ENTERPRISE, Effect, Expr, Grade, ListId,
    Place, Points, Rule, Scope, Standard, Subject, Wording, assess, classify,
};
use serde::Serialize;

use crate::cases::{caseload, differences_of};
use crate::finding::Findings;
use crate::logic::Logic;
use crate::lower::Lowering;
use crate::syntax::Closures;
use expression::{Changed, Setting, changes, window_changes};

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mutation {
    /// 数或比较: a number, or the sign of a comparison.
    Figure,
    /// 去掉规则
    RuleRemoved,
    /// 去掉情形
    ArmRemoved,
    /// 情形对调: with the next one.
    ArmsSwapped,
    /// 去掉封顶
    CapRemoved,
    /// 去掉取最重: all hits count.
    PickRemoved,
    /// 去掉除外 or 结转
    AdmissionRemoved,
    /// 等级分界
    Band,
    /// 年检查次数
    Visits,
}

impl Mutation {
    /// 改数或比较, 去掉规则 …
    pub const fn chinese(self) -> &'static str {
        match self {
            Mutation::Figure => "改数或比较",
            Mutation::RuleRemoved => "去掉规则",
            Mutation::ArmRemoved => "去掉情形",
            Mutation::ArmsSwapped => "两个情形对调",
            Mutation::CapRemoved => "去掉封顶",
            Mutation::PickRemoved => "去掉取最重",
            Mutation::AdmissionRemoved => "去掉除外或结转",
            Mutation::Band => "移动等级分界",
            Mutation::Visits => "改检查次数",
        }
    }
}

/// One change to a standard (改动).
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was changed.
    pub mutation: Mutation,
    /// Of what, in Chinese: 规则“XF-1”第3种情形.
    pub part: String,
    /// Where the changed part stands in the script; line 0 if unknown.
    pub place: Place,
    /// The part before, in Chinese.
    pub before: String,
    /// The part after; empty if it was removed.
    pub after: String,
    /// A test that would notice, in Chinese: 写一个“金额”正好是10000元的测试 …
    pub remedy: String,
}

/// Gives every change to a standard with the changed standard, in the order of its parts, one after the other: a large
/// standard has some ten thousand. A change after which the standard is the same, or does not hold together, is left
/// out.
///
/// Numbers are moved by one of their unit (one, one yuan, the unit of points, a day), signs of comparisons to the next
/// one, `in` to its opposite; a rule, a case, a cap, 取最重, 除外 and 结转 are left out, neighbouring cases swapped,
/// the boundaries between grades moved both ways.
///
/// ```
/// use std::sync::Arc;
/// let script = r#"
///     标准("SL-1", "示例", "草案").领域("消防").施行("2023-01-01");
///     计入(措施, |措| 措.作出日期, 统计期);
///     规则("SL-1-1", "罚款").依据("示例").逐条(处罚).则(记(3));
///     等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
///     测试("警告").截止("2023-03-31").企业(#{ 措施: [#{ 种类: "警告", 作出日期: "2022-05-01" }] }).应为("黄标");
/// "#;
/// let vocabulary = Arc::new(sanse::Vocabulary::standard());
/// let standard = sanse_script::compile("示例.rhai", script.as_bytes(), &vocabulary, &[]).standard.unwrap();
/// let tried = sanse_script::mutate(&standard, None, 1);
/// let points = tried.iter().find(|t| t.mutant.after == "记4分").unwrap();
/// // The one test asks for the grade alone.
/// assert_eq!((points.mutant.before.as_str(), &points.test), ("记3分", &None));
/// ```
pub fn mutants(standard: &Standard, visit: &mut dyn FnMut(Mutant, Standard)) {
    let mut all = Mutants { standard, words: Wording::new(standard), visit };
    all.admissions();
    for number in 0..standard.rules.len() {
        all.rule(number);
    }
    all.groups();
    all.bands();
    all.others();
}

/// What every test is to say.
const SAY: &str = "写明 .应记(…)、.应得(…) 或 .应为(…)";

struct Mutants<'a> {
    standard: &'a Standard,
    words: Wording<'a>,
    visit: &'a mut dyn FnMut(Mutant, Standard),
}

/// The list whose rows a rule's conditions see.
fn list_of(rule: &Rule) -> ListId {
    match rule.scope {
        Scope::Enterprise => ENTERPRISE,
        Scope::Each(list) => list,
    }
}

impl Mutants<'_> {
    fn add(
        &mut self,
        mutation: Mutation,
        part: &str,
        place: Place,
        (before, after): (String, String),
        remedy: impl Into<String>,
        change: impl FnOnce(&mut Standard) -> Option<()>,
    ) {
        let mut standard = self.standard.clone();
        if change(&mut standard).is_none() || standard == *self.standard || standard.validate().is_err() {
            return;
        }
        let part = part.to_owned();
        let remedy = remedy.into();
        (self.visit)(Mutant { mutation, part, place, before, after, remedy }, standard);
    }

    /// Figures of an expression; `put` puts the changed one in its place.
    fn figures(
        &mut self,
        part: &str,
        fallback: Place,
        list: ListId,
        expr: &Expr,
        put: impl Fn(&mut Standard, Expr) -> Option<()>,
    ) {
        for change in changes(expr, Setting { standard: self.standard, list }) {
            self.figure(part, fallback, change, &put);
        }
    }

    fn figure<T>(
        &mut self,
        part: &str,
        fallback: Place,
        change: Changed<T>,
        put: impl Fn(&mut Standard, T) -> Option<()>,
    ) {
        let Changed { whole, at, before, after, told_by } = change;
        let place = if at.line == 0 { fallback } else { at };
        let remedy = match told_by {
            Some(told_by) => format!("写一个{told_by}的测试，{SAY}"),
            None => format!("写两个测试，一个“{before}”，一个不是，{SAY}"),
        };
        self.add(Mutation::Figure, part, place, (before, after), remedy, |standard| put(standard, whole));
    }

    fn admissions(&mut self) {
        let standard = self.standard;
        for (number, admit) in standard.admits.iter().enumerate() {
            let part = format!("计入{}", standard.vocabulary.list_def(admit.list).name.chinese);
            for change in window_changes(&admit.window, Setting { standard, list: admit.list }) {
                self.figure(&part, admit.at, change, |s, window| {
                    s.admits.get_mut(number)?.window = window;
                    Some(())
                });
            }
            for (place, (except, reason)) in admit.except.iter().enumerate() {
                let when = self.words.expression(except, admit.list);
                let said = format!("除外：{when}（{reason}）");
                let remedy = format!("写一个测试，有一条“{when}”的记录，写明没有计它时的结果");
                self.add(Mutation::AdmissionRemoved, &part, except.at, (said, String::new()), remedy, |s| {
                    s.admits.get_mut(number)?.except.remove(place);
                    Some(())
                });
                self.figures(&part, admit.at, admit.list, except, |s, expr| {
                    s.admits.get_mut(number)?.except.get_mut(place)?.0 = expr;
                    Some(())
                });
            }
            if let Some(carry) = &admit.carry {
                let when = self.words.expression(carry, admit.list);
                let said = format!("结转：{when}");
                let remedy = format!("写一个测试，有一条过了计入期而“{when}”的记录，写明计了它的结果");
                self.add(Mutation::AdmissionRemoved, &part, carry.at, (said, String::new()), remedy, |s| {
                    s.admits.get_mut(number)?.carry = None;
                    Some(())
                });
                self.figures(&part, admit.at, admit.list, carry, |s, expr| {
                    s.admits.get_mut(number)?.carry = Some(expr);
                    Some(())
                });
            }
        }
    }

    fn rule(&mut self, number: usize) {
        let standard = self.standard;
        let Some(rule) = standard.rules.get(number) else { return };
        let (part, list) = (format!("规则“{}”", rule.id), list_of(rule));
        let remedy = format!("写一个命中它的测试，接 .应命中(\"{}\")，{SAY}", rule.id);
        self.add(Mutation::RuleRemoved, &part, rule.at, (rule.title.clone(), String::new()), remedy, |s| {
            let gone = s.rules.remove(number).id;
            s.rules.iter_mut().for_each(|rule| rule.apart.retain(|apart| apart.rule != gone));
            Some(())
        });
        if let Some(guard) = &rule.guard {
            self.figures(&format!("{part}的前提"), rule.at, list, guard, |s, expr| {
                s.rules.get_mut(number)?.guard = Some(expr);
                Some(())
            });
        }
        if let Some(window) = &rule.window {
            for change in window_changes(window, Setting { standard, list }) {
                self.figure(&part, rule.at, change, |s, window| {
                    s.rules.get_mut(number)?.window = Some(window);
                    Some(())
                });
            }
        }
        for place in 0..rule.arms.len() {
            self.arm(number, place, rule, &part);
        }
        if let Some(cap) = rule.cap {
            self.cap(&part, rule.at, cap, |s| Some(&mut s.rules.get_mut(number)?.cap));
        }
        // Ceilings and floors hold whichever hit is the gravest.
        let picked = |arm: &Arm| matches!(arm.effect, Effect::Points { .. } | Effect::Shift(_));
        if let Some(said) = self.words.pick(&rule.pick, list)
            && rule.arms.iter().any(picked)
        {
            let remedy = format!("写一个测试，有两条命中它的记录，“{said}”，{SAY}");
            self.add(Mutation::PickRemoved, &part, rule.at, (said, String::new()), remedy, |s| {
                s.rules.get_mut(number)?.pick.clear();
                Some(())
            });
        }
    }

    fn arm(&mut self, number: usize, place: usize, rule: &Rule, part: &str) {
        let Some(arm) = rule.arms.get(place) else { return };
        let (words, list) = (self.words, list_of(rule));
        let said = |place: usize| {
            rule.arms.get(place).map_or_else(String::new, |arm| {
                let when =
                    arm.when.as_ref().map_or_else(|| "其余".to_owned(), |when| words.expression(when, list));
                format!("{when}：{}", words.effect(&arm.effect, list))
            })
        };
        let own =
            if rule.arms.len() == 1 { part.to_owned() } else { format!("{part}第{}种情形", place + 1) };
        let arms = |s: &mut Standard| s.rules.get_mut(number).map(|rule| std::mem::take(&mut rule.arms));
        let keep = |s: &mut Standard, arms| {
            s.rules.get_mut(number)?.arms = arms;
            Some(())
        };
        if rule.arms.len() > 1 {
            let remedy = format!("写一个落到这种情形的测试，{SAY}");
            self.add(Mutation::ArmRemoved, &own, arm.at, (said(place), String::new()), remedy, |s| {
                let mut left = arms(s)?;
                left.remove(place);
                keep(s, left)
            });
        }
        // The order of cases that give the same, or never hold together, is without meaning; 其余 stands last.
        let next =
            rule.arms.get(place + 1).and_then(|next| Some((next, arm.when.as_ref()?, next.when.as_ref()?)));
        if next.is_some_and(|(next, one, other)| {
            words.effect(&arm.effect, list) != words.effect(&next.effect, list)
                && can_hold_together(self.standard, list, one, other)
        }) {
            let both = (said(place), said(place + 1));
            let remedy = format!("写一个两种情形都符合的测试，{SAY}");
            self.add(Mutation::ArmsSwapped, &own, arm.at, both, remedy, |s| {
                let mut turned = arms(s)?;
                turned.swap(place, place + 1);
                keep(s, turned)
            });
        }
        if let Some(when) = &arm.when {
            self.figures(&own, arm.at, list, when, |s, expr| {
                s.rules.get_mut(number)?.arms.get_mut(place)?.when = Some(expr);
                Some(())
            });
        }
        for effect in effects(&arm.effect, list, self.standard) {
            let both = (words.effect(&arm.effect, list), words.effect(&effect, list));
            let remedy = format!("写一个落到这里的测试，{SAY}");
            self.add(Mutation::Figure, &own, arm.at, both, remedy, |s| {
                s.rules.get_mut(number)?.arms.get_mut(place)?.effect = effect;
                Some(())
            });
        }
    }

    fn cap(
        &mut self,
        part: &str,
        at: Place,
        cap: Points,
        of: impl Fn(&mut Standard) -> Option<&mut Option<Points>>,
    ) {
        let said = format!("封顶{cap}分");
        let remedy = format!("写一个合计超过{cap}分的测试，{SAY}");
        self.add(Mutation::CapRemoved, part, at, (said.clone(), String::new()), remedy.clone(), |s| {
            *of(s)? = None;
            Some(())
        });
        let more = Points::from_hundredths(cap.hundredths().saturating_add(self.standard.unit.hundredths()));
        self.add(Mutation::Figure, part, at, (said, format!("封顶{more}分")), remedy, |s| {
            *of(s)? = Some(more);
            Some(())
        });
    }

    fn groups(&mut self) {
        for (number, group) in self.standard.groups.iter().enumerate() {
            let part = format!("组“{}”", group.name);
            let of_rule = self.standard.rules.iter().find(|r| r.group == u16::try_from(number).ok());
            let at = of_rule.map_or(Place::default(), |rule| rule.at);
            if let Some(cap) = group.cap {
                self.cap(&part, at, cap, |s| Some(&mut s.groups.get_mut(number)?.cap));
            }
            if group.pick_across {
                let said = "各规则之间取最重".to_owned();
                let remedy = format!("写一个测试，同一件事命中组里的两条规则，{SAY}");
                self.add(Mutation::PickRemoved, &part, at, (said, String::new()), remedy, |s| {
                    s.groups.get_mut(number)?.pick_across = false;
                    Some(())
                });
            }
        }
    }

    /// The boundary between two neighbouring grades moves; both bands move with it.
    fn bands(&mut self) {
        let standard = self.standard;
        for (number, pair) in standard.grades.windows(2).enumerate() {
            let [better, worse] = pair else { continue };
            let (Some(one), Some(other)) = (better.band, worse.band) else { continue };
            for by in [standard.unit.hundredths(), -standard.unit.hundredths()] {
                let by = |end: &mut Option<(Points, bool)>| {
                    if let Some((points, _)) = end {
                        *points = Points::from_hundredths(points.hundredths().saturating_add(by));
                    }
                };
                let (mut one, mut other) = (one, other);
                // Counting up the better band ends where the worse begins; counting down the other way round.
                let up = one.upper.zip(other.lower).is_some_and(|((a, _), (b, _))| {
                    (a.hundredths() - b.hundredths()).abs() <= standard.unit.hundredths()
                });
                if up {
                    by(&mut one.upper);
                    by(&mut other.lower);
                } else {
                    by(&mut one.lower);
                    by(&mut other.upper);
                }
                let said = |one: sanse::Band, other: sanse::Band| {
                    format!("{}{one}，{}{other}", better.name, worse.name)
                };
                let was = better.band.zip(worse.band).map_or_else(String::new, |(a, b)| said(a, b));
                let part = format!("等级“{}”和“{}”", better.name, worse.name);
                let both = (was, said(one, other));
                let remedy = self.at_the_boundary([better, worse], one);
                self.add(Mutation::Band, &part, Place::default(), both, remedy, |s| {
                    s.grades.get_mut(number)?.band = Some(one);
                    s.grades.get_mut(number + 1)?.band = Some(other);
                    Some(())
                });
            }
        }
    }

    /// A score that lies in another grade once the better of two neighbours has another band.
    fn at_the_boundary(&self, [better, worse]: [&Grade; 2], changed: Band) -> String {
        let unit = self.standard.unit.hundredths();
        let ends =
            [better.band, Some(changed)].into_iter().flatten().flat_map(|band| [band.lower, band.upper]);
        let near = ends.flatten().flat_map(|(end, _)| {
            [0, unit, -unit].map(|by| Points::from_hundredths(end.hundredths().saturating_add(by)))
        });
        let was = |score: &Points| better.band.is_some_and(|band| band.contains(*score));
        let score = near.into_iter().find(|score| was(score) != changed.contains(*score));
        score.map_or_else(
            || format!("写一个得分在两个等级分界上的测试，{SAY}"),
            |score| {
                let grade = if was(&score) { &better.name } else { &worse.name };
                format!("写一个得分正好是{score}分的测试，接 .应为(\"{grade}\")")
            },
        )
    }

    fn others(&mut self) {
        let standard = self.standard;
        self.figures("基准分", standard.base.at, ENTERPRISE, &standard.base, |s, expr| {
            s.base = expr;
            Some(())
        });
        for (number, measure) in standard.measures.iter().enumerate() {
            let part = format!("监管措施第{}行", number + 1);
            if let Some(when) = &measure.when {
                self.figures(&part, measure.at, ENTERPRISE, when, |s, expr| {
                    s.measures.get_mut(number)?.when = Some(expr);
                    Some(())
                });
            }
            if let Some((low, high)) = measure.visits_a_year {
                let more = |end: Option<u16>| end.map(|n| n.saturating_add(1));
                let said = |(low, high): (Option<u16>, Option<u16>)| {
                    let end = |end: Option<u16>| end.map_or_else(|| "不限".to_owned(), |n| n.to_string());
                    format!("年检查次数{}至{}", end(low), end(high))
                };
                for changed in [(more(low), high), (low, more(high))] {
                    if changed.0.zip(changed.1).is_some_and(|(low, high)| low > high) {
                        continue;
                    }
                    let both = (said((low, high)), said(changed));
                    let end = |end: Option<u16>| end.map_or_else(String::new, |n| n.to_string());
                    let close = if high.is_some() { ']' } else { ')' };
                    let remedy = format!(
                        "写一个用到这一行的测试，接 .应查次数(\"[{},{}{close}\")",
                        end(low),
                        end(high)
                    );
                    self.add(Mutation::Visits, &part, measure.at, both, remedy, |s| {
                        s.measures.get_mut(number)?.visits_a_year = Some(changed);
                        Some(())
                    });
                }
            }
        }
    }
}

/// False if it is certain that two conditions over a row never hold together.
fn can_hold_together(standard: &Standard, list: ListId, one: &Expr, other: &Expr) -> bool {
    let (closures, mut findings) = (Closures::default(), Findings::default());
    let lowering = Lowering::new(&standard.vocabulary, &closures, &mut findings);
    Logic::new(&lowering, list, &[one, other], &lowering.steps).possible(&[(0, true), (1, true)])
}

/// What an arm does, changed: points by the unit, a ceiling, floor or shift by one grade.
fn effects(effect: &Effect, list: ListId, standard: &Standard) -> Vec<Effect> {
    let worst = standard.grades.len().saturating_sub(1);
    let beside = |grade: u8| {
        let ways = [grade.checked_sub(1), grade.checked_add(1)];
        ways.into_iter().flatten().filter(move |g| usize::from(*g) <= worst)
    };
    match effect {
        Effect::Points { amount, merit } => changes(amount, Setting { standard, list })
            .into_iter()
            .map(|changed| Effect::Points { amount: changed.whole, merit: *merit })
            .collect(),
        Effect::AtMost(grade) => beside(*grade).map(Effect::AtMost).collect(),
        Effect::AtLeast(grade) => beside(*grade).map(Effect::AtLeast).collect(),
        Effect::Shift(by) => [by.saturating_add(1), by.saturating_sub(1)].map(Effect::Shift).to_vec(),
        Effect::NotRated(_) => Vec::new(),
    }
}

/// A change and who noticed it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The change.
    pub mutant: Mutant,
    /// The first test that passes before and fails after; `None` if no test notices.
    pub test: Option<String>,
    /// How many enterprises get another score, grade or row of measures; `None` without data.
    pub enterprises: Option<usize>,
}

impl Tried {
    /// True if a test or an enterprise notices.
    pub fn noticed(&self) -> bool {
        self.test.is_some() || self.enterprises.is_some_and(|changed| changed > 0)
    }
}

/// Makes every change to a standard and says who notices it: which of its tests, and, with data, how many enterprises.
/// Tests that do not pass before take no part. In the order of [`mutants`], at any number of threads.
pub fn mutate(standard: &Standard, data: Option<(&Caseload, &Calendar)>, threads: usize) -> Vec<Tried> {
    let cases: Vec<(&Case, Caseload)> = standard
        .cases
        .iter()
        .filter_map(|case| Some((case, caseload(standard, case).ok()?)))
        .filter(|(case, caseload)| passes(standard, case, caseload))
        .collect();
    let before = data.and_then(|(caseload, calendar)| results(standard, caseload, calendar));
    let try_one = |mutant: Mutant, changed: &Standard| {
        let fails = |(case, caseload): &&(&Case, Caseload)| !passes(changed, case, caseload);
        let test = cases.iter().find(fails).map(|(case, _)| case.name.clone());
        let enterprises = data.zip(before.as_ref()).map(|((caseload, calendar), before)| {
            let after = results(changed, caseload, calendar).unwrap_or_default();
            before.iter().zip(&after).filter(|(a, b)| a != b).count() + before.len().abs_diff(after.len())
        });
        Tried { mutant, test, enterprises }
    };
    // Few changed standards wait at a time, because each is as large as the standard.
    let threads = threads.clamp(1, 256);
    let (give, waiting) = sync_channel::<(usize, Mutant, Standard)>(threads);
    let waiting = Arc::new(Mutex::new(waiting));
    let work = |waiting: Arc<Mutex<Receiver<(usize, Mutant, Standard)>>>| {
        let mut tried = Vec::new();
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, mutant, changed)) = next else { return tried };
            tried.push((number, try_one(mutant, &changed)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                let waiting = Arc::clone(&waiting);
                scope.spawn(|| work(waiting))
            })
            .collect();
        drop(waiting);
        let mut number = 0;
        mutants(standard, &mut |mutant, changed| {
            // Fails only if every thread has panicked, which is passed on below.
            let _ = give.send((number, mutant, changed));
            number += 1;
        });
        drop(give);
        let joined = running.into_iter().map(|thread| match thread.join() {
            Ok(tried) => tried,
            // Nothing here panics; a panic in a thread is passed on as it came.
            Err(cause) => std::panic::resume_unwind(cause),
        });
        joined.flatten().collect::<Vec<(usize, Tried)>>()
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, tried)| tried).collect()
}

fn passes(standard: &Standard, case: &Case, caseload: &Caseload) -> bool {
    assess(standard, caseload, 0..1, &case.calendar)
        .is_ok_and(|assessments| differences_of(standard, case, caseload, &assessments).is_empty())
}

/// What an enterprise sees of a standard: score, grade and the visits of its row of measures.
type Seen = (Points, u8, bool, Option<(Option<u16>, Option<u16>)>);

fn results(standard: &Standard, caseload: &Caseload, calendar: &Calendar) -> Option<Vec<Seen>> {
    let seen = |assessments: &Assessments, enterprise: usize, measure: Option<u16>| {
        let outcome = assessments.outcome(enterprise)?;
        let visits = measure.and_then(|row| standard.measures.get(usize::from(row))?.visits_a_year);
        Some((outcome.score(), outcome.grade, outcome.decider == Decider::NotRated, visits))
    };
    let nothing = (Points::ZERO, u8::MAX, true, None);
    if standard.subject == Subject::Overall {
        let assessments = assess(standard, caseload, 0..caseload.enterprises(), calendar).ok()?;
        return Some(
            assessments.enterprises().map(|e| seen(&assessments, e, None).unwrap_or(nothing)).collect(),
        );
    }
    let classified = classify(caseload, std::slice::from_ref(standard), None, calendar, 1).ok()?;
    let classified = classified.domains.first()?;
    let verdicts = classified.verdicts.iter().enumerate();
    Some(verdicts.map(|(e, v)| seen(&classified.assessments, e, v.measure).unwrap_or(nothing)).collect())
}
