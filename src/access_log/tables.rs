//! What is known of staff and people beside the log: reference tables, every row with its dates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::clock::{London, TimeReader};
use super::event::{PersonKey, Symbol, Symbols};
use super::read::Tally;
use crate::identifier::{Date, Interval, NhsNumber, OdsCode};

mod rows;

pub use rows::{About, Interval2, Post, Shift};

/// The tables this version reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableName {
    /// Who works where.
    Staff,
    /// Who is registered with which practice.
    Registrations,
    /// Appointments.
    Appointments,
    /// Stays.
    Admissions,
    /// Referrals.
    Referrals,
    /// Upheld objections to the shared record.
    Objections,
    /// Sealed items.
    Sealed,
    /// Records with extra protection.
    Flags,
    /// People who have died.
    Deceased,
    /// Whom a person names as their contacts.
    Contacts,
    /// Who may act for a person.
    Proxies,
    /// Who is on duty when.
    Rota,
}

impl TableName {
    /// Every one.
    pub const ALL: [Self; 12] = [
        Self::Staff,
        Self::Registrations,
        Self::Appointments,
        Self::Admissions,
        Self::Referrals,
        Self::Objections,
        Self::Sealed,
        Self::Flags,
        Self::Deceased,
        Self::Contacts,
        Self::Proxies,
        Self::Rota,
    ];

    /// File name without `.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Registrations => "registrations",
            Self::Appointments => "appointments",
            Self::Admissions => "admissions",
            Self::Referrals => "referrals",
            Self::Objections => "objections",
            Self::Sealed => "sealed",
            Self::Flags => "flags",
            Self::Deceased => "deceased",
            Self::Contacts => "contacts",
            Self::Proxies => "proxies",
            Self::Rota => "rota",
        }
    }

    fn required(self) -> &'static [&'static str] {
        match self {
            Self::Staff => &["user"],
            Self::Registrations | Self::Admissions => &["ods", "from"],
            Self::Appointments | Self::Referrals => &["ods", "at"],
            Self::Objections | Self::Sealed | Self::Contacts => &["from"],
            Self::Flags => &["flag", "from"],
            Self::Deceased => &["at"],
            Self::Proxies => &["user", "from"],
            Self::Rota => &["user", "from", "to"],
        }
    }

    fn is_about_users(self) -> bool {
        matches!(self, Self::Staff | Self::Rota)
    }

    /// What is done with rows that overlap, in words.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Staff => "rows of one user that overlap all hold; equal rows count once",
            Self::Registrations => "rows of one person that overlap all hold, so a person may be registered twice; equal rows count once",
            Self::Appointments | Self::Referrals => "equal rows count once",
            Self::Admissions | Self::Objections | Self::Sealed => "rows of one person that overlap are one longer row; equal rows count once",
            Self::Flags => "rows of one person that overlap all hold, so a record may have several flags; equal rows count once",
            Self::Deceased => "of several days of death of one person the latest counts; equal rows count once",
            Self::Contacts | Self::Proxies => "rows of one person that overlap all hold; equal rows count once",
            Self::Rota => "shifts of one user that overlap all hold; equal rows count once",
        }
    }
}

/// One table as read.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// Rows by key, then date.
    pub rows: Vec<T>,
    /// Days it can say something about; none if it says nothing.
    pub covers: Option<Interval>,
}

/// The books of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableBooks {
    /// Which.
    pub table: TableName,
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
    /// Records, headers, blanks, quarantined; `accepted` includes equal rows.
    pub tally: Tally,
    /// Equal rows, counted once.
    pub duplicates: u64,
    /// Rows that name a person by a reference whom this log does not name.
    pub not_in_log: u64,
    /// Days it covers.
    pub covers: Option<Interval>,
}

