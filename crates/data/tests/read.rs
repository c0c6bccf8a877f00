//! Bureaus' files as they really come, read as a folder.

mod common;

use common::*;
use sanse::{Coverages, ENTERPRISE, INSPECTION, LEAD, RECTIFICATION, SANCTION, Supervised};
use sanse_data::read_folder;

#[test]
fn a_register_and_penalties_become_a_caseload() {
    let d = penalties(&format!(
        "安徽叶集中亚板材有限公司,{A},六环叶罚〔2022〕5号,超标排放大气污染物,《大气污染防治法》,罚款,2.35,,2022/5/6,六安市叶集区生态环境分局\n"
    ));
    assert_eq!(sanctions(&d), ["罚款|23500元||2022-05-06|生态环境"]);
    assert_eq!(problems(&d), Vec::<String>::new());
    assert_eq!(
        rows(&d, ENTERPRISE, &["名称", "统一社会信用代码", "行业门类", "登记日期", "特种设备使用单位"]),
        [
            "六安东方机械（集团）股份有限公司|913415005872291452|C 制造业|2012-05-06|否",
            "安徽叶集中亚板材有限公司|91341504MA2TE5TA3J|C 制造业|2019-03-01|是",
            "叶集区好再来饭店|92341504MA2N1A2B7R|H 住宿和餐饮业|2017-03-01|否",
        ]
    );
    let origin = d.caseload.table(SANCTION).unwrap().origin(0).unwrap();
    assert_eq!((d.sources[origin.source as usize].file.as_str(), origin.row), ("环境/处罚.csv", 2));
    // The decision has no record of rectification, which is said and withholds nothing.
    assert_eq!(d.problems.iter().map(|p| (p.code, p.withholds)).collect::<Vec<_>>(), [("D607", false)]);
    assert_eq!(d.caseload.coverages(), &Coverages::Undeclared { received: vec!["生态环境".to_owned()] });
}

#[test]
fn gb18030_bom_tabs_and_titles_read_the_same() {
    let text = format!(
        "2022年度行政处罚公示表\n\n{PENALTY_HEADER}甲,{A},环罚〔2022〕1号,排污,,警告,,,2022-05-06,\n合计,,,,,,0,,,\n填表说明：金额以万元计,,,,,,,,,\n"
    );
    let plain = read(&[("环境/a.csv", &text)]);
    assert_eq!(sanctions(&plain), ["警告|||2022-05-06|生态环境"]);
    assert_eq!(reasons(&plain), ["合计行", "表尾说明"]);
    let (gb, ..) = encoding_rs::GB18030.encode(&text);
    for (bytes, encoding) in [
        (gb.to_vec(), "GB18030"),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8（带 BOM）"),
        (text.replace(',', "\t").replace('\n', "\r\n").into_bytes(), "UTF-8"),
    ] {
        let d = try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), ("环境/a.csv", bytes)]).unwrap();
        assert_eq!(d.caseload, plain.caseload, "{encoding}");
        assert_eq!(d.sources[1].encoding, encoding);
    }
}

