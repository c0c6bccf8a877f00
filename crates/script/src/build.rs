//! Drafts → standard (成标准). Conditions are lowered here, in the order of the script, and the standard is
//! checked as a whole.

mod cases;
mod grades;
mod head;
mod linked;
mod measures;
mod overlap;
mod periods;
mod reach;
mod rules;
mod unknown;
mod whole;
mod within;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use sanse::{
    Branches, Case, Constant, Direction, Effect, Expr, ListId, Parameter, Place, Placeholder, Points, Rule,
    Stage, Standard, Subject,
};
use sha2::{Digest, Sha256};

use crate::codes;
use crate::declare::{Arg, CaseDraft, Declared, ParameterDraft, Value, Verb, WHOLE};
use crate::finding::{Findings, Mark};
use crate::lower::Lowering;
use crate::syntax::Closures;
use crate::words::{Kind, did_you_mean_one_of, did_you_mean_text};

/// What the parts are built with.
struct Builder<'a> {
    lowering: Lowering<'a>,
    /// Names of the grades, best first.
    grades: Vec<String>,
    /// The unit of points in hundredths.
    unit: i64,
    /// Points that must be multiples of the unit, with their places.
    points: Vec<(Expr, Mark)>,
    /// The verbs used, each with its first place.
    verbs: Vec<(Verb, Mark)>,
    /// The first effect of more than 0 points.
    weighs: Option<Mark>,
    /// Lists that rules read, with the first place; they must be admitted.
    read: BTreeMap<ListId, Mark>,
    /// Declarations in statements that cannot be run; that they are lacking is not reported.
    lost: BTreeSet<&'static str>,
    /// For how many unknown names near ones were looked for.
    suggested: Cell<usize>,
}

/// Unknown names for which near ones are looked for: among thousands of names that takes its time.
const MOST_SUGGESTED: usize = 20;

impl Builder<'_> {
    /// What else a name may have been meant to be.
    fn near<'n>(&self, name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
        let before = self.suggested.replace(self.suggested.get() + 1);
        if before < MOST_SUGGESTED { did_you_mean_text(name, names) } else { None }
    }
}

