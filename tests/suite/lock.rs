//! The lock says what the decision says, neither more nor less, and changes where access does.
//!
//! After a change of the shipped packs: `CAREPACT_BLESS=1 cargo test --test suite lock` writes their locks anew.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use carepact::decision::compiled::spread::Scope;
use carepact::decision::plain::Literal;
use carepact::decision::{Compiled, Facts, Question, Verdict, decide, lock};
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::vocabulary::{NodeId, Tree};
use proptest::prelude::*;

use super::{compiled, generated_pack, run, small_pack};

/// Assignments of twelve facts, one bit each.
type Truths = [u64; 64];

/// A line with `may`, by the names it is written with.
struct Line {
    agreement: String,
    roles: Vec<String>,
    at: Option<String>,
    actions: Vec<String>,
    forms: Vec<String>,
    data: Vec<String>,
    of: String,
    purposes: Vec<String>,
    truths: Box<Truths>,
    days: Vec<(String, String)>,
}

/// A lock read back from its text alone.
struct Read {
    lines: Vec<Line>,
    /// Days in a group of an agreement, by agreement, group and code.
    parties: HashMap<(String, String, String), Vec<(String, String)>>,
}

fn days(text: &str) -> Vec<(String, String)> {
    let end = |day: &str, open: &str| if day.is_empty() { open.to_owned() } else { day.to_owned() };
    text.split(", ").map(|one| one.split_once("..").expect("two ends")).map(|(first, last)| (end(first, "0000-01-01"), end(last, "9999-12-31"))).collect()
}

fn on(days: &[(String, String)], day: &str) -> bool {
    days.iter().any(|(first, last)| first.as_str() <= day && day <= last.as_str())
}

/// The leaves of names such as `record (not record.results), costs`.
fn leaves(text: &str, all: &[String]) -> Vec<String> {
    let beneath = |name: &str, leaf: &str| name == "any" || leaf == name || leaf.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    let mut found = Vec::new();
    for part in parts {
        let (name, out) = part.split_once(" (not ").map_or((part, ""), |(name, out)| (name, out.trim_end_matches(')')));
        let out: Vec<&str> = out.split(", ").filter(|name| !name.is_empty()).collect();
        found.extend(all.iter().filter(|leaf| beneath(name, leaf) && !out.iter().any(|name| beneath(name, leaf))).cloned());
    }
    found
}

fn truths(holds: impl Fn(u64) -> bool) -> Box<Truths> {
    let mut set = [0; 64];
    for truth in (0..4096u64).filter(|truth| holds(*truth)) {
        set[usize::try_from(truth / 64).expect("few")] |= 1 << (truth % 64);
    }
    Box::new(set)
}

fn when(text: &str, facts: &[&str]) -> Box<Truths> {
    let Some(text) = text.strip_prefix("when ") else {
        assert_eq!(text, "always");
        return truths(|_| true);
    };
    let set = |text: &str| {
        text.split(" and ")
            .map(|fact| fact.strip_prefix("not ").map_or((fact, true), |fact| (fact, false)))
            .map(|(fact, value)| (facts.iter().position(|one| *one == fact).expect("a fact"), value))
            .collect::<Vec<_>>()
    };
    let sets: Vec<Vec<(usize, bool)>> = text.split(" or ").map(set).collect();
    truths(|truth| sets.iter().any(|set| set.iter().all(|(fact, value)| (truth >> fact & 1 == 1) == *value)))
}

fn read(text: &str, facts: &[&str]) -> Read {
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("vocabulary ")) {
        let (tree, leaf) = line.split_once(' ').expect("a tree and a name");
        names.entry(tree).or_default().push(leaf.to_owned());
    }
    let mut read = Read { lines: Vec::new(), parties: HashMap::new() };
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("vocabulary ")) {
        let fields: Vec<&str> = line.split(" | ").collect();
        if let Some((agreement, code)) = fields[0].split_once(" party ") {
            for group in fields[2].split("; ") {
                read.parties.entry((agreement.to_owned(), group.to_owned(), code.to_owned())).or_default().extend(days(fields[1]));
            }
            continue;
        }
        let (roles, at) = fields[1].split_once(" at ").map_or((fields[1], None), |(roles, at)| (roles, Some(at.to_owned())));
        let (actions, forms) = fields[2].strip_prefix("may ").expect("may").split_once(" as ").expect("a form");
        let list = |text: &str| text.split(", ").map(str::to_owned).collect();
        read.lines.push(Line {
            agreement: fields[0].split_once('/').expect("a clause").0.to_owned(),
            roles: leaves(roles, &names["role"]),
            at,
            actions: list(actions),
            forms: list(forms),
            data: leaves(fields[3].strip_prefix("see ").expect("see"), &names["data"]),
            of: fields[4].strip_prefix("of ").expect("of").to_owned(),
            purposes: leaves(fields[5].strip_prefix("for ").expect("for"), &names["purpose"]),
            truths: when(fields[6], facts),
            days: days(fields[7]),
        });
    }
    read
}

/// A line with its roles, data and purposes, and the organisations of that day on both sides (none: nowhere).
type Resolved<'r> = (&'r Line, [Vec<NodeId>; 3], [Option<Vec<u32>>; 2]);

