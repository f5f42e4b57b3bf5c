//! The command line as typed. Doc comments are the help; man pages and completions come from here too.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::session::Session;
use crate::outcome::Outcome;

/// Keep a health and care community's data-sharing agreements as files, and enforce them
///
/// carepact checks agreements written as YAML, decides who may see what, pseudonymises extracts under an agreement,
/// audits access logs against agreements, and writes the report that shows it. It uses no network and sends nothing
/// anywhere. It says what a document states or lacks and which article or guidance expects it; it is not legal advice.
#[derive(Debug, Parser)]
#[command(name = "carepact", version, long_version = VERSION, propagate_version = false, arg_required_else_help = true, after_help = EXAMPLES, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArgs,
}

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nIt uses no network and sends nothing anywhere.");

const EXAMPLES: &str = "\
Examples:
  carepact demo                                    the whole month's work on the shipped sample
  carepact check policies/greater-manchester       is every agreement in order?
  carepact ask --role nurse --at RZA --see medications --of X90001 --for direct_care
  carepact explain LAW-007                         the rule behind a finding

Exit codes: 0 done, 1 findings or an answer other than permit, 2 usage, 3 incomplete, 4 refused by an agreement,
5 verification failed, 70 a bug, 130 interrupted";

/// When to colour.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that wants it (`NO_COLOR` is heeded).
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Options of every command, before or after it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Folder of the pack (default: the nearest pack.yaml upwards)
    #[arg(long, global = true, value_name = "DIR", env = "CAREPACT_PACK")]
    pub pack: Option<PathBuf>,
    /// Judge everything on this day, for example 2026-07-01 (default: today)
    #[arg(long, global = true, value_name = "DATE", env = "CAREPACT_AS_OF")]
    pub as_of: Option<String>,
    /// How to print: human, short, json, ndjson, sarif, junit, github, gitlab, azure or markdown (report: html, markdown, csv, json)
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Write to a file, the format before a colon or by extension (can be repeated; - is stdout)
    #[arg(short, long, global = true, value_name = "[FORMAT:]PATH")]
    pub output: Vec<String>,
    /// Say nothing but the result
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Show what would be written, write nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
    /// Colour the output
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub color: ColorWhen,
    /// For screen readers: one `label: value` a line, no drawings, no columns, progress in words
    #[arg(long, global = true, env = "CAREPACT_ACCESSIBLE", value_parser = clap::builder::FalseyValueParser::new())]
    pub accessible: bool,
    /// Never ask; fail instead
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Replace files that are there already
    #[arg(long, global = true)]
    pub force: bool,
}

impl GlobalArgs {
    /// Whether errors are JSON too.
    pub fn wants_json(&self) -> bool {
        self.format.as_deref() == Some("json")
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($module:ident)),* $(,)?) => {
        /// The verbs.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$doc])* $name(super::$module::Args),)*
        }

        /// Runs one verb.
        pub fn run(command: &Command, session: &mut Session) -> anyhow::Result<Outcome> {
            match command {
                $(Command::$name(args) => super::$module::run(args, session),)*
            }
        }
    };
}

commands! {
    /// Run the whole month's work on the shipped samples
    Demo(demo),
    /// Make a pack to start from
    Init(init),
    /// Check the agreements of a pack against the rules
    Check(check),
    /// Explain the rule behind a finding
    Explain(explain),
    /// List the agreements of a pack, or who has still to sign
    List(list),
    /// Show one agreement in words
    Show(show),
    /// Ask whether a role may see data, and which clause says so
    Ask(ask),
    /// List everybody who may see data: which roles, at which organisations, by which clause
    Who(who),
    /// List everything a role may see: which data, of whom, for what, how, by which clause
    What(what),
    /// Show which transitions of care and flows agreements cover, who is left out, and when cover ends
    Coverage(coverage),
    /// Tell one invented person's journey along a pathway: who sees what, where it goes dark
    Walk(walk),
    /// Put a neighbouring community's pack beside ours, before anyone signs
    Join(join),
    /// Say who gains and who loses access to what: two packs, two revisions of git, or two dates
    Diff(diff),
    /// Run the tests of a pack: cases, tables and invariants written in YAML
    Test(test),
    /// Make small mistakes in a pack, one at a time, and list those that its tests do not notice
    Mutate(mutate),
    /// Write what the agreements allow as sorted lines, so that a change of access is seen as a plain difference of text
    Lock(lock),
    /// Make synthetic data with seeded, labelled test cases
    Synth(synth),
    /// Make and list keyrings, identities and signing keys
    Keys(keys),
    /// Pseudonymise an extract under an agreement
    #[command(visible_alias = "pseudonymize")]
    Pseudonymise(pseudonymise),
    /// Ask the national service who has not opted out
    OptOut(opt_out),
    /// Recognise the columns of an extract, and draft a release that lets out nothing unknown
    Profile(profile),
    /// Measure how far an extract or a table points at single people, and what would mend it
    Risk(risk),
    /// Find the people behind codes of one release, with a reason, in a ledger
    Reidentify(reidentify),
    /// Verify signatures, digests and chains of anything carepact wrote
    Verify(verify),
    /// Audit an access log against the agreements and reference tables
    Audit(audit),
    /// Write a draft answer to "who has looked at my record?"
    WhoLooked(who_looked),
    /// Destroy findings, annexes, answers and states by the pack's dates, and record it
    Retain(retain),
    /// Make a report from saved results
    Report(report),
    /// Organisations: read the national lists, list a pack's register, compare the two
    Register(register),
    /// Print the JSON Schema of a file of a pack
    Schema(schema),
    /// Read a register of data flows into rows of flows.csv
    Import(import),
    /// Run the published vectors of the cryptography that this binary holds
    Selftest(selftest),
    /// Print shell completions
    Completions(completions),
}

/// Verbs of the design that this version does not have.
const PLANNED: &[&str] = &["doctor", "export", "ci"];

/// The verbs there are, and those of the design that will come.
pub fn verbs() -> (Vec<String>, &'static [&'static str]) {
    let built = Cli::command().get_subcommands().map(|verb| verb.get_name().to_owned()).filter(|name| name != "help").collect();
    (built, PLANNED)
}

/// If the word typed is a verb that will come, what to say of it.
pub fn planned(error: &clap::Error) -> Option<String> {
    if error.kind() != clap::error::ErrorKind::InvalidSubcommand {
        return None;
    }
    let word = match error.get(clap::error::ContextKind::InvalidSubcommand) {
        Some(clap::error::ContextValue::String(word)) => word.as_str(),
        _ => return None,
    };
    PLANNED.contains(&word).then(|| format!("`carepact {word}` is not built yet in carepact {}; nothing was done", env!("CARGO_PKG_VERSION")))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn no_verb_is_built_and_not_built() {
        let (built, planned) = super::verbs();
        assert!(built.len() > 20 && planned.iter().all(|verb| !built.iter().any(|name| name == verb)));
    }
}
