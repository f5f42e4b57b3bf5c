//! The report as facts: everything that any rendering shows is worked out here, once.
//!
//! `carepact.report/1` is this type as JSON. A part whose results were not given is absent (`null`), is listed under
//! [`Report::unchecked`], and is never counted as nought.

mod accesses;
mod agreements;
mod cover;
mod findings;
mod releases;
mod result_set;
mod risk;
mod summary;
mod values;

pub use accesses::WEEKDAYS;
pub use risk::{Disclosure, LeftOut, Measured, Sensitive};

use serde::Serialize;
use serde_json::Value;

use super::read::Saved;
use crate::diagnostics::Severity;
use crate::text::{count, thousands};
use result_set::ResultSet;
use summary::Figures;

/// The format's name and version.
pub const FORMAT: &str = "carepact.report/1";

/// Days before its end in which an agreement is shown as ending soon.
pub const SOON_DAYS: i64 = 90;

/// What the caller decides; everything else comes from the results.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The heading; else it is made of the community's name.
    pub title: Option<String>,
    /// The period in words; else what the audit says, else the day of judgement.
    pub period: Option<String>,
    /// Printed at the top of every page.
    pub classification: String,
    /// Whether someone has approved it; a draft says so.
    pub approved: bool,
}

/// A whole report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Always [`FORMAT`].
    pub format: &'static str,
    /// Name and version of the tool that made the report.
    pub tool: &'static str,
    /// What it is about and how to check it.
    pub cover: Cover,
    /// The figures that every rendering must show alike.
    pub totals: Vec<Total>,
    /// The one page.
    pub summary: Summary,
    /// What could not be checked, absent results among it.
    pub unchecked: Vec<Unchecked>,
    /// The books of every input.
    pub balance: Vec<BalanceLine>,
    /// The register of agreements; none if no check results were given.
    pub agreements: Option<Agreements>,
    /// Tests of the agreements; none if no test results were given.
    pub tests: Option<Tests>,
    /// The audit; none if no audit results were given.
    pub accesses: Option<Accesses>,
    /// Releases; none if neither pseudonymisation results nor a manifest were given.
    pub releases: Option<Vec<Release>>,
    /// Disclosure risk; none if no results measure it.
    pub disclosure: Option<Disclosure>,
    /// Findings, the gravest first, grouped by rule.
    pub findings: Vec<FindingGroup>,
    /// What the report was made of.
    pub sources: Vec<SourceFile>,
    /// What those results were made of.
    pub inputs: Vec<InputLine>,
    /// Words used in the report.
    pub definitions: Vec<Definition>,
}

/// What the report is about.
#[derive(Clone, Debug, Serialize)]
pub struct Cover {
    /// The heading.
    pub title: String,
    /// The community, as the pack names it; none without check results.
    pub community: Option<Community>,
    /// The period in words.
    pub period: String,
    /// The days of judgement, with the kinds of results judged on each.
    pub judged_on: Vec<JudgedOn>,
    /// Printed at the top.
    pub classification: String,
    /// `draft` or `final`.
    pub status: &'static str,
    /// SHA-256 of the results, hex.
    pub fingerprint: String,
    /// The command that gives the fingerprint again.
    pub fingerprint_command: String,
    /// Identifier and SHA-256 of every pack the results name, sorted.
    pub packs: Vec<PackLine>,
}

/// A pack that results were made with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PackLine {
    /// `id` of `pack.yaml`.
    pub id: String,
    /// Over names and contents of its files.
    pub sha256: String,
}

/// Who shares.
#[derive(Clone, Debug, Serialize)]
pub struct Community {
    /// Its name.
    pub title: String,
    /// Organisations in the register.
    pub organisations: Option<u64>,
    /// Of these, members of the community.
    pub members: Option<u64>,
    /// Organisations by kind, the most first.
    pub by_kind: Vec<Named>,
    /// Organisations by place, by name.
    pub by_place: Vec<Named>,
    /// Whether the pack says it is invented.
    pub synthetic: bool,
}

/// A name with a count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// In words.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// A day of judgement.
#[derive(Clone, Debug, Serialize)]
pub struct JudgedOn {
    /// ISO 8601.
    pub as_of: String,
    /// `check`, `audit`, ..., sorted.
    pub kinds: Vec<String>,
}

