//! What a bureau settles about its files, and the errors in it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod common;

use std::path::Path;

use common::*;
use sanse::SANCTION;
use sanse_data::{Delivery, InputFile, Intake, Mapping, mapping_text, read_folder};

fn mapped(text: &str, files: &[(&str, &str)]) -> Delivery {
    let mapping = Mapping::parse("读法.toml", text.as_bytes(), &vocabulary()).unwrap();
    let all = std::iter::once(("名录.csv", REGISTER)).chain(files.iter().copied());
    let files =
        all.map(|(path, text)| InputFile { path: path.to_owned(), content: Ok(text.as_bytes().to_vec()) });
    let (vocabulary, domains) = (vocabulary(), four());
    let intake = Intake::new(&vocabulary, &domains, "2023-03-31".parse().unwrap());
    let delivery = Intake { mapping: Some(&mapping), ..intake }.files(files).unwrap();
    balanced(&delivery);
    delivery
}

#[test]
fn a_mapping_decides_lists_columns_units_and_codes() {
    let table = "本机关自用表\n单位,码,日子,办法,钱,钱,随手记\n安徽叶集中亚板材有限公司,91341504MA2TE5TA3J,2022-05-06,B,2.35,9,甲\n";
    let d = mapped(
        r#"
        [["表"]]
        "文件" = "消防/*.csv"
        "清单" = "措施"
        "表头行" = 2
        ["表"."列"]
        "单位" = "企业.名称"
        "码" = "企业.统一社会信用代码"
        "日子" = "作出日期"
        "办法" = { "字段" = "种类", "代码" = { "A" = "警告", "B" = "罚款" } }
        "钱" = "忽略"
        "钱#2" = { "字段" = "金额", "单位" = "万元" }
        "随手记" = "忽略"
        "没有的列" = "文号"

        [["表"]]
        "文件" = "消防/旧表/*"
        "清单" = "忽略"
        "#,
        &[("消防/2022.csv", table), ("消防/旧表/a.txt", "随手记\n甲\n")],
    );
    assert_eq!(rows(&d, SANCTION, &["种类", "金额", "作出日期", "领域"]), ["罚款|90000元|2022-05-06|消防"]);
    assert_eq!(problems(&d), ["D208 0 ", "D112 0 "]);
    let layout = d.sources[1].layout.as_ref().unwrap();
    assert!(layout.mapped);
    let fields: Vec<&str> = layout.columns.iter().map(|c| c.field.as_deref().unwrap_or("")).collect();
    assert_eq!(fields, ["企业.名称", "企业.统一社会信用代码", "作出日期", "种类", "", "金额", ""]);
    assert_eq!(d.mapping.as_ref().map(|(file, _)| file.as_str()), Some("读法.toml"));
}

#[test]
fn a_sheet_may_be_left_out_and_a_form_named() {
    let d = mapped(
        "[[\"表\"]]\n\"文件\" = \"a.csv\"\n\"清单\" = \"忽略\"\n[[\"表\"]]\n\"文件\" = \"消防/b.csv\"\n\"清单\" = \"措施\"\n\"竖表\" = true\n[\"表\".\"列\"]\n\"公示日期\" = \"作出日期\"\n",
        &[
            ("a.csv", "企业名称,处罚种类,处罚决定日期\n安徽叶集中亚板材有限公司,警告,2022-05-06\n"),
            (
                "消防/b.csv",
                "企业名称,安徽叶集中亚板材有限公司\n处罚种类,警告\n决定书文号,1号\n公示日期,2022-05-07\n",
            ),
        ],
    );
    assert_eq!(sanctions(&d), ["警告|||2022-05-07|消防"]);
    assert_eq!(problems(&d), ["D112 0 "]);
    assert_eq!(
        d.sources.iter().map(|s| s.taken_for.as_str()).collect::<Vec<_>>(),
        ["企业名录", "忽略", "措施"]
    );
}

