//! The readable document of a standard (标准文本): what a bureau submits for approval, made from the standard
//! itself, so that the text that is approved and the rules that are run are one thing.

mod page;

use sanse::{
    Admit, Branches, Case, Constant, Direction, ENTERPRISE, Expr, ListId, Measure, MeasureFor, MeasureItem,
    Node, Points, Rule, Scope, Standard, Subject, Wording,
};

use crate::cases::{CaseResult, run_cases};
pub(crate) use page::Page;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown, with tables.
    Markdown,
    /// One HTML page that needs nothing else and prints well.
    Html,
}

/// The document of a standard: title and head, what counts, rules with their conditions in words, grades,
/// measures, parameters, and the standard's own tests as worked examples with their results.
///
/// ```
/// use std::sync::Arc;
/// use sanse_script::{Format, compile, document, starter};
/// let script = starter("噪声").unwrap();
/// let vocabulary = Arc::new(sanse::Vocabulary::standard());
/// let standard = compile("噪声.rhai", script.as_bytes(), &vocabulary, &[]).standard.unwrap();
/// let text = document(&standard, Format::Markdown);
/// assert!(text.starts_with("# 噪声领域企业分类标准"));
/// ```
pub fn document(standard: &Standard, format: Format) -> String {
    let writer = Writer { standard, wording: Wording::new(standard) };
    let page = writer.page();
    match format {
        Format::Markdown => page.markdown(),
        Format::Html => page.html(),
    }
}

struct Writer<'a> {
    standard: &'a Standard,
    wording: Wording<'a>,
}

