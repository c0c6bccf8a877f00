//! What holds for every standard and every caseload: the engine agrees with a second, naive scorer, and its
//! results depend on neither the order of records, nor on who else is assessed, nor on threads.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail loudly"
)]

mod support;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sanse::{
    Assessments, Caseload, Disposition, FieldId, Hit, ListId, Scope, Standard, Subject, assess, classify,
    dispositions,
};

use support::naive::{self, Scorer};
use support::reached::Reached;
use support::standards::standards_for;
use support::{DOMAINS, VOCABULARY, World, config, is_decision_key, records, worlds};

/// The engine's result for an enterprise in the form of the naive one.
fn as_naive(standard: &Standard, assessments: &Assessments, enterprise: usize) -> naive::Outcome {
    let outcome = assessments.outcome(enterprise).unwrap();
    let hit = |hit: &Hit| naive::Hit {
        rule: usize::from(hit.rule),
        arm: usize::from(hit.arm),
        row: match standard.rules[usize::from(hit.rule)].scope {
            Scope::Each(_) => Ok(hit.row as usize),
            Scope::Enterprise => Err(assessments.citations(hit).iter().map(|r| (r.list.0, r.row)).collect()),
        },
        raw: i64::from(hit.raw),
        counted: i64::from(hit.counted),
        fate: hit.fate(),
        carried: hit.carried(),
    };
    naive::Outcome {
        hits: assessments.hits(enterprise).iter().map(hit).collect(),
        score: i64::from(outcome.score),
        limit_entry: i64::from(outcome.limit_entry),
        band_grade: usize::from(outcome.band_grade),
        grade: usize::from(outcome.grade),
        decider: outcome.decider,
        deciding: (outcome.deciding != u32::MAX).then_some(outcome.deciding as usize),
        uninspected: outcome.uninspected,
    }
}

/// All fields of a row as text; equal rows have equal content, wherever they stand.
fn content(caseload: &Caseload, list: ListId, row: usize) -> String {
    let fields = VOCABULARY.list_def(list).fields.iter().enumerate().filter(|(_, f)| !is_decision_key(f));
    let values: Vec<_> = fields.map(|(f, _)| caseload.value(list, row, FieldId(f as u16))).collect();
    format!("{values:?}")
}

/// A result with rows named by their content instead of their place.
fn by_content(
    standard: &Standard,
    caseload: &Caseload,
    assessments: &Assessments,
    enterprise: usize,
) -> String {
    let outcome = as_naive(standard, assessments, enterprise);
    let rows: Vec<Vec<String>> = outcome
        .hits
        .iter()
        .map(|hit| match (&hit.row, standard.rules[hit.rule].scope) {
            (Ok(row), Scope::Each(list)) => vec![content(caseload, list, *row)],
            (Err(cited), _) => {
                cited.iter().map(|(list, row)| content(caseload, ListId(*list), *row as usize)).collect()
            }
            (Ok(_), Scope::Enterprise) => panic!("a row for a rule over enterprises"),
        })
        .collect();
    let mut nameless = outcome;
    nameless.hits.iter_mut().for_each(|hit| hit.row = Ok(0));
    format!("{nameless:?} {rows:?}")
}

