//! Rows of a sheet as rows of `flows.csv`: names are taken where they are certain, proposed where they are near, and
//! never guessed.

use std::collections::BTreeSet;

use super::sheet::{Field, Sheet, plain};
use crate::identifier::Date;
use crate::pack::Pack;
use crate::register::OrganisationError;
use crate::vocabulary::{NodeId, Tree};

/// A row as `flows.csv` has it, every name as the pack writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Code, function or place.
    pub from: String,
    /// The same.
    pub to: String,
    /// Id of a system, or empty.
    pub system: String,
    /// Path of a category.
    pub data: String,
    /// Path of a purpose.
    pub purpose: String,
    /// `interface`, `extract`, `portal`, or empty.
    pub kind: String,
    /// Id of an agreement, or empty.
    pub agreement: String,
    /// First day, or empty.
    pub live_from: String,
    /// Last day, or empty.
    pub live_to: String,
}

/// A row that is not certain. It holds no cell of the sheet, which may say anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// As a spreadsheet counts: the header is row 1.
    pub row: u64,
    /// The column's header.
    pub column: String,
    /// A short stable word.
    pub cause: &'static str,
    /// In words.
    pub why: String,
    /// What may be meant; for a person to decide.
    pub proposal: String,
}

/// How days are written in the sheet, as a person declared it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// `2026-04-01`.
    YearFirst,
    /// `01/04/2026` is 1 April.
    DayFirst,
    /// `04/01/2026` is 1 April.
    MonthFirst,
}

/// What became of a sheet. `rows + already + aside` is what came in.
#[derive(Debug, Default)]
pub struct Mapped {
    /// To be written.
    pub rows: Vec<Row>,
    /// Rows that are in the table, or further up in the sheet, already.
    pub already: u64,
    /// Rows set aside, each with all its reasons.
    pub aside: Vec<Vec<SetAside>>,
}

/// Words in a method of transfer, and the kind of flow they mean.
const KINDS: [(&str, &str); 16] = [
    ("interface", "interface"),
    ("api", "interface"),
    ("fhir", "interface"),
    ("hl7", "interface"),
    ("message", "interface"),
    ("messaging", "interface"),
    ("extract", "extract"),
    ("export", "extract"),
    ("file", "extract"),
    ("sftp", "extract"),
    ("mesh", "extract"),
    ("email", "extract"),
    ("nhsmail", "extract"),
    ("portal", "portal"),
    ("viewer", "portal"),
    ("view", "portal"),
];

struct Reader<'p> {
    pack: &'p Pack,
    on: Date,
    days: DayOrder,
}

