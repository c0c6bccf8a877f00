//! Parameters that change nothing (空转的参数): one that is read, but whatever value it has, the standard says the same.
//!
//! The script is run again with a few other values of the parameter, one parameter after the other, and the standards
//! are compared. A value that the script refuses for another reason than the parameter's own range changes something.

use sanse::{Constant, Date, Money, Points, Span, Standard};

use crate::codes;
use crate::declare::{ParameterDraft, Value};
use crate::finding::{Finding, Findings};

/// The effort for all further runs of one script, in characters, operations and twenty-fold parts of conditions. A
/// standard of a hundred rules with fifty parameters takes half of it.
pub(crate) const MOST_EFFORT: u64 = 10_000_000;

/// Values like a parameter's, near and far.
fn others(value: &Constant) -> Vec<Constant> {
    let numbers = |number: i64, unit: i64| {
        let near = [number.checked_add(unit), number.checked_sub(unit), number.checked_mul(2)];
        let far = [number.checked_mul(10), Some(0), Some(unit), number.checked_add(unit.saturating_mul(100))];
        near.into_iter().chain(far).flatten().filter(move |other| *other != number)
    };
    match value {
        Constant::Bool(yes) => vec![Constant::Bool(!yes)],
        Constant::Int(number) => numbers(*number, 1).map(Constant::Int).collect(),
        Constant::Money(money) => {
            numbers(money.fen(), 100).map(|fen| Constant::Money(Money::from_fen(fen))).collect()
        }
        Constant::Points(points) => {
            let others = numbers(points.hundredths(), 50);
            others.map(|h| Constant::Points(Points::from_hundredths(h))).collect()
        }
        Constant::Date(day) => [Span::days(1), Span::months(12), Span::months(-12)]
            .map(|by| Constant::Date(day.plus(by)))
            .to_vec(),
        Constant::Span(Span { months, days }) => {
            let others = [(1, 0), (0, 1), (-1, 0), (0, -1), (12, 0)];
            let sums = others.map(|(m, d)| (months.saturating_add(m), days.saturating_add(d)));
            sums.into_iter().map(|(months, days)| Constant::Span(Span { months, days })).collect()
        }
        Constant::Text(text) => vec![Constant::Text(format!("{text}甲").into())],
        Constant::Code(..) => Vec::new(),
    }
}

/// A constant as a parameter's value.
fn written(constant: Constant) -> Value {
    match constant {
        Constant::Bool(yes) => Value::Bool(yes),
        Constant::Int(number) => Value::Int(number),
        Constant::Points(points) => Value::Decimal(points.to_string()),
        Constant::Text(text) => Value::Text(text),
        other => Value::Quantity(other),
    }
}

/// What a standard says, without the values that it records.
fn said(standard: &Standard) -> Standard {
    Standard { parameters: Vec::new(), cases: Vec::new(), digest: String::new(), ..standard.clone() }
}

/// Adds the parameters that change nothing to the findings. `run` compiles the script with another value of the
/// parameter of that name.
pub(crate) fn report(
    standard: &Standard,
    parameters: &[ParameterDraft],
    effort: u64,
    run: impl Fn(&str, Value) -> (Option<Standard>, Vec<Finding>),
    findings: &mut Findings,
) {
    let plain = said(standard);
    let mut left = MOST_EFFORT;
    for parameter in parameters {
        // One that nothing reads has been reported.
        if findings.has(codes::UNUSED_PARAMETER, parameter.at.place) {
            continue;
        }
        let Some(value) = &parameter.value else { continue };
        let mut tried: Vec<Constant> = Vec::new();
        let mut idle = true;
        for other in others(value) {
            if left < effort {
                return;
            }
            left -= effort;
            match run(&parameter.name, written(other.clone())) {
                (Some(changed), _) if said(&changed) == plain => tried.push(other),
                (None, found) if found.iter().all(|f| f.code == codes::OUT_OF_RANGE) => {}
                _ => {
                    idle = false;
                    break;
                }
            }
        }
        if idle && !tried.is_empty() {
            let shown: Vec<String> = tried.iter().take(3).map(shown).collect();
            let message = format!("参数“{}”改成 {} 等，标准都不变", parameter.name, shown.join("、"));
            let help = "核对用到它的地方，例如乘了 0、条件总是同一结果；不需要的删去";
            findings.warn(codes::IDLE_PARAMETER, parameter.at, message, Some(help.to_owned()));
        }
    }
}

fn shown(constant: &Constant) -> String {
    match constant {
        Constant::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Constant::Int(number) => number.to_string(),
        Constant::Money(money) => money.to_string(),
        Constant::Points(points) => points.to_string(),
        Constant::Date(day) => Date::to_string(day),
        Constant::Span(span) => span.to_string(),
        Constant::Text(text) => format!("“{text}”"),
        Constant::Code(_, code) => code.to_string(),
    }
}
