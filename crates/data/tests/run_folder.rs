//! A run written as a folder and read again, with a standard and a delivery made by hand.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail loudly")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sanse::{
    Admit, Arm, Band, Calendar, CaseloadBuilder, Compare, Constant, Coverages, Date, Direction, ENTERPRISE,
    Effect, Expr, FieldId, Grade, INSPECTION, Label, ListId, Measure, MeasureFor, MeasureItem, Node, OUTCOME,
    Origin, Period, Place, Points, Rule, SANCTION, Scope, Stage, Standard, Subject, Ty, Value, Vocabulary,
    Window,
};
use sanse_data::{
    Delivery, Found, Papers, Problem, Run, Script, Source, Task, UnusedRow, WriteError, open_run, write_run,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn vocabulary() -> Arc<Vocabulary> {
    Arc::new(Vocabulary::standard())
}

fn field(list: ListId, name: &str) -> FieldId {
    Vocabulary::standard().list_def(list).field(name).unwrap()
}

/// The value of a code field, by its text.
fn code(list: ListId, name: &str, text: &str) -> (Ty, Constant) {
    let vocabulary = Vocabulary::standard();
    let ty = vocabulary.field_def(list, field(list, name)).unwrap().ty;
    let Ty::Code(codes) = ty else { panic!("{ty:?}") };
    (ty, Constant::Code(codes, vocabulary.code_list(codes).unwrap().code(text).unwrap()))
}

/// `字段 == "值"` for a code field.
fn is(list: ListId, name: &str, text: &str) -> Expr {
    let (ty, value) = code(list, name, text);
    let sides = [expr(Node::Field(field(list, name)), ty), Expr::constant(value)];
    expr(Node::Compare(Compare::Equal, Box::new(sides)), Ty::Bool)
}

fn expr(node: Node, ty: Ty) -> Expr {
    Expr { node, ty, at: Place::default() }
}

fn grade(name: &str, label: Label, low: i32, high: Option<i32>) -> Grade {
    let closed = |n| (Points::whole(n), true);
    Grade {
        name: name.to_owned(),
        label,
        band: Some(Band { lower: Some(closed(low)), upper: high.map(closed) }),
    }
}

fn measure(to: MeasureFor, visits: &str) -> Measure {
    Measure {
        to,
        when: None,
        proactive_visits: visits.to_owned(),
        visits_a_year: Some((Some(1), Some(2))),
        ratio: Some(500),
        method: "现场检查".to_owned(),
        basis: "本区方案".to_owned(),
        incentives: vec![MeasureItem {
            content: "评优优先".to_owned(), basis: "方案第九条".to_owned()
        }],
        urging: Vec::new(),
        restrictions: Vec::new(),
        at: Place::default(),
    }
}

fn standard(id: &str, subject: Subject, rules: Vec<Rule>, admits: Vec<Admit>, banded: bool) -> Standard {
    let mut grades = vec![
        grade("绿标", Label::Green, 0, Some(0)),
        grade("黄标", Label::Yellow, 1, Some(11)),
        grade("红标", Label::Red, 12, None),
    ];
    if !banded {
        for grade in &mut grades {
            grade.band = None;
        }
    }
    Standard {
        id: id.to_owned(),
        title: "评定标准".to_owned(),
        stage: Stage::Draft,
        subject,
        document: None,
        approved_on: None,
        issuer: None,
        effective_from: day("2023-01-01"),
        effective_until: None,
        period_months: 12,
        vocabulary: vocabulary(),
        direction: Direction::CountUp,
        base: Expr::points(Points::ZERO),
        lower_limit: None,
        upper_limit: None,
        unit: Points::whole(1),
        admits,
        rules,
        groups: Vec::new(),
        grades,
        uninspected: None,
        branches: sanse::Branches::Apart,
        measures: vec![
            measure(MeasureFor::Label(Label::Green), "一般不"),
            measure(MeasureFor::Label(Label::Yellow), "按计划"),
            measure(MeasureFor::Label(Label::Red), "重点"),
            measure(MeasureFor::NotRated, "按计划"),
        ],
        parameters: Vec::new(),
        cases: Vec::new(),
        digest: "00".to_owned(),
    }
}

fn rule(id: &str, scope: Scope, arms: Vec<(Option<Expr>, Effect)>) -> Rule {
    Rule {
        id: id.to_owned(),
        title: "按措施记分".to_owned(),
        basis: "《办法》第十二条".to_owned(),
        scope,
        guard: None,
        arms: arms.into_iter().map(|(when, effect)| Arm { when, effect, at: Place::default() }).collect(),
        window: None,
        pick: Vec::new(),
        group: None,
        cap: None,
        apart: Vec::new(),
        at: Place::default(),
    }
}

fn points(amount: i32) -> Effect {
    Effect::Points { amount: Expr::points(Points::whole(amount)), merit: false }
}

/// Fines give 12 points, everything else 1; sanctions of the period count.
fn environment() -> Standard {
    let decided = expr(Node::Field(field(SANCTION, "作出日期")), Ty::Date);
    let window = Window::Period(decided);
    let admit = Admit { list: SANCTION, window, except: Vec::new(), carry: None, at: Place::default() };
    let rules = vec![rule(
        "HJ-01",
        Scope::Each(SANCTION),
        vec![(Some(is(SANCTION, "种类", "罚款")), points(12)), (None, points(1))],
    )];
    standard("HJ-2023", Subject::Domain("生态环境".to_owned()), rules, vec![admit], true)
}

/// Red if a domain is red.
fn overall() -> Standard {
    let rules = vec![rule(
        "ZH-01",
        Scope::Each(OUTCOME),
        vec![(Some(is(OUTCOME, "标签", "红标")), Effect::AtMost(2))],
    )];
    standard("ZH-2023", Subject::Overall, rules, Vec::new(), false)
}

/// Three enterprises; the first is fined twice, once before the period; the second's name begins like a
/// formula; the third has an inspection that no standard looks at.
fn delivery() -> Delivery {
    let mut b = CaseloadBuilder::new(vocabulary());
    let credit_code = field(ENTERPRISE, "统一社会信用代码");
    let firms = [
        ("91341504MA2ABCDE1X", "安徽甲环保有限公司"),
        ("", "=乙（叶集）厂"),
        ("913415047049000015", "丙公司"),
    ];
    let origin = |source, row| Some(Origin { source, row });
    let kind = |text| match code(SANCTION, "种类", text).1 {
        Constant::Code(_, number) => Value::Code(number),
        other => panic!("{other:?}"),
    };
    for (row, (number, name)) in firms.into_iter().enumerate() {
        let mut fields = vec![
            (field(ENTERPRISE, "名称"), Value::Text(name)),
            (field(ENTERPRISE, "乡镇"), Value::Text("三元镇")),
        ];
        if !number.is_empty() {
            fields.push((credit_code, Value::Text(number)));
        }
        b.add_enterprise(&fields, origin(0, row as u32 + 2)).unwrap();
    }
    let rows = [
        (0, "2022-05-06", "六环叶罚〔2022〕5号", 2),
        (0, "2021-05-06", "六环叶罚〔2021〕9号", 3),
        (1, "2022-07-01", "六环叶罚〔2022〕8号", 4),
    ];
    for (firm, date, document, row) in rows {
        b.add(
            SANCTION,
            firm,
            &[
                (field(SANCTION, "领域"), Value::Text("生态环境")),
                (field(SANCTION, "种类"), kind(if firm == 0 { "罚款" } else { "警告" })),
                (field(SANCTION, "文号"), Value::Text(document)),
                (field(SANCTION, "违法行为"), Value::Text("超标排放水污染物")),
                (field(SANCTION, "作出日期"), Value::Date(day(date))),
            ],
            origin(1, row),
        )
        .unwrap();
    }
    let inspected = [
        (field(INSPECTION, "领域"), Value::Text("生态环境")),
        (field(INSPECTION, "检查日期"), Value::Date(day("2022-03-01"))),
    ];
    b.add(INSPECTION, 2, &inspected, origin(2, 2)).unwrap();
    b.coverages(Coverages::Undeclared { received: vec!["生态环境".to_owned()] });
    b.withhold(2, None, 0).unwrap();
    let (caseload, _) = b.finish(day("2023-03-31"));
    let source = |file: &str, taken_for: &str, read, used, unused, problem| Source {
        file: file.to_owned(),
        sheet: None,
        sha256: "ab".repeat(32),
        encoding: "UTF-8".to_owned(),
        taken_for: taken_for.to_owned(),
        rows_read: read,
        rows_used: used,
        rows_unused: unused,
        rows_problem: problem,
        layout: None,
    };
    Delivery {
        caseload,
        first: 0,
        sources: vec![
            source("企业名录.csv", "企业", 3, 3, 0, 0),
            source("环境/处罚.csv", "措施", 5, 3, 1, 1),
            source("环境/检查.csv", "检查", 1, 1, 0, 0),
        ],
        problems: vec![Problem {
            source: 1,
            row: Some(6),
            column: Some("处罚决定日期".to_owned()),
            code: "D301",
            message: "日期“2022-13-01”读不出".to_owned(),
            done: "该行未计入，待核对".to_owned(),
            enterprise: Some(2),
            domain: None,
            withholds: true,
        }],
        unused: vec![UnusedRow {
            source: 1, row: 5, enterprise: None, reason: "不是本区企业".to_owned()
        }],
        mapping: None,
    }
}

fn write(out: &Path, delivery: &Delivery, threads: usize) -> Result<sanse_data::Written, WriteError> {
    let (standards, overall) = (vec![environment()], overall());
    let calendar = Calendar { period: Period::of_quarter(2023, 1).unwrap(), as_of: day("2023-03-31") };
    let classification =
        sanse::classify(&delivery.caseload, &standards, Some(&overall), &calendar, threads).unwrap();
    let scripts = [Script {
        file: "环境.rhai".to_owned(),
        sha256: "cd".repeat(32),
        standard: "HJ-2023".to_owned(),
        used: true,
    }];
    let overrides = [("HJ-2023.未见分值".to_owned(), "5".to_owned())];
    let task = Task {
        standards: &standards,
        overall: Some(&overall),
        calendar,
        year: 2023,
        quarter: 1,
        scripts: &scripts,
        overrides: &overrides,
        papers: Papers::default(),
    };
    let run = Run { task, delivery, classification: &classification };
    write_run(out, &run)
}

/// The files of a folder by their path in it, sorted.
fn files_below(dir: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(files_below(&path).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            files.push(name);
        }
    }
    files.sort();
    files
}

