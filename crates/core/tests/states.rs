//! The states of an enterprise in a domain: coverage, newness, rows to check, supervision, the overall label.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::option_option,
    clippy::items_after_statements,
    clippy::type_complexity,
    reason = "helpers of tests fail loudly; a row may name no domain; a table of cases reads best in one piece"
)]

use std::sync::Arc;

use sanse::*;

const DOMAIN: &str = "消防";

fn vocabulary() -> Arc<Vocabulary> {
    Arc::new(Vocabulary::standard())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn calendar() -> Calendar {
    Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of: day("2023-03-31") }
}

fn field_expr(list: ListId, name: &str) -> Expr {
    let v = vocabulary();
    let field = v.list_def(list).field(name).unwrap();
    Expr { node: Node::Field(field), ty: v.field_def(list, field).unwrap().ty, at: Place::default() }
}

/// Every sanction of the period counts 1 point; green 0, yellow 1 to 11, red from 12.
fn standard() -> Standard {
    let band = |lower: i32, upper: Option<i32>| {
        Some(Band {
            lower: Some((Points::whole(lower), true)),
            upper: upper.map(|u| (Points::whole(u), true)),
        })
    };
    let grade = |name: &str, label, band| Grade { name: name.to_owned(), label, band };
    Standard {
        id: "T".to_owned(),
        title: "测试标准".to_owned(),
        stage: Stage::Draft,
        subject: Subject::Domain(DOMAIN.to_owned()),
        document: None,
        approved_on: None,
        issuer: None,
        effective_from: day("2023-01-01"),
        effective_until: None,
        period_months: 12,
        vocabulary: vocabulary(),
        direction: Direction::CountUp,
        base: Expr::points(Points::ZERO),
        lower_limit: None,
        upper_limit: None,
        unit: Points::whole(1),
        admits: vec![Admit {
            list: SANCTION,
            window: Window::Period(field_expr(SANCTION, "作出日期")),
            except: Vec::new(),
            carry: None,
            at: Place::default(),
        }],
        rules: vec![Rule {
            id: "R1".to_owned(),
            title: "每条一分".to_owned(),
            basis: "测试".to_owned(),
            scope: Scope::Each(SANCTION),
            guard: None,
            arms: vec![Arm {
                when: None,
                effect: Effect::Points { amount: Expr::points(Points::whole(1)), merit: false },
                at: Place::default(),
            }],
            window: None,
            pick: Vec::new(),
            group: None,
            cap: None,
            apart: Vec::new(),
            at: Place::default(),
        }],
        groups: Vec::new(),
        grades: vec![
            grade("绿标", Label::Green, band(0, Some(0))),
            grade("黄标", Label::Yellow, band(1, Some(11))),
            grade("红标", Label::Red, band(12, None)),
        ],
        uninspected: None,
        branches: sanse::Branches::Apart,
        measures: Vec::new(),
        parameters: Vec::new(),
        cases: Vec::new(),
        digest: String::new(),
    }
}

struct Firm {
    sanctions: usize,
    registered: Option<&'static str>,
    equipment: Option<bool>,
    withheld: Option<Option<&'static str>>,
}

const FIRM: Firm = Firm { sanctions: 0, registered: None, equipment: None, withheld: None };

