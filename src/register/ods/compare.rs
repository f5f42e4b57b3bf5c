//! A pack's register beside the national lists.

use std::collections::{BTreeMap, BTreeSet};

use super::import::Import;
use super::{Listed, State, Status};
use crate::diagnostics::results::NotAssessed;
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::register::{Organisation, Register};
use crate::text::count;

/// What the comparison found. Every organisation of the register is in exactly one of `found`, `absent`, `not_covered`.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The findings, in the order of the register.
    pub findings: Vec<Finding>,
    /// Organisations that a list has.
    pub found: u64,
    /// Organisations that should be in a list and are not.
    pub absent: u64,
    /// Organisations of kinds that no list holds.
    pub not_covered: u64,
    /// Which kinds those are.
    pub not_assessed: Vec<NotAssessed>,
}

const GROUND: &str = "ODS codes are closed and never reused; the national list is the authority for what a code means";

/// Compares. A `synthetic` register says that its codes are nobody's: then absence is expected and said once, and a
/// code that does exist is what is wrong.
pub fn compare(register: &Register, import: &Import, day: Date, synthetic: bool) -> Comparison {
    let kinds: BTreeSet<&str> = import.organisations().map(|one| one.kind).collect();
    let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for one in import.organisations() {
        names.entry(plain(&one.name)).or_default().push(one.ods.as_str());
    }
    let mut all = Comparison::default();
    let mut uncovered: BTreeMap<&str, u64> = BTreeMap::new();
    for own in &register.organisations {
        match import.find(own.ods.as_str()) {
            Some(listed) => {
                all.found += 1;
                if synthetic {
                    all.findings.push(real_code(own));
                } else {
                    one(own, listed, import, day, &mut all.findings);
                }
            }
            None if kinds.contains(listed_kind(&own.kind)) => {
                all.absent += 1;
                if !synthetic {
                    all.findings.push(absent(own, &names));
                }
            }
            None => {
                all.not_covered += 1;
                *uncovered.entry(&own.kind).or_insert(0) += 1;
            }
        }
    }
    all.not_assessed = uncovered
        .into_iter()
        .map(|(kind, number)| NotAssessed {
            what: format!("{} of kind {}", count(number, "organisation", "organisations"), if kind.is_empty() { "(none given)" } else { kind }),
            why: "none of the lists given holds this kind; give a list that does".to_owned(),
        })
        .collect();
    if synthetic {
        let total = all.absent + all.not_covered;
        let message = format!(
            "the pack says it is synthetic: {} not in the lists, as it should be",
            if total == 1 { "1 of its codes is".to_owned() } else { format!("{} of its codes are", crate::text::thousands(total)) }
        );
        all.findings.push(Finding::new("PTY-002", Severity::Info, "register", message).discriminator("synthetic").fact("absent", total));
    }
    all
}

/// The kind as lists call it. A pack may say more closely what a trust does; the list of trusts does not.
fn listed_kind(kind: &str) -> &str {
    match kind {
        "practice" => "gp_practice",
        "acute_trust" | "mental_health_trust" | "community_trust" | "ambulance" | "ambulance_trust" => "trust",
        other => other,
    }
}

fn finding(code: &'static str, severity: Severity, own: &Organisation, what: &'static str, message: String) -> Finding {
    Finding::new(code, severity, format!("register/{}", own.ods), message).discriminator(what).ground(GROUND).fact("ods", own.ods.as_str()).fact("what", what)
}

fn real_code(own: &Organisation) -> Finding {
    finding("PTY-002", Severity::Error, own, "real_code", format!("{} is the code of a real organisation, and the pack says it is synthetic", own.ods))
        .at(own.span, "in the national list")
        .help("Give the invented organisation a code that is in no list.")
}

fn absent(own: &Organisation, names: &BTreeMap<String, Vec<&str>>) -> Finding {
    let found = finding("PTY-002", Severity::Error, own, "absent", format!("{} is not in the lists given", own.ods)).at(own.span, "this code");
    // Only a code whose name agrees: among thousands of codes, some other is always one letter away.
    let same = names.get(&plain(&own.name)).map(Vec::as_slice).unwrap_or_default();
    match (crate::text::nearest(own.ods.as_str(), same.iter().copied()), same) {
        (Some(near), _) => found.help(format!("Did you mean {near}? It has the same name.")),
        (None, [only]) => found.help(format!("The lists have one organisation of this name, {only}; check which is meant.")),
        (None, _) => found.help("Correct the code, or give the list that has it."),
    }
}

