//! Every cell of a pack put to carepact and to Cedar.

use std::time::Instant;

use carepact::agreement::Clause;
use carepact::decision::cases::witness;
use carepact::decision::compiled::{Compiled, Effect};
use carepact::decision::{Ask, Facts, Question, Verdict, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::vocabulary::NodeId;
use cedar_policy::{Authorizer, Decision, Entities, PolicySet};

use crate::export;

/// Numbers from a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

/// The axes of one stretch of days.
pub struct Axes {
    pub on: Date,
    /// A role with where it works: staff with every organisation, the person with none.
    who: Vec<(NodeId, Option<OrgId>)>,
    ways: Vec<(u8, u8)>,
    data: Vec<NodeId>,
    of: Vec<OrgId>,
    purposes: Vec<NodeId>,
}

impl Axes {
    /// Of a day: every leaf, action and form, and an organisation of every class that no clause tells apart that day; of
    /// a small register every open organisation. `coarse` takes one name of every such class on the other axes too.
    pub fn new(compiled: &Compiled<'_>, on: Date, every_organisation: bool, coarse: bool) -> Self {
        let pack = compiled.pack;
        let classes = compiled.classes(on);
        let open = |id: &OrgId| pack.register.organisation(*id).open.contains(on);
        let of: Vec<OrgId> = if every_organisation {
            pack.register.ids().filter(open).collect()
        } else {
            classes.organisations.representatives().map(|number| OrgId(u32::try_from(number).expect("few"))).collect()
        };
        let axes = &compiled.axes;
        let pick = |axis: &carepact::decision::compiled::axes::Axis, some: &carepact::decision::compiled::classes::Classes| -> Vec<NodeId> {
            if coarse { some.representatives().map(|number| axis.node(number)).collect() } else { axis.nodes().to_vec() }
        };
        let roles = pick(&axes.roles, &classes.roles);
        let who = roles
            .iter()
            .flat_map(|role| {
                let places: Vec<Option<OrgId>> = if pack.words.is_person(*role) { vec![None] } else { of.iter().copied().map(Some).collect() };
                places.into_iter().map(|at| (*role, at))
            })
            .collect();
        let count = |words: &[String]| u8::try_from(words.len()).expect("few");
        let ways = if coarse {
            classes.ways.clone()
        } else {
            (0..count(&pack.words.actions)).flat_map(|action| (0..count(&pack.words.forms)).map(move |form| (action, form))).collect()
        };
        Self { on, who, ways, data: pick(&axes.data, &classes.data), of, purposes: pick(&axes.purposes, &classes.purposes) }
    }

    pub fn len(&self) -> u64 {
        (self.who.len() * self.ways.len() * self.data.len() * self.of.len() * self.purposes.len()) as u64
    }

    /// Cases of one role at one organisation that may see something, each with its facts: half drawn from all, half from
    /// the allowed ones where enough are found.
    pub fn of_one(&self, dice: &mut Dice, facts: u64, count: usize, mut allowed: impl FnMut(&Question, u64) -> bool) -> Vec<(Question, u64)> {
        let some = (0..1_000_000).map(|_| (dice.next() % self.len(), dice.next() & facts)).find(|(number, truth)| allowed(&self.cell(*number), *truth));
        let askers = self.who.len() as u64;
        let rest = self.len() / askers;
        let asker = some.map_or(0, |(number, _)| number % askers);
        let mut drawn: Vec<(Question, u64)> = some.map(|(number, truth)| (self.cell(number), truth)).into_iter().collect();
        for _ in 0..400_000 {
            if drawn.len() >= count / 2 {
                break;
            }
            let (case, truth) = (self.cell(asker + askers * (dice.next() % rest)), dice.next() & facts);
            if allowed(&case, truth) {
                drawn.push((case, truth));
            }
        }
        while drawn.len() < count {
            drawn.push((self.cell(asker + askers * (dice.next() % rest)), dice.next() & facts));
        }
        drawn
    }

    pub fn cell(&self, mut number: u64) -> Question {
        let mut digit = |size: usize| {
            let digit = number % size as u64;
            number /= size as u64;
            digit as usize
        };
        let (role, at) = self.who[digit(self.who.len())];
        let (action, form) = self.ways[digit(self.ways.len())];
        let (data, of, purpose) = (self.data[digit(self.data.len())], self.of[digit(self.of.len())], self.purposes[digit(self.purposes.len())]);
        Question { role, at, action, form, data, of, purpose, on: self.on }
    }
}

/// What was compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub stretches: u64,
    pub of_cells: u64,
    pub of_kinds: u64,
    pub kinds: u64,
    pub cells: u64,
    pub with_grant: u64,
    pub needs: u64,
    pub exhaustive: u64,
    pub assignments: u64,
    pub too_many: u64,
    pub disagreements: u64,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.stretches += other.stretches;
        self.of_cells += other.of_cells;
        self.of_kinds += other.of_kinds;
        self.kinds += other.kinds;
        self.cells += other.cells;
        self.with_grant += other.with_grant;
        self.needs += other.needs;
        self.exhaustive += other.exhaustive;
        self.assignments += other.assignments;
        self.too_many += other.too_many;
        self.disagreements += other.disagreements;
    }
}

