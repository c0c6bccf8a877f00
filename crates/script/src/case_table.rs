//! Tests as a table (测试表): one row a record or what is known of the enterprise, in the columns' words.
//!
//! The cells become the same drafts as 测试(…) in a script and are judged by the same code: the same types, the same
//! code lists, the same messages. Only the way in which a cell writes a value is a table's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use sanse::{
    Case, Constant, Date, ENTERPRISE, Label, ListId, Money, Place, Standard, Ty, Vocabulary, parse_decimal,
};

use crate::build::table_cases;
use crate::codes;
use crate::declare::{Arg, CaseDraft, Entry, Said, Value, date_of};
use crate::finding::{Finding, Findings, Mark, Severity};
use crate::words::{Word, did_you_mean};

/// A table of tests as text, however its file was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseTable {
    /// The name that findings show: the file, and the sheet of a workbook.
    pub file: String,
    /// The rows with their numbers as people count them, headers among them.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// The column that makes a table one of tests.
const NAME: &str = "测试";
/// The columns that are no fields.
const OWN_COLUMNS: [&str; 15] = [
    NAME,
    "截止日",
    "统计期首日",
    "统计期末日",
    "清单",
    "应记",
    "应得",
    "应为",
    "应标",
    "应查次数",
    "应不评定",
    "应命中",
    "不应命中",
    "应有理由",
    "备注",
];
/// What each expectation is called in a script; those with several entries in a cell among them.
const EXPECTED: [&str; 9] =
    ["应记", "应得", "应为", "应标", "应查次数", "应不评定", "应命中", "不应命中", "应有理由"];

impl CaseTable {
    /// True if a row within the first ten has the column 测试: a sheet of tests, not of remarks.
    pub fn is_of_tests(&self) -> bool {
        self.header().is_some()
    }

    fn header(&self) -> Option<usize> {
        self.rows.iter().take(10).position(|(_, cells)| cells.iter().any(|c| wording(c) == NAME))
    }

    /// The tests of the table, for the standard beside which it lies, with all that is wrong with it.
    ///
    /// Rows of one name in the column 测试 are one enterprise; a row without a name belongs to the one above. 清单 says
    /// which list a row is of; without it the row is what is known of the enterprise. Empty cells are missing values.
    /// 截止日 and the expectations stand in the first row of each test. The place of a finding is the row and the
    /// column; a test with an error is left out.
    ///
    /// ```
    /// use std::sync::Arc;
    /// # let script = r#"
    /// #     标准("SL-1", "示例", "草案").领域("消防").施行("2023-01-01");
    /// #     计入(措施, |措| 措.作出日期, 统计期);
    /// #     规则("SL-1-1", "罚款").依据("示例").逐条(处罚).情形(|措| 措.种类 == "罚款", 记(3)).其余(记(1));
    /// #     等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,5]").等级("红标", 红, "[6,)");
    /// # "#;
    /// # let vocabulary = Arc::new(sanse::Vocabulary::standard());
    /// let mut standard = sanse_script::compile("例.rhai", script.as_bytes(), &vocabulary, &[]).standard.unwrap();
    /// let row = |cells: &str| cells.split(',').map(str::to_owned).collect();
    /// let table = sanse_script::CaseTable {
    ///     file: "例.测试.csv".to_owned(),
    ///     rows: vec![
    ///         (1, row("测试,截止日,清单,种类,金额,作出日期,应记,应为")),
    ///         (2, row("两次处罚,2023/3/31,措施,罚款,2万元,2022/5/2,4,黄标")),
    ///         (3, row(",,措施,警告,,2022/6/2,,")),
    ///     ],
    /// };
    /// let (cases, findings) = table.cases(&standard);
    /// assert_eq!(findings, []);
    /// standard.cases = cases;
    /// assert!(sanse_script::run_cases(&standard)[0].passed);
    /// ```
    pub fn cases(&self, standard: &Standard) -> (Vec<Case>, Vec<Finding>) {
        let mut reader = Reader {
            table: self,
            vocabulary: &standard.vocabulary,
            findings: Findings::new(&self.file),
            columns: Vec::new(),
            types: BTreeMap::new(),
            faulty: Vec::new(),
        };
        let Some(header) = self.header() else {
            let help = "第一行写列名，至少有 测试、截止日 和一个应…的列";
            reader.findings.error(
                codes::MALFORMED,
                Mark::default(),
                "没有“测试”这一列",
                Some(help.to_owned()),
            );
            return (Vec::new(), reader.findings.finish());
        };
        reader.headers(header);
        let (drafts, places) = reader.drafts(header);
        let Reader { findings, types, faulty, .. } = reader;
        let (cases, findings) = table_cases(standard, &drafts, findings);
        let mut findings = findings.finish();
        for finding in &mut findings {
            self.say(finding, header, &types);
        }
        // A test that lacks a value because of an error would fail, or pass, for a reason that is not its own.
        let spoiled = |case: &Case| {
            let rows = places.get(&case.at.line);
            faulty.contains(&case.at.line)
                || findings.iter().any(|f| {
                    f.severity == Severity::Error && rows.is_some_and(|rows| rows.contains(&f.place.line))
                })
        };
        (cases.into_iter().filter(|case| !spoiled(case)).collect(), findings)
    }