fn table(dir: &Path, name: &str) -> String {
    let text = fs::read_to_string(dir.join(name)).unwrap();
    assert!(text.starts_with('\u{feff}') && text.ends_with("\r\n"), "{name}");
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

#[test]
fn a_run_says_who_is_what_and_why() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("结果");
    let written = write(&out, &delivery(), 1).unwrap();
    assert_eq!((written.enterprises, written.problems, written.withholding, written.unused), (3, 1, 1, 3));
    assert_eq!(written.counts[0].labels, [0, 1, 1]);
    assert_eq!((written.counts[0].not_rated, written.fingerprint.len(), written.replaced), (1, 16, false));

    let enterprises = table(&out, "内部/enterprises.csv");
    let lines: Vec<&str> = enterprises.lines().collect();
    assert_eq!(
        lines[0],
        "统一社会信用代码,名称,乡镇,行业门类,综合标签,生态环境状态,生态环境得分,生态环境等级,生态环境标签,主要原因,标注"
    );
    assert!(
        lines[1].starts_with("91341504MA2ABCDE1X,安徽甲环保有限公司,三元镇,,红标,已评定,12,红标,红标,"),
        "{}",
        lines[1]
    );
    assert!(
        lines[1].contains("生态环境红标：规则HJ-01（按措施记分）：2022-05-06 六环叶罚〔2022〕5号 罚款（超标排放水污染物），记12分；得分12分，等级红标[12,)"),
        "{}",
        lines[1]
    );
    assert!(lines[2].starts_with(",'=乙（叶集）厂,三元镇,"), "{}", lines[2]);
    assert!(
        lines[3]
            .starts_with("'913415047049000015,丙公司,三元镇,,未评定,未评定,,,,生态环境未评定：有指向该企业"),
        "{}",
        lines[3]
    );

    let deductions = table(&out, "内部/deductions.csv");
    assert!(
        deductions.contains("91341504MA2ABCDE1X,安徽甲环保有限公司,生态环境,HJ-2023,HJ-01,按措施记分,《办法》第十二条,1,六环叶罚〔2022〕5号,2022-05-06,罚款,超标排放水污染物,12,12,计入,记12分,1,环境/处罚.csv,,2"),
        "{deductions}"
    );
    let assessments = table(&out, "内部/assessments.csv");
    assert!(assessments.contains("0 + 12 = 12分，等级红标[12,)"), "{assessments}");
    assert!(
        assessments.contains(
            "2022-01-01,2022-12-31,2023-03-31,重点,1至2次,5%,现场检查,本区方案,评优优先（依据：方案第九条）"
        ),
        "{assessments}"
    );

    let unused = table(&out, "内部/unused.csv");
    let rows: Vec<&str> = unused.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "91341504MA2ABCDE1X,安徽甲环保有限公司,环境/处罚.csv,,3,措施,标准HJ-2023：日期2021-05-06，已过计入期",
            ",,环境/处罚.csv,,5,措施,不是本区企业",
            "'913415047049000015,丙公司,环境/检查.csv,,2,检查,标准HJ-2023：该标准不使用“检查”记录",
        ]
    );
    let problems = table(&out, "内部/problems.csv");
    assert!(
        problems.contains(
            "丙公司,,环境/处罚.csv,,6,处罚决定日期,D301,日期“2022-13-01”读不出,该行未计入，待核对,是"
        ),
        "{problems}"
    );
    let summary = table(&out, "内部/summary.csv");
    assert!(summary.contains("全部,全部企业,生态环境,3,3,0,0.00%,1,33.33%,1,33.33%,1,33.33%,0"), "{summary}");
    assert!(
        summary.contains("乡镇,三元镇,生态环境,3,3,") && summary.contains("行业门类,（未填）,生态环境,"),
        "{summary}"
    );

    let record: serde_json::Value = serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(record["stamp"], "初评");
    assert_eq!(record["coverage_declared"], false);
    assert_eq!(
        record["inputs"][1]["rows"],
        serde_json::json!({"read": 5, "in_results": 2, "supporting": 0, "unused": 2, "in_problems": 1})
    );
    let outputs = record["outputs"].as_array().unwrap().iter();
    let mut outputs: Vec<String> = outputs.map(|o| o["file"].as_str().unwrap().to_owned()).collect();
    outputs.push("run.json".to_owned());
    outputs.sort();
    assert_eq!(outputs, files_below(&out));
    assert!(outputs.contains(&"各机关/生态环境/deductions.csv".to_owned()));
    assert_eq!(record["arguments"][0]["set"], "HJ-2023.未见分值");
}

