//! The report as facts: everything that any rendering shows is worked out here, once.
//!
//! `carepact.report/1` is this type as JSON. A part whose results were not given is absent (`null`), is listed under
//! [`Report::unchecked`], and is never counted as nought.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::read::{Content, Saved};
use crate::diagnostics::Severity;
use crate::diagnostics::results::{ResultFinding, Results};
use crate::identifier::Date;
use crate::text::{and_list, count, thousands};

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
    pub explained_all: Option<Share>,
    /// The same for first accesses.
    pub explained_first: Option<Share>,
    /// Accesses by weekday (from Monday) and hour.
    pub hours: Option<Hours>,
    /// Accesses by day.
    pub daily: Option<Daily>,
    /// For a person to decide on, in order; none if the results have none to tell.
    pub cases: Option<Vec<Case>>,
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

/// The results of one month, by kind.
struct ResultSet<'a> {
    results: Vec<&'a Results>,
    manifests: Vec<(&'a Saved, &'a Value)>,
    saved: Vec<&'a Saved>,
}

impl<'a> ResultSet<'a> {
    fn new(saved: &[&'a Saved]) -> Self {
        let mut set = Self { results: Vec::new(), manifests: Vec::new(), saved: saved.to_vec() };
        for file in saved {
            match &file.content {
                Content::Results(results) => set.results.push(results),
                Content::Manifest(manifest) => set.manifests.push((file, manifest)),
            }
        }
        set
    }

    fn kinds(&self) -> BTreeSet<&'a str> {
        self.results.iter().map(|results| results.kind.as_str()).collect()
    }

    /// The first results that have this part of `data`.
    fn part(&self, name: &str) -> Option<(&'a Results, &'a Value)> {
        self.results.iter().find_map(|results| results.data.get(name).filter(|value| !value.is_null()).map(|value| (*results, value)))
    }

    fn unchecked(&self) -> Vec<Unchecked> {
        let mut list: Vec<Unchecked> = Vec::new();
        for results in &self.results {
            for item in &results.not_assessed {
                list.push(Unchecked { what: format!("{}: {}", results.kind, item.what), why: item.why.clone() });
            }
        }
        for (what, present, kind) in [
            ("the agreements", self.part("agreements").is_some(), "check"),
            ("the tests of the agreements", self.part("tests").is_some() || self.kinds().contains("test"), "test"),
            ("the accesses", self.part("audit").is_some(), "audit"),
        ] {
            if !present {
                list.push(Unchecked { what: what.to_owned(), why: format!("not in these results: no results of `carepact {kind}` with this part were given") });
            }
        }
        if self.releases().is_none() {
            list.push(Unchecked {
                what: "the releases".to_owned(),
                why: "not in these results: no results of `carepact pseudonymise` and no release manifest were given".to_owned(),
            });
        }
        let packs = self.packs();
        if packs.len() > 1 {
            list.push(Unchecked {
                what: "one state of the pack".to_owned(),
                why: format!(
                    "the results were made with {} different states of the pack, so that parts of this report may not fit together; make them again with one",
                    packs.len()
                ),
            });
        }
        for (index, results) in self.results.iter().enumerate() {
            if results.kind != "pseudonymise" && self.results[..index].iter().any(|other| other.kind == results.kind) {
                list.push(Unchecked {
                    what: format!("one set of {} results", results.kind),
                    why: "several were given; their findings are all listed, but the sections show the first that has them".to_owned(),
                });
            }
        }
        list
    }

    fn packs(&self) -> Vec<PackLine> {
        let packs: BTreeSet<PackLine> =
            self.results.iter().filter_map(|results| results.pack.as_ref()).map(|pack| PackLine { id: pack.id.clone(), sha256: pack.sha256.clone() }).collect();
        packs.into_iter().collect()
    }

