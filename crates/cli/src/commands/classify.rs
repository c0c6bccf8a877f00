//! `sanse classify`: a folder of tables and a folder of standards in, a folder of results out.

use std::io::Write;
use std::sync::Arc;

use sanse::{Calendar, Label, Standard, Subject, Vocabulary};
use sanse_data::{Run, Script, Written};

use crate::args::ClassifyArgs;
use crate::error::{CliError, Kind};
use crate::rules::{self, Tally};
use crate::screen::aligned;

pub(crate) fn run(args: &ClassifyArgs, out: &mut impl Write) -> Result<(), CliError> {
    let period = args.period()?;
    if args.as_of < period.last {
        let message = format!(
            "截止日 {} 早于统计期末日 {}，统计期还没有过完；请用 --as-of {} 或更晚的日期，或者改 --year、--quarter",
            args.as_of, period.last, period.last
        );
        return Err(CliError::new(Kind::Arguments, message));
    }
    let calendar = Calendar { period, as_of: args.as_of };
    // Everything that can be refused is refused before the work is done.
    sanse_data::check_out(&args.out)?;
    for (input, name) in [(&args.data, "--data"), (&args.rules, "--rules")] {
        if sanse_data::lies_within(&args.out, input) {
            let message = format!("--out 不能在 {name} 的文件夹里面，否则结果会被当成数据；请另指一个文件夹");
            return Err(CliError::new(Kind::Arguments, message));
        }
    }

    let files = rules::read(&args.rules)?;
    let compiled = rules::compile(&files, &Arc::new(Vocabulary::standard()), &args.set);
    let mut tally = Tally::default();
    for one in &compiled {
        tally.add(one);
    }
    if tally.errors > 0 {
        for one in &compiled {
            rules::print(one, &mut std::io::stderr().lock())?;
        }
        let message = format!("标准有错误 {} 处，没有评定；请改正后重试", tally.errors);
        return Err(CliError::new(Kind::Findings, message));
    }
    let standards: Vec<&Standard> = compiled.iter().filter_map(|c| c.standard.as_ref()).collect();
    rules::check_settings(&args.set, &standards)?;
    let chosen = rules::in_force(&standards, args.as_of)?;
    let scripts: Vec<Script> = files
        .iter()
        .zip(&compiled)
        .filter_map(|(file, compiled)| {
            let standard = compiled.standard.as_ref()?;
            Some(Script {
                file: file.relative.clone(),
                sha256: sanse_data::sha256(&file.bytes),
                standard: standard.id.clone(),
                used: standard.applies_on(args.as_of),
            })
        })
        .collect();

    // Domains of standards not in force are known too, so that their rows are told from rows of no domain.
    let mut domains: Vec<String> = standards
        .iter()
        .filter_map(|s| match &s.subject {
            Subject::Domain(name) => Some(name.clone()),
            Subject::Overall => None,
        })
        .collect();
    domains.sort();
    domains.dedup();
    let vocabulary = rules::vocabulary(&standards)?;
    let delivery = sanse_data::read_folder(&args.data, &vocabulary, &domains, args.as_of)?;
    let threads =
        args.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let overall = chosen.overall.as_ref();
    let classification = sanse::classify(&delivery.caseload, &chosen.domains, overall, &calendar, threads)?;
    let overrides: Vec<(String, String)> =
        args.set.iter().map(|s| (format!("{}.{}", s.standard, s.parameter), s.value.clone())).collect();
    let written = sanse_data::write_run(
        &args.out,
        &Run {
            delivery: &delivery,
            standards: &chosen.domains,
            overall,
            classification: &classification,
            calendar,
            year: args.year,
            quarter: args.quarter,
            scripts: &scripts,
            overrides: &overrides,
        },
    )?;
    report(args, &calendar, &written, out)?;
    if tally.warnings > 0 {
        // They were seen when the standard was written; here they would bury the result.
        let shown = args.rules.display();
        writeln!(out, "标准有提醒 {} 处，用 sanse check {shown} 查看", tally.warnings)?;
    }
    Ok(())
}

fn report(
    args: &ClassifyArgs,
    calendar: &Calendar,
    written: &Written,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let (year, quarter, period) = (args.year, args.quarter, calendar.period);
    writeln!(
        out,
        "{year}年第{quarter}季度分类初评：企业 {} 户，统计期 {} 至 {}，截止日 {}",
        written.enterprises, period.first, period.last, calendar.as_of
    )?;
    writeln!(out)?;
    let mut rows = vec![vec!["领域".to_owned()]];
    if let Some(headers) = rows.first_mut() {
        headers.extend(Label::ALL.iter().map(|l| l.chinese().to_owned()));
        headers.extend(["未评定", "不适用"].map(str::to_owned));
    }
    for counts in &written.counts {
        let mut row = vec![counts.domain.clone()];
        row.extend(counts.labels.iter().map(u64::to_string));
        row.extend([counts.not_rated.to_string(), counts.not_applicable.to_string()]);
        rows.push(row);
    }
    for line in aligned(&rows) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "结果在 {}：enterprises.csv 每户一行，deductions.csv 每项扣分一行",
        written.folder.display()
    )?;
    if written.replaced {
        writeln!(out, "已替换文件夹里原有的初评结果")?;
    }
    writeln!(
        out,
        "数据问题 {} 处（problems.csv），其中 {} 处在核对之前不评绿标；未用的行 {} 行（unused.csv）",
        written.problems, written.withholding, written.unused
    )?;
    writeln!(out, "指纹 {}", written.fingerprint)?;
    writeln!(out, "初评，不得公开；仅用于分类监管，不是行政处罚或信用评价。")?;
    Ok(())
}
