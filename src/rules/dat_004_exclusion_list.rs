//! DAT-004: which sensitive codes are left out is said by a list with its version.

use super::context::{entry_span, key_span};
use super::{Certainty, Check, Context, Rule, data, written};
use crate::agreement::written::ExclusionsDraft;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DAT-004",
    name: "exclusion_list",
    title: "The list of exclusions is named with its version",
    severity: Severity::Warning,
    statement: "An agreement that shows clinical content to others than the person names the list of sensitive codes that are left out (`exclusions: {list, version}`), with its version or date. \
                \"The usual exclusions\" is no list: lists differ between communities and change (src/rules/data/exclusion_lists.csv).",
    source: "Sensitive exclusion sets of the Summary Care Record; Leeds Care Record sharing agreement: the list is a local, dated decision",
    certainty: Certainty::Confirmed,
    next: "Write exclusions: {list: the name of the list or reference set, version: ..., date: ...}.",
    failing: "exclusions: {list: the usual exclusions}\n",
    fixed: "exclusions: {list: RCGP sensitive exclusion sets, version: \"2025.2\", date: 2025-11-01}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current() {
        let draft = &agreement.draft;
        let shows = |clause: &&crate::agreement::valid::Clause| {
            !context.for_the_person(clause) && clause.reach.forms != context.form("aggregate") && clause.reach.see.iter().any(|category| context.clinical(*category))
        };
        let Some(shown) = agreement.grants.iter().find(shows) else { continue };
        let place = format!("{}/exclusions", agreement.id);
        let Some(ExclusionsDraft { list, version, date, .. }) = &draft.exclusions else {
            if context.lacks(&draft.node, "exclusions") {
                found.push(
                    RULE.finding(place, format!("{} does not say which sensitive codes are left out", agreement.id))
                        .at(draft.head(), "`exclusions:` is missing")
                        .at(shown.span, "shows clinical content"),
                );
            }
            continue;
        };
        let on = context.law_date(agreement);
        let block = draft.node.get("exclusions");
        let lacks = |key: &str| block.is_none_or(|block| context.lacks(block, key));
        let vague = list.as_ref().filter(|list| context.facts().vague("exclusions", &list.value, on).is_some() || written::says_nothing(&list.value));
        let dated = version.as_ref().is_some_and(|version| !written::says_nothing(&version.value)) || date.is_some();
        if let Some(list) = vague {
            found.push(RULE.finding(place, format!("the exclusions of {} name no list", agreement.id)).at(list.span, "which codes these are, nobody can say"));
        } else if list.is_none() && lacks("list") {
            found.push(
                RULE.finding(place, format!("the exclusions of {} do not say which list they follow", agreement.id)).at(key_span(draft, "exclusions"), "`list:` is missing"),
            );
        } else if let Some(list) = list {
            let same = |row: &&data::Row| {
                list.value.to_lowercase().contains(&row[0].to_lowercase()) && (row[1].is_empty() || version.as_ref().is_some_and(|version| version.value == row[1]))
            };
            let over = context.facts().exclusion_lists.iter().find(same).filter(|row| data::date(&row[2]) < on);
            if let Some(row) = over {
                let span = version.as_ref().map_or(list.span, |version| version.span);
                found.push(
                    RULE.finding(place, format!("the list of exclusions that {} names was in use until {}", agreement.id, row[2]))
                        .at(span, "replaced")
                        .help(format!("Name the list in use ({}).", row[4])),
                );
            } else if !dated && lacks("version") && lacks("date") {
                let span = block.and_then(|block| entry_span(block, "list")).unwrap_or(list.span);
                found.push(
                    RULE.finding(place, format!("the exclusions of {} name a list without version or date", agreement.id))
                        .at(span.to(list.span), "in which version?")
                        .at(shown.span, "shows clinical content"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn a_list_is_a_name_and_a_version_or_a_date() {
        for good in [
            "{list: refset 999004371000000100, version: \"40.3\"}",
            "{list: Community sensitive codes, date: 2026-01-01}",
            "{list: Local list agreed by the board, version: 7, date: 2026-02-01}",
        ] {
            assert_eq!(run(&format!("exclusions: {good}\n")).shown, "", "{good}");
        }
        for bad in ["{list: Sensitive codes}", "{list: standard exclusions, version: 1}", "{list: RCGP sensitive exclusion sets}", "{version: 1}"] {
            assert_eq!(run(&format!("exclusions: {bad}\n")).codes, ["DAT-004"], "{bad}");
        }
        // Nothing clinical is shown to anybody but the person.
        let person = "grants:\n  g2: {to: {role: person}, see: record, for: patient_access, when: identity_checked}\n";
        assert!(!run(&format!("exclusions: ~\n{person}")).codes.contains(&"DAT-004"));
    }
}
