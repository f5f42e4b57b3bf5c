//! The keys of an agreement: what it is, who is party to it, how it is looked after.

use super::Shape::{Block as In, Blocks, Date, Form, Known, Named, NamedBlocks, Number, Text, Texts, Word, Words, YesNo};
use super::clause::{FUNCTION, IN, ORG, WHO, except};
use super::{Block, MOST, basis, clause, handling, key, release, words};
use crate::agreement::written::{ARTICLE_28, AUTHORISATIONS, CLASSIFICATIONS, PARTY_ROLES, RESIDUAL_RISKS, STATUSES};

const STATUS_WORDS: [&str; 8] = words(&STATUSES);
const ROLE_WORDS: [&str; 4] = words(&PARTY_ROLES);

pub(super) static AGREEMENT: Block = Block {
    name: "agreement",
    about: "A data-sharing agreement: who may see what of whom, for what, on which basis, from when to when.",
    keys: &[
        key("agreement", Text, "The id of the agreement, stable for its whole life. Capital letters, digits and hyphens.").required().example("GM-DSA-0007"),
        key("title", Text, "What the agreement is called.").required().example("Shared care record, direct care"),
        key("summary", Text, "What it means for people, in plain English: the public register prints it."),
        key("version", Text, "The version. Text, so that 3.10 is not 3.1: put it in quotes.").required().example("\"3.1\""),
        key("status", Word(&STATUS_WORDS), "Where it stands in its life. draft and in_review never grant anything; every other status grants within the term.")
            .required()
            .example("active"),
        key("tier", Number(1, 3), "1 a framework that others inherit from, 2 an agreement for a purpose, 3 an operational procedure.").example("2"),
        key("parent", Text, "Id of the agreement from which parties and prohibitions (never grants) are inherited.").example("GM-ISF-0001"),
        key("supersedes", Texts, "Ids of the agreements whose place it takes.").example("[GM-DSA-0003]"),
        key("starts", Date, "First day on which it grants anything.").required().example("2026-04-01"),
        key("ends", Date, "Last day on which it grants anything.").example("2028-03-31"),
        key("terminated_on", Date, "Last day, where it ended early. An agreement with the status terminated grants on no day until this is written.")
            .example("2027-06-30"),
        key("suspended", Blocks(&SUSPENSION), "Days within the term on which it grants nothing."),
        key("review", In(&REVIEW), "When it was reviewed, and when it is reviewed next.")
            .required()
            .example("{last: 2026-04-01, next: 2027-04-01, cycle_months: 12}"),
        key("revisions", Blocks(&REVISION), "Its versions so far, as in the table of changes of a document."),
        key("change_control", Text, "How it is changed, and who has to agree."),
        key("classification", Word(&CLASSIFICATIONS), "Government security classification of the document.").example("OFFICIAL"),
        key("people", Texts, "Whose data it is about (the categories of people of a record of processing, UK GDPR Article 30).")
            .example("[patients, residents, staff]"),
        key("publication", In(&PUBLICATION), "Where the public can read it."),
        key("ig_lead", In(&CONTACT), "Whom to write to about it: the information governance lead. Not part of the terms that are signed."),
        key("parties", Named(&PARTY), "Groups of organisations, each under a name of your choice.")
            .example("{providers: {function: nhs, in: gm, as: joint_controller, joined: accessions/0007.csv}}"),
        key("joint_arrangement", In(&JOINT), "How joint controllers share their duties (UK GDPR Article 26). Needed where a group is joint_controller."),
        key("basis", NamedBlocks(&basis::BASIS), "The lawful basis, by purpose of the vocabulary; several entries where kinds of party have their own."),
        key("data", Named(&handling::DATA), "The data, by category of the vocabulary, each with the reason why it is needed."),
        key("exclusions", In(&handling::EXCLUSIONS), "The list of sensitive codes that are left out, with its version."),
        key("grants", Named(&clause::CLAUSE), "Who may see what: each grant under a name of your choice (g1), which findings and tests use."),
        key("break_glass", In(&clause::BREAK_GLASS), "Emergency access in words. What opens it is a grant with such a condition and its duties."),
        key("prohibits", Named(&clause::CLAUSE), "What may not be seen: a prohibition overrides every grant it reaches."),
        key("releases", Named(&release::RELEASE), "Extracts that are released, column by column."),
        key("retention", Named(&handling::RETENTION), "How long each kind of data is kept, under a name of your choice."),
        key("security", In(&handling::SECURITY), "How data is protected. Never published."),
        key("transfers", In(&handling::TRANSFERS), "Where data is held, and where else it goes or is seen from."),
        key("onward_sharing", In(&handling::ONWARD), "Whether data may be passed on.").example("{allowed: false}"),
        key("rights", In(&handling::RIGHTS), "How people use their rights."),
        key("breach", In(&handling::BREACH), "What happens when data is lost, or seen by somebody who must not."),
        key("exit", In(&handling::EXIT), "What happens when it ends, or a party leaves."),
        key("dpia", Blocks(&DPIA), "Data protection impact assessments: one for each purpose, or one that names the purposes."),
        key("complaints", In(&handling::COMPLAINTS), "How people complain (Data Protection Act 2018 s164A)."),
        key("data_quality", In(&handling::QUALITY), "Who sees to it that data is right, and how corrections reach those who have a copy."),
        key("frameworks", Texts, "Frameworks it relies on; care across a border cites both sides'.").example("[GM-ISF-0001]"),
        key("flows_dormant", YesNo, "true if no data flows under it, on purpose.").example("true"),
        key("signatures", Blocks(&SIGNATURE), "Who signed, where that is not in a file of accessions."),
    ],
};

