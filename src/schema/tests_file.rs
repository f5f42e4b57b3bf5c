//! The keys of `tests/*.yaml`.

use super::Shape::{Block as In, Blocks, Date, Either, NamedTexts, NamedWords, Text, Texts, YesNo};
use super::{Block, Key, key};

const GIVEN: Key = key("given", NamedWords(&["true", "false"]), "Facts, by condition of the vocabulary; what is not given is not known.")
    .example("{relationship: true, objection_upheld: false}");
const AT: Key = key("at", Texts, "At which organisations: a code, a function or a place.").example("R9A");
const OF: Key = key("of", Texts, "Whose data: a code, a function or a place.").example("Y99001");
const FOR: Key = key("for", Text, "For which purpose.").required().example("direct_care");
const MAY: Key = key("may", Text, "Which action; left out: view.").example("print");
const FORM: Key = key("form", Text, "In which form; left out: identifiable.").example("pseudonymised");

/// `tests/*.yaml`.
pub(super) static TESTS: Block = Block {
    name: "tests",
    about: "What the agreements must and must not allow.",
    keys: &[
        key("title", Text, "What it is about."),
        key("description", Text, "More of it."),
        key("synthetic", YesNo, "true: nothing in it is real."),
        key("as_of", Date, "The day on which it is asked, unless a question says another.").example("2026-10-01"),
        GIVEN,
        key("cases", Blocks(&CASE), "Questions with the answer that is expected."),
        key("tables", Blocks(&TABLE), "Tables of roles and data: what is not in one is expected to be denied."),
        key("always", Blocks(&INVARIANT), "Sentences about every case, proved for all of them."),
    ],
};

static CASE: Block = Block {
    name: "case",
    about: "A question with the answer that is expected.",
    keys: &[
        key("name", Text, "What it shows.").example("a nurse sees medicines"),
        GIVEN,
        key("because", Texts, "Clauses that decide it, as AGREEMENT/CLAUSE.").example("GM-DSA-0007/g1"),
        key("ask", In(&QUESTION), "The question.").required(),
        key("expect", Either(&["permit", "deny", "needs", "partial"], &NEEDS), "The answer.").required().example("permit"),
    ],
};

static NEEDS: Block = Block {
    name: "needs",
    about: "Facts that are needed.",
    keys: &[key("needs", Texts, "The smallest set that opens it.").required().example("[relationship, not objection_upheld]")],
};

static QUESTION: Block = Block {
    name: "question",
    about: "Who, at which organisation, may see what, of whom, for what.",
    keys: &[
        key("role", Text, "Who asks.").required().example("nurse"),
        AT,
        key("see", Text, "Which data.").required().example("medications"),
        OF,
        FOR,
        MAY,
        FORM,
        key("on", Date, "On which day.").example("2026-06-30"),
        GIVEN,
    ],
};

static TABLE: Block = Block {
    name: "table",
    about: "Roles down, data across: P permit, - deny, ? needs, ~ partial.",
    keys: &[
        key("name", Text, "What it shows."),
        AT,
        OF,
        FOR,
        MAY,
        FORM,
        key("date", Date, "On which day.").example("2026-06-30"),
        GIVEN,
        key("columns", Texts, "Data categories.").required().example("[medications, allergies]"),
        key("rows", NamedTexts, "Roles, each with one letter a column.").required().example("{nurse: \"PP\"}"),
    ],
};

static INVARIANT: Block = Block {
    name: "invariant",
    about: "A sentence about every case: one of never, always, implies and symmetric.",
    keys: &[
        key("name", Text, "The sentence in words.").example("analysts never see identifiable records"),
        key("from", Date, "From which day; left out: the file's day."),
        key("to", Date, "Up to which day; left out: without end."),
        key("on", Text, "On one day only: as_of or a date.").example("as_of"),
        key("never", In(&SCOPE), "No such case is allowed, whatever the facts not given are."),
        key("always", In(&SCOPE), "Every such case is allowed, whatever the facts not given are."),
        key("implies", In(&IMPLIES), "Wherever one case is allowed, another is."),
        key("symmetric", In(&SYMMETRIC), "What one side may see of the other, the other may see of it."),
    ],
};

const ROLES: Key = key("role", Texts, "Roles; left out: every role.").example("analyst");
const SEE: Key = key("see", Texts, "Data; left out: all of it.").example("record");
const PURPOSES: Key = key("for", Texts, "Purposes; left out: every purpose.").example("[direct_care, care_coordination]");
const ACTIONS: Key = key("may", Texts, "Actions; left out: every action (in `always`: view).").example("[view, print]");
const FORMS: Key = key("form", Texts, "Forms; left out: every form (in `always`: identifiable).").example("identifiable");

static SCOPE: Block = Block {
    name: "scope",
    about: "Which cases are meant; a side left out is every one there is.",
    keys: &[GIVEN, ROLES, AT, SEE, OF, PURPOSES, ACTIONS, FORMS],
};

static IMPLIES: Block = Block {
    name: "implies",
    about: "Wherever the first case is allowed, the one with these other sides is allowed for the same facts.",
    keys: &[key("if", In(&SCOPE), "The first cases.").required(), key("then", In(&INSTEAD), "What stands in place of their sides.").required()],
};

static INSTEAD: Block = Block {
    name: "instead",
    about: "Sides that replace those of the first case; a side left out is the same.",
    keys: &[ROLES, AT, SEE, OF, PURPOSES, ACTIONS, FORMS],
};

static SYMMETRIC: Block = Block {
    name: "symmetric",
    about: "Two words that select organisations, and which cases between them are meant.",
    keys: &[GIVEN, key("between", Texts, "Two codes, functions or places.").required().example("[gm, lsc]"), ROLES, SEE, PURPOSES, ACTIONS, FORMS],
};
