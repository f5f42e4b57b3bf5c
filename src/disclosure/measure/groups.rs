//! Who is hit: rows in small classes by ethnicity, age band, sex or deprivation. Removing them would remove some groups
//! more than others.

use super::sizes::share;
use crate::disclosure::classes::Class;
use crate::disclosure::dictionary::{Dictionary, MISSING};

/// One group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its value, `not known` where the cell is empty.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// Its rows that are alone in their class.
    pub unique: u64,
    /// Its rows in classes below the threshold.
    pub small: u64,
}

impl Group {
    /// The share of its rows in small classes.
    pub fn small_share(&self) -> f64 {
        share(self.small, self.rows)
    }
}

/// The groups of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The column's name.
    pub name: String,
    /// The groups, in the order of their values.
    pub groups: Vec<Group>,
    pub(super) column: usize,
    threshold: u64,
}

impl Groups {
    pub(super) fn new(name: &str, column: usize, values: usize, threshold: u64) -> Self {
        Self { name: name.to_owned(), groups: vec![Group::default(); values.max(1)], column, threshold }
    }

    pub(super) fn add(&mut self, class: &Class<'_>) {
        let size = class.size();
        for (code, count) in class.codes[self.column].iter().zip(class.counts) {
            let (group, count) = (&mut self.groups[*code as usize], u64::from(*count));
            group.rows += count;
            if size == 1 {
                group.unique += count;
            }
            if size < self.threshold {
                group.small += count;
            }
        }
    }

    /// Gives the groups their names and order.
    pub(super) fn finish(&mut self, values: &Dictionary) {
        let name = |code: u32| if code == MISSING { "not known".to_owned() } else { String::from_utf8_lossy(values.value(code)).into_owned() };
        let mut groups: Vec<Group> =
            values.in_order().into_iter().map(|code| Group { name: name(code), ..std::mem::take(&mut self.groups[code as usize]) }).collect();
        groups.retain(|group| group.rows > 0);
        self.groups = groups;
    }
}
