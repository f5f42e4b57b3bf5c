//! The repair of a release: whole columns coarsened, and the rows left out that still fail, within what the agreement allows.
//!
//! It works on what would leave, after every other transform, and writes that again. What comes out is measured anew before
//! anything gets its name: the plan of a repair is never taken for its result.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};

use super::release::{Action, Method, Release, RepairRule, RiskRule};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::dictionary::MISSING;
use crate::disclosure::hierarchy::{Hierarchy, HierarchyError};
use crate::disclosure::lattice::Node;
use crate::disclosure::linked::Known;
use crate::disclosure::repair::{LeftOut, by_group};
use crate::disclosure::search::optimum::optimum;
use crate::disclosure::search::policy_order::{Step, policy_order};
use crate::disclosure::search::{Found, Goal, Outcome, Space, TooLarge};
use crate::tabular::{Layout, Malformed, Records, Source};
use crate::text;

/// The cause under which the books count rows that a repair leaves out.
pub const CAUSE: &str = "disclosure_risk";

/// Why a release cannot be repaired.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepairError {
    /// A column and what it is coarsened by do not fit.
    #[error("column `{0}` cannot be coarsened: {1}")]
    Hierarchy(String, HierarchyError),
    /// Too many combinations.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// Even the coarsest does not do.
    #[error(
        "no repair within the limits of the agreement reaches it: at most {most} may be left out{groups}, and even with {columns} as coarse as they get, {needed} of the rows fail; {limits}"
    )]
    OutOfReach {
        /// Rows that may be left out, in words.
        most: String,
        /// The limit by group, in words.
        groups: String,
        /// The columns that may be coarsened.
        columns: String,
        /// Rows that would have to be.
        needed: String,
        /// Which of the limits of the block stand in the way.
        limits: String,
    },
}

/// A quasi-identifier: its name in the output, its hierarchy and level, and the codes of its values.
struct Coarsened {
    name: String,
    hierarchy: Hierarchy,
    level: usize,
    codes: HashMap<Vec<u8>, u32>,
}

/// What a repair does.
pub struct Remedy {
    /// One sentence for each step that was taken.
    pub steps: Vec<String>,
    /// The levels, one sentence.
    pub levels: String,
    /// Rows left out.
    pub rows: u64,
    /// Rows left out by the groups of each group column.
    pub left_out_by: Vec<LeftOut>,
    columns: Vec<Coarsened>,
    /// The person column, where it matters what is held of somebody.
    person: Option<String>,
    /// Tuples and, last, what is held of their people ([`NOBODY`] for rows of nobody).
    left_out: HashSet<Vec<u32>>,
}

/// What is held of rows that are nobody's.
const NOBODY: u32 = u32::MAX;

impl Release {
    /// Names under which the columns leave by which a repair reports whose rows it leaves out.
    pub fn repair_groups(&self, risk: &RiskRule, rule: &RepairRule) -> Vec<String> {
        if rule.groups.is_empty() { self.risk_columns(risk) } else { rule.groups.iter().filter_map(|name| self.output_of(&name.value)).collect() }
    }
}

fn outcome_words(outcome: &Outcome, rows: u64) -> String {
    match outcome.suppressed {
        0 => "no row is left out".to_owned(),
        _ if outcome.kept == 0 => "no row stays".to_owned(),
        left => format!("{} of {} left out", crate::disclosure::shown::count(left), text::count(rows, "row", "rows")),
    }
}

/// A limit of the block, in words, and the goal that asks for nothing else.
type Limit = (String, Goal);

/// Everything that the block asks for, and each limit by itself.
fn goals(release: &Release, risk: &RiskRule, rule: &RepairRule, coded: &Coded, joined: bool) -> (Goal, Vec<Limit>) {
    let bare = Goal { suppress_at_most: Goal::share_of(coded.rows, rule.overall), any_group: rule.any_group.map(Goal::hundredths), ..Goal::default() };
    let beside = "beside what the recipient holds";
    let mut limits = vec![(format!("k {}", risk.k), Goal { k: risk.k, ..bare.clone() })];
    if joined {
        limits.push((format!("k {} {beside}", risk.k), Goal { k: risk.k, joined, ..bare.clone() }));
    }
    let (mut all_l, mut all_t) = (Vec::new(), Vec::new());
    for (at, (_, column)) in coded.of(Role::Sensitive).enumerate() {
        let is_it = |name: &str| release.output_of(name).as_deref() == Some(&column.name);
        let l = risk.l.iter().find(|(name, _)| is_it(&name.value)).map(|(_, l)| *l);
        let t = risk.t.iter().find(|(name, ..)| is_it(&name.value)).map(|(_, t, distance)| (*t, *distance));
        if let Some(least) = l {
            let alone: Vec<_> = (0..=at).map(|of| l.filter(|_| of == at)).collect();
            limits.push((format!("l {least} of `{}`", column.name), Goal { l: alone.clone(), ..bare.clone() }));
            if joined {
                limits.push((format!("l {least} of `{}` {beside}", column.name), Goal { l: alone, joined, ..bare.clone() }));
            }
        }
        if let Some((most, distance)) = t {
            let alone = (0..=at).map(|of| t.filter(|_| of == at)).collect();
            limits.push((format!("t {most} ({}) of `{}`", distance.name(), column.name), Goal { t: alone, ..bare.clone() }));
        }
        all_l.push(l);
        all_t.push(t);
    }
    (Goal { k: risk.k, l: all_l, t: all_t, joined, ..bare }, limits)
}

