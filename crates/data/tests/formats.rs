//! One table in every form that bureaus send, and the files that are refused with what to ask for.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod common;

use common::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sanse_data::Delivery;

const TEXT: &str = "2022年度行政处罚台账,,,,,,\n\
    企业名称,统一社会信用代码,决定书文号,处罚种类,罚款金额（万元）,处罚决定日期,处罚依据\n\
    安徽叶集中亚板材有限公司,91341504MA2TE5TA3J,六环叶罚〔2022〕1号,罚款,2.35,2022-05-06,《大气污染防治法》\n\
    六安东方机械（集团）股份有限公司,913415005872291452,六环叶罚〔2022〕2号,警告,,2022-05-07,《大气污染防治法》\n\
    合计,,,,2.35,,\n";

/// The table of `TEXT` as people make it: a title over all columns, a date format of East Asia, a hidden sheet.
fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("处罚").unwrap();
    let day = Format::new().set_num_format_index(31);
    sheet.merge_range(0, 0, 0, 6, "2022年度行政处罚台账", &Format::new()).unwrap();
    for (row, line) in TEXT.lines().enumerate().skip(1) {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (row as u32, column as u16);
            if let Ok(number) =
                cell.parse::<f64>().map_err(|_| ()).and_then(|n| if n < 1e9 { Ok(n) } else { Err(()) })
            {
                sheet.write_number(row, column, number).unwrap();
            } else if let Ok(date) = ExcelDateTime::parse_from_str(cell) {
                sheet.write_datetime_with_format(row, column, &date, &day).unwrap();
            } else if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    let hidden = book.add_worksheet().set_name("旧").unwrap();
    for (column, cell) in ["企业名称", "统一社会信用代码", "处罚种类", "处罚决定日期"].into_iter().enumerate()
    {
        hidden.write_string(0, column as u16, cell).unwrap();
    }
    for (column, cell) in ["安徽叶集中亚板材有限公司", A, "警告", "2022-06-01"].into_iter().enumerate()
    {
        hidden.write_string(1, column as u16, cell).unwrap();
    }
    hidden.set_hidden(true);
    book.save_to_buffer().unwrap()
}

fn bytes(file: &str, content: Vec<u8>) -> Delivery {
    let delivery = try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), (file, content)]).unwrap();
    balanced(&delivery);
    delivery
}

/// In the order of the register, which is sorted by code.
const TWO: [&str; 2] = ["警告|||2022-05-07|生态环境", "罚款|23500元||2022-05-06|生态环境"];

#[test]
fn text_reads_the_same_in_every_encoding_and_with_every_delimiter() {
    let utf16 = |text: &str, mark: &[u8], of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.iter().copied().chain(text.encode_utf16().flat_map(of)).collect()
    };
    let with = |mark: &str| TEXT.replace(',', mark);
    for (encoding, content) in [
        ("UTF-8", TEXT.as_bytes().to_vec()),
        ("UTF-8（带 BOM）", format!("\u{feff}{TEXT}").into_bytes()),
        ("GB18030", encoding_rs::GB18030.encode(TEXT).0.into_owned()),
        ("UTF-16LE", utf16(TEXT, b"\xff\xfe", u16::to_le_bytes)),
        ("UTF-16BE", utf16(TEXT, b"\xfe\xff", u16::to_be_bytes)),
        ("UTF-16LE（无 BOM）", utf16(TEXT, b"", u16::to_le_bytes)),
        ("UTF-16BE（无 BOM）", utf16(TEXT, b"", u16::to_be_bytes)),
        ("UTF-8", with("\t").into_bytes()),
        ("UTF-8", with(";").into_bytes()),
        ("UTF-8", with("|").into_bytes()),
        ("UTF-16LE", utf16(&with("\t"), b"\xff\xfe", u16::to_le_bytes)),
    ] {
        for file in ["环境/a.csv", "环境/a.tsv", "环境/a.txt", "环境/导出.xls"] {
            let d = bytes(file, content.clone());
            assert_eq!(sanctions(&d), TWO, "{file} {encoding}");
            assert_eq!(reasons(&d), ["合计行"]);
            assert_eq!(d.sources[1].encoding, encoding);
        }
    }
}

