//! The same questions of one day put to carepact, Cedar and regorus, on the shipped pack.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use carepact::agreement::condition::submasks;
use carepact::decision::compiled::{Compiled, Decider, Effect, Names, Written};
use carepact::decision::{Facts, Question, Verdict};
use carepact::identifier::Date;
use carepact::pack::Pack;
use cedar_policy::{Authorizer, Decision};
use regorus::{Engine, Value};
use serde_json::{Map, json};

use crate::cells::{Axes, Dice};
use crate::cerbos::{self, AT_ONCE};
use crate::export;

/// Clauses are documents; what they reach that day is given as sets to look up, which is what suits Rego best.
const REGO: &str = r"package carepact
import rego.v1

default allow := false

applies(c) if {
  c.ways[input.way]
  c.purposes[input.purpose]
  some b in c.blocks
  b.roles[input.role]
  b.data[input.data]
  data.sets[b.of][input.of]
  works(b)
  some cube in c.when
  every fact, value in cube { input.facts[fact] == value }
}

works(_) if input.own
works(b) if data.sets[b.at][input.at]

closed if {
  some c in data.closes
  applies(c)
}

withheld contains c.agreement if {
  some c in data.withholds
  applies(c)
}

allow if {
  some c in data.grants
  applies(c)
  not closed
  not c.agreement in withheld
}
";

/// Five runs over all questions; the median in nanoseconds each.
fn median(questions: usize, mut run: impl FnMut() -> usize) -> f64 {
    black_box(run());
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64() * 1e9 / questions as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}

fn names<T>(list: impl Iterator<Item = T>, name: impl Fn(T) -> String) -> serde_json::Value {
    serde_json::Value::Object(list.map(|one| (name(one), json!(true))).collect::<Map<_, _>>())
}

/// The clauses of a day as data for Rego.
fn documents(compiled: &Compiled<'_>, on: Date) -> String {
    let (pack, axes, epoch) = (compiled.pack, &compiled.axes, compiled.epoch(on));
    let words = &pack.words;
    let mut sets: Vec<(String, serde_json::Value)> = Vec::new();
    let mut lists: [Vec<serde_json::Value>; 3] = Default::default();
    for row in &epoch.rows {
        let ways = (0..words.actions.len()).flat_map(|action| (0..words.forms.len()).map(move |form| (action, form)));
        let ways = ways.filter(|(action, form)| row.clause.reach.actions >> action & row.clause.reach.forms >> form & 1 == 1);
        let blocks: Vec<serde_json::Value> = row
            .blocks
            .iter()
            .map(|block| {
                let mut set = |id| {
                    let key = format!("{id:?}");
                    if !sets.iter().any(|(known, _)| *known == key) {
                        sets.push((key.clone(), names(epoch.set(id).iter(), |org| pack.register.organisations[org].ods.as_str().to_owned())));
                    }
                    key
                };
                json!({
                    "at": set(block.at),
                    "of": set(block.of),
                    "roles": names(block.roles.iter(), |leaf| words.roles.path(axes.roles.node(leaf)).to_owned()),
                    "data": names(block.data.iter(), |leaf| words.data.path(axes.data.node(leaf)).to_owned()),
                })
            })
            .collect();
        let facts = row.clause.condition.facts();
        let when: Vec<serde_json::Value> = submasks(facts)
            .filter(|truth| row.clause.condition.holds(*truth))
            .map(|truth| {
                let named = words.conditions.iter().enumerate().filter(|(bit, _)| facts >> bit & 1 == 1);
                serde_json::Value::Object(named.map(|(bit, fact)| (fact.name.clone(), json!(truth >> bit & 1 == 1))).collect())
            })
            .collect();
        let list = match row.effect {
            Effect::Closes => 0,
            Effect::Grants => 1,
            Effect::Withholds => 2,
        };
        lists[list].push(json!({
            "agreement": row.agreement,
            "ways": names(ways, |(action, form)| format!("{}/{}", words.actions[action], words.forms[form])),
            "purposes": names(row.purposes.iter(), |leaf| words.purposes.path(axes.purposes.node(leaf)).to_owned()),
            "blocks": blocks,
            "when": when,
        }));
    }
    let [closes, grants, withholds] = lists;
    json!({"closes": closes, "grants": grants, "withholds": withholds, "sets": sets.into_iter().collect::<Map<_, _>>()}).to_string()
}

