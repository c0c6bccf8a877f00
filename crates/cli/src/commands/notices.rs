//! `sanse notices`: the notices of a draft, for which the settings came after the run.

use std::io::Write;

use sanse_data::{Office, Pace, rewrite};

use crate::args::NoticesArgs;
use crate::error::{CliError, Kind};
use crate::trial::{all_threads, recovered};

pub(crate) fn run(args: &NoticesArgs, out: &mut impl Write) -> Result<(), CliError> {
    recovered(&args.run)?;
    let office = args.office.read()?;
    let office = office.ok_or_else(|| CliError::new(Kind::Arguments, "缺少 --settings <文件>"))?;
    let written = rewrite(&args.run, &office, &Pace { threads: all_threads(), ..Pace::default() })?;
    writeln!(out, "告知书 {} 份，在 {} 的“企业”文件夹里", written.enterprises, args.run.display())?;
    for sentence in &written.left_out {
        writeln!(out, "{sentence}")?;
    }
    writeln!(out, "运行指纹 {}", written.fingerprint)?;
    remind(&office, out)
}

/// Says what of the settings is not yet filled in, while the notices have not been served.
pub(super) fn remind(office: &Office, out: &mut impl Write) -> Result<(), CliError> {
    let left = office.placeholders();
    if !left.is_empty() {
        writeln!(out, "提醒：设置文件还没有填好：{}；送达以前填好，否则不能定稿", left.join("、"))?;
    }
    Ok(())
}
