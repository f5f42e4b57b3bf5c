//! CON-001: every purpose says how the duty of confidentiality is met.

use super::context::node_at;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-001",
    name: "route",
    title: "The duty of confidentiality is met",
    severity: Severity::Error,
    statement: "Every entry of `basis:` says how the common law duty of confidentiality is met: implied_consent, explicit_consent, s251, statutory, public_interest, best_interests or \
                not_engaged. The person's own access needs none.",
    source: "Common law duty of confidentiality; NHSX data sharing agreement template",
    certainty: Certainty::Confirmed,
    next: "Add confidentiality: with the route.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words: Vec<&str> = context.facts().confidentiality_routes.iter().map(|row| row[0].as_str()).collect();
    for agreement in &context.pack.agreements {
        for (valid, basis) in context.bases(agreement) {
            if context.purpose_kinds(valid.purpose).iter().all(|kind| *kind == super::context::PurposeKind::Own) {
                continue;
            }
            let place = format!("{}/confidentiality", basis.place);
            match basis.confidentiality.as_ref().map(|route| route.route.as_ref()) {
                Some(Some(route)) if words.contains(&route.value.as_str()) => {}
                Some(Some(route)) => {
                    let finding = RULE.finding(place, format!("`{}` is not a way to meet the duty of confidentiality", route.value)).at(route.span, "unknown");
                    found.push(match crate::text::nearest(&route.value, words.iter().copied()) {
                        Some(near) => finding.help(format!("Did you mean `{near}`?")),
                        None => finding.help(format!("Use {}.", crate::text::or_list(&words))),
                    });
                }
                Some(None) => {
                    let span = basis.confidentiality.as_ref().map_or(basis.purpose.span, |route| route.span);
                    found.push(RULE.finding(place, format!("{} does not say how the duty of confidentiality is met", basis.purpose.value)).at(span, "`route:` is missing"));
                }
                None if node_at(&agreement.draft.node, basis.span).is_none_or(|node| context.lacks(node, "confidentiality")) => found.push(
                    RULE.finding(place, format!("{} does not say how the duty of confidentiality is met", basis.purpose.value))
                        .at(basis.purpose.span, "`confidentiality:` is missing"),
                ),
                None => {}
            }
        }
    }
}
