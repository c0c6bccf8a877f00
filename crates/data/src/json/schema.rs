//! JSON Schemas (2020-12) of requests and answers, made from the vocabulary, so that they cannot fall behind it.

use sanse::{FieldDef, ListDef, ListId, Remarks, Ty, Vocabulary};
use serde_json::{Map, Value as Json, json};

use super::request::{key_of, record_lists};
use super::response::{codes, known_by};
use super::{ErrorCode, VERSION};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const POINTS: &str = "^-?[0-9]+(\\.[0-9]{1,2})?$";

/// What a line sent to `sanse assess` may hold.
pub fn request_schema(vocabulary: &Vocabulary) -> Json {
    let mut properties = Map::new();
    properties.insert("version".to_owned(), json!({ "const": VERSION }));
    properties.insert(
        "id".to_owned(),
        json!({ "type": ["string", "integer", "null"], "description": "原样写在回答里" }),
    );
    properties.insert("enterprise".to_owned(), row(vocabulary, vocabulary.list_def(ListId(0))));
    for (_, list) in record_lists(vocabulary) {
        let rows = json!({
            "type": ["array", "null"],
            "title": list.name.chinese,
            "items": row(vocabulary, list),
        });
        properties.insert(list.name.english.clone(), rows);
    }
    properties.insert("coverage".to_owned(), coverage(vocabulary));
    json!({
        "$schema": DIALECT,
        "title": "sanse assess 的一行请求：一户企业和它的记录",
        "type": "object",
        "properties": properties,
        "required": ["enterprise"],
        "additionalProperties": false,
    })
}

fn coverage(vocabulary: &Vocabulary) -> Json {
    let flags = vocabulary.list_def(ListId(0)).fields.iter().filter(|f| f.ty == Ty::Bool);
    let mut supervised = vec!["all".to_owned()];
    supervised.extend(flags.map(|f| f.name.english.clone()));
    json!({
        "type": "array",
        "description": "哪些领域的数据从哪天到哪天是齐的；不写的领域不评绿标",
        "items": {
            "type": "object",
            "properties": {
                "domain": { "type": "string" },
                "from": date(),
                "to": date(),
                "agency": { "type": "string" },
                "supervised": {
                    "enum": supervised,
                    "description": "监管对象：全部，或企业的哪个字段为是",
                },
            },
            "required": ["domain", "from", "to"],
            "additionalProperties": false,
        },
    })
}

fn date() -> Json {
    json!({ "type": "string", "pattern": DATE })
}

fn row(vocabulary: &Vocabulary, list: &ListDef) -> Json {
    let properties: Map<String, Json> =
        list.fields.iter().map(|f| (key_of(f), field(vocabulary, f))).collect();
    let required: Vec<String> =
        list.fields.iter().filter(|f| !f.optional && f.derived.is_none()).map(key_of).collect();
    json!({
        "type": "object",
        "title": list.name.chinese,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn field(vocabulary: &Vocabulary, def: &FieldDef) -> Json {
    let (least, most) = def.range;
    let whole = || json!({ "type": ["integer", "null"], "minimum": least, "maximum": most });
    let mut schema = match def.ty {
        Ty::Bool => json!({ "type": ["boolean", "null"] }),
        Ty::Int | Ty::Money => whole(),
        Ty::Points => json!({ "type": ["string", "null"], "pattern": POINTS }),
        Ty::Date => json!({ "type": ["string", "null"], "pattern": DATE }),
        Ty::Text | Ty::Span => json!({ "type": ["string", "null"] }),
        Ty::Code(codes) => {
            let codes = vocabulary.code_list(codes);
            let each = codes.iter().flat_map(|list| &list.codes);
            let mut texts: Vec<Json> = each.flat_map(|c| [json!(c.english), json!(c.text)]).collect();
            texts.push(Json::Null);
            json!({ "enum": texts })
        }
    };
    if let Json::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), json!(def.name.chinese));
        let unit = if def.ty == Ty::Money { "，以分为单位" } else { "" };
        schema.insert("description".to_owned(), json!(format!("{}{unit}", def.meaning)));
    }
    schema
}

/// What comes back for each line: an answer or an error. A line of a run's `results.jsonl` is an answer that also
/// names the enterprise and the places of its records.
pub fn response_schema() -> Json {
    json!({
        "$schema": DIALECT,
        "title": "sanse assess 的一行回答：一户企业的标签和理由，或者一条错误",
        "oneOf": [{ "$ref": "#/$defs/answer" }, { "$ref": "#/$defs/refusal" }],
        "$defs": {
            "answer": object(&json!({
                "version": { "const": VERSION },
                "id": { "type": ["string", "integer"] },
                "enterprise": who(),
                "as_of": date(),
                "domains": { "type": "array", "items": { "$ref": "#/$defs/result" } },
                "overall": { "oneOf": [{ "type": "null" }, { "$ref": "#/$defs/result" }] },
            }), &["enterprise", "id"]),
            "refusal": object(&json!({
                "version": { "const": VERSION },
                "id": { "type": ["string", "integer"] },
                "line": { "type": "integer", "minimum": 1, "description": "第几行，从 1 起" },
                "error": object(&json!({
                    "code": { "enum": ErrorCode::ALL.map(ErrorCode::english) },
                    "path": { "type": "string", "description": "JSON 指针，指出哪一项；空为整行" },
                    "message": { "type": "string" },
                }), &[]),
            }), &["id"]),
            "result": result(),
            "hit": hit(),
            "measure": measure(),
        },
    })
}

