//! `carepact demo`: the whole month's work on the shipped samples, each step run as a person would run it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::failure::Failure;
use super::session::{BOLD, GREEN, RED, Session, YELLOW};
use crate::outcome::Outcome;
use crate::synth::{Community, extract, log};

/// Run the whole month's work on the shipped samples
///
/// Writes a synthetic community, its extract and its access log into a folder, then runs check, test, pseudonymise,
/// verify, audit, who-looked and report on them, each as you would type it. Ends with one screen: what was found, and
/// which file to open first. Every command is in demo.log, so that you can repeat it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  carepact demo                     into ./carepact-demo\n  carepact demo --into /tmp/month   elsewhere")]
pub struct Args {
    /// The folder
    #[arg(long, value_name = "DIR", default_value = "carepact-demo")]
    pub into: PathBuf,
}

/// The day on which the demo judges: the first after its month.
const AS_OF: &str = "2026-11-01";

macro_rules! pack_files {
    ($($name:literal),* $(,)?) => {
        /// The shipped packs' hand-written files; register tables and accessions come from their seed.
        const PACK_FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../policies/", $name)))),*];
    };
}

pack_files![
    "greater-manchester/pack.yaml",
    "greater-manchester/carepact.lock",
    "greater-manchester/vocabulary.yaml",
    "greater-manchester/guards.yaml",
    "greater-manchester/pathways.yaml",
    "greater-manchester/systems.csv",
    "greater-manchester/flows.csv",
    "greater-manchester/waivers.yaml",
    "greater-manchester/accessions/lsc-0003.csv",
    "greater-manchester/agreements/emergency-care.yaml",
    "greater-manchester/agreements/framework.yaml",
    "greater-manchester/agreements/gm-care-record-2022.yaml",
    "greater-manchester/agreements/gm-care-record.yaml",
    "greater-manchester/agreements/neighbour.yaml",
    "greater-manchester/agreements/population-health.yaml",
    "greater-manchester/agreements/research-cohort.yaml",
    "greater-manchester/maps/lancashire-neighbour.yaml",
    "greater-manchester/audit/profiles/fhir-balp.yaml",
    "greater-manchester/audit/profiles/shared-record-csv.yaml",
    "greater-manchester/audit/conduct.yaml",
    "greater-manchester/audit/thresholds.yaml",
    "greater-manchester/tests/care-record.yaml",
    "greater-manchester/tests/boundaries.yaml",
    "greater-manchester/tests/other-agreements.yaml",
    "lancashire-neighbour/pack.yaml",
    "lancashire-neighbour/carepact.lock",
    "lancashire-neighbour/vocabulary.yaml",
    "lancashire-neighbour/accessions/0001.csv",
    "lancashire-neighbour/agreements/care-record.yaml",
    "lancashire-neighbour/register/assurance.csv",
    "lancashire-neighbour/register/functions.csv",
    "lancashire-neighbour/register/list_sizes.csv",
    "lancashire-neighbour/register/memberships.csv",
    "lancashire-neighbour/register/organisations.csv",
    "lancashire-neighbour/tests/care-record.yaml",
];

/// One step as run.
struct Ran {
    what: &'static str,
    code: Option<i32>,
    /// Exit codes that the samples are seeded to give.
    expected: &'static [i32],
    out: String,
}

struct Demo<'s> {
    dir: PathBuf,
    session: &'s mut Session,
    log: String,
    steps: Vec<Ran>,
}

