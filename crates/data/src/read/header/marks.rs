//! Columns that say of a row that it is no valid decision: deleted where it came from, not punished, annulled, under
//! reconsideration or litigation, or of a document that decides nothing (告知书). They are no fields; what they say
//! must be seen, because such a row counts otherwise or not at all.

use sanse::{CodeList, FieldId, ListId, SANCTION};

use super::{Claim, Meaning};
use crate::read::cell::{half_width, is_placeholder, key, yes_no};
use crate::read::mapping::quoted;
use crate::read::row::{Trouble, listed_value, shortened};
use crate::read::table::Table;
use crate::read::wording::Wording;

/// What such a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Mark {
    /// Whether the row was deleted where it came from (删除标记).
    Deleted,
    /// What an exchange did with the row: added, changed, deleted (操作类型).
    Operation,
    /// Whether the row still holds in its system (数据状态, 有效标志).
    Validity,
    /// Whether nothing was imposed (不予行政处罚).
    Exempted,
    /// Whether the decision was annulled (是否撤销).
    Annulled,
    /// What became of a reconsideration (行政复议).
    Reconsideration,
    /// What became of a lawsuit (行政诉讼).
    Litigation,
    /// What kind of document it is (文书类型).
    Document,
}

/// The headers of each, as they are compared.
const HEADERS: [(Mark, &[&str]); 8] = [
    (
        Mark::Deleted,
        &[
            "删除标记",
            "删除标志",
            "删除标识",
            "是否删除",
            "逻辑删除",
            "逻辑删除标志",
            "deleteflag",
            "delflag",
            "deleted",
            "isdelete",
            "isdeleted",
        ],
    ),
    (
        Mark::Operation,
        &[
            "操作",
            "操作类型",
            "操作标识",
            "操作标志",
            "操作方式",
            "opttype",
            "optype",
            "operatetype",
            "operationtype",
        ],
    ),
    (
        Mark::Validity,
        &[
            "数据状态",
            "记录状态",
            "信息状态",
            "数据有效性",
            "有效标志",
            "有效标识",
            "有效标记",
            "有效状态",
            "是否有效",
            "datastatus",
            "recordstatus",
            "validflag",
            "isvalid",
        ],
    ),
    (
        Mark::Exempted,
        &[
            "不予行政处罚",
            "不予处罚",
            "免予处罚",
            "是否不予行政处罚",
            "是否不予处罚",
            "是否免予处罚",
            "是否免予行政处罚",
            "结案情况不予行政处罚",
        ],
    ),
    (Mark::Annulled, &["是否撤销", "是否已撤销", "是否撤销处罚", "是否撤销立案", "撤销标志", "撤销标记"]),
    (
        Mark::Reconsideration,
        &[
            "行政复议",
            "是否行政复议",
            "是否复议",
            "复议情况",
            "复议结果",
            "复议状态",
            "行政复议情况",
            "行政复议结果",
            "是否申请复议",
            "是否申请行政复议",
        ],
    ),
    (
        Mark::Litigation,
        &[
            "行政诉讼",
            "是否行政诉讼",
            "是否诉讼",
            "诉讼情况",
            "诉讼结果",
            "诉讼状态",
            "行政诉讼情况",
            "行政诉讼结果",
            "是否提起诉讼",
            "是否提起行政诉讼",
        ],
    ),
    (
        Mark::Document,
        &[
            "文书",
            "文书类型",
            "文书种类",
            "文书名称",
            "处罚文书",
            "处罚文书类型",
            "处罚文书名称",
            "行政处罚文书名称",
        ],
    ),
];

/// What a header marks in the tables of a list.
pub(in crate::read) fn of(list: ListId, wording: &Wording) -> Option<Mark> {
    let known = |forms: &[&str]| wording.forms().any(|form| forms.contains(&form));
    let (mark, _) = HEADERS.iter().find(|(_, forms)| known(forms))?;
    // Rows of any list can be deleted; the others are about decisions.
    (list == SANCTION || matches!(mark, Mark::Deleted | Mark::Operation | Mark::Validity)).then_some(*mark)
}

/// The cells of a row under such columns, with what the header explains a code to mean.
fn cells(table: &Table, row: usize) -> impl Iterator<Item = (Mark, &Claim, &str)> {
    table.layout.marks().filter_map(move |(mark, claim)| {
        let cell = listed_value(claim, table.cell(row, claim.column));
        (!is_placeholder(cell)).then_some((mark, claim, cell))
    })
}

