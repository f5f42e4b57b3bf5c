//! What a recipient knows of people once a release is joined with the earlier ones it holds: a stable pseudonym joins them.
//!
//! For every person and column the recipient has all values that it was ever given (so the finest of them, column by
//! column). Two people are alike only if they share a combination in this release and all those sets; somebody of whom it
//! holds nothing is alike only to others of whom it holds nothing. Which release said what is not part of it: two people of
//! whom different values were held are alike again once each has had the other's too.

use std::collections::HashMap;

use super::coded::{Coded, Role};
use super::dictionary::{Full, MISSING};
use super::measure::diversity::{self, Diversity};
use super::measure::sizes::Sizes;

/// Bytes that a value or a person takes besides its letters: the table's entry and the allocation.
const COST: usize = 64;

/// Earlier releases being read.
#[derive(Debug)]
pub struct Held {
    memory: usize,
    bytes: usize,
    people: HashMap<Box<[u8]>, u32>,
    /// Values of each column; their numbers run through all columns.
    values: HashMap<(usize, Box<[u8]>), u32>,
    /// Person and value, each pair once after it is settled.
    pairs: Vec<(u32, u32)>,
    settled: usize,
    /// The people of each release, sorted.
    releases: Vec<Vec<u32>>,
}

/// What the recipient holds of each person.
#[derive(Debug)]
pub struct Known {
    people: HashMap<Box<[u8]>, u32>,
    /// By person: which set of values is held of them, from 1 (none but that they were there).
    sets: Vec<u32>,
    releases: Vec<Vec<u32>>,
}

/// People that only one of two releases has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// People of the earlier release that this one lacks.
    pub left: u64,
    /// People of this release that the earlier one lacks.
    pub joined: u64,
}

/// A release joined with what is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Classes of people who share a combination and everything that is held of them.
    pub sizes: Sizes,
    /// What these classes hold of each sensitive column, by person; in order.
    pub diversity: Vec<(String, Diversity)>,
    /// People of this release.
    pub people: u64,
    /// Of these, people of whom something is held.
    pub known: u64,
    /// This release beside each earlier one, in the order in which they were added.
    pub differences: Vec<Difference>,
}

impl Held {
    /// Nothing yet; `memory` bounds what is kept of all releases together, in bytes.
    pub fn new(memory: usize) -> Self {
        Self { memory, bytes: 0, people: HashMap::new(), values: HashMap::new(), pairs: Vec::new(), settled: 0, releases: Vec::new() }
    }

    /// Adds a release: its person column and quasi-identifiers. `columns` says which column of a person's knowledge each
    /// quasi-identifier is, so that a column may have another name in another release.
    pub fn add(&mut self, release: &Coded, columns: &[usize]) -> Result<(), Full> {
        let quasi = columns.len();
        let values = self.values_of(release, columns)?;
        let people = self.people_of(release)?;
        let tuples = release.tuples();
        let mut full = false;
        release.each_class(|class| {
            let Some(person) = class.person.filter(|_| !full) else { return };
            for code in class.codes[person].chunk_by(|a, b| a == b).map(|same| same[0]).filter(|code| *code != MISSING) {
                for (column, code_of_value) in tuples[class.index * quasi..][..quasi].iter().enumerate() {
                    self.pairs.push((people[code as usize], values[column][*code_of_value as usize]));
                }
            }
            if self.pairs.len() > 2 * self.settled + (1 << 16) {
                full = self.settle().is_err();
            }
        });
        if full {
            return Err(Full);
        }
        let mut list: Vec<u32> = people[1..].to_vec();
        list.sort_unstable();
        self.bytes += list.len() * 4;
        self.releases.push(list);
        self.settle()
    }

    /// The numbers of a release's values, by quasi-identifier and code.
    fn values_of(&mut self, release: &Coded, columns: &[usize]) -> Result<Vec<Vec<u32>>, Full> {
        let mut all = Vec::new();
        for ((_, column), place) in release.of(Role::Quasi).zip(columns) {
            let mut numbers = Vec::with_capacity(column.values.len());
            for code in 0..u32::try_from(column.values.len()).map_err(|_| Full)? {
                // "Not there" is a value of its own: code 0 has no letters, and no other value is without.
                let next = u32::try_from(self.values.len()).map_err(|_| Full)?;
                let value = column.values.value(code);
                numbers.push(*self.values.entry((*place, value.into())).or_insert_with(|| {
                    self.bytes += value.len() + COST;
                    next
                }));
            }
            all.push(numbers);
        }
        self.fits()?;
        Ok(all)
    }

    /// The numbers of a release's people, by code.
    fn people_of(&mut self, release: &Coded) -> Result<Vec<u32>, Full> {
        let mut numbers = vec![0];
        for (_, column) in release.of(Role::Person) {
            for code in 1..u32::try_from(column.values.len()).map_err(|_| Full)? {
                let next = u32::try_from(self.people.len()).map_err(|_| Full)?;
                let name = column.values.value(code);
                numbers.push(*self.people.entry(name.into()).or_insert_with(|| {
                    self.bytes += name.len() + COST;
                    next
                }));
            }
        }
        self.fits()?;
        Ok(numbers)
    }

