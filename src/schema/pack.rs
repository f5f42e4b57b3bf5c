//! The keys of `pack.yaml` and `pathways.yaml`.

use super::Shape::{self, EachTextOr, Named, NamedWords, Number, Text, Texts, Word, YesNo};
use super::{Block, key};

pub(super) static PACK: Block = Block {
    name: "pack",
    about: "The head of a pack.",
    keys: &[
        key("pack", Text, "The name of the pack.").required().example("greater-manchester"),
        key("format", Word(&["carepact.pack/1"]), "The format of the pack.").required().example("carepact.pack/1"),
        key("title", Text, "What it is called."),
        key("description", Text, "What it is."),
        key("synthetic", YesNo, "true: nothing in it is real.").example("true"),
        key("levels", NamedWords(&["error", "warning", "info", "allow"]), "Levels of rules, by code, where they are not the rule's own.")
            .example("{LIF-003: error}"),
        key("waivers", Shape::Block(&EXCEPTIONS), "How long an accepted exception may last.").example("{max_days: 90}"),
        key("signers", Text, "The file of people who may sign, in the form of OpenSSH allowed_signers, inside the pack.").example("signers"),
        key("linkages", Named(&LINKAGE), "Named linkages: who may join whose data."),
        key("imports", EachTextOr(&IMPORT), "Neighbours whose registers are read too: a path, or a block."),
    ],
};

static EXCEPTIONS: Block = Block {
    name: "exceptions",
    about: "What holds for accepted exceptions.",
    keys: &[
        key("max_days", Number(0, 36_525), "Most days an accepted exception may still last on the day asked about; 180 where it is not said.").example("90")
    ],
};

static LINKAGE: Block = Block {
    name: "linkage",
    about: "A named linkage.",
    keys: &[
        key("description", Text, "What it is for."),
        key("releases", Texts, "Releases that may use it, as AGREEMENT/RELEASE.").example("[GM-DSA-0021/phm-monthly]"),
        key("recipients", Texts, "Codes of those who may hold data under it.").example("[QZ9]"),
        key("key_holder", Text, "Code of who holds the key; never a recipient.").example("8XX01"),
    ],
};

static IMPORT: Block = Block {
    name: "import",
    about: "A neighbour's pack.",
    keys: &[
        key("pack", Text, "Its name.").example("lancashire-neighbour"),
        key("path", Text, "Its folder, relative to this pack.").example("../lancashire-neighbour"),
        key("register", Text, "The same, where only its register is there."),
        key("as", Text, "What it is called here."),
        key("map", Text, "The file that maps its names to ours."),
    ],
};

/// `pathways.yaml`.
pub(super) static PATHWAYS: Block = Block {
    name: "pathways",
    about: "Transitions of care, by pathway.",
    keys: &[key("pathways", Named(&PATHWAY), "Pathways, each under a name of your choice.").required()],
};

static PATHWAY: Block = Block {
    name: "pathway",
    about: "A pathway.",
    keys: &[
        key("title", Text, "What it is called.").example("From hospital to home"),
        key("description", Text, "What it is."),
        key("transitions", Named(&TRANSITION), "Its transitions, each under a name of your choice.").required(),
    ],
};

static TRANSITION: Block = Block {
    name: "transition",
    about: "A transition of care: who hands over to whom, and what the other side must be able to see.",
    keys: &[
        key("title", Text, "What it is called."),
        key("note", Text, "What is to be said of it."),
        key("from", Text, "Who hands over: a function of the vocabulary.").required().example("acute"),
        key("to", Text, "Who takes over.").required().example("gp_practice"),
        key("see", Texts, "Data categories that the other side must be able to see.").required().example("documents.discharge"),
        key("role", Text, "Which role there.").required().example("doctor"),
        key("for", Text, "For which purpose.").required().example("direct_care"),
        key("back", Shape::Block(&BACK), "What who hands over must be able to see of who takes over, where care needs both directions.")
            .example("{see: documents.clinic_letter}"),
    ],
};

static BACK: Block = Block {
    name: "back",
    about: "The other direction of a transition of care.",
    keys: &[
        key("see", Texts, "Data categories of who takes over that who handed over must be able to see.").required().example("documents.clinic_letter"),
        key("role", Text, "Which role at who hands over; the transition's own where it is not said.").example("doctor"),
        key("for", Text, "For which purpose; the transition's own where it is not said.").example("direct_care"),
    ],
};
