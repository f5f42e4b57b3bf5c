//! PTY-008: joint controllers share every purpose.

use std::collections::BTreeMap;

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "PTY-008",
    name: "joint_purposes",
    title: "Joint controllers share every purpose",
    severity: Severity::Warning,
    statement: "Every joint controller has a basis for every purpose of the agreement. Controllers with purposes of their own are separate controllers for those.",
    source: "UK GDPR Article 26(1): jointly determine the purposes; IG framework for shared care records, appendices 2 and 6",
    certainty: Certainty::Confirmed,
    next: "Add the basis for those who lack it, or make them controllers of their own.",
    failing: "basis:\n  individual_care:\n    - {for: {function: acute}, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {for: {function: acute}, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n    - {for: {function: gp_practice}, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    for agreement in context.current() {
        let on = context.law_date(agreement);
        let joint = context.parties_on(agreement, on, |party| party.role == PartyRole::JointController);
        // Bases without `for:` are everybody's; only purposes with none of these can leave somebody out.
        let mut purposes: Vec<NodeId> = agreement.bases.iter().map(|basis| basis.purpose).collect();
        purposes.sort_unstable();
        purposes.dedup();
        let mut lacking: BTreeMap<NodeId, Vec<OrgId>> = BTreeMap::new();
        for purpose in purposes {
            let entries: Vec<_> = agreement.bases.iter().filter(|basis| context.words().purposes.covers(basis.purpose, purpose)).collect();
            let without: Vec<OrgId> = joint.iter().copied().filter(|org| !entries.iter().any(|basis| context.selects(&basis.parties, *org, on))).collect();
            // A purpose of none of them is the others' alone.
            if !without.is_empty() && without.len() < joint.len() {
                lacking.insert(purpose, without);
            }
        }
        for (purpose, orgs) in lacking {
            let name = context.words().purposes.short(purpose);
            let span = agreement.draft.basis.iter().find(|basis| basis.purpose.value == name).map_or(key_span(&agreement.draft, "basis"), |basis| basis.purpose.span);
            let mut finding = RULE
                .finding(
                    format!("{}/basis/{name}", agreement.id),
                    format!(
                        "{} of {} joint controllers of {} {} no basis for {name}: {}",
                        orgs.len(),
                        joint.len(),
                        agreement.id,
                        if orgs.len() == 1 { "has" } else { "have" },
                        context.some_codes(&orgs)
                    ),
                )
                .at(span, "no entry is for them")
                .fact("organisations", context.codes(&orgs));
            let group = |party: &&crate::agreement::Party| party.role == PartyRole::JointController && context.selects(&party.who, orgs[0], on);
            if let Some(party) = agreement.parties.iter().find(group) {
                finding = finding.at(party.span, "joint controllers by this group");
            }
            found.push(finding.at(context.organisation(orgs[0]).span, "one of them, in the register"));
        }
    }
}
