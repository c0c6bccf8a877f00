//! Deliveries for tests: tables as text, and the smallest workbooks.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use sanse::{ENTERPRISE, ListId, SANCTION, Vocabulary};
use sanse_data::{Delivery, InputFile, ReadError, read_files};

pub(crate) const REGISTER: &str = "企业名称,统一社会信用代码,所属乡镇,行业代码,成立日期,曾用名,是否使用特种设备\n\
    安徽叶集中亚板材有限公司,91341504MA2TE5TA3J,史河街道,C2021,2019-03-01,,是\n\
    六安东方机械（集团）股份有限公司,913415005872291452,平岗街道,3425,2012/5/6,六安东方机械厂,否\n\
    叶集区好再来饭店,92341504MA2N1A2B7R,三元镇,H6210,2017年3月1日,,无\n";

pub(crate) const A: &str = "91341504MA2TE5TA3J";
pub(crate) const B: &str = "913415005872291452";

pub(crate) const PENALTY_HEADER: &str = "行政相对人名称,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号,违法行为类型,处罚依据,处罚类别,罚款金额(万元),没收违法所得、没收非法财物的金额（万元）,处罚决定日期,处罚机关\n";

pub(crate) fn vocabulary() -> Arc<Vocabulary> {
    static ONE: OnceLock<Arc<Vocabulary>> = OnceLock::new();
    Arc::clone(ONE.get_or_init(|| Arc::new(Vocabulary::standard())))
}

pub(crate) fn four() -> Vec<String> {
    ["生态环境", "安全生产", "消防", "特种设备"].map(str::to_owned).to_vec()
}

pub(crate) fn try_read(files: &[(&str, Vec<u8>)]) -> Result<Delivery, ReadError> {
    let files =
        files.iter().map(|(path, bytes)| InputFile { path: (*path).to_owned(), content: Ok(bytes.clone()) });
    read_files(files, &vocabulary(), &four(), "2023-03-31".parse().unwrap())
}

/// Reads files beside the register; checks the account of every source.
pub(crate) fn read(files: &[(&str, &str)]) -> Delivery {
    let mut all: Vec<(&str, Vec<u8>)> = vec![("名录.csv", REGISTER.as_bytes().to_vec())];
    all.extend(files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())));
    let delivery = try_read(&all).expect("a register");
    balanced(&delivery);
    delivery
}

/// Reads rows of penalties in the folder of the environment bureau.
pub(crate) fn penalties(rows: &str) -> Delivery {
    read(&[("环境/处罚.csv", &format!("{PENALTY_HEADER}{rows}"))])
}

pub(crate) fn balanced(delivery: &Delivery) {
    for (number, s) in delivery.sources.iter().enumerate() {
        assert_eq!(s.rows_read, s.rows_used + s.rows_unused + s.rows_problem, "{s:?}");
        let unused = delivery.unused.iter().filter(|u| u.source as usize == number).count();
        assert_eq!(unused, s.rows_unused as usize, "{s:?}");
        if s.rows_problem > 0 {
            assert!(delivery.problems.iter().any(|p| p.source as usize == number), "{s:?}");
        }
    }
}

/// The rows of a list, each as the given fields joined with `|`.
pub(crate) fn rows(delivery: &Delivery, list: ListId, fields: &[&str]) -> Vec<String> {
    let table = delivery.caseload.table(list).unwrap();
    (0..table.len())
        .map(|row| {
            let cells: Vec<String> = fields.iter().map(|f| delivery.caseload.display(list, row, f)).collect();
            cells.join("|")
        })
        .collect()
}

pub(crate) fn sanctions(delivery: &Delivery) -> Vec<String> {
    rows(delivery, SANCTION, &["种类", "金额", "没收金额", "作出日期", "领域"])
}

pub(crate) fn names(delivery: &Delivery) -> Vec<String> {
    rows(delivery, ENTERPRISE, &["名称"])
}

/// Code, row and enterprise's name (empty if none), with a `!` if green is withheld; without 整改情况未知.
pub(crate) fn problems(delivery: &Delivery) -> Vec<String> {
    let name = |e: Option<u32>| {
        e.map_or(String::new(), |e| delivery.caseload.display(ENTERPRISE, e as usize, "名称"))
    };
    delivery
        .problems
        .iter()
        .filter(|p| !["D605", "D607"].contains(&p.code))
        .map(|p| {
            format!(
                "{} {} {}{}",
                p.code,
                p.row.unwrap_or(0),
                name(p.enterprise),
                if p.withholds { "!" } else { "" }
            )
        })
        .collect()
}

pub(crate) fn reasons(delivery: &Delivery) -> Vec<&str> {
    delivery.unused.iter().map(|u| u.reason.as_str()).collect()
}

