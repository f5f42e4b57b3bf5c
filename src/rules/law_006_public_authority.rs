//! LAW-006: public authorities do not rely on legitimate interests.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "LAW-006",
    name: "public_authority",
    title: "Public authorities do not rely on (f) or (ea)",
    severity: Severity::Error,
    statement: "No public authority relies on legitimate interests, Article 6(1)(f), or recognised legitimate interests, (ea), for its tasks.",
    source: "UK GDPR Article 6(1), closing words, as amended by the Data (Use and Access) Act 2025",
    certainty: Certainty::Confirmed,
    next: "Give public authorities a basis of their own (`for:`), normally e with their statutory power.",
    failing: "basis:\n  individual_care:\n    - {article_6: f, assessed_by: DPO, article_9: h, secrecy: s11(1), schedule_1: P1.2, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let on = context.law_date(agreement);
        for (valid, basis) in context.bases(agreement) {
            let Some(letter) = basis.article_6.as_ref().filter(|letter| letter.value == "f" || letter.value == "ea") else { continue };
            let relying: Vec<OrgId> = context
                .parties_on(agreement, on, |party| party.role != crate::agreement::written::PartyRole::Processor)
                .into_iter()
                .filter(|org| context.selects(&valid.parties, *org, on))
                .filter(|org| context.organisation_kind(context.organisation(*org)).is_some_and(|kind| kind[2] == "yes"))
                .collect();
            if relying.is_empty() {
                continue;
            }
            let mut finding = RULE
                .finding(
                    format!("{}/article_6", basis.place),
                    format!("Article 6(1)({}) is not for public authorities, and this basis is for {}: {}", letter.value, Context::count(&relying), context.some_codes(&relying)),
                )
                .at(letter.span, "not for public authorities")
                .fact("organisations", context.codes(&relying));
            if let Some(span) = basis.parties.as_ref().and_then(|parties| parties.span) {
                finding = finding.at(span, "for these");
            }
            found.push(finding.at(context.organisation(relying[0]).cell("kind"), "a public authority, says its kind in the register"));
        }
    }
}
