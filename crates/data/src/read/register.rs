//! The register (企业名录): its sheets become the enterprises of the caseload, sorted by credit code.

use std::collections::HashMap;

use sanse::{CaseloadBuilder, CreditCode, ENTERPRISE, FieldId, Origin, Ty};

use super::cell::is_placeholder;
use super::header::{Meaning, Taken};
use super::identity::{Further, Identities, Known};
use super::name::without_operator;
use super::number::{Number, clean_code, number_of};
use super::personal::{is_identity_number, shown};
use super::problem::{At, done};
use super::row::{Fate, Reading, Stored};
use super::table::Table;

/// Fields for summaries only: that one of them cannot be read never bears on a label.
const DESCRIPTIVE: [&str; 4] = ["industry_section", "statistical_class", "scale", "town"];

/// What was said of a row of the register while it was read, beside its values in the caseload.
#[derive(Default)]
struct Asides {
    /// What is wrong with its cells.
    troubles: Vec<Trouble>,
    /// What stands in its columns for other numbers: only for matching, never stored.
    numbers: Vec<Number>,
}

/// What is wrong with a cell.
struct Trouble {
    code: &'static str,
    header: String,
    message: String,
    /// Whether green is withheld.
    weighs: bool,
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

/// The columns of a sheet that are asked for as they stand.
struct Columns {
    name: Vec<usize>,
    code: Vec<usize>,
    /// Those of the name where there is no such field.
    industry: Vec<usize>,
    /// Of organisation codes and registration numbers.
    numbers: [Vec<usize>; 2],
}

impl Columns {
    fn new(table: &Table, fields: &Fields) -> Columns {
        let of = |field: FieldId| table.columns(Meaning::Field(field));
        Columns {
            name: of(fields.name),
            code: of(fields.code),
            industry: of(fields.industry.unwrap_or(fields.name)),
            numbers: [fields.organisation, fields.registration].map(|f| f.map(of).unwrap_or_default()),
        }
    }
}

/// Reads the register's sheets into the builder and prepares the matching of rows.
pub(super) fn read(reading: &mut Reading<'_>, tables: &mut [Table]) -> Identities {
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
    let mut asides: HashMap<u32, Asides> = HashMap::new();
    let mut sections: HashMap<Stored, Stored> = HashMap::new();
    for table in tables.iter_mut().filter(|t| t.layout.taken == Taken::Register) {
        reading.start(table);
        reading.note_guesses(table, ENTERPRISE);
        let columns = Columns::new(table, &fields);
        reading.builder.reserve(ENTERPRISE, table.room());
        loop {
            for row in table.rows() {
                entry(reading, table, row, (&fields, &columns), &mut asides, &mut sections);
            }
            if !reading.advance(table) {
                break;
            }
        }
    }
    let order = in_order(&reading.builder, &fields);
    let mut known: Vec<Known> = Vec::new();
    let mut further = Further::default();
    let mut kept: Vec<u32> = Vec::new();
    let mut rest = order.as_slice();
    while let Some(((head, first), tail)) = rest.split_first() {
        let is_copy =
            |next: &&(u128, u32)| next.0 == *head && is_same(&reading.builder, &fields, *first, next.1);
        let same = tail.iter().take_while(is_copy).count();
        let (copies, tail) = tail.split_at(same);
        let number = kept.len() as u32;
        let aside = if asides.is_empty() { None } else { asides.remove(first) };
        let Asides { troubles, numbers } = aside.unwrap_or_default();
        let former = enter(reading, (*first, copies), &fields, number, troubles);
        further.numbers.extend(numbers.into_iter().map(|own| (number, own)));
        further.former.extend(former.into_iter().map(|name| (number, name)));
        let text = |field| match reading.builder.stored(ENTERPRISE, *first, field) {
            Stored::Text(text) => Some(text),
            _ => None,
        };
        if let Some(name) = text(fields.name) {
            known.push(Known { name, code: text(fields.code) });
            kept.push(*first);
        }
        rest = tail;
    }
    drop(order);
    // There are no records yet, so the enterprises can still be numbered.
    let _ = reading.builder.arrange(&kept);
    Identities::new(known, further, reading.builder.texts(), reading.pace.threads)
}

/// The rows of the register by code and name, each after the head of its code: rows with different heads are different
/// enterprises. The order of files must not matter: equal rows from two files are told apart only when nothing else is
/// left.
fn in_order(builder: &CaseloadBuilder, fields: &Fields) -> Vec<(u128, u32)> {
    let texts = builder.texts();
    let text = |row: u32, field| match builder.stored(ENTERPRISE, row, field) {
        Stored::Text(text) => texts.get(text),
        _ => "",
    };
    // The first sixteen bytes of a code beside its row: nearly all comparisons need no more.
    let mut rows: Vec<(u128, u32)> = (0..builder.rows(ENTERPRISE))
        .map(|row| {
            let code = text(row, fields.code);
            let head = code.bytes().chain(std::iter::repeat(0)).take(16);
            let head = head.fold(0, |head, byte| head << 8 | u128::from(byte));
            (if code.is_empty() { u128::MAX } else { head }, row)
        })
        .collect();
    rows.sort_unstable_by(|(head, row), (other_head, other)| {
        let rest =
            |row: u32| (text(row, fields.code), text(row, fields.name), builder.origin_of(ENTERPRISE, row));
        head.cmp(other_head).then_with(|| {
            (rest(*row).0.is_empty(), rest(*row)).cmp(&(rest(*other).0.is_empty(), rest(*other)))
        })
    });
    rows
}

fn is_same(builder: &CaseloadBuilder, fields: &Fields, a: u32, b: u32) -> bool {
    let both = |field| (builder.stored(ENTERPRISE, a, field), builder.stored(ENTERPRISE, b, field));
    match both(fields.code) {
        (Stored::Missing, Stored::Missing) => {
            let (one, other) = both(fields.name);
            one == other
        }
        (one, other) => one == other,
    }
}

/// Reads a row into the caseload, or accounts for it if it is no enterprise.
fn entry(
    reading: &mut Reading<'_>,
    table: &Table,
    row: usize,
    (fields, columns): (&Fields, &Columns),
    asides: &mut HashMap<u32, Asides>,
    sections: &mut HashMap<Stored, Stored>,
) {
    if let Some(reason) = table.is_no_record(row) {
        reading.account(table, row, Fate::Unused(reason.to_owned()));
        return;
    }
    let cell = |columns: &[usize]| table.first_of(row, columns);
    let name = without_operator(cell(&columns.name));
    let raw_code = cell(&columns.code);
    if let Some((code, message)) = table.is_damaged(row) {
        reading.problems.note(table.at(row), code, done::ROW_LEFT_OUT, &message);
        reading.account(table, row, Fate::Problem);
        return;
    }
    if is_placeholder(name) {
        reading.problems.note(table.at(row), "D307", done::ROW_LEFT_OUT, "名录的这一行没有企业名称；请补填");
        reading.account(table, row, Fate::Problem);
        return;
    }
    let mut aside = Asides::default();
    let mut trouble = |code, header: &str, message, weighs| {
        aside.troubles.push(Trouble { code, header: header.to_owned(), message, weighs });
    };
    let mut code = if is_placeholder(raw_code) { String::new() } else { clean_code(raw_code) };
    let parsed = code.parse::<CreditCode>();
    // A code with a letter in it is nobody's identity number.
    let plain = code == raw_code && code.bytes().take(17).any(|b| b.is_ascii_uppercase());
    if !plain && (is_identity_number(raw_code) || is_identity_number(&code)) {
        code = String::new();
        let message = "信用代码栏里是公民身份证号，已删除；请改填统一社会信用代码".to_owned();
        trouble("D408", "统一社会信用代码", message, false);
    } else if let Err(error) = &parsed
        && !code.is_empty()
    {
        trouble("D410", "统一社会信用代码", format!("名录内“{}”：{error}；请核对代码", shown(name)), false);
    }
    if name.contains("测试") && (code.is_empty() || parsed.is_err()) {
        reading.account(table, row, Fate::Unused("测试数据".to_owned()));
        return;
    }
    let (mut values, unreadable) = reading.read_fields(table, row, ENTERPRISE, &[fields.name, fields.code]);
    let list = reading.vocabulary.list_def(ENTERPRISE);
    for (claim, field, (problem, message)) in unreadable {
        let def = list.field_def(field);
        let weighs = def.is_some_and(|f| !DESCRIPTIVE.contains(&f.name.english.as_str()) && f.ty != Ty::Text);
        trouble(problem, &claim.header, format!("名录内“{}”：{message}", shown(name)), weighs);
    }
    set(&mut values, Some(fields.name), reading.intern(name));
    if !code.is_empty() {
        set(&mut values, Some(fields.code), reading.intern(&code));
    }
    if get(&values, fields.section) == Stored::Missing {
        // Without an industry code the name may say the section, in a register that has no such column.
        let by = get(&values, fields.industry);
        let industry = cell(&columns.industry);
        let found = match sections.get(&by).filter(|_| by != Stored::Missing) {
            Some(section) => *section,
            None => section(reading, fields, industry),
        };
        if by != Stored::Missing {
            sections.insert(by, found);
        }
        set(&mut values, fields.section, found);
    }
    for own in &columns.numbers {
        let number = number_of(cell(own));
        if matches!(number, Number::Organisation(_) | Number::Registration(_)) {
            aside.numbers.push(number);
        }
    }
    let origin = Origin { source: table.source as u32, row: table.number(row) };
    match reading.builder.add_stored(ENTERPRISE, 0, &values, Some(origin)) {
        Ok(row) if !aside.troubles.is_empty() || !aside.numbers.is_empty() => {
            asides.insert(row, aside);
        }
        Ok(_) => {}
        Err(error) => {
            let message = format!("{error}；请核对");
            reading.problems.note(table.at(row), "D309", done::ROW_LEFT_OUT, &message);
            reading.account(table, row, Fate::Problem);
        }
    }
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

/// Settles an enterprise with the further rows that the register has of it, and gives its former names.
fn enter(
    reading: &mut Reading<'_>,
    (first, copies): (u32, &[(u128, u32)]),
    fields: &Fields,
    number: u32,
    troubles: Vec<Trouble>,
) -> Vec<String> {
    let renamed =
        fields.former.is_some_and(|f| reading.builder.stored(ENTERPRISE, first, f) != Stored::Missing);
    if copies.is_empty() && troubles.is_empty() && !renamed {
        // Nearly all enterprises: there is nothing to settle.
        reading.account_at(reading.builder.origin_of(ENTERPRISE, first), Fate::Used);
        return Vec::new();
    }
    let text = |reading: &Reading<'_>, row: u32, field: Option<FieldId>| match field
        .map(|field| reading.builder.stored(ENTERPRISE, row, field))
    {
        Some(Stored::Text(text)) => reading.builder.texts().get(text).to_owned(),
        _ => String::new(),
    };
    let own = text(reading, first, Some(fields.name));
    let mut former = names(&text(reading, first, fields.former));
    let list = reading.vocabulary.list_def(ENTERPRISE);
    for (_, copy) in copies {
        let name = text(reading, *copy, Some(fields.name));
        if name != own && !former.contains(&name) {
            former.push(name);
        }
        former.extend(names(&text(reading, *copy, fields.former)));
        let mut differing = Vec::new();
        for (field_number, field) in list.fields.iter().enumerate() {
            let id = FieldId(field_number as u16);
            let of = |row| reading.builder.stored(ENTERPRISE, row, id);
            match (of(first), of(*copy)) {
                (_, Stored::Missing) => {}
                (Stored::Missing, value) => {
                    // A value that was read for the field fits it.
                    let _ = reading.builder.fill(ENTERPRISE, first, id, value);
                }
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
        let origin = reading.builder.origin_of(ENTERPRISE, *copy);
        let at = At::source(origin.source as usize).row(origin.row);
        let message = format!("名录内“{}”重复；已并为一户，名称不同的记作曾用名", shown(&own));
        reading.problems.note(at, "D603", "以排在前面的一行为准", &message);
        if !differing.is_empty() {
            let message =
                format!("名录内“{}”的两行“{}”不一致；请核对名录", shown(&own), differing.join("、"));
            reading.problems.withhold(at, "D604", done::FIRST_KEPT, &message, (Some(number), None));
        }
        reading.account_at(origin, Fate::Problem);
    }
    former.retain(|name| *name != own);
    former.dedup();
    if let (false, Some(field)) = (former.is_empty(), fields.former) {
        let value = reading.intern(&former.join("；"));
        let _ = reading.builder.fill(ENTERPRISE, first, field, value);
    }
    let origin = reading.builder.origin_of(ENTERPRISE, first);
    for trouble in troubles {
        let at = At::source(origin.source as usize).row(origin.row);
        let at = at.column(&trouble.header);
        let Trouble { code, message, .. } = &trouble;
        if trouble.weighs {
            reading.problems.withhold(at, code, done::CELL_MISSING, message, (Some(number), None));
        } else {
            reading.problems.note(at, code, done::CELL_MISSING_NOTED, message);
        }
    }
    reading.account_at(origin, Fate::Used);
    former
}

fn names(text: &str) -> Vec<String> {
    text.split([';', '；', '、', '，', ','])
        .map(str::trim)
        .filter(|n| !is_placeholder(n))
        .map(str::to_owned)
        .collect()
}
