//! `sanse explain`: why an enterprise has its label, from the run folder's own tables.

use std::io::Write;

use sanse_data::{Found, Named, open_run};

use crate::args::ExplainArgs;
use crate::error::{CliError, Kind};
use crate::trial::recovered;

pub(crate) fn run(args: &ExplainArgs, out: &mut impl Write) -> Result<(), CliError> {
    recovered(&args.run)?;
    let folder = open_run(&args.run)?;
    // A code copied from a table that Excel has open begins with the mark that keeps it a text.
    let query = args.enterprise.trim().trim_start_matches('\'');
    let list = |found: &[Named]| found.iter().map(|n| format!("  {n}")).collect::<Vec<_>>().join("\n");
    match folder.find(query)? {
        Found::One(enterprise) => {
            write!(out, "{}", folder.explain(&enterprise)?)?;
            Ok(())
        }
        Found::Several(found, count) => {
            let more = if count > found.len() {
                format!("（共 {count} 户，只列出前 {} 户）", found.len())
            } else {
                String::new()
            };
            let message =
                format!("“{query}”对应多户企业{more}，请写全名称或者用信用代码：\n{}", list(&found));
            Err(CliError::new(Kind::Arguments, message))
        }
        Found::None(nearest) if nearest.is_empty() => {
            let message = format!("没有“{query}”这户企业；请核对名称或信用代码，或者只写名称中的几个字");
            Err(CliError::new(Kind::Arguments, message))
        }
        Found::None(nearest) => {
            let message = format!("没有“{query}”这户企业；相近的有：\n{}", list(&nearest));
            Err(CliError::new(Kind::Arguments, message))
        }
    }
}
