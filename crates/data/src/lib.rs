//! Everything outside the engine that knows files and forms: bureaus' tables in, results out.
//!
//! * [`read_folder`] and [`read_files`]: what the bureaus sent, however they wrote it, to a [`sanse::Caseload`], with
//!   an account of every row and every problem ([`Delivery`]).
//! * [`write_run`]: a classification to a folder of tables with a record that lets the run be repeated;
//!   [`open_run`] finds an enterprise in it and explains its label.
//! * [`Intake::folder_in_batches`] and [`write_in_batches`]: the same for a province, two batches of enterprises in memory.
//! * [`json`]: one enterprise at a time as lines of JSON, for other systems.
//! * [`save_standard`] and [`load_standard`]: standards as files that are used without a script engine.
//!
//! Identity numbers of persons never pass, whichever way data come in. No floats: money is whole 分
//! ([`sanse::Money`]), points are hundredths ([`sanse::Points`]). Errors carry a Chinese sentence with the remedy.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//! use sanse::Vocabulary;
//!
//! let vocabulary = Arc::new(Vocabulary::standard());
//! let domains = ["消防".to_owned()];
//! let as_of = "2023-03-31".parse()?;
//! let delivery = sanse_data::read_folder(Path::new("数据"), &vocabulary, &domains, as_of)?;
//! for problem in &delivery.problems {
//!     eprintln!("{} {}；{}", problem.code, problem.message, problem.done);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod in_batches;
pub mod json;
mod normal;
mod office;
mod pace;
pub mod read;
mod repeat;
mod run;
mod saved;
mod write;

pub use digest::sha256;
pub use in_batches::{BatchError, write_in_batches};
pub use office::{Office, OfficeError};
pub use pace::Pace;
pub use read::{
    Batches, ColumnLayout, Delivery, Guess, InputFile, Intake, Mapping, MappingError, MappingFault,
    PROBLEM_PAGES, Problem, ProblemPage, ReadError, SheetLayout, Source, TextSheet, UnusedRow,
    explain_problem, is_decoding, mapping_text, read_files, read_folder, shipped_domains, text_sheets,
};
pub use repeat::{Difference, RepeatError, Verification, finalize, read_records, rewrite, verify};
pub use run::{Explanation, Found, Named, RunError, RunFolder, open_run};
pub use saved::{SavedError, load_standard, save_standard};
pub use write::{
    Approval, FolderKind, LabelCounts, NearDomain, Papers, Recovery, Run, Script, SweepStep, SweepSubject,
    Task, Trial, TrialSide, WriteError, Written, check_folder, check_out, csv_text, io_reason, lies_within,
    loads, matrix_rows, recover, share, tip_text, turn_tip_text, write_comparison, write_near, write_run,
    write_run_by, write_sweep,
};
