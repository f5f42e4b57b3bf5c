//! `carepact list`: the agreements of a pack, and who has still to sign which.

mod unsigned;

use serde_json::{Value, json};

use super::failure::Failure;
use super::session::{Format, Session};
use crate::agreement::Agreement;
use crate::identifier::Date;
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::rules::Context;
use crate::rules::data::Facts;
use crate::source::Sources;
use crate::text::count;

/// List the agreements of a pack, or who has still to sign
///
/// Each agreement with its status, what that makes it on --as-of, its dates, and the beginning of the digest of its terms,
/// which is what signatures name. With --unsigned, every organisation that has not joined or signed an agreement it
/// belongs to, or that signed other terms than those that stand there: first those for whom a transition of care is
/// not covered, among them those whose list size is not known, then most patients, then most transitions. Drafts are
/// left out, since nobody is asked to sign them yet. Nobody is asked by carepact: the CSV is for your mail merge.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact list                                      the pack here or above, today
  carepact list -f json
  carepact list --unsigned --pack policies/ours -o csv:chase.csv
  carepact list --unsigned --agreement GM-DSA-0007   one agreement only")]
pub struct Args {
    /// Who has still to sign, in the order in which to write to them
    #[arg(long)]
    pub unsigned: bool,
    /// Only this agreement
    #[arg(long, value_name = "ID")]
    pub agreement: Option<String>,
    /// As JSON (the same as -f json)
    #[arg(long)]
    pub json: bool,
}

/// What is printed and saved, in each form.
struct Shown {
    text: String,
    csv: Vec<u8>,
    object: Value,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    if args.json {
        session.format = Format::Json;
    }
    super::register::only(session, "list", &[Format::Human, Format::Json, Format::Csv])?;
    for output in &session.outputs {
        if let Some(other) = output.format.filter(|format| !matches!(format, Format::Json | Format::Csv | Format::Human)) {
            return Err(Failure::usage(format!("`list` does not write {}", other.name())).next("Name a .csv, .json or .txt file.").into());
        }
        if output.path.as_os_str() != "-" {
            session.check_free(&output.path)?;
        }
    }
    let mut sources = Sources::new();
    // Who is missing is said of a pack in order only: an accession file that could not be read would make everybody missing.
    let (pack, findings) =
        if args.unsigned { (super::pack::decidable(session, None, &mut sources)?, Vec::new()) } else { super::pack::read(session, None, &mut sources)? };
    if let Some(id) = &args.agreement {
        known(&pack, id)?;
    }
    let shown = if args.unsigned {
        let (facts, _) = Facts::of(&pack, &sources);
        let context = Context::new(&pack, &facts, &findings, session.as_of, &sources);
        unsigned::shown(&context, args.agreement.as_deref(), session)
    } else {
        agreements(&pack, args.agreement.as_deref(), session)
    };
    let json_bytes = || {
        let mut bytes = serde_json::to_vec_pretty(&shown.object).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    };
    for output in session.outputs.clone() {
        let bytes = match output.format {
            Some(Format::Json) => json_bytes(),
            Some(Format::Human) => shown.text.clone().into_bytes(),
            _ => shown.csv.clone(),
        };
        session.write_file(&output.path, &bytes, 0o644)?;
    }
    if !session.outputs.iter().any(|output| output.path.as_os_str() == "-") {
        match session.format {
            Format::Json => session.raw(&json_bytes())?,
            Format::Csv => session.raw(&shown.csv)?,
            _ => session.raw(shown.text.as_bytes())?,
        }
    }
    let errors = findings.iter().filter(|finding| finding.severity == crate::diagnostics::Severity::Error).count() as u64;
    if errors > 0 {
        session.note(format!(
            "reading the pack found {}, so the list may lack something: carepact check {}",
            count(errors, "error", "errors"),
            pack.dir.display()
        ));
        return Ok(Outcome::Incomplete);
    }
    Ok(Outcome::Done)
}

