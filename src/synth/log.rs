//! A synthetic month of accesses to a shared care record, with the reference tables an audit uses and an answer key:
//! which lines are seeded test cases, and which are near misses that must not be reported.
//!
//! Written as a stream, a day at a time: memory grows with a day, with people and with staff, not with the month.

mod fhir;
mod planted;
mod spoil;
mod workforce;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::community::{Community, LATE, LEAVER, LIVE, Member, UNSIGNED};
use super::extract::People;
use super::random::Random;
use crate::identifier::Date;
pub use fhir::AUDIT_EVENTS;
pub use planted::NO_ORGANISATION;
use workforce::{Setting, Staff};

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// About how many events.
    pub events: u64,
    /// Seed.
    pub seed: u64,
    /// Whether to spoil some lines, as real exports are.
    pub dirty: bool,
}

/// Columns of the log.
pub const HEADER: &str = "time,user,role,organisation,system,nhs_number,source,action,category,purpose,outcome,emergency,reason,session,request_id";
/// The log.
pub const LOG: &str = "log/access-2026-10.csv";
/// The answer key.
pub const ANSWER_KEY: &str = "answer-key.csv";

/// The month: October 2026.
const DAYS: u32 = 31;
/// The clocks go back at two in the morning of this day, so one to two is lived twice.
const CLOCKS_BACK: u32 = 25;
/// People of a household lie next to each other.
pub(super) const HOUSEHOLD: usize = 3;
/// Households that only seeded cases use, so that ordinary care never explains what must stay unexplained.
const SET_APART: usize = 300;

/// Who used the record.
#[derive(Clone, Copy, Debug)]
enum User {
    Staff(usize),
    /// An account that the staff table does not have.
    Unknown(u32),
    /// The person themselves, through a portal.
    Portal,
    /// The record's own index.
    Service,
}

#[derive(Clone, Copy, Debug)]
struct Event<'c> {
    /// Seconds lived since midnight: on the night the clocks go back, not what the clock shows.
    at: u32,
    /// Settles the order of one second.
    nth: u32,
    user: User,
    role: &'c str,
    organisation: &'c str,
    system: &'static str,
    person: Option<usize>,
    source: &'c str,
    action: &'static str,
    category: &'static str,
    purpose: &'static str,
    refused: bool,
    emergency: bool,
    reason: &'static str,
    case: Option<usize>,
}

/// A seeded test case, or a near miss.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: &'static str,
    tier: &'static str,
    what: &'static str,
}

