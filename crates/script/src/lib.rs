//! The script of a standard (标准脚本) → [`sanse::Standard`].
//!
//! A script runs once and declares; its conditions are lowered to the typed form that is their meaning. The
//! result is plain data: no Rhai is left in it. One straight line:
//!
//! 1. `source`: bytes → text → statements; full-width punctuation, brackets;
//! 2. `syntax`: statements → Rhai's trees, each by itself, so that all syntax errors are found;
//! 3. `words`: unknown words and calls, numbers of arguments;
//! 4. `declare`: the statements run and write down drafts;
//! 5. `lower`: conditions → typed expressions: types, codes, missing values, ranges;
//! 6. `build`: drafts → standard: dates, bands, admitted lists, tests; then, with `logic`, what no row can reach;
//! 7. `idle`: in a check the script is run with other values of its parameters, to see that each changes something;
//! 8. `cases`: the tests of a standard are run; `case_table` reads those that stand in a table beside the script.
//!
//! Beside the way of a script stand what people get from it: [`document`], the text that is submitted for approval;
//! [`starter`], a script to begin with; [`listing`], the vocabulary; [`format()`], the same script evenly indented.
//!
//! Everything that is wrong is a [`Finding`] with a stable code ([`CODES`]), a place and a remedy, all at once.
//! No bytes make this crate panic, and a hostile script ends in findings after a bounded time.

mod build;
mod case_table;
mod cases;
mod codes;
mod coverage;
mod declare;
mod document;
mod finding;
mod format;
mod idle;
mod listing;
mod logic;
mod lower;
mod mutate;
mod source;
mod starter;
mod syntax;
mod words;

use std::sync::Arc;

use sanse::{Standard, Vocabulary};

pub use case_table::CaseTable;
pub use cases::{CaseResult, run_cases};
pub use codes::{CODES, Code, Page, explain, page};
pub use coverage::{Coverage, Missed, coverage};
pub use document::{Format, document};
pub use finding::{Finding, Severity, render};
pub use format::{Formatted, Unsound, format};
pub use listing::{ListedCode, ListedCodes, ListedField, ListedList, Listing, listing, listing_markdown};
pub use mutate::{Mutant, Mutation, Tried, mutants, mutate};
pub use starter::{STARTER_TABLE, starter};

use declare::Declared;
use finding::{Findings, Mark};

/// A parameter set from outside (`--set 标准.参数=值`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The standard's number.
    pub standard: String,
    /// The parameter's name.
    pub parameter: String,
    /// The value as text; read as the type of the parameter's default.
    pub value: String,
}

/// What came of a script.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The standard, if there is no error.
    pub standard: Option<Standard>,
    /// The findings in the order of their places; with a standard, warnings only.
    pub findings: Vec<Finding>,
    /// The text of the script, for [`render`].
    pub text: String,
}

/// Stack for Rhai's parser at the allowed nesting, in the frames of a debug build.
const STACK: usize = 64 << 20;

/// Compiles a script. Reads no file: `file` is the name that findings show.
///
/// Overrides of other standards are passed over. The bytes may be UTF-8 or UTF-16 with or without a byte order
/// mark, or GB18030.
///
/// ```
/// use std::sync::Arc;
/// use sanse::Vocabulary;
/// let script = r#"
///     标准("SL-1", "示例", "草案").领域("消防").施行("2023-01-01");
///     计入(措施, |措| 措.作出日期, 统计期);
///     规则("SL-1-1", "罚款").依据("示例").逐条(处罚).情形(|措| 措.种类 == "罚款", 记(3)).其余(记(1));
///     等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
/// "#;
/// let compiled = sanse_script::compile("示例.rhai", script.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
/// assert_eq!(compiled.findings, []);
/// assert_eq!(compiled.standard.unwrap().rules.len(), 1);
/// ```
pub fn compile(file: &str, bytes: &[u8], vocabulary: &Arc<Vocabulary>, overrides: &[Override]) -> Compiled {
    compile_aside(file, bytes, vocabulary, overrides, false)
}

