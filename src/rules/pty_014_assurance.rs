//! PTY-014: parties meet the standards of the Data Security and Protection Toolkit, for the year that counts.

use std::collections::BTreeMap;

use super::{Certainty, Check, Context, Rule, data};
use crate::agreement::written::PartyRole;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::register::{Assurance, OrgId};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule {
    code: "PTY-014",
    name: "assurance",
    title: "DSPT status is current and met",
    severity: Severity::Error,
    statement: "Every party of an agreement in force has published, in the Data Security and Protection Toolkit, the status that the agreement asks for (security.minimum_dspt; Standards \
                Met where it says nothing) or a better one, for the year whose deadline (30 June) passed last, or a later one. An error for a processor, a warning for the others.",
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

/// What agreements in force ask of one of their parties.
pub(super) struct Asked {
    /// Whether it is a processor of one of them.
    pub(super) processor: bool,
    /// The rank of the status asked for, the highest of all its agreements.
    pub(super) rank: u8,
    /// The group by which it is a party where that is asked.
    pub(super) party: Span,
    /// Where that status is written, if it is.
    pub(super) minimum: Option<Span>,
    /// The agreement that asks for it.
    pub(super) agreement: String,
}

/// The rank of a status as published, with or without its year before it.
fn rank(context: &Context<'_>, status: &str) -> Option<u8> {
    let status = status.trim_start_matches(|c: char| c.is_ascii_digit() || c == '/').trim();
    context.facts().dspt_statuses.iter().find(|row| row[0].eq_ignore_ascii_case(status)).and_then(|row| row[1].parse().ok())
}

/// The rank that counts where an agreement does not say another.
pub(super) fn usual_rank(context: &Context<'_>) -> u8 {
    rank(context, "Standards Met").unwrap_or(u8::MAX)
}

/// The status an agreement asks for.
fn minimum(agreement: &crate::agreement::Agreement) -> Option<Spanned<String>> {
    let node = agreement.draft.node.get("security")?.get("minimum_dspt")?;
    node.as_text().map(|text| Spanned::new(text.to_owned(), node.span))
}

/// The row of an organisation that counts and reaches a rank: for that year or a later one, published by that day, interim or not.
pub(super) fn met<'p>(context: &Context<'p>, org: OrgId, since: Date, wanted: u8, interim: bool) -> Option<&'p Assurance> {
    context.organisation(org).assurance.iter().find(|row| {
        row.scheme.eq_ignore_ascii_case("DSPT")
            && row.interim == interim
            && row.published.is_none_or(|published| published <= context.as_of)
            && data::row(&context.facts().dspt_years, &row.year).is_some_and(|year| data::date(&year[1]) >= since)
            && rank(context, &row.status).is_some_and(|rank| rank >= wanted)
    })
}

/// Parties of agreements in force, with what is asked of them.
pub(super) fn asked(context: &Context<'_>) -> BTreeMap<OrgId, Asked> {
    let usual = usual_rank(context);
    let mut all: BTreeMap<OrgId, Asked> = BTreeMap::new();
    for agreement in context.in_force() {
        let written = minimum(agreement);
        let wanted = written.as_ref().and_then(|word| rank(context, &word.value)).unwrap_or(usual);
        for party in &agreement.parties {
            for org in context.parties_on(agreement, context.as_of, |one| std::ptr::eq(one, party)) {
                let processor = party.role == PartyRole::Processor;
                let new = || Asked { processor, rank: wanted, party: party.span, minimum: written.as_ref().map(|word| word.span), agreement: agreement.id.clone() };
                let entry = all.entry(org).or_insert_with(new);
                let was = entry.processor || processor;
                // A processor's own line says best why it matters.
                if wanted > entry.rank || (wanted == entry.rank && processor && !entry.processor) {
                    *entry = new();
                }
                entry.processor = was;
            }
        }
    }
    all
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let Some(word) = minimum(agreement).filter(|word| rank(context, &word.value).is_none()) else { continue };
        let known: Vec<&str> = context.facts().dspt_statuses.iter().map(|row| row[0].as_str()).collect();
        let finding = RULE
            .finding(format!("{}/security/minimum_dspt", agreement.id), format!("the status {} asks for is none that the DSPT gives", agreement.id))
            .at(word.span, "Standards Met is taken in its place");
        found.push(match crate::text::nearest(&word.value, known.iter().copied()) {
            Some(near) => finding.help(format!("Did you mean `{near}`?")),
            None => finding.help(format!("Use {}.", crate::text::or_list(&known))),
        });
    }
    let Some((year, since)) = year_on(context) else {
        context.not_judged("PTY-014, PTY-015, PTY-016", format!("the table of DSPT years does not reach to {}", context.as_of));
        return;
    };
    let asked = asked(context);
    // An interim position is found by PTY-016.
    let lacks = |org: OrgId, asked: &Asked| met(context, org, since, asked.rank, false).is_none() && met(context, org, since, asked.rank, true).is_none();
    let shown = |finding: Finding, org: OrgId, asked: &Asked, label: String| {
        let organisation = context.organisation(org);
        let last = organisation.assurance.iter().filter(|row| row.scheme.eq_ignore_ascii_case("DSPT")).max_by_key(|row| row.published);
        let finding = finding.at(last.map_or(organisation.span, |row| row.span), label).at(asked.party, format!("a party of {} by this group", asked.agreement));
        match asked.minimum {
            Some(span) => finding.at(span, "asked for here"),
            None => finding,
        }
    };
    for (org, asked) in asked.iter().filter(|(org, asked)| asked.processor && lacks(**org, asked)) {
        let organisation = context.organisation(*org);
        let last = organisation.assurance.iter().filter(|row| row.scheme.eq_ignore_ascii_case("DSPT")).max_by_key(|row| row.published);
        let state = last.map_or_else(|| "the register knows none".to_owned(), |row| format!("the last one is {} {}", row.year, row.status));
        let finding = RULE.finding(
            format!("register/{}/dspt", organisation.ods),
            format!("the processor {} has no DSPT status for {year} that meets the standards; {state}", organisation.ods),
        );
        found.push(shown(finding, *org, asked, format!("{year} is the year that counts on {}", context.as_of)));
    }
    let others = asked.values().filter(|asked| !asked.processor).count();
    let without: Vec<(OrgId, &Asked)> = asked.iter().filter(|(org, asked)| !asked.processor && lacks(**org, asked)).map(|(org, asked)| (*org, asked)).collect();
    if let Some((first, asked)) = without.first() {
        let orgs: Vec<OrgId> = without.iter().map(|(org, _)| *org).collect();
        let finding = RULE
            .finding(
                "register/dspt",
                format!(
                    "{} of {} that are parties have no DSPT status for {year} that meets the standards: {}",
                    orgs.len(),
                    crate::text::count(others as u64, "organisation", "organisations"),
                    context.some_codes(&orgs)
                ),
            )
            .fact("organisations", context.codes(&orgs));
        let mut finding = shown(finding, *first, asked, if orgs.len() == 1 { "the last one known".to_owned() } else { "for example".to_owned() });
        finding.severity = Severity::Warning;
        found.push(finding);
    }
}
