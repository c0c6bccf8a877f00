//! Whole scripts: one standard with its admissions, rules, grades, measures and tests.

use std::fmt::Write;

use sanse::{ENTERPRISE, ListId, OUTCOME};

use crate::conditions::{LISTS, NAMED, Scope, amount, condition, date, span};
use crate::support::DOMAINS;
use crate::support::choices::Choices;

const LETTERS: [&str; 4] = ["优", "良", "中", "差"];

/// What the parts of one script agree on.
struct Plan {
    overall: bool,
    down: bool,
    grades: usize,
    groups: usize,
    named: usize,
}

/// A script that is mostly sound.
pub(crate) fn whole(c: &mut Choices<'_>) -> String {
    let plan = Plan {
        overall: c.percent(8),
        down: c.percent(40),
        grades: 1 + c.below(4),
        groups: c.below(3),
        named: if c.percent(50) { NAMED.len() } else { 0 },
    };
    let mut text = head(c, &plan);
    for named in &NAMED[..plan.named] {
        let _ = match named.value {
            "3" if c.percent(50) => writeln!(text, "let {} = 参数(\"{0}\", 3, \"含义\");", named.name),
            value => writeln!(text, "let {} = {value};", named.name),
        };
    }
    for number in 0..plan.groups {
        let _ = write!(text, "组(\"组{number}\")");
        optional(c, &mut text, 50, |c| format!(".封顶({})", c.one(&["3", "1", "13", "30"])));
        optional(c, &mut text, 40, |_| ".取最重()".to_owned());
        text.push_str(";\n");
    }
    if !plan.overall {
        for (word, list) in [("措施", 1), ("整改", 2), ("检查", 3), ("线索", 4)] {
            admit(c, &mut text, &plan, word, ListId(list));
        }
    }
    for number in 0..=c.below(5) {
        rule(c, &mut text, &plan, number);
    }
    if plan.named > 0 && c.percent(8) {
        let _ = writeln!(
            text,
            "for 号 in 0..{} {{ 规则(`圈${{号}}`, \"规\").依据(\"法\").当(|企| {}).则({}); }}",
            c.one(&[2, 0, 5]),
            condition(c, &plan.scope(ENTERPRISE), 1).short,
            effect(c, &plan, &plan.scope(ENTERPRISE)),
        );
    }
    grades(c, &mut text, &plan);
    rest(c, &mut text, &plan);
    text
}

impl Plan {
    fn scope(&self, list: ListId) -> Scope {
        Scope { named: self.named, ..Scope::of(list) }
    }
}

