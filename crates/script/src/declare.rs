//! Running the statements (声明): Rhai calls the declarations, which write down drafts with the places of
//! their arguments. Nothing is judged here beyond the kind of each argument; conditions are kept unlowered.

mod calls;
mod draft;
mod engine;
mod extend;
mod value;

use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::{Engine, EvalAltResult, Scope, Shared, locked_write};
use sanse::Place;

pub(crate) use draft::{
    AdmitDraft, ArmDraft, CaseDraft, Declared, EffectDraft, GradeDraft, GroupDraft, HeadDraft, MeasureDraft,
    ParameterDraft, RuleDraft, Said, Verb, WindowDraft,
};
pub(crate) use engine::{State, engine, swallow};
pub(crate) use value::{Arg, Closure, Entry, Value, date as date_of, quantity};

use crate::codes;
use crate::finding::Mark;
use crate::syntax::{self, Lost, Parsed};
use crate::words::{self, Seen, Word};

/// Checks and runs the statements in order. A statement that fails leaves a finding and the next go on.
pub(crate) fn run(engine: &mut Engine, state: &State, parsed: &[Parsed], lost: &Lost) {
    let mut scope = Scope::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let Some((mut lists, mut all_words)) = words_of(state, 0) else { return };
    for (name, word) in &all_words {
        scope.push_constant_dynamic(name.clone(), Value::Word(*word).into_dynamic());
        known.insert(name.clone());
    }
    for name in &lost.names {
        if known.insert(name.clone()) {
            scope.push_dynamic(name.clone(), Value::Poison.into_dynamic());
        }
    }
    let trial = locked_write(state).is_some_and(|declared| declared.trial.is_some());
    for statement in parsed {
        // What is tested is no part of what the standard says.
        if trial && statement.only_tests {
            continue;
        }
        let Some(seen) = prepare(state, statement, &known) else { return };
        for name in &seen.unknown_words {
            if known.insert(name.clone()) {
                scope.push_dynamic(name.clone(), Value::Poison.into_dynamic());
            }
        }
        for (name, count) in &seen.unknown_calls {
            swallow(engine, state, name, *count);
        }
        if seen.broken {
            for name in &seen.defined {
                known.insert(name.clone());
                scope.push_dynamic(name.clone(), Value::Poison.into_dynamic());
            }
            continue;
        }
        let result = engine.run_ast_with_scope(&mut scope, &statement.ast);
        for name in &seen.defined {
            known.insert(name.clone());
            if !scope.contains(name) {
                scope.push_dynamic(name.clone(), Value::Poison.into_dynamic());
            }
        }
        // What hid a word hides it no longer.
        for (name, word) in
            seen.taken.iter().filter_map(|name| all_words.iter().find(|(word, _)| word == name))
        {
            scope.push_constant_dynamic(name.clone(), Value::Word(*word).into_dynamic());
        }
        // A list that the statement added is a word from here on.
        if let Some(now) = words_of(state, lists) {
            (lists, all_words) = now;
            for (name, word) in &all_words {
                if known.insert(name.clone()) {
                    scope.push_constant_dynamic(name.clone(), Value::Word(*word).into_dynamic());
                }
            }
        }
        if let Err(error) = result
            && !report(&error, state, statement)
        {
            return;
        }
    }
}

/// How many lists the vocabulary has by now, and all its words; `None` if there are no more than before.
fn words_of(state: &State, before: usize) -> Option<(usize, Vec<(String, Word)>)> {
    let declared = locked_write(state)?;
    let lists = declared.vocabulary.lists.len();
    (lists > before).then(|| (lists, words::words(&declared.vocabulary)))
}

/// Checks the words of a statement and makes its closures and the places of its arguments known.
fn prepare(state: &State, statement: &Parsed, known: &BTreeSet<String>) -> Option<Seen> {
    let mut declared = locked_write(state)?;
    let vocabulary = Arc::clone(&declared.vocabulary);
    let seen = words::check(statement, known, &vocabulary, &mut declared.findings);
    declared.closures.extend(statement.closures.iter().map(|(name, def)| (name.clone(), def.clone())));
    declared.read.extend(seen.read.iter().cloned());
    declared.args_at.clear();
    declared.args_at.extend(seen.calls.iter().cloned());
    declared.name = statement.ast.statements().first().and_then(|stmt| match stmt {
        rhai::Stmt::Var(parts, ..) => match &parts.1 {
            rhai::Expr::FnCall(call, _)
                if words::function(call.name.as_str()).is_some_and(|f| f.chinese == "参数") =>
            {
                Some(parts.0.name.to_string())
            }
            _ => None,
        },
        _ => None,
    });
    Some(seen)
}

