//! Reasons (理由): results said in Chinese sentences that an official or an enterprise can read.
//!
//! Nothing is decided here. Every sentence is a walk down a value: the verdict holds the assessment, the
//! assessment its hits, a hit the rule, the rows and the arithmetic.

mod unknown;

use std::fmt::Write as _;

use crate::assess::{Assessments, Decider, Fate, Hit, Outcome, RowRef};
use crate::caseload::{Caseload, Value};
use crate::classify::{Remarks, State, Verdict};
use crate::quantity::{Label, Points};
use crate::standard::{Direction, Effect, Grade, Rule, Scope, Standard, Subject};
use crate::vocabulary::Derivation;

/// Reads the reasons of one standard's results (理由).
///
/// The caseload is the one that was assessed: for an overall standard the caseload of domain outcomes. Values
/// that do not belong together give empty texts, never a panic.
#[derive(Clone, Copy, Debug)]
pub struct Reasons<'a> {
    standard: &'a Standard,
    caseload: &'a Caseload,
    assessments: &'a Assessments,
}

impl<'a> Reasons<'a> {
    /// The reasons of a standard's results over a caseload.
    pub fn new(standard: &'a Standard, caseload: &'a Caseload, assessments: &'a Assessments) -> Self {
        Reasons { standard, caseload, assessments }
    }

