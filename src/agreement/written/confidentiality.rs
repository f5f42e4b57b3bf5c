//! How the duty of confidentiality is met and what becomes of objections and opt-outs, as somebody wrote it.

use super::{Day, Text, YesNo};
use crate::source::{Span, Spanned};
use crate::yaml::Fields;

/// How the common law duty of confidentiality is met.
#[derive(Clone, Debug)]
pub struct ConfidentialityDraft {
    /// `implied_consent`, `explicit_consent`, `s251`, ...
    pub route: Text,
    /// Where people are told.
    pub privacy_notice: Text,
    /// `21/CAG/0001`.
    pub cag_ref: Text,
    /// When support was given.
    pub approved: Day,
    /// When it is reviewed.
    pub next_review: Day,
    /// Identifiers approved.
    pub identifiers: Vec<Spanned<String>>,
    /// Conditions of the approval.
    pub conditions: Text,
    /// Exemption from the national data opt-out granted with it.
    pub ndoo_exemption: Text,
    /// The statute.
    pub provision: Text,
    /// The consent form.
    pub form_ref: Text,
    /// How consent is withdrawn.
    pub withdrawal: Text,
    /// Approval of a research ethics committee, `21/NW/0123`.
    pub rec_ref: Text,
    /// The research's number in the Integrated Research Application System.
    pub iras_id: Text,
    /// Where decisions in the public interest are recorded.
    pub decision_log: Text,
    /// Who decides what is in the best interests of somebody who lacks capacity.
    pub decided_by: Text,
    /// Assessment that nothing confidential is left.
    pub assessment_ref: Text,
    /// Where it stands.
    pub span: Span,
}

/// Whether the national data opt-out applies.
#[derive(Clone, Debug)]
pub struct NdooDraft {
    /// Yes or no.
    pub applies: YesNo,
    /// Why not.
    pub reason: Text,
    /// Who takes those out who opted out.
    pub applied_by: Text,
    /// Where it stands.
    pub span: Span,
}

/// Type 1 opt-outs: objections, kept by the practice, to data leaving it for anything but the person's own care.
#[derive(Clone, Debug)]
pub struct TypeOneDraft {
    /// Whether they are respected.
    pub respected: YesNo,
    /// How.
    pub how: Text,
    /// Its block.
    pub span: Span,
}

/// How people object and who decides.
#[derive(Clone, Debug)]
pub struct ObjectionDraft {
    /// The way to object.
    pub route: Text,
    /// Who decides.
    pub decided_by: Text,
    /// Whether a clinician reviews it.
    pub clinical_review: Text,
    /// Codes that record it, `416409005`.
    pub codes: Vec<Spanned<String>>,
    /// Its block.
    pub span: Span,
}

pub(super) fn confidentiality(b: &Fields<'_>) -> Option<ConfidentialityDraft> {
    let node = b.get("confidentiality")?;
    if let Some(route) = node.as_text() {
        return Some(ConfidentialityDraft {
            route: Some(Spanned::new(route.to_owned(), node.span)),
            privacy_notice: None,
            cag_ref: None,
            approved: None,
            next_review: None,
            identifiers: Vec::new(),
            conditions: None,
            ndoo_exemption: None,
            provision: None,
            form_ref: None,
            withdrawal: None,
            rec_ref: None,
            iras_id: None,
            decision_log: None,
            decided_by: None,
            assessment_ref: None,
            span: node.span,
        });
    }
    let c = b.block("confidentiality")?;
    Some(ConfidentialityDraft {
        route: c.text("route"),
        privacy_notice: c.text("privacy_notice"),
        cag_ref: c.text("cag_ref"),
        approved: c.date("approved"),
        next_review: c.date("next_review"),
        identifiers: c.texts("identifiers"),
        conditions: c.text("conditions"),
        ndoo_exemption: c.text("ndoo_exemption"),
        provision: c.text("provision"),
        form_ref: c.text("form_ref"),
        withdrawal: c.text("withdrawal"),
        rec_ref: c.text("rec_ref"),
        iras_id: c.text("iras_id"),
        decision_log: c.text("decision_log"),
        decided_by: c.text("decided_by"),
        assessment_ref: c.text("assessment_ref"),
        span: c.span,
    })
}

pub(super) fn objection(b: &Fields<'_>) -> ObjectionDraft {
    ObjectionDraft {
        route: b.text("route"),
        decided_by: b.text("decided_by"),
        clinical_review: b.text("clinical_review"),
        codes: b.texts("codes"),
        span: b.span,
    }
}

pub(super) fn ndoo(b: &Fields<'_>) -> NdooDraft {
    NdooDraft { applies: b.yes_no("applies"), reason: b.text("reason"), applied_by: b.text("applied_by"), span: b.span }
}

pub(super) fn type_1(b: &Fields<'_>) -> TypeOneDraft {
    TypeOneDraft { respected: b.yes_no("respected"), how: b.text("how"), span: b.span }
}
