//! Staff and people by keyed reference: `S-` and `C-` and twelve symbols.

use std::collections::BTreeMap;

use super::event::{PersonKey, Symbol, Symbols};
use crate::keys::reference::{Reference, ReferenceKey, ReferenceKind};
use crate::keys::{Root, Scope, ScopeError};

/// Makes references and finding ids for one audit.
pub struct References {
    person: ReferenceKey,
    staff: ReferenceKey,
    /// Whether the key outlives this run, so that references of two runs can be compared.
    pub comparable: bool,
}

impl References {
    /// From a root of purpose `audit`; `name` keeps the references of different audits apart.
    pub fn new(root: &Root, name: &str, version: u32, comparable: bool) -> Result<Self, ScopeError> {
        let key = |kind: ReferenceKind| Ok(root.reference_key(&Scope::new(name, kind.domain(), version)?));
        Ok(Self { person: key(ReferenceKind::Person)?, staff: key(ReferenceKind::Staff)?, comparable })
    }

    /// Of a person; none if nobody is named.
    pub fn person(&self, key: PersonKey, symbols: &Symbols) -> Option<Reference> {
        key.expose_canonical(symbols).map(|id| self.person.reference(ReferenceKind::Person, &id))
    }

    /// Of a user id; none if the log names none.
    pub fn staff(&self, user: Symbol, symbols: &Symbols) -> Option<Reference> {
        (!user.is_none()).then(|| self.staff.reference(ReferenceKind::Staff, symbols.text(user).as_bytes()))
    }

    /// The people of a log by their reference, to find those that reference tables name by it.
    pub fn people(&self, keys: impl IntoIterator<Item = PersonKey>, symbols: &Symbols) -> BTreeMap<String, PersonKey> {
        keys.into_iter().filter_map(|key| self.person(key, symbols).map(|reference| (reference.to_string(), key))).collect()
    }

    /// The stable id of a finding: over code, place and discriminator, each with its length, under the audit key.
    pub fn finding_id(&self, code: &str, place: &str, discriminator: &str) -> String {
        let mut message = Vec::new();
        for part in [code, place, discriminator] {
            message.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            message.extend_from_slice(part.as_bytes());
        }
        self.staff.short_id(&message)
    }
}
