//! ROL-004: duties that check each other are not one role's.

use super::{Certainty, Check, Context, Rule, data, written};
use crate::agreement::Agreement;
use crate::agreement::valid::Clause;
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;
use crate::vocabulary::{NodeId, ROOT};

pub(super) static RULE: Rule = Rule {
    code: "ROL-004",
    name: "separate_duties",
    title: "Duties that check each other are separate",
    severity: Severity::Error,
    statement: "No role combines the sight of clinical content for care with the review of accesses, or custody of the key with work on pseudonymised data, by its name, its national codes or \
                what the agreements that are not over grant it (src/rules/data/duties.csv, separated_duties.csv).",
    source: "UK GDPR Articles 4(5) and 32; ICO accountability framework: separation of duties",
    certainty: Certainty::FromMemory,
    next: "Split the role: somebody who does both holds two roles and uses one at a time.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: nurse}, see: audit_log, for: individual_care}\ndata:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  audit_log: {identifiability: identifiable, justification: to review accesses}\n# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}, clinic_letter: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  demographics: {}\n  audit_log: {}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: privacy_officer}, see: audit_log, for: individual_care}\ndata:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  audit_log: {identifiability: identifiable, justification: to review accesses}\n# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}, clinic_letter: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  demographics: {}\n  audit_log: {}\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R0260}, nurse: {rbac: R8001}}\n  privacy_officer: {rbac: R0001}\n  person: {}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Where it is written that a role has a duty, and what stands there.
struct Ground {
    span: Span,
    what: String,
    /// Whether an agreement grants it; else the vocabulary says it.
    granted: bool,
}

/// Whether a clause gives a duty of the table.
fn gives(context: &Context<'_>, clause: &Clause, by: &str, word: &str) -> bool {
    let words = context.words();
    let names = |category: &NodeId| words.data.ancestors(*category).any(|at| words.data.node(at).name == word);
    match by {
        "data" if word == "clinical" => {
            context.identifiable(clause)
                && clause.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&super::context::PurposeKind::Care))
                && clause.reach.see.iter().any(|category| context.clinical(*category))
        }
        "data" => clause.reach.see.iter().any(names),
        "action" => words.actions.iter().position(|action| action == word).is_some_and(|bit| clause.reach.actions >> bit & 1 == 1),
        "form" => clause.reach.forms & context.form(word) != 0,
        _ => false,
    }
}

/// Why a leaf role has a duty: what is granted first, since that is what can be edited. `clauses` are those that give it.
fn ground(context: &Context<'_>, clauses: &[(&Agreement, &Clause)], leaf: NodeId, duty: &str) -> Option<Ground> {
    let tree = &context.words().roles;
    let rows = || context.facts().duties.iter().filter(|row| row[0] == duty);
    let granted = clauses.iter().find_map(|(agreement, clause)| {
        let role = clause.to.roles.iter().find(|role| **role != ROOT && tree.covers(**role, leaf))?;
        Some(Ground { span: written::role(context, agreement, clause, *role), what: format!("`{}` grants it", clause.place), granted: true })
    });
    granted.or_else(|| {
        tree.ancestors(leaf).find_map(|at| {
            let node = tree.node(at);
            let code = node.rbac.iter().find_map(|code| {
                let row = rows().find(|row| row[1] == "code" && super::rol_003_national_codes::code(&code.value) == Some(row[2].as_str()))?;
                let name = data::row(&context.facts().rbac_codes, &row[2]).map_or("", |known| &known[1]);
                Some(Ground { span: code.span, what: format!("{} {name}", row[2]).trim_end().to_owned(), granted: false })
            });
            let name = || rows().any(|row| row[1] == "role" && row[2] == node.name).then_some(node.span).flatten();
            code.or_else(|| name().map(|span| Ground { span, what: "by its name".to_owned(), granted: false }))
        })
    })
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words = context.words();
    let tree = &words.roles;
    let clauses: Vec<(&Agreement, &Clause)> =
        context.current().flat_map(|agreement| agreement.grants.iter().map(move |clause| (agreement, clause))).filter(|(_, clause)| !clause.release).collect();
    let leaves: Vec<NodeId> = tree.ids().filter(|id| tree.node(*id).children.is_empty() && !words.is_person(*id)).collect();
    for pair in &context.facts().separated_duties {
        let giving = |duty: &str| {
            let rows: Vec<&data::Row> = context.facts().duties.iter().filter(|row| row[0] == duty).collect();
            clauses.iter().copied().filter(|(_, clause)| rows.iter().any(|row| gives(context, clause, &row[1], &row[2]))).collect::<Vec<_>>()
        };
        let (ones, others) = (giving(&pair[0]), giving(&pair[1]));
        let mut told: Vec<(Span, Span)> = Vec::new();
        for leaf in &leaves {
            let (Some(one), Some(other)) = (ground(context, &ones, *leaf, &pair[0]), ground(context, &others, *leaf, &pair[1])) else { continue };
            if told.contains(&(one.span, other.span)) {
                continue;
            }
            told.push((one.span, other.span));
            let in_words = |duty: &str| duty.replace('_', " ");
            let (first, second) = (in_words(&pair[0]), in_words(&pair[1]));
            // The role that checks is the narrower one: its line is the one to edit, unless only the other is granted.
            let (edit, beside, edit_duty, beside_duty) = if other.granted || !one.granted { (&other, &one, &second, &first) } else { (&one, &other, &first, &second) };
            let mut finding = RULE
                .finding(format!("vocabulary/roles/{}", tree.path(*leaf)), format!("the role {} combines {first} with {second}: {}", tree.short(*leaf), pair[2]))
                .at(edit.span, format!("{edit_duty}: {}", edit.what))
                .discriminator(format!("{}+{}", pair[0], pair[1]));
            if beside.span != edit.span {
                finding = finding.at(beside.span, format!("{beside_duty}: {}", beside.what));
            }
            if let Some(span) = tree.node(*leaf).span.filter(|span| *span != edit.span && *span != beside.span) {
                finding = finding.at(span, "the role");
            }
            found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn roles(officer: &str) -> String {
        format!("# file: vocabulary.yaml\nroles:\n  clinician: {{doctor: {{rbac: R0260}}, nurse: {{rbac: R8001}}}}\n  officer: {{{officer}, kept_for: later}}\n  person: {{}}\n")
    }

    #[test]
    fn codes_alone_can_combine_duties() {
        assert_eq!(run(&roles("rbac: [R8000, R0001]")).codes, ["ROL-004"]);
        assert_eq!(run(&roles("rbac: [R0001, R5105]")).codes, [""; 0]);
        assert_eq!(run(&roles("privacy_officer: {rbac: R8000}")).codes, ["ROL-004"]);
    }

    #[test]
    fn key_and_analysis_are_apart() {
        let analysis = |role: &str| {
            format!(
                "grants:\n  g1: {{to: {{role: clinician}}, see: results, for: individual_care, when: relationship and not objection_upheld}}\n  g3: {{to: {{role: {role}, org: R9A}}, see: medications, for: individual_care, when: relationship, form: pseudonymised}}\ndata:\n  medications: {{identifiability: pseudonymised, key_holder: 8ZZ01, justification: to audit prescribing}}\n  results: {{identifiability: identifiable, justification: to avoid repeated tests}}\n"
            )
        };
        assert_eq!(run(&format!("{}{}", analysis("officer"), roles("rbac: R8012"))).codes, [""; 0]);
        assert_eq!(run(&format!("{}{}", analysis("key_custodian"), roles("key_custodian: {}"))).codes, ["ROL-004"]);
    }
}
