//! Scripts from the direction's section 4 and the published vectors, compiled and tested.

use std::sync::Arc;

use sanse::{Direction, Effect, Expr, ListId, Node, Scope, Standard, Vocabulary, Window};
use sanse_script::{Compiled, Override, Severity, compile, render, run_cases};

fn set(parameter: &str, value: &str) -> Override {
    Override { standard: "HB-2017".into(), parameter: parameter.into(), value: value.into() }
}

fn compiled(text: &str, overrides: &[Override]) -> Compiled {
    compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), overrides)
}

fn standard(text: &str, overrides: &[Override]) -> Standard {
    let compiled = compiled(text, overrides);
    let shown: Vec<String> = compiled.findings.iter().map(|f| render(f, &compiled.text)).collect();
    compiled.standard.unwrap_or_else(|| panic!("{}", shown.join("\n")))
}

fn all_pass(standard: &Standard) {
    for result in run_cases(standard) {
        assert!(result.passed, "{}: {:#?}\n{:#?}", result.case, result.differences, result.chain);
    }
}

const HEBEI: &str = include_str!("scripts/hebei.rhai");

#[test]
fn hebei_compiles_and_its_tests_pass() {
    let standard = standard(HEBEI, &[set("来源未见分值", "6")]);
    assert_eq!(standard.direction, Direction::CountUp);
    assert_eq!(standard.rules[0].scope, Scope::Each(ListId(1)));
    assert_eq!(standard.rules[0].arms.len(), 3);
    assert_eq!(standard.rules[0].pick.len(), 2);
    assert!(matches!(standard.admits[0].window, Window::Period(_)));
    assert_eq!(standard.parameters[0].default, None);
    assert_eq!(standard.cases.len(), 6);
    all_pass(&standard);
}

#[test]
fn hebei_without_the_required_parameter_says_so_once() {
    let compiled = compiled(HEBEI, &[]);
    assert!(compiled.standard.is_none());
    let codes: Vec<&str> = compiled.findings.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["S410"], "{:#?}", compiled.findings);
}
