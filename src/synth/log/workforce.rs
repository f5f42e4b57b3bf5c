//! Who works where, in the five boroughs that are live, and what their work has them read.

use super::super::words::{FORENAMES, SURNAMES};
use super::{Community, Member, Random, Wanted};

/// A kind of workplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Ward,
    Emergency,
    Practice,
    Reception,
    Council,
    MentalHealth,
    Community,
    OutOfHours,
    Ambulance,
    Urgent,
    CareHome,
    Hospice,
    Neighbour,
    Privacy,
}

impl Setting {
    pub(super) fn around_the_clock(self) -> bool {
        matches!(self, Self::Ward | Self::Emergency | Self::MentalHealth | Self::OutOfHours | Self::Ambulance | Self::Urgent | Self::CareHome | Self::Hospice)
    }

    /// A category and a purpose that the agreements cover here.
    pub(super) fn reads(self, random: &mut Random) -> (&'static str, &'static str) {
        let (categories, purpose): (&[&'static str], _) = match self {
            Self::Ward | Self::Emergency => (&["medications", "allergies", "problems", "results", "encounters", "discharge", "clinic_letter"], "direct_care"),
            Self::Practice => (&["medications", "results", "encounters", "discharge", "clinic_letter", "problems"], "direct_care"),
            Self::Reception => (&["identity", "contact"], "care_coordination"),
            Self::Council => (&["medications", "allergies", "discharge", "social_care_record"], "care_coordination"),
            Self::MentalHealth => (&["mental_health_record", "crisis_plan", "medications", "problems", "clinic_letter"], "direct_care"),
            Self::Community => (&["medications", "problems", "discharge", "encounters", "results"], "care_coordination"),
            Self::OutOfHours | Self::Urgent | Self::Ambulance => (&["medications", "allergies", "problems"], "emergency_care"),
            Self::CareHome | Self::Hospice => (&["medications", "allergies", "discharge"], "direct_care"),
            Self::Neighbour => (&["medications", "allergies", "results", "discharge"], "direct_care"),
            Self::Privacy => (&["audit_log"], "ig_audit"),
        };
        (*random.pick::<&'static str>(categories), purpose)
    }
}

/// A member of staff.
#[derive(Clone, Debug)]
pub(super) struct Staff<'c> {
    pub(super) user: String,
    pub(super) name: String,
    /// Role in the vocabulary.
    pub(super) role: &'static str,
    /// What the record's export calls it.
    pub(super) code: &'static str,
    pub(super) ods: &'c str,
    pub(super) department: &'static str,
    pub(super) setting: Setting,
    /// First and last day of each post.
    pub(super) posts: Vec<(&'static str, &'static str)>,
    /// Where they live: first person of their household, themselves. Not known of everybody.
    pub(super) home: Option<usize>,
    /// Colleagues of the same role: first, how many.
    pub(super) team: (usize, usize),
    /// Index of their practice.
    pub(super) practice: Option<usize>,
    /// Whether ordinary care involves them; accounts of seeded cases do nothing else.
    pub(super) ordinary: bool,
}

struct Hiring<'c> {
    seed: u64,
    staff: Vec<Staff<'c>>,
}

impl<'c> Hiring<'c> {
    fn team(&mut self, ods: &'c str, setting: Setting, department: &'static str, role: &'static str, codes: &[&'static str], count: usize) {
        let start = self.staff.len();
        for index in 0..count {
            let number = start + index;
            self.staff.push(Staff { code: codes[index % codes.len()], team: (start, count), ..one(self.seed, number, ods, setting, department, role) });
        }
    }
}

/// A member of staff on their own.
pub(super) fn one<'c>(seed: u64, number: usize, ods: &'c str, setting: Setting, department: &'static str, role: &'static str) -> Staff<'c> {
    let mut random = Random::new(seed, "staff", number as u64);
    Staff {
        user: format!("u{:05}", 10_000 + number),
        name: format!("{} {}", random.pick(&FORENAMES), random.pick(&SURNAMES)),
        role,
        code: match role {
            "doctor" => "DR",
            "nurse" => "RN",
            "allied_health_professional" => "AHP",
            "social_worker" => "SW",
            "care_home_manager" => "CHM",
            "receptionist" => "REC",
            "health_care_assistant" => "HCA",
            "paramedic" => "PM",
            "system_administrator" => "ADM",
            _ => "PO",
        },
        ods,
        department,
        setting,
        posts: vec![(["2019-04-01", "2022-09-05", "2024-01-08"][random.index(3)], "")],
        home: random.chance(2, 5).then_some(0),
        team: (number, 1),
        practice: None,
        ordinary: true,
    }
}

