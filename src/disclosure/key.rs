//! Codes of one row packed into one number, the first column in the highest bits: sorting numbers sorts rows.

/// A number wide enough for the codes of a row.
pub(super) trait Key: Copy + Ord + Default + Send + Sync {
    /// Bits that fit.
    const BITS: u32;
    /// Makes room on the right and puts a code there.
    fn push(self, width: u32, code: u32) -> Self;
    /// The code that lies `shift` bits from the right.
    fn code(self, shift: u32, width: u32) -> u32;
    /// What lies above the `shift` lowest bits.
    fn above(self, shift: u32) -> Self;
}

/// The lowest `width` bits, at most 32.
fn mask(width: u32) -> u64 {
    (1u64 << width) - 1
}

fn low(bits: u64) -> u32 {
    u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(0)
}

impl Key for u64 {
    const BITS: u32 = 64;
    #[inline]
    fn push(self, width: u32, code: u32) -> Self {
        (self << width) | Self::from(code)
    }
    #[inline]
    fn code(self, shift: u32, width: u32) -> u32 {
        if width == 0 { 0 } else { low((self >> shift) & mask(width)) }
    }
    #[inline]
    fn above(self, shift: u32) -> Self {
        self.checked_shr(shift).unwrap_or(0)
    }
}

impl Key for u128 {
    const BITS: u32 = 128;
    #[inline]
    fn push(self, width: u32, code: u32) -> Self {
        (self << width) | Self::from(code)
    }
    #[inline]
    fn code(self, shift: u32, width: u32) -> u32 {
        if width == 0 { 0 } else { low(u64::try_from((self >> shift) & u128::from(mask(width))).unwrap_or(0)) }
    }
    #[inline]
    fn above(self, shift: u32) -> Self {
        self.checked_shr(shift).unwrap_or(0)
    }
}

/// 512 bits: sixteen columns of any number of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide([u128; 4]);

impl Key for Wide {
    const BITS: u32 = 512;
    fn push(self, width: u32, code: u32) -> Self {
        if width == 0 {
            return self;
        }
        let Self([a, b, c, d]) = self;
        let (over, rest) = (128 - width, width);
        Self([(a << rest) | (b >> over), (b << rest) | (c >> over), (c << rest) | (d >> over), (d << rest) | u128::from(code)])
    }
    fn code(self, shift: u32, width: u32) -> u32 {
        let Self(parts) = self.above(shift);
        parts[3].code(0, width)
    }
    fn above(self, shift: u32) -> Self {
        let (whole, rest) = ((shift / 128) as usize, shift % 128);
        let part = |index: usize| index.checked_sub(whole).and_then(|from| self.0.get(from)).copied().unwrap_or(0);
        let mut out = [0u128; 4];
        for (index, place) in out.iter_mut().enumerate() {
            let carried = if rest == 0 || index == 0 { 0 } else { part(index - 1) << (128 - rest) };
            *place = (part(index) >> rest) | carried;
        }
        Self(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round<K: Key>(codes: &[(u32, u32)]) -> Vec<u32> {
        let key = codes.iter().fold(K::default(), |key, (width, code)| key.push(*width, *code));
        let mut shift = codes.iter().map(|(width, _)| width).sum::<u32>();
        codes
            .iter()
            .map(|(width, _)| {
                shift -= width;
                key.code(shift, *width)
            })
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out_and_the_order_is_that_of_the_codes(
            rows in proptest::collection::vec(proptest::collection::vec((0..=32u32, any::<u32>()), 4), 2), wide in any::<bool>()
        ) {
            let widths: Vec<u32> = rows[0].iter().map(|(width, _)| *width).collect();
            let fit = |row: &[(u32, u32)]| -> Vec<(u32, u32)> {
                widths.iter().zip(row).map(|(width, (_, code))| (*width, low(u64::from(*code) & mask(*width)))).collect()
            };
            let (a, b) = (fit(&rows[0]), fit(&rows[1]));
            let plain: Vec<u32> = a.iter().map(|(_, code)| *code).collect();
            prop_assert_eq!(&round::<u128>(&a), &plain);
            prop_assert_eq!(&round::<Wide>(&[&a[..], &a[..], &a[..], &a[..]].concat()), &plain.repeat(4));
            let order = plain.cmp(&b.iter().map(|(_, code)| *code).collect());
            let key = |row: &[(u32, u32)]| row.iter().fold(u128::default(), |key, (width, code)| key.push(*width, *code));
            prop_assert_eq!(key(&a).cmp(&key(&b)), order);
            let key = |row: &[(u32, u32)]| row.iter().fold(Wide::default(), |key, (width, code)| key.push(*width, *code));
            prop_assert_eq!(key(&a).cmp(&key(&b)), order);
            if wide { prop_assert!(key(&a).above(512) == Wide::default()); }
        }
    }
}
