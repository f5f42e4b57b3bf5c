//! What the rules about clauses that do nothing, or too much, share: the analysis of the pack, made once, and a line that
//! shows a case.

use std::fmt::Write as _;

use super::Context;
use crate::decision::analysis::profile::Profile;
use crate::decision::analysis::{Analysis, Standing, Witness};
use crate::diagnostics::Finding;

/// The analysis of a pack, with what each clause does.
pub(super) struct Analyses<'p> {
    /// The analysis.
    pub(super) analysis: Analysis<'p>,
    /// Every clause that holds on the day asked about or later.
    pub(super) clauses: Vec<(Standing<'p>, Profile<'p>)>,
}

impl<'p> Analyses<'p> {
    /// Of the pack of a context.
    pub(super) fn new(context: &Context<'p>) -> Self {
        let analysis = Analysis::new(context.pack, context.as_of);
        let clauses = analysis
            .clauses()
            .into_iter()
            .map(|one| {
                let profile = analysis.profile(&one);
                (one, profile)
            })
            .collect();
        Self { analysis, clauses }
    }

    /// Grants that are more than a release, hold on the day asked about or later, and were looked at whole.
    pub(super) fn grants(&self) -> impl Iterator<Item = &(Standing<'p>, Profile<'p>)> {
        self.clauses.iter().filter(|(one, profile)| !one.prohibits && !profile.too_many && one.clause().during.last >= self.analysis.as_of)
    }
}

/// A command that shows a case.
pub(super) fn ask_line(context: &Context<'_>, witness: &Witness) -> String {
    let (words, case) = (context.words(), &witness.question);
    let mut line = format!("carepact ask --role {}", words.roles.short(case.role));
    if let Some(at) = case.at {
        let _ = write!(line, " --at {}", context.organisation(at).ods);
    }
    let _ = write!(line, " --see {} --of {} --for {}", words.data.short(case.data), context.organisation(case.of).ods, words.purposes.short(case.purpose));
    let name = |names: &'_ [String], index: u8| names.get(usize::from(index)).cloned().unwrap_or_default();
    let (action, form) = (name(&words.actions, case.action), name(&words.forms, case.form));
    if action != "view" {
        let _ = write!(line, " --may {action}");
    }
    if form != "identifiable" {
        let _ = write!(line, " --form {form}");
    }
    let given: Vec<String> = words
        .conditions
        .iter()
        .enumerate()
        .filter(|(bit, _)| (witness.facts.yes | witness.facts.no) >> bit & 1 == 1)
        .map(|(bit, condition)| format!("{}{}", if witness.facts.yes >> bit & 1 == 1 { "" } else { "-" }, condition.name))
        .collect();
    if !given.is_empty() {
        let _ = write!(line, " --given={}", given.join(","));
    }
    let _ = write!(line, " --as-of {}", case.on);
    line
}

/// A finding with a case that shows it, in words and for machines.
pub(super) fn with_witness(context: &Context<'_>, finding: Finding, lead: &str, witness: Option<&Witness>) -> Finding {
    match witness {
        Some(witness) => {
            let line = ask_line(context, witness);
            finding.help(format!("{lead}: {line}")).fact("witness", line)
        }
        None => finding,
    }
}

/// Whether an earlier rule already told a clause, or a part of it.
pub(super) fn told(found: &[Finding], codes: &[&str], place: &str) -> bool {
    found.iter().filter(|finding| codes.contains(&finding.code)).any(|finding| {
        let beneath = |told: &str| told.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        beneath(&finding.place)
            || ["again", "grant"].iter().filter_map(|key| finding.facts.get(*key)).any(|named| match named {
                serde_json::Value::Array(places) => places.iter().filter_map(serde_json::Value::as_str).any(beneath),
                serde_json::Value::String(place) => beneath(place),
                _ => false,
            })
    })
}
