//! Postcodes to the areas of a lookup file: lower layer area, middle layer area, decile of deprivation, borough.
//!
//! Guarantees that only areas of the file come out. Leaks the area: a lower layer area has some 1,500 people, so beside an age
//! and a sex it singles people out. Pseudo-postcodes (`ZZ99 ...`), what has not the form of a postcode and what the file does
//! not know come out empty, and are counted as not known.

use super::Made;
use super::lookup::Table;

/// The levels that a file can give.
pub const LEVELS: [(&str, &str); 4] = [
    ("lsoa", "the lower layer area (some 1,500 people)"),
    ("msoa", "the middle layer area (some 8,000 people)"),
    ("imd_decile", "the decile of deprivation"),
    ("borough", "the borough"),
];

/// Writes the area.
pub fn write(text: &[u8], table: &Table, out: &mut Vec<u8>) -> Made {
    match table.find(text) {
        Some(area) if !area.is_empty() => {
            out.extend_from_slice(area);
            Made::Value
        }
        _ => Made::NotKnown,
    }
}
