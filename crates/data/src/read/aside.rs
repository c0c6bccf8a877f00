//! Rows put aside on disk (暂存): of a delivery that is read in batches of enterprises, each row waits in a file without
//! a name until the batch of its enterprise is due. The file is gone with the program, however that ends.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::header::Meaning;
use super::sheet::Sheet;
use super::table::Table;

/// The bytes after which the rows of one sheet and one batch are written as a block; fewer where there are so many sheets
/// and batches that all open blocks together would take more room than [`OPEN`].
const BLOCK: usize = 1 << 15;
/// The bytes of all blocks that are not written yet, about.
pub(super) const OPEN: usize = 1 << 25;

/// How records wait until they are due.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'a> {
    /// The folder of the file in which they wait.
    pub(super) dir: &'a Path,
    /// Enterprises a batch.
    pub(super) size: u32,
    /// As [`OPEN`].
    pub(super) open: usize,
}

/// Rows of the record lists, by the batch of their enterprises and by sheet, in the order of reading.
pub(super) struct Aside {
    file: File,
    /// Where the next block goes.
    end: u64,
    /// Enterprises a batch.
    size: u32,
    sheets: usize,
    /// Bytes a block.
    full: usize,
    /// By batch, then sheet.
    places: Vec<Place>,
    /// The columns of a sheet whose cells are kept, by sheet.
    kept: Vec<Vec<bool>>,
    /// A block that was read.
    block: Vec<u8>,
}

/// The rows of one sheet in one batch.
#[derive(Default)]
struct Place {
    rows: usize,
    /// Those that are not written yet.
    open: Vec<u8>,
    /// Where the others are, and how many bytes.
    written: Vec<(u64, usize)>,
    /// How many of the blocks were taken back.
    taken: usize,
}

/// Whom a row concerns, and its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) enterprise: u32,
    pub(super) domain: u16,
}

impl Aside {
    /// Room for the rows of some sheets about so many enterprises.
    pub(super) fn create(waiting: Waiting<'_>, tables: &[Table], enterprises: u32) -> io::Result<Aside> {
        let size = waiting.size.max(1);
        let batches = enterprises.div_ceil(size).max(1) as usize;
        let places: Vec<Place> = (0..batches * tables.len()).map(|_| Place::default()).collect();
        Ok(Aside {
            file: tempfile::tempfile_in(waiting.dir)?,
            end: 0,
            size,
            sheets: tables.len(),
            full: (waiting.open / places.len().max(1)).min(BLOCK),
            places,
            kept: tables.iter().map(kept).collect(),
            block: Vec::new(),
        })
    }

    /// How many enterprises a batch has.
    pub(super) fn size(&self) -> u32 {
        self.size
    }

    fn place(&mut self, batch: usize, sheet: usize) -> Option<&mut Place> {
        self.places.get_mut(batch * self.sheets + sheet)
    }

    /// How many rows of a sheet wait for a batch.
    pub(super) fn rows(&mut self, batch: usize, sheet: usize) -> usize {
        self.place(batch, sheet).map_or(0, |place| place.rows)
    }

    /// Puts a row of a sheet aside for the batch of its enterprise.
    pub(super) fn put(&mut self, sheet: usize, table: &Table, row: usize, owner: Owner) -> io::Result<()> {
        let batch = (owner.enterprise / self.size) as usize;
        let (Some(place), Some(kept)) =
            (self.places.get_mut(batch * self.sheets + sheet), self.kept.get(sheet))
        else {
            return Ok(());
        };
        place.rows += 1;
        let open = &mut place.open;
        open.extend_from_slice(&owner.enterprise.to_le_bytes());
        open.extend_from_slice(&owner.domain.to_le_bytes());
        open.extend_from_slice(&table.number(row).to_le_bytes());
        let cells =
            || kept.iter().enumerate().map(|(column, kept)| if *kept { table.cell(row, column) } else { "" });
        cells().for_each(|cell| length(open, cell.len()));
        cells().for_each(|cell| open.extend_from_slice(cell.as_bytes()));
        if open.len() >= self.full {
            self.file.write_all(open)?;
            place.written.push((self.end, open.len()));
            self.end += open.len() as u64;
            open.clear();
            // The room of a long row is given back where there are many blocks.
            open.shrink_to(2 * self.full);
        }
        Ok(())
    }

