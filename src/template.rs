//! Packs to start from: whole, small, and in order on the day they are made and for a year after it.
//!
//! The files stand under `policies/templates` as packs of their own, written as of [`ANCHOR`]. A new pack gets them with
//! its name and title, and with every date moved by the same number of months.

pub mod pipeline;
pub mod workspace;

use std::fmt::Write as _;

use crate::identifier::Date;

/// The first day of the agreements as the files stand.
pub const ANCHOR: &str = "2026-04-01";

/// Dates from here on belong to the agreements and are moved; earlier ones (when an organisation opened) are history.
const MOVED_FROM: &str = "2026-01-01";

/// A pack to start from.
#[derive(Debug)]
pub struct Template {
    /// As given to `--template`.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    files: &'static [(&'static str, &'static str)],
}

macro_rules! template {
    ($name:literal, $about:literal, [$($file:literal),* $(,)?]) => {
        Template {
            name: $name,
            about: $about,
            files: &[$(($file, include_str!(concat!("../policies/templates/", $name, "/", $file)))),*],
        }
    };
}

/// Every template, the one that is taken unasked first.
pub static ALL: [Template; 2] = [
    template!(
        "shared-care-record",
        "direct care: practices, trusts, a council and a supplier share one record",
        [
            "README.md",
            "pack.yaml",
            "vocabulary.yaml",
            "guards.yaml",
            "pathways.yaml",
            "waivers.yaml",
            "systems.csv",
            "flows.csv",
            "agreements/care-record.yaml",
            "accessions/0001.csv",
            "register/organisations.csv",
            "register/functions.csv",
            "register/memberships.csv",
            "register/list_sizes.csv",
            "register/assurance.csv",
            "tests/care-record.yaml",
        ]
    ),
    template!(
        "secondary-use",
        "the same, with a second agreement: planning on pseudonymised data, with a monthly release",
        [
            "README.md",
            "pack.yaml",
            "vocabulary.yaml",
            "guards.yaml",
            "pathways.yaml",
            "waivers.yaml",
            "systems.csv",
            "flows.csv",
            "agreements/care-record.yaml",
            "agreements/planning.yaml",
            "accessions/0001.csv",
            "accessions/0002.csv",
            "register/organisations.csv",
            "register/functions.csv",
            "register/memberships.csv",
            "register/list_sizes.csv",
            "register/assurance.csv",
            "tests/care-record.yaml",
            "tests/planning.yaml",
        ]
    ),
];

/// A template by name.
pub fn find(name: &str) -> Option<&'static Template> {
    ALL.iter().find(|template| template.name == name)
}

/// What makes a new pack its own.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// `pack:` of `pack.yaml`, see [`id_is_good`].
    pub id: &'a str,
    /// Its title; none keeps the template's.
    pub title: Option<&'a str>,
    /// The day on which it is made: the agreements start on the first of its month.
    pub as_of: Date,
    /// Whether each YAML file names its schema in its first line, for editors.
    pub modelines: bool,
}

