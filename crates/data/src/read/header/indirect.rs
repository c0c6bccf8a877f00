//! Headers that tell in other words what a field holds: 是否发现问题 for the result of an inspection, 隐患等级 for
//! whether a hazard is major. They stand for the field only where no column has it, and their wordings are put into
//! the field's own.

use sanse::{FieldId, ListDef};

use crate::read::cell::key;
use crate::read::wording::Wording;

/// How such a column is read.
struct Indirect {
    /// The lists and the field, by English name.
    lists: &'static [&'static str],
    field: &'static str,
    /// The headers, as they are compared.
    headers: &'static [&'static str],
    /// Its wordings, with the field's.
    values: &'static [(&'static str, &'static str)],
    /// True if a number says nothing unless the header explains it.
    levels: bool,
}

const FOUND: &str = "发现问题";
const NOTHING: &str = "未发现问题";

#[rustfmt::skip]
const COLUMNS: [Indirect; 3] = [
    Indirect {
        lists: &["inspection"],
        field: "result",
        headers: &["是否发现问题", "是否发现问题隐患", "是否发现隐患", "是否存在问题", "是否存在隐患", "有无问题", "有无隐患", "是否有问题", "是否有隐患"],
        values: &[("是", FOUND), ("有", FOUND), ("1", FOUND), ("Y", FOUND), ("√", FOUND), ("否", NOTHING), ("无", NOTHING), ("0", NOTHING), ("N", NOTHING), ("×", NOTHING)],
        levels: false,
    },
    Indirect {
        lists: &["inspection"],
        field: "result",
        headers: &["是否合格", "是否符合", "是否符合要求", "检查是否合格"],
        values: &[("是", NOTHING), ("1", NOTHING), ("Y", NOTHING), ("√", NOTHING), ("否", FOUND), ("0", FOUND), ("N", FOUND), ("×", FOUND)],
        levels: false,
    },
    Indirect {
        lists: &["inspection", "rectification"],
        field: "major_hazard",
        headers: &["隐患等级", "隐患级别", "事故隐患等级", "事故隐患级别"],
        values: &[("重大隐患", "是"), ("重大事故隐患", "是"), ("重大", "是"), ("特别重大", "是"), ("较大隐患", "否"), ("较大", "否"), ("一般隐患", "否"), ("一般事故隐患", "否"), ("一般", "否"), ("无隐患", "否"), ("未发现隐患", "否")],
        levels: true,
    },
];

/// The field that a header stands for in other words, and the meanings of its wordings.
pub(in crate::read) fn of(list: &ListDef, wording: &Wording) -> Option<(FieldId, Vec<(String, String)>)> {
    let known = |column: &&Indirect| {
        column.lists.contains(&list.name.english.as_str())
            && wording.forms().any(|form| column.headers.contains(&form))
    };
    let column = COLUMNS.iter().find(known)?;
    let field = list.field(column.field)?;
    let own = |text: &str| column.values.iter().find(|(word, _)| key(word) == key(text)).map(|(_, own)| *own);
    // What the header explains itself comes first.
    let explained = wording.values.iter();
    let mut values: Vec<(String, String)> = explained
        .map(|(code, meaning)| (code.clone(), own(meaning).map_or_else(|| meaning.clone(), str::to_owned)))
        .collect();
    let numbered = !values.is_empty();
    values.extend(
        column
            .values
            .iter()
            .filter(|(word, _)| !numbered || !word.is_ascii())
            .map(|(word, own)| ((*word).to_owned(), (*own).to_owned())),
    );
    if column.levels {
        // 1 would be read as yes.
        for digit in 0..10 {
            let digit = digit.to_string();
            if !values.iter().any(|(code, _)| *code == digit) {
                let open = format!("代码{digit}");
                values.push((digit, open));
            }
        }
    }
    Some((field, values))
}
