//! `report.html` (报告): what a run found, in one file for a meeting, a phone and the printer.
//!
//! The summary is HTML as it stands; the search and the page of each enterprise (一企一档) are made by the page's own
//! script from the tables of the run, which it holds as JSON. Nothing is loaded from elsewhere.

mod charts;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sanse::{BindError, ENTERPRISE, Near, Points, Standing, Step};
use serde::Serialize;

use super::page::{data, document, escaped, fill, ink, style_text};
use super::{Recorded, Run, Stamp, WriteError, near, share, write_bytes};
use charts::Shares;
use tables::{Numbered, Row, Texts};

/// A report for this many enterprises at most: the page holds them all, and must open at once.
const MOST_ENTERPRISES: usize = 20_000;
/// The most problems in the page's own list; all are in the table.
const MOST_PROBLEMS: usize = 300;
/// How many steps of a score count as near another label.
const NEAR_STEPS: i64 = 2;

const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/page.js");

/// The tables as the page's script sees them.
#[derive(Serialize)]
struct Held<'a> {
    texts: &'a [String],
    enterprises: &'a Numbered,
    assessments: &'a Numbered,
    deductions: &'a Numbered,
    problems: &'a Numbered,
}

/// Everything that the page is made from.
struct Report<'a> {
    run: &'a Run<'a>,
    texts: Texts,
    enterprises: Numbered,
    assessments: Numbered,
    deductions: Numbered,
    problems: Numbered,
    summary: Numbered,
    /// The number of an enterprise by its code and name.
    numbers: BTreeMap<[u32; 2], usize>,
}

/// Writes the report from the tables of `dir`, or gives the sentence that says why there is none.
pub(super) fn write(
    dir: &Path,
    run: &Run<'_>,
    stamp: &Stamp,
) -> Result<Result<Recorded, String>, WriteError> {
    use super::tables as names;
    let count = run.delivery.caseload.enterprises();
    if count > MOST_ENTERPRISES {
        return Ok(Err(format!(
            "没有写 {}：企业{count}户，超过一个网页宜放的{MOST_ENTERPRISES}户；请用各表，或者分片运行",
            names::REPORT
        )));
    }
    let mut texts = Texts::default();
    let mut read = |file| Numbered::read(dir, file, &mut texts);
    let (enterprises, assessments) = (read(names::ENTERPRISES)?, read(names::ASSESSMENTS)?);
    let (deductions, problems) = (read(names::DEDUCTIONS)?, read(names::PROBLEMS)?);
    let summary = read(names::SUMMARY)?;
    let numbers =
        enterprises.rows(&texts).enumerate().filter_map(|(n, row)| Some((row.named()?, n))).collect();
    let report = Report { run, texts, enterprises, assessments, deductions, problems, summary, numbers };
    let html = report.page(stamp, dir)?;
    Ok(Ok(write_bytes(dir, names::REPORT, html.as_bytes())?))
}

/// The style of a standing.
const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Green => "green",
        Standing::Yellow => "yellow",
        Standing::Red => "red",
        Standing::NotRated => "not-rated",
        Standing::NotApplicable => "not-applicable",
    }
}

/// A text in the colour of a standing.
fn coloured(standing: Standing, text: &str) -> String {
    format!("<span class=\"label {}\">{}</span>", class(standing), escaped(text))
}

/// The page's style, with the colours of the standings, and what stands at the foot of every sheet of paper.
fn style(stamp: &Stamp) -> String {
    let mut style = STYLE.to_owned();
    let foot = format!("{}。{}。运行指纹 {}", stamp.state, stamp.purpose, stamp.fingerprint);
    let _ = writeln!(
        style,
        "@page{{@bottom-left{{content:{};font:7.5pt sans-serif}}\
         @bottom-right{{content:\"第\" counter(page) \"页，共\" counter(pages) \"页\";font:7.5pt sans-serif}}}}",
        style_text(&foot)
    );
    for standing in Standing::ALL {
        let (class, fill, ink) = (class(standing), fill(standing), ink(standing));
        let _ = writeln!(style, ".{class}{{background:{fill};color:{ink}}}");
    }
    style
}

