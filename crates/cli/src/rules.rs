//! The rules folder (标准文件夹): finding scripts, compiling them, choosing those in force.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sanse::{Date, Place, Standard, Subject, Vocabulary};
use sanse_script::{Compiled, Finding, Override, Severity};

use crate::error::{CliError, Kind};

/// A script that was read.
pub(crate) struct ScriptFile {
    /// The path as the user would type it.
    pub(crate) shown: String,
    /// The path within the folder, with `/`; the file name for a single file.
    pub(crate) relative: String,
    pub(crate) bytes: Vec<u8>,
}

/// The finding code of a saved standard that cannot be used.
const UNUSABLE: &str = "S501";

impl ScriptFile {
    /// True for a saved standard (`sanse compile`); anything else is a script.
    pub(crate) fn is_saved(&self) -> bool {
        Path::new(&self.relative).extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
    }
}

/// Reads a standard, or every `.rhai` script and every saved standard (`.json`) of a folder and its subfolders,
/// in the order of their names.
pub(crate) fn read(path: &Path) -> Result<Vec<ScriptFile>, CliError> {
    let found = fs::metadata(path).map_err(|e| unreadable(path, &e))?;
    let mut paths = Vec::new();
    if found.is_dir() {
        walk(path, &mut paths)?;
        paths.sort();
    } else {
        paths.push(path.to_path_buf());
    }
    if paths.is_empty() {
        let shown = path.display();
        return Err(CliError::new(
            Kind::Data,
            format!("“{shown}”里没有标准（.rhai 脚本或保存的 .json）；请核对路径"),
        ));
    }
    let script = |file: PathBuf| {
        let bytes = fs::read(&file).map_err(|e| unreadable(&file, &e))?;
        let inner = file.strip_prefix(path).ok().filter(|p| !p.as_os_str().is_empty());
        let inner = inner.or_else(|| file.file_name().map(Path::new)).unwrap_or(&file);
        let parts: Vec<_> =
            inner.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
        Ok(ScriptFile { shown: file.display().to_string(), relative: parts.join("/"), bytes })
    };
    paths.into_iter().map(script).collect()
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), CliError> {
    for entry in fs::read_dir(dir).map_err(|e| unreadable(dir, &e))? {
        let entry = entry.map_err(|e| unreadable(dir, &e))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        // The type of the entry itself: a link to a folder above would never end.
        let kind = entry.file_type().map_err(|e| unreadable(&path, &e))?;
        if kind.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|e| ["rhai", "json"].iter().any(|x| e.eq_ignore_ascii_case(x)))
        {
            found.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    let reason = sanse_data::io_reason(error);
    CliError::new(Kind::Data, format!("读“{}”失败：{reason}", path.display()))
}

/// Errors and warnings among findings.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, compiled: &Compiled) {
        let errors = compiled.findings.iter().filter(|f| f.severity == Severity::Error).count();
        self.errors += errors;
        self.warnings += compiled.findings.len() - errors;
    }
}

/// Compiles every script with the settings that concern it; saved standards are loaded.
pub(crate) fn compile(
    scripts: &[ScriptFile],
    vocabulary: &Arc<Vocabulary>,
    set: &[Override],
) -> Vec<Compiled> {
    each(scripts, vocabulary, set, sanse_script::compile)
}

/// How a script becomes a standard.
type Compiler = fn(&str, &[u8], &Arc<Vocabulary>, &[Override]) -> Compiled;

fn each(
    scripts: &[ScriptFile],
    vocabulary: &Arc<Vocabulary>,
    set: &[Override],
    compile: Compiler,
) -> Vec<Compiled> {
    let one = |script: &ScriptFile| {
        if script.is_saved() {
            load(script, vocabulary, set)
        } else {
            compile(&script.shown, &script.bytes, vocabulary, set)
        }
    };
    scripts.iter().map(one).collect()
}