fn input(pack: &Pack, case: &Question, truth: u64) -> Value {
    let words = &pack.words;
    let facts: Map<String, serde_json::Value> =
        words.conditions.iter().enumerate().map(|(bit, fact)| (fact.name.clone(), json!(truth >> bit & 1 == 1))).collect();
    let text = json!({
        "role": words.roles.path(case.role),
        "own": case.at.is_none(),
        "at": case.at.map(|at| pack.register.organisation(at).ods.as_str()),
        "of": pack.register.organisation(case.of).ods.as_str(),
        "way": format!("{}/{}", words.actions[usize::from(case.action)], words.forms[usize::from(case.form)]),
        "data": words.data.path(case.data),
        "purpose": words.purposes.path(case.purpose),
        "facts": facts,
    });
    Value::from_json_str(&text.to_string()).expect("JSON")
}

fn written<'w>(pack: &'w Pack, case: &Question) -> Written<'w> {
    let words = &pack.words;
    let ods = |org| pack.register.organisation(org).ods.as_str();
    Written {
        role: words.roles.path(case.role),
        at: case.at.map(ods),
        action: &words.actions[usize::from(case.action)],
        form: &words.forms[usize::from(case.form)],
        data: words.data.path(case.data),
        of: ods(case.of),
        purpose: words.purposes.path(case.purpose),
        on: case.on,
    }
}

/// Cases of a day with their facts: half drawn from everything, half allowed by Cedar for some drawn facts.
fn questions(pack: &Pack, axes: &Axes, allowed: impl Fn(&Question, u64) -> bool, count: usize) -> Vec<(Question, u64)> {
    let (mut dice, mut drawn, mut granted) = (Dice(11), Vec::new(), 0);
    let facts = (1u64 << pack.words.conditions.len()) - 1;
    let mut tries = 0;
    while drawn.len() < count {
        tries += 1;
        let (case, truth) = (axes.cell(dice.next() % axes.len()), dice.next() & facts);
        if drawn.len() - granted < count / 2 || tries > 400_000 {
            drawn.push((case, truth));
        } else if allowed(&case, truth) {
            granted += 1;
            drawn.push((case, truth));
        }
    }
    for last in (1..drawn.len()).rev() {
        drawn.swap(last, (dice.next() % (last as u64 + 1)) as usize);
    }
    drawn
}

