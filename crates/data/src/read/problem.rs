//! What was found wrong while reading, as data: a code, a place, what was done.
//!
//! | code | meaning |
//! |---|---|
//! | D101 | the type of a file is not known |
//! | D102 | a file or sheet cannot be read |
//! | D103 | a sheet is none of the lists |
//! | D104 | a row's text is damaged |
//! | D105 | a folder with results was left out |
//! | D106 | a row has another number of cells than the header |
//! | D107 | a cell has swallowed further rows (quotes out of order) |
//! | D108 | a workbook is protected by a password |
//! | D109 | a cell shows that its formula failed |
//! | D110 | a hidden sheet was read |
//! | D111 | bytes of a text file are lost |
//! | D112 | the mapping says that a sheet, or a column that marks rows, is not to be read |
//! | D201 | a needed column is missing |
//! | D202 | two columns of one meaning differ |
//! | D203 | a column of another list has content that is not read |
//! | D204 | an amount's unit is taken for 元 because the header names none |
//! | D205 | a column's header means nothing here and the column is not read |
//! | D206 | a column was taken for a field by a guess: its header differs in one character, or its cells are credit codes |
//! | D207 | two columns of one field hold different texts |
//! | D208 | a column of the mapping is not in the sheet |
//! | D209 | no table has the column of a field that a standard added |
//! | D301 | a date cannot be read |
//! | D302 | a date whose month and day could be either way round |
//! | D303 | an amount cannot be read |
//! | D304 | an amount's unit is in doubt |
//! | D305 | a wording is not in the code list |
//! | D306 | a yes or no, or a number, cannot be read |
//! | D307 | a needed cell is empty |
//! | D308 | a fine's amount and the kind of penalty do not go together |
//! | D309 | a value is outside its range |
//! | D310 | the document of a row gives notice of a decision and is none (告知书) |
//! | D311 | a row is marked as deleted where it came from |
//! | D312 | a row says that nothing was imposed and names a penalty |
//! | D401 | a credit code fails its check |
//! | D402 | a spreadsheet has destroyed a credit code |
//! | D403 | code and name name differently (mostly a renamed enterprise) |
//! | D404 | a credit code differs in one character from a registered one |
//! | D405 | a name is nearly that of a registered enterprise |
//! | D406 | a name belongs to several registered enterprises |
//! | D407 | a row names nobody |
//! | D408 | a citizen's number stands in the place of an enterprise's code |
//! | D409 | the name belongs to another registered enterprise than the code |
//! | D410 | the register's own credit code fails its check |
//! | D411 | the new code of a change is not in the register |
//! | D412 | a change leads to a code that was changed itself |
//! | D413 | changes lead round in a circle |
//! | D414 | a code was changed into two different ones |
//! | D415 | a change lacks a code, or one fails its check |
//! | D416 | the register still has the code that was changed |
//! | D417 | the head office that the register names for a branch is not in the register |
//! | D418 | the head offices of branches lead round in a circle |
//! | D501 | the domain cannot be decided |
//! | D502 | the domain column's wording is not known |
//! | D503 | the domain column names a domain without a standard |
//! | D601 | two rows of one decision differ in date, amount or state |
//! | D602 | one decision is worded differently in two files |
//! | D603 | an enterprise stands in the register twice |
//! | D604 | two register rows of one enterprise differ |
//! | D605 | no order to rectify was found for a measure (整改情况未知) |
//! | D606 | a sanction's row and the order's re-check say different states of rectification |
//! | D607 | a domain delivered sanctions and no record of rectification |
//! | D701 | declared and received numbers of rows differ |
//! | D702 | a line of the coverage table cannot be read |
//! | D703 | a declared delivery was not received |
//! | D704 | the coverage table names a domain without a standard |
//! | D705 | a domain's data was received and the coverage table has no line for it |
//! | D801 | the mapping is not TOML |
//! | D802 | an entry of the mapping is not known or not of its kind |
//! | D803 | the mapping names no list, or one that does not exist |
//! | D804 | the mapping names no field, or one that the list does not have |
//! | D805 | a unit or a list of codes in the mapping does not suit its field |
//! | D806 | an entry of the mapping fits no file or sheet |

use super::personal::without_identity_numbers;

/// Something wrong with the data (数据问题).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The number of the source in [`crate::Delivery::sources`].
    pub source: u32,
    /// The row as a person counts it in the file, from 1; `None` for the whole sheet.
    pub row: Option<u32>,
    /// The header of the column.
    pub column: Option<String>,
    /// The stable code, `D101` to `D806`; [`crate::explain_problem`] has its page.
    pub code: &'static str,
    /// What is wrong and what to do about it, in Chinese.
    pub message: String,
    /// What was done with the row or cell, in Chinese.
    pub done: String,
    /// The enterprise that the row names or nearly names.
    pub enterprise: Option<u32>,
    /// The domain of the row; `None` if it is open.
    pub domain: Option<String>,
    /// True if the enterprise gets no green label because of it, in the domain or, if that is open, in every
    /// domain that applies.
    pub withholds: bool,
}