    fn community(&self) -> Option<Community> {
        let (_, data) = self.part("community")?;
        let mut by_kind = named(data.get("by_kind"));
        by_kind.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        let mut by_place = named(data.get("by_place"));
        by_place.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Community {
            title: text(data, "title").unwrap_or_else(|| "a community without a name".to_owned()),
            organisations: number(data, "organisations"),
            members: number(data, "members"),
            by_kind,
            by_place,
            synthetic: data.get("synthetic").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    fn agreements(&self) -> Option<Agreements> {
        let (results, data) = self.part("agreements")?;
        let today = Date::parse(&results.as_of).ok();
        let mut list: Vec<Agreement> = data.as_array()?.iter().map(|item| Agreement::read(item, today)).collect();
        list.sort_by(|a, b| a.id.cmp(&b.id));
        let timeline = timeline_sentence(&list);
        Some(Agreements { as_of: results.as_of.clone(), list, timeline })
    }

    fn tests(&self) -> Option<Tests> {
        let (_, data) = self.part("tests")?;
        Some(Tests { passed: number(data, "passed"), failed: number(data, "failed") })
    }

    fn accesses(&self, unchecked: &mut Vec<Unchecked>) -> Option<Accesses> {
        let (_, data) = self.part("audit")?;
        let counts = data.get("counts").unwrap_or(data);
        let mut accesses = Accesses {
            events: number(counts, "events"),
            answers: Vec::new(),
            allowed: number(counts, "permitted"),
            conditional: number(counts, "conditional"),
            not_covered: number(counts, "denied"),
            not_assessed: number(counts, "not_assessed"),
            explained_all: data.pointer("/explained/all").and_then(Share::read),
            explained_first: data.pointer("/explained/first").and_then(Share::read),
            hours: None,
            daily: None,
            cases: data.get("cases").and_then(Value::as_array).map(|list| list.iter().map(Case::read).collect()),
            organisations: data.get("organisations").and_then(Grid::read),
        };
        accesses.answers = [
            ("An agreement allows it, if the facts given are true", accesses.allowed),
            ("Depends on facts not known", accesses.conditional),
            ("No agreement covers it", accesses.not_covered),
            ("Not assessed", accesses.not_assessed),
        ]
        .map(|(answer, count)| Answer { answer, count, share: count.zip(accesses.events).map(|(part, whole)| Share::new(part, whole)) })
        .into();
        match data.get("hour_by_weekday") {
            None | Some(Value::Null) => unchecked.push(Unchecked { what: "audit: accesses by hour and weekday".into(), why: "not in these results".into() }),
            Some(value) => {
                accesses.hours = Hours::read(value);
                if accesses.hours.is_none() {
                    unchecked.push(Unchecked {
                        what: "audit: accesses by hour and weekday".into(),
                        why: "the table in the results is not seven days by 24 hours".into(),
                    });
                }
            }
        }
        match data.get("daily") {
            None | Some(Value::Null) => unchecked.push(Unchecked { what: "audit: accesses by day".into(), why: "not in these results".into() }),
            Some(value) => {
                accesses.daily = Daily::read(value);
                if accesses.daily.is_none() {
                    unchecked.push(Unchecked { what: "audit: accesses by day".into(), why: "the results do not give a date and a count for every day".into() });
                }
            }
        }
        if accesses.cases.is_none() {
            unchecked.push(Unchecked { what: "audit: cases".into(), why: "not in these results".into() });
        }
        if let (Some(events), Some(parts)) =
            (accesses.events, [accesses.allowed, accesses.conditional, accesses.not_covered, accesses.not_assessed].into_iter().sum::<Option<u64>>())
            && events != parts
        {
            unchecked.push(Unchecked {
                what: "audit: the four answers".into(),
                why: format!("they add up to {}, not to the {}", thousands(parts), count(events, "event", "events")),
            });
        }
        for (what, sum) in [
            ("by hour and weekday", accesses.hours.as_ref().map(|hours| hours.counts.iter().flatten().sum::<u64>())),
            ("by day", accesses.daily.as_ref().map(|daily| daily.days.iter().map(|day| day.events).sum::<u64>())),
        ] {
            if let (Some(events), Some(sum)) = (accesses.events, sum)
                && events != sum
            {
                unchecked.push(Unchecked {
                    what: format!("audit: accesses {what}"),
                    why: format!(
                        "the table holds {}, the audit {}: the rest has no time that can be relied on",
                        thousands(sum),
                        count(events, "event", "events")
                    ),
                });
            }
        }
        Some(accesses)
    }

    fn releases(&self) -> Option<Vec<Release>> {
        let mut list: Vec<Release> = Vec::new();
        let mut told = false;
        for (saved, manifest) in &self.manifests {
            told = true;
            list.push(Release::read(manifest, &saved.name));
        }
        for saved in &self.saved {
            let Content::Results(results) = &saved.content else { continue };
            for part in ["manifest", "release", "releases"] {
                let Some(value) = results.data.get(part).filter(|value| value.is_object() || value.is_array()) else { continue };
                told = true;
                let items: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
                for item in items {
                    let mut release = Release::read(item, &saved.name);
                    release.as_of = release.as_of.or_else(|| Some(results.as_of.clone()));
                    match list.iter_mut().find(|known| known.same_as(&release)) {
                        Some(known) => known.complete(release),
                        None => list.push(release),
                    }
                }
            }
        }
        list.sort_by(|a, b| (&a.as_of, &a.agreement, &a.release, &a.told_by).cmp(&(&b.as_of, &b.agreement, &b.release, &b.told_by)));
        told.then_some(list)
    }

    fn balance(&self) -> Vec<BalanceLine> {
        let mut list = Vec::new();
        for results in &self.results {
            for line in &results.balance {
                let causes = |causes: &BTreeMap<String, u64>| {
                    let list: Vec<String> = causes.iter().map(|(cause, number)| format!("{} {}", thousands(*number), words(cause))).collect();
                    and_list(&list)
                };
                list.push(BalanceLine {
                    kind: results.kind.clone(),
                    input: line.input.clone(),
                    read: line.read,
                    out: line.out,
                    removed: line.removed.values().sum(),
                    quarantined: line.quarantined.values().sum(),
                    removed_because: causes(&line.removed),
                    quarantined_because: causes(&line.quarantined),
                    holds: line.holds(),
                });
            }
        }
        list
    }

    fn inputs(&self) -> Vec<InputLine> {
        let mut list = Vec::new();
        for results in &self.results {
            for input in &results.inputs {
                list.push(InputLine { kind: results.kind.clone(), role: input.role.clone(), name: input.name.clone(), digest: input.digest.clone() });
            }
        }
        list
    }

    fn each_finding(&self) -> impl Iterator<Item = (&'a Results, &'a ResultFinding)> + '_ {
        self.results.iter().flat_map(|results| results.findings.iter().map(move |finding| (*results, finding)))
    }

    fn groups(&self, earlier: Option<&ResultSet<'_>>) -> Vec<FindingGroup> {
        let known: Option<BTreeSet<(&str, &str)>> =
            earlier.map(|set| set.each_finding().map(|(results, finding)| (results.kind.as_str(), finding.id.as_str())).collect());
        let comparable: BTreeSet<&str> = earlier.map(|set| comparable_kinds(self, set).0).unwrap_or_default();
        let mut by_code: BTreeMap<&str, Vec<FindingEntry>> = BTreeMap::new();
        for (results, finding) in self.each_finding() {
            let change = match &known {
                Some(known) if comparable.contains(results.kind.as_str()) => {
                    if known.contains(&(results.kind.as_str(), finding.id.as_str())) {
                        "unchanged"
                    } else {
                        "new"
                    }
                }
                _ => "not compared",
            };
            by_code.entry(&finding.code).or_default().push(FindingEntry::of(results, finding, change));
        }
        let mut groups: Vec<FindingGroup> = by_code
            .into_iter()
            .map(|(code, findings)| {
                let severity = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
                let kinds: BTreeSet<String> = findings.iter().map(|finding| finding.kind.clone()).collect();
                let first = findings.first().map(|finding| finding.means.clone()).unwrap_or_default();
                let todo = findings
                    .first()
                    .map(|finding| finding.todo.clone())
                    .filter(|todo| !todo.is_empty() && findings.iter().all(|finding| finding.todo == *todo));
                let shared = !first.is_empty() && findings.iter().all(|finding| finding.means == first);
                FindingGroup { code: code.to_owned(), severity, kinds: kinds.into_iter().collect(), means: shared.then_some(first), todo, findings }
            })
            .collect();
        groups.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.code.cmp(&b.code)));
        groups
    }
}

