//! How small and how fast the compiled decision is: `cargo bench --bench decision`.
//!
//! Packs are made from a seed and read from files first. Times are of one thread; where a figure is of several runs, the
//! median is shown.

#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and works with times"
)]

mod big_pack;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use big_pack::Dice;
use carepact::decision::compiled::spread::Scope;
use carepact::decision::compiled::{Compiled, Decider, Effect, Names, Written};
use carepact::decision::difference::{of_days, of_packs};
use carepact::decision::{Facts, Question};
use carepact::identifier::{Date, Interval};
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::source::Sources;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn read(dir: &Path) -> (Pack, f64) {
    let start = Instant::now();
    let mut sources = Sources::new();
    let (pack, findings) = Pack::load(dir, &mut sources).expect("readable");
    let time = start.elapsed().as_secs_f64();
    let wrong: Vec<_> = findings.iter().filter(|finding| finding.code.starts_with("READ") || finding.code == "DOC-007").take(3).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    (pack, time)
}

fn big(agreements: usize, organisations: usize) -> (Pack, f64) {
    let dir = tempfile::tempdir().expect("a folder");
    big_pack::write(dir.path(), agreements, organisations);
    read(dir.path())
}

/// Seconds this thread has had a core, as Linux counts them, so that other work on the machine does not count; elsewhere
/// the clock.
fn core_time(since: Instant) -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds: Option<f64> = counted.as_deref().and_then(|text| text.split(' ').next()?.parse().ok()).filter(|time| *time > 0.0);
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64(), |time| time / 1e9)
}

/// The median of some runs, in seconds on a core.
fn median<T>(runs: usize, mut run: impl FnMut() -> T) -> f64 {
    let clock = Instant::now();
    black_box(run());
    // The count of time is coarse: a run that is short is taken many times over.
    let times = (0.1 / clock.elapsed().as_secs_f64()).clamp(1.0, 2_000.0).ceil() as u32;
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = core_time(clock);
            (0..times).for_each(|_| {
                black_box(run());
            });
            (core_time(clock) - start) / f64::from(times)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn compile() {
    println!("\nCompile for every day (no day left to be worked out later)\n");
    println!("agreements  organisations   reading   compile   stretches  clauses   blocks    sets      bytes   one day drawn");
    for agreements in [10, 100, 600] {
        for organisations in [500, 4_000, 16_000] {
            let (pack, reading) = big(agreements, organisations);
            let time = median(5, || Compiled::new(&pack));
            let compiled = Compiled::new(&pack);
            let size = compiled.size();
            let start = Instant::now();
            compiled.epoch(day("2026-05-14"));
            println!(
                "{agreements:>10}  {organisations:>13}  {:>5.0} ms  {:>5.1} ms  {:>10}  {:>7}  {:>7}  {:>6}  {:>9}  {:>11.1} ms",
                reading * 1e3,
                time * 1e3,
                size.stretches,
                size.clauses,
                size.blocks,
                size.sets,
                size.bytes,
                start.elapsed().as_secs_f64() * 1e3
            );
        }
    }
}

/// Cases of thirty days, half of them within some grant, half drawn from everything.
fn cases(compiled: &Compiled<'_>, count: usize, days: usize) -> Vec<Question> {
    let mut dice = Dice(11);
    let pack = compiled.pack;
    let axes = &compiled.axes;
    let days: Vec<Date> = (0..days).map(|_| day("2025-06-01").plus_days(i32::try_from(dice.below(900)).expect("small"))).collect();
    let mut drawn = Vec::with_capacity(count);
    let orgs = pack.register.organisations.len();
    let org = |number: usize| OrgId(u32::try_from(number).expect("small"));
    while drawn.len() < count {
        let on = days[dice.below(days.len())];
        let epoch = compiled.epoch(on);
        let grants: Vec<_> = epoch.rows.iter().filter(|row| row.effect == Effect::Grants).collect();
        for _ in 0..(count / days.len()).clamp(1, 2_000) {
            let (mut at, of, mut role, data, purpose, way);
            if dice.below(2) == 0 && !grants.is_empty() {
                let row = grants[dice.below(grants.len())];
                let block = &row.blocks[dice.below(row.blocks.len())];
                let mut pick = |list: Vec<usize>| list[dice.below(list.len())];
                (at, of) = (pick(epoch.set(block.at).iter().collect()), pick(epoch.set(block.of).iter().collect()));
                (role, data) = (pick(block.roles.iter().collect()), if block.data.is_empty() { 0 } else { pick(block.data.iter().collect()) });
                purpose = pick(row.purposes.iter().collect());
                way = (row.clause.reach.actions.trailing_zeros(), row.clause.reach.forms.trailing_zeros());
            } else {
                (at, of) = (dice.below(orgs), dice.below(orgs));
                (role, data, purpose) = (dice.below(axes.roles.len()), dice.below(axes.data.len()), dice.below(axes.purposes.len()));
                way = (0, 0);
            }
            if dice.below(50) == 0 {
                (at, role) = (dice.below(orgs), dice.below(axes.roles.len()));
            }
            let role = axes.roles.node(role);
            drawn.push(Question {
                role,
                at: (!pack.words.is_person(role)).then(|| org(at)),
                action: u8::try_from(way.0).expect("small"),
                form: u8::try_from(way.1).expect("small"),
                data: axes.data.node(data),
                of: org(of),
                purpose: axes.purposes.node(purpose),
                on,
            });
        }
    }
    drawn.truncate(count);
    // In no order that helps.
    for last in (1..drawn.len()).rev() {
        drawn.swap(last, dice.below(last + 1));
    }
    drawn
}

fn written<'w>(pack: &'w Pack, question: &Question) -> Written<'w> {
    let ods = |org: OrgId| pack.register.organisation(org).ods.as_str();
    let words = &pack.words;
    Written {
        role: words.roles.path(question.role),
        at: question.at.map(ods),
        action: &words.actions[usize::from(question.action)],
        form: &words.forms[usize::from(question.form)],
        data: words.data.path(question.data),
        of: ods(question.of),
        purpose: words.purposes.path(question.purpose),
        on: question.on,
    }
}

