//! The tables.

#![expect(clippy::indexing_slicing, reason = "the tables are constants, by domain, label and rule")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::read::{DOMAINS, Delivery, Enterprise, Record};
use super::score::{End, Fate, Hit, List, Outcome, Results, State, end};
use crate::population::calendar;

const LABELS: [&str; 3] = ["绿标", "黄标", "红标"];
const BANDS: [&str; 3] = ["[0,0]", "[1,11]", "[12,)"];
const NEW: &str = "企业在统计期开始后才登记，记录不满一个统计期";
const CLEAN: &str = "统计期内无扣分情形";
const UNRATED: &str = "有适用的领域未评定";

type Table = csv::Writer<BufWriter<File>>;
type Done = Result<(), Box<dyn Error>>;

/// Rules by number: title, basis.
const RULES: [(&str, &str); 6] = [
    ("按措施记分", "本区分类监管方案（测速用）“处罚次数”"),
    ("处罚后整改情况", "本区分类监管方案（测速用）“处罚后整改情况”"),
    ("责令改正文书的整改情况", "本区分类监管方案（测速用）“处罚后整改情况”"),
    ("不配合检查", "本区分类监管方案（测速用）“检查发现情况”"),
    ("一百八十日内三次受处罚", "次数参照《安全生产法》第一百一十三条（测速用）"),
    ("线索多次查实", "本区分类监管方案（测速用）“检查发现情况”"),
];

/// What is done by label, and without one: visits, times, share, method, basis, incentives, urging, restrictions.
const MEASURES: [[&str; 8]; 4] = [
    [
        "一般不主动入企；投诉举报、转办交办和法律法规另有规定的除外",
        "0至1次",
        "3%",
        "双随机抽查，非现场检查优先",
        "《优化营商环境条例》第五十四条",
        "评先评优、政策扶持时优先推荐（依据：本区分类监管方案）",
        "",
        "",
    ],
    [
        "按常规计划检查",
        "0至2次",
        "10%",
        "双随机抽查，按常规比例和频次",
        "《优化营商环境条例》第五十四条",
        "",
        "发提醒函，督促限期整改并报告结果（依据：本区分类监管方案）",
        "",
    ],
    [
        "列为重点监管对象，定向检查与双随机抽查相结合",
        "不少于2次",
        "50%",
        "提高比例和频次；整改情况逐项复查",
        "《优化营商环境条例》第五十四条",
        "",
        "约谈主要负责人，制定整改方案，逐项销号（依据：本区分类监管方案）",
        "评先评优、政策扶持时不予推荐（依据：本区分类监管方案）",
    ],
    ["按常规计划检查", "0至2次", "10%", "双随机抽查，按常规比例和频次", "本区分类监管方案", "", "", ""],
];

const OVERALL_MEASURES: [[&str; 8]; 4] = [
    [
        "各部门按本领域标签执行，一般不主动入企",
        "",
        "",
        "能合并的检查合并进行",
        "《优化营商环境条例》第五十四条",
        "区级评先评优、政策扶持时优先推荐（依据：本区分类监管方案）",
        "",
        "",
    ],
    [
        "各部门按本领域标签执行",
        "",
        "",
        "能合并的检查合并进行",
        "《优化营商环境条例》第五十四条",
        "",
        "由有关领域的部门提醒，督促整改（依据：本区分类监管方案）",
        "",
    ],
    [
        "各部门按本领域标签执行；红标领域列为重点监管对象",
        "",
        "",
        "红标领域定向检查与双随机抽查相结合",
        "《优化营商环境条例》第五十四条",
        "",
        "由红标领域的部门约谈，督促制定整改方案（依据：本区分类监管方案）",
        "区级评先评优、政策扶持时不予推荐（依据：本区分类监管方案）",
    ],
    [
        "各部门按本领域标签执行，按常规计划检查",
        "",
        "",
        "能合并的检查合并进行",
        "本区分类监管方案",
        "",
        "",
        "",
    ],
];

pub(super) fn write(out: &Path, delivery: &Delivery, results: &Results) -> Done {
    enterprises(out, delivery, results)?;
    assessments(out, delivery, results)?;
    deductions(out, delivery, results)?;
    unused(out, delivery)?;
    summary(out, delivery, results)
}

fn create(out: &Path, name: &str) -> Result<Table, Box<dyn Error>> {
    let mut file = BufWriter::with_capacity(1 << 16, File::create(out.join(name))?);
    file.write_all("\u{feff}".as_bytes())?;
    Ok(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file))
}