/// The standard, if there is no error, the findings, and how many parts its conditions have.
pub(crate) fn build(declared: Declared, text: &str) -> (Option<Standard>, Findings, usize) {
    let Declared {
        mut findings,
        vocabulary,
        closures,
        read,
        overrides,
        head,
        parameters,
        admits,
        rules,
        groups,
        grades,
        measures,
        uninspected,
        branches,
        cases,
        spoiled,
        lost,
        trial,
        ..
    } = declared;
    let id = head.as_ref().map(|h| h.id.clone());
    check_parameters(
        &parameters,
        &overrides,
        id.as_deref(),
        if lost.any { None } else { Some(&read) },
        &mut findings,
    );
    let mut builder = Builder {
        lowering: Lowering::new(&vocabulary, &closures, &mut findings),
        grades: grades.iter().map(|g| plain_text(&g.name)).collect(),
        unit: 100,
        points: Vec::new(),
        verbs: Vec::new(),
        weighs: None,
        read: BTreeMap::new(),
        lost: lost.declarations,
        suggested: Cell::new(0),
    };
    if trial.is_some() {
        builder.lowering.steps.set(0);
    }
    let head = builder.head(head, &spoiled);
    builder.unit = head.unit.hundredths();
    if admits.iter().any(|a| a.list.is_none()) {
        builder.lost.insert("计入");
    }
    if grades.iter().any(|g| g.name.value.is_poisoned()) {
        builder.lost.insert("等级");
    }
    let admits = builder.admits(admits);
    let groups = builder.groups(groups, &rules);
    let rules = builder.rules(&rules, &groups, &spoiled);
    let direction = builder.direction(&head.base);
    let grade_drafts = grades;
    let grades = builder.grades(&grade_drafts, &head, direction);
    builder.check_multiples(&grades);
    let measures = builder.measures(&measures);
    let uninspected = builder.uninspected(uninspected);
    let branches = builder.branches(branches, head.subject.as_ref());
    // What tests expect is no part of what the standard says.
    let cases = if trial.is_some() { Vec::new() } else { cases };
    let cases = builder.cases(&cases, head.subject.as_ref(), &rules, &spoiled);
    builder.check_admitted(&admits);
    builder.check_measures(&measures, &grades);
    let parts = builder.lowering.parts();
    let places = rules.iter().map(|rule| rule.at).chain(measures.iter().map(|measure| measure.at));
    let mut marks: BTreeMap<Place, Mark> =
        places.map(|place| (place, builder.lowering.mark_at(place))).collect();
    marks.insert(Place::default(), head.at);
    if trial.is_none() && !builder.lowering.findings.any_error() {
        builder.check_rules(&admits, &rules, &groups);
        let conditional = measures.iter().filter_map(|measure| measure.when.as_ref());
        let others = uninspected.iter().map(|u| &u.when).chain(conditional).chain([&head.base]);
        let others: Vec<&Expr> = others.collect();
        builder.check_unknown(&admits, &rules, &others);
        builder.check_within(&admits, &rules, &others);
        builder.check_periods(&admits, &rules, &others, head.period_months);
        builder.check_measured(&grade_drafts, &grades, &measures);
        builder.check_grades(&grade_drafts, &grades, &rules, &groups, &head, direction);
    }
    let parameters: Vec<Parameter> = parameters.into_iter().filter_map(parameter).collect();
    let digest = digest(text, &parameters);
    if findings.any_error() {
        return (None, findings, parts);
    }
    let (Some(subject), Some(effective_from), Some(stage)) = (head.subject, head.effective_from, head.stage)
    else {
        return (None, findings, parts);
    };
    let mut vocabulary = vocabulary;
    if let (Branches::ForHeadOffice, Subject::Domain(domain)) = (branches, &subject) {
        Arc::make_mut(&mut vocabulary).count_branches(domain);
    }
    let standard = Standard {
        id: head.id,
        title: head.title,
        stage,
        subject,
        document: head.document,
        approved_on: head.approved_on,
        issuer: head.issuer,
        effective_from,
        effective_until: head.effective_until,
        period_months: head.period_months,
        vocabulary,
        direction,
        base: head.base,
        lower_limit: head.lower_limit,
        upper_limit: head.upper_limit,
        unit: head.unit,
        admits,
        rules,
        groups,
        grades,
        uninspected,
        branches,
        measures,
        parameters,
        cases,
        digest,
    };
    if let Err(error) = standard.validate() {
        // A slip that no other check has seen: refused rather than taken by half.
        let at = marks.get(&Place::default()).copied().unwrap_or_default();
        findings.error(codes::MALFORMED, at, error.to_string(), Some("核对这一处的写法".to_owned()));
        return (None, findings, parts);
    }
    // The number of a document is not known before it is approved.
    if trial.is_none() && standard.stage != Stage::Draft {
        warn_of_placeholders(&standard, &marks, &mut findings);
    }
    (Some(standard), findings, parts)
}

/// The guards, conditions and amounts of rules.
fn expressions_of(rules: &[Rule]) -> impl Iterator<Item = &Expr> {
    rules.iter().flat_map(|rule| {
        let arms = rule.arms.iter().flat_map(|arm| {
            let amount = match &arm.effect {
                Effect::Points { amount, .. } => Some(amount),
                _ => None,
            };
            arm.when.iter().chain(amount)
        });
        rule.guard.iter().chain(arms)
    })
}

/// What is not yet filled in of a standard that is no draft any more, by the place of the declaration.
fn warn_of_placeholders(standard: &Standard, marks: &BTreeMap<Place, Mark>, findings: &mut Findings) {
    let mut by_place: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for Placeholder { at, of, word } in standard.placeholders() {
        by_place.entry(at).or_default().push(format!("{of}里还有“{word}”"));
    }
    for (at, said) in by_place {
        let mark = marks.get(&at).copied().unwrap_or(at.into());
        findings.warn(codes::PLACEHOLDER, mark, format!("{}：还没有填好", said.join("，")), None);
    }
}