fn decisions(what: &str, pack: &Pack) {
    let compiled = Compiled::new(pack);
    let start = Instant::now();
    let mut decider = Decider::new(&compiled);
    let prepared = start.elapsed().as_secs_f64();
    let names = Names::new(pack);
    let facts = Facts { yes: 0b101, no: 0b10 };
    println!("{what}: the tables of a decider take {:.1} ms", prepared * 1e3);
    for (distinct, days) in [(2_000, 1), (50_000, 30), (1_000_000, 30)] {
        let cases = cases(&compiled, distinct, days);
        let rounds = 1_000_000 / distinct;
        let each = |time: f64| time / (rounds * distinct) as f64 * 1e9;
        let allowed = cases.iter().filter(|case| decider.decide(case, facts).is_ok_and(|answer| answer.0 != carepact::decision::Verdict::Deny)).count();
        let mut all = |facts: Facts| {
            median(5, || {
                let mut sum = 0usize;
                for _ in 0..rounds {
                    for case in &cases {
                        sum += decider.decide(black_box(case), facts).map_or(9, |answer| answer.0 as usize);
                    }
                }
                sum
            })
        };
        let (unknown, known) = (all(Facts::default()), all(facts));
        let words: Vec<_> = cases.iter().map(|case| written(pack, case)).collect();
        let named = median(5, || {
            let mut sum = 0usize;
            for _ in 0..rounds {
                for case in &words {
                    sum += names.question(black_box(case)).map_or(8, |question| decider.decide(&question, facts).map_or(9, |answer| answer.0 as usize));
                }
            }
            sum
        });
        println!(
            "  {distinct:>9} different cases of {days:>2} days ({:>2.0} % not refused): {:>4.0} ns each by ids, {:>4.0} ns with facts, {:>4.0} ns by names with facts",
            allowed as f64 / distinct as f64 * 100.0,
            each(unknown),
            each(known),
            each(named)
        );
    }
    println!("  the decider then holds {} bytes", decider.bytes());
}

fn spreads(what: &str, pack: &Pack, whole: bool) {
    let compiled = Compiled::new(pack);
    let on = day("2026-05-14");
    compiled.epoch(on);
    let case = cases(&compiled, 200, 1)
        .into_iter()
        .find(|case| case.at.is_some() && compiled.decide(case, Facts::default()).is_ok_and(|said| !said.clauses.is_empty()))
        .expect("one");
    let classes = median(3, || compiled.classes(on));
    println!("{what}: {} classes of organisations in {:.1} ms", compiled.classes(on).organisations.len(), classes * 1e3);
    let one = |org: Option<OrgId>| org.into_iter().collect::<Vec<_>>();
    let scopes = [
        (
            "who may see one category of one organisation's data for one purpose",
            Scope { of: vec![case.of], data: vec![case.data], purposes: vec![case.purpose], ..Scope::default() },
        ),
        ("what one role at one organisation may see", Scope { roles: vec![case.role], at: one(case.at), ..Scope::default() }),
    ];
    for (words, scope) in scopes.into_iter().chain(whole.then(|| ("everything", Scope::default()))) {
        let blocks = compiled.spread(&scope, on, Facts::default()).expect("few conditions").len();
        let time = median(3, || compiled.spread(&scope, on, Facts::default()));
        println!("  {words}: {blocks} blocks in {:.1} ms", time * 1e3);
    }
}

