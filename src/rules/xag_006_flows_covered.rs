//! XAG-006: every live flow is covered by an agreement in force.

use std::collections::BTreeMap;

use super::coverage::{Grants, is_party};
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::pack::{Ends, Flow};
use crate::register::OrgId;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "XAG-006",
    name: "flows_covered",
    title: "Every live flow is covered",
    severity: Severity::Error,
    statement: "Every row of flows.csv that is live on the day asked about, as is its system, is covered: for every pair of organisations at its two ends, a grant in force (of the agreement it names, if \
                it names one) covers all its unrestricted data for its purpose. A processor stands for its controllers. Organisations \
                that use live flows without being party are named together. Conditions and prohibitions are not looked at: `carepact ask` does.",
    source: "UK GDPR Article 5(2), accountability; IG framework for shared care records: a map of data flows with the agreement behind each",
    certainty: Certainty::Confirmed,
    next: "Bring the flow under an agreement, or stop it.",
    failing: "# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,Y99001,SYS-1,documents,direct_care,interface,EX-DSA-0001\n",
    fixed: "# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,Y99001,SYS-1,results,direct_care,interface,EX-DSA-0001\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    // Who is not party is one cause, however many flows it touches.
    let mut outside: BTreeMap<Option<&str>, (Vec<OrgId>, Vec<&Flow>)> = BTreeMap::new();
    // So is an agreement that is not in force.
    let mut lapsed: BTreeMap<&str, Vec<(&Flow, String)>> = BTreeMap::new();
    for flow in &context.pack.flows {
        let system = context.pack.systems.iter().find(|system| system.id == flow.system);
        if !context.is_live(flow, context.as_of) {
            continue;
        }
        let places = system.map(|system| system.places.as_slice()).unwrap_or_default();
        let (mut from, mut to) = (ends(context, flow.from, places), ends(context, flow.to, places));
        let words = context.words();
        let describe = format!(
            "{} from {} to {} for {}",
            words.data.short(flow.data),
            name(context, flow.from),
            name(context, flow.to),
            words.purposes.short(flow.purpose)
        );
        let place = format!("flows/{}/{}/{}/{}/{}", name(context, flow.from), name(context, flow.to), flow.system, words.data.path(flow.data), words.purposes.path(flow.purpose));
        if from.is_empty() || to.is_empty() {
            context.not_judged("XAG-006", format!("the flow of {describe}: no organisation that is open stands at {}", if from.is_empty() { "its beginning" } else { "its end" }));
            continue;
        }
        let finding = match &flow.agreement {
            Some(id) => match context.pack.agreement(id) {
                None => {
                    let finding = RULE.finding(place, format!("the flow of {describe} names the agreement {id}, which the pack does not hold")).at(flow.agreement_span, "not there");
                    Some(match crate::text::nearest(id, context.pack.agreements.iter().map(|agreement| agreement.id.as_str())) {
                        Some(near) => finding.help(format!("Did you mean {near}?")),
                        None => finding,
                    })
                }
                Some(agreement) if !agreement.in_force_on(context.as_of) => {
                    lapsed.entry(agreement.id.as_str()).or_default().push((flow, describe));
                    None
                }
                Some(_) => {
                    set_apart(context, flow, &mut from, &mut to, &mut outside);
                    uncovered(context, flow, Some(id), &from, &to, place, &describe)
                }
            },
            None => {
                set_apart(context, flow, &mut from, &mut to, &mut outside);
                uncovered(context, flow, None, &from, &to, place, &describe)
            }
        };
        found.extend(finding);
    }
    for (id, flows) in lapsed {
        let message = match flows.as_slice() {
            [(_, describe)] => format!("the flow of {describe} is live, and {id} is not in force on {}", context.as_of),
            _ => format!("{} are live under {id}, which is not in force on {}", crate::text::count(flows.len() as u64, "flow", "flows"), context.as_of),
        };
        let mut finding = RULE.finding(format!("flows/{id}/in_force"), message);
        for (flow, _) in flows.iter().take(3) {
            finding = finding.at(flow.agreement_span, "live, not in force");
        }
        if let Some(agreement) = context.pack.agreement(id) {
            finding = finding.at(agreement.draft.status.as_ref().map_or(agreement.draft.head(), |status| status.span), "its status, judged with its dates");
        }
        found.push(finding.fact("flows", flows.len()));
    }
    for (agreement, (orgs, flows)) in outside {
        let what = agreement.map_or_else(|| "any agreement in force".to_owned(), str::to_owned);
        let mut finding = RULE
            .finding(
                format!("flows/{}", agreement.unwrap_or("none")),
                format!(
                    "{} {} {} and {} not party to {what}: {}",
                    Context::count(&orgs),
                    if orgs.len() == 1 { "stands at an end of" } else { "stand at an end of" },
                    crate::text::count(flows.len() as u64, "live flow", "live flows"),
                    if orgs.len() == 1 { "is" } else { "are" },
                    context.some_codes(&orgs)
                ),
            )
            .fact("organisations", context.codes(&orgs));
        let home = agreement.and_then(|id| context.pack.agreement(id)).and_then(|agreement| {
            let position = agreement.parties.iter().position(|party| context.selects(&party.who, orgs[0], context.as_of))?;
            agreement.draft.parties.get(position)?.joined.as_ref()
        });
        if let Some(joined) = home {
            finding = finding.at(joined.span, "they belong to this group and have not joined").help(format!("Have them sign and record them in {}, or stop the flows for them.", joined.value));
        }
        for flow in flows.iter().take(3) {
            finding = finding.at(flow.span, "live");
        }
        found.push(finding);
    }
}

