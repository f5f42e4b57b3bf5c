//! CON-009: public interest is weighed case by case.

use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::condition::Expression;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-009",
    name: "public_interest",
    title: "Public interest is no standing ground",
    severity: Severity::Warning,
    statement: "Public interest (as a route of confidentiality, or overriding_public_interest as the reason against the national data opt-out) is weighed for each case. Where it stands, the \
                entry names where each decision is recorded (`decision_log:`), and no release and no grant without a condition rests on it.",
    source: "When the national data opt-out does not apply: a positive public interest test in each case; common law duty of confidentiality",
    certainty: Certainty::Confirmed,
    next: "For a standing flow name another route (s251, a statute, consent). For single cases name the record of decisions in decision_log, and make the grant depend on one.",
    failing: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: {route: public_interest}}\n",
    fixed: "basis:\n  individual_care:\n    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: {route: public_interest, decision_log: log of public interest decisions}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for (valid, basis) in context.bases(agreement) {
            let route = basis.confidentiality.as_ref();
            let weighed = route.and_then(|route| route.route.as_ref()).filter(|word| word.value == "public_interest");
            let reason = basis.ndoo.as_ref().filter(|ndoo| ndoo.applies.as_ref().is_some_and(|applies| !applies.value)).and_then(|ndoo| ndoo.reason.as_ref());
            let reason = reason.filter(|reason| reason.value == "overriding_public_interest");
            let Some(word) = weighed.or(reason) else { continue };
            let clauses = agreement.grants.iter().filter(|clause| !context.for_the_person(clause) && written::serves(context, clause, valid.purpose));
            let standing = clauses.filter(|clause| clause.release || clause.condition == Expression::Always).map(|clause| (clause, clause.release)).next();
            let recorded = route.and_then(|route| route.decision_log.as_ref()).is_some_and(|text| !written::says_nothing(&text.value));
            let place = format!("{}/confidentiality", basis.place);
            let message = match standing {
                Some((clause, true)) => format!("{} rests on public interest, weighed case by case, and the release `{}` goes out in every case", basis.purpose.value, clause.name),
                Some((clause, false)) => format!("{} rests on public interest, weighed case by case, and `{}` asks for no condition", basis.purpose.value, clause.name),
                None if !recorded => format!("{} rests on public interest, weighed case by case, and names no record of the decisions", basis.purpose.value),
                None => continue,
            };
            let mut finding = RULE.finding(place, message).at(word.span, if recorded { "case by case" } else { "case by case, without `decision_log:`" }).discriminator("public_interest");
            if let (Some(reason), Some(_)) = (reason, weighed) {
                finding = finding.at(reason.span, "and here");
            }
            if let Some((clause, _)) = standing {
                finding = finding.at(clause.span, "stands for every case");
            }
            found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    const PURPOSE: &str = "basis:\n  research:\n    - {description: study which medicines help whom, article_6: e, article_9: j, schedule_1: P1.4, power: NHS Act 2006, secrecy: s11(1),\n       confidentiality: {route: statutory, provision: an Act, decision_log: log 7}, ndoo: {applies: false, reason: overriding_public_interest}}\ndpia:\n  - {ref: EX-DPIA-1, purposes: [research], approved: 2026-02-01, approved_by: DPO, next_review: 2027-02-01, residual_risk: low}\n";

    #[test]
    fn a_standing_flow_rests_on_something_else() {
        let with = |grant: &str| run(&format!("{PURPOSE}grants:\n  g1: {grant}\n")).codes;
        assert_eq!(with("{to: {role: clinician}, see: [medications, results], for: research}"), ["CON-009"]);
        assert_eq!(with("{to: {role: clinician}, see: [medications, results], for: research, when: relationship}"), [""; 0]);
        let unrecorded = PURPOSE.replace(", decision_log: log 7", "");
        let grant = "grants:\n  g1: {to: {role: clinician}, see: [medications, results], for: research, when: relationship}\n";
        assert_eq!(run(&format!("{unrecorded}{grant}")).codes, ["CON-009"]);
        // The opt-out applies: no public interest is claimed.
        assert_eq!(run(&format!("{}{grant}", unrecorded.replace("applies: false, reason: overriding_public_interest", "applies: true"))).codes, [""; 0]);
    }
}
