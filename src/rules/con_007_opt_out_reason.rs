//! CON-007: where the national data opt-out does not apply, one of the known reasons says why.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-007",
    name: "opt_out_reason",
    title: "A known reason where the opt-out does not apply",
    severity: Severity::Error,
    statement: "Where `ndoo:` says applies: false, its reason is consent, required_by_law, overriding_public_interest, communicable_disease_reg3, anonymised, individual_care or \
                policy_exemption.",
    source: "National data opt-out operational policy guidance, chapter 6",
    certainty: Certainty::Confirmed,
    next: "Give one of the reasons, or apply the opt-out.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent, ndoo: {applies: false, reason: not needed}}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent, ndoo: {applies: false, reason: individual_care}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words: Vec<&str> = context.facts().ndoo_reasons.iter().map(|row| row[0].as_str()).collect();
    for agreement in &context.pack.agreements {
        for (valid, basis) in context.bases(agreement) {
            let Some((ndoo, applies)) = basis.ndoo.as_ref().and_then(|ndoo| Some((ndoo, ndoo.applies.as_ref()?))).filter(|(_, applies)| !applies.value) else { continue };
            let place = format!("{}/ndoo", basis.place);
            match &ndoo.reason {
                None => found.push(
                    RULE.finding(place, format!("{} does not say why the national data opt-out does not apply", basis.purpose.value))
                        .at(applies.span, "`reason:` is missing")
                        .help(format!("Give one of {}.", crate::text::or_list(&words))),
                ),
                Some(reason) if !words.contains(&reason.value.as_str()) => found.push(
                    RULE.finding(place, "this is not a reason for which the national data opt-out does not apply").at(reason.span, "not a known reason").help(
                        match crate::text::nearest(&reason.value, words.iter().copied()) {
                            Some(near) => format!("Did you mean `{near}`?"),
                            None => format!("Give one of {}, or apply the opt-out.", crate::text::or_list(&words)),
                        },
                    ),
                ),
                Some(reason) if reason.value == "individual_care" && context.is_secondary(valid.purpose) => found.push(
                    RULE.finding(place, format!("{} is not individual care, and the reason says so", basis.purpose.value))
                        .at(reason.span, "does not fit")
                        .at(basis.purpose.span, "this purpose"),
                ),
                Some(_) => {}
            }
        }
    }
}
