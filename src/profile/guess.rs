//! What a column is: the name's word and the values' word, put together by rules that are told.

use super::kind::{Class, Kind, by_name};
use super::shape::{DISTINCT, Shape};

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// Name and values disagree, or little speaks for it.
    Unsure,
    /// The name or the values say so, and the other does not contradict.
    Likely,
    /// Both say so.
    Sure,
}

impl Sure {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// A guess, without any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What it is taken for: where name and values disagree, the one that could do more harm.
    pub kind: Kind,
    /// How sure.
    pub sure: Sure,
    /// The rule that spoke: `name+values`, `name`, `values`, `disagree`, `none`.
    pub rule: &'static str,
    /// What the name says.
    pub name: Option<Kind>,
    /// What nine of ten values look like, and how many do.
    pub values: Option<(Kind, u64)>,
    /// Whether the name says one thing and the values another.
    pub disagree: bool,
    /// Identifiers in cells of a column that is none of theirs: what, and in how many cells.
    pub hidden: Vec<(Kind, u64)>,
}

/// What nine of ten values look like, the narrower form first.
fn by_values(shape: &Shape) -> Option<(Kind, u64)> {
    let date = shape.dates.iter().copied().max().unwrap_or(0);
    let narrow = [
        // Of numbers with ten digits one in eleven passes by chance: nine in ten do not.
        (Kind::NhsNumber, shape.nhs),
        (Kind::Email, shape.email),
        (Kind::NiNumber, shape.ni),
        (Kind::Postcode, shape.postcode),
        (Kind::Lsoa, shape.area),
        (Kind::Snomed, shape.snomed),
    ];
    if let Some(found) = narrow.into_iter().find(|(_, count)| shape.mostly(*count)) {
        return Some(found);
    }
    // Damaged numbers are numbers still: half of a column of ten digits cannot pass by chance.
    if shape.mostly(shape.ten_digits) && shape.nhs * 2 > shape.filled {
        return Some((Kind::NhsNumber, shape.nhs));
    }
    if shape.mostly(date) {
        let kind = if shape.spread() >= 5 { Kind::BirthDate } else { Kind::EventDate };
        return Some((kind, date));
    }
    let wide = [(Kind::Phone, shape.phone), (Kind::Icd10, shape.icd10), (Kind::OdsCode, shape.ods), (Kind::FreeText, shape.words)];
    wide.into_iter().find(|(_, count)| shape.mostly(*count))
}

/// Whether values of this kind can be told by their form at all, and whether these have it.
fn fits(kind: Kind, shape: &Shape) -> Option<bool> {
    let date = shape.dates.iter().copied().max().unwrap_or(0);
    let most = |count| Some(shape.mostly(count));
    match kind {
        Kind::NhsNumber => Some(shape.nhs * 2 > shape.filled),
        Kind::Email => most(shape.email),
        Kind::NiNumber => most(shape.ni),
        Kind::Postcode => Some(shape.postcode * 2 > shape.filled),
        Kind::Lsoa => most(shape.area),
        Kind::Snomed => most(shape.snomed),
        Kind::Icd10 => most(shape.icd10),
        Kind::BirthDate | Kind::DeathDate | Kind::EventDate => most(date),
        Kind::Phone => Some(shape.phone * 2 > shape.filled),
        Kind::OdsCode if shape.mostly(shape.ods) => Some(true),
        Kind::Sex if shape.mostly(shape.short) => Some(true),
        Kind::Sex | Kind::Ethnicity => Some(shape.distinct() <= 40),
        Kind::Age => Some(shape.mostly(shape.number) && shape.longest <= 3),
        Kind::Cost | Kind::Coordinates => most(shape.number),
        Kind::Uprn => Some(shape.mostly(shape.digits) && shape.longest <= 12),
        Kind::NhsStatus => Some(shape.mostly(shape.short)),
        Kind::Diagnosis if shape.mostly(shape.icd10) || shape.mostly(shape.snomed) => Some(true),
        Kind::Diagnosis => Some(shape.longest <= 18),
        Kind::FreeText if shape.words * 2 > shape.filled => Some(true),
        _ => None,
    }
}

/// Whether the values' word is only another way to say the name's.
fn same(name: Kind, values: Kind) -> bool {
    use Kind::{
        Address, BirthDate, DeathDate, Diagnosis, EventDate, FreeText, Icd10, LocalId, Name, NhsNumber, OdsCode, Pathway, Phone, Snomed, Staff, Unknown,
    };
    name == values
        || matches!(
            (name, values),
            (BirthDate | DeathDate | EventDate, BirthDate | EventDate)
                | (Diagnosis, Icd10 | Snomed)
                | (Address | Name | Staff, FreeText)
                | (Address, Kind::Postcode)
                // Local numbers have every form, that of a practice's code or a telephone number too.
                | (LocalId | Pathway | Staff | Kind::Uprn, OdsCode | Phone | Snomed | Icd10)
                | (NhsNumber, Unknown)
        )
}