fn each<'a>(table: &mut Table, cells: impl IntoIterator<Item = &'a str>) -> Result<(), csv::Error> {
    cells.into_iter().try_for_each(|cell| table.write_field(cell))
}

fn end_row(table: &mut Table) -> Result<(), csv::Error> {
    table.write_record(None::<&[u8]>)
}

/// A code that Excel would take for a number is marked.
fn marked(code: &str) -> String {
    if code.len() > 15 && code.bytes().all(|b| b.is_ascii_digit()) {
        format!("'{code}")
    } else {
        code.to_owned()
    }
}

impl Outcome {
    fn state_text(&self) -> &'static str {
        match self.state {
            State::Rated => "已评定",
            State::NotRated => "未评定",
            State::NotApplicable => "不适用",
        }
    }

    fn label(&self) -> &'static str {
        match self.state {
            State::Rated => LABELS[usize::from(self.grade)],
            _ => "",
        }
    }

    fn remarks(&self) -> String {
        let mut remarks = Vec::new();
        if self.new {
            remarks.push("新设立");
        }
        if self.uninspected {
            remarks.push("未经检查");
        }
        if self.new && self.state == State::Rated {
            remarks.push("数据不全");
        }
        remarks.join("；")
    }

    fn sum(&self) -> String {
        if self.state != State::Rated {
            return String::new();
        }
        let mut text = "0".to_owned();
        for hit in self.hits.iter().filter(|hit| hit.counted > 0) {
            let _ = write!(text, " + {}", hit.counted);
        }
        if text.len() > 1 {
            let _ = write!(text, " = {}", self.score);
        }
        let band = usize::from(self.band);
        let _ = write!(text, "分，等级{}{}", LABELS[band], BANDS[band]);
        if self.grade != self.band {
            let _ = write!(text, "，调整为{}", LABELS[usize::from(self.grade)]);
        }
        text
    }
}

fn effect(hit: &Hit) -> String {
    let mut text = if hit.fate == Fate::Effect {
        "等级不高于红标".to_owned()
    } else {
        format!("记{}分", hit.raw)
    };
    match hit.fate {
        Fate::Outranked => text.push_str("，计入0分（同一违法行为取最重，不另计）"),
        Fate::Capped => {
            let _ = write!(text, "，计入{}分（本规则封顶6分）", hit.counted);
        }
        _ => {}
    }
    if hit.carried {
        text.push_str("（结转：已过计入期，按标准继续计入）");
    }
    text
}

/// A record as it is cited.
fn cited(record: &Record, list: List) -> String {
    let mut text = format!("{} {} {}", record.day, record.document, record.kind);
    match list {
        List::Sanctions if record.kind == "罚款" => {
            let _ = write!(text, " {}元", record.amount);
        }
        List::Orders | List::Inspections => {
            let _ = write!(text, " {}", record.state);
        }
        _ => {}
    }
    if !record.act.is_empty() {
        let _ = write!(text, "（{}）", record.act);
    }
    text
}

/// Rule, records and effect of a hit.
fn brief(delivery: &Delivery, domain: usize, hit: &Hit) -> String {
    let records = delivery.list(hit.list);
    let of = |row: &u32| records.get(*row as usize).map_or(String::new(), |r| cited(r, hit.list));
    let mut ground = hit.rows.iter().take(3).map(of).collect::<Vec<_>>().join("；");
    if hit.rows.len() > 1 {
        let more = if hit.rows.len() > 3 { "等" } else { "共" };
        let _ = write!(ground, "，{more}{}条记录", hit.rows.len());
    }
    let rule = usize::from(hit.rule);
    format!("规则{}-{rule}（{}）：{ground}，{}", DOMAINS[domain].0, RULES[rule - 1].0, effect(hit))
}

fn reason(delivery: &Delivery, domain: usize, outcome: &Outcome) -> String {
    match outcome.state {
        State::NotApplicable => format!("不适用：不属于{}领域的监管对象", DOMAINS[domain].1),
        State::NotRated => format!("未评定：{NEW}"),
        State::Rated => {
            let Some(hit) = outcome.deciding.and_then(|d| outcome.hits.get(d)) else {
                return CLEAN.to_owned();
            };
            let mut text = brief(delivery, domain, hit);
            if outcome.by_ceiling {
                let (before, after) = (LABELS[usize::from(outcome.band)], LABELS[2]);
                let _ = write!(text, "，由{before}调整为{after}");
            } else {
                let others = outcome.hits.iter().filter(|hit| hit.counted > 0).count() - 1;
                if others > 0 {
                    let _ = write!(text, "；另有{others}项计入");
                }
                let grade = usize::from(outcome.grade);
                let _ = write!(text, "；得分{}分，等级{}{}", outcome.score, LABELS[grade], BANDS[grade]);
            }
            text
        }
    }
}

