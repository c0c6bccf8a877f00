//! The office that runs the classification (机关): its name and telephone, the period of objection, what is published
//! and on which basis, from a settings file; and the templates of its papers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sanse::{Date, Label, placeholder};
use toml::{Table, Value};

use crate::write::io_reason;

/// The template of the notice to an enterprise.
pub(crate) const NOTICE: &str = "告知书.html";
/// The template of a public list.
pub(crate) const PUBLIC: &str = "公示.html";

const BUILT_IN: [(&str, &str); 2] =
    [(NOTICE, include_str!("templates/告知书.html")), (PUBLIC, include_str!("templates/公示.html"))];

/// Settings and templates of the office (设置). Without them no notices and no public lists are made and no run can be
/// finalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) objection: Option<Objection>,
    pub(crate) publish: Vec<Publish>,
    /// The file as it was.
    pub(crate) settings: String,
    /// By file name, those of the office or the built-in ones.
    pub(crate) templates: BTreeMap<String, String>,
}

/// How long and how an enterprise may object (异议).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Objection {
    /// The day on which the notices were served; the period begins on the next.
    pub(crate) served_on: Option<Date>,
    /// Calendar days.
    pub(crate) days: u32,
    pub(crate) how: String,
}

impl Objection {
    /// The last day of the period, once the notices are served.
    pub(crate) fn ends(&self) -> Option<Date> {
        let days = i32::try_from(self.days).ok()?;
        self.served_on.map(|day| day.plus(sanse::Span::days(days)))
    }
}

/// A label of a domain that is published (公示).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Publish {
    pub(crate) domain: String,
    pub(crate) label: Label,
    pub(crate) basis: String,
    /// Kinds of measures that are not published.
    pub(crate) without: Vec<String>,
}

/// Settings or templates cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// A file cannot be read.
    #[error("读“{path}”失败：{reason}")]
    Read {
        /// The path.
        path: String,
        /// Why, in Chinese.
        reason: String,
    },
    /// The settings are wrong; every fault is a sentence.
    #[error("设置文件有 {} 处错误：\n{}", .0.len(), .0.iter().map(|e| format!("  · {e}")).collect::<Vec<_>>().join("\n"))]
    Settings(Vec<String>),
}

impl Office {
    /// Reads the settings, and the templates of a folder; one that is not there is the built-in one.
    ///
    /// # Errors
    /// A file cannot be read, or the settings are wrong: all faults at once.
    pub fn read(settings: &Path, templates: Option<&Path>) -> Result<Office, OfficeError> {
        let read = |path: &Path| {
            let bytes = fs::read(path)
                .map_err(|e| OfficeError::Read { path: path.display().to_string(), reason: io_reason(&e) })?;
            let text = String::from_utf8(bytes).map_err(|_| OfficeError::Read {
                path: path.display().to_string(),
                reason: "不是 UTF-8 文本；请在记事本里另存为 UTF-8".to_owned(),
            })?;
            Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
        };
        let mut own = BTreeMap::new();
        if let Some(folder) = templates {
            for (name, _) in BUILT_IN {
                if folder.join(name).is_file() {
                    own.insert(name.to_owned(), read(&folder.join(name))?);
                }
            }
            if own.is_empty() {
                let names = BUILT_IN.map(|(name, _)| name).join("、");
                let reason = format!("里面没有模板（{names}）");
                return Err(OfficeError::Read { path: folder.display().to_string(), reason });
            }
        }
        Office::from_texts(read(settings)?, own)
    }

