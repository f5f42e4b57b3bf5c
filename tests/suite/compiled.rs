//! The compiled decision answers as the plain one does: on every cell of the shipped packs, and of generated ones.

use std::path::Path;

use carepact::decision::compiled::spread::{AnswerBlock, Said, Scope};
use carepact::decision::compiled::{Decider, EpochClasses, Names, Written};
use carepact::decision::{Compiled, Decision, Facts, Question, Verdict, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::source::Sources;
use proptest::prelude::*;

use super::generated_pack;

pub fn shipped(name: &str) -> Pack {
    let mut sources = Sources::new();
    let (pack, _) = Pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(name), &mut sources).expect("readable");
    pack
}

/// Everything an answer says.
fn said(decision: &Decision<'_>) -> String {
    let clauses: Vec<&str> = decision.clauses.iter().map(|(_, clause)| clause.place.as_str()).collect();
    format!("{:?} {:?} {clauses:?} {:?}", decision.verdict, decision.cause, decision.needs)
}

/// Every cell of a day, one for each class of each axis.
pub fn cells(compiled: &Compiled<'_>, classes: &EpochClasses, on: Date) -> Vec<Question> {
    let axes = &compiled.axes;
    let mut cells = Vec::new();
    for role in classes.roles.representatives() {
        let role = axes.roles.node(role);
        let at: Vec<Option<OrgId>> = if compiled.pack.words.is_person(role) {
            vec![None]
        } else {
            (0..classes.organisations.len()).map(|class| classes.organisations_of(class).next()).collect()
        };
        for at in at {
            for of in (0..classes.organisations.len()).filter_map(|class| classes.organisations_of(class).next()) {
                for data in classes.data.representatives() {
                    for purpose in classes.purposes.representatives() {
                        for (action, form) in &classes.ways {
                            let (data, purpose) = (axes.data.node(data), axes.purposes.node(purpose));
                            cells.push(Question { role, at, action: *action, form: *form, data, of, purpose, on });
                        }
                    }
                }
            }
        }
    }
    cells
}

fn agree(name: &str, days: &[&str]) {
    let pack = shipped(name);
    let compiled = Compiled::new(&pack);
    for day in days {
        let on = Date::parse(day).expect("a date");
        let classes = compiled.classes(on);
        let cells = cells(&compiled, &classes, on);
        println!("{name} on {day}: {} cells, {} classes of organisations", cells.len(), classes.organisations.len());
        for cell in &cells {
            let (plain, fast) =
                (decide(&pack, cell, Facts::default()).expect("few conditions"), compiled.decide(cell, Facts::default()).expect("few conditions"));
            assert_eq!(said(&plain), said(&fast), "{cell:?}");
        }
    }
}

#[test]
fn greater_manchester_is_decided_alike_by_both() {
    agree("greater-manchester", &["2024-02-01", "2026-07-01", "2028-06-01"]);
}

#[test]
fn the_neighbour_is_decided_alike_by_both() {
    agree("lancashire-neighbour", &["2026-07-01"]);
}

/// Facts as two masks over the conditions of a pack.
fn facts(pack: &Pack, yes: u64, no: u64) -> Facts {
    let all = (1u64 << pack.words.conditions.len()) - 1;
    Facts { yes: yes & all & !no, no: no & all }
}

