//! The end of reading: problems and rows in their order, the caseload closed, what is said of its links.

use std::collections::{BTreeMap, HashSet};

use sanse::{Caseload, Date, FieldId, LinkProblem, LinkProblemKind, ListId, RECTIFICATION, SANCTION};

use super::branches;
use super::problem::{At, Problems};
use super::row::Reading;
use super::{Delivery, Source};

/// Sorts problems, withholds green, closes the caseload and the account.
pub(super) fn finish(reading: Reading<'_>, mut sources: Vec<Source>, as_of: Date) -> Delivery {
    let Reading { problems: Problems(mut problems), mut unused, counts, mut builder, pace, .. } = reading;
    problems.sort();
    problems.dedup();
    for (number, problem) in problems.iter().enumerate() {
        if let (true, Some(enterprise)) = (problem.withholds, problem.enterprise) {
            // Fails only for an enterprise outside the caseload, or after 4 GiB of text, where rows fail too.
            let _ = builder.withhold(enterprise, problem.domain.as_deref(), number as u32);
        }
    }
    let (caseload, unlinked) = builder.finish_by(as_of, pace.threads);
    // They withhold nothing, so they may follow without moving the numbers before them.
    let mut links = unlinked_problems(&caseload, &unlinked);
    links.0.sort();
    links.0.dedup();
    problems.extend(links.0);
    if let Some(link) = &caseload.vocabulary().branch_link {
        // They withhold by the numbers of the branches' problems.
        let of_heads = branches::problems_of_heads(&caseload, &problems, &link.domains);
        problems.extend(of_heads);
    }
    unused.sort();
    for (source, counts) in sources.iter_mut().zip(counts) {
        (source.rows_used, source.rows_unused, source.rows_problem) =
            (counts.used, counts.unused, counts.problem);
        source.rows_read = counts.read.max(source.rows_read);
    }
    Delivery { caseload, first: 0, sources, problems, unused, mapping: None }
}

/// What is said of sanctions whose rectification is not known or contradicted. Where a domain delivered no order at
/// all, that is said once, not once a sanction.
fn unlinked_problems(caseload: &Caseload, unlinked: &[LinkProblem]) -> Problems {
    let vocabulary = caseload.vocabulary();
    let mut links = Problems::default();
    let domain_of = |list: ListId, row: u32| {
        let field = vocabulary.list_def(list).roles.domain;
        field.map(|f| display(caseload, list, row, f)).filter(|d| !d.is_empty())
    };
    let orders = caseload.table(RECTIFICATION).map_or(0, sanse::Table::len) as u32;
    let delivered: HashSet<Option<String>> = (0..orders).map(|row| domain_of(RECTIFICATION, row)).collect();
    let document = vocabulary.list_def(SANCTION).roles.document;
    let mut without: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut last = None;
    for link in unlinked {
        let table = caseload.table(link.list);
        let Some((table, origin)) = table.and_then(|t| Some((t, t.origin(link.row as usize)?))) else {
            continue;
        };
        if last.replace(origin) == Some(origin) {
            continue;
        }
        let domain = domain_of(link.list, link.row);
        let number = document.map_or(String::new(), |field| display(caseload, link.list, link.row, field));
        let (code, done, message) = match link.kind {
            LinkProblemKind::Contradicted => (
                "D606",
                "以整改记录为准",
                format!("“{number}”这一行写的整改情况与整改记录的复查结果不一致；请核对后改成一致"),
            ),
            LinkProblemKind::NoOrder if !delivered.contains(&domain) => {
                let entry = without.entry(domain.unwrap_or_default()).or_insert((origin.source, 0));
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
        links.note(At::source(origin.source as usize).row(origin.row), code, done, &message);
        if let Some(problem) = links.0.last_mut() {
            problem.enterprise = Some(table.enterprise_of(link.row as usize) as u32);
            problem.domain = domain;
        }
    }
    for (domain, (source, count)) in without {
        let message = format!("没有收到“{domain}”的整改记录，{count} 项措施不知是否整改；请补报整改表");
        links.note(At::source(source as usize), "D607", UNKNOWN_STATE, &message);
        if let Some(problem) = links.0.last_mut() {
            problem.domain = Some(domain).filter(|d| !d.is_empty());
        }
    }
    links
}

const UNKNOWN_STATE: &str = "整改情况按“未知”计";

fn display(caseload: &Caseload, list: ListId, row: u32, field: FieldId) -> String {
    match caseload.value(list, row as usize, field) {
        sanse::Value::Text(text) => text.to_owned(),
        _ => String::new(),
    }
}
