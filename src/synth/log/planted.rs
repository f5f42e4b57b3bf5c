//! Seeded test cases, modelled on patterns that reviews and courts have described, and near misses beside them.
//!
//! `easy` stands out by itself, `marginal` lies at an edge, `mimic` looks like ordinary work. A near miss is ordinary
//! work that lies at the other side of an edge.

use super::super::community::{LATE, LEAVER, UNSIGNED};
use super::workforce::{Setting, one};
use super::{Case, DAYS, Event, HOUSEHOLD, Month, Random, User, clock_to_lived, date};

/// A code of the right form that no register has.
pub const NO_ORGANISATION: &str = "RZW";

impl<'c> Month<'c> {
    fn case(&mut self, kind: &'static str, tier: &'static str, what: &'static str) -> usize {
        self.cases.push(Case { kind, tier, what });
        self.cases.len() - 1
    }

    fn near_miss(&mut self, what: &'static str) -> usize {
        self.case("control", "near-miss", what)
    }

    /// Adds an event of a case at a time of its own between nine and five, or at the second given.
    fn add(&mut self, case: usize, day: u32, at: Option<u32>, event: Event<'c>) {
        let nth = u32::try_from(self.planted.iter().map(Vec::len).sum::<usize>()).unwrap_or(0);
        let drawn = 9 * 3_600 + u32::try_from(Random::new(self.seed, "planted", u64::from(nth)).below(8 * 3_600)).unwrap_or(0);
        let at = at.unwrap_or_else(|| clock_to_lived(day, drawn, false));
        self.planted[day.clamp(1, DAYS) as usize].push(Event { at, nth, case: Some(case), ..event });
    }

    /// An account that does nothing but its case.
    fn account(&mut self, ods: &'c str, setting: Setting, department: &'static str, role: &'static str) -> usize {
        let number = self.staff.len();
        let staff = one(self.seed, number, ods, setting, department, role);
        self.staff.push(super::Staff { home: None, ordinary: false, ..staff });
        number
    }

    /// A member of staff with ordinary work who is in no other case; `home`: whose home is known.
    fn somebody(&mut self, setting: Setting, role: &str, home: bool) -> usize {
        let fitting = |one: &super::Staff<'_>| one.setting == setting && one.role == role && (!home || one.home.is_some());
        let all: Vec<usize> = (0..self.staff.len()).filter(|index| fitting(&self.staff[*index])).collect();
        let free: Vec<usize> = all.iter().copied().filter(|index| self.staff[*index].ordinary && !self.taken.contains(index)).collect();
        let list = if free.is_empty() { &all } else { &free };
        let who = list[Random::new(self.seed, "somebody", self.taken.len() as u64).index(list.len())];
        self.taken.insert(who);
        who
    }

    fn booked(&mut self, person: usize, who: usize, day: i32) {
        let ods = self.staff[who].ods;
        self.appointments.push((person, ods, format!("{}T{:02}:30", date(day), 9 + person % 8), String::new()));
    }

    /// One look that the organisation has a reason for: the person has an appointment there that day.
    fn booked_look(&mut self, case: usize, who: usize, day: u32, category: &'static str, purpose: &'static str) -> usize {
        let person = self.household();
        self.booked(person, who, day.cast_signed());
        let event = self.look(who, person, category, purpose);
        self.add(case, day, None, event);
        person
    }

    /// The seeded cases.
    pub(super) fn plant(&mut self) {
        self.not_covered();
        self.category_excess();
        self.party_or_term();
        self.unexplained();
        self.personal();
        self.accounts();
        self.emergencies();
        self.volume();
        // Objections and seals of people whom nobody looked at.
        for nth in 0..40 {
            let person = self.household();
            if nth % 4 == 0 {
                self.sealed.push((person, ["mental_health_record", "sexual_health", "documents"][nth % 3]));
            } else {
                self.objections.push(person);
            }
        }
    }

