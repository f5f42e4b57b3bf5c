//! The second reading: every row checked, transformed, searched for leaks, and counted. Pure over chunks.

use std::io::Read;
use std::sync::atomic::AtomicBool;

use super::bound::{AtBound, Bound, Keys, Opens, Step, Subject};
use super::distinct::{Distinct, Full};
use super::leak::{CELL_LENGTH, Own, Shape, others, plain};
use super::opt_out::Standing;
use super::release::{CodeForm, DateForm, Fate, Is, Window};
use super::survey::Survey;
use super::tally::Tally;
use super::transform::map::Unmatched;
use super::transform::{Beside, Made, OfCell, Unfit, age_band, day, pseudonym, redact};
use crate::identifier::{Date, NhsNumber, NhsNumberError, NhsRange};
use crate::keys::message;
use crate::keys::reversible::{MESSAGE_LIMIT, Sealer};
use crate::tabular::{Cell, Done, Malformed, Records, Source, Stop, Stopped, run};

/// Why a row stops the run. Carries no cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// Not a record of this table.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A cell that cannot be transformed.
    #[error("column {}: {}", column + 1, why.in_words())]
    Unfit {
        /// Index in the extract.
        column: usize,
        /// Why.
        why: Unfit,
    },
    /// A rule that says `reject`.
    #[error("column {}: {}, and the release says `reject`", column + 1, cause.replace('_', " "))]
    Rejected {
        /// Index in the extract.
        column: usize,
        /// The word of the cause.
        cause: &'static str,
    },
    /// A cell that a spreadsheet would calculate.
    #[error("column {}: a cell that a spreadsheet would calculate (it begins with = + - @, tab or carriage return)", column + 1)]
    Formula {
        /// Index in the extract.
        column: usize,
    },
    /// More people than the memory allows.
    #[error("more distinct identifiers than fit in the memory allowed")]
    Full,
}

impl RowError {
    /// The index in the extract of the column it is about.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Malformed(error) => error.column(),
            Self::Unfit { column, .. } | Self::Rejected { column, .. } | Self::Formula { column } => Some(*column),
            Self::Full => None,
        }
    }
}

impl From<Full> for RowError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

/// What becomes of a row that is not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Removed(&'static str),
    Quarantined(&'static str),
}

/// Buffers that rows share.
pub(super) struct Scratch<'c> {
    nhs: Vec<Option<NhsNumber>>,
    /// The message of the row's person.
    message: Vec<u8>,
    /// The message of another identifier.
    other: Vec<u8>,
    /// Identifiers that the leak check looks for, once a row needs them.
    own: Vec<Own<'c>>,
    /// Prefixes of MACs by column of the release.
    prefixes: Vec<Vec<u128>>,
    /// By column of the release, made where they are needed.
    sealers: Vec<Option<Sealer>>,
    /// What a cell becomes, before it is searched and quoted.
    made: Vec<u8>,
    /// The same without the marks of a redaction.
    bare: Vec<u8>,
}

impl Scratch<'_> {
    pub(super) fn new(bound: &Bound<'_>) -> Self {
        Self {
            nhs: vec![None; bound.nhs.len()],
            message: Vec::new(),
            other: Vec::new(),
            own: Vec::new(),
            prefixes: vec![Vec::new(); bound.release.columns.len()],
            sealers: bound.release.columns.iter().map(|_| None).collect(),
            made: Vec::new(),
            bare: Vec::new(),
        }
    }
}

fn is_null(bound: &Bound<'_>, inner: &[u8]) -> bool {
    inner.is_empty() || bound.release.null.iter().any(|null| null.as_bytes() == inner) || inner.trim_ascii().is_empty()
}

/// A date; none if nothing is there, or a day that systems write for "not known": moved or aged, it would pass for one.
pub(super) fn date(bound: &Bound<'_>, inner: &[u8], form: DateForm) -> Result<Option<i32>, Unfit> {
    if is_null(bound, inner) { Ok(None) } else { day::parse(inner, form).map(|on| (!day::is_placeholder(on)).then_some(on)) }
}

/// The cause of rows of people who objected (type 1).
const OBJECTED: &str = "type_1_objection";

