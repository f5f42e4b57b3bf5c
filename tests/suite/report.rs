//! `carepact report`: equal totals in every format, same bytes from same results, nothing absent shown as nought.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use carepact::diagnostics::Severity;
use carepact::diagnostics::results::{Balance, Input, NotAssessed, PackRef, ResultFinding, ResultSpan, Results};
use serde_json::{Value, json};

fn finding(code: &str, severity: Severity, place: &str, message: &str, ground: &str, next: &str) -> ResultFinding {
    let mut facts = serde_json::Map::new();
    facts.insert("message".into(), message.into());
    facts.insert("ground".into(), ground.into());
    facts.insert("next".into(), json!([next]));
    ResultFinding {
        id: carepact::diagnostics::stable_id(&[code, place, ""]),
        code: code.to_owned(),
        severity,
        place: place.to_owned(),
        spans: vec![ResultSpan {
            file: format!("agreements/{}.yaml", place.split('/').next().unwrap_or("x")),
            line: 12,
            column: 5,
            end_line: 12,
            end_column: 20,
            label: "here".into(),
        }],
        facts,
        status: "open".into(),
        acceptance: None,
        first_seen: None,
        fixes: Vec::new(),
    }
}

fn balance(input: &str, read: u64, quarantined: &[(&str, u64)], removed: &[(&str, u64)]) -> Balance {
    let map = |list: &[(&str, u64)]| list.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect();
    let lost: u64 = quarantined.iter().chain(removed).map(|(_, number)| number).sum();
    Balance { input: input.into(), read, out: read - lost, removed: map(removed), quarantined: map(quarantined) }
}

fn check() -> Results {
    let mut results = Results::new("check", "2026-07-01");
    results.pack = Some(PackRef { id: "greater-manchester".into(), sha256: "a".repeat(64) });
    results.inputs = vec![Input { role: "pack".into(), name: "greater-manchester".into(), digest: format!("sha256:{}", "a".repeat(64)) }];
    results.findings = vec![
        finding(
            "LAW-007",
            Severity::Error,
            "GM-DSA-0011/basis/population_health",
            "special category data is shared without a condition of Article 9",
            "UK GDPR Art 9(2); DPA 2018 Sch 1 Pt 1 para 2",
            "Add `article_9: h` or another condition that applies",
        ),
        finding(
            "LAW-007",
            Severity::Error,
            "GM-DSA-0012/basis/direct_care",
            "special category data is shared without a condition of Article 9",
            "UK GDPR Art 9(2); DPA 2018 Sch 1 Pt 1 para 2",
            "Add `article_9: h` or another condition that applies",
        ),
        finding(
            "LIF-003",
            Severity::Warning,
            "GM-DSA-0009/review",
            "the review was due 31 days ago",
            "ICO data sharing code of practice: review regularly",
            "Review the agreement and write the day under `review.last`",
        ),
        finding(
            "ROL-004",
            Severity::Warning,
            "GM-DSA-0007/g2",
            "a restricted view reaches documents <that> are \"unusual\" & rare | odd",
            "NDG review 2013",
            "Name the documents",
        ),
    ];
    results.findings[2].facts.insert("owner".into(), "IG lead".into());
    results.findings[2].facts.insert("due".into(), "2026-07-31".into());
    results.findings[3].status = "accepted".into();
    results.data = json!({
        "community": {"title": "Greater Manchester", "organisations": 520, "members": 504, "synthetic": true,
            "by_kind": {"practice": 472, "acute_trust": 10, "council": 10, "mental_health_trust": 3, "out_of_hours": 3, "community_provider": 6},
            "by_place": {"Bolton": 55, "Bury": 34, "Manchester": 101, "Oldham": 49, "Rochdale": 45, "Salford": 53, "Stockport": 51, "Tameside": 44, "Trafford": 40, "Wigan": 32}},
        "agreements": [
            agreement("GM-DSA-0007", "GM Care Record, direct care", "active", "in force", "2026-04-01", "2028-03-31", 639),
            agreement("GM-DSA-0008", "Emergency care", "active", "in force", "2025-09-01", "2026-08-31", 61),
            agreement("GM-DSA-0009", "Discharge to care homes", "expired", "ended", "2024-06-01", "2026-05-31", -31),
            agreement("GM-DSA-0011", "Population health management", "active", "in force", "2026-01-01", "2027-12-31", 548),
            agreement("GM-DSA-0012", "Lancashire border practices", "draft", "draft", "2026-08-01", "2029-07-31", 1126),
        ],
    });
    results
}

