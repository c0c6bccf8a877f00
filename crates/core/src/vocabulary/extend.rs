//! A standard's own copy of the vocabulary (扩充词汇表): further columns and record lists, and the union of the
//! copies of several standards, with which data are read.
//!
//! What is added stands behind what the table has, so the numbers of the table's own lists and fields stay.

use super::{
    Code, CodeList, CodeListId, Derivation, ENTERPRISE, FieldDef, FieldId, ListDef, ListId, Name, Roles, Ty,
    Vocabulary, table,
};

/// The type of a field that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewType {
    /// A type without a code list of its own.
    Plain(Ty),
    /// A code list with these values (代码), in the order of gravity where they have one.
    Codes(Vec<String>),
}

/// A field that is added (字段).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewField {
    /// Its names.
    pub name: Name,
    /// Its type.
    pub ty: NewType,
    /// True if a row may lack it (可缺).
    pub optional: bool,
    /// The least and the greatest value (最小, 最大) in the type's own unit; a missing end is the type's.
    pub range: (Option<i64>, Option<i64>),
    /// Column headers besides its names (列名).
    pub headers: Vec<String>,
    /// One sentence on what it means.
    pub meaning: String,
}

impl NewField {
    /// The range with the ends that are not given taken from the type.
    fn limits(&self, widest: (i64, i64)) -> (i64, i64) {
        (self.range.0.unwrap_or(widest.0), self.range.1.unwrap_or(widest.1))
    }
}

/// A record list that is added (清单). Roles name its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewList {
    /// Its names.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<NewField>,
    /// The field with the day of the fact (日期).
    pub date: Option<String>,
    /// The text by which the decision or event is known (编号): counts count distinct values of it.
    pub number: Option<String>,
    /// The text of the unlawful act (行为).
    pub act: Option<String>,
    /// The domain of rows that tell none.
    pub home: Option<String>,
    /// True if equal rows are separate facts (各计).
    pub repeats: bool,
}

/// Something cannot be added to a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtendError {
    /// The name, or the column header, has a meaning already.
    #[error("“{name}”已是{taken_by}")]
    Taken {
        /// The name.
        name: String,
        /// What has it.
        taken_by: String,
    },
    /// There is no such list or field.
    #[error("没有“{0}”")]
    Unknown(String),
    /// A role's field has another type than the role needs.
    #[error("“{field}”的类型不对：{needs}")]
    RoleType {
        /// The field.
        field: String,
        /// What the role needs.
        needs: &'static str,
    },
    /// A code list without values, or with one twice.
    #[error("代码要写至少一项，各不相同")]
    Codes,
    /// The least value is above the greatest, or outside what the type holds.
    #[error("“{0}”的最小、最大值不对")]
    Range(String),
    /// More lists, fields or codes than a vocabulary holds.
    #[error("清单、字段或代码过多")]
    TooMany,
}

/// Two standards mean different things by one name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{name}”在两个标准里的{differs}不同")]
pub struct MergeError {
    /// The list, or list and field.
    pub name: String,
    /// What differs.
    pub differs: &'static str,
}

/// Lists of one vocabulary, codes of one list: far more than any table has.
const MOST: usize = 200;
/// Fields of all lists together.
const MOST_FIELDS: usize = 1_000;

/// The headers of the domain in the table's own lists.
const DOMAIN_HEADERS: [&str; 3] = ["所属领域", "监管领域", "执法领域"];

