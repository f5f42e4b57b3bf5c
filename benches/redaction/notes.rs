//! Generated clinical notes in which every identifier's place is known, and how many of them a redaction strikes out.
//!
//! The notes are made from a seed. What is planted is said by kind and by how it is written, with slips, and with what the
//! rules are known not to find: a figure that leaves those out would say nothing about notes of people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use carepact::identifier::{Date, NhsNumber};
use carepact::pseudonymise::leak::Own;
use carepact::pseudonymise::release::{DateForm, Is};
use carepact::pseudonymise::transform::redact::{Dates, Mark, find};
use carepact::synth::random::{Random, Streams};

/// Notes measured.
pub(crate) const NOTES: u64 = 4_000;
/// The seed.
pub(crate) const SEED: u64 = 2026;

const SURNAMES: [&str; 24] = [
    "Okafor",
    "Hartley",
    "Singh",
    "O'Connor",
    "Ng",
    "Ahmed",
    "Smith-Jones",
    "Kowalska",
    "Rose",
    "Grant",
    "Li",
    "Day",
    "Whittaker",
    "Begum",
    "Müller",
    "Davies",
    "Ashworth",
    "Patel",
    "MacDonald",
    "St John",
    "Long",
    "Eze",
    "Garcia",
    "Zielińska",
];
const FORENAMES: [&str; 20] = [
    "Ada",
    "Mohammed",
    "Zoë",
    "Jo",
    "Priya",
    "Siobhan",
    "Grace",
    "Bartek",
    "Olu",
    "Hope",
    "Catherine",
    "Wei",
    "Dawn",
    "Ibrahim",
    "Mary-Ann",
    "Tom",
    "Fatima",
    "Will",
    "Ruth",
    "Kofi",
];

/// Sentences without an identifier, among them what could be taken for one.
const PLAIN: [&str; 30] = [
    "Seen in clinic today, comfortable at rest.",
    "BP 128/74, pulse 72 regular, sats 98% on air.",
    "Pain at L5 4th visit in a row, radiating to the left leg.",
    "Started B12 3mg daily and folic acid 5 mg.",
    "Hb 104, platelets 212, CRP 7, eGFR 58.",
    "Sample 4471902833611 sent to the laboratory.",
    "Order 20260 115 22 was cancelled.",
    "Bed 12, ward 7, side room from 14:30.",
    "Dr review tomorrow, then discharge if well.",
    "Weight 72.5 kg, height 1.71 m, BMI 24.8.",
    "Takes paracetamol 1 g four times a day, 28 tablets, 3 repeats.",
    "CT on arrival: no acute change, report version 1.2.10.",
    "Peak flow 410, 420 and 415 L/min.",
    "Guideline NG 203 followed; risk 7 of 10.",
    "Rose to the occasion and walked 20 m with a frame.",
    "Long day; will grant leave at the weekend if hope of sleep.",
    "NEWS 2, GCS 15, temperature 36.9.",
    "Grace period for the sick note ends in 14 days.",
    "Wound 3 x 4 cm, dry, sutures out on day 10.",
    "INR 2.4 0.9 1.1 over three visits.",
    "Infusion 1000 ml over 8 h at 125 ml per h.",
    "Device serial 0044910227 checked.",
    "Lives alone with a dog, stairs are difficult.",
    "Will ring if worse; safety net given at dawn.",
    "May need 3 more sessions in March and April.",
    "Allergic to penicillin (rash as a child).",
    "Fluid balance 1450 in, 1200 out.",
    "Referred to E2 clinic, room 5AB today.",
    "Score 12 of 30, was 15 in autumn.",
    "Batch 9912034 expires next spring.",
];

/// What a note holds beside its text.
pub(crate) struct Planted {
    /// Its bytes.
    pub range: Range<usize>,
    /// Kind and how it is written.
    pub kind: (&'static str, &'static str),
    /// The mark that names it rightly.
    pub mark: Mark,
}

/// The person of a row.
struct Person {
    surname: &'static str,
    forename: &'static str,
    nhs: String,
    born: Date,
    postcode: String,
    phone: String,
    email: String,
    local: String,
}

