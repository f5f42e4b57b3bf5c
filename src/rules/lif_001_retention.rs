//! LIF-001: how long, after what, and then.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-001",
    name: "retention",
    title: "Retention has a length, a start and an end",
    severity: Severity::Error,
    statement: "`retention:` says for each class of data how long it is kept (a number of days, weeks, months or years), after what, and what happens then.",
    source: "UK GDPR Article 5(1)(e), storage limitation; NHS Records Management Code of Practice",
    certainty: Certainty::Confirmed,
    next: "Write for example {keep: 8 years, after: last contact, then: review and destroy}.",
    failing: "retention:\n  shared_view: {keep: as long as necessary, after: last contact, then: review and destroy}\n",
    fixed: "retention:\n  shared_view: {keep: 8 years, after: last contact, then: review and destroy}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// `2 years` in tenths of a day, for comparing lengths; none if it is not a length.
pub(super) fn length(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let tenths = match unit.trim().trim_end_matches('s') {
        "day" => 10,
        "week" => 70,
        // Twelve months are a year.
        "month" => 304,
        "year" => 3_648,
        _ => return None,
    };
    Some(u64::from(number.parse::<u32>().ok()?) * tenths)
}

/// `8 years`, `90 days`.
fn is_length(text: &str) -> bool {
    let Some((number, unit)) = text.trim().split_once(' ') else { return false };
    number.parse::<u32>().is_ok() && matches!(unit.trim().trim_end_matches('s'), "day" | "week" | "month" | "year")
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.pack.agreements.iter().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let on = context.law_date(agreement);
        let Some(block) = draft.node.get("retention").filter(|block| !block.is_null()) else {
            if context.lacks(&draft.node, "retention") {
                found.push(
                    RULE.finding(format!("{}/retention", agreement.id), format!("{} does not say how long data is kept", agreement.id))
                        .at(draft.head(), "`retention:` is missing"),
                );
            }
            continue;
        };
        if draft.retention.is_empty() && block.as_map().is_some_and(<[_]>::is_empty) {
            found.push(RULE.finding(format!("{}/retention", agreement.id), format!("{} does not say how long data is kept", agreement.id)).at(key_span(draft, "retention"), "empty"));
        }
        for class in &draft.retention {
            let place = format!("{}/retention/{}", agreement.id, class.class.value);
            let name = &class.class.value;
            if let Some(keep) = &class.keep {
                if let Some(row) = context.facts().vague("retention", &keep.value, on) {
                    found.push(RULE.finding(place.clone(), format!("`{name}` is kept for no length that could be checked")).at(keep.span, format!("\"{}\" never ends", row[1])));
                } else if !is_length(&keep.value) {
                    found.push(
                        RULE.finding(place.clone(), format!("the time for which `{name}` is kept is not a length"))
                            .at(keep.span, "a number of days, weeks, months or years")
                            .help("Write for example `8 years`; say elsewhere why."),
                    );
                }
            }
            let node = block.get(name);
            let missing: Vec<&str> = ["keep", "after", "then"].into_iter().filter(|key| node.is_some_and(|node| context.lacks(node, key))).collect();
            if !missing.is_empty() {
                found.push(
                    RULE.finding(place, format!("the retention of `{name}` does not say {}", crate::text::and_list(&missing)))
                        .at(class.class.span, format!("without {}", crate::text::and_list(&missing)))
                        .discriminator("missing"),
                );
            }
        }
    }
}
