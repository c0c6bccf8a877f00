//! `sanse completion`: the completion script of a shell.

use std::io::Write;

use crate::args::{self, CompletionArgs};
use crate::error::CliError;

pub(crate) fn run(args: &CompletionArgs, out: &mut impl Write) -> Result<(), CliError> {
    let mut script = Vec::new();
    args::completion(args.shell, &mut script);
    out.write_all(&script)?;
    Ok(())
}