    /// The rule that a hit belongs to.
    pub fn rule(&self, hit: &Hit) -> Option<&'a Rule> {
        self.standard.rules.get(usize::from(hit.rule))
    }

    /// The rows that a hit rests on: its own row, or all that an aggregate counted. Empty for a rule that
    /// looks at the enterprise alone.
    pub fn rows(&self, hit: &Hit) -> Vec<RowRef> {
        match self.rule(hit).map(|rule| rule.scope) {
            Some(Scope::Each(list)) => {
                // The standard's copy of the vocabulary may number its own lists otherwise than the caseload's.
                let name = &self.standard.vocabulary.list_def(list).name.chinese;
                let list = self.caseload.vocabulary().list(name).map_or(list, |(there, _)| there);
                vec![RowRef { list, row: hit.row }]
            }
            Some(Scope::Enterprise) => self.assessments.citations(hit).to_vec(),
            None => Vec::new(),
        }
    }

    /// A row as people cite it: date, document number, kind and what belongs to it, and the unlawful act in
    /// brackets: `2022-05-06 六环叶罚〔2022〕5号 罚款 20000元（超标排放水污染物）`.
    pub fn row(&self, cited: RowRef) -> String {
        let roles = &self.caseload.vocabulary().list_def(cited.list).roles;
        let row = cited.row as usize;
        let mut text = String::new();
        for field in [roles.date, roles.document].into_iter().flatten().chain(roles.shown.iter().copied()) {
            let part = self.caseload.text(cited.list, row, field);
            if !part.is_empty() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&part);
            }
        }
        if let Some(act) = roles.act
            && let Value::Text(act) = self.caseload.value(cited.list, row, act)
        {
            let _ = write!(text, "（{act}）");
        }
        if let Some(branch) = roles.branch
            && let Value::Text(branch) = self.caseload.value(cited.list, row, branch)
        {
            let _ = write!(text, "（分支机构：{branch}）");
        }
        text
    }

    /// What the arm that applied says, with the raw points: `记12分`, `等级不高于红标`, `降1级`, `不评定：…`.
    pub fn effect(&self, hit: &Hit) -> String {
        let arm = self.rule(hit).and_then(|rule| rule.arms.get(usize::from(hit.arm)));
        match arm.map(|arm| &arm.effect) {
            Some(Effect::Points { merit, .. }) => {
                let verb = match (self.standard.direction, merit) {
                    (Direction::CountUp, false) => "记",
                    (Direction::CountUp, true) => "减",
                    (Direction::CountDown, false) => "扣",
                    (Direction::CountDown, true) => "加",
                };
                format!("{verb}{}分", magnitude(hit.raw))
            }
            Some(Effect::AtMost(grade)) => format!("等级不高于{}", self.grade_name(*grade)),
            Some(Effect::AtLeast(grade)) => format!("等级不低于{}", self.grade_name(*grade)),
            Some(Effect::Shift(by)) if *by < 0 => format!("升{}级", by.unsigned_abs()),
            Some(Effect::Shift(by)) => format!("降{by}级"),
            Some(Effect::NotRated(reason)) => format!("不评定：{reason}"),
            None => String::new(),
        }
    }

    /// Raw points and what became of them, with the cause where they differ:
    /// `记12分`, `记1分，计入0分（同一违法行为取最重，不另计）`, `记6分，计入4分（本规则封顶10分）`.
    pub fn points(&self, hit: &Hit) -> String {
        let mut text = self.effect(hit);
        let rule = self.rule(hit);
        let cause = match hit.fate() {
            Fate::Counted | Fate::Effect => None,
            Fate::Outranked => Some("同一违法行为取最重，不另计".to_owned()),
            Fate::RuleCapped => Some(
                rule.and_then(|r| r.cap)
                    .map_or_else(|| "规则封顶".to_owned(), |cap| format!("本规则封顶{cap}分")),
            ),
            Fate::GroupCapped => {
                let group = rule.and_then(|r| r.group).and_then(|g| self.standard.groups.get(usize::from(g)));
                Some(match group.and_then(|g| g.cap.map(|cap| (&g.name, cap))) {
                    Some((name, cap)) => format!("“{name}”组封顶{cap}分"),
                    None => "组封顶".to_owned(),
                })
            }
        };
        if let Some(cause) = cause {
            let _ = write!(text, "，计入{}分（{cause}）", magnitude(hit.counted));
        }
        if hit.carried() {
            text.push_str("（结转：已过计入期，按标准继续计入）");
        }
        let mut said = Vec::new();
        for cited in self.rows(hit) {
            for note in self.notes(cited).into_iter().chain(self.unknown(hit, cited)) {
                if !said.contains(&note) {
                    let _ = write!(text, "（{note}）");
                    said.push(note);
                }
            }
        }
        text
    }

    /// What must be said of a row that counts: a status other than the usual one (复议中), and that it was
    /// entered only after the period (补录).
    fn notes(&self, cited: RowRef) -> Vec<String> {
        let def = self.caseload.vocabulary().list_def(cited.list);
        let value = |field| self.caseload.value(cited.list, cited.row as usize, field);
        let text = |field| self.caseload.text(cited.list, cited.row as usize, field);
        let mut notes = Vec::new();
        if let Some((field, _)) = &def.roles.void
            && let Value::Code(status) = value(*field)
            && def.field_def(*field).is_some_and(|f| f.derived != Some(Derivation::Default(status)))
        {
            notes.push(text(*field));
        }
        if let (Some(field), Some(period)) = (def.roles.known_on, self.assessments.period)
            && let Value::Date(day) = value(field)
            && day > period.last
        {
            notes.push(format!("补录：{day}报送"));
        }
        notes
    }

    /// What became of a hit in a word or two (去向): 计入, 取最重未计, 规则封顶, 组封顶, 定级效果; 结转 in
    /// brackets.
    pub fn fate(&self, hit: &Hit) -> String {
        let fate = match hit.fate() {
            Fate::Counted => "计入",
            Fate::Outranked => "取最重未计",
            Fate::RuleCapped => "规则封顶",
            Fate::GroupCapped => "组封顶",
            Fate::Effect => "定级效果",
        };
        if hit.carried() { format!("{fate}（结转）") } else { fate.to_owned() }
    }

    /// One hit in full: rule, case, every row it rests on, points and their fate, legal basis.
    pub fn hit(&self, hit: &Hit) -> String {
        let Some(rule) = self.rule(hit) else { return String::new() };
        let mut text = format!("规则{}（{}）", rule.id, rule.title);
        if rule.arms.len() > 1 {
            let _ = write!(text, "第{}种情形", usize::from(hit.arm) + 1);
        }
        let _ =
            write!(text, "：{}，{}。依据：{}", self.ground(hit, usize::MAX), self.points(hit), rule.basis);
        text
    }

    /// The score as a sum, term by term: `0 + 12 + 1 = 13分，等级红标[12,)`. Hits that count nothing are left
    /// out, and without terms the base stands alone: `0分，等级绿标[0,0]`. The entry that keeps the score within
    /// its limits is named. `None` for an enterprise that was not assessed, and for a standard that gives grades
    /// without points.
    pub fn arithmetic(&self, enterprise: usize) -> Option<String> {
        let outcome = self.assessments.outcome(enterprise)?;
        let hits = self.assessments.hits(enterprise);
        let counted: i64 = hits.iter().map(|hit| i64::from(hit.counted)).sum();
        let base = outcome.score().hundredths() - i64::from(outcome.limit_entry) - counted;
        if base == 0 && self.without_points() {
            return None;
        }
        let mut text = Points::from_hundredths(base).to_string();
        for hit in hits.iter().filter(|hit| hit.counted != 0) {
            let sign = if hit.counted < 0 { '-' } else { '+' };
            let _ = write!(text, " {sign} {}", magnitude(hit.counted));
        }
        if outcome.limit_entry != 0 {
            let (sign, limit) = if outcome.limit_entry < 0 {
                ('-', self.standard.upper_limit.map(|l| format!("上限{l}分")))
            } else {
                ('+', self.standard.lower_limit.map(|l| format!("下限{l}分")))
            };
            let _ =
                write!(text, " {sign} {}（{}）", magnitude(outcome.limit_entry), limit.unwrap_or_default());
        }
        if text.contains(' ') {
            let _ = write!(text, " = {}", outcome.score());
        }
        text.push('分');
        if let Some(grade) = self.standard.grades.get(usize::from(outcome.band_grade))
            && let Some(band) = grade.band
        {
            let _ = write!(text, "，等级{}{band}", grade.name);
        }
        if outcome.grade != outcome.band_grade {
            let _ = write!(text, "，调整为{}", self.grade_name(outcome.grade));
        }
        Some(text)
    }

    /// The hit that decided the grade.
    pub fn deciding(&self, enterprise: usize) -> Option<&'a Hit> {
        let outcome = self.assessments.outcome(enterprise)?;
        self.assessments.hits(enterprise).get(outcome.deciding as usize)
    }

    /// The main reason of a verdict in one line (主要原因): the deciding hit, for a green label the score in its band
    /// or `统计期内无扣分情形`, why there is no label, or that the domain does not apply. At most three rows of an aggregate are named; all stand in
    /// [`Reasons::hit`].
    pub fn main(&self, enterprise: usize, verdict: &Verdict) -> String {
        match verdict.state {
            State::NotApplicable => match &self.standard.subject {
                Subject::Domain(domain) => format!("不适用：不属于{domain}领域的监管对象"),
                Subject::Overall => "不适用：没有适用的领域".to_owned(),
            },
            State::NotRated => self.not_rated(enterprise, verdict.remarks),
            State::Rated => self.rated(enterprise),
        }
    }

    fn not_rated(&self, enterprise: usize, remarks: Remarks) -> String {
        let mut reasons: Vec<String> = Vec::new();
        for (remark, sentence) in remarks.reasons().filter(|(remark, _)| remark.withholds()) {
            if remark == Remarks::RULE {
                let by_rule = self.deciding(enterprise).map(|hit| self.brief(hit));
                reasons.push(by_rule.unwrap_or_else(|| sentence.to_owned()));
            } else if remark != Remarks::UNINSPECTED
                || self.standard.uninspected.as_ref().is_some_and(|u| u.withhold)
            {
                // Where the standard lets the label stand, never having been inspected is not the reason.
                reasons.push(sentence.to_owned());
            }
        }
        if reasons.is_empty() {
            return "未评定".to_owned();
        }
        format!("未评定：{}", reasons.join("；"))
    }

    fn rated(&self, enterprise: usize) -> String {
        let Some(outcome) = self.assessments.outcome(enterprise) else { return String::new() };
        let hits = self.assessments.hits(enterprise);
        let deciding = self.deciding(enterprise).filter(|_| outcome.decider != Decider::Clean);
        let Some(deciding) = deciding else { return self.clean(outcome, hits) };
        if outcome.decider == Decider::Score && self.is_green(outcome.grade) {
            return self.green_by_score(outcome, hits, deciding);
        }
        let mut text = self.brief(deciding);
        match outcome.decider {
            Decider::Score => {
                let others = hits.iter().filter(|hit| hit.counted != 0).count().saturating_sub(1);
                if others > 0 {
                    let _ = write!(text, "；另有{others}项计入");
                }
                let _ =
                    write!(text, "；得分{}分，等级{}", outcome.score(), self.grade_with_band(outcome.grade));
            }
            Decider::Shift | Decider::Floor | Decider::Ceiling if outcome.band_grade != outcome.grade => {
                let (before, after) = (self.grade_name(outcome.band_grade), self.grade_name(outcome.grade));
                let _ = write!(text, "，由{before}调整为{after}");
            }
            _ => {}
        }
        text
    }

    /// Why an enterprise is green although something counts: its score lies within the band. A penalty put first
    /// would read as the reason for the label.
    fn green_by_score(&self, outcome: &Outcome, hits: &[Hit], deciding: &Hit) -> String {
        let score = format!("得分{}分，等级{}", outcome.score(), self.grade_with_band(outcome.grade));
        if self.is_merit(deciding) {
            // A demerit that counts would have been taken for the deciding one.
            return format!("统计期内无扣分情形；{}；{score}", self.brief(deciding));
        }
        let counted = hits.iter().filter(|hit| hit.counted != 0).count();
        let gravest = if counted > 1 { "，最重的一项是" } else { "：" };
        format!("{score}，没有规则把等级调低；计入{counted}项{gravest}{}", self.brief(deciding))
    }

    /// True if something counted against an enterprise (扣分情形) or a rule other than of points set its grade.
    pub fn has_cause(&self, enterprise: usize) -> bool {
        let decider = self.assessments.outcome(enterprise).map(|outcome| outcome.decider);
        match decider {
            None | Some(Decider::Clean) => false,
            Some(Decider::Score) => self.deciding(enterprise).is_some_and(|hit| !self.is_merit(hit)),
            Some(_) => true,
        }
    }

    fn is_green(&self, grade: u8) -> bool {
        self.standard.grades.get(usize::from(grade)).is_some_and(|grade| grade.label == Label::Green)
    }

    fn clean(&self, outcome: &Outcome, hits: &[Hit]) -> String {
        let grade = self.standard.grades.get(usize::from(outcome.grade));
        if self.standard.subject == Subject::Overall {
            return match grade.map(|g| g.label) {
                Some(Label::Green) => "各适用领域均为绿标".to_owned(),
                _ => format!("综合等级{}", self.grade_name(outcome.grade)),
            };
        }
        if grade.is_some_and(|g| g.label != Label::Green) {
            // The base alone may lie in a worse band: said plainly, for there is no hit to point at.
            return format!(
                "没有命中计分规则，基准得分{}分，等级{}",
                outcome.score(),
                self.grade_with_band(outcome.grade)
            );
        }
        if hits.iter().any(|hit| hit.raw != 0 && !self.is_merit(hit)) {
            return format!("得分{}分，等级{}", outcome.score(), self.grade_with_band(outcome.grade));
        }
        "统计期内无扣分情形".to_owned()
    }

    fn is_merit(&self, hit: &Hit) -> bool {
        let arm = self.rule(hit).and_then(|rule| rule.arms.get(usize::from(hit.arm)));
        matches!(arm.map(|arm| &arm.effect), Some(Effect::Points { merit: true, .. }))
    }

    /// Rule, rows and effect without the legal basis; the line of a table.
    fn brief(&self, hit: &Hit) -> String {
        let Some(rule) = self.rule(hit) else { return String::new() };
        format!("规则{}（{}）：{}，{}", rule.id, rule.title, self.ground(hit, 3), self.points(hit))
    }

    /// What a hit rests on: its row, the rows that an aggregate counted, or the enterprise's own data.
    fn ground(&self, hit: &Hit, most: usize) -> String {
        let rows = self.rows(hit);
        match rows.as_slice() {
            [] => "按企业情况".to_owned(),
            [row] => self.row(*row),
            rows => {
                let shown: Vec<String> = rows.iter().take(most).map(|row| self.row(*row)).collect();
                let more = if rows.len() > most { "等" } else { "共" };
                format!("{}，{more}{}条记录", shown.join("；"), rows.len())
            }
        }
    }

    fn grade_name(&self, grade: u8) -> &'a str {
        self.standard.grades.get(usize::from(grade)).map_or("", |g| g.name.as_str())
    }

    fn grade_with_band(&self, grade: u8) -> String {
        match self.standard.grades.get(usize::from(grade)) {
            Some(Grade { name, band: Some(band), .. }) => format!("{name}{band}"),
            Some(Grade { name, .. }) => name.clone(),
            None => String::new(),
        }
    }

    /// True for a standard that gives grades and no points: its score says nothing.
    fn without_points(&self) -> bool {
        self.standard.grades.iter().all(|g| g.band.is_none())
            && !self
                .standard
                .rules
                .iter()
                .flat_map(|r| &r.arms)
                .any(|a| matches!(a.effect, Effect::Points { .. }))
    }
}

