//! LIF-010: people can complain, and are answered in time.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-010",
    name: "complaints",
    title: "Complaints have a route",
    severity: Severity::Warning,
    statement: "From 2026-06-19 an agreement names the route for complaints and the days within which they are acknowledged, 30 at most (acknowledge_days). An agreement is judged by the law \
                of the day asked about, held within its own term.",
    source: "Data Protection Act 2018 s164A, inserted by the Data (Use and Access) Act 2025",
    certainty: Certainty::Confirmed,
    next: "Add complaints: {route: ..., contact: ..., acknowledge_days: 30}.",
    failing: "complaints: ~\n",
    fixed: "complaints: {route: the organisation that holds the record, contact: complaints@example.nhs.uk, acknowledge_days: 30}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let Some(from) = data::row(&context.facts().law_dates, "complaints").map(|row| data::date(&row[1])) else { return };
    for agreement in context.pack.agreements.iter().filter(|agreement| !Context::is_framework(agreement) && context.law_date(agreement) >= from) {
        let draft = &agreement.draft;
        let place = format!("{}/complaints", agreement.id);
        match &draft.complaints {
            None if context.lacks(&draft.node, "complaints") => {
                found.push(RULE.finding(place, format!("{} does not say how people complain, a duty since {from}", agreement.id)).at(draft.head(), "`complaints:` is missing"));
            }
            None => {}
            Some(complaints) => {
                let block = draft.node.get("complaints");
                let lacks = |key: &str| block.is_some_and(|block| context.lacks(block, key));
                let missing: Vec<&str> =
                    [("route", complaints.route.is_none()), ("acknowledge_days", complaints.acknowledge_days.is_none())].into_iter().filter(|(key, missing)| *missing && lacks(key)).map(|(key, _)| key).collect();
                if !missing.is_empty() {
                    found.push(
                        RULE.finding(place.clone(), format!("the clause of {} on complaints does not say {}", agreement.id, crate::text::and_list(&missing)))
                            .at(key_span(draft, "complaints"), format!("without {}", crate::text::and_list(&missing))),
                    );
                }
                if let Some(days) = complaints.acknowledge_days.as_ref().filter(|days| days.value > 30) {
                    found.push(
                        RULE.finding(place, format!("{} has complaints acknowledged within {} days", agreement.id, days.value)).at(days.span, "at most 30").discriminator("days"),
                    );
                }
            }
        }
    }
}
