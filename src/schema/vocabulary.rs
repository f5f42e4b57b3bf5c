//! The keys of `vocabulary.yaml`.

use super::Shape::{NamedMaybe, Text, Texts, Tree, Word};
use super::{Block, key};

pub(super) static VOCABULARY: Block = Block {
    name: "vocabulary",
    about: "The words of a community. A name covers itself and everything beneath it.",
    keys: &[
        key("functions", Tree(&NAME), "What organisations do.").example("{nhs: {acute: {}, gp_practice: {}}}"),
        key("places", Tree(&NAME), "Where they belong.").example("{gm: {bolton: {}}}"),
        key("roles", Tree(&NAME), "Who asks. person and proxy are the person the record is about and who acts for them.")
            .example("{clinician: {doctor: {rbac: [R0260]}}}"),
        key("data", Tree(&NAME), "What is asked for.").example("{record: {medications: {}}}"),
        key("purposes", Tree(&NAME), "What it is for.").example("{individual_care: {direct_care: {purpose_of_use: TREAT}}}"),
        key("actions", Texts, "What is done with it; left out: view, print, export, amend.").example("[view, print, export, amend]"),
        key("forms", Texts, "In which form; left out: identifiable, pseudonymised, aggregate.").example("[identifiable, pseudonymised, aggregate]"),
        key("conditions", NamedMaybe(&CONDITION), "Facts that a grant or prohibition may depend on."),
    ],
};

/// Properties of a name of a tree; everything else in its block is a name beneath it.
pub(super) static NAME: Block = Block {
    name: "name",
    about: "A name of the vocabulary: its properties, and the names beneath it.",
    keys: &[
        key("meaning", Text, "What it means, in words."),
        key("rbac", Texts, "National job role codes.").example("[R0260, R8000]"),
        key("purpose_of_use", Text, "Code of HL7 ActReason that logs use.").example("TREAT"),
        key(
            "restricted",
            Word(&["named_only", "statute"]),
            "named_only: a grant on a name above does not reach it. statute: closed unless a grant depends on a gateway.",
        )
        .example("named_only"),
        key("deprecated", Text, "Why it is no longer used (roles): it may then stand without a grant."),
        key("kept_for", Text, "What it is kept for (roles), where no grant names it.").example("the log's own entries"),
        key("synonyms", Texts, "What others call it, in registers of data flows kept elsewhere.").example("[prescriptions, drugs]"),
        key("maximum", Texts, "The most that a role may see over all agreements together (roles): data categories.").example("[medications, allergies]"),
        key("gateways", Texts, "Conditions that open what a statute closes.").example("[person_consent]"),
    ],
};

static CONDITION: Block = Block {
    name: "condition",
    about: "A fact: true, false or not known.",
    keys: &[
        key("meaning", Text, "True when ...").example("the user has a legitimate relationship with the person"),
        key("evidence", super::Shape::Form("^(explained|table\\.[a-z_]+|event\\.[a-z_]+)$"), "Where an audit takes it from; left out: nobody records it.")
            .example("explained"),
        key("with", Text, "What must come with it.").example("reason"),
    ],
};
