//! How another community's names map to ours: one file of `maps/` for each community.
//!
//! Only our side is known where a map is read, so only our names are checked here; the other pack's are when the two are
//! put beside each other.

use crate::diagnostics::{Finding, Fix};
use crate::source::{Span, Spanned};
use crate::text::near;
use crate::vocabulary::{ROOT, Tree, Vocabulary};
use crate::yaml::{Fields, Node, Sink};

/// One name of the other pack, and the one of ours that means the same.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Theirs, as written.
    pub theirs: Spanned<String>,
    /// Ours, as written; it is known here.
    pub ours: Spanned<String>,
}

/// A kind of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What organisations do.
    Functions,
    /// Where they belong.
    Places,
    /// Who asks.
    Roles,
    /// What is asked for.
    Data,
    /// What it is for.
    Purposes,
    /// What is done with it.
    Actions,
    /// In which form.
    Forms,
    /// Facts.
    Conditions,
}

/// Every kind with its key in the file.
pub const KINDS: [(Kind, &str); 8] = [
    (Kind::Functions, "functions"),
    (Kind::Places, "places"),
    (Kind::Roles, "roles"),
    (Kind::Data, "data"),
    (Kind::Purposes, "purposes"),
    (Kind::Actions, "actions"),
    (Kind::Forms, "forms"),
    (Kind::Conditions, "conditions"),
];

impl Kind {
    /// Its key in the file.
    pub fn key(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, key)| key)
    }

    /// One of them, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Functions => "function",
            Self::Places => "place",
            Self::Roles => "role",
            Self::Data => "data category",
            Self::Purposes => "purpose",
            Self::Actions => "action",
            Self::Forms => "form",
            Self::Conditions => "condition",
        }
    }

    /// Several of them, in words.
    pub fn many(self) -> &'static str {
        if self == Self::Data { "data categories" } else { self.key() }
    }

    /// The tree that holds them, if they are a tree's.
    pub fn tree(self, words: &Vocabulary) -> Option<&Tree> {
        match self {
            Self::Functions => Some(&words.functions),
            Self::Places => Some(&words.places),
            Self::Roles => Some(&words.roles),
            Self::Data => Some(&words.data),
            Self::Purposes => Some(&words.purposes),
            Self::Actions | Self::Forms | Self::Conditions => None,
        }
    }

    /// The names of a flat list.
    pub fn list(self, words: &Vocabulary) -> Vec<&str> {
        match self {
            Self::Actions => words.actions.iter().map(String::as_str).collect(),
            Self::Forms => words.forms.iter().map(String::as_str).collect(),
            Self::Conditions => words.conditions.iter().map(|condition| condition.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

/// A file of `maps/`.
#[derive(Clone, Debug)]
pub struct NameMap {
    /// The other pack's name, which is the file's.
    pub pack: String,
    /// `maps/lancashire-neighbour.yaml`.
    pub file: String,
    /// Where it says so.
    pub span: Span,
    /// Agreements that join the two; empty is those with parties on both sides.
    pub agreements: Vec<Spanned<String>>,
    /// Names by kind, in the order written.
    pub pairings: Vec<(Kind, Vec<Pairing>)>,
}

impl NameMap {
    /// What is written of one kind.
    pub fn of(&self, kind: Kind) -> &[Pairing] {
        self.pairings.iter().find(|(one, _)| *one == kind).map(|(_, list)| list.as_slice()).unwrap_or_default()
    }
}

/// Reads one. A name of ours that is not known is a finding, and its pair is left out: nothing passes through it.
pub(super) fn read(node: &Node, file: &str, stem: &str, words: &Vocabulary, known_agreements: &[&str], sink: &Sink) -> Option<NameMap> {
    let place = format!("maps/{stem}");
    let f = Fields::open(node, place.clone(), sink)?;
    let pack = f.text("pack");
    match &pack {
        Some(written) if written.value != stem => sink.push(
            Finding::error("READ-005", format!("{place}/pack"), format!("{file} maps the names of {}, and is named for {stem}", written.value))
                .at(written.span, "another pack")
                .help(format!("Rename the file to maps/{}.yaml, or correct `pack:`.", written.value)),
        ),
        Some(_) => {}
        None => sink.push(Finding::error("DOC-001", format!("{place}/pack"), format!("{file} does not say `pack: NAME`")).at(f.span, "here")),
    }
    let _ = (f.text("title"), f.text("note"));
    let agreements = f.texts("agreements");
    for named in agreements.iter().filter(|named| !known_agreements.contains(&named.value.as_str())) {
        let finding = Finding::error("READ-006", format!("{place}/agreements"), format!("the pack holds no agreement {}", named.value))
            .at(named.span, "named here")
            .discriminator(named.value.clone());
        sink.push(match crate::text::nearest(&named.value, known_agreements.iter().copied()) {
            Some(near) => finding.help(format!("Did you mean {near}?")),
            None => finding.help("Add the agreement, or take its name out."),
        });
    }
    let mut pairings = Vec::new();
    for (kind, key) in KINDS {
        let mut list: Vec<Pairing> = Vec::new();
        for (theirs, value, at) in f.named(key) {
            let Some(text) = value.as_text() else {
                sink.wrong(&at, value.span, "a name of ours", value.kind_in_words());
                continue;
            };
            let ours = Spanned::new(text.to_owned(), value.span);
            if known(kind, &ours, &format!("{place}/{key}"), words, sink) {
                list.push(Pairing { theirs, ours });
            }
        }
        pairings.push((kind, list));
    }
    Some(NameMap { pack: stem.to_owned(), file: file.to_owned(), span: pack.map_or(f.span, |pack| pack.span), agreements, pairings })
}

fn known(kind: Kind, ours: &Spanned<String>, place: &str, words: &Vocabulary, sink: &Sink) -> bool {
    if let Some(tree) = kind.tree(words) {
        return match tree.resolve(ours, place, "READ-006", sink) {
            Some(ROOT) => {
                sink.push(Finding::error("READ-005", place, "`any` is everything, and no name of theirs means that").at(ours.span, "here"));
                false
            }
            found => found.is_some(),
        };
    }
    let list = kind.list(words);
    if list.contains(&ours.value.as_str()) {
        return true;
    }
    let finding = Finding::error("READ-006", place, format!("there is no {} `{}` in the vocabulary", kind.in_words(), ours.value))
        .at(ours.span, "this name")
        .discriminator(ours.value.clone());
    sink.push(match near::near(near::Place::Name, &ours.value, list.iter().copied()) {
        Some(near) => finding.help(near.question()).fix(Fix::write(ours.span, near.name, near.certain)),
        None => finding.help(format!("Use {}.", crate::text::or_list(&list))),
    });
    false
}
