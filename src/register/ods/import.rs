//! Lists put together into the tables of a register.

use std::collections::{BTreeMap, BTreeSet};

use super::{List, Listed, Parent, Quarantined, Reason, State, by_reason};
use crate::diagnostics::Finding;
use crate::diagnostics::results::Balance;
use crate::identifier::{Date, OdsCode};
use crate::source::{Sources, Span};
use crate::table::Table;
use crate::yaml::Sink;

/// Columns of a successors file.
pub const SUCCESSOR_COLUMNS: (&[&str], &[&str]) = (&["ods", "successor", "from"], &["note"]);
/// Columns of a places file.
pub const PLACE_COLUMNS: (&[&str], &[&str]) = (&["code", "place"], &["note"]);

/// One list among those imported.
#[derive(Clone, Debug)]
pub struct Source {
    /// File name without folder.
    pub name: String,
    /// What it was recognised as.
    pub layout: &'static str,
    /// Rows read.
    pub rows: u64,
    /// Organisations taken from it.
    pub organisations: u64,
    /// The other rows.
    pub quarantined: Vec<Quarantined>,
}

/// Who carries on an organisation's work, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// The code of the successor.
    pub ods: OdsCode,
    /// Its first day as such, if known.
    pub from: Option<Date>,
    /// The row.
    pub span: Span,
}

/// Everything imported in one run.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The lists, in the order given.
    pub sources: Vec<Source>,
    organisations: BTreeMap<OdsCode, Listed>,
    successors: BTreeMap<OdsCode, Successor>,
    places: BTreeMap<String, String>,
}

/// Organisations of one kind or place, by how they stand. The sum is the number of organisations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    by_state: BTreeMap<State, u64>,
}

impl Tally {
    /// How many stand like this.
    pub fn of(&self, state: State) -> u64 {
        self.by_state.get(&state).copied().unwrap_or(0)
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.by_state.values().sum()
    }

    fn add(&mut self, state: State) {
        *self.by_state.entry(state).or_insert(0) += 1;
    }
}

/// The tables as they are written, and what was left out of them.
#[derive(Clone, Debug)]
pub struct Tables {
    /// File name and content, in the order of writing.
    pub files: Vec<(&'static str, String)>,
    /// Memberships without a date, of organisations that closed before the day they would hold from.
    pub undated_of_closed: u64,
}

impl Import {
    /// Takes a list in. A code that an earlier list had is quarantined: two lists of different dates would contradict
    /// each other, and neither is known to be the later.
    pub fn add(&mut self, name: impl Into<String>, list: List) {
        let mut source = Source { name: name.into(), layout: list.layout.name(), rows: list.rows, organisations: 0, quarantined: list.quarantined };
        for one in list.organisations {
            if self.organisations.contains_key(&one.ods) {
                source.quarantined.push(Quarantined { line: one.line, reason: Reason::Duplicate });
            } else {
                source.organisations += 1;
                self.organisations.insert(one.ods.clone(), one);
            }
        }
        source.quarantined.sort_by_key(|row| (row.line, row.reason));
        self.sources.push(source);
    }

    /// Reads who succeeds whom. Nothing is guessed: an organisation without a row has no known successor.
    pub fn read_successors(&mut self, table: &Table, sources: &Sources, sink: &Sink) {
        let place = sources.name(table.file);
        for row in table.rows() {
            let (Some(ods), Some(successor)) = (row.ods("ods", place, sink), row.ods("successor", place, sink)) else { continue };
            let span = row.span("successor");
            if ods == successor {
                sink.push(Finding::error("READ-007", format!("{place}/{ods}"), format!("{ods} is said to succeed itself")).at(span, "here"));
                continue;
            }
            let from = row.date("from", place, sink);
            if let Some(first) = self.successors.get(&ods) {
                sink.push(
                    Finding::error("READ-002", format!("{place}/{ods}"), format!("{ods} has two successors; a register names one"))
                        .at(span, "again here")
                        .at(first.span, "first here")
                        .help("Where its work was divided, name who took over the records, and the others in `note`."),
                );
                continue;
            }
            self.successors.insert(ods, Successor { ods: successor, from, span });
        }
    }

