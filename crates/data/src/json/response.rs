//! An answer (评定结果): verdicts, scores and hits of one enterprise, with the sentences that explain them.

use sanse::{
    Calendar, Caseload, Classification, Classified, Date, Decider, ENTERPRISE, Fate, Hit, Label, ListDef,
    Measure, MeasureItem, Period, Points, Reasons, RowRef, Standard, State, Value, Verdict,
};
use serde::{Serialize, Serializer};

use super::value::Json;
use super::{Refusal, VERSION};
use crate::read::Source;

/// A result with what is needed to say it.
pub(crate) struct Judged<'a> {
    pub(crate) caseload: &'a Caseload,
    pub(crate) domains: &'a [Standard],
    pub(crate) overall: Option<&'a Standard>,
    pub(crate) classification: &'a Classification,
    pub(crate) calendar: &'a Calendar,
    /// The files of a run: its answers name the enterprise, and the file and row of each record. None where the
    /// asker knows both.
    pub(crate) sources: Option<&'a [Source]>,
}

/// A code with its Chinese text.
#[derive(Serialize)]
struct Named {
    code: &'static str,
    text: &'static str,
}

impl Named {
    const fn new((code, text): (&'static str, &'static str)) -> Named {
        Named { code, text }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Json<'a>>,
    /// Only in the lines of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprise: Option<Who<'a>>,
    as_of: Date,
    domains: Vec<Judgement<'a>>,
    overall: Option<Judgement<'a>>,
}

/// The fields by which people know an enterprise, under their English names.
struct Who<'a> {
    caseload: &'a Caseload,
    enterprise: usize,
}

impl Serialize for Who<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = known_by(self.caseload.vocabulary().list_def(ENTERPRISE));
        serializer.collect_map(fields.map(|(field, name)| {
            let text = self.caseload.text(ENTERPRISE, self.enterprise, field);
            (name, (!text.is_empty()).then_some(text))
        }))
    }
}

/// Those fields and names.
pub(super) fn known_by(enterprises: &ListDef) -> impl Iterator<Item = (sanse::FieldId, &str)> {
    let shown = enterprises.roles.shown.iter();
    shown.filter_map(|field| Some((*field, enterprises.field_def(*field)?.name.english.as_str())))
}

#[derive(Serialize)]
struct Judgement<'a> {
    /// None for the overall result.
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'a str>,
    standard: StandardName<'a>,
    period: Period,
    state: Named,
    label: Option<Named>,
    grade: Option<&'a str>,
    score: Option<String>,
    arithmetic: Option<String>,
    decided_by: Named,
    reason: String,
    remarks: Vec<Named>,
    hits: Vec<HitOut<'a>>,
    measure: Option<MeasureOut<'a>>,
}

#[derive(Serialize)]
struct StandardName<'a> {
    id: &'a str,
    title: &'a str,
    stage: Named,
    digest: &'a str,
}

#[derive(Serialize)]
struct HitOut<'a> {
    rule: &'a str,
    title: &'a str,
    basis: &'a str,
    /// From 1.
    arm: u32,
    effect: String,
    raw: String,
    counted: String,
    fate: Named,
    carried: bool,
    rows: Vec<RowOut>,
    text: String,
}

#[derive(Serialize)]
struct RowOut {
    list: String,
    /// The place in the request's list, from 0; none for what the request does not hold.
    index: Option<u32>,
    /// Only in the lines of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceOut>,
    date: Option<Date>,
    document_number: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct SourceOut {
    file: String,
    sheet: Option<String>,
    row: u32,
}

#[derive(Serialize)]
struct MeasureOut<'a> {
    proactive_visits: &'a str,
    visits_a_year: Visits,
    ratio: Option<String>,
    method: &'a str,
    basis: &'a str,
    incentives: &'a [MeasureItem],
    urging: &'a [MeasureItem],
    restrictions: &'a [MeasureItem],
}

#[derive(Serialize)]
struct Visits {
    least: Option<u16>,
    most: Option<u16>,
}

#[derive(Serialize)]
struct Refused<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Json<'a>>,
    line: u64,
    error: ErrorOut<'a>,
}

