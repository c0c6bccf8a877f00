//! Who is who: a row's code and name against the register. Nothing is merged in silence: what only nearly names
//! a registered enterprise is a problem there.

use std::collections::HashMap;

use sanse::CreditCode;

use super::cell::{half_width, is_placeholder};
use super::name::{Places, core_of, name_form};
use super::number::{Number, neighbours, number_of, one_apart, suggestion};

/// An enterprise of the register, as far as rows are matched with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The credit code as cleaned, right or wrong; empty if there is none.
    pub(super) code: String,
    pub(super) organisation: String,
    pub(super) registration: String,
    pub(super) name: String,
    pub(super) former: Vec<String>,
}

/// The register, ready for matching. Enterprises are known by their numbers.
#[derive(Default)]
pub(super) struct Identities {
    known: Vec<Known>,
    by_code: HashMap<String, u32>,
    by_organisation: HashMap<String, u32>,
    by_registration: HashMap<String, u32>,
    by_name: HashMap<String, Vec<u32>>,
    by_core: HashMap<String, Vec<u32>>,
    places: Places,
    /// Codes of the register that fail their check: only these can lie one character from a valid code.
    faulty: Vec<(String, u32)>,
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
    /// The enterprises in the order of their numbers.
    pub(super) fn new(known: Vec<Known>) -> Identities {
        let names = known.iter().flat_map(|k| std::iter::once(&k.name).chain(&k.former));
        let mut all = Identities { places: Places::of(names.map(String::as_str)), ..Identities::default() };
        for (number, one) in known.iter().enumerate() {
            let number = number as u32;
            if !one.code.is_empty() {
                all.by_code.entry(one.code.clone()).or_insert(number);
                match one.code.parse::<CreditCode>() {
                    Ok(code) => {
                        all.by_organisation.entry(code.organisation_code().to_owned()).or_insert(number);
                    }
                    Err(_) => all.faulty.push((one.code.clone(), number)),
                }
            }
            if let Number::Organisation(code) = number_of(&one.organisation) {
                all.by_organisation.entry(code).or_insert(number);
            }
            if let Number::Registration(registration) = number_of(&one.registration) {
                all.by_registration.entry(registration).or_insert(number);
            }
            for name in std::iter::once(&one.name).chain(&one.former) {
                for (map, form) in
                    [(&mut all.by_name, name_form(name)), (&mut all.by_core, core_of(name, &all.places))]
                {
                    let numbers = map.entry(form).or_default();
                    if !numbers.contains(&number) {
                        numbers.push(number);
                    }
                }
            }
        }
        all.known = known;
        all
    }

    /// The registered name of an enterprise.
    pub(super) fn name(&self, number: u32) -> &str {
        self.known.get(number as usize).map_or("", |k| &k.name)
    }

    fn named(&self, name: &str) -> &[u32] {
        self.by_name.get(&name_form(name)).filter(|_| !is_placeholder(name)).map_or(&[], Vec::as_slice)
    }

    fn nearly_named(&self, name: &str) -> &[u32] {
        let core = core_of(name, &self.places);
        if core.chars().count() < 2 || is_placeholder(name) {
            return self.named(name);
        }
        self.by_core.get(&core).map_or(&[], Vec::as_slice)
    }

    /// Whom a row concerns. Order: credit code, organisation code, registration number, name.
    pub(super) fn resolve(&self, party: &Party<'_>) -> Who {
        // Most rows carry the code just as the register has it.
        if let (false, Some(number)) = (party.person, self.by_code.get(party.code)) {
            return Who::Registered(*number);
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
            return Who::Nearly(nearly.to_vec(), "D408", message.to_owned());
        }
        if numbers.contains(&Number::Destroyed) {
            let message = "代码已被表格软件改成数字，后几位已丢失；请把该列设为文本格式后重新导出".to_owned();
            return if nearly.is_empty() {
                Who::Unclear("D402", message)
            } else {
                Who::Nearly(nearly.to_vec(), "D402", message)
            };
        }
        let credit = numbers.iter().find_map(|n| match n {
            Number::Credit(code) => Some(code),
            _ => None,
        });
        if let Some(code) = credit {
            return self.by_credit_code(code, party, nearly);
        }
        if let Some(Number::Other(text)) = numbers.first() {
            let message = format!("统一社会信用代码“{text}”的位数不对，应为 18 位；请核对");
            return if nearly.is_empty() {
                Who::Unclear("D401", message)
            } else {
                Who::Nearly(nearly.to_vec(), "D401", message)
            };
        }
        let mut organisation = None;
        for number in &numbers {
            let found = match number {
                Number::Organisation(code) => {
                    organisation = Some(code);
                    self.by_organisation.get(code)
                }
                Number::Registration(code) => self.by_registration.get(code),
                _ => None,
            };
            if let Some(found) = found {
                return Who::Registered(*found);
            }
        }
        self.by_name_alone(party, nearly, organisation)
    }

