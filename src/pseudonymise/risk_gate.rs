//! The gate of disclosure risk: what leaves is measured while it is written, before anything gets its name.

use std::path::PathBuf;

use super::release::{Action, Release, RiskRule};
use crate::disclosure::coded::{Coded, Role};
use crate::disclosure::dictionary::Full;
use crate::disclosure::findings::{self, Thresholds};
use crate::disclosure::linked::{Known, Linked};
use crate::disclosure::measure::closeness::{Distance, SLACK};
use crate::disclosure::measure::{Measured, Wanted, measure};
use crate::disclosure::read::{Plan, ReadError, Reader};
use crate::disclosure::{record, shown};
use crate::tabular::Layout;
use crate::text;

/// People sampled for unicity, with seed 1.
const SAMPLE: usize = 1000;

/// What is known of the releases that the recipient holds already and can join with this one.
#[derive(Debug)]
pub enum Earlier {
    /// Nobody looked, or nothing can be joined: why.
    NotAssessed(String),
    /// What is held of each person.
    Held {
        /// Everything that could be read.
        known: Known,
        /// The days of these releases and their files, in the order in which they were read.
        releases: Vec<String>,
        /// What is missing from it, one sentence each without a full stop.
        gaps: Vec<String>,
    },
}

impl Earlier {
    /// What is held, where a release of people can be joined with any.
    pub fn known(&self) -> Option<&Known> {
        match self {
            Self::Held { known, releases, .. } if !releases.is_empty() => Some(known),
            _ => None,
        }
    }
}

/// Why what leaves cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmeasured {
    /// It needs more memory than is allowed.
    #[error(transparent)]
    Full(#[from] Full),
    /// Rows that do not fit cannot be put aside on disk or read back; what went wrong.
    #[error("{0}")]
    Disk(String),
}

impl Unmeasured {
    /// What broke while rows that were put aside were read back.
    pub fn broken(coded: &Coded) -> Option<Self> {
        coded.broken().map(|why| Self::Disk(format!("rows that were put aside on disk cannot be read back: {why}")))
    }
}

impl From<ReadError> for Unmeasured {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Full(full) => Self::Full(full),
            error => Self::Disk(error.to_string()),
        }
    }
}

/// The output of a release being measured.
pub struct RiskGate<'r> {
    release: &'r Release,
    rule: &'r RiskRule,
    /// Largest distances by name in the output.
    t: Vec<(String, f64, Distance)>,
    earlier: &'r Earlier,
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
    /// Why it was not measured beside all earlier releases, where it was not.
    pub earlier_unknown: Option<String>,
    /// The measures, as results save them.
    pub data: serde_json::Value,
}

