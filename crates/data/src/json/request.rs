//! A request (一户的数据): one enterprise with its records, added to a caseload.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use sanse::{
    CaseloadBuilder, CaseloadError, Coverage, Coverages, Date, ENTERPRISE, FieldId, ListId, Money, Origin,
    Period, Points, Supervised, Ty, Value, Vocabulary, parse_decimal,
};

use super::value::Json;
use super::{ErrorCode, Refusal, VERSION};

/// The unit that a key of money carries, so that nobody has to guess it.
pub(super) const FEN: &str = "_fen";

/// The key of a field: its English name; money ends in `_fen`.
pub(super) fn key_of(field: &sanse::FieldDef) -> String {
    match field.ty {
        Ty::Money => format!("{}{FEN}", field.name.english),
        _ => field.name.english.clone(),
    }
}

/// The lists that a request may hold: all but the enterprise and what the engine itself fills.
pub(super) fn record_lists(vocabulary: &Vocabulary) -> impl Iterator<Item = (ListId, &sanse::ListDef)> {
    let outcome = vocabulary.outcome_link.map(|link| link.list);
    let lists = vocabulary.lists.iter().enumerate().map(|(i, list)| (ListId(i as u16), list));
    lists.filter(move |(id, _)| *id != ENTERPRISE && Some(*id) != outcome)
}

/// The keys of requests, looked up once.
#[derive(Debug)]
pub(super) struct Keys {
    vocabulary: Arc<Vocabulary>,
    lists: HashMap<String, ListId>,
    /// For each list its fields.
    fields: Vec<HashMap<String, FieldId>>,
    /// The domains of which records may be.
    domains: Vec<String>,
}

impl Keys {
    pub(super) fn new(vocabulary: &Arc<Vocabulary>, domains: Vec<String>) -> Keys {
        let lists = record_lists(vocabulary).map(|(id, list)| (list.name.english.clone(), id)).collect();
        let fields = vocabulary
            .lists
            .iter()
            .map(|list| list.fields.iter().enumerate().map(|(i, f)| (key_of(f), FieldId(i as u16))).collect())
            .collect();
        Keys { vocabulary: Arc::clone(vocabulary), lists, fields, domains }
    }

    /// An empty caseload over the vocabulary.
    pub(super) fn builder(&self) -> CaseloadBuilder {
        let mut builder = CaseloadBuilder::new(Arc::clone(&self.vocabulary));
        // Requests are answered alone, whoever else is in the same batch.
        builder.branches_apart();
        builder
    }

    fn field(&self, list: ListId, key: &str) -> Option<FieldId> {
        self.fields.get(usize::from(list.0)).and_then(|keys| keys.get(key)).copied()
    }
}

