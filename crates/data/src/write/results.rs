//! `enterprises.csv`, one row an enterprise, and `assessments.csv`, one row an enterprise and domain.

use std::collections::HashMap;
use std::path::Path;

use sanse::{Caseload, ENTERPRISE, Label, Measure, MeasureItem, Outcome, Remarks, State, Verdict};

use super::table::{Cells, Output, Table};
use super::{Judged, Run, WriteError, tables};

/// 已评定, 未评定 or 不适用.
pub(super) const fn state_text(state: State) -> &'static str {
    match state {
        State::Rated => "已评定",
        State::NotRated => "未评定",
        State::NotApplicable => "不适用",
    }
}

/// The label, or the state where there is none.
pub(super) fn label_or_state(verdict: Verdict) -> &'static str {
    verdict.label.map_or(state_text(verdict.state), Label::chinese)
}

/// The Chinese names of the fields by which people know an enterprise: code, name, groups.
pub(super) fn enterprise_headers(caseload: &Caseload) -> Vec<&str> {
    let list = caseload.vocabulary().list_def(ENTERPRISE);
    list.roles.shown.iter().filter_map(|f| list.field_def(*f)).map(|f| f.name.chinese.as_str()).collect()
}

/// Adds those fields of an enterprise to a row's cells, or the first of them.
pub(super) fn shown_cells(cells: &mut Cells, caseload: &Caseload, enterprise: usize, most: usize) {
    let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
    cells.extend(shown.iter().take(most).map(|field| caseload.cell(ENTERPRISE, enterprise, *field)));
}

/// How many of those fields name the enterprise; the others group it.
pub(super) const NAMING: usize = 2;

/// Code and name of an enterprise.
pub(super) fn naming_cells(caseload: &Caseload, enterprise: usize) -> Cells {
    let mut cells = Cells::default();
    shown_cells(&mut cells, caseload, enterprise, NAMING);
    cells
}

/// The headers of code and name.
pub(super) fn naming_headers(caseload: &Caseload) -> Vec<String> {
    enterprise_headers(caseload).into_iter().take(NAMING).map(str::to_owned).collect()
}

fn remarks_text(remarks: Remarks) -> String {
    remarks.chinese().collect::<Vec<_>>().join("；")
}

/// What the cells of an enterprise without hits depend on, standard by standard.
type Plain = (Verdict, Option<Outcome>);

/// How many different rows without hits are kept ready. Most enterprises have one of a few.
const READY: usize = 10_000;

/// The rows without hits that were made before, after code and name.
#[derive(Default)]
struct Ready {
    rows: Vec<Cells>,
    places: HashMap<Vec<Plain>, usize>,
    /// The one that was asked for last: the next enterprise is often like it.
    last: Option<(Vec<Plain>, usize)>,
    key: Vec<Plain>,
    made: Cells,
}

impl Ready {
    /// Gives the cells that follow from some standards' results of an enterprise: those kept if none of the
    /// standards hit, else such as `make` makes.
    fn cells(&mut self, of: &[Judged<'_>], enterprise: usize, make: impl FnOnce(&mut Cells)) -> &Cells {
        if !of.iter().all(|judged| judged.classified.assessments.hits(enterprise).is_empty()) {
            self.made.clear();
            make(&mut self.made);
            return &self.made;
        }
        self.key.clear();
        self.key.extend(of.iter().filter_map(|judged| {
            let verdict = judged.classified.verdicts.get(enterprise)?;
            Some((*verdict, judged.classified.assessments.outcome(enterprise).copied()))
        }));
        let last = self.last.as_ref().filter(|(key, _)| *key == self.key).map(|(_, place)| *place);
        let known = last.or_else(|| self.places.get(&self.key).copied());
        let place = known.unwrap_or(self.rows.len());
        if known.is_none() {
            self.made.clear();
            make(&mut self.made);
            if self.rows.len() >= READY {
                return &self.made;
            }
            self.rows.push(self.made.clone());
            self.places.insert(self.key.clone(), place);
        }
        if last.is_none() {
            self.last = Some((self.key.clone(), place));
        }
        self.rows.get(place).unwrap_or(&self.made)
    }
}

/// `enterprises.csv`.
pub(super) struct Enterprises {
    table: Table,
    ready: Ready,
}

impl Enterprises {
    /// The table of runs such as this one, without rows.
    pub(super) fn begin(dir: &Path, run: &Run<'_>, threads: usize) -> Result<Self, WriteError> {
        let caseload = &run.delivery.caseload;
        let mut headers: Vec<String> = enterprise_headers(caseload).into_iter().map(str::to_owned).collect();
        headers.push("综合标签".to_owned());
        for standard in run.task.standards {
            let domain = standard.subject.chinese();
            headers.extend(["状态", "得分", "等级", "标签"].map(|part| format!("{domain}{part}")));
        }
        headers.extend(["主要原因", "标注"].map(str::to_owned));
        let table = Table::create_on(dir, tables::ENTERPRISES, &headers, threads)?;
        Ok(Enterprises { table, ready: Ready::default() })
    }

