//! `carepact check`: is every agreement of the pack in order?

mod baseline;
mod standing;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::failure::Failure;
use super::session::{BOLD, Format, GREEN, RED, Session, YELLOW};
use crate::agreement::Agreement;
use crate::diagnostics::results::{NotAssessed, ResultFinding, Results};
use crate::diagnostics::{Finding, Severity, human};
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::{Judgement, judge};
use crate::source::Sources;

/// The lowest level of finding that makes the run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Info,
    /// Nothing found makes it fail.
    Never,
}

/// Check the agreements of a pack against the rules
///
/// Every finding says where, why and what to do next. A finding says what a document states or lacks and which law or
/// guidance expects it; it is not legal advice. Exit 1 if there are findings at or above --fail-on, 3 if a file could
/// not be read, so that "nothing found" must not be believed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact check policies/greater-manchester
  carepact check --as-of 2026-12-01 --fail-on warning
  carepact check -o json:check.json
  carepact check --waivers-from origin/main          # accepted exceptions as they are before a change
  carepact check --write-baseline baseline.ndjson    # what is found today ...
  carepact check --baseline baseline.ndjson          # ... does not fail the run tomorrow")]
pub struct Args {
    /// Folder of the pack (default: the nearest pack.yaml upwards)
    #[arg(value_name = "PACK")]
    pub folder: Option<PathBuf>,
    /// Fail (exit 1) when there is a finding of this level or a worse one
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub fail_on: FailOn,
    /// Let findings that this file knows not fail the run; they are shown as known
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write every finding there is now to this file, to be given to --baseline; one of the same pack is replaced
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// Not built yet: mend what can be mended by rule
    #[arg(long, hide = true)]
    pub fix: bool,
    /// Not built yet: score against a shared minimum
    #[arg(long, hide = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Take accepted exceptions and levels of rules from this git revision, so that a change cannot exempt itself
    #[arg(long, value_name = "REF")]
    pub waivers_from: Option<String>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    for (given, flag) in [(args.fix, "--fix"), (args.profile.is_some(), "--profile")] {
        if given {
            return Err(Failure::not_built(&format!("`check {flag}`")).into());
        }
    }
    if matches!(session.format, Format::Html | Format::Markdown | Format::Csv) {
        return Err(no_format(session.format).into());
    }
    for output in &session.outputs {
        if let Some(format @ (Format::Html | Format::Markdown | Format::Csv)) = output.format {
            return Err(no_format(format).into());
        }
        if output.path.as_os_str() != "-" {
            session.check_free(&output.path)?;
        }
    }
    let mut sources = Sources::new();
    let (mut pack, mut reading) = super::pack::read(session, args.folder.as_ref(), &mut sources)?;
    if let Some(revision) = &args.waivers_from {
        let file = |name: &str| super::revision::file(&pack.dir, revision, name);
        let (head, waivers) = (file("pack.yaml")?, file("waivers.yaml")?);
        reading.extend(pack.take_exceptions(&mut sources, revision, head.as_deref(), waivers.as_deref()));
    }
    let mut judged = judge(&pack, reading, session.as_of, &sources);
    let unread = unread(&judged.findings);
    judged.not_assessed.splice(0..0, unread.iter().cloned());
    let known = baseline::apply(args.baseline.as_deref(), args.write_baseline.as_deref(), &pack, &mut judged, session)?;
    let mut results = results(&pack, &judged, session.as_of, &sources);
    if let Some(data) = known.data() {
        results.data["baseline"] = data;
    }

