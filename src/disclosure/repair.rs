//! What would mend an extract, and what each way costs: policy order, the optimum, blanking cells.

use serde_json::{Map, Value, json};

use super::coded::{Coded, Role};
use super::dictionary::MISSING;
use super::measure::groups::Group;
use super::search::local::{Local, local_suppression};
use super::search::optimum::optimum;
use super::search::policy_order::{Step, policy_order};
use super::search::{Found, Goal, Outcome, Space};
use super::shown::{FEW, rounded, share_value, value};

/// Rows left out, by the groups of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// Its groups; `small` are the rows left out.
    pub groups: Vec<Group>,
}

/// Every way.
pub struct Repairs<'s> {
    space: &'s Space<'s>,
    /// What is to be reached.
    pub goal: Goal,
    /// Names of the quasi-identifiers.
    pub columns: Vec<String>,
    /// Quasi-identifiers in the order of the policy.
    pub order: Vec<usize>,
    /// Policy order, step by step.
    pub steps: Vec<Step>,
    /// The optimum; none if even the coarsest does not reach the goal.
    pub optimal: Option<Found>,
    /// Blanking cells of the extract as it is.
    pub local: Local,
    /// Rows left out by group: after the last step, at the optimum, after blanking.
    pub left_out: [Vec<LeftOut>; 3],
}

impl<'s> Repairs<'s> {
    /// Tries every way.
    pub fn new(coded: &Coded, space: &'s Space<'s>, goal: Goal, order: Vec<usize>) -> Self {
        let steps = policy_order(space, &goal, &order);
        let optimal = optimum(space, &goal);
        let local = local_suppression(space, &goal, &vec![0; space.lattice.tops().len()], &order);
        let by_node = |node: Option<&[u8]>| node.map(|node| by_group(coded, space, None, &space.left_out(&goal, node))).unwrap_or_default();
        let left_out = [
            by_node(steps.last().map(|step| step.node.as_slice())),
            by_node(optimal.as_ref().map(|found| found.node.as_slice())),
            by_group(coded, space, None, &local.left_out),
        ];
        let columns = coded.of(Role::Quasi).map(|(_, column)| column.name.clone()).collect();
        Self { space, goal, columns, order, steps, optimal, local, left_out }
    }

    /// Rows of the extract.
    pub fn rows(&self) -> u64 {
        self.space.rows
    }

    /// Nodes of the lattice.
    pub fn nodes(&self) -> usize {
        self.space.lattice.size()
    }

    /// What a column is on a level.
    pub fn level(&self, column: usize, level: u8) -> String {
        self.space.hierarchies[column].name(usize::from(level))
    }

    /// The share of all loss there could be.
    pub fn share_of_loss(&self, loss: f64) -> f64 {
        let most = self.space.most();
        if most > 0.0 { loss / most } else { 0.0 }
    }

    fn levels(&self, node: &[u8]) -> Value {
        let named = self.columns.iter().zip(node).enumerate();
        Value::Object(named.map(|(column, (name, level))| (name.clone(), json!({"level": level, "means": self.level(column, *level)}))).collect::<Map<_, _>>())
    }

    fn of_outcome(&self, outcome: &Outcome) -> Value {
        json!({
            "reached": outcome.anonymous,
            "left_out": value(outcome.suppressed),
            "left_out_share": share_value(outcome.suppressed, self.space.rows),
            "k": outcome.k,
            "classes": value(outcome.kept as u64),
        })
    }

    /// As saved in results.
    pub fn data(&self) -> Value {
        let groups = |list: &[LeftOut]| list.iter().map(LeftOut::data).collect::<Vec<_>>();
        json!({
            "goal": {"k": self.goal.k, "l": self.goal.l, "t": self.goal.t.iter().map(|t| t.map(|(most, _)| most)).collect::<Vec<_>>(), "left_out_at_most": self.goal.suppress_at_most, "left_out_of_any_group_at_most_percent": self.goal.any_group.map(|hundredths| hundredths as f64 / 100.0)},
            "loss": "non-uniform entropy, bits",
            "nodes": self.space.lattice.size(),
            "policy_order": {
                "order": self.order.iter().map(|column| self.columns[*column].clone()).collect::<Vec<_>>(),
                "steps": self.steps.iter().map(|step| json!({
                    "coarsened": step.column.map(|column| self.columns[column].clone()),
                    "levels": self.levels(&step.node),
                    "loss": rounded(step.loss),
                    "loss_share": rounded(self.share_of_loss(step.loss)),
                    "outcome": self.of_outcome(&step.outcome),
                })).collect::<Vec<_>>(),
                "left_out_by": groups(&self.left_out[0]),
            },
            "optimal": self.optimal.as_ref().map(|found| json!({
                "levels": self.levels(&found.node),
                "loss": rounded(found.loss),
                "loss_share": rounded(self.share_of_loss(found.loss)),
                "outcome": self.of_outcome(&found.outcome),
                "nodes_checked": found.checked,
                "left_out_by": groups(&self.left_out[1]),
            })),
            "local_suppression": {
                "cells": self.columns.iter().zip(&self.local.cells).map(|(name, cells)| (name.clone(), value(*cells))).collect::<Map<_, _>>(),
                "rows": value(self.local.rows),
                "outcome": self.of_outcome(&self.local.outcome),
                "left_out_by": groups(&self.left_out[2]),
            },
        })
    }
}

impl LeftOut {
    /// As saved in results, without groups too small to show.
    pub fn data(&self) -> Value {
        let shown: Vec<&Group> = self.groups.iter().filter(|group| group.rows >= FEW).collect();
        json!({
            "column": self.column,
            "groups": shown.iter().map(|group| json!({"name": group.name, "rows": group.rows, "left_out": value(group.small), "share": share_value(group.small, group.rows)})).collect::<Vec<_>>(),
            "groups_too_small_to_show": self.groups.len() - shown.len(),
        })
    }
}

/// Rows of these units, by the groups of each group column. `held` is what the space was made with.
pub fn by_group(coded: &Coded, space: &Space<'_>, held: Option<&[u32]>, left_out: &[bool]) -> Vec<LeftOut> {
    let quasi = coded.count(Role::Quasi);
    let mut list: Vec<(usize, Vec<Group>)> =
        coded.of(Role::Group).map(|(index, column)| (index - quasi, vec![Group::default(); column.values.len().max(1)])).collect();
    coded.each_class(|class| {
        for (row, count) in class.counts.iter().enumerate() {
            let person = class.person.map(|person| class.codes[person][row]).filter(|person| *person != MISSING);
            let out = left_out[space.unit(class.index, held.zip(person).map(|(held, person)| held[person as usize]))];
            for (column, groups) in &mut list {
                let group = &mut groups[class.codes[*column][row] as usize];
                group.rows += u64::from(*count);
                group.small += if out { u64::from(*count) } else { 0 };
            }
        }
    });
    let named = coded.of(Role::Group).zip(list);
    named
        .map(|((_, column), (_, mut groups))| {
            let name = |code: u32| if code == MISSING { "not known".to_owned() } else { String::from_utf8_lossy(column.values.value(code)).into_owned() };
            let in_order = column.values.in_order().into_iter();
            let mut groups: Vec<Group> = in_order.map(|code| Group { name: name(code), ..std::mem::take(&mut groups[code as usize]) }).collect();
            groups.retain(|group| group.rows > 0);
            LeftOut { column: column.name.clone(), groups }
        })
        .collect()
}
