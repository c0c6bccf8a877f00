//! For the standards that the project ships, one more violation never improves a label and one more timely
//! rectification never worsens it: in the domain and in the overall label.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up must fail")]

use std::path::Path;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use sanse::{
    Calendar, Caseload, CaseloadBuilder, Coverage, Coverages, Date, ENTERPRISE, FieldId, INSPECTION, LEAD,
    ListId, Money, Period, RECTIFICATION, SANCTION, State, Subject, Supervised, Ty, Value, Verdict,
    Vocabulary, classify,
};

struct Shipped {
    domains: Vec<sanse::Standard>,
    overall: sanse::Standard,
    vocabulary: Arc<Vocabulary>,
}

fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/yeji");
        let vocabulary = Arc::new(Vocabulary::standard());
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        let (mut domains, mut overall) = (Vec::new(), None);
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "rhai")) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let compiled = sanse_script::compile(&name, &std::fs::read(file).unwrap(), &vocabulary, &[]);
            let standard = compiled.standard.unwrap();
            match standard.subject {
                Subject::Overall => overall = Some(standard),
                Subject::Domain(_) => domains.push(standard),
            }
        }
        assert_eq!(domains.len(), 4);
        Shipped { domains, overall: overall.unwrap(), vocabulary }
    })
}

fn calendar() -> Calendar {
    Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of: "2023-03-31".parse().unwrap() }
}

