//! The starter (新标准的样子): a whole small standard with remarks, to be changed line by line.

/// The script; `{领域}` stands for the domain.
const SCRIPT: &str = include_str!("starter.rhai");

/// The table of tests that goes with the script: text with commas, headers first. Its tests pass.
///
/// ```
/// assert!(sanse_script::STARTER_TABLE.starts_with("测试,截止日,清单,"));
/// ```
pub const STARTER_TABLE: &str = include_str!("starter.csv");

/// A commented script for a new domain, which compiles as it stands and whose tests pass. `None` if the name
/// cannot stand in a script: it is empty, longer than 20 characters, or holds quotes, braces, backslashes or
/// control characters.
///
/// ```
/// let script = sanse_script::starter("噪声").unwrap();
/// assert!(script.contains(r#".领域("噪声")"#));
/// assert_eq!(sanse_script::starter("a\"b"), None);
/// ```
pub fn starter(domain: &str) -> Option<String> {
    let domain = domain.trim();
    let bad = |c: char| c.is_control() || matches!(c, '"' | '\\' | '{' | '}' | '`' | '$' | '/' | '“' | '”');
    if domain.is_empty() || domain.chars().count() > 20 || domain.chars().any(bad) {
        return None;
    }
    Some(SCRIPT.replace("{领域}", domain))
}
