//! A pack: the folder in which a community keeps its vocabulary, its register and its agreements.

pub mod names;

pub use names::NameMap;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::acceptance::{self, Waiver};
use crate::agreement::valid::{Accession, Accessions, Basis, Joined, Party, Resolver};
use crate::agreement::written::{AgreementDraft, PartyRole, clause};
use crate::agreement::{Agreement, Clause, Scope};
use crate::diagnostics::results::PackRef;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::{Date, Interval};
use crate::register::{ASSURANCE_COLUMNS, ORGANISATION_COLUMNS, OrgId, Register, RegisterTables};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::table::Table;
use crate::vocabulary::{NodeId, Vocabulary};
use crate::yaml::{Fields, Node, Sink};

/// Everything a pack says.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its folder.
    pub dir: PathBuf,
    /// `pack:` of `pack.yaml`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Whether it says that it is synthetic.
    pub synthetic: bool,
    /// Levels of rules, `XAG-005: allow`; none is `allow`.
    pub levels: BTreeMap<String, Spanned<Option<Severity>>>,
    /// Named linkages.
    pub linkages: Vec<Linkage>,
    /// The signers file, relative to the folder.
    pub signers: Option<PathBuf>,
    /// The words.
    pub words: Vocabulary,
    /// The organisations.
    pub register: Register,
    /// Prohibitions of statute.
    pub guards: Vec<Clause>,
    /// The agreements, by file name.
    pub agreements: Vec<Agreement>,
    /// The live estate: systems.
    pub systems: Vec<System>,
    /// The live estate: flows.
    pub flows: Vec<Flow>,
    /// Transitions of care that must be covered.
    pub pathways: Vec<Transition>,
    /// How names of other communities map to ours, by file name.
    pub maps: Vec<NameMap>,
    /// Accepted exceptions.
    pub waivers: Vec<Waiver>,
    /// Most days an accepted exception may still last.
    pub waiver_days: u32,
    /// The pack's own tables of facts, `facts/NAME.csv`, each in place of the one shipped.
    pub facts: Vec<FileId>,
    /// Test files: name and document.
    pub tests: Vec<(String, Node)>,
    /// SHA-256 of each file read, by name relative to the folder.
    pub files: BTreeMap<String, String>,
}

/// A named linkage: who may join whose data.
#[derive(Clone, Debug)]
pub struct Linkage {
    /// Its name.
    pub name: String,
    /// Releases that may use it, `AGREEMENT/RELEASE`.
    pub releases: Vec<Spanned<String>>,
    /// Recipients that may hold data under it.
    pub recipients: Vec<Spanned<String>>,
    /// Who holds the key; never a recipient.
    pub key_holder: Option<Spanned<String>>,
}

/// A system of the live estate.
#[derive(Clone, Debug)]
pub struct System {
    /// Its id.
    pub id: String,
    /// Code of the organisation that runs it.
    pub supplier: String,
    /// Where that is said.
    pub supplier_span: Span,
    /// Places it serves.
    pub places: Vec<NodeId>,
    /// When it is live.
    pub live: Interval,
}

/// A flow of the live estate.
#[derive(Clone, Debug)]
pub struct Flow {
    /// From: an organisation, or a function.
    pub from: Ends,
    /// To.
    pub to: Ends,
    /// Through which system.
    pub system: String,
    /// Which data.
    pub data: NodeId,
    /// What for.
    pub purpose: NodeId,
    /// `interface`, `extract`, `portal`.
    pub kind: String,
    /// The agreement it says it runs under.
    pub agreement: Option<String>,
    /// When it is live, within its system's days.
    pub live: Interval,
    /// Its row.
    pub span: Span,
    /// The row's cell that names the agreement.
    pub agreement_span: Span,
}

/// Columns of `flows.csv`: those that must be there, and others.
pub const FLOW_COLUMNS: (&[&str], &[&str]) = (&["from", "to", "system", "data", "purpose", "kind", "agreement"], &["live_from", "live_to", "note"]);

/// One end of a flow or transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// One organisation.
    Org(OrgId),
    /// All that do this.
    Function(NodeId),
    /// All that belong there.
    Place(NodeId),
}

/// A transition of care.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Its name.
    pub name: String,
    /// The pathway it belongs to.
    pub pathway: String,
    /// Who hands over.
    pub from: NodeId,
    /// Who takes over.
    pub to: NodeId,
    /// Which data must be seen.
    pub see: Vec<NodeId>,
    /// By which role.
    pub role: NodeId,
    /// For which purpose.
    pub purpose: NodeId,
    /// What who hands over must see of who takes over, where it says so.
    pub back: Option<Back>,
    /// Its block.
    pub span: Span,
}

/// What has to come back over a transition of care.
#[derive(Clone, Debug)]
pub struct Back {
    /// Which data must be seen.
    pub see: Vec<NodeId>,
    /// By which role at who hands over; the transition's own where it is not said.
    pub role: NodeId,
    /// For which purpose; the transition's own where it is not said.
    pub purpose: NodeId,
}

/// The pack cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// No `pack.yaml` here or above.
    #[error("there is no pack.yaml in {0} or any folder above it")]
    NotFound(PathBuf),
    /// The folder has no `pack.yaml`.
    #[error("{0} is not a pack: it has no pack.yaml")]
    NoPackFile(PathBuf),
    /// A file cannot be read.
    #[error("cannot read {path}: {error}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// The nearest folder upwards that holds a `pack.yaml`.
