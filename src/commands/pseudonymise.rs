//! `carepact pseudonymise`: an extract to a release under an agreement.

mod lookups;
mod opt_outs;
mod run;
mod write;

use std::path::PathBuf;

use super::failure::Failure;
use super::keys::UnlockArgs;
use super::session::{Format, Session};
use crate::agreement::Agreement;
use crate::agreement::written::ReleaseDraft;
use crate::diagnostics::{Severity, human};
use crate::outcome::Outcome;
use crate::pack::Pack;
use crate::pseudonymise::gate::Refusal;
use crate::pseudonymise::release::Release;
use crate::source::Sources;
use crate::yaml::Sink;

/// Pseudonymise an extract under an agreement
///
/// Reads CSV (comma, semicolon or tab; plain, gzip or zstd), does to each column what the release in the agreement says, and writes the
/// release (comma, LF), NAME.manifest.json with its signature .sig, and NAME.balance.json, which stays with the sender.
/// A column that the release does not name stops the run, and so does an agreement that is not in force or not signed,
/// a recipient that is not a party, another keyring than the pinned one, a national data opt-out that applies without a
/// fresh list of people who have none, and an identifier left in a column that is kept
/// (exit 4). All files appear together, or none. Rows are numbered as a spreadsheet shows them: the header is row 1.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  carepact pseudonymise admissions.csv --release GM-DSA-0021/phm-monthly --plan
  carepact pseudonymise admissions.csv --release GM-DSA-0021/phm-monthly --keyring phm.keyring --identity custodian.identity \\
      --sign-key release.signer -o release/phm.csv
  carepact pseudonymise admissions.csv.gz --release GM-DSA-0021/phm-monthly ...
  carepact pseudonymise a.csv b.csv --release GM-DSA-0021/phm-monthly ... --quarantine set-aside/
  carepact pseudonymise admissions.csv --release GM-DSA-0021/phm-monthly --plan --earlier releases/qop/")]
pub struct Args {
    /// The extracts, with the same columns in any order; - is standard input
    #[arg(value_name = "EXTRACT", required = true)]
    pub extracts: Vec<PathBuf>,
    /// The release: AGREEMENT/RELEASE
    #[arg(long, value_name = "AGREEMENT/RELEASE")]
    pub release: String,
    /// The keyring of a giving controller (or of the processor that holds the key) for the release's purpose
    #[arg(long, value_name = "FILE", env = "CAREPACT_KEYRING")]
    pub keyring: Option<PathBuf>,
    /// How to open it
    #[command(flatten)]
    pub unlock: UnlockArgs,
    /// The key that signs the manifest (0600)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGN_KEY")]
    pub sign_key: Option<PathBuf>,
    /// Show what would happen to every column and row, and write nothing
    #[arg(long)]
    pub plan: bool,
    /// Refuse (exit 4) unless the run does what the plan with this digest showed
    #[arg(long, value_name = "DIGEST")]
    pub plan_digest: Option<String>,
    /// Folder for rows that are set aside, as they were read (identifiable; 0600)
    #[arg(long, value_name = "DIR")]
    pub quarantine: Option<PathBuf>,
    /// The file that asked who has not opted out, as `carepact opt-out request` wrote and named it
    #[arg(long, value_name = "FILE", requires = "opt_out_list")]
    pub opt_out_request: Option<PathBuf>,
    /// What the service answered: people without a national data opt-out. Only they are released
    #[arg(long, value_name = "FILE", requires = "opt_out_request")]
    pub opt_out_list: Option<PathBuf>,
    /// The manifest of the last release: the key must be the same, and the new manifest names it
    #[arg(long, value_name = "MANIFEST")]
    pub previous: Option<PathBuf>,
    /// Folder with what the recipient holds already: earlier releases with their signed manifests (can be repeated).
    /// Without it, k beside earlier releases is reported as not assessed
    #[arg(long, value_name = "DIR")]
    pub earlier: Vec<PathBuf>,
    /// Who may have signed those manifests, in the form of OpenSSH's allowed_signers (default: the pack's)
    #[arg(long, value_name = "FILE", env = "CAREPACT_SIGNERS")]
    pub signers: Option<PathBuf>,
    /// Workers (default: as many as the machine has, at most 16)
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Memory for counting people and for measuring disclosure risk, in MiB; distinct rows that do not fit are put aside on disk,
    /// a run that needs more for anything else is refused
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    pub memory: usize,
    /// Folder for rows that do not fit while disclosure risk is measured: unnamed files, encrypted with a key that only this
    /// run has (default: the system's)
    #[arg(long, value_name = "DIR")]
    pub spill: Option<PathBuf>,
    /// Bytes read at a time (for tests)
    #[arg(long, hide = true, default_value_t = crate::tabular::chunk::BLOCK)]
    pub block: usize,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let json = match session.format {
        Format::Json => true,
        Format::Human | Format::Short => false,
        other => return Err(Failure::usage(format!("`pseudonymise` has no format {}", other.name())).next("Use human or json.").into()),
    };
    let threads = match args.threads {
        Some(0) => return Err(Failure::usage("--threads takes a number from 1").into()),
        Some(threads) => threads,
        None => std::thread::available_parallelism().map_or(1, |count| count.get().min(16)),
    };
    let mut sources = Sources::new();
    let pack = super::pack::decidable(session, None, &mut sources)?;
    let (agreement, draft) = find(&pack, &args.release)?;
    let mut release = read_release(agreement, draft, &sources, session)?;
    let on = session.as_of;
    let refused = |refusal: &Refusal| -> anyhow::Error { refusal_failure(refusal, &sources).into() };
    crate::pseudonymise::gate::allowed(&pack, agreement, &release, on).map_err(|refusal| refused(&refusal))?;
    let opt_outs = opt_outs::settle(args, session, &pack, &sources, agreement, &release)?;
    let lookups = lookups::load(&pack.dir, &mut release, &sources)?;
    let ground = run::Ground { pack: &pack, sources: &sources, agreement, draft, release: &release, threads, opt_outs: &opt_outs, lookups: &lookups };
    run::run(args, session, &ground, json)
}

