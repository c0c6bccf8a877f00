//! The folder of a comparison (对比): `movers.csv`, `matrix.csv`, `load.csv` and a page with all of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sanse::{Caseload, Compared, Comparison, ENTERPRISE, FieldId, Load, Matrix, Mover, Standing, Subject};

use super::folder::{Draft, FolderKind};
use super::page::{self, Bar, escaped};
use super::table::{Output, Table};
use super::{Trial, WriteError, trial};

/// Writes a comparison to a folder, whole or not at all; an earlier comparison there is replaced.
///
/// # Errors
/// The place is refused, or a file or folder cannot be written.
pub fn write_comparison(out: &Path, trial: &Trial<'_>, comparison: &Comparison) -> Result<(), WriteError> {
    let [movers_file, matrix_file, load_file, page_file] = trial::COMPARISON;
    let draft = Draft::of_kind(out, FolderKind::Comparison)?;
    let dir = draft.path();
    let caseload = &trial.delivery.caseload;
    let outputs = [
        movers(dir, movers_file, caseload, comparison)?,
        matrices(dir, matrix_file, caseload, comparison)?,
        load(dir, load_file, comparison)?,
        page::write(dir, page_file, &html(trial, comparison))?,
    ];
    trial.record(dir, FolderKind::Comparison, &outputs)?;
    draft.publish().map(|_| ())
}

/// The fields that name and group an enterprise: those of all lists, then the groups that are not among them.
pub(super) fn fields(caseload: &Caseload) -> Vec<FieldId> {
    let roles = &caseload.vocabulary().list_def(ENTERPRISE).roles;
    let more = roles.groups.iter().filter(|group| !roles.shown.contains(group));
    roles.shown.iter().chain(more).copied().collect()
}

pub(super) fn header(caseload: &Caseload, field: FieldId) -> String {
    let def = caseload.vocabulary().field_def(ENTERPRISE, field);
    def.map_or_else(String::new, |f| f.name.chinese.clone())
}

fn causes(mover: &Mover) -> String {
    mover.causes.iter().map(ToString::to_string).collect::<Vec<_>>().join("；")
}

fn movers(
    dir: &Path,
    file: &'static str,
    caseload: &Caseload,
    comparison: &Comparison,
) -> Result<Output, WriteError> {
    let fields = fields(caseload);
    let mut headers: Vec<String> = fields.iter().map(|f| header(caseload, *f)).collect();
    headers.extend(["领域", "原标准", "新标准", "原标签", "新标签", "变动原因"].map(str::to_owned));
    let mut table = Table::create(dir, file, &headers)?;
    for compared in &comparison.subjects {
        let [base, new] = &compared.standards;
        for mover in &compared.movers {
            let mut cells: Vec<String> =
                fields.iter().map(|f| caseload.text(ENTERPRISE, mover.enterprise, *f)).collect();
            let (from, to) = (mover.from.chinese(), mover.to.chinese());
            cells.extend([compared.subject.chinese(), base, new, from, to].map(str::to_owned));
            cells.push(causes(mover));
            table.row(&cells)?;
        }
    }
    table.finish()
}

/// The matrices of the parts into which a field divides the enterprises, by its values.
fn by_group(caseload: &Caseload, compared: &Compared, field: FieldId) -> BTreeMap<String, Matrix> {
    let mut matrices: BTreeMap<String, Matrix> = BTreeMap::new();
    for (enterprise, (from, to)) in compared.transitions.iter().enumerate() {
        let mut name = caseload.text(ENTERPRISE, enterprise, field);
        if name.is_empty() {
            "（未填）".clone_into(&mut name);
        }
        matrices.entry(name).or_default().add(*from, *to);
    }
    matrices
}