struct Month<'c> {
    seed: u64,
    people: People,
    /// The first `ordinary` people are those whom ordinary care sees.
    ordinary: usize,
    /// Practices of the boroughs that are live, all of them party to the care record for the whole month.
    practices: Vec<&'c Member>,
    /// Of each borough in [`LIVE`]: acute trust, mental health trust, council.
    providers: Vec<[&'c str; 3]>,
    /// Index of the borough of each practice.
    borough: Vec<usize>,
    /// Ordinary people by practice.
    registered: Vec<Vec<u32>>,
    staff: Vec<Staff<'c>>,
    /// Seeded events by day.
    planted: Vec<Vec<Event<'c>>>,
    cases: Vec<Case>,
    /// Rows of appointments for seeded cases.
    appointments: Vec<(usize, &'c str, String, String)>,
    objections: Vec<usize>,
    sealed: Vec<(usize, &'static str)>,
    /// Registrations beside the drawn ones: who, where, since when.
    also_registered: Vec<(usize, &'c str, String)>,
    /// The next household set apart.
    next: usize,
    /// Staff who are in a case.
    taken: BTreeSet<usize>,
}

fn date(day: i32) -> Date {
    Date::new(2026, 10, 1).unwrap_or(Date::MIN).plus_days(day - 1)
}

/// The files of a month by name, in memory: for samples.
pub fn write(wanted: Wanted, community: &Community) -> BTreeMap<&'static str, String> {
    let mut files: BTreeMap<&'static str, Vec<u8>> = BTreeMap::new();
    let written = stream(wanted, community, &mut |name, bytes| {
        files.entry(name).or_default().extend_from_slice(bytes);
        Ok(())
    });
    debug_assert!(written.is_ok(), "memory takes everything");
    files.into_iter().map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

/// Writes the files of a month: `sink` is given a file's name and its next bytes.
pub fn stream(wanted: Wanted, community: &Community, sink: &mut dyn FnMut(&'static str, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut month = Month::new(wanted, community);
    month.plant();
    month.near_misses();
    month.tables(sink)?;
    month.log(wanted, sink)
}

/// Share of a day: weekends are quieter. 1 October 2026 is a Thursday.
fn weight(day: u32) -> u64 {
    if matches!((day + 2) % 7, 5 | 6) { 5 } else { 12 }
}

impl<'c> Month<'c> {
    fn new(wanted: Wanted, community: &'c Community) -> Self {
        let live = |m: &&'c Member| m.places.iter().any(|(place, ..)| LIVE.contains(&place.as_str()));
        let of = |kind: &'static str, place: &str| {
            let found = community.organisations.iter().find(|m| m.kind == kind && m.closed.is_empty() && m.places.iter().any(|(name, ..)| name == place));
            found.map(|m| m.ods.as_str())
        };
        let practices: Vec<&Member> = community
            .organisations
            .iter()
            .filter(|m| m.kind == "gp_practice" && m.member && m.closed.is_empty() && !UNSIGNED.contains(&m.ods.as_str()) && m.ods != LEAVER && m.ods != LATE)
            .filter(live)
            .collect();
        let providers: Vec<[&str; 3]> = LIVE
            .iter()
            .map(|place| [of("acute_trust", place).unwrap_or("RZA"), of("mental_health_trust", place).unwrap_or("RZK"), of("council", place).unwrap_or("981")])
            .collect();
        let borough: Vec<usize> =
            practices.iter().map(|m| LIVE.iter().position(|place| m.places.iter().any(|(name, ..)| name == place)).unwrap_or(0)).collect();
        let staff = workforce::hire(wanted, community, &practices, &providers);
        let homes = HOUSEHOLD * staff.iter().filter(|one| one.home.is_some()).count();
        let people = People::new(wanted.seed, (wanted.events / 4).max(1_200) + (homes + HOUSEHOLD * SET_APART) as u64);
        let ordinary = (people.len() - homes - HOUSEHOLD * SET_APART) / HOUSEHOLD * HOUSEHOLD;
        let mut registered = vec![Vec::new(); practices.len()];
        for person in 0..ordinary {
            registered[people.practice(person, practices.len())].push(u32::try_from(person).unwrap_or(0));
        }
        let mut month = Self {
            seed: wanted.seed,
            people,
            ordinary,
            practices,
            providers,
            borough,
            registered,
            staff,
            planted: vec![Vec::new(); DAYS as usize + 1],
            cases: Vec::new(),
            appointments: Vec::new(),
            objections: Vec::new(),
            sealed: Vec::new(),
            also_registered: Vec::new(),
            next: ordinary / HOUSEHOLD,
            taken: BTreeSet::new(),
        };
        for index in 0..month.staff.len() {
            if month.staff[index].home.is_some() {
                month.staff[index].home = Some(month.household());
            }
        }
        month
    }

    /// A person of a household that nobody else uses; the two after them live there too.
    fn household(&mut self) -> usize {
        self.next += 1;
        ((self.next - 1) * HOUSEHOLD).min(self.people.len() - HOUSEHOLD)
    }

    fn practice(&self, person: usize) -> usize {
        self.people.practice(person, self.practices.len())
    }

    /// Who keeps this part of a person's record.
    fn keeper(&self, category: &str, person: usize, own: &'c str) -> &'c str {
        let practice = self.practice(person);
        let [trust, mental_health, council] = self.providers[self.borough[practice]];
        match category {
            "results" | "encounters" | "discharge" | "clinic_letter" => trust,
            "mental_health_record" | "crisis_plan" => mental_health,
            "social_care_record" => council,
            "audit_log" => own,
            _ => &self.practices[practice].ods,
        }
    }

    /// An ordinary look of a member of staff.
    fn look(&self, who: usize, person: usize, category: &'static str, purpose: &'static str) -> Event<'c> {
        let staff = &self.staff[who];
        Event {
            at: 0,
            nth: 0,
            user: User::Staff(who),
            role: staff.code,
            organisation: staff.ods,
            system: if staff.setting == Setting::Neighbour { "cross-border" } else { "shared-record" },
            person: Some(person),
            source: self.keeper(category, person, staff.ods),
            action: "view",
            category,
            purpose,
            refused: false,
            emergency: false,
            reason: "",
            case: None,
        }
    }

    /// The ordinary events of a day, and rows of appointments that explain them.
    fn day(&self, day: u32, episodes: std::ops::Range<u64>, events: &mut Vec<Event<'c>>, appointments: &mut Vec<u8>) {
        for episode in episodes {
            let mut random = Random::new(self.seed, "episode", episode);
            match random.below(100) {
                // People who read their own record, and the record's index at night.
                0 => {
                    let person = random.index(self.ordinary);
                    let category = *random.pick(&["medications", "results", "discharge", "clinic_letter"]);
                    let action = if random.chance(1, 6) { "print" } else { "view" };
                    let at = clock_to_lived(day, 3_600 * random.between(6, 22).unsigned_abs() + random.between(0, 3_599).unsigned_abs(), false);
                    let event = Event {
                        user: User::Portal,
                        role: "SELF",
                        organisation: "",
                        system: "patient-portal",
                        action,
                        ..self.look(0, person, category, "patient_access")
                    };
                    events.push(Event { at, nth: events.len().try_into().unwrap_or(u32::MAX), source: self.keeper(category, person, ""), ..event });
                }
                1 => {
                    let person = random.index(self.ordinary);
                    let event = Event { user: User::Service, role: "SYS", organisation: "8XX01", ..self.look(0, person, "identity", "system_support") };
                    let at = clock_to_lived(day, random.between(7_200, 14_000).unsigned_abs(), false);
                    events.push(Event { at, nth: events.len().try_into().unwrap_or(u32::MAX), source: self.keeper("identity", person, ""), ..event });
                }
                _ => self.episode(day, &mut random, events, appointments),
            }
        }
    }

    /// A person is seen, and the team looks at the record around it.
    fn episode(&self, day: u32, random: &mut Random, events: &mut Vec<Event<'c>>, appointments: &mut Vec<u8>) {
        let who = self.staff_of_the_day(random);
        let staff = &self.staff[who];
        let setting = staff.setting;
        let start = {
            let hour = if setting.around_the_clock() && random.chance(1, 4) { random.between(0, 22) } else { random.between(8, 17) };
            clock_to_lived(day, hour.unsigned_abs() * 3_600 + random.between(0, 3_599).unsigned_abs(), random.chance(1, 2))
        };
        if setting == Setting::Privacy {
            let event = Event { person: None, source: staff.ods, ..self.look(who, 0, "audit_log", "ig_audit") };
            events.push(Event { at: start, nth: events.len().try_into().unwrap_or(u32::MAX), ..event });
            return;
        }
        let registered = staff.practice.map(|practice| &self.registered[practice]).filter(|list| !list.is_empty());
        let person = match registered {
            Some(list) => list[random.index(list.len())] as usize,
            None => random.index(self.ordinary),
        };
        // Ambulance crews, and now and then an emergency department, open the record as an emergency, and say why.
        let emergency = setting == Setting::Ambulance || setting == Setting::Emergency && random.chance(1, 8);
        let reason = if emergency { *random.pick(&REASONS) } else { "" };
        // One in 80 has no appointment on file: phone advice, a missing row. Unexplained, and harmless.
        if registered.is_none() && !(emergency && random.chance(1, 2)) && !random.chance(1, 80) {
            let offset = if random.chance(3, 5) { 0 } else { random.between(-28, 13) };
            let with = if random.chance(1, 2) { staff.user.as_str() } else { "" };
            let at = date(i32::try_from(day).unwrap_or(1) + offset);
            appointments.extend_from_slice(self.people.digits(person));
            let minutes = ["00", "15", "30", "45"][random.index(4)];
            appointments.extend_from_slice(format!(",{},{at}T{:02}:{minutes},{with}\n", staff.ods, random.between(8, 17)).as_bytes());
        }
        let looks = 1 + random.below(5);
        let mut at = start;
        for _ in 0..looks {
            let viewer = if random.chance(1, 4) { staff.team.0 + random.index(staff.team.1) } else { who };
            let (category, purpose) =
                if emergency { (*random.pick(&["medications", "allergies", "problems"]), "emergency_care") } else { setting.reads(random) };
            let mut event = Event { at, nth: events.len().try_into().unwrap_or(u32::MAX), emergency, reason, ..self.look(viewer, person, category, purpose) };
            if setting == Setting::Neighbour {
                // The border agreement is between hospitals.
                event.source = self.providers[self.borough[self.practice(person)]][0];
            }
            event.refused = random.chance(1, 400);
            events.push(event);
            at += 40 + u32::try_from(random.below(200)).unwrap_or(0);
        }
    }

    fn staff_of_the_day(&self, random: &mut Random) -> usize {
        loop {
            let who = random.index(self.staff.len());
            if self.staff[who].ordinary {
                return who;
            }
        }
    }

    fn log(&self, wanted: Wanted, sink: &mut dyn FnMut(&'static str, &[u8]) -> io::Result<()>) -> io::Result<()> {
        sink(ANSWER_KEY, b"line,case,detector,tier,what\n")?;
        let mut out = format!("{HEADER}\n").into_bytes();
        let mut line = 1u64;
        let mut number = 0u64;
        // An episode is three events on average.
        let (episodes, whole) = (wanted.events / 3, (1..=DAYS).map(weight).sum::<u64>());
        let mut before = 0u64;
        let mut key = Vec::new();
        for day in 1..=DAYS {
            let after = before + weight(day);
            let (mut events, mut appointments) = (Vec::new(), Vec::new());
            self.day(day, episodes * before / whole..episodes * after / whole, &mut events, &mut appointments);
            before = after;
            if day == fhir::DAY {
                self.audit_events(&events, sink)?;
            }
            events.extend_from_slice(&self.planted[day as usize]);
            events.sort_by_key(|event| (event.at, event.case.is_some(), event.nth));
            for event in &events {
                let start = out.len();
                number += 1;
                self.row(&mut out, day, event, number);
                line += 1;
                if let Some(case) = event.case {
                    let Case { kind, tier, what } = self.cases[case];
                    let what = if what.contains(',') { format!("\"{what}\"") } else { what.to_owned() };
                    key.extend_from_slice(format!("{line},case-{:03},{kind},{tier},{what}\n", case + 1).as_bytes());
                } else if wanted.dirty {
                    let mut random = Random::new(self.seed, "line", number);
                    if random.chance(1, 500) {
                        let row = String::from_utf8_lossy(&out[start..out.len() - 1]).into_owned();
                        out.truncate(start);
                        let digits = event.person.map(|person| String::from_utf8_lossy(self.people.digits(person)).into_owned());
                        let spoiled = spoil::spoil(&row, digits.as_deref(), &mut random);
                        line += spoiled.bytes().filter(|byte| *byte == b'\n').count() as u64;
                        out.extend_from_slice(spoiled.as_bytes());
                        out.push(b'\n');
                    }
                }
                if out.len() > 1 << 20 {
                    sink(LOG, &out)?;
                    out.clear();
                }
            }
            sink(APPOINTMENTS, &appointments)?;
            sink(ANSWER_KEY, &key)?;
            key.clear();
        }
        sink(LOG, &out)
    }

    fn row(&self, out: &mut Vec<u8>, day: u32, event: &Event<'_>, number: u64) {
        let (hour, minute, second) = clock(day, event.at);
        out.extend_from_slice(b"2026-10-");
        for (two, end) in [(day, b' '), (hour, b':'), (minute, b':'), (second, b',')] {
            digits(out, u64::from(two), 2);
            out.push(end);
        }
        let account = match event.user {
            User::Staff(who) => {
                out.extend_from_slice(self.staff[who].user.as_bytes());
                who as u64
            }
            User::Unknown(number) => {
                out.push(b'x');
                digits(out, u64::from(number), 5);
                u64::from(number)
            }
            User::Portal => {
                out.push(b'p');
                digits(out, event.person.unwrap_or(0) as u64, 6);
                1_000_000 + event.person.unwrap_or(0) as u64
            }
            User::Service => {
                out.extend_from_slice(b"svc-index");
                0
            }
        };
        let person: &[u8] = event.person.map_or(b"", |person| self.people.digits(person));
        for cell in [event.role.as_bytes(), event.organisation.as_bytes(), event.system.as_bytes(), person, event.source.as_bytes()] {
            out.push(b',');
            out.extend_from_slice(cell);
        }
        for cell in [event.action, event.category, event.purpose, if event.refused { "refused" } else { "ok" }, if event.emergency { "Y" } else { "" }] {
            out.push(b',');
            out.extend_from_slice(cell.as_bytes());
        }
        out.push(b',');
        if event.reason.contains(',') {
            out.push(b'"');
            out.extend_from_slice(event.reason.as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(event.reason.as_bytes());
        }
        // One session an account and half day.
        out.extend_from_slice(b",s");
        let session = Random::new(self.seed, "session", account * 64 + u64::from(day * 2 + hour / 12)).below(100_000_000);
        digits(out, session, 8);
        out.extend_from_slice(b",q");
        digits(out, number, 8);
        out.push(b'\n');
    }

    fn tables(&self, sink: &mut dyn FnMut(&'static str, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut out = b"user,name,role,ods,department,from,to,nhs_number,address\n".to_vec();
        for one in &self.staff {
            for (from, to) in &one.posts {
                let (number, address) = one.home.map_or((&b""[..], String::new()), |person| (&self.people.digits(person)[..], self.address(person)));
                out.extend_from_slice(format!("{},{},{},{},{},{from},{to},", one.user, one.name, one.role, one.ods, one.department).as_bytes());
                out.extend_from_slice(number);
                out.extend_from_slice(format!(",{address}\n").as_bytes());
            }
        }
        sink("tables/staff.csv", &out)?;

        out = b"nhs_number,ods,from,to,address\n".to_vec();
        for person in 0..self.people.len() {
            self.registrations(person, &mut out);
            if out.len() > 1 << 20 {
                sink("tables/registrations.csv", &out)?;
                out.clear();
            }
        }
        for (person, ods, from) in &self.also_registered {
            out.extend_from_slice(self.people.digits(*person));
            out.extend_from_slice(format!(",{ods},{from},,{}\n", self.address(*person)).as_bytes());
        }
        sink("tables/registrations.csv", &out)?;

        out = b"nhs_number,ods,at,user\n".to_vec();
        for (person, ods, at, user) in &self.appointments {
            out.extend_from_slice(self.people.digits(*person));
            out.extend_from_slice(format!(",{ods},{at},{user}\n").as_bytes());
        }
        sink(APPOINTMENTS, &out)?;

        out = b"nhs_number,from,to\n".to_vec();
        for person in &self.objections {
            out.extend_from_slice(self.people.digits(*person));
            out.extend_from_slice(b",2026-01-15,\n");
        }
        sink("tables/objections.csv", &out)?;

        out = b"nhs_number,category,from,to\n".to_vec();
        for (person, category) in &self.sealed {
            out.extend_from_slice(self.people.digits(*person));
            out.extend_from_slice(format!(",{category},2026-02-01,\n").as_bytes());
        }
        sink("tables/sealed.csv", &out)?;

        // What each table can speak about; without this, a table that happens to be empty says nothing.
        sink(
            "tables/coverage.csv",
            b"table,from,to\nstaff,2024-01-01,2026-10-31\nregistrations,2005-01-01,2026-10-31\nappointments,2026-09-01,2026-11-30\nobjections,2026-01-01,2026-10-31\nsealed,2026-01-01,2026-10-31\n",
        )
    }

    /// The practice of today, and before it none, one or two others.
    fn registrations(&self, person: usize, out: &mut Vec<u8>) {
        let mut random = Random::new(self.seed, "registration", person as u64);
        let address = self.address(person);
        let mut to: Option<Date> = None;
        let mut from = Date::new(2012, 1, 1).unwrap_or(Date::MIN).plus_days(random.between(0, 4_900));
        let rows = 1 + random.below(3);
        for row in 0..rows {
            let practice = if row == 0 { self.practice(person) } else { random.index(self.practices.len()) };
            out.extend_from_slice(self.people.digits(person));
            let end = to.map(|date| date.to_string()).unwrap_or_default();
            out.extend_from_slice(format!(",{},{from},{end},{address}\n", self.practices[practice].ods).as_bytes());
            to = Some(from.plus_days(-1));
            from = from.plus_days(-random.between(300, 1_200));
        }
    }

    /// An address as the tables write it: the household and its postcode.
    fn address(&self, person: usize) -> String {
        let person = self.people.person(person, self.practices.len());
        let mut postcode = Vec::new();
        person.postcode.append(&mut postcode, false);
        format!("H{}-{}", person.household, String::from_utf8_lossy(&postcode))
    }
}

const APPOINTMENTS: &str = "tables/appointments.csv";

/// Reasons of emergency access that say something.
const REASONS: [&str; 5] = [
    "brought in unconscious, no history available",
    "collapse at home, cannot give own history",
    "chest pain, ambulance attending",
    "fall, confused, lives alone",
    "seizure, medicines not known",
];

/// What the clock shows.
fn clock(day: u32, lived: u32) -> (u32, u32, u32) {
    let shown = if day == CLOCKS_BACK && lived >= 7_200 { lived - 3_600 } else { lived };
    (shown / 3_600, shown / 60 % 60, shown % 60)
}

/// The second lived at which the clock shows this; `again` chooses the second pass where there are two.
fn clock_to_lived(day: u32, shown: u32, again: bool) -> u32 {
    let later = shown >= 7_200 || shown >= 3_600 && again;
    if day == CLOCKS_BACK && later { shown + 3_600 } else { shown }
}

fn digits(out: &mut Vec<u8>, mut number: u64, width: usize) {
    let start = out.len();
    out.resize(start + width, b'0');
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted { events: 6_000, seed: 5, dirty: false };

    #[test]
    fn a_month_is_about_as_long_as_wanted_and_in_the_order_lived() {
        let files = write(WANTED, &Community::new(1));
        let log = &files[LOG];
        let lines: Vec<&str> = log.lines().collect();
        assert!((5_400..7_000).contains(&lines.len()), "{}", lines.len());
        assert!(lines.iter().all(|line| line.split(',').count() >= 15));
        let back = lines.windows(2).skip(1).filter(|pair| pair[0][..19] > pair[1][..19]).count();
        assert_eq!(back, 1, "the clock goes back once, on the 25th");
    }

    #[test]
    fn the_hour_lived_twice_is_written_twice() {
        for shown in [0, 3_599, 3_600, 7_199, 7_200, 86_399] {
            for again in [false, true] {
                for day in [24, CLOCKS_BACK] {
                    let (hour, minute, second) = clock(day, clock_to_lived(day, shown, again));
                    assert_eq!(hour * 3_600 + minute * 60 + second, shown);
                }
            }
        }
        assert_eq!(clock_to_lived(CLOCKS_BACK, 4_000, true) - clock_to_lived(CLOCKS_BACK, 4_000, false), 3_600);
    }

    #[test]
    fn the_answer_key_names_lines_of_the_log() {
        let files = write(Wanted { dirty: true, ..WANTED }, &Community::new(1));
        let log: Vec<&str> = files[LOG].split('\n').collect();
        let own: Vec<usize> =
            files[ANSWER_KEY].lines().filter(|row| row.contains(",emergency-without-reason,")).filter_map(|row| row.split(',').next()?.parse().ok()).collect();
        assert!(own.len() >= 3);
        for line in own {
            assert!(log[line - 1].contains(",emergency_care,ok,Y,"), "line {line}: {}", log[line - 1]);
        }
    }

    #[test]
    fn every_kind_and_tier_is_seeded() {
        let files = write(WANTED, &Community::new(1));
        for word in [
            ",not-covered,easy,",
            ",not-covered,marginal,",
            ",category-excess,easy,",
            ",category-excess,mimic,",
            ",party-or-term,easy,",
            ",party-or-term,marginal,",
            ",unexplained-first-access,easy,",
            ",unexplained-first-access,mimic,",
            ",repeated-viewing,marginal,",
            ",own-record,easy,",
            ",own-record,mimic,",
            ",same-household,easy,",
            ",same-household,marginal,",
            ",leaver-account,easy,",
            ",leaver-account,marginal,",
            ",emergency-without-reason,easy,",
            ",emergency-without-reason,marginal,",
            ",volume-against-peers,easy,",
            ",volume-against-peers,marginal,",
            ",unknown-account,easy,",
            ",organisation-not-in-register,easy,",
            ",control,near-miss,",
        ] {
            assert!(files[ANSWER_KEY].contains(word), "{word}");
        }
    }
}
