//! Invariants are proved as trying every case would prove them, and people are told the smallest case that breaks one.

use carepact::decision::invariants::{Invariant, Kind, Proved, Selected, Sides, Unprovable, Witness, prove};
use carepact::decision::{Compiled, Facts, Question, Verdict, decide};
use carepact::identifier::{Date, Interval};
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::vocabulary::{NodeId, ROOT, Tree};
use proptest::prelude::*;

use super::{generated_pack, run, small_pack};

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % count as u64).expect("small")
    }

    /// Nothing named, or the leaves beneath a name.
    fn names(&mut self, tree: &Tree, unnamed: bool) -> Option<Vec<NodeId>> {
        if unnamed && self.below(4) == 0 {
            return None;
        }
        let all: Vec<NodeId> = tree.ids().collect();
        let mut leaves = tree.leaves(all[self.below(all.len())]);
        leaves.truncate(2);
        Some(leaves)
    }

    fn selected(&mut self, pack: &Pack) -> Selected {
        match self.below(3) {
            0 => Selected { org: pack.register.ids().nth(self.below(pack.register.organisations.len())), ..Selected::default() },
            1 => Selected { place: pack.words.places.ids().nth(self.below(pack.words.places.len())), ..Selected::default() },
            _ => Selected { function: pack.words.functions.ids().nth(self.below(pack.words.functions.len())), ..Selected::default() },
        }
    }

    fn organisations(&mut self, pack: &Pack) -> Option<Vec<Selected>> {
        (self.below(2) == 0).then(|| vec![self.selected(pack)])
    }

    fn sides(&mut self, pack: &Pack, unnamed: bool) -> Sides {
        let way = |dice: &mut Self, count: usize| {
            (!unnamed || dice.below(3) > 0).then(|| vec![u8::try_from(if dice.below(2) == 0 { 0 } else { dice.below(count) }).expect("few")])
        };
        Sides {
            roles: self.names(&pack.words.roles, unnamed),
            at: self.organisations(pack),
            of: self.organisations(pack),
            data: self.names(&pack.words.data, unnamed),
            purposes: self.names(&pack.words.purposes, unnamed),
            actions: way(self, pack.words.actions.len()),
            forms: way(self, pack.words.forms.len()),
        }
    }
}

/// Every case of some sides on a day.
fn cases(pack: &Pack, sides: &Sides, on: Date) -> Vec<Question> {
    let words = &pack.words;
    let leaves = |tree: &Tree, chosen: &Option<Vec<NodeId>>| {
        tree.leaves(ROOT).into_iter().filter(|leaf| chosen.as_ref().is_none_or(|names| names.contains(leaf))).collect::<Vec<_>>()
    };
    let open = || pack.register.ids().filter(|org| pack.register.organisation(*org).open.contains(on));
    let orgs = |chosen: &Option<Vec<Selected>>| {
        open().filter(|org| chosen.as_ref().is_none_or(|words| words.iter().any(|word| word.selects(pack, *org, on)))).collect::<Vec<OrgId>>()
    };
    let list = |chosen: &Option<Vec<u8>>, count: usize| chosen.clone().unwrap_or_else(|| (0..u8::try_from(count).expect("few")).collect());
    let mut cases = Vec::new();
    for role in leaves(&words.roles, &sides.roles) {
        let at: Vec<Option<OrgId>> = match (words.is_person(role), &sides.at) {
            (true, Some(_)) => Vec::new(),
            (true, None) => vec![None],
            (false, at) => orgs(at).into_iter().map(Some).collect(),
        };
        for at in at {
            for of in orgs(&sides.of) {
                for data in leaves(&words.data, &sides.data) {
                    for purpose in leaves(&words.purposes, &sides.purposes) {
                        for action in list(&sides.actions, words.actions.len()) {
                            for form in list(&sides.forms, words.forms.len()) {
                                cases.push(Question { role, at, action, form, data, of, purpose, on });
                            }
                        }
                    }
                }
            }
        }
    }
    cases
}

fn days(compiled: &Compiled<'_>, during: Interval) -> Vec<Date> {
    let touched = compiled.stretches().filter(|stretch| stretch.first <= during.last && stretch.last >= during.first);
    touched.map(|stretch| stretch.first.max(during.first)).collect()
}

fn verdict(pack: &Pack, case: &Question, known: Facts) -> Verdict {
    decide(pack, case, known).expect("few conditions").verdict
}