fn agreement(id: &str, title: &str, status: &str, state: &str, starts: &str, ends: &str, days_left: i64) -> Value {
    json!({"id": id, "title": title, "version": "1.10", "status": status, "state_on_as_of": state, "starts": starts, "ends": ends,
           "review_next": "2027-04-01", "parties": 3, "grants": ["g1", "g2"], "releases": [], "days_left": days_left})
}

fn tests() -> Results {
    let mut results = Results::new("test", "2026-07-01");
    results.pack = check().pack;
    results.data = json!({"tests": {"passed": 41, "failed": 0}});
    results
}

fn audit() -> Results {
    let mut results = Results::new("audit", "2026-07-01");
    results.pack = check().pack;
    results.inputs = vec![Input { role: "log".into(), name: "log.csv".into(), digest: format!("hmac:{}", "b".repeat(64)) }];
    results.not_assessed = vec![NotAssessed { what: "detector `deceased`".into(), why: "the table `deceased` was not given; give it with --tables".into() }];
    let mut hours = vec![vec![0_u64; 24]; 7];
    for (day, row) in hours.iter_mut().enumerate() {
        for (hour, cell) in row.iter_mut().enumerate() {
            let work = if (8..18).contains(&hour) { 90 } else { 8 };
            *cell = work * if day < 5 { 3 } else { 1 } + (hour as u64 * 7 + day as u64 * 3) % 11;
        }
    }
    let events: u64 = hours.iter().flatten().sum();
    results.balance = vec![balance("log.csv", events + 40, &[("bad_time", 40)], &[])];
    let start = carepact::identifier::Date::new(2026, 6, 1).expect("a day");
    let mut rest = events;
    let daily: Vec<Value> = (0..30)
        .map(|n| {
            let wanted = if n % 7 < 5 { events / 24 + u64::try_from(n).expect("small") % 9 * 7 } else { events / 90 };
            let today = if n == 29 { rest } else { wanted.min(rest) };
            rest -= today;
            json!({"date": start.plus_days(n).to_string(), "accesses": today, "unexplained_first": 3})
        })
        .collect();
    let (conditional, denied, not_assessed) = (310, 57, 120);
    let cases: Vec<Value> = (1..=12)
        .map(|n| {
            json!({"user": format!("S-{n:012}"), "person": format!("C-{:012}", n * 7), "rank": 100 - n * 3, "codes": ["AUD-101", "AUD-203"], "accesses": n,
                "first": "2026-06-04 09:12", "last": "2026-06-18 17:40", "why": "no relationship explains the first access to this record", "findings": ["0123456789abcdef"]})
        })
        .collect();
    results.findings = (1..=12)
        .map(|n| {
            finding(
                "AUD-101",
                Severity::Warning,
                &format!("K{n:03}"),
                "a first access that no relationship explains",
                "Caldicott principles 3 and 4; NHS Care Record Guarantee",
                "Ask the member of staff's organisation for the reason and write the decision beside the case",
            )
        })
        .collect();
    results.data = json!({
        "references": {"comparable": true}, "period": null, "log": {"first": "2026-06-01 00:04", "last": "2026-06-30 23:58", "users": 310, "people": 4100},
        "events": {"all": events, "accesses": events},
        "permitted": {"permitted": events - conditional - denied - not_assessed, "conditional": conditional, "denied": denied, "not_assessed": not_assessed,
            "by_clause": {"GM-DSA-0007/g1": 17000, "GM-DSA-0008/g2": 552}, "unknown_facts": {"objection_upheld": 310}},
        "explained": {"all": {"explained": events - 700, "unexplained": 600, "not_assessed": 100, "share": 0.96}, "first": {"explained": 1800, "unexplained": 600, "not_assessed": 0, "share": 0.75},
            "by": {"registration": 12000, "appointment": 5339}},
        "hour_by_weekday": hours, "daily": daily, "cases": cases, "cases_total": 12,
        "detectors": [{"code": "AUD-101", "title": "Unexplained first access", "assessed": true, "findings": 12}, {"code": "AUD-301", "title": "Account of a leaver", "assessed": false, "findings": null}],
        "by_organisation": [{"organisation": "Y90001", "accesses": 1200, "denied": 3, "explained_share": 0.975}, {"organisation": "Y90002", "accesses": 8000, "denied": 54, "explained_share": null}],
    });
    results
}

