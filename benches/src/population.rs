//! Invented populations to measure with, in memory and from a seed.
//!
//! The mix: in each of four domains 92 % of the enterprises have no adverse record (penalty, order to rectify,
//! lead), 6.5 % have 1 to 3 and 1.5 % have 4 to 10, which is 0.235 on average or 0.94 in all domains; and each
//! enterprise has an inspection in a domain in 29 % of the cases, which is 1.16. Together 2.1 records an
//! enterprise, so a million enterprises have 2.1 million records. Shares are an assumption; the means are those
//! of the direction document's figures, so that times compare.

use std::sync::Arc;

use sanse::{
    Calendar, Caseload, CaseloadBuilder, CaseloadError, Coverage, Coverages, Date, ENTERPRISE, FieldId,
    INSPECTION, LEAD, ListId, Money, Period, RECTIFICATION, SANCTION, Span, Supervised, Value, Vocabulary,
};

/// The four domains.
pub const DOMAINS: [&str; 4] = ["生态环境", "安全生产", "消防", "特种设备"];

/// The yearly classification of 2023.
pub fn calendar() -> Calendar {
    let day = |year, month, day| Date::from_ymd(year, month, day).unwrap_or(Date::from_days(0));
    Calendar { period: Period { first: day(2022, 1, 1), last: day(2022, 12, 31) }, as_of: day(2023, 3, 31) }
}

/// A population of the mix above; the same for the same seed.
///
/// # Errors
/// The standard vocabulary lacks a name used here, or there are more rows than a caseload holds.
pub fn population(enterprises: u32, seed: u64) -> Result<Caseload, CaseloadError> {
    let mut maker = Maker::new(seed);
    // About what the mix gives; a reader knows the rows of its files.
    for (list, percent) in
        [(ENTERPRISE, 100), (SANCTION, 43), (RECTIFICATION, 38), (INSPECTION, 117), (LEAD, 15)]
    {
        maker.builder.reserve(list, enterprises as usize * percent / 100);
    }
    for number in 0..enterprises {
        let enterprise = maker.enterprise(number)?;
        for domain in DOMAINS {
            let adverse = match maker.below(1_000) {
                0..920 => 0,
                920..985 => 1 + maker.below(3),
                _ => 4 + maker.below(7),
            };
            for _ in 0..adverse {
                maker.adverse(enterprise, domain)?;
            }
            if maker.below(100) < 29 {
                maker.inspection(enterprise, domain)?;
            }
        }
    }
    Ok(maker.finish())
}

/// One enterprise with so many records, all in the first domain.
///
/// # Errors
/// As [`population`].
pub fn single(records: u32, seed: u64) -> Result<Caseload, CaseloadError> {
    let mut maker = Maker::new(seed);
    let enterprise = maker.enterprise(0)?;
    for _ in 0..records {
        if maker.below(3) == 0 {
            maker.inspection(enterprise, DOMAINS[0])?;
        } else {
            maker.adverse(enterprise, DOMAINS[0])?;
        }
    }
    Ok(maker.finish())
}

/// Fields and codes by name; a name that is not in the vocabulary becomes a number that the builder refuses.
struct Names(Arc<Vocabulary>);

impl Names {
    fn field(&self, list: ListId, name: &str) -> FieldId {
        self.0.list_def(list).field(name).unwrap_or(FieldId(u16::MAX))
    }
}

struct Maker {
    builder: CaseloadBuilder,
    names: Names,
    state: u64,
    documents: u32,
}

impl Maker {
    fn new(seed: u64) -> Self {
        let vocabulary = Arc::new(Vocabulary::standard());
        let builder = CaseloadBuilder::new(Arc::clone(&vocabulary));
        Maker { builder, names: Names(vocabulary), state: seed, documents: 0 }
    }

