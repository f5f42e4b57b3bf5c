//! DAT-010: data about others than the person is declared.

use super::{Certainty, Check, Context, Rule, columns, data, written};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DAT-010",
    name: "third_parties",
    title: "Data about others is declared",
    severity: Severity::Warning,
    statement: "An item about next of kin, carers, relatives, the household or staff, and a release with a column about them that is not dropped (src/rules/data/third_parties.csv), says so in \
                `third_party:`: whose data it is, and how they are told or why not.",
    source: "UK GDPR Articles 14 and 15(4)",
    certainty: Certainty::FromMemory,
    next: "Add third_party: who they are, and how they are told.",
    failing: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  next_of_kin: {identifiability: identifiable, justification: to reach somebody in an emergency}\n# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}, clinic_letter: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  demographics: {next_of_kin: {}}\n",
    fixed: "data:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  next_of_kin: {identifiability: identifiable, justification: to reach somebody in an emergency, third_party: relatives and carers; the notice tells them}\n# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}, clinic_letter: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  demographics: {next_of_kin: {}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().data;
    let table = &context.facts().third_parties;
    for agreement in context.current() {
        let draft = &agreement.draft;
        let declared = |item: &crate::agreement::written::DataDraft| item.third_party.as_ref().is_some_and(|text| !text.value.trim().is_empty());
        for item in draft.data.iter().filter(|item| !declared(item)) {
            let unread = super::context::node_at(&draft.node, item.span).is_some_and(|node| !context.lacks(node, "third_party") && item.third_party.is_none());
            let Ok(id) = tree.find(&item.node.value) else { continue };
            let about = tree.ancestors(id).find_map(|at| data::row(table, &tree.node(at).name));
            let Some(row) = about.filter(|_| !unread) else { continue };
            found.push(
                RULE.finding(format!("{}/data/{}/third_party", agreement.id, item.node.value), format!("the item {} is about others ({}), and does not say whose data it is and how they are told", item.node.value, row[1]))
                    .at(item.node.span, "`third_party:` is missing"),
            );
        }
        if draft.data.iter().any(declared) {
            continue;
        }
        for release in &draft.releases {
            let about = |column: &columns::Column<'_>| {
                let said = columns::words(column.name);
                let about = |row: &&data::Row| {
                    let sought: Vec<&str> = row[0].split('_').collect();
                    if row[2] == "whole" { said == sought } else { said.windows(sought.len()).any(|part| part == sought) }
                };
                table.iter().find(about).map(|row| &row[1])
            };
            let column = columns::of(release).into_iter().filter(|column| column.action != Some("drop")).find_map(|column| Some((about(&column)?, column.span)));
            if let Some((who, span)) = column {
                found.push(
                    RULE.finding(format!("{}/third_party", release.place), format!("the release `{}` has a column about {who}, and no item of `data:` says so", release.name.value))
                        .at(span, "not dropped")
                        .help("Drop the column, or add `third_party:` to its item under data."),
                );
            }
        }
    }
    let others = super::dat_009_free_text::named(tree, table);
    // Where a whole group is granted and holds such a category, the group's own item is asked.
    for agreement in context.current() {
        for (item, id) in agreement.draft.data.iter().filter_map(|item| Some((item, tree.find(&item.node.value).ok()?))) {
            let beneath = super::dat_009_free_text::held(tree, id, &others).into_iter().find(|other| *other != id);
            let Some(other) = beneath.filter(|_| item.third_party.is_none()) else { continue };
            let own = agreement.draft.data.iter().filter_map(|item| tree.find(&item.node.value).ok()).any(|one| one != id && tree.covers(id, one) && tree.covers(one, other));
            let clause = agreement.grants.iter().find(|clause| {
                !context.for_the_person(clause)
                    && clause.reach.see.iter().any(|seen| written::meets(tree, *seen, other))
                    && !clause.reach.except_see.iter().any(|out| tree.covers(*out, other))
            });
            if let (Some(clause), false) = (clause, own) {
                found.push(
                    RULE.finding(
                        format!("{}/data/{}/third_party", agreement.id, item.node.value),
                        format!("{} holds {}, which is about others than the person, and does not say so", item.node.value, tree.short(other)),
                    )
                    .at(item.node.span, "`third_party:` is missing")
                    .at(written::category(context, agreement, clause, other), "shown here"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn columns_about_relatives_are_found() {
        let release = |column: &str| {
            let text = super::super::con_005_approved_identifiers::RULE.fixed;
            run(&text.replace("surname: drop", column)).codes
        };
        for bad in ["nok_relationship: {keep: {}, category: medications}", "CarerStatus: {keep: {}, category: medications}", "mother_age: {keep: {}, category: medications}"] {
            assert_eq!(release(bad), ["DAT-010"], "{bad}");
        }
        for good in ["nok_name: drop", "staffing_level: {keep: {}, category: medications}", "grandmothered: {keep: {}, category: medications}", "family_doctor: {keep: {}, category: medications}"] {
            assert_eq!(release(good), [""; 0], "{good}");
        }
    }

    #[test]
    fn a_group_that_holds_relatives_says_so() {
        let text = super::RULE.failing.replace("  next_of_kin: {identifiability", "  demographics: {identifiability");
        assert_eq!(run(&text).codes, [""; 0]);
        let grants = "grants:\n  g1: {to: {role: clinician}, see: [medications, results, demographics], for: individual_care, when: relationship and not objection_upheld}\n";
        assert_eq!(run(&format!("{grants}{text}")).codes, ["DAT-010"]);
        assert_eq!(run(&format!("{}{text}", grants.replace("for: ind", "except: next_of_kin, for: ind"))).codes, [""; 0]);
    }
}
