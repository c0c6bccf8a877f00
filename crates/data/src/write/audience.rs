//! What leaves the office (分对象输出): each bureau's own domain under `各机关`, as tables and as a workbook, with the names
//! and phones of natural persons masked.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use sanse::Standard;

use super::mask::{masked_about, masked_name};
use super::reader::TableReader;
use super::record::Recorded;
use super::table::Table;
use super::{Run, Stamp, WriteError, tables, workbook};

/// The tables of which a bureau gets its part, and its sheets. Rows of open domain stay with the office that ran it.
const SHARED: [(&str, &str); 3] =
    [("评定", tables::ASSESSMENTS), ("扣分记分", tables::DEDUCTIONS), ("数据问题", tables::PROBLEMS)];

/// The workbook of a bureau, in its folder.
const WORKBOOK: &str = "workbook.xlsx";

/// The column of the domain in those tables.
const DOMAIN: &str = "领域";
/// The place of the enterprise's name in those tables.
const NAME: usize = 1;

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

/// Writes the bureaus' parts of the tables that were written, and for each bureau a workbook of its part; a sentence
/// for each sheet that was left out.
pub(super) fn write(
    dir: &Path,
    run: &Run<'_>,
    stamp: &Stamp,
    left_out: &mut Vec<String>,
) -> Result<Vec<Recorded>, WriteError> {
    let folders = domain_folders(run.task.standards);
    let mut files = Vec::new();
    for folder in &folders {
        let path = dir.join(tables::BUREAUS).join(folder);
        fs::create_dir_all(&path).map_err(|e| WriteError::io("新建文件夹", &path, e))?;
    }
    for (_, shared) in SHARED {
        let file = shared.rsplit('/').next().unwrap_or(shared);
        let path = dir.join(shared);
        let failed = |e: csv::Error| WriteError::io("读文件", &path, e.into());
        let mut reader = TableReader::open(&path).map_err(failed)?;
        let headers = reader.headers().to_vec();
        let domain_column = headers.iter().position(|header| header == DOMAIN);
        let mut parts = Vec::with_capacity(folders.len());
        for (folder, standard) in folders.iter().zip(run.task.standards) {
            let table = Table::create(&dir.join(tables::BUREAUS).join(folder), file, &headers)?;
            parts.push((folder, standard.subject.chinese(), table));
        }
        let mut cells: Vec<String> = Vec::new();
        while let Some(row) = reader.next_row().map_err(failed)? {
            cells.clear();
            cells.extend(row.map(str::to_owned));
            // The second column of every table is the name.
            let name = cells.get(NAME).cloned().unwrap_or_default();
            for (column, cell) in cells.iter_mut().enumerate() {
                let seen = if column == NAME { masked_name(cell) } else { masked_about(cell, &name) };
                if let Cow::Owned(seen) = seen {
                    *cell = seen;
                }
            }
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
    for (folder, standard) in folders.iter().zip(run.task.standards) {
        let below = |file: &str| format!("{}/{folder}/{file}", tables::BUREAUS);
        let named = SHARED.map(|(sheet, table)| (sheet, below(table.rsplit('/').next().unwrap_or(table))));
        let sheets: Vec<(&str, &str)> = named.iter().map(|(sheet, file)| (*sheet, file.as_str())).collect();
        let title = format!("{}（{}）", stamp.title, standard.subject.chinese());
        let own = Stamp { title, ..stamp.clone() };
        let (workbook, missing) = workbook::write_sheets(dir, &below(WORKBOOK), &sheets, &files, &own)?;
        files.push(workbook);
        left_out.extend(missing);
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
