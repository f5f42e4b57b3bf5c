//! DAT-005: data that shows who somebody is goes to other uses only with a route.

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DAT-005",
    name: "form_fits_purpose",
    title: "The form fits the purpose",
    severity: Severity::Error,
    statement: "A grant or release in identifiable form for a use beyond individual care has explicit consent, section 251 support or a statute as its route of confidentiality. \
                Individual care is not given anonymous data.",
    source: "Common law duty of confidentiality; UK GDPR Articles 5(1)(c) and 25",
    certainty: Certainty::FromMemory,
    next: "Grant the pseudonymised or aggregate form, or name the route under which who somebody is may be seen.",
    failing: "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: not_engaged, assessment_ref: EX-ANON-1}, ndoo: {applies: false, reason: anonymised}}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results], for: research, when: relationship}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    fixed: "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: not_engaged, assessment_ref: EX-ANON-1}, ndoo: {applies: false, reason: anonymised}}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results], for: research, form: aggregate}\ndata:\n  medications: {identifiability: aggregate, justification: to compare treatments, disclosure_control: {method: suppression, threshold: \"8\", assessment: EX-DCA-1}}\n  results: {identifiability: aggregate, justification: to compare treatments, disclosure_control: {method: suppression, threshold: \"8\", assessment: EX-DCA-1}}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

const ROUTES: [&str; 3] = ["explicit_consent", "s251", "statutory"];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().purposes;
    for agreement in &context.pack.agreements {
        for grant in agreement.grants.iter().filter(|grant| !context.for_the_person(grant)) {
            let draft = agreement.draft.grants.iter().find(|draft| draft.name.value == grant.name && !grant.release);
            let release = agreement.draft.releases.iter().find(|draft| draft.name.value == grant.name && grant.release);
            let form = draft.and_then(|draft| draft.form.first()).or_else(|| release.and_then(|draft| draft.form.as_ref()));
            let purpose_span =
                draft.and_then(|draft| draft.purposes.first()).or_else(|| release.and_then(|draft| draft.purpose.as_ref())).map_or(grant.span, |purpose| purpose.span);
            if context.identifiable(grant) {
                let leaves = grant.reach.purposes.iter().flat_map(|purpose| tree.leaves(*purpose));
                let beyond = leaves.filter(|leaf| matches!(context.purpose_kind(*leaf), Some(PurposeKind::Secondary | PurposeKind::Research))).find(|leaf| {
                    let mut entries = context.bases(agreement).filter(|(valid, _)| tree.covers(valid.purpose, *leaf)).peekable();
                    // Without any basis LAW-001 speaks.
                    entries.peek().is_some()
                        && !entries.any(|(_, basis)| basis.confidentiality.as_ref().and_then(|route| route.route.as_ref()).is_some_and(|route| ROUTES.contains(&route.value.as_str())))
                });
                if let Some(leaf) = beyond {
                    let name = tree.short(leaf);
                    let mut finding = RULE
                        .finding(format!("{}/form", grant.place), format!("`{}` shows who people are for {name}, which is not individual care, without a route for it", grant.name))
                        .at(form.map_or(grant.span, |form| form.span), if form.is_some() { "identifiable" } else { "identifiable, as no `form:` is written" })
                        .at(purpose_span, "for this");
                    let route = context.bases(agreement).filter(|(valid, _)| tree.covers(valid.purpose, leaf)).find_map(|(_, basis)| basis.confidentiality.as_ref()?.route.as_ref());
                    if let Some(route) = route {
                        finding = finding.at(route.span, "no route for that");
                    }
                    found.push(finding);
                }
            }
            let anonymous = agreement.draft.data.iter().find(|item| item.identifiability.as_ref().is_some_and(|word| word.value == "anonymous") && super::dat_008_weak_pseudonym::direct(context, &item.node.value).is_none());
            if let (Some(item), true) = (anonymous, context.identifiable(grant) && grant.reach.purposes.iter().any(|purpose| context.purpose_kinds(*purpose).contains(&PurposeKind::Care)))
                && let Ok(category) = context.words().data.find(&item.node.value)
                && grant.reach.see.iter().any(|seen| context.words().data.covers(*seen, category) || context.words().data.covers(category, *seen))
                && let Some(word) = &item.identifiability
            {
                found.push(
                    RULE.finding(format!("{}/data/{}", agreement.id, item.node.value), format!("{} is said to be anonymous, and `{}` shows whose it is", item.node.value, grant.name))
                        .at(word.span, "should be identifiable")
                        .at(grant.span, "granted for care here"),
                );
            }
        }
    }
}
