//! Hiding small counts, and others that would give them back by subtraction (secondary suppression).
//!
//! What a reader can conclude is bounded line by line: every shown figure stands for a range (its rounding), every hidden
//! small count for 1 to `under - 1`, every other hidden count for anything. Ranges are narrowed along every sum the table
//! states until nothing moves. A small count that could then have fewer than three values is not hidden: the smallest
//! count shown in that line is hidden too. Conclusions that need several lines at once and are not reached by narrowing
//! are not looked for.

use super::Profile;
use super::counts::Counts;

/// What becomes of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// As it is or rounded.
    Shown(u64),
    /// Hidden for itself.
    Primary,
    /// Hidden for another.
    Secondary,
}

/// A table as it may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// By row and count column.
    pub cells: Vec<Vec<Cell>>,
}

/// Values that a hidden small count must still be able to have.
const LEAST: u64 = 3;

/// A bound that no count reaches.
const ANY: u64 = u64::MAX / 4;

/// Hides what must be hidden.
pub fn hide(table: &Counts, profile: Profile) -> Protected {
    let cell = |count: &u64| if profile.hides(*count) { Cell::Primary } else { Cell::Shown(profile.rounded(*count)) };
    let mut protected = Protected { cells: table.counts.iter().map(|row| row.iter().map(cell).collect()).collect() };
    while let Some((row, column)) = told(table, profile, &protected) {
        // In a line through this cell the cheapest to hide: a part before a total, the smallest count, zeros last. Where
        // all of these are hidden, any figure of the table.
        let lines = table.lines();
        let of_cell = lines.iter().filter(|line| line.total == (row, column) || line.parts.contains(&(row, column)));
        let near = of_cell.flat_map(|line| line.parts.iter().map(|at| (false, *at)).chain([(true, line.total)]));
        let anywhere = (0..table.counts.len()).flat_map(|row| (0..table.columns.len()).map(move |column| (true, (row, column))));
        let shown = |(_, at): &(bool, (usize, usize))| matches!(protected.cells[at.0][at.1], Cell::Shown(_));
        let price = |(total, at): &(bool, (usize, usize))| (table.counts[at.0][at.1] == 0, *total, table.counts[at.0][at.1], *at);
        // Where all is hidden, that a total is small may tell its parts (1 and 1 of at most 2): then that is not said either.
        let small = |at: &(usize, usize)| protected.cells[at.0][at.1] == Cell::Primary;
        let totals = lines.iter().filter(|line| line.parts.contains(&(row, column))).map(|line| (true, line.total)).filter(|(_, at)| small(at));
        let chosen = near.filter(shown).min_by_key(price).or_else(|| anywhere.filter(shown).min_by_key(price)).or_else(|| totals.min_by_key(price));
        let Some((_, (row, column))) = chosen else { break };
        protected.cells[row][column] = Cell::Secondary;
    }
    protected
}

/// The range of each cell, as far as narrowing goes.
pub fn ranges(table: &Counts, profile: Profile, protected: &Protected) -> Vec<Vec<(u64, u64)>> {
    let range = |cell: &Cell| match cell {
        Cell::Shown(shown) => profile.range(*shown),
        Cell::Primary => (1, profile.under - 1),
        Cell::Secondary => (0, ANY),
    };
    let mut ranges: Vec<Vec<(u64, u64)>> = protected.cells.iter().map(|row| row.iter().map(range).collect()).collect();
    let lines = table.lines();
    let mut moved = true;
    while moved {
        moved = false;
        for line in &lines {
            let sum = |ranges: &Vec<Vec<(u64, u64)>>, high: bool| -> u64 {
                line.parts.iter().map(|at| if high { ranges[at.0][at.1].1 } else { ranges[at.0][at.1].0 }).sum::<u64>().min(ANY)
            };
            let (low, high) = (sum(&ranges, false), sum(&ranges, true));
            let mut narrow = |at: (usize, usize), low: u64, high: u64| {
                let mine = &mut ranges[at.0][at.1];
                let next = (mine.0.max(low), mine.1.min(high));
                if next != *mine && next.0 <= next.1 {
                    *mine = next;
                    moved = true;
                }
            };
            narrow(line.total, low, high);
            let total = ranges[line.total.0][line.total.1];
            for at in &line.parts {
                let mine = ranges[at.0][at.1];
                let (others_low, others_high) =
                    (sum(&ranges, false).saturating_sub(mine.0), if sum(&ranges, true) >= ANY { ANY } else { sum(&ranges, true) - mine.1 });
                let high = total.1.saturating_sub(others_low);
                let low = if others_high >= ANY { 0 } else { total.0.saturating_sub(others_high) };
                let mine = &mut ranges[at.0][at.1];
                let next = (mine.0.max(low), mine.1.min(high));
                if next != *mine && next.0 <= next.1 {
                    *mine = next;
                    moved = true;
                }
            }
        }
    }
    ranges
}

