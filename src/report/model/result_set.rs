//! The results of one month, and what each part of them tells.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::agreements::timeline_sentence;
use super::values::{by_count, named, named_places, number, scalar, text, words};
use super::{
    Accesses, Agreement, Agreements, Answer, BalanceLine, Case, Community, Daily, Detector, Explained, FindingEntry, FindingGroup, Grid, Hours, InputLine,
    PackLine, Release, Share, Tests, Unchecked,
};
use crate::diagnostics::Severity;
use crate::diagnostics::results::{ResultFinding, Results};
use crate::identifier::Date;
use crate::report::read::{Content, Saved};
use crate::text::{and_list, count, thousands};

/// The results of one month, by kind.
pub(super) struct ResultSet<'a> {
    pub(super) results: Vec<&'a Results>,
    pub(super) manifests: Vec<(&'a Saved, &'a Value)>,
    pub(super) saved: Vec<&'a Saved>,
}

impl<'a> ResultSet<'a> {
    pub(super) fn new(saved: &[&'a Saved]) -> Self {
        let mut set = Self { results: Vec::new(), manifests: Vec::new(), saved: saved.to_vec() };
        for file in saved {
            match &file.content {
                Content::Results(results) => set.results.push(results),
                Content::Manifest(manifest) => set.manifests.push((file, manifest)),
            }
        }
        set
    }

    /// Results with the file that they came in.
    pub(super) fn named_results(&self) -> impl Iterator<Item = (&'a str, &'a Results)> {
        self.saved.iter().filter_map(|saved| match &saved.content {
            Content::Results(results) => Some((saved.name.as_str(), &**results)),
            Content::Manifest(_) => None,
        })
    }

    pub(super) fn kinds(&self) -> BTreeSet<&'a str> {
        self.results.iter().map(|results| results.kind.as_str()).collect()
    }

    /// The first results that have this part of `data`.
    /// A part by its name. Parts of an audit are told apart by its kind: its `agreements` are what it decided by.
    pub(super) fn part(&self, name: &str) -> Option<(&'a Results, &'a Value)> {
        self.results
            .iter()
            .filter(|results| results.kind != "audit" || name == "audit")
            .find_map(|results| results.data.get(name).filter(|value| !value.is_null()).map(|value| (*results, value)))
    }

