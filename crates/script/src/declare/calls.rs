//! What each call writes down. The number of arguments has been checked; their kinds are checked here.

use std::sync::Arc;

use sanse::{Constant, Points};

use super::draft::{
    AdmitDraft, ArmDraft, CaseDraft, Declared, EffectDraft, GradeDraft, GroupDraft, HeadDraft, MeasureDraft,
    ParameterDraft, RuleDraft, Said, Verb, WindowDraft,
};
use super::value::{Arg, Value, date};
use crate::codes;
use crate::finding::Mark;
use crate::words::{self, Kind, Word, closest};

fn poison(at: Mark) -> Arg {
    Arg { value: Value::Poison, at }
}

/// The arguments one after the other; poison if there are fewer.
struct Args {
    rest: std::vec::IntoIter<Arg>,
    at: Mark,
}

impl Args {
    fn take(&mut self) -> Arg {
        self.rest.next().unwrap_or(poison(self.at))
    }
}

/// The text of an argument; reported and empty if it is none.
pub(super) fn text(declared: &mut Declared, arg: &Arg, what: &str) -> String {
    match &arg.value {
        Value::Text(text) if !text.trim().is_empty() => text.trim().to_owned(),
        Value::Text(_) => {
            declared.findings.error(
                codes::MALFORMED,
                arg.at,
                format!("{what}是空的"),
                Some(format!("在引号里写上{what}")),
            );
            String::new()
        }
        Value::Poison => String::new(),
        other => {
            let message = format!("{what}要写文字，这里是{}", other.kind());
            declared.findings.error(codes::TYPE, arg.at, message, Some("写成 \"…\"".to_owned()));
            String::new()
        }
    }
}

