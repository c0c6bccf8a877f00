//! Who is who: a row's code and name against the register. Nothing is merged in silence: what only nearly names
//! a registered enterprise is a problem there.

use std::hash::{DefaultHasher, Hasher};
use std::sync::OnceLock;

use hashbrown::HashTable;
use sanse::{CreditCode, TextId, Texts};

use super::cell::{half_width, is_placeholder};
use super::changes::Changed;
use super::name::{Places, core_of, name_form};
use super::number::{Number, neighbours, number_of, one_apart, suggestion};
use crate::pace::both;

mod sound;

/// An enterprise of the register, as far as rows are matched with it: texts of the caseload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) name: TextId,
    /// The credit code as cleaned, right or wrong.
    pub(super) code: Option<TextId>,
}

/// What few enterprises of a register have.
#[derive(Clone, Debug, Default)]
pub(super) struct Further {
    /// Former names, by enterprise and in its order.
    pub(super) former: Vec<(u32, String)>,
    /// What stands in the columns for organisation codes and registration numbers.
    pub(super) numbers: Vec<(u32, Number)>,
}

/// The register, ready for matching. Enterprises are known by their numbers. The tables hold these numbers only:
/// what they are found by is taken from the texts.
#[derive(Default)]
pub(super) struct Identities {
    known: Vec<Known>,
    former: Vec<(u32, String)>,
    by_code: HashTable<u32>,
    /// By the organisation code within the credit code.
    by_body: HashTable<u32>,
    /// Organisation codes and registration numbers of columns of their own, sorted.
    numbers: Vec<(Number, u32)>,
    /// Names, by number: an enterprise's own, or past those the former ones.
    by_name: HashTable<u32>,
    by_core: HashTable<u32>,
    /// Names by the sound of their forms and cores; made for the first name that is otherwise unknown.
    by_sound: OnceLock<HashTable<u32>>,
    places: Places,
    /// Codes of the register that fail their check: only these can lie one character from a valid code.
    faulty: Vec<u32>,
    /// Codes and names that were given up for those of the register.
    changed: Changed,
}

/// The register beside the texts that it is written in.
#[derive(Clone, Copy)]
pub(super) struct Register<'a> {
    all: &'a Identities,
    texts: &'a Texts,
}

fn hash(text: &str) -> u64 {
    // Fixed keys; numbers never follow the hash.
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// What a row says about whom it concerns.
#[derive(Clone, Copy, Default)]
pub(super) struct Party<'a> {
    pub(super) name: &'a str,
    pub(super) code: &'a str,
    pub(super) organisation: &'a str,
    pub(super) registration: &'a str,
    /// True if the row says that it is about a natural person.
    pub(super) person: bool,
}

/// The enterprise that the credit code of a row gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) enterprise: u32,
    /// True if the row has its name too, just as the register has it.
    pub(super) named: bool,
}

