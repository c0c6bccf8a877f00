//! Scripts from the direction's section 4 and the published vectors, compiled and tested.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use sanse::{
    Compare, Constant, Direction, Effect, Expr, ListId, Money, Node, Points, Scope, Span, Standard, Ty,
    Vocabulary, What, Window,
};
use sanse_script::{Compiled, Override, compile, render, run_cases};

fn set(parameter: &str, value: &str) -> Override {
    Override { standard: "HB-2017".into(), parameter: parameter.into(), value: value.into() }
}

fn compiled(text: &str, overrides: &[Override]) -> Compiled {
    compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), overrides)
}

fn standard(text: &str, overrides: &[Override]) -> Standard {
    let compiled = compiled(text, overrides);
    let shown: Vec<String> = compiled.findings.iter().map(|f| render(f, &compiled.text)).collect();
    compiled.standard.unwrap_or_else(|| panic!("{}", shown.join("\n")))
}

fn all_pass(standard: &Standard) {
    for result in run_cases(standard) {
        assert!(result.passed, "{}: {:#?}\n{:#?}", result.case, result.differences, result.chain);
    }
}

const HEBEI: &str = include_str!("scripts/hebei.rhai");

#[test]
fn hebei_compiles_and_its_tests_pass() {
    let standard = standard(HEBEI, &[set("来源未见分值", "6")]);
    assert_eq!(standard.direction, Direction::CountUp);
    assert_eq!(standard.rules[0].scope, Scope::Each(ListId(1)));
    assert_eq!(standard.rules[0].arms.len(), 3);
    assert_eq!(standard.rules[0].pick.len(), 2);
    assert!(matches!(standard.admits[0].window, Window::Period(_)));
    assert_eq!(standard.parameters[0].default, None);
    assert_eq!(standard.cases.len(), 18);
    all_pass(&standard);
}

#[test]
fn hebei_without_the_required_parameter_says_so_once() {
    let compiled = compiled(HEBEI, &[]);
    assert!(compiled.standard.is_none());
    let codes: Vec<&str> = compiled.findings.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["S410"], "{:#?}", compiled.findings);
}

/// A standard over the lists, with some statements.
fn with(statements: &str) -> Standard {
    standard(
        &format!(
            "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");\n\
             计入(措施, |措| 措.作出日期, 统计期);计入(检查, |检| 检.检查日期, 统计期);\n{statements}\n\
             等级(\"好\", 绿, \"(,0]\").等级(\"中\", 黄, \"[1,9]\").等级(\"差\", 红, \"[10,)\");"
        ),
        &[],
    )
}

fn guard(condition: &str) -> Node {
    let text = format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).当({condition}).则(记(1));");
    with(&text).rules.remove(0).guard.unwrap().node
}

fn firm_guard(condition: &str) -> Node {
    let text = format!("规则(\"R\", \"规\").依据(\"法\").当({condition}).则(记(1));");
    with(&text).rules.remove(0).guard.unwrap().node
}

#[test]
fn texts_become_codes_and_days_and_numbers_points() {
    let vocabulary = Vocabulary::standard();
    let (list, _) = vocabulary.list("措施").unwrap();
    let kind = vocabulary.list_def(list).field("种类").unwrap();
    let Node::Compare(Compare::Equal, pair) = guard("|措| 措.种类 == \"fine\"") else { panic!() };
    assert_eq!(pair[0].node, Node::Field(kind));
    let Node::Const(Constant::Code(_, code)) = pair[1].node else { panic!() };
    assert_eq!(Some(code), vocabulary.code_of(list, kind, "罚款"));
    let Node::Compare(Compare::Less, pair) = guard("|措| 措.decided_on < \"2023-01-01\"") else { panic!() };
    assert_eq!(pair[1].node, Node::Const(Constant::Date("2023-01-01".parse().unwrap())));
    let Node::Compare(_, pair) = guard("|措| (措.金额 ?? 0.元) >= 2.5.万元") else { panic!() };
    assert_eq!(pair[1].node, Node::Const(Constant::Money(Money::from_fen(2_500_000))));
}