/// Kinds that both sets have and whose ids mean the same, and those that cannot be compared.
fn comparable_kinds<'a>(now: &ResultSet<'a>, before: &ResultSet<'_>) -> (BTreeSet<&'a str>, Vec<Unchecked>) {
    let then = before.kinds();
    let mut not = Vec::new();
    let mut kinds = BTreeSet::new();
    let one_run = |set: &ResultSet<'_>| {
        set.part("audit").is_some_and(|(_, audit)| audit.get("comparable").or_else(|| audit.get("references_comparable")) == Some(&Value::Bool(false)))
    };
    for kind in now.kinds() {
        if !then.contains(kind) {
            not.push(Unchecked { what: format!("{kind} results"), why: "there are none among the earlier results".into() });
        } else if kind == "audit" && (one_run(now) || one_run(before)) {
            not.push(Unchecked { what: "audit results".into(), why: "an audit without a keyring makes references that hold for one run only".into() });
        } else {
            kinds.insert(kind);
        }
    }
    for kind in then.difference(&now.kinds()) {
        not.push(Unchecked { what: format!("{kind} results"), why: "they are among the earlier results only".into() });
    }
    (kinds, not)
}

impl Changes {
    fn between(now: &ResultSet<'_>, before: &ResultSet<'_>) -> Self {
        let (kinds, not_compared) = comparable_kinds(now, before);
        let pick = |set: &ResultSet<'_>| -> BTreeMap<(String, String), ChangedFinding> {
            set.each_finding()
                .filter(|(results, _)| kinds.contains(results.kind.as_str()))
                .map(|(results, finding)| ((results.kind.clone(), finding.id.clone()), ChangedFinding::of(finding)))
                .collect()
        };
        let (current, earlier) = (pick(now), pick(before));
        let missing_from = |these: &BTreeMap<(String, String), ChangedFinding>, those: &BTreeMap<(String, String), ChangedFinding>| {
            let mut list: Vec<ChangedFinding> = these.iter().filter(|(key, _)| !those.contains_key(*key)).map(|(_, finding)| finding.clone()).collect();
            list.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| (&a.code, &a.place, &a.id).cmp(&(&b.code, &b.place, &b.id))));
            list
        };
        Self {
            new: missing_from(&current, &earlier),
            resolved: missing_from(&earlier, &current),
            unchanged: current.keys().filter(|key| earlier.contains_key(*key)).count() as u64,
            not_compared,
        }
    }
}

