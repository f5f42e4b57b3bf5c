//! XAG-007: an agreement that nothing runs under is said to be dormant.

use super::coverage::Grants;
use super::xag_006_flows_covered::{ends, places_of};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::diagnostics::{Finding, Severity};
use crate::pack::Flow;

pub(super) static RULE: Rule = Rule {
    code: "XAG-007",
    name: "flow_or_dormant",
    title: "Every agreement has a flow or is said to be dormant",
    severity: Severity::Info,
    statement: "Where the pack has flows.csv, every agreement in force (frameworks aside) is named by a row that is live, or its grants cover a live row that names none, or it says `flows_dormant: true`. An agreement whose rows are all yet to go live, and a \
                dormant one with a live row, are said too.",
    source: "UK GDPR Article 5(1)(c), data minimisation: permission that nobody uses is ended",
    certainty: Certainty::Design,
    next: "Add the flow, terminate the agreement, or write `flows_dormant: true`.",
    failing: "# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\n",
    fixed: "flows_dormant: true\n# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed || !context.pack.files.contains_key("flows.csv") {
        return;
    }
    for agreement in context.in_force().filter(|agreement| !Context::is_framework(agreement) && !agreement.grants.is_empty()) {
        let flows: Vec<&Flow> = context.pack.flows.iter().filter(|flow| runs_under(context, flow, agreement)).collect();
        let live = flows.iter().filter(|flow| context.is_live(flow, context.as_of)).count();
        let dormant = agreement.draft.dormant.as_ref();
        let place = format!("{}/flows", agreement.id);
        match (dormant.filter(|said| said.value), live) {
            (Some(said), 1..) => found.push(
                RULE.finding(place, format!("{} is said to be dormant and has {}", agreement.id, crate::text::count(live as u64, "live flow", "live flows")))
                    .at(said.span, "dormant")
                    .at(flows[0].span, "live")
                    .help("Take out `flows_dormant`, or stop the flow."),
            ),
            (None, 0) if flows.is_empty() => found.push(RULE.finding(place, format!("no flow runs under {}", agreement.id)).at(agreement.draft.head(), "in force, without a flow")),
            (None, 0) => {
                let next = flows.iter().map(|flow| flow.live.first.max(system_from(context, flow))).filter(|day| *day > context.as_of).min();
                let when = next.map_or_else(|| "none of its flows is live any more".to_owned(), |day| format!("its first flow goes live on {day}"));
                found.push(
                    RULE.finding(place, format!("nothing runs under {} yet or any more: {when}", agreement.id)).at(agreement.draft.head(), "in force").at(flows[0].span, "not live"),
                );
            }
            _ => {}
        }
    }
}

fn system_from(context: &Context<'_>, flow: &Flow) -> crate::identifier::Date {
    context.pack.systems.iter().find(|system| system.id == flow.system).map_or(crate::identifier::Date::MIN, |system| system.live.first)
}

fn runs_under(context: &Context<'_>, flow: &Flow, agreement: &Agreement) -> bool {
    match &flow.agreement {
        Some(id) => *id == agreement.id,
        None => {
            let places = places_of(context, flow);
            let (from, to) = (ends(context, flow.from, places), ends(context, flow.to, places));
            let gap = Grants::in_force(context, Some(&agreement.id)).gap(&from, &to, None, &[flow.data], flow.purpose);
            gap.open < gap.pairs
        }
    }
}
