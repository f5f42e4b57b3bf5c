//! ROL-010: what a role's national activities let it do, with those they include, is what the agreements grant.

use super::{Certainty, Check, Context, Rule, data, written};
use crate::agreement::Agreement;
use crate::agreement::valid::Clause;
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::{NodeId, ROOT};

pub(super) static RULE: Rule = Rule {
    code: "ROL-010",
    name: "effective_activities",
    title: "National activities do not go beyond the agreements",
    severity: Severity::Error,
    statement: "What the activity codes (B) of a role let it do, those they include counted in (src/rules/data/rbac_codes.csv), is granted to it by an agreement that is not over: whoever may \
                amend demographics by B0825 is granted `amend` of them.",
    source: "National role-based access control: activities include others, B0825 (amend demographics) includes B0820 (view)",
    certainty: Certainty::Confirmed,
    next: "Take the activity code off the role, or grant what it lets the role do.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results, demographics], for: individual_care, when: relationship and not objection_upheld}\n# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: [R0260, B0825]}, nurse: {rbac: R8001}}\n  person: {}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results, demographics], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: doctor}, see: demographics, for: individual_care, may: amend, when: relationship}\n# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: [R0260, B0825]}, nurse: {rbac: R8001}}\n  person: {}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// An activity and all that it includes, however deep; each once.
fn closure<'t>(table: &'t [data::Row], code: &str) -> Vec<&'t data::Row> {
    let mut all: Vec<&data::Row> = data::row(table, code).into_iter().collect();
    let mut at = 0;
    while let Some(row) = all.get(at) {
        let included: Vec<&data::Row> = row[2].split(';').filter_map(|code| data::row(table, code.trim())).collect();
        for row in included {
            if !all.iter().any(|known| known[0] == row[0]) {
                all.push(row);
            }
        }
        at += 1;
    }
    all
}

/// Words of a vocabulary for what an activity does.
fn actions(does: &str) -> &'static [&'static str] {
    match does {
        "amend" => &["amend", "edit", "update", "write"],
        "view" => &["view", "read"],
        _ => &[],
    }
}

/// Whether a clause grants what an activity does, with data of the kind it is about.
fn grants(context: &Context<'_>, clause: &Clause, does: &str, about: &str) -> bool {
    let words = context.words();
    let acts = words.actions.iter().enumerate().any(|(bit, action)| actions(does).contains(&action.as_str()) && clause.reach.actions >> bit & 1 == 1);
    let ordinary = |category: NodeId| {
        let mut leaves = words.data.leaves(category).into_iter();
        category == ROOT || leaves.any(|leaf| Context::class_of(&words.data, leaf, &context.facts().categories).is_some_and(|row| row[1] == "ordinary"))
    };
    acts && clause.reach.see.iter().any(|category| if about == "clinical" { context.clinical(*category) } else { ordinary(*category) })
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let tree = &words.roles;
    let table = &context.facts().rbac_codes;
    // A grant that could not be read may be the one.
    if context.reading_failed {
        return;
    }
    let clauses: Vec<(&Agreement, &Clause)> =
        context.current().flat_map(|agreement| agreement.grants.iter().map(move |clause| (agreement, clause))).filter(|(_, clause)| !clause.release).collect();
    for role in tree.ids().filter(|id| !words.is_person(*id)) {
        for written in &tree.node(role).rbac {
            for row in closure(table, &written.value).into_iter().filter(|row| !row[3].is_empty()) {
                let (does, about) = (row[3].as_str(), row[4].as_str());
                // A community whose words for looking at a record are its own cannot be judged by these.
                if does == "view" && !words.actions.iter().any(|action| actions(does).contains(&action.as_str())) {
                    continue;
                }
                let beyond = tree.leaves(role).into_iter().find_map(|leaf| {
                    let own: Vec<_> = clauses.iter().filter(|(_, clause)| clause.to.roles.is_empty() || clause.to.roles.iter().any(|name| tree.covers(*name, leaf))).collect();
                    let first = own.first()?;
                    (!own.iter().any(|(_, clause)| grants(context, clause, does, about))).then_some((leaf, **first))
                });
                let Some((leaf, (agreement, clause))) = beyond else { continue };
                let what = if about == "clinical" { "clinical content" } else { "demographics" };
                let by = if row[0] == written.value { row[0].clone() } else { format!("{}, which {} includes", row[0], written.value) };
                let named = clause.to.roles.iter().copied().find(|name| tree.covers(*name, leaf));
                found.push(
                    RULE.finding(
                        format!("vocabulary/roles/{}/rbac", tree.path(role)),
                        format!("{} may {does} {what} by {by}, and no agreement grants it that", tree.short(leaf)),
                    )
                    .at(written.span, row[1].clone())
                    .at(named.map_or(clause.span, |name| written::role(context, agreement, clause, name)), "granted something else here")
                    .discriminator(row[0].clone()),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn what_an_activity_includes_counts() {
        let table = &super::super::data::Facts::shipped().rbac_codes;
        let codes = |code: &str| super::closure(table, code).into_iter().map(|row| row[0].clone()).collect::<Vec<_>>();
        assert_eq!(codes("B0825"), ["B0825", "B0820"]);
        assert_eq!(codes("B9999"), [""; 0]);
        // A circle in somebody's own table ends.
        let row = |code: &str, includes: &str| [code, "", includes, "", "", ""].map(str::to_owned).to_vec();
        assert_eq!(super::closure(&[row("B0001", "B0002; B0001"), row("B0002", "B0001")], "B0001").len(), 2);
    }

    #[test]
    fn demographics_are_not_clinical_content() {
        let with = |see: &str, code: &str| {
            let roles = "# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R0260}, nurse: {rbac: R8001}}\n  clerk: {rbac: CODE}\n  person: {}\n";
            run(&format!("grants:\n  g1: {{to: {{role: clerk}}, see: {see}, for: individual_care, when: relationship}}\n{}", roles.replace("CODE", code))).codes
        };
        assert_eq!(with("demographics", "B0820"), [""; 0]);
        assert_eq!(with("demographics", "B0370"), ["ROL-010"]);
        assert_eq!(with("demographics", "B0825"), ["ROL-010"]);
        assert_eq!(with("[medications, results]", "B0380"), [""; 0]);
        assert_eq!(with("[medications, results]", "B0820"), ["ROL-010"]);
        assert_eq!(with("demographics", "B0062"), ["ROL-005"; 0]);
    }
}