impl ChangedFinding {
    fn of(finding: &ResultFinding) -> Self {
        Self { id: finding.id.clone(), code: finding.code.clone(), severity: finding.severity, place: finding.place.clone(), saw: sentence(finding.message()) }
    }
}

impl FindingEntry {
    fn of(results: &Results, finding: &ResultFinding, change: &'static str) -> Self {
        let fact = |name: &str| finding.facts.get(name).and_then(scalar);
        Self {
            id: finding.id.clone(),
            code: finding.code.clone(),
            kind: results.kind.clone(),
            severity: finding.severity,
            status: finding.status.clone(),
            change,
            place: finding.place.clone(),
            saw: sentence(finding.message()),
            means: sentence(finding.ground()),
            todo: finding.next().into_iter().map(sentence).collect(),
            located: finding
                .spans
                .iter()
                .map(|span| {
                    let place = format!("{}:{}:{}", span.file, span.line, span.column);
                    if span.label.is_empty() { place } else { format!("{place} ({})", span.label) }
                })
                .collect(),
            owner: fact("owner"),
            due: fact("due"),
        }
    }

    fn is_open(&self) -> bool {
        self.status == "open"
    }
}

/// Figures of one set, before they are paired with the other's.
struct Figures {
    open: u64,
    errors: u64,
    warnings: u64,
    infos: u64,
    accepted: u64,
    unchecked: u64,
    read: Option<u64>,
    quarantined: Option<u64>,
    agreements: Option<u64>,
    in_force: Option<u64>,
    ending_soon: Option<u64>,
    tests_passed: Option<u64>,
    tests_failed: Option<u64>,
    events: Option<u64>,
    allowed: Option<u64>,
    conditional: Option<u64>,
    not_covered: Option<u64>,
    not_assessed: Option<u64>,
    cases: Option<u64>,
    releases: Option<u64>,
    rows_released: Option<u64>,
}

impl Figures {
    #[expect(clippy::too_many_arguments, reason = "each part of the report gives its own figures; a struct for one call would only repeat them")]
    fn of(
        set: &ResultSet<'_>,
        groups: &[FindingGroup],
        unchecked: usize,
        agreements: Option<&Agreements>,
        accesses: Option<&Accesses>,
        releases: Option<&[Release]>,
        tests: Option<&Tests>,
        balance: &[BalanceLine],
    ) -> Self {
        let findings = || groups.iter().flat_map(|group| &group.findings);
        let open = |severity: Severity| findings().filter(|finding| finding.is_open() && finding.severity == severity).count() as u64;
        let (errors, warnings, infos) = (open(Severity::Error), open(Severity::Warning), open(Severity::Info));
        let among = |test: &dyn Fn(&Agreement) -> bool| agreements.map(|agreements| agreements.list.iter().filter(|agreement| test(agreement)).count() as u64);
        let has_books = set.results.iter().any(|results| !results.balance.is_empty());
        Self {
            open: errors + warnings + infos,
            errors,
            warnings,
            infos,
            accepted: findings().filter(|finding| !finding.is_open()).count() as u64,
            unchecked: unchecked as u64,
            read: has_books.then(|| balance.iter().map(|line| line.read).sum()),
            quarantined: has_books.then(|| balance.iter().map(|line| line.quarantined).sum()),
            agreements: among(&|_| true),
            in_force: among(&|agreement| agreement.state.as_deref().is_some_and(|state| state == "in force")),
            ending_soon: among(&|agreement| agreement.term == "soon"),
            tests_passed: tests.and_then(|tests| tests.passed),
            tests_failed: tests.and_then(|tests| tests.failed),
            events: accesses.and_then(|accesses| accesses.events),
            allowed: accesses.and_then(|accesses| accesses.allowed),
            conditional: accesses.and_then(|accesses| accesses.conditional),
            not_covered: accesses.and_then(|accesses| accesses.not_covered),
            not_assessed: accesses.and_then(|accesses| accesses.not_assessed),
            cases: accesses.and_then(|accesses| accesses.cases.as_ref()).map(|cases| cases.len() as u64),
            releases: releases.map(|releases| releases.len() as u64),
            // A release whose manifest does not tell its rows must not look like one of no rows.
            rows_released: releases.and_then(|releases| releases.iter().map(|release| release.rows).sum()),
        }
    }

