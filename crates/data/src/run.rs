//! A run folder read again (运行文件夹): the reasons of one enterprise, from the folder's own tables alone.

use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use crate::digest::sha256_of_file;
use crate::repeat::read_record;
use crate::write::{FINAL, RunRecord, STAMP, io_reason, plain_again, tables};

/// How many candidates are named when a name does not decide.
const CANDIDATES: usize = 20;

/// A run folder cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A file cannot be read.
    #[error("读“{path}”失败：{reason}")]
    Io {
        /// The path.
        path: String,
        /// What went wrong, in Chinese.
        reason: String,
        /// The cause.
        source: io::Error,
    },
    /// There is no `run.json` of ours.
    #[error(
        "“{0}”不是本程序的结果文件夹（缺少可识别的 run.json）；请用 --run 指向 sanse classify 的 --out 文件夹"
    )]
    NotARun(String),
    /// A table is damaged.
    #[error("“{0}”已损坏或另存成了别的编码，读不出；请重新运行 sanse classify")]
    Damaged(String),
}

impl RunError {
    pub(crate) fn io(path: &Path, source: io::Error) -> RunError {
        RunError::Io { path: path.display().to_string(), reason: io_reason(&source), source }
    }
}

/// An enterprise as a run folder names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// 统一社会信用代码; may be empty.
    pub code: String,
    /// 名称
    pub name: String,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            f.write_str(&self.name)
        } else {
            write!(f, "{}（{}）", self.name, self.code)
        }
    }
}

/// What a code or a name finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The enterprise of that code or name, or the only one whose name contains the text.
    One(Named),
    /// Several names contain the text: the first of them, and how many there are.
    Several(Vec<Named>, usize),
    /// None; the names most like it, best first.
    None(Vec<Named>),
}

/// A run folder that was opened.
#[derive(Clone, Debug)]
pub struct RunFolder {
    dir: PathBuf,
    changed: Vec<String>,
    record: RunRecord,
}

/// Opens a run folder and compares its tables with the digests in `run.json`.
///
/// # Errors
/// The folder or one of its tables cannot be read, or the folder is not one of ours.
pub fn open_run(dir: &Path) -> Result<RunFolder, RunError> {
    let record = read_record(dir)?;
    let mut changed = Vec::new();
    for table in tables::ALL {
        let path = dir.join(table);
        let digest = sha256_of_file(&path).map_err(|e| RunError::io(&path, e))?;
        if !record.outputs.iter().any(|o| o.file == table && o.sha256 == digest) {
            changed.push(table.to_owned());
        }
    }
    Ok(RunFolder { dir: dir.to_path_buf(), changed, record })
}

/// A row of a table with its headers.
#[derive(Clone, Debug)]
struct Row {
    cells: Vec<(String, String)>,
}

impl Row {
    fn get(&self, header: &str) -> &str {
        self.cells.iter().find(|(h, _)| h == header).map_or("", |(_, cell)| cell.as_str())
    }

    fn named(&self) -> Named {
        let cell = |place: usize| self.cells.get(place).map_or_else(String::new, |(_, cell)| cell.clone());
        Named { code: cell(0), name: cell(1) }
    }
}

impl RunFolder {
    /// The tables that no longer are what the run wrote: somebody saved them.
    pub fn changed(&self) -> &[String] {
        &self.changed
    }

    /// The fingerprint of the run (运行指纹).
    pub fn fingerprint(&self) -> &str {
        &self.record.fingerprint
    }

    /// True if the run has been finalised. Only such a run can be the base of the next quarter's adjustment.
    pub fn is_final(&self) -> bool {
        self.record.stamp == FINAL && self.record.approval.is_some()
    }

    fn stamp_line(&self) -> String {
        let fingerprint = &self.record.fingerprint;
        match &self.record.approval {
            Some(approval) => {
                format!("{FINAL}，{}（{}）。运行指纹 {fingerprint}。", approval.document, approval.date)
            }
            None => format!("{STAMP}，不得公开。运行指纹 {fingerprint}。"),
        }
    }

