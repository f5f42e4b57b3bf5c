//! LIF-012: suppliers of clinical systems name the safety standards they meet.

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-012",
    name: "clinical_safety",
    title: "Suppliers name the clinical safety standards they meet",
    severity: Severity::Info,
    statement: "A processor under an agreement that shows clinical content for care names the standard of clinical safety it meets (DCB0129 in `standards:` or in `clinical_safety:` of \
                `security:`; src/rules/data/clinical_safety.csv), and information standards that bind it.",
    source: "Health and Social Care Act 2012 s250; Data (Use and Access) Act 2025 s121 and Schedule 15: information standards bind suppliers",
    certainty: Certainty::Confirmed,
    next: "Add standards: [DCB0129] to the supplier once it has shown its clinical safety case; those who deploy the system meet DCB0160.",
    failing: "parties:\n  providers: {function: nhs, as: joint_controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: []\n",
    fixed: "parties:\n  providers: {function: nhs, as: joint_controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: []\n    standards: [DCB0129]\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether a text names a standard, `DCB0129`, `DCB 0129`, `dcb-0129`.
fn names(text: &str, standard: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    plain(text).contains(&plain(standard))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement)) {
        let care = agreement.grants.iter().find(|clause| {
            !context.for_the_person(clause)
                && context.identifiable(clause)
                && clause.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&PurposeKind::Care))
                && clause.reach.see.iter().any(|category| context.clinical(*category))
        });
        let Some(care) = care else { continue };
        let on = context.law_date(agreement);
        let wanted: Vec<&str> = context.facts().clinical_safety.iter().filter(|row| row[1] == "supplier" && data::date(&row[2]) <= on).map(|row| row[0].as_str()).collect();
        let said = agreement.draft.security.as_ref().and_then(|security| security.clinical_safety.as_ref());
        for party in agreement.draft.parties.iter().filter(|party| party.role.as_ref().is_some_and(|role| role.value == PartyRole::Processor)) {
            let texts = || party.standards.iter().chain(said).map(|text| text.value.as_str());
            let missing: Vec<&str> = wanted.iter().copied().filter(|standard| !texts().any(|text| names(text, standard))).collect();
            if missing.is_empty() {
                continue;
            }
            let place = format!("{}/parties/{}/standards", agreement.id, party.name.value);
            let finding = RULE.finding(place, format!("the processor `{}` of {} does not say that it meets {}", party.name.value, agreement.id, crate::text::and_list(&missing)));
            let finding = match party.standards.first() {
                Some(first) => finding.at(first.span, format!("without {}", crate::text::and_list(&missing))),
                None => finding.at(party.name.span, "`standards:` is missing"),
            };
            found.push(finding.at(care.span, "shows clinical content for care"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn the_standard_may_be_written_as_people_write_it() {
        let with = |standards: &str| run(&super::RULE.fixed.replace("[DCB0129]", standards)).notes;
        for good in ["[DCB0129, DCB0160]", "[ISO 27001, DCB 0129]", "dcb-0129 Amd 24/2018"] {
            assert_eq!(with(good), [""; 0], "{good}");
        }
        assert_eq!(with("[ISO 27001]"), ["LIF-012"]);
        let security = "security: {encryption_in_transit: TLS 1.3, authentication: smartcards, audit_to_individual: each access, clinical_safety: the supplier meets DCB0129}\n";
        assert_eq!(run(&format!("{}{security}", super::RULE.failing)).notes, [""; 0]);
    }
}
