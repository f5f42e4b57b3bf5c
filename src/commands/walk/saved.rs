//! A journey for machines.

use serde_json::{Value, json};

use super::tell::Told;
use crate::commands::ask::literals;
use crate::decision::Verdict;
use crate::diagnostics::results::Results;
use crate::journey::{Part, Stage};
use crate::vocabulary::{NodeId, Tree};

impl Told<'_, '_> {
    /// For machines: `carepact.results/1`, the journey in `data`.
    pub(super) fn results(&self) -> Results {
        let mut results = Results::new("walk", &self.on.to_string());
        results.pack = Some(self.pack.reference());
        let stage = |stage: &Stage| {
            json!({
                "function": self.pack.words.functions.path(stage.function),
                "ods": stage.organisation.map(|org| self.pack.register.organisation(org).ods.to_string()),
                "name": stage.organisation.map(|org| self.pack.register.organisation(org).name.clone()),
                "found_at": stage.found_at.map(|place| self.pack.words.places.path(place)),
            })
        };
        let steps: Vec<Value> = self
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| {
                json!({
                    "transition": format!("{}/{}", step.transition.pathway, step.transition.name),
                    "from": stage(&step.from),
                    "to": stage(&step.to),
                    "goes_dark": step.goes_dark(),
                    "answers": step.parts.iter().map(|part| self.json(part)).collect::<Vec<_>>(),
                    "if_the_person_objects": step.objected.iter().map(|part| self.json(part)).collect::<Vec<_>>(),
                    "others": self.others[index].iter().map(|block| json!({
                        "roles": paths(&self.pack.words.roles, &block.roles),
                        "see": paths(&self.pack.words.data, &block.data),
                        "for": paths(&self.pack.words.purposes, &block.purposes),
                        "clauses": block.said.clauses,
                    })).collect::<Vec<_>>(),
                    "not_included": paths(&self.pack.words.data, &step.not_included),
                })
            })
            .collect();
        results.data = json!({
            "pathway": self.pathway,
            "person": "an invented person (synthetic)",
            "assumed": self.facts(self.assumed),
            "given": self.facts(self.given),
            "steps": steps,
            "own_view": self.own.iter().map(|part| self.json(part)).collect::<Vec<_>>(),
            "goes_dark": self.steps.iter().filter(|step| step.goes_dark()).count(),
        });
        results
    }

    fn json(&self, part: &Part) -> Value {
        let words = &self.pack.words;
        let places: Vec<Value> = part.clauses.iter().map(|place| json!({"place": place, "at": self.locate(place)})).collect();
        json!({
            "outcome": match part.verdict { Verdict::Permit => "permit", Verdict::Deny => "deny", Verdict::Needs => "needs" },
            "cause": part.cause.name(),
            "roles": paths(&words.roles, &part.roles),
            "see": paths(&words.data, &part.data),
            "for": paths(&words.purposes, &part.purposes),
            "clauses": places,
            "needs": part.needs.iter().map(|set| literals(self.pack, set)).collect::<Vec<_>>(),
            "mend": part.mend.as_ref().map(|mend| json!({"clause": mend.clause, "what_differs": mend.fails, "if": mend.changes, "under": mend.condition, "one_edit": mend.is_one_edit()})),
        })
    }

    fn locate(&self, place: &str) -> Option<String> {
        let all = self.pack.agreements.iter().flat_map(|agreement| agreement.grants.iter().chain(&agreement.prohibits)).chain(&self.pack.guards);
        all.into_iter()
            .find(|clause| clause.place == place)
            .map(|clause| format!("{}:{}", self.sources.name(clause.span.file), self.sources.start(clause.span).line))
    }
}

fn paths(tree: &Tree, nodes: &[NodeId]) -> Vec<String> {
    nodes.iter().map(|node| tree.path(*node).to_owned()).collect()
}
