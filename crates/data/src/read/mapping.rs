//! The mapping (读法文件): what a bureau has settled about its files, in a TOML file that Notepad can edit. It decides
//! before any recognition: which list a sheet is, which column is which field, in which unit, with which codes.

use std::collections::BTreeMap;
use std::ops::Range;

use sanse::{ENTERPRISE, ListId, OUTCOME, Ty, Vocabulary};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Source;
use super::cell::{Unit, key};
use super::header::{Claim, Headers, Layout, Meaning, SEARCHED, Taken, Unread, Why};
use super::layout::{
    AGENCIES_NAME, CHANGES_NAME, COVERAGE_NAME, IGNORED, PARTY_KIND, PARTY_PREFIX, REGISTER, taken_for,
};
use super::levels::{Heading, joined};
use super::row::{Trouble, shortened};
use super::sheet::Sheet;
use super::wording::{How, Wording};

mod written;

pub use written::mapping_text;
pub(super) use written::quoted;

/// How a bureau's files are to be read (读法).
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The file that it came from, as it was given.
    pub file: String,
    /// The digest of the file, in hexadecimal.
    pub sha256: String,
    sheets: Vec<MappedSheet>,
}

#[derive(Clone, Debug)]
pub(super) struct MappedSheet {
    /// The line of the entry, from 1.
    line: u32,
    file: String,
    sheet: Option<String>,
    /// `None`: not to be read.
    pub(super) taken: Option<Taken>,
    header_row: Option<u32>,
    /// True if the names of the fields stand beside their values.
    pub(super) form: bool,
    columns: Vec<MappedColumn>,
}

#[derive(Clone, Debug)]
struct MappedColumn {
    header: String,
    /// Which of the columns of that header, from 1.
    nth: usize,
    read_as: ReadAs,
    unit: Option<Unit>,
    values: Vec<(String, String)>,
}

/// As what a column is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadAs {
    /// Not at all.
    Ignored,
    /// As what its header says; only its codes are explained.
    Headed,
    Meaning(Meaning),
}

/// What a mapping says of a sheet that calls for a word (提示).
pub(super) struct Remark {
    /// The header of the column.
    pub(super) header: String,
    /// The problem's code and what is to be said.
    pub(super) trouble: Trouble,
}

/// A mapping has errors, all of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct MappingError(pub Vec<MappingFault>);

/// An error in a mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} 第{line}行 {code}：{message}")]
pub struct MappingFault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The stable code, `D801` to `D805`.
    pub code: &'static str,
    /// What is wrong and what to do about it, in Chinese.
    pub message: String,
}

const SHEETS: &str = "表";
const FILE: &str = "文件";
const SHEET: &str = "工作表";
const LIST: &str = "清单";
const ROW: &str = "表头行";
const FORM: &str = "竖表";
const COLUMNS: &str = "列";
const FIELD: &str = "字段";
const UNIT: &str = "单位";
const VALUES: &str = "代码";

impl Mapping {
    /// Reads a mapping. `file` is its name for messages.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line.
    pub fn parse(file: &str, bytes: &[u8], vocabulary: &Vocabulary) -> Result<Mapping, MappingError> {
        let mut parser = Parser { file, text: "", vocabulary, faults: Vec::new() };
        let Some(decoded) = super::bytes::decode(bytes) else {
            parser.fault(0..0, "D801", "读法文件不是文本；请用 sanse inspect --write-mapping 重新生成");
            return Err(MappingError(parser.faults));
        };
        parser.text = &decoded.text;
        let (table, errors) = DeTable::parse_recoverable(&decoded.text);
        for error in &errors {
            // The parser's own words are English.
            let message = if error.message().contains("duplicate key") {
                "这一项前面已经写过；留下一处，删去另一处"
            } else {
                "这一行的写法不对；中文的键和值两边都要有半角双引号，如 \"清单\" = \"措施\""
            };
            parser.fault(error.span().unwrap_or(0..0), "D801", message);
        }
        // One slip often makes the parser stumble several times in a line.
        parser.faults.sort_by_key(|fault| fault.line);
        parser.faults.dedup_by_key(|fault| fault.line);
        let mut sheets = Vec::new();
        if errors.is_empty() {
            sheets = parser.sheets(table.get_ref());
        }
        if parser.faults.is_empty() {
            return Ok(Mapping { file: file.to_owned(), sha256: crate::digest::sha256(bytes), sheets });
        }
        parser.faults.sort_by_key(|fault| fault.line);
        Err(MappingError(parser.faults))
    }

