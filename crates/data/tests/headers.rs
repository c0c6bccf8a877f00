//! What stands over the columns: two rows of headers, forms, doubled and misspelt headers.

mod common;

use std::sync::Arc;

use common::*;
use sanse::{ENTERPRISE, INSPECTION, Name, NewField, NewType, RECTIFICATION, SANCTION, Ty, Vocabulary};
use sanse_data::{InputFile, read_files};

#[test]
fn a_header_of_two_rows_is_read_together() {
    // 罚款 stands over three columns, 当事人 over two; what has no second row is merged downwards.
    let text = format!(
        "2022年度消防处罚台账,,,,,,,\n\
         序号,当事人,,罚款,,,处罚种类,处罚依据\n\
         ,名称,统一社会信用代码,决定日期,决定书文号,金额（万元）,,\n\
         1,安徽叶集中亚板材有限公司,{A},2022-05-06,叶消罚〔2022〕1号,2.35,罚款,《消防法》\n\
         2,叶集区好再来饭店,,2022-05-07,叶消罚〔2022〕2号,,警告,《消防法》\n"
    );
    let d = read(&[("a.csv", &text)]);
    assert_eq!(
        rows(&d, SANCTION, &["种类", "金额", "作出日期", "文号", "领域"]),
        ["罚款|23500元|2022-05-06|叶消罚〔2022〕1号|消防", "警告||2022-05-07|叶消罚〔2022〕2号|消防"]
    );
    assert_eq!(problems(&d), Vec::<String>::new());
    assert_eq!((d.sources[1].rows_read, d.sources[1].rows_used), (2, 2));
}

#[test]
fn a_second_row_with_units_or_field_codes_is_no_record() {
    for second in [",,,,（万元）,", "CF_XDR_MC,CF_XDR_SHXYM,CF_WSH,CF_CFLB,CF_NR_FK（万元）,CF_JDRQ"]
    {
        let text = format!(
            "企业名称,统一社会信用代码,决定书文号,处罚种类,罚款金额,处罚决定日期\n{second}\n\
             安徽叶集中亚板材有限公司,{A},叶消罚〔2022〕1号,罚款,2.35,2022-05-06\n"
        );
        let d = read(&[("消防/a.csv", &text)]);
        assert_eq!(sanctions(&d), ["罚款|23500元||2022-05-06|消防"], "{second}");
        assert_eq!(problems(&d), Vec::<String>::new(), "{second}");
    }
}

#[test]
fn a_header_of_one_row_stays_one_row() {
    // The first record has words that are headers elsewhere.
    let text = format!(
        "企业名称,统一社会信用代码,检查日期,检查结果,备注\n安徽叶集中亚板材有限公司,{A},2022-05-06,未发现问题,整改\n"
    );
    let d = read(&[("消防/a.csv", &text)]);
    assert_eq!(rows(&d, INSPECTION, &["检查日期", "结果"]), ["2022-05-06|未发现问题"]);
}

#[test]
fn a_form_becomes_a_row() {
    let text = format!(
        "行政处罚信息公示表,\n行政处罚决定书文号,六环叶罚〔2022〕1号\n行政相对人名称,安徽叶集中亚板材有限公司\n\
         行政相对人代码-1（统一社会信用代码）,{A}\n处罚类别,罚款\n罚款金额（万元）,2.35\n处罚决定日期,2022年5月6日\n\
         处罚机关,六安市叶集区生态环境分局\n自由裁量基准,从轻\n"
    );
    let d = read(&[("环境/公示.csv", &text)]);
    assert_eq!(
        rows(&d, SANCTION, &["种类", "金额", "作出日期", "文号"]),
        ["罚款|23500元|2022-05-06|六环叶罚〔2022〕1号"]
    );
    assert_eq!((d.sources[1].rows_read, d.sources[1].rows_used), (1, 1));
    // What the form says and no field takes is said.
    assert_eq!(problems(&d), ["D205 0 "]);
    assert_eq!(d.caseload.table(SANCTION).unwrap().origin(0).unwrap().row, 2);
}

