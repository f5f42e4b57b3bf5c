//! `carepact list --unsigned`: who has still to sign, as a table, as JSON and for a mail merge.

use serde_json::{Value, json};

use super::Shown;
use crate::commands::session::Session;
use crate::identifier::Date;
use crate::register::Organisation;
use crate::rules::Context;
use crate::text::{and_list, count, formula_safe, thousands};
use crate::unsigned::{Chase, Chased, Lack, Missing, ORDER, chase};

/// Whom to write to, the nearest to signatures first.
const ROLES: [(&str, &str); 4] =
    [("ig_lead", "Information governance lead"), ("caldicott_guardian", "Caldicott Guardian"), ("siro", "SIRO"), ("dpo", "Data Protection Officer")];

pub(super) fn shown(context: &Context<'_>, only: Option<&str>, session: &Session) -> Shown {
    let mut chased = chase(context);
    if let Some(id) = only {
        for row in &mut chased.rows {
            row.missing.retain(|missing| missing.agreement.id == id);
        }
        chased.rows.retain(|row| !row.missing.is_empty());
        chased.drafts.retain(|draft| *draft == id);
        chased.agreements = usize::from(chased.drafts.is_empty());
    }
    Shown { text: text(context, &chased, session), csv: mail_merge(context, &chased), object: object(context, &chased) }
}

fn contact(organisation: &Organisation) -> (&'static str, &str) {
    ROLES.iter().find_map(|(role, words)| Some((*words, organisation.contacts.get(role)?.as_str()))).unwrap_or(("", ""))
}

fn transitions<'c>(context: &'c Context<'_>, row: &Chase<'_>) -> Vec<&'c str> {
    row.transitions.iter().map(|index| context.pack.pathways[*index].name.as_str()).collect()
}

/// `GM-DSA-0007: not joined, could have since 2026-04-01`.
fn one(missing: &Missing<'_>) -> String {
    let words = match (missing.lack, missing.since) {
        (Lack::NotJoined, Some(day)) => format!("not joined, could have since {day}"),
        (Lack::NotJoined, None) => "not joined".to_owned(),
        (Lack::Left, Some(day)) => format!("left, not a party since {day}"),
        (Lack::Left, None) => "left".to_owned(),
        (Lack::NotSigned, Some(day)) => format!("no signature, a party since {day}"),
        (Lack::NotSigned, None) => "no signature".to_owned(),
        (Lack::OtherTerms, Some(day)) => format!("signed other terms on {day}"),
        (Lack::OtherTerms, None) => "signed other terms".to_owned(),
    };
    format!("{}: {words}", missing.agreement.id)
}

fn text(context: &Context<'_>, chased: &Chased<'_>, session: &Session) -> String {
    let on = context.as_of.in_words();
    let looked = count(chased.agreements as u64, "agreement", "agreements");
    let mut out = if chased.rows.is_empty() {
        format!("Nobody has anything left to sign on {on}: {looked} looked at\n")
    } else {
        format!("{} something to sign on {on}: {looked} looked at\n", has_or_have(chased.rows.len() as u64))
    };
    if !chased.drafts.is_empty() {
        out.push_str(&format!("Left out, being drafts: {}\n", and_list(&chased.drafts)));
    }
    if chased.rows.is_empty() {
        return out;
    }
    out.push_str(&format!("Order: {ORDER}\n\n"));
    let mut rows = Vec::new();
    for row in &chased.rows {
        let organisation = context.organisation(row.org);
        let missing: Vec<String> = row.missing.iter().map(one).collect();
        rows.push(vec![
            organisation.ods.to_string(),
            organisation.name.clone(),
            missing.join("; "),
            row.patients.map_or_else(|| "unknown".to_owned(), |patients| thousands(u64::from(patients))),
            row.transitions.len().to_string(),
        ]);
    }
    out.push_str(&super::table(session, &["ods", "name", "has to sign", "patients", "transitions not covered"], 3, &rows));
    let known: u64 = chased.rows.iter().filter_map(|row| row.patients).map(u64::from).sum();
    let unknown = chased.rows.iter().filter(|row| row.patients.is_none()).count() as u64;
    out.push_str(&format!("\n{} registered with those whose list size is known", count(known, "person is", "people are")));
    if unknown > 0 {
        out.push_str(&format!(
            "; {} no known list size",
            if unknown == 1 { "1 organisation has".to_owned() } else { format!("{} organisations have", thousands(unknown)) }
        ));
    }
    out.push_str("\nFor a mail merge: carepact list --unsigned -o csv:chase.csv\n");
    out
}

