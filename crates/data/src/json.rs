//! One enterprise in, its labels with their reasons out, as lines of JSON: for other inspection systems that
//! run `sanse assess` as a process, or call [`Assessor`].
//!
//! Keys are English, from the vocabulary; codes are given and taken in English or Chinese, and given back in
//! both. No floats: money is whole 分 under keys ending in `_fen`, points are decimals as texts. What may be sent
//! and what comes back are written down as JSON Schemas, [`request_schema`] and [`response_schema`]; a change
//! that could break a reader raises [`VERSION`].
//!
//! The stages are the same as for files: a request becomes a caseload, `sanse::classify` judges it, and the
//! answer is a walk down the result. A request that does not say which data are complete (`coverage`) never
//! gets green.

mod request;
mod response;
mod schema;
mod value;

use std::collections::BTreeSet;
use std::sync::Arc;

use sanse::{BindError, Calendar, CaseloadBuilder, Coverages, Standard, Vocabulary};

use request::Keys;
use value::Json;

pub(crate) use response::Judged;
pub use schema::{request_schema, response_schema};

/// The version of requests and answers.
pub const VERSION: u32 = 1;

/// Answers requests by standards that were compiled once.
///
/// ```
/// use std::sync::Arc;
/// use sanse::{Calendar, Period, Vocabulary};
/// use sanse_data::json::Assessor;
///
/// let vocabulary = Arc::new(Vocabulary::standard());
/// let calendar = Calendar {
///     period: Period::of_quarter(2023, 1).unwrap(),
///     as_of: "2023-03-31".parse().unwrap(),
/// };
/// let assessor = Assessor::new(&vocabulary, Vec::new(), None, calendar).unwrap();
/// let mut out = Vec::new();
/// assessor.answer(br#"{"id": 7, "enterprise": {}}"#, 1, &mut out);
/// let out = String::from_utf8(out).unwrap();
/// assert!(out.starts_with(r#"{"version":1,"id":7,"line":1,"error":{"code":"missing_field","path":"/enterprise/name""#));
/// ```
#[derive(Debug)]
pub struct Assessor {
    keys: Keys,
    domains: Vec<Standard>,
    overall: Option<Standard>,
    calendar: Calendar,
}

impl Assessor {
    /// An assessor by the standards of one day: at most one a domain, and one for the overall label.
    ///
    /// # Errors
    /// A standard uses a list, field or code that the vocabulary lacks.
    pub fn new(
        vocabulary: &Arc<Vocabulary>,
        domains: Vec<Standard>,
        overall: Option<Standard>,
        calendar: Calendar,
    ) -> Result<Assessor, BindError> {
        // Whether a standard fits does not depend on the records; found here, it cannot stop a request.
        let (nobody, _) = CaseloadBuilder::new(Arc::clone(vocabulary)).finish(calendar.as_of);
        sanse::classify(&nobody, &domains, overall.as_ref(), &calendar, 1)?;
        let names: BTreeSet<String> = domains.iter().map(|s| s.subject.chinese().to_owned()).collect();
        let keys = Keys::new(vocabulary, names.into_iter().collect());
        Ok(Assessor { keys, domains, overall, calendar })
    }

    /// Answers one line: appends one line of JSON, the answer or an error object, with a line feed. `number` is
    /// the line's number, from 1, and is given back with an error.
    pub fn answer(&self, line: &[u8], number: u64, out: &mut Vec<u8>) {
        self.answer_all(&[(number, line)], out);
    }

    /// Answers several lines in their order, as [`Assessor::answer`] would one after the other. Those that follow
    /// each other with the same `coverage` are judged together, which takes a fraction of the time: what an
    /// enterprise gets does not depend on who stands beside it.
    pub fn answer_all(&self, lines: &[(u64, &[u8])], out: &mut Vec<u8>) {
        let mut together = Together::new(&self.keys, Coverages::Undeclared { received: Vec::new() });
        for (number, line) in lines {
            let asked = parsed(line);
            let said = asked.as_ref().map_err(Clone::clone);
            let coverages = said.and_then(|request| request::coverages(request, &self.keys));
            if let Ok(coverages) = &coverages
                && *coverages != together.coverages
            {
                let done = std::mem::replace(&mut together, Together::new(&self.keys, coverages.clone()));
                self.close(done, out);
            }
            // What is wrong with the request itself is said before what is wrong with its coverage.
            let added = asked
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|request| request::add_to(&mut together.builder, request, &self.keys));
            let added = added.and_then(|enterprise| coverages.map(|_| enterprise));
            let id = asked.ok().and_then(request::mark);
            together.asked.push((*number, id, added));
        }
        self.close(together, out);
    }

    /// Judges the enterprises that were put together and writes all answers.
    fn close(&self, together: Together<'_>, out: &mut Vec<u8>) {
        let Together { mut builder, coverages, asked } = together;
        if asked.is_empty() {
            return;
        }
        builder.coverages(coverages);
        let (caseload, _) = builder.finish(self.calendar.as_of);
        let found = sanse::classify(&caseload, &self.domains, self.overall.as_ref(), &self.calendar, 1);
        let judged = found.as_ref().map(|classification| response::Judged {
            caseload: &caseload,
            domains: &self.domains,
            overall: self.overall.as_ref(),
            classification,
            calendar: &self.calendar,
            sources: None,
        });
        for (number, id, added) in asked {
            let start = out.len();
            let written = added.and_then(|enterprise| {
                let internal = |message: String| Refusal::new(ErrorCode::Internal, "", message);
                let judged = judged.as_ref().map_err(|error| internal(error.to_string()))?;
                response::write(out, id.as_ref(), judged, enterprise as usize)
                    .map_err(|error| internal(error.to_string()))
            });
            if let Err(refusal) = written {
                out.truncate(start);
                response::refuse(out, id.as_ref(), number, &refusal);
            }
        }
    }

    /// The answer to a line that was too long to be read.
    pub fn refuse_long(number: u64, limit: usize, out: &mut Vec<u8>) {
        let message = format!("这一行超过 {limit} 字节；一行写一户企业");
        response::refuse(out, None, number, &Refusal::new(ErrorCode::TooLong, "", message));
    }
}