fn verdict(firm: &Firm, coverages: Coverages) -> Verdict {
    let v = vocabulary();
    let mut b = CaseloadBuilder::new(Arc::clone(&v));
    let own = |name: &str| v.list_def(ENTERPRISE).field(name).unwrap();
    let sanction = |name: &str| v.list_def(SANCTION).field(name).unwrap();
    let mut fields = vec![(own("名称"), Value::Text("甲"))];
    if let Some(registered) = firm.registered {
        fields.push((own("登记日期"), Value::Date(day(registered))));
    }
    if let Some(equipment) = firm.equipment {
        fields.push((own("特种设备使用单位"), Value::Bool(equipment)));
    }
    let number = b.add_enterprise(&fields, None).unwrap();
    let fine = v.code_of(SANCTION, sanction("种类"), "罚款").unwrap();
    for _ in 0..firm.sanctions {
        let row = [
            (sanction("领域"), Value::Text(DOMAIN)),
            (sanction("种类"), Value::Code(fine)),
            (sanction("作出日期"), Value::Date(day("2022-05-06"))),
        ];
        b.add(SANCTION, number, &row, None).unwrap();
    }
    if let Some(domain) = firm.withheld {
        b.withhold(number, domain, 0).unwrap();
    }
    b.coverages(coverages);
    let (cases, _) = b.finish(calendar().as_of);
    classify(&cases, &[standard()], None, &calendar(), 1).unwrap().domains[0].verdicts[0]
}

fn covered(first: &str, last: &str, supervised: Supervised) -> Coverages {
    Coverages::Declared(vec![Coverage {
        domain: DOMAIN.to_owned(),
        agency: "消防救援大队".to_owned(),
        period: Period { first: day(first), last: day(last) },
        rows: None,
        zero_report: false,
        simple_procedure: None,
        supervised,
    }])
}

fn whole_year() -> Coverages {
    covered("2022-01-01", "2022-12-31", Supervised::All)
}

fn equipment_users() -> Coverages {
    let field = vocabulary().list_def(ENTERPRISE).field("特种设备使用单位").unwrap();
    covered("2022-01-01", "2022-12-31", Supervised::Where(field))
}

#[test]
fn covered_and_no_record_is_clean() {
    let v = verdict(&FIRM, whole_year());
    assert_eq!((v.state, v.label, v.remarks), (State::Rated, Some(Label::Green), Remarks::default()));
}

#[test]
fn not_covered_is_not_rated_whatever_was_found() {
    for sanctions in [0, 12] {
        let v = verdict(&Firm { sanctions, ..FIRM }, Coverages::Declared(Vec::new()));
        assert_eq!((v.state, v.label), (State::NotRated, None));
        assert!(v.remarks.contains(Remarks::NOT_COVERED));
    }
}

#[test]
fn partial_coverage_withholds_green_only() {
    let half = || covered("2022-01-01", "2022-06-30", Supervised::All);
    let clean = verdict(&FIRM, half());
    assert_eq!(clean.state, State::NotRated);
    assert!(clean.remarks.contains(Remarks::PARTLY_COVERED));
    for (sanctions, label) in [(1, Label::Yellow), (12, Label::Red)] {
        let v = verdict(&Firm { sanctions, ..FIRM }, half());
        assert_eq!((v.state, v.label), (State::Rated, Some(label)));
        assert!(v.remarks.contains(Remarks::INCOMPLETE));
    }
}

#[test]
fn two_lines_that_meet_cover_the_period_together() {
    let Coverages::Declared(mut lines) = covered("2022-01-01", "2022-06-30", Supervised::All) else {
        unreachable!()
    };
    let Coverages::Declared(second) = covered("2022-07-01", "2022-12-31", Supervised::All) else {
        unreachable!()
    };
    lines.extend(second);
    assert_eq!(verdict(&FIRM, Coverages::Declared(lines)).label, Some(Label::Green));
}

#[test]
fn registered_after_the_period_began_withholds_green_only() {
    let new = Firm { registered: Some("2022-01-02"), ..FIRM };
    assert!(verdict(&new, whole_year()).remarks.contains(Remarks::NEWLY_REGISTERED));
    assert_eq!(verdict(&new, whole_year()).state, State::NotRated);
    let old = Firm { registered: Some("2022-01-01"), ..FIRM };
    assert_eq!(verdict(&old, whole_year()).label, Some(Label::Green));
    assert_eq!(verdict(&Firm { sanctions: 1, ..new }, whole_year()).label, Some(Label::Yellow));
}

