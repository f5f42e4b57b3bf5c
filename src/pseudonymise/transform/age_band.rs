//! Ages in bands.

use super::Unfit;
use super::day::to_civil;

/// Completed years from birth to a day; born on 29 February, the year is completed on 1 March.
pub fn age(born: i32, on: i32) -> Result<i32, Unfit> {
    if on < born {
        return Err(Unfit::Age);
    }
    let ((y, m, d), (born_y, born_m, born_d)) = (to_civil(on), to_civil(born));
    Ok(y - born_y - i32::from((m, d) < (born_m, born_d)))
}

/// Writes `35-39`, from the top on `90+`.
pub fn write(age: i32, width: u16, top: Option<u16>, out: &mut Vec<u8>) {
    if let Some(top) = top.filter(|top| age >= i32::from(*top)) {
        super::band::digits(u64::from(top), out);
        out.push(b'+');
        return;
    }
    let low = u64::try_from(age).unwrap_or(0) / u64::from(width) * u64::from(width);
    super::band::range(low, low + u64::from(width) - 1, out);
}

#[cfg(test)]
mod tests {
    use super::super::day::from_civil;
    use super::*;

    #[test]
    fn birthdays_count_from_their_day_and_leap_days_from_the_first_of_march() {
        let born = from_civil(2000, 2, 29);
        assert_eq!(age(born, from_civil(2001, 2, 28)), Ok(0));
        assert_eq!(age(born, from_civil(2001, 3, 1)), Ok(1));
        assert_eq!(age(born, from_civil(2004, 2, 29)), Ok(4));
        assert_eq!(age(born, born), Ok(0));
        assert_eq!(age(born, born - 1), Err(Unfit::Age));
    }

    #[test]
    fn bands_have_their_width_and_an_open_top() {
        let band = |age, width, top| {
            let mut out = Vec::new();
            write(age, width, top, &mut out);
            String::from_utf8(out).expect("ascii")
        };
        assert_eq!(band(0, 5, Some(90)), "0-4");
        assert_eq!(band(89, 5, Some(90)), "85-89");
        assert_eq!(band(90, 5, Some(90)), "90+");
        assert_eq!(band(104, 5, Some(90)), "90+");
        assert_eq!(band(104, 10, None), "100-109");
        assert_eq!(band(7, 1, None), "7");
    }
}
