//! One file per command.

pub(crate) mod check;
pub(crate) mod classify;
pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod near;
pub(crate) mod sweep;
pub(crate) mod test;