#[test]
fn a_row_to_check_withholds_green_in_its_domain() {
    for (domain, state) in
        [(Some(DOMAIN), State::NotRated), (None, State::NotRated), (Some("生态环境"), State::Rated)]
    {
        let v = verdict(&Firm { withheld: Some(domain), ..FIRM }, whole_year());
        assert_eq!(v.state, state, "{domain:?}");
    }
}

#[test]
fn supervision_follows_the_register_and_records_contradict_it() {
    let firm = |equipment, sanctions| Firm { sanctions, equipment, ..FIRM };
    assert_eq!(verdict(&firm(Some(false), 0), equipment_users()).state, State::NotApplicable);
    assert_eq!(verdict(&firm(Some(true), 0), equipment_users()).label, Some(Label::Green));
    let unknown = verdict(&firm(None, 0), equipment_users());
    assert_eq!(unknown.state, State::NotRated);
    assert!(unknown.remarks.contains(Remarks::SUPERVISION_UNKNOWN));
    let contradicted = verdict(&firm(Some(false), 1), equipment_users());
    assert_eq!(contradicted.label, Some(Label::Yellow));
    assert!(contradicted.remarks.contains(Remarks::REGISTER_CONTRADICTED));
}

#[test]
fn without_a_coverage_table_received_files_cover_and_every_result_says_so() {
    let received = Coverages::Undeclared { received: vec![DOMAIN.to_owned()] };
    let v = verdict(&FIRM, received);
    assert_eq!(v.label, Some(Label::Green));
    assert!(v.remarks.contains(Remarks::COVERAGE_UNDECLARED));
    assert_eq!(verdict(&FIRM, Coverages::Undeclared { received: Vec::new() }).state, State::NotRated);
}

#[test]
fn a_row_without_a_domain_is_never_green() {
    let v = vocabulary();
    let mut b = CaseloadBuilder::new(Arc::clone(&v));
    let firm = b.add_enterprise(&[(FieldId(0), Value::Text("甲"))], None).unwrap();
    let sanction = |name: &str| v.list_def(SANCTION).field(name).unwrap();
    let fine = v.code_of(SANCTION, sanction("种类"), "罚款").unwrap();
    let row = [(sanction("种类"), Value::Code(fine)), (sanction("作出日期"), Value::Date(day("2022-05-06")))];
    b.add(SANCTION, firm, &row, None).unwrap();
    b.coverages(whole_year());
    let (cases, _) = b.finish(calendar().as_of);
    let result = classify(&cases, &[standard()], None, &calendar(), 1).unwrap();
    assert_eq!(result.domains[0].verdicts[0].state, State::NotRated);
}

#[test]
fn a_caseload_for_another_as_of_date_is_refused() {
    let (cases, _) = CaseloadBuilder::new(vocabulary()).finish(day("2023-01-15"));
    assert!(matches!(classify(&cases, &[standard()], None, &calendar(), 1), Err(BindError::AsOf { .. })));
}

mod as_of {
    //! What is known of rectifications and of the status of decisions on the as-of date.

    use super::*;

