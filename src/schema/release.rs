//! The keys of a release: what happens to each column of an extract.

use super::Shape::{Block as In, Date, Either, Empty, Form, Known, Named, NamedOr, NamedTexts, Number, Text, Texts, Word, YesNo};
use super::{Block, Key, MOST, key, words};
use crate::pseudonymise::release::{DATE_FORMS, KINDS};
use crate::pseudonymise::transform::map::UNMATCHED;
use crate::pseudonymise::transform::truncate::PARTS;
use crate::pseudonymise::transform::{area, redact};

pub(super) static RELEASE: Block = Block {
    name: "release",
    about: "An extract that is released: to whom, for what, and what happens to each column.",
    keys: &[
        key("to", Text, "Code of the recipient, who must be a party.").required().example("QZ9"),
        key("for", Text, "For which purpose.").required().example("population_health"),
        key("form", Known(&["pseudonymised", "aggregate", "identifiable"]), "In which form; left out: pseudonymised.").example("pseudonymised"),
        key("key", In(&KEY), "The key that must be used; left out: the current one of the keyring."),
        key("linkage", Text, "Who may join what: this version does the default only, AGREEMENT/RECIPIENT.").example("GM-DSA-0021/QZ9"),
        key("subject", Text, "The column that identifies the person.").example("nhs_number"),
        key("identifier", In(&IDENTIFIER), "What happens to rows whose identifier is not good."),
        key("null", Texts, "Cells that mean that nothing is there, besides the empty one.").example("[\"\", \"NULL\"]"),
        key("malformed", Word(&["refuse", "quarantine"]), "Rows with too many or too few cells: stop, or set them aside.").example("quarantine"),
        key("formula", Word(&["refuse", "prefix"]), "Cells that a spreadsheet would run: stop, or put an apostrophe before them.").example("prefix"),
        key("order", Word(&["keep"]), "The order of rows.").example("keep"),
        key("risk", In(&RISK), "What the output must reach before it gets a name; else nothing is released.").example("{k: 10, by: person}"),
        key("small_numbers", Text, "How small counts are hidden in tables made from this release: hes-2018, or under=N,round=N. `carepact risk --table COUNTS --release ID/NAME` does it.")
            .example("hes-2018"),
        key("opt_outs", In(&OPT_OUTS), "What was done about opt-outs."),
        key("leak_allow", Named(&LEAK), "Identifiers that may be found in a column that is kept, by column."),
        key("columns", NamedOr(&["keep", "drop", "pseudonym", "reversible", "format_preserving", "redact"], &COLUMN), "Every column of the extract, with one action. Columns are listed, never matched.")
            .required(),
    ],
};

static KEY: Block = Block {
    name: "key",
    about: "The key of pseudonyms.",
    keys: &[key("id", Text, "Its id, as `carepact keys list` shows it.").required(), key("version", Number(1, MOST), "Its version.").example("2")],
};

static IDENTIFIER: Block =
    Block { name: "identifier", about: "What happens to rows whose identifier is not good.", keys: &[key("nhs_number", In(&NHS_NUMBER), "NHS numbers.")] };

const FATES: &[&str] = &["quarantine", "drop", "reject"];

static NHS_NUMBER: Block = Block {
    name: "nhs_number",
    about: "What happens to a row: set aside, taken out, or the run stops.",
    keys: &[
        key("invalid", Word(FATES), "The number fails its check.").example("quarantine"),
        key("missing", Word(FATES), "There is none.").example("drop"),
        key("test_range", Word(&["quarantine", "drop", "reject", "accept"]), "It begins with 999 and is nobody's.").example("accept"),
    ],
};

