//! An agreement as somebody wrote it. Everything may be missing; the rules say what must not be.

use crate::identifier::{Date, OdsCode};
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
    fn read(fields: &Fields<'_>) -> Self {
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
    fn read(fields: &Fields<'_>) -> Self {
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
}

/// Somebody a processor engages.
#[derive(Clone, Debug)]
pub struct SubProcessor {
    /// Who.
    pub name: Text,
    /// Its code, if it has one.
    pub org: Text,
    /// `general` or `specific`.
    pub authorisation: Text,
    /// Whether the same duties are passed on.
    pub flow_down: YesNo,
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
    /// Appropriate policy document: its reference and review date.
    pub policy_document: Option<(Text, Day, Span)>,
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
    /// Type 1 opt-outs respected, and how.
    pub type_1: Option<(YesNo, Text)>,
    /// Objections to this purpose.
    pub objection: Option<ObjectionDraft>,
    /// Why a re-use is compatible.
    pub compatibility: Text,
    /// Solely automated decisions: used, safeguards.
    pub automated_decisions: Option<(YesNo, Text)>,
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
}

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
    /// How counts are made safe: method, threshold, assessment.
    pub disclosure_control: Option<(Text, Text, Text)>,
}

/// A grant or a prohibition.
#[derive(Clone, Debug)]
pub struct ClauseDraft {
    /// `g1`.
    pub name: Spanned<String>,
    /// `GM-DSA-0007/g1`.
    pub place: String,
    /// Its block.
    pub span: Span,
    /// Who.
    pub to: WhoDraft,
    /// Whether `to:` is written.
    pub has_to: bool,
    /// What.
    pub see: Vec<Spanned<String>>,
    /// What of it not, and for whom not.
    pub except: ExceptDraft,
    /// Whose.
    pub of: OrgSelectorDraft,
    /// What for.
    pub purposes: Vec<Spanned<String>>,
    /// What may be done.
    pub may: Vec<Spanned<String>>,
    /// In which form.
    pub form: Vec<Spanned<String>>,
    /// When.
    pub when: Text,
    /// Unless.
    pub unless: Text,
    /// Duties that come with it, by name.
    pub then: Vec<(Spanned<String>, Spanned<String>)>,
    /// First day, if later than the agreement's.
    pub starts: Day,
    /// Last day, if earlier.
    pub ends: Day,
    /// How far a prohibition reaches.
    pub scope: Text,
    /// Why.
    pub reason: Text,
}

/// What a clause leaves out.
#[derive(Clone, Debug, Default)]
pub struct ExceptDraft {
    /// Data categories.
    pub see: Vec<Spanned<String>>,
    /// Purposes.
    pub purposes: Vec<Spanned<String>>,
    /// Roles and organisations.
    pub who: Option<WhoDraft>,
}

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
}

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

/// A release as the agreement grants it; what happens to each column is the pseudonymiser's to read.
#[derive(Clone, Debug)]
pub struct ReleaseDraft {
    /// Its name.
    pub name: Spanned<String>,
    /// `GM-DSA-0021/phm-monthly`.
    pub place: String,
    /// Its block, whole.
    pub node: Node,
    /// The recipient.
    pub to: Text,
    /// What for.
    pub purpose: Text,
    /// In which form (default pseudonymised).
    pub form: Text,
    /// Categories that its columns name.
    pub categories: Vec<Spanned<String>>,
}

