//! The meaning of columns: the header row is found, and the sheet known, by what the headers say.

use std::collections::HashMap;

use sanse::{ENTERPRISE, FieldId, ListId, OUTCOME, SANCTION, Ty, Vocabulary};

use super::cell::{Unit, key};
use super::levels::{Heading, joined};
use super::personal::{is_party_kind_header, is_personal_header};
use super::sheet::Sheet;
use super::wording::{How, Wording};
use known::{AGENCIES, CHANGES, COVERAGE, HINTS, NOT_READ};
use marks::Mark;

pub(super) use known::PARTY;

pub(super) mod content;
mod indirect;
mod known;
pub(super) mod marks;

/// What a sheet is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// 企业名录
    Register,
    /// A list of records.
    Records(ListId),
    /// The coverage table (覆盖).
    Coverage,
    /// The table of agency names (机关别名).
    Agencies,
    /// The table of changed codes (变更).
    Changes,
}

impl Taken {
    /// The headers of a table that is no list of the vocabulary, in the order of its columns; else none.
    pub(super) fn plain(self) -> &'static [&'static [&'static str]] {
        match self {
            Taken::Register | Taken::Records(_) => &[],
            Taken::Coverage => &COVERAGE,
            Taken::Agencies => &AGENCIES,
            Taken::Changes => &CHANGES,
        }
    }
}

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field of the list.
    Field(FieldId),
    /// A field of the enterprise that tells whom the row is about.
    Party(FieldId),
    /// The kind of party: natural person or not.
    PartyKind,
    /// A column of the coverage table or the table of agency names, by its number there.
    Plain(usize),
}

/// A column that is read.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// Its number in the sheet, from 0.
    pub(super) column: usize,
    /// What it means.
    pub(super) meaning: Meaning,
    /// The header as written.
    pub(super) header: String,
    /// The unit of amounts that the header names.
    pub(super) unit: Option<Unit>,
    /// The value list inside the header: `检查类别 1：自查 2：检查`.
    pub(super) values: Vec<(String, String)>,
    /// True if no number beside those in `values` is a code: the header itself lists them.
    pub(super) listed: bool,
    /// How the header was understood.
    pub(super) how: How,
}

/// How a sheet is laid out.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// What the sheet is.
    pub(super) taken: Taken,
    /// The number of the header row in the sheet.
    pub(super) header_row: usize,
    /// The number of columns of the header.
    pub(super) width: usize,
    /// The columns that are read, in their order.
    pub(super) claims: Vec<Claim>,
    /// Columns with a measure or an amount that belong to another list, by number and header.
    pub(super) foreign: Vec<(usize, String)>,
    /// Columns whose headers mean nothing here, by number and header. What nobody scores by, such as a serial
    /// number, is not among them.
    pub(super) unknown: Vec<(usize, String)>,
    /// Columns that are known and no field; first those that say whether a row counts, which every row is asked.
    pub(super) unread: Vec<Unread>,
}

impl Layout {
    /// The columns that say whether a row is a valid decision.
    pub(super) fn marks(&self) -> impl Iterator<Item = (Mark, &Claim)> {
        // They are the first.
        self.unread.iter().map_while(|unread| match unread.why {
            Why::Mark(mark) => Some((mark, &unread.claim)),
            _ => None,
        })
    }
}

/// A column that is known and no field.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    /// The column; what it means as a field is asked of nobody.
    pub(super) claim: Claim,
    /// Why it is no field.
    pub(super) why: Why,
}

/// Why a column is no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// What it holds is nobody's business here.
    Personal,
    /// No rule needs it.
    Needless,
    /// The mapping says so.
    Ignored,
    /// It says whether a row is a valid decision.
    Mark(Mark),
}