#[test]
fn forms_in_two_columns_and_one_below_the_other_are_read() {
    let form = |name: &str, code: &str, document: &str, day: &str| {
        format!(
            "企业名称,{name},统一社会信用代码,{code}\n文书文号,{document},下达日期,{day}\n整改期限,2022-06-01,复查结果,已整改\n整改完成日期,2022-05-30,领域,消防\n"
        )
    };
    let text = [
        form("安徽叶集中亚板材有限公司", A, "叶消责改〔2022〕1号", "2022-05-01"),
        form("六安东方机械（集团）股份有限公司", B, "叶消责改〔2022〕2号", "2022-05-02"),
    ]
    .join("\n");
    let d = read(&[("整改.csv", &text)]);
    assert_eq!(
        rows(&d, RECTIFICATION, &["文号", "下达日期", "整改", "领域"]),
        ["叶消责改〔2022〕2号|2022-05-02|已整改|消防", "叶消责改〔2022〕1号|2022-05-01|已整改|消防"]
    );
    assert_eq!(problems(&d), Vec::<String>::new());
}

#[test]
fn doubled_headers_lose_nothing() {
    let header = "企业名称,统一社会信用代码,决定书文号,处罚种类,处罚决定日期,决定书文号";
    let row =
        |one: &str, other: &str| format!("安徽叶集中亚板材有限公司,{A},{one},警告,2022-05-06,{other}\n");
    // The bare number and the number in full, in either order.
    for (one, other) in [("5", "叶消罚〔2022〕5号"), ("叶消罚〔2022〕5号", "5")] {
        let d = read(&[("消防/a.csv", &format!("{header}\n{}", row(one, other)))]);
        assert_eq!(rows(&d, SANCTION, &["文号"]), ["叶消罚〔2022〕5号"]);
        assert_eq!(problems(&d), Vec::<String>::new());
    }
    let d = read(&[("消防/a.csv", &format!("{header}\n{}", row("叶消罚〔2022〕5号", "叶消罚〔2022〕6号")))]);
    assert_eq!(problems(&d), ["D207 0 "]);
}

#[test]
fn a_misspelt_header_is_a_guess_that_is_said() {
    let d = read(&[(
        "消防/a.csv",
        &format!(
            "行政相对人全名称,统一社会信用代码,决定书文号,处罚种类,处罚决定日期\n某公司,{A},1号,警告,2022-05-06\n"
        ),
    )]);
    assert_eq!(sanctions(&d), ["警告|||2022-05-06|消防"]);
    assert_eq!(problems(&d), ["D206 0 ", "D403 2 "]);
    let guess = &d.problems[0];
    assert_eq!(guess.column.as_deref(), Some("行政相对人全名称"));
    assert!(guess.message.contains("“名称”"), "{}", guess.message);
}

#[test]
fn an_unknown_sheet_is_shown_its_nearest_header() {
    let d = read(&[(
        "东宁.csv",
        "行政处罚信息公开\n序号,案件名称,处罚依据,处罚决定文号\n1,涉嫌违法案,《环境保护法》,东环罚[2018]13号\n",
    )]);
    let problem = d.problems.iter().find(|p| p.code == "D103" && p.row.is_none()).unwrap();
    for words in ["第 2 行", "“处罚依据”", "“处罚决定文号”", "请"] {
        assert!(problem.message.contains(words), "{}", problem.message);
    }
    assert_eq!(names(&d).len(), 3);
    assert_eq!(d.caseload.table(ENTERPRISE).unwrap().len(), 3);
}

#[test]
fn a_field_of_a_standard_that_no_table_has_is_told() {
    let mut vocabulary = Vocabulary::standard();
    let grade = NewField {
        name: Name { chinese: "食品风险等级".to_owned(), english: "food_risk".to_owned() },
        ty: NewType::Plain(Ty::Text),
        optional: true,
        range: (None, None),
        headers: Vec::new(),
        meaning: "食品安全风险等级".to_owned(),
    };
    vocabulary.add_field(ENTERPRISE, grade).unwrap();
    let vocabulary = Arc::new(vocabulary);
    let told = |header: &str| {
        let text = format!("企业名称,统一社会信用代码,{header}\n安徽叶集中亚板材有限公司,{A},D级\n");
        let file = InputFile { path: "名录.csv".to_owned(), content: Ok(text.into_bytes()) };
        let delivery = read_files([file], &vocabulary, &four(), "2023-03-31".parse().unwrap()).unwrap();
        delivery.problems.iter().map(|p| format!("{} {}", p.code, p.message)).collect::<Vec<String>>()
    };
    assert_eq!(told("食品风险等级"), Vec::<String>::new());
    let said = told("风险等级");
    assert_eq!(said.len(), 1, "{said:?}");
    for part in ["D209", "“食品风险等级”", "没有认出的列有“风险等级”"] {
        assert!(said[0].contains(part), "{part}: {said:?}");
    }
}

