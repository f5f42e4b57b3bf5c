//! Opt-outs: who is released when a list was returned, when one is needed, and what is never written.

use std::collections::BTreeSet;

use super::*;

/// The basis of the tests sets the opt-out aside; here it does not.
pub(super) const APPLIES: (&str, &str) = ("ndoo: {applies: false, reason: policy_exemption}", "ndoo: {applies: true}");
pub(super) const SILENT: (&str, &str) = ("opt_outs: {national: {applies: false, reason: synthetic}, ", "opt_outs: {");
pub(super) const ASKED: &str = "8XX01OT001-010726-0001.dat";

type Changes = &'static [(&'static str, &'static str)];

/// A bench to whose release the opt-out applies.
pub(super) fn bench(changes: &[(&str, &str)]) -> Bench {
    let bench = Bench::new(RELEASE);
    let path = bench.path("pack/agreements/planning.yaml");
    let mut text = fs::read_to_string(&path).expect("there");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    fs::write(path, text).expect("written");
    fs::create_dir(bench.path("private")).expect("made");
    bench
}

/// Three rows of each person, with a code that tells who it is.
pub(super) fn extract(people: impl Iterator<Item = u32>) -> String {
    let mut text = "nhs_number,name,age,code\n".to_owned();
    let all: Vec<u32> = people.collect();
    for round in 0..3 {
        for person in &all {
            text.push_str(&format!("{},Ng,4{round},c{person}\n", nhs(*person)));
        }
    }
    text
}

pub(super) fn lines(people: impl IntoIterator<Item = u32>) -> String {
    people.into_iter().map(|person| nhs(person) + ",\n").collect()
}

/// Asks about an extract as the tool does, on 1 July 2026.
pub(super) fn ask(bench: &Bench, text: &str) -> String {
    fs::write(bench.path("asked.csv"), text).expect("written");
    bench.ok(&[
        "opt-out",
        "request",
        "asked.csv",
        "--column",
        "nhs_number",
        "--mailbox",
        "8XX01OT001",
        "--sequence",
        "1",
        "--out",
        "private",
        "--as-of",
        "2026-07-01",
    ]);
    fs::read_to_string(bench.path("private").join(ASKED)).expect("there")
}

pub(super) fn with_list<'a>(bench: &Bench, list: &str, more: &[&'a str]) -> Vec<&'a str> {
    fs::write(bench.path("private/answer.dat"), list).expect("written");
    let mut all = vec!["--opt-out-request", "private/8XX01OT001-010726-0001.dat", "--opt-out-list", "private/answer.dat"];
    all.extend(more);
    all
}

/// Who came out, by their codes.
fn released(bench: &Bench) -> BTreeSet<u32> {
    bench.out().lines().skip(1).map(|line| line.rsplit_once(",c").expect("a code").1.parse().expect("a number")).collect()
}

#[test]
fn who_is_released_is_exactly_who_was_asked_about_and_returned() {
    let bench = bench(&[APPLIES, SILENT]);
    let mut state = 20_260_701_u64;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for round in 0..10 {
        // Some of the extract were asked about, and others too; some of these were returned.
        let asked: BTreeSet<u32> = (0..60).filter(|_| draw() % 4 != 0).collect();
        let here: BTreeSet<u32> = (10..50).filter(|_| draw() % 5 != 0).collect();
        let back: BTreeSet<u32> = asked.iter().copied().filter(|_| draw() % 3 != 0).collect();
        let request = ask(&bench, &extract(asked.iter().rev().copied()));
        let mut shuffled: Vec<u32> = back.iter().copied().collect();
        let turn = usize::try_from(draw() % 7).expect("small").min(shuffled.len());
        shuffled.rotate_left(turn);
        assert_eq!(request.lines().count(), asked.len());
        let more = with_list(&bench, &lines(shuffled), &["--force"]);
        let ran = bench.given(extract(here.iter().copied()), &more);
        assert_eq!(ran.code, Some(0), "round {round}\n{ran}");
        let expected: BTreeSet<u32> = here.intersection(&back).copied().collect();
        assert_eq!(released(&bench), expected, "round {round}");
        let books = bench.balance();
        let rows = |people: usize| u64::try_from(people).expect("small") * 3;
        let count = |cause: &str| books["removed"][cause].as_u64().unwrap_or(0);
        assert_eq!(books["in"], rows(here.len()));
        assert_eq!(books["out"], rows(expected.len()));
        assert_eq!(count("national_opt_out"), rows(here.intersection(&asked).filter(|person| !back.contains(person)).count()));
        assert_eq!(count("opt_out_not_asked"), rows(here.difference(&asked).count()));
        fs::remove_file(bench.path("private").join(ASKED)).expect("there");
    }
}

