//! `sanse test`: the tests written in the standards.

use std::io::Write;
use std::sync::Arc;

use sanse::Vocabulary;
use sanse_script::run_cases;

use crate::args::TestArgs;
use crate::error::{CliError, Kind};
use crate::rules::{self, Tally};

pub(crate) fn run(args: &TestArgs, out: &mut impl Write) -> Result<(), CliError> {
    let scripts = rules::read(&args.path)?;
    let (mut passed, mut failed) = (0, 0);
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
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    if passed + failed == 0 {
        let message = "一个测试也没有；请在标准脚本里用 测试(“…”) 写出至少一个例子";
        return Err(CliError::new(Kind::Findings, message));
    }
    if failed > 0 { Err(CliError::findings()) } else { Ok(()) }
}
