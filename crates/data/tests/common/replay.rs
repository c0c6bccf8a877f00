//! What the fuzz targets do with bytes; the tests do the same with the committed corpus and with changed copies of it.

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use sanse::{Calendar, Period, Standard, Vocabulary};
use sanse_data::json::Assessor;
use sanse_data::{Delivery, InputFile, Intake, Mapping, Papers, Run, Task, UnusedRow};

/// What a target does with bytes.
pub(crate) type Target = fn(&[u8]);

/// Every target: its name, which is that of its folder of seeds, and what it does.
pub(crate) const TARGETS: [(&str, Target); 12] = [
    ("delivery", delivery),
    ("header", header),
    ("mapping", mapping),
    ("xlsx", xlsx),
    ("xls", xls),
    ("ods", ods),
    ("form", form),
    ("prose", prose),
    ("tables", tables),
    ("saved", saved),
    ("records", records),
    ("assess", assess),
];

/// Makes the panic hook pass over a panic of a workbook's decoder, which the reader catches and tells as a problem of the
/// file. Every other one goes on to the hook that was there.
pub(crate) fn pass_over_decoders() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !sanse_data::is_decoding() {
            hook(panic);
        }
    }));
}

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::standard()));

/// A standard that counts branches for their head offices.
static STANDARD: LazyLock<Standard> = LazyLock::new(|| {
    let script = r#"标准("X-1", "示例", "草案").领域("消防").施行("2023-01-01");
        分支机构("计入总机构");
        计入(措施, |措| 措.作出日期, 统计期).结转(|措| 措.整改 in ["未整改", "部分整改"]);
        规则("X-1", "按措施").依据("示例").逐条(措施)
            .情形(|措| 措.种类 == "罚款" && (措.金额 ?? 0.元) > 1.万元, 记(4)).其余(记(1)).封顶(20);
        规则("X-2", "三次").依据("示例").当(|企| 企.处罚.任意天内(180) >= 3).则(不高于("红标"));
        等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,11]").等级("红标", 红, "[12,)");
        监管(红, #{ 主动现场检查: "重点检查", 年检查次数: "[2,)", 方式: "双随机", 依据: "示例" });
        测试("一次").截止("2023-03-31").企业(#{ 措施: [#{ 种类: "警告", 作出日期: "2022-05-06" }] }).应记(1);"#;
    let compiled = sanse_script::compile("示例.rhai", script.as_bytes(), &VOCABULARY, &[]);
    match compiled.standard {
        Some(standard) => standard,
        None => panic!("{:?}", compiled.findings),
    }
});

const REGISTER: &str =
    "企业名称,统一社会信用代码\n甲木业有限公司,91341504MA2TE5TA3J\n乙宾馆,92341504MA2N1A2B7R\n";

const PENALTIES: &str = "企业名称,统一社会信用代码,文号,违法行为,种类,金额（元）,作出日期,整改\n\
    甲木业有限公司,91341504MA2TE5TA3J,1号,乙,罚款,20000,2022-05-06,未整改\n\
    乙宾馆,92341504MA2N1A2B7R,2号,丙,警告,,2022-06-01,\n";

/// The endings of files, one of which the first byte chooses.
const ENDINGS: [&str; 6] = ["csv", "xlsx", "xls", "ods", "txt", "et"];

fn calendar() -> Calendar {
    let period = Period { first: date("2022-01-01"), last: date("2022-12-31") };
    Calendar { period, as_of: date("2023-03-31") }
}

fn date(text: &str) -> sanse::Date {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

fn read(
    files: &[(&str, &[u8])],
    vocabulary: &Arc<Vocabulary>,
    mapping: Option<&Mapping>,
) -> Option<Delivery> {
    let files = files
        .iter()
        .map(|(path, content)| InputFile { path: (*path).to_owned(), content: Ok(content.to_vec()) });
    let domains = ["消防".to_owned()];
    let intake = Intake { mapping, ..Intake::new(vocabulary, &domains, calendar().as_of) };
    let delivery = intake.files(files).ok()?;
    for (number, source) in delivery.sources.iter().enumerate() {
        let ended = source.rows_used + source.rows_unused + source.rows_problem;
        assert_eq!(source.rows_read, ended, "{source:?}");
        let is_own = |row: &&UnusedRow| row.source as usize == number;
        assert_eq!(source.rows_unused as usize, delivery.unused.iter().filter(is_own).count(), "{source:?}");
    }
    for problem in &delivery.problems {
        assert!(!problem.message.is_empty() && (problem.source as usize) < delivery.sources.len());
        assert!(!problem.withholds || problem.enterprise.is_some(), "{problem:?}");
    }
    // What was read can be written down, and what is written down can be read.
    let text = sanse_data::mapping_text(&delivery.sources, vocabulary);
    if let Err(error) = Mapping::parse("读法.toml", text.as_bytes(), vocabulary) {
        panic!("{error}\n{text}");
    }
    Some(delivery)
}

fn account(file: &str, content: &[u8], mapping: Option<&Mapping>) {
    read(&[("企业名录.csv", REGISTER.as_bytes()), (file, content)], &VOCABULARY, mapping);
}

/// Judges what was read; whatever it is, there is a label or a reason for everybody.
fn judge(delivery: &Delivery) {
    let standards = std::slice::from_ref(&*STANDARD);
    // A vocabulary that was read back may lack what the standard needs, which is said.
    if let Ok(found) = sanse::classify(&delivery.caseload, standards, None, &calendar(), 1) {
        for verdict in found.domains.iter().flat_map(|domain| &domain.verdicts) {
            let rated = verdict.state == sanse::State::Rated;
            assert_eq!(verdict.label.is_some(), rated, "{verdict:?}");
        }
    }
}

/// The first byte chooses the kind of the file, the rest is its content.
pub(crate) fn delivery(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let ending = ENDINGS[usize::from(*first) % ENDINGS.len()];
    account(&format!("消防/表.{ending}"), rest, None);
}

/// The bytes are one or two header rows; the rows below are the same each time.
pub(crate) fn header(bytes: &[u8]) {
    let head = String::from_utf8_lossy(bytes);
    let row = "甲木业有限公司,91341504MA2TE5TA3J,2022-05-06,罚款,5000,1号,消防,是,2022-06-01,合计";
    account("消防/表.csv", format!("{head}\n{row}\n{row}\n,,,,,,,,,\n合计,,,\n").as_bytes(), None);
}

/// The bytes are a mapping; it decides a table of penalties.
pub(crate) fn mapping(bytes: &[u8]) {
    match Mapping::parse("读法.toml", bytes, &VOCABULARY) {
        Ok(mapping) => {
            let table = "表\n单位,码,日子,办法,钱\n甲木业有限公司,91341504MA2TE5TA3J,2022-05-06,罚款,5000\n";
            account("a.csv", table.as_bytes(), Some(&mapping));
        }
        Err(error) => assert!(error.0.iter().all(|fault| fault.line > 0 && !fault.message.is_empty())),
    }
}

/// Parts of a workbook that is whole but for one.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        let written = archive.start_file(*name, stored).map(|()| archive.write_all(content));
        assert!(written.is_ok_and(|written| written.is_ok()), "a vector takes all bytes");
    }
    archive.finish().map_or_else(|error| panic!("{error}"), Cursor::into_inner)
}

