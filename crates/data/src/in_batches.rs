//! A province at once (分批评定): batch after batch of enterprises is read, classified and written, so that memory holds
//! two batches and not all.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use sanse::{BindError, Classification};

use crate::pace::Pace;
use crate::read::{Batches, Delivery, ReadError};
use crate::write::{Papers, Run, RunWriter, Task, WriteError, Written};

/// A run in batches failed; nothing at the place asked for has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Records that were put aside cannot be taken back.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A standard does not fit the caseload.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The results cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Classifies a delivery batch by batch and writes the folder of its run, byte for byte as [`crate::write_run_by`] writes
/// it of all enterprises at once. While a batch is written the next is read.
///
/// ```no_run
/// # fn run(vocabulary: std::sync::Arc<sanse::Vocabulary>, domains: &[String], task: &sanse_data::Task<'_>)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// use std::path::Path;
/// use sanse_data::{Intake, Pace, write_in_batches};
///
/// let pace = Pace { threads: 2, ..Pace::default() };
/// let intake = Intake { pace, ..Intake::new(&vocabulary, domains, task.calendar.as_of) };
/// let batches = intake.folder_in_batches(Path::new("全省数据"), 1 << 15, Path::new("结果"))?;
/// let written = write_in_batches(Path::new("结果/2023年1季度"), batches, task, &pace)?;
/// println!("{} 户，运行指纹 {}", written.enterprises, written.fingerprint);
/// # Ok(())
/// # }
/// ```
///
/// Only the tables are written, whatever the task says of papers: workbook, report and notices need all enterprises at
/// once.
///
/// # Errors
/// Records cannot be taken back, a standard does not fit, or the folder cannot be written.
pub fn write_in_batches(
    out: &Path,
    mut batches: Batches<'_>,
    task: &Task<'_>,
    pace: &Pace<'_>,
) -> Result<Written, BatchError> {
    let threads = pace.threads;
    let task = Task { papers: Papers { tables_only: true, ..task.papers }, ..*task };
    let write = |writer: &mut Option<RunWriter>, delivery: &Delivery, classification: &Classification| {
        let run = Run { task, delivery, classification };
        let writer = match writer {
            Some(writer) => writer,
            None => writer.insert(RunWriter::begin(out, &run, threads)?),
        };
        writer.add(&run, &|_| {})
    };
    let writer = if threads < 2 {
        let mut writer = None;
        while let Some(delivery) = batches.next_batch()? {
            let classification = task.classify(&delivery.caseload, threads)?;
            write(&mut writer, &delivery, &classification)?;
        }
        writer
    } else {
        std::thread::scope(|scope| {
            let (give, take) = sync_channel::<(Delivery, Classification)>(0);
            let writing = scope.spawn(move || {
                let mut writer = None;
                for (delivery, classification) in take {
                    write(&mut writer, &delivery, &classification)?;
                }
                Ok::<_, WriteError>(writer)
            });
            let mut read = || -> Result<(), BatchError> {
                while let Some(delivery) = batches.next_batch()? {
                    // Another thread writes meanwhile.
                    let classification = task.classify(&delivery.caseload, threads - 1)?;
                    if give.send((delivery, classification)).is_err() {
                        // The writer failed; it says why.
                        break;
                    }
                }
                Ok(())
            };
            let read = read();
            drop(give);
            // A panic in the thread is passed on as it came.
            let written = writing.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))?;
            read.map(|()| written)
        })?
    };
    let delivery = batches.finish();
    let nothing = Classification { domains: Vec::new(), overall: None, outcomes: None };
    let run = Run { task, delivery: &delivery, classification: &nothing };
    let writer = match writer {
        Some(writer) => writer,
        None => RunWriter::begin(out, &run, threads)?,
    };
    Ok(writer.finish(&run)?)
}