    fn not_covered(&mut self) {
        let case = self.case("not-covered", "easy", "home care agency that is party to no agreement");
        let who = self.account("VZ9H1", Setting::CareHome, "home care", "health_care_assistant");
        for day in [5, 9, 20] {
            self.booked_look(case, who, day, "medications", "direct_care");
        }
        let case = self.case("not-covered", "easy", "virtual ward supplier that is party to no agreement");
        let who = self.account("8XX02", Setting::CareHome, "virtual ward", "nurse");
        for day in [12, 13] {
            self.booked_look(case, who, day, "problems", "direct_care");
        }
        for (ods, day) in UNSIGNED.into_iter().zip([7, 13, 27]) {
            let case = self.case("not-covered", "easy", "practice that has not signed");
            let who = self.account(ods, Setting::Practice, "practice", "doctor");
            for category in ["medications", "problems"] {
                self.booked_look(case, who, day, category, "direct_care");
            }
        }
        let case = self.case("not-covered", "marginal", "data of a practice that has not signed");
        let who = self.somebody(Setting::Ward, "nurse", false);
        let person = self.household();
        self.booked(person, who, 20);
        let event = Event { source: UNSIGNED[0], ..self.look(who, person, "medications", "direct_care") };
        self.add(case, 20, None, event);
        let case = self.case("not-covered", "easy", "system administrator reads a record");
        let who = self.account("8XX01", Setting::Reception, "service desk", "system_administrator");
        self.booked_look(case, who, 8, "problems", "direct_care");
        let case = self.case("not-covered", "marginal", "nurse prints where the clause allows viewing");
        let who = self.somebody(Setting::Ward, "nurse", false);
        let person = self.household();
        self.booked(person, who, 15);
        let event = Event { action: "print", ..self.look(who, person, "clinic_letter", "direct_care") };
        self.add(case, 15, None, event);
        for (day, setting, role) in [(6, Setting::Ward, "doctor"), (21, Setting::Council, "social_worker")] {
            let case = self.case("not-covered", "marginal", "objection upheld; opened all the same");
            let who = self.somebody(setting, role, false);
            let purpose = if setting == Setting::Council { "care_coordination" } else { "direct_care" };
            let person = self.booked_look(case, who, day, "medications", purpose);
            self.objections.push(person);
        }
        let case = self.case("not-covered", "marginal", "sealed item; opened all the same");
        let who = self.somebody(Setting::Ward, "nurse", false);
        let person = self.booked_look(case, who, 19, "clinic_letter", "direct_care");
        self.sealed.push((person, "documents"));
    }

    fn category_excess(&mut self) {
        for (nth, category) in ["results", "mental_health_record", "results", "mental_health_record"].into_iter().enumerate() {
            let case = self.case("category-excess", "easy", "social worker reads what the restricted view leaves out");
            let who = self.somebody(Setting::Council, "social_worker", false);
            self.booked_look(case, who, 5 + 6 * u32::try_from(nth).unwrap_or(0), category, "care_coordination");
        }
        let case = self.case("category-excess", "marginal", "receptionist reads a clinic letter");
        let who = self.somebody(Setting::Reception, "receptionist", false);
        self.booked_look(case, who, 8, "clinic_letter", "care_coordination");
        let case = self.case("category-excess", "easy", "neighbouring hospital reads a mental health record");
        let who = self.somebody(Setting::Neighbour, "doctor", false);
        let person = self.household();
        self.booked(person, who, 22);
        let source = self.keeper("results", person, "");
        let event = Event { source, ..self.look(who, person, "mental_health_record", "direct_care") };
        self.add(case, 22, None, event);
        let case = self.case("category-excess", "marginal", "care home manager reads a clinic letter beside the discharge letter");
        let who = self.somebody(Setting::CareHome, "care_home_manager", false);
        self.booked_look(case, who, 14, "clinic_letter", "direct_care");
        let case = self.case("category-excess", "mimic", "hospice assistant reads problems among medicines and allergies");
        let who = self.somebody(Setting::Hospice, "health_care_assistant", false);
        let person = self.booked_look(case, who, 16, "problems", "direct_care");
        let control = self.near_miss("the same assistant reads what the restricted view holds");
        for category in ["medications", "allergies", "discharge"] {
            let event = self.look(who, person, category, "direct_care");
            self.add(control, 16, None, event);
        }
    }

    fn party_or_term(&mut self) {
        let who = self.account(LEAVER, Setting::Practice, "practice", "doctor");
        for (day, tier) in [(15, "marginal"), (20, "easy"), (28, "easy")] {
            let case = self.case("party-or-term", tier, "practice that left on 14 October goes on looking");
            self.booked_look(case, who, day, "results", "direct_care");
        }
        let control = self.near_miss("the practice that left, on its last day");
        self.booked_look(control, who, 14, "results", "direct_care");
        let who = self.account(LATE, Setting::Practice, "practice", "nurse");
        for (day, tier) in [(12, "easy"), (18, "marginal")] {
            let case = self.case("party-or-term", tier, "practice that joins on 19 October looks before");
            self.booked_look(case, who, day, "discharge", "direct_care");
        }
        let control = self.near_miss("the practice that joined, on its first day");
        self.booked_look(control, who, 19, "discharge", "direct_care");
    }

