//! The keys of a lawful basis.

use super::Shape::{Block as In, Date, Form, Known, Text, TextOr, Texts, Word, YesNo};
use super::{Block, clause, key};
use crate::agreement::written::ARTICLE_10;

/// Letters of Article 6(1) UK GDPR.
const ARTICLE_6: [&str; 7] = ["a", "b", "c", "d", "e", "ea", "f"];

/// Letters of Article 9(2) UK GDPR.
const ARTICLE_9: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/// Ways to meet the duty of confidentiality; a pack may bring its own table.
const ROUTES: [&str; 7] = ["implied_consent", "explicit_consent", "s251", "statutory", "public_interest", "best_interests", "not_engaged"];

/// Reasons for which the national data opt-out does not apply; a pack may bring its own table.
const NDOO_REASONS: [&str; 7] =
    ["consent", "required_by_law", "overriding_public_interest", "communicable_disease_reg3", "anonymised", "individual_care", "policy_exemption"];

/// The recognised legitimate interests; a pack may bring its own table.
const RECOGNISED: [&str; 5] = ["public_task_request", "national_security", "emergencies", "crime", "safeguarding"];

pub(super) static BASIS: Block = Block {
    name: "basis",
    about: "The lawful basis of one purpose, for all parties or (for:) some of them: each has its own power.",
    keys: &[
        key("for", In(&clause::ORGANISATIONS), "Which parties it is for; left out: all.").example("{function: nhs}"),
        key("description", Text, "What is done and what for, with a verb and an object; \"to improve services\" says nothing."),
        key("article_6", Word(&ARTICLE_6), "Letter of UK GDPR Article 6(1). Public authorities at their tasks use e or c, never f or ea.").example("e"),
        key("article_9", Word(&ARTICLE_9), "Letter of UK GDPR Article 9(2): needed for health data and other special categories.").example("h"),
        key("schedule_1", Form("^P[1-3]\\.[0-9]{1,2}$"), "Condition of Data Protection Act 2018 Schedule 1, as part and paragraph: h needs P1.2.")
            .example("P1.2"),
        key("policy_document", In(&POLICY_DOCUMENT), "The appropriate policy document, needed with P1.1 and most of Part 2."),
        key("power", Text, "The statutory power, each party's own.").example("NHS Act 2006; Health and Social Care Act 2012 s251B"),
        key("necessity", Text, "Why less data, or data without names, would not do."),
        key("benefits", Text, "What people gain by it."),
        key("criminal_offence", In(&CRIMINAL), "Criminal offence data: on which ground it is used (UK GDPR Article 10)."),
        key("consent", In(&CONSENT), "Consent under Articles 6(1)(a) and 9(2)(a); not the consent of the duty of confidentiality."),
        key("assessed_by", Text, "Who assessed a legitimate interest (Article 6(1)(f)).").example("Data Protection Officer, 2026-02-10"),
        key("legitimate_interest", In(&INTEREST), "The assessment of a legitimate interest, in its three parts."),
        key("recognised_interest", Known(&RECOGNISED), "Which recognised legitimate interest, with Article 6(1)(ea); since 5 February 2026.")
            .example("safeguarding"),
        key("secrecy", Text, "Who owes professional secrecy (UK GDPR Article 9(3), Data Protection Act 2018 s11(1)).")
            .example("\"s11(1): professionals and staff under an equal duty\""),
        key("confidentiality", TextOr(&CONFIDENTIALITY), "How the common law duty of confidentiality is met: a route, or a block that begins with one.")
            .example("implied_consent"),
        key("ndoo", In(&NDOO), "The national data opt-out: needed for uses beyond individual care.").example("{applies: false, reason: individual_care}"),
        key("type_1", In(&TYPE_1), "Type 1 opt-outs: needed where practices' data is used beyond individual care."),
        key("objection", In(&OBJECTION), "How people object to this purpose, and who decides."),
        key("compatibility", Text, "Why a use other than the one the data was collected for is compatible."),
        key("automated_decisions", In(&AUTOMATED), "Decisions made solely by a machine (UK GDPR Articles 22A to 22D)."),
    ],
};

static POLICY_DOCUMENT: Block = Block {
    name: "policy_document",
    about: "An appropriate policy document (Data Protection Act 2018 Schedule 1 Part 4).",
    keys: &[key("ref", Text, "Its reference.").example("GM-APD-2"), key("review", Date, "When it is reviewed.").example("2027-04-01")],
};