static SUSPENSION: Block = Block {
    name: "suspension",
    about: "Days within the term on which the agreement grants nothing.",
    keys: &[
        key("from", Date, "First such day; the first of all where it is left out.").example("2026-05-04"),
        key("to", Date, "Last such day; left out while it lasts.").example("2026-05-05"),
        key("reason", Text, "Why."),
    ],
};

static REVIEW: Block = Block {
    name: "review",
    about: "When the agreement is reviewed.",
    keys: &[
        key("last", Date, "When it was last reviewed.").example("2026-04-01"),
        key("next", Date, "When it is next reviewed: not more than 24 months after the last one.").example("2027-04-01"),
        key("cycle_months", Number(0, MOST), "How often, in months: 12 is usual, up to 24 for direct care.").example("12"),
    ],
};

static REVISION: Block = Block {
    name: "revision",
    about: "One version of the agreement.",
    keys: &[key("version", Text, "Which.").example("\"3.0\""), key("date", Date, "When.").example("2026-02-02"), key("detail", Text, "What changed.")],
};

static PUBLICATION: Block = Block {
    name: "publication",
    about: "Where the public can read the agreement.",
    keys: &[
        key("url", Text, "The agreement itself.").example("https://record.example.org/agreements/GM-DSA-0007"),
        key("privacy_notice", Text, "The notice that tells people.").example("https://record.example.org/privacy"),
        key("summary", Text, "What the public register says of it, where that is not the agreement's summary."),
        key("withhold", Texts, "Blocks that are not published; security never is.").example("[security]"),
    ],
};

pub(super) static CONTACT: Block = Block {
    name: "contact",
    about: "Whom to write to: a role and its mailbox, not a person.",
    keys: &[
        key("role", Text, "The role.").example("Information governance lead"),
        key("email", Text, "Its mailbox, on the organisation's own domain.").example("ig@record.example.org"),
    ],
};

static PARTY: Block = Block {
    name: "party",
    about: "A group of parties. `function`, `in` and `org` say who belongs to it and are joined by \"and\".",
    keys: &[
        key("name", Text, "The legal name of the organisation that `org` names, as the document writes it; the register is the authority.")
            .example("Synthetic Elm Trust"),
        FUNCTION,
        IN,
        ORG,
        except(&WHO),
        key("as", Word(&ROLE_WORDS), "What they are under this agreement.").example("joint_controller"),
        key("gives", YesNo, "Whether they give data. Left out: controllers do.").example("true"),
        key("gets", YesNo, "Whether they get data. Left out: all but processors do.").example("true"),
        key("joined", Text, "How they joined: a file of accessions inside the pack, or on_start. Who is not in the file is not covered.")
            .example("accessions/0007.csv"),
        key("contract", Text, "Reference of the processor's contract.").example("GM-CON-12"),
        key("clauses", Words(&ARTICLE_28), "Which of the twelve items of UK GDPR Article 28(3) the contract has."),
        key("sub_processors", Blocks(&SUB_PROCESSOR), "Whom the processor engages."),
        key("standards", Texts, "Standards that the supplier meets.").example("[DCB0129, DCB0160]"),
        key("contacts", In(&CONTACTS), "Whom to write to, where the register does not say it. Not part of the terms that are signed."),
    ],
};

