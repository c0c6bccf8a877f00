//! Rows of cells to values of fields, with everything that goes wrong said once.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use sanse::{
    CaseloadBuilder, ENTERPRISE, FieldDef, FieldId, ListId, Origin, Points, Ty, Vocabulary, parse_decimal,
};

use super::cell::{self, DateTrouble, MoneyTrouble, is_placeholder};
use super::codes::{Codes, unknown_wording};
use super::domain::{Decided, Domains};
use super::header::{Claim, Meaning};
use super::memo::Memo;
use super::personal::without_identity_numbers;
use super::problem::{At, Problems, UnusedRow, done};
use super::prose;
use super::table::Table;
use super::wording::How;
use crate::pace::Pace;

pub(super) use sanse::Stored;

/// What is shared by the reading of all sheets.
pub(super) struct Reading<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    pub(super) codes: Vec<Codes>,
    pub(super) domains: Domains,
    /// Takes the rows as they are read; holds their texts.
    pub(super) builder: CaseloadBuilder,
    /// The names of the domains as texts of the builder.
    pub(super) domain_names: Vec<Stored>,
    /// What the cells of a column were read as, by the column's place among the claims of the present table.
    pub(super) memos: Vec<Memo>,
    /// The progress is told here.
    pub(super) pace: Pace<'v>,
    /// Bytes of large files read so far, and of all of them.
    pub(super) progress: (u64, u64),
    pub(super) problems: Problems,
    pub(super) unused: Vec<UnusedRow>,
    pub(super) counts: Vec<Counts>,
    /// The file and sheet of each source, for messages.
    pub(super) places: Vec<String>,
    /// What texts that came up before cite: the same laws come up again and again.
    pub(super) cited: HashMap<String, Decided>,
    /// Names other than the registered one that were noted, by source and enterprise.
    pub(super) renamed: HashSet<(usize, u32, String)>,
    /// The columns, by source and number, that differ from another of the same field: the first row that shows it, the
    /// header and what is to be said.
    pub(super) doubled: BTreeMap<(usize, usize), (u32, String, String)>,
    /// The number of the first enterprise in the builder.
    pub(super) first: u32,
}

/// The account of the rows of a source: read = used + unused + problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) read: u32,
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

/// What a table of self-checks and official ones calls the latter: official, and of no kind that it names.
const OFFICIAL: [&str; 4] = ["检查", "行政检查", "执法检查", "监督检查"];

/// How many texts are remembered; laws are few, stories are many.
const MOST_CITED: usize = 50_000;

