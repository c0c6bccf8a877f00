//! The lists of records: every row finds its enterprise, its domain and its values, or says why not.

use std::collections::HashMap;

use sanse::{CreditCode, ENTERPRISE, FieldId, INSPECTION, LEAD, ListId, Origin, RECTIFICATION, SANCTION};

use super::aside::{Aside, Owner};
use super::cell::{half_width, is_placeholder, key};
use super::domain::Decided;
use super::duplicate::{Marks, Repeat, Seen};
use super::header::{Claim, Meaning, PARTY, Taken};
use super::identity::{Found, Identities, Party, Who};
use super::measure::{Measure, contradictions, kinds_of, split, told_together};
use super::personal::{is_natural_person, shown};
use super::problem::{At, done};
use super::row::{Fate, Filled, Reading, Stored, Trouble, shortened};
use super::sheet::Sheet;
use super::table::Table;
use super::wording::How;

/// A record that is ready for the caseload.
pub(super) struct Record {
    pub(super) list: ListId,
    /// By its number in the builder.
    pub(super) enterprise: u32,
    pub(super) values: Vec<Stored>,
    pub(super) origin: Origin,
}

/// What is asked of every row of a sheet, looked up once.
struct Plan {
    list: ListId,
    /// The columns of name, credit code, organisation code, registration number.
    party: [Vec<usize>; 4],
    /// The columns that tell natural persons from enterprises.
    party_kind: Vec<usize>,
    domain: Option<FieldId>,
    domain_columns: Vec<usize>,
    date: Option<FieldId>,
    /// The columns of texts that cite a law or name an item, the weightiest first.
    cited: Vec<Vec<usize>>,
    /// The columns of texts that tell what happened; asked last.
    told: Vec<Vec<usize>>,
    measure: Option<Measure>,
    inspection_type: Option<FieldId>,
    place: Decided,
    /// The fields that are read elsewhere than with the others.
    skip: Vec<FieldId>,
}

impl Plan {
    fn new(reading: &Reading<'_>, table: &Table, list: ListId) -> Plan {
        let register = reading.vocabulary.list_def(ENTERPRISE);
        let def = reading.vocabulary.list_def(list);
        let fields = |names: &[&str]| names.iter().filter_map(|name| def.field(name)).collect::<Vec<_>>();
        let columns = |field: FieldId| table.columns(Meaning::Field(field));
        let mut cited = fields(&["cited_law"]);
        cited.extend(def.roles.act);
        let measure = if list == SANCTION { Measure::new(reading) } else { None };
        let domain = def.roles.domain;
        Plan {
            list,
            party: PARTY.map(|name| {
                register.field(name).map(|f| table.columns(Meaning::Party(f))).unwrap_or_default()
            }),
            party_kind: table.columns(Meaning::PartyKind),
            domain,
            domain_columns: domain.map(columns).unwrap_or_default(),
            date: def.roles.date,
            cited: cited.into_iter().map(columns).collect(),
            told: fields(&["facts", "content"]).into_iter().map(columns).collect(),
            skip: domain.into_iter().chain(measure.as_ref().map(|m| m.kind)).collect(),
            measure,
            inspection_type: if list == INSPECTION { def.field("type") } else { None },
            place: reading.domains.of_place(&table.file, table.name.as_deref()),
        }
    }
}

/// What was received of the domains while reading records. Leads count for neither: they come from elsewhere
/// than the bureau that declares its delivery.
pub(super) struct Received {
    /// Rows by domain; of rows whose domain is open nothing is counted.
    pub(super) rows: Vec<u32>,
    /// Whether a sheet of the domain was received.
    pub(super) sheets: Vec<bool>,
    /// Whether a record of rectification of the domain was received that concerns a registered enterprise.
    pub(super) orders: Vec<bool>,
    /// The domain of a folder, if all its sheets that tell one tell the same.
    folders: HashMap<String, Option<u16>>,
}

