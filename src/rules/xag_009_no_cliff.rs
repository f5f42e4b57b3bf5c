//! XAG-009: agreements do not all end at once, and no flow is left without one.

use std::collections::BTreeMap;

use super::coverage::Grants;
use super::overlap::some_of;
use super::xag_006_flows_covered::{ends, places_of};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::diagnostics::{Finding, Severity};
use crate::pack::Flow;

pub(super) static RULE: Rule = Rule {
    code: "XAG-009",
    name: "no_cliff",
    title: "Agreements do not all end at once",
    severity: Severity::Warning,
    statement: "Fewer than five agreements in force end within the next 90 days, those replaced by a later one aside; and no live flow that is covered on the day asked about is left without a grant in force on the day after an agreement's last within these days. Both \
                numbers are rows of facts/parameters.csv (cliff_agreements, cliff_days).",
    source: "UK GDPR Article 5(2), accountability; IG framework for shared care records: agreements are renewed before they lapse",
    certainty: Certainty::Design,
    next: "Renew the agreement, or sign its successor, before its last day; spread the last days of several.",
    failing: "# as of: 2026-07-01\nends: 2026-09-01\n# file: systems.csv\nid,supplier,places,live_from,live_to\nSYS-1,8ZZ01,gm,2026-04-01,\n# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,Y99001,SYS-1,results,direct_care,interface,EX-DSA-0001\n",
    fixed: "# as of: 2026-07-01\nends: 2026-12-01\n# file: systems.csv\nid,supplier,places,live_from,live_to\nSYS-1,8ZZ01,gm,2026-04-01,\n# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,Y99001,SYS-1,results,direct_care,interface,EX-DSA-0001\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let (least, days) = (context.parameter("cliff_agreements", 5), context.parameter("cliff_days", 90));
    let until = context.as_of.plus_days(i32::try_from(days).unwrap_or(i32::MAX));
    let replaced = |agreement: &Agreement| {
        let after = agreement.term.map_or(context.as_of, |term| term.last.next());
        context.pack.agreements.iter().any(|later| later.in_force_on(after) && later.draft.supersedes.iter().any(|old| old.value == agreement.id))
    };
    let mut ending: Vec<&Agreement> = context.in_force().filter(|agreement| agreement.term.is_some_and(|term| term.last <= until) && !replaced(agreement)).collect();
    ending.sort_by_key(|agreement| (agreement.term.map(|term| term.last), &agreement.id));
    if ending.is_empty() {
        return;
    }
    let end_of = |agreement: &Agreement| agreement.draft.ends.as_ref().map_or(agreement.draft.head(), |day| day.span);
    if ending.len() >= usize::try_from(least).unwrap_or(usize::MAX) {
        let mut by_day: BTreeMap<_, usize> = BTreeMap::new();
        for agreement in &ending {
            *by_day.entry(agreement.term.map(|term| term.last)).or_default() += 1;
        }
        let most = by_day.iter().max_by_key(|(_, count)| **count).and_then(|(day, count)| day.map(|day| format!("{count} of them on {day}"))).unwrap_or_default();
        let ids: Vec<&str> = ending.iter().map(|agreement| agreement.id.as_str()).collect();
        let mut finding = RULE
            .finding("pack/cliff", format!("{} end within {days} days of {}, {most}: {}", crate::text::count(ids.len() as u64, "agreement", "agreements"), context.as_of, some_of(&ids)))
            .fact("agreements", ids);
        for agreement in ending.iter().take(3) {
            finding = finding.at(end_of(agreement), "its last day");
        }
        found.push(finding);
    }
    for agreement in ending {
        let flows: Vec<&Flow> = left_uncovered(context, agreement);
        let Some(first) = flows.first() else { continue };
        let last = agreement.term.map_or(context.as_of, |term| term.last);
        let mut finding = RULE
            .finding(
                format!("{}/ends", agreement.id),
                format!("{} ends on {last} and leaves {} uncovered", agreement.id, crate::text::count(flows.len() as u64, "live flow", "live flows")),
            )
            .at(end_of(agreement), "its last day");
        for flow in flows.iter().take(3) {
            finding = finding.at(flow.span, "nothing covers it afterwards");
        }
        finding = finding.fact("flows", flows.len());
        if let Some(line) = super::overlap::Clauses::new(context).witness_of(agreement, first.purpose) {
            let line = line.replace(&format!("--as-of {}", context.as_of), &format!("--as-of {}", last.next()));
            finding = finding.help(format!("See a case of the day after: {line}")).fact("witness", line);
        }
        found.push(finding.help(RULE.next));
    }
}

/// Live flows that are covered now and not on the day after an agreement's last.
fn left_uncovered<'p>(context: &Context<'p>, agreement: &Agreement) -> Vec<&'p Flow> {
    let Some(after) = agreement.term.map(|term| term.last.next()) else { return Vec::new() };
    context
        .pack
        .flows
        .iter()
        .filter(|flow| flow.agreement.as_deref().is_none_or(|id| id == agreement.id))
        .filter(|flow| {
            if !context.is_live(flow, context.as_of) || !context.is_live(flow, after) {
                return false;
            }
            let places = places_of(context, flow);
            let (from, to) = (ends(context, flow.from, places), ends(context, flow.to, places));
            let open = |grants: &Grants<'_, '_>| grants.gap(&from, &to, None, &[flow.data], flow.purpose).open;
            let then = Grants::on(context, None, after);
            open(&Grants::in_force(context, flow.agreement.as_deref())) < open(&then)
        })
        .collect()
}