#[test]
fn workbooks_with_serial_dates_and_several_sheets() {
    use Cell::{Number, Text};
    let header = || {
        ["企业名称", "统一社会信用代码", "处罚决定日期", "处罚种类", "罚款金额（元）", "处罚决定书文号"]
            .map(Text)
            .into()
    };
    let row = |date: Cell, number| {
        vec![Text("安徽叶集中亚板材有限公司"), Text(A), date, Text("罚款"), Number("23500", 0), Text(number)]
    };
    let book = xlsx(&[
        (
            "生态环境",
            vec![
                vec![Text("处罚台账")],
                header(),
                row(Number("44687", 0), "一"),
                row(Number("44688", 1), "二"),
                row(Number("44689", 2), "三"),
            ],
        ),
        (
            "消防",
            vec![
                header(),
                row(Text("2022年5月9日"), "四"),
                vec![
                    Text("安徽叶集中亚板材有限公司"),
                    Number("914403001922038216", 0),
                    Text("2022-5-9"),
                    Text("警告"),
                ],
            ],
        ),
        ("Sheet3", Vec::new()),
    ]);
    let d = try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), ("处罚.xlsx", book)]).unwrap();
    balanced(&d);
    assert_eq!(
        sanctions(&d),
        [
            "罚款|23500元||2022-05-06|生态环境",
            "罚款|23500元||2022-05-07|生态环境",
            "罚款|23500元||2022-05-08|生态环境",
            "罚款|23500元||2022-05-09|消防"
        ]
    );
    assert_eq!(problems(&d), ["D402 3 安徽叶集中亚板材有限公司!"]);
    assert_eq!(
        d.sources.iter().map(|s| s.taken_for.as_str()).collect::<Vec<_>>(),
        ["企业名录", "措施", "措施", "空表"]
    );
    assert_eq!(d.sources[2].sheet.as_deref(), Some("消防"));
}

#[test]
fn every_list_is_read() {
    let d = read(&[
        (
            "整改.csv",
            &format!(
                "领域,企业名称,统一社会信用代码,文书类型,文书文号,下达机关,下达日期,问题/隐患条数,是否重大隐患,整改期限,复查日期,复查结果,整改完成日期,关联处罚文号\n应急,安徽叶集中亚板材有限公司,{A},责令限期整改指令书,叶应急责改〔2022〕3号,叶集区应急局,2022-03-01,3项,否,2022-04-01,2022/4/2,已整改,2022-03-28,\n"
            ),
        ),
        (
            "应急/检查.csv",
            &format!(
                "被检查单位,统一社会信用代码,检查日期,检查类别 1：自查 2：日常检查,检查结果,隐患条数\n安徽叶集中亚板材有限公司,{A},20220301,2,发现问题经责令已改正,3\n安徽叶集中亚板材有限公司,{A},20220302,1,未发现问题,0\n"
            ),
        ),
        (
            "线索.csv",
            "工单编号,企业名称,受理日期,反映问题,是否属实\n12345-1,叶集区好再来饭店,2022.6.1,疏散通道堵塞,√\n",
        ),
    ]);
    assert_eq!(
        rows(
            &d,
            RECTIFICATION,
            &["领域", "文书类型", "下达日期", "隐患条数", "重大隐患", "整改", "整改时效"]
        ),
        ["安全生产|责令限期整改指令|2022-03-01|3|否|已整改|按时整改"]
    );
    assert_eq!(
        rows(&d, INSPECTION, &["领域", "检查日期", "类别", "结果", "结果组"]),
        ["安全生产|2022-03-01|日常检查|发现问题经责令已改正|已改正"]
    );
    assert_eq!(rows(&d, LEAD, &["领域", "接收日期", "查实"]), ["消防|2022-06-01|是"]);
    assert_eq!(reasons(&d), ["企业自查，不是执法检查"]);
    assert_eq!(problems(&d), Vec::<String>::new());
}

#[test]
fn several_kinds_become_rows_with_their_amounts() {
    let d = penalties(&format!(
        "安徽叶集中亚板材有限公司,{A},环罚〔2022〕1号,排污,,警告；罚款;没收违法所得,5,1.5,2022-05-06,\n"
    ));
    assert_eq!(
        sanctions(&d),
        [
            "警告|||2022-05-06|生态环境",
            "罚款|50000元||2022-05-06|生态环境",
            "没收违法所得||15000元|2022-05-06|生态环境"
        ]
    );
    assert_eq!((d.sources[1].rows_read, d.sources[1].rows_used), (1, 1));
    let d = penalties(&format!("安徽叶集中亚板材有限公司,{A},环罚〔2022〕1号,排污,,警告,5,,2022-05-06,\n"));
    assert_eq!(problems(&d), ["D308 2 安徽叶集中亚板材有限公司!"]);
}