/// Hundredths of a point without their sign.
fn magnitude(hundredths: i32) -> Points {
    Points::from_hundredths(i64::from(hundredths).abs())
}

impl Remarks {
    /// Each remark with one sentence on what it means, in a fixed order.
    ///
    /// ```
    /// use sanse::Remarks;
    /// let marked = Remarks::NEWLY_REGISTERED.with(Remarks::INCOMPLETE);
    /// let first = marked.reasons().next().map(|(_, sentence)| sentence);
    /// assert_eq!(first, Some("企业在统计期开始后才登记，记录不满一个统计期"));
    /// ```
    pub fn reasons(self) -> impl Iterator<Item = (Remarks, &'static str)> {
        const SENTENCES: [(Remarks, &str); 10] = [
            (Remarks::NOT_COVERED, "没有哪个机关声明报送了该领域这一统计期的数据，不能认定为无记录"),
            (Remarks::PARTLY_COVERED, "收到的数据只覆盖统计期的一部分"),
            (Remarks::NEWLY_REGISTERED, "企业在统计期开始后才登记，记录不满一个统计期"),
            (Remarks::ROWS_TO_CHECK, "有指向该企业、须先核对的数据行（见“问题”表）"),
            (Remarks::RULE, "标准规定此情形不评定"),
            (Remarks::SUPERVISION_UNKNOWN, "名录没有写明该企业是否属于该领域监管对象"),
            (Remarks::REGISTER_CONTRADICTED, "名录写明不属于该领域监管对象，却有该领域的记录，须核对名录"),
            (Remarks::UNINSPECTED, "没有扣分情形，但从未接受过检查"),
            (Remarks::INCOMPLETE, "数据不全；标签按现有记录评出，数据补齐后须重新评定"),
            (Remarks::COVERAGE_UNDECLARED, "数据文件夹里没有覆盖表，是否报齐未经机关声明"),
        ];
        SENTENCES.into_iter().filter(move |(remark, _)| self.contains(*remark))
    }

