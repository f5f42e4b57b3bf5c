//! What is done to one cell. Pure, without allocation; what cannot be done says why with a word and no value.

pub mod age_band;
pub mod band;
pub mod day;
pub mod outward;
pub mod pseudonym;

use super::bound::Keys;
use super::release::Bands;

/// A transform that needs no more of a row than one cell. Each is done in two goes: whatever can take a row out is asked of
/// all cells (`check`) before the first is written.
#[derive(Clone, Debug)]
pub enum OfCell {
    /// A band of numbers.
    Band(Bands),
    /// The outward part of a postcode.
    Outward,
}

/// What a transform may use besides its cell.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// The keys of the release.
    pub keys: &'a Keys,
    /// The column of the release, by which a key is found.
    pub rule: usize,
}

/// What became of a cell that holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// A value.
    Value,
    /// What is not known: the column's own word for it, or nothing, was written.
    NotKnown,
}

impl OfCell {
    /// Whether a cell that is not empty can be transformed.
    #[inline]
    pub fn check(&self, inner: &[u8]) -> Result<(), Unfit> {
        match self {
            Self::Band(_) => band::check(inner),
            Self::Outward => Ok(()),
        }
    }

    /// Writes what becomes of a cell that is not empty. What it writes needs no quotes.
    #[inline]
    pub fn write(&self, inner: &[u8], _beside: Beside<'_>, out: &mut Vec<u8>) -> Result<Made, Unfit> {
        match self {
            Self::Band(bands) => band::write(inner, bands, out).map(|()| Made::Value),
            Self::Outward => Ok(if outward::write(inner, out) { Made::Value } else { Made::NotKnown }),
        }
    }
}

/// Why a cell cannot be transformed; the words of counts and quarantine files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// Not a date in the form that the release says.
    Date,
    /// Not a number.
    Number,
    /// Born after the day on which the age is taken.
    Age,
    /// An identifier too long for its message.
    Identifier,
}

impl Unfit {
    /// A short stable word.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Date => "bad_date",
            Self::Number => "bad_number",
            Self::Age => "born_after",
            Self::Identifier => "bad_identifier",
        }
    }

    /// What was expected, for a person.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Date => "not a date in the form the release gives (`date:`)",
            Self::Number => "not a number",
            Self::Age => "a birth date after the day on which the age is taken",
            Self::Identifier => "an identifier longer than 65,535 bytes",
        }
    }
}
