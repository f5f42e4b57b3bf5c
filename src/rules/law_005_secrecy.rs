//! LAW-005: health data under (h) is in the hands of people who owe secrecy.

use super::context::node_at;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-005",
    name: "secrecy",
    title: "Condition (h) says who owes secrecy",
    severity: Severity::Warning,
    statement: "A basis on Article 9(2)(h) says under whose professional secrecy the data is used (`secrecy:`): a health or social work professional, or somebody who owes a duty of \
                confidentiality under an enactment or rule of law.",
    source: "UK GDPR Article 9(3); Data Protection Act 2018 s11(1)",
    certainty: Certainty::Confirmed,
    next: "Add secrecy: and say who is bound and by what, for example \"s11(1): professionals and staff under an equal duty\".",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for basis in &agreement.draft.basis {
            let Some(letter) = basis.article_9.as_ref().filter(|letter| letter.value == "h") else { continue };
            if node_at(&agreement.draft.node, basis.span).is_some_and(|node| context.lacks(node, "secrecy")) {
                found.push(
                    RULE.finding(format!("{}/secrecy", basis.place), format!("{} rests on Article 9(2)(h) and does not say who owes secrecy", basis.purpose.value))
                        .at(letter.span, "asks for professional secrecy; `secrecy:` is missing")
                        .at(basis.purpose.span, "this purpose"),
                );
            }
        }
    }
}
