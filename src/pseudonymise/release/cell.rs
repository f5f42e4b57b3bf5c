//! The parameters of actions that need one cell.

use super::{Action, At, LookupFile, area, missing};
use crate::diagnostics::Finding;
use crate::identifier::Date;
use crate::pseudonymise::transform::map::{UNMATCHED, Unmatched};
use crate::pseudonymise::transform::mask::Keep;
use crate::pseudonymise::transform::redact::{DATES, Dates};
use crate::pseudonymise::transform::top_code::Limits;
use crate::pseudonymise::transform::truncate::PARTS;
use crate::source::Spanned;
use crate::yaml::Fields;

/// Longest constant and longest name of a file, in bytes.
const LONGEST: usize = 200;

/// Reads one of them.
pub(super) fn read(f: &Fields<'_>, word: &'static str) -> Option<Action> {
    match word {
        "truncate" => f.word(word, &PARTS).map(|to| Action::Truncate(to.value)),
        "round" => above_zero(f, word).map(Action::Round),
        "top_code" | "bottom_code" => codes(f),
        "age" => age(f),
        "area" => area_of(f),
        "group" => group(f),
        "map" => map(f),
        "mask" => mask(f),
        "constant" => constant(f),
        _ => {
            let block = f.get(word).and_then(|node| Fields::open(node, f.place_of(word), f.sink()));
            let dates = block.and_then(|block| block.word("dates", &DATES)).map_or(Dates::Birth, |dates| dates.value);
            Some(Action::Redact(dates))
        }
    }
}

fn above_zero(f: &Fields<'_>, word: &'static str) -> Option<u32> {
    let number = f.number(word)?;
    if number.value == 0 {
        f.sink().wrong(&f.place_of(word), number.span, "a whole number from 1", "0");
        return None;
    }
    Some(number.value)
}

/// `top_code: 90`, `bottom_code: 18`, or both.
fn codes(f: &Fields<'_>) -> Option<Action> {
    let (top, bottom) = (f.number("top_code"), f.number("bottom_code"));
    let value = |number: &Option<Spanned<u32>>| number.as_ref().map(|number| number.value);
    let limits = Limits { bottom: value(&bottom), top: value(&top) };
    match limits {
        Limits { bottom: None, top: None } => None,
        Limits { bottom: Some(low), top: Some(high) } if low >= high => {
            f.sink().wrong(&f.place_of("top_code"), top.map_or(f.span, |top| top.span), "a number above `bottom_code`", "another number");
            None
        }
        limits => Some(Action::TopCode(limits)),
    }
}

fn age(f: &Fields<'_>) -> Option<Action> {
    let b = f.block("age")?;
    let (at, top) = (b.text("at"), b.number("top"));
    let Some(at) = at else {
        missing(b.sink(), &b.place, b.span, "at", "`age` needs `at` (a date column or a day)");
        return None;
    };
    let years = top.as_ref().and_then(|top| u16::try_from(top.value).ok()).filter(|years| (1..=120).contains(years));
    if let (Some(top), None) = (&top, years) {
        b.sink().wrong(&b.place_of("top"), top.span, "1 to 120 years", "another number");
        return None;
    }
    Some(Action::Age { at: Date::parse(&at.value).map_or_else(|_| At::Column(at.clone()), At::Day), top: years })
}

/// `file:`, `from:` and `to:` of a block. The file lies in the pack: what an agreement says must not depend on a machine.
fn file(b: &Fields<'_>, columns: bool) -> Option<LookupFile> {
    let (name, sha256) = (b.text("file"), b.text("sha256"));
    let (from, to) = if columns { (b.text("from"), b.text("to")) } else { (None, None) };
    let Some(name) = name else {
        missing(b.sink(), &b.place, b.span, "file", "the file that values are looked up in, relative to the folder of the pack");
        return None;
    };
    let parts = || name.value.split('/');
    if name.value.len() > LONGEST || name.value.contains(['\\', ':', '\0']) || parts().any(|part| matches!(part, "" | "." | "..")) {
        let finding = Finding::error("READ-005", b.place_of("file"), "a lookup file lies in the folder of the pack").at(name.span, "no name below that folder");
        b.sink().push(finding.ground("what an agreement says must not depend on the machine").help("Put it in the pack, for example lookups/specialty.csv."));
        return None;
    }
    if let Some(digest) =
        sha256.as_ref().filter(|digest| digest.value.len() != 64 || !digest.value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
    {
        b.sink().wrong(&b.place_of("sha256"), digest.span, "64 digits 0-9 and a-f, as `sha256sum` shows them", "something else");
        return None;
    }
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value);
    Some(LookupFile { name, sha256, from: text(from), to: text(to) })
}

