//! A header taken apart: its words, its unit, its list of values.

use super::cell::{Unit, half_width, key};

/// How a header was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By all its words.
    Whole,
    /// By its words without brackets, units and value lists.
    WithoutBrackets,
    /// By the words in its brackets.
    InBrackets,
    /// Without the number at its end.
    WithoutNumber,
    /// By the words of two header rows together.
    Joined,
    /// By words that tell otherwise what the field holds: 是否发现问题 for 结果.
    Indirect,
    /// By a header from which it differs in one character.
    Nearly,
    /// By the cells below: nearly all of them are valid credit codes.
    ByCodes,
    /// By the cells below: their wordings are those of the field.
    ByWordings,
    /// As the bureau's mapping says.
    Mapped,
}

/// A header taken apart.
#[derive(Clone, Debug)]
pub(super) struct Wording {
    whole: String,
    pub(super) base: String,
    bracket: String,
    /// The unit of amounts that it names.
    pub(super) unit: Option<Unit>,
    /// The value list inside it.
    pub(super) values: Vec<(String, String)>,
}

impl Wording {
    /// Takes a header apart.
    pub(super) fn new(header: &str) -> Wording {
        let text = half_width(header);
        let (label, values) = value_list(&text);
        let mut base = String::new();
        let mut bracket = String::new();
        let mut unit = None;
        let mut depth = 0;
        for c in label.chars() {
            match c {
                '(' | '[' | '{' => {
                    bracket.push(' ');
                    depth += 1;
                }
                ')' | ']' | '}' => depth = i32::max(0, depth - 1),
                c if depth > 0 => bracket.push(c),
                c => base.push(c),
            }
        }
        let mut inner = String::new();
        for word in bracket.split(|c: char| !c.is_alphanumeric()).map(key).filter(|word| !word.is_empty()) {
            match unit_of(word.trim_start_matches("单位").trim_start_matches("人民币")) {
                Some((rest, named)) if unit.is_none() && !matches!(rest, "单位" | "人民币") => {
                    unit = Some(named);
                    inner.push_str(rest);
                }
                _ if matches!(word.as_str(), "单位" | "人民币") => {}
                _ => inner.push_str(&word),
            }
        }
        let mut base = key(&base);
        // 罚款金额_万元, without brackets.
        if unit.is_none() && base.len() > "万元".len() {
            if let Some(rest) = base.strip_suffix("万元") {
                (base, unit) = (rest.to_owned(), Some(Unit::TenThousandYuan));
            } else if let Some(rest) = base.strip_suffix('元') {
                (base, unit) = (rest.to_owned(), Some(Unit::Yuan));
            }
        }
        Wording { whole: key(label), base, bracket: inner, unit, values }
    }

    /// The forms to look up, the most exact first. The words in brackets go before the numbering: of
    /// `行政相对人代码_1(统一社会信用代码)` the digit differs from file to file.
    pub(super) fn forms(&self) -> impl Iterator<Item = &str> {
        self.known_forms().map(|(form, _)| form)
    }

    /// The words in its brackets, without a unit.
    pub(super) fn in_brackets(&self) -> Option<&str> {
        Some(self.bracket.as_str()).filter(|words| !words.is_empty())
    }

    /// The forms to look up, each with what was done to the header.
    pub(super) fn known_forms(&self) -> impl Iterator<Item = (&str, How)> {
        let unnumbered = self.base.trim_end_matches(|c: char| c.is_ascii_digit());
        let base = if self.base == self.whole { How::Whole } else { How::WithoutBrackets };
        [
            (self.whole.as_str(), How::Whole),
            (self.base.as_str(), base),
            (self.bracket.as_str(), How::InBrackets),
            (unnumbered, How::WithoutNumber),
        ]
        .into_iter()
        .filter(|(form, _)| !form.is_empty())
    }
}

/// The unit of amounts at the end of a word and what stands before it: nothing, or the name of an amount (应缴罚款金额元).
/// 美元 is no unit here.
fn unit_of(word: &str) -> Option<(&str, Unit)> {
    let units = [("万元", Unit::TenThousandYuan), ("元", Unit::Yuan), ("万", Unit::TenThousandYuan)];
    units.into_iter().find_map(|(unit, named)| {
        let rest = word.strip_suffix(unit)?;
        (rest.is_empty() || unit.ends_with('元') && rest.ends_with(['额', '款'])).then_some((rest, named))
    })
}

/// Parts a header from the list of values inside it: `检查类别 1：自查 2：检查`, `隐患等级（1：一般 2：重大）`.
fn value_list(text: &str) -> (&str, Vec<(String, String)>) {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut starts = Vec::new();
    for window in chars.windows(2) {
        if let [(at, digit), (next, mark)] = window
            && digit.is_ascii_digit()
            && matches!(mark, ':' | '-' | '、' | '=' | '.')
            && text
                .get(..*at)
                .is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_digit() || c == '_' || c == '-'))
        {
            starts.push((*at, next + mark.len_utf8()));
        }
    }
    let Some((first, _)) = starts.first().copied() else { return (text, Vec::new()) };
    if starts.len() < 2 || first == 0 {
        return (text, Vec::new());
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let values = starts
        .iter()
        .zip(ends)
        .filter_map(|((at, from), end)| {
            let code = text.get(*at..*from)?.trim_end_matches([':', '-', '、', '=', '.']);
            let meaning = text.get(*from..end)?.trim_matches([' ', ';', ',', '、', ')', '(', '；']);
            Some((code.to_owned(), meaning.to_owned()))
        })
        .collect();
    (text.get(..first).unwrap_or(text), values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_taken_apart() {
        let wording = Wording::new(" 罚款金额（万元） ");
        assert_eq!((wording.base.as_str(), wording.unit), ("罚款金额", Some(Unit::TenThousandYuan)));
        let wording = Wording::new("隐患等级（1：一般隐患 2：重大隐患）");
        assert_eq!(wording.base, "隐患等级");
        assert_eq!(
            wording.values,
            [("1".to_owned(), "一般隐患".to_owned()), ("2".to_owned(), "重大隐患".to_owned())]
        );
        assert_eq!(Wording::new("是否发现问题隐患 0-否 1-是").base, "是否发现问题隐患");
        assert_eq!(Wording::new("行政相对人代码-1（统一社会信用代码）").bracket, "统一社会信用代码");
        assert_eq!(Wording::new("行政相对人代码_1(统一社会信用代码)").values, []);
        for (header, bracket, unit) in [
            ("金额（单位：万元）", "", Some(Unit::TenThousandYuan)),
            ("金额（人民币元）", "", Some(Unit::Yuan)),
            ("金额（万）", "", Some(Unit::TenThousandYuan)),
            ("处罚结果（应缴罚款金额）", "应缴罚款金额", None),
            ("处罚结果（应缴罚款金额）（元）", "应缴罚款金额", Some(Unit::Yuan)),
            ("处罚结果（应缴罚款金额，万元）", "应缴罚款金额", Some(Unit::TenThousandYuan)),
            ("处罚结果（罚款金额元）", "罚款金额", Some(Unit::Yuan)),
            ("投资（万美元）", "万美元", None),
            ("投资（美元）", "美元", None),
            ("地址（单位）", "", None),
        ] {
            let wording = Wording::new(header);
            assert_eq!((wording.bracket.as_str(), wording.unit), (bracket, unit), "{header}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_panics(text in ".{0,40}") {
            let wording = Wording::new(&text);
            let _ = wording.forms().count();
        }
    }
}
