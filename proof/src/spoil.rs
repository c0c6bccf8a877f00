//! Scripts from sound to rubbish: sound ones, sound ones with slips, words in any order, any bytes.

use crate::Numbers;
use crate::scripts;
use crate::support::choices::Choices;
use crate::words::WORDS;

/// What a generated script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Mostly sound.
    Sound,
    /// A sound one with slips: tokens left out, doubled, exchanged, replaced.
    Slips,
    /// Words and signs of the language in any order.
    Words,
    /// Any characters.
    Characters,
    /// Any bytes.
    Bytes,
}

/// A script of one of the kinds.
pub fn script(numbers: &Numbers) -> (Kind, Vec<u8>) {
    let mut c = numbers.choices();
    match c.below(20) {
        0..=8 => (Kind::Sound, scripts::whole(&mut c).into_bytes()),
        9..=15 => {
            let slips = slips(&mut c);
            (Kind::Slips, with_slips(&scripts::whole(&mut c), &slips).into_bytes())
        }
        16 | 17 => (Kind::Words, words(&mut c).into_bytes()),
        18 => (Kind::Characters, characters(&mut c).into_bytes()),
        _ => (Kind::Bytes, (0..c.below(200)).map(|_| c.below(256) as u8).collect()),
    }
}

/// Words, numbers, texts, spaces and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' {
            rest[1..].find('"').map_or(rest.len(), |end| end + 2)
        } else if first.is_alphanumeric() {
            rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())
        } else {
            let pair =
                ["&&", "||", "==", "!=", "<=", ">=", "??", "#{"].iter().any(|sign| rest.starts_with(sign));
            if pair { 2 } else { first.len_utf8() }
        };
        let (token, behind) = rest.split_at(length);
        tokens.push(token);
        rest = behind;
    }
    tokens
}

/// What a token is: a text, a number, a word, or a sign.
fn class(token: &str) -> u8 {
    match token.chars().next() {
        Some('"') => 0,
        Some(c) if c.is_ascii_digit() => 1,
        Some(c) if c.is_alphanumeric() => 2,
        Some('=' | '!' | '<' | '>' | '&' | '|' | '?' | '+' | '-' | '*') => 3,
        Some(' ' | '\n') => 4,
        _ => 5,
    }
}

/// A slip: two places, what is done there, and a further number.
type Slip = (usize, usize, usize, usize);

/// The slips are decided before the script is, which may take all numbers.
fn slips(c: &mut Choices<'_>) -> Vec<Slip> {
    // Two numbers a place, so that a byte each reaches everywhere.
    let count = [1, 1, 1, 2, 3, 5][c.below(6)];
    let place = |c: &mut Choices<'_>| c.below(256) * 256 + c.below(256);
    (0..count).map(|_| (place(c), place(c), c.below(16), c.below(256))).collect()
}

fn with_slips(sound: &str, slips: &[Slip]) -> String {
    let mut tokens = tokens(sound);
    for (at, other, what, number) in slips {
        if tokens.is_empty() {
            break;
        }
        let (at, other) = (at % tokens.len(), other % tokens.len());
        match what {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[at]),
            2 => tokens.swap(at, other),
            3 => tokens[at] = tokens[other],
            4 => tokens.insert(at, WORDS[number % WORDS.len()]),
            5 => drop(tokens.drain(at..(at + number % 12).min(tokens.len()))),
            6 => tokens.truncate(at),
            7 => tokens[at] = WORDS[number % WORDS.len()],
            // One text for another, one number for another, one word for another.
            _ => {
                let alike: Vec<&str> =
                    tokens.iter().copied().filter(|t| class(t) == class(tokens[at])).collect();
                tokens[at] = alike[other % alike.len()];
            }
        }
    }
    tokens.concat()
}

fn words(c: &mut Choices<'_>) -> String {
    (0..c.below(80)).map(|_| WORDS[c.below(WORDS.len())]).collect()
}

fn characters(c: &mut Choices<'_>) -> String {
    (0..c.below(120))
        .map(|_| match c.below(4) {
            0 => char::from(32 + c.below(95) as u8),
            1 => char::from_u32(0x4e00 + (c.below(256) * 80) as u32).unwrap_or('一'),
            2 => c.one(&[
                '；', '，', '“', '”', '（', '）', '\u{feff}', '\u{200b}', '\0', '\r', '\n', '\t', '𠀀', 'é',
                '\u{301}', '`', '\\', '\'',
            ]),
            _ => c.one(&['(', ')', '{', '}', '[', ']', '"', '|', '.', ';', '/', '*', '#', '$']),
        })
        .collect()
}