impl Received {
    /// Nothing yet of so many domains.
    pub(super) fn new(reading: &Reading<'_>, tables: &[Table]) -> Received {
        let domains = reading.domains.len();
        let mut folders: HashMap<String, Option<u16>> = HashMap::new();
        for table in tables.iter().filter(|t| matches!(t.layout.taken, Taken::Records(_))) {
            let told = reading.domains.of_place(&table.file, table.name.as_deref());
            if let (Decided::Domain(domain), Some((folder, _))) = (told, table.file.rsplit_once('/')) {
                let known = folders.entry(folder.to_owned()).or_insert(Some(domain));
                if *known != Some(domain) {
                    *known = None;
                }
            }
        }
        Received {
            rows: vec![0; domains],
            sheets: vec![false; domains],
            orders: vec![false; domains],
            folders,
        }
    }

    fn received(&mut self, domain: u16) {
        if let Some(slot) = self.sheets.get_mut(usize::from(domain)) {
            *slot = true;
        }
    }

    fn order(&mut self, domain: u16) {
        if let Some(slot) = self.orders.get_mut(usize::from(domain)) {
            *slot = true;
        }
    }

    fn count(&mut self, domain: u16) {
        if let Some(slot) = self.rows.get_mut(usize::from(domain)) {
            *slot += 1;
        }
    }
}

/// Where a row goes whose enterprise and domain are known.
pub(super) enum Keep {
    /// Into the caseload, among those seen before.
    InCaseload(Seen),
    /// Aside, until the batch of its enterprise is due. Nothing was seen before.
    Aside(Seen, Aside),
}

/// Reads the records of a sheet, by its number among all.
///
/// # Errors
/// Rows cannot be put aside.
pub(super) fn read(
    reading: &mut Reading<'_>,
    (sheet, table): (usize, &mut Table),
    who: &Identities,
    keep: &mut Keep,
    received: &mut Received,
) -> std::io::Result<()> {
    let Taken::Records(list) = table.layout.taken else { return Ok(()) };
    let plan = Plan::new(reading, table, list);
    let place = match plan.place {
        Decided::Domain(domain) => Some(domain),
        _ => None,
    };
    let of_bureau = list != LEAD;
    // What a bureau counts are the rows of its files, whatever domain a row turns out to have.
    let folder = table.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let bureau = place.or_else(|| received.folders.get(folder).copied().flatten());
    if let (true, Some(place)) = (of_bureau, place) {
        received.received(place);
    }
    reading.start(table);
    let mut filled = Filled::new(table);
    loop {
        filled.look(table);
        let told: Vec<(&str, &str)> = table.rows().map(|row| code_and_name(table, row, &plan)).collect();
        let found = who.with(reading.builder.texts()).by_codes(&told);
        for (row, found) in table.rows().zip(found) {
            if let Some(reason) = table.is_no_record(row) {
                reading.account(table, row, Fate::Unused(reason.to_owned()));
                continue;
            }
            let domain = domain_of(reading, table, row, &plan);
            if of_bureau {
                let own = domain.as_ref().ok().copied();
                if let Some(counted) = bureau.or(own) {
                    received.count(counted);
                }
                // A sheet of one bureau may cite another's law; only a sheet without a place of its own speaks for
                // the domains of its rows.
                if let (None, Some(own)) = (place, own) {
                    received.received(own);
                }
            }
            let owner = match owner_of(reading, table, row, &plan, (who, found), domain) {
                Ok(owner) => owner,
                Err(fate) => {
                    reading.account(table, row, fate);
                    continue;
                }
            };
            if list == RECTIFICATION {
                received.order(owner.domain);
            }
            match keep {
                Keep::InCaseload(seen) => {
                    let fate = values_of(reading, table, row, &plan, owner, seen);
                    reading.account(table, row, fate);
                }
                Keep::Aside(_, aside) => aside.put(sheet, table, row, owner)?,
            }
        }
        if !reading.advance(table) {
            break;
        }
    }
    if let Keep::Aside(..) = keep {
        // Rows of a workbook or a small file have gone as well; those that come back bring their own room.
        *table.at_hand() = Sheet::default();
    }
    missing_columns(reading, table, &plan, &filled);
    reading.note_guesses(table, list);
    reading.note_units(table, list, &filled);
    Ok(())
}