fn optional(
    c: &mut Choices<'_>,
    text: &mut String,
    share: usize,
    part: impl FnOnce(&mut Choices<'_>) -> String,
) {
    if c.percent(share) {
        let part = part(c);
        text.push_str(&part);
    }
}

fn head(c: &mut Choices<'_>, plan: &Plan) -> String {
    let mut text = "标准(\"SC-1\", \"生成的标准\", \"草案\")".to_owned();
    if plan.overall {
        text.push_str(".综合()");
    } else {
        let _ = write!(text, ".领域(\"{}\")", DOMAINS[0]);
    }
    text.push_str(".施行(\"2020-01-01\")");
    let enterprise = plan_scope_without_names();
    if !plan.overall && c.percent(12) {
        let _ = write!(text, ".基准分(|企| {})", amount(c, &enterprise).short);
    } else {
        let _ = write!(text, ".基准分({})", if plan.down { "20" } else { "0" });
    }
    optional(c, &mut text, 25, |c| format!(".下限({})", c.one(&["0", "-2", "1"])));
    optional(c, &mut text, 25, |c| format!(".上限({})", c.one(&["20", "100", "12"])));
    optional(c, &mut text, 85, |c| format!(".分值单位({})", c.one(&["0.01", "0.01", "0.01", "0.25", "0.5"])));
    optional(c, &mut text, 15, |c| format!(".统计期({}.个月)", c.one(&[12, 24, 6])));
    text.push_str(";\n");
    text
}

/// The names get their values behind the head.
fn plan_scope_without_names() -> Scope {
    Scope { named: 0, ..Scope::of(ENTERPRISE) }
}

fn admit(c: &mut Choices<'_>, text: &mut String, plan: &Plan, word: &str, list: ListId) {
    let scope = plan.scope(list);
    let x = scope.parameter;
    let from = date(c, &scope).short;
    let _ = match c.below(6) {
        0..=2 => write!(text, "计入({word}, |{x}| {from}, 统计期)"),
        3 => write!(text, "计入({word}, |{x}| {from}, {})", span(c)),
        4 => write!(text, "计入({word}, |{x}| {from}, 不限)"),
        _ => write!(text, "有效期({word}, |{x}| {from}, |{x}| {})", date(c, &scope).short),
    };
    for _ in 0..[0, 0, 1, 2][c.below(4)] {
        let _ = write!(text, ".除外(|{x}| {}, \"除外\")", condition(c, &scope, 1).short);
    }
    optional(c, text, 40, |c| format!(".结转(|{x}| {})", condition(c, &scope, 1).short));
    text.push_str(";\n");
}

fn rule(c: &mut Choices<'_>, text: &mut String, plan: &Plan, number: usize) {
    let _ = write!(text, "规则(\"R{number}\", \"规则{number}\").依据(\"法\")");
    let list = if plan.overall {
        text.push_str(".逐条(领域结果)");
        OUTCOME
    } else if c.percent(40) {
        optional(c, text, 20, |_| ".每户()".to_owned());
        ENTERPRISE
    } else {
        let (word, list) = c.one(&LISTS);
        let _ = write!(text, ".逐条({word})");
        list
    };
    let scope = plan.scope(list);
    let x = scope.parameter;
    let rows = list != ENTERPRISE && list != OUTCOME;
    if rows {
        optional(c, text, 15, |c| match c.below(2) {
            0 => format!(".近({})", span(c)),
            _ => format!(".有效期(|{x}| {}, |{x}| {})", date(c, &scope).short, date(c, &scope).short),
        });
    }
    optional(c, text, 25, |c| format!("\n    .当(|{x}| {})", condition(c, &scope, 2).short));
    match c.below(8) {
        0 => {
            let _ = write!(text, ".则({})", effect(c, plan, &scope));
        }
        1 if rows => steps(c, text, plan, &scope),
        _ => {
            for _ in 0..=c.below(3) {
                let (when, effect) = (condition(c, &scope, 2).short, effect(c, plan, &scope));
                let _ = write!(text, "\n    .情形(|{x}| {when}, {effect})");
            }
            optional(c, text, 45, |c| format!("\n    .其余({})", effect(c, plan, &scope)));
        }
    }
    if rows {
        match c.below(8) {
            1 | 2 => text.push_str(".各计()"),
            3 => text.push_str(".取最重()"),
            4 => {
                let key = if scope.list == ListId(1) {
                    "[措.违法行为, 措.作出日期]".to_owned()
                } else {
                    format!("[{x}.机关]")
                };
                let _ = write!(text, ".取最重(|{x}| {key})");
            }
            _ => {}
        }
    }
    if plan.groups > 0 {
        optional(c, text, 50, |c| format!(".组(\"组{}\")", c.below(plan.groups)));
    }
    optional(c, text, 25, |c| format!(".封顶({})", c.one(&["13", "1", "20", "100"])));
    if number > 0 {
        optional(c, text, 10, |c| format!(".分别记分(\"R{}\", \"有意\")", c.below(number)));
    }
    text.push_str(";\n");
}

fn steps(c: &mut Choices<'_>, text: &mut String, plan: &Plan, scope: &Scope) {
    let x = scope.parameter;
    let (value, limits) = if scope.list == ListId(1) {
        (c.one(&["措.金额 ?? 0.元", "措.金额 ?? 1.万元 * 2"]).to_owned(), ["1.万元", "5.万元", "10.万元"])
    } else {
        (amount(c, scope).short, ["1", "3", "5"])
    };
    let _ = write!(text, "\n    .分档(|{x}| {value}, [");
    for limit in &limits[..=c.below(3)] {
        let _ = write!(text, "[{limit}, {}], ", effect(c, plan, scope));
    }
    text.push_str("])");
    optional(c, text, 60, |c| format!(".其余({})", effect(c, plan, scope)));
}

fn effect(c: &mut Choices<'_>, plan: &Plan, scope: &Scope) -> String {
    let points = ["1", "2", "3", "12", "5", "0.5", "1.25"];
    let points = &points[..if c.percent(30) { 7 } else { 5 }];
    let (up, merit) = if plan.down { ("扣", "加") } else { ("记", "减") };
    match c.below(20) {
        12..=14 => format!("{merit}({})", c.one(points)),
        15 => format!("不高于(\"{}\")", LETTERS[c.below(plan.grades)]),
        16 => format!("不低于(\"{}\")", LETTERS[c.below(plan.grades)]),
        17 => c.one(&["降(1)", "升(1)", "降(2)"]).to_owned(),
        18 => "不评定(\"停产\")".to_owned(),
        19 => format!("{up}(|{}| {})", scope.parameter, amount(c, scope).short),
        _ => format!("{up}({})", c.one(points)),
    }
}

/// Grades whose bands follow each other, or have none.
fn grades(c: &mut Choices<'_>, text: &mut String, plan: &Plan) {
    let bands: &[&str] = match (plan.down, plan.grades) {
        _ if c.percent(20) => &["", "", "", ""],
        (_, 1) => &["(,)"],
        (false, 2) => &["(,1)", "[1,)"],
        (false, 3) => &["(,0]", "(0,3]", "(3,)"],
        (false, _) => &["(,1]", "(1,3)", "[3,12)", "[12,)"],
        (true, 2) => &["[18,)", "(,18)"],
        (true, 3) => &["(18,)", "[10,18]", "(,10)"],
        (true, _) => &["[19,)", "[15,19)", "[10,15)", "(,10)"],
    };
    for (number, band) in bands.iter().enumerate().take(plan.grades) {
        let colour = ["绿", "黄", "红"][number * 3 / plan.grades];
        let dot = if number > 0 && c.percent(50) { "." } else { ";\n" };
        let band = if band.is_empty() { String::new() } else { format!(", \"{band}\"") };
        let _ = write!(text, "{dot}等级(\"{}\", {colour}{band})", LETTERS[number]);
    }
    text.push_str(";\n");
}

fn rest(c: &mut Choices<'_>, text: &mut String, plan: &Plan) {
    let scope = plan.scope(ENTERPRISE);
    if !plan.overall {
        let what = c.one(&["照常", "暂不评"]);
        optional(c, text, 40, |c| format!("未经检查(|企| {}, {what});\n", condition(c, &scope, 1).short));
    }
    for label in ["绿", "黄", "红", "未评定", "\"优\""] {
        optional(c, text, 25, |c| {
            let when = if !plan.overall && c.percent(30) {
                format!("|企| {}, ", condition(c, &scope, 1).short)
            } else {
                String::new()
            };
            format!(
                "监管({label}, {when}#{{ 主动现场检查: \"按计划\", 年检查次数: \"[0,2]\", 依据: \"方案\" }});\n"
            )
        });
    }
    if !plan.overall {
        optional(c, text, 20, |c| {
            let kind = c.one(&["警告", "罚款", "责令改正"]);
            format!(
                "测试(\"一\").截止(\"2023-03-31\").企业(#{{ 措施: [#{{ 种类: \"{kind}\", 作出日期: \"2022-05-06\", 金额: 2.万元 }}] }}).应记(1);\n"
            )
        });
    }
}