impl Person {
    fn draw(random: &mut Random) -> Self {
        let nhs = loop {
            if let Some(number) = NhsNumber::from_prefix(999_000_000 + u32::try_from(random.below(1_000_000)).expect("small")) {
                break String::from_utf8(number.expose_digits().to_vec()).expect("digits");
            }
        };
        let (surname, forename) = (*random.pick(&SURNAMES), *random.pick(&FORENAMES));
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let area = *random.pick(&["M", "BL", "OL", "SK", "WN", "EC", "W", "LS"]);
        let postcode =
            format!("{area}{} {}{}{}", random.between(1, 28), random.below(10), char::from(*random.pick(letters)), char::from(*random.pick(letters)));
        Self {
            surname,
            forename,
            nhs,
            born: Date::new(1932, 1, 1).expect("a day").plus_days(random.between(0, 32_000)),
            postcode,
            // Numbers kept for fiction.
            phone: if random.chance(1, 2) { format!("0161 496 0{:03}", random.below(1000)) } else { format!("07700 900{:03}", random.below(1000)) },
            email: format!("{}.{}@example.org", ["a", "info", "home"][random.index(3)], random.below(10_000)),
            local: format!("RX{}-{:05}", random.below(10), random.below(100_000)),
        }
    }
}

/// A note being written.
struct Note {
    text: String,
    planted: Vec<Planted>,
}

impl Note {
    /// A sentence with an identifier in the place of `{}`.
    fn plant(&mut self, sentence: &str, written: &str, kind: (&'static str, &'static str), mark: Mark) {
        let (before, after) = sentence.split_once("{}").expect("a place");
        self.text.push_str(before);
        let start = self.text.len();
        self.text.push_str(written);
        self.planted.push(Planted { range: start..self.text.len(), kind, mark });
        self.text.push_str(after);
        self.text.push(' ');
    }
}

/// Two letters next to each other change places.
fn slip(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let last = letters.len() - 1;
    let at = 1.min(last).max(random.index(last));
    if letters[at] == letters[(at + 1).min(last)] {
        letters.remove(at);
    } else {
        letters.swap(at, (at + 1).min(last));
    }
    letters.into_iter().collect()
}

fn cased(word: &str, random: &mut Random) -> String {
    match random.below(4) {
        0 => word.to_uppercase(),
        1 => word.to_lowercase(),
        _ => word.to_owned(),
    }
}

fn nhs_written(nhs: &str, random: &mut Random) -> (String, &'static str) {
    let (a, b, c) = (&nhs[..3], &nhs[3..6], &nhs[6..]);
    match random.below(6) {
        0 | 1 => (nhs.to_owned(), "ten digits"),
        2 | 3 => (format!("{a} {b} {c}"), "spaced"),
        4 => (format!("{a}-{b}-{c}"), "hyphens"),
        _ => (format!("{} {}", &nhs[..5], &nhs[5..]), "other groups"),
    }
}

