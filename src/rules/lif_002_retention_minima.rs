//! LIF-002: own records are kept long enough, copies not longer than their source.

use super::{Certainty, Check, Context, Rule, data, written};
use crate::diagnostics::{Finding, Severity};
use crate::vocabulary::Tree;

pub(super) static RULE: Rule = Rule {
    code: "LIF-002",
    name: "retention_minima",
    title: "Records are kept as long as the Code says, copies no longer",
    severity: Severity::Warning,
    statement: "A class of `retention:` that is a record of its controller is kept at least as long as the Records Management Code says, and a recipient's copy (shared_view, copies, releases, or \
                a release by its name) no longer than the record at its source, unless `reason:` says why. Times, triggers and how sure we are: src/rules/data/retention_minima.csv.",
    source: "NHS Records Management Code of Practice, 4 August 2021, updated 7 August 2023",
    certainty: Certainty::Confirmed,
    next: "Set the time the Code gives for such records, or say in reason: why another is right.",
    failing: "retention:\n  shared_view: {keep: 8 years, after: last contact, then: review and destroy}\n  mental_health_record: {keep: 8 years, after: last contact, then: review and destroy}\n",
    fixed: "retention:\n  shared_view: {keep: 8 years, after: last contact, then: review and destroy}\n  mental_health_record: {keep: 20 years, after: end of treatment, then: review and destroy}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

/// A time in days, roughly: enough to compare years with.
fn days(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    // A longer number is no length to LIF-001 either.
    let number = u64::from(number.parse::<u32>().ok()?);
    let unit = match unit.trim().trim_end_matches('s') {
        "day" => 1,
        "week" => 7,
        "month" => 30,
        "year" => 365,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// `18th birthday` counts from birth with 18 years more.
fn birthday(after: &str) -> Option<u64> {
    let before = &after[..after.find("birthday")?];
    before.split(|c: char| !c.is_ascii_digit()).rfind(|part| !part.is_empty())?.parse().ok()
}

/// The row for a class: by its own name, or by the data category of that name or one above it.
fn row_of<'t>(tree: &Tree, table: &'t [data::Row], class: &str) -> Option<&'t data::Row> {
    let last = class.rsplit('.').next().unwrap_or(class);
    data::row(table, last).or_else(|| tree.ancestors(tree.find(class).ok()?).find_map(|at| data::row(table, &tree.node(at).name)))
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    let table = &context.facts().retention_minima;
    for agreement in context.current() {
        let on = context.law_date(agreement);
        for class in &agreement.draft.retention {
            let name = &class.class.value;
            let is_release = agreement.draft.releases.iter().any(|release| release.name.value == *name);
            let Some(row) = row_of(&context.words().data, table, if is_release { "release" } else { name }).filter(|row| data::date(&row[5]) <= on) else { continue };
            let reasoned = class.reason.as_ref().is_some_and(|reason| !written::says_nothing(&reason.value));
            let (Some(keep), false) = (&class.keep, reasoned) else { continue };
            let after = class.after.as_ref().map(|after| after.value.to_lowercase()).unwrap_or_default();
            let from_death = Some(&row[3]).filter(|years| !years.is_empty() && after.contains("death"));
            let (Some(kept), Ok(years)) = (days(&keep.value), from_death.unwrap_or(&row[1]).parse::<u64>()) else { continue };
            let kept = kept.saturating_add(birthday(&after).filter(|_| row[2] == "birth").unwrap_or(0).saturating_mul(365));
            let bound = years.saturating_mul(365);
            let place = format!("{}/retention/{name}", agreement.id);
            let counted = if from_death.is_some() { "death" } else { &row[2] };
            let sure = if row[6] == "S" { "" } else { " (from memory: check it)" };
            let finding = if row[4] == "yes" && kept > bound {
                RULE.finding(place, format!("{name} of {} is kept longer than the record it is taken from, and no reason is given", agreement.id))
                    .at(keep.span, format!("longer than {years} years"))
                    .help(format!("Shorten it, or add `reason:`. The bound is {years} years: {}{sure}.", row[7]))
            } else if row[4] != "yes" && kept < bound {
                RULE.finding(place, format!("{name} of {} is kept shorter than the {years} years from {counted} that the Records Management Code gives", agreement.id))
                    .at(keep.span, format!("at least {years} years"))
                    .help(format!("Set {years} years from {counted}, or say in `reason:` why less is right. Source: {}{sure}.", row[7]))
            } else {
                continue;
            };
            found.push(match &class.after {
                Some(after) => finding.at(after.span, "counted from here"),
                None => finding,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    fn with(class: &str) -> Vec<&'static str> {
        run(&format!("retention:\n  {class}\n")).codes
    }

    #[test]
    fn times_are_compared_by_what_they_count_from() {
        for good in [
            "mental_health_record: {keep: 10 years, after: death, then: destroy}",
            "child_health_record: {keep: 26 years, after: birth, then: destroy}",
            "child_health_record: {keep: 8 years, after: 18th birthday, then: destroy}",
            "maternity_record: {keep: 300 months, after: the birth of the child, then: destroy, reason: as the Code says}",
            "audit_log: {keep: 8 years, after: the access, then: destroy}",
            "something_else: {keep: 2 days, after: the visit, then: destroy}",
            "copies: {keep: 10 years, after: the visit, then: destroy, reason: the study needs ten years}",
        ] {
            assert_eq!(with(good), [""; 0], "{good}");
        }
        for bad in [
            "mental_health: {keep: 8 years, after: death, then: destroy}",
            "child_health_record: {keep: 8 years, after: last contact, then: destroy}",
            "child_health_record: {keep: 5 years, after: 18th birthday, then: destroy}",
            "audit_log: {keep: 12 months, after: the access, then: destroy}",
            "extract: {keep: 25 years, after: the release, then: destroy}",
            "agreement: {keep: 3 years, after: its end, then: destroy, reason: tbc}",
            "copies: {keep: 4000000000 years, after: 18446744073709551615th birthday, then: destroy}",
        ] {
            assert_eq!(with(bad), ["LIF-002"], "{bad}");
        }
    }

    #[test]
    fn a_category_stands_under_the_one_above_it() {
        let vocabulary = "# file: vocabulary.yaml\ndata:\n  record: {medications: {}, results: {}, mental_health_record: {ward_notes: {}}, assisted_conception: {restricted: statute, gateways: [person_consent]}}\n  demographics: {}\n";
        assert_eq!(run(&format!("retention:\n  ward_notes: {{keep: 8 years, after: discharge, then: destroy}}\n{vocabulary}")).codes, ["LIF-002"]);
    }
}
