//! A synthetic month of accesses to a shared care record, with the reference tables an audit uses and an answer key:
//! which lines are seeded test cases, and which are near misses that must not be reported.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::community::{Community, LEAVER, Member, UNSIGNED};
use super::extract::{People, Person};
use super::random::Random;
use super::words::{FORENAMES, SURNAMES};
use crate::identifier::Date;

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

/// The month: October 2026, in which the clocks go back on the 25th.
const YEAR: i16 = 2026;
const MONTH: i8 = 10;

#[derive(Clone, Debug)]
struct Staff {
    user: String,
    name: String,
    role: &'static str,
    ods: String,
    department: &'static str,
    to: String,
    person: Option<usize>,
}

#[derive(Clone, Debug)]
struct Event {
    second: i64,
    staff: usize,
    person: usize,
    source: String,
    category: &'static str,
    purpose: &'static str,
    action: &'static str,
    emergency: bool,
    reason: &'static str,
    organisation: Option<String>,
    case: Option<Case>,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    id: usize,
    kind: &'static str,
    tier: &'static str,
}

struct Month<'c> {
    community: &'c Community,
    seed: u64,
    people: People,
    practices: Vec<&'c Member>,
    staff: Vec<Staff>,
    by_org: BTreeMap<String, Vec<usize>>,
    events: Vec<Event>,
    appointments: Vec<(usize, String, String, String)>,
    objections: Vec<usize>,
    cases: usize,
}

fn date(day: i32) -> Date {
    Date::new(YEAR, MONTH, 1).unwrap_or(Date::MIN).plus_days(day - 1)
}

/// The files of a month: the log, its tables and the answer key, by name.
pub fn write(wanted: Wanted, community: &Community) -> BTreeMap<&'static str, String> {
    let people = People::new(wanted.seed, (wanted.events / 4).clamp(300, 300_000));
    let practices: Vec<&Member> = community.of_kind("gp_practice").filter(|m| m.member && !UNSIGNED.contains(&m.ods.as_str()) && m.ods != LEAVER).collect();
    let mut month = Month {
        community,
        seed: wanted.seed,
        people,
        practices,
        staff: Vec::new(),
        by_org: BTreeMap::new(),
        events: Vec::new(),
        appointments: Vec::new(),
        objections: Vec::new(),
        cases: 0,
    };
    month.hire();
    month.care(wanted.events);
    month.plant();
    month.near_misses();
    month.files(wanted.dirty)
}

