//! Rows of cells to values of fields, with everything that goes wrong said once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use sanse::{
    Date, ENTERPRISE, FieldDef, FieldId, ListId, Money, Points, TextId, Texts, Ty, Value, Vocabulary,
    parse_decimal,
};

use super::cell::{self, DateTrouble, MoneyTrouble, half_width, is_placeholder, key};
use super::codes::Codes;
use super::domain::{Decided, Domains};
use super::header::{Claim, Layout, Meaning};
use super::personal::without_identity_numbers;
use super::problem::{At, Problems, UnusedRow, done};
use super::sheet::Sheet;
use super::wording::How;

/// A value that is read; its texts are held beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stored {
    Missing,
    Bool(bool),
    Int(i64),
    Money(Money),
    Points(Points),
    Date(Date),
    Code(u16),
    Text(TextId),
}

impl Stored {
    /// The value for a caseload.
    pub(super) fn value(self, texts: &Texts) -> Value<'_> {
        match self {
            Stored::Missing => Value::Missing,
            Stored::Bool(yes) => Value::Bool(yes),
            Stored::Int(number) => Value::Int(number),
            Stored::Money(money) => Value::Money(money),
            Stored::Points(points) => Value::Points(points),
            Stored::Date(day) => Value::Date(day),
            Stored::Code(code) => Value::Code(code),
            Stored::Text(text) => Value::Text(texts.get(text)),
        }
    }
}

/// What is shared by the reading of all sheets.
pub(super) struct Reading<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) codes: Vec<Codes>,
    pub(super) domains: Domains,
    pub(super) texts: Texts,
    pub(super) problems: Problems,
    pub(super) unused: Vec<UnusedRow>,
    pub(super) counts: Vec<Counts>,
    /// The file and sheet of each source, for messages.
    pub(super) places: Vec<String>,
    /// What texts that came up before cite: the same laws come up again and again.
    pub(super) cited: HashMap<String, Decided>,
    /// Names other than the registered one that were noted, by source and enterprise.
    pub(super) renamed: HashSet<(usize, u32, String)>,
}

/// The account of the rows of a source: read = used + unused + problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) used: u32,
    pub(super) unused: u32,
    pub(super) problem: u32,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Used,
    Unused(String),
    /// Left out although it concerns a registered enterprise, with the reason.
    UnusedOf(u32, String),
    /// It is in the list of problems.
    Problem,
}

/// How many texts are remembered; laws are few, stories are many.
const MOST_CITED: usize = 50_000;

/// What the notes below a table begin with.
const NOTES: [&str; 9] =
    ["填表说明", "表格说明", "备注", "说明", "注", "填报人", "填表人", "制表人", "填报单位"];

/// A recognised sheet.
pub(super) struct Table {
    pub(super) source: usize,
    pub(super) sheet: Sheet,
    pub(super) layout: Layout,
    /// True for delimited text, where every row has as many cells as the header.
    pub(super) delimited: bool,
    /// True if bytes of the file were lost, so that a wording may be wrong without showing it.
    pub(super) damaged: bool,
    /// The file's path and the sheet's name.
    pub(super) file: String,
    pub(super) name: Option<String>,
}

impl Table {
    /// The numbers of the rows below the header.
    pub(super) fn rows(&self) -> std::ops::Range<usize> {
        self.layout.header_row + 1..self.sheet.len()
    }

