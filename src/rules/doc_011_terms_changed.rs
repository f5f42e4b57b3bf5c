//! DOC-011: what was signed is what stands there.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::agreement::valid::Joined;
use crate::agreement::written::SignatureDraft;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DOC-011",
    name: "terms_changed",
    title: "Terms are those that were signed",
    severity: Severity::Error,
    statement: "Where a signature names the digest of the terms it was given to (`terms: sha256:...` of a signature, column `terms` of an accession file), the terms \
                still have that digest. Contacts, accessions and signatures are not terms; layout and comments do not count. Organisations that have left need not sign again; of one that \
                signed again, the last signature counts.",
    source: "A signature binds to the words that were signed; terms changed afterwards must be signed again",
    certainty: Certainty::Design,
    next: "Have the changed terms signed again by those named and record the new digest, or restore the terms they signed.",
    failing: "signatures:\n  - {org: 8ZZ01, position: Director, date: 2026-03-22, method: wet, terms: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}\n",
    fixed: "signatures:\n  - {org: 8ZZ01, position: Director, date: 2026-03-22, method: wet, terms: \"sha256:823e885354988673de8a337e54408fa1c1ac93af56d9ab0d3ed8920333fec667\"}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// A signature given to other terms than those that stand there.
struct Old {
    on: Option<Date>,
    by: String,
    at: Span,
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let mut old = old_signatures(context, agreement);
        // Whoever signed first has waited longest; a signature without a day may be older than any.
        old.sort_by(|a, b| (a.on, &a.by).cmp(&(b.on, &b.by)));
        old.dedup_by(|a, b| (a.on, &a.by) == (b.on, &b.by));
        let Some(first) = old.first() else { continue };
        let now = format!("sha256:{}", agreement.terms);
        let by: Vec<&str> = old.iter().map(|one| one.by.as_str()).collect();
        let named = some(&by);
        let order = if old.len() > 1 { ", the oldest signature first" } else { "" };
        let mut finding = RULE
            .finding(format!("{}/signatures", agreement.id), format!("the terms of {} are not those that {named} signed", agreement.id))
            .at(first.at, "another digest than that of the terms as they stand")
            .at(agreement.draft.head(), format!("now {}...", &now[..23]))
            .help(format!("Have the terms signed again by {named}{order}, then record `terms: {now}`; or restore what was signed."))
            .fact("terms", now.clone())
            .fact("sign_again", by.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
        if old.len() > 4 {
            finding = finding.help("All of them: carepact list --unsigned");
        }
        if let Some(date) = first.on {
            finding = finding.fact("signed_on", date.to_string());
        }
        found.push(finding);
    }
}

fn old_signatures(context: &Context<'_>, agreement: &Agreement) -> Vec<Old> {
    let mut old = Vec::new();
    let signatures = &agreement.draft.signatures;
    let replaced = |one: &SignatureDraft| {
        let day = |signature: &SignatureDraft| signature.date.as_ref().map(|date| date.value);
        let org = |signature: &SignatureDraft| signature.org.as_ref().map(|org| org.value.clone());
        signatures.iter().any(|other| org(other).is_some() && org(other) == org(one) && other.terms.is_some() && day(other) > day(one))
    };
    for signature in signatures.iter().filter(|one| !replaced(one)) {
        if let Some(terms) = signature.terms.as_ref().filter(|terms| !agreement.has_terms(&terms.value)) {
            let by = signature.org.as_ref().map_or_else(|| "an organisation not named".to_owned(), |org| org.value.to_string());
            old.push(Old { on: signature.date.as_ref().map(|date| date.value), by, at: terms.span });
        }
    }
    for party in agreement.parties.iter().take(agreement.draft.parties.len()) {
        let Joined::ByFile(rows) = &party.joined else { continue };
        for (org, list) in &**rows {
            let Some(row) = list.iter().rev().find(|row| row.during.last >= context.as_of) else { continue };
            if let Some(terms) = row.terms.as_ref().filter(|terms| !agreement.has_terms(&terms.value)) {
                old.push(Old { on: row.signed_on, by: context.organisation(*org).ods.to_string(), at: terms.span });
            }
        }
    }
    old
}

/// `R9A, R9B, Y99001 and 9 more`.
fn some(codes: &[&str]) -> String {
    if codes.len() <= 4 { crate::text::and_list(codes) } else { format!("{} and {} more", codes[..3].join(", "), codes.len() - 3) }
}