#[test]
fn rows_that_cannot_be_read_withhold_green() {
    let good = "环罚〔2022〕1号,排污,";
    for (row, problem) in [
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},罚款,5,,54:38.0,\n"),
            "D301 2 安徽叶集中亚板材有限公司!",
        ),
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},罚款,5,,3/4/2022 0:00,\n"),
            "D302 2 安徽叶集中亚板材有限公司!",
        ),
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},罚款,5,,2099/12/31,\n"),
            "D307 2 安徽叶集中亚板材有限公司!",
        ),
        (format!("安徽叶集中亚板材有限公司,{A},{good},罚款,5,,,\n"), "D307 2 安徽叶集中亚板材有限公司!"),
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},其他,5,,2022-05-06,\n"),
            "D305 2 安徽叶集中亚板材有限公司!",
        ),
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},,5,,2022-05-06,\n"),
            "D307 2 安徽叶集中亚板材有限公司!",
        ),
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},罚款,5,,2022-05-06\n"),
            "D106 2 安徽叶集中亚板材有限公司!",
        ),
        (
            format!("安徽叶集中亚板材有限公司,{A},{good},罚款,计算??3500元,,2022-05-06,\n"),
            "D104 2 安徽叶集中亚板材有限公司!",
        ),
        (
            format!("安徽叶集中亚板材有限公司,91341504MA2TE5TA8J,{good},罚款,5,,2022-05-06,\n"),
            "D404 2 安徽叶集中亚板材有限公司!",
        ),
        (format!("中亚板材公司,,{good},罚款,5,,2022-05-06,\n"), "D405 2 安徽叶集中亚板材有限公司!"),
        (
            format!("安徽叶集中亚板材有限公司,9.13415E+17,{good},罚款,5,,2022-05-06,\n"),
            "D402 2 安徽叶集中亚板材有限公司!",
        ),
        (format!(",,{good},罚款,5,,2022-05-06,\n"), "D407 2 "),
    ] {
        let d = penalties(&row.replace(good, &format!("{good},").replace(",,", ",")));
        assert_eq!(problems(&d), [problem], "{row}");
        assert_eq!(sanctions(&d), Vec::<String>::new(), "{row}");
        assert_eq!(d.caseload.withheld().len(), usize::from(problem.ends_with('!')), "{row}");
        assert_eq!(d.sources[1].rows_problem, 1, "{row}");
    }
}

#[test]
fn a_cell_that_cannot_be_read_leaves_the_row_and_withholds_green() {
    for (amount, code) in [("若干", "D303"), ("23500", "D304"), ("50000000000元", "D309")] {
        let d = penalties(&format!(
            "安徽叶集中亚板材有限公司,{A},环罚〔2022〕1号,排污,,罚款,{amount},,2022-05-06,\n"
        ));
        assert_eq!(problems(&d), [format!("{code} 2 安徽叶集中亚板材有限公司!")]);
        assert_eq!(sanctions(&d), ["罚款|||2022-05-06|生态环境"]);
        assert_eq!(d.problems[0].column.as_deref(), Some("罚款金额(万元)"));
    }
}

#[test]
fn withheld_rows_number_the_list_of_problems() {
    let d = penalties(&format!(
        "叶集区好再来饭店,,1,排污,,罚款,5,,坏,\n安徽叶集中亚板材有限公司,{A},2,排污,,罚款,5,,坏,\n六安东方机械厂,,3,排污,,罚款,x,,2022-05-06,\n"
    ));
    for withheld in d.caseload.withheld() {
        let problem = &d.problems[withheld.problem as usize];
        assert!(problem.withholds);
        assert_eq!(problem.enterprise, Some(withheld.enterprise));
        assert_eq!(withheld.domain.map(|t| d.caseload.texts().get(t)), problem.domain.as_deref());
    }
    assert_eq!(d.caseload.withheld().len(), 3);
}

