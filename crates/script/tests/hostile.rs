//! Scripts that mean harm, or are not scripts, end in findings, quickly and without a panic.

#![expect(
    clippy::print_stdout,
    reason = "times and memory are shown, not asserted: a loaded machine would fail"
)]

#[path = "support/words.rs"]
mod words;

use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

use proptest::prelude::*;
use sanse::Vocabulary;
use sanse_script::{Compiled, compile, compile_for_tests, render};

use words::WORDS;

const SOUND: &str = include_str!("scripts/hebei.rhai");

fn compiled(bytes: &[u8]) -> Compiled {
    let compiled = compile("试.rhai", bytes, &Arc::new(Vocabulary::standard()), &[]);
    for finding in &compiled.findings {
        assert!(!render(finding, &compiled.text).is_empty());
    }
    compiled
}

#[track_caller]
fn refused(text: &str, code: &str) {
    let start = Instant::now();
    let found = compiled(text.as_bytes());
    assert!(found.standard.is_none());
    let codes: Vec<&str> = found.findings.iter().map(|f| f.code).collect();
    assert!(codes.contains(&code), "{codes:?} {:?}", found.findings.first());
    // Shown by `--nocapture`; a bound on the time of a loaded machine would fail by accident.
    println!("{:?} {code} {:?}", start.elapsed(), text.chars().take(40).collect::<String>());
}

#[test]
fn endless_loops_and_recursion_stop() {
    refused("loop {}", "S107");
    refused("let i = 0; while true { i += 1; }", "S107");
    refused("loop { 规则(\"a\", \"b\"); }", "S107");
    refused("for i in 0..1000000000 { let x = i; }", "S107");
    refused("fn f(x) { f(x) } f(1);", "S104");
    refused("let f = |x| x; f.call(1);", "S203");
    refused(&"loop {}\n;".repeat(1000), "S107");
}

#[test]
fn values_do_not_grow_without_end() {
    refused("let s = \"甲\"; for i in 0..100 { s += s; }", "S107");
    refused("let a = [1]; for i in 0..100 { a = [a, a]; }", "S107");
    refused("let a = []; loop { a += [a]; }", "S107");
    refused("let a = [1]; loop { a = a + a; }", "S107");
}

#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    refused(&format!("let x = {}1{};", "(".repeat(20_000), ")".repeat(20_000)), "S105");
    refused(&format!("let x = {}true;", "!".repeat(19_000)), "S105");
    refused(&format!("let x = {}1{};", "[".repeat(9_000), "]".repeat(9_000)), "S105");
    refused(&format!("let x = a{};", ".a".repeat(9_000)), "S105");
    refused(&"{".repeat(20_000), "S103");
    refused(&format!("{}{}", "{".repeat(9_000), "}".repeat(9_000)), "S105");
    refused(&format!("let x = 1{};", " + 1".repeat(4_900)), "S401");
    refused(
        &format!(
            "规则(\"a\", \"b\").逐条(措施).情形(|x| {}x.种类 == \"警告\"{}, 记(1));",
            "(".repeat(5_000),
            ")".repeat(5_000)
        ),
        "S105",
    );
    refused(
        &format!(
            "规则(\"a\", \"b\").逐条(措施).情形(|x| true{}, 记(1));",
            " && x.种类 == \"警告\"".repeat(900)
        ),
        "S401",
    );
}

/// Openings and closings that nest, at depths around Rhai's limits.
#[test]
fn nesting_just_within_the_limits_does_not_overflow_the_stack() {
    let kinds = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("#{ a: ", "1", "}"),
        ("f(", "1", ")"),
        ("x.f(", "1", ")"),
        ("!", "true", ""),
        ("-", "x", ""),
        ("{ ", "1", " }"),
        ("if true { ", "1", " }"),
        ("if true { 1 } else ", "{ 2 }", ""),
        ("for i in [1] { ", "1;", " }"),
        ("switch 1 { 1 => ", "1", ", _ => 2 }"),
        ("|x| ", "x", ""),
        ("|x| f(x, ", "x", ")"),
        ("1 + (", "1", ")"),
        ("x ?? (", "1", ")"),
        ("x && (", "true", ")"),
        ("`${", "1", "}`"),
        ("x[", "1", "]"),
        ("x in [", "1", "]"),
        ("企.处罚.其中(|x| x.金额 > (", "1", ")).数量()"),
    ];
    for (open, inner, close) in kinds {
        for depth in [60, 130, 199, 330, 398, 1500] {
            let nested = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            let _ = compiled(format!("let x = {nested};").as_bytes());
            let _ = compiled(nested.as_bytes());
            let rule = format!("规则(\"a\", \"b\").依据(\"c\").当(|企| {nested}).则(记(1));");
            let _ = compiled(rule.as_bytes());
        }
    }
}

