//! LIF-008: who reports an incident, to whom, and by when.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-008",
    name: "incidents",
    title: "Incidents are reported in time",
    severity: Severity::Error,
    statement: "`breach:` says who leads, that the Commissioner is told within 72 hours at most (report_to_ico_hours), where incidents are kept (register), and within how many hours a \
                processor tells the controller (processor_hours), if there is one.",
    source: "UK GDPR Articles 33 and 34",
    certainty: Certainty::Confirmed,
    next: "Add breach: {lead: ..., report_to_ico_hours: 72, processor_hours: 24, register: ...}.",
    failing: "breach: {lead: the organisation where it happened, report_to_ico_hours: 96, processor_hours: 24, register: kept by the IG lead}\n",
    fixed: "breach: {lead: the organisation where it happened, report_to_ico_hours: 72, processor_hours: 24, register: kept by the IG lead}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.pack.agreements.iter().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let place = format!("{}/breach", agreement.id);
        let Some(block) = draft.node.get("breach").filter(|block| block.as_map().is_some()) else {
            if context.lacks(&draft.node, "breach") {
                found.push(RULE.finding(place, format!("{} does not say who reports an incident, and by when", agreement.id)).at(draft.head(), "`breach:` is missing"));
            }
            continue;
        };
        let processors = agreement.parties.iter().any(|party| party.role == PartyRole::Processor);
        let missing: Vec<&str> = [("lead", true), ("report_to_ico_hours", true), ("register", true), ("processor_hours", processors)]
            .into_iter()
            .filter(|(key, wanted)| *wanted && context.lacks(block, key))
            .map(|(key, _)| key)
            .collect();
        if !missing.is_empty() {
            found.push(
                RULE.finding(place.clone(), format!("the clause of {} on incidents does not say {}", agreement.id, crate::text::and_list(&missing)))
                    .at(key_span(draft, "breach"), format!("without {}", crate::text::and_list(&missing))),
            );
        }
        if let Some(hours) = draft.breach.as_ref().and_then(|breach| breach.report_to_ico_hours.as_ref())
            && hours.value > 72
        {
            found.push(RULE.finding(place, format!("{} has incidents reported within {} hours", agreement.id, hours.value)).at(hours.span, "at most 72").discriminator("hours"));
        }
    }
}
