//! PTY-002: organisations an agreement names are in the register and open.

use std::collections::BTreeMap;

use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::{OrgSelectorDraft, WhoDraft};
use crate::diagnostics::{Finding, Severity};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule {
    code: "PTY-002",
    name: "open_in_register",
    title: "Named organisations are known and open",
    severity: Severity::Error,
    statement: "Every organisation that a table or an agreement names by its code is in the register; one that an agreement not yet over names is open on the day asked about.",
    source: "Organisation Data Service: codes are closed, never reused, and successors have codes of their own",
    certainty: Certainty::Confirmed,
    next: "Name the successor, or take the organisation out; record when it left.",
    failing: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\n8ZZ01,Synthetic Records Ltd,supplier,2010-01-01,2026-05-31,8ZZ02,no,ZA900004,\n8ZZ02,Synthetic Records Two Ltd,supplier,2026-06-01,,,no,ZA900005,\n# file: register/assurance.csv\nods,scheme,status,year,published,interim\n",
    fixed: "# file: register/organisations.csv\nods,name,kind,opened,closed,successor,member,ico,caldicott_guardian\n8ZZ01,Synthetic Records Ltd,supplier,2010-01-01,2030-05-31,8ZZ02,no,ZA900004,\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let draft = &agreement.draft;
        let mut named: Vec<&Spanned<String>> = Vec::new();
        for party in &draft.parties {
            orgs(&party.who, &mut named);
            named.extend(party.sub_processors.iter().filter_map(|sub| sub.org.as_ref()));
        }
        for clause in draft.grants.iter().chain(&draft.prohibits) {
            orgs(&clause.to.at, &mut named);
            orgs(&clause.of, &mut named);
            who(clause.except.who.as_ref(), &mut named);
        }
        for basis in &draft.basis {
            if let Some(parties) = &basis.parties {
                orgs(parties, &mut named);
            }
        }
        named.extend(draft.releases.iter().filter_map(|release| release.to.as_ref()));
        // One organisation, one cause, however often it is written.
        let mut by_code: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for name in named {
            by_code.entry(&name.value).or_default().push(name.span);
        }
        for (code, spans) in by_code {
            let Some(id) = context.pack.register.find(code) else { continue };
            let organisation = context.organisation(id);
            if organisation.open.contains(context.as_of) {
                continue;
            }
            let place = format!("{}/{code}", agreement.id);
            let mut finding = if context.as_of > organisation.open.last {
                let finding = RULE.finding(place, format!("{} names {code} ({}), which closed on {}", agreement.id, organisation.name, organisation.open.last));
                match &organisation.successor {
                    Some(next) => finding.help(format!("Its successor is {next}: name it here, have it sign, and record when {code} left.")),
                    None => finding.help("The register names no successor: find out who carries on its work, and name them here."),
                }
            } else {
                let mut finding = RULE
                    .finding(place, format!("{} names {code} ({}), which opens on {}", agreement.id, organisation.name, organisation.open.first))
                    .help("Nothing to do if that is meant; until then it is not a party.");
                finding.severity = Severity::Info;
                finding
            };
            for (index, span) in spans.iter().take(3).enumerate() {
                finding = finding.at(*span, if index == 0 { "not open on this day" } else { "and here" });
            }
            found.push(finding.at(organisation.span, "in the register"));
        }
    }
}

fn orgs<'d>(selector: &'d OrgSelectorDraft, named: &mut Vec<&'d Spanned<String>>) {
    named.extend(&selector.org);
    who(selector.except.as_deref(), named);
}

fn who<'d>(draft: Option<&'d WhoDraft>, named: &mut Vec<&'d Spanned<String>>) {
    if let Some(draft) = draft {
        orgs(&draft.at, named);
    }
}
