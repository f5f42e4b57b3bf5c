//! A difference in words, as JSON and as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Days;
use super::sides::Side;
use crate::commands::blocks;
use crate::commands::session::{BOLD, Format, GREEN, Session, YELLOW};
use crate::decision::difference::joint::Leaves;
use crate::decision::difference::{Because, Change, Difference, Fact, Way};
use crate::diagnostics::markdown::cell;
use crate::diagnostics::results::Results;
use crate::identifier::{Date, Interval};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::text::{and_list, count, thousands};
use crate::vocabulary::{NodeId, Tree};

/// A difference with what it is told of.
pub(super) struct Told<'d> {
    pub(super) old: &'d Side,
    pub(super) new: &'d Side,
    pub(super) difference: &'d Difference,
    pub(super) days: Days,
    as_of: Date,
}

/// Most bytes of Markdown: services refuse a comment of more than 65,536 characters.
const MOST: usize = 60_000;

/// What a kind of change amounts to.
struct Sum {
    blocks: usize,
    asking: BTreeSet<u32>,
    giving: BTreeSet<u32>,
    patients: u64,
}

impl<'d> Told<'d> {
    pub(super) fn new(old: &'d Side, new: &'d Side, difference: &'d Difference, days: Days, session: &Session) -> Self {
        Self { old, new, difference, days, as_of: session.as_of }
    }

