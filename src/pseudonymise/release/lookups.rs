//! The files of a release: which there are, and what is done with them once they are read. Reading them is not done here.

use std::sync::Arc;

use super::{Action, DateForm, Release};
use crate::pseudonymise::transform::OfCell;
use crate::pseudonymise::transform::lookup::{Keyed, LookupError, Table};
use crate::pseudonymise::transform::map::Map;
use crate::source::Spanned;

/// A file of the pack that values are looked up in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupFile {
    /// Its name relative to the folder of the pack.
    pub name: Spanned<String>,
    /// SHA-256 of the file, small hex digits, where the parties agreed on its content.
    pub sha256: Option<Spanned<String>>,
    /// Its column of values; left out, the first.
    pub from: Option<String>,
    /// Its column of answers; left out, the second.
    pub to: Option<String>,
}

impl Release {
    /// The columns that look values up, with their files.
    pub fn lookup_files(&self) -> Vec<(usize, &LookupFile)> {
        self.columns.iter().enumerate().filter_map(|(index, rule)| Some((index, rule.action.lookup()?))).collect()
    }

    /// Takes the text of a column's file; how many values it knows.
    pub fn give_lookup(&mut self, column: usize, text: &[u8]) -> Result<usize, LookupError> {
        let Some(rule) = self.columns.get(column) else { return Ok(0) };
        let table = match &rule.action {
            Action::Area { level, file } => {
                // The column of answers is called what it holds, unless the release says otherwise.
                Table::read(text, Keyed::Postcode, file.from.as_deref(), Some(file.to.as_deref().unwrap_or(level)))?
            }
            Action::Group { level, .. } => Table::of_hierarchy(text, *level as usize)?,
            Action::Map { file, .. } => Table::read(text, Keyed::Text, file.from.as_deref(), file.to.as_deref())?,
            _ => return Ok(0),
        };
        let known = table.len();
        self.lookups.resize(self.columns.len(), None);
        self.lookups[column] = Some(Arc::new(table));
        Ok(known)
    }

    /// The table of a column.
    pub(in crate::pseudonymise) fn lookup_table(&self, column: usize) -> Option<Arc<Table>> {
        self.lookups.get(column).cloned().flatten()
    }
}

impl Action {
    /// What is done to one cell, if that is all it needs; none for other actions, and where a table is needed and not there.
    pub(in crate::pseudonymise) fn of_cell(&self, form: DateForm, table: Option<Arc<Table>>) -> Option<OfCell> {
        Some(match self {
            Self::Band(bands) => OfCell::Band(bands.clone()),
            Self::Outward => OfCell::Outward,
            Self::Sector => OfCell::Sector,
            Self::Area { .. } => OfCell::Area(table?),
            Self::Truncate(to) => OfCell::Truncate(form, *to),
            Self::Round(step) => OfCell::Round(*step),
            Self::TopCode(limits) => OfCell::TopCode(*limits),
            Self::Group { unmatched, .. } | Self::Map { unmatched, .. } => OfCell::Map(Map { table: table?, unmatched: *unmatched }),
            Self::Mask(keep) => OfCell::Mask(*keep),
            Self::Constant(text) => OfCell::Constant(text.clone()),
            Self::Redact(dates) => OfCell::Redact(*dates),
            Self::Keep | Self::Drop | Self::Pseudonym { .. } | Self::AgeBand { .. } | Self::Age { .. } | Self::Shift { .. } => return None,
        })
    }
}