/// A small count that the rest of the table tells too closely.
fn told(table: &Counts, profile: Profile, protected: &Protected) -> Option<(usize, usize)> {
    let least = LEAST.min(profile.under - 1);
    let ranges = ranges(table, profile, protected);
    let cells = protected.cells.iter().enumerate().flat_map(|(row, cells)| cells.iter().enumerate().map(move |(column, cell)| (row, column, *cell)));
    cells
        .filter(|(_, _, cell)| *cell == Cell::Primary)
        .map(|(row, column, _)| (row, column))
        .find(|(row, column)| ranges[*row][*column].1 - ranges[*row][*column].0 + 1 < least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(parts: &[u64]) -> Counts {
        let mut text = "place,people\n".to_owned();
        for (index, count) in parts.iter().enumerate() {
            text.push_str(&format!("p{index},{count}\n"));
        }
        text.push_str(&format!("Total,{}\n", parts.iter().sum::<u64>()));
        Counts::read(text.as_bytes(), &[]).expect("a table")
    }

    /// Every value of a cell that fits what is shown, by trying all tables of one line.
    fn possible(profile: Profile, protected: &Protected, of: usize, most: u64) -> Vec<u64> {
        let parts = protected.cells.len() - 1;
        let options = |row: usize| -> Vec<u64> {
            match protected.cells[row][0] {
                Cell::Shown(shown) => (profile.range(shown).0..=profile.range(shown).1).collect(),
                Cell::Primary => (1..profile.under).collect(),
                Cell::Secondary => (0..=most).collect(),
            }
        };
        let totals = options(parts);
        let mut sums: Vec<(u64, Option<u64>)> = vec![(0, None)];
        for row in 0..parts {
            let mut next = Vec::new();
            for (sum, mine) in &sums {
                next.extend(options(row).into_iter().map(|value| (sum + value, if row == of { Some(value) } else { *mine })));
            }
            next.sort_unstable();
            next.dedup();
            sums = next;
        }
        let mut values: Vec<u64> = sums.into_iter().filter(|(sum, _)| totals.contains(sum)).filter_map(|(_, mine)| mine).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    proptest! {
        #[test]
        fn no_small_count_of_a_line_can_be_told(parts in proptest::collection::vec(prop_oneof![0..9u64, 0..40u64], 1..6), under in 3..9u64, round in prop_oneof![Just(1u64), Just(5u64)]) {
            let profile = Profile { under, round };
            prop_assume!(profile.rounded(under) > 0);
            let table = line(&parts);
            let protected = hide(&table, profile);
            for (row, count) in parts.iter().enumerate().filter(|(_, count)| profile.hides(**count)) {
                prop_assert_eq!(protected.cells[row][0], Cell::Primary);
                let values = possible(profile, &protected, row, 60);
                prop_assert!(values.contains(count));
                // A table of one cell and its total has nothing to hide behind but itself.
                prop_assert!(values.len() as u64 >= LEAST.min(under - 1), "{:?} {:?}: {:?}", parts, protected, values);
            }
            for (row, count) in parts.iter().enumerate().filter(|(_, count)| !profile.hides(**count)) {
                prop_assert!(matches!(protected.cells[row][0], Cell::Secondary) || protected.cells[row][0] == Cell::Shown(profile.rounded(*count)));
            }
        }

        #[test]
        fn narrowing_never_loses_the_truth(counts in proptest::collection::vec(0..30u64, 9), round in prop_oneof![Just(1u64), Just(5u64)]) {
            let mut text = "place,a,b,c,total\n".to_owned();
            for (index, row) in counts.chunks(3).enumerate() {
                text.push_str(&format!("p{index},{},{},{},{}\n", row[0], row[1], row[2], row.iter().sum::<u64>()));
            }
            let column = |at: usize| counts[at] + counts[at + 3] + counts[at + 6];
            text.push_str(&format!("Total,{},{},{},{}\n", column(0), column(1), column(2), counts.iter().sum::<u64>()));
            let table = Counts::read(text.as_bytes(), &[]).expect("a table");
            let profile = Profile { under: 8, round };
            let protected = hide(&table, profile);
            for (row, ranges) in ranges(&table, profile, &protected).iter().enumerate() {
                for (column, (low, high)) in ranges.iter().enumerate() {
                    prop_assert!((*low..=*high).contains(&table.counts[row][column]));
                    if protected.cells[row][column] == Cell::Primary { prop_assert!(high - low >= 2); }
                }
            }
        }
    }

    #[test]
    fn that_a_total_is_small_is_not_said_where_it_would_tell_its_parts() {
        let table = line(&[1, 1]);
        assert_eq!(hide(&table, Profile { under: 3, round: 1 }).cells.concat(), [Cell::Primary, Cell::Primary, Cell::Secondary]);
    }

    #[test]
    fn a_single_hidden_count_beside_its_total_takes_another_with_it() {
        let table = line(&[3, 50, 20]);
        let unrounded = hide(&table, Profile { under: 5, round: 1 });
        assert_eq!(unrounded.cells.concat(), [Cell::Primary, Cell::Shown(50), Cell::Secondary, Cell::Shown(73)]);
        let rounded = hide(&table, Profile { under: 8, round: 5 });
        assert_eq!(rounded.cells.concat(), [Cell::Primary, Cell::Shown(50), Cell::Shown(20), Cell::Shown(75)], "rounding hides it already");
    }
}