#[test]
fn operators_keep_their_meaning() {
    let Node::Not(inner) = guard("|措| !(措.种类 in [\"警告\", \"罚款\"])") else { panic!() };
    assert!(matches!(inner.node, Node::OneOf(_, ref codes) if codes.len() == 2));
    let Node::Not(inner) = guard("|措| 措.种类 !in [\"警告\"]") else { panic!() };
    assert!(matches!(inner.node, Node::OneOf(..)));
    let Node::All(parts) = guard("|措| 措.种类 == \"警告\" && 措.金额.有值 && 措.金额 > 1.元")
    else {
        panic!()
    };
    assert_eq!(parts.len(), 3);
    let Node::Any(parts) =
        guard("|措| 措.种类 == \"警告\" || (措.种类 == \"罚款\" && 措.作出日期 > 统计期首日)")
    else {
        panic!()
    };
    assert!(matches!(parts[1].node, Node::All(_)));
    let Node::Compare(Compare::Greater, pair) = guard("|措| 截止日 - 措.作出日期 > 180") else {
        panic!()
    };
    assert_eq!((pair[0].ty, &pair[1].node), (Ty::Int, &Node::Const(Constant::Int(180))));
    let Node::Compare(_, pair) = guard("|措| 措.作出日期 + 6.个月 - 15.天 < 统计期末日") else {
        panic!()
    };
    let Node::AddSpan(inner, span) = &pair[0].node else { panic!() };
    assert_eq!((span.months, span.days), (0, -15));
    assert!(matches!(inner.node, Node::AddSpan(_, Span { months: 6, days: 0 })));
    let Node::Compare(_, pair) = guard("|措| 措.企业.重点排污单位 == true") else { panic!() };
    assert!(matches!(pair[0].node, Node::EnterpriseField(_)));
}

#[test]
fn captured_values_are_those_of_the_declaration() {
    let standard = with(
        "let 多 = 3;\n\
         for 次 in [1, 2] { 规则(\"R-\" + 次, \"规\").依据(\"法\").当(|企| 企.处罚.数量() >= 次).则(记(次)); }\n\
         规则(\"Q\", \"规\").依据(\"法\").当(|企| 企.处罚.数量() >= 多).则(记(多));\n多 = 7;",
    );
    let limits: Vec<&Node> = standard
        .rules
        .iter()
        .map(|rule| match &rule.guard.as_ref().unwrap().node {
            Node::Compare(_, pair) => &pair[1].node,
            other => panic!("{other:?}"),
        })
        .collect();
    let number = |n: i64| Node::Const(Constant::Int(n));
    assert_eq!(limits, [&number(1), &number(2), &number(3)]);
}

#[test]
fn aggregates() {
    let Node::Compare(_, pair) = firm_guard(
        "|企| 企.处罚.近(3.年).其中(|罚| 罚.种类 == \"罚款\" && 罚.企业.高危行业 == \"煤矿\").任意天内(180) >= 3",
    ) else {
        panic!()
    };
    let Node::Aggregate(aggregate) = &pair[0].node else { panic!() };
    assert_eq!(aggregate.what, What::Peak(Span::days(180)));
    assert!(matches!(aggregate.window, Some(Window::Between { until: Some(_), .. })));
    let Some(Expr { node: Node::All(parts), .. }) = &aggregate.filter else { panic!() };
    assert!(matches!(parts[0].node, Node::OneOf(..)), "the view's own condition");
    // A condition inside sees the enterprise of the outer one.
    let Node::Compare(_, pair) = firm_guard("|企| 企.检查.其中(|检| 检.机关 == 企.乡镇).数量() >= 3")
    else {
        panic!()
    };
    let Node::Aggregate(aggregate) = &pair[0].node else { panic!() };
    let Some(Expr { node: Node::Compare(_, pair), .. }) = &aggregate.filter else { panic!() };
    assert!(matches!(pair[1].node, Node::EnterpriseField(_)));
    let Node::Compare(Compare::Greater, _) = firm_guard("|企| 企.检查.存在()") else { panic!() };
    let Node::Compare(_, pair) =
        firm_guard("|企| 企.处罚.同一(|罚| [罚.违法行为, 罚.种类]).任意月内(12) >= 2")
    else {
        panic!()
    };
    let Node::Aggregate(aggregate) = &pair[0].node else { panic!() };
    assert_eq!((aggregate.what.clone(), aggregate.same.len()), (What::Peak(Span::months(12)), 2));
    let Node::Compare(_, pair) = firm_guard("|企| (企.措施.平均(|措| 措.金额, \"四舍五入\") ?? 0.元) > 1.元")
    else {
        panic!()
    };
    assert!(matches!(&pair[0].node, Node::OrElse(_)));
}