    /// Says the place in the words of a table, and the remedy of a cell where the script's would not help.
    fn say(&self, finding: &mut Finding, header: usize, types: &BTreeMap<Place, Ty>) {
        let column = (finding.place.column as usize).checked_sub(1);
        let Some(column) = column else { return };
        let name = self.rows.get(header).and_then(|(_, cells)| cells.get(column)).map_or("", |h| h.trim());
        let cell = format!("{}{}", letters(column), finding.place.line);
        finding.message = if name.is_empty() {
            format!("{cell}：{}", finding.message)
        } else {
            format!("{cell}（{name}）：{}", finding.message)
        };
        let wanted =
            types.get(&finding.place).filter(|_| [codes::TYPE, codes::MALFORMED].contains(&finding.code));
        if let Some(ty) = wanted {
            let help = match ty {
                Ty::Money => "写数，单位是元，如 20000；或者写 2万元",
                Ty::Date => "写成 2022-05-06 的样子，且须确有其日",
                Ty::Int => "写整数",
                Ty::Points => "写数，小数最多两位",
                Ty::Bool => "写 是 或 否；不知道就空着",
                Ty::Code(_) | Ty::Text | Ty::Span => return,
            };
            finding.help = Some(help.to_owned());
        } else if finding.help.as_ref().is_some_and(|help| help.starts_with("加上 ")) {
            finding.help = Some("在这一行填上这一列；没有这一列就加一列".to_owned());
        }
    }
}

/// A column's letters as spreadsheets show them.
fn letters(column: usize) -> String {
    let digit = |n: usize| char::from(b'A' + (n % 26) as u8);
    let mut text = String::from(digit(column));
    let mut rest = column / 26;
    while rest > 0 {
        text.insert(0, digit(rest - 1));
        rest = (rest - 1) / 26;
    }
    text
}