/// What a search came to: the node, how it does, and the steps to it in words.
struct Search {
    found: Option<(Node, Outcome)>,
    steps: Vec<String>,
}

/// Looks for levels by the method of the rule.
fn search(space: &Space<'_>, goal: &Goal, method: Method, places: &[usize], named: impl Fn(usize, u8) -> String) -> Search {
    match method {
        Method::PolicyOrder => {
            let taken = policy_order(space, goal, places);
            let words = |step: &Step| {
                let what = step.column.map_or_else(|| "as it is".to_owned(), |column| format!("coarsened {}", named(column, step.node[column])));
                format!("{what}: {}", outcome_words(&step.outcome, space.rows))
            };
            let steps = taken.iter().map(words).collect();
            Search { steps, found: taken.into_iter().next_back().filter(|step| step.outcome.anonymous).map(|step| (step.node, step.outcome)) }
        }
        Method::Optimal => {
            let found = optimum(space, goal);
            let words =
                |found: &Found| format!("the least loss of {} combinations of levels: {}", space.lattice.size(), outcome_words(&found.outcome, space.rows));
            Search { steps: found.iter().map(words).collect(), found: found.map(|found| (found.node, found.outcome)) }
        }
    }
}

/// Which limits stand in the way, in words: those out of reach by themselves, else that they are only together.
fn in_the_way(goal: &Goal, limits: &[Limit], reaches: impl Fn(&Goal) -> bool) -> String {
    let out: Vec<String> = limits.iter().filter(|(_, alone)| !reaches(alone)).map(|(words, _)| words.clone()).collect();
    if !out.is_empty() {
        return format!("what cannot be met is {}", text::and_list(&out));
    }
    let all: Vec<String> = limits.iter().map(|(words, _)| words.clone()).collect();
    let together = text::and_list(&all);
    if goal.any_group.is_some() && reaches(&Goal { any_group: None, ..goal.clone() }) {
        return format!("{together} can be met together only by leaving out more of a group than `any_group` allows");
    }
    format!("{together} can each be met, but not together")
}

impl Remedy {
    /// Finds the levels and the rows to leave out: every limit of the block holds for what stays, beside what is known to
    /// the recipient too.
    pub fn new(release: &Release, risk: &RiskRule, rule: &RepairRule, coded: &Coded, known: Option<&Known>) -> Result<Self, RepairError> {
        let by: HashMap<String, _> = rule.by.iter().filter_map(|(name, built_in)| Some((release.output_of(&name.value)?, *built_in))).collect();
        let order: Vec<String> = rule.order.iter().filter_map(|name| release.output_of(&name.value)).collect();
        let mut hierarchies = Vec::new();
        for (_, column) in coded.of(Role::Quasi) {
            hierarchies.push(match (by.get(&column.name), order.contains(&column.name)) {
                (_, false) => Hierarchy::flat(&column.values),
                (Some(built_in), true) => built_in.bind(&column.values).map_err(|error| RepairError::Hierarchy(column.name.clone(), error))?,
                (None, true) => Hierarchy::all_or_nothing(&column.values),
            });
        }
        let names: Vec<&str> = coded.of(Role::Quasi).map(|(_, column)| column.name.as_str()).collect();
        let places: Vec<usize> = order.iter().filter_map(|name| names.iter().position(|known| known == name)).collect();
        let person = coded.of(Role::Person).next().map(|(_, column)| column.name.clone()).filter(|_| known.is_some());
        let known = known.filter(|_| person.is_some());
        let (goal, limits) = goals(release, risk, rule, coded, known.is_some());
        let held = known.map(|known| known.held_by_code(coded));
        let space = Space::with(coded, &hierarchies, &goal.t, held.as_deref())?;
        let named = |column: usize, level: u8| format!("{} ({})", names[column], hierarchies[column].name(usize::from(level)));
        let Search { found, steps } = search(&space, &goal, rule.method, &places, named);
        let Some((node, outcome)) = found else {
            let coarsest = space.outcome(&goal, space.lattice.tops());
            return Err(RepairError::OutOfReach {
                most: format!("{}% of the rows", rule.overall),
                groups: rule.any_group.map(|percent| format!(" and {percent}% of any group's")).unwrap_or_default(),
                columns: text::and_list(&order),
                needed: crate::disclosure::shown::share(coarsest.suppressed, coded.rows),
                limits: in_the_way(&goal, &limits, |goal| search(&space, goal, rule.method, &places, named).found.is_some()),
            });
        };
        let fails = space.left_out(&goal, &node);
        let out_of = |(tuple, held): (&[u32], Option<u32>)| tuple.iter().copied().chain([held.unwrap_or(NOBODY)]).collect();
        let left_out = space.units().zip(&fails).filter(|(_, fails)| **fails).map(|(unit, _)| out_of(unit)).collect();
        let raised: Vec<String> = node.iter().enumerate().filter(|(_, level)| **level > 0).map(|(column, level)| named(column, *level)).collect();
        let levels = if raised.is_empty() { "no column was coarsened".to_owned() } else { format!("coarsened: {}", text::and_list(&raised)) };
        let left_out_by = by_group(coded, &space, held.as_deref(), &fails);
        let columns = coded
            .of(Role::Quasi)
            .zip(hierarchies.clone())
            .zip(&node)
            .map(|(((_, column), hierarchy), level)| {
                let codes = (1..u32::try_from(column.values.len()).unwrap_or(u32::MAX)).map(|code| (column.values.value(code).to_vec(), code)).collect();
                Coarsened { name: column.name.clone(), hierarchy, level: usize::from(*level), codes }
            })
            .collect();
        Ok(Self { steps, levels, rows: outcome.suppressed, left_out_by, columns, person, left_out })
    }