/// How much of a pack is compared.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Cells a pack; more are drawn from all of them with a fixed seed.
    pub cells: u64,
    /// Cells a pack of one name of every class.
    pub kinds: u64,
    /// Assignments of facts a cell; more are drawn likewise.
    pub assignments: u64,
    /// See [`Axes::new`].
    pub every_organisation: bool,
}

/// Compares one pack. Prints the first few disagreements.
pub fn compare(name: &str, pack: &Pack, budget: Budget, seed: u64) -> Counts {
    let start = Instant::now();
    let written = export::policies(pack);
    let policies = export::policy_set(&written);
    let compiled = Compiled::new(pack);
    let days: Vec<Date> = compiled.stretches().map(|stretch| stretch.first).collect();
    let axes: Vec<Axes> = days.iter().map(|on| Axes::new(&compiled, *on, budget.every_organisation, false)).collect();
    let total: u64 = axes.iter().map(Axes::len).sum();
    let mut dice = Dice(seed);
    let mut counts = Counts { stretches: days.len() as u64, of_cells: total, ..Counts::default() };
    for axes in &axes {
        if axes.len() == 0 {
            continue;
        }
        let store = export::entities(pack, axes.on);
        let side = Side { pack, policies: &policies, store: &store, budget };
        if total <= budget.cells {
            (0..axes.len()).for_each(|number| side.cell(&axes.cell(number), &mut dice, &mut counts));
            continue;
        }
        // One of every class of names that no clause of the day tells apart, all of them where they are few enough; then
        // cells of all names, since that the classes are right is carepact's own word.
        let coarse = Axes::new(&compiled, axes.on, false, true);
        counts.of_kinds += coarse.len();
        let kinds = coarse.len().min(budget.kinds / days.len() as u64);
        for number in 0..kinds {
            let number = if kinds == coarse.len() { number } else { dice.next() % coarse.len() };
            side.cell(&coarse.cell(number), &mut dice, &mut counts);
        }
        counts.kinds += kinds;
        // Half of the share of this stretch from everywhere, half from what some grant of the day reaches.
        let share = (budget.cells / days.len() as u64).max(2);
        for _ in 0..share / 2 {
            side.cell(&axes.cell(dice.next() % axes.len()), &mut dice, &mut counts);
        }
        let epoch = compiled.epoch(axes.on);
        let grants: Vec<_> = epoch.rows.iter().filter(|row| row.effect == Effect::Grants && !row.blocks.is_empty()).collect();
        for _ in 0..if grants.is_empty() { 0 } else { share - share / 2 } {
            let mut pick = |size: usize| (dice.next() % size as u64) as usize;
            let row = grants[pick(grants.len())];
            let block = &row.blocks[pick(row.blocks.len())];
            let (roles, data, purposes): (Vec<usize>, Vec<usize>, Vec<usize>) =
                (block.roles.iter().collect(), block.data.iter().collect(), row.purposes.iter().collect());
            let (at, of): (Vec<usize>, Vec<usize>) = (epoch.set(block.at).iter().collect(), epoch.set(block.of).iter().collect());
            if [&roles, &data, &purposes, &at, &of].iter().any(|list| list.is_empty()) {
                continue;
            }
            let (names, role) = (&compiled.axes, compiled.axes.roles.node(roles[pick(roles.len())]));
            let org = |number: usize| OrgId(u32::try_from(number).expect("few"));
            let ways = (0..32u8).flat_map(|action| (0..32u8).map(move |form| (action, form)));
            let ways: Vec<(u8, u8)> = ways.filter(|(action, form)| row.clause.reach.actions >> action & row.clause.reach.forms >> form & 1 == 1).collect();
            let (action, form) = ways[pick(ways.len())];
            let at = org(at[pick(at.len())]);
            let case = Question {
                role,
                at: (!pack.words.is_person(role)).then_some(at),
                action,
                form,
                data: names.data.node(data[pick(data.len())]),
                of: org(of[pick(of.len())]),
                purpose: names.purposes.node(purposes[pick(purposes.len())]),
                on: axes.on,
            };
            side.cell(&case, &mut dice, &mut counts);
        }
    }
    println!(
        "{name}: {} policies, {} stretches of days, {} of {} cells{} (with {} of {} of one name of every class), {} with a grant, {} of them `needs`, {} decisions by Cedar ({} cells with every assignment of their facts), {} left out for more than twelve facts, {} disagreements, {:.1} s",
        written.len(),
        counts.stretches,
        counts.cells,
        total,
        if total > budget.cells { format!(" drawn with seed {seed}") } else { String::new() },
        counts.kinds,
        counts.of_kinds,
        counts.with_grant,
        counts.needs,
        counts.assignments,
        counts.exhaustive,
        counts.too_many,
        counts.disagreements,
        start.elapsed().as_secs_f64()
    );
    counts
}

