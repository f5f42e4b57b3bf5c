//! What was meant by a name that is not known: by its spelling, or by what people call the same thing elsewhere.

use std::sync::LazyLock;

/// A name that may have been meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near<'a> {
    /// The name as it is known.
    pub name: &'a str,
    /// Whether it is so near, and every other so far, that nothing else can have been meant.
    pub certain: bool,
    /// A word of explanation, where the two do not look alike; may be empty.
    pub note: &'static str,
}

impl Near<'_> {
    /// ``Did you mean `x`?``
    pub fn question(&self) -> String {
        if self.note.is_empty() { format!("Did you mean `{}`?", self.name) } else { format!("Did you mean `{}`? ({})", self.name, self.note) }
    }
}

/// Where a name stands: other words are used for the same thing in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A key of a block.
    Key,
    /// A column of a table.
    Column,
    /// A name of a vocabulary.
    Name,
}

struct Meant {
    place: Place,
    written: String,
    means: String,
    note: String,
}

/// `meant.csv`: what people write, and what it is called here.
static MEANT: LazyLock<Vec<Meant>> = LazyLock::new(|| {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(include_str!("meant.csv").as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    rows.filter_map(|row| {
        let place = match row.get(0)? {
            "key" => Place::Key,
            "column" => Place::Column,
            _ => Place::Name,
        };
        Some(Meant { place, written: row.get(1)?.to_owned(), means: row.get(2)?.to_owned(), note: row.get(3)?.to_owned() })
    })
    .collect()
});

/// The name that may have been meant, by spelling first, then by meaning.
pub fn near<'a>(place: Place, written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<Near<'a>> {
    let mut known: Vec<&'a str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    spelt(written, &known).or_else(|| meant(place, written, &known))
}

/// By spelling: the nearest name, certain if only one can have been meant.
pub fn spelt<'a>(written: &str, known: &[&'a str]) -> Option<Near<'a>> {
    let name = super::nearest(written, known.iter().copied())?;
    let (lower, length) = (written.to_lowercase(), written.chars().count());
    let distance = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let slip = distance(name);
    // Of short words every other is near; and a different ending may be another word.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // `unidentifiable` is near to `identifiable` and the opposite of it; `tier_2` is no slip for `tier_1`.
    let alike = lower.chars().next() == name.to_lowercase().chars().next() && digits(&lower) == digits(name);
    let small = alike && length >= 4 && name.chars().count() >= 4 && slip <= if length < 8 { 1 } else { 2 };
    let others = known.iter().filter(|other| **other != name).map(|other| distance(other)).min().unwrap_or(usize::MAX);
    Some(Near { name, certain: small && others >= slip.saturating_add(2), note: "" })
}

/// By meaning: never certain, since what stands beneath may have to be written otherwise too.
pub fn meant<'a>(place: Place, written: &str, known: &[&'a str]) -> Option<Near<'a>> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let written = plain(written);
    MEANT.iter().filter(|row| row.place == place && plain(&row.written) == written).find_map(|row| {
        let name = known.iter().find(|name| **name == row.means || name.rsplit('.').next() == Some(row.means.as_str()))?;
        Some(Near { name, certain: false, note: row.note.as_str() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCKS: [&str; 8] = ["agreement", "basis", "starts", "ends", "grants", "prohibits", "retention", "review"];

    #[test]
    fn a_slip_of_the_hand_is_certain_and_a_choice_is_not() {
        let certain = |written: &str, known: &[&str]| near(Place::Key, written, known.iter().copied()).map(|near| (near.name.to_owned(), near.certain));
        assert_eq!(certain("retension", &BLOCKS), Some(("retention".to_owned(), true)));
        assert_eq!(certain("reveiw", &BLOCKS), Some(("review".to_owned(), true)));
        // Two that are as near, and words too short to tell.
        assert_eq!(certain("nurs", &["nurse", "nuns"]), Some(("nuns".to_owned(), false)));
        assert_eq!(certain("unidentifiable", &["identifiable", "aggregate"]), Some(("identifiable".to_owned(), false)));
        assert_eq!(certain("ring_3", &["ring_1"]), Some(("ring_1".to_owned(), false)));
        assert_eq!(certain("fro", &["for", "form"]), Some(("for".to_owned(), false)));
    }

    #[test]
    fn what_people_call_it_elsewhere_is_offered_and_never_certain() {
        for (written, means) in [
            ("effective_from", "starts"),
            ("expiry", "ends"),
            ("lawful basis", "basis"),
            ("Permissions", "grants"),
            ("exclusions", "prohibits"),
            ("id", "agreement"),
        ] {
            let near = near(Place::Key, written, BLOCKS).expect(written);
            assert_eq!((near.name, near.certain), (means, false), "{written}");
        }
        assert_eq!(near(Place::Name, "GP", ["practice", "acute"]).map(|near| near.name), Some("practice"));
        assert_eq!(near(Place::Name, "social_care", ["council.adult_social_care"]).map(|near| near.name), Some("council.adult_social_care"));
        assert_eq!(near(Place::Name, "xyzzy", ["practice"]), None);
    }

    #[test]
    fn every_row_says_what_it_means_and_where_that_is_from() {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(include_str!("meant.csv").as_bytes());
        for row in reader.records() {
            let row = row.expect("a row as wide as the header");
            assert!(["key", "column", "name"].contains(&&row[0]) && !row[1].is_empty() && !row[2].is_empty() && !row[4].is_empty(), "{row:?}");
            assert_ne!(row[1], row[2]);
        }
    }
}
