//! Whatever the files hold: no panic, and every row is accounted for.

mod common;

use common::{A, Cell, PENALTY_HEADER, REGISTER, all_text, balanced, identity_number, try_read, xlsx};
use proptest::prelude::*;

/// Cells that mean something, nearly mean something, or nothing.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("安徽叶集中亚板材有限公司".to_owned()),
        Just(A.to_owned()),
        Just("91341504MA2TE5TA8J".to_owned()),
        Just("2022-05-06".to_owned()),
        Just("罚款；警告".to_owned()),
        Just("六环叶罚〔2022〕5号".to_owned()),
        Just("合计".to_owned()),
        Just("《消防法》".to_owned()),
        Just("23500".to_owned()),
        Just("3.5万元".to_owned()),
        Just("是".to_owned()),
        Just("自然人".to_owned()),
        "[0-9]{1,19}",
        "[^\"\r\n,]{0,8}",
    ]
}

fn header() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "企业名称",
        "统一社会信用代码",
        "处罚种类",
        "处罚决定日期",
        "罚款金额（万元）",
        "决定书文号",
        "处罚依据",
        "领域",
        "下达日期",
        "复查结果",
        "检查日期",
        "检查结果",
        "受理日期",
        "是否属实",
        "乡镇",
        "成立日期",
        "起",
        "止",
        "行数",
        "监管对象",
        "机关",
        "别名",
        "行政相对人类别",
        "随便",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_row_of_any_table_is_accounted_for(
        headers in prop::collection::vec(header(), 1..12),
        table in prop::collection::vec(prop::collection::vec(cell(), 0..13), 0..12),
        more in prop::collection::vec(prop::collection::vec(cell(), 10..11), 0..12),
    ) {
        let lines: Vec<String> = table.iter().map(|row| row.join(",")).collect();
        let penalties: Vec<String> = more.iter().map(|row| row.join(",")).collect();
        let files = [
            ("名录.csv", REGISTER.as_bytes().to_vec()),
            ("消防/表.csv", format!("{}\n{}\n", headers.join(","), lines.join("\n")).into_bytes()),
            ("环境/处罚.csv", format!("{PENALTY_HEADER}{}\n", penalties.join("\n")).into_bytes()),
        ];
        let delivery = try_read(&files).unwrap();
        balanced(&delivery);
        for problem in &delivery.problems {
            prop_assert!(!problem.withholds || problem.enterprise.is_some());
            prop_assert!(!problem.message.is_empty() && !problem.done.is_empty());
        }
        let again = try_read(&files).unwrap();
        prop_assert!(delivery == again, "the same files read the same");
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), name in "(a|环境/a)\\.(csv|tsv|txt|xlsx)") {
        let files = [("名录.csv", REGISTER.as_bytes().to_vec()), (name.as_str(), bytes.clone())];
        balanced(&try_read(&files).unwrap());
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(bytes);
        balanced(&try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), (name.as_str(), zip)]).unwrap());
    }

    #[test]
    fn no_damaged_workbook_panics(cut in 0_usize..4_000, at in 0_usize..4_000, byte in any::<u8>()) {
        let book = xlsx(&[("处罚", vec![
            ["企业名称", "处罚种类", "处罚决定日期", "罚款金额（元）"].map(Cell::Text).into(),
            vec![Cell::Text("安徽叶集中亚板材有限公司"), Cell::Text("罚款"), Cell::Number("44687", 1), Cell::Number("5000", 0)],
        ])]);
        let mut changed = book.clone();
        if let Some(slot) = changed.get_mut(at) {
            *slot = byte;
        }
        for bytes in [book[..cut.min(book.len())].to_vec(), changed] {
            balanced(&try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), ("环境/a.xlsx", bytes)]).unwrap());
        }
    }

    #[test]
    fn no_identity_number_passes_any_cell(order in 0_u32..1000, columns in prop::collection::vec(header(), 1..10)) {
        let id = identity_number("19761130", order);
        let row = vec![id.as_str(); columns.len()].join(",");
        let mixed = columns.iter().map(|h| if *h == "企业名称" { "叶集区好再来饭店" } else if h.contains("日期") { "2022-05-06" } else { &id }).collect::<Vec<_>>().join(",");
        let text = format!("{}\n{row}\n{mixed}\n", columns.join(","));
        let files = [("名录.csv", REGISTER.as_bytes().to_vec()), ("环境/表.csv", text.into_bytes())];
        let delivery = try_read(&files).unwrap();
        prop_assert!(!all_text(&delivery).contains(&id[..17]), "{}", id);
    }
}

#[test]
fn a_sheet_that_claims_to_be_huge_costs_only_its_cells() {
    // A dense table of this sheet would have 17 thousand million cells.
    let book = xlsx(&[(
        "处罚",
        vec![
            ["企业名称", "处罚种类", "处罚决定日期"].map(Cell::Text).into(),
            vec![
                Cell::Text("安徽叶集中亚板材有限公司"),
                Cell::Text("警告"),
                Cell::Text("2022-05-06"),
                Cell::At("XFD2", "远"),
            ],
            vec![
                Cell::At("A1048576", "叶集区好再来饭店"),
                Cell::At("B1048576", "警告"),
                Cell::At("C1048576", "2022-05-07"),
            ],
        ],
    )]);
    let delivery = try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), ("环境/a.xlsx", book)]).unwrap();
    balanced(&delivery);
    let table = delivery.caseload.table(sanse::SANCTION).unwrap();
    assert_eq!((0..table.len()).map(|r| table.origin(r).unwrap().row).collect::<Vec<_>>(), [2, 1_048_576]);
}