    fn fits(&self) -> Result<(), Full> {
        if self.bytes + self.pairs.capacity() * size_of::<(u32, u32)>() > self.memory { Err(Full) } else { Ok(()) }
    }

    /// Each pair once.
    fn settle(&mut self) -> Result<(), Full> {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.settled = self.pairs.len();
        self.fits()
    }

    /// How many releases were added.
    pub fn releases(&self) -> usize {
        self.releases.len()
    }

    /// Everything that is held of each person.
    pub fn finish(self) -> Known {
        // Of somebody whose columns nobody needs the recipient knows at least that they were there: 1.
        let mut sets = vec![1; self.people.len()];
        let mut seen: HashMap<Vec<u32>, u32> = HashMap::new();
        for of_one in self.pairs.chunk_by(|a, b| a.0 == b.0) {
            let set: Vec<u32> = of_one.iter().map(|(_, value)| *value).collect();
            let next = u32::try_from(seen.len() + 2).unwrap_or(u32::MAX);
            sets[of_one[0].0 as usize] = *seen.entry(set).or_insert(next);
        }
        Known { people: self.people, sets, releases: self.releases }
    }
}

impl Known {
    /// How many releases are held.
    pub fn releases(&self) -> usize {
        self.releases.len()
    }

    /// By code of a person column: what is held of that person, 0 for nothing; and the person's number among those known.
    fn of(&self, coded: &Coded) -> Vec<(u32, Option<u32>)> {
        let mut list = Vec::new();
        for (_, column) in coded.of(Role::Person) {
            for code in 0..u32::try_from(column.values.len()).unwrap_or(u32::MAX) {
                let number = self.people.get(column.values.value(code)).copied().filter(|_| code != MISSING);
                list.push((number.map_or(0, |number| self.sets[number as usize]), number));
            }
        }
        list
    }

    /// What is held of each person of a release, by code of its person column: 0 for nothing, else alike for those of whom
    /// the same is held.
    pub fn held_by_code(&self, coded: &Coded) -> Vec<u32> {
        self.of(coded).into_iter().map(|(set, _)| set).collect()
    }

    /// The same for one person as the releases call them.
    pub fn held_of(&self, person: &[u8]) -> u32 {
        self.people.get(person).map_or(0, |number| self.sets[*number as usize])
    }

    /// Joins a release that has a person column. Rows of nobody are not counted: the other measures tell them.
    pub fn measure(&self, coded: &Coded, k: u64) -> Linked {
        let of = self.of(coded);
        let mut sizes = Sizes::new(k);
        let mut members: Vec<(u32, u64)> = Vec::new();
        let quasi = coded.count(Role::Quasi);
        let mut sensitive: Vec<(usize, &str, diversity::Walk)> =
            coded.of(Role::Sensitive).map(|(index, column)| (index - quasi, column.name.as_str(), diversity::Walk::default())).collect();
        let mut values: Vec<(u32, u32, u32)> = Vec::new();
        coded.each_class(|class| {
            let Some(person) = class.person else { return };
            members.clear();
            let rows = class.codes[person].iter().zip(class.counts);
            let mut last = None;
            for (code, count) in rows.filter(|(code, _)| **code != MISSING) {
                match members.last_mut().filter(|_| last == Some(*code)) {
                    Some(member) => member.1 += u64::from(*count),
                    None => members.push((of[*code as usize].0, u64::from(*count))),
                }
                last = Some(*code);
            }
            members.sort_unstable();
            for alike in members.chunk_by(|a, b| a.0 == b.0) {
                sizes.add(alike.len() as u64, alike.iter().map(|(_, rows)| rows).sum());
            }
            for (column, _, walk) in &mut sensitive {
                // Each person once for every value of theirs, beside those of whom the same is held.
                values.clear();
                let pairs = class.codes[person].iter().zip(&class.codes[*column]).filter(|(code, _)| **code != MISSING);
                values.extend(pairs.map(|(code, value)| (of[*code as usize].0, *value, *code)));
                values.sort_unstable();
                values.dedup();
                for alike in values.chunk_by(|a, b| a.0 == b.0) {
                    let counts: Vec<(u32, u64)> = alike.chunk_by(|a, b| a.1 == b.1).map(|same| (same[0].1, same.len() as u64)).collect();
                    let people = members.iter().filter(|member| member.0 == alike[0].0).count() as u64;
                    walk.add(&counts, people, 0);
                }
            }
        });
        let here: Vec<Option<u32>> = of.iter().skip(1).map(|(_, number)| *number).collect();
        let mut known: Vec<u32> = here.iter().flatten().copied().collect();
        known.sort_unstable();
        let differences = self.releases.iter().map(|release| {
            let both = release.iter().filter(|person| known.binary_search(person).is_ok()).count();
            Difference { left: (release.len() - both) as u64, joined: (here.len() - both) as u64 }
        });
        let diversity = sensitive.into_iter().map(|(_, name, walk)| (name.to_owned(), walk.finish())).collect();
        Linked { sizes, diversity, people: here.len() as u64, known: known.len() as u64, differences: differences.collect() }
    }
}

#[cfg(test)]
mod tests;
