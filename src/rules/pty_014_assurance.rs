//! PTY-014: parties meet the standards of the Data Security and Protection Toolkit, for the year that counts.

use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::register::{Assurance, OrgId, Organisation};

pub(super) static RULE: Rule = Rule {
    code: "PTY-014",
    name: "assurance",
    title: "DSPT status is current and met",
    severity: Severity::Error,
    statement: "Every party of an agreement in force has published Standards Met or Exceeded in the Data Security and Protection Toolkit for the year whose deadline (30 June) passed \
                last, or a later one. An error for a processor, a warning for the others.",
    source: "NHS Standard Contract; DSPT deadline of 30 June (src/rules/data/dspt_years.csv)",
    certainty: Certainty::Confirmed,
    next: "Ask for this year's status and add it to register/assurance.csv; without it, decide whether the access goes on.",
    failing: "# file: register/assurance.csv\nods,scheme,status,year,published,interim\n8ZZ01,DSPT,Standards Met,23/24,2024-06-23,no\n",
    fixed: "# file: register/assurance.csv\nods,scheme,status,year,published,interim\n8ZZ01,DSPT,Standards Met,25/26,2026-06-23,no\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// The first day of the year that counts on a day, and its name.
pub(super) fn year_on<'p>(context: &Context<'p>) -> Option<(&'p str, Date)> {
    let on = context.as_of;
    let known_to = context.facts().dspt_years.last().map(|row| data::date(&row[2]))?;
    context.facts().dspt_years.iter().rev().find(|row| data::date(&row[2]) < on).filter(|_| on <= known_to).map(|row| (row[0].as_str(), data::date(&row[1])))
}

/// Statuses of an organisation for a year that counts and, of these, whether one is met.
pub(super) fn met<'o>(context: &Context<'_>, organisation: &'o Organisation, since: Date, interim: bool) -> Option<&'o Assurance> {
    let on = context.as_of;
    organisation.assurance.iter().find(|row| {
        row.scheme.eq_ignore_ascii_case("DSPT")
            && row.interim == interim
            && row.published.is_none_or(|published| published <= on)
            && data::row(&context.facts().dspt_years, &row.year).is_some_and(|year| data::date(&year[1]) >= since)
            && matches!(row.status.trim_start_matches(|c: char| c.is_ascii_digit() || c == '/').trim(), "Standards Met" | "Standards Exceeded")
    })
}

/// Parties of agreements in force: those that are processors somewhere, and the others.
pub(super) fn parties(context: &Context<'_>) -> (Vec<OrgId>, Vec<OrgId>) {
    let all = |processor: bool| {
        let mut orgs: Vec<OrgId> =
            context.in_force().flat_map(|agreement| context.parties_on(agreement, context.as_of, |party| (party.role == PartyRole::Processor) == processor)).collect();
        orgs.sort_unstable();
        orgs.dedup();
        orgs
    };
    let processors = all(true);
    let others = all(false).into_iter().filter(|org| !processors.contains(org)).collect();
    (processors, others)
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let Some((year, since)) = year_on(context) else {
        context.not_judged("PTY-014, PTY-016", format!("the table of DSPT years does not reach to {}", context.as_of));
        return;
    };
    let (processors, others) = parties(context);
    // An interim position is found by PTY-016.
    let lacks = |org: &OrgId| {
        let organisation = context.organisation(*org);
        met(context, organisation, since, false).is_none() && met(context, organisation, since, true).is_none()
    };
    for org in processors.iter().filter(|org| lacks(org)) {
        let organisation = context.organisation(*org);
        let last = organisation.assurance.iter().filter(|row| row.scheme.eq_ignore_ascii_case("DSPT")).max_by_key(|row| row.published);
        let state = last.map_or_else(|| "the register knows none".to_owned(), |row| format!("the last one is {} {}", row.year, row.status));
        found.push(
            RULE.finding(format!("register/{}/dspt", organisation.ods), format!("the processor {} has no DSPT status for {year} that meets the standards; {state}", organisation.ods))
                .at(last.map_or(organisation.span, |row| row.span), format!("{year} is the year that counts on {}", context.as_of)),
        );
    }
    let without: Vec<OrgId> = others.iter().copied().filter(lacks).collect();
    if let Some(first) = without.first() {
        let organisation = context.organisation(*first);
        let mut finding = RULE
            .finding(
                "register/dspt",
                format!("{} of {} that are parties have no DSPT status for {year} that meets the standards: {}", without.len(), Context::count(&others), context.some_codes(&without)),
            )
            .at(organisation.assurance.last().map_or(organisation.span, |row| row.span), "for example")
            .fact("organisations", context.codes(&without));
        finding.severity = Severity::Warning;
        found.push(finding);
    }
}