    /// The place of a row.
    pub(super) fn at(&self, row: usize) -> At<'static> {
        At::source(self.source).row(self.sheet.number(row))
    }

    /// The first content of the columns that mean something, as (claim, cell) pairs without empty cells.
    pub(super) fn cells(&self, row: usize) -> impl Iterator<Item = (&Claim, &str)> {
        self.layout
            .claims
            .iter()
            .map(move |claim| (claim, self.sheet.cell(row, claim.column)))
            .filter(|(_, cell)| !cell.is_empty())
    }

    /// The first content of a field's columns.
    pub(super) fn first(&self, row: usize, meaning: Meaning) -> &str {
        self.cells(row).find(|(claim, _)| claim.meaning == meaning).map_or("", |(_, cell)| cell)
    }

    /// Why a row is none of the table's: blank, a sum, a note below the table, the header once more.
    pub(super) fn is_no_record(&self, row: usize) -> Option<&'static str> {
        if self.sheet.is_blank(row) {
            return Some("空行");
        }
        let first = self.sheet.cells(row).find(|cell| !cell.is_empty()).unwrap_or("");
        let first_key = key(first);
        if ["合计", "总计", "小计", "共计", "累计"].contains(&first_key.as_str()) {
            return Some("合计行");
        }
        let filled = self.sheet.cells(row).filter(|cell| !cell.is_empty()).count();
        let opening = half_width(first).replace(' ', "");
        let notes = NOTES.iter().any(|note| first_key == *note || opening.starts_with(&format!("{note}:")));
        if (filled <= 4 && notes) || first_key.starts_with("填表说明") || first_key.starts_with("表格说明")
        {
            return Some("表尾说明");
        }
        let same = self
            .sheet
            .cells(row)
            .zip(self.sheet.cells(self.layout.header_row))
            .all(|(cell, head)| cell == head);
        if same && filled > 1 { Some("重复的表头") } else { None }
    }

    /// Why the cells of a row cannot be trusted: code and message.
    pub(super) fn is_damaged(&self, row: usize) -> Option<(&'static str, String)> {
        let marks = |cell: &str| cell.contains('\u{fffd}') || cell.contains("??") || cell.contains("锟斤拷");
        if let Some((claim, _)) = self.cells(row).find(|(_, cell)| marks(cell)) {
            let message = format!("“{}”一格的文字已损坏（编码丢失）；请从原系统重新导出", claim.header);
            return Some(("D104", message));
        }
        if self.sheet.cells(row).any(|cell| cell.contains('\u{fffd}')) {
            return Some(("D104", "该行文字已损坏（编码丢失）；请从原系统重新导出".to_owned()));
        }
        if !self.delimited {
            return None;
        }
        // A quote out of place makes one cell of many rows.
        let swallowed = self.sheet.cells(row).any(|cell| {
            cell.lines()
                .skip(1)
                .filter(|line| line.matches([',', '\t', ';']).count() + 1 >= self.layout.width.max(2))
                .count()
                > 0
        });
        if swallowed {
            let message =
                "该行一格里混进了后面的行（引号不成对）；请检查这一行的引号，或另存为 .xlsx".to_owned();
            return Some(("D107", message));
        }
        let width = self.sheet.width(row);
        let surplus = self.sheet.cells(row).skip(self.layout.width).any(|cell| !cell.is_empty());
        if width < self.layout.width || surplus {
            let message = format!(
                "该行有 {width} 列，表头有 {} 列，内容可能错位；请检查该行的分隔符和引号",
                self.layout.width
            );
            return Some(("D106", message));
        }
        None
    }
}

