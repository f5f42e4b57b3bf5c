//! CON-005: what is used under section 251 support is what was approved.

use std::collections::BTreeSet;

use super::{Certainty, Check, Context, Rule, columns, written};
use crate::diagnostics::{Finding, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "CON-005",
    name: "approved_identifiers",
    title: "Only approved identifiers are used",
    severity: Severity::Warning,
    statement: "Where section 251 support lists the identifiers it was given for (`identifiers:`), nothing else that says who somebody is goes out under it: no column of a release that is not \
                dropped, and no category of a grant in identifiable form. Words for identifiers are in src/rules/data/identifiers.csv; groups such as demographics are not judged.",
    source: "Confidentiality Advisory Group registers: the identifiers each approval was given for",
    certainty: Certainty::Confirmed,
    next: "Take the identifier out, or apply for an amendment of the support and add it to the list.",
    failing: "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10, identifiers: [NHS number, date of birth]},\n       type_1: {respected: true}, ndoo: {applies: true}}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ngrants: ~\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to compare treatments}\nreleases:\n  study:\n    to: R9A\n    for: research\n    columns:\n      nhs_number: {pseudonym: {}, category: medications}\n      surname: {pseudonym: {}, category: medications}\n      drug: {keep: {}, category: medications}\n",
    fixed: "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006,\n       confidentiality: {route: s251, cag_ref: 21/CAG/0001, approved: 2026-01-10, next_review: 2027-01-10, identifiers: [NHS number, date of birth]},\n       type_1: {respected: true}, ndoo: {applies: true}}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\ngrants: ~\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to compare treatments}\nreleases:\n  study:\n    to: R9A\n    for: research\n    columns:\n      nhs_number: {pseudonym: {}, category: medications}\n      surname: drop\n      drug: {keep: {}, category: medications}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Words of approvals that name a group.
const GROUPS: [&str; 4] = ["demographic", "identifiable", "all ", "full record"];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let table = &context.facts().identifiers;
    let tree = &context.words().data;
    for agreement in context.current() {
        for (valid, basis) in context.bases(agreement) {
            let Some(route) = basis.confidentiality.as_ref().filter(|route| route.route.as_ref().is_some_and(|word| word.value == "s251")) else { continue };
            let Some(first) = route.identifiers.first() else { continue };
            // An approval of a whole group (`all patient demographics`) may mean anything.
            if route.identifiers.iter().any(|text| GROUPS.iter().any(|word| text.value.to_lowercase().contains(word))) {
                continue;
            }
            let approved: BTreeSet<&str> = route.identifiers.iter().filter_map(|text| columns::identifier(table, &text.value)).map(|row| row[1].as_str()).collect();
            let mut used: Vec<(&str, Span)> = Vec::new();
            for clause in agreement.grants.iter().filter(|clause| !context.for_the_person(clause) && written::serves(context, clause, valid.purpose)) {
                if let Some(release) = written::release(agreement, clause) {
                    for column in columns::of(release).into_iter().filter(|column| column.action != Some("drop")) {
                        if let Some(row) = columns::identifier(table, column.is.unwrap_or(column.name)) {
                            used.push((&row[1], column.span));
                        }
                    }
                } else if context.identifiable(clause) {
                    for category in &clause.reach.see {
                        if let Some(row) = columns::identifier(table, &tree.node(*category).name) {
                            used.push((&row[1], written::category(context, agreement, clause, *category)));
                        }
                    }
                }
            }
            used.retain(|(meaning, _)| !approved.contains(meaning));
            used.dedup_by_key(|(meaning, _)| *meaning);
            let Some((_, span)) = used.first() else { continue };
            let names: BTreeSet<&str> = used.iter().map(|(meaning, _)| *meaning).collect();
            let names: Vec<&str> = names.into_iter().collect();
            found.push(
                RULE.finding(
                    format!("{}/confidentiality/identifiers", basis.place),
                    format!("{} is used for {} and is not among the identifiers approved", crate::text::and_list(&names), basis.purpose.value),
                )
                .at(*span, "not approved")
                .at(first.span.to(route.identifiers.last().map_or(first.span, |last| last.span)), "what was approved"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn other_words_for_what_was_approved_are_no_finding() {
        let with = |approved: &str, columns: &str| {
            let text = super::RULE.fixed.replace("[NHS number, date of birth]", approved).replace("      surname: drop\n", columns);
            run(&text)
        };
        for (approved, columns) in [
            ("[NHSNumber, DOB]", "      birth_date: {year: {}, category: medications}\n"),
            ("[NHS number, full postcode]", "      home_postcode: {area: outward, category: medications}\n"),
            ("[NHS number]", "      surname: {constant: withheld, category: medications}\n"),
            ("[all patient demographics]", "      surname: {pseudonym: {}, category: medications}\n"),
        ] {
            assert_eq!(with(approved, columns).shown, "", "{approved}");
        }
        for columns in ["      PersonBirthDate: {year: {}, category: medications}\n", "      x1: {pseudonym: {}, is: postcode, category: medications}\n"] {
            assert_eq!(with("[NHS number]", columns).codes, ["CON-005"], "{columns}");
        }
    }
}
