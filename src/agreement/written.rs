//! An agreement as somebody wrote it. Everything may be missing; the rules say what must not be.

mod basis;
mod clauses;
mod confidentiality;
mod data;
mod governance;
mod handling;
mod parties;

pub use basis::{ARTICLE_10, AutomatedDecisionsDraft, BasisDraft, ConsentDraft, CriminalOffenceDraft, LegitimateInterestDraft, PolicyDocumentDraft};
pub use clauses::{BreakGlassDraft, ClauseDraft, ExceptDraft, ReleaseDraft, clause};
pub use confidentiality::{ConfidentialityDraft, NdooDraft, ObjectionDraft, TypeOneDraft};
pub use data::{DataDraft, DataQualityDraft, DisclosureControlDraft, ExclusionsDraft, IDENTIFIABILITY, IDENTIFIERS};
pub use governance::{
    BreachDraft, ComplaintsDraft, ContactDraft, DpiaDraft, ExitDraft, PublicationDraft, RESIDUAL_RISKS, RIGHTS, ReviewDraft, RevisionDraft, RightDraft,
    RightsDraft, SignatureDraft, SuspensionDraft,
};
pub use handling::{OnwardSharingDraft, RetentionDraft, SecurityDraft, TERRITORIES, TransferDraft, TransfersDraft};
pub use parties::{ARTICLE_28, AUTHORISATIONS, JointArrangementDraft, OrgSelectorDraft, PARTY_ROLES, PartyDraft, PartyRole, SubProcessor, WhoDraft};

use crate::identifier::Date;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Sink};

type Text = Option<Spanned<String>>;
type Day = Option<Spanned<Date>>;
type YesNo = Option<Spanned<bool>>;
type Number = Option<Spanned<u32>>;

/// Where an agreement stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Being written.
    Draft,
    /// Being agreed.
    InReview,
    /// Agreed.
    Signed,
    /// In use.
    Active,
    /// Not in use for a while.
    Suspended,
    /// Ended early.
    Terminated,
    /// Ended on its day.
    Expired,
    /// Another took its place.
    Superseded,
}

/// The words of `status:`.
pub const STATUSES: [(&str, Status); 8] = [
    ("draft", Status::Draft),
    ("in_review", Status::InReview),
    ("signed", Status::Signed),
    ("active", Status::Active),
    ("suspended", Status::Suspended),
    ("terminated", Status::Terminated),
    ("expired", Status::Expired),
    ("superseded", Status::Superseded),
];

impl Status {
    /// The word as written.
    pub fn name(self) -> &'static str {
        STATUSES.iter().find(|(_, status)| *status == self).map_or("", |(name, _)| name)
    }

    /// Drafts never grant; every other status grants within its term, so that last year is judged by what was in
    /// force then.
    pub fn grants(self) -> bool {
        !matches!(self, Self::Draft | Self::InReview)
    }
}

/// The words of `classification:`, the government security classifications that fit an agreement.
pub const CLASSIFICATIONS: [&str; 2] = ["OFFICIAL", "OFFICIAL-SENSITIVE"];

/// 1 a framework, 2 an agreement for a purpose, 3 an operational procedure.
fn tier(f: &Fields<'_>) -> Number {
    let tier = f.number("tier")?;
    if !(1..=3).contains(&tier.value) {
        f.sink().wrong(&f.place_of("tier"), tier.span, "1 (framework), 2 (agreement) or 3 (procedure)", "another number");
    }
    Some(tier)
}

/// An agreement as written.
#[derive(Clone, Debug)]
pub struct AgreementDraft {
    /// The whole document.
    pub node: Node,
    /// `agreement:`, or the file name where it is missing.
    pub id: Spanned<String>,
    /// Whether `agreement:` is written.
    pub id_written: bool,
    /// Title.
    pub title: Text,
    /// In plain English.
    pub summary: Text,
    /// Version, text.
    pub version: Text,
    /// Status.
    pub status: Option<Spanned<Status>>,
    /// 1 to 3.
    pub tier: Number,
    /// Agreement it inherits parties and prohibitions from.
    pub parent: Text,
    /// Agreements it replaces.
    pub supersedes: Vec<Spanned<String>>,
    /// First day.
    pub starts: Day,
    /// Last day.
    pub ends: Day,
    /// Cut short on.
    pub terminated_on: Day,
    /// When it granted nothing.
    pub suspended: Vec<SuspensionDraft>,
    /// When it is reviewed.
    pub review: Option<ReviewDraft>,
    /// OFFICIAL, OFFICIAL-SENSITIVE.
    pub classification: Text,
    /// Its versions so far.
    pub revisions: Vec<RevisionDraft>,
    /// How it is changed.
    pub change_control: Text,
    /// Whose data it is about: patients, residents, staff.
    pub people: Vec<Spanned<String>>,
    /// Where the public reads it.
    pub publication: Option<PublicationDraft>,
    /// Whom to write to.
    pub ig_lead: Option<ContactDraft>,
    /// Parties.
    pub parties: Vec<PartyDraft>,
    /// How joint controllers share their duties.
    pub joint_arrangement: Option<JointArrangementDraft>,
    /// Lawful bases.
    pub basis: Vec<BasisDraft>,
    /// Data items.
    pub data: Vec<DataDraft>,
    /// The list of codes that are left out.
    pub exclusions: Option<ExclusionsDraft>,
    /// Grants.
    pub grants: Vec<ClauseDraft>,
    /// Emergency access, in words.
    pub break_glass: Option<BreakGlassDraft>,
    /// Prohibitions.
    pub prohibits: Vec<ClauseDraft>,
    /// Releases.
    pub releases: Vec<ReleaseDraft>,
    /// Retention.
    pub retention: Vec<RetentionDraft>,
    /// How data is protected.
    pub security: Option<SecurityDraft>,
    /// Where data is held and goes.
    pub transfers: Option<TransfersDraft>,
    /// Whether data may be passed on.
    pub onward_sharing: Option<OnwardSharingDraft>,
    /// How people use their rights.
    pub rights: Option<RightsDraft>,
    /// What happens when data is lost or seen by the wrong person.
    pub breach: Option<BreachDraft>,
    /// What happens when it ends.
    pub exit: Option<ExitDraft>,
    /// Impact assessments.
    pub dpia: Vec<DpiaDraft>,
    /// How people complain.
    pub complaints: Option<ComplaintsDraft>,
    /// Who sees to it that data is right.
    pub data_quality: Option<DataQualityDraft>,
    /// Frameworks it relies on.
    pub frameworks: Vec<Spanned<String>>,
    /// Whether it has no live flow on purpose.
    pub dormant: YesNo,
    /// Signatures.
    pub signatures: Vec<SignatureDraft>,
}