/// Writes what a run found for an enterprise, in the form of an answer, and a line feed.
pub(crate) fn write_result(
    out: &mut Vec<u8>,
    judged: &Judged<'_>,
    enterprise: usize,
) -> Result<(), serde_json::Error> {
    response::write(out, None, judged, enterprise)
}

/// Requests with the same coverage, in one caseload.
struct Together<'l> {
    builder: CaseloadBuilder,
    coverages: Coverages,
    /// Each line's number, its mark, and its enterprise or why there is none.
    asked: Vec<(u64, Option<Json<'l>>, Result<u32, Refusal>)>,
}

impl Together<'_> {
    fn new(keys: &Keys, coverages: Coverages) -> Self {
        Together { builder: keys.builder(), coverages, asked: Vec::new() }
    }
}

fn parsed(line: &[u8]) -> Result<Json<'_>, Refusal> {
    let text = std::str::from_utf8(line)
        .map_err(|_| Refusal::new(ErrorCode::NotUtf8, "", "这一行不是 UTF-8 编码"))?;
    serde_json::from_str(text).map_err(|error| {
        let message = format!("这一行不是 JSON，第 {} 字节起看不懂", error.column());
        Refusal::new(ErrorCode::NotJson, "", message)
    })
}

/// What is wrong with a request (错误代码). The codes stay what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The line is not UTF-8.
    NotUtf8,
    /// The line is not JSON.
    NotJson,
    /// The line is too long, or holds too much.
    TooLong,
    /// The line is JSON but no object.
    NotAnObject,
    /// The request is of another version.
    UnsupportedVersion,
    /// There is no such key.
    UnknownKey,
    /// A key stands twice in an object.
    DuplicateKey,
    /// A key that must be there is missing.
    MissingField,
    /// The value is of another type.
    WrongType,
    /// The text is not in the code list.
    UnknownCode,
    /// No standard is of that domain.
    UnknownDomain,
    /// The text is not a date from 1900 to 2199 written as 2023-03-01.
    BadDate,
    /// The value is outside the field's range.
    OutOfRange,
    /// The program's own fault.
    Internal,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [ErrorCode; 14] = [
        ErrorCode::NotUtf8,
        ErrorCode::NotJson,
        ErrorCode::TooLong,
        ErrorCode::NotAnObject,
        ErrorCode::UnsupportedVersion,
        ErrorCode::UnknownKey,
        ErrorCode::DuplicateKey,
        ErrorCode::MissingField,
        ErrorCode::WrongType,
        ErrorCode::UnknownCode,
        ErrorCode::UnknownDomain,
        ErrorCode::BadDate,
        ErrorCode::OutOfRange,
        ErrorCode::Internal,
    ];

    /// The code as it is written.
    pub const fn english(self) -> &'static str {
        match self {
            ErrorCode::NotUtf8 => "not_utf8",
            ErrorCode::NotJson => "not_json",
            ErrorCode::TooLong => "too_long",
            ErrorCode::NotAnObject => "not_an_object",
            ErrorCode::UnsupportedVersion => "unsupported_version",
            ErrorCode::UnknownKey => "unknown_key",
            ErrorCode::DuplicateKey => "duplicate_key",
            ErrorCode::MissingField => "missing_field",
            ErrorCode::WrongType => "wrong_type",
            ErrorCode::UnknownCode => "unknown_code",
            ErrorCode::UnknownDomain => "unknown_domain",
            ErrorCode::BadDate => "bad_date",
            ErrorCode::OutOfRange => "out_of_range",
            ErrorCode::Internal => "internal",
        }
    }
}

/// Why a request is not answered: a code, where (a JSON pointer), and a sentence with the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    code: ErrorCode,
    path: String,
    message: String,
}

impl Refusal {
    fn new(code: ErrorCode, key: &str, message: impl Into<String>) -> Refusal {
        let path = if key.is_empty() { String::new() } else { format!("/{}", pointer(key)) };
        Refusal { code, path, message: message.into() }
    }

    /// The same, further down: `prefix` is a path without its first slash.
    fn under(self, prefix: &str) -> Refusal {
        Refusal { path: format!("/{prefix}{}", self.path), ..self }
    }
}

/// A key as a part of a JSON pointer. Paths of this module have no characters to escape; a key of the sender's may.
fn pointer(key: &str) -> String {
    let short: String = key.chars().take(80).collect();
    short.replace('~', "~0").replace('/', "~1")
}