    /// Reads which codes (an organisation's own, its sub-ICB location's or its ICB's) lie in which place.
    pub fn read_places(&mut self, table: &Table, sources: &Sources, sink: &Sink) {
        let file = sources.name(table.file);
        for row in table.rows() {
            let Some(code) = row.ods("code", file, sink) else { continue };
            let written = row.get("place").unwrap_or_default();
            // A path of the vocabulary stays a path.
            let place = written.split('.').map(super::place_name).collect::<Vec<_>>().join(".");
            if place.is_empty() || place.split('.').any(str::is_empty) {
                sink.push(Finding::error("READ-007", format!("{file}/{code}"), "the cell `place` holds no name of a place").at(row.span("place"), "this cell"));
                continue;
            }
            if self.places.get(code.as_str()).is_some_and(|before| *before != place) {
                sink.push(Finding::error("READ-002", format!("{file}/{code}"), format!("{code} has two places")).at(row.span("place"), "again here"));
                continue;
            }
            self.places.insert(code.as_str().to_owned(), place);
        }
    }

    /// The organisations, by code.
    pub fn organisations(&self) -> impl Iterator<Item = &Listed> {
        self.organisations.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.organisations.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.organisations.is_empty()
    }

    /// An organisation by its code.
    pub fn find(&self, ods: &str) -> Option<&Listed> {
        self.organisations.get(ods)
    }

    /// Who carries on, if the successors file says so.
    pub fn successor(&self, ods: &OdsCode) -> Option<&Successor> {
        self.successors.get(ods)
    }

    /// Successors named for organisations that are in none of the lists, or are open: they are not written.
    pub fn unused_successors(&self, day: Date) -> (u64, u64) {
        let (mut absent, mut open) = (0, 0);
        for ods in self.successors.keys() {
            match self.organisations.get(ods) {
                None => absent += 1,
                Some(one) if one.closed.is_none() && one.state_on(day) != State::Closed => open += 1,
                Some(_) => {}
            }
        }
        (absent, open)
    }

    /// Where an organisation lies: by the places file (own code, then sub-ICB location, then ICB), else by the list's
    /// own borough column; with the parent whose dates apply.
    pub fn place<'i>(&'i self, one: &'i Listed) -> Option<(&'i str, Option<&'i Parent>)> {
        if let Some(place) = self.places.get(one.ods.as_str()) {
            return Some((place, None));
        }
        one.parents.iter().find_map(|parent| self.places.get(parent.code.as_str()).map(|place| (place.as_str(), Some(parent)))).or_else(|| {
            // The borough column says where the commissioner lies, so the commissioner's dates are the place's.
            one.borough.as_deref().map(|borough| (borough, one.parents.first()))
        })
    }

    /// The books, one line a list.
    pub fn balance(&self) -> Vec<Balance> {
        self.sources
            .iter()
            .map(|source| Balance {
                input: source.name.clone(),
                read: source.rows,
                out: source.organisations,
                removed: BTreeMap::new(),
                quarantined: by_reason(&source.quarantined),
            })
            .collect()
    }

