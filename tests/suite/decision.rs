//! The decision's seven steps, each shown on the small pack.

use carepact::decision::ask::{Overall, organisations_named};
use carepact::decision::plain::Literal;
use carepact::decision::{Answer, Ask, Cause, Facts, Question, Verdict, ask, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::source::Sources;
use proptest::prelude::*;

use super::small_pack;

fn load(changed: &[(&str, &str)]) -> Pack {
    let dir = tempfile::tempdir().expect("a folder");
    small_pack::write(dir.path(), changed);
    let mut sources = Sources::new();
    let (pack, findings) = Pack::load(dir.path(), &mut sources).expect("readable");
    assert!(findings.is_empty(), "{findings:#?}");
    pack
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn facts(pack: &Pack, text: &str) -> Facts {
    text.split(',').filter(|name| !name.is_empty()).fold(Facts::default(), |facts, name| {
        let (name, value) = name.strip_prefix('-').map_or((name, true), |name| (name, false));
        facts.with(pack.words.condition(name).expect(name), value)
    })
}

/// `role@ODS see of for on given`, an action before a colon in `see`.
fn question(pack: &Pack, who: &str, see: &str, of: &str, purpose: &str, on: &str, given: &str) -> Ask {
    let on = day(on);
    let (role, at) = who.split_once('@').unwrap_or((who, ""));
    let (action, see) = see.split_once(':').unwrap_or(("view", see));
    Ask {
        role: pack.words.roles.find(role).expect(role),
        at: if at.is_empty() { Vec::new() } else { organisations_named(pack, at, on).expect(at) },
        action: u8::try_from(pack.words.actions.iter().position(|name| name == action).expect(action)).expect("small"),
        form: 0,
        see: pack.words.data.find(see).expect(see),
        of: of.split(',').flat_map(|code| organisations_named(pack, code, on).expect(code)).collect(),
        purpose: pack.words.purposes.find(purpose).expect(purpose),
        on,
        facts: facts(pack, given),
    }
}

fn answer<'p>(pack: &'p Pack, who: &str, see: &str, of: &str, purpose: &str, on: &str, given: &str) -> Answer<'p> {
    ask(pack, &question(pack, who, see, of, purpose, on, given)).expect("answered")
}

fn overall(pack: &Pack, who: &str, see: &str, of: &str, purpose: &str, on: &str, given: &str) -> &'static str {
    answer(pack, who, see, of, purpose, on, given).overall.name()
}

const KNOWN: &str = "relationship,-objection_upheld,-break_glass";

#[test]
fn default_is_deny_and_unknown_never_opens() {
    let pack = load(&[]);
    assert_eq!(overall(&pack, "nurse@R9A", "medications", "Y99001", "direct_care", "2026-05-01", KNOWN), "permit");
    assert_eq!(overall(&pack, "nurse@R9A", "medications", "Y99001", "direct_care", "2026-05-01", ""), "needs");
    assert_eq!(overall(&pack, "nurse@R9A", "medications", "Y99001", "direct_care", "2026-05-01", "objection_upheld"), "deny");
    assert_eq!(overall(&pack, "nurse@R9A", "medications", "Y99001", "research", "2026-05-01", KNOWN), "deny");
    // A grant that names neither `may` nor `form` covers viewing only.
    assert_eq!(overall(&pack, "nurse@R9A", "print:medications", "Y99001", "direct_care", "2026-05-01", KNOWN), "deny");
}

#[test]
fn needs_names_the_minimal_facts() {
    let pack = load(&[]);
    let found = answer(&pack, "doctor@R9A", "medications", "Y99001", "emergency_care", "2026-05-01", "");
    let named: Vec<Vec<String>> = found.groups[0]
        .needs
        .iter()
        .map(|set| set.iter().map(|l: &Literal| format!("{}{}", if l.value { "" } else { "-" }, pack.words.conditions[usize::from(l.fact.0)].name)).collect())
        .collect();
    assert_eq!(named, [vec!["break_glass"], vec!["relationship", "-objection_upheld"]]);
    assert_eq!(found.groups[0].cause, Cause::FactsMissing);
}

