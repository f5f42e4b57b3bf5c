//! PUR-002: a purpose is described so that somebody could say what does not belong to it.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PUR-002",
    name: "specific_description",
    title: "Purposes are described specifically",
    severity: Severity::Warning,
    statement: "The description of a purpose is not one of the phrases that say nothing (src/rules/data/vague_phrases.csv). A use beyond individual care has a description.",
    source: "UK GDPR Article 5(1)(b), specified and explicit purposes",
    certainty: Certainty::FromMemory,
    next: "Say which service, for whom and how: a verb and what it acts on.",
    failing: "basis:\n  individual_care:\n    - {description: to improve services, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {description: show medicines to staff who treat a person, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let on = context.law_date(agreement);
        let mut described: Vec<&str> = Vec::new();
        for basis in &agreement.draft.basis {
            let Some(text) = &basis.description else { continue };
            described.push(&basis.purpose.value);
            if let Some(row) = context.facts().vague("purpose", &text.value, on) {
                found.push(
                    RULE.finding(format!("{}/description", basis.place), format!("the description of {} says nothing that could be checked", basis.purpose.value))
                        .at(text.span, format!("\"{}\" fits any purpose", row[1])),
                );
            }
        }
        for (valid, basis) in context.bases(agreement) {
            let purpose = basis.purpose.value.as_str();
            if context.is_secondary(valid.purpose) && !described.contains(&purpose) {
                described.push(purpose);
                found.push(
                    RULE.finding(format!("{}/description", basis.place), format!("{purpose} is a use beyond individual care and is not described"))
                        .at(basis.purpose.span, "`description:` is missing"),
                );
            }
        }
    }
}
