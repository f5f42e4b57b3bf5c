//! An equivalence class: the rows that agree in every quasi-identifier.

/// One class while it is being looked at.
#[derive(Clone, Copy, Debug)]
pub struct Class<'c> {
    /// Its number in this walk.
    pub index: usize,
    /// Its rows.
    pub rows: u64,
    /// Its distinct people, where a person column is named; rows without one count for nobody.
    pub people: Option<u64>,
    /// How often each distinct row occurs.
    pub counts: &'c [u32],
    /// Codes of each distinct row, by column after the quasi-identifiers.
    pub codes: &'c [Vec<u32>],
    /// Which of `codes` is the person; its codes are sorted.
    pub person: Option<usize>,
}

impl Class<'_> {
    /// What protects its members: other people if people are known, else other rows.
    pub fn size(&self) -> u64 {
        self.people.unwrap_or(self.rows)
    }

    /// Rows by value of a column after the quasi-identifiers, sorted by code.
    pub fn rows_by(&self, column: usize, into: &mut Vec<(u32, u64)>) {
        into.clear();
        into.extend(self.codes[column].iter().zip(self.counts).map(|(code, count)| (*code, u64::from(*count))));
        gather(into);
    }

    /// People by value of a column: each counts once for every value they have. Rows, where no person is named.
    pub fn people_by(&self, column: usize, into: &mut Vec<(u32, u64)>) {
        let Some(person) = self.person else { return self.rows_by(column, into) };
        into.clear();
        let mut pairs: Vec<(u32, u32)> = self.codes[column].iter().copied().zip(self.codes[person].iter().copied()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        into.extend(pairs.into_iter().filter(|(_, person)| *person != super::dictionary::MISSING).map(|(code, _)| (code, 1)));
        gather(into);
    }
}

/// Adds up what belongs to one code.
fn gather(list: &mut Vec<(u32, u64)>) {
    if list.len() > 1 {
        list.sort_unstable_by_key(|(code, _)| *code);
        list.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 += later.1;
            }
            same
        });
    }
}

/// Room for the codes of a class.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) codes: Vec<Vec<u32>>,
}

impl Scratch {
    pub(super) fn new(columns: usize) -> Self {
        Self { codes: vec![Vec::new(); columns] }
    }
}
