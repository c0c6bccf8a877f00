//! One file per command.

pub(crate) mod assess;
pub(crate) mod check;
pub(crate) mod classify;
pub(crate) mod explain;
pub(crate) mod test;