impl Why {
    /// The reason, in Chinese.
    pub(super) fn told(self) -> &'static str {
        match self {
            Why::Personal => "个人信息，不读入",
            Why::Needless => "评定用不到，不读入",
            Why::Ignored => "读法文件写明忽略",
            Why::Mark(_) => "不是字段；看这一行是否删除、撤销、在复议诉讼中，是不是处罚决定",
        }
    }
}

impl Unread {
    /// A column by its number and header.
    pub(super) fn new(column: usize, header: &str, wording: &Wording, why: Why) -> Unread {
        let meaning = Meaning::Plain(usize::MAX);
        Unread { claim: Claim::new(column, meaning, header, wording, How::Whole), why }
    }
}

/// The fewest characters of a header that is taken for another with one character more or less.
const LONG: usize = 7;

/// How many rows from the top are searched for the header.
pub(super) const SEARCHED: usize = 15;

/// The headers of every list, in the form in which they are compared.
pub(super) struct Headers<'v> {
    pub(super) vocabulary: &'v Vocabulary,
    lists: Vec<HashMap<String, FieldId>>,
    /// The fields by which a record names its enterprise.
    pub(super) party: Vec<FieldId>,
}

impl<'v> Headers<'v> {
    /// The headers of a vocabulary.
    pub(super) fn new(vocabulary: &'v Vocabulary) -> Headers<'v> {
        let lists = vocabulary
            .lists
            .iter()
            .map(|list| {
                let mut map = HashMap::new();
                for (number, field) in list.fields.iter().enumerate() {
                    let computed = field.derived.is_some() && field.headers.is_empty();
                    if computed {
                        continue;
                    }
                    let names = [&field.name.chinese, &field.name.english];
                    for wording in names.into_iter().chain(&field.headers) {
                        let id = FieldId(number as u16);
                        map.entry(key(wording)).or_insert(id);
                        map.entry(Wording::new(wording).base).or_insert(id);
                    }
                }
                map
            })
            .collect();
        let register = vocabulary.list_def(ENTERPRISE);
        Headers { vocabulary, lists, party: PARTY.iter().filter_map(|name| register.field(name)).collect() }
    }

    fn field(&self, list: ListId, wording: &Wording) -> Option<(FieldId, How)> {
        let map = self.lists.get(usize::from(list.0))?;
        let found = wording.known_forms().find_map(|(form, how)| Some((*map.get(form)?, how)))?;
        // 行政相对人代码_4(税务登记号): of several kinds of code the brackets say which.
        let own_words = !matches!(found.1, How::WithoutBrackets | How::WithoutNumber);
        if !own_words
            && list == ENTERPRISE
            && self.party.get(1) == Some(&found.0)
            && wording.in_brackets().is_some_and(|words| NOT_READ.contains(&words))
        {
            return None;
        }
        // 处罚结果（应缴罚款金额）: the words in brackets say what the cells hold.
        let is_money =
            |field: FieldId| self.vocabulary.field_def(list, field).is_some_and(|f| f.ty == Ty::Money);
        let inner = || map.get(wording.in_brackets()?).copied().filter(|field| is_money(*field));
        if found.1 == How::WithoutBrackets
            && !is_money(found.0)
            && let Some(inner) = inner()
        {
            return Some((inner, How::InBrackets));
        }
        Some(found)
    }

    fn meaning(&self, taken: Taken, wording: &Wording) -> Option<(Meaning, How)> {
        let of = |list, meaning: fn(FieldId) -> Meaning| {
            self.field(list, wording).map(|(field, how)| (meaning(field), how))
        };
        match taken {
            Taken::Register => of(ENTERPRISE, Meaning::Field),
            Taken::Records(list) => of(list, Meaning::Field).or_else(|| {
                of(ENTERPRISE, Meaning::Party)
                    .filter(|(meaning, _)| matches!(meaning, Meaning::Party(f) if self.party.contains(f)))
            }),
            Taken::Coverage | Taken::Agencies | Taken::Changes => plain(taken.plain(), wording),
        }
    }

    /// What a heading means, by the first of its wordings that means something.
    fn understood<'h>(&self, taken: Taken, heading: &'h Heading) -> Option<(Meaning, How, &'h Wording)> {
        heading.wordings.iter().enumerate().find_map(|(number, wording)| {
            let (meaning, how) = self.meaning(taken, wording)?;
            // The first of two is both rows together.
            let together = heading.wordings.len() == 2 && number == 0;
            Some((meaning, if together { How::Joined } else { how }, wording))
        })
    }

