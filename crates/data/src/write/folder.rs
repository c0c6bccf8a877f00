//! The place of a run folder: made beside its place, moved there in one step, foreign folders left alone.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use super::record::{FORMAT, Marker, STAMP};
use super::{WriteError, tables};

/// Files that the desktop leaves in folders; they belong to nobody.
const DESKTOP: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// What a folder of results holds. One kind never replaces another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderKind {
    /// A run (评定).
    Run,
    /// A comparison of two classifications (对比).
    Comparison,
    /// A parameter over a range (试算).
    Sweep,
    /// Who sits near another label (临界).
    Near,
}

impl FolderKind {
    /// The mark in the folder's record.
    pub(super) const fn format(self) -> &'static str {
        match self {
            FolderKind::Run => FORMAT,
            FolderKind::Comparison => "sanse-compare/1",
            FolderKind::Sweep => "sanse-sweep/1",
            FolderKind::Near => "sanse-near/1",
        }
    }
}

/// Says whether a run can be written to a folder, before the work is done. Changes nothing.
///
/// # Errors
/// The folder is not empty and is not a draft of this program, one of its tables is open in another program,
/// or it cannot be looked into.
pub fn check_out(out: &Path) -> Result<(), WriteError> {
    check_folder(out, FolderKind::Run)
}

/// As [`check_out`], for a folder of any kind.
///
/// # Errors
/// As [`check_out`].
pub fn check_folder(out: &Path, kind: FolderKind) -> Result<(), WriteError> {
    Place::of(out, kind).map(|_| ())
}

/// True if a folder to be written is another folder or lies in it, links followed. Results inside the data
/// would be read as data by the next run.
pub fn lies_within(out: &Path, folder: &Path) -> bool {
    let (Ok(folder), Ok(out)) = (folder.canonicalize(), std::path::absolute(out)) else { return false };
    // The nearest ancestor that exists decides: what does not exist yet is no link.
    out.ancestors().find_map(|a| a.canonicalize().ok()).is_some_and(|existing| existing.starts_with(&folder))
}

/// True for a file that the desktop leaves in folders.
pub(crate) fn of_desktop(file: &str) -> bool {
    DESKTOP.contains(&file.rsplit('/').next().unwrap_or(file))
}

