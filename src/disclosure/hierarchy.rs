//! Generalisation hierarchies: every value of a column with the coarser values it belongs to, level by level.
//!
//! A file has one line for each value: the value itself, then its groups from the finest to the coarsest
//! (`34;30-39;20-39;*`), separated by semicolon, comma or tab, without a header.

use std::collections::HashMap;

use super::dictionary::{Dictionary, MISSING};

pub mod built_in;

/// Why a hierarchy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HierarchyError {
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// Not a table.
    #[error("line {line}: it cannot be read")]
    Unreadable {
        /// From 1.
        line: u64,
    },
    /// A line of another width.
    #[error("line {line} has {found} values where line 1 has {expected}")]
    Ragged {
        /// From 1.
        line: u64,
        /// Values of line 1.
        expected: usize,
        /// Values here.
        found: usize,
    },
    /// A value twice, with other groups.
    #[error("line {line} gives a value other groups than an earlier line")]
    Contradiction {
        /// From 1.
        line: u64,
    },
    /// Two values that meet on one level and part again on a coarser one.
    #[error("values that share a group on level {level} part again on level {}", level + 1)]
    NotNested {
        /// From 1: the first column after the value.
        level: usize,
    },
    /// Values of the extract that it does not know. They are not named: a rare one may be somebody's.
    #[error("{0} of the column's values are not in it")]
    Unknown(usize),
}

/// A hierarchy as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    levels: usize,
    groups: HashMap<Vec<u8>, Vec<Vec<u8>>>,
}

impl Written {
    /// Reads a file.
    pub fn read(text: &[u8]) -> Result<Self, HierarchyError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |separator: u8| memchr::memchr_iter(separator, first).count();
        let delimiter = [b';', b'\t', b','].into_iter().max_by_key(|separator| (count(*separator), *separator == b';')).unwrap_or(b';');
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).trim(csv::Trim::All).from_reader(text);
        let (mut groups, mut width): (HashMap<Vec<u8>, Vec<Vec<u8>>>, usize) = (HashMap::new(), 0);
        for (index, record) in reader.byte_records().enumerate() {
            let line = index as u64 + 1;
            let record = record.map_err(|_| HierarchyError::Unreadable { line })?;
            if width == 0 {
                width = record.len();
            }
            if record.len() != width {
                return Err(HierarchyError::Ragged { line, expected: width, found: record.len() });
            }
            let mut cells = record.iter().map(<[u8]>::to_vec);
            let leaf = cells.next().unwrap_or_default();
            let mine: Vec<Vec<u8>> = cells.collect();
            if groups.get(&leaf).is_some_and(|known| *known != mine) {
                return Err(HierarchyError::Contradiction { line });
            }
            groups.insert(leaf, mine);
        }
        if groups.is_empty() { Err(HierarchyError::Empty) } else { Ok(Self { levels: width, groups }) }
    }

    /// Levels, the values themselves included.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// Every value with its group on a level, counted from 1; nothing on a level that it has not.
    pub fn on_level(&self, level: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.groups.iter().filter_map(move |(value, groups)| Some((value.as_slice(), groups.get(level.checked_sub(1)?)?.as_slice())))
    }

    /// The hierarchy of a column with these values.
    pub fn bind(&self, values: &Dictionary) -> Result<Hierarchy, HierarchyError> {
        let mut unknown = 0;
        let mut groups: Vec<Option<&Vec<Vec<u8>>>> = Vec::with_capacity(values.len());
        for code in 0..u32::try_from(values.len()).unwrap_or(u32::MAX) {
            let mine = self.groups.get(values.value(code));
            unknown += usize::from(mine.is_none() && code != MISSING);
            groups.push(mine);
        }
        if unknown > 0 {
            return Err(HierarchyError::Unknown(unknown));
        }
        // Where the file knows one group alone, a missing value is in it too.
        let single: Vec<Option<&Vec<u8>>> = (1..self.levels)
            .map(|level| {
                let mut of_level = self.groups.values().map(|groups| &groups[level - 1]);
                let first = of_level.next()?;
                of_level.all(|group| group == first).then_some(first)
            })
            .collect();
        Hierarchy::of(self.levels, values, |code, level| groups[code as usize].map(|groups| &groups[level - 1]).or(single[level - 1]).cloned())
    }
}

/// A hierarchy over the codes of a column. Level 0 is the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// By level, the group of each code; groups are numbered from 0 without gaps.
    levels: Vec<Vec<u32>>,
    /// How many groups a level has.
    sizes: Vec<u32>,
    /// What a level is, where it has a name.
    names: Vec<String>,
    /// By level from 1, what each group is called; empty for missing values that stay by themselves.
    labels: Vec<Vec<Vec<u8>>>,
}

