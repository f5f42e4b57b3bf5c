//! LAW-011: data about criminal offences has a ground of its own.

use super::context::entry_span;
use super::{Certainty, Check, Context, Rule};
use crate::agreement::valid::Basis;
use crate::agreement::{Agreement, Clause};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::NodeId;

pub(super) static RULE: Rule = Rule {
    code: "LAW-011",
    name: "criminal_data",
    title: "Data about criminal offences has its own ground",
    severity: Severity::Error,
    statement: "Where a grant reaches data about criminal convictions, offences or related security measures (categories of class `criminal` in src/rules/data/categories.csv, or beneath \
                one), every basis for that purpose says on which ground of Article 10: criminal_offence: {authority: official_authority}, or {authority: authorised_by_law, schedule_1: ...} \
                with a condition of Part 1, 2 or 3 of Schedule 1.",
    source: "UK GDPR Article 10; Data Protection Act 2018 s10(5) and Schedule 1 Parts 1 to 3",
    certainty: Certainty::FromMemory,
    next: "Add criminal_offence: with its authority and condition, or take the category out of the grant.",
    failing: "# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  mappa: {}\n# file: agreements/example.yaml\ndata:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  mappa: {identifiability: identifiable, justification: to keep staff safe on home visits}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results, mappa], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n",
    fixed: "# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, documents: {discharge: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  mappa: {}\n# file: agreements/example.yaml\ndata:\n  medications: {identifiability: identifiable, justification: to prescribe safely}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n  mappa: {identifiability: identifiable, justification: to keep staff safe on home visits}\ngrants:\n  g1: {to: {role: clinician}, see: [medications, results, mappa], for: individual_care, when: relationship and not objection_upheld}\n  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\nbasis:\n  individual_care:\n    - article_6: e\n      article_9: h\n      schedule_1: P1.2\n      power: NHS Act 2006\n      secrecy: s11(1)\n      confidentiality: implied_consent\n      criminal_offence: {authority: authorised_by_law, schedule_1: P1.2, data: [mappa]}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for (valid, basis) in context.bases(agreement) {
            let Some((grant, category)) = agreement.grants.iter().filter(|grant| !context.for_the_person(grant)).find_map(|grant| Some((grant, reached(context, valid, grant)?))) else {
                continue;
            };
            let lacking = match &basis.criminal_offence {
                None => "no ground of Article 10",
                Some(ground) => match ground.authority.as_ref().map(|word| word.value.as_str()) {
                    None => "no authority under Article 10",
                    Some("official_authority") => continue,
                    Some(_) if ground.schedule_1.as_ref().is_some_and(|written| condition(&written.value)) => continue,
                    Some(_) => "no condition of Schedule 1 for it",
                },
            };
            let tree = &context.words().data;
            let name = tree.short(category);
            let mut finding = RULE
                .finding(format!("{}/criminal_offence", basis.place), format!("{} uses data about criminal offences ({name}) and has {lacking}", basis.purpose.value))
                .at(basis.criminal_offence.as_ref().map_or(basis.purpose.span, |ground| ground.span), if basis.criminal_offence.is_some() { "incomplete" } else { "`criminal_offence:` is missing" })
                .at(written(agreement, grant, name).unwrap_or(grant.span), "granted here");
            if let Some(span) = tree.node(category).span {
                finding = finding.at(span, "declared here");
            }
            found.push(finding);
        }
    }
}

/// The first category of class `criminal` that a grant reaches for a purpose of a basis, in a form that is about individuals.
fn reached(context: &Context<'_>, basis: &Basis, grant: &Clause) -> Option<NodeId> {
    let words = context.words();
    let individual = grant.reach.forms & (context.form("identifiable") | context.form("pseudonymised"));
    if individual == 0 || grant.reach.actions == 0 {
        return None;
    }
    let bit = |bits: u32| u8::try_from(bits.trailing_zeros()).unwrap_or_default();
    let criminal = |leaf: &NodeId| Context::class_of(&words.data, *leaf, &context.facts().categories).is_some_and(|row| row[1] == "criminal");
    let leaves: Vec<NodeId> = words.data.ids().filter(|id| words.data.node(*id).children.is_empty()).filter(criminal).collect();
    words.purposes.leaves(basis.purpose).into_iter().find_map(|purpose| {
        leaves.iter().copied().find(|leaf| grant.reaches(words, *leaf, purpose, bit(grant.reach.actions), bit(individual), false))
    })
}

/// Whether it has the form of a condition of Parts 1 to 3 of Schedule 1.
fn condition(written: &str) -> bool {
    written.trim().strip_prefix('P').and_then(|rest| rest.split_once('.')).is_some_and(|(part, paragraph)| matches!(part, "1" | "2" | "3") && paragraph.parse::<u8>().is_ok())
}

/// Where a clause names a category or, failing that, what it may see.
fn written(agreement: &Agreement, grant: &Clause, name: &str) -> Option<crate::source::Span> {
    let draft = agreement.draft.grants.iter().find(|draft| draft.place == grant.place)?;
    let named = draft.see.iter().find(|see| see.value == name || see.value.ends_with(&format!(".{name}")));
    let block = || data_entry(agreement, grant);
    named.map(|see| see.span).or_else(block)
}

fn data_entry(agreement: &Agreement, grant: &Clause) -> Option<crate::source::Span> {
    entry_span(agreement.draft.node.get("grants")?.get(&grant.name)?, "see")
}
