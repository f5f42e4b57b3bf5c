//! XAG-013: one extract is not filtered for one use and left whole for another.

use std::collections::BTreeMap;

use super::{Certainty, Check, Context, Rule};
use crate::agreement::Agreement;
use crate::agreement::written::BasisDraft;
use crate::diagnostics::{Finding, Severity};
use crate::pack::{Ends, Flow};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "XAG-013",
    name: "opt_outs_consistent",
    title: "One extract treats opt-outs one way",
    severity: Severity::Error,
    statement: "Rows of flows.csv of kind `extract` with the same beginning, end and system, whose data overlaps, are one extract. Where its uses beyond individual care fall under different agreements, the bases of these agree on whether the \
                national data opt-out applies (`ndoo: {applies}`) and, where both say it, on whether Type 1 opt-outs are respected.",
    source: "National data opt-out operational policy guidance: records are taken out before data leaves; one file is either filtered or it is not",
    certainty: Certainty::FromMemory,
    next: "Filter the extract for all its uses, or split it into one for each use.",
    failing: two_extracts!("{applies: false, reason: policy_exemption}"),
    fixed: two_extracts!("{applies: true}"),
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// A row with the basis of its agreement.
struct Use<'p> {
    flow: &'p Flow,
    agreement: &'p Agreement,
    basis: &'p BasisDraft,
}

/// What a basis says of one kind of opt-out, and where.
type Stated = fn(&BasisDraft) -> Option<(bool, Span)>;

const KINDS: [(&str, Stated); 2] = [
    ("the national data opt-out", |basis| basis.ndoo.as_ref().and_then(|ndoo| ndoo.applies.as_ref()).map(|applies| (applies.value, applies.span))),
    ("Type 1 opt-outs", |basis| basis.type_1.as_ref().and_then(|type_1| type_1.respected.as_ref()).map(|respected| (respected.value, respected.span))),
];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    if context.reading_failed {
        return;
    }
    let words = context.words();
    let mut extracts: BTreeMap<(String, String, &str), Vec<Use<'_>>> = BTreeMap::new();
    for flow in context.pack.flows.iter().filter(|flow| flow.kind == "extract" && context.is_secondary(flow.purpose)) {
        let Some(agreement) = flow.agreement.as_deref().and_then(|id| context.pack.agreement(id)).filter(|agreement| agreement.in_force_on(context.as_of)) else { continue };
        let from = match flow.from {
            Ends::Org(id) => Some(id),
            Ends::Function(_) | Ends::Place(_) => None,
        };
        let Some(basis) = agreement.basis_for(words, &context.pack.register, flow.purpose, from, context.as_of) else { continue };
        let Some(basis) = agreement.draft.basis.get(basis.draft) else { continue };
        let key = (format!("{:?}", flow.from), format!("{:?}", flow.to), flow.system.as_str());
        extracts.entry(key).or_default().push(Use { flow, agreement, basis });
    }
    for uses in extracts.values() {
        for (what, stated) in KINDS {
            let pair = uses.iter().filter(|one| stated(one.basis).is_some_and(|(yes, _)| !yes)).find_map(|whole| {
                let meets = |other: &&Use<'_>| {
                    let (data, others) = (words.data.leaves(whole.flow.data), words.data.leaves(other.flow.data));
                    stated(other.basis).is_some_and(|(yes, _)| yes) && data.iter().any(|leaf| others.contains(leaf))
                };
                uses.iter().find(meets).map(|filtered| (whole, filtered))
            });
            let Some((whole, filtered)) = pair else { continue };
            let place = format!("flows/{}/{}", whole.agreement.id, words.purposes.path(whole.flow.purpose));
            let mut finding = RULE
                .finding(
                    place,
                    format!(
                        "the extract of {} through {} applies {what} for {} under {} and not for {} under {}",
                        words.data.short(whole.flow.data),
                        whole.flow.system,
                        words.purposes.short(filtered.flow.purpose),
                        filtered.agreement.id,
                        words.purposes.short(whole.flow.purpose),
                        whole.agreement.id
                    ),
                )
                .discriminator(what)
                .at(whole.flow.span, "used whole")
                .at(filtered.flow.span, "used filtered");
            for one in [whole, filtered] {
                if let Some((yes, span)) = stated(one.basis) {
                    finding = finding.at(span, if yes { "applies" } else { "does not apply" });
                }
            }
            found.push(finding.fact("uses", uses.len()));
        }
    }
}
