//! How far an extract or a table points at single people: measured, and repaired.
//!
//! The words are those of the field. *Quasi-identifiers* are the columns that somebody could know of a person from
//! elsewhere; rows that agree in all of them are an *equivalence class*; *k* is the size of the smallest class.
//! Everything works on distinct combinations of values (tuples) with counts, never on rows again.
//!
//! No measure here makes data anonymous: that depends on who receives them and what else they hold.

pub mod classes;
pub mod coded;
pub mod dictionary;
pub mod findings;
pub mod hierarchy;
mod key;
pub mod lattice;
pub mod linked;
pub mod loss;
pub mod measure;
mod packed;
pub mod pages;
pub mod population;
pub mod read;
pub mod record;
pub mod repair;
pub mod search;
pub mod shown;
pub mod small_numbers;
mod spilled;
