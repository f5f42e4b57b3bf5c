//! Who has still to sign what, of the agreements that join two communities.

use super::joined::Joined;
use crate::agreement::Status;
use crate::identifier::Date;
use crate::register::OrgId;
use crate::rules::Context;
use crate::rules::data::Facts;
use crate::source::Sources;
use crate::unsigned::chase;

/// Organisations of one group that lack the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// The agreement, by its id in the joined pack.
    pub agreement: String,
    /// The group.
    pub party: String,
    /// `not_joined`, `left`, `not_signed`, `other_terms`, or `draft`: nothing is there to sign yet.
    pub lack: &'static str,
    /// Which.
    pub orgs: Vec<OrgId>,
}

/// Everybody who has to sign before the joining agreements hold for all of their groups, on a day.
pub fn to_sign(joined: &Joined, facts: &Facts, sources: &Sources, on: Date) -> Vec<Signing> {
    let context = Context::new(&joined.pack, facts, &[], on, sources);
    let mut list: Vec<Signing> = Vec::new();
    let mut add = |agreement: &str, party: &str, lack: &'static str, org: OrgId| match list
        .iter_mut()
        .find(|one| one.agreement == agreement && one.party == party && one.lack == lack)
    {
        Some(one) => one.orgs.push(org),
        None => list.push(Signing { agreement: agreement.to_owned(), party: party.to_owned(), lack, orgs: vec![org] }),
    };
    for row in chase(&context).rows {
        for missing in row.missing.iter().filter(|missing| joined.joining.contains(&missing.agreement.id)) {
            add(&missing.agreement.id, missing.party, missing.lack.word(), row.org);
        }
    }
    for agreement in joined.pack.agreements.iter().filter(|agreement| agreement.status == Status::Draft && joined.joining.contains(&agreement.id)) {
        for party in agreement.parties.iter().take(agreement.draft.parties.len()) {
            let open = |org: &OrgId| joined.pack.register.organisation(*org).open.contains(on);
            for org in joined.pack.register.ids().filter(open).filter(|org| context.selects(&party.who, *org, on)) {
                add(&agreement.id, &party.name, "draft", org);
            }
        }
    }
    for one in &mut list {
        one.orgs.sort_unstable();
    }
    list.sort_by(|a, b| (&a.agreement, &a.party, a.lack).cmp(&(&b.agreement, &b.party, b.lack)));
    list
}
