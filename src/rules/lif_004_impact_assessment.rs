//! LIF-004: every purpose has an impact assessment, approved before the start and not past its review.

use super::context::{PurposeKind, key_span};
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::{NameError, NodeId};

pub(super) static RULE: Rule = Rule {
    code: "LIF-004",
    name: "impact_assessment",
    title: "Impact assessments cover every purpose",
    severity: Severity::Error,
    statement: "Every purpose of `basis:` is covered by an entry of `dpia:` with a reference and a day of approval not after the agreement's first day; its next review is not past while the \
                agreement runs.",
    source: "UK GDPR Article 35; IG framework for shared care records, appendix 3: one DPIA for each purpose",
    certainty: Certainty::Confirmed,
    next: "Complete the assessment, have it approved, and record it; suspend the purpose until then.",
    failing: "dpia:\n  - {ref: EX-DPIA-1, purposes: [individual_care], approved: 2026-05-15, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    fixed: "dpia:\n  - {ref: EX-DPIA-1, purposes: [individual_care], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().purposes;
    for agreement in context.pack.agreements.iter().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let block = key_span(draft, "dpia");
        let place = |what: &str| format!("{}/dpia/{what}", agreement.id);
        let mut covered: Vec<NodeId> = Vec::new();
        let mut all = false;
        for (index, dpia) in draft.dpia.iter().enumerate() {
            let name = dpia.reference.as_ref().map_or_else(|| (index + 1).to_string(), |text| text.value.clone());
            all |= dpia.purposes.is_empty();
            for purpose in &dpia.purposes {
                match tree.find(&purpose.value) {
                    Ok(id) => covered.push(id),
                    Err(error) => {
                        let finding = RULE.finding(place(&name), error.to_string()).at(purpose.span, "this name").discriminator(purpose.value.clone());
                        found.push(match error {
                            NameError::Unknown { near: Some(near), .. } => finding.help(format!("Did you mean `{near}`?")),
                            _ => finding.help("Use a purpose of the vocabulary."),
                        });
                    }
                }
            }
            let node = super::context::node_at(&draft.node, dpia.span);
            let missing: Vec<&str> = [("ref", dpia.reference.is_none()), ("approved", dpia.approved.is_none())]
                .into_iter()
                .filter(|(key, missing)| *missing && node.is_some_and(|node| context.lacks(node, key)))
                .map(|(key, _)| key)
                .collect();
            if !missing.is_empty() {
                let span = dpia.reference.as_ref().map_or(super::context::first_line(context.sources, dpia.span), |text| text.span);
                found.push(
                    RULE.finding(place(&name), format!("an impact assessment of {} does not say {}", agreement.id, crate::text::and_list(&missing)))
                        .at(span, format!("without {}", crate::text::and_list(&missing)))
                        .discriminator("missing"),
                );
            }
            if let (Some(approved), Some(starts)) = (&dpia.approved, &draft.starts)
                && approved.value > starts.value
            {
                found.push(
                    RULE.finding(place(&name), format!("{name} was approved on {}, after {} started", approved.value, agreement.id))
                        .at(approved.span, "after the first day")
                        .at(starts.span, "the first day")
                        .discriminator("late"),
                );
            }
            if let Some(review) = dpia.next_review.as_ref().filter(|review| review.value < context.as_of && agreement.in_force_on(context.as_of)) {
                found.push(RULE.finding(place(&name), format!("the review of {name} was due on {}", review.value)).at(review.span, "past").discriminator("review"));
            }
        }
        if all {
            continue;
        }
        let mut without: Vec<(&str, crate::source::Span)> = Vec::new();
        for (valid, basis) in context.bases(agreement) {
            let own = context.purpose_kinds(valid.purpose).iter().all(|kind| *kind == PurposeKind::Own);
            let leaves = tree.leaves(valid.purpose);
            let reached = leaves.iter().all(|leaf| covered.iter().any(|name| tree.covers(*name, *leaf)));
            if !own && !reached && !without.iter().any(|(name, _)| *name == basis.purpose.value) {
                without.push((&basis.purpose.value, basis.purpose.span));
            }
        }
        if let Some((_, first)) = without.first() {
            let names: Vec<&str> = without.iter().map(|(name, _)| *name).collect();
            if draft.node.get("dpia").is_some() || context.lacks(&draft.node, "dpia") {
                found.push(
                    RULE.finding(place("purposes"), format!("no impact assessment of {} covers {}", agreement.id, crate::text::and_list(&names)))
                        .at(block, if draft.dpia.is_empty() { "`dpia:` is missing" } else { "not among its purposes" })
                        .at(*first, "a purpose of this agreement"),
                );
            }
        }
    }
}
