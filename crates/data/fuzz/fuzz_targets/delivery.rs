//! Any bytes beside a register, as a file of any kind, are read, reported or refused, and every row is accounted for.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/replay.rs"]
mod replay;

fuzz_target!(init: replay::pass_over_decoders(), |bytes: &[u8]| replay::delivery(bytes));
