//! Rows of penalty tables that are no valid decision, or may not be: notices, rows that were deleted where they came
//! from, decisions that impose nothing, decisions under review. None of them counts in silence, and none is lost.

mod common;

use common::*;
use sanse::{INSPECTION, SANCTION};
use sanse_data::{Delivery, InputFile, Intake, Mapping};

/// The measures with their state and what was wrong.
fn decisions(d: &Delivery) -> String {
    told(d, SANCTION, &["种类", "类别", "状态"])
}

/// A penalty of one row with further columns.
fn with(header: &str, cells: &str) -> Delivery {
    let text = format!("企业名称,处罚种类,处罚决定日期,{header}\n{ZHONG},警告,2022-05-06,{cells}\n");
    read(&[("消防/表.csv", &text)])
}

const COUNTED: &str = "警告|处罚|有效";

#[test]
fn a_notice_is_no_decision() {
    for (header, cells, outcome) in [
        ("文号", "叶消罚〔2022〕5号", COUNTED),
        ("文号", "叶消罚告〔2022〕5号", "D310!"),
        ("文号", "叶消罚先告字[2022]第5号", "D310!"),
        ("文号", "（叶）应急告〔2022〕5号", "D310!"),
        ("文号", "行政处罚事先告知书〔2022〕5号", "D310!"),
        // The number of the decision stands beside that of the notice.
        ("文号", "叶消罚〔2022〕5号（叶消罚告〔2022〕3号）", COUNTED),
        // An agency of advertising is no notice.
        ("文号", "叶市监广告〔2022〕5号", COUNTED),
        ("文书名称", "行政处罚决定书", COUNTED),
        ("文书名称", "行政处罚事先告知书", "D310!"),
        ("文书类型（1：决定书 2：告知书）", "2", "D310!"),
        ("文书类型（1：决定书 2：告知书）", "1", COUNTED),
    ] {
        assert_eq!(decisions(&with(header, cells)), outcome, "{header} {cells}");
    }
    // What imposes nothing may well be told by a 告知书.
    let text =
        format!("企业名称,处罚种类,处罚决定日期,文书名称\n{ZHONG},不予行政处罚,2022-05-06,首违不罚告知书\n");
    assert_eq!(decisions(&read(&[("消防/表.csv", &text)])), "免予处罚|其他措施|有效");
    let d = with("文号", "叶消罚告〔2022〕5号");
    let problem = &d.problems[0];
    assert_eq!(problem.row, Some(2));
    assert_eq!(
        problem.message,
        "文号“叶消罚告〔2022〕5号”是告知书的，告知书不是处罚决定；已作出决定的，请改填决定书的文号、日期和内容，还没有作出决定的，请从表里去掉这一行"
    );
}

#[test]
fn a_row_that_was_deleted_where_it_came_from_does_not_count() {
    for (header, cell, outcome) in [
        ("delete_flag", "0", COUNTED),
        ("delete_flag", "0.0", COUNTED),
        ("delete_flag", "", COUNTED),
        ("delete_flag", "1", "D311!"),
        ("delete_flag", "2", "D311!"),
        ("删除标记", "否", COUNTED),
        ("删除标记", "正常", COUNTED),
        ("是否删除", "是", "D311!"),
        ("删除标志（0：未删除 1：已删除）", "0", COUNTED),
        ("删除标志（0：未删除 1：已删除）", "1", "D311!"),
        ("opt_type", "I", COUNTED),
        ("opt_type", "u", COUNTED),
        ("opt_type", "D", "D311!"),
        ("操作类型", "新增", COUNTED),
        ("操作类型", "删除", "D311!"),
        // Nobody knows what 3 is, unless the header says.
        ("操作类型", "3", "D311!"),
        ("操作类型 1-新增 2-修改 3-删除", "3", "D311!"),
        ("操作类型 1-新增 2-修改 3-删除", "2", COUNTED),
        ("操作类型", "A", COUNTED),
        ("操作类型", "0", COUNTED),
        ("操作类型", "已删除", "D311!"),
        ("操作类型", "作废", "D311!"),
        ("操作类型", "无效", "D311!"),
        ("操作类型", "移除", "D311!"),
        ("操作类型", "撤销", "D311!"),
        ("操作类型", "注销", "D311!"),
        ("操作类型", "终止", "D311!"),
        ("操作类型", "待处理", "D311!"),
        ("数据状态", "作废", "D311!"),
        ("数据状态", "有效", COUNTED),
        ("数据状态", "1", "D311!"),
        ("数据状态 1：正常 2：作废", "1", COUNTED),
        ("记录状态", "已删除", "D311!"),
        ("记录状态", "正常", COUNTED),
        ("有效标志", "0", "D311!"),
        ("有效标志", "1", COUNTED),
        ("是否有效", "否", "D311!"),
        ("是否有效", "", COUNTED),
        // The buttons of a web page.
        ("操作", "查看", COUNTED),
        ("操作", "查看 修改 删除", COUNTED),
    ] {
        assert_eq!(decisions(&with(header, cell)), outcome, "{header} {cell}");
    }
    // In the tables of every list.
    for (cell, outcome) in [("i", "未发现问题"), ("d", "")] {
        let text = format!("企业名称,检查日期,检查结果,操作类型\n{ZHONG},2022-05-06,未发现问题,{cell}\n");
        let d = read(&[("消防/表.csv", &text)]);
        assert_eq!(rows(&d, INSPECTION, &["结果"]).join(""), outcome);
        assert_eq!(d.problems.len(), usize::from(cell == "d"), "{:?}", d.problems);
    }
}