/// All tables of a run.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Posts by user.
    pub staff: Option<Loaded<Post>>,
    /// The others by person.
    pub about: BTreeMap<TableName, Loaded<About>>,
    /// One a table.
    pub books: Vec<TableBooks>,
    /// Files of the folder that this version does not use.
    pub unused: Vec<String>,
    /// Places where people by posts and addresses: user's address is known.
    pub staff_addresses: bool,
    /// Whether the staff table tells own records.
    pub staff_persons: bool,
    /// Whether registrations tell addresses.
    pub person_addresses: bool,
    /// Shifts by user.
    pub rota: Option<Loaded<Shift>>,
    /// Whether staff and registrations both tell surnames.
    pub surnames: Both,
    /// Whether staff and registrations both tell postcodes.
    pub postcodes: Both,
    /// People registered under each surname.
    pub by_surname: BTreeMap<Symbol, u32>,
    /// People registered at each postcode.
    pub by_postcode: BTreeMap<Symbol, u32>,
    /// People registered anywhere.
    pub registered: u32,
    /// Indices of the posts whose holder's own record is told, by that person.
    pub posts_of: BTreeMap<PersonKey, Vec<u32>>,
}

/// Whether two tables tell the same of staff and of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both {
    /// Staff.
    pub staff: bool,
    /// People.
    pub people: bool,
}

/// A table cannot be read at all. Never carries its content.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The folder or file.
    #[error("cannot read {name}: {error}")]
    Io {
        /// Which.
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// No text.
    #[error("{name}: {why}")]
    NotText {
        /// Which.
        name: String,
        /// Why.
        why: String,
    },
    /// The header is wrong.
    #[error("{name}: the header lacks the column{} {missing}", if .missing.contains(", ") { "s" } else { "" })]
    Columns {
        /// Which.
        name: String,
        /// Columns, joined.
        missing: String,
    },
    /// A table that says nothing about when.
    #[error("coverage.csv: {0}")]
    Coverage(String),
}

/// What turns a reference in a table into a person of this log.
pub type People = BTreeMap<String, PersonKey>;

struct Reading<'a> {
    header: Vec<String>,
    row: csv::StringRecord,
    symbols: &'a mut Symbols,
    people: &'a People,
    london: &'a mut London,
}

