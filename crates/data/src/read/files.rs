//! The files of a folder, and which of them can be opened.

use std::io;
use std::path::{Path, PathBuf};

use super::bytes::decode;
use super::sheet::{Named, delimited, workbook};

/// The content of a folder that holds the results of a run.
pub(super) const RESULTS: &str = "评定结果";

/// Folders within folders beyond this depth are a loop.
const DEEPEST: usize = 32;

/// The files of a folder and its folders by path within it, sorted; `None` for a folder of results, which is
/// not entered. Hidden and temporary files, and a README, are left out.
pub(super) fn list(dir: &Path) -> io::Result<Vec<(String, Option<PathBuf>)>> {
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

/// The sheets of a file, its encoding, and whether it is delimited text. `Err`: the problem's code and message.
pub(super) fn open(
    path: &str,
    bytes: &[u8],
) -> Result<(Vec<Named>, &'static str, bool), (&'static str, String)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_lowercase());
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    match ending.as_str() {
        "xlsx" | "xlsm" | "csv" | "tsv" | "txt" if is_zip => match workbook(bytes) {
            Ok(sheets) => Ok((sheets, "xlsx", false)),
            Err(why) => Err(("D102", format!("工作簿打不开（{why}）；请在表格软件里打开后另存为 .xlsx"))),
        },
        // Some systems write text under the name of a workbook.
        "xlsx" | "csv" | "tsv" | "txt" => match decode(bytes) {
            Some(decoded) if ending != "xlsx" || decoded.text.contains([',', '\t']) => {
                let sheet = Named { name: None, sheet: Ok(delimited(&decoded.text)) };
                Ok((vec![sheet], decoded.encoding, true))
            }
            _ => Err(("D102", "文件内容与扩展名不符；请在表格软件里打开后另存为 .xlsx".to_owned())),
        },
        "xls" | "et" | "ods" | "xlsb" => Err((
            "D101",
            format!("不认识的文件：.{ending} 格式不读；请在表格软件里打开后另存为 .xlsx 或 CSV"),
        )),
        "doc" | "docx" | "wps" | "pdf" | "jpg" | "jpeg" | "png" | "html" | "htm" => {
            Err(("D101", format!("不认识的文件：.{ending} 不是表格；请向报送机关要 .xlsx 或 CSV 表格")))
        }
        "zip" | "rar" | "7z" => Err(("D101", format!("不认识的文件：.{ending} 是压缩包；请先解压"))),
        _ => Err(("D101", "不认识的文件：只读 .xlsx 和 CSV；与评定无关的文件请移出文件夹".to_owned())),
    }
}
