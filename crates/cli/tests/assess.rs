//! `sanse assess` as another system runs it: lines in, lines out, and every line as its schema says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

fn rules() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/yeji").display().to_string()
}

/// What `sanse assess` over the shipped standards writes for some input.
fn assess_bytes(input: &[u8]) -> Vec<Value> {
    let mut child = spawned();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let schema = schema("response");
    for answer in &answers {
        conforms(&schema, &schema, answer).unwrap_or_else(|e| panic!("{e}\n{answer:#}"));
    }
    answers
}

fn assess(requests: &[Value]) -> Vec<Value> {
    let mut input = String::new();
    for request in requests {
        input.push_str(&request.to_string());
        input.push('\n');
    }
    assess_bytes(input.as_bytes())
}

/// The same, where each request is sent when the answer to the last has come.
fn one_by_one(requests: &[Value]) -> Vec<Value> {
    let mut child = spawned();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let ask = |request: &Value| {
        writeln!(stdin, "{request}").unwrap();
        serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap()
    };
    let answers = requests.iter().map(ask).collect();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    answers
}

fn spawned() -> Child {
    let rules = rules();
    let arguments = ["assess", "--rules", &rules, "--year", "2023", "--as-of", "2023-03-31"];
    Command::new(env!("CARGO_BIN_EXE_sanse"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn schema(which: &str) -> Value {
    let output =
        Command::new(env!("CARGO_BIN_EXE_sanse")).args(["assess", "--schema", which]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The part of JSON Schema that the two schemas use; any other keyword fails.
fn conforms(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let bad = |what: &str| Err(format!("{what}: {value} against {schema}"));
    for (keyword, rule) in schema.as_object().unwrap() {
        let good = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "type" => match rule {
                Value::Array(types) => types.iter().any(|t| is(t, value)),
                one => is(one, value),
            },
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|v| v >= rule.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|v| v <= rule.as_i64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| {
                let date = rule.as_str().unwrap().contains("{4}");
                if date {
                    text.parse::<sanse::Date>().is_ok()
                } else {
                    sanse::parse_decimal(text, 2).is_some()
                }
            }),
            "required" => value.as_object().is_none_or(|object| {
                rule.as_array().unwrap().iter().all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "additionalProperties" => value.as_object().is_none_or(|object| {
                object.keys().all(|key| schema.get("properties").unwrap().get(key).is_some())
            }),
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = rule.get(key) {
                        conforms(root, schema, inner)?;
                    }
                }
                true
            }
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    conforms(root, rule, item)?;
                }
                true
            }
            "oneOf" => {
                rule.as_array().unwrap().iter().filter(|s| conforms(root, s, value).is_ok()).count() == 1
            }
            "$ref" => {
                let place = rule.as_str().unwrap().strip_prefix('#').unwrap();
                conforms(root, root.pointer(place).unwrap(), value)?;
                true
            }
            other => return bad(&format!("keyword {other}")),
        };
        if !good {
            return bad(keyword);
        }
    }
    Ok(())
}

fn is(ty: &Value, value: &Value) -> bool {
    match ty.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}

/// Data for all four domains are there and complete.
fn complete() -> Value {
    let line = |domain: &str, supervised: &str| json!({ "domain": domain, "from": "2022-01-01", "to": "2022-12-31", "supervised": supervised });
    json!([
        line("生态环境", "all"),
        line("安全生产", "all"),
        line("消防", "all"),
        line("特种设备", "special_equipment_user")
    ])
}

fn fined() -> Value {
    json!({
        "version": 1,
        "id": "甲-1",
        "enterprise": {
            "name": "叶集甲木业有限公司",
            "credit_code": "91341504MA2TE5TA3J",
            "registered_on": "2015-03-01",
            "special_equipment_user": false,
        },
        "sanction": [
            { "domain": "消防", "document_number": "叶消行罚决字〔2022〕1号", "kind": "fine",
              "amount_fen": 25_000_000, "violation": "占用疏散通道", "decided_on": "2022-01-05" },
            { "domain": "消防", "document_number": "叶消行罚决字〔2022〕1号", "kind": "警告",
              "violation": "占用疏散通道", "decided_on": "2022-01-05" },
        ],
        "coverage": complete(),
    })
}

/// The result of a domain in an answer.
fn domain<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let domains = answer.get("domains").unwrap().as_array().unwrap();
    domains.iter().find(|d| d.get("domain").unwrap() == name).unwrap()
}