/// Tests written outside the script, judged as those in it are; names that its tests have are taken.
pub(crate) fn table_cases(
    standard: &Standard,
    drafts: &[CaseDraft],
    mut findings: Findings,
) -> (Vec<Case>, Findings) {
    let closures = Closures::default();
    let mut builder = Builder {
        lowering: Lowering::new(&standard.vocabulary, &closures, &mut findings),
        grades: standard.grades.iter().map(|g| g.name.clone()).collect(),
        unit: standard.unit.hundredths(),
        points: Vec::new(),
        verbs: Vec::new(),
        weighs: None,
        read: BTreeMap::new(),
        lost: BTreeSet::new(),
        suggested: Cell::new(0),
    };
    // What a table's test lacks has been said in the words of a table.
    let spoiled: Vec<(Kind, usize)> = (0..drafts.len()).map(|index| (Kind::Case, index)).collect();
    let cases = builder.cases(drafts, Some(&standard.subject), &standard.rules, &spoiled);
    for case in cases.iter().filter(|c| standard.cases.iter().any(|known| known.name == c.name)) {
        let message = format!("测试“{}”在脚本里已经有了", case.name);
        builder.error(codes::DUPLICATE, case.at.into(), message, "换一个名称");
    }
    (cases, findings)
}

/// The text of an argument that was checked to be one.
fn plain_text(arg: &Arg) -> String {
    match &arg.value {
        Value::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    }
}

fn parameter(draft: ParameterDraft) -> Option<Parameter> {
    let ParameterDraft { at, name, meaning, value, default, .. } = draft;
    Some(Parameter { name, value: value?, default, meaning, at: at.place })
}

fn check_parameters(
    parameters: &[ParameterDraft],
    overrides: &[crate::Override],
    id: Option<&str>,
    read: Option<&BTreeSet<String>>,
    findings: &mut Findings,
) {
    for parameter in parameters {
        if parameter.kept_as.as_ref().is_some_and(|name| read.is_some_and(|read| !read.contains(name))) {
            let message = format!("参数“{}”没有用到", parameter.name);
            findings.warn(
                codes::UNUSED_PARAMETER,
                parameter.at,
                message,
                Some("删去，或用到规则里".to_owned()),
            );
        }
    }
    for set in overrides.iter().filter(|o| Some(o.standard.as_str()) == id) {
        if read.is_some() && parameters.iter().all(|p| p.name != set.parameter) {
            let names = parameters.iter().map(|p| p.name.as_str());
            let help = did_you_mean_one_of(&set.parameter, names.clone()).or_else(|| {
                let all: Vec<&str> = names.collect();
                Some(if all.is_empty() {
                    "这个标准没有参数".to_owned()
                } else {
                    format!("参数有：{}", all.join("、"))
                })
            });
            let message = format!("标准“{}”没有参数“{}”", set.standard, set.parameter);
            findings.error(codes::UNKNOWN_OVERRIDE, WHOLE.into(), message, help);
        }
    }
}

