//! Findings (检查结果): everything that is wrong or doubtful in a script, with its place and a remedy.

use std::fmt::Write;

use sanse::Place;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use unicode_width::UnicodeWidthChar;

use crate::codes;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 错误: the standard cannot be used.
    Error,
    /// 提醒: the standard can be used, but probably does not say what was meant.
    Warning,
}

impl Severity {
    /// 错误 or 提醒.
    pub const fn chinese(self) -> &'static str {
        match self {
            Severity::Error => "错误",
            Severity::Warning => "提醒",
        }
    }
}

/// One finding (检查结果). Its code is stable; [`crate::CODES`] says what each means and what to do.
///
/// As JSON, for editors: `file`, `line`, `column`, `end_column`, `code`, `severity` (`error` or `warning`), `message`,
/// `help`. Lines and columns count from 1, columns in characters; `end_column` is just behind the mark, which ends in
/// its line. A finding on the script as a whole has `null` in all three; without a remedy `help` is `null`.
///
/// ```
/// use std::sync::Arc;
/// let script = "计入(措斯, |措| 措.作出日期, 统计期);";
/// let vocabulary = Arc::new(sanse::Vocabulary::standard());
/// let compiled = sanse_script::compile("例.rhai", script.as_bytes(), &vocabulary, &[]);
/// let found = compiled.findings.iter().find(|f| f.code == "S201").unwrap();
/// let json = serde_json::to_value(found).unwrap();
/// assert_eq!(json["file"], "例.rhai");
/// assert_eq!([&json["line"], &json["column"], &json["end_column"]], [1, 4, 6]);
/// assert_eq!(json["severity"], "error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code, such as `S201`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The script's name as given to [`crate::compile`].
    pub file: String,
    /// Where it stands; line 0 if it concerns the script as a whole.
    pub place: Place,
    /// How many characters are marked, at least 1.
    pub length: u32,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to write instead, in Chinese; every finding of this crate has one.
    pub help: Option<String>,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Place { line, column } = self.place;
        let placed = |number: u32| (line != 0).then_some(number);
        let mut fields = serializer.serialize_struct("Finding", 8)?;
        fields.serialize_field("file", &self.file)?;
        fields.serialize_field("line", &placed(line))?;
        fields.serialize_field("column", &placed(column))?;
        fields.serialize_field("end_column", &placed(column.saturating_add(self.length)))?;
        fields.serialize_field("code", self.code)?;
        fields.serialize_field("severity", &self.severity)?;
        fields.serialize_field("message", &self.message)?;
        fields.serialize_field("help", &self.help)?;
        fields.end()
    }
}

/// The findings of one script while it is compiled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    file: String,
    all: Vec<Finding>,
}

/// A script with more findings than this is not worth listing further.
const MOST_FINDINGS: usize = 500;

impl Findings {
    pub(crate) fn new(file: &str) -> Self {
        Findings { file: file.to_owned(), all: Vec::new() }
    }

    /// Adds an error at a place with a mark of some characters.
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        at: Mark,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.add(code, Severity::Error, at, message.into(), help);
    }

    /// Adds a warning.
    pub(crate) fn warn(
        &mut self,
        code: &'static str,
        at: Mark,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.add(code, Severity::Warning, at, message.into(), help);
    }

    fn add(
        &mut self,
        code: &'static str,
        severity: Severity,
        at: Mark,
        message: String,
        help: Option<String>,
    ) {
        let file = self.file.clone();
        // What has no remedy of its own has that of its code.
        let of_code =
            || codes::CODES.iter().find(|entry| entry.code == code).map(|entry| entry.remedy.to_owned());
        let help = help.or_else(of_code);
        let finding =
            Finding { code, severity, file, place: at.place, length: at.length.max(1), message, help };
        // One slip met twice, as a word and in its condition, is one finding; what comes later knows more.
        let same = |f: &Finding| {
            f.place == finding.place && f.code == code && (at.place.line != 0 || f.message == finding.message)
        };
        if let Some(known) = self.all.iter_mut().find(|f| same(f)) {
            *known = finding;
        } else if self.all.len() < MOST_FINDINGS {
            self.all.push(finding);
        }
    }

    pub(crate) fn any_error(&self) -> bool {
        self.all.iter().any(|f| f.severity == Severity::Error)
    }

    /// True if there is a finding with a code at a place.
    pub(crate) fn has(&self, code: &str, place: Place) -> bool {
        self.all.iter().any(|f| f.code == code && f.place == place)
    }

    /// True if an error is already known between two places.
    pub(crate) fn error_between(&self, first: Place, end: Place) -> bool {
        self.all.iter().any(|f| f.severity == Severity::Error && first <= f.place && f.place < end)
    }

    /// True if an error stands at a place.
    pub(crate) fn error_on(&self, place: Place) -> bool {
        self.all.iter().any(|f| f.severity == Severity::Error && f.place == place)
    }

    /// The findings in the order of their places.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.all.sort_by(|a, b| (a.place, a.severity, a.code).cmp(&(b.place, b.severity, b.code)));
        self.all
    }
}

