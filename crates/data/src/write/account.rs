//! The account of rows (行账): every row read ends in a result, among the unused rows or in a problem.

use sanse::{
    BindError, Caseload, Disposition, ENTERPRISE, ListId, RowRef, Standard, Subject, Value, dispositions,
};

use super::Run;
use crate::read::{Delivery, Problem};

/// What became of a row of the caseload (去向).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowEnd {
    /// It was looked at by its domain's standard, or is an enterprise of the register.
    InResult,
    /// It is a branch's record, given to the head office too; the branch's own row has the end.
    OfBranch,
    /// It says of no domain.
    NoDomain,
    /// No standard in force for its domain.
    NoStandard,
    /// By number of the standard: what that standard did with it.
    Left(u16, Disposition),
}

impl RowEnd {
    /// True if the row is among the unused ones.
    pub(super) fn is_unused(self) -> bool {
        !matches!(self, RowEnd::InResult | RowEnd::OfBranch)
    }
}

/// What became of every row of a caseload, by list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowEnds(Vec<Vec<RowEnd>>);

fn ends_of(run: &Run<'_>, list: ListId) -> Result<Vec<RowEnd>, BindError> {
    let caseload = &run.delivery.caseload;
    let rows = caseload.table(list).map_or(0, sanse::Table::len);
    if list == ENTERPRISE || rows == 0 {
        return Ok(vec![RowEnd::InResult; rows]);
    }
    let mut ends: Vec<RowEnd> =
        (0..rows).map(|row| domain_of(caseload, list, row, run.task.standards)).collect();
    for (number, standard) in run.task.standards.iter().enumerate() {
        let number = number as u16;
        let seen = dispositions(standard, caseload, list, &run.task.calendar)?;
        for (end, disposition) in ends.iter_mut().zip(seen) {
            if matches!(end, RowEnd::Left(of, _) if *of == number) {
                *end = match disposition {
                    Disposition::Live | Disposition::Carried => RowEnd::InResult,
                    other => RowEnd::Left(number, other),
                };
            }
        }
    }
    Ok(ends)
}

impl RowEnds {
    /// Follows every row through the standard of its domain.
    ///
    /// # Errors
    /// A standard does not fit the caseload.
    pub(super) fn of(run: &Run<'_>, threads: usize) -> Result<RowEnds, BindError> {
        let lists = 0..run.delivery.caseload.vocabulary().lists.len() as u16;
        let of = |list| ends_of(run, ListId(list));
        let mut all = if threads < 2 {
            RowEnds(lists.map(of).collect::<Result<_, _>>()?)
        } else {
            std::thread::scope(|scope| {
                let running: Vec<_> = lists.map(|list| scope.spawn(move || of(list))).collect();
                let joined = running.into_iter().map(|thread| {
                    // A panic in a thread is passed on as it came.
                    thread.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))
                });
                joined.collect::<Result<_, _>>().map(RowEnds)
            })?
        };
        all.cited(run);
        Ok(all)
    }

    /// A row that a hit rests on is in a result even if its list's window has closed: a rule may have its own.
    fn cited(&mut self, run: &Run<'_>) {
        for (standard, classified) in run.task.standards.iter().zip(&run.classification.domains) {
            let reasons = sanse::Reasons::new(standard, &run.delivery.caseload, &classified.assessments);
            for enterprise in classified.assessments.enterprises() {
                for hit in classified.assessments.hits(enterprise) {
                    for RowRef { list, row } in reasons.rows(hit) {
                        if let Some(end) =
                            self.0.get_mut(usize::from(list.0)).and_then(|l| l.get_mut(row as usize))
                        {
                            *end = RowEnd::InResult;
                        }
                    }
                }
            }
        }
    }

    /// What became of a row.
    pub(super) fn get(&self, list: ListId, row: usize) -> RowEnd {
        self.0.get(usize::from(list.0)).and_then(|l| l.get(row)).copied().unwrap_or(RowEnd::NoDomain)
    }
}

/// True for a branch's record among those of its head office.
pub(super) fn is_of_branch(caseload: &Caseload, list: ListId, row: usize) -> bool {
    let branch = caseload.vocabulary().list_def(list).roles.branch;
    branch.is_some_and(|field| caseload.value(list, row, field) != Value::Missing)
}

