//! The vocabulary (词汇表): every list, field and code of the field's data, each named once.
//!
//! [`Vocabulary::standard`] is the one table; importer, script checker, documentation and glossary are made
//! from it. A standard may extend a copy. No other code names a field (invariant 5): what the engine must
//! know of a list — which column is its date, its domain, its decision — the list says through [`Roles`].

mod extend;
mod table;

use serde::{Deserialize, Serialize};

pub use extend::{ExtendError, MergeError, NewField, NewList, NewType};
pub use table::{ENTERPRISE, INSPECTION, LEAD, OUTCOME, RECTIFICATION, SANCTION};

/// A Chinese name, used in scripts and outputs, and its English alias.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The Chinese name.
    pub chinese: String,
    /// The English name, `snake_case`.
    pub english: String,
}

impl Name {
    /// True if the text is the Chinese or the English name.
    pub fn is(&self, text: &str) -> bool {
        self.chinese == text || self.english == text
    }
}

/// Number of a list in its vocabulary; 0 is the enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListId(pub u16);

/// Number of a field in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldId(pub u16);

/// Number of a code list in its vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeListId(pub u16);

/// The type of a field or an expression (类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ty {
    /// 是/否
    Bool,
    /// A whole number (数).
    Int,
    /// An amount in 分 (金额).
    Money,
    /// Points in hundredths (分值).
    Points,
    /// A calendar day (日期).
    Date,
    /// A length of time (时长); only constants have it.
    Span,
    /// A value of a code list (代码).
    Code(CodeListId),
    /// A text (文字), compared for equality only.
    Text,
}

/// How a field that no column delivers gets its value when a caseload is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Derivation {
    /// The group of another code field of the row (类别 from 种类).
    GroupOf(FieldId),
    /// The gravest code (the last in its list) of another field among the rows of one decision.
    GravestOf(FieldId),
    /// A document number in one of the ways in which it is written, so that equal decisions compare equal.
    DocumentKeyOf(FieldId),
    /// A fixed code where nothing was given (整改: 未知).
    Default(u16),
    /// The branch (分支机构) whose record a row is, of a row that counts for its head office.
    Branch,
}

/// One field (字段) of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDef {
    /// Its names.
    pub name: Name,
    /// Its type.
    pub ty: Ty,
    /// True if a row may lack it. A condition must then say what holds without it (有值 or ??).
    pub optional: bool,
    /// The least and greatest value, in the type's own unit (分, hundredths, days since 1970, code number).
    pub range: (i64, i64),
    /// The column headers under which files carry it, besides its names; compared without brackets, spaces
    /// and units.
    pub headers: Vec<String>,
    /// How it is filled when no column gives it.
    pub derived: Option<Derivation>,
    /// One sentence on what it means and its unit, in Chinese.
    pub meaning: String,
}

/// What the engine must know of a list's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// The domain (领域) of a row; rows of other domains are not seen by a domain's standard.
    pub domain: Option<FieldId>,
    /// The day of the fact (决定, 检查, 下达): selects by period and orders rows.
    pub date: Option<FieldId>,
    /// The key of the decision: counts and peaks count distinct values of it.
    pub decision: Option<FieldId>,
    /// The unlawful act; with the decision the default key of pick-the-gravest.
    pub act: Option<FieldId>,
    /// The document number (文号) as people write it.
    pub document: Option<FieldId>,
    /// The day on which the row was entered or reported; before it nobody knew of the row.
    pub known_on: Option<FieldId>,
    /// The branch whose record a row is; such a row is seen only by standards that count branches for the head
    /// office ([`crate::Standard::branches`]).
    #[serde(default)]
    pub branch: Option<FieldId>,
    /// The status field and the values with which a row never counts (撤销).
    pub void: Option<(FieldId, Vec<u16>)>,
    /// The fields by which people know a row, in the order in which outputs show them. For a record, besides
    /// date, document number and act: its kind first, then what belongs to it (amount). For the enterprise:
    /// code and name, then the fields by which summaries are grouped (township, industry).
    pub shown: Vec<FieldId>,
    /// For the enterprise: the fields by which a change of labels is broken down (township, industry, size).
    #[serde(default)]
    pub groups: Vec<FieldId>,
}