/// Whom a row concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// An enterprise of the register.
    Registered(u32),
    /// Nearly these enterprises: the problem's code and what is wrong.
    Nearly(Vec<u32>, &'static str, String),
    /// An enterprise outside the register.
    Outside,
    /// Somebody, but the code cannot be read: the problem's code and what is wrong.
    Unclear(&'static str, String),
    /// A natural person.
    Person,
    /// Nobody.
    Nobody,
}

impl Identities {
    /// The enterprises in the order of their numbers, prepared by so many threads.
    pub(super) fn new(known: Vec<Known>, further: Further, texts: &Texts, threads: usize) -> Identities {
        let count = known.len() + further.former.len();
        let mut all = Identities { known, former: further.former, ..Identities::default() };
        all.places = Places::of((0..count as u32).map(|name| all.name_of(texts, name)));
        all.numbers = further.numbers.into_iter().map(|(enterprise, number)| (number, enterprise)).collect();
        all.numbers.sort();
        let (codes, forms) = both(threads, || all.codes(texts), || all.forms(texts));
        (all.by_code, all.by_body, all.faulty) = codes;
        (all.by_name, all.by_core) = forms;
        all
    }

    /// The codes, the organisation codes within them, and the enterprises whose codes fail their check.
    fn codes(&self, texts: &Texts) -> (HashTable<u32>, HashTable<u32>, Vec<u32>) {
        let (mut by_code, mut by_body) = (table(self.known.len()), table(self.known.len()));
        let mut faulty = Vec::new();
        for (number, one) in self.known.iter().enumerate() {
            let Some(code) = one.code.map(|code| texts.get(code)) else { continue };
            let number = number as u32;
            insert_first(&mut by_code, hash(code), number, |other| self.code(texts, other) == code);
            if code.parse::<CreditCode>().is_ok() {
                let body = code.get(8..17).unwrap_or_default();
                let same = |other: u32| self.code(texts, other).get(8..17) == Some(body);
                insert_first(&mut by_body, hash(body), number, same);
            } else {
                faulty.push(number);
            }
        }
        (by_code, by_body, faulty)
    }

    /// The two forms of every name.
    fn forms(&self, texts: &Texts) -> (HashTable<u32>, HashTable<u32>) {
        let count = self.known.len() + self.former.len();
        let (mut forms, mut cores) = (table(count), table(count));
        for name in 0..count as u32 {
            let form = name_form(self.name_of(texts, name));
            forms.insert_unique(hash(&form), name, |_| 0);
            cores.insert_unique(hash(&core_of(&form, &self.places)), name, |_| 0);
        }
        (forms, cores)
    }

    /// Adds an enterprise's given-up code and name; an empty one is none.
    pub(super) fn change(&mut self, given_up: &str, name: &str, enterprise: u32) {
        let form = name_form(name);
        let forms = (form.clone(), core_of(&form, &self.places));
        self.changed.add(given_up, forms, enterprise);
    }

    /// The register for a question.
    pub(super) fn with<'a>(&'a self, texts: &'a Texts) -> Register<'a> {
        Register { all: self, texts }
    }

    fn code<'a>(&self, texts: &'a Texts, number: u32) -> &'a str {
        let code = self.known.get(number as usize).and_then(|known| known.code);
        code.map_or("", |code| texts.get(code))
    }

    /// A name by its number among all names.
    fn name_of<'a>(&'a self, texts: &'a Texts, name: u32) -> &'a str {
        match self.known.get(name as usize) {
            Some(known) => texts.get(known.name),
            None => self.former.get(name as usize - self.known.len()).map_or("", |(_, name)| name),
        }
    }

    /// The enterprise that a name belongs to.
    fn bearer(&self, name: u32) -> u32 {
        let former = (name as usize).checked_sub(self.known.len()).and_then(|at| self.former.get(at));
        former.map_or(name, |(enterprise, _)| *enterprise)
    }
}

/// A table with room for so many, so that it never grows.
fn table(count: usize) -> HashTable<u32> {
    HashTable::with_capacity(count)
}

/// Enters a number unless one that is the same is there.
fn insert_first(table: &mut HashTable<u32>, hash: u64, number: u32, same: impl Fn(u32) -> bool) {
    if table.find(hash, |other| same(*other)).is_none() {
        table.insert_unique(hash, number, |_| 0);
    }
}

