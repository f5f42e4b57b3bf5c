//! `carepact check`: is every agreement of the pack in order?

mod baseline;
mod capability;
mod fix;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::formats::Telling;
use super::session::{BOLD, Format, GREEN, RED, Session, YELLOW};
use crate::agreement::Agreement;
use crate::diagnostics::record::Counts;
use crate::diagnostics::results::{NotAssessed, ResultFinding, Results};
use crate::diagnostics::{Finding, Severity, Standing, human};
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::{Judgement, Rule, judge};
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

impl FailOn {
    /// The level itself; none for never.
    pub fn level(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
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
  carepact check -f short
  carepact check --diff                              # what --fix would change
  carepact check --fix
  carepact check --waivers-from origin/main          # accepted exceptions as they are before a change
  carepact check --write-baseline baseline.ndjson    # what is found today ...
  carepact check --baseline baseline.ndjson          # ... does not fail the run tomorrow
  carepact check -o sarif:check.sarif -o junit:check.xml -o json:check.json
  carepact check --profile common-capability --beside ../neighbour")]
pub struct Args {
    /// Folder of the pack (default: the nearest pack.yaml upwards)
    #[arg(value_name = "PACK")]
    pub folder: Option<PathBuf>,
    /// Fail (exit 1) when there is a finding of this level or a worse one
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub fail_on: FailOn,
    /// Show every finding in full, however many there are of a rule
    #[arg(long)]
    pub all: bool,
    /// Add a summary in Markdown to the step of GitHub Actions that this runs in
    #[arg(long)]
    pub step_summary: bool,
    /// Let findings that this file knows not fail the run; they are shown as known
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write every finding there is now to this file, to be given to --baseline; one of the same pack is replaced
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// Mend what can only have been meant one way (misspelt keys and names, forms of dates); with --dry-run only say what
    #[arg(long)]
    pub fix: bool,
    /// Show what --fix would change, as a unified diff, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "write_baseline"])]
    pub diff: bool,
    /// Instead of the rules: which items of a shared minimum the pack meets, so that neighbours can be compared (common-capability)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["fix", "diff", "baseline", "write_baseline", "waivers_from"])]
    pub profile: Option<String>,
    /// With --profile: another pack in a second column
    #[arg(long, value_name = "OTHER", requires = "profile")]
    pub beside: Option<PathBuf>,
    /// Take accepted exceptions, levels of rules and own tables of facts from this git revision, so that a change cannot exempt itself
    #[arg(long, value_name = "REF")]
    pub waivers_from: Option<String>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if let Some(name) = &args.profile {
        return capability::run(name, args, session);
    }
    let summary = super::formats::step_summary(args.step_summary)?;
    super::formats::agree(session, "check")?;
    let mut sources = Sources::new();
    let (mut pack, mut reading) = super::pack::read(session, args.folder.as_ref(), &mut sources)?;
    if args.fix || args.diff {
        let fixes = fix::Fixes::of(&pack.dir, session.as_of, &|pack, sources| exceptions(args, pack, sources).map(drop))?;
        if args.diff {
            session.raw(&fixes.diff())?;
            fixes.lines(true).last().into_iter().for_each(|line| session.note(line));
        } else {
            fixes.write(&pack.dir, session)?;
            fixes.lines(session.dry_run).iter().for_each(|line| session.note(line));
            if !fixes.is_empty() && !session.dry_run {
                // What remains is told of the files as they are now.
                sources = Sources::new();
                (pack, reading) = super::pack::read(session, args.folder.as_ref(), &mut sources)?;
            }
        }
    }
    reading.extend(exceptions(args, &mut pack, &mut sources)?);
    let mut judged = judge(&pack, reading, session.as_of, &sources);
    let unread = unread(&judged.findings);
    judged.not_assessed.splice(0..0, unread.iter().cloned());
    let known = baseline::apply(args.baseline.as_deref(), args.write_baseline.as_deref(), &pack, &mut judged, session)?;
    let mut results = results(&pack, &judged, session.as_of, &sources);
    if let Some(data) = known.data() {
        results.data["baseline"] = data;
    }

    if args.diff {
        return Ok(outcome(args, &results, &unread));
    }
    let telling = Telling {
        rules: super::formats::rule_texts(|rule| judges(rule, &pack)),
        pack: Some(pack.dir.clone()),
        home: "pack.yaml".to_owned(),
        fails_from: args.fail_on.level(),
        cases: Vec::new(),
        all: args.all,
        summary,
        complete: unread.is_empty(),
    };
    super::formats::write(session, &results, &telling, |session, format, shown| {
        let style = if shown { session.style() } else { session.style().plain() };
        match format {
            Format::Short => short(&judged, &sources),
            _ => text(&pack, &judged, (Counts::of(&results), &known), &sources, session, style, (!args.all).then_some(human::SHOWN)),
        }
    })?;
    Ok(outcome(args, &results, &unread))
}

/// Accepted exceptions and levels of another revision, where they are asked for, and what reading them found.
fn exceptions(args: &Args, pack: &mut Pack, sources: &mut Sources) -> anyhow::Result<Vec<Finding>> {
    let Some(revision) = &args.waivers_from else { return Ok(Vec::new()) };
    let file = |name: &str| super::revision::file(&pack.dir, revision, name);
    let (head, waivers) = (file("pack.yaml")?, file("waivers.yaml")?);
    let mut facts = Vec::new();
    for name in super::revision::names(&pack.dir, revision, "facts")?
        .into_iter()
        .filter(|name| std::path::Path::new(name).extension().is_some_and(|ending| ending == "csv"))
    {
        facts.extend(file(&name)?.map(|bytes| (name, bytes)));
    }
    Ok(pack.take_exceptions(sources, revision, head.as_deref(), waivers.as_deref(), &facts))
}

fn outcome(args: &Args, results: &Results, unread: &[NotAssessed]) -> Outcome {
    let failing = super::formats::fails(results, args.fail_on.level());
    let outcome = if failing { Outcome::Findings } else { Outcome::Done };
    if unread.is_empty() { outcome } else { outcome.and(Outcome::Incomplete) }
}

/// Whether a rule judges a pack: not one that the pack allows.
fn judges(rule: &Rule, pack: &Pack) -> bool {
    pack.levels.get(rule.code).is_none_or(|level| level.value.is_some())
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
fn text(
    pack: &Pack,
    judged: &Judgement,
    (counts, known): (Counts, &baseline::Known),
    sources: &Sources,
    session: &Session,
    style: human::Style,
    most: Option<usize>,
) -> String {
    let paint = |colour, text: &str| if style.colour { session.paint(colour, text) } else { text.to_owned() };
    let mut out = String::new();
    out.push_str(&human::render_all(&judged.findings, sources, style, most, "carepact check --all, or -f short"));
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
    let members = pack.members_on(session.as_of).count() as u64;
    let what = format!(
        "{}, {} on {}",
        crate::text::count(pack.agreements.len() as u64, "agreement", "agreements"),
        crate::text::count(members, "member organisation", "member organisations"),
        session.as_of.in_words()
    );
    let mut parts = Vec::new();
    if counts.errors > 0 {
        parts.push(paint(RED, &crate::text::count(counts.errors as u64, "error", "errors")));
    }
    if counts.warnings > 0 {
        parts.push(paint(YELLOW, &crate::text::count(counts.warnings as u64, "warning", "warnings")));
    }
    if counts.notes > 0 {
        parts.push(crate::text::count(counts.notes as u64, "note", "notes"));
    }
    let settled = counts.settled().map_or_else(String::new, |words| format!("; {words}"));
    if parts.is_empty() {
        let rules = crate::text::count(crate::rules::all().count() as u64, "rule", "rules");
        let nothing = if settled.is_empty() { "nothing" } else { "nothing else" };
        let verdict = if judged.not_assessed.is_empty() {
            paint(GREEN, &format!("{nothing} found by {rules}"))
        } else {
            paint(YELLOW, &format!("{nothing} found by {rules}, and not everything was judged"))
        };
        out.push_str(&format!("{what}: {verdict}{settled}\n"));
    } else {
        out.push_str(&format!("{what}: {}{settled}\n", crate::text::and_list(&parts)));
        if let Some(worst) =
            judged.findings.iter().filter(|finding| finding.standing == Standing::Open).max_by(|a, b| a.severity.cmp(&b.severity).then(b.code.cmp(a.code)))
        {
            out.push_str(&format!("A finding's rule is explained by its code, for example: carepact explain {}\n", worst.code));
        }
        let mendable = judged.findings.iter().filter(|finding| finding.standing == Standing::Open && finding.fixes.iter().any(|fix| fix.safe)).count() as u64;
        if mendable > 0 {
            let verb = if mendable == 1 { "has" } else { "have" };
            out.push_str(&format!(
                "{} {verb} a fix that is certain: carepact check --diff shows it, --fix makes it\n",
                crate::text::count(mendable, "finding", "findings")
            ));
        }
    }
    out
}
