//! A community in the proportions of Greater Manchester: 504 member organisations over ten boroughs, and neighbours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::random::Random;
use super::words::{PRACTICES, SPOTS, TREES};
use crate::identifier::Date;

/// The boroughs, with their share of practices (they add up to 472).
pub const BOROUGHS: [(&str, usize); 10] = [
    ("bolton", 49),
    ("bury", 30),
    ("manchester", 88),
    ("oldham", 43),
    ("rochdale", 36),
    ("salford", 44),
    ("stockport", 42),
    ("tameside", 37),
    ("trafford", 36),
    ("wigan", 67),
];

/// One organisation of the community.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its code.
    pub ods: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// First day.
    pub opened: String,
    /// Last day, or empty.
    pub closed: String,
    /// Who carries on, or empty.
    pub successor: String,
    /// Whether it counts among the 504.
    pub member: bool,
    /// What it does, from, to.
    pub functions: Vec<(&'static str, String, String)>,
    /// Where it belongs, from, to.
    pub places: Vec<(String, String, String)>,
    /// Registered patients.
    pub patients: u32,
}

/// The whole community.
#[derive(Clone, Debug)]
pub struct Community {
    /// Every organisation, in the order of the register.
    pub organisations: Vec<Member>,
    seed: u64,
}

/// Registered patients of all practices together.
pub const PATIENTS: u32 = 2_812_000;

impl Community {
    /// The community of a seed.
    pub fn new(seed: u64) -> Self {
        let mut community = Self { organisations: Vec::new(), seed };
        community.practices();
        community.trusts_and_councils();
        community.others();
        community.departed();
        community
    }

