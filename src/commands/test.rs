//! `carepact test`: the cases, tables and invariants a pack keeps about itself.

use std::path::PathBuf;

use serde_json::json;

use super::failure::Failure;
use super::formats::Telling;
use super::session::{Format, GREEN, RED, Session};
use crate::decision::cases::{Outcomes, run as run_file};
use crate::decision::invariants::Certificate;
use crate::decision::lock;
use crate::decision::tested::{Kind, Tested};
use crate::diagnostics::junit::Case;
use crate::diagnostics::record::RuleText;
use crate::diagnostics::results::{ResultFinding, Results};
use crate::diagnostics::{Severity, human, sort};
use crate::evidence::manifest::sha256;
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::source::Sources;
use crate::text::{and_list, count};

/// Run the tests of a pack: cases, tables and invariants written in YAML
///
/// A pack's tests/*.yaml say what the answer to a question must be. A table asserts, besides what it shows, that every
/// role and category it does not name is denied. Invariants under `always:` are proved over every case there is, and say
/// what was looked at, or the smallest case that breaks them. Finding no tests is an error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact test                                  the pack here or above
  carepact test -o junit:tests.xml               for a test report
  carepact test --coverage                       what the questions do not touch
  carepact test policies/greater-manchester -v   also name the clauses that no test touches")]
pub struct Args {
    /// Folder of the pack
    pub pack: Option<PathBuf>,
    /// Show every expectation that did not hold in full, however many
    #[arg(long)]
    pub all: bool,
    /// Add a summary in Markdown to the step of GitHub Actions that this runs in
    #[arg(long)]
    pub step_summary: bool,
    /// Tell how much of the pack the questions touch: clauses, conditions both ways, boundary days, blocks
    ///
    /// A clause is touched if it decides some expectation; a condition if a question within its clause makes it true, and
    /// one false; a boundary day if a question that the clause would cover is asked on it (the first and last day of a clause
    /// within its agreement, and the day before and after); a block, which is roles, data and organisations that the decision treats as one on
    /// the day of the run, if a question has a case in it. The share is what is touched of all these, rounded down. Invariants
    /// look at every case and are not counted.
    #[arg(long)]
    pub coverage: bool,
    /// The least share that must be touched, in per cent; exit 1 below it (means --coverage)
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_coverage: Option<u8>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let summary = super::formats::step_summary(args.step_summary)?;
    super::formats::agree(session, "test")?;
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, args.pack.as_ref(), &mut sources)?;
    let mut outcomes = Outcomes::default();
    for (name, node) in &pack.tests {
        if session.interrupted() {
            return Err(Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into());
        }
        run_file(&pack, name, node, session.as_of, &mut outcomes);
    }
    let total = outcomes.passed + outcomes.failed;
    if total == 0 && !outcomes.unreadable {
        return Err(Failure::new(Outcome::Incomplete, "no-tests", format!("no tests were found in {}", pack.dir.join("tests").display()))
            .next("Write tests/NAME.yaml with cases or tables; a pack without tests proves nothing.")
            .into());
    }
    sort(&mut outcomes.findings, &sources);
    let clauses: Vec<&str> =
        pack.agreements.iter().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).map(|clause| clause.place.as_str()).collect();
    let untouched: Vec<&str> = {
        let mut seen = std::collections::BTreeSet::new();
        clauses.iter().copied().filter(|place| !outcomes.clauses.contains(*place) && seen.insert(*place)).collect()
    };
    // A proof is of one decision table; whoever doubts it compares the digest with that of the lock.
    let digest = if outcomes.certificates.is_empty() { None } else { lock::text(&pack).ok().map(|text| sha256(text.as_bytes())) };
    let tested =
        (args.coverage || args.min_coverage.is_some()).then(|| Tested::new(&pack, &outcomes.asked, |place| outcomes.clauses.contains(place), session.as_of));
    let mut results = Results::new("test", &session.as_of.to_string());
    results.pack = Some(pack.reference());
    results.findings = outcomes.findings.iter().map(|finding| ResultFinding::from_finding(finding, &sources)).collect();
    results.data = json!({"tests": {"files": pack.tests.len(), "expectations": total, "passed": outcomes.passed, "failed": outcomes.failed,
        "clauses": clauses.len(), "clauses_never_deciding": untouched,
        "decision_table": digest.as_ref().map(|hex| format!("sha256:{hex}")),
        "proofs": outcomes.certificates.iter().map(certificate).collect::<Vec<_>>()}});
    if let Some(tested) = &tested {
        results.data["tests"]["coverage"] = coverage(tested);
    }
    let mut rules = super::formats::rule_texts(|rule| results.findings.iter().any(|finding| finding.code == rule.code));
    rules.insert("TEST-001".to_owned(), failing());
    let telling = Telling {
        rules,
        pack: Some(pack.dir.clone()),
        home: "pack.yaml".to_owned(),
        fails_from: Some(Severity::Error),
        cases: outcomes.expectations.iter().map(|one| Case { file: one.file.clone(), name: one.name.clone(), finding: one.finding.clone() }).collect(),
        all: args.all,
        summary,
        complete: !outcomes.unreadable,
    };
    super::formats::write(session, &results, &telling, |session, format, shown| {
        let style = if shown { session.style() } else { session.style().plain() };
        let mut out = if format == Format::Short {
            outcomes.findings.iter().map(|finding| human::render_short(finding, &sources) + "\n").collect()
        } else {
            human::render_all(&outcomes.findings, &sources, style, (!args.all).then_some(human::SHOWN), "carepact test --all, or -f short")
        };
        for one in &outcomes.certificates {
            out.push_str(&proved(one));
        }
        if let Some(digest) = &digest {
            out.push_str(&format!("proved of the decision table sha256:{digest}: the text that carepact lock writes\n"));
        }
        let held = outcomes.failed == 0 && !outcomes.unreadable;
        let (colour, verdict) = if held { (GREEN, "held") } else { (RED, "did not all hold") };
        let verdict = if style.colour { session.paint(colour, verdict) } else { verdict.to_owned() };
        out.push_str(&format!(
            "{} in {} {verdict}: {} passed, {} failed\n",
            count(total as u64, "expectation", "expectations"),
            count(pack.tests.len() as u64, "file", "files"),
            outcomes.passed,
            outcomes.failed
        ));
        if !untouched.is_empty() {
            out.push_str(&format!(
                "{} of {} never decided an expectation{}\n",
                untouched.len(),
                count(clauses.len() as u64, "clause", "clauses"),
                if session.verbose > 0 { format!(": {}", and_list(&untouched)) } else { " (name them: -v)".to_owned() }
            ));
        }
        if let Some(tested) = &tested {
            out.push_str(&in_words(tested, args.all));
        }
        out
    })?;
    let least = usize::from(args.min_coverage.unwrap_or(0));
    let short = tested.as_ref().is_some_and(|tested| tested.percent() < least);
    Ok(if outcomes.unreadable {
        Outcome::Usage
    } else if outcomes.failed > 0 || short {
        Outcome::Findings
    } else {
        Outcome::Done
    })
}

