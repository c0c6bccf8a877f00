//! `sanse assess`: one enterprise a line in, one result a line out, for other systems.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::sync::Arc;

use sanse::{Calendar, Period, Standard, Vocabulary};
use sanse_data::json::{Assessor, request_schema, response_schema};

use crate::args::{AssessArgs, Schema};
use crate::error::{CliError, Kind};
use crate::rules;

/// The longest line that is read. An enterprise with ten thousand records takes about 3 MB.
const LIMIT: usize = 16 << 20;
/// The most lines that are answered together, and the room for those that have come.
const MOST: usize = 512;
const BUFFER: usize = 1 << 20;

pub(crate) fn run(args: &AssessArgs, out: &mut impl Write) -> Result<(), CliError> {
    let vocabulary = Arc::new(Vocabulary::standard());
    if let Some(which) = args.schema {
        let schema = match which {
            Schema::Request => request_schema(&vocabulary),
            Schema::Response => response_schema(),
        };
        writeln!(out, "{schema:#}")?;
        return Ok(());
    }
    let assessor = assessor(args, &vocabulary)?;
    let threads =
        args.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let mut input = BufReader::with_capacity(BUFFER, std::io::stdin().lock());
    let mut number = 0;
    loop {
        let lines = received(&mut input, &mut number).map_err(|e| broken(&e))?;
        if lines.is_empty() {
            return Ok(());
        }
        for answers in answered(&assessor, &lines, threads) {
            out.write_all(&answers)?;
        }
        out.flush()?;
    }
}

/// A line and its number; `None` for one that is longer than [`LIMIT`].
type Line = (u64, Option<Vec<u8>>);

/// Waits for a line, and takes with it those that have already come; none at the end of the input. So nobody
/// waits for an answer until somebody else asks, and a stream of requests keeps every processor busy.
fn received(input: &mut BufReader<impl Read>, number: &mut u64) -> std::io::Result<Vec<Line>> {
    let mut lines = Vec::new();
    while lines.is_empty() || (lines.len() < MOST && input.buffer().contains(&b'\n')) {
        let mut line = Vec::new();
        let read = input.by_ref().take(LIMIT as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        *number += 1;
        let long = line.len() > LIMIT && !line.ends_with(b"\n");
        if long {
            input.skip_until(b'\n')?;
        }
        if long || !line.trim_ascii().is_empty() {
            lines.push((*number, (!long).then_some(line)));
        }
    }
    Ok(lines)
}

/// The answers to some lines, in their order, in one piece a thread.
fn answered(assessor: &Assessor, lines: &[Line], threads: usize) -> Vec<Vec<u8>> {
    let answers = &|lines: &[Line]| {
        let mut out = Vec::new();
        let mut read: Vec<(u64, &[u8])> = Vec::with_capacity(lines.len());
        for (number, line) in lines {
            if let Some(line) = line {
                read.push((*number, line));
                continue;
            }
            assessor.answer_all(&std::mem::take(&mut read), &mut out);
            Assessor::refuse_long(*number, LIMIT, &mut out);
        }
        assessor.answer_all(&read, &mut out);
        out
    };
    // A thread is not worth starting for less.
    let size = lines.len().div_ceil(threads).max(8);
    if lines.len() <= size {
        return vec![answers(lines)];
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = lines.chunks(size).map(|part| scope.spawn(move || answers(part))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<u8>>| match thread.join() {
            Ok(part) => part,
            Err(cause) => std::panic::resume_unwind(cause),
        };
        running.into_iter().map(join).collect()
    })
}

fn assessor(args: &AssessArgs, vocabulary: &Arc<Vocabulary>) -> Result<Assessor, CliError> {
    // The parser of arguments asks for all three.
    let (Some(folder), Some(year), Some(as_of)) = (&args.rules, args.year, args.as_of) else {
        return Err(CliError::new(Kind::Arguments, "缺少 --rules、--year 或 --as-of"));
    };
    let period = Period::of_quarter(year, args.quarter)
        .ok_or_else(|| CliError::new(Kind::Arguments, "--year 或 --quarter 超出范围"))?;
    if as_of < period.last {
        let message = format!(
            "截止日 {as_of} 早于统计期末日 {}，统计期还没有过完；请用 --as-of {} 或更晚的日期",
            period.last, period.last
        );
        return Err(CliError::new(Kind::Arguments, message));
    }
    let files = rules::read(folder)?;
    let compiled = rules::compile(&files, vocabulary, &args.set);
    let mut tally = rules::Tally::default();
    for one in &compiled {
        tally.add(one);
    }
    if tally.errors > 0 {
        for one in &compiled {
            rules::print(one, &mut std::io::stderr().lock())?;
        }
        let message = format!("标准有错误 {} 处，没有评定；请改正后重试", tally.errors);
        return Err(CliError::new(Kind::Findings, message));
    }
    let standards: Vec<&Standard> = compiled.iter().filter_map(|c| c.standard.as_ref()).collect();
    rules::check_settings(&args.set, &standards)?;
    let chosen = rules::in_force(&standards, as_of)?;
    let calendar = Calendar { period, as_of };
    Ok(Assessor::new(vocabulary, chosen.domains, chosen.overall, calendar)?)
}

fn broken(error: &std::io::Error) -> CliError {
    CliError::new(Kind::Data, format!("读标准输入失败：{}", sanse_data::io_reason(error)))
}