#[test]
fn the_manifest_says_what_was_decided_and_by_which_list_and_never_how_many() {
    let bench = bench(&[APPLIES, SILENT]);
    let text = extract(0..20);
    ask(&bench, &text);
    let list = lines(0..12);
    let ran = bench.given(&text, &with_list(&bench, &list, &[]));
    assert_eq!(ran.code, Some(0), "{ran}");
    let said = "applied (by the list asked for on 2026-07-01, 14 days before; it applies: the basis";
    let said = said.replace("the basis", "`research` is a use beyond individual care, and its basis says that the opt-out applies");
    assert!(ran.out.contains(&format!("opt-outs, national: {said}")), "{ran}");
    let manifest = fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("there");
    let value: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(value["opt_outs"][0]["status"], "applied");
    let roles: Vec<&str> = value["inputs"].as_array().expect("inputs").iter().map(|input| input["role"].as_str().expect("a role")).collect();
    assert_eq!(roles, ["extract", "opt-out request", "opt-out list"]);
    // Keyed digests, as the reference has them; a plain one would be a guess oracle.
    let key = reference_key(&bench.root(), LINKAGE, "extract", "digest");
    let keyed = carepact::text::hex(&reference_mac(&key, list.as_bytes()));
    assert_eq!(value["inputs"][2]["hmac"], keyed.as_str());
    assert_eq!(value["not_released"], "25", "24 rows, to the nearest 5");
    for word in ["\"24\"", ": 24", "8 people"] {
        assert!(!manifest.contains(word), "{word}\n{manifest}");
    }
    // Nobody who opted out stands in any file that was written, not even in the rows set aside.
    for file in fs::read_dir(bench.path("out")).expect("there") {
        let text = fs::read_to_string(file.expect("there").path()).expect("text");
        for person in 12..20 {
            assert!(!text.contains(&nhs(person)) && !text.contains(&format!(",c{person}\n")));
        }
    }
}

#[test]
fn rows_of_people_who_opted_out_are_not_set_aside_either() {
    let bench = bench(&[APPLIES, SILENT, ("category: results}", "category: results, missing: quarantine}")]);
    let mut text = extract(0..6);
    text.push_str(&format!("{},Ng,40,\n{},Ng,abc,c5\n{},Ng,40,\n", nhs(5), nhs(5), nhs(0)));
    ask(&bench, &extract(0..6));
    let ran = bench.given(&text, &with_list(&bench, &lines(0..4), &["--quarantine", "aside"]));
    assert_eq!(ran.code, Some(0), "{ran}");
    let aside = fs::read_to_string(bench.path("aside/in.csv")).or_else(|_| {
        let one = fs::read_dir(bench.path("aside")).expect("a folder").next().expect("a file").expect("there").path();
        fs::read_to_string(one)
    });
    let aside = aside.expect("text");
    assert!(aside.contains(&nhs(0)) && !aside.contains(&nhs(5)), "{aside}");
    assert_eq!(bench.balance()["removed"]["national_opt_out"], 8);
}