/// Where the public reads an agreement, and what of it.
#[derive(Clone, Debug)]
pub struct PublicationDraft {
    /// Where it is read.
    pub url: Text,
    /// Where people are told how their data is used.
    pub privacy_notice: Text,
    /// Blocks of the agreement that the published copy holds; none written: not said.
    pub includes: Vec<Spanned<String>>,
    /// Where it stands.
    pub span: Span,
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
    /// Suspended from, to.
    pub suspended: Vec<(Day, Day)>,
    /// Review: last, next, months.
    pub review: Option<(Day, Day, Number, Span)>,
    /// OFFICIAL, OFFICIAL-SENSITIVE.
    pub classification: Text,
    /// Where the public reads it, and the privacy notice.
    pub publication: Option<PublicationDraft>,
    /// Whom to write to.
    pub ig_lead: Option<(Text, Text)>,
    /// Parties.
    pub parties: Vec<PartyDraft>,
    /// `joint_arrangement`: rights contact, transparency, responsibilities, essence published.
    pub joint_arrangement: Option<(Text, Text, Text, Text, Span)>,
    /// Lawful bases.
    pub basis: Vec<BasisDraft>,
    /// Data items.
    pub data: Vec<DataDraft>,
    /// Exclusion list: name, version, date.
    pub exclusions: Option<(Text, Text, Day)>,
    /// Grants.
    pub grants: Vec<ClauseDraft>,
    /// Prohibitions.
    pub prohibits: Vec<ClauseDraft>,
    /// Releases.
    pub releases: Vec<ReleaseDraft>,
    /// Retention.
    pub retention: Vec<RetentionDraft>,
    /// Security: encryption in transit, at rest, authentication, audit to an individual, minimum DSPT.
    pub security: Option<(Text, Text, Text, Text, Text)>,
    /// Transfers: territory, countries.
    pub transfers: Option<(Text, Vec<TransferDraft>, Span)>,
    /// Onward sharing: allowed, recipients, conditions.
    pub onward_sharing: Option<(YesNo, Vec<Spanned<String>>, Text, Span)>,
    /// Rights: contact, responsible, days, objection.
    pub rights: Option<(Text, Text, Number, Option<ObjectionDraft>)>,
    /// Breach: lead, hours to the regulator, processor's hours, register, telling people.
    pub breach: Option<(Text, Number, Number, Text, Text, Span)>,
    /// Exit: notice months, return or delete, evidence, access revoked, survives.
    pub exit: Option<(Number, Text, Text, Text, Text)>,
    /// Impact assessments.
    pub dpia: Vec<DpiaDraft>,
    /// Complaints: route, contact, days to acknowledge.
    pub complaints: Option<(Text, Text, Number, Span)>,
    /// Data quality: responsible, corrections.
    pub data_quality: Option<(Text, Text)>,
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
            tier: f.number("tier"),
            parent: f.text("parent"),
            supersedes: f.texts("supersedes"),
            starts: f.date("starts"),
            ends: f.date("ends"),
            terminated_on: f.date("terminated_on"),
            suspended: f
                .blocks("suspended")
                .iter()
                .map(|b| {
                    let _ = b.text("reason");
                    (b.date("from"), b.date("to"))
                })
                .collect(),
            review: f.block("review").map(|b| (b.date("last"), b.date("next"), b.number("cycle_months"), b.span)),
            classification: f.text("classification"),
            publication: f.block("publication").map(|b| PublicationDraft {
                url: b.text("url"),
                privacy_notice: b.text("privacy_notice"),
                includes: b.texts("includes"),
                span: b.span,
            }),
            ig_lead: f.block("ig_lead").map(|b| (b.text("role"), b.text("email"))),
            parties: f.named("parties").into_iter().filter_map(|(name, node, place)| party(name, node, place, sink)).collect(),
            joint_arrangement: f
                .block("joint_arrangement")
                .map(|b| (b.text("rights_contact"), b.text("transparency"), b.text("responsibilities"), b.text("essence_published"), b.span)),
            basis: bases(&f),
            data: f.named("data").into_iter().filter_map(|(name, node, place)| data(name, node, place, sink)).collect(),
            exclusions: f.block("exclusions").map(|b| (b.text("list"), b.text("version"), b.date("date"))),
            grants: f.named("grants").into_iter().filter_map(|(name, node, place)| clause(name, node, place, sink)).collect(),
            prohibits: f.named("prohibits").into_iter().filter_map(|(name, node, place)| clause(name, node, place, sink)).collect(),
            releases: f.named("releases").into_iter().map(|(name, node, place)| release(name, node, place)).collect(),
            retention: f.named("retention").into_iter().filter_map(|(name, node, place)| retention(name, node, place, sink)).collect(),
            security: f.block("security").map(|b| {
                (b.text("encryption_in_transit"), b.text("encryption_at_rest"), b.text("authentication"), b.text("audit_to_individual"), b.text("minimum_dspt"))
            }),
            transfers: f.block("transfers").map(|b| (b.text("territory"), b.blocks("countries").iter().map(transfer).collect(), b.span)),
            onward_sharing: f.block("onward_sharing").map(|b| (b.yes_no("allowed"), b.texts("recipients"), b.text("conditions"), b.span)),
            rights: f
                .block("rights")
                .map(|b| (b.text("contact"), b.text("responsible"), b.number("time_limit_days"), b.block("objection").as_ref().map(objection))),
            breach: f
                .block("breach")
                .map(|b| (b.text("lead"), b.number("report_to_ico_hours"), b.number("processor_hours"), b.text("register"), b.text("tell_people"), b.span)),
            exit: f
                .block("exit")
                .map(|b| (b.number("notice_months"), b.text("return_or_delete"), b.text("evidence"), b.text("access_revoked"), b.text("survives"))),
            dpia: f.blocks("dpia").iter().map(dpia).collect(),
            complaints: f.block("complaints").map(|b| (b.text("route"), b.text("contact"), b.number("acknowledge_days"), b.span)),
            data_quality: f.block("data_quality").map(|b| (b.text("responsible"), b.text("corrections"))),
            frameworks: f.texts("frameworks"),
            dormant: f.yes_no("flows_dormant"),
            signatures: f.blocks("signatures").iter().map(signature).collect(),
            id,
        })
    }

    /// Where the document says its id (or begins).
    pub fn head(&self) -> Span {
        self.id.span
    }
}