/// One figure of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Total {
    /// Stable name for machines.
    pub name: &'static str,
    /// In words.
    pub label: &'static str,
    /// Now; none if it is not in these results.
    pub now: Option<u64>,
    /// Last time; none if no earlier results were given or it is not in them.
    pub before: Option<u64>,
}

/// The one page.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// `act` (errors), `review` (warnings), `incomplete` (nothing found, not all checked) or `clear`.
    pub level: &'static str,
    /// The verdict in a sentence.
    pub verdict: String,
    /// At most five, the most pressing first.
    pub actions: Vec<Action>,
    /// Compared by finding id; none if no earlier results were given.
    pub changes: Option<Changes>,
}

/// Something to do, over all places where one rule was not met.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// The rule.
    pub code: String,
    /// The gravest among them.
    pub severity: Severity,
    /// What to do, in a sentence.
    pub what: String,
    /// Number of findings it would mend.
    pub findings: u64,
    /// Up to three of their places.
    pub places: Vec<String>,
    /// Who; none if the results name nobody.
    pub owner: Option<String>,
    /// By when, ISO 8601; none if the results name no date.
    pub due: Option<String>,
}

/// What changed since the earlier results, by finding id.
#[derive(Clone, Debug, Serialize)]
pub struct Changes {
    /// Open now, not found then.
    pub new: Vec<ChangedFinding>,
    /// Found then, not found any more.
    pub resolved: Vec<ChangedFinding>,
    /// Found both times.
    pub unchanged: u64,
    /// Kinds of results that are in one set only, and why they were not compared.
    pub not_compared: Vec<Unchecked>,
}

/// A finding in a list of changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedFinding {
    /// Stable over time.
    pub id: String,
    /// The rule.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub place: String,
    /// The sentence.
    pub saw: String,
}

/// Something that was not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unchecked {
    /// The part.
    pub what: String,
    /// Why, and what would mend it.
    pub why: String,
}

/// The books of one input.
#[derive(Clone, Debug, Serialize)]
pub struct BalanceLine {
    /// The kind of results.
    pub kind: String,
    /// The input.
    pub input: String,
    /// Rows, lines or events read.
    pub read: u64,
    /// What was used.
    pub out: u64,
    /// Taken out on purpose, all causes.
    pub removed: u64,
    /// Not usable, all causes.
    pub quarantined: u64,
    /// The causes of what was removed, in words; empty if there are none.
    pub removed_because: String,
    /// The causes of what was quarantined, in words; empty if there are none.
    pub quarantined_because: String,
    /// Whether read = out + removed + quarantined.
    pub holds: bool,
}

/// The register.
#[derive(Clone, Debug, Serialize)]
pub struct Agreements {
    /// The day it was judged on.
    pub as_of: String,
    /// By identifier.
    pub list: Vec<Agreement>,
    /// What the expiry timeline shows, in a sentence.
    pub timeline: String,
}

/// One agreement.
#[derive(Clone, Debug, Serialize)]
pub struct Agreement {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version, as written.
    pub version: Option<String>,
    /// The status written in it.
    pub status: Option<String>,
    /// What that means on the day, in words.
    pub state: Option<String>,
    /// First day.
    pub starts: Option<String>,
    /// Last day.
    pub ends: Option<String>,
    /// Next review.
    pub review_next: Option<String>,
    /// How many organisations or groups.
    pub parties: Option<u64>,
    /// How many grants.
    pub grants: Option<u64>,
    /// How many releases.
    pub releases: Option<u64>,
    /// Days from the day of judgement to the last day; negative after it.
    pub days_left: Option<i64>,
    /// `ended`, `soon`, `later` or `unknown`.
    pub term: &'static str,
}

/// Tests written in the pack.
#[derive(Clone, Debug, Serialize)]
pub struct Tests {
    /// As expected.
    pub passed: Option<u64>,
    /// Not as expected.
    pub failed: Option<u64>,
    /// Clauses of the agreements; none if the results do not count them.
    pub clauses: Option<u64>,
    /// Clauses that never decided an expectation, so that no test would notice a change of them.
    pub untested: Option<Vec<String>>,
}

