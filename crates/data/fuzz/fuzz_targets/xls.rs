//! See `replay::xls`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/replay.rs"]
mod replay;

fuzz_target!(init: replay::pass_over_decoders(), |bytes: &[u8]| replay::xls(bytes));