/// The bytes are the sheet of an `.xlsx`.
pub(crate) fn xlsx(bytes: &[u8]) {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let types = format!(
        "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
    );
    let top = format!(
        "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"处罚\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let below = format!(
        "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let book = zipped(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", top.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", below.as_bytes()),
        ("xl/worksheets/sheet1.xml", bytes),
    ]);
    account("消防/表.xlsx", &book, None);
}

/// The bytes are an `.xls`.
pub(crate) fn xls(bytes: &[u8]) {
    account("消防/表.xls", bytes, None);
}

/// The bytes are the cells of an `.ods`.
pub(crate) fn ods(bytes: &[u8]) {
    let book = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", bytes),
    ]);
    account("消防/表.ods", &book, None);
}

/// The bytes are a form, the names of the fields beside their values; the first byte chooses one form or two below each
/// other.
pub(crate) fn form(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut text = rest.to_vec();
    if first % 2 == 1 {
        text.push(b'\n');
        text.extend_from_slice(rest);
    }
    account("消防/表.csv", &text, None);
}

/// The bytes are cells, one a line: each as kind, amount, confiscated amount, date and number of a penalty.
pub(crate) fn prose(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut table =
        "企业名称,统一社会信用代码,处罚类别,罚款金额（万元）,没收金额,处罚决定日期,文号\n".to_owned();
    for line in text.lines().take(20) {
        let cell = format!("\"{}\"", line.replace('"', "\"\""));
        for column in 0..5 {
            let usual = ["罚款;没收违法所得", "2.5", "3000", "2022-05-06", "1号"];
            let cells = (0..5).map(|at| if at == column { cell.as_str() } else { usual[at] });
            let cells: Vec<&str> = cells.collect();
            table.push_str("甲木业有限公司,91341504MA2TE5TA3J,");
            table.push_str(&cells.join(","));
            table.push('\n');
        }
    }
    // The same in a table with one column of amounts.
    let alone = table.replacen("罚款金额（万元）,没收金额", "处罚金额,其他", 1);
    account("消防/表.csv", table.as_bytes(), None);
    account("消防/表.csv", alone.as_bytes(), None);
}

