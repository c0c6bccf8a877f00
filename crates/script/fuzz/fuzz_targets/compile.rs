//! Any bytes are a standard or findings; the tests of a standard run without a panic.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sanse::Vocabulary;

static VOCABULARY: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| Arc::new(Vocabulary::standard()));

fuzz_target!(|bytes: &[u8]| {
    let compiled = sanse_script::compile("fuzz.rhai", bytes, &VOCABULARY, &[]);
    for finding in &compiled.findings {
        let _ = sanse_script::render(finding, &compiled.text);
    }
    match &compiled.standard {
        Some(standard) => drop(sanse_script::run_cases(standard)),
        None => assert!(!compiled.findings.is_empty()),
    }
});
