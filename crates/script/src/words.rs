//! The words of the language, Chinese and English, in one table: the engine registers them, the check
//! compares with them, and suggestions come from them.

mod check;
mod suggest;

pub(crate) use check::{Seen, check};
pub(crate) use suggest::{
    Named, closest, did_you_mean, did_you_mean_one_of, did_you_mean_text, nearest_first,
};

use sanse::{Label, ListId, Vocabulary};

/// What a method is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 标准(…)
    Head,
    /// 计入(…) and 有效期(…)
    Admit,
    /// 规则(…)
    Rule,
    /// 组(…)
    Group,
    /// 等级(…)
    Grade,
    /// 测试(…)
    Case,
    /// A declaration without methods: 监管, 未经检查, 分支机构.
    Plain,
    /// 企.清单 in a condition.
    Rows,
    /// A text in a condition.
    Text,
}

impl Kind {
    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Kind::Head => "标准(…)",
            Kind::Admit => "计入(…)",
            Kind::Rule => "规则(…)",
            Kind::Group => "组(…)",
            Kind::Grade => "等级(…)",
            Kind::Case => "测试(…)",
            Kind::Plain => "监管(…)、未经检查(…)、分支机构(…)、字段(…)、清单(…)",
            Kind::Rows => "企.清单",
            Kind::Text => "文字的字段",
        }
    }
}

/// A function or method: Chinese name, English name, receiver, least and most arguments, an example.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callable {
    pub(crate) chinese: &'static str,
    pub(crate) english: &'static str,
    pub(crate) on: Option<Kind>,
    pub(crate) least: usize,
    pub(crate) most: usize,
    pub(crate) example: &'static str,
}

impl Callable {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.chinese == name || self.english == name
    }

    pub(crate) fn takes(&self, count: usize) -> bool {
        (self.least..=self.most).contains(&count)
    }
}

const fn call(
    chinese: &'static str,
    english: &'static str,
    on: Option<Kind>,
    (least, most): (usize, usize),
    example: &'static str,
) -> Callable {
    Callable { chinese, english, on, least, most, example }
}

const HEAD: Option<Kind> = Some(Kind::Head);
const ADMIT: Option<Kind> = Some(Kind::Admit);
const RULE: Option<Kind> = Some(Kind::Rule);
const GROUP: Option<Kind> = Some(Kind::Group);
const GRADE: Option<Kind> = Some(Kind::Grade);
const CASE: Option<Kind> = Some(Kind::Case);
const ROWS: Option<Kind> = Some(Kind::Rows);
const TEXT: Option<Kind> = Some(Kind::Text);