/// Calls a function of the language.
pub(super) fn function(declared: &mut Declared, name: &str, at: Mark, args: Vec<Arg>) -> Value {
    let Some(callable) = words::function(name) else {
        let in_each = matches!(name, "其中" | "where_").then(|| {
            "逐条写 .逐条(清单).当(|x| 条件)；每户的条件里写 企.清单.其中(|x| 条件).数量()".to_owned()
        });
        let example = in_each.or_else(|| {
            words::methods(name)
                .next()
                .map(|c| format!("接在{}后面：{}", c.on.map_or("", Kind::chinese), c.example))
        });
        declared.findings.error(codes::MISPLACED, at, format!("“{name}”不能单独用"), example);
        return Value::Poison;
    };
    let mut args = Args { rest: args.into_iter(), at };
    let effect = |draft: EffectDraft| Value::Effect(Arc::new(draft));
    match callable.chinese {
        "标准" => head(declared, at, &mut args),
        "参数" => parameter(declared, &mut args),
        "日期" => {
            let arg = args.take();
            let written = text(declared, &arg, "日期");
            if written.is_empty() {
                return Value::Poison;
            }
            date(&written).map_or_else(
                |message| {
                    declared.findings.error(
                        codes::MALFORMED,
                        arg.at,
                        message,
                        Some("写成 \"2023-03-01\" 的样子，年月日用短横连接".to_owned()),
                    );
                    Value::Poison
                },
                |day| Value::Quantity(Constant::Date(day)),
            )
        }
        "计入" | "有效期" => {
            let list = args.take();
            let window = if callable.chinese == "计入" {
                WindowDraft::Admitted(args.take(), args.take())
            } else {
                WindowDraft::Between(args.take(), args.take())
            };
            let list = whole_list(declared, &list);
            declared.admits.push(AdmitDraft { at, list, window, except: Vec::new(), carry: None });
            Value::Handle(Kind::Admit, declared.admits.len() - 1)
        }
        "字段" => {
            let list = args.take();
            super::extend::field(declared, at, &list, args.rest.as_slice());
            Value::Handle(Kind::Plain, 0)
        }
        "列名" => {
            let (list, field, headers) = (args.take(), args.take(), args.take());
            super::extend::headers(declared, &list, &field, &headers);
            Value::Handle(Kind::Plain, 0)
        }
        "清单" => {
            let (name, said, fields) = (args.take(), args.take(), args.take());
            super::extend::list(declared, &name, &said, &fields);
            Value::Handle(Kind::Plain, 0)
        }
        "规则" => {
            let (id, title) = (args.take(), args.take());
            text(declared, &id, "规则的编号");
            text(declared, &title, "规则的名称");
            declared.rules.push(RuleDraft {
                at,
                id,
                title,
                basis: None,
                scope: None,
                guards: Vec::new(),
                arms: Vec::new(),
                pick: None,
                count_all: None,
                group: None,
                cap: None,
                apart: Vec::new(),
                window: None,
            });
            Value::Handle(Kind::Rule, declared.rules.len() - 1)
        }
        "组" => {
            let name = args.take();
            text(declared, &name, "组的名称");
            declared.groups.push(GroupDraft { name, cap: None, pick_across: false });
            Value::Handle(Kind::Group, declared.groups.len() - 1)
        }
        "等级" => grade(declared, at, &mut args),
        "监管" => {
            let to = args.take();
            let second = args.take();
            let third = args.rest.next();
            let (when, fields) = match third {
                Some(fields) => (Some(second), fields),
                None => (None, second),
            };
            declared.measures.push(MeasureDraft { at, to, when, fields });
            Value::Handle(Kind::Plain, 0)
        }
        "未经检查" => {
            if declared.uninspected.is_some() {
                declared.findings.error(
                    codes::DUPLICATE,
                    at,
                    "未经检查写了两次",
                    Some("只留一处".to_owned()),
                );
            }
            declared.uninspected = Some((at, args.take(), args.take()));
            Value::Handle(Kind::Plain, 0)
        }
        "分支机构" => {
            if declared.branches.is_some() {
                declared.findings.error(
                    codes::DUPLICATE,
                    at,
                    "分支机构写了两次",
                    Some("只留一处".to_owned()),
                );
            }
            declared.branches = Some(args.take());
            Value::Handle(Kind::Plain, 0)
        }
        "测试" => {
            let name = args.take();
            text(declared, &name, "测试的名称");
            declared.cases.push(CaseDraft { at, name, said: Vec::new() });
            Value::Handle(Kind::Case, declared.cases.len() - 1)
        }
        "记" => effect(EffectDraft::Points(Verb::Record, at, args.take())),
        "扣" => effect(EffectDraft::Points(Verb::Deduct, at, args.take())),
        "加" => effect(EffectDraft::Points(Verb::Add, at, args.take())),
        "减" => effect(EffectDraft::Points(Verb::Reduce, at, args.take())),
        "不高于" => effect(EffectDraft::AtMost(args.take())),
        "不低于" => effect(EffectDraft::AtLeast(args.take())),
        "降" => effect(EffectDraft::Shift(args.take(), true)),
        "升" => effect(EffectDraft::Shift(args.take(), false)),
        "不评定" => effect(EffectDraft::NotRated(args.take())),
        name @ ("除以" | "比") => {
            let help = format!("写在 |企| 后面，例如 |企| {name}(企.检查.数量(), 2, \"向下取整\")");
            let message = format!("{name}只用在条件和分值的式子里");
            declared.findings.error(codes::MISPLACED, at, message, Some(help));
            Value::Poison
        }
        _ => Value::Poison,
    }
}

fn whole_list(declared: &mut Declared, arg: &Arg) -> Option<sanse::ListId> {
    match &arg.value {
        Value::Word(Word::List(list, None)) => Some(*list),
        Value::Poison => None,
        Value::Word(Word::List(_, Some(_))) => {
            let help = Some("写整个清单，例如 计入(措施, …)；再用 .除外 去掉不算的".to_owned());
            declared.findings.error(codes::TYPE, arg.at, "这里要写整个清单，不能写清单的一部分", help);
            None
        }
        other => {
            let message = format!("这里要写清单，这里是{}", other.kind());
            declared.findings.error(
                codes::TYPE,
                arg.at,
                message,
                Some("清单有：措施、整改、检查、线索".to_owned()),
            );
            None
        }
    }
}

fn head(declared: &mut Declared, at: Mark, args: &mut Args) -> Value {
    let (id, title, stage) = (args.take(), args.take(), args.take());
    let draft = HeadDraft {
        at,
        id: text(declared, &id, "标准的编号"),
        title: text(declared, &title, "标准的名称"),
        stage: Some(stage),
        said: std::collections::BTreeMap::new(),
    };
    if declared.head.is_some() {
        let help = Some("一个文件只写一个标准".to_owned());
        declared.findings.error(codes::DUPLICATE, at, "标准写了两次", help);
        return Value::Poison;
    }
    declared.head = Some(draft);
    Value::Handle(Kind::Head, 0)
}

