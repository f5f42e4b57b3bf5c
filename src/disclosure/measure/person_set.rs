//! People by all their rows together. A stable pseudonym joins a person's rows, and who has seen several of them looks
//! for one set: two people are alike only if they have the same combinations of quasi-identifiers.

use super::sizes::Sizes;
use super::unicity::{self, Unicity};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::dictionary::{Full, MISSING};

/// People by their sets of combinations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSets {
    /// Sizes: how many people share the same set.
    pub sizes: Sizes,
    /// People with more than one combination.
    pub with_several: u64,
    /// The most combinations of one person.
    pub most: u64,
}

/// Which combinations each person has, and which people each combination.
pub(super) struct Lists {
    /// Where the list of each person code begins in `classes`.
    starts: Vec<u32>,
    classes: Vec<u32>,
    /// Where the list of each class begins in `people`.
    class_starts: Vec<u32>,
    people: Vec<u32>,
}

impl Lists {
    /// Takes both from one walk.
    pub(super) fn of(coded: &Coded, memory: usize) -> Result<Self, Full> {
        let codes = coded.of(Role::Person).next().map_or(0, |(_, column)| column.values.len());
        let mut class_starts = vec![0u32];
        let mut people: Vec<u32> = Vec::new();
        let mut counts = vec![0u32; codes + 1];
        let mut full = false;
        coded.each_class(|class| {
            let Some(person) = class.person else { return };
            full = full || people.len() * 8 > memory || people.len() > (u32::MAX / 2) as usize;
            if full {
                return;
            }
            for same in class.codes[person].chunk_by(|a, b| a == b).filter(|same| same[0] != MISSING) {
                people.push(same[0]);
                counts[same[0] as usize + 1] += 1;
            }
            class_starts.push(u32::try_from(people.len()).unwrap_or(u32::MAX));
        });
        if full {
            return Err(Full);
        }
        for index in 1..counts.len() {
            counts[index] += counts[index - 1];
        }
        let starts = counts.clone();
        let mut classes = vec![0u32; people.len()];
        for (class, range) in class_starts.windows(2).enumerate() {
            for person in &people[range[0] as usize..range[1] as usize] {
                let place = &mut counts[*person as usize];
                classes[*place as usize] = u32::try_from(class).unwrap_or(u32::MAX);
                *place += 1;
            }
        }
        Ok(Self { starts, classes, class_starts, people })
    }

    /// The combinations of a person, in order.
    pub(super) fn classes_of(&self, person: u32) -> &[u32] {
        &self.classes[self.starts[person as usize] as usize..self.starts[person as usize + 1] as usize]
    }

    /// The people of a combination, in order.
    pub(super) fn people_of(&self, class: u32) -> &[u32] {
        &self.people[self.class_starts[class as usize] as usize..self.class_starts[class as usize + 1] as usize]
    }

    /// Codes of people who have a row.
    pub(super) fn everybody(&self) -> Vec<u32> {
        (1..u32::try_from(self.starts.len().saturating_sub(1)).unwrap_or(u32::MAX)).filter(|person| !self.classes_of(*person).is_empty()).collect()
    }

    /// How many people share each set.
    pub(super) fn sets(&self, threshold: u64) -> PersonSets {
        let mut everybody = self.everybody();
        everybody.sort_unstable_by(|a, b| self.classes_of(*a).cmp(self.classes_of(*b)));
        let mut found = PersonSets { sizes: Sizes::new(threshold), with_several: 0, most: 0 };
        for alike in everybody.chunk_by(|a, b| self.classes_of(*a) == self.classes_of(*b)) {
            let (size, events) = (alike.len() as u64, self.classes_of(alike[0]).len() as u64);
            found.sizes.add(size, size);
            found.most = found.most.max(events);
            if events > 1 {
                found.with_several += size;
            }
        }
        found
    }

    /// People told by two of their combinations.
    pub(super) fn unicity(&self, coded: &Coded, sample: usize, seed: u64) -> Unicity {
        unicity::of(self, coded, sample, seed)
    }
}