/// Takes out of both ends those that are not party, unless that is everybody there.
fn set_apart<'p>(context: &Context<'p>, flow: &'p Flow, from: &mut Vec<OrgId>, to: &mut Vec<OrgId>, outside: &mut BTreeMap<Option<&'p str>, (Vec<OrgId>, Vec<&'p Flow>)>) {
    let only = flow.agreement.as_deref();
    for end in [from, to] {
        let (inside, apart): (Vec<OrgId>, Vec<OrgId>) = end.iter().partition(|org| is_party(context, **org, only));
        if inside.is_empty() || apart.is_empty() {
            continue;
        }
        *end = inside;
        let (orgs, flows) = outside.entry(only).or_default();
        for org in apart {
            if let Err(place) = orgs.binary_search(&org) {
                orgs.insert(place, org);
            }
        }
        if !flows.iter().any(|known| std::ptr::eq(*known, flow)) {
            flows.push(flow);
        }
    }
}

fn uncovered(context: &Context<'_>, flow: &Flow, only: Option<&str>, from: &[OrgId], to: &[OrgId], place: String, describe: &str) -> Option<Finding> {
    let gap = Grants::in_force(context, only).gap(from, to, None, &[flow.data], flow.purpose);
    let (giver, getter) = gap.example?;
    let by = only.map_or_else(|| "no agreement in force covers".to_owned(), |id| format!("{id} does not cover"));
    let message = if gap.open == gap.pairs {
        format!("{by} the flow of {describe}")
    } else {
        format!(
            "{by} the flow of {describe} for {} of {} pairs of organisations, for example {} to {}",
            crate::text::thousands(gap.open as u64),
            crate::text::thousands(gap.pairs as u64),
            context.organisation(giver).ods,
            context.organisation(getter).ods
        )
    };
    let missing = gap.data.map(|data| context.words().data.short(data).to_owned()).unwrap_or_default();
    let mut finding = RULE
        .finding(place, message)
        .at(flow.span, format!("live, {missing} not covered"))
        .fact("pairs", gap.pairs)
        .fact("not_covered", gap.open)
        .fact("data", missing);
    if let Some(agreement) = only.and_then(|id| context.pack.agreement(id)) {
        finding = finding.at(agreement.draft.head(), "the agreement it names");
    }
    Some(finding)
}

/// The places of the system a flow runs through.
pub(super) fn places_of<'p>(context: &Context<'p>, flow: &Flow) -> &'p [NodeId] {
    context.pack.systems.iter().find(|system| system.id == flow.system).map(|system| system.places.as_slice()).unwrap_or_default()
}

/// The open organisations at one end; those of a function only where the system is.
pub(super) fn ends(context: &Context<'_>, end: Ends, places: &[NodeId]) -> Vec<OrgId> {
    let (words, register, on) = (context.words(), &context.pack.register, context.as_of);
    register
        .ids()
        .filter(|org| {
            let organisation = register.organisation(*org);
            // Who serves the whole is there in each part.
            let there = |place: &NodeId| organisation.places.iter().any(|held| held.during.contains(on) && (words.places.covers(*place, held.value) || words.places.covers(held.value, *place)));
            let served = places.is_empty() || places.iter().any(there);
            organisation.open.contains(on)
                && match end {
                    Ends::Org(id) => id == *org,
                    Ends::Function(function) => served && organisation.has_function_on(&words.functions, function, on),
                    Ends::Place(place) => served && organisation.is_in_on(&words.places, place, on),
                }
        })
        .collect()
}

fn name(context: &Context<'_>, end: Ends) -> String {
    match end {
        Ends::Org(id) => context.organisation(id).ods.to_string(),
        Ends::Function(function) => context.words().functions.short(function).to_owned(),
        Ends::Place(place) => context.words().places.short(place).to_owned(),
    }
}
