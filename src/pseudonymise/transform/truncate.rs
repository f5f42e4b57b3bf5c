//! Dates cut to their month, quarter or year.
//!
//! Guarantees that the day does not come out. Leaks the month, quarter or year; a rare event in a month still singles out.
//! Days that systems write for "not known" come out empty.

use super::day::{to_civil, write_month};

/// What a date is cut to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// `2026-04`
    Month,
    /// `2026Q2`
    Quarter,
    /// `2026`
    Year,
}

/// The words of `truncate:`.
pub const PARTS: [(&str, To); 3] = [("month", To::Month), ("quarter", To::Quarter), ("year", To::Year)];

impl To {
    /// The word as written.
    pub fn name(self) -> &'static str {
        PARTS.iter().find(|(_, part)| *part == self).map_or("", |(name, _)| name)
    }
}

/// Writes the part of a day from 1970-01-01.
pub fn write(days: i32, to: To, out: &mut Vec<u8>) {
    let start = out.len();
    write_month(days, out);
    match to {
        To::Month => {}
        To::Year => out.truncate(start + 4),
        To::Quarter => {
            out.truncate(start + 4);
            let (_, month, _) = to_civil(days);
            out.extend_from_slice(&[b'Q', b'1' + u8::try_from((month - 1) / 3).unwrap_or(0)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::day::from_civil;
    use super::*;

    #[test]
    fn every_month_lies_in_its_quarter_and_year() {
        for (month, quarter) in (1..=12).zip(["Q1", "Q1", "Q1", "Q2", "Q2", "Q2", "Q3", "Q3", "Q3", "Q4", "Q4", "Q4"]) {
            for day in [1, 28] {
                let cut = |to| {
                    let mut out = b"x".to_vec();
                    write(from_civil(2026, month, day), to, &mut out);
                    String::from_utf8(out).expect("ascii")
                };
                assert_eq!([cut(To::Month), cut(To::Quarter), cut(To::Year)], [format!("x2026-{month:02}"), format!("x2026{quarter}"), "x2026".to_owned()]);
            }
        }
    }
}
