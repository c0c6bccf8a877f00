//! `results.jsonl` (逐行结果): one enterprise a line, in the form in which `sanse assess` answers.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Recorded, Run, WriteError, tables};
use crate::digest::hexadecimal;
use crate::json::{Judged, write_result};

/// Lines for this many enterprises at most. A line repeats measures and bases and is some kilobytes long; who has more
/// enterprises embeds the library or asks `sanse assess`, and does not wait for gigabytes.
const MOST_ENTERPRISES: usize = 100_000;

/// Writes the lines, or gives the sentence that says why there are none.
pub(super) fn write(dir: &Path, run: &Run<'_>) -> Result<Result<Recorded, String>, WriteError> {
    let enterprises = run.delivery.caseload.enterprises();
    if enterprises > MOST_ENTERPRISES {
        return Ok(Err(format!(
            "没有写 {}：企业{enterprises}户，超过{MOST_ENTERPRISES}户；请用各表，或者用 sanse assess 逐户评定",
            tables::RESULTS
        )));
    }
    let judged = Judged {
        caseload: &run.delivery.caseload,
        domains: run.task.standards,
        overall: run.task.overall,
        classification: run.classification,
        calendar: &run.task.calendar,
        sources: Some(&run.delivery.sources),
    };
    let path = dir.join(tables::RESULTS);
    let failed = |e: std::io::Error| WriteError::io("写文件", &path, e);
    let mut file = BufWriter::with_capacity(1 << 16, File::create_new(&path).map_err(failed)?);
    let mut hasher = Sha256::new();
    let mut line = Vec::new();
    for enterprise in 0..enterprises {
        line.clear();
        write_result(&mut line, &judged, enterprise).map_err(|e| failed(e.into()))?;
        hasher.update(&line);
        file.write_all(&line).map_err(failed)?;
    }
    let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(Ok(Recorded {
        file: tables::RESULTS.to_owned(),
        sha256: hexadecimal(&hasher.finalize()),
        rows: enterprises as u64,
    }))
}