    /// Calls `visit` with every row of a table until it says to stop.
    fn each(&self, table: &str, mut visit: impl FnMut(Row) -> bool) -> Result<(), RunError> {
        let path = self.dir.join(table);
        let damaged = || RunError::Damaged(path.display().to_string());
        let file = File::open(&path).map_err(|e| RunError::io(&path, e))?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(BufReader::new(file));
        let mut record = csv::StringRecord::new();
        let mut headers: Option<Vec<String>> = None;
        while reader.read_record(&mut record).map_err(|_| damaged())? {
            let Some(headers) = &headers else {
                let first = record.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned());
                headers = Some(first.collect());
                continue;
            };
            let cells = headers.iter().cloned().zip(record.iter().map(|cell| plain_again(cell).to_owned()));
            if !visit(Row { cells: cells.collect() }) {
                break;
            }
        }
        Ok(())
    }

    /// Finds an enterprise by code or name: an exact match, else a part of one name only.
    ///
    /// # Errors
    /// The table of enterprises cannot be read.
    pub fn find(&self, query: &str) -> Result<Found, RunError> {
        let query = query.trim();
        let mut exact = Vec::new();
        let mut parts: Vec<Named> = Vec::new();
        let mut part_count = 0;
        let mut nearest: Vec<(usize, Named)> = Vec::new();
        self.each(tables::ENTERPRISES, |row| {
            let named = row.named();
            if named.name == query || (!named.code.is_empty() && named.code.eq_ignore_ascii_case(query)) {
                exact.push(named);
            } else if !query.is_empty() && named.name.contains(query) {
                part_count += 1;
                if parts.len() < CANDIDATES {
                    parts.push(named);
                }
            } else {
                let by_code = strsim::levenshtein(&named.code, query);
                let distance = strsim::levenshtein(&named.name, query).min(by_code);
                // Half the letters wrong is another name.
                if distance * 2 <= query.chars().count() {
                    nearest.push((distance, named));
                    nearest.sort();
                    nearest.truncate(3);
                }
            }
            true
        })?;
        let several = |mut found: Vec<Named>, count: usize| match found.len() {
            1 => Found::One(found.remove(0)),
            _ => Found::Several(found, count),
        };
        Ok(if !exact.is_empty() {
            let count = exact.len();
            several(exact, count)
        } else if !parts.is_empty() {
            several(parts, part_count)
        } else {
            Found::None(nearest.into_iter().map(|(_, named)| named).collect())
        })
    }

    /// Everything that the run says of an enterprise.
    ///
    /// # Errors
    /// A table cannot be read.
    pub fn explain(&self, enterprise: &Named) -> Result<Explanation, RunError> {
        let mut explanation = Explanation {
            named: enterprise.clone(),
            changed: self.changed.clone(),
            stamp: self.stamp_line(),
            enterprise: Vec::new(),
            assessments: Vec::new(),
            hits: Vec::new(),
            problems: Vec::new(),
        };
        let own = |table: &str, rows: &mut Vec<Row>| {
            self.each(table, |row| {
                if row.named() == *enterprise {
                    rows.push(row);
                }
                true
            })
        };
        own(tables::ENTERPRISES, &mut explanation.enterprise)?;
        own(tables::ASSESSMENTS, &mut explanation.assessments)?;
        own(tables::DEDUCTIONS, &mut explanation.hits)?;
        own(tables::PROBLEMS, &mut explanation.problems)?;
        Ok(explanation)
    }
}

/// What a run says of one enterprise; its `Display` is the page that people read.
#[derive(Clone, Debug)]
pub struct Explanation {
    named: Named,
    changed: Vec<String>,
    stamp: String,
    enterprise: Vec<Row>,
    assessments: Vec<Row>,
    hits: Vec<Row>,
    problems: Vec<Row>,
}