/// The overall label: 0 to 2, or 3 for none.
fn overall(outcomes: &[Outcome]) -> usize {
    let worst = outcomes.iter().filter(|o| o.state == State::Rated).map(|o| o.grade).max().unwrap_or(0);
    if worst == 2 {
        2
    } else if outcomes.iter().any(|o| o.state == State::NotRated) {
        3
    } else {
        usize::from(worst)
    }
}

/// The domains that were not rated, as the overall rule cites them.
fn unrated(outcomes: &[Outcome]) -> Vec<String> {
    let unrated = outcomes.iter().zip(DOMAINS).filter(|(o, _)| o.state == State::NotRated);
    unrated.map(|(_, (_, domain))| format!("{domain} 未评定")).collect()
}

/// The domains with a yellow or red label, in order.
fn marked_domains(outcomes: &[Outcome]) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
    let marked = outcomes.iter().zip(DOMAINS).filter(|(o, _)| o.state == State::Rated && o.grade > 0);
    marked.map(|(o, (_, domain))| (domain, o.label()))
}

fn overall_reason(outcomes: &[Outcome]) -> String {
    match overall(outcomes) {
        0 => "各适用领域均为绿标".to_owned(),
        3 => {
            let rows = unrated(outcomes);
            let mut ground = rows.iter().take(3).cloned().collect::<Vec<_>>().join("；");
            if rows.len() > 1 {
                let more = if rows.len() > 3 { "等" } else { "共" };
                let _ = write!(ground, "，{more}{}条记录", rows.len());
            }
            format!("未评定：规则CS-0-2（没有红标而有适用领域未评定）：{ground}，不评定：{UNRATED}")
        }
        label => {
            let (domain, label) =
                marked_domains(outcomes).find(|(_, l)| *l == LABELS[label]).unwrap_or_default();
            format!(
                "规则CS-0-1（各领域取最差）：{domain} 已评定 {label}，等级不高于{label}，由绿标调整为{label}"
            )
        }
    }
}

/// Why the overall label, from the domains that share it.
fn main_reason(delivery: &Delivery, outcomes: &[Outcome]) -> String {
    let label = overall(outcomes);
    if label == 0 {
        return "各适用领域统计期内均无扣分情形".to_owned();
    }
    let mut reasons: Vec<(String, String)> = Vec::new();
    for (number, outcome) in outcomes.iter().enumerate() {
        let alike = match label {
            3 => outcome.state == State::NotRated,
            _ => outcome.state == State::Rated && usize::from(outcome.grade) == label,
        };
        if !alike {
            continue;
        }
        let main = reason(delivery, number, outcome);
        let reason = if label == 3 { main } else { format!("{}：{main}", LABELS[label]) };
        match reasons.iter_mut().find(|(_, known)| *known == reason) {
            Some((domains, _)) => {
                let _ = write!(domains, "、{}", DOMAINS[number].1);
            }
            None => reasons.push((DOMAINS[number].1.to_owned(), reason)),
        }
    }
    reasons.into_iter().map(|(domains, reason)| domains + &reason).collect::<Vec<_>>().join("。")
}

fn joint_remarks(outcomes: &[Outcome]) -> String {
    let applicable: Vec<(&Outcome, &str)> = outcomes
        .iter()
        .zip(DOMAINS)
        .filter(|(o, _)| o.state != State::NotApplicable)
        .map(|(o, (_, domain))| (o, domain))
        .collect();
    let mut texts = Vec::new();
    for (name, has) in [
        ("新设立", (|o: &Outcome| o.new) as fn(&Outcome) -> bool),
        ("未经检查", |o| o.uninspected),
        ("数据不全", |o| o.new && o.state == State::Rated),
    ] {
        let domains: Vec<&str> = applicable.iter().filter(|(o, _)| has(o)).map(|(_, d)| *d).collect();
        if domains.len() == applicable.len() {
            texts.push(name.to_owned());
        } else if !domains.is_empty() {
            texts.push(format!("{name}（{}）", domains.join("、")));
        }
    }
    texts.join("；")
}