static CRIMINAL: Block = Block {
    name: "criminal_offence",
    about: "On which ground criminal offence data is used (UK GDPR Article 10, Data Protection Act 2018 s10(5)).",
    keys: &[
        key("authority", Word(&ARTICLE_10), "Under official authority, or as a law authorises.").example("authorised_by_law"),
        key("schedule_1", Form("^P[1-3]\\.[0-9]{1,2}$"), "Condition of Data Protection Act 2018 Schedule 1.").example("P2.18"),
        key("data", Texts, "Which data categories hold it."),
    ],
};

static CONSENT: Block = Block {
    name: "consent",
    about: "Consent as a basis (UK GDPR Article 7).",
    keys: &[
        key("form_ref", Text, "The form.").example("GM-F-34"),
        key("obtained_by", Text, "Who asks for it."),
        key("recorded_in", Text, "Where it is recorded."),
        key("withdrawal", Text, "How it is withdrawn: as easily as it is given."),
        key("imbalance", Text, "Why it is freely given though one side is stronger."),
    ],
};

static INTEREST: Block = Block {
    name: "legitimate_interest",
    about: "The assessment of a legitimate interest.",
    keys: &[
        key("ref", Text, "Its reference.").example("GM-LIA-0007"),
        key("date", Date, "When it was made.").example("2026-02-10"),
        key("interest", Text, "Which interest, and whose."),
        key("necessity", Text, "Why the data is needed for it."),
        key("balance", Text, "How it weighs against the people concerned."),
    ],
};

static CONFIDENTIALITY: Block = Block {
    name: "confidentiality",
    about: "How the common law duty of confidentiality is met, with the evidence that the route needs.",
    keys: &[
        key("route", Known(&ROUTES), "implied_consent is for individual care only.").example("s251"),
        key("privacy_notice", Text, "Where people are told (implied_consent).").example("https://record.example.org/privacy"),
        key("form_ref", Text, "The consent form (explicit_consent).").example("GM-F-3"),
        key("withdrawal", Text, "How consent is withdrawn (explicit_consent)."),
        key("cag_ref", Text, "Reference of the Confidentiality Advisory Group (s251).").example("24/CAG/0001"),
        key("approved", Date, "When support was given (s251).").example("2026-02-01"),
        key("next_review", Date, "When it is reviewed, every year (s251).").example("2027-02-01"),
        key("identifiers", Texts, "Identifiers that were approved (s251).").example("[nhs_number, birth date]"),
        key("conditions", Text, "Conditions of the support (s251)."),
        key("ndoo_exemption", Text, "The exemption from the national data opt-out that was granted with it (s251)."),
        key("provision", Text, "The law that requires or allows it (statutory).").example("Health and Social Care Act 2012 s259"),
        key("rec_ref", Text, "Approval of the research ethics committee.").example("26/NW/0999"),
        key("iras_id", Text, "Number in the Integrated Research Application System.").example("\"999999\""),
        key("decision_log", Text, "Where each decision is recorded (public_interest)."),
        key("decided_by", Text, "Who decides for somebody who lacks capacity (best_interests)."),
        key("assessment_ref", Text, "The assessment that nothing confidential is left (not_engaged)."),
    ],
};

static NDOO: Block = Block {
    name: "ndoo",
    about: "Whether the national data opt-out applies.",
    keys: &[
        key("applies", YesNo, "true: the records of people who opted out are taken out.").example("false"),
        key("reason", Known(&NDOO_REASONS), "Why it does not apply.").example("individual_care"),
        key("applied_by", Text, "Who takes them out, and when."),
    ],
};

static TYPE_1: Block = Block {
    name: "type_1",
    about: "Type 1 opt-outs: objections, kept by the practice, to data leaving it for anything but the person's own care.",
    keys: &[
        key("respected", YesNo, "Whether they are respected.").example("true"),
        key("how", Text, "How.").example("applied at the practice before data leaves it"),
    ],
};

pub(super) static OBJECTION: Block = Block {
    name: "objection",
    about: "How people object, and who decides.",
    keys: &[
        key("route", Text, "The way to object."),
        key("decided_by", Text, "Who decides.").example("the controller that holds the data"),
        key("clinical_review", Text, "Which clinician looks at it."),
        key("codes", Texts, "Codes that record it.").example("[\"416409005\"]"),
    ],
};

static AUTOMATED: Block = Block {
    name: "automated_decisions",
    about: "Decisions made solely by a machine.",
    keys: &[key("used", YesNo, "Whether there are any.").example("false"), key("safeguards", Text, "How people are protected.")],
};
