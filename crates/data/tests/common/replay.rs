//! What the fuzz targets do with bytes; the tests do the same with the committed corpus.

use std::sync::{Arc, LazyLock};

use sanse::{Date, Vocabulary};
use sanse_data::{InputFile, Mapping, UnusedRow, read_files_by};

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::standard()));

const REGISTER: &str =
    "企业名称,统一社会信用代码\n甲木业有限公司,91341504MA2TE5TA3J\n乙宾馆,92341504MA2N1A2B7R\n";

/// The endings of files, one of which the first byte chooses.
const ENDINGS: [&str; 6] = ["csv", "xlsx", "xls", "ods", "txt", "et"];

fn account(file: &str, content: &[u8], mapping: Option<&Mapping>) {
    let input =
        |path: &str, content: &[u8]| InputFile { path: path.to_owned(), content: Ok(content.to_vec()) };
    let files = [input("企业名录.csv", REGISTER.as_bytes()), input(file, content)];
    let as_of = Date::from_days(19_447);
    let Ok(delivery) = read_files_by(files, &VOCABULARY, &["消防".to_owned()], as_of, mapping) else {
        return;
    };
    for (number, source) in delivery.sources.iter().enumerate() {
        let ended = source.rows_used + source.rows_unused + source.rows_problem;
        assert_eq!(source.rows_read, ended, "{source:?}");
        let is_own = |row: &&UnusedRow| row.source as usize == number;
        assert_eq!(source.rows_unused as usize, delivery.unused.iter().filter(is_own).count(), "{source:?}");
    }
    // What was read can be written down, and what is written down can be read.
    let text = sanse_data::mapping_text(&delivery.sources, &VOCABULARY);
    if let Err(error) = Mapping::parse("读法.toml", text.as_bytes(), &VOCABULARY) {
        panic!("{error}\n{text}");
    }
}

/// The first byte chooses the kind of the file, the rest is its content.
pub(crate) fn delivery(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let ending = ENDINGS[usize::from(*first) % ENDINGS.len()];
    account(&format!("消防/表.{ending}"), rest, None);
}

/// The bytes are one or two header rows; the rows below are the same each time.
pub(crate) fn header(bytes: &[u8]) {
    let head = String::from_utf8_lossy(bytes);
    let row = "甲木业有限公司,91341504MA2TE5TA3J,2022-05-06,罚款,5000,1号,消防,是,2022-06-01,合计";
    account("消防/表.csv", format!("{head}\n{row}\n{row}\n,,,,,,,,,\n合计,,,\n").as_bytes(), None);
}

/// The bytes are a mapping; it decides a table of penalties.
pub(crate) fn mapping(bytes: &[u8]) {
    match Mapping::parse("读法.toml", bytes, &VOCABULARY) {
        Ok(mapping) => {
            let table = "表\n单位,码,日子,办法,钱\n甲木业有限公司,91341504MA2TE5TA3J,2022-05-06,罚款,5000\n";
            account("a.csv", table.as_bytes(), Some(&mapping));
        }
        Err(error) => assert!(error.0.iter().all(|fault| fault.line > 0 && !fault.message.is_empty())),
    }
}