/// The audit.
#[derive(Clone, Debug, Serialize)]
pub struct Accesses {
    /// Events judged.
    pub events: Option<u64>,
    /// The four answers in words, with their shares; an answer that the results do not give has none.
    pub answers: Vec<Answer>,
    /// An agreement allows it.
    pub allowed: Option<u64>,
    /// An agreement allows it if facts hold that are not known.
    pub conditional: Option<u64>,
    /// No agreement covers it.
    pub not_covered: Option<u64>,
    /// Could not be decided.
    pub not_assessed: Option<u64>,
    /// Share of all accesses that a relationship explains.
    pub explained_all: Option<Explained>,
    /// The same for first accesses.
    pub explained_first: Option<Explained>,
    /// Accesses by weekday (from Monday) and hour.
    pub hours: Option<Hours>,
    /// Accesses by day.
    pub daily: Option<Daily>,
    /// For a person to decide on, in order; none if the results have none to tell.
    pub cases: Option<Vec<Case>>,
    /// How many cases there are; the results may list fewer.
    pub cases_total: Option<u64>,
    /// Accesses by the clauses that allow them.
    pub clauses: Option<Vec<Named>>,
    /// Accesses by the facts that were not known.
    pub unknown_facts: Option<Vec<Named>>,
    /// Accesses by the relationship that explains them.
    pub relations: Option<Vec<Named>>,
    /// What was looked for, and how often it was found.
    pub detectors: Option<Vec<Detector>>,
    /// By organisation, as the audit tells it.
    pub organisations: Option<Grid>,
}

/// How many accesses got one of the four answers.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// In words.
    pub answer: &'static str,
    /// How many.
    pub count: Option<u64>,
    /// Of all accesses.
    pub share: Option<Share>,
}

/// How many accesses a relationship explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Of those that could be judged.
    pub share: Share,
    /// Could not be judged; none if the results do not say.
    pub not_assessed: Option<u64>,
}

/// Something an audit looks for.
#[derive(Clone, Debug, Serialize)]
pub struct Detector {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// How often it was found; none if it could not look.
    pub findings: Option<u64>,
}

/// Part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The part.
    pub part: u64,
    /// The whole.
    pub whole: u64,
    /// Tenths of a per cent, rounded half up; none of nothing.
    pub per_mille: Option<u64>,
}

/// Accesses by weekday and hour.
#[derive(Clone, Debug, Serialize)]
pub struct Hours {
    /// Seven rows from Monday, 24 columns from midnight.
    pub counts: Vec<Vec<u64>>,
    /// What it shows, in a sentence.
    pub finding: String,
}

/// Accesses by day.
#[derive(Clone, Debug, Serialize)]
pub struct Daily {
    /// In order.
    pub days: Vec<Day>,
    /// What it shows, in a sentence.
    pub finding: String,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Day {
    /// ISO 8601, Europe/London.
    pub date: String,
    /// Accesses.
    pub events: u64,
}

/// Accesses that belong together and want a decision.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// Its number or name.
    pub case: String,
    /// Keyed reference of the member of staff.
    pub user: String,
    /// Keyed reference of the person; may be empty.
    pub person: String,
    /// Where the member of staff works.
    pub organisation: String,
    /// First day or instant.
    pub from: String,
    /// Last day or instant.
    pub to: String,
    /// How many accesses; none if the results do not say.
    pub accesses: Option<u64>,
    /// For the order only.
    pub score: String,
    /// The detectors.
    pub codes: Vec<String>,
    /// Why, in words.
    pub sentences: Vec<String>,
}

/// A table whose columns the results decide.
#[derive(Clone, Debug, Serialize)]
pub struct Grid {
    /// Names as in the results.
    pub columns: Vec<String>,
    /// As many cells a row as there are columns.
    pub rows: Vec<Vec<Value>>,
}

/// One release in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Release {
    /// Under which agreement.
    pub agreement: Option<String>,
    /// Its name there.
    pub release: Option<String>,
    /// Version of the agreement.
    pub version: Option<String>,
    /// The day it was decided on.
    pub as_of: Option<String>,
    /// Rows that left.
    pub rows: Option<u64>,
    /// Rows that did not leave, as the manifest tells it (rounded, small numbers hidden).
    pub not_released: Option<String>,
    /// Who gets it.
    pub recipient: Option<String>,
    /// For what, as the vocabulary names it.
    pub purpose: Option<String>,
    /// What was assessed of the risk that someone is recognised, in words.
    pub risk: Option<String>,
    /// What the release itself warns of.
    pub warnings: Vec<String>,
    /// The key, by its public name.
    pub key: Option<String>,
    /// Columns by what was done to them, in words.
    pub columns: Option<String>,
    /// Name and digest of every file.
    pub outputs: Vec<ReleasedFile>,
    /// The file that told it.
    pub told_by: String,
}