/// Reads the rows of a sheet that were put aside for a batch.
///
/// # Errors
/// They cannot be taken back.
pub(super) fn read_aside(
    reading: &mut Reading<'_>,
    (sheet, table): (usize, &mut Table),
    (aside, batch): (&mut Aside, usize),
    seen: &mut Seen,
) -> std::io::Result<()> {
    let Taken::Records(list) = table.layout.taken else { return Ok(()) };
    let plan = Plan::new(reading, table, list);
    reading.forget(table);
    let mut owners = Vec::new();
    while aside.take(batch, sheet, table.at_hand(), &mut owners)? {
        for (row, owner) in owners.iter().enumerate() {
            let fate = values_of(reading, table, row, &plan, *owner, seen);
            reading.account(table, row, fate);
        }
    }
    Ok(())
}

/// Says of a sheet, once, which columns are not read and which column every row needs and none has.
fn missing_columns(reading: &mut Reading<'_>, table: &Table, plan: &Plan, filled: &Filled) {
    for ((_, header), filled) in table.layout.unknown.iter().zip(&filled.unknown) {
        // A column without content has nothing to lose.
        if !filled {
            continue;
        }
        let message =
            format!("列“{}”没有认出，没有读入；如果规则要用到它，请改用常用的列名", shortened(header));
        let at = At::source(table.source).column(header);
        reading.problems.note(at, "D205", "仅提示，其余各列已照常读入", &message);
    }
    let def = reading.vocabulary.list_def(plan.list);
    for (number, field) in def.fields.iter().enumerate() {
        let has = table.layout.claims.iter().any(|c| c.meaning == Meaning::Field(FieldId(number as u16)));
        if !field.optional && field.derived.is_none() && !has {
            let name = &field.name.chinese;
            let examples = field.headers.iter().take(3).cloned().collect::<Vec<_>>().join("、");
            let examples =
                if examples.is_empty() { String::new() } else { format!("（也可叫{examples}）") };
            let message = format!("这张“{}”表没有“{name}”列{examples}；请补上这一列", def.name.chinese);
            let at = At::source(table.source);
            reading.problems.note(at, "D201", "各行因此未能计入", &message);
        }
    }
}

/// The domain of a row, or what was decided instead.
fn domain_of(reading: &mut Reading<'_>, table: &Table, row: usize, plan: &Plan) -> Result<u16, Decided> {
    let cell = |columns: &[usize]| table.first_of(row, columns);
    let text = cell(&plan.domain_columns);
    if !is_placeholder(text) {
        let named = reading.domains.named(text);
        if let Decided::Other(_) = named {
            let message = format!(
                "“领域”列里的“{}”没有对应的标准；如果是另一种写法，请改成标准里的领域名称",
                shortened(text)
            );
            let at = At::source(table.source).column("领域");
            reading.problems.note(at, "D503", "这些行列入未用，不评定", &message);
        }
        return decided(named);
    }
    if let Some(home) = &reading.vocabulary.list_def(plan.list).home {
        return decided(reading.domains.named(home));
    }
    for columns in &plan.cited {
        match reading.cites(cell(columns)) {
            Decided::Open => {}
            // A word says less than the place; a law says more.
            Decided::OtherWord(_) if matches!(plan.place, Decided::Domain(_)) => {}
            found => return decided(found),
        }
    }
    if plan.place != Decided::Open {
        return decided(plan.place.clone());
    }
    let told = plan.told.iter().map(|columns| reading.cites(cell(columns))).find(|d| *d != Decided::Open);
    decided(told.unwrap_or(Decided::Open))
}

fn decided(decided: Decided) -> Result<u16, Decided> {
    match decided {
        Decided::Domain(domain) => Ok(domain),
        Decided::OtherWord(word) => Err(Decided::Other(word)),
        other => Err(other),
    }
}

