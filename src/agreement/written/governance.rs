//! How an agreement is looked after, as somebody wrote it: review, impact assessment, rights, incidents, end, signatures.

use super::confidentiality::objection;
use super::{Day, Number, ObjectionDraft, Text};
use crate::identifier::OdsCode;
use crate::source::{Span, Spanned};
use crate::yaml::Fields;

/// The words of `residual_risk:`.
pub const RESIDUAL_RISKS: [&str; 3] = ["low", "medium", "high"];

/// One impact assessment.
#[derive(Clone, Debug)]
pub struct DpiaDraft {
    /// Its block.
    pub span: Span,
    /// Reference.
    pub reference: Text,
    /// Version.
    pub version: Text,
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
    /// Who in person; the position says enough.
    pub signatory: Text,
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
        version: b.text("version"),
        purposes: b.texts("purposes"),
        approved: b.date("approved"),
        approved_by: b.text("approved_by"),
        next_review: b.date("next_review"),
        residual_risk: b.one_of("residual_risk", &RESIDUAL_RISKS),
        consultation_ref: b.text("consultation_ref"),
        url: b.text("url"),
    }
}

pub(super) fn signature(b: &Fields<'_>) -> SignatureDraft {
    SignatureDraft {
        span: b.span,
        org: b.ods("org"),
        signatory: b.text("name"),
        position: b.text("position"),
        date: b.date("date"),
        method: b.text("method"),
        terms: b.text("terms"),
    }
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

/// One version of an agreement: a row of its table of changes.
#[derive(Clone, Debug)]
pub struct RevisionDraft {
    /// Which.
    pub version: Text,
    /// When.
    pub date: Day,
    /// What changed.
    pub detail: Text,
    /// Its block.
    pub span: Span,
}

pub(super) fn revision(b: &Fields<'_>) -> RevisionDraft {
    RevisionDraft { version: b.text("version"), date: b.date("date"), detail: b.text("detail"), span: b.span }
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
    /// What the public register says of it, where that is not the agreement's summary.
    pub summary: Text,
    /// Parts that are not published: security and storage never are.
    pub withhold: Vec<Spanned<String>>,
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
    /// Who answers for one right in particular, by the words of [`RIGHTS`].
    pub each: Vec<RightDraft>,
    /// Its block.
    pub span: Span,
}

/// Rights that an agreement may say something of each for itself, beside the right to object.
pub const RIGHTS: [&str; 7] = ["information", "access", "rectification", "erasure", "restriction", "portability", "automated_decisions"];

/// One right: who answers, and how.
#[derive(Clone, Debug)]
pub struct RightDraft {
    /// Which.
    pub right: &'static str,
    /// Who answers.
    pub responsible: Text,
    /// How.
    pub how: Text,
    /// Its block.
    pub span: Span,
}

fn right(right: &'static str, b: &Fields<'_>) -> RightDraft {
    RightDraft { right, responsible: b.text("responsible"), how: b.text("how"), span: b.span }
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
    /// Who else is told: the Department of Health and Social Care, a commissioner.
    pub other_reporting: Text,
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
    /// What may lawfully be kept.
    pub kept: Text,
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
    PublicationDraft { url: b.text("url"), privacy_notice: b.text("privacy_notice"), summary: b.text("summary"), withhold: b.texts("withhold"), span: b.span }
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
        each: RIGHTS.into_iter().filter_map(|right| b.block(right).map(|inner| self::right(right, &inner))).collect(),
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
        other_reporting: b.text("other_reporting"),
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
        kept: b.text("kept"),
        span: b.span,
    }
}

pub(super) fn complaints(b: &Fields<'_>) -> ComplaintsDraft {
    ComplaintsDraft { route: b.text("route"), contact: b.text("contact"), acknowledge_days: b.number("acknowledge_days"), span: b.span }
}