#[test]
fn both_sides_must_have_joined_and_not_left() {
    let pack = load(&[]);
    // The council joined on 15 April; the practice left after 31 October, its last day counting.
    assert_eq!(overall(&pack, "doctor@R9A", "medications", "9Z1", "direct_care", "2026-04-14", KNOWN), "deny");
    assert_eq!(overall(&pack, "doctor@R9A", "medications", "9Z1", "direct_care", "2026-04-15", KNOWN), "permit");
    assert_eq!(overall(&pack, "doctor@R9A", "medications", "Y99001", "direct_care", "2026-10-31", KNOWN), "permit");
    assert_eq!(overall(&pack, "doctor@R9A", "medications", "Y99001", "direct_care", "2026-11-01", KNOWN), "deny");
    // A recipient gives nothing.
    assert_eq!(overall(&pack, "doctor@R9A", "medications", "VZ999", "direct_care", "2026-07-01", KNOWN), "deny");
}

#[test]
fn term_suspension_and_status_are_judged_on_the_day() {
    let pack = load(&[]);
    let on = |date| overall(&pack, "doctor@R9A", "medications", "R9A", "direct_care", date, KNOWN);
    assert_eq!(["2026-03-31", "2026-04-01", "2027-03-31", "2027-04-01"].map(on), ["deny", "permit", "permit", "deny"]);
    assert_eq!(["2026-11-30", "2026-12-01", "2026-12-10", "2026-12-11"].map(on), ["permit", "deny", "deny", "permit"]);
    let care = small_pack::FILES[5].1;
    let expired = care.replace("status: active", "status: expired");
    let pack = load(&[("agreements/care.yaml", &expired)]);
    assert_eq!(
        overall(&pack, "doctor@R9A", "medications", "R9A", "direct_care", "2026-05-01", KNOWN),
        "permit",
        "last year is judged by what was in force then"
    );
    let draft = care.replace("status: active", "status: in_review");
    let pack = load(&[("agreements/care.yaml", &draft)]);
    assert_eq!(overall(&pack, "doctor@R9A", "medications", "R9A", "direct_care", "2026-05-01", KNOWN), "deny");
}

#[test]
fn places_and_functions_count_on_their_days() {
    let pack = load(&[]);
    let home = |date| overall(&pack, "social_worker@VZ999", "medications", "Y99001", "direct_care", date, KNOWN);
    // The clause starts on 1 July; the home leaves the community's place after 30 September.
    assert_eq!(["2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01"].map(home), ["deny", "permit", "permit", "deny"]);
}

#[test]
fn an_inner_name_means_all_of_it_and_restricted_data_is_asked_by_name() {
    let pack = load(&[]);
    let found = answer(&pack, "nurse@R9A", "record", "Y99001", "direct_care", "2026-05-01", KNOWN);
    assert_eq!(found.overall, Overall::Permit);
    let skipped: Vec<&str> = found.not_included.iter().map(|id| pack.words.data.short(*id)).collect();
    assert_eq!(skipped, ["sexual_health", "assisted_conception"]);
    assert_eq!(found.leaves, 4);
    let some = answer(&pack, "social_worker@9Z1", "record", "Y99001", "direct_care", "2026-08-01", KNOWN);
    assert_eq!(some.overall, Overall::Partial);
    let permitted: Vec<&str> =
        some.groups.iter().filter(|g| g.verdict == Verdict::Permit).flat_map(|g| &g.leaves).map(|leaf| pack.words.data.short(leaf.data)).collect();
    assert_eq!(permitted, ["medications", "discharge"]);
}

#[test]
fn restricted_data_opens_only_as_its_restriction_says() {
    let pack = load(&[]);
    // named_only: g1 grants `record`, which does not reach it; g3 names it.
    assert_eq!(overall(&pack, "nurse@R9A", "sexual_health", "Y99001", "direct_care", "2026-05-01", KNOWN), "deny");
    assert_eq!(overall(&pack, "doctor@R9A", "sexual_health", "Y99001", "emergency_care", "2026-05-01", "break_glass"), "permit");
    // statute: only g5, whose condition names the gateway, and the guard agrees.
    assert_eq!(overall(&pack, "doctor@R9A", "assisted_conception", "Y99001", "direct_care", "2026-05-01", "relationship,person_consent"), "permit");
    assert_eq!(overall(&pack, "doctor@R9A", "assisted_conception", "Y99001", "direct_care", "2026-05-01", "relationship,-person_consent"), "deny");
    assert_eq!(overall(&pack, "doctor@R9A", "assisted_conception", "Y99001", "emergency_care", "2026-05-01", "break_glass,person_consent"), "deny");
}

