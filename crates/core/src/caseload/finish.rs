//! Closing a caseload: derived fields, the order of rows, the join of rectifications to decisions.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use super::branches;
use super::builder::{CaseloadBuilder, CaseloadError, Pending};
use super::derive::{cell, derive_gravest, derive_rows};
use super::documents::Documents;
use super::link::{self, LinkProblem};
use super::{Caseload, Column, MISSING, Origin, Table, TextId, Texts, Withheld};
use crate::quantity::Date;
use crate::vocabulary::{Derivation, FieldId, ListId, Vocabulary};

impl CaseloadBuilder {
    /// Fills derived fields, fixes what is known by the as-of date, sorts rows by enterprise, date and content, joins
    /// rectifications to decisions, and gives the records of branches to their head offices in the domains whose
    /// standards count them ([`crate::BranchLink`]). Returns the caseload and the decisions without a match.
    pub fn finish(self, as_of: Date) -> (Caseload, Vec<LinkProblem>) {
        self.finish_by(as_of, 1)
    }

    /// As [`CaseloadBuilder::finish`], on so many threads, which change nothing but the time.
    pub fn finish_by(mut self, as_of: Date, threads: usize) -> (Caseload, Vec<LinkProblem>) {
        let vocabulary = Arc::clone(&self.vocabulary);
        let numbers = vocabulary.lists.iter().zip(&self.tables).flat_map(|(list, table)| {
            list.fields.iter().filter_map(|field| match field.derived {
                Some(Derivation::DocumentKeyOf(from)) => {
                    table.columns.get(usize::from(from.0)).map(|column| (column, table.owners.as_slice()))
                }
                _ => None,
            })
        });
        self.texts.close();
        let texts = &self.texts;
        let (documents, index) =
            both(threads, || Documents::collect(numbers, texts), || texts.index_of_all());
        self.texts.reopen(index);
        let closing = Closing {
            vocabulary: &vocabulary,
            documents: &documents,
            texts: &self.texts,
            enterprises: self.tables.first().map_or(0, |t| t.len),
        };
        let mut tables = closing.tables(std::mem::take(&mut self.tables), threads);
        // A row that names no domain is seen by no standard; green is withheld rather than given blindly.
        for (list, table) in vocabulary.lists.iter().zip(&tables) {
            let Some(domain) = list.roles.domain else { continue };
            for row in (0..table.len()).filter(|row| cell(table, domain, *row) == MISSING) {
                let enterprise = table.enterprise_of(row) as u32;
                self.withheld.push(Withheld {
                    enterprise,
                    domain: None,
                    problem: Withheld::NO_DOMAIN,
                    of_branch: false,
                });
            }
        }
        self.withheld.sort_unstable();
        self.withheld.dedup();
        let mut caseload = Caseload {
            vocabulary,
            tables: tables.drain(..).map(Arc::new).collect(),
            texts: Arc::new(self.texts),
            coverages: self.coverages,
            withheld: self.withheld,
            as_of,
        };
        let mut problems = link::apply(&mut caseload, as_of, &documents);
        for (list, table) in caseload.vocabulary.lists.iter().zip(&mut caseload.tables) {
            // After the join, because only now is it known which decisions are void.
            derive_gravest(list, Arc::make_mut(table));
        }
        if !self.branches_apart {
            branches::apply(&mut caseload, &mut problems);
        }
        for table in &mut caseload.tables {
            for column in &mut Arc::make_mut(table).columns {
                column.compact();
            }
        }
        (caseload, problems)
    }

    /// A caseload that was finished before, from its rows in their order and with every value that they had: nothing is
    /// derived, sorted or joined again.
    ///
    /// # Errors
    /// The rows of a list do not stand by enterprise.
    pub fn restore(mut self, as_of: Date) -> Result<Caseload, CaseloadError> {
        let vocabulary = Arc::clone(&self.vocabulary);
        let enterprises = self.tables.first().map_or(0, |t| t.len);
        let mut tables = Vec::with_capacity(self.tables.len());
        for (list, mut pending) in vocabulary.lists.iter().zip(std::mem::take(&mut self.tables)) {
            if !pending.owners.is_sorted() {
                return Err(CaseloadError::OutOfOrder { list: list.name.chinese.clone() });
            }
            let ends = if tables.is_empty() { Vec::new() } else { ends(&pending.owners, enterprises) };
            if !pending_origin(&pending.origins) {
                pending.origins = Vec::new();
            }
            for column in &mut pending.columns {
                column.compact();
            }
            let Pending { columns, owners, origins, len, .. } = pending;
            tables.push(Arc::new(Table { columns, ends, owners, origins, len }));
        }
        self.texts.close();
        let index = self.texts.index_of_all();
        self.texts.reopen(index);
        self.withheld.sort_unstable();
        self.withheld.dedup();
        Ok(Caseload {
            vocabulary,
            tables,
            texts: Arc::new(self.texts),
            coverages: self.coverages,
            withheld: self.withheld,
            as_of,
        })
    }
}