static RISK: Block = Block {
    name: "risk",
    about: "How many share every combination of quasi-identifiers in the output. Columns are named as in the extract.",
    keys: &[
        key("k", Number(2, MOST), "Members of every class, at least.").required().example("10"),
        key("by", Word(&["person", "row"]), "Whether people are counted, or rows; left out: people.").example("person"),
        key("quasi", Texts, "The quasi-identifiers; left out: columns of class quasi that leave."),
        key("l", NamedTexts, "Distinct values in every class, at least, of sensitive columns.").example("{diagnosis: 3}"),
        key("t", NamedTexts, "How far the values of a sensitive column in a class may lie from the whole, from 0 to 1; `ordered` measures along their order.")
            .example("{diagnosis: 0.3, age: 0.2 ordered}"),
        key(
            "missing",
            Word(&["own", "exclude"]),
            "Rows that lack a quasi-identifier: not there is a value of its own, or they are not measured (and leave). Left out: own.",
        )
        .example("own"),
        key("repair", In(&REPAIR), "How the output may be mended if it does not reach this; left out: nothing is released."),
    ],
};

static REPAIR: Block = Block {
    name: "repair",
    about: "What may be coarsened and left out so that the rest may leave. Columns are named as in the extract.",
    keys: &[
        key("order", Texts, "Quasi-identifiers that may be coarsened, the first to give way first.").required().example("[dob, postcode]"),
        key("method", Word(&["policy_order", "optimal"]), "Coarsen in turn, in that order, or find the least loss of all; left out: policy_order.")
            .example("optimal"),
        key("by", NamedTexts, "How columns are coarsened: age, date or postcode. One that is not named becomes one group for all.").example("{dob: date}"),
        key("suppress_at_most", In(&SUPPRESS), "Rows that may be left out; left out: none.").example("{overall: 4%, any_group: 8%}"),
        key("groups", Texts, "Columns whose values are the groups; left out: the quasi-identifiers.").example("[ethnicity, sex]"),
    ],
};

static SUPPRESS: Block = Block {
    name: "suppress_at_most",
    about: "Rows that a repair may leave out.",
    keys: &[
        key("overall", Text, "A percentage of all rows.").example("4%"),
        key("any_group", Text, "A percentage of the rows of any one group, so that no group pays for the others.").example("8%"),
    ],
};

static OPT_OUTS: Block = Block {
    name: "opt_outs",
    about: "What was done about opt-outs. What is not stated is reported as not assessed.",
    keys: &[key("national", In(&NATIONAL), "The national data opt-out."), key("type_1", In(&TYPE_1_DONE), "Type 1 opt-outs.")],
};

static NATIONAL: Block = Block {
    name: "national_opt_out",
    about: "The national data opt-out. Whether it applies is decided from purpose, basis and form; where it does, a list is needed.",
    keys: &[
        key("applies", YesNo, "Left out: as decided. true: a list is needed in any case. false counts only where the basis bears it out.").example("false"),
        key("reason", Text, "Why it does not apply."),
        key("max_age_days", Number(1, 21), "Days that a list is good for, from the day of its request; left out: 21.").example("21"),
        key("anonymous", In(&ANONYMOUS), "The signed assessment that what leaves is anonymous."),
    ],
};

static ANONYMOUS: Block = Block {
    name: "anonymous",
    about: "A signed assessment that what leaves is anonymous where it goes. A value of k never counts as one.",
    keys: &[
        key("ref", Text, "Its reference.").required().example("GM-ANON-4"),
        key("by", Text, "Who signed it.").required().example("Data Protection Officer"),
        key("date", Date, "When.").required().example("2026-05-01"),
        key("environment", Text, "The environment in which it holds.").required().example("the secure data environment"),
    ],
};

static TYPE_1_DONE: Block = Block {
    name: "type_1_done",
    about: "Type 1 opt-outs: applied before the extract was made, or here by a column.",
    keys: &[
        key("applied", Word(&["at_source", "here"]), "Where.").required().example("at_source"),
        key("attested_by", Text, "Who says so (at_source).").example("practice"),
        key("on", Date, "On which day (at_source).").example("2026-09-28"),
        key("column", Text, "The column that tells who objected (here).").example("type_1"),
        key("objected", Texts, "Its words for people who objected: all their rows are left out (here).").example("[\"Y\"]"),
        key("not_objected", Texts, "Its words for people who did not. A row with any other word is set aside (here).").example("[\"N\", \"\"]"),
    ],
};

const IS: [&str; 8] = words(&KINDS);
const DATES: [&str; 5] = words(&DATE_FORMS);

