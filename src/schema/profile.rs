//! The keys of `audit/profiles/*.yaml`.

use super::Shape::{Block as In, NamedTexts, Text, TextOr, Word, YesNo};
use super::{Block, Key, key};

pub(super) static PROFILE: Block = Block {
    name: "profile",
    about: "How the records of an access log map to events.",
    keys: &[
        key("profile", Text, "Its name."),
        key("title", Text, "What it is for."),
        key("note", Text, "What is to be said of it."),
        key("synthetic", YesNo, "true: nothing in it is real."),
        key("format", Word(&["csv", "ndjson", "fhir", "atna"]), "Layout of the log.").required().example("csv"),
        key("delimiter", Text, "Between cells: one character, or tab.").example("\",\""),
        key(
            "encoding",
            Word(&["utf-8", "utf8", "UTF-8", "UTF8", "windows-1252", "cp1252", "latin1", "iso-8859-1", "utf-16", "utf-16le", "utf-16be"]),
            "How its text is written; UTF-16 with a mark is recognised without it.",
        )
        .example("utf-8"),
        key("tz", Text, "The time zone of times that say none; left out: Europe/London.").example("Europe/London"),
        key("fields", In(&FIELDS), "Where each field of an event stands."),
        key("constants", In(&CONSTANTS), "Fields that are the same for every record."),
    ],
};

macro_rules! fields {
    ($shape:expr) => {
        &[
            key("time", $shape, "When it happened."),
            key("timestamp", $shape, "The same as time."),
            key("user", $shape, "Who looked."),
            key("user_id", $shape, "The same as user."),
            key("on_behalf_of", $shape, "For whom they looked."),
            key("role", $shape, "Their role; map it to roles of the vocabulary."),
            key("organisation", $shape, "Where they work, by code."),
            key("department", $shape, "Their department."),
            key("device", $shape, "The device."),
            key("session", $shape, "The session."),
            key("system", $shape, "The system that was used."),
            key("person", $shape, "Whose record it was."),
            key("nhs_number", $shape, "The same as person."),
            key("source", $shape, "Whose data it was, by code."),
            key("source_organisation", $shape, "The same as source."),
            key("action", $shape, "What was done; map it to view, print, export, amend and the like."),
            key("category", $shape, "Which data; map it to data of the vocabulary."),
            key("categories", $shape, "The same as category."),
            key("purpose", $shape, "What for; map it to purposes of the vocabulary."),
            key("outcome", $shape, "Whether it was allowed."),
            key("emergency", $shape, "Whether it was emergency access; map it to true and false."),
            key("break_glass", $shape, "The same as emergency."),
            key("reason", $shape, "The reason that was given."),
            key("correlation", $shape, "Request id that client and server share."),
            key("sensitivity", $shape, "What makes the data more sensitive than its category."),
            key("basis", $shape, "On what the user claimed to look; map it to self_claimed, objection_overridden, sealed_opened."),
            key("sequence", $shape, "The number that the source counts its records with."),
            key("duration", $shape, "How long the record was open, in seconds."),
            key("request_id", $shape, "The same as correlation."),
            key("correlation_id", $shape, "The same as correlation."),
        ]
    };
}

const IN_COLUMNS: &[Key] = fields!(TextOr(&FIELD));
const CONSTANT: &[Key] = fields!(Text);

static FIELDS: Block = Block { name: "fields", about: "Each field of an event: the column it stands in, or a block.", keys: IN_COLUMNS };

static CONSTANTS: Block = Block { name: "constants", about: "Fields that are the same for every record.", keys: CONSTANT };

static FIELD: Block = Block {
    name: "field",
    about: "How one field is read.",
    keys: &[
        key("column", Text, "The column, or the member of an object (actor.id); none in a FHIR profile.").example("WHEN"),
        key("date", Text, "How times are written (time only): iso, or a pattern.").example("\"%d/%m/%Y %H:%M\""),
        key("form", Word(&["nhs_number", "local"]), "How people are named (person only).").example("nhs_number"),
        key("separator", Text, "Between several values of one cell (category and person only).").example("\"|\""),
        key("map", NamedTexts, "Written value to the word that it means.").example("{RN: nurse, GP: doctor}"),
    ],
};