/// Whether for some completion of what is known the first is allowed and the second is not.
fn breaks(pack: &Pack, first: &Question, second: &Question, known: Facts) -> bool {
    if verdict(pack, first, known) == Verdict::Deny || verdict(pack, second, known) == Verdict::Permit {
        return false;
    }
    let all = (1u64 << pack.words.conditions.len()) - 1;
    (0..=all).filter(|truth| truth & known.yes == known.yes && truth & known.no == 0).any(|truth| {
        let settled = Facts { yes: truth, no: all & !truth };
        verdict(pack, first, settled) == Verdict::Permit && verdict(pack, second, settled) == Verdict::Deny
    })
}

fn instead(pack: &Pack, first: &Question, then: &Sides) -> Vec<Question> {
    let mut all = Vec::new();
    // The cases of the second side, with whatever it does not name taken from the first.
    for case in cases(pack, &Sides { at: then.at.clone(), ..then.clone() }, first.on) {
        let role = if then.roles.is_some() { case.role } else { first.role };
        let own = pack.words.is_person(role);
        let at = match (own, then.at.is_some()) {
            (true, _) => None,
            (false, true) => case.at,
            (false, false) => first.at,
        };
        if !own && then.at.is_some() && case.at.is_none() {
            continue;
        }
        let case = Question {
            role,
            at,
            of: if then.of.is_some() { case.of } else { first.of },
            data: if then.data.is_some() { case.data } else { first.data },
            purpose: if then.purposes.is_some() { case.purpose } else { first.purpose },
            action: if then.actions.is_some() { case.action } else { first.action },
            form: if then.forms.is_some() { case.form } else { first.form },
            on: first.on,
        };
        if !all.contains(&case) {
            all.push(case);
        }
    }
    all
}

fn given(pack: &Pack, dice: &mut Dice) -> Facts {
    (0..dice.below(4)).fold(Facts::default(), |known, _| {
        let id = carepact::vocabulary::ConditionId(u8::try_from(dice.below(pack.words.conditions.len())).expect("few"));
        known.with(id, dice.below(2) == 0)
    })
}

fn witnessed(pack: &Pack, found: &Witness, first: Verdict, second: Verdict) {
    assert_eq!(verdict(pack, &found.first, found.facts), first, "{found:?}");
    if let Some(case) = &found.second {
        assert_eq!(verdict(pack, case, found.facts), second, "{found:?}");
    }
}

