//! A draft of a `releases:` block: default deny, every decision that is not ours said beside it.

use std::fmt::Write as _;

use super::kind::{Class, Kind, plain_name};
use super::read::Profile;
use crate::identifier::Date;
use crate::pseudonymise::release::DateForm;

/// What the block is for; left out, it says what is to be decided.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Name of the release.
    pub release: String,
    /// The recipient.
    pub to: Option<String>,
    /// The purpose.
    pub purpose: Option<String>,
    /// The day on which ages are taken where the extract has no date of an event.
    pub on: Date,
}

/// What the draft does with a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The rule as it is written.
    pub rule: String,
    /// The action alone.
    pub action: &'static str,
    /// Whether it is one of the quasi-identifiers of the risk block.
    pub quasi: bool,
    /// Why, and what is left to decide.
    pub why: String,
}

/// A name as a YAML key: bare where that is safe.
pub fn key(name: &str) -> String {
    let bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && name.starts_with(|first: char| first.is_ascii_alphabetic());
    let word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&name.to_ascii_lowercase().as_str());
    if bare && !word { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}

fn form_key(form: Option<DateForm>) -> &'static str {
    match form {
        Some(DateForm::Compact) => ", date: YYYYMMDD",
        Some(DateForm::Slashes) => ", date: DD/MM/YYYY",
        Some(DateForm::IsoTime) => ", date: \"YYYY-MM-DD HH:MM:SS\"",
        Some(DateForm::Iso) | None => "",
    }
}

/// The column of a kind that is told best: surest, then most filled, then by name, so that order does not count.
fn best(profile: &Profile, kind: Kind, also: impl Fn(usize) -> bool) -> Option<usize> {
    (0..profile.guesses.len())
        .filter(|index| profile.guesses[*index].kind == kind && also(*index))
        .min_by_key(|index| (std::cmp::Reverse(profile.guesses[*index].sure), std::cmp::Reverse(profile.shapes[*index].filled), &profile.layout.header[*index]))
}

/// The column of the person: NHS numbers, before a local number.
pub fn subject(profile: &Profile) -> Option<usize> {
    // A column that is called so and holds something else identifies nobody.
    let holds = |index: usize| profile.shapes[index].filled == 0 || profile.shapes[index].nhs * 2 > profile.shapes[index].filled;
    best(profile, Kind::NhsNumber, |index| !profile.guesses[index].disagree)
        .or_else(|| best(profile, Kind::NhsNumber, holds))
        .or_else(|| organisation(profile).and_then(|_| best(profile, Kind::LocalId, |index| profile.guesses[index].name == Some(Kind::LocalId))))
}

fn organisation(profile: &Profile) -> Option<usize> {
    best(profile, Kind::OdsCode, |index| profile.guesses[index].hidden.is_empty() && !profile.guesses[index].disagree)
}

/// A column of event dates with a form: admission before discharge before others.
fn event(profile: &Profile) -> Option<usize> {
    let rank = |index: usize| {
        let name = plain_name(&profile.layout.header[index]);
        ["admi", "atten", "arriv", "contact", "referr"].iter().position(|start| name.contains(start)).unwrap_or(9)
    };
    (0..profile.guesses.len())
        .filter(|index| shiftable(profile, *index) && profile.shapes[*index].empty == 0)
        .min_by_key(|index| (rank(*index), &profile.layout.header[*index]))
}

fn shiftable(profile: &Profile, index: usize) -> bool {
    let guess = &profile.guesses[index];
    guess.kind == Kind::EventDate && guess.hidden.is_empty() && profile.shapes[index].date_form().is_some()
}

/// What is done with every column, in the order of the extract.
pub fn lines(profile: &Profile, on: Date) -> Vec<Line> {
    let subject = subject(profile);
    (0..profile.guesses.len()).map(|index| line(profile, index, subject, on)).collect()
}

fn dropped(why: impl Into<String>) -> Line {
    Line { rule: "drop".to_owned(), action: "drop", quasi: false, why: why.into() }
}

/// A date cut to its month or year, which tells people apart all the same.
fn truncated(name: &str, to: &str, category: &str, form: Option<DateForm>, why: &str) -> Line {
    let output = key(&format!("{name}_{to}"));
    let rule = format!("{{truncate: {to}, as: {output}, category: {category}, class: quasi{}}}", form_key(form));
    Line { rule, action: "truncate", quasi: true, why: why.to_owned() }
}

