//! Document numbers (文号) that are written in many ways, and the decisions they name.

use std::collections::HashMap;

use hashbrown::HashTable;

use super::texts::hash;
use super::{Column, MISSING, TextId, Texts};

/// Which document numbers are the same, however they are written.
///
/// A decision is known by one of the ways in which its enterprise's rows write its number, the first in the order of
/// texts: no further text is stored, and neither the order of reading nor what other enterprises have changes anything.
pub(super) struct Documents {
    /// The decisions, by the one form of their numbers, which is made anew when it is asked for.
    forms: HashTable<u32>,
    /// For each text that is a document number, its decision's number; `u32::MAX` for others.
    of_text: Vec<u32>,
    /// For each decision a text that writes its number.
    known_by: Vec<u32>,
    /// By enterprise and decision the text that it is known by, for decisions whose number is written in several ways.
    several: HashMap<(u32, u32), u32>,
    /// Which decisions those are.
    is_several: Vec<bool>,
}

impl Documents {
    /// From the columns of document numbers, each with the enterprises of its rows.
    pub(super) fn collect<'c>(
        columns: impl Iterator<Item = (&'c Column, &'c [u32])> + Clone,
        texts: &Texts,
    ) -> Documents {
        let columns = columns.filter_map(|(column, owners)| match column {
            Column::Text(column) => Some((column, owners)),
            _ => None,
        });
        let most = columns.clone().map(|(column, _)| column.len()).sum();
        let mut documents = Documents {
            forms: HashTable::with_capacity(most),
            of_text: vec![u32::MAX; texts.len()],
            known_by: Vec::with_capacity(most),
            several: HashMap::new(),
            is_several: Vec::with_capacity(most),
        };
        for id in columns.clone().flat_map(|(column, _)| column) {
            documents.enter(*id, texts);
        }
        if !documents.is_several.contains(&true) {
            return documents;
        }
        for (id, owner) in columns.flat_map(|(column, owners)| column.iter().zip(owners)) {
            let number = documents.of_text.get(*id as usize).copied().unwrap_or(u32::MAX);
            if documents.is_several.get(number as usize) != Some(&true) {
                continue;
            }
            let known = documents.several.entry((*owner, number)).or_insert(*id);
            if texts.get(TextId(*id)) < texts.get(TextId(*known)) {
                *known = *id;
            }
        }
        documents
    }

    /// Enters a text that is a document number.
    fn enter(&mut self, id: u32, texts: &Texts) {
        let text = |id| texts.get(TextId(id));
        let Some(slot) = self.of_text.get_mut(id as usize).filter(|slot| **slot == u32::MAX) else { return };
        let key = document_key(text(id));
        if key.is_empty() {
            return;
        }
        let known_by = &self.known_by;
        let form = |number: u32| known_by.get(number as usize).map_or("", |id| text(*id));
        let found = self.forms.find(hash(&key), |number| document_key(form(*number)) == key).copied();
        *slot = found.unwrap_or(known_by.len() as u32);
        if let Some(number) = found {
            // Each text comes once, so this is another way of writing it.
            if let Some(several) = self.is_several.get_mut(number as usize) {
                *several = true;
            }
        } else {
            // There is room for as many as there are rows.
            self.forms.insert_unique(hash(&key), self.known_by.len() as u32, |_| 0);
            self.known_by.push(id);
            self.is_several.push(false);
        }
    }

    /// The decision of an enterprise's row whose document number is this text; [`MISSING`] if it names none.
    pub(super) fn of(&self, text: i64, enterprise: u32) -> i64 {
        let Some(number) = self.number_of(text) else { return MISSING };
        let known = if self.is_several.get(number as usize) == Some(&true) {
            self.several.get(&(enterprise, number))
        } else {
            self.known_by.get(number as usize)
        };
        known.map_or(MISSING, |id| i64::from(*id))
    }

    /// The number of the decision that a text of a row names.
    pub(super) fn number_of(&self, text: i64) -> Option<u32> {
        let number = usize::try_from(text).ok().and_then(|t| self.of_text.get(t)).copied();
        number.filter(|number| *number != u32::MAX)
    }

    /// The number of the decision that a document number names, in whatever form, if a row has it.
    pub(super) fn named(&self, text: &str, texts: &Texts) -> Option<u32> {
        let key = document_key(text);
        let form = |number: u32| self.known_by.get(number as usize).map_or("", |id| texts.get(TextId(*id)));
        self.forms.find(hash(&key), |number| document_key(form(*number)) == key).copied()
    }
}

/// A document number in one form: half-width, brackets alike, no spaces, no 号 at the end, no leading 第.
///
/// ```
/// # use sanse::document_key;
/// assert_eq!(document_key("六环叶罚〔2022〕05号"), document_key("六环叶罚[2022]5号 "));
/// assert_ne!(document_key("六环叶罚〔2022〕5号"), document_key("六环叶罚〔2022〕5-2号"));
/// ```
pub fn document_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        // Nearly all of a number is Chinese characters and ASCII.
        if matches!(c, '\u{4e00}'..='\u{9fff}') && !matches!(c, '号' | '第') || c.is_ascii_alphanumeric() {
            key.push(c.to_ascii_uppercase());
            continue;
        }
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '〔' | '【' | '〖' | '〈' | '《' => '[',
            '〕' | '】' | '〗' | '〉' | '》' => ']',
            '—' | '–' => '-',
            other => other,
        };
        match c {
            '(' | '{' | '<' => key.push('['),
            ')' | '}' | '>' => key.push(']'),
            '号' | '第' | '\u{feff}' | '\u{200b}'..='\u{200f}' => {}
            c if c.is_whitespace() || c.is_control() => {}
            c if c.is_ascii() => key.push(c.to_ascii_uppercase()),
            c => key.extend(c.to_uppercase()),
        }
    }
    // 05 and 5 are the same number; a run of zeros before a digit says nothing.
    let bytes = key.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let padded = |at: usize| !is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    if !bytes.iter().enumerate().any(|(at, byte)| *byte == b'0' && padded(at)) {
        return key;
    }
    let mut plain = String::with_capacity(key.len());
    let mut after_digit = false;
    let mut chars = key.chars().peekable();
    while let Some(c) = chars.next() {
        let more = chars.peek().is_some_and(char::is_ascii_digit);
        if !(c == '0' && !after_digit && more) {
            plain.push(c);
            after_digit = c.is_ascii_digit();
        }
    }
    plain
}