/// Writes `标题：值` on its own line unless the value is empty.
fn line(f: &mut fmt::Formatter<'_>, indent: &str, title: &str, value: &str) -> fmt::Result {
    if value.is_empty() { Ok(()) } else { writeln!(f, "{indent}{title}：{value}") }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.named)?;
        if let Some(enterprise) = self.enterprise.first() {
            // The columns between the name and the overall label group enterprises: township, industry.
            for (title, value) in enterprise.cells.iter().skip(2).take_while(|(title, _)| title != "综合标签")
            {
                line(f, "", title, value)?;
            }
            for title in ["综合标签", "主要原因", "标注"] {
                line(f, "", title, enterprise.get(title))?;
            }
        }
        if let Some(any) = self.assessments.first() {
            let (first, last) = (any.get("统计期首日"), any.get("统计期末日"));
            writeln!(f, "统计期：{first} 至 {last}，截止日 {}", any.get("截止日"))?;
        }
        for assessment in &self.assessments {
            writeln!(f)?;
            self.domain(f, assessment)?;
        }
        if !self.problems.is_empty() {
            writeln!(f, "\n须核对的数据：")?;
            for (number, problem) in self.problems.iter().enumerate() {
                let place = place(problem, "文件", problem.get("列"));
                let withholds = if problem.get("是否暂缓绿标") == "是" {
                    "（核对前不评绿标）"
                } else {
                    ""
                };
                writeln!(f, "  {}. {}{withholds}", number + 1, problem.get("问题"))?;
                line(f, "     ", "处理", problem.get("处理"))?;
                line(f, "     ", "来源", &place)?;
            }
        }
        if !self.changed.is_empty() {
            writeln!(f, "\n注意：{} 在写出之后被改动过，以上内容取自改动后的表", self.changed.join("、"))?;
        }
        writeln!(f, "\n{}标签仅用于分类监管，不是行政处罚或信用评价。", self.stamp)
    }
}

impl Explanation {
    fn domain(&self, f: &mut fmt::Formatter<'_>, assessment: &Row) -> fmt::Result {
        let domain = assessment.get("领域");
        let label = Some(assessment.get("标签")).filter(|l| !l.is_empty()).unwrap_or(assessment.get("状态"));
        let (id, title, stage) =
            (assessment.get("标准编号"), assessment.get("标准名称"), assessment.get("标准阶段"));
        writeln!(f, "【{domain}】{label}    标准：{id} {title}（{stage}）")?;
        for (title, header) in [("原因", "定级原因"), ("算式", "得分算式"), ("标注", "标注")]
        {
            line(f, "  ", title, assessment.get(header))?;
        }
        let mut schedule = String::new();
        for header in ["主动现场检查", "年检查次数", "抽查比例", "方式"] {
            let value = assessment.get(header);
            if !value.is_empty() {
                let gap = if schedule.is_empty() { "" } else { "；" };
                let _ = write!(schedule, "{gap}{header} {value}");
            }
        }
        if !schedule.is_empty() {
            let _ = write!(schedule, "（依据：{}）", assessment.get("依据"));
        }
        line(f, "  ", "检查安排", &schedule)?;
        for header in ["激励", "督促", "限制"] {
            line(f, "  ", header, assessment.get(header))?;
        }
        let hits: Vec<&Row> = self.hits.iter().filter(|hit| hit.get("领域") == domain).collect();
        if !hits.is_empty() {
            writeln!(f, "  命中的规则：")?;
        }
        for (number, hit) in hits.into_iter().enumerate() {
            let (rule, title, arm) = (hit.get("规则编号"), hit.get("规则名称"), hit.get("情形"));
            writeln!(f, "  {}. 规则{rule}（{title}）第{arm}种情形：{}", number + 1, hit.get("说明"))?;
            let cited: Vec<&str> = ["日期", "文号", "种类", "违法行为"]
                .iter()
                .map(|h| hit.get(h))
                .filter(|v| !v.is_empty())
                .collect();
            line(f, "     ", "记录", &cited.join("  "))?;
            line(f, "     ", "依据", hit.get("依据"))?;
            line(f, "     ", "来源", &place(hit, "来源文件", ""))?;
        }
        Ok(())
    }
}

/// `环境/处罚.csv（Sheet1）第7行`, with several rows in parallel lists.
fn place(row: &Row, file_header: &str, column: &str) -> String {
    let (files, sheets, rows) = (row.get(file_header), row.get("工作表"), row.get("行"));
    if files.is_empty() {
        return String::new();
    }
    let (mut sheets, mut rows) = (sheets.split('；'), rows.split('；'));
    let mut places: Vec<String> = Vec::new();
    for file in files.split('；') {
        let mut place = file.to_owned();
        if let Some(sheet) = sheets.next().filter(|s| !s.is_empty()) {
            let _ = write!(place, "（{sheet}）");
        }
        if let Some(row) = rows.next().filter(|r| !r.is_empty()) {
            let _ = write!(place, "第{row}行");
        }
        places.push(place);
    }
    let mut text = places.join("；");
    if !column.is_empty() {
        let _ = write!(text, "，列“{column}”");
    }
    text
}
