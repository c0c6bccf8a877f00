//! The coverage table (覆盖): what each bureau says it delivers, against what was received.

use sanse::{Coverage, Coverages, ENTERPRISE, FieldId, Period, Supervised, Ty};

use super::cell::{date_counted, is_placeholder, key, whole_number, yes_no};
use super::domain::Decided;
use super::header::{Meaning, Taken};
use super::problem::{At, done};
use super::records::Received;
use super::row::{Fate, Reading, shortened};
use super::table::Table;

/// The columns, in the order in which headers are known.
const AGENCY: usize = 0;
const DOMAIN: usize = 1;
const FIRST: usize = 2;
const LAST: usize = 3;
const ROWS: usize = 4;
const ZERO: usize = 5;
const SIMPLE: usize = 6;
const SUPERVISED: usize = 7;

/// Reads the coverage tables; without one the domains received count as covered.
pub(super) fn read(reading: &mut Reading<'_>, tables: &mut [Table], received: &Received) -> Coverages {
    let mut declared: Vec<(Coverage, Option<u16>, At<'static>)> = Vec::new();
    let mut any = false;
    for table in tables.iter_mut().filter(|t| t.layout.taken == Taken::Coverage) {
        any = true;
        reading.each_row(table, |reading, table, row| {
            if let Some(reason) = table.is_no_record(row) {
                reading.account(table, row, Fate::Unused(reason.to_owned()));
                return;
            }
            match line(reading, table, row) {
                Ok((coverage, domain)) => {
                    declared.push((coverage, domain, table.at(row)));
                    reading.account(table, row, Fate::Used);
                }
                Err(wrong) => {
                    let done = "这一行声明未采用，该领域按未覆盖处理";
                    for (header, message) in wrong {
                        reading.problems.note(table.at(row).column(header), "D702", done, &message);
                    }
                    reading.account(table, row, Fate::Problem);
                }
            }
        });
    }
    if !any {
        let received = (0..reading.domains.len())
            .filter(|d| received.sheets.get(*d).copied().unwrap_or(false))
            .map(|d| reading.domains.name(d as u16).to_owned())
            .collect();
        return Coverages::Undeclared { received };
    }
    let place = tables.iter().find(|t| t.layout.taken == Taken::Coverage).map_or(0, |t| t.source);
    compare(reading, &declared, received, At::source(place));
    let lines = declared.into_iter().filter(|(coverage, domain, _)| arrived(coverage, *domain, received));
    Coverages::Declared(lines.map(|(coverage, ..)| coverage).collect())
}

/// A declaration holds if something of the domain was received or nothing was to be sent.
fn arrived(coverage: &Coverage, domain: Option<u16>, received: &Received) -> bool {
    let Some(domain) = domain.map(usize::from) else { return true };
    coverage.zero_report
        || coverage.rows == Some(0)
        || received.sheets.get(domain).copied().unwrap_or(false)
        || received.rows.get(domain).is_some_and(|rows| *rows > 0)
}

fn compare(
    reading: &mut Reading<'_>,
    declared: &[(Coverage, Option<u16>, At<'static>)],
    received: &Received,
    table: At<'static>,
) {
    for (coverage, domain, at) in declared {
        if !arrived(coverage, *domain, received) {
            let message = format!(
                "“{}”声明已报送“{}”的数据，文件夹里却没有；请补齐文件，确无数据的请填零报告“是”",
                coverage.agency, coverage.domain
            );
            reading.problems.note(*at, "D703", "这一行声明未采用，该领域按未覆盖处理", &message);
        }
    }
    for domain in 0..reading.domains.len() as u16 {
        let lines: Vec<_> = declared.iter().filter(|(_, d, _)| *d == Some(domain)).collect();
        let Some((first, _, at)) = lines.first() else {
            if received.sheets.get(usize::from(domain)).copied().unwrap_or(false) {
                let message = format!(
                    "收到了“{0}”的数据，覆盖表里却没有“{0}”一行；请补上机关、领域、起止日期和监管对象",
                    reading.domains.name(domain)
                );
                reading.problems.note(table, "D705", "该领域按未覆盖处理，各企业未评定", &message);
            }
            continue;
        };
        // What did not come at all is said above; how many rows are missing then says nothing new.
        if lines.iter().any(|(coverage, number, _)| !arrived(coverage, *number, received)) {
            continue;
        }
        let rows = received.rows.get(usize::from(domain)).copied().unwrap_or(0);
        let declared_rows: Option<u32> = lines
            .iter()
            .map(|(c, ..)| if c.zero_report { Some(0) } else { c.rows })
            .try_fold(0_u32, |sum, rows| sum.checked_add(rows?));
        if let Some(declared_rows) = declared_rows
            && declared_rows != rows
        {
            let message = format!(
                "“{}”声明 {declared_rows} 行，实际收到 {rows} 行（行数只数处罚、整改、检查，不数线索）；请与报送机关核对",
                first.domain
            );
            reading.problems.note(*at, "D701", done::NOTED, &message);
        }
    }
}

/// What is wrong with a line: the column and what.
type Wrong = (&'static str, String);

/// Reads a line. `Err` has everything that is wrong with it: the column and what.
fn line(reading: &mut Reading<'_>, table: &Table, row: usize) -> Result<(Coverage, Option<u16>), Vec<Wrong>> {
    let cell = |column: usize| table.first(row, Meaning::Plain(column));
    let mut wrong: Vec<Wrong> = Vec::new();
    let domain_text = cell(DOMAIN);
    let (domain, number) = if is_placeholder(domain_text) {
        wrong.push(("领域", "没有写领域；请补填".to_owned()));
        (String::new(), None)
    } else {
        let name = shortened(domain_text);
        match reading.domains.named(domain_text) {
            Decided::Domain(number) => (reading.domains.name(number).to_owned(), Some(number)),
            Decided::Unknown => {
                wrong.push(("领域", format!("不认识领域“{name}”；请改成本次评定的领域名称")));
                (name, None)
            }
            _ => {
                let message = format!(
                    "“{name}”没有对应的标准；如果是另一种写法，请改成标准里的领域名称；标准已经有的，请用 --rules 指明它的文件夹"
                );
                reading.problems.note(table.at(row).column("领域"), "D704", done::NOTED, &message);
                (name, None)
            }
        }
    };
    let mut day = |column: usize, name: &'static str| {
        let day = date_counted(cell(column), table.from_1904).ok();
        if day.is_none() {
            let text = shortened(cell(column));
            wrong.push((name, format!("“{text}”不是日期；请写成 2022-01-01 的样子")));
        }
        day
    };
    let period = day(FIRST, "起").zip(day(LAST, "止")).map(|(first, last)| Period { first, last });
    if let Some(period) = period
        && period.first > period.last
    {
        wrong.push(("止", format!("止（{}）早于起（{}）；请核对", period.last, period.first)));
    }
    let rows = match cell(ROWS) {
        text if is_placeholder(text) && text != "无" => None,
        text => {
            let rows = whole_number(text).and_then(|n| u32::try_from(n).ok());
            if rows.is_none() {
                wrong.push(("行数", format!("“{}”不是行数；请改填数字", shortened(text))));
            }
            rows
        }
    };
    let mut flag = |column: usize, name: &'static str| match cell(column) {
        "" => None,
        text => {
            let yes = yes_no(text);
            if yes.is_none() && !is_placeholder(text) {
                let message = format!("“{}”不是“是”或“否”；请改填“是”或“否”", shortened(text));
                wrong.push((name, message));
            }
            yes
        }
    };
    let zero_report = flag(ZERO, "零报告").unwrap_or(false);
    let simple_procedure = flag(SIMPLE, "含简易程序");
    let supervised = supervised(reading, cell(SUPERVISED));
    if supervised.is_none() {
        let message = format!(
            "“{}”不是“全部”，也不是名录里填是/否的一列；请改成“全部”或该列的列名",
            shortened(cell(SUPERVISED))
        );
        wrong.push(("监管对象", message));
    }
    match (period, supervised) {
        (Some(period), Some(supervised)) if wrong.is_empty() => {
            let agency = shortened(cell(AGENCY));
            let coverage =
                Coverage { domain, agency, period, rows, zero_report, simple_procedure, supervised };
            Ok((coverage, number))
        }
        _ => Err(wrong),
    }
}

/// 全部, or the register's column that names them.
fn supervised(reading: &Reading<'_>, text: &str) -> Option<Supervised> {
    let wanted = key(text);
    if is_placeholder(text) || ["全部", "所有", "全部企业", "all"].contains(&wanted.as_str()) {
        return Some(Supervised::All);
    }
    let register = reading.vocabulary.list_def(ENTERPRISE);
    let found = register.fields.iter().position(|field| {
        let names = [&field.name.chinese, &field.name.english];
        field.ty == Ty::Bool && names.into_iter().chain(&field.headers).any(|name| key(name) == wanted)
    })?;
    Some(Supervised::Where(FieldId(found as u16)))
}