#[test]
fn an_answer_carries_the_label_its_arithmetic_and_every_hit() {
    let request = fined();
    let schema = schema("request");
    conforms(&schema, &schema, &request).unwrap();
    let answers = assess(&[request]);
    let [answer] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(answer.get("id").unwrap(), "甲-1");
    let fire = domain(answer, "消防");
    assert_eq!(fire.pointer("/label/code").unwrap(), "yellow");
    assert_eq!(fire.get("score").unwrap(), "6");
    assert_eq!(fire.get("arithmetic").unwrap(), "0 + 6 = 6分，等级黄标[1,11]");
    assert_eq!(fire.pointer("/measure/ratio").unwrap(), "15%");
    assert_eq!(fire.pointer("/period/first").unwrap(), "2022-01-01");
    let hits = fire.get("hits").unwrap().as_array().unwrap();
    let of = |index: i64| {
        let rows = |h: &&Value| h.pointer("/rows/0/index").and_then(Value::as_i64) == Some(index);
        hits.iter().find(rows).unwrap()
    };
    assert_eq!(of(0).pointer("/fate/code").unwrap(), "counted");
    assert_eq!(of(0).get("counted").unwrap(), "6");
    assert_eq!(of(0).pointer("/rows/0/document_number").unwrap(), "叶消行罚决字〔2022〕1号");
    assert_eq!(of(1).pointer("/fate/code").unwrap(), "outranked");
    assert_eq!((of(1).get("raw").unwrap(), of(1).get("counted").unwrap()), (&json!("1"), &json!("0")));
    assert_eq!(domain(answer, "生态环境").pointer("/label/code").unwrap(), "green");
    assert_eq!(domain(answer, "特种设备").pointer("/state/code").unwrap(), "not_applicable");
    assert_eq!(answer.pointer("/overall/label/code").unwrap(), "yellow");
    assert_eq!(answer.pointer("/overall/hits/0/rows/0/index").unwrap(), &Value::Null);
}

#[test]
fn without_coverage_nobody_is_green() {
    let answers = assess(&[json!({ "enterprise": { "name": "叶集乙家具有限公司" } })]);
    for result in answers[0].get("domains").unwrap().as_array().unwrap() {
        assert_eq!(result.pointer("/state/code").unwrap(), "not_rated");
        assert_eq!(result.get("label").unwrap(), &Value::Null);
    }
}