    fn totals(&self, before: Option<&Self>) -> Vec<Total> {
        type Pick = fn(&Figures) -> Option<u64>;
        let list: [(&'static str, &'static str, Pick); 21] = [
            ("findings_open", "Open findings", |f| Some(f.open)),
            ("errors", "Errors", |f| Some(f.errors)),
            ("warnings", "Warnings", |f| Some(f.warnings)),
            ("infos", "Infos", |f| Some(f.infos)),
            ("accepted", "Accepted exceptions", |f| Some(f.accepted)),
            ("unchecked", "Could not be checked", |f| Some(f.unchecked)),
            ("rows_read", "Rows and events read", |f| f.read),
            ("quarantined", "Of these quarantined", |f| f.quarantined),
            ("agreements", "Agreements", |f| f.agreements),
            ("agreements_in_force", "Agreements in force", |f| f.in_force),
            ("agreements_ending_soon", "Ending within 90 days", |f| f.ending_soon),
            ("tests_passed", "Tests passed", |f| f.tests_passed),
            ("tests_failed", "Tests failed", |f| f.tests_failed),
            ("accesses", "Accesses audited", |f| f.events),
            ("accesses_allowed", "An agreement allows it", |f| f.allowed),
            ("accesses_conditional", "Depends on facts not known", |f| f.conditional),
            ("accesses_not_covered", "No agreement covers it", |f| f.not_covered),
            ("accesses_not_assessed", "Accesses not assessed", |f| f.not_assessed),
            ("cases", "Cases for review", |f| f.cases),
            ("releases", "Releases", |f| f.releases),
            ("rows_released", "Rows released", |f| f.rows_released),
        ];
        list.into_iter().map(|(name, label, pick)| Total { name, label, now: pick(self), before: before.and_then(pick) }).collect()
    }
}

impl Summary {
    fn of(groups: &[FindingGroup], figures: &Figures, unchecked: usize, changes: Option<Changes>) -> Self {
        let level = match (figures.errors, figures.warnings, unchecked) {
            (1.., _, _) => "act",
            (0, 1.., _) => "review",
            (0, 0, 1..) => "incomplete",
            (0, 0, 0) => "clear",
        };
        let found = match (figures.errors, figures.warnings, figures.infos) {
            (0, 0, 0) => "No finding is open in what was checked".to_owned(),
            (0, 0, infos) => format!("No error and no warning is open in what was checked; {} worth knowing", count(infos, "thing is", "things are")),
            (errors, warnings, _) => {
                let parts: Vec<String> = [(errors, "error", "errors"), (warnings, "warning", "warnings")]
                    .into_iter()
                    .filter(|(n, ..)| *n > 0)
                    .map(|(n, one, many)| count(n, one, many))
                    .collect();
                format!("{} {} open", and_list(&parts), if errors + warnings == 1 { "is" } else { "are" })
            }
        };
        let rest = match unchecked as u64 {
            0 => "Everything that was given could be checked.".to_owned(),
            n => format!("{} could not be checked, so this is not the whole picture.", count(n, "thing", "things")),
        };
        Self { level, verdict: format!("{found}. {rest}"), actions: actions(groups), changes }
    }
}

fn actions(groups: &[FindingGroup]) -> Vec<Action> {
    let mut list: Vec<Action> = groups
        .iter()
        .filter_map(|group| {
            let mut open: Vec<&FindingEntry> = group.findings.iter().filter(|finding| finding.is_open() && finding.severity > Severity::Info).collect();
            open.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            let first = open.first()?;
            let mut places: Vec<String> = Vec::new();
            for finding in &open {
                if places.len() < 3 && !finding.place.is_empty() && !places.contains(&finding.place) {
                    places.push(finding.place.clone());
                }
            }
            Some(Action {
                code: group.code.clone(),
                severity: first.severity,
                what: first.todo.first().cloned().unwrap_or_else(|| first.saw.clone()),
                findings: open.len() as u64,
                places,
                owner: open.iter().find_map(|finding| finding.owner.clone()),
                due: open.iter().filter_map(|finding| finding.due.clone()).min(),
            })
        })
        .collect();
    list.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| b.findings.cmp(&a.findings)).then_with(|| a.code.cmp(&b.code)));
    list.truncate(5);
    list
}

impl Cover {
    fn of(now: &[&Saved], set: &ResultSet<'_>, community: Option<Community>, options: &Options) -> Self {
        let mut by_day: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for results in &set.results {
            by_day.entry(&results.as_of).or_default().insert(&results.kind);
        }
        let judged_on =
            by_day.iter().map(|(day, kinds)| JudgedOn { as_of: (*day).to_owned(), kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect() }).collect();
        let audited = set.part("audit").and_then(|(_, audit)| {
            let period = audit.get("period")?;
            scalar(period).or_else(|| {
                Some(format!("{} to {}", text(period, "from").or_else(|| text(period, "first"))?, text(period, "to").or_else(|| text(period, "last"))?))
            })
        });
        let period = options.period.clone().or(audited).unwrap_or_else(|| match by_day.keys().next_back() {
            Some(day) => format!("as things stood on {}", Date::parse(day).map_or_else(|_| (*day).to_owned(), Date::in_words)),
            None => "not stated".to_owned(),
        });
        let title = options.title.clone().unwrap_or_else(|| match &community {
            Some(community) => community.title.clone(),
            None => "Data sharing report".to_owned(),
        });
        let (fingerprint, fingerprint_command) = fingerprint(now);
        Self {
            title,
            community,
            period,
            judged_on,
            classification: options.classification.clone(),
            status: if options.approved { "final" } else { "draft" },
            fingerprint,
            fingerprint_command,
            packs: set.packs(),
        }
    }
}

