//! 字段(…), 列名(…), 清单(…): what a script adds to its copy of the vocabulary.

use std::sync::Arc;

use sanse::{Constant, ENTERPRISE, ExtendError, ListId, Name, NewField, NewList, NewType, OUTCOME, Ty};

use super::calls::text;
use super::draft::Declared;
use super::value::{Arg, Entry, Value};
use crate::codes;
use crate::finding::Mark;
use crate::words::{self, Word, did_you_mean};

/// The types of fields as a script writes them.
const TYPES: &[(&str, &str, Ty)] = &[
    ("文字", "text", Ty::Text),
    ("数", "number", Ty::Int),
    ("金额", "money", Ty::Money),
    ("分值", "points", Ty::Points),
    ("日期", "date", Ty::Date),
    ("是否", "bool", Ty::Bool),
];
/// What may be said of a field besides its name, type and meaning.
const FIELD_KEYS: &[(&str, &str)] =
    &[("可缺", "optional"), ("最小", "least"), ("最大", "most"), ("列名", "headers"), ("英文名", "english")];
/// What may be said of a list.
const LIST_KEYS: &[(&str, &str)] =
    &[("日期", "date"), ("编号", "number"), ("行为", "act"), ("各计", "count_all"), ("英文名", "english")];

/// 字段(清单, 名, 类型, 含义, 其他)
pub(super) fn field(declared: &mut Declared, at: Mark, list: &Arg, rest: &[Arg]) {
    let Some(list) = target(declared, list) else { return };
    let Some(mut field) = new_field(declared, at, rest) else { return };
    // Files made for other standards lack the column.
    field.optional = true;
    let name_at = rest.first().map_or(at, |arg| arg.at);
    let added = Arc::make_mut(&mut declared.vocabulary).add_field(list, field);
    report(declared, name_at, added);
}

/// 列名(清单, 字段, [列名])
pub(super) fn headers(declared: &mut Declared, list: &Arg, field: &Arg, headers: &Arg) {
    let name = text(declared, field, "字段的名称");
    let Some(list) = target(declared, list) else { return };
    let headers = texts(declared, headers, "列名");
    if name.is_empty() {
        return;
    }
    let added = Arc::make_mut(&mut declared.vocabulary).add_headers(list, &name, headers);
    if let Err(ExtendError::Unknown(_)) = added {
        let def = declared.vocabulary.list_def(list);
        let message = format!("{}没有字段“{name}”", def.name.chinese);
        let help = did_you_mean(&name, def.fields.iter().map(|f| f.name.chinese.as_str()));
        declared.findings.error(codes::UNKNOWN_FIELD, field.at, message, help);
        return;
    }
    report(declared, field.at, added);
}

/// 清单(名, #{ 日期: … }, [[字段名, 类型, 含义], …])
pub(super) fn list(declared: &mut Declared, name_arg: &Arg, said: &Arg, fields: &Arg) {
    let name = text(declared, name_arg, "清单的名称");
    if name.is_empty() || !is_word(declared, &name, name_arg.at) {
        return;
    }
    let mut list = NewList { name: both(&name), home: home(declared), ..NewList::default() };
    let Value::Map(entries) = &said.value else {
        if !said.value.is_poisoned() {
            let help = Some("写成 #{ 日期: \"发生日期\" }；没有日期写 #{ }".to_owned());
            declared.findings.error(codes::TYPE, said.at, "清单的第二项要写成 #{ … }", help);
        }
        return;
    };
    for entry in entries {
        let value = &entry.value;
        match key(declared, entry, LIST_KEYS, "清单") {
            Some("日期") => list.date = Some(text(declared, value, "日期")),
            Some("编号") => list.number = Some(text(declared, value, "编号")),
            Some("行为") => list.act = Some(text(declared, value, "行为")),
            Some("各计") => list.repeats = yes(declared, value),
            Some("英文名") => list.name.english = english(declared, value, &name),
            _ => {}
        }
    }
    if list.name.english != name && !is_word(declared, &list.name.english.clone(), name_arg.at) {
        return;
    }
    let Value::Array(rows) = &fields.value else {
        if !fields.value.is_poisoned() {
            let help = Some("写成 [[\"发生日期\", \"日期\", \"含义\"], …]".to_owned());
            declared.findings.error(codes::TYPE, fields.at, "清单的字段要写成数组", help);
        }
        return;
    };
    for row in rows {
        match &row.value {
            Value::Array(parts) => list.fields.extend(new_field(declared, row.at, parts)),
            Value::Poison => {}
            other => {
                let message = format!("字段要写成数组，这里是{}", other.kind());
                let help = Some("写成 [\"发生日期\", \"日期\", \"含义\"]".to_owned());
                declared.findings.error(codes::TYPE, row.at, message, help);
            }
        }
    }
    let added = Arc::make_mut(&mut declared.vocabulary).add_list(list);
    report(declared, name_arg.at, added);
}

