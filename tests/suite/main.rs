//! Everything a person meets, run as they would run it.

mod access_log;
mod ask;
mod decision;
mod run;
mod shared;
mod small_pack;
