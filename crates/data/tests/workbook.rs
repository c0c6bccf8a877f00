//! `workbook.xlsx` holds what the tables hold, as two other programs' readers see it, and prints.

#![expect(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    reason = "a test that cannot be set up must fail; a share is compared as Excel shows it"
)]

mod written;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, Xlsx};
use sanse_data::{Approval, Papers, Problem};
use written::{cells, classified, classified_for, delivered, delivery, district, skipped, table};

const WORKBOOK: &str = "内部/workbook.xlsx";

/// Each sheet and its table.
const SHEETS: [(&str, &str); 6] = [
    ("汇总", "内部/summary.csv"),
    ("企业", "内部/enterprises.csv"),
    ("评定", "内部/assessments.csv"),
    ("扣分记分", "内部/deductions.csv"),
    ("数据问题", "内部/problems.csv"),
    ("案卷评查", "内部/案卷评查.csv"),
];

/// What a cell shows.
fn shown(cell: &Data, header: &str) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(number) if header.contains('占') => format!("{:.2}%", number * 100.0),
        other => other.to_string(),
    }
}

#[test]
fn the_sheets_hold_what_the_tables_hold() {
    let home = tempfile::tempdir().unwrap();
    let (one, two) = (home.path().join("one"), home.path().join("two"));
    assert!(district(&one).left_out.is_empty());
    classified(&two, &delivery(40));
    for out in [&one, &two] {
        let mut book: Xlsx<_> = calamine::open_workbook(out.join(WORKBOOK)).unwrap();
        assert_eq!(book.sheet_names(), SHEETS.map(|(sheet, _)| sheet));
        for (sheet, file) in SHEETS {
            let range = book.worksheet_range(sheet).unwrap();
            let want = table(out, file);
            assert_eq!(range.height(), want.len(), "{sheet}");
            for (row, want) in range.rows().zip(&want) {
                let got: Vec<String> = row
                    .iter()
                    .zip(range.rows().next().unwrap())
                    .map(|(c, h)| shown(c, &h.to_string()))
                    .collect();
                assert_eq!(&got, want, "{sheet}");
            }
        }
        // Counts are numbers, to be summed; codes are texts, to stay whole.
        let summary = book.worksheet_range("汇总").unwrap();
        assert!(
            matches!(summary.get((1, 3)), Some(Data::Float(_)))
                && matches!(summary.get((1, 6)), Some(Data::Float(_)))
        );
        let enterprises = book.worksheet_range("企业").unwrap();
        assert!(enterprises.rows().all(|row| matches!(row[0], Data::String(_) | Data::Empty)));
    }
}

/// Each bureau has a workbook of its own domain's tables, which says whose it is and from which run.
#[test]
fn a_bureau_has_a_workbook_of_its_tables() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    let written = district(&out);
    for domain in ["安全生产", "消防", "特种设备", "生态环境"] {
        let folder = format!("各机关/{domain}");
        let path = out.join(&folder).join("workbook.xlsx");
        let mut book: Xlsx<_> = calamine::open_workbook(&path).unwrap();
        let names = ["assessments", "deductions", "problems"].map(|name| format!("{folder}/{name}.csv"));
        assert_eq!(book.sheet_names(), ["评定", "扣分记分", "数据问题"]);
        for ((sheet, range), file) in book.worksheets().iter().zip(names) {
            let want = table(&out, &file);
            assert_eq!(range.height(), want.len(), "{domain} {sheet}");
            let names: Vec<String> =
                range.rows().map(|row| row.get(1).map_or_else(String::new, |c| shown(c, ""))).collect();
            assert_eq!(names, want.iter().map(|row| row[1].clone()).collect::<Vec<_>>(), "{domain} {sheet}");
        }
        let sheet = parts(&path).remove("xl/worksheets/sheet1.xml").unwrap();
        for part in [domain, "初评，不得公开", "仅用于分类监管", &written.fingerprint] {
            assert!(sheet.contains(part), "{domain}: {part}");
        }
    }
}

