//! The files of a folder, and which of them can be opened.

use std::io;
use std::path::{Path, PathBuf};

use super::book::{Named, workbook};
use super::bytes::decode;
use super::kind::{self, Kind};
use super::sheet::delimited;

/// The content of a folder that holds the results of a run.
pub(super) const RESULTS: &str = "评定结果";

/// Folders within folders beyond this depth are a loop.
const DEEPEST: usize = 32;

/// The files of a folder and its folders by path within it, sorted; `None` for a folder of results, which is
/// not entered. Hidden and temporary files, and a README, are left out.
pub(crate) fn list(dir: &Path) -> io::Result<Vec<(String, Option<PathBuf>)>> {
    let mut found = Vec::new();
    walk(dir, "", 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(
    dir: &Path,
    prefix: &str,
    depth: usize,
    found: &mut Vec<(String, Option<PathBuf>)>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_temporary(&name) {
            continue;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let at = entry.path();
        if !entry.file_type()?.is_dir() {
            // A link to a folder is read as a file, which fails and is reported: it may lead in a circle.
            found.push((path, Some(at)));
        } else if is_result(&at) {
            found.push((path, None));
        } else if depth < DEEPEST {
            walk(&at, &path, depth + 1, found)?;
        }
    }
    Ok(())
}

/// True for a folder with the results of a run, whole or without its record.
fn is_result(dir: &Path) -> bool {
    let has = |name: &str| dir.join(name).is_file();
    has("run.json") || (has("assessments.csv") && (has("enterprises.csv") || has("deductions.csv")))
}

fn is_temporary(name: &str) -> bool {
    let lower = name.to_lowercase();
    let ending = lower.rsplit('.').next().unwrap_or("");
    name.starts_with('.')
        || name.starts_with("~$")
        || ending == "tmp"
        || lower == "thumbs.db"
        || lower == "desktop.ini"
        || lower.starts_with("readme")
}

/// The sheets of a file, its encoding or format, and whether it is delimited text. `Err`: the problem's code and
/// message.
pub(super) fn open(
    path: &str,
    bytes: &[u8],
) -> Result<(Vec<Named>, &'static str, bool), (&'static str, String)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_lowercase());
    let kind = kind::of(&ending, bytes);
    let format = match kind {
        Kind::Xlsx => "xlsx",
        Kind::Xls => "xls",
        Kind::Ods => "ods",
        Kind::Refused(what) if what == kind::ENCRYPTED => return Err(("D108", format!("这个{what}"))),
        Kind::Refused(what) => return Err(("D101", format!("这个文件{what}"))),
        Kind::Text => return text(&ending, bytes),
    };
    match workbook(kind, bytes) {
        Ok(sheets) => Ok((sheets, format, false)),
        Err(why) => Err(kind::broken(&why)),
    }
}

/// Delimited text, also under the name of a workbook, as some systems write it.
fn text(ending: &str, bytes: &[u8]) -> Result<(Vec<Named>, &'static str, bool), (&'static str, String)> {
    let table = ["csv", "tsv", "tab", "txt"].contains(&ending);
    let workbook = ["xlsx", "xlsm", "xls", "ods"].contains(&ending);
    if !table && !workbook {
        let message = "不认识的文件：只读 .xlsx、.xls、.ods 和 CSV；与评定无关的文件请移出文件夹";
        return Err(("D101", message.to_owned()));
    }
    match decode(bytes) {
        Some(decoded) if table || decoded.text.contains([',', '\t', ';', '|']) => {
            Ok((vec![Named::alone(delimited(&decoded.text))], decoded.encoding, true))
        }
        _ => Err(("D102", "文件内容与扩展名不符；请在表格软件里打开后另存为 .xlsx".to_owned())),
    }
}
