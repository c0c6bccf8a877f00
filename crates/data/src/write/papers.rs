//! Papers for people outside (文书): a notice to each enterprise under `企业`, and public lists under `公开`, from
//! templates that the office can edit. Everything is escaped; persons are masked.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use sanse::{
    Caseload, Disposition, ENTERPRISE, FieldId, Hit, Label, Reasons, RowRef, SANCTION, State, Verdict,
    dispositions,
};

use super::audience::file_name;
use super::mask::{is_person, masked, masked_about, masked_name};
use super::record::{Recorded, RunRecord, write_bytes};
use super::results::{label_or_state, measure_cells};
use super::{PURPOSE, Run, WriteError, tables};
use crate::office::{NOTICE, Office, PUBLIC, Publish};

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
        .filter(|p| !run.task.standards.iter().any(|s| s.subject.chinese() == p.domain))
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
    if run.task.papers.approval.is_some() {
        pages.public(&mut files)?;
    }
    Ok(files)
}

fn failed(name: &str, error: &minijinja::Error) -> WriteError {
    let line = error.line().map_or_else(String::new, |line| format!("第 {line} 行"));
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    WriteError::Template { name: name.to_owned(), reason: format!("{line}{what}") }
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
        if let (Some(approval), Some(day)) = (self.run.task.papers.approval, objection.ends())
            && approval.date > day
        {
            return format!(
                "提出异议的期限已于 {day} 届满。以后发现所依据的记录有误，或者记录已被撤销、变更的，可以向{}反映，\
                 由其核实处理。",
                self.office.name
            );
        }
        let until = match objection.ends() {
            Some(day) => format!("（至 {day}）"),
            None => String::new(),
        };
        format!("有异议的，请在送达的次日起 {} 日内{until}提出。{}", objection.days, objection.how)
    }

    /// As the register has them.
    fn code_and_name(&self, enterprise: usize) -> [String; 2] {
        let caseload = &self.run.delivery.caseload;
        let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
        [shown.first(), shown.get(1)]
            .map(|field| field.map_or_else(String::new, |f| caseload.text(ENTERPRISE, enterprise, *f)))
    }

    fn firm(&self, enterprise: usize) -> Firm {
        let [code, name] = self.code_and_name(enterprise);
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
        let (state, document) = match run.task.papers.approval {
            Some(approval) => (format!("正式　{}", approval.document), approval.date.to_string()),
            None => ("初评，不得公开".to_owned(), String::new()),
        };
        let title = format!("{}年第{}季度企业分类监管告知书", run.task.year, run.task.quarter);
        let objection = self.objection();
        let overall = run.overall_result();
        let mut taken: HashSet<String> = HashSet::new();
        for enterprise in 0..run.delivery.caseload.enterprises() {
            let firm = self.firm(enterprise);
            let label = overall.and_then(|o| o.classified.verdicts.get(enterprise));
            let (domains, facts) = self.judged(enterprise);
            let page = template
                .render(known([
                    ("标题", Value::from(title.as_str())),
                    ("状态", Value::from(state.as_str())),
                    ("企业", Value::from_pairs([("名称", firm.name.as_str()), ("代码", firm.code.as_str())])),
                    ("统计期首日", Value::from(first.as_str())),
                    ("统计期末日", Value::from(last.as_str())),
                    ("截止日", Value::from(record.as_of.as_str())),
                    ("综合标签", Value::from(label.map_or("", |verdict| label_or_state(*verdict)))),
                    ("各领域", Value::from(domains)),
                    ("事实", Value::from(facts)),
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

    /// What the domains say of an enterprise, and every fact that they rest on: nobody can object to what is left out.
    fn judged(&self, enterprise: usize) -> (Vec<Value>, Vec<Value>) {
        let (mut domains, mut facts) = (Vec::new(), Vec::new());
        let [_, name] = self.code_and_name(enterprise);
        let outside = |text: &str| masked_about(text, &name).into_owned();
        for judged in self.run.results().take(self.run.task.standards.len()) {
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
                ("原因", Value::from(outside(&main_reason(&reasons, enterprise, *verdict)))),
                ("检查安排", Value::from(format!("{}{basis}", schedule.join("；")))),
                ("标准", Value::from(format!("{} {}", standard.id, standard.title))),
            ]));
            // Hits stand rule by rule, in the order of the standard.
            for of_rule in judged.classified.assessments.hits(enterprise).chunk_by(|a, b| a.rule == b.rule) {
                let Some(rule) = of_rule.first().and_then(|hit| reasons.rule(hit)) else { continue };
                let records = of_rule.iter().map(|hit| outside(&fact(judged.caseload, &reasons, hit)));
                facts.push(known([
                    ("领域", Value::from(domain.clone())),
                    ("规则", Value::from(format!("规则{}（{}）", rule.id, rule.title))),
                    ("依据", Value::from(rule.basis.as_str())),
                    ("记录", Value::from(records.collect::<Vec<_>>())),
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
            let approval = self.run.task.papers.approval;
            let (firms, with_decisions) = self.listed(publish)?;
            let [first, last] = &self.record.period;
            let title = format!(
                "{}年第{}季度{}领域{}企业名单",
                self.run.task.year,
                self.run.task.quarter,
                publish.domain,
                publish.label.chinese()
            );
            let page = template
                .render(known([
                    ("标题", Value::from(title.as_str())),
                    ("统计期首日", Value::from(first.as_str())),
                    ("统计期末日", Value::from(last.as_str())),
                    ("截止日", Value::from(self.record.as_of.as_str())),
                    ("公示依据", Value::from(publish.basis.as_str())),
                    ("审批文号", Value::from(approval.map(|a| a.document.as_str()))),
                    ("审批日期", Value::from(approval.map(|a| a.date.to_string()))),
                    ("名单", Value::from(firms)),
                    ("列处罚", Value::from(with_decisions)),
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

    /// The enterprises of a public list with their penalties that may be published, and whether there are any. One whose
    /// label rests on penalties of which none may be published is left off; a green label publishes none.
    fn listed(&self, publish: &Publish) -> Result<(Vec<Value>, bool), WriteError> {
        let mut list = Vec::new();
        let with_decisions = publish.label != Label::Green;
        let judged = self.run.results().find(|judged| judged.standard.subject.chinese() == publish.domain);
        let Some(judged) = judged else { return Ok((list, with_decisions)) };
        let (caseload, reasons) = (judged.caseload, judged.reasons());
        let ends = dispositions(judged.standard, caseload, SANCTION, &self.run.task.calendar)?;
        for (enterprise, verdict) in judged.classified.verdicts.iter().enumerate() {
            if verdict.label != Some(publish.label) || verdict.state != State::Rated {
                continue;
            }
            let hits = judged.classified.assessments.hits(enterprise);
            let cited: BTreeSet<(u16, u32)> = hits
                .iter()
                .flat_map(|hit| reasons.rows(hit))
                .filter(|row| row.list == SANCTION)
                .map(|row| (row.list.0, row.row))
                .collect();
            let open = cited.iter().map(|(_, row)| *row as usize).filter(|row| {
                // What counts has not expired, but for what still counts because it was not put right.
                with_decisions
                    && ends.get(*row) != Some(&Disposition::Carried)
                    && publishable(caseload, *row, &publish.without)
            });
            let open = decisions(caseload, open);
            if with_decisions && open.is_empty() {
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
        Ok((list, with_decisions))
    }
}

/// The main reason where the records themselves stand below: for a label that something caused, the rule that decided
/// and the sum.
fn main_reason(reasons: &Reasons<'_>, enterprise: usize, verdict: Verdict) -> String {
    let deciding = reasons.deciding(enterprise).filter(|_| reasons.has_cause(enterprise));
    let Some(deciding) = deciding.filter(|_| verdict.state == State::Rated) else {
        return reasons.main(enterprise, &verdict);
    };
    let rule = reasons.rule(deciding).map_or_else(String::new, |rule| format!("规则{}", rule.id));
    let sum = reasons.arithmetic(enterprise).unwrap_or_else(|| reasons.effect(deciding));
    if verdict.label == Some(Label::Green) { sum } else { format!("{sum}；起决定作用的是{rule}") }
}

/// A hit as a fact: the record in full, or the records that were counted by their dates and numbers, and the points.
fn fact(caseload: &Caseload, reasons: &Reasons<'_>, hit: &Hit) -> String {
    let (rows, points) = (reasons.rows(hit), reasons.points(hit));
    let number = |cited: &RowRef| {
        let roles = &caseload.vocabulary().list_def(cited.list).roles;
        let text = |field: Option<FieldId>| {
            field.map_or_else(String::new, |field| caseload.text(cited.list, cited.row as usize, field))
        };
        let document = text(roles.document);
        if document.is_empty() { reasons.row(*cited) } else { format!("{} {document}", text(roles.date)) }
    };
    match rows.as_slice() {
        [] => format!("按企业情况：{points}"),
        [row] => format!("{}：{points}", reasons.row(*row)),
        rows => {
            let numbers: Vec<String> = rows.iter().map(number).collect();
            format!("{}，共{}条记录：{points}", numbers.join("；"), rows.len())
        }
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

/// The decisions that measures belong to, each once with all of its measures: `2022-05-06 叶消罚〔2022〕1号 警告、罚款`.
/// A measure without a document number stands alone.
fn decisions(caseload: &Caseload, measures: impl Iterator<Item = usize>) -> Vec<String> {
    let roles = &caseload.vocabulary().list_def(SANCTION).roles;
    let mut decisions: Vec<(String, String, Vec<String>)> = Vec::new();
    for row in measures {
        let [document, date, kind] = [roles.document, roles.date, roles.shown.first().copied()]
            .map(|field| field.map_or_else(String::new, |field| caseload.text(SANCTION, row, field)));
        let same = |known: &&mut (String, String, Vec<String>)| known.0 == document && known.1 == date;
        match decisions.iter_mut().find(same).filter(|_| !document.is_empty()) {
            Some((.., kinds)) if kinds.contains(&kind) => {}
            Some((.., kinds)) => kinds.push(kind),
            None => decisions.push((document, date, vec![kind])),
        }
    }
    let said = |(document, date, kinds): (String, String, Vec<String>)| {
        masked(&format!("{date} {document} {}", kinds.join("、"))).trim().to_owned()
    };
    decisions.into_iter().map(said).collect()
}