fn nhs_cause(error: NhsNumberError) -> &'static str {
    match error {
        NhsNumberError::Empty => "nhs_number_missing",
        NhsNumberError::NotDigits => "nhs_number_not_digits",
        NhsNumberError::Scientific => "nhs_number_scientific_notation",
        NhsNumberError::LostLeadingZero => "nhs_number_lost_leading_zero",
        NhsNumberError::Length => "nhs_number_length",
        NhsNumberError::CheckDigit => "nhs_number_check_digit",
        NhsNumberError::Repeated => "nhs_number_repeated_digit",
        NhsNumberError::Placeholder => "nhs_number_placeholder",
    }
}

/// Whether the row's own cell says that its person objected (type 1); none if it says neither.
pub(super) fn objects(bound: &Bound<'_>, chunk: &[u8], cells: &[Cell]) -> Option<bool> {
    let Some((column, objected, free)) = bound.objected else { return Some(false) };
    let cell = cells[column].value(chunk);
    let is = |words: &[String]| words.iter().any(|word| word.as_bytes() == cell.trim_ascii());
    if is(objected) { Some(true) } else { is(free).then_some(false) }
}

/// Tells the person of a row whose person did not opt out or object, as far as the row alone shows. Opt-outs come before
/// anything that could set a row aside, so that what is set aside holds nobody who opted out.
pub(super) fn person(bound: &Bound<'_>, keys: &Keys, chunk: &[u8], cells: &[Cell], scratch: &mut Scratch<'_>) -> Result<Result<Option<u128>, Left>, RowError> {
    if objects(bound, chunk, cells) == Some(true) {
        return Ok(Err(Left::Removed(OBJECTED)));
    }
    let who = match identify(bound, keys, chunk, cells, scratch)? {
        Ok(who) => who,
        Err(left) => return Ok(Err(left)),
    };
    if let (Some(list), Subject::Nhs(index)) = (bound.list, bound.subject) {
        match scratch.nhs[index].map(|number| list.standing(&number)) {
            Some(Standing::Released) => {}
            Some(Standing::OptedOut) => return Ok(Err(Left::Removed("national_opt_out"))),
            Some(Standing::NotAsked) | None => return Ok(Err(Left::Removed("opt_out_not_asked"))),
        }
    }
    if objects(bound, chunk, cells).is_none() {
        return Ok(Err(Left::Quarantined("type_1_not_known")));
    }
    for column in &bound.required {
        if is_null(bound, cells[*column].inner(chunk)) {
            return Ok(Err(Left::Quarantined("missing_value")));
        }
    }
    Ok(Ok(who))
}

/// Checks the identifiers of a row and tells its person, as a number that only serves to compare.
pub(super) fn identify(
    bound: &Bound<'_>,
    keys: &Keys,
    chunk: &[u8],
    cells: &[Cell],
    scratch: &mut Scratch<'_>,
) -> Result<Result<Option<u128>, Left>, RowError> {
    for (index, nhs) in bound.nhs.iter().enumerate() {
        let inner = cells[nhs.column].inner(chunk);
        let parsed = if is_null(bound, inner) { Err(NhsNumberError::Empty) } else { NhsNumber::parse_bytes(inner) };
        let rules = bound.release.nhs;
        let (fate, cause) = match parsed {
            Ok(number) if number.range() == NhsRange::Test && rules.test_range != Fate::Accept => (rules.test_range, "nhs_number_test_range"),
            Ok(number) => {
                scratch.nhs[index] = Some(number);
                continue;
            }
            Err(NhsNumberError::Empty) => {
                scratch.nhs[index] = None;
                if !nhs.subject {
                    continue;
                }
                (rules.missing, nhs_cause(NhsNumberError::Empty))
            }
            Err(error) => (rules.invalid, nhs_cause(error)),
        };
        match fate {
            Fate::Quarantine | Fate::Accept => return Ok(Err(Left::Quarantined(cause))),
            Fate::Drop => return Ok(Err(Left::Removed(cause))),
            Fate::Reject => return Err(RowError::Rejected { column: nhs.column, cause }),
        }
    }
    scratch.message.clear();
    Ok(Ok(match bound.subject {
        Subject::None => None,
        Subject::Nhs(index) => scratch.nhs[index].map(|number| {
            scratch.message.extend_from_slice(message::nhs_number(&number));
            u128::from(number.expose_prefix())
        }),
        Subject::Message { rule, column, with } => match identifier(bound, chunk, cells, rule, column, with, &mut scratch.message) {
            Ok(true) => keys.pseudonym[rule].as_ref().map(|key| key.mac(&scratch.message).prefix()),
            Ok(false) => None,
            Err(why) => return unfit(bound, column, why).map(Err),
        },
    }))
}