fn grade(declared: &mut Declared, at: Mark, args: &mut Args) -> Value {
    let (name, colour) = (args.take(), args.take());
    text(declared, &name, "等级的名称");
    declared.grades.push(GradeDraft { at, name, colour, band: args.rest.next() });
    Value::Handle(Kind::Grade, declared.grades.len() - 1)
}

/// A value that a parameter can have.
fn constant(value: &Value) -> Option<Constant> {
    match value {
        Value::Bool(yes) => Some(Constant::Bool(*yes)),
        Value::Int(number) => Some(Constant::Int(*number)),
        Value::Decimal(_) => value.hundredths().map(|h| Constant::Points(Points::from_hundredths(h))),
        Value::Text(text) => Some(Constant::Text(text.clone())),
        Value::Quantity(constant) => Some(constant.clone()),
        _ => None,
    }
}

fn parameter(declared: &mut Declared, args: &mut Args) -> Value {
    let (name_arg, default, meaning) = (args.take(), args.take(), args.take());
    let limits = args.rest.next();
    let name = text(declared, &name_arg, "参数的名称");
    let meaning = text(declared, &meaning, "参数的含义");
    let required = super::is_word(&default.value, Word::Required);
    let default_constant = constant(&default.value);
    if !required && default_constant.is_none() && !default.value.is_poisoned() {
        let help = Some("写数、文字、5.万元、180.天，或 必填；小数最多两位".to_owned());
        declared.findings.error(codes::TYPE, default.at, "参数的默认值不能用", help);
    }
    if declared.parameters.iter().any(|p| p.name == name) && !name.is_empty() {
        let message = format!("参数“{name}”写了两次");
        declared.findings.error(codes::DUPLICATE, name_arg.at, message, Some("换一个名称".to_owned()));
    }
    let standard = declared.head.as_ref().map(|h| h.id.clone());
    let set = declared
        .overrides
        .iter()
        .rev()
        .find(|o| o.parameter == name && Some(&o.standard) == standard.as_ref())
        .map(|o| o.value.clone());
    let for_tests = limits.as_ref().and_then(|limits| test_value(declared, required, limits));
    let trial = declared.trial.as_ref().filter(|(trial, _)| *trial == name).map(|(_, value)| value.clone());
    let value = match set {
        _ if trial.is_some() => trial.unwrap_or(Value::Poison),
        Some(written) => {
            match parse(&written, if required { for_tests.as_ref() } else { Some(&default.value) }) {
                Ok(value) => value,
                Err(message) => {
                    let message = format!("参数“{name}”设成了“{written}”：{message}");
                    declared.findings.error(
                        codes::MALFORMED,
                        name_arg.at,
                        message,
                        Some("改 --set 里的值".to_owned()),
                    );
                    Value::Poison
                }
            }
        }
        None if required && declared.for_tests && for_tests.is_some() => {
            for_tests.clone().unwrap_or(Value::Poison)
        }
        None if required => {
            let help = standard.map(|id| format!("运行时加上 --set {id}.{name}=值，或在这里写默认值"));
            let message = format!("必填参数“{name}”没有值");
            declared.findings.error(codes::REQUIRED_PARAMETER, name_arg.at, message, help);
            Value::Poison
        }
        None => default.value.clone(),
    };
    if let Some(limits) = limits {
        within_limits(declared, &name, &value, &limits);
    }
    declared.parameters.push(ParameterDraft {
        at: name_arg.at,
        name,
        meaning,
        value: constant(&value),
        default: if required { None } else { default_constant },
        kept_as: declared.name.clone(),
    });
    value
}

/// The value that a required parameter has in tests and checks (测试值).
fn test_value(declared: &mut Declared, required: bool, limits: &Arg) -> Option<Value> {
    let Value::Map(entries) = &limits.value else { return None };
    let entry = entries.iter().find(|e| matches!(e.key.as_str(), "测试值" | "test_value"))?;
    if !required {
        let mark = Mark::word(entry.key_at, &entry.key);
        let help = Some("删去测试值；测试用默认值".to_owned());
        declared.findings.error(codes::MISPLACED, mark, "只有必填参数写测试值", help);
        return None;
    }
    if constant(&entry.value.value).is_none() {
        if !entry.value.value.is_poisoned() {
            let help = Some("写数、文字、5.万元、180.天；小数最多两位".to_owned());
            declared.findings.error(codes::TYPE, entry.value.at, "测试值不能用", help);
        }
        return None;
    }
    Some(entry.value.value.clone())
}

