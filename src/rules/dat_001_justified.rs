//! DAT-001: every data item says in which form and why.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::ROOT;

pub(super) static RULE: Rule = Rule {
    code: "DAT-001",
    name: "justified",
    title: "Data items are listed and justified",
    severity: Severity::Error,
    statement: "Every entry of `data:` says its identifiability and why it is needed, and every category that a grant or release shows to anybody but the person is in the list, by its \
                own name, one above it or ones beneath it.",
    source: "UK GDPR Article 5(1)(c), data minimisation; NHSX data sharing agreement template: a justification for each item",
    certainty: Certainty::Confirmed,
    next: "Add the item with its identifiability and the reason it is needed, or take it out of the grant.",
    failing: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: \"\"}\n",
    fixed: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().data;
    for agreement in &context.pack.agreements {
        let draft = &agreement.draft;
        let Some(block) = draft.node.get("data").filter(|block| !block.is_null()) else { continue };
        for item in &draft.data {
            let Some(node) = block.get(&item.node.value) else { continue };
            let empty = |text: Option<&crate::source::Spanned<String>>, key: &str| text.map_or_else(|| context.lacks(node, key), |text| super::written::says_nothing(&text.value));
            let missing: Vec<&str> = [("identifiability", item.identifiability.as_ref()), ("justification", item.justification.as_ref())]
                .into_iter()
                .filter(|(key, text)| empty(*text, key))
                .map(|(key, _)| key)
                .collect();
            if !missing.is_empty() {
                found.push(
                    RULE.finding(format!("{}/data/{}", agreement.id, item.node.value), format!("the item {} does not say its {}", item.node.value, crate::text::and_list(&missing)))
                        .at(item.node.span, format!("without {}", crate::text::and_list(&missing))),
                );
            }
        }
        let items: Vec<_> = draft.data.iter().filter_map(|item| tree.find(&item.node.value).ok()).collect();
        let mut without: Vec<(&str, crate::source::Span)> = Vec::new();
        for grant in agreement.grants.iter().filter(|grant| !context.for_the_person(grant)) {
            for category in grant.reach.see.iter().filter(|category| **category != ROOT) {
                let listed = items.iter().any(|item| tree.covers(*item, *category) || tree.covers(*category, *item));
                let name = tree.short(*category);
                if !listed && !without.iter().any(|(known, _)| *known == name) {
                    without.push((name, grant.span));
                }
            }
        }
        if let Some((_, first)) = without.first() {
            let names: Vec<&str> = without.iter().map(|(name, _)| *name).collect();
            found.push(
                RULE.finding(format!("{}/data", agreement.id), format!("{} grants {} and does not list {} under data", agreement.id, crate::text::and_list(&names), if names.len() == 1 { "it" } else { "them" }))
                    .at(key_span(draft, "data"), format!("without {}", crate::text::and_list(&names)))
                    .at(*first, "granted here"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn to_be_confirmed_is_no_justification() {
        for (text, codes) in [("tbc", &["DAT-001"][..]), ("n/a", &["DAT-001"]), ("to prescribe safely", &[])] {
            let found = run(&format!(
                "data:\n  medications: {{identifiability: identifiable, justification: {text}}}\n  results: {{identifiability: identifiable, justification: to avoid repeated tests}}\n  \
                 demographics: {{identifiability: identifiable, justification: NHS number and date of birth tell people apart}}\n"
            ));
            assert_eq!(found.codes, codes, "{}", found.shown);
        }
    }
}
