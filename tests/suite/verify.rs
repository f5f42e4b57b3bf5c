//! `carepact verify` as it is run, and `ssh-keygen -Y` in both directions.

use std::collections::BTreeMap;
use std::path::Path;

use carepact::evidence::manifest::{
    self, AgreementRef, Column, Input, KeyRef, Manifest, OptOut, PackRef, ReleaseRef, ReportInput, ReportManifest, Risk, SenderBalance, blurred, sha256,
};
use carepact::evidence::signature::{Namespace, Signature, sign};
use carepact::keys::SigningKey;
use carepact::pack::Pack;
use carepact::source::Sources;
use serde_json::Value;

use super::keys::{carepact, ok, ssh_keygen, stderr, stdout};
use super::small_pack;

const ROWS: &[u8] = b"person,age_band\nHRMYPSHTJR0TFANRGNPQX,40 to 44\n";

fn release(previous: Option<String>) -> Manifest {
    Manifest {
        format: manifest::FORMAT.to_owned(),
        tool: manifest::tool(),
        made: "2026-07-01T09:00:00Z".to_owned(),
        as_of: "2026-07-01".to_owned(),
        agreement: AgreementRef { id: "S-DSA-0001".to_owned(), version: "1.0".to_owned(), terms_sha256: "00".repeat(32) },
        release: ReleaseRef { name: "monthly".to_owned(), policy_sha256: "00".repeat(32) },
        pack: PackRef { id: "small".to_owned(), sha256: "00".repeat(32), vocabulary_sha256: "00".repeat(32), register_sha256: "00".repeat(32) },
        recipient: "R9A".to_owned(),
        purpose: "research".to_owned(),
        linkage: "S-DSA-0001/R9A".to_owned(),
        key: Some(KeyRef {
            id: "c7ebeb14ff13ae18".to_owned(),
            version: 1,
            check_values: BTreeMap::from([("nhs_number".to_owned(), "b3c644ed64502638".to_owned())]),
        }),
        columns: vec![Column {
            table: "extract".to_owned(),
            name: "nhs_number".to_owned(),
            output: Some("person".to_owned()),
            action: "pseudonym".to_owned(),
            leaks: "which rows belong to one person".to_owned(),
            counts: BTreeMap::from([("distinct".to_owned(), 1)]),
        }],
        outputs: vec![manifest::Output { name: "out.csv".to_owned(), rows: Some(1), sha256: sha256(ROWS) }],
        inputs: vec![Input { role: "extract".to_owned(), hmac: "11".repeat(32) }],
        rows_out: 1,
        not_released: blurred(3),
        opt_outs: vec![OptOut { kind: "national".to_owned(), status: "not assessed".to_owned(), detail: String::new() }],
        risk: Risk::not_assessed("this version does not measure it"),
        warnings: Vec::new(),
        previous,
        statements: manifest::STATEMENTS.map(str::to_owned).to_vec(),
    }
}

/// A folder with a key (`signer`), a signers file (`signers`) and a signed release in `release/`.
struct Scene {
    folder: tempfile::TempDir,
    key: SigningKey,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let line = ok(folder.path(), &["keys", "signer", "-q", "--name", "ig@gm.example", "-o", "signer"]);
        std::fs::write(folder.path().join("signers"), line).expect("writes");
        let key = SigningKey::read(&folder.path().join("signer")).expect("reads");
        let scene = Self { folder, key };
        std::fs::create_dir(scene.dir().join("release")).expect("a folder");
        scene.write("release/out.csv", ROWS);
        scene.sign("release/m.manifest.json", &release(None).to_bytes(), Namespace::Manifest);
        scene
    }

    fn dir(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.dir().join(name), bytes).expect("writes");
    }

    fn sign(&self, name: &str, bytes: &[u8], namespace: Namespace) {
        self.write(name, bytes);
        self.write(&format!("{name}.sig"), sign(&self.key, namespace, bytes).as_bytes());
    }

    fn holds(&self, path: &str) -> String {
        ok(self.dir(), &["verify", path, "--signers", "signers"])
    }

    /// What is printed of a verification that ends with exit 5.
    fn fails(&self, path: &str) -> String {
        let output = carepact(self.dir(), &["verify", path, "--signers", "signers"]);
        assert_eq!(output.status.code(), Some(5), "{}{}", stdout(&output), stderr(&output));
        let said = stdout(&output);
        assert!(said.contains("NOT VERIFIED") && said.contains("FAILS"), "{said}");
        said
    }
}

