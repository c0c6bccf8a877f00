//! Generated standards and caseloads, and a scorer written a second time, for the tests of this folder.

pub(crate) mod agree;
pub(crate) mod choices;
pub(crate) mod evaluate;
pub(crate) mod expressions;
pub(crate) mod naive;
pub(crate) mod reached;
pub(crate) mod records;
pub(crate) mod standards;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::test_runner::Config;
use sanse::{Calendar, Date, Derivation, FieldDef, Period, Standard, Vocabulary};

use self::records::Records;

/// The vocabulary of all generated standards and caseloads.
pub(crate) static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::standard()));

/// The domains of generated rows; generated standards judge one of the first two.
pub(crate) const DOMAINS: [&str; 3] = ["生态环境", "消防", "林业"];

/// A standard whose printed form leaves out the vocabulary, which is always the same and long.
#[derive(Clone)]
pub(crate) struct Generated(pub(crate) Standard);

impl Generated {
    /// The standard with an empty vocabulary.
    pub(crate) fn without_vocabulary(&self) -> Standard {
        let nothing = Vocabulary {
            lists: Vec::new(),
            code_lists: Vec::new(),
            rectification_link: None,
            outcome_link: None,
            branch_link: None,
        };
        Standard { vocabulary: Arc::new(nothing), ..self.0.clone() }
    }
}

impl fmt::Debug for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.without_vocabulary())
    }
}

impl Deref for Generated {
    type Target = Standard;

    fn deref(&self) -> &Standard {
        &self.0
    }
}

/// A standard, records, and the day on which the one is applied to the others.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) standard: Generated,
    pub(crate) records: Records,
}

/// Worlds in which the standard judges the first domain, or all lists for the overall label.
pub(crate) fn worlds() -> impl Strategy<Value = World> {
    (standards::standards(), records::records()).prop_map(|(standard, records)| World { standard, records })
}

/// At least 300 cases; `PROPTEST_CASES` sets another number.
pub(crate) fn config() -> Config {
    let config = Config::default();
    // 256 is proptest's own number, so the variable is not set.
    let cases = if config.cases == 256 { 300 } else { config.cases };
    // A failing case is printed whole, and shrinks within seconds; nothing is written beside the sources.
    Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..config }
}

/// True for the key of a decision. Its text is one of the writings met in the caseload, so that it means nothing
/// but its equality with the keys of other rows: it is neither compared with constants nor part of a row's content.
pub(crate) fn is_decision_key(field: &FieldDef) -> bool {
    matches!(field.derived, Some(Derivation::DocumentKeyOf(_)))
}

/// A day written as `2023-03-01`.
pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Runs whose periods hold ordinary days, a 29 February inside, and one at an end.
pub(crate) fn calendars() -> [Calendar; 4] {
    let run = |year, quarter, as_of| Calendar {
        period: Period::of_quarter(year, quarter).unwrap(),
        as_of: day(as_of),
    };
    [
        run(2023, 1, "2023-03-31"),
        run(2024, 2, "2024-04-01"),
        Calendar {
            period: Period { first: day("2023-03-01"), last: day("2024-02-29") },
            as_of: day("2024-02-29"),
        },
        run(2025, 1, "2025-03-01"),
    ]
}