/// What the rows of every list are closed with.
struct Closing<'a> {
    vocabulary: &'a Vocabulary,
    documents: &'a Documents,
    texts: &'a Texts,
    enterprises: u32,
}

impl Closing<'_> {
    /// The tables in the order of their lists, the long ones shared among the threads.
    fn tables(&self, pending: Vec<Pending>, threads: usize) -> Vec<Table> {
        let mut numbered: Vec<(usize, Pending)> = pending.into_iter().enumerate().collect();
        numbered.sort_by_key(|(_, pending)| Reverse(pending.len));
        let (mut ours, mut theirs, mut ahead) = (Vec::new(), Vec::new(), 0);
        for one in numbered {
            let rows = i64::from(one.1.len);
            if ahead <= 0 {
                ahead += rows;
                ours.push(one);
            } else {
                ahead -= rows;
                theirs.push(one);
            }
        }
        let close = |share: Vec<(usize, Pending)>| -> Vec<(usize, Table)> {
            share.into_iter().map(|(list, pending)| (list, self.table(list, pending))).collect()
        };
        let (mut tables, others) = both(threads, || close(ours), || close(theirs));
        tables.extend(others);
        tables.sort_by_key(|(list, _)| *list);
        tables.into_iter().map(|(_, table)| table).collect()
    }

    fn table(&self, list: usize, mut pending: Pending) -> Table {
        let def = self.vocabulary.list_def(ListId(list as u16));
        let Pending { columns, owners, len, .. } = &mut pending;
        derive_rows(&def.fields, columns, (*len, owners), self.vocabulary, self.documents);
        let mut table = if list == 0 {
            Table {
                columns: pending.columns,
                ends: Vec::new(),
                owners: Vec::new(),
                origins: pending.origins,
                len: pending.len,
            }
        } else {
            sorted(pending, self.enterprises, def.roles.date, self.texts)
        };
        if !pending_origin(&table.origins) {
            table.origins = Vec::new();
        }
        table
    }
}

/// Does two things, at the same time if there may be two threads.
fn both<A, B: Send>(threads: usize, one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    if threads < 2 {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        // Nothing in the core panics; a panic in a thread is passed on as it came.
        (one, other.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
    })
}

/// For each enterprise the end of its rows, from the enterprise of each row.
fn ends(owners: &[u32], enterprises: u32) -> Vec<u32> {
    let mut ends = vec![0_u32; enterprises as usize];
    for owner in owners {
        if let Some(count) = ends.get_mut(*owner as usize) {
            *count += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    ends
}

fn pending_origin(origins: &[Origin]) -> bool {
    origins.iter().any(|o| *o != Origin::default())
}

fn sorted(pending: Pending, enterprises: u32, date: Option<FieldId>, texts: &Texts) -> Table {
    let date = date.and_then(|d| pending.columns.get(usize::from(d.0)));
    let day = |row: u32| date.map_or(0, |d| d.get(row as usize));
    let content = |a: u32, b: u32| {
        for column in &pending.columns {
            let (x, y) = (column.get(a as usize), column.get(b as usize));
            let ordering = if x == y {
                Ordering::Equal
            } else if matches!(column, Column::Text(_)) && x != MISSING && y != MISSING {
                // Text numbers follow the order of reading; the texts themselves do not.
                texts.get(TextId(x as u32)).cmp(texts.get(TextId(y as u32)))
            } else {
                x.cmp(&y)
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        pending.origins.get(a as usize).cmp(&pending.origins.get(b as usize))
    };
    // The rows are dealt out to their enterprises, where they are few: `ends` first tells where an enterprise's
    // rows begin, and ends as where they end.
    let mut ends = vec![0_u32; enterprises as usize];
    for owner in &pending.owners {
        if let Some(count) = ends.get_mut(*owner as usize) {
            *count += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    let mut order = vec![0_u32; pending.len as usize];
    for (row, owner) in pending.owners.iter().enumerate() {
        if let Some(next) = ends.get_mut(*owner as usize) {
            if let Some(slot) = order.get_mut(*next as usize) {
                *slot = row as u32;
            }
            *next += 1;
        }
    }
    let mut rest = order.as_mut_slice();
    let mut start = 0;
    for end in &ends {
        let (own, others) = rest.split_at_mut_checked((end - start) as usize).unwrap_or_default();
        if own.len() > 1 {
            own.sort_unstable_by(|a, b| day(*a).cmp(&day(*b)).then_with(|| content(*a, *b)));
        }
        (rest, start) = (others, *end);
    }
    Table {
        // Each column is freed as soon as its copy stands, so that the next copy finds room.
        columns: pending.columns.into_iter().map(|c| c.reordered(&order)).collect(),
        ends,
        owners: order.iter().filter_map(|i| pending.owners.get(*i as usize).copied()).collect(),
        origins: order.iter().filter_map(|i| pending.origins.get(*i as usize).copied()).collect(),
        len: pending.len,
    }
}