impl Reading<'_> {
    fn cell(&self, column: &str) -> &str {
        self.header.iter().position(|name| name == column).and_then(|index| self.row.get(index)).map_or("", str::trim)
    }

    fn symbol(&mut self, column: &str) -> Symbol {
        let cell = self.cell(column).to_owned();
        self.symbols.intern(&cell)
    }

    fn ods(&mut self) -> Result<Symbol, &'static str> {
        let code = match self.cell("ods") {
            "" => return Ok(Symbol::NONE),
            cell => OdsCode::parse(cell).map_err(|_| "not_an_organisation_code")?,
        };
        Ok(self.symbols.intern(code.as_str()))
    }

    /// A person by number, by id of the log's own, or by reference; nobody if a reference leads to no one of this log.
    fn person(&mut self) -> Result<Option<PersonKey>, &'static str> {
        let number = self.cell("nhs_number");
        if !number.is_empty() {
            return NhsNumber::parse(number).map(|number| Some(PersonKey::nhs(&number))).map_err(super::read::person_fault);
        }
        let reference = if self.cell("nhs_ref").is_empty() { self.cell("person_ref") } else { self.cell("nhs_ref") };
        if !reference.is_empty() {
            return Ok(Some(self.people.get(reference).copied().unwrap_or(PersonKey::NOBODY)));
        }
        let local = self.cell("person").to_owned();
        Ok((!local.is_empty()).then(|| PersonKey::local(self.symbols.intern(&local))))
    }

    /// The contact by number; nobody if it is not told.
    fn contact(&self) -> Result<PersonKey, &'static str> {
        let number = self.cell("contact_nhs_number");
        if number.is_empty() {
            return Ok(PersonKey::NOBODY);
        }
        NhsNumber::parse(number).map(|number| PersonKey::nhs(&number)).map_err(super::read::person_fault)
    }

    /// A reference as written, or a plain text without its spaces and marks.
    fn plain_or_ref(&mut self, plain: &str, reference: &str) -> Symbol {
        let reference = self.cell(reference);
        let text = if reference.is_empty() { bare(self.cell(plain)) } else { reference.to_owned() };
        self.symbols.intern(&text)
    }

    fn address(&mut self) -> Symbol {
        self.plain_or_ref("address", "address_ref")
    }

    fn postcode(&mut self) -> Symbol {
        self.plain_or_ref("postcode", "postcode_ref")
    }

    /// The surname told, or the last word of the name.
    fn surname(&mut self) -> Symbol {
        let told = self.plain_or_ref("surname", "surname_ref");
        if !told.is_none() {
            return told;
        }
        let last = self.cell("name").split_whitespace().last().map_or_else(String::new, bare);
        self.symbols.intern(&last)
    }

    /// First and last word of the name; none if it has only one.
    fn full_name(&mut self) -> Symbol {
        let mut words = self.cell("name").split_whitespace();
        let text = match (words.next(), words.last()) {
            (Some(first), Some(last)) => format!("{} {}", bare(first), bare(last)),
            _ => String::new(),
        };
        self.symbols.intern(&text)
    }

    fn instant(&mut self, column: &str) -> Result<Option<i64>, &'static str> {
        let cell = self.cell(column);
        if cell.is_empty() { Ok(None) } else { TimeReader::london().read(cell).map(|read| Some(read.at)) }
    }

    fn date(&mut self, column: &str) -> Result<Option<Date>, &'static str> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        if cell.len() > 10 {
            let at = TimeReader::london().read(cell)?.at;
            return Ok(Some(self.london.date(at)));
        }
        Date::parse(cell).map(Some).map_err(|_| "not_a_date")
    }

    fn during(&mut self) -> Result<Interval2, &'static str> {
        let (first, last) = (self.date("from")?.unwrap_or(Date::MIN), self.date("to")?.unwrap_or(Date::MAX));
        if first > last { Err("dates_reversed") } else { Ok(Interval2 { first, last }) }
    }
}

