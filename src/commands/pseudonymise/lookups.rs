//! The lookup and hierarchy files of a release: read from the folder of its pack, before the first row.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::commands::failure::Failure;
use crate::commands::session::io_words;
use crate::pseudonymise::release::{LookupFile, Release};
use crate::pseudonymise::transform::lookup::SIZE_LIMIT;
use crate::source::Sources;

/// A file that was read.
pub(super) struct Loaded {
    /// Its name relative to the folder of the pack.
    pub name: String,
    /// For its keyed digest.
    pub bytes: Vec<u8>,
    /// The columns that use it, and how many values it knows for each.
    pub columns: Vec<(String, usize)>,
}

/// Reads every file once and gives it to the columns that use it.
pub(super) fn load(pack: &Path, release: &mut Release, sources: &Sources) -> anyhow::Result<Vec<Loaded>> {
    let wanted: Vec<(usize, LookupFile)> = release.lookup_files().into_iter().map(|(column, file)| (column, file.clone())).collect();
    let mut all: BTreeMap<String, Loaded> = BTreeMap::new();
    for (column, file) in wanted {
        let name = &file.name.value;
        let title = release.columns[column].name.value.clone();
        let failed = |why: &dyn std::fmt::Display| {
            Failure::unreadable(format!("the lookup file {name} of the column `{title}`: {why} ({})", sources.locate(file.name.span)))
        };
        let entry = match all.entry(name.clone()) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let path = pack.join(name);
                let bytes = read(&path).map_err(|why| failed(&why).next(format!("It lies in the folder of the pack: {}", path.display())))?;
                entry.insert(Loaded { name: name.clone(), bytes, columns: Vec::new() })
            }
        };
        if let Some(agreed) = &file.sha256
            && crate::evidence::manifest::sha256(&entry.bytes) != agreed.value
        {
            let at = sources.locate(agreed.span);
            return Err(Failure::refused(format!("the lookup file {name} of the column `{title}` is not the one that was agreed ({at})"))
                .next("Take the file that the digest is of, or let the parties agree on the new one.")
                .into());
        }
        let known = release.give_lookup(column, &entry.bytes);
        let known = known.map_err(|error| failed(&error).next("What these files hold: \"Lookup files\" in docs/pseudonymisation.md."))?;
        entry.columns.push((title, known));
    }
    Ok(all.into_values().collect())
}

/// A file, up to the limit.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let words = |error: std::io::Error| io_words(&error);
    // A pipe would keep the run waiting for whoever writes into it.
    if !std::fs::metadata(path).map_err(words)?.is_file() {
        return Err("it is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(words)?.take(SIZE_LIMIT + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(format!("it is larger than {} MiB; keep the two columns that are needed", SIZE_LIMIT >> 20));
    }
    Ok(bytes)
}
