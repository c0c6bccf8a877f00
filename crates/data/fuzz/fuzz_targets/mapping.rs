//! Any mapping is read or refused with the lines at fault, and one that is read decides any table without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/replay.rs"]
mod replay;

fuzz_target!(|bytes: &[u8]| replay::mapping(bytes));