#[test]
fn what_imposes_nothing_is_no_penalty_and_is_not_lost() {
    let exempted = "免予处罚|其他措施|有效";
    for (kind, header, cell, outcome) in [
        ("不予行政处罚", "处罚结果", "不予行政处罚", exempted),
        // The table says it elsewhere than among the kinds.
        ("", "处罚结果", "决定不予行政处罚", exempted),
        ("/", "结案情况—不予行政处罚*", "是", exempted),
        ("", "是否不予处罚", "否", "D307!"),
        ("", "处罚结果", "罚款2000元，对第二项不予处罚", "D307!"),
        // Two columns that cannot both be right.
        ("警告", "处罚结果", "违法行为轻微，不予行政处罚", "D312!"),
        ("警告", "是否不予行政处罚", "是", "D312!"),
        ("警告", "不予行政处罚", "初次违法且及时改正", "D312!"),
        ("警告", "是否不予行政处罚", "否", COUNTED),
        ("警告", "不予行政处罚", "不涉及", COUNTED),
        ("警告", "是否不予行政处罚", "0", COUNTED),
        ("警告", "处罚结果", "警告；对第二项不予处罚", COUNTED),
        ("责令改正", "处罚结果", "不予行政处罚，责令改正", "责令改正|其他措施|有效"),
    ] {
        let text = format!("企业名称,处罚种类,处罚决定日期,{header}\n{ZHONG},{kind},2022-05-06,{cell}\n");
        assert_eq!(decisions(&read(&[("消防/表.csv", &text)])), outcome, "{kind} {header} {cell}");
    }
}

#[test]
fn reviews_are_seen() {
    for (header, cells, outcome) in [
        // Nothing was asked for, or the decision was upheld.
        ("行政复议*,行政诉讼*", "否,否", COUNTED),
        ("行政复议*,行政诉讼*", "0,", COUNTED),
        ("行政复议,行政诉讼", "维持原处罚决定,驳回诉讼请求", COUNTED),
        ("行政复议,行政诉讼", "未申请行政复议,撤诉", COUNTED),
        // Under way: it counts and is marked.
        ("行政复议,行政诉讼", "复议中,否", "警告|处罚|复议中"),
        ("行政复议,行政诉讼", "已受理,", "警告|处罚|复议中"),
        ("行政复议结果,行政诉讼", "维持,审理中", "警告|处罚|诉讼中"),
        ("公示状态,行政复议", "正常,审理中", "警告|处罚|复议中"),
        ("行政复议", "变更", "警告|处罚|变更"),
        ("行政复议", "撤销原处罚决定", "警告|处罚|撤销"),
        ("是否撤销", "是", "警告|处罚|撤销"),
        ("是否撤销", "否", COUNTED),
        // Who says only that there was one leaves open how it ended.
        ("行政复议", "是", "警告|处罚|有效 · D305!"),
        ("是否行政复议 0-否 1-是", "1", "警告|处罚|有效 · D305!"),
        ("是否行政复议 0-否 1-是", "0", COUNTED),
        ("行政诉讼", "1", "警告|处罚|有效 · D305!"),
        // Two columns that cannot both be right.
        ("公示状态,是否撤销", "正常,是", "警告|处罚|有效 · D202!"),
        ("状态,行政复议", "诉讼中,撤销", "警告|处罚|诉讼中 · D202!"),
    ] {
        let d = with(header, cells);
        assert_eq!(decisions(&d), outcome, "{header} {cells}");
        let placed = d.problems.iter().all(|p| p.code == "D607" || p.row == Some(2) && p.column.is_some());
        assert!(placed, "{:?}", d.problems);
    }
}