/// A cell that is not certain: cause, reason, proposal.
type Doubt = (&'static str, String, String);

/// Maps every row. `known` are the rows that the table has already; `tick` is told of each row done.
pub fn map(pack: &Pack, on: Date, sheet: &Sheet, days: DayOrder, known: &BTreeSet<Row>, mut tick: impl FnMut()) -> Mapped {
    let reader = Reader { pack, on, days };
    let mut seen = known.clone();
    let mut mapped = Mapped::default();
    for (number, cells) in &sheet.rows {
        tick();
        if cells.len() != sheet.header.len() {
            mapped.aside.push(vec![SetAside {
                row: *number,
                column: String::new(),
                cause: "ragged",
                why: format!("{} cells where the header has {}", cells.len(), sheet.header.len()),
                proposal: String::new(),
            }]);
            continue;
        }
        let (row, doubts) = reader.row(sheet, cells);
        if !doubts.is_empty() {
            let column = |field: Field| sheet.columns.get(&field).map(|at| sheet.header[*at].clone()).unwrap_or_default();
            mapped.aside.push(
                doubts.into_iter().map(|(field, (cause, why, proposal))| SetAside { row: *number, column: column(field), cause, why, proposal }).collect(),
            );
        } else if seen.insert(row.clone()) {
            mapped.rows.push(row);
        } else {
            mapped.already += 1;
        }
    }
    mapped
}

impl Reader<'_> {
    fn row(&self, sheet: &Sheet, cells: &[String]) -> (Row, Vec<(Field, Doubt)>) {
        let cell = |field: Field| sheet.columns.get(&field).and_then(|at| cells.get(*at)).map_or("", String::as_str);
        let mut doubts = Vec::new();
        let mut take = |field: Field, read: Result<String, Doubt>| {
            read.unwrap_or_else(|doubt| {
                doubts.push((field, doubt));
                String::new()
            })
        };
        let words = &self.pack.words;
        let row = Row {
            from: take(Field::From, self.end(cell(Field::From))),
            to: take(Field::To, self.end(cell(Field::To))),
            system: take(Field::System, Self::listed(cell(Field::System), "system_unknown", "no system of systems.csv", &self.systems())),
            data: take(Field::Data, named(&words.data, cell(Field::Data), "data_unknown")),
            purpose: take(Field::Purpose, named(&words.purposes, cell(Field::Purpose), "purpose_unknown")),
            kind: take(Field::Kind, kind(cell(Field::Kind))),
            agreement: take(Field::Agreement, Self::listed(cell(Field::Agreement), "agreement_unknown", "no agreement of the pack", &self.agreements())),
            live_from: take(Field::LiveFrom, self.day(cell(Field::LiveFrom))),
            live_to: take(Field::LiveTo, self.day(cell(Field::LiveTo))),
        };
        if !row.live_from.is_empty() && !row.live_to.is_empty() && row.live_to < row.live_from {
            doubts.push((Field::LiveTo, ("dates_reversed", "the last day lies before the first".to_owned(), String::new())));
        }
        if !row.from.is_empty() && row.from == row.to && self.pack.register.find(&row.from).is_some() {
            doubts.push((Field::To, ("to_itself", "it goes to the organisation it comes from".to_owned(), String::new())));
        }
        (row, doubts)
    }

    fn systems(&self) -> Vec<(String, String)> {
        self.pack.systems.iter().map(|system| (system.id.clone(), String::new())).collect()
    }

    fn agreements(&self) -> Vec<(String, String)> {
        self.pack.agreements.iter().map(|agreement| (agreement.id.clone(), agreement.title.clone())).collect()
    }

    /// An id of a list, by the id or by its title.
    fn listed(written: &str, cause: &'static str, what: &str, known: &[(String, String)]) -> Result<String, Doubt> {
        if written.is_empty() {
            return Ok(String::new());
        }
        let wanted = plain(written);
        let mut hits = known.iter().filter(|(id, title)| plain(id) == wanted || (!title.is_empty() && plain(title) == wanted));
        match (hits.next(), hits.next()) {
            (Some((id, _)), None) => Ok(id.clone()),
            (Some((first, _)), Some((second, _))) => Err((cause, "the name is that of several".to_owned(), format!("{first} or {second}"))),
            (None, _) => {
                let near = crate::text::nearest(written, known.iter().map(|(id, _)| id.as_str())).unwrap_or_default();
                Err((cause, format!("{what} has this name"), near.to_owned()))
            }
        }
    }

    /// An organisation by code or name, or a function or place by its name.
    fn end(&self, written: &str) -> Result<String, Doubt> {
        let register = &self.pack.register;
        if written.is_empty() {
            return Err(("empty", "the cell is empty".to_owned(), String::new()));
        }
        let open = |code: &str| match register.open_on(code, self.on) {
            Ok(id) => Ok(register.organisation(id).ods.to_string()),
            Err(OrganisationError::Closed { successor, closed, .. }) => {
                Err(("organisation_closed", format!("the organisation closed on {closed}"), successor.map(|next| next.to_string()).unwrap_or_default()))
            }
            Err(error) => Err(("organisation_not_open", error.to_string(), String::new())),
        };
        if let Some(id) = register.find(&written.to_ascii_uppercase()) {
            return open(register.organisation(id).ods.as_str());
        }
        let wanted = plain(written);
        let hits: Vec<&str> = register.organisations.iter().filter(|one| plain(&one.name) == wanted).map(|one| one.ods.as_str()).collect();
        match hits.as_slice() {
            [one] => return open(one),
            [first, .., last] => return Err(("organisation_ambiguous", format!("{} organisations have this name", hits.len()), format!("{first} or {last}"))),
            [] => {}
        }
        for tree in [&self.pack.words.functions, &self.pack.words.places] {
            if let Ok(name) = named(tree, written, "organisation_unknown") {
                return Ok(name);
            }
        }
        if written.contains([';', '\n', '|']) {
            return Err(("several_organisations", "the cell names several; write a row for each".to_owned(), String::new()));
        }
        Err(("organisation_unknown", "no organisation, function or place has this code or name".to_owned(), self.near(&wanted)))
    }

    /// Organisations whose name is near, or whose code stands in the cell.
    fn near(&self, wanted: &str) -> String {
        let register = &self.pack.register;
        if let Some(id) = wanted.split(' ').find_map(|word| register.find(&word.to_ascii_uppercase())) {
            let organisation = register.organisation(id);
            return format!("{} ({})", organisation.ods, organisation.name);
        }
        let best = register.organisations.iter().map(|one| (strsim::jaro_winkler(wanted, &plain(&one.name)), one)).max_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(score, _)| *score >= 0.88).map(|(_, one)| format!("{} ({})", one.ods, one.name)).unwrap_or_default()
    }

    fn day(&self, written: &str) -> Result<String, Doubt> {
        if written.is_empty() {
            return Ok(String::new());
        }
        if let Ok(day) = Date::parse(written) {
            return Ok(day.to_string());
        }
        // A time of midnight is what spreadsheets add by themselves.
        let date = written.split([' ', 'T']).next().unwrap_or_default();
        let parts: Vec<&str> = date.split(['/', '.', '-']).collect();
        let [first, second, year] = parts[..] else { return Err(("date", "it is not a day".to_owned(), String::new())) };
        let read = |day: &str, month: &str| Date::new(year.parse().ok().filter(|year| *year >= 1000)?, month.parse().ok()?, day.parse().ok()?);
        let day = match self.days {
            DayOrder::YearFirst => {
                return Err(("date", "it is not written year-month-day; say how with --dates day-first or --dates month-first".to_owned(), String::new()));
            }
            DayOrder::DayFirst => read(first, second),
            DayOrder::MonthFirst => read(second, first),
        };
        day.map(|day| day.to_string()).ok_or_else(|| ("date", "there is no such day in the order declared".to_owned(), String::new()))
    }
}