    /// What is settled about a sheet, if anything is; the first entry that fits.
    pub(super) fn find(&self, file: &str, sheet: Option<&str>) -> Option<&MappedSheet> {
        self.sheets.iter().find(|entry| entry.fits(file, sheet))
    }

    /// The entries that settle nothing about any of the sources: the line of each, and why.
    pub(super) fn idle(&self, sources: &[Source]) -> Vec<(u32, String)> {
        let mut idle = Vec::new();
        for (number, entry) in self.sheets.iter().enumerate() {
            let own: Vec<&Source> =
                sources.iter().filter(|s| entry.fits(&s.file, s.sheet.as_deref())).collect();
            let before = |source: &Source| {
                let earlier = self.sheets.iter().take(number);
                earlier.into_iter().find(|other| other.fits(&source.file, source.sheet.as_deref()))
            };
            let taken: Vec<Option<&MappedSheet>> = own.iter().map(|source| before(source)).collect();
            if taken.iter().any(Option::is_none) {
                continue;
            }
            let file = shortened(&entry.file);
            let why = match (taken.first().copied().flatten(), &entry.sheet) {
                (Some(first), _) => {
                    format!("写的表，第{}行的一段已经写了，以那一段为准；请删去一段", first.line)
                }
                (None, Some(sheet)) if sources.iter().any(|s| fits(&entry.file, &s.file)) => {
                    format!("写的工作表“{}”，文件“{file}”里没有；请核对工作表的名称", shortened(sheet))
                }
                (None, _) => format!(
                    "写的文件“{file}”没有收到；请核对文件夹和文件名（可以用 * 代替一部分），不再需要的请删去"
                ),
            };
            idle.push((entry.line, format!("读法文件里这一段没有用上：{why}")));
        }
        idle
    }
}

impl MappedSheet {
    fn fits(&self, file: &str, sheet: Option<&str>) -> bool {
        fits(&self.file, file)
            && self.sheet.as_deref().is_none_or(|name| sheet.is_some_and(|sheet| fits(name, sheet)))
    }
}

/// True if a pattern fits; `*` stands for any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or("");
    }
    rest.ends_with(last)
}

struct Parser<'a> {
    file: &'a str,
    text: &'a str,
    vocabulary: &'a Vocabulary,
    faults: Vec<MappingFault>,
}