impl<'a> Register<'a> {
    /// The registered name of an enterprise.
    pub(super) fn name(&self, number: u32) -> &'a str {
        self.all.known.get(number as usize).map_or("", |known| self.texts.get(known.name))
    }

    fn code(&self, number: u32) -> &'a str {
        self.all.code(self.texts, number)
    }

    /// By a credit code, given up or not.
    pub(super) fn by_code(&self, code: &str) -> Option<u32> {
        if code.is_empty() {
            return None;
        }
        if let Some(enterprise) = self.all.changed.by_code(code) {
            return Some(enterprise);
        }
        self.all.by_code.find(hash(code), |number| self.code(*number) == code).copied()
    }

    /// As [`Register::by_code`] for many codes, each with a name beside it. Every step is taken for all of them before the next, so that the
    /// processor fetches the places of several at once; one by one it would wait for each.
    pub(super) fn by_codes(&self, rows: &[(&str, &str)]) -> Vec<Option<Found>> {
        let numbers: Vec<Option<u32>> = if self.all.changed.has_no_codes() {
            let hashes: Vec<u64> = rows.iter().map(|(code, _)| hash(code)).collect();
            let first: Vec<Option<u32>> =
                hashes.iter().map(|hash| self.all.by_code.iter_hash(*hash).next().copied()).collect();
            let texts = self.texts_of(&first, |known| known.code);
            let numbers = rows.iter().zip(first).zip(texts).map(|(((code, _), number), text)| match number {
                Some(number) if text == *code => Some(number),
                Some(_) => self.by_code(code),
                None => None,
            });
            numbers.collect()
        } else {
            rows.iter().map(|(code, _)| self.by_code(code)).collect()
        };
        let names = self.texts_of(&numbers, |known| Some(known.name));
        let found = numbers.iter().zip(rows).zip(names);
        found
            .map(|((number, (_, name)), own)| Some(Found { enterprise: (*number)?, named: own == *name }))
            .collect()
    }

    /// A text of each of some enterprises.
    fn texts_of(&self, numbers: &[Option<u32>], of: impl Fn(&Known) -> Option<TextId>) -> Vec<&'a str> {
        let known = numbers.iter().map(|number| of(self.all.known.get((*number)? as usize)?));
        let ids: Vec<Option<TextId>> = known.collect();
        ids.into_iter().map(|id| id.map_or("", |id| self.texts.get(id))).collect()
    }

    /// By an organisation code: that within a credit code, or one in a column of its own; the smaller number of both.
    fn by_organisation(&self, body: &str) -> Option<u32> {
        if let Some(enterprise) = self.all.changed.by_body(body) {
            return Some(enterprise);
        }
        let within =
            self.all.by_body.find(hash(body), |number| self.code(*number).get(8..17) == Some(body)).copied();
        let own = self.by_number(&Number::Organisation(body.to_owned()));
        within.into_iter().chain(own).min()
    }

    fn by_number(&self, number: &Number) -> Option<u32> {
        let at = self.all.numbers.partition_point(|(other, _)| other < number);
        self.all.numbers.get(at).filter(|(other, _)| other == number).map(|(_, enterprise)| *enterprise)
    }

    /// The enterprises of a table of names that have a form, and those that gave up a name of that form.
    fn having(
        &self,
        table: &HashTable<u32>,
        (form, former): (&str, &[u32]),
        form_of: impl Fn(&str) -> String,
    ) -> Vec<u32> {
        let same = |name: &&u32| form_of(self.all.name_of(self.texts, **name)) == form;
        let mut found: Vec<u32> =
            table.iter_hash(hash(form)).filter(same).map(|name| self.all.bearer(*name)).collect();
        found.extend(former);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// By name, present or former.
    pub(super) fn named(&self, name: &str) -> Vec<u32> {
        if is_placeholder(name) {
            return Vec::new();
        }
        let form = name_form(name);
        self.having(&self.all.by_name, (&form, self.all.changed.by_form(&form)), name_form)
    }

    fn nearly_named(&self, name: &str) -> Vec<u32> {
        let core = core_of(&name_form(name), &self.all.places);
        if core.chars().count() < 2 || is_placeholder(name) {
            return self.named(name);
        }
        let former = self.all.changed.by_core(&core);
        self.having(&self.all.by_core, (&core, former), |other| core_of(&name_form(other), &self.all.places))
    }

    /// Whom a row concerns. Order: credit code, organisation code, registration number, name.
    pub(super) fn resolve(&self, party: &Party<'_>) -> Who {
        // Most rows carry the code just as the register has it.
        if let (false, Some(number)) = (party.person, self.by_code(party.code)) {
            return Who::Registered(number);
        }
        let numbers = [number_of(party.code), number_of(party.organisation), number_of(party.registration)];
        let nearly = self.nearly_named(party.name);
        if party.person || numbers.contains(&Number::Person) {
            if nearly.is_empty() {
                return Who::Person;
            }
            let message = if party.person {
                "该行写明是自然人，但名称与名录内企业相同或相近；请核对当事人"
            } else {
                "代码栏里是公民身份证号，名称与名录内企业相同或相近；请改填统一社会信用代码"
            };
            return Who::Nearly(nearly, "D408", message.to_owned());
        }
        if numbers.contains(&Number::Destroyed) {
            let message = "代码已被表格软件改成数字，后几位已丢失；请把该列设为文本格式后重新导出".to_owned();
            return if nearly.is_empty() {
                Who::Unclear("D402", message)
            } else {
                Who::Nearly(nearly, "D402", message)
            };
        }
        let credit = numbers.iter().find_map(|n| match n {
            Number::Credit(code) => Some(code),
            _ => None,
        });
        if let Some(code) = credit {
            return self.by_credit_code(code, party, &nearly);
        }
        if let Some(Number::Other(text)) = numbers.first() {
            let message = format!("统一社会信用代码“{text}”的位数不对，应为 18 位；请核对");
            return if nearly.is_empty() {
                Who::Unclear("D401", message)
            } else {
                Who::Nearly(nearly, "D401", message)
            };
        }
        let mut organisation = None;
        for number in &numbers {
            let found = match number {
                Number::Organisation(code) => {
                    organisation = Some(code);
                    self.by_organisation(code)
                }
                Number::Registration(_) => self.by_number(number),
                _ => None,
            };
            if let Some(found) = found {
                return Who::Registered(found);
            }
        }
        self.by_name_alone(party, &nearly, organisation)
    }

    fn by_credit_code(&self, code: &str, party: &Party<'_>, nearly: &[u32]) -> Who {
        if let Some(number) = self.by_code(code) {
            return Who::Registered(number);
        }
        let checked = code.parse::<CreditCode>();
        let faulty = self.all.faulty.iter().filter(|other| one_apart(self.code(**other), code));
        let mut close: Vec<u32> = faulty.copied().collect();
        // One character of a valid code changed never gives another valid one, so a valid code is near none.
        if checked.is_err() {
            close.extend(neighbours(code).filter_map(|other| self.by_code(&other)));
        }
        close.sort_unstable();
        close.dedup();
        if let Some(first) = close.first() {
            let given_up = neighbours(code).find(|other| self.all.changed.by_code(other) == Some(*first));
            let right = given_up.as_deref().unwrap_or_else(|| self.code(*first));
            let message = format!(
                "统一社会信用代码“{code}”与名录内“{}”的代码“{right}”只差一位；请核对后改正",
                self.name(*first)
            );
            return Who::Nearly(close, "D404", message);
        }
        if let (Ok(_), [number]) = (&checked, self.named(party.name).as_slice())
            && self.code(*number).is_empty()
        {
            // The register has no code that could disagree.
            return Who::Registered(*number);
        }
        let same_body = code.get(8..17).and_then(|body| self.by_organisation(body));
        if let Some(number) = same_body {
            let message = format!(
                "统一社会信用代码“{code}”不在名录，但其中的组织机构代码属于“{}”；请核对",
                self.name(number)
            );
            return Who::Nearly(vec![number], "D404", message);
        }
        if let Some(first) = nearly.first() {
            let why = checked.as_ref().err().map_or_else(|| "不在名录".to_owned(), ToString::to_string);
            let message = format!(
                "代码“{code}”对不上（{why}），名称却与名录内“{}”相同或相近；请核对是否同一企业",
                self.name(*first)
            );
            return Who::Nearly(nearly.to_vec(), "D405", message);
        }
        match checked {
            Ok(_) => Who::Outside,
            Err(error) => Who::Unclear("D401", format!("“{code}”：{error}；请核对{}", suggestion(code))),
        }
    }

    fn by_name_alone(&self, party: &Party<'_>, nearly: &[u32], organisation: Option<&String>) -> Who {
        match (self.named(party.name).as_slice(), nearly) {
            ([number], _) => {
                let other = self.code(*number).get(8..17);
                match (organisation, other) {
                    (Some(given), Some(known)) if given != known => {
                        let message = format!(
                            "名称是名录内的“{}”，组织机构代码“{given}”却不是它的；请核对",
                            self.name(*number)
                        );
                        Who::Nearly(vec![*number], "D405", message)
                    }
                    _ => Who::Registered(*number),
                }
            }
            ([first, ..], _) => {
                let message = format!(
                    "名录内有几户企业都叫“{}”，只凭名称分不清；请补填统一社会信用代码",
                    self.name(*first)
                );
                Who::Nearly(self.named(party.name), "D406", message)
            }
            ([], [first, ..]) => {
                let message = format!(
                    "没有代码，名称与名录内“{}”相近但不相同；请核对是否同一企业，并补填统一社会信用代码",
                    self.name(*first)
                );
                Who::Nearly(nearly.to_vec(), "D405", message)
            }
            // A sole trader without a name of its own is filed under this word.
            ([], []) if is_placeholder(party.name) || party.name.trim() == "个体工商户" => Who::Nobody,
            // An organisation code of its own is another enterprise's.
            ([], []) if organisation.is_some() => Who::Outside,
            ([], []) => self.sounding(party.name),
        }
    }

    /// How the name of a row fits the enterprise that its code gave: fits, another registered enterprise's
    /// (its numbers), or simply another.
    pub(super) fn name_fits(&self, number: u32, name: &str) -> Option<Vec<u32>> {
        if self.name(number) == name || is_placeholder(name) || self.nearly_named(name).contains(&number) {
            return None;
        }
        Some(self.named(name))
    }

    /// The registered enterprise other than this one that another column for codes of the row gives.
    pub(super) fn also_coded(&self, number: u32, party: &Party<'_>) -> Option<u32> {
        let cells = [party.organisation, party.registration].into_iter().filter(|cell| !cell.is_empty());
        let others = cells.filter_map(|cell| match number_of(cell) {
            Number::Organisation(code) => self.by_organisation(&code),
            Number::Credit(code) => self.by_code(&code),
            own @ Number::Registration(_) => self.by_number(&own),
            _ => None,
        });
        others.into_iter().find(|other| *other != number)
    }

    /// The enterprises that a text mentions by code or full name, for rows that cannot be taken apart.
    pub(super) fn mentioned(&self, text: &str) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        for cell in text.split([',', ';', '|', '\t', '\r', '\n', '"', '，', '；']) {
            found.extend(self.named(cell));
            let half = half_width(cell);
            for word in half.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() == 18) {
                found.extend(self.by_code(&word.to_ascii_uppercase()));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::name::without_operator;

    const A: &str = "91341504MA2TE5TA3J";
    const B: &str = "913415005872291452";

    fn register() -> (Identities, Texts) {
        let mut texts = Texts::default();
        let mut known = |name: &str, code: &str| Known {
            name: texts.intern(name).unwrap(),
            code: Some(code).filter(|code| !code.is_empty()).map(|code| texts.intern(code).unwrap()),
        };
        let known = vec![
            known("安徽叶集中亚板材有限公司", A),
            known("六安东方机械（集团）股份有限公司", B),
            known("叶集区好再来饭店", ""),
        ];
        let further = Further {
            former: vec![(0, "叶集中亚木业有限公司".into())],
            numbers: vec![(1, Number::Registration("341504000012345".into()))],
        };
        (Identities::new(known, further, &texts, 2), texts)
    }

    fn resolve(name: &str, code: &str) -> Who {
        let (all, texts) = register();
        all.with(&texts).resolve(&Party { name, code, ..Party::default() })
    }

    #[test]
    fn codes_in_every_wrapping_are_found() {
        for code in [
            A,
            "91341504ma2te5ta3j",
            " 统一社会信用代码：91341504MA2TE5TA3J（1/1）",
            "'91341504MA2TE5TA3J",
            "９１３４１５０４ＭＡ２ＴＥ５ＴＡ３Ｊ",
            "91341504 MA2TE5TA3J\u{200b}",
            "MA2TE5TA3",
            "MA2TE5TA-3",
        ] {
            assert_eq!(resolve("改了名的公司", code), Who::Registered(0), "{code}");
        }
        assert_eq!(resolve("改了名的公司", "341504000012345"), Who::Registered(1));
    }

    #[test]
    fn names_are_found_when_there_is_no_code() {
        for name in ["安徽叶集中亚板材有限公司", "安徽叶集中亚板材 有限公司", "叶集中亚木业有限公司"]
        {
            assert_eq!(resolve(name, "/"), Who::Registered(0), "{name}");
        }
        assert_eq!(resolve("六安东方机械(集团)股份有限公司", ""), Who::Registered(1));
        // The register has no code for it, so a valid one cannot disagree.
        assert_eq!(resolve("叶集区好再来饭店", "92341504MA2N1A2B7R"), Who::Registered(2));
    }

    #[test]
    fn the_person_behind_a_sole_trader_is_no_part_of_the_name() {
        assert_eq!(resolve("叶集区好再来饭店（经营者：叶某乙）", ""), Who::Registered(2));
        assert_eq!(without_operator("甲（六安）有限公司"), "甲（六安）有限公司");
    }

    #[test]
    fn what_is_only_near_is_never_merged() {
        let near = |name: &str, code: &str| match resolve(name, code) {
            Who::Nearly(who, problem, _) => (who, problem),
            other => panic!("{name} {code}: {other:?}"),
        };
        assert_eq!(near("某公司", "91341504MA2TE5TA8J"), (vec![0], "D404"));
        assert_eq!(near("某公司", "91341504MA2TE5TA3"), (vec![0], "D404"));
        assert_eq!(near("某公司", "91341504MA2TE5TTA3J"), (vec![0], "D404"));
        assert_eq!(near("某公司", "9134I504MA2TE5TA3J"), (vec![0], "D404"));
        assert_eq!(near("中亚板材公司", ""), (vec![0], "D405"));
        assert_eq!(near("安徽省中亚板材有限责任公司", ""), (vec![0], "D405"));
        assert_eq!(near("六安东方机械集团有限公司", ""), (vec![1], "D405"));
        assert_eq!(near("六安东方机械（集团）股份有限", ""), (vec![1], "D405"));
        for name in ["安徽叶集忠亚板材有限公司", "安徽叶集中亚板才有限公司", "六安东芳机械集团股份有限公司"]
        {
            assert_eq!(near(name, "").1, "D405", "{name}");
        }
        assert_eq!(near("安徽叶集中亚板材有线公司", ""), (vec![0], "D405"));
        // Also of a former name.
        assert_eq!(near("叶集中亚木叶有限公司", ""), (vec![0], "D405"));
        assert_eq!(near("安徽叶集中亚板材有限公司", "91330106673959654P"), (vec![0], "D405"));
        assert_eq!(near("安徽叶集中亚板材有限公司", "9.13415E+17"), (vec![0], "D402"));
        assert_eq!(
            near("叶集区好再来饭店", &crate::read::personal::tests::number(341_504, "19900101", 7)),
            (vec![2], "D408")
        );
    }

    #[test]
    fn others_stay_outside() {
        assert_eq!(resolve("杭州某公司", "91330106673959654P"), Who::Outside);
        assert_eq!(resolve("六安西方机械有限公司", ""), Who::Outside);
        // A code of its own, and another word in the place of one.
        assert_eq!(resolve("安徽叶集忠亚板材有限公司", "91330106673959654P"), Who::Outside);
        assert_eq!(resolve("安徽叶集北亚板材有限公司", ""), Who::Outside);
        assert_eq!(resolve("", ""), Who::Nobody);
        assert_eq!(resolve("个体工商户", ""), Who::Nobody);
        assert!(matches!(resolve("某公司", "91310115MA1H8R7C6D"), Who::Unclear("D401", _)));
        assert!(matches!(resolve("某公司", "9.14403E17"), Who::Unclear("D402", _)));
        assert_eq!(
            resolve("张三", &crate::read::personal::tests::number(341_504, "19900101", 7)),
            Who::Person
        );
        let Who::Unclear(_, message) = resolve("某公司", "9144O30071526726XG") else { panic!() };
        assert!(message.contains("9144030071526726XG"), "{message}");
    }

    proptest::proptest! {
        #[test]
        fn one_wrong_character_is_always_near(at in 0_usize..18, other in "[0-9A-Z]") {
            let mut code = A.to_owned();
            code.replace_range(at..=at, &other);
            if code != A {
                proptest::prop_assert!(matches!(resolve("某公司", &code), Who::Nearly(who, ..) if who == [0]), "{}", code);
            }
        }

        #[test]
        fn no_text_panics(name in ".{0,20}", code in ".{0,24}") {
            let (all, texts) = register();
            let _ = (resolve(&name, &code), all.with(&texts).mentioned(&name));
        }
    }
}