impl Vocabulary {
    /// Adds a field to a list.
    ///
    /// # Errors
    /// The name or a header is taken in that list, the codes are empty or repeated, or there are too many.
    pub fn add_field(&mut self, list: ListId, field: NewField) -> Result<FieldId, ExtendError> {
        let def = self.lists.get(usize::from(list.0)).ok_or_else(|| ExtendError::Unknown(String::new()))?;
        let names = [&field.name.chinese, &field.name.english].into_iter().chain(&field.headers);
        for name in names {
            if let Some(taken_by) = taken(def, name) {
                return Err(ExtendError::Taken { name: name.clone(), taken_by });
            }
        }
        // 企.检查 is the list; a field of that name could not be said.
        for name in [&field.name.chinese, &field.name.english] {
            if list == ENTERPRISE && self.list(name).is_some() {
                return Err(ExtendError::Taken { name: name.clone(), taken_by: "清单".to_owned() });
            }
        }
        if self.lists.iter().map(|l| l.fields.len()).sum::<usize>() >= MOST_FIELDS {
            return Err(ExtendError::TooMany);
        }
        if let NewType::Plain(ty) = field.ty {
            let widest = table::range(ty, &self.code_lists);
            let (least, most) = field.limits(widest);
            if least > most || least < widest.0 || most > widest.1 {
                return Err(ExtendError::Range(field.name.chinese));
            }
        }
        let ty = match &field.ty {
            NewType::Plain(ty) => *ty,
            NewType::Codes(texts) => {
                let list_name = &def.name;
                let name = Name {
                    chinese: format!("{}.{}", list_name.chinese, field.name.chinese),
                    english: format!("{}.{}", list_name.english, field.name.english),
                };
                let codes = code_list(name, texts)?;
                self.code_lists.push(codes);
                Ty::Code(CodeListId(self.code_lists.len() as u16 - 1))
            }
        };
        let range = match field.ty {
            NewType::Plain(_) => field.limits(table::range(ty, &self.code_lists)),
            NewType::Codes(_) => table::range(ty, &self.code_lists),
        };
        let Some(def) = self.lists.get_mut(usize::from(list.0)) else {
            return Err(ExtendError::Unknown(String::new()));
        };
        def.fields.push(FieldDef {
            name: field.name,
            ty,
            optional: field.optional,
            range,
            headers: field.headers,
            derived: None,
            meaning: field.meaning,
        });
        Ok(FieldId(def.fields.len() as u16 - 1))
    }

    /// Adds column headers to a field.
    ///
    /// # Errors
    /// There is no such list or field, or a header belongs to another field of the list.
    pub fn add_headers(
        &mut self,
        list: ListId,
        field: &str,
        headers: Vec<String>,
    ) -> Result<(), ExtendError> {
        let unknown = || ExtendError::Unknown(field.to_owned());
        let def = self.lists.get_mut(usize::from(list.0)).ok_or_else(unknown)?;
        let id = def.field(field).ok_or_else(unknown)?;
        for header in &headers {
            if let Some(taken_by) = taken(def, header) {
                return Err(ExtendError::Taken { name: header.clone(), taken_by });
            }
        }
        let field = def.fields.get_mut(usize::from(id.0)).ok_or_else(unknown)?;
        field.headers.extend(headers);
        Ok(())
    }

    /// Adds a record list. It gets the fields 领域 and 分支机构 besides its own, as every list of records has.
    ///
    /// # Errors
    /// The name is taken, a role names no field or one of another type, as [`Vocabulary::add_field`], or there
    /// are too many lists. The vocabulary is then as before.
    pub fn add_list(&mut self, list: NewList) -> Result<ListId, ExtendError> {
        for name in [&list.name.chinese, &list.name.english] {
            if self.list(name).is_some() {
                return Err(ExtendError::Taken { name: name.clone(), taken_by: "清单".to_owned() });
            }
            if self.list_def(ENTERPRISE).field(name).is_some() {
                return Err(ExtendError::Taken {
                    name: name.clone(), taken_by: "企业的字段".to_owned()
                });
            }
        }
        if self.lists.len() >= MOST {
            return Err(ExtendError::TooMany);
        }
        let (lists, code_lists) = (self.lists.len(), self.code_lists.len());
        let added = self.push_list(list);
        if added.is_err() {
            self.lists.truncate(lists);
            self.code_lists.truncate(code_lists);
        }
        added
    }

