//! How an agreement is looked after, as somebody wrote it: review, impact assessment, rights, incidents, end, signatures.

use super::basis::objection;
use super::{Day, Number, ObjectionDraft, Text};
use crate::identifier::OdsCode;
use crate::source::{Span, Spanned};
use crate::yaml::Fields;

/// One impact assessment.
#[derive(Clone, Debug)]
pub struct DpiaDraft {
    /// Its block.
    pub span: Span,
    /// Reference.
    pub reference: Text,
    /// Which purposes it covers; none means all.
    pub purposes: Vec<Spanned<String>>,
    /// When it was approved.
    pub approved: Day,
    /// By whom.
    pub approved_by: Text,
    /// When it is reviewed.
    pub next_review: Day,
    /// `low`, `medium`, `high`.
    pub residual_risk: Text,
    /// Consultation of the regulator (Art 36).
    pub consultation_ref: Text,
    /// Where it is published.
    pub url: Text,
}

/// A signature in the document itself.
#[derive(Clone, Debug)]
pub struct SignatureDraft {
    /// Its block.
    pub span: Span,
    /// Who.
    pub org: Option<Spanned<OdsCode>>,
    /// As what.
    pub position: Text,
    /// When.
    pub date: Day,
    /// How.
    pub method: Text,
    /// Digest of the terms signed, `sha256:...`.
    pub terms: Text,
}

pub(super) fn dpia(b: &Fields<'_>) -> DpiaDraft {
    DpiaDraft {
        span: b.span,
        reference: b.text("ref"),
        purposes: b.texts("purposes"),
        approved: b.date("approved"),
        approved_by: b.text("approved_by"),
        next_review: b.date("next_review"),
        residual_risk: b.text("residual_risk"),
        consultation_ref: b.text("consultation_ref"),
        url: b.text("url"),
    }
}

pub(super) fn signature(b: &Fields<'_>) -> SignatureDraft {
    SignatureDraft { span: b.span, org: b.ods("org"), position: b.text("position"), date: b.date("date"), method: b.text("method"), terms: b.text("terms") }
}

/// Days on which an agreement grants nothing though its term holds them.
#[derive(Clone, Debug)]
pub struct SuspensionDraft {
    /// First day.
    pub from: Day,
    /// Last day; none while it lasts.
    pub to: Day,
    /// Why.
    pub reason: Text,
    /// Its block.
    pub span: Span,
}

/// When an agreement is reviewed.
#[derive(Clone, Debug)]
pub struct ReviewDraft {
    /// When it was last.
    pub last: Day,
    /// When it is next.
    pub next: Day,
    /// How often, in months.
    pub cycle_months: Number,
    /// Its block.
    pub span: Span,
}

/// Where the public reads about an agreement.
#[derive(Clone, Debug)]
pub struct PublicationDraft {
    /// The agreement.
    pub url: Text,
    /// The privacy notice.
    pub privacy_notice: Text,
    /// Its block.
    pub span: Span,
}

/// Whom to write to: a role and its mailbox, not a person.
#[derive(Clone, Debug)]
pub struct ContactDraft {
    /// The role.
    pub role: Text,
    /// Its mailbox.
    pub email: Text,
    /// Its block.
    pub span: Span,
}

/// How people use their rights.
#[derive(Clone, Debug)]
pub struct RightsDraft {
    /// Where they turn to.
    pub contact: Text,
    /// Who answers.
    pub responsible: Text,
    /// Within how many days.
    pub time_limit_days: Number,
    /// How they object.
    pub objection: Option<ObjectionDraft>,
    /// Its block.
    pub span: Span,
}

/// What happens when data is lost, or seen by somebody who must not.
#[derive(Clone, Debug)]
pub struct BreachDraft {
    /// Who leads.
    pub lead: Text,
    /// Hours within which the regulator is told.
    pub report_to_ico_hours: Number,
    /// Hours within which a processor tells the controller.
    pub processor_hours: Number,
    /// Where incidents are recorded.
    pub register: Text,
    /// How the people concerned are told.
    pub tell_people: Text,
    /// Its block.
    pub span: Span,
}

/// What happens when an agreement ends.
#[derive(Clone, Debug)]
pub struct ExitDraft {
    /// Months of notice.
    pub notice_months: Number,
    /// What becomes of the data.
    pub return_or_delete: Text,
    /// What shows it.
    pub evidence: Text,
    /// When access ends.
    pub access_revoked: Text,
    /// What goes on.
    pub survives: Text,
    /// Its block.
    pub span: Span,
}

/// How people complain, DPA 2018 s164A.
#[derive(Clone, Debug)]
pub struct ComplaintsDraft {
    /// The way to complain.
    pub route: Text,
    /// Where to.
    pub contact: Text,
    /// Days within which a complaint is acknowledged.
    pub acknowledge_days: Number,
    /// Its block.
    pub span: Span,
}

pub(super) fn suspension(b: &Fields<'_>) -> SuspensionDraft {
    SuspensionDraft { from: b.date("from"), to: b.date("to"), reason: b.text("reason"), span: b.span }
}

pub(super) fn review(b: &Fields<'_>) -> ReviewDraft {
    ReviewDraft { last: b.date("last"), next: b.date("next"), cycle_months: b.number("cycle_months"), span: b.span }
}

pub(super) fn publication(b: &Fields<'_>) -> PublicationDraft {
    PublicationDraft { url: b.text("url"), privacy_notice: b.text("privacy_notice"), span: b.span }
}

pub(super) fn contact(b: &Fields<'_>) -> ContactDraft {
    ContactDraft { role: b.text("role"), email: b.text("email"), span: b.span }
}

pub(super) fn rights(b: &Fields<'_>) -> RightsDraft {
    RightsDraft {
        contact: b.text("contact"),
        responsible: b.text("responsible"),
        time_limit_days: b.number("time_limit_days"),
        objection: b.block("objection").as_ref().map(objection),
        span: b.span,
    }
}

pub(super) fn breach(b: &Fields<'_>) -> BreachDraft {
    BreachDraft {
        lead: b.text("lead"),
        report_to_ico_hours: b.number("report_to_ico_hours"),
        processor_hours: b.number("processor_hours"),
        register: b.text("register"),
        tell_people: b.text("tell_people"),
        span: b.span,
    }
}

pub(super) fn exit(b: &Fields<'_>) -> ExitDraft {
    ExitDraft {
        notice_months: b.number("notice_months"),
        return_or_delete: b.text("return_or_delete"),
        evidence: b.text("evidence"),
        access_revoked: b.text("access_revoked"),
        survives: b.text("survives"),
        span: b.span,
    }
}

pub(super) fn complaints(b: &Fields<'_>) -> ComplaintsDraft {
    ComplaintsDraft { route: b.text("route"), contact: b.text("contact"), acknowledge_days: b.number("acknowledge_days"), span: b.span }
}
