//! LIF-006: data that leaves, or is seen from elsewhere, has a mechanism and a risk assessment.

use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LIF-006",
    name: "transfers",
    title: "Transfers have a mechanism and an assessment",
    severity: Severity::Error,
    statement: "Every country under `transfers:` that is not among those that need no further safeguard (src/rules/data/countries.csv) names its mechanism and its transfer risk assessment. \
                Access from there counts as a transfer.",
    source: "UK GDPR Articles 44 to 49; NHS guidance on offshoring",
    certainty: Certainty::FromMemory,
    next: "Add mechanism (adequacy, idta, addendum, bcr or derogation) and risk_assessment, or keep the data here.",
    failing: "transfers: {territory: UK, countries: [{country: India, remote_access: true}]}\n",
    fixed: "transfers: {territory: UK, countries: [{country: India, remote_access: true, mechanism: idta, risk_assessment: EX-TRA-1}]}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

const MECHANISMS: [&str; 5] = ["adequacy", "idta", "addendum", "bcr", "derogation"];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let on = context.law_date(agreement);
        let Some(transfers) = &agreement.draft.transfers else { continue };
        for (index, transfer) in transfers.countries.iter().enumerate() {
            let country = transfer.country.as_ref();
            let name = country.map_or("a country not named", |text| text.value.as_str());
            let place = format!("{}/transfers/{}", agreement.id, country.map_or_else(|| (index + 1).to_string(), |text| text.value.clone()));
            let span = country.map_or(super::context::first_line(context.sources, transfer.span), |text| text.span);
            if context.facts().countries.iter().any(|row| row[0].eq_ignore_ascii_case(name) && data::date(&row[1]) <= on) {
                continue;
            }
            let known = transfer.mechanism.as_ref().is_none_or(|word| MECHANISMS.iter().any(|known| known.eq_ignore_ascii_case(&word.value)));
            if let Some(word) = transfer.mechanism.as_ref().filter(|_| !known) {
                found.push(
                    RULE.finding(place.clone(), format!("`{}` is not a transfer mechanism", word.value))
                        .at(word.span, "unknown")
                        .help(format!("Use {}.", crate::text::or_list(&MECHANISMS)))
                        .discriminator("mechanism"),
                );
            }
            let missing: Vec<&str> = [("a mechanism", transfer.mechanism.is_none()), ("a transfer risk assessment", transfer.risk_assessment.is_none())]
                .into_iter()
                .filter(|(_, missing)| *missing)
                .map(|(what, _)| what)
                .collect();
            if !missing.is_empty() {
                let verb = if transfer.remote_access.as_ref().is_some_and(|yes| yes.value) { "is seen from" } else { "goes to" };
                found.push(RULE.finding(place, format!("data of {} {verb} {name} without {}", agreement.id, crate::text::and_list(&missing))).at(span, "needs both"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn an_abbreviation_may_stand_in_capitals() {
        for (mechanism, codes) in [("IDTA", &[][..]), ("idta", &[]), ("a contract", &["LIF-006"])] {
            let text = format!("transfers: {{territory: UK, countries: [{{country: India, remote_access: true, mechanism: {mechanism}, risk_assessment: EX-TRA-1}}]}}\n");
            assert_eq!(run(&text).codes, codes, "{mechanism}");
        }
    }
}
