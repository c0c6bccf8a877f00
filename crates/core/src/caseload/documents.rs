//! Document numbers (文号) that are written in many ways, and the decisions they name.

use super::{Column, MISSING, TextId, Texts};

/// Which document numbers are the same, however they are written.
///
/// A decision is known by one of the ways in which its number is written, the first in the order of texts, so
/// that no further text is stored and the order of reading changes nothing.
pub(super) struct Documents {
    /// The one form of the document numbers of each decision; its number there is the decision's.
    forms: Texts,
    /// For each text that is a document number, its decision's number; `u32::MAX` for others.
    of_text: Vec<u32>,
    /// For each decision the text that it is known by.
    known_by: Vec<u32>,
}

impl Documents {
    /// From the columns of document numbers.
    pub(super) fn collect<'c>(columns: impl Iterator<Item = &'c Column>, texts: &Texts) -> Documents {
        let of_text = vec![u32::MAX; texts.len()];
        let mut documents = Documents { forms: Texts::default(), of_text, known_by: Vec::new() };
        let text = |id| texts.get(TextId(id));
        for column in columns {
            let Column::Text(column) = column else { continue };
            for id in column {
                let slot = documents.of_text.get_mut(*id as usize).filter(|slot| **slot == u32::MAX);
                let Some(slot) = slot else { continue };
                let key = document_key(text(*id));
                if key.is_empty() {
                    continue;
                }
                let Some(TextId(number)) = documents.forms.intern(&key) else { continue };
                *slot = number;
                match documents.known_by.get_mut(number as usize) {
                    Some(known) if text(*id) < text(*known) => *known = *id,
                    Some(_) => {}
                    None => documents.known_by.push(*id),
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
    pub(super) fn decision(&self, text: &str) -> i64 {
        let number = self.forms.find(&document_key(text));
        number.and_then(|n| self.known_by.get(n.0 as usize)).map_or(MISSING, |id| i64::from(*id))
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
            c => key.extend(c.to_uppercase()),
        }
    }
    // 05 and 5 are the same number; a run of zeros before a digit says nothing.
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
