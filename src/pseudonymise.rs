//! Pseudonymising an extract under an agreement: what the release says, done to every row, with balanced books.
//!
//! Nothing here decides whether a release is allowed; that is asked of [`crate::decision`] before the first row.

pub mod bound;
pub mod distinct;
pub mod gate;
pub mod leak;
pub mod opt_out;
pub mod pipeline;
pub mod release;
pub mod repair;
pub mod risk_gate;
pub mod survey;
pub mod tally;
pub mod transform;