/// The files in a folder and in its folders, by their path from it with `/`, sorted; links are not
/// followed.
pub(crate) fn files_below(dir: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut open = vec![String::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(dir.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// True for a table that another program holds open so that nobody may write it. Only Windows knows that; there the
/// folder cannot be replaced, and not every program leaves a `~$` file beside what it holds.
fn held_open(path: &Path) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    cfg!(windows)
        && path.extension().is_some_and(|ending| ending == "xlsx" || ending == "csv")
        && fs::OpenOptions::new()
            .append(true)
            .open(path)
            .is_err_and(|error| error.raw_os_error() == Some(SHARING_VIOLATION))
}

/// A folder that may be written to.
struct Place {
    kind: FolderKind,
    /// As the user gave it, for messages.
    given: PathBuf,
    /// Absolute.
    path: PathBuf,
    parent: PathBuf,
    name: OsString,
    exists: bool,
    /// It holds an earlier draft.
    draft: bool,
}

impl Place {
    fn of(out: &Path, kind: FolderKind) -> Result<Place, WriteError> {
        let refused = |reason: String| WriteError::Refused { folder: out.display().to_string(), reason };
        let exists = match fs::metadata(out) {
            Ok(found) if found.is_dir() => true,
            Ok(_) => return Err(refused("它是一个文件，不是文件夹".to_owned())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
            Err(e) => return Err(WriteError::io("查看", out, e)),
        };
        let path = if exists { out.canonicalize() } else { std::path::absolute(out) };
        let path = path.map_err(|e| WriteError::io("查看", out, e))?;
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(refused("它不能作为输出文件夹".to_owned()));
        };
        // Replacing it would leave the user's shell in a folder that is gone.
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        if exists && here.is_ok_and(|here| here.starts_with(&path)) {
            return Err(refused("它是当前所在的文件夹，写的时候要整个替换".to_owned()));
        }
        let mut place = Place {
            kind,
            given: out.to_path_buf(),
            parent: parent.to_path_buf(),
            name: name.to_os_string(),
            path: path.clone(),
            exists,
            draft: false,
        };
        if exists {
            place.draft = place.is_draft()?;
        }
        Ok(place)
    }

    /// True for a draft of this program, false for an empty folder, an error for anything else.
    fn is_draft(&self) -> Result<bool, WriteError> {
        let refused =
            |reason: String| WriteError::Refused { folder: self.given.display().to_string(), reason };
        let names = self.files()?;
        if names.is_empty() {
            return Ok(false);
        }
        let stamp = fs::read(self.path.join(tables::RECORD))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Marker>(&bytes).ok())
            .filter(|stamp| stamp.format == self.kind.format());
        let written = match stamp {
            None => {
                return Err(refused(
                    "文件夹不是空的，里面也不是本程序写的初评结果；为免误删，没有改动它".to_owned(),
                ));
            }
            Some(stamp) if stamp.stamp != STAMP => {
                return Err(refused(format!("里面是“{}”结果，只有“{STAMP}”可以被替换", stamp.stamp)));
            }
            Some(stamp) => stamp.outputs,
        };
        let written: BTreeSet<&str> = written.iter().map(|output| output.file.as_str()).collect();
        for text in &names {
            let name = text.rsplit('/').next().unwrap_or(text);
            if name.starts_with("~$") || name.starts_with(".~lock.") {
                return Err(refused(format!("里面的表正被 Excel 或 WPS 打开（“{text}”），请先关闭")));
            }
            if held_open(&self.path.join(text)) {
                return Err(refused(format!("里面的表正被别的程序打开（“{text}”），请先关闭 Excel 或 WPS")));
            }
            if text != tables::RECORD && !written.contains(text.as_str()) {
                return Err(refused(format!(
                    "里面有不是本程序写的“{text}”；请先移走，以免随旧结果一起被替换"
                )));
            }
        }
        Ok(true)
    }

    /// The files in the folder and in its folders, sorted, without those of the desktop.
    fn files(&self) -> Result<Vec<String>, WriteError> {
        let files = files_below(&self.path).map_err(|e| WriteError::io("查看", &self.given, e))?;
        Ok(files.into_iter().filter(|file| !of_desktop(file)).collect())
    }

    /// `.name.sanse-kind-`
    fn sibling_prefix(&self, kind: &str) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(&self.name);
        prefix.push(format!(".sanse-{kind}-"));
        prefix
    }

    /// A sibling that no other process uses.
    fn sibling(&self, kind: &str) -> PathBuf {
        let mut name = self.sibling_prefix(kind);
        name.push(std::process::id().to_string());
        self.parent.join(name)
    }

    fn leftovers(&self, kind: &str) -> Vec<PathBuf> {
        let prefix = self.sibling_prefix(kind);
        let mut found: Vec<PathBuf> = fs::read_dir(&self.parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|e| e.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes()))
            .map(|e| e.path())
            .filter(|path| path.is_dir())
            .collect();
        found.sort();
        found
    }

    /// Settles what a killed run left beside the place, and says what that was.
    ///
    /// A run is killed before it is whole (`new` beside the place), between the two moves of [`Draft::publish`] (`old`,
    /// `new` and no folder at the place), or after them (`old` or `gone`). `old` is whole whenever it is there: before it
    /// is removed it becomes `gone`.
    fn clean(&mut self) -> Result<Option<Recovery>, WriteError> {
        let (old, new, gone) = (self.leftovers("old"), self.leftovers("new"), self.leftovers("gone"));
        let mut recovery = None;
        if self.exists {
            if !new.is_empty() {
                recovery = Some(Recovery::Untouched);
            } else if !old.is_empty() || !gone.is_empty() {
                recovery = Some(Recovery::Replaced);
            }
        } else if let Some(kept) = old.first() {
            fs::rename(kept, &self.path).map_err(|e| WriteError::io("移动文件夹", kept, e))?;
            recovery = Some(Recovery::PutBack);
        } else if let Some(finished) = new.iter().find(|path| self.is_whole(path)) {
            fs::rename(finished, &self.path).map_err(|e| WriteError::io("移动文件夹", finished, e))?;
            recovery = Some(Recovery::Finished);
        } else if !new.is_empty() {
            recovery = Some(Recovery::Nothing);
        }
        if !self.exists && self.path.is_dir() {
            self.exists = true;
            self.draft = self.is_draft()?;
        }
        // One that cannot be removed now does no harm; the next run tries again.
        for leftover in old.into_iter().filter(|path| path.is_dir()) {
            self.discard(&leftover);
        }
        for leftover in new.into_iter().chain(gone) {
            let _ = fs::remove_dir_all(leftover);
        }
        Ok(recovery)
    }

    /// True if a folder has its record, which is written last, and every file of it.
    fn is_whole(&self, folder: &Path) -> bool {
        let record = fs::read(folder.join(tables::RECORD)).ok();
        let record = record.and_then(|bytes| serde_json::from_slice::<Marker>(&bytes).ok());
        record.is_some_and(|record| {
            let all = record.outputs.iter().all(|output| folder.join(&output.file).is_file());
            record.format == self.kind.format() && all
        })
    }

    /// Removes an earlier folder. While that goes on it has a name that nobody takes for a whole one.
    fn discard(&self, old: &Path) {
        let gone = self.sibling("gone");
        let _ = match fs::rename(old, &gone) {
            Ok(()) => fs::remove_dir_all(&gone),
            Err(error) => Err(error),
        };
    }
}