/// A field of a row, in a form that outlives the builder.
#[derive(Clone, Debug)]
enum Cell {
    Text(String),
    Code(&'static str),
    Day(i32),
    Money(i64),
    Bool(bool),
}

type Row = (ListId, Vec<(&'static str, Cell)>);

/// Days from early 2020 to the as-of date.
fn day() -> impl Strategy<Value = i32> {
    let day = |text: &str| text.parse::<Date>().unwrap().days();
    prop_oneof![1 => day("2020-01-01")..day("2022-01-01"), 5 => day("2022-01-01")..day("2023-01-01"), 1 => day("2023-01-01")..day("2023-04-01")]
}

fn one_of(codes: &'static [&'static str]) -> impl Strategy<Value = Cell> {
    prop::sample::select(codes).prop_map(Cell::Code)
}

const KINDS: &[&str] = &[
    "免予处罚",
    "约谈",
    "责令改正",
    "挂牌督办",
    "代履行",
    "查封扣押",
    "责令限制生产",
    "责令停止建设",
    "责令停产整治",
    "移送行政拘留",
    "移送涉嫌犯罪",
    "其他行政处罚",
    "警告",
    "通报批评",
    "罚款",
    "没收违法所得",
    "没收非法财物",
    "暂扣许可证件",
    "降低资质等级",
    "吊销许可证件",
    "限制开展生产经营活动",
    "责令停产停业",
    "责令关闭",
    "限制从业",
    "行政拘留",
];
const ACTS: &[&str] = &[
    "超标排放水污染物",
    "未批先建",
    "未采取措施消除事故隐患",
    "使用未经定期检验的特种设备",
    "占用、堵塞疏散通道",
    "甲",
];
const STATES: &[&str] = &["已整改", "未到期", "未知", "未复查", "部分整改", "未整改"];
const TIMES: &[&str] = &["按时整改", "逾期整改", "未到期", "逾期未改", "未知"];

fn text_of(choices: &'static [&'static str]) -> impl Strategy<Value = Cell> {
    prop::sample::select(choices).prop_map(|t| Cell::Text(t.to_owned()))
}

fn sanction() -> impl Strategy<Value = Row> {
    let known = (one_of(KINDS), day(), text_of(ACTS), 0..6_u8, prop::option::of(0..30_000_000_i64));
    let state = (one_of(STATES), one_of(TIMES), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (known, state).prop_map(|((kind, day, act, document, fine), (state, time, repaired, annulled))| {
        let mut row = vec![
            ("种类", kind),
            ("作出日期", Cell::Day(day)),
            ("违法行为", act),
            ("整改", state),
            ("整改时效", time),
        ];
        if document > 0 {
            row.push(("文号", Cell::Text(format!("罚〔2022〕{document}号"))));
        }
        row.extend(fine.map(|fen| ("金额", Cell::Money(fen))));
        if repaired {
            row.push(("修复日期", Cell::Day(day + 100)));
        }
        if annulled {
            row.push(("状态", Cell::Code("撤销")));
        }
        (SANCTION, row)
    })
}

fn order() -> impl Strategy<Value = Row> {
    (day(), one_of(STATES), 0..60, any::<bool>(), 0..6_u8, 0..6_u8).prop_map(
        |(day, result, late, major, own, of)| {
            let mut row = vec![
                ("下达日期", Cell::Day(day)),
                ("整改期限", Cell::Day(day + 30)),
                ("复查结果", result),
                ("整改完成日期", Cell::Day(day + late)),
                ("重大隐患", Cell::Bool(major)),
            ];
            if own > 0 {
                row.push(("文号", Cell::Text(format!("改〔2022〕{own}号"))));
            }
            if of > 0 {
                row.push(("关联处罚文号", Cell::Text(format!("罚〔2022〕{of}号"))));
            }
            (RECTIFICATION, row)
        },
    )
}

fn inspection() -> impl Strategy<Value = Row> {
    let results = one_of(&[
        "未发现问题",
        "发现问题已责令改正",
        "发现问题经责令已改正",
        "不配合检查情节严重",
        "无法联系",
        "发现问题待后续处理",
    ]);
    (day(), results, any::<bool>()).prop_map(|(day, result, major)| {
        (INSPECTION, vec![("检查日期", Cell::Day(day)), ("结果", result), ("重大隐患", Cell::Bool(major))])
    })
}

fn lead() -> impl Strategy<Value = Row> {
    (day(), one_of(&["投诉举报", "转办交办", "监测预警"]), any::<bool>()).prop_map(|(day, source, true_)| {
        (LEAD, vec![("接收日期", Cell::Day(day)), ("来源", source), ("查实", Cell::Bool(true_))])
    })
}

fn firm() -> impl Strategy<Value = Vec<(&'static str, Cell)>> {
    let class =
        (one_of(&["一级", "二级", "三级", "未定级"]), one_of(&["非高危", "煤矿", "危险化学品", "金属冶炼"]));
    (class, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |((grade, hazard), key, crowded, polluter)| {
            vec![
                ("名称", Cell::Text("甲".to_owned())),
                ("标准化等级", grade),
                ("高危行业", hazard),
                ("消防安全重点单位", Cell::Bool(key)),
                ("人员密集场所", Cell::Bool(crowded)),
                ("重点排污单位", Cell::Bool(polluter)),
            ]
        },
    )
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(prop_oneof![4 => sanction(), 3 => order(), 2 => inspection(), 1 => lead()], 0..9)
}

fn fields<'a>(list: ListId, cells: &'a [(&'static str, Cell)]) -> Vec<(FieldId, Value<'a>)> {
    let v = &shipped().vocabulary;
    cells
        .iter()
        .map(|(name, cell)| {
            let field = v.list_def(list).field(name).unwrap();
            let value = match cell {
                Cell::Text(text) => Value::Text(text),
                Cell::Code(text) => match v.field_def(list, field).unwrap().ty {
                    Ty::Code(_) => Value::Code(v.code_of(list, field, text).unwrap()),
                    _ => Value::Text(text),
                },
                Cell::Day(day) => Value::Date(Date::from_days(*day)),
                Cell::Money(fen) => Value::Money(Money::from_fen(*fen)),
                Cell::Bool(yes) => Value::Bool(*yes),
            };
            (field, value)
        })
        .collect()
}

/// The rows stand in the domain of the given number.
fn caseload(firm: &[(&'static str, Cell)], rows: &[Row], domain: &str) -> Caseload {
    let mut b = CaseloadBuilder::new(Arc::clone(&shipped().vocabulary));
    let number = b.add_enterprise(&fields(ENTERPRISE, firm), None).unwrap();
    for (list, cells) in rows {
        let mut cells = cells.clone();
        cells.push(("领域", Cell::Text(domain.to_owned())));
        b.add(*list, number, &fields(*list, &cells), None).unwrap();
    }
    let covered = shipped().domains.iter().map(|s| Coverage {
        domain: s.subject.chinese().to_owned(),
        agency: String::new(),
        period: calendar().period,
        rows: None,
        zero_report: false,
        simple_procedure: None,
        supervised: Supervised::All,
    });
    b.coverages(Coverages::Declared(covered.collect()));
    b.finish(calendar().as_of).0
}

/// The verdicts in the domain and overall; all grades are rated here, so labels can be compared.
fn verdicts(firm: &[(&'static str, Cell)], rows: &[Row], domain: usize) -> [Verdict; 2] {
    let shipped = shipped();
    let cases = caseload(firm, rows, shipped.domains[domain].subject.chinese());
    let result = classify(&cases, &shipped.domains, Some(&shipped.overall), &calendar(), 1).unwrap();
    [result.domains[domain].verdicts[0], result.overall.unwrap().verdicts[0]]
}

fn no_better(less: &[Verdict; 2], more: &[Verdict; 2]) -> bool {
    less.iter().zip(more).all(|(less, more)| {
        assert_eq!((less.state, more.state), (State::Rated, State::Rated));
        more.label >= less.label
    })
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn one_more_violation_never_improves_a_label(
        firm in firm(), rows in rows(), more in prop_oneof![sanction(), order(), lead()], domain in 0..4_usize,
    ) {
        // A row that joins a decision already there can bring news of that decision's rectification; what is
        // added here is a further violation, so it has numbers of its own.
        let mut more = more;
        for (name, cell) in &mut more.1 {
            if let ("文号" | "关联处罚文号", Cell::Text(text)) = (*name, cell) {
                text.push('另');
            }
        }
        let before = verdicts(&firm, &rows, domain);
        let mut rows = rows;
        rows.push(more);
        let after = verdicts(&firm, &rows, domain);
        prop_assert!(no_better(&before, &after), "{before:?} {after:?}");
    }

    #[test]
    fn one_more_timely_rectification_never_worsens_a_label(
        firm in firm(), rows in rows(), which in any::<prop::sample::Index>(), domain in 0..4_usize,
    ) {
        if rows.is_empty() {
            return Ok(());
        }
        let before = verdicts(&firm, &rows, domain);
        let mut rows = rows;
        let place = which.index(rows.len());
        let (list, cells) = &mut rows[place];
        let mut day = 0;
        for (name, cell) in cells.iter() {
            if let ("作出日期" | "下达日期", Cell::Day(at)) = (*name, cell) {
                day = *at;
            }
        }
        cells.retain(|(name, _)| !["整改", "整改时效", "复查结果", "整改完成日期"].contains(name));
        match *list {
            SANCTION => cells.extend([("整改", Cell::Code("已整改")), ("整改时效", Cell::Code("按时整改"))]),
            RECTIFICATION => cells.extend([("复查结果", Cell::Code("已整改")), ("整改完成日期", Cell::Day(day))]),
            _ => {}
        }
        let after = verdicts(&firm, &rows, domain);
        prop_assert!(no_better(&after, &before), "{before:?} {after:?}");
    }
}
