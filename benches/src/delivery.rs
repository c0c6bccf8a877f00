//! A delivery of any size as files, with its standards, to time whole runs with.
//!
//! The mix is that of [`crate::population`]: 2.1 records an enterprise, four domains. Rows stand in no order of
//! enterprises, as in real files, which run by date. Nothing is odd here: the oddities are the fixture's, and this
//! delivery measures the way that nearly all rows take. Every fiftieth record is of an enterprise outside the
//! register, every fifth of the year before, and some decisions hold two measures.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sanse::{Date, Span};

use crate::fixture::complete_code;
use crate::population::{DOMAINS, calendar};

/// The standards of the delivery, in the order in which results name them.
pub const STANDARDS: [(&str, &str); 4] =
    [("CS-1", "安全生产"), ("CS-2", "消防"), ("CS-3", "特种设备"), ("CS-4", "生态环境")];

/// The standard of a domain; `《编号》` and `《领域》` stand for its own.
const STANDARD: &str = include_str!("delivery/领域.rhai");
const OVERALL: &str = include_str!("delivery/综合.rhai");

const AGENCIES: [&str; 4] = [
    "六安市叶集区生态环境分局",
    "六安市叶集区应急管理局",
    "六安市叶集区消防救援大队",
    "六安市叶集区市场监督管理局",
];
const SIGNS: [&str; 4] = ["六环叶", "（叶）应急", "叶（消）行", "叶市监"];
const LAWS: [&str; 4] = [
    "《中华人民共和国大气污染防治法》",
    "《中华人民共和国安全生产法》",
    "《中华人民共和国消防法》",
    "《中华人民共和国特种设备安全法》",
];
const ACTS: [[&str; 5]; 4] = [
    ["超标排放大气污染物", "未批先建", "污染防治设施不正常运行", "危险废物管理不规范", "未建立环境管理台账"],
    [
        "未按规定进行安全培训",
        "未建立隐患排查台账",
        "安全警示标志缺失",
        "特种作业人员无证上岗",
        "应急预案未演练",
    ],
    [
        "占用疏散通道",
        "消防设施未保持完好有效",
        "安全出口锁闭",
        "未按规定开展防火检查",
        "违规使用易燃材料装修",
    ],
    [
        "使用未经定期检验的特种设备",
        "未建立特种设备安全技术档案",
        "作业人员无证操作叉车",
        "电梯未按规定维护保养",
        "压力容器超期使用",
    ],
];
const TOWNS: [&str; 7] = ["平岗街道", "史河街道", "三元镇", "孙岗镇", "洪集镇", "姚李镇", "叶集经济开发区"];
const TRADES: [&str; 12] = [
    "家居",
    "木业",
    "板材",
    "建材",
    "食品",
    "机械",
    "商贸",
    "包装材料",
    "门窗",
    "纺织",
    "新能源科技",
    "环保设备",
];
/// Characters of invented trade names.
const SYLLABLES: &str = "安邦博昌诚创达德东方丰福富光国海瀚航和恒宏鸿华汇惠吉佳嘉建江金锦晶景聚凯康科乐力利联隆鲁茂美铭南宁鹏庆荣瑞润盛顺泰天通万旺维伟祥欣鑫信兴旭雅亚益盈永优裕源远云泽振正志中众卓";
/// GB/T 4754-2017.
const INDUSTRIES: [&str; 10] =
    ["C2110", "C2021", "C1371", "F5165", "E4720", "C3311", "H6210", "K7010", "G5430", "C2614"];

/// Invented numbers by SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, count: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % u64::from(count.max(1))) as u32
    }

    fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.below(items.len() as u32) as usize).copied().unwrap_or_default()
    }

    /// A day of the two years that end with the period; one in five lies in the earlier year.
    fn day(&mut self) -> Date {
        let back = if self.below(5) == 0 { 365 + self.below(365) } else { self.below(365) };
        calendar().period.last.minus(Span::days(back as i32))
    }
}

struct Files {
    sanctions: [Table; 4],
    orders: [Table; 4],
    inspections: [Table; 4],
    leads: Table,
}

