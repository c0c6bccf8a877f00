//! The files to vectors, joined to the enterprises by code.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::path::Path;

use sanse::Date;

/// The domains in the order of results, with the ids of their standards.
pub(super) const DOMAINS: [(&str, &str); 4] = crate::delivery::STANDARDS;

pub(super) struct Enterprise {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) town: String,
    pub(super) section: &'static str,
    pub(super) registered: Date,
    pub(super) special: bool,
}

/// A record of any list; `kind` and `state` mean what the list says.
pub(super) struct Record {
    pub(super) enterprise: u32,
    pub(super) domain: u8,
    pub(super) day: Date,
    pub(super) document: String,
    pub(super) act: String,
    /// The kind of measure in the order of gravity, the type of inspection, the source of a lead.
    pub(super) kind: &'static str,
    /// The fine in 元.
    pub(super) amount: u32,
    /// Rectified, partly, not; the result of an inspection; whether a lead is true.
    pub(super) state: &'static str,
    pub(super) annulled: bool,
    pub(super) file: u8,
    pub(super) row: u32,
}

/// A row that concerns nobody of the register.
pub(super) struct Outside {
    pub(super) file: u8,
    pub(super) row: u32,
    pub(super) list: &'static str,
}

#[derive(Default)]
pub(super) struct Delivery {
    pub(super) enterprises: Vec<Enterprise>,
    pub(super) sanctions: Vec<Record>,
    pub(super) orders: Vec<Record>,
    pub(super) inspections: Vec<Record>,
    pub(super) leads: Vec<Record>,
    pub(super) outside: Vec<Outside>,
    /// The paths of the files, in the order of reading.
    pub(super) files: Vec<String>,
}

type Done = Result<(), Box<dyn Error>>;

pub(super) fn read(data: &Path) -> Result<Delivery, Box<dyn Error>> {
    let mut delivery = Delivery::default();
    each_row(&data.join("统计局/企业名录.csv"), |cells, _| {
        delivery.enterprises.push(Enterprise {
            name: cell(cells, 1)?.to_owned(),
            code: cell(cells, 2)?.to_owned(),
            town: cell(cells, 3)?.to_owned(),
            section: section(cell(cells, 4)?)?,
            registered: cell(cells, 5)?.parse()?,
            special: cell(cells, 13)? == "是",
        });
        Ok(())
    })?;
    delivery.enterprises.sort_by(|a, b| a.code.cmp(&b.code));
    let by_code: HashMap<String, u32> =
        delivery.enterprises.iter().enumerate().map(|(i, e)| (e.code.clone(), i as u32)).collect();
    for (number, (_, domain)) in DOMAINS.iter().enumerate() {
        inspections(data, domain, number as u8, &by_code, &mut delivery)?;
        sanctions(data, domain, number as u8, &by_code, &mut delivery)?;
        orders(data, domain, number as u8, &by_code, &mut delivery)?;
    }
    leads(data, &by_code, &mut delivery)?;
    let order = |a: &Record, b: &Record| {
        (a.enterprise, a.domain, a.day, &a.document, a.kind == "罚款").cmp(&(
            b.enterprise,
            b.domain,
            b.day,
            &b.document,
            b.kind == "罚款",
        ))
    };
    delivery.sanctions.sort_by(order);
    delivery.orders.sort_by(order);
    delivery.inspections.sort_by(order);
    delivery.leads.sort_by(order);
    Ok(delivery)
}

/// Calls with every row below the header and its number.
fn each_row(path: &Path, mut take: impl FnMut(&csv::StringRecord, u32) -> Done) -> Done {
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(File::open(path)?);
    let mut cells = csv::StringRecord::new();
    let mut row = 1;
    while reader.read_record(&mut cells)? {
        row += 1;
        take(&cells, row)?;
    }
    Ok(())
}

fn cell(cells: &csv::StringRecord, at: usize) -> Result<&str, String> {
    cells.get(at).ok_or_else(|| format!("no column {at}"))
}

