//! Unified social credit code (统一社会信用代码), GB 32100-2015.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The characters of a code in the order of their values; I, O, S, V and Z are not among them.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// 3^(i-1) mod 31 for the first 17 positions.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The weights of GB 11714 for the eight characters of the organisation code.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code (统一社会信用代码) whose 18th character is its right check digit.
///
/// Only the exact form is accepted: 18 characters, upper case, nothing around them. Cleaning what people type
/// is the reader's work. The check digit of the organisation code inside is a second test,
/// [`CreditCode::organisation_code_holds`].
///
/// ```
/// use sanse::{CreditCode, CreditCodeError};
/// let code: CreditCode = "91350100M000100Y43".parse()?;
/// assert_eq!(code.organisation_code(), "M000100Y4");
/// assert!(code.organisation_code_holds());
/// // The string printed beside the worked example of the standard ends in a wrong digit on purpose.
/// assert_eq!("91350100M000100Y4Z".parse::<CreditCode>(), Err(CreditCodeError::Character { position: 18, found: 'Z' }));
/// assert_eq!("91350100M000100Y44".parse::<CreditCode>(), Err(CreditCodeError::CheckDigit { expected: '3', found: '4' }));
/// # Ok::<(), CreditCodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
// INVARIANT: 18 characters of ALPHABET, the last of them the check digit of the others.
pub struct CreditCode([u8; 18]);

/// A text is not a unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreditCodeError {
    /// It does not have 18 characters.
    #[error("统一社会信用代码应为 18 位，这里是 {found} 位")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character that no code contains.
    #[error(
        "统一社会信用代码第 {position} 位“{found}”不是允许的字符（数字和除 I、O、S、V、Z 以外的大写字母）"
    )]
    Character {
        /// Where it stands, from 1.
        position: usize,
        /// The character.
        found: char,
    },
    /// The check digit is another.
    #[error("统一社会信用代码校验位不符：按前 17 位应为“{expected}”，这里是“{found}”")]
    CheckDigit {
        /// What the first 17 characters give.
        expected: char,
        /// What stands there.
        found: char,
    },
}

impl CreditCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// The organisation code (组织机构代码): positions 9 to 17.
    pub fn organisation_code(&self) -> &str {
        self.as_str().get(8..17).unwrap_or("")
    }

    /// True if the organisation code's own check digit is right (GB 11714). One mistyped character mostly
    /// breaks both digits, a made-up code often only this one.
    pub fn organisation_code_holds(&self) -> bool {
        organisation_code_holds(self.organisation_code())
    }

    /// The check digit of 17 characters; `None` if one of them is not in the alphabet or there are not 17.
    pub fn check_digit(first_17: &str) -> Option<char> {
        if first_17.len() != WEIGHTS.len() {
            return None;
        }
        let mut sum = 0;
        for (byte, weight) in first_17.bytes().zip(WEIGHTS) {
            sum += value(byte)? * weight;
        }
        // The outer remainder matters: a sum divisible by 31 has the digit 0, not the 31st.
        ALPHABET.get(((31 - sum % 31) % 31) as usize).map(|b| char::from(*b))
    }
}

/// True if nine characters are an organisation code (组织机构代码) with the right check digit, GB 11714.
///
/// ```
/// assert!(sanse::organisation_code_holds("M000100Y4"));
/// assert!(!sanse::organisation_code_holds("M000100Y5"));
/// ```
pub fn organisation_code_holds(code: &str) -> bool {
    if code.len() != 9 {
        return false;
    }
    let mut sum = 0;
    for (byte, weight) in code.bytes().zip(ORGANISATION_WEIGHTS) {
        let value = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            _ => return false,
        };
        sum += value * weight;
    }
    let expected = match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    };
    code.bytes().last() == Some(expected)
}

fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|b| *b == byte).map(|i| i as u32)
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;

    fn from_str(text: &str) -> Result<Self, CreditCodeError> {
        let found = text.chars().count();
        if found != 18 {
            return Err(CreditCodeError::Length { found });
        }
        for (index, c) in text.chars().enumerate() {
            if u8::try_from(c).ok().and_then(value).is_none() {
                return Err(CreditCodeError::Character { position: index + 1, found: c });
            }
        }
        let bytes: [u8; 18] = text.as_bytes().try_into().map_err(|_| CreditCodeError::Length { found })?;
        let expected = text.get(..17).and_then(CreditCode::check_digit).unwrap_or('0');
        let digit = char::from(bytes[17]);
        if digit == expected {
            Ok(CreditCode(bytes))
        } else {
            Err(CreditCodeError::CheckDigit { expected, found: digit })
        }
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({})", self.as_str())
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;
    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        text.parse()
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> String {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of well-known firms, made public by them.
    const PUBLISHED: [&str; 6] = [
        "914403001922038216",
        "9144030071526726XG",
        "91330100799655058B",
        "91110108551385082Q",
        "91330106673959654P",
        "91440300708461136T",
    ];
    /// Invented codes of enterprises of the district, one per kind and place of registration.
    const INVENTED: [&str; 5] = [
        "91341504MA2TE5TA3J",
        "92341504MA2N1A2B7R",
        "93341504MA2RQ90W33",
        "913415005872291452",
        "91341522MA2MQ7K84W",
    ];

    #[test]
    fn published_and_invented_codes_pass_both_checks() {
        for text in PUBLISHED.into_iter().chain(INVENTED) {
            let code: CreditCode = text.parse().expect(text);
            assert!(code.organisation_code_holds(), "{text}");
            assert_eq!(code.as_str(), text);
        }
    }

    #[test]
    fn a_sample_in_circulation_fails_both_checks() {
        assert!(matches!(
            "91310115MA1H8R7C6D".parse::<CreditCode>(),
            Err(CreditCodeError::CheckDigit { .. })
        ));
        assert!(!organisation_code_holds("MA1H8R7C6"));
    }

    #[test]
    fn any_single_wrong_character_is_found() {
        for text in PUBLISHED {
            for position in 0..18 {
                for other in ALPHABET {
                    let mut bytes = text.as_bytes().to_vec();
                    if bytes[position] != *other {
                        bytes[position] = *other;
                        let wrong = String::from_utf8(bytes).unwrap();
                        assert!(wrong.parse::<CreditCode>().is_err(), "{wrong}");
                    }
                }
            }
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in
            ["", "9144030071526726xg", "9144030071526726XG ", "９144030071526726XG", "91440300715267260O"]
        {
            assert!(text.parse::<CreditCode>().is_err(), "{text}");
        }
    }
}