    let to_stdout = session.outputs.iter().any(|output| output.path.as_os_str() == "-");
    for output in session.outputs.clone() {
        let bytes = match output.format.unwrap_or(session.format) {
            Format::Json => results.to_bytes(),
            Format::Short => short(&judged, &sources).into_bytes(),
            _ => text(&pack, &judged, &known, &sources, session, human::Style { colour: false }).into_bytes(),
        };
        session.write_file(&output.path, &bytes, 0o644)?;
    }
    if !to_stdout {
        match session.format {
            Format::Json => session.raw(&results.to_bytes())?,
            Format::Short => session.raw(short(&judged, &sources).as_bytes())?,
            _ => {
                let shown = text(&pack, &judged, &known, &sources, session, session.style());
                session.raw(shown.as_bytes())?;
            }
        }
    }
    let worst = standing::worst(&judged.findings);
    let failing = match args.fail_on {
        FailOn::Error => worst >= Some(Severity::Error),
        FailOn::Warning => worst >= Some(Severity::Warning),
        FailOn::Info => worst.is_some(),
        FailOn::Never => false,
    };
    let outcome = if failing { Outcome::Findings } else { Outcome::Done };
    Ok(if unread.is_empty() { outcome } else { outcome.and(Outcome::Incomplete) })
}

fn no_format(format: Format) -> Failure {
    Failure::usage(format!("`check` does not write {}", format.name()))
        .next("Use human, short or json; `carepact report` renders saved results (-o json:check.json).")
}

/// Files that were not read at all, so that nothing is known of what they say.
fn unread(findings: &[Finding]) -> Vec<NotAssessed> {
    let mut unread: Vec<NotAssessed> = findings
        .iter()
        .filter(|finding| matches!(finding.code, "READ-001" | "READ-003"))
        .map(|finding| NotAssessed { what: finding.place.clone(), why: "the file could not be read".to_owned() })
        .collect();
    unread.sort();
    unread.dedup();
    unread
}

fn results(pack: &Pack, judged: &Judgement, as_of: Date, sources: &Sources) -> Results {
    let mut results = Results::new("check", &as_of.to_string());
    results.pack = Some(pack.reference());
    results.not_assessed.clone_from(&judged.not_assessed);
    results.findings = judged.findings.iter().map(|finding| ResultFinding::from_finding(finding, sources)).collect();
    let members: Vec<_> = pack.members_on(as_of).collect();
    let open = pack.register.ids().filter(|id| pack.register.organisation(*id).open.contains(as_of)).count();
    let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
    let mut by_place: BTreeMap<&str, u64> = BTreeMap::new();
    for member in &members {
        let organisation = pack.register.organisation(*member);
        *by_kind.entry(&organisation.kind).or_default() += 1;
        for place in organisation.places.iter().filter(|place| place.during.contains(as_of)) {
            *by_place.entry(&pack.words.places.node(place.value).path).or_default() += 1;
        }
    }
    results.data = json!({
        "agreements": pack.agreements.iter().map(|agreement| agreement_data(agreement, as_of)).collect::<Vec<_>>(),
        "community": {
            "title": pack.title,
            "synthetic": pack.synthetic,
            "organisations": open,
            "members": members.len(),
            "by_kind": by_kind,
            "by_place": by_place,
        },
        "replaced_facts": judged.replaced_facts,
    });
    results
}

fn agreement_data(agreement: &Agreement, as_of: Date) -> Value {
    let draft = &agreement.draft;
    let last = agreement.term.map(|term| term.last).filter(|last| *last != Date::MAX);
    json!({
        "id": agreement.id,
        "title": agreement.title,
        "version": draft.version.as_ref().map(|version| version.value.as_str()),
        "status": agreement.status.name(),
        "starts": draft.starts.as_ref().map(|day| day.value.to_string()),
        "ends": last.map(|day| day.to_string()),
        "review_next": draft.review.as_ref().and_then(|review| review.next.as_ref()).map(|day| day.value.to_string()),
        "parties": agreement.parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>(),
        "grants": agreement.grants.iter().filter(|grant| !grant.release).map(|grant| grant.name.as_str()).collect::<Vec<_>>(),
        "releases": draft.releases.iter().map(|release| release.name.value.as_str()).collect::<Vec<_>>(),
        "state_on_as_of": state_on(agreement, as_of),
        "terms_sha256": agreement.terms,
        "days_left": last.map(|day| as_of.days_until(day)),
    })
}

