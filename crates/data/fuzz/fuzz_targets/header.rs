//! Any headers over a few rows of a table: no panic, and every row is accounted for.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/replay.rs"]
mod replay;

fuzz_target!(|bytes: &[u8]| replay::header(bytes));
