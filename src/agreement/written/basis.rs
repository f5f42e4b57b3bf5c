//! On which legal basis data is used, and how the duty of confidentiality is met, as somebody wrote it.

use super::confidentiality::{confidentiality, ndoo, objection, type_1};
use super::{ConfidentialityDraft, NdooDraft, ObjectionDraft, TypeOneDraft};
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
    /// Why less data, or data without names, would not do.
    pub necessity: Text,
    /// What people gain by it.
    pub benefits: Text,
    /// Criminal offence data (Art 10).
    pub criminal_offence: Option<CriminalOffenceDraft>,
    /// Consent under Art 6(1)(a) and 9(2)(a), which is not the consent of the duty of confidentiality.
    pub consent: Option<ConsentDraft>,
    /// Who assessed a legitimate interest.
    pub assessed_by: Text,
    /// The assessment of a legitimate interest.
    pub legitimate_interest: Option<LegitimateInterestDraft>,
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

/// The words of `criminal_offence.authority`, Art 10 UK GDPR and DPA 2018 s10(5).
pub const ARTICLE_10: [&str; 2] = ["official_authority", "authorised_by_law"];

/// On which ground criminal offence data is used.
#[derive(Clone, Debug)]
pub struct CriminalOffenceDraft {
    /// Under official authority, or as a law authorises.
    pub authority: Text,
    /// Condition of DPA 2018 Schedule 1.
    pub schedule_1: Text,
    /// Which data that is.
    pub data: Vec<Spanned<String>>,
    /// Its block.
    pub span: Span,
}

/// Consent as a basis, Art 7 UK GDPR.
#[derive(Clone, Debug)]
pub struct ConsentDraft {
    /// The form.
    pub form_ref: Text,
    /// Who asks for it.
    pub obtained_by: Text,
    /// Where it is recorded.
    pub recorded_in: Text,
    /// How it is withdrawn.
    pub withdrawal: Text,
    /// Why it is freely given though one side is stronger.
    pub imbalance: Text,
    /// Its block.
    pub span: Span,
}

/// The three parts of the assessment of a legitimate interest.
#[derive(Clone, Debug)]
pub struct LegitimateInterestDraft {
    /// Its reference.
    pub reference: Text,
    /// When it was made.
    pub date: Day,
    /// Which interest, and whose.
    pub interest: Text,
    /// Why the data is needed for it.
    pub necessity: Text,
    /// How it weighs against the people concerned.
    pub balance: Text,
    /// Its block.
    pub span: Span,
}

fn criminal_offence(b: &Fields<'_>) -> CriminalOffenceDraft {
    CriminalOffenceDraft { authority: b.one_of("authority", &ARTICLE_10), schedule_1: b.text("schedule_1"), data: b.texts("data"), span: b.span }
}

fn consent(b: &Fields<'_>) -> ConsentDraft {
    ConsentDraft {
        form_ref: b.text("form_ref"),
        obtained_by: b.text("obtained_by"),
        recorded_in: b.text("recorded_in"),
        withdrawal: b.text("withdrawal"),
        imbalance: b.text("imbalance"),
        span: b.span,
    }
}

fn legitimate_interest(b: &Fields<'_>) -> LegitimateInterestDraft {
    LegitimateInterestDraft {
        reference: b.text("ref"),
        date: b.date("date"),
        interest: b.text("interest"),
        necessity: b.text("necessity"),
        balance: b.text("balance"),
        span: b.span,
    }
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
        necessity: b.text("necessity"),
        benefits: b.text("benefits"),
        criminal_offence: b.block("criminal_offence").as_ref().map(criminal_offence),
        consent: b.block("consent").as_ref().map(consent),
        assessed_by: b.text("assessed_by"),
        legitimate_interest: b.block("legitimate_interest").as_ref().map(legitimate_interest),
        recognised_interest: b.text("recognised_interest"),
        secrecy: b.text("secrecy"),
        confidentiality: confidentiality(b),
        ndoo: b.block("ndoo").as_ref().map(ndoo),
        type_1: b.block("type_1").as_ref().map(type_1),
        objection: b.block("objection").as_ref().map(objection),
        compatibility: b.text("compatibility"),
        automated_decisions: b.block("automated_decisions").map(|a| AutomatedDecisionsDraft {
            used: a.yes_no("used"),
            safeguards: a.text("safeguards"),
            span: a.span,
        }),
    }
}