/// Each enterprise with its outcomes.
fn each_enterprise<'a>(
    delivery: &'a Delivery,
    results: &'a Results,
) -> impl Iterator<Item = (&'a Enterprise, &'a [Outcome])> {
    delivery.enterprises.iter().zip(results.outcomes.chunks(DOMAINS.len()))
}

fn enterprises(out: &Path, delivery: &Delivery, results: &Results) -> Done {
    let mut table = create(out, "enterprises.csv")?;
    each(&mut table, ["统一社会信用代码", "名称", "乡镇", "行业门类", "综合标签"])?;
    for (_, domain) in DOMAINS {
        for part in ["状态", "得分", "等级", "标签"] {
            table.write_field(format!("{domain}{part}"))?;
        }
    }
    each(&mut table, ["主要原因", "标注"])?;
    end_row(&mut table)?;
    for (enterprise, outcomes) in each_enterprise(delivery, results) {
        let label = LABELS.get(overall(outcomes)).copied().unwrap_or("未评定");
        let code = marked(&enterprise.code);
        each(&mut table, [&code, &enterprise.name, &enterprise.town, enterprise.section, label])?;
        for outcome in outcomes {
            let score = if outcome.state == State::Rated { outcome.score.to_string() } else { String::new() };
            each(&mut table, [outcome.state_text(), &score, outcome.label(), outcome.label()])?;
        }
        each(&mut table, [main_reason(delivery, outcomes).as_str(), &joint_remarks(outcomes)])?;
        end_row(&mut table)?;
    }
    Ok(table.flush()?)
}

fn assessments(out: &Path, delivery: &Delivery, results: &Results) -> Done {
    let mut table = create(out, "assessments.csv")?;
    each(
        &mut table,
        [
            "统一社会信用代码",
            "名称",
            "领域",
            "标准编号",
            "状态",
            "得分",
            "得分算式",
            "等级",
            "标签",
            "标注",
            "定级原因",
            "统计期首日",
            "统计期末日",
            "截止日",
            "主动现场检查",
            "年检查次数",
            "抽查比例",
            "方式",
            "依据",
            "激励",
            "督促",
            "限制",
            "标准名称",
            "标准阶段",
        ],
    )?;
    end_row(&mut table)?;
    let calendar = calendar();
    let dates = [calendar.period.first, calendar.period.last, calendar.as_of].map(|day| day.to_string());
    let titles = DOMAINS.map(|(_, domain)| format!("{domain}领域企业分类标准（测速用）"));
    for (enterprise, outcomes) in each_enterprise(delivery, results) {
        let code = marked(&enterprise.code);
        for (number, outcome) in outcomes.iter().enumerate() {
            let rated = outcome.state == State::Rated;
            let score = if rated { outcome.score.to_string() } else { String::new() };
            let (id, domain) = DOMAINS[number];
            let label = outcome.label();
            let (sum, remarks) = (outcome.sum(), outcome.remarks());
            let reason = reason(delivery, number, outcome);
            each(&mut table, [&code, &enterprise.name, domain, id, outcome.state_text(), &score, &sum])?;
            each(&mut table, [label, label, &remarks, &reason])?;
            each(&mut table, dates.iter().map(String::as_str))?;
            let measure = match outcome.state {
                State::Rated => MEASURES[usize::from(outcome.grade)],
                State::NotRated => MEASURES[3],
                State::NotApplicable => [""; 8],
            };
            each(&mut table, measure)?;
            each(&mut table, [titles[number].as_str(), "草案"])?;
            end_row(&mut table)?;
        }
        let label = overall(outcomes);
        let state = if label == 3 { "未评定" } else { "已评定" };
        let text = LABELS.get(label).copied().unwrap_or("");
        each(&mut table, [&code, &enterprise.name, "综合", "CS-0", state, "", "", text, text])?;
        each(&mut table, [overall_remarks(outcomes), overall_reason(outcomes).as_str()])?;
        each(&mut table, dates.iter().map(String::as_str))?;
        each(&mut table, OVERALL_MEASURES[label])?;
        each(&mut table, ["企业分类综合标准（测速用）", "草案"])?;
        end_row(&mut table)?;
    }
    Ok(table.flush()?)
}