/// Loads a saved standard; what is wrong with it is a finding like any other.
fn load(file: &ScriptFile, vocabulary: &Arc<Vocabulary>, set: &[Override]) -> Compiled {
    let loaded = sanse_data::load_standard(&file.bytes, vocabulary).map_err(|error| error.to_string());
    let loaded = loaded.and_then(|standard| match set.iter().find(|s| s.standard == standard.id) {
        Some(s) => Err(format!("--set {}.{} 改不了保存的标准；请用脚本试算", s.standard, s.parameter)),
        None => Ok(standard),
    });
    let finding = |message: String| Finding {
        code: UNUSABLE,
        severity: Severity::Error,
        file: file.shown.clone(),
        place: Place::default(),
        length: 1,
        message,
        help: None,
    };
    let (standard, findings) = match loaded {
        Ok(standard) => (Some(standard), Vec::new()),
        Err(message) => (None, vec![finding(message)]),
    };
    Compiled { standard, findings, text: String::new() }
}

/// The one standard at a path, for commands that take a single one. Findings are printed; errors among them end
/// the command.
pub(crate) fn one(path: &Path, set: &[Override], out: &mut impl Write) -> Result<Standard, CliError> {
    let scripts = read(path)?;
    if scripts.len() != 1 {
        let message = format!("“{}”里有 {} 个标准；一次一个，请指明文件", path.display(), scripts.len());
        return Err(CliError::new(Kind::Arguments, message));
    }
    let compiled = compile(&scripts, &Arc::new(Vocabulary::standard()), set).pop();
    let mut tally = Tally::default();
    if let Some(compiled) = &compiled {
        tally.add(compiled);
        if tally.errors > 0 {
            print(compiled, out)?;
        }
    }
    let standard = compiled.and_then(|c| c.standard).filter(|_| tally.errors == 0);
    let standard = standard.ok_or_else(CliError::findings)?;
    check_settings(set, &[&standard])?;
    Ok(standard)
}

/// Writes a file that a command was asked for.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CliError> {
    fs::write(path, text).map_err(|error| {
        let reason = sanse_data::io_reason(&error);
        CliError::new(Kind::Data, format!("写“{}”失败：{reason}", path.display()))
    })
}

/// Replaces a file by one written beside it, so that a failure leaves the old one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    // A link stays a link: what it leads to is replaced.
    let file = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".新");
    let beside = file.with_file_name(name);
    let replaced = fs::write(&beside, bytes)
        .and_then(|()| fs::set_permissions(&beside, fs::metadata(&file)?.permissions()))
        .and_then(|()| fs::rename(&beside, &file));
    replaced.map_err(|error| {
        let _ = fs::remove_file(&beside);
        let reason = sanse_data::io_reason(&error);
        CliError::new(Kind::Data, format!("写“{}”失败：{reason}", path.display()))
    })
}

/// As [`compile`], for checks and the tests in the scripts: required parameters have their 测试值.
pub(crate) fn compile_for_tests(
    scripts: &[ScriptFile],
    vocabulary: &Arc<Vocabulary>,
    set: &[Override],
) -> Vec<Compiled> {
    each(scripts, vocabulary, set, sanse_script::compile_for_tests)
}

/// Prints all findings of a script.
pub(crate) fn print(compiled: &Compiled, out: &mut impl Write) -> Result<(), CliError> {
    for finding in &compiled.findings {
        writeln!(out, "{}\n", sanse_script::render(finding, &compiled.text).trim_end())?;
    }
    Ok(())
}

/// The vocabulary with which data for all the standards are read.
pub(crate) fn vocabulary(standards: &[&Standard]) -> Result<Arc<Vocabulary>, CliError> {
    let merged = Vocabulary::merged(standards.iter().map(|s| &*s.vocabulary));
    merged.map(Arc::new).map_err(|conflict| {
        let message = format!("{conflict}；请改成同一写法，或者把两个标准放在不同的文件夹");
        CliError::new(Kind::Findings, message)
    })
}

/// Refuses a setting whose standard does not exist; an unknown parameter is the compiler's finding.
pub(crate) fn check_settings(set: &[Override], standards: &[&Standard]) -> Result<(), CliError> {
    for setting in set {
        if standards.iter().any(|s| s.id == setting.standard) {
            continue;
        }
        let nearest = standards.iter().min_by_key(|s| strsim::levenshtein(&s.id, &setting.standard));
        let meant =
            nearest.map_or_else(String::new, |s| format!("，是不是“{}.{}”？", s.id, setting.parameter));
        let ids: Vec<&str> = standards.iter().map(|s| s.id.as_str()).collect();
        let message =
            format!("--set 指的标准“{}”不存在{meant}可用的标准编号：{}", setting.standard, ids.join("、"));
        return Err(CliError::new(Kind::Arguments, message));
    }
    Ok(())
}

