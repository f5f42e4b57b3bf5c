//! Coverage for people: a matrix, what is missing for whom, flows, cliffs, and what to do next.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::super::columns::{Columns, unindented};
use super::super::session::{BOLD, Session};
use super::{Survey, flow_state};
use crate::coverage::demand::end_name;
use crate::coverage::{Fault, Hole, Judged, Side, State, What, patients};
use crate::identifier::Date;
use crate::pack::{Ends, Pack};
use crate::register::OrgId;
use crate::text::{and_list, count, thousands};
use crate::vocabulary::NodeId;

/// Most organisations named one by one.
const NAMED: usize = 5;

/// What a demand is called: `emergency/ed-to-gp`, or `flow of discharge from acute to gp_practice`.
pub(super) fn title(pack: &Pack, what: What) -> String {
    match what {
        What::Edge { index, back } => {
            let edge = &pack.pathways[index];
            format!("{}/{}{}", edge.pathway, edge.name, if back { " (back)" } else { "" })
        }
        What::Flow { index } => {
            let flow = &pack.flows[index];
            format!("flow of {} from {} to {}", pack.words.data.short(flow.data), end_name(pack, flow.from), end_name(pack, flow.to))
        }
    }
}

/// Whose data it is, and who has to see it.
pub(super) fn ends(pack: &Pack, what: What) -> (Ends, Ends) {
    match what {
        What::Edge { index, back } => {
            let edge = &pack.pathways[index];
            let (from, to) = if back { (edge.to, edge.from) } else { (edge.from, edge.to) };
            (Ends::Function(from), Ends::Function(to))
        }
        What::Flow { index } => (pack.flows[index].from, pack.flows[index].to),
    }
}

pub(super) fn end_names(pack: &Pack, what: What) -> (String, String) {
    let (from, to) = ends(pack, what);
    (end_name(pack, from), end_name(pack, to))
}

fn symbol(state: State) -> &'static str {
    match state {
        State::Permit => "P",
        State::Needs => "?",
        State::Partial => "~",
        State::Deny => "-",
        State::Nobody => "nobody",
    }
}

/// A cell in words, for `--accessible`.
fn in_words(state: State) -> &'static str {
    match state {
        State::Permit => "covered",
        State::Needs => "covered, if facts are given",
        State::Partial => "covered for some pairs",
        State::Deny => "not covered",
        State::Nobody => "not judged, nobody stands at an end",
    }
}

const LEGEND: &str = "P every pair of organisations is covered, ? every pair if the facts that the grants ask for are given, ~ some pairs, - none";

/// Codes, or the first of them and how many more.
pub(super) fn codes(pack: &Pack, orgs: &BTreeSet<OrgId>) -> String {
    let mut list: Vec<String> = orgs.iter().take(NAMED).map(|org| pack.register.organisation(*org).ods.to_string()).collect();
    if orgs.len() > NAMED {
        list.push(format!("{} more", thousands((orgs.len() - NAMED) as u64)));
    }
    list.join(", ")
}

/// The narrowest place in which all of some organisations stand, if it is narrower than the whole.
fn place(pack: &Pack, orgs: &BTreeSet<OrgId>, on: Date) -> Option<NodeId> {
    let tree = &pack.words.places;
    let in_all = |place: NodeId| orgs.iter().all(|org| pack.register.organisation(*org).is_in_on(tree, place, on));
    tree.ids().filter(|place| tree.node(*place).children.is_empty()).find(|place| in_all(*place))
}

/// `17 of 45 gp_practice in bury`.
pub(super) fn whom(pack: &Pack, orgs: &BTreeSet<OrgId>, all: &[OrgId], what: &str, on: Date) -> String {
    let whole = all.len() as u64;
    let some = orgs.len() as u64;
    if let Some(place) = place(pack, orgs, on).filter(|_| some < whole) {
        let there = all.iter().filter(|org| pack.register.organisation(**org).is_in_on(&pack.words.places, place, on)).count() as u64;
        return format!("{} of {} {what} in {}", thousands(some), thousands(there), pack.words.places.short(place));
    }
    if some == whole { format!("all {} {what}", thousands(whole)) } else { format!("{} of {} {what}", thousands(some), thousands(whole)) }
}

