//! LAW-010: condition (j) is for research, archiving and statistics, and they use it.

use super::context::PurposeKind;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-010",
    name: "research_condition",
    title: "Condition (j) is for research, and research uses it",
    severity: Severity::Error,
    statement: "Article 9(2)(j) stands only with research, archiving or statistics, and these do not rest on (h).",
    source: "UK GDPR Article 9(2)(j); Data Protection Act 2018 Schedule 1 paragraph 4",
    certainty: Certainty::Confirmed,
    next: "For research use j with P1.4; for care and for managing services use h with P1.2.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        for (valid, basis) in context.bases(agreement) {
            let Some(letter) = &basis.article_9 else { continue };
            let kinds = context.purpose_kinds(valid.purpose);
            let research = kinds.iter().all(|kind| *kind == PurposeKind::Research) && !kinds.is_empty();
            let message = match letter.value.as_str() {
                "j" if !research => format!("Article 9(2)(j) is for research, archiving and statistics, and {} is none of these", basis.purpose.value),
                "h" if research => format!("{} rests on Article 9(2)(h), which is for health and social care", basis.purpose.value),
                _ => continue,
            };
            found.push(RULE.finding(format!("{}/article_9", basis.place), message).at(letter.span, "does not fit").at(basis.purpose.span, "this purpose"));
        }
    }
}
