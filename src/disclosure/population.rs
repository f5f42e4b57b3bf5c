//! The journalist's risk against a real population: how many people of it share each combination of quasi-identifiers.

use std::collections::{HashMap, HashSet};

use super::coded::{Coded, Role};
use super::dictionary::MISSING;
use super::measure::sizes::share;
use crate::tabular::{Malformed, Records, Source};

/// The column of the table that holds how many people there are.
pub const COUNT: &str = "population";

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PopulationError {
    /// Not a table.
    #[error(transparent)]
    Open(#[from] crate::tabular::OpenError),
    /// It lacks a quasi-identifier, or the count.
    #[error("there is no column `{0}`")]
    NoColumn(String),
    /// Not a record.
    #[error("row {row}: {why}")]
    Row {
        /// As a spreadsheet counts: the header is row 1.
        row: u64,
        /// Why.
        why: Malformed,
    },
    /// Not a number of people.
    #[error("row {0}: `population` is a whole number from 0")]
    NotACount(u64),
    /// Two rows are one combination.
    #[error("row {0}: this combination stands in an earlier row too")]
    Twice(u64),
    /// It cannot be read to its end.
    #[error(transparent)]
    Read(#[from] std::io::Error),
}

/// People of the population by the extract's combinations.
#[derive(Debug)]
pub struct Population {
    sizes: HashMap<Vec<u32>, u64>,
    /// All people of the table.
    pub people: u64,
}

/// What a journalist reaches who knows the population.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Journalist {
    /// The highest risk of one member, from 0 to 1.
    pub highest: f64,
    /// Members whose combination fewer than the threshold have in the population.
    pub at_risk: u64,
    /// The expected share of right matches against the population, from 0 to 1.
    pub marketer: f64,
    /// Members of all classes.
    pub members: u64,
    /// Members of classes that the table lacks: their own class stands for it, an upper bound.
    pub not_listed: u64,
    /// Members of classes that are larger than the table says the population is: it cannot be right there.
    pub too_small: u64,
}

impl Population {
    /// Reads a table with the quasi-identifiers of an extract, by their names, and [`COUNT`]. Combinations that the extract
    /// does not have are only added up; cells are compared as in the extract.
    pub fn read(bytes: &[u8], coded: &Coded, null: &[String]) -> Result<Self, PopulationError> {
        let (layout, mut source) = Source::open(bytes, 1 << 18)?;
        let place = |name: &str| layout.header.iter().position(|column| column == name).ok_or_else(|| PopulationError::NoColumn(name.to_owned()));
        let mut columns = Vec::new();
        for (_, column) in coded.of(Role::Quasi) {
            let codes: HashMap<&[u8], u32> =
                (1..u32::try_from(column.values.len()).unwrap_or(u32::MAX)).map(|code| (column.values.value(code), code)).collect();
            columns.push((place(&column.name)?, codes));
        }
        let count = place(COUNT)?;
        let (mut chunk, mut cells, mut before) = (Vec::new(), Vec::new(), 0);
        let mut found = Self { sizes: HashMap::new(), people: 0 };
        // Combinations whose values the extract lacks are not kept: only their own repetition would go unseen.
        let mut seen: HashSet<Vec<u32>> = HashSet::new();
        while let Some(whole) = source.next_chunk(&mut chunk)? {
            let mut records = Records::new(&chunk, layout.delimiter, layout.header.len(), whole);
            loop {
                let more = records.next_into(&mut cells);
                let row = 1 + before + records.rows();
                if !more.map_err(|why| PopulationError::Row { row, why })? {
                    break;
                }
                let value = cells[count].value(&chunk);
                let people = std::str::from_utf8(value.trim_ascii()).ok().and_then(|text| text.parse::<u64>().ok()).ok_or(PopulationError::NotACount(row))?;
                found.people = found.people.saturating_add(people);
                let tuple: Option<Vec<u32>> = columns
                    .iter()
                    .map(|(place, codes)| {
                        let value = cells[*place].value(&chunk);
                        let value = value.trim_ascii();
                        let missing = value.is_empty() || null.iter().any(|null| null.as_bytes() == value);
                        if missing { Some(MISSING) } else { codes.get(value).copied() }
                    })
                    .collect();
                if let Some(tuple) = tuple {
                    if !seen.insert(tuple.clone()) {
                        return Err(PopulationError::Twice(row));
                    }
                    found.sizes.insert(tuple, people);
                }
            }
            before += records.rows();
        }
        Ok(found)
    }

    /// What a journalist reaches, counted in people where they are known, else in rows.
    pub fn journalist(&self, coded: &Coded, k: u64) -> Journalist {
        let quasi = coded.count(Role::Quasi);
        let tuples = coded.tuples();
        let mut found = Journalist::default();
        let mut expected = 0.0;
        coded.each_class(|class| {
            let here = class.size();
            if here == 0 {
                return;
            }
            let there = self.sizes.get(&tuples[class.index * quasi..][..quasi]).copied();
            found.not_listed += if there.is_none() { here } else { 0 };
            found.too_small += if there.is_some_and(|there| there < here) { here } else { 0 };
            let size = there.unwrap_or(here).max(here);
            found.members += here;
            found.highest = found.highest.max(share(1, size));
            found.at_risk += if size < k { here } else { 0 };
            expected += share(here, size);
        });
        found.marketer = if found.members == 0 { 0.0 } else { expected / found.members as f64 };
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::*;
    use crate::disclosure::read::{Missing, Plan, Reader};

    fn coded(rows: &[(u8, u8)]) -> Coded {
        let text = rows
            .iter()
            .fold("age,place\n".to_owned(), |text, (age, place)| text + &format!("{},p{place}\n", if *age == 0 { String::new() } else { age.to_string() }));
        let columns = vec![("age".to_owned(), Role::Quasi), ("place".to_owned(), Role::Quasi)];
        let mut reader = Reader::new(Plan { columns, null: Vec::new(), missing: Missing::Own, memory: 64 << 20, threads: 1, spill: None });
        let (layout, source) = Source::open(text.as_bytes(), 1 << 10).expect("opens");
        reader.read(&layout, source, &AtomicBool::new(false), |_| ()).expect("reads");
        reader.finish().expect("fits")
    }

    proptest! {
        #[test]
        fn risk_is_that_of_the_plainest_program(
            rows in prop::collection::vec((0u8..4, 0u8..3), 1..40),
            table in prop::collection::btree_map((0u8..5, 0u8..4), 0u64..12, 0..16),
        ) {
            let coded = coded(&rows);
            let text = table.iter().fold("place,population,age\n".to_owned(), |text, ((age, place), people)| {
                text + &format!("p{place}, {people} ,{}\n", if *age == 0 { String::new() } else { age.to_string() })
            });
            let population = Population::read(text.as_bytes(), &coded, &[]).expect("a table");
            prop_assert_eq!(population.people, table.values().sum::<u64>());
            let found = population.journalist(&coded, 5);
            let mut classes: BTreeMap<(u8, u8), u64> = BTreeMap::new();
            for row in &rows {
                *classes.entry(*row).or_default() += 1;
            }
            let size = |class: &(u8, u8), here: u64| table.get(class).copied().unwrap_or(here).max(here);
            let sum = |keep: &dyn Fn(&(u8, u8), u64) -> bool| classes.iter().filter(|(class, here)| keep(class, **here)).map(|(_, here)| *here).sum::<u64>();
            prop_assert_eq!(found.at_risk, sum(&|class, here| size(class, here) < 5));
            prop_assert_eq!(found.not_listed, sum(&|class, _| !table.contains_key(class)));
            prop_assert_eq!(found.too_small, sum(&|class, here| table.get(class).is_some_and(|there| *there < here)));
            let highest = classes.iter().map(|(class, here)| 1.0 / size(class, *here) as f64).fold(0.0, f64::max);
            prop_assert!((found.highest - highest).abs() < 1e-12);
            let expected: f64 = classes.iter().map(|(class, here)| *here as f64 / size(class, *here) as f64).sum();
            prop_assert!((found.marketer - expected / rows.len() as f64).abs() < 1e-12);
        }
    }

    #[test]
    fn a_table_that_cannot_be_one_is_refused() {
        let coded = coded(&[(1, 1)]);
        for (text, said) in [
            ("age,population\n1,2\n", "no column `place`"),
            ("age,place\n1,p1\n", "no column `population`"),
            ("age,place,population\n1,p1,few\n", "row 2: `population` is a whole number"),
            ("age,place,population\n1,p1,2\n1,p1,3\n", "row 3: this combination"),
        ] {
            let error = Population::read(text.as_bytes(), &coded, &[]).expect_err("refused").to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