pub fn find(from: &Path) -> Result<PathBuf, PackError> {
    let absolute = std::path::absolute(from).map_err(|error| PackError::Io { path: from.to_owned(), error })?;
    absolute.ancestors().find(|folder| folder.join("pack.yaml").is_file()).map(Path::to_owned).ok_or_else(|| PackError::NotFound(from.to_owned()))
}

/// The folders of neighbours that a `pack.yaml` imports, as written there: `../lancashire-neighbour`.
pub fn imports(head: &[u8]) -> Vec<String> {
    let Ok(text) = crate::yaml::decode(head) else { return Vec::new() };
    let mut sources = Sources::new();
    let file = sources.add("pack.yaml", text);
    // What is wrong with it is told when the pack is read.
    let (node, _) = crate::yaml::parse(&sources, file);
    node.filter(|node| !node.is_null())
        .map(|node| read_head(&node, &mut Pack::empty(Path::new("")), &Sink::new()))
        .unwrap_or_default()
        .into_iter()
        .map(|import| import.value)
        .collect()
}

/// Reads a file; anything else that could be opened (a pipe, a device) would be waited for without end.
fn regular_file(path: &Path) -> std::io::Result<Vec<u8>> {
    let kind = std::fs::metadata(path)?;
    if kind.is_file() { std::fs::read(path) } else { Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a file")) }
}

struct Loader<'l> {
    dir: &'l Path,
    sources: &'l mut Sources,
    sink: &'l Sink,
    /// Contents in the place of those on disk, by name.
    over: &'l BTreeMap<String, Vec<u8>>,
    /// Whether those are all the files there are.
    alone: bool,
    files: BTreeMap<String, String>,
    /// Documents read before they are asked for, by name.
    ahead: BTreeMap<String, Option<Parsed>>,
    /// What lies in a folder, by its name.
    folders: BTreeMap<&'static str, Vec<String>>,
}

/// A document with what reading it found.
type Parsed = (Option<Node>, Vec<Finding>);

impl<'l> Loader<'l> {
    fn new(dir: &'l Path, sources: &'l mut Sources, sink: &'l Sink, over: &'l BTreeMap<String, Vec<u8>>, alone: bool) -> Self {
        Self { dir, sources, sink, over, alone, files: BTreeMap::new(), ahead: BTreeMap::new(), folders: BTreeMap::new() }
    }

    fn text(&mut self, name: &str) -> Result<Option<FileId>, PackError> {
        let path = self.dir.join(name);
        let read = match self.over.get(name) {
            Some(bytes) => Ok(bytes.clone()),
            None if self.alone => return Ok(None),
            None => regular_file(&path),
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PackError::Io { path, error }),
        };
        self.files.insert(name.to_owned(), crate::text::hex(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref()));
        match crate::yaml::decode(&bytes) {
            Ok(text) => Ok(Some(self.sources.add(name, text))),
            Err(why) => {
                self.sink.push(Finding::error("READ-001", name, format!("the file cannot be read as text: {why}")));
                Ok(None)
            }
        }
    }

    fn yaml(&mut self, name: &str) -> Result<Option<Node>, PackError> {
        let (node, findings) = match self.ahead.remove(name) {
            Some(None) => return Ok(None),
            Some(Some(parsed)) => parsed,
            None => match self.text(name)? {
                Some(file) => crate::yaml::parse(self.sources, file),
                None => return Ok(None),
            },
        };
        for finding in findings {
            self.sink.push(finding);
        }
        Ok(node.filter(|node| !node.is_null()))
    }

    fn table(&mut self, name: &str, required: &[&str], optional: &[&str]) -> Result<Option<Table>, PackError> {
        Ok(self.text(name)?.map(|file| Table::read(self.sources, file, required, optional, self.sink)))
    }

    /// Names of what lies directly in a folder.
    fn entries(&self, folder: &str) -> Result<Vec<OsString>, PackError> {
        if self.alone {
            let beneath = self.over.keys().filter_map(|name| name.strip_prefix(folder)?.strip_prefix('/'));
            let mut names: Vec<OsString> = beneath.filter_map(|name| name.split('/').next()).map(OsString::from).collect();
            names.dedup();
            return Ok(names);
        }
        let path = self.dir.join(folder);
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(PackError::Io { path, error }),
        };
        entries.map(|entry| entry.map(|entry| entry.file_name()).map_err(|error| PackError::Io { path: path.clone(), error })).collect()
    }

    /// Files of a folder, by name; those that are passed over are findings, once.
    fn names_in(&mut self, folder: &'static str, endings: &[&str]) -> Result<Vec<String>, PackError> {
        if let Some(names) = self.folders.get(folder) {
            return Ok(names.clone());
        }
        let names = self.list(folder, endings)?;
        self.folders.insert(folder, names.clone());
        Ok(names)
    }

    fn list(&self, folder: &str, endings: &[&str]) -> Result<Vec<String>, PackError> {
        let (mut names, mut unread) = (Vec::new(), Vec::new());
        for written in self.entries(folder)? {
            let shown = written.to_string_lossy();
            if shown.starts_with('.') {
                continue;
            }
            match written.to_str() {
                Some(name) if endings.iter().any(|ending| name.ends_with(ending)) => names.push(format!("{folder}/{name}")),
                _ => unread.push(format!("{folder}/{}", shown.escape_debug())),
            }
        }
        // An agreement that is passed over in silence takes its prohibitions with it.
        unread.sort();
        for name in unread {
            self.sink.push(
                Finding::warning("READ-008", name.clone(), format!("{name} is not read"))
                    .help(format!("Only files ending in {}, directly in {folder}/, are read; rename it, or move it elsewhere.", crate::text::or_list(endings))),
            );
        }
        names.sort();
        Ok(names)
    }

    fn register_texts(&mut self, folder: &str) -> Result<RegisterTexts, PackError> {
        let mut text = |name: &str| self.text(&if folder.is_empty() { format!("register/{name}") } else { format!("{folder}/register/{name}") });
        Ok(RegisterTexts {
            organisations: text("organisations.csv")?,
            functions: text("functions.csv")?,
            memberships: text("memberships.csv")?,
            list_sizes: text("list_sizes.csv")?,
            assurance: text("assurance.csv")?,
        })
    }

    /// The texts of every document but the head, those of the vocabulary and the register first.
    fn document_texts(&mut self) -> Result<Vec<(String, Option<FileId>)>, PackError> {
        let mut names = self.names_in("agreements", &YAML)?;
        names.extend(["guards.yaml", "pathways.yaml", "waivers.yaml"].map(str::to_owned));
        names.extend(self.names_in("maps", &YAML)?);
        names.extend(self.names_in("tests", &YAML)?);
        names.into_iter().map(|name| self.text(&name).map(|text| (name, text))).collect()
    }
}