/// What fails, in words, about organisations told apart.
pub(super) fn fault(fault: &Fault) -> String {
    let part = |side: &Side| if *side == Side::Giver { "give data" } else { "get data" };
    match fault {
        Fault::Closed(code, last, next) => {
            let last = last.map_or_else(String::new, |day| format!(" since {}", day.next()));
            let next = next.as_ref().map_or_else(String::new, |next| format!("; {next} carries on its work"));
            format!("{code} is closed{last}{next}")
        }
        Fault::Ended(id, last) => format!("{id} ended on {last}"),
        Fault::NotYet(id, first) => format!("{id} begins on {first}"),
        Fault::Suspended(id, Some(last)) => format!("{id} is suspended up to {last}"),
        Fault::Suspended(id, None) => format!("{id} is suspended, and does not say until when"),
        Fault::Unsigned(id) => format!("{id} is not signed yet"),
        Fault::NotJoined(id, _) => format!("not joined to {id}"),
        Fault::Left(id, _) => format!("has left {id}"),
        Fault::JoinsLater(id, _) => format!("joins {id} on a later day"),
        Fault::NotParty(id, side) => format!("in no group of {id} whose members {}", part(side)),
        Fault::Role(place) => format!("missing role: {place} comes nearest and is for others"),
        Fault::Data(place) => format!("missing data: {place} comes nearest and does not reach it"),
        Fault::Purpose(place) => format!("missing purpose: {place} comes nearest and is for others"),
        Fault::Way(place) => format!("{place} comes nearest and does not let it be viewed in identifiable form"),
        Fault::Elsewhere(place, Side::Getter) => format!("{place} comes nearest and is for other organisations"),
        Fault::Elsewhere(place, Side::Giver) => format!("{place} comes nearest and is about data of other organisations"),
        Fault::ClauseEnded(place, last) => format!("{place} ended on {last}"),
        Fault::ClauseNotYet(place, first) => format!("{place} begins on {first}"),
        Fault::Prohibited(place) => format!("{place} prohibits it"),
        Fault::OtherAgreement(id) => format!("another agreement covers it, and {id}, which it names, does not"),
        Fault::NoSuchAgreement(id) => format!("the pack holds no {id}, which it names"),
        Fault::NoGrant => "no grant of the pack comes near".to_owned(),
    }
}

/// The holes of a demand, each with the categories it is about.
pub(super) fn holes(judged: &Judged) -> Vec<(&Hole, Vec<NodeId>)> {
    let mut all: Vec<(&Hole, Vec<NodeId>)> = Vec::new();
    for cell in &judged.cells {
        for hole in &cell.holes {
            match all.iter_mut().find(|(known, _)| *known == hole) {
                Some((_, leaves)) => leaves.push(cell.leaf),
                None => all.push((hole, vec![cell.leaf])),
            }
        }
    }
    all
}

/// One line a hole: for whom, what fails, how many patients.
pub(super) fn hole_lines(pack: &Pack, judged: &Judged, on: Date) -> Vec<String> {
    let (from, to) = end_names(pack, judged.what);
    let names = |leaves: &[NodeId]| and_list(&leaves.iter().map(|leaf| pack.words.data.short(*leaf)).collect::<Vec<_>>());
    let mut lines: Vec<String> = judged.closed.iter().map(fault).collect();
    for (hole, leaves) in holes(judged) {
        let affected = patients(pack, &hole.orgs(), on);
        let patients = if affected > 0 { format!("; {}", count(affected, "patient", "patients")) } else { String::new() };
        let who = match hole.fault.side() {
            Some(Side::Giver) => format!("{} ({})", whom(pack, &hole.givers, &judged.from, &from, on), codes(pack, &hole.givers)),
            Some(Side::Getter) => format!("{} ({})", whom(pack, &hole.getters, &judged.to, &to, on), codes(pack, &hole.getters)),
            None => format!("{} to {}", whom(pack, &hole.givers, &judged.from, &from, on), whom(pack, &hole.getters, &judged.to, &to, on)),
        };
        let pairs = judged.cells.iter().find(|cell| leaves.contains(&cell.leaf)).map_or(0, |cell| cell.pairs);
        lines.push(format!("{}: {who}: {}; {} of {} pairs{patients}", names(&leaves), fault(&hole.fault), thousands(hole.pairs), thousands(pairs)));
    }
    lines
}

/// Pairs covered of all, over the categories that are covered least.
fn least(judged: &Judged) -> String {
    judged
        .cells
        .iter()
        .max_by_key(|cell| cell.open())
        .map_or_else(String::new, |cell| format!("{} of {}", thousands(cell.pairs - cell.open()), thousands(cell.pairs)))
}

