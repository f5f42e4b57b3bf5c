//! CON-011: people can object to the sharing of their record for care, and know who decides.

use super::context::{PurposeKind, entry_span};
use super::{Certainty, Check, Context, Rule};
use crate::agreement::written::ObjectionDraft;
use crate::diagnostics::{Finding, Severity};

pub(super) static RULE: Rule = Rule {
    code: "CON-011",
    name: "objection",
    title: "People can object, and know who decides",
    severity: Severity::Warning,
    statement: "An agreement under which people are cared for says in `rights: {objection: ...}`, or in the entry of `basis:`, how a person objects (route), who decides (decided_by), and that \
                a clinician looks at it where refusing or upholding it could harm (clinical_review).",
    source: "UK GDPR Article 21; IG framework for shared care records: objections are reviewed",
    certainty: Certainty::Confirmed,
    next: "Add rights: {objection: {route: ..., decided_by: ..., clinical_review: ...}}.",
    failing: "rights: {contact: rights@example.nhs.uk, responsible: the organisation that holds the record, time_limit_days: 30, objection: {route: ask the practice}}\n",
    fixed: "rights: {contact: rights@example.nhs.uk, responsible: the organisation that holds the record, time_limit_days: 30,\n         objection: {route: ask the practice, decided_by: the organisation that holds the record, clinical_review: by a senior clinician}}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn missing(objection: &ObjectionDraft) -> Vec<&'static str> {
    let said = |text: &Option<crate::source::Spanned<String>>| text.as_ref().is_some_and(|text| !text.value.trim().is_empty());
    [("route", said(&objection.route)), ("decided_by", said(&objection.decided_by)), ("clinical_review", said(&objection.clinical_review))]
        .into_iter()
        .filter(|(_, said)| !said)
        .map(|(key, _)| key)
        .collect()
}

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.current().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let rights = draft.node.get("rights").filter(|node| !node.is_null());
        let for_all = draft.rights.as_ref().and_then(|rights| rights.objection.as_ref());
        if for_all.is_some_and(|objection| missing(objection).is_empty()) {
            continue;
        }
        // The first entry for care that has no complete clause of its own.
        let without = context
            .bases(agreement)
            .filter(|(valid, _)| context.purpose_kinds(valid.purpose).contains(&PurposeKind::Care))
            .find(|(_, basis)| basis.objection.as_ref().is_none_or(|objection| !missing(objection).is_empty()));
        let Some((_, basis)) = without else { continue };
        // A misspelt key is its own finding.
        let unread = rights.map_or_else(|| !context.lacks(&draft.node, "rights"), |node| for_all.is_none() && !context.lacks(node, "objection"));
        if unread {
            continue;
        }
        let place = format!("{}/rights/objection", agreement.id);
        let partial = basis.objection.as_ref().or(for_all);
        let block = super::context::node_at(&draft.node, basis.span).filter(|_| basis.objection.is_some()).or(rights);
        found.push(match partial {
            Some(objection) => {
                let keys = missing(objection);
                RULE.finding(place, format!("the clause of {} on objections does not say {}", agreement.id, crate::text::and_list(&keys)))
                    .at(block.and_then(|block| entry_span(block, "objection")).unwrap_or(draft.head()), format!("without {}", crate::text::and_list(&keys)))
                    .at(basis.purpose.span, "people are cared for under this")
            }
            None => RULE
                .finding(place, format!("{} does not say how a person objects, and who decides", agreement.id))
                .at(rights.and_then(|_| entry_span(&draft.node, "rights")).unwrap_or(draft.head()), if rights.is_some() { "`objection:` is missing" } else { "`rights:` is missing" })
                .at(basis.purpose.span, "people are cared for under this"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::run;

    #[test]
    fn a_clause_in_each_entry_does_as_well_as_one_for_all() {
        let care = "    - {article_6: e, article_9: h, schedule_1: P1.2, power: NHS Act 2006, secrecy: s11(1), confidentiality: implied_consent, objection: {route: ask, decided_by: the practice, clinical_review: yes}}\n";
        let rights = "rights: {contact: rights@example.nhs.uk, responsible: all, time_limit_days: 30}\n";
        assert_eq!(run(&format!("{rights}basis:\n  individual_care:\n{care}")).codes, [""; 0]);
        assert_eq!(run(&format!("{rights}basis:\n  individual_care:\n{}", care.replace(", decided_by: the practice", ""))).codes, ["CON-011"]);
        assert_eq!(run(rights).codes, ["CON-011"]);
        // A mistyped key is DOC-007 alone.
        assert_eq!(run("rights: {contact: a, objecton: {route: ask}}\n").codes, ["DOC-007"]);
    }
}
