//! The normalised records (归一数据): a whole delivery as tables inside a run folder, and read back equal.
//!
//! One CSV a list of the vocabulary, under its Chinese name, with a column for each field that any row has a value
//! of. Texts stand as they are, codes by their text, days as `2023-03-31`, 是 and 否 as such; amounts are whole 分
//! and points whole hundredths, so that nothing is rounded or guessed. A missing value is an empty cell. What
//! belongs to a row besides its fields (enterprise, source, row in the file) stands in front.

mod read;
mod write;

use sanse::Vocabulary;

pub(crate) use read::{NormalError, read};
pub(crate) use write::write;

use crate::write::file_name;

/// The folder within a run folder.
pub(crate) const FOLDER: &str = "内部/归一数据";

const VOCABULARY: &str = "词汇表.json";
const SOURCES: &str = "来源.csv";
const PROBLEMS: &str = "问题.csv";
const UNUSED: &str = "未用.csv";
const WITHHELD: &str = "暂缓绿标.csv";
/// The coverage table; where none was declared, the domains received.
const COVERAGE: &str = "覆盖.csv";
const RECEIVED: &str = "收到领域.csv";
/// The lists stand in a folder of their own, because standards may name lists as they like.
const LISTS: &str = "清单";

const SOURCE_HEADERS: [&str; 9] =
    ["文件", "工作表", "SHA-256", "编码", "识别为", "读入行数", "使用行数", "未用行数", "问题行数"];
const PROBLEM_HEADERS: [&str; 9] =
    ["来源", "行", "列", "代码", "问题", "处理", "企业", "领域", "暂缓绿标"];
const UNUSED_HEADERS: [&str; 4] = ["来源", "行", "企业", "原因"];
const WITHHELD_HEADERS: [&str; 3] = ["企业", "领域", "问题"];
const COVERAGE_HEADERS: [&str; 8] =
    ["领域", "机关", "起", "止", "行数", "零报告", "含简易程序", "监管对象"];
const RECEIVED_HEADERS: [&str; 1] = ["领域"];
/// In front of the fields of a record; the enterprise is its number in its own list, from 0.
const RECORD_HEADERS: [&str; 3] = ["所属企业", "来源", "行"];
/// All are supervised; else the field of the register that says who is.
const ALL: &str = "全部";

/// The files of the lists, in the order of the vocabulary.
fn list_files(vocabulary: &Vocabulary) -> Vec<String> {
    let mut files: Vec<String> = Vec::with_capacity(vocabulary.lists.len());
    for list in &vocabulary.lists {
        let mut name = file_name(&list.name.chinese);
        while files.iter().any(|known| known.to_lowercase() == format!("{name}.csv").to_lowercase()) {
            name.push('_');
        }
        files.push(format!("{name}.csv"));
    }
    files
}
