//! An extract read into codes: blocks side by side, only the columns that are asked for.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use super::coded::{Coded, Collecting, Column, Distinct, Role};
use super::dictionary::{Full, Local, MISSING, Shared};
use super::spilled::Runs;
use crate::tabular::{Done, Layout, Malformed, Records, Source, Stop, Stopped, run};

/// What becomes of rows that lack a quasi-identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// "Not there" is a value like any other.
    #[default]
    Own,
    /// They are not measured, only counted.
    Exclude,
}

/// What to read, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Columns by name with their role. A name may stand in several roles.
    pub columns: Vec<(String, Role)>,
    /// Cells that mean nothing is there, besides the empty one.
    pub null: Vec<String>,
    /// Rows that lack a quasi-identifier.
    pub missing: Missing,
    /// Bytes that values and distinct rows may take.
    pub memory: usize,
    /// Workers.
    pub threads: usize,
    /// The folder in which rows that do not fit are put aside; without one they are refused. Values stay in memory.
    pub spill: Option<PathBuf>,
}

/// Why an extract cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A column that the extract lacks.
    #[error("there is no column `{0}`")]
    NoColumn(String),
    /// Not a table.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Over the budget.
    #[error(transparent)]
    Full(#[from] Full),
    /// Rows that do not fit cannot be put aside; what the system said.
    #[error("rows that do not fit in memory cannot be put aside: {0}")]
    Disk(String),
}

/// An extract being read; several extracts can be added.
pub struct Reader {
    plan: Plan,
    shared: Vec<Shared>,
    collecting: Collecting,
    runs: Runs,
    rows: u64,
    excluded: u64,
    seed: u64,
    /// What this thread knows of values, where records are added by it.
    own: Vec<Local>,
}

struct Part {
    codes: Vec<u32>,
    highest: Vec<u32>,
    rows: u64,
    excluded: u64,
    buffer: Vec<u8>,
}

/// What is asked of every record.
struct Ask {
    places: Vec<usize>,
    /// How many of them are quasi-identifiers; they come first.
    quasi: usize,
    exclude: bool,
    null: Vec<String>,
    delimiter: u8,
    columns: usize,
}

impl Ask {
    /// The codes of a chunk.
    fn code(&self, chunk: &[u8], whole: bool, shared: &[Shared], locals: &mut [Local], buffer: Vec<u8>) -> Result<Done<Part>, Stop<ReadError>> {
        let width = self.places.len();
        let mut records = Records::new(chunk, self.delimiter, self.columns, whole);
        let mut cells = Vec::new();
        let mut part = Part { codes: Vec::new(), highest: vec![0; width], rows: 0, excluded: 0, buffer };
        loop {
            match records.next_into(&mut cells) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(Stop { row: records.rows(), why: error.into() }),
            }
            let start = part.codes.len();
            for (place, (local, shared)) in self.places.iter().zip(locals.iter_mut().zip(shared)) {
                let cell = cells[*place];
                let inner = cell.inner(chunk).trim_ascii();
                let code = if inner.is_empty() || self.null.iter().any(|null| null.as_bytes() == inner) {
                    Ok(MISSING)
                } else if cell.escaped {
                    local.code(cell.value(chunk).trim_ascii(), shared)
                } else {
                    local.code(inner, shared)
                };
                part.codes.push(code.map_err(|full| Stop { row: records.rows(), why: full.into() })?);
            }
            if self.exclude && part.codes[start..start + self.quasi].contains(&MISSING) {
                part.codes.truncate(start);
                part.excluded += 1;
            } else {
                part.rows += 1;
            }
        }
        for row in part.codes.chunks_exact(width.max(1)) {
            for (highest, code) in part.highest.iter_mut().zip(row) {
                *highest = (*highest).max(*code);
            }
        }
        Ok(Done { rows: records.rows(), result: part })
    }
}

impl Reader {
    /// A reader for a plan. Columns are put in the order of their roles.
    pub fn new(mut plan: Plan) -> Self {
        plan.columns.sort_by_key(|(_, role)| *role);
        let columns = plan.columns.len();
        let collecting = Collecting::new(columns, plan.threads);
        Self {
            shared: (0..columns).map(|_| Shared::new()).collect(),
            collecting,
            runs: Runs::default(),
            rows: 0,
            excluded: 0,
            seed: RandomState::new().hash_one(columns),
            own: Vec::new(),
            plan,
        }
    }

    /// Bytes that values and rows take.
    fn bytes(&self) -> usize {
        self.collecting.bytes() + self.shared.iter().map(Shared::bytes).sum::<usize>()
    }