/// A file that left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleasedFile {
    /// Without folder.
    pub name: String,
    /// Hex.
    pub sha256: String,
}

/// All findings of one rule.
#[derive(Clone, Debug, Serialize)]
pub struct FindingGroup {
    /// The rule or detector.
    pub code: String,
    /// The gravest among them.
    pub severity: Severity,
    /// The kinds of results.
    pub kinds: Vec<String>,
    /// The ground, where all share one.
    pub means: Option<String>,
    /// What to do, where it is the same for all.
    #[serde(rename = "do")]
    pub todo: Option<Vec<String>>,
    /// In the order of the results.
    pub findings: Vec<FindingEntry>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct FindingEntry {
    /// Stable over time.
    pub id: String,
    /// The rule or detector.
    pub code: String,
    /// The kind of results.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// `open` or `accepted`.
    pub status: String,
    /// `new`, `unchanged` or `not compared`.
    pub change: &'static str,
    /// The thing by its stable name.
    pub place: String,
    /// What we saw.
    pub saw: String,
    /// What it means: law, guidance or design rule.
    pub means: String,
    /// What to do.
    #[serde(rename = "do")]
    pub todo: Vec<String>,
    /// Files with line and column; the first is the one to edit.
    #[serde(rename = "where")]
    pub located: Vec<String>,
    /// Who; none if nobody is named.
    pub owner: Option<String>,
    /// By when; none if no date is named.
    pub due: Option<String>,
}

/// A file the report was made of.
#[derive(Clone, Debug, Serialize)]
pub struct SourceFile {
    /// Without folder.
    pub name: String,
    /// `check`, `audit`, ..., or `release manifest`.
    pub kind: String,
    /// Name and version of the tool that wrote it.
    pub tool: String,
    /// The day of judgement.
    pub as_of: String,
    /// `now` or `before`.
    pub set: &'static str,
    /// Of its bytes, hex.
    pub sha256: String,
}

/// Something the results were made of.
#[derive(Clone, Debug, Serialize)]
pub struct InputLine {
    /// The kind of results.
    pub kind: String,
    /// `extract`, `log`, ...
    pub role: String,
    /// Without folder.
    pub name: String,
    /// Named: `sha256:...` or `hmac:...`.
    pub digest: String,
}

/// A word and what is meant by it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Definition {
    /// The word.
    pub word: &'static str,
    /// In a sentence.
    pub meaning: &'static str,
}

const DEFINITIONS: [Definition; 12] = [
    Definition {
        word: "An agreement allows it",
        meaning: "A grant of an agreement in force that day covers this role, organisation, purpose and data, if the facts given are true. The report names the clause.",
    },
    Definition {
        word: "Depends on facts not known",
        meaning: "An agreement covers it only if something is true that no table given to the audit tells. It is not counted as allowed.",
    },
    Definition {
        word: "No agreement covers it",
        meaning: "No grant in force that day reaches it, or a prohibition applies. That by itself does not forbid sharing to protect someone at risk (Caldicott principle 7).",
    },
    Definition {
        word: "Not assessed",
        meaning: "The question could not be answered, for example because an organisation, a role or a table is missing. It is never counted as in order.",
    },
    Definition {
        word: "Explained",
        meaning: "A relationship between the member of staff and the person was found in the tables given: a registration, an appointment or an earlier explained contact. It is a separate question from whether an agreement allows it.",
    },
    Definition { word: "Needs review", meaning: "A person should look at it. It does not say that anyone did wrong." },
    Definition { word: "Error, warning, info", meaning: "Error: something does not hold. Warning: it should be looked at. Info: worth knowing." },
    Definition {
        word: "Accepted exception",
        meaning: "A finding that someone with authority has accepted for a time, with a reason. It does not waive the law.",
    },
    Definition { word: "Quarantined", meaning: "Rows or lines that could not be used, set aside with the reason and counted." },
    Definition { word: "Balance", meaning: "What was read equals what was used, removed on purpose and quarantined. Nothing is lost silently." },
    Definition { word: "Finding id", meaning: "Stays the same from month to month while its cause stays, whatever its wording or line number." },
    Definition { word: "Fingerprint", meaning: "SHA-256 of the saved results. Whoever holds the results can compute it again and compare." },
];

