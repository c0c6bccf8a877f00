//! Codes as people type them: cleaned, told apart, and compared with slips of one character.

use sanse::CreditCode;

use super::cell::{half_width, is_placeholder};
use super::personal::{is_identity_number, is_registration_number};

/// What stands in a cell for a code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Number {
    None,
    Credit(String),
    Organisation(String),
    Registration(String),
    Person,
    /// A spreadsheet made a number of it and the last digits are lost.
    Destroyed,
    Other(String),
}

/// What a cell for a code holds.
pub(super) fn number_of(cell: &str) -> Number {
    let code = clean_code(cell);
    if is_placeholder(&code) || code.bytes().all(|b| b == b'0') {
        return Number::None;
    }
    // In a column for codes 15 digits with the check digit of a registration number are one.
    if !is_registration_number(&code) && (is_identity_number(cell) || is_identity_number(&code)) {
        return Number::Person;
    }
    let mantissa = code
        .split_once('E')
        .filter(|(_, power)| power.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit()));
    if mantissa.is_some_and(|(m, p)| !p.is_empty() && m.contains('.') || m.len() == 1 && code.contains('+')) {
        return Number::Destroyed;
    }
    let code = code.strip_suffix(".0").unwrap_or(&code).to_owned();
    let plain = code.replace('-', "");
    match plain.chars().count() {
        18 => Number::Credit(plain),
        15 if plain.bytes().all(|b| b.is_ascii_digit()) => Number::Registration(plain),
        9 => Number::Organisation(plain),
        // One character too few or too many is still a code, with a slip.
        17 | 19 if plain.bytes().all(|b| b.is_ascii_alphanumeric()) => Number::Credit(plain),
        _ => Number::Other(code),
    }
}

/// A code without what people put around it: labels, page numbers of scanned licences, quotes, spaces.
pub(super) fn clean_code(cell: &str) -> String {
    // Most are clean.
    if cell.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return cell.to_owned();
    }
    let half = half_width(cell).to_uppercase();
    let after_label = half.rsplit(':').next().unwrap_or(&half);
    let before_bracket = match after_label.find('(') {
        Some(0) | None => after_label,
        Some(at) => after_label.get(..at).unwrap_or(after_label),
    };
    before_bracket
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '='))
        .collect()
}

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// All codes of 18 characters that lie one changed, missing or surplus character from a code.
pub(super) fn neighbours(code: &str) -> Box<dyn Iterator<Item = String> + '_> {
    let at = |i: usize, end: usize, c: Option<char>| {
        let mut other = String::with_capacity(18);
        other.push_str(code.get(..i).unwrap_or(""));
        other.extend(c);
        other.push_str(code.get(end..).unwrap_or(""));
        other
    };
    if !code.is_ascii() {
        // A single foreign sign in an otherwise whole code still has a place of its own.
        let mut foreign = code.char_indices().filter(|(_, c)| !c.is_ascii());
        return match (foreign.next(), foreign.next()) {
            (Some((i, c)), None) if code.chars().count() == 18 => {
                Box::new(ALPHABET.chars().map(move |a| at(i, i + c.len_utf8(), Some(a))))
            }
            _ => Box::new(std::iter::empty()),
        };
    }
    match code.len() {
        18 => Box::new((0..18).flat_map(move |i| ALPHABET.chars().map(move |c| at(i, i + 1, Some(c))))),
        17 => Box::new((0..=17).flat_map(move |i| ALPHABET.chars().map(move |c| at(i, i, Some(c))))),
        19 => Box::new((0..19).map(move |i| at(i, i + 1, None))),
        _ => Box::new(std::iter::empty()),
    }
}

pub(super) fn one_apart(a: &str, b: &str) -> bool {
    a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).filter(|(x, y)| x != y).count() == 1
}

/// What the code might have been meant to be; only said, never applied.
pub(super) fn suggestion(code: &str) -> String {
    let meant: String = code
        .chars()
        .map(|c| match c {
            'O' => '0',
            'I' => '1',
            'Z' => '2',
            'S' => '5',
            c => c,
        })
        .collect();
    if meant != code && meant.parse::<CreditCode>().is_ok() {
        format!("，是否应为“{meant}”（字母 O、I、Z、S 不会出现在代码里）")
    } else {
        String::new()
    }
}
