//! 监管(…), 未经检查(…) and 分支机构(…).

use sanse::{
    Branches, ENTERPRISE, Grade, Label, Measure, MeasureFor, MeasureItem, Subject, Uninspected, parse_decimal,
};

use super::Builder;
use crate::codes;
use crate::declare::{Arg, GradeDraft, MeasureDraft, Value};
use crate::finding::Mark;
use crate::lower::Known;
use crate::words::{Word, did_you_mean};

/// The keys of 监管 with their English names.
const KEYS: &[(&str, &str)] = &[
    ("主动现场检查", "proactive_visits"),
    ("年检查次数", "visits_a_year"),
    ("抽查比例", "ratio"),
    ("方式", "method"),
    ("依据", "basis"),
    ("激励", "incentives"),
    ("督促", "urging"),
    ("限制", "restrictions"),
];

impl Builder<'_> {
    pub(super) fn measures(&mut self, drafts: &[MeasureDraft]) -> Vec<Measure> {
        let lacking = self.without_measure(drafts);
        drafts.iter().filter_map(|draft| self.measure(draft, &lacking)).collect()
    }

    /// The grades that no row of measures names, if rows name grades at all.
    fn without_measure(&self, drafts: &[MeasureDraft]) -> Vec<String> {
        let named: Vec<&str> = drafts
            .iter()
            .filter_map(|draft| match &draft.to.value {
                Value::Text(name) => Some(&**name),
                _ => None,
            })
            .collect();
        self.grades.iter().filter(|grade| !named.contains(&grade.as_str())).cloned().collect()
    }

    /// Rows of measures that no enterprise comes to: the first that fits applies.
    pub(super) fn check_measures(&mut self, measures: &[Measure], grades: &[Grade]) {
        let mut settled: Vec<MeasureFor> = Vec::new();
        for measure in measures {
            let to: Vec<MeasureFor> = match measure.to {
                MeasureFor::Label(label) => {
                    let own = grades.iter().enumerate().filter(|(_, grade)| grade.label == label);
                    own.map(|(number, _)| MeasureFor::Grade(number as u8)).collect()
                }
                one => vec![one],
            };
            if !to.is_empty() && to.iter().all(|one| settled.contains(one)) {
                let help = "先写条件具体的、按等级的，再写没有条件的";
                let message = "前面的监管已经包括了这一行，永远用不到";
                self.warn(codes::NO_EFFECT, self.lowering.mark_at(measure.at), message, help);
            }
            if measure.when.is_none() {
                settled.extend(to);
            }
        }
    }

    /// Grades without a row of measures although others have one. A single row for a worse grade than theirs is no
    /// plan of inspections with a hole but what is special about that grade.
    pub(super) fn check_measured(&mut self, drafts: &[GradeDraft], grades: &[Grade], measures: &[Measure]) {
        let has_row: Vec<bool> = grades
            .iter()
            .enumerate()
            .map(|(number, grade)| {
                measures.iter().any(|measure| match measure.to {
                    MeasureFor::Label(label) => grade.label == label,
                    MeasureFor::Grade(own) => usize::from(own) == number,
                    MeasureFor::NotRated => false,
                })
            })
            .collect();
        let Some(best) = has_row.iter().position(|yes| *yes) else { return };
        let several = has_row.iter().filter(|yes| **yes).count() > 1;
        for (number, (grade, draft)) in grades.iter().zip(drafts).enumerate() {
            if has_row.get(number) == Some(&false) && (several || number > best) {
                let name = &grade.name;
                let message = format!("等级“{name}”没有监管措施，别的等级有：评为{name}的企业没有检查安排");
                let short: String = grade.label.chinese().chars().take(1).collect();
                let to = if grades.iter().filter(|other| other.label == grade.label).count() == 1 {
                    short
                } else {
                    format!("\"{name}\"")
                };
                let help = format!("补上 监管({to}, #{{ 主动现场检查: \"…\", 方式: \"…\", 依据: \"…\" }});");
                self.warn(codes::NO_MEASURE, draft.at, message, &help);
            }
        }
    }

    fn measure(&mut self, draft: &MeasureDraft, lacking: &[String]) -> Option<Measure> {
        let to = match &draft.to.value {
            // A misspelt grade is most likely the one that has no row.
            Value::Text(name)
                if !lacking.is_empty()
                    && !is_label(name)
                    && !self.grades.iter().any(|g| **g == **name)
                    && !self.lost.contains("等级") =>
            {
                let near = self.near(name, lacking.iter().map(String::as_str));
                let help = match (near, lacking) {
                    (_, [one]) => format!("没有写监管的等级是“{one}”；是否想写 \"{one}\"？"),
                    (Some(near), _) => near,
                    (None, several) => format!("没有写监管的等级有：{}", several.join("、")),
                };
                self.error(codes::UNKNOWN_GRADE, draft.to.at, format!("没有等级“{name}”"), &help);
                None
            }
            Value::Word(Word::Unrated) => Some(MeasureFor::NotRated),
            // A label in quotes is a slip, unless a grade has that name.
            Value::Text(name) if self.grades.iter().any(|g| **g == **name) || !is_label(name) => {
                self.grade(&draft.to).map(MeasureFor::Grade)
            }
            _ => self.colour(&draft.to).map(MeasureFor::Label),
        };
        let when =
            draft.when.as_ref().and_then(|c| self.lowering.condition(c, ENTERPRISE, &Known::default()));
        let Value::Map(entries) = &draft.fields.value else {
            if !draft.fields.value.is_poisoned() {
                let help = "写成 #{ 方式: \"非现场为主\", 依据: \"…\" }";
                self.error(codes::TYPE, draft.fields.at, "监管的内容要写成 #{ … }", help);
            }
            return None;
        };
        let mut measure = Measure {
            to: MeasureFor::NotRated,
            when,
            proactive_visits: String::new(),
            visits_a_year: None,
            ratio: None,
            method: String::new(),
            basis: String::new(),
            incentives: Vec::new(),
            urging: Vec::new(),
            restrictions: Vec::new(),
            at: draft.at.place,
        };
        self.lowering.note(draft.at);
        let mut based = false;
        for entry in entries {
            let value = &entry.value;
            let key = KEYS.iter().find(|(chinese, english)| entry.key == *chinese || entry.key == *english);
            match key.map(|(chinese, _)| *chinese) {
                Some("主动现场检查") => {
                    measure.proactive_visits = self.text(value, "主动现场检查").unwrap_or_default();
                }
                Some("年检查次数") => measure.visits_a_year = self.visits(value),
                Some("抽查比例") => measure.ratio = self.ratio(value),
                Some("方式") => measure.method = self.text(value, "方式").unwrap_or_default(),
                Some("依据") => {
                    based = true;
                    measure.basis = self.text(value, "依据").unwrap_or_default();
                }
                Some("激励") => measure.incentives = self.items(value, "激励"),
                Some("督促") => measure.urging = self.items(value, "督促"),
                Some("限制") => measure.restrictions = self.items(value, "限制"),
                _ => self.unknown_key(&entry.key, entry.key_at.into(), KEYS, "监管"),
            }
        }
        if !based {
            self.error(
                codes::NO_BASIS,
                draft.at,
                "监管措施没有写依据",
                "加上 依据: \"…\"；没有依据的措施不打印",
            );
        }
        measure.to = to?;
        Some(measure)
    }

    fn unknown_key(&mut self, key: &str, at: Mark, keys: &[(&str, &str)], what: &str) {
        let names = keys.iter().flat_map(|(chinese, english)| [*chinese, *english]);
        let help = did_you_mean(key, names).unwrap_or_else(|| {
            let all: Vec<&str> = keys.iter().map(|(chinese, _)| *chinese).collect();
            format!("可写：{}", all.join("、"))
        });
        let mark = Mark::word(at.place, key);
        self.error(codes::UNKNOWN_FIELD, mark, format!("{what}里没有“{key}”"), &help);
    }

    /// `[0,1]`, `[2,)`, `[,2]`
    pub(super) fn visits(&mut self, arg: &Arg) -> Option<(Option<u16>, Option<u16>)> {
        let text = self.text(arg, "年检查次数")?;
        let inner = text
            .strip_prefix(['[', '('])
            .and_then(|t| t.strip_suffix([']', ')']))
            .and_then(|t| t.split_once([',', '，']));
        let end = |text: &str| match text.trim() {
            "" => Some(None),
            number => number.parse::<u16>().ok().map(Some),
        };
        let ends = inner.and_then(|(low, high)| Some((end(low)?, end(high)?)));
        match ends {
            Some((Some(low), Some(high))) if low > high => {}
            Some((None, None)) | None => {}
            Some(ends) if !text.contains('(') => return Some(ends),
            Some(_) => {}
        }
        self.error(
            codes::MALFORMED,
            arg.at,
            format!("年检查次数“{text}”写法不对"),
            "写成 \"[0,1]\"、\"[2,)\" 或 \"[,2]\"",
        );
        None
    }

    /// `3%` in hundredths of a percent.
    fn ratio(&mut self, arg: &Arg) -> Option<u32> {
        let text = self.text(arg, "抽查比例")?;
        let number = text.strip_suffix(['%', '％']).and_then(|t| parse_decimal(t.trim(), 2));
        if let Some(ratio @ 0..=10_000) = number {
            Some(ratio as u32)
        } else {
            let message = format!("抽查比例“{text}”写法不对");
            self.error(codes::MALFORMED, arg.at, message, "写成 \"3%\"，0 至 100，最多两位小数");
            None
        }
    }

    fn items(&mut self, arg: &Arg, what: &str) -> Vec<MeasureItem> {
        const ITEM: &[(&str, &str)] = &[("内容", "content"), ("依据", "basis")];
        let Value::Array(items) = &arg.value else {
            if !arg.value.is_poisoned() {
                let message = format!("{what}要写成数组");
                self.error(codes::TYPE, arg.at, message, "写成 [#{ 内容: \"…\", 依据: \"…\" }]");
            }
            return Vec::new();
        };
        let mut read = Vec::new();
        for item in items {
            let Value::Map(entries) = &item.value else {
                if !item.value.is_poisoned() {
                    let message = format!("{what}的每一项要写内容和依据");
                    self.error(codes::TYPE, item.at, message, "写成 #{ 内容: \"…\", 依据: \"…\" }");
                }
                continue;
            };
            let (mut content, mut basis) = (None, None);
            for entry in entries {
                match entry.key.as_str() {
                    "内容" | "content" => content = self.text(&entry.value, "内容"),
                    "依据" | "basis" => basis = Some(self.text(&entry.value, "依据").unwrap_or_default()),
                    other => self.unknown_key(other, entry.key_at.into(), ITEM, what),
                }
            }
            match (content, basis) {
                (Some(content), Some(basis)) => read.push(MeasureItem { content, basis }),
                (_, None) => {
                    let message = format!("{what}的这一项没有写依据");
                    self.error(codes::NO_BASIS, item.at, message, "加上 依据: \"…\"；没有依据的措施不打印");
                }
                (None, Some(_)) => self.error(
                    codes::MALFORMED,
                    item.at,
                    format!("{what}的这一项没有写内容"),
                    "加上 内容: \"…\"",
                ),
            }
        }
        read
    }

    pub(super) fn uninspected(&mut self, draft: Option<(Mark, Arg, Arg)>) -> Option<Uninspected> {
        let (_, condition, what) = draft?;
        let when = self.lowering.condition(&condition, ENTERPRISE, &Known::default());
        let withhold = match &what.value {
            Value::Word(Word::Stands) => false,
            Value::Word(Word::Withhold) => true,
            Value::Poison => return None,
            _ => {
                self.error(
                    codes::TYPE,
                    what.at,
                    "这里要写 照常 或 暂不评",
                    "例如 未经检查(|企| 企.检查.数量() == 0, 照常)",
                );
                return None;
            }
        };
        Some(Uninspected { when: when?, withhold })
    }

    /// 分支机构(…): for whom the records of a branch count.
    pub(super) fn branches(&mut self, said: Option<Arg>, subject: Option<&Subject>) -> Branches {
        const EXAMPLE: &str = "例如 分支机构(\"计入总机构\")；不写就是单独评定";
        let Some(said) = said else { return Branches::Apart };
        let branches = match &said.value {
            Value::Text(text) => Branches::ALL.into_iter().find(|b| b.chinese() == text.trim()),
            Value::Poison => return Branches::Apart,
            _ => None,
        };
        let Some(branches) = branches else {
            self.error(codes::TYPE, said.at, "这里要写 \"计入总机构\" 或 \"单独评定\"", EXAMPLE);
            return Branches::Apart;
        };
        if branches == Branches::ForHeadOffice && subject == Some(&Subject::Overall) {
            let help = "写进各领域的标准；综合标准看的是各领域的结果";
            self.error(codes::MISPLACED, said.at, "综合标准不能写分支机构计入总机构", help);
        }
        branches
    }
}

/// True for 绿, 黄, 红, their long names, and 未评定.
fn is_label(name: &str) -> bool {
    let name = name.trim();
    name == "未评定" || Label::ALL.iter().any(|label| label.chinese().starts_with(name))
}