/// Whether a name can be that of a pack: small letters, digits and single hyphens, from a letter, at most 64.
pub fn id_is_good(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !id.ends_with('-')
        && !id.contains("--")
        && id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

/// The name that a folder's name suggests, if it suggests one.
pub fn id_of(folder: &str) -> Option<String> {
    let mut id = String::new();
    for letter in folder.chars() {
        if letter.is_ascii_alphanumeric() {
            id.push(letter.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-').to_owned();
    id_is_good(&id).then_some(id)
}

impl Template {
    /// The files of a new pack: names relative to its folder, and what each says.
    pub fn files(&self, wanted: Wanted<'_>) -> Vec<(String, String)> {
        let months = months_from_anchor(wanted.as_of);
        self.files
            .iter()
            .map(|(name, text)| {
                let mut text = match *name {
                    "register/assurance.csv" => assurance(text, wanted.as_of),
                    _ => moved(text, months),
                };
                if *name == "pack.yaml" {
                    text = named(&text, wanted);
                }
                if let (Some(title), "README.md") = (wanted.title, *name) {
                    let rest = text.split_once('\n').map_or("", |(_, rest)| rest).to_owned();
                    text = format!("# {title}\n{rest}");
                }
                if wanted.modelines
                    && let Some(schema) = workspace::schema_of(name)
                {
                    let up = "../".repeat(name.matches('/').count());
                    text = format!("# yaml-language-server: $schema={up}schemas/{schema}\n{text}");
                }
                ((*name).to_owned(), text)
            })
            .collect()
    }
}

/// Whole months from the anchor to the month of a day.
fn months_from_anchor(as_of: Date) -> i32 {
    let anchor = Date::parse(ANCHOR).map_or(as_of, |anchor| anchor);
    let month = |date: Date| i32::from(date.civil().year()) * 12 + i32::from(date.civil().month());
    month(as_of) - month(anchor)
}

/// The text with every date of the agreements moved by some months. Days in templates are at most 28 or the last of
/// their month, and stay so.
fn moved(text: &str, months: i32) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, date)) = next_date(rest) {
        out.push_str(&rest[..at]);
        let written = &rest[at..at + 10];
        if written < MOVED_FROM {
            out.push_str(written);
        } else {
            let last = date.next().civil().day() == 1;
            let to = if last { date.next().plus_months(months).previous() } else { date.plus_months(months) };
            let _ = write!(out, "{to}");
        }
        rest = &rest[at + 10..];
    }
    out.push_str(rest);
    out
}

fn next_date(text: &str) -> Option<(usize, Date)> {
    text.char_indices().find_map(|(at, letter)| {
        let date = letter.is_ascii_digit().then(|| text.get(at..at + 10)).flatten()?;
        Date::parse(date).ok().map(|date| (at, date))
    })
}

/// The DSPT table: the year that counts on the day, and the one after it. A year's status counts from its deadline,
/// 30 June, until the next one.
fn assurance(text: &str, as_of: Date) -> String {
    let anchor = Date::parse(ANCHOR).map_or(as_of, |anchor| anchor);
    let years = deadline_before(as_of) - deadline_before(anchor);
    let mut out = String::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        if let [ods, scheme, status, year, published, interim] = cells[..]
            && let Some((_, end)) = year.split_once('/')
            && let (Ok(end), Ok(published)) = (end.parse::<i32>(), Date::parse(published))
        {
            let end = end + years;
            let _ = writeln!(
                out,
                "{ods},{scheme},{status},{:02}/{:02},{},{interim}",
                (end - 1).rem_euclid(100),
                end.rem_euclid(100),
                published.plus_months(years * 12)
            );
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The year of the last deadline before a day.
fn deadline_before(on: Date) -> i32 {
    let civil = on.civil();
    i32::from(civil.year()) - i32::from(civil.month() < 7)
}

/// `pack.yaml` with the name and the title asked for.
fn named(text: &str, wanted: Wanted<'_>) -> String {
    let mut out = String::new();
    for line in text.lines() {
        match (line.strip_prefix("pack: "), line.strip_prefix("title: "), wanted.title) {
            (Some(rest), ..) => {
                let comment = rest.find('#').map_or("", |at| &rest[at..]);
                let _ = writeln!(out, "{:<40} {comment}", format!("pack: {}", wanted.id));
            }
            (_, Some(_), Some(title)) => {
                let _ = writeln!(out, "title: {}", serde_json::Value::from(title));
            }
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    #[test]
    fn dates_of_agreements_move_and_history_stays() {
        assert_eq!(moved("starts: 2026-04-01 # X99001,2013-04-01,\nends: 2028-03-31\n", 10), "starts: 2027-02-01 # X99001,2013-04-01,\nends: 2029-01-31\n");
        assert_eq!(moved("ends: 2028-03-31", 11), "ends: 2029-02-28", "the last of a month stays the last of a month");
        assert_eq!(months_from_anchor(day("2026-11-23")), 7);
        assert_eq!(months_from_anchor(day("2026-04-30")), 0);
    }

    #[test]
    fn the_dspt_year_is_the_one_that_counts() {
        let table = "ods,scheme,status,year,published,interim\nX99001,DSPT,Standards Met,24/25,2025-06-20,false\n";
        assert!(assurance(table, day("2026-06-30")).contains("24/25,2025-06-20"), "until the deadline");
        assert!(assurance(table, day("2026-07-01")).contains("25/26,2026-06-20"));
        assert!(assurance(table, day("2100-01-01")).contains("98/99,2099-06-20"));
    }

    #[test]
    fn names_of_packs() {
        assert_eq!(id_of("My Community (2026)").as_deref(), Some("my-community-2026"));
        assert_eq!(id_of("2026"), None);
        assert!(id_is_good("gm-west2") && !id_is_good("GM") && !id_is_good("a--b") && !id_is_good("") && !id_is_good("a: b"));
    }

    #[test]
    fn a_title_of_any_letters_is_one_line_of_yaml() {
        let wanted = Wanted { id: "west", title: Some("West: \"all\" of it # yes\nno"), as_of: day(ANCHOR), modelines: false };
        let text = named("pack: example-community # short\ntitle: Old\n", wanted);
        let read: std::collections::BTreeMap<String, String> = serde_yaml::from_str(&text).expect("yaml");
        assert_eq!((read["pack"].as_str(), read["title"].as_str()), ("west", "West: \"all\" of it # yes\nno"));
    }
}
