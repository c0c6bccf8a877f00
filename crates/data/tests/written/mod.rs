//! Runs written to folders, for the tests of what lies in them: the invented district by its own standards, and
//! enterprises whose names would break a sheet or a page.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{Calendar, Date, Period, Standard, Subject, Vocabulary};
use sanse_data::{Delivery, InputFile, Papers, Run, Task, Written, read_files, read_folder, write_run};

/// A standard of one domain.
const SCRIPT: &str = r#"
    标准("XF-<1>", "消防</script>示例", "草案").领域("消防").施行("2023-01-01");
    计入(措施, |措| 措.作出日期, 统计期);
    规则("X-1", "处罚<b>").依据("《办法》&第一条").逐条(处罚).情形(|措| 措.种类 == "罚款", 记(12)).其余(记(1));
    等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,11]").等级("红标", 红, "[12,)");
    监管(绿, #{ 主动现场检查: "一般不", 方式: "非现场", 依据: "方案" });
    监管(红, #{ 主动现场检查: "重点检查", 年检查次数: "[2,)", 方式: "定向", 依据: "方案" });
"#;

/// Names that a browser or a spreadsheet would execute.
pub(crate) const HOSTILE: [&str; 6] = [
    "<img src=x onerror=\"window.hacked=1\">有限公司",
    "</script><script>window.hacked=1</script>厂",
    "=HYPERLINK(\"http://example.invalid\")公司",
    "_x0041_公司\u{2028}甲",
    "'引号''和\"引号\"公司",
    "&lt;b&gt;公司]]><!--",
];

/// Says in one line what was not tested. Not printed, because what a passing test prints is not shown.
pub(crate) fn skipped(what: &str) {
    std::io::stderr().write_all(format!("skipped: {what}\n").as_bytes()).unwrap();
}

fn vocabulary() -> Arc<Vocabulary> {
    Arc::new(Vocabulary::standard())
}

fn as_of() -> Date {
    "2023-03-31".parse().unwrap()
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn compile(name: &str, script: &[u8]) -> Standard {
    sanse_script::compile(name, script, &vocabulary(), &[]).standard.unwrap()
}

/// Classifies and writes.
fn run(
    out: &Path,
    delivery: &Delivery,
    (standards, overall): (&[Standard], Option<&Standard>),
    papers: Papers<'_>,
) -> Written {
    let calendar = Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of: as_of() };
    let classification = sanse::classify(&delivery.caseload, standards, overall, &calendar, 2).unwrap();
    let task =
        Task { standards, overall, calendar, year: 2023, quarter: 1, scripts: &[], overrides: &[], papers };
    let run = Run { task, delivery, classification: &classification };
    write_run(out, &run).unwrap()
}

/// The invented district.
pub(crate) fn district(out: &Path) -> Written {
    district_for(out, Papers::default())
}

/// The same with these papers.
pub(crate) fn district_for(out: &Path, papers: Papers<'_>) -> Written {
    let (domains, overall) = district_standards();
    let names: Vec<String> = domains.iter().map(|s| s.subject.chinese().to_owned()).collect();
    let data = root().join("fixtures/yeji-2022");
    let delivery = read_folder(&data, &vocabulary(), &names, as_of()).unwrap();
    run(out, &delivery, (&domains, overall.as_ref()), papers)
}

/// The district's own standards: of its domains, and the overall one.
pub(crate) fn district_standards() -> (Vec<Standard>, Option<Standard>) {
    let folder = root().join("rules/yeji");
    let mut scripts: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.retain(|path| path.extension().is_some_and(|e| e == "rhai"));
    scripts.sort();
    let standards =
        scripts.iter().map(|path| compile(&path.display().to_string(), &std::fs::read(path).unwrap()));
    let (overall, domains): (Vec<Standard>, Vec<Standard>) =
        standards.partition(|s| s.subject == Subject::Overall);
    (domains, overall.into_iter().next())
}

/// A delivery of the fire brigade: its register and its penalties as CSV.
pub(crate) fn delivered(register: &str, penalties: &str) -> Delivery {
    let coverage = "机关,领域,起,止,零报告,监管对象\n消防大队,消防,2022-01-01,2022-12-31,否,全部\n";
    let files = [("名录.csv", register), ("消防/处罚.csv", penalties), ("覆盖.csv", coverage)];
    let files =
        files.map(|(path, text)| InputFile { path: path.to_owned(), content: Ok(text.as_bytes().to_vec()) });
    read_files(files, &vocabulary(), &["消防".to_owned()], as_of()).unwrap()
}

/// A register of so many enterprises, every tenth with a penalty, the hostile names first.
pub(crate) fn delivery(enterprises: usize) -> Delivery {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut register = "企业名称,所属乡镇,行业代码,成立日期\n".to_owned();
    let mut penalties = "行政相对人名称,行政处罚决定书文号,违法行为类型,处罚类别,处罚决定日期\n".to_owned();
    for number in 0..enterprises {
        let name =
            HOSTILE.get(number).map_or_else(|| format!("安徽第{number}号有限公司"), |n| (*n).to_owned());
        let town = ["三元镇", "史河街道", "<i>镇"][number % 3];
        let _ = writeln!(register, "{},{town},C2021,2019-03-01", quoted(&name));
        if number % 10 < 2 {
            let kind = ["罚款", "警告"][number % 10];
            let _ = writeln!(
                penalties,
                "{},叶消罚〔2022〕{number}号,\"占用<u>通道\n二行\",{kind},2022-05-06",
                quoted(&name)
            );
        }
    }
    delivered(&register, &penalties)
}

/// A delivery by the standard of one domain.
pub(crate) fn classified(out: &Path, delivery: &Delivery) -> Written {
    classified_for(out, delivery, Papers::default())
}

/// The same with these papers: approved, or the tables alone.
pub(crate) fn classified_for(out: &Path, delivery: &Delivery, papers: Papers<'_>) -> Written {
    run(out, delivery, (&[compile("示例.rhai", SCRIPT.as_bytes())], None), papers)
}

/// The cells of a table as they were before they were defused; headers first.
pub(crate) fn table(dir: &Path, file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(dir.join(file)).unwrap();
    let plain = |cell: &str| {
        let rest = cell.strip_prefix('\'').unwrap_or(cell);
        let executes =
            rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && rest.parse::<f64>().is_err();
        let spoiled = rest.len() > 15 && rest.bytes().all(|b| b.is_ascii_digit());
        if executes || spoiled { rest.to_owned() } else { cell.to_owned() }
    };
    cells(text.trim_start_matches('\u{feff}'), plain)
}

/// The cells of a CSV text.
pub(crate) fn cells(text: &str, each: impl Fn(&str) -> String) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(&each).collect()).collect()
}