/// Both forms on one case, an error as its words.
fn both(pack: &Pack, compiled: &Compiled<'_>, case: &Question, known: Facts) -> (String, String) {
    let words =
        |decided: Result<Decision<'_>, carepact::decision::TooManyConditions>| decided.map_or_else(|error| error.to_string(), |decision| said(&decision));
    (words(decide(pack, case, known)), words(compiled.decide(case, known)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 60 } else { 400 }))]

    #[test]
    fn generated_packs_are_decided_alike_on_every_cell(seed: u64, yes: u64, no: u64, when in 0usize..1000) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let stretches: Vec<_> = compiled.stretches().collect();
        let on = stretches[when % stretches.len()].first.max(Date::parse("2009-12-31").expect("a date"));
        let classes = compiled.classes(on);
        let known = facts(&pack, yes, no);
        for case in cells(&compiled, &classes, on) {
            for known in [known, Facts::default()] {
                let (plain, fast) = both(&pack, &compiled, &case, known);
                prop_assert_eq!(&plain, &fast, "seed {} {:?} {:?}", seed, case, known);
            }
        }
    }

    // One decider is asked about several days in turn and twice about each case, so that what it keeps is asked too.
    #[test]
    fn a_decider_and_names_answer_as_the_plain_decision(seed: u64, yes: u64, no: u64, whens in proptest::collection::vec(0usize..1000, 3)) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let (mut decider, names) = (Decider::new(&compiled), Names::new(&pack));
        let stretches: Vec<_> = compiled.stretches().collect();
        let known = facts(&pack, yes, no);
        for when in whens {
            let on = stretches[when % stretches.len()].first.max(Date::parse("2009-12-31").expect("a date"));
            let classes = compiled.classes(on);
            for case in cells(&compiled, &classes, on).iter().step_by(3) {
                for known in [known, Facts::default(), known] {
                    let plain = decide(&pack, case, known);
                    let words = plain.clone().map(|decision| (decision.verdict, decision.cause)).map_err(|error| error.to_string());
                    prop_assert_eq!(decider.decide(case, known).map_err(|error| error.to_string()), words, "seed {} {:?} {:?}", seed, case, known);
                    let explained = decider.explain(case, known).map_or_else(|error| error.to_string(), |decision| said(&decision));
                    prop_assert_eq!(explained, plain.map_or_else(|error| error.to_string(), |decision| said(&decision)));
                }
                let ods = |org: OrgId| pack.register.organisation(org).ods.as_str().to_ascii_lowercase();
                let (at, of) = (case.at.map(ods), ods(case.of));
                let written = Written {
                    role: pack.words.roles.short(case.role),
                    at: at.as_deref(),
                    action: &pack.words.actions[usize::from(case.action)],
                    form: &pack.words.forms[usize::from(case.form)],
                    data: pack.words.data.short(case.data),
                    of: &of,
                    purpose: pack.words.purposes.path(case.purpose),
                    on,
                };
                prop_assert_eq!(names.question(&written), Ok(*case));
            }
        }
    }

    #[test]
    fn a_class_is_answered_as_its_representative(seed: u64, yes: u64, no: u64, picks in proptest::collection::vec(0usize..10_000, 60)) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let known = facts(&pack, yes, no);
        let on = Date::parse("2026-05-14").expect("a date");
        let classes = compiled.classes(on);
        let axes = &compiled.axes;
        let pick = |classes: &carepact::decision::compiled::classes::Classes, at: usize| {
            let class = &classes.members[at % classes.len()];
            (class[0], class[at / classes.len() % class.len()])
        };
        for chunk in picks.chunks_exact(6) {
            let (role, other_role) = pick(&classes.roles, chunk[0]);
            let (data, other_data) = pick(&classes.data, chunk[1]);
            let (purpose, other_purpose) = pick(&classes.purposes, chunk[2]);
            let (at, other_at) = pick(&classes.organisations, chunk[3]);
            let (of, other_of) = pick(&classes.organisations, chunk[4]);
            let way = classes.ways[chunk[5] % classes.ways.len()];
            let org = |number: usize| OrgId(u32::try_from(number).expect("few"));
            let person = pack.words.is_person(axes.roles.node(role));
            let case = |role, data, purpose, at, of| Question {
                role: axes.roles.node(role),
                at: (!person).then(|| org(at)),
                action: way.0,
                form: way.1,
                data: axes.data.node(data),
                of: org(of),
                purpose: axes.purposes.node(purpose),
                on,
            };
            let (first, other) = (case(role, data, purpose, at, of), case(other_role, other_data, other_purpose, other_at, other_of));
            prop_assert_eq!(both(&pack, &compiled, &first, known).0, both(&pack, &compiled, &other, known).0, "seed {} {:?} {:?}", seed, first, other);
        }
    }
}

// What is no leaf, or lacks its organisation, is left to the plain decision by all three.
#[test]
fn a_case_that_is_none_of_leaves_is_decided_alike() {
    let pack = generated_pack::pack(3);
    let compiled = Compiled::new(&pack);
    let mut decider = Decider::new(&compiled);
    let on = Date::parse("2026-05-14").expect("a date");
    let words = &pack.words;
    for role in words.roles.ids() {
        for data in words.data.ids() {
            for at in [None, Some(OrgId(0))] {
                let purpose = words.purposes.find("direct_care").expect("there");
                let case = Question { role, at, action: 0, form: 0, data, of: OrgId(1), purpose, on };
                let (plain, fast) = both(&pack, &compiled, &case, Facts::default());
                assert_eq!(plain, fast, "{case:?}");
                let decider = decider.explain(&case, Facts::default()).map_or_else(|error| error.to_string(), |decision| said(&decision));
                assert_eq!(plain, decider, "{case:?}");
            }
        }
    }
}