    /// The side on which the cases of a change are open.
    pub(super) fn side(&self, change: &Change) -> &'d Side {
        if change.way == Way::Widening { self.new } else { self.old }
    }

    /// A day on which organisations are named.
    fn naming_day(&self, change: &Change, during: &[Interval]) -> Date {
        match (self.days, change.way) {
            (Days::Two(before, _), Way::Narrowing) => before,
            (Days::Two(_, after), Way::Widening) => after,
            _ => during.first().map_or(self.as_of, |one| one.first),
        }
    }

    fn orgs(&self, pack: &Pack, numbers: &[u32]) -> Vec<OrgId> {
        numbers.iter().filter_map(|number| pack.register.find(&self.difference.common.organisations[*number as usize])).collect()
    }

    /// Registered patients of the organisations whose data it is, where the register knows them.
    pub(super) fn patients(&self, change: &Change, during: &[Interval]) -> u64 {
        let (pack, on) = (&self.side(change).pack, self.naming_day(change, during));
        self.orgs(pack, &change.of).iter().filter_map(|org| pack.register.organisation(*org).patients_on(on)).map(u64::from).sum()
    }

    /// Organisations in words.
    pub(super) fn organisations(&self, change: &Change, during: &[Interval], numbers: &[u32]) -> String {
        let pack = &self.side(change).pack;
        blocks::organisations_on(pack, &self.orgs(pack, numbers), self.naming_day(change, during))
    }

    pub(super) fn roles(&self, change: &Change) -> Vec<String> {
        short(&self.side(change).pack.words.roles, &self.difference.common.roles, &change.roles)
    }

    pub(super) fn data(&self, change: &Change) -> Vec<String> {
        short(&self.side(change).pack.words.data, &self.difference.common.data, &change.data)
    }

    pub(super) fn purposes(&self, change: &Change) -> Vec<String> {
        short(&self.side(change).pack.words.purposes, &self.difference.common.purposes, &change.purposes)
    }

    pub(super) fn ways(&self, change: &Change) -> Vec<String> {
        change.ways.iter().map(|way| &self.difference.common.ways[*way as usize]).map(|(action, form)| format!("{action} {form}")).collect()
    }

    pub(super) fn facts(&self, set: &[Fact]) -> Vec<String> {
        set.iter().map(|fact| format!("{}{}", if fact.value { "" } else { "not " }, self.difference.common.facts[usize::from(fact.fact)])).collect()
    }

    /// `given a and not b, or c`; empty where it holds whatever the facts are.
    fn given(&self, change: &Change) -> String {
        if change.facts.iter().any(Vec::is_empty) {
            return String::new();
        }
        let sets: Vec<String> = change.facts.iter().map(|set| self.facts(set).join(" and ")).collect();
        sets.join(", or ")
    }

    /// Where a clause stands, and what happened to it.
    fn cause(&self, because: &Because) -> String {
        let side = if because.new { self.new } else { self.old };
        let all = side.pack.agreements.iter().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).chain(&side.pack.guards);
        let at = all.clone().find(|clause| clause.place == because.place).map(|clause| format!(" ({})", side.sources.locate(clause.span))).unwrap_or_default();
        let what = match (because.grants, because.new, because.altered) {
            (true, true, false) => "grants it, and did not before",
            (true, false, false) => "granted it, and does not any more",
            (false, true, false) => "closes it, and did not before",
            (false, false, false) => "closed it, and does not any more",
            (true, true, true) => "now reaches it",
            (true, false, true) => "reached it, and now does not",
            (false, true, true) => "now closes it",
            (false, false, true) => "closed it, and now does not",
        };
        format!("{}{at} {what}", because.place)
    }

    fn sum(&self, way: Way) -> Sum {
        let mut sum = Sum { blocks: 0, asking: BTreeSet::new(), giving: BTreeSet::new(), patients: 0 };
        for (change, during) in self.difference.changes.iter().filter(|(change, _)| change.way == way) {
            sum.blocks += 1;
            sum.asking.extend(&change.at);
            let fresh: Vec<u32> = change.of.iter().copied().filter(|of| sum.giving.insert(*of)).collect();
            sum.patients += self.patients(&Change { of: fresh, ..change.clone() }, during);
        }
        sum
    }

    fn heading(&self) -> String {
        match self.days {
            Days::Two(before, after) => format!("What changes in {} from {} to {}", self.new.label, before.in_words(), after.in_words()),
            Days::From(during) => {
                let days = if during.first > Date::MIN { format!(", from {} on", during.first.in_words()) } else { ", on all days".to_owned() };
                format!("What changes from {} to {}{days}", self.old.label, self.new.label)
            }
        }
    }

    fn totals(&self) -> Vec<String> {
        [(Way::Widening, "more", "widening"), (Way::Narrowing, "less", "narrowing")]
            .into_iter()
            .map(|(way, how, word)| {
                let sum = self.sum(way);
                if sum.blocks == 0 {
                    return format!("nobody may see {how}");
                }
                let patients = if sum.patients > 0 { format!(" ({} registered patients)", thousands(sum.patients)) } else { String::new() };
                let who = match sum.asking.len() {
                    0 => "people themselves, or who acts for them,".to_owned(),
                    at => format!("people at {}", count(at as u64, "organisation", "organisations")),
                };
                format!(
                    "{}: {who} may see {how} of the records of {}{patients}",
                    count(sum.blocks as u64, word, if way == Way::Widening { "widenings" } else { "narrowings" }),
                    count(sum.giving.len() as u64, "organisation", "organisations")
                )
            })
            .collect()
    }

    fn when(&self, during: &[Interval]) -> String {
        match self.days {
            Days::Two(..) => String::new(),
            Days::From(_) => and_list(&during.iter().map(|one| stretch(*one)).collect::<Vec<_>>()),
        }
    }

    /// In a format.
    pub(super) fn in_format(&self, format: Format, session: &Session) -> anyhow::Result<String> {
        Ok(match format {
            Format::Json => String::from_utf8(self.results().to_bytes())?,
            Format::Markdown => self.markdown(),
            Format::Short => self.short(),
            _ => self.human(session),
        })
    }

    fn human(&self, session: &Session) -> String {
        let mut out = format!("{}\n", session.paint(BOLD, &self.heading()));
        for (way, word, colour) in [(Way::Widening, "widening", YELLOW), (Way::Narrowing, "narrowing", GREEN)] {
            for (change, during) in self.difference.changes.iter().filter(|(change, _)| change.way == way) {
                let verb = if way == Way::Widening { "may now" } else { "may no longer" };
                let at = if change.at.is_empty() { String::new() } else { format!(" at {}", self.organisations(change, during, &change.at)) };
                let _ = writeln!(out, "\n{}: {}{at}", session.paint(colour, word), self.roles(change).join(", "));
                let _ = writeln!(out, "  {verb}: {}", self.ways(change).join(", "));
                let _ = writeln!(out, "  see:  {}", self.data(change).join(", "));
                let patients = self.patients(change, during);
                let patients = if patients > 0 { format!(" ({} registered patients)", thousands(patients)) } else { String::new() };
                let _ = writeln!(out, "  of:   {}{patients}", self.organisations(change, during, &change.of));
                let _ = writeln!(out, "  for:  {}", self.purposes(change).join(", "));
                let given = self.given(change);
                if !given.is_empty() {
                    let _ = writeln!(out, "  given: {given}");
                }
                let when = self.when(during);
                if !when.is_empty() {
                    let _ = writeln!(out, "  when: {when}");
                }
                for because in &change.because {
                    let _ = writeln!(out, "  because: {}", self.cause(because));
                }
            }
        }
        out.push('\n');
        for total in self.totals() {
            let _ = writeln!(out, "{total}");
        }
        if session.accessible { crate::commands::columns::unindented(&out) } else { out }
    }

    fn short(&self) -> String {
        let mut out = String::new();
        for (change, during) in &self.difference.changes {
            let word = if change.way == Way::Widening { "widening" } else { "narrowing" };
            let at = if change.at.is_empty() { String::new() } else { format!(" at {}", self.organisations(change, during, &change.at)) };
            let because: Vec<&str> = change.because.iter().map(|one| one.place.as_str()).collect();
            let (roles, data, ways) = (self.roles(change).join(", "), self.data(change).join(", "), self.ways(change).join(", "));
            let _ = writeln!(
                out,
                "{word}: {roles}{at}: {ways}: {data} of {} for {} [{}]",
                self.organisations(change, during, &change.of),
                self.purposes(change).join(", "),
                because.join(", ")
            );
        }
        for total in self.totals() {
            let _ = writeln!(out, "{total}");
        }
        out
    }

    fn markdown(&self) -> String {
        let mut out = format!("### {}\n\n", cell(&self.heading()));
        for total in self.totals() {
            let _ = writeln!(out, "- {}", cell(&total));
        }
        for (way, title) in [(Way::Widening, "Widening: who may see more"), (Way::Narrowing, "Narrowing: who may see less")] {
            let changes: Vec<_> = self.difference.changes.iter().filter(|(change, _)| change.way == way).collect();
            if changes.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n#### {title}\n\n| who | may | what | of whom | for | given | when | because |\n|---|---|---|---|---|---|---|---|");
            let (mut shown, all) = (0, changes.len());
            // Each kind has its half, so that many widenings do not hide every narrowing.
            let most = if way == Way::Widening { MOST / 2 } else { MOST };
            for (change, during) in changes {
                let at = if change.at.is_empty() { String::new() } else { format!(" at {}", self.organisations(change, during, &change.at)) };
                let because: Vec<String> = change.because.iter().map(|one| self.cause(one)).collect();
                let cells = [
                    format!("{}{at}", self.roles(change).join(", ")),
                    self.ways(change).join(", "),
                    self.data(change).join(", "),
                    self.organisations(change, during, &change.of),
                    self.purposes(change).join(", "),
                    self.given(change),
                    self.when(during),
                    because.join("; "),
                ];
                let row = format!("| {} |\n", cells.map(|text| cell(&text)).join(" | "));
                if out.len() + row.len() > most {
                    break;
                }
                out.push_str(&row);
                shown += 1;
            }
            if shown < all {
                let _ = writeln!(out, "\nand {} more; `carepact diff` lists them all", thousands((all - shown) as u64));
            }
        }
        out
    }

    fn results(&self) -> Results {
        let mut results = Results::new("diff", &self.as_of.to_string());
        results.pack = Some(self.new.pack.reference());
        let common = &self.difference.common;
        let paths = |leaves: &Leaves, chosen: &[u32]| chosen.iter().map(|leaf| leaves.paths[*leaf as usize].clone()).collect::<Vec<_>>();
        let codes = |chosen: &[u32]| chosen.iter().map(|org| common.organisations[*org as usize].clone()).collect::<Vec<_>>();
        let changes: Vec<Value> = self
            .difference
            .changes
            .iter()
            .map(|(change, during)| {
                json!({
                    "way": if change.way == Way::Widening { "widening" } else { "narrowing" },
                    "roles": paths(&common.roles, &change.roles), "at": codes(&change.at), "see": paths(&common.data, &change.data), "of": codes(&change.of),
                    "for": paths(&common.purposes, &change.purposes),
                    "ways": change.ways.iter().map(|way| &common.ways[*way as usize]).map(|(action, form)| json!({"may": action, "form": form})).collect::<Vec<_>>(),
                    "given": change.facts.iter().map(|set| self.facts(set)).collect::<Vec<_>>(),
                    "days": during.iter().map(|one| json!({"first": one.first.to_string(), "last": one.last.to_string()})).collect::<Vec<_>>(),
                    "because": change.because.iter().map(|one| json!({"clause": one.place, "side": if one.new { "new" } else { "old" }, "grants": one.grants, "altered": one.altered})).collect::<Vec<_>>(),
                    "patients": self.patients(change, during),
                })
            })
            .collect();
        let sum = |way: Way| {
            let sum = self.sum(way);
            json!({"blocks": sum.blocks, "organisations_asking": sum.asking.len(), "organisations_giving": sum.giving.len(), "patients": sum.patients})
        };
        let days = match self.days {
            Days::Two(before, after) => json!({"old": before.to_string(), "new": after.to_string()}),
            Days::From(during) => json!({"first": during.first.to_string(), "last": during.last.to_string()}),
        };
        let side = |side: &Side| json!({"name": side.label, "pack": side.pack.reference()});
        results.data = json!({"old": side(self.old), "new": side(self.new), "days": days, "widening": sum(Way::Widening), "narrowing": sum(Way::Narrowing), "changes": changes});
        results
    }
}