/// SHA-256 of the text and the parameter values.
fn digest(text: &str, parameters: &[Parameter]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(text.as_bytes());
    for parameter in parameters {
        hasher.update(format!("\0{}={}", parameter.name, written(&parameter.value)).as_bytes());
    }
    let mut hex = String::new();
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// A constant as text.
fn written(constant: &Constant) -> String {
    match constant {
        Constant::Bool(yes) => yes.to_string(),
        Constant::Int(number) => number.to_string(),
        Constant::Money(money) => money.to_string(),
        Constant::Points(points) => points.to_string(),
        Constant::Date(day) => day.to_string(),
        Constant::Span(span) => span.to_string(),
        Constant::Code(list, code) => format!("{}/{code}", list.0),
        Constant::Text(text) => text.to_string(),
    }
}

impl Builder<'_> {
    fn error(&mut self, code: &'static str, at: Mark, message: impl Into<String>, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_owned());
        self.lowering.findings.error(code, at, message, help);
    }

    fn warn(&mut self, code: &'static str, at: Mark, message: impl Into<String>, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_owned());
        self.lowering.findings.warn(code, at, message, help);
    }

    /// A text that is not empty.
    fn text(&mut self, arg: &Arg, what: &str) -> Option<String> {
        match &arg.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Poison => None,
            Value::Text(_) => {
                self.error(codes::MALFORMED, arg.at, format!("{what}是空的"), &format!("在引号里写上{what}"));
                None
            }
            other => {
                let message = format!("{what}要写文字，这里是{}", other.kind());
                self.error(codes::TYPE, arg.at, message, "写成 \"…\"");
                None
            }
        }
    }

    /// Points written as a number, within what a hit can hold.
    fn points(&mut self, arg: &Arg, what: &str) -> Option<Points> {
        match &arg.value {
            Value::Poison => None,
            Value::Int(_) | Value::Decimal(_) => match arg.value.hundredths() {
                Some(h) if i32::try_from(h).is_ok() => Some(Points::from_hundredths(h)),
                Some(_) => {
                    self.error(codes::OUT_OF_RANGE, arg.at, format!("{what}过大"), "");
                    None
                }
                None => {
                    self.error(
                        codes::MALFORMED,
                        arg.at,
                        format!("{what}的小数多于两位或过大"),
                        "小数最多两位",
                    );
                    None
                }
            },
            other => {
                let message = format!("{what}要写数，这里是{}", other.kind());
                self.error(codes::TYPE, arg.at, message, "写整数或最多两位的小数");
                None
            }
        }
    }

    /// A day, as text or 日期(…).
    fn day(&mut self, arg: &Arg) -> Option<sanse::Date> {
        match &arg.value {
            Value::Poison => None,
            Value::Quantity(Constant::Date(day)) => Some(*day),
            Value::Text(text) => match crate::declare::date_of(text) {
                Ok(day) => Some(day),
                Err(message) => {
                    self.error(
                        codes::MALFORMED,
                        arg.at,
                        message,
                        "写成 \"2023-03-01\" 的样子，年月日用短横连接",
                    );
                    None
                }
            },
            other => {
                let message = format!("这里要写日期，这里是{}", other.kind());
                self.error(codes::TYPE, arg.at, message, "写成 \"2023-01-01\"");
                None
            }
        }
    }

    /// Counting up or down, as the verbs say.
    fn direction(&mut self, base: &sanse::Expr) -> Direction {
        let up = |verb: Verb| matches!(verb, Verb::Record | Verb::Reduce);
        let Some((first, _)) = self.verbs.first().copied() else {
            let zero = matches!(&base.node, sanse::Node::Const(Constant::Points(p)) if *p == Points::ZERO);
            return if zero { Direction::CountUp } else { Direction::CountDown };
        };
        if let Some((_, at)) = self.verbs.iter().find(|(verb, _)| up(*verb) != up(first)).copied() {
            let (used, other) =
                if up(first) { ("记、减", "扣、加") } else { ("扣、加", "记、减") };
            let message = format!("前面用了{used}，这里又用{other}");
            let instead =
                self.verbs.iter().find(|(_, place)| *place == at).map_or("", |(verb, _)| match verb {
                    Verb::Record => "扣(…)",
                    Verb::Deduct => "记(…)",
                    Verb::Add => "减(…)",
                    Verb::Reduce => "加(…)",
                });
            let help = format!("这里写成 {instead}；一个标准只用 记/减，或者只用 扣/加");
            self.error(codes::MIXED_DIRECTIONS, at, message, &help);
        }
        if up(first) { Direction::CountUp } else { Direction::CountDown }
    }
}
