//! What days alone change is what assessing every day anew gives.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use proptest::prelude::*;
use sanse::{
    Calendar, Caseload, CaseloadBuilder, Coverages, Date, ENTERPRISE, ListId, Period, Span, Standard,
    Standing, TurnCause, Value, Vocabulary, assess, classify, days_later, event_days, turns,
};

const SCRIPT: &str = r#"
    标准("DX-1", "到期", "草案").领域("消防").施行("2020-01-01").基准分(0);
    计入(措施, |措| 措.作出日期, 统计期)
        .除外(|措| 措.修复日期.有值, "已修复")
        .结转(|措| 措.整改 in ["未整改", "部分整改"]);
    计入(整改, |整| 整.下达日期, 统计期);
    规则("DX-1-1", "处罚").依据("示例").逐条(措施)
        .情形(|措| 措.种类 == "罚款", 记(6)).其余(记(1));
    规则("DX-1-2", "未整改").依据("示例").逐条(整改)
        .情形(|整| 整.整改 == "未整改", 记(3)).情形(|整| 整.整改 == "未复查", 记(1));
    规则("DX-1-3", "近二十天").依据("示例").逐条(措施).有效期(|措| 措.作出日期 + 15.天, |措| 措.作出日期 + 35.天)
        .情形(|措| 措.种类 == "警告", 记(4));
    规则("DX-1-4", "密集").依据("示例").当(|企| 企.处罚.任意天内(10) >= 2).则(不高于("红标"));
    等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
"#;

/// Days from the first of the period on; `None` is a missing date.
type Penalty = (i32, bool, Option<i32>, Option<i32>);
type Order = (i32, Option<i32>, Option<i32>, bool);

#[derive(Clone, Debug)]
struct World {
    penalties: Vec<Penalty>,
    orders: Vec<Order>,
    days: u32,
}

fn worlds() -> impl Strategy<Value = World> {
    // Most facts lie about the ends of the period and about the as-of date, where something happens.
    let day = || prop_oneof![0..40i32, 350..420i32, 0..500i32];
    let maybe = move || proptest::option::of(day());
    let penalties = proptest::collection::vec((day(), any::<bool>(), maybe(), maybe()), 0..5);
    let orders = proptest::collection::vec((day(), maybe(), maybe(), any::<bool>()), 0..3);
    (penalties, orders, 0..60u32).prop_map(|(penalties, orders, days)| World { penalties, orders, days })
}

fn calendar() -> Calendar {
    let period = Period::of_quarter(2023, 1).unwrap();
    Calendar { period, as_of: period.last.plus(Span::days(20)) }
}

impl World {
    /// The facts as they are known on a day.
    fn caseload(&self, vocabulary: &Arc<Vocabulary>, as_of: Date) -> Caseload {
        let first = calendar().period.first;
        let date = |days: i32| Value::Date(first.plus(Span::days(days)));
        let mut builder = CaseloadBuilder::new(Arc::clone(vocabulary));
        let list = |name: &str| vocabulary.list(name).unwrap().0;
        let field = |list: ListId, name: &str| vocabulary.list_def(list).field(name).unwrap();
        let code = |list: ListId, name: &str, text: &str| {
            Value::Code(vocabulary.code_of(list, field(list, name), text).unwrap())
        };
        builder.add_enterprise(&[(field(ENTERPRISE, "名称"), Value::Text("甲"))], None).unwrap();
        let (measures, orders) = (list("措施"), list("整改"));
        for (decided, fine, repaired, voided) in &self.penalties {
            let mut row = vec![
                (field(measures, "领域"), Value::Text("消防")),
                (field(measures, "作出日期"), date(*decided)),
                (field(measures, "种类"), code(measures, "种类", if *fine { "罚款" } else { "警告" })),
            ];
            row.extend(repaired.map(|day| (field(measures, "修复日期"), date(day))));
            if let Some(day) = voided {
                row.push((field(measures, "状态"), code(measures, "状态", "撤销")));
                row.push((field(measures, "状态日期"), date(*day)));
            }
            builder.add(measures, 0, &row, None).unwrap();
        }
        for (ordered, due, rechecked, done) in &self.orders {
            let mut row = vec![
                (field(orders, "领域"), Value::Text("消防")),
                (field(orders, "下达日期"), date(*ordered)),
            ];
            row.extend(due.map(|day| (field(orders, "整改期限"), date(day))));
            if let Some(day) = rechecked {
                row.push((field(orders, "复查日期"), date(*day)));
                let result = if *done { "已整改" } else { "未整改" };
                row.push((field(orders, "复查结果"), code(orders, "复查结果", result)));
            }
            builder.add(orders, 0, &row, None).unwrap();
        }
        builder.coverages(Coverages::Undeclared { received: vec!["消防".into()] });
        builder.finish(as_of).0
    }
}

