//! carepact's decision held against Cedar cell by cell, and timed beside Cedar and Rego. See README.md.

mod bench;
mod cells;
mod cerbos;
mod export;
#[path = "../../../../tests/suite/generated_pack.rs"]
#[allow(dead_code)]
mod generated_pack;

use std::path::Path;
use std::process::ExitCode;

use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::source::Sources;

use cells::{Budget, Counts};

fn shipped(name: &str) -> Pack {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../policies").join(name);
    let mut sources = Sources::new();
    Pack::load(&dir, &mut sources).expect("a shipped pack").0
}

/// The value of a flag, or what it is without.
fn flag(args: &[String], name: &str, without: u64) -> u64 {
    let at = args.iter().position(|arg| arg == name);
    at.map_or(without, |at| args.get(at + 1).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} wants a number")))
}

fn oracle(args: &[String]) -> ExitCode {
    let packs = flag(args, "--packs", 20);
    let cells = flag(args, "--cells", 4_000);
    let mut sum = Counts::default();
    let small = Budget { cells, kinds: cells, assignments: 16, every_organisation: true };
    for seed in 1..=packs {
        sum.add(&cells::compare(&format!("generated pack {seed}"), &generated_pack::pack(seed), small, seed));
    }
    let large = Budget { cells: cells * 5, kinds: cells * 25, assignments: 64, every_organisation: false };
    for name in ["lancashire-neighbour", "greater-manchester"] {
        sum.add(&cells::compare(name, &shipped(name), large, 7));
    }
    println!(
        "all: {} of {} cells, {} with a grant, {} `needs`, {} decisions by Cedar, {} disagreements",
        sum.cells, sum.of_cells, sum.with_grant, sum.needs, sum.assignments, sum.disagreements
    );
    if sum.disagreements == 0 && sum.with_grant > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("oracle") => oracle(&args),
        Some("bench") => {
            let count = usize::try_from(flag(&args, "--questions", 2_000)).expect("few");
            let on = Date::parse("2026-07-01").expect("a date");
            let cerbos = args.iter().position(|arg| arg == "--cerbos").and_then(|at| args.get(at + 1)).map(Path::new);
            if bench::bench(&shipped("greater-manchester"), on, count, cerbos) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        _ => {
            eprintln!("usage: carepact-policy-peers oracle [--packs N] [--cells N] | bench [--questions N] [--cerbos BINARY]");
            ExitCode::from(2)
        }
    }
}
