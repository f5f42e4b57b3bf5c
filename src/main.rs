//! The `carepact` command: parse, run, say how it ended.

use carepact::outcome::Outcome;

/// A pack is read as tens of thousands of small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Outcome {
    carepact::commands::main()
}
