//! `sanse sweep`: one parameter over a range; what labels and visits each value gives.

use std::io::Write;
use std::sync::Arc;

use sanse::{Constant, Load, Standard, Standing, Subject, Vocabulary};
use sanse_data::{FolderKind, SweepStep, SweepSubject, Trial};
use sanse_script::{Override, Severity};

use crate::args::{Amount, PLACES, SweepArgs};
use crate::error::{CliError, Kind};
use crate::rules::{self, Rules};
use crate::screen::aligned;
use crate::trial::{Tried, outside, read};

/// More values than a table or a picture can show.
const MOST: usize = 200;

pub(crate) fn run(args: &SweepArgs, out: &mut impl Write) -> Result<(), CliError> {
    let calendar = args.when.calendar()?;
    let values = values(&args.from, &args.to, &args.step)?;
    if let Some(folder) = &args.out {
        sanse_data::check_folder(folder, FolderKind::Sweep)?;
        outside(folder, &[(&args.data, "--data"), (&args.rules, "--rules")])?;
    }
    let (id, name) = &args.parameter;
    let shown = format!("{id}.{name}");
    if args.set.iter().any(|s| s.standard == *id && s.parameter == *name) {
        let message =
            format!("--set 和 --parameter 都写了“{shown}”；试算时由 --parameter 取值，请去掉 --set");
        return Err(CliError::new(Kind::Arguments, message));
    }
    let vocabulary = Arc::new(Vocabulary::standard());
    // A mandatory parameter (必填) has no value of its own; the first one tried stands in until then.
    let with = |value: &str| {
        let mut set = args.set.clone();
        let (standard, parameter) = (id.clone(), name.clone());
        set.push(Override { standard, parameter, value: value.to_owned() });
        set
    };
    let first = values.first().map_or("", String::as_str);
    let rules = Rules::load(&args.rules, &vocabulary, &with(first))?;
    let swept = rules.compiled.iter().position(|c| c.standard.as_ref().is_some_and(|s| s.id == *id));
    let Some((place, file)) = swept.and_then(|place| Some((place, rules.files.get(place)?))) else {
        return Err(CliError::new(Kind::Internal, "找不到刚刚编译的标准"));
    };
    let mut standards: Vec<Standard> = rules.compiled.iter().filter_map(|c| c.standard.clone()).collect();
    if !standards.iter().any(|s| s.id == *id && s.applies_on(calendar.as_of)) {
        let message = format!("标准“{id}”在 {} 不施行，改它的参数没有作用；请核对 --as-of", calendar.as_of);
        return Err(CliError::new(Kind::Arguments, message));
    }
    let current = sanse_script::compile(&file.shown, &file.bytes, &vocabulary, &args.set)
        .standard
        .and_then(|s| value_of(&s, name));
    let fields = rules::vocabulary(&rules.standards())?;
    let delivery = read(&args.data, &args.reading, &fields, &rules.domains(), calendar.as_of)?;
    let mut steps = Vec::with_capacity(values.len());
    let mut last = None;
    for value in values {
        // The data are read once and only the one script is compiled again.
        let compiled = sanse_script::compile(&file.shown, &file.bytes, &vocabulary, &with(&value));
        let Some(standard) = compiled.standard else {
            let errors = compiled.findings.iter().filter(|f| f.severity == Severity::Error).count();
            rules::print(&compiled, &mut std::io::stderr().lock())?;
            let message =
                format!("“{shown}”取 {value} 时标准有错误 {errors} 处；请改 --from、--to 或 --step");
            return Err(CliError::new(Kind::Findings, message));
        };
        let is_current = current.is_some() && value_of(&standard, name) == current;
        // Every script compiled, so standards stand in the order of files.
        if let Some(slot) = standards.get_mut(place) {
            *slot = standard;
        }
        let chosen = rules::in_force(&standards.iter().collect::<Vec<_>>(), calendar.as_of)?;
        let tried = Tried::new(chosen, &delivery.caseload, &calendar)?;
        steps.push(SweepStep { value, current: is_current, subjects: subjects(&tried, id) });
        last = Some(tried);
    }
    if let (Some(folder), Some(tried)) = (&args.out, &last) {
        let trial = Trial {
            delivery: &delivery,
            calendar,
            year: args.when.year,
            quarter: args.when.quarter,
            sides: &[tried.record()],
        };
        sanse_data::write_sweep(folder, &trial, &shown, &steps)?;
    }
    writeln!(
        out,
        "{}年第{}季度试算（不是评定结果）：企业 {} 户，参数 {shown}，统计期 {} 至 {}，截止日 {}",
        args.when.year,
        args.when.quarter,
        delivery.caseload.enterprises(),
        calendar.period.first,
        calendar.period.last,
        calendar.as_of
    )?;
    report(&steps, out)?;
    if let Some(folder) = &args.out {
        writeln!(out, "\n结果在 {}：sweep.csv 每个取值一行，sweep.svg 是图", folder.display())?;
    }
    Ok(())
}

