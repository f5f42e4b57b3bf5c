//! l-diversity: how many values of a sensitive column a class holds (distinct), and how evenly (entropy).

/// What the classes hold of one sensitive column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diversity {
    /// The fewest distinct values of a class (distinct l); none if there is no class. "Not there" is a value.
    pub distinct: Option<u64>,
    /// The lowest `exp` of a class's entropy (entropy l); a class of one value has 1.
    pub entropy: Option<f64>,
    /// Classes with a single value.
    pub single_classes: u64,
    /// Their members.
    pub single_members: u64,
    /// Their rows.
    pub single_rows: u64,
    /// Classes of two or more members with a single value: nobody in them is alone, and yet whoever is known to be
    /// there has this value. k does not show it.
    pub shared_classes: u64,
    /// Their members.
    pub shared_members: u64,
}

/// The measure during the walk.
#[derive(Debug)]
pub(in crate::disclosure) struct Walk {
    found: Diversity,
}

impl Default for Walk {
    fn default() -> Self {
        Self { found: Diversity { distinct: None, entropy: None, single_classes: 0, single_members: 0, single_rows: 0, shared_classes: 0, shared_members: 0 } }
    }
}

/// `exp` of the entropy of these counts; at least 1.
pub fn entropy_l(counts: &[(u32, u64)]) -> f64 {
    let total: u64 = counts.iter().map(|(_, count)| count).sum();
    // Summed by size, so that the order in which values were numbered does not show in the last digit.
    let mut sizes: Vec<u64> = counts.iter().map(|(_, count)| *count).collect();
    sizes.sort_unstable();
    let entropy: f64 = sizes
        .iter()
        .map(|count| {
            let p = *count as f64 / total as f64;
            -p * p.ln()
        })
        .sum();
    entropy.exp().max(1.0)
}

impl Walk {
    /// A class: members by value, how many members it has, and rows.
    pub(in crate::disclosure) fn add(&mut self, counts: &[(u32, u64)], members: u64, rows: u64) {
        if members == 0 || counts.is_empty() {
            return;
        }
        let found = &mut self.found;
        let distinct = counts.len() as u64;
        found.distinct = Some(found.distinct.map_or(distinct, |least| least.min(distinct)));
        let entropy = if distinct == 1 { 1.0 } else { entropy_l(counts) };
        found.entropy = Some(found.entropy.map_or(entropy, |least| least.min(entropy)));
        if distinct == 1 {
            found.single_classes += 1;
            found.single_members += members;
            found.single_rows += rows;
            if members > 1 {
                found.shared_classes += 1;
                found.shared_members += members;
            }
        }
    }

    pub(in crate::disclosure) fn finish(self) -> Diversity {
        self.found
    }
}