/// Heads and rows of the matrix.
fn matrix(survey: &Survey<'_>, show: impl Fn(State) -> &'static str) -> (Vec<String>, Vec<Vec<String>>) {
    let words = &survey.pack.words;
    let leaves: BTreeSet<NodeId> = survey.edges().flat_map(|edge| edge.cells.iter().map(|cell| cell.leaf)).collect();
    let mut heads: Vec<String> = ["transition", "data of", "seen at"].map(str::to_owned).to_vec();
    heads.extend(leaves.iter().map(|leaf| words.data.short(*leaf).to_owned()));
    heads.push("pairs covered".to_owned());
    let rows = survey
        .edges()
        .map(|edge| {
            let (from, to) = end_names(survey.pack, edge.what);
            let mut row = vec![title(survey.pack, edge.what), from, to];
            row.extend(leaves.iter().map(|leaf| edge.cells.iter().find(|cell| cell.leaf == *leaf).map_or("", |cell| show(cell.state())).to_owned()));
            row.push(least(edge));
            row
        })
        .collect();
    (heads, rows)
}

fn flow_rows(survey: &Survey<'_>) -> Vec<Vec<String>> {
    survey
        .flows()
        .filter_map(|judged| {
            let What::Flow { index } = judged.what else { return None };
            let flow = &survey.pack.flows[index];
            let (from, to) = end_names(survey.pack, judged.what);
            let words = &survey.pack.words;
            Some(vec![
                from,
                to,
                words.data.short(flow.data).to_owned(),
                words.purposes.short(flow.purpose).to_owned(),
                flow.agreement.clone().unwrap_or_default(),
                flow_state(judged).to_owned(),
                least(judged),
            ])
        })
        .collect()
}

const FLOW_HEADS: [&str; 7] = ["from", "to", "data", "purpose", "agreement", "state", "pairs covered"];

fn without_rows(survey: &Survey<'_>) -> Vec<Vec<String>> {
    survey
        .without
        .iter()
        .map(|one| {
            let organisation = survey.pack.register.organisation(one.org);
            let missing = if one.missing.is_empty() {
                "no agreement for direct care has a group for it".to_owned()
            } else {
                one.missing.iter().map(fault).collect::<Vec<_>>().join("; ")
            };
            vec![
                organisation.ods.to_string(),
                organisation.kind.clone(),
                missing,
                one.patients.map_or_else(|| "not known".to_owned(), |number| thousands(u64::from(number))),
            ]
        })
        .collect()
}

const WITHOUT_HEADS: [&str; 4] = ["organisation", "kind", "what is missing", "patients"];

/// Demands as `2 transitions of care and 1 flow`.
fn demands<'w>(list: impl Iterator<Item = &'w What>) -> String {
    let (mut edges, mut flows) = (0u64, 0u64);
    for what in list {
        if matches!(what, What::Edge { .. }) { edges += 1 } else { flows += 1 }
    }
    let mut parts = Vec::new();
    if edges > 0 {
        parts.push(count(edges, "transition of care", "transitions of care"));
    }
    if flows > 0 {
        parts.push(count(flows, "flow", "flows"));
    }
    and_list(&parts)
}

/// One paragraph a cliff.
fn cliff_lines(survey: &Survey<'_>) -> Vec<(String, Vec<String>)> {
    let pack = survey.pack;
    survey
        .cliffs
        .iter()
        .map(|cliff| {
            let because = |faults: &BTreeSet<Fault>| {
                if faults.is_empty() { String::new() } else { format!(": {}", faults.iter().map(fault).collect::<Vec<_>>().join("; ")) }
            };
            let (lost, begun): (Vec<What>, Vec<What>) = (
                cliff.drops.iter().filter(|one| one.lost.is_some()).map(|one| one.what).collect(),
                cliff.drops.iter().filter(|one| one.begun.is_some()).map(|one| one.what).collect(),
            );
            let mut parts = Vec::new();
            if !lost.is_empty() {
                parts.push(format!("{} {} cover", demands(lost.iter()), if lost.len() == 1 { "loses" } else { "lose" }));
            }
            if !begun.is_empty() {
                parts.push(format!("{} {} for somebody without cover", demands(begun.iter()), if begun.len() == 1 { "begins" } else { "begin" }));
            }
            let mut lines = Vec::new();
            for drop in &cliff.drops {
                for (moved, word) in [(&drop.lost, "lost"), (&drop.begun, "begins without cover")] {
                    let Some(moved) = moved else { continue };
                    let leaves: Vec<&str> = moved.leaves.iter().map(|leaf| pack.words.data.short(*leaf)).collect();
                    lines.push(format!(
                        "{}: {}, {} to {}, {word}{}",
                        title(pack, drop.what),
                        and_list(&leaves),
                        count(moved.givers.len() as u64, "organisation", "organisations"),
                        thousands(moved.getters.len() as u64),
                        because(&moved.because)
                    ));
                }
            }
            (format!("{} ({}): {}", cliff.on.in_words(), cliff.on, and_list(&parts)), lines)
        })
        .collect()
}

