//! Every format says the same: as many errors, warnings, notes and accepted findings, however it is counted.

use std::path::Path;

use carepact::diagnostics::record::{Counts, Record, RuleText, RuleTexts};
use carepact::diagnostics::results::{NotAssessed, ResultFinding, Results};
use carepact::diagnostics::{Acceptance, Edit, Finding, Fix, Severity, Standing, azure, github, gitlab, human, junit, markdown, ndjson, sarif};
use carepact::source::{Sources, Span};
use serde_json::Value;

use crate::run::{command, finished, run};

/// Findings of every level and standing, in files whose names and words are meant to break things.
fn findings(sources: &mut Sources) -> Vec<Finding> {
    let text = "a: 1\nnaïve: [x]\nlast: ]]>\n";
    let file = sources.add("agreements/50% off, a:b;c]#d ü.yaml", text);
    let other = sources.add("register/organisations.csv", "code,name\n");
    let at = |from: usize, to: usize| Span::new(file, from, to);
    let hostile = "::set-output name=x::y ##vso[task.complete result=Succeeded] 50%\r\n\"<&>\" | @team `code` \u{202e}\u{1b}[31m\u{0}";
    let accepted = Acceptance { reason: "until the board meets".into(), owner: "IG; lead".into(), approved_by: "board".into(), expires: "2026-12-31".into() };
    let mut all = vec![
        Finding::error("DOC-007", "A/naive", hostile).at(at(5, 11), "here").at(Span::new(other, 0, 4), "and there: ]").help("50%, or less"),
        Finding::error("DOC-007", "A/last", "two lines").at(at(0, 10), "").fix(Fix {
            title: "write it".into(),
            safe: true,
            edits: vec![Edit { span: at(5, 11), text: "naive\n".into() }],
        }),
        Finding::error("XAG-001", "A/g1", "without a place").ground("Article 5"),
        Finding::warning("LAW-001", "A/w1", "a warning").at(at(0, 1), ""),
        Finding::warning("LAW-001", "A/w2", "another").at(at(0, 1), ""),
        Finding::new("ROL-001", Severity::Info, "A/n", "a note, with 100%").at(at(0, 1), ""),
    ];
    let settled = [Standing::Accepted(accepted.clone()), Standing::Accepted(accepted), Standing::Baseline { first_seen: "2026-01-05".into() }];
    for (number, standing) in settled.into_iter().enumerate() {
        let mut finding = Finding::error("LIF-003", format!("A/s{number}"), hostile).at(at(0, 1), "");
        finding.standing = standing;
        all.push(finding);
    }
    all
}

const EXPECTED: Counts = Counts { errors: 3, warnings: 2, notes: 1, accepted: 2, baseline: 1 };

fn results(findings: &[Finding], sources: &Sources) -> Results {
    let mut results = Results::new("check", "2026-07-01");
    results.not_assessed = vec![NotAssessed { what: "XAG-008, XAG-009".into(), why: "there is no <register>".into() }];
    results.findings = findings.iter().map(|finding| ResultFinding::from_finding(finding, sources)).collect();
    results
}

fn texts() -> RuleTexts {
    ["DOC-007", "XAG-008", "LAW-002"]
        .map(|code| (code.to_owned(), RuleText { title: "A rule".into(), statement: "It holds".into(), ..RuleText::default() }))
        .into()
}

fn record<'a>(results: &'a Results, rules: &'a RuleTexts) -> Record<'a> {
    Record { results, rules, base: "packs/a pack/", home: "pack.yaml", fails_from: Some(Severity::Error), cases: &[], all: false, complete: false }
}

fn as_counts(count: impl Fn(&str) -> usize) -> Counts {
    Counts { errors: count("error"), warnings: count("warning"), notes: count("note"), accepted: count("accepted"), baseline: count("baseline") }
}