impl Writer<'_> {
    fn page(&self) -> Page {
        let mut page = Page::new(&self.standard.title);
        self.head(&mut page);
        self.admits(&mut page);
        self.rules(&mut page);
        self.grades(&mut page);
        self.measures(&mut page);
        self.parameters(&mut page);
        self.examples(&mut page);
        page
    }

    fn head(&self, page: &mut Page) {
        let s = self.standard;
        let mut rows: Vec<[String; 2]> = Vec::new();
        let mut row = |name: &str, value: String| {
            if !value.is_empty() {
                rows.push([name.to_owned(), value]);
            }
        };
        row("编号", s.id.clone());
        row("领域", s.subject.chinese().to_owned());
        row("阶段", s.stage.chinese().to_owned());
        row("文号", s.document.clone().unwrap_or_default());
        row("发布机关", s.issuer.clone().unwrap_or_default());
        row("批准日期", s.approved_on.map_or_else(String::new, |day| day.to_string()));
        row("施行日期", s.effective_from.to_string());
        row("失效日期", s.effective_until.map_or_else(String::new, |day| day.to_string()));
        row("统计期", format!("{}个月，到标签所属季度开始的前一天为止", s.period_months));
        let direction = match s.direction {
            Direction::CountUp => "记分制：从基准分起，违法行为加记，分数越高越差",
            Direction::CountDown => "扣分制：从基准分起，违法行为扣减，分数越低越差",
        };
        if s.grades.iter().any(|grade| grade.band.is_some()) {
            row("计分", direction.to_owned());
            row("基准分", self.wording.expression(&s.base, ENTERPRISE));
        }
        row("最低", s.lower_limit.map_or_else(String::new, points));
        row("最高", s.upper_limit.map_or_else(String::new, points));
        page.table(&["项目", "内容"], rows.iter().map(|r| r.to_vec()).collect());
        if s.stage != sanse::Stage::Adopted {
            page.paragraph(format!("本标准为{}，分值和条件以批准的文本为准。", s.stage.chinese()));
        }
    }

    fn admits(&self, page: &mut Page) {
        if self.standard.admits.is_empty() {
            return;
        }
        page.heading(2, "一、计入哪些记录");
        page.paragraph("被撤销的记录一律不计；截止日以后才得知的不计。".to_owned());
        for admit in &self.standard.admits {
            page.heading(3, &self.list(admit.list));
            page.list(self.admit(admit));
        }
        if self.standard.branches == Branches::ForHeadOffice {
            page.paragraph(
                "分支机构的处罚、整改、检查等记录计它自己，同时计入名录里写明的总机构；分支机构的分支机构，计入最上一级的总机构。"
                    .to_owned(),
            );
        }
    }

    fn admit(&self, admit: &Admit) -> Vec<String> {
        let say = |expr: &Expr| self.wording.expression(expr, admit.list);
        let mut lines = vec![format!("计入：{}。", self.wording.window(&admit.window, admit.list))];
        lines.extend(admit.except.iter().map(|(when, why)| format!("除外（{why}）：{}。", say(when))));
        lines.extend(admit.carry.as_ref().map(|when| format!("过期仍计入（结转）：{}。", say(when))));
        lines
    }

    fn rules(&self, page: &mut Page) {
        page.heading(2, "二、规则");
        for rule in &self.standard.rules {
            self.rule(rule, page);
        }
        if !self.standard.groups.is_empty() {
            page.heading(3, "规则的分组");
            let group = |(number, group): (usize, &sanse::Group)| {
                let own = self.standard.rules.iter().filter(|r| r.group.map(usize::from) == Some(number));
                let ids: Vec<&str> = own.map(|r| r.id.as_str()).collect();
                let cap =
                    group.cap.map_or_else(|| "不封顶".to_owned(), |cap| format!("合计最多{}", points(cap)));
                let pick = if group.pick_across { "；各条之间只计最重的一项" } else { "" };
                format!("“{}”（{}）：{cap}{pick}。", group.name, ids.join("、"))
            };
            page.list(self.standard.groups.iter().enumerate().map(group).collect());
        }
    }

    fn rule(&self, rule: &Rule, page: &mut Page) {
        let list = match rule.scope {
            Scope::Enterprise => ENTERPRISE,
            Scope::Each(list) => list,
        };
        page.heading(3, &format!("{}　{}", rule.id, rule.title));
        let scope = match rule.scope {
            Scope::Enterprise => "每户企业看一次".to_owned(),
            Scope::Each(list) => format!("逐条看“{}”", self.list(list)),
        };
        let mut lines = vec![format!("依据：{}", rule.basis), format!("范围：{scope}。")];
        if let Some(guard) = &rule.guard {
            lines.push(format!("只看：{}。", self.wording.expression(guard, list)));
        }
        if let Some(window) = &rule.window {
            lines.push(format!("本规则另定计入的时间：{}。", self.wording.window(window, list)));
        }
        if let Some(pick) = self.wording.pick(&rule.pick, list) {
            lines.push(format!("{pick}。"));
        }
        lines.extend(rule.cap.map(|cap| format!("本规则合计最多{}。", points(cap))));
        let apart = rule.apart.iter();
        lines.extend(
            apart.map(|apart| {
                format!("同一条记录本规则和规则{}分别记分，理由：{}。", apart.rule, apart.reason)
            }),
        );
        page.list(lines);
        let first = if rule.arms.len() > 1 {
            "情形（从上往下，第一个成立的算数）"
        } else {
            "情形"
        };
        let arms = rule.arms.iter().map(|arm| {
            let when = match &arm.when {
                Some(Expr { node: Node::Const(Constant::Bool(true)), .. }) | None => "其余".to_owned(),
                Some(when) => self.wording.expression(when, list),
            };
            let alone = rule.arms.len() == 1 && arm.when.is_none();
            let when = if alone { "符合上述范围的".to_owned() } else { when };
            vec![when, self.wording.effect(&arm.effect, list)]
        });
        page.table(&[first, "结果"], arms.collect());
    }

    fn grades(&self, page: &mut Page) {
        page.heading(2, "三、等级");
        let row = |grade: &sanse::Grade| {
            let band = grade.band.map_or_else(|| "由规则直接定".to_owned(), |band| band.to_string());
            vec![grade.name.clone(), grade.label.chinese().to_owned(), band]
        };
        page.table(&["等级", "标签", "得分区间"], self.standard.grades.iter().map(row).collect());
        if let Some(uninspected) = &self.standard.uninspected {
            let when = self.wording.expression(&uninspected.when, ENTERPRISE);
            let then = if uninspected.withhold {
                "暂不评绿标"
            } else {
                "照常评定，名单上标注“未经检查”"
            };
            page.paragraph(format!("没有扣分情形而{when}的，{then}。"));
        }
    }

    fn measures(&self, page: &mut Page) {
        if self.standard.measures.is_empty() {
            return;
        }
        page.heading(2, "四、监管措施");
        page.paragraph("同一标签有几行的，用第一个条件符合的一行。".to_owned());
        let rows = self.standard.measures.iter().map(|measure| self.measure(measure)).collect();
        page.table(&["标签", "主动现场检查", "每年次数", "抽查比例", "方式", "其他措施", "依据"], rows);
    }

    fn measure(&self, measure: &Measure) -> Vec<String> {
        let mut to = match measure.to {
            MeasureFor::Label(label) => label.chinese().to_owned(),
            MeasureFor::Grade(grade) => {
                let grade = self.standard.grades.get(usize::from(grade));
                grade.map_or(String::new(), |grade| format!("等级“{}”", grade.name))
            }
            MeasureFor::NotRated => "未评定".to_owned(),
        };
        if let Some(when) = &measure.when {
            to = format!("{to}，{}", self.wording.expression(when, ENTERPRISE));
        }
        let visits = match measure.visits_a_year {
            None | Some((None, None)) => String::new(),
            Some((Some(a), Some(b))) if a == b => format!("{a}次"),
            Some((Some(a), Some(b))) => format!("{a}至{b}次"),
            Some((Some(a), None)) => format!("不少于{a}次"),
            Some((None, Some(b))) => format!("不超过{b}次"),
        };
        let ratio =
            measure.ratio.map_or_else(String::new, |r| format!("{}%", Points::from_hundredths(i64::from(r))));
        let items =
            [("激励", &measure.incentives), ("督促", &measure.urging), ("限制", &measure.restrictions)];
        let said = |(kind, items): (&str, &Vec<MeasureItem>)| {
            let each: Vec<String> =
                items.iter().map(|i| format!("{kind}：{}（依据：{}）", i.content, i.basis)).collect();
            each.join("；")
        };
        let others: Vec<String> = items.into_iter().map(said).filter(|text| !text.is_empty()).collect();
        vec![
            to,
            measure.proactive_visits.clone(),
            visits,
            ratio,
            measure.method.clone(),
            others.join("；"),
            measure.basis.clone(),
        ]
    }

    fn parameters(&self, page: &mut Page) {
        if self.standard.parameters.is_empty() {
            return;
        }
        page.heading(2, "五、参数");
        let say = |constant: &Constant| match constant {
            Constant::Text(text) => text.to_string(),
            // Points or a factor: only its meaning says which, as with a whole number.
            Constant::Points(number) => number.to_string(),
            other => self.wording.constant(other),
        };
        let row = |parameter: &sanse::Parameter| {
            let default = parameter.default.as_ref().map_or_else(|| "必填".to_owned(), say);
            vec![parameter.name.clone(), say(&parameter.value), default, parameter.meaning.clone()]
        };
        let rows = self.standard.parameters.iter().map(row).collect();
        page.table(&["参数", "取值", "脚本中的默认值", "含义和出处"], rows);
    }

    fn examples(&self, page: &mut Page) {
        if self.standard.cases.is_empty() {
            return;
        }
        page.heading(2, "六、举例");
        page.paragraph("以下各例由程序按本标准实际算出。".to_owned());
        let results = run_cases(self.standard);
        for (number, (case, result)) in self.standard.cases.iter().zip(&results).enumerate() {
            page.heading(3, &format!("例{}　{}", number + 1, case.name));
            page.list(self.example(case, result));
        }
    }

    fn example(&self, case: &Case, result: &CaseResult) -> Vec<String> {
        let calendar = case.calendar;
        let mut lines = vec![format!(
            "统计期 {} 至 {}，截止日 {}。",
            calendar.period.first, calendar.period.last, calendar.as_of
        )];
        let facts = |named: &[(String, Constant)]| {
            let each: Vec<String> = named
                .iter()
                .map(|(name, value)| format!("{name} {}", self.wording.constant(value)))
                .collect();
            each.join("，")
        };
        if !case.enterprise.is_empty() {
            lines.push(format!("企业：{}。", facts(&case.enterprise)));
        }
        if case.rows.is_empty() {
            lines.push("没有记录。".to_owned());
        }
        for (list, row) in &case.rows {
            let def = self.standard.vocabulary.list_def(*list);
            // In a domain's standard every record is of that domain.
            let domain = def.roles.domain.filter(|_| self.standard.subject != Subject::Overall);
            let own: Vec<(String, Constant)> = row
                .iter()
                .filter(|(name, _)| domain.is_none() || def.field(name) != domain)
                .cloned()
                .collect();
            lines.push(format!("{}：{}。", def.name.chinese, facts(&own)));
        }
        lines.extend(result.chain.iter().map(|reason| format!("算法：{reason}")));
        let mut expected: Vec<String> = Vec::new();
        expected.extend(case.demerits.map(|p| format!("计 {}", points(p))));
        expected.extend(case.score.map(|p| format!("得 {}", points(p))));
        expected.extend(case.grade.as_ref().map(|grade| format!("等级“{grade}”")));
        expected.extend(case.label.map(|label| label.chinese().to_owned()));
        expected.extend(case.not_rated.then(|| "不评定".to_owned()));
        let expected =
            if expected.is_empty() { String::new() } else { format!("应为：{}。", expected.join("，")) };
        lines.push(if result.passed {
            format!("{expected}结果相符。")
        } else {
            format!("{expected}结果不符：{}。", result.differences.join("；"))
        });
        lines
    }

    fn list(&self, list: ListId) -> String {
        self.standard.vocabulary.list_def(list).name.chinese.clone()
    }
}

fn points(points: Points) -> String {
    format!("{points}分")
}