/// Two versions of one pack of 600 agreements and 16,000 organisations, some agreements edited and one taken away, compared.
fn differences() {
    let (was, is) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for dir in [&was, &is] {
        big_pack::write_with(dir.path(), 600, 16_000, 12);
    }
    let mut edited = 0;
    for number in (0..600).step_by(97) {
        let path = is.path().join(format!("agreements/{number:04}.yaml"));
        let text = std::fs::read_to_string(&path).expect("written");
        let (head, grants) = text.split_at(text.find("  g1: ").expect("a first grant"));
        let (to, rest) = grants.split_at(grants.find("see: ").expect("data"));
        let purposes = &rest[rest.find(", for: ").expect("purposes")..];
        std::fs::write(&path, format!("{head}{to}see: [imaging, discharge]{purposes}")).expect("written");
        edited += 1;
    }
    std::fs::remove_file(is.path().join("agreements/0300.yaml")).expect("there");
    let ((old, first), (new, second)) = (read(was.path()), read(is.path()));
    println!("\n`diff` of two versions of 600 agreements, 16,000 organisations ({edited} agreements edited, one taken away)\n");
    println!("  reading both: {:.0} ms", (first + second) * 1e3);
    println!("  compiling both: {:.0} ms", median(3, || (Compiled::new(&old), Compiled::new(&new))) * 1e3);
    let (before, after) = (Compiled::new(&old), Compiled::new(&new));
    let on = day("2026-05-14");
    let one = of_days(&before, on, &after, on).expect("few names").changes.len();
    println!("  on one day: {one} blocks in {:.0} ms", median(3, || of_days(&before, on, &after, on)) * 1e3);
    let during = Interval { first: on, last: Date::MAX };
    let all = of_packs(&before, &after, during).expect("few names").changes.len();
    println!("  from that day on: {all} blocks in {:.0} ms", median(3, || of_packs(&before, &after, during)) * 1e3);
}

/// `carepact ask` as a process, in milliseconds: median and lowest of fifty runs.
fn process() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/greater-manchester");
    let mut times: Vec<f64> = (0..50)
        .map(|_| {
            let start = Instant::now();
            let done = std::process::Command::new(env!("CARGO_BIN_EXE_carepact"))
                .args(ASK)
                .arg(&dir)
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .status()
                .expect("started");
            assert!(done.code().is_some_and(|code| code < 2), "{done}");
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("\n`carepact ask` on the shipped pack as a process: {:.1} ms (median of 50; lowest {:.1} ms)", times[25], times[0]);
}

/// One question of the README.
const ASK: [&str; 16] = [
    "ask",
    "--role",
    "nurse",
    "--at",
    "RZA",
    "--see",
    "medications",
    "--of",
    "X90001",
    "--for",
    "direct_care",
    "--given",
    "relationship,-objection_upheld,-sealed",
    "--as-of",
    "2026-07-01",
    "--pack",
];

fn machine() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let model = read("/proc/cpuinfo").lines().find_map(|line| line.strip_prefix("model name").map(|rest| rest.trim_start_matches(['\t', ' ', ':']).to_owned()));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{}, {cores} cores, load before the run: {}", model.unwrap_or_default(), read("/proc/loadavg").trim());
}

fn main() {
    machine();
    let only: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with("--")).collect();
    let wanted = |part: &str| only.is_empty() || only.iter().any(|one| one == part);
    let shipped = || read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/greater-manchester")).0;
    if wanted("compile") {
        compile();
    }
    if wanted("decide") {
        println!("\nDecisions, one after another on one core\n");
        decisions("The shipped pack", &shipped());
        decisions("600 agreements, 16,000 organisations", &big(600, 16_000).0);
    }
    if wanted("spread") {
        println!("\nEvery case of a day at once\n");
        spreads("The shipped pack", &shipped(), true);
        spreads("600 agreements, 16,000 organisations", &big(600, 16_000).0, false);
    }
    if wanted("diff") {
        differences();
    }
    if wanted("process") {
        process();
    }
}