/// A cell that cannot be read: code and message.
pub(super) type Trouble = (&'static str, String);

impl Reading<'_> {
    /// Reads a cell as a value of a field. `Ok(Missing)` for what says nothing.
    pub(super) fn read_cell(
        &mut self,
        field: &FieldDef,
        claim: &Claim,
        cell: &str,
    ) -> Result<Stored, Trouble> {
        let cell = listed_value(claim, cell);
        if cell::is_formula_error(cell) {
            let message = format!("这一格的公式出错（{cell}）；请改正公式，或填上应有的内容");
            return Err(("D109", message));
        }
        // 无 says no, or none, or is a grade's wording; elsewhere it says nothing.
        let says_nothing = is_placeholder(cell);
        let shown = shortened(cell);
        let stored = match field.ty {
            Ty::Bool => match cell::yes_no(cell) {
                Some(yes) => Stored::Bool(yes),
                None if says_nothing => Stored::Missing,
                None => return Err(("D306", format!("“{shown}”不是“是”或“否”；请改填“是”或“否”"))),
            },
            Ty::Int => match cell::whole_number(cell) {
                Some(number) => Stored::Int(number),
                None if says_nothing => Stored::Missing,
                None => return Err(("D306", format!("“{shown}”不是整数；请改填数字"))),
            },
            Ty::Code(list) => match self.codes.get(usize::from(list.0)).and_then(|codes| codes.one(cell)) {
                Some(code) => Stored::Code(code),
                None if says_nothing => Stored::Missing,
                None => {
                    let list = self.vocabulary.code_list(list).map_or("", |l| &l.name.chinese);
                    return Err(("D305", format!("“{shown}”不在代码表“{list}”里；请改用表中的写法")));
                }
            },
            _ if says_nothing => Stored::Missing,
            Ty::Money => Stored::Money(
                cell::money(cell, claim.unit).map_err(|trouble| money_trouble(trouble, &shown))?,
            ),
            Ty::Date => match cell::date(cell) {
                Ok(day) => Stored::Date(day),
                Err(DateTrouble::Endless) => Stored::Missing,
                Err(DateTrouble::Unreadable) => {
                    return Err(("D301", format!("“{shown}”不是日期；请写成 2023-03-01 的样子")));
                }
                Err(DateTrouble::Ambiguous) => {
                    return Err(("D302", format!("“{shown}”分不清月和日；请写成 2023-03-01 的样子")));
                }
            },
            Ty::Points | Ty::Span => match parse_decimal(cell, 2) {
                Some(hundredths) => Stored::Points(Points::from_hundredths(hundredths)),
                None => return Err(("D306", format!("“{shown}”不是分值；请改填数字，最多两位小数"))),
            },
            Ty::Text => self.intern(cell),
        };
        let raw = match stored {
            Stored::Int(number) => number,
            Stored::Money(money) => money.fen(),
            Stored::Points(points) => points.hundredths(),
            Stored::Date(day) => i64::from(day.days()),
            _ => return Ok(stored),
        };
        if raw < field.range.0 || raw > field.range.1 {
            return Err(("D309", format!("“{shown}”超出“{}”允许的范围；请核对", field.name.chinese)));
        }
        Ok(stored)
    }

    /// What a text cites; see [`Domains::cited`].
    pub(super) fn cites(&mut self, text: &str) -> Decided {
        if text.is_empty() {
            return Decided::Open;
        }
        if let Some(known) = self.cited.get(text) {
            return known.clone();
        }
        let decided = self.domains.cited(text);
        if self.cited.len() < MOST_CITED {
            self.cited.insert(text.to_owned(), decided.clone());
        }
        decided
    }

    /// A text without personal numbers, spaces at its ends and line breaks.
    pub(super) fn intern(&mut self, text: &str) -> Stored {
        let visible: Cow<'_, str> = if text.contains(cell::is_hidden) {
            text.chars().filter(|c| !cell::is_hidden(*c)).collect::<String>().into()
        } else {
            text.into()
        };
        let clean = without_identity_numbers(visible.trim());
        let one_line =
            if clean.contains(['\n', '\r']) { clean.replace(['\r', '\n'], " ") } else { clean.into_owned() };
        self.texts.intern(&one_line).map_or(Stored::Missing, Stored::Text)
    }

    /// Reads the fields of a row. Of two columns of one meaning the first with content counts. `skip` are fields
    /// read elsewhere. Cells that cannot be read are given back.
    pub(super) fn read_fields<'t>(
        &mut self,
        table: &'t Table,
        row: usize,
        list: ListId,
        skip: &[FieldId],
    ) -> (Vec<Stored>, Vec<(&'t Claim, FieldId, Trouble)>) {
        let fields = &self.vocabulary.list_def(list).fields;
        let mut values = vec![Stored::Missing; fields.len()];
        let mut first: Vec<Option<&str>> = vec![None; fields.len()];
        let mut troubles = Vec::new();
        for (claim, cell) in table.cells(row) {
            let Meaning::Field(id) = claim.meaning else { continue };
            let at = usize::from(id.0);
            let (Some(field), false) = (fields.get(at), skip.contains(&id)) else { continue };
            let (Some(value), Some(seen)) = (values.get_mut(at), first.get_mut(at)) else { continue };
            let read = self.read_cell(field, claim, cell);
            match (*seen, read) {
                (None, Ok(Stored::Missing)) => {}
                (None, Ok(read)) => {
                    *value = read;
                    *seen = Some(cell);
                }
                (None, Err(trouble)) => {
                    *seen = Some(cell);
                    troubles.push((claim, id, trouble));
                }
                (Some(_), Ok(read)) if read == *value || read == Stored::Missing => {}
                // Of a number in full and its bare digits the full one says more.
                (Some(other), Ok(read)) if field.ty == Ty::Text && cell.contains(other) => {
                    *value = read;
                    *seen = Some(cell);
                }
                (Some(other), Ok(_) | Err(_)) if field.ty != Ty::Text => {
                    let message = format!(
                        "与同义的列不一致（“{}”和“{}”）；请核对后只留一列",
                        shortened(other),
                        shortened(cell)
                    );
                    troubles.push((claim, id, ("D202", message)));
                }
                _ => {}
            }
        }
        (values, troubles)
    }

    /// Enters what became of a row into the account.
    pub(super) fn account(&mut self, table: &Table, row: usize, fate: Fate) {
        let Some(counts) = self.counts.get_mut(table.source) else { return };
        let (enterprise, reason) = match fate {
            Fate::Used => {
                counts.used += 1;
                return;
            }
            Fate::Problem => {
                counts.problem += 1;
                return;
            }
            Fate::Unused(reason) => (None, reason),
            Fate::UnusedOf(enterprise, reason) => (Some(enterprise), reason),
        };
        counts.unused += 1;
        let reason = without_identity_numbers(&reason).into_owned();
        let (source, row) = (table.source as u32, table.sheet.number(row));
        self.unused.push(UnusedRow { source, row, enterprise, reason });
    }

    /// Says of a sheet, once, which columns were taken for a field by a guess, and where two columns of one field
    /// say different things.
    pub(super) fn note_guesses(&mut self, table: &Table, list: ListId) {
        let claims = &table.layout.claims;
        for (number, claim) in claims.iter().enumerate() {
            let (list, field) = match claim.meaning {
                Meaning::Field(field) => (list, field),
                Meaning::Party(field) => (ENTERPRISE, field),
                Meaning::PartyKind | Meaning::Plain(_) => continue,
            };
            let Some(def) = self.vocabulary.field_def(list, field) else { continue };
            let at = At::source(table.source).column(&claim.header);
            if claim.how == How::Nearly {
                let message = format!(
                    "列“{}”与“{}”的列名只差一个字，按“{}”读入；如果不是，请改正列名",
                    shortened(&claim.header),
                    def.name.chinese,
                    def.name.chinese
                );
                self.problems.note(at, "D206", done::NOTED, &message);
            }
            let earlier = claims.iter().take(number).find(|other| other.meaning == claim.meaning);
            // Columns of other types that differ are a problem of the row.
            let Some(earlier) = earlier.filter(|_| def.ty == Ty::Text) else { continue };
            let differs = |row: &usize| {
                let (one, other) =
                    (table.sheet.cell(*row, earlier.column), table.sheet.cell(*row, claim.column));
                !is_placeholder(one) && !is_placeholder(other) && !one.contains(other) && !other.contains(one)
            };
            if let Some(row) = table.rows().find(differs) {
                let message = format!(
                    "“{}”和“{}”两列都是“{}”，内容却不同（如第 {} 行）；取先有内容的一列，请核对，多余的一列请删掉或改名",
                    shortened(&earlier.header),
                    shortened(&claim.header),
                    def.name.chinese,
                    table.sheet.number(row)
                );
                self.problems.note(at, "D207", done::NOTED, &message);
            }
        }
    }

    /// Says of a sheet, once, which amounts are taken for 元 without the header saying so.
    pub(super) fn note_units(&mut self, table: &Table, list: ListId) {
        for claim in &table.layout.claims {
            let Meaning::Field(id) = claim.meaning else { continue };
            let is_money = self.vocabulary.field_def(list, id).is_some_and(|f| f.ty == Ty::Money);
            let bare = |row| !is_placeholder(table.sheet.cell(row, claim.column));
            if is_money && claim.unit.is_none() && table.rows().any(bare) {
                let message = format!(
                    "表头“{}”没有写单位，数字按元读；如果是万元，请在表头注明“（万元）”",
                    claim.header
                );
                self.problems.note(
                    At::source(table.source).column(&claim.header),
                    "D204",
                    done::NOTED,
                    &message,
                );
            }
        }
    }
}