/// What was found of a run that was cut short (中断的运行), and what has become of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The new results were not finished; those that were there are as they were.
    Untouched,
    /// The new results stand; what was left of the ones they replaced has been removed.
    Replaced,
    /// It stopped in the middle of replacing; the earlier results are back in their place.
    PutBack,
    /// There were no earlier results; the new ones were finished and are in their place now.
    Finished,
    /// There were no earlier results and the new ones were not finished.
    Nothing,
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Recovery::Untouched => "上次运行没有写完就中断了；原有的结果完整，没有改动，残留已清除",
            Recovery::Replaced => "上次运行在收尾时中断了；新结果完整，换下的旧结果已清除",
            Recovery::PutBack => "上次运行在替换结果时中断了；原有的结果完整，已放回原处",
            Recovery::Finished => "上次运行在最后一步中断了；结果完整，已放到原处",
            Recovery::Nothing => "上次运行没有写完就中断了；没有留下结果，残留已清除",
        })
    }
}

/// Settles what a killed run left beside a run folder: afterwards the folder is whole, or there is none. To be called
/// before a folder is read or written; `None` if there was nothing to settle.
///
/// # Errors
/// The place cannot be looked into or a folder cannot be moved.
pub fn recover(out: &Path) -> Result<Option<Recovery>, WriteError> {
    // What is no folder of ours is for the command to refuse.
    Place::of(out, FolderKind::Run).map_or(Ok(None), |mut place| place.clean())
}

/// A run folder in the making, beside its place. Dropped before it is published, it vanishes.
pub(super) struct Draft {
    place: Place,
    path: PathBuf,
    published: bool,
}

impl Draft {
    pub(super) fn begin(out: &Path) -> Result<Draft, WriteError> {
        Draft::of_kind(out, FolderKind::Run)
    }

