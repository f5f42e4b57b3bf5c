//! How long data is kept, how it is secured, and where it may go, as somebody wrote it.

use super::{Text, YesNo};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Sink};

/// How long a kind of data is kept.
#[derive(Clone, Debug)]
pub struct RetentionDraft {
    /// Which kind.
    pub class: Spanned<String>,
    /// Its block.
    pub span: Span,
    /// How long, `8 years`.
    pub keep: Text,
    /// After what.
    pub after: Text,
    /// And then.
    pub then: Text,
    /// Why longer than the source keeps it.
    pub reason: Text,
    /// What shows that it was done.
    pub evidence: Text,
}

/// The words of `territory:`: the United Kingdom, the European Economic Area, a country with adequacy regulations, or elsewhere.
pub const TERRITORIES: [&str; 4] = ["UK", "EEA", "adequate", "other"];

/// A country data goes to or is seen from.
#[derive(Clone, Debug)]
pub struct TransferDraft {
    /// Its block.
    pub span: Span,
    /// Which.
    pub country: Text,
    /// `adequacy`, `idta`, `addendum`, `bcr`, `derogation`.
    pub mechanism: Text,
    /// Reference of the transfer risk assessment.
    pub risk_assessment: Text,
    /// Whether it is access from there only (which counts).
    pub remote_access: YesNo,
    /// Which derogation of Art 49, where that is the mechanism.
    pub derogation: Text,
}

pub(super) fn retention(class: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<RetentionDraft> {
    let f = Fields::open(node, place, sink)?;
    Some(RetentionDraft {
        span: f.span,
        keep: f.text("keep"),
        after: f.text("after"),
        then: f.text("then"),
        reason: f.text("reason"),
        evidence: f.text("evidence"),
        class,
    })
}

fn transfer(b: &Fields<'_>) -> TransferDraft {
    TransferDraft {
        span: b.span,
        country: b.text("country"),
        mechanism: b.text("mechanism"),
        risk_assessment: b.text("risk_assessment"),
        remote_access: b.yes_no("remote_access"),
        derogation: b.text("derogation"),
    }
}

/// How data is protected.
#[derive(Clone, Debug)]
pub struct SecurityDraft {
    /// How it is encrypted on its way.
    pub encryption_in_transit: Text,
    /// How it is encrypted where it lies.
    pub encryption_at_rest: Text,
    /// How people prove who they are.
    pub authentication: Text,
    /// Whether every access can be traced to one person.
    pub audit_to_individual: Text,
    /// Whether a second factor is asked for.
    pub multi_factor: YesNo,
    /// Certificates: Cyber Essentials Plus, ISO 27001.
    pub certifications: Vec<Spanned<String>>,
    /// How clinical safety is assured: DCB0129, DCB0160.
    pub clinical_safety: Text,
    /// Which training staff have had.
    pub training: Text,
    /// The lowest status of the Data Security and Protection Toolkit that will do.
    pub minimum_dspt: Text,
    /// Its block.
    pub span: Span,
}

/// Where data is held, and where else it goes or is seen from.
#[derive(Clone, Debug)]
pub struct TransfersDraft {
    /// Where it is held.
    pub territory: Text,
    /// Where else it goes.
    pub countries: Vec<TransferDraft>,
    /// Its block.
    pub span: Span,
}

/// Whether data may be passed on.
#[derive(Clone, Debug)]
pub struct OnwardSharingDraft {
    /// Yes or no.
    pub allowed: YesNo,
    /// To whom.
    pub recipients: Vec<Spanned<String>>,
    /// On which conditions.
    pub conditions: Text,
    /// On which legal basis.
    pub legal_basis: Text,
    /// Whether the same duties are passed on.
    pub flow_down: YesNo,
    /// Who approves it.
    pub approved_by: Text,
    /// The template of the sub-licence.
    pub sub_licence: Text,
    /// How the duty of confidentiality is met.
    pub confidentiality: Text,
    /// Its block.
    pub span: Span,
}

pub(super) fn security(b: &Fields<'_>) -> SecurityDraft {
    SecurityDraft {
        encryption_in_transit: b.text("encryption_in_transit"),
        encryption_at_rest: b.text("encryption_at_rest"),
        authentication: b.text("authentication"),
        audit_to_individual: b.text("audit_to_individual"),
        multi_factor: b.yes_no("multi_factor"),
        certifications: b.texts("certifications"),
        clinical_safety: b.text("clinical_safety"),
        training: b.text("training"),
        minimum_dspt: b.text("minimum_dspt"),
        span: b.span,
    }
}

pub(super) fn transfers(b: &Fields<'_>) -> TransfersDraft {
    TransfersDraft { territory: b.one_of("territory", &TERRITORIES), countries: b.blocks("countries").iter().map(transfer).collect(), span: b.span }
}

pub(super) fn onward_sharing(b: &Fields<'_>) -> OnwardSharingDraft {
    OnwardSharingDraft {
        allowed: b.yes_no("allowed"),
        recipients: b.texts("recipients"),
        conditions: b.text("conditions"),
        legal_basis: b.text("legal_basis"),
        flow_down: b.yes_no("flow_down"),
        approved_by: b.text("approved_by"),
        sub_licence: b.text("sub_licence"),
        confidentiality: b.text("confidentiality"),
        span: b.span,
    }
}
