//! The table of changed codes (变更.csv): only by a row of it do the records under a given-up code belong to the
//! enterprise of the new one (更名, 个转企, 合并, 换码). What is not plain there is a problem, and nothing is joined.

use std::collections::{BTreeSet, HashMap, HashSet};

use sanse::{CreditCode, Origin};

use super::cell::{self, DateTrouble, is_placeholder};
use super::header::{Meaning, Taken};
use super::identity::{Identities, Register};
use super::name::name_form;
use super::number::{Number, number_of};
use super::personal::shown;
use super::problem::{At, done};
use super::records::report;
use super::row::{Fate, Reading};
use super::table::Table;

/// Codes and names that enterprises of the register gave up.
#[derive(Default)]
pub(super) struct Changed {
    codes: HashMap<String, u32>,
    /// By the organisation code within; `None` if two codes of different enterprises had it.
    bodies: HashMap<String, Option<u32>>,
    forms: HashMap<String, Vec<u32>>,
    cores: HashMap<String, Vec<u32>>,
}

impl Changed {
    /// Adds an enterprise's given-up code, and the two forms of its given-up name; an empty one is none.
    pub(super) fn add(&mut self, given_up: &str, (form, core): (String, String), enterprise: u32) {
        if !given_up.is_empty() {
            self.codes.insert(given_up.to_owned(), enterprise);
            let body = given_up.get(8..17).unwrap_or_default().to_owned();
            let known = self.bodies.entry(body).or_insert(Some(enterprise));
            *known = known.filter(|other| *other == enterprise);
        }
        if !form.is_empty() {
            self.forms.entry(form).or_default().push(enterprise);
            self.cores.entry(core).or_default().push(enterprise);
        }
    }

    /// True if no code was given up.
    pub(super) fn has_no_codes(&self) -> bool {
        self.codes.is_empty()
    }

    pub(super) fn by_code(&self, code: &str) -> Option<u32> {
        self.codes.get(code).copied()
    }

    pub(super) fn by_body(&self, body: &str) -> Option<u32> {
        self.bodies.get(body).copied().flatten()
    }

    pub(super) fn by_form(&self, form: &str) -> &[u32] {
        self.forms.get(form).map_or(&[], Vec::as_slice)
    }

    pub(super) fn by_core(&self, core: &str) -> &[u32] {
        self.cores.get(core).map_or(&[], Vec::as_slice)
    }
}

/// A row of the table.
struct Change {
    origin: Origin,
    /// Empty if there is none.
    old: Result<String, String>,
    new: Result<String, String>,
    old_name: String,
    new_name: String,
}

impl Change {
    fn read(table: &Table, row: usize) -> Change {
        let cell = |column| table.first(row, Meaning::Plain(column));
        let name = |column| Some(cell(column)).filter(|n| !is_placeholder(n)).unwrap_or_default().to_owned();
        Change {
            origin: Origin { source: table.source as u32, row: table.number(row) },
            old: code_of(cell(0)),
            new: code_of(cell(1)),
            old_name: name(2),
            new_name: name(3),
        }
    }

    /// What is given up: the code, or the name where there is no code.
    fn given_up(&self) -> Option<String> {
        match &self.old {
            Ok(code) if !code.is_empty() => Some(code.clone()),
            Ok(_) => Some(name_form(&self.old_name)).filter(|form| !form.is_empty()),
            Err(_) => None,
        }
    }

    /// What was given up and what took its place, if the row says both and they differ.
    fn step(&self) -> Option<(String, &str)> {
        let new = self.new.as_deref().ok().filter(|new| !new.is_empty())?;
        self.given_up().filter(|old| old != new).map(|old| (old, new))
    }
}

/// A credit code of the table; empty if there is none. `Err` says what is wrong with it.
fn code_of(cell: &str) -> Result<String, String> {
    match number_of(cell) {
        Number::None => Ok(String::new()),
        Number::Credit(code) => match code.parse::<CreditCode>() {
            Ok(_) => Ok(code),
            Err(error) => Err(format!("“{code}”：{error}")),
        },
        Number::Destroyed => Err("已被表格软件改成数字，后几位已丢失".to_owned()),
        Number::Person => Err("是公民身份证号".to_owned()),
        Number::Organisation(_) | Number::Registration(_) | Number::Other(_) => {
            Err("不是 18 位统一社会信用代码".to_owned())
        }
    }
}