/// SHA-256 of the one file given, or of the list that `sha256sum` prints of them, sorted by name.
fn fingerprint(saved: &[&Saved]) -> (String, String) {
    if let [one] = saved {
        return (one.sha256.clone(), format!("sha256sum {}", shell(&one.name)));
    }
    let mut files: Vec<(&str, &str)> = saved.iter().map(|file| (file.name.as_str(), file.sha256.as_str())).collect();
    files.sort_unstable();
    let list: String = files.iter().flat_map(|(name, sha256)| [sha256, "  ", name, "\n"]).collect();
    let names: Vec<String> = files.iter().map(|(name, _)| shell(name)).collect();
    (super::read::sha256(list.as_bytes()), format!("sha256sum {} | sha256sum", names.join(" ")))
}

/// A file name as a shell takes it.
fn shell(name: &str) -> String {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte)) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

impl SourceFile {
    fn of(saved: &Saved, set: &'static str) -> Self {
        let (tool, as_of) = match &saved.content {
            Content::Results(results) => (results.tool.clone(), results.as_of.clone()),
            Content::Manifest(manifest) => (text(manifest, "tool").unwrap_or_default(), text(manifest, "as_of").unwrap_or_default()),
        };
        Self { name: saved.name.clone(), kind: saved.kind().to_owned(), tool, as_of, set, sha256: saved.sha256.clone() }
    }
}

impl Agreement {
    fn read(item: &Value, today: Option<Date>) -> Self {
        let ends = text(item, "ends");
        let days_left = item.get("days_left").and_then(Value::as_i64).or_else(|| {
            let last = Date::parse(ends.as_deref()?).ok()?;
            Some(i64::from(today?.days_until(last)))
        });
        let term = match days_left {
            None => "unknown",
            Some(days) if days < 0 => "ended",
            Some(days) if days <= SOON_DAYS => "soon",
            Some(_) => "later",
        };
        Self {
            id: text(item, "id").unwrap_or_else(|| "without an identifier".to_owned()),
            title: text(item, "title").unwrap_or_default(),
            version: text(item, "version"),
            status: text(item, "status").map(|status| words(&status)),
            state: text(item, "state_on_as_of").map(|state| words(&state)),
            starts: text(item, "starts"),
            ends,
            review_next: text(item, "review_next"),
            parties: size(item, "parties"),
            grants: size(item, "grants"),
            releases: size(item, "releases"),
            days_left,
            term,
        }
    }
}

fn timeline_sentence(list: &[Agreement]) -> String {
    if list.is_empty() {
        return "The pack holds no agreement.".to_owned();
    }
    let of = |term: &str| list.iter().filter(|agreement| agreement.term == term).count() as u64;
    let mut soon: Vec<&Agreement> = list.iter().filter(|agreement| agreement.term == "soon").collect();
    soon.sort_by(|a, b| (&a.ends, &a.id).cmp(&(&b.ends, &b.id)));
    let mut parts = Vec::new();
    if of("ended") > 0 {
        parts.push(format!("{} ended", count(of("ended"), "has", "have")));
    }
    let names: Vec<String> =
        soon.iter().take(3).map(|agreement| format!("{} on {}", agreement.id, agreement.ends.as_deref().unwrap_or("a day not stated"))).collect();
    parts.push(match soon.len() as u64 {
        0 => format!("none ends within {SOON_DAYS} days"),
        n @ 1..=3 => format!("{} within {SOON_DAYS} days ({})", count(n, "ends", "end"), and_list(&names)),
        n => format!("{n} end within {SOON_DAYS} days (first {})", and_list(&names)),
    });
    if of("later") > 0 {
        parts.push(count(of("later"), "runs longer", "run longer"));
    }
    if of("unknown") > 0 {
        parts.push(format!("{} no last day", count(of("unknown"), "states", "state")));
    }
    format!("Of {}, {}.", count(list.len() as u64, "agreement", "agreements"), and_list(&parts))
}

impl Share {
    fn read(value: &Value) -> Option<Self> {
        Some(Self::new(number(value, "explained")?, number(value, "total")?))
    }

    /// A part of a whole.
    pub fn new(part: u64, whole: u64) -> Self {
        let per_mille = (whole > 0).then(|| u64::try_from((u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2)).unwrap_or(u64::MAX));
        Self { part, whole, per_mille }
    }

    /// `87.5%`, or words if the whole is nothing.
    pub fn percent(self) -> String {
        match self.per_mille {
            Some(value) => format!("{}.{}%", value / 10, value % 10),
            None => "no accesses".to_owned(),
        }
    }
}