    /// True if some list has a field of this name, or a field by which it names an enterprise.
    pub(super) fn knows(&self, text: &str) -> bool {
        let wording = Wording::new(text);
        self.candidates().any(|taken| taken.plain().is_empty() && self.meaning(taken, &wording).is_some())
    }

    /// Finds the header of a sheet and what the sheet is, with how well the header suits. `None` if nobody claims it.
    pub(super) fn best(&self, sheet: &Sheet, file: &str, name: Option<&str>) -> Option<(i64, Layout)> {
        let place = format!("{} {file}", name.unwrap_or(""));
        let mut best: Option<(i64, usize, Taken, Vec<Heading>)> = None;
        let searched = sheet.len().min(SEARCHED);
        let single =
            (0..searched).map(|row| (row, Some((sheet.cells(row).map(Heading::new).collect(), false))));
        // A header of two rows must say more than either row alone, or add what is no record.
        let double = (1..searched).map(|row| (row, joined(sheet, row - 1)));
        for (row, headings) in single.chain(double) {
            let Some((headings, adds)) = headings else { continue };
            let headings: Vec<Heading> = headings;
            for taken in self.candidates() {
                let score = self.score(taken, &headings, &place);
                let (most, upper) = best.as_ref().map_or((0, 0), |(score, at, ..)| (*score, at + 1));
                if score > most || (adds && score > 0 && score == most && upper == row) {
                    best = Some((score, row, taken, headings.clone()));
                }
            }
        }
        let (score, row, taken, headings) = best?;
        Some((score, self.layout(row, taken, &headings)))
    }

    /// The row that looks most like a header, if any does: its number as a person counts, and the headers known.
    pub(super) fn nearest(&self, sheet: &Sheet) -> Option<(u32, Vec<String>)> {
        let rows = (0..sheet.len().min(SEARCHED)).map(|row| {
            let known = sheet.cells(row).filter(|cell| !cell.is_empty() && self.knows(cell));
            (row, known.map(str::to_owned).collect::<Vec<_>>())
        });
        // The first of the greatest.
        let best = rows.reduce(|best, next| if next.1.len() > best.1.len() { next } else { best });
        best.filter(|(_, known)| !known.is_empty()).map(|(row, known)| (sheet.number(row), known))
    }

    fn candidates(&self) -> impl Iterator<Item = Taken> {
        let records = (1..self.vocabulary.lists.len()).map(|i| ListId(i as u16)).filter(|l| *l != OUTCOME);
        let others = [Taken::Coverage, Taken::Agencies, Taken::Changes, Taken::Register];
        others.into_iter().chain(records.map(Taken::Records))
    }