fn overall_remarks(outcomes: &[Outcome]) -> &'static str {
    let incomplete = outcomes.iter().any(|o| o.new && o.state == State::Rated);
    match (overall(outcomes), incomplete) {
        (3, true) => "标准不评；数据不全",
        (3, false) => "标准不评",
        (_, true) => "数据不全",
        (_, false) => "",
    }
}

fn deductions(out: &Path, delivery: &Delivery, results: &Results) -> Done {
    let mut table = create(out, "deductions.csv")?;
    each(
        &mut table,
        [
            "统一社会信用代码",
            "名称",
            "领域",
            "标准编号",
            "规则编号",
            "规则名称",
            "依据",
            "情形",
            "文号",
            "日期",
            "种类",
            "违法行为",
            "原始分",
            "计入分",
            "去向",
            "说明",
            "记录数",
            "来源文件",
            "工作表",
            "行",
        ],
    )?;
    end_row(&mut table)?;
    for (enterprise, outcomes) in each_enterprise(delivery, results) {
        let code = marked(&enterprise.code);
        for (number, outcome) in outcomes.iter().enumerate() {
            for hit in &outcome.hits {
                let (id, domain) = DOMAINS[number];
                let rule = usize::from(hit.rule);
                let (title, basis) = RULES[rule - 1];
                each(
                    &mut table,
                    [&code, &enterprise.name, domain, id, &format!("{id}-{rule}"), title, basis],
                )?;
                table.write_field((hit.arm + 1).to_string())?;
                let records: Vec<&Record> =
                    hit.rows.iter().filter_map(|row| delivery.list(hit.list).get(*row as usize)).collect();
                let joined = |texts: Vec<String>| texts.join("；");
                let once = |texts: Vec<&str>| {
                    let mut seen: Vec<&str> = Vec::new();
                    texts.into_iter().filter(|t| !t.is_empty()).for_each(|text| {
                        if !seen.contains(&text) {
                            seen.push(text);
                        }
                    });
                    seen.join("；")
                };
                table.write_field(joined(records.iter().map(|r| r.document.clone()).collect()))?;
                table.write_field(joined(records.iter().map(|r| r.day.to_string()).collect()))?;
                table.write_field(once(records.iter().map(|r| r.kind).collect()))?;
                table.write_field(once(records.iter().map(|r| r.act.as_str()).collect()))?;
                let fate = match hit.fate {
                    Fate::Counted => "计入",
                    Fate::Outranked => "取最重未计",
                    Fate::Capped => "规则封顶",
                    Fate::Effect => "定级效果",
                };
                let fate = if hit.carried { format!("{fate}（结转）") } else { fate.to_owned() };
                each(
                    &mut table,
                    [hit.raw.to_string().as_str(), &hit.counted.to_string(), &fate, &effect(hit)],
                )?;
                table.write_field(records.len().to_string())?;
                let file = |r: &&Record| delivery.files.get(usize::from(r.file)).cloned().unwrap_or_default();
                table.write_field(joined(records.iter().map(file).collect()))?;
                table.write_field("")?;
                table.write_field(joined(records.iter().map(|r| r.row.to_string()).collect()))?;
                end_row(&mut table)?;
            }
        }
        let mut effect = |rule: &str, title: &str, arm: &str, kind: &str, said: &str, count: usize| -> Done {
            each(
                &mut table,
                [&code, &enterprise.name, "综合", "CS-0", rule, title, "本区分类监管方案（测速用）", arm],
            )?;
            each(&mut table, ["", "", kind, "", "0", "0", "定级效果", said])?;
            each(&mut table, [count.to_string().as_str(), "", "", ""])?;
            Ok(end_row(&mut table)?)
        };
        for (domain, label) in marked_domains(outcomes) {
            let arm = if label == "红标" { "1" } else { "2" };
            let kind = format!("{domain} 已评定 {label}");
            effect("CS-0-1", "各领域取最差", arm, &kind, &format!("等级不高于{label}"), 1)?;
        }
        if overall(outcomes) == 3 {
            let rows: Vec<String> = unrated(outcomes).into_iter().map(|row| row + " ").collect();
            let said = format!("不评定：{UNRATED}");
            effect("CS-0-2", "没有红标而有适用领域未评定", "1", &rows.join("；"), &said, rows.len())?;
        }
    }
    Ok(table.flush()?)
}