/// The mark that a request carries for its sender, if it is a text or a whole number.
pub(super) fn mark(request: Json<'_>) -> Option<Json<'_>> {
    let Json::Object(entries) = request else { return None };
    let is_mark = |key: &str, value: &Json<'_>| key == "id" && matches!(value, Json::Int(_) | Json::Text(_));
    entries.into_iter().find(|(key, value)| is_mark(key, value)).map(|(_, value)| value)
}

/// What a request says of the data: which are complete.
pub(super) fn coverages(request: &Json<'_>, keys: &Keys) -> Result<Coverages, Refusal> {
    let said = match request {
        Json::Object(entries) => entries.iter().find(|(key, _)| key == "coverage"),
        _ => None,
    };
    match said {
        Some((_, lines)) => coverage(lines, keys).map(Coverages::Declared),
        None => Ok(Coverages::Undeclared { received: Vec::new() }),
    }
}

/// Adds the enterprise of a request and its records, and returns the enterprise's number. After a refusal an
/// enterprise may stand in the caseload with a part of its records; it has no number, and nobody asks for it.
pub(super) fn add_to(builder: &mut CaseloadBuilder, request: &Json<'_>, keys: &Keys) -> Result<u32, Refusal> {
    let Json::Object(entries) = request else {
        let message = format!("一行要是一个 JSON 对象 {{…}}，这里是{}", request.kind());
        return Err(Refusal::new(ErrorCode::NotAnObject, "", message));
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut enterprise = None;
    for (key, value) in entries {
        if seen.contains(&key.as_ref()) {
            return Err(Refusal::new(ErrorCode::DuplicateKey, key, "这一项写了两次"));
        }
        match key.as_ref() {
            "version" if *value == Json::Int(i64::from(VERSION)) => {}
            "version" => {
                let message = format!("只支持第 {VERSION} 版，写 \"version\": {VERSION}");
                return Err(Refusal::new(ErrorCode::UnsupportedVersion, key, message));
            }
            "id" if matches!(value, Json::Null | Json::Int(_) | Json::Text(_)) => {}
            "id" => {
                return Err(Refusal::new(ErrorCode::WrongType, key, "id 写文字或整数，回答里原样带回"));
            }
            "enterprise" => enterprise = Some(value),
            "coverage" => {}
            list if keys.lists.contains_key(list) => {}
            _ => return Err(unknown(key, keys.lists.keys().map(String::as_str), TOP)),
        }
        seen.push(key.as_ref());
    }
    let Some(enterprise) = enterprise else {
        return Err(Refusal::new(ErrorCode::MissingField, "enterprise", "缺少企业"));
    };
    let number = add(builder, keys, (ENTERPRISE, 0), enterprise, &|| "enterprise".to_owned(), None)?;
    for (key, value) in entries {
        let Some(list) = keys.lists.get(key.as_ref()) else { continue };
        let rows = match value {
            Json::List(rows) => rows.as_slice(),
            Json::Null => &[],
            other => {
                let message = format!("要写数组 […]，这里是{}", other.kind());
                return Err(Refusal::new(ErrorCode::WrongType, key, message));
            }
        };
        for (place, row) in rows.iter().enumerate() {
            let origin = Origin { source: 0, row: place as u32 + 1 };
            add(builder, keys, (*list, number), row, &|| format!("{key}/{place}"), Some(origin))?;
        }
    }
    Ok(number)
}

const TOP: [&str; 4] = ["version", "id", "enterprise", "coverage"];

fn unknown<'k>(key: &str, known: impl Iterator<Item = &'k str>, more: [&'k str; 4]) -> Refusal {
    let nearest = known
        .chain(more)
        .filter(|k| !k.is_empty())
        .map(|k| (strsim::levenshtein(k, key), k))
        .filter(|(distance, k)| distance * 2 <= k.len())
        .min();
    let meant = nearest.map_or_else(String::new, |(_, k)| format!("，是不是“{k}”？"));
    Refusal::new(ErrorCode::UnknownKey, key, format!("没有“{key}”这一项{meant}"))
}

fn add(
    builder: &mut CaseloadBuilder,
    keys: &Keys,
    (list, enterprise): (ListId, u32),
    row: &Json<'_>,
    path: &dyn Fn() -> String,
    origin: Option<Origin>,
) -> Result<u32, Refusal> {
    let Json::Object(entries) = row else {
        let message = format!("要写对象 {{…}}，这里是{}", row.kind());
        return Err(Refusal::new(ErrorCode::WrongType, &path(), message));
    };
    let def = keys.vocabulary.list_def(list);
    let mut seen = vec![false; def.fields.len()];
    let mut values: Vec<(FieldId, Value<'_>)> = Vec::with_capacity(entries.len());
    for (key, json) in entries {
        let at = |refusal: Refusal| refusal.under(&path());
        let Some(field) = keys.field(list, key) else {
            let known = def.fields.iter().map(|f| f.name.english.as_str());
            // A key of money without its unit is the likeliest slip.
            let money = def.fields.iter().any(|f| f.ty == Ty::Money && f.name.english == *key);
            if money {
                let message = format!("金额以分为单位，写“{key}{FEN}”");
                return Err(at(Refusal::new(ErrorCode::UnknownKey, key, message)));
            }
            return Err(at(unknown(key, known, [""; 4])));
        };
        match seen.get_mut(usize::from(field.0)) {
            Some(seen) if *seen => {
                return Err(at(Refusal::new(ErrorCode::DuplicateKey, key, "这一项写了两次")));
            }
            Some(seen) => *seen = true,
            None => {}
        }
        let value = value(&keys.vocabulary, list, field, json)
            .map_err(|(code, message)| at(Refusal::new(code, key, message)))?;
        if def.roles.domain == Some(field)
            && let Value::Text(domain) = value
            && !keys.domains.iter().any(|known| known == domain)
        {
            let message = format!("没有“{domain}”领域的标准；已有：{}", keys.domains.join("、"));
            return Err(at(Refusal::new(ErrorCode::UnknownDomain, key, message)));
        }
        values.push((field, value));
    }
    let added = if list == ENTERPRISE {
        builder.add_enterprise(&values, origin)
    } else {
        builder.add(list, enterprise, &values, origin).map(|()| enterprise)
    };
    added.map_err(|error| from_core(&error, def).under(&path()))
}

/// What the caseload refuses, at the key of its field.
fn from_core(error: &CaseloadError, def: &sanse::ListDef) -> Refusal {
    let key = |chinese: &String| {
        let field = def.fields.iter().find(|f| f.name.chinese == *chinese);
        field.map_or_else(String::new, key_of)
    };
    let (code, at) = match error {
        CaseloadError::MissingField { field } => (ErrorCode::MissingField, key(field)),
        CaseloadError::OutOfRange { field, .. } => (ErrorCode::OutOfRange, key(field)),
        CaseloadError::WrongType { field } => (ErrorCode::WrongType, key(field)),
        _ => (ErrorCode::TooLong, String::new()),
    };
    Refusal::new(code, &at, error.to_string())
}

type Wrong = (ErrorCode, String);

fn value<'j>(
    vocabulary: &Vocabulary,
    list: ListId,
    field: FieldId,
    json: &'j Json<'_>,
) -> Result<Value<'j>, Wrong> {
    let Some(def) = vocabulary.field_def(list, field) else { return Ok(Value::Missing) };
    let wrong = |expected: &str| {
        let message = format!("“{}”要写{expected}，这里是{}", def.name.chinese, json.kind());
        Err((ErrorCode::WrongType, message))
    };
    Ok(match (def.ty, json) {
        (_, Json::Null) => Value::Missing,
        (Ty::Bool, Json::Bool(yes)) => Value::Bool(*yes),
        (Ty::Bool, _) => return wrong("true 或 false"),
        (Ty::Int, Json::Int(number)) => Value::Int(*number),
        (Ty::Int, _) => return wrong("整数"),
        (Ty::Money, Json::Int(fen)) => Value::Money(Money::from_fen(*fen)),
        (Ty::Money, _) => return wrong("以分为单位的整数"),
        (Ty::Points, Json::Text(text)) => match parse_decimal(text, 2) {
            Some(hundredths) => Value::Points(Points::from_hundredths(hundredths)),
            None => return wrong("小数的文字，如 \"2.5\""),
        },
        (Ty::Points, _) => return wrong("小数的文字，如 \"2.5\""),
        (Ty::Date, Json::Text(text)) => match text.parse() {
            Ok(day) => Value::Date(day),
            Err(error) => return Err((ErrorCode::BadDate, sanse::DateError::to_string(&error))),
        },
        (Ty::Date, _) => return wrong("日期的文字，如 \"2023-03-01\""),
        (Ty::Code(codes), Json::Text(text)) => {
            let codes = vocabulary.code_list(codes);
            let Some(code) = codes.and_then(|codes| codes.code(text)) else {
                let all: Vec<&str> =
                    codes.iter().flat_map(|c| &c.codes).map(|c| c.english.as_str()).collect();
                let message = format!("“{}”没有“{text}”；可用：{}", def.name.chinese, all.join("、"));
                return Err((ErrorCode::UnknownCode, message));
            };
            Value::Code(code)
        }
        (Ty::Code(_), _) => return wrong("代码的文字"),
        // An empty text says nothing, as an empty cell does.
        (Ty::Text, Json::Text(text)) if text.trim().is_empty() => Value::Missing,
        (Ty::Text, Json::Text(text)) => Value::Text(text),
        (Ty::Text | Ty::Span, _) => return wrong("文字"),
    })
}

/// The lines of `coverage`: which domains' data are complete from which day to which.
fn coverage(json: &Json<'_>, keys: &Keys) -> Result<Vec<Coverage>, Refusal> {
    let Json::List(lines) = json else {
        let message = format!("要写数组 […]，这里是{}", json.kind());
        return Err(Refusal::new(ErrorCode::WrongType, "coverage", message));
    };
    let each = lines.iter().enumerate();
    each.map(|(number, line)| coverage_line(line, keys).map_err(|r| r.under(&format!("coverage/{number}"))))
        .collect()
}

fn coverage_line(line: &Json<'_>, keys: &Keys) -> Result<Coverage, Refusal> {
    let Json::Object(entries) = line else {
        let message = format!("要写对象 {{…}}，这里是{}", line.kind());
        return Err(Refusal::new(ErrorCode::WrongType, "", message));
    };
    let (mut domain, mut from, mut to) = (None, None, None);
    let (mut agency, mut supervised) = (String::new(), Supervised::All);
    let mut seen: Vec<&str> = Vec::new();
    for (key, value) in entries {
        let Json::Text(text) = value else {
            let message = format!("“{key}”要写文字，这里是{}", value.kind());
            return Err(Refusal::new(ErrorCode::WrongType, key, message));
        };
        if seen.contains(&key.as_ref()) {
            return Err(Refusal::new(ErrorCode::DuplicateKey, key, "这一项写了两次"));
        }
        seen.push(key.as_ref());
        let day = |text: &Cow<'_, str>| {
            let parsed: Result<Date, sanse::DateError> = text.parse();
            parsed.map(Some).map_err(|error| Refusal::new(ErrorCode::BadDate, key, error.to_string()))
        };
        match key.as_ref() {
            "domain" if keys.domains.iter().any(|known| known == text) => domain = Some(text),
            "domain" => {
                let message = format!("没有“{text}”领域的标准；已有：{}", keys.domains.join("、"));
                return Err(Refusal::new(ErrorCode::UnknownDomain, key, message));
            }
            "from" => from = day(text)?,
            "to" => to = day(text)?,
            "agency" => agency = text.to_string(),
            "supervised" if text == "all" => supervised = Supervised::All,
            "supervised" => {
                let field = keys.field(ENTERPRISE, text).filter(|field| {
                    let def = keys.vocabulary.field_def(ENTERPRISE, *field);
                    def.is_some_and(|def| def.ty == Ty::Bool)
                });
                let Some(field) = field else {
                    let message = format!("“{text}”不是企业的是否字段；写 all 或字段名");
                    return Err(Refusal::new(ErrorCode::UnknownCode, key, message));
                };
                supervised = Supervised::Where(field);
            }
            _ => {
                return Err(unknown(
                    key,
                    ["domain", "from", "to", "agency"].into_iter(),
                    ["supervised", "", "", ""],
                ));
            }
        }
    }
    let missing = |key: &str| Refusal::new(ErrorCode::MissingField, key, format!("缺少“{key}”"));
    let period =
        Period { first: from.ok_or_else(|| missing("from"))?, last: to.ok_or_else(|| missing("to"))? };
    if period.last < period.first {
        return Err(Refusal::new(ErrorCode::OutOfRange, "to", "止日早于起日"));
    }
    Ok(Coverage {
        domain: domain.ok_or_else(|| missing("domain"))?.to_string(),
        agency,
        period,
        rows: None,
        zero_report: false,
        simple_procedure: None,
        supervised,
    })
}