/// The list that is extended.
fn target(declared: &mut Declared, arg: &Arg) -> Option<ListId> {
    let (message, help) = match &arg.value {
        Value::Word(Word::Enterprise) => return Some(ENTERPRISE),
        Value::Word(Word::List(list, None)) if *list != OUTCOME => return Some(*list),
        Value::Poison => return None,
        Value::Word(Word::List(_, None)) => ("领域结果由评定得出，不能扩充".to_owned(), "扩充别的清单"),
        Value::Word(Word::List(..)) => ("这里要写整个清单".to_owned(), "例如 字段(措施, …)"),
        other => (format!("这里要写企业或清单，这里是{}", other.kind()), "例如 字段(企业, …)、字段(措施, …)"),
    };
    declared.findings.error(codes::TYPE, arg.at, message, Some(help.to_owned()));
    None
}

/// [名, 类型, 含义, 其他]
fn new_field(declared: &mut Declared, at: Mark, parts: &[Arg]) -> Option<NewField> {
    let (name_arg, ty, meaning, more) = match parts {
        [name, ty, meaning] => (name, ty, meaning, None),
        [name, ty, meaning, more] => (name, ty, meaning, Some(more)),
        _ => {
            let help =
                Some("写成 [名称, 类型, 含义]，例如 [\"发生日期\", \"日期\", \"事故发生的日期\"]".to_owned());
            declared.findings.error(codes::MALFORMED, at, "字段要写名称、类型、含义", help);
            return None;
        }
    };
    let name = text(declared, name_arg, "字段的名称");
    let meaning = text(declared, meaning, "字段的含义");
    let ty = field_type(declared, ty)?;
    if name.is_empty() || !is_word(declared, &name, name_arg.at) {
        return None;
    }
    let mut field = NewField {
        name: both(&name),
        ty,
        optional: false,
        range: (None, None),
        headers: Vec::new(),
        meaning,
    };
    let entries = match more.map(|m| (&m.value, m.at)) {
        None | Some((Value::Poison, _)) => return Some(field),
        Some((Value::Map(entries), _)) => entries,
        Some((_, at)) => {
            let help = Some("写成 #{ 可缺: true, 列名: [\"…\"] }".to_owned());
            declared.findings.error(codes::TYPE, at, "字段的第四项要写成 #{ … }", help);
            return None;
        }
    };
    for entry in entries {
        match key(declared, entry, FIELD_KEYS, "字段") {
            Some("可缺") => field.optional = yes(declared, &entry.value),
            Some("最小") => field.range.0 = limit(declared, &entry.value, &field.ty),
            Some("最大") => field.range.1 = limit(declared, &entry.value, &field.ty),
            Some("列名") => field.headers = texts(declared, &entry.value, "列名"),
            Some("英文名") => field.name.english = english(declared, &entry.value, &name),
            _ => {}
        }
    }
    Some(field)
}

fn field_type(declared: &mut Declared, arg: &Arg) -> Option<NewType> {
    let written = match &arg.value {
        Value::Array(_) => return Some(NewType::Codes(texts(declared, arg, "代码"))),
        Value::Text(written) => written.trim(),
        Value::Poison => return None,
        _ => "",
    };
    let found = TYPES.iter().find(|(chinese, english, _)| written == *chinese || written == *english);
    if found.is_none() {
        let names: Vec<&str> = TYPES.iter().map(|(chinese, ..)| *chinese).collect();
        let all = format!("可写：{}；代码写成数组，例如 [\"一般\", \"较大\"]", names.join("、"));
        let help = did_you_mean(written, names.iter().copied()).or(Some(all));
        declared.findings.error(codes::TYPE, arg.at, format!("没有“{written}”这个类型"), help);
    }
    found.map(|(_, _, ty)| NewType::Plain(*ty))
}

/// A limit in the unit of the field's type.
fn limit(declared: &mut Declared, arg: &Arg, ty: &NewType) -> Option<i64> {
    let found = match (&arg.value, ty) {
        (Value::Poison, _) => return None,
        (Value::Int(number), NewType::Plain(Ty::Int)) => Some(*number),
        (Value::Int(_) | Value::Decimal(_), NewType::Plain(Ty::Points)) => arg.value.hundredths(),
        (Value::Quantity(Constant::Money(money)), NewType::Plain(Ty::Money)) => Some(money.fen()),
        (Value::Quantity(Constant::Date(day)), NewType::Plain(Ty::Date)) => Some(i64::from(day.days())),
        _ => None,
    };
    if found.is_none() {
        let help = Some("数、金额、分值、日期可以写最小、最大，用同一类型的值，例如 0、5.万元".to_owned());
        declared.findings.error(codes::TYPE, arg.at, "最小、最大值与字段的类型不合", help);
    }
    found
}