const YAML: [&str; 2] = [".yaml", ".yml"];

/// The texts of a register's tables.
struct RegisterTexts {
    organisations: Option<FileId>,
    functions: Option<FileId>,
    memberships: Option<FileId>,
    list_sizes: Option<FileId>,
    assurance: Option<FileId>,
}

impl RegisterTexts {
    fn read(&self, sources: &Sources, sink: &Sink) -> RegisterTables {
        let table = |text: Option<FileId>, columns: (&[&str], &[&str])| text.map(|text| Table::read(sources, text, columns.0, columns.1, sink));
        RegisterTables {
            organisations: table(self.organisations, ORGANISATION_COLUMNS),
            functions: table(self.functions, (&["ods", "function", "from", "to"], &[])),
            memberships: table(self.memberships, (&["ods", "place", "from", "to"], &["kind"])),
            list_sizes: table(self.list_sizes, (&["ods", "date", "patients"], &[])),
            assurance: table(self.assurance, ASSURANCE_COLUMNS),
        }
    }
}

impl Pack {
    fn empty(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            id: String::new(),
            title: String::new(),
            synthetic: false,
            levels: BTreeMap::new(),
            linkages: Vec::new(),
            signers: None,
            words: Vocabulary::empty(),
            register: Register::default(),
            guards: Vec::new(),
            agreements: Vec::new(),
            systems: Vec::new(),
            flows: Vec::new(),
            pathways: Vec::new(),
            maps: Vec::new(),
            waivers: Vec::new(),
            waiver_days: acceptance::waiver::MAX_DAYS,
            facts: Vec::new(),
            tests: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    /// Reads a pack. Findings come beside it; with an error among them, nothing may be decided on it.
    pub fn load(dir: &Path, sources: &mut Sources) -> Result<(Self, Vec<Finding>), PackError> {
        Self::load_over(dir, &BTreeMap::new(), sources)
    }

    /// The same with some files as they would be: `over` has their contents by name, in the place of those on disk.
    pub fn load_over(dir: &Path, over: &BTreeMap<String, Vec<u8>>, sources: &mut Sources) -> Result<(Self, Vec<Finding>), PackError> {
        if !dir.join("pack.yaml").is_file() {
            return Err(PackError::NoPackFile(dir.to_owned()));
        }
        let sink = Sink::new();
        let pack = read(&mut Loader::new(dir, sources, &sink, over, false))?;
        Ok((pack, sink.into_findings()))
    }

    /// Reads a pack of files that are held, by their names below its folder (of a revision of git); nothing on disk is looked
    /// at. `named` stands where its folder would.
    pub fn of_files(named: &Path, files: &BTreeMap<String, Vec<u8>>, sources: &mut Sources) -> Result<(Self, Vec<Finding>), PackError> {
        if !files.contains_key("pack.yaml") {
            return Err(PackError::NoPackFile(named.to_owned()));
        }
        let sink = Sink::new();
        let pack = read(&mut Loader::new(named, sources, &sink, files, true))?;
        Ok((pack, sink.into_findings()))
    }

    /// Takes accepted exceptions, the levels of rules and the pack's own tables of facts from the files as they stand
    /// elsewhere (a revision of git, `from`), so that a change cannot exempt itself. A file that is not there accepts
    /// nothing. Returns what reading them found.
    pub fn take_exceptions(
        &mut self,
        sources: &mut Sources,
        from: &str,
        head: Option<&[u8]>,
        waivers: Option<&[u8]>,
        facts: &[(String, Vec<u8>)],
    ) -> Vec<Finding> {
        let sink = Sink::new();
        let mut read = |name: &str, bytes: Option<&[u8]>| {
            let name = format!("{from}:{name}");
            match crate::yaml::decode(bytes?) {
                Ok(text) => {
                    let file = sources.add(name, text);
                    let (node, findings) = crate::yaml::parse(sources, file);
                    for finding in findings {
                        sink.push(finding);
                    }
                    node.filter(|node| !node.is_null())
                }
                Err(why) => {
                    sink.push(Finding::error("READ-001", name.clone(), format!("the file cannot be read as text: {why}")));
                    None
                }
            }
        };
        let (head, waivers) = (read("pack.yaml", head), read("waivers.yaml", waivers));
        let mut then = Self::empty(&self.dir);
        if let Some(node) = &head {
            // What else that file said is of no matter here.
            read_head(node, &mut then, &Sink::new());
        }
        self.levels = then.levels;
        self.waiver_days = then.waiver_days;
        self.waivers = waivers.map(|node| acceptance::waiver::read(&node, &sink)).unwrap_or_default();
        self.facts.clear();
        for (name, bytes) in facts {
            let name = format!("{from}:{name}");
            match crate::yaml::decode(bytes) {
                Ok(text) => self.facts.push(sources.add(name, text)),
                Err(why) => sink.push(Finding::error("READ-001", name, format!("the file cannot be read as text: {why}"))),
            }
        }
        sink.into_findings()
    }

    /// Name and content of the pack.
    pub fn reference(&self) -> PackRef {
        PackRef { id: self.id.clone(), sha256: self.digest(|_| true) }
    }

    /// SHA-256 over the names and digests of some of its files, in order.
    pub fn digest(&self, which: impl Fn(&str) -> bool) -> String {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        for (name, digest) in self.files.iter().filter(|(name, _)| which(name)) {
            context.update(format!("{digest}  {name}\n").as_bytes());
        }
        crate::text::hex(context.finish().as_ref())
    }

    /// An agreement by its id.
    pub fn agreement(&self, id: &str) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.id == id)
    }

    /// Organisations that count as members of the community and are open that day.
    pub fn members_on(&self, on: Date) -> impl Iterator<Item = OrgId> + '_ {
        self.register.ids().filter(move |id| {
            let organisation = self.register.organisation(*id);
            organisation.member && organisation.open.contains(on)
        })
    }
}

