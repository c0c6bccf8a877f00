//! `sanse check`: everything that is wrong with standards, at once.

use std::io::Write;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::Finding;
use serde::Serialize;

use crate::args::{CheckArgs, Format};
use crate::error::{CliError, Kind};
use crate::rules::{self, Tally};

#[derive(Serialize)]
struct Report<'a> {
    files: Vec<&'a str>,
    errors: usize,
    warnings: usize,
    findings: Vec<&'a Finding>,
}

pub(crate) fn run(args: &CheckArgs, out: &mut impl Write) -> Result<(), CliError> {
    let scripts = rules::read(&args.path)?;
    let compiled = rules::compile_for_tests(&scripts, &Arc::new(Vocabulary::standard()));
    let mut tally = Tally::default();
    for one in &compiled {
        tally.add(one);
    }
    match args.format {
        Format::Json => {
            let report = Report {
                files: scripts.iter().map(|s| s.shown.as_str()).collect(),
                errors: tally.errors,
                warnings: tally.warnings,
                findings: compiled.iter().flat_map(|c| &c.findings).collect(),
            };
            let text = serde_json::to_string_pretty(&report)
                .map_err(|e| CliError::new(Kind::Internal, format!("不能写成 JSON：{e}")))?;
            writeln!(out, "{text}")?;
        }
        Format::Text => {
            for one in &compiled {
                rules::print(one, out)?;
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
