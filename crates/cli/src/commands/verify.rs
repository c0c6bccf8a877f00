//! `sanse verify`: repeats a run from its folder alone and says whether it is the same.

use std::io::Write;

use sanse_data::{Pace, Verification, verify};

use crate::args::VerifyArgs;
use crate::error::CliError;
use crate::trial::{all_threads, recovered};

pub(crate) fn run(args: &VerifyArgs, out: &mut impl Write) -> Result<(), CliError> {
    recovered(&args.run)?;
    let threads = args.threads.unwrap_or_else(all_threads);
    let found = verify(&args.run, args.data.as_deref(), &Pace { threads, ..Pace::default() })?;
    let expected = args.expect.as_deref().map(str::trim);
    let as_expected = expected.is_none_or(|expected| expected.eq_ignore_ascii_case(&found.repeated));
    let shown = args.run.display();
    if found.identical() && as_expected {
        writeln!(out, "一致：{shown}（{}）复算结果与文件夹逐字节相同", found.stamp)?;
        if args.data.is_some() {
            writeln!(out, "原始文件与评定时相同")?;
        }
        writeln!(out, "运行指纹 {}", found.repeated)?;
        return Ok(());
    }
    writeln!(out, "不一致：{shown}（{}）", found.stamp)?;
    report(&found, out)?;
    if let Some(expected) = expected.filter(|_| !as_expected) {
        writeln!(out, "运行指纹与要核对的“{expected}”不同：这不是审批的那次评定，或者内容已被改动")?;
    }
    Err(CliError::findings())
}

fn report(found: &Verification, out: &mut impl Write) -> Result<(), CliError> {
    for (what, files) in [
        ("内容被改动", &found.changed),
        ("缺少", &found.missing),
        ("多出来（不是本程序写的）", &found.extra),
        ("原始文件", &found.inputs),
    ] {
        for file in files {
            writeln!(out, "{what}：{file}")?;
        }
    }
    if let Some(broken) = &found.broken {
        writeln!(out, "无法复算：{broken}")?;
    }
    for difference in &found.differences {
        writeln!(out, "与复算不同：{difference}")?;
    }
    if found.version != env!("CARGO_PKG_VERSION") {
        writeln!(out, "评定用的程序是 {} 版，这里是 {} 版", found.version, env!("CARGO_PKG_VERSION"))?;
    }
    let repeated = if found.repeated.is_empty() { "无" } else { &found.repeated };
    writeln!(out, "运行指纹：记录 {}，复算 {repeated}", found.recorded)?;
    Ok(())
}
