//! Any bytes beside a register are read, reported or refused, and every row is accounted for.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sanse::Vocabulary;
use sanse_data::{InputFile, read_files};

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::standard()));
const REGISTER: &str = "企业名称,统一社会信用代码\n甲木业有限公司,91341504MA2TE5TA3J\n乙宾馆,92341504MA2N1A2B7R\n";

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses the kind of file.
    let (ending, bytes) = match bytes.split_first() {
        Some((0..=127, rest)) => ("csv", rest),
        Some((_, rest)) => ("xlsx", rest),
        None => return,
    };
    let file = |path: String, content: &[u8]| InputFile { path, content: Ok(content.to_vec()) };
    let files = vec![file("企业名录.csv".to_owned(), REGISTER.as_bytes()), file(format!("消防/表.{ending}"), bytes)];
    let as_of = sanse::Date::from_ymd(2023, 3, 31).unwrap();
    if let Ok(delivery) = read_files(files, &VOCABULARY, &["消防".to_owned()], as_of) {
        for source in &delivery.sources {
            if source.taken_for != "未识别" {
                assert_eq!(source.rows_read, source.rows_used + source.rows_unused + source.rows_problem);
            }
        }
    }
});
