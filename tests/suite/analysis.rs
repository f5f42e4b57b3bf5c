//! What the analyses call unnecessary is unnecessary, and nothing else is: the pack is really altered, and the plain decision
//! asked about every case of every day again.

use carepact::agreement::Clause;
use carepact::agreement::condition::Expression;
use carepact::decision::analysis::profile::{Profile, parts};
use carepact::decision::analysis::{Analysis, Standing, Witness};
use carepact::decision::{Compiled, Decision, Facts, Question, Verdict, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use proptest::prelude::*;

use super::{compiled, generated_pack};

fn day(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

/// Changes every clause of a place; what the change gives none for is taken out.
fn altered(seed: u64, place: &str, prohibits: bool, change: impl Fn(&mut Clause) -> bool) -> Pack {
    let mut pack = generated_pack::pack(seed);
    let keep = |clause: &mut Clause| clause.place != place || change(clause);
    if prohibits {
        pack.guards.retain_mut(keep);
    }
    for agreement in &mut pack.agreements {
        if prohibits {
            agreement.prohibits.retain_mut(keep);
        } else {
            agreement.grants.retain_mut(keep);
        }
    }
    pack
}

/// An answer for all facts at once: the minimal sets of facts that force a permit say them all.
fn answer(pack: &Pack, case: &Question) -> (Verdict, Vec<Vec<carepact::decision::plain::Literal>>) {
    let Decision { verdict, needs, .. } = decide(pack, case, Facts::default()).expect("few conditions");
    (verdict, needs)
}

/// Whether a clause applies to a case, as the plain decision asks it.
fn applies(pack: &Pack, one: &Standing<'_>, case: &Question) -> bool {
    let (words, register) = (&pack.words, &pack.register);
    one.copies.iter().any(|(agreement, clause)| {
        clause.during.contains(case.on)
            && clause.reaches(words, case.data, case.purpose, case.action, case.form, one.prohibits || words.is_person(case.role))
            && clause.is_for(words, register, case.role, case.at, case.on)
            && clause.of.selects(words, register, case.of, Some(case.role), case.on)
            && agreement.is_none_or(|agreement| {
                agreement.in_force_on(case.on)
                    && agreement.has_party_on(words, register, case.of, true, case.on)
                    && (clause.scope == carepact::agreement::Scope::Source
                        || words.is_person(case.role)
                        || case.at.is_some_and(|at| agreement.has_party_on(words, register, at, false, case.on)))
            })
    })
}

/// The cases of every day to which a clause applies, one for each class of each axis.
fn cases(pack: &Pack, compiled: &Compiled<'_>, one: &Standing<'_>) -> Vec<Question> {
    let mut all = Vec::new();
    for during in compiled.stretches().filter(|during| one.holds_on(during.first)) {
        let classes = compiled.classes(during.first);
        all.extend(compiled::cells(compiled, &classes, during.first).into_iter().filter(|case| applies(pack, one, case)));
    }
    all
}

/// Whether the answers to some cases differ between two packs.
fn differ(pack: &Pack, other: &Pack, cases: &[Question]) -> bool {
    cases.iter().any(|case| answer(pack, case) != answer(other, case))
}

/// A witness is a case that the plain decision answers as it says.
fn permits(pack: &Pack, witness: &Witness) -> bool {
    decide(pack, &witness.question, witness.facts).expect("few conditions").verdict == Verdict::Permit
}

fn judged(seed: u64, pack: &Pack, compiled: &Compiled<'_>, one: &Standing<'_>, profile: &Profile<'_>) {
    let said = format!("seed {seed} {}", one.place());
    assert!(!profile.too_many, "{said}");
    let cases = cases(pack, compiled, one);
    assert_eq!(profile.reached.is_some(), !cases.is_empty(), "{said}: dead");
    let without = altered(seed, one.place(), one.prohibits, |_| false);
    assert_eq!(profile.needed.is_some(), differ(pack, &without, &cases), "{said}: needed");
    if let Some(witness) = &profile.needed {
        assert_ne!(permits(pack, witness), permits(&without, witness), "{said}: {witness:?}");
    }
    if !one.prohibits {
        // With no other grant, what is allowed is what this one allows.
        let place = one.place();
        let mut alone = generated_pack::pack(seed);
        alone.agreements.iter_mut().for_each(|agreement| agreement.grants.retain(|clause| clause.place == place));
        let open = cases.iter().any(|case| answer(&alone, case).0 != Verdict::Deny);
        assert_eq!(profile.open.is_some(), open, "{said}: open");
        if let Some(witness) = &profile.open {
            assert!(permits(&alone, witness), "{said}: {witness:?}");
        }
    }
    if profile.needed.is_none() {
        return;
    }
    let told: Vec<&Expression> = profile.vacuous.iter().map(|part| &part.rest).collect();
    for part in parts(&one.clause().condition) {
        // Of a part that changes nothing only the whole is told.
        if profile.vacuous.iter().any(|outer| part.path.len() > outer.path.len() && part.path.starts_with(&outer.path)) {
            continue;
        }
        let asking = altered(seed, one.place(), one.prohibits, |clause| {
            clause.condition = part.rest.clone();
            true
        });
        let reach = |pack: &Pack| {
            let clause = pack.agreements.iter().flat_map(|agreement| &agreement.grants).find(|clause| clause.place == one.place()).expect("there").clone();
            pack.words.data.ids().map(|leaf| clause.reaches_data(&pack.words, leaf, false)).collect::<Vec<_>>()
        };
        let nothing = (one.prohibits || reach(pack) == reach(&asking)) && !differ(pack, &asking, &cases);
        assert_eq!(nothing, told.contains(&&part.rest), "{said}: {} without {}", one.clause().condition.display(&pack.words), part.part.display(&pack.words));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 20 } else { 150 }))]

    #[test]
    fn a_clause_is_called_what_altering_the_pack_shows(seed: u64, pick in 0usize..1000) {
        let pack = generated_pack::pack(seed);
        let analysis = Analysis::new(&pack, day("2026-05-14"));
        let compiled = Compiled::new(&pack);
        let clauses = analysis.clauses();
        if !clauses.is_empty() {
            let one = &clauses[pick % clauses.len()];
            judged(seed, &pack, &compiled, one, &analysis.profile(one));
        }
    }
}

