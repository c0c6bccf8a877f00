//! A short table as one text, for lists that are no results of a run.

use super::table::dangerous;

/// CSV that Excel opens right: a byte order mark, CRLF, quotes where needed, no cell that a spreadsheet would execute.
///
/// ```
/// let text = sanse_data::csv_text(&[vec!["改动".to_owned()], vec!["=A1,甲".to_owned()]]);
/// assert_eq!(text, "\u{feff}改动\r\n\"'=A1,甲\"\r\n");
/// ```
pub fn csv_text(rows: &[Vec<String>]) -> String {
    let mut text = String::from("\u{feff}");
    for row in rows {
        for (number, cell) in row.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            let quoted = cell.contains([',', '"', '\r', '\n']);
            if quoted {
                text.push('"');
            }
            if dangerous(cell) {
                text.push('\'');
            }
            text.push_str(&if quoted { cell.replace('"', "\"\"") } else { cell.clone() });
            if quoted {
                text.push('"');
            }
        }
        text.push_str("\r\n");
    }
    text
}