fn unmatched(b: &Fields<'_>) -> Unmatched {
    b.word("unmatched", &UNMATCHED).map_or(Unmatched::Quarantine, |word| word.value)
}

/// `area: sector`, or `area: {level: lsoa, file: ...}`.
fn area_of(f: &Fields<'_>) -> Option<Action> {
    let place = f.place_of("area");
    let node = f.get("area")?;
    let levels: Vec<&str> = area::LEVELS.iter().map(|(name, _)| *name).collect();
    if let Some(word) = node.as_text() {
        return match word {
            "outward" => Some(Action::Outward),
            "sector" => Some(Action::Sector),
            word if levels.contains(&word) => {
                let what = format!("areas by lookup name their file: area: {{level: {word}, file: lookups/postcodes.csv}}");
                missing(f.sink(), &place, node.span, "file", &what);
                None
            }
            _ => {
                f.sink().wrong(&place, node.span, &format!("outward, sector, or a block with `level` ({}) and `file`", levels.join(", ")), "something else");
                None
            }
        };
    }
    let b = Fields::open(node, place, f.sink())?;
    let words: Vec<(&'static str, &'static str)> = area::LEVELS.iter().map(|(name, _)| (*name, *name)).collect();
    let (level, file) = (b.word("level", &words), file(&b, true));
    if level.is_none() {
        missing(b.sink(), &b.place, b.span, "level", "which area the file gives");
    }
    Some(Action::Area { level: level?.value, file: file? })
}

fn group(f: &Fields<'_>) -> Option<Action> {
    let b = f.block("group")?;
    let (file, level, unmatched) = (file(&b, false), b.number("level"), unmatched(&b));
    if let Some(level) = level.as_ref().filter(|level| level.value == 0) {
        b.sink().wrong(&b.place_of("level"), level.span, "a level from 1 (the finest group)", "0");
        return None;
    }
    Some(Action::Group { file: file?, level: level.map_or(1, |level| level.value), unmatched })
}

fn map(f: &Fields<'_>) -> Option<Action> {
    let b = f.block("map")?;
    let (file, unmatched) = (file(&b, true), unmatched(&b));
    Some(Action::Map { file: file?, unmatched })
}

fn mask(f: &Fields<'_>) -> Option<Action> {
    let b = f.block("mask")?;
    let (first, last) = (b.number("keep_first"), b.number("keep_last"));
    let keep = match (&first, &last) {
        (Some(first), None) => Keep::First(first.value),
        (None, Some(last)) => Keep::Last(last.value),
        _ => {
            missing(b.sink(), &b.place, b.span, "keep_last", "`mask` needs `keep_last` or `keep_first` (characters), not both");
            return None;
        }
    };
    let (Keep::First(kept) | Keep::Last(kept)) = keep;
    if !(1..=8).contains(&kept) {
        b.sink().wrong(&b.place, first.or(last).map_or(b.span, |number| number.span), "1 to 8 characters", "another number");
        return None;
    }
    Some(Action::Mask(keep))
}

fn constant(f: &Fields<'_>) -> Option<Action> {
    let text = f.text("constant")?;
    if text.value.len() > LONGEST || text.value.contains(['\n', '\r', '\0']) || text.value.starts_with(['=', '+', '-', '@', '\t']) {
        let expected = "one line of up to 200 bytes that no spreadsheet would calculate";
        f.sink().wrong(&f.place_of("constant"), text.span, expected, "something else");
        return None;
    }
    Some(Action::Constant(text.value))
}
