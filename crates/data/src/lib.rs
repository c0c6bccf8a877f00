//! Bytes to caseload and back: bureaus' files are read into a [`sanse::Caseload`], results are written as
//! tables.

pub mod json;
pub mod read;
mod run;
mod saved;
mod write;

pub use read::{Delivery, InputFile, Problem, ReadError, Source, UnusedRow, read_files, read_folder};
pub use run::{Explanation, Found, Named, RunError, RunFolder, open_run};
pub use saved::{SavedError, load_standard, save_standard};
pub use write::{
    LabelCounts, RowEnd, RowEnds, Run, Script, SourceAccount, WriteError, Written, account, check_out,
    io_reason, lies_within, sha256, share, write_run,
};
