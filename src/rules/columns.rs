//! The columns of a release as a rule sees them, and words that name an identifier.

use super::data::Row;
use crate::agreement::written::ReleaseDraft;
use crate::source::Span;
use crate::yaml::Node;

/// One column of a release.
pub(super) struct Column<'n> {
    /// Its name in the extract.
    pub(super) name: &'n str,
    /// Where that stands.
    pub(super) span: Span,
    /// What is done with it: `keep`, `drop`, `pseudonym`, ...; none where nothing is said. A column in whose place a constant
    /// stands is dropped.
    pub(super) action: Option<&'n str>,
    /// What it is said to hold: `nhs_number`, `name`, ...
    pub(super) is: Option<&'n str>,
}

/// Keys of a column that are not what is done with it.
const PROPERTIES: [&str; 6] = ["is", "as", "category", "class", "date", "missing"];

/// The columns of a release, those of its tables among them.
pub(super) fn of(release: &ReleaseDraft) -> Vec<Column<'_>> {
    let tables = release.node.get("tables").and_then(Node::as_map).unwrap_or_default();
    let blocks = std::iter::once(&release.node).chain(tables.iter().map(|(_, table)| table));
    let columns = blocks.filter_map(|block| block.get("columns").and_then(Node::as_map)).flatten();
    columns
        .map(|(key, rule)| Column {
            name: &key.text,
            span: key.span,
            action: rule
                .as_text()
                .or_else(|| rule.as_map()?.iter().map(|(key, _)| key.text.as_str()).find(|key| !PROPERTIES.contains(key)))
                .map(|action| if action == "constant" { "drop" } else { action }),
            is: rule.get("is").and_then(Node::as_text),
        })
        .collect()
}

/// The words of a name or phrase in lower case: `PersonBirthDate` and `person_birth-date` are both three.
pub(super) fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(index + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(char::is_lowercase) || before.is_some_and(char::is_uppercase) && after.is_some_and(|next| next.is_lowercase()));
        if begins || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The row of the identifiers table that a name or phrase means.
pub(super) fn identifier<'t>(table: &'t [Row], text: &str) -> Option<&'t Row> {
    let said = words(text);
    table.iter().find(|row| {
        let sought: Vec<&str> = row[0].split(' ').collect();
        if row[2] == "whole" { said == sought } else { said.windows(sought.len()).any(|part| part == sought) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_known_however_they_are_written() {
        let table = &super::super::data::Facts::shipped().identifiers;
        let means = |text: &str| identifier(table, text).map(|row| row[1].as_str());
        for (text, meaning) in [
            ("NHSNumber", "NHS number"),
            ("nhs_number", "NHS number"),
            ("mother_nhs_number", "NHS number"),
            ("PersonBirthDate", "date of birth"),
            ("DOB", "date of birth"),
            ("postcode (unit level)", "postcode"),
            ("Patient surname", "name"),
            ("name", "name"),
        ] {
            assert_eq!(means(text), Some(meaning), "{text}");
        }
        // A drug, a ward and a practice have names, and nobody is known by them.
        for text in ["drug_name", "ward_name", "practice", "admission", "named_nurse", "addressed_to", "diagnosis"] {
            assert_eq!(means(text), None, "{text}");
        }
    }
}
