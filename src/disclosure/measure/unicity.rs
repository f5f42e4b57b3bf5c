//! Unicity (de Montjoye and others 2013): the share of people who are the only ones with two events that somebody knows
//! of them, taken from a seeded sample.

use super::person_set::Lists;
use super::sizes::share;
use crate::disclosure::coded::{Coded, Role};

/// Events known of each person.
pub const KNOWN: usize = 2;

/// What the sample shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unicity {
    /// People sampled; all, if there are no more.
    pub sampled: u64,
    /// People there are.
    pub people: u64,
    /// Of the sampled, those whom two known combinations single out (one, where a person has only one).
    pub unique: u64,
    /// Seed of the sample.
    pub seed: u64,
}

impl Unicity {
    /// The share, from 0 to 1.
    pub fn share(&self) -> f64 {
        share(self.unique, self.sampled)
    }

    /// The interval in which the share of all lies with 95% confidence (Wilson); a point if everybody was sampled.
    pub fn interval(&self) -> (f64, f64) {
        if self.sampled == 0 || self.sampled >= self.people {
            return (self.share(), self.share());
        }
        let (n, p, z) = (self.sampled as f64, self.share(), 1.959_964);
        let (centre, below) = (p + z * z / (2.0 * n), 1.0 + z * z / n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (((centre - half) / below).max(0.0), ((centre + half) / below).min(1.0))
    }
}

/// A number that depends on the seed and these bytes alone, so that the sample is the same at any number of threads.
fn draw(seed: u64, parts: &[&[u8]]) -> u64 {
    let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
    let mut mix = |bits: u64| {
        let product = u128::from(state ^ bits) * 0xd6e8_feb8_6659_fd93;
        let folded = product ^ (product >> 64);
        state = u64::try_from(folded & u128::from(u64::MAX)).unwrap_or(0).rotate_left(23) ^ bits;
    };
    for part in parts {
        mix(part.len() as u64 + 1);
        for chunk in part.chunks(8) {
            let mut bytes = [0u8; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            mix(u64::from_le_bytes(bytes));
        }
    }
    mix(1);
    mix(2);
    state
}

/// Samples people, and looks who else has what is known of each.
pub(super) fn of(lists: &Lists, coded: &Coded, sample: usize, seed: u64) -> Unicity {
    let everybody = lists.everybody();
    let people = everybody.len() as u64;
    let Some((_, person)) = coded.of(Role::Person).next() else { return Unicity { sampled: 0, people, unique: 0, seed } };
    let mut drawn: Vec<(u64, u32)> = everybody.into_iter().map(|code| (draw(seed, &[person.values.value(code)]), code)).collect();
    let kept = sample.min(drawn.len());
    if kept > 0 && kept < drawn.len() {
        drawn.select_nth_unstable_by(kept - 1, |a, b| a.0.cmp(&b.0).then_with(|| person.values.value(a.1).cmp(person.values.value(b.1))));
    }
    drawn.truncate(kept);
    let tuples = coded.tuples();
    if coded.broken().is_some() {
        return Unicity { sampled: 0, people, unique: 0, seed };
    }
    let quasi = coded.count(Role::Quasi);
    let key = |class: u32, code: u32| {
        let codes = &tuples[class as usize * quasi..][..quasi];
        let mut parts = vec![person.values.value(code)];
        parts.extend(coded.columns.iter().zip(codes).map(|(column, code)| column.values.value(*code)));
        draw(seed, &parts)
    };
    let unique = drawn
        .iter()
        .filter(|(_, code)| {
            let mut known: Vec<(u64, u32)> = lists.classes_of(*code).iter().map(|class| (key(*class, *code), *class)).collect();
            known.sort_unstable();
            known.truncate(KNOWN);
            let mut others: Vec<&[u32]> = known.iter().map(|(_, class)| lists.people_of(*class)).collect();
            others.sort_by_key(|people| people.len());
            let Some((fewest, rest)) = others.split_first() else { return false };
            fewest.iter().filter(|other| rest.iter().all(|people| people.binary_search(other).is_ok())).take(2).count() == 1
        })
        .count();
    Unicity { sampled: kept as u64, people, unique: unique as u64, seed }
}