/// Wordings of a row that stands, whatever was done with it.
#[rustfmt::skip]
const KEPT: [&str; 60] = [
    "存在", "f", "false", "新增", "新建", "增加", "添加", "录入", "导入", "修改", "更新", "变更", "更正", "修正", "保留", "正常", "有效", "生效", "已生效", "存续",
    "启用", "在用", "未删除", "未撤销", "未作废", "可用", "提交", "已提交", "上报", "已上报", "报送", "已报送", "审核通过", "已审核", "发布",
    "已发布", "公示", "已公示", "归档", "已归档", "办结", "已办结", "结案", "已结案", "add", "a", "insert", "i", "create", "c", "new",
    "update", "u", "modify", "m", "edit", "valid", "normal", "0", "00",
];

/// Wordings of a row that was taken back.
#[rustfmt::skip]
const DELETED: [&str; 30] = [
    "删除", "已删除", "逻辑删除", "物理删除", "作废", "已作废", "无效", "失效", "已失效", "移除", "已移除", "撤销", "已撤销", "撤回", "已撤回",
    "注销", "已注销", "终止", "已终止", "废止", "已废止", "停用", "del", "delete", "deleted", "d", "remove", "removed", "invalid", "void",
];

/// The buttons of a web page, which a column of operations shows beside one another.
const BUTTONS: [&str; 10] = ["查看", "详情", "编辑", "修改", "删除", "下载", "打印", "预览", "导出", "复制"];

/// Whether a row stands by such a column; `None` if nobody knows.
fn is_kept(mark: Mark, header: &str, cell: &str) -> Option<bool> {
    let word = key(cell);
    let word = word.as_str();
    // Of 是否删除 and 是否有效 yes and no say it; of a 状态 a number says nothing.
    let flag = match mark {
        Mark::Deleted => yes_no(cell).map(|deleted| !deleted),
        Mark::Validity if !key(header).ends_with("状态") => yes_no(cell),
        _ => None,
    };
    let buttons = || {
        let rest = BUTTONS.iter().fold(word.to_owned(), |rest, button| rest.replace(button, ""));
        mark == Mark::Operation && rest.is_empty()
    };
    // 未删除, 非删除, 未作废.
    let denied = ["未", "非", "不", "没"].iter().any(|no| word.starts_with(no));
    match flag {
        Some(kept) => Some(kept),
        None if denied && mark == Mark::Deleted => Some(true),
        None if DELETED.contains(&word) => Some(false),
        None if KEPT.contains(&word) || buttons() => Some(true),
        None => None,
    }
}

/// Why a row is no record at all: it was deleted where it came from, or may have been.
pub(in crate::read) fn deleted(table: &Table, row: usize) -> Option<Trouble> {
    cells(table, row).find_map(|(mark, claim, cell)| {
        if !matches!(mark, Mark::Deleted | Mark::Operation | Mark::Validity) {
            return None;
        }
        let remedy = match is_kept(mark, &claim.header, cell) {
            Some(true) => return None,
            Some(false) if mark == Mark::Operation => {
                "这条记录在报送系统里已经删除；确已删除的，请连同它原来的一行从表里去掉，另报了更正后的，只留更正后的一行"
            }
            Some(false) => {
                "这条记录在报送系统里已经删除或者失效；填写有误的，请改正这一格，确已删除或撤销的，请从表里去掉这一行"
            }
            None => {
                let (header, code) = (quoted(&claim.header), quoted(&shortened(table.cell(row, claim.column))));
                &format!(
                    "看不出这一行是有效还是已经删除；请改填“正常”或“删除”，或在读法文件这张表的列里写明代码，如 {header} = {{ \"代码\" = {{ {code} = \"删除\" }} }}（有效的写“正常”），这一列不是这个意思的写 {header} = \"忽略\""
                )
            }
        };
        Some(("D311", format!("“{}”一栏是“{}”，{remedy}", shortened(&claim.header), shortened(cell))))
    })
}

/// The words of a document that gives notice of a decision to come.
const NOTICE: &str = "告知书";

