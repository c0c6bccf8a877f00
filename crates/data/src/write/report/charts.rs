//! The pictures of the report: shares of labels, and how scores are spread between the cuts. SVG inside the page.

use std::fmt::Write as _;

use sanse::{Classified, Points, Standard, Standing, State};

use super::super::page::{escaped, fill, ink};
use super::coloured;

/// A line of label shares: a name and the enterprises with each standing.
pub(super) struct Shares {
    pub(super) name: String,
    pub(super) counts: [u64; 5],
}

/// Hundredths of a percent as a length.
fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A table of names, bars and numbers. A bar is as wide as the page lets it, cut by the shares of those to whom the
/// domain applies.
pub(super) fn shares(title: &str, first: &str, lines: &[Shares]) -> String {
    let heads = ["绿标", "黄标", "红标", "未评定", "不适用"];
    let mut html = format!(
        "<table class=\"shares\"><caption>{}</caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">比例</th>",
        escaped(title),
        escaped(first)
    );
    for head in heads {
        let _ = write!(html, "<th scope=\"col\" class=\"n\">{head}</th>");
    }
    html.push_str("</tr></thead><tbody>\n");
    for line in lines {
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td class=\"bar\">{}</td>",
            escaped(&line.name),
            bar(line.counts)
        );
        let [applying @ .., _] = line.counts;
        let whole = applying.iter().sum();
        let mut shares =
            applying.iter().map(|count| format!(" <small>{}</small>", super::super::share(*count, whole)));
        for (head, count) in heads.into_iter().zip(line.counts) {
            let zero = if count == 0 { " zero" } else { "" };
            let share = shares.next().unwrap_or_default();
            let _ = write!(html, "<td class=\"n{zero}\" data-h=\"{head}\">{count}{share}</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table>\n");
    html
}

/// A bar of the four standings that apply.
fn bar(counts: [u64; 5]) -> String {
    let [applying @ .., _] = counts;
    let whole: u64 = applying.iter().sum();
    let parts: Vec<(Standing, u64)> =
        Standing::ALL.into_iter().zip(applying).filter(|(_, count)| *count > 0).collect();
    let spoken: Vec<String> = parts.iter().map(|(s, count)| format!("{}{count}户", s.chinese())).collect();
    let mut svg =
        format!("<svg role=\"img\" width=\"100%\" height=\"20\" aria-label=\"{}\">", spoken.join("，"));
    let mut before = 0;
    for (standing, count) in parts {
        let from = before * 10_000 / whole.max(1);
        before += count;
        let width = before * 10_000 / whole.max(1) - from;
        let _ = write!(
            svg,
            "<rect x=\"{}\" width=\"{}\" height=\"20\" fill=\"{}\"/>",
            percent(from),
            percent(width),
            fill(standing)
        );
        let share = super::super::share(count, whole);
        // Room for the letters even on a phone.
        if width >= 2_000 {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"14.5\" text-anchor=\"middle\" fill=\"{}\">{share}</text>",
                percent(from + width / 2),
                ink(standing)
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The most columns of a chart; more scores share columns.
const COLUMNS: i64 = 36;
const WIDTH: i64 = 420;
const HEIGHT: i64 = 150;
const LEFT: i64 = 10;
const TOP: i64 = 26;

/// A column: the lowest score in it and who has which standing.
struct Column {
    score: Points,
    counts: [u64; 5],
}

impl Column {
    fn height(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// The columns of the rated enterprises' scores, without gaps.
fn columns(standard: &Standard, classified: &Classified) -> Vec<Column> {
    let unit = standard.unit.hundredths().max(1);
    let rated = classified.verdicts.iter().enumerate().filter(|(_, v)| v.state == State::Rated);
    let scores: Vec<(i64, Standing)> = rated
        .filter_map(|(enterprise, verdict)| {
            let outcome = classified.assessments.outcome(enterprise)?;
            Some((outcome.score().hundredths().div_euclid(unit), Standing::of(verdict)))
        })
        .collect();
    let (Some(least), Some(most)) =
        (scores.iter().map(|(s, _)| *s).min(), scores.iter().map(|(s, _)| *s).max())
    else {
        return Vec::new();
    };
    let step = ((most - least + 1) + COLUMNS - 1) / COLUMNS;
    let count = (most - least) / step + 1;
    let mut columns: Vec<Column> = (0..count)
        .map(|n| Column { score: Points::from_hundredths((least + n * step) * unit), counts: [0; 5] })
        .collect();
    for (score, standing) in scores {
        let column = columns.get_mut(((score - least) / step) as usize);
        if let Some(count) = column.and_then(|c| c.counts.get_mut(standing as usize)) {
            *count += 1;
        }
    }
    columns
}

/// The chart of a domain, or why there is none.
pub(super) fn scores(standard: &Standard, classified: &Classified) -> String {
    let domain = escaped(standard.subject.chinese());
    if standard.grades.iter().all(|g| g.band.is_none()) {
        return format!(
            "<figure><figcaption>{domain}</figcaption><p class=\"note\">该标准不按分数分等级。</p></figure>\n"
        );
    }
    let columns = columns(standard, classified);
    if columns.is_empty() {
        return format!(
            "<figure><figcaption>{domain}</figcaption><p class=\"note\">没有已评定的企业。</p></figure>\n"
        );
    }
    let mut heights: Vec<u64> = columns.iter().map(Column::height).collect();
    heights.sort_unstable();
    let tallest = heights.last().copied().unwrap_or(0);
    // Most enterprises have no record: their column is broken so that the others can be seen.
    let second = heights.iter().rev().nth(1).copied().unwrap_or(tallest).max(1);
    let scale = if tallest > 3 * second { second + second.div_ceil(2) } else { tallest }.max(1);
    let broken = |column: &Column| column.height() > scale;
    let step = (WIDTH / columns.len() as i64).clamp(1, 48);
    let width = (step - 2).max(1);
    let bottom = TOP + HEIGHT;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{domain}得分分布\" class=\"scores\">",
        WIDTH + 2 * LEFT,
        bottom + 28
    );
    for (number, column) in columns.iter().enumerate() {
        let x = LEFT + number as i64 * step;
        let mut y = bottom;
        let whole = column.height();
        let full = if broken(column) { HEIGHT } else { (whole as i64 * HEIGHT) / scale as i64 };
        let mut so_far = 0;
        for (standing, count) in Standing::ALL.into_iter().zip(column.counts).filter(|(_, c)| *c > 0) {
            so_far += count;
            let top = bottom - (full * so_far as i64 / whole as i64).max(2);
            let _ = write!(
                svg,
                "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{}\"><title>{}分 {} {count}户</title></rect>",
                y - top,
                fill(standing),
                column.score,
                standing.chinese()
            );
            y = top;
        }
        if broken(column) {
            let cut = TOP + HEIGHT / 4;
            let _ = write!(
                svg,
                "<path d=\"M{} {} l{} -8 v6 l-{} 8 z\" fill=\"#fff\"/>",
                x - 1,
                cut,
                width + 2,
                width + 2
            );
        }
        if whole > 0 && (step >= 11 || broken(column)) {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{whole}</text>",
                x + width / 2,
                y - 4
            );
        }
    }
    grades(&mut svg, standard, &columns, step);
    svg.push_str("</svg>");
    let legend = legend(standard);
    format!("<figure><figcaption>{domain} {legend}</figcaption>{svg}</figure>\n")
}

/// Under the columns, the grades that the scores alone give, with a line at each cut and the first score after it.
fn grades(svg: &mut String, standard: &Standard, columns: &[Column], step: i64) {
    let bottom = TOP + HEIGHT;
    let mut before = None;
    for (number, column) in columns.iter().enumerate() {
        let x = LEFT + number as i64 * step;
        let grade = standard.grades.iter().position(|g| g.band.is_some_and(|b| b.contains(column.score)));
        if let Some(grade) = grade.and_then(|g| standard.grades.get(g)) {
            let _ = write!(
                svg,
                "<rect x=\"{x}\" y=\"{}\" width=\"{step}\" height=\"6\" fill=\"{}\"/>",
                bottom + 3,
                fill(Standing::from(grade.label))
            );
        }
        let last = number + 1 == columns.len();
        if before != Some(grade) || last {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                x + step / 2,
                bottom + 22,
                column.score
            );
        }
        if number > 0 && before != Some(grade) {
            let _ = write!(
                svg,
                "<line x1=\"{x}\" x2=\"{x}\" y1=\"{TOP}\" y2=\"{}\" stroke=\"#333\" stroke-dasharray=\"3 3\"/>",
                bottom + 9
            );
        }
        before = Some(grade);
    }
}

/// The grades with their intervals, in the colours of the chart.
fn legend(standard: &Standard) -> String {
    let grades = standard.grades.iter().filter_map(|grade| Some((grade, grade.band?)));
    grades
        .map(|(grade, band)| coloured(Standing::from(grade.label), &format!("{}{band}", grade.name)))
        .collect::<Vec<_>>()
        .join(" ")
}