#[test]
fn workbooks_of_three_formats_read_the_same() {
    let xls = include_bytes!("files/处罚.xls").to_vec();
    let ods = include_bytes!("files/处罚.ods").to_vec();
    for (format, content) in [("xlsx", book()), ("xls", xls), ("ods", ods)] {
        // The content decides, whatever the ending says.
        for file in [format!("环境/a.{format}"), "环境/a.xls".to_owned(), "环境/a.csv".to_owned()] {
            let d = bytes(&file, content.clone());
            assert_eq!(sanctions(&d), [TWO[0], TWO[1], "警告|||2022-06-01|生态环境"], "{file} {format}");
            assert_eq!(d.sources[1].encoding, format);
            assert_eq!(reasons(&d), ["合计行"]);
            assert_eq!(problems(&d), ["D110 0 "], "{file}");
        }
    }
}

#[test]
fn damaged_workbooks_are_reported() {
    for whole in
        [book(), include_bytes!("files/处罚.xls").to_vec(), include_bytes!("files/处罚.ods").to_vec()]
    {
        for part in [100, 1_000, 3_000, whole.len() - 10] {
            let d = bytes("环境/a.xls", whole[..part.min(whole.len())].to_vec());
            let known = d.problems.iter().any(|p| ["D101", "D102", "D103"].contains(&p.code));
            assert!(known || d.sources[1].rows_read > 0, "{part}");
        }
    }
}

/// The opening of a compound file with one stream in its directory.
fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(1536, 0);
    bytes
}

fn zip_with(name: &str) -> Vec<u8> {
    [b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0", &[0; 16][..], name.as_bytes()].concat()
}

#[test]
fn what_is_no_table_is_refused_with_what_to_ask_for() {
    for (file, content, code, says) in [
        ("环境/a.xlsx", compound("EncryptedPackage"), "D108", "去掉密码"),
        ("环境/a.et", compound("Workbook"), "D101", "WPS 表格"),
        ("环境/a.xls", compound("WordDocument"), "D101", "Word"),
        ("环境/a.wps", compound("WordDocument"), "D101", "Word"),
        ("环境/a.doc", compound("WordDocument"), "D101", "Word"),
        ("环境/a.xls", compound("Book"), "D101", "Excel 95"),
        ("环境/a.ppt", compound("PowerPoint Document"), "D101", "演示文稿"),
        ("环境/a.docx", zip_with("word/document.xml"), "D101", "Word"),
        ("环境/a.xlsx", zip_with("word/document.xml"), "D101", "Word"),
        ("环境/a.xlsb", zip_with("xl/workbook.bin"), "D101", "xlsb"),
        ("环境/a.zip", zip_with("处罚.xlsx"), "D101", "解压"),
        ("环境/a.rar", b"Rar!\x1a\x07\x01\0".to_vec(), "D101", "解压"),
        ("环境/a.csv", b"%PDF-1.7\n".to_vec(), "D101", "PDF"),
        ("环境/a.jpg", b"\xff\xd8\xff\xe0".to_vec(), "D101", "图片"),
        ("环境/a.xls", b"<html><table><tr><td>\xc6\xf3".to_vec(), "D101", "网页"),
        (
            "环境/a.xls",
            b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>".to_vec(),
            "D101",
            "XML",
        ),
        ("环境/a.dat", b"abc".to_vec(), "D101", "只读"),
        ("环境/a.csv", b"\0\x01\x02\x03".to_vec(), "D102", "另存"),
    ] {
        let d = bytes(file, content);
        let [problem] = d.problems.as_slice() else { panic!("{file}: {:?}", d.problems) };
        assert_eq!(problem.code, code, "{file}: {}", problem.message);
        assert!(problem.message.contains(says), "{file}: {}", problem.message);
        assert_eq!(problem.done, "文件未读入");
    }
}

#[test]
fn merged_cells_belong_to_all_their_rows_and_a_merged_amount_to_one() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let header = [
        "企业名称",
        "统一社会信用代码",
        "决定书文号",
        "违法行为",
        "处罚种类",
        "罚款金额（元）",
        "处罚决定日期",
    ];
    for (column, cell) in header.into_iter().enumerate() {
        sheet.write_string(0, column as u16, cell).unwrap();
    }
    for (column, cell) in [
        (0, "安徽叶集中亚板材有限公司"),
        (1, A),
        (2, "叶应急罚〔2022〕1号"),
        (4, "罚款"),
        (5, "20000"),
        (6, "2022-05-06"),
    ] {
        sheet.merge_range(1, column, 2, column, cell, &Format::new()).unwrap();
    }
    sheet.write_string(1, 3, "甲").unwrap();
    sheet.write_string(2, 3, "乙").unwrap();
    sheet.write_string(3, 3, "丙").unwrap();
    let d = bytes("应急/a.xlsx", book.save_to_buffer().unwrap());
    assert_eq!(
        rows(&d, sanse::SANCTION, &["违法行为", "种类", "金额", "作出日期", "文号"]),
        ["乙|罚款||2022-05-06|叶应急罚〔2022〕1号", "甲|罚款|20000元|2022-05-06|叶应急罚〔2022〕1号"]
    );
    // Below the merged cells nothing is filled in.
    assert_eq!(problems(&d), ["D307 4 ", "D407 4 ", "D307 4 "]);
}