/// A row that is in no result: file, row, list, and the record with its end unless it is nobody's.
type Left<'a> = (u8, u32, &'static str, Option<(&'a Record, End)>);

fn unused(out: &Path, delivery: &Delivery) -> Done {
    let mut table = create(out, "unused.csv")?;
    each(&mut table, ["统一社会信用代码", "名称", "文件", "工作表", "行", "清单", "原因"])?;
    end_row(&mut table)?;
    let calendar = calendar();
    let lists = [
        (List::Sanctions, "措施"),
        (List::Orders, "整改"),
        (List::Inspections, "检查"),
        (List::Leads, "线索"),
    ];
    let mut rows: Vec<Left<'_>> = delivery.outside.iter().map(|o| (o.file, o.row, o.list, None)).collect();
    for (list, name) in lists {
        rows.extend(delivery.list(list).iter().filter_map(|record| {
            let end = end(record, list, &calendar);
            let left = !matches!(end, End::Live | End::Carried);
            left.then_some((record.file, record.row, name, Some((record, end))))
        }));
    }
    rows.sort_by_key(|(file, row, ..)| (*file, *row));
    for (file, row, list, left) in rows {
        let path = delivery.files.get(usize::from(file)).map_or("", String::as_str);
        match left {
            None => each(&mut table, ["", "", path, "", &row.to_string(), list, "不在企业名录"])?,
            Some((record, end)) => {
                let Some(enterprise) = delivery.enterprises.get(record.enterprise as usize) else { continue };
                let why = match end {
                    End::Void => "截止日前已撤销（撤销）".to_owned(),
                    End::Excepted => "除外：免予处罚不记分".to_owned(),
                    _ => format!("日期{}，已过计入期", record.day),
                };
                let why = format!("标准{}：{why}", DOMAINS[usize::from(record.domain)].0);
                let code = marked(&enterprise.code);
                each(&mut table, [&code, &enterprise.name, path, "", &row.to_string(), list, &why])?;
            }
        }
        end_row(&mut table)?;
    }
    Ok(table.flush()?)
}

/// Enterprises by label, not rated, not applicable.
type Counts = [[u64; 5]; 5];

fn summary(out: &Path, delivery: &Delivery, results: &Results) -> Done {
    let mut table = create(out, "summary.csv")?;
    each(&mut table, ["分组", "名称", "领域", "企业数", "适用户数"])?;
    for label in ["绿标", "黄标", "红标", "未评定"] {
        each(
            &mut table,
            [format!("{label}户数").as_str(), &format!("{label}占适用户数（四舍五入到0.01%）")],
        )?;
    }
    each(&mut table, ["不适用户数"])?;
    end_row(&mut table)?;
    let mut all: Counts = Default::default();
    let mut towns: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut sections: BTreeMap<&str, Counts> = BTreeMap::new();
    for (enterprise, outcomes) in each_enterprise(delivery, results) {
        let mut places = [0; 5];
        for (place, outcome) in places.iter_mut().zip(outcomes) {
            *place = match outcome.state {
                State::Rated => usize::from(outcome.grade),
                State::NotRated => 3,
                State::NotApplicable => 4,
            };
        }
        places[4] = overall(outcomes);
        let town = towns.entry(&enterprise.town).or_default();
        let section = sections.entry(enterprise.section).or_default();
        for counts in [&mut all, town, section] {
            for (domain, place) in places.iter().enumerate() {
                counts[domain][*place] += 1;
            }
        }
    }
    group(&mut table, "全部", "全部企业", &all)?;
    towns.iter().try_for_each(|(name, counts)| group(&mut table, "乡镇", name, counts))?;
    sections.iter().try_for_each(|(name, counts)| group(&mut table, "行业门类", name, counts))?;
    Ok(table.flush()?)
}

fn group(table: &mut Table, group: &str, name: &str, counts: &Counts) -> Done {
    for (number, counts) in counts.iter().enumerate() {
        let domain = DOMAINS.get(number).map_or("综合", |(_, domain)| domain);
        let [green, yellow, red, unrated, exempt] = *counts;
        let applicable = green + yellow + red + unrated;
        each(table, [group, name, domain, &(applicable + exempt).to_string(), &applicable.to_string()])?;
        for count in [green, yellow, red, unrated] {
            table.write_field(count.to_string())?;
            let hundredths = (count * 20_000 + applicable).checked_div(applicable * 2).unwrap_or(0);
            table.write_field(format!("{}.{:02}%", hundredths / 100, hundredths % 100))?;
        }
        table.write_field(exempt.to_string())?;
        end_row(table)?;
    }
    Ok(())
}
