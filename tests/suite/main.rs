//! Everything a person meets, run as they would run it.

mod check;
mod decision;
mod rule_pages;
mod shared;
mod small_pack;
