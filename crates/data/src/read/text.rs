//! A table as rows of text, without a meaning: for tables that are not deliveries, such as tests beside a standard.

use super::files;

/// The text of one sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextSheet {
    /// The sheet's name; `None` for delimited text.
    pub name: Option<String>,
    /// Rows with their numbers as people count them, from 1; cells trimmed, dates as 2023-03-01. Blank rows are
    /// left out.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// The sheets of a table: `.xlsx`, or delimited text in UTF-8, UTF-16 or GB18030. The file's name says which.
///
/// # Errors
/// Why the file or one of its sheets cannot be read, in Chinese, with the remedy.
///
/// ```
/// let sheets = sanse_data::text_sheets("消防.测试.csv", "测试,应记\n甲,1\n".as_bytes()).unwrap();
/// assert_eq!(sheets[0].rows[1], (2, vec!["甲".to_owned(), "1".to_owned()]));
/// assert!(sanse_data::text_sheets("消防.测试.xls", b"\xd0\xcf").is_err());
/// ```
pub fn text_sheets(file: &str, bytes: &[u8]) -> Result<Vec<TextSheet>, String> {
    let (named, ..) = files::open(file, bytes).map_err(|(_, message)| message)?;
    let sheet = |named: super::book::Named| {
        let sheet = named.sheet.map_err(|why| {
            let name = named.name.as_deref().unwrap_or("");
            format!("工作表“{name}”读不了（{why}）；请在表格软件里打开后另存为 .xlsx")
        })?;
        let rows = (0..sheet.len()).filter(|row| !sheet.is_blank(*row));
        let rows = rows.map(|row| (sheet.number(row), sheet.cells(row).map(str::to_owned).collect()));
        Ok(TextSheet { name: named.name, rows: rows.collect() })
    };
    named.into_iter().map(sheet).collect()
}
