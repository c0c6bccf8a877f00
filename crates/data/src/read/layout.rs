//! How a sheet was read, as people are told and as a mapping keeps it.

use sanse::{ENTERPRISE, ListId, Ty, Vocabulary};

use super::cell::{Unit, key};
use super::header::{Claim, Layout, Meaning, Taken, Unread};
use super::personal::without_identity_numbers;
use super::wording::How;

/// How a sheet was read (读法).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLayout {
    /// The row of the header as a person counts, the lower one of two; of a form (竖表) the row where the first
    /// form begins.
    pub header_row: u32,
    /// True if the names of the fields stand beside their values.
    pub form: bool,
    /// True if a mapping said how to read it.
    pub mapped: bool,
    /// The columns with a header, from left to right; of a form its fields.
    pub columns: Vec<ColumnLayout>,
}

/// How a column was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnLayout {
    /// Its number, from 1.
    pub number: u32,
    /// The header as written; `上级/下级` if it has two rows.
    pub header: String,
    /// The Chinese name of the field that it became, `企业.` before what names the enterprise of a record; `None`
    /// if it is not read.
    pub field: Option<String>,
    /// Why, in Chinese.
    pub reason: &'static str,
    /// The unit of an amount: 元 or 万元.
    pub unit: Option<&'static str>,
    /// The codes that the header or the mapping explains, with their meanings.
    pub values: Vec<(String, String)>,
    /// What of it is a guess that a bureau should confirm.
    pub guess: Guess,
}

/// What of a column is a guess (推测).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// Nothing.
    None,
    /// The unit of its amounts: neither header nor mapping names one, and 元 is taken.
    Unit,
    /// The field.
    Field,
}

/// The words for what a sheet can be beside the lists of the vocabulary.
pub(super) const REGISTER: &str = "企业名录";
pub(super) const COVERAGE_NAME: &str = "覆盖";
pub(super) const AGENCIES_NAME: &str = "机关别名";
pub(super) const CHANGES_NAME: &str = "变更";
/// What the mapping itself is called where it is the place of a problem.
pub(crate) const MAPPING_NAME: &str = "读法文件";
/// The word for what is not to be read.
pub(super) const IGNORED: &str = "忽略";
/// What the column of natural persons and enterprises is called.
pub(super) const PARTY_KIND: &str = "行政相对人类别";
/// Stands before the fields by which a record names its enterprise.
pub(super) const PARTY_PREFIX: &str = "企业.";

/// What a table of that kind is called.
pub(super) fn taken_for(vocabulary: &Vocabulary, taken: Taken) -> String {
    match taken {
        Taken::Register => REGISTER.to_owned(),
        Taken::Records(list) => vocabulary.list_def(list).name.chinese.clone(),
        Taken::Coverage => COVERAGE_NAME.to_owned(),
        Taken::Agencies => AGENCIES_NAME.to_owned(),
        Taken::Changes => CHANGES_NAME.to_owned(),
    }
}

/// What is told of a layout. `header_row` is the number of its header row as a person counts.
pub(super) fn describe(vocabulary: &Vocabulary, layout: &Layout, header_row: u32, form: bool) -> SheetLayout {
    let list = match layout.taken {
        Taken::Records(list) => list,
        Taken::Register | Taken::Coverage | Taken::Agencies | Taken::Changes => ENTERPRISE,
    };
    let mut columns: Vec<ColumnLayout> =
        layout.claims.iter().map(|claim| read_column(vocabulary, layout.taken, list, claim)).collect();
    let mut add = |column: usize, header: &str, reason: &'static str| {
        columns.push(ColumnLayout {
            number: column as u32 + 1,
            header: without_identity_numbers(header).into_owned(),
            field: None,
            reason,
            unit: None,
            values: Vec::new(),
            guess: Guess::None,
        });
    };
    for (column, header) in &layout.foreign {
        add(*column, header, "是别的清单的列，这里不读");
    }
    for (column, header) in &layout.unknown {
        add(*column, header, "没有认出，不读入");
    }
    for Unread { claim, why } in &layout.unread {
        add(claim.column, &claim.header, why.told());
    }
    columns.sort_by_key(|column| column.number);
    let mapped = layout.claims.iter().any(|claim| claim.how == How::Mapped);
    SheetLayout { header_row, form, mapped, columns }
}

fn read_column(vocabulary: &Vocabulary, taken: Taken, list: ListId, claim: &Claim) -> ColumnLayout {
    let def = match claim.meaning {
        Meaning::Field(field) => vocabulary.field_def(list, field),
        Meaning::Party(field) => vocabulary.field_def(ENTERPRISE, field),
        Meaning::PartyKind | Meaning::Plain(_) => None,
    };
    let plain = |number: usize| {
        taken
            .plain()
            .get(number)
            .and_then(|names| names.first())
            .map_or(String::new(), |name| (*name).to_owned())
    };
    let field = match (claim.meaning, def) {
        (Meaning::Plain(number), _) => plain(number),
        (Meaning::Party(_), Some(def)) => format!("{PARTY_PREFIX}{}", def.name.chinese),
        (_, Some(def)) => def.name.chinese.clone(),
        (_, None) => PARTY_KIND.to_owned(),
    };
    let own = field.trim_start_matches(PARTY_PREFIX);
    let reason = match claim.how {
        How::Whole if key(&claim.header) == key(own) => "列名相同",
        How::Whole => "同义的列名",
        How::WithoutBrackets => "去掉括号、单位、代码说明后的列名",
        How::InBrackets => "按括号里的列名",
        How::WithoutNumber => "去掉末尾的编号",
        How::Joined => "上下两行表头合起来",
        How::Indirect => "没有这个字段的列，按这一列的意思读",
        How::Nearly => "与常用列名只差一个字，是推测",
        How::ByCodes => "列名没有认出，内容是有效的统一社会信用代码，是推测",
        How::ByWordings => "按这一列的内容看是这个字段，是推测",
        How::Mapped => "按读法文件",
    };
    let unit = def.filter(|def| def.ty == Ty::Money).map(|_| match claim.unit {
        Some(Unit::TenThousandYuan) => "万元",
        Some(Unit::Yuan) | None => "元",
    });
    let guess = match claim.how {
        How::Indirect | How::Nearly | How::ByCodes | How::ByWordings => Guess::Field,
        _ if unit.is_some() && claim.unit.is_none() => Guess::Unit,
        _ => Guess::None,
    };
    let reason = if guess == Guess::Unit { "列名没有写单位，按元读，是推测" } else { reason };
    ColumnLayout {
        number: claim.column as u32 + 1,
        header: without_identity_numbers(&claim.header).into_owned(),
        field: Some(field),
        reason,
        unit,
        values: claim.values.clone(),
        guess,
    }
}
