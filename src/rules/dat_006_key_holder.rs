//! DAT-006: who holds the key of pseudonyms is named, and does not get the data.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::Agreement;
use crate::agreement::valid::Clause;
use crate::agreement::written::DataDraft;
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DAT-006",
    name: "key_holder",
    title: "The key of pseudonyms is held by somebody else",
    severity: Severity::Error,
    statement: "An item that is pseudonymised, by its own word or by the form of a grant or release, names who holds the key (`key_holder:`, a code of the register, a name in it, or a group of \
                parties), and the holder is not among those who get it in that form.",
    source: "UK GDPR Article 4(5): the additional information is kept separately; ICO anonymisation guidance, 28 March 2025",
    certainty: Certainty::Confirmed,
    next: "Name a key holder who does not get the data, for example the processor that makes the pseudonyms.",
    failing: "grants:\n  g1: {to: {role: clinician}, see: results, for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: analyst, org: R9A}, see: medications, for: individual_care, when: relationship, form: pseudonymised}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: R9A, justification: to audit prescribing}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n",
    fixed: "grants:\n  g1: {to: {role: clinician}, see: results, for: individual_care, when: relationship and not objection_upheld}\n  g3: {to: {role: analyst, org: R9A}, see: medications, for: individual_care, when: relationship, form: pseudonymised}\ndata:\n  medications: {identifiability: pseudonymised, key_holder: 8ZZ01, justification: to audit prescribing}\n  results: {identifiability: identifiable, justification: to avoid repeated tests}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Whether an item is pseudonymised by its own word.
fn by_word(context: &Context<'_>, item: &DataDraft) -> bool {
    let word = item.identifiability.as_ref().and_then(|word| super::data::row(&context.facts().identifiability, &word.value));
    word.is_some_and(|row| row[1] == "pseudonym")
}

/// The grants and releases that give an item as pseudonyms.
fn giving<'a>(context: &'a Context<'_>, agreement: &'a Agreement, item: &DataDraft) -> Vec<&'a Clause> {
    let tree = &context.words().data;
    let Ok(category) = tree.find(&item.node.value) else { return Vec::new() };
    let clauses = agreement.grants.iter().filter(|clause| !context.for_the_person(clause) && clause.reach.forms & context.form("pseudonymised") != 0);
    clauses.filter(|clause| clause.reach.see.iter().any(|seen| written::meets(tree, *seen, category))).collect()
}

/// The organisations a text names: a group of parties, codes, or a name of the register.
fn named(context: &Context<'_>, agreement: &Agreement, text: &str) -> Vec<OrgId> {
    let register = &context.pack.register;
    if let Some(party) = agreement.parties.iter().find(|party| party.name == text.trim()) {
        return written::members(context, party, context.law_date(agreement)).collect();
    }
    let codes: Vec<OrgId> = text.split(|c: char| !c.is_alphanumeric()).filter_map(|part| register.find(&part.to_ascii_uppercase())).collect();
    if !codes.is_empty() {
        return codes;
    }
    // Names are long; only the parties' own can be meant.
    let lower = text.to_lowercase();
    let on = context.law_date(agreement);
    let parties = agreement.parties.iter().flat_map(|party| written::members(context, party, on));
    parties.filter(|org| lower.contains(&register.organisation(*org).name.to_lowercase())).collect()
}

/// Whether an organisation gets what a clause gives, and where that is written.
fn gets(context: &Context<'_>, agreement: &Agreement, clause: &Clause, org: OrgId) -> Option<Span> {
    let on = context.law_date(agreement);
    let party = agreement.parties.iter().any(|party| party.gets && written::belongs(context, party, org, on));
    let selected = clause.to.at.selects(context.words(), &context.pack.register, org, None, on);
    if !selected || !clause.release && !party {
        return None;
    }
    match written::release(agreement, clause) {
        Some(release) => release.to.as_ref().map(|to| to.span),
        None => written::grant(agreement, clause).and_then(|draft| draft.to.at.span),
    }
    .or(Some(clause.span))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let draft = &agreement.draft;
        let mut without: Vec<(&str, Span, Option<Span>)> = Vec::new();
        for item in &draft.data {
            let clauses = giving(context, agreement, item);
            if !by_word(context, item) && clauses.is_empty() {
                continue;
            }
            let place = format!("{}/data/{}", agreement.id, item.node.value);
            let Some(holder) = item.key_holder.as_ref().filter(|holder| !written::says_nothing(&holder.value)) else {
                let unread = draft.node.get("data").and_then(|block| block.get(&item.node.value)).is_some_and(|node| !context.lacks(node, "key_holder") && item.key_holder.is_none());
                if !unread {
                    let span = item.key_holder.as_ref().map_or(item.node.span, |holder| holder.span);
                    without.push((&item.node.value, span, clauses.first().map(|clause| clause.span)));
                }
                continue;
            };
            let generic = holder.value.to_lowercase().contains("recipient");
            let holders = named(context, agreement, &holder.value);
            let both = clauses.iter().find_map(|clause| holders.iter().find_map(|org| Some((*clause, *org, gets(context, agreement, clause, *org)?))));
            if let Some((clause, org, span)) = both {
                let code = &context.organisation(org).ods;
                found.push(
                    RULE.finding(place, format!("{code} holds the key of {} and gets it by `{}`", item.node.value, clause.name))
                        .at(holder.span, "holds the key")
                        .at(span, format!("{code} is among those who get it")),
                );
            } else if generic && holders.is_empty() {
                found.push(RULE.finding(place, format!("the recipient holds the key of {}", item.node.value)).at(holder.span, "should be somebody else"));
            }
        }
        if let Some((_, first, clause)) = without.first() {
            let names: Vec<&str> = without.iter().map(|(name, _, _)| *name).collect();
            let mut finding = RULE
                .finding(format!("{}/data", agreement.id), format!("{} gives {} as pseudonyms and does not say who holds the key", agreement.id, crate::text::and_list(&names)))
                .at(if names.len() == 1 { *first } else { key_span(draft, "data") }, "`key_holder:` is missing");
            if names.len() > 1 {
                finding = finding.at(*first, "the first of them");
            }
            found.push(match clause {
                Some(span) => finding.at(*span, "given here"),
                None => finding,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn with(holder: &str) -> Vec<&'static str> {
        run(&super::RULE.fixed.replace("key_holder: 8ZZ01", holder)).codes
    }

    #[test]
    fn a_holder_is_somebody_who_does_not_get_it() {
        for good in ["key_holder: supplier", "key_holder: Synthetic Records Ltd (8ZZ01)", "key_holder: R9B", "key_holder: a trusted third party outside the community"] {
            assert_eq!(with(good), [""; 0], "{good}");
        }
        for bad in ["key_holder: providers", "key_holder: Synthetic Oak Trust", "key_holder: r9a", "key_holder: the recipient", "key_holder: none", "source_system: EPR"] {
            assert_eq!(with(bad), ["DAT-006"], "{bad}");
        }
    }

    #[test]
    fn the_form_of_a_grant_makes_an_item_pseudonymised() {
        let text = super::RULE.fixed.replace("identifiability: pseudonymised, key_holder: 8ZZ01", "identifiability: identifiable");
        assert_eq!(run(&text).codes, ["DAT-006"]);
        assert_eq!(run(&text.replace("form: pseudonymised", "form: identifiable").replace("role: analyst", "role: nurse")).codes, [""; 0]);
    }
}
