//! Free text with identifiers struck out: `seen with [NAME], NHS no [NHS NUMBER]`.
//!
//! Guarantees nothing: it is best effort, and dropping the column is safer. Struck out are the row's own identifiers (whatever
//! the columns with `is:` hold, found as the leak check finds them) and, of anybody, NHS numbers in any grouping, full
//! postcodes, telephone numbers, e-mail addresses, names after a title or a word for kin, and dates said to be of birth. Leaks
//! everything else: names of other people, nicknames, addresses, workplaces, rare events, and, unless `dates: all`, when
//! things happened.

use std::cmp::Reverse;
use std::ops::Range;

use super::day::from_civil;
use crate::identifier::{NhsNumber, Postcode};
use crate::pseudonymise::leak::{Own, find_digits, is_word, plain_with_places};
use crate::pseudonymise::release::Is;

/// Which dates are struck out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// The row's own date of birth, and those that the text calls one.
    Birth,
    /// All of them.
    All,
}

/// The words of `dates:`.
pub const DATES: [(&str, Dates); 2] = [("birth", Dates::Birth), ("all", Dates::All)];

/// What is struck out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// An NHS number.
    NhsNumber,
    /// A number of an organisation.
    LocalId,
    /// Part of a name.
    Name,
    /// A full postcode.
    Postcode,
    /// A date of birth.
    BirthDate,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Another date.
    Date,
}

/// All of them: how each is counted, and what stands in its place.
pub const MARKS: [(Mark, &str, &str); 8] = [
    (Mark::NhsNumber, "redacted_nhs_number", "[NHS NUMBER]"),
    (Mark::LocalId, "redacted_local_id", "[LOCAL ID]"),
    (Mark::Name, "redacted_name", "[NAME]"),
    (Mark::Postcode, "redacted_postcode", "[POSTCODE]"),
    (Mark::BirthDate, "redacted_birth_date", "[DATE OF BIRTH]"),
    (Mark::Email, "redacted_email", "[EMAIL]"),
    (Mark::Phone, "redacted_phone", "[PHONE]"),
    (Mark::Date, "redacted_date", "[DATE]"),
];

/// Counts by kind.
pub type Counts = [u64; MARKS.len()];

impl Mark {
    fn of(is: Is) -> Option<Self> {
        Some(match is {
            Is::NhsNumber => Self::NhsNumber,
            Is::LocalId => Self::LocalId,
            Is::Name => Self::Name,
            Is::Postcode => Self::Postcode,
            Is::BirthDate => Self::BirthDate,
            Is::Email => Self::Email,
            Is::Phone => Self::Phone,
            Is::FreeText => return None,
        })
    }
}

/// A place in a text that is struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it is.
    pub mark: Mark,
}

