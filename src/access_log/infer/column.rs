//! What one column may hold: by its name and by the shapes of its values. Counts leave this file, values do not.

use std::collections::BTreeSet;

use super::names::fit;
use super::sample::Column;
use super::times::Times;
use crate::access_log::event::Action;
use crate::access_log::profile::Target;
use crate::access_log::read::{outcome_of, yes_or_no};
use crate::identifier::{NhsNumber, OdsCode};
use crate::text::thousands;

/// From here on a column is offered for a field.
pub(super) const ENOUGH: u32 = 60;
/// A written word may stand in a proposal only if it is on one of these lists: such words are of the system, never of a person.
const ACTIONS: [(&str, &str); 17] = [
    ("viewed", "view"),
    ("viewrecord", "view"),
    ("viewrecords", "view"),
    ("view record", "view"),
    ("accessed", "view"),
    ("opened", "view"),
    ("displayed", "view"),
    ("searched", "search"),
    ("printed", "print"),
    ("exported", "export"),
    ("downloaded", "export"),
    ("created", "amend"),
    ("updated", "amend"),
    ("edited", "amend"),
    ("deleted", "amend"),
    ("logged in", "login"),
    ("logged out", "logout"),
];
const EMERGENCIES: [(&str, &str); 9] = [
    ("bg", "yes"),
    ("btg", "yes"),
    ("break glass", "yes"),
    ("breakglass", "yes"),
    ("emergency", "yes"),
    ("override", "yes"),
    ("normal", "no"),
    ("none", "no"),
    ("routine", "no"),
];
const OUTCOMES: [(&str, &str); 6] = [("pass", "given"), ("passed", "given"), ("true", "given"), ("y", "given"), ("false", "refused"), ("rejected", "refused")];
const SYSTEMS: [(&str, &str); 6] =
    [("sys", "system"), ("service", "system"), ("batch", "system"), ("service account", "system"), ("interface", "system"), ("daemon", "system")];

/// A column with what its values are.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    pub(super) column: &'a Column,
    pub(super) time: Option<Times>,
    /// Values that pass the check of an NHS number.
    nhs: usize,
    /// Values shaped like the code of an organisation.
    ods: usize,
    distinct: BTreeSet<&'a str>,
}

pub(super) fn judge(column: &Column) -> Judged<'_> {
    let nhs = column.values.iter().filter(|value| NhsNumber::parse(value).is_ok()).count();
    let ods = column.values.iter().filter(|value| value.bytes().any(|byte| byte.is_ascii_digit()) && OdsCode::parse(value).is_ok()).count();
    let time = if nhs > 0 || column.list { None } else { Times::of(&column.values) };
    Judged { column, time, nhs, ods, distinct: column.values.iter().map(String::as_str).collect() }
}

