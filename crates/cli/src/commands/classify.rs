//! `sanse classify`: a folder of tables and a folder of standards in, a folder of results out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{Calendar, Label, Vocabulary};
use sanse_data::{Intake, Pace, Papers, Run, Script, Task, Written};

use crate::args::ClassifyArgs;
use crate::error::CliError;
use crate::progress::Progress;
use crate::rules::{self, Rules};
use crate::screen::aligned;
use crate::trial::{all_threads, mapping, outside, recovered};

pub(crate) fn run(args: &ClassifyArgs, out: &mut impl Write) -> Result<(), CliError> {
    let calendar = args.when.calendar()?;
    recovered(&args.out)?;
    // Everything that can be refused is refused before the work is done.
    sanse_data::check_out(&args.out)?;
    outside(&args.out, &[(&args.data, "--data"), (&args.rules, "--rules")])?;
    let office = args.office.read()?;

    let vocabulary = Arc::new(Vocabulary::standard());
    let rules = Rules::load(&args.rules, &vocabulary, &args.set)?;
    let chosen = rules::in_force(&rules.standards(), args.when.as_of)?;
    let scripts: Vec<Script> = rules
        .files
        .iter()
        .zip(&rules.compiled)
        .filter_map(|(file, compiled)| {
            let standard = compiled.standard.as_ref()?;
            Some(Script {
                file: file.relative.clone(),
                sha256: sanse_data::sha256(&file.bytes),
                standard: standard.id.clone(),
                used: standard.applies_on(args.when.as_of),
            })
        })
        .collect();

    let fields = rules::vocabulary(&rules.standards())?;
    let threads = args.threads.unwrap_or_else(all_threads);
    let bar = Progress::new();
    let tell = |doing: &str, done, of| bar.tell(doing, done, of);
    let pace = Pace { threads, progress: &tell };
    let mapping = mapping(&args.reading, &fields)?;
    let overrides: Vec<(String, String)> =
        args.set.iter().map(|s| (format!("{}.{}", s.standard, s.parameter), s.value.clone())).collect();
    let task = Task {
        standards: &chosen.domains,
        overall: chosen.overall.as_ref(),
        calendar,
        year: args.when.year,
        quarter: args.when.quarter,
        scripts: &scripts,
        overrides: &overrides,
        papers: Papers { approval: None, office: office.as_ref(), tables_only: args.only_tables },
    };
    let domains = rules.domains();
    let intake = Intake {
        vocabulary: &fields,
        domains: &domains,
        as_of: args.when.as_of,
        mapping: mapping.as_ref(),
        pace,
    };
    let written = if args.only_tables && !fields.counts_branches() {
        // The results will need more room there than the records that wait.
        let aside = beside(&args.out);
        let batches = intake.folder_in_batches(&args.data, BATCH, &aside)?;
        sanse_data::write_in_batches(&args.out, batches, &task, &pace)?
    } else {
        let delivery = intake.folder(&args.data)?;
        let classification = task.classify(&delivery.caseload, threads)?;
        let run = Run { task, delivery: &delivery, classification: &classification };
        sanse_data::write_run_by(&args.out, &run, &pace)?
    };
    drop(bar);
    report(args, &calendar, &written, out)?;
    if let Some(office) = &office {
        super::notices::remind(office, out)?;
    }
    if rules.warnings > 0 {
        // They were seen when the standard was written; here they would bury the result.
        let shown = args.rules.display();
        writeln!(out, "标准有提醒 {} 处，用 sanse check {shown} 查看", rules.warnings)?;
    }
    Ok(())
}

/// Enterprises that are classified and written at a time where only tables are wanted. More take more memory, and make
/// it hardly faster.
const BATCH: u32 = 1 << 15;

/// The nearest folder above a path that exists.
fn beside(out: &Path) -> PathBuf {
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    absolute.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(out).to_owned()
}

fn report(
    args: &ClassifyArgs,
    calendar: &Calendar,
    written: &Written,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let (year, quarter, period) = (args.when.year, args.when.quarter, calendar.period);
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
    let what = if args.only_tables {
        "内部/ 里是各张表（只出表格：没有报告、工作簿和给各机关的表）"
    } else {
        "先看 内部/report.html（用浏览器打开）；用 Excel 看 内部/workbook.xlsx；各机关/ 里是各领域的表和工作簿"
    };
    writeln!(out, "结果在 {}：{what}", written.folder.display())?;
    if args.office.settings.is_some() && !args.only_tables {
        writeln!(out, "告知书 {} 份在 企业/ 里", written.enterprises)?;
    }
    if written.replaced {
        writeln!(out, "已替换文件夹里原有的初评结果")?;
    }
    writeln!(
        out,
        "数据问题 {} 处（内部/problems.csv），其中 {} 处在核对之前不评绿标；未用的行 {} 行（内部/unused.csv）",
        written.problems, written.withholding, written.unused
    )?;
    for sentence in &written.left_out {
        writeln!(out, "{sentence}")?;
    }
    writeln!(out, "运行指纹 {}", written.fingerprint)?;
    writeln!(out, "初评，不得公开；仅用于分类监管，不是行政处罚或信用评价。")?;
    Ok(())
}
