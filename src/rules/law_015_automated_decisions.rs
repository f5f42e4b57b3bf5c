//! LAW-015: decisions without a person are declared, and people are protected.

use super::context::node_at;
use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-015",
    name: "automated_decisions",
    title: "Solely automated decisions are declared and safe",
    severity: Severity::Warning,
    statement: "A basis that says solely automated decisions are made (automated_decisions: {used: true}) says with which safeguards (people are told, can be heard, reach a person and contest \
                it), and is not Article 6(1)(ea). A basis for a purpose that ranks or selects people (src/rules/data/scoring_purposes.csv) says whether such decisions are made.",
    source: "UK GDPR Articles 22A to 22D, as inserted by the Data (Use and Access) Act 2025 (since 5 February 2026; Article 22 before)",
    certainty: Certainty::Confirmed,
    next: "Have a person decide and write used: false, or write the safeguards.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent, automated_decisions: {used: true}}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent, automated_decisions: {used: false}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let tree = &context.words().purposes;
    for agreement in context.current() {
        let on = context.law_date(agreement);
        for (valid, basis) in context.bases(agreement) {
            let place = format!("{}/automated_decisions", basis.place);
            let purpose = &basis.purpose.value;
            let used = basis.automated_decisions.as_ref().and_then(|block| block.used.as_ref());
            let node = node_at(&agreement.draft.node, basis.span);
            match (&basis.automated_decisions, used) {
                (Some(block), Some(used)) if used.value => {
                    if let Some(letter) = basis.article_6.as_ref().filter(|letter| letter.value == "ea") {
                        found.push(
                            RULE.finding(place, format!("{purpose} makes solely automated decisions on the basis of Article 6(1)(ea), which does not carry them"))
                                .at(used.span, "declared here")
                                .at(letter.span, "not with this basis"),
                        );
                    } else if block.safeguards.is_none()
                        && node.and_then(|node| node.get("automated_decisions")).is_some_and(|block| context.lacks(block, "safeguards"))
                    {
                        found.push(
                            RULE.finding(place, format!("{purpose} makes solely automated decisions and does not say how people are protected"))
                                .at(used.span, "`safeguards:` is missing")
                                .at(basis.purpose.span, "this purpose"),
                        );
                    }
                }
                (_, None) => {
                    let scoring = tree.ancestors(valid.purpose).find_map(|at| data::row(&context.facts().scoring_purposes, &tree.node(at).name)).filter(|row| data::date(&row[1]) <= on);
                    let silent = node.is_some_and(|node| match node.get("automated_decisions").filter(|block| block.as_map().is_some()) {
                        Some(block) => context.lacks(block, "used"),
                        None => context.lacks(node, "automated_decisions"),
                    });
                    if scoring.is_some() && silent {
                        found.push(
                            RULE.finding(place, format!("{purpose} ranks or selects people, and does not say whether a person decides"))
                                .at(basis.automated_decisions.as_ref().map_or(basis.purpose.span, |block| block.span), "`automated_decisions: {used: ...}` is missing"),
                        );
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn case_finding_says_whether_a_person_decides() {
        let with = |more: &str| {
            let text = format!(
                "# file: vocabulary.yaml\npurposes:\n  individual_care: {{direct_care: {{purpose_of_use: TREAT}}, emergency_care: {{purpose_of_use: ETREAT}}}}\n  patient_access: {{purpose_of_use: PATRQT}}\n  \
                 secondary: {{population_health: {{}}, case_finding: {{}}, research: {{}}}}\n# file: agreements/example.yaml\nbasis:\n  individual_care:\n    \
                 - {{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent}}\n  case_finding:\n    \
                 - {{description: find people at risk of a fall, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1){more}}}\n"
            );
            run(&text).codes.contains(&"LAW-015")
        };
        assert!(with(""));
        assert!(with(", automated_decisions: {safeguards: none}"));
        assert!(!with(", automated_decisions: {used: false}"));
        assert!(!with(", automated_decisions: {used: true, safeguards: a nurse looks at every list}"));
    }
}
