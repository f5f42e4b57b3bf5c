//! Everything a person meets, run as they would run it.

mod report;
mod shared;