/// A standard that compiles, with as much as is allowed; the time is shown by `--nocapture`.
fn large(what: &str, rules: &str) -> Compiled {
    let text = format!(
        "标准(\"T\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");计入(措施, |措| 措.作出日期, 统计期);\n\
         {rules}\n等级(\"好\", 绿, \"[0,)\");"
    );
    let start = Instant::now();
    let compiled = compiled(text.as_bytes());
    println!("{what}: {:?}, {} findings", start.elapsed(), compiled.findings.len());
    compiled
}

/// The time that questions on conditions may take is bounded by steps, however the conditions are made.
#[test]
fn large_standards_and_hard_conditions_end() {
    let rule = "规则(\"R\" + 号, \"规\").依据(\"法\")";
    let many = format!("for 号 in 0..1500 {{ {rule}.逐条(措施).情形(|措| 措.种类 == \"罚款\", 记(1)); }}");
    assert!(large("1500 rules over one list", &many).standard.is_some());
    let mut several = String::new();
    for number in 0..10 {
        let _ = writeln!(several, "{}", many.replace("\"R\"", &format!("\"R{number}-\"")));
    }
    large("15 000 rules", &several);
    // Every pair of fields against each other: what is asked has no short answer.
    let mut hard = String::new();
    for number in 0..60 {
        let (a, b, c) = (number % 31, (number * 7 + 3) % 31, (number * 13 + 5) % 31);
        let _ = write!(
            hard,
            "{}(措.作出日期 + {a}.天 > 截止日 || !(措.作出日期 + {b}.天 > 截止日) || 措.作出日期 + {c}.天 > 截止日)",
            if number == 0 { "" } else { " && " }
        );
    }
    large(
        "a hard condition",
        &format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| {hard}, 记(1));"),
    );
    let mut rules = String::new();
    for number in 0..200 {
        let _ =
            writeln!(rules, "规则(\"R{number}\", \"规\").依据(\"法\").逐条(措施).情形(|措| {hard}, 记(1));");
    }
    large("200 hard conditions", &rules);
    let mut arms = String::new();
    for number in 0..190 {
        let _ = write!(arms, ".情形(|措| 措.违法行为 == \"{number}\" && 措.处罚内容 != \"{number}\", 记(1))");
    }
    let arms = arms.replace("措.处罚内容 !=", "(措.处罚内容 ?? \"\") !=");
    let rules: String = ["R", "Q"]
        .iter()
        .map(|id| format!("规则(\"{id}\", \"规\").依据(\"法\").逐条(措施){arms};\n"))
        .collect::<Vec<_>>()
        .concat();
    large("190 cases twice", &rules);
}

/// The most memory that this process has had, as far as the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM unknown").to_owned()
}

/// What is kept for later is bounded: texts, tables, captured lists, lists inside conditions.
/// Each parameter is tried out with other values; many parameters in a costly script are not tried for ever.
#[test]
fn many_parameters_that_change_nothing_end() {
    let mut rules = String::new();
    for number in 0..40 {
        let _ = writeln!(
            rules,
            "let x{number} = 参数(\"甲{number}\", 3, \"含义\"); let y{number} = x{number} * 0;"
        );
    }
    rules.push_str(
        "let n = 0; for i in 0..5000 { n += 1; }\n规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(记(1));",
    );
    let text = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");计入(措施, |措| 措.作出日期, 统计期);\n\
         {rules}\n等级(\"好\", 绿, \"[0,0]\").等级(\"中\", 黄, \"[1,9]\").等级(\"差\", 红, \"[10,)\");"
    );
    let start = Instant::now();
    let found = compile_for_tests("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    println!("40 parameters: {:?}, {} findings", start.elapsed(), found.findings.len());
    assert!(found.findings.iter().any(|f| f.code == "S431"));
}