#[test]
fn a_bad_line_is_answered_with_a_code_and_the_next_line_with_a_result() {
    let enterprise = json!({ "name": "叶集乙家具有限公司" });
    let sanction = |field: &str, value: Value| {
        let mut row = json!({ "domain": "消防", "kind": "fine", "decided_on": "2022-01-05" });
        row.as_object_mut().unwrap().insert(field.to_owned(), value);
        json!({ "id": 3, "enterprise": enterprise, "sanction": [row] }).to_string()
    };
    let cases: Vec<(String, &str, &str)> = vec![
        ("{".to_owned(), "not_json", ""),
        ("[".repeat(100_000), "not_json", ""),
        ("7".to_owned(), "not_an_object", ""),
        (json!({ "version": 2, "enterprise": enterprise }).to_string(), "unsupported_version", "/version"),
        (json!({ "enterprise": enterprise, "sanctions": [] }).to_string(), "unknown_key", "/sanctions"),
        (json!({ "id": 1 }).to_string(), "missing_field", "/enterprise"),
        (json!({ "enterprise": {} }).to_string(), "missing_field", "/enterprise/name"),
        (json!({ "enterprise": 1 }).to_string(), "wrong_type", "/enterprise"),
        (r#"{"enterprise":{"name":"甲","name":"乙"}}"#.to_owned(), "duplicate_key", "/enterprise/name"),
        (r#"{"sanction":[],"sanction":[]}"#.to_owned(), "duplicate_key", "/sanction"),
        (sanction("amount", json!(5)), "unknown_key", "/sanction/0/amount"),
        (sanction("amount_fen", json!(5.5)), "wrong_type", "/sanction/0/amount_fen"),
        (sanction("amount_fen", json!(-1)), "out_of_range", "/sanction/0/amount_fen"),
        (sanction("kind", json!("罚金")), "unknown_code", "/sanction/0/kind"),
        (sanction("kind", Value::Null), "missing_field", "/sanction/0/kind"),
        (sanction("decided_on", json!("2022-02-30")), "bad_date", "/sanction/0/decided_on"),
        (sanction("domain", json!("消防 ")), "unknown_domain", "/sanction/0/domain"),
    ];
    let mut input: Vec<u8> = vec![0xff, b'\n', b'\n'];
    for (line, ..) in &cases {
        input.extend(line.as_bytes());
        input.push(b'\n');
    }
    input.extend(std::iter::repeat_n(b' ', (16 << 20) + 5));
    input.extend(b"x\n");
    input.extend(fined().to_string().as_bytes());
    let answers = assess_bytes(&input);
    // The blank line has no answer.
    assert_eq!(answers.len(), cases.len() + 3);
    assert_eq!(answers[0].pointer("/error/code").unwrap(), "not_utf8");
    for (answer, (line, code, path)) in answers[1..].iter().zip(&cases) {
        let shown: String = line.chars().take(100).collect();
        assert_eq!(answer.pointer("/error/code").unwrap(), code, "{shown}");
        assert_eq!(answer.pointer("/error/path").unwrap(), path, "{shown}");
    }
    assert_eq!(answers[1].get("line").unwrap(), 3);
    assert_eq!(answers[cases.len()].get("id").unwrap(), 3);
    assert_eq!(answers[cases.len() + 1].pointer("/error/code").unwrap(), "too_long");
    assert!(answers[cases.len() + 2].get("domains").is_some());
}

#[test]
fn who_stands_beside_an_enterprise_changes_nothing() {
    // The same document number with several enterprises, coverage that changes, and bad lines between.
    let mut requests = Vec::new();
    for number in 0..40_i64 {
        let mut request = fined();
        let object = request.as_object_mut().unwrap();
        object.insert("id".to_owned(), json!(number));
        if number % 3 == 0 {
            object.remove("coverage");
        }
        if number % 4 == 1 {
            object.remove("sanction");
        } else if number % 11 == 0 {
            *object["sanction"].pointer_mut("/0/amount_fen").unwrap() = json!(900_000);
        }
        if number % 7 == 2 {
            object.insert("inspection".to_owned(), json!([{ "domain": "消防" }]));
        }
        if number % 5 == 3 {
            let order = json!([{
                "domain": "消防", "document_number": "1号", "ordered_on": "2022-02-01", "state": "not_rectified",
                "sanction_document": "叶消行罚决字[2022]1号",
            }]);
            object.insert("rectification".to_owned(), order);
        }
        requests.push(request);
    }
    let together = assess(&requests);
    assert_eq!(together.len(), requests.len());
    for (alone, found) in one_by_one(&requests).iter().zip(&together) {
        assert_eq!(alone, found);
    }
    let differing: std::collections::BTreeSet<String> =
        together.iter().map(|a| a.get("domains").map(Value::to_string).unwrap_or_default()).collect();
    let refused = together.iter().filter(|a| a.get("error").is_some()).count();
    assert!(differing.len() > 5 && refused > 3, "{} {refused}", differing.len());
}

#[test]
fn identity_numbers_of_persons_do_not_come_back() {
    // An invented number with the right check digit.
    let number = "11010519491231002X";
    let mut request = fined();
    let fact = request.pointer_mut("/sanction/0/violation").unwrap();
    *fact = json!(format!("王某（{number}）占用疏散通道"));
    *request.pointer_mut("/id").unwrap() = json!(number);
    let answers = assess(&[request]);
    let text = answers[0].to_string();
    assert!(!text.contains(number) && text.contains("王某"), "{text}");
}

#[test]
fn the_committed_schemas_are_the_programs_own() {
    for which in ["request", "response"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../data/schema/{which}.json"));
        let committed: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(
            committed == schema(which),
            "sanse assess --schema {which} > crates/data/schema/{which}.json"
        );
    }
}

/// `results.jsonl` of a run holds the same form, and says of each enterprise what the tables say.
#[test]
fn the_lines_of_a_run_are_answers_too() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yeji-2022");
    let ran = Command::new(env!("CARGO_BIN_EXE_sanse"))
        .args(["classify", "--rules", &rules(), "--year", "2023", "--as-of", "2023-03-31", "--data"])
        .arg(data)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let lines = std::fs::read_to_string(out.join("内部/results.jsonl")).unwrap();
    let table = std::fs::read_to_string(out.join("内部/enterprises.csv")).unwrap();
    let rows: Vec<Vec<&str>> =
        table.lines().skip(1).map(|row| row.trim_start_matches('\'').split(',').collect()).collect();
    let schema = schema("response");
    let mut hits = 0;
    for (line, row) in lines.lines().zip(&rows) {
        let answer: Value = serde_json::from_str(line).unwrap();
        conforms(&schema, &schema, &answer).unwrap_or_else(|e| panic!("{e}\n{answer:#}"));
        let who = &answer["enterprise"];
        assert_eq!([&who["credit_code"], &who["name"]].map(|text| text.as_str().unwrap_or("")), row[..2]);
        let overall = &answer["overall"];
        let label =
            [&overall["label"]["text"], &overall["state"]["text"]].into_iter().find_map(Value::as_str);
        assert_eq!(label, Some(row[4]), "{line}");
        for hit in answer["domains"].as_array().unwrap().iter().flat_map(|d| d["hits"].as_array().unwrap()) {
            for row in hit["rows"].as_array().unwrap() {
                hits += 1;
                assert!(row["source"]["row"].as_u64() > Some(1) && row["index"].is_null(), "{row}");
            }
        }
    }
    assert_eq!(lines.lines().count(), rows.len());
    assert!(hits > 200, "{hits}");
}