    /// How well a row suits as the header of a list; 0 if it cannot be.
    fn score(&self, taken: Taken, row: &[Heading], place: &str) -> i64 {
        let mut seen: Vec<Meaning> =
            row.iter().filter_map(|heading| Some(self.understood(taken, heading)?.0)).collect();
        seen.sort_by_key(|m| match m {
            Meaning::Field(f) => (0, usize::from(f.0)),
            Meaning::Party(f) => (1, usize::from(f.0)),
            Meaning::PartyKind => (2, 0),
            Meaning::Plain(i) => (3, *i),
        });
        seen.dedup();
        let hint = |list: ListId| {
            let name = &self.vocabulary.list_def(list).name;
            let words = HINTS
                .iter()
                .find(|(english, _)| *english == name.english)
                .map_or(&[][..], |(_, words)| words);
            place.contains(name.chinese.as_str()) || words.iter().any(|w| place.contains(w))
        };
        let has = |i| seen.contains(&Meaning::Plain(i));
        match taken {
            // Far more than any list can score: these tables have few headers, and those of common words.
            Taken::Coverage => 1_000 * i64::from(has(1) && has(2) && has(3)),
            Taken::Agencies => 1_000 * i64::from(has(0) && has(1)),
            Taken::Changes => 1_000 * i64::from((has(0) || has(2)) && has(1)),
            Taken::Register => {
                let party =
                    seen.iter().filter(|m| matches!(m, Meaning::Field(f) if self.party.contains(f))).count();
                let named = self.party.iter().take(2).any(|f| seen.contains(&Meaning::Field(*f)));
                let own = seen.len() - party;
                if named && (own > 0 || hint(ENTERPRISE)) {
                    seen.len() as i64 * 4 + i64::from(hint(ENTERPRISE))
                } else {
                    0
                }
            }
            Taken::Records(list) => {
                let own = seen.iter().filter(|m| matches!(m, Meaning::Field(_))).count();
                let party = seen.len() - own;
                let date = self.vocabulary.list_def(list).roles.date.map(Meaning::Field);
                let dated = date.is_some_and(|d| seen.contains(&d));
                if own == 0 || party == 0 {
                    return 0;
                }
                // The date of the fact is what tells one list from another best.
                own as i64 * 4 + party as i64 * 2 + if dated { 20 } else { 0 } + i64::from(hint(list))
            }
        }
    }

    /// What each column of a header means.
    pub(super) fn layout(&self, header_row: usize, taken: Taken, headings: &[Heading]) -> Layout {
        let list = match taken {
            Taken::Records(list) => Some(list),
            _ => None,
        };
        let marks_of = |heading: &Heading| {
            list.and_then(|list| heading.wordings.iter().find_map(|w| marks::of(list, w)))
        };
        let mut layout = Layout {
            taken,
            header_row,
            width: 0,
            claims: Vec::new(),
            foreign: Vec::new(),
            unknown: Vec::new(),
            unread: Vec::new(),
        };
        for (column, heading) in headings.iter().enumerate() {
            let header = heading.shown.as_str();
            let Some(wording) = heading.wordings.first() else { continue };
            layout.width = column + 1;
            if heading.words().any(is_party_kind_header) {
                layout.claims.push(Claim::new(column, Meaning::PartyKind, header, wording, How::Whole));
                continue;
            }
            if heading.words().any(is_personal_header) {
                layout.unread.push(Unread::new(column, header, wording, Why::Personal));
                continue;
            }
            let known = |w: &Wording| w.forms().any(|form| NOT_READ.contains(&form)) || self.is_party(w);
            if let Some((meaning, how, wording)) = self.understood(taken, heading) {
                layout.claims.push(Claim::new(column, meaning, header, wording, how));
            } else if let Some(mark) = marks_of(heading) {
                layout.unread.push(Unread::new(column, header, wording, Why::Mark(mark)));
            } else if matches!(taken, Taken::Records(_))
                && heading.wordings.iter().any(|w| self.is_measure(w))
            {
                layout.foreign.push((column, header.to_owned()));
            } else if let Some((field, values)) = list
                .map(|list| self.vocabulary.list_def(list))
                .and_then(|list| heading.wordings.iter().find_map(|w| indirect::of(list, w)))
            {
                let claim = Claim::new(column, Meaning::Field(field), header, wording, How::Indirect);
                layout.claims.push(Claim { listed: !values.is_empty(), values, ..claim });
            } else if heading.wordings.iter().any(known) {
                layout.unread.push(Unread::new(column, header, wording, Why::Needless));
            } else if let Some(meaning) = self.nearly(taken, wording) {
                layout.claims.push(Claim::new(column, meaning, header, wording, How::Nearly));
            } else {
                layout.unknown.push((column, header.to_owned()));
            }
        }
        layout.unread.sort_by_key(|unread| !matches!(unread.why, Why::Mark(_)));
        // A guess never stands beside what is sure, nor other words beside the field's own.
        let is_sure = |claim: &Claim| !matches!(claim.how, How::Nearly | How::Indirect);
        let sure: Vec<Meaning> = layout.claims.iter().filter(|c| is_sure(c)).map(|c| c.meaning).collect();
        let mut indirect: Vec<Meaning> = Vec::new();
        let (claims, doubled) = std::mem::take(&mut layout.claims).into_iter().partition(|claim| {
            let first = claim.how != How::Indirect || !indirect.contains(&claim.meaning);
            if claim.how == How::Indirect {
                indirect.push(claim.meaning);
            }
            is_sure(claim) || first && !sure.contains(&claim.meaning)
        });
        layout.claims = claims;
        layout.unknown.extend(doubled.into_iter().map(|claim: Claim| (claim.column, claim.header)));
        layout.unknown.sort();
        layout
    }