/// Everybody: about one for 42 events up to 480 people, then one for 200.
pub(super) fn hire<'c>(wanted: Wanted, community: &'c Community, practices: &[&'c Member], providers: &[[&'c str; 3]]) -> Vec<Staff<'c>> {
    const DOCTORS: &[&str] = &["DR", "CONS", "SPR"];
    const NURSES: &[&str] = &["RN", "SN", "ANP"];
    let total = usize::try_from((wanted.events / 200).clamp(480, 50_000)).unwrap_or(480);
    let share = |of_thousand: usize, organisations: usize| (total * of_thousand / 1_000 / organisations.max(1)).max(1);
    let mut hiring = Hiring { seed: wanted.seed, staff: Vec::new() };
    for [trust, ..] in providers {
        hiring.team(trust, Setting::Ward, "medicine", "doctor", DOCTORS, share(110, 5));
        hiring.team(trust, Setting::Ward, "wards", "nurse", NURSES, share(170, 5));
        hiring.team(trust, Setting::Ward, "therapy", "allied_health_professional", &["AHP", "PHYS"], share(60, 5));
        hiring.team(trust, Setting::Emergency, "emergency", "doctor", DOCTORS, share(55, 5));
        hiring.team(trust, Setting::Emergency, "emergency", "nurse", NURSES, share(55, 5));
        hiring.team(trust, Setting::Privacy, "information governance", "privacy_officer", &["PO"], 1);
    }
    let mut mental_health: Vec<&str> = providers.iter().map(|[_, trust, _]| *trust).collect();
    mental_health.sort_unstable();
    mental_health.dedup();
    for trust in &mental_health {
        hiring.team(trust, Setting::MentalHealth, "crisis team", "nurse", NURSES, share(60, mental_health.len()));
        hiring.team(trust, Setting::MentalHealth, "psychiatry", "doctor", DOCTORS, share(40, mental_health.len()));
    }
    // Three practice staff at least are colleagues; in a small sample not every practice has staff in it.
    let used = (total * 240 / 1_000 / 4).clamp(1, practices.len());
    for index in 0..used {
        let practice = index * practices.len() / used;
        let start = hiring.staff.len();
        let ods = practices[practice].ods.as_str();
        hiring.team(ods, Setting::Practice, "practice", "doctor", &["GP", "SALGP"], share(120, used));
        hiring.team(ods, Setting::Practice, "practice", "nurse", &["PN", "ANP"], share(60, used));
        hiring.team(ods, Setting::Reception, "reception", "receptionist", &["REC"], share(60, used));
        for staff in &mut hiring.staff[start..] {
            staff.practice = Some(practice);
        }
    }
    for [_, _, council] in providers {
        hiring.team(council, Setting::Council, "adult social care", "social_worker", &["SW", "SSW"], share(70, 5));
    }
    let open = |kind: &'static str| community.organisations.iter().filter(move |m| m.kind == kind && m.closed.is_empty());
    let live = |m: &&Member| m.places.iter().any(|(place, ..)| super::LIVE.contains(&place.as_str()));
    for m in open("community_provider").filter(live) {
        hiring.team(&m.ods, Setting::Community, "district nursing", "nurse", &["DN", "RN"], share(60, 4));
    }
    for m in open("out_of_hours").filter(live) {
        hiring.team(&m.ods, Setting::OutOfHours, "out of hours", "doctor", &["GP", "DR"], share(20, 2));
    }
    for m in open("ambulance") {
        hiring.team(&m.ods, Setting::Ambulance, "crews", "paramedic", &["PM"], share(20, 1));
    }
    for m in open("urgent_111") {
        hiring.team(&m.ods, Setting::Urgent, "clinical advice", "nurse", &["RN"], share(15, 1));
    }
    for m in open("care_home").filter(live) {
        hiring.team(&m.ods, Setting::CareHome, "care home", "care_home_manager", &["CHM"], share(6, 2));
    }
    for m in open("hospice").filter(live) {
        hiring.team(&m.ods, Setting::Hospice, "hospice", "health_care_assistant", &["HCA"], share(6, 1));
    }
    // The neighbouring community's hospital.
    hiring.team("RZY", Setting::Neighbour, "medicine", "doctor", DOCTORS, share(20, 1));
    hiring.staff
}