fn pseudonymise() -> Results {
    let mut results = Results::new("pseudonymise", "2026-07-01");
    results.pack = check().pack;
    results.balance = vec![balance("extract.csv", 10_000, &[("nhs_number_check_digit", 31)], &[("opted_out", 120)])];
    results.data = json!({"plan": false, "release": {"agreement": "GM-DSA-0011", "agreement_version": "2.0", "release": "phm_extract", "rows_out": 9849}});
    results
}

fn manifest() -> Value {
    json!({"format": "carepact.manifest/1", "tool": "carepact 0.1.0", "made": "2026-07-01T09:00:00Z", "as_of": "2026-07-01",
        "agreement": {"id": "GM-DSA-0011", "version": "2.0", "terms_sha256": "c".repeat(64)},
        "release": {"name": "phm_extract", "policy_sha256": "d".repeat(64)}, "recipient": "Y91001", "purpose": "population_health",
        "key": {"id": "k-7f3a", "version": 1, "check_values": {}},
        "columns": [{"name": "nhs_number", "action": "pseudonym"}, {"name": "dob", "action": "age_band"}, {"name": "note", "action": "drop"}, {"name": "sex", "action": "keep"}],
        "outputs": [{"name": "phm.csv", "rows": 9849, "sha256": "e".repeat(64)}], "rows_out": 9849, "not_released": "150",
        "risk": {"status": "not_assessed", "detail": "risk is not built yet"}, "warnings": ["row order is kept"]})
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn save(&self, name: &str, results: &Results) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, results.to_bytes()).expect("written");
        path
    }

    /// The month's results under the names that the tests give to `carepact report`.
    fn month(&self) {
        self.save("check.json", &check());
        self.save("test.json", &tests());
        self.save("audit.json", &audit());
        self.save("pseudonymise.json", &pseudonymise());
        std::fs::write(self.path().join("phm.manifest.json"), serde_json::to_vec_pretty(&manifest()).expect("JSON")).expect("written");
        let mut earlier = check();
        earlier.as_of = "2026-06-01".into();
        earlier.findings.remove(0);
        earlier.findings.push(finding("DOC-002", Severity::Error, "GM-DSA-0010/title", "the title is missing", "ICO data sharing code", "Write a title"));
        self.save("last.json", &earlier);
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_carepact")).args(arguments).current_dir(self.path()).env_clear().output().expect("carepact runs")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect(name)
    }
}

const MONTH: [&str; 8] = ["report", "check.json", "test.json", "audit.json", "pseudonymise.json", "phm.manifest.json", "--previous", "last.json"];

fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    base.iter().chain(more).copied().collect()
}

const EVERYWHERE: [&str; 8] = ["-o", "html:report.html", "-o", "markdown:report.md", "-o", "csv:tables", "-o", "json:report.json"];

fn digits(text: &str) -> String {
    text.replace(',', "")
}

