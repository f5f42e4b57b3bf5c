//! Big packs from a seed: synthetic codes, realistic selectors, dates spread over three years.

use std::fmt::Write as _;
use std::path::Path;

/// Numbers from a seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).expect("small")
    }

    fn in_hundred(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    /// One to `most` of them, each once.
    fn some<'t>(&mut self, of: &[&'t str], most: usize) -> Vec<&'t str> {
        let mut chosen: Vec<&str> = (0..=self.below(most)).map(|_| self.one(of)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// A day of the three years 2025 to 2027.
    fn day(&mut self) -> String {
        format!("{}-{:02}-{:02}", 2025 + self.below(3), 1 + self.below(12), 1 + self.below(28))
    }
}

/// Functions with their share of the organisations, in hundredths.
const FUNCTIONS: [(&str, usize); 10] = [
    ("nhs.gp_practice", 45),
    ("nhs.pharmacy", 20),
    ("care_home", 15),
    ("nhs.acute", 4),
    ("nhs.community", 4),
    ("nhs.mental_health", 3),
    ("nhs.urgent", 3),
    ("council.adult_social_care", 3),
    ("council.children", 2),
    ("hospice", 1),
];
const PROVIDERS: [&str; 6] = ["nhs.acute", "nhs.community", "nhs.mental_health", "nhs.urgent", "council.adult_social_care", "hospice"];
const ROLES: [&str; 10] = ["clinician", "doctor", "nurse", "pharmacist", "paramedic", "care", "social_worker", "carer", "analyst", "administrator"];
const DATA: [&str; 14] = [
    "record",
    "medications",
    "results",
    "blood",
    "imaging",
    "documents",
    "discharge",
    "letter",
    "plans",
    "end_of_life",
    "social_care",
    "assessment",
    "demographics",
    "sexual_health",
];
const PURPOSES: [&str; 6] = ["individual_care", "direct_care", "emergency_care", "safeguarding", "planning", "research"];
const CONDITIONS: [&str; 14] = [
    "relationship",
    "opted_out",
    "objects",
    "consent",
    "emergency",
    "registered",
    "referred",
    "sealed",
    "child",
    "deceased",
    "audited",
    "on_duty",
    "reason",
    "approved",
];

const VOCABULARY: &str = "\
functions: {nhs: {acute: {}, community: {}, mental_health: {}, urgent: {}, gp_practice: {}, pharmacy: {}}, council: {adult_social_care: {}, children: {}}, care_home: {}, hospice: {}}
roles: {clinician: {doctor: {}, nurse: {}, pharmacist: {}, paramedic: {}}, care: {social_worker: {}, carer: {}}, analyst: {}, administrator: {}, person: {}, proxy: {}}
data:
  record: {medications: {}, results: {blood: {}, imaging: {}}, documents: {discharge: {}, letter: {}}, plans: {end_of_life: {restricted: named_only}, crisis: {}}}
  social_care: {assessment: {}, package: {}}
  demographics: {}
  sexual_health: {restricted: named_only}
  gender: {restricted: statute, gateways: [consent]}
purposes: {individual_care: {direct_care: {}, emergency_care: {}, safeguarding: {}}, planning: {}, research: {}, patient_access: {}}
actions: [view, print, export, amend]
forms: [identifiable, pseudonymised, aggregate]
";

struct Org {
    ods: String,
    function: &'static str,
    borough: usize,
}

fn list(names: &[&str]) -> String {
    if names.len() == 1 { names[0].to_owned() } else { format!("[{}]", names.join(", ")) }
}

/// Writes a pack of so many agreements and organisations. A region has four boroughs and some 400 organisations.
pub(crate) fn write(dir: &Path, agreements: usize, organisations: usize) {
    write_with(dir, agreements, organisations, CONDITIONS.len());
}

