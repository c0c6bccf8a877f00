//! Runs generated scripts by their numbers: `many_scripts FIRST COUNT [THREADS]`. The script of a number is the
//! same on every machine, so that a run can be resumed at any number. Says at the end, and every ten thousand
//! scripts, how many were done; a script for which something does not hold is printed, and the run goes on.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers that says what it did"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sanse_proof::hold::{Ended, everything};
use sanse_proof::{Kind, Numbers, script};

/// A script that takes longer is printed. Generous: other work may hold the machine.
const LONG: Duration = Duration::from_secs(2);
/// So many numbers decide a script, by turns; mostly few, because small scripts are done sooner.
const NUMBERS: [usize; 8] = [40, 80, 120, 60, 160, 100, 240, 500];
/// So many between two reports.
const REPORT: u64 = 10_000;

/// What was seen of one kind.
#[derive(Default)]
struct Count {
    scripts: AtomicU64,
    accepted: AtomicU64,
}

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let [first, count, rest @ ..] = numbers.as_slice() else {
        eprintln!("many_scripts FIRST COUNT [THREADS]");
        return ExitCode::FAILURE;
    };
    let threads = rest.first().copied().unwrap_or(1).max(1);
    let (next, done, failed) = (AtomicU64::new(*first), AtomicU64::new(0), AtomicU64::new(0));
    let counts: [Count; 5] = Default::default();
    let start = Instant::now();
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= first + count {
                break;
            }
            if !holds(number, &counts) {
                failed.fetch_add(1, Ordering::Relaxed);
            }
            let so_far = done.fetch_add(1, Ordering::Relaxed) + 1;
            if so_far.is_multiple_of(REPORT) {
                println!(
                    "{so_far} scripts, {} failed, {:.0?}, {}",
                    failed.load(Ordering::Relaxed),
                    start.elapsed(),
                    peak()
                );
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    for (kind, count) in counts.iter().enumerate() {
        let (scripts, accepted) = (&count.scripts, &count.accepted);
        println!("{:?}: {scripts:?} scripts, {accepted:?} accepted", KINDS.get(kind));
    }
    let failed = failed.into_inner();
    println!(
        "scripts {first} to {}: {failed} failed, {:.0?}, {}",
        first + count - 1,
        start.elapsed(),
        peak()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const KINDS: [Kind; 5] = [Kind::Sound, Kind::Slips, Kind::Words, Kind::Characters, Kind::Bytes];

/// How many numbers decide the script of a number.
fn count_of(number: u64) -> usize {
    NUMBERS.get((number % NUMBERS.len() as u64) as usize).copied().unwrap_or(100)
}

fn holds(number: u64, counts: &[Count; 5]) -> bool {
    let (kind, bytes) = script(&Numbers::from_seed(number, count_of(number)));
    let start = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(|| everything(&bytes, number.is_multiple_of(32))));
    let took = start.elapsed();
    if let Some(count) = KINDS.iter().position(|k| *k == kind).and_then(|place| counts.get(place)) {
        count.scripts.fetch_add(1, Ordering::Relaxed);
        if matches!(ended, Ok(Ended::Accepted)) {
            count.accepted.fetch_add(1, Ordering::Relaxed);
        }
    }
    if ended.is_err() || took > LONG {
        let what = if ended.is_err() { "does not hold" } else { "took long" };
        println!("script {number} {what} ({took:?}, {kind:?}):\n{}\n", String::from_utf8_lossy(&bytes));
    }
    ended.is_ok()
}

/// The most memory that this process has had, as far as the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM unknown").to_owned()
}
