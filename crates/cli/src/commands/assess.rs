//! `sanse assess`: one enterprise a line in, one result a line out, for other systems.

use std::io::{BufRead, Read as _, Write};
use std::sync::Arc;

use sanse::{Calendar, Period, Standard, Vocabulary};
use sanse_data::json::{Assessor, request_schema, response_schema};

use crate::args::{AssessArgs, Schema};
use crate::error::{CliError, Kind};
use crate::rules;

/// The longest line that is read. An enterprise with ten thousand records takes about 3 MB.
const LIMIT: usize = 16 << 20;

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
    let mut input = std::io::stdin().lock();
    let (mut line, mut answer, mut number) = (Vec::new(), Vec::new(), 0);
    loop {
        line.clear();
        let limit = LIMIT as u64 + 1;
        let read = input.by_ref().take(limit).read_until(b'\n', &mut line).map_err(|e| broken(&e))?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        answer.clear();
        if line.len() > LIMIT && !line.ends_with(b"\n") {
            input.skip_until(b'\n').map_err(|e| broken(&e))?;
            Assessor::refuse_long(number, LIMIT, &mut answer);
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            assessor.answer(&line, number, &mut answer);
        }
        out.write_all(&answer)?;
        out.flush()?;
    }
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