#[test]
fn every_format_counts_the_same() {
    let mut sources = Sources::new();
    let findings = findings(&mut sources);
    let (results, rules) = (results(&findings, &sources), texts());
    let record = record(&results, &rules);
    assert_eq!(Counts::of(&results), EXPECTED);

    // JSON lines: each finding's own words, and the last line.
    let text = String::from_utf8(ndjson::render(&record)).expect("UTF-8");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let summary = lines.last().expect("a last line");
    assert_eq!((&lines[0]["line"], &summary["line"]), (&"header".into(), &"summary".into()));
    let plural = |word: &str| match word {
        "accepted" | "baseline" => word.to_owned(),
        word => format!("{word}s"),
    };
    assert_eq!(as_counts(|word| usize::try_from(summary[plural(word).as_str()].as_u64().expect("a number")).expect("small")), EXPECTED);
    let of_lines = |word: &str| {
        let severity = if word == "note" { "info" } else { word };
        let is = |line: &&Value| line["line"] == "finding" && (line["status"] == word || line["status"] == "open" && line["severity"] == severity);
        lines.iter().filter(is).count()
    };
    assert_eq!(as_counts(of_lines), EXPECTED);

    // SARIF: level, suppression and baseline state.
    let log: Value = serde_json::from_slice(&sarif::render(&record)).expect("JSON");
    let found = log["runs"][0]["results"].as_array().expect("results");
    let of_sarif = |word: &str| {
        let suppressed = |result: &Value| !result["suppressions"].as_array().expect("a list").is_empty();
        let old = |result: &Value| result["baselineState"] == "unchanged";
        found
            .iter()
            .filter(|result| match word {
                "accepted" => suppressed(result),
                "baseline" => old(result),
                level => result["level"] == level && !suppressed(result) && !old(result),
            })
            .count()
    };
    assert_eq!(as_counts(of_sarif), EXPECTED);

    // GitLab: its words for levels.
    let issues: Vec<Value> = serde_json::from_slice(&gitlab::render(&record)).expect("JSON");
    let of_gitlab = |word: &str| {
        let is = |issue: &&Value| {
            let said = issue["description"].as_str().expect("words");
            let severity = issue["severity"].as_str().expect("words");
            match word {
                "error" => severity == "critical",
                "warning" => severity == "major",
                "note" => severity == "minor",
                "accepted" => severity == "info" && said.starts_with("Accepted: "),
                _ => severity == "info" && said.starts_with("In the baseline: "),
            }
        };
        issues.iter().filter(is).count()
    };
    assert_eq!(as_counts(of_gitlab), EXPECTED);

    // JUnit: failures, skipped, and what passes but is told.
    let xml = String::from_utf8(junit::render(&record)).expect("UTF-8");
    let of_junit = |word: &str| match word {
        "error" => xml.matches("<failure ").count(),
        "warning" => xml.matches(": warning[").count(),
        "note" => xml.matches(": info[").count(),
        "accepted" => xml.matches("message=\"accepted until ").count(),
        _ => xml.matches("message=\"in the baseline since ").count(),
    };
    assert_eq!(as_counts(of_junit), EXPECTED, "{xml}");
    assert!(xml.contains("name=\"LAW-002 A rule\" classname=\"carepact check\"/>") && !xml.contains("name=\"XAG-008"), "what was not judged has not passed");

    // Lines that a service reads, and the last of each, which says what it has no lines for.
    let (on_github, on_azure) = (github::render(&record), azure::render(&record));
    let begin = |text: &str, with: &str| text.lines().filter(|line| line.starts_with(with)).count();
    assert_eq!((begin(&on_github, "::error "), begin(&on_github, "::warning "), begin(&on_github, "::notice file=")), (3, 2, 1), "{on_github}");
    assert_eq!(
        (begin(&on_azure, "##vso[task.logissue type=error;"), begin(&on_azure, "##vso[task.logissue type=warning;"), begin(&on_azure, "note ")),
        (3, 2, 1),
        "{on_azure}"
    );
    let words = EXPECTED.words();
    assert_eq!(words, "3 errors, 2 warnings, 1 note; 2 accepted, 1 in the baseline");
    for text in [&on_github, &on_azure, &markdown::render(&record)] {
        assert!(text.contains(&words), "{text}");
    }

    // Markdown: a row each, a line each.
    let pull_request = markdown::render(&record);
    let of_markdown = |word: &str| match word {
        "error" | "warning" => begin(&pull_request, &format!("| {word} |")),
        "note" => begin(&pull_request, "| info |"),
        "accepted" => pull_request.matches("(accepted until ").count(),
        _ => pull_request.matches("(in the baseline since ").count(),
    };
    assert_eq!(as_counts(of_markdown), EXPECTED, "{pull_request}");

    // One a line, and for people.
    let short: Vec<String> = findings.iter().map(|finding| human::render_short(finding, &sources)).collect();
    let of_short = |word: &str| match word {
        "accepted" => short.iter().filter(|line| line.contains("(accepted until ")).count(),
        "baseline" => short.iter().filter(|line| line.contains("(in the baseline since ")).count(),
        word => short.iter().filter(|line| line.contains(&format!(": {}[", if word == "note" { "info" } else { word })) && !line.contains(" (")).count(),
    };
    assert_eq!(as_counts(of_short), EXPECTED);
    assert!(short.iter().all(|line| !line.contains(['\n', '\r', '\u{1b}', '\u{202e}'])));
    for style in [human::Style::default(), human::Style { accessible: true, ..human::Style::default() }] {
        let drawn = human::render_all(&findings, &sources, style, Some(human::SHOWN), "x");
        let heads = |word: &str| drawn.lines().filter(|line| line.starts_with(&format!("{word}[")) || line.starts_with(&format!("{word}: "))).count();
        assert_eq!((heads("error"), heads("warning"), heads("info")), (3, 2, 1), "{drawn}");
        assert_eq!(drawn.matches("(accepted until ").count(), 2, "{drawn}");
    }
}

