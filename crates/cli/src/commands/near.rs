//! `sanse near`: who sits within some points of another label, and which record tips them.

use std::io::Write;
use std::sync::Arc;

use sanse::{ENTERPRISE, Near, Reasons, Standard, Vocabulary};
use sanse_data::{Delivery, FolderKind, Trial};

use crate::args::NearArgs;
use crate::error::CliError;
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
    let mut domains: Vec<(&Standard, Reasons<'_>, Vec<Near>)> = Vec::new();
    for (standard, classified) in tried.standards.domains.iter().zip(&tried.classification.domains) {
        let found = sanse::near(standard, &delivery.caseload, &calendar, classified, args.within)?;
        let reasons = Reasons::new(standard, &delivery.caseload, &classified.assessments);
        domains.push((standard, reasons, found));
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
    writeln!(
        out,
        "{}年第{}季度临界企业（{}分以内；不是评定结果）：企业 {} 户，统计期 {} 至 {}，截止日 {}",
        args.when.year,
        args.when.quarter,
        args.within,
        delivery.caseload.enterprises(),
        calendar.period.first,
        calendar.period.last,
        calendar.as_of
    )?;
    for (standard, reasons, found) in &domains {
        report(&delivery, standard, reasons, found, out)?;
    }
    if let Some(folder) = &args.out {
        writeln!(out, "\n结果在 {}：near.csv 每户每领域一行", folder.display())?;
    }
    Ok(())
}

fn report(
    delivery: &Delivery,
    standard: &Standard,
    reasons: &Reasons<'_>,
    found: &[Near],
    out: &mut impl Write,
) -> Result<(), CliError> {
    let caseload = &delivery.caseload;
    let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
    // Most enterprises have no record and sit next to the first demerit; to name them all would bury the others.
    let (clean, known): (Vec<&Near>, Vec<&Near>) = found.iter().partition(|near| near.clean);
    writeln!(out, "\n【{}】{} 户", standard.subject.chinese(), known.len())?;
    for near in known {
        let names: Vec<String> =
            shown.iter().take(2).rev().map(|f| caseload.text(ENTERPRISE, near.enterprise, *f)).collect();
        let steps = [near.better, near.worse].into_iter().flatten();
        let steps: Vec<String> =
            steps.map(|step| format!("差{}分为{}", step.distance, step.to.chinese())).collect();
        writeln!(
            out,
            "  {}  {} {}分，{}",
            names.join(" ").trim_end(),
            near.standing.chinese(),
            near.score,
            steps.join("，")
        )?;
        for tip in &near.tips {
            writeln!(out, "      {}", sanse_data::tip_text(delivery, reasons, tip))?;
        }
    }
    if !clean.is_empty() {
        writeln!(out, "  另有没有一条记录命中规则的 {} 户，也在这个分数以内（加 --out 写出）", clean.len())?;
    }
    Ok(())
}
