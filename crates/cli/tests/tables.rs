//! Tests as tables beside the script, what failures say, JUnit, settings and --watch.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const SCRIPT: &str = r#"标准("ZS-2023", "噪声扰民分类标准", "草案").领域("噪声").施行("2023-01-01").基准分(0);
let 罚款分 = 参数("罚款分值", 12, "一次罚款记几分；本区自定（草案）");
计入(措施, |措| 措.作出日期, 统计期);
计入(线索, |线| 线.接收日期, 统计期);
规则("ZS-01", "按措施记分").依据("本区噪声分类标准第五条（草案）").逐条(措施)
    .情形(|措| 措.种类 == "罚款" && (措.金额 ?? 0.元) > 5000.元, 记(罚款分))
    .其余(记(1));
规则("ZS-02", "查实的线索").依据("本区噪声分类标准第六条（草案）").逐条(线索)
    .情形(|线| (线.查实 ?? false) && (线.企业.人员密集场所 ?? false), 记(2));
等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,11]").等级("红标", 红, "[12,)");
测试("没有记录是绿标").截止("2023-03-31").企业(#{}).应记(0).应为("绿标").应有理由("0分，等级绿标");
"#;

/// Three tests that pass: two rows of one name, a name left out, facts of the enterprise in a record's row.
const TABLE: &str = "测试,截止日,清单,种类,作出日期,金额,接收日期,查实,人员密集场所,应记,应为,应标,应命中,不应命中,应有理由,备注\n\
    大额罚款是红标,2023/3/31,措施,罚款,2022/5/6,\"20,000\",,,,13,红标,红,ZS-01,ZS-02,等级红标[12；起决定作用的是规则ZS-01,随便写\n\
    大额罚款是红标,,措施,警告,2022年6月6日,,,,,,,,,,,\n\
    查实的线索,2023-03-31,线索,,,,2022-03-04,是,是,2,黄标,黄标,ZS-02,,,\n\
    ,,线索,,,,20220405,否,是,,,,,,,\n\
    没有记录（表）,2023-03-31,,,,,,,否,0,绿标,,,ZS-01、ZS-02,,\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(table: &str, bytes: impl AsRef<[u8]>) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        fs::write(folder.path("噪声.rhai"), SCRIPT).unwrap();
        if !table.is_empty() {
            fs::write(folder.path(table), bytes).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = program(self.0.path(), arguments).output().unwrap();
        said(&output)
    }
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sanse"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[track_caller]
fn says(said: &(Option<i32>, String), code: i32, parts: &[&str]) {
    assert_eq!(said.0, Some(code), "{}", said.1);
    for part in parts {
        assert!(said.1.contains(part), "{part}\n{}", said.1);
    }
}

/// A workbook with a sheet of remarks before the sheet of tests; days and numbers are real ones.
fn workbook(rows: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "怎么填").unwrap();
    let sheet = book.add_worksheet().set_name("用例").unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    for (row, line) in (0u32..).zip(rows.replace("\"20,000\"", "20000").lines()) {
        for (column, cell) in (0u16..).zip(line.split(',')) {
            let date: Vec<u16> = cell.split(['-', '/']).filter_map(|p| p.parse().ok()).collect();
            if let ([year, month, of_month], true) = (date.as_slice(), cell.len() > 7) {
                let date = rust_xlsxwriter::ExcelDateTime::from_ymd(*year, *month as u8, *of_month as u8);
                sheet.write_with_format(row, column, date.unwrap(), &day).unwrap();
            } else if let (Ok(number), true) = (cell.parse::<f64>(), cell.len() < 8) {
                sheet.write(row, column, number).unwrap();
            } else if !cell.is_empty() {
                sheet.write(row, column, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_table_beside_the_script_is_run_with_it_in_every_form() {
    let gb18030 = encoding_rs::GB18030.encode(TABLE).0.into_owned();
    let forms: [(&str, Vec<u8>); 4] = [
        ("噪声.测试.csv", TABLE.into()),
        ("噪声.测试.csv", format!("\u{feff}{}", TABLE.replace('\n', "\r\n")).into()),
        ("噪声.测试.csv", gb18030),
        ("噪声.测试.xlsx", workbook(TABLE)),
    ];
    for (name, bytes) in forms {
        let folder = Folder::with(name, bytes);
        for path in [".", "噪声.rhai"] {
            let said = folder.run(&["test", path, "--coverage"]);
            says(&said, 0, &["共通过 4 个，失败 0 个", name, "3 个", "（100%）"]);
        }
        says(&folder.run(&["check", "."]), 0, &["错误 0 处"]);
    }
}

#[test]
fn a_failure_shows_expected_and_got_with_every_reason() {
    let folder = Folder::with(
        "噪声.测试.csv",
        TABLE.replace(",13,红标,", ",1,黄标,").replace("2022年6月6日", "2021-06-06"),
    );
    says(
        &folder.run(&["test", "."]),
        1,
        &[
            "未通过：大额罚款是红标（./噪声.测试.csv 第 2 行）",
            "记分：应为 1，实为 12",
            "等级：应为 黄标，实为 红标",
            "0 + 12 = 12分，等级红标[12,)",
            "规则ZS-01（按措施记分）第1种情形：2022-05-06",
            "依据：本区噪声分类标准第五条（草案）",
            "没有起作用的措施：2021-06-06",
            "已过计入期",
        ],
    );
    let folder = Folder::with(
        "噪声.测试.csv",
        TABLE.replace("起决定作用的是规则ZS-01", "信用修复").replace(",ZS-01,ZS-02,", ",ZS-02,,"),
    );
    says(
        &folder.run(&["test", "."]),
        1,
        &["理由：评定过程里应有“信用修复”，实际没有", "规则“ZS-02”应命中，实际没有命中；它的条件：查实"],
    );
}

#[test]
fn everything_wrong_with_a_table_is_said_at_once_with_its_cell() {
    let table = "测试,截止日,清单,种类,作出日期,金额,接收日期,查实,罚没款,应记,应为,应标,应命中\n\
        ,2023-03-31,措施,警告,2022-01-01,,,,,1,,,\n\
        甲,2023-02-30,措施,警高,五月,很多,,,,1.234,篮标,蓝,ZS-09\n\
        甲,,措斯,,,,,,,,,,\n\
        乙,,线索,警告,,,2022-01-01,也许,,,,,\n\
        丙,2023-03-31,措施,警告,,,,,,1,,,\n\
        ,,措施,警告,2022-01-01,,,,,2,,,\n\
        没有记录是绿标,2023-03-31,,,,,,,,0,,,\n";
    let folder = Folder::with("噪声.测试.csv", table);
    let said = folder.run(&["check", "."]);
    says(
        &said,
        1,
        &[
            "[S205] I1（罚没款）：哪个清单都没有字段“罚没款”",
            "[S304] A2（测试）：这一行不知道属于哪个测试",
            "B3（截止日）",
            "[S302] D3（种类）：“警高”不在代码表“措施种类”里",
            "E3（作出日期）",
            "[S301] F3（金额）：这里要金额，这里是文字",
            "写数，单位是元，如 20000；或者写 2万元",
            "J3（应记）",
            "K3（应为）",
            "[S301] L3（应标）：这里要写 绿、黄 或 红，这里是“蓝”",
            "[S423] M3（应命中）：没有规则“ZS-09”",
            "[S201] C4（清单）：没有清单“措斯”",
            "是否想写“措施”？",
            "[S205] D5（种类）：“线索”没有字段“种类”",
            "[S301] H5（查实）：这里要是或否，这里是文字",
            "C6（清单）：措施的这一行缺少“作出日期”",
            "在这一行填上这一列",
            "[S206] J7（应记）：“应记”只写在测试的第一行（第 6 行）",
            "[S404] A8（测试）：测试“没有记录是绿标”在脚本里已经有了",
            "--> ./噪声.测试.csv:3:6",
        ],
    );
    let said = folder.run(&["check", ".", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.1).unwrap();
    let lines: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| f["line"].as_u64()).collect();
    assert!(lines.contains(&Some(3)) && lines.contains(&Some(8)), "{lines:?}");
    // The script's own test ran; those with errors did not, and the run is no success.
    says(
        &folder.run(&["test", "."]),
        1,
        &["通过 1 失败 0", "有错误的测试没有运行", "共通过 1 个，失败 1 个"],
    );
}

#[test]
fn a_table_that_nobody_would_run_is_an_error() {
    let folder = Folder::with("噪生.测试.csv", TABLE);
    says(&folder.run(&["test", "."]), 1, &["S502", "噪生.测试.csv", "旁边应有“噪生.rhai”"]);
    says(&folder.run(&["check", "."]), 1, &["S502"]);
    let folder = Folder::with("噪声.测试.xls", b"\xd0\xcf\x11\xe0");
    says(&folder.run(&["test", "."]), 1, &["S502", "另存为 .xlsx"]);
    let folder = Folder::with("噪声.测试.csv", "名称,应记\n甲,1\n");
    says(&folder.run(&["test", "."]), 1, &["没有“测试”这一列"]);
    // A workbook that is open leaves a lock file, which is no table.
    let folder = Folder::with("~$噪声.测试.xlsx", b"lock");
    says(&folder.run(&["test", "."]), 0, &["共通过 1 个，失败 0 个"]);
}

#[test]
fn settings_hold_for_scripts_and_tables() {
    let folder = Folder::with("噪声.测试.csv", TABLE);
    says(
        &folder.run(&["test", ".", "--set", "ZS-2023.罚款分值=11"]),
        1,
        &["记分：应为 13，实为 12", "共通过 3 个，失败 1 个"],
    );
    says(&folder.run(&["check", ".", "--set", "ZS-2023.罚款分值=11"]), 0, &["错误 0 处"]);
    says(&folder.run(&["check", ".", "--set", "ZS-2023.罚款份值=11"]), 1, &["S419", "罚款分值"]);
    says(&folder.run(&["test", ".", "--set", "ZS-2024.罚款分值=11"]), 2, &["ZS-2023"]);
}

#[test]
fn junit_names_every_test_its_file_and_its_reasons() {
    let folder = Folder::with("噪声.测试.csv", TABLE.replace(",13,红标,", ",1,黄标,"));
    says(&folder.run(&["test", ".", "--junit", "结果.xml"]), 1, &["共通过 3 个，失败 1 个"]);
    let xml = fs::read_to_string(folder.path("结果.xml")).unwrap();
    for part in [
        r#"tests="4" skipped="0" failures="1" errors="0""#,
        r#"<testsuite name="ZS-2023""#,
        r#"name="没有记录是绿标" classname="ZS-2023" time="0.000" file="./噪声.rhai" line="11""#,
        r#"file="./噪声.测试.csv" line="2""#,
        "记分：应为 1，实为 13",
        "0 + 12 + 1 = 13分",
    ] {
        assert!(xml.contains(part), "{part}\n{xml}");
    }
    // The same tests give the same bytes.
    folder.run(&["test", ".", "--junit", "再.xml"]);
    assert_eq!(xml, fs::read_to_string(folder.path("再.xml")).unwrap());
    fs::write(folder.path("噪声.rhai"), "标准(").unwrap();
    says(&folder.run(&["test", ".", "--junit", "坏.xml"]), 1, &[]);
    assert!(fs::read_to_string(folder.path("坏.xml")).unwrap().contains(r#"errors="1""#));
}

#[test]
fn the_starter_and_its_table_pass() {
    let folder = Folder::with("", "");
    says(&folder.run(&["new", "扬尘", "--table"]), 0, &["扬尘.测试.csv", "Excel"]);
    says(&folder.run(&["check", "扬尘.rhai"]), 0, &["错误 0 处"]);
    says(
        &folder.run(&["test", "扬尘.rhai"]),
        0,
        &["其中测试表 扬尘.测试.csv：3 个", "共通过 9 个，失败 0 个"],
    );
    says(&folder.run(&["new", "粉尘"]), 0, &["粉尘.测试.csv", "--table"]);
    assert!(!folder.path("粉尘.测试.csv").exists());
}

/// Ends with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What has not been said by then is never said.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_watched_folder_is_run_again_when_a_table_or_script_changes() {
    let folder = Folder::with("噪声.测试.csv", TABLE);
    let child = program(folder.0.path(), &["test", ".", "--watch"]).stdout(Stdio::piped()).spawn();
    let mut child = Running(child.unwrap());
    let lines = BufReader::new(child.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || lines.map(|line| tell.send(line)).all(|sent| sent.is_ok()));
    let until = |part: &str| {
        while !told.recv_timeout(PATIENCE).unwrap_or_else(|e| panic!("{part}: {e}")).contains(part) {}
    };
    until("共通过 4 个，失败 0 个");
    until("等着文件改动");
    // Every change changes the size too: there are disks that keep times to the second or two.
    fs::write(folder.path("噪声.测试.csv"), TABLE.replace(",13,红标,", ",113,红标,")).unwrap();
    until("共通过 3 个，失败 1 个");
    until("等着文件改动");
    // A script that does not compile is said, and the next change is still waited for.
    fs::write(folder.path("噪声.rhai"), "标准(").unwrap();
    until("共通过 0 个，失败 1 个");
    until("等着文件改动");
    fs::write(folder.path("噪声.rhai"), SCRIPT.replace("12, \"一次", "112, \"一次")).unwrap();
    until("共通过 4 个，失败 0 个");
}