/// The one code that tests have of their own.
fn failing() -> RuleText {
    RuleText {
        title: "An expectation holds".to_owned(),
        statement: "The answer of the pack's agreements is the one that its test expects.".to_owned(),
        help: "Run the command that the finding names to see why; then mend the agreement, or the expectation.".to_owned(),
        severity: Some(Severity::Error),
        url: None,
    }
}

/// Most of what no question touches that is shown unless --all is given.
const SHOWN: usize = 20;

/// What the questions touch, as machines read it.
fn coverage(tested: &Tested) -> serde_json::Value {
    let mut kinds = serde_json::Map::new();
    for (name, _, kind) in Kind::ALL {
        let (touched, all) = tested.of(kind);
        kinds.insert(name.to_owned(), json!({"touched": touched, "all": all}));
    }
    let untouched: Vec<_> =
        tested.items.iter().filter(|item| !item.touched).map(|item| json!({"kind": item.kind.name(), "clause": item.place, "what": item.what})).collect();
    json!({"percent": tested.percent(), "kinds": kinds, "untouched": untouched})
}

/// The same for people.
fn in_words(tested: &Tested, every: bool) -> String {
    let kinds: Vec<String> = Kind::ALL
        .iter()
        .map(|(_, words, kind)| {
            let (touched, all) = tested.of(*kind);
            format!("{touched} of {all} {words}")
        })
        .collect();
    let mut out = format!("the questions touch {}%: {}\n", tested.percent(), and_list(&kinds));
    let untouched: Vec<_> = tested.items.iter().filter(|item| !item.touched).collect();
    let shown = if every { untouched.len() } else { untouched.len().min(SHOWN) };
    for item in &untouched[..shown] {
        out.push_str(&format!("  {}: {}\n", item.place, item.what));
    }
    if shown < untouched.len() {
        out.push_str(&format!("  and {} more (--all, or -f json)\n", untouched.len() - shown));
    }
    out
}

/// A proof as machines read it.
fn certificate(one: &Certificate) -> serde_json::Value {
    let proof = &one.proof;
    let to = (proof.during.last < Date::MAX).then(|| proof.during.last.to_string());
    json!({"file": one.file, "name": one.name, "cases": proof.cells, "classes": proof.classes, "stretches": proof.stretches,
        "from": proof.during.first.to_string(), "to": to, "classes_allowed_at_first": proof.applies})
}

/// A proof in words: what was looked at.
fn proved(one: &Certificate) -> String {
    let proof = &one.proof;
    let days = match (proof.during.first, proof.during.last) {
        (first, Date::MAX) => format!("every day from {first}"),
        (first, last) if first == last => format!("{first}"),
        (first, last) => format!("{first} to {last}"),
    };
    let tested = match proof.applies {
        None => String::new(),
        Some(0) => "; the first side is never allowed".to_owned(),
        Some(some) => format!("; the first side is allowed in {}", count(some, "class", "classes")),
    };
    format!(
        "proved: {}\n  {} in {}, {} on which nothing changes, {days}{tested}\n",
        one.name,
        count(proof.cells, "case", "cases"),
        count(proof.classes, "class", "classes"),
        count(proof.stretches, "stretch of days", "stretches of days"),
    )
}
