//! The keys of what is done with data: items, retention, security, transfers, rights, incidents, end.

use super::Shape::{Block as In, Blocks, Date, Known, Number, Text, Texts, Word, YesNo};
use super::{Block, MOST, basis, key};
use crate::agreement::written::{IDENTIFIABILITY, IDENTIFIERS, TERRITORIES};

pub(super) static DATA: Block = Block {
    name: "data",
    about: "One data category of the vocabulary, with the reason why it is needed.",
    keys: &[
        key("identifiability", Word(&IDENTIFIABILITY), "How far it says whose it is, in the hands of those who get it.").required().example("identifiable"),
        key("justification", Text, "Why it is needed.").required().example("safe prescribing"),
        key("source_system", Text, "Where it comes from.").example("GP systems"),
        key("code_system", Text, "How it is coded.").example("SNOMED CT"),
        key("identifier", Word(&IDENTIFIERS), "The identifier it comes with.").example("nhs_number"),
        key("sensitivity", Text, "What makes it more sensitive than its category."),
        key("quality", Text, "How its quality is kept."),
        key("free_text", Text, "The free text or images among it, and what is done about them: coded exclusions do not reach them."),
        key("third_party", Text, "Data about others among it: next of kin, carers, staff."),
        key("key_holder", Text, "Who holds the key of pseudonyms; never the recipient.").example("8XX01"),
        key("legal_route", Text, "The legal route, where a law restricts it."),
        key("approved_by", Text, "Who approved that route."),
        key("disclosure_control", In(&DISCLOSURE), "How counts are made safe to show."),
    ],
};

static DISCLOSURE: Block = Block {
    name: "disclosure_control",
    about: "How counts are made safe to show.",
    keys: &[
        key("method", Text, "How.").example("rounding"),
        key("threshold", Text, "The smallest count that is shown.").example("\"10\""),
        key("assessment", Text, "Reference of the assessment that says it is enough.").example("GM-DCA-4"),
    ],
};

pub(super) static EXCLUSIONS: Block = Block {
    name: "exclusions",
    about: "The list of codes that are left out. Lists are local and change, so it has a version.",
    keys: &[
        key("list", Text, "Its name.").example("RCGP sensitive exclusion sets"),
        key("version", Text, "Its version.").example("\"2025.2\""),
        key("date", Date, "Its date.").example("2025-11-01"),
    ],
};

pub(super) static RETENTION: Block = Block {
    name: "retention",
    about: "How long one kind of data is kept: a duration, what it counts from, and what happens then.",
    keys: &[
        key("keep", Text, "How long, in days, weeks, months or years.").required().example("8 years"),
        key("after", Text, "After what.").required().example("last contact"),
        key("then", Text, "What happens then.").required().example("review and destroy"),
        key("reason", Text, "Why longer than the source keeps it."),
        key("evidence", Text, "What shows that it was done.").example("certificate of destruction"),
    ],
};

pub(super) static SECURITY: Block = Block {
    name: "security",
    about: "How data is protected. Never published.",
    keys: &[
        key("encryption_in_transit", Text, "How it is encrypted on its way.").example("TLS 1.3"),
        key("encryption_at_rest", Text, "How it is encrypted where it lies.").example("AES-256"),
        key("authentication", Text, "How people prove who they are.").example("individual accounts"),
        key("multi_factor", YesNo, "Whether a second factor is asked for.").example("true"),
        key("audit_to_individual", Text, "How every access can be traced to one person."),
        key("certifications", Texts, "Certificates.").example("[Cyber Essentials Plus, ISO 27001]"),
        key("clinical_safety", Text, "How clinical safety is assured.").example("DCB0129 by the supplier, DCB0160 by each provider"),
        key("training", Text, "Which training staff have had."),
        key(
            "minimum_dspt",
            Known(&["Standards Met", "Standards Exceeded", "Approaching Standards"]),
            "The lowest status of the Data Security and Protection Toolkit that will do.",
        )
        .example("Standards Met"),
    ],
};

pub(super) static TRANSFERS: Block = Block {
    name: "transfers",
    about: "Where data is held, and where else it goes or is seen from.",
    keys: &[
        key("territory", Word(&TERRITORIES), "Where it is held: UK, EEA, a country with adequacy regulations, or elsewhere.").example("UK"),
        key("countries", Blocks(&TRANSFER), "Where else it goes. To see it from there counts."),
    ],
};

