//! DAT-009: free text and images are declared, with what is done about them.

use std::collections::BTreeSet;

use super::context::node_at;
use super::{Certainty, Check, Context, Rule, data, written};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::{NodeId, Restriction, Tree};

pub(super) static RULE: Rule = Rule {
    code: "DAT-009",
    name: "free_text",
    title: "Free text and images are declared",
    severity: Severity::Warning,
    statement: "An item that holds letters, notes or images, by its name or that of a category beneath it (src/rules/data/unstructured.csv), says in `free_text:` what the risk is and what is \
                done about it, where a grant shows it to others than the person. Exclusions by code do not reach free text.",
    source: "Coded exclusions do not cover free text, letters and scans",
    certainty: Certainty::Design,
    next: "Add free_text: what it holds that codes would have kept out, and who checks before it is shared.",
    failing: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  documents: {identifiability: identifiable, justification: to continue treatment after discharge}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results, discharge], for: individual_care, when: relationship and not objection_upheld}\n",
    fixed: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  documents: {identifiability: identifiable, justification: to continue treatment after discharge, free_text: coded exclusions do not reach letters; senders check before sending}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results, discharge], for: individual_care, when: relationship and not objection_upheld}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// The categories whose own name stands in a table.
pub(super) fn named(tree: &Tree, table: &[data::Row]) -> BTreeSet<NodeId> {
    tree.ids().filter(|id| data::row(table, &tree.node(*id).name).is_some()).collect()
}

/// Those of some categories that an item is, lies beneath, or holds (but for restricted ones, which it does not open).
pub(super) fn held(tree: &Tree, item: NodeId, sought: &BTreeSet<NodeId>) -> Vec<NodeId> {
    if tree.ancestors(item).any(|at| sought.contains(&at)) {
        return vec![item];
    }
    let open = |id: NodeId| tree.ancestors(id).take_while(|at| *at != item).all(|at| tree.node(at).restriction == Restriction::None);
    sought.iter().copied().filter(|id| tree.covers(item, *id) && open(*id)).collect()
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().data;
    let unstructured = named(tree, &context.facts().unstructured);
    for agreement in context.current() {
        let items: Vec<_> = agreement.draft.data.iter().filter_map(|item| Some((item, tree.find(&item.node.value).ok()?))).collect();
        let declared: Vec<NodeId> = items.iter().filter(|(item, _)| item.free_text.as_ref().is_some_and(|text| !text.value.trim().is_empty())).map(|(_, id)| *id).collect();
        let mut told: Vec<NodeId> = Vec::new();
        // The nearest item to the text first, so that a letter is found under documents and not under record.
        let mut nearest = items.clone();
        nearest.sort_by_key(|(_, id)| std::cmp::Reverse(tree.ancestors(*id).count()));
        for (item, id) in nearest {
            let counts = item.identifiability.as_ref().is_some_and(|word| word.value == "aggregate");
            if declared.contains(&id) || counts || node_at(&agreement.draft.node, item.span).is_some_and(|node| !context.lacks(node, "free_text") && item.free_text.is_none()) {
                continue;
            }
            let shown = held(tree, id, &unstructured).into_iter().find_map(|text| {
                let covered = told.iter().chain(&declared).any(|other| tree.covers(*other, text) || tree.covers(text, *other));
                let clause = agreement.grants.iter().find(|clause| {
                    !context.for_the_person(clause)
                        && clause.reach.forms != context.form("aggregate")
                        && clause.reach.see.iter().any(|seen| written::meets(tree, *seen, text))
                        && !clause.reach.except_see.iter().any(|out| tree.covers(*out, text))
                })?;
                (!covered).then_some((text, clause))
            });
            let Some((text, clause)) = shown else { continue };
            told.push(id);
            let name = tree.short(text);
            let holds = if text == id { format!("{} is free text or images", item.node.value) } else { format!("{} holds {name}, which is free text or images", item.node.value) };
            found.push(
                RULE.finding(format!("{}/data/{}/free_text", agreement.id, item.node.value), format!("{holds}, and the agreement does not say what is done about the risk"))
                    .at(item.node.span, "`free_text:` is missing")
                    .at(written::category(context, agreement, clause, text), "shown here"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    const RECORD: &str = "data:\n  record: {identifiability: identifiable, justification: to treat safely}\n  demographics: {identifiability: identifiable, justification: to know who it is}\n";

    fn with(data: &str, grant: &str) -> Vec<&'static str> {
        run(&format!("{data}grants:\n  g1: {{to: {{role: clinician}}, {grant}, for: individual_care, when: relationship and not objection_upheld}}\n")).codes
    }

    #[test]
    fn what_is_not_shown_is_not_asked_about() {
        assert_eq!(with(RECORD, "see: [medications, results]"), [""; 0]);
        assert_eq!(with(RECORD, "see: record"), ["DAT-009"]);
        assert_eq!(with(RECORD, "see: record, except: documents"), [""; 0]);
        assert_eq!(with(RECORD, "see: clinic_letter"), ["DAT-009"]);
        // Said of the letters, it is said.
        let letters = format!("{RECORD}  documents: {{identifiability: identifiable, justification: continuity, free_text: senders check}}\n");
        assert_eq!(with(&letters, "see: record"), [""; 0]);
        assert_eq!(with(&RECORD.replace("to treat safely", "to treat safely, free_text: checked by senders"), "see: record"), [""; 0]);
    }
}