/// A header or a word without spaces.
fn wording(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

/// What a column is.
enum Column {
    /// Nothing, or a remark.
    Blank,
    /// 测试, 截止日, an expectation …
    Own(&'static str),
    /// A field by its header.
    Field(String),
}

struct Reader<'a> {
    table: &'a CaseTable,
    vocabulary: &'a Vocabulary,
    findings: Findings,
    columns: Vec<Column>,
    /// What the cells of fields are to be, by place.
    types: BTreeMap<Place, Ty>,
    /// First rows of tests some row of which could not be read.
    faulty: Vec<u32>,
}

/// What the rows of one test have said so far.
struct Test {
    draft: CaseDraft,
    first: u32,
    own: Vec<Entry>,
    lists: Vec<(String, Place, Vec<Arg>)>,
}

impl Reader<'_> {
    fn error(&mut self, code: &'static str, at: Mark, message: String, help: &str) {
        self.findings.error(code, at, message, Some(help.to_owned()));
    }

    fn headers(&mut self, header: usize) {
        let Some((line, cells)) = self.table.rows.get(header) else { return };
        for (number, cell) in cells.iter().enumerate() {
            let at = place(*line, number);
            let text = wording(cell);
            let own = OWN_COLUMNS.iter().find(|own| **own == text).copied();
            let twice = own.is_some_and(|own| {
                self.columns.iter().any(|c| matches!(c, Column::Own(known) if *known == own))
            });
            if twice {
                let message = format!("“{text}”这一列写了两次");
                self.error(codes::DUPLICATE, at, message, "并成一列，或者改列名");
            }
            let column = match own {
                // 备注 is a remark unless some list has such a field.
                Some("备注") if !self.known("备注") => Column::Blank,
                Some(own) if own != "备注" => Column::Own(own),
                _ if text.is_empty() => Column::Blank,
                _ => {
                    if !self.known(&text) {
                        let mut names: Vec<&str> = OWN_COLUMNS.to_vec();
                        for list in &self.vocabulary.lists {
                            names.extend(list.fields.iter().map(|f| f.name.chinese.as_str()));
                        }
                        let help = did_you_mean(&text, names).unwrap_or_else(|| {
                            "列名写词汇表里的字段（sanse vocabulary）；说明写在“备注”列".to_owned()
                        });
                        self.error(codes::UNKNOWN_FIELD, at, format!("哪个清单都没有字段“{text}”"), &help);
                    }
                    Column::Field(text)
                }
            };
            self.columns.push(column);
        }
    }

    /// True if some list has a field of that name or header.
    fn known(&self, name: &str) -> bool {
        (0..self.vocabulary.lists.len()).any(|list| self.field(ListId(list as u16), name).is_some())
    }

    /// The type and Chinese name of a list's field by name or by a header of the bureaus' files.
    fn field(&self, list: ListId, name: &str) -> Option<(Ty, String)> {
        let fields = &self.vocabulary.list_def(list).fields;
        let by_name = fields.iter().find(|f| f.name.is(name));
        let field = by_name.or_else(|| fields.iter().find(|f| f.headers.iter().any(|h| h == name)))?;
        Some((field.ty, field.name.chinese.clone()))
    }

    /// The drafts of all tests, and of each test by its first row which rows are its own.
    fn drafts(&mut self, header: usize) -> (Vec<CaseDraft>, BTreeMap<u32, Vec<u32>>) {
        let mut tests: Vec<Test> = Vec::new();
        let mut places: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let name_column = self.columns.iter().position(|c| matches!(c, Column::Own(NAME))).unwrap_or(0);
        let mut current: Option<usize> = None;
        for (line, cells) in self.table.rows.iter().skip(header + 1) {
            if cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            let name = cells.get(name_column).map_or("", |c| c.trim());
            let at = place(*line, name_column);
            if !name.is_empty() {
                let known =
                    tests.iter().position(|t| matches!(&t.draft.name.value, Value::Text(n) if **n == *name));
                current = Some(known.unwrap_or_else(|| {
                    let draft = CaseDraft { at, name: text(name, at), said: Vec::new() };
                    tests.push(Test { draft, first: *line, own: Vec::new(), lists: Vec::new() });
                    tests.len() - 1
                }));
            }
            let Some(test) = current.and_then(|number| tests.get_mut(number)) else {
                let help = "每个测试的第一行写上测试的名称";
                self.error(codes::MALFORMED, at, "这一行不知道属于哪个测试".to_owned(), help);
                continue;
            };
            places.entry(test.first).or_default().push(*line);
            if !self.row(*line, cells, test) {
                self.faulty.push(test.first);
            }
        }
        let drafts = tests.into_iter().map(|test| self.draft(test)).collect();
        (drafts, places)
    }

    /// Takes one row into its test; false if it cannot be.
    fn row(&mut self, line: u32, cells: &[String], test: &mut Test) -> bool {
        let mut list = ENTERPRISE;
        let mut list_at = place(line, 0);
        let (mut good, mut listed) = (true, true);
        let columns = std::mem::take(&mut self.columns);
        let filled = || {
            let cells =
                cells.iter().enumerate().map(|(n, cell)| (n, cell.trim())).filter(|(_, c)| !c.is_empty());
            cells.filter_map(|(n, cell)| Some((columns.get(n)?, place(line, n), cell)))
        };
        for (column, at, cell) in filled() {
            let Column::Own(own) = column else { continue };
            match *own {
                NAME => {}
                "清单" => match self.list(cell, at) {
                    Some(found) => (list, list_at) = (found, at),
                    None => listed = false,
                },
                own => good &= self.own(own, cell, at, line, test),
            }
        }
        let mut entries = Vec::new();
        // Of a row of no known list nothing more can be said.
        for (column, at, cell) in filled().filter(|_| listed) {
            let Column::Field(name) = column else { continue };
            // What only the enterprise has may stand in the row of a record too.
            let (to, found) = match self.field(list, name) {
                Some(found) => (list, Some(found)),
                None => (ENTERPRISE, self.field(ENTERPRISE, name)),
            };
            let Some((ty, key)) = found else {
                if self.known(name) {
                    let shown = &self.vocabulary.list_def(list).name.chinese;
                    let message = format!("“{shown}”没有字段“{name}”");
                    self.error(codes::UNKNOWN_FIELD, at, message, "清空这一格，或者改“清单”列");
                }
                good = false;
                continue;
            };
            self.types.insert(at.place, ty);
            let value = self.coded(cell, ty).unwrap_or_else(|| meaning(cell, ty));
            let entry = Entry { key, key_at: at.place, value: Arg { value, at } };
            if to == ENTERPRISE { self.of_enterprise(entry, test) } else { entries.push(entry) }
        }
        self.columns = columns;
        if list != ENTERPRISE {
            let row = Arg { value: Value::Map(entries), at: list_at };
            let name = &self.vocabulary.list_def(list).name.chinese;
            match test.lists.iter_mut().find(|(known, ..)| known == name) {
                Some((_, _, rows)) => rows.push(row),
                None => test.lists.push((name.clone(), list_at.place, vec![row])),
            }
        }
        good && listed
    }

    /// The code that a cell means in a wording of the bureaus' files, by its own text; data are read so too.
    fn coded(&self, cell: &str, ty: Ty) -> Option<Value> {
        let Ty::Code(id) = ty else { return None };
        let list = self.vocabulary.code_list(id)?;
        list.worded(cell).map(|code| Value::Text(Arc::from(list.text(code))))
    }

    /// A fact of the enterprise; the same fact may be repeated on every row.
    fn of_enterprise(&mut self, entry: Entry, test: &mut Test) {
        match test.own.iter().find(|e| e.key == entry.key) {
            None => test.own.push(entry),
            Some(known) if format!("{:?}", known.value.value) == format!("{:?}", entry.value.value) => {}
            Some(known) => {
                let message = format!("“{}”和第 {} 行写的不一样", entry.key, known.key_at.line);
                self.error(codes::DUPLICATE, entry.value.at, message, "一个测试是一户企业，只留一个值");
            }
        }
    }

    fn list(&mut self, cell: &str, at: Mark) -> Option<ListId> {
        let word = wording(cell);
        match self.vocabulary.list(&word) {
            Some((list, None)) => Some(list),
            Some((list, Some(_))) => {
                let help = format!("写“{}”", self.vocabulary.list_def(list).name.chinese);
                self.error(codes::UNKNOWN_FIELD, at, "测试里写整个清单".to_owned(), &help);
                None
            }
            None => {
                let names: Vec<&str> =
                    self.vocabulary.lists.iter().map(|l| l.name.chinese.as_str()).collect();
                let help = did_you_mean(&word, names.iter().copied())
                    .unwrap_or_else(|| format!("可用的有：{}", names.join("、")));
                self.error(codes::UNKNOWN_WORD, at, format!("没有清单“{word}”"), &help);
                None
            }
        }
    }

    /// 截止日, the period or an expectation; false if it cannot be taken.
    fn own(&mut self, own: &'static str, cell: &str, at: Mark, line: u32, test: &mut Test) -> bool {
        let ty = match own {
            "截止日" | "统计期首日" | "统计期末日" => Ty::Date,
            "应记" | "应得" => Ty::Points,
            "应不评定" => Ty::Bool,
            _ => Ty::Text,
        };
        self.types.insert(at.place, ty);
        let value = meaning(cell, ty);
        let same =
            |said: &Said| said.args.first().is_some_and(|a| format!("{:?}", a.value) == format!("{value:?}"));
        if line != test.first {
            let repeated = test.draft.said.iter().any(|(name, said)| *name == own && same(said));
            if !repeated {
                let help = "写在这个测试的第一行";
                let message = format!("“{own}”只写在测试的第一行（第 {} 行）", test.first);
                self.error(codes::MISPLACED, at, message, help);
            }
            return repeated;
        }
        let args = match own {
            "应标" => {
                let labels = [("绿", Label::Green), ("黄", Label::Yellow), ("红", Label::Red)];
                let said = wording(cell);
                let label = labels.iter().find(|(text, _)| said.trim_end_matches('标') == *text);
                let Some((_, label)) = label else {
                    let message = format!("这里要写 绿、黄 或 红，这里是“{cell}”");
                    self.error(codes::TYPE, at, message, "写 绿、黄 或 红");
                    return false;
                };
                vec![Arg { value: Value::Word(Word::Colour(*label)), at }]
            }
            "应不评定" => match value {
                Value::Bool(true) => Vec::new(),
                Value::Bool(false) => return true,
                _ => {
                    self.error(codes::TYPE, at, format!("这里要是或否，这里是“{cell}”"), "");
                    return false;
                }
            },
            "应命中" | "不应命中" => {
                let parts = cell.split(['、', ',', '，', ';', '；', ' ', '\n', '\u{3000}']);
                parts.map(str::trim).filter(|p| !p.is_empty()).map(|p| text(p, at)).collect()
            }
            "应有理由" => {
                let parts = cell.split(['；', '\n']);
                parts.map(str::trim).filter(|p| !p.is_empty()).map(|p| text(p, at)).collect()
            }
            _ => vec![Arg { value, at }],
        };
        test.draft.said.push((own, Said { at, args }));
        true
    }

    /// A test as 测试(…) would have said it.
    fn draft(&mut self, test: Test) -> CaseDraft {
        let Test { mut draft, first, mut own, lists } = test;
        let said = |draft: &CaseDraft, name: &str| draft.said.iter().position(|(n, _)| *n == name);
        let at = draft.at;
        if said(&draft, "截止日").is_none() && !self.faulty.contains(&first) {
            self.error(
                codes::MALFORMED,
                at,
                "测试没有写截止日".to_owned(),
                "在这一行的“截止日”列写日期，如 2023-03-31",
            );
        }
        if !draft.said.iter().any(|(name, _)| EXPECTED.contains(name)) && !self.faulty.contains(&first) {
            let help = format!("在这一行填 {} 中的一列", EXPECTED.join("、"));
            self.error(codes::NO_EXPECTATION, at, "测试没有写预期".to_owned(), &help);
        }
        let (from, to) = (said(&draft, "统计期首日"), said(&draft, "统计期末日"));
        if from.is_some() != to.is_some() {
            self.error(codes::MALFORMED, at, "统计期只写了一头".to_owned(), "首日和末日两列都写，或者都空着");
        }
        let mut period = Vec::new();
        for (name, call) in &mut draft.said {
            match *name {
                "截止日" => *name = "截止",
                "统计期首日" => period.splice(0..0, call.args.drain(..)).for_each(drop),
                "统计期末日" => period.append(&mut call.args),
                _ => {}
            }
        }
        if period.len() == 2 {
            draft.said.push(("统计期", Said { at, args: period }));
        }
        let rows = lists.into_iter().map(|(key, key_at, rows)| Entry {
            key,
            key_at,
            value: Arg { value: Value::Array(rows), at },
        });
        own.extend(rows);
        draft.said.push(("企业", Said { at, args: vec![Arg { value: Value::Map(own), at }] }));
        draft
    }
}