static LEAK: Block = Block {
    name: "leak_allow",
    about: "An identifier that may be found in a column that is kept.",
    keys: &[
        key("kind", Word(&IS), "What is found.").required().example("postcode"),
        key("reason", Text, "Why that is right.").required(),
        key("at_most", Number(0, MOST), "In how many rows at most.").required().example("10"),
    ],
};

static COLUMN: Block = Block {
    name: "column",
    about: "A column: one action, and what the column is.",
    keys: &[
        key("as", Text, "Its name in the release.").example("age_band"),
        key("is", Word(&IS), "What it holds."),
        key("class", Word(&["direct", "quasi", "sensitive", "other"]), "How it could single people out.").example("quasi"),
        key("category", Text, "The data category of the vocabulary it belongs to: needed unless it is dropped.").example("demographics.identity"),
        key("date", Word(&DATES), "How its dates are written."),
        key("missing", Word(&["keep", "quarantine"]), "Rows without a value: keep them, or set them aside.").example("keep"),
        key("keep", Empty, "The value itself.").example("{}"),
        key("drop", Empty, "It is left out.").example("{}"),
        key("pseudonym", In(&PSEUDONYM), "A code in its place, by a key.").example("{}"),
        key("reversible", In(&REVERSIBLE), "A code that whoever opens the keyring reads back at once.").example("{}"),
        key("format_preserving", In(&FORMAT_PRESERVING), "The same for an NHS number, in a letter and nine digits.").example("{}"),
        key("age_band", In(&AGE_BAND), "A band of ages, from a birth date.").example("{width: 5, at: admission, top: 90}"),
        key("band", In(&BAND), "A band of numbers.").example("{width: 10}"),
        key("shift", In(&SHIFT), "A date moved by the person's own offset.").example("{days: 28, window: trim}"),
        key("area", Either(&["outward", "sector"], &AREA), "Part of a postcode, or the area of a lookup file.").example("outward"),
        key("truncate", Word(&TRUNCATE), "A date cut to its month, quarter or year.").example("month"),
        key("age", In(&AGE), "An age in years, from a birth date; once per person.").example("{at: admission, top: 90}"),
        key("round", Number(1, MOST), "A number to its nearest multiple.").example("50"),
        key("top_code", Number(0, MOST), "A number; from this one on `90+`.").example("90"),
        key("bottom_code", Number(0, MOST), "A number; below this one `<18`. May stand beside top_code.").example("18"),
        key("group", In(&GROUP), "A level of a hierarchy file.").example("{file: lookups/icd10.csv, level: 1}"),
        key("map", In(&MAP), "What a lookup file says.").example("{file: lookups/specialty.csv, from: code, to: group}"),
        key("mask", In(&MASK), "A few characters of a value; weak.").example("{keep_last: 3}"),
        key("constant", Text, "The same value for every row.").example("hospital"),
        key("redact", In(&REDACT), "Free text without what looks like an identifier: best effort, dropping is safer.").example("{dates: all}"),
    ],
};

const TRUNCATE: [&str; 3] = words(&PARTS);
const LEVELS: [&str; 4] = words(&area::LEVELS);
const REST: [&str; 3] = words(&UNMATCHED);
const DATES_OUT: [&str; 2] = words(&redact::DATES);

const FILE: Key = key("file", Text, "The file, relative to the folder of the pack; below it.").required();
const SHA256: Key = key("sha256", Form("^[0-9a-f]{64}$"), "Its SHA-256, so that the parties sign its content too; left out, any file of that name serves.");
const UNMATCHED_KEY: Key =
    key("unmatched", Word(&REST), "A value that the file does not know: set its row aside, leave the cell empty, or stop. Left out: quarantine.")
        .example("empty");

static AREA: Block = Block {
    name: "area",
    about: "The area of a postcode in a lookup file. Pseudo-postcodes and what the file does not know come out empty.",
    keys: &[
        key("level", Word(&LEVELS), "Which area.").required().example("lsoa"),
        FILE.example("lookups/postcodes.csv"),
        SHA256,
        key("from", Text, "Its column of postcodes; left out, the first.").example("pcds"),
        key("to", Text, "Its column of areas; left out, the one called like the level.").example("lsoa21"),
    ],
};