/// What to do next, the most pressing first.
pub(super) fn next_steps(survey: &Survey<'_>) -> Vec<String> {
    let pack = survey.pack;
    let mut sign: BTreeMap<&str, BTreeSet<OrgId>> = BTreeMap::new();
    let mut renew: BTreeSet<&str> = BTreeSet::new();
    let mut draft: BTreeSet<&str> = BTreeSet::new();
    let mut widen: BTreeSet<String> = BTreeSet::new();
    for judged in survey.judged.iter().filter(|one| one.live) {
        for (hole, _) in holes(judged) {
            match &hole.fault {
                Fault::NotJoined(id, _) | Fault::Left(id, _) | Fault::JoinsLater(id, _) => sign.entry(id).or_default().extend(hole.orgs()),
                Fault::Ended(id, _) | Fault::Suspended(id, _) => drop(renew.insert(id)),
                Fault::Unsigned(id) | Fault::NotYet(id, _) => drop(draft.insert(id)),
                _ => drop(widen.insert(title(pack, judged.what))),
            }
        }
    }
    for one in &survey.without {
        for missing in &one.missing {
            sign.entry(missing.about().unwrap_or_default()).or_default().insert(one.org);
        }
    }
    let mut steps = Vec::new();
    for (id, orgs) in sign {
        let mut list: Vec<OrgId> = orgs.into_iter().collect();
        list.sort_by_key(|org| std::cmp::Reverse(pack.register.organisation(*org).patients_on(survey.on)));
        let first: Vec<String> = list.iter().take(NAMED).map(|org| pack.register.organisation(*org).ods.to_string()).collect();
        let has = count(list.len() as u64, "organisation has", "organisations have");
        steps.push(format!("{has} to sign {id}, first {}: carepact list --unsigned --agreement {id}", and_list(&first)));
    }
    steps.extend(renew.iter().map(|id| format!("Renew {id}, or stop what runs under it: carepact show {id}")));
    steps.extend(draft.iter().map(|id| format!("Have {id} signed and in force: carepact show {id}")));
    steps.extend(
        widen.iter().map(|name| format!("Decide whether {name} is to be covered, and by which grant; the lines above name the clause that comes nearest")),
    );
    let mut ending: BTreeMap<&str, Date> = BTreeMap::new();
    for fault in survey.cliffs.iter().flat_map(|cliff| &cliff.drops).filter_map(|one| one.lost.as_ref()).flat_map(|moved| &moved.because) {
        if let Fault::Ended(id, last) | Fault::ClauseEnded(id, last) = fault {
            ending.entry(id).or_insert(*last);
        }
    }
    steps.extend(ending.iter().map(|(id, last)| format!("Renew {id} before it ends on {last}")));
    steps
}

/// The lines of each part that has something to tell: heading and lines.
fn parts(survey: &Survey<'_>) -> Vec<(String, Vec<String>)> {
    let mut parts = Vec::new();
    for judged in survey.judged.iter().filter(|one| one.state().is_hole()) {
        let note = if judged.live { "" } else { " (not live)" };
        parts.push((format!("{}{note}", title(survey.pack, judged.what)), hole_lines(survey.pack, judged, survey.on)));
    }
    parts
}

fn headline(survey: &Survey<'_>) -> String {
    let (edges, flows) = (survey.edges().count() as u64, survey.flows().filter(|one| one.live).count() as u64);
    format!(
        "{} of {} covered, {} of {} covered, {} without direct-care cover",
        thousands(edges - survey.open_edges() as u64 - survey.edges().filter(|one| one.state() == State::Nobody).count() as u64),
        count(edges, "transition of care", "transitions of care"),
        thousands(flows - survey.open_flows() as u64 - survey.flows().filter(|one| one.live && one.state() == State::Nobody).count() as u64),
        count(flows, "live flow", "live flows"),
        count(survey.without.len() as u64, "organisation", "organisations")
    )
}

