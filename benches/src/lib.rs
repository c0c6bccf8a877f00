//! What the project measures itself with: invented data and benches. Not published.

pub mod delivery;
pub mod fixture;
pub mod population;
pub mod standards;
pub mod straight;