    /// Adds a list whose name is free; after an error it may stand there in part.
    fn push_list(&mut self, list: NewList) -> Result<ListId, ExtendError> {
        let id = ListId(self.lists.len() as u16);
        self.lists.push(ListDef {
            name: list.name,
            fields: Vec::new(),
            roles: Roles::default(),
            views: Vec::new(),
            home: list.home,
            repeats: list.repeats,
        });
        let domain = self.add_field(
            id,
            NewField {
                name: Name { chinese: "领域".to_owned(), english: "domain".to_owned() },
                ty: NewType::Plain(Ty::Text),
                optional: true,
                range: (None, None),
                headers: DOMAIN_HEADERS.map(str::to_owned).to_vec(),
                meaning: "所属领域；没有写的，按扩充这个清单的标准的领域".to_owned(),
            },
        )?;
        for field in list.fields {
            self.add_field(id, field)?;
        }
        let branch = self.add_field(
            id,
            NewField {
                name: Name { chinese: table::BRANCH.0.to_owned(), english: table::BRANCH.1.to_owned() },
                ty: NewType::Plain(Ty::Text),
                optional: true,
                range: (None, None),
                headers: Vec::new(),
                meaning: table::BRANCH_MEANING.to_owned(),
            },
        )?;
        if let Some(def) = self.lists.last_mut().and_then(|list| list.fields.get_mut(usize::from(branch.0))) {
            def.derived = Some(Derivation::Branch);
        }
        let role = |name: &Option<String>, ty: Ty, needs: &'static str| {
            let Some(name) = name else { return Ok(None) };
            let def = self.list_def(id);
            let field = def.field(name).ok_or_else(|| ExtendError::Unknown(name.clone()))?;
            match def.field_def(field) {
                Some(found) if found.ty == ty => Ok(Some(field)),
                _ => Err(ExtendError::RoleType { field: name.clone(), needs }),
            }
        };
        let date = role(&list.date, Ty::Date, "日期一项要指日期类型的字段")?;
        let number = role(&list.number, Ty::Text, "编号一项要指文字类型的字段")?;
        let act = role(&list.act, Ty::Text, "行为一项要指文字类型的字段")?;
        let known = [Some(domain), Some(branch), date, number, act];
        let shown = (0..self.list_def(id).fields.len() as u16)
            .map(FieldId)
            .filter(|field| !known.contains(&Some(*field)))
            .take(3)
            .collect();
        if let Some(def) = self.lists.get_mut(usize::from(id.0)) {
            def.roles = Roles {
                domain: Some(domain),
                date,
                decision: number,
                act,
                document: number,
                known_on: None,
                branch: Some(branch),
                void: None,
                shown,
                groups: Vec::new(),
            };
        }
        Ok(id)
    }

    /// The union of the vocabularies of several standards: data read with it fit all of them. Without any it is
    /// [`Vocabulary::standard`].
    ///
    /// # Errors
    /// Two of them have a list, field or code list of one name with different meaning.
    pub fn merged<'v>(
        vocabularies: impl IntoIterator<Item = &'v Vocabulary>,
    ) -> Result<Vocabulary, MergeError> {
        let mut all = Vocabulary::standard();
        for other in vocabularies {
            if *other != all {
                all.take_in(other)?;
            }
        }
        Ok(all)
    }

    /// Says that a standard of a domain counts a branch's records for its head office. Nothing changes in a
    /// vocabulary that knows no branches.
    pub fn count_branches(&mut self, domain: &str) {
        if let Some(link) = &mut self.branch_link
            && let Err(place) = link.domains.binary_search_by(|known| known.as_str().cmp(domain))
        {
            link.domains.insert(place, domain.to_owned());
        }
    }

    fn take_in(&mut self, other: &Vocabulary) -> Result<(), MergeError> {
        for domain in other.branch_link.iter().flat_map(|link| &link.domains) {
            self.count_branches(domain);
        }
        for list in &other.lists {
            let known = self.lists.iter().position(|l| l.name.chinese == list.name.chinese);
            let Some(number) = known else {
                let mut list = list.clone();
                for field in &mut list.fields {
                    field.ty = self.take_type(other, field.ty)?;
                }
                self.lists.push(list);
                continue;
            };
            let conflict = |differs| MergeError { name: list.name.chinese.clone(), differs };
            let mine = self.lists.get(number).ok_or_else(|| conflict("位置"))?;
            if mine.name != list.name {
                return Err(conflict("英文名"));
            }
            if roles(mine) != roles(list) || mine.repeats != list.repeats {
                return Err(conflict("日期、编号、行为或各计"));
            }
            for field in &list.fields {
                self.take_field(other, number, field)?;
            }
            if let Some(mine) = self.lists.get_mut(number)
                && mine.home != list.home
            {
                // Two domains have such a list: a row must tell whose it is.
                mine.home = None;
            }
        }
        Ok(())
    }

    fn take_field(&mut self, other: &Vocabulary, list: usize, field: &FieldDef) -> Result<(), MergeError> {
        let ty = self.take_type(other, field.ty)?;
        let Some(mine) = self.lists.get_mut(list) else { return Ok(()) };
        let name = format!("{}.{}", mine.name.chinese, field.name.chinese);
        let conflict = |differs| MergeError { name: name.clone(), differs };
        let Some(known) = mine.field(&field.name.chinese) else {
            mine.fields.push(FieldDef { ty, ..field.clone() });
            return Ok(());
        };
        let Some(known) = mine.fields.get_mut(usize::from(known.0)) else { return Ok(()) };
        if known.name != field.name {
            return Err(conflict("名称"));
        }
        if known.ty != ty {
            return Err(conflict("类型"));
        }
        if known.range != field.range {
            return Err(conflict("最小、最大值"));
        }
        if known.optional != field.optional {
            return Err(conflict("可缺"));
        }
        for header in &field.headers {
            if !known.headers.contains(header) {
                known.headers.push(header.clone());
            }
        }
        Ok(())
    }

    /// A type of another vocabulary in this one, with its code list.
    fn take_type(&mut self, other: &Vocabulary, ty: Ty) -> Result<Ty, MergeError> {
        let Ty::Code(id) = ty else { return Ok(ty) };
        let Some(list) = other.code_list(id) else { return Ok(ty) };
        if let Some(known) = self.code_lists.iter().position(|l| l.name == list.name) {
            if self.code_lists.get(known).is_none_or(|l| l.codes != list.codes) {
                return Err(MergeError { name: list.name.chinese.clone(), differs: "代码" });
            }
            return Ok(Ty::Code(CodeListId(known as u16)));
        }
        self.code_lists.push(list.clone());
        Ok(Ty::Code(CodeListId(self.code_lists.len() as u16 - 1)))
    }
}