static TRANSFER: Block = Block {
    name: "transfer",
    about: "A country that data goes to or is seen from.",
    keys: &[
        key("country", Text, "Which.").required().example("Ireland"),
        key("mechanism", Known(&["adequacy", "idta", "addendum", "bcr", "derogation"]), "Transfer mechanism (UK GDPR Articles 45 to 49).").example("idta"),
        key("risk_assessment", Text, "Reference of the transfer risk assessment.").example("GM-TRA-1"),
        key("remote_access", YesNo, "Whether it is only seen from there.").example("true"),
        key("derogation", Text, "Which derogation of Article 49, where that is the mechanism."),
    ],
};

pub(super) static ONWARD: Block = Block {
    name: "onward_sharing",
    about: "Whether data may be passed on.",
    keys: &[
        key("allowed", YesNo, "false is the rule.").required().example("false"),
        key("recipients", Texts, "To whom."),
        key("conditions", Text, "On which conditions."),
        key("legal_basis", Text, "On which legal basis."),
        key("flow_down", YesNo, "Whether the same duties are passed on.").example("true"),
        key("approved_by", Text, "Who approves it, by which terms of reference."),
        key("sub_licence", Text, "The template of the sub-licence."),
        key("confidentiality", Text, "How the duty of confidentiality is met."),
    ],
};

pub(super) static RIGHTS: Block = Block {
    name: "rights",
    about: "How people use their rights.",
    keys: &[
        key("contact", Text, "The single contact point.").example("rights@record.example.org"),
        key("responsible", Text, "Who answers.").example("the controller that holds the data"),
        key("time_limit_days", Number(0, MOST), "Within how many days: a month.").example("30"),
        key("objection", In(&basis::OBJECTION), "How people object."),
        key("information", In(&RIGHT), "To be told (Articles 13 and 14)."),
        key("access", In(&RIGHT), "To see it (Article 15)."),
        key("rectification", In(&RIGHT), "To have it put right (Article 16)."),
        key("erasure", In(&RIGHT), "To have it erased (Article 17)."),
        key("restriction", In(&RIGHT), "To have its use restricted (Article 18)."),
        key("portability", In(&RIGHT), "To take it elsewhere (Article 20)."),
        key("automated_decisions", In(&RIGHT), "Not to be decided on by a machine alone (Articles 22A to 22D)."),
    ],
};

static RIGHT: Block =
    Block { name: "right", about: "One right: who answers, and how.", keys: &[key("responsible", Text, "Who answers."), key("how", Text, "How.")] };

pub(super) static BREACH: Block = Block {
    name: "breach",
    about: "What happens when data is lost, or seen by somebody who must not (UK GDPR Articles 33 and 34).",
    keys: &[
        key("lead", Text, "Who leads.").example("the controller where it happened"),
        key("report_to_ico_hours", Number(0, MOST), "Hours within which the regulator is told: at most 72.").example("72"),
        key("processor_hours", Number(0, MOST), "Hours within which a processor tells the controller: 24 is common.").example("24"),
        key("register", Text, "Where every incident is recorded.").example("GM-BR"),
        key("tell_people", Text, "When the people concerned are told.").example("where the risk to them is high"),
        key("other_reporting", Text, "Who else is told."),
    ],
};

pub(super) static EXIT: Block = Block {
    name: "exit",
    about: "What happens when the agreement ends, or a party leaves.",
    keys: &[
        key("notice_months", Number(0, MOST), "Months of notice.").example("3"),
        key("return_or_delete", Text, "What becomes of the data."),
        key("evidence", Text, "What shows it.").example("certificate of destruction"),
        key("access_revoked", Text, "When access ends.").example("on the day of leaving"),
        key("survives", Text, "What goes on.").example("confidentiality"),
        key("kept", Text, "What may lawfully be kept."),
    ],
};

pub(super) static COMPLAINTS: Block = Block {
    name: "complaints",
    about: "How people complain (Data Protection Act 2018 s164A, since 19 June 2026).",
    keys: &[
        key("route", Text, "The way to complain, the local one first."),
        key("contact", Text, "Where to.").example("complaints@record.example.org"),
        key("acknowledge_days", Number(0, MOST), "Days within which it is acknowledged: at most 30.").example("30"),
    ],
};

pub(super) static QUALITY: Block = Block {
    name: "data_quality",
    about: "Who sees to it that data is right.",
    keys: &[key("responsible", Text, "Who."), key("corrections", Text, "How corrections reach those who have a copy.")],
};