#[test]
fn unused_rows_have_their_reason() {
    let id = identity_number("19850214", 17);
    let d = penalties(&format!(
        "杭州某公司,91330106673959654P,1,排污,,罚款,5,,2022-05-06,\n\
         某某应急管理测试,,2,排污,,罚款,5,,2022-05-06,\n\
         张三丰,{id},3,排污,,罚款,5,,2022-05-06,\n\
         ,,,,,,,,,\n\
         安徽叶集中亚板材有限公司,{A},4,虚假广告,《广告法》,罚款,5,,2022-05-06,\n\
         安徽叶集中亚板材有限公司,{A},5,排污,,警告,,,2022-05-06,\n\
         安徽叶集中亚板材有限公司,{A},5,排污,,警告,,,2022-05-06,\n"
    ));
    assert_eq!(
        reasons(&d),
        ["不在企业名录", "测试数据", "自然人", "空行", "其他领域：引用“广告法”", "重复：与第 7 行相同"]
    );
}

#[test]
fn identity_numbers_reach_no_output() {
    let id = identity_number("19850214", 17);
    let wide: String = id.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    let header = "企业名称,统一社会信用代码,法定代表人身份证号,文号,违法事实,处罚种类,处罚决定日期,罚款金额,备注,处罚机关\n";
    let rows = format!(
        "安徽叶集中亚板材有限公司,{A},{id},环罚〔2022〕1号,法人张三（{id}）排污,罚款,2022-05-06,{id},{id},{id}\n\
         张三,{id},{id},2,{wide},罚款,2022-05-06,5000,,\n\
         叶集区好再来饭店,{id},{id},{id},x,罚款,2022-05-06,5000,,\n\
         {id},,{id},3,x,罚款,2022-05-06,5000,,\n\
         某公司,{A}1{id},,{id},x,{id},{id},{wide},,\n\
         安徽叶集中亚板材有限公司,{A},,9,x,{id},{wide},5000,,\n"
    );
    let register = format!(
        "企业名称,统一社会信用代码,乡镇,成立日期,曾用名\n安徽叶集中亚板材有限公司,{A},{id},{id},{id}\n叶集区好再来饭店,{id},{wide},2017-03-01,\n{id},{id},,,\n"
    );
    let coverage = format!("机关,领域,起,止,行数,监管对象\n{id},{id},{id},{id},{id},{id}\n");
    let files: Vec<(String, String)> = vec![
        ("名录.csv".to_owned(), register),
        (format!("环境/{id}.csv"), format!("{header}{rows}")),
        (format!("{id}.pdf"), String::new()),
        ("无关.csv".to_owned(), format!("{id},{wide}\n叶集区好再来饭店,{id}\n")),
        ("覆盖.csv".to_owned(), coverage),
    ];
    let files: Vec<(&str, Vec<u8>)> =
        files.iter().map(|(p, t)| (p.as_str(), t.clone().into_bytes())).collect();
    let d = try_read(&files).unwrap();
    balanced(&d);
    let text = all_text(&d);
    for part in [id.as_str(), &id[..17], &wide, "19850214"] {
        let at = text.find(part).map(|i| text[i.saturating_sub(60)..].chars().take(90).collect::<String>());
        assert_eq!(at, None, "{part}");
    }
    assert!(!text.contains("张三排污"));
}

#[test]
fn the_order_of_the_register_changes_nothing() {
    let reversed: String = {
        let mut lines: Vec<&str> = REGISTER.lines().collect();
        lines[1..].reverse();
        lines.join("\n")
    };
    let penalty = format!("{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},1,排污,,罚款,5,,2022-05-06,\n");
    let one =
        try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), ("环境/a.csv", penalty.clone().into_bytes())])
            .unwrap();
    let other =
        try_read(&[("名录.csv", reversed.into_bytes()), ("环境/a.csv", penalty.into_bytes())]).unwrap();
    assert_eq!(names(&one), names(&other));
    assert_eq!(one.caseload.table(SANCTION), other.caseload.table(SANCTION));
}

