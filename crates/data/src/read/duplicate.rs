//! The same decision in two files counts once; two rows of one decision that disagree are a problem.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use hashbrown::HashTable;
use sanse::{CaseloadBuilder, FieldId, ListId, SANCTION, Ty, Vocabulary, document_key};

use super::cell::key;
use super::records::Record;
use super::row::{Reading, Stored};

/// What a record is to those before it.
#[derive(Debug)]
pub(super) enum Repeat {
    /// The first of its kind.
    New(Marks),
    /// A copy; the reason for the list of unused rows.
    Copy(String),
    /// It disagrees with an earlier one: the problem's code and what is wrong.
    Conflict(&'static str, String),
}

/// By what a record is found again: a hash of enterprise, document and kind, or without a document of enterprise and
/// all values. A list whose rows may repeat has none.
#[derive(Clone, Copy, Debug)]
pub(super) enum Marks {
    Document(u64),
    Whole(u64),
    None,
}

/// The records seen so far, and the agencies' names. A record is known by its number among those of its list in
/// the caseload, which holds its values.
#[derive(Default)]
pub(super) struct Seen {
    lists: Vec<SeenOfList>,
    /// Alias to name, in the form in which texts are compared.
    agencies: HashMap<String, String>,
}

/// The records of a list.
#[derive(Default)]
struct SeenOfList {
    /// Those without a document number, by a hash of enterprise and all values.
    whole: HashTable<u32>,
    /// The others, by a hash of enterprise, document and kind.
    documents: HashTable<u32>,
    parts: Parts,
}

/// The fields that decide whether two rows of one decision agree.
#[derive(Clone, Copy, Default)]
struct Parts {
    kind: Option<FieldId>,
    act: Option<FieldId>,
    document: Option<FieldId>,
    agency: Option<FieldId>,
}

fn parts(vocabulary: &Vocabulary, list: ListId) -> Parts {
    let def = vocabulary.list_def(list);
    let kind = if list == SANCTION { def.field("kind") } else { None };
    Parts { kind, act: def.roles.act, document: def.roles.document, agency: def.field("agency") }
}

fn value(record: &Record, field: Option<FieldId>) -> Stored {
    field.and_then(|f| record.values.get(usize::from(f.0))).copied().unwrap_or(Stored::Missing)
}

/// A record that is in the caseload, as far as it is compared.
fn earlier(builder: &CaseloadBuilder, list: ListId, row: u32) -> Record {
    let fields = builder.vocabulary().list_def(list).fields.len() as u16;
    let values = (0..fields).map(|field| builder.stored(list, row, FieldId(field))).collect();
    let (enterprise, origin) = (builder.enterprise_of(list, row), builder.origin_of(list, row));
    Record { list, enterprise, values, origin }
}

fn hash_of_all(record: &Record) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u32(record.enterprise);
    for (field, value) in record.values.iter().enumerate() {
        let raw = match value {
            Stored::Missing => continue,
            Stored::Bool(yes) => i64::from(*yes),
            Stored::Int(number) => *number,
            Stored::Money(money) => money.fen(),
            Stored::Points(points) => points.hundredths(),
            Stored::Date(day) => i64::from(day.days()),
            Stored::Code(code) => i64::from(*code),
            Stored::Text(text) => i64::from(text.0),
        };
        hasher.write_i64(raw ^ (field as i64) << 48);
    }
    hasher.finish()
}

impl Seen {
    /// Enters another name of an agency.
    pub(super) fn alias(&mut self, name: &str, alias: &str) {
        self.agencies.insert(key(alias), key(name));
    }

    /// Makes room for so many records by list, so that the tables seldom grow: nearly all records have a document
    /// number.
    pub(super) fn reserve(&mut self, vocabulary: &Vocabulary, rooms: &[usize]) {
        self.lists = rooms
            .iter()
            .enumerate()
            .map(|(list, room)| SeenOfList {
                whole: HashTable::new(),
                documents: HashTable::with_capacity(*room),
                parts: parts(vocabulary, ListId(list as u16)),
            })
            .collect();
    }

