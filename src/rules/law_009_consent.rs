//! LAW-009: where consent is the basis, it is one that can be given and withdrawn.

use super::context::{PurposeKind, entry_span, node_at};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "LAW-009",
    name: "consent",
    title: "Consent as a basis is whole, and not used for care",
    severity: Severity::Warning,
    statement: "Consent, Article 6(1)(a), is not the basis for individual care. Where it is the basis for another purpose, Article 9 has (a) too and the other way round, the way to withdraw \
                it is said (consent: {withdrawal: ...}), and where public authorities rely on it, why people can freely say no to them (consent: {imbalance: ...}). This is not the consent \
                that meets the duty of confidentiality, which stands under `confidentiality:`.",
    source: "UK GDPR Articles 4(11), 7 and 9(2)(a), recital 43; national guidance on shared care records: consent is not the basis for care",
    certainty: Certainty::Confirmed,
    next: "For care use e (or c) with h; otherwise add what is missing under `consent:`.",
    failing: "basis:\n  individual_care:\n    - {article_6: a, article_9: a, consent: {withdrawal: tell any provider, imbalance: care is given either way}, confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let on = context.law_date(agreement);
        for (valid, basis) in context.bases(agreement) {
            let is = |letter: &Option<crate::source::Spanned<String>>| letter.as_ref().filter(|letter| letter.value == "a").map(|letter| letter.span);
            let (six, nine) = (is(&basis.article_6), is(&basis.article_9));
            let Some(span) = six.or(nine) else { continue };
            let purpose = &basis.purpose.value;
            if six.is_some() && context.purpose_kinds(valid.purpose).contains(&PurposeKind::Care) {
                found.push(
                    RULE.finding(format!("{}/article_6", basis.place), format!("{purpose} is individual care, and rests on consent"))
                        .at(span, "people are cared for without it, so it is not free")
                        .at(basis.purpose.span, "individual care")
                        .help("Public bodies use e with their statutory power and Article 9(2)(h); asking people, and respecting a no, stands under confidentiality: and objection:."),
                );
                continue;
            }
            let node = node_at(&agreement.draft.node, basis.span);
            let consent = node.and_then(|node| node.get("consent")).filter(|block| block.as_map().is_some());
            if consent.is_none() && node.is_some_and(|node| !context.lacks(node, "consent")) {
                continue; // Misspelt, or no block: found where it is read.
            }
            let lacks = |key: &str| consent.is_none_or(|block| context.lacks(block, key));
            let mut wrong = Vec::new();
            let other = match (six, nine, &basis.article_6, &basis.article_9) {
                (Some(_), None, _, Some(letter)) => Some((letter, "Article 9(2)")),
                (None, Some(_), Some(letter), _) => Some((letter, "Article 6(1)")),
                _ => None,
            };
            if let Some((letter, article)) = other {
                wrong.push(format!("rests on {article}({}) beside it", letter.value));
            }
            if lacks("withdrawal") {
                wrong.push("does not say how it is withdrawn".to_owned());
            }
            let public: Vec<OrgId> = context
                .parties_on(agreement, on, |party| matches!(party.role, PartyRole::Controller | PartyRole::JointController))
                .into_iter()
                .filter(|org| context.selects(&valid.parties, *org, on))
                .filter(|org| context.organisation_kind(context.organisation(*org)).is_some_and(|kind| kind[2] == "yes"))
                .collect();
            let unequal = !public.is_empty() && lacks("imbalance");
            if unequal {
                wrong.push("does not say why people can freely refuse a public authority".to_owned());
            }
            if wrong.is_empty() {
                continue;
            }
            let mut finding = RULE.finding(format!("{}/consent", basis.place), format!("{purpose} has consent as its basis and {}", crate::text::and_list(&wrong))).at(span, "consent");
            if let Some((letter, _)) = other {
                finding = finding.at(letter.span, "another ground for the same use");
            }
            finding = match node.and_then(|node| entry_span(node, "consent")) {
                Some(block) => finding.at(block, "not said here"),
                None => finding,
            };
            if unequal {
                finding = finding.at(context.organisation(public[0]).cell("kind"), "a public authority that relies on it").fact("organisations", context.codes(&public));
            }
            found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn research(consent: &str) -> String {
        format!(
            "basis:\n  individual_care:\n    - {{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}}\n  \
             research:\n    - {{description: study which medicines help whom, {consent}, confidentiality: {{route: explicit_consent, form_ref: F-1, withdrawal: write to us}}, \
             ndoo: {{applies: false, reason: consent}}}}\n"
        )
    }

    fn told(consent: &str) -> String {
        run(&research(consent)).shown.lines().filter(|line| line.contains("[LAW-009]")).collect()
    }

    #[test]
    fn consent_for_research_is_whole_or_says_what_it_lacks() {
        assert_eq!(told("article_6: a, article_9: a, consent: {withdrawal: write to us, imbalance: care does not depend on it}"), "");
        assert!(told("article_6: a, article_9: a").contains("how it is withdrawn and does not say why people can freely refuse"));
        assert!(told("article_6: e, power: NHS Act 2006, article_9: a, consent: {withdrawal: w, imbalance: i}").contains("rests on Article 6(1)(e) beside it"));
        assert!(told("article_6: a, article_9: j, schedule_1: P1.4, consent: {withdrawal: w, imbalance: i}").contains("rests on Article 9(2)(j) beside it"));
    }
}