/// Every case of a day, organisations and data not taken together by classes.
fn every_case(pack: &Pack, compiled: &Compiled<'_>, on: Date) -> Vec<Question> {
    let axes = &compiled.axes;
    let open: Vec<_> = pack.register.ids().filter(|id| pack.register.organisation(*id).open.contains(on)).collect();
    let mut all = Vec::new();
    for role in axes.roles.nodes() {
        let at: Vec<_> = if pack.words.is_person(*role) { vec![None] } else { open.iter().copied().map(Some).collect() };
        for at in at {
            for of in &open {
                for data in axes.data.nodes() {
                    for purpose in axes.purposes.nodes() {
                        for way in 0..12u8 {
                            all.push(Question { role: *role, at, action: way / 3, form: way % 3, data: *data, of: *of, purpose: *purpose, on });
                        }
                    }
                }
            }
        }
    }
    all
}

/// The pack of a seed with no grant but that of a place.
fn alone(seed: u64, place: &str) -> Pack {
    let mut pack = generated_pack::pack(seed);
    pack.agreements.iter_mut().for_each(|agreement| agreement.grants.retain(|clause| clause.place == place));
    pack
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 12 } else { 100 }))]

    #[test]
    fn restricted_data_is_told_where_the_plain_decision_asks_for_no_fact(seed: u64, pick in 0usize..1000) {
        let pack = generated_pack::pack(seed);
        let as_of = day("2026-05-14");
        let analysis = Analysis::new(&pack, as_of);
        let compiled = Compiled::new(&pack);
        let grants: Vec<Standing<'_>> = analysis.clauses().into_iter().filter(|one| !one.prohibits).collect();
        if grants.is_empty() {
            return Ok(());
        }
        let (one, tree) = (&grants[pick % grants.len()], &pack.words.data);
        let alone = alone(seed, one.place());
        let mut expected = Vec::new();
        for during in compiled.stretches().filter(|during| during.last >= as_of && one.holds_on(during.first)) {
            for case in every_case(&pack, &compiled, during.first) {
                let restricted = tree.ancestors(case.data).find(|at| tree.node(*at).restriction != carepact::vocabulary::Restriction::None);
                let Some(name) = restricted.filter(|name| case.form == 0 && !pack.words.is_person(case.role) && !expected.contains(name)) else { continue };
                if applies(&pack, one, &case) && answer(&pack, &case).0 == Verdict::Permit && answer(&alone, &case).0 != Verdict::Deny {
                    expected.push(name);
                }
            }
        }
        expected.sort_unstable();
        let mut told: Vec<_> = analysis.unconditional(one, 1).into_iter().map(|open| {
            assert!(permits(&pack, &open.witness));
            open.restricted
        }).collect();
        told.sort_unstable();
        prop_assert_eq!(told, expected, "seed {} {}", seed, one.place());
    }

    #[test]
    fn a_prohibition_that_ends_is_told_where_its_end_opens_something(seed: u64, pick in 0usize..1000) {
        let pack = generated_pack::pack(seed);
        let as_of = day("2026-05-14");
        let analysis = Analysis::new(&pack, as_of);
        let compiled = Compiled::new(&pack);
        let prohibitions = analysis.prohibitions();
        let one = &prohibitions[pick % prohibitions.len()];
        let openings = analysis.openings(one, |_, _, _| true);
        let days: Vec<_> = compiled.stretches().collect();
        let permits_all = |pack: &Pack, case: &Question| -> Vec<bool> {
            let (verdict, sets) = answer(pack, case);
            (0..4096u64)
                .map(|truth| verdict == Verdict::Permit || sets.iter().any(|set| set.iter().all(|literal| (truth >> literal.fact.0 & 1 == 1) == literal.value)))
                .collect()
        };
        let mut expected = Vec::new();
        for pair in days.windows(2).filter(|pair| one.holds_on(pair[0].first) && !one.holds_on(pair[1].first)) {
            let last = pair[0].last;
            let next = last.next().max(as_of);
            // Of what ended before the day asked about, only the last end matters.
            let again = days.iter().any(|during| during.first > last && during.first <= next && one.holds_on(during.first));
            if again {
                continue;
            }
            let mut opens = false;
            for grant in pack.agreements.iter().filter(|agreement| agreement.in_force_on(last) && agreement.in_force_on(next)).flat_map(|agreement| &agreement.grants) {
                if opens || !grant.during.contains(last) || !grant.during.contains(next) {
                    continue;
                }
                let (with, mut apart) = (alone(seed, &grant.place), alone(seed, &grant.place));
                apart.guards.retain(|clause| clause.place != one.place());
                apart.agreements.iter_mut().for_each(|agreement| agreement.prohibits.retain(|clause| clause.place != one.place()));
                for case in every_case(&pack, &compiled, last) {
                    let later = Question { on: next, ..case };
                    let open = |org| pack.register.organisation(org).open.contains(next);
                    if !applies(&pack, one, &case) || !open(case.of) || case.at.is_some_and(|at| !open(at)) || answer(&with, &later).0 == Verdict::Deny {
                        continue;
                    }
                    let (before, unclosed, after) = (permits_all(&with, &case), permits_all(&apart, &case), permits_all(&with, &later));
                    if (0..4096).any(|truth| !before[truth] && unclosed[truth] && after[truth]) {
                        opens = true;
                        break;
                    }
                }
            }
            if opens {
                expected.push(last);
            }
        }
        for opening in &openings {
            prop_assert!(permits(&pack, &opening.witness), "seed {} {}", seed, one.place());
            let earlier = Witness { question: Question { on: opening.last, ..opening.witness.question }, facts: opening.witness.facts };
            let mut only = alone(seed, &opening.grant.place);
            prop_assert!(!permits(&only, &earlier), "seed {} {}", seed, one.place());
            only.guards.retain(|clause| clause.place != one.place());
            only.agreements.iter_mut().for_each(|agreement| agreement.prohibits.retain(|clause| clause.place != one.place()));
            prop_assert!(permits(&only, &earlier), "seed {} {}", seed, one.place());
        }
        let told: Vec<Date> = openings.iter().map(|opening| opening.last).collect();
        prop_assert_eq!(told, expected, "seed {} {}", seed, one.place());
    }
}
