//! The straight program writes the tables that `sanse classify` writes, byte for byte: only then does its time
//! say anything.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sanse::{Standard, Vocabulary};
use sanse_benches::{delivery, population, straight};
use sanse_data::{Papers, Run, Task, read_folder, write_run};

/// The standards of the delivery, the overall one last.
fn standards(rules: &Path, vocabulary: &Arc<Vocabulary>) -> Vec<Standard> {
    let files = delivery::STANDARDS.iter().map(|(_, domain)| *domain).chain(["综合"]);
    let standard = |name: &str| {
        let file = format!("{name}.rhai");
        let script = fs::read(rules.join(&file)).unwrap_or_default();
        let compiled = sanse_script::compile(&file, &script, vocabulary, &[]);
        assert!(compiled.standard.is_some(), "{:?}", compiled.findings);
        compiled.standard
    };
    files.filter_map(standard).collect()
}

#[test]
fn the_straight_program_writes_the_same_tables() {
    let home = tempfile::tempdir().unwrap();
    delivery::write(home.path(), 3_000, 7).unwrap();
    let (data, theirs, ours) =
        (home.path().join("数据"), home.path().join("straight"), home.path().join("sanse"));
    straight::run(&data, &theirs).unwrap();

    let vocabulary = Arc::new(Vocabulary::standard());
    let mut domains = standards(&home.path().join("规则"), &vocabulary);
    let overall = domains.pop();
    let names = delivery::STANDARDS.map(|(_, domain)| domain.to_owned());
    let calendar = population::calendar();
    let delivered = read_folder(&data, &vocabulary, &names, calendar.as_of).unwrap();
    assert_eq!(delivered.problems, []);
    let classification =
        sanse::classify(&delivered.caseload, &domains, overall.as_ref(), &calendar, 2).unwrap();
    let task = Task {
        standards: &domains,
        overall: overall.as_ref(),
        calendar,
        year: 2023,
        quarter: 1,
        scripts: &[],
        overrides: &[],
        papers: Papers { tables_only: true, ..Papers::default() },
    };
    let run = Run { task, delivery: &delivered, classification: &classification };
    write_run(&ours, &run).unwrap();
    for table in ["enterprises.csv", "assessments.csv", "deductions.csv", "unused.csv", "summary.csv"] {
        let [ours, theirs] =
            [&ours.join("内部"), &theirs].map(|folder| fs::read_to_string(folder.join(table)).unwrap());
        let differs = ours.lines().zip(theirs.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "{table}");
        assert_eq!(ours.len(), theirs.len(), "{table}");
    }
}