/// A named part of a list (行政处罚 is 措施 whose 类别 is 处罚).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its names.
    pub name: Name,
    /// The field that selects.
    pub field: FieldId,
    /// The values of that field that belong to the view.
    pub values: Vec<u16>,
}

/// One list of records (记录清单), or list 0, the enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDef {
    /// Its names.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<FieldDef>,
    /// What the engine must know of them.
    pub roles: Roles,
    /// Named parts of it.
    pub views: Vec<View>,
    /// The domain of rows that tell none: that of the standard which added the list.
    pub home: Option<String>,
    /// True if rows that are equal in every value are separate facts; otherwise they are copies of one.
    pub repeats: bool,
}

impl ListDef {
    /// The field of that Chinese or English name.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|f| f.name.is(name)).map(|i| FieldId(i as u16))
    }

    /// The definition of a field.
    pub fn field_def(&self, field: FieldId) -> Option<&FieldDef> {
        self.fields.get(usize::from(field.0))
    }
}

/// One value of a code list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The text used in scripts and outputs.
    pub text: String,
    /// The English text of the JSON surface.
    pub english: String,
    /// Other wordings met in files, besides its own; `…` in one stands for any words (违反…规定).
    pub synonyms: Vec<String>,
    /// Number of its group in the list named by [`CodeList::groups`].
    pub group: Option<u16>,
}

/// A list of codes (代码表), in the order of gravity where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeList {
    /// Its names.
    pub name: Name,
    /// The values; their place is their number.
    pub codes: Vec<Code>,
    /// The code list of the groups.
    pub groups: Option<CodeListId>,
}

impl CodeList {
    /// The number of the code of that text or English name (not of a synonym).
    pub fn code(&self, text: &str) -> Option<u16> {
        self.codes.iter().position(|c| c.text == text || c.english == text).map(|i| i as u16)
    }

    /// The number of the code that a wording of a file means: its text or English name, or else a synonym; compared
    /// by letters and digits alone.
    ///
    /// ```
    /// use sanse::Vocabulary;
    /// let vocabulary = Vocabulary::standard();
    /// let results = vocabulary.code_lists.iter().find(|list| list.name.chinese == "检查结果").unwrap();
    /// assert_eq!(results.worded(" 合格 ").map(|code| results.text(code)), Some("未发现问题"));
    /// assert_eq!(results.code("合格"), None);
    /// ```
    pub fn worded(&self, wording: &str) -> Option<u16> {
        let wanted = bare(wording);
        if wanted.is_empty() {
            return None;
        }
        let is = |name: &String| bare(name) == wanted;
        let own = self.codes.iter().position(|code| is(&code.text) || is(&code.english));
        own.or_else(|| self.codes.iter().position(|code| code.synonyms.iter().any(is))).map(|i| i as u16)
    }

    /// The text of a code; empty if there is no such code.
    pub fn text(&self, code: u16) -> &str {
        self.codes.get(usize::from(code)).map_or("", |c| &c.text)
    }
}

/// Letters and digits only, half-width and lower case.
fn bare(text: &str) -> String {
    let half = text.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    });
    half.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// All lists and code lists.
///
/// ```
/// use sanse::Vocabulary;
/// let vocabulary = Vocabulary::standard();
/// let (list, _) = vocabulary.list("措施").unwrap();
/// assert_eq!(vocabulary.list_def(list).name.english, "sanction");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// The lists; 0 is the enterprise.
    pub lists: Vec<ListDef>,
    /// The code lists.
    pub code_lists: Vec<CodeList>,
    /// How orders to rectify are joined to sanctions; a vocabulary without them has none.
    pub rectification_link: Option<RectificationLink>,
    /// The fields that classification fills for overall standards; a vocabulary without them has no overall.
    pub outcome_link: Option<OutcomeLink>,
    /// How branches are joined to their head offices; a vocabulary without it knows no branches.
    #[serde(default)]
    pub branch_link: Option<BranchLink>,
}