    /// A number below `count`, by SplitMix64.
    fn below(&mut self, count: u32) -> u32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(count.max(1))) as u32
    }

    /// A day of the two years that end with the period; the earlier year's rows have mostly lapsed.
    fn day(&mut self) -> Date {
        let back = if self.below(5) == 0 { 365 + self.below(365) } else { self.below(365) };
        calendar().period.last.minus(Span::days(back as i32))
    }

    /// A document number; one in four rows belongs to the decision before it.
    fn document(&mut self, agency: char) -> String {
        if self.below(4) != 0 {
            self.documents += 1;
        }
        format!("六{agency}叶罚〔2022〕{}号", self.documents)
    }

    fn enterprise(&mut self, number: u32) -> Result<u32, CaseloadError> {
        const TOWNS: [&str; 7] = ["平岗街道", "史河街道", "三元镇", "孙岗镇", "洪集镇", "姚李镇", "开发区"];
        // About as many bytes as names have on average.
        let name = format!("叶集区{number}家居有限公司");
        let code = format!("91341504MA{number:08}");
        let town = TOWNS.get(self.below(7) as usize).copied().unwrap_or_default();
        let (section, standardisation, hazard) = (self.below(20), self.below(4), self.below(5));
        let flags = [self.below(20) == 0, self.below(10) == 0, self.below(3) == 0];
        let field = |name| self.names.field(ENTERPRISE, name);
        let fields = [
            (field("名称"), Value::Text(&name)),
            (field("统一社会信用代码"), Value::Text(&code)),
            (field("乡镇"), Value::Text(town)),
            (field("行业门类"), Value::Code(section as u16)),
            (field("标准化等级"), Value::Code(standardisation as u16)),
            (field("高危行业"), Value::Code(hazard as u16)),
            (field("重点排污单位"), Value::Bool(flags[0])),
            (field("消防安全重点单位"), Value::Bool(flags[1])),
            (field("特种设备使用单位"), Value::Bool(flags[2])),
        ];
        self.builder.add_enterprise(&fields, None)
    }

    /// A penalty or measure, an order to rectify, or a lead.
    fn adverse(&mut self, enterprise: u32, domain: &str) -> Result<(), CaseloadError> {
        match self.below(20) {
            0..9 => self.sanction(enterprise, domain),
            9..17 => self.order(enterprise, domain),
            _ => self.lead(enterprise, domain),
        }
    }

    fn sanction(&mut self, enterprise: u32, domain: &str) -> Result<(), CaseloadError> {
        const ACTS: [&str; 5] = ["未按规定设置标志", "超标排放", "占用疏散通道", "未经检验使用", "未建台账"];
        // Two in five rows are fines, one in five orders to correct, the others of any kind.
        let kind = match self.below(5) {
            0 | 1 => self.code(SANCTION, "种类", "罚款"),
            2 => self.code(SANCTION, "种类", "责令改正"),
            _ => Value::Code(self.below(25) as u16),
        };
        let document = self.document('罚');
        let act = ACTS.get(self.below(5) as usize).copied().unwrap_or_default();
        let amount = i64::from(1 + self.below(30)) * 500_000;
        // Mostly known, and mostly rectified.
        let rectified = [0, 0, 0, 0, 2, 4, 5].get(self.below(7) as usize).copied().unwrap_or(0);
        let (day, annulled) = (self.day(), self.below(200) == 0);
        let status = if annulled { self.code(SANCTION, "状态", "撤销") } else { Value::Code(0) };
        let field = |name| self.names.field(SANCTION, name);
        let fields = [
            (field("领域"), Value::Text(domain)),
            (field("文号"), Value::Text(&document)),
            (field("种类"), kind),
            (field("违法行为"), Value::Text(act)),
            (field("作出日期"), Value::Date(day)),
            (field("金额"), Value::Money(Money::from_fen(amount))),
            (field("状态"), status),
            (field("整改"), Value::Code(rectified)),
        ];
        self.builder.add(SANCTION, enterprise, &fields, None)
    }

    fn order(&mut self, enterprise: u32, domain: &str) -> Result<(), CaseloadError> {
        let document = self.document('改');
        let (day, hazards, major) = (self.day(), self.below(12), self.below(30) == 0);
        let due = day.plus(Span::days(10 + self.below(50) as i32));
        let result = [0, 0, 0, 0, 0, 0, 4, 5].get(self.below(8) as usize).copied().unwrap_or(0);
        let field = |name| self.names.field(RECTIFICATION, name);
        let fields = [
            (field("领域"), Value::Text(domain)),
            (field("文号"), Value::Text(&document)),
            (field("下达日期"), Value::Date(day)),
            (field("隐患条数"), Value::Int(i64::from(hazards))),
            (field("重大隐患"), Value::Bool(major)),
            (field("整改期限"), Value::Date(due)),
            (field("复查日期"), Value::Date(due)),
            (field("复查结果"), Value::Code(result)),
        ];
        self.builder.add(RECTIFICATION, enterprise, &fields, None)
    }

    fn lead(&mut self, enterprise: u32, domain: &str) -> Result<(), CaseloadError> {
        let (day, source, substantiated) = (self.day(), self.below(3), self.below(2) == 0);
        let field = |name| self.names.field(LEAD, name);
        let fields = [
            (field("领域"), Value::Text(domain)),
            (field("来源"), Value::Code(source as u16)),
            (field("接收日期"), Value::Date(day)),
            (field("查实"), Value::Bool(substantiated)),
        ];
        self.builder.add(LEAD, enterprise, &fields, None)
    }

    fn inspection(&mut self, enterprise: u32, domain: &str) -> Result<(), CaseloadError> {
        let (day, hazards, kind) = (self.day(), self.below(6), self.below(6));
        let result = match self.below(100) {
            0..80 => 0,
            80..99 => 4,
            _ => 6,
        };
        let field = |name| self.names.field(INSPECTION, name);
        let fields = [
            (field("领域"), Value::Text(domain)),
            (field("检查日期"), Value::Date(day)),
            (field("类别"), Value::Code(kind as u16)),
            (field("结果"), Value::Code(result)),
            (field("隐患条数"), Value::Int(i64::from(hazards))),
        ];
        self.builder.add(INSPECTION, enterprise, &fields, None)
    }

    fn code(&self, list: ListId, field: &str, text: &str) -> Value<'static> {
        let vocabulary = &self.names.0;
        let found = vocabulary.field_def(list, self.names.field(list, field)).and_then(|f| match f.ty {
            sanse::Ty::Code(codes) => vocabulary.code_list(codes)?.code(text),
            _ => None,
        });
        Value::Code(found.unwrap_or(u16::MAX))
    }

    /// Every bureau covers the period.
    fn finish(mut self) -> Caseload {
        let covered = |domain: &str| Coverage {
            domain: domain.to_owned(),
            agency: "各机关".to_owned(),
            period: calendar().period,
            rows: None,
            zero_report: false,
            simple_procedure: Some(true),
            supervised: Supervised::All,
        };
        self.builder.coverages(Coverages::Declared(DOMAINS.iter().map(|d| covered(d)).collect()));
        self.builder.finish(calendar().as_of).0
    }
}
