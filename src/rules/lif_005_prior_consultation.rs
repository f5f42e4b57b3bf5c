//! LIF-005: where risk stays high, the Commissioner was consulted.

use super::context::node_at;
use super::{Certainty, Check, Context, Rule, written};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-005",
    name: "prior_consultation",
    title: "High residual risk was put to the Commissioner",
    severity: Severity::Warning,
    statement: "An impact assessment whose residual risk is high names the consultation of the Information Commissioner (consultation_ref).",
    source: "UK GDPR Article 36, prior consultation",
    certainty: Certainty::FromMemory,
    next: "Lower the risk and assess it again, or consult the Commissioner before the processing and record the reference.",
    failing: "dpia:\n  - {ref: EX-DPIA-1, purposes: [individual_care], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: high}\n",
    fixed: "dpia:\n  - {ref: EX-DPIA-1, purposes: [individual_care], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: high, consultation_ref: ICO-PC-2026-1}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for (index, dpia) in agreement.draft.dpia.iter().enumerate() {
            let Some(risk) = dpia.residual_risk.as_ref().filter(|risk| risk.value == "high") else { continue };
            let unread = node_at(&agreement.draft.node, dpia.span).is_some_and(|node| dpia.consultation_ref.is_none() && !context.lacks(node, "consultation_ref"));
            if unread || dpia.consultation_ref.as_ref().is_some_and(|text| !written::says_nothing(&text.value)) {
                continue;
            }
            let name = dpia.reference.as_ref().map_or_else(|| (index + 1).to_string(), |text| text.value.clone());
            let finding = RULE
                .finding(format!("{}/dpia/{name}", agreement.id), format!("the risk that {name} leaves is high, and no consultation of the Commissioner is named"))
                .at(risk.span, "high")
                .discriminator("consultation");
            found.push(match &dpia.consultation_ref {
                Some(text) => finding.at(text.span, "says that there was none"),
                None => finding,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn only_a_high_risk_asks_for_it() {
        let with = |risk: &str| run(&super::RULE.failing.replace("residual_risk: high", risk)).codes;
        assert_eq!(with("residual_risk: medium"), [""; 0]);
        assert_eq!(with("residual_risk: high, consultation_ref: n/a"), ["LIF-005"]);
        assert_eq!(with("residual_risk: high, consultation_reff: X"), ["DOC-007"]);
    }
}
