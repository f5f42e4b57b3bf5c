//! `audit --split organisation`: each organisation's cases, sealed to its own officer.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use super::super::session::{Session, io_words, read_input};
use crate::access_log::summary::Audit;
use crate::identifier::OdsCode;
use crate::keys::sealed_to::{self, Recipient};
use crate::text::count;

/// Beside the parts: which case went to whom, and when.
pub(in crate::commands) const INDEX: &str = "index.csv";

/// Stands for every organisation that has no line of its own.
const OTHERS: &str = "*";

struct Officer {
    recipient: Recipient,
    service: String,
}

/// A folder's name, who opens it, and its files.
type Part<'p> = (String, &'p Officer, [(&'static str, &'p [u8]); 2]);

/// Where the parts go, read before the log is.
pub(super) struct Parts {
    officers: BTreeMap<String, Officer>,
    dir: PathBuf,
}

impl Parts {
    /// Reads who gets what, and sees that the folder can be made.
    pub(super) fn prepare(recipients: &Path, dir: &Path) -> anyhow::Result<Self> {
        let wrong = |line: u64, why: String| {
            Failure::usage(format!("{} line {line}: {why}", recipients.display()))
                .next("Columns: ods,recipient,service. The recipient is age1..., from `carepact keys identity`.")
        };
        let bytes = read_input(recipients)?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(&bytes[..]);
        let header = reader.headers().map_err(|_| wrong(1, "it cannot be read as CSV".to_owned()))?.clone();
        let place = |column: &str| header.iter().position(|name| name.trim_start_matches('\u{feff}') == column);
        let (Some(ods), Some(recipient)) = (place("ods"), place("recipient")) else {
            return Err(wrong(1, "the columns `ods` and `recipient` are needed".to_owned()).into());
        };
        let service = place("service");
        let mut officers = BTreeMap::new();
        for row in reader.into_records() {
            let row = row.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), "it cannot be read as CSV".to_owned()))?;
            let line = row.position().map_or(0, csv::Position::line);
            let code = if &row[ods] == OTHERS {
                OTHERS.to_owned()
            } else {
                OdsCode::parse(&row[ods]).map_err(|error| wrong(line, error.to_string()))?.as_str().to_owned()
            };
            let officer = Officer {
                recipient: Recipient::parse(&row[recipient]).map_err(|error| wrong(line, error.to_string()))?,
                service: service.map(|column| row[column].to_owned()).unwrap_or_default(),
            };
            if officers.insert(code.clone(), officer).is_some() {
                return Err(wrong(line, format!("{code} stands there twice")).into());
            }
        }
        if dir.symlink_metadata().is_ok() {
            return Err(Failure::usage(format!("{} is there already", dir.display())).next("Name a new folder: parts of two audits are never mixed.").into());
        }
        Ok(Self { officers, dir: dir.to_owned() })
    }

    /// Writes all parts or none, and gives the number of organisations with cases to whom nothing could be sent.
    pub(super) fn write(self, session: &mut Session, audit: &Audit<'_>) -> anyhow::Result<usize> {
        let failed = |error: std::io::Error| Failure::unreadable(format!("cannot write {}: {}", self.dir.display(), io_words(&error)));
        let sheets = audit.sheets();
        let parent = self.dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut index = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = index.write_record(["organisation", "service", "case", "sent"]);
        let mut unsent = Vec::new();
        let mut parts: Vec<Part<'_>> = Vec::new();
        let mut cases = 0;
        for (code, sheet) in &sheets {
            let officer = self.officers.get(code.as_str()).or_else(|| self.officers.get(OTHERS));
            let Some(officer) = officer else {
                if !sheet.cases.is_empty() {
                    unsent.push(if code.is_empty() { "cases of no organisation".to_owned() } else { code.clone() });
                    for case in &sheet.cases {
                        let _ = index.write_record([code, "", case, ""]);
                    }
                }
                continue;
            };
            for case in &sheet.cases {
                let _ = index.write_record([code, &officer.service, case, &audit.as_of]);
            }
            cases += sheet.cases.len();
            let name = if code.is_empty() { "no-organisation".to_owned() } else { code.clone() };
            parts.push((name, officer, [("cases.csv.age", &sheet.cases_csv), ("access-by-others.csv.age", &sheet.others_csv)]));
        }
        if session.dry_run {
            session.note(format!("would seal {} into {}", count(parts.len() as u64, "part", "parts"), self.dir.display()));
            return Ok(unsent.len());
        }
        let folder = tempfile::Builder::new()
            .prefix(".carepact-")
            .suffix(".part")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .map_err(failed)?;
        let write = |path: &Path, bytes: &[u8]| -> std::io::Result<()> {
            use std::io::Write as _;
            use std::os::unix::fs::OpenOptionsExt as _;
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        for (name, officer, files) in &parts {
            std::fs::create_dir(folder.path().join(name)).map_err(failed)?;
            for (file, bytes) in files {
                let sealed = sealed_to::seal(&officer.recipient, bytes).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
                write(&folder.path().join(name).join(file), &sealed).map_err(failed)?;
            }
        }
        write(&folder.path().join(INDEX), &index.into_inner().unwrap_or_default()).map_err(failed)?;
        std::fs::rename(folder.path(), &self.dir).map_err(failed)?;
        // The folder has another name now, and stays.
        let _ = folder.keep();
        session.note(format!(
            "{} sealed in {} in {}; {INDEX} says which case went to whom",
            count(cases as u64, "case", "cases"),
            count(parts.len() as u64, "part", "parts"),
            self.dir.display()
        ));
        if !unsent.is_empty() {
            session.note(format!("no recipient for {}: their cases were sent to nobody (exit 3)", crate::text::and_list(&unsent)));
        }
        Ok(unsent.len())
    }
}
