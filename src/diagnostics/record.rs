//! What every format is rendered from: saved results, the texts of the rules behind them, and where the files lie.
//!
//! Formats never judge and never count by themselves, so that no two of them can disagree.

use std::collections::BTreeMap;

use super::Severity;
use super::results::{ResultFinding, ResultSpan, Results};
use crate::text::count;

/// What is said of a rule where a format has room for it. The command knows the rules; formats know only this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleText {
    /// A few words.
    pub title: String,
    /// What must hold, in a sentence or two.
    pub statement: String,
    /// What to do, and how to read more.
    pub help: String,
    /// The level it has unless a pack says otherwise; none where it has no level of its own.
    pub severity: Option<Severity>,
    /// A page about it, if there is one on the web.
    pub url: Option<String>,
}

/// The texts of all rules that a run could have used, by code.
pub type RuleTexts = BTreeMap<String, RuleText>;

/// One run, ready to be rendered.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// What was found.
    pub results: &'a Results,
    /// The rules' texts.
    pub rules: &'a RuleTexts,
    /// Prefix of every file name: the folder of the pack as the CI system counts, with `/` at its end, or nothing.
    pub base: &'a str,
    /// The file that a finding without a place is shown at, without [`Record::base`].
    pub home: &'a str,
    /// The lowest level that fails the run; none if nothing does.
    pub fails_from: Option<Severity>,
    /// The expectations that a run of tests held or did not; empty for other kinds.
    pub cases: &'a [super::junit::Case],
    /// Whether nothing is capped that is capped for people.
    pub all: bool,
    /// Whether everything that should have been read was read.
    pub complete: bool,
}

/// How many findings there are. The same in every format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Open errors.
    pub errors: usize,
    /// Open warnings.
    pub warnings: usize,
    /// Open notes.
    pub notes: usize,
    /// Accepted exceptions, whatever their level.
    pub accepted: usize,
    /// Findings that were there before, whatever their level.
    pub baseline: usize,
}

impl Counts {
    /// The counts of some results.
    pub fn of(results: &Results) -> Self {
        let mut counts = Self::default();
        for finding in &results.findings {
            *match (finding.status.as_str(), finding.severity) {
                ("accepted", _) => &mut counts.accepted,
                ("baseline", _) => &mut counts.baseline,
                (_, Severity::Error) => &mut counts.errors,
                (_, Severity::Warning) => &mut counts.warnings,
                (_, Severity::Info) => &mut counts.notes,
            } += 1;
        }
        counts
    }

    /// Findings that are open.
    pub fn open(&self) -> usize {
        self.errors + self.warnings + self.notes
    }

    /// In words, what is none left out: `2 errors, 1 warning; 1 accepted`. Never empty.
    pub fn words(&self) -> String {
        let part = |number: usize, one: &str, many: &str| (number > 0).then(|| count(number as u64, one, many));
        let open: Vec<String> = [part(self.errors, "error", "errors"), part(self.warnings, "warning", "warnings"), part(self.notes, "note", "notes")]
            .into_iter()
            .flatten()
            .collect();
        let open = if open.is_empty() { "nothing found".to_owned() } else { open.join(", ") };
        match self.settled() {
            Some(settled) => format!("{open}; {settled}"),
            None => open,
        }
    }

    /// What is not open, in words: `1 accepted, 12 in the baseline`.
    pub fn settled(&self) -> Option<String> {
        let part = |number: usize, words: &str| (number > 0).then(|| format!("{} {words}", crate::text::thousands(number as u64)));
        let parts: Vec<String> = [part(self.accepted, "accepted"), part(self.baseline, "in the baseline")].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Where a finding is shown: a file as the CI system names it, and a place in it if one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// File, with the prefix, forward slashes.
    pub file: String,
    /// The place; none where the finding has none, and then line 1 stands for it.
    pub span: Option<&'a ResultSpan>,
}

impl<'a> Record<'a> {
    /// A file as the CI system names it.
    pub fn file(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    /// Where a finding is shown first.
    pub fn shown(&self, finding: &'a ResultFinding) -> Shown<'a> {
        match finding.spans.first() {
            Some(span) => Shown { file: self.file(&span.file), span: Some(span) },
            None => Shown { file: self.file(self.home), span: None },
        }
    }

    /// Whether an open finding makes the run fail.
    pub fn fails(&self, finding: &ResultFinding) -> bool {
        is_open(finding) && self.fails_from.is_some_and(|level| finding.severity >= level)
    }

    /// The findings by level, the worst first, within a level as they are; open ones only.
    pub fn open_by_level(&self) -> Vec<&'a ResultFinding> {
        let mut open: Vec<&ResultFinding> = self.results.findings.iter().filter(|finding| is_open(finding)).collect();
        open.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        open
    }

    /// One sentence for the whole run: the verdict first.
    pub fn verdict(&self) -> String {
        let failing = self.results.findings.iter().any(|finding| self.fails(finding));
        let word = match (failing, self.complete) {
            (true, _) => "failed",
            (false, false) => "incomplete",
            (false, true) => "passed",
        };
        let mut text = format!("{} {word}: {}", self.results.kind, Counts::of(self.results).words());
        let unjudged = self.results.not_assessed.len();
        if unjudged > 0 {
            text.push_str(&format!("; {} not judged", count(unjudged as u64, "thing", "things")));
        }
        text
    }
}

/// Why a finding is not open, in words; none if it is.
pub fn settled(finding: &ResultFinding) -> Option<String> {
    match (finding.status.as_str(), &finding.acceptance, &finding.first_seen) {
        ("accepted", Some(by), _) => Some(format!("accepted until {} ({}, approved by {}): {}", by.expires, by.owner, by.approved_by, by.reason)),
        ("accepted", None, _) => Some("accepted".to_owned()),
        ("baseline", _, Some(day)) => Some(format!("in the baseline since {day}")),
        ("baseline", _, None) => Some("in the baseline".to_owned()),
        _ => None,
    }
}

/// Whether a finding is neither accepted nor an old one.
pub fn is_open(finding: &ResultFinding) -> bool {
    !matches!(finding.status.as_str(), "accepted" | "baseline")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_without_what_is_none() {
        assert_eq!(Counts::default().words(), "nothing found");
        let counts = Counts { errors: 1, notes: 2, accepted: 1_234, ..Counts::default() };
        assert_eq!(counts.words(), "1 error, 2 notes; 1,234 accepted");
        assert_eq!(counts.open(), 3);
    }
}