/// The same with only some of the conditions: more than twelve that meet in one case are refused.
pub(crate) fn write_with(dir: &Path, agreements: usize, organisations: usize, conditions: usize) {
    let conditions = &CONDITIONS[..conditions];
    let mut dice = Dice(agreements as u64 * 100_003 + organisations as u64);
    let boroughs = (organisations / 100).max(4);
    std::fs::create_dir_all(dir.join("register")).expect("made");
    std::fs::create_dir_all(dir.join("agreements")).expect("made");
    std::fs::create_dir_all(dir.join("accessions")).expect("made");
    let put = |name: String, text: &str| std::fs::write(dir.join(name), text).expect("written");
    put("pack.yaml".into(), "pack: big\nformat: carepact.pack/1\ntitle: Big synthetic pack\nsynthetic: true\n");
    let mut vocabulary = VOCABULARY.to_owned();
    vocabulary.push_str("places:\n");
    for region in 0..boroughs.div_ceil(4) {
        let inner: Vec<String> = (region * 4..boroughs.min(region * 4 + 4)).map(|borough| format!("b{borough}: {{}}")).collect();
        let _ = writeln!(vocabulary, "  r{region}: {{{}}}", inner.join(", "));
    }
    vocabulary.push_str("conditions:\n");
    for name in CONDITIONS {
        let _ = writeln!(vocabulary, "  {name}: {{meaning: the fact {name} holds}}");
    }
    put("vocabulary.yaml".into(), &vocabulary);

    let mut orgs = Vec::new();
    let (mut table, mut functions, mut places) =
        ("ods,name,kind,opened,closed,successor\n".to_owned(), "ods,function,from,to\n".to_owned(), "ods,place,kind,from,to\n".to_owned());
    for number in 0..organisations {
        let mut share = dice.below(100);
        let function = FUNCTIONS
            .iter()
            .find(|(_, part)| {
                if share < *part {
                    true
                } else {
                    share -= part;
                    false
                }
            })
            .map_or("hospice", |found| found.0);
        let org = Org { ods: format!("Z{number:05}"), function, borough: dice.below(boroughs) };
        // Two in a hundred open, two close and one moves within the three years.
        let opened = if dice.in_hundred(2) { dice.day() } else { "2010-04-01".into() };
        let closed = if opened.starts_with("2010") && dice.in_hundred(2) { dice.day() } else { String::new() };
        let _ = writeln!(table, "{},Synthetic {},trust,{opened},{closed},", org.ods, org.ods);
        let _ = writeln!(functions, "{},{},{opened},{closed}", org.ods, org.function);
        if dice.in_hundred(1) {
            let moved = dice.day();
            let _ = writeln!(places, "{},b{},borough,2010-04-01,{moved}\n{},b{},borough,{moved},", org.ods, org.borough, org.ods, dice.below(boroughs));
        } else {
            let _ = writeln!(places, "{},b{},borough,2010-04-01,", org.ods, org.borough);
        }
        orgs.push(org);
    }
    put("register/organisations.csv".into(), &table);
    put("register/functions.csv".into(), &functions);
    put("register/memberships.csv".into(), &places);

    for number in 0..agreements {
        agreement(&mut dice, dir, number, &orgs, boroughs, conditions);
    }
    let mut guards = "prohibits:\n".to_owned();
    let _ = writeln!(guards, "  s1: {{reason: statute, see: gender, for: any, unless: consent}}");
    let _ = writeln!(guards, "  s2: {{reason: statute, see: any, for: [planning, research], when: opted_out}}");
    let _ = writeln!(guards, "  s3: {{reason: statute, to: {{role: any, function: care_home}}, see: sexual_health, for: any}}");
    put("guards.yaml".into(), &guards);
}

