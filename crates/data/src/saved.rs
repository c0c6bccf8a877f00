//! Saved standards (保存的标准): a compiled standard as a JSON file, used without Rhai.
//!
//! For programs that embed the library and must not compile scripts, and for keeping what was approved. The file
//! holds the standard with its vocabulary, its parameters as they were set, and a digest of all of it: a file
//! that was edited is refused, because its figures would no longer be those of the script it names.

use std::sync::Arc;

use sanse::{Standard, StandardError, Vocabulary};
use serde::{Deserialize, Serialize};

use crate::digest::sha256;

/// Marks a file as a saved standard, and says how it is written.
const FORMAT: &str = "sanse-standard/1";

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    sha256: String,
    standard: &'a Standard,
}

#[derive(Deserialize)]
struct Marker {
    format: String,
}

#[derive(Deserialize)]
struct Read {
    sha256: String,
    standard: Standard,
}

/// A saved standard cannot be used, or a standard cannot be saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// The file is no saved standard, or of another version of the format.
    #[error("不是保存的标准（{FORMAT}）；请用 sanse compile 重新生成")]
    Format,
    /// The JSON does not hold a standard.
    #[error("内容不完整，第 {line} 行第 {column} 列起看不懂；请用 sanse compile 重新生成")]
    Content {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// The file was changed after it was written.
    #[error("内容被改动过，和保存时的指纹不符；请改脚本，再用 sanse compile 重新生成")]
    Changed,
    /// The standard points at something that is not there.
    #[error("{0}；请用 sanse compile 重新生成")]
    Invalid(#[from] StandardError),
    /// The standard is nested too deeply to be read back.
    #[error("有的条件嵌套过深，不能保存；请拆成几个条件")]
    TooDeep,
}

fn content(error: &serde_json::Error) -> SavedError {
    SavedError::Content { line: error.line(), column: error.column() }
}

/// The text of the file for a standard. It is read back before it is given, so that what is saved can be loaded.
///
/// # Errors
/// The standard is nested too deeply, or was built by hand and does not hold together.
///
/// ```
/// use std::sync::Arc;
/// let vocabulary = Arc::new(sanse::Vocabulary::standard());
/// assert!(sanse_data::load_standard(b"{}", &vocabulary).is_err());
/// ```
pub fn save_standard(standard: &Standard) -> Result<String, SavedError> {
    let plain = serde_json::to_string(standard).map_err(|e| content(&e))?;
    let written = Written { format: FORMAT, sha256: sha256(plain.as_bytes()), standard };
    let mut text = serde_json::to_string_pretty(&written).map_err(|e| content(&e))?;
    text.push('\n');
    match load_standard(text.as_bytes(), &standard.vocabulary) {
        Ok(read) if read == *standard => Ok(text),
        Err(SavedError::Invalid(error)) => Err(SavedError::Invalid(error)),
        _ => Err(SavedError::TooDeep),
    }
}

/// Reads a saved standard and checks it ([`Standard::validate`]). If its vocabulary equals the one given, it
/// shares that one, so that nothing has to be compared when it is applied.
///
/// # Errors
/// The file is no saved standard, was cut short or changed, or does not hold together. No bytes make it panic.
pub fn load_standard(bytes: &[u8], vocabulary: &Arc<Vocabulary>) -> Result<Standard, SavedError> {
    let marker: Marker = serde_json::from_slice(bytes).map_err(|_| SavedError::Format)?;
    if marker.format != FORMAT {
        return Err(SavedError::Format);
    }
    let Read { sha256: digest, mut standard } = serde_json::from_slice(bytes).map_err(|e| content(&e))?;
    let plain = serde_json::to_string(&standard).map_err(|e| content(&e))?;
    if sha256(plain.as_bytes()) != digest {
        return Err(SavedError::Changed);
    }
    standard.validate()?;
    if *standard.vocabulary == **vocabulary {
        standard.vocabulary = Arc::clone(vocabulary);
    }
    Ok(standard)
}
