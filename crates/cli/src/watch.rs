//! Watching files (--watch): a command runs again when a file of the folder changes.
//!
//! Names, sizes and times of the files are looked at a few times a second: that works on network drives too, where
//! nobody tells of changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use crate::error::{CliError, Kind};

/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(300);
/// Folders within folders beyond this depth are a loop.
const DEEPEST: usize = 16;

/// What a change is seen by: size and time of every file.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Runs at once and again after every change, until the program is stopped or its reader is gone. What is wrong is
/// said and ends nothing: it is what the next change is to mend.
pub(crate) fn run<W: Write>(
    path: &Path,
    out: &mut W,
    mut command: impl FnMut(&mut W) -> Result<(), CliError>,
) -> Result<(), CliError> {
    // The tables beside a single script count too.
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut seen = look(folder);
    loop {
        match command(out) {
            Err(error) if [Kind::BrokenPipe, Kind::Arguments, Kind::Internal].contains(&error.kind) => {
                return Err(error);
            }
            Err(error) if !error.message.is_empty() => writeln!(out, "{}", error.message)?,
            _ => {}
        }
        writeln!(out, "—— 等着文件改动，按 Ctrl+C 结束 ——\n")?;
        out.flush()?;
        seen = changed(folder, &seen);
    }
}

/// Waits for a change, and until the files have come to rest: an editor writes in several steps.
fn changed(folder: &Path, seen: &Seen) -> Seen {
    let mut now = seen.clone();
    while now == *seen {
        sleep(PAUSE);
        now = look(folder);
    }
    loop {
        sleep(PAUSE / 3);
        let later = look(folder);
        if later == now {
            return now;
        }
        now = later;
    }
}

fn look(folder: &Path) -> Seen {
    let mut seen = Seen::new();
    walk(folder, 0, &mut seen);
    seen
}

fn walk(folder: &Path, depth: usize, seen: &mut Seen) {
    // What cannot be read now is read at the next look; the command says what is wrong.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        let Ok(found) = entry.metadata() else { continue };
        if found.is_dir() {
            if depth < DEEPEST {
                walk(&entry.path(), depth + 1, seen);
            }
        } else {
            let kind = entry.path().extension().map(|e| e.to_string_lossy().to_lowercase());
            // Results written into the folder by the command itself (--junit) are no change of it.
            if kind.is_some_and(|k| ["rhai", "json", "csv", "xlsx", "tsv", "txt"].contains(&k.as_str())) {
                seen.insert(entry.path(), (found.len(), found.modified().ok()));
            }
        }
    }
}
