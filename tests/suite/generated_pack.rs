//! Small packs made from a seed: every part of the vocabulary, the register and the clauses that a decision rests on.

use std::fmt::Write as _;
use std::path::Path;

use carepact::pack::Pack;
use carepact::source::Sources;

/// Numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("small")
    }

    fn in_ten(&mut self, times: u64) -> bool {
        self.next() % 10 < times
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    /// Some of them, at least one.
    fn some<'t>(&mut self, of: &[&'t str]) -> Vec<&'t str> {
        let mut chosen: Vec<&str> = of.iter().copied().filter(|_| self.in_ten(4)).collect();
        if chosen.is_empty() {
            chosen.push(self.one(of));
        }
        chosen
    }

    fn day(&mut self) -> String {
        format!("2026-{:02}-{:02}", 1 + self.below(12), 1 + self.below(28))
    }

    /// Two days in order.
    fn days(&mut self) -> (String, String) {
        let (a, b) = (self.day(), self.day());
        if a <= b { (a, b) } else { (b, a) }
    }
}

const FUNCTIONS: [&str; 7] = ["nhs", "nhs.acute", "nhs.gp_practice", "council", "council.adult_social_care", "care_home", "any"];
const LEAF_FUNCTIONS: [&str; 4] = ["nhs.acute", "nhs.gp_practice", "council.adult_social_care", "care_home"];
const PLACES: [&str; 4] = ["gm", "gm.bolton", "gm.glossop", "north"];
const ROLES: [&str; 8] = ["clinician", "doctor", "nurse", "social_worker", "analyst", "person", "proxy", "any"];
const DATA: [&str; 10] =
    ["record", "medications", "results", "results.blood", "documents", "discharge", "sexual_health", "assisted_conception", "gender", "any"];
const PURPOSES: [&str; 6] = ["individual_care", "direct_care", "emergency_care", "patient_access", "research", "any"];
const ACTIONS: [&str; 4] = ["view", "print", "export", "amend"];
const FORMS: [&str; 3] = ["identifiable", "pseudonymised", "aggregate"];
const CONDITIONS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "person_consent"];

const VOCABULARY: &str = "\
functions: {nhs: {acute: {}, gp_practice: {}}, council: {adult_social_care: {}}, care_home: {}}
places: {gm: {bolton: {}, glossop: {}}, north: {}}
roles: {clinician: {doctor: {}, nurse: {}}, social_worker: {}, analyst: {}, person: {}, proxy: {}}
data:
  record: {medications: {}, results: {blood: {}, imaging: {}}, documents: {discharge: {}, letter: {restricted: named_only}}}
  sexual_health: {restricted: named_only, tests: {}, notes: {restricted: named_only}}
  assisted_conception: {restricted: statute, gateways: [person_consent, k]}
  gender: {restricted: statute, gateways: [j]}
purposes: {individual_care: {direct_care: {}, emergency_care: {}}, patient_access: {}, research: {}}
";

fn list(names: &[&str]) -> String {
    if names.len() == 1 { names[0].to_owned() } else { format!("[{}]", names.join(", ")) }
}

fn organisations(dice: &mut Dice, orgs: &[String]) -> String {
    let mut parts = Vec::new();
    if dice.in_ten(5) {
        parts.push(format!("function: {}", list(&dice.some(&FUNCTIONS))));
    }
    if dice.in_ten(3) {
        parts.push(format!("in: {}", list(&dice.some(&PLACES))));
    }
    if dice.in_ten(2) {
        let codes: Vec<&str> = orgs.iter().map(String::as_str).collect();
        parts.push(format!("org: {}", list(&dice.some(&codes))));
    }
    parts.join(", ")
}

fn condition(dice: &mut Dice, depth: u32) -> String {
    if depth == 0 || dice.in_ten(4) {
        return dice.one(&CONDITIONS).to_owned();
    }
    let (left, right) = (condition(dice, depth - 1), condition(dice, depth - 1));
    match dice.below(4) {
        0 => format!("{left} and {right}"),
        1 => format!("({left} or {right})"),
        2 => format!("not ({left})"),
        _ => format!("{left} and not ({right})"),
    }
}