impl AgreementDraft {
    /// Reads one agreement. `stem` is the file name without its ending, for documents that do not say their id.
    pub fn read(node: &Node, stem: &str, sink: &Sink) -> Option<Self> {
        let written_id = node.get("agreement").and_then(|id| id.as_text().map(|text| Spanned::new(text.to_owned(), id.span)));
        let id_written = written_id.is_some();
        let id = written_id.unwrap_or_else(|| Spanned::new(stem.to_owned(), Span::new(node.span.file, node.span.start as usize, node.span.start as usize)));
        let f = Fields::open(node, id.value.clone(), sink)?;
        let _ = f.text("agreement");
        Some(Self {
            node: node.clone(),
            id_written,
            title: f.text("title"),
            summary: f.text("summary"),
            version: f.text("version"),
            status: f.word("status", &STATUSES),
            tier: tier(&f),
            parent: f.text("parent"),
            supersedes: f.texts("supersedes"),
            starts: f.date("starts"),
            ends: f.date("ends"),
            terminated_on: f.date("terminated_on"),
            suspended: f.blocks("suspended").iter().map(governance::suspension).collect(),
            review: f.block("review").as_ref().map(governance::review),
            classification: f.one_of("classification", &CLASSIFICATIONS),
            revisions: f.blocks("revisions").iter().map(governance::revision).collect(),
            change_control: f.text("change_control"),
            people: f.texts("people"),
            publication: f.block("publication").as_ref().map(governance::publication),
            ig_lead: f.block("ig_lead").as_ref().map(governance::contact),
            parties: f.named("parties").into_iter().filter_map(|(name, node, place)| parties::party(name, node, place, sink)).collect(),
            joint_arrangement: f.block("joint_arrangement").as_ref().map(parties::joint_arrangement),
            basis: basis::bases(&f),
            data: f.named("data").into_iter().filter_map(|(name, node, place)| data::data(name, node, place, sink)).collect(),
            exclusions: f.block("exclusions").as_ref().map(data::exclusions),
            grants: f.named("grants").into_iter().filter_map(|(name, node, place)| clause(name, node, place, sink)).collect(),
            break_glass: f.block("break_glass").as_ref().map(clauses::break_glass),
            prohibits: f.named("prohibits").into_iter().filter_map(|(name, node, place)| clause(name, node, place, sink)).collect(),
            releases: f.named("releases").into_iter().map(|(name, node, place)| clauses::release(name, node, place)).collect(),
            retention: f.named("retention").into_iter().filter_map(|(name, node, place)| handling::retention(name, node, place, sink)).collect(),
            security: f.block("security").as_ref().map(handling::security),
            transfers: f.block("transfers").as_ref().map(handling::transfers),
            onward_sharing: f.block("onward_sharing").as_ref().map(handling::onward_sharing),
            rights: f.block("rights").as_ref().map(governance::rights),
            breach: f.block("breach").as_ref().map(governance::breach),
            exit: f.block("exit").as_ref().map(governance::exit),
            dpia: f.blocks("dpia").iter().map(governance::dpia).collect(),
            complaints: f.block("complaints").as_ref().map(governance::complaints),
            data_quality: f.block("data_quality").as_ref().map(data::quality),
            frameworks: f.texts("frameworks"),
            dormant: f.yes_no("flows_dormant"),
            signatures: f.blocks("signatures").iter().map(governance::signature).collect(),
            id,
        })
    }

    /// Whether it was ended early and does not say on which day: it then grants on none, and DOC-004 says so.
    pub fn ended_on_unknown_day(&self) -> bool {
        self.terminated_on.is_none() && self.status.as_ref().is_some_and(|status| status.value == Status::Terminated)
    }

    /// Where the document says its id (or begins).
    pub fn head(&self) -> Span {
        self.id.span
    }
}