/// What an agreement is on a day, in words.
pub(super) fn state_on(agreement: &Agreement, on: Date) -> &'static str {
    match agreement.term {
        _ if !agreement.status.grants() => "not signed",
        None => "without a valid term",
        Some(term) if on < term.first => "not started",
        Some(term) if on > term.last => "ended",
        Some(_) if agreement.draft.ended_on_unknown_day() => "ended on a day not written",
        Some(_) if agreement.suspended.iter().any(|gap| gap.contains(on)) => "suspended",
        Some(_) => "in force",
    }
}

fn short(judged: &Judgement, sources: &Sources) -> String {
    judged.findings.iter().map(|finding| human::render_short(finding, sources) + "\n").collect()
}

/// Findings, what was not judged, and a last line that sums up.
fn text(pack: &Pack, judged: &Judgement, known: &baseline::Known, sources: &Sources, session: &Session, style: human::Style) -> String {
    let paint = |colour, text: &str| if style.colour { session.paint(colour, text) } else { text.to_owned() };
    let mut out = String::new();
    for finding in standing::open(&judged.findings) {
        out.push_str(&human::render(finding, sources, style));
        out.push_str("\n\n");
    }
    out.push_str(&standing::lists(&judged.findings, &paint));
    out.push_str(&known.text(&paint));
    if !judged.not_assessed.is_empty() {
        out.push_str(&paint(BOLD, "Not judged"));
        out.push('\n');
        for one in &judged.not_assessed {
            out.push_str(&format!("  {}: {}\n", one.what, one.why));
        }
        out.push('\n');
    }
    if !judged.replaced_facts.is_empty() {
        let tables: Vec<String> = judged.replaced_facts.iter().map(|name| format!("facts/{name}.csv")).collect();
        out.push_str(&format!("The pack's own {} took the place of what carepact ships.\n\n", crate::text::and_list(&tables)));
    }
    let count = |severity| standing::open(&judged.findings).filter(|finding| finding.severity == severity).count() as u64;
    let (errors, warnings, infos) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    let members = pack.members_on(session.as_of).count() as u64;
    let what = format!(
        "{}, {} on {}",
        crate::text::count(pack.agreements.len() as u64, "agreement", "agreements"),
        crate::text::count(members, "member organisation", "member organisations"),
        session.as_of.in_words()
    );
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(paint(RED, &crate::text::count(errors, "error", "errors")));
    }
    if warnings > 0 {
        parts.push(paint(YELLOW, &crate::text::count(warnings, "warning", "warnings")));
    }
    if infos > 0 {
        parts.push(crate::text::count(infos, "note", "notes"));
    }
    let lived_with = standing::counts(&judged.findings);
    if parts.is_empty() {
        let rules = crate::text::count(crate::rules::all().count() as u64, "rule", "rules");
        let nothing = if lived_with.is_empty() { "nothing" } else { "nothing else" };
        let verdict = if judged.not_assessed.is_empty() {
            paint(GREEN, &format!("{nothing} found by {rules}"))
        } else {
            paint(YELLOW, &format!("{nothing} found by {rules}, and not everything was judged"))
        };
        parts.push(verdict);
        out.push_str(&format!("{what}: {}\n", lived_with.into_iter().chain(parts).collect::<Vec<_>>().join(", ")));
    } else {
        parts.extend(lived_with);
        out.push_str(&format!("{what}: {}\n", crate::text::and_list(&parts)));
        if let Some(worst) = standing::open(&judged.findings).max_by(|a, b| a.severity.cmp(&b.severity).then(b.code.cmp(a.code))) {
            out.push_str(&format!("A finding's rule is explained by its code, for example: carepact explain {}\n", worst.code));
        }
    }
    out
}
