//! 字段, 列名, 清单: a standard extends its copy of the vocabulary; and what published standards weigh by age and
//! by the number of inspections.

#![expect(clippy::panic, reason = "helpers of tests stop where a test would")]

use std::sync::Arc;

use sanse::{ENTERPRISE, Standard, Ty, Vocabulary};
use sanse_script::{Override, compile, compile_for_tests, render, run_cases};

const HEAD: &str = "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");\n";
const GRADES: &str =
    "\n等级(\"好\", 绿, \"[0,0]\").等级(\"中\", 黄, \"[1,9]\").等级(\"差\", 红, \"[10,)\");\n";
const ACCIDENTS: &str = "清单(\"事故\", #{ 日期: \"发生日期\", 编号: \"事故编号\" }, [\n\
    [\"事故编号\", \"文字\", \"编号\", #{ 可缺: true }],\n\
    [\"发生日期\", \"日期\", \"日期\"],\n\
    [\"事故等级\", [\"一般\", \"较大\"], \"等级\"],\n\
    [\"损失\", \"金额\", \"直接经济损失\", #{ 可缺: true, 最大: 100.万元 }]]);\n\
    计入(事故, |事| 事.发生日期, 3.年);\n";

fn standard(text: &str) -> Standard {
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let shown: Vec<String> = compiled.findings.iter().map(|f| render(f, &compiled.text)).collect();
    compiled.standard.unwrap_or_else(|| panic!("{}", shown.join("\n")))
}

#[track_caller]
fn all_pass(text: &str) {
    let results = run_cases(&standard(text));
    assert!(!results.is_empty());
    for result in results {
        assert!(result.passed, "{}: {:#?}\n{:#?}", result.case, result.differences, result.chain);
    }
}

/// The one finding of statements between a head and grades.
#[track_caller]
fn one(statements: &str, code: &str, words: &[&str]) {
    let text = format!("{HEAD}{statements}{GRADES}");
    let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
    let [found] = compiled.findings.as_slice() else { panic!("{statements}\n{:#?}", compiled.findings) };
    let said = format!("{} {}", found.message, found.help.clone().unwrap_or_default());
    assert!(found.code == code && words.iter().all(|w| said.contains(w)), "{}: {said}", found.code);
}

#[test]
fn conditions_aggregates_and_tests_know_what_was_added() {
    let text = format!(
        "{HEAD}{ACCIDENTS}字段(企业, \"停用\", \"是否\", \"停用\");\n\
         规则(\"R-1\", \"事故\").依据(\"法\").逐条(事故)\n\
           .情形(|事| 事.事故等级 == \"较大\", 记(5)).情形(|事| (事.损失 ?? 0.元) > 1.万元, 记(2)).其余(记(1));\n\
         规则(\"R-2\", \"多起\").依据(\"法\").当(|企| 企.事故.近(1.年).数量() >= 2 && !(企.停用 ?? false)).则(不高于(\"差\"));{GRADES}\
         测试(\"一起\").截止(\"2023-03-31\").企业(#{{ 事故: [#{{ 发生日期: \"2021-05-01\", 事故等级: \"较大\" }}] }}).应记(5).应为(\"中\");\n\
         测试(\"同一编号\").截止(\"2023-03-31\").企业(#{{ 事故: [#{{ 事故编号: \"1\", 发生日期: \"2022-05-01\", 事故等级: \"一般\" }},\
            #{{ 事故编号: \"1\", 发生日期: \"2022-05-01\", 事故等级: \"一般\", 损失: 2.万元 }}] }}).应记(2).不应命中(\"R-2\");\n\
         测试(\"两起\").截止(\"2023-03-31\").企业(#{{ 事故: [#{{ 事故编号: \"1\", 发生日期: \"2022-05-01\", 事故等级: \"一般\" }},\
            #{{ 事故编号: \"2\", 发生日期: \"2022-06-01\", 事故等级: \"一般\" }}] }}).应记(2).应为(\"差\");\n\
         测试(\"停用\").截止(\"2023-03-31\").企业(#{{ 停用: true, 事故: [#{{ 事故编号: \"1\", 发生日期: \"2022-05-01\", 事故等级: \"一般\" }},\
            #{{ 事故编号: \"2\", 发生日期: \"2022-06-01\", 事故等级: \"一般\" }}] }}).应为(\"中\");"
    );
    all_pass(&text);
    let v = standard(&text).vocabulary;
    let (accidents, _) = v.list("事故").unwrap();
    let list = v.list_def(accidents);
    assert_eq!(list.home.as_deref(), Some("消防"));
    let loss = list.field_def(list.field("损失").unwrap()).unwrap();
    assert_eq!((loss.ty, loss.range, loss.optional), (Ty::Money, (0, 100_000_000), true));
    let own = v.list_def(ENTERPRISE);
    assert!(own.field_def(own.field("停用").unwrap()).unwrap().optional);
}