    /// Where the columns stand in a table, and what counts as missing.
    fn ask(&self, layout: &Layout) -> Result<Ask, ReadError> {
        let mut places = Vec::new();
        for (name, _) in &self.plan.columns {
            places.push(layout.header.iter().position(|column| column == name).ok_or_else(|| ReadError::NoColumn(name.clone()))?);
        }
        Ok(Ask {
            places,
            quasi: self.plan.columns.iter().filter(|(_, role)| *role == Role::Quasi).count(),
            exclude: self.plan.missing == Missing::Exclude,
            null: self.plan.null.clone(),
            delimiter: layout.delimiter,
            columns: layout.header.len(),
        })
    }

    /// Adds whole records of a table with this layout, here and now.
    pub fn add(&mut self, layout: &Layout, records: &[u8]) -> Result<(), ReadError> {
        let ask = self.ask(layout)?;
        if self.own.is_empty() {
            self.own = self.shared.iter().map(|_| Local::new(self.seed)).collect();
        }
        let part = ask.code(records, true, &self.shared, &mut self.own, Vec::new()).map_err(|stop| stop.why)?.result;
        self.collecting.add(&part.codes, &part.highest)?;
        self.rows += part.rows;
        self.excluded += part.excluded;
        if self.bytes() > self.plan.memory {
            let values = self.shared.iter().map(Shared::bytes).sum();
            put_aside(&self.plan, values, &mut self.collecting, &mut self.runs).map_err(|error| match error.kind() {
                ErrorKind::OutOfMemory => Full.into(),
                _ => ReadError::Disk(error.to_string()),
            })?;
        }
        Ok(())
    }

    /// Reads one extract. `progress` is told how many rows have been read of it.
    pub fn read<R: Read + Send>(
        &mut self,
        layout: &Layout,
        source: Source<R>,
        interrupted: &AtomicBool,
        mut progress: impl FnMut(u64),
    ) -> Result<(), Stopped<ReadError>> {
        let ask = self.ask(layout).map_err(|why| Stopped::Row { row: 1, why })?;
        let memory: Mutex<Vec<Vec<Local>>> = Mutex::default();
        let (shared, seed) = (&self.shared, self.seed);
        let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| {
            let pooled = memory.lock().ok().and_then(|mut pool| pool.pop());
            let mut locals = pooled.unwrap_or_else(|| shared.iter().map(|_| Local::new(seed)).collect());
            let done = ask.code(chunk, whole, shared, &mut locals, buffer);
            if let Ok(mut pool) = memory.lock() {
                pool.push(locals);
            }
            done
        };
        let full = |full| std::io::Error::new(std::io::ErrorKind::OutOfMemory, full);
        let plan = &self.plan;
        let (collecting, runs, rows, excluded) = (&mut self.collecting, &mut self.runs, &mut self.rows, &mut self.excluded);
        run(source, self.plan.threads, interrupted, work, |row, part: Part| {
            collecting.add(&part.codes, &part.highest).map_err(full)?;
            *rows += part.rows;
            *excluded += part.excluded;
            let values = shared.iter().map(Shared::bytes).sum::<usize>();
            if collecting.bytes() + values > plan.memory {
                put_aside(plan, values, collecting, runs)?;
            }
            progress(row);
            Ok(part.buffer)
        })
        .map(|_| ())
    }

    /// Everything read, as distinct rows.
    pub fn finish(mut self) -> Result<Coded, ReadError> {
        // A last merge holds two copies of the rows for a moment.
        if self.bytes() / 2 > self.plan.memory {
            return Err(Full.into());
        }
        let mut distinct = self.collecting.finish()?;
        if let Some(folder) = self.plan.spill.as_ref().filter(|_| !self.runs.is_empty()) {
            let columns = self.plan.columns.len();
            let merged = self.runs.add(folder, columns, &distinct).and_then(|()| self.runs.merge(folder, columns));
            distinct = Distinct::OnDisk(Box::new(merged.map_err(|error| match error.kind() {
                ErrorKind::OutOfMemory => ReadError::Full(Full),
                _ => ReadError::Disk(error.to_string()),
            })?));
        }
        let columns = self.plan.columns.into_iter().zip(self.shared).map(|((name, role), shared)| Column { name, role, values: shared.finish() }).collect();
        Ok(Coded { columns, rows: self.rows, excluded: self.excluded, distinct, broken: OnceLock::new() })
    }
}

#[cfg(test)]
impl Reader {
    /// Files of rows put aside so far, to be damaged.
    pub(super) fn put_aside(&self) -> Vec<&std::fs::File> {
        self.runs.files()
    }
}

/// Puts the rows collected so far aside, where there is a folder for them and the values alone still fit.
fn put_aside(plan: &Plan, values: usize, collecting: &mut Collecting, runs: &mut Runs) -> std::io::Result<()> {
    let full = |full: Full| std::io::Error::new(ErrorKind::OutOfMemory, full);
    let folder = plan.spill.as_ref().filter(|_| values <= plan.memory).ok_or_else(|| full(Full))?;
    let columns = plan.columns.len();
    let distinct = std::mem::replace(collecting, Collecting::new(columns, plan.threads)).finish().map_err(full)?;
    runs.add(folder, columns, &distinct)
}
