//! `sanse` (三色): classifies a district's enterprises from the bureaus' tables and standards.
//!
//! Thin: arguments in, one library call, Chinese messages out. Exit codes:
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | it ran and found errors: in a standard, or failed tests |
//! | 2 | wrong arguments |
//! | 3 | data or files cannot be read or written |
//! | 4 | an error of the program itself |

mod args;
mod commands;
mod error;
mod progress;
mod rules;
mod screen;
mod tables;
mod trial;
mod watch;

use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use args::Command;
use error::{CliError, Kind};

fn main() -> ExitCode {
    // A panic is an error of ours: one Chinese line with its place for the maintainers, never a backtrace.
    // One of a decoder, over a file that is none, is caught and is in the list of problems.
    std::panic::set_hook(Box::new(|panic| {
        if !sanse_data::is_decoding() {
            let _ = writeln!(std::io::stderr(), "程序内部错误，请把这一行告诉维护人员：{panic}");
        }
    }));
    let caught = std::panic::catch_unwind(AssertUnwindSafe(run));
    let result = caught.unwrap_or_else(|_| Err(CliError::new(Kind::Internal, "")));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.message.is_empty() {
                let _ = writeln!(std::io::stderr(), "{}", error.message);
            }
            error.kind.exit_code()
        }
    }
}

fn run() -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match args::parse(&mut out)? {
        None => Ok(()),
        Some(Command::Start(args)) => commands::start::run(&args, &mut std::io::stdin().lock(), &mut out),
        Some(Command::Classify(args)) => commands::classify::run(&args, &mut out),
        Some(Command::Inspect(args)) => commands::inspect::run(&args, &mut out),
        Some(Command::Check(args)) => commands::check::run(&args, &mut out),
        Some(Command::Test(args)) => commands::test::run(&args, &mut out),
        Some(Command::Fmt(args)) => commands::fmt::run(&args, &mut out),
        Some(Command::Explain(args)) => commands::explain::run(&args, &mut out),
        Some(Command::Verify(args)) => commands::verify::run(&args, &mut out),
        Some(Command::Finalize(args)) => commands::finalize::run(&args, &mut out),
        Some(Command::Notices(args)) => commands::notices::run(&args, &mut out),
        Some(Command::Compare(args)) => commands::compare::run(&args, &mut out),
        Some(Command::Sweep(args)) => commands::sweep::run(&args, &mut out),
        Some(Command::Near(args)) => commands::near::run(&args, &mut out),
        Some(Command::Mutate(args)) => commands::mutate::run(&args, &mut out),
        Some(Command::Assess(args)) => commands::assess::run(&args, &mut out),
        Some(Command::Compile(args)) => commands::compile::run(&args, &mut out),
        Some(Command::New(args)) => commands::new::run(&args, &mut out),
        Some(Command::Doc(args)) => commands::doc::run(&args, &mut out),
        Some(Command::Vocabulary(args)) => commands::vocabulary::run(&args, &mut out),
        Some(Command::Completion(args)) => commands::completion::run(&args, &mut out),
    }
}
