//! What the columns of an extract are: guessed from their names and from what their cells look like, never shown.
//!
//! One pass with a fixed amount of memory counts, for every column, how many cells look like what ([`shape`]). Names
//! are read against a table of synonyms ([`kind`]). [`guess`] puts both together and says which rule spoke;
//! [`draft`] writes a `releases:` block that lets nothing out which was not recognised. No cell is kept: a column is
//! counters and hashes of at most [`shape::DISTINCT`] values, so nothing here can print one.
//!
//! Counts are sums and unions, so neither the order of rows or columns nor the number of threads changes a guess.

pub mod draft;
pub mod guess;
pub mod kind;
pub mod read;
pub mod shape;

pub use guess::{Guess, Sure, guess};
pub use kind::Kind;
pub use read::{Profile, read};
pub use shape::Shape;
