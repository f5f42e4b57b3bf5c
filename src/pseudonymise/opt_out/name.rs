//! Names of check files: `MAILBOX-DDMMYY-NNNN.dat`.
//!
//! Source: Check for National Data Opt-outs service: the mailbox of the sender, the day, and a number that counts files of
//! the month. A separator other than `-` or `_` is never answered.

use std::fmt;

use crate::identifier::Date;

/// The largest number a file of a month can have.
pub const MOST: u16 = 9999;

/// The parts of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Mailbox of the sender, upper case.
    pub mailbox: String,
    /// The day on which the file was made.
    pub day: Date,
    /// From 1 to [`MOST`], within the month.
    pub sequence: u16,
}

/// Why a name is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not letters and digits.
    #[error("a mailbox is 4 to 20 letters and digits, for example 8HQ50OT001")]
    Mailbox,
    /// Not from 1 to 9999.
    #[error("the number of the file is from 1 to 9999")]
    Sequence,
    /// Not `MAILBOX-DDMMYY-NNNN.dat`.
    #[error("its name is not MAILBOX-DDMMYY-NNNN.dat, so nobody can tell when it was asked")]
    Form,
}

impl Name {
    /// A name of its parts.
    pub fn new(mailbox: &str, day: Date, sequence: u16) -> Result<Self, NameError> {
        let mailbox = mailbox.to_ascii_uppercase();
        if !(4..=20).contains(&mailbox.len()) || !mailbox.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(NameError::Mailbox);
        }
        if !(1..=MOST).contains(&sequence) {
            return Err(NameError::Sequence);
        }
        Ok(Self { mailbox, day, sequence })
    }

    /// Reads a name; `-` and `_` both separate. Years are those of this century.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let stem = text.strip_suffix(".dat").or_else(|| text.strip_suffix(".DAT")).ok_or(NameError::Form)?;
        let parts: Vec<&str> = stem.split(['-', '_']).collect();
        let [mailbox, day, sequence] = parts[..] else { return Err(NameError::Form) };
        let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(day, 6) || !digits(sequence, 4) {
            return Err(NameError::Form);
        }
        let iso = format!("20{}-{}-{}", &day[4..6], &day[2..4], &day[0..2]);
        let day = Date::parse(&iso).map_err(|_| NameError::Form)?;
        Self::new(mailbox, day, sequence.parse().map_err(|_| NameError::Form)?).map_err(|_| NameError::Form)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.day.to_string();
        let part = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
        write!(f, "{}-{}{}{}-{:04}.dat", self.mailbox, part(8, 10), part(5, 7), part(2, 4), self.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_the_service_publishes_it_and_read_back() {
        let day = Date::parse("2020-06-03").expect("a day");
        let name = Name::new("8hq50ot001", day, 1).expect("a name");
        assert_eq!(name.to_string(), "8HQ50OT001-030620-0001.dat");
        assert_eq!(Name::parse("8HQ50OT001-030620-0001.dat"), Ok(name.clone()));
        assert_eq!(Name::parse("8HQ50OT001_030620_0001.dat"), Ok(name));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let day = Date::parse("2020-06-03").expect("a day");
        assert_eq!(Name::new("8HQ:50", day, 1), Err(NameError::Mailbox));
        assert_eq!(Name::new("8HQ50OT001", day, 0), Err(NameError::Sequence));
        assert_eq!(Name::new("8HQ50OT001", day, 10_000), Err(NameError::Sequence));
        for text in [
            "",
            "a.dat",
            "8HQ50OT001:030620:0001.dat",
            "8HQ50OT001-310220-0001.dat",
            "8HQ50OT001-030620-1.dat",
            "8HQ50OT001-030620-0000.dat",
            "8HQ50OT001-030620-0001.txt",
        ] {
            assert_eq!(Name::parse(text), Err(NameError::Form), "{text}");
        }
    }
}