#[test]
fn an_enterprise_twice_in_the_register_is_one() {
    let d = try_read(&[
        ("名录.csv", REGISTER.as_bytes().to_vec()),
        ("名录2.csv", format!("企业名称,统一社会信用代码,乡镇,是否使用特种设备\n安徽中亚新材料股份有限公司,{A},史河街道,否\n").into_bytes()),
        ("环境/a.csv", format!("{PENALTY_HEADER}安徽中亚新材料股份有限公司,,1,排污,,警告,,,2022-05-06,\n").into_bytes()),
    ])
    .unwrap();
    balanced(&d);
    assert_eq!(d.caseload.enterprises(), 3);
    assert_eq!(problems(&d), ["D603 2 ", "D604 2 安徽中亚新材料股份有限公司!"]);
    assert_eq!(
        rows(&d, ENTERPRISE, &["名称", "曾用名"])[1],
        "安徽中亚新材料股份有限公司|安徽叶集中亚板材有限公司"
    );
    assert_eq!(sanctions(&d).len(), 1);
}

#[test]
fn renamed_and_misnamed_enterprises() {
    let d = penalties(&format!(
        "安徽中亚集成材有限公司,{A},1,排污,,警告,,,2022-05-06,\n叶集区好再来饭店,{A},2,排污,,警告,,,2022-05-07,\n"
    ));
    assert_eq!(problems(&d), ["D403 2 ", "D409 3 叶集区好再来饭店!"]);
    assert_eq!(sanctions(&d).len(), 2);
}

#[test]
fn the_same_decision_in_two_files_counts_once() {
    let first = format!(
        "{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},六环叶罚〔2022〕05号,排污,,罚款,5,,2022-05-06,\n"
    );
    let again = |number: &str, act: &str, amount: &str, date: &str| {
        let text = format!(
            "单位名称,信用代码,案由,处罚决定文号,处罚种类,罚款金额（元）,决定日期\n安徽叶集中亚板材有限公司,{A},{act},{number},罚款,{amount},{date}\n"
        );
        let d = read(&[("环境/a.csv", &first), ("环境/b.csv", &text)]);
        (problems(&d), sanctions(&d), d)
    };
    let (found, rows, d) = again("六环叶罚[2022]5号", "排污", "50000", "20220506");
    assert_eq!((found.len(), rows.len()), (0, 1));
    assert_eq!(reasons(&d), ["重复：同一决定见第 2 行（环境/a.csv）"]);
    let (found, rows, _) = again("六环叶罚[2022]5号", "排污", "30000", "20220506");
    assert_eq!(found, ["D601 2 安徽叶集中亚板材有限公司!"]);
    assert_eq!(rows, ["罚款|50000元||2022-05-06|生态环境"]);
    assert_eq!(
        again("六环叶罚[2022]5号", "排污", "50000", "20220507").0,
        ["D601 2 安徽叶集中亚板材有限公司!"]
    );
    assert_eq!(
        again("六环叶罚[2022]5号", "噪声", "50000", "20220506").0,
        ["D602 2 安徽叶集中亚板材有限公司!"]
    );
    assert_eq!(again("六环叶罚[2022]6号", "排污", "50000", "20220506").1.len(), 2);
}

#[test]
fn several_violations_under_one_number_all_stay() {
    let rows = ["废水", "废气", "固废", "噪声"]
        .map(|act| format!("安徽叶集中亚板材有限公司,{A},环罚〔2022〕5号,{act},,罚款,0.5,,2022-05-06,\n"));
    let d = penalties(&rows.concat());
    assert_eq!(sanctions(&d).len(), 4);
    assert_eq!(problems(&d), Vec::<String>::new());
}

