//! Bytes of a script → text → statements. Full-width punctuation and brackets without a partner are found
//! here, because Rhai's own messages for them say nothing to an official.

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};
use sanse::Place;

use crate::codes;
use crate::finding::{Finding, Findings, Mark};

/// The largest script; a standard of a hundred rules has about 30 KiB.
const MOST_BYTES: usize = 1 << 20;
/// Rhai counts lines and columns in 16 bits; these limits also bound the time that splitting takes.
const MOST_LINES: usize = 20_000;
const MOST_COLUMNS: usize = 20_000;
/// The most statements of a script.
const MOST_STATEMENTS: usize = 5_000;
/// Further slips in punctuation say nothing new.
const MOST_PUNCTUATION: usize = 100;

/// A statement of the script with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The text, with half-width punctuation.
    pub(crate) text: String,
    /// Where it begins.
    pub(crate) start: Place,
    /// Just behind its end.
    pub(crate) end: Place,
    /// True if it cannot be parsed, which has been reported.
    pub(crate) broken: bool,
}

impl Piece {
    /// The text with blanks before it, so that every place in it is the place in the script.
    pub(crate) fn in_place(&self) -> String {
        let lines = self.start.line.saturating_sub(1) as usize;
        let columns = self.start.column.saturating_sub(1) as usize;
        let mut text = String::with_capacity(lines + columns + self.text.len());
        text.extend(std::iter::repeat_n('\n', lines));
        text.extend(std::iter::repeat_n(' ', columns));
        text.push_str(&self.text);
        text
    }
}

/// Reads UTF-8 and UTF-16 with or without a byte order mark, else GB18030. `None` if it is none of them.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    let decoded = |encoding: &'static encoding_rs::Encoding, bytes: &[u8]| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
    };
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(bytes) {
        return decoded(encoding, bytes.get(length..).unwrap_or_default());
    }
    // ASCII characters, which every script has, leave a zero in each pair of a UTF-16 file.
    let zeros = |start: usize| bytes.iter().skip(start).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even + odd > 0 {
        return decoded(if odd > even { UTF_16LE } else { UTF_16BE }, bytes);
    }
    decoded(UTF_8, bytes).or_else(|| decoded(GB18030, bytes))
}

/// The findings of a script that is in none of the encodings.
pub(crate) fn undecoded(mut findings: Findings) -> Vec<Finding> {
    findings.error(codes::ENCODING, Mark::default(), "文件编码不能识别", None);
    findings.finish()
}

/// What a character of a script is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Code,
    Text,
    Comment,
}

/// Splits a script into statements. Everything that is wrong with punctuation and brackets is reported.
pub(crate) fn split(text: &str, starters: &dyn Fn(&str) -> bool, findings: &mut Findings) -> Vec<Piece> {
    let mut pieces = read(text, starters, findings).pieces;
    if pieces.len() > MOST_STATEMENTS {
        findings.error(codes::TOO_LARGE, Mark::default(), "语句过多：一个脚本最多 5000 条语句", None);
        pieces.clear();
    }
    pieces
}

/// What each character of a script is part of; with the findings of [`split`]. Empty for a script that is too large.
pub(crate) fn parts(text: &str, starters: &dyn Fn(&str) -> bool, findings: &mut Findings) -> Vec<Part> {
    read(text, starters, findings).parts
}

/// What was read of a script.
#[derive(Default)]
struct Read {
    pieces: Vec<Piece>,
    parts: Vec<Part>,
}

fn read(text: &str, starters: &dyn Fn(&str) -> bool, findings: &mut Findings) -> Read {
    let lines = text.lines().count();
    let widest = text.lines().map(|l| l.chars().count()).max().unwrap_or(0);
    if text.len() > MOST_BYTES || lines > MOST_LINES || widest > MOST_COLUMNS {
        let message = "脚本过大：最多 1 MiB、2 万行、每行 2 万字";
        findings.error(codes::TOO_LARGE, Mark::default(), message, None);
        return Read::default();
    }
    let mut splitter = Splitter {
        chars: text.chars().collect(),
        index: 0,
        place: Place { line: 1, column: 1 },
        pieces: Vec::new(),
        parts: Vec::new(),
        part: Part::Code,
        piece: String::new(),
        start: None,
        broken: false,
        open: Vec::new(),
        slips: 0,
        findings,
        starters,
    };
    splitter.run();
    Read { pieces: splitter.pieces, parts: splitter.parts }
}