#[test]
fn all_errors_of_a_mapping_come_at_once_with_line_and_remedy() {
    let text = r#"
[["表"]]
"文件" = "a.csv"
"清单" = "处罚"
[["表"]]
"清单" = "措施"
"表头行" = "二"
"说明" = "x"
["表"."列"]
"钱" = "罚款"
"款" = { "字段" = "金额", "单位" = "千元" }
"日" = { "字段" = "作出日期", "单位" = "元" }
"空" = { "单位" = "元" }
["别的"]
"#;
    let error = Mapping::parse("读法.toml", text.as_bytes(), &vocabulary()).unwrap_err();
    let found: Vec<(u32, &str)> = error.0.iter().map(|f| (f.line, f.code)).collect();
    assert_eq!(
        found,
        [
            (4, "D803"),
            (5, "D802"),
            (7, "D802"),
            (8, "D802"),
            (10, "D804"),
            (11, "D805"),
            (12, "D805"),
            (13, "D804"),
            (14, "D802")
        ]
    );
    let said = error.to_string();
    assert!(said.starts_with("读法.toml 第4行 D803：没有清单“处罚”；可以写：企业名录"), "{said}");
    for text in ["清单 = 措施", "[[\"表\"]\n", "\u{0}"] {
        let error = Mapping::parse("读法.toml", text.as_bytes(), &vocabulary()).unwrap_err();
        assert!(error.0.iter().all(|f| f.code == "D801"), "{error}");
    }
    // The parser of TOML speaks English; what is said does not.
    for (text, lines, part) in [
        ("[[\"表\"]]\n\"清单\" = 措施\n\"文件\" = 甲.csv\n", vec![2, 3], "半角双引号"),
        ("[[\"表\"]]\n\"清单\" = \"措施\n", vec![2], "半角双引号"),
        ("[[\"表\"]]\n\"清单\" = \"措施\"\n\"清单\" = \"整改\"\n", vec![3], "前面已经写过"),
    ] {
        let error = Mapping::parse("读法.toml", text.as_bytes(), &vocabulary()).unwrap_err();
        assert_eq!(error.0.iter().map(|f| f.line).collect::<Vec<_>>(), lines, "{error}");
        for fault in &error.0 {
            assert!(fault.code == "D801" && fault.message.contains(part), "{error}");
            assert!(!fault.message.contains(|c: char| c.is_ascii_alphabetic()), "{error}");
        }
    }
}

#[test]
fn a_reading_that_is_saved_and_used_reads_the_same() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yeji-2022");
    let as_of = "2023-03-31".parse().unwrap();
    let read = read_folder(&fixture, &vocabulary(), &four(), as_of).unwrap();
    let text = mapping_text(&read.sources, &vocabulary());
    let mapping = Mapping::parse("读法.toml", text.as_bytes(), &vocabulary()).unwrap();
    let (vocabulary, domains) = (vocabulary(), four());
    let intake = Intake { mapping: Some(&mapping), ..Intake::new(&vocabulary, &domains, as_of) };
    let again = intake.folder(&fixture).unwrap();
    balanced(&again);
    // Problems are numbered, so the caseloads are compared by their values.
    for (number, list) in vocabulary.lists.iter().enumerate() {
        let fields: Vec<&str> = list.fields.iter().map(|f| f.name.chinese.as_str()).collect();
        let list = sanse::ListId(number as u16);
        assert_eq!(rows(&again, list, &fields), rows(&read, list, &fields));
    }
    assert_eq!(again.unused, read.unused);
    assert_eq!(again.problems, read.problems);
    for source in again.sources.iter().filter(|s| s.layout.is_some()) {
        assert!(source.layout.as_ref().is_some_and(|l| l.mapped), "{}", source.file);
    }
}

