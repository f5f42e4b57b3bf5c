//! Organisation codes of the Organisation Data Service: opaque, never reused, only closed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Three to ten capital letters and digits. Text, never a number: `306` and `00T` keep their zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OdsCode(Box<str>);

/// Why a text is not an organisation code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OdsCodeError {
    /// Too short or too long.
    #[error("an organisation code has 3 to 10 characters, this one has {0}")]
    Length(usize),
    /// A character other than a letter or digit.
    #[error("an organisation code has only letters and digits, this one holds {0:?}")]
    Character(char),
}

impl OdsCode {
    /// Reads a code; letters are stored as capitals.
    pub fn parse(text: &str) -> Result<Self, OdsCodeError> {
        let text = text.trim();
        let length = text.chars().count();
        if !(3..=10).contains(&length) {
            return Err(OdsCodeError::Length(length));
        }
        if let Some(other) = text.chars().find(|c| !c.is_ascii_alphanumeric()) {
            return Err(OdsCodeError::Character(other));
        }
        Ok(Self(text.to_ascii_uppercase().into_boxed_str()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OdsCode {
    type Error = OdsCodeError;
    fn try_from(text: String) -> Result<Self, OdsCodeError> {
        Self::parse(&text)
    }
}

impl From<OdsCode> for String {
    fn from(code: OdsCode) -> Self {
        code.0.into_string()
    }
}

impl std::borrow::Borrow<str> for OdsCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_text() {
        assert_eq!(OdsCode::parse("00t").expect("valid").as_str(), "00T");
        assert_eq!(OdsCode::parse("1E5").expect("valid").as_str(), "1E5");
        assert_eq!(OdsCode::parse("R0"), Err(OdsCodeError::Length(2)));
        assert_eq!(OdsCode::parse("R0-A"), Err(OdsCodeError::Character('-')));
    }
}