    fn unexplained(&mut self) {
        for day in [6, 14, 23] {
            let case = self.case("unexplained-first-access", "mimic", "two looks at a person with no link to the ward");
            let who = self.somebody(Setting::Ward, "nurse", false);
            let person = self.household();
            for category in ["problems", "clinic_letter"] {
                let event = self.look(who, person, category, "direct_care");
                self.add(case, day, None, event);
            }
        }
        let case = self.case("unexplained-first-access", "easy", "five colleagues open one person within the hour");
        let person = self.household();
        for nth in 0..5 {
            let who = self.somebody(Setting::Ward, "doctor", false);
            let event = self.look(who, person, "encounters", "direct_care");
            self.add(case, 9, Some(13 * 3_600 + nth * 500), event);
        }
        for (nth, days) in [vec![2, 9, 16, 23], vec![1, 8, 15, 22], vec![3, 12, 21, 30]].into_iter().enumerate() {
            let case = self.case("repeated-viewing", "marginal", "comes back week by week");
            let who = self.somebody(if nth == 0 { Setting::MentalHealth } else { Setting::Ward }, "nurse", false);
            let person = self.household();
            for day in days {
                let event = self.look(who, person, "encounters", "direct_care");
                self.add(case, day, None, event);
            }
        }
        let case = self.case("repeated-viewing", "easy", "comes back every second day");
        let who = self.somebody(Setting::Ward, "allied_health_professional", false);
        let person = self.household();
        for day in (3..=27).step_by(2) {
            let event = self.look(who, person, "discharge", "direct_care");
            self.add(case, day, None, event);
        }
        // The other side of the same edges.
        let control = self.near_miss("fourteen days before the appointment");
        let (who, person) = (self.somebody(Setting::Ward, "doctor", false), self.household());
        self.booked(person, who, 22);
        let event = self.look(who, person, "clinic_letter", "direct_care");
        self.add(control, 8, None, event);
        let control = self.near_miss("thirty days after the appointment");
        let (who, person) = (self.somebody(Setting::Ward, "doctor", false), self.household());
        self.booked(person, who, -2);
        let event = self.look(who, person, "results", "direct_care");
        self.add(control, 28, None, event);
        let control = self.near_miss("registered with the practice on the day");
        let (who, person) = (self.somebody(Setting::Practice, "doctor", false), self.household());
        self.also_registered.push((person, self.staff[who].ods, date(12).to_string()));
        let event = self.look(who, person, "discharge", "direct_care");
        self.add(control, 12, None, event);
        let control = self.near_miss("comes back week by week to somebody on the caseload");
        let (who, person) = (self.somebody(Setting::MentalHealth, "nurse", false), self.household());
        for day in [5u32, 12, 19, 26] {
            self.booked(person, who, day.cast_signed());
            let event = self.look(who, person, "crisis_plan", "direct_care");
            self.add(control, day, None, event);
        }
    }