#[test]
fn totals_are_equal_in_every_format() {
    let folder = Folder::new();
    folder.month();
    let output = folder.run(&with(&MONTH, &EVERYWHERE));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    if let Some(keep) = std::env::var_os("CAREPACT_KEEP_REPORT") {
        std::fs::create_dir_all(&keep).expect("a folder");
        std::fs::copy(folder.path().join("report.html"), Path::new(&keep).join("report.html")).expect("copied");
    }
    let json: Value = serde_json::from_str(&folder.read("report.json")).expect("JSON");
    let (html, markdown) = (folder.read("report.html"), folder.read("report.md"));
    let mut reader = csv::Reader::from_path(folder.path().join("tables/totals.csv")).expect("totals");
    let csv: std::collections::BTreeMap<String, (String, String)> =
        reader.records().map(|row| row.expect("a row")).map(|row| (row[0].to_owned(), (row[2].to_owned(), row[3].to_owned()))).collect();
    let totals = json["totals"].as_array().expect("totals");
    assert_eq!(csv.len(), totals.len());
    for total in totals {
        let name = total["name"].as_str().expect("a name");
        let figure = |value: &Value| value.as_u64().map_or_else(|| "not in these results".to_owned(), |number| number.to_string());
        let (now, before) = (figure(&total["now"]), figure(&total["before"]));
        assert_eq!(csv[name], (now.clone(), before.clone()), "{name} in CSV");
        let row = html.split(&format!("data-total=\"{name}\">")).nth(1).expect("a row of the page").split("</tr>").next().expect("its end");
        let cells: Vec<String> = row.split("<td class=\"number\">").skip(1).map(|cell| digits(cell.split('<').next().expect("text"))).collect();
        assert_eq!(cells, [now.clone(), before.clone()], "{name} in HTML");
        let escaped = name.replace('_', "\\_");
        let line = markdown.lines().find(|line| line.starts_with(&format!("| {escaped} |"))).expect("a row of the text");
        let cells: Vec<String> = line.trim_matches('|').split(" | ").map(|cell| digits(cell.trim())).collect();
        assert_eq!(cells[2..], [now, before], "{name} in Markdown");
    }
    // The totals are those of the results, worked out here by hand.
    let total = |name: &str| totals.iter().find(|total| total["name"] == name).expect(name)["now"].clone();
    assert_eq!(total("errors"), 2);
    assert_eq!(total("warnings"), 13);
    assert_eq!(total("accepted"), 1);
    assert_eq!(total("agreements_in_force"), 3);
    assert_eq!(total("agreements_ending_soon"), 1);
    assert_eq!(total("cases"), 12);
    assert_eq!(total("releases"), 1, "the manifest and the results tell of one release");
    assert_eq!(total("rows_released"), 9849);
    assert_eq!(total("quarantined"), 71);
    // And the lists are as long as the totals say.
    for (file, name) in [("findings", 16), ("cases", 12), ("agreements", 5), ("releases", 1)] {
        let rows = csv::Reader::from_path(folder.path().join(format!("tables/{file}.csv"))).expect(file).into_records().count();
        assert_eq!(rows, name, "{file}.csv");
    }
    assert_eq!(html.matches("<dt>We saw</dt>").count(), 16);
    assert_eq!(html.matches("class=\"decide\"").count(), 12);
}

#[test]
fn changes_are_by_finding_id_and_kinds_without_a_pair_are_named() {
    let folder = Folder::new();
    folder.month();
    folder.run(&with(&MONTH, &["-o", "report.json"]));
    let json: Value = serde_json::from_str(&folder.read("report.json")).expect("JSON");
    let changes = &json["summary"]["changes"];
    assert_eq!(changes["new"][0]["place"], "GM-DSA-0011/basis/population_health");
    assert_eq!(changes["new"].as_array().map(Vec::len), Some(1));
    assert_eq!(changes["resolved"][0]["code"], "DOC-002");
    assert_eq!(changes["unchanged"], 3);
    let not: Vec<&str> = changes["not_compared"].as_array().expect("a list").iter().filter_map(|item| item["what"].as_str()).collect();
    assert_eq!(not, ["audit results", "pseudonymise results", "test results"]);
}