/// Days of the week as the tables name them.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Hours {
    fn read(value: &Value) -> Option<Self> {
        let counts: Vec<Vec<u64>> =
            value.as_array()?.iter().map(|row| row.as_array()?.iter().map(Value::as_u64).collect::<Option<Vec<_>>>()).collect::<Option<_>>()?;
        if counts.len() != 7 || counts.iter().any(|row| row.len() != 24) {
            return None;
        }
        let all: u64 = counts.iter().flatten().sum();
        let finding = if all == 0 {
            "No access has a time that can be relied on.".to_owned()
        } else {
            let (mut day, mut hour) = (0, 0);
            for (d, row) in counts.iter().enumerate() {
                for (h, events) in row.iter().enumerate() {
                    if *events > counts[day][hour] {
                        (day, hour) = (d, h);
                    }
                }
            }
            let night: u64 = counts.iter().map(|row| row[..6].iter().sum::<u64>() + row[22..].iter().sum::<u64>()).sum();
            format!(
                "The busiest hour is {} from {hour:02}:00 ({}); {} of accesses fall at night, from 22:00 to 05:59.",
                WEEKDAYS[day],
                count(counts[day][hour], "access", "accesses"),
                Share::new(night, all).percent()
            )
        };
        Some(Self { counts, finding })
    }
}

impl Daily {
    fn read(value: &Value) -> Option<Self> {
        let mut days: Vec<Day> =
            value.as_array()?.iter().map(|item| Some(Day { date: text(item, "date")?, events: number(item, "events")? })).collect::<Option<_>>()?;
        if days.iter().any(|day| Date::parse(&day.date).is_err()) {
            return None;
        }
        days.sort();
        let finding = match (days.first(), days.last()) {
            (Some(first), Some(last)) => {
                let all: u64 = days.iter().map(|day| day.events).sum();
                let most = days.iter().rev().max_by_key(|day| day.events).unwrap_or(first);
                let least = days.iter().min_by_key(|day| day.events).unwrap_or(first);
                if days.len() == 1 {
                    format!("The log covers one day, {}, with {}.", first.date, count(all, "access", "accesses"))
                } else {
                    format!(
                        "From {} to {} there were {}: the most on {} ({}), the fewest on {} ({}).",
                        first.date,
                        last.date,
                        count(all, "access", "accesses"),
                        most.date,
                        thousands(most.events),
                        least.date,
                        thousands(least.events)
                    )
                }
            }
            _ => "No day has an access.".to_owned(),
        };
        Some(Self { days, finding })
    }
}

impl Case {
    fn read(item: &Value) -> Self {
        let get = |name: &str| text(item, name).unwrap_or_default();
        let list = |name: &str| match item.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
            Some(other) => scalar(other).into_iter().collect(),
            None => Vec::new(),
        };
        Self {
            case: get("case"),
            user: get("user"),
            person: get("person"),
            organisation: get("organisation"),
            from: get("from"),
            to: get("to"),
            score: get("score"),
            codes: list("codes"),
            sentences: list("sentences").into_iter().map(|text: String| sentence(&text)).collect(),
        }
    }
}

impl Grid {
    fn read(value: &Value) -> Option<Self> {
        let items = value.as_array()?;
        let mut columns: Vec<String> = Vec::new();
        for item in items {
            for (name, cell) in item.as_object()? {
                if !cell.is_object() && !cell.is_array() && !columns.contains(name) {
                    columns.push(name.clone());
                }
            }
        }
        let rows = items
            .iter()
            .map(|item| {
                columns.iter().map(|name| item.get(name).filter(|cell| !cell.is_object() && !cell.is_array()).cloned().unwrap_or(Value::Null)).collect()
            })
            .collect();
        (!columns.is_empty()).then_some(Self { columns, rows })
    }
}