static CONTACTS: Block = Block {
    name: "contacts",
    about: "Offices and their mailboxes. The Data Protection Officer is neither the SIRO nor the Caldicott Guardian.",
    keys: &[
        key("caldicott_guardian", In(&CONTACT), "The Caldicott Guardian."),
        key("siro", In(&CONTACT), "The Senior Information Risk Owner."),
        key("dpo", In(&CONTACT), "The Data Protection Officer."),
        key("ig_lead", In(&CONTACT), "The information governance lead."),
    ],
};

static SUB_PROCESSOR: Block = Block {
    name: "sub_processor",
    about: "Somebody a processor engages (UK GDPR Article 28(2) and (4)).",
    keys: &[
        key("name", Text, "Who.").example("Example Hosting"),
        key("org", Text, "Its code, if it has one.").example("8XX02"),
        key("service", Text, "What it does.").example("data centres"),
        key("country", Text, "Where it does it.").example("UK"),
        key("authorisation", Word(&AUTHORISATIONS), "Whether it was agreed to by name (specific), or changes are announced (general).").example("specific"),
        key("flow_down", YesNo, "Whether it has the same duties as the processor.").example("true"),
    ],
};

static JOINT: Block = Block {
    name: "joint_arrangement",
    about: "How joint controllers share their duties (UK GDPR Article 26).",
    keys: &[
        key("rights_contact", Text, "Where people turn to.").example("rights@record.example.org"),
        key("transparency", Text, "Who tells people what is done with their data."),
        key("responsibilities", Text, "Who answers for what."),
        key("essence_published", Text, "Where the essence of the arrangement is made available to people."),
        key("processor_instructions", Text, "How processors get their instructions."),
        key("between_members", Text, "How members share among each other."),
    ],
};

static DPIA: Block = Block {
    name: "dpia",
    about: "A data protection impact assessment (UK GDPR Articles 35 and 36).",
    keys: &[
        key("ref", Text, "Its reference.").example("GM-DPIA-0007"),
        key("version", Text, "Its version.").example("\"1.2\""),
        key("purposes", Texts, "Purposes it covers; left out: all of the agreement.").example("[individual_care]"),
        key("approved", Date, "When it was approved: before the agreement starts.").example("2026-03-02"),
        key("approved_by", Text, "By whom.").example("Data Protection Officer and Caldicott Guardian"),
        key("next_review", Date, "When it is reviewed next.").example("2027-03-02"),
        key("residual_risk", Word(&RESIDUAL_RISKS), "The risk that is left. high needs the regulator's advice first.").example("medium"),
        key("consultation_ref", Text, "Reference of the consultation of the regulator (Article 36)."),
        key("url", Text, "Where it is published.").example("https://record.example.org/dpia/GM-DPIA-0007"),
    ],
};

static SIGNATURE: Block = Block {
    name: "signature",
    about: "A signature. Not part of the terms that are signed.",
    keys: &[
        key("org", Text, "Code of the organisation that signed.").example("8XX01"),
        key("name", Text, "Who signed, if the position does not say enough. It is printed with the agreement."),
        key("position", Text, "In which position.").example("SIRO"),
        key("date", Date, "When.").example("2026-03-20"),
        key("method", Known(&["wet", "electronic"]), "How.").example("electronic"),
        key(
            "terms",
            Form("^sha256:[0-9a-f]{64}$"),
            "Digest of the terms that were signed; `carepact check` says what it is now. A change after signing then shows.",
        ),
    ],
};