    pub(super) fn of_kind(out: &Path, kind: FolderKind) -> Result<Draft, WriteError> {
        let mut place = Place::of(out, kind)?;
        fs::create_dir_all(&place.parent).map_err(|e| WriteError::io("新建文件夹", &place.parent, e))?;
        place.clean()?;
        let path = place.sibling("new");
        fs::create_dir(&path).map_err(|e| WriteError::io("新建文件夹", &path, e))?;
        if kind == FolderKind::Run {
            let inside = path.join(tables::INTERNAL);
            fs::create_dir(&inside).map_err(|e| WriteError::io("新建文件夹", &inside, e))?;
        }
        Ok(Draft { place, path, published: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the folder to its place. True if an earlier draft was replaced.
    pub(super) fn publish(mut self) -> Result<bool, WriteError> {
        for folder in folders_below(&self.path) {
            sync(&folder);
        }
        // The place may have changed while the tables were written.
        let place = Place::of(&self.place.given, self.place.kind)?;
        let old = place.sibling("old");
        if place.exists {
            fs::rename(&place.path, &old).map_err(|e| WriteError::io("替换文件夹", &place.given, e))?;
        }
        if let Err(e) = fs::rename(&self.path, &place.path) {
            if place.exists {
                let _ = fs::rename(&old, &place.path);
            }
            return Err(WriteError::io("写文件夹", &place.given, e));
        }
        self.published = true;
        sync(&place.parent);
        if place.exists {
            place.discard(&old);
        }
        Ok(place.draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// A folder and all folders in it, the inner ones first.
fn folders_below(dir: &Path) -> Vec<PathBuf> {
    let mut folders = vec![dir.to_path_buf()];
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        folders.extend(entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()));
        next += 1;
    }
    folders.reverse();
    folders
}

/// Makes the names in a folder last through a power cut. Windows keeps no handle to folders and needs none.
fn sync(dir: &Path) {
    if let Ok(opened) = fs::File::open(dir) {
        let _ = opened.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(dir: &Path, stamp: &str) {
        fs::create_dir_all(dir).unwrap();
        let outputs = r#"[{"file":"内部/unused.csv","sha256":""}]"#;
        let record = format!(r#"{{"format":"{FORMAT}","stamp":"{stamp}","outputs":{outputs}}}"#);
        fs::write(dir.join("run.json"), record).unwrap();
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_is_replaced_and_foreign_folders_are_not() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("深层").join("结果");
        let draft = Draft::begin(&out).unwrap();
        mark(draft.path(), STAMP);
        assert!(!out.exists());
        assert!(!draft.publish().unwrap());
        assert!(check_out(&out).is_ok());
        let again = Draft::begin(&out).unwrap();
        mark(again.path(), STAMP);
        fs::write(again.path().join("内部/unused.csv"), "x").unwrap();
        assert!(again.publish().unwrap());
        assert_eq!(files_below(&out).unwrap(), ["run.json", "内部/unused.csv"]);
        assert_eq!(names(out.parent().unwrap()), ["结果"]);

        for note in ["我的批注.docx", "内部/我的批注.docx", "unused.csv"] {
            fs::write(out.join(note), "x").unwrap();
            assert!(check_out(&out).unwrap_err().to_string().contains(note));
            fs::remove_file(out.join(note)).unwrap();
        }
        fs::write(out.join("内部/~$unused.csv"), "x").unwrap();
        assert!(check_out(&out).unwrap_err().to_string().contains("关闭"));

        let foreign = home.path().join("别的");
        fs::create_dir(&foreign).unwrap();
        assert!(check_out(&foreign).is_ok(), "an empty folder is fine");
        fs::write(foreign.join("run.json"), "{}").unwrap();
        assert!(matches!(Draft::begin(&foreign), Err(WriteError::Refused { .. })));
        assert_eq!(fs::read_to_string(foreign.join("run.json")).unwrap(), "{}");
        let last = home.path().join("定稿");
        mark(&last, "定稿");
        assert!(check_out(&last).unwrap_err().to_string().contains("“定稿”"));
        assert!(check_out(&foreign.join("run.json")).is_err(), "a file is not a folder");
    }

    #[test]
    fn an_unfinished_draft_vanishes_and_leftovers_are_cleaned() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("out");
        drop(Draft::begin(&out).unwrap());
        assert!(names(home.path()).is_empty());
        fs::create_dir(home.path().join(".out.sanse-new-1")).unwrap();
        fs::create_dir(home.path().join(".other.sanse-new-1")).unwrap();
        assert_eq!(recover(&out).unwrap(), Some(Recovery::Nothing));
        // Killed between the two moves: the earlier draft is put back before a new run begins.
        mark(&home.path().join(".out.sanse-old-1"), STAMP);
        mark(&home.path().join(".out.sanse-new-1"), STAMP);
        assert_eq!(recover(&out).unwrap(), Some(Recovery::PutBack));
        assert_eq!(names(home.path()), [".other.sanse-new-1", "out"]);
        assert_eq!(names(&out), ["run.json"]);
        // Killed while the earlier draft was removed, and before the new one was whole.
        for (left, found) in
            [("gone", Recovery::Replaced), ("old", Recovery::Replaced), ("new", Recovery::Untouched)]
        {
            fs::create_dir_all(home.path().join(format!(".out.sanse-{left}-7/内部"))).unwrap();
            assert_eq!(recover(&out).unwrap(), Some(found));
            assert_eq!(names(home.path()), [".other.sanse-new-1", "out"]);
        }
        // Killed before the only move there was to make.
        fs::remove_dir_all(&out).unwrap();
        let new = home.path().join(".out.sanse-new-1");
        mark(&new, STAMP);
        fs::create_dir(new.join("内部")).unwrap();
        fs::write(new.join("内部/unused.csv"), "x").unwrap();
        assert_eq!(recover(&out).unwrap(), Some(Recovery::Finished));
        assert_eq!((recover(&out).unwrap(), files_below(&out).unwrap().len()), (None, 2));
        assert_eq!(recover(&home.path().join("没有")).unwrap(), None);
    }

    #[test]
    fn results_inside_the_data_are_noticed() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("数据");
        fs::create_dir(&data).unwrap();
        assert!(lies_within(&data, &data));
        assert!(lies_within(&data.join("结果").join("甲"), &data));
        assert!(!lies_within(&home.path().join("数据二"), &data));
        assert!(!lies_within(home.path(), &data));
    }

    #[test]
    fn a_place_that_cannot_be_written_is_said_in_chinese() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("文件");
        fs::write(&file, "x").unwrap();
        let error =
            check_out(&file.join("out")).err().or_else(|| Draft::begin(&file.join("out")).err()).unwrap();
        assert!(error.to_string().contains("失败"), "{error}");
    }
}