    fn by_credit_code(&self, code: &str, party: &Party<'_>, nearly: &[u32]) -> Who {
        if let Some(number) = self.by_code.get(code) {
            return Who::Registered(*number);
        }
        let checked = code.parse::<CreditCode>();
        let mut close: Vec<u32> =
            self.faulty.iter().filter(|(other, _)| one_apart(other, code)).map(|(_, n)| *n).collect();
        // One character of a valid code changed never gives another valid one, so a valid code is near none.
        if checked.is_err() {
            close.extend(neighbours(code).filter_map(|other| self.by_code.get(&other)));
        }
        close.sort_unstable();
        close.dedup();
        if let Some(first) = close.first() {
            let right = self.known.get(*first as usize).map_or("", |k| k.code.as_str());
            let message = format!(
                "统一社会信用代码“{code}”与名录内“{}”的代码“{right}”只差一位；请核对后改正",
                self.name(*first)
            );
            return Who::Nearly(close, "D404", message);
        }
        if let (Ok(code), [number]) = (&checked, self.named(party.name))
            && self.known.get(*number as usize).is_some_and(|k| k.code.is_empty())
        {
            // The register has no code that could disagree.
            let _ = code;
            return Who::Registered(*number);
        }
        let same_body = code.get(8..17).and_then(|body| self.by_organisation.get(body));
        if let Some(number) = same_body {
            let message = format!(
                "统一社会信用代码“{code}”不在名录，但其中的组织机构代码属于“{}”；请核对",
                self.name(*number)
            );
            return Who::Nearly(vec![*number], "D404", message);
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
        match (self.named(party.name), nearly) {
            ([number], _) => {
                let other = self.known.get(*number as usize).and_then(|k| k.code.get(8..17));
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
                Who::Nearly(self.named(party.name).to_vec(), "D406", message)
            }
            ([], [first, ..]) => {
                let message = format!(
                    "没有代码，名称与名录内“{}”相近但不相同；请核对是否同一企业，并补填统一社会信用代码",
                    self.name(*first)
                );
                Who::Nearly(nearly.to_vec(), "D405", message)
            }
            ([], []) if is_placeholder(party.name) => Who::Nobody,
            ([], []) => Who::Outside,
        }
    }

    /// How the name of a row fits the enterprise that its code gave: fits, another registered enterprise's
    /// (its numbers), or simply another.
    pub(super) fn name_fits(&self, number: u32, name: &str) -> Option<Vec<u32>> {
        if self.name(number) == name || is_placeholder(name) || self.nearly_named(name).contains(&number) {
            return None;
        }
        Some(self.named(name).to_vec())
    }

    /// The enterprises that a text mentions by code or full name, for rows that cannot be taken apart.
    pub(super) fn mentioned(&self, text: &str) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        for cell in text.split([',', ';', '|', '\t', '\r', '\n', '"', '，', '；']) {
            found.extend(self.named(cell));
            let half = half_width(cell);
            for word in half.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() == 18) {
                found.extend(self.by_code.get(&word.to_ascii_uppercase()));
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

    fn register() -> Identities {
        Identities::new(vec![
            Known {
                code: A.into(),
                name: "安徽叶集中亚板材有限公司".into(),
                former: vec!["叶集中亚木业有限公司".into()],
                ..Known::default()
            },
            Known {
                code: B.into(),
                name: "六安东方机械（集团）股份有限公司".into(),
                registration: "341504000012345".into(),
                ..Known::default()
            },
            Known { name: "叶集区好再来饭店".into(), ..Known::default() },
        ])
    }

    fn resolve(name: &str, code: &str) -> Who {
        register().resolve(&Party { name, code, ..Party::default() })
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
        assert_eq!(resolve("", ""), Who::Nobody);
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
            let _ = (resolve(&name, &code), register().mentioned(&name));
        }
    }
}