    /// The 整改, 整改时效 and 状态 of one penalty, given its own fields and one order's.
    fn states(penalty: &[(&str, &str)], orders: &[&[(&str, &str)]]) -> (String, String, String) {
        let v = vocabulary();
        let mut b = CaseloadBuilder::new(Arc::clone(&v));
        let firm = b.add_enterprise(&[(FieldId(0), Value::Text("甲"))], None).unwrap();
        fn value<'a>(v: &Vocabulary, list: ListId, name: &str, text: &'a str) -> (FieldId, Value<'a>) {
            let field = v.list_def(list).field(name).unwrap();
            let value = match v.field_def(list, field).unwrap().ty {
                Ty::Date => Value::Date(day(text)),
                Ty::Code(_) => Value::Code(v.code_of(list, field, text).unwrap()),
                _ => Value::Text(text),
            };
            (field, value)
        }
        let mut row = vec![
            value(&v, SANCTION, "种类", "罚款"),
            value(&v, SANCTION, "作出日期", "2022-05-06"),
            value(&v, SANCTION, "文号", "六消罚〔2022〕5号"),
        ];
        row.extend(penalty.iter().map(|(name, text)| value(&v, SANCTION, name, text)));
        b.add(SANCTION, firm, &row, None).unwrap();
        for order in orders {
            let mut row = vec![
                value(&v, RECTIFICATION, "下达日期", "2022-05-06"),
                value(&v, RECTIFICATION, "关联处罚文号", "六消罚[2022]05号"),
            ];
            row.extend(order.iter().map(|(name, text)| value(&v, RECTIFICATION, name, text)));
            b.add(RECTIFICATION, firm, &row, None).unwrap();
        }
        let (cases, _) = b.finish(calendar().as_of);
        let show = |name: &str| cases.display(SANCTION, 0, name);
        (show("整改"), show("整改时效"), show("状态"))
    }

    #[test]
    fn rectification_is_judged_by_deadline_and_recheck_as_known_on_the_day() {
        let cases: [(&[(&str, &str)], Option<&[(&str, &str)]>, &str, &str); 11] = [
            (&[], None, "未知", "未知"),
            (&[("整改", "未整改")], None, "未整改", "未知"),
            (&[("整改", "未整改"), ("整改期限", "2023-05-01")], None, "未到期", "未到期"),
            (&[("整改", "未整改"), ("整改期限", "2022-05-01")], None, "未整改", "逾期未改"),
            (&[("整改", "已整改"), ("整改完成日期", "2023-04-20")], None, "未复查", "未知"),
            (
                &[],
                Some(&[("整改期限", "2022-06-01"), ("整改完成日期", "2022-05-30"), ("复查结果", "已整改")]),
                "已整改",
                "按时整改",
            ),
            (
                &[],
                Some(&[("整改期限", "2022-06-01"), ("整改完成日期", "2022-06-30"), ("复查结果", "已整改")]),
                "已整改",
                "逾期整改",
            ),
            (
                &[],
                Some(&[("整改期限", "2022-06-01"), ("延期至", "2023-06-01"), ("复查结果", "未整改")]),
                "未到期",
                "未到期",
            ),
            (&[], Some(&[("复查结果", "未复查")]), "未复查", "未知"),
            (
                &[],
                Some(&[("整改期限", "2022-06-01"), ("复查日期", "2023-04-10"), ("复查结果", "已整改")]),
                "未复查",
                "未知",
            ),
            (
                &[("整改", "未整改")],
                Some(&[("整改期限", "2022-06-01"), ("复查日期", "2022-06-02"), ("复查结果", "已整改")]),
                "已整改",
                "逾期整改",
            ),
        ];
        for (penalty, order, state, timely) in cases {
            let (found, found_timely, _) = states(penalty, order.as_slice());
            assert_eq!((found.as_str(), found_timely.as_str()), (state, timely), "{penalty:?} {order:?}");
        }
    }

    #[test]
    fn what_is_late_with_one_order_stays_late_beside_another() {
        let late: &[(&str, &str)] =
            &[("整改期限", "2022-06-01"), ("整改完成日期", "2022-06-30"), ("复查结果", "已整改")];
        for other in [
            &[("复查结果", "未复查")][..],
            &[("整改期限", "2022-06-01"), ("整改完成日期", "2022-05-30"), ("复查结果", "已整改")],
        ] {
            assert_eq!(states(&[], &[late, other]).1, "逾期整改", "{other:?}");
        }
    }

    #[test]
    fn an_annulment_after_the_day_is_not_known_yet() {
        assert_eq!(states(&[("状态", "撤销"), ("状态日期", "2023-04-10")], &[]).2, "有效");
        assert_eq!(states(&[("状态", "撤销"), ("状态日期", "2023-03-31")], &[]).2, "撤销");
        assert_eq!(states(&[("状态", "撤销")], &[]).2, "撤销");
    }
}