#[test]
fn sarif_says_all_that_is_known() {
    let mut sources = Sources::new();
    let findings = findings(&mut sources);
    let (results, rules) = (results(&findings, &sources), texts());
    let record = record(&results, &rules);
    let text = String::from_utf8(sarif::render(&record)).expect("UTF-8");
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let run = &log["runs"][0];
    let of = |place: &str| {
        run["results"].as_array().and_then(|all| all.iter().find(|one| one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == place))
    };
    let first = of("A/naive").expect("there");
    let physical = &first["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "packs/a%20pack/agreements/50%25%20off%2C%20a%3Ab%3Bc%5D%23d%20%C3%BC.yaml");
    // Characters, not bytes: `naïve` ends before the colon.
    assert_eq!(physical["region"], serde_json::json!({"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 6}));
    assert_eq!(first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "packs/a%20pack/register/organisations.csv");
    assert_eq!(of("A/g1").expect("there")["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "packs/a%20pack/pack.yaml");
    let fix = &of("A/last").expect("there")["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!((&fix["deletedRegion"]["startLine"], &fix["insertedContent"]["text"]), (&2.into(), &"naive\n".into()));
    let justification = of("A/s0").expect("there")["suppressions"][0]["justification"].as_str().expect("words").to_owned();
    assert_eq!(justification, "accepted until 2026-12-31 (IG; lead, approved by board): until the board meets");
    assert_eq!(of("A/s2").expect("there")["baselineState"], "unchanged");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert!(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().expect("words").contains("XAG-008, XAG-009"));
    // Only rules with results, each where its results say.
    let rules: Vec<&str> = run["tool"]["driver"]["rules"].as_array().expect("rules").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(rules, ["DOC-007", "LAW-001", "LIF-003", "ROL-001", "XAG-001"]);
    for result in run["results"].as_array().expect("results") {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small")], result["ruleId"]);
    }
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

/// Findings of one rule at `number` places.
fn many(sources: &mut Sources, number: usize) -> Vec<Finding> {
    let file = sources.add("a.yaml", "x: 1\n".repeat(number));
    (0..number).map(|index| Finding::error("DOC-007", format!("A/{index}"), "one of many").at(Span::new(file, index * 5, index * 5 + 1), "")).collect()
}

#[test]
fn people_are_shown_some_and_told_how_many_more() {
    let mut sources = Sources::new();
    let findings = many(&mut sources, 5_000);
    let drawn = human::render_all(&findings, &sources, human::Style::default(), Some(human::SHOWN), "carepact check --all");
    assert_eq!(drawn.matches("error[DOC-007]").count(), 10);
    assert!(drawn.ends_with("and 4,990 more of DOC-007 like these: carepact check --all\n\n"), "{drawn}");
    let all = human::render_all(&findings, &sources, human::Style::default(), None, "");
    assert_eq!(all.matches("error[DOC-007]").count(), 5_000);

    let (results, rules) = (results(&findings, &sources), texts());
    let record = record(&results, &rules);
    let capped = markdown::render(&record);
    assert!(capped.len() < 65_000 && capped.contains("and 4,990 more: 4,990 of DOC-007"), "{capped}");
    assert!(github::render(&record).lines().count() == 11 && github::render(&record).contains("4,990 errors more that are not shown here"));
    assert_eq!(markdown::render(&Record { all: true, ..record }).matches("| error |").count(), 5_000);
    assert_eq!(azure::render(&record).lines().count(), 5_001);
}

#[test]
fn markdown_stays_short_whatever_is_said() {
    let mut sources = Sources::new();
    let long = "|".repeat(3_000);
    let codes: Vec<&'static str> = ["DOC-001", "DOC-002", "DOC-003", "DOC-004", "DOC-005", "DOC-007"].into();
    let mut findings: Vec<Finding> = Vec::new();
    for code in codes {
        findings.extend((0..20).map(|index| Finding::error(code, format!("A/{index}"), long.clone())));
    }
    findings.extend(many(&mut sources, 3).into_iter().map(|mut finding| {
        finding.standing = Standing::Baseline { first_seen: "2026-01-01".into() };
        finding.message.clone_from(&long);
        finding
    }));
    let (mut results, rules) = (results(&findings, &sources), texts());
    results.not_assessed = vec![NotAssessed { what: long.clone(), why: long.clone() }; 30];
    let text = markdown::render(&record(&results, &rules));
    assert!(text.len() < 65_000, "{}", text.len());
    assert!(text.contains("more: ") && text.contains("### Not judged"), "what is left out is said");
}

#[test]
fn several_formats_are_written_in_one_run_and_agree() {
    let dir = tempfile::tempdir().expect("a folder");
    let pack = root().join("policies/greater-manchester");
    let pack = pack.to_str().expect("UTF-8");
    let outputs = ["out.sarif", "out.xml", "gitlab:quality.json", "out.md", "out.ndjson", "azure:azure.log", "github:github.log", "out.json"];
    let mut args = vec!["check", pack, "--as-of", "2026-07-01", "-f", "short"];
    args.extend(outputs.iter().flat_map(|output| ["-o", *output]));
    let ran = run(dir.path(), &args);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect("written");
    let saved: Value = serde_json::from_str(&read("out.json")).expect("JSON");
    let results: Results = serde_json::from_value(saved).expect("results");
    let counts = Counts::of(&results);
    let words = counts.words();
    assert_eq!((ran.out.lines().count(), counts.errors > 0), (results.findings.len(), true), "{}", ran.out);
    for name in ["out.md", "azure.log", "github.log"] {
        assert!(read(name).contains(&words), "{name}");
    }
    assert_eq!(read("out.xml").matches("<failure ").count(), counts.errors);
    assert_eq!(read("out.sarif").matches("\"ruleId\"").count(), results.findings.len());
    assert_eq!(read("quality.json").matches("\"fingerprint\"").count(), results.findings.len());
    // A second run would replace what is there, and says so before it works.
    assert_eq!(run(dir.path(), &args).code, Some(2));
}

#[test]
fn nothing_is_cut_where_nobody_looks() {
    let pack = root().join("policies/greater-manchester");
    let args = ["check", "--as-of", "2026-07-01", pack.to_str().expect("UTF-8")];
    let mut narrow = command(Path::new("/"), &args);
    narrow.env("COLUMNS", "40");
    let (narrow, wide) = (finished(narrow), run(Path::new("/"), &args));
    assert_eq!(narrow.out, wide.out);
    // A line of three dots alone stands for lines between two places of one file.
    assert!(!wide.out.lines().any(|line| line.contains("...") && line.trim() != "..."), "{}", wide.out);
}

#[test]
fn accessible_output_draws_nothing() {
    let pack = root().join("policies/greater-manchester");
    let pack = pack.to_str().expect("UTF-8");
    let flagged = run(Path::new("/"), &["check", pack, "--as-of", "2026-07-01", "--accessible"]);
    let mut told = command(Path::new("/"), &["check", pack, "--as-of", "2026-07-01"]);
    told.env("CAREPACT_ACCESSIBLE", "1");
    let told = finished(told);
    assert_eq!(flagged.out, told.out);
    for drawn in [" | ", "-->", "^^", "--- ", "  "] {
        assert!(!flagged.out.contains(drawn), "{drawn:?} in\n{}", flagged.out);
    }
    assert!(flagged.out.contains("\nwhere: agreements/gm-care-record.yaml, line "), "{}", flagged.out);
    let mut off = command(Path::new("/"), &["check", pack, "--as-of", "2026-07-01"]);
    off.env("CAREPACT_ACCESSIBLE", "0");
    assert!(finished(off).out.contains("-->"));
}

/// The checkout.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_summary_of_a_step_is_added_to_only_when_asked() {
    let dir = tempfile::tempdir().expect("a folder");
    let pack = root().join("policies/greater-manchester");
    let file = dir.path().join("summary.md");
    std::fs::write(&file, "before\n").expect("written");
    let check = |flags: &[&str], told: bool| {
        let mut args = vec!["check", pack.to_str().expect("UTF-8"), "--as-of", "2026-07-01", "-f", "github"];
        args.extend(flags);
        let mut command = command(dir.path(), &args);
        if told {
            command.env("GITHUB_STEP_SUMMARY", &file);
        }
        finished(command)
    };
    let read = || std::fs::read_to_string(&file).expect("text");
    check(&[], true);
    assert_eq!(read(), "before\n");
    let ran = check(&["--step-summary"], true);
    assert!(ran.out.starts_with("::error file=policies/greater-manchester/agreements/"), "{}", ran.out);
    assert!(read().starts_with("before\n## carepact check failed: 1 error"), "{}", read());
    assert_eq!(check(&["--step-summary"], false).code, Some(2));
}

#[test]
fn a_report_of_tests_has_a_case_for_each_expectation() {
    let dir = tempfile::tempdir().expect("a folder");
    let pack = root().join("policies/greater-manchester");
    let out = |name: &str| dir.path().join(name);
    let ran = run(dir.path(), &["test", pack.to_str().expect("UTF-8"), "--as-of", "2026-07-01", "-o", "tests.xml", "-o", "tests.json", "-f", "short"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let saved: Value = serde_json::from_slice(&std::fs::read(out("tests.json")).expect("written")).expect("JSON");
    let xml = std::fs::read_to_string(out("tests.xml")).expect("written");
    let expectations = usize::try_from(saved["data"]["tests"]["expectations"].as_u64().expect("a number")).expect("small");
    assert!(expectations > 10, "{expectations}");
    assert_eq!((xml.matches("<testcase ").count(), xml.matches("<failure ").count()), (expectations, 0));
    assert!(xml.contains("<testsuite name=\"policies/greater-manchester/tests/"), "{}", &xml[..2_000.min(xml.len())]);
}

#[test]
fn every_command_that_draws_can_speak_instead() {
    let dir = tempfile::tempdir().expect("a folder");
    let pack = root().join("policies/greater-manchester");
    let at = ["--as-of", "2026-07-01", "--pack", pack.to_str().expect("UTF-8")];
    let commands: [&[&str]; 4] = [
        &["ask", "--role", "nurse", "--at", "RZA", "--see", "medications", "--of", "X90001", "--for", "direct_care"],
        &["register", "list", "--kind", "council"],
        &["explain", "LAW"],
        &["list"],
    ];
    for args in commands {
        let args: Vec<&str> = args.iter().chain(&at).copied().collect();
        let (drawn, spoken) = (run(dir.path(), &args), run(dir.path(), &[args.as_slice(), &["--accessible"]].concat()));
        assert_eq!(drawn.code, spoken.code, "{args:?}\n{}", spoken.err);
        assert_ne!(drawn.out, spoken.out, "{args:?}");
        let wrong: Vec<&str> = spoken.out.lines().filter(|line| line.contains("  ") || line.starts_with(' ')).collect();
        assert!(wrong.is_empty(), "{args:?}\n{wrong:?}");
    }
}