    /// Adds the enterprises of a run.
    pub(super) fn add(&mut self, run: &Run<'_>) -> Result<(), WriteError> {
        let caseload = &run.delivery.caseload;
        let overall = run.overall_result();
        let all: Vec<Judged<'_>> = run.results().collect();
        let domains = all.get(..run.task.standards.len()).unwrap_or_default();
        let mut shown = Cells::default();
        for enterprise in 0..caseload.enterprises() {
            shown.clear();
            shown_cells(&mut shown, caseload, enterprise, usize::MAX);
            self.table.cells(&shown);
            self.table.cells(self.ready.cells(&all, enterprise, |cells| {
                let verdict = overall.and_then(|o| o.classified.verdicts.get(enterprise));
                cells.cell(verdict.map_or("没有综合标准", |v| label_or_state(*v)));
                for judged in domains {
                    let Some(verdict) = judged.classified.verdicts.get(enterprise) else { continue };
                    cells.cell(state_text(verdict.state));
                    let (score, grade) = score_and_grade(judged, enterprise, *verdict);
                    cells.extend([score.as_str(), grade, verdict.label.map_or("", Label::chinese)]);
                }
                cells.cell(&main_reason(run, enterprise));
                cells.cell(&joint_remarks(run, enterprise));
            }));
            self.table.end()?;
        }
        Ok(())
    }

    /// Closes the table.
    pub(super) fn finish(self) -> Result<Output, WriteError> {
        self.table.finish()
    }
}

/// Score and grade, which only a rated enterprise has.
fn score_and_grade<'a>(judged: &Judged<'a>, enterprise: usize, verdict: Verdict) -> (String, &'a str) {
    let outcome = judged.classified.assessments.outcome(enterprise).filter(|_| verdict.state == State::Rated);
    let Some(outcome) = outcome else { return (String::new(), "") };
    let grade = judged.standard.grades.get(usize::from(outcome.grade));
    let score = if judged.reasons().arithmetic(enterprise).is_some() {
        outcome.score().to_string()
    } else {
        String::new()
    };
    (score, grade.map_or("", |g| g.name.as_str()))
}

