//! CON-003: support under section 251 names its reference and its dates.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-003",
    name: "section_251",
    title: "Section 251 support has reference and dates",
    severity: Severity::Error,
    statement: "The route s251 names the reference of the Confidentiality Advisory Group (21/CAG/0001 and the older forms), the day of approval and the day of the next review.",
    source: "NHS Act 2006 s251; Control of Patient Information Regulations 2002 regulation 5; columns of the CAG register",
    certainty: Certainty::Confirmed,
    next: "Add cag_ref, approved and next_review as they stand in the published register.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: CAG approved, approved: 2026-01-10, next_review: 2027-01-10}}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// `21/CAG/0001`, or `CAG 5-07(a)/2013` and the like (ECC, PIAG).
pub(super) fn is_reference(text: &str) -> bool {
    let digits = |text: &str, counts: std::ops::RangeInclusive<usize>| counts.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('/').collect();
    if let [year, "CAG", number] = parts[..] {
        return digits(year, 2..=2) && digits(number, 4..=4);
    }
    let [left, year] = parts[..] else { return false };
    let Some(rest) = ["CAG", "ECC", "PIAG"].iter().find_map(|body| left.strip_prefix(body)).map(str::trim_start) else { return false };
    let Some((numbers, letter)) = rest.strip_suffix(')').and_then(|rest| rest.split_once('(')) else { return false };
    let Some((meeting, month)) = numbers.split_once('-') else { return false };
    digits(year, 4..=4) && digits(meeting, 1..=2) && digits(month, 1..=2) && !letter.is_empty() && letter.bytes().all(|b| b.is_ascii_lowercase())
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for basis in &agreement.draft.basis {
            let Some(route) = basis.confidentiality.as_ref().filter(|route| route.route.as_ref().is_some_and(|word| word.value == "s251")) else { continue };
            let place = format!("{}/confidentiality", basis.place);
            if let Some(reference) = route.cag_ref.as_ref().filter(|reference| !is_reference(&reference.value)) {
                found.push(
                    RULE.finding(place.clone(), "the reference of the section 251 support does not have the form of one")
                        .at(reference.span, "expected the form 21/CAG/0001")
                        .discriminator("cag_ref"),
                );
            }
            let node = super::context::node_at(&agreement.draft.node, route.span);
            let missing: Vec<&str> = [("cag_ref", route.cag_ref.is_none()), ("approved", route.approved.is_none()), ("next_review", route.next_review.is_none())]
                .into_iter()
                .filter(|(key, missing)| *missing && node.is_none_or(|node| node.as_map().is_none() || context.lacks(node, key)))
                .map(|(key, _)| key)
                .collect();
            if !missing.is_empty() {
                found.push(
                    RULE.finding(place, format!("the section 251 support for {} does not say {}", basis.purpose.value, crate::text::and_list(&missing)))
                        .at(route.route.as_ref().map_or(route.span, |word| word.span), format!("without {}", crate::text::and_list(&missing))),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn references_old_and_new_are_known() {
        for good in ["21/CAG/0001", "CAG 5-07(a)/2013", "ECC 1-05(d)/2011", "PIAG 4-05(j)/2007"] {
            assert!(is_reference(good), "{good}");
        }
        for bad in ["CAG approved", "2021/CAG/1", "21/CAG/001", "CAG 5/2013", "", "é/CAG/0001"] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