fn line(profile: &Profile, index: usize, subject: Option<usize>, on: Date) -> Line {
    let (guess, shape, name) = (&profile.guesses[index], &profile.shapes[index], &profile.layout.header[index]);
    let kind = guess.kind;
    let done = |action: &'static str, quasi: bool, rule: String, why: &str| Line { rule, action, quasi, why: why.to_owned() };
    let as_is = |is: &str, why: &str| done("drop", false, format!("{{drop: {{}}, is: {is}}}"), why);
    if subject == Some(index) {
        let rule = if kind == Kind::NhsNumber {
            "{pseudonym: {}, is: nhs_number, category: demographics.identity}".to_owned()
        } else {
            let with = organisation(profile).map(|org| key(&profile.layout.header[org])).unwrap_or_default();
            format!("{{pseudonym: {{domain: local_patient_id, with: {with}}}, is: local_id, category: demographics.identity}}")
        };
        let why = if guess.disagree { "TODO decide: name and values disagree; is this the person?" } else { "the person, as a code under a key" };
        return done("pseudonym", false, rule, why);
    }
    // What is certain to be dropped keeps its word, so that the leak check looks for its values elsewhere.
    match kind {
        Kind::NhsNumber => return as_is("nhs_number", "a second NHS number (of a mother, a baby?), dropped"),
        Kind::Name => return as_is("name", "identifies by itself"),
        Kind::Email => return as_is("email", "identifies by itself"),
        Kind::Phone => return as_is("phone", "identifies by itself"),
        Kind::LocalId => {
            return as_is("local_id", "identifies by itself; to keep it, name the organisation that gave it: pseudonym with `domain:` and `with:`");
        }
        Kind::FreeText => return as_is("free_text", "free text holds what nobody expects; dropping is safer than any redaction"),
        _ => {}
    }
    if kind.class() == Class::Direct {
        return dropped(format!("{}: identifies by itself, or nearly", kind.in_words()));
    }
    if guess.disagree {
        return dropped("name and values disagree: look at it before anything leaves");
    }
    if let Some((what, _)) = guess.hidden.first() {
        return dropped(format!("cells hold what looks like an identifier ({}): look at it before anything leaves", what.in_words()));
    }
    if shape.filled == 0 {
        return dropped("empty in this extract, so that nothing could be checked");
    }
    if guess.name.is_none() && matches!(kind, Kind::OdsCode | Kind::Icd10 | Kind::Snomed) {
        return dropped("its values alone speak, and it would leave as it is: TODO say what it is");
    }
    let form = shape.date_form();
    match kind {
        Kind::BirthDate => match form {
            None => dropped("dates of birth in more than one form, or in one this version does not read"),
            Some(_) => {
                let at = event(profile).map_or_else(|| on.to_string(), |event| key(&profile.layout.header[event]));
                let output = key(&format!("{name}_age_band"));
                let rule =
                    format!("{{age_band: {{width: 5, at: {at}, top: 90}}, as: {output}, category: demographics.identity, class: quasi{}}}", form_key(form));
                done("age_band", true, rule, "an age in bands of five years")
            }
        },
        Kind::Postcode => {
            let rule = format!("{{area: outward, as: {}, category: demographics.contact, class: quasi}}", key(&format!("{name}_district")));
            done("area", true, rule, "the district; beside a small area it would single out more")
        }
        // Without a person there is no offset to move a date by.
        Kind::EventDate if subject.is_none() && shiftable(profile, index) => {
            truncated(name, "month", "encounters", form, "its month: without a column that identifies the person it cannot be shifted")
        }
        Kind::EventDate if shiftable(profile, index) => {
            done("shift", false, format!("{{shift: {{days: 28, window: trim}}, category: encounters{}}}", form_key(form)), "moved by the person's own offset")
        }
        Kind::EventDate => dropped("dates in more than one form, or in one this version does not read"),
        Kind::Sex => done("keep", true, "{keep: {}, category: demographics.identity, class: quasi}".to_owned(), "TODO: is it needed?"),
        Kind::Ethnicity => done("keep", true, "{keep: {}, category: demographics.ethnicity, class: quasi}".to_owned(), "TODO: is the full list needed?"),
        Kind::Age => done(
            "band",
            true,
            format!("{{band: {{width: 5}}, as: {}, category: demographics.identity, class: quasi}}", key(&format!("{name}_band"))),
            "bands of five years",
        ),
        Kind::OdsCode => done("keep", true, "{keep: {}, class: quasi, category: encounters}".to_owned(), "TODO: a small practice points at few people"),
        Kind::NhsStatus => done("keep", false, "{keep: {}, category: demographics.identity}".to_owned(), "01 alone is safe for linking"),
        Kind::Icd10 | Kind::Snomed | Kind::Diagnosis => done(
            "keep",
            false,
            "{keep: {}, class: sensitive, category: problems}".to_owned(),
            "TODO: a rare code points at one person; are restricted codes in it?",
        ),
        Kind::Cost => done("keep", false, "{keep: {}, category: costs}".to_owned(), "TODO: an unusual amount points at one person"),
        Kind::Lsoa => dropped("a small area beside a district singles out; this version cannot coarsen it"),
        Kind::DeathDate if form.is_some() => {
            truncated(name, "year", "demographics.identity", form, "its year: a day of death is public knowledge. TODO: is it needed?")
        }
        Kind::DeathDate => dropped("dates of death in more than one form, or in one this version does not read"),
        Kind::Belief => dropped("special category data: take it in only if the purpose needs it"),
        _ => dropped("not recognised: nothing leaves that nobody has named"),
    }
}