/// A table that becomes a list of cards on a phone; the cells are HTML already.
fn table(headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let firm = if headers.first() == Some(&"企业") { " firm" } else { "" };
    let mut html = format!("<table class=\"stack{firm}\"><thead><tr>");
    for header in headers {
        let _ = write!(html, "<th scope=\"col\">{header}</th>");
    }
    html.push_str("</tr></thead><tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for (cell, header) in row.iter().zip(headers) {
            let _ = write!(html, "<td data-h=\"{header}\">{cell}</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table>\n");
    html
}

fn section(html: &mut String, id: &str, title: &str, body: &str) {
    let _ = write!(html, "<section id=\"{id}\"><h2>{title}</h2>\n{body}</section>\n");
}

impl Report<'_> {
    fn page(&self, stamp: &Stamp, dir: &Path) -> Result<String, WriteError> {
        let calendar = &self.run.task.calendar;
        let mut body = format!(
            "<header class=\"top\"><h1>{}</h1><p class=\"stamp\">{}</p></header>\n\
             <p class=\"lead\">统计期 {} 至 {}，截止日 {}，企业 {} 户。{}。</p>\n",
            escaped(&stamp.title),
            escaped(&stamp.state),
            calendar.period.first,
            calendar.period.last,
            calendar.as_of,
            self.run.delivery.caseload.enterprises(),
            escaped(stamp.purpose),
        );
        body.push_str(
            "<noscript><p class=\"note\">浏览器没有运行脚本：查企业和一企一档不能用，其余内容完整。每户的情况见 enterprises.csv、\
             assessments.csv、deductions.csv。</p></noscript>\n\
             <div id=\"finder\" class=\"finder\" role=\"search\" hidden><label for=\"query\">查企业</label>\
             <input id=\"query\" type=\"search\" autocomplete=\"off\" placeholder=\"名称或统一社会信用代码\">\
             <select id=\"standing\" aria-label=\"标签\"></select><select id=\"group\" aria-label=\"分组\"></select></div>\n\
             <section id=\"found\" hidden></section>\n<article id=\"sheet\" hidden></article>\n<main id=\"summary\">\n",
        );
        body.push_str(&self.figures());
        section(&mut body, "shares", "一、标签分布", &self.shares());
        section(&mut body, "scores", "二、得分分布", &self.scores());
        section(&mut body, "reds", "三、红标企业和原因", &self.reds());
        section(&mut body, "near", "四、离另一种标签很近的企业", &self.near()?);
        section(&mut body, "problems", "五、数据问题", &self.problem_lists());
        let _ = write!(
            body,
            "</main>\n<footer><p>{}。{}。运行指纹 {}。</p></footer>\n",
            escaped(&stamp.state),
            escaped(stamp.purpose),
            escaped(&stamp.fingerprint)
        );
        let held = Held {
            texts: self.texts.all(),
            enterprises: &self.enterprises,
            assessments: &self.assessments,
            deductions: &self.deductions,
            problems: &self.problems,
        };
        let failed =
            |e: serde_json::Error| WriteError::io("写文件", &dir.join(super::tables::REPORT), e.into());
        body.push_str(&data("tables", &held).map_err(failed)?);
        body.push_str(&data("stamp", &[&stamp.state, stamp.purpose, &stamp.fingerprint]).map_err(failed)?);
        Ok(document(&stamp.title, &style(stamp), Some(SCRIPT), &body))
    }

    /// A link to an enterprise's page.
    fn link(&self, row: Row<'_>) -> String {
        let name = escaped(row.at(1));
        match row.named().and_then(|named| self.numbers.get(&named)) {
            Some(number) => format!("<a href=\"#e{number}\">{name}</a>"),
            None => name.into_owned(),
        }
    }

    /// The last subject of the results: overall, if there is such a standard.
    fn overall(&self) -> Option<&str> {
        self.run.overall_result().map(|judged| judged.standard.subject.chinese())
    }

    /// The lines of `summary.csv` for a group and, if given, a subject.
    fn lines(&self, group: &str, subject: Option<&str>, name: &str) -> Vec<Shares> {
        let count = |row: Row<'_>, standing: Standing| {
            row.get(&format!("{}户数", standing.chinese())).parse().unwrap_or(0)
        };
        self.summary
            .rows(&self.texts)
            .filter(|row| row.get("分组") == group && subject.is_none_or(|s| row.get("领域") == s))
            .map(|row| Shares {
                name: row.get(name).to_owned(),
                counts: Standing::ALL.map(|standing| count(row, standing)),
            })
            .collect()
    }

    /// The overall labels in figures.
    fn figures(&self) -> String {
        let Some(line) = self.overall().and_then(|o| self.lines("全部", Some(o), "领域").into_iter().next())
        else {
            return String::new();
        };
        let [applying @ .., _] = line.counts;
        let whole: u64 = applying.iter().sum();
        let mut html = String::from("<div class=\"figures\">");
        for (standing, count) in Standing::ALL.into_iter().zip(applying) {
            let _ = write!(
                html,
                "<div style=\"border-color:{}\">{}<strong>{count}</strong>户<span>{}</span></div>",
                fill(standing),
                coloured(standing, standing.chinese()),
                share(count, whole)
            );
        }
        html.push_str("</div>\n");
        html
    }

    fn shares(&self) -> String {
        let mut html = "<p class=\"note\">比例按适用的企业计算，不适用的不算在内。</p>\n".to_owned();
        html.push_str(&charts::shares("各领域", "领域", &self.lines("全部", None, "领域")));
        let mut groups: Vec<&str> = self.summary.rows(&self.texts).map(|row| row.get("分组")).collect();
        groups.dedup();
        groups.retain(|group| *group != "全部");
        let mut folded = String::new();
        for subject in self.run.results().map(|judged| judged.standard.subject.chinese()) {
            let tables: String = groups
                .iter()
                .map(|group| {
                    let lines = self.lines(group, Some(subject), "名称");
                    charts::shares(&format!("各{group}（{subject}）"), group, &lines)
                })
                .collect();
            if Some(subject) == self.overall() || self.run.results().count() == 1 {
                html.push_str(&tables);
            } else {
                let groups = groups.join("、各");
                let _ = writeln!(
                    folded,
                    "<details><summary>{}：各{groups}</summary>{tables}</details>",
                    escaped(subject)
                );
            }
        }
        html.push_str(&folded);
        html
    }

    fn scores(&self) -> String {
        let charts: String = self
            .run
            .results()
            .take(self.run.task.standards.len())
            .map(|judged| charts::scores(judged.standard, judged.classified))
            .collect();
        format!(
            "<p class=\"note\">横向是得分，柱高是已评定的户数，虚线是等级的分界；柱的颜色是最后的标签，可能因不计分的规则高于或者低于分数所在的等级；过高的柱截短，户数写在柱上。</p>\n<div class=\"charts\">{charts}</div>\n"
        )
    }

    fn reds(&self) -> String {
        let red = Standing::Red.chinese();
        let mut firms: Vec<(Row<'_>, Vec<Row<'_>>)> = Vec::new();
        for row in self.assessments.rows(&self.texts).filter(|row| row.get("标签") == red) {
            match firms.last_mut() {
                Some((first, rows)) if first.named() == row.named() => rows.push(row),
                _ => firms.push((row, vec![row])),
            }
        }
        if firms.is_empty() {
            return "<p>没有红标企业。</p>\n".to_owned();
        }
        let overall = self.overall();
        let count = firms.len();
        let rows = firms.into_iter().map(|(first, mut rows)| {
            // The overall label follows from the domains, unless a rule of its own decided.
            if rows.len() > 1 {
                rows.retain(|row| Some(row.get("领域")) != overall);
            }
            let mut reasons = String::new();
            for row in &rows {
                let (domain, reason) = (escaped(row.get("领域")), escaped(row.get("定级原因")));
                let _ = write!(reasons, "<p><b>{domain}</b>：{reason}</p>");
            }
            let groups = self.groups_of(first);
            vec![self.link(first), escaped(&groups).into_owned(), reasons]
        });
        format!(
            "<p>有领域红标或者综合红标的企业 {count} 户。</p>\n{}",
            table(&["企业", "乡镇、行业", "原因"], rows)
        )
    }

    /// The groups of an enterprise in words.
    fn groups_of(&self, row: Row<'_>) -> String {
        let caseload = &self.run.delivery.caseload;
        let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
        let Some(number) = row.named().and_then(|named| self.numbers.get(&named)) else {
            return String::new();
        };
        let groups = shown.iter().skip(2).map(|field| caseload.text(ENTERPRISE, *number, *field));
        groups.filter(|group| !group.is_empty()).collect::<Vec<_>>().join("，")
    }

    fn near(&self) -> Result<String, BindError> {
        let delivery = self.run.delivery;
        let mut rows = Vec::new();
        let mut clean = 0;
        for judged in self.run.results().take(self.run.task.standards.len()) {
            let standard = judged.standard;
            let within = Points::from_hundredths(standard.unit.hundredths() * NEAR_STEPS);
            let reasons = judged.reasons();
            let found =
                sanse::near(standard, judged.caseload, &self.run.task.calendar, judged.classified, within)?;
            for near in found {
                if near.clean {
                    clean += 1;
                    continue;
                }
                let Near { enterprise, standing, score, better, worse, tips, .. } = near;
                let step = |step: Option<Step>, way: &str| {
                    step.map(|s| format!("{way}{}分即{}", s.distance, s.to.chinese()))
                };
                let steps: Vec<String> =
                    [step(better, "往好"), step(worse, "往差")].into_iter().flatten().collect();
                let tips: Vec<String> =
                    tips.iter().map(|tip| near::tip_text(delivery, &reasons, tip)).collect();
                let name = self.name(enterprise);
                rows.push(vec![
                    format!("<a href=\"#e{enterprise}\">{}</a>", escaped(&name)),
                    escaped(standard.subject.chinese()).into_owned(),
                    coloured(standing, standing.chinese()),
                    score.to_string(),
                    escaped(&steps.join("；")).into_owned(),
                    escaped(&tips.join("；")).into_owned(),
                ]);
            }
        }
        let mut html = format!(
            "<p class=\"note\">再好或者再差不超过{NEAR_STEPS}个记分单位就换标签的，和一条记录单独起决定作用的。没有命中任何记录、离第一道分界这么近的另有{clean}户次，不列。</p>\n"
        );
        html.push_str(&if rows.is_empty() {
            "<p>没有。</p>\n".to_owned()
        } else {
            let headers = ["企业", "领域", "标签", "得分", "差多少", "不计则变的记录"];
            table(&headers, rows.into_iter())
        });
        Ok(html)
    }

    /// An enterprise's name.
    fn name(&self, enterprise: usize) -> String {
        let caseload = &self.run.delivery.caseload;
        let shown = &caseload.vocabulary().list_def(ENTERPRISE).roles.shown;
        shown.get(1).map_or_else(String::new, |field| caseload.text(ENTERPRISE, enterprise, *field))
    }

    fn problem_lists(&self) -> String {
        let rows: Vec<Row<'_>> = self.problems.rows(&self.texts).collect();
        if rows.is_empty() {
            return "<p>没有数据问题。</p>\n".to_owned();
        }
        // A bureau's files lie in its folder.
        let mut bureaus: BTreeMap<(&str, &str), [u64; 2]> = BTreeMap::new();
        for row in &rows {
            let (bureau, name) =
                row.get("文件").split_once('/').unwrap_or(("（不在文件夹里）", row.get("文件")));
            let [all, withholding] = bureaus.entry((bureau, name)).or_default();
            *all += 1;
            *withholding += u64::from(row.get("是否暂缓绿标") == "是");
        }
        let counted = bureaus.iter().map(|((bureau, name), [all, withholding])| {
            vec![
                escaped(bureau).into_owned(),
                escaped(name).into_owned(),
                all.to_string(),
                withholding.to_string(),
            ]
        });
        let mut html = table(&["报送单位（文件夹）", "文件", "问题", "其中核对前不评绿标"], counted);
        html.push_str("<h3>逐条（粗体的，核对前不评绿标）</h3>\n");
        let each = rows.iter().take(MOST_PROBLEMS).map(|row| {
            let mut place = row.get("文件").to_owned();
            for (before, header, after) in [("（", "工作表", "）"), ("第", "行", "行"), ("，列“", "列", "”")]
            {
                let cell = row.get(header);
                if !cell.is_empty() {
                    let _ = write!(place, "{before}{cell}{after}");
                }
            }
            let withholds =
                if row.get("是否暂缓绿标") == "是" { "<b>核对前不评绿标</b>" } else { "" };
            vec![
                escaped(&place).into_owned(),
                self.link(*row),
                format!("{} {}", escaped(row.get("代码")), escaped(row.get("问题"))),
                format!("<{withholds}>{}</{withholds}>", escaped(row.get("处理"))),
            ]
        });
        html.push_str(&table(&["来源", "企业", "问题", "处理"], each));
        if rows.len() > MOST_PROBLEMS {
            let _ = writeln!(
                html,
                "<p>这里列了前{MOST_PROBLEMS}条，共{}条，全部见 problems.csv。</p>",
                rows.len()
            );
        }
        html
    }
}
