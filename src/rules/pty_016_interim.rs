//! PTY-016: an interim position is not an assessment.

use super::{Certainty, Check, Context, Rule, pty_014_assurance as assurance};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-016",
    name: "interim",
    title: "An interim DSPT position does not count",
    severity: Severity::Error,
    statement: "A party's DSPT status is that of a finished year, not an interim (baseline) submission.",
    source: "DSPT: the interim submission of 31 December is a position statement, not an assessment",
    certainty: Certainty::Confirmed,
    next: "Wait for the result of June, and record it; until then decide whether the access goes on.",
    failing: "# file: register/assurance.csv\nods,scheme,status,year,published,interim\nR9B,DSPT,Standards Met,25/26,2025-12-20,yes\n",
    fixed: "# file: register/assurance.csv\nods,scheme,status,year,published,interim\nR9B,DSPT,Standards Met,25/26,2026-06-20,no\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let Some((_, since)) = assurance::year_on(context) else { return };
    for (org, asked) in assurance::asked(context) {
        let organisation = context.organisation(org);
        if assurance::met(context, org, since, asked.rank, false).is_none()
            && let Some(interim) = assurance::met(context, org, since, asked.rank, true)
        {
            let finding = RULE
                .finding(format!("register/{}/dspt", organisation.ods), format!("{} has only an interim DSPT position for {}", organisation.ods, interim.year))
                .at(interim.span, "not an assessment")
                .at(asked.party, format!("a party of {} by this group", asked.agreement));
            found.push(match asked.minimum {
                Some(span) => finding.at(span, "asked for here"),
                None => finding,
            });
        }
    }
}
