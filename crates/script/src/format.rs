//! The same script evenly indented (整理): only white space between the words changes.
//!
//! Lines stay lines. What stands in texts and comments is never touched, and so cannot be lost.

use crate::finding::Findings;
use crate::source::{self, Part};
use crate::{Finding, words};

/// A level of indentation.
const LEVEL: &str = "    ";

/// A script evenly indented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// The script in UTF-8. Line ends and a byte order mark are as they were.
    pub bytes: Vec<u8>,
    /// True if the bytes differ from those given.
    pub changed: bool,
    /// True if the script was in another encoding; it has a byte order mark then, by which every editor knows UTF-8.
    pub reencoded: bool,
}

/// A script that cannot be formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsound {
    /// What is wrong, at least one error.
    pub findings: Vec<Finding>,
    /// The text of the script, for [`render`](crate::render).
    pub text: String,
}

/// A bracket that is open.
struct Open {
    /// The levels of the line that opened it.
    levels: usize,
    /// True for the brace of a block, not that of a map.
    block: bool,
    /// True if nothing stands yet behind the last separator in it.
    fresh: bool,
}

/// Indents the lines of a script by its brackets, four blanks a level; a line that continues a statement or an item is
/// one level further in. Blanks at the ends of lines go, of several empty lines one stays, the last line ends with a
/// line end.
///
/// ```
/// let text = "规则(\"R\", \"规\") // 第五条  \n.依据(\"法\").逐条(措施)\n.则(记(3));";
/// let formatted = sanse_script::format("例.rhai", text.as_bytes()).unwrap();
/// let text = String::from_utf8(formatted.bytes).unwrap();
/// assert_eq!(text, "规则(\"R\", \"规\") // 第五条  \n    .依据(\"法\").逐条(措施)\n    .则(记(3));\n");
/// ```
///
/// # Errors
/// The findings of a script that does not decode, or whose brackets, quotes or punctuation are not sound: what is text
/// and what is not cannot be told there.
pub fn format(file: &str, bytes: &[u8]) -> Result<Formatted, Unsound> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let mut findings = Findings::new(file);
    let Some(text) = source::decode(bytes) else {
        return Err(Unsound { findings: source::undecoded(findings), text: String::new() });
    };
    let parts = source::parts(&text, &words::starts_statement, &mut findings);
    if findings.any_error() {
        return Err(Unsound { findings: findings.finish(), text });
    }
    let reencoded = std::str::from_utf8(bytes).is_err();
    let marked = reencoded || bytes.starts_with(MARK);
    let indented = indented(&text, &parts);
    let bytes_now = [if marked { MARK } else { &[] }, indented.as_bytes()].concat();
    Ok(Formatted { changed: bytes_now != bytes, bytes: bytes_now, reencoded })
}

fn indented(text: &str, parts: &[Part]) -> String {
    let chars: Vec<(char, Part)> = text.chars().zip(parts.iter().copied()).collect();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut open = vec![Open { levels: 0, block: true, fresh: true }];
    let (mut levels, mut empty, mut inside) = (0, false, false);
    for line in chars.split_inclusive(|(c, _)| *c == '\n') {
        let (line, end) = without_end(line);
        // A line that begins within a text or a comment stays as it is at its start.
        let line = if inside { line } else { without_start(line) };
        let ends_inside = end.last().is_some_and(|(_, part)| *part != Part::Code);
        let line = if ends_inside { line } else { without_trail(line) };
        if line.is_empty() && !inside && !ends_inside {
            empty = true;
            continue;
        }
        if std::mem::take(&mut empty) && !out.is_empty() {
            out.push_str(line_end);
        }
        if !inside {
            levels = levels_of(line, &open);
            if !line.is_empty() {
                out.push_str(&LEVEL.repeat(levels));
            }
        }
        follow(line, levels, &mut open);
        out.extend(line.iter().map(|(c, _)| *c));
        out.extend(end.iter().map(|(c, _)| *c));
        inside = ends_inside;
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str(line_end);
    }
    out
}

type Line<'t> = &'t [(char, Part)];

/// A line and its end.
fn without_end(line: Line<'_>) -> (Line<'_>, Line<'_>) {
    let end = match line {
        [.., ('\r', _), ('\n', _)] => 2,
        [.., ('\n', _)] => 1,
        _ => 0,
    };
    line.split_at(line.len() - end)
}

fn is_blank((c, part): (char, Part)) -> bool {
    matches!(c, ' ' | '\t') && part == Part::Code
}

fn without_start(line: Line<'_>) -> Line<'_> {
    let blanks = line.iter().take_while(|c| is_blank(**c)).count();
    line.get(blanks..).unwrap_or_default()
}

fn without_trail(line: Line<'_>) -> Line<'_> {
    let blanks = line.iter().rev().take_while(|c| is_blank(**c)).count();
    line.get(..line.len() - blanks).unwrap_or_default()
}

/// The levels of a line: those of the line whose brackets it begins by closing, else one more than that which opened
/// the innermost bracket, and one more where it continues what stands before.
fn levels_of(line: Line<'_>, open: &[Open]) -> usize {
    let closing = line
        .iter()
        .filter(|c| !is_blank(**c))
        .take_while(|(c, part)| *part == Part::Code && matches!(c, ')' | ']' | '}'))
        .count();
    if closing > 0 {
        let outermost = open.len().saturating_sub(closing).max(1);
        return open.get(outermost).map_or(0, |open| open.levels);
    }
    let depth = open.len();
    open.last().map_or(0, |open| open.levels + usize::from(depth > 1) + usize::from(!open.fresh))
}

/// Goes through the code of a line.
fn follow(line: Line<'_>, levels: usize, open: &mut Vec<Open>) {
    let mut before = ' ';
    for (c, part) in line {
        let fresh = match (c, part) {
            (_, Part::Comment) => continue,
            (c, Part::Code) if c.is_whitespace() => continue,
            ('(' | '[' | '{', Part::Code) => {
                if let Some(around) = open.last_mut() {
                    around.fresh = false;
                }
                open.push(Open { levels, block: *c == '{' && before != '#', fresh: true });
                before = *c;
                continue;
            }
            (')' | ']' | '}', Part::Code) => {
                let closed = if open.len() > 1 { open.pop() } else { None };
                // Behind a block a new statement begins.
                closed.is_some_and(|closed| closed.block) && open.last().is_some_and(|around| around.block)
            }
            (';', Part::Code) => true,
            (',', Part::Code) => open.len() > 1,
            _ => false,
        };
        if let Some(here) = open.last_mut() {
            here.fresh = fresh;
        }
        before = *c;
    }
}
