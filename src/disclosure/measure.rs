//! What is measured, one file each. All are fed class by class in one walk.

pub mod attack;
pub mod closeness;
pub mod diversity;
pub mod groups;
pub mod person_set;
pub mod sizes;
pub mod unicity;

use super::coded::{Coded, Role};
use super::dictionary::Full;
use attack::Attack;
use closeness::{Closeness, Distance};
use diversity::Diversity;
use groups::Groups;
use person_set::PersonSets;
use sizes::Sizes;
use unicity::Unicity;

/// What is to be measured besides sizes.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The size below which a class counts as small.
    pub k: u64,
    /// For each sensitive column, how distance is taken.
    pub distances: Vec<Distance>,
    /// People sampled for unicity.
    pub sample: usize,
    /// Seed of that sample.
    pub seed: u64,
    /// Bytes that lists of people's rows may take.
    pub memory: usize,
}

/// One sensitive column, by row and, where people are known, by person.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitive {
    /// Its name.
    pub name: String,
    /// l by row.
    pub by_row: Diversity,
    /// l by distinct person.
    pub by_person: Option<Diversity>,
    /// t by row.
    pub closeness: Closeness,
    /// t by distinct person.
    pub closeness_by_person: Option<Closeness>,
}

/// Everything measured of one extract.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Rows measured.
    pub rows: u64,
    /// Class sizes by row.
    pub by_row: Sizes,
    /// Class sizes by distinct person.
    pub by_person: Option<Sizes>,
    /// What an intruder reaches, by row.
    pub attack: Attack,
    /// The same, by distinct person.
    pub attack_by_person: Option<Attack>,
    /// Sensitive columns.
    pub sensitive: Vec<Sensitive>,
    /// Group columns.
    pub groups: Vec<Groups>,
    /// People by all their rows together, where people are known.
    pub person_sets: Option<PersonSets>,
    /// People told by two of their rows.
    pub unicity: Option<Unicity>,
}

/// Measures an extract in one walk over its classes (and one over its people). Where [`Coded::broken`] says something,
/// it is that and not the memory that failed.
pub fn measure(coded: &Coded, wanted: &Wanted) -> Result<Measured, Full> {
    let quasi = coded.count(Role::Quasi);
    let people = coded.count(Role::Person) > 0;
    let (mut by_row, mut by_person) = (Sizes::new(wanted.k), Sizes::new(wanted.k));
    let mut sensitive: Vec<_> = coded
        .of(Role::Sensitive)
        .zip(&wanted.distances)
        .map(|((index, column), distance)| SensitiveWalk::new(coded, index - quasi, &column.values, *distance, people))
        .collect();
    let mut groups: Vec<Groups> =
        coded.of(Role::Group).map(|(index, column)| Groups::new(&column.name, index - quasi, column.values.len(), wanted.k)).collect();
    coded.each_class(|class| {
        by_row.add(class.rows, class.rows);
        if let Some(people) = class.people {
            by_person.add(people, class.rows);
        }
        for one in &mut sensitive {
            one.add(class);
        }
        for group in &mut groups {
            group.add(class);
        }
    });
    for group in &mut groups {
        if let Some((_, column)) = coded.of(Role::Group).find(|(index, _)| index - quasi == group.column) {
            group.finish(&column.values);
        }
    }
    let (person_sets, unicity) = if people {
        let lists = person_set::Lists::of(coded, wanted.memory)?;
        (Some(lists.sets(wanted.k)), Some(lists.unicity(coded, wanted.sample, wanted.seed)))
    } else {
        (None, None)
    };
    if coded.broken().is_some() {
        return Err(Full);
    }
    Ok(Measured {
        rows: coded.rows,
        attack: Attack::of(&by_row),
        attack_by_person: people.then(|| Attack::of(&by_person)),
        by_row,
        by_person: people.then_some(by_person),
        sensitive: coded.of(Role::Sensitive).zip(sensitive).map(|((_, column), walk)| walk.finish(&column.name)).collect(),
        groups,
        person_sets,
        unicity,
    })
}

/// One sensitive column during the walk.
struct SensitiveWalk {
    column: usize,
    people: bool,
    by_row: diversity::Walk,
    by_person: diversity::Walk,
    closeness: closeness::Walk,
    closeness_by_person: closeness::Walk,
    list: Vec<(u32, u64)>,
}

impl SensitiveWalk {
    fn new(coded: &Coded, column: usize, values: &super::dictionary::Dictionary, distance: Distance, people: bool) -> Self {
        let order = values.in_order();
        let (mut all, mut all_people) = (vec![0; order.len()], vec![0; order.len()]);
        let mut list = Vec::new();
        coded.each_class(|class| {
            class.rows_by(column, &mut list);
            for (code, rows) in &list {
                all[*code as usize] += rows;
            }
            if people {
                class.people_by(column, &mut list);
                for (code, people) in &list {
                    all_people[*code as usize] += people;
                }
            }
        });
        Self {
            column,
            people,
            by_row: diversity::Walk::default(),
            by_person: diversity::Walk::default(),
            closeness: closeness::Walk::new(&all, &order, distance),
            closeness_by_person: closeness::Walk::new(&all_people, &order, distance),
            list,
        }
    }

    fn add(&mut self, class: &super::classes::Class<'_>) {
        class.rows_by(self.column, &mut self.list);
        self.by_row.add(&self.list, class.rows, class.rows);
        self.closeness.add(&self.list);
        if self.people {
            class.people_by(self.column, &mut self.list);
            self.by_person.add(&self.list, class.size(), class.rows);
            self.closeness_by_person.add(&self.list);
        }
    }

    fn finish(self, name: &str) -> Sensitive {
        Sensitive {
            name: name.to_owned(),
            by_row: self.by_row.finish(),
            by_person: self.people.then(|| self.by_person.finish()),
            closeness: self.closeness.finish(),
            closeness_by_person: self.people.then(|| self.closeness_by_person.finish()),
        }
    }
}

#[cfg(test)]
mod tests;