#[test]
fn effects_windows_and_defaults() {
    let standard = with(
        "组(\"现场\").封顶(20).取最重();\n\
         规则(\"A\", \"规\").依据(\"法\").逐条(处罚).情形(|罚| 罚.金额.有值 && 罚.金额 > 5.万元, 不高于(\"差\")).其余(记(2)).组(\"现场\");\n\
         规则(\"B\", \"规\").依据(\"法\").逐条(措施).则(记(1)).各计().近(3.年).封顶(5);\n\
         规则(\"C\", \"规\").依据(\"法\").每户().情形(|企| 企.标准化等级 == \"一级\", 减(2)).情形(|企| 企.检查.数量() > 9, 升(1)).其余(不低于(\"中\"));\n\
         规则(\"D\", \"规\").依据(\"法\").逐条(检查).有效期(|检| 检.检查日期 + 15.天, |检| 检.检查日期 + 6.个月).分档(|检| 检.隐患条数 ?? 0, [[2, 记(1)], [5, 记(3)]]);\n\
         规则(\"E\", \"规\").依据(\"法\").当(|企| 企.登记状态 == \"停业\").则(不评定(\"停业\"));\n\
         规则(\"F\", \"规\").依据(\"法\").逐条(措施).则(记(|措| 除以(统计期末日 - 措.作出日期, 100, \"向下取整\") ?? 0)).当(|措| 统计期末日 - 措.作出日期 >= 0 && 统计期末日 - 措.作出日期 < 366);",
    );
    let rule = |i: usize| &standard.rules[i];
    assert!(matches!(rule(0).guard, Some(Expr { node: Node::OneOf(..), .. })));
    assert_eq!(rule(0).arms[0].effect, Effect::AtMost(2));
    assert_eq!((rule(0).group, rule(0).pick.len()), (Some(0), 2));
    assert!(standard.groups[0].pick_across && standard.groups[0].cap == Some(Points::whole(20)));
    assert!(rule(1).pick.is_empty() && rule(1).cap == Some(Points::whole(5)));
    assert!(matches!(rule(1).window, Some(Window::Between { .. })));
    assert!(matches!(rule(2).arms[0].effect, Effect::Points { merit: true, .. }));
    assert_eq!(rule(2).arms[1].effect, Effect::Shift(-1));
    assert_eq!(rule(2).arms[2].effect, Effect::AtLeast(1));
    assert_eq!(rule(3).arms.len(), 2);
    assert_eq!(rule(4).arms[0].effect, Effect::NotRated("停业".into()));
    assert_eq!(standard.direction, Direction::CountUp);
}

#[test]
fn parameters_are_set_as_the_type_of_their_default() {
    let text = "标准(\"HB-2017\", \"试\", \"草案\").综合().施行(\"2023-01-01\").统计期(24.个月);\n\
        let 甲 = 参数(\"甲\", 3, \"次数\"); let 乙 = 参数(\"乙\", 5.万元, \"金额\"); let 丙 = 参数(\"丙\", 180.天, \"时长\");\n\
        let 丁 = 参数(\"丁\", 2.5, \"分值\"); let 戊 = 参数(\"戊\", \"3%\", \"比例\"); let 己 = 参数(\"己\", true, \"是否\");\n\
        if 己 { 监管(绿, #{ 依据: \"方案\", 抽查比例: 戊 }); }\n\
        规则(\"R\", \"规\").依据(\"法\").当(|企| 企.处罚.近(丙).其中(|罚| (罚.金额 ?? 0.元) > 乙).数量() >= 甲).则(不高于(\"好\"));\n\
        等级(\"好\", 绿); let 用 = 丁;";
    let plain = standard(text, &[]);
    let set = standard(
        text,
        &[
            set("甲", "7"),
            set("乙", "10万元"),
            set("丙", "1年"),
            set("丁", "3"),
            set("戊", "2.5%"),
            set("己", "是"),
        ],
    );
    let values = |s: &Standard| s.parameters.iter().map(|p| p.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        values(&set),
        [
            Constant::Int(7),
            Constant::Money(Money::from_fen(10_000_000)),
            Constant::Span(Span::months(12)),
            Constant::Points(Points::whole(3)),
            Constant::Text("2.5%".into()),
            Constant::Bool(true),
        ]
    );
    assert_eq!(set.measures[0].ratio, Some(250));
    assert_eq!(plain.parameters[0].default, Some(Constant::Int(3)));
    assert_eq!(plain.period_months, 24);
    assert_ne!(plain.digest, set.digest);
    assert_eq!(plain.digest, standard(text, &[]).digest);
}

#[test]
fn parameters_that_cannot_be_set_are_findings() {
    let codes = |parameter: &str, value: &str| {
        let text = "标准(\"HB-2017\", \"试\", \"草案\").综合().施行(\"2023-01-01\");let 甲 = 参数(\"甲级\", 3, \"次数\");\n\
            规则(\"R\", \"规\").依据(\"法\").当(|企| 企.领域结果.数量() >= 甲).则(不高于(\"差\"));等级(\"好\", 绿).等级(\"差\", 红);";
        compiled(text, &[set(parameter, value)]).findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("甲级", "4"), [""; 0]);
    assert_eq!(codes("甲级", "四"), ["S304"]);
    assert_eq!(codes("甲级", "4.5"), ["S304"]);
    assert_eq!(codes("甲等", "4"), ["S419"]);
}