/// Why the document of a row is no decision: it gives notice of one.
pub(in crate::read) fn notice(table: &Table, row: usize, number: FieldId) -> Option<Trouble> {
    let by_kind = cells(table, row)
        .find(|(mark, _, cell)| *mark == Mark::Document && cell.contains(NOTICE) && !cell.contains("决定"));
    // Of several numbers one may be the notice's and another the decision's.
    let by_number = || {
        let numbers = table.layout.claims.iter().filter(|claim| claim.meaning == Meaning::Field(number));
        let cells = numbers.map(|claim| table.cell(row, claim.column)).filter(|cell| !is_placeholder(cell));
        let mut first = None;
        for cell in cells {
            if !cell.contains('告') || !is_notice(cell) {
                return None;
            }
            first = first.or(Some(cell));
        }
        first
    };
    let what = match by_kind {
        Some((_, claim, cell)) => format!("“{}”一栏是“{}”", shortened(&claim.header), shortened(cell)),
        None => format!("文号“{}”是告知书的", shortened(by_number()?)),
    };
    let message = format!(
        "{what}，告知书不是处罚决定；已作出决定的，请改填决定书的文号、日期和内容，还没有作出决定的，请从表里去掉这一行"
    );
    Some(("D310", message))
}

/// True for the number of a notice: 叶环罚告〔2022〕5号, （叶）应急告〔2022〕5号. A cell that names a decision beside
/// it is none.
fn is_notice(number: &str) -> bool {
    let text = half_width(number);
    if text.contains("决定书") {
        return false;
    }
    // The word of the kind stands before the bracket with the year.
    let words: Vec<&str> = text
        .match_indices(['(', '['])
        .filter(|(at, _)| {
            text.get(at + 1..at + 5).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()))
        })
        .filter_map(|(at, _)| text.get(..at))
        .collect();
    let gives_notice = |word: &&str| {
        let word = word.trim_end().trim_end_matches('字').trim_end_matches('知');
        let other = ["公告", "广告", "通告", "报告", "警告"].iter().any(|other| word.ends_with(other));
        word.ends_with(NOTICE) || (word.ends_with('告') && !other)
    };
    if words.is_empty() { text.contains(NOTICE) } else { words.iter().all(gives_notice) }
}

/// The column that says that nothing was imposed. Only a clear yes says it: numbers mean one thing here and another
/// there, and the kind of the penalty stands in a column of its own.
pub(in crate::read) fn exempted(table: &Table, row: usize) -> Option<&Claim> {
    let says = |cell: &str| {
        yes_no(cell) == Some(true)
            || says_nothing_imposed(cell)
            || LENIENCE.iter().any(|reason| cell.contains(reason))
    };
    cells(table, row).find(|(mark, _, cell)| *mark == Mark::Exempted && says(cell)).map(|(_, claim, _)| claim)
}

/// The wordings in which a decision imposes nothing.
const NOTHING_IMPOSED: [&str; 7] =
    ["不予行政处罚", "不予处罚", "免予行政处罚", "免予处罚", "免于行政处罚", "免于处罚", "免罚"];

/// The reasons for imposing nothing, which such a column may give instead (行政处罚法第三十三条).
const LENIENCE: [&str; 6] = ["轻微", "初次违法", "首次违法", "首违", "及时改正", "主观过错"];

/// What denies the wording that follows.
const DENIED: [&str; 8] = ["不符合", "不属于", "不适用", "不具备", "不满足", "未达到", "不存在", "不涉及"];

/// True if a text has one of those wordings, not denied.
fn says_nothing_imposed(text: &str) -> bool {
    let said = |wording: &&str| text.find(wording).and_then(|at| text.get(..at));
    let before = NOTHING_IMPOSED.iter().filter_map(said).min_by_key(|before| before.len());
    before.is_some_and(|before| !DENIED.iter().any(|denied| before.contains(denied)))
}

/// True if a text says that nothing was imposed, and of no penalty beside.
pub(in crate::read) fn imposes_nothing(
    text: &str,
    kinds: &CodeList,
    is_penalty: impl Fn(u16) -> bool,
) -> bool {
    // Most contents have neither character; one is found sooner than six wordings.
    let may = text.contains('予') || text.contains('免');
    // Who is let off beside somebody who pays is not the enterprise.
    if !may || text.contains('元') || !says_nothing_imposed(text) {
        return false;
    }
    let names = |wording: &String| !wording.is_ascii() && text.contains(wording.as_str());
    let mut penalties = kinds.codes.iter().enumerate().filter(|(number, _)| is_penalty(*number as u16));
    !penalties.any(|(_, code)| std::iter::once(&code.text).chain(&code.synonyms).any(names))
}

/// How a decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Stands,
    Changed,
    Pending,
    Annulled,
    Unclear,
}

