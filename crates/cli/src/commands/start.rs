//! `sanse start` (开始): asks for year, quarter and as-of date, classifies the folder beside the program and opens
//! the report. For the official who double-clicks; everything else is `classify`.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use sanse::{Date, Period};

use super::classify;
use crate::args::{self, ClassifyArgs, OfficeArgs, ReadingArgs, StartArgs, When};
use crate::error::{CliError, Kind};

/// The folders beside the program.
const DATA: &str = "数据";
const RULES: &str = "标准";
const RESULTS: &str = "结果";
/// What an office may lay beside them: how columns are read, and who the office is.
const MAPPING: &str = "读法.toml";
const SETTINGS: &str = "设置.toml";
/// What is opened at the end.
const REPORT: &str = "内部/report.html";
/// How often a wrong answer may be corrected before the program gives up.
const TRIES: usize = 5;
/// How many earlier results of one quarter are passed over to find a free folder name.
const NAMES: usize = 99;
/// Seconds by which the clock of Beijing is ahead.
const BEIJING: u64 = 8 * 60 * 60;

pub(crate) fn run(
    args: &StartArgs,
    answers: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let done = classify_and_open(args, answers, out);
    if let Err(error) = &done
        && !error.message.is_empty()
    {
        // On standard output, before the pause: the window closes after it.
        writeln!(out, "\n{}", error.message)?;
    }
    writeln!(out, "\n按回车键结束")?;
    out.flush()?;
    let _ = answers.read_line(&mut String::new());
    done.map_err(|error| CliError::new(error.kind, ""))
}

fn classify_and_open(
    args: &StartArgs,
    answers: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let home = home(args)?;
    let (data, rules) = (home.join(DATA), home.join(RULES));
    for (folder, what) in [(&data, "各机关交来的表格"), (&rules, "各机关的标准（.rhai）")] {
        if std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none()) {
            let message = format!("“{}”里还没有文件；请把{what}放进这个文件夹，再运行一次", folder.display());
            return Err(CliError::new(Kind::Data, message));
        }
    }
    writeln!(out, "三色：给“{}”里的企业评绿标、黄标、红标。直接按回车用方括号里的值。\n", data.display())?;
    let today = today();
    let (this_year, month, _) = today.ymd();
    let year = ask(answers, out, "标签用于哪一年", &this_year.to_string(), args::year)?;
    let quarter = ask(answers, out, "第几季度（1 至 4）", &month.div_ceil(3).to_string(), args::quarter)?;
    let period = Period::of_quarter(year, quarter);
    // Before its quarter a label rests on an unfinished period.
    let known = |text: &str| {
        args::day(text).and_then(|day| match period {
            Some(period) if day < period.last => {
                Err(format!("截止日不能早于统计期末日 {}：统计期还没有过完", period.last))
            }
            _ => Ok(day),
        })
    };
    let as_of = ask(answers, out, "截止日（到哪天为止知道的情况）", &today.to_string(), known)?;
    let result = free_folder(&home.join(RESULTS), &format!("{year}年第{quarter}季度"))?;
    writeln!(out, "\n正在评定……")?;
    let there = |name: &str| Some(home.join(name)).filter(|path| path.is_file());
    let classify_args = ClassifyArgs {
        data,
        rules,
        when: When { year, quarter, as_of },
        out: result.clone(),
        reading: ReadingArgs { mapping: there(MAPPING) },
        set: Vec::new(),
        office: OfficeArgs { settings: there(SETTINGS), templates: None },
        only_tables: false,
        threads: None,
    };
    classify::run(&classify_args, out)?;
    // A province's run has tables alone.
    let report = Some(result.join(REPORT)).filter(|report| report.is_file()).unwrap_or(result);
    if !args.no_open
        && let Err(error) = opener::open(&report)
    {
        writeln!(out, "打不开报告（{error}）；请自己打开“{}”", report.display())?;
    }
    Ok(())
}

/// The folder of the program, unless another is named.
fn home(args: &StartArgs) -> Result<PathBuf, CliError> {
    if let Some(home) = &args.home {
        return Ok(home.clone());
    }
    let program = std::env::current_exe().ok();
    program.as_deref().and_then(Path::parent).map(Path::to_path_buf).ok_or_else(|| {
        CliError::new(Kind::Data, "找不到程序所在的文件夹；请用 --home 指明放“数据”“标准”的文件夹")
    })
}

/// Today in China: only a proposal, which the official confirms or corrects.
fn today() -> Date {
    let seconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    Date::from_days(((seconds + BEIJING) / (24 * 60 * 60)) as i32)
}

/// Asks until the answer can be read.
fn ask<T>(
    answers: &mut impl BufRead,
    out: &mut impl Write,
    question: &str,
    proposal: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, CliError> {
    for _ in 0..TRIES {
        write!(out, "{question} [{proposal}]：")?;
        out.flush()?;
        let mut line = String::new();
        if !matches!(answers.read_line(&mut line), Ok(1..)) {
            writeln!(out)?;
            return Err(CliError::new(Kind::Arguments, "没有回答，没有评定"));
        }
        let answer = line.trim();
        match read(if answer.is_empty() { proposal } else { answer }) {
            Ok(value) => return Ok(value),
            Err(why) => writeln!(out, "　{why}")?,
        }
    }
    Err(CliError::new(Kind::Arguments, "几次都没有读懂，没有评定；请重新开始"))
}

/// The first folder name that can take the results: an earlier draft is replaced, a final run never, and a folder
/// that a spreadsheet holds open cannot be.
fn free_folder(results: &Path, name: &str) -> Result<PathBuf, CliError> {
    let candidates = (1..=NAMES).map(|number| match number {
        1 => results.join(name),
        number => results.join(format!("{name}（{number}）")),
    });
    let mut last = None;
    for folder in candidates {
        match sanse_data::check_out(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| CliError::new(Kind::Data, "没有可用的结果文件夹"), CliError::from))
}
