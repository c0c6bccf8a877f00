//! See `replay::assess`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/replay.rs"]
mod replay;

fuzz_target!(|bytes: &[u8]| replay::assess(bytes));
