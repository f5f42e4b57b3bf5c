//! `--plan`: hierarchies as typed, and what each way to mend an extract costs.

use std::path::Path;

use super::Args;
use super::tables::Block;
use crate::commands::failure::Failure;
use crate::commands::session::read_input;
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::hierarchy::{Hierarchy, HierarchyError, Written, built_in};
use crate::disclosure::measure::closeness::Distance;
use crate::disclosure::repair::{LeftOut, Repairs};
use crate::disclosure::search::{Goal, Outcome};
use crate::disclosure::shown::{FEW, count, share};
use crate::text::{and_list, thousands};

/// One hierarchy for each quasi-identifier; a column without one stays as it is.
pub(super) fn hierarchies(args: &Args, coded: &Coded) -> anyhow::Result<Vec<Hierarchy>> {
    let names: Vec<&str> = coded.of(Role::Quasi).map(|(_, column)| column.name.as_str()).collect();
    let mut given: Vec<(String, &str)> = Vec::new();
    for text in &args.hierarchy {
        let Some((column, what)) = text.split_once('=') else {
            return Err(Failure::usage(format!("--hierarchy takes COL=FILE or COL=age, date or postcode, not {text:?}")).into());
        };
        let column = column.trim();
        if !names.contains(&column) {
            let failure = Failure::usage(format!("--hierarchy names `{column}`, which is no quasi-identifier"));
            return Err(match crate::text::nearest(column, names.iter().copied()) {
                Some(near) => failure.next(format!("Did you mean `{near}`?")),
                None => failure.next(format!("The quasi-identifiers: {}.", names.join(", "))),
            }
            .into());
        }
        if given.iter().any(|(known, _)| known == column) {
            return Err(Failure::usage(format!("--hierarchy names `{column}` twice")).into());
        }
        given.push((column.to_owned(), what));
    }
    let mut list = Vec::new();
    for (_, column) in coded.of(Role::Quasi) {
        let Some((_, what)) = given.iter().find(|(name, _)| *name == column.name) else {
            list.push(Hierarchy::flat(&column.values));
            continue;
        };
        let bound = match built_in::NAMES.iter().find(|(name, _)| name == what) {
            Some((_, built_in)) => built_in.bind(&column.values),
            None => Written::read(&read_input(Path::new(what))?).and_then(|written| written.bind(&column.values)),
        };
        list.push(bound.map_err(|error| {
            let failure = Failure::unreadable(format!("the hierarchy {what} of `{}`: {error}", column.name));
            match error {
                HierarchyError::Unknown(_) => {
                    failure.next("Add a line for each value (value;group;coarser group;*); they are not printed, since a rare one may be somebody's.")
                }
                HierarchyError::NotNested { .. } => failure.next("Every group lies whole in one group of the next column."),
                _ => failure,
            }
        })?);
    }
    Ok(list)
}

/// What is to be reached.
pub(super) fn goal(args: &Args, coded: &Coded, distances: &[Distance]) -> Result<Goal, Failure> {
    if !(0.0..=100.0).contains(&args.suppress_limit) {
        return Err(Failure::usage(format!("--suppress-limit takes a percentage from 0 to 100, not {}", args.suppress_limit)));
    }
    let l = coded.of(Role::Sensitive).map(|_| args.l).collect();
    let t = distances.iter().map(|distance| args.t.map(|t| (t, *distance))).collect();
    let any_group = match args.group_limit {
        Some(percent) if !(0.0..=100.0).contains(&percent) => {
            return Err(Failure::usage(format!("--group-limit takes a percentage from 0 to 100, not {percent}")));
        }
        Some(_) if coded.count(Role::Group) == 0 => {
            return Err(Failure::usage("--group-limit needs groups").next("Name the columns whose values are the groups: --by ethnicity,sex."));
        }
        percent => percent.map(Goal::hundredths),
    };
    Ok(Goal { k: args.k, l, t, suppress_at_most: Goal::share_of(coded.rows, args.suppress_limit), any_group, ..Goal::default() })
}

/// The order of the policy: `--order`, or that of the quasi-identifiers.
pub(super) fn order(args: &Args, coded: &Coded) -> Result<Vec<usize>, Failure> {
    let names: Vec<&str> = coded.of(Role::Quasi).map(|(_, column)| column.name.as_str()).collect();
    if args.order.is_empty() {
        return Ok((0..names.len()).collect());
    }
    let place = |name: &String| {
        names.iter().position(|known| known == name).ok_or_else(|| {
            let failure = Failure::usage(format!("--order names `{name}`, which is no quasi-identifier"));
            match crate::text::nearest(name, names.iter().copied()) {
                Some(near) => failure.next(format!("Did you mean `{near}`?")),
                None => failure.next(format!("The quasi-identifiers: {}.", names.join(", "))),
            }
        })
    };
    args.order.iter().map(place).collect()
}

fn outcome(repairs: &Repairs<'_>, outcome: &Outcome) -> [String; 3] {
    let left_out =
        if outcome.suppressed == 0 { "0".to_owned() } else { format!("{} ({})", count(outcome.suppressed), share(outcome.suppressed, repairs.rows())) };
    let reached = if outcome.anonymous { "reached" } else { "not reached" };
    [left_out, outcome.k.map_or("-".to_owned(), thousands), reached.to_owned()]
}