impl Problem {
    /// True if it repeats, for a head office, what is wrong with a row about its branch.
    pub(crate) fn is_of_head_office(&self) -> bool {
        self.done == done::HEAD_WITHHELD
    }
}

/// A row that was not used and need not be (未用行).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnusedRow {
    /// The number of the source in [`crate::Delivery::sources`].
    pub source: u32,
    /// The row as a person counts it in the file, from 1.
    pub row: u32,
    /// The registered enterprise that the row concerns, if that was found out.
    pub enterprise: Option<u32>,
    /// Why, in Chinese.
    pub reason: String,
}

/// What was done, in the words of the list of problems.
pub(super) mod done {
    pub(crate) const NOTED: &str = "仅提示，已照常读入";
    pub(crate) const ROW_LEFT_OUT: &str = "该行未计入，待核对";
    pub(crate) const CELL_MISSING: &str = "该行已计入，这一格按空白处理，核对前不评绿标";
    pub(crate) const CELL_MISSING_NOTED: &str = "已读入，这一格按空白处理";
    pub(crate) const SHEET_LEFT_OUT: &str = "整张表未读入";
    pub(crate) const GREEN_WITHHELD: &str = "该行未计入，核对前相关企业不评绿标";
    pub(crate) const HEAD_WITHHELD: &str = "核对前总机构也不评绿标";
    pub(crate) const FIRST_KEPT: &str = "以先读到的一行为准，核对前不评绿标";
}

/// The list of problems in the making. Every text passes the removal of identity numbers here, so that no
/// message can carry one.
#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

/// The place of a problem.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) source: u32,
    pub(super) row: Option<u32>,
    pub(super) column: Option<&'a str>,
}

impl<'a> At<'a> {
    pub(super) fn source(source: usize) -> At<'a> {
        At { source: source as u32, row: None, column: None }
    }

    pub(super) fn row(self, row: u32) -> At<'a> {
        At { row: Some(row), ..self }
    }

    pub(super) fn column(self, column: &'a str) -> At<'a> {
        At { column: Some(column), ..self }
    }
}

impl Problems {
    /// Adds a problem that withholds nothing.
    pub(super) fn note(&mut self, at: At<'_>, code: &'static str, done: &str, message: &str) {
        self.add(at, code, done, message, None, None, false);
    }

    /// Adds a problem that withholds green from an enterprise, if it is known, in a domain or in all.
    pub(super) fn withhold(
        &mut self,
        at: At<'_>,
        code: &'static str,
        done: &str,
        message: &str,
        who: (Option<u32>, Option<&str>),
    ) {
        self.add(at, code, done, message, who.0, who.1, who.0.is_some());
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a problem, once")]
    fn add(
        &mut self,
        at: At<'_>,
        code: &'static str,
        done: &str,
        message: &str,
        enterprise: Option<u32>,
        domain: Option<&str>,
        withholds: bool,
    ) {
        self.0.push(Problem {
            source: at.source,
            row: at.row,
            column: at.column.map(|c| without_identity_numbers(c).into_owned()),
            code,
            message: without_identity_numbers(message).into_owned(),
            done: done.to_owned(),
            enterprise,
            domain: domain.map(str::to_owned),
            withholds,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// The files of the reader, but for this table and the pages about it.
    fn sources() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/read");
        let within = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
        let mut files: Vec<PathBuf> = within(&folder).collect();
        let inner: Vec<PathBuf> = files.iter().filter(|f| f.is_dir()).flat_map(|f| within(f)).collect();
        files.extend(inner);
        files.retain(|file| !file.ends_with("problem.rs") && !file.ends_with("pages.rs"));
        files.push(folder.with_extension("rs"));
        files.iter().filter(|f| f.is_file()).map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    /// The codes that stand in a text between two marks.
    fn codes(text: &str, open: &str, close: &str) -> BTreeSet<String> {
        let is_code =
            |code: &&str| code.len() == 4 && code.starts_with('D') && code[1..].parse::<u32>().is_ok();
        let pieces = text.split(open).skip(1).filter_map(|rest| rest.split(close).next());
        pieces.filter(is_code).map(str::to_owned).collect()
    }

    #[test]
    fn the_table_of_codes_is_whole() {
        let table = codes(include_str!("problem.rs"), "//! | ", " |");
        // Only what stands before the tests of a file.
        let sources = sources();
        let used = sources.iter().filter_map(|text| text.split("#[cfg(test)]").next());
        let used: BTreeSet<String> = used.flat_map(|text| codes(text, "\"", "\"")).collect();
        assert_eq!(table, used);
    }
}
