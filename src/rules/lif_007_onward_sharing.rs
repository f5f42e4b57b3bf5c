//! LIF-007: whether data may be passed on is said.

use super::context::key_span;
use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Edit, Finding, Fix, Severity};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "LIF-007",
    name: "onward_sharing",
    title: "Onward sharing is ruled",
    severity: Severity::Error,
    statement: "`onward_sharing:` says whether data may be passed on (allowed: true or false), and if it may, to whom.",
    source: "NHS England Data Access Request Service, standard 10: sub-licensing and onward sharing",
    certainty: Certainty::Confirmed,
    next: "Add onward_sharing: {allowed: false}, or allowed: true with recipients and conditions.",
    failing: "onward_sharing: {allowed: true}\n",
    fixed: "onward_sharing: {allowed: true, recipients: [Synthetic Elm Trust], conditions: the same terms}\n",
    adjustable: true,
    waivable: true,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in context.pack.agreements.iter().filter(|agreement| !Context::is_framework(agreement)) {
        let draft = &agreement.draft;
        let place = format!("{}/onward_sharing", agreement.id);
        match &draft.onward_sharing {
            None if context.lacks(&draft.node, "onward_sharing") => {
                let start = draft.node.span;
                let edit = Edit { span: Span::new(start.file, start.start as usize, start.start as usize), text: "onward_sharing: {allowed: false}\n".to_owned() };
                // Whether it may is for the parties to say.
                let fix = Fix { title: "say that nothing is passed on".to_owned(), safe: false, edits: vec![edit] };
                found.push(
                    RULE.finding(place, format!("{} does not say whether data may be passed on", agreement.id)).at(draft.head(), "`onward_sharing:` is missing").fix(fix),
                );
            }
            Some(clause) if clause.allowed.is_none() && draft.node.get("onward_sharing").is_some_and(|block| context.lacks(block, "allowed")) => found.push(
                RULE.finding(place, format!("{} does not say whether data may be passed on", agreement.id)).at(key_span(draft, "onward_sharing"), "`allowed:` is missing"),
            ),
            Some(clause) => {
                if let Some(allowed) = clause.allowed.as_ref().filter(|allowed| allowed.value && clause.recipients.is_empty()) {
                    found.push(RULE.finding(place, format!("{} lets data be passed on and does not say to whom", agreement.id)).at(allowed.span, "`recipients:` is missing"));
                }
            }
            None => {}
        }
    }
}