#[test]
fn agencies_names_tell_bare_numbers_apart() {
    let sheet = |agency: &str| {
        format!("{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},〔2022〕5,排污,,罚款,5,,2022-05-06,{agency}\n")
    };
    let aliases = "机关,别名\n六安市叶集区生态环境分局,叶集环保分局；叶集生态环境局\n";
    let both = |a: &str, b: &str, table: &str| {
        sanctions(&read(&[("机关.csv", table), ("环境/a.csv", &sheet(a)), ("环境/b.csv", &sheet(b))])).len()
    };
    let other = aliases.replace("叶集环保分局；", "");
    assert_eq!(both("六安市叶集区生态环境分局", "叶集环保分局", aliases), 1);
    assert_eq!(both("六安市叶集区生态环境分局", "叶集环保分局", &other), 2);
    assert_eq!(both("六安市叶集区生态环境分局", "六安市生态环境局", aliases), 2);
}

#[test]
fn the_domain_comes_from_column_law_or_folder() {
    let row = |law: &str| {
        format!("{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},1,,{law},警告,,,2022-05-06,市场监管局\n")
    };
    let domain = |path: &str, text: &str| {
        let d = read(&[(path, text)]);
        (rows(&d, SANCTION, &["领域"]), problems(&d))
    };
    assert_eq!(domain("环境/a.csv", &row("《消防法》")).0, ["消防"]);
    assert_eq!(domain("环境/a.csv", &row("")).0, ["生态环境"]);
    assert_eq!(domain("汇总.csv", &row("《特种设备安全法》")).0, ["特种设备"]);
    assert_eq!(domain("汇总.csv", &row("")), (vec![], vec!["D501 2 安徽叶集中亚板材有限公司!".to_owned()]));
    let column = |name: &str| {
        format!(
            "领域,企业名称,统一社会信用代码,处罚种类,处罚决定日期,处罚依据\n{name},安徽叶集中亚板材有限公司,{A},警告,2022-05-06,《消防法》\n"
        )
    };
    assert_eq!(domain("环境/a.csv", &column("特设")).0, ["特种设备"]);
    assert_eq!(domain("环境/a.csv", &column("生态环镜")).1, ["D502 2 安徽叶集中亚板材有限公司!"]);
    let d = read(&[("汇总.csv", &row(""))]);
    assert_eq!(d.caseload.withheld()[0].domain, None);
}

#[test]
fn declared_coverage() {
    let table = "机关,领域,起,止,行数,零报告,含简易程序,监管对象\n\
        叶集区生态环境分局,生态环境,2022-01-01,2022-12-31,1,否,是,全部\n\
        叶集区应急局,应急,2022/1/1,2022/12/31,,是,,\n\
        消防救援大队,消防,2022-01-01,2022-12-31,3,,,\n\
        市场监管局,特种设备,2022-01-01,2022-12-31,,是,否,是否使用特种设备\n\
        某局,生态环境,坏,2022-12-31,,,,\n";
    let d = read(&[
        ("覆盖.csv", table),
        (
            "环境/a.csv",
            &format!(
                "{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},1,,,警告,,,2022-05-06,\n安徽叶集中亚板材有限公司,{A},2,,,警告,,,2022-05-07,\n"
            ),
        ),
    ]);
    let Coverages::Declared(lines) = d.caseload.coverages() else { panic!() };
    let domains: Vec<(&str, Option<u32>, bool, Option<bool>)> =
        lines.iter().map(|c| (c.domain.as_str(), c.rows, c.zero_report, c.simple_procedure)).collect();
    assert_eq!(
        domains,
        [
            ("生态环境", Some(1), false, Some(true)),
            ("安全生产", None, true, None),
            ("特种设备", None, true, Some(false))
        ]
    );
    let register = d.caseload.vocabulary().list_def(ENTERPRISE);
    assert_eq!(lines[2].supervised, Supervised::Where(register.field("特种设备使用单位").unwrap()));
    assert_eq!(problems(&d), ["D701 2 ", "D703 4 ", "D702 6 "]);
    assert!(d.problems[0].message.contains("不数线索"), "{}", d.problems[0].message);
}

