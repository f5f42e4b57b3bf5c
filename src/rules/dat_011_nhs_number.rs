//! DAT-011: people are told apart by their NHS number.

use super::context::{PurposeKind, key_span};
use super::{Certainty, Check, Context, Rule, columns};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "DAT-011",
    name: "nhs_number",
    title: "The NHS number tells people apart",
    severity: Severity::Info,
    statement: "An agreement that shows clinical content for care names the NHS number: as an item of `data:` (itself, or a group such as identity or demographics), in `identifier:` or in the words of one.",
    source: "Health and Social Care Act 2012 s251A: the duty to use the consistent identifier where it is likely to help",
    certainty: Certainty::Confirmed,
    next: "Add `identifier: nhs_number` to an item, or an item for the NHS number with its justification.",
    failing: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n",
    fixed: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  demographics: {identifiability: identifiable, justification: NHS number and date of birth tell people apart}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Groups that hold the number in any vocabulary.
const GROUPS: [&str; 6] = ["identity", "demographics", "demographic", "identifiers", "patient_identity", "nhs_number"];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let (tree, table) = (&context.words().data, &context.facts().identifiers);
    let groups: Vec<NodeId> = tree.ids().filter(|id| GROUPS.contains(&tree.node(*id).name.as_str())).collect();
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let care = agreement.grants.iter().find(|clause| {
            !context.for_the_person(clause)
                && context.identifiable(clause)
                && clause.reach.see.iter().any(|category| context.clinical(*category))
                && clause.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&PurposeKind::Care))
        });
        let is_number = |text: &str| columns::identifier(table, text).is_some_and(|row| row[1] == "NHS number");
        let named = draft.data.iter().any(|item| {
            let in_words = [&item.justification, &item.code_system, &item.source_system].into_iter().flatten().any(|text| is_number(&text.value));
            let by_name = tree.find(&item.node.value).is_ok_and(|id| groups.iter().any(|group| super::written::meets(tree, *group, id)));
            in_words || by_name || item.identifier.as_ref().is_some_and(|word| word.value == "nhs_number")
        });
        if let (Some(care), false, false) = (care, named, draft.data.is_empty()) {
            found.push(
                RULE.finding(format!("{}/data/nhs_number", agreement.id), format!("{} does not say that people are told apart by their NHS number", agreement.id))
                    .at(key_span(draft, "data"), "no item names it")
                    .at(care.span, "shows clinical content for care"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn the_number_may_be_named_in_words() {
        let with = |item: &str| run(&format!("data:\n  results: {{identifiability: identifiable, justification: to avoid repeated tests}}\n  medications: {{identifiability: identifiable, justification: {item}}}\n")).notes;
        assert_eq!(with("matched by NHS number"), [""; 0]);
        assert_eq!(with("to prescribe, identifier: nhs_number"), [""; 0]);
        assert_eq!(with("matched by hospital number"), ["DAT-011"]);
        assert_eq!(with("to prescribe, identifier: local"), ["DAT-011"]);
    }
}
