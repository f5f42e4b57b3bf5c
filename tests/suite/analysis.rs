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
