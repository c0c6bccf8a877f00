//! A caseload in batches of enterprises (分批): what a province delivers is more than fits in memory at once. All files
//! are read first, and who is who is decided; the records wait on disk until the batch of their enterprise is due.

use std::path::Path;
use std::sync::Arc;

use sanse::{CaseloadBuilder, Date, ENTERPRISE};

use super::aside::{OPEN, Waiting};
use super::finish::{Links, accounted, ordered, withhold};
use super::records::{self, Keep};
use super::{Delivery, Gathered, Given, Intake, ReadError, STREAMED, gather, given, make_room, rooms};

/// A delivery that comes in batches of enterprises (分批报送). What they hold together is what
/// [`Intake::folder`] gives at once.
pub struct Batches<'v> {
    gathered: Gathered<'v>,
    as_of: Date,
    /// All enterprises, without records.
    register: CaseloadBuilder,
    links: Links,
    /// Whom the problems found before the first batch withhold green from, in which domain; by enterprise.
    withheld: Vec<(u32, Option<String>)>,
    /// The number of the next batch.
    next: u32,
    /// The folder where the records wait, for messages.
    dir: &'v Path,
}

impl<'a> Intake<'a> {
    /// As [`Intake::folder`], but the caseload then comes in batches of so many enterprises, of which two fit in memory.
    /// Meanwhile the records wait in a nameless file in the folder `aside`, which needs about the room of the files.
    ///
    /// # Errors
    /// As [`Intake::folder`]; records cannot be put aside; or a standard counts branches for their head offices, which
    /// may stand in any batch.
    pub fn folder_in_batches(
        &self,
        dir: &Path,
        size: u32,
        aside: &'a Path,
    ) -> Result<Batches<'a>, ReadError> {
        self.batches(given(dir, STREAMED, &self.pace)?, Waiting { dir: aside, size, open: OPEN })
    }

    pub(super) fn batches(
        &self,
        files: impl Iterator<Item = Given>,
        waiting: Waiting<'a>,
    ) -> Result<Batches<'a>, ReadError> {
        if self.vocabulary.counts_branches() {
            return Err(ReadError::Branches);
        }
        let mut gathered = gather(files, self, Some(waiting))?;
        let empty = CaseloadBuilder::new(Arc::clone(self.vocabulary));
        let register = std::mem::replace(&mut gathered.reading.builder, empty);
        let problems = gathered.reading.problems.0.iter().filter(|problem| problem.withholds);
        let mut withheld: Vec<(u32, Option<String>)> =
            problems.filter_map(|problem| Some((problem.enterprise?, problem.domain.clone()))).collect();
        withheld.sort();
        withheld.dedup();
        let links = Links::new(&gathered.reading.domains, &gathered.received);
        Ok(Batches { gathered, as_of: self.as_of, register, links, withheld, next: 0, dir: waiting.dir })
    }
}

impl Batches<'_> {
    /// The number of enterprises in all batches.
    pub fn enterprises(&self) -> usize {
        self.register.rows(ENTERPRISE) as usize
    }

    /// The next batch; `None` after the last. There is at least one. Its problems and unused rows, and the account of
    /// its sources, come with [`Batches::finish`].
    ///
    /// # Errors
    /// Records that were put aside cannot be taken back.
    pub fn next_batch(&mut self) -> Result<Option<Delivery>, ReadError> {
        let Gathered { reading, tables, sources, keep, .. } = &mut self.gathered;
        let Keep::Aside(seen, aside) = keep else { return Ok(None) };
        let empty = || CaseloadBuilder::new(Arc::clone(self.register.vocabulary()));
        let all = self.register.rows(ENTERPRISE);
        let first = self.next.saturating_mul(aside.size());
        if first >= all && self.next > 0 {
            return Ok(None);
        }
        let batch = self.next as usize;
        self.next += 1;
        let end = first.saturating_add(aside.size()).min(all);
        reading.builder = self.register.part(first..end)?;
        reading.first = first;
        reading.domain_names.clear();
        let rows = tables.iter().enumerate().map(|(sheet, table)| (table, aside.rows(batch, sheet)));
        let rooms = rooms(reading.vocabulary, rows);
        reading.builder.reserve_texts(rooms.iter().sum());
        make_room(reading, seen, &rooms);
        let found_before = reading.problems.0.len();
        for (sheet, table) in tables.iter_mut().enumerate() {
            records::read_aside(reading, (sheet, table), (aside, batch), seen)
                .map_err(|e| ReadError::aside(self.dir, e))?;
        }
        let from = self.withheld.partition_point(|(enterprise, _)| *enterprise < first);
        let before = self.withheld.iter().skip(from).take_while(|(enterprise, _)| *enterprise < end);
        let before = before.map(|(enterprise, domain)| (*enterprise, domain.as_deref()));
        let found = reading.problems.0.iter().skip(found_before).filter(|problem| problem.withholds);
        let found = found.filter_map(|problem| Some((problem.enterprise?, problem.domain.as_deref())));
        for (enterprise, domain) in before.chain(found) {
            // What a row withholds, it withholds from its own enterprise. The numbers of the problems come at the end.
            let _ = reading.builder.withhold(enterprise.wrapping_sub(first), domain, 0);
        }
        let builder = std::mem::replace(&mut reading.builder, empty());
        let (caseload, unlinked) = builder.finish_by(self.as_of, reading.pace.threads);
        self.links.add(&caseload, first, &unlinked);
        (reading.pace.progress)("评定", u64::from(end), u64::from(all));
        Ok(Some(Delivery {
            caseload,
            first,
            sources: sources.clone(),
            problems: Vec::new(),
            unused: Vec::new(),
            mapping: None,
        }))
    }

    /// After the last batch: all enterprises without their records, and everything that is said of all of them.
    pub fn finish(self) -> Delivery {
        let Batches { gathered, as_of, mut register, links, .. } = self;
        let Gathered { mut reading, sources, mapping, .. } = gathered;
        reading.tell_doubled();
        let mut problems = ordered(std::mem::take(&mut reading.problems));
        withhold(&mut register, &problems);
        let (caseload, _) = register.finish_by(as_of, reading.pace.threads);
        problems.extend(links.finish());
        let (sources, unused) = accounted(reading, sources);
        Delivery { caseload, first: 0, sources, problems, unused, mapping }
    }
}
