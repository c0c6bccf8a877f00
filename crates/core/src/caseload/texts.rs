//! Texts stored once, end to end in one buffer, known by 4-byte numbers.

use std::hash::Hasher;
use std::sync::Arc;

use hashbrown::HashTable;

/// Number of a text in [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(pub u32);

/// An interner (文本表). Numbers are given in the order of first use.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Texts numbered before this one's own; shared, so that a few more can be added without a copy.
    base: Option<Arc<Texts>>,
    buffer: String,
    ends: Vec<u32>,
    index: HashTable<u32>,
    /// Once no more texts come, the index in half the room: open addressing, `u32::MAX` where empty.
    packed: Vec<u32>,
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.base == other.base && self.buffer == other.buffer && self.ends == other.ends
    }
}

impl Eq for Texts {}

pub(super) fn hash(text: &str) -> u64 {
    // Fixed keys make a run repeatable; numbers follow first use, never the hash. SipHash resists crafted names.
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

impl Texts {
    /// Texts that continue another's numbers.
    pub fn over(base: Arc<Texts>) -> Texts {
        Texts { base: Some(base), ..Texts::default() }
    }

    fn base_len(&self) -> u32 {
        self.base.as_ref().map_or(0, |b| b.len() as u32)
    }

    /// The number of a text, which is added if it is new. `None` once 4 GiB of text are held.
    pub fn intern(&mut self, text: &str) -> Option<TextId> {
        let hashed = hash(text);
        if let Some(id) = self.find_hashed(text, hashed) {
            return Some(id);
        }
        let end = u32::try_from(self.buffer.len() + text.len()).ok()?;
        let base = self.base_len();
        let id = u32::try_from(self.ends.len()).ok().filter(|id| *id < u32::MAX - 1 - base)?;
        self.buffer.push_str(text);
        self.ends.push(end);
        let (buffer, ends) = (&self.buffer, &self.ends);
        self.index.insert_unique(hashed, id, |id| hash(slice(buffer, ends, *id)));
        Some(TextId(base + id))
    }

    /// The number of a text, if it is there.
    pub fn find(&self, text: &str) -> Option<TextId> {
        self.find_hashed(text, hash(text))
    }

    fn find_hashed(&self, text: &str, hashed: u64) -> Option<TextId> {
        if let Some(id) = self.base.as_ref().and_then(|b| b.find_hashed(text, hashed)) {
            return Some(id);
        }
        let is = |id: u32| slice(&self.buffer, &self.ends, id) == text;
        let own = self.index.find(hashed, |id| is(*id)).copied().or_else(|| {
            let from = place(hashed, self.packed.len());
            let probes = self.packed.iter().cycle().skip(from).take(self.packed.len());
            probes.copied().take_while(|id| *id != u32::MAX).find(|id| is(*id))
        })?;
        Some(TextId(self.base_len() + own))
    }

    /// Makes room for so many more texts, so that the index need not grow. Nothing depends on it but time.
    pub(super) fn reserve(&mut self, texts: usize) {
        let (buffer, ends) = (&self.buffer, &self.ends);
        self.index.reserve(texts, |id| hash(slice(buffer, ends, *id)));
        self.ends.reserve_exact(texts);
    }

    /// The text of a number; empty for a number that was never given.
    #[inline]
    pub fn get(&self, id: TextId) -> &str {
        match (id.0.checked_sub(self.base_len()), &self.base) {
            (None, Some(base)) => base.get(id),
            (own, _) => own.map_or("", |own| slice(&self.buffer, &self.ends, own)),
        }
    }

    /// Gives back room that was kept for more texts, and the index: until [`Texts::reopen`] nothing is found.
    pub(super) fn close(&mut self) {
        self.buffer.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.index = HashTable::new();
        self.packed = Vec::new();
    }

    /// The index of all its own texts, in half the room.
    pub(super) fn index_of_all(&self) -> Vec<u32> {
        // An eighth stays empty, so that a search for what is not there ends soon enough; few are made.
        let mut index = vec![u32::MAX; self.ends.len() / 7 * 8 + 8];
        for id in 0..self.ends.len() as u32 {
            let mut at = place(hash(slice(&self.buffer, &self.ends, id)), index.len());
            while index.get(at).is_some_and(|slot| *slot != u32::MAX) {
                at = (at + 1) % index.len();
            }
            if let Some(slot) = index.get_mut(at) {
                *slot = id;
            }
        }
        index
    }

    /// Takes the index that was made of a closed one. More texts can be added.
    pub(super) fn reopen(&mut self, index: Vec<u32>) {
        self.packed = index;
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.base_len() as usize + self.ends.len()
    }

    /// True without texts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where the search for a hash begins in a table of that length.
fn place(hash: u64, len: usize) -> usize {
    ((u128::from(hash) * len as u128) >> 64) as usize
}

#[inline]
fn slice<'a>(buffer: &'a str, ends: &[u32], id: u32) -> &'a str {
    let id = id as usize;
    let start = id.checked_sub(1).map_or(Some(&0), |before| ends.get(before));
    match (start, ends.get(id)) {
        (Some(start), Some(end)) => buffer.get(*start as usize..*end as usize).unwrap_or(""),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_numbers_when_shrunk_and_continued() {
        let mut texts = Texts::default();
        let words: Vec<String> = (0..1000).map(|i| format!("文{i}")).collect();
        let ids: Vec<TextId> = words.iter().map(|w| texts.intern(w).unwrap()).collect();
        texts.close();
        let index = texts.index_of_all();
        texts.reopen(index);
        assert_eq!(texts.find("没有"), None);
        assert_eq!(texts.intern("后来"), Some(TextId(1000)));
        let mut over = Texts::over(Arc::new(texts));
        assert_eq!(over.intern("再后来"), Some(TextId(1001)));
        assert_eq!(over.intern("后来"), Some(TextId(1000)));
        for (word, id) in words.iter().zip(ids) {
            assert_eq!((over.find(word), over.get(id)), (Some(id), word.as_str()));
        }
        assert_eq!((over.len(), over.get(TextId(1001)), over.get(TextId(1002))), (1002, "再后来", ""));
    }
}