fn standard() -> Standard {
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = sanse_script::compile("到期.rhai", SCRIPT.as_bytes(), &vocabulary, &[]);
    compiled.standard.unwrap()
}

/// The standing on a later day, from facts told anew as of that day.
fn standing(standard: &Standard, world: &World, days: u32) -> Standing {
    let calendar = days_later(&calendar(), days);
    let caseload = world.caseload(&standard.vocabulary, calendar.as_of);
    let assessments = assess(standard, &caseload, 0..1, &calendar).unwrap();
    let grade = assessments.outcome(0).unwrap().grade;
    match standard.grades.get(usize::from(grade)).unwrap().label.chinese() {
        "绿标" => Standing::Green,
        "黄标" => Standing::Yellow,
        _ => Standing::Red,
    }
}

proptest! {
    #[test]
    fn the_first_day_is_that_of_assessing_every_day_anew(world in worlds()) {
        let standard = standard();
        let vocabulary = &standard.vocabulary;
        let calendar = calendar();
        let now = world.caseload(vocabulary, calendar.as_of);
        let last = days_later(&calendar, world.days).as_of;
        let events = event_days(&world.caseload(vocabulary, last), calendar.as_of, last);
        let later: Vec<Caseload> = events.iter().map(|day| world.caseload(vocabulary, *day)).collect();
        let classified = classify(&now, std::slice::from_ref(&standard), None, &calendar, 1).unwrap();
        let found = turns(&standard, &now, &calendar, &classified.domains[0], world.days, &later).unwrap();
        let today = standing(&standard, &world, 0);
        let first = (1..=world.days).map(|day| (day, standing(&standard, &world, day))).find(|(_, then)| *then != today);
        let said: Vec<_> = found.iter().map(|turn| (turn.standing, turn.days, turn.to)).collect();
        prop_assert_eq!(said, first.map(|(day, to)| (today, day, to)).into_iter().collect::<Vec<_>>());
        for turn in &found {
            // Nothing but a record can change with days here.
            prop_assert!(!turn.tips.is_empty());
            prop_assert_eq!(turn.on, calendar.as_of.plus(Span::days(turn.days as i32)));
        }
    }
}

#[test]
fn the_record_that_tips_is_named_with_what_happens_to_it() {
    let standard = standard();
    let of = |penalties: Vec<Penalty>, orders: Vec<Order>| {
        let world = World { penalties, orders, days: 60 };
        let calendar = calendar();
        let now = world.caseload(&standard.vocabulary, calendar.as_of);
        let last = days_later(&calendar, 60).as_of;
        let events = event_days(&world.caseload(&standard.vocabulary, last), calendar.as_of, last);
        let later: Vec<_> = events.iter().map(|d| world.caseload(&standard.vocabulary, *d)).collect();
        let classified = classify(&now, std::slice::from_ref(&standard), None, &calendar, 1).unwrap();
        let found = turns(&standard, &now, &calendar, &classified.domains[0], 60, &later).unwrap();
        let turn = found.first().unwrap();
        let tip = turn.tips.first().unwrap();
        (turn.days, turn.to.chinese(), tip.cause, tip.changes.join("，"), tip.alone)
    };
    // The eleventh day of the period leaves it on the eleventh day.
    assert_eq!(
        of(vec![(10, true, None, None)], vec![]),
        (11, "绿标", TurnCause::Leaves, String::new(), true)
    );
    // Decided five days after the period.
    assert_eq!(
        of(vec![(369, true, None, None)], vec![]),
        (5, "红标", TurnCause::Enters, String::new(), true)
    );
    // Repaired thirty days after the as-of date.
    let (days, to, cause, changes, alone) = of(vec![(300, true, Some(414), None)], vec![]);
    assert_eq!((days, to, cause, alone), (30, "绿标", TurnCause::Leaves, true));
    assert!(changes.contains("修复日期由没有变为"), "{changes}");
    // A deadline of today passes tomorrow.
    let (days, to, cause, changes, alone) = of(vec![], vec![(300, Some(384), None, false)]);
    assert_eq!((days, to, cause, alone), (1, "黄标", TurnCause::Enters, true));
    assert!(changes.contains("整改由“未到期”变为“未复查”"), "{changes}");
}
