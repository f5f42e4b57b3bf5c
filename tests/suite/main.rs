//! Everything a person meets, run as they would run it.

#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(unreachable_pub, reason = "helpers are shared among the modules of this one binary")]

mod ask;
mod decision;
mod keys;
mod pseudonymise;
mod report;
mod run;
mod shared;
mod small_pack;
mod synth;
mod tabular;
mod vectors;
mod verify;