    /// `None` without a document number.
    fn hash_of_document(&self, reading: &Reading<'_>, record: &Record, parts: &Parts) -> Option<u64> {
        let Stored::Text(document) = value(record, parts.document) else { return None };
        let document = document_key(reading.builder.texts().get(document));
        if document.is_empty() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (record.enterprise, &document, value(record, parts.kind)).hash(&mut hasher);
        // A bare number such as 〔2022〕5号 is one of its agency's only.
        if !document.chars().any(char::is_alphabetic) {
            let agency = match value(record, parts.agency) {
                Stored::Text(agency) => key(reading.builder.texts().get(agency)),
                _ => String::new(),
            };
            self.agencies.get(&agency).unwrap_or(&agency).hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// What a record is to those before it. A copy that knows more than the first fills its gaps.
    pub(super) fn check(&self, reading: &mut Reading<'_>, record: &Record) -> Repeat {
        if reading.vocabulary.list_def(record.list).repeats {
            return Repeat::New(Marks::None);
        }
        let Some(seen) = self.lists.get(usize::from(record.list.0)) else {
            return Repeat::New(Marks::None);
        };
        let parts = seen.parts;
        let document = self.hash_of_document(reading, record, &parts);
        let builder = &reading.builder;
        let own = |row: &&u32| builder.enterprise_of(record.list, **row) == record.enterprise;
        // A record with all the same values has the same document number, or none as well.
        let same = |alike: &mut dyn Iterator<Item = &u32>| {
            alike.copied().filter(|row| earlier(builder, record.list, *row).values == record.values).min()
        };
        let (marks, same) = if let Some(hash) = document {
            (Marks::Document(hash), same(&mut seen.documents.iter_hash(hash).filter(own)))
        } else {
            let hash = hash_of_all(record);
            (Marks::Whole(hash), same(&mut seen.whole.iter_hash(hash).filter(own)))
        };
        if let Some(row) = same {
            let earlier = earlier(builder, record.list, row);
            return Repeat::Copy(format!(
                "重复：与第 {} 行相同{}",
                earlier.origin.row,
                elsewhere(reading, &earlier, record)
            ));
        }
        let Marks::Document(hash) = marks else { return Repeat::New(marks) };
        let mut alike: Vec<u32> = seen.documents.iter_hash(hash).filter(own).copied().collect();
        alike.sort_unstable();
        for row in alike {
            let earlier = earlier(&reading.builder, record.list, row);
            if self.hash_of_document(reading, &earlier, &parts) != Some(hash) {
                continue;
            }
            let same_file = earlier.origin.source == record.origin.source;
            let (mine, theirs) = (value(record, parts.act), value(&earlier, parts.act));
            let same_act =
                mine == Stored::Missing || theirs == Stored::Missing || same_text(reading, mine, theirs);
            if same_file && (record.list != SANCTION || !same_act || differs_in_text(record, &earlier)) {
                // Several violations, or several hazards, under one number.
                continue;
            }
            let differing = differing(reading, record, &earlier);
            if !differing.is_empty() {
                let message = format!(
                    "同一决定与第 {} 行{}的“{}”不一致；请核对后只留正确的一行",
                    earlier.origin.row,
                    elsewhere(reading, &earlier, record),
                    differing.join("、")
                );
                return Repeat::Conflict("D601", message);
            }
            if !same_act {
                let message = format!(
                    "同一决定在两个文件里违法行为写法不同（见第 {} 行{}）；请核对是一项还是两项违法行为",
                    earlier.origin.row,
                    elsewhere(reading, &earlier, record)
                );
                return Repeat::Conflict("D602", message);
            }
            let mut filled = false;
            for (field, (theirs, mine)) in earlier.values.iter().zip(&record.values).enumerate() {
                if *theirs == Stored::Missing && *mine != Stored::Missing {
                    // A value that was read for the field fits it.
                    let _ = reading.builder.fill(record.list, row, FieldId(field as u16), *mine);
                    filled = true;
                }
            }
            let more = if filled { "，已用它补全前一行的空格" } else { "" };
            return Repeat::Copy(format!(
                "重复：同一决定见第 {} 行{}{more}",
                earlier.origin.row,
                elsewhere(reading, &earlier, record)
            ));
        }
        Repeat::New(marks)
    }

    /// Enters a record that is new, under the number that it got.
    pub(super) fn enter(&mut self, reading: &Reading<'_>, list: ListId, marks: Marks, number: u32) {
        let place = usize::from(list.0);
        let Some(mut seen) = self.lists.get_mut(place).map(std::mem::take) else { return };
        let before = |row: &u32| earlier(&reading.builder, list, *row);
        match marks {
            Marks::Whole(hash) => {
                seen.whole.insert_unique(hash, number, |row| hash_of_all(&before(row)));
            }
            Marks::Document(hash) => {
                let parts = seen.parts;
                seen.documents.insert_unique(hash, number, |row| {
                    self.hash_of_document(reading, &before(row), &parts).unwrap_or_default()
                });
            }
            Marks::None => {}
        }
        if let Some(slot) = self.lists.get_mut(place) {
            *slot = seen;
        }
    }
}

/// Where an earlier record stands, if it is in another file or sheet.
fn elsewhere(reading: &Reading<'_>, earlier: &Record, record: &Record) -> String {
    match reading.places.get(earlier.origin.source as usize) {
        Some(place) if earlier.origin.source != record.origin.source => format!("（{place}）"),
        _ => String::new(),
    }
}

fn same_text(reading: &Reading<'_>, a: Stored, b: Stored) -> bool {
    match (a, b) {
        (Stored::Text(a), Stored::Text(b)) => {
            let texts = reading.builder.texts();
            a == b || key(texts.get(a)) == key(texts.get(b))
        }
        _ => a == b,
    }
}

/// True if two rows tell different things (facts, content) where both say something.
fn differs_in_text(a: &Record, b: &Record) -> bool {
    a.values.iter().zip(&b.values).any(|pair| matches!(pair, (Stored::Text(x), Stored::Text(y)) if x != y))
}

/// The fields other than texts in which both rows have a value, and not the same.
fn differing(reading: &Reading<'_>, a: &Record, b: &Record) -> Vec<String> {
    let def = reading.vocabulary.list_def(a.list);
    def.fields
        .iter()
        .zip(a.values.iter().zip(&b.values))
        .filter(|(field, (x, y))| {
            let reported = field.name.english == "reported_on";
            field.ty != Ty::Text && !reported && x != y && **x != Stored::Missing && **y != Stored::Missing
        })
        .map(|(field, _)| field.name.chinese.clone())
        .collect()
}
