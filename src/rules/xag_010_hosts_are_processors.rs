//! XAG-010: who runs the system is a party of the agreement whose data runs through it.

use std::collections::{BTreeMap, BTreeSet};

use super::context::key_span;
use super::overlap::some_of;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::pack::{Flow, System};

pub(super) static RULE: Rule = Rule {
    code: "XAG-010",
    name: "hosts_are_processors",
    title: "Who hosts the data is in the agreement",
    severity: Severity::Warning,
    statement: "The supplier that systems.csv names for a live flow is party, as a processor or in another capacity, to the agreement the flow runs under; and the agreements whose data one supplier hosts in one system name one contract with it.",
    source: "UK GDPR Article 28(3): processing by a processor is governed by a contract",
    certainty: Certainty::FromMemory,
    next: "Add the supplier as a party (`as: processor`, its contract and clauses), or correct systems.csv.",
    failing: "# file: systems.csv\nid,supplier,places,live_from,live_to\nSYS-1,R8X,gm,2026-04-01,\n# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian,dpo\nR8X,Synthetic Hosting Trust,trust,2010-01-01,,,no,Z9000007,caldicott.host@example.nhs.uk,dpo.host@example.nhs.uk\n# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,Y99001,SYS-1,results,direct_care,interface,EX-DSA-0001\n",
    fixed: "# file: systems.csv\nid,supplier,places,live_from,live_to\nSYS-1,8ZZ01,gm,2026-04-01,\n# file: flows.csv\nfrom,to,system,data,purpose,kind,agreement\nR9A,Y99001,SYS-1,results,direct_care,interface,EX-DSA-0001\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let (words, register, on) = (context.words(), &context.pack.register, context.as_of);
    let mut hosted: BTreeMap<(&str, &str), (&System, &Agreement, Vec<&Flow>)> = BTreeMap::new();
    for flow in context.pack.flows.iter().filter(|flow| context.is_live(flow, on)) {
        let system = context.pack.systems.iter().find(|system| system.id == flow.system);
        let agreement = flow.agreement.as_deref().and_then(|id| context.pack.agreement(id)).filter(|agreement| agreement.in_force_on(on));
        if let (Some(system), Some(agreement)) = (system, agreement) {
            hosted.entry((&agreement.id, &system.id)).or_insert((system, agreement, Vec::new())).2.push(flow);
        }
    }
    let mut contracts: BTreeMap<&str, BTreeMap<&str, Vec<&Agreement>>> = BTreeMap::new();
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (system, agreement, flows) in hosted.values() {
        let Some(supplier) = register.find(&system.supplier) else { continue };
        let mut parties = agreement.parties.iter().enumerate().filter(|(_, party)| party.includes_on(words, register, supplier, on)).peekable();
        if parties.peek().is_none() {
            if !told.insert((&agreement.id, &system.supplier)) {
                continue;
            }
            let mut finding = RULE
                .finding(format!("{}/parties/{}", agreement.id, system.supplier), format!("{} hosts data under {} in {} and is not party to it", system.supplier, agreement.id, system.id))
                .at(key_span(&agreement.draft, "parties"), format!("without {}", system.supplier))
                .at(system.supplier_span, "runs the system");
            for flow in flows.iter().take(2) {
                finding = finding.at(flow.span, "live, through it");
            }
            found.push(finding.fact("flows", flows.len()).fact("system", system.id.as_str()));
            continue;
        }
        for (at, _) in parties.filter(|(_, party)| party.role == PartyRole::Processor) {
            if let Some(contract) = agreement.draft.parties.get(at).and_then(|party| party.contract.as_ref()) {
                contracts.entry(&system.id).or_default().entry(&contract.value).or_default().push(agreement);
            }
        }
    }
    for (system, by_contract) in contracts.iter().filter(|(_, by_contract)| by_contract.len() > 1) {
        let names: Vec<&str> = by_contract.keys().copied().collect();
        let mut finding = RULE
            .finding(format!("systems/{system}"), format!("what {system} hosts is governed by {}: {}", crate::text::count(names.len() as u64, "contract", "contracts"), some_of(&names)))
            .discriminator("contract")
            .help("Name one contract in every agreement, or say in systems.csv which parts of the system are apart.");
        for (name, agreements) in by_contract.iter().take(3) {
            let span = agreements[0].draft.parties.iter().filter_map(|party| party.contract.as_ref()).find(|contract| contract.value == *name).map(|contract| contract.span);
            finding = finding.at(span.unwrap_or(agreements[0].draft.head()), crate::text::count(agreements.len() as u64, "agreement", "agreements"));
        }
        found.push(finding);
    }
}
