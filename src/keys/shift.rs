//! Date shift: one offset per person, obfuscation and not secrecy.

use super::mac::MacKey;

/// How far dates may move: R days, or N weeks (which keeps the day of the week).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShiftRange {
    units: u16,
    unit_days: u8,
}

/// A range under which one known date all but gives the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShiftRangeError {
    /// Less than 14 days either way.
    #[error("a shift of less than 14 days either way hides too little; use 14 days or 2 weeks at least")]
    Narrow,
    /// More than ten years.
    #[error("a shift of more than 3,650 days says nothing true about when; use truncation to a year, or drop the date")]
    Wide,
}

impl ShiftRange {
    /// Up to R days either way, never none.
    pub fn days(days: u16) -> Result<Self, ShiftRangeError> {
        Self::checked(days, 1)
    }

    /// Up to N weeks either way, never none, in whole weeks.
    pub fn weeks(weeks: u16) -> Result<Self, ShiftRangeError> {
        Self::checked(weeks, 7)
    }

    fn checked(units: u16, unit_days: u8) -> Result<Self, ShiftRangeError> {
        match u32::from(units) * u32::from(unit_days) {
            0..14 => Err(ShiftRangeError::Narrow),
            14..=3650 => Ok(Self { units, unit_days }),
            _ => Err(ShiftRangeError::Wide),
        }
    }

    /// The farthest a date moves, in days.
    pub fn reach(self) -> i32 {
        i32::from(self.units) * i32::from(self.unit_days)
    }

    /// log2 of the number of offsets: 28 days give 5.8 bits. Said in plan and manifest.
    pub fn entropy_bits(self) -> f64 {
        (2.0 * f64::from(self.units)).log2()
    }
}

/// Makes offsets.
pub struct ShiftKey(MacKey);

impl ShiftKey {
    pub(super) fn new(key: MacKey) -> Self {
        Self(key)
    }

    /// The offset in days of the person with this canonical message: the same for every date of theirs, except birth
    /// and death, which never share it.
    ///
    /// u = first 16 bytes of the MAC, big-endian; v = u mod 2R - R; from 0 upwards, v + 1.
    pub fn offset(&self, subject: &[u8], range: ShiftRange) -> i32 {
        let mac = self.0.mac(subject);
        let mut half = [0u8; 16];
        half.copy_from_slice(&mac[..16]);
        let units = i32::from(range.units);
        let drawn = u128::from_be_bytes(half) % u128::from(2 * u32::from(range.units));
        let shifted = i32::try_from(drawn).unwrap_or(0) - units;
        (if shifted >= 0 { shifted + 1 } else { shifted }) * i32::from(range.unit_days)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_offset_but_none_occurs_and_weeks_keep_the_weekday() {
        let key = ShiftKey::new(MacKey::new(b"k"));
        let range = ShiftRange::days(14).expect("wide enough");
        let seen: BTreeSet<i32> = (0..2000u32).map(|n| key.offset(&n.to_be_bytes(), range)).collect();
        assert_eq!(seen, (-14..=14).filter(|offset| *offset != 0).collect());
        let weeks = ShiftRange::weeks(4).expect("wide enough");
        assert!((0..100u32).all(|n| key.offset(&n.to_be_bytes(), weeks) % 7 == 0));
        assert_eq!(weeks.reach(), 28);
    }

    #[test]
    fn narrow_ranges_are_refused_and_entropy_is_stated() {
        assert_eq!(ShiftRange::days(13), Err(ShiftRangeError::Narrow));
        assert_eq!(ShiftRange::weeks(1), Err(ShiftRangeError::Narrow));
        assert_eq!(ShiftRange::days(4000), Err(ShiftRangeError::Wide));
        assert_eq!(format!("{:.1}", ShiftRange::days(28).expect("wide enough").entropy_bits()), "5.8");
    }
}