/// The enterprise of a line of a run.
fn who() -> Json {
    let vocabulary = Vocabulary::standard();
    let list = vocabulary.list_def(ListId(0));
    let title = |field| list.field_def(field).map_or("", |def| def.name.chinese.as_str());
    let properties: Map<String, Json> = known_by(list)
        .map(|(field, name)| (name.to_owned(), json!({ "type": ["string", "null"], "title": title(field) })))
        .collect();
    let mut who = object(&Json::Object(properties), &[]);
    if let Json::Object(schema) = &mut who {
        schema.insert("description".to_owned(), json!("只在 results.jsonl 里有：是哪一户"));
    }
    who
}

/// An object with these properties and no others; all are there but the optional ones.
fn object(properties: &Json, optional: &[&str]) -> Json {
    let names = properties.as_object().into_iter().flat_map(Map::keys);
    let required: Vec<&String> = names.filter(|name| !optional.contains(&name.as_str())).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn named(codes: &[&str]) -> Json {
    object(&json!({ "code": { "enum": codes }, "text": { "type": "string" } }), &[])
}

fn text_or_null() -> Json {
    json!({ "type": ["string", "null"] })
}

fn result() -> Json {
    let codes = codes();
    let all = [
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
    ];
    let remarks: Vec<&str> = all.into_iter().flat_map(Remarks::english).collect();
    let properties = json!({
        "domain": { "type": "string", "description": "领域；综合结果没有这一项" },
        "standard": object(&json!({
            "id": { "type": "string" },
            "title": { "type": "string" },
            "stage": named(&["draft", "trial", "adopted"]),
            "digest": { "type": "string", "description": "脚本和参数的 SHA-256" },
        }), &[]),
        "period": object(&json!({ "first": date(), "last": date() }), &[]),
        "state": named(&codes.states),
        "label": { "oneOf": [{ "type": "null" }, named(&codes.labels)] },
        "grade": text_or_null(),
        "score": { "type": ["string", "null"], "pattern": POINTS },
        "arithmetic": text_or_null(),
        "decided_by": named(&codes.deciders),
        "reason": { "type": "string" },
        "remarks": { "type": "array", "items": named(&remarks) },
        "hits": { "type": "array", "items": { "$ref": "#/$defs/hit" } },
        "measure": { "oneOf": [{ "type": "null" }, { "$ref": "#/$defs/measure" }] },
    });
    object(&properties, &["domain"])
}

fn hit() -> Json {
    let points = json!({ "type": "string", "pattern": POINTS, "description": "计入得分的正负号" });
    let place = json!({
        "file": { "type": "string" },
        "sheet": text_or_null(),
        "row": { "type": "integer", "minimum": 1 },
    });
    let mut source = object(&place, &[]);
    if let Json::Object(schema) = &mut source {
        schema.insert("description".to_owned(), json!("只在 results.jsonl 里有：来自哪个文件的哪一行"));
    }
    let row = object(
        &json!({
            "list": { "type": "string" },
            "index": { "type": ["integer", "null"], "minimum": 0, "description": "请求中该清单的第几条，从 0 起" },
            "source": source,
            "date": { "type": ["string", "null"], "pattern": DATE },
            "document_number": text_or_null(),
            "text": { "type": "string" },
        }),
        &["source"],
    );
    let properties = json!({
        "rule": { "type": "string" },
        "title": { "type": "string" },
        "basis": { "type": "string" },
        "arm": { "type": "integer", "minimum": 1, "description": "第几种情形" },
        "effect": { "type": "string" },
        "raw": points,
        "counted": points,
        "fate": named(&codes().fates),
        "carried": { "type": "boolean", "description": "结转" },
        "rows": { "type": "array", "items": row },
        "text": { "type": "string" },
    });
    object(&properties, &[])
}

fn measure() -> Json {
    let item = object(&json!({ "content": { "type": "string" }, "basis": { "type": "string" } }), &[]);
    let items = json!({ "type": "array", "items": item });
    let visits = json!({ "type": ["integer", "null"], "minimum": 0 });
    let properties = json!({
        "proactive_visits": { "type": "string" },
        "visits_a_year": object(&json!({ "least": visits, "most": visits }), &[]),
        "ratio": text_or_null(),
        "method": { "type": "string" },
        "basis": { "type": "string" },
        "incentives": items,
        "urging": items,
        "restrictions": items,
    });
    object(&properties, &[])
}