/// Everything that can be called.
pub(crate) const CALLABLES: &[Callable] = &[
    call("标准", "standard", None, (3, 3), "标准(\"HB-2023\", \"企业环境信用评价\", \"试行\")"),
    call("参数", "parameter", None, (3, 4), "参数(\"名\", 2, \"含义和出处\")"),
    call("字段", "field", None, (4, 5), "字段(企业, \"名\", \"是否\", \"含义和出处\")"),
    call("列名", "headers", None, (3, 3), "列名(企业, \"名称\", [\"单位\"])"),
    call(
        "清单",
        "list",
        None,
        (3, 3),
        "清单(\"事故\", #{ 日期: \"发生日期\" }, [[\"发生日期\", \"日期\", \"事故发生的日期\"]])",
    ),
    call("日期", "date", None, (1, 1), "日期(\"2023-01-01\")"),
    call("计入", "admit", None, (3, 3), "计入(措施, |措| 措.作出日期, 统计期)"),
    call("有效期", "valid", None, (3, 3), "有效期(措施, |措| 措.作出日期, |措| 措.作出日期 + 1.年)"),
    call("规则", "rule", None, (2, 2), "规则(\"HB-1\", \"按措施记分\")"),
    call("组", "group", None, (1, 1), "组(\"现场\")"),
    call("等级", "grade", None, (2, 3), "等级(\"黄标\", 黄, \"[1,6]\")"),
    call("监管", "measure", None, (2, 3), "监管(绿, #{ 方式: \"非现场为主\", 依据: \"…\" })"),
    call("未经检查", "uninspected", None, (2, 2), "未经检查(|企| 企.检查.数量() == 0, 照常)"),
    call("分支机构", "branches", None, (1, 1), "分支机构(\"计入总机构\")"),
    call("测试", "test", None, (1, 1), "测试(\"名\")"),
    call("记", "demerit_up", None, (1, 1), "记(12)"),
    call("扣", "deduct", None, (1, 1), "扣(5)"),
    call("加", "add", None, (1, 1), "加(2)"),
    call("减", "reduce", None, (1, 1), "减(1)"),
    call("不高于", "at_most", None, (1, 1), "不高于(\"红标\")"),
    call("不低于", "at_least", None, (1, 1), "不低于(\"黄标\")"),
    call("降", "lower_grade", None, (1, 1), "降(1)"),
    call("升", "raise_grade", None, (1, 1), "升(1)"),
    call("不评定", "not_rated", None, (1, 1), "不评定(\"停产\")"),
    call("除以", "divide", None, (3, 3), "除以(a, b, \"四舍五入\")"),
    call("比", "ratio", None, (3, 3), "比(a, b, \"四舍五入\")"),
    call("领域", "domain", HEAD, (1, 1), ".领域(\"生态环境\")"),
    call("综合", "overall", HEAD, (0, 0), ".综合()"),
    call("文号", "document", HEAD, (1, 1), ".文号(\"…〔2023〕1号\")"),
    call("批准日期", "approved_on", HEAD, (1, 1), ".批准日期(\"2023-01-01\")"),
    call("发布机关", "issuer", HEAD, (1, 1), ".发布机关(\"…局\")"),
    call("施行", "effective_from", HEAD, (1, 1), ".施行(\"2023-01-01\")"),
    call("失效", "effective_until", HEAD, (1, 1), ".失效(\"2028-01-01\")"),
    call("基准分", "base", HEAD, (1, 1), ".基准分(100)"),
    call("下限", "lower_limit", HEAD, (1, 1), ".下限(0)"),
    call("上限", "upper_limit", HEAD, (1, 1), ".上限(100)"),
    call("分值单位", "unit", HEAD, (1, 1), ".分值单位(1)"),
    call("统计期", "period_length", HEAD, (1, 1), ".统计期(24.个月)"),
    call("除外", "except", ADMIT, (2, 2), ".除外(|措| 措.种类 == \"免予处罚\", \"免予处罚\")"),
    call("结转", "carry", ADMIT, (1, 1), ".结转(|措| 措.整改 in [\"未整改\", \"部分整改\"])"),
    call("依据", "basis", RULE, (1, 1), ".依据(\"《…法》第…条\")"),
    call("每户", "each_enterprise", RULE, (0, 0), ".每户()"),
    call("逐条", "each", RULE, (1, 1), ".逐条(措施)"),
    call("当", "when", RULE, (1, 1), ".当(|措| 条件)"),
    call("则", "then", RULE, (1, 1), ".则(记(1))"),
    call("情形", "in_case", RULE, (2, 2), ".情形(|措| 措.种类 == \"警告\", 记(1))"),
    call("其余", "otherwise", RULE, (1, 1), ".其余(记(2))"),
    call("分档", "steps", RULE, (2, 2), ".分档(|措| 措.金额 ?? 0.元, [[1.万元, 记(1)], [5.万元, 记(2)]])"),
    call("取最重", "gravest", RULE, (0, 1), ".取最重(|措| [措.违法行为, 措.作出日期])"),
    call("各计", "count_all", RULE, (0, 0), ".各计()"),
    call("组", "group", RULE, (1, 1), ".组(\"现场\")"),
    call("封顶", "cap", RULE, (1, 1), ".封顶(10)"),
    call("分别记分", "count_apart", RULE, (2, 2), ".分别记分(\"HB-1\", \"理由，或者写明分别记分的条款\")"),
    call("近", "within", RULE, (1, 1), ".近(3.年)"),
    call("有效期", "valid_between", RULE, (2, 2), ".有效期(|措| 措.作出日期, |措| 措.作出日期 + 1.年)"),
    call("封顶", "cap", GROUP, (1, 1), ".封顶(10)"),
    call("取最重", "gravest", GROUP, (0, 0), ".取最重()"),
    call("等级", "grade", GRADE, (2, 3), ".等级(\"黄标\", 黄, \"[1,6]\")"),
    call("截止", "as_of", CASE, (1, 1), ".截止(\"2023-03-31\")"),
    call("统计期", "period", CASE, (2, 2), ".统计期(\"2022-01-01\", \"2022-12-31\")"),
    call(
        "企业",
        "enterprise",
        CASE,
        (1, 1),
        ".企业(#{ 措施: [#{ 种类: \"警告\", 作出日期: \"2022-05-02\" }] })",
    ),
    call("应记", "expect_points", CASE, (1, 1), ".应记(12)"),
    call("应得", "expect_score", CASE, (1, 1), ".应得(88)"),
    call("应为", "expect_grade", CASE, (1, 1), ".应为(\"黄标\")"),
    call("应标", "expect_label", CASE, (1, 1), ".应标(黄)"),
    call("应查次数", "expect_visits", CASE, (1, 1), ".应查次数(\"[0,2]\")"),
    call("应不评定", "expect_not_rated", CASE, (0, 0), ".应不评定()"),
    call("应命中", "expect_hits", CASE, (1, 12), ".应命中(\"HB-1\")"),
    call("不应命中", "expect_no_hits", CASE, (1, 12), ".不应命中(\"HB-1\")"),
    call("应有理由", "expect_reason", CASE, (1, 12), ".应有理由(\"等级不高于红标\")"),
    call("其中", "where_", ROWS, (1, 1), "企.处罚.其中(|罚| 罚.种类 == \"罚款\").数量()"),
    call("同一", "same", ROWS, (1, 1), "企.处罚.同一(|罚| 罚.违法行为).任意月内(12)"),
    call("近", "within", ROWS, (1, 1), "企.处罚.近(3.年).数量()"),
    call("数量", "count", ROWS, (0, 0), "企.处罚.数量()"),
    call("行数", "rows", ROWS, (0, 0), "企.处罚.行数()"),
    call("存在", "any", ROWS, (0, 0), "企.处罚.存在()"),
    call("合计", "sum", ROWS, (1, 1), "企.处罚.合计(|罚| 罚.金额)"),
    call("最大", "max", ROWS, (1, 1), "企.处罚.最大(|罚| 罚.金额) ?? 0.元"),
    call("最小", "min", ROWS, (1, 1), "企.处罚.最小(|罚| 罚.金额) ?? 0.元"),
    call("平均", "average", ROWS, (2, 2), "企.处罚.平均(|罚| 罚.金额, \"四舍五入\") ?? 0.元"),
    call("任意天内", "peak_days", ROWS, (1, 1), "企.处罚.任意天内(180)"),
    call("任意月内", "peak_months", ROWS, (1, 1), "企.处罚.任意月内(12)"),
    call("任意天内合计", "peak_sum_days", ROWS, (2, 2), "企.处罚.任意天内合计(180, |罚| 罚.金额)"),
    call("任意月内合计", "peak_sum_months", ROWS, (2, 2), "企.处罚.任意月内合计(12, |罚| 罚.金额)"),
    call("含", "contains", TEXT, (1, 1), "措.违法行为.含(\"夜间\")"),
];