/// Reads what was set from outside as the type of the default.
fn parse(written: &str, default: Option<&Value>) -> Result<Value, String> {
    let written = written.trim();
    let number = || -> Option<Value> {
        if let Ok(number) = written.parse::<i64>() {
            return Some(Value::Int(number));
        }
        sanse::parse_decimal(written, 2).map(|_| Value::Decimal(written.to_owned()))
    };
    let with_unit = |units: &[&str]| {
        // The longer unit first: 万元 also ends with 元.
        let unit = units.iter().find(|unit| written.ends_with(**unit))?;
        let digits = written.strip_suffix(*unit)?.trim().trim_end_matches('.');
        let number = match digits.parse::<i64>() {
            Ok(number) => Value::Int(number),
            Err(_) => Value::Decimal(digits.to_owned()),
        };
        super::quantity(&number, unit).ok().map(Value::Quantity)
    };
    match default {
        None => number().ok_or_else(|| "要写数，例如 2 或 2.5".to_owned()),
        Some(Value::Int(_)) => {
            written.parse().map(Value::Int).map_err(|_| "默认值是整数，要写整数".to_owned())
        }
        Some(Value::Decimal(_)) => number().map(decimal).ok_or_else(|| "要写数，最多两位小数".to_owned()),
        Some(Value::Bool(_)) => match written {
            "true" | "是" => Ok(Value::Bool(true)),
            "false" | "否" => Ok(Value::Bool(false)),
            _ => Err("要写 是 或 否".to_owned()),
        },
        Some(Value::Text(_)) => Ok(Value::Text(written.into())),
        Some(Value::Quantity(Constant::Money(_))) => {
            with_unit(&["万元", "元"]).ok_or_else(|| "要写金额，例如 5万元".to_owned())
        }
        Some(Value::Quantity(Constant::Span(_))) => {
            with_unit(&["天", "个月", "年"]).ok_or_else(|| "要写时长，例如 180天".to_owned())
        }
        Some(Value::Quantity(Constant::Date(_))) => {
            date(written).map(|day| Value::Quantity(Constant::Date(day)))
        }
        Some(_) => Err("这个参数不能设".to_owned()),
    }
}

/// A number as a decimal, so that a parameter keeps the type of its default.
fn decimal(value: Value) -> Value {
    match value {
        Value::Int(number) => Value::Decimal(number.to_string()),
        other => other,
    }
}

/// A value in its type's unit, for comparing with limits.
fn size(value: &Value) -> Option<i64> {
    match value {
        Value::Int(_) | Value::Decimal(_) => value.hundredths(),
        Value::Quantity(Constant::Money(money)) => Some(money.fen()),
        Value::Quantity(Constant::Span(span)) => Some(i64::from(span.months) * 31 + i64::from(span.days)),
        Value::Quantity(Constant::Date(day)) => Some(i64::from(day.days())),
        _ => None,
    }
}

fn within_limits(declared: &mut Declared, name: &str, value: &Value, limits: &Arg) {
    let Value::Map(entries) = &limits.value else {
        if !limits.value.is_poisoned() {
            let help = Some("写成 #{ 最小: 1, 最大: 10 }".to_owned());
            declared.findings.error(codes::TYPE, limits.at, "参数的范围写法不对", help);
        }
        return;
    };
    for entry in entries {
        let least = match entry.key.as_str() {
            "最小" | "least" => true,
            "最大" | "most" => false,
            "测试值" | "test_value" => continue,
            other => {
                let message = format!("参数的范围里没有“{other}”");
                let help = Some("写成 #{ 最小: 1, 最大: 10 }".to_owned());
                declared.findings.error(codes::UNKNOWN_FIELD, Mark::word(entry.key_at, other), message, help);
                continue;
            }
        };
        let (Some(limit), Some(size)) = (size(&entry.value.value), size(value)) else { continue };
        if (least && size < limit) || (!least && size > limit) {
            let message =
                format!("参数“{name}”的值{}规定的{}", if least { "小于" } else { "大于" }, entry.key);
            declared.findings.error(
                codes::OUT_OF_RANGE,
                entry.value.at,
                message,
                Some("改参数的值，或改范围".to_owned()),
            );
        }
    }
}

