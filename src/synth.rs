//! Synthetic communities, extracts and logs, seeded: the same seed gives the same bytes on every machine.
//!
//! Samples, tests and benchmarks come from here. No person exists: NHS numbers are of the range 999 that is never
//! issued, names of people and organisations are put together from word lists, and organisation codes have the right
//! form and are nobody's.

pub mod community;
pub mod extract;
pub mod log;
pub mod random;
pub mod words;

pub use community::Community;
