//! Data read with what the standards add to the vocabulary: an invented sample in a foreign layout, two standards
//! with lists of their own, and standards that contradict each other.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn sanse(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sanse")).args(arguments).current_dir(home).output().unwrap()
}

/// Some columns of a table; no cell has a line break.
fn columns(table: &Path, names: &[&str]) -> Vec<Vec<String>> {
    let text = fs::read_to_string(table).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(cells);
    let header = lines.next().unwrap();
    let places: Vec<usize> =
        names.iter().map(|name| header.iter().position(|h| h == name).unwrap()).collect();
    lines.map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect()
}

/// The cells of a line, quoted ones without their quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

#[test]
fn a_foreign_layout_needs_a_standard_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let (data, rules) = ("fixtures/sf-food-sample/data", "rules/published/sf-food");
    let period = ["--year", "2018", "--as-of", "2018-03-31", "--out", out.to_str().unwrap()];
    let said = sanse(&root, &[&["classify", "--data", data, "--rules", rules][..], &period].concat());
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let found = columns(&out.join("内部/assessments.csv"), &["名称", "得分", "等级"]);
    let expected = root.join("fixtures/sf-food-sample/expected.csv");
    assert_eq!(found, columns(&expected, &["inspection_id", "score", "label"]));
    for empty in ["内部/problems.csv", "内部/unused.csv"] {
        assert!(columns(&out.join(empty), &["行"]).is_empty(), "{empty}");
    }
}

const SAFETY: &str = r#"标准("AQ", "安全", "草案").领域("安全生产").施行("2023-01-01");
清单("事故", #{ 日期: "发生日期" }, [["发生日期", "日期", "日期"], ["死亡人数", "数", "人数", #{ 最大: 100 }]]);
计入(事故, |事| 事.发生日期, 统计期);
规则("AQ-1", "事故").依据("法").逐条(事故).则(记(|事| 事.死亡人数));
等级("好", 绿, "[0,0]").等级("中", 黄, "[1,2]").等级("差", 红, "[3,)");"#;

const FIRE: &str = r#"标准("XF", "消防", "草案").领域("消防").施行("2023-01-01");
字段(企业, "层数", "数", "建筑层数");
清单("演练", #{ 日期: "演练日期" }, [["演练日期", "日期", "日期"], ["评价", ["好", "差"], "评价"]]);
计入(演练, |演| 演.演练日期, 统计期);
规则("XF-1", "演练差").依据("法").逐条(演练).情形(|演| 演.评价 == "差" && (演.企业.层数 ?? 0) > 5, 记(2));
等级("好", 绿, "[0,0]").等级("中", 黄, "[1,2]").等级("差", 红, "[3,)");"#;

fn write(home: &Path, name: &str, text: &str) {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn case(first: &str, second: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), "标准/一.rhai", first);
    write(home.path(), "标准/二.rhai", second);
    write(home.path(), "数据/名录.csv", "企业名称,层数\n叶集甲厂,9\n叶集乙厂,3\n");
    let accidents = "企业名称,发生日期,死亡人数\n叶集甲厂,2022-05-01,1\n叶集乙厂,2022-06-01,4\n";
    write(home.path(), "数据/事故.csv", accidents);
    let drills = "企业名称,演练日期,评价\n叶集甲厂,2022-05-03,差\n叶集乙厂,2022-06-03,差\n";
    write(home.path(), "数据/演练.csv", drills);
    home
}

fn classify(home: &Path) -> Output {
    let dates = ["--year", "2023", "--as-of", "2023-03-31"];
    sanse(home, &[&["classify", "--data", "数据", "--rules", "标准", "--out", "out"][..], &dates].concat())
}

/// Each list is the first behind the table's in its own standard; in the data one stands behind the other.
#[test]
fn two_standards_have_lists_of_their_own() {
    for (first, second) in [(SAFETY, FIRE), (FIRE, SAFETY)] {
        let home = case(first, second);
        let said = classify(home.path());
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let table = home.path().join("out/内部/deductions.csv");
        let mut found = columns(&table, &["名称", "规则编号", "日期", "计入分", "来源文件"]);
        found.sort();
        let expected = [
            ["叶集乙厂", "AQ-1", "2022-06-01", "4", "事故.csv"],
            ["叶集甲厂", "AQ-1", "2022-05-01", "1", "事故.csv"],
            ["叶集甲厂", "XF-1", "2022-05-03", "2", "演练.csv"],
        ];
        assert_eq!(found, expected);
    }
}

#[test]
fn standards_that_mean_different_things_by_one_name_are_refused() {
    let home = case(SAFETY, FIRE);
    let other = SAFETY.replace("AQ", "LY").replace("安全生产", "林业");
    write(home.path(), "标准/三.rhai", &other.replace("#{ 最大: 100 }", "#{ 最大: 10 }"));
    let said = classify(home.path());
    let message = String::from_utf8_lossy(&said.stderr).into_owned();
    let told = message.contains("“事故.死亡人数”在两个标准里的最小、最大值不同");
    assert!(said.status.code() == Some(1) && told, "{message}");
}