#[test]
fn a_release_as_it_left_is_verified() {
    let scene = Scene::new();
    let said = scene.holds("release");
    assert!(said.contains("ig@gm.example, key SHA256:") && said.contains("SHA-256 as in the manifest, 1 row"), "{said}");
    assert!(said.contains("not checked  policy") && said.ends_with("verified; 1 check not made, named above\n"), "{said}");
    for path in ["release/m.manifest.json", "release/m.manifest.json.sig"] {
        let said = scene.holds(path);
        assert!(said.contains("other files in the folder were not looked at"), "{said}");
    }
    let object: Value = serde_json::from_str(&ok(scene.dir(), &["verify", "release", "--signers", "signers", "-f", "json"])).expect("JSON");
    assert_eq!(object["format"], "carepact.results/1");
    assert_eq!((&object["kind"], &object["data"]["verified"]), (&Value::from("verify"), &Value::from(true)));
    assert_eq!(object["data"]["manifests"][0]["signer"]["principals"], "ig@gm.example");
    assert_eq!(object["not_assessed"].as_array().map(Vec::len), Some(1));
}

#[test]
fn any_changed_byte_of_the_manifest_is_noticed_before_it_is_read() {
    let scene = Scene::new();
    let bytes = release(None).to_bytes();
    for place in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        scene.write("release/m.manifest.json", &changed);
        let said = scene.fails("release");
        assert!(said.contains("at least one byte differs") && said.contains("file out.csv: no manifest that holds names this file"), "{said}");
        assert!(!said.contains("sound JSON"), "it was parsed: {said}");
    }
}

#[test]
fn changed_missing_and_extra_files_are_noticed() {
    let scene = Scene::new();
    scene.write("release/out.csv", &[ROWS, b"x"].concat());
    assert!(scene.fails("release").contains("it was changed or cut after signing"));
    std::fs::remove_file(scene.dir().join("release/out.csv")).expect("removes");
    assert!(scene.fails("release/m.manifest.json").contains("it is not there"));
    std::os::unix::fs::symlink(scene.dir().join("signers"), scene.dir().join("release/out.csv")).expect("links");
    assert!(scene.fails("release").contains("a symbolic link"));
    std::fs::remove_file(scene.dir().join("release/out.csv")).expect("removes");
    scene.write("release/out.csv", ROWS);
    scene.write("release/b\u{1b}[2J.csv", b"x");
    let said = scene.fails("release");
    assert!(said.contains("no manifest that holds names this file") && !said.contains('\u{1b}'), "{said:?}");
    std::fs::remove_file(scene.dir().join("release/b\u{1b}[2J.csv")).expect("removes");
    let balance = SenderBalance::new(&release(None).to_bytes(), "S-DSA-0001/monthly", Vec::new());
    scene.write("release/m.balance.json", &balance.to_bytes());
    assert!(scene.fails("release").contains("for the sender only"));
    scene.holds("release/m.manifest.json");
}

