//! LAW-014: data given for care is used again only for what fits, and the agreement says why it fits.

use super::context::{PurposeKind, node_at};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::valid::Basis;
use crate::agreement::{Agreement, Clause};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::source::Span;
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "LAW-014",
    name: "compatible_reuse",
    title: "A new use of care data says why it fits",
    severity: Severity::Warning,
    statement: "Where data about individuals that an organisation shares for care, in any agreement not yet over, is also used for research or another secondary purpose, the basis for that \
                says why the new use is compatible (`compatibility:`) or names a ground of its own: consent under Article 6(1)(a), or explicit consent, section 251 support or a statute as the \
                route of confidentiality.",
    source: "UK GDPR Articles 5(1)(b) and 8A with Annex 2 (since 5 February 2026; Article 6(4) before), as amended by the Data (Use and Access) Act 2025",
    certainty: Certainty::Confirmed,
    next: "Add compatibility: and say why it fits: the link with the first use, what people expect, the safeguards; or which condition of Annex 2 counts it as compatible.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006, confidentiality: {route: not_engaged, assessment_ref: EX-AA-1}, ndoo: {applies: false, reason: anonymised}}\ndata:\n  medications: {identifiability: pseudonymised, justification: to prescribe safely, key_holder: 8ZZ01}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n  g3: {to: {role: analyst}, see: medications, for: research, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n  research:\n    - {description: study which medicines help whom, compatibility: \"scientific research with the safeguards of EX-PROT-1, which the law counts as compatible\", article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006, confidentiality: {route: not_engaged, assessment_ref: EX-AA-1}, ndoo: {applies: false, reason: anonymised}}\ndata:\n  medications: {identifiability: pseudonymised, justification: to prescribe safely, key_holder: 8ZZ01}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n  g3: {to: {role: analyst}, see: medications, for: research, form: pseudonymised}\ndpia:\n  - {ref: EX-DPIA-1, approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Routes of confidentiality that are a ground of their own for the new use.
const OWN_ROUTES: [&str; 3] = ["explicit_consent", "s251", "statutory"];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    // Grants for care, with those who give what they show.
    let mut care: Vec<(&Agreement, &Clause, Vec<OrgId>)> = Vec::new();
    for agreement in context.current() {
        let mut givers = None;
        for grant in agreement.grants.iter().filter(|grant| !context.for_the_person(grant)) {
            if grant.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&PurposeKind::Care)) {
                let givers = givers.get_or_insert_with(|| giving(context, agreement)).clone();
                care.push((agreement, grant, givers));
            }
        }
    }
    for agreement in context.current() {
        for (valid, basis) in context.bases(agreement) {
            let kinds = context.purpose_kinds(valid.purpose);
            let reuse = !kinds.is_empty() && kinds.iter().all(|kind| matches!(kind, PurposeKind::Secondary | PurposeKind::Research));
            let consent = basis.article_6.as_ref().is_some_and(|letter| letter.value == "a");
            let route = basis.confidentiality.as_ref().and_then(|block| block.route.as_ref()).is_some_and(|route| OWN_ROUTES.contains(&route.value.as_str()));
            if !reuse || consent || route || node_at(&agreement.draft.node, basis.span).is_none_or(|node| !context.lacks(node, "compatibility")) {
                continue;
            }
            let Some((grant, other, first)) = used_again(context, agreement, valid, &care) else { continue };
            found.push(
                RULE.finding(
                    format!("{}/compatibility", basis.place),
                    format!("{} uses data again that is shared for care, and does not say why that is compatible", basis.purpose.value),
                )
                .at(basis.purpose.span, "`compatibility:` is missing")
                .at(grant, "used again here")
                .at(first, format!("shared for care by {}", other.id)),
            );
        }
    }
}

/// Organisations that give data under an agreement.
fn giving(context: &Context<'_>, agreement: &Agreement) -> Vec<OrgId> {
    context.parties_on(agreement, context.law_date(agreement), |party| party.gives)
}

/// A grant of this basis and one for care that show the same data of the same organisation.
fn used_again<'p>(context: &Context<'p>, agreement: &Agreement, basis: &Basis, care: &[(&'p Agreement, &'p Clause, Vec<OrgId>)]) -> Option<(Span, &'p Agreement, Span)> {
    let words = context.words();
    let individual = context.form("identifiable") | context.form("pseudonymised");
    let meet = |one: &[NodeId], two: &[NodeId]| one.iter().any(|a| two.iter().any(|b| words.data.covers(*a, *b) || words.data.covers(*b, *a)));
    let givers = giving(context, agreement);
    let ours = agreement.grants.iter().filter(|grant| {
        grant.reach.forms & individual != 0
            && grant.reach.purposes.iter().any(|purpose| words.purposes.covers(basis.purpose, *purpose) || words.purposes.covers(*purpose, basis.purpose))
    });
    ours.into_iter().find_map(|grant| {
        let (other, first, _) = care.iter().find(|(_, first, from)| meet(&grant.reach.see, &first.reach.see) && from.iter().any(|org| givers.contains(org)))?;
        Some((grant.span, *other, first.span))
    })
}