    /// From the text of the settings and templates by file name; one that is not given is the built-in one.
    ///
    /// # Errors
    /// The settings are wrong: all faults at once.
    pub fn from_texts(settings: String, templates: BTreeMap<String, String>) -> Result<Office, OfficeError> {
        let quoted = with_quoted_keys(&settings);
        let table: Table = quoted.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = quoted.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            OfficeError::Settings(vec![format!(
                "第 {line} 行写法不对；文字要放在英文引号里，每行一项，如 机关名称 = \"某区司法局\""
            )])
        })?;
        let mut reader = Reader { faults: Vec::new() };
        reader.known("设置", &table, &["机关名称", "监督举报电话", "异议", "公示"]);
        let name = reader.text(&table, "机关名称", "");
        let phone = reader.text(&table, "监督举报电话", "");
        let objection = match table.get("异议") {
            None => None,
            Some(Value::Table(part)) => {
                reader.known("异议", part, &["送达日期", "天数", "办法"]);
                let served_on = part.get("送达日期").and_then(|value| reader.day(value));
                let days = match part.get("天数") {
                    Some(Value::Integer(days)) if (1..=365).contains(days) => {
                        u32::try_from(*days).unwrap_or(0)
                    }
                    _ => {
                        reader.faults.push("“异议”里要有“天数”，1 至 365 的整数".to_owned());
                        0
                    }
                };
                Some(Objection { served_on, days, how: reader.text(part, "办法", "异议") })
            }
            Some(_) => {
                reader.faults.push("“异议”要写成一节：[异议]".to_owned());
                None
            }
        };
        let publish = reader.publish(table.get("公示"));
        if !reader.faults.is_empty() {
            return Err(OfficeError::Settings(reader.faults));
        }
        let mut all: BTreeMap<String, String> =
            BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        all.extend(templates);
        Ok(Office { name, phone, objection, publish, settings, templates: all })
    }

    /// What of the settings is not yet filled in, each with the word that was left there: “监督举报电话”里的“待定”. A
    /// run with such settings cannot be finalised.
    pub fn placeholders(&self) -> Vec<String> {
        let own = [("“机关名称”".to_owned(), &self.name), ("“监督举报电话”".to_owned(), &self.phone)];
        let objection = self.objection.iter().map(|objection| ("“异议”的“办法”".to_owned(), &objection.how));
        let publish = self.publish.iter().map(|publish| {
            (format!("“公示”（{}、{}）的“依据”", publish.domain, publish.label.chinese()), &publish.basis)
        });
        let all = own.into_iter().chain(objection).chain(publish);
        all.filter_map(|(of, text)| Some(format!("{of}里的“{}”", placeholder(text)?))).collect()
    }
}

/// TOML wants keys that are not ASCII in quotation marks; people should not have to write them.
fn with_quoted_keys(text: &str) -> String {
    let bare = |key: &str| !key.is_ascii() && !key.contains(['"', '\'', '#']);
    let mut quoted = String::with_capacity(text.len() + 64);
    let mut in_text = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let header = trimmed.split('#').next().unwrap_or("").trim_end();
        let name = header.trim_start_matches('[').trim_end_matches(']');
        let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|_| !trimmed.starts_with('['));
        match key {
            _ if in_text => quoted.push_str(line),
            Some(key) if bare(key) => quoted.push_str(&line.replacen(key, &format!("\"{key}\""), 1)),
            None if name.len() < header.len() && bare(name) => {
                quoted.push_str(&line.replacen(name, &format!("\"{name}\""), 1));
            }
            _ => quoted.push_str(line),
        }
        in_text ^= (line.matches("\"\"\"").count() + line.matches("'''").count()) % 2 == 1;
    }
    quoted
}

/// Collects every fault.
struct Reader {
    faults: Vec<String>,
}

impl Reader {
    fn known(&mut self, part: &str, table: &Table, keys: &[&str]) {
        for key in table.keys().filter(|key| !keys.contains(&key.as_str())) {
            let nearest = keys.iter().min_by_key(|known| strsim::levenshtein(known, key)).unwrap_or(&"");
            self.faults.push(format!("“{part}”里没有“{key}”这一项，是不是“{nearest}”？"));
        }
    }