fn has_or_have(number: u64) -> String {
    format!("{} {}", count(number, "organisation", "organisations"), if number == 1 { "has" } else { "have" })
}

const COLUMNS: [&str; 12] =
    ["ods", "name", "contact_role", "contact", "agreements", "titles", "missing", "since", "patients", "transitions", "terms", "letter"];

/// One row an organisation. No cell starts a formula; what is not known is empty, and the letter says so.
fn mail_merge(context: &Context<'_>, chased: &Chased<'_>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let _ = writer.write_record(COLUMNS);
    for row in &chased.rows {
        let organisation = context.organisation(row.org);
        let (role, mailbox) = contact(organisation);
        let all = |of: fn(&Missing<'_>) -> String| row.missing.iter().map(of).collect::<Vec<_>>().join("; ");
        let cells = [
            organisation.ods.to_string(),
            organisation.name.clone(),
            role.to_owned(),
            mailbox.to_owned(),
            all(|missing| missing.agreement.id.clone()),
            all(|missing| missing.agreement.title.clone()),
            all(one),
            row.missing.iter().filter_map(|missing| missing.since).min().map(|day| day.to_string()).unwrap_or_default(),
            row.patients.map(|patients| patients.to_string()).unwrap_or_default(),
            row.transitions.len().to_string(),
            all(|missing| format!("{} sha256:{}", missing.agreement.id, missing.agreement.terms)),
            letter(context, row),
        ];
        let _ = writer.write_record(cells.map(|cell| formula_safe(&cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// What a letter can say as it stands.
fn letter(context: &Context<'_>, row: &Chase<'_>) -> String {
    let organisation = context.organisation(row.org);
    let asked: Vec<String> = row
        .missing
        .iter()
        .map(|missing| {
            let agreement = format!("{} ({})", missing.agreement.title, missing.agreement.id);
            let since = missing.since.map(Date::in_words);
            match (missing.lack, since) {
                (Lack::NotJoined, Some(day)) => format!("has not joined {agreement}, which it could have done since {day}"),
                (Lack::NotJoined, None) => format!("has not joined {agreement} yet"),
                (Lack::Left, Some(day)) => format!("has not been a party of {agreement} since {day}"),
                (Lack::Left, None) => format!("has left {agreement}"),
                (Lack::NotSigned, Some(day)) => format!("has no signature recorded for {agreement}, to which it has belonged since {day}"),
                (Lack::NotSigned, None) => format!("has no signature recorded for {agreement}"),
                (Lack::OtherTerms, Some(day)) => format!("signed {agreement} on {day}, and its terms have changed since"),
                (Lack::OtherTerms, None) => format!("signed {agreement}, and its terms have changed since"),
            }
        })
        .collect();
    let mut letter = format!("On {}, {} ({}) {}.", context.as_of.in_words(), organisation.name, organisation.ods, and_list(&asked));
    match row.patients {
        Some(patients) => letter.push_str(&format!(" {} registered there.", count(u64::from(patients), "patient is", "patients are"))),
        None => letter.push_str(" We do not know how many patients are registered there."),
    }
    if !row.transitions.is_empty() {
        letter.push_str(&format!(
            " No agreement covers it for {}: {}.",
            count(row.transitions.len() as u64, "transition of care", "transitions of care"),
            and_list(&transitions(context, row))
        ));
    }
    letter
}

fn object(context: &Context<'_>, chased: &Chased<'_>) -> Value {
    json!({
        "format": "carepact.unsigned/1",
        "as_of": context.as_of.to_string(),
        "pack": context.pack.reference(),
        "synthetic": context.pack.synthetic,
        "order": ORDER,
        "agreements_looked_at": chased.agreements,
        "drafts_left_out": chased.drafts,
        "organisations": chased.rows.iter().map(|row| {
            let organisation = context.organisation(row.org);
            let (role, mailbox) = contact(organisation);
            json!({
                "ods": organisation.ods.as_str(),
                "name": organisation.name,
                "kind": organisation.kind,
                "contact_role": role,
                "contact": mailbox,
                "patients": row.patients,
                "transitions": transitions(context, row),
                "missing": row.missing.iter().map(|missing| json!({
                    "agreement": missing.agreement.id,
                    "title": missing.agreement.title,
                    "party": missing.party,
                    "lack": missing.lack.word(),
                    "since": missing.since.map(|day| day.to_string()),
                    "terms": format!("sha256:{}", missing.agreement.terms),
                })).collect::<Vec<_>>(),
            })
        }).collect::<Vec<_>>(),
    })
}