    /// Writes a release again: what it says of a row is its place in the order of the rows, counted from 0, and which of
    /// its cells hold something. The cells that are not coarsened go through byte for byte. `known` is what the remedy was
    /// made with.
    pub fn apply(
        &self,
        layout: &Layout,
        known: Option<&Known>,
        from: impl Read,
        to: &mut impl Write,
        mut left_out: impl FnMut(u64, &[bool]),
    ) -> Result<u64, ApplyError> {
        let (opened, mut source) = Source::open(from, 1 << 20).map_err(|_| ApplyError::Changed)?;
        if opened.header != layout.header {
            return Err(ApplyError::Changed);
        }
        let mut places = Vec::new();
        for Coarsened { name, .. } in &self.columns {
            places.push(layout.header.iter().position(|column| column == name).ok_or(ApplyError::Changed)?);
        }
        let person = match &self.person {
            Some(name) => Some(layout.header.iter().position(|column| column == name).ok_or(ApplyError::Changed)?),
            None => None,
        };
        let (mut chunk, mut cells, mut out, mut tuple) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut number, mut kept) = (0u64, 0u64);
        while let Some(whole) = source.next_chunk(&mut chunk)? {
            let mut records = Records::new(&chunk, layout.delimiter, layout.header.len(), whole);
            out.clear();
            while records.next_into(&mut cells)? {
                tuple.clear();
                for (column, place) in self.columns.iter().zip(&places) {
                    let value = cells[*place].value(&chunk);
                    let value = value.trim_ascii();
                    tuple.push(if value.is_empty() { MISSING } else { *column.codes.get(value).ok_or(ApplyError::Changed)? });
                }
                tuple.push(match (person, known) {
                    (Some(person), Some(known)) => match cells[person].value(&chunk).trim_ascii() {
                        [] => NOBODY,
                        who => known.held_of(who),
                    },
                    _ => 0,
                });
                if self.left_out.contains(&tuple) {
                    let filled: Vec<bool> = cells.iter().map(|cell| !cell.inner(&chunk).is_empty()).collect();
                    left_out(number, &filled);
                } else {
                    for (index, cell) in cells.iter().enumerate() {
                        if index > 0 {
                            out.push(layout.delimiter);
                        }
                        let coarse = places.iter().position(|place| *place == index).and_then(|column| {
                            let Coarsened { hierarchy, level, .. } = &self.columns[column];
                            hierarchy.label(*level, tuple[column])
                        });
                        match coarse {
                            Some(label) => write_cell(&mut out, label, layout.delimiter),
                            None => out.extend_from_slice(cell.raw(&chunk)),
                        }
                    }
                    out.push(b'\n');
                    kept += 1;
                }
                number += 1;
            }
            to.write_all(&out)?;
        }
        Ok(kept)
    }
}

/// A cell, quoted where it must be.
fn write_cell(out: &mut Vec<u8>, value: &[u8], delimiter: u8) {
    if value.iter().any(|byte| matches!(byte, b'"' | b'\n' | b'\r') || *byte == delimiter) {
        out.push(b'"');
        for byte in value {
            if *byte == b'"' {
                out.push(b'"');
            }
            out.push(*byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(value);
    }
}

/// What stops the writing.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// What was written is not what is read: another program touched it.
    #[error("the release changed while it was repaired")]
    Changed,
    /// Not a table any more.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Columns that leave, by their place in the release and in the output.
pub fn output_columns(release: &Release) -> Vec<usize> {
    release.columns.iter().enumerate().filter(|(_, rule)| rule.action != Action::Drop).map(|(index, _)| index).collect()
}