/// Whom a row concerns and in which domain. `found` is the enterprise that its credit code gives, if it gives one as it
/// stands. `Err` with what became of a row that cannot be used; what is wrong with it goes to the problems.
fn owner_of(
    reading: &mut Reading<'_>,
    table: &Table,
    row: usize,
    plan: &Plan,
    (identities, found): (&Identities, Option<Found>),
    domain: Result<u16, Decided>,
) -> Result<Owner, Fate> {
    let party = party(table, row, plan);
    let at = table.at(row);
    let register = identities.with(reading.builder.texts());
    if let Some((code, message)) = table.is_damaged(row) {
        // The cells may have moved, so all of them are asked whom the row mentions.
        let text: Vec<&str> = table.all_cells(row).collect();
        let mut mentioned = register.mentioned(&text.join("\n"));
        match register.resolve(&party) {
            Who::Registered(one) => mentioned.push(one),
            Who::Nearly(some, ..) => mentioned.extend(some),
            _ => {}
        }
        mentioned.sort_unstable();
        mentioned.dedup();
        // A damaged text cites no law that can be relied on.
        report(reading, at, code, &message, &mentioned, None);
        return Err(Fate::Problem);
    }
    if let Err(Decided::Other(why)) = domain {
        let reason = format!("其他领域：{why}");
        return Err(match register.resolve(&party) {
            Who::Registered(enterprise) => Fate::UnusedOf(enterprise, reason),
            Who::Person => Fate::Unused("自然人".to_owned()),
            _ => Fate::Unused(reason),
        });
    }
    // What keeps the row out is told with what its cells lack, all at once.
    let mut faults: Vec<Trouble> = Vec::new();
    let mut near: Vec<u32> = Vec::new();
    let mut registered = None;
    let who = match found {
        // Most rows carry the code just as the register has it.
        Some(found) if !party.person => Who::Registered(found.enterprise),
        _ => register.resolve(&party),
    };
    match who {
        Who::Registered(enterprise) => registered = Some(enterprise),
        Who::Person => return Err(Fate::Unused("自然人".to_owned())),
        Who::Outside if party.name.contains("测试") => return Err(Fate::Unused("测试数据".to_owned())),
        Who::Outside if table.damaged && party.code.parse::<CreditCode>().is_err() => {
            let message = "文件的文字有损坏，这一行的企业名称不在名录，也没有可用的代码，可能是名称坏了；请从原系统重新导出";
            faults.push(("D104", message.to_owned()));
        }
        Who::Outside => return Err(Fate::Unused("不在企业名录".to_owned())),
        Who::Nearly(some, code, message) => {
            faults.push((code, message));
            near = some;
        }
        Who::Unclear(code, message) => faults.push((code, message)),
        Who::Nobody => {
            faults.push(("D407", "该行既没有企业名称，也没有可用的代码；请补填".to_owned()));
        }
    }
    let who = if near.is_empty() { registered.as_slice() } else { near.as_slice() };
    let unknown = domain == Err(Decided::Unknown);
    let Ok(domain) = domain else {
        let (code, message) = if unknown {
            ("D502", "“领域”一格的写法不认识；请改成本次评定的领域名称")
        } else {
            (
                "D501",
                "看不出属于哪个领域：没有领域列，所引法律条款也不能确定；请加“领域”列，或把文件放进以领域命名的文件夹",
            )
        };
        faults.push((code, message.to_owned()));
        left_out(reading, table, row, plan, who, None, faults);
        return Err(Fate::Problem);
    };
    let (true, Some(enterprise)) = (faults.is_empty(), registered) else {
        left_out(reading, table, row, plan, who, Some(domain), faults);
        return Err(Fate::Problem);
    };
    if let Some(field) = plan.inspection_type
        && is_self_check(table, row, field)
    {
        return Err(Fate::UnusedOf(enterprise, "企业自查，不是执法检查".to_owned()));
    }
    // Nearly every row names the enterprise by its code and its name as they are registered.
    let as_registered = found.is_some_and(|found| found.named);
    if !as_registered || !party.organisation.is_empty() || !party.registration.is_empty() {
        note_name(reading, table, row, identities, enterprise, &party, domain);
    }
    Ok(Owner { enterprise, domain })
}

