//! The record of an audit: `carepact.results/1`, with keyed references only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::assess::{Access, Assessment};
use super::case::Case;
use super::clock::London;
use super::detect::{DETECTORS, Detected, Setting, Signal};
use super::event::TimeQuality;
use super::permission::{Ruling, is_code};
use super::read::Log;
use super::reference::References;
use super::relationship::Explained;
use super::tables::{TableName, Tables};
use crate::diagnostics::results::{Balance, Input, NotAssessed, PackRef, ResultFinding, ResultSpan, Results};
use crate::identifier::Interval;
use crate::text::{count, thousands};

/// Quarantined lines that results list one by one; the books count all.
pub const QUARANTINE_LISTED: usize = 1000;
/// Cases that results list.
pub const CASES_LISTED: usize = 1000;

/// Everything an audit found.
pub struct Audit<'a> {
    /// The log, settled.
    pub log: &'a Log,
    /// Its two answers, restricted to the period.
    pub assessment: &'a Assessment,
    /// Events outside the period.
    pub outside_period: u64,
    /// The period, if one was given.
    pub period: Option<Interval>,
    /// What detectors saw.
    pub detected: &'a Detected,
    /// Cases.
    pub cases: &'a [Case],
    /// What detectors looked things up in.
    pub setting: &'a Setting<'a>,
    /// Names.
    pub references: &'a References,
    /// The pack.
    pub pack: Option<PackRef>,
    /// Date everything is judged on.
    pub as_of: String,
}

fn share(part: u64, whole: u64) -> Value {
    if whole == 0 { Value::Null } else { json!((part as f64 / whole as f64 * 10_000.0).round() / 10_000.0) }
}

fn tally(values: impl Iterator<Item = String>) -> Value {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    json!(counts)
}