#[test]
fn only_listed_keys_count_and_only_for_what_and_when_they_are_listed() {
    let scene = Scene::new();
    let line = std::fs::read_to_string(scene.dir().join("signers")).expect("reads");
    let fingerprint = scene.key.public_key().fingerprint();

    scene.write("signers", b"# nobody\n");
    let said = scene.fails("release");
    assert!(said.contains("signer unknown") && said.contains(&fingerprint), "{said}");

    scene.write("signers", line.replace("manifest@carepact,", "").as_bytes());
    assert!(scene.fails("release").contains("may sign for report@carepact, not for manifest@carepact"));

    scene.write("signers", line.replace(" ssh-ed25519", ",valid-before=\"20260801\" ssh-ed25519").as_bytes());
    let said = scene.fails("release");
    assert!(said.contains("could sign only until 2026-07-31T23:00:00Z") && said.contains("--as-of"), "{said}");
    ok(scene.dir(), &["verify", "release", "--signers", "signers", "--as-of", "2026-07-31"]);
    let late = carepact(scene.dir(), &["verify", "release", "--signers", "signers", "--as-of", "2026-08-01"]);
    assert_eq!(late.status.code(), Some(5));

    scene.write("signers", b"ig@gm.example ssh-ed25519 AAAA\n");
    let broken = carepact(scene.dir(), &["verify", "release", "--signers", "signers"]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(stderr(&broken).contains("line 1"), "{}", stderr(&broken));
    assert_eq!(carepact(scene.dir(), &["verify", "release"]).status.code(), Some(2), "no signers, no trust");
}

#[test]
fn a_signature_for_something_else_does_not_vouch_for_a_release() {
    let scene = Scene::new();
    let bytes = release(None).to_bytes();
    scene.sign("release/m.manifest.json", &bytes, Namespace::Ledger);
    assert!(scene.fails("release").contains("was made for the namespace \"ledger@carepact\""));
    scene.sign("release/m.manifest.json", &bytes, Namespace::Report);
    assert!(scene.fails("release").contains("a signature for report@carepact goes with carepact.report-manifest/1"));
    scene.write("release/m.manifest.json.sig", b"hello");
    assert!(scene.fails("release").contains("not an SSH signature"));
    std::fs::remove_file(scene.dir().join("release/m.manifest.json.sig")).expect("removes");
    assert!(scene.fails("release/m.manifest.json").contains("not signed"));
}

#[test]
fn a_signed_manifest_may_still_not_say_two_things_or_reach_outside() {
    let scene = Scene::new();
    let text = String::from_utf8(release(None).to_bytes()).expect("text");
    scene.sign("release/m.manifest.json", text.replace("\"rows_out\": 1", "\"rows_out\": 1, \"rows_out\": 2").as_bytes(), Namespace::Manifest);
    assert!(scene.fails("release").contains("the key \"rows_out\" stands twice"));
    scene.sign("release/m.manifest.json", text.replace("out.csv", "../signers").as_bytes(), Namespace::Manifest);
    assert!(scene.fails("release").contains("outside its folder"));
    scene.sign("release/m.manifest.json", text.replace("manifest/1", "manifest/2").as_bytes(), Namespace::Manifest);
    assert!(scene.fails("release").contains("carepact.manifest/2"));
    let mut nothing = release(None);
    nothing.outputs.clear();
    scene.sign("release/m.manifest.json", &nothing.to_bytes(), Namespace::Manifest);
    assert!(scene.fails("release").contains("vouches for nothing"));
}

#[test]
fn a_chain_is_followed_and_a_fork_is_named() {
    let scene = Scene::new();
    let first = release(None).to_bytes();
    let mut second = release(Some(sha256(&first)));
    second.made = "2026-08-01T09:00:00Z".to_owned();
    scene.sign("release/n.manifest.json", &second.to_bytes(), Namespace::Manifest);
    let said = scene.holds("release");
    assert!(said.contains("follows m.manifest.json"), "{said}");
    second.made = "2026-08-02T09:00:00Z".to_owned();
    scene.sign("release/o.manifest.json", &second.to_bytes(), Namespace::Manifest);
    assert!(scene.fails("release").contains("n.manifest.json and o.manifest.json name the same predecessor: the chain forks"));
    for name in ["m.manifest.json", "o.manifest.json"] {
        std::fs::remove_file(scene.dir().join("release").join(name)).expect("removes");
        std::fs::remove_file(scene.dir().join("release").join(format!("{name}.sig"))).expect("removes");
    }
    assert!(scene.holds("release").contains("its predecessor"));
}

#[test]
fn a_report_is_verified_by_its_own_manifest() {
    let scene = Scene::new();
    let dir = scene.dir().join("report");
    std::fs::create_dir_all(dir.join("csv")).expect("folders");
    scene.write("report/report.html", b"<p>synthetic</p>");
    scene.write("report/csv/findings.csv", b"code\n");
    let mut says = ReportManifest::new("2026-07-01T09:00:00Z");
    says.inputs.push(ReportInput { role: "results".to_owned(), name: "results.json".to_owned(), sha256: sha256(b"{}") });
    for (name, bytes) in [("report.html", &b"<p>synthetic</p>"[..]), ("csv/findings.csv", b"code\n")] {
        says.outputs.push(manifest::Output { name: name.to_owned(), rows: None, sha256: sha256(bytes) });
    }
    scene.sign("report/manifest.json", &says.to_bytes(), Namespace::Report);
    let said = scene.holds("report");
    assert!(said.contains("not checked  file results.json"), "{said}");
    scene.write("report/results.json", b"{}");
    scene.holds("report");
    scene.write("report/results.json", b"[]");
    scene.fails("report");
}

#[test]
fn a_folder_without_a_manifest_and_a_bare_file_are_not_verified() {
    let scene = Scene::new();
    std::fs::create_dir(scene.dir().join("empty")).expect("a folder");
    assert!(scene.fails("empty").contains("no manifest in this folder"));
    std::fs::rename(scene.dir().join("release/m.manifest.json"), scene.dir().join("release/out.manifest.json")).expect("renames");
    let output = carepact(scene.dir(), &["verify", "release/out.csv", "--signers", "signers"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("release/out.manifest.json"), "{}", stderr(&output));
    assert_eq!(carepact(scene.dir(), &["verify", "none", "--signers", "signers"]).status.code(), Some(3));
}

#[test]
fn the_pack_lends_its_signers_and_is_compared() {
    let scene = Scene::new();
    let pack_dir = scene.dir().join("pack");
    std::fs::create_dir(&pack_dir).expect("a folder");
    small_pack::write(&pack_dir, &[]);
    let run = || carepact(scene.dir(), &["verify", "release", "--pack", "pack"]);
    assert!(stderr(&run()).contains("names no signers file"));
    std::fs::copy(scene.dir().join("signers"), pack_dir.join("signers")).expect("copies");
    let output = run();
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("the pack small has no agreement S-DSA-0001") && said.contains("the vocabulary of the pack is not the one"), "{said}");

    // With the release in the pack, and the manifest that such a run would write, all agrees; with a column changed it does not.
    let care = small_pack::FILES.iter().find(|(name, _)| *name == "agreements/care.yaml").expect("there").1;
    let with = |column: &str| {
        format!(
            "{care}releases:\n  monthly:  # said on the page\n    to: R9A\n    for: direct_care\n    columns: {{nhs_number: pseudonym, results: {{{column}: {{}}, category: results}}}}\n"
        )
    };
    small_pack::write(&pack_dir, &[("agreements/care.yaml", &with("keep"))]);
    let mut sources = Sources::new();
    let (pack, findings) = Pack::load(&pack_dir, &mut sources).expect("loads");
    assert!(findings.iter().all(|finding| finding.severity != carepact::diagnostics::Severity::Error), "{findings:#?}");
    let agreement = &pack.agreements[0];
    let mut says = release(None);
    says.agreement = AgreementRef::of(agreement);
    says.pack = PackRef::of(&pack);
    says.release = ReleaseRef::of(&agreement.draft.releases[0]);
    scene.sign("release/m.manifest.json", &says.to_bytes(), Namespace::Manifest);
    let output = run();
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("agreement, release, vocabulary and register are those of the pack small"), "{}", stdout(&output));

    small_pack::write(&pack_dir, &[("agreements/care.yaml", &with("keep").replace("  # said on the page", ""))]);
    let said = stdout(&run());
    assert!(said.contains("are those of the pack small; other files of the pack differ"), "{said}");

    small_pack::write(&pack_dir, &[("agreements/care.yaml", &with("drop"))]);
    let output = run();
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(5));
    assert!(
        said.contains("the terms of SM-1 in the pack are not those") && said.contains("the release SM-1/monthly in the pack is not the one that was run"),
        "{said}"
    );
}

