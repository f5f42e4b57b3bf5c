//! ROL-009: emergency access is for those who treat.

use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::condition::{Expression, submasks};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::{Evidence, NodeId, ROOT};

pub(super) static RULE: Rule = Rule {
    code: "ROL-009",
    name: "emergency_roles",
    title: "Emergency access is for those who treat",
    severity: Severity::Warning,
    statement: "A grant that emergency access can open (a condition with evidence of the event and a reason) is not for roles that are clerical, run systems, analyse or study, by their national \
                code or name (src/rules/data/roles.csv).",
    source: "Emergency access is used in the person's best interests by somebody who treats them; R8004 is the national role of a student",
    certainty: Certainty::Design,
    next: "Take the role out of the grant, or leave it out with `except:`.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: [doctor, student]}, see: [medications, results], for: emergency_care, when: break_glass, then: {reason: required, reviewer: privacy officer, review_within_days: 5, tell_patient: decide}}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: doctor}, see: [medications, results], for: emergency_care, when: break_glass, then: {reason: required, reviewer: privacy officer, review_within_days: 5, tell_patient: decide}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether one of these facts can make the difference: false without, true with it.
fn opened_by(condition: &Expression, facts: u64) -> bool {
    let asked = condition.facts() & facts;
    asked != 0 && submasks(condition.facts() & !facts).any(|truth| !condition.holds(truth) && submasks(asked).any(|more| condition.holds(truth | more)))
}

fn in_words(kind: &str) -> &str {
    match kind {
        "admin" => "runs systems",
        "analyst" => "analyses",
        "student" => "studies",
        "clerical" => "is clerical",
        other => other,
    }
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let tree = &words.roles;
    let emergency = words
        .conditions
        .iter()
        .enumerate()
        .filter(|(_, condition)| matches!(condition.evidence, Some(Evidence::Event(_))) && condition.with.is_some())
        .fold(0u64, |bits, (index, _)| bits | 1 << index);
    for agreement in context.current() {
        for grant in agreement.grants.iter().filter(|grant| !grant.release && opened_by(&grant.condition, emergency)) {
            // An audit case may ask for a reason too; this is about seeing a record to treat somebody.
            if !grant.reach.see.iter().any(|category| context.clinical(*category))
                || !grant.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&super::context::PurposeKind::Care))
            {
                continue;
            }
            let left_out = |leaf: NodeId| grant.reach.except_who.iter().chain(grant.to.at.except.as_deref()).any(|who| who.roles.iter().any(|role| tree.covers(*role, leaf)));
            let reached: Vec<NodeId> = tree
                .ids()
                .filter(|id| tree.node(*id).children.is_empty() && !left_out(*id))
                .filter(|leaf| !words.is_person(*leaf) && (grant.to.roles.is_empty() || grant.to.roles.iter().any(|role| tree.covers(*role, *leaf))))
                .filter(|leaf| context.role_kind(*leaf).is_some_and(|kind| ["admin", "analyst", "student", "clerical"].contains(&kind)))
                .collect();
            let Some(first) = reached.first() else { continue };
            let names: Vec<&str> = reached.iter().map(|leaf| tree.short(*leaf)).collect();
            let role = grant.to.roles.iter().copied().find(|role| *role != ROOT && tree.covers(*role, *first));
            let draft = written::grant(agreement, grant);
            let span = role.map_or(grant.span, |role| written::role(context, agreement, grant, role));
            let mut finding = RULE
                .finding(format!("{}/to", grant.place), format!("emergency access by `{}` is open to {}", grant.name, crate::text::and_list(&names)))
                .at(span, format!("{} {}", names[0], in_words(context.role_kind(*first).unwrap_or_default())));
            if let Some(when) = draft.and_then(|draft| draft.when.as_ref()) {
                finding = finding.at(when.span, "emergency access");
            }
            if let Some(span) = context.role_line(*first) {
                finding = finding.at(span, "declared here");
            }
            found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn an_emergency_that_is_one_way_among_others_counts() {
        let with = |grant: &str| {
            let first = "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n";
            run(&format!("{first}  g3: {{{grant}, see: [medications, results], for: emergency_care, then: {{reason: required, reviewer: privacy officer, review_within_days: 5, tell_patient: decide}}}}\n")).codes
        };
        assert_eq!(with("to: {role: student}, when: relationship or break_glass"), ["ROL-009"]);
        assert_eq!(with("to: {role: student}, when: relationship and not break_glass"), [""; 0]);
        assert_eq!(with("to: {function: nhs}, when: break_glass"), ["ROL-009"]);
        assert_eq!(with("to: {role: nurse}, when: break_glass"), [""; 0]);
        assert_eq!(with("to: {role: student}, when: relationship"), [""; 0]);
        assert_eq!(with("to: {function: nhs}, except: {role: [student, system_support, analyst]}, when: break_glass"), [""; 0]);
    }
}