/// Reports a failed statement; false if no further statement may run.
fn report(error: &EvalAltResult, state: &State, statement: &Parsed) -> bool {
    let Some(mut declared) = locked_write(state) else { return false };
    let inner = innermost(error);
    let at = syntax::place(inner.position());
    let at = if at.line == 0 { statement.start } else { at };
    let help = |text: &str| Some(text.to_owned());
    let (code, message, remedy) = match inner {
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorTerminated(..) => {
            let remedy = help("检查有没有不会停止的循环；规则最多一万条");
            declared.findings.error(codes::BUDGET, at.into(), "脚本运行时间过长，到这里停止", remedy);
            declared.stopped = true;
            return false;
        }
        EvalAltResult::ErrorStackOverflow(_) => (codes::BUDGET, "调用层数过多".to_owned(), None),
        EvalAltResult::ErrorTooManyVariables(_) => (codes::BUDGET, "名称过多".to_owned(), None),
        EvalAltResult::ErrorDataTooLarge(..) => (codes::BUDGET, "文字或数组过大".to_owned(), None),
        // What an unknown word leads to has been reported with the word.
        _ if declared.findings.error_between(statement.start, statement.end) => return true,
        // A word reported elsewhere has no value here.
        EvalAltResult::ErrorFunctionNotFound(signature, _)
            if signature.contains(value::OWN_VALUE) && declared.findings.any_error() =>
        {
            return true;
        }
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            let name = signature.split([' ', '(']).next().unwrap_or_default();
            let message = format!("这里不能用“{name}”：两边或括号里的类型不合");
            (codes::TYPE, message, help("金额写 5.万元，时长写 180.天；加减乘只用于数"))
        }
        EvalAltResult::ErrorDotExpr(text, _) | EvalAltResult::ErrorPropertyNotFound(text, _) => {
            let name = text.split('\'').nth(1).unwrap_or(text);
            (
                codes::TYPE,
                format!("“.{name}”不能接在这里"),
                help("元、万元、天、个月、年 只接在数后面；表只有写了的名称"),
            )
        }
        EvalAltResult::ErrorArithmetic(..) => {
            (codes::OUT_OF_RANGE, "算出的数超出范围".to_owned(), help("核对数字"))
        }
        EvalAltResult::ErrorFor(_) => {
            (codes::TYPE, "for 只能逐个取数组里的值".to_owned(), help("写成 for x in [1, 2, 3] { … }"))
        }
        EvalAltResult::ErrorArrayBounds(count, index, _) => {
            (codes::OUT_OF_RANGE, format!("数组有 {count} 项，没有第 {index} 项（从 0 数起）"), None)
        }
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            (codes::NAME_TAKEN, format!("“{name}”不能改"), help("换一个名称"))
        }
        EvalAltResult::ErrorMismatchDataType(..) => (codes::TYPE, "这里的值类型不对".to_owned(), None),
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            (codes::UNKNOWN_WORD, format!("不认识“{name}”"), help("先用 let 定义"))
        }
        _ => (codes::RUNTIME, "运行到这里出错".to_owned(), help("检查这一条语句的写法")),
    };
    declared.findings.error(code, Mark::from(at), message, remedy);
    true
}

fn innermost(error: &EvalAltResult) -> &EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            innermost(inner)
        }
        other => other,
    }
}

/// An empty state.
pub(crate) fn state(declared: Declared) -> State {
    Shared::new(declared.into())
}

/// The place of a whole script.
pub(crate) const WHOLE: Place = Place { line: 0, column: 0 };

/// A word among the values.
pub(crate) fn is_word(value: &Value, word: Word) -> bool {
    matches!(value, Value::Word(other) if *other == word)
}

/// Hands the findings so far to the state.
pub(crate) fn put_findings(state: &State, findings: crate::finding::Findings) {
    if let Some(mut declared) = locked_write(state) {
        declared.findings = findings;
    }
}

/// What was declared.
pub(crate) fn take(state: &State) -> Declared {
    locked_write(state).map(|mut declared| std::mem::take(&mut *declared)).unwrap_or_default()
}