/// A rules folder that was read and compiled without errors.
pub(crate) struct Rules {
    pub(crate) files: Vec<ScriptFile>,
    /// One per file.
    pub(crate) compiled: Vec<Compiled>,
    pub(crate) warnings: usize,
}

impl Rules {
    /// Reads and compiles a folder; its errors go to the screen, and none is left.
    pub(crate) fn load(
        path: &Path,
        vocabulary: &Arc<Vocabulary>,
        set: &[Override],
    ) -> Result<Rules, CliError> {
        let files = read(path)?;
        let compiled = compile(&files, vocabulary, set);
        let mut tally = Tally::default();
        for one in &compiled {
            tally.add(one);
        }
        if tally.errors > 0 {
            for one in &compiled {
                print(one, &mut std::io::stderr().lock())?;
            }
            let message = format!("标准有错误 {} 处，没有评定；请改正后重试", tally.errors);
            return Err(CliError::new(Kind::Findings, message));
        }
        let rules = Rules { files, compiled, warnings: tally.warnings };
        check_settings(set, &rules.standards())?;
        Ok(rules)
    }

    pub(crate) fn standards(&self) -> Vec<&Standard> {
        self.compiled.iter().filter_map(|c| c.standard.as_ref()).collect()
    }

    /// As [`domains`].
    pub(crate) fn domains(&self) -> Vec<String> {
        domains(&self.standards())
    }
}

/// The domains of standards, sorted. Those of standards not in force are known too, so that their rows are told from
/// rows of no domain.
pub(crate) fn domains(standards: &[&Standard]) -> Vec<String> {
    let names = standards.iter().filter_map(|s| match &s.subject {
        Subject::Domain(name) => Some(name.clone()),
        Subject::Overall => None,
    });
    let mut domains: Vec<String> = names.collect();
    domains.sort();
    domains.dedup();
    domains
}

/// The standards in force on a day.
pub(crate) struct InForce {
    /// One per domain, in the order of the scripts.
    pub(crate) domains: Vec<Standard>,
    pub(crate) overall: Option<Standard>,
}

/// Chooses the standards in force: at most one per domain and one overall, at least one domain.
pub(crate) fn in_force(standards: &[&Standard], day: Date) -> Result<InForce, CliError> {
    let mut chosen: Vec<&Standard> = Vec::new();
    for standard in standards.iter().filter(|s| s.applies_on(day)) {
        if let Some(other) = chosen.iter().find(|c| c.subject == standard.subject) {
            let subject = match &standard.subject {
                Subject::Domain(domain) => format!("领域“{domain}”"),
                Subject::Overall => "综合标签".to_owned(),
            };
            let message = format!(
                "{subject}在 {day} 有两个施行中的标准：{} {}，{} {}。请给旧标准写上 .失效(日期)，或者移出文件夹",
                other.id, other.title, standard.id, standard.title
            );
            return Err(CliError::new(Kind::Findings, message));
        }
        chosen.push(standard);
    }
    let (overall, domains): (Vec<&Standard>, Vec<&Standard>) =
        chosen.into_iter().partition(|s| s.subject == Subject::Overall);
    if domains.is_empty() {
        let known: Vec<String> = standards
            .iter()
            .map(|s| {
                let until = s.effective_until.map_or_else(String::new, |d| format!("，{d} 失效"));
                format!("{}（{} 起施行{until}）", s.id, s.effective_from)
            })
            .collect();
        let message = format!(
            "{day} 没有施行中的领域标准。文件夹里有：{}。请核对 --as-of 和 .施行(日期)",
            known.join("、")
        );
        return Err(CliError::new(Kind::Findings, message));
    }
    Ok(InForce {
        domains: domains.into_iter().cloned().collect(),
        overall: overall.into_iter().next().cloned(),
    })
}