/// Calls a method of a declaration.
pub(super) fn method(
    declared: &mut Declared,
    kind: Kind,
    index: usize,
    name: &str,
    at: Mark,
    args: Vec<Arg>,
) -> Value {
    let handle = Value::Handle(kind, index);
    let count = args.len();
    let Some(callable) = words::method(kind, name).filter(|c| c.takes(count)) else {
        let names = words::CALLABLES.iter().filter(|c| c.on == Some(kind)).map(|c| c.chinese);
        let help =
            if kind == Kind::Rule && words::method(Kind::Rows, name).is_some_and(|c| c.chinese == "其中") {
                Some("逐条的规则用 .当(|x| 条件) 挑选".to_owned())
            } else {
                words::meant_help(name).or_else(|| words::as_effect(name))
            };
        let help = help.or_else(|| match closest(name, names) {
            Some(other) => Some(format!("是否想写“{other}”？")),
            None => words::methods(name)
                .find(|c| c.takes(count))
                .map(|c| format!("它接在{}后面：{}", c.on.map_or("", Kind::chinese), c.example)),
        });
        let message = format!("“.{name}”不能接在{}后面", kind.chinese());
        declared.findings.error(codes::MISPLACED, at, message, help);
        declared.spoiled.push((kind, index));
        return handle;
    };
    let mut args = Args { rest: args.into_iter(), at };
    match kind {
        Kind::Head => {
            let said = Said { at, args: args.rest.collect() };
            let again = declared.head.as_mut().and_then(|head| head.said.insert(callable.chinese, said));
            if again.is_some() {
                declared.findings.error(
                    codes::DUPLICATE,
                    at,
                    format!("“{name}”写了两次"),
                    Some("只留一处".to_owned()),
                );
            }
        }
        Kind::Admit => {
            if let Some(admit) = declared.admits.get_mut(index) {
                if callable.chinese == "除外" {
                    let pair = (args.take(), args.take());
                    admit.except.push(pair);
                } else if admit.carry.replace(args.take()).is_some() {
                    declared.findings.error(
                        codes::DUPLICATE,
                        at,
                        "结转写了两次",
                        Some("用 || 连起来".to_owned()),
                    );
                }
            }
        }
        Kind::Rule => rule(declared, index, callable.chinese, at, &mut args),
        Kind::Group => {
            if let Some(group) = declared.groups.get_mut(index) {
                if callable.chinese == "封顶" {
                    group.cap = Some(args.take());
                } else {
                    group.pick_across = true;
                }
            }
        }
        Kind::Grade => return grade(declared, at, &mut args),
        Kind::Case => {
            let said = Said { at, args: args.rest.collect() };
            if let Some(case) = declared.cases.get_mut(index) {
                case.said.push((callable.chinese, said));
            }
        }
        Kind::Plain | Kind::Rows | Kind::Text => {}
    }
    handle
}

fn rule(declared: &mut Declared, index: usize, name: &str, at: Mark, args: &mut Args) {
    let Some(rule) = declared.rules.get_mut(index) else { return };
    let mut again = false;
    match name {
        "依据" => again = rule.basis.replace(args.take()).is_some(),
        "每户" => again = rule.scope.replace((at, None)).is_some(),
        "逐条" => again = rule.scope.replace((at, Some(args.take()))).is_some(),
        "当" => rule.guards.push(args.take()),
        "则" => rule.arms.push(ArmDraft::Then(at, args.take())),
        "情形" => rule.arms.push(ArmDraft::Case(at, args.take(), args.take())),
        "其余" => rule.arms.push(ArmDraft::Otherwise(at, args.take())),
        "分档" => rule.arms.push(ArmDraft::Steps(at, args.take(), args.take())),
        "取最重" => again = rule.pick.replace((at, args.rest.next())).is_some(),
        "各计" => rule.count_all = Some(at),
        "组" => again = rule.group.replace(args.take()).is_some(),
        "封顶" => again = rule.cap.replace(args.take()).is_some(),
        "分别记分" => rule.apart.push((args.take(), args.take())),
        "近" => again = rule.window.replace((at, WindowDraft::Within(args.take()))).is_some(),
        "有效期" => {
            again = rule.window.replace((at, WindowDraft::Between(args.take(), args.take()))).is_some();
        }
        _ => {}
    }
    if again {
        declared.findings.error(
            codes::DUPLICATE,
            at,
            format!("这条规则里“{name}”写了两次"),
            Some("只留一处".to_owned()),
        );
    }
}