#[test]
fn a_failed_formula_is_no_value() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, cell) in
        ["企业名称", "统一社会信用代码", "处罚种类", "罚款金额（元）", "处罚决定日期"].into_iter().enumerate()
    {
        sheet.write_string(0, column as u16, cell).unwrap();
    }
    let failed = || Formula::new("=VLOOKUP(1,X1:Y2,2)").set_result("#N/A");
    for (column, cell) in
        ["安徽叶集中亚板材有限公司", A, "罚款", "5000", "2022-05-06"].into_iter().enumerate()
    {
        for row in 1..=4 {
            if (row, column) == (1, 0)
                || (row, column) == (2, 3)
                || (row, column) == (3, 4)
                || (row == 4 && column < 2)
            {
                sheet.write_formula(row, column as u16, failed()).unwrap();
            } else {
                sheet.write_string(row, column as u16, cell).unwrap();
            }
        }
    }
    let d = bytes("消防/a.xlsx", book.save_to_buffer().unwrap());
    assert_eq!(
        problems(&d),
        ["D109 3 安徽叶集中亚板材有限公司!", "D109 4 安徽叶集中亚板材有限公司!", "D407 5 "]
    );
    assert_eq!(sanctions(&d), ["罚款|||2022-05-06|消防", "罚款|5000元||2022-05-06|消防"]);
}

#[test]
fn days_of_a_workbook_that_counts_from_1904_are_right() {
    let rows = vec![
        ["企业名称", "处罚种类", "处罚决定日期"].map(Cell::Text).into(),
        vec![Cell::Text("安徽叶集中亚板材有限公司"), Cell::Text("警告"), Cell::Number("43225", 2)],
    ];
    let bare = |serial| {
        let name = Cell::Text("安徽叶集中亚板材有限公司");
        vec![name, Cell::Text("警告"), Cell::Number(serial, 0)]
    };
    let text = vec![Cell::Text("安徽叶集中亚板材有限公司"), Cell::Text("警告"), Cell::Text("2022.5.9")];
    let rows = rows.into_iter().chain([bare("43226"), bare("43227.75"), text, bare("20220510")]).collect();
    let d = bytes("消防/a.xlsx", xlsx_from_1904(&[("处罚", rows)]));
    assert_eq!(
        common::rows(&d, sanse::SANCTION, &["作出日期"]),
        ["2022-05-06", "2022-05-07", "2022-05-08", "2022-05-09", "2022-05-10"]
    );
}

#[test]
fn hidden_characters_are_no_part_of_a_value() {
    let header = "企业\u{200b}名称,统一社会\u{ad}信用代码,决定书文号,处罚种类,罚款金额（元）,处罚决定日期";
    let row = "安徽叶集中亚板材\u{ad}有限公司\u{a0},,叶消罚\u{200b}〔2022〕1号,罚\u{200d}款,\u{feff}５０００,2022\u{a0}年5\u{2060}月6日\u{e5e5}";
    let d = read(&[("消防/a.csv", &format!("{header}\n{row}\n"))]);
    assert_eq!(
        rows(&d, sanse::SANCTION, &["文号", "种类", "金额", "作出日期"]),
        ["叶消罚〔2022〕1号|罚款|5000元|2022-05-06"]
    );
    assert_eq!(problems(&d), Vec::<String>::new());
}