/// The guess for a column.
pub fn guess(name: &str, shape: &Shape) -> Guess {
    let named = by_name(name);
    let values = by_values(shape);
    let told = shape.filled > 0;
    let (kind, sure, rule, disagree) = match (named, values) {
        (Some(name), Some((kind, _))) if same(name, kind) => (name, Sure::Sure, "name+values", false),
        (Some(name), Some((kind, _))) if kind == Kind::FreeText && name.class() != Class::Direct && fits(name, shape) != Some(false) => {
            (name, Sure::Likely, "name", false)
        }
        (Some(name), Some((kind, _))) => (worse(name, kind), Sure::Unsure, "disagree", true),
        (Some(name), None) if !told => (name, Sure::Likely, "name", false),
        (Some(name), None) => match fits(name, shape) {
            Some(true) => (name, Sure::Sure, "name+values", false),
            Some(false) => (name, Sure::Unsure, "disagree", true),
            None => (name, Sure::Likely, "name", false),
        },
        (None, Some((kind, _))) => (kind, if shape.filled >= 20 { Sure::Likely } else { Sure::Unsure }, "values", false),
        (None, None) if code_of_a_row(shape) => (Kind::LocalId, Sure::Unsure, "values", false),
        (None, None) => (Kind::Unknown, Sure::Unsure, "none", false),
    };
    Guess { kind, sure, rule, name: named, values, disagree, hidden: hidden(kind, shape) }
}

/// Of two, the one that could do more harm; the values where both are alike, for they are what would leave.
fn worse(name: Kind, values: Kind) -> Kind {
    if name.class() > values.class() { name } else { values }
}

/// A code with letters and digits that is another in nearly every row.
fn code_of_a_row(shape: &Shape) -> bool {
    shape.filled >= 20 && shape.mostly(shape.code) && (shape.distinct() >= DISTINCT || shape.distinct() as u64 * 10 >= shape.filled * 9)
}

/// Identifiers where they do not belong.
fn hidden(kind: Kind, shape: &Shape) -> Vec<(Kind, u64)> {
    let mut found = Vec::new();
    // A few numbers of ten digits pass the check by chance; more than a third of them do not.
    let by_chance = shape.nhs * 3 < shape.ten_digits || kind == Kind::Snomed && shape.nhs < shape.snomed;
    let nhs = shape.nhs_within + if by_chance { 0 } else { shape.nhs };
    let postcodes = shape.postcode + shape.postcode_within;
    for (what, count) in [(Kind::NhsNumber, nhs), (Kind::Email, shape.email), (Kind::Postcode, postcodes)] {
        let own = kind == what || what == Kind::Postcode && kind == Kind::Address;
        if count > 0 && !own {
            found.push((what, count));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, cells: &[&str]) -> Guess {
        let mut shape = Shape::default();
        for cell in cells.iter().cycle().take(cells.len() * 30) {
            shape.add(cell.as_bytes());
        }
        guess(name, &shape)
    }

    #[test]
    fn names_and_values_that_agree_are_sure_and_what_disagrees_is_told() {
        let agree = of("NHS_Number", &["9990000018", "999 000 0026"]);
        assert_eq!((agree.kind, agree.sure, agree.disagree), (Kind::NhsNumber, Sure::Sure, false));
        let notes = of("notes", &["9990000018", "9990000026"]);
        assert_eq!((notes.kind, notes.disagree, notes.rule), (Kind::NhsNumber, true, "disagree"));
        let wrong = of("nhs_number", &["red", "blue"]);
        assert_eq!((wrong.kind, wrong.sure, wrong.disagree), (Kind::NhsNumber, Sure::Unsure, true));
        let cost = of("cost", &["OL17 3XB", "WN7 4LB"]);
        assert_eq!((cost.kind, cost.disagree), (Kind::Postcode, true));
    }

    #[test]
    fn an_identifier_within_a_text_is_counted() {
        let within = of("outcome_code", &["seen", "seen 999 000 0018"]);
        assert_eq!(within.hidden, [(Kind::NhsNumber, 30)]);
        assert_eq!(of("x", &["a", "b"]).hidden, []);
    }

    #[test]
    fn births_spread_over_decades_and_events_do_not() {
        let births = ["1931-01-02", "1944-02-03", "1958-12-01", "1967-01-01", "1985-05-05", "1999-01-09", "2011-01-01"];
        assert_eq!(of("d1", &births).kind, Kind::BirthDate);
        assert_eq!(of("d2", &["2026-01-02", "2025-12-30"]).kind, Kind::EventDate);
    }
}
