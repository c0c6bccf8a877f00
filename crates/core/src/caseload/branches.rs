//! Branches (分支机构): where a domain's standard says so, each record of a branch is given to its head office too.
//!
//! The branch keeps its own. A branch of a branch counts for the uppermost head office in the register, none of those
//! between. Enterprises whose head offices lead in a circle have none. An enterprise that names itself is its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::derive::cell;
use super::link::LinkProblem;
use super::{Caseload, MISSING, Table, Withheld};
use crate::vocabulary::{BranchLink, ENTERPRISE, FieldId, ListId};

/// Gives the records of branches to their head offices. The rows of problems follow the rows that they name.
pub(super) fn apply(caseload: &mut Caseload, problems: &mut [LinkProblem]) {
    let vocabulary = Arc::clone(&caseload.vocabulary);
    let Some(link) = vocabulary.branch_link.as_ref().filter(|link| !link.domains.is_empty()) else { return };
    let heads = heads(caseload, link);
    if heads.is_empty() {
        return;
    }
    let domains: Vec<i64> = link
        .domains
        .iter()
        .filter_map(|name| caseload.texts.find(name))
        .map(|domain| i64::from(domain.0))
        .collect();
    let names: BTreeMap<u32, i64> = match caseload.table(ENTERPRISE) {
        Some(own) => heads.keys().map(|branch| (*branch, cell(own, link.name, *branch as usize))).collect(),
        None => return,
    };
    for (number, (list, table)) in vocabulary.lists.iter().zip(&mut caseload.tables).enumerate() {
        let (Some(domain), Some(branch)) = (list.roles.domain, list.roles.branch) else { continue };
        let mut copies: Vec<(u32, u32)> = (0..table.len())
            .filter(|row| domains.contains(&cell(table, domain, *row)))
            .filter_map(|row| Some((*heads.get(&(table.enterprise_of(row) as u32))?, row as u32)))
            .collect();
        if copies.is_empty() {
            continue;
        }
        copies.sort_unstable();
        let (more, places) = with_copies(table, &copies, list.roles.date, branch, &names);
        *table = Arc::new(more);
        for problem in problems.iter_mut().filter(|p| p.list == ListId(number as u16)) {
            problem.row = places.get(problem.row as usize).copied().unwrap_or(problem.row);
        }
    }
    // Only the standards that count branches heed these.
    let more: Vec<Withheld> = caseload
        .withheld
        .iter()
        .filter_map(|w| Some(Withheld { enterprise: *heads.get(&w.enterprise)?, of_branch: true, ..*w }))
        .collect();
    caseload.withheld.extend(more);
    caseload.withheld.sort_unstable();
    caseload.withheld.dedup();
}

/// The uppermost head office of every branch.
fn heads(caseload: &Caseload, link: &BranchLink) -> BTreeMap<u32, u32> {
    let Some(own) = caseload.table(ENTERPRISE).filter(|own| own.has_values(link.head)) else {
        return BTreeMap::new();
    };
    // Equal texts have equal numbers.
    let named: Vec<(u32, i64)> = (0..own.len())
        .map(|row| (row as u32, cell(own, link.head, row)))
        .filter(|(_, code)| *code != MISSING)
        .collect();
    let mut by_code: BTreeMap<i64, Option<u32>> = named.iter().map(|(_, code)| (*code, None)).collect();
    for row in 0..own.len() {
        if let Some(bearer) = by_code.get_mut(&cell(own, link.code, row)) {
            bearer.get_or_insert(row as u32);
        }
    }
    let above: BTreeMap<u32, u32> = named
        .into_iter()
        .filter_map(|(branch, code)| Some((branch, by_code.get(&code).copied().flatten()?)))
        .filter(|(branch, head)| branch != head)
        .collect();
    head_offices(&above)
}