fn kind(written: &str) -> Result<String, Doubt> {
    let wanted = plain(written);
    if wanted.is_empty() {
        return Ok(String::new());
    }
    let kinds: BTreeSet<&str> = wanted.split(' ').filter_map(|word| KINDS.iter().find(|(name, _)| *name == word)).map(|(_, kind)| *kind).collect();
    match kinds.iter().copied().collect::<Vec<_>>().as_slice() {
        [one] => Ok((*one).to_owned()),
        several => Err(("kind_unknown", "it does not say interface, extract or portal".to_owned(), several.join(" or "))),
    }
}

/// A name of a tree: by its path, a part of it, a synonym or its meaning, capitals and punctuation aside.
fn named(tree: &Tree, written: &str, cause: &'static str) -> Result<String, Doubt> {
    if written.is_empty() {
        return Err(("empty", "the cell is empty".to_owned(), String::new()));
    }
    if let Ok(id) = tree.find(written).or_else(|_| tree.find(&plain(written).replace(' ', "_")))
        && id != crate::vocabulary::ROOT
    {
        return Ok(tree.short(id).to_owned());
    }
    let wanted = plain(written);
    let hits: Vec<NodeId> = tree
        .ids()
        .filter(|id| {
            let node = tree.node(*id);
            node.synonyms.iter().chain(&node.meaning).any(|word| plain(word) == wanted) || plain(&node.name) == wanted
        })
        .collect();
    match hits.as_slice() {
        [one] => Ok(tree.short(*one).to_owned()),
        [] => {
            let names: Vec<String> = tree.ids().map(|id| plain(&tree.node(id).name)).collect();
            let near = crate::text::nearest(&wanted, names.iter().map(String::as_str)).unwrap_or_default().replace(' ', "_");
            Err((cause, format!("the vocabulary has no such {}; add it as a synonym of one if it is", tree.what), near))
        }
        several => Err((
            cause,
            format!("the name is that of several of the vocabulary's {} names", tree.what),
            several.iter().map(|id| tree.path(*id)).collect::<Vec<_>>().join(" or "),
        )),
    }
}