/// `from 2026-07-01 to 2028-03-31`.
pub(super) fn stretch(during: Interval) -> String {
    match (during.first > Date::MIN, during.last < Date::MAX) {
        (true, true) if during.first == during.last => format!("on {}", during.first),
        (true, true) => format!("from {} to {}", during.first, during.last),
        (true, false) => format!("from {}", during.first),
        (false, true) => format!("until {}", during.last),
        (false, false) => "on all days".to_owned(),
    }
}

/// Names of leaves, an inner name where all beneath it are meant, each as short as it can be.
fn short(tree: &Tree, leaves: &Leaves, chosen: &[u32]) -> Vec<String> {
    let paths: Vec<&str> = chosen.iter().map(|leaf| leaves.paths[*leaf as usize].as_str()).collect();
    let by_path = |path: &str| tree.ids().find(|id| tree.path(*id) == path);
    let known: Vec<(Option<NodeId>, &str)> = paths.iter().map(|path| (by_path(path), *path)).collect();
    let mut left: BTreeSet<NodeId> = known.iter().filter_map(|(node, _)| *node).collect();
    let mut names: Vec<String> = Vec::new();
    // Names above come before names beneath.
    for node in tree.ids() {
        let beneath = tree.leaves(node);
        if !beneath.is_empty() && beneath.iter().all(|leaf| left.contains(leaf)) {
            for leaf in beneath {
                left.remove(&leaf);
            }
            names.push(tree.short(node).to_owned());
        }
    }
    names.extend(known.iter().filter(|(node, _)| node.is_none()).map(|(_, path)| (*path).to_owned()));
    names
}
