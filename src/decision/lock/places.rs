//! Groups of organisations: by which selectors of the agreement, and who is in them on which days.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::days::Days;
use crate::agreement::Agreement;
use crate::agreement::valid::{Joined, OrgSelector, Who};
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, Tree};

/// What a selector is called that selects everybody.
const EVERYONE: &str = "[]";

/// Who is in a group, and when. Nobody is without days.
pub(super) type Members = BTreeMap<OrgId, Days>;

/// A group.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// What it is called; two groups of one agreement with one name have the same members.
    pub(super) name: String,
    /// Its members.
    pub(super) members: Rc<Members>,
}

/// Groups of a pack, each worked out once.
pub(super) struct Groups<'p> {
    pack: &'p Pack,
    selected: RefCell<HashMap<String, Rc<Members>>>,
}

impl Group {
    /// Members on some days.
    fn on(&self, days: &Days) -> Members {
        self.members.iter().map(|(org, own)| (*org, own.and(days))).filter(|(_, own)| !own.is_empty()).collect()
    }

    /// Whether nobody is in it on any of some days.
    pub(super) fn is_nobody(&self, days: &Days) -> bool {
        !self.members.values().any(|own| !own.and(days).is_empty())
    }

    /// The part of it that is in another, and the part that is not, on some days; a part that is all of it keeps its name.
    pub(super) fn split(&self, other: &Self, days: &Days) -> (Self, Self) {
        let empty = Days::default();
        let theirs = |org: &OrgId| other.members.get(org).unwrap_or(&empty);
        let part = |keep: &dyn Fn(&OrgId, &Days) -> Days| -> Members {
            self.members.iter().map(|(org, own)| (*org, keep(org, own))).filter(|(_, own)| !own.is_empty()).collect()
        };
        let named = |what: &str, members: Members| {
            let part = Self { name: format!("{} {what} {}", self.name, other.name), members: Rc::new(members) };
            if part.on(days) == self.on(days) { self.clone() } else { part }
        };
        (named("within", part(&|org, own| own.and(theirs(org)))), named("outside", part(&|org, own| own.without(theirs(org)))))
    }
}

impl<'p> Groups<'p> {
    pub(super) fn new(pack: &'p Pack) -> Self {
        Self { pack, selected: RefCell::default() }
    }

    fn known(&self, key: String, make: impl FnOnce() -> Members) -> Rc<Members> {
        if let Some(known) = self.selected.borrow().get(&key) {
            return Rc::clone(known);
        }
        let members = Rc::new(make());
        self.selected.borrow_mut().insert(key, Rc::clone(&members));
        members
    }

    /// The days on which something holds of an organisation while it is open.
    fn days(&self, org: OrgId, holds: impl Fn(Date) -> bool) -> Days {
        let organisation = self.pack.register.organisation(org);
        let mut starts: Vec<Date> = organisation.boundaries().filter(|day| organisation.open.contains(*day)).collect();
        starts.push(organisation.open.first);
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).map(|next| next.previous()).chain(std::iter::once(organisation.open.last));
        Days::of(starts.iter().zip(ends).filter(|(first, _)| holds(**first)).map(|(first, last)| Interval { first: *first, last }))
    }

    /// What a selector selects for a role (none: role does not matter).
    pub(super) fn selected(&self, selector: &OrgSelector, role: Option<NodeId>) -> Group {
        let pack = self.pack;
        let name = self.name(selector, role);
        let members = self.known(name.clone(), || {
            let every = pack.register.ids().map(|org| (org, self.days(org, |on| selector.selects(&pack.words, &pack.register, org, role, on))));
            every.filter(|(_, days)| !days.is_empty()).collect()
        });
        Group { name, members }
    }

    /// `[function nhs.acute, in gm, not [org R9A]]`: a selector as far as it bears on a role.
    fn name(&self, selector: &OrgSelector, role: Option<NodeId>) -> String {
        let words = &self.pack.words;
        let listed = |tree: &Tree, nodes: &[NodeId]| {
            let mut paths: Vec<&str> = nodes.iter().map(|node| tree.path(*node)).collect();
            paths.sort_unstable();
            paths.dedup();
            paths.join(" or ")
        };
        let mut parts = Vec::new();
        if !selector.functions.is_empty() {
            parts.push(format!("function {}", listed(&words.functions, &selector.functions)));
        }
        if !selector.places.is_empty() {
            parts.push(format!("in {}", listed(&words.places, &selector.places)));
        }
        if !selector.orgs.is_empty() {
            let mut codes: Vec<String> = selector.orgs.iter().map(|org| self.pack.register.organisation(*org).ods.to_string()).collect();
            codes.sort_unstable();
            codes.dedup();
            parts.push(format!("org {}", codes.join(" or ")));
        }
        if let Some(except) = &selector.except
            && self.role_is_in(&except.roles, role)
        {
            parts.push(format!("not {}", self.name(&except.at, role)));
        }
        format!("[{}]", parts.join(", "))
    }

    /// Whether a list of names (empty: all) holds a role.
    pub(super) fn role_is_in(&self, names: &[NodeId], role: Option<NodeId>) -> bool {
        names.is_empty() || role.is_some_and(|role| names.iter().any(|name| self.pack.words.roles.covers(*name, role)))
    }

    /// Parties that give, or get.
    pub(super) fn parties(&self, agreement: &Agreement, giving: bool) -> Group {
        let what = if giving { "gives" } else { "gets" };
        let members = self.known(format!("{what} {}", agreement.id), || {
            let mut members = Members::new();
            for party in agreement.parties.iter().filter(|party| if giving { party.gives } else { party.gets }) {
                for (org, days) in self.selected(&party.who, None).members.iter() {
                    let days = match &party.joined {
                        Joined::OnStart => days.clone(),
                        Joined::ByFile(accessions) => Days::of(accessions.get(org).into_iter().flatten().map(|one| one.during)).and(days),
                    };
                    if !days.is_empty() {
                        let all = members.entry(*org).or_default();
                        *all = all.or(&days);
                    }
                }
            }
            members
        });
        Group { name: what.to_owned(), members }
    }

    /// The part of a group that a selector selects for a role, less those taken out.
    pub(super) fn narrowed(&self, group: &Group, selector: &OrgSelector, taken_out: Option<&Who>, role: Option<NodeId>) -> Group {
        let mut narrowed = group.clone();
        if !selector.is_all() {
            let by = self.selected(selector, role);
            if by.name != EVERYONE {
                let members = narrowed.members.iter().filter_map(|(org, own)| Some((*org, own.and(by.members.get(org)?)))).filter(|(_, days)| !days.is_empty());
                let name = if group.name == EVERYONE { by.name.clone() } else { format!("{} {}", group.name, by.name) };
                narrowed = Group { members: Rc::new(members.collect()), name };
            }
        }
        if let Some(who) = taken_out.filter(|who| self.role_is_in(&who.roles, role)) {
            let by = self.selected(&who.at, role);
            let left = narrowed.members.iter().map(|(org, own)| (*org, by.members.get(org).map_or_else(|| own.clone(), |out| own.without(out))));
            let members = Rc::new(left.filter(|(_, days)| !days.is_empty()).collect());
            let name = if narrowed.name == EVERYONE { format!("[not {}]", by.name) } else { format!("{} not {}", narrowed.name, by.name) };
            narrowed = Group { name, members };
        }
        narrowed
    }

    /// Every open organisation.
    pub(super) fn everyone(&self) -> Group {
        self.selected(&OrgSelector::default(), None)
    }
}