    /// The one meaning of the long headers from which a header differs in one character too many or too few.
    /// One character exchanged may be another word (立案日期, 结案日期), so that is no guess to make.
    fn nearly(&self, taken: Taken, wording: &Wording) -> Option<Meaning> {
        let length = wording.base.chars().count();
        if length < LONG {
            return None;
        }
        let near = |list: ListId| {
            let map = self.lists.get(usize::from(list.0));
            let mut found: Vec<FieldId> = map
                .into_iter()
                .flatten()
                .filter(|(form, _)| {
                    let other = form.chars().count();
                    other >= LONG
                        && other.abs_diff(length) == 1
                        && strsim::levenshtein(form, &wording.base) == 1
                })
                .map(|(_, field)| *field)
                .collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let one = |found: Vec<FieldId>| if let [field] = found.as_slice() { Some(*field) } else { None };
        match taken {
            Taken::Register => one(near(ENTERPRISE)).map(Meaning::Field),
            Taken::Records(list) => one(near(list))
                .map(Meaning::Field)
                .or_else(|| one(near(ENTERPRISE)).filter(|f| self.party.contains(f)).map(Meaning::Party)),
            Taken::Coverage | Taken::Agencies | Taken::Changes => None,
        }
    }

    /// Whether cells merged downwards in a column say the same of every row. An amount over several rows is
    /// their sum and belongs to the decision once.
    pub(super) fn fills_down(&self, layout: &Layout, column: usize) -> bool {
        let list = match layout.taken {
            Taken::Register => ENTERPRISE,
            Taken::Records(list) => list,
            Taken::Coverage | Taken::Agencies | Taken::Changes => return true,
        };
        !layout.claims.iter().any(|claim| {
            claim.column == column
                && matches!(claim.meaning, Meaning::Field(f) if self.vocabulary.field_def(list, f).is_some_and(|f| f.ty == Ty::Money))
        })
    }

    /// True for a header of the register, such as an agency's own code or a town beside a record.
    fn is_party(&self, wording: &Wording) -> bool {
        self.field(ENTERPRISE, wording).is_some()
    }

    /// True for a header under which another list keeps an amount or the kind of a measure.
    fn is_measure(&self, wording: &Wording) -> bool {
        let list = self.vocabulary.list_def(SANCTION);
        self.field(SANCTION, wording).is_some_and(|(field, _)| {
            list.field("kind") == Some(field) || list.field_def(field).is_some_and(|f| f.ty == Ty::Money)
        })
    }
}

fn plain(table: &[&[&str]], wording: &Wording) -> Option<(Meaning, How)> {
    wording.known_forms().find_map(|(form, how)| {
        let column = table.iter().position(|names| names.contains(&form))?;
        Some((Meaning::Plain(column), how))
    })
}

impl Claim {
    pub(super) fn new(column: usize, meaning: Meaning, header: &str, wording: &Wording, how: How) -> Claim {
        Claim {
            column,
            meaning,
            header: header.to_owned(),
            unit: wording.unit,
            values: wording.values.clone(),
            listed: !wording.values.is_empty(),
            how,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::sheet::delimited;

    fn recognised(text: &str, file: &str) -> Option<(Taken, Vec<(String, String)>)> {
        let vocabulary = Vocabulary::standard();
        let layout = Headers::new(&vocabulary).best(&delimited(text), file, None)?.1;
        let list = match layout.taken {
            Taken::Records(list) => list,
            _ => ENTERPRISE,
        };
        let names = layout.claims.iter().map(|claim| {
            let name = match claim.meaning {
                Meaning::Field(f) => vocabulary.field_def(list, f).unwrap().name.chinese.clone(),
                Meaning::Party(f) => {
                    format!("企业.{}", vocabulary.field_def(ENTERPRISE, f).unwrap().name.chinese)
                }
                Meaning::PartyKind => "主体类别".to_owned(),
                Meaning::Plain(i) => i.to_string(),
            };
            (claim.header.clone(), name)
        });
        Some((layout.taken, names.collect()))
    }

    #[test]
    fn the_official_headers_of_penalties_are_known() {
        let header = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(工商注册号),行政相对人代码_3(组织机构代码),法定代表人,法定代表人证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),没收违法所得、没收非法财物的金额（万元）,处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码";
        let (taken, claims) = recognised(&format!("2022年行政处罚信息,,\n{header}\n"), "双公示.csv").unwrap();
        assert_eq!(taken, Taken::Records(SANCTION));
        let names: Vec<&str> = claims.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "企业.名称",
                "主体类别",
                "企业.统一社会信用代码",
                "企业.注册号",
                "企业.组织机构代码",
                "文号",
                "违法行为",
                "违法事实",
                "处罚依据",
                "种类",
                "处罚内容",
                "金额",
                "没收金额",
                "作出日期",
                "机关"
            ]
        );
    }