    fn add(&mut self, ods: String, name: String, kind: &'static str, functions: &[&'static str], places: &[&str]) -> &mut Member {
        let from = "2013-04-01".to_owned();
        self.organisations.push(Member {
            ods,
            name: format!("{name} (synthetic)"),
            kind,
            opened: from.clone(),
            closed: String::new(),
            successor: String::new(),
            member: true,
            functions: functions.iter().map(|function| (*function, from.clone(), String::new())).collect(),
            places: places.iter().map(|place| ((*place).to_owned(), from.clone(), String::new())).collect(),
            patients: 0,
        });
        let last = self.organisations.len() - 1;
        &mut self.organisations[last]
    }

    fn practices(&mut self) {
        let mut number = 0usize;
        let mut weights = Vec::new();
        for (borough, count) in BOROUGHS {
            for _ in 0..count {
                let mut random = Random::new(self.seed, "practice", number as u64);
                // 48 trees by 12 spots: every name once.
                let (tree, spot) = (TREES[number % TREES.len()], SPOTS[number / TREES.len() % SPOTS.len()]);
                let name = format!("{tree} {spot} {}", random.pick(&PRACTICES));
                let weight = 2_000 + random.below(8_000) + if random.chance(1, 12) { random.below(12_000) } else { 0 };
                weights.push(weight);
                self.add(format!("X9{:04}", number + 1), name, "gp_practice", &["gp_practice"], &[borough]);
                number += 1;
            }
        }
        let total: u64 = weights.iter().sum();
        let mut given = 0u32;
        for (member, weight) in self.organisations.iter_mut().zip(&weights) {
            member.patients = u32::try_from(u64::from(PATIENTS) * weight / total).unwrap_or(0);
            given += member.patients;
        }
        // What rounding down left over goes to the first.
        self.organisations[0].patients += PATIENTS - given;
    }

    fn trusts_and_councils(&mut self) {
        for (index, (borough, _)) in BOROUGHS.iter().enumerate() {
            let letter = char::from(b'A' + u8::try_from(index).unwrap_or(0));
            let functions: &[&'static str] = if index % 3 == 0 { &["acute", "community", "maternity"] } else { &["acute", "maternity"] };
            self.add(format!("RZ{letter}"), format!("{} Hospitals NHS Trust", TREES[index * 4]), "acute_trust", functions, &[borough]);
        }
        for (index, (borough, _)) in BOROUGHS.iter().enumerate() {
            self.add(
                format!("{}", 981 + index),
                format!("{} Borough Council", TREES[index * 4 + 1]),
                "council",
                &["council.adult_social_care", "childrens_services", "council.public_health"],
                &[borough],
            );
        }
        for (code, tree, places) in
            [("RZK", "Rowan", ["manchester", "salford"]), ("RZL", "Larch", ["bolton", "wigan"]), ("RZM", "Hazel", ["oldham", "stockport"])]
        {
            self.add(code.to_owned(), format!("{tree} Mental Health NHS Trust"), "mental_health_trust", &["mental_health"], &places);
        }
        for (index, places) in [["manchester", "trafford", "salford"], ["bolton", "wigan", "bury"], ["oldham", "rochdale", "stockport"]].iter().enumerate() {
            self.add(format!("X98{:03}", index + 1), format!("{} Out of Hours", TREES[index * 7 + 2]), "out_of_hours", &["out_of_hours"], places);
        }
        for (index, letter) in ["N", "P", "Q", "R", "S", "T"].iter().enumerate() {
            self.add(format!("RZ{letter}"), format!("{} Community Health", TREES[index * 6 + 3]), "community_provider", &["community"], &[BOROUGHS[index].0]);
        }
    }

    fn others(&mut self) {
        for (code, name, kind, function, place) in [
            ("QZ9", "Integrated Care Board", "icb", "commissioning", "gm"),
            ("8XX01", "Example Records", "supplier", "record_supplier", "gm"),
            ("RZX", "Ambulance NHS Trust", "ambulance", "ambulance", "gm"),
            ("NZ911", "NHS 111 Provider", "urgent_111", "urgent_111", "gm"),
            ("VZ9A1", "Maple House Care Home", "care_home", "care_home", "salford"),
            ("VZ9A2", "Willow Court Care Home", "care_home", "care_home", "bolton"),
            ("VZ9H1", "Linden Home Care", "home_care", "home_care", "stockport"),
            ("VZ9P1", "Cedar Hospice", "hospice", "hospice", "manchester"),
            ("FZ9A1", "Sycamore Pharmacy", "pharmacy", "pharmacy", "oldham"),
            ("8XX02", "Example Virtual Ward", "virtual_ward", "virtual_ward", "manchester"),
        ] {
            self.add(code.to_owned(), name.to_owned(), kind, &[function], &[place]).member = false;
        }
    }

    /// Practices that closed or left: they stay in the register with their dates, counted apart.
    fn departed(&mut self) {
        for index in 0..8usize {
            let successor = format!("X9{:04}", index * 40 + 1);
            let borough = BOROUGHS[index].0;
            let closed = format!("20{}-03-31", 19 + index % 7);
            let member = self.add(
                format!("X96{:03}", index + 1),
                format!("Old {} {} Surgery", TREES[index * 5 + 4], SPOTS[index]),
                "gp_practice",
                &["gp_practice"],
                &[borough],
            );
            member.closed.clone_from(&closed);
            member.successor = successor;
            for (_, _, to) in &mut member.functions {
                to.clone_from(&closed);
            }
            for (_, _, to) in &mut member.places {
                to.clone_from(&closed);
            }
        }
        for index in 0..6usize {
            let member = self.add(
                format!("X97{:03}", index + 1),
                format!("Glossop-like {} {}", TREES[index * 3 + 5], PRACTICES[index % PRACTICES.len()]),
                "gp_practice",
                &["gp_practice"],
                &["glossop"],
            );
            member.member = false;
            // Until the day before 1 July 2022 the place belonged to the community.
            member.places.push(("tameside".to_owned(), "2013-04-01".to_owned(), "2022-06-30".to_owned()));
            member.patients = 5_500;
        }
    }

    /// Organisations of a kind that are open now.
    pub fn of_kind<'c>(&'c self, kind: &'c str) -> impl Iterator<Item = &'c Member> + 'c {
        self.organisations.iter().filter(move |member| member.kind == kind && member.closed.is_empty())
    }

    /// The register's tables, by name.
    pub fn tables(&self) -> BTreeMap<&'static str, String> {
        let mut organisations = String::from("ods,name,kind,opened,closed,successor,member,ico,ico_expires,caldicott_guardian,siro,dpo,ig_lead,email_domain\n");
        let mut functions = String::from("ods,function,from,to\n");
        let mut memberships = String::from("ods,place,kind,from,to\n");
        let mut sizes = String::from("ods,date,patients\n");
        let mut assurance = String::from("ods,scheme,status,year,published,interim\n");
        for (index, m) in self.organisations.iter().enumerate() {
            let host = format!("{}.example.org", m.ods.to_ascii_lowercase());
            let caldicott = if matches!(m.kind, "supplier" | "virtual_ward" | "home_care" | "pharmacy") { String::new() } else { format!("caldicott@{host}") };
            // Fees are paid by the year, each from its own day.
            let expires = Date::parse("2027-07-01").map(|day| day.plus_days(i32::try_from(index * 37 % 365).unwrap_or(0)).to_string()).unwrap_or_default();
            let _ = writeln!(
                organisations,
                "{},{},{},{},{},{},{},Z99{:05},{expires},{caldicott},siro@{host},dpo@{host},ig@{host},{host}",
                m.ods,
                m.name,
                m.kind,
                m.opened,
                m.closed,
                m.successor,
                m.member,
                index + 1
            );
            for (function, from, to) in &m.functions {
                let _ = writeln!(functions, "{},{function},{from},{to}", m.ods);
            }
            for (place, from, to) in &m.places {
                let kind = match place.as_str() {
                    "gm" => "icb",
                    "glossop" => "locality",
                    _ => "borough",
                };
                let _ = writeln!(memberships, "{},{place},{kind},{from},{to}", m.ods);
            }
            if m.patients > 0 && m.closed.is_empty() {
                let _ = writeln!(sizes, "{},2026-10-01,{}", m.ods, m.patients);
            }
            if m.closed.is_empty() {
                let exceeded = Random::new(self.seed, "assurance", index as u64).chance(1, 15);
                let status = if exceeded { "Standards Exceeded" } else { "Standards Met" };
                let _ = writeln!(assurance, "{},DSPT,{status},25/26,2026-06-{:02},false", m.ods, 1 + index % 28);
            }
        }
        BTreeMap::from([
            ("register/organisations.csv", organisations),
            ("register/functions.csv", functions),
            ("register/memberships.csv", memberships),
            ("register/list_sizes.csv", sizes),
            ("register/assurance.csv", assurance),
        ])
    }

    /// Accessions of the shipped agreements: who joined, when, and who signed. Three practices have not joined the
    /// care record; in October 2026 one left it and one joined.
    pub fn accessions(&self) -> BTreeMap<&'static str, String> {
        let header = "ods,joined,left,signed_on,signed_by\n";
        let mut files: BTreeMap<&'static str, String> =
            ["accessions/0001.csv", "accessions/0007.csv", "accessions/0007-care-providers.csv", "accessions/0012.csv", "accessions/0021.csv"]
                .into_iter()
                .map(|name| (name, header.to_owned()))
                .collect();
        let mut row = |file: &'static str, ods: &str, joined: &str, left: &str, signed: &str, by: &str| {
            if let Some(text) = files.get_mut(file) {
                let _ = writeln!(text, "{ods},{joined},{left},{signed},{by}");
            }
        };
        for (index, m) in self.organisations.iter().enumerate().filter(|(_, m)| m.closed.is_empty()) {
            let by = match m.kind {
                "gp_practice" => "Senior Partner",
                "care_home" | "hospice" | "pharmacy" | "home_care" => "Registered Manager",
                _ => "SIRO",
            };
            // Signatures came in over the weeks before the first day; the last borough joined in the autumn.
            let signed = Date::parse("2026-03-02").map(|day| day.plus_days(i32::try_from(index % 28).unwrap_or(0)).to_string()).unwrap_or_default();
            let provider = m.member || matches!(m.kind, "ambulance" | "urgent_111");
            if provider {
                row("accessions/0001.csv", &m.ods, "2022-04-01", "", "2022-03-15", by);
                let missing = UNSIGNED.contains(&m.ods.as_str());
                if !missing {
                    let left = if m.ods == LEAVER { "2026-10-14" } else { "" };
                    let (joined, signed) = if m.ods == LATE { ("2026-10-19", "2026-10-12") } else { ("2026-04-01", signed.as_str()) };
                    row("accessions/0007.csv", &m.ods, joined, left, signed, by);
                }
                if !matches!(m.kind, "council") {
                    row("accessions/0012.csv", &m.ods, "2026-04-01", "", &signed, by);
                }
                row("accessions/0021.csv", &m.ods, "2026-04-01", "", &signed, by);
            }
            if matches!(m.kind, "care_home" | "hospice" | "pharmacy") {
                row("accessions/0007-care-providers.csv", &m.ods, "2026-06-15", "", "2026-06-01", by);
            }
        }
        files
    }
}

