//! A file that is written in one piece.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::WriteError;
use super::table::{Output, sha256};

/// Writes a file whole and flushes it to disk; `rows` is what `run.json` says of it, 0 for what has no rows.
pub(super) fn write(dir: &Path, file: &'static str, bytes: &[u8], rows: u64) -> Result<Output, WriteError> {
    let path = dir.join(file);
    let failed = |e: std::io::Error| WriteError::io("写文件", &path, e);
    let mut opened = File::create_new(&path).map_err(failed)?;
    opened.write_all(bytes).and_then(|()| opened.sync_all()).map_err(failed)?;
    Ok(Output { file, sha256: sha256(bytes), rows })
}