/// A file and the number of its next row.
struct Table {
    file: BufWriter<File>,
    rows: u32,
}

impl Table {
    fn create(dir: &Path, path: &str, header: &str) -> io::Result<Table> {
        let path = dir.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut file = BufWriter::with_capacity(1 << 16, File::create(path)?);
        write!(file, "\u{feff}{header}\r\n")?;
        Ok(Table { file, rows: 0 })
    }

    fn row(&mut self, cells: std::fmt::Arguments<'_>) -> io::Result<u32> {
        self.rows += 1;
        self.file.write_fmt(cells)?;
        self.file.write_all(b"\r\n")?;
        Ok(self.rows)
    }
}

fn name_of(number: u32) -> String {
    let syllables: Vec<char> = SYLLABLES.chars().collect();
    let count = syllables.len() as u32;
    let at = |i: u32| syllables.get((i % count) as usize).copied().unwrap_or('安');
    let trade = TRADES.get((number / (count * count) % 12) as usize).copied().unwrap_or_default();
    let third = number / (count * count) / 12;
    let mut name = String::from("六安市叶集区");
    name.extend([at(number), at(number / count)]);
    if third > 0 {
        name.push(at(third));
    }
    name + trade + "有限公司"
}

fn code_of(number: u32) -> String {
    const DIGITS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut rest = number;
    let mut tail = [b'0'; 5];
    for place in tail.iter_mut().rev() {
        *place = DIGITS.get((rest % 31) as usize).copied().unwrap_or(b'0');
        rest /= 31;
    }
    complete_code("91341504", &format!("MA2{}", tail.map(char::from).iter().collect::<String>()))
}