#[test]
fn prohibitions_override_and_say_which() {
    let pack = load(&[]);
    let found = answer(&pack, "nurse@R9A", "results", "Y99001", "direct_care", "2026-05-01", "relationship,-objection_upheld,break_glass");
    assert_eq!((found.overall, found.groups[0].cause), (Overall::Deny, Cause::Prohibited));
    assert_eq!(found.groups[0].clauses[0].1.place, "SM-1/p2");
    let unknown = answer(&pack, "nurse@R9A", "results", "Y99001", "direct_care", "2026-05-01", "relationship,-objection_upheld");
    assert_eq!((unknown.overall, unknown.groups[0].cause), (Overall::Needs, Cause::ProhibitedUnlessKnown));
}

#[test]
fn a_persons_own_objection_never_denies_them_their_own_record() {
    let pack = load(&[]);
    let own = |given| overall(&pack, "person", "print:record", "Y99001", "patient_access", "2026-05-01", given);
    assert_eq!(own("identity_checked,-serious_harm,objection_upheld"), "permit");
    assert_eq!(own("identity_checked,serious_harm"), "deny");
    assert_eq!(own(""), "needs");
    // It reaches restricted names too; `any role` is never the person.
    assert_eq!(overall(&pack, "person", "sexual_health", "Y99001", "patient_access", "2026-05-01", "identity_checked,-serious_harm"), "permit");
    assert_eq!(overall(&pack, "proxy", "record", "Y99001", "patient_access", "2026-05-01", "identity_checked,-serious_harm"), "deny");
}

#[test]
fn the_interval_is_where_the_answer_stays_the_same() {
    let pack = load(&[]);
    let found = answer(&pack, "social_worker@VZ999", "medications", "Y99001", "direct_care", "2026-08-15", KNOWN);
    assert_eq!((found.interval.first, found.interval.last), (day("2026-07-01"), day("2026-09-30")));
    let closed = answer(&pack, "doctor@R9A", "medications", "R9B", "direct_care", "2026-05-01", KNOWN);
    assert_eq!((closed.interval.first, closed.interval.last), (day("2026-04-01"), day("2026-06-30")), "a closed organisation ends the interval");
    // Every day inside answers alike, the day before and after do not.
    let inside = question(&pack, "social_worker@VZ999", "medications", "Y99001", "direct_care", "2026-08-15", KNOWN);
    for (on, expected) in [("2026-06-30", Overall::Deny), ("2026-07-01", Overall::Permit), ("2026-09-30", Overall::Permit), ("2026-10-01", Overall::Deny)] {
        assert_eq!(ask(&pack, &Ask { on: day(on), ..inside.clone() }).expect("answered").overall, expected, "{on}");
    }
}

#[test]
fn a_prohibition_of_scope_source_reaches_other_agreements_and_the_default_does_not() {
    let other = "\
agreement: SM-2
title: Second synthetic agreement
version: \"1.0\"
status: active
starts: 2026-04-01
ends: 2027-03-31
parties: {all: {function: nhs, as: joint_controller, joined: on_start}}
grants: {}
prohibits:
  p1: {to: {role: nurse}, see: medications, for: any, SCOPEreason: a local rule}
";
    let local = other.replace("SCOPE", "");
    let pack = load(&[("agreements/second.yaml", &local)]);
    assert_eq!(overall(&pack, "nurse@R9A", "medications", "Y99001", "direct_care", "2026-05-01", KNOWN), "permit");
    let wide = other.replace("SCOPE", "scope: source, ");
    let pack = load(&[("agreements/second.yaml", &wide)]);
    assert_eq!(overall(&pack, "nurse@R9A", "medications", "Y99001", "direct_care", "2026-05-01", KNOWN), "deny");
    assert_eq!(
        overall(&pack, "nurse@R9A", "medications", "9Z1", "direct_care", "2026-05-01", KNOWN),
        "permit",
        "the council gives nothing under the second agreement"
    );
}