    /// True if one of the remarks can be why there is no label; the others stand beside a label.
    pub const fn withholds(self) -> bool {
        let beside = Remarks::INCOMPLETE.with(Remarks::COVERAGE_UNDECLARED);
        !beside.contains(self)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::caseload::CaseloadBuilder;
    use crate::expr::{Expr, Place};
    use crate::quantity::{Date, Money};
    use crate::standard::{Arm, Band, Group, Stage};
    use crate::vocabulary::{ENTERPRISE, SANCTION, Vocabulary};

    fn arm(effect: Effect) -> Arm {
        Arm { when: None, effect, at: Place::default() }
    }

    fn points(amount: i32, merit: bool) -> Effect {
        Effect::Points { amount: Expr::points(Points::whole(amount)), merit }
    }

    fn rule(id: &str, scope: Scope, arms: Vec<Arm>) -> Rule {
        Rule {
            id: id.to_owned(),
            title: "按措施记分".to_owned(),
            basis: "《办法》第十二条".to_owned(),
            scope,
            guard: None,
            arms,
            window: None,
            pick: Vec::new(),
            group: None,
            cap: None,
            apart: Vec::new(),
            at: Place::default(),
        }
    }

    fn grade(name: &str, label: Label, low: i32, high: Option<i32>) -> Grade {
        let closed = |n| (Points::whole(n), true);
        Grade {
            name: name.to_owned(),
            label,
            band: Some(Band { lower: Some(closed(low)), upper: high.map(closed) }),
        }
    }

    fn standard(rules: Vec<Rule>) -> Standard {
        Standard {
            id: "HJ".to_owned(),
            title: "环境".to_owned(),
            stage: Stage::Trial,
            subject: Subject::Domain("生态环境".to_owned()),
            document: None,
            approved_on: None,
            issuer: None,
            effective_from: "2023-01-01".parse().unwrap(),
            effective_until: None,
            period_months: 12,
            vocabulary: Arc::new(Vocabulary::standard()),
            direction: Direction::CountUp,
            base: Expr::points(Points::ZERO),
            lower_limit: None,
            upper_limit: None,
            unit: Points::whole(1),
            admits: Vec::new(),
            rules,
            groups: vec![Group {
                name: "处罚".to_owned(), cap: Some(Points::whole(20)), pick_across: false
            }],
            grades: vec![
                grade("绿标", Label::Green, 0, Some(0)),
                grade("黄标", Label::Yellow, 1, Some(11)),
                grade("红标", Label::Red, 12, None),
            ],
            uninspected: None,
            branches: crate::standard::Branches::Apart,
            measures: Vec::new(),
            parameters: Vec::new(),
            cases: Vec::new(),
            digest: String::new(),
        }
    }

    fn caseload() -> Caseload {
        let vocabulary = Arc::new(Vocabulary::standard());
        let field = |list, name: &str| vocabulary.list_def(list).field(name).unwrap();
        let mut b = CaseloadBuilder::new(Arc::clone(&vocabulary));
        let firm =
            b.add_enterprise(&[(field(ENTERPRISE, "名称"), Value::Text("安徽甲有限公司"))], None).unwrap();
        let kind = vocabulary.code_lists.iter().find_map(|list| list.code("罚款")).unwrap();
        for (day, number) in [("2022-05-06", 5), ("2022-07-01", 6), ("2022-08-01", 7), ("2022-09-01", 8)] {
            let day: Date = day.parse().unwrap();
            b.add(
                SANCTION,
                firm,
                &[
                    (field(SANCTION, "种类"), Value::Code(kind)),
                    (field(SANCTION, "文号"), Value::Text(&format!("六环叶罚〔2022〕{number}号"))),
                    (field(SANCTION, "金额"), Value::Money(Money::from_fen(2_000_000))),
                    (field(SANCTION, "违法行为"), Value::Text("超标排放水污染物")),
                    (field(SANCTION, "作出日期"), Value::Date(day)),
                ],
                None,
            )
            .unwrap();
        }
        b.finish("2023-03-31".parse().unwrap()).0
    }

    fn hit(row: u32, rule: u16, raw: i32, counted: i32, fate: Fate) -> Hit {
        let mut hit = Hit { row, rule, arm: 0, flags: 0, raw: raw * 100, counted: counted * 100 };
        hit.set_fate(fate);
        hit
    }

    fn results(hits: Vec<Hit>, score: i32, grade: u8, decider: Decider) -> Assessments {
        let all = hits.len() as u32;
        let outcome = Outcome {
            score: score * 100,
            limit_entry: 0,
            deciding: if decider == Decider::Clean { u32::MAX } else { 0 },
            grade,
            band_grade: grade,
            decider,
            uninspected: false,
        };
        Assessments { hits, ends: vec![all], outcomes: vec![outcome].into(), ..Assessments::default() }
    }

    fn verdict(state: State, remarks: Remarks) -> Verdict {
        Verdict { state, label: None, remarks, measure: None }
    }

    #[test]
    fn the_deciding_hit_is_the_main_reason() {
        let standard = standard(vec![rule("HJ-01", Scope::Each(SANCTION), vec![arm(points(12, false))])]);
        let cases = caseload();
        let found = results(
            vec![hit(0, 0, 12, 12, Fate::Counted), hit(1, 0, 1, 1, Fate::Counted)],
            13,
            2,
            Decider::Score,
        );
        let reasons = Reasons::new(&standard, &cases, &found);
        assert_eq!(
            reasons.main(0, &verdict(State::Rated, Remarks::default())),
            "规则HJ-01（按措施记分）：2022-05-06 六环叶罚〔2022〕5号 罚款 20000元（超标排放水污染物），记12分；另有1项计入；得分13分，等级红标[12,)"
        );
        assert_eq!(reasons.arithmetic(0).unwrap(), "0 + 12 + 1 = 13分，等级红标[12,)");
        assert_eq!(
            reasons.hit(&found.hits(0)[0]),
            "规则HJ-01（按措施记分）：2022-05-06 六环叶罚〔2022〕5号 罚款 20000元（超标排放水污染物），记12分。依据：《办法》第十二条"
        );
        assert_eq!(reasons.arithmetic(7), None);
    }

    #[test]
    fn points_that_do_not_count_in_full_say_why() {
        let mut capped = rule("HJ-01", Scope::Each(SANCTION), vec![arm(points(6, false))]);
        capped.cap = Some(Points::whole(10));
        capped.group = Some(0);
        let standard = standard(vec![capped]);
        let cases = caseload();
        let mut carried = hit(2, 0, 6, 4, Fate::RuleCapped);
        carried.flags |= Hit::CARRIED;
        let hits = vec![hit(0, 0, 6, 0, Fate::Outranked), hit(1, 0, 6, 2, Fate::GroupCapped), carried];
        let found = results(hits, 6, 1, Decider::Score);
        let reasons = Reasons::new(&standard, &cases, &found);
        let said: Vec<String> = found.hits(0).iter().map(|h| reasons.points(h)).collect();
        assert_eq!(
            said,
            [
                "记6分，计入0分（同一违法行为取最重，不另计）",
                "记6分，计入2分（“处罚”组封顶20分）",
                "记6分，计入4分（本规则封顶10分）（结转：已过计入期，按标准继续计入）",
            ]
        );
        assert_eq!(reasons.fate(&found.hits(0)[2]), "规则封顶（结转）");
        assert_eq!(reasons.arithmetic(0).unwrap(), "0 + 2 + 4 = 6分，等级黄标[1,11]");
    }

    #[test]
    fn an_aggregate_lists_every_document_it_counted() {
        let standard = standard(vec![rule(
            "HJ-09",
            Scope::Enterprise,
            vec![arm(Effect::AtMost(2)), arm(points(1, false))],
        )]);
        let cases = caseload();
        let mut found = results(vec![hit(0, 0, 0, 0, Fate::Effect)], 0, 2, Decider::Ceiling);
        found.hits[0].flags |= Hit::CITES;
        found.outcomes = vec![Outcome { band_grade: 0, ..*found.outcome(0).unwrap() }].into();
        found.citations = (0..4).map(|row| RowRef { list: SANCTION, row }).collect();
        found.citation_ends = vec![4];
        let reasons = Reasons::new(&standard, &cases, &found);
        let full = reasons.hit(&found.hits(0)[0]);
        for number in 5..=8 {
            assert!(full.contains(&format!("〔2022〕{number}号")), "{full}");
        }
        assert!(full.contains("第1种情形") && full.contains("共4条记录，等级不高于红标。依据："), "{full}");
        let main = reasons.main(0, &verdict(State::Rated, Remarks::default()));
        assert!(
            !main.contains("〔2022〕8号") && main.ends_with("等4条记录，等级不高于红标，由绿标调整为红标"),
            "{main}"
        );
        assert_eq!(reasons.arithmetic(0).unwrap(), "0分，等级绿标[0,0]，调整为红标");
    }

    #[test]
    fn clean_unrated_and_inapplicable_are_said_plainly() {
        let standard =
            standard(vec![rule("HJ-01", Scope::Enterprise, vec![arm(Effect::NotRated("停产".to_owned()))])]);
        let cases = caseload();
        let clean = results(Vec::new(), 0, 0, Decider::Clean);
        let reasons = Reasons::new(&standard, &cases, &clean);
        assert_eq!(
            reasons.main(0, &verdict(State::Rated, Remarks::COVERAGE_UNDECLARED)),
            "统计期内无扣分情形"
        );
        assert_eq!(
            reasons.main(0, &verdict(State::NotApplicable, Remarks::default())),
            "不适用：不属于生态环境领域的监管对象"
        );
        let remarks = Remarks::PARTLY_COVERED.with(Remarks::ROWS_TO_CHECK).with(Remarks::COVERAGE_UNDECLARED);
        assert_eq!(
            reasons.main(0, &verdict(State::NotRated, remarks)),
            "未评定：收到的数据只覆盖统计期的一部分；有指向该企业、须先核对的数据行（见“问题”表）"
        );
        let by_rule = results(vec![hit(u32::MAX, 0, 0, 0, Fate::Effect)], 0, 0, Decider::NotRated);
        let reasons = Reasons::new(&standard, &cases, &by_rule);
        assert_eq!(
            reasons.main(0, &verdict(State::NotRated, Remarks::RULE)),
            "未评定：规则HJ-01（按措施记分）：按企业情况，不评定：停产"
        );
    }

    #[test]
    fn merits_and_limits_stand_in_the_sum() {
        let mut standard = standard(vec![rule("HJ-01", Scope::Enterprise, vec![arm(points(5, true))])]);
        standard.lower_limit = Some(Points::ZERO);
        let cases = caseload();
        let mut found = results(vec![hit(u32::MAX, 0, -5, -5, Fate::Counted)], 0, 0, Decider::Clean);
        found.outcomes = vec![Outcome { limit_entry: 300, ..*found.outcome(0).unwrap() }].into();
        let reasons = Reasons::new(&standard, &cases, &found);
        assert_eq!(reasons.arithmetic(0).unwrap(), "2 - 5 + 3（下限0分） = 0分，等级绿标[0,0]");
        assert_eq!(reasons.points(&found.hits(0)[0]), "减5分");
        assert_eq!(reasons.main(0, &verdict(State::Rated, Remarks::default())), "统计期内无扣分情形");
    }

    /// What counts is said, but the reason of a green label is that it does not weigh enough.
    #[test]
    fn a_green_label_with_penalties_says_that_the_score_is_within_its_band() {
        let mut standard = standard(vec![
            rule("HJ-01", Scope::Each(SANCTION), vec![arm(points(1, false))]),
            rule("HJ-02", Scope::Enterprise, vec![arm(points(2, true))]),
        ]);
        standard.grades[0] = grade("绿标", Label::Green, 0, Some(3));
        standard.grades[1] = grade("黄标", Label::Yellow, 4, Some(11));
        let cases = caseload();
        let main = |hits: Vec<Hit>, score, grade| {
            let found = results(hits, score, grade, Decider::Score);
            let reasons = Reasons::new(&standard, &cases, &found);
            (reasons.main(0, &verdict(State::Rated, Remarks::default())), reasons.has_cause(0))
        };
        let penalty = |row, counted| hit(row, 0, counted, counted, Fate::Counted);
        let merit = hit(u32::MAX, 1, -2, -2, Fate::Counted);
        let record =
            "规则HJ-01（按措施记分）：2022-05-06 六环叶罚〔2022〕5号 罚款 20000元（超标排放水污染物）";
        assert_eq!(
            main(vec![penalty(0, 1)], 1, 0),
            (format!("得分1分，等级绿标[0,3]，没有规则把等级调低；计入1项：{record}，记1分"), true)
        );
        assert_eq!(
            main(vec![penalty(0, 3), penalty(1, 1), merit], 2, 0),
            (
                format!("得分2分，等级绿标[0,3]，没有规则把等级调低；计入3项，最重的一项是{record}，记3分"),
                true
            )
        );
        assert_eq!(
            main(vec![merit], 0, 0),
            (
                "统计期内无扣分情形；规则HJ-02（按措施记分）：按企业情况，减2分；得分0分，等级绿标[0,3]"
                    .to_owned(),
                false
            )
        );
        // Another label has its rule first.
        let (yellow, _) = main(vec![penalty(0, 4)], 4, 1);
        assert_eq!(yellow, format!("{record}，记4分；得分4分，等级黄标[4,11]"));
    }

    #[test]
    fn every_remark_has_its_sentence() {
        for remark in [
            Remarks::NOT_COVERED,
            Remarks::PARTLY_COVERED,
            Remarks::NEWLY_REGISTERED,
            Remarks::ROWS_TO_CHECK,
            Remarks::RULE,
            Remarks::SUPERVISION_UNKNOWN,
            Remarks::REGISTER_CONTRADICTED,
            Remarks::UNINSPECTED,
            Remarks::INCOMPLETE,
            Remarks::COVERAGE_UNDECLARED,
        ] {
            assert_eq!(remark.reasons().count(), remark.chinese().count());
        }
    }
}