/// The first byte chooses a table beside the records, the rest are its rows.
pub(crate) fn tables(bytes: &[u8]) {
    const TABLES: [(&str, &str); 4] = [
        (
            "名录二.csv",
            "企业名称,统一社会信用代码,乡镇,成立日期,曾用名,总机构统一社会信用代码,行业代码,登记状态\n",
        ),
        ("变更.csv", "原统一社会信用代码,新统一社会信用代码,原名称,新名称,变更日期,变更类型\n"),
        ("覆盖.csv", "机关,领域,起,止,行数,零报告,含简易程序,监管对象\n"),
        ("机关简称.csv", "机关,别名\n"),
    ];
    let Some((first, rest)) = bytes.split_first() else { return };
    let (path, header) = TABLES[usize::from(*first) % TABLES.len()];
    let table = [header.as_bytes(), rest].concat();
    let files =
        [("企业名录.csv", REGISTER.as_bytes()), (path, &table), ("消防/处罚.csv", PENALTIES.as_bytes())];
    if let Some(delivery) = read(&files, &STANDARD.vocabulary, None) {
        judge(&delivery);
    }
}

/// A text with something put in place of something: two bytes say where, one how much goes, the rest comes.
fn patched(base: &[u8], patch: &[u8]) -> Vec<u8> {
    let [high, low, length, new @ ..] = patch else { return base.to_vec() };
    let at = (usize::from(*high) * 256 + usize::from(*low)) * base.len() / 65_536;
    let end = (at + usize::from(*length)).min(base.len());
    [base.get(..at).unwrap_or(&[]), new, base.get(end..).unwrap_or(&[])].concat()
}

/// The bytes change a saved standard, whose digest is made to fit; one that loads is as good as any.
pub(crate) fn saved(bytes: &[u8]) {
    static PLAIN: LazyLock<String> =
        LazyLock::new(|| serde_json::to_string(&*STANDARD).unwrap_or_else(|error| panic!("{error}")));
    let plain = patched(PLAIN.as_bytes(), bytes);
    let wrapped = |plain: &[u8], sha256: &str| {
        let front = format!("{{\"format\":\"sanse-standard/1\",\"sha256\":\"{sha256}\",\"standard\":");
        [front.as_bytes(), plain, b"}"].concat()
    };
    assert!(sanse_data::load_standard(bytes, &VOCABULARY).is_err());
    let _ = sanse_data::load_standard(&wrapped(&plain, "0"), &VOCABULARY);
    let Ok(standard) = serde_json::from_slice::<Standard>(&plain) else { return };
    let Ok(again) = serde_json::to_vec(&standard) else { return };
    let digest = sanse_data::sha256(&again);
    let Ok(standard) = sanse_data::load_standard(&wrapped(&again, &digest), &VOCABULARY) else { return };
    if let Some(delivery) = read(
        &[("企业名录.csv", REGISTER.as_bytes()), ("消防/处罚.csv", PENALTIES.as_bytes())],
        &standard.vocabulary,
        None,
    ) {
        let _ = sanse::classify(&delivery.caseload, &[standard], None, &calendar(), 1);
    }
}