#[test]
fn tests_show_what_differs_and_why() {
    let standard = with(
        "规则(\"R-1\", \"罚款\").依据(\"《消防法》第六十条\").逐条(处罚).则(记(12));\n\
         测试(\"错的\").截止(\"2023-03-31\").企业(#{ 措施: [#{ 种类: \"罚款\", 作出日期: \"2022-05-02\", 文号: \"消〔2022〕1号\" }] })\n\
         .应记(1).应得(12).应为(\"中\").应标(绿).应不评定().不应命中(\"R-1\");",
    );
    let results = run_cases(&standard);
    assert!(!results[0].passed);
    assert_eq!(results[0].place.line, 4);
    assert_eq!(
        results[0].differences,
        [
            "记分：应为 1，实为 12",
            "等级：应为 中，实为 差",
            "标签：应为 绿标，实为 红标",
            "评定：应为 不评定，实为 差",
            "规则“R-1”不应命中，实际命中了",
        ]
    );
    assert!(
        results[0].chain.iter().any(|line| line.contains("消〔2022〕1号") && line.contains("第六十条")),
        "{:?}",
        results[0].chain
    );
}

#[test]
fn overall_standards_judge_the_domains() {
    let standard = standard(
        "标准(\"ZH\", \"综合\", \"草案\").综合().施行(\"2023-01-01\");\n\
         规则(\"ZH-1\", \"任一红标\").依据(\"方案\").逐条(领域结果).情形(|果| 果.标签 == \"红标\", 不高于(\"红\"));\n\
         规则(\"ZH-2\", \"未评定\").依据(\"方案\").当(|企| 企.领域结果.其中(|果| 果.状态 == \"未评定\").存在()).则(不评定(\"有领域未评定\"));\n\
         等级(\"绿\", 绿).等级(\"红\", 红);\n\
         测试(\"红\").截止(\"2023-03-31\").企业(#{ 领域结果: [#{ 领域: \"消防\", 状态: \"已评定\", 标签: \"红标\" }] }).应标(红).应命中(\"ZH-1\");\n\
         测试(\"未评\").截止(\"2023-03-31\").企业(#{ 领域结果: [#{ 领域: \"消防\", 状态: \"未评定\" }] }).应不评定();",
        &[],
    );
    all_pass(&standard);
}

#[test]
fn english_words_make_the_same_standard() {
    let english = "standard(\"T\", \"t\", \"trial\").domain(\"消防\").effective_from(\"2023-01-01\").base(0).unit(1);\n\
        let high = parameter(\"high\", 5.wan_yuan, \"a large fine\");\n\
        admit(sanction, |x| x.decided_on, period).except(|x| x.kind == \"exempted\", \"exempted\").carry(|x| x.rectification == \"not_rectified\");\n\
        rule(\"R\", \"fines\").basis(\"law\").each(penalty).in_case(|x| x.amount.present && x.amount > high, demerit_up(3)).otherwise(demerit_up(1)).gravest(|x| [x.violation, x.decided_on]);\n\
        rule(\"Q\", \"many\").basis(\"law\").when(|e| e.penalty.where_(|x| x.kind == \"fine\").peak_days(180) >= 3).then(at_most(\"bad\"));\n\
        grade(\"good\", green, \"[0,0]\").grade(\"fair\", yellow, \"[1,11]\").grade(\"bad\", red, \"[12,)\");\n\
        test(\"t\").as_of(\"2023-03-31\").enterprise(#{ sanction: [#{ kind: \"fine\", amount: 6.wan_yuan, decided_on: \"2022-02-03\" }] }).expect_points(3).expect_label(yellow);";
    all_pass(&standard(english, &[]));
}

#[test]
fn gb18030_and_utf16_scripts_are_the_same_standard() {
    let (gb, ..) = encoding_rs::GB18030.encode(HEBEI);
    let utf16: Vec<u8> = HEBEI.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let digest = standard(HEBEI, &[set("来源未见分值", "2")]).digest;
    for bytes in [&*gb, &utf16] {
        let vocabulary = Arc::new(Vocabulary::standard());
        let compiled = compile("试.rhai", bytes, &vocabulary, &[set("来源未见分值", "2")]);
        assert_eq!(compiled.standard.unwrap().digest, digest);
    }
}

#[test]
fn ningxia_2025_has_grades_without_points() {
    let standard = standard(include_str!("scripts/ningxia.rhai"), &[]);
    assert_eq!(standard.grades.len(), 4);
    all_pass(&standard);
}