#[test]
fn same_results_same_bytes_whatever_their_order_the_place_and_the_time_zone() {
    let (one, two) = (Folder::new(), Folder::new());
    one.month();
    two.month();
    assert!(one.run(&with(&MONTH, &EVERYWHERE)).status.success());
    let shuffled = ["report", "audit.json", "phm.manifest.json", "pseudonymise.json", "test.json", "check.json", "check.json", "--previous", "last.json"];
    let output = Command::new(env!("CARGO_BIN_EXE_carepact"))
        .args(with(&shuffled, &EVERYWHERE))
        .current_dir(two.path())
        .env_clear()
        .envs([("TZ", "Pacific/Auckland"), ("LANG", "tr_TR.UTF-8"), ("COLUMNS", "40")])
        .output()
        .expect("runs");
    assert!(output.status.success());
    for name in ["report.html", "report.md", "report.json", "tables/findings.csv", "tables/accesses_hours.csv"] {
        assert_eq!(one.read(name), two.read(name), "{name}");
    }
}

#[test]
fn what_is_absent_is_never_nought_and_never_green() {
    let folder = Folder::new();
    let mut results = Results::new("check", "2026-07-01");
    results.data = json!({"agreements": []});
    folder.save("check.json", &results);
    let output = folder.run(&["report", "check.json", "-o", "r.html", "-o", "r.json", "-o", "r.md", "-o", "csv:t"]);
    assert!(output.status.success());
    let json: Value = serde_json::from_str(&folder.read("r.json")).expect("JSON");
    assert_eq!(json["summary"]["level"], "incomplete");
    assert_eq!(json["accesses"], Value::Null);
    let total = |name: &str| json["totals"].as_array().expect("totals").iter().find(|total| total["name"] == name).expect(name)["now"].clone();
    for name in ["accesses", "cases", "releases", "tests_passed", "rows_read"] {
        assert_eq!(total(name), Value::Null, "{name}");
    }
    assert_eq!(total("agreements"), 0, "an empty list is a fact");
    let html = folder.read("r.html");
    assert!(html.contains("This is not a sign that all is well"));
    assert!(html.contains("Not the whole picture"));
    assert!(folder.read("r.md").contains("Not assessed: not in these results"));
    assert!(folder.read("t/totals.csv").contains("accesses,Accesses audited,not in these results"));
    assert!(!folder.path().join("t/cases.csv").exists());
}