/// What becomes of a row with a cell that cannot be transformed.
fn unfit(bound: &Bound<'_>, column: usize, why: Unfit) -> Result<Left, RowError> {
    if bound.release.quarantine_malformed { Ok(Left::Quarantined(why.reason())) } else { Err(RowError::Unfit { column, why }) }
}

/// Appends the canonical message of an identifier that is no NHS number alone. False if it, or a part of it, is null.
fn identifier(bound: &Bound<'_>, chunk: &[u8], cells: &[Cell], rule: usize, column: usize, with: Option<usize>, out: &mut Vec<u8>) -> Result<bool, Unfit> {
    let (is, parts) = (bound.release.columns[rule].is, &bound.parts[rule]);
    if !parts.is_empty() {
        let start = out.len();
        for part in parts {
            let cell = cells[part.column].value(chunk);
            let there = !is_null(bound, &cell)
                && match part.is {
                    // A day that stands for "not known" would make one person of all who have it.
                    Some(Is::BirthDate) => match date(bound, &cell, part.form)? {
                        Some(day) => match Date::from_days(day) {
                            Some(day) => pseudonym::part(message::date(day).as_bytes(), None, out)?,
                            None => return Err(Unfit::Date),
                        },
                        None => false,
                    },
                    is => pseudonym::part(&cell, is, out)?,
                };
            if !there {
                out.truncate(start);
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let cell = cells[column].value(chunk);
    let organisation = with.map(|column| cells[column].value(chunk));
    if is_null(bound, &cell) || organisation.as_ref().is_some_and(|org| is_null(bound, org)) {
        return Ok(false);
    }
    pseudonym::message(&cell, organisation.as_deref(), is, out)
}

/// What the second reading needs to know.
pub struct Run<'a> {
    /// The keys.
    pub keys: &'a Keys,
    /// What the first reading learnt.
    pub survey: &'a Survey,
    /// Distinct identifiers, by column of the release; none where there is no pseudonym.
    pub distinct: &'a [Option<Distinct>],
    /// Workers.
    pub threads: usize,
    /// Ctrl-C.
    pub interrupted: &'a AtomicBool,
    /// Whether rows set aside are wanted as they were read.
    pub keep_quarantined: bool,
}

/// A row set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// As a spreadsheet counts: the header is row 1.
    pub row: u64,
    /// The word of the cause.
    pub cause: &'static str,
    /// As read, without line end; empty unless wanted.
    pub record: Vec<u8>,
}

/// What a chunk comes to.
pub struct Part {
    /// Released rows.
    pub bytes: Vec<u8>,
    /// Its books; rows of leaks count within the chunk.
    pub tally: Tally,
    /// Rows set aside; rows count within the chunk.
    pub set_aside: Vec<SetAside>,
}

impl Run<'_> {
    /// Reads one extract. `sink` gets released bytes, rows set aside and the number of the last row before the part, in
    /// order.
    pub fn read<R: Read + Send>(
        &self,
        bound: &Bound<'_>,
        source: Source<R>,
        mut sink: impl FnMut(&mut Part, u64) -> std::io::Result<()>,
    ) -> Result<(), Stopped<RowError>> {
        let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| self.chunk(bound, chunk, whole, buffer);
        run(source, self.threads, self.interrupted, work, |before, mut part: Part| {
            for one in &mut part.set_aside {
                one.row += before;
            }
            sink(&mut part, before)?;
            Ok(part.bytes)
        })
        .map(|_| ())
    }

    fn chunk(&self, bound: &Bound<'_>, chunk: &[u8], whole: bool, bytes: Vec<u8>) -> Result<Done<Part>, Stop<RowError>> {
        let mut records = Records::new(chunk, bound.delimiter, bound.columns, whole);
        let mut cells = Vec::new();
        let mut scratch = Scratch::new(bound);
        let mut part = Part { bytes, tally: Tally::new(bound.release.columns.len()), set_aside: Vec::new() };
        part.bytes.reserve(chunk.len());
        loop {
            let left = match records.next_into(&mut cells) {
                Ok(false) => break,
                Ok(true) => {
                    let start = part.bytes.len();
                    let row = self.row(bound, chunk, &cells, records.rows(), &mut scratch, &mut part);
                    if !matches!(row, Ok(None)) {
                        part.bytes.truncate(start);
                    }
                    row
                }
                Err(error) if error.is_confined() && bound.release.quarantine_malformed => Ok(Some(Left::Quarantined(error.reason()))),
                Err(error) => Err(RowError::Malformed(error)),
            };
            part.tally.read += 1;
            match left {
                Ok(None) => part.tally.out += 1,
                Ok(Some(Left::Removed(cause))) => *part.tally.removed.entry(cause).or_default() += 1,
                Ok(Some(Left::Quarantined(cause))) => {
                    *part.tally.quarantined.entry(cause).or_default() += 1;
                    let record = if self.keep_quarantined { records.raw().to_vec() } else { Vec::new() };
                    part.set_aside.push(SetAside { row: records.rows(), cause, record });
                }
                Err(why) => return Err(Stop { row: records.rows(), why }),
            }
        }
        for (prefixes, distinct) in scratch.prefixes.iter_mut().zip(self.distinct) {
            if let Some(distinct) = distinct {
                distinct.add(prefixes).map_err(|full| Stop { row: records.rows(), why: full.into() })?;
            }
        }
        part.tally.blank = records.blank();
        Ok(Done { rows: records.rows(), result: part })
    }

    /// One row into `part`; counts of columns are taken back if the row does not come out, which only shows at its end.
    fn row<'c>(
        &self,
        bound: &Bound<'_>,
        chunk: &'c [u8],
        cells: &[Cell],
        row: u64,
        scratch: &mut Scratch<'c>,
        part: &mut Part,
    ) -> Result<Option<Left>, RowError> {
        let who = match person(bound, self.keys, chunk, cells, scratch)? {
            Ok(who) => who,
            Err(left) => return Ok(Some(left)),
        };
        if who.is_some_and(|who| self.survey.objected.contains(&who)) {
            return Ok(Some(Left::Removed(OBJECTED)));
        }
        // What can take the row out comes before anything is written or counted.
        for step in &bound.steps {
            if let Err(left) = self.fits(bound, chunk, cells, step)? {
                return Ok(Some(left));
            }
        }
        let out = &mut part.bytes;
        let start = out.len();
        let mut first = true;
        let line = Row { bound, chunk, cells, number: row };
        let mut ready = false;
        for step in &bound.steps {
            if !first {
                out.push(b',');
            }
            first = false;
            match step {
                Step::Keep { rules, first } => line.keep(rules, *first, &mut scratch.own, &mut ready, &mut part.tally, out)?,
                Step::Pseudonym { rule, column, with, form, nhs } => {
                    let Some(key) = &self.keys.pseudonym[*rule] else { continue };
                    let number = nhs.and_then(|index| scratch.nhs[index]);
                    let mac = match nhs {
                        Some(_) => number.map(|number| key.mac(message::nhs_number(&number))),
                        None => {
                            scratch.other.clear();
                            let there = identifier(bound, chunk, cells, *rule, *column, *with, &mut scratch.other);
                            there.map_err(|why| RowError::Unfit { column: *column, why })?.then(|| key.mac(&scratch.other))
                        }
                    };
                    if let Some(mac) = &mac {
                        let wrote = match (&self.keys.opens[*rule], &number) {
                            (None, _) => {
                                pseudonym::write(mac, *form == CodeForm::Hex, out);
                                true
                            }
                            (Some(Opens::FormatPreserving(key)), Some(number)) => key.pseudonym(number).is_some_and(|text| {
                                out.extend_from_slice(&text);
                                true
                            }),
                            (Some(Opens::FormatPreserving(_)), None) => false,
                            (Some(Opens::Reversible(key)), number) => {
                                let message = number.as_ref().map_or(&scratch.other[..], |number| message::nhs_number(number));
                                scratch.sealers[*rule].get_or_insert_with(|| key.sealer()).write(message, out)
                            }
                        };
                        if !wrote {
                            return Err(RowError::Unfit { column: *column, why: Unfit::Identifier });
                        }
                        scratch.prefixes[*rule].push(mac.prefix());
                    }
                    part.tally.columns[*rule].count(mac.is_some());
                }
                Step::AgeBand { rule, column, form, width, at, top } => {
                    let (born, on) = self.age(bound, chunk, cells, *rule, *column, *form, *at, who);
                    if let (Some(born), Some(on)) = (born, on)
                        && let Ok(years) = age_band::age(born, on)
                    {
                        age_band::write(years, *width, *top, out);
                    }
                    part.tally.columns[*rule].count(born.is_some() && on.is_some());
                }
                Step::Shift { rule, column, form, range, window } => {
                    let inner = cells[*column].inner(chunk);
                    let on = date(bound, inner, *form).ok().flatten();
                    if on.is_none() && !is_null(bound, inner) {
                        part.tally.columns[*rule].not_known += 1;
                    }
                    let there = match (on, &self.keys.shift, who) {
                        (Some(on), _, _) if *window == Window::Month && self.at_edge(*rule, on, range.reach()) => {
                            day::write_month(on, out);
                            true
                        }
                        (Some(on), Some(key), Some(_)) => {
                            day::write(on + key.offset(&scratch.message, *range), *form, out);
                            true
                        }
                        _ => false,
                    };
                    part.tally.columns[*rule].count(there);
                }
                Step::Cell { rule, column, cell } if cell.is_plain() => {
                    let inner = cells[*column].inner(chunk);
                    let before = out.len();
                    if !is_null(bound, inner) {
                        let beside = Beside { keys: self.keys, rule: *rule };
                        let made = cell.write(inner, beside, out).map_err(|why| RowError::Unfit { column: *column, why })?;
                        part.tally.columns[*rule].not_known += u64::from(made == Made::NotKnown);
                    }
                    part.tally.columns[*rule].count(out.len() > before);
                }
                Step::Cell { rule, column, cell } => {
                    let beside = Beside { keys: self.keys, rule: *rule };
                    line.made(beside, *column, cell, scratch, &mut ready, &mut part.tally, out)?;
                }
            }
        }
        // A line with one empty cell would be a blank line.
        if bound.width == 1 && out.len() == start {
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
        Ok(None)
    }

    /// Whether a step can be done on this row.
    fn fits(&self, bound: &Bound<'_>, chunk: &[u8], cells: &[Cell], step: &Step) -> Result<Result<(), Left>, RowError> {
        let bad = |column: usize, why| unfit(bound, column, why).map(Err);
        match step {
            Step::Shift { rule, column, form, range, window } => match date(bound, cells[*column].inner(chunk), *form) {
                Err(why) => bad(*column, why),
                Ok(Some(on)) if *window == Window::Trim && self.at_edge(*rule, on, range.reach()) => Ok(Err(Left::Removed("window_edge"))),
                Ok(_) => Ok(Ok(())),
            },
            Step::AgeBand { column, form, at, .. } => {
                let born = match date(bound, cells[*column].inner(chunk), *form) {
                    Ok(Some(born)) => born,
                    Ok(None) => return Ok(Ok(())),
                    Err(why) => return bad(*column, why),
                };
                let on = match at {
                    AtBound::Day(on) => Some(*on),
                    AtBound::Column { column: at, form } => match date(bound, cells[*at].inner(chunk), *form) {
                        Ok(on) => on,
                        Err(why) => return bad(*at, why),
                    },
                };
                if on.is_some_and(|on| on < born) { bad(*column, Unfit::Age) } else { Ok(Ok(())) }
            }
            Step::Cell { column, cell, .. } => {
                let inner = cells[*column].inner(chunk);
                if is_null(bound, inner) {
                    return Ok(Ok(()));
                }
                let fits = if cells[*column].escaped { cell.check(&cells[*column].value(chunk)) } else { cell.check(inner) };
                match (fits, cell) {
                    (Ok(()), _) => Ok(Ok(())),
                    // What a file does not know is no malformed row: the release says by itself what becomes of it.
                    (Err(Unfit::Unmatched), OfCell::Map(map)) if map.unmatched == Unmatched::Quarantine => {
                        Ok(Err(Left::Quarantined(Unfit::Unmatched.reason())))
                    }
                    (Err(Unfit::Unmatched), _) => Err(RowError::Unfit { column: *column, why: Unfit::Unmatched }),
                    (Err(why), _) => bad(*column, why),
                }
            }
            Step::Pseudonym { rule, column, with, form, nhs } => {
                // A whole number always fits, and so does a MAC of one cell of a row.
                let long = |cell: &Cell| cell.value(chunk).len() > MESSAGE_LIMIT / 2;
                let sealed = *form == CodeForm::Reversible && (long(&cells[*column]) || with.is_some_and(|with| long(&cells[with])));
                if nhs.is_none() && (sealed || !bound.parts[*rule].is_empty()) {
                    let mut message = Vec::new();
                    let fits = identifier(bound, chunk, cells, *rule, *column, *with, &mut message);
                    return match fits {
                        Ok(_) if sealed && message.len() > MESSAGE_LIMIT => bad(*column, Unfit::Identifier),
                        Ok(_) => Ok(Ok(())),
                        Err(why) => bad(*column, why),
                    };
                }
                Ok(Ok(()))
            }
            Step::Keep { .. } => Ok(Ok(())),
        }
    }

    fn at_edge(&self, rule: usize, on: i32, reach: i32) -> bool {
        self.survey.edges.get(&rule).is_some_and(|(first, last)| on - first < reach || last - on < reach)
    }

    #[allow(clippy::too_many_arguments)]
    fn age(
        &self,
        bound: &Bound<'_>,
        chunk: &[u8],
        cells: &[Cell],
        rule: usize,
        column: usize,
        form: super::release::DateForm,
        at: AtBound,
        who: Option<u128>,
    ) -> (Option<i32>, Option<i32>) {
        let inner = cells[column].inner(chunk);
        let born = date(bound, inner, form).ok().flatten();
        let on = match at {
            AtBound::Day(on) => Some(on),
            AtBound::Column { column, form } => match who.and_then(|who| self.survey.earliest.get(&(rule, who))) {
                Some(earliest) => Some(*earliest),
                None => date(bound, cells[column].inner(chunk), form).ok().flatten(),
            },
        };
        (born, on.filter(|on| born.is_none_or(|born| born <= *on)))
    }
}

