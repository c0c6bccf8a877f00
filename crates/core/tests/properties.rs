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
    Arith, Assessments, Caseload, Cause, Classified, Decider, Disposition, Expr, FieldId, Label, ListId,
    Node, Points, Remarks, RowRef, Scope, Side, Standard, Standing, Step, Subject, TippedBy, assess,
    classify, compare, dispositions, near,
};

use support::agree::as_naive;
use support::naive::Scorer;
use support::reached::Reached;
use support::standards::standards_for;
use support::{DOMAINS, VOCABULARY, World, config, is_decision_key, records, worlds};

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
        let scorer = Scorer { standard: &world.standard, caseload: &caseload, calendar: &world.records.calendar, without: None };
        let assessments = whole(&world, &caseload);
        for enterprise in 0..caseload.enterprises() {
            let (naive, real) = (scorer.assess(enterprise), as_naive(&world.standard, &assessments, enterprise));
            prop_assert_eq!(naive, real, "naive left, engine right, enterprise {}", enterprise);
        }
    }

    #[test]
    fn the_naive_scorer_and_the_engine_agree_on_what_becomes_of_rows(world in worlds()) {
        let caseload = world.records.build();
        let scorer = Scorer { standard: &world.standard, caseload: &caseload, calendar: &world.records.calendar, without: None };
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
        let scorer = Scorer { standard: &world.standard, caseload: &caseload, calendar: &world.records.calendar, without: None };
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

    #[test]
    fn near_cases_are_those_that_a_moved_base_moves_and_tips_those_of_the_naive_scorer(world in worlds()) {
        let within = 3;
        let (standard, calendar) = (&world.standard.0, &world.records.calendar);
        let caseload = world.records.build();
        let classified = classify(&caseload, std::slice::from_ref(standard), None, calendar, 1).unwrap();
        let classified = &classified.domains[0];
        let found = near(standard, &caseload, calendar, classified, Points::whole(within)).unwrap();
        if standard.subject == Subject::Overall || standard.grades.iter().all(|g| g.band.is_none()) {
            prop_assert!(found.is_empty());
            return Ok(());
        }
        // The same standard with every multiple of the unit added to its base.
        let moved: Vec<(i32, Assessments)> = (1..=within)
            .flat_map(|by| [by, -by])
            .map(|by| {
                let pair = [standard.base.clone(), Expr::points(Points::whole(by))];
                let base = Expr { node: Node::Arith(Arith::Add, Box::new(pair)), ..standard.base.clone() };
                let other = Standard { base, ..standard.clone() };
                (by, assess(&other, &caseload, 0..caseload.enterprises(), calendar).unwrap())
            })
            .collect();
        for (enterprise, verdict) in classified.verdicts.iter().enumerate() {
            let near = found.iter().find(|n| n.enterprise == enterprise);
            let Some(label) = verdict.label else {
                prop_assert!(near.is_none());
                continue;
            };
            let withheld = verdict.remarks.contains(Remarks::INCOMPLETE);
            let standing = |label: Label| match label {
                Label::Green if withheld => Standing::NotRated,
                Label::Green => Standing::Green,
                Label::Yellow => Standing::Yellow,
                Label::Red => Standing::Red,
            };
            let score = classified.assessments.outcome(enterprise).unwrap().score;
            let (mut better, mut worse) = (None, None);
            for (by, assessments) in &moved {
                let outcome = assessments.outcome(enterprise).unwrap();
                // A limit, or a base that the enterprise lacks, keeps the score from moving by just so much.
                let known = standard.grades.iter().any(|g| g.band.is_some_and(|b| b.contains(outcome.score())));
                if outcome.score - score != by * 100 || !known {
                    continue;
                }
                let other = standard.grades[usize::from(outcome.grade)].label;
                let step = Some(Step { distance: Points::whole(by.abs()), to: standing(other) });
                if other < label {
                    better = better.or(step);
                } else if other > label {
                    worse = worse.or(step);
                }
            }
            let unmoved = moved.iter().any(|(by, a)| a.outcome(enterprise).unwrap().score - score != by * 100);
            if !unmoved {
                prop_assert_eq!(near.map(|n| (n.better, n.worse)), (better.is_some() || worse.is_some()).then_some((better, worse)));
            }
            let Some(near) = near else { continue };
            prop_assert_eq!((near.standing, near.score.hundredths()), (Standing::of(verdict), i64::from(score)));
            let now = verdict.remarks.contains(Remarks::UNINSPECTED) && standard.uninspected.as_ref().is_some_and(|u| u.withhold);
            // Only what the data themselves withhold stays when something goes.
            let data = [Remarks::NEWLY_REGISTERED, Remarks::ROWS_TO_CHECK].into_iter().any(|r| verdict.remarks.contains(r));
            prop_assert_eq!(withheld, now || data);
            let scored = |standard: &Standard, without| {
                let outcome = Scorer { standard, caseload: &caseload, calendar, without }.assess(enterprise);
                let uninspected = outcome.uninspected && standard.uninspected.as_ref().is_some_and(|u| u.withhold);
                match standard.grades[outcome.grade].label {
                    _ if outcome.decider == Decider::NotRated => Standing::NotRated,
                    Label::Green if data || uninspected => Standing::NotRated,
                    Label::Green => Standing::Green,
                    Label::Yellow => Standing::Yellow,
                    Label::Red => Standing::Red,
                }
            };
            // Every row of the enterprise, whether a hit rests on it or not.
            for rule in &standard.rules {
                let Scope::Each(list) = rule.scope else { continue };
                for row in caseload.table(list).unwrap().rows_of(enterprise) {
                    let expected = scored(standard, Some((list, row)));
                    let of_row = TippedBy::Record(RowRef { list, row: row as u32 });
                    let tip = near.tips.iter().find(|t| t.by == of_row);
                    let hit = classified.assessments.hits(enterprise).iter().any(|h| {
                        standard.rules[usize::from(h.rule)].scope == rule.scope && h.row as usize == row
                    });
                    // Rows that no hit rests on may matter too (a ratio, a `!`), but are not evidence of anything.
                    if hit {
                        prop_assert_eq!(tip.map(|t| t.to), (expected != near.standing).then_some(expected));
                    } else if let Some(tip) = tip {
                        prop_assert_eq!(tip.to, expected);
                    }
                }
            }
            // Every hit that rests on no row.
            for hit in classified.assessments.hits(enterprise).iter().filter(|h| h.row == u32::MAX) {
                let mut other = standard.clone();
                other.rules.remove(usize::from(hit.rule));
                let expected = scored(&other, None);
                let tip = near.tips.iter().find(|t| t.by == TippedBy::Hit(*hit));
                prop_assert_eq!(tip.map(|t| t.to), (expected != near.standing).then_some(expected));
            }
        }
    }

    #[test]
    fn comparisons_reconcile_and_every_mover_has_a_cause(
        records in records::records(),
        base in standards_for(Subject::Domain(DOMAINS[0].to_owned())),
        new in standards_for(Subject::Domain(DOMAINS[0].to_owned())),
        gone in standards_for(Subject::Domain(DOMAINS[1].to_owned())),
        overall in standards_for(Subject::Overall),
        // Mostly a small change, as a bureau makes it; else another standard altogether.
        kept in 0..4_usize,
    ) {
        let caseload = records.build();
        let mut other = if kept == 0 { new.0.clone() } else { base.0.clone() };
        match kept {
            1 => other.rules.truncate(other.rules.len() / 2),
            2 => other.grades.clone_from(&new.grades),
            3 => other.base = new.base.clone(),
            _ => {}
        }
        let befores = [base.0.clone(), gone.0.clone()];
        let afters = [other];
        // Grades of another number: the safe reading of the engine holds for effects beyond them too.
        let run = |domains: &[Standard]| classify(&caseload, domains, Some(&overall), &records.calendar, 1).unwrap();
        let (before, after) = (run(&befores), run(&afters));
        let base_side = Side { domains: &befores, overall: Some(&overall), classification: &before };
        let new_side = Side { domains: &afters, overall: Some(&overall), classification: &after };

        let same = compare(base_side, base_side).unwrap();
        prop_assert_eq!(same.subjects.len(), 3);
        prop_assert!(same.subjects.iter().all(|s| s.movers.is_empty() && s.matrix.moved() == 0));

        let compared = compare(base_side, new_side).unwrap();
        prop_assert_eq!(&compared.only_base, &[Subject::Domain(DOMAINS[1].to_owned())]);
        prop_assert!(compared.only_new.is_empty());
        let sides: [(&Classified, &Classified); 2] = [
            (&before.domains[0], &after.domains[0]),
            (before.overall.as_ref().unwrap(), after.overall.as_ref().unwrap()),
        ];
        prop_assert_eq!(compared.subjects.len(), sides.len());
        for (subject, (before, after)) in compared.subjects.iter().zip(sides) {
            for standing in Standing::ALL {
                let count = |of: &Classified| of.verdicts.iter().filter(|v| Standing::of(v) == standing).count() as u64;
                prop_assert_eq!(subject.matrix.row_sum(standing), count(before));
                prop_assert_eq!(subject.matrix.column_sum(standing), count(after));
            }
            prop_assert_eq!(subject.matrix.moved(), subject.movers.len() as u64);
            for mover in &subject.movers {
                prop_assert_eq!(Standing::of(&before.verdicts[mover.enterprise]), mover.from);
                prop_assert_eq!(Standing::of(&after.verdicts[mover.enterprise]), mover.to);
                prop_assert!(!mover.causes.is_empty());
                // What cannot be put down to rules, score or data is a change of the grades, and of nothing else.
                if mover.causes.contains(&Cause::Grades) {
                    prop_assert_ne!(&base.grades, &afters[0].grades);
                    prop_assert!(matches!(subject.subject, Subject::Domain(_)));
                }
            }
            for (load, of) in subject.load.iter().zip([before, after]) {
                let applicable = of.verdicts.iter().filter(|v| Standing::of(v) != Standing::NotApplicable).count();
                prop_assert_eq!(load.stated + load.not_stated, applicable as u64);
            }
        }
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
        AddSpan ToPoints Aggregate Contains ratio quotient grouped together Equal NotEqual Less Greater Add Subtract Multiply HalfUp Down Up \
        Count Rows Sum Max Min Average Peak PeakSum";
    let missed: Vec<&str> = parts.split_whitespace().filter(|part| !reached.0.contains(*part)).collect();
    assert!(missed.is_empty(), "not reached: {missed:?}");
}
