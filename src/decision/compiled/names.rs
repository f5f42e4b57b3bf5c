//! The names of a question, looked up in tables made once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use super::decider::Folding;
use crate::decision::plain::Question;
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrgId;
use crate::vocabulary::{NodeId, ROOT, Tree};

type Table<T> = HashMap<Box<str>, T, BuildHasherDefault<Folding>>;

/// A question as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Written<'w> {
    /// The role, by any unambiguous suffix of its path.
    pub role: &'w str,
    /// The code of the organisation where they work; none for the person or a proxy.
    pub at: Option<&'w str>,
    /// The action.
    pub action: &'w str,
    /// The form.
    pub form: &'w str,
    /// The data category.
    pub data: &'w str,
    /// The code of the organisation whose data it is.
    pub of: &'w str,
    /// The purpose.
    pub purpose: &'w str,
    /// The day.
    pub on: Date,
}

/// Which part of a question names nothing, or more than one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {0} of the question is not known, or ambiguous")]
pub struct UnknownName(pub &'static str);

/// The names of a pack.
#[derive(Debug)]
pub struct Names {
    roles: Table<NodeId>,
    data: Table<NodeId>,
    purposes: Table<NodeId>,
    organisations: Table<OrgId>,
    actions: Table<u8>,
    forms: Table<u8>,
}

impl Names {
    /// Of a pack.
    pub fn new(pack: &Pack) -> Self {
        let list = |words: &[String]| {
            let mut table = Table::default();
            words.iter().zip(0u8..).for_each(|(word, index)| {
                table.entry(word.as_str().into()).or_insert(index);
            });
            table
        };
        Self {
            roles: suffixes(&pack.words.roles),
            data: suffixes(&pack.words.data),
            purposes: suffixes(&pack.words.purposes),
            organisations: pack.register.organisations.iter().zip((0..).map(OrgId)).map(|(organisation, id)| (organisation.ods.as_str().into(), id)).collect(),
            actions: list(&pack.words.actions),
            forms: list(&pack.words.forms),
        }
    }

    /// The organisation of a code, in capitals or not.
    pub fn organisation(&self, ods: &str) -> Option<OrgId> {
        self.organisations.get(ods).or_else(|| self.organisations.get(ods.to_ascii_uppercase().as_str())).copied()
    }

    /// The question that some names ask.
    pub fn question(&self, written: &Written<'_>) -> Result<Question, UnknownName> {
        Ok(Question {
            role: *self.roles.get(written.role).ok_or(UnknownName("role"))?,
            at: written.at.map(|ods| self.organisation(ods).ok_or(UnknownName("organisation"))).transpose()?,
            action: *self.actions.get(written.action).ok_or(UnknownName("action"))?,
            form: *self.forms.get(written.form).ok_or(UnknownName("form"))?,
            data: *self.data.get(written.data).ok_or(UnknownName("data category"))?,
            of: self.organisation(written.of).ok_or(UnknownName("source"))?,
            purpose: *self.purposes.get(written.purpose).ok_or(UnknownName("purpose"))?,
            on: written.on,
        })
    }
}

/// Every name by which a node can be meant, as [`Tree::find`] has it: whole paths, and suffixes that only one path has.
fn suffixes(tree: &Tree) -> Table<NodeId> {
    let mut names: Table<Option<NodeId>> = Table::default();
    for id in tree.ids() {
        let path = tree.path(id);
        for (at, _) in path.match_indices('.') {
            match names.entry(path[at + 1..].into()) {
                Entry::Vacant(place) => {
                    place.insert(Some(id));
                }
                Entry::Occupied(mut place) => *place.get_mut() = None,
            }
        }
    }
    for id in tree.ids().collect::<Vec<_>>().into_iter().rev() {
        names.insert(tree.path(id).into(), Some(id));
    }
    names.insert("any".into(), Some(ROOT));
    names.into_iter().filter_map(|(name, id)| Some((name, id?))).collect()
}