fn levels(repairs: &Repairs<'_>, node: &[u8]) -> String {
    let raised = repairs.columns.iter().zip(node).enumerate().filter(|(_, (_, level))| **level > 0);
    let list: Vec<String> = raised.map(|(column, (name, level))| format!("{name}: {}", repairs.level(column, *level))).collect();
    if list.is_empty() { "as it is".to_owned() } else { list.join("; ") }
}

/// Tables of what each way costs.
pub(super) fn blocks(args: &Args, repairs: &Repairs<'_>) -> Vec<Block> {
    let head = ["", "rows left out", "k of the rest", "goal", "loss"];
    let loss = |loss: f64| format!("{loss:.0} bits ({:.1}%)", 100.0 * repairs.share_of_loss(loss));
    let l = args.l.map(|l| format!(" and {l} values of each sensitive column")).unwrap_or_default();
    let t = args.t.map(|t| format!(", no further than {t} from the whole")).unwrap_or_default();
    let groups = args.group_limit.map(|percent| format!(" and {percent}% of any group's")).unwrap_or_default();
    let title = format!("What would mend it: classes of at least {}{l}{t}, at most {}% of rows{groups} left out", repairs.goal.k, args.suppress_limit);
    let mut ways = Block::new(&title, &head);
    let mut line = |name: &str, result: &Outcome, cost: String| ways.row([vec![name.to_owned()], outcome(repairs, result).to_vec(), vec![cost]].concat());
    if let Some(first) = repairs.steps.first() {
        line("as it is, failing rows left out", &first.outcome, loss(first.loss));
    }
    if let Some(last) = repairs.steps.last().filter(|_| repairs.steps.len() > 1) {
        line(&format!("in your order, {} steps", repairs.steps.len() - 1), &last.outcome, loss(last.loss));
    }
    if let Some(found) = &repairs.optimal {
        line("optimal: the least loss of all", &found.outcome, loss(found.loss));
    }
    let blanked = format!("{} cells blanked", count(repairs.local.cells.iter().sum()));
    line("blanking cells of failing rows", &repairs.local.outcome, blanked);
    ways.notes.push("Loss: non-uniform entropy, of all there is to lose; rows left out and cells blanked are not in it".to_owned());
    match &repairs.optimal {
        Some(found) => {
            ways.notes.push(format!(
                "Optimal: {} (the best of {} combinations of levels, {} looked at)",
                levels(repairs, &found.node),
                thousands(repairs.nodes() as u64),
                found.checked
            ));
        }
        None => ways.notes.push("No combination of these levels reaches it: coarser hierarchies, or more rows left out, are needed".to_owned()),
    }
    let cells: Vec<String> =
        repairs.columns.iter().zip(&repairs.local.cells).filter(|(_, cells)| **cells > 0).map(|(name, cells)| format!("{} of {name}", count(*cells))).collect();
    if !cells.is_empty() {
        ways.notes.push(format!("Blanking: {} in {} rows that stay", and_list(&cells), count(repairs.local.rows)));
    }
    if repairs.left_out[2].is_empty() {
        ways.notes.push("Whose rows are left out is not told: name the columns with --by (ethnicity, age band, sex, deprivation)".to_owned());
    }
    let mut list = vec![ways];
    if repairs.steps.len() > 1 {
        let names: Vec<&str> = repairs.order.iter().map(|column| repairs.columns[*column].as_str()).collect();
        let mut block = Block::new(&format!("In your order ({}), one level at a time", and_list(&names)), &head);
        for step in &repairs.steps {
            let what = match step.column {
                None => "as it is".to_owned(),
                Some(column) => format!("{} to {}", repairs.columns[column], repairs.level(column, step.node[column])),
            };
            block.row([vec![what], outcome(repairs, &step.outcome).to_vec(), vec![loss(step.loss)]].concat());
        }
        list.push(block);
    }
    let [ordered, optimal, local] = &repairs.left_out;
    for (index, groups) in local.iter().enumerate() {
        list.push(by_group(groups, ordered.get(index), optimal.get(index)));
    }
    list
}

fn by_group(local: &LeftOut, ordered: Option<&LeftOut>, optimal: Option<&LeftOut>) -> Block {
    let mut block = Block::new(&format!("Rows left out, by {}", local.column), &[&local.column, "rows", "in your order", "optimal", "blanking"]);
    let mut hidden = 0;
    for (index, group) in local.groups.iter().enumerate() {
        if group.rows < FEW {
            hidden += 1;
            continue;
        }
        let cell = |of: Option<&LeftOut>| match of.and_then(|left| left.groups.get(index)) {
            Some(group) if group.small > 0 => format!("{} ({})", count(group.small), share(group.small, group.rows)),
            Some(_) => "0".to_owned(),
            None => "-".to_owned(),
        };
        block.row(vec![group.name.clone(), thousands(group.rows), cell(ordered), cell(optimal), cell(Some(local))]);
    }
    if hidden > 0 {
        block.notes.push(format!("{} of fewer than {FEW} rows not named", crate::text::count(hidden, "group", "groups")));
    }
    block
}
