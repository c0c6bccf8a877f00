//! Any bytes are a script and records; the engine and the naive scorer assess them alike.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = sanse_proof::hold::differential(bytes);
});