/// What the cells of a row give.
struct Cells<'t> {
    values: Vec<Stored>,
    /// Cells that cannot be read and that a row may lack.
    troubles: Vec<(&'t Claim, FieldId, Trouble)>,
    /// What every row must have and this one has not, by header.
    lacking: Vec<(String, Trouble)>,
    kinds: Result<Vec<u16>, Vec<Trouble>>,
}

fn cells<'t>(reading: &mut Reading<'_>, table: &'t Table, row: usize, plan: &Plan) -> Cells<'t> {
    let (mut values, mut troubles) = reading.read_fields(table, row, plan.list, &plan.skip);
    if let Some(measure) = &plan.measure {
        told_together(table, row, measure, &mut values, &mut troubles);
    }
    let lacking = lacking(reading, plan, &values, &mut troubles);
    let kinds = kinds_of(reading, table, row, plan.measure.as_ref());
    Cells { values, troubles, lacking, kinds }
}

/// Tells everything that is wrong with a row that is left out, to everybody whom it may concern.
fn left_out(
    reading: &mut Reading<'_>,
    table: &Table,
    row: usize,
    plan: &Plan,
    who: &[u32],
    domain: Option<u16>,
    faults: Vec<Trouble>,
) {
    let cells = cells(reading, table, row, plan);
    tell(reading, table, row, plan, who, domain, faults, cells);
}

#[expect(clippy::too_many_arguments, reason = "what is known of a row that is left out")]
fn tell(
    reading: &mut Reading<'_>,
    table: &Table,
    row: usize,
    plan: &Plan,
    who: &[u32],
    domain: Option<u16>,
    faults: Vec<Trouble>,
    cells: Cells<'_>,
) {
    let at = table.at(row);
    let domain = domain.map(|domain| reading.domains.name(domain).to_owned());
    let Cells { values, troubles, lacking, kinds } = cells;
    let contradicted = kinds
        .as_ref()
        .map_or_else(|_| Vec::new(), |kinds| contradictions(plan.measure.as_ref(), kinds, &values));
    let own = faults.into_iter().chain(kinds.err().into_iter().flatten());
    let own = own.chain(contradicted.into_iter().map(|message| ("D308", message.to_owned())));
    for (code, message) in own {
        report(reading, at, code, &message, who, domain.as_deref());
    }
    let of_cells = troubles.into_iter().map(|(claim, _, trouble)| (claim.header.clone(), trouble));
    for (header, (code, message)) in lacking.into_iter().chain(of_cells) {
        report(reading, at.column(&header), code, &message, who, domain.as_deref());
    }
}

/// The cells of credit code and name.
fn code_and_name<'t>(table: &'t Table, row: usize, plan: &Plan) -> (&'t str, &'t str) {
    let [name, code, ..] = &plan.party;
    (table.first_of(row, code), table.first_of(row, name))
}

fn party<'t>(table: &'t Table, row: usize, plan: &Plan) -> Party<'t> {
    let [name, code, organisation, registration] =
        [0, 1, 2, 3].map(|part| plan.party.get(part).map_or("", |columns| table.first_of(row, columns)));
    let kind = table.first_of(row, &plan.party_kind);
    Party { name, code, organisation, registration, person: !kind.is_empty() && is_natural_person(kind) }
}

/// Enters a problem for every enterprise that a row names or nearly names.
pub(super) fn report(
    reading: &mut Reading<'_>,
    at: super::problem::At<'_>,
    code: &'static str,
    message: &str,
    who: &[u32],
    domain: Option<&str>,
) {
    if who.is_empty() {
        reading.problems.withhold(at, code, done::ROW_LEFT_OUT, message, (None, domain));
    }
    for enterprise in who {
        reading.problems.withhold(at, code, done::GREEN_WITHHELD, message, (Some(*enterprise), domain));
    }
}

