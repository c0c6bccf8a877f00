//! Bytes to caseload and back: bureaus' files are read into a [`sanse::Caseload`], results are written as
//! tables.

pub mod read;
mod run;
mod write;

pub use read::{Delivery, InputFile, Problem, ReadError, Source, UnusedRow, read_files, read_folder};
pub use run::{Explanation, Found, Named, RunError, RunFolder, open_run};
pub use write::{
    FolderKind, LabelCounts, RowEnd, RowEnds, Run, Script, SourceAccount, SweepStep, SweepSubject, Trial,
    TrialSide, WriteError, Written, account, check_folder, check_out, io_reason, lies_within, loads,
    matrix_rows, sha256, share, tip_text, write_comparison, write_near, write_run, write_sweep,
};
