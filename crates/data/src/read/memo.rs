//! Cells that come up again and again are read once.

use sanse::Stored;

/// What cells of a column were read as, for columns in which the same cells come up again and again: a place for
/// each of some hundred cells, for which they compete.
#[derive(Default)]
pub(super) struct Memo {
    places: Vec<(Box<str>, Stored)>,
    asked: u32,
    found: u32,
}

impl Memo {
    const PLACES: usize = 1 << 10;
    /// After so many cells a column is known as one where they repeat or not.
    const TRIAL: u32 = 1 << 12;

    fn place(cell: &str) -> usize {
        let bytes = cell.as_bytes();
        let eight = |from: usize| {
            let window = bytes.get(from..).unwrap_or_default();
            match window.first_chunk::<8>() {
                Some(eight) => u64::from_le_bytes(*eight),
                None => window.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
            }
        };
        let mixed = [0, bytes.len() / 2, bytes.len().saturating_sub(8)]
            .into_iter()
            .fold(bytes.len() as u64, |mixed, from| {
                (mixed ^ eight(from)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
            });
        mixed as usize % Self::PLACES
    }

    fn is_off(&self) -> bool {
        self.asked > Self::TRIAL && self.found < self.asked / 2
    }

    /// What the cell was read as, if it is remembered.
    pub(super) fn find(&mut self, cell: &str) -> Option<Stored> {
        if self.is_off() {
            self.places = Vec::new();
            return None;
        }
        // Counted until it is decided.
        if self.asked <= Self::TRIAL {
            self.asked += 1;
        }
        let (kept, value) = self.places.get(Self::place(cell))?;
        let found = **kept == *cell && !cell.is_empty();
        if found && self.asked <= Self::TRIAL {
            self.found += 1;
        }
        found.then_some(*value)
    }

    /// Remembers what a cell was read as.
    pub(super) fn keep(&mut self, cell: &str, value: Stored) {
        if self.is_off() {
            return;
        }
        if self.places.is_empty() {
            self.places.resize(Self::PLACES, ("".into(), Stored::Missing));
        }
        if let Some(place) = self.places.get_mut(Self::place(cell)) {
            *place = (cell.into(), value);
        }
    }
}