#[test]
fn a_release_to_which_it_applies_needs_a_list_that_answers_its_request() {
    let bench = bench(&[APPLIES, SILENT]);
    let text = extract(0..6);
    for more in [&[][..], &["--plan"]] {
        let ran = bench.given(&text, more);
        assert_eq!(ran.code, Some(4), "{ran}");
        assert!(ran.err.contains("the national data opt-out applies to SM-2/monthly, and there is no list of people without one"), "{ran}");
        assert!(ran.err.contains("Ask with `carepact opt-out request`"), "{ran}");
        bench.nothing_left();
    }
    let request = ask(&bench, &text);
    for (list, code, words) in [
        (lines(0..7), 4, "the list holds 7 numbers, and 6 were asked about"),
        (lines([0, 9]), 4, "a number that was never asked about"),
        ("The file contains one or more invalid NHS Numbers.\n".to_owned(), 4, "checked nobody"),
        (request.replace(",\n", ";\n"), 3, "line 1, is not an NHS number and a comma"),
    ] {
        let ran = bench.given(&text, &with_list(&bench, &list, &[]));
        assert_eq!(ran.code, Some(code), "{ran}");
        assert!(ran.err.contains(words), "{words}\n{ran}");
        assert!(!ran.err.contains("999"), "{ran}");
        bench.nothing_left();
    }
    let stale = bench.given(&text, &with_list(&bench, &lines(0..3), &["--as-of", "2026-07-23"]));
    assert_eq!(stale.code, Some(2), "--as-of is given once: {stale}");
    let half = bench.given(&text, &["--opt-out-list", "private/answer.dat"]);
    assert_eq!(half.code, Some(2), "{half}");
    // Freshness is the day of the request, as its name says, against the release's own limit.
    fs::rename(bench.path("private").join(ASKED), bench.path("private/8XX01OT001-230626-0001.dat")).expect("there");
    let more = ["--opt-out-request", "private/8XX01OT001-230626-0001.dat", "--opt-out-list", "private/answer.dat"];
    let ran = bench.given(&text, &more);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.err.contains("the check was asked on 2026-06-23, 22 days before 2026-07-15; it is good for 21 days"), "{ran}");
    bench.nothing_left();
}

#[test]
fn whether_it_applies_follows_from_the_basis_and_what_bears_it_out() {
    const EXEMPTION: &str = "confidentiality: {route: s251, ndoo_exemption: granted for the tests}";
    const REASON: &str = "reason: policy_exemption";
    const NATIONAL: &str = "national: {applies: false, reason: synthetic}";
    let text = extract(0..3);
    let bench = bench(&[]);
    let path = bench.path("pack/agreements/planning.yaml");
    let written = fs::read_to_string(&path).expect("there");
    // What is changed, and the reason for which it does not apply; or why it does.
    let cases: [(Changes, Result<&str, &str>); 15] = [
        (&[], Ok("an exemption is recorded: granted for the tests; the release says: synthetic")),
        (&[SILENT], Ok("an exemption is recorded: granted for the tests)")),
        (&[(EXEMPTION, "confidentiality: s251")], Err("it names no exemption that was granted")),
        (&[("ndoo_exemption: granted for the tests", "ndoo_exemption: none")], Err("it names no exemption that was granted")),
        (&[(REASON, "reason: consent")], Err("its route is s251, not explicit_consent")),
        (&[(REASON, "reason: consent"), (EXEMPTION, "confidentiality: {route: explicit_consent}")], Ok("people consented to this use")),
        (&[(REASON, "reason: required_by_law")], Err("no statutory route")),
        (
            &[(REASON, "reason: required_by_law"), (EXEMPTION, "confidentiality: {route: statutory, provision: Act 2012 s259}")],
            Ok("a law requires it: Act 2012 s259"),
        ),
        (&[(REASON, "reason: communicable_disease_reg3")], Ok("regulation 3")),
        (&[(REASON, "reason: individual_care")], Err("it is a use beyond individual care")),
        (&[(REASON, "reason: anonymised")], Err("the release names no signed assessment")),
        (&[(REASON, "reason: because")], Err("none of the known reasons")),
        (
            &[
                (REASON, "reason: anonymised"),
                (NATIONAL, "national: {anonymous: {ref: A-4, by: DPO, date: 2026-05-01, environment: the secure data environment}}"),
            ],
            Ok("what leaves is anonymous in the secure data environment, by the assessment A-4 that DPO signed on 2026-05-01"),
        ),
        (
            &[APPLIES, (NATIONAL, "national: {anonymous: {ref: A-4, by: DPO, date: 2026-07-16, environment: the secure data environment}}")],
            Err("was signed on 2026-07-16, after 2026-07-15"),
        ),
        (&[(NATIONAL, "national: {applies: true}")], Err("the release says that it does")),
    ];
    for (changes, expected) in cases {
        let mut text_of_it = written.clone();
        for (from, to) in changes {
            assert!(text_of_it.contains(from), "{from}");
            text_of_it = text_of_it.replace(from, to);
        }
        fs::write(&path, text_of_it).expect("written");
        let ran = bench.given(&text, &["--plan"]);
        match expected {
            Ok(said) => {
                assert_eq!(ran.code, Some(0), "{changes:?}\n{ran}");
                assert!(ran.out.contains("opt-outs, national: not applied (") && ran.out.contains(said), "{said}\n{ran}");
            }
            Err(said) => {
                assert_eq!(ran.code, Some(4), "{changes:?}\n{ran}");
                assert!(ran.err.contains(said), "{said}\n{ran}");
            }
        }
    }
}

