//! Where a clause, as its rules see it resolved, stands in the document.

use super::Context;
use crate::agreement::valid::{Clause, Joined};
use crate::agreement::written::{ClauseDraft, ReleaseDraft};
use crate::agreement::{Agreement, Party};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::source::{Span, Spanned};
use crate::vocabulary::{NodeId, Tree};

/// A grant as written; none for a release.
pub(super) fn grant<'a>(agreement: &'a Agreement, clause: &Clause) -> Option<&'a ClauseDraft> {
    agreement.draft.grants.iter().find(|draft| !clause.release && draft.name.value == clause.name)
}

/// A release as written; none for a grant.
pub(super) fn release<'a>(agreement: &'a Agreement, clause: &Clause) -> Option<&'a ReleaseDraft> {
    agreement.draft.releases.iter().find(|draft| clause.release && draft.name.value == clause.name)
}

/// Where a clause names a role, else its name.
pub(super) fn role(context: &Context<'_>, agreement: &Agreement, clause: &Clause, role: NodeId) -> Span {
    let tree = &context.words().roles;
    grant(agreement, clause).and_then(|draft| draft.to.role.iter().find(|name| tree.find(&name.value) == Ok(role))).map_or(clause.span, |name| name.span)
}

/// Where a clause names a data category, one above it, or else one beneath it; else its name.
pub(super) fn category(context: &Context<'_>, agreement: &Agreement, clause: &Clause, category: NodeId) -> Span {
    let tree = &context.words().data;
    let names: &[Spanned<String>] = match release(agreement, clause) {
        Some(draft) => &draft.categories,
        None => grant(agreement, clause).map_or(&[], |draft| &draft.see),
    };
    let found = |covers: &dyn Fn(NodeId) -> bool| names.iter().find(|name| tree.find(&name.value).is_ok_and(covers)).map(|name| name.span);
    found(&|id| tree.covers(id, category)).or_else(|| found(&|id| tree.covers(category, id))).unwrap_or(clause.span)
}

/// Whether one of two names covers the other.
pub(super) fn meets(tree: &Tree, one: NodeId, other: NodeId) -> bool {
    tree.covers(one, other) || tree.covers(other, one)
}

/// Whether a clause serves a purpose, as a whole or in part.
pub(super) fn serves(context: &Context<'_>, clause: &Clause, purpose: NodeId) -> bool {
    let tree = &context.words().purposes;
    clause.reach.purposes.iter().any(|name| meets(tree, *name, purpose)) && !clause.reach.except_purposes.iter().any(|name| tree.covers(*name, purpose))
}

/// Whether an organisation belongs to a group of parties by what is written. Where an accession file has rows, only those in
/// it; an agreement nobody has joined yet is judged by whom it is meant for.
pub(super) fn belongs(context: &Context<'_>, party: &Party, org: OrgId, on: Date) -> bool {
    let joined = match &party.joined {
        Joined::OnStart => true,
        Joined::ByFile(rows) => rows.is_empty() || rows.contains_key(&org),
    };
    joined && context.organisation(org).open.contains(on) && context.selects(&party.who, org, on)
}

/// The organisations that belong to a group of parties by what is written, in the order of the register.
pub(super) fn members<'a>(context: &'a Context<'_>, party: &'a Party, on: Date) -> impl Iterator<Item = OrgId> + 'a {
    // A register may be long and a group short: only those who can belong are looked at.
    let candidates: Box<dyn Iterator<Item = OrgId>> = match &party.joined {
        Joined::ByFile(rows) if !rows.is_empty() => Box::new(rows.keys().copied()),
        _ if !party.who.orgs.is_empty() => Box::new(party.who.orgs.iter().copied()),
        _ => Box::new(context.pack.register.ids()),
    };
    candidates.filter(move |org| belongs(context, party, *org, on))
}

/// Whether a text says that there is nothing, rather than what there is.
pub(super) fn says_nothing(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    matches!(
        text.as_str(),
        "" | "no" | "none" | "false" | "n/a" | "na" | "not applicable" | "tbc" | "tbd" | "to be confirmed" | "not granted" | "unknown" | "-"
    )
}