    /// Organisations by kind.
    pub fn by_kind(&self, day: Date) -> BTreeMap<&'static str, Tally> {
        let mut counts: BTreeMap<&'static str, Tally> = BTreeMap::new();
        for one in self.organisations() {
            counts.entry(one.kind).or_default().add(one.state_on(day));
        }
        counts
    }

    /// Organisations of a kind by place; those whose place is not known under an empty name.
    pub fn by_place(&self, day: Date, kind: Option<&str>) -> BTreeMap<String, Tally> {
        let mut counts: BTreeMap<String, Tally> = BTreeMap::new();
        for one in self.organisations().filter(|one| kind.is_none_or(|kind| one.kind == kind)) {
            let place = self.place(one).map(|(place, _)| place.to_owned()).unwrap_or_default();
            counts.entry(place).or_default().add(one.state_on(day));
        }
        counts
    }

    /// The tables of a register. A membership or function that the list does not date holds from `day` at the
    /// earliest: it is known for that day, and what is not known must not open anything.
    pub fn tables(&self, day: Date) -> Tables {
        let written = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let mut organisations = vec![["ods", "name", "kind", "opened", "closed", "successor", "status", "note"].map(str::to_owned).to_vec()];
        let mut functions = vec![["ods", "function", "from", "to"].map(str::to_owned).to_vec()];
        let mut memberships = vec![["ods", "place", "kind", "from", "to"].map(str::to_owned).to_vec()];
        let mut quarantined = vec![["file", "line", "reason"].map(str::to_owned).to_vec()];
        let mut places = BTreeSet::new();
        let mut undated_of_closed = 0;
        for one in self.organisations() {
            let successor = self.successors.get(&one.ods).filter(|_| one.closed.is_some());
            organisations.push(vec![
                one.ods.to_string(),
                one.name.clone(),
                one.kind.to_owned(),
                written(one.opened),
                written(one.closed),
                successor.map(|next| next.ods.to_string()).unwrap_or_default(),
                one.status.word().to_owned(),
                successor.and_then(|next| next.from).map(|from| format!("successor from {from}")).unwrap_or_default(),
            ]);
            let undated = one.opened.map_or(day, |opened| opened.max(day));
            if one.kind == "gp_practice" {
                functions.push(vec![one.ods.to_string(), one.kind.to_owned(), written(Some(one.opened.unwrap_or(day))), written(one.closed)]);
            }
            let mut rows: Vec<(String, &str, Option<Date>, Option<Date>)> =
                one.parents.iter().map(|parent| (parent.code.as_str().to_ascii_lowercase(), parent.kind, parent.from, parent.to)).collect();
            if let Some((place, parent)) = self.place(one) {
                // An ICB is wider than a borough: what its code stands for is the community's footprint.
                let kind = if parent.is_some_and(|parent| parent.kind == "icb") { "footprint" } else { "borough" };
                rows.push((place.to_owned(), kind, parent.and_then(|parent| parent.from), parent.and_then(|parent| parent.to)));
            }
            for (place, kind, from, to) in rows {
                let (from, to) = (from.unwrap_or(undated), to.or(one.closed));
                if to.is_some_and(|to| to < from) {
                    undated_of_closed += 1;
                    continue;
                }
                places.insert(place.clone());
                memberships.push(vec![one.ods.to_string(), place, kind.to_owned(), from.to_string(), written(to)]);
            }
        }
        for source in &self.sources {
            for row in &source.quarantined {
                quarantined.push(vec![source.name.clone(), row.line.to_string(), row.reason.words().to_owned()]);
            }
        }
        // The list of quarantined rows is written when it is empty too: an older one must not stay beside new tables.
        let files = vec![
            ("organisations.csv", csv_text(&organisations)),
            ("functions.csv", csv_text(&functions)),
            ("memberships.csv", csv_text(&memberships)),
            ("places.yaml", place_tree(&places)),
            ("quarantined.csv", csv_text(&quarantined)),
        ];
        Tables { files, undated_of_closed }
    }
}

/// The places that the memberships name, as a block to put into vocabulary.yaml.
fn place_tree(places: &BTreeSet<String>) -> String {
    use serde_yaml::{Mapping, Value};
    let mut root = Mapping::new();
    for place in places {
        let mut at = &mut root;
        for part in place.split('.') {
            let beneath = at.entry(Value::from(part)).or_insert_with(|| Value::Mapping(Mapping::new()));
            let Value::Mapping(beneath) = beneath else { break };
            at = beneath;
        }
    }
    let tree = Mapping::from_iter([(Value::from("places"), Value::Mapping(root))]);
    // A mapping of texts always has a YAML form.
    let yaml = serde_yaml::to_string(&tree).unwrap_or_default();
    format!("# Places that memberships.csv names. Put those your vocabulary lacks under `places:` of vocabulary.yaml.\n{yaml}")
}

fn csv_text(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    for row in rows {
        // Writing to memory, rows of one length: nothing can fail.
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