impl Audit<'_> {
    /// `S-.../C-...`, `S-...`, `C-...`, or the discriminator of what is about nobody.
    pub(super) fn place(&self, signal: &Signal) -> String {
        let symbols = &self.log.symbols;
        let user = self.references.staff(signal.user, symbols).map(|reference| reference.to_string());
        let person = self.references.person(signal.person, symbols).map(|reference| reference.to_string());
        match (user, person) {
            (Some(user), Some(person)) => format!("{user}/{person}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => "log".to_owned(),
        }
    }

    /// The sentence, names filled in.
    pub(super) fn sentence(&self, signal: &Signal, london: &mut London) -> String {
        let symbols = &self.log.symbols;
        let seen = &signal.seen;
        let user = self.references.staff(signal.user, symbols).map_or_else(|| "a user whom the record does not name".to_owned(), |one| one.to_string());
        let person = self.references.person(signal.person, symbols).map_or_else(|| "a person whom the record does not name".to_owned(), |one| one.to_string());
        let accesses = if seen.accesses == 1 { "once".to_owned() } else { format!("{} times", thousands(seen.accesses)) };
        signal
            .sentence
            .replace("{user}", &user)
            .replace("{person}", &person)
            .replace("{accesses}", &accesses)
            .replace("{count}", &count(seen.accesses, "access", "accesses"))
            .replace("{people}", &count(seen.people.len() as u64, "person", "people"))
            .replace("{days}", &format!("on {}", count(seen.days.len() as u64, "day", "days")))
            .replace("{first}", &london.date(seen.first()).to_string())
    }

    fn finding(&self, signal: &Signal, london: &mut London) -> ResultFinding {
        let place = self.place(signal);
        let page = super::detect::page(signal.code);
        let mut facts = Map::new();
        facts.insert("message".into(), self.sentence(signal, london).into());
        if let Some(page) = page {
            facts.insert("title".into(), page.title.into());
            facts.insert("ground".into(), page.source.into());
        }
        facts.insert("next".into(), json!([signal.next]));
        facts.insert("accesses".into(), signal.seen.accesses.into());
        facts.insert("people".into(), signal.seen.people.len().into());
        facts.insert("days".into(), signal.seen.days.len().into());
        facts.insert("first".into(), london.minute_text(signal.seen.first()).into());
        facts.insert("last".into(), london.minute_text(signal.seen.last).into());
        for (name, value) in &signal.facts {
            facts.insert((*name).to_owned(), value.clone().into());
        }
        let spans = signal
            .seen
            .rows
            .iter()
            .map(|(_, file, line)| {
                let line = usize::try_from(*line).unwrap_or(usize::MAX);
                let file = self.log.books.get(usize::from(*file)).map_or_else(String::new, |books| books.name.clone());
                ResultSpan { file, line, column: 1, end_line: line, end_column: 1, label: String::new() }
            })
            .collect();
        ResultFinding {
            id: self.references.finding_id(signal.code, &place, &signal.discriminator),
            code: signal.code.to_owned(),
            severity: signal.severity,
            place,
            spans,
            facts,
            status: "open".to_owned(),
            acceptance: None,
            first_seen: None,
            fixes: Vec::new(),
        }
    }

    /// The whole record.
    pub fn results(&self) -> Results {
        let mut london = London::default();
        let mut results = Results::new("audit", &self.as_of);
        results.pack.clone_from(&self.pack);
        for books in &self.log.books {
            results.inputs.push(Input { role: "log".into(), name: books.name.clone(), digest: format!("sha256:{}", books.sha256) });
            let mut removed: BTreeMap<String, u64> = [
                ("blank", books.tally.blank),
                ("headers", books.tally.headers),
                ("duplicates", books.duplicates),
                ("folded", books.folded),
                ("destroyed", books.destroyed),
            ]
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| (name.to_owned(), count))
            .collect();
            removed.retain(|_, count| *count > 0);
            let quarantined = books.tally.quarantined.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect();
            results.balance.push(Balance { input: books.name.clone(), read: books.tally.records + books.tally.split, out: books.events, removed, quarantined });
        }
        for books in &self.setting.tables.books {
            let name = format!("{}.csv", books.table.name());
            results.inputs.push(Input { role: "table".into(), name: name.clone(), digest: format!("sha256:{}", books.sha256) });
            let mut removed = BTreeMap::from([("headers".to_owned(), books.tally.headers)]);
            for (cause, count) in [("equal_rows", books.duplicates), ("person_not_in_log", books.not_in_log)] {
                if count > 0 {
                    removed.insert(cause.to_owned(), count);
                }
            }
            let quarantined = books.tally.quarantined.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect();
            results.balance.push(Balance {
                input: name,
                read: books.tally.records,
                out: books.tally.accepted - books.duplicates - books.not_in_log,
                removed,
                quarantined,
            });
        }
        self.not_assessed(&mut results);
        results.findings = self.detected.signals.iter().map(|signal| self.finding(signal, &mut london)).collect();
        results
            .findings
            .sort_by(|a, b| (std::cmp::Reverse(a.severity), &a.code, &a.place, &a.id).cmp(&(std::cmp::Reverse(b.severity), &b.code, &b.place, &b.id)));
        results.data = self.data(&mut london);
        results
    }

    fn not_assessed(&self, results: &mut Results) {
        let mut add = |what: String, why: String| results.not_assessed.push(NotAssessed { what, why });
        for (page, why) in &self.detected.not_assessed {
            add(format!("{} {}", page.code, page.title), why.clone());
        }
        let mut unmapped: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
        for access in &self.assessment.accesses {
            if let Ruling::NotAssessed { what, why } = self.assessment.ruling(access) {
                let entry = unmapped.entry(what).or_default();
                entry.0 += 1;
                entry.1.insert(why);
            }
        }
        for (what, (number, why)) in unmapped {
            let mut why: Vec<&str> = why.into_iter().collect();
            let more = why.len().saturating_sub(3);
            why.truncate(3);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            add(format!("agreements: {}, by {}", count(number, "access", "accesses"), what.replace('_', " ")), format!("{}{more}", why.join("; ")));
        }
        let unknown = self.assessment.accesses.iter().filter(|access| access.explained == Explained::Unknown).count() as u64;
        if unknown > 0 {
            let nobody = self.assessment.accesses.iter().filter(|access| access.event.person.is_nobody()).count() as u64;
            let nobody = if nobody > 0 { format!("; {} of them name no person", thousands(nobody)) } else { String::new() };
            add(
                format!("explained: {}", count(unknown, "access", "accesses")),
                format!("registrations and appointments that cover the day, and an organisation, are needed{nobody}"),
            );
        }
        for table in TableName::ALL.iter().filter(|table| !self.setting.tables.has(**table)) {
            add(format!("{}.csv", table.name()), "the tables folder does not have it".to_owned());
        }
        for name in &self.setting.tables.unused {
            add(name.clone(), "this version does not use this table".to_owned());
        }
        if !self.references.comparable {
            add(
                "references across runs".to_owned(),
                "no keyring was given: the key lived for this run, so references and finding ids differ next time".to_owned(),
            );
        }
        add(
            "other detectors of the design".to_owned(),
            format!(
                "this version has {}; those by department, age and sex, colleagues in common, earlier cases and behaviour unlike the role are not built yet",
                DETECTORS.len()
            ),
        );
        results.not_assessed.sort();
    }

    fn data(&self, london: &mut London) -> Value {
        let assessment = self.assessment;
        let accesses = &assessment.accesses;
        let symbols = &self.log.symbols;
        let permitted = |name: &str| accesses.iter().filter(|access| assessment.ruling(access).name() == name).count() as u64;
        let explained = |only_first: bool| {
            let mut counts = [0u64; 3];
            for access in accesses.iter().filter(|access| access.first || !only_first) {
                counts[match access.explained {
                    Explained::By(_) => 0,
                    Explained::No => 1,
                    Explained::Unknown => 2,
                }] += 1;
            }
            // Of all, what could not be told among them: a share that leaves it out would look better than it is.
            let total = counts[0] + counts[1] + counts[2];
            json!({"explained": counts[0], "unexplained": counts[1], "not_assessed": counts[2], "total": total, "share": share(counts[0], total)})
        };
        let own = accesses.iter().filter(|access| !access.event.source.is_none() && access.event.source == access.event.organisation).count();
        let events: u64 = self.log.books.iter().map(|books| books.events).sum();
        let tables: &Tables = self.setting.tables;
        json!({
            "references": {"comparable": self.references.comparable},
            "thresholds": self.setting.thresholds.changed().into_iter().map(|(name, value, default)| json!({"name": name, "value": value, "default": default})).collect::<Vec<_>>(),
            "period": self.period.map(|period| json!({"first": period.first.to_string(), "last": period.last.to_string()})),
            "log": {
                "first": accesses.first().map(|access| london.minute_text(access.event.at)),
                "last": accesses.last().map(|access| london.minute_text(access.event.at)),
                "users": accesses.iter().map(|access| access.event.user).collect::<BTreeSet<_>>().len(),
                "people": accesses.iter().map(|access| access.event.person).filter(|person| !person.is_nobody()).collect::<BTreeSet<_>>().len(),
            },
            "events": {
                "all": events, "accesses": accesses.len(), "by_systems": assessment.by_systems, "refused_by_the_system": assessment.refused,
                "about_no_record": assessment.no_record, "outside_period": self.outside_period,
            },
            "books": self.log.books.iter().map(|books| json!({
                "input": books.name, "bytes": books.bytes, "records": books.tally.records, "events_beyond_one_a_record": books.tally.split, "events": books.events,
                "folded": books.folded, "destroyed": books.destroyed, "duplicates": books.duplicates, "blank": books.tally.blank, "headers": books.tally.headers,
                "quarantined": books.tally.quarantined.values().sum::<u64>(),
            })).collect::<Vec<_>>(),
            "fields": self.log.books.iter().map(super::read::fields::as_json).collect::<Vec<_>>(),
            "clock_skew": self.log.skew.iter().map(|skew| json!({
                "systems": [skew.first, skew.second], "pairs": skew.pairs, "median_seconds": skew.median, "spread_seconds": skew.spread,
            })).collect::<Vec<_>>(),
            "quarantine": self.log.books.iter().zip(&self.log.quarantined).flat_map(|(books, lines)| lines.iter().map(|one| json!({
                "input": books.name, "line": one.line, "reason": one.reason,
            }))).take(QUARANTINE_LISTED).collect::<Vec<_>>(),
            "time_quality": TimeQuality::ALL.iter().map(|quality| (quality.name(), self.log.events.iter().filter(|event| event.quality == *quality).count()))
                .filter(|(_, number)| *number > 0).map(|(name, number)| (name.to_owned(), json!(number))).collect::<Map<_, _>>(),
            "counts": {
                "events": accesses.len(), "permitted": permitted("permitted"), "conditional": permitted("conditional"), "denied": permitted("denied"),
                "not_assessed": permitted("not_assessed"),
            },
            "agreements": {
                "own_organisation": own, "distinct_questions": assessment.questions,
                "by_clause": tally(accesses.iter().filter_map(|access| match assessment.ruling(access) {
                    Ruling::Permitted { clauses } => Some(clauses.join(", ")),
                    _ => None,
                })),
                "unknown_facts": tally(accesses.iter().filter_map(|access| match assessment.ruling(access) {
                    Ruling::Conditional { unknown, .. } => Some(unknown),
                    _ => None,
                }).flatten().cloned()),
                "denied_only_for_lack_of_a_relationship": accesses.iter().filter(|access| matches!(assessment.ruling(access), Ruling::Denied { turns_on_relationship: true, .. })).count(),
            },
            "explained": {
                "all": explained(false), "first": explained(true),
                "by": tally(accesses.iter().filter_map(|access| match access.explained {
                    Explained::By(relation) => Some(relation.kind().to_owned()),
                    _ => None,
                })),
                "purpose": "declared, not corroborated",
            },
            "organisations": self.by_organisation(),
            "by_purpose": tally(accesses.iter().map(|access| self.setting.purpose(access.event.purpose).to_owned())),
            "hour_by_weekday": hours(accesses),
            "daily": daily(accesses),
            "emergency": accesses.iter().filter(|access| access.event.emergency == super::event::Emergency::Yes).count(),
            "detectors": DETECTORS.iter().map(|detector| {
                let page = detector.page();
                let blind = self.detected.not_assessed.iter().any(|(other, _)| other.code == page.code);
                let found = self.detected.signals.iter().filter(|signal| signal.code == page.code).count();
                json!({"code": page.code, "title": page.title, "assessed": !blind, "findings": if blind { Value::Null } else { json!(found) }})
            }).collect::<Vec<_>>(),
            "cases": self.case_list(london),
            "cases_total": self.cases.len(),
            "tables": tables.books.iter().map(|books| json!({
                "table": books.table.name(), "rows": books.tally.accepted - books.duplicates - books.not_in_log, "overlaps": books.table.rule(),
                "covers": books.covers.map(|covers| json!({"first": covers.first.to_string(), "last": covers.last.to_string()})),
            })).collect::<Vec<_>>(),
            "texts": symbols.len(),
        })
    }

    fn case_list(&self, london: &mut London) -> Vec<Value> {
        let signals = &self.detected.signals;
        let mut list: Vec<(u32, String, Value)> = self
            .cases
            .iter()
            .map(|case| {
                let members = || case.signals.iter().map(|index| &signals[*index]);
                let place = self.place(&signals[case.signals[0]]);
                let mut codes: Vec<&str> = members().map(|signal| signal.code).collect();
                codes.dedup();
                let name = |signal: &Signal| self.references.finding_id(signal.code, &self.place(signal), &signal.discriminator);
                let organisation = members().map(|signal| signal.organisation).find(|code| !code.is_none()).map(|code| self.setting.organisation(code));
                let value = json!({
                    "case": self.references.finding_id("case", &place, ""),
                    "user": self.references.staff(case.user, &self.log.symbols).map(|one| one.to_string()),
                    "person": self.references.person(case.person, &self.log.symbols).map(|one| one.to_string()),
                    "organisation": organisation,
                    "score": case.rank, "codes": codes, "accesses": members().map(|signal| signal.seen.accesses).max(),
                    "from": london.minute_text(members().map(|signal| signal.seen.first()).min().unwrap_or(0)),
                    "to": london.minute_text(members().map(|signal| signal.seen.last).max().unwrap_or(0)),
                    "sentences": members().map(|signal| self.sentence(signal, london)).collect::<Vec<_>>(),
                    "findings": members().map(name).collect::<Vec<_>>(),
                });
                (case.rank, place, value)
            })
            .collect();
        list.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        list.into_iter().take(CASES_LISTED).map(|(_, _, value)| value).collect()
    }

    fn by_organisation(&self) -> Vec<Value> {
        #[derive(Default)]
        struct Row {
            accesses: u64,
            explained: u64,
            unexplained: u64,
            denied: u64,
            users: BTreeSet<super::Symbol>,
        }
        let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
        for access in &self.assessment.accesses {
            let code = self.log.symbols.text(access.event.organisation);
            let row = rows.entry(if is_code(code) { code } else { "not mapped" }).or_default();
            row.accesses += 1;
            row.users.insert(access.event.user);
            match access.explained {
                Explained::By(_) => row.explained += 1,
                Explained::No => row.unexplained += 1,
                Explained::Unknown => {}
            }
            row.denied += u64::from(self.assessment.ruling(access).name() == "denied");
        }
        let mut rows: Vec<(&str, Row)> = rows.into_iter().collect();
        rows.sort_by(|a, b| b.1.accesses.cmp(&a.1.accesses).then_with(|| a.0.cmp(b.0)));
        rows.into_iter()
            .map(|(code, row)| {
                json!({"organisation": code, "accesses": row.accesses, "users": row.users.len(), "explained": row.explained, "unexplained": row.unexplained,
                    "explained_share": share(row.explained, row.explained + row.unexplained), "denied": row.denied})
            })
            .collect()
    }

    /// The privacy officer's key: which reference is which account and which person, for those in findings only. CSV.
    pub fn annex(&self) -> String {
        let symbols = &self.log.symbols;
        let mut rows: BTreeSet<(String, &str, String)> = BTreeSet::new();
        for signal in &self.detected.signals {
            if let Some(reference) = self.references.staff(signal.user, symbols) {
                rows.insert((reference.to_string(), "staff", symbols.text(signal.user).to_owned()));
            }
            for person in signal.seen.people.iter().chain(std::iter::once(&signal.person)) {
                if let (Some(reference), Some(id)) = (self.references.person(*person, symbols), person.expose_canonical(symbols)) {
                    rows.insert((reference.to_string(), "person", String::from_utf8_lossy(&id).into_owned()));
                }
            }
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = writer.write_record(["reference", "kind", "id"]);
        for (reference, kind, id) in rows {
            let _ = writer.write_record([reference.as_str(), kind, &id]);
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// Accesses by weekday (Monday first) and hour, Europe/London.
fn hours(accesses: &[Access]) -> Vec<Vec<u64>> {
    let mut table = vec![vec![0u64; 24]; 7];
    for access in accesses {
        table[usize::from(access.local.weekday)][usize::from(access.local.hour)] += 1;
    }
    table
}

/// Accesses a day, first accesses that nothing explains among them.
fn daily(accesses: &[Access]) -> Vec<Value> {
    let mut days: BTreeMap<crate::identifier::Date, (u64, u64)> = BTreeMap::new();
    for access in accesses {
        let day = days.entry(access.local.date).or_default();
        day.0 += 1;
        day.1 += u64::from(access.first && access.explained == Explained::No);
    }
    days.into_iter().map(|(date, (accesses, unexplained))| json!({"date": date.to_string(), "events": accesses, "unexplained_first": unexplained})).collect()
}
