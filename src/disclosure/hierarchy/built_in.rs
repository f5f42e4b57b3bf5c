//! Hierarchies that come with the program: ages, dates and postcodes as they are written in extracts.

use super::{Hierarchy, HierarchyError};
use crate::disclosure::dictionary::{Dictionary, MISSING};
use crate::identifier::Date;

/// A hierarchy by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// Years of age, or bands of them: 5, 10, 20 years, all; 90 and over together from the first level.
    Age,
    /// ISO dates, months, quarters or years: month, quarter, year, ten years, all. Months, quarters and years alone begin higher.
    Date,
    /// Postcodes: sector, outward part, area, all. Outward parts alone begin one level higher.
    Postcode,
}

/// The names.
pub const NAMES: [(&str, BuiltIn); 3] = [("age", BuiltIn::Age), ("date", BuiltIn::Date), ("postcode", BuiltIn::Postcode)];

impl BuiltIn {
    /// What its levels are called, the value itself first.
    fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Age => &["as it is", "5 years", "10 years", "20 years", "one group for all"],
            Self::Date => &["as it is", "month", "quarter", "year", "10 years", "one group for all"],
            Self::Postcode => &["as it is", "sector", "outward part", "area", "one group for all"],
        }
    }

    /// The group of a value on a level; none if it is not such a value.
    fn group(self, value: &str, level: usize) -> Option<String> {
        if level + 1 == self.levels().len() {
            return Some("*".to_owned());
        }
        match self {
            Self::Age => {
                let number = |text: &str| text.parse::<u16>().ok().filter(|age| *age < 150);
                let (low, high) = if let Some(low) = value.strip_suffix('+') {
                    (number(low)?, u16::MAX)
                } else if let Some(over) = value.strip_prefix('<') {
                    (0, number(over)?.checked_sub(1)?)
                } else if let Some((low, high)) = value.split_once('-') {
                    (number(low)?, number(high)?)
                } else {
                    (number(value)?, number(value)?)
                };
                let width = [1, 5, 10, 20][level];
                let from = low / width * width;
                let (from, to) = match low {
                    90.. => (90, u16::MAX),
                    80.. if level == 3 => (80, 89),
                    _ => (from, from + width - 1),
                };
                // A band that is wider, or lies across, stays what it is: no age is told more exactly than it was known.
                Some(match to {
                    _ if high > to => value.to_owned(),
                    u16::MAX => format!("{from}+"),
                    _ => format!("{from}-{to}"),
                })
            }
            Self::Date => {
                let part = |range: std::ops::Range<usize>| value.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
                let year = part(0..4)?;
                if value.len() == 6 && value.as_bytes()[4] == b'Q' {
                    part(5..6).filter(|quarter| matches!(quarter.as_bytes(), [b'1'..=b'4']))?;
                    return Some(match level {
                        1 | 2 => value.to_owned(),
                        3 => year.to_owned(),
                        _ => format!("{decade}0-{decade}9", decade = &year[..3]),
                    });
                }
                let month = match value.len() {
                    4 => None,
                    7 if value.as_bytes()[4] == b'-' => Some(part(5..7)?),
                    _ => Date::parse(value).ok().and(part(5..7)).map(Some)?,
                };
                let quarter = month.and_then(|month| month.parse::<u8>().ok()).filter(|month| (1..=12).contains(month)).map(|month| month.div_ceil(3));
                if month.is_some() && quarter.is_none() {
                    return None;
                }
                Some(match (level, month, quarter) {
                    (1, Some(month), _) => format!("{year}-{month}"),
                    (2, _, Some(quarter)) => format!("{year}Q{quarter}"),
                    (1..=3, ..) => year.to_owned(),
                    _ => format!("{decade}0-{decade}9", decade = &year[..3]),
                })
            }
            Self::Postcode => {
                let letters: String = value.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_uppercase();
                let whole = letters.len() >= 5
                    && letters.is_ascii()
                    && letters.as_bytes()[letters.len() - 3].is_ascii_digit()
                    && letters.ends_with(|letter: char| letter.is_ascii_alphabetic());
                let outward = if whole { &letters[..letters.len() - 3] } else { letters.as_str() };
                let area: String = outward.chars().take_while(char::is_ascii_alphabetic).collect();
                let district = outward.len() <= 4 && !area.is_empty() && area.len() <= 2 && outward.len() > area.len();
                if !district {
                    return None;
                }
                Some(match level {
                    1 if whole => format!("{outward} {}", &letters[letters.len() - 3..letters.len() - 2]),
                    1 | 2 => outward.to_owned(),
                    _ => area,
                })
            }
        }
    }

    /// The hierarchy of a column with these values; how many are not what it is for, if any.
    pub fn bind(self, values: &Dictionary) -> Result<Hierarchy, HierarchyError> {
        let text = |code: u32| std::str::from_utf8(values.value(code)).unwrap_or_default();
        let codes = 1..u32::try_from(values.len()).unwrap_or(u32::MAX);
        let unknown = codes.filter(|code| self.group(text(*code), 1).is_none()).count();
        if unknown > 0 {
            return Err(HierarchyError::Unknown(unknown));
        }
        let top = self.levels().len() - 1;
        let group = |code: u32, level: usize| if code == MISSING && level < top { None } else { self.group(text(code), level).map(String::into_bytes) };
        let mut hierarchy = Hierarchy::of(self.levels().len(), values, group)?;
        hierarchy.names = self.levels().iter().map(|name| (*name).to_owned()).collect();
        Ok(hierarchy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_up_as_people_would_group_them() {
        let up = |built_in: BuiltIn, value: &str| -> Vec<String> { (1..built_in.levels().len()).filter_map(|level| built_in.group(value, level)).collect() };
        assert_eq!(up(BuiltIn::Age, "34"), ["30-34", "30-39", "20-39", "*"]);
        assert_eq!(up(BuiltIn::Age, "95"), ["90+", "90+", "90+", "*"]);
        assert_eq!(up(BuiltIn::Age, "85"), ["85-89", "80-89", "80-89", "*"]);
        assert_eq!(up(BuiltIn::Date, "2026-05-17"), ["2026-05", "2026Q2", "2026", "2020-2029", "*"]);
        assert_eq!(up(BuiltIn::Date, "2026-05"), ["2026-05", "2026Q2", "2026", "2020-2029", "*"]);
        assert_eq!(up(BuiltIn::Date, "2026Q2"), ["2026Q2", "2026Q2", "2026", "2020-2029", "*"], "as `truncate: quarter` writes it");
        assert_eq!(up(BuiltIn::Date, "2026Q5"), ["*"]);
        assert_eq!(up(BuiltIn::Date, "1998"), ["1998", "1998", "1998", "1990-1999", "*"]);
        assert_eq!(up(BuiltIn::Date, "2026-13"), ["*"], "no month: told when it is bound");
        assert_eq!(up(BuiltIn::Age, "30-34"), ["30-34", "30-39", "20-39", "*"]);
        assert_eq!(up(BuiltIn::Postcode, "M13 9PL"), ["M13 9", "M13", "M", "*"]);
        assert_eq!(up(BuiltIn::Postcode, "bl19xx"), ["BL1 9", "BL1", "BL", "*"]);
        assert_eq!(up(BuiltIn::Postcode, "OL17"), ["OL17", "OL17", "OL", "*"]);
        assert_eq!(up(BuiltIn::Age, "40-49"), ["40-49", "40-49", "40-59", "*"], "a band is not cut into finer ones");
        assert_eq!(up(BuiltIn::Age, "35-44"), ["35-44", "35-44", "35-44", "*"]);
        assert_eq!(up(BuiltIn::Age, "<18"), ["<18", "<18", "0-19", "*"]);
        assert_eq!(up(BuiltIn::Age, "65+"), ["65+", "65+", "65+", "*"]);
        assert_eq!(up(BuiltIn::Age, "unknown"), ["*"], "no age: told when it is bound");
    }

    #[test]
    fn a_value_that_is_no_date_is_counted() {
        let values = super::super::tests::dictionary(&["2026-01-01", "soon"]);
        assert_eq!(BuiltIn::Date.bind(&values).err(), Some(HierarchyError::Unknown(1)));
    }
}