impl Report {
    /// `carepact.report/1` as saved: two-space JSON and a final newline.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Builds the report of `now`, compared with `before` (empty if there is nothing earlier). The order in which
    /// the files are given makes no difference.
    pub fn new(now: &[Saved], before: &[Saved], options: &Options) -> Self {
        let now = in_order(now);
        let before = in_order(before);
        let set = ResultSet::new(&now);
        let earlier = ResultSet::new(&before);

        let mut unchecked = set.unchecked();
        let community = set.community();
        let agreements = set.agreements();
        let tests = set.tests();
        let accesses = set.accesses(&mut unchecked);
        let releases = set.releases();
        let balance = set.balance();
        for line in balance.iter().filter(|line| !line.holds) {
            unchecked.push(Unchecked {
                what: format!("{}: {}", line.kind, line.input),
                why: format!(
                    "its books do not balance: {} read, {} used, {} removed, {} quarantined",
                    thousands(line.read),
                    thousands(line.out),
                    thousands(line.removed),
                    thousands(line.quarantined)
                ),
            });
        }
        for line in balance.iter().filter(|line| line.quarantined > 0) {
            unchecked.push(Unchecked {
                what: format!("{}: {}", line.kind, line.input),
                why: format!("{} of {} could not be used: {}", thousands(line.quarantined), count(line.read, "row", "rows"), line.quarantined_because),
            });
        }
        unchecked.sort();
        unchecked.dedup();

        let changes = (!before.is_empty()).then(|| Changes::between(&set, &earlier));
        let findings = set.groups(if before.is_empty() { None } else { Some(&earlier) });
        let figures = Figures::of(&set, &findings, unchecked.len(), agreements.as_ref(), accesses.as_ref(), releases.as_deref(), tests.as_ref(), &balance);
        let earlier_figures = (!before.is_empty()).then(|| {
            let mut unchecked = earlier.unchecked();
            let accesses = earlier.accesses(&mut unchecked);
            let balance = earlier.balance();
            unchecked.extend(
                balance.iter().filter(|line| line.quarantined > 0 || !line.holds).map(|line| Unchecked { what: line.kind.clone(), why: line.input.clone() }),
            );
            unchecked.sort();
            unchecked.dedup();
            Figures::of(
                &earlier,
                &earlier.groups(None),
                unchecked.len(),
                earlier.agreements().as_ref(),
                accesses.as_ref(),
                earlier.releases().as_deref(),
                earlier.tests().as_ref(),
                &balance,
            )
        });
        let totals = figures.totals(earlier_figures.as_ref());
        let summary = Summary::of(&findings, &figures, unchecked.len(), changes);
        let cover = Cover::of(&now, &set, community, options);
        let sources = now.iter().map(|saved| SourceFile::of(saved, "now")).chain(before.iter().map(|saved| SourceFile::of(saved, "before"))).collect();
        Self {
            format: FORMAT,
            tool: concat!("carepact ", env!("CARGO_PKG_VERSION")),
            cover,
            totals,
            summary,
            unchecked,
            balance,
            agreements,
            tests,
            accesses,
            releases,
            disclosure: Disclosure::of(set.named_results()),
            findings,
            sources,
            inputs: set.inputs(),
            definitions: DEFINITIONS.to_vec(),
        }
    }

    /// One figure by name; none if it is not in these results.
    pub fn total(&self, name: &str) -> Option<u64> {
        self.totals.iter().find(|total| total.name == name).and_then(|total| total.now)
    }
}

fn in_order(saved: &[Saved]) -> Vec<&Saved> {
    let mut list: Vec<&Saved> = saved.iter().collect();
    list.sort_by(|a, b| (a.kind(), &a.name, &a.sha256).cmp(&(b.kind(), &b.name, &b.sha256)));
    list.dedup_by(|a, b| a.sha256 == b.sha256);
    list
}