#[test]
fn the_rows_of_a_bureau_are_those_of_its_files() {
    // The penalties tell no domain by their place, but lie beside sheets that do; leads are nobody's delivery.
    let table = "机关,领域,起,止,行数\n市场监管局,特种设备,2022-01-01,2022-12-31,3\n";
    let d = read(&[
        ("覆盖.csv", table),
        (
            "市场监管/处罚.csv",
            &format!(
                "{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},1,,《广告法》,警告,,,2022-05-06,\n安徽叶集中亚板材有限公司,{A},2,使用未经检验的电梯,,警告,,,2022-05-07,\n"
            ),
        ),
        (
            "市场监管/特种设备检查.csv",
            &format!(
                "单位名称,统一社会信用代码,检查日期,检查结果\n安徽叶集中亚板材有限公司,{A},2022-03-01,合格\n合计,,,\n"
            ),
        ),
        ("线索.csv", "企业名称,受理日期,反映问题\n叶集区好再来饭店,2022-03-01,电梯故障\n"),
    ]);
    assert_eq!(problems(&d), Vec::<String>::new());
    assert_eq!(reasons(&d), ["其他领域：引用“广告法”", "合计行"]);
    let only_leads =
        read(&[("线索.csv", "企业名称,受理日期,反映问题\n叶集区好再来饭店,2022-03-01,电梯故障\n")]);
    assert_eq!(only_leads.caseload.coverages(), &Coverages::Undeclared { received: Vec::new() });
}

#[test]
fn columns_of_another_list_are_not_dropped_in_silence() {
    let d = read(&[(
        "环境/台账.csv",
        &format!(
            "企业名称,统一社会信用代码,检查时间,发现问题,行政处罚类别,罚款金额\n安徽叶集中亚板材有限公司,{A},2022-05-06,废气,罚款,2\n安徽叶集中亚板材有限公司,{A},2022-05-07,无,无,0\n"
        ),
    )]);
    assert_eq!(d.caseload.table(INSPECTION).unwrap().len(), 2);
    assert_eq!(problems(&d), ["D203 2 安徽叶集中亚板材有限公司!", "D203 2 安徽叶集中亚板材有限公司!"]);
}

#[test]
fn sheets_and_files_that_nobody_claims() {
    let d = read(&[
        ("环境/通报.pdf", "x"),
        ("环境/处罚.xls", "x"),
        ("环境/坏.xlsx", "PK\u{3}\u{4}x"),
        ("环境/公开.csv", "序号,案件,结果\n1,安徽叶集中亚板材有限公司,罚了\n"),
        (
            "环境/引号.csv",
            &format!(
                "{PENALTY_HEADER}某,\"91330106673959654P,1,,,警告,,,2022-05-06,\n安徽叶集中亚板材有限公司,{A},2,,,警告,,,2022-05-07,\n"
            ),
        ),
    ]);
    assert_eq!(
        problems(&d),
        [
            "D101 0 ",
            "D102 0 ",
            "D102 0 ",
            "D103 0 ",
            "D103 2 安徽叶集中亚板材有限公司!",
            "D107 2 安徽叶集中亚板材有限公司!"
        ]
    );
    assert!(
        d.problems.iter().all(|p| p.message.contains("请") && !p.done.is_empty()),
        "every message has a remedy"
    );
}

#[test]
fn without_a_register_there_is_no_delivery() {
    let error = try_read(&[("环境/a.csv", PENALTY_HEADER.as_bytes().to_vec())]).unwrap_err();
    assert!(error.to_string().contains("环境/a.csv（措施）"), "{error}");
    assert!(try_read(&[]).is_err());
}