    /// Takes back the next rows of a sheet for a batch, in place of those that are in `rows` and `owners`. False if
    /// there are none left.
    pub(super) fn take(
        &mut self,
        batch: usize,
        sheet: usize,
        rows: &mut Sheet,
        owners: &mut Vec<Owner>,
    ) -> io::Result<bool> {
        rows.clear();
        owners.clear();
        let mut block = std::mem::take(&mut self.block);
        let Some(place) = self.place(batch, sheet) else { return Ok(false) };
        if let Some((at, bytes)) = place.written.get(place.taken).copied() {
            place.taken += 1;
            block.resize(bytes, 0);
            self.file.seek(SeekFrom::Start(at))?;
            self.file.read_exact(&mut block)?;
        } else {
            block = std::mem::take(&mut place.open);
        }
        let columns = self.kept.get(sheet).map_or(0, Vec::len);
        let whole = restore(&block, columns, rows, owners);
        self.block = block;
        whole.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "暂存的行读回来和写入的不一样；请检查磁盘后重新运行")
        })?;
        Ok(!owners.is_empty())
    }
}

/// The columns whose cells the values of a row are read from.
fn kept(table: &Table) -> Vec<bool> {
    let of_fields = table.layout.claims.iter().filter(|claim| matches!(claim.meaning, Meaning::Field(_)));
    let marks = table.layout.marks().map(|(_, claim)| claim);
    let columns = of_fields.chain(marks).map(|claim| claim.column);
    let columns = columns.chain(table.layout.foreign.iter().map(|(column, _)| *column));
    let mut kept = Vec::new();
    for column in columns {
        if kept.len() <= column {
            kept.resize(column + 1, false);
        }
        if let Some(slot) = kept.get_mut(column) {
            *slot = true;
        }
    }
    kept
}

/// A length: seven bits a byte, the last byte below 128.
fn length(bytes: &mut Vec<u8>, mut length: usize) {
    while length >= 128 {
        bytes.push(length as u8 | 128);
        length >>= 7;
    }
    bytes.push(length as u8);
}

/// Rows as they were put aside. `None` if the bytes are not such.
fn restore(mut bytes: &[u8], columns: usize, rows: &mut Sheet, owners: &mut Vec<Owner>) -> Option<()> {
    let mut lengths = Vec::with_capacity(columns);
    while !bytes.is_empty() {
        let (enterprise, rest) = bytes.split_first_chunk()?;
        let (domain, rest) = rest.split_first_chunk()?;
        let (number, mut rest) = rest.split_first_chunk()?;
        owners
            .push(Owner { enterprise: u32::from_le_bytes(*enterprise), domain: u16::from_le_bytes(*domain) });
        rows.start_row(u32::from_le_bytes(*number));
        lengths.clear();
        for _ in 0..columns {
            let (mut length, mut shift) = (0_usize, 0_u32);
            loop {
                let (byte, others) = rest.split_first()?;
                rest = others;
                length |= usize::from(byte & 127).checked_shl(shift)?;
                shift += 7;
                if *byte < 128 {
                    break;
                }
            }
            lengths.push(length);
        }
        let (text, others) = rest.split_at_checked(lengths.iter().sum())?;
        let mut text = std::str::from_utf8(text).ok()?;
        for length in &lengths {
            let (cell, others) = text.split_at_checked(*length)?;
            rows.push(cell);
            text = others;
        }
        bytes = others;
    }
    Some(())
}