fn party(name: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<PartyDraft> {
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
            .map(|b| SubProcessor { name: b.text("name"), org: b.text("org"), authorisation: b.text("authorisation"), flow_down: b.yes_no("flow_down") })
            .collect(),
        standards: f.texts("standards"),
        name,
    })
}

fn bases(f: &Fields<'_>) -> Vec<BasisDraft> {
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
        policy_document: b.block("policy_document").map(|p| (p.text("ref"), p.date("review"), p.span)),
        power: b.text("power"),
        assessed_by: b.text("assessed_by"),
        recognised_interest: b.text("recognised_interest"),
        secrecy: b.text("secrecy"),
        confidentiality: confidentiality(b),
        ndoo: b.block("ndoo").map(|n| NdooDraft { applies: n.yes_no("applies"), reason: n.text("reason"), span: n.span }),
        type_1: b.block("type_1").map(|t| (t.yes_no("respected"), t.text("how"))),
        objection: b.block("objection").as_ref().map(objection),
        compatibility: b.text("compatibility"),
        automated_decisions: b.block("automated_decisions").map(|a| (a.yes_no("used"), a.text("safeguards"))),
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

fn objection(b: &Fields<'_>) -> ObjectionDraft {
    ObjectionDraft { route: b.text("route"), decided_by: b.text("decided_by"), clinical_review: b.text("clinical_review") }
}

fn data(node_name: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<DataDraft> {
    let f = Fields::open(node, place, sink)?;
    Some(DataDraft {
        span: f.span,
        identifiability: f.text("identifiability"),
        justification: f.text("justification"),
        source_system: f.text("source_system"),
        code_system: f.text("code_system"),
        free_text: f.text("free_text"),
        third_party: f.text("third_party"),
        key_holder: f.text("key_holder"),
        disclosure_control: f.block("disclosure_control").map(|d| (d.text("method"), d.text("threshold"), d.text("assessment"))),
        node: node_name,
    })
}

/// Reads a grant or prohibition; `guards.yaml` uses it too.
pub fn clause(name: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<ClauseDraft> {
    let f = Fields::open(node, place.clone(), sink)?;
    let to = f.block("to");
    let except = f.get("except").map_or_else(ExceptDraft::default, |written| {
        if written.as_map().is_some() {
            let Some(inner) = f.block("except") else { return ExceptDraft::default() };
            let who = WhoDraft::read(&inner);
            let named = !who.role.is_empty() || !who.at.function.is_empty() || !who.at.within.is_empty() || !who.at.org.is_empty();
            ExceptDraft { see: inner.texts("see"), purposes: inner.texts("for"), who: named.then_some(who) }
        } else {
            ExceptDraft { see: f.texts("except"), ..ExceptDraft::default() }
        }
    });
    let then = f
        .get("then")
        .map(|node| {
            let Some(entries) = node.as_map() else {
                sink.wrong(&format!("{place}/then"), node.span, "a block of duties", node.kind_in_words());
                return Vec::new();
            };
            entries
                .iter()
                .filter_map(|(key, value)| match value.as_text() {
                    Some(text) => Some((Spanned::new(key.text.clone(), key.span), Spanned::new(text.to_owned(), value.span))),
                    None => {
                        sink.wrong(&format!("{place}/then/{}", key.text), value.span, "a single value", value.kind_in_words());
                        None
                    }
                })
                .collect()
        })
        .unwrap_or_default();
    Some(ClauseDraft {
        span: f.span,
        has_to: to.is_some(),
        to: to.as_ref().map(WhoDraft::read).unwrap_or_default(),
        see: f.texts("see"),
        except,
        of: f.block("of").as_ref().map(OrgSelectorDraft::read).unwrap_or_default(),
        purposes: f.texts("for"),
        may: f.texts("may"),
        form: f.texts("form"),
        when: f.text("when"),
        unless: f.text("unless"),
        then,
        starts: f.date("starts"),
        ends: f.date("ends"),
        scope: f.text("scope"),
        reason: f.text("reason"),
        name,
        place,
    })
}

fn release(name: Spanned<String>, node: &Node, place: String) -> ReleaseDraft {
    let text = |key: &str| node.get(key).and_then(|value| value.as_text().map(|text| Spanned::new(text.to_owned(), value.span)));
    let mut categories = Vec::new();
    let mut columns = |block: Option<&Node>| {
        for (_, column) in block.and_then(Node::as_map).unwrap_or_default() {
            if let Some((category, value)) = column.get("category").and_then(|value| value.as_text().map(|text| (text.to_owned(), value))) {
                categories.push(Spanned::new(category, value.span));
            }
        }
    };
    columns(node.get("columns"));
    for (_, table) in node.get("tables").and_then(Node::as_map).unwrap_or_default() {
        columns(table.get("columns"));
    }
    ReleaseDraft { to: text("to"), purpose: text("for"), form: text("form"), categories, node: node.clone(), name, place }
}

fn retention(class: Spanned<String>, node: &Node, place: String, sink: &Sink) -> Option<RetentionDraft> {
    let f = Fields::open(node, place, sink)?;
    Some(RetentionDraft { span: f.span, keep: f.text("keep"), after: f.text("after"), then: f.text("then"), reason: f.text("reason"), class })
}

fn transfer(b: &Fields<'_>) -> TransferDraft {
    TransferDraft {
        span: b.span,
        country: b.text("country"),
        mechanism: b.text("mechanism"),
        risk_assessment: b.text("risk_assessment"),
        remote_access: b.yes_no("remote_access"),
    }
}

fn dpia(b: &Fields<'_>) -> DpiaDraft {
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

fn signature(b: &Fields<'_>) -> SignatureDraft {
    SignatureDraft { span: b.span, org: b.ods("org"), position: b.text("position"), date: b.date("date"), method: b.text("method"), terms: b.text("terms") }
}