#[test]
fn threads_and_places_change_no_byte_and_a_draft_is_replaced() {
    let home = tempfile::tempdir().unwrap();
    let (one, many) = (home.path().join("one"), home.path().join("深").join("many"));
    let first = write(&one, &delivery(), 1).unwrap();
    let second = write(&many, &delivery(), 3).unwrap();
    assert_eq!(first.fingerprint, second.fingerprint);
    let files = files_below(&one);
    assert_eq!(files, files_below(&many));
    for name in &files {
        assert_eq!(fs::read(one.join(name)).unwrap(), fs::read(many.join(name)).unwrap(), "{name}");
    }
    assert!(write(&one, &delivery(), 2).unwrap().replaced);
    assert_eq!(files_below(&one), files);
}

#[test]
fn a_row_without_an_end_stops_the_run_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    let mut delivery = delivery();
    delivery.unused.clear();
    let error = write(&out, &delivery, 1).unwrap_err();
    assert!(matches!(&error, WriteError::Unaccounted { read: 5, accounted: 4, .. }), "{error}");
    assert!(error.is_internal());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn a_run_folder_explains_itself() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    assert!(open_run(&out).unwrap_err().to_string().contains("找不到"));
    assert!(open_run(home.path()).unwrap_err().to_string().contains("不是本程序的结果文件夹"));
    write(&out, &delivery(), 1).unwrap();
    let run = open_run(&out).unwrap();
    assert!(run.changed().is_empty());
    let Found::One(first) = run.find("甲环保").unwrap() else { panic!("a part of one name") };
    assert_eq!(run.find("91341504ma2abcde1x").unwrap(), Found::One(first.clone()));
    assert!(matches!(run.find("=乙（叶集）厂").unwrap(), Found::One(_)));
    assert!(matches!(run.find("913415047049000015").unwrap(), Found::One(_)));
    assert!(matches!(run.find("公司").unwrap(), Found::Several(found, 2) if found.len() == 2));
    assert!(matches!(run.find("安徽甲环宝有限公司").unwrap(), Found::None(near) if near == [first.clone()]));
    let page = run.explain(&first).unwrap().to_string();
    for part in [
        "综合标签：红标",
        "【生态环境】红标",
        "0 + 12 = 12分",
        "六环叶罚〔2022〕5号",
        "《办法》第十二条",
        "环境/处罚.csv第2行",
        "检查安排：主动现场检查 重点",
        "初评，不得公开",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let Found::One(third) = run.find("丙公司").unwrap() else { panic!() };
    let page = run.explain(&third).unwrap().to_string();
    assert!(page.contains("须核对的数据") && page.contains("核对前不评绿标"), "{page}");

    let path = out.join("内部/unused.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "x,,,,,,\r\n").unwrap();
    assert_eq!(open_run(&out).unwrap().changed(), ["内部/unused.csv"]);
}

#[test]
fn every_row_of_the_fixture_has_its_end() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yeji-2022");
    let domains = ["生态环境", "安全生产", "消防", "特种设备"].map(str::to_owned);
    let delivery = sanse_data::read_folder(&fixture, &vocabulary(), &domains, day("2023-03-31")).unwrap();
    assert!(
        delivery.caseload.enterprises() > 300 && !delivery.problems.is_empty() && !delivery.unused.is_empty()
    );
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join("out"), &delivery, 2).unwrap();
}

#[test]
fn faults_of_the_penalty_data_are_listed_for_the_review_of_case_files() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    write(&out, &delivery(), 1).unwrap();
    let review = table(&out, "内部/案卷评查.csv");
    let rows: Vec<&str> = review.lines().collect();
    assert_eq!(rows[0], "机关,领域,文件,工作表,行,统一社会信用代码,名称,文号,问题,代码");
    for want in [
        ",,环境/处罚.csv,,,,,,整张表的处罚都没有“处罚依据”,",
        ",生态环境,环境/处罚.csv,,2,91341504MA2ABCDE1X,安徽甲环保有限公司,六环叶罚〔2022〕5号,罚款没有金额,",
        ",,环境/处罚.csv,,6,'913415047049000015,丙公司,,日期“2022-13-01”读不出,D301",
    ] {
        assert!(rows.contains(&want), "{want} is missing in\n{review}");
    }
    assert!(!review.contains("没有“文号”"), "{review}");
}
