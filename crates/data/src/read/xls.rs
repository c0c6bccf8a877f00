//! What an `.xls` claims before it is decoded: that its chains of sectors end, and how large its sheets are. A damaged
//! byte can lead a chain in a circle, which the decoder would follow for ever, or move a cell to a column that no sheet
//! has, for which it would make every cell between.

use std::collections::HashMap;

/// The most cells, from the first to the last that has content, of all sheets.
const MOST_CELLS: u64 = 20_000_000;
/// Numbers of sectors from here on mean something else.
const RESERVED: u32 = 0xffff_fffa;
const NO_TABLE: u32 = 0xffff_fffc;
/// Streams below this size lie in small sectors.
const SMALL: usize = 4096;

/// Looks through a file. `Err` says in Chinese why it is not decoded; what is wrong in a harmless way the decoder says.
pub(super) fn examine(bytes: &[u8]) -> Result<(), String> {
    let size = match u16_at(bytes, 30) {
        Some(9) => 512,
        Some(12) => 4096,
        _ => return Ok(()),
    };
    let file = Sectors { bytes: bytes.get(size..).unwrap_or(&[]), size };
    let table = sector_table(bytes, &file)?;
    let chain = |start: Option<u32>, most| file.chain(start.unwrap_or(RESERVED), &table, most);
    let directory = chain(u32_at(bytes, 48), usize::MAX);
    let small_table = words(&chain(u32_at(bytes, 60), usize::MAX));
    ends(&small_table)?;
    let entry = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        let found = directory
            .chunks(128)
            .find(|entry| entry.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(&name)))?;
        Some((u32_at(found, 116)?, u32_at(found, 120)? as usize))
    };
    let Some((start, length)) = entry("Workbook").or_else(|| entry("Book")) else { return Ok(()) };
    let stream = if length < SMALL {
        let small = chain(u32_at(&directory, 116), usize::MAX);
        Sectors { bytes: &small, size: 64 }.chain(start, &small_table, length)
    } else {
        chain(Some(start), length)
    };
    if cells(&stream) > MOST_CELLS {
        let most = MOST_CELLS / 10_000;
        return Err(format!(
            "展开后太大，多于 {most} 万格，或者格的位置已损坏；请在表格软件里打开，删去用不着的格，另存为 .xlsx"
        ));
    }
    Ok(())
}

/// The table that says which sector follows which.
fn sector_table(bytes: &[u8], file: &Sectors<'_>) -> Result<Vec<u32>, String> {
    let mut tables = words(bytes.get(76..512).unwrap_or(&[]));
    let mut next = u32_at(bytes, 68).unwrap_or(RESERVED);
    let mut left = bytes.len() / file.size + 1;
    while next < RESERVED {
        left = left.checked_sub(1).ok_or_else(broken)?;
        tables.extend(words(file.get(next)));
        next = tables.pop().unwrap_or(RESERVED);
    }
    let own = tables.into_iter().filter(|id| *id < NO_TABLE);
    // A table that is named twice is none of more sectors than the file has.
    let table: Vec<u32> =
        own.flat_map(|id| words(file.get(id))).take(bytes.len() / file.size + 128).collect();
    ends(&table)?;
    Ok(table)
}

fn broken() -> String {
    "文件内部结构错误，数据块的次序绕成了一圈；请在表格软件里打开后另存为 .xlsx".to_owned()
}

/// An error if some chain of a table leads in a circle.
fn ends(table: &[u32]) -> Result<(), String> {
    // 0: not seen; else the number of the walk that saw it.
    let mut seen = vec![0_usize; table.len()];
    for start in 0..table.len() {
        let (walk, mut at) = (start + 1, start);
        while let Some(mark) = seen.get_mut(at).filter(|mark| **mark == 0 || **mark == walk) {
            if *mark == walk {
                return Err(broken());
            }
            *mark = walk;
            at = table.get(at).map_or(usize::MAX, |next| *next as usize);
        }
    }
    Ok(())
}

struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Sectors<'_> {
    /// A sector, shorter at the end of the file.
    fn get(&self, id: u32) -> &[u8] {
        let rest =
            (id as usize).checked_mul(self.size).and_then(|from| self.bytes.get(from..)).unwrap_or(&[]);
        rest.get(..self.size).unwrap_or(rest)
    }

    /// The content of a chain, which ends.
    fn chain(&self, start: u32, table: &[u32], most: usize) -> Vec<u8> {
        let (mut content, mut next) = (Vec::new(), start);
        while next < RESERVED && content.len() < most {
            content.extend_from_slice(self.get(next));
            next = table.get(next as usize).copied().unwrap_or(RESERVED);
        }
        content.truncate(most);
        content
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0)).collect()
}

/// The rectangle of the cells of a sheet.
#[derive(Clone, Copy, Default)]
struct Area(Option<[u64; 4]>);

impl Area {
    fn add(&mut self, row: u64, column: u64) {
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([top.min(row), bottom.max(row), left.min(column), right.max(column)]);
    }

    fn cells(self) -> u64 {
        self.0.map_or(0, |[top, bottom, left, right]| (bottom - top + 1) * (right - left + 1))
    }
}

/// The records of a stream, by place: number and data.
fn records(stream: &[u8]) -> impl Iterator<Item = (usize, u16, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (place, number) = (at, u16_at(stream, at)?);
        let from = at + 4;
        at = from + usize::from(u16_at(stream, at + 2)?);
        Some((place, number, stream.get(from..at)?))
    })
}

/// How many cells the sheets that a workbook names come to.
fn cells(stream: &[u8]) -> u64 {
    let mut open: Vec<(usize, Area)> = Vec::new();
    let mut done: HashMap<usize, u64> = HashMap::new();
    let mut named: Vec<usize> = Vec::new();
    for (place, number, data) in records(stream) {
        let cell = || Some((u64::from(u16_at(data, 0)?), u64::from(u16_at(data, 2)?)));
        match number {
            // A sheet begins, and ends.
            0x0809 => open.push((place, Area::default())),
            0x000a => done.extend(open.pop().map(|(place, area)| (place, area.cells()))),
            // The room that a sheet asks for; the decoder makes it.
            0x0200 => {
                let half = |at| u64::from(u16_at(data, at).unwrap_or(0));
                let whole = |at| u64::from(u32_at(data, at).unwrap_or(0));
                // Excel 95 writes the rows in half the room.
                let [top, bottom, left, right] = match data.len() {
                    10 => [half(0), half(2), half(4), half(6)],
                    _ => [whole(0), whole(4), half(8), half(10)],
                };
                let asked = (bottom.saturating_sub(top) + 1).saturating_mul(right.saturating_sub(left) + 1);
                if asked > MOST_CELLS {
                    return asked;
                }
            }
            0x0085 => named.extend(u32_at(data, 0).map(|place| place as usize)),
            // Cells: number, label, rich label, truth, RK, shared string, formula, several RK.
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x0006 | 0x00bd => {
                let Some((row, column)) = cell() else { continue };
                let last = u16_at(data, data.len().saturating_sub(2)).filter(|_| number == 0x00bd);
                for (_, area) in &mut open {
                    area.add(row, column);
                    area.add(row, last.map_or(column, u64::from));
                }
            }
            _ => {}
        }
    }
    done.extend(open.into_iter().map(|(place, area)| (place, area.cells())));
    // Where a sheet begins that begins at no beginning, nobody knows what the decoder would read.
    let of = |place: &usize| done.get(place).copied().unwrap_or(u64::MAX);
    named.iter().fold(0, |sum: u64, place| sum.saturating_add(of(place)))
}
