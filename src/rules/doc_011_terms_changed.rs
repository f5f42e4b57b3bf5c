//! DOC-011: what was signed is what stands there.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::SignatureDraft;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DOC-011",
    name: "terms_changed",
    title: "Terms are those that were signed",
    severity: Severity::Error,
    statement: "Where a signature names the digest of the terms it was given to (`terms: sha256:...`), the terms still have that digest. Contacts, accessions and \
                signatures are not terms; layout and comments do not count. Of an organisation that signed again, the last signature counts.",
    source: "A signature binds to the words that were signed; terms changed afterwards must be signed again",
    certainty: Certainty::Design,
    next: "Have the changed terms signed again by those named and record the new digest, or restore the terms they signed.",
    failing: "# file: agreements/framework.yaml\nagreement: EX-ISF-0001\ntitle: Example framework\nversion: \"1\"\nstatus: active\ntier: 1\nstarts: 2026-04-01\nends: 2028-03-31\nparties:\n  members: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\nsignatures:\n  - {org: R9A, position: SIRO, date: 2026-03-20, method: wet, terms: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}\n",
    fixed: "# file: agreements/framework.yaml\nagreement: EX-ISF-0001\ntitle: Example framework\nversion: \"1\"\nstatus: active\ntier: 1\nstarts: 2026-04-01\nends: 2028-03-31\nparties:\n  members: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\nsignatures:\n  - {org: R9A, position: SIRO, date: 2026-03-20, method: wet, terms: \"sha256:78569656e1cf632994bee02095a8fe70f956b3138b455ed1328dedc76c3b2518\"}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let now = format!("sha256:{}", agreement.terms);
        let signatures = &agreement.draft.signatures;
        let replaced = |one: &SignatureDraft| {
            let day = |signature: &SignatureDraft| signature.date.as_ref().map(|date| date.value);
            let org = |signature: &SignatureDraft| signature.org.as_ref().map(|org| org.value.clone());
            signatures.iter().any(|other| org(other).is_some() && org(other) == org(one) && other.terms.is_some() && day(other) > day(one))
        };
        let changed: Vec<_> =
            signatures.iter().filter(|one| !replaced(one)).filter_map(|one| Some((one, one.terms.as_ref()?))).filter(|(_, terms)| terms.value != now).collect();
        let Some((first, terms)) = changed.first() else { continue };
        let by: Vec<String> = changed.iter().map(|(one, _)| one.org.as_ref().map_or_else(|| "an organisation not named".to_owned(), |org| org.value.to_string())).collect();
        let mut finding = RULE
            .finding(
                format!("{}/signatures", agreement.id),
                format!("the terms of {} are not those that {} signed", agreement.id, crate::text::and_list(&by)),
            )
            .at(terms.span, "another digest than that of the terms as they stand")
            .at(agreement.draft.head(), format!("now {}...", &now[..23]))
            .help(format!("Have the terms signed again by {}, then record `terms: {now}`; or restore what was signed.", crate::text::and_list(&by)))
            .fact("terms", now.clone());
        if let Some(date) = &first.date {
            finding = finding.fact("signed_on", date.value.to_string());
        }
        found.push(finding);
    }
}