#[test]
fn folders_are_walked_in_order_and_results_are_not_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let at = dir.path().join(path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, text).unwrap();
    };
    put("b/环境/处罚.csv", &format!("{PENALTY_HEADER}安徽叶集中亚板材有限公司,{A},1,,,警告,,,2022-05-06,\n"));
    put("名录.csv", REGISTER);
    put("a/~$处罚.xlsx", "x");
    put(".DS_Store", "x");
    put("README.md", "说明");
    put("结果/run.json", "{}");
    put("结果/enterprises.csv", REGISTER);
    let d = read_folder(dir.path(), &vocabulary(), &four(), "2023-03-31".parse().unwrap()).unwrap();
    assert_eq!(
        d.sources.iter().map(|s| s.file.as_str()).collect::<Vec<_>>(),
        ["b/环境/处罚.csv", "名录.csv", "结果"]
    );
    assert_eq!(problems(&d), ["D105 0 "]);
    assert_eq!(sanctions(&d).len(), 1);
    assert!(
        read_folder(&dir.path().join("没有"), &vocabulary(), &four(), "2023-03-31".parse().unwrap()).is_err()
    );
}

/// What a bureau with a domain of its own met: its words are also those of another domain, and its headers are
/// its own.
#[test]
fn a_new_domain_is_read_from_its_folder_and_what_is_not_read_is_said() {
    let file =
        |path: &str, text: String| sanse_data::InputFile { path: path.to_owned(), content: Ok(text.into()) };
    let penalties = format!(
        "当事人名称,统一信用代码,处罚文号,违法行为,处罚种类,罚款（元）,处罚时间,经办意见\n甲,{A},城罚〔2022〕1号,夜间施工噪声污染环境,罚款,20000,2022-05-06,同意\n"
    );
    let coverage = "机关,领域,起,止,监管对象\n城管局,噪音治理,2022-01-01,2022-12-31,全部\n".to_owned();
    let files = vec![
        file("名录.csv", REGISTER.to_owned()),
        file("噪声/处罚.csv", penalties),
        file("覆盖.csv", coverage),
    ];
    let vocabulary = std::sync::Arc::new(sanse::Vocabulary::standard());
    let as_of = "2023-03-31".parse().unwrap();
    let d = sanse_data::read_files(files, &vocabulary, &["噪声".to_owned()], as_of).unwrap();
    assert_eq!(sanctions(&d), ["罚款|20000元||2022-05-06|噪声"]);
    let mut codes: Vec<_> = d.problems.iter().map(|p| (p.code, p.withholds)).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes, [("D205", false), ("D403", false), ("D607", false), ("D704", false), ("D705", false)]);
}

#[test]
fn what_a_penalty_says_against_its_recheck_is_named_and_the_recheck_holds() {
    let penalties = format!(
        "企业名称,统一社会信用代码,处罚决定书文号,处罚种类,处罚决定日期,整改情况\n甲,{A},环罚〔2022〕1号,警告,2022-05-06,已整改\n乙,{A},环罚〔2022〕2号,警告,2022-05-07,\n"
    );
    let orders = format!(
        "企业名称,统一社会信用代码,文书文号,下达日期,整改期限,复查日期,复查结果,关联处罚文号\n甲,{A},环改〔2022〕1号,2022-05-06,2022-06-01,2022-06-02,未整改,环罚[2022]1号\n"
    );
    let d = read(&[("环境/处罚.csv", &penalties), ("环境/整改.csv", &orders)]);
    assert_eq!(rows(&d, SANCTION, &["整改"]), ["未整改", "未知"]);
    let said: Vec<_> =
        d.problems.iter().filter(|p| p.code.starts_with("D60")).map(|p| (p.code, p.row)).collect();
    assert_eq!(said, [("D606", Some(2)), ("D605", Some(3))]);
}