fn read(loader: &mut Loader<'_>) -> Result<Pack, PackError> {
    let sink = loader.sink;
    let head = loader.yaml("pack.yaml")?;
    let mut pack = Pack::empty(loader.dir);
    let imports = match &head {
        Some(node) => read_head(node, &mut pack, sink),
        None => {
            sink.push(Finding::error("DOC-001", "pack.yaml", "pack.yaml is empty").help("It says at least `pack: NAME` and `format: carepact.pack/1`."));
            Vec::new()
        }
    };
    let vocabulary = loader.text("vocabulary.yaml")?;
    let mut registers = vec![loader.register_texts("")?];
    if registers[0].organisations.is_none() {
        sink.push(
            Finding::error("DOC-001", "register/organisations.csv", "the pack has no register of organisations")
                .help("Write register/organisations.csv: ods,name,kind,opened,closed,successor"),
        );
    }
    for import in &imports {
        let imported = loader.register_texts(&import.value)?;
        if imported.organisations.is_none() {
            sink.push(
                Finding::error("READ-008", "pack/imports", format!("{} has no register/organisations.csv", import.value)).at(import.span, "imported here"),
            );
        }
        registers.push(imported);
    }
    // The documents are parsed while the register is read; findings are put in order when all is known.
    let documents = loader.document_texts()?;
    let sources: &Sources = loader.sources;
    let parse = |text: &FileId| crate::yaml::parse(sources, *text);
    let next = AtomicUsize::new(0);
    // Each takes the next document that nobody has taken.
    let some = || -> BTreeMap<String, Option<Parsed>> {
        let taken = std::iter::from_fn(|| documents.get(next.fetch_add(1, Ordering::Relaxed)));
        taken.map(|(name, text)| (name.clone(), text.as_ref().map(parse))).collect()
    };
    loader.ahead = std::thread::scope(|scope| {
        let others = scope.spawn(some);
        let (node, findings) = vocabulary.as_ref().map(parse).unwrap_or_default();
        for finding in findings {
            sink.push(finding);
        }
        match node.filter(|node| !node.is_null()) {
            Some(node) => pack.words = Vocabulary::read(&node, sink),
            None => sink.push(
                Finding::error("DOC-001", "vocabulary.yaml", "the pack has no vocabulary")
                    .help("Write vocabulary.yaml: functions, places, roles, data, purposes, conditions."),
            ),
        }
        pack.register = read_registers(&registers, sources, &pack.words, sink);
        let mut all = some();
        all.extend(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        all
    });

    let mut drafts = Vec::new();
    let agreements = loader.names_in("agreements", &YAML)?;
    let nothing_there = agreements.is_empty();
    for name in agreements {
        let before = sink.len();
        // A file that could not be read as text has its finding already.
        let unread = matches!(loader.ahead.get(&name), Some(None));
        if let Some(node) = loader.yaml(&name)? {
            let stem = Path::new(&name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(&name).to_owned();
            drafts.extend(AgreementDraft::read(&node, &stem, sink));
        } else if !unread && sink.len() == before {
            sink.push(Finding::error("DOC-001", name.clone(), "the file holds no agreement").help("Write one, or take the file away."));
        }
    }
    resolve(loader, &mut pack, drafts)?;
    for name in ["vocabulary", "guards", "pathways", "waivers"] {
        let written = format!("{name}.yml");
        if loader.over.contains_key(&written) || !loader.alone && loader.dir.join(written).exists() {
            sink.push(
                Finding::error("READ-008", format!("{name}.yml"), format!("{name}.yml is not read, and what it says would be lost"))
                    .help(format!("Rename it to {name}.yaml.")),
            );
        }
    }
    if let Some(node) = loader.yaml("guards.yaml")?
        && let Some(fields) = Fields::open(&node, "guards", sink)
    {
        let resolver = Resolver { words: &pack.words, register: &pack.register, sink };
        let guards: Vec<_> = fields.named("prohibits").into_iter().filter_map(|(name, node, place)| clause(name, node, place, sink)).collect();
        pack.guards = guards.iter().filter_map(|draft| resolver.clause(draft, true)).map(|guard| Clause { scope: Scope::Pack, ..guard }).collect();
    }
    read_estate(loader, &mut pack)?;
    for name in loader.names_in("maps", &YAML)? {
        if let Some(node) = loader.yaml(&name)? {
            let stem = Path::new(&name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(&name).to_owned();
            let agreements: Vec<&str> = pack.agreements.iter().map(|agreement| agreement.id.as_str()).collect();
            pack.maps.extend(names::read(&node, &name, &stem, &pack.words, &agreements, sink));
        }
    }
    if let Some(node) = loader.yaml("waivers.yaml")? {
        pack.waivers = acceptance::waiver::read(&node, sink);
    }
    for name in loader.names_in("facts", &[".csv"])? {
        pack.facts.extend(loader.text(&name)?);
    }
    for name in loader.names_in("tests", &YAML)? {
        if let Some(node) = loader.yaml(&name)? {
            pack.tests.push((name, node));
        }
    }
    // Of files that hold none, or that cannot be read, each has its own finding.
    if nothing_there {
        sink.push(Finding::error("DOC-001", "agreements", "the pack holds no agreement").help("Write one in agreements/, one agreement a file."));
    }
    pack.files = std::mem::take(&mut loader.files);
    Ok(pack)
}

fn read_head(node: &Node, pack: &mut Pack, sink: &Sink) -> Vec<Spanned<String>> {
    let Some(f) = Fields::open(node, "pack", sink) else { return Vec::new() };
    match f.text("pack") {
        Some(id) => pack.id = id.value,
        None => sink.push(Finding::error("DOC-001", "pack", "pack.yaml does not say `pack: NAME`").at(f.span, "here")),
    }
    match f.text("format") {
        Some(format) if format.value == "carepact.pack/1" => {}
        Some(format) => sink.push(
            Finding::error("READ-009", "pack/format", format!("the pack has format {}, this version reads carepact.pack/1", format.value))
                .at(format.span, "here")
                .help("Use a version of carepact that knows this format."),
        ),
        None => sink.push(Finding::error("DOC-001", "pack/format", "pack.yaml does not say `format: carepact.pack/1`").at(f.span, "here")),
    }
    pack.title = f.text("title").map_or_else(|| pack.id.clone(), |text| text.value);
    pack.synthetic = f.yes_no("synthetic").is_some_and(|yes| yes.value);
    let _ = f.text("description");
    if let Some(inner) = f.block("waivers") {
        pack.waiver_days = inner.number("max_days").map_or(pack.waiver_days, |days| days.value);
    }
    pack.signers = f.text("signers").map(|text| PathBuf::from(text.value));
    for (code, node, place) in f.named("levels") {
        let words = [("error", Some(Severity::Error)), ("warning", Some(Severity::Warning)), ("info", Some(Severity::Info)), ("allow", None)];
        if let Some(text) = node.as_text()
            && let Some(level) = crate::yaml::fields::word(&Spanned::new(text.to_owned(), node.span), &place, &words, sink)
        {
            pack.levels.insert(code.value, Spanned::new(level.value, code.span));
        }
    }
    for (name, node, place) in f.named("linkages") {
        if let Some(inner) = Fields::open(node, place, sink) {
            let _ = inner.text("description");
            pack.linkages.push(Linkage {
                name: name.value,
                releases: inner.texts("releases"),
                recipients: inner.texts("recipients"),
                key_holder: inner.text("key_holder"),
            });
        }
    }
    let Some(imports) = f.get("imports") else { return Vec::new() };
    imports
        .one_or_many()
        .iter()
        .filter_map(|item| match item.as_text() {
            Some(text) => Some(Spanned::new(text.to_owned(), item.span)),
            None => Fields::open(item, "pack/imports", sink).and_then(|inner| {
                let _ = (inner.text("as"), inner.text("map"), inner.text("pack"));
                let (path, register) = (inner.text("path"), inner.text("register"));
                path.or(register)
            }),
        })
        .collect()
}

fn read_registers(texts: &[RegisterTexts], sources: &Sources, words: &Vocabulary, sink: &Sink) -> Register {
    let mut register = Register::default();
    for (index, one) in texts.iter().enumerate() {
        let first = u32::try_from(register.organisations.len()).unwrap_or(u32::MAX);
        register.extend(&one.read(sources, sink), words, sink);
        if index > 0 {
            // A neighbour's organisations are known here, they are not members here.
            for organisation in register.organisations.iter_mut().skip(first as usize) {
                organisation.member = false;
            }
        }
    }
    register
}

fn resolve(loader: &mut Loader<'_>, pack: &mut Pack, drafts: Vec<AgreementDraft>) -> Result<(), PackError> {
    let sink = loader.sink;
    let mut accessions: BTreeMap<String, Option<Table>> = BTreeMap::new();
    for party in drafts.iter().flat_map(|draft| &draft.parties) {
        if let Some(file) = party.joined.as_ref().filter(|joined| joined.value != "on_start")
            && !accessions.contains_key(&file.value)
        {
            let outside = Path::new(&file.value).components().any(|part| !matches!(part, std::path::Component::Normal(_)));
            if outside {
                sink.push(
                    Finding::error("READ-008", file.value.clone(), "an accession file lies inside the pack")
                        .at(file.span, "a path below the pack's folder is meant")
                        .help("Write it as accessions/NAME.csv."),
                );
                accessions.insert(file.value.clone(), None);
                continue;
            }
            let table = loader.table(&file.value, &["ods", "joined", "left", "signed_on", "signed_by"], &["terms", "note"])?;
            if table.is_none() {
                sink.push(
                    Finding::error("READ-008", file.value.clone(), format!("the accession file {} is not there", file.value))
                        .at(file.span, "named here")
                        .help("Write it: ods,joined,left,signed_on,signed_by"),
                );
            }
            accessions.insert(file.value.clone(), table);
        }
    }
    let resolver = Resolver { words: &pack.words, register: &pack.register, sink };
    // Several parties may join by one file: it is resolved once.
    let accessions: BTreeMap<String, Arc<Accessions>> = accessions
        .into_iter()
        .filter_map(|(file, table)| {
            let rows = accession(&table?, &file, &resolver);
            Some((file, Arc::new(rows)))
        })
        .collect();
    let mut agreements: Vec<Agreement> = drafts.into_iter().map(|draft| agreement(&resolver, &accessions, draft)).collect();
    for (index, one) in agreements.iter().enumerate() {
        if let Some(first) = agreements[..index].iter().find(|other| other.id == one.id) {
            sink.push(
                Finding::error("DOC-002", one.id.clone(), format!("two agreements have the id {}", one.id))
                    .at(one.draft.head(), "again here")
                    .at(first.draft.head(), "first here")
                    .discriminator(loader.sources.name(one.draft.node.span.file))
                    .ground("UK GDPR Article 5(2), accountability: a decision names one agreement")
                    .help("Give one of the two another id; a new version of an agreement replaces its file."),
            );
        }
        if let Some(parent) = one.draft.parent.as_ref().filter(|parent| !agreements.iter().any(|other| other.id == parent.value)) {
            let finding = Finding::error(
                "XAG-018",
                format!("{}/parent/{}", one.id, parent.value),
                format!("{} names {} under `parent:`, which the pack does not hold", one.id, parent.value),
            )
            .at(parent.span, "not there")
            .ground("Parties and prohibitions come down from parents: a parent that is missing takes its prohibitions with it");
            let others = agreements.iter().map(|other| other.id.as_str()).filter(|id| *id != one.id);
            sink.push(match crate::text::nearest(&parent.value, others) {
                Some(near) => finding.help(format!("Did you mean {near}?")),
                None => finding.help("Add the agreement that is missing (a replaced one may stay as a short file), or correct the id."),
            });
        }
    }
    // Parties and prohibitions come down from parents, grants never.
    let parents: Vec<Option<usize>> =
        agreements.iter().map(|one| one.draft.parent.as_ref().and_then(|parent| agreements.iter().position(|other| other.id == parent.value))).collect();
    let own: Vec<(Vec<Party>, Vec<Clause>)> = agreements.iter().map(|one| (one.parties.clone(), one.prohibits.clone())).collect();
    for (index, one) in agreements.iter_mut().enumerate() {
        let (mut at, mut seen) = (parents[index], vec![index]);
        while let Some(parent) = at.filter(|parent| !seen.contains(parent)) {
            one.parties.extend(own[parent].0.iter().cloned());
            one.prohibits.extend(own[parent].1.iter().cloned());
            seen.push(parent);
            at = parents[parent];
        }
    }
    pack.agreements = agreements;
    Ok(())
}

fn agreement(resolver: &Resolver<'_>, accessions: &BTreeMap<String, Arc<Accessions>>, draft: AgreementDraft) -> Agreement {
    let sink = resolver.sink;
    let starts = draft.starts.as_ref().map(|day| day.value);
    let last = [draft.ends.as_ref(), draft.terminated_on.as_ref()].into_iter().flatten().map(|day| day.value).min();
    let term = starts.and_then(|first| Interval::new(first, last.unwrap_or(Date::MAX)));
    // Days that cannot be told are not days on which it grants: a suspension that ends before it starts (DOC-003), and a
    // status `suspended` that names no days, close all of them.
    let mut suspended: Vec<Interval> = draft
        .suspended
        .iter()
        .map(|gap| Interval::open(gap.from.as_ref().map(|day| day.value), gap.to.as_ref().map(|day| day.value)).unwrap_or(Interval::ALWAYS))
        .collect();
    if suspended.is_empty() && draft.status.as_ref().is_some_and(|status| status.value == crate::agreement::Status::Suspended) {
        suspended.push(Interval::ALWAYS);
    }
    // Neither is any day of an agreement that was ended early and does not say when: it may have ended before this one.
    if draft.ended_on_unknown_day() {
        suspended.push(Interval::ALWAYS);
    }
    let parties = draft
        .parties
        .iter()
        .map(|party| {
            let place = format!("{}/{}", draft.id.value, party.name.value);
            let role = party.role.as_ref().map_or(PartyRole::Recipient, |role| role.value);
            let controller = matches!(role, PartyRole::Controller | PartyRole::JointController);
            let joined = match party.joined.as_ref().map(|joined| joined.value.as_str()) {
                Some("on_start") => Joined::OnStart,
                Some(file) => Joined::ByFile(accessions.get(file).cloned().unwrap_or_default()),
                // Without `joined` nobody has joined; DOC-001 says so.
                None => Joined::ByFile(Arc::default()),
            };
            Party {
                name: party.name.value.clone(),
                span: party.name.span,
                role,
                gives: party.gives.as_ref().map_or(controller, |yes| yes.value),
                gets: party.gets.as_ref().map_or(role != PartyRole::Processor, |yes| yes.value),
                who: resolver.org_selector(&party.who, &place),
                joined,
            }
        })
        .collect();
    let mut grants: Vec<Clause> = draft.grants.iter().filter_map(|grant| resolver.clause(grant, false)).collect();
    grants.extend(draft.releases.iter().filter_map(|release| resolver.release(release)));
    let prohibits = draft
        .prohibits
        .iter()
        .filter_map(|prohibit| resolver.clause(prohibit, true))
        .filter(|prohibit| {
            let pack_wide = prohibit.scope == Scope::Pack;
            if pack_wide {
                sink.push(
                    Finding::error("READ-005", prohibit.place.clone(), "a prohibition of scope `pack` stands only in guards.yaml").at(prohibit.span, "here"),
                );
            }
            !pack_wide
        })
        .collect();
    let bases = draft
        .basis
        .iter()
        .enumerate()
        .filter_map(|(index, basis)| {
            let purpose = resolver.words.purposes.resolve(&basis.purpose, &basis.place, "PUR-001", sink)?;
            Some(Basis { purpose, parties: basis.parties.as_ref().map(|who| resolver.org_selector(who, &basis.place)).unwrap_or_default(), draft: index })
        })
        .collect();
    for role in draft.break_glass.iter().flat_map(|block| &block.roles) {
        resolver.words.roles.resolve(role, &format!("{}/break_glass", draft.id.value), "ROL-001", sink);
    }
    for (basis, category) in
        draft.basis.iter().flat_map(|basis| basis.criminal_offence.iter().flat_map(move |block| block.data.iter().map(move |one| (basis, one))))
    {
        resolver.words.data.resolve(category, &format!("{}/criminal_offence", basis.place), "READ-006", sink);
    }
    for item in &draft.data {
        resolver.words.data.resolve(&item.node, &format!("{}/{}", draft.id.value, item.node.value), "READ-006", sink);
    }
    Agreement {
        id: draft.id.value.clone(),
        title: draft.title.as_ref().map_or_else(|| draft.id.value.clone(), |title| title.value.clone()),
        status: draft.status.as_ref().map_or(crate::agreement::Status::Draft, |status| status.value),
        term,
        suspended,
        parties,
        grants,
        prohibits,
        bases,
        terms: crate::agreement::terms::digest(&draft.node),
        draft,
    }
}

fn accession(table: &Table, place: &str, resolver: &Resolver<'_>) -> Accessions {
    let mut all = Accessions::new();
    for row in table.rows() {
        let Some(ods) = row.ods("ods", place, resolver.sink) else { continue };
        let Some(org) = resolver.register.find(ods.as_str()) else {
            resolver.sink.push(
                Finding::error("PTY-002", format!("{place}/{ods}"), format!("{ods} joined, and is not in the register")).at(row.span("ods"), "this code"),
            );
            continue;
        };
        let Some(joined) = row.date("joined", place, resolver.sink) else {
            if row.get("joined").is_none() {
                resolver.sink.push(Finding::error("READ-007", format!("{place}/{ods}"), "the cell `joined` is empty").at(row.span("joined"), "in this row"));
            }
            continue;
        };
        let left = row.date("left", place, resolver.sink);
        let Some(during) = Interval::open(Some(joined), left) else {
            resolver
                .sink
                .push(Finding::error("READ-007", format!("{place}/{ods}"), format!("{ods} left before it joined")).at(row.span("left"), "before `joined`"));
            continue;
        };
        all.entry(org).or_default().push(Accession {
            during,
            signed_on: row.date("signed_on", place, resolver.sink),
            signed_by: row.get("signed_by").map(str::to_owned),
            terms: row.get("terms").map(|digest| Spanned::new(digest.to_owned(), row.span("terms"))),
            span: row.span("ods"),
        });
    }
    all
}

fn ends(written: &str, span: Span, place: &str, pack: &Pack, sink: &Sink) -> Option<Ends> {
    if let Some(org) = pack.register.find(&written.to_ascii_uppercase()) {
        return Some(Ends::Org(org));
    }
    if let Ok(function) = pack.words.functions.find(written) {
        return Some(Ends::Function(function));
    }
    if let Ok(at) = pack.words.places.find(written) {
        return Some(Ends::Place(at));
    }
    sink.push(
        Finding::error("READ-006", place, format!("{written} is neither an organisation, a function nor a place")).at(span, "this cell").discriminator(written),
    );
    None
}

/// The days of a row on which what it names is live.
fn live(row: &crate::table::Row<'_>, place: &str, sink: &Sink) -> Interval {
    Interval::open(row.date("live_from", place, sink), row.date("live_to", place, sink)).unwrap_or_else(|| {
        sink.push(
            Finding::error("READ-007", place, "`live_to` lies before `live_from`")
                .at(row.span("live_to"), "here")
                .discriminator(format!("{}", row.span("live_to").start)),
        );
        Interval::ALWAYS
    })
}

fn read_estate(loader: &mut Loader<'_>, pack: &mut Pack) -> Result<(), PackError> {
    let sink = loader.sink;
    if let Some(table) = loader.table("systems.csv", &["id", "supplier", "places", "live_from", "live_to"], &["name", "note"])? {
        for row in table.rows() {
            let places = row
                .get("places")
                .unwrap_or_default()
                .split([' ', ';', '|'])
                .filter(|part| !part.is_empty())
                .filter_map(|part| pack.words.places.resolve(&Spanned::new(part.to_owned(), row.span("places")), "systems", "READ-006", sink))
                .collect();
            let live = live(&row, "systems", sink);
            let id = row.get("id").unwrap_or_default().to_owned();
            let wrong = if id.is_empty() {
                Some(("id", Finding::error("READ-007", "systems", "the cell `id` is empty")))
            } else if pack.systems.iter().any(|known: &System| known.id == id) {
                Some(("id", Finding::error("READ-002", "systems", format!("the system {id} is there twice"))))
            } else {
                match row.get("supplier") {
                    Some(supplier) if pack.register.find(&supplier.to_ascii_uppercase()).is_none() => {
                        let finding = Finding::error("PTY-002", format!("systems/{id}"), format!("{supplier} runs {id} and is not in the register"));
                        Some((
                            "supplier",
                            match pack.register.near(supplier) {
                                Some(near) => finding.help(format!("Did you mean {near}?")),
                                None => finding.help("Add it to register/organisations.csv, or correct the code."),
                            },
                        ))
                    }
                    _ => None,
                }
            };
            if let Some((column, finding)) = wrong {
                sink.push(finding.at(row.span(column), "this cell").discriminator(format!("{}", row.span("id").start)));
            }
            pack.systems.push(System {
                supplier_span: row.span("supplier"),
                supplier: row.get("supplier").unwrap_or_default().to_ascii_uppercase(),
                id,
                places,
                live,
            });
        }
    }
    if let Some(table) = loader.table("flows.csv", FLOW_COLUMNS.0, FLOW_COLUMNS.1)? {
        for row in table.rows() {
            let cell = |column: &str| Spanned::new(row.get(column).unwrap_or_default().to_owned(), row.span(column));
            let from = ends(&cell("from").value, row.span("from"), "flows", pack, sink);
            let to = ends(&cell("to").value, row.span("to"), "flows", pack, sink);
            let data = pack.words.data.resolve(&cell("data"), "flows", "READ-006", sink);
            let purpose = pack.words.purposes.resolve(&cell("purpose"), "flows", "PUR-001", sink);
            let live = live(&row, "flows", sink);
            let system = cell("system");
            if !pack.systems.is_empty() && !system.value.is_empty() && !pack.systems.iter().any(|known| known.id == system.value) {
                let finding = Finding::error("READ-006", "flows", format!("systems.csv has no system {}", system.value))
                    .at(system.span, "this cell")
                    .discriminator(system.value.clone());
                sink.push(match crate::text::nearest(&system.value, pack.systems.iter().map(|known| known.id.as_str())) {
                    Some(near) => finding.help(format!("Did you mean {near}?")),
                    None => finding.help("Add it to systems.csv, or correct the cell."),
                });
            }
            if let (Some(from), Some(to), Some(data), Some(purpose)) = (from, to, data, purpose) {
                pack.flows.push(Flow {
                    live,
                    from,
                    to,
                    system: cell("system").value,
                    data,
                    purpose,
                    kind: cell("kind").value,
                    agreement: row.get("agreement").map(str::to_owned),
                    span: row.span("from").to(row.span("agreement")),
                    agreement_span: row.span("agreement"),
                });
            }
        }
    }
    if let Some(node) = loader.yaml("pathways.yaml")?
        && let Some(fields) = Fields::open(&node, "pathways", sink)
    {
        for (pathway, node, place) in fields.named("pathways") {
            let Some(f) = Fields::open(node, place.clone(), sink) else { continue };
            let _ = (f.text("title"), f.text("description"));
            for (name, step, place) in f.named("transitions") {
                let Some(s) = Fields::open(step, place.clone(), sink) else { continue };
                let _ = (s.text("note"), s.text("title"));
                let resolve = |key: &'static str, tree: &crate::vocabulary::Tree, code| s.text(key).and_then(|text| tree.resolve(&text, &place, code, sink));
                let words = &pack.words;
                let (from, to) = (resolve("from", &words.functions, "READ-006"), resolve("to", &words.functions, "READ-006"));
                let (role, purpose) = (resolve("role", &words.roles, "ROL-001"), resolve("for", &words.purposes, "PUR-001"));
                let see: Vec<NodeId> = s.texts("see").iter().filter_map(|text| words.data.resolve(text, &place, "READ-006", sink)).collect();
                let back = s.block("back");
                if let (Some(from), Some(to), Some(role), Some(purpose)) = (from, to, role, purpose) {
                    let back = back.map(|b| {
                        let place = format!("{place}/back");
                        if b.get("see").is_none() {
                            sink.push(Finding::error("DOC-001", place.clone(), "what comes back does not say `see:`").at(b.span, "here").discriminator("see"));
                        }
                        Back {
                            see: b.texts("see").iter().filter_map(|text| words.data.resolve(text, &place, "READ-006", sink)).collect(),
                            role: b.text("role").and_then(|text| words.roles.resolve(&text, &place, "ROL-001", sink)).unwrap_or(role),
                            purpose: b.text("for").and_then(|text| words.purposes.resolve(&text, &place, "PUR-001", sink)).unwrap_or(purpose),
                        }
                    });
                    pack.pathways.push(Transition { pathway: pathway.value.clone(), name: name.value, from, to, see, role, purpose, back, span: name.span });
                } else {
                    for key in ["from", "to", "role", "for"] {
                        if step.get(key).is_none() {
                            sink.push(
                                Finding::error("DOC-001", place.clone(), format!("the transition does not say `{key}:`")).at(s.span, "here").discriminator(key),
                            );
                        }
                    }
                }
            }
        }
    }
    Ok(())
}
