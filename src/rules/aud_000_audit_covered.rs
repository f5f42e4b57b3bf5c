//! AUD-000: the audit of accesses is itself processing, and something covers it.

use super::{Certainty, Check, Context, Rule};
use crate::agreement::{Agreement, Clause};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "AUD-000",
    name: "audit_covered",
    title: "The audit itself is covered",
    severity: Severity::Warning,
    statement: "Where the vocabulary has the purpose of auditing accesses (`ig_audit`, or purpose of use HCOMPL), some agreement in force has a grant for it, the grant's duties say how staff are told \
                (`then: {notice: ...}`), and an impact assessment of that agreement covers the purpose.",
    source: "UK GDPR Articles 13 and 35: staff whose accesses are audited are data subjects too, and systematic monitoring of them is assessed",
    certainty: Certainty::FromMemory,
    next: "Add a grant of the access log to the privacy officer for ig_audit, say under `then: {notice: ...}` how staff are told, and name the purpose in an impact assessment.",
    failing: "# file: vocabulary.yaml\npurposes:\n  individual_care: {direct_care: {purpose_of_use: TREAT}, emergency_care: {purpose_of_use: ETREAT}}\n  patient_access: {purpose_of_use: PATRQT}\n  secondary: {population_health: {}, research: {}}\n  ig_audit: {purpose_of_use: HCOMPL}\n",
    fixed: concat!(
        "# file: vocabulary.yaml\npurposes:\n  individual_care: {direct_care: {purpose_of_use: TREAT}, emergency_care: {purpose_of_use: ETREAT}}\n  patient_access: {purpose_of_use: PATRQT}\n  secondary: {population_health: {}, research: {}}\n  ig_audit: {purpose_of_use: HCOMPL}\n",
        "data:\n  record:\n    medications: {}\n    results: {}\n    documents: {discharge: {}, clinic_letter: {}}\n    assisted_conception: {restricted: statute, gateways: [person_consent]}\n  demographics: {}\n  audit_log: {}\n",
        "roles:\n  clinician: {kept_for: agreements to come, doctor: {rbac: R0260}, nurse: {rbac: R8001}}\n  student: {rbac: R8004, kept_for: placements}\n  system_support: {rbac: R8015, kept_for: support}\n  analyst: {kept_for: agreements to come}\n  privacy_officer: {}\n  person: {}\n",
        second!(
            "grants:\n  g1: {to: {role: privacy_officer}, see: audit_log, for: ig_audit, then: {notice: staff are told in the acceptable use policy}}\n",
            "data:\n  audit_log: {identifiability: identifiable, justification: to check accesses}\n",
            "basis:\n  ig_audit:\n    - {description: check that records are opened only with a reason, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: {route: not_engaged, assessment_ref: EX-ASSESS-1}}\n"
        )
    ),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// What stands behind the audit of accesses on a day.
#[derive(Debug)]
pub enum Standing<'p> {
    /// The vocabulary has no purpose of auditing accesses.
    NoPurpose,
    /// No agreement in force has a grant for it.
    NoGrant(NodeId),
    /// A grant covers it.
    Covered {
        /// Its agreement.
        by: &'p Agreement,
        /// The first such grant.
        grant: &'p Clause,
        /// What nothing names: how staff are told, an impact assessment.
        missing: Vec<&'static str>,
    },
}

/// Looks for what covers the audit itself.
pub fn standing(pack: &Pack, as_of: Date) -> Standing<'_> {
    let words = &pack.words;
    let is_audit = |id: &NodeId| {
        let node = words.purposes.node(*id);
        node.name == "ig_audit" || node.purpose_of_use.as_deref() == Some("HCOMPL")
    };
    let Some(purpose) = words.purposes.ids().find(is_audit) else { return Standing::NoPurpose };
    let covering: Vec<(&Agreement, &Clause)> = pack
        .agreements
        .iter()
        .filter(|agreement| agreement.in_force_on(as_of))
        .flat_map(|agreement| agreement.grants.iter().map(move |grant| (agreement, grant)))
        .filter(|(_, grant)| grant.during.contains(as_of) && grant.reach.purposes.iter().any(|name| words.purposes.covers(*name, purpose)))
        .collect();
    let Some((by, grant)) = covering.first().copied() else { return Standing::NoGrant(purpose) };
    let told = covering.iter().any(|(_, grant)| grant.duties.iter().any(|(duty, _)| duty == "notice"));
    let assessed = covering.iter().any(|(agreement, _)| {
        agreement.draft.dpia.iter().any(|one| {
            one.purposes.is_empty() || one.purposes.iter().any(|name| words.purposes.find(&name.value).is_ok_and(|named| words.purposes.covers(named, purpose)))
        })
    });
    let missing = [(told, "how staff are told (`then: {notice: ...}`)"), (assessed, "an impact assessment that covers it")];
    Standing::Covered { by, grant, missing: missing.into_iter().filter_map(|(there, what)| (!there).then_some(what)).collect() }
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let purposes = &context.words().purposes;
    match standing(context.pack, context.as_of) {
        Standing::NoPurpose => {}
        Standing::NoGrant(purpose) => {
            let path = purposes.short(purpose);
            let finding =
                RULE.finding("pack/audit", format!("no agreement in force on {} has a grant for {path}, so nothing covers the audit of accesses", context.as_of)).discriminator("grant");
            found.push(match purposes.node(purpose).span {
                Some(span) => finding.at(span, "for this purpose"),
                None => finding,
            });
        }
        Standing::Covered { by, grant, missing } if !missing.is_empty() => {
            found.push(
                RULE.finding(format!("{}/audit", grant.place), format!("{} covers the audit of accesses and {} does not name {}", grant.place, by.id, crate::text::and_list(&missing)))
                    .at(grant.span, "the audit's grant")
                    .fact("missing", missing),
            );
        }
        Standing::Covered { .. } => {}
    }
}