impl Release {
    fn read(item: &Value, told_by: &str) -> Self {
        let any = |names: &[&str]| names.iter().find_map(|name| item.pointer(name).and_then(scalar));
        let rows = ["/rows_out", "/rows/out", "/rows", "/out"].iter().find_map(|name| item.pointer(name).and_then(Value::as_u64));
        let outputs = match item.get("outputs").or_else(|| item.get("files")) {
            Some(Value::Array(items)) => items
                .iter()
                .map(|file| ReleasedFile {
                    name: text(file, "name").or_else(|| text(file, "path")).unwrap_or_default(),
                    sha256: text(file, "sha256").or_else(|| text(file, "digest")).unwrap_or_default().trim_start_matches("sha256:").to_owned(),
                })
                .collect(),
            Some(Value::Object(items)) => items
                .iter()
                .map(|(name, digest)| ReleasedFile {
                    name: name.clone(),
                    sha256: scalar(digest).or_else(|| text(digest, "sha256")).unwrap_or_default().trim_start_matches("sha256:").to_owned(),
                })
                .collect(),
            _ => Vec::new(),
        };
        Self {
            agreement: any(&["/agreement/id", "/agreement"]),
            release: any(&["/release/name", "/release/id", "/release", "/name"]),
            version: any(&["/agreement/version", "/agreement_version", "/version"]),
            as_of: any(&["/as_of"]),
            rows,
            not_released: any(&["/not_released", "/rows/not_released"]),
            recipient: any(&["/recipient"]),
            purpose: any(&["/purpose"]).map(|purpose| words(&purpose)),
            risk: item.get("risk").and_then(|risk| match (text(risk, "status"), text(risk, "detail")) {
                (Some(status), Some(detail)) if !detail.is_empty() => Some(format!("{}: {detail}", words(&status))),
                (Some(status), _) => Some(words(&status)),
                _ => scalar(risk),
            }),
            warnings: item
                .get("warnings")
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(scalar).map(|text| sentence(&text)).collect())
                .unwrap_or_default(),
            key: any(&["/key/id", "/key_id", "/key"]).or_else(|| item.pointer("/keys/0").and_then(|key| text(key, "id").or_else(|| text(key, "key_id")))),
            columns: columns_in_words(item.get("columns")),
            outputs,
            told_by: told_by.to_owned(),
        }
    }

    /// Whether a manifest and results tell of one release: same names and, where both know them, same files.
    fn same_as(&self, other: &Self) -> bool {
        let digests = |release: &Self| -> BTreeSet<String> { release.outputs.iter().map(|file| file.sha256.clone()).collect() };
        self.agreement == other.agreement
            && self.release == other.release
            && (self.rows.is_none() || other.rows.is_none() || self.rows == other.rows)
            && (self.outputs.is_empty() || other.outputs.is_empty() || digests(self) == digests(other))
    }

    fn complete(&mut self, other: Self) {
        self.version = self.version.take().or(other.version);
        self.as_of = self.as_of.take().or(other.as_of);
        self.rows = self.rows.or(other.rows);
        self.not_released = self.not_released.take().or(other.not_released);
        self.recipient = self.recipient.take().or(other.recipient);
        self.purpose = self.purpose.take().or(other.purpose);
        self.risk = self.risk.take().or(other.risk);
        if self.warnings.is_empty() {
            self.warnings = other.warnings;
        }
        self.key = self.key.take().or(other.key);
        self.columns = self.columns.take().or(other.columns);
        if self.outputs.is_empty() {
            self.outputs = other.outputs;
        }
    }
}

/// `keep 4, pseudonym 1`: how many columns met each action.
fn columns_in_words(value: Option<&Value>) -> Option<String> {
    let mut actions: BTreeMap<String, u64> = BTreeMap::new();
    let mut add = |column: &Value| {
        if let Some(action) = text(column, "action").or_else(|| text(column, "do")).or_else(|| scalar(column)) {
            *actions.entry(words(&action)).or_default() += 1;
        }
    };
    match value? {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Object(items) => items.values().for_each(&mut add),
        _ => return None,
    }
    let list: Vec<String> = actions.iter().map(|(action, number)| format!("{action} {number}")).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

fn named(value: Option<&Value>) -> Vec<Named> {
    match value {
        Some(Value::Object(map)) => map.iter().filter_map(|(name, number)| Some(Named { name: words(name), count: number.as_u64()? })).collect(),
        _ => Vec::new(),
    }
}

fn number(value: &Value, name: &str) -> Option<u64> {
    value.get(name).and_then(Value::as_u64)
}

/// A number, or the length of a list.
fn size(value: &Value, name: &str) -> Option<u64> {
    match value.get(name)? {
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(items) => Some(items.len() as u64),
        other => other.as_u64(),
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(scalar)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(if *truth { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

/// `in_force` as `in force`.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    // `carepact.yaml` or `GM-DSA-0007/g1` at the start is a name, not a word.
    let word = text.split_whitespace().next().unwrap_or("");
    let is_word = word.chars().all(char::is_lowercase);
    let head = if is_word { first.to_uppercase().collect::<String>() } else { first.to_string() };
    let end = if text.ends_with(['.', '?', '!', ':', ')']) { "" } else { "." };
    format!("{head}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_up_and_nothing_has_no_share() {
        assert_eq!(Share::new(1, 3).percent(), "33.3%");
        assert_eq!(Share::new(2, 3).percent(), "66.7%");
        assert_eq!(Share::new(1, 2000).percent(), "0.1%");
        assert_eq!(Share::new(u64::MAX, u64::MAX).percent(), "100.0%");
        assert_eq!(Share::new(0, 0).percent(), "no accesses");
    }

    #[test]
    fn sentences_begin_and_end_as_english_does() {
        assert_eq!(sentence("ends in 12 days"), "Ends in 12 days.");
        assert_eq!(sentence("GM-DSA-0007/g1 allows this"), "GM-DSA-0007/g1 allows this.");
        assert_eq!(sentence("pack.yaml is empty"), "pack.yaml is empty.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn file_names_are_safe_in_a_shell() {
        assert_eq!(shell("check.json"), "check.json");
        assert_eq!(shell("a b'; rm x"), r"'a b'\''; rm x'");
    }
}