/// What a row comes to.
enum Verdict {
    /// It holds for an enterprise; with what is to be said beside it.
    Holds(u32, Option<(&'static str, &'static str, String, Vec<u32>)>),
    /// An earlier row says the same.
    Copy(Origin),
    /// The code of the problem, its message, and the enterprises it touches.
    Wrong(&'static str, String, Vec<u32>),
}

/// Reads the tables of changed codes and enters what is plain in them.
pub(super) fn read(reading: &mut Reading<'_>, tables: &mut [Table], identities: &mut Identities) {
    let mut changes = Vec::new();
    for table in tables.iter_mut().filter(|t| t.layout.taken == Taken::Changes) {
        reading.each_row(table, |reading, table, row| {
            if let Some(reason) = table.is_no_record(row) {
                reading.account(table, row, Fate::Unused(reason.to_owned()));
            } else if let Some((code, message)) = table.is_damaged(row) {
                let cells: Vec<&str> = table.all_cells(row).collect();
                let mentioned = identities.with(reading.builder.texts()).mentioned(&cells.join("\n"));
                report(reading, table.at(row), code, &message, &mentioned, None);
                reading.account(table, row, Fate::Problem);
            } else {
                note_date(reading, table, row);
                changes.push(Change::read(table, row));
            }
        });
    }
    let verdicts = judge(&changes, identities.with(reading.builder.texts()));
    for (change, verdict) in changes.iter().zip(verdicts) {
        let at = At::source(change.origin.source as usize).row(change.origin.row);
        let fate = match verdict {
            Verdict::Holds(enterprise, beside) => {
                identities.change(change.old.as_deref().unwrap_or_default(), &change.old_name, enterprise);
                if let Some((code, done, message, who)) = beside {
                    if who.is_empty() {
                        reading.problems.note(at, code, done, &message);
                    }
                    for one in who {
                        reading.problems.withhold(at, code, done, &message, (Some(one), None));
                    }
                }
                Fate::Used
            }
            Verdict::Copy(first) => {
                let place = reading.places.get(first.source as usize).map_or("", String::as_str);
                Fate::Unused(format!("重复：与第 {} 行相同（{place}）", first.row))
            }
            Verdict::Wrong(code, message, who) => {
                report(reading, at, code, &message, &who, None);
                Fate::Problem
            }
        };
        reading.account_at(change.origin, fate);
    }
}

/// The date is for people; a wrong one is said and changes nothing.
fn note_date(reading: &mut Reading<'_>, table: &Table, row: usize) {
    let text = table.first(row, Meaning::Plain(4));
    if is_placeholder(text) {
        return;
    }
    let (code, message) = match cell::date(text) {
        Ok(_) => return,
        Err(DateTrouble::Ambiguous) => ("D302", "变更日期分不清月和日；请写成 2022-03-04 的样子"),
        Err(_) => ("D301", "变更日期不是日期；请写成 2022-03-04 的样子"),
    };
    reading.problems.note(table.at(row).column("变更日期"), code, done::CELL_MISSING_NOTED, message);
}

fn judge(changes: &[Change], register: Register<'_>) -> Vec<Verdict> {
    let mut successors: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for (old, new) in changes.iter().filter_map(Change::step) {
        successors.entry(old).or_default().insert(new);
    }
    let mut seen: HashMap<(String, &str, String), Origin> = HashMap::new();
    changes
        .iter()
        .map(|change| {
            let verdict = judge_one(change, &successors, register);
            if let (Verdict::Holds(..), Some(old), Ok(new)) = (&verdict, change.given_up(), &change.new) {
                let key = (old, new.as_str(), name_form(&change.old_name));
                if let Some(first) = seen.get(&key) {
                    return Verdict::Copy(*first);
                }
                seen.insert(key, change.origin);
            }
            verdict
        })
        .collect()
}

fn judge_one(
    change: &Change,
    successors: &HashMap<String, BTreeSet<&str>>,
    register: Register<'_>,
) -> Verdict {
    // Whoever the row touches waits until it is plain.
    let mut who: BTreeSet<u32> = [&change.old, &change.new]
        .into_iter()
        .filter_map(|code| register.by_code(code.as_deref().unwrap_or_default()))
        .collect();
    who.extend([&change.old_name, &change.new_name].into_iter().flat_map(|name| register.named(name)));
    let wrong =
        |code, message: String, who: BTreeSet<u32>| Verdict::Wrong(code, message, who.into_iter().collect());
    let (old, new) = match (&change.old, &change.new) {
        (Err(why), Err(other)) => {
            return wrong("D415", format!("原代码{why}，新代码{other}；请核对"), who);
        }
        (Err(why), _) => return wrong("D415", format!("原代码{why}；请核对"), who),
        (_, Err(why)) => return wrong("D415", format!("新代码{why}；请核对"), who),
        (_, Ok(new)) if new.is_empty() => return wrong("D415", "没有写新代码；请补填".to_owned(), who),
        (Ok(old), Ok(new)) => (old.as_str(), new.as_str()),
    };
    let Some(given_up) = change.given_up().filter(|given_up| given_up != new || !change.old_name.is_empty())
    else {
        let message = "既没有与新代码不同的原代码，也没有原名称；请补填";
        return wrong("D415", message.to_owned(), who);
    };
    let called = if old.is_empty() { shown(&change.old_name) } else { old.to_owned() };
    let next = successors.get(&given_up).filter(|_| given_up != new);
    if let Some(several) = next.filter(|next| next.len() > 1) {
        let all: Vec<&str> = several.iter().copied().collect();
        who.extend(all.iter().filter_map(|code| register.by_code(code)));
        let message = format!("“{called}”变更成了不同的代码：{}；请核对后只留一个", all.join("、"));
        return wrong("D414", message, who);
    }
    if let Some(further) = successors.get(new) {
        let reached = reached_from(new, successors);
        who.extend(reached.iter().filter_map(|code| register.by_code(code)));
        if reached.contains(given_up.as_str()) {
            let message = format!("“{called}”变更为“{new}”，“{new}”又变更回来；请核对后删去写反的一行");
            return wrong("D413", message, who);
        }
        let further: Vec<&str> = further.iter().copied().collect();
        let message = format!(
            "“{called}”变更为“{new}”，“{new}”又变更为“{}”；请在这一行直接写最后的代码",
            further.join("、")
        );
        return wrong("D412", message, who);
    }
    let Some(enterprise) = register.by_code(new) else {
        let message = format!("新代码“{new}”不在名录；请核对，没有写错的请补进名录");
        return wrong("D411", message, who);
    };
    let registered = shown(register.name(enterprise));
    match register.name_fits(enterprise, &change.new_name) {
        Some(others) if !others.is_empty() => {
            let message = format!(
                "新代码是名录内“{registered}”的，新名称却是名录内另一户“{}”的；请核对",
                shown(&change.new_name)
            );
            return wrong("D409", message, who);
        }
        Some(_) => {
            let message = format!(
                "新代码是名录内“{registered}”的，新名称写的是“{}”；按代码归户，请核对",
                shown(&change.new_name)
            );
            return Verdict::Holds(enterprise, Some(("D403", done::NOTED, message, Vec::new())));
        }
        None => {}
    }
    match register.by_code(old).filter(|other| *other != enterprise) {
        Some(other) => {
            let message = format!(
                "原代码“{old}”在名录里还有一户“{}”，它的记录已归到“{registered}”；请核对后从名录或变更表里删去一个",
                shown(register.name(other))
            );
            let done = "已按变更归户，核对前原来那一户不评绿标";
            Verdict::Holds(enterprise, Some(("D416", done, message, vec![other])))
        }
        None => Verdict::Holds(enterprise, None),
    }
}

/// The codes that changes lead to from one.
fn reached_from<'a>(from: &'a str, successors: &HashMap<String, BTreeSet<&'a str>>) -> HashSet<&'a str> {
    let mut reached = HashSet::new();
    let mut open = vec![from];
    while let Some(code) = open.pop() {
        for next in successors.get(code).into_iter().flatten() {
            if reached.insert(*next) {
                open.push(next);
            }
        }
    }
    reached
}
