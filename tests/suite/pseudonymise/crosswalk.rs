//! A sealed table from old to new codes: of the last release only, of people who did not opt out since, never from a
//! compromised key.

use super::opted_out::{APPLIES, SILENT, ask, bench, extract, lines, with_list};
use super::*;

const PEOPLE: std::ops::Range<u32> = 499_000..499_006;

/// A release of six people under the national opt-out, then a rotated keyring `ring2`, a recipient, a key for the ledger.
fn rotated(action: &str, compromised: bool) -> (Bench, String) {
    let bench = bench(&[APPLIES, SILENT, ("{pseudonym: {}, category: medications}", &format!("{{{action}, category: medications}}"))]);
    let text = extract(PEOPLE);
    let all = ask(&bench, &text);
    let ran = bench.given(&text, &with_list(&bench, &all, &[]));
    assert_eq!(ran.code, Some(0), "{ran}");
    let line = bench.ok(&["keys", "signer", "--name", "holder@example.org", "--for", "ledger", "-o", "holder"]).out;
    fs::write(bench.path("signers"), fs::read_to_string(bench.path("signers")).expect("read") + &line).expect("written");
    let own = bench.ok(&["keys", "identity", "-q", "-o", "own"]).out.trim().to_owned();
    let mut args = vec!["keys", "rotate", "ring", "--identity", "custodian", "--recipient", &own, "--no-escrow", "-o", "ring2"];
    if compromised {
        args.extend(["--compromised", "1"]);
    }
    bench.ok(&args);
    let recipient = bench.ok(&["keys", "identity", "-q", "-o", "recipient"]).out.trim().to_owned();
    (bench, recipient)
}

fn crosswalk(bench: &Bench, recipient: &str, more: &[&str]) -> Ran {
    let mut args = vec!["keys", "crosswalk", "ring2", "--identity", "own", "--manifest", "out/r.csv.manifest.json", "--signers", "signers"];
    args.extend(["--seal-to", recipient, "--ledger", "ledger", "--sign-key", "holder", "-o", "table.age"]);
    args.extend(more);
    run(bench.dir.path(), &args)
}

const ON: [&str; 2] = ["--as-of", "2026-07-15"];
/// Keys made today sign today: the day of the list is another matter.
const LIST: [&str; 4] = ["--opt-out-request", "private/8XX01OT001-010726-0001.dat", "--opt-out-list", "private/answer.dat"];

/// What the recipient reads.
fn opened(bench: &Bench) -> Vec<(String, String)> {
    let sealed = fs::read(bench.path("table.age")).expect("a table");
    let identity = fs::read_to_string(bench.path("recipient")).expect("read");
    let identity: age::x25519::Identity = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).expect("there").parse().expect("an identity");
    let mut text = String::new();
    let decryptor = age::Decryptor::new(age::armor::ArmoredReader::new(&sealed[..])).expect("age");
    decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).expect("opens").read_to_string(&mut text).expect("text");
    assert!(text.starts_with("old,new\n"), "{text}");
    text.lines().skip(1).map(|line| line.split_once(',').map(|(old, new)| (old.to_owned(), new.to_owned())).expect("two")).collect()
}

#[test]
fn the_recipient_gets_old_and_new_codes_of_those_who_have_not_opted_out_since() {
    for action in ["pseudonym: {}", "pseudonym: {format: hex}", "reversible: {}", "format_preserving: {}"] {
        let (bench, recipient) = rotated(action, false);
        let old: std::collections::BTreeSet<String> = bench.out().lines().skip(1).map(|line| line.split(',').next().expect("a code").to_owned()).collect();
        // The first person opted out since.
        let list = lines(PEOPLE.skip(1));
        let ran = crosswalk(&bench, &recipient, &with_list(&bench, &list, &ON));
        assert_eq!(ran.code, Some(0), "{action}\n{ran}");
        let table = opened(&bench);
        assert_eq!(table.len(), 5, "{action}");
        assert!(table.iter().all(|(code, _)| old.contains(code)) && table.is_sorted());
        // What a release under the new key gives the same people.
        fs::rename(bench.path("out"), bench.path("first")).expect("moved");
        fs::create_dir(bench.path("out")).expect("made");
        fs::rename(bench.path("ring2"), bench.path("ring")).expect("moved");
        fs::rename(bench.path("own"), bench.path("custodian")).expect("moved");
        let ran = bench.given(extract(PEOPLE.skip(1)), &with_list(&bench, &list, &[]));
        assert_eq!(ran.code, Some(0), "{ran}");
        let new: std::collections::BTreeSet<String> = bench.out().lines().skip(1).map(|line| line.split(',').next().expect("a code").to_owned()).collect();
        assert_eq!(table.iter().map(|(_, code)| code.clone()).collect::<std::collections::BTreeSet<_>>(), new, "{action}");
        assert!(old.is_disjoint(&new));
        let ledger = fs::read_to_string(bench.path("ledger")).expect("a ledger");
        assert!(ledger.contains("\"what\":\"crosswalk\"") && ledger.contains(&recipient), "{ledger}");
        for number in PEOPLE.map(nhs) {
            assert!(!ledger.contains(&number) && !format!("{ran}").contains(&number));
        }
    }
}

#[test]
fn no_table_is_made_where_it_would_carry_somebody_over_who_must_not_be() {
    let (bench, recipient) = rotated("reversible: {}", false);
    let no_list = crosswalk(&bench, &recipient, &ON);
    assert!(no_list.code == Some(4) && no_list.err.contains("people may have opted out since"), "{no_list}");
    let stale = crosswalk(&bench, &recipient, &[&LIST[..], &["--as-of", "2026-09-01"]].concat());
    assert!(stale.code != Some(0) && !bench.path("table.age").exists(), "{stale}");
    let with = |bench: &Bench, more: &[&str]| crosswalk(bench, &recipient, &[&LIST[..], &ON, more].concat());
    let (path, whole) = (bench.path("out/r.csv"), bench.out());
    fs::write(&path, whole.replacen('c', "d", 1)).expect("written");
    let changed = with(&bench, &[]);
    assert!(changed.code == Some(5) && changed.err.contains("does not hold: file"), "{changed}");
    fs::write(&path, whole).expect("written");
    // A release that follows.
    let manifest = fs::read(bench.path("out/r.csv.manifest.json")).expect("read");
    let mut later: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    later["previous"] = carepact::evidence::manifest::sha256(&manifest).into();
    fs::write(bench.path("out/s.csv.manifest.json"), later.to_string()).expect("written");
    let not_last = with(&bench, &[]);
    assert!(not_last.code == Some(4) && not_last.err.contains("s.csv.manifest.json follows it"), "{not_last}");
    fs::remove_file(bench.path("out/s.csv.manifest.json")).expect("removed");
    let secret = crosswalk(&bench, "AGE-SECRET-KEY-1X", &[&LIST[..], &ON].concat());
    assert!(secret.code == Some(2) && !secret.err.contains("AGE-SECRET"), "{secret}");
    assert!(!bench.path("table.age").exists() && !bench.path("ledger").exists(), "no table, no line");
    assert_eq!(with(&bench, &[]).code, Some(0));

    let (bench, recipient) = rotated("reversible: {}", true);
    let compromised = crosswalk(&bench, &recipient, &[&LIST[..], &ON].concat());
    assert!(
        compromised.code == Some(4) && compromised.err.contains("version 1 of the key is compromised") && !bench.path("table.age").exists(),
        "{compromised}"
    );
}