/// The agreement and release of `AGREEMENT/RELEASE`.
pub(super) fn find<'p>(pack: &'p Pack, text: &str) -> Result<(&'p Agreement, &'p ReleaseDraft), Failure> {
    let Some((id, name)) = text.split_once('/') else {
        return Err(Failure::usage(format!("--release takes AGREEMENT/RELEASE, for example GM-DSA-0021/phm-monthly, not {text:?}")));
    };
    let Some(agreement) = pack.agreement(id) else {
        let failure = Failure::usage(format!("the pack has no agreement {id}"));
        return Err(match crate::text::nearest(id, pack.agreements.iter().map(|agreement| agreement.id.as_str())) {
            Some(near) => failure.next(format!("Did you mean {near}?")),
            None => failure,
        });
    };
    let names: Vec<&str> = agreement.draft.releases.iter().map(|release| release.name.value.as_str()).collect();
    agreement.draft.releases.iter().find(|release| release.name.value == name).map(|release| (agreement, release)).ok_or_else(|| {
        let failure = Failure::usage(format!("{id} has no release `{name}`"));
        if names.is_empty() { failure.next(format!("{id} has no releases.")) } else { failure.next(format!("It has {}.", crate::text::and_list(&names))) }
    })
}

pub(super) fn read_release(agreement: &Agreement, draft: &ReleaseDraft, sources: &Sources, session: &mut Session) -> anyhow::Result<Release> {
    let sink = Sink::new();
    let release = Release::read(agreement, draft, &sink);
    let findings = sink.into_findings();
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if let Some(release) = release
        && errors.is_empty()
    {
        return Ok(release);
    }
    for finding in errors.iter().take(5) {
        session.note(human::render(finding, sources, session.style().plain()));
        session.note("");
    }
    let first = errors.first().map_or_else(String::new, |finding| format!(": {}", finding.message));
    let count = crate::text::count(errors.len() as u64, "error", "errors");
    Err(Failure::new(Outcome::Usage, "release-not-valid", format!("the release {} has {count}, so nothing is released{first}", draft.place)).into())
}

/// Exit 4, with the clause's file and line.
pub(super) fn refusal_failure(refusal: &Refusal, sources: &Sources) -> Failure {
    let mut failure = Failure::refused(match refusal.ground {
        Some(span) => format!("{} ({})", refusal.message, sources.locate(span)),
        None => refusal.message.clone(),
    });
    failure.next.clone_from(&refusal.next);
    failure
}
