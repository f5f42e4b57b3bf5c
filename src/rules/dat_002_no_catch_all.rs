//! DAT-002: data is named, not swept up.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DAT-002",
    name: "no_catch_all",
    title: "No catch-all items",
    severity: Severity::Error,
    statement: "A grant, a release and an entry of `data:` name data categories; `any`, all_data, full_record and the like are none (src/rules/data/vague_phrases.csv). A prohibition, and \
                the person's own access, may name everything.",
    source: "UK GDPR Article 5(1)(c), data minimisation",
    certainty: Certainty::FromMemory,
    next: "List the categories that are needed.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: any, for: individual_care, when: relationship and not objection_upheld}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let on = context.law_date(agreement);
        let sweeping = |name: &str| context.facts().vague("catch_all", name, on).is_some();
        for draft in &agreement.draft.grants {
            if agreement.grant(&draft.name.value).is_some_and(|grant| context.for_the_person(grant)) {
                continue;
            }
            for name in draft.see.iter().filter(|name| sweeping(&name.value)) {
                found.push(RULE.finding(format!("{}/see", draft.place), format!("`{}` shows `{}`", draft.name.value, name.value)).at(name.span, "everything, needed or not"));
            }
        }
        let items = agreement.draft.data.iter().map(|item| (&item.node, format!("{}/data/{}", agreement.id, item.node.value)));
        let columns = agreement.draft.releases.iter().flat_map(|release| release.categories.iter().map(|name| (name, format!("{}/{}", release.place, name.value))));
        for (name, place) in items.chain(columns).filter(|(name, _)| sweeping(&name.value)) {
            found.push(RULE.finding(place, format!("the item `{}` is a catch-all", name.value)).at(name.span, "everything, needed or not"));
        }
    }
}
