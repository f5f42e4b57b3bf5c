//! PTY-003: an organisation is called what the register calls it.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::register::OrgId;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    code: "PTY-003",
    name: "name_matches",
    title: "Names match the register",
    severity: Severity::Warning,
    statement: "The name of an organisation in the register is the one the national list gives for its code: `carepact register check LIST...` finds that, since `carepact check` has no \
                list to compare with. Where an agreement gives the name of an organisation beside its code (a party or a sub-processor: `name:` with `org:`), it is the name in the register: `carepact check` finds that. Capitals, \
                punctuation, words in brackets, and the endings NHS Trust, NHS Foundation Trust, Ltd and the like do not count.",
    source: "UK GDPR Article 5(1)(d), accuracy; Organisation Data Service: names change, codes are the authority",
    certainty: Certainty::FromMemory,
    next: "Write the name as the register has it, or correct the code if another organisation is meant.",
    failing: "# file: agreements/second.yaml\nagreement: EX-ISF-0001\ntitle: Framework\nversion: \"1\"\nstatus: draft\ntier: 1\nstarts: 2026-04-01\nparties:\n  oak: {org: R9A, name: Synthetic Elm Trust, as: controller, joined: accessions/0001.csv}\n  others: {function: gp_practice, as: recipient, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\n",
    fixed: "# file: agreements/second.yaml\nagreement: EX-ISF-0001\ntitle: Framework\nversion: \"1\"\nstatus: draft\ntier: 1\nstarts: 2026-04-01\nparties:\n  oak: {org: R9A, name: Synthetic Oak NHS Trust, as: controller, joined: accessions/0001.csv}\n  others: {function: gp_practice, as: recipient, joined: accessions/0001.csv}\nreview: {last: 2026-04-01, next: 2027-04-01}\nonward_sharing: {allowed: false}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// Words at the end of a name that say what kind of body it is, longest first.
const ENDINGS: [&str; 14] = [
    "nhs foundation trust",
    "foundation trust",
    "nhs trust",
    "nhs ft",
    "trust",
    "community interest company",
    "cic",
    "limited liability partnership",
    "llp",
    "limited",
    "ltd",
    "public limited company",
    "plc",
    "nhs",
];

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        for party in &agreement.draft.parties {
            let place = format!("{}/{}/name", agreement.id, party.name.value);
            if let (Some(name), false) = (&party.legal_name, party.who.org.is_empty()) {
                found.extend(compare(context, &place, name, &party.who.org));
            }
            for sub in &party.sub_processors {
                if let (Some(name), Some(org)) = (&sub.name, &sub.org) {
                    found.extend(compare(context, &place, name, std::slice::from_ref(org)).map(|finding| finding.discriminator(org.value.clone())));
                }
            }
        }
    }
}

/// A finding if a name is that of none of the organisations it stands beside.
fn compare(context: &Context<'_>, place: &str, name: &Spanned<String>, codes: &[Spanned<String>]) -> Option<Finding> {
    let register = &context.pack.register;
    // A code that is not there is found by PTY-002.
    let meant: Vec<(OrgId, &Spanned<String>)> = codes.iter().filter_map(|code| Some((register.find(&code.value.to_ascii_uppercase())?, code))).collect();
    let (org, code) = meant.first()?;
    let written = plain(&name.value);
    if written.is_empty() || meant.iter().any(|(org, _)| plain(&context.organisation(*org).name) == written) {
        return None;
    }
    let organisation = context.organisation(*org);
    let mut finding = RULE
        .finding(place, format!("the agreement gives {} another name than the register does", code.value))
        .at(name.span, format!("the register has \"{}\"", organisation.name))
        .at(code.span, "this code")
        .at(organisation.cell("name"), "in the register");
    if let Some(other) = register.organisations.iter().find(|other| plain(&other.name) == written) {
        finding = finding.at(other.span, "that name is this organisation's").help(format!("Write the name of {}, or the code {} if that organisation is meant.", code.value, other.ods));
    }
    Some(finding)
}

/// A name without capitals, punctuation, brackets and the ending that says what kind of body it is.
fn plain(name: &str) -> String {
    let mut depth = 0usize;
    let mut text = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '&' => text.push_str(" and "),
            // An apostrophe or full stop within a word joins: St. Mary's, St Marys.
            '\'' | '\u{2019}' | '.' => {}
            c if c.is_alphanumeric() => text.push(c),
            _ => text.push(' '),
        }
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    if words.first() == Some(&"the") && words.len() > 1 {
        words.remove(0);
    }
    let whole = words.join(" ");
    ENDINGS.iter().find_map(|ending| whole.strip_suffix(ending)?.strip_suffix(' ').map(str::to_owned)).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_what_says_nothing() {
        assert_eq!(plain("The St. Mary's Hospital NHS Foundation Trust (synthetic)"), plain("ST MARYS HOSPITAL NHS TRUST"));
        assert_eq!(plain("Oak & Ash Records Ltd"), plain("Oak and Ash Records Limited"));
        assert_ne!(plain("Oak Lane Surgery"), plain("Oak Road Surgery"));
        assert_ne!(plain("Northern Care Alliance"), plain("Salford Royal"));
        assert_eq!(plain("Trust"), "trust");
    }
}
