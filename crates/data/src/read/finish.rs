//! The end of reading: problems and rows in their order, the caseload closed, what is said of its links.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sanse::{Caseload, CaseloadBuilder, Date, FieldId, LinkProblem, LinkProblemKind, ListId, SANCTION};

use super::branches;
use super::domain::Domains;
use super::problem::{At, Problem, Problems, UnusedRow};
use super::records::Received;
use super::row::Reading;
use super::{Delivery, Source};

/// Sorts problems, withholds green, closes the caseload and the account.
pub(super) fn finish(
    mut reading: Reading<'_>,
    sources: Vec<Source>,
    received: &Received,
    as_of: Date,
) -> Delivery {
    reading.tell_doubled();
    let mut problems = ordered(std::mem::take(&mut reading.problems));
    withhold(&mut reading.builder, &problems);
    let empty = CaseloadBuilder::new(Arc::clone(reading.builder.vocabulary()));
    let builder = std::mem::replace(&mut reading.builder, empty);
    let (caseload, unlinked) = builder.finish_by(as_of, reading.pace.threads);
    let mut links = Links::new(&reading.domains, received);
    links.add(&caseload, 0, &unlinked);
    // They withhold nothing, so they may follow without moving the numbers before them.
    problems.extend(links.finish());
    if let Some(link) = &caseload.vocabulary().branch_link {
        // They withhold by the numbers of the branches' problems.
        let of_heads = branches::problems_of_heads(&caseload, &problems, &link.domains);
        problems.extend(of_heads);
    }
    let (sources, unused) = accounted(reading, sources);
    Delivery { caseload, first: 0, sources, problems, unused, mapping: None }
}

/// The problems in their order, each once.
pub(super) fn ordered(Problems(mut problems): Problems) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    problems
}

/// Withholds green by the numbers of problems.
pub(super) fn withhold(builder: &mut CaseloadBuilder, problems: &[Problem]) {
    for (number, problem) in problems.iter().enumerate() {
        if let (true, Some(enterprise)) = (problem.withholds, problem.enterprise) {
            // Fails only for an enterprise outside the caseload, or after 4 GiB of text, where rows fail too.
            let _ = builder.withhold(enterprise, problem.domain.as_deref(), number as u32);
        }
    }
}

/// The sources with what became of their rows, and the unused rows in their order.
pub(super) fn accounted(reading: Reading<'_>, mut sources: Vec<Source>) -> (Vec<Source>, Vec<UnusedRow>) {
    let Reading { mut unused, counts, .. } = reading;
    unused.sort();
    for (source, counts) in sources.iter_mut().zip(counts) {
        (source.rows_used, source.rows_unused, source.rows_problem) =
            (counts.used, counts.unused, counts.problem);
        source.rows_read = counts.read.max(source.rows_read);
    }
    (sources, unused)
}

/// What is said of sanctions whose rectification is not known or contradicted. Where a domain delivered no order at
/// all, that is said once, not once a sanction.
pub(super) struct Links {
    /// The domains that delivered orders.
    delivered: BTreeSet<String>,
    said: Problems,
    /// By domain without orders: the first source, and how many measures.
    without: BTreeMap<String, (u32, u32)>,
}

impl Links {
    /// Nothing is said yet.
    pub(super) fn new(domains: &Domains, received: &Received) -> Links {
        let delivered = (0_u16..).zip(&received.orders).filter(|(_, ordered)| **ordered);
        let delivered = delivered.map(|(domain, _)| domains.name(domain).to_owned()).collect();
        Links { delivered, said: Problems::default(), without: BTreeMap::new() }
    }

    /// Adds what is to be said of a caseload; `first` is the number of its first enterprise among all.
    pub(super) fn add(&mut self, caseload: &Caseload, first: u32, unlinked: &[LinkProblem]) {
        let vocabulary = caseload.vocabulary();
        let document = vocabulary.list_def(SANCTION).roles.document;
        let mut last = None;
        for link in unlinked {
            let table = caseload.table(link.list);
            let Some((table, origin)) = table.and_then(|t| Some((t, t.origin(link.row as usize)?))) else {
                continue;
            };
            if last.replace(origin) == Some(origin) {
                continue;
            }
            let domain = vocabulary.list_def(link.list).roles.domain;
            let domain =
                domain.map(|field| display(caseload, link.list, link.row, field)).unwrap_or_default();
            let number =
                document.map_or(String::new(), |field| display(caseload, link.list, link.row, field));
            let (code, done, message) = match link.kind {
                LinkProblemKind::Contradicted => (
                    "D606",
                    "以整改记录为准",
                    format!("“{number}”这一行写的整改情况与整改记录的复查结果不一致；请核对后改成一致"),
                ),
                LinkProblemKind::NoOrder if !self.delivered.contains(&domain) => {
                    let entry = self.without.entry(domain).or_insert((origin.source, 0));
                    entry.1 += 1;
                    continue;
                }
                LinkProblemKind::NoOrder if number.is_empty() => (
                    "D605",
                    UNKNOWN_STATE,
                    "这项措施没有文号，无法与整改记录对应；请补填文号，并在整改表中写明".to_owned(),
                ),
                LinkProblemKind::NoOrder => (
                    "D605",
                    UNKNOWN_STATE,
                    format!("没有找到“{number}”对应的整改记录；请补报整改表，并在其中写明关联的处罚文号"),
                ),
            };
            self.said.note(At::source(origin.source as usize).row(origin.row), code, done, &message);
            if let Some(problem) = self.said.0.last_mut() {
                problem.enterprise = Some(first + table.enterprise_of(link.row as usize) as u32);
                problem.domain = Some(domain).filter(|domain| !domain.is_empty());
            }
        }
    }

    /// Everything that was said, in its order.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        for (domain, (source, count)) in self.without {
            let message = format!("没有收到“{domain}”的整改记录，{count} 项措施不知是否整改；请补报整改表");
            self.said.note(At::source(source as usize), "D607", UNKNOWN_STATE, &message);
            if let Some(problem) = self.said.0.last_mut() {
                problem.domain = Some(domain).filter(|domain| !domain.is_empty());
            }
        }
        ordered(self.said)
    }
}

const UNKNOWN_STATE: &str = "整改情况按“未知”计";

fn display(caseload: &Caseload, list: ListId, row: u32, field: FieldId) -> String {
    match caseload.value(list, row as usize, field) {
        sanse::Value::Text(text) => text.to_owned(),
        _ => String::new(),
    }
}
