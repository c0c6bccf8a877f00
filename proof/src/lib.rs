//! What must hold for every script, on generated ones: no crash, and the same results as a second, naive scorer.
//!
//! Everything generated is made from a list of numbers ([`Numbers`]): from a seed, from the bytes of a fuzzer, or
//! from proptest. Without further numbers the simplest alternative is taken, so fewer and smaller numbers mean a
//! simpler script. Not published.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a proof fails loudly, and its generators know the tables that they choose from"
)]

#[expect(dead_code, reason = "each user of the shared generators needs a part of them")]
#[path = "../../crates/core/tests/support/mod.rs"]
mod support;

#[cfg(test)]
mod aggregates;
mod conditions;
pub mod hold;
#[cfg(test)]
mod meaning;
mod numbers;
mod scripts;
mod spoil;
#[path = "../../crates/script/tests/support/words.rs"]
mod words;

pub use numbers::Numbers;
pub use spoil::{Kind, script};