/// Letters and digits in capitals.
fn bare(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

impl Tables {
    /// Reads the folder. `people` finds those that tables name by reference.
    pub fn load(dir: &Path, symbols: &mut Symbols, people: &People) -> Result<Self, TableError> {
        let io = |name: &Path, error| TableError::Io { name: name.display().to_string(), error };
        let mut names = BTreeSet::new();
        for entry in std::fs::read_dir(dir).map_err(|error| io(dir, error))? {
            names.insert(entry.map_err(|error| io(dir, error))?.file_name().to_string_lossy().into_owned());
        }
        let mut texts = BTreeMap::new();
        let mut unused = Vec::new();
        for name in &names {
            let Some(stem) = name.strip_suffix(".csv") else { continue };
            let path = dir.join(name);
            if stem == "coverage" || TableName::ALL.iter().any(|table| table.name() == stem) {
                texts.insert(stem.to_owned(), std::fs::read(&path).map_err(|error| io(&path, error))?);
            } else {
                unused.push(name.clone());
            }
        }
        let mut tables = Self::read(&texts, symbols, people)?;
        tables.unused = unused;
        Ok(tables)
    }

    /// Reads tables from their bytes, by name without `.csv`.
    pub fn read(texts: &BTreeMap<String, Vec<u8>>, symbols: &mut Symbols, people: &People) -> Result<Self, TableError> {
        let mut london = London::default();
        let stated = match texts.get("coverage") {
            Some(bytes) => coverage(bytes)?,
            None => BTreeMap::new(),
        };
        let mut tables = Self::default();
        for table in TableName::ALL {
            let Some(bytes) = texts.get(table.name()) else { continue };
            tables.table(table, bytes, symbols, people, &mut london, stated.get(table.name()).copied())?;
        }
        Ok(tables)
    }

    fn table(
        &mut self,
        table: TableName,
        bytes: &[u8],
        symbols: &mut Symbols,
        people: &People,
        london: &mut London,
        stated: Option<Interval>,
    ) -> Result<(), TableError> {
        let name = format!("{}.csv", table.name());
        let text = crate::yaml::decode(bytes).map_err(|why| TableError::NotText { name: name.clone(), why })?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut tally = Tally { records: 1, headers: 1, ..Tally::default() };
        let mut records = reader.records();
        let header: Vec<String> = match records.next() {
            Some(Ok(row)) => row.iter().map(|cell| cell.trim().to_owned()).collect(),
            _ => Vec::new(),
        };
        let mut missing: Vec<&str> = table.required().iter().copied().filter(|column| !header.iter().any(|name| name == column)).collect();
        if !table.is_about_users() && !["nhs_number", "nhs_ref", "person_ref", "person"].iter().any(|column| header.iter().any(|name| name == column)) {
            missing.push("nhs_number (or nhs_ref, or person)");
        }
        if !missing.is_empty() {
            return Err(TableError::Columns { name, missing: missing.join(", ") });
        }
        let has = |column: &str| header.iter().any(|name| name == column);
        if table == TableName::Staff {
            self.staff_addresses = has("address") || has("address_ref");
            self.surnames.staff = has("surname") || has("surname_ref") || has("name");
            self.postcodes.staff = has("postcode") || has("postcode_ref");
            self.staff_persons = has("nhs_number") || has("nhs_ref") || has("person_ref") || has("person");
        } else if table == TableName::Registrations {
            self.person_addresses = has("address") || has("address_ref");
            self.surnames.people = has("surname") || has("surname_ref") || has("name");
            self.postcodes.people = has("postcode") || has("postcode_ref");
        }
        let cells = header.len();
        let mut reading = Reading { header, row: csv::StringRecord::new(), symbols, people, london };
        let (mut posts, mut shifts, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        let mut not_in_log = 0;
        for record in records {
            tally.records += 1;
            let outcome = match record {
                Err(_) => Err("not_a_row"),
                Ok(row) if row.len() != cells => Err(if row.len() < cells { "too_few_cells" } else { "too_many_cells" }),
                Ok(row) => {
                    reading.row = row;
                    match table {
                        TableName::Staff => post(&mut reading).map(|post| posts.push(post)),
                        TableName::Rota => shift(&mut reading).map(|shift| shifts.push(shift)),
                        _ => about(&mut reading, table).map(|row| rows.push(row)),
                    }
                }
            };
            match outcome {
                Ok(()) => tally.accepted += 1,
                Err(reason) => *tally.quarantined.entry(reason).or_default() += 1,
            }
        }
        let before = posts.len() + shifts.len() + rows.len();
        posts.sort_unstable();
        posts.dedup();
        shifts.sort_unstable();
        shifts.dedup();
        let covers = stated.or_else(|| if table == TableName::Rota { rota_covers(&shifts, reading.london) } else { covered(table, &rows) });
        // Rows about people whom this log does not name cover days all the same, but explain nothing.
        rows.retain(|row: &About| {
            not_in_log += u64::from(row.person.is_nobody());
            !row.person.is_nobody()
        });
        let dropped = usize::try_from(not_in_log).unwrap_or(0);
        rows.sort_unstable();
        rows.dedup();
        let duplicates = (before - dropped - posts.len() - shifts.len() - rows.len()) as u64;
        self.books.push(TableBooks {
            table,
            sha256: crate::text::hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref()),
            tally,
            duplicates,
            not_in_log,
            covers,
        });
        match table {
            TableName::Staff => {
                for (index, post) in posts.iter().enumerate().filter(|(_, post)| !post.person.is_nobody()) {
                    self.posts_of.entry(post.person).or_default().push(u32::try_from(index).unwrap_or(u32::MAX));
                }
                self.staff = Some(Loaded { rows: posts, covers: stated.or(Some(Interval::ALWAYS)) });
            }
            TableName::Rota => self.rota = Some(Loaded { rows: shifts, covers }),
            TableName::Registrations => {
                self.registered = people_by(&rows, |row| Some(row.person)).len().try_into().unwrap_or(u32::MAX);
                self.by_surname = people_by(&rows, |row| Some(row.surname).filter(|one| !one.is_none()));
                self.by_postcode = people_by(&rows, |row| Some(row.postcode).filter(|one| !one.is_none()));
                self.about.insert(table, Loaded { rows, covers });
            }
            _ => {
                self.about.insert(table, Loaded { rows, covers });
            }
        }
        Ok(())
    }

    /// Whether a table is there and can say something about a day.
    pub fn covers(&self, table: TableName, date: Date) -> bool {
        let covers = match table {
            TableName::Staff => self.staff.as_ref().and_then(|loaded| loaded.covers),
            TableName::Rota => self.rota.as_ref().and_then(|loaded| loaded.covers),
            other => self.about.get(&other).and_then(|loaded| loaded.covers),
        };
        covers.is_some_and(|covers| covers.contains(date))
    }

    /// Whether a table was given.
    pub fn has(&self, table: TableName) -> bool {
        match table {
            TableName::Staff => self.staff.is_some(),
            TableName::Rota => self.rota.is_some(),
            other => self.about.contains_key(&other),
        }
    }

    /// The posts of a user, by first day.
    pub fn posts(&self, user: Symbol) -> &[Post] {
        let rows = self.staff.as_ref().map_or(&[][..], |loaded| &loaded.rows);
        let start = rows.partition_point(|row| row.user < user);
        let end = rows.partition_point(|row| row.user <= user);
        &rows[start..end]
    }

    /// The posts of the staff whose own record is this person's.
    pub fn posts_of(&self, person: PersonKey) -> impl Iterator<Item = &Post> {
        let rows = self.staff.as_ref().map_or(&[][..], |loaded| &loaded.rows);
        self.posts_of.get(&person).into_iter().flatten().filter_map(|index| rows.get(*index as usize))
    }

    /// The shifts of a user, by start.
    pub fn shifts(&self, user: Symbol) -> &[Shift] {
        let rows = self.rota.as_ref().map_or(&[][..], |loaded| &loaded.rows);
        let start = rows.partition_point(|row| row.user < user);
        let end = rows.partition_point(|row| row.user <= user);
        &rows[start..end]
    }

    /// The rows of a table about a person, by first day.
    pub fn about(&self, table: TableName, person: PersonKey) -> &[About] {
        let rows = self.about.get(&table).map_or(&[][..], |loaded| &loaded.rows);
        let start = rows.partition_point(|row| row.person < person);
        let end = rows.partition_point(|row| row.person <= person);
        &rows[start..end]
    }

    /// Whether a row of a table about a person holds that day; none if the table is absent or does not cover it.
    pub fn holds(&self, table: TableName, person: PersonKey, date: Date) -> Option<bool> {
        if self.about(table, person).iter().any(|row| row.during.contains(date)) {
            return Some(true);
        }
        (self.covers(table, date) && !person.is_nobody()).then_some(false)
    }
}

fn post(reading: &mut Reading<'_>) -> Result<Post, &'static str> {
    let user = reading.symbol("user");
    if user.is_none() {
        return Err("no_user");
    }
    Ok(Post {
        user,
        during: reading.during()?,
        ods: reading.ods()?,
        role: reading.symbol("role"),
        person: reading.person()?.unwrap_or(PersonKey::NOBODY),
        address: reading.address(),
        reference: reading.symbol(if reading.cell("nhs_ref").is_empty() { "person_ref" } else { "nhs_ref" }),
        department: reading.symbol("department"),
        surname: reading.surname(),
        name: reading.full_name(),
        postcode: reading.postcode(),
    })
}

fn shift(reading: &mut Reading<'_>) -> Result<Shift, &'static str> {
    let user = reading.symbol("user");
    if user.is_none() {
        return Err("no_user");
    }
    let (first, last) = (reading.instant("from")?.ok_or("no_time")?, reading.instant("to")?.ok_or("no_time")?);
    if first > last { Err("dates_reversed") } else { Ok(Shift { user, first, last }) }
}

/// How many people have each value of a column.
fn people_by<K: Ord>(rows: &[About], key: impl Fn(&About) -> Option<K>) -> BTreeMap<K, u32> {
    let pairs: BTreeSet<(K, PersonKey)> = rows.iter().filter_map(|row| key(row).map(|key| (key, row.person))).collect();
    let mut counts = BTreeMap::new();
    for (key, _) in pairs {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// Days from the first shift to the last.
fn rota_covers(shifts: &[Shift], london: &mut London) -> Option<Interval> {
    let first = shifts.iter().map(|shift| shift.first).min()?;
    let last = shifts.iter().map(|shift| shift.last).max()?;
    Interval::new(london.date(first), london.date(last))
}

fn about(reading: &mut Reading<'_>, table: TableName) -> Result<About, &'static str> {
    let person = reading.person()?.ok_or("no_person")?;
    let ods = if table.required().contains(&"ods") || table == TableName::Sealed { reading.ods()? } else { Symbol::NONE };
    if table.required().contains(&"ods") && ods.is_none() {
        return Err("no_organisation");
    }
    let during = if table.required().contains(&"at") {
        let at = reading.date("at")?.ok_or("no_date")?;
        Interval2 { first: at, last: at }
    } else {
        reading.during()?
    };
    let category = reading.symbol(if table == TableName::Flags { "flag" } else { "category" });
    let row = About {
        person,
        during,
        ods,
        user: reading.symbol("user"),
        address: reading.address(),
        category,
        reference: if table == TableName::Contacts { reading.symbol("contact_ref") } else { Symbol::NONE },
        other: if table == TableName::Contacts { reading.contact()? } else { PersonKey::NOBODY },
        surname: if table == TableName::Registrations { reading.surname() } else { Symbol::NONE },
        name: if table == TableName::Contacts { reading.full_name() } else { Symbol::NONE },
        postcode: if table == TableName::Registrations { reading.postcode() } else { Symbol::NONE },
    };
    match table {
        TableName::Flags if row.category.is_none() => Err("no_flag"),
        TableName::Proxies if row.user.is_none() => Err("no_user"),
        TableName::Contacts if row.user.is_none() && row.reference.is_none() && row.other.is_nobody() && row.name.is_none() => Err("no_contact"),
        _ => Ok(row),
    }
}

/// Days a table says something about when nobody stated it: events from the first to the last, states from the first
/// on. A table without rows says nothing: it may be a failed export.
fn covered(table: TableName, rows: &[About]) -> Option<Interval> {
    let known = |date: Date| date > Date::MIN;
    let first = rows.iter().map(|row| row.during.first).filter(|date| known(*date)).min();
    match table {
        TableName::Appointments | TableName::Referrals => Interval::new(first?, rows.iter().map(|row| row.during.last).max()?),
        _ if rows.is_empty() => None,
        _ => Interval::new(first.unwrap_or(Date::MIN), Date::MAX),
    }
}

fn coverage(bytes: &[u8]) -> Result<BTreeMap<String, Interval>, TableError> {
    let text = crate::yaml::decode(bytes).map_err(TableError::Coverage)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|error| TableError::Coverage(error.to_string()))?.iter().map(|name| name.trim().to_owned()).collect();
    if header != ["table", "from", "to"] {
        return Err(TableError::Coverage("the header is table,from,to".to_owned()));
    }
    let mut found = BTreeMap::new();
    for (index, row) in reader.records().enumerate() {
        let wrong = |what: &str| TableError::Coverage(format!("row {}: {what}", index + 2));
        let row = row.map_err(|_| wrong("it has not three cells"))?;
        let date = |at: usize, open: Date| match row.get(at).map_or("", str::trim) {
            "" => Ok(open),
            text => Date::parse(text).map_err(|error| wrong(&error.to_string())),
        };
        let table = row.get(0).map_or("", str::trim);
        if !TableName::ALL.iter().any(|known| known.name() == table) {
            return Err(wrong("the table is none that this version reads"));
        }
        let interval = Interval::new(date(1, Date::MIN)?, date(2, Date::MAX)?).ok_or_else(|| wrong("`from` lies after `to`"))?;
        if found.insert(table.to_owned(), interval).is_some() {
            return Err(wrong("the table is named twice"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn read(files: &[(&str, &str)]) -> (Tables, Symbols) {
        let mut symbols = Symbols::default();
        let texts = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        let tables = Tables::read(&texts, &mut symbols, &People::new()).expect("readable");
        (tables, symbols)
    }

    #[test]
    fn rows_have_dates_and_books_and_equal_rows_count_once() {
        let (tables, mut symbols) = read(&[(
            "staff",
            "user,role,ods,from,to,nhs_number\nu1,nurse,R9A,2026-01-01,2026-03-31,9990000018\nu1,nurse,R9A,2026-01-01,2026-03-31,9990000018\nu1,nurse,R9B,2026-05-01,,\nu2,nurse,R9A,2026-05-01,2026-04-01,\n,nurse,R9A,,,\nu3,nurse,R9A\nu4,nurse,R9A,01/02/2026,,\n",
        )]);
        let books = &tables.books[0];
        assert_eq!((books.tally.records, books.tally.accepted, books.duplicates), (8, 3, 1));
        assert_eq!(
            books.tally.quarantined.iter().map(|(reason, count)| (*reason, *count)).collect::<Vec<_>>(),
            [("dates_reversed", 1), ("no_user", 1), ("not_a_date", 1), ("too_few_cells", 1)]
        );
        let user = symbols.intern("u1");
        assert_eq!(tables.posts(user).len(), 2);
        assert!(tables.posts(symbols.intern("nobody")).is_empty());
    }

    #[test]
    fn a_table_covers_only_what_it_can_say() {
        let objections = "nhs_number,from,to\n9990000018,2026-02-01,2026-02-28\n";
        let (tables, _) = read(&[("objections", objections), ("sealed", "nhs_number,from\n")]);
        let person = PersonKey::nhs(&NhsNumber::parse("9990000018").expect("valid"));
        let holds = |table, date| tables.holds(table, person, day(date));
        assert_eq!(holds(TableName::Objections, "2026-02-10"), Some(true));
        assert_eq!(holds(TableName::Objections, "2026-03-10"), Some(false));
        assert_eq!(holds(TableName::Objections, "2026-01-10"), None, "before its first row it says nothing");
        assert_eq!(holds(TableName::Sealed, "2026-03-10"), None, "an empty table may be a failed export");
        let (tables, _) = read(&[("objections", objections), ("coverage", "table,from,to\nobjections,2026-01-01,2026-06-30\n")]);
        assert_eq!(tables.holds(TableName::Objections, person, day("2026-01-10")), Some(false));
        assert_eq!(tables.holds(TableName::Objections, person, day("2026-07-01")), None);
        assert_eq!(tables.holds(TableName::Objections, PersonKey::NOBODY, day("2026-03-10")), None);
    }

    #[test]
    fn a_missing_column_is_named() {
        let texts = BTreeMap::from([("appointments".to_owned(), b"ods,user\n".to_vec())]);
        let error = Tables::read(&texts, &mut Symbols::default(), &People::new()).expect_err("refused");
        assert_eq!(error.to_string(), "appointments.csv: the header lacks the columns at, nhs_number (or nhs_ref, or person)");
    }
}