/// A cell that cannot be read: code and message.
pub(super) type Trouble = (&'static str, String);

impl Reading<'_> {
    /// Reads a cell as a value of a field. `Ok(Missing)` for what says nothing.
    pub(super) fn read_cell(
        &mut self,
        field: &FieldDef,
        claim: &Claim,
        cell: &str,
        from_1904: bool,
    ) -> Result<Stored, Trouble> {
        let number = cell;
        let cell = listed_value(claim, cell);
        // 无 says no, or none, or is a grade's wording; elsewhere it says nothing.
        let mut says_nothing = is_placeholder(cell);
        if let Ty::Code(list) = field.ty {
            let list = self.vocabulary.code_list(list).map_or("", |l| &l.name.english);
            unlisted(claim, list, number)?;
            says_nothing |= list == "inspection_type" && OFFICIAL.contains(&cell);
        }
        if cell::is_formula_error(cell) {
            let message = format!("这一格的公式出错（{cell}）；请改正公式，或填上应有的内容");
            return Err(("D109", message));
        }
        let shown = || shortened(cell);
        let stored = match field.ty {
            Ty::Bool => match cell::yes_no(cell) {
                Some(yes) => Stored::Bool(yes),
                None if says_nothing => Stored::Missing,
                None => return Err(("D306", format!("“{}”不是“是”或“否”；请改填“是”或“否”", shown()))),
            },
            Ty::Int => match cell::whole_number(cell) {
                Some(number) => Stored::Int(number),
                None if says_nothing => Stored::Missing,
                None => return Err(("D306", format!("“{}”不是整数；请改填数字", shown()))),
            },
            Ty::Code(list) => match self.codes.get(usize::from(list.0)).and_then(|codes| codes.one(cell)) {
                Some(code) => Stored::Code(code),
                None if says_nothing => Stored::Missing,
                None => {
                    let list = self.vocabulary.code_list(list);
                    let message =
                        list.map_or_else(String::new, |l| unknown_wording(l, cell, "请改用表中的写法"));
                    return Err(("D305", message));
                }
            },
            _ if says_nothing => Stored::Missing,
            Ty::Money => Stored::Money(
                prose::amount(cell, claim.unit, prose::Kind::of(&field.name.english))
                    .map_err(|trouble| money_trouble(trouble, &shown()))?,
            ),
            Ty::Date => match cell::date_counted(cell, from_1904) {
                Ok(day) => Stored::Date(day),
                Err(DateTrouble::Endless) => Stored::Missing,
                Err(DateTrouble::Unreadable) => {
                    // What systems write where they have no date.
                    let empty = ["0000", "1899", "1900", "1970"].iter().any(|year| cell.starts_with(year));
                    let or = if empty { "；本来没有日期的，请清空这一格" } else { "" };
                    let message = format!("“{}”不是日期；请写成 2023-03-01 的样子{or}", shown());
                    return Err(("D301", message));
                }
                Err(DateTrouble::Ambiguous) => {
                    return Err(("D302", format!("“{}”分不清月和日；请写成 2023-03-01 的样子", shown())));
                }
            },
            Ty::Points | Ty::Span => match parse_decimal(cell, 2) {
                Some(hundredths) => Stored::Points(Points::from_hundredths(hundredths)),
                None => return Err(("D306", format!("“{}”不是分值；请改填数字，最多两位小数", shown()))),
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
            return Err(("D309", format!("“{}”超出“{}”允许的范围；请核对", shown(), field.name.chinese)));
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
        let visible: Cow<'_, str> = if text.is_ascii() || !text.contains(cell::is_hidden) {
            text.into()
        } else {
            text.chars().filter(|c| !cell::is_hidden(*c)).collect::<String>().into()
        };
        let clean = without_identity_numbers(visible.trim());
        let broken = memchr::memchr2(b'\n', b'\r', clean.as_bytes()).is_some();
        let one_line = if broken { Cow::Owned(clean.replace(['\r', '\n'], " ")) } else { clean };
        self.builder.intern(&one_line).map_or(Stored::Missing, Stored::Text)
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
        for (number, claim) in table.layout.claims.iter().enumerate() {
            let cell = table.cell(row, claim.column);
            let Meaning::Field(id) = claim.meaning else { continue };
            if cell.is_empty() {
                continue;
            }
            let at = usize::from(id.0);
            let (Some(field), false) = (fields.get(at), skip.contains(&id)) else { continue };
            let (Some(value), Some(seen)) = (values.get_mut(at), first.get_mut(at)) else { continue };
            let known = self.memos.get_mut(number).and_then(|memo| memo.find(cell));
            let read = known.map_or_else(|| self.read_cell(field, claim, cell, table.from_1904), Ok);
            if let (None, Ok(value), Some(memo)) = (known, &read, self.memos.get_mut(number)) {
                memo.keep(cell, *value);
            }
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
                (Some(other), _) if !other.contains(cell) => {
                    self.note_doubled(table, row, claim, other, cell);
                }
                _ => {}
            }
        }
        (values, troubles)
    }

    /// Enters what became of a row into the account.
    pub(super) fn account(&mut self, table: &Table, row: usize, fate: Fate) {
        self.account_at(Origin { source: table.source as u32, row: table.number(row) }, fate);
    }

    /// As [`Reading::account`], by the place of the row.
    pub(super) fn account_at(&mut self, Origin { source, row }: Origin, fate: Fate) {
        let Some(counts) = self.counts.get_mut(source as usize) else { return };
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
        self.unused.push(UnusedRow { source, row, enterprise, reason });
    }

    /// Says of a sheet, once, which columns were taken for a field by a guess.
    pub(super) fn note_guesses(&mut self, table: &Table, list: ListId) {
        for claim in &table.layout.claims {
            let why = match claim.how {
                How::Nearly => "与“名称”的列名只差一个字",
                How::ByCodes => "的列名没有认出，开头各格却是有效的统一社会信用代码",
                _ => continue,
            };
            let (list, field) = match claim.meaning {
                Meaning::Field(field) => (list, field),
                Meaning::Party(field) => (ENTERPRISE, field),
                Meaning::PartyKind | Meaning::Plain(_) => continue,
            };
            let name = self.vocabulary.field_def(list, field).map_or("", |def| &def.name.chinese);
            let header = shortened(&claim.header);
            let message =
                format!("列“{header}”{}，按“{name}”读入；如果不是，请改正列名", why.replace("名称", name));
            let at = At::source(table.source).column(&claim.header);
            self.problems.note(at, "D206", done::NOTED, &message);
        }
    }

    /// Notes that two columns of one field hold different texts; said once of a sheet, by its first such row.
    fn note_doubled(&mut self, table: &Table, row: usize, claim: &Claim, other: &str, cell: &str) {
        let (place, number) = ((table.source, claim.column), table.number(row));
        if self.doubled.get(&place).is_some_and(|(first, ..)| *first <= number) {
            return;
        }
        let message = format!(
            "“{}”与前面一列意思相同，内容却不同（第 {number} 行是“{}”和“{}”）；取先有内容的一列，请核对，多余的一列请删掉或改名",
            shortened(&claim.header),
            shortened(other),
            shortened(cell)
        );
        self.doubled.insert(place, (number, claim.header.clone(), message));
    }

    /// Says what was noted of columns of one field.
    pub(super) fn tell_doubled(&mut self) {
        for ((source, _), (_, header, message)) in std::mem::take(&mut self.doubled) {
            self.problems.note(At::source(source).column(&header), "D207", done::NOTED, &message);
        }
    }

    /// Does something with every row of a table.
    pub(super) fn each_row(&mut self, table: &mut Table, mut visit: impl FnMut(&mut Self, &Table, usize)) {
        self.start(table);
        loop {
            table.rows().for_each(|row| visit(self, table, row));
            if !self.advance(table) {
                break;
            }
        }
    }

    /// Prepares for the rows of a table. Those at hand count as read.
    pub(super) fn start(&mut self, table: &Table) {
        self.count_read(table);
        self.forget(table);
    }

    /// Forgets what cells were read as, before the rows of a table.
    pub(super) fn forget(&mut self, table: &Table) {
        self.memos.clear();
        self.memos.extend(table.layout.claims.iter().map(|_| Memo::default()));
    }

    /// Brings the next rows of a table to hand, and says so. A file that fails now leaves its other rows unread,
    /// which is a problem of the whole sheet.
    pub(super) fn advance(&mut self, table: &mut Table) -> bool {
        match table.advance(self.pace.threads) {
            Ok(more) => {
                self.progress.0 += table.bytes() as u64;
                if more {
                    self.count_read(table);
                    (self.pace.progress)("读入", self.progress.0, self.progress.1);
                }
                more
            }
            Err(why) => {
                let message = format!("文件读到一半读不下去了（{why}）；请检查文件是否损坏或被占用");
                self.problems.note(At::source(table.source), "D102", "其余各行未读入", &message);
                false
            }
        }
    }

    fn count_read(&mut self, table: &Table) {
        if let Some(counts) = self.counts.get_mut(table.source) {
            counts.read += table.rows().len() as u32;
        }
    }

    /// The name of a domain, as a text of the builder.
    pub(super) fn domain_name(&mut self, domain: u16) -> Stored {
        if self.domain_names.is_empty() {
            let names: Vec<String> =
                (0..self.domains.len()).map(|d| self.domains.name(d as u16).to_owned()).collect();
            self.domain_names = names.iter().map(|name| self.intern(name)).collect();
        }
        self.domain_names.get(usize::from(domain)).copied().unwrap_or(Stored::Missing)
    }

    /// Says of a sheet, once, which of its columns of amounts are taken for 元 without the header saying so.
    pub(super) fn note_units(&mut self, table: &Table, list: ListId, filled: &Filled) {
        for (claim, filled) in table.layout.claims.iter().zip(&filled.claims) {
            let Meaning::Field(id) = claim.meaning else { continue };
            let is_money = self.vocabulary.field_def(list, id).is_some_and(|f| f.ty == Ty::Money);
            if is_money && claim.unit.is_none() && *filled {
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

/// Which columns of a table have content in some row.
pub(super) struct Filled {
    /// Of the columns that are read.
    claims: Vec<bool>,
    /// Of those that mean nothing.
    pub(super) unknown: Vec<bool>,
}

impl Filled {
    pub(super) fn new(table: &Table) -> Filled {
        // A column that names its unit is not asked.
        let claims = table.layout.claims.iter().map(|claim| claim.unit.is_some()).collect();
        Filled { claims, unknown: vec![false; table.layout.unknown.len()] }
    }

    /// Looks at the rows at hand, in the columns that had nothing so far.
    pub(super) fn look(&mut self, table: &Table) {
        let filled = |column: usize| table.rows().any(|row| !is_placeholder(table.cell(row, column)));
        for (claim, known) in table.layout.claims.iter().zip(&mut self.claims) {
            *known = *known || filled(claim.column);
        }
        for ((column, _), known) in table.layout.unknown.iter().zip(&mut self.unknown) {
            *known = *known || filled(*column);
        }
    }
}

/// The text that a value list in the header gives for a cell's code.
pub(super) fn listed_value<'a>(claim: &'a Claim, cell: &'a str) -> &'a str {
    let code = cell.strip_suffix(".0").unwrap_or(cell);
    claim.values.iter().find(|(listed, _)| listed == code).map_or(cell, |(_, meaning)| meaning)
}

/// What number a column for codes explains otherwise than the code list, or not at all: it is no code of ours.
pub(super) fn unlisted(claim: &Claim, list: &str, cell: &str) -> Result<(), Trouble> {
    let cell = cell.strip_suffix(".0").unwrap_or(cell);
    if cell.is_empty() || !cell.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    let known = || claim.values.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>().join("、");
    let listed = claim.values.iter().any(|(code, _)| code == cell);
    if claim.listed && !listed {
        let message =
            format!("代码“{cell}”不在列名列出的代码（{}）里；请改填文字，或在列名里补上它的意思", known());
        return Err(("D305", message));
    }
    // Two layouts number the state differently: in that of 2016 (当前状态) 2 is 异议, in later ones it is 删除.
    if list == "sanction_status"
        && claim.values.is_empty()
        && cell == "2"
        && claim.header.contains("当前状态")
    {
        let message = "“当前状态”的 2 有的系统是异议，有的是删除；请改填文字".to_owned();
        return Err(("D305", message));
    }
    Ok(())
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
        MoneyTrouble::Undecided => {
            let message = format!(
                "从“{shown}”看不出这一栏的金额是哪一个；请只填一个数字，罚款和没收分两栏填写，几项罚款请核对后填合计"
            );
            ("D303", message)
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
