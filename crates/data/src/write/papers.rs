//! Papers for people outside (文书): a notice to each enterprise under `企业`, and public lists under `公开`, from
//! templates that the office can edit. Everything is escaped; persons are masked.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use sanse::{Caseload, ENTERPRISE, Label, RowRef, SANCTION, State};

use super::audience::file_name;
use super::mask::{is_person, masked, masked_name};
use super::record::{Recorded, RunRecord, write_bytes};
use super::results::{label_or_state, measure_cells};
use super::{PURPOSE, Run, WriteError, tables};
use crate::office::{NOTICE, Office, PUBLIC, Publish};

/// So many facts fit on one sheet beside the rest; how many more there are is said.
const FACTS: usize = 12;

/// The longest text of a cell of a notice, in characters, so that it stays one sheet.
const LONGEST: usize = 90;

/// An enterprise as it may be named outside.
struct Firm {
    name: String,
    code: String,
}

/// What a template knows by these names.
fn known<const N: usize>(pairs: [(&'static str, Value); N]) -> Value {
    Value::from_pairs(pairs)
}

/// Settings and templates as they were used, the notices, and of a final run the public lists.
pub(super) fn write(
    dir: &Path,
    run: &Run<'_>,
    office: &Office,
    record: &RunRecord,
) -> Result<Vec<Recorded>, WriteError> {
    let unknown: Vec<String> = office
        .publish
        .iter()
        .filter(|p| !run.standards.iter().any(|s| s.subject.chinese() == p.domain))
        .map(|p| format!("“公示”里的领域“{}”没有施行中的标准", p.domain))
        .collect();
    if !unknown.is_empty() {
        return Err(WriteError::Settings(unknown));
    }
    let mut files = Vec::new();
    let folder = dir.join(tables::TEMPLATES);
    fs::create_dir_all(&folder).map_err(|e| WriteError::io("新建文件夹", &folder, e))?;
    files.push(write_bytes(dir, tables::SETTINGS, office.settings.as_bytes())?);
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    for (name, text) in &office.templates {
        files.push(write_bytes(dir, &format!("{}/{name}", tables::TEMPLATES), text.as_bytes())?);
        environment.add_template(name, text).map_err(|e| failed(name, &e))?;
    }
    let pages = Pages { dir, run, office, record, environment };
    pages.notices(&mut files)?;
    if run.papers.approval.is_some() {
        pages.public(&mut files)?;
    }
    Ok(files)
}

fn failed(name: &str, error: &minijinja::Error) -> WriteError {
    let line = error.line().map_or_else(String::new, |line| format!("第 {line} 行"));
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    WriteError::Template { name: name.to_owned(), reason: format!("{line}{what}") }
}

/// Not more than a cell of a notice holds.
fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

struct Pages<'a> {
    dir: &'a Path,
    run: &'a Run<'a>,
    office: &'a Office,
    record: &'a RunRecord,
    environment: Environment<'a>,
}

impl Pages<'_> {
    fn objection(&self) -> String {
        let Some(objection) = &self.office.objection else {
            return format!("对以上内容有异议的，请向{}提出。", self.office.name);
        };
        let until = match objection.ends() {
            Some(day) => format!("（至 {day}）"),
            None => String::new(),
        };
        format!("有异议的，请在送达的次日起 {} 日内{until}提出。{}", objection.days, objection.how)
    }

    fn firm(&self, enterprise: usize) -> Firm {
        let caseload = &self.run.delivery.caseload;
        let mut names = caseload.vocabulary().list_def(ENTERPRISE).roles.shown.iter();
        let mut next =
            || names.next().map_or_else(String::new, |f| caseload.text(ENTERPRISE, enterprise, *f));
        let (code, name) = (next(), next());
        Firm {
            code: if is_person(&name) { String::new() } else { code },
            name: masked_name(&name).into_owned(),
        }
    }

    fn notices(&self, files: &mut Vec<Recorded>) -> Result<(), WriteError> {
        let folder = self.dir.join(tables::FIRMS);
        fs::create_dir_all(&folder).map_err(|e| WriteError::io("新建文件夹", &folder, e))?;
        let template = self.environment.get_template(NOTICE).map_err(|e| failed(NOTICE, &e))?;
        let (run, record) = (self.run, self.record);
        let [first, last] = &record.period;
        let (state, document) = match run.papers.approval {
            Some(approval) => (format!("正式　{}", approval.document), approval.date.to_string()),
            None => ("初评，不得公开".to_owned(), String::new()),
        };
        let title = format!("{}年第{}季度企业分类监管告知书", run.year, run.quarter);
        let objection = self.objection();
        let overall = run.overall_result();
        let mut taken: HashSet<String> = HashSet::new();
        for enterprise in 0..run.delivery.caseload.enterprises() {
            let firm = self.firm(enterprise);
            let label = overall.and_then(|o| o.classified.verdicts.get(enterprise));
            let (domains, facts) = self.judged(enterprise);
            let more = facts.len().saturating_sub(FACTS);
            let page = template
                .render(known([
                    ("标题", Value::from(title.as_str())),
                    ("状态", Value::from(state.as_str())),
                    ("企业", Value::from_pairs([("名称", firm.name.as_str()), ("代码", firm.code.as_str())])),
                    ("统计期首日", Value::from(first.as_str())),
                    ("统计期末日", Value::from(last.as_str())),
                    ("截止日", Value::from(record.as_of.as_str())),
                    (
                        "综合标签",
                        Value::from(label.map_or("没有综合标准", |verdict| label_or_state(*verdict))),
                    ),
                    ("各领域", Value::from(domains)),
                    ("事实", Value::from(facts.iter().take(FACTS).cloned().collect::<Vec<_>>())),
                    ("其余事实", Value::from(more)),
                    ("异议", Value::from(objection.as_str())),
                    ("监督举报电话", Value::from(self.office.phone.as_str())),
                    ("机关名称", Value::from(self.office.name.as_str())),
                    ("审批日期", Value::from(document.as_str())),
                    ("声明", Value::from(PURPOSE)),
                    ("运行指纹", Value::from(record.fingerprint.as_str())),
                ]))
                .map_err(|e| failed(NOTICE, &e))?;
            let full =
                if firm.code.is_empty() { firm.name.clone() } else { format!("{}_{}", firm.name, firm.code) };
            let mut name = file_name(&full);
            if taken.contains(&name.to_lowercase()) {
                name = file_name(&format!("{}_{}", firm.name, enterprise + 1));
            }
            while !taken.insert(name.to_lowercase()) {
                name.push('号');
            }
            files.push(write_bytes(self.dir, &format!("{}/{name}.html", tables::FIRMS), page.as_bytes())?);
        }
        Ok(())
    }

    /// What the domains say of an enterprise, and the facts that count.
    fn judged(&self, enterprise: usize) -> (Vec<Value>, Vec<Value>) {
        let (mut domains, mut facts) = (Vec::new(), Vec::new());
        for judged in self.run.results().take(self.run.standards.len()) {
            let Some(verdict) = judged.classified.verdicts.get(enterprise) else { continue };
            if verdict.state == State::NotApplicable {
                continue;
            }
            let (standard, reasons) = (judged.standard, judged.reasons());
            let measure = verdict.measure.and_then(|m| standard.measures.get(usize::from(m)));
            let [visits, yearly, ratio, method, basis, ..] = measure_cells(measure);
            let yearly = if yearly.is_empty() { yearly } else { format!("每年{yearly}") };
            let ratio = if ratio.is_empty() { ratio } else { format!("抽查{ratio}") };
            let mut schedule: Vec<String> = [visits, yearly, ratio, method].into();
            schedule.retain(|part| !part.is_empty());
            let domain = standard.subject.chinese().to_owned();
            let basis = if basis.is_empty() { basis } else { format!("（依据：{basis}）") };
            domains.push(known([
                ("名称", Value::from(domain.clone())),
                ("标签", Value::from(label_or_state(*verdict).to_owned())),
                ("原因", Value::from(short(&masked(&reasons.main(enterprise, verdict))))),
                ("检查安排", Value::from(short(&format!("{}{basis}", schedule.join("；"))))),
                ("标准", Value::from(short(&format!("{} {}", standard.id, standard.title)))),
            ]));
            for hit in judged.classified.assessments.hits(enterprise) {
                let Some(rule) = reasons.rule(hit) else { continue };
                let rows = reasons.rows(hit);
                let shown = rows.first().map(|row| shown(judged.caseload, *row)).unwrap_or_default();
                let [document, date, what] = shown;
                let several = if rows.len() > 1 { format!("等{}项", rows.len()) } else { String::new() };
                let what = if what.is_empty() { rule.title.clone() } else { format!("{what}{several}") };
                facts.push(known([
                    ("领域", Value::from(domain.clone())),
                    ("文号", Value::from(short(&document))),
                    ("日期", Value::from(date)),
                    ("事实", Value::from(short(&masked(&what)))),
                    ("依据", Value::from(short(&format!("规则{}：{}", rule.id, rule.basis)))),
                ]));
            }
        }
        (domains, facts)
    }

    fn public(&self, files: &mut Vec<Recorded>) -> Result<(), WriteError> {
        if self.office.publish.is_empty() {
            return Ok(());
        }
        let folder = self.dir.join(tables::PUBLIC);
        fs::create_dir_all(&folder).map_err(|e| WriteError::io("新建文件夹", &folder, e))?;
        let template = self.environment.get_template(PUBLIC).map_err(|e| failed(PUBLIC, &e))?;
        let mut written = BTreeSet::new();
        for publish in &self.office.publish {
            let approval = self.run.papers.approval;
            let list = self.listed(publish);
            let title = format!(
                "{}年第{}季度{}领域{}企业名单",
                self.run.year,
                self.run.quarter,
                publish.domain,
                publish.label.chinese()
            );
            let page = template
                .render(known([
                    ("标题", Value::from(title.as_str())),
                    ("公示依据", Value::from(publish.basis.as_str())),
                    ("审批文号", Value::from(approval.map(|a| a.document.as_str()))),
                    ("审批日期", Value::from(approval.map(|a| a.date.to_string()))),
                    ("名单", Value::from(list)),
                    ("异议", Value::from(self.objection())),
                    ("监督举报电话", Value::from(self.office.phone.as_str())),
                    ("机关名称", Value::from(self.office.name.as_str())),
                    ("声明", Value::from(PURPOSE)),
                    ("运行指纹", Value::from(self.record.fingerprint.as_str())),
                ]))
                .map_err(|e| failed(PUBLIC, &e))?;
            let name = file_name(&format!("{}_{}", publish.domain, publish.label.chinese()));
            let file = format!("{}/{name}.html", tables::PUBLIC);
            // The same domain and label twice is one list.
            if written.insert(file.clone()) {
                files.push(write_bytes(self.dir, &file, page.as_bytes())?);
            }
        }
        Ok(())
    }

    /// The enterprises of a public list with their penalties that may be published. One whose label rests on penalties
    /// of which none may be published is left off.
    fn listed(&self, publish: &Publish) -> Vec<Value> {
        let mut list = Vec::new();
        let judged = self.run.results().find(|judged| judged.standard.subject.chinese() == publish.domain);
        let Some(judged) = judged else { return list };
        let (caseload, reasons) = (judged.caseload, judged.reasons());
        for (enterprise, verdict) in judged.classified.verdicts.iter().enumerate() {
            if verdict.label != Some(publish.label) || verdict.state != State::Rated {
                continue;
            }
            let hits = judged.classified.assessments.hits(enterprise);
            // What counts has not expired: a hit cites live records only.
            let cited: BTreeSet<(u16, u32)> = hits
                .iter()
                .flat_map(|hit| reasons.rows(hit))
                .filter(|row| row.list == SANCTION)
                .map(|row| (row.list.0, row.row))
                .collect();
            let open: Vec<String> = cited
                .iter()
                .map(|(_, row)| *row as usize)
                .filter(|row| publishable(caseload, *row, &publish.without))
                .map(|row| {
                    let [document, date, _] = shown(caseload, RowRef { list: SANCTION, row: row as u32 });
                    masked(&format!("{document} {date}")).trim().to_owned()
                })
                .collect();
            if publish.label != Label::Green && open.is_empty() {
                continue;
            }
            let firm = self.firm(enterprise);
            list.push(known([
                ("名称", Value::from(firm.name)),
                ("代码", Value::from(firm.code)),
                ("标签", Value::from(publish.label.chinese().to_owned())),
                ("处罚", Value::from(open)),
            ]));
        }
        list
    }
}