#[test]
fn english_words_add_the_same() {
    let text = "standard(\"T\", \"t\", \"trial\").domain(\"消防\").effective_from(\"2023-01-01\");\n\
        field(enterprise, \"idle\", \"bool\", \"out of use\");\n\
        headers(enterprise, \"name\", [\"firm\"]);\n\
        list(\"accident\", #{ date: \"on\", count_all: true }, [[\"on\", \"date\", \"day\"], [\"deaths\", \"number\", \"deaths\", #{ optional: true, most: 100 }]]);\n\
        admit(accident, |x| x.on, period);\n\
        rule(\"R\", \"r\").basis(\"law\").each(accident).when(|x| !(x.企业.idle ?? false)).then(demerit_up(|x| x.deaths ?? 1));\n\
        grade(\"good\", green, \"[0,2]\").grade(\"fair\", yellow, \"[3,11]\").grade(\"bad\", red, \"[12,)\");\n\
        test(\"t\").as_of(\"2023-03-31\").enterprise(#{ accident: [#{ on: \"2022-02-03\" }, #{ on: \"2022-02-03\", deaths: 2 }] }).expect_points(3);";
    all_pass(text);
}

#[test]
fn slips_are_told_once() {
    one("字段(企业, \"停用\", \"是不是\", \"停用\");", "S301", &["是不是", "是否"]);
    one("字段(企业, \"乡镇\", \"文字\", \"乡镇\");", "S207", &["已是企业的字段"]);
    one("字段(企业, \"检查\", \"数\", \"次数\");", "S207", &["已是清单"]);
    one("字段(措施, \"罚款金额\", \"金额\", \"金额\");", "S207", &["“金额”的列名"]);
    one("字段(企业, \"停 用\", \"是否\", \"停用\");", "S304", &["不能作名称"]);
    one("字段(企业, \"级\", [\"甲\", \"甲\"], \"级\");", "S304", &["各不相同"]);
    one("字段(企业, \"级\", \"数\", \"级\", #{ 最小: 3, 最大: 2 });", "S305", &["最小"]);
    one("字段(企业, \"级\", \"数\", \"级\", #{ 可却: true });", "S205", &["可却", "可缺"]);
    one("字段(领域结果, \"级\", \"数\", \"级\");", "S301", &["不能扩充"]);
    one("列名(企业, \"名称啊\", [\"单位啊\"]);", "S205", &["名称啊"]);
    one("清单(\"事故\", #{ 日期: \"日\" }, [[\"日\", \"文字\", \"日\"]]);", "S301", &["日期类型"]);
    one("清单(\"事故\", #{ 日期: \"日\" }, [[\"天\", \"日期\", \"日\"]]);", "S205", &["日"]);
    one("清单(\"处罚\", #{ }, [[\"天\", \"日期\", \"日\"]]);", "S207", &["处罚"]);
    one("清单(\"事故\", #{ }, [[\"天\", \"日期\"]]);", "S304", &["名称、类型、含义"]);
    one("let 企业 = 3;", "S207", &["企业"]);
    one(
        &format!(
            "{ACCIDENTS}规则(\"R\", \"规\").依据(\"法\").逐条(事故).情形(|事| 事.事故等级 == \"重大\", 记(1));"
        ),
        "S302",
        &["重大"],
    );
}

