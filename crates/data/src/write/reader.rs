//! A table of ours read again (读回): its cells as they were before they were defused.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::table::plain_again;

/// Reads a written table row by row.
///
/// Whatever repeats the tables in another form (workbook, report, explanation) reads them here, so that there is
/// one source of rows.
pub(crate) struct TableReader {
    reader: csv::Reader<BufReader<File>>,
    headers: Vec<String>,
    record: csv::StringRecord,
}

impl TableReader {
    /// Opens a table and reads its headers.
    pub(crate) fn open(path: &Path) -> Result<TableReader, csv::Error> {
        let file = BufReader::with_capacity(1 << 16, File::open(path)?);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
        let mut record = csv::StringRecord::new();
        reader.read_record(&mut record)?;
        let headers = record.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
        Ok(TableReader { reader, headers, record })
    }

    /// The headers.
    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The cells of the next row, as many as there are headers; none at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<impl Iterator<Item = &str>>, csv::Error> {
        Ok(self.reader.read_record(&mut self.record)?.then(|| self.record.iter().map(plain_again)))
    }
}
