//! LAW-007: recognised legitimate interests name one condition, and exist only since 5 February 2026.

use super::{Certainty, Check, Context, Rule, data};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "LAW-007",
    name: "recognised_interest",
    title: "Recognised legitimate interests: one condition, in force",
    severity: Severity::Error,
    statement: "A basis on Article 6(1)(ea) names one of the five recognised interests (recognised_interest: public_task_request, national_security, emergencies, crime or \
                safeguarding), and the agreement runs on a day from 2026-02-05 on. An agreement is judged by the law of the day asked about, held within its own term.",
    source: "Data (Use and Access) Act 2025, Commencement No. 6 Regulations (5 February 2026); UK GDPR Article 6(1)(ea) and Annex 1",
    certainty: Certainty::Confirmed,
    next: "Before 2026-02-05 use f (not for public authorities) or e; since then name the recognised interest.",
    failing: "# as of: 2025-10-01\nstarts: 2025-04-01\nends: 2026-01-31\nreview: {last: 2025-04-01, next: 2026-01-31}\nparties:\n  providers: {org: 8ZZ01, as: controller, joined: on_start}\n  others: {function: nhs, as: recipient, joined: accessions/0001.csv}\nbasis:\n  individual_care:\n    - {for: {org: 8ZZ01}, article_6: ea, recognised_interest: safeguarding, article_9: h, secrecy: s11(1), schedule_1: P1.2, confidentiality: implied_consent}\n    - {for: {function: nhs}, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [individual_care], approved: 2025-02-01, approved_by: DPO, next_review: 2026-02-01, residual_risk: low}\nsignatures:\n  - {org: 8ZZ01, position: Director, date: 2025-03-22, method: wet}\n# file: register/assurance.csv\nods,scheme,status,year,published,interim\nR9A,DSPT,Standards Met,24/25,2025-06-20,no\nR9B,DSPT,Standards Met,24/25,2025-06-20,no\nY99001,DSPT,Standards Met,24/25,2025-06-20,no\n8ZZ01,DSPT,Standards Met,24/25,2025-06-20,no\n# file: accessions/0001.csv\nods,joined,left,signed_on,signed_by\nR9A,2025-04-01,,2025-03-20,SIRO\nR9B,2025-04-01,,2025-03-20,SIRO\nY99001,2025-04-01,,2025-03-20,Partner\n",
    fixed: "parties:\n  providers: {org: 8ZZ01, as: controller, joined: on_start}\n  others: {function: nhs, as: recipient, joined: accessions/0001.csv}\nbasis:\n  individual_care:\n    - {for: {org: 8ZZ01}, article_6: ea, recognised_interest: safeguarding, article_9: h, secrecy: s11(1), schedule_1: P1.2, confidentiality: implied_consent}\n    - {for: {function: nhs}, article_6: e, article_9: h, secrecy: s11(1), schedule_1: P1.2, power: NHS Act 2006, confidentiality: implied_consent}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let words: Vec<&str> = context.facts().recognised_interests.iter().map(|row| row[0].as_str()).collect();
    for agreement in &context.pack.agreements {
        let on = context.law_date(agreement);
        for basis in &agreement.draft.basis {
            let Some(letter) = basis.article_6.as_ref().filter(|letter| letter.value == "ea") else { continue };
            let place = format!("{}/article_6", basis.place);
            let row = basis.recognised_interest.as_ref().and_then(|word| data::row(&context.facts().recognised_interests, &word.value));
            let first = row.or(context.facts().recognised_interests.first()).map_or(on, |row| data::date(&row[1]));
            if on < first {
                let mut finding = RULE
                    .finding(place, format!("Article 6(1)(ea) came into force on {first}, and {} is judged by the law of {on}", agreement.id))
                    .at(letter.span, format!("not in force on {on}"));
                if let Some(ends) = agreement.draft.ends.as_ref().filter(|ends| ends.value < first) {
                    finding = finding.at(ends.span, "the agreement ends before that").help("Use f (not for public authorities) or e, which were in force while it ran.");
                } else {
                    finding = finding.help(format!("Use f (not for public authorities) or e until {first}."));
                }
                found.push(finding);
            } else if let Some(word) = &basis.recognised_interest {
                if row.is_none() {
                    found.push(
                        RULE.finding(place, format!("`{}` is not a recognised legitimate interest", word.value))
                            .at(word.span, "unknown")
                            .help(match crate::text::nearest(&word.value, words.iter().copied()) {
                                Some(near) => format!("Did you mean `{near}`?"),
                                None => format!("Use {}.", crate::text::or_list(&words)),
                            }),
                    );
                }
            } else {
                found.push(
                    RULE.finding(place, "Article 6(1)(ea) is used and no recognised legitimate interest is named")
                        .at(letter.span, "`recognised_interest:` is missing")
                        .help(format!("Name one: {}.", crate::text::or_list(&words))),
                );
            }
        }
    }
}
