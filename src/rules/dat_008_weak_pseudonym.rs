//! DAT-008: data that keeps a real number is not called anonymous or de-identified.

use std::collections::BTreeMap;

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule, columns, data, written};
use crate::agreement::Agreement;
use crate::agreement::valid::Clause;
use crate::agreement::written::DataDraft;
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "DAT-008",
    name: "weak_pseudonym",
    title: "What keeps a real number is not called anonymous",
    severity: Severity::Error,
    statement: "Where a real identifier such as the NHS number stays, the data is weakly_pseudonymised or identifiable: an item that is one or comes with one (`identifier:`), and items that go out beside one, are not said to be \
                anonymous, aggregate or deidentified_limited_access, and a release that keeps such a column is not said to be pseudonymised or aggregate.",
    source: "UK GDPR Article 4(5); notices that call data with the NHS number de-identified",
    certainty: Certainty::FromMemory,
    next: "Say weakly_pseudonymised (which is personal data), or take the number out.",
    failing: "data:\n  medications: {identifiability: deidentified_limited_access, key_holder: 8ZZ01, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  nhs_number: {identifiability: weakly_pseudonymised, justification: to link records}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, nhs_number], for: individual_care, when: relationship and not objection_upheld}\n# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  nhs_number: {}\n  demographics: {}\n",
    fixed: "data:\n  medications: {identifiability: weakly_pseudonymised, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  nhs_number: {identifiability: weakly_pseudonymised, justification: to link records}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, nhs_number], for: individual_care, when: relationship and not objection_upheld}\n# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  nhs_number: {}\n  demographics: {}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether an item is said to be safer than data with a real number in it can be.
fn said_safe(context: &Context<'_>, item: &DataDraft) -> Option<Span> {
    let word = item.identifiability.as_ref()?;
    let row = data::row(&context.facts().identifiability, &word.value)?;
    (row[1] == "none" || word.value == "deidentified_limited_access").then_some(word.span)
}

/// What an item points to directly, by its name.
pub(super) fn direct<'c>(context: &'c Context<'_>, name: &str) -> Option<&'c str> {
    columns::identifier(&context.facts().identifiers, name).filter(|row| row[3] == "yes").map(|row| row[1].as_str())
}