/// For each branch its uppermost head office, from the one above each. Those in a circle, and those below one, have
/// none.
pub fn head_offices(above: &BTreeMap<u32, u32>) -> BTreeMap<u32, u32> {
    // `None` for those on the way up, and for those in or below a circle.
    let mut known: BTreeMap<u32, Option<u32>> = BTreeMap::new();
    for branch in above.keys() {
        let (mut way, mut at) = (Vec::new(), *branch);
        let top = loop {
            if let Some(known) = known.get(&at) {
                break *known;
            }
            let Some(next) = above.get(&at) else { break Some(at) };
            known.insert(at, None);
            way.push(at);
            at = *next;
        };
        known.extend(way.into_iter().map(|one| (one, top)));
    }
    known.into_iter().filter_map(|(branch, top)| Some((branch, top?))).collect()
}

/// The table with the rows of branches once more among those of their heads, which `copies` gives as head and row, and
/// where each row stands now.
fn with_copies(
    table: &Table,
    copies: &[(u32, u32)],
    date: Option<FieldId>,
    branch: FieldId,
    names: &BTreeMap<u32, i64>,
) -> (Table, Vec<u32>) {
    let enterprises = table.ends.len();
    let total = table.len() + copies.len();
    let mut order: Vec<u32> = Vec::with_capacity(total);
    let mut owners: Vec<u32> = Vec::with_capacity(total);
    let mut ends: Vec<u32> = Vec::with_capacity(enterprises);
    let mut among: Vec<usize> = Vec::with_capacity(copies.len());
    let mut places = vec![0_u32; table.len()];
    let mut rest = copies;
    for enterprise in 0..enterprises {
        let own = table.rows_of(enterprise);
        let count = rest.iter().take_while(|(head, _)| *head as usize == enterprise).count();
        let (mine, others) = rest.split_at_checked(count).unwrap_or_default();
        rest = others;
        // By date; of one day the enterprise's own first, then those of branches in the order of the branches.
        let day = |row: u32| date.map_or(0, |date| cell(table, date, row as usize));
        let mut rows: Vec<(i64, bool, u32)> = own
            .map(|row| (day(row as u32), false, row as u32))
            .chain(mine.iter().map(|(_, row)| (day(*row), true, *row)))
            .collect();
        if !mine.is_empty() {
            rows.sort_unstable();
        }
        for (_, copy, row) in rows {
            if copy {
                among.push(order.len());
            } else if let Some(place) = places.get_mut(row as usize) {
                *place = order.len() as u32;
            }
            order.push(row);
            owners.push(enterprise as u32);
        }
        ends.push(order.len() as u32);
    }
    let mut columns: Vec<_> = table.columns.iter().map(|column| column.clone().reordered(&order)).collect();
    if let Some(column) = columns.get_mut(usize::from(branch.0)) {
        column.fill(order.len(), 0);
        for place in among {
            let from = order.get(place).map_or(0, |row| table.enterprise_of(*row as usize) as u32);
            column.set(place, names.get(&from).copied().unwrap_or(MISSING));
        }
    }
    let origins = order.iter().filter_map(|row| table.origins.get(*row as usize).copied()).collect();
    let len = order.len() as u32;
    (Table { columns, ends, owners, origins, len }, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_followed_to_the_top() {
        let above = BTreeMap::from([(1, 2), (2, 3), (4, 5), (5, 4), (6, 5), (7, 3)]);
        let top = head_offices(&above);
        assert_eq!(top, BTreeMap::from([(1, 3), (2, 3), (7, 3)]));
    }

    proptest::proptest! {
        #[test]
        fn nobody_above_is_below_another(pairs in proptest::collection::btree_map(0_u32..40, 0_u32..40, 0..40)) {
            let above: BTreeMap<u32, u32> = pairs.into_iter().filter(|(a, b)| a != b).collect();
            let top = head_offices(&above);
            for (branch, head) in &top {
                proptest::prop_assert!(!above.contains_key(head));
                proptest::prop_assert_eq!(top.get(above.get(branch).unwrap()).copied().unwrap_or(*head), *head);
            }
        }
    }
}
