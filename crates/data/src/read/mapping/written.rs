//! A mapping as it is written from a reading.

use std::fmt::Write as _;

use sanse::Vocabulary;

use super::{COLUMNS, FIELD, FILE, FORM, LIST, Parser, ROW, SHEET, SHEETS, UNIT, VALUES};
use crate::read::cell::key;
use crate::read::layout::{Guess, IGNORED};
use crate::read::{Source, UNRECOGNISED};

/// The reading of a delivery as a mapping that can be corrected and kept.
pub fn mapping_text(sources: &[Source], vocabulary: &Vocabulary) -> String {
    let parser = Parser { file: "", text: "", vocabulary, faults: Vec::new() };
    let mut text = format!(
        "# 三色读法文件：每张表是哪一种清单，每一列是哪个字段。改好以后存着，评定时写 --mapping 这个文件。\n# 井号后面是说明，井号开头的一行不起作用。键和值两边的半角双引号不能省。没有写到的列仍由程序按列名认。\n# 清单可以写：{}、{IGNORED}。\n# 文件名里可以用 * 代替一部分，如 \"环境/*.csv\"，这样下一季的文件不用改。\n",
        parser.lists().join("、")
    );
    for source in sources {
        // A sheet that nobody claims withholds green for whom it names, unless the bureau settles it.
        let unclaimed = source.layout.is_none();
        let mut put = |line: String| {
            if unclaimed && !line.is_empty() {
                text.push_str("# ");
            }
            text.push_str(&line);
            text.push('\n');
        };
        let place = |put: &mut dyn FnMut(String)| {
            put(String::new());
            put(format!("[[\"{SHEETS}\"]]"));
            put(format!("\"{FILE}\" = {}", quoted(&source.file)));
            if let Some(sheet) = &source.sheet {
                put(format!("\"{SHEET}\" = {}", quoted(sheet)));
            }
        };
        let Some(layout) = &source.layout else {
            if source.taken_for == UNRECOGNISED && !source.encoding.is_empty() {
                place(&mut put);
                put(format!(
                    "\"{LIST}\" = {}    # 没有认出：请改成它的清单，写明表头行和各列，再去掉这几行行首的井号；确实不用读的，去掉井号即可",
                    quoted(IGNORED)
                ));
            }
            continue;
        };
        place(&mut put);
        put(format!("\"{LIST}\" = {}", quoted(&source.taken_for)));
        if layout.form {
            put(format!("\"{FORM}\" = true    # 字段名在左，内容在右"));
        } else {
            put(format!("\"{ROW}\" = {}", layout.header_row));
        }
        put(format!("[\"{SHEETS}\".\"{COLUMNS}\"]"));
        let mut seen: Vec<String> = Vec::new();
        for column in &layout.columns {
            let same = seen.iter().filter(|header| **header == key(&column.header)).count();
            seen.push(key(&column.header));
            let header =
                if same == 0 { column.header.clone() } else { format!("{}#{}", column.header, same + 1) };
            let field = quoted(column.field.as_deref().unwrap_or(IGNORED));
            let mut value = field.clone();
            if column.unit.is_some() || !column.values.is_empty() {
                value = format!("{{ \"{FIELD}\" = {field}");
                if let Some(unit) = column.unit {
                    let _ = write!(value, ", \"{UNIT}\" = {}", quoted(unit));
                }
                if !column.values.is_empty() {
                    // Of a code that a header explains twice the first meaning holds.
                    let first =
                        |at: usize, code: &str| !column.values.iter().take(at).any(|(c, _)| c == code);
                    let codes = column
                        .values
                        .iter()
                        .enumerate()
                        .filter(|(at, (code, _))| first(*at, code))
                        .map(|(_, value)| value)
                        .map(|(code, meaning)| format!("{} = {}", quoted(code), quoted(meaning)));
                    let _ = write!(value, ", \"{VALUES}\" = {{ {} }}", codes.collect::<Vec<_>>().join(", "));
                }
                value.push_str(" }");
            }
            // What is not read is said each time, unless the bureau settles it; a guess must not become a declaration
            // by being written down.
            let (open, confirm) = match column.guess {
                Guess::None if column.field.is_none() => ("# ", ""),
                Guess::None => ("", ""),
                Guess::Field => ("# ", "；确认后去掉行首的井号"),
                Guess::Unit => ("# ", "；确认或改正单位后去掉行首的井号"),
            };
            put(format!("{open}{} = {value}    # {}{confirm}", quoted(&header), column.reason));
        }
    }
    text
}

/// A TOML string.
pub(in crate::read) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
