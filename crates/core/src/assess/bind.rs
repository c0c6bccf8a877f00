//! Binding: a standard's lists, fields, codes and texts found in a caseload by name.

/// A standard does not fit a caseload.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The caseload has no such list, field or code, or has it with another type.
    #[error("标准“{standard}”用到“{what}”，数据里没有，或者类型不同；请用同一词汇表读入数据")]
    Unknown {
        /// The standard's number.
        standard: String,
        /// The list, field or code.
        what: String,
    },
}