/// A renamed enterprise is normal; the name of another registered one is not.
fn note_name(
    reading: &mut Reading<'_>,
    table: &Table,
    row: usize,
    identities: &Identities,
    enterprise: u32,
    party: &Party<'_>,
    domain: u16,
) {
    let register = identities.with(reading.builder.texts());
    if let Some(other) = register.also_coded(enterprise, party) {
        let message = format!(
            "这一行的几个代码分属名录内的“{}”和“{}”；按排在前面的代码归户，请核对",
            shown(register.name(enterprise)),
            shown(register.name(other))
        );
        let domain = reading.domains.name(domain).to_owned();
        for one in [enterprise, other] {
            let who = (Some(one), Some(domain.as_str()));
            reading.problems.withhold(
                table.at(row),
                "D202",
                "已按信用代码归户，核对前两户都不评绿标",
                &message,
                who,
            );
        }
    }
    let register = identities.with(reading.builder.texts());
    let Some(others) = register.name_fits(enterprise, party.name) else { return };
    let registered = register.name(enterprise).to_owned();
    let domain = reading.domains.name(domain).to_owned();
    if others.is_empty() && reading.renamed.insert((table.source, enterprise, party.name.to_owned())) {
        let message = format!(
            "代码是名录内“{}”的，名称写的是“{}”；多半是更名，按代码归户（同一张表只提示一次），请核对",
            shown(&registered),
            shown(party.name)
        );
        reading.problems.note(table.at(row), "D403", done::NOTED, &message);
    }
    for other in others {
        let message = format!(
            "代码是名录内“{}”的，名称却是名录内另一户“{}”的；按代码归户，请核对",
            shown(&registered),
            shown(party.name)
        );
        reading.problems.withhold(
            table.at(row),
            "D409",
            "已按代码归户，核对前另一户不评绿标",
            &message,
            (Some(other), Some(&domain)),
        );
    }
}

/// The word for a check that an enterprise made of itself.
pub(super) const SELF_CHECK: &str = "自查";

fn is_self_check(table: &Table, row: usize, field: FieldId) -> bool {
    table.cells(row).any(|(claim, cell)| {
        let listed = claim.values.iter().find(|(code, _)| code == cell.strip_suffix(".0").unwrap_or(cell));
        claim.meaning == Meaning::Field(field) && listed.map_or(cell, |(_, text)| text).contains(SELF_CHECK)
    })
}

/// Reads the values of a row and enters one record for each kind of measure in it.
fn values_of(
    reading: &mut Reading<'_>,
    table: &Table,
    row: usize,
    plan: &Plan,
    Owner { enterprise, domain }: Owner,
    seen: &mut Seen,
) -> Fate {
    let cells = cells(reading, table, row, plan);
    let kinds = match &cells.kinds {
        Ok(kinds) if cells.lacking.is_empty() => kinds.clone(),
        _ => {
            tell(reading, table, row, plan, &[enterprise], Some(domain), Vec::new(), cells);
            return Fate::Problem;
        }
    };
    let Cells { mut values, troubles, .. } = cells;
    let name = reading.domains.shared_name(domain);
    let who = (Some(enterprise), Some(&*name));
    for (claim, field, (code, message)) in troubles {
        let at = table.at(row);
        let at = at.column(&claim.header);
        let late =
            reading.vocabulary.field_def(plan.list, field).is_some_and(|f| f.name.english == "reported_on");
        // A field that no column need have, read from one that only looks like it.
        let guessed = claim.how == How::ByWordings && code == "D305";
        if late || guessed {
            reading.problems.note(at, code, done::CELL_MISSING_NOTED, &message);
        } else {
            reading.problems.withhold(at, code, done::CELL_MISSING, &message, who);
        }
    }
    foreign_columns(reading, table, row, who);
    let name_text = reading.domain_name(domain);
    if let Some(slot) = plan.domain.and_then(|f| values.get_mut(usize::from(f.0))) {
        *slot = name_text;
    }
    let origin = Origin { source: table.source as u32, row: table.number(row) };
    let mut fate = None;
    for message in contradictions(plan.measure.as_ref(), &kinds, &values) {
        reading.problems.withhold(table.at(row), "D308", "已按表中所写计入，核对前不评绿标", message, who);
    }
    for values in split(plan.measure.as_ref(), &kinds, values) {
        let record = Record { list: plan.list, enterprise: enterprise - reading.first, values, origin };
        let repeat = seen.check(reading, &record);
        fate = Some(match (fate, repeat) {
            (before, Repeat::New(marks)) => match enter(reading, &record, seen, marks) {
                Ok(()) => Fate::Used,
                Err(message) => {
                    reading.problems.withhold(table.at(row), "D309", done::GREEN_WITHHELD, &message, who);
                    if before == Some(Fate::Used) { Fate::Used } else { Fate::Problem }
                }
            },
            (Some(Fate::Used), Repeat::Copy(_)) => Fate::Used,
            (before, Repeat::Conflict(code, message)) => {
                reading.problems.withhold(table.at(row), code, done::FIRST_KEPT, &message, who);
                if before == Some(Fate::Used) { Fate::Used } else { Fate::Problem }
            }
            (Some(Fate::Problem), Repeat::Copy(_)) => Fate::Problem,
            (_, Repeat::Copy(reason)) => Fate::UnusedOf(enterprise, reason),
        });
    }
    fate.unwrap_or(Fate::Problem)
}

