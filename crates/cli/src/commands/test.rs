//! `sanse test`: the tests written in the standards, and what they do not reach.

use std::io::Write;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::{Coverage, coverage, run_cases};

use crate::args::TestArgs;
use crate::error::{CliError, Kind};
use crate::rules::{self, Tally};

pub(crate) fn run(args: &TestArgs, out: &mut impl Write) -> Result<(), CliError> {
    let scripts = rules::read(&args.path)?;
    let (mut passed, mut failed) = (0, 0);
    let mut total = Coverage::default();
    for one in rules::compile_for_tests(&scripts, &Arc::new(Vocabulary::standard())).iter().zip(&scripts) {
        let (compiled, script) = one;
        let mut tally = Tally::default();
        tally.add(compiled);
        let Some(standard) = compiled.standard.as_ref().filter(|_| tally.errors == 0) else {
            rules::print(compiled, out)?;
            writeln!(out, "{}：有错误 {} 处，测试没有运行", script.shown, tally.errors)?;
            // A script that cannot run must not look like one whose tests pass.
            failed += 1;
            continue;
        };
        let results = run_cases(standard);
        let good = results.iter().filter(|r| r.passed).count();
        writeln!(out, "{}（{}）：通过 {good} 失败 {}", script.shown, standard.id, results.len() - good)?;
        for result in results.iter().filter(|r| !r.passed) {
            writeln!(out, "  未通过：{}（第 {} 行）", result.case, result.place.line)?;
            for difference in &result.differences {
                writeln!(out, "    {difference}")?;
            }
            if !result.chain.is_empty() {
                writeln!(out, "    评定过程：")?;
            }
            for reason in &result.chain {
                writeln!(out, "      {reason}")?;
            }
        }
        passed += good;
        failed += results.len() - good;
        if args.coverage || args.fail_under.is_some() {
            let reached = coverage(standard);
            print_coverage(&reached, out)?;
            total.add(&reached);
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    if passed + failed == 0 {
        let message = "一个测试也没有；请在标准脚本里用 测试(“…”) 写出至少一个例子";
        return Err(CliError::new(Kind::Findings, message));
    }
    if let Some(least) = args.fail_under
        && total.reached * 100 < least * total.all
    {
        let message = format!("测试用到 {}%，少于要求的 {least}%", total.percent());
        return Err(CliError::new(Kind::Findings, message));
    }
    if failed > 0 { Err(CliError::findings()) } else { Ok(()) }
}

fn print_coverage(coverage: &Coverage, out: &mut impl Write) -> Result<(), CliError> {
    let Coverage { reached, all, missed } = coverage;
    writeln!(out, "  规则、情形和等级共 {all} 项，测试用到 {reached} 项（{}%）", coverage.percent())?;
    for missed in missed {
        match missed.place {
            Some(place) => writeln!(out, "    没有用到：{}（第 {} 行）", missed.what, place.line)?,
            None => writeln!(out, "    没有用到：{}", missed.what)?,
        }
    }
    Ok(())
}