impl Hierarchy {
    /// From the group of each code on each level from 1; none is a missing value that stays by itself.
    fn of(levels: usize, values: &Dictionary, group: impl Fn(u32, usize) -> Option<Vec<u8>>) -> Result<Self, HierarchyError> {
        let codes = u32::try_from(values.len()).unwrap_or(u32::MAX);
        let mut all = vec![(0..codes).collect::<Vec<u32>>()];
        let mut sizes = vec![codes];
        let mut labels = Vec::new();
        for level in 1..levels {
            let mut known: HashMap<Option<Vec<u8>>, u32> = HashMap::new();
            let mine: Vec<Option<Vec<u8>>> = (0..codes).map(|code| group(code, level)).collect();
            let numbers: Vec<u32> = mine
                .into_iter()
                .map(|group| {
                    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                    *known.entry(group).or_insert(next)
                })
                .collect();
            // Whoever is together stays together: else a coarser level could tell apart what a finer one does not.
            let mut above: HashMap<u32, u32> = HashMap::new();
            if all[level - 1].iter().zip(&numbers).any(|(finer, coarser)| *above.entry(*finer).or_insert(*coarser) != *coarser) {
                return Err(HierarchyError::NotNested { level: level - 1 });
            }
            all.push(numbers);
            sizes.push(u32::try_from(known.len()).unwrap_or(u32::MAX));
            let mut named = vec![Vec::new(); known.len()];
            for (label, number) in known {
                named[number as usize] = label.unwrap_or_default();
            }
            labels.push(named);
        }
        Ok(Self { levels: all, sizes, names: Vec::new(), labels })
    }

    /// Only the values themselves: a column that cannot be generalised.
    pub fn flat(values: &Dictionary) -> Self {
        let codes = u32::try_from(values.len()).unwrap_or(u32::MAX);
        Self { levels: vec![(0..codes).collect()], sizes: vec![codes], names: Vec::new(), labels: Vec::new() }
    }

    /// The values themselves, and one group for all.
    pub fn all_or_nothing(values: &Dictionary) -> Self {
        let codes = u32::try_from(values.len()).unwrap_or(u32::MAX);
        let levels = vec![(0..codes).collect(), vec![0; values.len()]];
        Self { levels, sizes: vec![codes, 1], names: vec!["as it is".to_owned(), "one group for all".to_owned()], labels: vec![vec![b"*".to_vec()]] }
    }

    /// What the group of a code on a level is called; none on level 0, where a value is itself.
    pub fn label(&self, level: usize, code: u32) -> Option<&[u8]> {
        let labels = self.labels.get(level.checked_sub(1)?)?;
        labels.get(self.group(level, code) as usize).map(Vec::as_slice)
    }

    /// The highest level.
    pub fn top(&self) -> usize {
        self.levels.len() - 1
    }

    /// The group of a code on a level.
    #[inline]
    pub fn group(&self, level: usize, code: u32) -> u32 {
        self.levels[level][code as usize]
    }

    /// How many groups a level has, at most.
    pub fn groups(&self, level: usize) -> u32 {
        self.sizes[level]
    }

    /// What a level is: its name, or `level 2 of 4`.
    pub fn name(&self, level: usize) -> String {
        match self.names.get(level) {
            Some(name) => name.clone(),
            None if level == 0 => "as it is".to_owned(),
            None if self.groups(level) == 1 => "one group for all".to_owned(),
            None => format!("level {level} of {}", self.top()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dictionary::{Local, Shared};
    use super::*;

    pub(super) fn dictionary(values: &[&str]) -> Dictionary {
        let (shared, mut local) = (Shared::new(), Local::new(3));
        for value in values {
            local.code(value.as_bytes(), &shared).expect("fits");
        }
        shared.finish()
    }

    #[test]
    fn levels_are_read_and_missing_values_stay_apart_until_all_are_one() {
        let written = Written::read(b"a;x;*\nb;x;*\nc;y;*\n").expect("reads");
        let hierarchy = written.bind(&dictionary(&["a", "c", "b"])).expect("fits");
        assert_eq!(hierarchy.top(), 2);
        assert_eq!((1..=3).map(|code| hierarchy.group(1, code)).map(|group| group == hierarchy.group(1, 1)).collect::<Vec<_>>(), [true, false, true]);
        assert_ne!(hierarchy.group(1, MISSING), hierarchy.group(1, 1));
        assert_eq!((hierarchy.group(2, MISSING), hierarchy.groups(2)), (0, 1));
        assert_eq!(hierarchy.name(2), "one group for all");
    }

    #[test]
    fn what_is_no_hierarchy_is_told() {
        assert_eq!(Written::read(b"").err(), Some(HierarchyError::Empty));
        assert_eq!(Written::read(b"a,x\nb\n").err(), Some(HierarchyError::Ragged { line: 2, expected: 2, found: 1 }));
        assert_eq!(Written::read(b"a,x\na,y\n").err(), Some(HierarchyError::Contradiction { line: 2 }));
        let parted = Written::read(b"a,x,p\nb,x,q\n").expect("reads");
        assert_eq!(parted.bind(&dictionary(&["a", "b"])).err(), Some(HierarchyError::NotNested { level: 1 }));
        assert_eq!(parted.bind(&dictionary(&["z", "a"])).err(), Some(HierarchyError::Unknown(1)));
    }
}