#[test]
fn a_file_that_lost_bytes_is_reported_and_its_broken_rows_are_never_scored() {
    let rows = "安徽叶集中亚板材有限公司,,罚1,警告,2022-05-06\n安徽叶集中亚板材有限公司,,罚2,警告,2022-05-07\n杭州某公司,91330106673959654P,罚3,警告,2022-05-08\n";
    let text = format!("企业名称,统一社会信用代码,决定书文号,处罚种类,处罚决定日期\n{rows}");
    let mut gbk = encoding_rs::GB18030.encode(&text).0.into_owned();
    // Half of the first character of the first name: the bytes after it pair up otherwise, as other characters, and
    // the last one takes the comma with it or is lost.
    let at = gbk.iter().position(|b| *b == b'\n').unwrap() + 1;
    gbk.remove(at);
    let d = bytes("消防/a.csv", gbk);
    assert_eq!(d.sources[1].encoding, "GB18030（有损坏）");
    assert_eq!(sanctions(&d), ["警告|||2022-05-07|消防"]);
    assert_eq!(problems(&d), ["D111 0 ", "D104 2 "]);
    assert_eq!(reasons(&d), ["不在企业名录"]);
}

/// An `.ods` with the cells of one sheet and what stands before it.
fn ods(before: &str, rows: &str) -> Vec<u8> {
    ods_with(before, rows, "<manifest:manifest/>")
}

fn ods_with(before: &str, rows: &str, manifest: &str) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{before}<table:table table:name=\"处罚\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content.as_str()),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn ods_row(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|cell| match cell.parse::<f64>() {
            Ok(_) => format!("<table:table-cell office:value-type=\"float\" office:value=\"{cell}\"/>"),
            Err(_) => format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"
            ),
        })
        .collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

#[test]
fn bare_serial_numbers_of_an_ods_count_from_its_null_date() {
    let rows = ods_row(&["企业名称", "处罚种类", "处罚决定日期"])
        + &ods_row(&["安徽叶集中亚板材有限公司", "警告", "43225"])
        // As LibreOffice ends a sheet: all further rows, empty.
        + "<table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let settings = |day: &str| {
        format!(
            "<table:calculation-settings><table:null-date table:date-value=\"{day}\"/></table:calculation-settings>"
        )
    };
    for (before, day) in [
        (settings("1904-01-01"), "2022-05-06"),
        (settings("1899-12-30"), "2018-05-05"),
        (String::new(), "2018-05-05"),
    ] {
        let d = bytes("环境/a.ods", ods(&before, &rows));
        assert_eq!(rows_of(&d), [format!("警告|{day}")], "{before}");
    }
}

fn rows_of(d: &sanse_data::Delivery) -> Vec<String> {
    rows(d, sanse::SANCTION, &["种类", "作出日期"])
}

/// A few hundred bytes that claim more cells than any computer holds: refused, with what to do.
#[test]
fn an_ods_that_expands_is_refused() {
    let header = ods_row(&["企业名称", "处罚种类", "处罚决定日期"]);
    let repeated = |rows: u32, columns: u32, text: &str| {
        format!(
            "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell table:number-columns-repeated=\"{columns}\" office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
        )
    };
    let far = "<table:table-row><table:table-cell table:number-columns-repeated=\"16383\"/><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    for (what, book) in [
        ("行", ods("", &(header.clone() + &repeated(1_000_000, 20, "甲")))),
        ("列", ods("", &(header.clone() + &repeated(1000, 16_000, "甲")))),
        ("远处的一格", ods("", &(header.clone() + &far.repeat(700)))),
        (
            "远处的一行",
            ods(
                "",
                &(header.clone()
                    + "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"9\"/></table:table-row>"
                    + far),
            ),
        ),
        ("长的内容", ods("", &(header.clone() + &repeated(1000, 10, &"甲".repeat(10_000))))),
        ("目录", ods_with("", &header, &" ".repeat(17 << 20))),
    ] {
        assert!(book.len() < 1 << 20, "{what}");
        let d = bytes("环境/a.ods", book);
        too_large(what, &d);
    }
}

/// A file that was refused because it comes out too large.
#[track_caller]
fn too_large(what: &str, d: &Delivery) {
    let said = d.problems.iter().find(|p| p.code == "D102").map(|p| p.message.as_str());
    assert!(said.is_some_and(|said| said.contains("展开后太大")), "{what}: {:?}", d.problems);
}

