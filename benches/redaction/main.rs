//! How much of what is planted in clinical notes a redaction strikes out: `cargo bench --bench redaction`.
//!
//! The same notes on every machine; `docs/pseudonymisation.md` states the figures, and a test holds it to them.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints, and works with times")]

mod notes;

use std::time::Instant;

fn main() {
    let start = Instant::now();
    let measured = notes::measure(notes::NOTES, notes::SEED);
    println!("{} generated notes, seed {}\n\n{}", notes::NOTES, notes::SEED, measured.tables());
    println!("{:.1} MB in {:.2} s, generating included", measured.bytes as f64 / 1e6, start.elapsed().as_secs_f64());
}
