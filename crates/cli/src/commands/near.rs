//! `sanse near`: who sits within some points or days of another label, and which record tips them.

use std::io::Write;
use std::sync::Arc;

use sanse::{Calendar, Caseload, Date, ENTERPRISE, Near, Reasons, Turn, Vocabulary};
use sanse_data::{Delivery, FolderKind, NearDomain, Trial};

use crate::args::NearArgs;
use crate::error::{CliError, Kind};
use crate::rules::{self, Rules};
use crate::trial::{Tried, outside, read};

pub(crate) fn run(args: &NearArgs, out: &mut impl Write) -> Result<(), CliError> {
    let calendar = args.when.calendar()?;
    if let Some(folder) = &args.out {
        sanse_data::check_folder(folder, FolderKind::Near)?;
        outside(folder, &[(&args.data, "--data"), (&args.rules, "--rules")])?;
    }
    let vocabulary = Arc::new(Vocabulary::standard());
    let rules = Rules::load(&args.rules, &vocabulary, &args.set)?;
    let chosen = rules::in_force(&rules.standards(), calendar.as_of)?;
    let fields = rules::vocabulary(&rules.standards())?;
    let delivery = read(&args.data, &args.reading, &fields, &rules.domains(), calendar.as_of)?;
    let tried = Tried::new(chosen, &delivery.caseload, &calendar)?;
    let later = args.days.map(|days| later(args, days, &calendar, &fields, &rules, &delivery)).transpose()?;
    let mut domains = Vec::new();
    for (standard, classified) in tried.standards.domains.iter().zip(&tried.classification.domains) {
        let caseload = &delivery.caseload;
        let near = |within| sanse::near(standard, caseload, &calendar, classified, within);
        let turns = |(days, later): (u32, &Vec<Caseload>)| {
            sanse::turns(standard, caseload, &calendar, classified, days, later)
        };
        domains.push(NearDomain {
            standard,
            reasons: Reasons::new(standard, caseload, &classified.assessments),
            near: args.within.map(near).transpose()?,
            turns: args.days.zip(later.as_ref()).map(turns).transpose()?,
        });
    }
    let trial = Trial {
        delivery: &delivery,
        calendar,
        year: args.when.year,
        quarter: args.when.quarter,
        sides: &[tried.record()],
    };
    if let Some(folder) = &args.out {
        sanse_data::write_near(folder, &trial, &domains)?;
    }
    let points = args.within.map(|within| format!("{within}分以内"));
    let asked: Vec<String> =
        points.into_iter().chain(args.days.map(|days| format!("{days}天以内"))).collect();
    writeln!(
        out,
        "{}年第{}季度临界企业（{}；不是评定结果）：企业 {} 户，统计期 {} 至 {}，截止日 {}",
        args.when.year,
        args.when.quarter,
        asked.join("，"),
        delivery.caseload.enterprises(),
        calendar.period.first,
        calendar.period.last,
        calendar.as_of
    )?;
    if args.days.is_some() {
        writeln!(out, "天数：统计期和截止日一起逐日后移，没有新的记录，数据照常报送；第一次变的那天")?;
    }
    for domain in &domains {
        if let Some(found) = &domain.near {
            report(&delivery, domain, found, out)?;
        }
        if let Some(found) = &domain.turns {
            report_turns(&delivery, domain, found, out)?;
        }
    }
    if let Some(folder) = &args.out {
        let files = [args.within.map(|_| "near.csv"), args.days.map(|_| "days.csv")];
        let files: Vec<&str> = files.into_iter().flatten().collect();
        writeln!(out, "\n结果在 {}：{} 每户每领域一行", folder.display(), files.join("、"))?;
    }
    Ok(())
}

/// The same deliveries as they will be known on each later day on which that changes.
fn later(
    args: &NearArgs,
    days: u32,
    calendar: &Calendar,
    fields: &Arc<Vocabulary>,
    rules: &Rules,
    delivery: &Delivery,
) -> Result<Vec<Caseload>, CliError> {
    let domains = rules.domains();
    let as_of = |day: Date| {
        let read = read(&args.data, &args.reading, fields, &domains, day)?;
        // Days are compared by enterprise and row, which other files would number otherwise.
        let digests = |d: &Delivery| d.sources.iter().map(|s| s.sha256.clone()).collect::<Vec<_>>();
        if digests(&read) == digests(delivery) {
            return Ok(read.caseload);
        }
        Err(CliError::new(Kind::Data, "数据文件在运行中被改动；请等文件存好后再运行一次"))
    };
    let last = sanse::days_later(calendar, days).as_of;
    let mut later = Vec::new();
    for day in sanse::event_days(&as_of(last)?, calendar.as_of, last) {
        later.push(as_of(day)?);
    }
    Ok(later)
}

/// Code and name of an enterprise, the name last.
fn shown(delivery: &Delivery, enterprise: usize) -> String {
    let caseload = &delivery.caseload;
    let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
    let names: Vec<String> =
        shown.iter().take(2).rev().map(|f| caseload.text(ENTERPRISE, enterprise, *f)).collect();
    names.join(" ").trim_end().to_owned()
}

fn report(
    delivery: &Delivery,
    domain: &NearDomain<'_>,
    found: &[Near],
    out: &mut impl Write,
) -> Result<(), CliError> {
    // Most enterprises have no record and sit next to the first demerit; to name them all would bury the others.
    let (clean, known): (Vec<&Near>, Vec<&Near>) = found.iter().partition(|near| near.clean);
    writeln!(out, "\n【{}】{} 户", domain.standard.subject.chinese(), known.len())?;
    for near in known {
        let steps = [near.better, near.worse].into_iter().flatten();
        let steps: Vec<String> =
            steps.map(|step| format!("差{}分为{}", step.distance, step.to.chinese())).collect();
        writeln!(
            out,
            "  {}  {} {}分，{}",
            shown(delivery, near.enterprise),
            near.standing.chinese(),
            near.score,
            steps.join("，")
        )?;
        for tip in &near.tips {
            writeln!(out, "      {}", sanse_data::tip_text(delivery, &domain.reasons, tip))?;
        }
    }
    if !clean.is_empty() {
        writeln!(out, "  另有没有一条记录命中规则的 {} 户，也在这个分数以内（加 --out 写出）", clean.len())?;
    }
    Ok(())
}

fn report_turns(
    delivery: &Delivery,
    domain: &NearDomain<'_>,
    found: &[Turn],
    out: &mut impl Write,
) -> Result<(), CliError> {
    writeln!(out, "\n【{}】什么都不再发生也会变的 {} 户", domain.standard.subject.chinese(), found.len())?;
    for turn in found {
        writeln!(
            out,
            "  {}  {} → {}，{}天后（截止日 {}）",
            shown(delivery, turn.enterprise),
            turn.standing.chinese(),
            turn.to.chinese(),
            turn.days,
            turn.on
        )?;
        for tip in &turn.tips {
            writeln!(out, "      {}", sanse_data::turn_tip_text(delivery, &domain.reasons, tip))?;
        }
    }
    Ok(())
}