fn whole(world: &World, caseload: &Caseload) -> Assessments {
    assess(&world.standard, caseload, 0..caseload.enterprises(), &world.records.calendar).unwrap()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_naive_scorer_and_the_engine_agree(world in worlds()) {
        let caseload = world.records.build();
        let scorer = Scorer { standard: &world.standard, caseload: &caseload, calendar: &world.records.calendar };
        let assessments = whole(&world, &caseload);
        for enterprise in 0..caseload.enterprises() {
            let (naive, real) = (scorer.assess(enterprise), as_naive(&world.standard, &assessments, enterprise));
            prop_assert_eq!(naive, real, "naive left, engine right, enterprise {}", enterprise);
        }
    }

    #[test]
    fn the_naive_scorer_and_the_engine_agree_on_what_becomes_of_rows(world in worlds()) {
        let caseload = world.records.build();
        let scorer = Scorer { standard: &world.standard, caseload: &caseload, calendar: &world.records.calendar };
        for rule in &world.standard.rules {
            let Scope::Each(list) = rule.scope else { continue };
            let real = dispositions(&world.standard, &caseload, list, &world.records.calendar).unwrap();
            let naive: Vec<Disposition> = (0..real.len()).map(|row| scorer.disposition(list, row, None)).collect();
            prop_assert_eq!(naive, real, "naive left, engine right, list {:?}", list);
        }
    }

    #[test]
    fn what_a_compiler_accepts_is_valid(world in worlds()) {
        prop_assert_eq!(world.standard.validate(), Ok(()));
    }

    #[test]
    fn whatever_can_be_judged_can_be_said(world in worlds()) {
        let wording = sanse::Wording::new(&world.standard);
        for rule in &world.standard.rules {
            let list = match rule.scope {
                Scope::Enterprise => sanse::ENTERPRISE,
                Scope::Each(list) => list,
            };
            let conditions = rule.guard.iter().chain(rule.arms.iter().filter_map(|arm| arm.when.as_ref()));
            let mut said: Vec<String> = conditions.map(|c| wording.expression(c, list)).collect();
            said.extend(rule.arms.iter().map(|arm| wording.effect(&arm.effect, list)));
            for text in said {
                prop_assert!(!text.is_empty());
                prop_assert_eq!(text.matches('（').count(), text.matches('）').count(), "{}", text);
                prop_assert_eq!(text.matches('“').count(), text.matches('”').count(), "{}", text);
            }
        }
    }

    #[test]
    fn the_order_of_records_does_not_matter(
        world in worlds(),
        shuffled in any::<u64>().no_shrink(),
    ) {
        let (enterprises, rows) = (world.records.enterprises.len(), world.records.rows.len());
        let (mut enterprise_order, mut row_order) = ((0..enterprises).collect::<Vec<_>>(), (0..rows).collect::<Vec<_>>());
        let mut random = support::choices::Sequence(shuffled);
        enterprise_order.sort_by_cached_key(|_| random.below(usize::MAX));
        row_order.sort_by_cached_key(|_| random.below(usize::MAX));
        let (straight, other) = (world.records.build(), world.records.build_in_order(&enterprise_order, &row_order));
        let (expected, found) = (whole(&world, &straight), whole(&world, &other));
        for (place, enterprise) in enterprise_order.iter().enumerate() {
            prop_assert_eq!(
                by_content(&world.standard, &straight, &expected, *enterprise),
                by_content(&world.standard, &other, &found, place)
            );
        }
    }

    #[test]
    fn the_score_is_base_plus_counted_points_plus_the_limit_entry(world in worlds()) {
        let caseload = world.records.build();
        let scorer = Scorer { standard: &world.standard, caseload: &caseload, calendar: &world.records.calendar };
        let assessments = whole(&world, &caseload);
        for enterprise in 0..caseload.enterprises() {
            let outcome = assessments.outcome(enterprise).unwrap();
            let counted: i64 = assessments.hits(enterprise).iter().map(|hit| i64::from(hit.counted)).sum();
            let expected = scorer.base(enterprise) + counted + i64::from(outcome.limit_entry);
            prop_assert_eq!(expected, i64::from(outcome.score));
        }
    }

    #[test]
    fn ranges_that_follow_each_other_give_what_the_whole_gives(world in worlds(), cuts in (0..=30_usize, 0..=30_usize)) {
        let caseload = world.records.build();
        let count = caseload.enterprises();
        let (first, second) = (cuts.0.min(cuts.1).min(count), cuts.0.max(cuts.1).min(count));
        let all = whole(&world, &caseload);
        for range in [0..first, first..second, second..count] {
            let part = assess(&world.standard, &caseload, range.clone(), &world.records.calendar).unwrap();
            prop_assert_eq!(part.enterprises(), range.clone());
            for enterprise in range {
                let (all, part) = (as_naive(&world.standard, &all, enterprise), as_naive(&world.standard, &part, enterprise));
                prop_assert_eq!(all, part);
            }
        }
    }

    #[test]
    fn an_enterprise_alone_is_assessed_as_within_the_crowd(world in worlds(), which in any::<prop::sample::Index>()) {
        let one = which.index(world.records.enterprises.len());
        let rows: Vec<usize> = (0..world.records.rows.len()).collect();
        let (crowd, alone) = (world.records.build(), world.records.build_in_order(&[one], &rows));
        prop_assert_eq!(
            by_content(&world.standard, &crowd, &whole(&world, &crowd), one),
            by_content(&world.standard, &alone, &whole(&world, &alone), 0)
        );
    }

    #[test]
    fn one_thread_and_three_classify_alike(
        records in records::records(),
        first in standards_for(Subject::Domain(DOMAINS[0].to_owned())),
        second in standards_for(Subject::Domain(DOMAINS[1].to_owned())),
        overall in standards_for(Subject::Overall),
    ) {
        // Enough enterprises that every thread has several blocks of them.
        let caseload = records.repeated(1 + 200 / records.enterprises.len()).build();
        let classified = |threads| classify(&caseload, &[first.0.clone(), second.0.clone()], Some(&overall), &records.calendar, threads).unwrap();
        prop_assert_eq!(classified(1), classified(3));
    }
}

/// The properties above would hold if the generated cases were trivial; this one would not.
#[test]
fn the_generated_cases_reach_every_part_of_a_standard() {
    let mut runner = TestRunner::deterministic();
    let mut reached = Reached::default();
    for _ in 0..300 {
        reached.add(&worlds().new_tree(&mut runner).unwrap().current());
    }
    let parts = "CountUp CountDown Domain Overall Period Between ownWindow listWindow aggregateWindow aggregateOfList \
        NotSeen NotYetKnown Void Excepted Future Live Carried Lapsed carriedHit cited \
        Merit Demerit AtMost AtLeast Shift NotRated \
        Counted Outranked RuleCapped GroupCapped Effect limited uninspected Clean Score Floor Ceiling \
        Const Field EnterpriseField AsOf PeriodFirst PeriodLast Has OrElse Compare OneOf All Any Not Arith Divide \
        AddSpan ToPoints Aggregate Equal NotEqual Less Greater Add Subtract Multiply HalfUp Down Up \
        Count Rows Sum Max Min Average Peak PeakSum";
    let missed: Vec<&str> = parts.split_whitespace().filter(|part| !reached.0.contains(*part)).collect();
    assert!(missed.is_empty(), "not reached: {missed:?}");
}