/// The fields of the enterprise by which a branch (分支机构) is joined to its head office (总机构).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchLink {
    /// 统一社会信用代码
    pub code: FieldId,
    /// 名称
    pub name: FieldId,
    /// The credit code of the head office (总机构代码).
    pub head: FieldId,
    /// The domains whose standards count a branch's records for its head office. A standard that does adds its
    /// own to its copy of the vocabulary, so that data are read as it needs them.
    pub domains: Vec<String>,
}

/// The fields of the list of domain outcomes (领域结果). The codes of `state` are 已评定, 未评定, 不适用 and
/// those of `label` 绿标, 黄标, 红标, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the field of that name in the table")]
pub struct OutcomeLink {
    pub list: ListId,
    pub domain: FieldId,
    pub state: FieldId,
    pub label: FieldId,
    pub grade: FieldId,
    pub score: FieldId,
    pub incomplete: FieldId,
}

/// The fields by which orders to rectify (整改) are judged and joined to sanctions (措施).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the field of that name in the table")]
pub struct RectificationLink {
    pub sanctions: ListId,
    pub sanction_decision: FieldId,
    pub status: FieldId,
    pub status_date: FieldId,
    pub repaired_on: FieldId,
    pub sanction_state: FieldId,
    pub sanction_due: FieldId,
    pub sanction_done: FieldId,
    pub sanction_timeliness: FieldId,
    pub orders: ListId,
    pub order_decision: FieldId,
    pub sanction_document: FieldId,
    pub due: FieldId,
    pub extended_to: FieldId,
    pub rechecked_on: FieldId,
    pub result: FieldId,
    pub done: FieldId,
    pub order_state: FieldId,
    pub order_timeliness: FieldId,
    pub codes: RectificationCodes,
}

/// The codes with a part in [`RectificationLink`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the code of that name in the table")]
pub struct RectificationCodes {
    pub valid: u16,
    pub rectified: u16,
    pub not_yet_due: u16,
    pub unknown: u16,
    pub not_rechecked: u16,
    pub partly: u16,
    pub not_rectified: u16,
    pub on_time: u16,
    pub late: u16,
    pub timeliness_not_due: u16,
    pub overdue: u16,
    pub timeliness_unknown: u16,
}

impl RectificationCodes {
    /// The codes of timeliness from the best to the worst.
    pub fn by_lateness(&self) -> [u16; 5] {
        [self.on_time, self.timeliness_not_due, self.timeliness_unknown, self.late, self.overdue]
    }
}

impl Vocabulary {
    /// True if a standard counts the records of branches for their head offices (分支机构计入总机构).
    pub fn counts_branches(&self) -> bool {
        self.branch_link.as_ref().is_some_and(|link| !link.domains.is_empty())
    }

    /// The table of the field: 企业, 措施, 整改, 检查, 线索 and 领域结果.
    pub fn standard() -> Vocabulary {
        table::vocabulary()
    }

    /// The list, or the view of a list, of that Chinese or English name.
    pub fn list(&self, name: &str) -> Option<(ListId, Option<&View>)> {
        self.lists.iter().enumerate().find_map(|(i, list)| {
            let id = ListId(i as u16);
            if list.name.is(name) {
                return Some((id, None));
            }
            list.views.iter().find(|v| v.name.is(name)).map(|v| (id, Some(v)))
        })
    }

    /// The definition of a list; the enterprise's for a number outside the table.
    pub fn list_def(&self, list: ListId) -> &ListDef {
        self.lists.get(usize::from(list.0)).unwrap_or_else(|| self.enterprise())
    }