const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn date_written(day: Date, random: &mut Random) -> (String, &'static str) {
    let iso = day.to_string();
    let (y, m, d) = (&iso[..4], &iso[5..7], &iso[8..]);
    let number = |text: &str| text.parse::<usize>().expect("digits");
    let month = MONTHS[number(m) - 1];
    match random.below(12) {
        0 => (iso.clone(), "eight forms"),
        1 => (format!("{y}/{m}/{d}"), "eight forms"),
        2 => (format!("{y}{m}{d}"), "eight forms"),
        3 => (format!("{d}/{m}/{y}"), "eight forms"),
        4 => (format!("{d}-{m}-{y}"), "eight forms"),
        5 => (format!("{d}.{m}.{y}"), "eight forms"),
        6 => (format!("{d}{m}{y}"), "eight forms"),
        7 => (format!("{m}/{d}/{y}"), "eight forms"),
        8 => (format!("{}/{}/{}", number(d), number(m), &y[2..]), "short"),
        9 => (format!("{} {} {y}", number(d), &month[..3]), "in words"),
        10 => (format!("{} {month} {y}", ordinal(number(d))), "in words"),
        _ => (format!("{month} of {y}"), "month alone"),
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number / 10) {
        (1, 0 | 2 | 3) => "st",
        (2, 0 | 2) => "nd",
        (3, 0 | 2) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn phone_written(phone: &str, random: &mut Random) -> (String, &'static str) {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let (code, rest) = phone.split_once(' ').expect("a space");
    match random.below(7) {
        0 | 1 => (phone.to_owned(), "as dialled"),
        2 => (digits, "as dialled"),
        3 => (format!("({code}) {rest}"), "as dialled"),
        4 => (format!("+44 {} {rest}", &code[1..]), "with country"),
        5 => (format!("+44 (0){} {rest}", &code[1..]), "with country"),
        _ => (rest.to_owned(), "without area code"),
    }
}

fn postcode_written(postcode: &str, random: &mut Random) -> (String, &'static str) {
    match random.below(6) {
        0..=2 => (postcode.to_owned(), "as printed"),
        3 => (postcode.replace(' ', ""), "without space"),
        4 => (postcode.to_lowercase(), "small letters"),
        _ => (postcode.replacen(' ', "-", 1), "hyphen"),
    }
}

fn email_written(email: &str, random: &mut Random) -> (String, &'static str) {
    match random.below(5) {
        0 => (email.to_uppercase(), "as typed"),
        1 => (email.replace('@', " at ").replace(".org", " dot org"), "spelt out"),
        _ => (email.to_owned(), "as typed"),
    }
}

/// One identifier of the person or of another, in a sentence.
fn sentence(note: &mut Note, person: &Person, other: &Person, random: &mut Random) {
    let own = random.chance(3, 5);
    let who = if own { person } else { other };
    match random.below(10) {
        0 => {
            let (written, form) = nhs_written(&who.nhs, random);
            let before = *random.pick(&["NHS no {} checked.", "NHS number: {}.", "({}) confirmed on the band.", "Linked to {} by mistake."]);
            note.plant(before, &written, (if own { "NHS number, own" } else { "NHS number, others" }, form), Mark::NhsNumber);
        }
        1 => {
            let mut wrong = who.nhs.clone().into_bytes();
            wrong[4] = b'0' + (wrong[4] - b'0' + 1) % 10;
            let (written, form) = nhs_written(&String::from_utf8(wrong).expect("digits"), random);
            let before = *random.pick(&["NHS no {} checked.", "NHS {}.", "Band says {} today."]);
            note.plant(before, &written, ("NHS number, a digit wrong", form), Mark::NhsNumber);
        }
        2 | 3 if own => {
            let name = if random.chance(1, 2) { person.surname } else { person.forename };
            if random.chance(1, 8) && name.chars().count() > 3 {
                let written = slip(name, random);
                note.plant("Spoke with {} about the plan.", &written, ("name, own", "a slip"), Mark::Name);
            } else {
                let written = cased(name, random);
                let before = *random.pick(&["Spoke with {} about the plan.", "{}'s wound is clean.", "Told {}, who agrees.", "pt {} slept well."]);
                note.plant(before, &written, ("name, own", if name.chars().count() < 3 { "two letters" } else { "as recorded" }), Mark::Name);
            }
        }
        2 | 3 => {
            if random.chance(1, 2) {
                let title = *random.pick(&["Mr", "Mrs", "Ms", "Dr", "Prof.", "Miss"]);
                note.plant(&format!("Letter to {title} {{}}, copied to the practice."), other.surname, ("name, others", "after a title"), Mark::Name);
            } else {
                let (before, form) = *random.pick(&[
                    ("Daughter {} was present.", "after a word for kin"),
                    ("Lives with son {} and a dog.", "after a word for kin"),
                    ("{} rang from work.", "alone"),
                    ("Sister in charge was {} tonight.", "alone"),
                    ("Shares a flat with {} since May.", "alone"),
                ]);
                note.plant(before, other.forename, ("name, others", form), Mark::Name);
            }
        }
        4 => {
            let (written, form) = postcode_written(&who.postcode, random);
            let before = *random.pick(&["Moved to {} last year.", "Lives at {} with family.", "Address now {}, ground floor."]);
            note.plant(before, &written, (if own { "postcode, own" } else { "postcode, others" }, form), Mark::Postcode);
        }
        5 => {
            let (written, form) = phone_written(&who.phone, random);
            let before = *random.pick(&["Ring {} with the result.", "Tel {}.", "Mobile is {}, evenings."]);
            note.plant(before, &written, (if own { "telephone, own" } else { "telephone, others" }, form), Mark::Phone);
        }
        6 => {
            let (written, form) = email_written(&who.email, random);
            note.plant("Send the leaflet to {} please.", &written, (if own { "e-mail, own" } else { "e-mail, others" }, form), Mark::Email);
        }
        7 => {
            let (written, form) = date_written(who.born, random);
            let before =
                if own { *random.pick(&["DOB {}.", "Born {} in Bolton.", "Confirmed {} and address.", "d.o.b. {}."]) } else { "Baby born on {} is well." };
            note.plant(before, &written, (if own { "date of birth, own" } else { "date of birth, others" }, form), Mark::BirthDate);
        }
        8 => {
            let day = Date::new(2025, 10, 1).expect("a day").plus_days(random.between(0, 364));
            let (written, form) = date_written(day, random);
            let before = *random.pick(&["Admitted {} with chest pain.", "Next visit {}.", "Fell on {} at home."]);
            note.plant(before, &written, ("other dates", form), Mark::Date);
        }
        _ if own => note.plant("Hospital number {}.", &cased(&person.local, random), ("local number, own", "as recorded"), Mark::LocalId),
        _ => {
            let elsewhere = format!("H{:07}", random.below(10_000_000));
            let (written, form) = if random.chance(1, 2) { (other.local.as_str(), "of the own form") } else { (elsewhere.as_str(), "of another form") };
            note.plant("Notes of {} misfiled here.", written, ("local number, others", form), Mark::LocalId);
        }
    }
}

/// How many, and how many of them were found.
#[derive(Clone, Copy, Default)]
pub(crate) struct Score {
    /// All.
    pub all: u64,
    /// Those that were found, or found rightly.
    pub good: u64,
}

impl Score {
    fn add(&mut self, good: bool) {
        self.all += 1;
        self.good += u64::from(good);
    }

    fn line(self, table: &mut String, names: &[&str]) {
        let share = |part: u64, of: u64| if of == 0 { "-".to_owned() } else { format!("{:.1}%", part as f64 * 100.0 / of as f64) };
        let _ = writeln!(table, "| {} | {} | {} | {} |", names.join(" | "), self.all, self.good, share(self.good, self.all));
    }
}

/// What a measurement found.
#[derive(Default)]
pub(crate) struct Measured {
    /// Planted, and struck out to the last byte, by kind and form.
    pub recall: BTreeMap<(&'static str, &'static str), Score>,
    /// Struck out, and standing for something planted of its kind, by mark.
    pub precision: BTreeMap<Mark, Score>,
    /// Bytes of all notes.
    pub bytes: u64,
}

const KINDS: [(Mark, &str); 8] = [
    (Mark::NhsNumber, "`[NHS NUMBER]`"),
    (Mark::LocalId, "`[LOCAL ID]`"),
    (Mark::Name, "`[NAME]`"),
    (Mark::Postcode, "`[POSTCODE]`"),
    (Mark::BirthDate, "`[DATE OF BIRTH]`"),
    (Mark::Email, "`[EMAIL]`"),
    (Mark::Phone, "`[PHONE]`"),
    (Mark::Date, "`[DATE]`"),
];

impl Measured {
    /// Two tables in Markdown: what is struck out of what was planted, and what of the marks stands for something planted.
    pub(crate) fn tables(&self) -> String {
        let mut table = "| planted | written | places | struck out | recall |\n|---|---|---:|---:|---:|\n".to_owned();
        for ((kind, form), score) in &self.recall {
            score.line(&mut table, &[kind, form]);
        }
        table.push_str("\n| mark | places | right | precision |\n|---|---:|---:|---:|\n");
        for (mark, name) in KINDS {
            self.precision.get(&mark).copied().unwrap_or_default().line(&mut table, &[name]);
        }
        table
    }
}

/// Writes notes and strikes out of each what is found, all dates too.
pub(crate) fn measure(notes: u64, seed: u64) -> Measured {
    let streams = Streams::new(seed, "redaction");
    let mut measured = Measured::default();
    for index in 0..notes {
        let mut random = streams.at(index);
        let (person, other) = (Person::draw(&mut random), Person::draw(&mut random));
        let mut note = Note { text: String::new(), planted: Vec::new() };
        for _ in 0..random.between(3, 9) {
            if random.chance(2, 5) {
                sentence(&mut note, &person, &other, &mut random);
            } else {
                note.text.push_str(random.pick::<&'static str>(&PLAIN));
                note.text.push(' ');
            }
        }
        let born = person.born.to_string();
        let identifiers = [
            (Is::NhsNumber, person.nhs.as_str()),
            (Is::Name, person.surname),
            (Is::Name, person.forename),
            (Is::BirthDate, &born),
            (Is::Postcode, &person.postcode),
            (Is::Phone, &person.phone),
            (Is::Email, &person.email),
            (Is::LocalId, &person.local),
        ];
        let own: Vec<Own<'_>> = identifiers.iter().filter_map(|(is, value)| Own::new(*is, value.as_bytes(), DateForm::Iso)).collect();
        let found = find(&note.text, &own, Dates::All);
        for planted in &note.planted {
            let struck = planted.range.clone().all(|at| found.iter().any(|one| one.range.contains(&at)) || note.text.as_bytes()[at] == b' ');
            measured.recall.entry(planted.kind).or_default().add(struck);
        }
        for one in &found {
            let right =
                note.planted.iter().any(|planted| planted.mark == one.mark && planted.range.start < one.range.end && one.range.start < planted.range.end);
            measured.precision.entry(one.mark).or_default().add(right);
        }
        measured.bytes += note.text.len() as u64;
    }
    measured
}
