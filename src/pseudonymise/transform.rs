//! What is done to one cell. Pure, without allocation; what cannot be done says why with a word and no value.

pub mod age_band;
pub mod band;
pub mod day;
pub mod outward;
pub mod pseudonym;

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
