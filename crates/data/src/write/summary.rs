//! `summary.csv`: labels counted by domain, for all enterprises and by each field that groups them.

use std::collections::BTreeMap;
use std::path::Path;

use sanse::{ENTERPRISE, FieldId, Label, State, Verdict, Vocabulary};

use super::results::NAMING;
use super::table::{Output, Table};
use super::{Run, WriteError, tables};

/// How many enterprises have which label in a domain, or overall (标签分布).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelCounts {
    /// The domain, or 综合.
    pub domain: String,
    /// Green, yellow, red.
    pub labels: [u64; 3],
    /// 未评定
    pub not_rated: u64,
    /// 不适用
    pub not_applicable: u64,
}

impl LabelCounts {
    fn add(&mut self, verdict: Verdict) {
        match (verdict.state, verdict.label) {
            (State::NotApplicable, _) => self.not_applicable += 1,
            (State::NotRated, _) | (State::Rated, None) => self.not_rated += 1,
            (State::Rated, Some(label)) => {
                let place = Label::ALL.iter().position(|l| *l == label).unwrap_or(0);
                if let Some(count) = self.labels.get_mut(place) {
                    *count += 1;
                }
            }
        }
    }

    /// Enterprises to which the domain applies: all but 不适用.
    pub fn applicable(&self) -> u64 {
        self.labels.iter().sum::<u64>() + self.not_rated
    }
}

/// A share in percent with two places, halves up (四舍五入到 0.01%): the one rounding of all shares. Empty if
/// the whole is 0.
///
/// ```
/// assert_eq!(sanse_data::share(49, 2000), "2.45%");
/// assert_eq!(sanse_data::share(2, 3), "66.67%");
/// assert_eq!(sanse_data::share(0, 0), "");
/// ```
pub fn share(part: u64, whole: u64) -> String {
    let Some(hundredths) = (u128::from(part) * 20_000 + u128::from(whole)).checked_div(u128::from(whole) * 2)
    else {
        return String::new();
    };
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The labels counted so far, per domain, then overall.
pub(super) struct Summary {
    all: Vec<LabelCounts>,
    /// By each field that groups enterprises, and by its value.
    groups: Vec<(FieldId, BTreeMap<String, Vec<LabelCounts>>)>,
}

impl Summary {
    /// Nothing counted yet of runs such as this one.
    pub(super) fn begin(run: &Run<'_>) -> Summary {
        let fields = &run.delivery.caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
        let groups = fields.iter().skip(NAMING).map(|field| (*field, BTreeMap::new()));
        Summary { all: empty(run), groups: groups.collect() }
    }

    /// Counts the labels of a run.
    pub(super) fn add(&mut self, run: &Run<'_>) {
        let caseload = &run.delivery.caseload;
        let count = |counts: &mut [LabelCounts], enterprise: usize| {
            for (counts, judged) in counts.iter_mut().zip(run.results()) {
                if let Some(verdict) = judged.classified.verdicts.get(enterprise) {
                    counts.add(*verdict);
                }
            }
        };
        for enterprise in 0..caseload.enterprises() {
            count(&mut self.all, enterprise);
            for (field, by_name) in &mut self.groups {
                let name = caseload.cell(ENTERPRISE, enterprise, *field);
                let name = if name.is_empty() { "（未填）" } else { &*name };
                if let Some(counts) = by_name.get_mut(name) {
                    count(counts, enterprise);
                } else {
                    count(by_name.entry(name.to_owned()).or_insert_with(|| empty(run)), enterprise);
                }
            }
        }
    }

    /// Writes `summary.csv`; gives the counts of all enterprises.
    pub(super) fn write(
        self,
        dir: &Path,
        vocabulary: &Vocabulary,
    ) -> Result<(Output, Vec<LabelCounts>), WriteError> {
        let of_applicable =
            |label: &str| [format!("{label}户数"), format!("{label}占适用户数（四舍五入到0.01%）")];
        let mut headers = ["分组", "名称", "领域", "企业数", "适用户数"].map(str::to_owned).to_vec();
        headers.extend(Label::ALL.iter().flat_map(|l| of_applicable(l.chinese())));
        headers.extend(of_applicable("未评定"));
        headers.push("不适用户数".to_owned());
        let mut table = Table::create(dir, tables::SUMMARY, &headers)?;
        for counts in &self.all {
            table.row(&cells("全部", "全部企业", counts))?;
        }
        for (field, by_name) in &self.groups {
            let group = vocabulary.field_def(ENTERPRISE, *field).map_or("", |f| f.name.chinese.as_str());
            for (name, domains) in by_name {
                for counts in domains {
                    table.row(&cells(group, name, counts))?;
                }
            }
        }
        Ok((table.finish()?, self.all))
    }
}

/// Counts of nothing, for each result of a run.
fn empty(run: &Run<'_>) -> Vec<LabelCounts> {
    let empty = |domain: &str| LabelCounts { domain: domain.to_owned(), ..LabelCounts::default() };
    run.results().map(|judged| empty(judged.standard.subject.chinese())).collect()
}

fn cells(group: &str, name: &str, counts: &LabelCounts) -> Vec<String> {
    let applicable = counts.applicable();
    let mut cells = vec![group.to_owned(), name.to_owned(), counts.domain.clone()];
    cells.extend([(applicable + counts.not_applicable).to_string(), applicable.to_string()]);
    for count in counts.labels.into_iter().chain([counts.not_rated]) {
        cells.extend([count.to_string(), share(count, applicable)]);
    }
    cells.push(counts.not_applicable.to_string());
    cells
}
