//! See `replay::xlsx`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/replay.rs"]
mod replay;

fuzz_target!(
    init: {
        // A panic inside the decoder is caught and told as a problem of the file; every other one ends the fuzzing.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !sanse_data::is_decoding() {
                hook(panic);
            }
        }));
    },
    |bytes: &[u8]| replay::xlsx(bytes)
);