#[test]
fn the_town_of_the_register_has_many_names() {
    for header in [
        "乡镇",
        "街道",
        "所属街道",
        "所在街道",
        "所属镇街",
        "镇街",
        "街镇",
        "街道（乡镇）",
        "乡镇（街道）",
        "所属乡镇、街道",
    ] {
        let register =
            format!("企业名称,统一社会信用代码,\"{header}\"\n安徽叶集中亚板材有限公司,{A},史河街道\n");
        let d = try_read(&[("名录.csv", register.into_bytes())]).unwrap();
        assert_eq!(rows(&d, ENTERPRISE, &["乡镇"]), ["史河街道"], "{header}");
        assert_eq!(problems(&d), Vec::<String>::new(), "{header}");
    }
}

#[test]
fn of_a_header_with_brackets_an_amount_goes_before_a_text() {
    let fine = |header: &str, cell: &str| {
        let text = format!(
            "企业名称,处罚种类,处罚决定日期,\"{header}\"\n安徽叶集中亚板材有限公司,罚款,2022-05-06,{cell}\n"
        );
        let d = read(&[("消防/a.csv", &text)]);
        (rows(&d, SANCTION, &["金额", "处罚内容"]).join(""), problems(&d).join(""))
    };
    for (header, cell, outcome) in [
        ("处罚结果（应缴罚款金额）", "罚款5000元", "5000元|"),
        ("处罚结果（应缴罚款金额，元）", "5000", "5000元|"),
        ("处罚结果（应缴罚款金额）（万元）", "0.5", "5000元|"),
        ("处罚内容（罚款金额万元）", "0.5", "5000元|"),
        // What is in brackets explains a text, or an amount's header stands outside.
        ("处罚结果（种类和幅度）", "罚款5000元", "|罚款5000元"),
        ("罚款金额（处罚结果，元）", "5000", "5000元|"),
    ] {
        assert_eq!(fine(header, cell).0, outcome, "{header}");
    }
    // The unit of another country's money is none.
    assert_eq!(fine("罚款金额（万美元）", "0.5").1, "D204 0 D304 2 安徽叶集中亚板材有限公司!");
}

/// Flags and levels that say what a field holds in other words, where no column has the field itself.
#[test]
fn flags_and_levels_stand_for_the_field() {
    let inspected = |header: &'static str| {
        move |cell: &str| {
            let d = one_row(&format!("企业名称,检查日期,{header}"), &format!("{ZHONG},2022-05-06,{cell}"));
            told(&d, INSPECTION, &["结果", "重大隐患", "方式", "类别"])
        }
    };
    // Empty is not no.
    compare(
        &[
            ("0", "未发现问题|||"),
            ("1", "发现问题已责令改正|||"),
            ("", "|||"),
            ("否", "未发现问题|||"),
            ("2", "||| · D305!"),
        ],
        inspected("是否发现问题隐患 0-否 1-是"),
    );
    compare(
        &[
            ("是", "发现问题已责令改正|||"),
            ("0", "未发现问题|||"),
            ("1.0", "发现问题已责令改正|||"),
            ("待定", "||| · D305!"),
        ],
        inspected("是否发现问题"),
    );
    compare(&[("是", "未发现问题|||"), ("否", "发现问题已责令改正|||")], inspected("是否合格"));
    compare(
        &[
            ("1", "|否||"),
            ("2", "|是||"),
            ("重大隐患", "|是||"),
            ("一般", "|否||"),
            ("5", "||| · D306!"),
            ("0", "||| · D306!"),
            ("", "|||"),
        ],
        inspected("隐患等级（1：一般隐患 2：重大隐患）"),
    );
    // Without the header's word nobody knows what number a major hazard has.
    compare(&[("1", "||| · D306!"), ("重大事故隐患", "|是||"), ("较大隐患", "|否||")], inspected("隐患等级"));
    // The column of the field itself goes before.
    compare(&[("是,一般", "|是|| · D205"), ("否,重大", "|否|| · D205")], inspected("是否重大隐患,隐患等级"));
    // The cells of 检查形式 tell what it is.
    compare(
        &[
            ("双随机", "|||双随机抽查"),
            ("双随机一公开", "|||双随机抽查"),
            ("多部门联合", "||联合检查|"),
            ("双随机；联合", "||| · D305"),
            ("企业自查", "未用：企业自查，不是执法检查"),
        ],
        inspected("检查形式"),
    );
    compare(
        &[
            ("双随机,现场检查", "||现场检查|双随机抽查"),
            // 检查方式 is the way, so 现场检查 is none of its types; but that column is only a guess.
            ("现场检查,联合", "||联合检查| · D305"),
        ],
        inspected("检查形式,检查方式"),
    );
    // Whether one agency came or several is no type of an inspection.
    for header in ["检查形式", "检查方式"] {
        compare(
            &[
                ("现场检查", "||现场检查|"),
                ("非现场检查", "||非现场检查|"),
                ("单部门", "||单部门检查|"),
                ("联合", "||联合检查|"),
                ("跨部门联合检查", "||联合检查|"),
            ],
            inspected(header),
        );
    }
    compare(
        &[
            ("现场检查,专项检查,联合", "||联合检查|专项检查 · D205"),
            ("联合,日常检查,现场检查", "||现场检查|日常检查 · D205"),
        ],
        inspected("检查形式,检查类别,检查方式"),
    );
}