    fn text(&mut self, table: &Table, key: &str, part: &str) -> String {
        let place = if part.is_empty() { String::new() } else { format!("“{part}”里的") };
        match table.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim().to_owned(),
            Some(_) => {
                self.faults.push(format!("{place}“{key}”要写成引号里的文字，不能空着"));
                String::new()
            }
            None => {
                self.faults.push(format!("缺少{place}“{key}”"));
                String::new()
            }
        }
    }

    fn day(&mut self, value: &Value) -> Option<Date> {
        let day = match value {
            Value::String(text) => text.trim().parse().ok(),
            Value::Datetime(day) => day.to_string().parse().ok(),
            _ => None,
        };
        if day.is_none() {
            self.faults.push("“送达日期”要写成 \"2023-04-03\" 的样子".to_owned());
        }
        day
    }

    fn publish(&mut self, value: Option<&Value>) -> Vec<Publish> {
        let parts = match value {
            None => return Vec::new(),
            Some(Value::Array(parts)) => parts,
            Some(_) => {
                self.faults.push("“公示”要每一种写一节：[[公示]]".to_owned());
                return Vec::new();
            }
        };
        let mut publish = Vec::new();
        for part in parts {
            let Value::Table(part) = part else {
                self.faults.push("“公示”要每一种写一节：[[公示]]".to_owned());
                continue;
            };
            self.known("公示", part, &["领域", "标签", "依据", "不公示种类"]);
            let (domain, basis) = (self.text(part, "领域", "公示"), self.text(part, "依据", "公示"));
            let label = self.text(part, "标签", "公示");
            let known = Label::ALL.into_iter().find(|known| known.chinese() == label);
            if known.is_none() && !label.is_empty() {
                self.faults.push(format!("“公示”里的标签“{label}”不认识；写绿标、黄标或红标"));
            }
            let without = match part.get("不公示种类") {
                None => Some(Vec::new()),
                Some(Value::Array(kinds)) => {
                    kinds.iter().map(|kind| kind.as_str().map(str::to_owned)).collect()
                }
                Some(_) => None,
            };
            if without.is_none() {
                self.faults.push("“不公示种类”要写成 [\"警告\"] 的样子".to_owned());
            }
            if let (Some(label), Some(without)) = (known, without) {
                publish.push(Publish { domain, label, basis, without });
            }
        }
        publish
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "机关名称 = \"叶集区司法局\"\n监督举报电话 = \"0564-6482666\"\n\
        [异议]\n送达日期 = 2023-04-03\n天数 = 10\n办法 = \"书面提出。\"\n\
        [[公示]]\n领域 = \"消防\"\n标签 = \"红标\"\n依据 = \"本区办法第九条\"\n";

    #[test]
    fn settings_are_read_and_the_period_of_objection_ends() {
        let office = Office::from_texts(RIGHT.to_owned(), BTreeMap::new()).unwrap();
        assert_eq!(office.objection.unwrap().ends(), Some("2023-04-13".parse().unwrap()));
        assert_eq!(office.publish.len(), 1);
        assert!(office.templates.contains_key(NOTICE) && office.templates.contains_key(PUBLIC));
    }

    #[test]
    fn the_settings_in_the_readme_are_right() {
        let readme = include_str!("../../../README.md");
        let settings = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let office = Office::from_texts(settings.to_owned(), BTreeMap::new()).unwrap();
        assert_eq!(office.publish.len(), 1);
        // Copied as they stand they make nothing final.
        let left = office.placeholders().join("、");
        for part in
            ["“机关名称”里的“某区”", "“监督举报电话”里的“XXXXXXX”", "“公示”（消防、红标）的“依据”里的“待填”"]
        {
            assert!(left.contains(part), "{part} is missing in {left}");
        }
        assert_eq!(office.objection.unwrap().days, 10);
    }

    #[test]
    fn all_faults_are_said_at_once() {
        let wrong = "机关名 = \"x\"\n监督举报电话 = 12345\n[异议]\n送达日期 = \"四月三日\"\n天数 = 0\n[[公示]]\n标签 = \"黑标\"\n";
        let OfficeError::Settings(faults) =
            Office::from_texts(wrong.to_owned(), BTreeMap::new()).unwrap_err()
        else {
            panic!("settings")
        };
        let all = faults.join("\n");
        for part in [
            "是不是“机关名称”",
            "缺少“机关名称”",
            "监督举报电话",
            "送达日期",
            "天数",
            "办法",
            "领域",
            "依据",
            "黑标",
        ] {
            assert!(all.contains(part), "{part} is missing in\n{all}");
        }
        let error = Office::from_texts("机关名称 = \"a\"\n=".to_owned(), BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("第 2 行"), "{error}");
    }
}