fn one(own: &Organisation, listed: &Listed, import: &Import, day: Date, findings: &mut Vec<Finding>) {
    let open_here = own.open.contains(day);
    let state = listed.state_on(day);
    let ods = &own.ods;
    if open_here && state == State::Closed {
        let since = listed.closed.map(|closed| format!(" on {closed}")).unwrap_or_default();
        let successor = import.successor(ods).map(|next| &next.ods).or(own.successor.as_ref());
        let mut closed = finding("PTY-002", Severity::Error, own, "closed", format!("{ods} closed{since} in the list, and is open in the register"))
            .at(own.span, "open here");
        if let Some(date) = listed.closed {
            closed = closed.fact("closed", date.to_string());
        }
        closed = match successor {
            Some(next) => closed.fact("successor", next.as_str()).help(format!("Write the closing date and the successor, {next}.")),
            None => closed.help("Write the closing date. Its successor is not known: give --successors FILE, nothing is guessed."),
        };
        findings.push(closed);
    } else if !open_here && own.closed.is_some_and(|closed| closed < day) && state != State::Closed {
        findings.push(
            finding("PTY-002", Severity::Warning, own, "open", format!("{ods} is closed in the register, and open in the list"))
                .at(own.span, "closed here")
                .help("Take the closing date out, unless the list is older than the closing."),
        );
    } else if open_here && matches!(state, State::Dormant | State::Proposed) {
        findings.push(
            finding("PTY-002", Severity::Warning, own, "not_active", format!("{ods} is open in the register, and {} in the list", listed.status.word()))
                .at(own.span, "open here")
                .help("Ask whether it still takes part; if not, let it leave its agreements."),
        );
    } else if let (Some(here), Some(there)) = (own.closed, listed.closed)
        && here != there
    {
        findings.push(
            finding("PTY-002", Severity::Warning, own, "closing_date", format!("{ods} closes on {here} in the register, on {there} in the list"))
                .at(own.span, "this row")
                .fact("closed", there.to_string())
                .help("Write the list's date; accesses between the two are judged by it."),
        );
    }
    if let Some(opened) = listed.opened.filter(|opened| *opened > own.open.first) {
        let early = open_here && opened > day;
        let here =
            if own.open.first == Date::MIN { "has no opening date in the register".to_owned() } else { format!("on {} in the register", own.open.first) };
        let (severity, verb) = if early { (Severity::Error, "opens") } else { (Severity::Warning, "opened") };
        findings.push(
            finding("PTY-002", severity, own, "opened", format!("{ods} {verb} on {opened} in the list, and {here}"))
                .at(own.span, "open too early")
                .fact("opened", opened.to_string())
                .help("Write the list's opening date."),
        );
    }
    if !same_name(&own.name, &listed.name) {
        findings.push(
            finding("PTY-003", Severity::Warning, own, "name", format!("{ods} has another name in the list: {}", listed.name))
                .at(own.span, "this row")
                .ground("the national list gives the name an organisation is registered under")
                .fact("listed_name", listed.name.clone())
                .help("Write the name as listed, or check that the code is the right one."),
        );
    }
    if listed_kind(&own.kind) != listed.kind && listed.status != Status::Closed {
        findings.push(
            finding("PTY-002", Severity::Warning, own, "kind", format!("{ods} is of kind {} in the register, and {} in the list", own.kind, listed.kind))
                .at(own.span, "this row")
                .fact("listed_kind", listed.kind)
                .help("Check that the code is the right one."),
        );
    }
}

/// Whether two names are the same but for case, spaces, points and the spelling of "and": the lists are in capitals.
pub fn same_name(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(name: &str) -> String {
    let spelt = name.to_uppercase().replace('&', " AND ").replace(['\'', '\u{2019}'], "");
    spelt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
