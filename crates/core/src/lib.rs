//! Sanse (三色): rules, labels and plans for risk-based tiered supervision of enterprises (企业分类监管).
//!
//! The core is pure: no files, no clock, no environment, no randomness. One straight line:
//! [`Caseload`] and [`Standard`] in, an assessment with its reasons, a classification, a plan.

mod assess;
mod calendar;
mod caseload;
mod classify;
mod credit_code;
mod explain;
mod expr;
mod quantity;
mod standard;
mod vocabulary;

pub use assess::*;
pub use calendar::{Calendar, Period};
pub use caseload::*;
pub use classify::*;
pub use credit_code::{CreditCode, CreditCodeError, organisation_code_holds};
pub use explain::Reasons;
pub use expr::*;
pub use quantity::{Date, DateError, Label, Money, Points, Span, parse_decimal};
pub use standard::*;
pub use vocabulary::*;
