//! References in audits: `C-` for a person whose record it is, `S-` for a member of staff, and 12 symbols.

use super::mac::MacKey;
use super::pseudonym::ALPHABET;

/// Whose reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// A person whose record is looked at: `C-`.
    Person,
    /// A member of staff who looks: `S-`.
    Staff,
}

impl ReferenceKind {
    /// The domain of the key.
    pub fn domain(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Staff => "staff",
        }
    }
}

/// Bytes of a reference.
pub const LENGTH: usize = 14;

/// Makes references; from a root of purpose `audit`, so that a reference is never a release's pseudonym.
pub struct ReferenceKey(MacKey);

impl ReferenceKey {
    pub(super) fn new(key: MacKey) -> Self {
        Self(key)
    }

    /// The reference of a canonical id (ten digits of a person, the user id of staff): the first 60 bits of its MAC.
    pub fn reference(&self, kind: ReferenceKind, canonical: &[u8]) -> Reference {
        let mac = self.0.mac(canonical);
        let mut bits = [0u8; 8];
        bits.copy_from_slice(&mac[..8]);
        let bits = u64::from_be_bytes(bits);
        let mut text = [b'-'; LENGTH];
        text[0] = match kind {
            ReferenceKind::Person => b'C',
            ReferenceKind::Staff => b'S',
        };
        for (index, symbol) in text[2..].iter_mut().enumerate() {
            *symbol = ALPHABET[usize::try_from((bits >> (59 - 5 * index)) & 31).unwrap_or(0)];
        }
        Reference(text)
    }

    /// First 16 hex digits of the MAC of a message: the stable id of a finding of an audit.
    pub fn short_id(&self, message: &[u8]) -> String {
        crate::text::hex(&self.0.mac(message)[..8])
    }
}

/// `C-` or `S-` and 12 symbols. Safe to print: it leads to a person only with the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference([u8; LENGTH]);

impl Reference {
    /// As text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_the_first_sixty_bits() {
        // RFC 4231, case 2: the MAC begins 5bdcc146bf607.
        let key = ReferenceKey::new(MacKey::new(b"Jefe"));
        let reference = key.reference(ReferenceKind::Person, b"what do ya want for nothing?");
        assert_eq!(reference.as_str(), "C-BFEC2HNZC1TM");
        assert_eq!(key.short_id(b"what do ya want for nothing?"), "5bdcc146bf60754e");
        assert!(key.reference(ReferenceKind::Staff, b"x").as_str().starts_with("S-"));
    }
}