fn during(dice: &mut Dice, more: u32) -> Interval {
    let first = Date::parse(&format!("2026-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28))).expect("a date");
    let mut last = first;
    for _ in 0..more {
        last = last.next();
    }
    Interval { first, last }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 40 } else { 300 }))]

    #[test]
    fn never_and_always_are_proved_as_every_case_is_decided(seed: u64, choices: u64, always: bool) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let mut dice = Dice(choices);
        let kind = if always { Kind::Always } else { Kind::Never };
        let invariant = Invariant { kind, scope: dice.sides(&pack, !always), given: given(&pack, &mut dice), during: during(&mut dice, 40) };
        let order = |tree: &Tree, leaf| tree.leaves(ROOT).iter().position(|one| *one == leaf);
        // The smallest case that breaks it, as plain decisions find it.
        let (mut counted, mut least) = (0u64, None);
        for on in days(&compiled, invariant.during) {
            for case in cases(&pack, &invariant.scope, on) {
                counted += 1;
                let decided = decide(&pack, &case, invariant.given).expect("few conditions");
                let facts = match (decided.verdict, always) {
                    (Verdict::Permit, false) | (Verdict::Deny, true) => Some(0),
                    (Verdict::Needs, false) => Some(decided.needs.iter().map(Vec::len).min().expect("some")),
                    (Verdict::Needs, true) => Some(1),
                    _ => None,
                };
                let sides = (order(&pack.words.roles, case.role), case.at, case.of, order(&pack.words.data, case.data), order(&pack.words.purposes, case.purpose));
                if let Some(facts) = facts {
                    let found = (facts, on, sides, (case.action, case.form), case);
                    if least.as_ref().is_none_or(|known: &(usize, Date, _, _, Question)| (found.0, found.1, &found.2, found.3) < (known.0, known.1, &known.2, known.3)) {
                        least = Some(found);
                    }
                }
            }
        }
        match prove(&compiled, &invariant) {
            Ok(Proved::Holds(proof)) => {
                prop_assert!(least.is_none(), "seed {}: {:?} breaks {:?}", seed, least, invariant);
                prop_assert_eq!(proof.cells, counted);
                prop_assert!(proof.classes <= proof.cells);
            }
            Ok(Proved::Fails(found)) => {
                let least = least.expect("a case breaks it");
                witnessed(&pack, &found, if always { Verdict::Deny } else { Verdict::Permit }, Verdict::Deny);
                if !always || least.0 == 0 {
                    prop_assert_eq!(found.first, least.4, "seed {}", seed);
                    let beside = (found.facts.yes & !invariant.given.yes | found.facts.no & !invariant.given.no).count_ones() as usize;
                    prop_assert_eq!(beside, least.0);
                }
            }
            Err(Unprovable::Empty) => prop_assert_eq!(counted, 0),
            Err(Unprovable::Nobody(word)) => {
                let somebody = days(&compiled, invariant.during).into_iter().any(|on| pack.register.ids().any(|org| pack.register.organisation(org).open.contains(on) && word.selects(&pack, org, on)));
                prop_assert!(!somebody);
            }
            Err(other) => prop_assert!(false, "seed {}: {}", seed, other),
        }
    }

    #[test]
    fn implications_are_proved_as_every_case_is_decided(seed: u64, choices: u64) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let mut dice = Dice(choices);
        let scope = dice.sides(&pack, false);
        let mut then = Sides::default();
        let other = dice.sides(&pack, false);
        match dice.below(6) {
            0 => then.roles = other.roles,
            1 => then.of = Some(vec![dice.selected(&pack)]),
            2 => then.at = Some(vec![dice.selected(&pack)]),
            3 => then.purposes = other.purposes,
            4 => (then.actions, then.data) = (other.actions, other.data),
            _ => then.data = other.data,
        }
        let invariant = Invariant { kind: Kind::Implies(then.clone()), scope, given: given(&pack, &mut dice), during: during(&mut dice, 0) };
        let on = invariant.during.first;
        let broken = || cases(&pack, &invariant.scope, on).into_iter().find_map(|first| {
            instead(&pack, &first, &then).into_iter().find(|second| breaks(&pack, &first, second, invariant.given)).map(|second| (first, second))
        });
        match prove(&compiled, &invariant) {
            Ok(Proved::Holds(_)) => prop_assert!(broken().is_none(), "seed {}: {:?} breaks {:?}", seed, broken(), invariant),
            Ok(Proved::Fails(found)) => {
                witnessed(&pack, &found, Verdict::Permit, Verdict::Deny);
                prop_assert!(cases(&pack, &invariant.scope, on).contains(&found.first));
                prop_assert!(instead(&pack, &found.first, &then).contains(found.second.as_ref().expect("two")));
            }
            Err(Unprovable::TooManyConditions(error)) => prop_assert!(error.count > 12),
            Err(_) => {}
        }
    }

    #[test]
    fn symmetry_is_proved_as_every_case_is_decided(seed: u64, choices: u64) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let mut dice = Dice(choices);
        let between = [vec![dice.selected(&pack)], vec![dice.selected(&pack)]];
        let scope = Sides { at: None, of: None, ..dice.sides(&pack, false) };
        let invariant = Invariant { kind: Kind::Symmetric(between.clone()), scope, given: given(&pack, &mut dice), during: during(&mut dice, 0) };
        let on = invariant.during.first;
        let [left, right] = between.map(Some);
        let mut all: Vec<Question> = [(&left, &right), (&right, &left)].into_iter().flat_map(|(at, of)| cases(&pack, &Sides { at: at.clone(), of: of.clone(), ..invariant.scope.clone() }, on)).collect();
        let mut seen = std::collections::HashSet::new();
        all.retain(|case| seen.insert(*case));
        let mirror = |case: &Question| Question { at: Some(case.of), of: case.at.expect("somewhere"), ..*case };
        let broken = || all.iter().find(|case| breaks(&pack, case, &mirror(case), invariant.given));
        match prove(&compiled, &invariant) {
            Ok(Proved::Holds(proof)) => {
                prop_assert!(broken().is_none(), "seed {}: {:?} breaks {:?}", seed, broken(), invariant);
                prop_assert_eq!(proof.cells, all.len() as u64);
            }
            Ok(Proved::Fails(found)) => {
                witnessed(&pack, &found, Verdict::Permit, Verdict::Deny);
                prop_assert!(all.contains(&found.first));
                prop_assert_eq!(found.second, Some(mirror(&found.first)));
            }
            Err(Unprovable::Empty) => prop_assert!(all.is_empty()),
            Err(Unprovable::TooManyConditions(error)) => prop_assert!(error.count > 12),
            Err(_) => {}
        }
    }
}