/// Everything that a reader of results could see.
pub(crate) fn all_text(delivery: &Delivery) -> String {
    let mut text = format!("{:?}{:?}{:?}", delivery.sources, delivery.problems, delivery.unused);
    let vocabulary = delivery.caseload.vocabulary();
    for (number, list) in vocabulary.lists.iter().enumerate() {
        let id = ListId(number as u16);
        for row in 0..delivery.caseload.table(id).unwrap().len() {
            for field in &list.fields {
                let _ = write!(text, "{}|", delivery.caseload.display(id, row, &field.name.chinese));
            }
        }
    }
    let texts = delivery.caseload.texts();
    for number in 0..texts.len() {
        text.push_str(texts.get(sanse::TextId(number as u32)));
    }
    text
}

pub(crate) const ZHONG: &str = "安徽叶集中亚板材有限公司";

/// The records of a list and, without row and enterprise, what was wrong: `警告 · D305!`.
pub(crate) fn told(d: &Delivery, list: ListId, fields: &[&str]) -> String {
    let mut told = rows(d, list, fields);
    told.extend(problems(d).iter().map(|problem| {
        let code = problem.split(' ').next().unwrap_or("");
        format!("{code}{}", if problem.ends_with('!') { "!" } else { "" })
    }));
    told.extend(d.unused.iter().map(|unused| format!("未用：{}", unused.reason)));
    told.join(" · ")
}

/// A table of penalties with one row, in the folder of the fire brigade.
pub(crate) fn one_row(header: &str, row: &str) -> Delivery {
    read(&[("消防/表.csv", &format!("{header}\n{row}\n"))])
}

/// Each case with what became of it, so that all that differ are seen at once.
pub(crate) fn compare(cases: &[(&str, &str)], outcome: impl Fn(&str) -> String) {
    let found: Vec<(&str, String)> = cases.iter().map(|(case, _)| (*case, outcome(case))).collect();
    let wanted: Vec<(&str, String)> = cases.iter().map(|(case, want)| (*case, (*want).to_owned())).collect();
    let differing: Vec<_> = found.iter().zip(&wanted).filter(|(found, wanted)| found != wanted).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// An invented identity number of a citizen, with the right check digit.
pub(crate) fn identity_number(birth: &str, order: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("341504{birth}{order:03}");
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    body + ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize]
}

/// A cell of a workbook.
pub(crate) enum Cell {
    Text(&'static str),
    /// A number under style 0 (general), 1 (numFmt 31, the CJK date) or 2 (numFmt 14, a date).
    Number(&'static str, u32),
    /// A text at an address of its own.
    At(&'static str, &'static str),
}

/// A workbook with one sheet for each name; stored, not deflated.
pub(crate) fn xlsx(sheets: &[(&str, Vec<Vec<Cell>>)]) -> Vec<u8> {
    workbook(sheets, "")
}

/// A workbook whose days count from 1904, as Excel on a Mac made them.
pub(crate) fn xlsx_from_1904(sheets: &[(&str, Vec<Vec<Cell>>)]) -> Vec<u8> {
    workbook(sheets, r#"<workbookPr date1904="1"/>"#)
}

fn workbook(sheets: &[(&str, Vec<Vec<Cell>>)], settings: &str) -> Vec<u8> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut types = String::new();
    let mut list = String::new();
    let mut relations = String::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let n = index + 1;
        let _ = write!(
            types,
            r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        );
        let _ = write!(list, r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>"#);
        let _ = write!(
            relations,
            r#"<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
        let mut data = String::new();
        for (r, row) in rows.iter().enumerate() {
            let _ = write!(data, r#"<row r="{}">"#, r + 1);
            for (c, cell) in row.iter().enumerate() {
                let at = format!("{}{}", char::from(b'A' + c as u8), r + 1);
                let _ = match cell {
                    Cell::Text(text) => {
                        write!(data, r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                    }
                    Cell::At(at, text) => {
                        write!(data, r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                    }
                    Cell::Number(number, style) => {
                        write!(data, r#"<c r="{at}" s="{style}"><v>{number}</v></c>"#)
                    }
                };
            }
            data.push_str("</row>");
        }
        files.push((format!("xl/worksheets/sheet{n}.xml"), format!(r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>"#)));
    }
    let n = sheets.len() + 1;
    let _ = write!(
        relations,
        r#"<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>"#
    );
    files.push(("[Content_Types].xml".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{types}</Types>"#)));
    files.push(("_rels/.rels".to_owned(), r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()));
    files.push(("xl/workbook.xml".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{settings}<sheets>{list}</sheets></workbook>"#)));
    files.push(("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#)));
    files.push(("xl/styles.xml".to_owned(), r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="14"/></cellXfs></styleSheet>"#.to_owned()));
    zip(&files)
}

fn zip(files: &[(String, String)]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut directory: Vec<u8> = Vec::new();
    for (name, text) in files {
        let offset = out.len() as u32;
        let mut fixed: Vec<u8> = Vec::new();
        fixed.extend([20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]);
        fixed.extend(crc32(text.as_bytes()).to_le_bytes());
        fixed.extend((text.len() as u32).to_le_bytes());
        fixed.extend((text.len() as u32).to_le_bytes());
        fixed.extend((name.len() as u16).to_le_bytes());
        fixed.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&fixed);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fixed);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(crc & 1)));
        }
    }
    !crc
}
