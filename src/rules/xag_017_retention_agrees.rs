//! XAG-017: one agreement does not tell a recipient to keep what another tells it to destroy.

use std::collections::BTreeMap;

use super::lif_001_retention::length;
use super::overlap::Clauses;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::agreement::written::RetentionDraft;
use crate::decision::reach::{Product, Side};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "XAG-017",
    name: "retention_agrees",
    title: "The same data is kept for one time",
    severity: Severity::Warning,
    statement: "Two agreements in force that give the same recipients data of the same sources and category (or of which one is the other's parent) keep a class of the same name for the same time, unless the longer one says why (`reason:`).",
    source: "UK GDPR Article 5(1)(e), storage limitation",
    certainty: Certainty::FromMemory,
    next: "The shorter time wins until both say the same: shorten the longer, or write its `reason:`.",
    failing: concat!(
        "retention:\n  shared_view: {keep: 2 years, after: last contact, then: review and destroy}\n",
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: [results, documents], for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  documents: {identifiability: identifiable, justification: letters for continuity, free_text: read by the sender before it is shared}\n",
            care_basis!()
        )
    ),
    fixed: concat!(
        second!(
            "grants:\n  g1: {to: {role: doctor}, see: [results, documents], for: direct_care, when: relationship and not objection_upheld}\n",
            "data:\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  documents: {identifiability: identifiable, justification: letters for continuity, free_text: read by the sender before it is shared}\n",
            care_basis!()
        )
    ),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let (clauses, on) = (Clauses::new(context), context.as_of);
    let mut reached: BTreeMap<&str, Vec<Product>> = BTreeMap::new();
    for grant in clauses.grants().into_iter().filter(|grant| grant.during.contains(on)) {
        reached.entry(grant.agreement.id.as_str()).or_default().extend(clauses.reach(&grant, false, on).iter().cloned());
    }
    let same_data = |one: &Agreement, other: &Agreement| {
        let (Some(ones), Some(others)) = (reached.get(one.id.as_str()), reached.get(other.id.as_str())) else { return false };
        ones.iter().any(|a| others.iter().any(|b| [Side::At, Side::Of, Side::Data].into_iter().all(|side| a.side(side).meets(b.side(side)))))
    };
    let in_force: Vec<&Agreement> = context.in_force().collect();
    let mut told = std::collections::BTreeSet::new();
    for long_agreement in &in_force {
        for short_agreement in &in_force {
            for long in &long_agreement.draft.retention {
                let Some(short) = short_agreement.draft.retention.iter().find(|other| other.class.value == long.class.value && days(other) < days(long)) else { continue };
                let key = (&long_agreement.id, &long.class.value);
                if long.reason.is_some() || days(short).is_none() || told.contains(&key) {
                    continue;
                }
                let related = long_agreement.draft.parent.as_ref().is_some_and(|parent| parent.value == short_agreement.id);
                if !related && !same_data(long_agreement, short_agreement) {
                    continue;
                }
                told.insert(key);
                let (Some(keep), Some(shorter)) = (&long.keep, &short.keep) else { continue };
                found.push(
                    RULE.finding(
                        format!("{}/retention/{}", long_agreement.id, long.class.value),
                        format!("{} keeps `{}` for {} and {} for {}", long_agreement.id, long.class.value, keep.value, short_agreement.id, shorter.value),
                    )
                    .discriminator(short_agreement.id.as_str())
                    .at(keep.span, "longer, and does not say why")
                    .at(shorter.span, "shorter"),
                );
            }
        }
    }
}

fn days(class: &RetentionDraft) -> Option<u64> {
    class.keep.as_ref().and_then(|keep| length(&keep.value))
}