/// One of the texts that a column may have.
fn one_of(cell: &str, texts: &[(&str, &'static str)]) -> Result<&'static str, String> {
    texts.iter().find(|(text, _)| *text == cell).map(|(_, to)| *to).ok_or_else(|| format!("“{cell}”"))
}

fn section(industry: &str) -> Result<&'static str, String> {
    one_of(
        industry.get(..1).unwrap_or(""),
        &[
            ("C", "C 制造业"),
            ("E", "E 建筑业"),
            ("F", "F 批发和零售业"),
            ("G", "G 交通运输仓储和邮政业"),
            ("H", "H 住宿和餐饮业"),
            ("K", "K 房地产业"),
        ],
    )
}

type Codes = HashMap<String, u32>;

fn sanctions(data: &Path, domain: &str, number: u8, codes: &Codes, to: &mut Delivery) -> Done {
    let path = format!("{domain}/行政处罚.csv");
    let file = to.files.len() as u8;
    each_row(&data.join(&path), |cells, row| {
        let Some(enterprise) = codes.get(cell(cells, 1)?).copied() else {
            to.outside.push(Outside { file, row, list: "措施" });
            return Ok(());
        };
        let kinds = [
            ("罚款", "罚款"),
            ("警告", "警告"),
            ("责令改正", "责令改正"),
            ("不予处罚", "免予处罚"),
            ("责令停产停业", "责令停产停业"),
        ];
        let amount = cell(cells, 8)?;
        to.sanctions.push(Record {
            enterprise,
            domain: number,
            document: cell(cells, 2)?.to_owned(),
            act: cell(cells, 3)?.to_owned(),
            kind: one_of(cell(cells, 6)?, &kinds)?,
            amount: if amount.is_empty() { 0 } else { amount.split('.').next().unwrap_or("").parse()? },
            day: cell(cells, 9)?.parse()?,
            annulled: cell(cells, 10)? == "已撤销",
            state: one_of(
                cell(cells, 11)?,
                &[("是", "已整改"), ("部分整改", "部分整改"), ("未整改", "未整改")],
            )?,
            file,
            row,
        });
        Ok(())
    })?;
    to.files.push(path);
    Ok(())
}

fn orders(data: &Path, domain: &str, number: u8, codes: &Codes, to: &mut Delivery) -> Done {
    let path = format!("{domain}/责令改正.csv");
    let file = to.files.len() as u8;
    each_row(&data.join(&path), |cells, row| {
        let Some(enterprise) = codes.get(cell(cells, 1)?).copied() else {
            to.outside.push(Outside { file, row, list: "整改" });
            return Ok(());
        };
        to.orders.push(Record {
            enterprise,
            domain: number,
            kind: "责令改正决定",
            document: cell(cells, 3)?.to_owned(),
            day: cell(cells, 4)?.parse()?,
            act: cell(cells, 6)?.to_owned(),
            state: one_of(
                cell(cells, 9)?,
                &[("合格", "已整改"), ("部分整改", "部分整改"), ("不合格", "未整改")],
            )?,
            amount: 0,
            annulled: false,
            file,
            row,
        });
        Ok(())
    })?;
    to.files.push(path);
    Ok(())
}

fn inspections(data: &Path, domain: &str, number: u8, codes: &Codes, to: &mut Delivery) -> Done {
    let path = format!("{domain}/监督检查.csv");
    let file = to.files.len() as u8;
    each_row(&data.join(&path), |cells, row| {
        let Some(enterprise) = codes.get(cell(cells, 3)?).copied() else {
            to.outside.push(Outside { file, row, list: "检查" });
            return Ok(());
        };
        let kinds = ["双随机抽查", "日常检查", "专项检查", "重点检查"].map(|kind| (kind, kind));
        let results = [
            ("未发现问题", "未发现问题"),
            ("发现问题已责令改正", "发现问题已责令改正"),
            ("拒绝检查", "不配合检查情节严重"),
        ];
        to.inspections.push(Record {
            enterprise,
            domain: number,
            document: cell(cells, 0)?.to_owned(),
            day: cell(cells, 1)?.parse()?,
            kind: one_of(cell(cells, 4)?, &kinds)?,
            state: one_of(cell(cells, 6)?, &results)?,
            act: String::new(),
            amount: 0,
            annulled: false,
            file,
            row,
        });
        Ok(())
    })?;
    to.files.push(path);
    Ok(())
}

fn leads(data: &Path, codes: &Codes, to: &mut Delivery) -> Done {
    let path = "线索/线索台账.csv".to_owned();
    let file = to.files.len() as u8;
    each_row(&data.join(&path), |cells, row| {
        let Some(enterprise) = codes.get(cell(cells, 5)?).copied() else {
            to.outside.push(Outside { file, row, list: "线索" });
            return Ok(());
        };
        let domain =
            DOMAINS.iter().position(|(_, name)| cells.get(1) == Some(name)).ok_or("no such domain")?;
        let sources = [("投诉", "投诉举报"), ("转办", "转办交办"), ("在线监控", "监测预警")];
        to.leads.push(Record {
            enterprise,
            domain: domain as u8,
            document: cell(cells, 0)?.to_owned(),
            kind: one_of(cell(cells, 2)?, &sources)?,
            day: cell(cells, 3)?.parse()?,
            act: cell(cells, 6)?.to_owned(),
            state: one_of(cell(cells, 7)?, &[("是", "是"), ("否", "否")])?,
            amount: 0,
            annulled: false,
            file,
            row,
        });
        Ok(())
    })?;
    to.files.push(path);
    Ok(())
}
