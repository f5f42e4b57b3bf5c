//! DAT-012: mistakes are put right in every copy.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule, written};
use crate::agreement::written::DataQualityDraft;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "DAT-012",
    name: "corrections",
    title: "Corrections reach every copy",
    severity: Severity::Warning,
    statement: "`data_quality:` says who answers for the quality of the data (responsible) and how corrections are passed on to those who got it (corrections).",
    source: "UK GDPR Articles 5(1)(d), 16 and 19",
    certainty: Certainty::FromMemory,
    next: "Add data_quality: {responsible: ..., corrections: ...}.",
    failing: "data_quality: {responsible: each provider for what it puts in}\n",
    fixed: "data_quality: {responsible: each provider for what it puts in, corrections: passed on to everybody who got the item}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let place = format!("{}/data_quality", agreement.id);
        let Some(DataQualityDraft { responsible, corrections, .. }) = &draft.data_quality else {
            if context.lacks(&draft.node, "data_quality") {
                found.push(
                    RULE.finding(place, format!("{} does not say how mistakes in the data are put right", agreement.id)).at(draft.head(), "`data_quality:` is missing"),
                );
            }
            continue;
        };
        let block = draft.node.get("data_quality");
        let missing: Vec<&str> = [("responsible", responsible), ("corrections", corrections)]
            .into_iter()
            .filter(|(key, text)| text.as_ref().map_or_else(|| block.is_none_or(|block| context.lacks(block, key)), |text| written::says_nothing(&text.value)))
            .map(|(key, _)| key)
            .collect();
        if !missing.is_empty() {
            found.push(
                RULE.finding(place, format!("the clause of {} on data quality does not say {}", agreement.id, crate::text::and_list(&missing)))
                    .at(key_span(draft, "data_quality"), format!("without {}", crate::text::and_list(&missing))),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn a_clause_that_says_nothing_is_none() {
        for bad in ["{corrections: in the next release}", "{responsible: tbc, corrections: none}", "~"] {
            assert_eq!(run(&format!("data_quality: {bad}\n")).codes, ["DAT-012"], "{bad}");
        }
        assert_eq!(run("data_quality: {responsible: all, correction: passed on}\n").codes, ["DOC-007"]);
    }
}
