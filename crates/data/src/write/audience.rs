//! What leaves the office (分对象输出): each bureau's own domain under `各机关`, with the names and phones of natural
//! persons masked.

use std::fs;
use std::path::Path;

use sanse::Standard;

use super::mask::{masked, masked_name};
use super::reader::TableReader;
use super::record::Recorded;
use super::table::Table;
use super::{Run, WriteError, tables};

/// The tables of which a bureau gets its part. Rows of open domain stay with the office that ran it.
const SHARED: [&str; 3] = [tables::ASSESSMENTS, tables::DEDUCTIONS, tables::PROBLEMS];

/// The column of the domain in those tables.
const DOMAIN: &str = "领域";

/// The folders of the domains, in the order of the standards.
pub(super) fn domain_folders(standards: &[Standard]) -> Vec<String> {
    let mut folders: Vec<String> = Vec::with_capacity(standards.len());
    for standard in standards {
        let mut folder = file_name(standard.subject.chinese());
        // Windows holds names that differ in case for one.
        while folders.iter().any(|known| known.to_lowercase() == folder.to_lowercase()) {
            folder.push('_');
        }
        folders.push(folder);
    }
    folders
}

/// A text as the name of a file on every system: no separators, nothing that Windows reserves, not too long.
pub(crate) fn file_name(text: &str) -> String {
    let safe: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() || "<>:\"/\\|?*".contains(c) { '_' } else { c })
        .collect();
    let safe = safe.trim_matches([' ', '.']);
    let stem = safe.split('.').next().unwrap_or("").to_uppercase();
    let device = ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
    if safe.is_empty() || device { format!("_{safe}") } else { safe.to_owned() }
}

/// Writes the bureaus' parts of the tables that were written.
pub(super) fn write(dir: &Path, run: &Run<'_>) -> Result<Vec<Recorded>, WriteError> {
    let folders = domain_folders(run.standards);
    let mut files = Vec::new();
    for folder in &folders {
        let path = dir.join(tables::BUREAUS).join(folder);
        fs::create_dir_all(&path).map_err(|e| WriteError::io("新建文件夹", &path, e))?;
    }
    for shared in SHARED {
        let file = shared.rsplit('/').next().unwrap_or(shared);
        let path = dir.join(shared);
        let failed = |e: csv::Error| WriteError::io("读文件", &path, e.into());
        let mut reader = TableReader::open(&path).map_err(failed)?;
        let headers = reader.headers().to_vec();
        let domain_column = headers.iter().position(|header| header == DOMAIN);
        let mut parts = Vec::with_capacity(folders.len());
        for (folder, standard) in folders.iter().zip(run.standards) {
            let table = Table::create(&dir.join(tables::BUREAUS).join(folder), file, &headers)?;
            parts.push((folder, standard.subject.chinese(), table));
        }
        let mut cells: Vec<String> = Vec::new();
        while let Some(row) = reader.next_row().map_err(failed)? {
            cells.clear();
            cells.extend(row.enumerate().map(|(column, cell)| {
                // The second column of every table is the name.
                if column == 1 { masked_name(cell) } else { masked(cell) }.into_owned()
            }));
            let domain = domain_column.and_then(|column| cells.get(column)).map_or("", String::as_str);
            if let Some((.., table)) = parts.iter_mut().find(|(_, own, _)| *own == domain) {
                table.row(&cells)?;
            }
        }
        for (folder, _, table) in parts {
            let written = table.finish()?;
            let file = format!("{}/{folder}/{}", tables::BUREAUS, written.file);
            files.push(Recorded { file, ..Recorded::from(written) });
        }
    }
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_hold_on_every_system() {
        for (domain, want) in [
            ("消防", "消防"),
            ("../噪声", "_噪声"),
            ("a/b\\c", "a_b_c"),
            ("con", "_con"),
            ("com1.x", "_com1.x"),
            ("..", "_"),
            ("", "_"),
        ] {
            assert_eq!(file_name(domain), want);
        }
    }
}