/// A stretch of the script that a finding marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) place: Place,
    pub(crate) length: u32,
}

impl Mark {
    pub(crate) fn new(place: Place, length: usize) -> Mark {
        Mark { place, length: u32::try_from(length).unwrap_or(1) }
    }

    /// The mark under a word.
    pub(crate) fn word(place: Place, word: &str) -> Mark {
        Mark::new(place, word.chars().count())
    }
}

impl From<Place> for Mark {
    fn from(place: Place) -> Mark {
        Mark { place, length: 1 }
    }
}

/// The most characters of a line that are shown.
const SHOWN: usize = 100;

/// The finding for people: message, place, the line with a mark under it, and the remedy.
///
/// ```
/// use std::sync::Arc;
/// use sanse::Vocabulary;
/// let vocabulary = Arc::new(Vocabulary::standard());
/// let compiled = sanse_script::compile("例.rhai", "计入(措斯, |措| 措.作出日期, 统计期);".as_bytes(), &vocabulary, &[]);
/// let first = compiled.findings.iter().find(|f| f.code == "S201").unwrap();
/// let text = sanse_script::render(first, &compiled.text);
/// assert!(text.contains("例.rhai:1:4") && text.contains("措施"), "{text}");
/// ```
pub fn render(finding: &Finding, source_text: &str) -> String {
    let mut out = format!("{}[{}] {}\n", finding.severity.chinese(), finding.code, finding.message);
    let Place { line, column } = finding.place;
    if line == 0 {
        let _ = writeln!(out, "  --> {}", finding.file);
    } else {
        let _ = writeln!(out, "  --> {}:{line}:{column}", finding.file);
        if let Some(text) = source_text.lines().nth(line as usize - 1) {
            let (shown, before, mark) = window(text, column.max(1) as usize - 1, finding.length as usize);
            let gutter = line.to_string();
            let blank = " ".repeat(gutter.len());
            let _ = writeln!(out, " {blank} |");
            let _ = writeln!(out, " {gutter} | {shown}");
            let _ = writeln!(out, " {blank} | {}{}", " ".repeat(before), "^".repeat(mark.max(1)));
        }
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "   = 改法：{help}");
    }
    out
}

/// The part of a line that is shown, the width before the mark and the width of the mark.
fn window(line: &str, column: usize, length: usize) -> (String, usize, usize) {
    let from = if column > SHOWN * 2 / 3 { column - SHOWN / 2 } else { 0 };
    let mut shown = String::new();
    let (mut before, mut mark) = (0, 0);
    if from > 0 {
        shown.push('…');
        before += 1;
    }
    for (index, c) in line.chars().enumerate().skip(from).take(SHOWN) {
        let c = if c.is_control() { ' ' } else { c };
        let width = c.width().unwrap_or(1);
        shown.push(c);
        if index < column {
            before += width;
        } else if index < column.saturating_add(length) {
            mark += width;
        }
    }
    (shown, before, mark)
}