/// Where a clause gives something that points to one person directly, in a form that leaves it as it is.
fn kept<'c>(context: &'c Context<'_>, numbers: &BTreeMap<NodeId, &'c str>, agreement: &Agreement, clause: &Clause) -> Option<(&'c str, Span)> {
    if let Some(release) = written::release(agreement, clause) {
        return columns::of(release)
            .into_iter()
            .filter(|column| column.action == Some("keep"))
            .find_map(|column| Some((direct(context, column.is.unwrap_or(column.name))?, column.span)));
    }
    if !context.identifiable(clause) {
        return None;
    }
    clause.reach.see.iter().find_map(|category| Some((*numbers.get(category)?, written::category(context, agreement, clause, *category))))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().data;
    let numbers: BTreeMap<NodeId, &str> = tree.ids().filter_map(|id| Some((id, direct(context, &tree.node(id).name)?))).collect();
    for agreement in context.current() {
        let place = |item: &DataDraft| format!("{}/data/{}/identifiability", agreement.id, item.node.value);
        let mut told: Vec<Span> = Vec::new();
        for item in &agreement.draft.data {
            // The number it says it comes with is no pseudonym.
            let number = item.identifier.as_ref().filter(|word| !matches!(word.value.as_str(), "pseudonym" | "none"));
            let safe = item.identifiability.as_ref().filter(|word| word.value == "pseudonymised").map(|word| word.span).or_else(|| said_safe(context, item));
            if let (Some(number), Some(span)) = (number, safe) {
                told.push(span);
                found.push(
                    RULE.finding(place(item), format!("{} comes with a real number and is said to be safe", item.node.value))
                        .at(span, "should be weakly_pseudonymised or identifiable")
                        .at(number.span, "this number"),
                );
                continue;
            }
            let last = item.node.value.rsplit('.').next().unwrap_or_default();
            if let (Some(span), Some(what)) = (said_safe(context, item), direct(context, last)) {
                told.push(span);
                found.push(RULE.finding(place(item), format!("{} holds the {what} itself and is said to be safe", item.node.value)).at(span, "should be weakly_pseudonymised or identifiable"));
            }
        }
        for clause in agreement.grants.iter().filter(|clause| !context.for_the_person(clause)) {
            let Some((what, at)) = kept(context, &numbers, agreement, clause) else { continue };
            let care = clause.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&PurposeKind::Care));
            for item in &agreement.draft.data {
                let Some(span) = said_safe(context, item).filter(|span| !told.contains(span)) else { continue };
                // Anonymous data for care is the finding of DAT-005.
                if care && item.identifiability.as_ref().is_some_and(|word| word.value == "anonymous") {
                    continue;
                }
                let beside = tree.find(&item.node.value).is_ok_and(|category| clause.reach.see.iter().any(|seen| written::meets(tree, *seen, category)));
                if beside {
                    told.push(span);
                    found.push(
                        RULE.finding(place(item), format!("{} is said to be safe, and `{}` gives it beside the {what} itself", item.node.value, clause.name))
                            .at(span, "should be weakly_pseudonymised")
                            .at(at, "stays as it is"),
                    );
                }
            }
            if clause.release && clause.reach.forms & context.form("identifiable") == 0 {
                let form = written::release(agreement, clause).and_then(|release| release.form.as_ref());
                let finding = RULE
                    .finding(format!("{}/form", clause.place), format!("the release `{}` keeps the {what} itself and is not said to be identifiable", clause.name))
                    .at(at, "kept")
                    .help("Put a pseudonym in its place, drop it, or say `form: identifiable` and name the route for it.");
                found.push(finding.at(form.map_or(clause.span, |form| form.span), if form.is_some() { "this form" } else { "pseudonymised, as no `form:` is written" }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn a_pseudonym_in_the_numbers_place_is_no_real_number() {
        let with = |from: &str, to: &str| run(&super::RULE.failing.replace(from, to)).codes;
        assert_eq!(with("see: [medications, nhs_number]", "see: medications"), [""; 0]);
        assert_eq!(with("nhs_number: {identifiability: weakly_pseudonymised", "nhs_number: {identifiability: anonymous, disclosure_control: {method: m, threshold: \"9\", assessment: a}"), ["DAT-008"]);
        assert_eq!(with("medications: {identifiability: deidentified_limited_access, key_holder: 8ZZ01", "medications: {identifiability: pseudonymised, key_holder: 8ZZ01"), [""; 0]);
    }

    #[test]
    fn an_item_that_comes_with_a_number_is_weak() {
        let with = |item: &str| {
            let head = "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n";
            run(&format!("{head}  demographics: {{justification: to link, key_holder: 8ZZ01, {item}}}\n")).codes
        };
        assert_eq!(with("identifiability: deidentified_limited_access, identifier: nhs_number"), ["DAT-008"]);
        assert_eq!(with("identifiability: pseudonymised, identifier: local"), ["DAT-008"]);
        assert_eq!(with("identifiability: pseudonymised, identifier: pseudonym"), [""; 0]);
        assert_eq!(with("identifiability: weakly_pseudonymised, identifier: nhs_number"), [""; 0]);
    }

    #[test]
    fn a_release_that_keeps_the_number_is_identifiable() {
        let release = |rule: &str| {
            let text = super::super::con_005_approved_identifiers::RULE.fixed.replace("nhs_number: {pseudonym: {}, category: medications}", &format!("nhs_number: {{{rule}, category: medications}}"));
            run(&text).codes
        };
        assert_eq!(release("pseudonym: {}"), [""; 0]);
        assert_eq!(release("keep: {}"), ["DAT-008"]);
    }
}