/// The block, to be pasted into an agreement.
pub fn draft(profile: &Profile, wanted: &Wanted) -> String {
    let lines = lines(profile, wanted.on);
    let subject = subject(profile);
    let mut out = String::from(
        "# A draft by `carepact profile`: guesses from names and values, to be read by a person line by line.\n\
         # What was not recognised is dropped. Categories are those of the vocabulary that `carepact init` writes.\n\
         # TODO decide: the opt-outs (`opt_outs:`, see docs/pseudonymisation.md), and every TODO below.\n",
    );
    let todo = |given: &Option<String>, what: &str| match given {
        Some(given) => key(given),
        None => format!("TODO                               # TODO decide: {what}"),
    };
    let _ = writeln!(out, "releases:\n  {}:", key(&wanted.release));
    let _ = writeln!(out, "    to: {}", todo(&wanted.to, "the recipient, a party of this agreement"));
    let _ = writeln!(out, "    for: {}", todo(&wanted.purpose, "a purpose of this agreement"));
    if let Some(subject) = subject {
        let _ = writeln!(out, "    subject: {}", key(&profile.layout.header[subject]));
        let shape = &profile.shapes[subject];
        if profile.guesses[subject].kind == Kind::NhsNumber {
            let test = shape.nhs_test > 0 && shape.nhs_test * 2 > shape.nhs;
            let (fate, why) = if test { ("accept", "  # the numbers are of the test range: synthetic data") } else { ("quarantine", "") };
            let _ = writeln!(out, "    identifier: {{nhs_number: {{invalid: quarantine, missing: drop, test_range: {fate}}}}}{why}");
        }
    } else {
        out.push_str("    # TODO decide: no column that identifies the person was recognised, so nothing is pseudonymised or shifted\n");
    }
    out.push_str("    null: [\"\", \"NULL\"]\n    malformed: refuse\n    formula: prefix\n    columns:\n");
    for (line, (name, guess)) in lines.iter().zip(profile.layout.header.iter().zip(&profile.guesses)) {
        let _ = writeln!(out, "      # {} ({}, by {}): {}", guess.kind.in_words(), guess.sure.word(), guess.rule, line.why);
        let _ = writeln!(out, "      {}: {}", key(name), line.rule);
    }
    let quasi: Vec<String> = lines.iter().zip(&profile.layout.header).filter(|(line, _)| line.quasi).map(|(_, name)| key(name)).collect();
    if !quasi.is_empty() {
        let by = if subject.is_some() { "person" } else { "row" };
        let _ = writeln!(out, "    # TODO decide: k and what may be coarsened; measure first with `carepact risk EXTRACT --release ... --plan`");
        let _ = writeln!(out, "    risk: {{by: {by}, k: 10, repair: {{order: [{}], suppress_at_most: {{overall: 5%}}}}}}", quasi.join(", "));
    }
    out
}
