//! Everything a person meets, run as they would run it.

mod decision;
mod keys;
mod shared;
mod small_pack;
mod vectors;
mod verify;
