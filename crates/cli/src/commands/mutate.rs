//! `sanse mutate`: which changes to a standard neither its tests nor any enterprise of the data notice.
//!
//! `--format json` writes one object: `standards`, each with `id`, `file`, `changes`, `noticed_by_tests`, `noticed_by_data`
//! (`null` without data), `noticed`, and `all`, the changes themselves.

use std::io::Write;
use std::sync::Arc;

use sanse::{Calendar, Caseload, Standard, Subject, Vocabulary};
use sanse_data::Delivery;
use sanse_script::{Mutation, Tried, mutate, run_cases};
use serde::Serialize;

use crate::args::{Format, MutateArgs};
use crate::error::{CliError, Kind};
use crate::rules::{self, ScriptFile, Tally};
use crate::tables::{Checked, CheckedStandard};
use crate::trial::{Tried as Classified, all_threads};

/// A standard, its file, and every change to it.
struct Changed {
    id: String,
    file: String,
    tried: Vec<Tried>,
}

pub(crate) fn run(args: &MutateArgs, out: &mut impl Write) -> Result<(), CliError> {
    let calendar = args.calendar()?;
    let scripts = rules::read(&args.path)?;
    let vocabulary = Arc::new(Vocabulary::standard());
    let standards = sound(args, &scripts, &vocabulary, out)?;
    let data = args.data.as_ref().zip(calendar).map(|(folder, calendar)| {
        let domains = rules::domains(&standards.iter().collect::<Vec<_>>());
        let fields = rules::vocabulary(&standards.iter().collect::<Vec<_>>())?;
        let delivery = sanse_data::read_folder(folder, &fields, &domains, calendar.as_of)?;
        Data::new(delivery, calendar, &standards)
    });
    let data = data.transpose()?;
    let mut all = Vec::new();
    for (standard, script) in standards.iter().zip(&scripts) {
        let own = data.as_ref().and_then(|data| data.of(standard));
        let tried = mutate(standard, own, all_threads());
        all.push(Changed { id: standard.id.clone(), file: script.shown.clone(), tried });
    }
    match args.format {
        Format::Json => json(&all, data.is_some(), out)?,
        Format::Text => all.iter().try_for_each(|changed| text(changed, data.is_some(), out))?,
    }
    if let Some(file) = &args.out {
        rules::write(file, &sanse_data::csv_text(&table(&all)))?;
        if args.format == Format::Text {
            writeln!(out, "全部改动写在 {}", file.display())?;
        }
    }
    let (noticed, whole) = all.iter().fold((0, 0), |(noticed, whole), changed| {
        (noticed + changed.tried.iter().filter(|t| t.noticed()).count(), whole + changed.tried.len())
    });
    match args.fail_under {
        Some(least) if noticed * 100 < least * whole => {
            let message = format!("改动 {whole} 处，发现了 {noticed} 处，少于要求的 {least}%");
            Err(CliError::new(Kind::Findings, message))
        }
        _ => Ok(()),
    }
}

/// The standards with the tests of their tables; errors, and tests that fail as it is, end the command.
fn sound(
    args: &MutateArgs,
    scripts: &[ScriptFile],
    vocabulary: &Arc<Vocabulary>,
    out: &mut impl Write,
) -> Result<Vec<Standard>, CliError> {
    let checked = Checked::all(scripts, &args.path, vocabulary, &args.set)?;
    let mut tally = Tally::default();
    for one in &checked.standards {
        tally.add(&one.compiled);
        tally.errors += one.findings.iter().filter(|f| f.severity == sanse_script::Severity::Error).count();
    }
    if tally.errors > 0 {
        for text in checked.standards.iter().flat_map(CheckedStandard::texts) {
            writeln!(out, "{}\n", text.trim_end())?;
        }
        let message = format!("标准或测试表有错误 {} 处，没有试；请改正后重试", tally.errors);
        return Err(CliError::new(Kind::Findings, message));
    }
    let whole = |one: &CheckedStandard| Some(one.with_tables(one.compiled.standard.as_ref()?));
    let standards: Vec<Standard> = checked.standards.iter().filter_map(whole).collect();
    let failed: usize = standards.iter().map(|s| run_cases(s).iter().filter(|r| !r.passed).count()).sum();
    if failed > 0 {
        let message = format!("有 {failed} 个测试本来就没有通过；先用 sanse test 改好，再试改动");
        return Err(CliError::new(Kind::Findings, message));
    }
    Ok(standards)
}

/// The data with what the standards in force make of them.
struct Data {
    delivery: Delivery,
    calendar: Calendar,
    classified: Classified,
}

impl Data {
    fn new(delivery: Delivery, calendar: Calendar, standards: &[Standard]) -> Result<Data, CliError> {
        let chosen = rules::in_force(&standards.iter().collect::<Vec<_>>(), calendar.as_of)?;
        let classified = Classified::new(chosen, &delivery.caseload, &calendar)?;
        Ok(Data { delivery, calendar, classified })
    }

    /// The caseload that a standard sees; `None` if it is not in force.
    fn of(&self, standard: &Standard) -> Option<(&Caseload, &Calendar)> {
        if !standard.applies_on(self.calendar.as_of) {
            return None;
        }
        let caseload = match standard.subject {
            Subject::Domain(_) => &self.delivery.caseload,
            Subject::Overall => self.classified.classification.outcomes.as_ref()?,
        };
        Some((caseload, &self.calendar))
    }
}