/// True for a penalty in force that is neither repaired nor under review nor of a kind that is not published.
fn publishable(caseload: &Caseload, row: usize, without: &[String]) -> bool {
    let vocabulary = caseload.vocabulary();
    let def = vocabulary.list_def(SANCTION);
    let field = |name: &str| def.field(name);
    let text = |name: &str| field(name).map_or_else(String::new, |f| caseload.text(SANCTION, row, f));
    let is = |name: &str, code: &str| {
        let number = field(name).and_then(|f| vocabulary.code_of(SANCTION, f, code));
        let value = field(name).map(|f| caseload.value(SANCTION, row, f));
        number.is_some() && value == number.map(sanse::Value::Code)
    };
    let in_force = is("status", "valid") || is("status", "changed");
    in_force
        && is("category", "penalty")
        && text("repaired_on").is_empty()
        && !without.contains(&text("kind"))
}

/// Document number, date, and what a record is of: its kind and act.
fn shown(caseload: &Caseload, cited: RowRef) -> [String; 3] {
    let roles = &caseload.vocabulary().list_def(cited.list).roles;
    let text = |field| caseload.text(cited.list, cited.row as usize, field);
    let of = |field: Option<sanse::FieldId>| field.map_or_else(String::new, text);
    let kind = if cited.list == ENTERPRISE { None } else { roles.shown.first().copied() };
    let what = format!("{} {}", of(kind), of(roles.act));
    [of(roles.document), of(roles.date), what.trim().to_owned()]
}
