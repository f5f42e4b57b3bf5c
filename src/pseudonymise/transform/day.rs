//! Dates as days from 1970-01-01, read and written without allocation.

use super::Unfit;
use crate::pseudonymise::release::DateForm;

/// Days from 1970-01-01 of a civil date (the algorithm of H. Hinnant, `days_from_civil`).
pub fn from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of days from 1970-01-01 (`civil_from_days`).
pub fn to_civil(days: i32) -> (i32, i32, i32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0i32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i32::from(byte - b'0')))
}

fn real(year: Option<i32>, month: Option<i32>, day: Option<i32>) -> Option<i32> {
    let (year, month, day) = (year?, month?, day?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (year >= 1 && (1..=last).contains(&day)).then(|| from_civil(year, month, day))
}

/// Reads a date in a form; spaces around it are forgiven.
pub fn parse(text: &[u8], form: DateForm) -> Result<i32, Unfit> {
    let t = text.trim_ascii();
    let days = match (form, t) {
        (DateForm::Iso, [_, _, _, _, b'-', _, _, b'-', _, _]) => real(number(&t[..4]), number(&t[5..7]), number(&t[8..])),
        (DateForm::IsoTime, [_, _, _, _, b'-', _, _, b'-', _, _, b' ' | b'T', _, _, b':', _, _, ..]) => {
            real(number(&t[..4]), number(&t[5..7]), number(&t[8..10]))
        }
        (DateForm::Compact, [_, _, _, _, _, _, _, _]) => real(number(&t[..4]), number(&t[4..6]), number(&t[6..])),
        (DateForm::Slashes, [_, _, b'/', _, _, b'/', _, _, _, _]) => real(number(&t[6..]), number(&t[3..5]), number(&t[..2])),
        _ => None,
    };
    days.ok_or(Unfit::Date)
}

/// Whether systems write this day for "not known": 1582-10-15, 1800-01-01, 1900-01-01, 9999-12-31.
pub fn is_placeholder(days: i32) -> bool {
    const DAYS: [i32; 4] = [-141_427, -62_091, -25_567, 2_932_896];
    DAYS.contains(&days)
}

fn two(number: i32, out: &mut Vec<u8>) {
    let digit = |n: i32| b'0' + u8::try_from(n.rem_euclid(10)).unwrap_or(0);
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
}

fn year(number: i32, out: &mut Vec<u8>) {
    two(number / 100, out);
    two(number, out);
}

/// Writes a date in the form it was read in, a time left out.
pub fn write(days: i32, form: DateForm, out: &mut Vec<u8>) {
    let (y, m, d) = to_civil(days);
    match form {
        DateForm::Iso | DateForm::IsoTime => {
            year(y, out);
            out.push(b'-');
            two(m, out);
            out.push(b'-');
            two(d, out);
        }
        DateForm::Compact => {
            year(y, out);
            two(m, out);
            two(d, out);
        }
        DateForm::Slashes => {
            two(d, out);
            out.push(b'/');
            two(m, out);
            out.push(b'/');
            year(y, out);
        }
    }
}

/// Writes the month of a date, `2026-04`.
pub fn write_month(days: i32, out: &mut Vec<u8>) {
    let (y, m, _) = to_civil(days);
    year(y, out);
    out.push(b'-');
    two(m, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::Date;

    #[test]
    fn every_day_of_eight_centuries_agrees_with_the_calendar() {
        for days in (-150_000..150_000).step_by(7) {
            let date = Date::from_days(days).expect("a day");
            let mut text = Vec::new();
            write(days, DateForm::Iso, &mut text);
            assert_eq!(String::from_utf8(text.clone()).expect("ascii"), date.to_string());
            assert_eq!(parse(&text, DateForm::Iso), Ok(days));
        }
    }

    #[test]
    fn placeholders_are_known() {
        for (y, m, d) in [(1582, 10, 15), (1800, 1, 1), (1900, 1, 1), (9999, 12, 31)] {
            assert!(is_placeholder(from_civil(y, m, d)) && !is_placeholder(from_civil(y, m, d) + 1));
        }
    }

    #[test]
    fn each_form_reads_what_it_writes_and_refuses_the_others() {
        let forms = [DateForm::Iso, DateForm::Compact, DateForm::Slashes];
        for form in forms {
            let mut text = Vec::new();
            write(20_000, form, &mut text);
            for other in forms {
                assert_eq!(parse(&text, other).is_ok(), form == other);
            }
        }
        assert_eq!(parse(b"2024-10-04 09:01:02", DateForm::IsoTime), Ok(20_000));
        for bad in ["2023-02-29", "2023-13-01", "2023-00-10", "0000-01-01", "2023-1-01", "31/12/2023", ""] {
            assert_eq!(parse(bad.as_bytes(), DateForm::Iso), Err(Unfit::Date), "{bad}");
        }
    }
}