/// Refuses an agreement that the pack does not have.
pub(super) fn known<'p>(pack: &'p Pack, id: &str) -> Result<&'p Agreement, Failure> {
    pack.agreement(id).ok_or_else(|| {
        let failure = Failure::usage(format!("the pack has no agreement {id:?}"));
        match crate::text::nearest(id, pack.agreements.iter().map(|agreement| agreement.id.as_str())) {
            Some(near) => failure.next(format!("Did you mean {near}?")),
            None => failure.next("See them all: carepact list"),
        }
    })
}

const HEADS: [&str; 9] = ["agreement", "title", "version", "status", "on the day", "starts", "ends", "review", "terms"];

fn agreements(pack: &Pack, only: Option<&str>, session: &Session) -> Shown {
    let mut chosen: Vec<&Agreement> = pack.agreements.iter().filter(|agreement| only.is_none_or(|id| agreement.id == id)).collect();
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    let day = |date: Option<Date>| date.filter(|date| *date != Date::MAX && *date != Date::MIN).map(|date| date.to_string());
    let review = |agreement: &Agreement| day(agreement.draft.review.as_ref().and_then(|review| review.next.as_ref()).map(|next| next.value));
    let version = |agreement: &Agreement| agreement.draft.version.as_ref().map(|version| version.value.clone());
    let status = |agreement: &Agreement| agreement.status.name();
    let row = |agreement: &Agreement, terms: String| {
        [
            agreement.id.clone(),
            agreement.title.clone(),
            version(agreement).unwrap_or_default(),
            status(agreement).to_owned(),
            super::check::state_on(agreement, session.as_of).to_owned(),
            day(agreement.term.map(|term| term.first)).unwrap_or_default(),
            day(agreement.term.map(|term| term.last)).unwrap_or_default(),
            review(agreement).unwrap_or_default(),
            terms,
        ]
    };
    let mut rows = Vec::new();
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let _ = writer.write_record(HEADS.map(|head| head.replace(' ', "_")));
    for agreement in &chosen {
        rows.push(row(agreement, agreement.terms.chars().take(12).collect()).to_vec());
        let _ = writer.write_record(row(agreement, format!("sha256:{}", agreement.terms)).map(|cell| crate::text::formula_safe(&cell)));
    }
    let in_force = chosen.iter().filter(|agreement| agreement.in_force_on(session.as_of)).count() as u64;
    let mut text = format!("{}, {in_force} in force on {}\n", count(chosen.len() as u64, "agreement", "agreements"), session.as_of.in_words());
    if !chosen.is_empty() {
        text.push('\n');
        text.push_str(&table(session, &HEADS, HEADS.len(), &rows));
        text.push_str("\nterms: the first digits of the SHA-256 of the terms; the whole digest stands in the JSON and the CSV\n");
    }
    Shown {
        text,
        csv: writer.into_inner().unwrap_or_default(),
        object: json!({
            "format": "carepact.agreement-list/1",
            "as_of": session.as_of.to_string(),
            "pack": pack.reference(),
            "synthetic": pack.synthetic,
            "agreements": chosen.iter().map(|agreement| json!({
                "agreement": agreement.id,
                "title": agreement.title,
                "version": version(agreement),
                "status": status(agreement),
                "state_on_as_of": super::check::state_on(agreement, session.as_of),
                "starts": day(agreement.term.map(|term| term.first)),
                "ends": day(agreement.term.map(|term| term.last)),
                "review_next": review(agreement),
                "terms": format!("sha256:{}", agreement.terms),
            })).collect::<Vec<_>>(),
        }),
    }
}

/// A table without blanks at the ends of its lines. Columns from `words` on are numbers.
pub(super) fn table(session: &Session, heads: &[&str], words: usize, rows: &[Vec<String>]) -> String {
    let mut table = super::columns::Columns::new(session, heads, words);
    for row in rows {
        table.add_row(row);
    }
    table.text().lines().fold(String::new(), |text, line| text + line.trim_end() + "\n")
}
