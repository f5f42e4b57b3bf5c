//! t-closeness: how far the values of a sensitive column in a class are from those in the whole extract (earth mover's
//! distance: Li, Li and Venkatasubramanian 2007), with equal distance between all values or along their order.

use super::sizes::share;

/// How far two values lie apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distance {
    /// Any two values, 1.
    #[default]
    Equal,
    /// Values in order, the first and the last 1 apart.
    Ordered,
}

impl Distance {
    /// The word as written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Ordered => "ordered",
        }
    }
}

/// What rounding may add to a distance: a class this much over the limit is not over it.
pub const SLACK: f64 = 1e-9;

/// The largest distances found, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closeness {
    /// With equal distance; always measured.
    pub equal: f64,
    /// Along the order, where it is asked for.
    pub ordered: Option<f64>,
}

/// The measure during the walk.
pub(in crate::disclosure) struct Walk {
    /// Share of each code in the whole.
    whole: Vec<f64>,
    order: Option<Order>,
    found: Closeness,
    places: Vec<(usize, u64)>,
}

/// Sums along the order of values.
struct Order {
    /// Place of each code among the values that occur.
    place: Vec<usize>,
    /// Shares up to and with each place.
    cumulative: Vec<f64>,
    /// Sums of `cumulative` before each place.
    sums: Vec<f64>,
}

impl Order {
    fn new(counts: &[u64], order: &[u32], total: u64) -> Self {
        let (mut place, mut cumulative, mut sums) = (vec![0; counts.len()], Vec::new(), vec![0.0]);
        let (mut so_far, mut sum) = (0, 0.0);
        // Values that occur nowhere (a missing value, where none is missing) take no place.
        for code in order.iter().filter(|code| counts[**code as usize] > 0) {
            place[*code as usize] = cumulative.len();
            so_far += counts[*code as usize];
            cumulative.push(share(so_far, total));
            sum += share(so_far, total);
            sums.push(sum);
        }
        Self { place, cumulative, sums }
    }

    /// Sum of |level - cumulative| over the places from..to, in steps of a search: cumulative shares only rise.
    fn gap(&self, level: f64, from: usize, to: usize) -> f64 {
        let cross = from + self.cumulative[from..to].partition_point(|share| *share < level);
        let below = level * (cross - from) as f64 - (self.sums[cross] - self.sums[from]);
        let above = (self.sums[to] - self.sums[cross]) - level * (to - cross) as f64;
        below + above
    }
}

impl Walk {
    pub(in crate::disclosure) fn new(counts: &[u64], order: &[u32], distance: Distance) -> Self {
        let total: u64 = counts.iter().sum();
        let ordered = distance == Distance::Ordered;
        Self {
            whole: counts.iter().map(|count| share(*count, total)).collect(),
            order: ordered.then(|| Order::new(counts, order, total)),
            found: Closeness { equal: 0.0, ordered: ordered.then_some(0.0) },
            places: Vec::new(),
        }
    }

    /// A class: members by value.
    pub(super) fn add(&mut self, counts: &[(u32, u64)]) {
        let (equal, ordered) = self.distance(counts);
        self.found.equal = self.found.equal.max(equal);
        self.found.ordered = self.found.ordered.map(|most| most.max(ordered));
    }

    /// How far a class lies from the whole: with equal distance, and along the order (0 where it is not asked for).
    pub(in crate::disclosure) fn distance(&mut self, counts: &[(u32, u64)]) -> (f64, f64) {
        let total: u64 = counts.iter().map(|(_, count)| count).sum();
        if total == 0 {
            return (0.0, 0.0);
        }
        // Half the sum of differences is the sum of those above the whole.
        self.places.clear();
        self.places.extend(counts.iter().map(|(code, count)| (*code as usize, *count)));
        // Equal sums for equal counts, whatever the numbers of the values: smallest share first.
        let excess = |(code, count): (usize, u64)| (share(count, total) - self.whole[code]).max(0.0);
        let mut excesses: Vec<f64> = self.places.iter().map(|one| excess(*one)).collect();
        excesses.sort_by(f64::total_cmp);
        let equal = excesses.iter().sum();
        let Some(order) = &self.order else { return (equal, 0.0) };
        for one in &mut self.places {
            one.0 = order.place[one.0];
        }
        self.places.sort_unstable();
        let last = order.cumulative.len() - 1;
        if last == 0 {
            return (equal, 0.0);
        }
        let (mut so_far, mut from, mut distance) = (0, 0, 0.0);
        for (place, count) in &self.places {
            distance += order.gap(share(so_far, total), from, *place);
            so_far += count;
            from = *place;
        }
        distance += order.gap(share(so_far, total), from, last);
        (equal, distance / last as f64)
    }

    pub(super) fn finish(self) -> Closeness {
        self.found
    }
}