/// The Chinese key of an entry.
fn key(
    declared: &mut Declared,
    entry: &Entry,
    keys: &'static [(&str, &str)],
    what: &str,
) -> Option<&'static str> {
    let found = keys.iter().find(|(chinese, english)| entry.key == *chinese || entry.key == *english);
    if found.is_none() {
        let all: Vec<&str> = keys.iter().map(|(chinese, _)| *chinese).collect();
        let help =
            did_you_mean(&entry.key, all.iter().copied()).or(Some(format!("可写：{}", all.join("、"))));
        let mark = Mark::word(entry.key_at, &entry.key);
        declared.findings.error(
            codes::UNKNOWN_FIELD,
            mark,
            format!("{what}里没有“{}”这一项", entry.key),
            help,
        );
    }
    found.map(|(chinese, _)| *chinese)
}

fn yes(declared: &mut Declared, arg: &Arg) -> bool {
    match &arg.value {
        Value::Bool(yes) => *yes,
        Value::Poison => false,
        _ => {
            declared.findings.error(codes::TYPE, arg.at, "这里写 true 或 false", None);
            false
        }
    }
}

fn texts(declared: &mut Declared, arg: &Arg, what: &str) -> Vec<String> {
    match &arg.value {
        Value::Array(items) => {
            items.iter().map(|item| text(declared, item, what)).filter(|t| !t.is_empty()).collect()
        }
        Value::Poison => Vec::new(),
        _ => {
            let message = format!("{what}要写成数组");
            let help = Some("写成 [\"…\", \"…\"]".to_owned());
            declared.findings.error(codes::TYPE, arg.at, message, help);
            Vec::new()
        }
    }
}

/// The English name; the Chinese one if it is empty.
fn english(declared: &mut Declared, arg: &Arg, chinese: &str) -> String {
    let written = text(declared, arg, "英文名");
    if written.is_empty() { chinese.to_owned() } else { written }
}

fn both(name: &str) -> Name {
    Name { chinese: name.to_owned(), english: name.to_owned() }
}

/// True for a name that conditions can say and that means nothing else.
fn is_word(declared: &mut Declared, name: &str, at: Mark) -> bool {
    let letters = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let digit = name.chars().next().is_none_or(char::is_numeric);
    if !letters || digit || name.chars().count() > 40 {
        let message = format!("“{name}”不能作名称");
        let help = Some("名称用汉字、字母和数字，不以数字开头，不含空格和标点".to_owned());
        declared.findings.error(codes::MALFORMED, at, message, help);
        return false;
    }
    let reserved = [words::PRESENT, words::ITS_ENTERPRISE];
    if reserved.iter().any(|(chinese, english)| name == *chinese || name == *english)
        || words::is_plain_word(name)
    {
        let message = format!("“{name}”是标准用语，不能另作名称");
        declared.findings.error(codes::NAME_TAKEN, at, message, Some("换一个名称".to_owned()));
        return false;
    }
    true
}

/// The domain of the standard, as far as the head has been read.
fn home(declared: &Declared) -> Option<String> {
    let said = declared.head.as_ref()?.said.get("领域")?;
    match said.args.first().map(|arg| &arg.value) {
        Some(Value::Text(text)) => Some(text.trim().to_owned()),
        _ => None,
    }
}

fn report<T>(declared: &mut Declared, at: Mark, added: Result<T, ExtendError>) {
    let Err(error) = added else { return };
    let (code, help) = match &error {
        ExtendError::Taken { .. } => (codes::NAME_TAKEN, "换一个名称，或直接用已有的"),
        ExtendError::Unknown(_) => (codes::UNKNOWN_FIELD, "先在清单的字段里写出它"),
        ExtendError::RoleType { .. } => (codes::TYPE, "改这个字段的类型，或指另一个字段"),
        ExtendError::Codes => (codes::MALFORMED, "写成 [\"一般\", \"较大\"]"),
        ExtendError::Range(_) => (codes::OUT_OF_RANGE, "最小值不大于最大值，数和金额不能是负数"),
        _ => (codes::TOO_LARGE, "删去多余的字段"),
    };
    declared.findings.error(code, at, error.to_string(), Some(help.to_owned()));
}
