//! XAG-018: parents and predecessors are there, and no chain bites its tail.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    code: "XAG-018",
    name: "chains",
    title: "Chains of agreements are whole",
    severity: Severity::Error,
    statement: "Every agreement named as `parent:` or under `supersedes:` is in the pack, and no agreement is its own parent or predecessor, directly or through others.",
    source: "Parties and prohibitions come down from parents: a parent that is missing takes its prohibitions with it",
    certainty: Certainty::Design,
    next: "Add the agreement that is missing (a replaced one may stay as a short file), or correct the id.",
    failing: "parent: EX-DSA-0009\n",
    fixed: "parent: EX-DSA-0000\n# file: agreements/framework.yaml\nagreement: EX-DSA-0000\ntitle: Example framework\nversion: \"1\"\nstatus: signed\ntier: 1\nstarts: 2024-04-01\nparties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let agreements = &context.pack.agreements;
    for agreement in agreements {
        let named = agreement.draft.parent.iter().map(|parent| ("parent", parent)).chain(agreement.draft.supersedes.iter().map(|old| ("supersedes", old)));
        for (key, name) in named {
            let place = format!("{}/{key}/{}", agreement.id, name.value);
            if context.pack.agreement(&name.value).is_none() {
                if key == "parent" {
                    // Reading the pack says so already: nothing may be decided without its prohibitions.
                    continue;
                }
                let finding = RULE.finding(place, format!("{} names {} under `{key}:`, which the pack does not hold", agreement.id, name.value)).at(name.span, "not there");
                found.push(match crate::text::nearest(&name.value, agreements.iter().map(|other| other.id.as_str()).filter(|id| *id != agreement.id)) {
                    Some(near) => finding.help(format!("Did you mean {near}?")),
                    None => finding,
                });
                continue;
            }
            // A ring is told once, by the smallest id in it.
            if let Some(ring) = ring(context, key, &agreement.id, name)
                && ring.iter().min() == Some(&agreement.id)
            {
                found.push(RULE.finding(place, format!("{} is its own {}: {}", agreement.id, if key == "parent" { "parent" } else { "predecessor" }, ring.join(" > "))).at(name.span, "closes the ring"));
            }
        }
    }
}

/// The ids from an agreement back to itself, if the chain comes back.
fn ring(context: &Context<'_>, key: &str, start: &str, next: &Spanned<String>) -> Option<Vec<String>> {
    let mut path = vec![start.to_owned()];
    let mut open: Vec<(String, usize)> = vec![(next.value.clone(), 1)];
    let mut seen: Vec<String> = Vec::new();
    while let Some((id, depth)) = open.pop() {
        path.truncate(depth);
        path.push(id.clone());
        if id == start {
            return Some(path);
        }
        if seen.contains(&id) {
            continue;
        }
        if let Some(agreement) = context.pack.agreement(&id) {
            let further: Vec<&Spanned<String>> = if key == "parent" { agreement.draft.parent.iter().collect() } else { agreement.draft.supersedes.iter().collect() };
            open.extend(further.into_iter().map(|name| (name.value.clone(), depth + 1)));
        }
        seen.push(id);
    }
    None
}
