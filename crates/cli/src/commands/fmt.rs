//! `sanse fmt`: indents scripts evenly; with `--check` it only says which are not.
//!
//! A file is replaced whole or not at all, and only if all of them can be read: blanks change, nothing else.

use std::io::Write;
use std::path::Path;

use sanse_script::Unsound;

use crate::args::FmtArgs;
use crate::error::{CliError, Kind};
use crate::rules;

pub(crate) fn run(args: &FmtArgs, out: &mut impl Write) -> Result<(), CliError> {
    let mut scripts = Vec::new();
    for path in &args.paths {
        scripts.extend(rules::read(path)?.into_iter().filter(|script| !script.is_saved()));
    }
    let (mut formatted, mut wrong) = (Vec::new(), 0);
    for script in &scripts {
        match sanse_script::format(&script.shown, &script.bytes) {
            Ok(one) => formatted.push((script, one)),
            Err(Unsound { findings, text }) => {
                wrong += 1;
                for finding in &findings {
                    writeln!(out, "{}\n", sanse_script::render(finding, &text).trim_end())?;
                }
            }
        }
    }
    if wrong > 0 {
        let message = format!("{wrong} 个脚本的引号、括号或标点有错误，没有整理；请改正后重试");
        return Err(CliError::new(Kind::Findings, message));
    }
    let changed: Vec<_> = formatted.iter().filter(|(_, one)| one.changed).collect();
    for (script, one) in &changed {
        if args.check {
            writeln!(out, "没有整理：{}", script.shown)?;
            continue;
        }
        rules::replace(Path::new(&script.shown), &one.bytes)?;
        let encoding = if one.reencoded { "，并改存为 UTF-8" } else { "" };
        writeln!(out, "已整理：{}{encoding}", script.shown)?;
    }
    let (all, changed) = (scripts.len(), changed.len());
    if args.check && changed > 0 {
        let message = format!("{all} 个脚本里有 {changed} 个没有整理；用 sanse fmt 整理");
        return Err(CliError::new(Kind::Findings, message));
    }
    writeln!(out, "看了 {all} 个脚本，改了 {changed} 个")?;
    Ok(())
}
