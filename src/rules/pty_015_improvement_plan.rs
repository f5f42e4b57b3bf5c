//! PTY-015: who only approaches the standards has a plan to meet them.

use super::{Certainty, Check, Context, Rule, pty_014_assurance as assurance};
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "PTY-015",
    name: "improvement_plan",
    title: "Approaching Standards has an improvement plan",
    severity: Severity::Warning,
    statement: "Where an agreement accepts a DSPT status below Standards Met (security.minimum_dspt: Approaching Standards), a party with that status has its improvement plan in \
                register/assurance.csv (improvement_plan) and the day by which it is done (plan_ends), which has not passed. Where the agreement asks for more, PTY-014 speaks.",
    source: "DSPT: Approaching Standards is published with an improvement plan (since 5 March 2021)",
    certainty: Certainty::Confirmed,
    next: "Ask for the plan, and write its reference and last day into the row.",
    failing: "security: {encryption_in_transit: TLS 1.3, authentication: smartcards, audit_to_individual: every access, minimum_dspt: Approaching Standards}\n# file: register/assurance.csv\nods,scheme,status,year,published,interim\nY99001,DSPT,Approaching Standards,25/26,2026-06-22,no\n",
    fixed: "security: {encryption_in_transit: TLS 1.3, authentication: smartcards, audit_to_individual: every access, minimum_dspt: Approaching Standards}\n# file: register/assurance.csv\nods,scheme,status,year,published,interim,improvement_plan,plan_ends\nY99001,DSPT,Approaching Standards,25/26,2026-06-22,no,EX-PLAN-1,2026-12-31\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let Some((_, since)) = assurance::year_on(context) else { return };
    let usual = assurance::usual_rank(context);
    for (org, asked) in assurance::asked(context) {
        if assurance::met(context, org, since, usual, false).is_some() {
            continue;
        }
        let Some(row) = assurance::met(context, org, since, asked.rank, false) else { continue };
        let what = match (&row.improvement_plan, row.plan_ends) {
            (None, _) => "has no improvement plan".to_owned(),
            (_, None) => "has an improvement plan without a last day".to_owned(),
            (_, Some(ends)) if ends < context.as_of => format!("has an improvement plan that ended on {ends}"),
            _ => continue,
        };
        let ods = &context.organisation(org).ods;
        let finding = RULE
            .finding(format!("register/{ods}/improvement_plan"), format!("{ods} has published {} and {what}", row.status))
            .at(row.span, "below Standards Met")
            .at(asked.party, format!("a party of {} by this group", asked.agreement));
        found.push(match asked.minimum {
            Some(span) => finding.at(span, "accepted here"),
            None => finding,
        });
    }
}