/// A run folder as the program writes it, and its normalised records.
struct Written {
    home: tempfile::TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
}

static WRITTEN: LazyLock<Written> = LazyLock::new(|| {
    let fail = |error: &dyn std::fmt::Display| -> ! { panic!("{error}") };
    let files = [("企业名录.csv", REGISTER.as_bytes()), ("消防/处罚.csv", PENALTIES.as_bytes())];
    let Some(delivery) = read(&files, &STANDARD.vocabulary, None) else { panic!("a register") };
    let standards = std::slice::from_ref(&*STANDARD);
    let classification = sanse::classify(&delivery.caseload, standards, None, &calendar(), 1)
        .unwrap_or_else(|error| fail(&error));
    let home = tempfile::tempdir().unwrap_or_else(|error| fail(&error));
    let out = home.path().join("结果");
    let task = Task {
        standards,
        overall: None,
        calendar: calendar(),
        year: 2023,
        quarter: 1,
        scripts: &[],
        overrides: &[],
        papers: Papers { tables_only: true, ..Papers::default() },
    };
    let run = Run { task, delivery: &delivery, classification: &classification };
    sanse_data::write_run(&out, &run).unwrap_or_else(|error| fail(&error));
    let mut files = Vec::new();
    for folder in ["内部/归一数据", "内部/归一数据/清单"] {
        for entry in std::fs::read_dir(out.join(folder)).unwrap_or_else(|error| fail(&error)).flatten() {
            if let Ok(content) = std::fs::read(entry.path()) {
                files.push((entry.path(), content));
            }
        }
    }
    files.sort();
    Written { home, files }
});

static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// The first byte chooses a file of the normalised records, the rest changes it; what is read back can be judged.
pub(crate) fn records(bytes: &[u8]) {
    let Some((first, change)) = bytes.split_first() else { return };
    let Some((path, content)) = WRITTEN.files.get(usize::from(*first) % WRITTEN.files.len()) else { return };
    let out = WRITTEN.home.path().join("结果");
    // One folder serves all, one after the other.
    let _held = ONE_AT_A_TIME.lock();
    let wrote = std::fs::write(path, patched(content, change));
    let read = sanse_data::read_records(&out);
    assert!(wrote.is_ok() && std::fs::write(path, content).is_ok(), "the folder can be written");
    if let Ok(delivery) = read {
        judge(&delivery);
    }
}

/// The bytes are lines of requests: there is an answer in JSON for each.
pub(crate) fn assess(bytes: &[u8]) {
    static ASSESSOR: LazyLock<Assessor> = LazyLock::new(|| {
        let found = Assessor::new(&STANDARD.vocabulary, vec![STANDARD.clone()], None, calendar());
        found.unwrap_or_else(|error| panic!("{error}"))
    });
    let lines: Vec<(u64, &[u8])> = (1..).zip(bytes.split(|byte| *byte == b'\n')).take(20).collect();
    let mut together = Vec::new();
    ASSESSOR.answer_all(&lines, &mut together);
    let mut alone = Vec::new();
    for (number, line) in &lines {
        ASSESSOR.answer(line, *number, &mut alone);
    }
    assert!(together == alone, "whoever stands beside it changes nothing");
    let answers: Vec<&[u8]> = together.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(answers.len(), lines.len());
    for answer in answers {
        assert!(serde_json::from_slice::<serde_json::Value>(answer).is_ok(), "{answer:?}");
    }
}