    fn personal(&mut self) {
        for (day, tier) in [(5u32, "easy"), (17, "easy"), (26, "mimic")] {
            let what = if tier == "mimic" { "own record, at the hospital where they are a patient themselves" } else { "own record" };
            let case = self.case("own-record", tier, what);
            let who = self.somebody(Setting::Ward, if tier == "mimic" { "nurse" } else { "doctor" }, true);
            let person = self.staff[who].home.unwrap_or(0);
            if tier == "mimic" {
                self.booked(person, who, day.cast_signed());
            }
            let event = self.look(who, person, "results", "direct_care");
            self.add(case, day, None, event);
        }
        for (day, tier) in [(7, "easy"), (15, "easy"), (24, "easy"), (29, "marginal")] {
            let what = if tier == "marginal" { "somebody at their own address, once, late in the evening" } else { "somebody at their own address" };
            let case = self.case("same-household", tier, what);
            let who = self.somebody(Setting::Ward, "nurse", true);
            let person = self.staff[who].home.unwrap_or(0) + 1 + day as usize % (HOUSEHOLD - 1);
            let categories: &[&'static str] = if tier == "marginal" { &["discharge"] } else { &["encounters", "results"] };
            for category in categories {
                let event = self.look(who, person, category, "direct_care");
                self.add(case, day, (tier == "marginal").then_some(21 * 3_600 + 1_400), event);
            }
        }
        let control = self.near_miss("somebody at their own address who is a patient there");
        let who = self.somebody(Setting::Ward, "doctor", true);
        let person = self.staff[who].home.unwrap_or(0) + 1;
        self.booked(person, who, 12);
        let event = self.look(who, person, "medications", "direct_care");
        self.add(control, 12, None, event);
    }

    fn accounts(&mut self) {
        for (last, day, tier) in [("2026-09-15", 6, "easy"), ("2026-09-15", 20, "easy"), ("2026-10-11", 12, "marginal")] {
            let case = self.case(
                "leaver-account",
                tier,
                if tier == "easy" { "account used weeks after its owner left" } else { "account used on the day after its owner left" },
            );
            let who = self.account("RZC", Setting::Ward, "wards", "nurse");
            self.staff[who].posts = vec![("2022-09-05", last)];
            self.booked_look(case, who, day, "medications", "direct_care");
        }
        let control = self.near_miss("on the last day of the post");
        let who = self.account("RZC", Setting::Ward, "wards", "nurse");
        self.staff[who].posts = vec![("2022-09-05", "2026-10-16")];
        self.booked_look(control, who, 16, "medications", "direct_care");
        let control = self.near_miss("left and came back");
        let who = self.account("RZB", Setting::Ward, "therapy", "allied_health_professional");
        self.staff[who].posts = vec![("2020-02-03", "2026-08-31"), ("2026-10-05", "")];
        self.booked_look(control, who, 13, "discharge", "direct_care");

        let case = self.case("unknown-account", "easy", "account that the staff table does not have");
        let who = self.somebody(Setting::Ward, "doctor", false);
        let person = self.household();
        self.booked(person, who, 21);
        for category in ["problems", "medications"] {
            let event = Event { user: User::Unknown(1), ..self.look(who, person, category, "direct_care") };
            self.add(case, 21, None, event);
        }
        for (ods, what, day) in [("X96001", "practice that closed in 2019", 8), (NO_ORGANISATION, "code that no register has", 22)] {
            let case = self.case("organisation-not-in-register", "easy", what);
            let who = self.account(ods, Setting::Practice, "practice", "nurse");
            self.booked_look(case, who, day, "medications", "direct_care");
        }
    }

    fn emergencies(&mut self) {
        for (reason, tier, day) in [("", "easy", 4), ("x", "marginal", 11), (".", "marginal", 18), ("emergency", "marginal", 25)] {
            let case = self.case("emergency-without-reason", tier, if reason.is_empty() { "no reason" } else { "a reason that says nothing" });
            let who = self.somebody(Setting::Emergency, "doctor", false);
            let person = self.household();
            let event = Event { emergency: true, reason, ..self.look(who, person, "problems", "emergency_care") };
            self.add(case, day, None, event);
        }
    }

    fn volume(&mut self) {
        // A day far beyond colleagues'. Half of the people are booked: the number is what stands out.
        for (count, day, tier, what) in
            [(160, 13, "easy", "160 people in a day, half of them not booked"), (45, 20, "marginal", "45 people in a day, all booked")]
        {
            let case = self.case("volume-against-peers", tier, what);
            let who = self.somebody(Setting::Ward, "nurse", false);
            self.crowd(case, who, day, count, tier == "easy");
        }
        let control = self.near_miss("15 people in a day: a busy clinic");
        let who = self.somebody(Setting::Ward, "allied_health_professional", false);
        self.crowd(control, who, 21, 15, false);
    }

    fn crowd(&mut self, case: usize, who: usize, day: u32, count: usize, half: bool) {
        let mut home = 0;
        for nth in 0..count {
            if nth % HOUSEHOLD == 0 {
                home = self.household();
            }
            let person = home + nth % HOUSEHOLD;
            if !half || nth % 2 == 0 {
                self.booked(person, who, day.cast_signed());
            }
            let event = self.look(who, person, "encounters", "direct_care");
            self.add(case, day, None, event);
        }
    }

    /// Near misses that belong to no seeded kind.
    pub(super) fn near_misses(&mut self) {
        for day in [3u32, 10, 17, 24, 31] {
            let control = self.near_miss("emergency access with a reason, by those who may");
            let who = self.somebody(Setting::Emergency, "nurse", false);
            let person = self.household();
            self.booked(person, who, day.cast_signed());
            let event = Event { emergency: true, reason: super::REASONS[0], ..self.look(who, person, "medications", "emergency_care") };
            self.add(control, day, None, event);
        }
        // The night on which the clocks go back, in both passes of the hour.
        for lived in [3_700, 5_400, 7_100, 7_300, 9_000, 10_700] {
            let control = self.near_miss("the hour that is lived twice");
            let who = self.somebody(Setting::Ward, "nurse", false);
            let person = self.household();
            self.booked(person, who, 25);
            let event = self.look(who, person, "medications", "direct_care");
            self.add(control, super::CLOCKS_BACK, Some(lived), event);
        }
        let control = self.near_miss("people print their own record");
        let person = self.household();
        let source = self.keeper("results", person, "");
        let event = Event {
            user: User::Portal,
            role: "SELF",
            organisation: "",
            system: "patient-portal",
            action: "print",
            source,
            ..self.look(0, person, "results", "patient_access")
        };
        self.add(control, 18, None, event);
    }
}
