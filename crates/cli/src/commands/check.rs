//! `sanse check`: everything that is wrong with standards and the tables of tests beside them, at once; with `--explain` the page of a code.
//!
//! `--format json` writes one object: `files` (the scripts looked at, in order), `errors` and `warnings` (how many),
//! `findings` (each as [`Finding`] says). The exit code is the same as for people.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{Finding, Severity};
use serde::Serialize;

use crate::args::{CheckArgs, Format};
use crate::error::{CliError, Kind};
use crate::rules::{self, Tally};
use crate::tables::Checked;
use crate::watch;

#[derive(Serialize)]
struct Report<'a> {
    files: Vec<&'a str>,
    errors: usize,
    warnings: usize,
    findings: Vec<&'a Finding>,
}

pub(crate) fn run(args: &CheckArgs, out: &mut impl Write) -> Result<(), CliError> {
    if let Some(code) = &args.explain {
        return explain(code, out);
    }
    let Some(path) = &args.path else {
        return Err(CliError::new(Kind::Arguments, "缺少 <路径>"));
    };
    if args.watch { watch::run(path, out, |out| once(args, path, out)) } else { once(args, path, out) }
}

fn once(args: &CheckArgs, path: &Path, out: &mut impl Write) -> Result<(), CliError> {
    let scripts = rules::read(path)?;
    let checked = Checked::all(&scripts, path, &Arc::new(Vocabulary::standard()), &args.set)?;
    let of_tables: Vec<&Finding> =
        checked.standards.iter().flat_map(|one| &one.findings).chain(&checked.orphans).collect();
    let mut tally = Tally::default();
    for one in &checked.standards {
        tally.add(&one.compiled);
    }
    let wrong = of_tables.iter().filter(|f| f.severity == Severity::Error).count();
    tally.errors += wrong;
    tally.warnings += of_tables.len() - wrong;
    match args.format {
        Format::Json => {
            let report = Report {
                files: scripts.iter().map(|s| s.shown.as_str()).collect(),
                errors: tally.errors,
                warnings: tally.warnings,
                findings: checked
                    .standards
                    .iter()
                    .flat_map(|one| one.compiled.findings.iter().chain(&one.findings))
                    .chain(&checked.orphans)
                    .collect(),
            };
            let text = serde_json::to_string_pretty(&report)
                .map_err(|e| CliError::new(Kind::Internal, format!("不能写成 JSON：{e}")))?;
            writeln!(out, "{text}")?;
        }
        Format::Text => {
            for one in &checked.standards {
                rules::print(&one.compiled, out)?;
            }
            for finding in &of_tables {
                writeln!(out, "{}\n", sanse_script::render(finding, "").trim_end())?;
            }
            writeln!(
                out,
                "检查了 {} 个脚本：错误 {} 处，提醒 {} 处",
                scripts.len(),
                tally.errors,
                tally.warnings
            )?;
        }
    }
    if tally.errors > 0 { Err(CliError::findings()) } else { Ok(()) }
}

fn explain(code: &str, out: &mut impl Write) -> Result<(), CliError> {
    let of_data = || sanse_data::explain_problem(code);
    let Some(text) = sanse_script::explain(code).or_else(of_data) else {
        let mut known: Vec<&str> = sanse_script::CODES.iter().map(|c| c.code).collect();
        known.extend(sanse_data::PROBLEM_PAGES.iter().map(|page| page.code));
        let message = format!("没有检查代码“{code}”；有：{}", known.join(" "));
        return Err(CliError::new(Kind::Arguments, message));
    };
    out.write_all(text.as_bytes())?;
    Ok(())
}