impl Month<'_> {
    fn person(&self, index: usize) -> Person {
        self.people.person(index, self.practices.len())
    }

    fn practice_of(&self, index: usize) -> String {
        self.practices[self.person(index).practice].ods.clone()
    }

    fn employ(&mut self, org: &str, role: &'static str, department: &'static str, to: &str) -> usize {
        let index = self.staff.len();
        let mut random = Random::new(self.seed, "staff", index as u64);
        self.staff.push(Staff {
            user: format!("u{:05}", 10_000 + index),
            name: format!("{} {}", random.pick(&FORENAMES), random.pick(&SURNAMES)),
            role,
            ods: org.to_owned(),
            department,
            to: to.to_owned(),
            person: None,
        });
        self.by_org.entry(org.to_owned()).or_default().push(index);
        index
    }

    fn hire(&mut self) {
        let trusts: Vec<String> = self.community.of_kind("acute_trust").chain(self.community.of_kind("mental_health_trust")).map(|m| m.ods.clone()).collect();
        for org in &trusts {
            for index in 0..24 {
                let (role, department) = [
                    ("doctor", "medicine"),
                    ("nurse", "ward 4"),
                    ("nurse", "ward 7"),
                    ("doctor", "emergency"),
                    ("allied_health_professional", "therapy"),
                    ("nurse", "outpatients"),
                ][index % 6];
                self.employ(org, role, department, "");
            }
        }
        let practices: Vec<String> = self.practices.iter().step_by(12).map(|m| m.ods.clone()).collect();
        for org in &practices {
            for role in ["doctor", "doctor", "nurse"] {
                self.employ(org, role, "practice", "");
            }
        }
        let councils: Vec<String> = self.community.of_kind("council").map(|m| m.ods.clone()).collect();
        for org in &councils {
            for _ in 0..4 {
                self.employ(org, "social_worker", "adult social care", "");
            }
        }
        for org in ["VZ9A1", "VZ9A2"] {
            self.employ(org, "care_home_manager", "care home", "");
        }
    }

    fn second(random: &mut Random, day: i32) -> i64 {
        // Working hours mostly, some nights.
        let hour = if random.chance(1, 8) { random.between(0, 23) } else { random.between(8, 17) };
        i64::from(day - 1) * 86_400 + i64::from(hour) * 3600 + i64::from(random.between(0, 3599))
    }

    fn push(&mut self, staff: usize, person: usize, second: i64, category: &'static str, purpose: &'static str) -> &mut Event {
        let source = self.practice_of(person);
        self.events.push(Event {
            second,
            staff,
            person,
            source,
            category,
            purpose,
            action: "view",
            emergency: false,
            reason: "",
            organisation: None,
            case: None,
        });
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    fn appointment(&mut self, person: usize, org: &str, day: i32, user: &str) {
        self.appointments.push((person, org.to_owned(), format!("{}T{:02}:00", date(day), 9 + person % 8), user.to_owned()));
    }

    /// Ordinary care: an appointment, and the team looking at the record around it.
    fn care(&mut self, events: u64) {
        let staff = self.staff.len();
        let mut episode = 0u64;
        while (self.events.len() as u64) < events {
            let mut random = Random::new(self.seed, "episode", episode);
            episode += 1;
            let who = random.index(staff);
            let (role, org) = (self.staff[who].role, self.staff[who].ods.clone());
            let at_practice = self.staff[who].department == "practice";
            let person = if at_practice { self.registered_with(&org, &mut random) } else { random.index(self.people.len()) };
            let day = random.between(1, 31);
            // One in 80 has no appointment on file: phone advice, a missing row. Unexplained, and harmless.
            let on_file = !random.chance(1, 80);
            if !at_practice && on_file {
                let user = if random.chance(1, 2) { self.staff[who].user.clone() } else { String::new() };
                self.appointment(person, &org, day, &user);
            }
            let start = Self::second(&mut random, day);
            let colleagues = self.by_org.get(&org).cloned().unwrap_or_default();
            for look in 0..=random.below(3) {
                let viewer = if look > 0 && random.chance(1, 3) { *random.pick(&colleagues) } else { who };
                let viewer = if self.staff[viewer].role == role { viewer } else { who };
                let (category, purpose): (&'static str, &'static str) = match role {
                    "social_worker" => (*random.pick(&["medications", "allergies", "discharge"]), "care_coordination"),
                    "care_home_manager" => (*random.pick(&["medications", "allergies"]), "direct_care"),
                    _ => (*random.pick(&["medications", "allergies", "problems", "results", "encounters", "discharge", "clinic_letter"]), "direct_care"),
                };
                let second = (start + i64::try_from(look).unwrap_or(0) * 240).min(31 * 86_400 - 1);
                let event = self.push(viewer, person, second, category, purpose);
                if event.category == "results" && look == 2 {
                    event.action = "view";
                }
            }
        }
    }

    fn registered_with(&self, org: &str, random: &mut Random) -> usize {
        let from = random.index(self.people.len());
        (0..self.people.len()).map(|step| (from + step) % self.people.len()).find(|index| self.practice_of(*index) == org).unwrap_or(from)
    }

    fn stranger(&self, name: &str, index: u64) -> (usize, Random) {
        let mut random = Random::new(self.seed, name, index);
        let person = random.index(self.people.len());
        (person, random)
    }

    fn mark(&mut self, from: usize, kind: &'static str, tier: &'static str) {
        self.cases += 1;
        let case = Case { id: self.cases, kind, tier };
        for event in &mut self.events[from..] {
            event.case = Some(case);
        }
    }

    fn some_staff(&self, role: &str, nth: usize) -> usize {
        let all: Vec<usize> = self.staff.iter().enumerate().filter(|(_, s)| s.role == role && s.to.is_empty()).map(|(index, _)| index).collect();
        all[nth * 7 % all.len()]
    }

    /// Seeded test cases, modelled on the patterns that reviews and courts have described.
    fn plant(&mut self) {
        // An organisation that no agreement covers: practices that have not signed.
        for (nth, ods) in UNSIGNED.iter().enumerate() {
            let who = self.employ(ods, "doctor", "practice", "");
            let (person, mut random) = self.stranger("not covered", nth as u64);
            let from = self.events.len();
            let day = random.between(2, 28);
            self.appointment(person, ods, day, "");
            self.push(who, person, Self::second(&mut random, day), "medications", "direct_care");
            self.push(who, person, Self::second(&mut random, day), "problems", "direct_care");
            self.mark(from, "not-covered", "easy");
        }
        // More than the clause allows: social workers and test results.
        for nth in 0..4 {
            let who = self.some_staff("social_worker", nth);
            let (person, mut random) = self.stranger("category excess", nth as u64);
            let day = random.between(2, 28);
            let org = self.staff[who].ods.clone();
            self.appointment(person, &org, day, "");
            let from = self.events.len();
            self.push(who, person, Self::second(&mut random, day), if nth % 2 == 0 { "results" } else { "mental_health_record" }, "care_coordination");
            self.mark(from, "category-excess", "easy");
        }
        // A practice that left the agreement goes on looking.
        let who = self.employ(LEAVER, "doctor", "practice", "");
        for nth in 0..3u64 {
            let (person, mut random) = self.stranger("left", nth);
            let from = self.events.len();
            let day = random.between(16, 30);
            self.appointment(person, LEAVER, day, "");
            self.push(who, person, Self::second(&mut random, day), "medications", "direct_care");
            self.mark(from, "party-or-term", "easy");
        }
        // Looking without any link, once and again over weeks.
        for nth in 0..6usize {
            let who = self.some_staff("nurse", nth + 3);
            let (person, mut random) = self.stranger("unexplained", nth as u64);
            let from = self.events.len();
            for week in 0..if nth < 3 { 4 } else { 1 } {
                let second = Self::second(&mut random, 2 + week * 7);
                self.push(who, person, second, "problems", "direct_care");
                self.push(who, person, (second + 90).min(31 * 86_400 - 1), "clinic_letter", "direct_care");
            }
            self.mark(from, "unexplained-first-access", if nth < 3 { "marginal" } else { "mimic" });
        }
        // Their own record.
        for nth in 0..3 {
            let who = self.some_staff("doctor", nth + 11);
            let (person, mut random) = self.stranger("own record", nth as u64);
            self.staff[who].person = Some(person);
            let from = self.events.len();
            let day = random.between(2, 28);
            self.push(who, person, Self::second(&mut random, day), "results", "direct_care");
            self.mark(from, "own-record", "easy");
        }
        // Somebody at their own address.
        for nth in 0..3 {
            let who = self.some_staff("nurse", nth + 17);
            let (person, mut random) = self.stranger("household", nth as u64);
            let first = person / 3 * 3;
            let other = (first..(first + 3).min(self.people.len())).find(|index| *index != person).unwrap_or(person);
            self.staff[who].person = Some(person);
            let from = self.events.len();
            let day = random.between(2, 28);
            self.push(who, other, Self::second(&mut random, day), "encounters", "direct_care");
            self.mark(from, "same-household", "easy");
        }
        // Accounts used after their owner left.
        for nth in 0..2usize {
            let org = self.staff[self.some_staff("doctor", nth + 23)].ods.clone();
            let who = self.employ(&org, "nurse", "ward 4", "2026-09-15");
            let (person, mut random) = self.stranger("leaver", nth as u64);
            let day = random.between(5, 28);
            self.appointment(person, &org, day, "");
            let from = self.events.len();
            self.push(who, person, Self::second(&mut random, day), "medications", "direct_care");
            self.mark(from, "leaver-account", "easy");
        }
        // Emergency access without a reason.
        for nth in 0..3 {
            let who = self.some_staff("doctor", nth + 31);
            let (person, mut random) = self.stranger("emergency", nth as u64);
            let from = self.events.len();
            let day = random.between(2, 28);
            let second = Self::second(&mut random, day);
            let event = self.push(who, person, second, "problems", "emergency_care");
            event.emergency = true;
            event.reason = ["", "x", "."][nth];
            self.mark(from, "emergency-without-reason", if nth == 0 { "easy" } else { "marginal" });
        }
        // A day far beyond colleagues'.
        let who = self.some_staff("nurse", 41);
        let from = self.events.len();
        let org = self.staff[who].ods.clone();
        for nth in 0..160u64 {
            let (person, mut random) = self.stranger("volume", nth);
            // Half of them are booked: the number is what stands out.
            if nth % 2 == 0 {
                self.appointment(person, &org, 13, "");
            }
            self.push(who, person, Self::second(&mut random, 13), "encounters", "direct_care");
        }
        self.mark(from, "volume-against-peers", "easy");
        // Objections: upheld, and looked at all the same.
        for nth in 0..40u64 {
            let (person, _) = self.stranger("objection", nth);
            self.objections.push(person);
        }
    }

    /// Near misses that must not be reported.
    fn near_misses(&mut self) {
        // Emergency access with a proper reason by those who may.
        for nth in 0..10 {
            let who = self.staff.iter().enumerate().filter(|(_, s)| s.department == "emergency").map(|(index, _)| index).nth(nth * 2).unwrap_or(0);
            let (person, mut random) = self.stranger("near emergency", nth as u64);
            let from = self.events.len();
            let day = random.between(2, 28);
            let second = Self::second(&mut random, day);
            let event = self.push(who, person, second, "medications", "emergency_care");
            event.emergency = true;
            event.reason = "brought in unconscious, no history available";
            let org = self.staff[who].ods.clone();
            self.appointment(person, &org, day, "");
            self.mark(from, "control", "near-miss");
        }
        // The night on which the clocks go back.
        let who = self.some_staff("nurse", 5);
        let org = self.staff[who].ods.clone();
        for nth in 0..6u64 {
            let (person, _) = self.stranger("clock change", nth);
            self.appointment(person, &org, 25, "");
            let from = self.events.len();
            self.push(who, person, 24 * 86_400 + 3600 + i64::try_from(nth).unwrap_or(0) * 500, "medications", "direct_care");
            self.mark(from, "control", "near-miss");
        }
    }

    fn files(mut self, dirty: bool) -> BTreeMap<&'static str, String> {
        let mut order: Vec<usize> = (0..self.events.len()).collect();
        order.sort_by_key(|index| (self.events[*index].second, *index));
        let mut log = format!("{HEADER}\n");
        let mut key = String::from("line,case,detector,tier\n");
        let mut line = 1u64;
        for (number, index) in order.iter().enumerate() {
            line += 1;
            let mut random = Random::new(self.seed, "line", number as u64);
            let event = self.events[*index].clone();
            let staff = &self.staff[event.staff];
            let person = self.person(event.person);
            let (day, rest) = (event.second / 86_400, event.second % 86_400);
            let time = format!("{} {:02}:{:02}:{:02}", date(i32::try_from(day).unwrap_or(0) + 1), rest / 3600, rest / 60 % 60, rest % 60);
            let number = String::from_utf8_lossy(person.nhs.expose_digits()).into_owned();
            let organisation = event.organisation.clone().unwrap_or_else(|| staff.ods.clone());
            let mut row = format!(
                "{time},{},{},{organisation},shared-record,{number},{},{},{},{},ok,{},{},s{:06},q{:08}",
                staff.user,
                raw_role(staff.role),
                event.source,
                event.action,
                event.category,
                event.purpose,
                if event.emergency { "Y" } else { "" },
                if event.reason.contains(',') { format!("\"{}\"", event.reason) } else { event.reason.to_owned() },
                random.below(1_000_000),
                self.seed % 100 * 1_000_000 + *index as u64,
            );
            if dirty && event.case.is_none() && random.chance(1, 500) {
                row = spoil(&row, &number, &mut random);
            }
            log.push_str(&row);
            log.push('\n');
            if let Some(case) = event.case {
                let _ = writeln!(key, "{line},case-{:03},{},{}", case.id, case.kind, case.tier);
            }
        }
        self.appointments.sort();
        let mut tables = BTreeMap::from([("log/access-2026-10.csv", log), ("answer-key.csv", key)]);
        let mut staff = String::from("user,name,role,ods,department,from,to,nhs_number,address\n");
        for member in &self.staff {
            let home = member.person.map(|index| self.person(index));
            let (nhs, address) =
                home.map_or((String::new(), String::new()), |person| (String::from_utf8_lossy(person.nhs.expose_digits()).into_owned(), address(&person)));
            let _ = writeln!(
                staff,
                "{},{},{},{},{},2024-01-01,{},{nhs},{address}",
                member.user, member.name, member.role, member.ods, member.department, member.to
            );
        }
        tables.insert("tables/staff.csv", staff);
        let mut registrations = String::from("nhs_number,ods,from,to,address\n");
        for index in 0..self.people.len() {
            let person = self.person(index);
            let _ = writeln!(
                registrations,
                "{},{},20{:02}-0{}-01,,{}",
                String::from_utf8_lossy(person.nhs.expose_digits()),
                self.practices[person.practice].ods,
                10 + index % 14,
                1 + index % 9,
                address(&person)
            );
        }
        tables.insert("tables/registrations.csv", registrations);
        let mut appointments = String::from("nhs_number,ods,at,user\n");
        for (person, org, at, user) in &self.appointments {
            let _ = writeln!(appointments, "{},{org},{at},{user}", String::from_utf8_lossy(self.person(*person).nhs.expose_digits()));
        }
        tables.insert("tables/appointments.csv", appointments);
        let mut objections = String::from("nhs_number,from,to\n");
        for person in &self.objections {
            let _ = writeln!(objections, "{},2026-01-15,", String::from_utf8_lossy(self.person(*person).nhs.expose_digits()));
        }
        tables.insert("tables/objections.csv", objections);
        tables.insert("tables/sealed.csv", "nhs_number,category,from,to\n".to_owned());
        // A table without rows says nothing by itself: it could be a failed export. So the days are stated.
        tables.insert("tables/coverage.csv", "table,from,to\nobjections,2026-01-01,\nsealed,2026-01-01,\n".to_owned());
        tables
    }
}

/// An address as the tables write it: the household and its postcode.
fn address(person: &Person) -> String {
    format!("H{}-{}", person.household, person.postcode.replace(' ', ""))
}

/// What the record's own export calls a role.
fn raw_role(role: &str) -> &str {
    match role {
        "doctor" => "DR",
        "nurse" => "RN",
        "allied_health_professional" => "AHP",
        "social_worker" => "SW",
        "care_home_manager" => "CHM",
        other => other,
    }
}

fn spoil(row: &str, number: &str, random: &mut Random) -> String {
    match random.below(5) {
        0 => row.rsplit_once(',').map_or_else(String::new, |(front, _)| front.to_owned()),
        1 => row.replacen("2026-10", "2026-13", 1),
        2 => row.replacen(number, "9.99E+09", 1),
        3 => row.replacen(number, &number[..9], 1),
        _ => row.replacen(' ', "T25:", 1),
    }
}