/// What a cell of a column about annulment, reconsideration or litigation says.
fn standing(mark: Mark, cell: &str) -> Standing {
    let word = key(cell);
    let is = |words: &[&str]| words.contains(&word.as_str());
    let begins = |words: &[&str]| words.iter().any(|w| word.starts_with(w));
    let has = |words: &[&str]| words.iter().any(|w| word.contains(w));
    let denied = begins(&["未", "不", "没"]);
    if has(&["维持", "驳回"]) && has(&["撤销", "变更", "部分"]) {
        // Two decisions in one cell, or a plea that was dismissed.
        Standing::Unclear
    } else if denied && has(&["中"]) {
        let only = begins(&["未在", "不在", "没在", "没有在"]) && !has(&[",", ";", "、", "。"]);
        if only { Standing::Stands } else { Standing::Unclear }
    } else if word.ends_with('中')
        || begins(&["正在"])
        || is(&[
            "受理",
            "已受理",
            "审理",
            "在审",
            "未审结",
            "未结",
            "未结案",
            "未办结",
            "未判决",
            "未宣判",
            "未审理终结",
            "未审理完毕",
            "待审理",
            "待判决",
        ])
    {
        Standing::Pending
    } else if is(&["撤销", "已撤销", "决定撤销", "确认违法", "确认无效"])
        || begins(&["撤销原", "撤销行政处罚", "撤销处罚"])
        || mark == Mark::Annulled && yes_no(cell) == Some(true)
    {
        Standing::Annulled
    } else if is(&["变更", "已变更", "决定变更"]) || begins(&["变更原", "变更行政处罚", "变更处罚"])
    {
        Standing::Changed
    } else if yes_no(cell) == Some(false)
        || is(&["正常", "有效", "不涉及", "撤诉", "00"])
        || begins(&["未", "维持", "驳回", "不予受理", "撤回申请", "撤回复议", "撤回起诉", "终止"])
    {
        Standing::Stands
    } else {
        Standing::Unclear
    }
}

/// The codes of how a decision stands.
pub(in crate::read) struct Statuses {
    pub(in crate::read) field: FieldId,
    valid: u16,
    changed: u16,
    reconsidered: u16,
    litigated: u16,
    annulled: u16,
}

impl Statuses {
    /// Those of a code list that has them.
    pub(in crate::read) fn new(field: FieldId, list: &CodeList) -> Option<Statuses> {
        Some(Statuses {
            field,
            valid: list.code("valid")?,
            changed: list.code("changed")?,
            reconsidered: list.code("under_reconsideration")?,
            litigated: list.code("under_litigation")?,
            annulled: list.code("annulled")?,
        })
    }