/// The lines of a day with numbers in place of names.
struct Day<'r> {
    lines: Vec<Resolved<'r>>,
}

impl<'r> Day<'r> {
    fn new(read: &'r Read, pack: &Pack, day: Date) -> Self {
        let (words, day) = (&pack.words, day.to_string());
        let nodes = |tree: &Tree, names: &[String]| names.iter().map(|name| tree.find(name).expect("a name")).collect::<Vec<_>>();
        let members = |line: &Line, group: &str| {
            let inside = |code: String| read.parties.get(&(line.agreement.clone(), group.to_owned(), code)).is_some_and(|days| on(days, &day));
            pack.register.ids().filter(|org| inside(pack.register.organisation(*org).ods.to_string())).map(|org| org.0).collect::<Vec<_>>()
        };
        let lines = read.lines.iter().filter(|line| on(&line.days, &day)).map(|line| {
            let names = [nodes(&words.roles, &line.roles), nodes(&words.data, &line.data), nodes(&words.purposes, &line.purposes)];
            (line, names, [line.at.as_ref().map(|at| members(line, at)), Some(members(line, &line.of))])
        });
        Self { lines: lines.collect() }
    }

    /// Under which facts a case is allowed.
    fn allows(&self, pack: &Pack, case: &Question) -> Truths {
        let (action, form) = (&pack.words.actions[usize::from(case.action)], &pack.words.forms[usize::from(case.form)]);
        let mut set = [0; 64];
        for (line, [roles, data, purposes], [at, of]) in &self.lines {
            let there = match (at, case.at) {
                (None, None) => true,
                (Some(at), Some(org)) => at.contains(&org.0),
                _ => false,
            };
            if there
                && of.as_ref().is_some_and(|of| of.contains(&case.of.0))
                && roles.contains(&case.role)
                && data.contains(&case.data)
                && purposes.contains(&case.purpose)
                && line.actions.contains(action)
                && line.forms.contains(form)
            {
                set.iter_mut().zip(line.truths.iter()).for_each(|(word, with)| *word |= with);
            }
        }
        set
    }
}

fn decided(pack: &Pack, case: &Question, known: &mut HashMap<Vec<Vec<Literal>>, Box<Truths>>) -> Truths {
    let decision = decide(pack, case, Facts::default()).expect("few conditions");
    let sets = match decision.verdict {
        Verdict::Permit => vec![Vec::new()],
        Verdict::Deny => Vec::new(),
        Verdict::Needs => decision.needs,
    };
    **known
        .entry(sets)
        .or_insert_with_key(|sets| truths(|truth| sets.iter().any(|set| set.iter().all(|literal| (truth >> literal.fact.0 & 1 == 1) == literal.value))))
}

/// Holds the lines against every `step`th cell of every stretch of days, and one case of each block that is not denied.
/// How many of those cases are allowed under some facts.
fn agrees(pack: &Pack, step: usize) -> usize {
    let text = lock::text(pack).expect("few conditions");
    let facts: Vec<&str> = pack.words.conditions.iter().map(|condition| condition.name.as_str()).collect();
    let read = read(&text, &facts);
    let compiled = Compiled::new(pack);
    let (mut known, mut allowed) = (HashMap::new(), 0);
    for (turn, stretch) in compiled.stretches().enumerate() {
        let day = Day::new(&read, pack, stretch.first);
        let mut cases: Vec<Question> =
            compiled::cells(&compiled, &compiled.classes(stretch.first), stretch.first).into_iter().skip(turn % step).step_by(step).collect();
        let blocks = compiled.spread(&Scope::default(), stretch.first, Facts::default()).expect("few conditions");
        cases.extend(blocks.iter().map(|block| Question {
            role: *block.roles.last().expect("one"),
            at: block.at.last().copied(),
            action: block.ways[0].0,
            form: block.ways[0].1,
            data: *block.data.last().expect("one"),
            of: *block.of.last().expect("one"),
            purpose: *block.purposes.last().expect("one"),
            on: stretch.last,
        }));
        for case in &cases {
            let by_lines = day.allows(pack, case);
            allowed += usize::from(by_lines != [0; 64]);
            assert!(by_lines == decided(pack, case, &mut known), "{case:?}\n{text}");
        }
    }
    allowed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 8 } else { 100 }))]

    #[test]
    fn the_lines_allow_what_every_case_is_decided(seed: u64) {
        agrees(&generated_pack::pack(seed), if cfg!(debug_assertions) { 11 } else { 1 });
    }
}