fn matrices(
    dir: &Path,
    file: &'static str,
    caseload: &Caseload,
    comparison: &Comparison,
) -> Result<Output, WriteError> {
    let mut headers = ["分组", "名称", "领域", "原标签", "原有户数"].map(str::to_owned).to_vec();
    headers.extend(Standing::ALL.iter().map(|s| format!("新{}户数", s.chinese())));
    headers.push("变动户数".to_owned());
    let mut table = Table::create(dir, file, &headers)?;
    let mut write = |group: &str, name: &str, compared: &Compared, matrix: &Matrix| {
        for from in Standing::ALL {
            let mut cells =
                [group, name, compared.subject.chinese(), from.chinese()].map(str::to_owned).to_vec();
            cells.push(matrix.row_sum(from).to_string());
            cells.extend(Standing::ALL.iter().map(|to| matrix.count(from, *to).to_string()));
            cells.push((matrix.row_sum(from) - matrix.count(from, from)).to_string());
            table.row(&cells)?;
        }
        Ok::<(), WriteError>(())
    };
    for compared in &comparison.subjects {
        write("全部", "全部企业", compared, &compared.matrix)?;
    }
    for field in &caseload.vocabulary().list_def(ENTERPRISE).roles.groups {
        let group = header(caseload, *field);
        for compared in &comparison.subjects {
            for (name, matrix) in by_group(caseload, compared, *field) {
                write(&group, &name, compared, &matrix)?;
            }
        }
    }
    table.finish()
}

/// The loads before and after: each domain, then all domains together. The overall label sends no inspector.
pub fn loads(comparison: &Comparison) -> Vec<(String, [Load; 2])> {
    let domains = comparison.subjects.iter().filter(|c| c.subject != Subject::Overall);
    let mut rows: Vec<(String, [Load; 2])> =
        domains.map(|c| (c.subject.chinese().to_owned(), c.load)).collect();
    let sum =
        rows.iter().fold([Load::default(); 2], |[a, b], (_, [base, new])| [a.plus(*base), b.plus(*new)]);
    rows.push(("各领域合计".to_owned(), sum));
    rows
}

/// How a bound changes; empty if it is no bound on one of the sides.
fn difference(before: Option<u64>, after: Option<u64>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => (i128::from(after) - i128::from(before)).to_string(),
        _ => String::new(),
    }
}

fn load(dir: &Path, file: &'static str, comparison: &Comparison) -> Result<Output, WriteError> {
    let headers = [
        "领域",
        "标准",
        "写明年检查次数的户数",
        "未写明的户数",
        "其中只写下限的户数",
        "每年最少次数",
        "每年最多次数（有只写下限的不列）",
    ];
    let mut table = Table::create(dir, file, &headers)?;
    for (domain, [base, new]) in loads(comparison) {
        let bounds = |load: &Load| (Some(load.least), (load.open == 0).then_some(load.most));
        for (side, load) in [("原标准", base), ("新标准", new)] {
            let (least, most) = bounds(&load);
            let mut cells = vec![domain.clone(), side.to_owned()];
            cells.extend([load.stated, load.not_stated, load.open].map(|n| n.to_string()));
            cells.extend([least, most].map(|n| n.map_or_else(String::new, |n| n.to_string())));
            table.row(&cells)?;
        }
        let ((least, most), (new_least, new_most)) = (bounds(&base), bounds(&new));
        let mut cells = vec![domain, "变化".to_owned()];
        let counts = [(base.stated, new.stated), (base.not_stated, new.not_stated), (base.open, new.open)];
        cells.extend(counts.map(|(a, b)| difference(Some(a), Some(b))));
        cells.extend([difference(least, new_least), difference(most, new_most)]);
        table.row(&cells)?;
    }
    table.finish()
}

/// A matrix as a table with headers and sums, for people; standings that nobody has are left out.
pub fn matrix_rows(matrix: &Matrix) -> Vec<Vec<String>> {
    let shown: Vec<Standing> =
        Standing::ALL.into_iter().filter(|s| matrix.row_sum(*s) + matrix.column_sum(*s) > 0).collect();
    let mut head = vec!["原＼新".to_owned()];
    head.extend(shown.iter().map(|s| s.chinese().to_owned()));
    head.push("合计".to_owned());
    let mut rows = vec![head];
    for from in &shown {
        let mut row = vec![from.chinese().to_owned()];
        row.extend(shown.iter().map(|to| matrix.count(*from, *to).to_string()));
        row.push(matrix.row_sum(*from).to_string());
        rows.push(row);
    }
    let mut sums = vec!["合计".to_owned()];
    sums.extend(shown.iter().map(|to| matrix.column_sum(*to).to_string()));
    sums.push(matrix.total().to_string());
    rows.push(sums);
    rows
}

