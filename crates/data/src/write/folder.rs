//! The place of a run folder: made beside its place, moved there in one step, foreign folders left alone.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

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

    /// Removes what a killed run left beside the place. If it was killed between the two moves of
    /// [`Draft::publish`], the earlier draft is put back first.
    fn clean(&mut self) -> Result<(), WriteError> {
        if !self.exists
            && let Some(kept) = self.leftovers("old").first()
        {
            fs::rename(kept, &self.path).map_err(|e| WriteError::io("移动文件夹", kept, e))?;
            self.exists = true;
            self.draft = self.is_draft()?;
        }
        // One that cannot be removed now does no harm; the next run tries again.
        for leftover in self.leftovers("old").into_iter().chain(self.leftovers("new")) {
            let _ = fs::remove_dir_all(leftover);
        }
        Ok(())
    }
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
        sync(&self.path);
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
            let _ = fs::remove_dir_all(&old);
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
        // Killed between the two moves: the earlier draft is put back before a new run begins.
        mark(&home.path().join(".out.sanse-old-1"), STAMP);
        drop(Draft::begin(&out).unwrap());
        assert_eq!(names(home.path()), [".other.sanse-new-1", "out"]);
        assert_eq!(names(&out), ["run.json"]);
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
