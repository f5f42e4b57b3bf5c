//! The answer of the service beside its request, proved; for `opt-out apply` and `pseudonymise`.

use std::path::Path;

use zeroize::Zeroizing;

use crate::commands::failure::Failure;
use crate::commands::session::read_input;
use crate::identifier::Date;
use crate::pseudonymise::opt_out::{Name, Returned, Unproved};

/// A file whose bytes are wiped after use.
pub type Private = Zeroizing<Vec<u8>>;

/// Reads and proves both; gives the files too, for their keyed digests. `limit` is in days.
pub fn prove(request: &Path, list: &Path, on: Date, limit: u32) -> anyhow::Result<(Returned, Private, Private)> {
    let name = request.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = Name::parse(&name)
        .map_err(|error| Failure::usage(format!("{}: {error}", request.display())).next("Give the file as `carepact opt-out request` wrote it."))?;
    let (asked, answer) = (Zeroizing::new(read_input(request)?), Zeroizing::new(read_input(list)?));
    let returned = Returned::prove(&name, &asked, &answer, on, limit).map_err(|error| unproved(list, &error))?;
    Ok((returned, asked, answer))
}

/// A list that cannot be used; what to do depends on why.
fn unproved(list: &Path, error: &Unproved) -> Failure {
    let message = format!("{}: {error}", list.display());
    match error {
        Unproved::Line { .. } => Failure::unreadable(message).next("Give both files as they are: one number a line."),
        Unproved::Rejected => Failure::refused(message).next("Mend the extract, and ask again with `carepact opt-out request`."),
        _ => Failure::refused(message).next("Ask again with `carepact opt-out request`, and give the answer to that."),
    }
}
