//! LAW-012: vital interests are for the moment, not for the routine.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-012",
    name: "vital_interests",
    title: "Vital interests are no basis for routine sharing",
    severity: Severity::Warning,
    statement: "Vital interests, Article 6(1)(d) and Article 9(2)(c), stand only with emergency care: they are for a life at risk and, in Article 9, a person who cannot consent.",
    source: "UK GDPR Article 6(1)(d), Article 9(2)(c) and recital 46: where the processing cannot be manifestly based on another legal basis",
    certainty: Certainty::FromMemory,
    next: "Use e (or c) and h for what is done every day; keep vital interests for a basis of emergency care alone.",
    failing: "basis:\n  individual_care:\n    - {article_6: d, article_9: h, schedule_1: P1.2, secrecy: s11(1), confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for (valid, basis) in context.bases(agreement) {
            let six = basis.article_6.as_ref().filter(|letter| letter.value == "d");
            let nine = basis.article_9.as_ref().filter(|letter| letter.value == "c");
            let Some(letter) = six.or(nine) else { continue };
            if context.is_emergency_only(valid.purpose) {
                continue;
            }
            let article = match (six, nine) {
                (Some(_), Some(_)) => "Article 6(1)(d) and Article 9(2)(c)",
                (Some(_), None) => "Article 6(1)(d)",
                _ => "Article 9(2)(c)",
            };
            let mut finding = RULE
                .finding(format!("{}/vital_interests", basis.place), format!("{} rests on vital interests, {article}, and is not emergency care alone", basis.purpose.value))
                .at(letter.span, "for a life at risk");
            if let (Some(_), Some(nine)) = (six, nine) {
                finding = finding.at(nine.span, "and this");
            }
            found.push(finding.at(basis.purpose.span, "done every day"));
        }
    }
}
