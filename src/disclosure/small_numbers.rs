//! Small numbers in tables of counts: hidden, rounded, and checked for what the rest of the table still tells.

pub mod counts;
pub mod differencing;
pub mod hide;

/// A published way of hiding small counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Counts from 1 to below this are hidden; 0 is shown.
    pub under: u64,
    /// Counts shown are rounded to the nearest multiple of this; 1 leaves them.
    pub round: u64,
}

/// Profiles by name. `hes-2018`: Hospital Episode Statistics from September 2018 (NHS Digital): 0 is shown, 1 to 7 are
/// `*`, others are rounded to the nearest 5.
pub const PROFILES: [(&str, Profile); 1] = [("hes-2018", Profile { under: 8, round: 5 })];

/// A way of hiding that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Neither a name nor numbers.
    #[error("there is no profile of small numbers {0:?}")]
    Unknown(String),
    /// Rounding shows what is hidden.
    #[error("`under` is at least 2 and `round` at least 1, and no count from `under` on may be rounded to 0")]
    Numbers,
}

impl Profile {
    /// A profile by name, or `under=5,round=5`.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        if let Some((_, profile)) = PROFILES.iter().find(|(name, _)| *name == text) {
            return Ok(*profile);
        }
        let (mut under, mut round) = (None, 1);
        for part in text.split(',') {
            match part.split_once('=').and_then(|(name, number)| Some((name.trim(), number.trim().parse::<u64>().ok()?))) {
                Some(("under", number)) => under = Some(number),
                Some(("round", number)) => round = number,
                _ => return Err(ProfileError::Unknown(text.to_owned())),
            }
        }
        let under = under.ok_or_else(|| ProfileError::Unknown(text.to_owned()))?;
        let profile = Self { under, round };
        if under < 2 || round < 1 || profile.rounded(under) == 0 { Err(ProfileError::Numbers) } else { Ok(profile) }
    }

    /// In words.
    pub fn words(self) -> String {
        let rounding = if self.round > 1 { format!("others to the nearest {}", self.round) } else { "others as they are".to_owned() };
        format!("0 shown, 1 to {} as *, {rounding}", self.under - 1)
    }

    /// Whether a count is hidden for itself.
    pub fn hides(self, count: u64) -> bool {
        (1..self.under).contains(&count)
    }

    /// The nearest multiple, a half upwards.
    pub fn rounded(self, count: u64) -> u64 {
        (count + self.round / 2) / self.round * self.round
    }

    /// The counts that are shown as this one: from the lowest to the highest.
    pub fn range(self, shown: u64) -> (u64, u64) {
        if shown == 0 {
            return (0, 0);
        }
        let low = shown.saturating_sub(self.round / 2).max(self.under);
        (low, (shown + self.round - 1 - self.round / 2).max(low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hes_2018_is_what_it_says() {
        let hes = Profile::parse("hes-2018").expect("known");
        assert_eq!((0..14).map(|count| if hes.hides(count) { None } else { Some(hes.rounded(count)) }).collect::<Vec<_>>(), {
            let mut list = vec![Some(0)];
            list.extend([None; 7]);
            list.extend([Some(10), Some(10), Some(10), Some(10), Some(10), Some(15)]);
            list
        });
        assert_eq!((hes.range(10), hes.range(15), hes.range(0)), ((8, 12), (13, 17), (0, 0)));
    }

    #[test]
    fn every_count_lies_in_the_range_of_what_is_shown() {
        for profile in [Profile { under: 8, round: 5 }, Profile { under: 5, round: 1 }, Profile { under: 6, round: 10 }, Profile { under: 3, round: 3 }] {
            for count in (profile.under..200).chain([0]) {
                let (low, high) = profile.range(profile.rounded(count));
                assert!((low..=high).contains(&count), "{profile:?} {count}");
                assert!((low..=high).all(|other| profile.rounded(other) == profile.rounded(count)), "{profile:?} {count}");
            }
        }
    }

    #[test]
    fn only_sound_profiles_are_taken() {
        assert_eq!(Profile::parse("under=5,round=5"), Ok(Profile { under: 5, round: 5 }));
        assert_eq!(Profile::parse("under=2,round=5"), Err(ProfileError::Numbers), "2 would become 0");
        assert_eq!(Profile::parse("hes-2017"), Err(ProfileError::Unknown("hes-2017".to_owned())));
    }
}
