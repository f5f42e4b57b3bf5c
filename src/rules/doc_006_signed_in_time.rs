//! DOC-006: nobody signs after the day from which they are bound.

use std::collections::BTreeMap;

use super::{Certainty, Check, Context, Rule};
use crate::agreement::valid::{Accession, Joined};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DOC-006",
    name: "signed_in_time",
    title: "Signed before it binds",
    severity: Severity::Warning,
    statement: "No party signed after the day it joined: a signature in the agreement is not later than the agreement's first day, and `signed_on` in an accession file is not later \
                than `joined`. Of an organisation that signed again, the first signature counts; a row that names the terms signed (column `terms`) may hold the second, and is left out.",
    source: "Good governance of sharing agreements: until a party signs, its data is shared under terms it has not agreed to",
    certainty: Certainty::Design,
    next: "Record the day it joined in an accession file (not before it signed), or correct the date.",
    failing: "signatures:\n  - {org: 8ZZ01, position: Director, date: 2026-05-01, method: wet}\n",
    fixed: "signatures:\n  - {org: 8ZZ01, position: Director, date: 2026-03-22, method: wet}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    // One file, one finding, however many agreements name it.
    let mut files: Vec<&str> = Vec::new();
    for agreement in context.current() {
        let draft = &agreement.draft;
        if let Some(starts) = &draft.starts {
            let mut first: BTreeMap<&str, (Date, Span)> = BTreeMap::new();
            for signature in &draft.signatures {
                if let (Some(org), Some(date)) = (&signature.org, &signature.date) {
                    let entry = first.entry(org.value.as_str()).or_insert((date.value, date.span));
                    if date.value < entry.0 {
                        *entry = (date.value, date.span);
                    }
                }
            }
            for (ods, (date, span)) in first {
                let by_file = context.pack.register.find(ods).is_some_and(|org| agreement.parties.iter().any(|party| matches!(&party.joined, Joined::ByFile(rows) if rows.contains_key(&org))));
                if date > starts.value && !by_file {
                    found.push(
                        RULE.finding(format!("{}/signatures/{ods}", agreement.id), format!("{ods} signed {} on {date}, after its first day", agreement.id))
                            .at(span, "signed on this day")
                            .at(starts.span, "a party from this day on")
                            .help("Correct the date, or have it join by an accession file, not before it signed; if it signed again, keep its first signature beside the new one."),
                    );
                }
            }
        }
        for (party, written) in agreement.parties.iter().zip(&draft.parties) {
            let (Joined::ByFile(rows), Some(file)) = (&party.joined, &written.joined) else { continue };
            if files.contains(&file.value.as_str()) {
                continue;
            }
            files.push(&file.value);
            let late: Vec<(OrgId, &Accession)> = rows.iter().filter_map(|(org, list)| Some((*org, list.iter().find(|row| row.terms.is_none() && row.signed_on.is_some_and(|day| day > row.during.first))?))).collect();
            let Some((_, row)) = late.first() else { continue };
            let orgs: Vec<OrgId> = late.iter().map(|(org, _)| *org).collect();
            found.push(
                RULE.finding(
                    file.value.clone(),
                    format!("{} signed after the day {} joined: {}", Context::count(&orgs), if orgs.len() == 1 { "it" } else { "each" }, context.some_codes(&orgs)),
                )
                .at(row.span, format!("joined on {}, signed on {}", row.during.first, row.signed_on.unwrap_or(row.during.first)))
                .at(file.span, format!("how `{}` join {}", party.name, agreement.id))
                .fact("organisations", context.codes(&orgs)),
            );
        }
    }
}