fn with_except(dice: &mut Dice, orgs: &[String], selector: String) -> String {
    if !dice.in_ten(2) {
        return selector;
    }
    let mut parts = Vec::new();
    if dice.in_ten(5) {
        parts.push(format!("role: {}", list(&dice.some(&ROLES[..5]))));
    }
    let at = organisations(dice, orgs);
    if !at.is_empty() {
        parts.push(at);
    }
    if parts.is_empty() {
        return selector;
    }
    let except = format!("except: {{{}}}", parts.join(", "));
    if selector.is_empty() { except } else { format!("{selector}, {except}") }
}

fn clause(dice: &mut Dice, orgs: &[String], prohibits: bool, guard: bool) -> String {
    let mut parts = Vec::new();
    let mut to = format!("role: {}", list(&dice.some(&ROLES)));
    let at = organisations(dice, orgs);
    let at = with_except(dice, orgs, at);
    if !at.is_empty() {
        to = format!("{to}, {at}");
    }
    if !guard || dice.in_ten(5) {
        parts.push(format!("to: {{{to}}}"));
    }
    let see = if dice.in_ten(4) { "record".to_owned() } else { list(&dice.some(&DATA)) };
    parts.push(format!("see: {see}"));
    let purposes = if dice.in_ten(4) { "individual_care".to_owned() } else { list(&dice.some(&PURPOSES)) };
    parts.push(format!("for: {purposes}"));
    if dice.in_ten(3) {
        let of = organisations(dice, orgs);
        let of = with_except(dice, orgs, of);
        if !of.is_empty() {
            parts.push(format!("of: {{{of}}}"));
        }
    }
    if dice.in_ten(3) {
        parts.push(format!("may: {}", list(&dice.some(&ACTIONS))));
    }
    if dice.in_ten(3) {
        parts.push(format!("form: {}", list(&dice.some(&FORMS))));
    }
    if dice.in_ten(7) {
        parts.push(format!("when: {}", condition(dice, 2)));
    }
    if dice.in_ten(2) {
        parts.push(format!("unless: {}", condition(dice, 1)));
    }
    if dice.in_ten(2) {
        match dice.below(3) {
            0 => parts.push(format!("except: {{see: {}}}", list(&dice.some(&DATA[1..9])))),
            1 => parts.push(format!("except: {{for: {}}}", list(&dice.some(&PURPOSES[1..5])))),
            _ => parts.push(format!("except: {{role: {}, function: {}}}", list(&dice.some(&ROLES[..5])), list(&dice.some(&FUNCTIONS[..6])))),
        }
    }
    if dice.in_ten(2) {
        let (from, to) = dice.days();
        parts.push(format!("starts: {from}, ends: {to}"));
    }
    if prohibits && !guard && dice.in_ten(3) {
        parts.push("scope: source, reason: another's data".to_owned());
    }
    format!("{{{}}}", parts.join(", "))
}