fn agreement(dice: &mut Dice, dir: &Path, number: usize, orgs: &[Org], boroughs: usize, conditions: &[&str]) {
    let put = |name: String, text: &str| std::fs::write(dir.join(name), text).expect("written");
    let mut text = format!("agreement: BIG-{number:04}\ntitle: Big {number}\nversion: \"1\"\nstatus: active\nstarts: {}\n", dice.day());
    if dice.in_hundred(70) {
        let _ = writeln!(text, "ends: 20{}-{:02}-{:02}", 28 + dice.below(2), 1 + dice.below(12), 1 + dice.below(28));
    }
    if dice.in_hundred(5) {
        let _ = writeln!(text, "suspended: [{{from: 2027-{:02}-01, to: 2027-{0:02}-20}}]", 1 + dice.below(12));
    }
    text.push_str("parties:\n");
    let kind = dice.below(100);
    let borough = dice.below(boroughs);
    let region = borough / 4;
    let place = if dice.in_hundred(50) { format!("b{borough}") } else { format!("r{region}") };
    let within = |org: &&Org| if place.starts_with('b') { org.borough == borough } else { org.borough / 4 == region };
    if kind < 70 {
        // Practices of a place with some of its providers; half of these agreements are joined by a file.
        if dice.in_hundred(50) {
            let mut rows = "ods,joined,left,signed_on,signed_by\n".to_owned();
            for org in orgs.iter().filter(within).filter(|org| org.function == "nhs.gp_practice") {
                if dice.in_hundred(80) {
                    let left = if dice.in_hundred(4) { "2027-12-29" } else { "" };
                    let _ = writeln!(rows, "{},{},{left},2024-12-01,Partner", org.ods, dice.day());
                }
            }
            put(format!("accessions/{number}.csv"), &rows);
            let _ = writeln!(text, "  practices: {{function: nhs.gp_practice, in: {place}, as: joint_controller, joined: accessions/{number}.csv}}");
        } else {
            let _ = writeln!(text, "  practices: {{function: nhs.gp_practice, in: {place}, as: joint_controller, joined: on_start}}");
        }
        let _ = writeln!(text, "  providers: {{function: {}, in: {place}, as: joint_controller, joined: on_start}}", list(&dice.some(&PROVIDERS, 3)));
    } else if kind < 95 {
        // Named organisations.
        for name in ["givers", "getters"] {
            let codes: Vec<&str> = (0..=dice.below(12)).map(|_| orgs[dice.below(orgs.len())].ods.as_str()).collect();
            let _ = writeln!(text, "  {name}: {{org: {}, as: joint_controller, joined: on_start}}", list(&codes));
        }
    } else {
        // A whole kind of organisation, everywhere.
        let _ = writeln!(text, "  practices: {{function: [nhs.gp_practice, nhs.pharmacy], as: joint_controller, joined: on_start}}");
        let _ = writeln!(text, "  providers: {{function: {}, as: joint_controller, joined: on_start}}", list(&dice.some(&PROVIDERS, 3)));
    }
    text.push_str("grants:\n");
    for grant in 1..=2 + dice.below(3) {
        let at = match dice.below(4) {
            0 => format!(", function: {}", list(&dice.some(&PROVIDERS, 3))),
            1 => ", function: nhs".to_owned(),
            2 if kind < 70 => format!(", in: b{borough}"),
            _ => String::new(),
        };
        let of = if dice.in_hundred(40) { ", of: {function: nhs.gp_practice}" } else { "" };
        let when = match dice.below(4) {
            0 => String::new(),
            1 => format!(", when: {}", dice.one(conditions)),
            2 => format!(", when: {} and not {}", dice.one(conditions), dice.one(conditions)),
            _ => format!(", when: {} and ({} or {})", dice.one(conditions), dice.one(conditions), dice.one(conditions)),
        };
        let dates = if dice.in_hundred(10) { format!(", starts: {}", dice.day()) } else { String::new() };
        let (roles, data, purposes) = (list(&dice.some(&ROLES, 3)), list(&dice.some(&DATA, 4)), list(&dice.some(&PURPOSES, 2)));
        let _ = writeln!(text, "  g{grant}: {{to: {{role: {roles}{at}}}, see: {data}, for: {purposes}{of}{when}{dates}}}");
    }
    text.push_str("prohibits:\n");
    let (data, scope) = (list(&dice.some(&DATA[1..], 2)), if dice.in_hundred(10) { ", scope: source, reason: another's data" } else { "" });
    let _ = writeln!(text, "  p1: {{see: {data}, for: any, when: {}{scope}}}", dice.one(conditions));
    if dice.in_hundred(30) {
        let _ = writeln!(text, "  p2: {{to: {{role: {}, function: {}}}, see: {}, for: any}}", dice.one(&ROLES), dice.one(&PROVIDERS), dice.one(&DATA[1..]));
    }
    put(format!("agreements/{number:04}.yaml"), &text);
}
