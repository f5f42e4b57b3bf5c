//! ROL-007: clinical content is seen only with a legitimate relationship, or in an emergency.

use super::{Certainty, Check, Context, Rule, written};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::Evidence;

pub(super) static RULE: Rule = Rule {
    code: "ROL-007",
    name: "relationship",
    title: "A legitimate relationship is required",
    severity: Severity::Error,
    statement: "A grant that shows clinical content in identifiable form for individual care cannot be true without a legitimate relationship (a condition with `evidence: explained`) or \
                emergency access (a condition with evidence of the event).",
    source: "IG framework for shared care records, journey 2: access only with a legitimate relationship",
    certainty: Certainty::Confirmed,
    next: "Add `when: relationship`, joined to what is there with `and`.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: not objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let bits = |wanted: fn(&Evidence) -> bool| {
        words.conditions.iter().enumerate().filter(|(_, condition)| condition.evidence.as_ref().is_some_and(wanted)).fold(0u64, |bits, (index, _)| bits | 1 << index)
    };
    let relationship = bits(|evidence| *evidence == Evidence::Explained);
    let either = relationship | bits(|evidence| matches!(evidence, Evidence::Event(_)));
    let names: Vec<&str> = words.conditions.iter().enumerate().filter(|(index, _)| relationship >> index & 1 == 1).map(|(_, condition)| condition.name.as_str()).collect();
    for agreement in &context.pack.agreements {
        for grant in agreement.grants.iter().filter(|grant| !grant.release && !context.for_the_person(grant) && context.identifiable(grant)) {
            let care = grant.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&super::context::PurposeKind::Care));
            let Some(seen) = grant.reach.see.iter().find(|category| context.clinical(**category)) else { continue };
            if !care || grant.condition.requires_one_of(either) {
                continue;
            }
            let draft = agreement.draft.grants.iter().find(|draft| draft.name.value == grant.name);
            let finding =
                RULE.finding(format!("{}/when", grant.place), format!("`{}` can show clinical content without a legitimate relationship", grant.name)).at(
                    draft.and_then(|draft| draft.when.as_ref()).map_or(grant.span, |when| when.span),
                    if draft.is_some_and(|draft| draft.when.is_some()) { "can be true without one" } else { "`when:` is missing" },
                );
            let see = written::category(context, agreement, grant, *seen);
            let finding = if see == grant.span { finding } else { finding.at(see, "clinical content") };
            found.push(if names.is_empty() {
                finding.help("The vocabulary has no condition with `evidence: explained`: declare one, then add it to `when:`.")
            } else {
                finding.help(format!("Add `when: {}`, joined to what is there with `and`.", crate::text::or_list(&names)))
            });
        }
    }
}
