//! The tests inside a standard (测试): each is a caseload of one enterprise, assessed and compared.

use std::sync::Arc;

use sanse::{
    Assessments, Case, Caseload, CaseloadBuilder, CaseloadError, Constant, Decider, ENTERPRISE, FieldId,
    ListId, MeasureFor, Outcome, Place, Points, Reasons, Standard, Value, assess, measure_for,
};
use serde::Serialize;

/// What came of one test (测试结果).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseResult {
    /// The test's name.
    pub case: String,
    /// True if everything was as expected.
    pub passed: bool,
    /// What was otherwise, in Chinese; empty if it passed.
    pub differences: Vec<String>,
    /// The score as a sum and every hit with its rows, points and basis, in Chinese.
    pub chain: Vec<String>,
    /// Where the test stands in the script.
    pub place: Place,
}

/// Runs the tests of a standard, in script order.
///
/// The states of the data (coverage, new enterprises) play no part: the standard alone is tested.
pub fn run_cases(standard: &Standard) -> Vec<CaseResult> {
    standard.cases.iter().map(|case| run_case(standard, case)).collect()
}

fn run_case(standard: &Standard, case: &Case) -> CaseResult {
    let (mut differences, mut chain) = (Vec::new(), Vec::new());
    match caseload(standard, case) {
        Err(error) => differences.push(format!("测试数据不能用：{error}")),
        Ok(caseload) => match assess(standard, &caseload, 0..1, &case.calendar) {
            Err(error) => differences.push(format!("不能评定：{error}")),
            Ok(assessments) => {
                differences = compare(standard, case, &assessments);
                differences.extend(compare_visits(standard, case, &caseload, &assessments));
                chain = reasons(standard, &caseload, &assessments);
            }
        },
    }
    CaseResult { case: case.name.clone(), passed: differences.is_empty(), differences, chain, place: case.at }
}

fn value(constant: &Constant) -> Value<'_> {
    match constant {
        Constant::Bool(yes) => Value::Bool(*yes),
        Constant::Int(number) => Value::Int(*number),
        Constant::Money(money) => Value::Money(*money),
        Constant::Points(points) => Value::Points(*points),
        Constant::Date(day) => Value::Date(*day),
        Constant::Code(_, code) => Value::Code(*code),
        Constant::Text(text) => Value::Text(text),
        Constant::Span(_) => Value::Missing,
    }
}

pub(crate) fn caseload(standard: &Standard, case: &Case) -> Result<Caseload, CaseloadError> {
    let vocabulary = &standard.vocabulary;
    let fields = |list: ListId, named: &'_ [(String, Constant)]| -> Vec<(FieldId, Constant)> {
        let def = vocabulary.list_def(list);
        named.iter().filter_map(|(name, constant)| Some((def.field(name)?, constant.clone()))).collect()
    };
    let mut builder = CaseloadBuilder::new(Arc::clone(vocabulary));
    let own = fields(ENTERPRISE, &case.enterprise);
    let own: Vec<(FieldId, Value<'_>)> =
        own.iter().map(|(field, constant)| (*field, value(constant))).collect();
    let enterprise = builder.add_enterprise(&own, None)?;
    for (list, row) in &case.rows {
        let row = fields(*list, row);
        let row: Vec<(FieldId, Value<'_>)> =
            row.iter().map(|(field, constant)| (*field, value(constant))).collect();
        builder.add(*list, enterprise, &row, None)?;
    }
    Ok(builder.finish(case.calendar.as_of).0)
}

fn compare(standard: &Standard, case: &Case, assessments: &Assessments) -> Vec<String> {
    let mut differences = Vec::new();
    let Some(outcome) = assessments.outcome(0) else {
        return vec!["没有评定结果".to_owned()];
    };
    let mut differ = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(format!("{what}：应为 {expected}，实为 {found}"));
        }
    };
    let hits = assessments.hits(0);
    if let Some(expected) = case.demerits {
        differ("记分", expected.to_string(), net_points(standard, assessments).to_string());
    }
    if let Some(expected) = case.score {
        differ("得分", expected.to_string(), outcome.score().to_string());
    }
    let not_rated = outcome.decider == Decider::NotRated;
    let grade = standard.grades.get(usize::from(outcome.grade));
    if let Some(expected) = &case.grade {
        let found = if not_rated { "不评定" } else { grade.map_or("", |g| g.name.as_str()) };
        differ("等级", expected.clone(), found.to_owned());
    }
    if let Some(expected) = case.label {
        let found = if not_rated { "不评定" } else { grade.map_or("", |g| g.label.chinese()) };
        differ("标签", expected.chinese().to_owned(), found.to_owned());
    }
    if case.not_rated && !not_rated {
        differ("评定", "不评定".to_owned(), grade.map_or("", |g| g.name.as_str()).to_owned());
    }
    let hit = |id: &String| {
        hits.iter().any(|h| standard.rules.get(usize::from(h.rule)).is_some_and(|rule| rule.id == *id))
    };
    for id in case.hits.iter().filter(|id| !hit(id)) {
        differences.push(format!("规则“{id}”应命中，实际没有命中"));
    }
    for id in case.misses.iter().filter(|id| hit(id)) {
        differences.push(format!("规则“{id}”不应命中，实际命中了"));
    }
    differences
}

/// The visits a year of the row of measures that applies, against those expected.
fn compare_visits(
    standard: &Standard,
    case: &Case,
    caseload: &Caseload,
    assessments: &Assessments,
) -> Option<String> {
    let expected = case.visits?;
    let outcome = assessments.outcome(0).filter(|o| o.decider != Decider::NotRated);
    let to = outcome.map_or(MeasureFor::NotRated, |outcome| MeasureFor::Grade(outcome.grade));
    let row = match measure_for(standard, caseload, 0, to, &case.calendar) {
        Ok(row) => row.and_then(|row| standard.measures.get(usize::from(row))),
        Err(error) => return Some(format!("不能评定：{error}")),
    };
    let found = row.and_then(|row| row.visits_a_year);
    if found == Some(expected) {
        return None;
    }
    let found = found.map_or_else(|| "没有规定".to_owned(), written_visits);
    Some(format!("年检查次数：应为 {}，实为 {found}", written_visits(expected)))
}

/// `[0,2]`, `[2,)`
fn written_visits((low, high): (Option<u16>, Option<u16>)) -> String {
    let end = |end: Option<u16>| end.map_or_else(String::new, |n| n.to_string());
    format!("[{},{}{}", end(low), end(high), if high.is_some() { ']' } else { ')' })
}

/// The points counted, demerits less merits: what entered the score, signed as demerits.
fn net_points(standard: &Standard, assessments: &Assessments) -> Points {
    let counted: i64 = assessments.hits(0).iter().map(|hit| i64::from(hit.counted)).sum();
    match standard.direction {
        sanse::Direction::CountUp => Points::from_hundredths(counted),
        sanse::Direction::CountDown => Points::from_hundredths(-counted),
    }
}

fn reasons(standard: &Standard, caseload: &Caseload, assessments: &Assessments) -> Vec<String> {
    let reasons = Reasons::new(standard, caseload, assessments);
    let mut chain: Vec<String> = reasons.arithmetic(0).into_iter().collect();
    chain.extend(assessments.hits(0).iter().map(|hit| reasons.hit(hit)));
    if let Some(Outcome { uninspected: true, .. }) = assessments.outcome(0) {
        chain.push("未经检查".to_owned());
    }
    chain
}