/// LibreOffice, once for both workbooks and all sheets.
#[test]
fn libreoffice_reads_the_same() {
    let home = tempfile::tempdir().unwrap();
    let (one, two) = (home.path().join("one"), home.path().join("two"));
    district(&one);
    classified(&two, &delivery(40));
    let books = [home.path().join("甲.xlsx"), home.path().join("乙.xlsx")];
    for (out, book) in [&one, &two].into_iter().zip(&books) {
        std::fs::copy(out.join(WORKBOOK), book).unwrap();
    }
    let read = home.path().join("read");
    // Comma, quote, UTF-8, cells as shown, every sheet into a file of its own.
    let form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1";
    let soffice = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", home.path().join("profile").display()))
        .args(["--headless", "--norestore", "--convert-to", form, "--outdir"])
        .arg(&read)
        .args(&books)
        .output();
    let Ok(output) = soffice else {
        skipped("LibreOffice (soffice) is not installed; the workbook was not read by it");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for (out, name) in [(&one, "甲"), (&two, "乙")] {
        for (sheet, file) in SHEETS {
            let path = read.join(format!("{name}-{sheet}.csv"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let got = cells(text.trim_start_matches('\u{feff}'), str::to_owned);
            let want = table(out, file);
            assert_eq!(got.len(), want.len(), "{sheet}");
            for (got, want) in got.iter().zip(&want) {
                assert_eq!(got, want, "{sheet}");
            }
        }
    }
}

/// The parts of a workbook by name.
fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let mut parts = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(file.name().unwrap().into_owned(), text);
    }
    parts
}

#[test]
fn every_sheet_filters_freezes_and_prints() {
    let home = tempfile::tempdir().unwrap();
    let (one, two) = (home.path().join("one"), home.path().join("two"));
    classified(&one, &delivery(40));
    classified(&two, &delivery(40));
    let bytes = |out: &PathBuf| std::fs::read(out.join(WORKBOOK)).unwrap();
    assert!(bytes(&one) == bytes(&two), "the same run gives the same bytes");
    let three = home.path().join("three");
    district(&three);
    let parts = parts(&three.join(WORKBOOK));
    for number in 1..=SHEETS.len() {
        let sheet = &parts[&format!("xl/worksheets/sheet{number}.xml")];
        for part in [
            "<autoFilter ref=\"A1:",
            "state=\"frozen\"",
            "<pageSetUpPr fitToPage=\"1\"/>",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "初评，不得公开",
            "仅用于分类监管，不是行政处罚或信用评价",
            "第&amp;P页，共&amp;N页",
            "numberStoredAsText",
        ] {
            assert!(sheet.contains(part), "sheet {number}: {part}");
        }
    }
    let titles = parts["xl/workbook.xml"].matches("_xlnm.Print_Titles").count();
    assert_eq!(titles, SHEETS.len(), "the header row is repeated on every page");
    for fill in ["FF7CC49A", "FFF6D466", "FFA8201A", "FF98A3B0", "FFEEF0F2"] {
        assert!(parts["xl/styles.xml"].contains(fill), "{fill}");
    }
    assert!(parts["docProps/core.xml"].contains("2000-01-01T00:00:00Z"));
}

/// What does not fit is left out whole, and said.
#[test]
fn a_sheet_that_does_not_fit_is_left_out_whole() {
    let home = tempfile::tempdir().unwrap();
    let problem = |message: &str| Problem {
        source: 0,
        row: None,
        column: None,
        code: "D301",
        message: message.to_owned(),
        done: String::new(),
        enterprise: None,
        domain: None,
        withholds: false,
    };
    let mut many = delivery(3);
    many.problems = vec![problem("读不出"); 100_001];
    let mut long = delivery(3);
    long.problems = vec![problem(&"长".repeat(32_768))];
    for (name, delivery, why) in [("many", many, "有100001行"), ("long", long, "超过Excel的32767字")] {
        let out = home.path().join(name);
        let left_out = classified(&out, &delivery).left_out;
        assert!(
            left_out.len() == 1 && left_out[0].contains(why) && left_out[0].contains("内部/problems.csv"),
            "{left_out:?}"
        );
        let book: Xlsx<_> = calamine::open_workbook(out.join(WORKBOOK)).unwrap();
        assert_eq!(book.sheet_names().len(), SHEETS.len() - 1);
    }
}

/// A page or a file of lines for more enterprises than it is fit for is left out whole, and said; the tables stand.
#[test]
fn what_is_for_fewer_enterprises_is_left_out_and_said() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("many");
    let mut register = "企业名称,所属乡镇,行业代码,成立日期\n".to_owned();
    for number in 0..=100_000 {
        let _ = writeln!(register, "安徽第{number}号有限公司,三元镇,C2021,2019-03-01");
    }
    let left_out = classified(&out, &delivered(&register, "")).left_out;
    let said = |file: &str, why: &str| left_out.iter().any(|s| s.contains(file) && s.contains(why));
    assert!(
        said("没有写 内部/report.html", "企业100001户，超过一个网页宜放的20000户；请用各表")
            && said("没有写 内部/results.jsonl", "企业100001户，超过100000户；请用各表")
            && said("企业", "有100001行，超过一张表宜看的100000行"),
        "{left_out:?}"
    );
    let record = std::fs::read_to_string(out.join("run.json")).unwrap();
    for file in ["内部/report.html", "内部/results.jsonl"] {
        assert!(!out.join(file).exists() && !record.contains(file), "{file}");
    }
    assert_eq!(table(&out, "内部/enterprises.csv").len(), 100_002);
}

/// An approved run names its document where a draft says that it may not be published; the tables alone have neither.
#[test]
fn workbook_and_report_say_how_far_the_run_has_come() {
    let home = tempfile::tempdir().unwrap();
    let [draft, last, bare] = ["draft", "final", "bare"].map(|name| home.path().join(name));
    let delivery = delivery(12);
    let approval =
        Approval { document: "叶司〔2023〕1号".to_owned(), date: "2023-04-20".parse().unwrap() };
    let first = classified(&draft, &delivery);
    let approved = Papers { approval: Some(&approval), ..Papers::default() };
    let second = classified_for(&last, &delivery, approved);
    assert_eq!(first.fingerprint, second.fingerprint);
    for (out, says, not) in
        [(&draft, "初评，不得公开", "正式"), (&last, "正式，叶司〔2023〕1号（2023-04-20）", "不得公开")]
    {
        let report = std::fs::read_to_string(out.join("内部/report.html")).unwrap();
        let sheet = parts(&out.join(WORKBOOK)).remove("xl/worksheets/sheet1.xml").unwrap();
        for text in [report, sheet] {
            assert!(
                text.contains(says) && !text.contains(not) && text.contains(&first.fingerprint),
                "{says}"
            );
        }
    }
    classified_for(&bare, &delivery, Papers { tables_only: true, ..Papers::default() });
    for file in [WORKBOOK, "内部/report.html", "内部/results.jsonl"] {
        assert!(draft.join(file).exists() && !bare.join(file).exists(), "{file}");
    }
}