impl<'r> RiskGate<'r> {
    /// For a release with a `risk:` block; none without one. Rows that do not fit in `memory` bytes are put aside in `spill`.
    pub fn new(release: &'r Release, earlier: &'r Earlier, memory: usize, spill: Option<PathBuf>) -> Option<Self> {
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
        let more: Vec<String> = rule.t.iter().filter_map(|(name, _, _)| release.output_of(&name.value)).filter(|name| !sensitive.contains(name)).collect();
        sensitive.extend(more);
        sensitive.extend(class("sensitive").into_iter().filter(|name| !sensitive.contains(name)).collect::<Vec<_>>());
        let groups = rule.repair.as_ref().map(|repair| release.repair_groups(rule, repair)).unwrap_or_default();
        let t: Vec<(String, f64, Distance)> = rule.t.iter().filter_map(|(name, t, distance)| Some((release.output_of(&name.value)?, *t, *distance))).collect();
        let columns = [
            role(groups, Role::Group),
            role(release.risk_columns(rule), Role::Quasi),
            role(person.into_iter().collect(), Role::Person),
            role(sensitive, Role::Sensitive),
        ]
        .concat();
        let header = release.columns.iter().filter(|column| column.action != Action::Drop).map(|column| column.output.clone()).collect();
        Some(Self {
            release,
            rule,
            t,
            earlier,
            reader: Reader::new(Plan { columns, null: Vec::new(), missing: rule.missing, memory, threads: 1, spill }),
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
    pub fn finish(self) -> Result<(Verdict, Coded), Unmeasured> {
        let Self { release, rule, t, earlier, reader, memory, place, .. } = self;
        let coded = reader.finish()?;
        let found = judge(release, rule, &t, earlier, &coded, memory, &place);
        // Whatever was said of rows that came back in part does not hold, a refusal neither.
        match Unmeasured::broken(&coded) {
            Some(broken) => Err(broken),
            None => Ok((found?, coded)),
        }
    }
}

/// What is to be said of a release in codes. It holds only if these were not broken meanwhile.
fn judge(
    release: &Release,
    rule: &RiskRule,
    t: &[(String, f64, Distance)],
    earlier: &Earlier,
    coded: &Coded,
    memory: usize,
    place: &str,
) -> Result<Verdict, Full> {
    let (k, by) = (rule.k, if rule.by_person { "people" } else { "rows" });
    let by_t = |name: &String| t.iter().find(|(of, _, _)| of == name);
    let distances = coded.of(Role::Sensitive).map(|(_, column)| by_t(&column.name).map_or(Distance::Equal, |(_, _, distance)| *distance)).collect();
    let measured = measure(coded, &Wanted { k, distances, sample: SAMPLE, seed: 1, memory })?;
    let quasi: Vec<&str> = coded.of(Role::Quasi).map(|(_, column)| column.name.as_str()).collect();
    let sizes = measured.by_person.as_ref().unwrap_or(&measured.by_row);
    let found = sizes.k.map_or_else(|| "no class".to_owned(), |k| format!("smallest class {k}"));
    let mut detail = format!(
        "k {k} by {by} over {} asked for, {found}, {} of {by} in smaller classes",
        text::and_list(&quasi),
        shown::share(sizes.small_members, sizes.members)
    );
    let (mut refusals, mut warnings) = (Vec::new(), Vec::new());
    for finding in findings::findings(place, &measured, &Thresholds { k, l: None, t: None }) {
        if finding.code == "RSK-001" { refusals.push(finding.message) } else { warnings.push(format!("{}.", finding.message)) }
    }
    for (index, (name, l)) in rule.l.iter().enumerate() {
        let distinct = distinct_values(&measured, index);
        if let Some(found) = distinct {
            detail.push_str(&format!("; l {l} of {} asked for, {found} found", name.value));
            if found < *l {
                refusals.push(format!("the least diverse class holds {} of `{}`, and {l} are asked for", text::count(found, "value", "values"), name.value));
            }
        }
    }
    for one in &measured.sensitive {
        let Some((name, most, distance)) = by_t(&one.name) else { continue };
        let closeness = one.closeness_by_person.as_ref().unwrap_or(&one.closeness);
        let found = if *distance == Distance::Ordered { closeness.ordered.unwrap_or(closeness.equal) } else { closeness.equal };
        detail.push_str(&format!("; t {most} ({}) of {name} asked for, {found:.3} found", distance.name()));
        if found > *most + SLACK {
            refusals.push(format!("the values of `{name}` in one class lie {found:.3} from those of the whole, and at most {most} is asked for"));
        }
    }
    if coded.excluded > 0 {
        let rows = shown::count(coded.excluded);
        detail.push_str(&format!("; {rows} rows that lack a quasi-identifier leave and were not measured"));
        warnings.push(format!("{rows} rows lack a quasi-identifier: they leave, and were not measured (`missing: exclude`)."));
    }
    let mut data = record::data(coded, &measured);
    let mut verdict = Verdict { detail, refusals, warnings, earlier_unknown: None, data: serde_json::Value::Null };
    let held = beside_earlier(release, rule, earlier, coded, &mut verdict);
    if let Some(data) = data.as_object_mut() {
        data.insert("earlier".to_owned(), held);
    }
    verdict.data = data;
    Ok(verdict)
}

/// The same people joined with what the recipient holds of them: what comes of it, as results save it.
fn beside_earlier(release: &Release, rule: &RiskRule, earlier: &Earlier, coded: &Coded, verdict: &mut Verdict) -> serde_json::Value {
    let (known, releases, gaps) = match earlier {
        Earlier::NotAssessed(why) => {
            verdict.detail.push_str(&format!("; k beside earlier releases: not assessed ({why})"));
            verdict.warnings.push(format!("k beside earlier releases that the recipient holds was not assessed: {why}."));
            verdict.earlier_unknown = Some(why.clone());
            return record::earlier_not_assessed(why);
        }
        Earlier::Held { known, releases, gaps } => (known, releases, gaps),
    };
    let linked = known.measure(coded, rule.k);
    let number = text::count(releases.len() as u64, "earlier release", "earlier releases");
    match linked.sizes.k {
        _ if releases.is_empty() => verdict.detail.push_str("; no earlier release can be joined with it"),
        Some(k) => verdict.detail.push_str(&format!("; joined with {number}: smallest class {k}")),
        None => verdict.detail.push_str(&format!("; joined with {number}: no class")),
    }
    if linked.sizes.k.is_some_and(|k| k < rule.k) && !releases.is_empty() {
        verdict.refusals.push(format!(
            "joined with {number} that the recipient holds, {} people ({}) are in classes of fewer than {} people; the smallest class has {}",
            shown::count(linked.sizes.small_members),
            shown::share(linked.sizes.small_members, linked.sizes.members),
            rule.k,
            text::count(linked.sizes.k.unwrap_or(0), "person", "people"),
        ));
    }
    for (name, diversity) in linked.diversity.iter().filter(|_| !releases.is_empty()) {
        let asked = rule.l.iter().find(|(column, _)| release.output_of(&column.value).as_ref() == Some(name)).map(|(_, l)| *l);
        let Some(found) = diversity.distinct else { continue };
        if let Some(l) = asked {
            verdict.detail.push_str(&format!("; l {l} of {name} beside them: {found} found"));
            if found < l {
                let values = text::count(found, "value", "values");
                verdict
                    .refusals
                    .push(format!("joined with {number} that the recipient holds, the least diverse class holds {values} of `{name}`, and {l} are asked for"));
            }
        }
        if diversity.shared_classes > 0 {
            verdict.warnings.push(format!(
                "Joined with {number} that the recipient holds, in {} classes of two or more people everybody has the same `{name}`: it is told of {} people, however large their class.",
                shown::count(diversity.shared_classes),
                shown::count(diversity.shared_members),
            ));
        }
    }
    verdict.warnings.extend(differences(rule, &linked, releases));
    if !gaps.is_empty() {
        let why = gaps.join("; ");
        verdict.detail.push_str(&format!("; not all earlier releases were assessed ({why})"));
        verdict.warnings.push(format!("k beside earlier releases that the recipient holds was assessed in part: {why}."));
        verdict.earlier_unknown = Some(why);
    }
    record::earlier(&linked, releases, gaps)
}

/// People whom subtraction tells: so few that only one of two releases has them.
fn differences(rule: &RiskRule, linked: &Linked, releases: &[String]) -> Vec<String> {
    let few = |people: u64| (1..rule.k).contains(&people);
    let say = |what: &str, release: &String| {
        format!("{what} than {} people: what they have in common (a death, a move, an opt-out, an event) is told by subtraction ({release}).", rule.k)
    };
    let mut list = Vec::new();
    for (difference, release) in linked.differences.iter().zip(releases) {
        if few(difference.left) {
            list.push(say("An earlier release has people whom this one lacks, fewer", release));
        }
        if few(difference.joined) {
            list.push(say("This release has people whom an earlier one lacks, fewer", release));
        }
    }
    list
}

fn distinct_values(measured: &Measured, sensitive: usize) -> Option<u64> {
    let one = measured.sensitive.get(sensitive)?;
    one.by_person.as_ref().unwrap_or(&one.by_row).distinct
}