#[test]
fn values_for_tests_are_for_tests_only() {
    let text = format!(
        "{HEAD}let 线 = 参数(\"线\", 必填, \"原文未见\", #{{ 测试值: 5.万元 }});\n\
         计入(措施, |措| 措.作出日期, 统计期);\n\
         规则(\"R\", \"规\").依据(\"法\").逐条(处罚).情形(|罚| (罚.金额 ?? 0.元) > 线, 记(9));{GRADES}"
    );
    let vocabulary = Arc::new(Vocabulary::standard());
    let strict = compile("试.rhai", text.as_bytes(), &vocabulary, &[]);
    assert_eq!(strict.findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["S410"]);
    let tested = compile_for_tests("试.rhai", text.as_bytes(), &vocabulary, &[]);
    assert_eq!(tested.findings, []);
    assert_eq!(tested.standard.unwrap().parameters[0].default, None);
    // What is set from outside is read as the type of the 测试值.
    let set = |value: &str| {
        let set = Override { standard: "T-1".into(), parameter: "线".into(), value: value.into() };
        compile("试.rhai", text.as_bytes(), &vocabulary, &[set]).findings.len()
    };
    assert_eq!([set("3万元"), set("3")], [0, 1]);
    one(
        "let 甲 = 参数(\"甲\", 3, \"有默认值\", #{ 测试值: 4 });\n\
         规则(\"R\", \"规\").依据(\"法\").则(记(甲));",
        "S206",
        &["只有必填参数"],
    );
}

#[test]
fn weights_that_fall_with_age_are_arms_with_dates() {
    all_pass(&format!(
        "{HEAD}计入(措施, |措| 措.作出日期, 3.年);\n\
         规则(\"R\", \"逐年折减\").依据(\"法\").逐条(处罚)\n\
           .情形(|罚| 罚.作出日期 > 统计期末日 - 1.年, 记(5))\n\
           .情形(|罚| 罚.作出日期 > 统计期末日 - 2.年, 记(3))\n\
           .其余(记(1));{GRADES}\
         测试(\"三年各一次\").截止(\"2023-03-31\").企业(#{{ 措施: [\
            #{{ 种类: \"警告\", 文号: \"1\", 作出日期: \"2022-01-01\" }}, #{{ 种类: \"警告\", 文号: \"2\", 作出日期: \"2021-12-31\" }},\
            #{{ 种类: \"警告\", 文号: \"3\", 作出日期: \"2020-12-31\" }}] }}).应记(9);"
    ));
}

#[test]
fn points_over_the_number_of_inspections_are_a_quotient_with_its_rounding() {
    all_pass(&format!(
        "{HEAD}计入(检查, |检| 检.检查日期, 统计期);\n\
         规则(\"R\", \"平均每次检查的隐患条数\").依据(\"法\")\n\
           .情形(|企| !企.检查.存在(), 记(0))\n\
           .分档(|企| 除以(企.检查.合计(|检| 检.隐患条数 ?? 0), 企.检查.数量(), \"向上取整\"), [[1, 记(1)], [3, 记(4)]])\n\
           .其余(记(7));{GRADES}\
         测试(\"没有检查\").截止(\"2023-03-31\").企业(#{{}}).应记(0);\n\
         测试(\"三次共三条\").截止(\"2023-03-31\").企业(#{{ 检查: [#{{ 检查日期: \"2022-01-01\", 隐患条数: 3 }},\
            #{{ 检查日期: \"2022-02-01\" }}, #{{ 检查日期: \"2022-03-01\" }}] }}).应记(1);\n\
         测试(\"三次共四条，向上取整\").截止(\"2023-03-31\").企业(#{{ 检查: [#{{ 检查日期: \"2022-01-01\", 隐患条数: 4 }},\
            #{{ 检查日期: \"2022-02-01\" }}, #{{ 检查日期: \"2022-03-01\" }}] }}).应记(4);\n\
         测试(\"一次四条\").截止(\"2023-03-31\").企业(#{{ 检查: [#{{ 检查日期: \"2022-01-01\", 隐患条数: 4 }}] }}).应记(7);"
    ));
}

#[test]
fn more_than_a_vocabulary_holds_ends_in_findings_soon() {
    let numbers: Vec<String> = (0..1_500).map(|n| n.to_string()).collect();
    let loops = format!(
        "for n in [{}] {{ 字段(企业, \"字段\" + n, \"数\", \"数\"); }}\n\
         for n in [{}] {{ 清单(\"清单\" + n, #{{ 日期: \"没有\" }}, []); }}\n",
        numbers.join(","),
        numbers.join(",")
    );
    let statement = |n: usize| format!("字段(企业, \"列{n}\", \"数\", \"数\");");
    let statements = (0..2_000).map(statement).collect::<Vec<_>>().join("\n");
    for text in [loops, statements] {
        let text = format!("{HEAD}{text}{GRADES}");
        let compiled = compile("试.rhai", text.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
        assert!(compiled.standard.is_none() && compiled.findings.iter().any(|f| f.code == "S105"));
    }
}
