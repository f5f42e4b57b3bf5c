//! The terms of an agreement: its canonical content without contacts, accessions and signatures. A signature names
//! their digest, so that a change after signing shows.

use crate::yaml::{Kind, Node};

/// Keys that are not terms: who signed, and whom to write to.
const NOT_TERMS: [&str; 2] = ["signatures", "ig_lead"];

/// What is not a term of a group of parties: whom to write to.
const CONTACTS: &str = "contacts";

/// Where in the document a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Top,
    Parties,
    Party,
    Within,
}

impl At {
    fn leaves_out(self, key: &str) -> bool {
        match self {
            Self::Top => NOT_TERMS.contains(&key),
            Self::Party => key == CONTACTS,
            Self::Parties | Self::Within => false,
        }
    }

    fn below(self, key: &str) -> Self {
        match self {
            Self::Top if key == "parties" => Self::Parties,
            Self::Parties => Self::Party,
            _ => Self::Within,
        }
    }
}

/// SHA-256 of the terms, hex. Layout, comments, key order and the style of quoting do not change it.
pub fn digest(agreement: &Node) -> String {
    crate::text::hex(ring::digest::digest(&ring::digest::SHA256, canonical(agreement).as_bytes()).as_ref())
}

/// The terms as one line of JSON: keys sorted, every scalar a string, nothing where nothing is written.
pub fn canonical(agreement: &Node) -> String {
    let mut out = String::new();
    write(agreement, At::Top, &mut out);
    out
}

fn write(node: &Node, at: At, out: &mut String) {
    match &node.kind {
        Kind::Scalar { .. } if node.is_null() => out.push_str("null"),
        Kind::Scalar { text, .. } => string(text, out),
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, At::Within, out);
            }
            out.push(']');
        }
        Kind::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().filter(|(key, _)| !at.leaves_out(&key.text)).collect();
            sorted.sort_by(|a, b| a.0.text.cmp(&b.0.text));
            out.push('{');
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(&key.text, out);
                out.push(':');
                write(value, at.below(&key.text), out);
            }
            out.push('}');
        }
    }
}

fn string(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn of(text: &str) -> String {
        let mut sources = Sources::new();
        let file = sources.add("a.yaml", text);
        canonical(&crate::yaml::parse(&sources, file).0.expect("yaml"))
    }

    #[test]
    fn layout_and_signatures_are_not_terms_but_a_word_is() {
        let block = of("agreement: A-1\ngrants:\n  g1:\n    see: [a, b] # why\nsignatures: [{org: R9A}]\n");
        let flow = of("grants: {g1: {see: ['a', \"b\"]}}\nagreement: A-1\n");
        assert_eq!(block, flow);
        assert_eq!(block, r#"{"agreement":"A-1","grants":{"g1":{"see":["a","b"]}}}"#);
        assert_ne!(block, of("agreement: A-1\ngrants: {g1: {see: [a]}}\n"));
    }

    #[test]
    fn whom_to_write_to_is_no_term_and_everything_else_of_a_party_is() {
        let bare = of("parties: {homes: {as: recipient}}\n");
        assert_eq!(bare, of("parties: {homes: {as: recipient, contacts: {dpo: {role: DPO, email: dpo@example.org}}}}\nig_lead: {role: IG lead}\n"));
        // Only there: a group that is called `contacts`, or the key elsewhere, counts.
        assert_ne!(bare, of("parties: {homes: {as: recipient}, contacts: {as: recipient}}\n"));
        assert_ne!(bare, of("parties: {homes: {as: recipient, except: {contacts: x}}}\n"));
    }
}
