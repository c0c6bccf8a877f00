//! Tables on the screen: columns under each other though a Chinese character is two columns wide.

use unicode_width::UnicodeWidthStr as _;

/// Lines of a table: the first column flush left, the others flush right, two columns between.
pub(crate) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    lines(rows, |column| column == 0)
}

/// Lines of a table of words: all columns flush left, two columns between.
pub(crate) fn aligned_left(rows: &[Vec<String>]) -> Vec<String> {
    lines(rows, |_| true)
}

fn lines(rows: &[Vec<String>], left: impl Fn(usize) -> bool) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let mut text = String::new();
        for (number, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width.saturating_sub(cell.width()));
            let gap = if number == 0 { "" } else { "  " };
            let (before, after) = if left(number) { ("", pad.as_str()) } else { (pad.as_str(), "") };
            for piece in [gap, before, cell, after] {
                text.push_str(piece);
            }
        }
        text.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_take_two_columns() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let lines =
            aligned(&[row(["领域", "绿标", "未评定"]), row(["生态环境", "380", "5"]), row(["a", "1", "12"])]);
        assert_eq!(lines, ["领域      绿标  未评定", "生态环境   380       5", "a            1      12"]);
    }
}
