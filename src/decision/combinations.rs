//! Cases listed as products: every combination of what each side lists, no more and no less.

use std::collections::BTreeMap;

/// Splits distinct cases into disjoint parts, each of them all combinations of what occurs on its sides. The last side is
/// joined first. Sides are sorted.
pub fn products<const N: usize>(cases: impl IntoIterator<Item = [u32; N]>) -> Vec<[Vec<u32>; N]> {
    let mut parts: Vec<[Vec<u32>; N]> = cases.into_iter().map(|case| case.map(|side| vec![side])).collect();
    for side in (0..N).rev() {
        parts = joined(parts, side);
    }
    parts
}

/// Joins parts that differ on one side only.
pub fn joined<const N: usize>(parts: Vec<[Vec<u32>; N]>, side: usize) -> Vec<[Vec<u32>; N]> {
    let mut together: BTreeMap<[Vec<u32>; N], Vec<u32>> = BTreeMap::new();
    for mut part in parts {
        let own = std::mem::take(&mut part[side]);
        together.entry(part).or_default().extend(own);
    }
    together
        .into_iter()
        .map(|(mut part, mut all)| {
            all.sort_unstable();
            part[side] = all;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    proptest::proptest! {
        #[test]
        fn the_parts_are_the_cases_each_once(cases in proptest::collection::btree_set([0u32..4, 0u32..4, 0u32..3], 0..40)) {
            let mut seen: Vec<[u32; 3]> = Vec::new();
            for [a, b, c] in products(cases.iter().copied()) {
                for one in &a {
                    for two in &b {
                        seen.extend(c.iter().map(|three| [*one, *two, *three]));
                    }
                }
            }
            let all: BTreeSet<[u32; 3]> = seen.iter().copied().collect();
            proptest::prop_assert_eq!(seen.len(), all.len(), "a case stands in two parts");
            proptest::prop_assert_eq!(all, cases);
        }
    }
}
