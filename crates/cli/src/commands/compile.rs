//! `sanse compile`: a standard as a file that is loaded without Rhai.

use std::io::Write;

use crate::args::CompileArgs;
use crate::error::{CliError, Kind};
use crate::rules;

pub(crate) fn run(args: &CompileArgs, out: &mut impl Write) -> Result<(), CliError> {
    let standard = rules::one(&args.path, &args.set, out)?;
    let text = sanse_data::save_standard(&standard)
        .map_err(|error| CliError::new(Kind::Findings, format!("标准“{}”{error}", standard.id)))?;
    rules::write(&args.out, &text)?;
    writeln!(out, "已写出 {}：{} {}", args.out.display(), standard.id, standard.title)?;
    Ok(())
}