#[test]
fn tracing_a_found_file_is_not_built_and_says_so() {
    let scene = Scene::new();
    let output = carepact(scene.dir(), &["verify", "release", "--signers", "signers", "--trace", "found.csv", "--input", "extract.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`verify --trace` is not built yet"), "{}", stderr(&output));
}

#[test]
fn openssh_accepts_our_signatures_and_we_accept_openssh_s() {
    let scene = Scene::new();
    let dir = scene.dir().join("release");
    let bytes = std::fs::read(dir.join("m.manifest.json")).expect("reads");
    let verify = |namespace: &str, bytes: &[u8]| {
        let args = ["-Y", "verify", "-f", "../signers", "-I", "ig@gm.example", "-n", namespace, "-s", "m.manifest.json.sig"];
        ssh_keygen(&dir, &args, bytes).map(|output| output.status.success())
    };
    let Some(accepted) = verify("manifest@carepact", &bytes) else { return };
    assert!(accepted);
    assert_eq!(verify("report@carepact", &bytes), Some(false));
    assert_eq!(verify("manifest@carepact", &[&bytes[..], b" "].concat()), Some(false));

    let ours = std::fs::read(dir.join("m.manifest.json.sig")).expect("reads");
    std::fs::remove_file(dir.join("m.manifest.json.sig")).expect("removes");
    let signed = ssh_keygen(&dir, &["-q", "-Y", "sign", "-f", "../signer", "-n", "manifest@carepact", "m.manifest.json"], b"").expect("is here");
    assert!(signed.status.success(), "{}", stderr(&signed));
    assert_eq!(std::fs::read(dir.join("m.manifest.json.sig")).expect("reads"), ours, "Ed25519 is deterministic: the same bytes");
    scene.holds("release");

    let other = ssh_keygen(&dir, &["-q", "-Y", "sign", "-O", "hashalg=sha256", "-f", "../signer", "-n", "manifest@carepact"], &bytes).expect("is here");
    assert!(Signature::parse(&other.stdout).expect_err("refused").to_string().contains("another digest"));
}