impl Parser<'_> {
    /// The line of a place, from 1.
    fn line(&self, at: &Range<usize>) -> u32 {
        self.text.get(..at.start).unwrap_or("").matches('\n').count() as u32 + 1
    }

    fn fault(&mut self, at: Range<usize>, code: &'static str, message: &str) {
        let line = self.line(&at);
        self.faults.push(MappingFault {
            file: self.file.to_owned(),
            line,
            code,
            message: message.to_owned(),
        });
    }

    fn sheets(&mut self, table: &DeTable<'_>) -> Vec<MappedSheet> {
        let mut found = Vec::new();
        for (name, value) in table {
            if name.get_ref() != SHEETS {
                let message = format!("不认识“{}”；每张表写一段 [[\"{SHEETS}\"]]", name.get_ref());
                self.fault(name.span(), "D802", &message);
                continue;
            }
            let Some(entries) = value.get_ref().as_array() else {
                self.fault(value.span(), "D802", "每张表写一段 [[\"表\"]]，两层方括号");
                continue;
            };
            for entry in entries {
                match entry.get_ref().as_table() {
                    Some(table) => found.extend(self.sheet(table, entry.span())),
                    None => self.fault(entry.span(), "D802", "每张表写一段 [[\"表\"]]，两层方括号"),
                }
            }
        }
        found
    }

    fn text<'t>(&mut self, value: &'t Spanned<DeValue<'_>>, name: &str) -> Option<&'t str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.fault(value.span(), "D802", &format!("“{name}”要写成文字，两边加半角双引号"));
        }
        text
    }

    fn sheet(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<MappedSheet> {
        let mut entry = MappedSheet {
            line: self.line(&span),
            file: String::new(),
            sheet: None,
            taken: None,
            header_row: None,
            form: false,
            columns: Vec::new(),
        };
        let mut list = None;
        let mut columns = None;
        for (name, value) in table {
            match name.get_ref().as_ref() {
                FILE => entry.file = self.text(value, FILE)?.replace('\\', "/"),
                SHEET => entry.sheet = Some(self.text(value, SHEET)?.to_owned()),
                LIST => list = Some((self.text(value, LIST)?, value.span())),
                FORM => match value.get_ref().as_bool() {
                    Some(form) => entry.form = form,
                    None => self.fault(value.span(), "D802", "“竖表”写 true 或 false，不加引号"),
                },
                ROW => match value.get_ref().as_integer().and_then(|n| n.as_str().parse().ok()) {
                    Some(row) if row > 0 => entry.header_row = Some(row),
                    _ => self.fault(value.span(), "D802", "“表头行”写成行号，如 2，不加引号"),
                },
                COLUMNS => match value.get_ref().as_table() {
                    Some(table) => columns = Some(table),
                    None => self.fault(value.span(), "D802", "列写在 [\"表\".\"列\"] 下面，一行一列"),
                },
                other => {
                    let message = format!(
                        "不认识“{other}”；一张表可以写“文件”“工作表”“清单”“表头行”“竖表”和 [\"表\".\"列\"]"
                    );
                    self.fault(name.span(), "D802", &message);
                }
            }
        }
        if entry.file.is_empty() {
            self.fault(span.clone(), "D802", "这张表没有写“文件”；写数据文件夹里的路径，可以用 * 代替一部分");
        }
        let Some((list, at)) = list else {
            self.fault(span, "D803", "这张表没有写“清单”；写它是哪一种表，不读的写“忽略”");
            return None;
        };
        let Some(taken) = self.taken(list) else {
            let message = format!("没有清单“{list}”；可以写：{}、{IGNORED}", self.lists().join("、"));
            self.fault(at, "D803", &message);
            return None;
        };
        entry.taken = taken;
        if let (Some(taken), Some(columns)) = (entry.taken, columns) {
            let mut ordered: Vec<_> = columns.iter().collect();
            ordered.sort_by_key(|(name, _)| name.span().start);
            for (name, value) in ordered {
                entry.columns.extend(self.column(taken, name, value));
            }
        }
        Some(entry)
    }

    fn record_lists(&self) -> impl Iterator<Item = ListId> {
        (1..self.vocabulary.lists.len()).map(|i| ListId(i as u16)).filter(|list| *list != OUTCOME)
    }

    fn lists(&self) -> Vec<String> {
        let records = self.record_lists().map(|list| taken_for(self.vocabulary, Taken::Records(list)));
        let others = [REGISTER, COVERAGE_NAME, AGENCIES_NAME, CHANGES_NAME].map(str::to_owned);
        others.into_iter().chain(records).collect()
    }

    #[expect(clippy::option_option, reason = "unknown, or known as not to be read, or a list")]
    fn taken(&self, list: &str) -> Option<Option<Taken>> {
        Some(match list.trim() {
            IGNORED => None,
            REGISTER => Some(Taken::Register),
            COVERAGE_NAME => Some(Taken::Coverage),
            AGENCIES_NAME => Some(Taken::Agencies),
            CHANGES_NAME => Some(Taken::Changes),
            name => Some(Taken::Records(
                self.record_lists().find(|list| self.vocabulary.list_def(*list).name.chinese == name)?,
            )),
        })
    }

    fn column(
        &mut self,
        taken: Taken,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<MappedColumn> {
        let written = name.get_ref();
        let (header, nth) = match written.rsplit_once('#').map(|(header, nth)| (header, nth.parse())) {
            Some((header, Ok(nth))) if nth > 0 => (header, nth),
            _ => (written.as_ref(), 1),
        };
        let mut column = MappedColumn {
            header: header.to_owned(),
            nth,
            read_as: ReadAs::Ignored,
            unit: None,
            values: Vec::new(),
        };
        let mut field = None;
        let mut unit_at = None;
        if let Some(text) = value.get_ref().as_str() {
            field = Some((text, value.span()));
        } else if let Some(table) = value.get_ref().as_table() {
            for (name, value) in table {
                match name.get_ref().as_ref() {
                    FIELD => field = Some((self.text(value, FIELD)?, value.span())),
                    UNIT => {
                        unit_at = Some(value.span());
                        column.unit = match self.text(value, UNIT)? {
                            "元" => Some(Unit::Yuan),
                            "万元" => Some(Unit::TenThousandYuan),
                            other => {
                                let message = format!("单位“{other}”不认识；写“元”或“万元”");
                                self.fault(value.span(), "D805", &message);
                                None
                            }
                        };
                    }
                    VALUES => {
                        let Some(codes) = value.get_ref().as_table() else {
                            self.fault(
                                value.span(),
                                "D805",
                                "“代码”写成 { \"1\" = \"是\", \"0\" = \"否\" } 的样子",
                            );
                            continue;
                        };
                        for (code, meaning) in codes {
                            let meaning = self.text(meaning, code.get_ref())?.to_owned();
                            column.values.push((code.get_ref().to_string(), meaning));
                        }
                    }
                    other => {
                        let message = format!("不认识“{other}”；一列可以写“字段”“单位”“代码”");
                        self.fault(name.span(), "D802", &message);
                    }
                }
            }
        }
        let Some((field, at)) = field else {
            if !column.values.is_empty() && unit_at.is_none() {
                return Some(MappedColumn { read_as: ReadAs::Headed, ..column });
            }
            self.fault(value.span(), "D804", &format!("列“{written}”没有写字段；写字段名，不读的写“忽略”"));
            return None;
        };
        if field == IGNORED {
            return Some(column);
        }
        let Some(meaning) = self.meaning(taken, field) else {
            let message = format!("“{field}”不是这张表的字段；可以写：{}", self.fields(taken).join("、"));
            self.fault(at, "D804", &message);
            return None;
        };
        let ty = self.ty(taken, meaning);
        if let (Some(at), true) = (unit_at, ty != Some(Ty::Money)) {
            self.fault(at, "D805", &format!("“{field}”不是金额，不能写单位；请删去单位"));
        }
        column.read_as = ReadAs::Meaning(meaning);
        Some(column)
    }

    fn meaning(&self, taken: Taken, field: &str) -> Option<Meaning> {
        let read = |list: ListId, name: &str| {
            let def = self.vocabulary.list_def(list);
            let id = def.field(name)?;
            def.field_def(id).filter(|f| f.derived.is_none() || !f.headers.is_empty()).map(|_| id)
        };
        match taken {
            Taken::Register => read(ENTERPRISE, field).map(Meaning::Field),
            Taken::Records(_) if field == PARTY_KIND => Some(Meaning::PartyKind),
            Taken::Records(list) => match field.strip_prefix(PARTY_PREFIX) {
                Some(name) => {
                    read(ENTERPRISE, name).filter(|id| self.party().contains(id)).map(Meaning::Party)
                }
                None => read(list, field).map(Meaning::Field),
            },
            Taken::Coverage | Taken::Agencies | Taken::Changes => {
                taken.plain().iter().position(|names| names.contains(&field)).map(Meaning::Plain)
            }
        }
    }

    fn party(&self) -> Vec<sanse::FieldId> {
        let def = self.vocabulary.list_def(ENTERPRISE);
        super::header::PARTY.iter().filter_map(|name| def.field(name)).collect()
    }

    /// The names that a column of a table may be given.
    fn fields(&self, taken: Taken) -> Vec<String> {
        let of = |list: ListId| {
            let fields = &self.vocabulary.list_def(list).fields;
            let read = fields.iter().filter(|f| f.derived.is_none() || !f.headers.is_empty());
            read.map(|f| f.name.chinese.clone()).collect::<Vec<_>>()
        };
        let mut names = match taken {
            Taken::Register => of(ENTERPRISE),
            Taken::Records(list) => {
                let def = self.vocabulary.list_def(ENTERPRISE);
                let party = self.party();
                let party = party.iter().filter_map(|id| def.field_def(*id));
                party.map(|f| format!("{PARTY_PREFIX}{}", f.name.chinese)).chain(of(list)).collect()
            }
            Taken::Coverage | Taken::Agencies | Taken::Changes => {
                taken.plain().iter().filter_map(|names| names.first()).map(|n| (*n).to_owned()).collect()
            }
        };
        names.push(IGNORED.to_owned());
        names
    }

    fn ty(&self, taken: Taken, meaning: Meaning) -> Option<Ty> {
        let list = match taken {
            Taken::Records(list) => list,
            _ => ENTERPRISE,
        };
        match meaning {
            Meaning::Field(field) => self.vocabulary.field_def(list, field).map(|f| f.ty),
            Meaning::Party(field) => self.vocabulary.field_def(ENTERPRISE, field).map(|f| f.ty),
            Meaning::PartyKind | Meaning::Plain(_) => Some(Ty::Text),
        }
    }
}

/// The layout that a mapping gives a sheet, and what is to be said of it. `None` if the sheet
/// has none of its headers.
pub(super) fn apply(
    entry: &MappedSheet,
    taken: Taken,
    headers: &Headers<'_>,
    sheet: &Sheet,
) -> Option<(Layout, Vec<Remark>)> {
    let matched = |headings: &[Heading]| {
        entry.columns.iter().filter(|column| place(column, headings).is_some()).count()
    };
    let searched = sheet.len().min(SEARCHED.max(entry.header_row.unwrap_or(0) as usize));
    let wanted = |row: &usize| entry.header_row.is_none_or(|number| sheet.number(*row) == number);
    let single = (0..searched)
        .filter(wanted)
        .map(|row| (row, Some(sheet.cells(row).map(Heading::new).collect::<Vec<_>>())));
    let double =
        (1..searched).filter(wanted).map(|row| (row, joined(sheet, row - 1).map(|(headings, _)| headings)));
    let best = single
        .chain(double)
        .filter_map(|(row, headings)| Some((row, headings?)))
        .map(|(row, headings)| (matched(&headings), row, headings))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let (count, row, headings) = best?;
    if count == 0 && !entry.columns.is_empty() {
        return None;
    }
    let mut layout = headers.layout(row, taken, &headings);
    let mut remarks = Vec::new();
    for column in &entry.columns {
        let mut remark = |code, message: String| {
            remarks.push(Remark { header: column.header.clone(), trouble: (code, message) });
        };
        let shown = shortened(&column.header);
        let Some(at) = place(column, &headings) else {
            if column.read_as != ReadAs::Ignored {
                remark("D208", format!("读法文件里的列“{shown}”在这张表里没有；请核对列名，或改正读法文件"));
            }
            continue;
        };
        let Some(heading) = headings.get(at) else { continue };
        let own = heading.wordings.first();
        let mark = layout
            .unread
            .iter_mut()
            .find(|unread| unread.claim.column == at && matches!(unread.why, Why::Mark(_)));
        let marks = mark.is_some();
        let recognised = layout.claims.iter().find(|claim| claim.column == at).cloned();
        let meaning = match (column.read_as, mark, &recognised) {
            (ReadAs::Headed, Some(mark), _) => {
                mark.claim.values.clone_from(&column.values);
                continue;
            }
            (ReadAs::Headed, None, Some(claim)) => Some(claim.meaning),
            (ReadAs::Headed, None, None) => {
                remark(
                    "D208",
                    format!("读法文件给列“{shown}”写了代码，没有写字段，这一列又没有认出；请写上字段"),
                );
                continue;
            }
            (ReadAs::Meaning(meaning), ..) => Some(meaning),
            (ReadAs::Ignored, ..) => None,
        };
        if marks && meaning.is_none() {
            remark(
                "D112",
                format!(
                    "“{shown}”看的是一行是否删除、撤销、在复议诉讼中，读法文件写明忽略，各行不论填的什么都照常计入；不是这个意思的，请在读法文件里删去这一行"
                ),
            );
        }
        layout.claims.retain(|claim| claim.column != at);
        layout.foreign.retain(|(column, _)| *column != at);
        layout.unknown.retain(|(column, _)| *column != at);
        layout.unread.retain(|unread| unread.claim.column != at);
        match meaning {
            None => {
                let wording = own.cloned().unwrap_or_else(|| Wording::new(&heading.shown));
                layout.unread.push(Unread::new(at, &heading.shown, &wording, Why::Ignored));
            }
            // What the header itself says of unit and codes holds unless the mapping says otherwise.
            Some(meaning) => {
                let own = recognised.filter(|claim| claim.meaning == meaning).or_else(|| {
                    own.map(|wording| Claim::new(at, meaning, &heading.shown, wording, How::Mapped))
                });
                let (unit, values) = own.map_or((None, Vec::new()), |claim| (claim.unit, claim.values));
                let listed = column.values.is_empty() || same_codes(&column.values, &values);
                let values = if listed { values } else { column.values.clone() };
                layout.claims.push(Claim {
                    column: at,
                    meaning,
                    header: heading.shown.clone(),
                    unit: column.unit.or(unit),
                    listed: listed && !values.is_empty(),
                    values,
                    how: How::Mapped,
                });
            }
        }
    }
    layout.claims.sort_by_key(|claim| claim.column);
    Some((layout, remarks))
}

/// True if two lists give every code the same meaning; of a code given twice the first holds.
fn same_codes(one: &[(String, String)], other: &[(String, String)]) -> bool {
    let codes = |list: &[(String, String)]| list.iter().rev().cloned().collect::<BTreeMap<String, String>>();
    codes(one) == codes(other)
}

/// Where a column of the mapping stands in a header.
fn place(column: &MappedColumn, headings: &[Heading]) -> Option<usize> {
    let wanted = key(&column.header);
    let mut same = headings.iter().enumerate().filter(|(_, heading)| key(&heading.shown) == wanted);
    same.nth(column.nth.saturating_sub(1)).map(|(at, _)| at)
}