/// The files of the pack of a seed.
pub fn files(seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice(seed);
    let mut files = vec![("pack.yaml".to_owned(), "pack: generated\nformat: carepact.pack/1\ntitle: Generated synthetic pack\nsynthetic: true\n".to_owned())];
    let mut vocabulary = VOCABULARY.to_owned();
    let _ = writeln!(vocabulary, "actions: [{}]\nforms: [{}]\nconditions:", ACTIONS.join(", "), FORMS.join(", "));
    for name in CONDITIONS {
        let _ = writeln!(vocabulary, "  {name}: {{meaning: the fact {name} holds}}");
    }
    files.push(("vocabulary.yaml".to_owned(), vocabulary));
    let orgs: Vec<String> = (0..4 + dice.below(4)).map(|number| format!("R9{}", char::from(b'A' + u8::try_from(number).expect("few")))).collect();
    let (mut organisations_csv, mut functions_csv, mut places_csv) =
        ("ods,name,kind,opened,closed,successor\n".to_owned(), "ods,function,from,to\n".to_owned(), "ods,place,kind,from,to\n".to_owned());
    for org in &orgs {
        let closed = if dice.in_ten(2) { dice.day() } else { String::new() };
        let _ = writeln!(organisations_csv, "{org},Synthetic {org},trust,2010-01-01,{closed},");
        for function in LEAF_FUNCTIONS.iter().filter(|_| dice.in_ten(4)).collect::<Vec<_>>() {
            let (from, to) = if dice.in_ten(3) { dice.days() } else { ("2010-01-01".to_owned(), String::new()) };
            let _ = writeln!(functions_csv, "{org},{function},{from},{to}");
        }
        for place in PLACES[1..].iter().filter(|_| dice.in_ten(4)).collect::<Vec<_>>() {
            let (from, to) = if dice.in_ten(3) { dice.days() } else { ("2010-01-01".to_owned(), String::new()) };
            let _ = writeln!(places_csv, "{org},{place},borough,{from},{to}");
        }
    }
    files.push(("register/organisations.csv".to_owned(), organisations_csv));
    files.push(("register/functions.csv".to_owned(), functions_csv));
    files.push(("register/memberships.csv".to_owned(), places_csv));
    let count = 2 + dice.below(3);
    for number in 1..=count {
        let mut text = format!("agreement: G-{number}\ntitle: Generated {number}\nversion: \"1\"\n");
        let _ = writeln!(text, "status: {}", dice.one(&["active", "active", "active", "signed", "suspended", "draft", "expired"]));
        let (starts, ends) = if dice.in_ten(3) { dice.days() } else { ("2026-01-01".to_owned(), "2027-12-31".to_owned()) };
        let _ = writeln!(text, "starts: {starts}\nends: {ends}");
        if number > 1 && dice.in_ten(2) {
            text.push_str("parent: G-1\n");
        }
        if dice.in_ten(3) {
            let (from, to) = dice.days();
            let _ = writeln!(text, "suspended: [{{from: {from}, to: {to}}}]");
        }
        text.push_str("parties:\n");
        for group in 1..=1 + dice.below(2) {
            // Parties overlap often, so that clauses of several agreements meet in one case.
            let members = if dice.in_ten(6) { String::new() } else { organisations(&mut dice, &orgs) };
            let members = with_except(&mut dice, &orgs, members);
            let members = if members.is_empty() { "function: any".to_owned() } else { members };
            let role = dice.one(&["joint_controller", "joint_controller", "recipient", "processor"]);
            let joined = if dice.in_ten(5) { "on_start".to_owned() } else { format!("accessions/{number}-{group}.csv") };
            let directions = if dice.in_ten(2) { ", gives: true, gets: true" } else { "" };
            let _ = writeln!(text, "  p{group}: {{{members}, as: {role}, joined: {joined}{directions}}}");
            if joined != "on_start" {
                let mut rows = "ods,joined,left,signed_on,signed_by\n".to_owned();
                for org in orgs.iter().filter(|_| dice.in_ten(7)).collect::<Vec<_>>() {
                    let (from, to) = dice.days();
                    let left = if dice.in_ten(5) { to } else { String::new() };
                    let _ = writeln!(rows, "{org},{from},{left},2025-12-01,SIRO");
                }
                files.push((joined, rows));
            }
        }
        text.push_str("grants:\n");
        for grant in 1..=1 + dice.below(4) {
            let _ = writeln!(text, "  g{grant}: {}", clause(&mut dice, &orgs, false, false));
        }
        text.push_str("prohibits:\n");
        for prohibition in 1..=1 + dice.below(3) {
            let _ = writeln!(text, "  p{prohibition}: {}", clause(&mut dice, &orgs, true, false));
        }
        files.push((format!("agreements/{number}.yaml"), text));
    }
    let mut guards = "prohibits:\n".to_owned();
    for guard in 1..=1 + dice.below(2) {
        let _ = writeln!(guards, "  s{guard}: {}", clause(&mut dice, &orgs, true, true).replacen('{', "{reason: statute, ", 1));
    }
    files.push(("guards.yaml".to_owned(), guards));
    files
}

/// Writes files under a folder.
pub fn write(dir: &Path, files: &[(String, String)]) {
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
}

/// The pack of a seed. Findings that are no errors of names or forms are of no account for a decision.
pub fn pack(seed: u64) -> Pack {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), &files(seed));
    let mut sources = Sources::new();
    let (pack, findings) = Pack::load(dir.path(), &mut sources).expect("readable");
    let serious: Vec<_> = findings.iter().filter(|finding| finding.code.starts_with("READ") || finding.code == "DOC-007").collect();
    assert!(serious.is_empty(), "seed {seed}: {serious:#?}");
    pack
}