/// Units written behind a number: `5.万元`.
pub(crate) const UNITS: &[(&str, &str)] =
    &[("元", "yuan"), ("万元", "wan_yuan"), ("天", "days"), ("个月", "months"), ("年", "years")];

/// The property that asks whether there is a value.
pub(crate) const PRESENT: (&str, &str) = ("有值", "present");
/// The property of a row that is its enterprise.
pub(crate) const ITS_ENTERPRISE: (&str, &str) = ("企业", "enterprise");

/// A word that stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// 企业 in 字段 and 列名
    Enterprise,
    /// A list, or a view of it by its number.
    List(ListId, Option<u16>),
    /// 绿, 黄, 红
    Colour(Label),
    /// 未评定 in 监管
    Unrated,
    /// 必填
    Required,
    /// 统计期
    Period,
    /// 不限
    Unlimited,
    /// 截止日
    AsOf,
    /// 统计期首日
    PeriodFirst,
    /// 统计期末日
    PeriodLast,
    /// 照常
    Stands,
    /// 暂不评
    Withhold,
}

const PLAIN_WORDS: &[(&str, &str, Word)] = &[
    ("绿", "green", Word::Colour(Label::Green)),
    ("黄", "yellow", Word::Colour(Label::Yellow)),
    ("红", "red", Word::Colour(Label::Red)),
    ("企业", "enterprise", Word::Enterprise),
    ("未评定", "unrated", Word::Unrated),
    ("必填", "required", Word::Required),
    ("统计期", "period", Word::Period),
    ("上年度", "last_year", Word::Period),
    ("不限", "unlimited", Word::Unlimited),
    ("截止日", "as_of_date", Word::AsOf),
    ("统计期首日", "period_first", Word::PeriodFirst),
    ("统计期末日", "period_last", Word::PeriodLast),
    ("照常", "stands", Word::Stands),
    ("暂不评", "withhold", Word::Withhold),
];

/// True for a word that every vocabulary has.
pub(crate) fn is_plain_word(name: &str) -> bool {
    PLAIN_WORDS.iter().any(|(chinese, english, _)| name == *chinese || name == *english)
}