#[test]
fn a_code_without_a_known_header_is_known_by_itself() {
    let read_with = |header: &str, codes: [&str; 3]| {
        let [a, b, c] = codes;
        let text = format!(
            "当事人,{header},决定书文号,处罚种类,处罚决定日期\n某公司,{a},1号,警告,2022-05-06\n另一公司,{b},2号,警告,2022-05-07\n叶集区好再来饭店,{c},3号,警告,2022-05-08\n"
        );
        let d = read(&[("消防/a.csv", &text)]);
        let field = d.sources[1].layout.as_ref().unwrap().columns[1].field.clone();
        (sanctions(&d).len(), field.unwrap_or_default(), problems(&d).join(","))
    };
    let code = || "企业.统一社会信用代码".to_owned();
    let renamed = "D403 2 ,D403 3 ".to_owned();
    let valid = [A, B, "92341504MA2N1A2B7R"];
    for header in [
        "行政相对人代码",
        "相对人代码",
        "当事人代码",
        "企业代码",
        "单位代码",
        "主体代码",
        "行政相对人代码（统一社会信用代码）",
    ] {
        assert_eq!(read_with(header, valid), (3, code(), renamed.clone()), "{header}");
    }
    // By the cells alone, and that is said.
    assert_eq!(read_with("主体标识", valid), (3, code(), format!("D206 0 ,{renamed}")));
    assert_eq!(read_with("当事人证照代码", [A, B, "92341504MA2N1A2B7X"]).1, code());
    // A number of the system's own, the agency's code, one slip under any header: nothing to take for it.
    for (header, codes) in [
        ("企业代码", ["QY0000001", "QY0000002", "QY0000003"]),
        ("主体标识", [A, B, "92341504MA2N1A2B7X"]),
        ("主体标识", [A, A, A]),
        ("执法机关代码", valid),
        ("行政相对人代码_4(税务登记号)", valid),
    ] {
        let (records, field, found) = read_with(header, codes);
        assert_eq!((records, field.as_str()), (1, ""), "{header} {found}");
    }
    // Beside the real one.
    let text =
        format!("企业代码,企业名称,统一社会信用代码,处罚种类,处罚决定日期\n{B},某公司,{A},警告,2022-05-06\n");
    assert_eq!(problems(&read(&[("消防/a.csv", &text)])), ["D205 0 ", "D403 2 "]);
}

#[test]
fn the_register_too_is_known_by_its_codes() {
    let register = REGISTER.replace("统一社会信用代码", "主体标识");
    let text = format!("当事人,统一社会信用代码,处罚种类,处罚决定日期\n某公司,{A},警告,2022-05-06\n");
    let d = try_read(&[("名录.csv", register.into_bytes()), ("消防/a.csv", text.into_bytes())]).unwrap();
    assert_eq!(sanctions(&d).len(), 1);
    assert_eq!(problems(&d), ["D206 0 ", "D403 2 "]);
}

/// Of several wordings those that most of the cells have decide, and what is left over withholds no green.
#[test]
fn what_most_cells_say_is_meant() {
    let row = |day: &str, cell: &str| format!("{ZHONG},2022-05-{day},未发现问题,{cell}\n");
    let text = ["双随机", "专项检查", "联合"]
        .iter()
        .zip(["01", "02", "03"])
        .map(|(cell, day)| row(day, cell))
        .collect::<String>();
    let d = read(&[("消防/检查.csv", &format!("企业名称,检查日期,检查结果,检查形式\n{text}"))]);
    assert_eq!(rows(&d, INSPECTION, &["类别", "方式"]), ["双随机抽查|", "专项检查|", "|"]);
    assert_eq!(problems(&d), ["D305 4 "]);
    let column = &d.sources[1].layout.as_ref().unwrap().columns[3];
    assert_eq!(
        (column.field.as_deref(), column.reason),
        (Some("类别"), "按这一列的内容看是这个字段，是推测")
    );
}