    pub(super) fn unchecked(&self) -> Vec<Unchecked> {
        let mut list: Vec<Unchecked> = Vec::new();
        for results in &self.results {
            for item in &results.not_assessed {
                list.push(Unchecked { what: format!("{}: {}", results.kind, item.what), why: item.why.clone() });
            }
        }
        for (what, present, kind) in [
            ("the agreements", self.part("agreements").is_some(), "check"),
            ("the tests of the agreements", self.part("tests").is_some() || self.kinds().contains("test"), "test"),
            ("the accesses", self.audit().is_some(), "audit"),
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
        for results in self.results.iter().filter(|results| is_plan(results)) {
            list.push(Unchecked { what: format!("{}: the release", results.kind), why: "the results are those of a plan: nothing was released".to_owned() });
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

    pub(super) fn packs(&self) -> Vec<PackLine> {
        let packs: BTreeSet<PackLine> =
            self.results.iter().filter_map(|results| results.pack.as_ref()).map(|pack| PackLine { id: pack.id.clone(), sha256: pack.sha256.clone() }).collect();
        packs.into_iter().collect()
    }

    pub(super) fn community(&self) -> Option<Community> {
        let (_, data) = self.part("community")?;
        let mut by_kind = named(data.get("by_kind"));
        by_kind.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        let mut by_place = named_places(data.get("by_place"));
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

    pub(super) fn agreements(&self) -> Option<Agreements> {
        let (results, data) = self.part("agreements")?;
        let today = Date::parse(&results.as_of).ok();
        let mut list: Vec<Agreement> = data.as_array()?.iter().map(|item| Agreement::read(item, today)).collect();
        list.sort_by(|a, b| a.id.cmp(&b.id));
        let timeline = timeline_sentence(&list);
        Some(Agreements { as_of: results.as_of.clone(), list, timeline })
    }

    pub(super) fn tests(&self) -> Option<Tests> {
        let (_, data) = self.part("tests")?;
        Some(Tests {
            passed: number(data, "passed"),
            failed: number(data, "failed"),
            clauses: number(data, "clauses"),
            untested: data.get("clauses_never_deciding").and_then(Value::as_array).map(|list| list.iter().filter_map(scalar).collect()),
        })
    }

    /// What the audit tells: under `audit`, or all that results of the kind audit hold.
    pub(super) fn audit(&self) -> Option<&'a Value> {
        let whole = || {
            self.results
                .iter()
                .find(|results| results.kind == "audit")
                .map(|results| &results.data)
                .filter(|data| data.as_object().is_some_and(|data| !data.is_empty()))
        };
        self.part("audit").map(|(_, data)| data).or_else(whole)
    }

    pub(super) fn accesses(&self, unchecked: &mut Vec<Unchecked>) -> Option<Accesses> {
        let data = self.audit()?;
        let counts = data.get("counts").or_else(|| data.get("permitted").filter(|counts| counts.is_object())).unwrap_or(data);
        let cases: Option<Vec<Case>> =
            data.get("cases").and_then(Value::as_array).map(|list| list.iter().enumerate().map(|(index, item)| Case::read(item, index + 1)).collect());
        let mut accesses = Accesses {
            events: number(counts, "events").or_else(|| data.pointer("/events/accesses").and_then(Value::as_u64)),
            answers: Vec::new(),
            allowed: number(counts, "permitted"),
            conditional: number(counts, "conditional"),
            not_covered: number(counts, "denied"),
            not_assessed: number(counts, "not_assessed"),
            explained_all: data.pointer("/explained/all").and_then(Explained::read),
            explained_first: data.pointer("/explained/first").and_then(Explained::read),
            hours: None,
            daily: None,
            cases_total: number(data, "cases_total").or(cases.as_ref().map(|cases| cases.len() as u64)),
            cases,
            clauses: by_count(data.pointer("/permitted/by_clause")),
            unknown_facts: by_count(data.pointer("/permitted/unknown_facts")),
            relations: by_count(data.pointer("/explained/by")),
            detectors: data.get("detectors").and_then(Value::as_array).map(|list| list.iter().map(Detector::read).collect()),
            organisations: data.get("organisations").or_else(|| data.get("by_organisation")).and_then(Grid::read),
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

    pub(super) fn releases(&self) -> Option<Vec<Release>> {
        let mut list: Vec<Release> = Vec::new();
        let mut told = false;
        for (saved, manifest) in &self.manifests {
            told = true;
            list.push(Release::read(manifest, &saved.name));
        }
        for saved in &self.saved {
            let Content::Results(results) = &saved.content else { continue };
            if is_plan(results) {
                told = true;
                continue;
            }
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

    pub(super) fn balance(&self) -> Vec<BalanceLine> {
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

    pub(super) fn inputs(&self) -> Vec<InputLine> {
        let mut list = Vec::new();
        for results in &self.results {
            for input in &results.inputs {
                list.push(InputLine { kind: results.kind.clone(), role: input.role.clone(), name: input.name.clone(), digest: input.digest.clone() });
            }
        }
        list
    }

    pub(super) fn each_finding(&self) -> impl Iterator<Item = (&'a Results, &'a ResultFinding)> + '_ {
        self.results.iter().flat_map(|results| results.findings.iter().map(move |finding| (*results, finding)))
    }

    pub(super) fn groups(&self, earlier: Option<&ResultSet<'_>>) -> Vec<FindingGroup> {
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

/// A plan shows what a release would be; it is none.
fn is_plan(results: &Results) -> bool {
    results.data.get("plan") == Some(&Value::Bool(true))
}

/// Kinds that both sets have and whose ids mean the same, and those that cannot be compared.
pub(super) fn comparable_kinds<'a>(now: &ResultSet<'a>, before: &ResultSet<'_>) -> (BTreeSet<&'a str>, Vec<Unchecked>) {
    let then = before.kinds();
    let mut not = Vec::new();
    let mut kinds = BTreeSet::new();
    let one_run = |set: &ResultSet<'_>| {
        set.audit().is_some_and(|audit| audit.get("comparable").or_else(|| audit.pointer("/references/comparable")) == Some(&Value::Bool(false)))
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