#[test]
fn the_lines_of_the_shipped_packs_allow_what_is_decided() {
    assert!(agrees(&compiled::shipped("lancashire-neighbour"), 1) > 0);
    assert!(agrees(&compiled::shipped("greater-manchester"), 20_011) > 10);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_locks_of_the_shipped_packs_are_fresh() {
    for name in ["greater-manchester", "lancashire-neighbour"] {
        let folder: PathBuf = root().join("policies").join(name);
        let text = lock::text(&compiled::shipped(name)).expect("few conditions");
        if std::env::var_os("CAREPACT_BLESS").is_some() {
            std::fs::write(folder.join("carepact.lock"), &text).expect("written");
        }
        let kept = std::fs::read_to_string(folder.join("carepact.lock")).expect("a lock").replace("\r\n", "\n");
        assert!(kept == text, "policies/{name}/carepact.lock is stale: run CAREPACT_BLESS=1 cargo test --test suite lock");
        assert!(text.lines().count() < 3000, "{} lines", text.lines().count());
    }
}

fn carepact(dir: &Path, args: &[&str]) -> run::Ran {
    run::run(dir, args)
}

#[test]
fn a_change_of_access_is_a_difference_of_few_lines() {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[]);
    assert_eq!(carepact(dir.path(), &["lock", "--check"]).code, Some(3));
    assert_eq!(carepact(dir.path(), &["lock"]).code, Some(0));
    insta::assert_snapshot!(std::fs::read_to_string(dir.path().join("carepact.lock")).expect("text"));
    assert_eq!(carepact(dir.path(), &["lock", "--check"]).code, Some(0));
    // A leaf beneath a name that is granted, another condition, and a home that joins later.
    let text = |name: &str| small_pack::FILES.iter().find(|(file, _)| *file == name).expect("a file").1;
    let vocabulary = text("vocabulary.yaml").replace("letter: {}", "letter: {}, summary: {}");
    let agreement = text("agreements/care.yaml")
        .replace("see: assisted_conception, for: direct_care, when: relationship and", "see: assisted_conception, for: direct_care, when:");
    let accessions = text("accessions/1.csv").replace("VZ999,2026-06-01", "VZ999,2026-06-15");
    small_pack::write(dir.path(), &[("vocabulary.yaml", &vocabulary), ("agreements/care.yaml", &agreement), ("accessions/1.csv", &accessions)]);
    let ran = carepact(dir.path(), &["lock", "--check"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.to_string().replace(&dir.path().display().to_string(), "PACK"));
    // Lines in another order, as a merge of both sides leaves them, say the same.
    carepact(dir.path(), &["lock"]);
    let kept = std::fs::read_to_string(dir.path().join("carepact.lock")).expect("text");
    let (header, mut rest): (Vec<&str>, Vec<&str>) = kept.lines().partition(|line| line.starts_with('#'));
    rest.reverse();
    std::fs::write(dir.path().join("carepact.lock"), [header, rest].concat().join("\r\n")).expect("written");
    assert_eq!(carepact(dir.path(), &["lock", "--check"]).code, Some(0));
}

#[test]
fn a_file_that_is_no_lock_is_not_replaced() {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[("carepact.lock", "mine\n")]);
    assert_eq!(carepact(dir.path(), &["lock"]).code, Some(2));
    assert_eq!(carepact(dir.path(), &["lock", "--check"]).code, Some(2));
    assert_eq!(std::fs::read_to_string(dir.path().join("carepact.lock")).expect("text"), "mine\n");
    let shown = carepact(dir.path(), &["lock", "-o", "-"]);
    assert!(shown.out.starts_with(lock::HEADER) && shown.code == Some(0), "{shown}");
    let checked = carepact(dir.path(), &["lock", "-o", "other.lock", "-f", "json"]);
    assert!(checked.out.contains("\"sha256\"") && dir.path().join("other.lock").exists(), "{checked}");
    assert_eq!(carepact(dir.path(), &["lock", "-f", "sarif"]).code, Some(2));
}

// The lines of an agreement rest on its own clauses, so that a change of another leaves them alone.
#[test]
fn the_lines_of_an_agreement_do_not_move_with_another() {
    for seed in 0..40 {
        let files = generated_pack::files(seed);
        let lines = |files: &[(String, String)]| {
            let dir = tempfile::tempdir().expect("a folder");
            generated_pack::write(dir.path(), files);
            let (pack, _) = Pack::load(dir.path(), &mut carepact::source::Sources::new()).expect("readable");
            lock::lines(&pack).expect("few conditions")
        };
        let all = lines(&files);
        let changed: Vec<(String, String)> = files
            .iter()
            .map(|(name, text)| (name.clone(), if name == "agreements/2.yaml" { text.replace("status: active", "status: draft") } else { text.clone() }))
            .collect();
        let less = lines(&changed);
        let touches = |line: &&String| !line.starts_with("G-2") && !line.contains("G-2/") && !line.contains("G-2 gives");
        let closes = files.iter().any(|(name, text)| name == "agreements/2.yaml" && text.contains("scope: source"));
        if !closes {
            assert!(all.iter().filter(touches).eq(less.iter().filter(touches)), "seed {seed}");
        }
    }
}

// A generator whose packs allow nothing, or where no prohibition bears, would prove nothing.
#[test]
fn generated_locks_have_lines_of_every_form() {
    let text: String = (0..40).map(|seed| lock::text(&generated_pack::pack(seed)).expect("few conditions")).collect();
    for form in [" outside ", " within ", " unless ", "| always |", " or ", "(not ", " not [", " party ", "| may view, print"] {
        assert!(text.contains(form), "no line has {form:?}");
    }
}
