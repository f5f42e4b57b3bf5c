//! Two tables of nearly the same people: what one says and the other does not is said by subtraction.

use super::Profile;
use super::counts::Counts;
use super::hide::{Cell, Protected};

/// A difference that tells of few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Row of the first table, from 0.
    pub row: usize,
    /// Count column of the first table, by its place among them.
    pub column: usize,
}

/// What two tables have in common, and what their differences tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differencing {
    /// Cells with the same words and column name in both.
    pub compared: u64,
    /// Cells whose shown figures differ by what must be a count of 1 to `under - 1`.
    pub told: Vec<Told>,
    /// Cells that differ by so few, which rounding or hiding keeps from showing.
    pub blurred: u64,
}

/// Compares two tables as they would be shown.
pub fn differences(one: (&Counts, &Protected), other: (&Counts, &Protected), profile: Profile) -> Differencing {
    let mut found = Differencing::default();
    for row in 0..one.0.counts.len() {
        let Some(there) = (0..other.0.counts.len()).find(|there| other.0.words(*there) == one.0.words(row)) else { continue };
        for (column, name) in one.0.columns.iter().map(|column| &one.0.header[*column]).enumerate() {
            let Some(beside) = other.0.columns.iter().position(|column| other.0.header[*column] == *name) else { continue };
            found.compared += 1;
            let difference = one.0.counts[row][column].abs_diff(other.0.counts[there][beside]);
            let (Cell::Shown(a), Cell::Shown(b)) = (one.1.cells[row][column], other.1.cells[there][beside]) else {
                found.blurred += u64::from(profile.hides(difference));
                continue;
            };
            // Every difference that the two figures could stand for.
            let ((a_low, a_high), (b_low, b_high)) = (profile.range(a), profile.range(b));
            let (least, most) = if a_low > b_high {
                (a_low - b_high, a_high - b_low)
            } else if b_low > a_high {
                (b_low - a_high, b_high - a_low)
            } else {
                (0, a_high.max(b_high) - a_low.min(b_low))
            };
            if least >= 1 && most < profile.under {
                found.told.push(Told { row, column });
            } else if profile.hides(difference) {
                found.blurred += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::hide::hide;
    use super::*;

    #[test]
    fn one_more_person_shows_without_rounding_and_not_with_it() {
        let table = |count: u64| Counts::read(format!("place,people\nBolton,{count}\nBury,40\n").as_bytes(), &[]).expect("a table");
        let (before, after) = (table(31), table(32));
        let compare = |profile| differences((&before, &hide(&before, profile)), (&after, &hide(&after, profile)), profile);
        assert_eq!(compare(Profile { under: 5, round: 1 }), Differencing { compared: 2, told: vec![Told { row: 0, column: 0 }], blurred: 0 });
        assert_eq!(compare(Profile { under: 8, round: 5 }), Differencing { compared: 2, told: vec![], blurred: 1 });
    }
}
