//! Blocks of cases answered alike, in words and for machines.

use serde_json::{Value, json};

use super::ask::literals;
use super::session::{GREEN, Session, YELLOW};
use crate::decision::Verdict;
use crate::decision::compiled::spread::AnswerBlock;
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrgId;
use crate::source::Sources;
use crate::vocabulary::{NodeId, ROOT, Tree};

/// Most organisations that are named one by one in text.
const NAMED: usize = 6;

/// Most organisations that are named as exceptions.
const EXCEPTED: usize = 3;

/// Organisations in words, exactly where that can be said briefly: their codes, or all of a function or place (or both) that
/// are open on a day, but for a few; else how many there are of each kind.
pub fn organisations_on(pack: &Pack, orgs: &[OrgId], on: Date) -> String {
    if orgs.len() <= NAMED {
        return organisations(pack, orgs);
    }
    let (register, words) = (&pack.register, &pack.words);
    let wanted: std::collections::BTreeSet<OrgId> = orgs.iter().copied().collect();
    let mut best: Option<(usize, String)> = None;
    for function in std::iter::once(ROOT).chain(words.functions.ids()) {
        for place in std::iter::once(ROOT).chain(words.places.ids()) {
            let of = |id: &OrgId| {
                let organisation = register.organisation(*id);
                organisation.open.contains(on)
                    && (function == ROOT || organisation.has_function_on(&words.functions, function, on))
                    && (place == ROOT || organisation.is_in_on(&words.places, place, on))
            };
            if !orgs.iter().all(&of) {
                continue;
            }
            let others: Vec<OrgId> = register.ids().filter(|id| !wanted.contains(id) && of(id)).take(EXCEPTED + 1).collect();
            if others.len() > EXCEPTED || best.as_ref().is_some_and(|(excepted, _)| *excepted <= others.len()) {
                continue;
            }
            let mut text = match (function == ROOT, place == ROOT) {
                (true, true) => format!("all {} organisations", orgs.len() + others.len()),
                (true, false) => format!("all {} organisations in {}", orgs.len() + others.len(), words.places.short(place)),
                (false, true) => format!("all {} {}", orgs.len() + others.len(), words.functions.short(function)),
                (false, false) => format!("all {} {} in {}", orgs.len() + others.len(), words.functions.short(function), words.places.short(place)),
            };
            if !others.is_empty() {
                text.push_str(&format!(" but {}", organisations(pack, &others)));
            }
            best = Some((others.len(), text));
        }
    }
    best.map_or_else(|| organisations(pack, orgs), |(_, text)| text)
}

/// Organisations in words: their codes, or how many there are of each kind.
pub fn organisations(pack: &Pack, orgs: &[OrgId]) -> String {
    if orgs.len() <= NAMED {
        return orgs.iter().map(|org| pack.register.organisation(*org).ods.to_string()).collect::<Vec<_>>().join(", ");
    }
    let mut kinds: Vec<(&str, u64)> = Vec::new();
    for org in orgs {
        let kind = pack.register.organisation(*org).kind.as_str();
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let parts: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    format!("{} organisations: {}", orgs.len(), parts.join(", "))
}

/// Names of a tree, each as short as it can be.
pub fn names(tree: &Tree, nodes: &[NodeId]) -> String {
    nodes.iter().map(|node| tree.short(*node)).collect::<Vec<_>>().join(", ")
}

/// Ways as `view identifiable, print identifiable`.
pub fn ways(pack: &Pack, ways: &[(u8, u8)]) -> String {
    ways.iter()
        .map(|(action, form)| format!("{} {}", pack.words.actions[usize::from(*action)], pack.words.forms[usize::from(*form)]))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `permit`, or what it needs.
pub fn outcome(pack: &Pack, block: &AnswerBlock, session: &Session) -> String {
    match block.said.verdict {
        Verdict::Permit => session.paint(GREEN, "permit"),
        Verdict::Deny => "deny".to_owned(),
        Verdict::Needs => {
            let sets: Vec<String> = block.said.needs.iter().map(|set| literals(pack, set).join(" and ")).collect();
            format!("{} {}", session.paint(YELLOW, "needs"), sets.join(", or "))
        }
    }
}

/// Where the clauses of a block stand: `GM-DSA-0007/g1 (agreements/gm-care-record.yaml:57)`.
pub fn clauses(pack: &Pack, sources: &Sources, block: &AnswerBlock) -> String {
    let all = || pack.agreements.iter().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).chain(&pack.guards);
    let named: Vec<String> = block
        .said
        .clauses
        .iter()
        .map(|place| match all().find(|clause| clause.place == *place) {
            Some(clause) => format!("{place} ({}:{})", sources.name(clause.span.file), sources.start(clause.span).line),
            None => place.clone(),
        })
        .collect();
    named.join(", ")
}

/// The blocks for machines, `carepact.blocks/1`.
pub fn to_json(pack: &Pack, question: &Value, blocks: &[AnswerBlock], not_included: &[NodeId], on: Date) -> Value {
    let words = &pack.words;
    let paths = |tree: &Tree, nodes: &[NodeId]| nodes.iter().map(|node| tree.path(*node).to_owned()).collect::<Vec<_>>();
    let codes = |orgs: &[OrgId]| orgs.iter().map(|org| pack.register.organisation(*org).ods.to_string()).collect::<Vec<_>>();
    let listed: Vec<Value> = blocks
        .iter()
        .map(|block| {
            json!({
                "outcome": match block.said.verdict { Verdict::Permit => "permit", Verdict::Deny => "deny", Verdict::Needs => "needs" },
                "cause": block.said.cause.name(),
                "clauses": block.said.clauses,
                "needs": block.said.needs.iter().map(|set| literals(pack, set)).collect::<Vec<_>>(),
                "roles": paths(&words.roles, &block.roles),
                "at": codes(&block.at),
                "see": paths(&words.data, &block.data),
                "of": codes(&block.of),
                "for": paths(&words.purposes, &block.purposes),
                "ways": block.ways.iter().map(|(action, form)| json!({"may": words.actions[usize::from(*action)], "form": words.forms[usize::from(*form)]})).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "format": "carepact.blocks/1",
        "question": question,
        "on": on.to_string(),
        "blocks": listed,
        "not_included": paths(&words.data, not_included),
    })
}