#[test]
fn more_than_twelve_conditions_in_one_case_are_refused_with_the_clauses() {
    let mut vocabulary = small_pack::FILES[1].1.to_owned();
    let mut when = Vec::new();
    for index in 0..13 {
        vocabulary.push_str(&format!("  c{index}: {{meaning: one of many}}\n"));
        when.push(format!("c{index}"));
    }
    let care = small_pack::FILES[5].1.replace("when: break_glass, then", &format!("when: {}, then", when.join(" or ")));
    let pack = load(&[("vocabulary.yaml", &vocabulary), ("agreements/care.yaml", &care)]);
    let error = ask(&pack, &question(&pack, "doctor@R9A", "medications", "Y99001", "emergency_care", "2026-05-01", "")).expect_err("refused");
    assert!(error.to_string().starts_with("15 conditions meet in one case, at most 12 are decided: SM-1/g1 and SM-1/g3"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Knowing more never turns a permit or a deny into anything else, and `needs` means that it can go either way.
    #[test]
    fn an_answer_with_unknown_facts_agrees_with_every_completion(role in 0usize..5, data in 0usize..6, purpose in 0usize..3, known in 0u64..64, truth in 0u64..64, month in 1u8..=12) {
        thread_local!(static PACK: Pack = load(&[]));
        PACK.with(|pack| {
            let words = &pack.words;
            let roles: Vec<_> = ["doctor", "nurse", "social_worker", "analyst", "person"].map(|name| words.roles.find(name).expect("there")).to_vec();
            let leaves: Vec<_> = words.data.leaves(carepact::vocabulary::ROOT);
            let purposes: Vec<_> = words.purposes.leaves(carepact::vocabulary::ROOT);
            let on = day(&format!("2026-{month:02}-15"));
            let role = roles[role];
            let at = (!words.is_person(role)).then(|| pack.register.find("R9A").expect("there"));
            let q = Question { role, at, action: 0, form: 0, data: leaves[data], of: pack.register.find("Y99001").expect("there"), purpose: purposes[purpose], on };
            let given = Facts { yes: known & truth, no: known & !truth };
            let partial = decide(pack, &q, given).expect("few conditions");
            let completions: Vec<Verdict> = carepact::agreement::condition::submasks(!known & 63).map(|rest| {
                let yes = known & truth | rest;
                decide(pack, &q, Facts { yes, no: !yes & 63 }).expect("few conditions").verdict
            }).collect();
            prop_assert!(completions.iter().all(|verdict| *verdict != Verdict::Needs));
            let expected = if completions.iter().all(|v| *v == Verdict::Permit) { Verdict::Permit } else if completions.iter().all(|v| *v == Verdict::Deny) { Verdict::Deny } else { Verdict::Needs };
            prop_assert_eq!(partial.verdict, expected);
            // Each set of needed facts forces a permit.
            for set in &partial.needs {
                let forced = set.iter().fold(given, |facts, literal| facts.with(literal.fact, literal.value));
                prop_assert_eq!(decide(pack, &q, forced).expect("few conditions").verdict, Verdict::Permit);
            }
            Ok(())
        })?;
    }
}

/// What a group lists side by side must be what it holds: every combination of its roles, organisations and data.
#[test]
fn a_group_is_every_combination_of_what_it_lists() {
    let pack = load(&[]);
    for (who, see, of, purpose) in
        [("clinician@bolton", "record", "bolton", "individual_care"), ("any@glossop", "record", "Y99001,R9A", "any"), ("person", "record", "bolton", "any")]
    {
        let mut asked = question(&pack, who, see, of, purpose, "2026-08-15", "");
        asked.facts = facts(&pack, "relationship,-objection_upheld");
        let found = ask(&pack, &asked).expect("answered");
        let mut leaves = 0;
        for group in &found.groups {
            let count = |side: &dyn Fn(&Question) -> String| group.leaves.iter().map(side).collect::<std::collections::BTreeSet<_>>().len();
            let all = count(&|q| format!("{:?}", q.role))
                * count(&|q| format!("{:?}", q.at))
                * count(&|q| format!("{:?}", q.of))
                * count(&|q| format!("{:?}", q.purpose))
                * count(&|q| format!("{:?}", q.data));
            assert_eq!(all, group.leaves.len(), "{who}");
            leaves += group.leaves.len();
        }
        assert_eq!(leaves, found.leaves, "{who}");
    }
}

/// Whatever would take prohibitions with it in silence is an error of reading, so nothing is decided on the pack.
#[test]
fn a_missing_parent_and_a_misnamed_guards_file_stop_deciding() {
    let care = small_pack::FILES[5].1.replace("status: active", "status: active\nparent: SM-0");
    for (changed, code) in [(("agreements/care.yaml", care.as_str()), "XAG-018"), (("guards.yml", "prohibits: {}\n"), "READ-008")] {
        let dir = tempfile::tempdir().expect("a folder");
        small_pack::write(dir.path(), &[changed]);
        let (_, findings) = Pack::load(dir.path(), &mut Sources::new()).expect("readable");
        assert!(findings.iter().any(|finding| finding.code == code && finding.severity == carepact::diagnostics::Severity::Error), "{findings:#?}");
    }
}
