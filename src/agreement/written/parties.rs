//! Who is party to an agreement, as somebody wrote it.

use super::{ContactDraft, Text, YesNo};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Sink};

/// What a party is under this agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartyRole {
    /// Decides purposes and means.
    Controller,
    /// Decides them together with others (Art 26 UK GDPR).
    JointController,
    /// Has access, decides nothing.
    Recipient,
    /// Acts on a controller's instructions (Art 28 UK GDPR).
    Processor,
}

/// The words of `as:`.
pub const PARTY_ROLES: [(&str, PartyRole); 4] = [
    ("controller", PartyRole::Controller),
    ("joint_controller", PartyRole::JointController),
    ("recipient", PartyRole::Recipient),
    ("processor", PartyRole::Processor),
];

/// Selects organisations. Parts are joined by "and", names within a part by "or".
#[derive(Clone, Debug, Default)]
pub struct OrgSelectorDraft {
    /// What they do.
    pub function: Vec<Spanned<String>>,
    /// Where they belong.
    pub within: Vec<Spanned<String>>,
    /// By code.
    pub org: Vec<Spanned<String>>,
    /// What is taken out again.
    pub except: Option<Box<WhoDraft>>,
    /// The block.
    pub span: Option<Span>,
}

/// Selects people: a role at organisations.
#[derive(Clone, Debug, Default)]
pub struct WhoDraft {
    /// Roles.
    pub role: Vec<Spanned<String>>,
    /// At which organisations.
    pub at: OrgSelectorDraft,
}

impl OrgSelectorDraft {
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        Self {
            function: fields.texts("function"),
            within: fields.texts("in"),
            org: fields.texts("org"),
            except: fields.block("except").map(|inner| Box::new(WhoDraft::read(&inner))),
            span: Some(fields.span),
        }
    }
}

impl WhoDraft {
    pub(super) fn read(fields: &Fields<'_>) -> Self {
        Self { role: fields.texts("role"), at: OrgSelectorDraft::read(fields) }
    }
}

/// A group of parties.
#[derive(Clone, Debug)]
pub struct PartyDraft {
    /// Its name.
    pub name: Spanned<String>,
    /// Its block.
    pub span: Span,
    /// The legal name of the organisation that `org:` names, as the agreement writes it.
    pub legal_name: Text,
    /// Who belongs to it.
    pub who: OrgSelectorDraft,
    /// What they are.
    pub role: Option<Spanned<PartyRole>>,
    /// Whether they give data (default: controllers do).
    pub gives: YesNo,
    /// Whether they get data (default: all but processors do).
    pub gets: YesNo,
    /// The accession file, or `on_start`.
    pub joined: Text,
    /// The processor contract.
    pub contract: Text,
    /// Which of the twelve items of Art 28(3) the contract has.
    pub clauses: Vec<Spanned<String>>,
    /// Sub-processors.
    pub sub_processors: Vec<SubProcessor>,
    /// Standards the supplier meets.
    pub standards: Vec<Spanned<String>>,
    /// Whom to write to, by the words of [`crate::register::CONTACTS`], where the register does not say it.
    pub contacts: Vec<(&'static str, ContactDraft)>,
}

/// The words of `authorisation:`, Art 28(2) UK GDPR.
pub const AUTHORISATIONS: [&str; 2] = ["general", "specific"];

/// Somebody a processor engages.
#[derive(Clone, Debug)]
pub struct SubProcessor {
    /// Who.
    pub name: Text,
    /// Its code, if it has one.
    pub org: Text,
    /// What it does.
    pub service: Text,
    /// Where it does it.
    pub country: Text,
    /// `general` or `specific`.
    pub authorisation: Text,
    /// Whether the same duties are passed on.
    pub flow_down: YesNo,
    /// Its block.
    pub span: Span,
}

/// The twelve items of a processor contract, Art 28(3) UK GDPR.
pub const ARTICLE_28: [&str; 12] = [
    "subject_and_duration",
    "nature_and_purpose",
    "data_type",
    "categories_of_people",
    "documented_instructions",
    "confidentiality",
    "security",
    "sub_processors",
    "assist_rights",
    "assist_obligations",
    "delete_or_return",
    "audits",
];

pub(super) fn party(name: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<PartyDraft> {
    let f = Fields::open(node, place, sink)?;
    Some(PartyDraft {
        span: f.span,
        legal_name: f.text("name"),
        who: OrgSelectorDraft::read(&f),
        role: f.word("as", &PARTY_ROLES),
        gives: f.yes_no("gives"),
        gets: f.yes_no("gets"),
        joined: f.text("joined"),
        contract: f.text("contract"),
        clauses: f.texts("clauses"),
        sub_processors: f
            .blocks("sub_processors")
            .iter()
            .map(|b| SubProcessor {
                name: b.text("name"),
                org: b.text("org"),
                service: b.text("service"),
                country: b.text("country"),
                authorisation: b.one_of("authorisation", &AUTHORISATIONS),
                flow_down: b.yes_no("flow_down"),
                span: b.span,
            })
            .collect(),
        standards: f.texts("standards"),
        contacts: f
            .block("contacts")
            .map(|b| {
                crate::register::CONTACTS.into_iter().filter_map(|office| b.block(office).map(|inner| (office, super::governance::contact(&inner)))).collect()
            })
            .unwrap_or_default(),
        name,
    })
}

/// How joint controllers share their duties, Article 26 UK GDPR.
#[derive(Clone, Debug)]
pub struct JointArrangementDraft {
    /// Where people turn to.
    pub rights_contact: Text,
    /// Who tells people (Articles 13 and 14).
    pub transparency: Text,
    /// Who does what.
    pub responsibilities: Text,
    /// Where the essence of it is published.
    pub essence_published: Text,
    /// How processors get their instructions.
    pub processor_instructions: Text,
    /// How members share among each other.
    pub between_members: Text,
    /// Its block.
    pub span: Span,
}

pub(super) fn joint_arrangement(b: &Fields<'_>) -> JointArrangementDraft {
    JointArrangementDraft {
        rights_contact: b.text("rights_contact"),
        transparency: b.text("transparency"),
        responsibilities: b.text("responsibilities"),
        essence_published: b.text("essence_published"),
        processor_instructions: b.text("processor_instructions"),
        between_members: b.text("between_members"),
        span: b.span,
    }
}