#[test]
fn names_say_which_part_of_a_question_they_do_not_know() {
    let pack = generated_pack::pack(3);
    let names = Names::new(&pack);
    let on = Date::parse("2026-05-14").expect("a date");
    let good = Written { role: "doctor", at: Some("R9A"), action: "view", form: "identifiable", data: "results.blood", of: "R9B", purpose: "direct_care", on };
    assert!(names.question(&good).is_ok());
    assert_eq!(names.question(&Written { role: "doctr", ..good }).expect_err("unknown").0, "role");
    assert_eq!(names.question(&Written { at: Some("R9Z"), ..good }).expect_err("unknown").0, "organisation");
    assert_eq!(names.question(&Written { data: "s.blood", ..good }).expect_err("no whole part").0, "data category");
    assert_eq!(names.organisation("r9b"), pack.register.find("R9B"));
}

// A generator whose packs permit nothing would prove nothing.
#[test]
fn generated_packs_permit_something() {
    let mut permitting = 0;
    for seed in 0..30 {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let on = Date::parse("2026-05-14").expect("a date");
        let classes = compiled.classes(on);
        let everything = Facts { yes: (1 << pack.words.conditions.len()) - 1, no: 0 };
        let some = [everything, Facts { yes: 0, no: everything.yes }].into_iter().any(|known| {
            cells(&compiled, &classes, on).iter().any(|case| compiled.decide(case, known).is_ok_and(|decision| decision.verdict == Verdict::Permit))
        });
        permitting += u32::from(some);
    }
    assert!(permitting >= 12, "only {permitting} of 30 generated packs permit anything");
}

/// How many cases blocks hold, and that no two share one.
fn counted(blocks: &[AnswerBlock]) -> usize {
    let mut seen = std::collections::HashSet::new();
    for block in blocks {
        let at: Vec<Option<OrgId>> = if block.at.is_empty() { vec![None] } else { block.at.iter().copied().map(Some).collect() };
        for role in &block.roles {
            for at in &at {
                for of in &block.of {
                    for data in &block.data {
                        for purpose in &block.purposes {
                            for way in &block.ways {
                                assert!(seen.insert((*role, *at, *of, *data, *purpose, *way)), "a case stands in two blocks");
                            }
                        }
                    }
                }
            }
        }
    }
    seen.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 12 } else { 100 }))]

    #[test]
    fn blocks_say_what_every_case_of_a_day_is_answered(seed: u64, yes: u64, no: u64) {
        let pack = generated_pack::pack(seed);
        let compiled = Compiled::new(&pack);
        let (on, known) = (Date::parse("2026-05-14").expect("a date"), facts(&pack, yes, no));
        let Ok(blocks) = compiled.spread(&Scope::default(), on, known) else { return Ok(()) };
        let axes = &compiled.axes;
        let open: Vec<OrgId> = pack.register.ids().filter(|id| pack.register.organisation(*id).open.contains(on)).collect();
        let mut reached = 0;
        for role in axes.roles.nodes() {
            let at: Vec<Option<OrgId>> = if pack.words.is_person(*role) { vec![None] } else { open.iter().copied().map(Some).collect() };
            for at in at {
                for of in &open {
                    for data in axes.data.nodes() {
                        for purpose in axes.purposes.nodes() {
                            // One way of the twelve for each case, by turns: all of them in turn.
                            let way = reached % 12;
                            let (action, form) = (u8::try_from(way / 3).expect("few"), u8::try_from(way % 3).expect("few"));
                            reached += 1;
                            let case = Question { role: *role, at, action, form, data: *data, of: *of, purpose: *purpose, on };
                            let block = blocks.iter().find(|block| {
                                block.roles.contains(role)
                                    && at.map_or(block.at.is_empty(), |at| block.at.contains(&at))
                                    && block.of.contains(of)
                                    && block.data.contains(data)
                                    && block.purposes.contains(purpose)
                                    && block.ways.contains(&(action, form))
                            });
                            let plain = decide(&pack, &case, known).expect("few conditions");
                            match block {
                                Some(block) => prop_assert_eq!(&block.said, &Said::of(plain), "seed {} {:?}", seed, case),
                                None => prop_assert_eq!(said(&plain), "Deny NoGrant [] []", "seed {} {:?}", seed, case),
                            }
                        }
                    }
                }
            }
        }
        counted(&blocks);
    }
}