    /// How the decision of a row stands by such columns, where `own` is what the column of states says. What they leave
    /// open is among the troubles.
    pub(in crate::read) fn told<'t>(
        &self,
        table: &'t Table,
        row: usize,
        own: Option<u16>,
        troubles: &mut Vec<(&'t Claim, FieldId, Trouble)>,
    ) -> Option<u16> {
        let mut state = own;
        for (mark, claim, cell) in cells(table, row) {
            let pending = match mark {
                Mark::Reconsideration => self.reconsidered,
                Mark::Litigation => self.litigated,
                Mark::Annulled => self.annulled,
                _ => continue,
            };
            let told = match standing(mark, cell) {
                Standing::Stands => continue,
                Standing::Pending => pending,
                Standing::Changed => self.changed,
                Standing::Annulled => self.annulled,
                Standing::Unclear => {
                    let message = format!(
                        "“{}”看不出这个决定是在复议、诉讼中，还是维持、变更、撤销；请写“复议中”“诉讼中”“维持”“变更”或“撤销”，没有的写“无”",
                        shortened(cell)
                    );
                    troubles.push((claim, self.field, ("D305", message)));
                    continue;
                }
            };
            // A published state of 正常 says nothing of a reconsideration; of an annulment it says the contrary.
            let contrary = match own {
                None => false,
                Some(own) if own == self.valid => told == self.annulled,
                Some(own) => own != told,
            };
            if contrary {
                let message = format!("“{}”与状态一栏不一致；请核对后改成一致", shortened(cell));
                troubles.push((claim, self.field, ("D202", message)));
            } else {
                // The codes are in the order of their weight.
                state = Some(state.map_or(told, |before| before.max(told)));
            }
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_notices() {
        for number in [
            "叶环罚告〔2022〕5号",
            "叶环罚告字[2022]第5号",
            "（叶）应急告〔2022〕5号",
            "叶市监罚先告【2022】5号",
            "叶消听告（2022）5号",
            "叶消罚告知字〔2022〕5号",
            "行政处罚事先告知书2022年5号",
        ] {
            assert!(is_notice(number), "{number}");
        }
        for number in [
            "叶环罚〔2022〕5号",
            "（叶）应急罚〔2022〕5号",
            "叶市监广告〔2022〕5号",
            "叶应急警告〔2022〕5号",
            "叶消警告字〔2022〕第6号",
            "叶环罚〔2022〕5号（告知书叶环罚告〔2022〕3号）",
            "公告〔2022〕5号",
            "叶环罚〔2022〕5号（叶环罚告〔2022〕3号）",
            "行政处罚决定书 叶环罚告〔2022〕5号",
            "告",
            "",
        ] {
            assert!(!is_notice(number), "{number}");
        }
    }

    #[test]
    fn how_a_decision_stands() {
        for (mark, cell, told) in [
            (Mark::Reconsideration, "否", Standing::Stands),
            (Mark::Reconsideration, "未申请行政复议", Standing::Stands),
            (Mark::Reconsideration, "维持原处罚决定", Standing::Stands),
            (Mark::Reconsideration, "复议中", Standing::Pending),
            (Mark::Reconsideration, "未审结", Standing::Pending),
            (Mark::Reconsideration, "变更", Standing::Changed),
            (Mark::Reconsideration, "撤销原处罚决定", Standing::Annulled),
            (Mark::Reconsideration, "部分撤销", Standing::Unclear),
            (Mark::Reconsideration, "是", Standing::Unclear),
            (Mark::Reconsideration, "1", Standing::Unclear),
            (Mark::Litigation, "驳回诉讼请求", Standing::Stands),
            (Mark::Litigation, "审理中", Standing::Pending),
            (Mark::Reconsideration, "未在复议中", Standing::Stands),
            (Mark::Reconsideration, "不在复议期中", Standing::Stands),
            (Mark::Litigation, "未判决", Standing::Pending),
            (Mark::Litigation, "未审理终结", Standing::Pending),
            (Mark::Litigation, "未提起诉讼，复议中", Standing::Unclear),
            (Mark::Reconsideration, "维持部分撤销部分", Standing::Unclear),
            (Mark::Litigation, "维持一审撤销判决", Standing::Unclear),
            (Mark::Litigation, "驳回被告上诉，撤销处罚决定", Standing::Unclear),
            (Mark::Annulled, "是", Standing::Annulled),
            (Mark::Annulled, "未撤销", Standing::Stands),
            (Mark::Annulled, "2", Standing::Unclear),
        ] {
            assert_eq!(standing(mark, cell), told, "{cell}");
        }
    }

    #[test]
    fn who_is_let_off() {
        for text in ["不予行政处罚", "依法不予处罚", "初次违法，免予行政处罚", "免罚"]
        {
            assert!(says_nothing_imposed(text), "{text}");
        }
        for text in
            ["不符合不予处罚的条件", "不属于依法不予行政处罚的情形，决定处罚", "予以处罚", "已处罚", "2"]
        {
            assert!(!says_nothing_imposed(text), "{text}");
        }
    }

    #[test]
    fn which_rows_stand() {
        for (mark, header, cell, kept) in [
            (Mark::Deleted, "删除标志", "存在", Some(true)),
            (Mark::Deleted, "删除标志", "未删", Some(true)),
            (Mark::Deleted, "删除标志", "未逻辑删除", Some(true)),
            (Mark::Deleted, "删除标志", "F", Some(true)),
            (Mark::Deleted, "删除标志", "非删除", Some(true)),
            (Mark::Deleted, "删除标志", "1", Some(false)),
            (Mark::Deleted, "删除标志", "已删除", Some(false)),
            (Mark::Deleted, "删除标志", "2", None),
            (Mark::Operation, "操作类型", "作废", Some(false)),
            (Mark::Operation, "操作类型", "修改", Some(true)),
            (Mark::Operation, "操作类型", "回收", None),
        ] {
            assert_eq!(is_kept(mark, header, cell), kept, "{header} {cell}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_cell_panics(text in ".{0,30}") {
            let _ = (is_notice(&text), standing(Mark::Litigation, &text));
        }
    }
}
