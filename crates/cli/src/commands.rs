//! One file per command.

pub(crate) mod assess;
pub(crate) mod check;
pub(crate) mod classify;
pub(crate) mod compare;
pub(crate) mod compile;
pub(crate) mod completion;
pub(crate) mod doc;
pub(crate) mod explain;
pub(crate) mod finalize;
pub(crate) mod fmt;
pub(crate) mod inspect;
pub(crate) mod mutate;
pub(crate) mod near;
pub(crate) mod new;
pub(crate) mod notices;
pub(crate) mod start;
pub(crate) mod sweep;
pub(crate) mod test;
pub(crate) mod verify;
pub(crate) mod vocabulary;
