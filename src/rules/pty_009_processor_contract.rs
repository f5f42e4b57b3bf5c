//! PTY-009: a processor has a contract with the twelve items.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::{ARTICLE_28, PartyRole};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-009",
    name: "processor_contract",
    title: "A processor's contract has the twelve items",
    severity: Severity::Error,
    statement: "A group of processors names its contract, and the clauses of it that meet the twelve items of Article 28(3): subject_and_duration, nature_and_purpose, data_type, \
                categories_of_people, documented_instructions, confidentiality, security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits.",
    source: "UK GDPR Article 28(3); IG framework for shared care records, appendix 3 (processor contract)",
    certainty: Certainty::Confirmed,
    next: "Add the clauses to the contract, then list them here.",
    failing: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return]\n    sub_processors: []\n",
    fixed: "parties:\n  providers: {function: nhs, as: controller, joined: accessions/0001.csv}\n  supplier:\n    org: 8ZZ01\n    as: processor\n    joined: on_start\n    contract: EX-CON-0001\n    clauses: [subject_and_duration, nature_and_purpose, data_type, categories_of_people, documented_instructions, confidentiality,\n              security, sub_processors, assist_rights, assist_obligations, delete_or_return, audits]\n    sub_processors: []\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for party in agreement.draft.parties.iter().filter(|party| party.role.as_ref().is_some_and(|role| role.value == PartyRole::Processor)) {
            let place = format!("{}/{}", agreement.id, party.name.value);
            let node = agreement.draft.node.get("parties").and_then(|block| block.get(&party.name.value));
            let lacks = |key: &str| node.is_none_or(|node| context.lacks(node, key));
            for name in party.clauses.iter().filter(|name| !ARTICLE_28.contains(&name.value.as_str())) {
                let finding = RULE.finding(place.clone(), format!("`{}` is not one of the twelve items", name.value)).at(name.span, "unknown").discriminator(name.value.clone());
                found.push(match crate::text::nearest(&name.value, ARTICLE_28) {
                    Some(near) => finding.help(format!("Did you mean `{near}`?")),
                    None => finding.help(format!("Use {}.", crate::text::or_list(&ARTICLE_28))),
                });
            }
            let has = |item: &str| party.clauses.iter().any(|name| name.value == item || crate::text::nearest(&name.value, [item]).is_some());
            let missing: Vec<&str> = ARTICLE_28.into_iter().filter(|item| !has(item)).collect();
            let no_contract = lacks("contract");
            if missing.is_empty() && !no_contract {
                continue;
            }
            let mut what = Vec::new();
            if no_contract {
                what.push("names no contract".to_owned());
            }
            if missing.len() == ARTICLE_28.len() {
                what.push("lists none of its twelve items".to_owned());
            } else if !missing.is_empty() {
                what.push(format!("lacks {}", crate::text::and_list(&missing)));
            }
            let mut finding = RULE
                .finding(place, format!("the processor `{}` of {} {}", party.name.value, agreement.id, crate::text::and_list(&what)))
                    .at(party.clauses.first().map_or(party.name.span, |first| first.span.to(party.clauses.last().map_or(first.span, |last| last.span))), "incomplete")
                    .help("Add what is missing to the contract, then list it under `contract:` and `clauses:`.")
                    .fact("missing", missing);
            for (span, label) in [(party.role.as_ref().map(|role| role.span), "a processor"), (party.contract.as_ref().map(|contract| contract.span), "the contract")] {
                if let Some(span) = span {
                    finding = finding.at(span, label);
                }
            }
            found.push(finding);
        }
    }
}
