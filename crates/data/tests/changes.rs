//! 变更.csv: what a changed code or name does to the rows of the bureaus.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

mod common;

use std::fmt::Write as _;

use common::*;
use sanse::{ENTERPRISE, SANCTION};

/// Three codes that the register does not have.
const OLD: &str = "92341504MA2N1A2B7R";
const FURTHER: &str = "91330106673959654P";

const HEADER: &str = "原统一社会信用代码,新统一社会信用代码,原名称,新名称,变更日期,变更类型\n";

/// A register of two, the rows of a table of changes, and a warning for whoever has each code and name given.
fn delivery(changes: &str, parties: &[(&str, &str)]) -> sanse_data::Delivery {
    let register = format!(
        "企业名称,统一社会信用代码,所属乡镇\n安徽叶集中亚板材有限公司,{A},史河街道\n六安东方机械（集团）股份有限公司,{B},平岗街道\n"
    );
    let mut warnings = String::new();
    for (n, (code, name)) in parties.iter().enumerate() {
        writeln!(warnings, "{name},{code},环罚〔2022〕{}号,排污,,警告,,,2022-05-06,", n + 1).unwrap();
    }
    let files = [
        ("名录.csv", register),
        ("变更.csv", format!("{HEADER}{changes}")),
        ("环境/处罚.csv", format!("{PENALTY_HEADER}{warnings}")),
    ];
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(p, t)| (*p, t.clone().into_bytes())).collect();
    let d = try_read(&files).unwrap();
    balanced(&d);
    assert_eq!(d.sources[1].taken_for, "变更");
    d
}

/// Whose the penalties are, in their order.
fn whose(d: &sanse_data::Delivery) -> Vec<String> {
    let table = d.caseload.table(SANCTION).unwrap();
    (0..table.len()).map(|row| d.caseload.display(ENTERPRISE, table.enterprise_of(row), "名称")).collect()
}

#[test]
fn rows_of_a_changed_code_or_name_belong_to_the_new_code() {
    let a = "安徽叶集中亚板材有限公司";
    for (change, code, name) in [
        (format!("{OLD},{A},,,2022-01-01,个转企"), OLD, "叶集中亚木材店"),
        (format!("{OLD},{A},,,2022-01-01,个转企"), "MA2N1A2B7", "叶集中亚木材店"),
        (format!("'{OLD},{A},叶集中亚木材店,{a},,合并"), OLD, "别的名称"),
        // By name only where the row has no code.
        (format!("{OLD},{A},霍邱木材店,{a},2022-01-01,个转企"), "", "霍邱木材店"),
        (format!(",{A},霍邱木材店,{a},2022-01-01,个转企"), "", "霍邱木材店"),
        (format!("{A},{A},霍邱木材店,{a},2022-01-01,更名"), "/", "霍邱木材店"),
    ] {
        let with = delivery(&format!("{change}\n"), &[(code, name)]);
        assert_eq!(whose(&with), [a], "{change}");
        assert_eq!((with.sources[1].rows_read, with.sources[1].rows_used), (1, 1), "{change}");
        assert!(problems(&with).iter().all(|p| !p.contains('!')), "{change}");
        // Only by such a row.
        assert_eq!(whose(&delivery("", &[(code, name)])), Vec::<String>::new(), "{change}");
    }
    // A code outside the register that no row gives up stays outside, whatever the name.
    let d = delivery(&format!(",{A},霍邱木材店,,,\n"), &[(FURTHER, "霍邱木材店")]);
    assert_eq!(whose(&d), Vec::<String>::new());
    assert_eq!(problems(&d), ["D405 2 安徽叶集中亚板材有限公司!"]);
}

#[test]
fn what_is_not_plain_is_a_problem_and_joins_nothing() {
    let [a, b] = ["安徽叶集中亚板材有限公司", "六安东方机械（集团）股份有限公司"];
    for (change, expected) in [
        (format!("{OLD},{FURTHER},,,,\n"), vec!["D411 2 ".to_owned()]),
        (format!("{A},{FURTHER},,,,\n"), vec![format!("D411 2 {a}!")]),
        (format!("{OLD},{FURTHER},,{a},,\n"), vec![format!("D411 2 {a}!")]),
        (format!("{OLD},{FURTHER},,,,\n{FURTHER},{A},,,,\n"), vec![format!("D412 2 {a}!")]),
        (
            format!("{OLD},{FURTHER},,,,\n{FURTHER},{OLD},,,,\n"),
            vec!["D413 2 ".to_owned(), "D413 3 ".to_owned()],
        ),
        (
            format!("{OLD},{A},,,,\n{OLD},{B},,,,\n"),
            vec![
                format!("D414 2 {a}!"),
                format!("D414 2 {b}!"),
                format!("D414 3 {a}!"),
                format!("D414 3 {b}!"),
            ],
        ),
        (format!("{OLD},,,{a},,\n"), vec![format!("D415 2 {a}!")]),
        (format!(",{A},,,,\n"), vec![format!("D415 2 {a}!")]),
        (format!("{A},{A},,,,更名\n"), vec![format!("D415 2 {a}!")]),
        (format!("92341504MA2N1A2B7S,{A},,,,\n"), vec![format!("D415 2 {a}!")]),
        (format!("9.23415E+17,{A},,,,\n"), vec![format!("D415 2 {a}!")]),
        (format!("{OLD},{A},,{b},,\n"), vec![format!("D409 2 {a}!"), format!("D409 2 {b}!")]),
    ] {
        let d = delivery(&change, &[(OLD, "霍邱木材店")]);
        let mut found = problems(&d);
        found.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(found, expected, "{change}");
        assert_eq!(whose(&d), Vec::<String>::new(), "{change}");
        for problem in &d.problems {
            assert!(problem.message.contains('；') || problem.code.starts_with("D60"), "{}", problem.message);
        }
    }
}

#[test]
fn what_is_odd_and_plain_is_said() {
    let [a, b] = ["安徽叶集中亚板材有限公司", "六安东方机械（集团）股份有限公司"];
    // The register still has the old code: its rows go over, and what is left of it gets no green label.
    let d = delivery(&format!("{A},{B},,,,合并\n"), &[(A, a)]);
    assert_eq!(whose(&d), [b]);
    assert!(problems(&d).contains(&format!("D416 2 {a}!")), "{:?}", problems(&d));
    // Another name than the register's, a date that is none, the same row once more.
    let d = delivery(
        &format!("{OLD},{A},,霍邱板材,2022-02-30,换码\n{OLD},{A},,霍邱板材,,换码\n合计,,,,,\n"),
        &[(OLD, a)],
    );
    assert_eq!(problems(&d), ["D403 2 ", "D301 2 "]);
    assert_eq!(reasons(&d), ["重复：与第 2 行相同（变更.csv）", "合计行"]);
    assert_eq!(whose(&d), [a]);
    // One character wrong in a given-up code: near it, not it.
    let d = delivery(&format!("{OLD},{A},,,,\n"), &[("92341504MA2N1A2B7S", "某店")]);
    assert_eq!(problems(&d), [format!("D404 2 {a}!")]);
    let message = &d.problems.iter().find(|p| p.code == "D404").unwrap().message;
    assert!(message.contains(OLD), "{message}");
}
