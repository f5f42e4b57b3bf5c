//! DOC-008: the people an agreement is about can read what it is and where.

use super::context::{PurposeKind, key_span};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DOC-008",
    name: "published",
    title: "A summary and a place where the public reads it",
    severity: Severity::Warning,
    statement: "An agreement for individual care, or for planning services and population health, has a summary in plain English and, once it is more than a draft, says where the public \
                can read it (publication: {url: ...}).",
    source: "UK GDPR Articles 13 and 14; Caldicott principle 8; IG framework for shared care records, appendix 2 (publish the impact assessment)",
    certainty: Certainty::Confirmed,
    next: "Add a summary that a patient would understand, and publication: {url: ..., privacy_notice: ...}.",
    failing: "publication: {privacy_notice: https://example.nhs.uk/privacy}\n",
    fixed: "publication: {url: https://example.nhs.uk/agreements/EX-DSA-0001, privacy_notice: https://example.nhs.uk/privacy}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let Some((purpose, span)) = of_public_interest(context, agreement) else { continue };
        let draft = &agreement.draft;
        let mut missing = |key: &str, at: Span, label: &str, message: String| {
            found.push(
                RULE.finding(format!("{}/{key}", agreement.id), message).at(at, label.to_owned()).at(span, format!("data is used for {purpose}")),
            );
        };
        if context.lacks(&draft.node, "summary") {
            missing("summary", draft.head(), "`summary:` is missing", format!("{} has no summary in plain English", agreement.id));
        }
        if !agreement.status.grants() {
            continue; // Nobody publishes a draft.
        }
        match draft.node.get("publication").filter(|block| block.as_map().is_some()) {
            Some(block) if context.lacks(block, "url") => {
                missing("publication", key_span(draft, "publication"), "`url:` is missing", format!("{} does not say where the public can read it", agreement.id));
            }
            None if context.lacks(&draft.node, "publication") => {
                missing("publication", draft.head(), "`publication:` is missing", format!("{} does not say where the public can read it", agreement.id));
            }
            _ => {}
        }
    }
}

/// The first purpose of individual care or of planning for which something is granted, and where that is written.
fn of_public_interest(context: &Context<'_>, agreement: &Agreement) -> Option<(String, Span)> {
    agreement.grants.iter().filter(|grant| !context.for_the_person(grant)).find_map(|grant| {
        let purpose = grant.reach.purposes.iter().find(|purpose| {
            context.purpose_kinds(**purpose).iter().any(|kind| matches!(kind, PurposeKind::Care | PurposeKind::Secondary))
        })?;
        Some((context.words().purposes.short(*purpose).to_owned(), grant.span))
    })
}