fn text(changed: &Changed, with_data: bool, out: &mut impl Write) -> Result<(), CliError> {
    let Changed { id, file, tried } = changed;
    let by_tests = tried.iter().filter(|t| t.test.is_some()).count();
    let noticed = tried.iter().filter(|t| t.noticed()).count();
    let by_data = if with_data {
        let by_data = tried.iter().filter(|t| t.enterprises.is_some_and(|n| n > 0)).count();
        format!("，数据发现 {by_data} 处")
    } else {
        String::new()
    };
    let left = tried.len() - noticed;
    writeln!(
        out,
        "{file}（{id}）：改动 {} 处，测试发现 {by_tests} 处{by_data}，没有发现 {left} 处",
        tried.len()
    )?;
    // Of a rule or case that nobody misses nothing else can be noticed either; its other changes are not named.
    let missed = |t: &&Tried| {
        !t.noticed() && matches!(t.mutant.mutation, Mutation::RuleRemoved | Mutation::ArmRemoved)
    };
    let missed: Vec<(&str, Mutation)> =
        tried.iter().filter(missed).map(|t| (t.mutant.part.as_str(), t.mutant.mutation)).collect();
    let within = |t: &Tried| {
        missed.iter().find(|(part, mutation)| {
            let itself = t.mutant.part == *part && t.mutant.mutation == *mutation;
            t.mutant.part.starts_with(part) && !itself
        })
    };
    for one in tried.iter().filter(|t| !t.noticed() && within(t).is_none()) {
        let mutant = &one.mutant;
        let others =
            tried.iter().filter(|t| !t.noticed() && t.mutant.part.starts_with(&mutant.part)).count() - 1;
        let others = match mutant.mutation {
            Mutation::RuleRemoved | Mutation::ArmRemoved if others > 0 => {
                format!("；其中的另外 {others} 处改动也没有发现")
            }
            _ => String::new(),
        };
        let place = match mutant.place.line {
            0 => String::new(),
            line => format!("第 {line} 行第 {} 列 ", mutant.place.column),
        };
        let (kind, part) = (mutant.mutation.chinese(), &mutant.part);
        let said = sentence(mutant.mutation, &mutant.before, &mutant.after);
        writeln!(out, "  {place}{part}：{kind}：{said}{others}")?;
        writeln!(out, "    补测试：{}", mutant.remedy)?;
    }
    Ok(())
}

fn sentence(mutation: Mutation, before: &str, after: &str) -> String {
    match mutation {
        _ if after.is_empty() => format!("“{before}”"),
        Mutation::ArmsSwapped => format!("“{before}”和“{after}”"),
        _ => format!("“{before}”改成“{after}”"),
    }
}

/// Every change, a row each.
fn table(all: &[Changed]) -> Vec<Vec<String>> {
    let headers = [
        "标准编号",
        "文件",
        "行",
        "列",
        "位置",
        "改动",
        "原来",
        "改成",
        "是否发现",
        "发现的测试",
        "变化的企业户数",
        "补什么测试",
    ];
    let mut rows = vec![headers.map(str::to_owned).to_vec()];
    for Changed { id, file, tried } in all {
        for one in tried {
            let mutant = &one.mutant;
            let number = |n: u32| if n == 0 { String::new() } else { n.to_string() };
            rows.push(vec![
                id.clone(),
                file.clone(),
                number(mutant.place.line),
                number(mutant.place.column),
                mutant.part.clone(),
                mutant.mutation.chinese().to_owned(),
                mutant.before.clone(),
                mutant.after.clone(),
                if one.noticed() { "是" } else { "否" }.to_owned(),
                one.test.clone().unwrap_or_default(),
                one.enterprises.map_or_else(String::new, |n| n.to_string()),
                if one.noticed() { String::new() } else { mutant.remedy.clone() },
            ]);
        }
    }
    rows
}

#[derive(Serialize)]
struct Report<'a> {
    standards: Vec<StandardReport<'a>>,
}

#[derive(Serialize)]
struct StandardReport<'a> {
    id: &'a str,
    file: &'a str,
    changes: usize,
    noticed_by_tests: usize,
    noticed_by_data: Option<usize>,
    noticed: usize,
    all: Vec<ChangeReport<'a>>,
}

#[derive(Serialize)]
struct ChangeReport<'a> {
    kind: Mutation,
    part: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    before: &'a str,
    after: &'a str,
    noticed: bool,
    test: Option<&'a str>,
    enterprises: Option<usize>,
    /// A test that would notice; `None` if one does.
    remedy: Option<&'a str>,
}

fn json(all: &[Changed], with_data: bool, out: &mut impl Write) -> Result<(), CliError> {
    let one = |changed: &'_ Tried| -> bool { changed.enterprises.is_some_and(|n| n > 0) };
    let standards = all.iter().map(|Changed { id, file, tried }| StandardReport {
        id,
        file,
        changes: tried.len(),
        noticed_by_tests: tried.iter().filter(|t| t.test.is_some()).count(),
        noticed_by_data: with_data.then(|| tried.iter().filter(|t| one(t)).count()),
        noticed: tried.iter().filter(|t| t.noticed()).count(),
        all: tried
            .iter()
            .map(|t| ChangeReport {
                kind: t.mutant.mutation,
                part: &t.mutant.part,
                line: (t.mutant.place.line != 0).then_some(t.mutant.place.line),
                column: (t.mutant.place.line != 0).then_some(t.mutant.place.column),
                before: &t.mutant.before,
                after: &t.mutant.after,
                noticed: t.noticed(),
                test: t.test.as_deref(),
                enterprises: t.enterprises,
                remedy: (!t.noticed()).then_some(&t.mutant.remedy),
            })
            .collect(),
    });
    let report = Report { standards: standards.collect() };
    let text = serde_json::to_string_pretty(&report)
        .map_err(|e| CliError::new(Kind::Internal, format!("不能写成 JSON：{e}")))?;
    writeln!(out, "{text}")?;
    Ok(())
}
