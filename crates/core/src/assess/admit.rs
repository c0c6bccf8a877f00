//! Admission (计入): which rows are excepted, future, live, carried or lapsed.

/// What became of a row (行的去向) under a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disposition {
    /// The row belongs to another domain, or the standard does not look at its list.
    NotSeen,
    /// 撤销: void by the as-of date.
    Void,
    /// 除外: excepted; the number of the exception in the standard's admission of the list.
    Excepted(u16),
    /// 未到计入期: its window has not begun.
    Future,
    /// 计入: it counts.
    Live,
    /// 结转: lapsed, and still counts.
    Carried,
    /// 已过计入期: lapsed.
    Lapsed,
}
