//! The one error type of the command line; its kind fixes the exit code.

use std::process::ExitCode;

use sanse::BindError;
use sanse_data::{BatchError, RepeatError, RunError, WriteError};

/// What kind of failure; the table of exit codes is at the head of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It ran and found errors.
    Findings,
    /// Wrong arguments.
    Arguments,
    /// Data or files cannot be read or written.
    Data,
    /// An error of the program itself.
    Internal,
    /// The reader of the output went away (`sanse … | head`); nothing is wrong.
    BrokenPipe,
}

impl Kind {
    pub(crate) fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Kind::BrokenPipe => 0,
            Kind::Findings => 1,
            Kind::Arguments => 2,
            Kind::Data => 3,
            Kind::Internal => 4,
        })
    }
}

/// A failure with its message in Chinese; an empty message means that everything has been said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CliError {
    pub(crate) kind: Kind,
    pub(crate) message: String,
}

impl CliError {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> CliError {
        CliError { kind, message: message.into() }
    }

    /// Errors were found and have been printed.
    pub(crate) fn findings() -> CliError {
        CliError::new(Kind::Findings, "")
    }
}

/// Only writing to the screen gives a bare I/O error; files come with their path.
impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> CliError {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            CliError::new(Kind::BrokenPipe, "")
        } else {
            CliError::new(Kind::Data, format!("不能输出到屏幕：{error}"))
        }
    }
}

impl From<BatchError> for CliError {
    fn from(error: BatchError) -> CliError {
        match error {
            BatchError::Read(error) => error.into(),
            BatchError::Bind(error) => error.into(),
            BatchError::Write(error) => error.into(),
            other => CliError::new(Kind::Internal, other.to_string()),
        }
    }
}

impl From<WriteError> for CliError {
    fn from(error: WriteError) -> CliError {
        let kind = match &error {
            WriteError::Settings(_) | WriteError::Template { .. } => Kind::Findings,
            error if error.is_internal() => Kind::Internal,
            _ => Kind::Data,
        };
        CliError::new(kind, error.to_string())
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> CliError {
        CliError::new(Kind::Data, error.to_string())
    }
}

impl From<RepeatError> for CliError {
    fn from(error: RepeatError) -> CliError {
        match error {
            RepeatError::Run(error) => error.into(),
            RepeatError::Write(error) => error.into(),
            error => CliError::new(Kind::Findings, error.to_string()),
        }
    }
}

impl From<sanse_data::ReadError> for CliError {
    fn from(error: sanse_data::ReadError) -> CliError {
        CliError::new(Kind::Data, error.to_string())
    }
}

/// Standards and data share one vocabulary, so a misfit is the program's fault.
impl From<BindError> for CliError {
    fn from(error: BindError) -> CliError {
        CliError::new(Kind::Internal, error.to_string())
    }
}