/// As [`compile`], for checks and for the tests in the script: a required parameter (必填) that is not set takes
/// the 测试值 written beside it, and parameters that change nothing are found. Enterprises are never rated with the
/// result.
///
/// ```
/// use std::sync::Arc;
/// use sanse::Vocabulary;
/// let script = r#"
///     标准("SL-1", "示例", "草案").领域("消防").施行("2023-01-01");
///     let 分值 = 参数("罚款记分", 必填, "原文未见，由机关填写", #{ 测试值: 3 });
///     计入(措施, |措| 措.作出日期, 统计期);
///     规则("SL-1-1", "罚款").依据("示例").逐条(处罚).则(记(分值));
///     等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
/// "#;
/// let vocabulary = Arc::new(Vocabulary::standard());
/// assert!(sanse_script::compile("示例.rhai", script.as_bytes(), &vocabulary, &[]).standard.is_none());
/// let tested = sanse_script::compile_for_tests("示例.rhai", script.as_bytes(), &vocabulary, &[]);
/// assert_eq!(tested.findings, []);
/// ```
pub fn compile_for_tests(
    file: &str,
    bytes: &[u8],
    vocabulary: &Arc<Vocabulary>,
    overrides: &[Override],
) -> Compiled {
    compile_aside(file, bytes, vocabulary, overrides, true)
}

/// Compiles on a thread of its own, whose stack is large enough.
fn compile_aside(
    file: &str,
    bytes: &[u8],
    vocabulary: &Arc<Vocabulary>,
    overrides: &[Override],
    for_tests: bool,
) -> Compiled {
    let work = || compile_here(file, bytes, vocabulary, overrides, for_tests);
    let spawned = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("sanse-script".to_owned()).stack_size(STACK);
        builder.spawn_scoped(scope, work).ok().and_then(|thread| thread.join().ok())
    });
    spawned.unwrap_or_else(|| {
        let mut findings = Findings::new(file);
        findings.error(codes::RUNTIME, Mark::default(), "脚本不能编译：内存不足", None);
        Compiled { standard: None, findings: findings.finish(), text: String::new() }
    })
}

fn compile_here(
    file: &str,
    bytes: &[u8],
    vocabulary: &Arc<Vocabulary>,
    overrides: &[Override],
    for_tests: bool,
) -> Compiled {
    let mut findings = Findings::new(file);
    let Some(text) = source::decode(bytes) else {
        return Compiled { standard: None, findings: source::undecoded(findings), text: String::new() };
    };
    let pieces = source::split(&text, &words::starts_statement, &mut findings);
    if pieces.is_empty() && findings.any_error() {
        // Of what was not read nothing is missing.
        return Compiled { standard: None, findings: findings.finish(), text };
    }
    let state = declare::state(Declared {
        overrides: overrides.to_vec(),
        for_tests,
        vocabulary: Arc::clone(vocabulary),
        ..Declared::default()
    });
    let mut engine = declare::engine(&state);
    let (parsed, lost) = syntax::parse(&engine, &pieces, &mut findings);
    declare::put_findings(&state, findings);
    declare::run(&mut engine, &state, &parsed, &lost);
    let mut declared = declare::take(&state);
    if declared.stopped {
        return Compiled { standard: None, findings: declared.findings.finish(), text };
    }
    declared.lost = lost.clone();
    let parameters = declared.parameters.clone();
    let operations = declared.operations.load(std::sync::atomic::Ordering::Relaxed);
    let (standard, mut findings, parts) = build::build(declared, &text);
    if let Some(standard) = standard.as_ref().filter(|_| for_tests) {
        let effort = text.len() as u64 + operations + 20 * parts as u64;
        let run = |name: &str, value: declare::Value| {
            let state = declare::state(Declared {
                overrides: overrides.to_vec(),
                for_tests,
                trial: Some((name.to_owned(), value)),
                vocabulary: Arc::clone(vocabulary),
                ..Declared::default()
            });
            declare::run(&mut declare::engine(&state), &state, &parsed, &lost);
            let mut declared = declare::take(&state);
            declared.lost = lost.clone();
            let (standard, findings, _) = build::build(declared, &text);
            (standard, findings.finish())
        };
        idle::report(standard, &parameters, effort, run, &mut findings);
    }
    Compiled { standard, findings: findings.finish(), text }
}

/// The README's examples in Rust run as tests of this crate, which has all they need.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