/// What such a column was taken for is told before any scoring, and a mapping settles it otherwise.
#[test]
fn a_mapping_settles_what_such_a_column_is() {
    let text = format!("企业名称,处罚种类,处罚决定日期,操作类型\n{ZHONG},警告,2022-05-06,3\n");
    let d = read(&[("消防/表.csv", &text)]);
    let layout = d.sources[1].layout.as_ref().unwrap();
    assert_eq!(
        (layout.columns[3].header.as_str(), layout.columns[3].field.as_deref(), layout.columns[3].reason),
        ("操作类型", None, "不是字段；看这一行是否删除、撤销、在复议诉讼中，是不是处罚决定")
    );
    let mapped = |column: &str| {
        let mapping = format!(
            "[[\"表\"]]\n\"文件\" = \"消防/*\"\n\"清单\" = \"措施\"\n[\"表\".\"列\"]\n\"处罚种类\" = \"种类\"\n{column}\n"
        );
        let mapping = Mapping::parse("读法.toml", mapping.as_bytes(), &vocabulary()).unwrap();
        let files = [("名录.csv", REGISTER), ("消防/表.csv", text.as_str())]
            .map(|(path, text)| InputFile { path: path.to_owned(), content: Ok(text.as_bytes().to_vec()) });
        let (vocabulary, domains) = (vocabulary(), four());
        let intake = Intake::new(&vocabulary, &domains, "2023-03-31".parse().unwrap());
        decisions(&Intake { mapping: Some(&mapping), ..intake }.files(files).unwrap())
    };
    assert_eq!(mapped(""), "D311!");
    // Nobody looks at the marks then, which is said.
    assert_eq!(mapped("\"操作类型\" = \"忽略\""), format!("{COUNTED} · D112"));
    // The entry that the message shows.
    let message = &d.problems[0].message;
    let entry = message.split_once("列里写明代码，如 ").unwrap().1.split_once('（').unwrap().0;
    assert_eq!(entry, "\"操作类型\" = { \"代码\" = { \"3\" = \"删除\" } }", "{message}");
    assert_eq!(mapped(entry), "D311!");
    assert_eq!(mapped(&entry.replace("删除", "正常")), COUNTED);
    assert_eq!(mapped(&entry.replace("删除", "不详")), "D311!");
    // Codes of a column that nobody knows need a field.
    assert_eq!(mapped("\"自编栏\" = { \"代码\" = { \"3\" = \"删除\" } }"), "D208 · D311!");
    assert_eq!(
        mapped("\"操作类型\" = { \"字段\" = \"状态\", \"代码\" = { \"1\" = \"有效\", \"3\" = \"撤销\" } }"),
        "警告|处罚|撤销"
    );
}

/// Gains and goods in columns of their own are two parts of what was confiscated, not two readings of one amount.
#[test]
fn what_was_confiscated_in_two_columns_is_added() {
    let gains = "没收违法所得金额（元）";
    let goods = "没收非法财物金额（元）";
    let both = "没收违法所得、没收非法财物的金额（元）";
    for (headers, cells, outcome) in [
        (vec![goods], "3000", "3000元"),
        (vec!["没收非法财物的金额（万元）"], "0.3", "3000元"),
        (vec![gains, goods], "3000,2000", "5000元"),
        (vec![gains, goods], "3000,3000", "6000元"),
        (vec![goods, gains], "3000,", "3000元"),
        (vec![gains, goods], "0,2000", "2000元"),
        (vec![gains, goods], "/,2000", "2000元"),
        (vec!["没收违法所得金额（万元）", goods], "0.3,2000", "5000元"),
        (vec![gains, goods, both], "3000,2000,5000", "5000元"),
        (vec![gains, goods, both], ",,5000", "5000元"),
        // What does not add up, or cannot be read, is asked for.
        (vec![gains, goods, both], "3000,2000,6000", "3000元 · D202!"),
        (vec![gains, goods, both], "3000,3000,3000", "3000元 · D202!"),
        (vec![gains, goods], "3000,若干", " · D303!"),
        (vec![gains, goods], "若干,3000", " · D303!"),
        (vec![gains, goods], "#N/A,3000", " · D109!"),
        (vec![gains, gains], "3000,2000", "3000元 · D202!"),
    ] {
        let d = one_row(
            &format!("企业名称,处罚种类,处罚决定日期,{}", headers.join(",")),
            &format!("{ZHONG},没收违法所得,2022-05-06,{cells}"),
        );
        assert_eq!(told(&d, SANCTION, &["没收金额"]), outcome, "{headers:?} {cells}");
    }
}
