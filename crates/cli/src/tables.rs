//! Tables of tests beside the scripts (测试表): `消防.测试.csv` or `消防.测试.xlsx` for `消防.rhai`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{Case, Standard, Vocabulary};
use sanse_script::{CaseTable, Compiled, Finding, Override, Severity};

use crate::error::{CliError, Kind};
use crate::rules::{self, ScriptFile};

/// The finding code of a table of tests that cannot be used.
const UNUSABLE: &str = "S502";
/// Between the name of the script and the ending.
const MARK: &str = ".测试.";

/// The tables beside one script, and what is wrong with their files.
#[derive(Default)]
struct Tables {
    /// Each with the path as the user would type it.
    tables: Vec<(String, CaseTable)>,
    findings: Vec<Finding>,
}

/// Scripts compiled for their tests, and the tables beside them.
pub(crate) struct Checked {
    /// One per script.
    pub(crate) standards: Vec<CheckedStandard>,
    /// Tables that lie beside no script.
    pub(crate) orphans: Vec<Finding>,
}

/// A script and the tables beside it.
pub(crate) struct CheckedStandard {
    pub(crate) compiled: Compiled,
    pub(crate) tables: Vec<TableCases>,
    /// What is wrong with the tables.
    pub(crate) findings: Vec<Finding>,
}

impl Checked {
    /// Compiles every script with the settings and reads the tables beside each.
    pub(crate) fn all(
        scripts: &[ScriptFile],
        path: &Path,
        vocabulary: &Arc<Vocabulary>,
        set: &[Override],
    ) -> Result<Checked, CliError> {
        let mut standards = Vec::new();
        for (compiled, script) in rules::compile_for_tests(scripts, vocabulary, set).into_iter().zip(scripts)
        {
            let tables = Tables::beside(script)?;
            // Without a standard nothing is known of the columns.
            let (tables, findings) = compiled.standard.as_ref().map(|s| tables.cases(s)).unwrap_or_default();
            standards.push(CheckedStandard { compiled, tables, findings });
        }
        let known: Option<Vec<&Standard>> = standards.iter().map(|c| c.compiled.standard.as_ref()).collect();
        // The number of a standard that does not compile is not known.
        if let Some(known) = known {
            rules::check_settings(set, &known)?;
        }
        let orphans = if path.is_dir() { orphans(scripts)? } else { Vec::new() };
        Ok(Checked { standards, orphans })
    }
}

impl CheckedStandard {
    /// The standard with the tests of the tables behind its own.
    pub(crate) fn with_tables(&self, standard: &Standard) -> Standard {
        let mut whole = standard.clone();
        whole.cases.extend(self.tables.iter().flat_map(|t| t.cases.iter().cloned()));
        whole
    }

    /// All findings for people.
    pub(crate) fn texts(&self) -> Vec<String> {
        let own = self.compiled.findings.iter().map(|f| sanse_script::render(f, &self.compiled.text));
        own.chain(self.findings.iter().map(|f| sanse_script::render(f, ""))).collect()
    }
}

/// A table's tests.
pub(crate) struct TableCases {
    /// The path as the user would type it.
    pub(crate) shown: String,
    pub(crate) cases: Vec<Case>,
}

impl Tables {
    /// Reads the tables that lie beside a script.
    fn beside(script: &ScriptFile) -> Result<Tables, CliError> {
        let path = Path::new(&script.shown);
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let mut tables = Tables::default();
        for file in tables_of(path)? {
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if name.split_once(MARK).is_some_and(|(before, _)| before == stem) {
                tables.read(&file, &name)?;
            }
        }
        Ok(tables)
    }

    fn read(&mut self, path: &Path, name: &str) -> Result<(), CliError> {
        let shown = path.display().to_string();
        let bytes = fs::read(path).map_err(|e| {
            let reason = sanse_data::io_reason(&e);
            CliError::new(Kind::Data, format!("读“{shown}”失败：{reason}"))
        })?;
        let sheets = match sanse_data::text_sheets(name, &bytes) {
            Ok(sheets) => sheets,
            Err(message) => {
                self.findings.push(unusable(&shown, message));
                return Ok(());
            }
        };
        let single = sheets.len() == 1;
        let mut all: Vec<CaseTable> = Vec::new();
        for sheet in sheets {
            let named = sheet.name.filter(|_| !single).map_or_else(String::new, |name| format!("（{name}）"));
            all.push(CaseTable { file: format!("{shown}{named}"), rows: sheet.rows });
        }
        // The other sheets of a workbook are remarks; a file without any sheet of tests is a slip.
        if all.iter().any(CaseTable::is_of_tests) {
            all.retain(CaseTable::is_of_tests);
        } else {
            all.truncate(1);
        }
        if all.is_empty() {
            self.findings.push(unusable(&shown, "文件里没有工作表".to_owned()));
        }
        self.tables.extend(all.into_iter().map(|table| (shown.clone(), table)));
        Ok(())
    }

    /// The tests of all tables, for the standard beside which they lie, and everything that is wrong with them.
    fn cases(&self, standard: &Standard) -> (Vec<TableCases>, Vec<Finding>) {
        let mut findings = self.findings.clone();
        let mut with_earlier = standard.clone();
        let mut found = Vec::new();
        for (shown, table) in &self.tables {
            let (cases, wrong) = table.cases(&with_earlier);
            findings.extend(wrong);
            with_earlier.cases.extend(cases.iter().cloned());
            found.push(TableCases { shown: shown.clone(), cases });
        }
        (found, findings)
    }
}

/// Tables in the folders of the scripts that lie beside none of them: their tests would silently not run.
fn orphans(scripts: &[ScriptFile]) -> Result<Vec<Finding>, CliError> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut found = Vec::new();
    for script in scripts {
        let path = Path::new(&script.shown);
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        if folders.contains(&folder) {
            continue;
        }
        folders.push(folder);
        for file in tables_of(path)? {
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let stem = name.split_once(MARK).map_or("", |(stem, _)| stem).to_owned();
            let beside = ["rhai", "json"]
                .iter()
                .any(|ending| file.with_file_name(format!("{stem}.{ending}")).is_file());
            if !beside {
                let message = format!("这张测试表没有同名的标准：旁边应有“{stem}.rhai”；请核对文件名");
                found.push(unusable(&file.display().to_string(), message));
            }
        }
    }
    Ok(found)
}

/// Every table of tests in the folder of a script, by name; lock files of open workbooks are none.
fn tables_of(script: &Path) -> Result<Vec<PathBuf>, CliError> {
    let folder = script.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unreadable = |e: std::io::Error| {
        let reason = sanse_data::io_reason(&e);
        CliError::new(Kind::Data, format!("读“{}”失败：{reason}", folder.display()))
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') || name.starts_with("~$");
        let standard = entry.path().extension().is_some_and(|e| e == "rhai" || e == "json");
        if name.contains(MARK) && !hidden && !standard {
            // A bare name stays bare, as the user typed it.
            let bare = script.parent().is_none_or(|p| p.as_os_str().is_empty());
            found.push(if bare { PathBuf::from(name) } else { entry.path() });
        }
    }
    found.sort();
    Ok(found)
}

fn unusable(file: &str, message: String) -> Finding {
    Finding {
        code: UNUSABLE,
        severity: Severity::Error,
        file: file.to_owned(),
        place: sanse::Place::default(),
        length: 1,
        message,
        help: None,
    }
}
