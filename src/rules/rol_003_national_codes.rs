//! ROL-003: national codes of roles and activities are well formed and known.

use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "ROL-003",
    name: "national_codes",
    title: "National role codes are well formed and known",
    severity: Severity::Warning,
    statement: "A code under `rbac:` is R or B with four digits, or the full string of a role (S8000:G8000:R8000). One of the right form that is not in the snapshot \
                (src/rules/data/rbac_codes.csv, known in part) is information only.",
    source: "National role-based access control database: job roles (R) and activities (B)",
    certainty: Certainty::Confirmed,
    next: "Write the code as the national database has it. A role that has no smartcard needs no code.",
    failing: "# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R80000}, nurse: {rbac: R8001}}\n  student: {rbac: R8004, kept_for: placements}\n  system_support: {rbac: R8015, kept_for: support}\n  analyst: {kept_for: agreements to come}\n  person: {}\n",
    fixed: "# file: vocabulary.yaml\nroles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R8000}, nurse: {rbac: R8001}}\n  student: {rbac: R8004, kept_for: placements}\n  system_support: {rbac: R8015, kept_for: support}\n  analyst: {kept_for: agreements to come}\n  person: {}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// The role or activity of a code: itself, or the last part of `S8000:G8000:R8000`. None where the form is wrong.
pub(super) fn code(text: &str) -> Option<&str> {
    let is = |part: &str, letters: &[char]| part.strip_prefix(letters).is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()));
    match text.split(':').collect::<Vec<_>>()[..] {
        [one] if is(one, &['R', 'B']) => Some(one),
        [staff, group, role] if is(staff, &['S']) && is(group, &['G']) && is(role, &['R']) => Some(role),
        _ => None,
    }
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().roles;
    let table = &context.facts().rbac_codes;
    for id in tree.ids() {
        for written in &tree.node(id).rbac {
            let place = format!("vocabulary/roles/{}/rbac", tree.path(id));
            match code(&written.value) {
                None => {
                    let near = crate::text::nearest(&written.value, table.iter().map(|row| row[0].as_str()));
                    let finding = RULE
                        .finding(place, format!("`{}` of {} is no national role or activity code", written.value, tree.short(id)))
                        .at(written.span, "expected R or B and four digits")
                        .discriminator(written.value.clone());
                    found.push(match near.and_then(|near| data::row(table, near)) {
                        Some(row) => finding.help(format!("Did you mean `{}` ({})?", row[0], row[1])),
                        None => finding,
                    });
                }
                Some(code) if data::row(table, code).is_none() => {
                    let mut finding = RULE
                        .finding(place, format!("`{code}` of {} is not in the snapshot of national codes, which is known in part", tree.short(id)))
                        .at(written.span, "look it up")
                        .discriminator(written.value.clone())
                        .help("If the national database has it, all is well; a pack may bring the codes it uses as facts/rbac_codes.csv.");
                    finding.severity = Severity::Info;
                    found.push(finding);
                }
                Some(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn with(codes: &str) -> super::super::example::Found {
        run(&super::RULE.fixed.replace("doctor: {rbac: R8000}", &format!("doctor: {{rbac: {codes}}}")))
    }

    #[test]
    fn form_is_judged_and_what_is_unknown_is_only_told() {
        for good in ["[R0260, B0380]", "\"S8000:G8000:R8000\"", "[R8000]"] {
            assert_eq!((with(good).codes, with(good).notes), (vec![], vec![]), "{good}");
        }
        for bad in ["r8000", "R800", "A8000", "\"R8000:G8000:S8000\"", "R8OOO", "doctor"] {
            assert_eq!(with(bad).codes, ["ROL-003"], "{bad}");
        }
        assert_eq!((with("R7777").codes, with("R7777").notes), (vec![], vec!["ROL-003"]));
    }
}
