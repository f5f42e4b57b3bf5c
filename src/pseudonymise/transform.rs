//! What is done to one cell. Pure; what cannot be done says why with a word and no value.

pub mod age_band;
pub mod area;
pub mod band;
pub mod day;
pub mod lookup;
pub mod map;
pub mod mask;
pub mod number;
pub mod outward;
pub mod pseudonym;
pub mod redact;
pub mod round;
pub mod sector;
pub mod top_code;
pub mod truncate;

use std::sync::Arc;

use super::bound::Keys;
use super::release::{Bands, DateForm};

/// A transform that needs no more of a row than one cell. Each is done in two goes: whatever can take a row out is asked of
/// all cells (`check`) before the first is written.
#[derive(Clone, Debug)]
pub enum OfCell {
    /// A band of numbers.
    Band(Bands),
    /// The outward part of a postcode.
    Outward,
    /// The sector of a postcode.
    Sector,
    /// The area of a postcode in a lookup file.
    Area(Arc<lookup::Table>),
    /// Part of a date.
    Truncate(DateForm, truncate::To),
    /// The nearest multiple.
    Round(u32),
    /// A number with an open end.
    TopCode(top_code::Limits),
    /// What a file says of it.
    Map(map::Map),
    /// A few characters of it.
    Mask(mask::Keep),
    /// The same for every row.
    Constant(String),
    /// Free text without what looks like an identifier. It needs the row's own: the pipeline calls [`redact::write`].
    Redact(redact::Dates),
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
    /// Whether it writes symbols of its own making, which hold no identifier and need no quotes. Everything else is searched
    /// by the leak check, and quoted where it must be.
    #[inline]
    pub fn is_plain(&self) -> bool {
        match self {
            Self::Band(_) | Self::Outward | Self::Sector | Self::Truncate(..) | Self::Round(_) => true,
            Self::Area(_) | Self::TopCode(_) | Self::Map(_) | Self::Mask(_) | Self::Constant(_) | Self::Redact(_) => false,
        }
    }

    /// Whether the leak check searches what it writes. A lookup file may answer with what it was asked, areas too.
    pub fn is_searched(&self) -> bool {
        !self.is_plain() && !matches!(self, Self::Constant(_))
    }

    /// Whether it writes something for an empty cell too.
    #[inline]
    pub fn fills(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    /// Whether a cell that is not empty can be transformed.
    #[inline]
    pub fn check(&self, inner: &[u8]) -> Result<(), Unfit> {
        match self {
            Self::Band(_) => band::check(inner),
            Self::Truncate(form, _) => day::parse(inner, *form).map(|_| ()),
            Self::Round(_) | Self::TopCode(_) => number::Number::parse(inner).map(|_| ()),
            Self::Map(map) => map.check(inner),
            Self::Outward | Self::Sector | Self::Area(_) | Self::Mask(_) | Self::Constant(_) | Self::Redact(_) => Ok(()),
        }
    }

    /// Writes what becomes of a cell that is not empty.
    #[inline]
    pub fn write(&self, inner: &[u8], _beside: Beside<'_>, out: &mut Vec<u8>) -> Result<Made, Unfit> {
        let known = |known: bool| Ok(if known { Made::Value } else { Made::NotKnown });
        match self {
            Self::Band(bands) => band::write(inner, bands, out).map(|()| Made::Value),
            Self::Outward => known(outward::write(inner, out)),
            Self::Sector => known(sector::write(inner, out)),
            Self::Area(table) => Ok(area::write(inner, table, out)),
            Self::Truncate(form, to) => {
                let on = day::parse(inner, *form)?;
                let real = !day::is_placeholder(on);
                if real {
                    truncate::write(on, *to, out);
                }
                known(real)
            }
            Self::Round(step) => round::write(inner, *step, out).map(|()| Made::Value),
            Self::TopCode(limits) => top_code::write(inner, *limits, out).map(|()| Made::Value),
            Self::Map(map) => map.write(inner, out),
            Self::Mask(keep) => {
                mask::write(inner, *keep, out);
                Ok(Made::Value)
            }
            Self::Constant(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(Made::Value)
            }
            Self::Redact(_) => Ok(Made::NotKnown),
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
    /// A value that the lookup file does not know.
    Unmatched,
}

impl Unfit {
    /// A short stable word.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Date => "bad_date",
            Self::Number => "bad_number",
            Self::Age => "born_after",
            Self::Identifier => "bad_identifier",
            Self::Unmatched => "not_in_lookup",
        }
    }

    /// What was expected, for a person.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Date => "not a date in the form the release gives (`date:`)",
            Self::Number => "not a number",
            Self::Age => "a birth date after the day on which the age is taken",
            Self::Identifier => "an identifier longer than 65,535 bytes",
            Self::Unmatched => "a value that the lookup file does not know, and the release says `unmatched: refuse`",
        }
    }
}