/// Whether a clause could touch a case, organisations and days aside.
fn touches(pack: &Pack, clause: &Clause, case: &Question) -> bool {
    clause.reaches(&pack.words, case.data, case.purpose, case.action, case.form, true) && clause.is_for_role(&pack.words, case.role)
}

struct Side<'a> {
    pack: &'a Pack,
    policies: &'a PolicySet,
    store: &'a Entities,
    budget: Budget,
}

impl Side<'_> {
    fn cell(&self, case: &Question, dice: &mut Dice, counts: &mut Counts) {
        let pack = self.pack;
        counts.cells += 1;
        let Ok(unknown) = decide(pack, case, Facts::default()) else {
            counts.too_many += 1;
            return;
        };
        counts.with_grant += u64::from(unknown.verdict != Verdict::Deny || unknown.cause != carepact::decision::Cause::NoGrant);
        counts.needs += u64::from(unknown.verdict == Verdict::Needs);
        // Every fact of every clause that could touch the case.
        let clauses = pack.agreements.iter().flat_map(|one| one.grants.iter().chain(&one.prohibits)).chain(&pack.guards);
        let facts = clauses.filter(|clause| touches(pack, clause, case)).fold(0u64, |bits, clause| bits | clause.condition.facts());
        let bits: Vec<u8> = (0..64).filter(|bit| facts >> bit & 1 == 1).collect();
        let all = 1u64.checked_shl(bits.len() as u32).filter(|all| *all <= self.budget.assignments);
        let truth = |number: u64| bits.iter().enumerate().fold(0u64, |truth, (place, bit)| truth | (number >> place & 1) << bit);
        let numbers: Vec<u64> = match all {
            Some(all) => (0..all).collect(),
            None => [0, u64::MAX].into_iter().chain((2..self.budget.assignments).map(|_| dice.next())).collect(),
        };
        counts.exhaustive += u64::from(all.is_some());
        let (mut allowed, mut refused) = (0u64, 0u64);
        for truth in numbers.into_iter().map(truth) {
            let request = export::request(pack, case, truth);
            let response = Authorizer::new().is_authorized(&request, self.policies, self.store);
            assert!(response.diagnostics().errors().next().is_none(), "Cedar could not evaluate a policy: {response:?}");
            let cedar = response.decision() == Decision::Allow;
            *(if cedar { &mut allowed } else { &mut refused }) += 1;
            counts.assignments += 1;
            let given = Facts { yes: truth, no: facts & !truth };
            match decide(pack, case, given).map(|decision| decision.verdict) {
                Ok(Verdict::Permit) if cedar => {}
                Ok(Verdict::Deny) if !cedar => {}
                said => self.report(
                    case,
                    given,
                    &format!("Cedar says {cedar} by {:?}, carepact {said:?}", response.diagnostics().reason().collect::<Vec<_>>()),
                    counts,
                ),
            }
        }
        // Without any fact carepact must say what all assignments say, and `needs` exactly where they differ.
        let agrees = match unknown.verdict {
            Verdict::Permit => refused == 0,
            Verdict::Deny => allowed == 0,
            Verdict::Needs => all.is_none() || allowed > 0 && refused > 0,
        };
        if !agrees {
            self.report(case, Facts::default(), &format!("Cedar allows {allowed} and refuses {refused} assignments, carepact {:?}", unknown.verdict), counts);
        }
    }

    fn report(&self, case: &Question, facts: Facts, said: &str, counts: &mut Counts) {
        counts.disagreements += 1;
        if counts.disagreements <= 3 {
            let asked = Ask {
                role: case.role,
                at: case.at.into_iter().collect(),
                action: case.action,
                form: case.form,
                see: case.data,
                of: vec![case.of],
                purpose: case.purpose,
                on: case.on,
                facts,
            };
            println!("DISAGREEMENT: {said}\n  {}", witness(self.pack, &asked));
        }
    }
}
