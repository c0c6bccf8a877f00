//! Sanse (三色): rules, labels and plans for risk-based tiered supervision of enterprises (企业分类监管).
//!
//! One straight line, no stage calls back:
//!
//! 1. a [`CaseloadBuilder`] takes enterprises and their records, checked against the [`Vocabulary`], and
//!    [`finish`](CaseloadBuilder::finish)es them as of a date into a [`Caseload`];
//! 2. [`assess`] applies a [`Standard`] to it: every [`Hit`] with its row, rule and points, and an [`Outcome`];
//! 3. [`classify`] adds what is known of the data: a [`Verdict`] with [`State`], [`Label`] and [`Remarks`] in
//!    each domain and overall, and the row of measures that follows.
//!
//! The core is pure: no files, no clock, no environment, no randomness; the same arguments give the same
//! results at any number of threads. It knows no scripting language: a standard is plain data, compiled from a
//! script by the crate `sanse-script` or built by hand. It never panics on any data.
//!
//! Units: points in hundredths ([`Points`]), money in 分 ([`Money`]), days ([`Date`]).

mod assess;
mod calendar;
mod caseload;
mod classify;
mod compare;
mod credit_code;
mod describe;
mod explain;
mod expr;
mod later;
mod near;
mod placeholder;
mod quantity;
mod standard;
mod validate;
mod vocabulary;

pub use assess::*;
pub use calendar::{Calendar, Period};
pub use caseload::*;
pub use classify::*;
pub use compare::*;
pub use credit_code::{CreditCode, CreditCodeError, organisation_code_holds};
pub use describe::Wording;
pub use explain::Reasons;
pub use expr::*;
pub use later::{Turn, TurnCause, TurnTip, days_later, event_days, turns};
pub use near::{Near, Step, Tip, TippedBy, near};
pub use placeholder::{Placeholder, placeholder};
pub use quantity::{Date, DateError, Label, Money, Points, Span, parse_decimal};
pub use standard::*;
pub use validate::StandardError;
pub use vocabulary::*;