/// Runs it.
pub fn run(args: &Args, session: &mut Session) -> anyhow::Result<Outcome> {
    let dir = args.into.clone();
    if dir.exists() {
        if !session.force {
            return Err(Failure::usage(format!("{} is there already", dir.display()))
                .next("Name another folder with --into, or give --force to make it anew.")
                .into());
        }
        // Only what a demo wrote is removed: it has its mark.
        if !dir.join("demo.log").is_file() {
            return Err(Failure::usage(format!("{} was not made by a demo, so it is not removed", dir.display()))
                .next("Name another folder with --into.")
                .into());
        }
        std::fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let mut demo = Demo { dir, session, log: String::new(), steps: Vec::new() };
    demo.save_log()?;
    demo.folders()?;
    demo.write_samples()?;
    demo.month()?;
    demo.save_log()?;
    demo.screen()
}

impl Demo<'_> {
    fn stop_if_interrupted(&self) -> anyhow::Result<()> {
        if self.session.interrupted() {
            return Err(Failure::new(Outcome::Interrupted, "interrupted", "interrupted").into());
        }
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.dir.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    fn save_log(&self) -> anyhow::Result<()> {
        self.write("demo.log", &self.log)
    }

    fn folders(&self) -> anyhow::Result<()> {
        for folder in ["keys", "results", "release", "report", "quarantine"] {
            std::fs::create_dir_all(self.dir.join(folder)).with_context(|| format!("cannot make the folder {folder}"))?;
        }
        Ok(())
    }

    fn write_samples(&mut self) -> anyhow::Result<()> {
        self.session.note("Writing a synthetic community of 504 member organisations, an extract and a month of accesses");
        let community = Community::new(super::synth::COMMUNITY_SEED);
        for (name, text) in PACK_FILES {
            self.write(&format!("pack/{name}"), text)?;
        }
        for (name, text) in community.tables().into_iter().chain(community.accessions()) {
            self.write(&format!("pack/greater-manchester/{name}"), &text)?;
        }
        let mut rows = Vec::new();
        extract::write(extract::Wanted { rows: 5_000, seed: 2026, dirty_per_mille: 12 }, &community, &mut rows)?;
        self.write("samples/extract/admissions.csv", &String::from_utf8_lossy(&rows))?;
        for (name, text) in log::write(log::Wanted { events: 20_000, seed: 2026, dirty: true }, &community) {
            if name == "log/access-2026-10.csv" {
                // Whoever the month's first access is about asks who has looked.
                let numbers = text.lines().filter_map(|line| line.split(',').nth(5));
                let subject = numbers.into_iter().find(|number| crate::identifier::NhsNumber::parse(number).is_ok()).unwrap_or_default();
                self.write("samples/subject.txt", &format!("{subject}\n"))?;
            }
            self.write(&format!("samples/{name}"), &text)?;
        }
        Ok(())
    }

    /// Runs one command in the demo's folder and keeps what it said.
    fn step(&mut self, what: &'static str, expected: &'static [i32], args: &[&str]) -> anyhow::Result<String> {
        self.stop_if_interrupted()?;
        self.session.note(format!("  carepact {}", shown(args)));
        let program = std::env::current_exe().context("cannot find this program")?;
        let output = Command::new(program)
            .args(args)
            .args(["--as-of", AS_OF, "--no-input", "--color", "never"])
            .current_dir(&self.dir)
            .env_remove("CAREPACT_PACK")
            .env_remove("CAREPACT_AS_OF")
            .env_remove("CAREPACT_SIGNERS")
            .stdin(std::process::Stdio::null())
            .output()
            .context("cannot run this program again")?;
        self.stop_if_interrupted()?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
        let code = output.status.code();
        let _ = writeln!(
            self.log,
            "$ carepact {} --as-of {AS_OF}\n{out}{err}(exit {})\n",
            shown(args),
            code.map_or_else(|| "by a signal".to_owned(), |code| code.to_string())
        );
        self.steps.push(Ran { what, code, expected, out: if out.is_empty() { err } else { out.clone() } });
        self.save_log()?;
        Ok(out)
    }

    fn month(&mut self) -> anyhow::Result<()> {
        const PACK: &str = "pack/greater-manchester";
        self.step("agreements checked", &[0, 1], &["check", PACK, "-o", "json:results/check.json", "--fail-on", "error"])?;
        self.step("tests of the pack", &[0], &["test", PACK, "-o", "json:results/test.json"])?;

        let custodian = self.recipient("keys/custodian.txt")?;
        let escrow = self.recipient("keys/escrow.txt")?;
        for (purpose, file) in [("population_health", "keys/population-health.keyring"), ("audit", "keys/audit.keyring")] {
            self.step(
                "keyring made",
                &[0],
                &["keys", "new", "--controller", "RZA", "--purpose", purpose, "--recipient", &custodian, "--recipient", &escrow, "-o", file],
            )?;
        }
        let signer = self.step("signing key made", &[0], &["keys", "signer", "--name", "ig@record.example.org", "-o", "keys/signer"])?;
        self.write(&format!("{PACK}/signers"), &signer)?;

        let extract = "samples/extract/admissions.csv";
        let release =
            ["--release", "GM-DSA-0021/phm-monthly", "--pack", PACK, "--keyring", "keys/population-health.keyring", "--identity", "keys/custodian.txt"];
        let plan = [&["pseudonymise", extract], &release[..], &["--plan"]].concat();
        let plan = self.step("release planned", &[0], &plan)?;
        self.write("release/plan.txt", &plan)?;
        let run = [
            &["pseudonymise", extract],
            &release[..],
            &["--sign-key", "keys/signer", "--quarantine", "quarantine", "-o", "release/phm-2026-10.csv", "-o", "json:results/release.json"],
        ]
        .concat();
        self.step("release made and signed", &[0], &run)?;
        self.step("release verified", &[0], &["verify", "release/phm-2026-10.csv.manifest.json", "--pack", PACK])?;

        let tables = ["--tables", "samples/tables", "--pack", PACK, "--keyring", "keys/audit.keyring", "--identity", "keys/custodian.txt"];
        let audit = [
            &["audit", "samples/log/access-2026-10.csv", "--profile", "pack/greater-manchester/audit/profiles/shared-record-csv.yaml"],
            &tables[..],
            &["-o", "json:results/audit.json"],
        ]
        .concat();
        self.step("accesses audited", &[1, 3], &audit)?;

        let profile = "pack/greater-manchester/audit/profiles/shared-record-csv.yaml";
        let who = [
            "who-looked",
            "samples/log/access-2026-10.csv",
            "--profile",
            profile,
            "--tables",
            "samples/tables",
            "--pack",
            PACK,
            "--subject-file",
            "samples/subject.txt",
        ];
        let draft = self.step("who looked, a draft", &[0, 3], &who)?;
        self.write("who-looked/draft.txt", &draft)?;

        let results: Vec<String> =
            ["check", "test", "audit", "release"].iter().map(|name| format!("results/{name}.json")).filter(|name| self.dir.join(name).is_file()).collect();
        let results: Vec<&str> = results.iter().map(String::as_str).collect();
        let manifest = "release/phm-2026-10.csv.manifest.json";
        let manifests: &[&str] = if self.dir.join(manifest).is_file() { &[manifest] } else { &[] };
        let report = [
            &["report"],
            &results[..],
            manifests,
            &[
                "-o",
                "html:report/report.html",
                "-o",
                "markdown:report/report.md",
                "-o",
                "json:report/report.json",
                "-o",
                "csv:report/tables",
                "--sign-key",
                "keys/signer",
            ],
        ]
        .concat();
        self.step("report written", &[0, 1], &report)?;
        Ok(())
    }

    /// Makes an identity and returns its public key.
    fn recipient(&mut self, file: &str) -> anyhow::Result<String> {
        let out = self.step("identity made", &[0], &["keys", "identity", "-o", file])?;
        Ok(out.trim().to_owned())
    }

    fn screen(&mut self) -> anyhow::Result<Outcome> {
        let dir = self.dir.display().to_string();
        let heading = self.session.paint(BOLD, "One month of a synthetic community: 10 boroughs, 504 member organisations");
        self.session.say(format!("\n{heading}"))?;
        let mut outcome = Outcome::Done;
        for index in 0..self.steps.len() {
            let step = &self.steps[index];
            if matches!(step.what, "identity made" | "keyring made" | "signing key made" | "release planned") && step.code == Some(0) {
                continue;
            }
            // Findings and unreadable lines are what the samples were seeded with; anything else is a fault.
            let (word, style) = match step.code {
                Some(code) if !step.expected.contains(&code) => {
                    outcome = Outcome::Bug;
                    ("FAIL", RED)
                }
                Some(0) => ("ok", GREEN),
                Some(1) => ("look", YELLOW),
                Some(3) => ("part", YELLOW),
                _ => {
                    outcome = Outcome::Bug;
                    ("FAIL", RED)
                }
            };
            let line = telling_line(step.what, &step.out);
            if self.session.accessible {
                self.session.say(format!("{}: {word}. {}", step.what, line.trim()))?;
                continue;
            }
            let (what, word) = (format!("{:<24}", step.what), self.session.paint(style, &format!("{word:<4}")));
            self.session.say(format!("  {word}  {what}{line}"))?;
        }
        let first = Path::new(&dir).join("report").join("report.html");
        self.session.say("")?;
        if first.is_file() {
            self.session.say(format!("  Open first: {}", self.session.paint(BOLD, &first.display().to_string())))?;
        }
        self.session.say(format!("  Every command and what it said: {}", Path::new(&dir).join("demo.log").display()))?;
        let (built, planned) = super::cli::verbs();
        self.session.say(format!("  Built in this version: {}.", built.join(", ")))?;
        self.session.say(format!("  Not built yet, and refused by name: {}.", planned.join(", ")))?;
        if outcome == Outcome::Bug {
            self.session.say(format!("  A step failed that should not: see {}", Path::new(&dir).join("demo.log").display()))?;
        }
        Ok(outcome)
    }
}

/// The line of a step's output that says how it went.
fn telling_line(what: &str, out: &str) -> String {
    let marks: &[&str] = match what {
        "agreements checked" => &[" agreements, "],
        "tests of the pack" => &["expectations in"],
        "release made and signed" | "release planned" => &["rows: "],
        "release verified" => &["verified"],
        "accesses audited" => &[" accesses by ", "Cases for a person"],
        "who looked, a draft" => &["We searched the log"],
        "report written" => &["report.html"],
        _ => &[],
    };
    let lines = || out.lines().map(str::trim).filter(|line| !line.is_empty());
    let found: Vec<&str> = lines().filter(|line| marks.iter().any(|mark| line.contains(mark))).take(2).collect();
    if found.is_empty() { lines().next_back().unwrap_or_default().to_owned() } else { found.join("; ") }
}

fn shown(args: &[&str]) -> String {
    args.iter().map(|arg| if arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Everything under `policies/` that the seed does not make is among the files shipped inside the program.
    #[test]
    fn every_hand_written_file_of_the_packs_is_shipped() {
        fn walk(dir: &Path, names: &mut Vec<String>, root: &Path) {
            for entry in std::fs::read_dir(dir).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, names, root);
                } else {
                    names.push(path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/"));
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let mut names = Vec::new();
        walk(&root, &mut names, &root);
        let community = crate::synth::Community::new(1);
        let made: Vec<String> = community.tables().keys().chain(community.accessions().keys()).map(|name| format!("greater-manchester/{name}")).collect();
        // Templates are shipped by `crate::template`, whose own test says so.
        let elsewhere = |name: &String| made.contains(name) || name.starts_with("templates/") || name.ends_with("/signers") || name.ends_with("README.md");
        for name in names.iter().filter(|name| !elsewhere(name)) {
            assert!(super::PACK_FILES.iter().any(|(shipped, _)| shipped == name), "{name} is not shipped");
        }
    }
}
