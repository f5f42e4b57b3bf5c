//! Who has still to sign what: the chase that every agreement of many parties needs.
//!
//! *Unsigned* means a party that is missing from the accession file or the signatures of an agreement on a day, or one
//! that signed other terms than those that stand there. It has nothing to do with cryptography.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::agreement::valid::{Accession, Joined, Party};
use crate::agreement::{Agreement, Status};
use crate::identifier::Date;
use crate::register::OrgId;
use crate::rules::Context;
use crate::rules::coverage::transitions_uncovered;

/// How the rows are ordered, in words for people.
pub const ORDER: &str =
    "first those for whom a transition of care is not covered; among them those whose list size is not known, then most patients, then most transitions";

/// What is missing of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// It belongs to the group and stands in no row of the accession file.
    NotJoined,
    /// It joined and has left.
    Left,
    /// It joined, or is named, and no signature of it is recorded.
    NotSigned,
    /// It signed terms that are not those that stand there.
    OtherTerms,
}

impl Lack {
    /// For machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotJoined => "not_joined",
            Self::Left => "left",
            Self::NotSigned => "not_signed",
            Self::OtherTerms => "other_terms",
        }
    }
}

/// One agreement that an organisation has still to sign.
#[derive(Debug)]
pub struct Missing<'p> {
    /// The agreement.
    pub agreement: &'p Agreement,
    /// The group it belongs to.
    pub party: &'p str,
    /// What is missing.
    pub lack: Lack,
    /// Since when: the first day on which it could have been there, or the day of the old signature. None if that day is
    /// not known or still to come.
    pub since: Option<Date>,
}

/// An organisation to write to.
#[derive(Debug)]
pub struct Chase<'p> {
    /// Which.
    pub org: OrgId,
    /// Registered patients by the last count; none if no count is known.
    pub patients: Option<u32>,
    /// Transitions of care, as places in the pack's pathways, that no agreement in force covers for it.
    pub transitions: Vec<usize>,
    /// What it has still to sign, by agreement; never empty.
    pub missing: Vec<Missing<'p>>,
}

/// What was looked at, and who is to be written to, in [`ORDER`].
#[derive(Debug)]
pub struct Chased<'p> {
    /// The organisations.
    pub rows: Vec<Chase<'p>>,
    /// Agreements that were looked at.
    pub agreements: usize,
    /// Drafts, which nobody is asked to sign yet.
    pub drafts: Vec<&'p str>,
}

/// Everybody who has still to sign, on the day of the context.
pub fn chase<'p>(context: &Context<'p>) -> Chased<'p> {
    let (mut agreements, mut drafts) = (0, Vec::new());
    let mut by_org: BTreeMap<OrgId, Vec<Missing<'p>>> = BTreeMap::new();
    for agreement in context.current() {
        if agreement.status == Status::Draft {
            drafts.push(agreement.id.as_str());
            continue;
        }
        agreements += 1;
        // Groups taken over from a parent are asked there.
        for party in agreement.parties.iter().take(agreement.draft.parties.len()) {
            for org in context.pack.register.ids() {
                let open = context.organisation(org).open;
                if !open.contains(context.as_of) || !context.selects(&party.who, org, context.as_of) {
                    continue;
                }
                if let Some((lack, since)) = lack(context, agreement, party, org) {
                    let missing =
                        Missing { agreement, party: &party.name, lack, since: since.map(|day| day.max(open.first)).filter(|day| *day <= context.as_of) };
                    by_org.entry(org).or_default().push(missing);
                }
            }
        }
    }
    let mut dark = transitions_uncovered(context);
    let mut rows: Vec<Chase<'p>> = by_org
        .into_iter()
        .map(|(org, missing)| Chase {
            org,
            patients: context.organisation(org).patients_on(context.as_of),
            transitions: dark.remove(&org).unwrap_or_default(),
            missing,
        })
        .collect();
    rows.sort_by_key(|row| {
        (row.transitions.is_empty(), row.patients.is_some(), Reverse(row.patients), Reverse(row.transitions.len()), context.organisation(row.org).ods.clone())
    });
    Chased { rows, agreements, drafts }
}

/// What is missing of one organisation of a group, and since when.
fn lack(context: &Context<'_>, agreement: &Agreement, party: &Party, org: OrgId) -> Option<(Lack, Option<Date>)> {
    let start = agreement.term.map(|term| term.first);
    match &party.joined {
        Joined::OnStart => {
            let ods = &context.organisation(org).ods;
            let signed = agreement.draft.signatures.iter().filter(|one| one.org.as_ref().is_some_and(|by| by.value == *ods));
            let last =
                signed.filter_map(|one| Some((one.date.as_ref()?.value, one.terms.as_ref()))).filter(|(on, _)| *on <= context.as_of).max_by_key(|(on, _)| *on);
            match last {
                None => Some((Lack::NotSigned, start)),
                Some((on, Some(terms))) if !agreement.has_terms(&terms.value) => Some((Lack::OtherTerms, Some(on))),
                Some(_) => None,
            }
        }
        Joined::ByFile(rows) => {
            let list: &[Accession] = rows.get(&org).map(Vec::as_slice).unwrap_or_default();
            // The row that holds on the day, else one that is still to come.
            let row = list.iter().find(|row| row.during.contains(context.as_of)).or_else(|| list.iter().find(|row| row.during.first > context.as_of));
            let Some(row) = row else {
                return Some(match list.iter().map(|row| row.during.last).max() {
                    Some(last) => (Lack::Left, Some(last.next())),
                    None => (Lack::NotJoined, start),
                });
            };
            match (row.signed_on.filter(|on| *on <= context.as_of), &row.terms) {
                (None, _) => Some((Lack::NotSigned, Some(row.during.first))),
                (Some(on), Some(terms)) if !agreement.has_terms(&terms.value) => Some((Lack::OtherTerms, Some(on))),
                (Some(_), _) => None,
            }
        }
    }
}