/// All words of a vocabulary with what they stand for.
pub(crate) fn words(vocabulary: &Vocabulary) -> Vec<(String, Word)> {
    let mut words: Vec<(String, Word)> = Vec::new();
    for (chinese, english, word) in PLAIN_WORDS {
        words.push(((*chinese).to_owned(), *word));
        words.push(((*english).to_owned(), *word));
    }
    for (number, list) in vocabulary.lists.iter().enumerate().skip(1) {
        let id = ListId(number as u16);
        words.push((list.name.chinese.clone(), Word::List(id, None)));
        words.push((list.name.english.clone(), Word::List(id, None)));
        for (view, def) in list.views.iter().enumerate() {
            words.push((def.name.chinese.clone(), Word::List(id, Some(view as u16))));
            words.push((def.name.english.clone(), Word::List(id, Some(view as u16))));
        }
    }
    words
}

/// The function of that name.
pub(crate) fn function(name: &str) -> Option<&'static Callable> {
    CALLABLES.iter().find(|c| c.on.is_none() && c.is(name))
}

/// The method of that name on a kind of declaration.
pub(crate) fn method(kind: Kind, name: &str) -> Option<&'static Callable> {
    CALLABLES.iter().find(|c| c.on == Some(kind) && c.is(name))
}

/// The methods of that name on any kind.
pub(crate) fn methods(name: &str) -> impl Iterator<Item = &'static Callable> {
    CALLABLES.iter().filter(move |c| c.on.is_some() && c.is(name))
}

/// Other words that people write for words of the language.
const MEANT: &[(&[&str], &str)] = &[
    (&["包含", "含有", "包括", "starts_with", "ends_with", "index_of", "开头", "like"], "含"),
    (&["否则", "其他", "其它", "默认", "else", "default"], "其余"),
    (&["如果", "条件", "if"], "情形"),
    (&["筛选", "过滤", "filter", "where"], "其中"),
    (&["求和", "总和", "总额"], "合计"),
    (&["个数", "次数", "总数", "len", "计数"], "数量"),
    (&["相同", "分组", "按", "group_by"], "同一"),
];

/// The call that an unknown word is probably meant for.
pub(crate) fn meant(name: &str) -> Option<&'static Callable> {
    let (_, chinese) = MEANT.iter().find(|(words, _)| words.contains(&name))?;
    CALLABLES.iter().find(|c| c.on.is_some() && c.chinese == *chinese)
}

/// The remedy that shows how that call is written.
pub(crate) fn meant_help(name: &str) -> Option<String> {
    meant(name).map(|callable| format!("写成 {}", callable.example))
}

/// How the result is written that follows a rule's condition, for one written as a method.
pub(crate) fn as_effect(name: &str) -> Option<String> {
    const EFFECTS: &[&str] = &["记", "扣", "加", "减", "不高于", "不低于", "降", "升", "不评定"];
    let function = function(name).filter(|f| EFFECTS.contains(&f.chinese))?;
    Some(format!("结果写在括号里：.则({example}) 或 .情形(条件, {example})", example = function.example))
}

/// The functions that begin statements.
const STATEMENTS: &[&str] = &[
    "标准",
    "参数",
    "字段",
    "列名",
    "清单",
    "计入",
    "有效期",
    "规则",
    "组",
    "等级",
    "监管",
    "未经检查",
    "分支机构",
    "测试",
];

/// The declarations that a text seems to make, by Chinese name.
pub(crate) fn statements_in(text: &str) -> impl Iterator<Item = &'static str> {
    CALLABLES
        .iter()
        .filter(|c| c.on.is_none() && STATEMENTS.contains(&c.chinese))
        .filter(move |c| text.contains(c.chinese) || text.contains(c.english))
        .map(|c| c.chinese)
}

/// True for a function that begins a statement, for finding forgotten brackets.
pub(crate) fn starts_statement(name: &str) -> bool {
    function(name).is_some_and(|f| STATEMENTS.contains(&f.chinese))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_can_be_written() {
        let engine = rhai::Engine::new_raw();
        for callable in CALLABLES {
            for name in [callable.chinese, callable.english] {
                let text = if callable.on.is_some() { format!("x.{name}()") } else { format!("{name}()") };
                assert!(engine.compile(text).is_ok(), "{name}");
            }
        }
        for (name, _) in words(&Vocabulary::standard()) {
            assert!(engine.compile(format!("{name} == 1")).is_ok(), "{name}");
        }
        for (chinese, english) in UNITS {
            assert!(engine.compile(format!("5.{chinese} == 5.{english}")).is_ok(), "{chinese}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        for (i, a) in CALLABLES.iter().enumerate() {
            for b in CALLABLES.iter().skip(i + 1).filter(|b| b.on == a.on) {
                assert!(!b.is(a.chinese) && !b.is(a.english), "{} {}", a.chinese, b.chinese);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        for (name, _) in words(&Vocabulary::standard()) {
            assert!(seen.insert(name.clone()), "{name}");
        }
    }
}