/// What has a name or header in a list, in words.
fn taken(list: &ListDef, name: &str) -> Option<String> {
    let field = list.fields.iter().find(|f| f.name.is(name) || f.headers.iter().any(|h| h == name))?;
    Some(if field.name.is(name) {
        format!("{}的字段", list.name.chinese)
    } else {
        format!("{}的字段“{}”的列名", list.name.chinese, field.name.chinese)
    })
}

fn code_list(name: Name, texts: &[String]) -> Result<CodeList, ExtendError> {
    if texts.len() > MOST {
        return Err(ExtendError::TooMany);
    }
    let mut codes: Vec<Code> = Vec::with_capacity(texts.len());
    for text in texts {
        if text.is_empty() || codes.iter().any(|c| c.text == *text) {
            return Err(ExtendError::Codes);
        }
        codes.push(Code { english: text.clone(), text: text.clone(), synonyms: Vec::new(), group: None });
    }
    if codes.is_empty() {
        return Err(ExtendError::Codes);
    }
    Ok(CodeList { name, codes, groups: None })
}

/// The roles of a list by the names of their fields.
fn roles(list: &ListDef) -> [Option<&str>; 7] {
    let roles = &list.roles;
    [roles.domain, roles.date, roles.decision, roles.act, roles.document, roles.known_on, roles.branch]
        .map(|field| field.and_then(|f| list.field_def(f)).map(|f| f.name.chinese.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::SANCTION;

    fn name(text: &str) -> Name {
        Name { chinese: text.to_owned(), english: text.to_owned() }
    }

    fn field(text: &str, ty: NewType) -> NewField {
        NewField {
            name: name(text),
            ty,
            optional: true,
            range: (None, None),
            headers: Vec::new(),
            meaning: "试".to_owned(),
        }
    }

    fn grades(texts: &[&str]) -> NewType {
        NewType::Codes(texts.iter().map(|t| (*t).to_owned()).collect())
    }

    fn accidents() -> NewList {
        NewList {
            name: name("事故"),
            fields: vec![
                field("发生日期", NewType::Plain(Ty::Date)),
                field("事故编号", NewType::Plain(Ty::Text)),
                field("等级", grades(&["一般", "较大"])),
            ],
            date: Some("发生日期".to_owned()),
            number: Some("事故编号".to_owned()),
            home: Some("安全生产".to_owned()),
            ..NewList::default()
        }
    }

    #[test]
    fn a_list_has_its_roles_and_a_domain() {
        let mut v = Vocabulary::standard();
        let id = v.add_list(accidents()).unwrap();
        let list = v.list_def(id);
        assert_eq!(
            roles(list),
            [
                Some("领域"),
                Some("发生日期"),
                Some("事故编号"),
                None,
                Some("事故编号"),
                None,
                Some("分支机构")
            ]
        );
        assert_eq!(list.roles.shown, [list.field("等级").unwrap()]);
        assert_eq!(v.code_of(id, list.field("等级").unwrap(), "较大"), Some(1));
        assert_eq!(v.list("事故").map(|x| x.0), Some(id));
    }

    #[test]
    fn what_is_taken_or_wrong_is_refused_and_leaves_no_trace() {
        let mut v = Vocabulary::standard();
        let taken = v.add_field(SANCTION, field("金额", NewType::Plain(Ty::Money))).unwrap_err();
        assert_eq!(taken.to_string(), "“金额”已是措施的字段");
        let taken = v.add_field(SANCTION, field("罚款金额", NewType::Plain(Ty::Money))).unwrap_err();
        assert_eq!(taken.to_string(), "“罚款金额”已是措施的字段“金额”的列名");
        assert_eq!(v.add_field(ENTERPRISE, field("级", grades(&[]))), Err(ExtendError::Codes));
        assert_eq!(v.add_field(ENTERPRISE, field("级", grades(&["甲", "甲"]))), Err(ExtendError::Codes));
        let ranged = |range| NewField { range, ..field("数", NewType::Plain(Ty::Int)) };
        assert!(v.add_field(ENTERPRISE, ranged((Some(2), Some(1)))).is_err());
        assert!(v.add_field(ENTERPRISE, ranged((Some(-1), None))).is_err());
        let wrong = NewList { date: Some("事故编号".to_owned()), ..accidents() };
        assert!(matches!(v.add_list(wrong), Err(ExtendError::RoleType { .. })));
        let unknown = NewList { number: Some("号".to_owned()), ..accidents() };
        assert_eq!(v.add_list(unknown), Err(ExtendError::Unknown("号".to_owned())));
        assert!(v.add_list(NewList { name: name("处罚"), ..accidents() }).is_err());
        assert!(v.add_list(NewList { name: name("乡镇"), ..accidents() }).is_err());
        assert!(v.add_field(ENTERPRISE, field("检查", NewType::Plain(Ty::Int))).is_err());
        assert!(v.add_headers(SANCTION, "金额", vec!["文号".to_owned()]).is_err());
        assert_eq!(v, Vocabulary::standard());
    }

    #[test]
    fn the_union_has_the_fields_of_both_with_their_codes() {
        let mut a = Vocabulary::standard();
        a.add_field(ENTERPRISE, field("甲", grades(&["一", "二"]))).unwrap();
        let mut b = Vocabulary::standard();
        b.add_field(ENTERPRISE, field("乙", grades(&["三"]))).unwrap();
        let id = b.add_list(accidents()).unwrap();
        let all = Vocabulary::merged([&a, &b, &a, &Vocabulary::standard()]).unwrap();
        let own = all.list_def(ENTERPRISE);
        let code = |field: &str, text: &str| all.code_of(ENTERPRISE, own.field(field).unwrap(), text);
        assert_eq!([code("甲", "二"), code("乙", "三"), code("乙", "二")], [Some(1), Some(0), None]);
        let (there, _) = all.list("事故").unwrap();
        assert_eq!(all.list_def(there).fields.len(), b.list_def(id).fields.len());
        assert_eq!(all.code_of(there, all.list_def(there).field("等级").unwrap(), "较大"), Some(1));
        assert_eq!(Vocabulary::merged([&a]).unwrap(), a);
        assert_eq!(Vocabulary::merged([]).unwrap(), Vocabulary::standard());
    }

    #[test]
    fn what_two_standards_mean_differently_is_a_conflict() {
        let with = |field: NewField| {
            let mut v = Vocabulary::standard();
            v.add_field(ENTERPRISE, field).unwrap();
            v
        };
        let a = with(field("级", grades(&["一", "二"])));
        for other in [
            with(field("级", grades(&["一", "三"]))),
            with(field("级", NewType::Plain(Ty::Int))),
            with(NewField { optional: false, ..field("级", grades(&["一", "二"])) }),
        ] {
            let error = Vocabulary::merged([&a, &other]).unwrap_err();
            assert!(error.name.starts_with("企业.级"), "{error}");
        }
        let list = |home: &str, repeats| {
            let mut v = Vocabulary::standard();
            v.add_list(NewList { home: Some(home.to_owned()), repeats, ..accidents() }).unwrap();
            v
        };
        assert!(Vocabulary::merged([&list("消防", false), &list("消防", true)]).is_err());
        let both = Vocabulary::merged([&list("消防", false), &list("安全生产", false)]).unwrap();
        assert_eq!(both.list_def(both.list("事故").unwrap().0).home, None);
    }
}
