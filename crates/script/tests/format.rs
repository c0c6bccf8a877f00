//! `format` changes blanks between words and nothing else, whatever the script.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use sanse::Vocabulary;
use sanse_script::{compile_for_tests, format};

fn formatted(text: &str) -> String {
    String::from_utf8(format("试.rhai", text.as_bytes()).unwrap().bytes).unwrap()
}

/// Every shipped script, the starter, and the README's.
fn scripts() -> Vec<(String, String)> {
    fn walk(dir: &Path, found: &mut Vec<(String, String)>) {
        for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rhai") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"), &mut found);
    let readme = include_str!("../../../README.md");
    let script = readme.split("```rhai\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    found.push(("README".to_owned(), script.to_owned()));
    found.push(("starter".to_owned(), sanse_script::starter("噪声").unwrap()));
    assert!(found.len() > 20);
    found
}

/// What a script says: its standard without places and digest, or the codes of its errors.
fn meaning(text: &str) -> String {
    fn bare(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.remove("at");
                fields.remove("digest");
                fields.remove("vocabulary");
                fields.values_mut().for_each(bare);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(bare),
            _ => {}
        }
    }
    let compiled = compile_for_tests("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let mut codes: Vec<(&str, &String)> =
        compiled.findings.iter().map(|f| (f.code, &f.message)).filter(|(_, m)| !m.contains("行")).collect();
    codes.sort_unstable();
    let mut standard = serde_json::to_value(&compiled.standard).unwrap();
    bare(&mut standard);
    format!("{codes:?} {standard}")
}

/// The lines with something on them, without the blanks around it: what no formatting may change.
fn content(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.trim_matches([' ', '\t'])).filter(|line| !line.is_empty()).collect()
}

#[track_caller]
fn holds(text: &str) -> String {
    let once = formatted(text);
    assert_eq!(content(&once), content(text));
    assert_eq!(formatted(&once), once, "twice");
    once
}

#[test]
fn shipped_scripts_are_as_they_are_formatted() {
    for (name, text) in scripts() {
        assert!(holds(&text) == text, "{name}: sanse fmt");
    }
}

#[test]
fn a_script_says_the_same_however_it_is_indented() {
    for (name, text) in scripts() {
        // All blanks at the starts of lines gone, then all lines at one place.
        for with in ["", "                 ", "\t"] {
            let torn: Vec<String> = text
                .lines()
                // A blank behind a comment is part of it.
                .map(|line| {
                    format!("{with}{}{}", line.trim_start(), if line.contains("//") { "" } else { " " })
                })
                .collect();
            let torn = torn.join("\n");
            assert!(holds(&torn) == text, "{name}");
            if with.is_empty() {
                assert!(meaning(&torn) == meaning(&text), "{name}");
            }
        }
    }
}

#[test]
fn lines_are_indented_by_brackets_and_by_what_they_continue() {
    for (text, expected) in [
        ("a(1,\n2);\n\n\n\nb();", "a(1,\n    2);\n\nb();\n"),
        ("\n\na();   \n\n", "a();\n"),
        ("规则(\"R\")\n.则(记(1));", "规则(\"R\")\n    .则(记(1));\n"),
        (
            "f(#{ a: [\n#{ b: 1,\nc: 2 }\n] })\n.g();",
            "f(#{ a: [\n    #{ b: 1,\n        c: 2 }\n] })\n    .g();\n",
        ),
        (
            "for x in y {\nf(x)\n.g();\nh();\n}\nk();",
            "for x in y {\n    f(x)\n        .g();\n    h();\n}\nk();\n",
        ),
        ("let a = if b {\n1\n} else {\n2\n};\nc();", "let a = if b {\n    1\n} else {\n    2\n};\nc();\n"),
        // A comment stands as the next line does.
        ("f()\n// 说明  \n.g();\n// 尾\n", "f()\n    // 说明  \n    .g();\n// 尾\n"),
        // Texts and comments that go on keep their lines.
        ("let a = `x  \n  y  \n`;\nb();", "let a = `x  \n  y  \n`;\nb();\n"),
        ("f(\n/* a  \n   b */ 1);", "f(\n    /* a  \n   b */ 1);\n"),
        ("f(\"(((\", '{'); // {[(\ng();", "f(\"(((\", '{'); // {[(\ng();\n"),
        // Line ends stay.
        ("f(\r\n1);\r\n\r\n\r\ng();", "f(\r\n    1);\r\n\r\ng();\r\n"),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn encodings_are_kept_or_become_utf_8() {
    let text = "规则(\"水\")\n.则(记(1));\n";
    let expected = formatted(text);
    let with_mark = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let one = |bytes: &[u8]| format("试.rhai", bytes).unwrap();
    assert_eq!(
        (one(text.as_bytes()).bytes, one(text.as_bytes()).reencoded),
        (expected.clone().into_bytes(), false)
    );
    assert_eq!((one(&with_mark(text)).bytes, one(&with_mark(text)).reencoded), (with_mark(&expected), false));
    assert_eq!((one(&utf16).bytes, one(&utf16).reencoded), (with_mark(&expected), true));
    assert!(!one(expected.as_bytes()).changed && !one(&with_mark(&expected)).changed);
    for unsound in [&b"\xff\x80\x80"[..], "规则(“水”)".as_bytes(), b"f(", b"f(\"a"] {
        assert!(!format("试.rhai", unsound).unwrap_err().findings.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Pieces that bear on what is text, comment and bracket, in any order: unsound ones are refused, the others hold.
    #[test]
    fn any_pieces_hold(pieces in prop::collection::vec(prop::sample::select(vec![
        "a", "(", ")", "[", "]", "#{", "{", "}", ",", ";", "\n", "\r\n", "  ", "\t", "// ", "/*", "*/", "\"x  \"", "`", "'y'",
        "#\"", "\"#", "\\", "“水”", "\u{3000}", ".b()", "规则", "let ",
    ]), 0..40)) {
        let text = pieces.concat();
        if let Ok(once) = format("试.rhai", text.as_bytes()) {
            let once = String::from_utf8(once.bytes).unwrap();
            prop_assert_eq!(content(&once), content(&text));
            prop_assert_eq!(formatted(&once), once);
        }
    }
}