    fn enterprise(&self) -> &ListDef {
        static NONE: std::sync::OnceLock<ListDef> = std::sync::OnceLock::new();
        self.lists.first().unwrap_or_else(|| {
            NONE.get_or_init(|| ListDef {
                name: Name { chinese: String::new(), english: String::new() },
                fields: Vec::new(),
                roles: Roles::default(),
                views: Vec::new(),
                home: None,
                repeats: false,
            })
        })
    }

    /// The definition of a field of a list.
    pub fn field_def(&self, list: ListId, field: FieldId) -> Option<&FieldDef> {
        self.list_def(list).field_def(field)
    }

    /// The number of a code by its text in the code list of a field; `None` if the field has no code list or the
    /// list no such code.
    pub fn code_of(&self, list: ListId, field: FieldId, text: &str) -> Option<u16> {
        match self.field_def(list, field)?.ty {
            Ty::Code(codes) => self.code_list(codes)?.code(text),
            _ => None,
        }
    }

    /// The fields of a list that are worked out from others and may come out as 未知 (整改 and 整改时效 of a
    /// sanction, 整改时效 of an order), each with that code. Where one is 未知, those after it are too.
    pub fn unknown_codes(&self, list: ListId) -> impl Iterator<Item = (FieldId, u16)> + use<> {
        let of = |link: RectificationLink| {
            let codes = link.codes;
            [
                (link.sanctions, link.sanction_state, codes.unknown),
                (link.sanctions, link.sanction_timeliness, codes.timeliness_unknown),
                (link.orders, link.order_timeliness, codes.timeliness_unknown),
            ]
        };
        let all = self.rectification_link.map(of).into_iter().flatten();
        all.filter(move |(own, ..)| *own == list).map(|(_, field, code)| (field, code))
    }

    /// The code list of that number.
    pub fn code_list(&self, id: CodeListId) -> Option<&CodeList> {
        self.code_lists.get(usize::from(id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_consistent() {
        let v = Vocabulary::standard();
        for (l, list) in v.lists.iter().enumerate() {
            for (f, field) in list.fields.iter().enumerate() {
                for name in [&field.name.chinese, &field.name.english] {
                    assert_eq!(list.field(name), Some(FieldId(f as u16)), "{name} in {}", list.name.chinese);
                }
                if let Ty::Code(id) = field.ty {
                    let codes = v.code_list(id).expect("code list");
                    assert_eq!(field.range, (0, codes.codes.len() as i64 - 1), "{}", field.name.chinese);
                }
                assert!(!field.meaning.is_empty(), "{}", field.name.chinese);
                assert!(field.name.english.is_ascii());
            }
            assert_eq!(v.list(&list.name.chinese).map(|x| x.0), Some(ListId(l as u16)));
            for view in &list.views {
                assert!(list.field_def(view.field).is_some());
            }
        }
        for list in &v.code_lists {
            let mut seen = std::collections::BTreeSet::new();
            for code in &list.codes {
                assert!(seen.insert(&code.text), "{} twice", code.text);
                assert_eq!(code.group.is_some(), list.groups.is_some(), "{}", code.text);
            }
        }
    }

    #[test]
    fn there_are_fourteen_kinds_of_penalty_and_the_eight_inspection_results_in_nine_wordings() {
        let v = Vocabulary::standard();
        let sanction = v.list_def(SANCTION);
        let kinds = match sanction.field_def(sanction.field("种类").unwrap()).unwrap().ty {
            Ty::Code(id) => v.code_list(id).unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(kinds.codes.iter().filter(|c| c.group == Some(0)).count(), 14);
        let results = v.code_lists.iter().find(|c| c.name.chinese == "检查结果").unwrap();
        assert_eq!(results.codes.len(), 9);
        let groups = v.code_list(results.groups.unwrap()).unwrap();
        assert_eq!(groups.codes.len(), 4);
    }
}