impl Judged<'_> {
    fn all(&self) -> usize {
        self.column.values.len()
    }

    fn nearly_all(&self, part: usize) -> bool {
        part > 0 && part * 100 >= self.all() * 98
    }

    /// Whether people are named by NHS number here.
    pub(super) fn is_nhs_number(&self) -> bool {
        // One number in eleven passes by chance.
        self.nhs > 0 && self.nhs * 10 >= self.all() * 8
    }

    /// How well the column fits a field; see [`ENOUGH`].
    pub(super) fn score(&self, target: Target) -> u32 {
        let name = fit(target, &self.column.name);
        match target {
            // A number that passes says it by itself; two or three may pass by chance.
            Target::Person if self.is_nhs_number() && (self.all() >= 5 || name > 0) => 70 + name,
            // Numbers of people are nothing else, whatever their column is called.
            _ if self.is_nhs_number() => 0,
            Target::Time if self.time.is_some() => 60 + name,
            _ if self.time.is_some() && name < 100 => 0,
            Target::Organisation | Target::Source if name > 0 && self.nearly_all(self.ods) => 10 + name,
            _ => name,
        }
    }

    /// The values can be read as the field; else why not, in words.
    pub(super) fn usable(&self, target: Target) -> Result<(), String> {
        if self.all() == 0 {
            return Err("it is empty in every record".to_owned());
        }
        if self.column.list && !matches!(target, Target::Person | Target::Category) {
            return Err("its values are lists".to_owned());
        }
        let few = |understood: usize, what: &str| {
            if self.nearly_all(understood) {
                Ok(())
            } else {
                Err(format!("{} of its {} values {what}", thousands((self.all() - understood) as u64), thousands(self.all() as u64)))
            }
        };
        let counted = |understood: &dyn Fn(&str) -> bool| self.column.values.iter().filter(|value| understood(value)).count();
        match target {
            Target::Time if self.time.is_none() => Err("its values are no times in one pattern (with a date and an hour) that a profile can read".to_owned()),
            // Some numbers that pass and many that do not: the cells may be mangled, and taken as local ids they would hide it.
            Target::Person if !self.is_nhs_number() && fit(target, &self.column.name) >= 90 && self.column.name.to_ascii_lowercase().contains("nhs") => {
                few(self.nhs, "do not pass the check of an NHS number")
            }
            Target::Action => {
                few(counted(&|value| listed(&ACTIONS, value).is_some() || Action::of_word(value).is_some()), "are no words for an action that carepact knows")
            }
            Target::Outcome => {
                few(counted(&|value| listed(&OUTCOMES, value).is_some() || outcome_of(value).is_some()), "are no words for an outcome that carepact knows")
            }
            Target::Emergency => {
                few(counted(&|value| listed(&EMERGENCIES, value).is_some() || yes_or_no(value).is_some()), "are no words for yes or no that carepact knows")
            }
            Target::Sequence => {
                let numbers: Vec<u64> = self.column.values.iter().filter_map(|value| value.parse().ok()).collect();
                let by_one = numbers.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
                // An id is no count: gaps in it would mean nothing.
                if numbers.len() < self.all() || by_one * 2 < numbers.len().saturating_sub(1) {
                    return Err("its values do not count up by one".to_owned());
                }
                Ok(())
            }
            Target::Duration => few(counted(&|value| value.parse::<u32>().is_ok()), "are no whole seconds"),
            _ => Ok(()),
        }
    }

    /// Why the column is proposed, in words and counts.
    pub(super) fn reasons(&self, target: Target) -> Vec<String> {
        let number = |number: usize| thousands(number as u64);
        let mut reasons = Vec::new();
        match fit(target, &self.column.name) {
            100 => reasons.push("the name is this field's".to_owned()),
            90 => reasons.push("the name is usual for it".to_owned()),
            0 => reasons.push("by its values, not its name".to_owned()),
            _ => reasons.push("part of the name is usual for it".to_owned()),
        }
        match target {
            Target::Time => {
                if let Some(time) = &self.time {
                    let how = time.pattern.as_deref().map_or_else(|| "ISO 8601".to_owned(), super::quoted);
                    let order = time.pattern.as_deref().and_then(Times::order).map_or_else(String::new, |order| format!(", {order}"));
                    let offset = if time.offset { ", all with an offset" } else { "" };
                    reasons.push(format!("{} of {} values are times in {how}{order}{offset}", number(time.read), number(self.all())));
                }
            }
            Target::Person if self.is_nhs_number() => {
                reasons.push(format!("{} of {} values pass the check of an NHS number", number(self.nhs), number(self.all())));
            }
            Target::Person => reasons.push("its values are no NHS numbers and are taken as local ids".to_owned()),
            Target::Organisation | Target::Source if self.ods > 0 => {
                reasons.push(format!("{} of {} values have the shape of an organisation code", number(self.ods), number(self.all())));
            }
            _ => {}
        }
        reasons.push(crate::text::count(self.distinct.len() as u64, "different value", "different values"));
        if self.column.empty > 0 {
            reasons.push(format!("empty in {}", crate::text::count(self.column.empty as u64, "record", "records")));
        }
        match target {
            Target::Role | Target::Category | Target::Purpose => reasons.push("`map: {CODE: name}` turns its codes into the pack's names".to_owned()),
            Target::Duration => reasons.push("taken as seconds".to_owned()),
            _ => {}
        }
        reasons
    }

    /// Between several codes of one cell, if every part looks like a code.
    pub(super) fn separator(&self) -> Option<&'static str> {
        let code = |part: &str| (1..=40).contains(&part.len()) && part.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | ' ' | '.'));
        [";", "|", ","].into_iter().find(|separator| {
            let mut with = self.column.values.iter().filter(|value| value.contains(separator)).peekable();
            with.peek().is_some() && with.all(|value| value.split(separator).all(|part| code(part.trim())))
        })
    }

    /// Written words and what they mean, for those that carepact does not know of itself.
    pub(super) fn map(&self, target: Target) -> Vec<(String, &'static str)> {
        let list: &[(&str, &'static str)] = match target {
            Target::Action => &ACTIONS,
            Target::Emergency => &EMERGENCIES,
            Target::Outcome => &OUTCOMES,
            Target::Role => &SYSTEMS,
            _ => return Vec::new(),
        };
        let known = |value: &str| match target {
            Target::Action => Action::of_word(value).is_some(),
            Target::Emergency => yes_or_no(value).is_some(),
            Target::Outcome => outcome_of(value).is_some(),
            _ => false,
        };
        self.distinct.iter().filter(|value| !known(value)).filter_map(|value| Some(((*value).to_owned(), listed(list, value)?))).collect()
    }
}

fn listed<'w>(list: &[(&str, &'w str)], value: &str) -> Option<&'w str> {
    list.iter().find(|(word, _)| value.eq_ignore_ascii_case(word)).map(|(_, meaning)| *meaning)
}