#[test]
fn a_column_of_type_1_objections_takes_out_all_rows_of_those_who_objected() {
    let type_1 = "type_1: {applied: at_source, attested_by: practice, on: 2026-06-01}";
    let here = "type_1: {applied: here, column: objected, objected: [Y, dissent], not_objected: [N, \"\"]}";
    let bench = bench(&[(type_1, here), ("name: {drop: {}, is: name}", "name: {drop: {}, is: name}\n      objected: drop")]);
    let mut text = "nhs_number,name,objected,age,code\n".to_owned();
    // Person 1 objected in the last of three rows, person 2 in each; nobody knows of person 3's second row.
    for (person, cell) in [(0, "N"), (1, ""), (1, "N"), (2, "Y"), (2, "Y"), (3, ""), (3, "maybe"), (4, "N"), (1, " dissent ")] {
        text.push_str(&format!("{},Ng,{cell},40,c{person}\n", nhs(person)));
    }
    let ran = bench.given(&text, &["--threads", "2", "--block", "64"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(released(&bench), BTreeSet::from([0, 3, 4]));
    let books = bench.balance();
    assert_eq!(books["removed"]["type_1_objection"], 5);
    assert_eq!(books["quarantined"]["type_1_not_known"], 1);
    assert!(ran.out.contains("opt-outs, type 1: applied (people for whom `objected` says that they objected are left out, with all their rows)"), "{ran}");
    assert!(!bench.out().contains("dissent"));
}

#[test]
fn of_several_bases_the_one_to_which_it_applies_decides_and_individual_care_is_free() {
    let text = extract(0..3);
    let one = "research: [{article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality";
    let plan = |changes: &[(&str, &str)]| {
        let bench = bench(changes);
        fs::write(bench.path("in.csv"), &text).expect("written");
        crate::run::run(bench.dir.path(), &["pseudonymise", "in.csv", "--release", "SM-2/monthly", "--pack", "pack", "--as-of", "2026-07-15", "--plan"])
    };
    // The practices' own basis says nothing; the trusts' sets it aside.
    let practices = "{for: {function: nhs.gp_practice}, article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, confidentiality: s251}, ";
    let split = one.replace("research: [{", &format!("research: [{practices}{{for: {{function: nhs.acute}}, "));
    let ran = plan(&[(one, &split)]);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.err.contains("its basis does not set the opt-out aside"), "{ran}");
    // A giver without any basis has nothing that sets it aside.
    let acute = one.replace("research: [{", "research: [{for: {function: nhs.acute}, ");
    let ran = plan(&[(one, &acute)]);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.err.contains("no basis for it sets the opt-out aside"), "{ran}");
    let ran = plan(&[APPLIES, SILENT, ("    for: research\n", "    for: direct_care\n")]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert!(ran.out.contains("opt-outs, national: not applied (`direct_care` is individual care)"), "{ran}");
}
