//! LAW-008: a public task is the controller's own, so each names its own power.

use std::collections::BTreeMap;

use super::context::node_at;
use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;

pub(super) static RULE: Rule = Rule {
    code: "LAW-008",
    name: "own_power",
    title: "A public task rests on the controller's own power",
    severity: Severity::Warning,
    statement: "A basis on Article 6(1)(e) names the statute that gives the task (`power:`), and not only words such as \"public task\". Where all the statutes it names are those of NHS \
                bodies, no council relies on it, and the other way round (src/rules/data/powers.csv); a statute that is not in the table is taken as anybody's.",
    source: "UK GDPR Article 6(1)(e), as the Data (Use and Access) Act 2025 clarifies it: a task of the controller, not of another body",
    certainty: Certainty::Confirmed,
    next: "Name the Act and section that gives this body the task; give bodies of another kind an entry of their own (`for:`), or name both statutes.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: public task, secrecy: s11(1), confidentiality: implied_consent}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006 s1, secrecy: s11(1), confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let on = context.law_date(agreement);
        for (valid, basis) in context.bases(agreement) {
            let Some(letter) = basis.article_6.as_ref().filter(|letter| letter.value == "e") else { continue };
            let place = format!("{}/power", basis.place);
            let purpose = &basis.purpose.value;
            let Some(power) = &basis.power else {
                if node_at(&agreement.draft.node, basis.span).is_some_and(|node| context.lacks(node, "power")) {
                    found.push(
                        RULE.finding(place, format!("{purpose} rests on Article 6(1)(e) and names no statutory power"))
                            .at(letter.span, "a public task; `power:` is missing")
                            .at(basis.purpose.span, "this purpose"),
                    );
                }
                continue;
            };
            // A year names an Act, whatever stands beside it.
            let dated = power.value.chars().any(|c| c.is_ascii_digit());
            if let Some(row) = context.facts().vague("power", &power.value, on).filter(|_| !dated) {
                found.push(
                    RULE.finding(place, format!("the power of {purpose} names no statute"))
                        .at(power.span, format!("\"{}\" is the basis itself, not the law that gives the task", row[1]))
                        .at(letter.span, "rests on it"),
                );
                continue;
            }
            let whose = named(context, &power.value);
            let mut lacking: BTreeMap<&str, Vec<OrgId>> = BTreeMap::new();
            for org in context.parties_on(agreement, on, |party| matches!(party.role, PartyRole::Controller | PartyRole::JointController)) {
                if context.selects(&valid.parties, org, on)
                    && let Some(kind) = body(context, org)
                    && !whose.is_empty()
                    && whose.iter().all(|of| *of != "any" && *of != kind)
                {
                    lacking.entry(kind).or_default().push(org);
                }
            }
            for (kind, orgs) in lacking {
                let (ours, theirs) = if kind == "council" { ("councils", "NHS bodies") } else { ("NHS bodies", "councils") };
                let mut finding = RULE
                    .finding(
                        place.clone(),
                        format!("{purpose} names only powers of {theirs}, and is a basis of {ours} too ({}): {}", Context::count(&orgs), context.some_codes(&orgs)),
                    )
                    .at(power.span, format!("gives {theirs} the task"))
                    .at(context.organisation(orgs[0]).cell("kind"), "relies on it, and needs a power of its own")
                    .fact("organisations", context.codes(&orgs))
                    .discriminator(kind);
                if let Some(span) = basis.parties.as_ref().and_then(|parties| parties.span) {
                    finding = finding.at(span, "for these");
                }
                found.push(finding);
            }
        }
    }
}

/// Whose powers a text names, part by part between commas and semicolons; a part that the table does not know may be anybody's.
fn named<'p>(context: &Context<'p>, power: &str) -> Vec<&'p str> {
    let lower = power.to_lowercase();
    let mut whose = Vec::new();
    let facts: &'p data::Facts = context.facts();
    for part in lower.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()) {
        let found: Vec<&str> = facts.powers.iter().filter(|row| holds(part, &row[0].to_lowercase())).map(|row| row[1].as_str()).collect();
        if found.is_empty() {
            whose.push("any");
        } else {
            whose.extend(found);
        }
    }
    whose
}

/// Whether a text holds a phrase that does not go on as a longer number or word.
fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, found)| {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !inside(text[..at].chars().next_back()) && !inside(text[at + found.len()..].chars().next())
    })
}

/// `nhs` or `council`, for the kinds whose statutes differ.
fn body(context: &Context<'_>, org: OrgId) -> Option<&'static str> {
    let organisation = context.organisation(org);
    let row = context.organisation_kind(organisation)?;
    match row[0].as_str() {
        "council" | "local_authority" => Some("council"),
        // A public authority with a Caldicott Guardian that is no council is an NHS body.
        _ if row[2] == "yes" && row[3] == "yes" => Some("nhs"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn basis(power: &str) -> String {
        format!(
            "# file: register/organisations.csv\nods,name,kind,opened,closed\nR9B,Synthetic Borough Council,council,2010-01-01,\n# file: agreements/example.yaml\nbasis:\n  individual_care:\n    \
             - {{article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: \"{power}\", secrecy: s11(1), confidentiality: implied_consent}}\n"
        )
    }

    #[test]
    fn a_council_does_not_borrow_the_powers_of_the_nhs() {
        assert!(run(&basis("NHS Act 2006 s1")).codes.contains(&"LAW-008"));
        for power in ["NHS Act 2006; Care Act 2014", "NHS Act 2006, s251B", "NHS Act 2006 s75", "NHS Act 2006; Some Other Act 1999", "Care Act 2014"] {
            assert!(!run(&basis(power)).codes.contains(&"LAW-008"), "{power}");
        }
        // And the trusts do not borrow the council's.
        assert!(run(&basis("Localism Act 2011")).shown.contains("only powers of councils"));
    }
}
