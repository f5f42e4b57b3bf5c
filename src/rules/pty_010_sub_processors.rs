//! PTY-010: whom a processor engages is known, allowed and bound.

use super::context::{entry_span, node_at};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::{PartyDraft, PartyRole};
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "PTY-010",
    name: "sub_processors",
    title: "Sub-processors are listed, allowed and bound",
    severity: Severity::Warning,
    statement: "A group of processors lists whom it engages (`sub_processors:`; an empty list says nobody): each by name or code, with `authorisation:` general or specific and \
                `flow_down: true`, since the same duties are passed on. Where one agreement lists some under a contract, another under the same contract \
                does not say nobody.",
    source: "UK GDPR Article 28(2) and (4)",
    certainty: Certainty::FromMemory,
    next: "Ask the processor for its list and add it: sub_processors: [{name: ..., authorisation: specific, flow_down: true}].",
    failing: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: [{name: Synthetic Hosting, flow_down: false}]\n",
    fixed: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: [{name: Synthetic Hosting, authorisation: specific, flow_down: true}]\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let processors: Vec<(&str, &PartyDraft, &crate::agreement::written::AgreementDraft)> = context
        .current()
        .flat_map(|agreement| agreement.draft.parties.iter().map(move |party| (agreement.id.as_str(), party, &agreement.draft)))
        .filter(|(_, party, _)| party.role.as_ref().is_some_and(|role| role.value == PartyRole::Processor))
        .collect();
    for (id, party, draft) in &processors {
        let place = format!("{id}/{}/sub_processors", party.name.value);
        let node = node_at(&draft.node, party.span);
        if node.is_some_and(|node| context.lacks(node, "sub_processors")) {
            found.push(
                RULE.finding(place, format!("{id} does not say whom the processor `{}` engages", party.name.value))
                    .at(party.name.span, "`sub_processors:` is missing")
                    .help("List them; `sub_processors: []` says that there are none."),
            );
            continue;
        }
        for (index, sub) in party.sub_processors.iter().enumerate() {
            let mut lacking = Vec::new();
            if sub.name.is_none() && sub.org.is_none() {
                lacking.push("who it is (name or org)");
            }
            if !sub.authorisation.as_ref().is_some_and(|word| matches!(word.value.as_str(), "general" | "specific")) {
                lacking.push("whether its authorisation is general or specific");
            }
            if !sub.flow_down.as_ref().is_some_and(|yes| yes.value) {
                lacking.push("that the same duties are passed on (flow_down: true)");
            }
            if lacking.is_empty() {
                continue;
            }
            let wrong: Option<Span> = sub.flow_down.as_ref().filter(|yes| !yes.value).map(|yes| yes.span).or(sub.authorisation.as_ref().map(|word| word.span));
            let at = sub.name.as_ref().or(sub.org.as_ref()).map(|name| name.span).or(wrong).or_else(|| node.and_then(|node| entry_span(node, "sub_processors"))).unwrap_or(party.name.span);
            let mut finding = RULE
                .finding(format!("{place}/{}", index + 1), format!("{id} does not say of a sub-processor of `{}` {}", party.name.value, crate::text::and_list(&lacking)))
                .at(at, "this one");
            if let Some(span) = wrong.filter(|span| *span != at) {
                finding = finding.at(span, "not enough");
            }
            if let Some(contract) = &party.contract {
                finding = finding.at(contract.span, "engaged under this contract");
            }
            found.push(finding);
        }
        if !party.sub_processors.is_empty() {
            continue; // Which of them handle this data, the agreement knows best.
        }
        for (other_id, other, _) in &processors {
            let same = party.contract.as_ref().zip(other.contract.as_ref()).is_some_and(|(one, two)| one.value == two.value);
            let Some(listed) = other.sub_processors.first().filter(|_| same) else { continue };
            let span = node.and_then(|node| entry_span(node, "sub_processors")).unwrap_or(party.name.span);
            let mut finding = RULE
                .finding(place.clone(), format!("{id} says that `{}` engages nobody, and {other_id} lists a sub-processor under the same contract", party.name.value))
                .at(span, "nobody, it says");
            if let Some(name) = listed.name.as_ref().or(listed.org.as_ref()) {
                finding = finding.at(name.span, "listed here");
            }
            found.push(finding.help("List those that handle this data too; if none of them does, give this service a contract of its own."));
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    const SUPPLIER: &str = "  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, \
         categories_of_people, documented_instructions, confidentiality, security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n";

    fn parties(sub_processors: &str) -> String {
        format!("parties:\n  providers: {{function: nhs, as: controller, joined: accessions/0001.csv}}\n{SUPPLIER}{sub_processors}")
    }

    #[test]
    fn a_list_that_is_not_there_is_told_and_an_empty_one_says_nobody() {
        assert_eq!(run(&parties("")).codes, ["PTY-010"]);
        assert_eq!(run(&parties("    sub_processors: []\n")).shown, "");
        assert_eq!(run(&parties("    sub_processors: [{name: Hosting, authorisation: general, flow_down: true}]\n")).shown, "");
        assert_eq!(run(&parties("    sub_processors: [{authorisation: general, flow_down: true}]\n")).count, 1);
    }

    #[test]
    fn what_one_agreement_lists_under_a_contract_another_lists_too() {
        let second = "# file: agreements/second.yaml\nagreement: EX-ISF-0001\ntitle: Framework\nversion: \"1\"\nstatus: draft\ntier: 1\nstarts: 2026-04-01\n";
        let rest = "review: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\nbreach: {lead: each, report_to_ico_hours: 72, processor_hours: 24, register: kept}\n";
        let found = run(&format!("{second}{}    sub_processors: [{{name: Hosting, authorisation: general, flow_down: true}}]\n{rest}", parties("")));
        assert_eq!((found.codes.as_slice(), found.count), (["PTY-010"].as_slice(), 1), "{}", found.shown);
        assert!(found.shown.contains("listed here"), "{}", found.shown);
    }
}
