//! The listing of the vocabulary (词汇表): for people as tables, for editors and programs as data.

use sanse::{CodeList, FieldDef, ListDef, Ty, Vocabulary};
use serde::Serialize;

use crate::document::Page;

/// Everything that a script can name, with both names of each thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing<'a> {
    /// The version of this form.
    pub version: u32,
    /// The lists; the first is the enterprise.
    pub lists: Vec<ListedList<'a>>,
    /// The code lists.
    pub code_lists: Vec<ListedCodes<'a>>,
}

/// A list of records, or the enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedList<'a> {
    /// The Chinese name.
    pub chinese: &'a str,
    /// The English name.
    pub english: &'a str,
    /// Its named parts (处罚 of 措施), Chinese and English.
    pub views: Vec<[&'a str; 2]>,
    /// Its fields.
    pub fields: Vec<ListedField<'a>>,
}

/// A field of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedField<'a> {
    /// The Chinese name.
    pub chinese: &'a str,
    /// The English name.
    pub english: &'a str,
    /// `bool`, `int`, `money`, `points`, `date`, `code` or `text`.
    #[serde(rename = "type")]
    pub ty: &'static str,
    /// The Chinese name of its code list.
    pub code_list: Option<&'a str>,
    /// True if a row may lack it, so that a condition must say what holds then.
    pub optional: bool,
    /// True if it is filled from other fields when no column gives it.
    pub derived: bool,
    /// What it means, in Chinese.
    pub meaning: &'a str,
    /// The column headers under which files carry it, besides its name.
    pub headers: &'a [String],
}

/// A code list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedCodes<'a> {
    /// The Chinese name.
    pub chinese: &'a str,
    /// The English name.
    pub english: &'a str,
    /// The codes, in the order of gravity where there is one.
    pub codes: Vec<ListedCode<'a>>,
}

/// A code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedCode<'a> {
    /// The text used in scripts and outputs.
    pub chinese: &'a str,
    /// The English text.
    pub english: &'a str,
    /// The group it belongs to.
    pub group: Option<&'a str>,
    /// Other wordings met in files.
    pub synonyms: &'a [String],
}

/// The listing of a vocabulary.
///
/// ```
/// let vocabulary = sanse::Vocabulary::standard();
/// let listing = sanse_script::listing(&vocabulary);
/// let kind = listing.lists[1].fields.iter().find(|f| f.chinese == "种类").unwrap();
/// assert_eq!((kind.english, kind.ty, kind.code_list), ("kind", "code", Some("措施种类")));
/// ```
pub fn listing(vocabulary: &Vocabulary) -> Listing<'_> {
    Listing {
        version: 1,
        lists: vocabulary.lists.iter().map(|list| listed(vocabulary, list)).collect(),
        code_lists: vocabulary.code_lists.iter().map(|codes| listed_codes(vocabulary, codes)).collect(),
    }
}

fn listed<'a>(vocabulary: &'a Vocabulary, list: &'a ListDef) -> ListedList<'a> {
    let field = |def: &'a FieldDef| {
        let codes = match def.ty {
            Ty::Code(id) => vocabulary.code_list(id),
            _ => None,
        };
        ListedField {
            chinese: &def.name.chinese,
            english: &def.name.english,
            ty: ty(def.ty).0,
            code_list: codes.map(|codes| codes.name.chinese.as_str()),
            optional: def.optional,
            derived: def.derived.is_some(),
            meaning: &def.meaning,
            headers: &def.headers,
        }
    };
    ListedList {
        chinese: &list.name.chinese,
        english: &list.name.english,
        views: list.views.iter().map(|v| [v.name.chinese.as_str(), v.name.english.as_str()]).collect(),
        fields: list.fields.iter().map(field).collect(),
    }
}

fn listed_codes<'a>(vocabulary: &'a Vocabulary, codes: &'a CodeList) -> ListedCodes<'a> {
    let groups = codes.groups.and_then(|id| vocabulary.code_list(id));
    let code = |code: &'a sanse::Code| ListedCode {
        chinese: &code.text,
        english: &code.english,
        group: code.group.and_then(|group| groups.map(|list| list.text(group))),
        synonyms: &code.synonyms,
    };
    ListedCodes {
        chinese: &codes.name.chinese,
        english: &codes.name.english,
        codes: codes.codes.iter().map(code).collect(),
    }
}

/// The name of a type for programs and for people.
const fn ty(ty: Ty) -> (&'static str, &'static str) {
    match ty {
        Ty::Bool => ("bool", "是否"),
        Ty::Int => ("int", "整数"),
        Ty::Money => ("money", "金额"),
        Ty::Points => ("points", "分值"),
        Ty::Date => ("date", "日期"),
        Ty::Span => ("span", "时长"),
        Ty::Code(_) => ("code", "代码"),
        Ty::Text => ("text", "文字"),
    }
}

/// The same as tables in Markdown, in Chinese.
pub fn listing_markdown(vocabulary: &Vocabulary) -> String {
    let listing = listing(vocabulary);
    let mut page = Page::new("词汇表");
    page.paragraph(
        "标准脚本里能用的清单、字段和代码，中文英文都可以写。“可缺”的字段要用 有值 或 ?? 说明没有时怎么办；\
         “推出”的字段没有列时由程序推出。"
            .to_owned(),
    );
    for (list, def) in listing.lists.iter().zip(&vocabulary.lists) {
        page.heading(2, &format!("{}（{}）", list.chinese, list.english));
        if !list.views.is_empty() {
            let parts: Vec<String> = list.views.iter().map(|[c, e]| format!("{c}（{e}）")).collect();
            page.paragraph(format!("其中又分：{}", parts.join("、")));
        }
        let row = |(field, def): (&ListedField<'_>, &FieldDef)| {
            let kind =
                field.code_list.map_or_else(|| ty(def.ty).1.to_owned(), |codes| format!("代码：{codes}"));
            let mut may = Vec::new();
            if field.optional {
                may.push("可缺");
            }
            if field.derived {
                may.push("推出");
            }
            vec![
                field.chinese.to_owned(),
                field.english.to_owned(),
                kind,
                may.join("、"),
                field.meaning.to_owned(),
                field.headers.join("、"),
            ]
        };
        page.table(
            &["字段", "英文", "类型", "有无", "含义", "表格里也认的表头"],
            list.fields.iter().zip(&def.fields).map(row).collect(),
        );
    }
    page.heading(2, "代码表");
    for codes in &listing.code_lists {
        page.heading(3, &format!("{}（{}）", codes.chinese, codes.english));
        let row = |code: &ListedCode<'_>| {
            vec![
                code.chinese.to_owned(),
                code.english.to_owned(),
                code.group.unwrap_or("").to_owned(),
                code.synonyms.join("、"),
            ]
        };
        page.table(&["代码", "英文", "所属组", "表格里也认的写法"], codes.codes.iter().map(row).collect());
    }
    page.markdown()
}
