//! The `carepact` command: parse, run, say how it ended.

use carepact::outcome::Outcome;

fn main() -> Outcome {
    carepact::commands::main()
}
