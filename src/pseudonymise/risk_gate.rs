//! The gate of disclosure risk: what leaves is measured while it is written, before anything gets its name.

use super::release::{Action, Release, RiskRule};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::dictionary::Full;
use crate::disclosure::findings::{self, Thresholds};
use crate::disclosure::measure::closeness::Distance;
use crate::disclosure::measure::{Measured, Wanted, measure};
use crate::disclosure::read::{Missing, Plan, ReadError, Reader};
use crate::disclosure::{record, shown};
use crate::tabular::Layout;
use crate::text;

/// People sampled for unicity, with seed 1.
const SAMPLE: usize = 1000;

/// The output of a release being measured.
pub struct RiskGate<'r> {
    rule: &'r RiskRule,
    reader: Reader,
    layout: Layout,
    memory: usize,
    place: String,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// One sentence for manifest, results and terminal.
    pub detail: String,
    /// What stands in the way of the release, one sentence each.
    pub refusals: Vec<String>,
    /// What does not, but is to be known.
    pub warnings: Vec<String>,
    /// The measures, as results save them.
    pub data: serde_json::Value,
}

impl<'r> RiskGate<'r> {
    /// For a release with a `risk:` block; none without one.
    pub fn new(release: &'r Release, memory: usize) -> Option<Self> {
        let rule = release.risk.as_ref()?;
        let role = |names: Vec<String>, role| names.into_iter().map(|name| (name, role)).collect::<Vec<_>>();
        let person = release.subject.as_ref().filter(|_| rule.by_person).and_then(|subject| release.output_of(&subject.value));
        let class = |word: &str| {
            release
                .columns
                .iter()
                .filter(|column| column.action != Action::Drop && column.class.as_deref() == Some(word))
                .map(|column| column.output.clone())
                .collect::<Vec<_>>()
        };
        let mut sensitive: Vec<String> = rule.l.iter().filter_map(|(name, _)| release.output_of(&name.value)).collect();
        sensitive.extend(class("sensitive").into_iter().filter(|name| !sensitive.contains(name)).collect::<Vec<_>>());
        let groups = rule.repair.as_ref().map(|repair| release.repair_groups(rule, repair)).unwrap_or_default();
        let columns = [
            role(groups, Role::Group),
            role(release.risk_columns(rule), Role::Quasi),
            role(person.into_iter().collect(), Role::Person),
            role(sensitive, Role::Sensitive),
        ]
        .concat();
        let header = release.columns.iter().filter(|column| column.action != Action::Drop).map(|column| column.output.clone()).collect();
        Some(Self {
            rule,
            reader: Reader::new(Plan { columns, null: Vec::new(), missing: Missing::Own, memory, threads: 1 }),
            layout: Layout { delimiter: b',', header, bom: false, crlf: false },
            memory,
            place: release.place.clone(),
        })
    }

    /// Whole rows of the output.
    pub fn add(&mut self, rows: &[u8]) -> Result<(), ReadError> {
        self.reader.add(&self.layout, rows)
    }

    /// Measures what was added, and gives it back in codes. Nothing that left nobody is judged: an empty release has no risk.
    pub fn finish(self) -> Result<(Verdict, Coded), Full> {
        let coded = self.reader.finish()?;
        let (k, by) = (self.rule.k, if self.rule.by_person { "people" } else { "rows" });
        let distances = vec![Distance::Equal; coded.count(Role::Sensitive)];
        let measured = measure(&coded, &Wanted { k, distances, sample: SAMPLE, seed: 1, memory: self.memory })?;
        let quasi: Vec<&str> = coded.of(Role::Quasi).map(|(_, column)| column.name.as_str()).collect();
        let sizes = measured.by_person.as_ref().unwrap_or(&measured.by_row);
        let found = sizes.k.map_or_else(|| "no class".to_owned(), |k| format!("smallest class {k}"));
        let mut detail = format!(
            "k {k} by {by} over {} asked for, {found}, {} of {by} in smaller classes",
            text::and_list(&quasi),
            shown::share(sizes.small_members, sizes.members)
        );
        let (mut refusals, mut warnings) = (Vec::new(), Vec::new());
        for finding in findings::findings(&self.place, &measured, &Thresholds { k, l: None, t: None }) {
            if finding.code == "RSK-001" { refusals.push(finding.message) } else { warnings.push(format!("{}.", finding.message)) }
        }
        for (index, (name, l)) in self.rule.l.iter().enumerate() {
            let distinct = distinct_values(&measured, index);
            if let Some(found) = distinct {
                detail.push_str(&format!("; l {l} of {} asked for, {found} found", name.value));
                if found < *l {
                    refusals.push(format!(
                        "the least diverse class holds {} of `{}`, and {l} are asked for",
                        text::count(found, "value", "values"),
                        name.value
                    ));
                }
            }
        }
        let data = record::data(&coded, &measured);
        Ok((Verdict { detail, refusals, warnings, data }, coded))
    }
}

fn distinct_values(measured: &Measured, sensitive: usize) -> Option<u64> {
    let one = measured.sensitive.get(sensitive)?;
    one.by_person.as_ref().unwrap_or(&one.by_row).distinct
}
