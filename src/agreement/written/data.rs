//! Which data an agreement is about, as somebody wrote it.

use super::{Day, Text};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Sink};

/// How far data says whose it is, from most to least. What is anonymous depends on who holds it, too.
pub const IDENTIFIABILITY: [&str; 6] = ["identifiable", "weakly_pseudonymised", "pseudonymised", "deidentified_limited_access", "aggregate", "anonymous"];

/// The identifier that data comes with.
pub const IDENTIFIERS: [&str; 6] = ["nhs_number", "chi_number", "health_and_care_number", "local", "pseudonym", "none"];

/// A data item.
#[derive(Clone, Debug)]
pub struct DataDraft {
    /// The category.
    pub node: Spanned<String>,
    /// Its block.
    pub span: Span,
    /// `identifiable`, `pseudonymised`, ...
    pub identifiability: Text,
    /// Why it is needed.
    pub justification: Text,
    /// Where it comes from.
    pub source_system: Text,
    /// How it is coded.
    pub code_system: Text,
    /// Free text or images among it.
    pub free_text: Text,
    /// Data about others among it.
    pub third_party: Text,
    /// Who holds the key of pseudonyms.
    pub key_holder: Text,
    /// The identifier it comes with.
    pub identifier: Text,
    /// What makes it more sensitive than its category.
    pub sensitivity: Text,
    /// How its quality is kept.
    pub quality: Text,
    /// The legal route, where a law restricts it.
    pub legal_route: Text,
    /// Who approved that.
    pub approved_by: Text,
    /// How counts are made safe.
    pub disclosure_control: Option<DisclosureControlDraft>,
}

/// How counts are made safe to show.
#[derive(Clone, Debug)]
pub struct DisclosureControlDraft {
    /// How: suppression, rounding.
    pub method: Text,
    /// The smallest count that is shown.
    pub threshold: Text,
    /// The assessment that says it is enough.
    pub assessment: Text,
    /// Its block.
    pub span: Span,
}

/// The list of codes that are left out of what is shared.
#[derive(Clone, Debug)]
pub struct ExclusionsDraft {
    /// Its name.
    pub list: Text,
    /// Its version.
    pub version: Text,
    /// Its date.
    pub date: Day,
    /// Its block.
    pub span: Span,
}

/// Who sees to it that data is right.
#[derive(Clone, Debug)]
pub struct DataQualityDraft {
    /// Who.
    pub responsible: Text,
    /// How mistakes are put right, and by whom.
    pub corrections: Text,
    /// Its block.
    pub span: Span,
}

pub(super) fn data(node_name: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<DataDraft> {
    let f = Fields::open(node, place, sink)?;
    Some(DataDraft {
        span: f.span,
        identifiability: f.one_of("identifiability", &IDENTIFIABILITY),
        justification: f.text("justification"),
        source_system: f.text("source_system"),
        code_system: f.text("code_system"),
        free_text: f.text("free_text"),
        third_party: f.text("third_party"),
        key_holder: f.text("key_holder"),
        identifier: f.one_of("identifier", &IDENTIFIERS),
        sensitivity: f.text("sensitivity"),
        quality: f.text("quality"),
        legal_route: f.text("legal_route"),
        approved_by: f.text("approved_by"),
        disclosure_control: f.block("disclosure_control").as_ref().map(disclosure_control),
        node: node_name,
    })
}

fn disclosure_control(b: &Fields<'_>) -> DisclosureControlDraft {
    DisclosureControlDraft { method: b.text("method"), threshold: b.text("threshold"), assessment: b.text("assessment"), span: b.span }
}

pub(super) fn exclusions(b: &Fields<'_>) -> ExclusionsDraft {
    ExclusionsDraft { list: b.text("list"), version: b.text("version"), date: b.date("date"), span: b.span }
}

pub(super) fn quality(b: &Fields<'_>) -> DataQualityDraft {
    DataQualityDraft { responsible: b.text("responsible"), corrections: b.text("corrections"), span: b.span }
}
