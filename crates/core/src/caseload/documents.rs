//! Document numbers (文号) that are written in many ways, and the decisions they name.

use hashbrown::HashTable;

use super::texts::hash;
use super::{Column, MISSING, TextId, Texts};

/// Which document numbers are the same, however they are written.
///
/// A decision is known by one of the ways in which its number is written, the first in the order of texts, so
/// that no further text is stored and the order of reading changes nothing.
pub(super) struct Documents {
    /// The decisions, by the one form of their numbers, which is made anew when it is asked for.
    forms: HashTable<u32>,
    /// For each text that is a document number, its decision's number; `u32::MAX` for others.
    of_text: Vec<u32>,
    /// For each decision the text that it is known by.
    known_by: Vec<u32>,
}

impl Documents {
    /// From the columns of document numbers.
    pub(super) fn collect<'c>(columns: impl Iterator<Item = &'c Column> + Clone, texts: &Texts) -> Documents {
        let columns = columns.filter_map(|column| match column {
            Column::Text(column) => Some(column),
            _ => None,
        });
        let most = columns.clone().map(Vec::len).sum();
        let mut documents = Documents {
            forms: HashTable::with_capacity(most),
            of_text: vec![u32::MAX; texts.len()],
            known_by: Vec::with_capacity(most),
        };
        let text = |id| texts.get(TextId(id));
        for id in columns.flatten() {
            let slot = documents.of_text.get_mut(*id as usize).filter(|slot| **slot == u32::MAX);
            let Some(slot) = slot else { continue };
            let key = document_key(text(*id));
            if key.is_empty() {
                continue;
            }
            let known_by = &mut documents.known_by;
            let form = |number: u32| known_by.get(number as usize).map_or("", |id| text(*id));
            let found =
                documents.forms.find(hash(&key), |number| document_key(form(*number)) == key).copied();
            let number = found.unwrap_or(known_by.len() as u32);
            *slot = number;
            match known_by.get_mut(number as usize) {
                Some(known) if text(*id) < text(*known) => *known = *id,
                Some(_) => {}
                None => {
                    known_by.push(*id);
                    // There is room for as many as there are rows.
                    documents.forms.insert_unique(hash(&key), number, |_| 0);
                }
            }
        }
        documents
    }

    /// The decision of a text that is a document number of a row; [`MISSING`] if it names none.
    pub(super) fn of(&self, text: i64) -> i64 {
        let number = usize::try_from(text).ok().and_then(|t| self.of_text.get(t));
        number.and_then(|n| self.known_by.get(*n as usize)).map_or(MISSING, |id| i64::from(*id))
    }

    /// The decision that a document number names, in whatever form; [`MISSING`] if no row has it.
    pub(super) fn decision(&self, text: &str, texts: &Texts) -> i64 {
        let key = document_key(text);
        let known = |number: u32| self.known_by.get(number as usize).copied();
        let form = |number: u32| known(number).map_or("", |id| texts.get(TextId(id)));
        let found = self.forms.find(hash(&key), |number| document_key(form(*number)) == key);
        found.and_then(|number| known(*number)).map_or(MISSING, i64::from)
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