/// A workbook of one sheet whose texts are shared: `texts` is the part that holds them, written piece by piece.
fn shared(sheet: &str, texts: impl Iterator<Item = String>) -> Vec<u8> {
    use std::io::Write;
    let content = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |id: u8, kind: &str, target: &str| {
        format!(r#"<Relationship Id="r{id}" Type="{office}/{kind}" Target="{target}"/>"#)
    };
    let relations = |inner: String| format!(r#"<Relationships xmlns="{package}">{inner}</Relationships>"#);
    let book = relation(1, "worksheet", "worksheets/sheet1.xml")
        + &relation(2, "sharedStrings", "sharedStrings.xml");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &mut dyn Iterator<Item = String>| {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        text.for_each(|piece| archive.write_all(piece.as_bytes()).unwrap());
    };
    let mut one = |name: &str, text: String| put(name, &mut std::iter::once(text));
    one("_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml")));
    one("xl/_rels/workbook.xml.rels", relations(book));
    one(
        "xl/workbook.xml",
        format!(
            r#"<workbook xmlns="{content}" xmlns:r="{office}"><sheets><sheet name="处罚" sheetId="1" r:id="r1"/></sheets></workbook>"#
        ),
    );
    one(
        "xl/worksheets/sheet1.xml",
        format!(r#"<worksheet xmlns="{content}"><sheetData>{sheet}</sheetData></worksheet>"#),
    );
    let mut texts = texts;
    put("xl/sharedStrings.xml", &mut texts);
    archive.finish().unwrap().into_inner()
}

/// A file of some hundred kilobytes with texts of many megabytes, or that claims to have more texts than any computer
/// holds: refused before its texts are kept, with what to do.
#[test]
fn an_xlsx_that_expands_is_refused() {
    let sst = |claim: &str| {
        format!(r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"{claim}>"#)
    };
    let texts = ["企业名称", "处罚种类", "处罚决定日期", "安徽叶集中亚板材有限公司", "警告", "2022-05-06"];
    let texts = format!("<si><t>{}</t></si>", texts.join("</t></si><si><t>"));
    let row = |number: u32, first: u32| {
        let cells = (0..3).map(|i| {
            format!(r#"<c t="s" r="{}{number}"><v>{}</v></c>"#, ["A", "B", "C"][i as usize], first + i)
        });
        format!(r#"<row r="{number}">{}</row>"#, cells.collect::<String>())
    };
    let sheet = row(1, 0) + &row(2, 3);
    let part = |claim: &str, piece: &str, times: usize| {
        let pieces = std::iter::repeat_n(piece.repeat((1 << 20) / piece.len().max(1)), times);
        let head = std::iter::once(sst(claim) + &texts);
        shared(&sheet, head.chain(pieces).chain(std::iter::once("</sst>".to_owned())))
    };
    // As it should be; a wrong number of texts is common and harmless.
    for claim in ["", r#" uniqueCount="6""#, r#" uniqueCount="900000""#] {
        assert_eq!(rows_of(&bytes("环境/a.xlsx", part(claim, "", 0))), ["警告|2022-05-06"], "{claim}");
    }
    for (what, book) in [
        ("许多文字", part("", "<si><t>安徽叶集中亚板材有限公司</t></si>", 40)),
        ("没有内容的文字", part("", "<si/>", 40)),
        ("很长的文字", part("", "长", 20)),
        ("声称的个数", part(r#" uniqueCount="50000000000""#, "", 0)),
        ("声称的个数太长", part(r#" uniqueCount="99999999999999999999999""#, "", 0)),
    ] {
        assert!(book.len() < 2 << 20, "{what}");
        let d = bytes("环境/a.xlsx", book);
        too_large(what, &d);
        assert!(rows_of(&d).is_empty(), "{what}");
    }
}

#[test]
fn an_empty_text_file_is_told() {
    for content in ["", "\u{feff}", "\n\n", " , \n"] {
        let d = read(&[("消防/处罚.csv", content)]);
        assert_eq!(problems(&d), ["D102 0 "], "{content:?}");
        assert!(d.problems[0].message.contains("空的"), "{}", d.problems[0].message);
    }
}
