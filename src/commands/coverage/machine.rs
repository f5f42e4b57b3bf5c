//! Coverage for machines: `carepact.results/1`, and a table.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::ask::literals;
use super::text::{end_names, fault as in_words, title};
use super::{Survey, flow_state};
use crate::coverage::change::Moved;
use crate::coverage::{Fault, Judged, Side, State, What, patients};
use crate::diagnostics::results::{NotAssessed, Results};
use crate::pack::Pack;
use crate::register::OrgId;
use crate::text::formula_safe;

fn codes(pack: &Pack, orgs: &BTreeSet<OrgId>) -> Vec<String> {
    orgs.iter().map(|org| pack.register.organisation(*org).ods.to_string()).collect()
}

fn fault(fault: &Fault) -> Value {
    json!({
        "cause": fault.name(),
        "about": fault.about(),
        "side": fault.side().map(|side| if side == Side::Giver { "from" } else { "to" }),
        "words": in_words(fault),
    })
}

fn what(pack: &Pack, what: What) -> Value {
    let (from, to) = end_names(pack, what);
    let words = &pack.words;
    match what {
        What::Edge { index, back } => {
            let edge = &pack.pathways[index];
            json!({"kind": "transition", "pathway": edge.pathway, "name": edge.name, "back": back, "from": from, "to": to})
        }
        What::Flow { index } => {
            let flow = &pack.flows[index];
            json!({"kind": "flow", "row": index + 1, "from": from, "to": to, "system": flow.system, "data": words.data.path(flow.data),
                "purpose": words.purposes.path(flow.purpose), "agreement": flow.agreement})
        }
    }
}

fn judged(survey: &Survey<'_>, one: &Judged) -> Value {
    let pack = survey.pack;
    let cells: Vec<Value> = one
        .cells
        .iter()
        .map(|cell| {
            json!({
                "data": pack.words.data.path(cell.leaf),
                "state": cell.state().name(),
                "pairs": cell.pairs,
                "permit": cell.permit,
                "needs": cell.needs,
                "not_covered": cell.open(),
                "clauses": cell.by,
                "needs_facts": cell.facts.iter().map(|sets| sets.iter().map(|set| literals(pack, set)).collect::<Vec<_>>()).collect::<Vec<_>>(),
                "holes": cell.holes.iter().map(|hole| {
                    let mut value = fault(&hole.fault);
                    value["pairs"] = hole.pairs.into();
                    value["from"] = codes(pack, &hole.givers).into();
                    value["to"] = codes(pack, &hole.getters).into();
                    value["patients"] = patients(pack, &hole.orgs(), survey.on).into();
                    value
                }).collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut value = what(pack, one.what);
    value["state"] = one.state().name().into();
    value["organisations"] = json!({"from": one.from.len(), "to": one.to.len()});
    value["cells"] = cells.into();
    value["closed"] = one.closed.iter().map(fault).collect::<Vec<_>>().into();
    if matches!(one.what, What::Flow { .. }) {
        value["live"] = one.live.into();
        value["flow_state"] = flow_state(one).into();
    }
    value
}

pub(super) fn moved(pack: &Pack, moved: &Moved) -> Value {
    json!({
        "pairs": moved.pairs,
        "data": moved.leaves.iter().map(|leaf| pack.words.data.path(*leaf)).collect::<Vec<_>>(),
        "from": moved.givers,
        "to": moved.getters,
        "because": moved.because.iter().map(fault).collect::<Vec<_>>(),
    })
}

/// What a demand is, for a change in it.
pub(super) fn of(pack: &Pack, demand: What) -> Value {
    what(pack, demand)
}

/// The record of a run.
pub(super) fn json(survey: &Survey<'_>) -> Results {
    let pack = survey.pack;
    let mut results = Results::new("coverage", &survey.on.to_string());
    results.pack = Some(pack.reference());
    results.not_assessed = survey
        .judged
        .iter()
        .filter(|one| one.state() == State::Nobody)
        .map(|one| NotAssessed { what: title(pack, one.what), why: "no organisation that is open stands at one of its ends".to_owned() })
        .collect();
    results.data = json!({
        "narrowed": survey.narrowed,
        "transitions": survey.edges().map(|one| judged(survey, one)).collect::<Vec<_>>(),
        "flows": survey.flows().map(|one| judged(survey, one)).collect::<Vec<_>>(),
        "dormant": survey.dormant.iter().map(|(id, said)| json!({"agreement": id, "said": said})).collect::<Vec<_>>(),
        "without_direct_care": survey.without.iter().map(|one| {
            let organisation = pack.register.organisation(one.org);
            json!({"ods": organisation.ods.to_string(), "kind": organisation.kind, "patients": one.patients, "missing": one.missing.iter().map(fault).collect::<Vec<_>>()})
        }).collect::<Vec<_>>(),
        "until": survey.until.to_string(),
        "cliffs": survey.cliffs.iter().map(|cliff| json!({
            "on": cliff.on.to_string(),
            "drops": cliff.drops.iter().map(|one| {
                let mut value = what(pack, one.what);
                value["lost"] = one.lost.as_ref().map_or(Value::Null, |lost| moved(pack, lost));
                value["begun"] = one.begun.as_ref().map_or(Value::Null, |begun| moved(pack, begun));
                value
            }).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "next": super::text::next_steps(survey),
    });
    results
}

const HEADS: [&str; 16] =
    ["kind", "name", "from", "to", "data", "live", "state", "pairs", "permit", "needs", "not_covered", "cause", "about", "hole_pairs", "hole_from", "hole_to"];

/// One row a cell, or one for each hole of it.
pub(super) fn csv(survey: &Survey<'_>) -> Vec<u8> {
    let pack = survey.pack;
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let _ = writer.write_record(HEADS);
    for one in &survey.judged {
        let (from, to) = end_names(pack, one.what);
        let kind = if matches!(one.what, What::Edge { .. }) { "transition" } else { "flow" };
        for cell in &one.cells {
            let state = if one.closed.is_empty() { cell.state() } else { State::Deny };
            let head = [
                kind.to_owned(),
                title(pack, one.what),
                from.clone(),
                to.clone(),
                pack.words.data.path(cell.leaf).to_owned(),
                if one.live { "yes" } else { "no" }.to_owned(),
                state.name().to_owned(),
                cell.pairs.to_string(),
                cell.permit.to_string(),
                cell.needs.to_string(),
                cell.open().to_string(),
            ];
            let mut tails: Vec<[String; 5]> = one
                .closed
                .iter()
                .map(|fault| [fault.name().to_owned(), fault.about().unwrap_or_default().to_owned(), String::new(), String::new(), String::new()])
                .collect();
            tails.extend(cell.holes.iter().map(|hole| {
                [
                    hole.fault.name().to_owned(),
                    hole.fault.about().unwrap_or_default().to_owned(),
                    hole.pairs.to_string(),
                    codes(pack, &hole.givers).join(" "),
                    codes(pack, &hole.getters).join(" "),
                ]
            }));
            if tails.is_empty() {
                tails.push(Default::default());
            }
            for tail in tails {
                let _ = writer.write_record(head.iter().chain(&tail).map(|cell| formula_safe(cell)));
            }
        }
    }
    writer.into_inner().unwrap_or_default()
}