fn html(trial: &Trial<'_>, comparison: &Comparison) -> String {
    let caseload = &trial.delivery.caseload;
    let period = trial.calendar.period;
    let mut body = format!(
        "<p>{}年第{}季度，企业 {} 户，统计期 {} 至 {}，截止日 {}。试算，不是评定结果，不得公开；标签仅用于分类监管，\
         不是行政处罚或信用评价。</p>\n",
        trial.year,
        trial.quarter,
        caseload.enterprises(),
        period.first,
        period.last,
        trial.calendar.as_of
    );
    for (subjects, side) in [(&comparison.only_base, "原标准"), (&comparison.only_new, "新标准")] {
        for subject in subjects {
            let _ = writeln!(body, "<p>“{}”只有{side}评定，没有可对比的。</p>", escaped(subject.chinese()));
        }
    }
    let mut rows = vec![
        ["领域", "企业数", "变动户数", "原检查次数（每年）", "新检查次数（每年）"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for compared in &comparison.subjects {
        let visits = |load: &Load| match compared.subject {
            Subject::Domain(_) => load.to_string(),
            Subject::Overall => "按各领域".to_owned(),
        };
        let [base, new] = &compared.load;
        rows.push(vec![
            compared.subject.chinese().to_owned(),
            compared.matrix.total().to_string(),
            compared.matrix.moved().to_string(),
            visits(base),
            visits(new),
        ]);
    }
    body.push_str(&page::table(&rows));
    body.push_str("<p class=\"note\">检查次数按监管措施写明的“年检查次数”合计，没有写明的户数不在内（见 load.csv）。</p>\n");
    for compared in &comparison.subjects {
        subject(&mut body, caseload, compared);
    }
    page::page("标准对比：谁会变，为什么", &body)
}

fn subject(body: &mut String, caseload: &Caseload, compared: &Compared) {
    let name = compared.subject.chinese();
    let [base, new] = &compared.standards;
    let _ = writeln!(
        body,
        "<h2>{}</h2>\n<p>原标准 {}，新标准 {}；变动 {} 户。每一横条是原来的一种标签，条内是新的标签。</p>",
        escaped(name),
        escaped(base),
        escaped(new),
        compared.matrix.moved()
    );
    let bars: Vec<Bar> = Standing::ALL
        .into_iter()
        .filter(|from| compared.matrix.row_sum(*from) > 0)
        .map(|from| Bar {
            name: format!("原{}", from.chinese()),
            counts: Standing::ALL.map(|to| compared.matrix.count(from, to)),
        })
        .collect();
    body.push_str(&page::bars(&format!("{name}：原标签到新标签"), &bars));
    body.push_str(&page::table(&matrix_rows(&compared.matrix)));
    if compared.movers.is_empty() {
        return;
    }
    for field in &caseload.vocabulary().list_def(ENTERPRISE).roles.groups {
        let group = header(caseload, *field);
        let mut rows = vec![[group.as_str(), "企业数", "变动户数", "变动"].map(str::to_owned).to_vec()];
        for (value, matrix) in by_group(caseload, compared, *field) {
            if matrix.moved() > 0 {
                rows.push(vec![
                    value,
                    matrix.total().to_string(),
                    matrix.moved().to_string(),
                    moves(&matrix),
                ]);
            }
        }
        let _ = writeln!(body, "<h3>按{}</h3>", escaped(&group));
        body.push_str(&page::table(&rows));
    }
    let fields = fields(caseload);
    let mut head: Vec<String> = fields.iter().map(|f| header(caseload, *f)).collect();
    head.extend(["原标签", "新标签", "变动原因"].map(str::to_owned));
    let mut rows = vec![head];
    for mover in &compared.movers {
        let mut row: Vec<String> =
            fields.iter().map(|f| caseload.text(ENTERPRISE, mover.enterprise, *f)).collect();
        row.extend([mover.from.chinese(), mover.to.chinese()].map(str::to_owned));
        row.push(causes(mover));
        rows.push(row);
    }
    body.push_str("<h3>变动的企业</h3>\n");
    body.push_str(&page::table(&rows));
}

/// `绿标→黄标 3户，黄标→红标 1户`
fn moves(matrix: &Matrix) -> String {
    let pairs = Standing::ALL.into_iter().flat_map(|from| Standing::ALL.map(|to| (from, to)));
    let parts = pairs
        .filter(|(from, to)| from != to && matrix.count(*from, *to) > 0)
        .map(|(from, to)| format!("{}→{} {}户", from.chinese(), to.chinese(), matrix.count(from, to)));
    parts.collect::<Vec<_>>().join("，")
}