    #[test]
    fn every_list_is_known_by_its_headers() {
        let inspection = ListId(3);
        for (header, taken) in [
            (
                "单位详细名称,统一社会信用代码,所属乡镇,行业代码,成立日期,专业,是否使用特种设备",
                Some(Taken::Register),
            ),
            (
                "领域,企业名称,统一社会信用代码,文书类型,文书文号,下达机关,下达日期,隐患条数,是否重大隐患,整改期限,复查日期,复查结果,关联处罚文号",
                Some(Taken::Records(ListId(2))),
            ),
            (
                "被检查单位,检查日期,检查类别 1：自查 2：检查,检查结果,乡镇,行业",
                Some(Taken::Records(inspection)),
            ),
            (
                "年份,检查时间,检查部门,企业名称,发现问题,是否被行政处罚,行政处罚类别,罚款金额,是否落实整改",
                Some(Taken::Records(inspection)),
            ),
            ("工单编号,企业名称,受理日期,举报内容,是否属实", Some(Taken::Records(ListId(4)))),
            ("机关,领域,起,止,行数,零报告,含简易程序,监管对象", Some(Taken::Coverage)),
            ("机关,别名", Some(Taken::Agencies)),
            ("原统一社会信用代码,新统一社会信用代码,变更日期,变更类型", Some(Taken::Changes)),
            ("原名称,新名称,新统一社会信用代码", Some(Taken::Changes)),
            ("name,credit_code,town", Some(Taken::Register)),
            ("姓名,电话,办公室", None),
            ("使用单位,使用单位统一社会信用代码,设备编码", None),
        ] {
            assert_eq!(recognised(header, "a.csv").map(|r| r.0), taken, "{header}");
        }
    }
}