#[derive(Serialize)]
struct ErrorOut<'a> {
    code: &'a str,
    path: &'a str,
    message: &'a str,
}

/// Writes an error object and a line feed.
pub(super) fn refuse(out: &mut Vec<u8>, id: Option<&Json<'_>>, line: u64, refusal: &Refusal) {
    let error = ErrorOut { code: refusal.code.english(), path: &refusal.path, message: &refusal.message };
    // Texts and numbers only, into memory: cannot fail.
    let _ = serde_json::to_writer(&mut *out, &Refused { version: VERSION, id, line, error });
    out.push(b'\n');
}

/// Writes the answer for an enterprise and a line feed.
pub(super) fn write(
    out: &mut Vec<u8>,
    id: Option<&Json<'_>>,
    judged: &Judged<'_>,
    enterprise: usize,
) -> Result<(), serde_json::Error> {
    let found = judged.classification;
    let domains = judged.domains.iter().zip(&found.domains);
    let answer = Answer {
        version: VERSION,
        id,
        enterprise: judged.sources.map(|_| Who { caseload: judged.caseload, enterprise }),
        as_of: judged.calendar.as_of,
        domains: domains.filter_map(|(s, c)| result((s, judged.caseload, c), judged, enterprise)).collect(),
        overall: judged.overall.zip(found.overall.as_ref()).and_then(|(standard, classified)| {
            result((standard, found.outcomes.as_ref()?, classified), judged, enterprise)
        }),
    };
    serde_json::to_writer(&mut *out, &answer)?;
    out.push(b'\n');
    Ok(())
}

fn result<'a>(
    (standard, caseload, classified): (&'a Standard, &'a Caseload, &'a Classified),
    judged: &Judged<'_>,
    enterprise: usize,
) -> Option<Judgement<'a>> {
    let assessments = &classified.assessments;
    let (verdict, outcome) = (classified.verdicts.get(enterprise)?, assessments.outcome(enterprise)?);
    let reasons = Reasons::new(standard, caseload, assessments);
    let rated = verdict.state == State::Rated;
    let arithmetic = reasons.arithmetic(enterprise).filter(|_| rated);
    let grade = standard.grades.get(usize::from(outcome.grade)).filter(|_| rated);
    let stage = match standard.stage {
        sanse::Stage::Draft => "draft",
        sanse::Stage::Trial => "trial",
        sanse::Stage::Adopted => "adopted",
    };
    Some(Judgement {
        domain: match &standard.subject {
            sanse::Subject::Domain(name) => Some(name),
            sanse::Subject::Overall => None,
        },
        standard: StandardName {
            id: &standard.id,
            title: &standard.title,
            stage: Named { code: stage, text: standard.stage.chinese() },
            digest: &standard.digest,
        },
        period: standard.period(judged.calendar),
        state: Named::new(state(verdict.state)),
        label: verdict.label.map(|l| Named { code: l.english(), text: l.chinese() }),
        grade: grade.map(|g| g.name.as_str()),
        score: arithmetic.is_some().then(|| outcome.score().to_string()),
        arithmetic,
        decided_by: Named::new(decider(outcome.decider)),
        reason: reasons.main(enterprise, verdict),
        remarks: remarks(*verdict),
        hits: assessments
            .hits(enterprise)
            .iter()
            .filter_map(|h| hit(&reasons, caseload, judged.sources, h))
            .collect(),
        measure: verdict.measure.and_then(|m| standard.measures.get(usize::from(m))).map(measure),
    })
}

fn remarks(verdict: Verdict) -> Vec<Named> {
    let names = verdict.remarks.english().zip(verdict.remarks.chinese());
    names.map(Named::new).collect()
}

fn hit<'a>(
    reasons: &Reasons<'a>,
    caseload: &Caseload,
    sources: Option<&[Source]>,
    hit: &Hit,
) -> Option<HitOut<'a>> {
    let rule = reasons.rule(hit)?;
    Some(HitOut {
        rule: &rule.id,
        title: &rule.title,
        basis: &rule.basis,
        arm: u32::from(hit.arm) + 1,
        effect: reasons.effect(hit),
        raw: points(hit.raw),
        counted: points(hit.counted),
        fate: Named::new(fate(hit.fate())),
        carried: hit.carried(),
        rows: reasons.rows(hit).into_iter().map(|cited| row(reasons, caseload, sources, cited)).collect(),
        text: reasons.hit(hit),
    })
}

