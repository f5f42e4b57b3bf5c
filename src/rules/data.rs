//! Facts that change (years, dates of law, phrases, kinds): tables with dates and sources, never code.

use std::sync::LazyLock;

use crate::diagnostics::Finding;
use crate::identifier::Date;
use crate::pack::Pack;
use crate::source::{FileId, Sources, Span};

/// One row of a table, by position.
pub type Row = Vec<String>;

/// Columns that hold a day.
const DAYS: [&str; 5] = ["from", "since", "last", "starts", "deadline"];

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes())
}

fn read(text: &str) -> Vec<Row> {
    reader(text).records().filter_map(Result::ok).map(|record| record.iter().map(str::to_owned).collect()).collect()
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// The tables of one run: those shipped, each replaced by the pack's own `facts/NAME.csv` where it has one.
        #[derive(Clone, Debug)]
        pub struct Facts {
            $($(#[$doc])* pub $name: Vec<Row>,)*
            /// Names of the tables that the pack replaced.
            pub replaced: Vec<&'static str>,
        }

        /// Name and text of every table shipped.
        const SHIPPED: &[(&str, &str)] = &[$((stringify!($name), include_str!(concat!("data/", stringify!($name), ".csv")))),*];

        impl Facts {
            pub(super) fn shipped() -> Self {
                Self { $($name: read(include_str!(concat!("data/", stringify!($name), ".csv"))),)* replaced: Vec::new() }
            }

            fn table_mut(&mut self, name: &str) -> Option<&mut Vec<Row>> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

tables! {
    /// name, kind, source.
    purposes,
    /// code, kind, source.
    purposes_of_use,
    /// field, phrase, since, source.
    vague_phrases,
    /// name, class, source.
    categories,
    /// word, kind, source.
    roles,
    /// kind, form, public, caldicott, source.
    organisation_kinds,
    /// letter, schedule_1, meaning.
    article_9,
    /// year, starts, deadline.
    dspt_years,
    /// phrase, last, what, source.
    expired_bases,
    /// word, from, meaning.
    recognised_interests,
    /// word, meaning.
    ndoo_reasons,
    /// word, meaning.
    confidentiality_routes,
    /// name, from, source.
    law_dates,
    /// word, since, source.
    security_words,
    /// kind, since, source.
    not_legal_bodies,
    /// status, rank, since, source.
    dspt_statuses,
    /// word, class, since, source.
    mail_words,
    /// phrase, whose, since, source.
    powers,
    /// name, since, source.
    scoring_purposes,
    /// country, from, source.
    countries,
    /// word, means, how, direct, source.
    identifiers,
    /// where, word, what, source.
    anonymous_services,
    /// word, kind, source.
    identifiability,
    /// phrase, version, last, covers, source.
    exclusion_lists,
    /// word, kind, source.
    unstructured,
    /// word, who, how, source.
    third_parties,
    /// code, name, includes, does, about, source.
    rbac_codes,
    /// duty, by, word, source.
    duties,
    /// one, other, why, source.
    separated_duties,
    /// word, years, counted_from, years_after_death, copy, from, certainty, source.
    retention_minima,
    /// standard, who, from, what, source.
    clinical_safety,
    /// name, value, meaning.
    parameters,
}

static ALL_SHIPPED: LazyLock<Facts> = LazyLock::new(Facts::shipped);

impl Facts {
    /// The tables for a pack, and what is wrong with its own. A table that cannot be used leaves the shipped one in force.
    pub fn of(pack: &Pack, sources: &Sources) -> (Self, Vec<Finding>) {
        let (mut facts, mut findings) = (ALL_SHIPPED.clone(), Vec::new());
        for file in &pack.facts {
            if let Err(finding) = facts.replace(*file, sources) {
                findings.push(*finding);
            }
        }
        (facts, findings)
    }

    fn replace(&mut self, file: FileId, sources: &Sources) -> Result<(), Box<Finding>> {
        let path = sources.name(file);
        let text = sources.text(file);
        let wrong = |line: u64, message: String| {
            let start = text.split_inclusive('\n').take(usize::try_from(line).unwrap_or(1).saturating_sub(1)).map(str::len).sum::<usize>();
            let length = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            Box::new(
                Finding::error("READ-005", path, message)
                    .at(Span::new(file, start, start + length), "here")
                    .ground("a table of the pack takes the place of the one shipped with carepact, so it has its columns"),
            )
        };
        // As it stands, or `REVISION:facts/NAME.csv`.
        let stem = path.rsplit("facts/").next().unwrap_or(path).trim_end_matches(".csv");
        let Some((name, shipped)) = SHIPPED.iter().find(|(name, _)| *name == stem) else {
            let finding = wrong(1, format!("carepact has no table of facts named {stem}"));
            return Err(match crate::text::nearest(stem, SHIPPED.iter().map(|(name, _)| *name)) {
                Some(near) => Box::new(finding.help(format!("Did you mean facts/{near}.csv?"))),
                None => {
                    Box::new(finding.help(format!("The tables are {}.", crate::text::and_list(&SHIPPED.iter().map(|(name, _)| *name).collect::<Vec<_>>()))))
                }
            });
        };
        let columns = reader(shipped).headers().cloned().unwrap_or_default();
        let mut written = reader(text);
        let header = written.headers().cloned().map_err(|error| wrong(1, format!("the table cannot be read: {error}")))?;
        let expected = columns.iter().collect::<Vec<_>>().join(",");
        if header != columns {
            let finding = wrong(header.position().map_or(1, csv::Position::line), format!("the columns are not those of the table {name}"));
            return Err(Box::new(finding.help(format!("Write the columns {expected}."))));
        }
        let mut rows = Vec::new();
        for record in written.records() {
            let record = record.map_err(|error| wrong(error.position().map_or(1, csv::Position::line), format!("a row has not the columns {expected}")))?;
            let line = record.position().map_or(1, csv::Position::line);
            for (column, cell) in columns.iter().zip(&record) {
                if DAYS.contains(&column) && Date::parse(cell).is_err() {
                    return Err(Box::new(wrong(line, format!("`{column}` is no date")).help("Write a date such as 2026-04-01.")));
                }
            }
            rows.push(record.iter().map(str::to_owned).collect());
        }
        if let Some(table) = self.table_mut(name) {
            *table = rows;
            self.replaced.push(name);
        }
        Ok(())
    }

    /// The phrase of a field that the text is or holds, in force that day.
    pub fn vague(&self, field: &str, text: &str, on: Date) -> Option<&Row> {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        self.vague_phrases.iter().filter(|row| row[0] == field && date(&row[2]) <= on).find(|row| {
            let phrase = row[1].trim().to_lowercase();
            let phrase = phrase.as_str();
            // A short word alone says nothing; among others it may. A list of codes may have such words in its name.
            if phrase.contains(' ') && field != "exclusions" {
                text == phrase || (field == "retention" && text.contains(phrase)) || text.split_whitespace().count() <= 5 && text.contains(phrase)
            } else {
                text == phrase
            }
        })
    }
}

/// A date of a table; the tables are tested to hold only good ones.
pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or(Date::MAX)
}

/// The row whose first cell is this word.
pub fn row<'t>(table: &'t [Row], word: &str) -> Option<&'t Row> {
    table.iter().find(|row| row[0] == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_compared_without_regard_to_case() {
        let mut facts = ALL_SHIPPED.clone();
        facts.vague_phrases = vec![["purpose", "To Help People", "2018-01-01", "ours"].map(str::to_owned).to_vec()];
        let on = Date::parse("2026-07-01").expect("a date");
        assert!(facts.vague("purpose", "to help people.", on).is_some());
    }

    #[test]
    fn every_table_says_its_date_and_reads_whole() {
        for (name, text) in SHIPPED {
            let table = Facts::shipped().table_mut(name).cloned().expect("named");
            assert!(text.starts_with("# "), "{name} says what it is");
            let lines = text.lines().filter(|line| !line.starts_with('#')).count() - 1;
            assert_eq!(table.len(), lines, "{name}");
            let columns = reader(text).headers().expect("a header").clone();
            for row in &table {
                for (column, cell) in columns.iter().zip(row) {
                    if DAYS.contains(&column) {
                        assert!(Date::parse(cell).is_ok(), "{name}: {cell}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_sentence_with_a_verb_and_an_object_is_not_vague() {
        let (on, facts) = (date("2026-07-01"), Facts::shipped());
        assert!(facts.vague("purpose", "To improve services.", on).is_some());
        assert!(facts.vague("purpose", "analytics", on).is_some());
        assert!(facts.vague("purpose", "find people with three or more long-term conditions so that their practice can invite them", on).is_none());
        assert!(facts.vague("purpose", "to improve services", date("2020-01-01")).is_none());
    }
}
