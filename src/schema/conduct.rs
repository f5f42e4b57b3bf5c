//! The keys of `audit/conduct.yaml`.

use super::Shape::{Block as Inner, NamedTexts, Text, Texts};
use super::{Block, key};

static HOLD: Block = Block {
    name: "hold",
    about: "What an answer to \"who has looked at my record?\" holds back until the privacy officer has looked, beside data that the vocabulary restricts.",
    keys: &[
        key("organisations", Texts, "Codes of organisations whose name alone tells something.").example("[RXT]"),
        key("data", Texts, "Categories of data.").example("[mental_health_record]"),
    ],
};

pub(super) static CONDUCT: Block = Block {
    name: "conduct",
    about: "How an audit's own outputs are handled: what is held back until a person has looked, and how long anything is kept.",
    keys: &[
        key("note", Text, "What is to be said of it: who agreed it, and when."),
        key("hold", Inner(&HOLD), "What is held back."),
        key("quiet", Texts, "Days on which few records are expected: public holidays, planned stops.").example("[2026-12-25, 2026-12-26]"),
        key("retain", NamedTexts, "Days that `results`, `annex`, `state` and `answers` are kept before `carepact retain` destroys them.")
            .example("{results: 730, annex: 90, state: 730, answers: 365}"),
    ],
};
