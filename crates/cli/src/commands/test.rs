//! `sanse test`: the tests written in the standards and in the tables beside them, and what they do not reach.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use sanse::Vocabulary;
use sanse_script::{CaseResult, Coverage, Severity, coverage, run_cases};

use crate::args::TestArgs;
use crate::error::{CliError, Kind};
use crate::rules::{self, Tally};
use crate::tables::Checked;
use crate::watch;

pub(crate) fn run(args: &TestArgs, out: &mut impl Write) -> Result<(), CliError> {
    if args.watch { watch::run(&args.path, out, |out| once(args, out)) } else { once(args, out) }
}

/// A test's result and the table in which it stands; `None` for the script.
type Ran<'a> = (Option<&'a str>, CaseResult);

fn once(args: &TestArgs, out: &mut impl Write) -> Result<(), CliError> {
    let scripts = rules::read(&args.path)?;
    let checked = Checked::all(&scripts, &args.path, &Arc::new(Vocabulary::standard()), &args.set)?;
    let (mut passed, mut failed) = (0, 0);
    let mut total = Coverage::default();
    let mut report = Report::new("sanse test");
    for finding in &checked.orphans {
        writeln!(out, "{}\n", sanse_script::render(finding, "").trim_end())?;
        failed += 1;
    }
    for (one, script) in checked.standards.iter().zip(&scripts) {
        let mut tally = Tally::default();
        tally.add(&one.compiled);
        let wrong = one.findings.iter().filter(|f| f.severity == Severity::Error).count();
        let Some(standard) = one.compiled.standard.as_ref().filter(|_| tally.errors == 0) else {
            rules::print(&one.compiled, out)?;
            writeln!(out, "{}：有错误 {} 处，测试没有运行", script.shown, tally.errors)?;
            report.add_test_suite(broken(&script.shown, "标准有错误，测试没有运行", &one.texts()));
            // A script that cannot run must not look like one whose tests pass.
            failed += 1;
            continue;
        };
        for finding in &one.findings {
            writeln!(out, "{}\n", sanse_script::render(finding, "").trim_end())?;
        }
        // The script's own tests come first, then those of the tables.
        let whole = one.with_tables(standard);
        let tables = one.tables.iter().flat_map(|t| t.cases.iter().map(|_| Some(t.shown.as_str())));
        let from = standard.cases.iter().map(|_| None).chain(tables);
        let results: Vec<Ran<'_>> = from.zip(run_cases(&whole)).collect();
        let good = results.iter().filter(|(_, r)| r.passed).count();
        writeln!(out, "{}（{}）：通过 {good} 失败 {}", script.shown, standard.id, results.len() - good)?;
        for table in &one.tables {
            writeln!(out, "  其中测试表 {}：{} 个", table.shown, table.cases.len())?;
        }
        for (table, result) in results.iter().filter(|(_, r)| !r.passed) {
            print_failure(*table, result, out)?;
        }
        if wrong > 0 {
            writeln!(out, "  测试表有错误 {wrong} 处，有错误的测试没有运行")?;
            report.add_test_suite(broken(&format!("{} 测试表", standard.id), "测试表有错误", &one.texts()));
            failed += 1;
        }
        report.add_test_suite(suite(&standard.id, &script.shown, &results));
        passed += good;
        failed += results.len() - good;
        if args.coverage || args.fail_under.is_some() {
            let reached = coverage(&whole);
            print_coverage(&reached, out)?;
            total.add(&reached);
        }
    }
    if let Some(file) = &args.junit {
        write_junit(file, &report)?;
    }
    writeln!(out, "共通过 {passed} 个，失败 {failed} 个")?;
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

fn print_failure(table: Option<&str>, result: &CaseResult, out: &mut impl Write) -> Result<(), CliError> {
    let table = table.map_or_else(String::new, |table| format!("{table} "));
    writeln!(out, "  未通过：{}（{table}第 {} 行）", result.case, result.place.line)?;
    for difference in &result.differences {
        writeln!(out, "    {difference}")?;
    }
    if !result.chain.is_empty() {
        writeln!(out, "    评定过程：")?;
    }
    for reason in &result.chain {
        writeln!(out, "      {reason}")?;
    }
    Ok(())
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

/// The tests of a standard as JUnit knows them.
fn suite(id: &str, script: &str, results: &[Ran<'_>]) -> TestSuite {
    let mut suite = TestSuite::new(id);
    for (table, result) in results {
        let mut status = TestCaseStatus::success();
        if !result.passed {
            status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(result.differences.join("；"));
            status.set_description([&result.differences[..], &result.chain[..]].concat().join("\n"));
        }
        let mut case = TestCase::new(result.case.as_str(), status);
        case.set_classname(id);
        // No time is measured: the same tests give the same file.
        case.set_time(Duration::ZERO);
        case.extra.insert("file".into(), table.unwrap_or(script).into());
        case.extra.insert("line".into(), result.place.line.to_string().into());
        suite.add_test_case(case);
    }
    suite
}

/// What could not be run, as an error of one test.
fn broken(name: &str, message: &str, findings: &[String]) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(message);
    status.set_description(findings.join("\n"));
    suite.add_test_case(TestCase::new(message, status));
    suite
}

fn write_junit(file: &Path, report: &Report) -> Result<(), CliError> {
    let text =
        report.to_string().map_err(|e| CliError::new(Kind::Internal, format!("不能写成 JUnit：{e}")))?;
    rules::write(file, &text)
}
