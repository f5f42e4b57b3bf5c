//! DAT-007: counts are made safe by a method with a threshold, and somebody assessed it.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::written::{DataDraft, DisclosureControlDraft};
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DAT-007",
    name: "disclosure_control",
    title: "Small numbers are controlled",
    severity: Severity::Warning,
    statement: "An item that is anonymous or aggregate, by its own word or as the only form in which others than the person get it, has `disclosure_control:` with a method, a threshold (a \
                number above 1) and the reference of an assessment.",
    source: "ISB 1523 anonymisation standard; HES disclosure control, September 2018; ICO anonymisation guidance",
    certainty: Certainty::Confirmed,
    next: "Add disclosure_control: {method: suppression and rounding, threshold: \"10\", assessment: reference}.",
    failing: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  demographics: {identifiability: aggregate, justification: to count visits by borough, disclosure_control: {method: suppression}}\n",
    fixed: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  demographics: {identifiability: aggregate, justification: to count visits by borough, disclosure_control: {method: suppression, threshold: \"8\", assessment: EX-DCA-1}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Where it is said that an item leaves only as counts: by its own word, or by the forms of every clause that shows it.
fn as_counts(context: &Context<'_>, agreement: &crate::agreement::Agreement, item: &DataDraft) -> Option<Span> {
    let word = item.identifiability.as_ref().filter(|word| super::data::row(&context.facts().identifiability, &word.value).is_some_and(|row| row[1] == "none"));
    if let Some(word) = word {
        return Some(word.span);
    }
    let (tree, counts) = (&context.words().data, context.form("aggregate") | context.form("anonymous"));
    let category = tree.find(&item.node.value).ok()?;
    let shows = |clause: &&crate::agreement::valid::Clause| !context.for_the_person(clause) && clause.reach.see.iter().any(|seen| written::meets(tree, *seen, category));
    let clauses: Vec<_> = agreement.grants.iter().filter(shows).collect();
    let only = clauses.iter().all(|clause| clause.reach.forms != 0 && clause.reach.forms & !counts == 0);
    clauses.first().filter(|_| only).map(|clause| clause.span)
}

/// The number in a text, `8`, `k = 10`, `fewer than 5`.
fn number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse().ok()
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let draft = &agreement.draft;
        let mut without: Vec<(&str, Span, Span)> = Vec::new();
        for (item, said) in draft.data.iter().filter_map(|item| Some((item, as_counts(context, agreement, item)?))) {
            let place = format!("{}/data/{}/disclosure_control", agreement.id, item.node.value);
            let node = draft.node.get("data").and_then(|block| block.get(&item.node.value));
            let Some(DisclosureControlDraft { method, threshold, assessment, .. }) = &item.disclosure_control else {
                if node.is_none_or(|node| context.lacks(node, "disclosure_control")) {
                    without.push((&item.node.value, item.node.span, said));
                }
                continue;
            };
            let block = node.and_then(|node| node.get("disclosure_control"));
            let missing: Vec<&str> = [("method", method), ("threshold", threshold), ("assessment", assessment)]
                .into_iter()
                .filter(|(key, text)| text.as_ref().map_or_else(|| block.is_none_or(|block| context.lacks(block, key)), |text| written::says_nothing(&text.value)))
                .map(|(key, _)| key)
                .collect();
            if !missing.is_empty() {
                found.push(
                    RULE.finding(place, format!("the disclosure control of {} does not say its {}", item.node.value, crate::text::and_list(&missing)))
                        .at(item.node.span, format!("without {}", crate::text::and_list(&missing)))
                        .at(said, "counts only"),
                );
            } else if let Some(text) = threshold.as_ref().filter(|text| number(&text.value).is_none_or(|number| number < 2)) {
                found.push(RULE.finding(place, format!("the threshold of {} hides nothing", item.node.value)).at(text.span, "a number above 1"));
            }
        }
        if let Some((_, first, said)) = without.first() {
            let names: Vec<&str> = without.iter().map(|(name, _, _)| *name).collect();
            let finding = RULE
                .finding(format!("{}/data", agreement.id), format!("{} gives counts of {} and does not say how small numbers are controlled", agreement.id, crate::text::and_list(&names)))
                .at(if names.len() == 1 { *first } else { key_span(draft, "data") }, "`disclosure_control:` is missing");
            found.push(finding.at(*said, "counts only"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn with(item: &str) -> Vec<&'static str> {
        let head = "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n";
        run(&format!("{head}  demographics: {{justification: to count, {item}}}\n")).codes
    }

    #[test]
    fn a_method_a_threshold_and_an_assessment() {
        for good in [
            "identifiability: aggregate, disclosure_control: {method: hes-2018, threshold: fewer than 8, assessment: A-1}",
            "identifiability: anonymous, disclosure_control: {method: k-anonymity, threshold: k = 10, assessment: A-1}",
            "identifiability: identifiable",
        ] {
            assert_eq!(with(good), [""; 0], "{good}");
        }
        for bad in [
            "identifiability: aggregate",
            "identifiability: anonymous, disclosure_control: {method: rounding, threshold: \"1\", assessment: A-1}",
            "identifiability: aggregate, disclosure_control: {method: rounding, threshold: none, assessment: A-1}",
        ] {
            assert_eq!(with(bad), ["DAT-007"], "{bad}");
        }
    }
}
