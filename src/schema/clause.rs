//! The keys of grants and prohibitions, and of what selects organisations and people.

use super::Shape::{Block as In, Date, Named, NamedTexts, Number, Text, Texts, TextsOr, Word, YesNo};
use super::{Block, Key, MOST, key};

pub(super) const FUNCTION: Key = key("function", Texts, "What they do: functions of the vocabulary. Several names mean any of them.").example("nhs");
pub(super) const IN: Key = key("in", Texts, "Where they belong: places of the vocabulary.").example("gm");
pub(super) const ORG: Key = key("org", Texts, "By code of the register. Put a code of digits only in quotes.").example("\"306\"");
const ROLE: Key = key("role", Texts, "Roles of the vocabulary; `any` is everybody but the person themselves.").example("clinician");

/// Who is taken out holds who is taken out of that: a key that leads back to its own block cannot be a constant.
pub(super) const fn except(who: &'static Block) -> Key {
    key("except", In(who), "Who is taken out again.").example("{function: nhs.commissioning}")
}

/// Organisations.
pub(super) static ORGANISATIONS: Block = Block {
    name: "organisations",
    about: "Selects organisations. The keys are joined by \"and\", names within one by \"or\".",
    keys: &[FUNCTION, IN, ORG, except(&WHO)],
};

/// People.
pub(super) static WHO: Block = Block {
    name: "who",
    about: "Selects people: roles, at organisations. The keys are joined by \"and\", names within one by \"or\".",
    keys: &[ROLE, FUNCTION, IN, ORG, except(&WHO)],
};

static EXCEPTING: Block = Block {
    name: "excepting",
    about: "What a clause leaves out.",
    keys: &[
        key("see", Texts, "Data categories.").example("ethnicity"),
        key("for", Texts, "Purposes.").example("emergency_care"),
        ROLE,
        FUNCTION,
        IN,
        ORG,
        except(&WHO),
    ],
};

pub(super) static CLAUSE: Block = Block {
    name: "clause",
    about: "A grant or a prohibition, in the order in which the question is asked: to whom, to see what, of whom, for what.",
    keys: &[
        key("to", In(&WHO), "Who. A grant always says it; a prohibition without it is for everybody.").example("{role: clinician, function: nhs}"),
        key("see", Texts, "Data categories of the vocabulary: a name covers everything beneath it, except what is restricted.")
            .required()
            .example("[medications, allergies]"),
        key("of", In(&ORGANISATIONS), "Whose data; left out: of all providers of the agreement.").example("{function: council.adult_social_care}"),
        key("for", Texts, "Purposes of the vocabulary.").required().example("[direct_care, care_coordination]"),
        key("may", Texts, "What may be done: actions of the vocabulary. A grant without it covers `view`, a prohibition everything.").example("[view, print]"),
        key("form", Texts, "In which form. A grant without it covers `identifiable`, a prohibition every form.").example("pseudonymised"),
        key("when", Text, "Conditions of the vocabulary, joined by and, or, not. A fact that is not known never opens.")
            .example("relationship and not objection_upheld"),
        key("unless", Text, "The same, the other way round.").example("sealed"),
        key("then", NamedTexts, "Duties that come with it, each under its name.").example("{reason: required, review_within_days: 5, tell_patient: decide}"),
        key("except", TextsOr(&EXCEPTING), "What it leaves out: data categories, or a block."),
        key("starts", Date, "First day, if later than the agreement's.").example("2026-07-01"),
        key("ends", Date, "Last day, if earlier than the agreement's.").example("2027-12-31"),
        key(
            "scope",
            Word(&["agreement", "source", "pack"]),
            "How far a prohibition reaches: its own agreement, every grant over data of its providers, or (guards.yaml only) the pack.",
        )
        .example("source"),
        key("reason", Text, "Why."),
    ],
};

pub(super) static BREAK_GLASS: Block = Block {
    name: "break_glass",
    about: "Emergency access, in words.",
    keys: &[
        key("allowed", YesNo, "Whether there is any.").example("true"),
        key("roles", Texts, "For which roles of the vocabulary.").example("[doctor, nurse]"),
        key("reason_required", YesNo, "Whether a reason must be given.").example("true"),
        key("reviewer", Text, "Who looks at each such access afterwards.").example("privacy officer of the organisation"),
        key("review_within_days", Number(0, MOST), "Within how many days.").example("5"),
        key("alert", Text, "Who is alerted; an alert names neither the person nor the user."),
        key("tell_patient", Text, "Whether the person is told, or who decides it."),
    ],
};

/// `guards.yaml`.
pub(super) static GUARDS: Block = Block {
    name: "guards",
    about: "Prohibitions of statute.",
    keys: &[key("prohibits", Named(&CLAUSE), "Each under a name of your choice; its scope is the pack.").required()],
};