fn not_judged(survey: &Survey<'_>) -> Vec<String> {
    survey
        .judged
        .iter()
        .filter(|one| one.state() == State::Nobody)
        .map(|one| format!("{}: nobody stands at one of its ends", title(survey.pack, one.what)))
        .collect()
}

/// For a terminal or a text file.
pub(super) fn human(survey: &Survey<'_>, session: &Session, shown: bool) -> String {
    let bold = |text: &str| if shown { session.paint(BOLD, text) } else { text.to_owned() };
    let table = |heads: &[&str], words: usize, rows: Vec<Vec<String>>| {
        let mut table = Columns::new(session, heads, words).indented(2);
        if !shown {
            table = table.for_file();
        }
        for row in rows {
            table.add_row(row);
        }
        table.text().lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
    };
    let mut out = format!("{}\n{}\n", bold(&format!("What agreements cover on {}", survey.on.in_words())), headline(survey));
    let mut part = |name: &str, body: &str| {
        if !body.is_empty() {
            let _ = write!(out, "\n{}\n{body}", bold(name));
        }
    };
    if survey.edges().next().is_some() {
        let (heads, rows) = matrix(survey, if session.accessible { in_words } else { symbol });
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let mut body = table(&heads, heads.len(), rows);
        if !session.accessible {
            let _ = writeln!(body, "  {LEGEND}");
        }
        part("Transitions of care", &body);
    }
    if survey.flows().next().is_some() {
        part("Flows", &table(&FLOW_HEADS, FLOW_HEADS.len(), flow_rows(survey)));
    }
    let lines = |list: Vec<String>| list.into_iter().fold(String::new(), |text, line| text + "  " + &line + "\n");
    let tree = |list: Vec<(String, Vec<String>)>| {
        list.into_iter()
            .fold(String::new(), |text, (name, lines)| lines.into_iter().fold(text + "  " + &name + "\n", |text, line| text + "    " + &line + "\n"))
    };
    part("Not covered", &tree(parts(survey)));
    part("Not judged", &lines(not_judged(survey)));
    part(
        "Dormant: in force, and no flow is live under it",
        &lines(survey.dormant.iter().map(|(id, said)| format!("{id}{}", if *said { ", as it says" } else { "" })).collect()),
    );
    if !survey.without.is_empty() {
        part("Without direct-care cover, most patients first", &table(&WITHOUT_HEADS, 3, without_rows(survey)));
    }
    part(&format!("Cover that ends up to {}", survey.until), &tree(cliff_lines(survey)));
    part("Next", &lines(next_steps(survey)));
    if session.accessible { unindented(&out) } else { out }
}

fn markdown_table(heads: &[String], rows: &[Vec<String>]) -> String {
    let safe = |cell: &String| cell.replace('|', "\\|");
    let mut out = format!("| {} |\n|{}\n", heads.iter().map(safe).collect::<Vec<_>>().join(" | "), " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.iter().map(safe).collect::<Vec<_>>().join(" | "));
    }
    out
}

/// For a pull request or a note.
pub(super) fn markdown(survey: &Survey<'_>) -> String {
    let heads = |list: &[&str]| list.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>();
    let mut out = format!("## What agreements cover on {}\n\n{}\n", survey.on.in_words(), headline(survey));
    let mut part = |name: &str, body: String| {
        if !body.is_empty() {
            let _ = write!(out, "\n### {name}\n\n{body}");
        }
    };
    if survey.edges().next().is_some() {
        let (heads, rows) = matrix(survey, symbol);
        part("Transitions of care", format!("{}\n{LEGEND}\n", markdown_table(&heads, &rows)));
    }
    if survey.flows().next().is_some() {
        part("Flows", markdown_table(&heads(&FLOW_HEADS), &flow_rows(survey)));
    }
    let list = |items: Vec<String>| items.into_iter().fold(String::new(), |text, item| text + "- " + &item + "\n");
    let tree = |items: Vec<(String, Vec<String>)>| {
        items
            .into_iter()
            .fold(String::new(), |text, (name, lines)| lines.into_iter().fold(text + "- " + &name + "\n", |text, line| text + "  - " + &line + "\n"))
    };
    part("Not covered", tree(parts(survey)));
    part("Not judged", list(not_judged(survey)));
    if !survey.without.is_empty() {
        part("Without direct-care cover", markdown_table(&heads(&WITHOUT_HEADS), &without_rows(survey)));
    }
    part(&format!("Cover that ends up to {}", survey.until), tree(cliff_lines(survey)));
    part("Next", list(next_steps(survey)));
    out
}
