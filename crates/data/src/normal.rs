//! The normalised records (归一数据): a whole delivery as tables inside a run folder, and read back equal.
//!
//! One CSV a list of the vocabulary, under its Chinese name, with a column for each of its fields. Texts stand as they are, codes by their text, days as `2023-03-31`, 是 and 否 as such; amounts are whole 分
//! and points whole hundredths, so that nothing is rounded or guessed. A missing value is an empty cell. What
//! belongs to a row besides its fields (enterprise, source, row in the file) stands in front.

mod read;
mod write;

use sanse::Vocabulary;

pub(crate) use read::{NormalError, read};
pub(crate) use write::Records;

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
const PROBLEM_HEADERS: [&str; 9] = ["来源", "行", "列", "代码", "问题", "处理", "企业", "领域", "暂缓绿标"];
const UNUSED_HEADERS: [&str; 4] = ["来源", "行", "企业", "原因"];
const WITHHELD_HEADERS: [&str; 4] = ["企业", "领域", "问题", "因分支机构"];
const COVERAGE_HEADERS: [&str; 8] = ["领域", "机关", "起", "止", "行数", "零报告", "含简易程序", "监管对象"];
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use sanse::{
        Caseload, CaseloadBuilder, Coverage, Coverages, Date, ENTERPRISE, FieldDef, FieldId, ListId, Money,
        Origin, Period, Points, Supervised, TextId, Ty, Value,
    };

    use super::*;
    use crate::read::{Delivery, Problem, Source, UnusedRow};

    const TEXTS: [&str; 16] = [
        "",
        "'",
        "''=1",
        "'=1",
        "=1+1",
        "-1+2",
        "消防",
        "安徽甲有限公司",
        "a,b",
        "\"引\"号\"",
        "换\r\n行",
        "\n",
        "\r",
        " 前后空格 ",
        "913415005872291452",
        "<b>&amp;",
    ];

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![prop::sample::select(TEXTS.as_slice()).prop_map(str::to_owned), "\\PC{0,8}"]
    }

    /// A value of a field from a seed and a text.
    fn value<'t>(field: &FieldDef, seed: u64, text: &'t str) -> Value<'t> {
        let (least, most) = field.range;
        let span = (most - least) as u64 + 1;
        let raw = match seed % 5 {
            0 => least,
            1 => most,
            _ => least + (seed % span) as i64,
        };
        match field.ty {
            Ty::Text => Value::Text(text),
            Ty::Bool => Value::Bool(raw != 0),
            Ty::Int => Value::Int(raw),
            Ty::Money => Value::Money(Money::from_fen(raw)),
            Ty::Points => Value::Points(Points::from_hundredths(raw)),
            Ty::Date => Value::Date(Date::from_days(raw as i32)),
            Ty::Code(_) => Value::Code(raw as u16),
            Ty::Span => Value::Missing,
        }
    }

    type Row = (usize, u32, u64, Vec<(bool, u64, String)>);

    /// Rows of any list with any values, as the builder makes a caseload of them.
    fn caseload(
        rows: &[Row],
        coverages: Coverages,
        withheld: &[(u32, Option<String>, u32, bool)],
    ) -> Caseload {
        let vocabulary = Arc::new(sanse::Vocabulary::standard());
        let mut builder = CaseloadBuilder::new(Arc::clone(&vocabulary));
        let enterprises = rows.iter().filter(|(list, ..)| *list == 0).count() as u32;
        for first in [true, false] {
            for (list, enterprise, origin, seeds) in rows {
                if (*list == 0) != first {
                    continue;
                }
                let list = ListId(*list as u16);
                let def = vocabulary.list_def(list);
                let fields = def.fields.iter().zip(seeds).enumerate();
                let values: Vec<(FieldId, Value<'_>)> = fields
                    .filter(|(_, (def, (given, ..)))| *given || (!def.optional && def.derived.is_none()))
                    .map(|(n, (def, (_, seed, text)))| (FieldId(n as u16), value(def, *seed, text)))
                    .collect();
                let origin = Origin { source: (*origin % 3) as u32, row: (*origin % 70_000) as u32 };
                if list == ENTERPRISE {
                    builder.add_enterprise(&values, Some(origin)).unwrap();
                } else if enterprises > 0 {
                    builder.add(list, enterprise % enterprises, &values, Some(origin)).unwrap();
                }
            }
        }
        for (enterprise, domain, problem, of_branch) in withheld.iter().filter(|_| enterprises > 0) {
            let (enterprise, domain) = (enterprise % enterprises, domain.as_deref());
            if *of_branch {
                builder.withhold_for_branch(enterprise, domain, *problem).unwrap();
            } else {
                builder.withhold(enterprise, domain, *problem).unwrap();
            }
        }
        builder.coverages(coverages);
        builder.finish("2023-03-31".parse().unwrap()).0
    }

    fn row() -> impl Strategy<Value = Row> {
        let most = sanse::Vocabulary::standard().lists.iter().map(|l| l.fields.len()).max().unwrap();
        let seeds = prop::collection::vec((any::<bool>(), any::<u64>(), text()), most);
        (0..6_usize, any::<u32>(), any::<u64>(), seeds)
    }

    fn coverages() -> impl Strategy<Value = Coverages> {
        let line =
            (text(), text(), any::<Option<u32>>(), any::<bool>(), any::<Option<bool>>(), any::<bool>());
        let line = line.prop_map(|(domain, agency, rows, zero_report, simple_procedure, all)| Coverage {
            domain,
            agency,
            period: Period::of_quarter(2023, 1).unwrap(),
            rows,
            zero_report,
            simple_procedure,
            supervised: if all { Supervised::All } else { Supervised::Where(FieldId(3)) },
        });
        prop_oneof![
            prop::collection::vec(text(), 0..3).prop_map(|received| Coverages::Undeclared { received }),
            prop::collection::vec(line, 0..3).prop_map(Coverages::Declared),
        ]
    }

    /// Everything that a caseload holds, texts as such: their numbers follow the order of reading.
    fn all(caseload: &Caseload) -> Vec<String> {
        let mut lines = vec![format!("{:?} {}", caseload.coverages(), caseload.as_of())];
        let mut withheld: Vec<String> = caseload
            .withheld()
            .iter()
            .map(|w| {
                format!(
                    "{} {:?} {} {}",
                    w.enterprise,
                    w.domain.map(|d: TextId| caseload.texts().get(d)),
                    w.problem,
                    w.of_branch
                )
            })
            .collect();
        withheld.sort();
        lines.extend(withheld);
        for (number, def) in caseload.vocabulary().lists.iter().enumerate() {
            let list = ListId(number as u16);
            let table = caseload.table(list).unwrap();
            for row in 0..table.len() {
                let values: Vec<Value<'_>> =
                    (0..def.fields.len()).map(|f| caseload.value(list, row, FieldId(f as u16))).collect();
                lines.push(format!(
                    "{number} {} {:?} {values:?}",
                    table.enterprise_of(row),
                    table.origin(row)
                ));
            }
            for enterprise in 0..caseload.enterprises() {
                lines.push(format!("{:?}", table.rows_of(enterprise)));
            }
        }
        lines
    }

    /// Writes all of it, the lists by two threads if there are two.
    fn written(dir: &std::path::Path, delivery: &Delivery, threads: usize) -> Vec<crate::write::Recorded> {
        let records = Records::begin(dir, delivery.caseload.vocabulary(), threads).unwrap();
        let rows = records.rows_of(delivery);
        let (ours, theirs) = crate::pace::both(threads, || rows.write(), || rows.write());
        ours.and(theirs).unwrap();
        records.finish(delivery).unwrap()
    }

    fn bytes(dir: &std::path::Path, files: &[crate::write::Recorded]) -> Vec<Vec<u8>> {
        files.iter().map(|file| std::fs::read(dir.join(&file.file)).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_equal(
            rows in prop::collection::vec(row(), 0..12),
            coverages in coverages(),
            withheld in prop::collection::vec((any::<u32>(), prop::option::of(text()), any::<u32>(), any::<bool>()), 0..4),
            problem in (prop::option::of(any::<u32>()), prop::option::of(text()), text(), any::<bool>()),
            reason in text(),
        ) {
            let caseload = caseload(&rows, coverages, &withheld);
            let who = (caseload.enterprises() > 0).then_some(0);
            let (row, column, message, withholds) = problem;
            let source = |file: &str| Source {
                file: file.to_owned(),
                sheet: column.clone(),
                sha256: "00".repeat(32),
                encoding: String::new(),
                taken_for: message.clone(),
                rows_read: 7, rows_used: 4, rows_unused: 2, rows_problem: 1, layout: None,
            };
            let delivery = Delivery {
                caseload, first: 0,
                sources: vec![source("甲.csv"), source("=乙.csv"), source("'丙.csv")],
                problems: vec![Problem {
                    source: 2, row, column: column.clone(), code: "D301", message: message.clone(), done: reason.clone(),
                    enterprise: who, domain: column.clone(), withholds,
                }],
                unused: vec![UnusedRow { source: 1, row: 5, enterprise: who, reason }],
                mapping: None,
            };
            let home = tempfile::tempdir().unwrap();
            let (first, second) = (home.path().join("1"), home.path().join("2"));
            let wrote = written(&first, &delivery, 1);
            let again = read(&first, delivery.caseload.as_of()).unwrap();
            prop_assert_eq!(all(&again.caseload), all(&delivery.caseload));
            prop_assert_eq!(&again.sources, &delivery.sources);
            prop_assert_eq!(&again.problems, &delivery.problems);
            prop_assert_eq!(&again.unused, &delivery.unused);
            let rewrote = written(&second, &again, 2);
            prop_assert_eq!(&rewrote, &wrote);
            prop_assert_eq!(bytes(&second, &rewrote), bytes(&first, &wrote));
        }
    }
}