fn value_of(standard: &Standard, name: &str) -> Option<Constant> {
    standard.parameters.iter().find(|p| p.name == name).map(|p| p.value.clone())
}

/// The domain of the standard, and overall.
fn subjects(tried: &Tried, id: &str) -> Vec<SweepSubject> {
    let results = tried.side().results().filter(|(s, _)| s.id == id || s.subject == Subject::Overall);
    results
        .map(|(standard, classified)| {
            let load = (standard.subject != Subject::Overall).then(|| Load::of(standard, classified));
            SweepSubject::new(standard.subject.chinese(), classified.verdicts.iter().map(Standing::of), load)
        })
        .collect()
}

/// All values from the first to the last.
fn values(from: &Amount, to: &Amount, step: &Amount) -> Result<Vec<String>, CliError> {
    let wrong = |message: &str| Err(CliError::new(Kind::Arguments, message));
    if from.unit != to.unit || from.unit != step.unit {
        return wrong("--from、--to 和 --step 的单位要写成一样的，如 1.万元、5.万元、1.万元");
    }
    if step.number <= 0 {
        return wrong("--step 要大于 0");
    }
    if from.number > to.number {
        return wrong("--from 不能大于 --to");
    }
    if (to.number - from.number) / step.number >= MOST as i64 {
        return wrong("取值超过 200 个，请把 --step 写大一些");
    }
    let numbers = (0..MOST as i64).map(|n| from.number + n * step.number);
    Ok(numbers.take_while(|n| *n <= to.number).map(|n| decimal(n) + from.unit.as_str()).collect())
}

/// Ten-thousandths without needless zeros.
fn decimal(number: i64) -> String {
    let scale = 10_u64.pow(PLACES);
    let (whole, part) = (number.unsigned_abs() / scale, number.unsigned_abs() % scale);
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!(".{part:0width$}", width = PLACES as usize);
    format!("{sign}{whole}{}", digits.trim_end_matches('0').trim_end_matches('.'))
}

fn report(steps: &[SweepStep], out: &mut impl Write) -> Result<(), CliError> {
    let count = steps.first().map_or(0, |step| step.subjects.len());
    for number in 0..count {
        let of = || steps.iter().filter_map(|step| Some((step, step.subjects.get(number)?)));
        let Some((_, first)) = of().next() else { continue };
        let mut head = vec!["取值".to_owned()];
        head.extend(Standing::ALL.iter().map(|s| s.chinese().to_owned()));
        head.extend(["绿标率", "黄标率", "红标率", "未评定率"].map(str::to_owned));
        if first.load.is_some() {
            head.push("每年检查次数".to_owned());
        }
        let mut rows = vec![head];
        for (step, subject) in of() {
            let mark = if step.current { "（现值）" } else { "" };
            let mut row = vec![format!("{}{mark}", step.value)];
            row.extend(subject.counts.map(|count| count.to_string()));
            row.extend(subject.shares());
            row.extend(subject.load.map(|load| load.to_string()));
            rows.push(row);
        }
        writeln!(out, "\n【{}】（各率占适用户数）", first.name)?;
        for line in aligned(&rows) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(number: i64, unit: &str) -> Amount {
        Amount { number, unit: unit.to_owned() }
    }

    #[test]
    fn values_are_exact_and_keep_their_unit() {
        let all = |from, to, step, unit| values(&amount(from, unit), &amount(to, unit), &amount(step, unit));
        assert_eq!(all(-5_000, 10_000, 5_000, "").unwrap(), ["-0.5", "0", "0.5", "1"]);
        assert_eq!(all(10_000, 35_000, 10_000, ".万元").unwrap(), ["1.万元", "2.万元", "3.万元"]);
        assert_eq!(all(0, 0, 1, "").unwrap(), ["0"]);
        assert_eq!(all(0, 199, 1, "").unwrap().len(), 200);
        for (from, to, step) in [(0, 200, 1), (0, 10, 0), (0, 10, -1), (1, 0, 1)] {
            assert_eq!(all(from, to, step, "").unwrap_err().kind, Kind::Arguments);
        }
        assert!(values(&amount(1, ""), &amount(2, ".元"), &amount(1, "")).is_err());
    }
}
