//! `sanse finalize`: a draft becomes final under a document, after the period of objection.

use std::io::Write;

use sanse_data::{Approval, Pace, finalize};

use crate::args::FinalizeArgs;
use crate::error::CliError;
use crate::trial::{all_threads, recovered};

pub(crate) fn run(args: &FinalizeArgs, out: &mut impl Write) -> Result<(), CliError> {
    recovered(&args.run)?;
    let office = args.office.read()?;
    let approval = Approval { document: args.doc.trim().to_owned(), date: args.date };
    let pace = Pace { threads: all_threads(), ..Pace::default() };
    let written = finalize(&args.run, &approval, office.as_ref(), &pace)?;
    writeln!(out, "已定稿：{}，{}（{}）", args.run.display(), approval.document, approval.date)?;
    for sentence in &written.left_out {
        writeln!(out, "{sentence}")?;
    }
    writeln!(out, "运行指纹 {}，与初评相同", written.fingerprint)?;
    Ok(())
}