/// Runs it. False if any two answers differ.
pub fn bench(pack: &Pack, on: Date, count: usize, cerbos: Option<&Path>) -> bool {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let model = read("/proc/cpuinfo").lines().find_map(|line| line.strip_prefix("model name").map(|rest| rest.trim_start_matches(['\t', ' ', ':']).to_owned()));
    println!(
        "{}, {} cores, load before the run: {}",
        model.unwrap_or_default(),
        std::thread::available_parallelism().map_or(0, usize::from),
        read("/proc/loadavg").trim()
    );
    let compiled = Compiled::new(pack);
    let axes = Axes::new(&compiled, on, true, false);
    let mut decider = Decider::new(&compiled);
    let table = Names::new(pack);
    let policies = export::policy_set(&export::policies(pack));
    let store = export::entities(pack, on);
    let cedar = Authorizer::new();
    let plainly = |case: &Question, truth: u64| {
        carepact::decision::decide(pack, case, Facts { yes: truth, no: !truth }).is_ok_and(|said| said.verdict == Verdict::Permit)
    };
    let cases = questions(pack, &axes, plainly, count);
    let given: Vec<(Question, Facts)> = cases.iter().map(|(case, truth)| (*case, Facts { yes: *truth, no: !*truth })).collect();
    let named: Vec<(Written<'_>, Facts)> = given.iter().map(|(case, facts)| (written(pack, case), *facts)).collect();
    let requests: Vec<_> = cases.iter().map(|(case, truth)| export::request(pack, case, *truth)).collect();
    let inputs: Vec<Value> = cases.iter().map(|(case, truth)| input(pack, case, *truth)).collect();
    let mut engine = Engine::new();
    engine.add_policy("carepact.rego".to_owned(), REGO.to_owned()).expect("Rego");
    engine.add_data_json(&documents(&compiled, on)).expect("data");
    let rego = engine.compile_with_entrypoint(&"data.carepact.allow".into()).expect("compiled");

    let ours: Vec<bool> = given.iter().map(|(case, facts)| decider.decide(case, *facts).is_ok_and(|said| said.0 == Verdict::Permit)).collect();
    let theirs: Vec<bool> = requests.iter().map(|request| cedar.is_authorized(request, &policies, &store).decision() == Decision::Allow).collect();
    let regos: Vec<bool> = inputs.iter().map(|input| rego.eval_with_input(input.clone()).expect("evaluated") == Value::from(true)).collect();
    let differ = (0..count).filter(|at| ours[*at] != theirs[*at] || ours[*at] != regos[*at]).count();
    println!(
        "{count} questions of {on}, every fact given, {} allowed; answers that differ between the three: {differ}",
        ours.iter().filter(|one| **one).count()
    );
    if differ > 0 {
        return false;
    }
    let rounds = 200;
    let ids = median(count * rounds, || {
        let mut allowed = 0;
        for _ in 0..rounds {
            allowed += given.iter().filter(|(case, facts)| decider.decide(black_box(case), *facts).is_ok_and(|said| said.0 == Verdict::Permit)).count();
        }
        allowed
    });
    let by_name = median(count * rounds, || {
        let mut allowed = 0;
        for _ in 0..rounds {
            for (case, facts) in &named {
                let said = table.question(black_box(case)).ok().map(|question| decider.decide(&question, *facts));
                allowed += usize::from(said.is_some_and(|said| said.is_ok_and(|said| said.0 == Verdict::Permit)));
            }
        }
        allowed
    });
    let cedars =
        median(count, || requests.iter().filter(|request| cedar.is_authorized(black_box(request), &policies, &store).decision() == Decision::Allow).count());
    let regorus =
        median(count, || inputs.iter().filter(|input| rego.eval_with_input((*black_box(input)).clone()).is_ok_and(|said| said == Value::from(true))).count());
    println!("median of five runs over all questions, one thread, clock time; requests and inputs made before");
    for (engine, time) in [("carepact by ids", ids), ("carepact by names", by_name), ("Cedar 4.14.1", cedars), ("regorus 0.14.1", regorus)] {
        println!("  {engine:<18} {time:>12.0} ns   {:>9.1} times carepact by ids, {:>8.1} times by names", time / ids, time / by_name);
    }
    cerbos.is_none_or(|binary| beside_cerbos(pack, &axes, binary, &mut decider))
}

/// A server answers requests, each about one asker. What a request itself costs is measured with questions that no policy
/// is for, and taken off.
fn beside_cerbos(pack: &Pack, axes: &Axes, binary: &Path, decider: &mut Decider<'_, '_>) -> bool {
    let mut dice = Dice(13);
    let facts = (1u64 << pack.words.conditions.len()) - 1;
    let mut allows = |case: &Question, truth: u64| decider.decide(case, Facts { yes: truth, no: !truth }).is_ok_and(|said| said.0 == Verdict::Permit);
    let askers: Vec<Vec<(Question, u64)>> = (0..40).map(|_| axes.of_one(&mut dice, facts, AT_ONCE, &mut allows)).collect();
    let requests: Vec<String> = askers.iter().map(|cases| cerbos::request(pack, "record", cases)).collect();
    let empty: Vec<String> = askers.iter().map(|cases| cerbos::request(pack, "nothing", cases)).collect();
    let server = cerbos::Server::start(binary, pack);
    let theirs: Vec<bool> = requests.iter().flat_map(|request| server.ask(request)).collect();
    let given: Vec<(Question, Facts)> = askers.iter().flatten().map(|(case, truth)| (*case, Facts { yes: *truth, no: !*truth })).collect();
    let ours: Vec<bool> = given.iter().map(|(case, facts)| decider.decide(case, *facts).is_ok_and(|said| said.0 == Verdict::Permit)).collect();
    let differ = ours.iter().zip(&theirs).filter(|(one, other)| one != other).count() + ours.len().abs_diff(theirs.len());
    println!(
        "{} questions of {} askers, {} allowed; answers that differ between carepact and Cerbos: {differ}",
        ours.len(),
        askers.len(),
        ours.iter().filter(|one| **one).count()
    );
    if differ > 0 {
        return false;
    }
    let count = ours.len();
    let rounds = 200;
    let ids = median(count * rounds, || {
        (0..rounds)
            .map(|_| given.iter().filter(|(case, facts)| decider.decide(black_box(case), *facts).is_ok_and(|said| said.0 == Verdict::Permit)).count())
            .sum()
    });
    let whole = median(count, || requests.iter().map(|request| server.ask(request).len()).sum());
    let carried = median(count, || empty.iter().map(|request| server.ask(request).len()).sum());
    let own = whole - carried;
    for (what, time) in [("carepact by ids", ids), ("Cerbos, as asked", whole), ("  no policy for it", carried), ("Cerbos, the rest", own)] {
        println!("  {what:<18} {time:>12.0} ns   {:>9.1} times carepact by ids", time / ids);
    }
    true
}