static AGE: Block = Block {
    name: "age",
    about: "An age in years.",
    keys: &[
        key("at", Text, "The age on which day: a column of dates, or a day.").required().example("admission"),
        key("top", Number(1, 120), "From this age on one open band.").example("90"),
    ],
};

static GROUP: Block = Block {
    name: "group",
    about: "A level of a hierarchy file: a line for each value, then its groups from the finest to the coarsest; no header.",
    keys: &[FILE.example("lookups/icd10.csv"), SHA256, key("level", Number(1, MOST), "Which group, 1 the finest; left out: 1.").example("1"), UNMATCHED_KEY],
};

static MAP: Block = Block {
    name: "map",
    about: "What a lookup file says: a table with a header.",
    keys: &[
        FILE.example("lookups/specialty.csv"),
        SHA256,
        key("from", Text, "Its column of values; left out, the first.").example("code"),
        key("to", Text, "Its column of answers; left out, the second.").example("group"),
        UNMATCHED_KEY,
    ],
};

static MASK: Block = Block {
    name: "mask",
    about: "A few characters of a value, never more than half of it: keep_first or keep_last.",
    keys: &[key("keep_first", Number(1, 8), "The first so many.").example("2"), key("keep_last", Number(1, 8), "The last so many.").example("3")],
};

static REDACT: Block = Block {
    name: "redact",
    about: "Free text with identifiers struck out, as well as they can be told.",
    keys: &[key("dates", Word(&DATES_OUT), "Dates of birth only, or all dates; where the release shifts dates, all. Left out: birth.").example("all")],
};

static PSEUDONYM: Block = Block {
    name: "pseudonym",
    about: "A code in the place of an identifier.",
    keys: &[
        key("domain", Text, "The space of identifiers, so that tables agree; nhs_number for a column of NHS numbers.").example("local_patient_id"),
        key("with", Text, "The column of the organisation that gave a local number.").example("practice"),
        key("of", Texts, "The columns that identify together, this one among them: one code for all of them.").example("[surname, dob, postcode]"),
        key("format", Word(&["base32", "hex"]), "How it is written.").example("base32"),
    ],
};

static REVERSIBLE: Block = Block {
    name: "reversible",
    about: "A code that opens again with the keyring.",
    keys: &[
        key("domain", Text, "The space of identifiers, so that tables agree; nhs_number for a column of NHS numbers.").example("local_patient_id"),
        key("with", Text, "The column of the organisation that gave a local number.").example("practice"),
    ],
};

static FORMAT_PRESERVING: Block = Block {
    name: "format_preserving",
    about: "A code of ten characters that opens again with the keyring; for NHS numbers only.",
    keys: &[key("domain", Text, "nhs_number, and nothing else.").example("nhs_number")],
};

static AGE_BAND: Block = Block {
    name: "age_band",
    about: "A band of ages.",
    keys: &[
        key("width", Number(1, 120), "Years in a band.").required().example("5"),
        key("at", Text, "The age on which day: a column of dates, or a day.").required().example("admission"),
        key("top", Number(1, 120), "From this age on one open band; a multiple of width.").example("90"),
    ],
};

static BAND: Block = Block {
    name: "band",
    about: "A band of numbers: width or edges.",
    keys: &[
        key("width", Number(1, MOST), "How wide.").example("10"),
        key("edges", Texts, "Where bands begin, each larger than the one before.").example("[0, 10, 100]"),
    ],
};

static SHIFT: Block = Block {
    name: "shift",
    about: "A date moved by the person's own offset, up to so many days or weeks either way.",
    keys: &[
        key("days", Number(1, 65535), "Up to so many days.").example("28"),
        key("weeks", Number(1, 65535), "Up to so many weeks, so that weekdays stay.").example("8"),
        key("window", Word(&["trim", "month"]), "What happens to dates near the edges of the extract.").required().example("trim"),
    ],
};
