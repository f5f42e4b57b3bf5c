//! Names and organisations that no clause of an epoch tells apart.

use std::collections::BTreeMap;

use super::axes::Axes;
use super::bits::Bits;
use super::epoch::Epoch;
use crate::register::OrgId;

/// A partition of the numbers of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// The members of each class, the lowest first; classes in the order of their first members.
    pub members: Vec<Vec<usize>>,
}

impl Classes {
    /// The coarsest partition of some numbers in which every set holds all or none of a class.
    fn of<'s>(numbers: impl Iterator<Item = usize>, sets: impl Iterator<Item = &'s Bits> + Clone) -> Self {
        let mut classes: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
        for number in numbers {
            let mut signature = Vec::new();
            for (index, set) in sets.clone().enumerate() {
                if index % 64 == 0 {
                    signature.push(0);
                }
                if let Some(word) = signature.last_mut() {
                    *word |= u64::from(set.has(number)) << (index % 64);
                }
            }
            classes.entry(signature).or_default().push(number);
        }
        let mut members: Vec<Vec<usize>> = classes.into_values().collect();
        members.sort_unstable();
        Self { members }
    }

    /// The open organisations by the sets they are in: each set splits the classes that it holds a part of.
    fn of_organisations(epoch: &Epoch<'_>) -> Self {
        let size = epoch.open.words().len() * 64;
        // The class of each organisation, and the class that its members in the set at hand move to.
        let (mut class_of, mut moved, mut count): (Vec<u32>, Vec<(usize, u32)>, u32) = (vec![0; size], vec![(usize::MAX, 0)], 1);
        for (step, set) in epoch.sets.iter().enumerate() {
            for org in set.iter() {
                let split = &mut moved[class_of[org] as usize];
                if split.0 != step {
                    *split = (step, count);
                    count += 1;
                    moved.push((usize::MAX, 0));
                }
                class_of[org] = moved[class_of[org] as usize].1;
            }
        }
        let mut open: Vec<(u32, usize)> = epoch.open.iter().map(|org| (class_of[org], org)).collect();
        open.sort_unstable();
        let mut members: Vec<Vec<usize>> = open.chunk_by(|one, other| one.0 == other.0).map(|class| class.iter().map(|(_, org)| *org).collect()).collect();
        members.sort_unstable();
        Self { members }
    }

    /// One number of each class.
    pub fn representatives(&self) -> impl Iterator<Item = usize> + '_ {
        self.members.iter().filter_map(|class| class.first().copied())
    }

    /// How many classes.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// The classes of every axis of an epoch.
#[derive(Clone, Debug)]
pub struct EpochClasses {
    /// Organisations that are open.
    pub organisations: Classes,
    /// Leaf roles.
    pub roles: Classes,
    /// Leaf categories.
    pub data: Classes,
    /// Leaf purposes.
    pub purposes: Classes,
    /// An action and a form.
    pub ways: Vec<(u8, u8)>,
}

impl EpochClasses {
    /// Of an epoch. A person's own roles are never in a class with others.
    pub fn new(epoch: &Epoch<'_>, axes: &Axes, actions: usize, forms: usize) -> Self {
        let blocks = || epoch.rows.iter().flat_map(|row| &row.blocks);
        // Two roles of one block may still differ in another; blocks of a clause share no role.
        let mut by_way: BTreeMap<Vec<bool>, (u8, u8)> = BTreeMap::new();
        for action in 0..u8::try_from(actions).unwrap_or(u8::MAX) {
            for form in 0..u8::try_from(forms).unwrap_or(u8::MAX) {
                let reached =
                    epoch.rows.iter().map(|row| row.clause.reach.actions >> action & 1 == 1 && row.clause.reach.forms >> form & 1 == 1).collect::<Vec<_>>();
                by_way.entry(reached).or_insert((action, form));
            }
        }
        let mut ways: Vec<(u8, u8)> = by_way.into_values().collect();
        ways.sort_unstable();
        Self {
            organisations: Classes::of_organisations(epoch),
            roles: Classes::of(0..axes.roles.len(), blocks().map(|block| &block.roles).chain(std::iter::once(&epoch.own))),
            data: Classes::of(0..axes.data.len(), blocks().map(|block| &block.data)),
            purposes: Classes::of(0..axes.purposes.len(), epoch.rows.iter().map(|row| &row.purposes)),
            ways,
        }
    }

    /// The organisations of a class.
    pub fn organisations_of(&self, class: usize) -> impl Iterator<Item = OrgId> + '_ {
        self.organisations.members[class].iter().map(|number| OrgId(u32::try_from(*number).unwrap_or(u32::MAX)))
    }
}
