//! `sanse compare`: who changes label between two sets of standards, and why.

use std::io::Write;
use std::sync::Arc;

use sanse::{Comparison, ENTERPRISE, Vocabulary};
use sanse_data::{FolderKind, Trial};

use crate::args::CompareArgs;
use crate::error::{CliError, Kind};
use crate::rules::{self, Rules};
use crate::screen::aligned;
use crate::trial::{Tried, outside, read};

/// So many movers of a domain are named on the screen.
const NAMED: usize = 10;

pub(crate) fn run(args: &CompareArgs, out: &mut impl Write) -> Result<(), CliError> {
    let calendar = args.when.calendar()?;
    let new_rules = args.new.as_ref().unwrap_or(&args.base);
    if let Some(folder) = &args.out {
        sanse_data::check_folder(folder, FolderKind::Comparison)?;
        outside(folder, &[(&args.data, "--data"), (&args.base, "--base"), (new_rules, "--new")])?;
    }
    let vocabulary = Arc::new(Vocabulary::standard());
    let base = Rules::load(&args.base, &vocabulary, &args.set_base)?;
    let new = Rules::load(new_rules, &vocabulary, &args.set_new)?;
    let base_chosen = rules::in_force(&base.standards(), calendar.as_of)?;
    let new_chosen = rules::in_force(&new.standards(), calendar.as_of)?;
    // Both sides judge one caseload, so a row of a domain that only one of them knows is of that domain for both.
    let mut domains = base.domains();
    domains.extend(new.domains());
    domains.sort();
    domains.dedup();
    let fields = rules::vocabulary(&[base.standards(), new.standards()].concat())?;
    let delivery = read(&args.data, &args.reading, &fields, &domains, calendar.as_of)?;
    let base = Tried::new(base_chosen, &delivery.caseload, &calendar)?;
    let new = Tried::new(new_chosen, &delivery.caseload, &calendar)?;
    let comparison = sanse::compare(base.side(), new.side())
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    let trial = Trial {
        delivery: &delivery,
        calendar,
        year: args.when.year,
        quarter: args.when.quarter,
        sides: &[base.record(), new.record()],
    };
    if let Some(folder) = &args.out {
        sanse_data::write_comparison(folder, &trial, &comparison)?;
    }
    report(args, &trial, &comparison, out)
}

fn report(
    args: &CompareArgs,
    trial: &Trial<'_>,
    comparison: &Comparison,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let caseload = &trial.delivery.caseload;
    let (year, quarter, period) = (trial.year, trial.quarter, trial.calendar.period);
    writeln!(
        out,
        "{year}年第{quarter}季度对比（试算，不是评定结果）：企业 {} 户，统计期 {} 至 {}，截止日 {}",
        caseload.enterprises(),
        period.first,
        period.last,
        trial.calendar.as_of
    )?;
    for (subjects, side) in [(&comparison.only_base, "原标准"), (&comparison.only_new, "新标准")] {
        for subject in subjects {
            writeln!(out, "“{}”只有{side}评定，没有可对比的", subject.chinese())?;
        }
    }
    let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
    for compared in &comparison.subjects {
        let [base, new] = &compared.standards;
        let standards = if base == new { base.clone() } else { format!("{base} → {new}") };
        writeln!(
            out,
            "\n【{}】{standards}  变动 {} 户",
            compared.subject.chinese(),
            compared.matrix.moved()
        )?;
        for line in aligned(&sanse_data::matrix_rows(&compared.matrix)) {
            writeln!(out, "{line}")?;
        }
        for mover in compared.movers.iter().take(NAMED) {
            let names: Vec<String> =
                shown.iter().take(2).rev().map(|f| caseload.text(ENTERPRISE, mover.enterprise, *f)).collect();
            let causes: Vec<String> = mover.causes.iter().map(ToString::to_string).collect();
            writeln!(
                out,
                "  {}  {}→{}  {}",
                names.join(" ").trim_end(),
                mover.from.chinese(),
                mover.to.chinese(),
                causes.join("；")
            )?;
        }
        if compared.movers.len() > NAMED {
            let rest = compared.movers.len() - NAMED;
            writeln!(out, "  另有 {rest} 户，加 --out 写出全部名单（movers.csv）")?;
        }
    }
    writeln!(out, "\n每年检查次数（按监管措施写明的“年检查次数”合计）")?;
    let mut rows =
        vec![["领域", "原标准", "新标准", "未写明次数的户数（原／新）"].map(str::to_owned).to_vec()];
    for (domain, [base, new]) in sanse_data::loads(comparison) {
        let unstated = format!("{}／{}", base.not_stated, new.not_stated);
        rows.push(vec![domain, base.to_string(), new.to_string(), unstated]);
    }
    for line in aligned(&rows) {
        writeln!(out, "{line}")?;
    }
    if let Some(folder) = &args.out {
        let folder = folder.display();
        writeln!(out, "\n结果在 {folder}：compare.html 可以看、可以打印，movers.csv 每户一行")?;
    }
    Ok(())
}