struct Splitter<'a> {
    chars: Vec<char>,
    index: usize,
    place: Place,
    pieces: Vec<Piece>,
    /// What each character taken so far is part of.
    parts: Vec<Part>,
    /// What the next one is part of.
    part: Part,
    piece: String,
    start: Option<Place>,
    broken: bool,
    open: Vec<(char, Place)>,
    slips: usize,
    findings: &'a mut Findings,
    starters: &'a dyn Fn(&str) -> bool,
}

/// The half-width form of full-width punctuation.
fn half_width(c: char) -> Option<char> {
    Some(match c {
        '\u{ff01}'..='\u{ff5e}' if !c.is_alphanumeric() => char::from_u32(c as u32 - 0xfee0)?,
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '。' => '.',
        '、' => ',',
        '【' => '[',
        '】' => ']',
        '—' | '–' => '-',
        '\u{3000}' => ' ',
        _ => return None,
    })
}

/// Signs that stand for two half-width ones.
fn two_signs(c: char) -> Option<&'static str> {
    Some(match c {
        '≥' => ">=",
        '≤' => "<=",
        '≠' => "!=",
        '×' => "*",
        '÷' => "除以(…)",
        _ => return None,
    })
}

impl Splitter<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.index + ahead).copied()
    }

    /// Takes a character, writing `as_char` for it.
    fn take(&mut self, c: char, as_char: char) {
        if self.start.is_none() && !as_char.is_whitespace() {
            self.start = Some(self.place);
        }
        if self.start.is_some() {
            self.piece.push(as_char);
        }
        self.index += 1;
        self.parts.push(self.part);
        if c == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
    }

    fn take_one(&mut self) {
        if let Some(c) = self.peek(0) {
            self.take(c, c);
        }
    }

    fn take_blank(&mut self) {
        if let Some(c) = self.peek(0) {
            self.take(c, if c == '\n' { '\n' } else { ' ' });
        }
    }

    fn end_piece(&mut self) {
        let text = std::mem::take(&mut self.piece);
        if let Some(start) = self.start.take() {
            self.pieces.push(Piece { text, start, end: self.place, broken: self.broken });
        }
        self.broken = false;
        self.open.clear();
    }

    fn unclosed(&mut self) {
        let Some((open, place)) = self.open.first().copied() else { return };
        // A text without an end swallows brackets; it was reported.
        if std::mem::replace(&mut self.broken, true) {
            return;
        }
        self.findings.error(
            codes::UNBALANCED,
            place.into(),
            format!("这个“{}”没有配对的另一半", shown(open)),
            Some(format!("在该结束的地方补上“{}”", closer(open))),
        );
    }

    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            // In a block statements may begin lines, in other brackets they may not.
            let inside = !self.open.is_empty() && self.open.iter().all(|(open, _)| *open != '{');
            if self.place.column == 1 && inside && c.is_alphabetic() && self.starts_statement() {
                // The bracket was forgotten before.
                self.unclosed();
                self.end_piece();
            }
            self.part = match (c, self.peek(1)) {
                ('/', Some('/' | '*')) => Part::Comment,
                ('"' | '“' | '`' | '\'', _) | ('#', Some('"')) => Part::Text,
                _ => Part::Code,
            };
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.text(),
                ('“', _) => {
                    self.slip(c, '"');
                    self.text();
                }
                ('`', _) => self.template(),
                ('\'', _) => self.character(),
                ('#', Some('"')) => self.raw_text(),
                _ => self.plain(c),
            }
        }
        if !self.open.is_empty() {
            self.unclosed();
        }
        self.end_piece();
    }

    fn plain(&mut self, c: char) {
        let plain = half_width(c).unwrap_or(c);
        if plain != c {
            self.slip(c, plain);
        } else if let Some(two) = two_signs(c) {
            self.broken = true;
            let help = Some(format!("写成 {two}"));
            self.findings.error(codes::FULL_WIDTH, self.place.into(), format!("不能用“{c}”"), help);
        }
        match plain {
            '(' | '[' | '{' => {
                // The brace of a map is told from that of a block.
                let of_a_map = plain == '{' && self.piece.ends_with('#');
                self.open.push((if of_a_map { '#' } else { plain }, self.place));
                self.take(c, plain);
            }
            ')' | ']' | '}' => {
                let place = self.place;
                match self.open.pop() {
                    Some((open, _)) if closer(open) == plain => {}
                    Some((open, at)) => {
                        self.broken = true;
                        self.findings.error(
                            codes::UNBALANCED,
                            place.into(),
                            format!(
                                "这里是“{plain}”，但第 {} 行第 {} 列打开的是“{}”",
                                at.line,
                                at.column,
                                shown(open)
                            ),
                            Some(format!("改成“{}”，或补上缺少的一半", closer(open))),
                        );
                    }
                    None => {
                        self.broken = true;
                        let message = format!("多了一个“{plain}”");
                        self.findings.error(
                            codes::UNBALANCED,
                            place.into(),
                            message,
                            Some("删去，或补上前一半".into()),
                        );
                    }
                }
                self.take(c, plain);
                if plain == '}' && self.open.is_empty() && self.ends_block() {
                    self.end_piece();
                }
            }
            ';' if self.open.is_empty() => {
                self.take(c, ';');
                self.end_piece();
            }
            _ => self.take(c, plain),
        }
    }

    fn slip(&mut self, c: char, plain: char) {
        self.slips += 1;
        if self.slips > MOST_PUNCTUATION {
            return;
        }
        let message = if c == '\u{3000}' {
            "代码里有全角空格".to_owned()
        } else {
            format!("代码里用了全角的“{c}”")
        };
        let help =
            if plain == ' ' { "改成半角空格".to_owned() } else { format!("改成半角的 {plain}") };
        self.findings.error(codes::FULL_WIDTH, self.place.into(), message, Some(help));
    }

    /// True if the piece is a block statement that ends with the bracket just taken.
    fn ends_block(&self) -> bool {
        let word: String = self.piece.chars().take_while(|c| c.is_alphanumeric()).collect();
        if !matches!(word.as_str(), "if" | "for" | "while" | "loop" | "switch")
            && !self.piece.starts_with('{')
        {
            return false;
        }
        let rest = self.chars.get(self.index..).unwrap_or_default();
        let next: String =
            rest.iter().skip_while(|c| c.is_whitespace()).take_while(|c| c.is_alphanumeric()).collect();
        !next.is_empty() && next != "else"
    }

    /// True if a word that begins a statement, followed by a bracket or a name, stands here.
    fn starts_statement(&self) -> bool {
        let rest = self.chars.get(self.index..).unwrap_or_default();
        let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
        if word == "let" || word == "const" {
            return true;
        }
        let next = rest.iter().skip(word.chars().count()).find(|c| !c.is_whitespace());
        matches!(next, Some('(' | '（')) && (self.starters)(&word)
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.take_blank();
        }
    }

    fn block_comment(&mut self) {
        let start = self.place;
        let mut depth = 0_usize;
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    self.take_blank();
                }
                ('*', Some('/')) => {
                    depth -= 1;
                    self.take_blank();
                    if depth == 0 {
                        self.take_blank();
                        return;
                    }
                }
                _ => {}
            }
            self.take_blank();
        }
        let help = Some("在注释结束处补上 */".to_owned());
        self.findings.error(codes::UNBALANCED, Mark::new(start, 2), "注释 /* 没有结束", help);
    }

    /// A text in quotes; ends at the quote, or, with a finding, at the end of the line.
    fn text(&mut self) {
        let start = self.place;
        if let Some(c) = self.peek(0) {
            self.take(c, '"');
        }
        let full_width = self.chars.get(self.index.wrapping_sub(1)) == Some(&'“');
        while let Some(c) = self.peek(0) {
            match c {
                '\n' => break,
                '\\' => {
                    self.take_one();
                    if self.peek(0).is_some_and(|c| c != '\n') {
                        self.take_one();
                    }
                }
                '"' => return self.take_one(),
                '”' if full_width => {
                    self.slip(c, '"');
                    return self.take(c, '"');
                }
                _ => self.take_one(),
            }
        }
        self.broken = true;
        let help = Some("在文字结束处补上 \"；文字不能跨行".to_owned());
        self.findings.error(codes::UNBALANCED, start.into(), "引号没有结束", help);
    }

    fn template(&mut self) {
        let start = self.place;
        self.take_one();
        while let Some(c) = self.peek(0) {
            if c == '\\' {
                self.take_one();
            }
            self.take_one();
            if c == '`' {
                return;
            }
        }
        self.broken = true;
        let help = Some("在文字结束处补上 `".to_owned());
        self.findings.error(codes::UNBALANCED, start.into(), "引号 ` 没有结束", help);
    }

    fn character(&mut self) {
        let start = self.place;
        self.take_one();
        while let Some(c) = self.peek(0) {
            match c {
                '\n' => break,
                '\\' => {
                    self.take_one();
                    self.take_one();
                }
                '\'' => return self.take_one(),
                _ => self.take_one(),
            }
        }
        self.broken = true;
        let help = Some("文字用双引号 \"…\"".to_owned());
        self.findings.error(codes::UNBALANCED, start.into(), "引号 ' 没有结束", help);
    }

    /// `#"…"#`
    fn raw_text(&mut self) {
        self.take_one();
        self.take_one();
        while let Some(c) = self.peek(0) {
            let ends = c == '"' && self.peek(1) == Some('#');
            self.take_one();
            if ends {
                return self.take_one();
            }
        }
    }
}

