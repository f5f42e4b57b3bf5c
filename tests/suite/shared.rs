//! Real public data lies beside the checkout; tests that want it skip, saying so, where it is absent.

use std::path::PathBuf;

/// A file or folder of the shared data, if it is here.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CAREPACT_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let found = root.join("data").join(path);
    if found.exists() {
        return Some(found);
    }
    println!("skipped: {path} of the shared data is not here");
    None
}