#[test]
fn an_entry_that_settles_nothing_is_told() {
    let table = "企业名称,决定日期,处罚种类\n安徽叶集中亚板材有限公司,2022-05-06,警告\n";
    let entry = |lines: &str| format!("[[\"表\"]]\n{lines}\n\"清单\" = \"忽略\"\n");
    for (entries, told) in [
        (vec!["\"文件\" = \"消防/a.csv\""], vec![]),
        (vec!["\"文件\" = \"*a.csv\"", "\"文件\" = \"消防/b.csv\""], vec![(4, "文件“消防/b.csv”没有收到")]),
        (vec!["\"文件\" = \"消防/*\"", "\"文件\" = \"消防/a.csv\""], vec![(4, "第1行的一段已经写了")]),
        (
            vec!["\"文件\" = \"消防/a.csv\"\n\"工作表\" = \"Sheet9\"", "\"文件\" = \"旧/*\""],
            vec![(1, "工作表“Sheet9”"), (5, "文件“旧/*”没有收到")],
        ),
    ] {
        let text: String = entries.iter().map(|lines| entry(lines)).collect();
        let d = mapped(&text, &[("消防/a.csv", table)]);
        let found: Vec<(u32, &str)> = d
            .problems
            .iter()
            .filter(|p| p.code == "D806")
            .map(|p| (p.row.unwrap(), p.message.as_str()))
            .collect();
        assert_eq!(found.len(), told.len(), "{text}\n{found:?}");
        for ((line, message), (expected, part)) in found.iter().zip(&told) {
            assert!(line == expected && message.contains(part), "{text}\n{found:?}");
        }
        let places: Vec<&str> =
            d.sources.iter().filter(|s| s.taken_for == "读法文件").map(|s| s.file.as_str()).collect();
        assert_eq!(places.len(), usize::from(!told.is_empty()), "{text}");
    }
}

/// What was a guess stays one: the written reading says the same of every cell as none.
#[test]
fn a_guess_that_is_written_down_is_no_declaration() {
    let files = [
        (
            "消防/处罚.csv",
            "当事人,主体标识,处罚种类 1：警告 2：罚款,罚款金额,处罚决定日期,决定书文好\n\
             某公司,91341504MA2TE5TA3J,2,2.5,2022-05-06,1号\n另一公司,913415005872291452,罚款,5000,2022-05-07,2号\n\
             某公司,91341504MA2TE5TA3J,3,,2022-05-08,3号\n",
        ),
        (
            "消防/检查.csv",
            "行政相对人全名称,信用代码,检查日期,是否发现问题,隐患等级\n某公司,91341504MA2TE5TA3J,2022-05-06,是,1\n叶集区好再来饭店,,2022-05-06,2,\n",
        ),
        ("消防/说明.csv", "单位\n叶集区好再来饭店\n"),
    ];
    let plain = read(&files);
    for code in ["D103", "D204", "D206", "D304", "D305"] {
        assert!(plain.problems.iter().any(|p| p.code == code), "{code} {:?}", problems(&plain));
    }
    let text = mapping_text(&plain.sources, &vocabulary());
    let again = mapped(&text, &files);
    assert_eq!(again.problems, plain.problems, "{text}");
    for (number, list) in vocabulary().lists.iter().enumerate() {
        let fields: Vec<&str> = list.fields.iter().map(|f| f.name.chinese.as_str()).collect();
        let list = sanse::ListId(number as u16);
        assert_eq!(rows(&again, list, &fields), rows(&plain, list, &fields));
    }
    // Written from a reading with the mapping it says the same once more.
    assert_eq!(mapped(&mapping_text(&again.sources, &vocabulary()), &files).problems, plain.problems);
    // Confirmed, the unit is one.
    let declared = text.replace(
        "# \"罚款金额\" = { \"字段\" = \"金额\", \"单位\" = \"元\" }",
        "\"罚款金额\" = { \"字段\" = \"金额\", \"单位\" = \"万元\" }",
    );
    assert_ne!(declared, text);
    let found = mapped(&declared, &files).problems;
    assert!(!found.iter().any(|p| p.column.as_deref() == Some("罚款金额") && p.row == Some(2)), "{found:?}");
}

/// Codes may be explained of a column that its header already tells.
#[test]
fn codes_alone_leave_the_column_what_it_is() {
    let d = mapped(
        "[[\"表\"]]\n\"文件\" = \"消防/a.csv\"\n\"清单\" = \"措施\"\n[\"表\".\"列\"]\n\"处罚种类\" = { \"代码\" = { \"甲\" = \"罚款\" } }\n",
        &[(
            "消防/a.csv",
            "企业名称,处罚种类,处罚决定日期,罚款金额（元）\n安徽叶集中亚板材有限公司,甲,2022-05-06,5000\n",
        )],
    );
    assert_eq!(sanctions(&d), ["罚款|5000元||2022-05-06|消防"]);
    assert_eq!(problems(&d), Vec::<String>::new());
}