fn row(reasons: &Reasons<'_>, caseload: &Caseload, sources: Option<&[Source]>, cited: RowRef) -> RowOut {
    let list = caseload.vocabulary().list_def(cited.list);
    let at = cited.row as usize;
    let value = |field: Option<sanse::FieldId>| field.map(|f| caseload.value(cited.list, at, f));
    // A row number of 0 marks a record that comes from no file.
    let origin = caseload.table(cited.list).and_then(|t| t.origin(at)).filter(|o| o.row > 0);
    let source = |sources: &[Source]| {
        let origin = origin?;
        let source = sources.get(origin.source as usize)?;
        Some(SourceOut { file: source.file.clone(), sheet: source.sheet.clone(), row: origin.row })
    };
    RowOut {
        list: list.name.english.clone(),
        index: origin.filter(|_| sources.is_none()).map(|o| o.row - 1),
        source: sources.and_then(source),
        date: match value(list.roles.date) {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        },
        document_number: match value(list.roles.document) {
            Some(Value::Text(text)) => Some(text.to_owned()),
            _ => None,
        },
        text: reasons.row(cited),
    }
}

fn measure(measure: &Measure) -> MeasureOut<'_> {
    let (least, most) = measure.visits_a_year.unwrap_or((None, None));
    MeasureOut {
        proactive_visits: &measure.proactive_visits,
        visits_a_year: Visits { least, most },
        ratio: measure.ratio.map(|r| format!("{}%", Points::from_hundredths(i64::from(r)))),
        method: &measure.method,
        basis: &measure.basis,
        incentives: &measure.incentives,
        urging: &measure.urging,
        restrictions: &measure.restrictions,
    }
}

fn points(hundredths: i32) -> String {
    Points::from_hundredths(i64::from(hundredths)).to_string()
}

const fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Rated => ("rated", "已评定"),
        State::NotRated => ("not_rated", "未评定"),
        State::NotApplicable => ("not_applicable", "不适用"),
    }
}

const fn decider(decider: Decider) -> (&'static str, &'static str) {
    match decider {
        Decider::Clean => ("clean", "没有计入的情形"),
        Decider::Score => ("score", "得分"),
        Decider::Shift => ("shift", "升降级"),
        Decider::Floor => ("floor", "不低于"),
        Decider::Ceiling => ("ceiling", "不高于"),
        Decider::NotRated => ("not_rated", "标准不评"),
    }
}

const fn fate(fate: Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Counted => ("counted", "计入"),
        Fate::Outranked => ("outranked", "取最重未计"),
        Fate::RuleCapped => ("rule_capped", "规则封顶"),
        Fate::GroupCapped => ("group_capped", "组封顶"),
        Fate::Effect => ("effect", "定级效果"),
    }
}

/// The codes that an answer may hold, for the schema.
pub(super) struct Codes {
    pub(super) states: Vec<&'static str>,
    pub(super) labels: Vec<&'static str>,
    pub(super) deciders: Vec<&'static str>,
    pub(super) fates: Vec<&'static str>,
}

pub(super) fn codes() -> Codes {
    let english = |(code, _): (&'static str, &'static str)| code;
    Codes {
        states: [State::Rated, State::NotRated, State::NotApplicable].map(state).map(english).to_vec(),
        labels: Label::ALL.map(Label::english).to_vec(),
        deciders: [
            Decider::Clean,
            Decider::Score,
            Decider::Shift,
            Decider::Floor,
            Decider::Ceiling,
            Decider::NotRated,
        ]
        .map(decider)
        .map(english)
        .to_vec(),
        fates: [Fate::Counted, Fate::Outranked, Fate::RuleCapped, Fate::GroupCapped, Fate::Effect]
            .map(fate)
            .map(english)
            .to_vec(),
    }
}
