//! The same decision in two files counts once; two rows of one decision that disagree are a problem.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use sanse::{FieldId, SANCTION, Ty, document_key};

use super::cell::key;
use super::records::Record;
use super::row::{Reading, Stored};

/// What a record is to those before it.
#[derive(Debug)]
pub(super) enum Repeat {
    /// The first of its kind.
    New,
    /// A copy; the reason for the list of unused rows.
    Copy(String),
    /// It disagrees with an earlier one: the problem's code and what is wrong.
    Conflict(&'static str, String),
}

/// The records seen so far, and the agencies' names.
#[derive(Default)]
pub(super) struct Seen {
    /// By a hash of list, enterprise and all values.
    whole: HashMap<u64, Vec<usize>>,
    /// By a hash of list, enterprise, document and kind.
    documents: HashMap<u64, Vec<usize>>,
    /// Alias to name, in the form in which texts are compared.
    agencies: HashMap<String, String>,
}

/// The fields that decide whether two rows of one decision agree.
struct Parts {
    kind: Option<FieldId>,
    act: Option<FieldId>,
    document: Option<FieldId>,
}

fn parts(reading: &Reading<'_>, record: &Record) -> Parts {
    let def = reading.vocabulary.list_def(record.list);
    let kind = if record.list == SANCTION { def.field("kind") } else { None };
    Parts { kind, act: def.roles.act, document: def.roles.document }
}

fn value(record: &Record, field: Option<FieldId>) -> Stored {
    field.and_then(|f| record.values.get(usize::from(f.0))).copied().unwrap_or(Stored::Missing)
}

impl Seen {
    /// Enters another name of an agency.
    pub(super) fn alias(&mut self, name: &str, alias: &str) {
        self.agencies.insert(key(alias), key(name));
    }

    fn hash_of_all(record: &Record) -> u64 {
        let mut hasher = DefaultHasher::new();
        (record.list.0, record.enterprise, &record.values).hash(&mut hasher);
        hasher.finish()
    }

    /// `None` without a document number.
    fn hash_of_document(&self, reading: &Reading<'_>, record: &Record, agency: &str) -> Option<u64> {
        let parts = parts(reading, record);
        let Stored::Text(document) = value(record, parts.document) else { return None };
        let document = document_key(reading.texts.get(document));
        if document.is_empty() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (record.list.0, record.enterprise, &document, value(record, parts.kind)).hash(&mut hasher);
        // A bare number such as 〔2022〕5号 is one of its agency's only.
        if !document.chars().any(char::is_alphabetic) {
            let agency = key(agency);
            self.agencies.get(&agency).unwrap_or(&agency).hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// What a record is to those before it. A copy that knows more than the first fills its gaps.
    pub(super) fn check(
        &self,
        reading: &Reading<'_>,
        record: &Record,
        agency: &str,
        records: &mut [Record],
    ) -> Repeat {
        if reading.vocabulary.list_def(record.list).repeats {
            return Repeat::New;
        }
        for earlier in self.whole.get(&Self::hash_of_all(record)).into_iter().flatten() {
            if let Some(earlier) = records.get(*earlier)
                && (earlier.list, earlier.enterprise, &earlier.values)
                    == (record.list, record.enterprise, &record.values)
            {
                return Repeat::Copy(format!(
                    "重复：与第 {} 行相同{}",
                    earlier.origin.row,
                    elsewhere(reading, earlier, record)
                ));
            }
        }
        let Some(hash) = self.hash_of_document(reading, record, agency) else { return Repeat::New };
        let parts = parts(reading, record);
        for number in self.documents.get(&hash).into_iter().flatten() {
            let Some(earlier) = records.get_mut(*number) else { continue };
            let same_file = earlier.origin.source == record.origin.source;
            let (mine, theirs) = (value(record, parts.act), value(earlier, parts.act));
            let same_act =
                mine == Stored::Missing || theirs == Stored::Missing || same_text(reading, mine, theirs);
            if same_file && (record.list != SANCTION || !same_act || differs_in_text(record, earlier)) {
                // Several violations, or several hazards, under one number.
                continue;
            }
            let differing = differing(reading, record, earlier);
            if !differing.is_empty() {
                let message = format!(
                    "同一决定与第 {} 行{}的“{}”不一致；请核对后只留正确的一行",
                    earlier.origin.row,
                    elsewhere(reading, earlier, record),
                    differing.join("、")
                );
                return Repeat::Conflict("D601", message);
            }
            if !same_act {
                let message = format!(
                    "同一决定在两个文件里违法行为写法不同（见第 {} 行{}）；请核对是一项还是两项违法行为",
                    earlier.origin.row,
                    elsewhere(reading, earlier, record)
                );
                return Repeat::Conflict("D602", message);
            }
            let mut filled = false;
            for (mine, theirs) in earlier.values.iter_mut().zip(&record.values) {
                if *mine == Stored::Missing && *theirs != Stored::Missing {
                    *mine = *theirs;
                    filled = true;
                }
            }
            let more = if filled { "，已用它补全前一行的空格" } else { "" };
            return Repeat::Copy(format!(
                "重复：同一决定见第 {} 行{}{more}",
                earlier.origin.row,
                elsewhere(reading, earlier, record)
            ));
        }
        Repeat::New
    }

    /// Enters a record that is new, under the number that it gets.
    pub(super) fn enter(&mut self, reading: &Reading<'_>, record: &Record, agency: &str, number: usize) {
        self.whole.entry(Self::hash_of_all(record)).or_default().push(number);
        if let Some(hash) = self.hash_of_document(reading, record, agency) {
            self.documents.entry(hash).or_default().push(number);
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
            a == b || key(reading.texts.get(a)) == key(reading.texts.get(b))
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