#[test]
fn what_is_declared_does_not_fill_the_memory() {
    let grow = "let s = \"甲\"; for i in 0..12 { s += s; }\n";
    refused(&format!("{grow}for i in 0..3000 {{ let t = s + i; 规则(t, t).依据(t); }}"), "S107");
    println!("texts {}", peak());
    refused(
        "let a = []; for i in 0..2000 { a += [i]; }\nfor i in 0..3000 { 规则(\"R\" + i, \"规\").分档(|x| x.金额, a); }",
        "S107",
    );
    println!("tables {}", peak());
    let list = "let a = []; for i in 0..2000 { a += [\"行为\" + i]; }\n";
    let rule = "规则(\"R\" + i, \"规\").依据(\"法\").逐条(措施)";
    refused(&format!("{list}for i in 0..3000 {{ {rule}.情形(|措| 措.违法行为 in a, 记(1)); }}"), "S107");
    println!("captured lists {}", peak());
    let mut items = String::new();
    for i in 0..1_999 {
        let _ = write!(items, "\"行为{i}\",");
    }
    refused(&format!("for i in 0..1500 {{ {rule}.情形(|措| 措.违法行为 in [{items}], 记(1)); }}"), "S105");
    println!("lists in conditions {}", peak());
    let mut names = String::new();
    for i in 0..1_100 {
        let _ = writeln!(names, "let s{i} = s + {i};");
    }
    refused(&format!("{grow}{names}"), "S107");
    println!("names {}", peak());
}

#[test]
fn too_much_is_refused() {
    refused(&"let x = 1;\n".repeat(100_000), "S105");
    refused(&"let x = 1; ".repeat(10_000), "S105");
    refused(&" ".repeat(2 << 20), "S105");
    // Nothing else is said of what was not read.
    assert_eq!(compiled("let x = 1;\n".repeat(100_000).as_bytes()).findings.len(), 1);
    refused(&"，".repeat(20_000), "S102");
    refused(&"\"".repeat(9_999), "S103");
}

#[test]
fn what_is_not_allowed_is_named() {
    refused("import \"a\" as b;", "S104");
    refused("try { x } catch { y }", "S104");
    refused("return 3;", "S104");
    refused("eval(\"1\");", "S101");
    refused("print(\"a\");", "S202");
}

#[test]
fn a_hundred_cases_in_one_chain_compile() {
    let mut cases = String::new();
    for i in 0..120 {
        let _ = write!(cases, ".情形(|措| 措.违法行为 == \"行为{i}\", 记({}))", i % 9);
    }
    let text = format!(
        "标准(\"T\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");计入(措施, |措| 措.作出日期, 统计期);\
         规则(\"R\", \"规\").依据(\"法\").逐条(措施){cases}.其余(记(1));等级(\"好\", 绿, \"[0,)\");"
    );
    let compiled = compiled(text.as_bytes());
    assert_eq!(compiled.findings, []);
    assert_eq!(compiled.standard.unwrap().rules[0].arms.len(), 121);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = compiled(&bytes);
    }

    #[test]
    fn no_words_in_any_order_panic(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        let _ = compiled(words.concat().as_bytes());
    }

    #[test]
    fn no_slip_in_a_sound_script_panics(
        at in 0_usize..100_000, length in 0_usize..12, with in prop::sample::select(WORDS), twice in any::<bool>(),
    ) {
        let mut chars: Vec<char> = SOUND.chars().collect();
        let start = at % chars.len();
        let end = (start + length).min(chars.len());
        let cut: Vec<char> = chars.splice(start..end, with.chars()).collect();
        if twice {
            chars.extend(cut);
        }
        let text: String = chars.into_iter().collect();
        let _ = compiled(text.as_bytes());
    }
}
