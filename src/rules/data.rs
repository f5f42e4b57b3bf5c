//! Facts that change (years, dates of law, phrases, kinds): tables with dates and sources, never code.

use std::sync::LazyLock;

use crate::identifier::Date;

/// One row of a table, by position.
pub type Row = Vec<String>;

fn read(text: &str) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.records().filter_map(Result::ok).map(|record| record.iter().map(str::to_owned).collect()).collect()
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $file:literal),* $(,)?) => {
        $($(#[$doc])* pub static $name: LazyLock<Vec<Row>> = LazyLock::new(|| read(include_str!(concat!("data/", $file))));)*
        #[cfg(test)]
        const TABLES: &[(&str, &str, &LazyLock<Vec<Row>>)] = &[$(($file, include_str!(concat!("data/", $file)), &$name)),*];
    };
}

tables! {
    /// name, kind, source.
    PURPOSES = "purposes.csv",
    /// code, kind, source.
    PURPOSES_OF_USE = "purposes_of_use.csv",
    /// field, phrase, since, source.
    VAGUE_PHRASES = "vague_phrases.csv",
    /// name, class, source.
    CATEGORIES = "categories.csv",
    /// word, kind, source.
    ROLES = "roles.csv",
    /// kind, form, public, caldicott, source.
    ORGANISATION_KINDS = "organisation_kinds.csv",
    /// letter, schedule_1, meaning.
    ARTICLE_9 = "article_9.csv",
    /// year, starts, deadline.
    DSPT_YEARS = "dspt_years.csv",
    /// phrase, last, what, source.
    EXPIRED_BASES = "expired_bases.csv",
    /// word, from, meaning.
    RECOGNISED_INTERESTS = "recognised_interests.csv",
    /// word, meaning.
    NDOO_REASONS = "ndoo_reasons.csv",
    /// word, meaning.
    CONFIDENTIALITY_ROUTES = "confidentiality_routes.csv",
    /// name, from, source.
    LAW_DATES = "law_dates.csv",
    /// word, since, source.
    SECURITY_WORDS = "security_words.csv",
    /// country, from, source.
    COUNTRIES = "countries.csv",
}

/// A date of a table; the tables are tested to hold only good ones.
pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or(Date::MAX)
}

/// The row whose first cell is this word.
pub fn row<'t>(table: &'t [Row], word: &str) -> Option<&'t Row> {
    table.iter().find(|row| row[0] == word)
}

/// The phrase of a field that the text is or holds, in force that day.
pub fn vague(field: &str, text: &str, on: Date) -> Option<&'static Row> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    VAGUE_PHRASES.iter().filter(|row| row[0] == field && date(&row[2]) <= on).find(|row| {
        let phrase = row[1].as_str();
        // A short word alone says nothing; among others it may.
        if phrase.contains(' ') {
            text == phrase || (field == "retention" && text.contains(phrase)) || text.split_whitespace().count() <= 5 && text.contains(phrase)
        } else {
            text == phrase
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_says_its_date_and_reads_whole() {
        for (name, text, table) in TABLES {
            assert!(text.starts_with("# "), "{name} says what it is");
            let lines = text.lines().filter(|line| !line.starts_with('#')).count() - 1;
            assert_eq!(table.len(), lines, "{name}");
            let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
            let columns = reader.headers().expect("a header").clone();
            for row in table.iter() {
                for (column, cell) in columns.iter().zip(row) {
                    if ["from", "since", "last", "starts", "deadline"].contains(&column) {
                        assert!(Date::parse(cell).is_ok(), "{name}: {cell}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_sentence_with_a_verb_and_an_object_is_not_vague() {
        let on = date("2026-07-01");
        assert!(vague("purpose", "To improve services.", on).is_some());
        assert!(vague("purpose", "analytics", on).is_some());
        assert!(vague("purpose", "find people with three or more long-term conditions so that their practice can invite them", on).is_none());
        assert!(vague("purpose", "to improve services", date("2020-01-01")).is_none());
    }
}