fn domain_of(caseload: &Caseload, list: ListId, row: usize, standards: &[Standard]) -> RowEnd {
    if is_of_branch(caseload, list, row) {
        return RowEnd::OfBranch;
    }
    let field = caseload.vocabulary().list_def(list).roles.domain;
    let Some(Value::Text(domain)) = field.map(|field| caseload.value(list, row, field)) else {
        return RowEnd::NoDomain;
    };
    let standard =
        standards.iter().position(|s| matches!(&s.subject, Subject::Domain(name) if name == domain));
    standard.map_or(RowEnd::NoStandard, |number| RowEnd::Left(number as u16, Disposition::NotSeen))
}

/// The account of one source: `read == in_results + supporting + unused + in_problems`. A row of a file that became several
/// records counts once, by the best of their ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceAccount {
    /// Rows read.
    pub(super) read: u32,
    /// Rows that a standard looked at, and enterprises of the register.
    pub(super) in_results: u32,
    /// Rows of a table that is no list of records but was used in reading them: coverage, names of agencies.
    pub(super) supporting: u32,
    /// Rows in `unused.csv` and in no result.
    pub(super) unused: u32,
    /// Rows that are in `problems.csv` alone.
    pub(super) in_problems: u32,
}

impl SourceAccount {
    /// Rows that have an end.
    pub(super) fn accounted(&self) -> u32 {
        self.in_results + self.supporting + self.unused + self.in_problems
    }

    /// True if every row read has its end.
    pub(super) fn balanced(&self) -> bool {
        self.read == self.accounted()
    }
}

/// What became of the rows of every source, in the making of their accounts: a byte a row.
pub(super) struct Ledger {
    /// By source and number of the row: the best of the ends of its records; 0 if nothing is known of it.
    ends: Vec<Vec<u8>>,
    /// Which sources gave rows to the caseload; the used rows of the others supported the reading.
    recorded: Vec<bool>,
}

/// The ends of a row, the best first.
const RESULT: u8 = 1;
const UNUSED: u8 = 2;
const PROBLEM: u8 = 3;

impl Ledger {
    /// Nothing is known yet of the rows of so many sources.
    pub(super) fn new(sources: usize) -> Ledger {
        Ledger { ends: vec![Vec::new(); sources], recorded: vec![false; sources] }
    }

    /// Enters what became of the rows of a caseload.
    pub(super) fn add(&mut self, caseload: &Caseload, ends: &RowEnds) {
        for number in 0..caseload.vocabulary().lists.len() {
            let list = ListId(number as u16);
            let Some(table) = caseload.table(list) else { continue };
            for row in 0..table.len() {
                let Some(origin) = table.origin(row).filter(|origin| origin.row > 0) else { continue };
                match ends.get(list, row) {
                    RowEnd::OfBranch => {}
                    RowEnd::InResult => self.enter(origin.source, origin.row, RESULT),
                    _ => self.enter(origin.source, origin.row, UNUSED),
                }
                if let Some(recorded) = self.recorded.get_mut(origin.source as usize) {
                    *recorded = true;
                }
            }
        }
    }

    fn enter(&mut self, source: u32, row: u32, end: u8) {
        let Some(ends) = self.ends.get_mut(source as usize) else { return };
        let row = row as usize;
        if ends.len() <= row {
            ends.resize(row + 1, 0);
        }
        if let Some(known) = ends.get_mut(row)
            && (*known == 0 || end < *known)
        {
            *known = end;
        }
    }

    /// The account of every source.
    pub(super) fn finish(mut self, delivery: &Delivery) -> Vec<SourceAccount> {
        for unused in &delivery.unused {
            self.enter(unused.source, unused.row, UNUSED);
        }
        for problem in &delivery.problems {
            if let Some(row) = problem.row {
                self.enter(problem.source, row, PROBLEM);
            }
        }
        let rows = self.ends.iter().zip(self.recorded);
        let accounts =
            delivery.sources.iter().zip(rows).enumerate().map(|(number, (source, (ends, recorded)))| {
                let mut account = SourceAccount { read: source.rows_read, ..SourceAccount::default() };
                for end in ends {
                    match *end {
                        RESULT => account.in_results += 1,
                        UNUSED => account.unused += 1,
                        PROBLEM => account.in_problems += 1,
                        _ => {}
                    }
                }
                let whole = |p: &Problem| p.source as usize == number && p.row.is_none();
                if !recorded && source.rows_used > 0 {
                    // No record came of it, so only the reader knows; a row used with a note is also in the problems.
                    account.supporting = source.rows_used;
                    account.unused = source.rows_unused;
                    account.in_problems = source.rows_problem;
                } else if source.rows_used + source.rows_unused == 0 && delivery.problems.iter().any(whole) {
                    // A sheet that was left out whole is one problem, whatever its rows.
                    account.in_problems = account.read;
                }
                account
            });
        accounts.collect()
    }
}
