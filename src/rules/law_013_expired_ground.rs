//! LAW-013: a legal ground that has ended is not relied on.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-013",
    name: "expired_ground",
    title: "No legal ground that has ended",
    severity: Severity::Error,
    statement: "No basis names a notice, order or act whose force has ended (src/rules/data/expired_bases.csv) on the day by whose law the agreement is judged: the day asked about, \
                held within the agreement's own term.",
    source: "COVID-19 notices under the Control of Patient Information Regulations 2002 ended on 30 June 2022; time-limited orders by their own dates",
    certainty: Certainty::FromMemory,
    next: "Find the ground that holds today (for example support under section 251) and name it, or stop the use.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: COPI notice 2020, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let on = context.law_date(agreement);
        for basis in &agreement.draft.basis {
            let route = basis.confidentiality.as_ref();
            let texts = [
                basis.power.as_ref(),
                route.and_then(|route| route.provision.as_ref()),
                route.and_then(|route| route.conditions.as_ref()),
                route.and_then(|route| route.route.as_ref()),
                basis.ndoo.as_ref().and_then(|ndoo| ndoo.reason.as_ref()),
            ];
            for text in texts.into_iter().flatten() {
                let written = text.value.to_lowercase();
                let Some(row) = context.facts().expired_bases.iter().find(|row| written.contains(&row[0].to_lowercase()) && data::date(&row[1]) < on) else { continue };
                let mut finding = RULE
                    .finding(basis.place.clone(), format!("{} rests on {}, which ended on {}", basis.purpose.value, row[2], row[1]))
                    .at(text.span, format!("ended on {}", row[1]));
                if agreement.draft.starts.as_ref().is_some_and(|starts| starts.value > data::date(&row[1])) {
                    finding = finding.at(key_span(&agreement.draft, "starts"), "the agreement starts after that");
                }
                found.push(finding.discriminator(row[0].clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn the_notices_are_known_by_the_names_that_agreements_give_them() {
        for name in ["COPI notice 2020", "the Control of Patient Information (COPI) Notice of March 2020", "Control of Patient Information notices", "the COVID notice"] {
            let basis = format!(
                "basis:\n  individual_care:\n    - {{description: show results to staff who treat a person, article_6: e, article_9: h, schedule_1: P1.2, power: \"{name}\", secrecy: s11(1), \
                 confidentiality: implied_consent}}\n"
            );
            assert!(run(&basis).codes.contains(&"LAW-013"), "{name}");
        }
    }
}
