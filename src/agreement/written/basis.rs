//! On which legal basis data is used, and how the duty of confidentiality is met, as somebody wrote it.

use super::{Day, OrgSelectorDraft, Text, YesNo};
use crate::source::{Span, Spanned};
use crate::yaml::Fields;

/// The lawful basis of one purpose for one kind of party.
#[derive(Clone, Debug)]
pub struct BasisDraft {
    /// The purpose.
    pub purpose: Spanned<String>,
    /// Stable name.
    pub place: String,
    /// The entry.
    pub span: Span,
    /// Which parties it is for; none means all.
    pub parties: Option<OrgSelectorDraft>,
    /// What the purpose is, in words.
    pub description: Text,
    /// Letter of Art 6(1).
    pub article_6: Text,
    /// Letter of Art 9(2).
    pub article_9: Text,
    /// Condition of DPA 2018 Schedule 1, `P1.2`.
    pub schedule_1: Text,
    /// The appropriate policy document.
    pub policy_document: Option<PolicyDocumentDraft>,
    /// The statutory power.
    pub power: Text,
    /// Who assessed a legitimate interest.
    pub assessed_by: Text,
    /// Which recognised legitimate interest.
    pub recognised_interest: Text,
    /// Professional secrecy, Art 9(3) and s11(1).
    pub secrecy: Text,
    /// How the common law duty of confidentiality is met.
    pub confidentiality: Option<ConfidentialityDraft>,
    /// The national data opt-out.
    pub ndoo: Option<NdooDraft>,
    /// What becomes of type 1 opt-outs.
    pub type_1: Option<TypeOneDraft>,
    /// Objections to this purpose.
    pub objection: Option<ObjectionDraft>,
    /// Why a re-use is compatible.
    pub compatibility: Text,
    /// Whether decisions are made without a person.
    pub automated_decisions: Option<AutomatedDecisionsDraft>,
}

/// An appropriate policy document, DPA 2018 Schedule 1 Part 4.
#[derive(Clone, Debug)]
pub struct PolicyDocumentDraft {
    /// Its reference.
    pub reference: Text,
    /// When it is reviewed.
    pub review: Day,
    /// Its block.
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

/// Decisions made solely by a machine, Articles 22A to 22D UK GDPR.
#[derive(Clone, Debug)]
pub struct AutomatedDecisionsDraft {
    /// Whether there are any.
    pub used: YesNo,
    /// How people are protected.
    pub safeguards: Text,
    /// Its block.
    pub span: Span,
}

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
    /// Where it stands.
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
    /// Its block.
    pub span: Span,
}

pub(super) fn bases(f: &Fields<'_>) -> Vec<BasisDraft> {
    let mut all = Vec::new();
    for (purpose, node, place) in f.named("basis") {
        for (index, item) in node.one_or_many().iter().enumerate() {
            let place = if index == 0 { place.clone() } else { format!("{place}/{}", index + 1) };
            if let Some(b) = Fields::open(item, place, f.sink()) {
                all.push(basis(&purpose, &b));
            }
        }
    }
    all
}

fn basis(purpose: &Spanned<String>, b: &Fields<'_>) -> BasisDraft {
    BasisDraft {
        purpose: purpose.clone(),
        place: b.place.clone(),
        span: b.span,
        parties: b.block("for").map(|inner| OrgSelectorDraft::read(&inner)),
        description: b.text("description"),
        article_6: b.text("article_6"),
        article_9: b.text("article_9"),
        schedule_1: b.text("schedule_1"),
        policy_document: b.block("policy_document").map(|p| PolicyDocumentDraft { reference: p.text("ref"), review: p.date("review"), span: p.span }),
        power: b.text("power"),
        assessed_by: b.text("assessed_by"),
        recognised_interest: b.text("recognised_interest"),
        secrecy: b.text("secrecy"),
        confidentiality: confidentiality(b),
        ndoo: b.block("ndoo").map(|n| NdooDraft { applies: n.yes_no("applies"), reason: n.text("reason"), span: n.span }),
        type_1: b.block("type_1").map(|t| TypeOneDraft { respected: t.yes_no("respected"), how: t.text("how"), span: t.span }),
        objection: b.block("objection").as_ref().map(objection),
        compatibility: b.text("compatibility"),
        automated_decisions: b.block("automated_decisions").map(|a| AutomatedDecisionsDraft {
            used: a.yes_no("used"),
            safeguards: a.text("safeguards"),
            span: a.span,
        }),
    }
}

fn confidentiality(b: &Fields<'_>) -> Option<ConfidentialityDraft> {
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
        assessment_ref: c.text("assessment_ref"),
        span: c.span,
    })
}

pub(super) fn objection(b: &Fields<'_>) -> ObjectionDraft {
    ObjectionDraft { route: b.text("route"), decided_by: b.text("decided_by"), clinical_review: b.text("clinical_review"), span: b.span }
}