fn place(line: u32, column: usize) -> Mark {
    Mark::new(Place { line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) }, 1)
}

fn text(text: &str, at: Mark) -> Arg {
    Arg { value: Value::Text(Arc::from(text)), at }
}

/// A cell as the value of a type where it reads as one; else its text, which the checks of tests then refuse.
fn meaning(cell: &str, ty: Ty) -> Value {
    let as_text = || Value::Text(Arc::from(cell));
    match ty {
        Ty::Text | Ty::Code(_) | Ty::Span => as_text(),
        Ty::Bool => match cell.to_ascii_lowercase().as_str() {
            "是" | "√" | "✓" | "true" => Value::Bool(true),
            "否" | "×" | "✗" | "false" => Value::Bool(false),
            _ => as_text(),
        },
        Ty::Date => day(cell).map_or_else(as_text, |day| Value::Quantity(Constant::Date(day))),
        Ty::Money => money(cell).map_or_else(as_text, |money| Value::Quantity(Constant::Money(money))),
        Ty::Int | Ty::Points => match parse_decimal(&plain(cell), 2) {
            Some(hundredths) if hundredths % 100 == 0 => Value::Int(hundredths / 100),
            Some(_) => Value::Decimal(plain(cell)),
            None => as_text(),
        },
    }
}