/// The text that a value list in the header gives for a cell's code.
fn listed_value<'a>(claim: &'a Claim, cell: &'a str) -> &'a str {
    let code = cell.strip_suffix(".0").unwrap_or(cell);
    claim.values.iter().find(|(listed, _)| listed == code).map_or(cell, |(_, meaning)| meaning)
}

fn money_trouble(trouble: MoneyTrouble, shown: &str) -> Trouble {
    match trouble {
        MoneyTrouble::Unreadable => ("D303", format!("“{shown}”不是金额；请改填数字，并在表头注明单位")),
        MoneyTrouble::LooksLikeYuan => (
            "D304",
            format!("表头单位是万元，“{shown}”超过 1000 万元，疑为按元填写；请核对，或在这一格写明“元”"),
        ),
        MoneyTrouble::LooksLikeTenThousands => {
            ("D304", format!("表头没有单位，“{shown}”不足 100 元，疑为按万元填写；请在表头注明单位"))
        }
    }
}

/// A cell as a message quotes it.
pub(super) fn shortened(cell: &str) -> String {
    let clean = without_identity_numbers(cell);
    let mut chars = clean.chars().filter(|c| !c.is_control());
    let short: String = chars.by_ref().take(30).collect();
    if chars.next().is_some() { format!("{short}…") } else { short }
}
