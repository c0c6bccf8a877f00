//! The register (企业名录): its sheets become the enterprises of the caseload, sorted by credit code.

use sanse::{CaseloadBuilder, CreditCode, ENTERPRISE, FieldId, Origin, Ty};

use super::cell::is_placeholder;
use super::header::Taken;
use super::identity::{Identities, Known};
use super::name::without_operator;
use super::number::clean_code;
use super::personal::{is_identity_number, shown};
use super::problem::done;
use super::row::{Fate, Reading, Stored, Table};

/// Fields for summaries only: that one of them cannot be read never bears on a label.
const DESCRIPTIVE: [&str; 4] = ["industry_section", "statistical_class", "scale", "town"];

/// A row of the register, read.
struct Entry {
    table: usize,
    row: usize,
    /// Cleaned; empty if there is none.
    code: String,
    name: String,
    /// As in the file: only for matching, never stored.
    organisation: String,
    registration: String,
    values: Vec<Stored>,
    /// What is wrong with its cells: code, header, message, whether green is withheld.
    troubles: Vec<(&'static str, String, String, bool)>,
}

struct Fields {
    name: FieldId,
    code: FieldId,
    organisation: Option<FieldId>,
    registration: Option<FieldId>,
    former: Option<FieldId>,
    industry: Option<FieldId>,
    section: Option<FieldId>,
}

/// Reads the register's sheets into the builder and prepares the matching of rows.
pub(super) fn read(reading: &mut Reading<'_>, tables: &[Table], builder: &mut CaseloadBuilder) -> Identities {
    let list = reading.vocabulary.list_def(ENTERPRISE);
    let (Some(name), Some(code)) = (list.field("name"), list.field("credit_code")) else {
        return Identities::default();
    };
    let fields = Fields {
        name,
        code,
        organisation: list.field("organisation_code"),
        registration: list.field("registration_number"),
        former: list.field("former_names"),
        industry: list.field("industry_code"),
        section: list.field("industry_section"),
    };
    let mut entries = Vec::new();
    for (number, table) in tables.iter().enumerate().filter(|(_, t)| t.layout.taken == Taken::Register) {
        reading.note_guesses(table, ENTERPRISE);
        for row in table.rows() {
            if let Some(entry) = entry(reading, table, number, row, &fields) {
                entries.push(entry);
            }
        }
    }
    // The order of files must not matter: equal rows from two files are told apart only when nothing else is left.
    entries.sort_by(|a, b| {
        (a.code.is_empty(), &a.code, &a.name, a.table, a.row).cmp(&(
            b.code.is_empty(),
            &b.code,
            &b.name,
            b.table,
            b.row,
        ))
    });
    let mut known: Vec<Known> = Vec::new();
    let mut rest = entries.as_mut_slice();
    while let Some((first, tail)) = rest.split_first_mut() {
        let same = tail.iter().take_while(|next| is_same(first, next)).count();
        let (copies, tail) = tail.split_at_mut(same);
        enter(reading, tables, first, copies, &fields, builder, &mut known);
        rest = tail;
    }
    Identities::new(known)
}

fn is_same(a: &Entry, b: &Entry) -> bool {
    if a.code.is_empty() { b.code.is_empty() && a.name == b.name } else { a.code == b.code }
}

/// Reads a row. `None` if it is not an enterprise; it is accounted for then.
fn entry(
    reading: &mut Reading<'_>,
    table: &Table,
    number: usize,
    row: usize,
    fields: &Fields,
) -> Option<Entry> {
    if let Some(reason) = table.is_no_record(row) {
        reading.account(table, row, Fate::Unused(reason.to_owned()));
        return None;
    }
    let cell = |field: FieldId| table.first(row, super::header::Meaning::Field(field));
    let name = without_operator(cell(fields.name)).to_owned();
    let raw_code = cell(fields.code);
    let mut troubles = Vec::new();
    if let Some((code, message)) = table.is_damaged(row) {
        reading.problems.note(table.at(row), code, done::ROW_LEFT_OUT, &message);
        reading.account(table, row, Fate::Problem);
        return None;
    }
    if is_placeholder(&name) {
        reading.problems.note(table.at(row), "D307", done::ROW_LEFT_OUT, "名录的这一行没有企业名称；请补填");
        reading.account(table, row, Fate::Problem);
        return None;
    }
    let mut code = if is_placeholder(raw_code) { String::new() } else { clean_code(raw_code) };
    if is_identity_number(raw_code) || is_identity_number(&code) {
        code = String::new();
        let message = "信用代码栏里是公民身份证号，已删除；请改填统一社会信用代码".to_owned();
        troubles.push(("D408", "统一社会信用代码".to_owned(), message, false));
    } else if let Err(error) = code.parse::<CreditCode>()
        && !code.is_empty()
    {
        let message = format!("名录内“{}”：{error}；请核对代码", shown(&name));
        troubles.push(("D410", "统一社会信用代码".to_owned(), message, false));
    }
    if name.contains("测试") && code.parse::<CreditCode>().is_err() {
        reading.account(table, row, Fate::Unused("测试数据".to_owned()));
        return None;
    }
    let (mut values, unreadable) = reading.read_fields(table, row, ENTERPRISE, &[fields.name, fields.code]);
    let list = reading.vocabulary.list_def(ENTERPRISE);
    for (claim, field, (problem, message)) in unreadable {
        let def = list.field_def(field);
        let weighs = def.is_some_and(|f| !DESCRIPTIVE.contains(&f.name.english.as_str()) && f.ty != Ty::Text);
        troubles.push((
            problem,
            claim.header.clone(),
            format!("名录内“{}”：{message}", shown(&name)),
            weighs,
        ));
    }
    set(&mut values, Some(fields.name), reading.intern(&name));
    if !code.is_empty() {
        set(&mut values, Some(fields.code), reading.intern(&code));
    }
    if get(&values, fields.section) == Stored::Missing {
        set(
            &mut values,
            fields.section,
            section(reading, fields, cell(fields.industry.unwrap_or(fields.name))),
        );
    }
    let raw = |field: Option<FieldId>| field.map_or("", cell).to_owned();
    Some(Entry {
        table: number,
        row,
        code,
        name,
        organisation: raw(fields.organisation),
        registration: raw(fields.registration),
        values,
        troubles,
    })
}

/// The section that an industry code, or its wording, gives.
fn section(reading: &Reading<'_>, fields: &Fields, industry: &str) -> Stored {
    let list = reading.vocabulary.list_def(ENTERPRISE);
    let codes = match fields.section.and_then(|s| list.field_def(s)).map(|f| f.ty) {
        Some(Ty::Code(id)) if fields.industry.is_some() => reading.codes.get(usize::from(id.0)),
        _ => None,
    };
    codes
        .and_then(|c| c.industry_section(industry).or_else(|| c.one(industry)))
        .map_or(Stored::Missing, Stored::Code)
}

fn get(values: &[Stored], field: Option<FieldId>) -> Stored {
    field.and_then(|f| values.get(usize::from(f.0))).copied().unwrap_or(Stored::Missing)
}

fn set(values: &mut [Stored], field: Option<FieldId>, value: Stored) {
    if let Some(slot) = field.and_then(|f| values.get_mut(usize::from(f.0))) {
        *slot = value;
    }
}

/// Enters an enterprise with the further rows that the register has of it.
fn enter(
    reading: &mut Reading<'_>,
    tables: &[Table],
    first: &mut Entry,
    copies: &[Entry],
    fields: &Fields,
    builder: &mut CaseloadBuilder,
    known: &mut Vec<Known>,
) {
    let number = known.len() as u32;
    let mut former: Vec<String> = match get(&first.values, fields.former) {
        Stored::Text(text) => names(reading.texts.get(text)),
        _ => Vec::new(),
    };
    let list = reading.vocabulary.list_def(ENTERPRISE);
    let Some(table) = tables.get(first.table) else { return };
    for copy in copies {
        let Some(of_copy) = tables.get(copy.table) else { continue };
        if copy.name != first.name && !former.contains(&copy.name) {
            former.push(copy.name.clone());
        }
        if let Stored::Text(text) = get(&copy.values, fields.former) {
            former.extend(names(reading.texts.get(text)));
        }
        let mut differing = Vec::new();
        for ((field, mine), theirs) in list.fields.iter().zip(&mut first.values).zip(&copy.values) {
            match (*mine, *theirs) {
                (_, Stored::Missing) => {}
                (Stored::Missing, value) => *mine = value,
                (a, b)
                    if a != b
                        && field.ty != Ty::Text
                        && !DESCRIPTIVE.contains(&field.name.english.as_str()) =>
                {
                    differing.push(field.name.chinese.as_str());
                }
                _ => {}
            }
        }
        let message = format!("名录内“{}”重复；已并为一户，名称不同的记作曾用名", shown(&first.name));
        reading.problems.note(of_copy.at(copy.row), "D603", "以排在前面的一行为准", &message);
        if !differing.is_empty() {
            let message =
                format!("名录内“{}”的两行“{}”不一致；请核对名录", shown(&first.name), differing.join("、"));
            reading.problems.withhold(
                of_copy.at(copy.row),
                "D604",
                done::FIRST_KEPT,
                &message,
                (Some(number), None),
            );
        }
        reading.account(of_copy, copy.row, Fate::Problem);
    }
    former.retain(|name| *name != first.name);
    former.dedup();
    if !former.is_empty() {
        let text = reading.intern(&former.join("；"));
        set(&mut first.values, fields.former, text);
    }
    let origin = Origin { source: table.source as u32, row: table.sheet.number(first.row) };
    let row: Vec<_> = first
        .values
        .iter()
        .enumerate()
        .filter(|(_, v)| **v != Stored::Missing)
        .map(|(i, v)| (FieldId(i as u16), v.value(&reading.texts)))
        .collect();
    let added = builder.add_enterprise(&row, Some(origin));
    if let Err(error) = added {
        reading.problems.note(table.at(first.row), "D309", done::ROW_LEFT_OUT, &format!("{error}；请核对"));
        reading.account(table, first.row, Fate::Problem);
        return;
    }
    for (problem, header, message, weighs) in std::mem::take(&mut first.troubles) {
        let at = table.at(first.row);
        let at = at.column(&header);
        if weighs {
            reading.problems.withhold(at, problem, done::CELL_MISSING, &message, (Some(number), None));
        } else {
            reading.problems.note(at, problem, done::CELL_MISSING_NOTED, &message);
        }
    }
    reading.account(table, first.row, Fate::Used);
    known.push(Known {
        code: std::mem::take(&mut first.code),
        organisation: std::mem::take(&mut first.organisation),
        registration: std::mem::take(&mut first.registration),
        name: std::mem::take(&mut first.name),
        former,
    });
}

fn names(text: &str) -> Vec<String> {
    text.split([';', '；', '、', '，', ','])
        .map(str::trim)
        .filter(|n| !is_placeholder(n))
        .map(str::to_owned)
        .collect()
}