/// Whether a spreadsheet would calculate a cell. A plain number with its sign is none.
fn is_formula(inner: &[u8]) -> bool {
    match inner {
        [b'=' | b'@' | b'\t' | b'\r', ..] => true,
        [b'+' | b'-', rest @ ..] => rest.is_empty() || !rest.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') || rest == b".",
        _ => false,
    }
}

/// A value as a cell, an apostrophe before what a spreadsheet would calculate.
fn write_cell(formula: bool, value: &[u8], out: &mut Vec<u8>) {
    let apostrophe: &[u8] = if formula { b"'" } else { b"" };
    if !value.iter().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r')) {
        out.extend_from_slice(apostrophe);
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    out.extend_from_slice(apostrophe);
    for part in value.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// The row at hand.
struct Row<'b, 'c> {
    bound: &'b Bound<'b>,
    chunk: &'c [u8],
    cells: &'b [Cell],
    number: u64,
}

impl<'c> Row<'_, 'c> {
    /// Kept cells that lie side by side: one copy if nothing in them has to change, and the leak check.
    fn keep(&self, rules: &[usize], first: usize, own: &mut Vec<Own<'c>>, ready: &mut bool, tally: &mut Tally, out: &mut Vec<u8>) -> Result<(), RowError> {
        let (bound, chunk) = (self.bound, self.chunk);
        let span = &self.cells[first..first + rules.len()];
        let mut as_is = bound.delimiter == b',';
        for (offset, (cell, rule)) in span.iter().zip(rules).enumerate() {
            let inner = cell.inner(chunk);
            let there = !is_null(bound, inner);
            tally.columns[*rule].count(there);
            if matches!(inner.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')) && is_formula(inner) {
                if !bound.release.prefix_formula {
                    return Err(RowError::Formula { column: first + offset });
                }
                tally.columns[*rule].prefixed += 1;
                as_is = false;
            }
            let is = bound.release.columns[*rule].is;
            if there && (inner.len() >= CELL_LENGTH || is.is_some() && inner.len() >= 3) {
                self.search(*rule, is, inner, own, ready, tally);
            }
        }
        if as_is {
            out.extend_from_slice(&chunk[span[0].start as usize..span[span.len() - 1].end as usize]);
            return Ok(());
        }
        for (index, cell) in span.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            let inner = cell.inner(chunk);
            let prefix: &[u8] = if is_formula(inner) { b"'" } else { b"" };
            // Quoted as written; unquoted cells of another separator may hold commas.
            let quote: &[u8] = if cell.quoted || memchr::memchr(b',', inner).is_some() { b"\"" } else { b"" };
            for part in [quote, prefix, inner, quote] {
                out.extend_from_slice(part);
            }
        }
        Ok(())
    }

    /// A cell of which something is made that may need quotes, and may hold an identifier still.
    #[allow(clippy::too_many_arguments)]
    fn made(
        &self,
        beside: Beside<'_>,
        column: usize,
        cell: &OfCell,
        scratch: &mut Scratch<'c>,
        ready: &mut bool,
        tally: &mut Tally,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        let (bound, rule) = (self.bound, beside.rule);
        let Scratch { own, made, bare, .. } = scratch;
        made.clear();
        let there = !is_null(bound, self.cells[column].inner(self.chunk));
        if there || cell.fills() {
            let value = self.cells[column].value(self.chunk);
            let redacted = matches!(cell, OfCell::Redact(_));
            if let OfCell::Redact(dates) = cell {
                self.prepare(own, ready);
                bare.clear();
                // Rows were checked to be UTF-8.
                redact::write(std::str::from_utf8(&value).unwrap_or_default(), own, *dates, &mut tally.columns[rule].redacted, made, bare);
            } else {
                let wrote = cell.write(&value, beside, made).map_err(|why| RowError::Unfit { column, why })?;
                tally.columns[rule].not_known += u64::from(wrote == Made::NotKnown);
            }
            let is = bound.release.columns[rule].is;
            let left: &[u8] = if redacted { bare } else { made };
            if cell.is_searched() && left.len() >= if is.is_some() { 3 } else { CELL_LENGTH } {
                self.search(rule, is, left, own, ready, tally);
            }
        }
        tally.columns[rule].count(!made.is_empty());
        let formula = is_formula(made);
        if formula && !bound.release.prefix_formula {
            return Err(RowError::Formula { column });
        }
        tally.columns[rule].prefixed += u64::from(formula);
        write_cell(formula, made, out);
        Ok(())
    }

    /// Makes the row's own identifiers ready to be searched for, once for all its cells.
    fn prepare(&self, own: &mut Vec<Own<'c>>, ready: &mut bool) {
        if *ready {
            return;
        }
        *ready = true;
        own.clear();
        let (bound, chunk) = (self.bound, self.chunk);
        let cells = bound.own.iter().map(|(column, is, form)| (self.cells[*column].inner(chunk), *is, *form));
        own.extend(cells.filter(|(cell, ..)| !is_null(bound, cell)).filter_map(|(cell, is, form)| Own::new(is, cell, form)));
    }

    /// Looks for the row's own identifiers in a cell.
    fn search(&self, rule: usize, is: Option<Is>, inner: &[u8], own: &mut Vec<Own<'c>>, ready: &mut bool, tally: &mut Tally) {
        if is == Some(Is::Name) {
            tally.leak(rule, Is::Name, self.number);
            return;
        }
        self.prepare(own, ready);
        let shape = Shape::of(inner);
        let mut found = [false; 8];
        for one in own.iter() {
            let index = one.is as usize;
            if !found[index] && one.is_in(inner, shape, is == Some(Is::FreeText)) {
                found[index] = true;
                tally.leak(rule, one.is, self.number);
            }
        }
        if shape.may_hold_number() {
            self.numbers(rule, inner, own, tally);
        }
    }

    /// Notes numbers of ten digits: what passes modulus 11 and is not the row's own may be somebody else's.
    fn numbers(&self, rule: usize, inner: &[u8], own: &[Own<'_>], tally: &mut Tally) {
        for digits in others::tokens(&plain(inner)) {
            let number = NhsNumber::parse_bytes(&digits).ok();
            let numbers = &mut tally.columns[rule].numbers;
            *numbers = (numbers.0 + 1, numbers.1 + u64::from(number.is_some()));
            let is_own = || own.iter().any(|one| one.is == Is::NhsNumber && one.value().iter().filter(|byte| byte.is_ascii_digit()).eq(&digits));
            if let Some(number) = number.filter(|_| !self.bound.nhs.is_empty() && !is_own()) {
                tally.candidates.push((rule, number.expose_prefix(), self.number));
            }
        }
    }
}
