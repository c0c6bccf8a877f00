//! The tables of a run in memory, every text once: what the report's page holds and shows.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use super::super::WriteError;
use super::super::reader::TableReader;

/// Texts by number.
#[derive(Default)]
pub(super) struct Texts {
    all: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    fn get(&self, number: u32) -> &str {
        self.all.get(number as usize).map_or("", String::as_str)
    }

    pub(super) fn all(&self) -> &[String] {
        &self.all
    }
}

/// A table whose cells are numbers of texts, row after row.
#[derive(Serialize)]
pub(super) struct Numbered {
    headers: Vec<String>,
    cells: Vec<u32>,
}

impl Numbered {
    /// Reads a table that was written.
    pub(super) fn read(dir: &Path, file: &str, texts: &mut Texts) -> Result<Numbered, WriteError> {
        let path = dir.join(file);
        let failed = |e: csv::Error| WriteError::io("读文件", &path, e.into());
        let mut table = TableReader::open(&path).map_err(failed)?;
        let headers = table.headers().to_vec();
        let mut cells = Vec::new();
        while let Some(row) = table.next_row().map_err(failed)? {
            cells.extend(row.map(|cell| texts.number(cell)));
        }
        Ok(Numbered { headers, cells })
    }

    pub(super) fn rows<'a>(&'a self, texts: &'a Texts) -> impl Iterator<Item = Row<'a>> {
        self.cells.chunks(self.headers.len().max(1)).map(move |cells| Row { table: self, cells, texts })
    }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Numbered,
    cells: &'a [u32],
    texts: &'a Texts,
}

impl<'a> Row<'a> {
    /// The cell under a header; empty without such a header.
    pub(super) fn get(&self, header: &str) -> &'a str {
        let place = self.table.headers.iter().position(|h| h == header);
        place.map_or("", |place| self.at(place))
    }

    /// The cell of a column.
    pub(super) fn at(&self, place: usize) -> &'a str {
        self.cells.get(place).map_or("", |number| self.texts.get(*number))
    }

    /// The numbers of the first two cells, which name the enterprise.
    pub(super) fn named(&self) -> Option<[u32; 2]> {
        self.cells.first_chunk().copied()
    }
}