/// Practices that have not signed the care record.
pub const UNSIGNED: [&str; 3] = ["X90100", "X90257", "X90431"];
/// The practice that left the care record on 14 October 2026.
pub const LEAVER: &str = "X90263";
/// The practice that joined the care record on 19 October 2026.
pub const LATE: &str = "X90150";
/// The boroughs that are live on the supplier's system; the other five follow.
pub const LIVE: [&str; 5] = ["bolton", "bury", "manchester", "salford", "wigan"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_are_the_504_of_the_seed() {
        let community = Community::new(1);
        let count = |kind: &str| community.of_kind(kind).filter(|m| m.member).count();
        assert_eq!(["gp_practice", "acute_trust", "council", "mental_health_trust", "out_of_hours", "community_provider"].map(count), [472, 10, 10, 3, 3, 6]);
        assert_eq!(community.organisations.iter().filter(|m| m.member && m.closed.is_empty()).count(), 504);
        assert_eq!(community.of_kind("gp_practice").filter(|m| m.member).map(|m| m.patients).sum::<u32>(), PATIENTS);
    }

    #[test]
    fn codes_and_names_are_each_one_organisation() {
        let community = Community::new(1);
        let mut codes: Vec<&str> = community.organisations.iter().map(|m| m.ods.as_str()).collect();
        let mut names: Vec<&str> = community.organisations.iter().map(|m| m.name.as_str()).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((codes.len(), names.len()), (all, all));
    }
}
