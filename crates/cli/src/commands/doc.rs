//! `sanse doc`: the readable document of a standard.

use std::io::Write;

use sanse_script::{Format, document};

use crate::args::{DocArgs, DocFormat};
use crate::error::CliError;
use crate::rules;

pub(crate) fn run(args: &DocArgs, out: &mut impl Write) -> Result<(), CliError> {
    let standard = rules::one(&args.path, &args.set, out)?;
    let format = match args.format {
        DocFormat::Md => Format::Markdown,
        DocFormat::Html => Format::Html,
    };
    let text = document(&standard, format);
    match &args.out {
        Some(path) => {
            rules::write(path, &text)?;
            writeln!(out, "已写出 {}：{} {}", path.display(), standard.id, standard.title)?;
        }
        None => out.write_all(text.as_bytes())?,
    }
    Ok(())
}
