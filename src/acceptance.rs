//! Findings that a community lives with for now: accepted exceptions, and what a baseline already knew.
//!
//! Neither makes a finding go away. It is shown with who accepted it, why and until when, and it does not fail a run.

pub mod baseline;
pub mod waiver;

pub use baseline::Baseline;
pub use waiver::{Known, Terms, Waiver, apply};