/// Why the overall label: the main reasons of the domains that share it; where none does (a rule of the
/// overall standard itself decided) that rule; without an overall standard, of the domains in the worst state.
fn main_reason(run: &Run<'_>, enterprise: usize) -> String {
    let domains: Vec<(Judged<'_>, &Verdict)> = run
        .results()
        .take(run.task.standards.len())
        .filter_map(|judged| Some((judged, judged.classified.verdicts.get(enterprise)?)))
        .collect();
    let overall = run.overall_result().and_then(|o| Some((o, o.classified.verdicts.get(enterprise)?)));
    // Without an overall label: red, then not rated, then yellow, then green, as an official must see them.
    let gravity = |(state, label): &(State, Option<Label>)| match (state, label) {
        (State::Rated, Some(Label::Red)) => 4,
        (State::NotRated, _) => 3,
        (State::Rated, Some(Label::Yellow)) => 2,
        (State::Rated, _) => 1,
        (State::NotApplicable, _) => 0,
    };
    let worst = || domains.iter().map(|(_, v)| (v.state, v.label)).max_by_key(gravity);
    let said = overall.map(|(_, verdict)| (verdict.state, verdict.label)).or_else(worst);
    let Some((state, label)) = said else { return String::new() };
    let mut alike: Vec<&(Judged<'_>, &Verdict)> = domains
        .iter()
        .filter(|(_, v)| v.state == state && v.label == label && state != State::NotApplicable)
        .collect();
    if label == Some(Label::Green) {
        alike.retain(|(judged, _)| judged.reasons().has_cause(enterprise));
        if alike.is_empty() {
            return "各适用领域统计期内均无扣分情形".to_owned();
        }
    }
    if alike.is_empty() {
        return overall.map_or_else(
            || "没有适用的领域".to_owned(),
            |(judged, verdict)| judged.reasons().main(enterprise, verdict),
        );
    }
    // Domains with the same reason (新设立, mostly) are named together.
    let mut reasons: Vec<(String, String)> = Vec::new();
    for (judged, verdict) in alike {
        let domain = judged.standard.subject.chinese();
        let main = judged.reasons().main(enterprise, verdict);
        let reason =
            verdict.label.map_or_else(|| main.clone(), |label| format!("{}：{main}", label.chinese()));
        match reasons.iter_mut().find(|(_, known)| *known == reason) {
            Some((domains, _)) => {
                domains.push('、');
                domains.push_str(domain);
            }
            None => reasons.push((domain.to_owned(), reason)),
        }
    }
    reasons.into_iter().map(|(domains, reason)| domains + reason.as_str()).collect::<Vec<_>>().join("。")
}

/// The remarks of all domains, each with the domains that it concerns unless it concerns all.
fn joint_remarks(run: &Run<'_>, enterprise: usize) -> String {
    let verdicts: Vec<(&str, Remarks)> = run
        .results()
        .take(run.task.standards.len())
        .filter_map(|j| Some((j.standard.subject.chinese(), j.classified.verdicts.get(enterprise)?)))
        .filter(|(_, v)| v.state != State::NotApplicable || !v.remarks.is_empty())
        .map(|(domain, v)| (domain, v.remarks))
        .collect();
    let all = verdicts.iter().fold(Remarks::default(), |all, (_, r)| all.with(*r));
    let mut texts = Vec::new();
    for (remark, _) in all.reasons() {
        let name = remarks_text(remark);
        let domains: Vec<&str> =
            verdicts.iter().filter(|(_, r)| r.contains(remark)).map(|(d, _)| *d).collect();
        texts.push(if domains.len() == verdicts.len() {
            name
        } else {
            format!("{name}（{}）", domains.join("、"))
        });
    }
    texts.join("；")
}

/// The columns of `assessments.csv` after code and name.
pub(crate) const ASSESSMENT_HEADERS: [&str; 22] = [
    "领域",
    "标准编号",
    "状态",
    "得分",
    "得分算式",
    "等级",
    "标签",
    "标注",
    "定级原因",
    "统计期首日",
    "统计期末日",
    "截止日",
    "主动现场检查",
    "年检查次数",
    "抽查比例",
    "方式",
    "依据",
    "激励",
    "督促",
    "限制",
    "标准名称",
    "标准阶段",
];

/// What every row of a standard has in `assessments.csv`.
struct Fixed {
    standard: Cells,
    dates: Cells,
    /// By number of the row of measures; the last is for none.
    measures: Vec<Cells>,
}

impl Fixed {
    fn new(judged: &Judged<'_>, run: &Run<'_>) -> Fixed {
        let standard = judged.standard;
        let period = standard.period(&run.task.calendar);
        let made = |cells: &[&str]| {
            let mut made = Cells::default();
            made.extend(cells);
            made
        };
        let measures = standard.measures.iter().map(Some).chain([None]).map(|measure| {
            let mut cells = Cells::default();
            cells.extend(measure_cells(measure));
            cells.extend([standard.title.as_str(), standard.stage.chinese()]);
            cells
        });
        Fixed {
            standard: made(&[standard.subject.chinese(), &standard.id]),
            dates: made(&[
                &period.first.to_string(),
                &period.last.to_string(),
                &run.task.calendar.as_of.to_string(),
            ]),
            measures: measures.collect(),
        }
    }

    fn measure(&self, number: Option<u16>) -> Option<&Cells> {
        let none = self.measures.len().saturating_sub(1);
        self.measures.get(number.map_or(none, usize::from)).or_else(|| self.measures.get(none))
    }
}

/// After so many enterprises the progress is told.
const TOLD: usize = 1 << 13;

/// `assessments.csv`.
pub(super) struct AssessmentsTable {
    table: Table,
    /// By standard.
    made: Vec<(Fixed, Ready)>,
}

impl AssessmentsTable {
    /// The table of runs such as this one, without rows.
    pub(super) fn begin(dir: &Path, run: &Run<'_>, threads: usize) -> Result<Self, WriteError> {
        let mut headers = naming_headers(&run.delivery.caseload);
        headers.extend(ASSESSMENT_HEADERS.map(str::to_owned));
        let table = Table::create_on(dir, tables::ASSESSMENTS, &headers, threads)?;
        let made = run.results().map(|judged| (Fixed::new(&judged, run), Ready::default())).collect();
        Ok(AssessmentsTable { table, made })
    }

    /// Adds the assessments of a run; `tell` is told after how many enterprises.
    pub(super) fn add(&mut self, run: &Run<'_>, tell: &dyn Fn(usize)) -> Result<(), WriteError> {
        let caseload = &run.delivery.caseload;
        let judged: Vec<Judged<'_>> = run.results().collect();
        let mut names = Cells::default();
        for enterprise in 0..caseload.enterprises() {
            if enterprise % TOLD == 0 {
                tell(enterprise);
            }
            names.clear();
            shown_cells(&mut names, caseload, enterprise, NAMING);
            for (judged, (fixed, ready)) in judged.iter().zip(&mut self.made) {
                let Some(verdict) = judged.classified.verdicts.get(enterprise) else { continue };
                self.table.cells(&names);
                self.table.cells(ready.cells(&[*judged], enterprise, |cells| {
                    let reasons = judged.reasons();
                    let (score, grade) = score_and_grade(judged, enterprise, *verdict);
                    let sum =
                        if verdict.state == State::Rated { reasons.arithmetic(enterprise) } else { None };
                    cells.append(&fixed.standard);
                    cells.extend([
                        state_text(verdict.state),
                        score.as_str(),
                        &sum.unwrap_or_default(),
                        grade,
                        verdict.label.map_or("", Label::chinese),
                        &remarks_text(verdict.remarks),
                        &reasons.main(enterprise, verdict),
                    ]);
                    cells.append(&fixed.dates);
                    if let Some(measure) = fixed.measure(verdict.measure) {
                        cells.append(measure);
                    }
                }));
                self.table.end()?;
            }
        }
        Ok(())
    }

    /// Closes the table.
    pub(super) fn finish(self) -> Result<Output, WriteError> {
        self.table.finish()
    }
}

pub(super) fn measure_cells(measure: Option<&Measure>) -> [String; 8] {
    let Some(measure) = measure else { return Default::default() };
    [
        measure.proactive_visits.clone(),
        measure.visits_a_year.map_or_else(String::new, visits_text),
        measure.ratio.map_or_else(String::new, percent),
        measure.method.clone(),
        measure.basis.clone(),
        items_text(&measure.incentives),
        items_text(&measure.urging),
        items_text(&measure.restrictions),
    ]
}

fn visits_text((least, most): (Option<u16>, Option<u16>)) -> String {
    match (least, most) {
        (Some(a), Some(b)) if a == b => format!("{a}次"),
        (Some(a), Some(b)) => format!("{a}至{b}次"),
        (Some(a), None) => format!("不少于{a}次"),
        (None, Some(b)) => format!("不超过{b}次"),
        (None, None) => String::new(),
    }
}

/// Hundredths of a percent without needless zeros: `3%`, `2.45%`.
fn percent(hundredths: u32) -> String {
    format!("{}%", sanse::Points::from_hundredths(i64::from(hundredths)))
}

fn items_text(items: &[MeasureItem]) -> String {
    items.iter().map(|i| format!("{}（依据：{}）", i.content, i.basis)).collect::<Vec<_>>().join("；")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_read_as_people_say_them() {
        assert_eq!(visits_text((Some(0), Some(1))), "0至1次");
        assert_eq!(visits_text((Some(2), Some(2))), "2次");
        assert_eq!(visits_text((Some(2), None)), "不少于2次");
        assert_eq!(visits_text((None, Some(1))), "不超过1次");
        assert_eq!((percent(300), percent(245)), ("3%".to_owned(), "2.45%".to_owned()));
    }
}
