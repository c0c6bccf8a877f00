//! Generated standards. Each part is made from its own numbers, so that shrinking takes rules, admissions and
//! grades away one by one.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use sanse::{
    Admit, Arm, Band, Branches, Direction, ENTERPRISE, Effect, Expr, Grade, Group, Label, ListId, Measure,
    MeasureFor, Node, OUTCOME, Place, Points, Rule, Scope, Stage, Standard, Subject, Ty, Uninspected, Window,
};

use super::choices::Choices;
use super::expressions::{Level, amount, condition, constant, spans, typed, value};
use super::{DOMAINS, Generated, VOCABULARY, day};

/// Standards for the first domain, one in eight for the overall label.
pub(crate) fn standards() -> impl Strategy<Value = Generated> {
    let numbers = |most: usize| vec(any::<u32>(), 0..most);
    (numbers(40), vec(numbers(60), 0..=4), vec(numbers(120), 0..=8)).prop_map(|(head, admits, rules)| {
        let mut standard = head_of(&mut Choices::new(&head));
        for (index, numbers) in admits.iter().enumerate() {
            standard.admits.push(admit(&mut Choices::new(numbers), ListId(1 + index as u16)));
        }
        let (grades, groups) = (standard.grades.len(), standard.groups.clone());
        for (index, numbers) in rules.iter().enumerate() {
            standard.rules.push(rule(&mut Choices::new(numbers), index, grades, &groups));
        }
        Generated(standard)
    })
}

/// Standards for a domain, or for the overall label, that judges only outcomes and the register.
pub(crate) fn standards_for(subject: Subject) -> impl Strategy<Value = Generated> {
    standards().prop_map(move |Generated(mut standard)| {
        standard.subject = subject.clone();
        if subject == Subject::Overall {
            standard.rules.retain(|rule| rule.scope == Scope::Each(OUTCOME));
        }
        Generated(standard)
    })
}

fn head_of(c: &mut Choices<'_>) -> Standard {
    let direction = if c.percent(40) { Direction::CountDown } else { Direction::CountUp };
    let base = match direction {
        _ if c.percent(20) => value(c, Level::ENTERPRISE, Ty::Points, 2),
        Direction::CountUp => Expr::points(Points::ZERO),
        Direction::CountDown => Expr::points(Points::whole(20)),
    };
    let groups = (0..c.below(3))
        .map(|index| Group { name: format!("组{index}"), cap: cap(c, 50), pick_across: c.percent(40) })
        .collect();
    let mut standard = Standard {
        id: "SC-1".to_owned(),
        title: "生成的标准".to_owned(),
        stage: Stage::Draft,
        subject: if c.percent(12) { Subject::Overall } else { Subject::Domain(DOMAINS[0].to_owned()) },
        document: None,
        approved_on: None,
        issuer: None,
        effective_from: day("2020-01-01"),
        effective_until: None,
        period_months: c.one(&[12, 12, 12, 24, 6]),
        vocabulary: Arc::clone(&VOCABULARY),
        direction,
        base,
        lower_limit: c.percent(30).then(|| Points::whole(c.one(&[0, 1, -2]))),
        upper_limit: c.percent(30).then(|| Points::whole(c.one(&[12, 20, 5]))),
        unit: Points::whole(1),
        admits: Vec::new(),
        rules: Vec::new(),
        groups,
        grades: grades(c, direction),
        uninspected: c
            .percent(50)
            .then(|| Uninspected { when: condition(c, Level::ENTERPRISE, 2), withhold: c.percent(50) }),
        branches: if c.percent(30) { Branches::ForHeadOffice } else { Branches::Apart },
        measures: Vec::new(),
        parameters: Vec::new(),
        cases: Vec::new(),
        digest: String::new(),
    };
    let grades = standard.grades.len();
    standard.measures = (0..c.below(4)).map(|_| measure(c, grades)).collect();
    standard
}

fn cap(c: &mut Choices<'_>, share: usize) -> Option<Points> {
    c.percent(share).then(|| Points::from_hundredths(c.one(&[300, 100, 50, 1_000, 125])))
}

/// One to five grades whose bands follow each other, or have none; now and then the worst has no band.
fn grades(c: &mut Choices<'_>, direction: Direction) -> Vec<Grade> {
    let count = 1 + c.below(5);
    let banded = !c.percent(25);
    let worst_has_none = c.percent(10);
    // Ends between neighbouring grades, from the best to the worst.
    let mut end = match direction {
        Direction::CountUp => Points::from_hundredths(c.one(&[0, 50, 100])),
        Direction::CountDown => Points::whole(18),
    };
    let mut better: Option<(Points, bool)> = None;
    (0..count)
        .map(|index| {
            let worst = index + 1 == count;
            let closed = !c.percent(40);
            let here = (!worst).then_some((end, closed));
            let from = better.map(|(end, taken)| (end, !taken));
            let band = match direction {
                Direction::CountUp => Band { lower: from, upper: here },
                Direction::CountDown => Band { lower: here, upper: from },
            };
            better = here;
            let step = Points::from_hundredths(c.one(&[300, 100, 550]));
            let moved = match direction {
                Direction::CountUp => end.hundredths() + step.hundredths(),
                Direction::CountDown => end.hundredths() - step.hundredths(),
            };
            end = Points::from_hundredths(moved);
            let label = match index * 3 / count {
                0 => Label::Green,
                1 => Label::Yellow,
                _ => Label::Red,
            };
            let band = (banded && !(worst && worst_has_none)).then_some(band);
            Grade { name: format!("等级{index}"), label, band }
        })
        .collect()
}

