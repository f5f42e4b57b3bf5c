//! Organisations without direct-care cover.

use std::cmp::Reverse;

use super::Fault;
use super::fault;
use crate::register::OrgId;
use crate::rules::Context;
use crate::rules::coverage::{care_agreements, members_without_care};

/// A member of the community that is party to no agreement in force for direct care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Without {
    /// Which.
    pub org: OrgId,
    /// Its registered patients by the last count; none if no count is known.
    pub patients: Option<u32>,
    /// What it has not signed: for each agreement for direct care in force that has a group for it, what is missing.
    pub missing: Vec<Fault>,
}

/// All of them on the day of the context: those with most patients first, then by code.
pub fn without(context: &Context<'_>) -> Vec<Without> {
    let care = care_agreements(context);
    let mut all: Vec<Without> = members_without_care(context)
        .into_iter()
        .map(|org| {
            let missing = care.iter().filter_map(|agreement| fault::unjoined(context.pack, agreement, org, context.as_of)).collect();
            Without { org, patients: context.organisation(org).patients_on(context.as_of), missing }
        })
        .collect();
    all.sort_by_key(|one| (Reverse(one.patients), context.organisation(one.org).ods.clone()));
    all
}