#[test]
fn books_that_do_not_balance_are_told_and_the_run_is_incomplete() {
    let folder = Folder::new();
    let mut results = audit();
    results.balance[0].out -= 1;
    folder.save("audit.json", &results);
    let output = folder.run(&["report", "audit.json", "-o", "r.md"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(folder.read("r.md").contains("its books do not balance"));
}

#[test]
fn the_fingerprint_is_what_the_printed_command_prints() {
    let folder = Folder::new();
    folder.month();
    for files in [&["check.json"][..], &["check.json", "audit.json", "test.json"][..]] {
        let output = folder.run(&with(&with(&["report"], files), &["-f", "json"]));
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let command = json["cover"]["fingerprint_command"].as_str().expect("a command");
        let Ok(shell) = Command::new("sh").args(["-c", command]).current_dir(folder.path()).output() else {
            println!("skipped: no shell here");
            return;
        };
        let printed = String::from_utf8_lossy(&shell.stdout).into_owned();
        assert_eq!(printed.split_whitespace().next(), json["cover"]["fingerprint"].as_str(), "{command}");
    }
}

#[test]
fn the_page_allows_its_own_style_and_nothing_else() {
    use base64::Engine as _;
    let folder = Folder::new();
    folder.month();
    folder.run(&with(&MONTH, &["-o", "r.html", "--classification", "a\"; } body { display: none"]));
    let html = folder.read("r.html");
    let style = html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    let digest = ring::digest::digest(&ring::digest::SHA256, style.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(digest.as_ref());
    assert!(html.contains(&format!("content=\"default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'\"")));
    assert!(!style.contains("body { display"), "a marking must not become style");
    let body = html.split("</style>").nth(1).expect("a body");
    for word in ["<script", "http:", "https:", " style=", " onload", "<img", "<link", "<that>"] {
        assert!(!body.contains(word), "{word}");
    }
    assert!(body.contains("&lt;that&gt; are &quot;unusual&quot; &amp; rare"));
}

#[test]
fn text_in_figures_is_only_drawn_in_tested_colours() {
    use carepact::report::chart::Ground;
    let folder = Folder::new();
    folder.month();
    folder.run(&with(&MONTH, &["-o", "r.html"]));
    let html = folder.read("r.html");
    let texts: Vec<&str> = html.split("<text ").skip(1).map(|rest| rest.split('>').next().expect("its attributes")).collect();
    assert!(texts.len() > 20, "{} texts", texts.len());
    for text in texts {
        assert!(Ground::ALL.iter().any(|ground| text.contains(&format!("fill=\"{}\"", ground.ink().hex()))), "{text}");
    }
    assert_eq!(html.matches("<svg role=\"img\"").count(), 2);
    assert_eq!(html.matches("<figcaption>").count(), 2);
}

#[test]
fn what_is_not_results_is_refused_with_what_it_is() {
    let folder = Folder::new();
    folder.month();
    for (name, bytes, said) in [
        ("other.json", "{\"format\": \"carepact.results/2\"}", "carepact.results/2"),
        ("cut.json", "{\"format\": \"carepact.results/1\", \"kind\"", "not JSON"),
        ("thin.json", "{\"format\": \"carepact.results/1\", \"kind\": \"check\"}", "missing field"),
    ] {
        std::fs::write(folder.path().join(name), bytes).expect("written");
        let output = folder.run(&["report", "check.json", name, "-o", "r.html"]);
        assert_eq!(output.status.code(), Some(3), "{name}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!folder.path().join("r.html").exists());
    }
    let output = folder.run(&["report", "check.json", "--kind", "ropa"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not built yet"));
    let output = folder.run(&["report", "check.json", "-o", "xlsx:r.xlsx"]);
    assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("xlsx is not built yet"));
    let output = folder.run(&["report", "check.json", "-o", "notes.txt"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_report_is_not_overwritten_without_force() {
    let folder = Folder::new();
    folder.month();
    std::fs::write(folder.path().join("r.html"), "mine").expect("written");
    assert_eq!(folder.run(&["report", "check.json", "-o", "r.html"]).status.code(), Some(2));
    assert_eq!(folder.read("r.html"), "mine");
    assert!(folder.run(&["report", "check.json", "-o", "r.html", "--force"]).status.success());
    assert!(folder.read("r.html").starts_with("<!DOCTYPE html>"));
    assert!(folder.run(&["report", "check.json", "-o", "csv:t"]).status.success());
    assert_eq!(folder.run(&["report", "check.json", "-o", "csv:t"]).status.code(), Some(2));
    assert!(folder.run(&["report", "check.json", "-o", "csv:t", "--force"]).status.success());
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("readable")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains(".part"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_signed_report_verifies_until_a_byte_changes() {
    let folder = Folder::new();
    folder.month();
    let made = folder.run(&["keys", "signer", "--name", "ig@example.nhs.uk", "-o", "ig.key"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    let output = folder.run(&with(&MONTH, &["-o", "out/report.html", "-o", "csv:out/tables", "--sign-key", "ig.key"]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::write(folder.path().join("signers"), &made.stdout).expect("written");
    let verify = folder.run(&["verify", "out", "--signers", "signers"]);
    assert!(verify.status.success(), "{}{}", String::from_utf8_lossy(&verify.stdout), String::from_utf8_lossy(&verify.stderr));
    let page = folder.read("out/report.html");
    std::fs::write(folder.path().join("out/report.html"), page.replacen("2 errors", "0 errors", 1)).expect("written");
    assert_eq!(folder.run(&["verify", "out", "--signers", "signers"]).status.code(), Some(5));
    let apart = folder.run(&["report", "check.json", "-o", "a.html", "-o", "out/b.md", "--sign-key", "ig.key"]);
    assert_eq!(apart.status.code(), Some(2), "a manifest vouches for one folder");
}

#[test]
fn the_audit_is_read_under_its_own_name_too_and_a_plan_is_no_release() {
    let folder = Folder::new();
    let mut results = audit();
    results.data = json!({"audit": {"counts": {"events": 10, "permitted": 7, "conditional": 1, "denied": 1, "not_assessed": 2},
        "explained": {"all": {"explained": 5, "total": 10}}, "cases": [], "daily": [{"date": "2026-06-01", "events": 10}]}});
    folder.save("audit.json", &results);
    let mut plan = pseudonymise();
    plan.data["plan"] = true.into();
    folder.save("plan.json", &plan);
    let output = folder.run(&["report", "audit.json", "plan.json", "-f", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["accesses"]["explained_all"]["share"], json!({"part": 5, "whole": 10, "per_mille": 500}));
    assert_eq!(json["releases"], json!([]));
    let unchecked: Vec<String> = json["unchecked"].as_array().expect("a list").iter().map(|item| format!("{}: {}", item["what"], item["why"])).collect();
    for part in ["they add up to 11", "nothing was released", "by hour and weekday"] {
        assert!(unchecked.iter().any(|line| line.contains(part)), "{part}: {unchecked:?}");
    }
}

#[test]
fn disclosure_risk_before_and_after_a_repair_is_shown_and_no_small_class() {
    let folder = Folder::new();
    let measures = |k: u64, uniques: Value, earlier: Value| {
        json!({"threshold": 10, "quasi_identifiers": [{"name": "age_band", "values": 9}, {"name": "area", "values": 40}],
            "by_row": {"k": 40}, "by_person": {"k": k, "uniques": uniques, "small_share": null}, "attack": {},
            "attack_by_person": {"prosecutor_highest": 1.0 / k as f64, "marketer": 0.02}, "earlier": earlier,
            "sensitive": [{"name": "diagnosis", "by_row": {}, "by_person": {"distinct_l": 2, "entropy_l": 1.5, "attribute_disclosure": false},
                "t_by_row": {}, "t_by_person": {"equal": 0.25, "ordered": null}}]})
    };
    let mut results = pseudonymise();
    results.data["release"]["risk_measures"] = measures(11, json!(0), json!({"status": "assessed", "sizes": {"k": 10}}));
    results.data["release"]["repair"] = json!({"before": measures(1, json!("1-9"), Value::Null), "left_out_by": [{"column": "ethnicity", "groups": [
        {"name": "Group A", "rows": 900, "left_out": "1-9", "share": null}, {"name": "Group B", "rows": 500, "left_out": 0, "share": 0.0},
        {"name": "SECRET", "rows": 4, "left_out": "1-9", "share": null}]}]});
    folder.save("pseudonymise.json", &results);
    let ran = folder.run(&["report", "pseudonymise.json", "-o", "report.html", "-o", "report.md"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for name in ["report.html", "report.md"] {
        let page = folder.read(name);
        for said in ["before the repair", "as released", "age_band, area", "diagnosis", "Group A", "9.1%", "few, not shown"] {
            let (said, escaped) = (said.to_owned(), said.replace('_', "\\_"));
            assert!(page.contains(&said) || page.contains(&escaped), "{name} lacks {said}: {page}");
        }
        assert!(!page.contains("SECRET") && !page.contains("Group B"), "{name}");
    }
}