fn measure(c: &mut Choices<'_>, grades: usize) -> Measure {
    let to = match c.below(6) {
        n @ 0..3 => MeasureFor::Label(Label::ALL[n]),
        3 => MeasureFor::NotRated,
        _ => MeasureFor::Grade(c.below(grades) as u8),
    };
    Measure {
        to,
        when: c.percent(50).then(|| condition(c, Level::ENTERPRISE, 2)),
        proactive_visits: "一般不".to_owned(),
        visits_a_year: None,
        ratio: None,
        method: "非现场为主".to_owned(),
        basis: "方案".to_owned(),
        incentives: Vec::new(),
        urging: Vec::new(),
        restrictions: Vec::new(),
        at: Place::default(),
    }
}

/// The period, a stretch from a day of the row, or the days between two of its days.
pub(crate) fn window(c: &mut Choices<'_>, list: ListId) -> Window {
    let date = |c: &mut Choices<'_>| match VOCABULARY.list_def(list).roles.date {
        Some(date) if !c.percent(35) => typed(Node::Field(date), Ty::Date),
        _ => value(c, Level(list), Ty::Date, 1),
    };
    let from = date(c);
    let until = match c.below(6) {
        0 | 1 => return Window::Period(from),
        2 | 3 => Some(typed(Node::AddSpan(Box::new(from.clone()), spans(c)), Ty::Date)),
        4 => Some(date(c)),
        _ => None,
    };
    let at = match c.below(6) {
        0..=2 => typed(Node::PeriodLast, Ty::Date),
        3 => typed(Node::AsOf, Ty::Date),
        4 => typed(Node::PeriodFirst, Ty::Date),
        _ => constant(c, Ty::Date),
    };
    Window::Between { from, until, at }
}

fn admit(c: &mut Choices<'_>, list: ListId) -> Admit {
    let window = window(c, list);
    let except = (0..[0, 0, 1, 2][c.below(4)])
        .map(|index| (condition(c, Level(list), 1), format!("除外{index}")))
        .collect();
    let carry = c.percent(50).then(|| condition(c, Level(list), 2));
    Admit { list, window, except, carry, at: Place::default() }
}

fn rule(c: &mut Choices<'_>, index: usize, grades: usize, groups: &[Group]) -> Rule {
    let list = ListId(c.one(&[1, 1, 1, 2, 2, 3, 4, OUTCOME.0, 0, 0, 0, 0]));
    let (scope, level) = if list == ENTERPRISE {
        (Scope::Enterprise, Level::ENTERPRISE)
    } else {
        (Scope::Each(list), Level(list))
    };
    let guard = c.percent(35).then(|| condition(c, level, 2));
    let count = 1 + c.below(3);
    let arms = (0..count)
        .map(|number| {
            // A case for the rest stands last.
            let rest = number + 1 == count && c.percent(60);
            let when = (!rest).then(|| condition(c, level, 3));
            Arm { when, effect: effect(c, level, grades), at: Place::default() }
        })
        .collect();
    let window = (list != ENTERPRISE && c.percent(20)).then(|| window(c, list));
    let group = (!groups.is_empty() && c.percent(60)).then(|| c.below(groups.len()) as u16);
    Rule {
        id: format!("GZ-{index}"),
        title: format!("规则{index}"),
        basis: "办法".to_owned(),
        scope,
        guard,
        arms,
        window,
        pick: pick(c, list),
        group,
        cap: cap(c, 30),
        apart: Vec::new(),
        at: Place::default(),
    }
}

/// No pick, the default (decision, act), or one or two keys of the rule's own. All are texts or codes of equal
/// place, so that keys of two rules of a group compare.
fn pick(c: &mut Choices<'_>, list: ListId) -> Vec<Expr> {
    let roles = &VOCABULARY.list_def(list).roles;
    let (Some(decision), Some(act)) = (roles.decision, roles.act) else { return Vec::new() };
    let field = |id| typed(Node::Field(id), Ty::Text);
    match c.below(8) {
        0..=2 => Vec::new(),
        3 | 4 => vec![field(decision), field(act)],
        5 => vec![field(decision)],
        6 => vec![field(act), value(c, Level(list), Ty::Text, 1)],
        _ => vec![value(c, Level(list), Ty::Text, 1)],
    }
}

fn effect(c: &mut Choices<'_>, level: Level, grades: usize) -> Effect {
    match c.below(20) {
        0..=9 => Effect::Points { amount: amount(c, level), merit: false },
        10..=12 => Effect::Points { amount: amount(c, level), merit: true },
        13 | 14 => Effect::AtMost(c.below(grades) as u8),
        15 | 16 => Effect::AtLeast(c.below(grades) as u8),
        17 | 18 => Effect::Shift(c.one(&[1, -1, 2])),
        _ => Effect::NotRated("不评".to_owned()),
    }
}