fn shown(open: char) -> char {
    if open == '#' { '{' } else { open }
}

fn closer(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> (Vec<Piece>, Vec<crate::Finding>) {
        let mut findings = Findings::new("试.rhai");
        let pieces = split(text, &|word| word == "规则", &mut findings);
        (pieces, findings.finish())
    }

    #[test]
    fn splits_at_semicolons_outside_texts_comments_and_brackets() {
        let (pieces, findings) = pieces("let a = \"x;y\"; // ;\nf(|x| { 1; 2 });\nif a { b(); } g()");
        let texts: Vec<&str> = pieces.iter().map(|p| p.text.trim()).collect();
        assert_eq!(texts, ["let a = \"x;y\";", "f(|x| { 1; 2 });", "if a { b(); }", "g()"]);
        assert_eq!(pieces[3].start, Place { line: 3, column: 15 });
        assert!(findings.is_empty());
    }

    #[test]
    fn full_width_punctuation_is_reported_and_replaced() {
        let (pieces, findings) = pieces("规则（“甲，乙”，1）；");
        assert_eq!(pieces[0].text, "规则(\"甲，乙\",1);");
        assert_eq!(findings.len(), 6);
        assert!(findings.iter().all(|f| f.code == "S102"));
        assert_eq!(findings[0].help.as_deref(), Some("改成半角的 ("));
    }

    #[test]
    fn a_forgotten_bracket_does_not_swallow_the_next_statement() {
        let (pieces, findings) = pieces("规则(\"a\", \"b\"\n规则(\"c\", \"d\");");
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].broken && !pieces[1].broken);
        assert_eq!((findings[0].code, findings[0].place.column), ("S103", 3));
    }

    #[test]
    fn encodings_of_notepad() {
        let text = "规则(\"水\");";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bom: Vec<u8> = [&[0xff, 0xfe][..], &utf16].concat();
        let (gb, ..) = GB18030.encode(text);
        let utf8_bom: Vec<u8> = [&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &utf16, &bom, &gb, &utf8_bom] {
            assert_eq!(decode(bytes).as_deref(), Some(text));
        }
        assert_eq!(decode(&[0xff, 0x80, 0x80]), None);
    }
}
