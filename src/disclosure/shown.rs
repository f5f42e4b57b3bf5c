//! What may be shown: no value of a small class, and small counts only as a band.

use serde_json::Value;

/// Counts from 1 to below this are shown as a band.
pub const FEW: u64 = 10;

/// A count as it may be shown.
pub fn count(number: u64) -> String {
    if is_few(number) { format!("1 to {}", FEW - 1) } else { crate::text::thousands(number) }
}

/// Whether a count is shown as a band.
pub fn is_few(number: u64) -> bool {
    (1..FEW).contains(&number)
}

/// A count in results: a number, or the text `1-9`.
pub fn value(number: u64) -> Value {
    if is_few(number) { format!("1-{}", FEW - 1).into() } else { number.into() }
}

/// A share as it may be shown: that of few says no more than their band.
pub fn share(part: u64, whole: u64) -> String {
    let percent = |part: u64| 100.0 * super::measure::sizes::share(part, whole);
    if is_few(part) { format!("at most {:.1}%", percent((FEW - 1).min(whole))) } else { format!("{:.1}%", percent(part)) }
}

/// A share in results, from 0 to 1 with four decimals; null for that of few.
pub fn share_value(part: u64, whole: u64) -> Value {
    if is_few(part) { Value::Null } else { rounded(super::measure::sizes::share(part, whole)) }
}

/// A number with four decimals.
pub fn rounded(number: f64) -> Value {
    ((number * 10_000.0).round() / 10_000.0).into()
}