/// Writes the delivery into `数据` and its standards into `规则` of a folder.
///
/// # Errors
/// A file cannot be written.
pub fn write(dir: &Path, enterprises: u32, seed: u64) -> io::Result<()> {
    let rules = dir.join("规则");
    fs::create_dir_all(&rules)?;
    for (id, domain) in STANDARDS {
        fs::write(
            rules.join(format!("{domain}.rhai")),
            STANDARD.replace("《编号》", id).replace("《领域》", domain),
        )?;
    }
    fs::write(rules.join("综合.rhai"), OVERALL)?;
    let data = dir.join("数据");
    let mut random = Random(seed);
    let mut register = Table::create(
        &data,
        "统计局/企业名录.csv",
        "序号,单位详细名称,统一社会信用代码,所属乡镇,行业代码,成立日期,企业规模,专业,登记状态,是否重点排污单位,标准化级别,是否消防重点单位,是否人员密集场所,是否特种设备使用单位",
    )?;
    let each = |name: &str, header: &str| -> io::Result<[Table; 4]> {
        let [a, b, c, d] =
            DOMAINS.map(|domain| Table::create(&data, &format!("{domain}/{name}.csv"), header));
        Ok([a?, b?, c?, d?])
    };
    let mut files = Files {
        sanctions: each(
            "行政处罚",
            "行政相对人名称,统一社会信用代码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（元）,处罚决定日期,当前状态,是否整改,处罚机关",
        )?,
        orders: each(
            "责令改正",
            "被检查单位,统一社会信用代码,文书类型,文书文号,下达日期,检查发现隐患数,问题描述,整改期限,复查日期,复查结果,下达机关",
        )?,
        inspections: each(
            "监督检查",
            "检查编号,检查日期,被检查单位,统一社会信用代码,检查类别,检查方式,检查结果,检查发现隐患数,检查机关",
        )?,
        leads: Table::create(
            &data,
            "线索/线索台账.csv",
            "工单编号,领域,来源渠道,受理时间,企业名称,统一社会信用代码,反映问题,是否属实,承办单位",
        )?,
    };
    // A step without a common divisor visits every enterprise once, in an order that is nobody's.
    let step = (1..=enterprises.max(1))
        .map(|i| enterprises / 3 * 2 + 1 + i)
        .find(|s| gcd(*s, enterprises) == 1)
        .unwrap_or(1);
    let mut number = 0_u64;
    for _ in 0..enterprises {
        number = (number + u64::from(step)) % u64::from(enterprises.max(1));
        enterprise(number as u32, enterprises, &mut register, &mut files, &mut random)?;
    }
    register.file.flush()?;
    coverage(&data, &mut files)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The coverage table declares what was written.
fn coverage(data: &Path, files: &mut Files) -> io::Result<()> {
    files.leads.file.flush()?;
    let mut table = Table::create(data, "覆盖.csv", "机关,领域,起,止,行数,零报告,含简易程序,监管对象")?;
    for (number, domain) in DOMAINS.iter().enumerate() {
        let mut rows = 0;
        for kind in [&mut files.sanctions, &mut files.orders, &mut files.inspections] {
            if let Some(file) = kind.get_mut(number) {
                file.file.flush()?;
                rows += file.rows;
            }
        }
        let agency = AGENCIES.get(number).copied().unwrap_or_default();
        let supervised = if number == 3 { "特种设备使用单位" } else { "全部" };
        table.row(format_args!("{agency},{domain},2022-01-01,2022-12-31,{rows},否,是,{supervised}"))?;
    }
    table.file.flush()
}

/// A row of the register and the records of its enterprise.
fn enterprise(
    number: u32,
    enterprises: u32,
    register: &mut Table,
    files: &mut Files,
    random: &mut Random,
) -> io::Result<()> {
    let (name, code) = (name_of(number), code_of(number));
    let town = random.pick(&TOWNS);
    let industry = random.pick(&INDUSTRIES);
    // One in fifty was registered within the period.
    let age = if random.below(50) == 0 { random.below(360) } else { 400 + random.below(8_000) };
    let since = calendar().period.last.minus(Span::days(age as i32));
    let scale = random.pick(&["大型", "中型", "小型", "小型", "微型", "微型"]);
    let class = random.pick(&["规上工业", "限上批零", "规上服务业", "资质建筑业", ""]);
    let grade = random.pick(&["", "", "", "三级", "二级"]);
    let mut yes = |one_in: u32| if random.below(one_in) == 0 { "是" } else { "否" };
    let (polluter, fire, crowd, special) = (yes(20), yes(10), yes(15), yes(3));
    let row = register.rows + 1;
    register.row(format_args!(
        "{row},{name},{code},{town},{industry},{since},{scale},{class},存续,{polluter},{grade},{fire},{crowd},{special}"
    ))?;
    for domain in 0..4 {
        let adverse = match random.below(1_000) {
            0..920 => 0,
            920..985 => 1 + random.below(3),
            _ => 4 + random.below(7),
        };
        let inspected = random.below(100) < 29;
        // Who has no special equipment has the same number of records elsewhere.
        let domain = if domain == 3 && special == "否" { (number % 3) as usize } else { domain };
        let outside = |random: &mut Random| {
            if random.below(50) == 0 {
                let other = enterprises + random.below(enterprises);
                Some((name_of(other), code_of(other)))
            } else {
                None
            }
        };
        for _ in 0..adverse {
            let other = outside(random);
            let (name, code) = other.as_ref().map_or((&name, &code), |(n, c)| (n, c));
            match random.below(20) {
                0..9 => sanction(domain, name, code, files, random)?,
                9..17 => order(domain, name, code, files, random)?,
                _ => lead(domain, name, code, files, random)?,
            }
        }
        if inspected {
            let other = outside(random);
            let (name, code) = other.as_ref().map_or((&name, &code), |(n, c)| (n, c));
            inspection(domain, name, code, files, random)?;
        }
    }
    Ok(())
}

fn of<T: Copy + Default>(items: &[T; 4], domain: usize) -> T {
    items.get(domain).copied().unwrap_or_default()
}

/// One row, or two of one decision.
fn sanction(domain: usize, name: &str, code: &str, files: &mut Files, random: &mut Random) -> io::Result<()> {
    let Some(table) = files.sanctions.get_mut(domain) else { return Ok(()) };
    let (day, act) = (random.day(), random.pick(&of(&ACTS, domain)));
    let year = day.ymd().0;
    let (sign, law, agency) = (of(&SIGNS, domain), of(&LAWS, domain), of(&AGENCIES, domain));
    let article = 30 + random.below(70);
    let state = random.pick(&["是", "是", "是", "是", "是", "部分整改", "未整改"]);
    let status = if random.below(200) == 0 { "已撤销" } else { "正常" };
    let number = table.rows + 1;
    let mut rest = |kind: &str, content: &str, amount: &str| {
        table.row(format_args!(
            "{name},{code},{sign}罚〔{year}〕{number}号,{act},现场检查发现{act},{law}第{article}条,{kind},{content},{amount},{day},{status},{state},{agency}"
        ))
    };
    let amount = (1 + random.below(30)) * 5_000;
    let fine = |rest: &mut dyn FnMut(&str, &str, &str) -> io::Result<u32>| {
        rest("罚款", &format!("罚款{amount}元"), &format!("{amount}.00"))
    };
    match random.below(20) {
        0..8 => fine(&mut rest)?,
        8..12 => {
            fine(&mut rest)?;
            rest("警告", "警告", "")?
        }
        12..15 => rest("警告", "警告", "")?,
        15..18 => rest("责令改正", "责令改正", "")?,
        18 => rest("不予处罚", "首次违法且危害后果轻微，不予处罚", "")?,
        _ => rest("责令停产停业", "责令停产停业", "")?,
    };
    Ok(())
}

fn order(domain: usize, name: &str, code: &str, files: &mut Files, random: &mut Random) -> io::Result<()> {
    let Some(table) = files.orders.get_mut(domain) else { return Ok(()) };
    let (day, act) = (random.day(), random.pick(&of(&ACTS, domain)));
    let due = day.plus(Span::days(10 + random.below(50) as i32));
    let rechecked = due.plus(Span::days(random.below(5) as i32));
    let result = random.pick(&["合格", "合格", "合格", "合格", "合格", "合格", "部分整改", "不合格"]);
    let (year, hazards, number) = (day.ymd().0, random.below(12), table.rows + 1);
    let (sign, agency) = (of(&SIGNS, domain), of(&AGENCIES, domain));
    table.row(format_args!(
        "{name},{code},责令改正通知书,{sign}责改〔{year}〕{number}号,{day},{hazards},{act},{due},{rechecked},{result},{agency}"
    ))?;
    Ok(())
}

fn inspection(
    domain: usize,
    name: &str,
    code: &str,
    files: &mut Files,
    random: &mut Random,
) -> io::Result<()> {
    let Some(table) = files.inspections.get_mut(domain) else { return Ok(()) };
    let day = random.day();
    let kind = random.pick(&["双随机抽查", "日常检查", "专项检查", "重点检查"]);
    let (result, hazards) = match random.below(200) {
        0..160 => ("未发现问题", 0),
        160..199 => ("发现问题已责令改正", 1 + random.below(6)),
        _ => ("拒绝检查", 0),
    };
    let (year, number) = (day.ymd().0, table.rows + 1);
    let (sign, agency) = (of(&SIGNS, domain), of(&AGENCIES, domain));
    table.row(format_args!(
        "{sign}检〔{year}〕{number}号,{day},{name},{code},{kind},现场检查,{result},{hazards},{agency}"
    ))?;
    Ok(())
}

fn lead(domain: usize, name: &str, code: &str, files: &mut Files, random: &mut Random) -> io::Result<()> {
    let (day, act) = (random.day(), random.pick(&of(&ACTS, domain)));
    let source = random.pick(&["投诉", "转办", "在线监控"]);
    let verified = random.pick(&["是", "否"]);
    let (number, agency) = (files.leads.rows + 1, of(&AGENCIES, domain));
    let domain = of(&DOMAINS, domain);
    files
        .leads
        .row(format_args!("XS{number:07},{domain},{source},{day},{name},{code},{act},{verified},{agency}"))?;
    Ok(())
}