/// A number without the commas between its thousands.
fn plain(cell: &str) -> String {
    cell.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect()
}

/// `20000`, `20,000.50`, `20000元`, `2万元`
fn money(cell: &str) -> Option<Money> {
    let plain = plain(cell);
    let yuan = plain.strip_suffix('元').unwrap_or(&plain);
    match yuan.strip_suffix('万') {
        Some(number) => parse_decimal(number, 6),
        None => parse_decimal(yuan, 2),
    }
    .map(Money::from_fen)
}

/// `2022-05-06`, `2022/5/6`, `2022.5.6`, `2022年5月6日`, `20220506`; spreadsheets change one into another.
fn day(cell: &str) -> Option<Date> {
    let digits = cell.strip_suffix('日').unwrap_or(cell);
    // A spreadsheet adds a time of day to a date that was typed as one.
    let digits = digits.split_once(' ').map_or(digits, |(day, _)| day);
    let parts: Vec<&str> = digits.split(['-', '/', '.', '年', '月']).collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => {
            Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        [whole] if whole.len() == 8 && whole.bytes().all(|b| b.is_ascii_digit()) => Date::from_ymd(
            whole.get(..4)?.parse().ok()?,
            whole.get(4..6)?.parse().ok()?,
            whole.get(6..)?.parse().ok()?,
        ),
        _ => date_of(cell).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        let shown: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(letters).to_vec();
        assert_eq!(shown, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    /// What a table calls 合格 is what the data that are classified call so.
    #[test]
    fn every_wording_of_a_code_is_read_as_in_the_data() {
        let script = "标准(\"T-1\", \"试\", \"草案\").领域(\"消防\").施行(\"2023-01-01\");
            计入(措施, |措| 措.作出日期, 统计期);计入(检查, |检| 检.检查日期, 统计期);计入(整改, |整| 整.下达日期, 统计期);
            规则(\"R\", \"规\").依据(\"法\").逐条(措施).则(记(1));
            等级(\"绿标\", 绿, \"[0,0]\").等级(\"黄标\", 黄, \"[1,11]\").等级(\"红标\", 红, \"[12,)\");";
        let vocabulary = Arc::new(Vocabulary::standard());
        let standard = crate::compile("试.rhai", script.as_bytes(), &vocabulary, &[]).standard.unwrap();
        for (list, field, day) in
            [("检查", "结果", "检查日期"), ("措施", "种类", "作出日期"), ("整改", "复查结果", "下达日期")]
        {
            let id = vocabulary.list(list).unwrap().0;
            let def = vocabulary.list_def(id);
            let Ty::Code(codes) = def.field_def(def.field(field).unwrap()).unwrap().ty else {
                panic!("{field}")
            };
            let codes_of = vocabulary.code_list(codes).unwrap();
            for (number, code) in codes_of.codes.iter().enumerate() {
                for wording in [&code.text, &code.english].into_iter().chain(&code.synonyms) {
                    let cells = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
                    let table = CaseTable {
                        file: "试.测试.csv".to_owned(),
                        rows: vec![
                            (1, cells(["测试", "截止日", "清单", day, field, "应记"])),
                            (2, cells(["甲", "2023-03-31", list, "2022-05-06", wording, "1"])),
                        ],
                    };
                    let (cases, findings) = table.cases(&standard);
                    assert_eq!(findings, [], "{wording}");
                    let read = cases[0].rows[0].1.iter().find(|(name, _)| name == field).map(|(_, v)| v);
                    assert_eq!(read, Some(&Constant::Code(codes, number as u16)), "{wording}");
                }
            }
        }
    }

    #[test]
    fn amounts_and_days_are_read_as_people_write_them() {
        for (cell, fen) in
            [("20000", 2_000_000), ("2万元", 2_000_000), ("1.5万", 1_500_000), ("20,000.50元", 2_000_050)]
        {
            assert_eq!(money(cell), Some(Money::from_fen(fen)), "{cell}");
        }
        for cell in ["两万", "2亿", "", "万元", "1.2345678万"] {
            assert_eq!(money(cell), None, "{cell}");
        }
        for cell in ["2022-05-06", "2022/5/6", "2022.5.6", "2022年5月6日", "20220506", "2022-05-06 00:00:00"]
        {
            assert_eq!(day(cell), Date::from_ymd(2022, 5, 6), "{cell}");
        }
        for cell in ["2022-02-30", "5/6/2022", "二〇二二年", "2022", "2022-05"] {
            assert_eq!(day(cell), None, "{cell}");
        }
    }
}