/// Puts a record into the caseload. `Err` says why it cannot be.
fn enter(reading: &mut Reading<'_>, record: &Record, seen: &mut Seen, marks: Marks) -> Result<(), String> {
    let Record { list, enterprise, values, origin } = record;
    match reading.builder.add_stored(*list, *enterprise, values, Some(*origin)) {
        Ok(row) => {
            seen.enter(reading, *list, marks, row);
            Ok(())
        }
        Err(error) => Err(format!("{error}；请核对")),
    }
}

/// The fields that every row must have and this one lacks, each by its header; what could not be read of them is taken
/// from the troubles.
fn lacking(
    reading: &Reading<'_>,
    plan: &Plan,
    values: &[Stored],
    troubles: &mut Vec<(&Claim, FieldId, Trouble)>,
) -> Vec<(String, Trouble)> {
    let def = reading.vocabulary.list_def(plan.list);
    let skipped = plan.measure.as_ref().map(|m| m.kind);
    let mut lacking = Vec::new();
    for (number, field) in def.fields.iter().enumerate() {
        let id = FieldId(number as u16);
        let needed =
            (!field.optional && field.derived.is_none() && Some(id) != skipped) || Some(id) == plan.date;
        if !needed || values.get(number).is_some_and(|v| *v != Stored::Missing) {
            continue;
        }
        let of_field = |(_, f, _): &mut (&Claim, FieldId, Trouble)| *f == id;
        let unreadable: Vec<_> = troubles.extract_if(.., of_field).collect();
        if unreadable.is_empty() {
            let name = &field.name.chinese;
            let message = format!("“{name}”是空的，这一栏每行都要有；请补填");
            lacking.push((name.clone(), ("D307", message)));
        }
        lacking.extend(unreadable.into_iter().map(|(claim, _, trouble)| (claim.header.clone(), trouble)));
    }
    lacking
}

/// A sheet of one list with a filled-in column of measures: what it says there is not read, so it is said.
fn foreign_columns(reading: &mut Reading<'_>, table: &Table, row: usize, who: (Option<u32>, Option<&str>)) {
    for (column, header) in &table.layout.foreign {
        let cell = table.cell(row, *column);
        let empty =
            is_placeholder(cell) || ["否", "没有", "0", "00"].contains(&key(&half_width(cell)).as_str());
        if !empty {
            let message = "这张表不是处罚表，这一列的内容没有读入；请另报处罚表".to_owned();
            let at = table.at(row);
            reading.problems.withhold(
                at.column(header),
                "D203",
                "该行其余内容已计入，核对前不评绿标",
                &message,
                who,
            );
        }
    }
}