/// Everything to be struck out of a text, in order and without overlap. `own` are the identifiers of its row.
pub fn find(text: &str, own: &[Own<'_>], dates: Dates) -> Vec<Found> {
    let plain = (!text.is_ascii()).then(|| plain_with_places(text));
    let (bytes, places) = plain.as_ref().map_or((text.as_bytes(), None), |(bytes, places)| (bytes.as_slice(), Some(places)));
    let mut found = Vec::new();
    for one in own {
        let Some(mark) = Mark::of(one.is) else { continue };
        let mut from = 0;
        while let Some(range) = one.find(bytes, from) {
            from = range.end;
            found.push(Found { range, mark });
        }
    }
    slips(bytes, own, &mut found);
    likenesses(bytes, own, &mut found);
    emails(bytes, &mut found);
    numbers(bytes, &mut found);
    postcodes(bytes, &mut found);
    all_dates(bytes, own, dates, &mut found);
    for one in found.iter_mut().filter(|one| one.mark == Mark::Phone) {
        let before = bytes[..one.range.start].iter().rev().take_while(|byte| b"+(".contains(byte)).count();
        one.range.start -= before;
    }
    if let Some(places) = places {
        let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
        for one in &mut found {
            one.range = place(one.range.start)..place(one.range.end);
        }
    }
    titled(text.as_bytes(), &mut found);
    found.sort_by_key(|one| (one.range.start, Reverse(one.range.end)));
    let mut merged: Vec<Found> = Vec::with_capacity(found.len());
    for one in found {
        match merged.last_mut() {
            Some(last) if one.range.start < last.range.end => last.range.end = last.range.end.max(one.range.end),
            _ => merged.push(one),
        }
    }
    merged
}

/// Writes the text with marks in the places of what is found; `bare` gets it with empty marks, for the leak check: a person
/// may be called Name.
pub fn write(text: &str, own: &[Own<'_>], dates: Dates, counts: &mut Counts, out: &mut Vec<u8>, bare: &mut Vec<u8>) {
    let mut done = 0;
    for one in find(text, own, dates) {
        let before = &text.as_bytes()[done..one.range.start];
        out.extend_from_slice(before);
        bare.extend_from_slice(before);
        let index = one.mark as usize;
        counts[index] += 1;
        out.extend_from_slice(MARKS[index].2.as_bytes());
        bare.extend_from_slice(b"[]");
        done = one.range.end;
    }
    out.extend_from_slice(&text.as_bytes()[done..]);
    bare.extend_from_slice(&text.as_bytes()[done..]);
}

/// Whether a text before a place ends in one of these words, or nearly: within so many bytes.
fn after(text: &[u8], at: usize, cues: &[&[u8]]) -> bool {
    const NEAR: usize = 24;
    let before = &text[at.saturating_sub(NEAR)..at];
    cues.iter().any(|cue| before.windows(cue.len()).any(|part| part.eq_ignore_ascii_case(cue)))
}

/// Shortest name of which a slip of the hand is known again, in letters.
const SLIP_LENGTH: usize = 5;

/// Words that are one of the row's own names but for one letter more, less, other, or two changed about; the first is right.
fn slips(text: &[u8], own: &[Own<'_>], found: &mut Vec<Found>) {
    let small = |word: &[u8]| String::from_utf8_lossy(word).to_lowercase();
    let names: Vec<String> =
        own.iter().filter(|one| one.is == Is::Name).flat_map(Own::name_parts).map(small).filter(|name| name.chars().count() >= SLIP_LENGTH).collect();
    if names.is_empty() {
        return;
    }
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| is_word(**byte) || **byte == b'\'').count();
        let word = text[at..at + length].strip_suffix(b"'s").unwrap_or(&text[at..at + length]);
        if word.len() >= SLIP_LENGTH - 1 && !word.iter().any(u8::is_ascii_digit) {
            let said = small(word);
            let near =
                |name: &&String| name.chars().next() == said.chars().next() && name.len().abs_diff(said.len()) <= 2 && strsim::osa_distance(name, &said) == 1;
            if names.iter().any(|name| near(&name)) {
                found.push(Found { range: at..at + word.len(), mark: Mark::Name });
            }
        }
        at += length.max(1);
    }
}

/// What is like one of the row's own: its telephone number without the area code, and numbers of the form of its local number.
fn likenesses(text: &[u8], own: &[Own<'_>], found: &mut Vec<Found>) {
    for one in own {
        let mut from = 0;
        match one.is {
            Is::Phone => {
                let Some(local) = without_area(one.value()) else { continue };
                while let Some(range) = find_digits(text, &local, from) {
                    from = range.end;
                    found.push(Found { range, mark: Mark::Phone });
                }
            }
            Is::LocalId => {
                let form = one.value();
                // A plain number has no form of its own.
                if form.iter().filter(|byte| byte.is_ascii_digit()).count() < 4 || !form.iter().any(u8::is_ascii_alphabetic) {
                    continue;
                }
                let same = |a: &u8, b: &u8| a == b || a.is_ascii_digit() && b.is_ascii_digit() || a.is_ascii_alphabetic() && b.is_ascii_alphabetic();
                while let Some(part) = text.get(from..from + form.len()) {
                    let alone = (from == 0 || !is_word(text[from - 1])) && text.get(from + form.len()).is_none_or(|byte| !is_word(*byte));
                    if alone && part.iter().zip(form).all(|(a, b)| same(a, b)) {
                        found.push(Found { range: from..from + form.len(), mark: Mark::LocalId });
                        from += form.len();
                    } else {
                        from += 1;
                    }
                }
            }
            _ => {}
        }
    }
}

/// A number of the landline without its area code, by the lengths of these: two digits after the nought in 02x, three in 01x1
/// and 011x, four in others.
fn without_area(number: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = number.iter().copied().filter(u8::is_ascii_digit).collect();
    let national = [&b"0044"[..], b"44", b"0"].into_iter().find_map(|code| digits.strip_prefix(code))?;
    let national = national.strip_prefix(b"0").unwrap_or(national);
    let area = match national {
        [b'2', ..] => 2,
        [b'1', b'1', ..] | [b'1', _, b'1', ..] => 3,
        [b'1', ..] => 4,
        _ => return None,
    };
    national.get(area..).filter(|local| local.len() >= 6).map(<[u8]>::to_vec)
}

fn emails(text: &[u8], found: &mut Vec<Found>) {
    for at in memchr::memchr_iter(b'@', text) {
        let local = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte >= 0x80 || b"._%+-'".contains(byte);
        let start = at - text[..at].iter().rev().take_while(local).count();
        let host = text[at + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
        let host = text[at + 1..at + 1 + host].trim_ascii_end();
        let host = &host[..host.len() - host.iter().rev().take_while(|byte| b".-".contains(byte)).count()];
        if start < at && host.contains(&b'.') {
            found.push(Found { range: start..at + 1 + host.len(), mark: Mark::Email });
        }
    }
    // `a.person at example dot org`
    for at in memchr::memmem::find_iter(text, b" at ") {
        let part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
        let start = at - text[..at].iter().rev().take_while(part).count();
        let mut end = at + 4 + text[at + 4..].iter().take_while(part).count();
        let mut dots = 0;
        while let Some(rest) = text[end..].strip_prefix(b" dot ") {
            dots += 1;
            end += 5 + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        }
        if start < at && dots > 0 {
            found.push(Found { range: start..end, mark: Mark::Email });
        }
    }
}

/// Groups of digits from a place, with at most three of these marks between two of them: their ends, and the digits.
fn groups(text: &[u8], start: usize, between: &[u8], most: usize) -> (Vec<(usize, usize)>, Vec<u8>) {
    let (mut ends, mut digits, mut at) = (Vec::new(), Vec::new(), start);
    loop {
        let length = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 || digits.len() + length > most {
            return (ends, digits);
        }
        digits.extend_from_slice(&text[at..at + length]);
        at += length;
        ends.push((at, digits.len()));
        let gap = text[at..].iter().take_while(|byte| between.contains(byte)).count();
        if gap == 0 || gap > 3 {
            return (ends, digits);
        }
        at += gap;
    }
}

/// NHS numbers and telephone numbers of anybody.
fn numbers(text: &[u8], found: &mut Vec<Found>) {
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(u8::is_ascii_digit).map(|offset| at + offset) {
        let one = nhs_number(text, start).map(|end| (end, Mark::NhsNumber)).or_else(|| phone(text, start).map(|end| (end, Mark::Phone)));
        at = match one {
            Some((end, mark)) => {
                found.push(Found { range: start..end, mark });
                end
            }
            None => start + text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
        };
    }
}

/// Ten digits that pass modulus 11, or that stand as NHS numbers do (in a row or 3-3-4), or after the word NHS: a slip of the
/// hand makes a number wrong, and tells who is meant all the same.
fn nhs_number(text: &[u8], start: usize) -> Option<usize> {
    let (ends, digits) = groups(text, start, b" -.\t", 10);
    let (end, _) = *ends.iter().find(|(_, length)| *length == 10)?;
    if text.get(end).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let lengths: Vec<usize> = ends.iter().map(|(_, length)| *length).collect();
    let widths: Vec<usize> = lengths.iter().zip(std::iter::once(&0).chain(&lengths)).map(|(this, before)| this - before).collect();
    let written_so = matches!(widths[..], [10] | [3, 3, 4]) && digits[0] != b'0';
    let plausible = widths.iter().all(|width| *width >= 2);
    let valid = plausible && NhsNumber::parse_bytes(&digits).is_ok();
    (valid || written_so || after(text, start, &[b"nhs"])).then_some(end)
}

/// A number as dialled at home (10 or 11 digits from 0), or with a country's code.
fn phone(text: &[u8], start: usize) -> Option<usize> {
    let (ends, digits) = groups(text, start, b" -.()\t", 15);
    let abroad = start > 0 && text[start - 1] == b'+';
    let first = ends.first()?.1;
    let good = |length: usize| match &digits[..length] {
        _ if abroad => length >= 8,
        [b'0', b'0', b'1'..=b'9', ..] => (13..=15).contains(&length) && digits.starts_with(b"0044"),
        [b'0', b'1' | b'2' | b'3' | b'5' | b'7' | b'8' | b'9', ..] => (10..=11).contains(&length) && first >= 3,
        _ => false,
    };
    let end = ends.iter().filter(|(_, length)| good(*length)).map(|(end, _)| *end).next_back()?;
    (!text.get(end).is_some_and(u8::is_ascii_digit)).then_some(end)
}

/// The letters with which postcodes begin.
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY \
                     HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR \
                     RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE ZZ ";

/// Full postcodes, with a space or two, a hyphen, or none.
fn postcodes(text: &[u8], found: &mut Vec<Found>) {
    let mut at = 0;
    while at < text.len() {
        if !is_word(text[at]) || at > 0 && is_word(text[at - 1]) {
            at += 1;
            continue;
        }
        let word = |from: usize| from + text[from..].iter().take_while(|byte| is_word(**byte)).count();
        let end = word(at);
        let gap = text[end..].iter().take_while(|byte| b" -".contains(byte)).count();
        let next = word(end + gap);
        let known = |part: &[u8]| {
            let letters: Vec<u8> = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_uppercase).collect();
            std::str::from_utf8(&letters).is_ok_and(|letters| !letters.is_empty() && AREAS.contains(&format!(" {letters} ")))
        };
        let whole = (5..=7).contains(&(end - at)) && Postcode::parse(&text[at..end]).is_ok() && known(&text[at..end]);
        let two = (1..=2).contains(&gap) && (2..=4).contains(&(end - at)) && next - end - gap == 3 && {
            let (outward, inward) = (&text[at..end], &text[end + gap..next]);
            // "L5 4th" is a vertebra, not an address.
            let ordinal = [&b"st"[..], b"nd", b"rd", b"th"].contains(&&inward[1..]) && outward[0].is_ascii_uppercase();
            !ordinal && known(outward) && Postcode::parse(&[outward, inward].concat()).is_ok()
        };
        if two {
            found.push(Found { range: at..next, mark: Mark::Postcode });
            at = next;
        } else {
            if whole {
                found.push(Found { range: at..end, mark: Mark::Postcode });
            }
            at = end;
        }
    }
}

const MONTHS: [&[u8]; 12] =
    [b"january", b"february", b"march", b"april", b"may", b"june", b"july", b"august", b"september", b"october", b"november", b"december"];

/// Words after which a date is one of birth.
const BORN: [&[u8]; 5] = [b"dob", b"d.o.b", b"born", b"birth", b"d o b"];

fn all_dates(text: &[u8], own: &[Own<'_>], dates: Dates, found: &mut Vec<Found>) {
    let mut at = 0;
    while at < text.len() {
        let begins =
            if text[at].is_ascii_digit() { at == 0 || !text[at - 1].is_ascii_digit() } else { is_word(text[at]) && (at == 0 || !is_word(text[at - 1])) };
        let Some((end, days)) = begins.then(|| date(text, at)).flatten() else {
            at += 1;
            continue;
        };
        let birth = own.iter().any(|one| one.birth_day().is_some_and(|day| days.contains(&Some(day)))) || after(text, at, &BORN);
        if birth || dates == Dates::All {
            found.push(Found { range: at..end, mark: if birth { Mark::BirthDate } else { Mark::Date } });
        }
        at = end;
    }
}

/// The days that three numbers may mean.
type Days = [Option<i32>; 4];

fn real(year: u32, month: u32, day: u32) -> Option<i32> {
    let year = i16::try_from(year).ok().filter(|year| (1850..2150).contains(year))?;
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    crate::identifier::Date::new(year, month, day)?;
    Some(from_civil(i32::from(year), i32::from(month), i32::from(day)))
}

/// Digits at a place: their number, and where they end.
fn digits(text: &[u8], at: usize, most: usize) -> Option<(u32, usize)> {
    let part = text.get(at..)?;
    let length = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=most).contains(&length).then(|| (part[..length].iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')), at + length))
}

/// A year of four digits, or of two, which may be of either century.
fn years(text: &[u8], at: usize) -> Option<([u32; 2], usize)> {
    let (year, end) = digits(text, at, 4)?;
    match end - at {
        4 => Some(([year, year], end)),
        2 => Some(([1900 + year, 2000 + year], end)),
        _ => None,
    }
}

/// A date that begins at a place: where it ends, and the days it may mean.
fn date(text: &[u8], at: usize) -> Option<(usize, Days)> {
    let one = if text[at].is_ascii_digit() { numeric(text, at).or_else(|| day_first(text, at)) } else { month_first(text, at) };
    one.filter(|(end, days)| days.iter().any(Option::is_some) && !text.get(*end).is_some_and(u8::is_ascii_digit))
}

fn numeric(text: &[u8], at: usize) -> Option<(usize, Days)> {
    let run = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if run == 8 {
        let number = |from: usize, to: usize| digits(&text[at + from..at + to], 0, 4).map(|(number, _)| number);
        let forward = real(number(0, 4)?, number(4, 6)?, number(6, 8)?);
        let backward = real(number(4, 8)?, number(2, 4)?, number(0, 2)?);
        return Some((at + 8, [forward, backward, None, None]));
    }
    let (first, end) = digits(text, at, 4)?;
    let separator = *text.get(end).filter(|byte| b"/-.".contains(byte))?;
    let (second, then) = digits(text, end + 1, 2)?;
    if text.get(then) != Some(&separator) {
        return None;
    }
    if end - at == 4 {
        let (day, end) = digits(text, then + 1, 2)?;
        return Some((end, [real(first, second, day), None, None, None]));
    }
    if end - at > 2 {
        return None;
    }
    let (years, last) = years(text, then + 1)?;
    // 1.2.10 is a version or a paragraph.
    if separator == b'.' && last - then == 3 && (end - at < 2 || then - end < 3) {
        return None;
    }
    let both = |year| [real(year, second, first), real(year, first, second)];
    let ([a, b], [c, d]) = (both(years[0]), both(years[1]));
    Some((last, [a, b, c, d]))
}

fn gap(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| b" ,-/".contains(byte)).take(3).count()
}

/// A month in words, three letters or more of it.
fn month(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let length = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = text[at..at + length].to_ascii_lowercase();
    let known = |name: &&[u8]| word.len() >= 3 && (name.starts_with(&word) || word == b"sept" && name.starts_with(b"sep"));
    let index = MONTHS.iter().position(known)?;
    let end = at + length;
    Some((u32::try_from(index).ok()? + 1, end + usize::from(text.get(end) == Some(&b'.'))))
}

/// `3rd of February 1980`, `3-Feb-80`.
fn day_first(text: &[u8], at: usize) -> Option<(usize, Days)> {
    let (day, end) = digits(text, at, 2)?;
    let ordinal = text.get(end..end + 2).is_some_and(|word| [&b"st"[..], b"nd", b"rd", b"th"].iter().any(|known| word.eq_ignore_ascii_case(known)));
    let mut next = gap(text, if ordinal { end + 2 } else { end });
    if text.get(next..next + 3).is_some_and(|word| word.eq_ignore_ascii_case(b"of ")) {
        next += 3;
    }
    let (month, end) = month(text, next)?;
    let (years, end) = years(text, gap(text, end))?;
    Some((end, [real(years[0], month, day), real(years[1], month, day), None, None]))
}

/// `February 3rd, 1980`, `February of 1980`.
fn month_first(text: &[u8], at: usize) -> Option<(usize, Days)> {
    let (month, end) = month(text, at)?;
    let next = if text.get(end..end + 4).is_some_and(|word| word.eq_ignore_ascii_case(b" of ")) { end + 4 } else { gap(text, end) };
    if let Some((year, last)) = digits(text, next, 4).filter(|(_, last)| last - next == 4) {
        return Some((last, [real(year, month, 1), None, None, None]));
    }
    let (day, end) = digits(text, gap(text, end), 2)?;
    let ordinal = text.get(end..end + 2).is_some_and(|word| [&b"st"[..], b"nd", b"rd", b"th"].iter().any(|known| word.eq_ignore_ascii_case(known)));
    let (years, end) = years(text, gap(text, if ordinal { end + 2 } else { end }))?;
    Some((end, [real(years[0], month, day), real(years[1], month, day), None, None]))
}

const TITLES: [&[u8]; 11] = [b"Mr", b"Mrs", b"Ms", b"Miss", b"Mx", b"Dr", b"Prof", b"Professor", b"MR", b"MRS", b"DR"];

/// Words for people that a name follows, in small letters.
const KIN: [&[u8]; 30] = [
    b"daughter",
    b"son",
    b"wife",
    b"husband",
    b"partner",
    b"mother",
    b"father",
    b"mum",
    b"mam",
    b"dad",
    b"sister",
    b"brother",
    b"neighbour",
    b"carer",
    b"friend",
    b"niece",
    b"nephew",
    b"aunt",
    b"uncle",
    b"grandson",
    b"granddaughter",
    b"grandmother",
    b"grandfather",
    b"cousin",
    b"fiance",
    b"nok",
    b"widow",
    b"twin",
    b"stepson",
    b"stepdaughter",
];

/// Names of anybody after a title or a word for kin: up to two words that begin with a capital, initials not counted.
fn titled(text: &[u8], found: &mut Vec<Found>) {
    let word = |from: usize| from + text[from..].iter().take_while(|byte| is_word(**byte) || b"'-".contains(byte)).count();
    let mut at = 0;
    while at < text.len() {
        if !is_word(text[at]) {
            at += 1;
            continue;
        }
        let end = word(at);
        let said = &text[at..end];
        let title = TITLES.contains(&said) || said.len() >= 3 && KIN.iter().any(|kin| kin.eq_ignore_ascii_case(said));
        at = end;
        if !title {
            continue;
        }
        let spaces = |from: usize| from + text[from..].iter().take_while(|byte| **byte == b' ').count();
        let mut next = spaces(at + usize::from(text.get(at) == Some(&b'.')));
        let (start, mut last, mut words) = (next, None, 0);
        while words < 2 && text.get(next).is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80) {
            let end = word(next);
            let initial = end - next == 1;
            let dot = usize::from(initial && text.get(end) == Some(&b'.'));
            words += usize::from(!initial);
            last = Some(end + dot);
            // A word at the end of a sentence ends the name.
            let following = spaces(end + dot);
            if following == end + dot {
                break;
            }
            next = following;
        }
        if let Some(end) = last.filter(|_| start > at) {
            found.push(Found { range: start..end, mark: Mark::Name });
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pseudonymise::leak::{Shape, plain};
    use crate::pseudonymise::release::DateForm;

    fn own<'t>(identifiers: &[(Is, &'t str)]) -> Vec<Own<'t>> {
        identifiers.iter().filter_map(|(is, value)| Own::new(*is, value.as_bytes(), DateForm::Iso)).collect()
    }

    fn redact(text: &str, identifiers: &[(Is, &str)], dates: Dates) -> String {
        let (mut out, mut bare) = (Vec::new(), Vec::new());
        write(text, &own(identifiers), dates, &mut Counts::default(), &mut out, &mut bare);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn identifiers_of_anybody_are_struck_out() {
        for (text, expected) in [
            ("NHS no. 999 000 0018, seen", "NHS no. [NHS NUMBER], seen"),
            ("(9990000018)", "([NHS NUMBER])"),
            ("999-000-0018;99900 00018", "[NHS NUMBER];[NHS NUMBER]"),
            ("NHS 9990000019 is wrong and goes too", "NHS [NHS NUMBER] is wrong and goes too"),
            ("call 0161 496 0000 or (020) 7946 0000.", "call [PHONE] or [PHONE]."),
            ("+44 (0)161 496 0000", "[PHONE]"),
            ("mob 07700900123 in 10 days", "mob [PHONE] in 10 days"),
            ("lives M13 9PL, was ec1a1bb", "lives [POSTCODE], was [POSTCODE]"),
            ("mail o'neil.j@example.nhs.uk.", "mail [EMAIL]."),
            ("spoke to Dr. A. Patel today", "spoke to Dr. [NAME] today"),
            ("Mrs Ng-Smith's son", "Mrs [NAME] son"),
            ("a.person at example dot org, please", "[EMAIL], please"),
            ("born March 1980", "born [DATE OF BIRTH]"),
            ("dob 3/2/80", "dob [DATE OF BIRTH]"),
            ("born on 3rd February 1980 at", "born on [DATE OF BIRTH] at"),
        ] {
            assert_eq!(redact(text, &[], Dates::Birth), expected);
        }
    }

    #[test]
    fn what_only_looks_like_an_identifier_stays() {
        for text in [
            "BP 120/80, pulse 72, sats 98%",
            "disc at L5 4th visit",
            "B12 3mg daily",
            "sample 12345678901234",
            "ward 7 bed 12, 2026-05-17, v1.2.10",
            "reference 4412 5533",
            "may 3 tablets",
            "in May 10 units",
            "seen at 3 dots",
            "Dr review tomorrow",
        ] {
            assert_eq!(redact(text, &[], Dates::Birth), text);
        }
        assert_eq!(redact("on 2026-05-17 and May 3rd, 2026", &[], Dates::All), "on [DATE] and [DATE]");
    }

    #[test]
    fn the_rows_own_identifiers_are_struck_out_in_every_form() {
        let row = [(Is::Name, "O\u{2019}Connor"), (Is::Name, "Ada"), (Is::BirthDate, "1980-02-03"), (Is::LocalId, "RX1-77"), (Is::NhsNumber, "9990000018")];
        assert_eq!(
            redact("Ada O'CONNOR (rx1-77) b. 3 Feb 1980, 03/02/1980, 02/03/1980; 999/000/0018", &row, Dates::Birth),
            "[NAME] [NAME] ([LOCAL ID]) b. [DATE OF BIRTH], [DATE OF BIRTH], [DATE OF BIRTH]; [NHS NUMBER]"
        );
        assert_eq!(redact("Jo Ng rang; jo ng; NG tube", &[(Is::Name, "Ng"), (Is::Name, "Jo")], Dates::Birth), "[NAME] [NAME] rang; jo ng; [NAME] tube");
        assert_eq!(redact("RX9-00 of RX2-13, not RX2-137", &[(Is::LocalId, "RX1-7701")], Dates::Birth), "RX9-00 of RX2-13, not RX2-137");
        assert_eq!(redact("misfiled: rx2-1399", &[(Is::LocalId, "RX1-7701")], Dates::Birth), "misfiled: [LOCAL ID]");
        assert_eq!(redact("ring 496 0000 or 4960000", &[(Is::Phone, "+44 161 496 0000")], Dates::Birth), "ring [PHONE] or [PHONE]");
        assert_eq!(redact("Hartly and HARTELY, not Party", &[(Is::Name, "Hartley")], Dates::Birth), "[NAME] and [NAME], not Party");
        assert_eq!(redact("Zoë\u{a0}– ADA, 999\u{a0}000\u{a0}0018 — fin", &row, Dates::Birth), "Zoë\u{a0}– [NAME], [NHS NUMBER] — fin");
    }

    proptest! {
        #[test]
        fn nothing_that_the_leak_check_finds_is_left(before in "[ a-zA-Z0-9,.\u{e9}\u{2019}/-]{0,30}", after in "[ a-zA-Z0-9,.\u{e9}\u{2019}/-]{0,30}", form in 0usize..12) {
            let row = [(Is::Name, "Okafor"), (Is::BirthDate, "1980-02-03"), (Is::Postcode, "M13 9PL"), (Is::NhsNumber, "9990000018"), (Is::Phone, "0161 496 0000"), (Is::Email, "a.b@example.org")];
            let planted = ["okafor", "03.02.1980", "02/03/1980", "19800203", "m139pl", "999 000 0018", "999-000-0018", "+44 161 496 0000", "(0161) 4960000", "A.B@example.org", "1980-02-03", "M13  9PL"][form];
            let text = format!("{before} {planted} {after}");
            let own = own(&row);
            let (mut out, mut bare) = (Vec::new(), Vec::new());
            write(&text, &own, Dates::Birth, &mut Counts::default(), &mut out, &mut bare);
            for one in &own {
                prop_assert!(!one.is_in(&bare, Shape::of(&bare), true), "{:?} in {}", one.is, String::from_utf8_lossy(&plain(&bare)));
            }
            prop_assert!(!String::from_utf8(out).expect("UTF-8").contains(planted));
        }

        #[test]
        fn places_are_in_order_and_within_the_text(
            text in prop_oneof![any::<String>(), "[0-9 ./@()+T-]{0,60}", "(Mr|Dr|son|May|jan|[0-9]{1,4}|at|dot|of|nhs|born|M13 9PL|\u{e9}|\u{a0}|\u{ad}|[ .,'/@-]){0,40}"]
        ) {
            let mut done = 0;
            let row = own(&[(Is::Name, "\u{c9}va Li"), (Is::LocalId, "RX1-77001"), (Is::Phone, "0161 496 0000"), (Is::BirthDate, "1980-02-03")]);
            for one in find(&text, &row, Dates::All) {
                prop_assert!(one.range.start >= done && one.range.end <= text.len() && one.range.start < one.range.end);
                prop_assert!(text.is_char_boundary(one.range.start) && text.is_char_boundary(one.range.end));
                done = one.range.end;
            }
        }
    }
}