// Sentences that are always true, or never about anything, would prove nothing of the proofs.
#[test]
fn the_sentences_tried_are_true_and_false() {
    let (mut held, mut failed) = ([0; 3], [0; 3]);
    for seed in 0..60 {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let mut dice = Dice(seed);
        for turn in 0..10 {
            let scope = dice.sides(&pack, true);
            let somewhere = Sides { at: None, of: None, ..scope.clone() };
            let other = vec![dice.selected(&pack)];
            let data = Sides { data: dice.names(&pack.words.data, false), ..Sides::default() };
            for (which, kind, scope) in
                [(0, Kind::Never, scope.clone()), (1, Kind::Implies(data), scope), (2, Kind::Symmetric([vec![dice.selected(&pack)], other]), somewhere)]
            {
                let invariant = Invariant { kind, scope, given: given(&pack, &mut dice), during: during(&mut dice, turn) };
                match prove(&compiled, &invariant) {
                    Ok(Proved::Holds(proof)) => held[which] += u32::from(proof.applies != Some(0)),
                    Ok(Proved::Fails(_)) => failed[which] += 1,
                    Err(_) => {}
                }
            }
        }
    }
    assert!(held.iter().chain(&failed).all(|count| *count >= 10), "held {held:?}, failed {failed:?}");
}

fn tested(text: &str) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), &[("tests/all.yaml", text)]);
    let ran = run::run(dir.path(), &["test", "--as-of", "2026-07-15"]);
    ran.to_string()
}

#[test]
fn what_holds_is_shown_with_what_was_looked_at_and_what_does_not_with_a_case() {
    insta::assert_snapshot!(tested(
        "\
as_of: 2026-08-01
always:
  - {name: analysts see nothing, never: {role: analyst}}
  - {name: an objection is honoured, never: {given: {objection_upheld: true}, role: [clinician, restricted_view], for: individual_care}}
  - {name: nurses see medicines, on: as_of, always: {role: nurse, at: R9A, of: R9A, see: medications, for: direct_care, given: {relationship: true}}}
  - {name: who sees results sees letters, to: 2027-03-31, implies: {if: {see: results, role: clinician, at: nhs}, then: {see: letter}}}
  - {name: who sees results sees sexual health, from: 2026-08-01, to: 2027-03-31, implies: {if: {see: results, role: doctor, at: nhs}, then: {see: sexual_health}}}
  - {name: trusts and practices see alike, symmetric: {between: [acute, gp_practice], role: doctor, for: direct_care}}
  - {name: trusts and councils see alike, symmetric: {between: [acute, council], role: doctor, see: [medications, results], for: emergency_care, given: {break_glass: true}}}
"
    ));
}

#[test]
fn what_cannot_be_proved_is_an_error() {
    insta::assert_snapshot!(tested(
        "\
as_of: 2026-08-01
always:
  - {name: two sentences, never: {role: analyst}, always: {role: nurse}}
  - {name: none}
  - {name: a code that closed, never: {at: R9B}}
  - {name: a place without anybody by then, from: 2026-10-01, never: {of: glossop}}
  - {name: the person works nowhere, never: {role: person, at: R9A}}
  - {name: half of it, implies: {if: {role: nurse}}}
  - {name: nowhere, implies: {if: {role: person}, then: {role: doctor}}}
  - {name: three sides, symmetric: {between: [R9A, R9B, Y99001]}}
  - {name: a misspelt name, never: {role: nurze, given: {relationshp: true}}}
  - {name: backwards, from: 2026-09-01, to: 2026-08-01, never: {role: analyst}}
"
    ));
}

#[test]
fn too_many_conditions_in_a_case_are_named_and_never_passed_over() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = |name: &str| small_pack::FILES.iter().find(|(file, _)| *file == name).expect("a file").1;
    let declared = (1..=13).fold(String::new(), |text, number| text + &format!("  c{number}: {{meaning: a fact}}\n"));
    let vocabulary = text("vocabulary.yaml").replace("conditions:\n", &format!("conditions:\n{declared}"));
    let all: Vec<String> = (1..=13).map(|number| format!("c{number}")).collect();
    let agreement = text("agreements/care.yaml").replace("when: relationship and not objection_upheld}\n  g2", &format!("when: {}}}\n  g2", all.join(" and ")));
    let tests = "as_of: 2026-08-01\nalways:\n  - {name: nobody, never: {role: nurse, see: medications}}\n  - {name: analysts, never: {role: analyst}}\n";
    small_pack::write(dir.path(), &[("vocabulary.yaml", &vocabulary), ("agreements/care.yaml", &agreement), ("tests/all.yaml", tests)]);
    let ran = run::run(dir.path(), &["test", "--as-of", "2026-07-15"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.out.contains("13 conditions meet in one case, at most 12 are decided: SM-1/g1") && ran.out.contains("proved: analysts"), "{ran}");
}
