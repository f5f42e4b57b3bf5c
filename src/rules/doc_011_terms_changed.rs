//! DOC-011: what was signed is what stands there.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DOC-011",
    name: "terms_changed",
    title: "Terms are those that were signed",
    severity: Severity::Error,
    statement: "Where a signature names the digest of the terms it was given to (`terms: sha256:...`), the terms still have that digest. Contacts, accessions and \
                signatures are not terms; layout and comments do not count.",
    source: "A signature binds to the words that were signed; terms changed afterwards must be signed again",
    certainty: Certainty::Design,
    next: "Have the changed terms signed again by those named and record the new digest, or restore the terms they signed.",
    failing: "signatures:\n  - {org: 8ZZ01, position: Director, date: 2026-03-22, method: wet, terms: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}\n",
    fixed: "signatures:\n  - {org: 8ZZ01, position: Director, date: 2026-03-22, method: wet, terms: \"sha256:2f056f32492dff2e8416b3338e157f179980c7f4ed5939e7b5d1a54c220b7def\"}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let now = format!("sha256:{}", agreement.terms);
        let changed: Vec<_> = agreement.draft.signatures.iter().filter_map(|one| Some((one, one.terms.as_ref()?))).filter(|(_, terms)| terms.value != now).collect();
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
